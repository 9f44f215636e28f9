package sourcing_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
)

func TestCompare(t *testing.T) {
	at := time.Date(2026, 11, 28, 11, 0, 0, 0, time.UTC)
	o := &sourcing.Operation{
		Suppliers: []sourcing.Supplier{{ID: "s1", Structure: "a"}, {ID: "s2", Structure: "b"}, {ID: "s3", Structure: "c"}, {ID: "s4"}},
		Approved:  &survey.Questionnaire{Version: 2, Questions: []survey.Question{{ID: "k1", Kind: survey.Number, Text: "Effectif"}, {ID: "k2", Kind: survey.YesNo, Text: "Samedi ?"}, {ID: "k3", Kind: survey.Text, Text: "Prix"}}},
	}
	sent := func(supplier string, numbers ...string) sourcing.Answer {
		a := sourcing.Answer{Supplier: supplier}
		for i, n := range numbers {
			s := sourcing.Submission{Number: i + 1, At: at.Add(time.Duration(i) * 2 * time.Hour), Deadline: at.Add(time.Hour), Values: []survey.Value{{Question: "k1", Number: n}, {Question: "k2", Yes: "oui"}}}
			a.Submissions = append(a.Submissions, s)
		}
		return a
	}
	answers := []sourcing.Answer{sent("s1", "10", "20"), sent("s2", "-3.5"), {Supplier: "s3", Decline: "Non."}, sent("s4", "7"), sent("gone", "1")}
	kinds := map[string]string{"a": "ESAT", "b": "EA"}
	late := answers[1].Submissions[0]
	late.At = at.Add(3 * time.Hour)
	for name, c := range map[string]struct {
		answers   []sourcing.Answer
		sieve     sourcing.Sieve
		suppliers []string
		questions []string
		left      int
		spread    [3]string
	}{
		"all":               {answers, sourcing.Sieve{}, []string{"s1", "s2", "s4"}, []string{"k1", "k2", "k3"}, 0, [3]string{"-3.5", "7", "20"}},
		"in time":           {answers, sourcing.Sieve{InTime: true}, []string{"s1", "s2", "s4"}, []string{"k1", "k2", "k3"}, 0, [3]string{"-3.5", "7", "10"}},
		"late alone":        {[]sourcing.Answer{{Supplier: "s2", Submissions: []sourcing.Submission{late}}}, sourcing.Sieve{InTime: true}, nil, []string{"k1", "k2", "k3"}, 1, [3]string{}},
		"differing":         {answers, sourcing.Sieve{Differing: true}, []string{"s1", "s2", "s4"}, []string{"k1"}, 0, [3]string{"-3.5", "7", "20"}},
		"two: even median":  {answers, sourcing.Sieve{Suppliers: []string{"s1", "s2"}}, []string{"s1", "s2"}, []string{"k1", "k2", "k3"}, 1, [3]string{"-3.5", "8.25", "20"}},
		"a kind":            {answers, sourcing.Sieve{Kinds: []string{"ESAT"}, Questions: []string{"k1"}}, []string{"s1"}, []string{"k1"}, 2, [3]string{"20", "20", "20"}},
		"a question not it": {answers, sourcing.Sieve{Questions: []string{"k9"}}, []string{"s1", "s2", "s4"}, nil, 0, [3]string{}},
	} {
		m := o.Compare(c.answers, kinds, c.sieve)
		var suppliers, questions []string
		for i := range m.Suppliers {
			suppliers = append(suppliers, m.Suppliers[i].ID)
		}
		for i := range m.Questions {
			questions = append(questions, m.Questions[i].ID)
		}
		if !slices.Equal(suppliers, c.suppliers) || !slices.Equal(questions, c.questions) || m.Left != c.left {
			t.Errorf("%s: %v, %v, %d left out", name, suppliers, questions, m.Left)
		}
		if len(m.Questions) > 0 && [3]string{m.Questions[0].Least, m.Questions[0].Median, m.Questions[0].Most} != c.spread {
			t.Errorf("%s: %+v", name, m.Questions[0])
		}
	}
}

func TestFindingsAreArranged(t *testing.T) {
	o, _ := asked(t)
	for _, text := range []string{"Un", "Deux", "Trois"} {
		if err := o.Find(lead, sourcing.Finding{Text: text, Effect: sourcing.OnLots, Consequence: "Rien."}, o.Rev, opened); err != nil {
			t.Fatal(err)
		}
	}
	last := o.Findings[2].ID
	other := buyer.Member{Person: "p2", Organisation: "ept", Kind: account.KindPublic, Role: account.Buyer}
	for _, c := range []struct {
		id   string
		who  buyer.Member
		up   bool
		rev  int64
		want error
	}{{last, lead, true, o.Rev - 1, sourcing.ErrStale}, {last, other, true, o.Rev, sourcing.ErrNotInTeam}, {last, lead, false, o.Rev, sourcing.ErrUnchanged}, {"f99", lead, true, o.Rev, sourcing.ErrUnchanged}, {last, lead, true, o.Rev, nil}} {
		if err := o.Arrange(c.who, c.id, c.up, c.rev, opened); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if o.Findings[1].ID != last || o.Findings[2].Text != "Deux" {
		t.Errorf("%+v", o.Findings)
	}
}
