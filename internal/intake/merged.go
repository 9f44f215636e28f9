package intake

import (
	"context"
	"slices"
	"strings"

	"sourcier/internal/intake/input"
)

// mergedHead says in French that the head of a workbook has merged cells, of
// which only the first keeps a name; "" when it has none.
func mergedHead(ctx context.Context, p *part) string {
	if p.Shape != input.Sheet {
		return ""
	}
	found, err := input.Merged(ctx, p.Part, maxAbove+1)
	if err != nil || len(found) == 0 {
		return "" // what keeps it from being read is told elsewhere
	}
	return "l’en-tête a des cellules fusionnées (" + strings.Join(found, ", ") + "), dont une seule colonne garde le nom : annuler la fusion et donner un nom à chaque colonne, sur une seule ligne"
}

// noteMerged tells that cells of a workbook are merged over several rows.
func (p *part) noteMerged(ranges []string) {
	if len(ranges) > 0 {
		p.report.Note("des cellules sont fusionnées sur plusieurs lignes (par exemple " + ranges[0] + ") : seule la première de ces lignes a la valeur, les autres sont lues sans elle ; annuler la fusion et recopier la valeur sur chaque ligne")
	}
}

// hasGap reports whether a column without a name stands between two that have one.
func hasGap(h header) bool {
	first := slices.IndexFunc(h.names, func(n string) bool { return n != "" })
	return first >= 0 && slices.Contains(h.names[first:], "")
}
