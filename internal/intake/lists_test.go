package intake

import (
	"strings"
	"testing"

	"sourcier/internal/structure"
)

func TestLeMarche(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "lemarche.json"))
	equal(t, r.Files[0].Counts, Counts{Read: 4, Created: 1, Updated: 1, Rejected: 1, Ignored: 1, Skipped: map[Skip]int64{SkipInactive: 1}})
	d := bySIRET(t, structures, "00200000800017")
	s := d.Value
	if s.Name != "ATELIER FICTIF DES LILAS" || s.TradeName != "Les Lilas" || s.Address.Commune != "94081" || s.Contact.Website != "https://lilas.example.org" {
		t.Errorf("stored %+v", s)
	}
	seen := s.Sightings[structure.SourceLeMarche].Seen
	if !strings.HasPrefix(seen, "2026-11-02 ") {
		t.Errorf("seen in %q", seen)
	}
	equal(t, s.Agreements, []structure.Agreement{
		{Kind: structure.EI, Source: structure.SourceLeMarche, AsOf: "2026-05-06", Seen: seen},
		{Kind: structure.ACI, Source: structure.SourceLeMarche, AsOf: "2025-01-01", Seen: seen},
	})
	if a := s.Activities; len(a) != 1 || len(a[0].Sectors) == 0 || a[0].Derived || a[0].Modes[0] != structure.PREST || a[0].Offer != "Tonte et taille" {
		t.Errorf("activities %+v", a)
	}
	if s.Labels[0].Code != "rge" || s.References[0] != "Ville fictive" {
		t.Errorf("labels %v, references %v", s.Labels, s.References)
	}
	if d.Version != 1 {
		t.Errorf("version %d: two objects of one batch are one write", d.Version)
	}
}

func TestLeMarcheDirectory(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	r := mustRun(t, imp, RunOptions{}, fixture(t, "lemarche.csv"), fixture(t, "generic.csv"))
	f := r.Files[0]
	if f.Format != LeMarche || f.Updated != 1 || f.Rejected != 1 || f.Created != 0 {
		t.Fatalf("%s", r.Explain())
	}
	s := bySIRET(t, structures, "00200000800017").Value
	if k := s.KindsInForce("2026-11-23"); len(k) != 3 || s.References[0] != "Métropole fictive" {
		t.Errorf("kinds %v, references %v", k, s.References)
	}
	// Two structures of that name and postal code: nobody can tell.
	mustRun(t, imp, RunOptions{}, write(t, "x.csv", "siret;nom;code_postal\n00200003200017;atelier fictif des lilas;94400\n"))
	r = mustRun(t, imp, RunOptions{}, fixture(t, "lemarche.csv"))
	if told := rejected(t, r); len(told) != 2 || !strings.Contains(told[0][4], "2 structures ont ce nom") {
		t.Errorf("rejects %q", told)
	}
}

func TestEmploisToken(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	r := mustRun(t, imp, RunOptions{}, fixture(t, "emplois_token.json"))
	equal(t, r.Files[0].Counts, Counts{Read: 3, Created: 1, Rejected: 1, Skipped: map[Skip]int64{SkipInactive: 1}, Repaired: map[Repair]int64{RepairSwapped: 1}})
	s := bySIRET(t, structures, "00200000800017").Value
	if s.Agreements[0].Number != "4242" || s.Address.Complement != "Bâtiment A" || s.Address.Point.Lat != 48.7876 || s.Contact.Email != "emplois@example.org" {
		t.Errorf("stored %+v", s)
	}
	if a := s.Activities; s.NAF != "8121Z" || !a[0].Derived {
		t.Errorf("NAF %s, activities %+v", s.NAF, a)
	}
}

// TestEmploisEnded ends an agreement that the source no longer confirms, on the
// day before it first said so.
func TestEmploisEnded(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	text := `[{"siret":"00200000800017","kind":"ACI","name":"X","address_line_1":"","convention_is_active":true,"updated_at":"2026-01-01T00:00:00Z"}]`
	mustRun(t, imp, RunOptions{}, write(t, "a.json", text))
	over := strings.NewReplacer("true", "false", "2026-01-01", "2026-06-10").Replace(text)
	for range 2 {
		mustRun(t, imp, RunOptions{}, write(t, "b.json", over))
	}
	mustRun(t, imp, RunOptions{}, write(t, "c.json", strings.Replace(over, "2026-06-10", "2026-07-10", 1)))
	d := bySIRET(t, structures, "00200000800017")
	if a := d.Value.Agreements; len(a) != 1 || a[0].End != "2026-06-09" || a[0].AsOf != "2026-07-10" || len(d.Value.KindsInForce("2026-11-23")) != 0 {
		t.Errorf("version %d, agreements %+v", d.Version, a)
	}
	again := strings.Replace(text, "2026-01-01", "2026-09-01", 1)
	mustRun(t, imp, RunOptions{}, write(t, "d.json", again))
	d = bySIRET(t, structures, "00200000800017")
	if k := d.Value.KindsInForce("2026-11-23"); len(k) != 1 {
		t.Errorf("kinds in force %v after a new confirmation", k)
	}
}

func TestEmploisOpen(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "emplois_open.json"))
	if f := r.Files[0]; f.Created != 1 || f.Repaired[RepairZero] != 1 {
		t.Fatalf("%s", r.Explain())
	}
	s := bySIRET(t, structures, "00200000800017").Value
	// 23:30 in UTC is the next day in Paris.
	if o := s.Origins[structure.FieldName]; o.AsOf != "2026-03-05" || s.Contact.Phone != "0199000002" || s.Description != "Entreprise d’insertion." {
		t.Errorf("origin %+v of %+v", o, s)
	}
}

// TestNotRead recognises exports that would be misread as something else.
func TestNotRead(t *testing.T) {
	for header, says := range map[string]string{
		"Fournisseur;SIRET;Montant (€);Année;Structure inclusive;Type de structure": "achats",
		"siretEtablissementPredecesseur,siretEtablissementSuccesseur":               "StockEtablissement",
	} {
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.csv", header+"\n"))
		if f := r.Files[0]; f.Cause != NotRead || !strings.Contains(f.Refusal, says) {
			t.Errorf("%s: %+v", header, f)
		}
	}
}

// TestOddJSON rejects what has the wrong type and reads on.
func TestOddJSON(t *testing.T) {
	text := `[{"siret":200000800017,"kind":"EI","kind_parent":"x","name":"Numéro en nombre"},
	{"siret":"00200001600010","kind":"EI","kind_parent":"x","name":{"fr":"objet"}}, 12,
	{"siret":"00200002400014","kind":"EI","kind_parent":"x","name":null}]`
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.json", text))
	if f := r.Files[0]; f.Created != 1 || f.Rejected != 3 {
		t.Errorf("%s%q", r.Explain(), rejected(t, r))
	}
}
