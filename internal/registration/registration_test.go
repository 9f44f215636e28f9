package registration

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// ready is a sheet with the three answers.
func ready() Sheet {
	return Sheet{
		Name: "Les Jardins du Lac", Address: structure.Address{Commune: "94081", City: "Vitry-sur-Seine"},
		Contact:    structure.Contact{Email: "contact@jardins.example"},
		Activities: []structure.Activity{{Sectors: []string{"espaces-verts"}, Zone: structure.Zone{RadiusKM: 20}}},
	}
}

// owned is a registration that an organisation has proved to be its own.
func owned(t *testing.T) *Registration {
	t.Helper()
	r := New("sheet", "", "", "Les Jardins du Lac", noon)
	if _, err := r.Ask("own", "lea", noon); err != nil {
		t.Fatal(err)
	}
	if err := r.Grant("own", ProofMail, noon); err != nil {
		t.Fatal(err)
	}
	return &r
}

func save(r *Registration, organisation string, part Part, rev int64, change func(*Sheet)) error {
	return r.Save(Edit{Organisation: organisation, Person: "lea", Part: part, Rev: rev, Start: ready(), At: noon,
		Change: func(s *Sheet) error { change(s); return nil }})
}

func TestSaveTellsStalePartsApart(t *testing.T) {
	r := owned(t)
	if err := save(r, "own", PartPresentation, 0, func(s *Sheet) { s.Description = "a" }); err != nil {
		t.Fatal(err)
	}
	if err := save(r, "own", PartContact, 0, func(s *Sheet) { s.Contact.Phone = "01 99 00 00 01" }); err != nil {
		t.Errorf("another part, from the same page: %v", err)
	}
	err := save(r, "own", PartPresentation, 0, func(s *Sheet) { s.Description = "b" })
	if !errors.Is(err, ErrStale) || r.Draft.Sheet.Description != "a" {
		t.Errorf("a stale save gives %v, and the draft says %q", err, r.Draft.Sheet.Description)
	}
	if err := r.Publish("own", "lea", r.Draft.Rev, &structure.Structure{}, noon); err != nil {
		t.Fatal(err)
	}
	if err := save(r, "own", PartPresentation, 0, func(s *Sheet) { s.Description = "c" }); !errors.Is(err, ErrStale) {
		t.Errorf("a page shown before a publication writes over it: %v", err)
	}
	if err := save(r, "other", PartPresentation, 9, func(*Sheet) {}); !errors.Is(err, ErrNotYours) {
		t.Errorf("another organisation saves: %v", err)
	}
}

func TestPublishNeedsThreeAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Sheet)
		needs  []Need
	}{
		"all there":              {func(*Sheet) {}, nil},
		"nothing":                {func(s *Sheet) { *s = Sheet{} }, []Need{NeedWhat, NeedWhere, NeedContact}},
		"no zone":                {func(s *Sheet) { s.Activities[0].Zone = structure.Zone{} }, []Need{NeedWhere}},
		"no commune":             {func(s *Sheet) { s.Address.Commune = "" }, []Need{NeedWhere}},
		"no sector":              {func(s *Sheet) { s.Activities[0].Sectors = nil }, []Need{NeedWhat}},
		"no contact":             {func(s *Sheet) { s.Contact = structure.Contact{} }, []Need{NeedContact}},
		"a site that is no site": {func(s *Sheet) { s.Contact = structure.Contact{Website: "javascript:alert(1)"} }, []Need{NeedContact}},
	} {
		t.Run(name, func(t *testing.T) {
			r := owned(t)
			if err := save(r, "own", PartActivities, 0, c.change); err != nil {
				t.Fatal(err)
			}
			if got := r.Draft.Sheet.Needs(); !slices.Equal(got, c.needs) {
				t.Errorf("needs %v, want %v", got, c.needs)
			}
			err := r.Publish("own", "lea", r.Draft.Rev, &structure.Structure{}, noon)
			if (err == nil) != (len(c.needs) == 0) || (r.Last() != nil) != (err == nil) {
				t.Errorf("publish: %v", err)
			}
		})
	}
}

func TestWhatMustBeCheckedWaits(t *testing.T) {
	shown := structure.Structure{Name: "JARDINS DU LAC", Origins: map[structure.Field]structure.Origin{structure.FieldName: {Source: structure.SourceSIRENE}}}
	r := owned(t)
	err := save(r, "own", PartPresentation, 0, func(s *Sheet) {
		s.Name, s.Description = "Espaces verts du Lac", "Tontes."
		s.Kinds = []Declared{{Kind: structure.ESAT}}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Publish("own", "lea", r.Draft.Rev, &shown, noon); err != nil {
		t.Fatal(err)
	}
	v := r.Last().Sheet
	if v.Name != "JARDINS DU LAC" || v.Kinds != nil || v.Description != "Tontes." {
		t.Errorf("published before anybody checked: %+v", v)
	}
	if want := []structure.Field{structure.FieldAgreements, structure.FieldName}; r.Submission == nil || !slices.Equal(r.Submission.Fields, want) {
		t.Fatalf("submitted: %+v", r.Submission)
	}
	// The structure writes on while the moderator decides.
	rev := r.Last().Rev
	if err := save(r, "own", PartContact, rev, func(s *Sheet) { s.Contact.Phone = "01 99 00 00 02" }); err != nil {
		t.Fatal(err)
	}
	sent := r.Submission.ID
	if err := r.Decide(sent, Refused, "non", "mod", noon); err == nil || r.Submission == nil {
		t.Error("a refusal without a reason passes")
	}
	if err := r.Decide(sent, Refused, "Le nom n’est pas celui du registre.", "mod", noon); err != nil {
		t.Fatal(err)
	}
	if r.Draft == nil || r.Draft.Sheet.Contact.Phone == "" || r.Last().N != 1 {
		t.Error("a refusal takes away what the structure writes, or publishes")
	}
	if err := r.Decide(sent, Accepted, "", "mod2", noon); !errors.Is(err, ErrDecided) {
		t.Errorf("a second moderator: %v", err)
	}
}

func TestAcceptedGrantsAndPublishesWhatWasSent(t *testing.T) {
	r := New("sheet", "", "", "x", noon)
	for _, organisation := range []string{"own", "rival"} {
		if _, err := r.Ask(organisation, "lea", noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := save(&r, "own", PartPresentation, 0, func(s *Sheet) { s.Kinds = []Declared{{Kind: structure.ESAT}} }); err != nil {
		t.Fatal(err)
	}
	if err := r.Publish("own", "lea", 1, &structure.Structure{}, noon); err != nil {
		t.Fatal(err)
	}
	if r.Last() != nil || r.Submission == nil {
		t.Fatal("a sheet without a proven owner is on line")
	}
	if err := save(&r, "own", PartPresentation, 1, func(s *Sheet) { s.Description = "après l’envoi" }); err != nil {
		t.Fatal(err)
	}
	if err := r.Decide(r.Submission.ID, Accepted, "", "mod", noon); err != nil {
		t.Fatal(err)
	}
	last := r.Last()
	if r.Owner != "own" || r.Proof != ProofModerator || last == nil || last.Sheet.Description != "" || !slices.Equal(last.Checked, last.Sheet.Kinds) {
		t.Errorf("accepted: %+v, %+v", r, last)
	}
	if r.Draft == nil || r.Draft.Sheet.Description != "après l’envoi" {
		t.Error("what was written after the sending is lost")
	}
	if r.Request("rival") != nil {
		t.Error("the other request stays open")
	}
	if err := r.Grant("rival", ProofMail, noon); !errors.Is(err, ErrOwned) {
		t.Errorf("a proof that comes second: %v", err)
	}
}

func TestRestoreIsAVersionMore(t *testing.T) {
	r := owned(t)
	for i, text := range []string{"un", "deux"} {
		if err := save(r, "own", PartPresentation, int64(i), func(s *Sheet) { s.Description = text }); err != nil {
			t.Fatal(err)
		}
		if err := r.Publish("own", "lea", int64(i)+1, &structure.Structure{}, noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Restore("own", "lea", 1, noon); err != nil {
		t.Fatal(err)
	}
	if last := r.Last(); last.N != 3 || last.Restores != 1 || last.Sheet.Description != "un" {
		t.Errorf("restored: %+v", last)
	}
	if err := r.Restore("own", "lea", 1, noon); !errors.Is(err, ErrNothing) {
		t.Errorf("twice: %v", err)
	}
	if err := save(r, "own", PartPresentation, 2, func(*Sheet) {}); !errors.Is(err, ErrStale) {
		t.Errorf("a page shown before: %v", err)
	}
}

// TestDocumentStaysSmall fills every bound at once: DESIGN rule 1 has no document above 1 MB.
func TestDocumentStaysSmall(t *testing.T) {
	full := ready()
	full.Description = strings.Repeat("é", MaxDescription)
	for range MaxOffers {
		if o := (structure.Offer{Title: strings.Repeat("é", MaxTitle), Description: strings.Repeat("é", MaxOfferText)}); true {
			full.Offers = append(full.Offers, o)
			if full.check() != nil {
				full.Offers = full.Offers[:len(full.Offers)-1]
				break
			}
		}
	}
	r := New("sheet", "", "", "x", noon)
	for i := range MaxRequests + 2 {
		organisation := string(rune('a' + i))
		if _, err := r.Ask(organisation, "lea", noon); err != nil {
			break
		}
		if err := save(&r, organisation, PartPresentation, 0, func(s *Sheet) { *s = full }); err != nil {
			t.Fatal(err)
		}
	}
	for range MaxVersions + 5 {
		r.addVersion(Version{Sheet: full})
	}
	d := *NewDraft(full, "lea", noon)
	r.Submission = &Submission{Sheet: full}
	r.Requests[0].Draft = &d
	for range MaxDecisions + 5 {
		r.decided(Decision{Reason: strings.Repeat("é", MaxReason)})
	}
	body, err := json.Marshal(&r)
	if err != nil || len(body) > 1_000_000 || len(body) < 500_000 {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

func TestTextsAreCleaned(t *testing.T) {
	for text, want := range map[string]string{"  a\u00a0 b ": "a b", "a\nb": "a b"} {
		if got, err := CleanLine(text, 10); got != want || err != nil {
			t.Errorf("%q gives %q, %v", text, got, err)
		}
	}
	if got, err := CleanText("a\r\n\r\n\r\n\r\nb", 10); got != "a\n\nb" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, text := range []string{"a\x00", "a\u202eb", "a\xff", strings.Repeat("x", 11)} {
		var fault account.Fault
		if _, err := CleanText(text, 10); !errors.As(err, &fault) {
			t.Errorf("%q passes", text)
		}
	}
}
