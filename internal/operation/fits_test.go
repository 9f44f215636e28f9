package operation_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// words are as many letters of French as asked for.
func words(n int) string {
	return string([]rune(strings.Repeat("L’équipe a été reçue à l’atelier, près du dépôt ; ", n/50+1))[:n])
}

// fullest is an operation that is as large as people may make it, with as many suppliers
// as there may be.
func (w *world) fullest(t *testing.T) *sourcing.Operation {
	t.Helper()
	o := w.opened(t)
	for i := len(o.Suppliers); i < sourcing.MaxSuppliers; i++ {
		o.Suppliers = append(o.Suppliers, sourcing.Supplier{ID: fmt.Sprintf("s%d", 100+i), Structure: account.NewID(), Name: words(100), SIREN: "200058014", Email: fmt.Sprintf("%s%d@structure.example", strings.Repeat("a", 60), i), AddedAt: noon, AddedBy: w.lead.Person, Link: strings.Repeat("a", 64), ContactedAt: noon, Request: 1, RemindedAt: noon, AnsweredAt: noon})
	}
	for range sourcing.MaxPanel {
		o.Excluded = append(o.Excluded, sourcing.Exclusion{Structure: account.NewID(), Code: sourcing.OtherReason, Text: words(60)})
	}
	for i := range sourcing.MaxFindings {
		o.Findings = append(o.Findings, sourcing.Finding{ID: fmt.Sprintf("f%d", i), Text: words(sourcing.MaxFinding), Effect: sourcing.OnLots, Consequence: words(sourcing.MaxFinding), By: w.lead.Person, At: noon})
	}
	for i := range 80 {
		o.Notes = append(o.Notes, sourcing.Note{Supplier: fmt.Sprintf("s%d", 100+i), Text: words(sourcing.MaxNoteText), By: w.lead.Person, At: noon, Rev: 1})
	}
	for i := range sourcing.MaxLedgerLines - 10 {
		o.Ledger = append(o.Ledger, sourcing.Info{ID: fmt.Sprintf("l%d", i), Origin: sourcing.FromBuyer, Text: words(800), At: noon, By: w.lead.Person, SharedAt: noon})
	}
	for i := range 100 { // and what is left goes to rejected candidates
		o.Rejections = append(o.Rejections, sourcing.Rejection{ID: fmt.Sprintf("r%d", i), Name: words(160), Note: words(600), Day: "2026-11-28", Form: sourcing.ByLetter, At: noon})
		if text, _ := json.Marshal(o); len(text) > sourcing.MaxOperationBytes-8000 {
			break
		}
	}
	_, err := store.Update(t.Context(), w.Operations, o.ID, func(v *sourcing.Operation) (store.Change, error) {
		*v = *o
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// The fullest operation takes one more message of full length to everybody with all its
// mails, and its launch: both stores hold them. What has no room is refused in French.
func TestOperationFits(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.fullest(t)
		tell := func(text string) error {
			return w.On(t.Context(), w.lead, o.ID, "operation.tell", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return o.TellAll(w.lead, text, w.now()) })
		}
		if err := tell(words(sourcing.MaxMessage)); err != nil {
			t.Fatalf("a message to all: %v", err)
		}
		e, err := w.Operations.Raw().Get(t.Context(), o.ID)
		if err != nil {
			t.Fatal(err)
		}
		pending, _ := json.Marshal(e.Pending)
		t.Logf("figure: %d bytes, and %d of %d mails that wait", len(e.Doc), len(pending), len(e.Pending)-1)
		if size := len(e.Doc) + len(pending); size > store.MaxDocument {
			t.Errorf("%d bytes", size)
		}
		var fault account.Fault
		if err := tell("Autre " + words(1400)); !errors.As(err, &fault) {
			t.Errorf("a second one before the first has left: %v", err)
		}
		w.mails(t, message.SourcingNews)
		err = w.On(t.Context(), w.lead, o.ID, "operation.write", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
			o.Purpose = words(60_000)
			return nil, nil
		})
		if !errors.As(err, &fault) {
			t.Errorf("more than there is room for: %v", err)
		}
		if err := w.Launch(t.Context(), w.lead, o.ID, words(sourcing.MaxMessage)); err != nil {
			t.Errorf("its launch: %v", err)
		}
	})
}

// The fullest documents beside it are below the bound too.
func TestAnswersFit(t *testing.T) {
	var values []survey.Value
	for i := range survey.MaxQuestions {
		values = append(values, survey.Value{Question: fmt.Sprintf("k%d", i), Text: words(survey.MaxLetters / survey.MaxQuestions), Secret: true, Why: words(survey.MaxQuestion)})
	}
	a := sourcing.Answer{Draft: values}
	for range 3 {
		a.Submissions = append(a.Submissions, sourcing.Submission{Values: values, Name: words(100), Word: words(sourcing.MaxWord)})
	}
	x := sourcing.Exchange{Minutes: words(sourcing.MaxMinutesText), Agenda: words(sourcing.MaxAgenda), Word: words(sourcing.MaxText), Answer: words(sourcing.MaxText)}
	for range 10 {
		x.Past = append(x.Past, sourcing.SentMinutes{Minutes: x.Minutes, Word: x.Word, Answer: x.Answer})
	}
	var l sourcing.Longlist
	for range sourcing.MaxPanel {
		l.Rows = append(l.Rows, sourcing.Row{Structure: account.NewID(), Name: words(200), Kind: words(60), City: words(40), Why: words(300)})
	}
	for name, v := range map[string]any{"answer": a, "exchange": x, "long list": l} {
		text, err := json.Marshal(v)
		if err != nil || len(text) > store.MaxDocument {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
	}
}
