package operation_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// named is an operation in which a person declared interests, met a supplier and wrote an
// answer down, and that is over.
func (w *world) named(t *testing.T) (*sourcing.Operation, *account.Person) {
	t.Helper()
	o := w.opened(t)
	first := o.Suppliers[0].ID
	x := sourcing.Exchange{ID: account.NewID(), Organisation: w.town, Operation: o.ID, Supplier: first, Kind: sourcing.ByVideo, At: noon, Theirs: []string{"Zélie Quincampoix"}, Responder: "Zélie Quincampoix", Minutes: "Vu.", CreatedBy: w.lead.Person, Rev: 1}
	a := sourcing.Answer{ID: sourcing.AnswerID(o.ID, first), Organisation: w.town, Operation: o.ID, Supplier: first, Submissions: []sourcing.Submission{{Number: 1, At: noon, Name: "Zélie Quincampoix", Account: w.lead.Person, Route: sourcing.ByPortal}}}
	_, errX := w.Exchanges.Insert(t.Context(), x, store.Change{})
	_, errA := w.Answers.Insert(t.Context(), a, store.Change{})
	errD := w.On(t.Context(), w.lead, o.ID, "operation.declare", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Declare(w.lead, "Mon frère dirige Alpha", w.now())
	})
	if err := errors.Join(errX, errA, errD); err != nil {
		t.Fatal(err)
	}
	p, err := w.People.People.Get(t.Context(), w.lead.Person)
	if err != nil {
		t.Fatal(err)
	}
	return w.read(t, o.ID), &p.Value
}

// everything is what the store holds of the sourçages, as it is stored.
func (w *world) everything(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for _, raw := range []store.Raw{w.Operations.Raw(), w.Answers.Raw(), w.Exchanges.Raw(), w.Longlists.Raw()} {
		docs, err := raw.Scan(t.Context(), "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			out.Write(d.Doc)
		}
	}
	return out.String()
}

func TestSourcingTellsAndForgetsAPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o, p := w.named(t)
		h := w.Holder()
		told, err := h.Tell(t.Context(), p, 100)
		text, _ := json.Marshal(told)
		if err != nil || !strings.Contains(string(text), "Mon frère dirige Alpha") || !strings.Contains(string(text), `"answer"`) || !strings.Contains(string(text), `"exchange"`) {
			t.Errorf("told %s, %v", text, err)
		}
		if told, _ := h.Tell(t.Context(), p, 2); len(told) != 2 {
			t.Errorf("%d told over the limit", len(told))
		}
		for range 2 { // stopped, and run again
			if err := h.Forget(t.Context(), p, nil); err != nil {
				t.Fatal(err)
			}
		}
		if left := w.everything(t); strings.Contains(left, "Mon frère") || strings.Contains(left, `"name":"Zélie`) {
			t.Errorf("left: %s", left)
		}
		if o := w.read(t, o.ID); o.Teammate(p.ID) != nil || o.Opens(w.lead) == nil {
			t.Error("the person is still of the team")
		}
		if !strings.Contains(strings.Join(holderNames(w), " "), h.Name) {
			t.Error("the erasure does not ask it")
		}
	})
}

func holderNames(w *world) (out []string) {
	for _, h := range w.People.Holders {
		out = append(out, h.Name)
	}
	return out
}

func TestAddressesLapse(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o, _ := w.named(t)
		if err := w.Launch(t.Context(), w.lead, o.ID, lastWords); err != nil {
			t.Fatal(err)
		}
		w.mails(t, "")
		for _, c := range []struct{ after, swept int }{{sourcing.ContactMonths - 1, 0}, {sourcing.ContactMonths + 1, 1}, {sourcing.ContactMonths + 1, 0}} {
			w.move(noon.AddDate(0, c.after, 0).Sub(w.now()))
			if n, err := w.SweepContacts(t.Context()); err != nil || n != c.swept {
				t.Errorf("%d swept after %d months, want %d, %v", n, c.after, c.swept, err)
			}
		}
		left := w.everything(t)
		if strings.Contains(left, "@structure.example") || strings.Contains(left, "Zélie") || !strings.Contains(left, "Alpha") || !strings.Contains(left, "Vu.") {
			t.Errorf("left: %s", left)
		}
		if err := w.Correct(t.Context(), w.lead, o.ID, "Trop tard."); err == nil {
			t.Error("nobody is there to be corrected")
		}
	})
}

func TestOrganisationTakesItsSourcingAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.named(t)
		if err := errors.Join(w.DropOrganisation(t.Context(), account.NewID()), w.DropOrganisation(t.Context(), "")); err != nil || w.everything(t) == "" {
			t.Fatalf("another organisation: %v", err)
		}
		for range 2 {
			if err := w.DropOrganisation(t.Context(), w.town); err != nil {
				t.Fatal(err)
			}
		}
		if left := w.everything(t); left != "" {
			t.Errorf("left: %s", left)
		}
	})
}
