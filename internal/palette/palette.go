// Package palette reads the colours of the style sheet and computes their
// contrast: for the test that holds both schemes to it, and for the page that
// shows them.
package palette

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Contrasts that WCAG 2.2 asks for at level AA.
const (
	ForText  = 4.5 // text of any size
	ForSigns = 3.0 // borders of controls, rings of focus, bars
)

// Scheme is the colours of one scheme, « #rrggbb » by the name of their custom
// property without its dashes.
type Scheme map[string]string

// Pair is a colour with those that lie behind it.
type Pair struct {
	Front   string
	Backs   []string
	AtLeast float64
}

// Pairs lists every use of two colours together.
var Pairs = []Pair{
	{"ink", []string{"paper", "card", "source-soft", "hazel-soft", "danger-soft", "marker"}, ForText},
	{"muted", []string{"paper", "card", "source-soft", "hazel-soft", "marker"}, ForText},
	{"source", []string{"paper", "card", "source-soft"}, ForText},
	{"source-dark", []string{"paper", "card", "source-soft", "hazel-soft"}, ForText},
	{"on-source", []string{"source", "source-dark"}, ForText},
	{"hazel", []string{"paper", "card", "hazel-soft"}, ForText},
	{"on-hazel", []string{"hazel", "hazel-dark"}, ForText},
	{"on-hazel-soft", []string{"hazel-soft"}, ForText},
	{"danger", []string{"paper", "card", "danger-soft", "hazel-soft"}, ForText},
	{"warning", []string{"paper", "card", "hazel-soft"}, ForText},
	{"success", []string{"paper", "card", "source-soft"}, ForText},
	{"on-band", []string{"band", "band-soft"}, ForText},
	{"band-muted", []string{"band"}, ForText},
	{"band", []string{"on-band"}, ForText},
	{"insertion", []string{"insertion-soft", "paper", "card"}, ForText},
	{"handicap", []string{"handicap-soft", "paper", "card"}, ForText},
	{"ess", []string{"ess-soft", "paper", "card"}, ForText},
	{"entreprise", []string{"entreprise-soft", "paper", "card"}, ForText},
	{"edge", []string{"paper", "card", "source-soft", "hazel-soft"}, ForSigns},
	{"source", []string{"paper", "card", "source-soft"}, ForSigns},
	{"on-band", []string{"band"}, ForSigns},
	{"band-line", []string{"band"}, ForSigns},
	{"danger", []string{"paper", "card"}, ForSigns},
}

var (
	rootBlock = regexp.MustCompile(`(?s):root \{(.*?)\n\s*\}`)
	colour    = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3}(?:[0-9a-f]{3})?);`)
)

// Read finds the light colours of a style sheet, and the dark ones, which
// replace some of them.
func Read(css string) (light, dark Scheme, err error) {
	before, after, found := strings.Cut(css, "(prefers-color-scheme: dark)")
	first, second := rootBlock.FindStringSubmatch(before), rootBlock.FindStringSubmatch(after)
	if !found || first == nil || second == nil {
		return nil, nil, errors.New("no :root block in both schemes")
	}
	light, dark = Scheme{}, Scheme{}
	for _, c := range colour.FindAllStringSubmatch(first[1], -1) {
		light[c[1]], dark[c[1]] = c[2], c[2]
	}
	for _, c := range colour.FindAllStringSubmatch(second[1], -1) {
		dark[c[1]] = c[2]
	}
	return light, dark, nil
}

// Contrast is that of two colours of the scheme by their names, 1 to 21.
func (s Scheme) Contrast(front, back string) (float64, error) {
	a, err := luminance(s[front])
	if err != nil {
		return 0, fmt.Errorf("--%s: %w", front, err)
	}
	b, err := luminance(s[back])
	if err != nil {
		return 0, fmt.Errorf("--%s: %w", back, err)
	}
	return (max(a, b) + 0.05) / (min(a, b) + 0.05), nil
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(hex string) (sum float64, err error) {
	digits := strings.TrimPrefix(hex, "#")
	if len(digits) == 3 {
		digits = strings.Repeat(digits[:1], 2) + strings.Repeat(digits[1:2], 2) + strings.Repeat(digits[2:], 2)
	}
	if len(digits) != 6 {
		return 0, fmt.Errorf("%q is no colour", hex)
	}
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			return 0, fmt.Errorf("%q is no colour: %w", hex, err)
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum, nil
}
