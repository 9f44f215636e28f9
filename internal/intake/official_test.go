package intake

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// asked is a territory as --territory gives it.
func asked(tb testing.TB, values ...string) (out []territory.Territory) {
	tb.Helper()
	for _, v := range values {
		out = append(out, mustResolve(tb, v))
	}
	return out
}

func TestDataInclusion(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "data_inclusion.json"))
	equal(t, r.Files[0].Counts, Counts{Read: 5, Created: 1, Updated: 1, Rejected: 2, Ignored: 1, Skipped: map[Skip]int64{SkipUnknown: 1}})
	s := bySIRET(t, structures, "00200903300016").Value
	seen := s.Sightings[structure.SourceDataInclusion].Seen
	equal(t, s.Agreements, []structure.Agreement{
		{Kind: structure.EI, Source: structure.SourceDataInclusion, AsOf: "2026-03-04", Seen: seen},
		{Kind: structure.ACI, Source: structure.SourceDataInclusion, AsOf: "2026-03-04", Seen: seen},
	})
	if s.Contact.Phone != "0199000013" || s.Contact.Email != "contact@chantier.example.org" || s.Address.Point.Lat != 48.79 || s.Address.Commune != "94081" {
		t.Errorf("completed by a record without SIRET, of a later day: %+v", s)
	}
	told := rejected(t, r)
	if !strings.Contains(told[0][4], "soliguide--") || told[1][2] != "siret" || told[1][1] != "5" || !strings.Contains(told[2][4], "aucune structure connue") {
		t.Errorf("rejects %q", told)
	}
	// A mission locale makes no sheet, and completes one that is there.
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, write(t, "x.csv", "siret;nom\n00200904100019;Mission fictive\n"))
	mustRun(t, imp, RunOptions{}, fixture(t, "data_inclusion.json"))
	if s := bySIRET(t, structures, "00200904100019").Value; s.Address.Commune != "94041" || len(s.Agreements) != 0 {
		t.Errorf("stored %+v", s)
	}
}

// TestDataInclusionWorkbook reads the workbook of producers: a title, a line of
// notices to leave out, a number for a date, other sheets beside.
func TestDataInclusionWorkbook(t *testing.T) {
	f := excelize.NewFile()
	for _, name := range []string{"Services", "Cachée"} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue(name, "A1", "structure_id"); err != nil {
			t.Fatal(err)
		}
	}
	for cell, row := range map[string][]any{
		"A1": {"Structures à remplir"},
		"A2": {"__ignore__", "id", "date_maj", "nom", "siret", "description", "commune", "code_postal", "reseaux_porteurs", "lien_source"},
		"A3": {"TRUE", "Un identifiant", "", "Un nom", "", "", "", "", "aci"},
		"A4": {"", "a--1", 46085, "Chantier du tableau", "00200903300016", "", "Vitry-sur-Seine", 94400, "coorace, aci;etti"},
	} {
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MergeCell("Sheet1", "A1", "J1"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetSheetVisible("Cachée", false); err != nil {
		t.Fatal(err)
	}
	path := write(t, "x.xlsx", "")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, path)
	equal(t, r.Files[0].Counts, Counts{Read: 2, Created: 1, Skipped: map[Skip]int64{SkipExample: 1}})
	s := bySIRET(t, structures, "00200903300016").Value
	if k := s.KindsInForce("2026-11-23"); len(k) != 2 || s.Origins[structure.FieldName].AsOf != "2026-03-04" {
		t.Errorf("kinds %v, origins %+v", k, s.Origins)
	}
	if n := r.Files[0].Notes; !strings.Contains(plainSpaces(n[0]), "« Sheet1 » est lue") || !strings.Contains(n[0], "Services") || strings.Contains(n[0], "Cachée") {
		t.Errorf("notes %q", n)
	}
}

// TestDataInclusionServices are known, and say nothing of what is sold.
func TestDataInclusionServices(t *testing.T) {
	for name, text := range map[string]string{
		"x.json": `[{"source":"dora","structure_id":"dora--1","id":"dora--2","nom":"Aide","description":"","date_maj":"2026-01-01"}]`,
		"x.csv":  "structure_id;id;nom;thematiques;date_maj;lien_source\n",
	} {
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, name, text))
		if f := r.Files[0]; f.Cause != NotRead || !strings.Contains(f.Refusal, "aides aux personnes") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestRGE makes no sheet, and tells its label to those that are there or come.
func TestRGE(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	r := mustRun(t, imp, RunOptions{}, fixture(t, "rge.csv"))
	equal(t, r.Files[0].Counts, Counts{Read: 5, Joined: 2, Rejected: 1, Ignored: 1, Skipped: map[Skip]int64{SkipUnknown: 2}})
	if n := len(content(t, structures)); n != 0 {
		t.Errorf("%d sheets made", n)
	}
	mustRun(t, imp, RunOptions{}, write(t, "x.csv", "siret;nom;code_insee\n00200905800013;Chauffage;94081\n00200906600016;Toits;13055\n"))
	s := bySIRET(t, structures, "00200905800013").Value
	want := structure.Label{Code: "rge", Name: "RGE", From: "2024-05-01", To: "2028-04-30", Scope: "Pompe à chaleur : chauffage",
		Source: structure.SourceRGE, AsOf: "2026-11-02", Seen: s.Sightings[structure.SourceRGE].Seen}
	for i := range s.Labels {
		s.Labels[i].Scope = plainSpaces(s.Labels[i].Scope)
	}
	equal(t, s.Labels, []structure.Label{want})
	if s.Address.Commune != "94081" || s.Contact.Email != "rge@example.org" {
		t.Errorf("stored %+v", s)
	}
	// Of places whose sheets the register does not make, nothing is kept for later.
	if s := bySIRET(t, structures, "00200906600016").Value; len(s.Labels) != 0 {
		t.Errorf("labels %+v", s.Labels)
	}
	r = mustRun(t, imp, RunOptions{}, fixture(t, "rge.csv"))
	if s := bySIRET(t, structures, "00200906600016").Value; len(s.Labels) != 1 || r.Files[0].Updated != 1 || r.Files[0].Unchanged != 1 {
		t.Errorf("labels %+v\n%s", s.Labels, r.Explain())
	}
	r = mustRun(t, newImporter(t, mustStore(t)), RunOptions{Territory: asked(t, "dep:13")}, fixture(t, "rge.csv"))
	if f := r.Files[0]; f.Skipped[SkipUnknown] != 1 || f.Skipped[SkipOutside] != 1 {
		t.Errorf("%s", r.Explain())
	}
}

// TestRGEOfPersons makes no sheet of a sole trader whose holder objects in the
// register, whichever is imported first, and gives the label to one who does not.
func TestRGEOfPersons(t *testing.T) {
	var places, units []string
	for siret, status := range map[string]string{"00200000800017": "P", "00200001600010": "O"} {
		place, unit := make([]string, etabColumns), make([]string, unitColumns)
		place[etabSIRET], place[etabStatus], place[etabState], place[etabCommune] = siret, "O", "A", "94081"
		place[etabNAF], place[etabNomenclature] = "81.21Z", "NAFRev2"
		unit[unitSIREN], unit[unitStatus], unit[unitState], unit[unitCategory], unit[unitLastName] = siret[:9], status, "A", "1000", "DUPONT"
		places, units = append(places, strings.Join(place, ",")), append(units, strings.Join(unit, ","))
	}
	both := []string{
		write(t, "e.csv", strings.Join(etabNames[:], ",")+"\n"+strings.Join(places, "\n")+"\n"),
		write(t, "u.csv", strings.Join(unitNames[:], ",")+"\n"+strings.Join(units, "\n")+"\n"),
	}
	list := write(t, "rge.csv", "siret,nom_entreprise,adresse,code_postal,commune,email,nom_qualification\n"+
		"00200000800017,DUPONT JEAN,1 r,94400,Vitry-sur-Seine,jean.dupont@example.org,Q\n00200001600010,MACONNERIE,1 r,94400,Vitry-sur-Seine,m@example.org,Q\n")
	for name, runs := range map[string][][]string{
		"together": {append([]string{list}, both...)}, "list first": {{list}, both}, "register first": {both, {list}},
	} {
		structures := mustStore(t)
		for _, files := range runs {
			mustRun(t, newImporter(t, structures), RunOptions{}, files...)
		}
		if n := len(content(t, structures)); n != 1 {
			t.Errorf("%s: %d sheets", name, n)
		}
		if s := bySIRET(t, structures, "00200001600010").Value; len(s.Labels) != 1 || s.Contact.Email != "m@example.org" {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// TestRGEList reads a page of the API to the same end.
func TestRGEList(t *testing.T) {
	text, err := os.ReadFile("testdata/rge.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(text), `"`, "")), "\n")
	names := strings.Split(lines[0], ",")
	var list []map[string]any
	for _, l := range lines[1:] {
		item := map[string]any{"_geopoint": []int{1, 2}}
		for i, v := range strings.Split(l, ",") {
			item[names[i]] = v
		}
		list = append(list, item)
	}
	page, err := json.Marshal(map[string]any{"total": 9, "results": list})
	if err != nil {
		t.Fatal(err)
	}
	a, b := mustStore(t), mustStore(t)
	sheet := write(t, "x.csv", "siret;nom\n00200905800013;Chauffage fictif\n")
	mustRun(t, newImporter(t, a), RunOptions{}, sheet, fixture(t, "rge.csv"))
	r := mustRun(t, newImporter(t, b), RunOptions{}, write(t, "x.json", string(page)), sheet)
	s, want := bySIRET(t, b, "00200905800013").Value, bySIRET(t, a, "00200905800013").Value
	want.Labels[0].Seen = s.Labels[0].Seen // names the file
	if s.Labels[0] != want.Labels[0] || s.Address != want.Address {
		t.Errorf("got %+v, want %+v", s, want)
	}
	if n := r.Files[0].Notes; len(n) != 2 || !strings.Contains(n[1], "5 des 9 résultats") {
		t.Errorf("notes %q", n)
	}
}

// TestRGEDates gathers what is in force on the day of the file, and treats a day
// that is not given as open.
func TestRGEDates(t *testing.T) {
	for name, c := range map[string]struct{ days, from, to, scope string }{
		"one":            {"2024-01-01 2027-01-01", "2024-01-01", "2027-01-01", "A"},
		"widest":         {"2024-01-01 2027-01-01 2023-01-01 2026-12-01", "2023-01-01", "2027-01-01", "A ; B"},
		"no last day":    {"2024-01-01 2027-01-01 2025-01-01 -", "2024-01-01", "", "A ; B"},
		"no first day":   {"- 2027-01-01 2024-01-01 2028-01-01", "", "2028-01-01", "A ; B"},
		"first unbound":  {"2024-01-01 - 2024-02-01 2027-01-01", "2024-01-01", "", "A ; B"},
		"French writing": {"01/02/2024 31/01/2027", "2024-02-01", "2027-01-31", "A"},
		"one is over":    {"2019-05-01 2020-04-30 2026-05-01 2028-04-30", "2026-05-01", "2028-04-30", "B"},
		"last day":       {"2019-05-01 2026-11-01 2024-05-01 2026-11-02", "2024-05-01", "2026-11-02", "B"},
		"one to come":    {"2027-01-01 2030-01-01 2024-05-01 2027-12-31", "2024-05-01", "2027-12-31", "B"},
		"all to come":    {"2027-01-01 2030-01-01 2019-05-01 2020-04-30", "2027-01-01", "2030-01-01", "A"},
		"all over":       {"2019-05-01 2020-04-30 2018-05-01 2022-04-30", "2018-05-01", "2022-04-30", "B"},
	} {
		var lines []setAside
		days := strings.Fields(c.days)
		for i := 0; i < len(days); i += 2 {
			fields := make([][]byte, rgeColumns)
			fields[rgeFrom], fields[rgeTo], fields[rgeDomain] = []byte(days[i]), []byte(days[i+1]), []byte{byte('A' + i/2)}
			lines = append(lines, setAside{fields: fields})
		}
		j := &rgeJob{part: &part{Part: &input.Part{}}}
		if x := j.label(lines, "2026-11-02"); string(x.From) != c.from || string(x.To) != c.to || plainSpaces(x.Scope) != c.scope {
			t.Errorf("%s: %+v, want %+v", name, x, c)
		}
	}
}

// TestRFAR gives drafts about legal units.
func TestRFAR(t *testing.T) {
	s := newSession(newImporter(t, mustStore(t)), RunOptions{})
	file := fixture(t, "rfar.csv")
	s.rejects.dir = t.TempDir()
	parts, err := s.open(t.Context(), given{path: file})
	if err != nil || len(parts) != 1 || parts[0].layout.format != RFAR {
		t.Fatalf("%v, %+v", err, s.report.Files[0])
	}
	var got []*Draft
	read := readRFAR(s, parts[0])
	if err := s.rows(t.Context(), parts[0], func(row *input.Row, l *line) error {
		if d := read(row, l); d != nil {
			got = append(got, d)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].SIREN != "002009058" || got[1].SIREN != "002009009" || got[0].Creates || got[0].SIRET != "" {
		t.Fatalf("drafts %+v", got)
	}
	equal(t, got[0].Facts.Labels, []structure.Label{{Code: "rfar", Name: "Relations fournisseurs et achats responsables", Scope: "Siège et agences"}})
	if r := s.report.Files[0]; r.Rejected != 1 || r.Repaired[RepairZero] != 1 {
		t.Errorf("%+v", r.Counts)
	}
	if err := s.rejects.close(); err != nil {
		t.Error(err)
	}
}

func TestRechercheEntreprises(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	r := mustRun(t, imp, RunOptions{}, fixture(t, "recherche_entreprises.json"))
	f := r.Files[0]
	equal(t, f.Counts, Counts{Read: 7, Created: 3, Ignored: 2, Skipped: map[Skip]int64{SkipOutside: 1, SkipClosed: 1, SkipNotDiffused: 1, SkipUnmapped: 1}})
	if len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "5 des 7 résultats") {
		t.Errorf("notes %q", f.Notes)
	}
	net := bySIRET(t, structures, "00200907400010").Value
	if net.Name != "NET FICTIF" || net.TradeName != "LE NET" || net.NAF != "8121Z" || net.NAF2025 != "8121Y" || net.Size != structure.PME || net.ESS != structure.SCESS {
		t.Errorf("stored %+v", net)
	}
	if net.Address.Street != "5 RUE FICTIVE" || net.Address.Point.Precision != structure.PrecisionExact || net.Labels[0].Code != "rge" {
		t.Errorf("address %+v, labels %v", net.Address, net.Labels)
	}
	if len(net.Agreements) != 0 || !strings.Contains(rejected(t, r)[0][4], "2 établissements ouverts") {
		t.Errorf("an agreement of one of two establishments: %+v", net.Agreements)
	}
	site := bySIRET(t, structures, "00200908200013").Value // no sector: its agreements make it
	if k := site.KindsInForce("2026-11-23"); len(k) != 2 || site.ESS != structure.ASSO || site.Address.Street != "5 RUE FICTIVE" {
		t.Errorf("kinds %v of %+v", k, site)
	}
	// Whoever objects since loses the sheet that this source alone has made.
	text, err := os.ReadFile("testdata/recherche_entreprises.json")
	if err != nil {
		t.Fatal(err)
	}
	objects := strings.Replace(string(text), `"statut_diffusion": "O"`, `"statut_diffusion": "P"`, 1)
	r = mustRun(t, imp, RunOptions{}, write(t, "x.json", objects))
	if found, err := structures.FindLookup(t.Context(), "siret:00200907400010", 2); err != nil || len(found) != 0 || r.Files[0].Skipped[SkipObjected] != 2 {
		t.Errorf("%d structures, %v\n%s", len(found), err, r.Explain())
	}
}

func TestAnyList(t *testing.T) {
	for in, want := range map[string]string{
		`"['ACI', 'EI']"`: "ACI|EI", `["ACI",null]`: "ACI|", `"[\"AI\"]"`: "AI", `null`: "", `"[]"`: "", `"ETTI"`: "ETTI", `12`: "12",
	} {
		var got anyList
		if err := json.Unmarshal([]byte(in), &got); err != nil || strings.Join(got, "|") != want {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
	var got anyList
	if err := json.Unmarshal([]byte(`{"a":1}`), &got); err == nil {
		t.Error("an object was taken for a list")
	}
}

// TestNomenclature keeps a code under the nomenclature that it is of.
func TestNomenclature(t *testing.T) {
	for code, want := range map[string][2]string{
		"81.21Z": {"8121Z", ""}, "0112Y": {"", "0112Y"}, "8810C": {"8810C", ""}, "47.91H": {"", "4791H"}, "n’importe": {"", ""}, "47.91a": {"4791A", ""},
	} {
		var s structure.Structure
		if keepNAF(&s, code); s.NAF != want[0] || s.NAF2025 != want[1] {
			t.Errorf("%s: %q and %q", code, s.NAF, s.NAF2025)
		}
	}
}
