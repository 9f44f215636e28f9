package intake

import (
	"context"
	"slices"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// objecting gives an importer an opposition list that it may add to.
func objecting(imp *Importer, list ...string) (now func() []string) {
	imp.opts.Objects = func(number string) bool { return slices.Contains(list, number) }
	imp.opts.Follow = func(_ context.Context, _ string, numbers ...string) error {
		list = append(list, numbers...)
		return nil
	}
	return func() []string { return list }
}

// TestOpposedNumberLearnt: no draft, nor what sources said before, gives a sheet a
// number that is on the opposition list.
func TestOpposedNumberLearnt(t *testing.T) {
	const head, opposed, finess = "siret;finess;nom;code_postal;telephone\n", "00200000800017", "960000017"
	full := head + opposed + ";" + finess + ";Un;94400;\n"
	for name, c := range map[string]struct {
		before  structure.Structure // the sheet that is there
		file    string
		skipped int64
		sheets  int
		follows []string
	}{
		"a sheet known by its FINESS alone": {structure.Structure{FINESS: finess, Name: "Un", Address: structure.Address{PostalCode: "94400"}}, full, 1, 0,
			[]string{"finess:" + finess, "name:94400:un"}},
		"none":                 {structure.Structure{FINESS: "960000025", Name: "Autre"}, full, 1, 1, []string{"finess:" + finess}},
		"one of another SIRET": {structure.Structure{FINESS: finess, SIRET: "00200001600010", Name: "Un"}, full, 1, 1, nil},
		"twice in a file":      {structure.Structure{FINESS: "960000025", Name: "Autre"}, head + ";" + finess + ";Un;94400;\n" + full[len(head):], 2, 1, []string{"finess:" + finess}},
		"one that a claim gives it": {structure.Structure{FINESS: finess, Name: "Un", Claims: []structure.Claim{structure.NewClaim(
			structure.Origin{Source: structure.SourceFINESS, AsOf: "2026-01-01"}, &structure.Structure{FINESS: finess, SIRET: opposed}, nil, "")}},
			head + ";" + finess + ";Un;94400;0199000020\n", 1, 0, []string{"finess:" + finess}},
	} {
		structures := mustStore(t)
		c.before.ID = structure.NewID(c.before.Identity())
		if _, err := structures.Insert(t.Context(), c.before, store.Change{}); err != nil {
			t.Fatal(err)
		}
		imp := newImporter(t, structures)
		list := objecting(imp, "siret:"+opposed)
		r := mustRun(t, imp, RunOptions{}, write(t, "a.csv", c.file))
		if r.Total().Skipped[SkipObjection] != c.skipped || r.Total().Created != 0 || len(content(t, structures)) != c.sheets {
			t.Errorf("%s: %d sheets\n%s", name, len(content(t, structures)), r.Explain())
		}
		for _, number := range c.follows {
			if !slices.Contains(list(), number) {
				t.Errorf("%s: %s does not follow: %v", name, number, list())
			}
		}
		if len(c.follows) == 0 && len(list()) != 1 {
			t.Errorf("%s: %v", name, list())
		}
	}
}
