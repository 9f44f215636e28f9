package search_test

import (
	"strings"
	"testing"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// sectorOf finds the sector that a buyer's word means, and one of its synonyms
// that shares no word with its label.
func sectorOf(t testing.TB, word string) taxonomy.Sector {
	t.Helper()
	s, ok := taxonomy.Default().MatchSector(word)
	if !ok {
		t.Fatalf("the taxonomy does not know %q", word)
	}
	return s
}

// The same word in the fields, best first.
func TestFieldOrder(t *testing.T) {
	laundry := sectorOf(t, "blanchisserie")
	if !strings.Contains(strings.ToLower(laundry.Label), "blanchisserie") {
		t.Fatalf("label %q", laundry.Label)
	}
	with := func(id string, change func(*structure.Structure)) structure.Structure {
		s := named(id, id)
		change(&s)
		return s
	}
	activity := func(a structure.Activity) func(*structure.Structure) {
		return func(s *structure.Structure) { s.Activities = []structure.Activity{a} }
	}
	f := newFixture(t,
		with("Villa", func(s *structure.Structure) { s.Address.City = "Blanchisserie" }),
		with("Client", func(s *structure.Structure) { s.References = []string{"La Blanchisserie"} }),
		with("Derived", activity(structure.Activity{Sectors: []string{laundry.Code}, Derived: true})),
		with("Offer", activity(structure.Activity{Offer: "blanchisserie de draps"})),
		with("Sector", activity(structure.Activity{Sectors: []string{laundry.Code}})),
		with("Name", func(s *structure.Structure) { s.TradeName = "Blanchisserie du Port" }),
	)
	f.open(t)
	if got := f.names(t, "blanchisserie"); got != "Name, Sector, Offer, Derived, Client, Villa" {
		t.Errorf("order: %s", got)
	}
	why := map[string]string{}
	for _, item := range f.search(t, query.Query{Text: "blanchisserie"}).Items {
		why[item.Name] = item.Why[0].Field + " " + item.Why[0].Label
	}
	for name, want := range map[string]string{"Name": "name nom", "Sector": "sector secteur", "Offer": "offer offre",
		"Derived": "sector_derived déduit du code APE", "Client": "reference référence", "Villa": "city ville"} {
		if why[name] != want {
			t.Errorf("%s: %q, want %q", name, why[name], want)
		}
	}
}

func TestForms(t *testing.T) {
	f := newFixture(t,
		named("1", "Vitrail moderne"), // a beginning of it
		named("2", "Vitres du Sud"),   // another form
		named("3", "La vitre"),        // the word
		named("4", "Mitre"))
	f.open(t)
	for text, want := range map[string]string{
		"vitre":     "La vitre, Vitres du Sud",
		"VITRE":     "La vitre, Vitres du Sud",
		`"vitre"`:   "La vitre, Vitres du Sud",
		"vitra":     "Vitrail moderne",
		"vi":        "", // too short for a beginning
		"vitra mod": "", // only the last word may be a beginning
		"xyz":       "",
	} {
		if got := f.names(t, text); got != want {
			t.Errorf("%s finds %q, want %q", text, got, want)
		}
	}
}

// Saying a word ten times, or in a short text, brings nothing.
func TestRepetitionBringsNothing(t *testing.T) {
	once, often := named("1", "Un"), named("2", "Deux")
	once.Description = "Nous faisons de la peinture, entre beaucoup d’autres choses fort variées."
	often.Description = "Peinture peinture peinture peinture peinture"
	f := newFixture(t, once, often)
	f.open(t)
	r := f.search(t, query.Query{Text: "peinture"})
	if r.Total != 2 || r.Items[0].Score != r.Items[1].Score {
		t.Errorf("scores %+v", r.Items)
	}
	days := map[string]bool{}
	for _, day := range []structure.Date{"2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"} {
		days[f.search(t, query.Query{Text: "peinture", On: day}).Items[0].Name] = true
	}
	if len(days) != 2 {
		t.Errorf("always the same first: %v", days)
	}
}

func TestBonusOfOneField(t *testing.T) {
	row, apart := named("1", "x"), named("3", "z")
	row.Description = "entretien d’espaces verts"
	apart.Description, apart.References = "des espaces", []string{"Les Verts"}
	f := newFixture(t, apart, row)
	f.open(t)
	if got := f.names(t, "espaces verts"); got != "x, z" {
		t.Errorf("order %s", got)
	}
	if got := f.names(t, `"espaces verts"`); got != "x" {
		t.Errorf("phrase finds %s", got)
	}
	if got := f.names(t, `"entretien des espaces verts"`); got != "x" {
		t.Errorf("stop words count in a phrase: %s", got)
	}
}

// One sector that holds all the words comes before words in the labels of two; a
// name that holds them all comes before both.
func TestBonusOfOneSector(t *testing.T) {
	with := func(id, name string, sectors ...string) structure.Structure {
		s := named(id, name)
		s.Activities = []structure.Activity{{Sectors: sectors}}
		return s
	}
	f := newFixture(t,
		with("1", "Deux métiers", "reparation-objets", "amenagement-paysager"),
		with("2", "Couvreur", "couverture-zinguerie"),
		named("3", "Réparation et toiture"))
	f.open(t)
	if got := f.names(t, "réparation toiture"); got != "Réparation et toiture, Couvreur, Deux métiers" {
		t.Errorf("order %s", got)
	}
}

// A phrase does not run over from one value of a field into the next.
func TestPhraseStaysInOneValue(t *testing.T) {
	s := named("1", "x")
	s.References = []string{"Ville de Thiais", "Mairie d’Orly"}
	f := newFixture(t, s)
	f.open(t)
	if got := f.names(t, `"Thiais Mairie"`); got != "" {
		t.Errorf("finds %q", got)
	}
	if got := f.names(t, `"Mairie Orly"`); got != "x" {
		t.Errorf("finds %q", got)
	}
}

// A whole word, even in a lesser field, is above the beginning of another.
func TestWholeWordFirst(t *testing.T) {
	cleaning := sectorOf(t, "ménage")
	whole, beginning := named("1", "Net"), named("2", "Équipement ménager")
	whole.Activities = []structure.Activity{{Sectors: []string{cleaning.Code}}}
	f := newFixture(t, beginning, whole)
	f.open(t)
	if got := f.names(t, "ménage"); got != "Net, Équipement ménager" {
		t.Errorf("order: %s", got)
	}
}
