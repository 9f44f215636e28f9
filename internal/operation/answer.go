package operation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// Hand is who acts by a personal link.
type Hand struct {
	Browser string // what the browser of this link holds, "" = nothing yet
	Holder  bool   // signed in, of the structure that holds the sheet
	Account string // of who is signed in as such
	Network string // that asks, to count codes by
}

// right is what a hand may do with the answer of what its link leads to. What a browser
// holds is told apart from link to link, so that the store does not know it again.
func (r *Reached) right(h Hand) sourcing.Right {
	out := sourcing.Right{Link: r.Supplier.LinkNumber, Holder: h.Holder}
	if h.Browser != "" {
		out.Browser = browserAt(h.Browser, sourcing.AnswerID(r.Operation.ID, r.Supplier.ID))
	}
	return out
}

func browserAt(browser, answer string) string { return account.HashToken(browser + "." + answer) }

// Own is a request as its supplier reads it.
type Own struct {
	Reached
	Organisation string          // who asks, its name
	Answer       sourcing.Answer // as it is stored: what may be shown of it, those below say
	Draft        []survey.Value  // that the browser may see
	Whole        bool            // what was sent may be shown; minutes and what was told to this supplier alone, Shows says
	Proven       bool            // it is known that the supplier itself asks
	Wrote        bool            // this browser has written in the answer
	Locked       bool            // something is there that this browser may not see, nor replace
	Exchanges    []sourcing.Exchange
	Earlier      []Earlier
	by           sourcing.Right
}

// Shows reports whether what was told to this supplier alone at a time may be shown.
func (o *Own) Shows(at time.Time) bool { return o.Answer.Shows(o.by, at) }

// OwnBy reads what a personal link leads to, as far as who comes by it may see it.
// store.ErrNotFound.
func (s *Service) OwnBy(ctx context.Context, token string, h Hand) (*Own, error) {
	r, err := s.ByLink(ctx, token)
	if err != nil {
		return nil, err
	}
	org, err := s.People.Organisations.Get(ctx, r.Operation.Organisation)
	if err != nil {
		return nil, err
	}
	d, err := s.Answers.Get(ctx, sourcing.AnswerID(r.Operation.ID, r.Supplier.ID))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	right := r.right(h)
	out := &Own{Reached: *r, Organisation: org.Value.Name, Answer: d.Value, Draft: d.Value.Drafted(right), Whole: d.Value.Whole(right), Locked: d.Value.Locked(right), Proven: d.Value.Proven(right), Wrote: d.Value.Wrote(right), by: right}
	if out.Whole {
		if out.Exchanges, err = s.SupplierExchanges(ctx, r); err != nil {
			return nil, err
		}
		out.Exchanges = slices.DeleteFunc(out.Exchanges, func(x sourcing.Exchange) bool { return !out.Shows(x.SentAt) })
	}
	out.Earlier, err = s.earlier(ctx, r, &d.Value, h)
	return out, err
}

// writeAnswer changes the answer of what a link leads to, at a time that change is given.
// The operation is read anew after the time is taken: what is stored with a time before the launch was received before it.
func (s *Service) writeAnswer(ctx context.Context, r *Reached, actor, what string, change func(a *sourcing.Answer, o *sourcing.Operation, v *sourcing.Supplier, at time.Time) error) (sourcing.Answer, error) {
	d, err := store.UpdateOrInsert(ctx, s.Answers, sourcing.AnswerID(r.Operation.ID, r.Supplier.ID), func(a *sourcing.Answer) (store.Change, error) {
		at := s.Now()
		ch := store.Change{Actor: actor, At: at.UTC(), Audit: what != "", What: what, Subject: r.Operation.ID}
		o, err := s.Operations.Get(ctx, r.Operation.ID)
		if err != nil {
			return ch, err
		}
		v := o.Value.Supplier(r.Supplier.ID)
		if v == nil || v.LinkNumber != r.Supplier.LinkNumber {
			return ch, fmt.Errorf("supplier of %s: %w", r.Operation.ID, store.ErrNotFound)
		}
		return ch, change(a, &o.Value, v, at)
	})
	return d.Value, err
}

// SaveDraft keeps what a supplier has typed, over the revision rev of its answer, and gives
// the revision that it has then. sourcing.ErrLocked, ErrStale; an account.Fault.
func (s *Service) SaveDraft(ctx context.Context, r *Reached, h Hand, values []survey.Value, rev int64) (int64, error) {
	a, err := s.writeAnswer(ctx, r, h.Account, "", func(a *sourcing.Answer, o *sourcing.Operation, v *sourcing.Supplier, at time.Time) error {
		return a.Keep(values, r.right(h), o, v, rev, at)
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		err = nil
	}
	return a.Rev, err
}

// Submit receives the answer of a supplier: the answer first, then the operation, which
// sends the receipt. Whoever comes next does the second of what stopped between the two.
func (s *Service) Submit(ctx context.Context, r *Reached, h Hand, sub sourcing.Submission, reuse bool, rev int64) error {
	sub.Account = h.Account
	a, err := s.writeAnswer(ctx, r, h.Account, "", func(a *sourcing.Answer, o *sourcing.Operation, v *sourcing.Supplier, at time.Time) error {
		if err := a.Send(sub, r.right(h), o, v, rev, at); err != nil {
			return err
		}
		a.Reuse = reuse
		return nil
	})
	if err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
		return err
	}
	return s.carryAnswer(ctx, &a)
}

// carryAnswer has the operation know of the newest submission, and send its receipt.
func (s *Service) carryAnswer(ctx context.Context, a *sourcing.Answer) error {
	n := a.Newest()
	if n == nil || !a.Uncarried() {
		return nil
	}
	if err := s.passed("answer"); err != nil {
		return err
	}
	err := s.on(ctx, buyer.Member{Person: n.By}, a.Operation, "operation.answer", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Receive(a.Supplier, n.Number, receiptText(n), n.At)
	})
	if err != nil {
		return err
	}
	if err := s.passed("receipt"); err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Answers, a.ID, func(a *sourcing.Answer) (store.Change, error) {
		if a.Carried >= n.Number {
			return store.Change{}, sourcing.ErrUnchanged
		}
		a.Carried = n.Number
		return store.Change{At: s.Now().UTC()}, nil
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// receiptText is what the receipt says. It holds no word that somebody typed: who has a
// link that was passed on writes to nobody.
func receiptText(n *sourcing.Submission) string {
	text := "Votre réponse du " + sourcing.Moment(n.At) + " est enregistrée."
	if n.Entered() {
		text = "L’acheteur a saisi pour vous, le " + sourcing.Moment(n.At) + ", une réponse venue ainsi : " + strings.ToLower(n.Route.Label()) + ". Elle est marquée « saisie par l’acheteur ». Relisez-la sur votre page, puis confirmez-la ou dites ce que vous contestez."
	}
	if n.Late() {
		text += "\nElle est arrivée après la date limite : elle est marquée « hors délai »."
	} else {
		text += "\nVous pouvez la compléter jusqu’au " + sourcing.Moment(n.Deadline) + "."
	}
	return text
}

// maxCarried is how many answers one round carries.
const maxCarried = 200

// CarryAnswers does the rest of submissions that stopped half-way.
func (s *Service) CarryAnswers(ctx context.Context) error {
	docs, err := s.Answers.FindLookup(ctx, store.UncarriedAnswers, maxCarried)
	for i := range docs {
		err = errors.Join(err, s.carryAnswer(ctx, &docs[i].Value))
	}
	return err
}

// Abstain notes that a supplier does not answer: the operation first, since the others wait
// for nobody's reason.
func (s *Service) Abstain(ctx context.Context, r *Reached, h Hand, why string) error {
	d, err := s.Answers.Get(ctx, sourcing.AnswerID(r.Operation.ID, r.Supplier.ID))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if d.Value.Locked(r.right(h)) {
		return sourcing.ErrLocked
	}
	if _, err := sourcing.Text("Ce texte", why, sourcing.MaxWord); err != nil {
		return err
	}
	err = s.on(ctx, buyer.Member{Person: h.Account}, r.Operation.ID, "operation.decline", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Decline(r.Supplier.ID, s.Now())
	})
	if err != nil {
		return err
	}
	_, err = s.writeAnswer(ctx, r, h.Account, "", func(a *sourcing.Answer, o *sourcing.Operation, v *sourcing.Supplier, at time.Time) error {
		return a.Abstain(why, r.right(h), o, v, at)
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// AskBuyer notes a question of a supplier. Whoever has the link may ask: the answer goes to
// all.
func (s *Service) AskBuyer(ctx context.Context, r *Reached, h Hand, text string) error {
	return s.on(ctx, buyer.Member{Person: h.Account}, r.Operation.ID, "operation.ask", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Ask(r.Supplier.ID, text, s.Now())
	})
}

// JudgeOwnMinutes is JudgeMinutes of what is shown in this browser: store.ErrNotFound of
// what is not.
func (s *Service) JudgeOwnMinutes(ctx context.Context, own *Own, exchange string, agrees bool, word, name string, sentRev int64) error {
	if !slices.ContainsFunc(own.Exchanges, func(x sourcing.Exchange) bool { return x.ID == exchange }) {
		return fmt.Errorf("exchange %s: %w", exchange, store.ErrNotFound)
	}
	return s.judgeMinutes(ctx, &own.Reached, exchange, agrees, word, name, sentRev)
}

// JudgeEntry confirms or contests what the buyer entered for a supplier.
func (s *Service) JudgeEntry(ctx context.Context, own *Own, h Hand, number int, agrees bool, word string) error {
	if !own.Whole {
		return sourcing.ErrLocked
	}
	_, err := s.writeAnswer(ctx, &own.Reached, h.Account, "operation.confirm", func(a *sourcing.Answer, _ *sourcing.Operation, _ *sourcing.Supplier, at time.Time) error {
		return a.Judge(number, agrees, word, at)
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// MailCode mails a code to the address that was written to; it serves the browser of the
// hand. *people.TooManyError, people.ErrUncounted; an account.Fault.
func (s *Service) MailCode(ctx context.Context, r *Reached, h Hand) error {
	if err := s.People.CountMail(ctx, account.Email(r.Supplier.Email), h.Network); err != nil {
		return err
	}
	number := int64(0)
	err := s.on(ctx, buyer.Member{Person: h.Account}, r.Operation.ID, "operation.code", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		out, err := o.SendCode(r.Supplier.ID)
		number = o.Sent
		return out, err
	})
	if err != nil {
		return err
	}
	_, err = s.writeAnswer(ctx, r, h.Account, "", func(a *sourcing.Answer, o *sourcing.Operation, v *sourcing.Supplier, at time.Time) error {
		a.Await(number, r.right(h), o, v, at)
		return nil
	})
	return err
}

// AwaitsCode says why the browser may try no code, or nil.
func (s *Service) AwaitsCode(own *Own, h Hand) error {
	right := own.right(h)
	return own.Answer.Code.Open(right.Browser, right.Link, s.Now())
}

// UseCode opens an answer in another browser. people.ErrWrong for a code that is wrong; an
// account.Fault, *people.TooManyError, people.ErrUncounted.
func (s *Service) UseCode(ctx context.Context, r *Reached, h Hand, code string) error {
	return s.People.Guess(ctx, h.Network, func() (wrong bool, err error) {
		right := r.right(h)
		_, err = s.writeAnswer(ctx, r, h.Account, "", func(a *sourcing.Answer, _ *sourcing.Operation, _ *sourcing.Supplier, at time.Time) error {
			want := ""
			if a.Code != nil {
				want = s.codeOf(r, a.Code.Number)
			}
			is, err := a.TryCode(right.Browser, right.Link, code, want, at)
			wrong = !is
			return err
		})
		return wrong && err == nil, err
	})
}

func (s *Service) codeOf(r *Reached, number int64) string {
	return s.People.Secret.Code(message.SupplierCodeObject(message.SupplierObject(r.Operation.ID, r.Supplier.ID, r.Supplier.LinkNumber), number))
}

// Responses reads the answers of an operation, by the id of their supplier, for who may
// open them.
func (s *Service) Responses(ctx context.Context, m buyer.Member, id string) (*Seen, map[string]*sourcing.Answer, error) {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return nil, nil, err
	}
	if err := seen.Operation.Opens(m); err != nil {
		return seen, nil, err
	}
	docs, err := s.Answers.FindLookup(ctx, store.AnswersIn(id), sourcing.MaxSuppliers)
	if err != nil {
		return seen, nil, err
	}
	out := map[string]*sourcing.Answer{}
	for i := range docs {
		if a := &docs[i].Value; a.Operation == id {
			out[a.Supplier] = a
		}
	}
	return seen, out, nil
}

// EnterResponse stores an answer that came to the buyer by another way, for who may open
// answers. The supplier is asked to confirm it. An account.Fault.
func (s *Service) EnterResponse(ctx context.Context, m buyer.Member, id, supplier string, sub sourcing.Submission) error {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return err
	}
	o := &seen.Operation
	if err := o.Opens(m); err != nil {
		return err
	}
	v := o.Supplier(supplier)
	switch {
	case !sourcing.Buys(m):
		return account.ErrNotAllowed
	case v == nil || !v.Contacted():
		return fmt.Errorf("supplier of %s: %w", id, store.ErrNotFound)
	}
	sub.By = m.Person
	a, err := s.writeAnswer(ctx, &Reached{*o, *v}, m.Person, "operation.enter", func(a *sourcing.Answer, o *sourcing.Operation, v *sourcing.Supplier, at time.Time) error {
		if err := o.Opens(m); err != nil {
			return err
		}
		return a.Enter(sub, o, v, at)
	})
	if err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
		return err
	}
	return s.carryAnswer(ctx, &a)
}
