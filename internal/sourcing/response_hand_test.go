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
