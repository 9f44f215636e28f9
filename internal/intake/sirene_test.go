package intake

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

func TestSirene(t *testing.T) {
	for _, order := range [][]string{{"StockEtablissement.csv", "StockUniteLegale.csv"}, {"StockUniteLegale.csv", "StockEtablissement.csv"}} {
		structures := mustStore(t)
		r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, order[0]), fixture(t, order[1]))
		etab, units := r.Files[0], r.Files[1]
		if strings.Contains(units.Layout, "établissements") {
			etab, units = units, etab
		}
		equal(t, etab.Counts, Counts{Read: 14, Created: 5, Rejected: 1, Skipped: map[Skip]int64{
			SkipOutside: 1, SkipUnknownPlace: 1, SkipClosed: 2, SkipNotDiffused: 2, SkipUnmapped: 2}})
		equal(t, units.Counts, Counts{Read: 8, Joined: 7, Skipped: map[Skip]int64{SkipUnused: 1}})
		if told := rejected(t, r); len(told) != 1 || told[0][1] != "15" || told[0][3] != "'00200013100018" {
			t.Errorf("rejects %q", told)
		}
		sireneContent(t, content(t, structures))
	}
}

func TestSireneFacts(t *testing.T) {
	structures := mustStore(t)
	mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "StockEtablissement.csv"), fixture(t, "StockUniteLegale.csv"))
	s := bySIRET(t, structures, "00200000800017").Value
	if s.Name != "SOCIETE FICTIVE 00008" || s.TradeName != "NET FICTIF" || s.NAF != "8121Z" || s.LegalCategory != "5710" || s.ESS != "" {
		t.Errorf("identity %+v", s)
	}
	if origin := s.Origins[structure.FieldNAF2025]; s.NAF2025 != "8121Y" || origin.Source != structure.SourceSIRENE {
		t.Errorf("NAF 2025 %q, from %+v", s.NAF2025, origin)
	}
	if other := bySIRET(t, structures, "00200001600010").Value; other.NAF != "8121Z" || other.NAF2025 != "" {
		t.Errorf("a code that is not of NAF 2025 is kept: %q", other.NAF2025)
	}
	if s.Size != structure.TPE || s.Workforce != "02" || s.Address.Street != "3 B RUE DU PORT" || s.Address.Commune != "94081" || s.Closed {
		t.Errorf("facts %+v", s)
	}
	p := s.Address.Point
	if d := territory.DistanceKM(p.Lat, p.Lon, 48.7876, 2.3928); p.Precision != structure.PrecisionExact || d > 2 {
		t.Errorf("point %+v is %.1f km from Vitry", p, d)
	}
	if a := s.Activities; len(a) != 1 || !a[0].Derived || a[0].Sectors[0] == "" || a[0].Zone.Declared() || a[0].Modes != nil {
		t.Errorf("activities %+v", a)
	}
	equal(t, s.Origins[structure.FieldName], structure.Origin{Source: structure.SourceSIRENE, AsOf: "2026-02-01"})
}

// sireneContent checks the five establishments that are kept.
func sireneContent(t *testing.T, stored map[string]store.Doc[structure.Structure]) {
	t.Helper()
	type facts struct {
		name, commune string
		ess           structure.ESS
		size          structure.Size
	}
	want := map[string]facts{
		"00200000800017": {"SOCIETE FICTIVE 00008", "94081", "", structure.TPE},
		"00200001600010": {"ASSOCIATION FICTIVE", "91228", structure.ASSO, ""},               // an old commune; band 12 without a category
		"00200008100014": {"LE JARDIN FICTIF", "94081", "", structure.TPE},                   // a sole trader by the sign
		"00200009900016": {"SACHA IMAGINAIRE", "94081", "", structure.TPE},                   // who has none
		"00200012300014": {"SOCIETE FICTIVE 00123", "94081", structure.SCESS, structure.TPE}, // ESS = O on a company
	}
	for _, d := range stored {
		s := d.Value
		if got := (facts{s.Name, s.Address.Commune, s.ESS, s.Size}); got != want[s.SIRET] {
			t.Errorf("%s: %+v, want %+v", s.SIRET, got, want[s.SIRET])
		}
	}
	if len(stored) != len(want) {
		t.Errorf("%d structures, want %d", len(stored), len(want))
	}
}

func TestSireneTerritory(t *testing.T) {
	files := []string{fixture(t, "StockEtablissement.csv"), fixture(t, "StockUniteLegale.csv")}
	for value, want := range map[string]int64{"94081": 4, "dep:91": 1, "FR": 5, "reg:11": 5, "13055": 0} {
		opts := RunOptions{Territory: []territory.Territory{mustResolve(t, value)}}
		if r := mustRun(t, newImporter(t, mustStore(t)), opts, files...); r.Total().Created != want {
			t.Errorf("%s: %d created, want %d\n%s", value, r.Total().Created, want, r.Explain())
		}
	}
}

// TestSireneNames covers who is called what.
func TestSireneNames(t *testing.T) {
	for want, c := range map[string]struct{ establishment, unit map[int]string }{
		"RAISON / ENSEIGNE": {map[int]string{etabSign1: "ENSEIGNE"}, map[int]string{unitName: "RAISON"}},
		"RAISON / ":         {map[int]string{etabSign1: "Raison"}, map[int]string{unitName: "RAISON"}},
		"RAISON / USUEL":    {nil, map[int]string{unitName: "RAISON", unitUsual1: "USUEL"}},
		"ENSEIGNE / ":       {map[int]string{etabSign1: "ENSEIGNE"}, map[int]string{unitFirstName: "A", unitLastName: "B"}},
		"A C / ":            {map[int]string{etabSign1: "[ND]"}, map[int]string{unitFirstName: "A", unitLastName: "B", unitUsedName: "C"}},
		" / ":               {nil, map[int]string{unitName: "[ND]"}},
	} {
		name, trade := sireneNames(aside(etabColumns, c.establishment), aside(unitColumns, c.unit))
		if got := name + " / " + trade; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func aside(n int, values map[int]string) setAside {
	r := setAside{fields: make([][]byte, n)}
	for i, v := range values {
		r.fields[i] = []byte(v)
	}
	return r
}

func TestSireneAlone(t *testing.T) {
	for file, other := range map[string]string{"StockEtablissement.csv": "StockUniteLegale", "StockUniteLegale.csv": "StockEtablissement"} {
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, fixture(t, file), fixture(t, "generic.csv"))
		if f := r.Files[0]; f.Cause != Alone || !strings.Contains(f.Refusal, other) || f.Read != 0 {
			t.Errorf("%s: %+v", file, f)
		}
		if r.Files[1].Created != 3 || !r.Refused() {
			t.Errorf("the other file must go on\n%s", r.Explain())
		}
	}
}

// TestSireneOlderFiles reads a header without the columns that came later, and
// names the one that cannot be missed.
func TestSireneOlderFiles(t *testing.T) {
	without := func(name string, columns ...string) string {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		header := strings.Split(lines[0], ",")
		for i, l := range lines {
			var kept []string
			for c, v := range strings.Split(l, ",") {
				if !strings.Contains(strings.Join(columns, " ")+" ", strings.TrimSpace(header[c])+" ") {
					kept = append(kept, v)
				}
			}
			lines[i] = strings.Join(kept, ",")
		}
		return write(t, name, strings.Join(lines, "\n")+"\n")
	}
	units := fixture(t, "StockUniteLegale.csv")
	old := without("StockEtablissement.csv", "dernierNumeroVoieEtablissement", "coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement", "activitePrincipaleNAF25Etablissement")
	if r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, old, units); r.Total().Created != 5 {
		t.Errorf("older columns\n%s", r.Explain())
	}
	cut := without("StockEtablissement.csv", "codeCommuneEtablissement")
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, cut, units)
	if f := r.Files[0]; f.Cause != BadHeader || !strings.Contains(f.Refusal, "codeCommuneEtablissement") {
		t.Errorf("without communes: %+v", f)
	}
}

// TestSireneCloses tells a known structure that it has ceased, whichever file
// put it there, and opens it again.
func TestSireneCloses(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, write(t, "x.csv", "siret;nom;code_insee\n00200002400014;Connue;94081\n"))
	etab, units := fixture(t, "StockEtablissement.csv"), fixture(t, "StockUniteLegale.csv")
	r := mustRun(t, imp, RunOptions{}, etab, units)
	d := bySIRET(t, structures, "00200002400014")
	if !d.Value.Closed || d.Value.Name != "Connue" || r.Files[0].Updated != 1 {
		t.Fatalf("not closed: %+v\n%s", d.Value, r.Explain())
	}
	text, err := os.ReadFile(etab)
	if err != nil {
		t.Fatal(err)
	}
	reopened := strings.ReplaceAll(strings.ReplaceAll(string(text), ",F,", ",A,"), "2026-01-15T", "2026-03-15T")
	unit, err := os.ReadFile(units)
	if err != nil {
		t.Fatal(err)
	}
	more := string(unit) + "002000024,O,,,,,,,,,,,,02,,,,PME,,,A,,,REOUVERTE,,,,5710,,,,N,,,\n"
	mustRun(t, imp, RunOptions{}, write(t, "e.csv", reopened), write(t, "u.csv", more))
	if s := bySIRET(t, structures, "00200002400014").Value; s.Closed || s.Name != "REOUVERTE" {
		t.Errorf("not opened again: %+v", s)
	}
}

// TestSireneWithdraws takes away the sheet of who objects to publication, tells
// of those that other sources publish, and gives it back to who agrees again.
func TestSireneWithdraws(t *testing.T) {
	etab, units := fixture(t, "StockEtablissement.csv"), fixture(t, "StockUniteLegale.csv")
	changed := func(file, from, to string) string {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), from) {
			t.Fatalf("%s holds no %s: %v", file, from, err)
		}
		return write(t, filepath.Base(file), strings.ReplaceAll(string(text), from, to))
	}
	for name, later := range map[string][2]string{
		"establishment":  {changed(etab, "00200008100014,O,", "00200008100014,P,"), units},
		"legal unit":     {etab, changed(units, "002000081,O,", "002000081,P,")},
		"commune masked": {changed(changed(etab, "00200008100014,O,", "00200008100014,P,"), "94081", "[ND]"), units},
	} {
		structures := mustStore(t)
		imp := newImporter(t, structures)
		mustRun(t, imp, RunOptions{}, etab, units)
		dry := mustRun(t, imp, RunOptions{DryRun: true}, later[0], later[1])
		r := mustRun(t, imp, RunOptions{}, later[0], later[1])
		left, err := structures.FindLookup(t.Context(), "siret:00200008100014", 2)
		if err != nil || len(left) != 0 || r.Total().Skipped[SkipObjected] != 1 || dry.Total().Skipped[SkipObjected] != 1 {
			t.Errorf("%s: %d left, %v\n%s", name, len(left), err, r.Explain())
		}
		second := mustRun(t, imp, RunOptions{}, later[0], later[1])
		if again := second.Total(); again.Skipped[SkipObjected] != 0 || again.Created+again.Updated != 0 {
			t.Errorf("%s: the second run did something: %+v", name, again)
		}
		if r := mustRun(t, imp, RunOptions{}, etab, units); r.Total().Created != 0 {
			t.Errorf("%s: given back by an old file\n%s", name, r.Explain())
		}
		if r := mustRun(t, imp, RunOptions{}, changed(etab, "2026-01-15T", "2026-03-15T"), units); r.Total().Created != 1 {
			t.Errorf("%s: not given back\n%s", name, r.Explain())
		}
	}
}

// TestSireneHidesInAnyOrder gives the register with and without an objection, and
// another source, in every order: nothing of the older register is left.
func TestSireneHidesInAnyOrder(t *testing.T) {
	etab, units := fixture(t, "StockEtablissement.csv"), fixture(t, "StockUniteLegale.csv")
	text, err := os.ReadFile(etab)
	if err != nil {
		t.Fatal(err)
	}
	objects := strings.ReplaceAll(strings.ReplaceAll(string(text), "00200008100014,O,", "00200008100014,P,"), "2026-01-15T", "2026-03-15T")
	hides := write(t, "StockEtablissement.csv", objects)
	list := write(t, "a.csv", "siret;nom;code_postal;courriel\n00200008100014;De la liste;94400;liste@example.org\n")
	steps := [][]string{{etab, units}, {hides, units}, {list}}
	for name, orders := range map[string][][]int{
		"alone":          {{0, 1}, {1, 0}},
		"another source": {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}},
	} {
		var want []structure.Structure
		for _, order := range orders {
			structures := mustStore(t)
			for _, i := range order {
				mustRun(t, newImporter(t, structures), RunOptions{}, steps[i]...)
			}
			var got []structure.Structure
			left, err := structures.FindLookup(t.Context(), "siret:00200008100014", 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range left {
				got = append(got, factsOf(d.Value))
				if d.Value.Name != "De la liste" || d.Value.NAF != "" || slices.Contains(d.Value.Sources(), structure.SourceSIRENE) {
					t.Errorf("%s %v: %+v", name, order, d.Value)
				}
			}
			if want == nil {
				want = got
			}
			if len(got) != len(orders[0])-2 || !reflect.DeepEqual(got, want) {
				t.Errorf("%s %v: %+v\nwant %+v", name, order, got, want)
			}
		}
	}
}

// TestSireneWithdrawsNothingOfOthers keeps what another source publishes, and a
// sheet that a later file has given.
func TestSireneWithdrawsNothingOfOthers(t *testing.T) {
	etab, units := fixture(t, "StockEtablissement.csv"), fixture(t, "StockUniteLegale.csv")
	text, err := os.ReadFile(etab)
	if err != nil {
		t.Fatal(err)
	}
	objects := strings.ReplaceAll(string(text), "00200008100014,O,", "00200008100014,P,")
	structures := mustStore(t)
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, etab, units)
	old := strings.ReplaceAll(objects, "2026-01-15T", "2025-01-15T")
	unit, err := os.ReadFile(units)
	if err != nil {
		t.Fatal(err)
	}
	oldUnits := strings.ReplaceAll(string(unit), "2026-02-01T", "2025-02-01T")
	mustRun(t, imp, RunOptions{}, write(t, "e.csv", old), write(t, "u.csv", oldUnits))
	bySIRET(t, structures, "00200008100014") // an older file withdraws nothing
	mustRun(t, imp, RunOptions{}, write(t, "x.csv", "siret;nom;telephone\n00200008100014;Le jardin;0199000001\n"))
	r := mustRun(t, imp, RunOptions{}, write(t, "e.csv", objects), units)
	told := rejected(t, r)
	if s := bySIRET(t, structures, "00200008100014").Value; s.Contact.Phone == "" || len(told) == 0 || !strings.Contains(told[len(told)-1][4], "à examiner") {
		t.Errorf("%+v\n%q", s, told)
	}
}

// TestSireneSameSIRET gives an establishment on two lines: the later treated counts,
// in either order.
func TestSireneSameSIRET(t *testing.T) {
	header := strings.Join(etabNames[:etabNAF2025], ",")
	row := func(day, sign string) string {
		return "00200000800017,O,A,94081,81.21Z,NAFRev2," + day + "T08:00:00,,,,,,,94400,VITRY,,,," + sign + ",,,,"
	}
	units := fixture(t, "StockUniteLegale.csv")
	older, newer := row("2026-01-01", "ANCIENNE"), row("2026-05-01", "NOUVELLE")
	for _, lines := range []string{older + "\n" + newer, newer + "\n" + older} {
		structures := mustStore(t)
		r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "e.csv", header+"\n"+lines+"\n"), units)
		if r.Files[0].Rejected != 1 || bySIRET(t, structures, "00200000800017").Value.TradeName != "NOUVELLE" {
			t.Errorf("%s", r.Explain())
		}
	}
}

// TestSireneOverseas leaves out coordinates of another projection.
func TestSireneOverseas(t *testing.T) {
	row := "00200000800017,O,A,97411,81.21Z,NAFRev2,2026-01-15T08:00:00,,,,,,,97400,SAINT-DENIS,,338000,7690000,,,,,"
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{Territory: []territory.Territory{mustResolve(t, "FR")}},
		write(t, "e.csv", strings.Join(etabNames[:etabNAF2025], ",")+"\n"+row+"\n"), fixture(t, "StockUniteLegale.csv"))
	if r.Total().Created != 1 {
		t.Fatalf("%s", r.Explain())
	}
	if p := bySIRET(t, structures, "00200000800017").Value.Address.Point; p.Precision == structure.PrecisionExact || p.Lat > -20 {
		t.Errorf("point %+v", p)
	}
}

// TestSireneLeavesTheSectors takes away what an APE code suggested once the register
// gives another that suggests nothing, in any order of the files; what a structure
// has declared stays.
func TestSireneLeavesTheSectors(t *testing.T) {
	file := func(day, naf string) string {
		row := "00200000800017,O,A,94081," + naf + ",NAFRev2," + day + "T08:00:00,,,,,,,94400,VITRY,,,,,,,,"
		return write(t, "e"+day+".csv", strings.Join(etabNames[:], ",")+"\n"+row+"\n")
	}
	units, err := os.ReadFile(fixture(t, "StockUniteLegale.csv"))
	if err != nil {
		t.Fatal(err)
	}
	unit := write(t, "u.csv", strings.ReplaceAll(string(units), "2026-02-01T", "2025-02-01T"))
	cleaning, church := file("2026-03-01", "81.21Z"), file("2026-05-01", "94.91Z")
	declared := write(t, "x.csv", "siret;nom;secteurs;code_insee;code_postal\n00200000800017;Connue;traiteur;94081;94400\n")
	known := write(t, "y.csv", "siret;nom;code_insee;code_postal\n00200000800017;Connue;94081;94400\n")
	for name, c := range map[string]struct {
		files []string
		want  int
	}{
		"cleaning, then none":   {[]string{cleaning, church}, 0},
		"and the old one again": {[]string{cleaning, church, cleaning}, 0},
		"none, then cleaning":   {[]string{known, church, cleaning}, 0},
		"declared before":       {[]string{declared, cleaning, church}, 1},
		"declared after":        {[]string{cleaning, church, declared}, 1},
	} {
		structures := mustStore(t)
		imp := newImporter(t, structures)
		var last Report
		for _, f := range c.files {
			files := []string{f}
			if strings.Contains(f, "e2026") {
				files = append(files, unit)
			}
			last = mustRun(t, imp, RunOptions{}, files...)
		}
		s := bySIRET(t, structures, "00200000800017").Value
		_, told := s.Origins[structure.FieldActivities]
		if len(s.Activities) != c.want || told != (c.want > 0) || s.NAF != "9491Z" {
			t.Errorf("%s: %+v, told %v\n%s", name, s, told, last.Explain())
		}
		for _, f := range []string{cleaning, church} {
			if r := mustRun(t, imp, RunOptions{}, f, unit); r.Total().Created+r.Total().Updated != 0 {
				t.Errorf("%s: read again, something is written\n%s", name, r.Explain())
			}
		}
	}
	if r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, church, unit); r.Total().Created != 0 || r.Files[0].Skipped[SkipUnmapped] != 1 {
		t.Errorf("of no sector, and not known before\n%s", r.Explain())
	}
}
