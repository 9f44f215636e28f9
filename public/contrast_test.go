package public

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// scheme is the colours of one scheme, by the name of their custom property.
type scheme map[string]string

var (
	rootBlock = regexp.MustCompile(`(?s):root \{(.*?)\n\s*\}`)
	colour    = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3}(?:[0-9a-f]{3})?);`)
)

// schemes reads the light colours, and the dark ones that replace some of them.
func schemes(t *testing.T) map[string]scheme {
	t.Helper()
	css, _, _ := Assets().Open("css/sourcier.css")
	before, after, found := strings.Cut(string(css), "(prefers-color-scheme: dark)")
	if !found {
		t.Fatal("no dark scheme")
	}
	light, dark := scheme{}, scheme{}
	read := func(block string, into ...scheme) {
		m := rootBlock.FindStringSubmatch(block)
		if m == nil {
			t.Fatal("no :root block")
		}
		for _, c := range colour.FindAllStringSubmatch(m[1], -1) {
			for _, s := range into {
				s[c[1]] = c[2]
			}
		}
	}
	read(before, light, dark)
	read(after, dark)
	return map[string]scheme{"light": light, "dark": dark}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(hex, "#")
	if len(digits) == 3 {
		digits = strings.Repeat(digits[:1], 2) + strings.Repeat(digits[1:2], 2) + strings.Repeat(digits[2:], 2)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("%s is no colour", hex)
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

func contrast(t *testing.T, s scheme, front, back string) float64 {
	t.Helper()
	for _, name := range []string{front, back} {
		if s[name] == "" {
			t.Fatalf("--%s is no colour of the style sheet", name)
		}
	}
	a, b := luminance(t, s[front]), luminance(t, s[back])
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// text is what is read, and the backgrounds on which it is: 4.5 at least.
var text = map[string][]string{
	"ink":           {"paper", "card", "source-soft", "hazel-soft", "danger-soft", "marker"},
	"muted":         {"paper", "card", "source-soft", "hazel-soft", "marker"},
	"source":        {"paper", "card", "source-soft"},
	"source-dark":   {"paper", "card", "source-soft", "hazel-soft"},
	"hazel":         {"paper", "card", "hazel-soft"},
	"on-hazel-soft": {"hazel-soft"},
	"danger":        {"paper", "card", "danger-soft", "hazel-soft"},
	"warning":       {"paper", "card", "hazel-soft"},
	"success":       {"paper", "card", "source-soft"},
	"on-source":     {"source", "source-dark"},
	"on-hazel":      {"hazel", "hazel-dark"},
	"on-band":       {"band", "band-soft"},
	"band-muted":    {"band"},
	"band":          {"on-band"},
	"insertion":     {"insertion-soft", "paper", "card"},
	"handicap":      {"handicap-soft", "paper", "card"},
	"ess":           {"ess-soft", "paper", "card"},
	"entreprise":    {"entreprise-soft", "paper", "card"},
}

// signs are borders of controls, rings of focus and bars: 3 at least.
var signs = map[string][]string{
	"edge":      {"paper", "card", "source-soft", "hazel-soft"},
	"source":    {"paper", "card", "source-soft"},
	"on-band":   {"band"},
	"band-line": {"band"},
	"danger":    {"card", "paper"},
}

// TestContrast is the proof that both schemes can be read.
func TestContrast(t *testing.T) {
	for name, s := range schemes(t) {
		lowest, of := math.Inf(1), ""
		check := func(pairs map[string][]string, atLeast float64) {
			for front, backs := range pairs {
				for _, back := range backs {
					c := contrast(t, s, front, back)
					if c < atLeast {
						t.Errorf("%s: --%s on --%s is %.2f, must be %.1f", name, front, back, c, atLeast)
					}
					if c/atLeast < lowest {
						lowest, of = c/atLeast, fmt.Sprintf("--%s on --%s %.2f of %.1f", front, back, c, atLeast)
					}
				}
			}
		}
		check(text, 4.5)
		check(signs, 3)
		t.Logf("%s: the tightest pair is %s", name, of)
	}
}

// TestColoursComeFromTokens: a colour written anywhere else would stay as it is
// in the dark scheme. Paper is white whatever the scheme.
func TestColoursComeFromTokens(t *testing.T) {
	css, _, _ := Assets().Open("css/sourcier.css")
	_, rest, found := strings.Cut(string(css), "/* 2 ---")
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
