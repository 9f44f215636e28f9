package taxonomy

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/territory"
)

// cpvPrefix says that codes below prefix are sold by a sector.
type cpvPrefix struct {
	prefix string
	sector Sector
	order  int // of the sector
}

func cpvPrefixes(sectors []Sector) []cpvPrefix {
	var out []cpvPrefix
	for i, s := range sectors {
		for _, p := range s.CPV {
			out = append(out, cpvPrefix{p, s, i})
		}
	}
	return out
}

// ByCPV lists the sectors whose prefix starts the code, or which the code
// starts (a short code is a branch of the nomenclature); longest prefix first.
// Spaces and the check digit of "90911200-8" are ignored, as are the zeros that
// fill a branch ("90900000" is the branch 909). Anything else gives none.
func (t *Taxonomy) ByCPV(code string) []Sector {
	code, ok := bareCPV(code)
	if !ok {
		return nil
	}
	var found []cpvPrefix
	for _, p := range t.cpv {
		if strings.HasPrefix(code, p.prefix) || strings.HasPrefix(p.prefix, code) {
			found = append(found, p)
		}
	}
	// What counts is the part shared with the code; who sells the whole branch
	// comes before who sells a part of it.
	slices.SortStableFunc(found, func(a, b cpvPrefix) int {
		return cmp.Or(min(len(b.prefix), len(code))-min(len(a.prefix), len(code)), len(a.prefix)-len(b.prefix), a.order-b.order)
	})
	var out []Sector
	for _, p := range found {
		if !slices.ContainsFunc(out, func(s Sector) bool { return s.Code == p.sector.Code }) {
			out = append(out, p.sector)
		}
	}
	return out
}

// bareCPV reduces a CPV code to its significant digits: at least the two of a
// division, at most eight.
func bareCPV(code string) (string, bool) {
	code = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(code)
	body, check, hasCheck := strings.Cut(code, "-")
	if hasCheck && (len(check) != 1 || len(body) != 8 || !digitsOnly(check)) {
		return "", false
	}
	if len(body) < 2 || len(body) > 9 || !digitsOnly(body) {
		return "", false
	}
	body = body[:min(len(body), 8)] // nine digits: the check digit without its hyphen
	return body[:2] + strings.TrimRight(body[2:], "0"), true
}

func digitsOnly(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// FindCPV lists the codes of the whole nomenclature whose label has a word that begins
// like each of those asked for, plural or not, those of the shortest labels first: at
// most limit.
func (t *Taxonomy) FindCPV(words string, limit int) []string {
	asked := strings.Fields(territory.Fold(words))
	for i, w := range asked {
		if len(w) > 4 {
			asked[i] = strings.TrimRight(w, "sx")
		}
	}
	if len(asked) == 0 || limit <= 0 {
		return nil
	}
	type hit struct {
		code string
		size int
	}
	var found []hit
	for code, line := range cpv2008() {
		_, label, _ := strings.Cut(line, "\t")
		folded := " " + territory.Fold(label)
		if slices.ContainsFunc(asked, func(w string) bool { return !strings.Contains(folded, " "+w) }) {
			continue
		}
		found = append(found, hit{code, len(label)})
	}
	slices.SortFunc(found, func(a, b hit) int { return cmp.Or(a.size-b.size, strings.Compare(a.code, b.code)) })
	out := make([]string, 0, min(limit, len(found)))
	for _, h := range found[:min(limit, len(found))] {
		out = append(out, h.code)
	}
	return out
}
