package intake

import (
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// TestGeolocation completes the position of what is known, from the same run and
// from another, in any order, and makes no sheet.
func TestGeolocation(t *testing.T) {
	known := write(t, "x.csv", "siret;nom;code_insee\n00200000800017;Connue;94081\n00200001600010;Autre;91182\n00200003200017;Rue;94081\n")
	geo := fixture(t, "geolocation.csv")
	for name, runs := range map[string][][]string{"one run": {{geo, known}}, "two runs": {{known}, {geo}}} {
		structures := mustStore(t)
		imp := newImporter(t, structures)
		var f *FileReport
		for _, files := range runs {
			r := mustRun(t, imp, RunOptions{}, files...)
			for _, one := range r.Files {
				if strings.HasPrefix(one.Name, "geolocation") {
					f = one
				}
			}
		}
		if f.Read != 7 || f.Updated != 1 || f.Skipped[SkipNoSheet] != 2 || f.Skipped[SkipVague] != 3 || f.Rejected != 1 || f.Created != 0 {
			t.Errorf("%s: %+v", name, f.Counts)
		}
		s := bySIRET(t, structures, "00200000800017").Value
		equal(t, s.Address.Point, structure.Point{Lat: 48.78512, Lon: 2.39533, Precision: structure.PrecisionExact})
		if o := s.Origins[structure.FieldPoint]; o.Source != structure.SourceSIRENE || o.AsOf != "2026-11-02" {
			t.Errorf("%s: from %+v", name, o)
		}
		if s.Address.Commune != "94081" || s.Origins[structure.FieldAddress].Source != structure.SourceGeneric {
			t.Errorf("%s: the address has changed: %+v", name, s.Address)
		}
		for _, siret := range []string{"00200001600010", "00200003200017"} {
			if p := bySIRET(t, structures, siret).Value.Address.Point; p.Precision == structure.PrecisionExact {
				t.Errorf("%s: a position drawn at random is taken: %+v", name, p)
			}
		}
		if r := mustRun(t, imp, RunOptions{}, geo); r.Total().Updated != 0 || r.Total().Unchanged != 1 {
			t.Errorf("%s, again: %s", name, r.Explain())
		}
	}
	far := write(t, "y.csv", "siret;x_longitude;y_latitude;qualite_xy;plg_code_commune\n00200000800017;5.37;43.29;11;94081\n")
	structures := mustStore(t)
	if r := mustRun(t, newImporter(t, structures), RunOptions{}, known, far); r.Files[1].Ignored != 1 || r.Files[1].Updated != 0 {
		t.Errorf("a position in another commune: %s", r.Explain())
	}
	cut := write(t, "z.csv", "siret;qualite_xy\n00200000800017;11\n")
	if f := mustRun(t, newImporter(t, structures), RunOptions{}, cut).Files[0]; f.Cause != BadHeader || !strings.Contains(f.Refusal, "x_longitude") {
		t.Errorf("without coordinates: %+v", f)
	}
}
