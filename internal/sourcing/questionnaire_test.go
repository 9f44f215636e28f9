package sourcing_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

func drafted(texts ...string) *survey.Questionnaire {
	q := &survey.Questionnaire{Title: "Nettoyage"}
	for _, text := range texts {
		q.Questions = append(q.Questions, survey.Question{Kind: survey.Text, Text: text})
	}
	return q
}

func TestDraftKeepsTheIDsOfItsQuestions(t *testing.T) {
	o, _ := asked(t)
	q := drafted("Neuve", "Autre")
	q.Questions = append(q.Questions, o.Approved.Questions[0], survey.Question{ID: "q1", Kind: survey.Text, Text: "D’un autre sourçage"}, survey.Question{ID: "effectif", Kind: survey.Text, Text: "D’un modèle"})
	if err := o.WriteDraft(lead, q, o.Rev, opened); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, x := range o.Draft.Questions {
		if x.ID == "" || ids[x.ID] {
			t.Errorf("%q: id %q", x.Text, x.ID)
		}
		ids[x.ID] = true
	}
	if o.Draft.Questions[2].ID != "k1" || o.Draft.Questions[3].ID == "q1" || o.Draft.Questions[4].ID != "effectif" {
		t.Errorf("ids %v", ids)
	}
	kept := o.Draft.Questions[0].ID
	again := *o.Draft
	if err := o.WriteDraft(lead, &again, o.Rev, opened); err != nil || o.Draft.Questions[0].ID != kept {
		t.Errorf("%v, id %q is now %q", err, kept, o.Draft.Questions[0].ID)
	}
	removed := o.Draft.Questions[0].ID
	if err := o.WriteDraft(lead, drafted("Encore une autre"), o.Rev, opened); err != nil || o.Draft.Questions[0].ID == removed {
		t.Errorf("%v, the id of a question that is gone is given again", err)
	}
}

// Suppliers read the ids of questions in the form of their answer.
func TestQuestionIDsDoNotTellHowManySuppliersThereAre(t *testing.T) {
	few, _ := asked(t)
	many, _ := asked(t)
	for _, id := range []string{"x", "y", "z"} {
		if _, err := many.Add(lead, sourcing.Supplier{Name: id, Email: id + "@structure.example"}, opened); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range []*sourcing.Operation{few, many} {
		if err := o.WriteDraft(lead, drafted("Neuve", "Autre"), o.Rev, opened); err != nil {
			t.Fatal(err)
		}
	}
	for i := range few.Draft.Questions {
		if a, b := few.Draft.Questions[i].ID, many.Draft.Questions[i].ID; a != b {
			t.Errorf("question %d is %s among few suppliers, %s among many", i+1, a, b)
		}
	}
}

func TestDraftIsStaleOnlyByTheQuestionnaire(t *testing.T) {
	o, _ := asked(t)
	rev := o.Rev
	if _, err := o.TellAll(lead, "Les locaux font 4 000 m².", opened); err != nil {
		t.Fatal(err)
	}
	if err := o.WriteDraft(lead, drafted("A"), rev, opened); err != nil {
		t.Fatalf("what else was done disturbs the draft: %v", err)
	}
	if err := o.WriteDraft(lead, drafted("B"), rev, opened); !errors.Is(err, sourcing.ErrStale) {
		t.Errorf("a draft that somebody has written since: %v", err)
	}
	rev = o.Rev
	o.Draft.Questions[0].Text = "Autre question"
	if _, err := o.Approve(lead, o.Rev, opened); err != nil {
		t.Fatal(err)
	}
	if err := o.WriteDraft(lead, drafted("C"), rev, opened); !errors.Is(err, sourcing.ErrStale) {
		t.Errorf("over a version approved since: %v", err)
	}
	for _, rev := range []int64{-1, o.Rev + 1} {
		if err := o.WriteDraft(lead, drafted("D"), rev, opened); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("over revision %d: %v", rev, err)
		}
	}
}

func TestDraftIsRefused(t *testing.T) {
	at := opened.Add(time.Hour)
	needs := buyer.Member{Person: "p2", Organisation: "ept", Kind: account.KindPublic, Role: account.Prescripteur}
	for name, c := range map[string]struct {
		do   func(o *sourcing.Operation)
		m    buyer.Member
		q    *survey.Questionnaire
		at   time.Time
		want string
	}{
		"prescripteur":   {m: needs, q: drafted("A"), want: account.ErrNotAllowed.Error()},
		"closed":         {do: func(o *sourcing.Operation) { o.ClosedAt = opened }, q: drafted("A"), want: "clos"},
		"silenced":       {do: func(o *sourcing.Operation) { o.SilencedAt = opened }, q: drafted("A"), want: "lancée"},
		"analysis":       {do: func(o *sourcing.Operation) { o.AnalysingAt = opened }, q: drafted("A"), want: "analyse"},
		"after deadline": {at: opened.AddDate(0, 0, 15), q: drafted("A"), want: "passée"},
		"too many":       {q: drafted(strings.Split(strings.Repeat("x ", 61), " ")[:61]...), want: "60 questions"},
		"too long":       {q: &survey.Questionnaire{Intro: strings.Repeat("é", 40_000)}, want: "trop long"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := asked(t)
			if c.do != nil {
				c.do(o)
			}
			m, when := c.m, c.at
			if m.Person == "" {
				m = lead
			}
			if when.IsZero() {
				when = at
			}
			if err := o.WriteDraft(m, c.q, o.Rev, when); err == nil || !strings.Contains(err.Error(), c.want) || o.Draft != nil {
				t.Errorf("%v, draft %v", err, o.Draft)
			}
		})
	}
}

func TestRevisionReachesEverybodyWithItsDifference(t *testing.T) {
	o, _ := asked(t)
	q := *o.Approved
	q.Questions = append([]survey.Question{{Kind: survey.YesNo, Text: "Travaillez-vous le samedi ?"}}, q.Questions...)
	if err := o.WriteDraft(lead, &q, o.Rev, opened); err != nil {
		t.Fatal(err)
	}
	told := o.DraftDifference()
	out, err := o.Approve(lead, o.Rev, opened)
	if err != nil || len(out) != 3 || out[0].Text != told || !strings.Contains(told, "samedi") || o.Approved.Version != 2 || o.Draft != nil || len(o.Past) != 1 {
		t.Errorf("%v, %v, told %q", out, err, told)
	}
}

func TestClockIsRead(t *testing.T) {
	for text, want := range map[string][2]int{"12 h": {12, 0}, "9h30": {9, 30}, "17:00": {17, 0}, "midi": {12, 0}, "8": {8, 0}, "23 h 59": {23, 59}, "12\u00a0h\u00a000": {12, 0}, "14 heures": {14, 0}} {
		if h, m, err := sourcing.ParseClock(text); err != nil || h != want[0] || m != want[1] {
			t.Errorf("%q: %d:%d, %v", text, h, m, err)
		}
	}
	for _, text := range []string{"", "24 h", "12h60", "h30", "-1", "+1", "12h-5", "1:2:3", "soir", "012", "9h300"} {
		if h, m, err := sourcing.ParseClock(text); err == nil {
			t.Errorf("%q: %d:%d", text, h, m)
		}
	}
}

func TestHoursOfParisFollowTheSeason(t *testing.T) {
	for _, c := range []struct {
		day    structure.Date
		h, m   int
		want   string
		absent bool
	}{
		{day: "2026-12-14", h: 12, want: "2026-12-14T11:00:00Z"},
		{day: "2026-07-14", h: 12, want: "2026-07-14T10:00:00Z"},
		{day: "2027-03-28", h: 2, m: 30, absent: true},
		{day: "2027-03-28", h: 3, want: "2027-03-28T01:00:00Z"},
		{day: "2026-10-25", h: 2, m: 30, want: "2026-10-25T00:30:00Z"}, // the first of the two
	} {
		got, err := sourcing.InParis(c.day, c.h, c.m)
		if (err != nil) != c.absent || !c.absent && got.Format(time.RFC3339) != c.want {
			t.Errorf("%s %d:%d: %v, %v", c.day, c.h, c.m, got, err)
		}
	}
}

func FuzzClock(f *testing.F) {
	for _, text := range []string{"12 h", "9h30", "17:00", "midi", "heures", "h", ":", "٣h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, m, err := sourcing.ParseClock(text)
		if err != nil {
			return
		}
		if h < 0 || h > 23 || m < 0 || m > 59 {
			t.Fatalf("%q: %d:%d", text, h, m)
		}
		if at, err := sourcing.InParis("2026-12-14", h, m); err != nil || at.In(structure.Paris).Hour() != h {
			t.Fatalf("%q: %v, %v", text, at, err)
		}
	})
}

// ---- the public page

const notice = "Nous cherchons qui pourrait entretenir les locaux de douze écoles."

func called(t *testing.T) *sourcing.Operation {
	t.Helper()
	o, _ := asked(t)
	if err := o.Publish(lead, notice, o.Rev, opened); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestNoticeIsPublished(t *testing.T) {
	o := called(t)
	if !o.Calls(opened) || o.Calls(o.Deadline.Add(time.Second)) {
		t.Error("it calls at another time")
	}
	for name, text := range map[string]string{"short": "Bonjour.", "amount": notice + " Budget de 120 000 € par an.", "amount in words": notice + " Environ 90 k€.", "long": strings.Repeat("a", 2001)} {
		var fault account.Fault
		if err := o.Publish(lead, text, o.Rev, opened); !errors.As(err, &fault) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := o.Publish(lead, notice+" Autre.", o.Rev-1, opened); !errors.Is(err, sourcing.ErrStale) {
		t.Errorf("stale: %v", err)
	}
	if err := o.Unpublish(lead, opened); err != nil || o.Calls(opened) {
		t.Errorf("withdrawn: %v", err)
	}
	o.SilencedAt = opened
	if err := o.Publish(lead, notice, o.Rev, opened); !errors.Is(err, sourcing.ErrSilenced) {
		t.Errorf("after the launch: %v", err)
	}
}

func TestCandidateCountsOnceConfirmed(t *testing.T) {
	o := called(t)
	n := len(o.Suppliers)
	k := sourcing.Candidacy{ID: "c1", Link: "h1", Name: "Zeta", Email: "z@structure.example"}
	if err := o.Knock(k, opened); err != nil || len(o.Suppliers) != n {
		t.Fatalf("%v: counts before it is confirmed", err)
	}
	if err := o.Knock(k, opened); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("the same form again: %v", err)
	}
	if err := o.Confirm("h2", opened); !errors.Is(err, sourcing.ErrNoCall) {
		t.Errorf("another link: %v", err)
	}
	if err := o.Confirm("h1", opened.Add(sourcing.CandidacyLife+time.Minute)); !errors.Is(err, sourcing.ErrNoCall) {
		t.Errorf("too late: %v", err)
	}
	if err := o.Confirm("h1", opened.Add(time.Hour)); err != nil || len(o.Suppliers) != n+1 || !o.Suppliers[n].Spontaneous || o.Suppliers[n].Contacted() {
		t.Fatalf("%v, %v", err, o.Suppliers)
	}
	if err := o.Confirm("h1", opened.Add(time.Hour)); !errors.Is(err, sourcing.ErrNoCall) {
		t.Errorf("the link again: %v", err)
	}
	k = sourcing.Candidacy{ID: "c2", Link: "h3", Name: "Zeta", Email: "Z@structure.example"}
	if err := o.Knock(k, opened.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := o.Confirm("h3", opened.Add(time.Hour)); err != nil || len(o.Suppliers) != n+1 || len(o.Candidacies) != 0 {
		t.Errorf("the same address again: %v, %d", err, len(o.Suppliers))
	}
	// who is asked already gets the same words, and nothing twice
	if err := o.Apply(sourcing.Supplier{Name: "A", Email: "a@structure.example"}, opened); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("who is asked: %v", err)
	}
}

func TestWaitingCandidaciesAreBounded(t *testing.T) {
	o := called(t)
	for i := range sourcing.MaxCandidacies {
		if err := o.Knock(sourcing.Candidacy{ID: strings.Repeat("c", i+1), Name: "Z", Email: strings.Repeat("z", i+1) + "@x.example"}, opened); err != nil {
			t.Fatal(err)
		}
	}
	one := sourcing.Candidacy{ID: "x", Name: "X", Email: "x@x.example"}
	if err := o.Knock(one, opened); err == nil {
		t.Error("one too many")
	}
	if err := o.Knock(one, opened.Add(sourcing.CandidacyLife+time.Minute)); err != nil || len(o.Candidacies) != 1 {
		t.Errorf("those before are not forgotten: %v, %d", err, len(o.Candidacies))
	}
}

func TestHeardCandidateGetsAllThatTheOthersGot(t *testing.T) {
	o := called(t)
	if _, err := o.TellAll(lead, "Les locaux font 4 000 m².", opened); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"y@structure.example", "z@structure.example"} {
		if err := o.Apply(sourcing.Supplier{Name: email, Email: email}, opened); err != nil {
			t.Fatal(err)
		}
	}
	n := len(o.Suppliers)
	out, err := o.Hear(lead, o.Suppliers[n-1].ID, true, "", opened.Add(time.Hour))
	if err != nil || len(out) != 2 || out[0].Sending != sourcing.SendRequest || out[1].Text != "Les locaux font 4 000 m²." || len(o.Gaps()) != 0 {
		t.Errorf("%v, %v, gaps %v", out, err, o.Gaps())
	}
	late := *o
	if _, err := late.Hear(lead, o.Suppliers[n-2].ID, true, "", o.Deadline.Add(time.Minute)); err == nil {
		t.Error("asked after the deadline")
	}
	if _, err := o.Hear(lead, o.Suppliers[n-2].ID, false, "Trop loin.", opened); err == nil {
		t.Error("refused without a reason")
	}
	out, err = o.Hear(lead, o.Suppliers[n-2].ID, false, "Vous n’intervenez pas dans le Val-de-Marne.", opened)
	if err != nil || len(out) != 1 || out[0].Sending != sourcing.SendRefusal {
		t.Errorf("%v, %v", out, err)
	}
}

func TestCandidateWhoWasChosenIsAskedOnce(t *testing.T) {
	o, l := asked(t)
	o.OpenedAt = time.Time{}
	for i := range o.Suppliers {
		o.Suppliers[i].ContactedAt = time.Time{}
	}
	if err := o.Publish(lead, notice, o.Rev, opened); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"A@structure.example", "z@structure.example"} {
		if err := o.Apply(sourcing.Supplier{Name: "Candidat", Email: email, Word: "Nous sommes là."}, opened); err != nil {
			t.Fatal(err)
		}
	}
	out, err := o.Open(lead, l, o.Rev, opened)
	if err != nil || len(out) != 4 || len(o.Suppliers) != 4 {
		t.Fatalf("%v, %v, %d", out, err, len(o.Suppliers))
	}
	if a := o.Suppliers[0]; a.Name != "A" || !a.Spontaneous || a.Word == "" || !a.Contacted() {
		t.Errorf("%+v", a)
	}
}
