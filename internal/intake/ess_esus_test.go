package intake

import (
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// TestTwoFamilies keeps the first of two families of one legal unit, and tells.
func TestTwoFamilies(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "siret;nom\n00300000700017;X\n"), write(t, "y.csv",
		"SIREN,Famille juridique de l'entreprise\n003000007,Associations\n003000007,Coopératives\n003000007,Associations\n"))
	if f := r.Files[1]; f.Joined != 2 || f.Rejected != 1 {
		t.Errorf("%s", r.Explain())
	}
	if s := bySIRET(t, structures, "00300000700017").Value; s.ESS != structure.ASSO {
		t.Errorf("family %s", s.ESS)
	}
	if told := rejected(t, r); len(told) != 1 || told[0][1] != "3" || !strings.Contains(told[0][4], "la ligne 2 donne une autre famille") {
		t.Errorf("rejects %q", told)
	}
}

// TestESUSRows reads what a row says of the agreement: none, one that is over, one
// whose days contradict each other.
func TestESUSRows(t *testing.T) {
	const title = "Liste nationale des agréments ESUS;;;;\n"
	for name, c := range map[string]struct {
		head, row string
		esus      bool           // on the day of the list
		from, to  structure.Date // of the label
		reject    string
	}{
		"in force":           {"SIREN;Nom;Date d'agrément;Date d'échéance", "003000007;X;01/01/2024;31/12/2028", true, "2024-01-01", "2028-12-31", ""},
		"no":                 {"SIREN;Nom;Date;ESUS", "003000007;X;01/01/2024;non", false, "", "", ""},
		"yes":                {"SIREN;Nom;Date;ESUS", "003000007;X;01/01/2024;oui", true, "2024-01-01", "", ""},
		"a yes is no day":    {"SIREN;Nom;Date connue;Fin", "003000007;X;oui;31/12/2028", true, "", "2028-12-31", ""},
		"a name":             {"SIREN;Entreprise solidaire d'utilité sociale;Date", "003000007;X;01/01/2024", true, "2024-01-01", "", ""},
		"withdrawn on a day": {"SIREN;Nom;Statut;Date de retrait;Date de décision", "003000007;X;Retiré;01/01/2024;01/01/2022", false, "2022-01-01", "2024-01-01", ""},
		"withdrawn":          {"SIREN;Nom;Statut;Date de décision", "003000007;X;Agrément retiré;01/01/2022", false, "2022-01-01", "2026-11-01", ""},
		"by a yes":           {"SIREN;Nom;Retiré;Date de décision", "003000007;X;oui;01/01/2022", false, "2022-01-01", "2026-11-01", ""},
		"not by a no":        {"SIREN;Nom;Retiré;Date de décision", "003000007;X;non;01/01/2022", true, "2022-01-01", "", ""},
		"withdrawn later":    {"SIREN;Nom;Date de retrait;Date de fin", "003000007;X;01/01/2027;31/12/2028", true, "", "2027-01-01", ""},
		"over before":        {"SIREN;Nom;Statut;Date de fin", "003000007;X;Expiré;31/12/2020", false, "", "2020-12-31", ""},
		"status in force":    {"SIREN;Nom;Statut;Date de décision", "003000007;X;En vigueur;01/01/2022", true, "2022-01-01", "", ""},
		"refused":            {"SIREN;Nom;Statut;Date de décision", "003000007;X;Refusé;01/01/2022", false, "", "", ""},
		"ends before":        {"SIREN;Nom;Date de début;Date de fin", "003000007;X;01/01/2029;01/01/2024", false, "", "", "finirait avant de commencer"},
	} {
		t.Run(name, func(t *testing.T) {
			structures := mustStore(t)
			r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "siret;nom\n00300000700017;X\n"), write(t, "y.csv", title+c.head+"\n"+c.row+"\n"))
			if f := r.Files[1]; f.Format != ESUS || (f.Rejected > 0) != (c.reject != "") || f.Ignored > 0 {
				t.Fatalf("%s", r.Explain())
			}
			if c.reject != "" {
				if told := rejected(t, r); !strings.Contains(told[0][4], c.reject) {
					t.Errorf("rejects %q", told)
				}
			}
			s := bySIRET(t, structures, "00300000700017").Value
			var l structure.Label
			if len(s.Labels) > 0 {
				l = s.Labels[0]
			}
			if s.HasESUS("2026-11-02") != c.esus || l.From != c.from || l.To != c.to || s.ESUS && s.ESUSEnd != c.to {
				t.Errorf("ESUS %v to %q, labels %+v", s.ESUS, s.ESUSEnd, s.Labels)
			}
		})
	}
}

// TestESUSHeads takes a table for the list by its title or by names that only the
// list has; one that asks of each company whether it has the agreement lists nothing.
func TestESUSHeads(t *testing.T) {
	for text, c := range map[string]struct{ read, whole bool }{
		"denomination;numero_siren;date_decision_esus;date_fin_esus\n":     {true, true},
		"SIREN;Date de l'agrément ESUS\n":                                  {true, true},
		"SIREN;Entreprises solidaires d'utilité sociale;Département\n":     {true, false},
		"Entreprises agréées ESUS;\nSIREN;Nom\n":                           {true, true},
		"Entreprises agréées ESUS;\nSIREN;ESUS\n":                          {true, true},
		"SIREN;Nom;Agrément ESUS\n":                                        {true, false},
		"siren;nom;date;esus\n":                                            {},
		"siren;raison;esus\n":                                              {},
		"SIREN;Raison sociale;Êtes-vous une ESUS ?\n":                      {},
		"Nos fournisseurs, dont quelques ESUS;\nSIREN;Raison sociale\n":    {},
		"SIRET;SIREN;Date de l'agrément ESUS;Nom\n":                        {},
		"SIREN;Nom;Date d'inscription;Chiffre d'affaires;Est une ESUS ?\n": {},
	} {
		s := newSession(newImporter(t, mustStore(t)), RunOptions{})
		parts, err := s.open(t.Context(), given{path: write(t, "x.csv", text)})
		if err != nil {
			t.Fatal(err)
		}
		read := len(parts) == 1 && parts[0].layout.format == ESUS
		if read != c.read || read && (scopeOfESUS(s, parts[0]) != nil) != c.whole {
			t.Errorf("%q: read %v", text, read)
		}
	}
}

// TestESUSAsked makes no company ESUS of which the table does not say it.
func TestESUSAsked(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "siret;nom\n00300000700017;X\n00300001500010;Y\n00300002300014;Z\n"),
		write(t, "y.csv", "SIREN;Nom;Agrément ESUS\n003000007;X;Oui\n003000015;Y;Non\n003000023;Z;\n"))
	for siret, want := range map[string]bool{"00300000700017": true, "00300001500010": false, "00300002300014": false} {
		if s := bySIRET(t, structures, siret).Value; s.ESUS != want {
			t.Errorf("%s: ESUS %v", siret, s.ESUS)
		}
	}
	if f := r.Files[1]; f.Joined != 2 || f.Rejected != 1 || len(f.Notes) != 2 {
		t.Errorf("%s", r.Explain())
	}
}
