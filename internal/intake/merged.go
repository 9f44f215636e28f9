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

// hasGap reports whether a column without a name stands between two that have one.
func hasGap(h header) bool {
	first := slices.IndexFunc(h.names, func(n string) bool { return n != "" })
	return first >= 0 && slices.Contains(h.names[first:], "")
}
