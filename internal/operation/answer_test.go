package operation_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/picture"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// reached is what the link of the n-th supplier leads to.
func (w *world) reached(t *testing.T, o *sourcing.Operation, n int) *operation.Reached {
	t.Helper()
	r, err := w.ByLink(t.Context(), w.LinkToken(o.ID, &o.Suppliers[n]))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *world) ownBy(t *testing.T, o *sourcing.Operation, n int, h operation.Hand) *operation.Own {
	t.Helper()
	own, err := w.OwnBy(t.Context(), w.LinkToken(o.ID, &o.Suppliers[n]), h)
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func submission(staff string) sourcing.Submission {
	return sourcing.Submission{Version: 1, Name: "Awa Diop", Values: []survey.Value{{Question: "k1", Number: staff}, {Question: "k4", Text: "=1+1"}}}
}

var first, second = operation.Hand{Browser: strings.Repeat("A", 26), Network: "192.0.2.1"}, operation.Hand{Browser: strings.Repeat("B", 26), Network: "192.0.2.2"}

func TestAnAnswerIsReceivedWithItsReceipt(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		r := w.reached(t, o, 0)
		if err := w.Submit(ctx, r, first, submission("12"), true, 0); err != nil {
			t.Fatal(err)
		}
		if err := w.Submit(ctx, r, first, submission("12"), true, 0); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		if err := w.Submit(ctx, r, first, submission("13"), true, 0); !errors.Is(err, sourcing.ErrStale) {
			t.Errorf("over a revision that is gone: %v", err)
		}
		own := w.ownBy(t, o, 0, first)
		if n := own.Answer.Newest(); !own.Whole || n == nil || n.Number != 1 || n.Late() || n.Values[1].Text != "=1+1" {
			t.Fatalf("%+v", own)
		}
		w.move(15 * 24 * time.Hour)
		if err := w.Submit(ctx, r, first, submission("14"), true, own.Answer.Rev); err != nil {
			t.Fatal(err)
		}
		a := w.ownBy(t, o, 0, first).Answer
		if len(a.Submissions) != 2 || !a.Newest().Late() || a.LastInTime().Number != 1 || a.Uncarried() {
			t.Errorf("%+v", a)
		}
		mails := w.mails(t, message.SourcingReceipt)
		if len(mails) != 2 || mails[0].To != "alpha@structure.example" || strings.Contains(mails[0].Details[message.DetailText], "Awa") {
			t.Errorf("%d receipts: %+v", len(mails), mails)
		}
		if now := w.read(t, o.ID); now.Suppliers[0].Answers != 2 || !now.Suppliers[0].AnsweredAt.Equal(noon) {
			t.Errorf("%+v", now.Suppliers[0])
		}
	})
}

// A submission that stops between its two writes is carried, once, whoever comes next.
// A submission is timed before its operation is read: one that the launch overtakes is
// refused, or has a time before it.
func TestASubmissionIsTimedBeforeItsOperationIsRead(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		o := w.opened(t)
		r, begun := w.reached(t, o, 0), w.now().Add(time.Second)
		w.Now = func() time.Time { w.move(time.Second); return w.now() }
		if err := w.Submit(t.Context(), r, first, submission("12"), true, 0); err != nil {
			t.Fatal(err)
		}
		d, err := w.Answers.Get(t.Context(), sourcing.AnswerID(o.ID, o.Suppliers[0].ID))
		if err != nil || !d.Value.Newest().At.Equal(begun) {
			t.Errorf("%v, %v: begun at %v", d.Value.Newest(), err, begun)
		}
	})
}

func TestAStoppedSubmissionIsCarried(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		for _, step := range []string{"answer", "receipt"} {
			ctx, o := t.Context(), w.opened(t)
			killed := errors.New("killed")
			w.Passing(func(at string) error {
				if at == step {
					return killed
				}
				return nil
			})
			if err := w.Submit(ctx, w.reached(t, o, 0), first, submission("12"), false, 0); !errors.Is(err, killed) {
				t.Fatalf("%s: %v", step, err)
			}
			w.Passing(func(string) error { return nil })
			other := w.portal(t, w.db)
			for range 2 {
				if err := other.CarryAnswers(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if now := w.read(t, o.ID); now.Suppliers[0].Answers != 1 {
				t.Errorf("%s: %+v", step, now.Suppliers[0])
			}
			if docs, err := w.Answers.FindLookup(ctx, store.UncarriedAnswers, 5); err != nil || len(docs) > 0 {
				t.Errorf("%s: %d left, %v", step, len(docs), err)
			}
		}
		if mails := w.mails(t, message.SourcingReceipt); len(mails) != 2 {
			t.Errorf("%d receipts", len(mails))
		}
	})
}

// Whoever comes first wins: an answer that is stored was received before the silence.
func TestSubmissionsRaceWithTheLaunch(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		other := w.portal(t, w.db)
		var wait sync.WaitGroup
		errs := make([]error, 3)
		for n := range errs {
			wait.Go(func() {
				r, err := other.ByLink(ctx, w.LinkToken(o.ID, &o.Suppliers[n]))
				if err == nil {
					err = other.Submit(ctx, r, first, submission("12"), false, 0)
				}
				errs[n] = err
			})
		}
		wait.Go(func() {
			err := w.On(ctx, w.lead, o.ID, "operation.silence", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
				return o.Silence(w.lead, "La consultation est lancée.", w.now())
			})
			if err != nil {
				t.Error(err)
			}
		})
		wait.Wait()
		if err := w.CarryAnswers(ctx); err != nil {
			t.Error(err)
		}
		now := w.read(t, o.ID)
		for n, err := range errs {
			a := w.ownBy(t, o, n, first).Answer
			switch {
			case err == nil && (a.Newest() == nil || !a.Newest().Deadline.Equal(o.Deadline) || now.Suppliers[n].Answers != 1):
				t.Errorf("%d won and is not there: %+v", n, a)
			case err != nil && (!errors.Is(err, sourcing.ErrSilenced) || a.Newest() != nil):
				t.Errorf("%d lost: %v, %+v", n, err, a)
			}
		}
		if err := w.Submit(ctx, w.reached(t, now, 1), second, submission("1"), false, 0); err == nil {
			t.Error("an answer after the launch")
		}
	})
}

// A link that is passed on shows nothing of what another browser wrote, and replaces
// nothing of it, without the code that goes to the address that was written to.
func TestAForwardedLinkIsReadAndNoMore(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		r := w.reached(t, o, 0)
		rev, err := w.SaveDraft(ctx, r, first, []survey.Value{{Question: "k4", Text: "12 euros"}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if own := w.ownBy(t, o, 0, second); own.Draft != nil || !own.Locked || own.Whole {
			t.Errorf("another browser: %+v", own)
		}
		if _, err := w.SaveDraft(ctx, r, second, nil, rev); !errors.Is(err, sourcing.ErrLocked) {
			t.Errorf("a draft over another's: %v", err)
		}
		if err := w.Submit(ctx, r, second, submission("1"), false, rev); !errors.Is(err, sourcing.ErrLocked) {
			t.Errorf("an answer over another's draft: %v", err)
		}
		if err := w.Submit(ctx, r, first, submission("12"), false, rev); err != nil {
			t.Fatal(err)
		}
		if own := w.ownBy(t, o, 0, second); own.Whole || !own.Locked {
			t.Errorf("what was sent, in another browser: %+v", own)
		}
		if err := w.MailCode(ctx, r, second); err != nil {
			t.Fatal(err)
		}
		a := w.ownBy(t, o, 0, second).Answer
		code := w.People.Secret.Code(message.SupplierCodeObject(message.SupplierObject(o.ID, r.Supplier.ID, 0), a.Code.Number))
		if mails := w.mails(t, message.SourcingCode); len(mails) != 1 || mails[0].Version != a.Code.Number || mails[0].To != r.Supplier.Email {
			t.Fatalf("%+v", mails)
		}
		if err := w.UseCode(ctx, r, first, code); err == nil {
			t.Error("a code in a browser that did not ask")
		}
		if err := w.UseCode(ctx, r, second, "x"); !errors.Is(err, people.ErrWrong) {
			t.Errorf("a wrong code: %v", err)
		}
		if err := w.UseCode(ctx, r, second, code); err != nil || !w.ownBy(t, o, 0, second).Whole {
			t.Errorf("the right code: %v", err)
		}
		if err := w.UseCode(ctx, r, second, code); err == nil {
			t.Error("a code twice")
		}
		if own := w.ownBy(t, o, 0, operation.Hand{Holder: true}); !own.Whole {
			t.Error("who holds the sheet sees nothing")
		}
	})
}

func TestCodesAreLimited(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		r := w.reached(t, o, 0)
		if err := w.MailCode(ctx, r, second); err != nil {
			t.Fatal(err)
		}
		code := w.People.Secret.Code(message.SupplierCodeObject(message.SupplierObject(o.ID, r.Supplier.ID, 0), w.ownBy(t, o, 0, second).Answer.Code.Number))
		for range 5 {
			if err := w.UseCode(ctx, r, second, "x"); !errors.Is(err, people.ErrWrong) {
				t.Fatal(err)
			}
		}
		var fault account.Fault
		if err := w.UseCode(ctx, r, second, code); !errors.As(err, &fault) {
			t.Errorf("the sixth try: %v", err)
		}
		if err := w.MailCode(ctx, r, second); err != nil {
			t.Fatal(err)
		}
		w.move(16 * time.Minute)
		code = w.People.Secret.Code(message.SupplierCodeObject(message.SupplierObject(o.ID, r.Supplier.ID, 0), w.ownBy(t, o, 0, second).Answer.Code.Number))
		if err := w.UseCode(ctx, r, second, code); !errors.As(err, &fault) {
			t.Errorf("after 16 minutes: %v", err)
		}
		for range people.PerAddress {
			_ = w.MailCode(ctx, r, second)
		}
		var many *people.TooManyError
		if err := w.MailCode(ctx, r, second); !errors.As(err, &many) {
			t.Errorf("one mail too many: %v", err)
		}
	})
}

// What a wrong address wrote is not shown at the right one.
func TestAnotherAddressBeginsAnew(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		old := w.reached(t, o, 0)
		if _, err := w.SaveDraft(ctx, old, first, []survey.Value{{Question: "k4", Text: "de qui ?"}}, 0); err != nil {
			t.Fatal(err)
		}
		err := w.On(ctx, w.lead, o.ID, "operation.readdress", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
			return o.Readdress(w.lead, o.Suppliers[0].ID, "juste@structure.example", w.now())
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.SaveDraft(ctx, old, first, nil, 1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("by the link of before: %v", err)
		}
		now := w.read(t, o.ID)
		own := w.ownBy(t, now, 0, second)
		if own.Draft != nil || own.Locked {
			t.Errorf("%+v", own)
		}
		if _, err := w.SaveDraft(ctx, &own.Reached, second, []survey.Value{{Question: "k4", Text: "de nous"}}, own.Answer.Rev); err != nil {
			t.Error(err)
		}
	})
}

func TestABuyerEntersAnAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		id := o.Suppliers[1].ID
		sub := submission("7")
		sub.Route, sub.Came, sub.Note = sourcing.ByCall, "2026-11-28", "Appel de la directrice"
		undeclared := w.member(t, account.Buyer)
		for name, m := range map[string]buyer.Member{"not in the team": undeclared, "recused": w.recused(t, o)} {
			if err := w.EnterResponse(ctx, m, o.ID, id, sub); err == nil {
				t.Errorf("%s enters", name)
			}
			if _, answers, err := w.Responses(ctx, m, o.ID); err == nil || answers != nil {
				t.Errorf("%s reads", name)
			}
		}
		mail := sub
		mail.Route = sourcing.ByEmail
		var fault account.Fault
		if err := w.EnterResponse(ctx, w.lead, o.ID, id, mail); !errors.As(err, &fault) {
			t.Errorf("by mail, without evidence: %v", err)
		}
		if err := w.EnterResponse(ctx, w.lead, o.ID, "s99", sub); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of nobody: %v", err)
		}
		for range 2 {
			if err := w.EnterResponse(ctx, w.lead, o.ID, id, sub); err != nil {
				t.Fatal(err)
			}
		}
		_, answers, err := w.Responses(ctx, w.lead, o.ID)
		if err != nil || len(answers) != 1 || len(answers[id].Submissions) != 1 || answers[id].Newest().By != w.lead.Person {
			t.Fatalf("%v, %+v", err, answers)
		}
		if mails := w.mails(t, message.SourcingReceipt); len(mails) != 1 || !strings.Contains(mails[0].Details[message.DetailText], "saisie par l’acheteur") {
			t.Errorf("%+v", mails)
		}
		own := w.ownBy(t, o, 1, first)
		if err := w.JudgeEntry(ctx, own, first, 1, true, ""); !errors.Is(err, sourcing.ErrLocked) {
			t.Errorf("by a link that was passed on: %v", err)
		}
		holder := operation.Hand{Holder: true}
		own = w.ownBy(t, o, 1, holder)
		if err := w.JudgeEntry(ctx, own, holder, 1, false, ""); !errors.As(err, &fault) {
			t.Errorf("contested without a word: %v", err)
		}
		if err := w.JudgeEntry(ctx, own, holder, 1, false, "Nous sommes douze."); err != nil {
			t.Error(err)
		}
		if err := w.JudgeEntry(ctx, own, holder, 1, true, ""); err != nil {
			t.Errorf("judged twice: %v", err)
		}
		if n := w.ownBy(t, o, 1, holder).Answer.Newest(); n.ContestedAt.IsZero() || !n.ConfirmedAt.IsZero() || n.Word != "Nous sommes douze." {
			t.Errorf("%+v", n)
		}
	})
}

// recused is a member of the team who has left its side.
func (w *world) recused(t *testing.T, o *sourcing.Operation) buyer.Member {
	t.Helper()
	m := w.member(t, account.Buyer)
	err := w.On(t.Context(), w.lead, o.ID, "operation.enrol", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		if err := o.Enrol(w.lead, m.Person, sourcing.Helps, w.now()); err != nil {
			return nil, err
		}
		return nil, o.Recuse(m, m.Person, "Ma sœur y travaille.", w.now())
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestFilesOfAnswersAreKeptAndSwept(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		r := w.reached(t, o, 0)
		id := sourcing.AnswerID(o.ID, r.Supplier.ID)
		keep := func(answer, text string) survey.Upload {
			up, err := w.KeepFile(ctx, answer, `C:\..\plaquette<1>.exe`, picture.Document{Content: bytes.NewReader([]byte(text)), Media: "application/pdf"})
			if err != nil || up.Name != "plaquette 1.pdf" {
				t.Fatalf("%+v, %v", up, err)
			}
			return up
		}
		named, loose, foreign := keep(id, "une"), keep(id, "autre"), keep(sourcing.AnswerID(o.ID, "s99"), "des autres")
		if _, err := w.SaveDraft(ctx, r, first, []survey.Value{{Question: "k5", Files: []survey.Upload{named, foreign}}}, 0); err != nil {
			t.Fatal(err)
		}
		a := w.ownBy(t, o, 0, first).Answer
		if _, _, err := w.AnswerFile(ctx, &a, foreign.Hash); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another's file: %v", err)
		}
		if _, _, err := w.AnswerFile(ctx, &a, loose.Hash); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a file that is not named: %v", err)
		}
		w.move(2 * store.SweepAge)
		if n, err := w.SweepFiles(ctx, store.SweepAge); err != nil || n != 2 {
			t.Errorf("%d released, %v", n, err)
		}
		if _, up, err := w.AnswerFile(ctx, &a, named.Hash); err != nil || up.Name != named.Name {
			t.Errorf("the named file: %v", err)
		}
	})
}

// Answers of a structure are offered to it in the next sourçage, when it agreed, where the
// same is asked, to who is known to have given them.
func TestEarlierAnswersAreOffered(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		if err := w.Submit(ctx, w.reached(t, o, 0), first, submission("12"), true, 0); err != nil {
			t.Fatal(err)
		}
		next := w.opened(t)
		same := func(v *sourcing.Operation) ([]sourcing.Dispatch, error) {
			v.Suppliers[0].Structure, v.Suppliers[0].Email = o.Suppliers[0].Structure, o.Suppliers[0].Email
			v.Approved.Questions[3].Text = "Autre question"
			return nil, nil
		}
		if err := w.On(ctx, w.lead, next.ID, "operation.write", same); err != nil {
			t.Fatal(err)
		}
		if own := w.ownBy(t, next, 0, second); len(own.Earlier) > 0 {
			t.Errorf("offered to a browser that is not known: %+v", own.Earlier)
		}
		own := w.ownBy(t, next, 0, first)
		if len(own.Earlier) != 1 || len(own.Earlier[0].Values) != 1 || strings.Contains(own.Earlier[0].ID, o.ID) {
			t.Fatalf("%+v", own.Earlier)
		}
		if err := w.TakeOver(ctx, own, first, "nulle"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what is not offered: %v", err)
		}
		if err := w.TakeOver(ctx, own, first, own.Earlier[0].ID); err != nil {
			t.Fatal(err)
		}
		if draft := w.ownBy(t, next, 0, first).Draft; len(draft) != 1 || draft[0].Number != "12" {
			t.Errorf("%+v", draft)
		}
		_, err := store.Update(ctx, w.Answers, sourcing.AnswerID(o.ID, o.Suppliers[0].ID), func(a *sourcing.Answer) (store.Change, error) {
			a.Reuse = false
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if own := w.ownBy(t, next, 0, first); len(own.Earlier) > 0 {
			t.Error("offered without consent")
		}
	})
}

func TestASupplierDeclines(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, o := t.Context(), w.opened(t)
		r := w.reached(t, o, 2)
		for range 2 {
			if err := w.Abstain(ctx, r, first, "Trop loin."); err != nil {
				t.Fatal(err)
			}
		}
		own := w.ownBy(t, o, 2, first)
		if own.Answer.Decline != "Trop loin." || own.Supplier.DeclinedAt.IsZero() {
			t.Errorf("%+v", own)
		}
		if err := w.Submit(ctx, r, first, submission("3"), false, own.Answer.Rev); err != nil {
			t.Fatal(err)
		}
		if own := w.ownBy(t, o, 2, first); !own.Supplier.DeclinedAt.IsZero() || !own.Answer.DeclineAt.IsZero() {
			t.Errorf("declined and answered: %+v", own)
		}
	})
}
