package structure

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

var mergedAt = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// anyClaim makes a claim of some source with some facts.
func anyClaim(r *rand.Rand) Claim {
	word := func(list ...string) string { return list[r.IntN(len(list))] }
	s := Structure{
		Name: word("Les Lilas", "LES LILAS", "Lilas et Cie", ""), TradeName: word("", "Lilas"), NAF: word("", "8121Z", "8130Z"), Size: Size(word("", string(TPE), string(PME))),
		Description: word("", "Une blanchisserie.", "Un atelier."), Contact: Contact{Phone: word("", "0199000001", "0199000002"), Email: word("", "a@example.org", "b@example.org")},
		Address: Address{Street: word("", "1 rue des Lilas", "2 rue des Roses"), PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081"},
		Closed:  r.IntN(5) == 0,
	}
	if r.IntN(3) == 0 {
		s.Agreements = []Agreement{{Kind: Kind(word("EI", "AI", "EA")), Number: word("", "12", "34"), End: Date(word("", "2027-12-31"))}}
	}
	if r.IntN(4) == 0 {
		s.Labels = []Label{{Code: word("rge", "rfar"), Name: "Un label", To: Date(word("", "2027-12-31"))}}
	}
	sources := []Source{SourceGeneric, SourceLeMarche, SourceESUS, SourceSIRENE, SourceModerator, SourceSelf}
	return says(sources[r.IntN(len(sources))], Date(fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(11), 1+r.IntN(28))), s)
}

func anySheet(r *rand.Rand, id string) Structure {
	s := Structure{ID: id, SIRET: id, CreatedAt: mergedAt, UpdatedAt: mergedAt}
	if r.IntN(3) == 0 {
		s.FINESS = "96000" + id
	}
	for range 1 + r.IntN(4) {
		testRules().Merge(&s, anyClaim(r))
	}
	return s
}

func anyPicks(r *rand.Rand, rules *Rules, a, b *Structure) Picks {
	picks := Picks{}
	for _, c := range rules.Compare(a, b) {
		if !c.Both && !c.Own && r.IntN(2) == 0 {
			picks[c.Field] = []Side{OfKept, OfDuplicate}[r.IntN(2)]
		}
	}
	return picks
}

// TestMergeTakenBack merges random sheets and takes it back: what was said of either
// meanwhile is all that is left of it.
func TestMergeTakenBack(t *testing.T) {
	r, rules := rand.New(rand.NewPCG(7, 28)), testRules() // #nosec G404 -- a test
	for round := range 400 {
		a, b := anySheet(r, "11"), anySheet(r, "22")
		alone := a
		rules.Absorb(&a, &b, 1, anyPicks(r, rules, &a, &b), "p", mergedAt)
		a.Settle("22", mergedAt)
		if !a.Absorbs("22") || a.Absorbed[0].Pending() {
			t.Fatal("not merged")
		}
		for range r.IntN(3) { // said since, of the one and of the other
			c, d := anyClaim(r), anyClaim(r)
			rules.Merge(&a, c)
			rules.Merge(&alone, c)
			rules.Merge(&b, d)
			rules.Renew(&a, &b)
		}
		if !a.Release("22", mergedAt) || !a.Settle("22", mergedAt) {
			t.Fatal("not taken back")
		}
		if a.UpdatedAt = alone.UpdatedAt; !reflect.DeepEqual(a, alone) {
			t.Fatalf("round %d:\n%+v\nwant\n%+v", round, a, alone)
		}
	}
}

// TestMergePicks shows what was picked, and what the fold shows where nothing was.
func TestMergePicks(t *testing.T) {
	rules := testRules()
	a, b := Structure{ID: "11", FINESS: "960000111"}, Structure{ID: "22", SIRET: "00200000800017"}
	rules.Merge(&a, says(SourceFINESS, "2026-01-01", Structure{Name: "ESAT LES LILAS", Contact: Contact{Phone: "0199000001"}, Agreements: []Agreement{{Kind: ESAT}}}))
	rules.Merge(&b, says(SourceSIRENE, "2026-05-01", Structure{Name: "LES LILAS", NAF: "8121Z", Closed: true}),
		says(SourceLeMarche, "2026-05-01", Structure{Contact: Contact{Phone: "0199000002", Email: "b@example.org"}, Agreements: []Agreement{{Kind: EA}}}))
	shown := map[Field]Side{}
	for _, c := range rules.Compare(&a, &b) {
		shown[c.Field] = c.Default
	}
	if shown[FieldName] != OfDuplicate || shown[FieldPhone] != OfKept || shown[FieldEmail] != OfDuplicate {
		t.Errorf("proposed %v", shown)
	}
	rules.Absorb(&a, &b, 1, Picks{FieldName: OfKept, FieldPhone: OfKept}, "p", mergedAt)
	if a.Name != "ESAT LES LILAS" || a.Origins[FieldName].Source != SourceModerator || a.Contact.Phone != "0199000001" || a.Origins[FieldPhone].Source != SourceFINESS {
		t.Errorf("shown %+v", a)
	}
	if a.SIRET != "00200000800017" || a.NAF != "8121Z" || a.Contact.Email != "b@example.org" || a.Closed || len(a.Agreements) != 2 {
		t.Errorf("joined %+v", a)
	}
	if MayAbsorb(&Structure{ID: "1"}, &Structure{ID: "2", Groupement: &Groupement{}}) == "" {
		t.Error("a groupement is joined to its mandataire")
	}
	if MayAbsorb(&a, &Structure{ID: "33"}) == "" {
		t.Error("a second merge while the first is under way")
	}
}

// TestWordOfThePortalIsReplaced has the later of two words of one day hold.
func TestWordOfThePortalIsReplaced(t *testing.T) {
	var s Structure
	for i, phone := range []string{"0199000001", "0199000002"} {
		c := NewClaim(WordOfPortal(mergedAt.Add(time.Duration(i)*time.Second)), &Structure{Contact: Contact{Phone: phone}}, nil, "")
		testRules().Merge(&s, c)
	}
	if s.Contact.Phone != "0199000002" {
		t.Errorf("shown %q", s.Contact.Phone)
	}
}

// TestSuspension is kept once, and says whether it changed something.
func TestSuspension(t *testing.T) {
	var s Structure
	if !s.Shown() || !s.Suspend("p", "Numéro usurpé.", mergedAt, true) || s.Shown() || s.Suspend("q", "Autre raison.", mergedAt, false) || s.Suspended.By != "p" {
		t.Errorf("suspended %+v", s.Suspended)
	}
	if !s.Restore() || !s.Shown() || s.Restore() {
		t.Error("not restored once")
	}
	if CheckReason("court") == "" || CheckReason("Une raison qui se lit.") != "" {
		t.Error("reasons")
	}
}
