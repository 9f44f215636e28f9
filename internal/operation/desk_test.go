package operation_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// express is what the express form says of a purchase, with a structure that is contacted
// and one that is not.
func (w *world) express(t *testing.T, purchase string) operation.Express {
	t.Helper()
	a, b := w.structure(t, "Alpha"), w.structure(t, "Beta")
	return operation.Express{
		Operation: sourcing.Operation{ID: account.NewID(), Purchase: purchase, Title: "Sourçage nettoyage", Message: "Nous préparons un marché.", Deadline: noon.AddDate(0, 0, 21)},
		Panel:     sourcing.Longlist{Sources: []sourcing.PanelSource{{Kind: sourcing.FromStudy, Found: 2}}, Rows: []sourcing.Row{operation.RowOf(&a, "étude", "2026-11-28"), operation.RowOf(&b, "étude", "2026-11-28")}},
		Chosen:    []sourcing.Supplier{{Structure: a.ID, Name: a.Name, Email: a.Contact.Email}},
		Excluded:  []sourcing.Exclusion{{Structure: b.ID, Code: sourcing.TooSmall}},
		Questions: *questions(),
	}
}

func TestExpressIsOneOperation(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		in := w.express(t, w.purchase(t).ID)
		var group sync.WaitGroup
		for range 3 { // a double click
			group.Go(func() {
				if err := w.Express(ctx, w.lead, in); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		list, err := w.List(ctx, w.lead)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d operations, %v", len(list), err)
		}
		o := w.read(t, in.Operation.ID)
		l, err := w.Panel(ctx, o)
		if err != nil || len(o.Missing(l, noon)) > 0 || o.Approved == nil || o.Draft != nil || len(o.Suppliers) != 1 || o.Opens(w.lead) != nil || !o.Express {
			t.Fatalf("%+v: %v, %v", o, o.Missing(l, noon), err)
		}
		rev := o.Rev
		if err := w.Express(ctx, w.lead, in); err != nil || w.read(t, o.ID).Rev != rev {
			t.Errorf("the same form again: %v", err)
		}
		in.Operation.Message = "Nous préparons un autre marché."
		if err := w.Express(ctx, w.lead, in); err != nil || w.read(t, o.ID).Message != in.Operation.Message || w.read(t, o.ID).Rev == rev {
			t.Errorf("the form sent again with other words: %v", err)
		}
		if n := len(w.mails(t, message.SourcingRequest)); n != 0 {
			t.Errorf("%d requests before the opening", n)
		}
		other := w.member(t, account.Buyer)
		if err := w.Express(ctx, other, in); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the form of a colleague: %v", err)
		}
		if err := w.Open(ctx, w.lead, o.ID, w.read(t, o.ID).Rev); err != nil {
			t.Fatal(err)
		}
		in.Operation.Message = "Trop tard."
		if err := w.Express(ctx, w.lead, in); err != nil || w.read(t, o.ID).Message == in.Operation.Message {
			t.Errorf("the form sent after the opening: %v", err)
		}
	})
}

func TestExpressRefusesWhatLacks(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		p := w.purchase(t)
		for name, spoil := range map[string]func(*operation.Express){
			"nobody":      func(in *operation.Express) { in.Chosen = nil },
			"no address":  func(in *operation.Express) { in.Chosen[0].Email = "" },
			"no reason":   func(in *operation.Express) { in.Excluded = nil },
			"two reasons": func(in *operation.Express) { in.Excluded = append(in.Excluded, in.Excluded[0]) },
			"no panel":    func(in *operation.Express) { in.Panel.Rows = nil },
			"no question": func(in *operation.Express) { in.Questions.Questions = nil },
			"too late":    func(in *operation.Express) { in.Operation.Deadline = noon },
		} {
			in := w.express(t, p.ID)
			spoil(&in)
			var fault account.Fault
			if err := w.Express(t.Context(), w.lead, in); !errors.As(err, &fault) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := w.Operations.Get(t.Context(), in.Operation.ID); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: it is stored, %v", name, err)
			}
		}
		reader := w.member(t, account.Facilitateur)
		if err := w.Express(t.Context(), reader, w.express(t, p.ID)); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a facilitateur: %v", err)
		}
	})
}

// TestOpeningMovesThePurchase: stopped between the two writes, whoever writes the
// operation next carries it, and what somebody moved back afterwards stays.
func TestOpeningMovesThePurchase(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		state := func(id string) sourcing.State {
			d, err := w.Programme.Purchases.Get(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			return d.Value.State()
		}
		killed := errors.New("killed")
		w.Passing(func(string) error { return killed })
		left := map[string]string{} // purchase by operation
		for range 2 {
			in := w.express(t, w.purchase(t).ID)
			if err := w.Express(ctx, w.lead, in); err != nil {
				t.Fatal(err)
			}
			if err := w.Open(ctx, w.lead, in.Operation.ID, w.read(t, in.Operation.ID).Rev); !errors.Is(err, killed) {
				t.Fatal(err)
			}
			left[in.Operation.ID] = in.Operation.Purchase
			if state(in.Operation.Purchase) != sourcing.Programmed {
				t.Fatal("it is moved already")
			}
		}
		w.Passing(func(string) error { return nil })
		var carried string
		for id := range left {
			carried = id
			break
		}
		if err := w.On(ctx, w.lead, carried, "operation.declare", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Declare(w.lead, "Aucun", noon) }); err != nil || state(left[carried]) != sourcing.InSourcing {
			t.Errorf("by who writes it next: %s, %v", state(left[carried]), err)
		}
		if err := w.CarryOpenings(ctx); err != nil {
			t.Fatal(err)
		}
		for id, purchase := range left {
			if state(purchase) != sourcing.InSourcing || w.read(t, id).SourcedAt.IsZero() {
				t.Errorf("%s: %s", id, state(purchase))
			}
		}
		if err := w.Programme.Move(ctx, w.lead, left[carried], sourcing.Programmed, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.CarryOpenings(ctx); err != nil || state(left[carried]) != sourcing.Programmed {
			t.Errorf("moved back by hand: %s, %v", state(left[carried]), err)
		}
	})
}

func TestDeliveriesAreToldBySupplier(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		o := w.opened(t)
		before, err := w.Deliveries(ctx, o)
		if err != nil || len(before) != 3 || before[o.Suppliers[0].ID].Sending != sourcing.SendRequest {
			t.Fatalf("%v, %v", before, err)
		}
		w.mails(t, message.SourcingRequest)
		after, err := w.Deliveries(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range o.Suppliers {
			if d := after[o.Suppliers[i].ID]; d.Message == nil || d.Message.To != o.Suppliers[i].Email {
				t.Errorf("%s: %+v", o.Suppliers[i].Name, d.Message)
			}
		}
		letter, err := w.Letter(ctx, w.lead, o, &o.Suppliers[0], sourcing.Dispatch{Sending: sourcing.SendRequest, Text: o.Message, Number: o.Suppliers[0].Request})
		if sent := after[o.Suppliers[0].ID].Message; err != nil || letter.ID != sent.ID || fmt.Sprint(letter.Details) != fmt.Sprint(sent.Details) {
			t.Errorf("what is shown is not what is sent: %v, %v", letter.Details, err)
		}
	})
}

func TestOneReminderToWhoHasNotAnswered(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		o := w.opened(t)
		first := o.Suppliers[0].ID
		a := sourcing.Answer{ID: sourcing.AnswerID(o.ID, first), Organisation: w.town, Operation: o.ID, Supplier: first, Submissions: []sourcing.Submission{{Number: 1, At: noon, Deadline: o.Deadline, Route: sourcing.ByPortal}}}
		if _, err := w.Answers.Insert(ctx, a, store.Change{}); err != nil {
			t.Fatal(err)
		}
		w.move(24 * time.Hour)
		var group sync.WaitGroup
		refused := make(chan error, 2)
		for range 2 {
			group.Go(func() { refused <- w.Remind(ctx, w.lead, o.ID, "Votre réponse est attendue.") })
		}
		group.Wait()
		var fault account.Fault
		if a, b := <-refused, <-refused; (a == nil) == (b == nil) || !errors.As(errors.Join(a, b), &fault) {
			t.Fatalf("%v, %v", a, b)
		}
		mails := w.mails(t, message.SourcingReminder)
		if len(mails) != 2 {
			t.Errorf("%d reminders", len(mails))
		}
		for _, m := range mails {
			if m.To == o.Suppliers[0].Email {
				t.Error("who has answered is reminded")
			}
		}
	})
}

// TestLateAdditionGetsWhatTheOthersGot, and a corrected address another link.
func TestLateAdditionAndAnotherAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		o := w.opened(t)
		late := w.structure(t, "Epsilon")
		add := func(m buyer.Member) error {
			return w.On(ctx, m, o.ID, "operation.add", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
				return o.Add(m, sourcing.Supplier{Structure: late.ID, Name: late.Name, Email: late.Contact.Email}, w.now())
			})
		}
		if err := add(w.member(t, account.Buyer)); !errors.Is(err, sourcing.ErrNotInTeam) {
			t.Errorf("who is not of the team: %v", err)
		}
		for range 2 {
			if err := add(w.lead); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(w.mails(t, message.SourcingRequest)); n != 4 {
			t.Errorf("%d requests", n)
		}
		o = w.read(t, o.ID)
		v := o.Suppliers[1]
		before := w.LinkToken(o.ID, &v)
		if err := w.On(ctx, w.lead, o.ID, "operation.readdress", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
			return o.Readdress(w.lead, v.ID, "juste@structure.example", w.now())
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ByLink(ctx, before); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the link of the wrong address: %v", err)
		}
		mails := w.mails(t, message.SourcingRequest)
		if n := len(mails); n != 5 || !strings.Contains(mails[4].To+mails[0].To+mails[1].To+mails[2].To+mails[3].To, "juste@structure.example") {
			t.Errorf("%d requests", n)
		}
	})
}
