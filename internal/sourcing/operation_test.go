package sourcing_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
)

var (
	opened = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	lead   = buyer.Member{Person: "p1", Organisation: "ept", Kind: account.KindPublic, Role: account.Buyer}
)

// asked is an open operation of three suppliers, and its panel.
func asked(t *testing.T) (*sourcing.Operation, *sourcing.Longlist) {
	t.Helper()
	o := &sourcing.Operation{ID: "o1", Purchase: "a1", Title: "Nettoyage", Message: "Bonjour, répondez-nous.", Deadline: opened.AddDate(0, 0, 14)}
	l := &sourcing.Longlist{ID: "o1.1", Organisation: "ept", Operation: "o1", Rows: []sourcing.Row{{Structure: "A", Name: "A"}, {Structure: "B", Name: "B"}, {Structure: "C", Name: "C"}, {Structure: "D", Name: "D"}}}
	l.Hash = l.Seal()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(o.Begin(lead, opened))
	must(o.Declare(lead, "", opened))
	must(o.Freeze(lead, l, opened))
	var chosen []sourcing.Supplier
	for _, id := range []string{"A", "B", "C"} {
		chosen = append(chosen, sourcing.Supplier{Structure: id, Name: id, Email: strings.ToLower(id) + "@structure.example"})
	}
	must(o.Choose(lead, l, chosen, []sourcing.Exclusion{{Structure: "D", Code: sourcing.TooSmall}}, o.Rev, opened))
	o.Draft = &survey.Questionnaire{Title: "Nettoyage", Questions: []survey.Question{{ID: "k1", Kind: survey.Number, Text: "Effectif", Unit: "personnes", Required: true}}}
	_, err := o.Approve(lead, o.Rev, opened)
	must(err)
	out, err := o.Open(lead, l, o.Rev, opened)
	must(err)
	if len(out) != 3 || out[0].Number != out[2].Number || out[0].Text != out[2].Text {
		t.Fatalf("opening sends %v", out)
	}
	return o, l
}

func TestOperationOpensForAllAtOnce(t *testing.T) {
	o, _ := asked(t)
	for _, s := range o.Contacts() {
		if !s.ContactedAt.Equal(opened) {
			t.Errorf("%s contacted at %v", s.Name, s.ContactedAt)
		}
	}
	if len(o.Gaps()) != 0 {
		t.Errorf("gaps %v", o.Gaps())
	}
}

func TestOperationIsNotOpenedWithoutReasons(t *testing.T) {
	o, l := asked(t)
	o.OpenedAt, o.Excluded = time.Time{}, nil
	if _, err := o.Open(lead, l, o.Rev, opened); err == nil || !strings.Contains(err.Error(), "motif unique") {
		t.Errorf("opened: %v", err)
	}
	o.Excluded = []sourcing.Exclusion{{Structure: "D", Code: sourcing.TooSmall}, {Structure: "D", Code: sourcing.Twin}}
	if _, err := o.Open(lead, l, o.Rev, opened); err == nil {
		t.Error("opened with two reasons")
	}
}

func TestLateAdditionGetsWhatTheOthersGot(t *testing.T) {
	o, _ := asked(t)
	if _, err := o.TellAll(lead, "Les locaux font 4 000 m².", opened.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	out, err := o.Add(lead, sourcing.Supplier{Structure: "D", Name: "D", Email: "d@structure.example"}, opened.Add(2*time.Hour))
	if err != nil || len(out) != 2 || out[1].Text != "Les locaux font 4 000 m²." || len(o.Gaps()) != 0 || len(o.Excluded) != 0 {
		t.Errorf("%v, %v, gaps %v, excluded %v", out, err, o.Gaps(), o.Excluded)
	}
}

func TestNothingIsSentAfterTheLaunch(t *testing.T) {
	o, _ := asked(t)
	at := opened.AddDate(0, 0, 20)
	out, err := o.Silence(lead, "La consultation est publiée.", at)
	if err != nil || len(out) != 3 {
		t.Fatalf("%v, %v", out, err)
	}
	for name, send := range map[string]func() ([]sourcing.Dispatch, error){
		"tell":   func() ([]sourcing.Dispatch, error) { return o.TellAll(lead, "Encore", at) },
		"remind": func() ([]sourcing.Dispatch, error) { return o.Remind(lead, nil, "Encore", at) },
		"add": func() ([]sourcing.Dispatch, error) {
			return o.Add(lead, sourcing.Supplier{Name: "E", Email: "e@structure.example"}, at)
		},
		"postpone": func() ([]sourcing.Dispatch, error) { return o.Postpone(lead, at.AddDate(0, 1, 0), false, at) },
		"readdress": func() ([]sourcing.Dispatch, error) {
			return o.Readdress(lead, o.Suppliers[0].ID, "autre@structure.example", at)
		},
	} {
		if out, err := send(); !errors.Is(err, sourcing.ErrSilenced) || len(out) > 0 {
			t.Errorf("%s: %v, %v", name, out, err)
		}
	}
	if out, err := o.Correct(lead, "La date est le 4.", at); err != nil || len(out) != 3 {
		t.Errorf("correction: %v, %v", out, err)
	}
}

func TestGapClosesBySharingOrInTheDCE(t *testing.T) {
	o, _ := asked(t)
	if err := o.NoteSaid(lead, "Le site ferme en août.", "x1", []string{o.Suppliers[0].ID}, opened); err != nil {
		t.Fatal(err)
	}
	item := o.Ledger[len(o.Ledger)-1].ID
	if n := len(o.Gaps()); n != 2 {
		t.Fatalf("%d gaps", n)
	}
	if err := o.Withhold(lead, item, []string{o.Suppliers[1].ID}, "trop court", opened); err == nil {
		t.Error("a short reason is taken")
	}
	if err := o.Withhold(lead, item, []string{o.Suppliers[1].ID}, strings.Repeat("motif ", 6), opened); err != nil || len(o.Gaps()) != 1 {
		t.Errorf("%v, gaps %v", err, o.Gaps())
	}
	out, err := o.Share(lead, item, opened)
	if err != nil || len(out) != 2 || len(o.Gaps()) != 0 {
		t.Errorf("%v, %v, gaps %v", out, err, o.Gaps())
	}
}

func TestDeadlineIsNotBroughtForwardOnceAnswered(t *testing.T) {
	o, _ := asked(t)
	earlier := o.Deadline.AddDate(0, 0, -2)
	if _, err := o.Postpone(lead, earlier, true, opened); err == nil {
		t.Error("moved earlier")
	}
	if out, err := o.Postpone(lead, earlier, false, opened); err != nil || len(out) != 3 {
		t.Errorf("%v, %v", out, err)
	}
}

// Who is asked after the deadline would have had no time to answer.
func TestNobodyIsAddedAfterTheDeadline(t *testing.T) {
	o, _ := asked(t)
	late := sourcing.Supplier{Structure: "D", Name: "D", Email: "d@structure.example"}
	if out, err := o.Add(lead, late, o.Deadline.Add(time.Minute)); err == nil || len(out) > 0 || len(o.Suppliers) != 3 {
		t.Errorf("added: %v, %v", out, err)
	}
	if out, err := o.Add(lead, late, o.Deadline.Add(-time.Minute)); err != nil || len(out) == 0 {
		t.Errorf("in time: %v, %v", out, err)
	}
}
