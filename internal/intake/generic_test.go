package intake

import (
	"slices"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// TestInvisible drops what a copy from a page brings along: marks that turn text
// round on the sheet, or make a number none.
func TestInvisible(t *testing.T) {
	for in, want := range map[string]string{
		"\u202eABC\u202c": "ABC", "\u200b732\u2060 829": "732 829", "A\ufeff": "A", "Cœur\u00ad d’été": "Cœur d’été", "a\x07b\x01": "ab", "a\tb\nc": "a b c", "🌿": "🌿",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
	structures := mustStore(t)
	mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "siret;nom\n\u200b00200000800017;Nom \u202e inverse\n"))
	if s := bySIRET(t, structures, "00200000800017").Value; s.Name != "Nom inverse" {
		t.Errorf("name %q", s.Name)
	}
}

func TestGeneric(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "generic.csv"))
	if f := r.Files[0]; f.Format != Generic || f.Created != 3 || f.Updated != 1 || f.Ignored != 0 {
		t.Fatalf("report\n%s%q", r.Explain(), rejected(t, r))
	}
	s := bySIRET(t, structures, "00200000800017").Value
	from := structure.Origin{Source: structure.SourceGeneric, AsOf: "2026-11-02", File: s.Origins[structure.FieldName].File, Line: 2}
	seen := structure.NewRef(from.AsOf, from.File)
	want := structure.Structure{
		ID: structure.NewID("siret:00200000800017"), SIRET: "00200000800017", Name: "Atelier fictif des Lilas", TradeName: "Les Lilas",
		ESS: structure.ASSO, ESUS: true, Size: structure.TPE, Workforce: "03", References: []string{"Ville fictive", "Port fictif"},
		Labels: []structure.Label{{Code: "empl-itude", Name: "Empl’itude", Source: structure.SourceGeneric, AsOf: "2026-11-02", Seen: seen},
			{Code: "rge", Name: "RGE", Source: structure.SourceGeneric, AsOf: "2026-11-02", Seen: seen}},
		Description: "Nettoyage de bureaux ;\nentretien d’espaces verts.",
		Activities: []structure.Activity{{
			Sectors: s.Activities[0].Sectors, Modes: []structure.Mode{structure.PREST, structure.DISP},
			Zone: structure.Zone{Territories: []string{"94081", "dep:91"}},
		}},
		Address: structure.Address{Street: "12 rue des Lilas", PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081",
			Point: structure.Point{Lat: 48.7876, Lon: 2.3928, Precision: structure.PrecisionExact}},
		Contact: structure.Contact{Phone: "01 99 00 00 09", Email: "contact@example.org", Website: "https://www.example.org"},
	}
	got := s
	equal(t, got.Sightings, map[structure.Source]structure.Sighting{structure.SourceGeneric: {Seen: seen}})
	got.Sightings, got.Agreements, got.Origins, got.CreatedAt, got.UpdatedAt = nil, nil, nil, want.CreatedAt, want.UpdatedAt
	equal(t, got, want)
	if codes := s.Activities[0].Sectors; len(codes) != 2 || codes[0] != "nettoyage-locaux" {
		t.Errorf("sectors %v", codes)
	}
	equal(t, s.Agreements, []structure.Agreement{
		{Kind: structure.EI, Source: structure.SourceGeneric, AsOf: "2026-11-02", Seen: seen},
		{Kind: structure.ACI, Source: structure.SourceGeneric, AsOf: "2026-11-02", Seen: seen},
	})
	if o := s.Origins[structure.FieldName]; o != from || len(o.File) != 17 {
		t.Errorf("origin of the name %+v", o)
	}
	if o := s.Origins[structure.FieldPhone]; o.Line != 6 {
		t.Errorf("origin of the phone %+v: the last line, attached by name, gave it", o)
	}
	if s.CreatedAt != noon || s.UpdatedAt != noon {
		t.Errorf("instants %v and %v", s.CreatedAt, s.UpdatedAt)
	}
}

func TestGenericOthers(t *testing.T) {
	structures := mustStore(t)
	mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "generic.csv"))
	esat := bySIRET(t, structures, "00200001600010").Value
	if esat.FINESS != "960000017" || esat.ID != structure.NewID("finess:960000017") || esat.Address.Commune != "94022" {
		t.Errorf("ESAT %+v", esat)
	}
	if a := esat.Activities; len(a) != 1 || !a[0].Derived || a[0].Zone.RadiusKM != 25 || esat.NAF != "8121Z" {
		t.Errorf("an APE code in the list of sectors must be derived: %+v", a)
	}
	if esat.Workforce != "12" || esat.Size != "" || esat.Address.Point.Precision != structure.PrecisionCommune {
		t.Errorf("workforce %s, size %s, point %+v", esat.Workforce, esat.Size, esat.Address.Point)
	}
	coop := bySIRET(t, structures, "00200002400014").Value
	if coop.ESS != structure.COOP || !coop.Activities[0].Zone.France || len(coop.Activities[0].Sectors) != 1 || coop.Address.City != "Orly" {
		t.Errorf("cooperative %+v", coop)
	}
}

func TestGenericValues(t *testing.T) {
	for name, c := range map[string]struct {
		header, row string
		column, why string // of the reject; "" = none
		check       func(structure.Structure) bool
	}{
		"scientific": {"siret;nom", "8,07469E+13;X", "siret", "scientifique", nil},
		"checksum":   {"siret;nom", "00200000800018;X", "siret", "clé de contrôle", nil},
		"short":      {"siret;nom", "123;X", "siret", "14 chiffres", nil},
		"letters":    {"siret;nom", "ABC;X", "siret", "pas un nombre", nil},
		"zero lost": {"siret;nom", "200000800017;X", "", "",
			func(s structure.Structure) bool { return s.SIRET == "00200000800017" }},
		"finess":    {"finess;nom", "12;X", "finess", "9 caractères", nil},
		"no name":   {"siret;nom", "00200000800017;", "nom", "sans nom", nil},
		"no number": {"siret;nom;code_postal", ";X;94400", "nom, code_postal", "aucune structure", nil},
		"nothing":   {"siret;nom;code_postal", ";X;", "nom, code_postal", "il faut un nom", nil},
		"bad type":  {"siret;nom;type", "00200000800017;X;EI|pizza", "type", "type inconnu", kinds(structure.EI)},
		"bad size":  {"siret;nom;taille", "00200000800017;X;énorme", "taille", "TPE", nil},
		"size as type": {"siret;nom;type", "00200000800017;X;PME", "", "",
			func(s structure.Structure) bool { return s.Size == structure.PME }},
		"ess without family":  {"siret;nom;ess", "00200000800017;X;oui", "ess", "famille", nil},
		"ess nonsense":        {"siret;nom;ess", "00200000800017;X;peut-être", "ess", "attendu", nil},
		"esus nonsense":       {"siret;nom;esus", "00200000800017;X;peut-être", "esus", "attendu", nil},
		"bad sector":          {"siret;nom;secteurs", "00200000800017;X;téléportation", "secteurs", "secteur inconnu", nil},
		"bad mode":            {"siret;nom;modes", "00200000800017;X;troc", "modes", "mode inconnu", nil},
		"bad zone":            {"siret;nom;zone", "00200000800017;X;Atlantide|94081", "zone", "territoire inconnu", territories("94081")},
		"quarter not loaded":  {"siret;nom;zone", "00200000800017;X;qpv:QN09404M", "zone", "territoire inconnu", nil},
		"radius too large":    {"siret;nom;rayon_km", "00200000800017;X;9000", "rayon_km", "kilomètres", nil},
		"radius not a number": {"siret;nom;rayon_km", "00200000800017;X;NaN", "rayon_km", "kilomètres", nil},
		"zone and radius":     {"siret;nom;zone;rayon_km", "00200000800017;X;94081;10", "rayon_km", "zone", territories("94081")},
		"bad mail":            {"siret;nom;courriel", "00200000800017;X;pas une adresse", "courriel", "courriel", nil},
		"bad phone":           {"siret;nom;telephone", "00200000800017;X;demander", "telephone", "téléphone", nil},
		"phone without zero": {"siret;nom;telephone", "00200000800017;X;199000001", "", "",
			func(s structure.Structure) bool { return s.Contact.Phone == "0199000001" }},
		"script as website": {"siret;nom;site_web", "00200000800017;X;javascript://example.org/%0aalert(1)", "site_web", "site", nil},
		"bad commune":       {"siret;nom;code_insee", "00200000800017;X;99999", "commune", "introuvable", nil},
		"swapped": {"siret;nom;code_insee;latitude;longitude", "00200000800017;X;94081;2.39;48.78", "", "",
			func(s structure.Structure) bool { return s.Address.Point.Lat == 48.78 && s.Address.Point.Lon == 2.39 }},
		"swapped overseas": {"siret;nom;code_insee;latitude;longitude", "00200000800017;X;97411;55.45;-20.88", "", "",
			func(s structure.Structure) bool { return s.Address.Point.Lat == -20.88 }},
		"abroad":         {"siret;nom;latitude;longitude", "00200000800017;X;40.7;-74", "latitude, longitude", "hors de France", nil},
		"far":            {"siret;nom;code_insee;latitude;longitude", "00200000800017;X;94081;43.3;5.4", "latitude, longitude", "km de Vitry", nil},
		"no coordinates": {"siret;nom;latitude;longitude", "00200000800017;X;nord;est", "latitude, longitude", "illisibles", nil},
		"zero zero": {"siret;nom;latitude;longitude", "00200000800017;X;0;0", "", "",
			func(s structure.Structure) bool { return s.Address.Point.Precision == "" }},
		"postal zero": {"siret;nom;code_postal;commune", "00200000800017;X;1000;Bourg-en-Bresse", "", "",
			func(s structure.Structure) bool {
				return s.Address.PostalCode == "01000" && s.Address.Commune == "01053"
			}},
		"workforce as band": {"siret;nom;effectif", "00200000800017;X;20 à 49 salariés", "", "",
			func(s structure.Structure) bool { return s.Workforce == "12" }},
		"workforce as number": {"siret;nom;effectif", "00200000800017;X;12", "", "",
			func(s structure.Structure) bool { return s.Workforce == "11" }},
		"workforce as bounds": {"siret;nom;effectif", "00200000800017;X;20 à 49", "", "",
			func(s structure.Structure) bool { return s.Workforce == "12" }},
		"workforce as an interval": {"siret;nom;effectif", "00200000800017;X;1 000-1 999", "", "",
			func(s structure.Structure) bool { return s.Workforce == "42" }},
		"bounds of no band": {"siret;nom;effectif", "00200000800017;X;20-40", "effectif", "tranche de l’Insee", nil},
		"the whole country": {"siret;nom;zone", "00200000800017;X;FRANCE|94081", "", "",
			func(s structure.Structure) bool {
				z := s.Activities[0].Zone
				return z.France && z.Territories == nil
			}},
		"postal code of elsewhere": {"siret;nom;code_insee;code_postal;commune", "00200000800017;X;94081;13001;MARSEILLE", "code_postal", "code postal de Vitry-sur-Seine",
			func(s structure.Structure) bool {
				a := s.Address
				return a.Commune == "94081" && a.City == "Vitry-sur-Seine" && a.PostalCode == ""
			}},
		"postal code of a CEDEX": {"siret;nom;code_insee;code_postal;commune", "00200000800017;X;94081;94407;VITRY CEDEX", "", "",
			func(s structure.Structure) bool { return s.Address.PostalCode == "94407" }},
		"postal code of a district": {"siret;nom;code_insee;code_postal;commune", "00200000800017;X;13055;13001;MARSEILLE", "", "",
			func(s structure.Structure) bool { return s.Address.PostalCode == "13001" }},
		"bad workforce": {"siret;nom;effectif", "00200000800017;X;beaucoup", "effectif", "nombre de personnes", nil},
		"long text": {"siret;nom", "00200000800017;" + strings.Repeat("é", 400), "nom", "trop long",
			func(s structure.Structure) bool { return len(s.Name) <= maxText }},
		"null byte": {"siret;nom", "00200000800017;a\x00b", "", "", func(s structure.Structure) bool { return s.Name == "a b" }},
		"régie":     {"siret;nom;type", "00200000800017;X;Régie de quartier", "", "", func(s structure.Structure) bool { return s.RegieDeQuartier }},
		"marks of nothing": {"siret;nom;enseigne", "00200000800017;X;#N/D", "", "",
			func(s structure.Structure) bool { return s.TradeName == "" }},
	} {
		t.Run(name, func(t *testing.T) {
			structures := mustStore(t)
			r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", c.header+"\n"+c.row+"\n"))
			told := rejected(t, r)
			if c.column == "" && len(told) > 0 {
				t.Fatalf("told %q", told)
			}
			if c.column != "" && (len(told) != 1 || told[0][1] != "2" || told[0][2] != c.column || !strings.Contains(told[0][4], c.why)) {
				t.Fatalf("told %q, want %s: %s", told, c.column, c.why)
			}
			if c.check == nil {
				return
			}
			for _, d := range content(t, structures) {
				if !c.check(d.Value) {
					t.Errorf("stored %+v", d.Value)
				}
			}
			if r.Total().Created != 1 {
				t.Errorf("nothing was created\n%s", r.Explain())
			}
		})
	}
}

func kinds(want ...structure.Kind) func(structure.Structure) bool {
	return func(s structure.Structure) bool { return slices.Equal(s.KindsInForce("2026-11-23"), want) }
}

func territories(want ...string) func(structure.Structure) bool {
	return func(s structure.Structure) bool { return slices.Equal(s.Activities[0].Zone.Territories, want) }
}

// TestWorkforceCodes reads a column of INSEE codes as such.
func TestWorkforceCodes(t *testing.T) {
	structures := mustStore(t)
	file := write(t, "x.csv", "siret;nom;effectif\n00200000800017;X;12\n00200001600010;Y;NN\n")
	mustRun(t, newImporter(t, structures), RunOptions{}, file)
	if w := bySIRET(t, structures, "00200000800017").Value.Workforce; w != "12" {
		t.Errorf("workforce %s, want 12 (20 à 49)", w)
	}
}

// TestOldMacintosh reads lines that a carriage return alone ends.
func TestOldMacintosh(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "siret;nom;effectif\r00200000800017;X;12\r00200001600010;Y;NN\r"))
	if r.Total().Created != 2 || bySIRET(t, structures, "00200000800017").Value.Workforce != "12" {
		t.Errorf("%s", r.Explain())
	}
}

func TestGenericHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		says   []string // nil = accepted
	}{
		"any order, case, accents": {"NOM;Siret;Téléphone;Code Postal;Références", nil},
		"comma":                    {"siret,nom", nil},
		"tab":                      {"siret\tnom", nil},
		"bar":                      {"siret|nom", nil},
		"unknown besides":          {"siret;nom;commune;commentaire interne", nil},
		"misspelt":                 {"sirett;nom;code_postal", []string{"« sirett » (plutôt « siret » ?)", "comprises : « nom », « code_postal »"}},
		"misspelt longer":          {"siret;nom;descripton", []string{"« descripton » (plutôt « description » ?)"}},
		"letters swapped":          {"siert;nom;code_postal", []string{"plutôt « siret » ?"}},
		"twice":                    {"siret;nom;nom", []string{"« nom » (en double)"}},
		"missing":                  {"nom;description", []string{"manquantes : « siret », ou « finess », ou « nom » et « code_postal »"}},
		"nothing known":            {"foo;bar;baz", []string{"aucun format reconnu", "Colonnes comprises : aucune", "« foo », « bar », « baz »"}},
		"mostly something else":    {"siret;date;montant;objet;lieu", []string{"non comprises : « date », « montant », « objet », « lieu »"}},
		"one column":               {"siret", []string{"Le format de Sourcier connaît : siret, finess, nom"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.csv", c.header+"\n"))
			f := r.Files[0]
			if (c.says == nil) != (f.Refusal == "") {
				t.Fatalf("refusal %q", f.Refusal)
			}
			for _, s := range c.says {
				if !strings.Contains(plainSpaces(f.Refusal), s) {
					t.Errorf("refusal %q does not say %q", f.Refusal, s)
				}
			}
		})
	}
}

// plainSpaces undoes French spacing.
func plainSpaces(s string) string {
	return strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(s)
}

// TestBrokenLineInTheMiddle loses that line only, in a file in Windows-1252.
func TestBrokenLineInTheMiddle(t *testing.T) {
	var b strings.Builder
	b.WriteString("siret;nom;description\n")
	for n := range 3000 {
		if n == 1500 {
			b.WriteString("\"cassée;ligne\n")
		}
		b.WriteString(fictionalSIRET(n) + ";Structure;entretien d\x92\xe9t\xe9\n")
	}
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", b.String()))
	f := r.Files[0]
	told := rejected(t, r)
	if f.Created != 3000 || f.Rejected != 1 || f.Repaired[RepairEncoding] != 3000 || told[0][1] != "1502" {
		t.Errorf("%s%q", r.Explain(), told)
	}
	if d := bySIRET(t, structures, fictionalSIRET(2000)).Value.Description; d != "entretien d’été" {
		t.Errorf("description %q", d)
	}
}
