package intake

import (
	"context"
	"io"

	"sourcier/internal/spreadsheet"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// WriteConflicts writes every fact on which sources disagree, as CSV that a French
// spreadsheet opens at a double click, and tells how many there are.
func WriteConflicts(ctx context.Context, w io.Writer, structures *store.Structures) (n int, err error) {
	out, err := spreadsheet.NewCSV(w, "fiche", "siret", "finess", "nom", "fait", "retenu", "source", "date", "autre valeur", "source de l’autre", "date de l’autre")
	if err != nil {
		return 0, err
	}
	err = structures.All(ctx, func(d store.Doc[structure.Structure]) error {
		v := &d.Value
		if v.MergedInto != "" {
			return nil // told of the sheet that stands for it
		}
		for _, c := range v.Conflicts() {
			n++
			if err := out.Write(v.ID, v.SIRET, v.FINESS, v.Name, c.Field.Label(), c.Kept, c.By.Source.Label(), string(c.By.AsOf),
				c.Other, c.Against.Source.Label(), string(c.Against.AsOf)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	return n, out.Flush()
}
