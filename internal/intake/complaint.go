package intake

import (
	"strings"

	"sourcier/internal/territory"
)

// genericComplaint says what keeps a header from being that of our own format:
// nothing to tell structures by, a column that is nearly one of ours, or mostly
// columns of something else.
func genericComplaint(h header) string {
	known, unknown, misspelt := sortColumns(h)
	missing := ""
	if !h.has("siret") && !h.has("finess") && !h.has("nom", "code_postal") {
		missing = "« siret », ou « finess », ou « nom » et « code_postal »"
	}
	if missing == "" && !misspelt && len(known) >= 2 && len(known) >= len(unknown) {
		return ""
	}
	text := "Colonnes comprises : " + orNone(quoted(known))
	if len(unknown) > 0 {
		text += " ; non comprises : " + strings.Join(short(unknown), ", ")
	}
	if missing != "" {
		text += " ; manquantes : " + missing
	}
	return text + ". Le format de Sourcier connaît : " + strings.Join(genericColumns, ", ")
}

// sortColumns tells the names that are ours from the others, which come with
// what they probably mean.
func sortColumns(h header) (known, unknown []string, misspelt bool) {
	for i, name := range h.names {
		key := territory.Fold(name)
		if key == "" {
			continue
		}
		if isGeneric(key) && h.at[key] == i {
			known = append(known, name)
			continue
		}
		said := "« " + name + " »"
		if isGeneric(key) {
			said, misspelt = said+" (en double)", true
		} else if near := nearest(name); near != "" && !h.has(near) {
			said, misspelt = said+" (plutôt « "+near+" » ?)", true
		}
		unknown = append(unknown, said)
	}
	return known, unknown, misspelt
}

func orNone(s string) string {
	if s == "" {
		return "aucune"
	}
	return s
}

func isGeneric(folded string) bool {
	for _, c := range genericColumns {
		if territory.Fold(c) == folded {
			return true
		}
	}
	return false
}

// unknownColumns lists the columns that the format does not know.
func unknownColumns(h header) []string {
	var out []string
	for _, name := range h.names {
		if key := territory.Fold(name); key != "" && !isGeneric(key) {
			out = append(out, name)
		}
	}
	return out
}

// nearest is the column that a misspelt name means, "" when none is close: one
// edit in a short name, two in one of six letters or more.
func nearest(name string) string {
	key := territory.Fold(name)
	best, least := "", 3
	for _, c := range genericColumns {
		allowed := 1
		if len(c) >= 6 {
			allowed = 2
		}
		if d := edits(key, territory.Fold(c)); d <= allowed && d < least {
			best, least = c, d
		}
	}
	return best
}

// edits is the number of insertions, deletions, substitutions and swaps of
// neighbours between two folded names (optimal string alignment).
func edits(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, now := rows[0], rows[1], rows[2]
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(above[j]+1, now[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		rows[0], rows[1], rows[2] = above, now, before
	}
	return rows[1][len(b)]
}
