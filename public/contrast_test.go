package public

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"sourcier/internal/palette"
)

func styleSheet(t *testing.T) string {
	t.Helper()
	css, _, ok := Assets().Open("css/sourcier.css")
	if !ok {
		t.Fatal("no style sheet")
	}
	return string(css)
}

// TestContrast is the proof that both schemes can be read.
func TestContrast(t *testing.T) {
	light, dark, err := palette.Read(styleSheet(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]palette.Scheme{"light": light, "dark": dark} {
		tightest, of := math.Inf(1), ""
		for _, p := range palette.Pairs {
			for _, back := range p.Backs {
				c, err := s.Contrast(p.Front, back)
				if err != nil {
					t.Fatal(err)
				}
				if c < p.AtLeast {
					t.Errorf("%s: --%s on --%s is %.2f, must be %.1f", name, p.Front, back, c, p.AtLeast)
				}
				if c/p.AtLeast < tightest {
					tightest, of = c/p.AtLeast, fmt.Sprintf("--%s on --%s, %.2f of %.1f", p.Front, back, c, p.AtLeast)
				}
			}
		}
		t.Logf("%s: the tightest pair is %s", name, of)
	}
}

// TestColoursComeFromTokens: a colour written anywhere else would stay as it is
// in the dark scheme. Paper is white whatever the scheme.
func TestColoursComeFromTokens(t *testing.T) {
	_, rest, found := strings.Cut(styleSheet(t), "/* 2 ---")
	rest, print, printed := strings.Cut(rest, "@media print")
	if !found || !printed {
		t.Fatal("the sections are not where they were")
	}
	literal := regexp.MustCompile(`#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(|: *(?:white|black)\b`)
	for _, part := range []string{rest, strings.ReplaceAll(print, "#fff", "")} {
		for line := range strings.Lines(part) {
			if literal.MatchString(line) {
				t.Errorf("a colour that is no token: %s", strings.TrimSpace(line))
			}
		}
	}
}

// TestTokensExist: a variable that nobody sets gives no colour at all.
func TestTokensExist(t *testing.T) {
	css := styleSheet(t)
	for _, use := range regexp.MustCompile(`var\((--[a-z0-9-]+)\)`).FindAllStringSubmatch(css, -1) {
		if !strings.HasPrefix(use[1], "--bs-") && !strings.Contains(css, use[1]+": ") {
			t.Errorf("%s is used and never set", use[1])
		}
	}
}
