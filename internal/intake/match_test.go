package intake

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// finessFile writes a table of FINESS: "960000100 246 ESAT UN", all of one SIRET.
func finessFile(t testing.TB, siret string, establishments ...string) string {
	t.Helper()
	lines := []string{"finess;etalab;111;2026-05-12"}
	for _, e := range establishments {
		words := strings.SplitN(e, " ", 3)
		lines = append(lines, fmt.Sprintf("structureet;%s;960000001;%s;;;;12;R;DES LILAS;;;081;94;VAL-DE-MARNE;94400 VITRY SUR SEINE;;;%s;;;;%s;8810C;57;ARS;9;;;;;", words[0], words[2], words[1], siret))
	}
	return write(t, "finess.csv", strings.Join(lines, "\n")+"\n")
}

// ea2File writes a list of EA2 of one row.
func ea2File(t testing.TB, siret, kind string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/ea2.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	row := fmt.Sprintf("ITOU|%s|00000101|1|%s|Groupe|secret@example.org|%s|ADAPTEE|9||4||Rue|DE LA MOTTE|94400|94081|", kind, siret, siret)
	return write(t, "ea2.txt", strings.Join([]string{lines[0], lines[1], row, "Z|ASP|EA|20261103|235959|1|1|"}, "\n")+"\n")
}

// sheets tells of each sheet its FINESS number, its name and its agreements.
func sheets(list map[string]structure.Structure) (out []string) {
	for _, s := range list {
		var kinds []string
		for _, a := range s.Agreements {
			kinds = append(kinds, string(a.Kind)+"/"+string(a.Source))
		}
		out = append(out, strings.Join([]string{s.FINESS, s.Name, s.Address.Street, strings.Join(kinds, " ")}, ", "))
	}
	slices.Sort(out)
	return out
}

// TestSisters imports an ESAT and an entreprise adaptée of one SIRET, in every
// order and at once.
func TestSisters(t *testing.T) {
	siret := siretOf(t, 6001)
	ea, eatt := ea2File(t, siret, "Entreprise Adaptée"), ea2File(t, siret, "Entreprise Adaptée Travail Temporaire")
	const lilas = ", 12 rue DES LILAS, "
	alone := []string{", ADAPTEE, 4 Rue DE LA MOTTE, EA/ea2", "960000100, ESAT UN" + lilas + "ESAT/finess"}
	sister := []string{"960000100, ESAT UN" + lilas + "ESAT/finess", "960000126, ADAPTEE, 4 Rue DE LA MOTTE, EA/finess EA/ea2"}
	for name, c := range map[string]struct {
		files []string
		want  []string
	}{
		"an ESAT and its sister":        {[]string{finessFile(t, siret, "960000100 246 ESAT UN"), ea}, alone},
		"a sister with a number":        {[]string{finessFile(t, siret, "960000100 246 ESAT UN", "960000126 247 EA DEUX"), ea}, sister},
		"in two files":                  {[]string{finessFile(t, siret, "960000100 246 ESAT UN"), finessFile(t, siret, "960000126 247 EA DEUX"), ea}, sister},
		"one EA":                        {[]string{finessFile(t, siret, "960000126 247 EA DEUX"), ea}, sister[1:]},
		"temporary work of an EA":       {[]string{finessFile(t, siret, "960000126 247 EA DEUX"), eatt}, []string{"960000126, ADAPTEE, 4 Rue DE LA MOTTE, EA/finess EATT/ea2"}},
		"temporary work beside an ESAT": {[]string{finessFile(t, siret, "960000100 246 ESAT UN"), eatt}, []string{", ADAPTEE, 4 Rue DE LA MOTTE, EATT/ea2", alone[1]}},
		"a sister whose agreement is over": {[]string{finessFile(t, siret, "960000100 246 ESAT UN"), write(t, "x.json",
			`[{"siret":"`+siret+`","kind":"EA","name":"X","address_line_1":"","convention_is_active":false,"updated_at":"2026-01-01T00:00:00Z"}]`)}, alone[1:]},
		"an ESAT that is also an EI": {[]string{finessFile(t, siret, "960000100 246 ESAT UN"), write(t, "x.csv", "siret;nom;type\n"+siret+";ESAT UN;EI\n")},
			[]string{"960000100, ESAT UN" + lilas + "ESAT/finess EI/generic"}},
	} {
		check := func(runs [][]string) {
			structures := mustStore(t)
			for _, files := range runs {
				mustRun(t, newImporter(t, structures), RunOptions{Partial: true}, files...)
			}
			found := map[string]structure.Structure{}
			for id, d := range content(t, structures) {
				found[id] = d.Value
			}
			if got := sheets(found); !slices.Equal(got, c.want) {
				t.Errorf("%s, %q:\n%q, want\n%q", name, runs, got, c.want)
			}
		}
		check([][]string{c.files})
		permute(c.files, 0, func() {
			var runs [][]string
			for _, f := range c.files {
				runs = append(runs, []string{f})
			}
			check(runs)
		})
	}
}

// TestSistersAtOnce reads FINESS first of the files of a run: without it a list of
// ESAT and one of entreprises adaptées would make one sheet of a SIRET.
func TestSistersAtOnce(t *testing.T) {
	siret := siretOf(t, 6001)
	structures := mustStore(t)
	mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "siret;nom;type;code_postal;commune\n"+siret+";ESAT UN;ESAT;94400;Vitry-sur-Seine\n"),
		ea2File(t, siret, "Entreprise Adaptée"), finessFile(t, siret, "960000100 246 ESAT UN", "960000126 247 EA DEUX"))
	for number, want := range map[string]structure.Kind{"960000100": structure.ESAT, "960000126": structure.EA} {
		s := byFINESS(t, structures, number)
		for _, kind := range s.AllKinds() {
			if kind != want || len(s.Agreements) != 2 {
				t.Errorf("%s: %+v", number, s.Agreements)
			}
		}
	}
	if n := len(content(t, structures)); n != 2 {
		t.Errorf("%d sheets", n)
	}
}

// TestSistersTold tells what only a person can attach, and attaches what the
// kind tells.
func TestSistersTold(t *testing.T) {
	siret := siretOf(t, 6001)
	both := []string{finessFile(t, siret, "960000100 246 ESAT UN", "960000126 247 EA DEUX")}
	for name, c := range map[string]struct {
		before []string
		row    string // type and name
		to     string // FINESS number, "" when it is told
	}{
		"its kind tells":          {both, "EA;DEUX", "960000126"},
		"its kind tells the ESAT": {both, "ESAT;UN", "960000100"},
		"no kind":                 {both, ";UN", ""},
		"a kind of neither":       {both, "EI;UN", ""},
		"two of its kind":         {[]string{finessFile(t, siret, "960000100 246 ESAT UN", "960000118 246 ESAT TROIS")}, "ESAT;UN", ""},
		"its id is taken":         {[]string{ea2File(t, siret, "Entreprise Adaptée"), finessFile(t, siret, "960000126 247 EA DEUX")}, "ESAT;UN", ""},
		"the only one":            {[]string{finessFile(t, siret, "960000100 246 ESAT UN")}, ";UN", "960000100"},
	} {
		structures := mustStore(t)
		for _, file := range c.before {
			mustRun(t, newImporter(t, structures), RunOptions{}, file)
		}
		kind, label, _ := strings.Cut(c.row, ";")
		r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "siret;nom;type;description\n"+siret+";"+label+";"+kind+";De la liste\n"))
		told := rejected(t, r)
		if c.to == "" {
			if len(told) != 1 || !strings.Contains(told[0][4], "donner le numéro FINESS") {
				t.Errorf("%s: told %q\n%s", name, told, r.Explain())
			}
			continue
		}
		if s := byFINESS(t, structures, c.to); s.Description != "De la liste" || r.Files[0].Updated != 1 {
			t.Errorf("%s: %+v\n%s", name, s, r.Explain())
		}
	}
}

// TestNameOfAnother tells a row that has the name or the sign of a structure of
// another kind, and attaches the others.
func TestNameOfAnother(t *testing.T) {
	const header = "Raison sociale,Enseigne,Type de structure,Adresse,Code postal,Ville,Référence client 1,Référence client 2,Référence client 3\n"
	const ei, aci, esat, ea = "Entreprise d'insertion (EI)", "Ateliers et chantiers d'insertion (ACI)", "Etablissement et service d'aide par le travail (ESAT)", "Entreprise adaptée (EA)"
	for name, c := range map[string]struct {
		sheet string // name, sign and type
		row   string // name and sign
		kind  string
		taken bool
	}{
		"the sign, another kind":         {"ARES;LES JARDINS;ESAT", "AUTRE SOCIETE,Les jardins", ei, false},
		"the name, another family":       {"ARES;LES JARDINS;ESAT", "ARÈS,", ei, false},
		"the name, a sister":             {"ARES;LES JARDINS;ESAT", "ARÈS,", ea, false},
		"the name":                       {"ARES;LES JARDINS;ESAT", "ARÈS,", esat, true},
		"the sign":                       {"ARES;LES JARDINS;ESAT", "AUTRE SOCIETE,Les jardins", esat, true},
		"the sign as name":               {"ARES;LES JARDINS;ESAT", "Les jardins,", esat, true},
		"the sign, a kind of its family": {"ARES;LES JARDINS;EI", "AUTRE SOCIETE,Les jardins", aci, false},
		"the name, a kind of its family": {"ARES;LES JARDINS;EI", "ARÈS,Les jardins", aci, true},
		"a sheet without agreement":      {"ARES;LES JARDINS;", "ARÈS,", ei, true},
	} {
		structures := mustStore(t)
		imp := newImporter(t, structures)
		mustRun(t, imp, RunOptions{}, write(t, "a.csv", "siret;nom;enseigne;type;code_postal;commune\n"+siretOf(t, 7)+";"+c.sheet+";94400;Vitry-sur-Seine\n"))
		r := mustRun(t, imp, RunOptions{}, write(t, "b.csv", header+c.row+`,"`+c.kind+`",,94400,Vitry-sur-Seine,Ville fictive,,`+"\n"))
		s := bySIRET(t, structures, siretOf(t, 7)).Value
		if taken := len(s.References) == 1; taken != c.taken {
			t.Errorf("%s: %+v\n%s", name, s.Agreements, r.Explain())
		}
		if told := rejected(t, r); !c.taken && (len(told) != 1 || !strings.Contains(told[0][4], "mais pas son type")) {
			t.Errorf("%s: %q", name, told)
		}
	}
}
