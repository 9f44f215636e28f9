package taxonomy

import (
	"fmt"
	"strings"
	"sync"
)

// Nomenclature names a list of codes. A code means nothing without it: the Insee
// publishes activities in two at once, and no table of ours translates one into
// the other.
type Nomenclature string

// Nomenclatures whose labels are embedded.
const (
	NAFRev2 Nomenclature = "NAFRev2" // in force until NAF 2025 takes over; sectors follow from it
	NAF2025 Nomenclature = "NAF2025"
	CPV2008 Nomenclature = "CPV2008" // Regulation (EC) No 213/2008
)

// Name is the nomenclature as shown to people.
func (n Nomenclature) Name() string {
	switch n {
	case NAFRev2:
		return "NAF rév.\u00a02"
	case NAF2025:
		return "NAF\u00a02025"
	case CPV2008:
		return "CPV\u00a02008"
	}
	return string(n)
}

// lists are the generated files, each read when first asked for: code to label,
// behind the check digit for the CPV.
var (
	naf2025 = sync.OnceValue(func() map[string]string { return mustList("naf2025.tsv") })
	cpv2008 = sync.OnceValue(func() map[string]string { return mustList("cpv.tsv") })
)

// Label gives the French label of a code in its nomenclature. Spaces are ignored,
// the dot of a NAF code and the check digit of a CPV code may be there or not; the
// zeros of a CPV code must be, and its check digit be the right one.
func (t *Taxonomy) Label(of Nomenclature, code string) (string, bool) {
	switch of {
	case NAFRev2:
		label, ok := t.nafLabels[bareNAF(code)]
		return label, ok
	case NAF2025:
		label, ok := naf2025()[bareNAF(code)]
		return label, ok
	case CPV2008:
		body, given, checked := strings.Cut(strings.ReplaceAll(code, " ", ""), "-")
		check, label, ok := strings.Cut(cpv2008()[body], "\t")
		if !ok || checked && given != check {
			return "", false
		}
		return label, true
	}
	return "", false
}

func mustList(name string) map[string]string {
	out, err := loadList(name)
	if err != nil {
		panic("taxonomy: embedded data: " + err.Error()) // the tests read the same data
	}
	return out
}

// loadList reads a generated list: code, tab, what is known of it.
func loadList(name string) (map[string]string, error) {
	text, err := files.ReadFile("data/" + name)
	if err != nil {
		return nil, err
	}
	out, err := readList(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

func readList(text string) (map[string]string, error) {
	out := make(map[string]string, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		code, known, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			return nil, fmt.Errorf("%q: expected code, tab, label", line)
		}
		if _, twice := out[code]; twice {
			return nil, fmt.Errorf("code %s is there twice", code)
		}
		out[code] = known
	}
	return out, nil
}
