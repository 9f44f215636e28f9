package taxonomy

import (
	"fmt"
	"slices"
	"strings"
)

// loadNAF reads the generated sub-classes: code, tab, label.
func loadNAF() (map[string]string, error) {
	text, err := files.ReadFile("data/naf.tsv")
	if err != nil {
		return nil, err
	}
	labels := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		code, label, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			return nil, fmt.Errorf("naf.tsv: %q: expected code, tab, label", line)
		}
		labels[code] = label
	}
	return labels, nil
}

// bareNAF reduces "81.21 z" to "8121Z".
func bareNAF(code string) string {
	return strings.ToUpper(strings.NewReplacer(".", "", " ", "", "\u00a0", "", "\u202f", "").Replace(code))
}

// ByNAF lists the sectors that a NAF sub-class maps to: none when it is
// deliberately unmapped (UnmappedNAF says why) or unknown.
func (t *Taxonomy) ByNAF(code string) []Sector { return slices.Clone(t.byNAF[bareNAF(code)]) }

// NAFLabel gives the label of a sub-class (NAF rév. 2), with or without dot.
func (t *Taxonomy) NAFLabel(code string) (string, bool) {
	label, ok := t.nafLabels[bareNAF(code)]
	return label, ok
}

// UnmappedNAF gives the reason why a sub-class maps to no sector.
func (t *Taxonomy) UnmappedNAF(code string) (reason string, ok bool) {
	code = bareNAF(code)
	if _, known := t.nafLabels[code]; !known {
		return "", false
	}
	for _, e := range t.unmapped {
		if strings.HasPrefix(code, e.prefix) {
			return e.reason, true
		}
	}
	return "", false
}

// exclusion keeps every sub-class that starts with prefix out of the sectors.
type exclusion struct{ prefix, reason string }

// exclusions are what a public buyer does not buy from a local structure.
// Prefixes do not overlap, and no sub-class below one is mapped.
var exclusions = []exclusion{
	{"99", "Organisations internationales"},
}
