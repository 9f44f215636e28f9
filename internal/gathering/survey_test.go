package gathering_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// over is a matinale of yesterday: its guests came, and the survey is out.
func (w *world) over(t *testing.T, people int) (event.Event, []event.Guest) {
	t.Helper()
	e := w.opened(t, 50)
	guests := w.invited(t, e.ID, people, nil)
	for i := range guests {
		if _, err := w.Accept(t.Context(), w.reach(t, &guests[i]), 1); err != nil {
			t.Fatal(err)
		}
	}
	w.move(15 * 24 * time.Hour)
	for i := range guests {
		c := event.Checkin{ID: e.ID + guests[i].ID, Event: e.ID, Guest: guests[i].ID, At: e.Starts, Received: e.Starts, Result: event.Entered, Party: 1}
		if _, err := w.Checkins.Insert(t.Context(), c, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteSurvey(t.Context(), w.lead, e.ID, survey.EventTemplates()[0].Questionnaire, 0); err != nil {
		t.Fatal(err)
	}
	if n, err := w.SendSurvey(t.Context(), w.lead, e.ID, "", 14); err != nil || n != people {
		t.Fatalf("sent to %d, %v", n, err)
	}
	return w.event(t, e.ID), guests
}

func (w *world) feedback(t *testing.T, id string) event.Feedback {
	t.Helper()
	d, err := w.Feedbacks.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

// What is stored of a survey: a box of one size whatever is in it, nothing of the words that
// wait, no actor, and once all is counted the same bytes in whatever order people answered.
func TestSurveyIsAnonymous(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		const people = 7
		e, guests := w.over(t, people)
		if got := len(w.mails(t, message.EventSurvey)); got != people {
			t.Errorf("%d mails", got)
		}
		if _, err := w.SendSurvey(t.Context(), w.lead, e.ID, "", 14); err == nil {
			t.Error("the survey is sent twice")
		}
		size := 0
		for i := range guests {
			x, err := w.BySurvey(t.Context(), w.SurveyLink(&guests[i]))
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Opine(t.Context(), x, []survey.Value{{Question: "utile", Text: fmt.Sprintf("Secret de %d", i)}}); err != nil {
				t.Fatal(err)
			}
			if err := w.Opine(t.Context(), x, []survey.Value{{Question: "utile", Text: "Encore."}}); !errors.Is(err, event.ErrAnswered) {
				t.Errorf("answered twice: %v", err)
			}
			f := w.feedback(t, e.ID)
			text, _ := json.Marshal(f)
			if bytes.Contains(text, []byte("Secret de")) || bytes.Contains(text, []byte(guests[i].ID)) || size != 0 && size != len(f.Sealed) {
				t.Errorf("answer %d is seen: %d bytes sealed, %s", i, len(f.Sealed), text[:200])
			}
			size = len(f.Sealed)
		}
		w.move(15 * 24 * time.Hour)
		if err := w.CarrySurveys(t.Context()); err != nil {
			t.Fatal(err)
		}
		f := w.feedback(t, e.ID)
		if c := f.Published.Of("utile"); f.Published.Answers != people || len(c.Texts) != people || len(f.Sealed) != 0 || f.EndedAt.IsZero() {
			t.Errorf("%+v", f.Published)
		}
	})
}

func TestSurveyAccess(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e, guests := w.over(t, 1)
		reader := w.member(t, account.Buyer)
		if err := w.WriteSurvey(t.Context(), reader, e.ID, survey.Questionnaire{}, 1); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a buyer writes the questions: %v", err)
		}
		if _, err := w.SendSurvey(t.Context(), reader, e.ID, "", 14); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a buyer sends: %v", err)
		}
		if err := w.EndSurvey(t.Context(), reader, e.ID); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a buyer ends it: %v", err)
		}
		if err := w.WriteSurvey(t.Context(), w.lead, e.ID, survey.EventTemplates()[1].Questionnaire, 9); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("stale questions: %v", err)
		}
		for _, link := range []string{"", "x", e.ID, e.ID + ".AAAAAAAAAAAAAAAAAAAAAAAAAA", "autre." + w.SurveyLink(&guests[0])[len(e.ID)+1:], e.ID + "." + w.GuestToken(&guests[0])} {
			if _, err := w.BySurvey(t.Context(), link); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("link %q: %v", link, err)
			}
		}
		// A survey of one: the answer is thrown away.
		x, err := w.BySurvey(t.Context(), w.SurveyLink(&guests[0]))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Opine(t.Context(), x, []survey.Value{{Question: "utile", Text: "Moi."}}); err != nil {
			t.Fatal(err)
		}
		if err := w.EndSurvey(t.Context(), w.lead, e.ID); err != nil {
			t.Fatal(err)
		}
		if f := w.feedback(t, e.ID); f.Published.Answers != 0 || len(f.Sealed) != 0 {
			t.Errorf("one answer stays: %+v", f)
		}
	})
}

func TestRencontre(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		e, guests := w.over(t, 2)
		a, b := w.reach(t, &guests[0]), w.reach(t, &guests[1])
		x := event.Encounter{ID: account.NewID(), Kind: event.MetThere, Day: e.Starts, Buyer: event.Met{Body: "Voirie"}, Supplier: gathering.MetAs(&guests[0])}
		for range 2 { // sent twice
			if err := w.TellEncounter(t.Context(), a, x); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := w.EncountersOf(t.Context(), a); err != nil || len(list) != 1 {
			t.Fatalf("%d, %v", len(list), err)
		}
		if err := w.JudgeEncounter(t.Context(), b, x.ID, true); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a guest judges the rencontre of others: %v", err)
		}
		if err := w.MatchEncounter(t.Context(), w.lead, e.ID, x.ID, event.BuyerSide, "nobody", 1); err == nil {
			t.Error("matched with nobody")
		}
		if err := w.MatchEncounter(t.Context(), w.lead, e.ID, x.ID, event.BuyerSide, guests[1].ID, 7); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("stale: %v", err)
		}
		if err := w.MatchEncounter(t.Context(), w.lead, e.ID, x.ID, event.BuyerSide, guests[1].ID, 1); err != nil {
			t.Fatal(err)
		}
		if err := w.EnterEncounter(t.Context(), w.lead, e.ID, x.ID, "none"); err == nil {
			t.Error("it enters a sourçage that is none")
		}
		if err := w.JudgeEncounter(t.Context(), b, x.ID, true); err != nil {
			t.Fatal(err)
		}
		if list, err := w.EncountersOf(t.Context(), b); err != nil || len(list) != 1 || list[0].State() != event.EncounterAgreed {
			t.Errorf("%+v, %v", list, err)
		}
		if err := w.AskTraining(t.Context(), a, "Les clauses."); err != nil {
			t.Fatal(err)
		}
		seen, err := w.Event(t.Context(), w.lead, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		bal, err := w.Balance(t.Context(), seen)
		if err != nil || bal.Present != 2 || bal.Met != 1 || bal.Agreed != 1 || bal.Trainings != 1 || len(bal.Structures) != 2 || bal.Unknown != 2 {
			t.Errorf("%+v, %v", bal, err)
		}
	})
}
