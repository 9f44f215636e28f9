package intake

import (
	"context"
	"encoding/csv"
	"io"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// WriteConflicts writes every fact on which sources disagree, as CSV that a French
// spreadsheet opens at a double click, and tells how many there are.
func WriteConflicts(ctx context.Context, w io.Writer, structures *store.Structures) (n int, err error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return 0, err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	if err := out.Write([]string{"fiche", "siret", "finess", "nom", "fait", "retenu", "source", "date", "autre valeur", "source de l’autre", "date de l’autre"}); err != nil {
		return 0, err
	}
	err = structures.All(ctx, func(d store.Doc[structure.Structure]) error {
		v := &d.Value
		for _, c := range v.Conflicts() {
			n++
			record := []string{v.ID, v.SIRET, v.FINESS, v.Name, c.Field.Label(), c.Kept, c.By.Source.Label(), string(c.By.AsOf),
				c.Other, c.Against.Source.Label(), string(c.Against.AsOf)}
			for i := range record {
				record[i] = SafeCell(record[i])
			}
			if err := out.Write(record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	out.Flush()
	return n, out.Error()
}
