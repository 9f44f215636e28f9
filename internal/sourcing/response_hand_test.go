package sourcing

import (
	"testing"
	"time"

	"sourcier/internal/survey"
)

// Who drafted by a link that was passed on does not see, nor replace, what a buyer entered
// for the structure meanwhile.
func TestWhoSeesAnAnswer(t *testing.T) {
	at := time.Date(2026, 11, 28, 11, 0, 0, 0, time.UTC)
	draft := []survey.Value{{Question: "k1", Text: "brouillon"}}
	a := Answer{ID: "o.s1", Draft: draft, DraftAt: at, Hands: []Hand{{Browser: "drafts"}, {Browser: "sent", Sent: true}, {Browser: "proven", Proven: true}}}
	entered := a
	entered.Submissions = []Submission{{Number: 1, Route: ByCall}}
	for name, c := range map[string]struct {
		a                     *Answer
		r                     Right
		locked, whole, drafts bool
	}{
		"who drafts":                         {&a, Right{Browser: "drafts"}, false, false, true},
		"who drafts, once the buyer entered": {&entered, Right{Browser: "drafts"}, true, false, false},
		"who sent":                           {&entered, Right{Browser: "sent"}, false, true, true},
		"who proved":                         {&entered, Right{Browser: "proven"}, false, true, true},
		"who holds the sheet":                {&entered, Right{Holder: true}, false, true, true},
		"another browser":                    {&a, Right{Browser: "other"}, true, false, false},
		"no browser":                         {&a, Right{}, true, false, false},
		"by another link":                    {&a, Right{Browser: "drafts", Link: 1}, false, false, false},
		"who proved, by the link of before":  {&entered, Right{Browser: "proven", Link: 1}, true, false, false},
	} {
		if c.a.Locked(c.r) != c.locked || c.a.Whole(c.r) != c.whole || (c.a.Drafted(c.r) != nil) != c.drafts {
			t.Errorf("%s: locked %v, whole %v, drafted %v", name, c.a.Locked(c.r), c.a.Whole(c.r), c.a.Drafted(c.r))
		}
	}
}

// A link that was passed on, and by which somebody sends or declines before the supplier
// does, shows neither what the supplier answers afterwards nor what it was told before.
func TestWhoHasAPassedOnLinkLearnsNothing(t *testing.T) {
	at := time.Date(2026, 11, 28, 11, 0, 0, 0, time.UTC)
	o := &Operation{ID: "o", OpenedAt: at, Deadline: at.AddDate(0, 0, 7), Approved: &survey.Questionnaire{Version: 1, Questions: []survey.Question{{ID: "k1", Kind: survey.Text, Text: "Moyens"}}}}
	s := &Supplier{ID: "s1", ContactedAt: at}
	rival, own := Right{Browser: "rival"}, Right{Browser: "own"}
	says := func(text string) Submission {
		return Submission{Version: 1, Values: []survey.Value{{Question: "k1", Text: text}}}
	}
	declined := &Answer{}
	if err := declined.Abstain("", rival, o, s, at); err != nil {
		t.Fatal(err)
	}
	if err := declined.Send(says("Dix personnes"), own, o, s, declined.Rev, at.Add(time.Hour)); err != nil || declined.Whole(rival) || !declined.Whole(own) || !declined.Wrote(rival) {
		t.Errorf("%v: who declined by the link reads what is answered then", err)
	}
	sent := &Answer{}
	if err := sent.Keep(nil, rival, o, s, 0, at); err != nil {
		t.Fatal(err)
	}
	if err := sent.Send(says("Rien"), rival, o, s, sent.Rev, at.Add(time.Hour)); err != nil || !sent.Whole(rival) {
		t.Fatal(err)
	}
	if sent.Shows(rival, at.Add(time.Minute)) || !sent.Shows(rival, at.Add(2*time.Hour)) || sent.Shows(own, at.Add(2*time.Hour)) {
		t.Error("who sends by the link reads what the supplier was told before")
	}
	holder := &Answer{Submissions: sent.Submissions, Rev: sent.Rev, Hands: []Hand{sent.Hands[0]}, ID: sent.ID}
	sent.Await(1, own, o, s, at.Add(time.Hour))
	if right, err := sent.TryCode("own", 0, "123456", "123456", at.Add(time.Hour)); err != nil || !right {
		t.Fatal(right, err)
	}
	if sent.Whole(rival) || !sent.Whole(own) || !sent.Shows(own, at) {
		t.Error("who sent by the link still reads, once the supplier has proved who it is")
	}
	if err := holder.Send(says("Vraiment"), Right{Holder: true}, o, s, holder.Rev, at.Add(2*time.Hour)); err != nil || holder.Whole(rival) {
		t.Errorf("%v: who sent by the link reads what the account of the structure sends", err)
	}
}
