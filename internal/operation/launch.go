package operation

import (
	"context"
	"errors"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// HeldError refuses to launch a purchase by hand: a sourçage of it has not told those
// who took part.
type HeldError struct{ Operation, Title string }

// Error is what people read.
func (e *HeldError) Error() string {
	return "Le sourçage « " + e.Title + " » est en cours sur cet achat : lancez la consultation depuis sa page « Lancement », qui prévient d’abord toutes les structures consultées, en même temps."
}

// Unwrap makes it a refusal.
func (e *HeldError) Unwrap() error { return account.Fault(e.Error()) }

// Launch launches the consultation that an operation prepared: it is silenced with its
// last message first, which is the intent; then every other operation of the purchase,
// then the purchase says so (settle). Done again, it does what is left. An account.Fault.
func (s *Service) Launch(ctx context.Context, m buyer.Member, id, text string) error {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return err
	}
	err = s.on(ctx, m, id, "operation.silence", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return o.Silence(m, text, s.Now()) })
	if err == nil {
		err = s.passed("silenced")
	}
	if err != nil {
		return err
	}
	return s.settle(ctx, seen.Operation.Purchase)
}

// Beside are the other operations that the launch of an operation silences: those of its
// purchase that somebody has heard of.
func (s *Service) Beside(ctx context.Context, o *sourcing.Operation) (out []sourcing.Operation, err error) {
	docs, err := s.ofPurchase(ctx, o.Purchase)
	for i := range docs {
		if x := &docs[i].Value; x.ID != o.ID && x.Holds() {
			out = append(out, *x)
		}
	}
	return out, err
}

// Standing is what is left open when an operation is launched: it stands in the report.
type Standing struct {
	Gaps       int // of the ledger
	Unanswered int // questions of suppliers
	Candidates int // that were neither heard nor refused
	Contested  int // minutes
	Unsent     int // minutes, or exchanges without any
	Report     bool
}

// Standing counts it.
func (s *Service) Standing(ctx context.Context, o *sourcing.Operation) (Standing, error) {
	out := Standing{Gaps: len(o.Gaps()), Report: len(o.Reports) > 0}
	for i := range o.Asked {
		if o.Asked[i].AnsweredAt.IsZero() {
			out.Unanswered++
		}
	}
	for i := range o.Suppliers {
		if v := &o.Suppliers[i]; v.Spontaneous && !v.Contacted() && v.RefusedAt.IsZero() {
			out.Candidates++
		}
	}
	err := store.EachFound(ctx, s.Exchanges, store.AnswersIn(o.ID), func(d store.Doc[sourcing.Exchange]) error {
		out.count(d.Value.State())
		return nil
	})
	return out, err
}

// count adds an exchange by the state of its minutes.
func (t *Standing) count(minutes sourcing.MinutesState) {
	switch minutes {
	case sourcing.MinutesDenied:
		t.Contested++
	case sourcing.NoMinutes, sourcing.MinutesKept:
		t.Unsent++
	}
}

func (s *Service) ofPurchase(ctx context.Context, purchase string) ([]store.Doc[sourcing.Operation], error) {
	return s.Operations.FindLookup(ctx, store.OperationsOn(purchase), sourcing.MaxOperations)
}

// CarryLaunches carries every launch that has begun to its end.
func (s *Service) CarryLaunches(ctx context.Context) error {
	docs, err := s.Operations.FindLookup(ctx, store.LaunchingOperations, maxLaunches)
	errs := []error{err}
	for _, purchase := range purchasesOf(docs) {
		errs = append(errs, s.settle(ctx, purchase))
	}
	return errors.Join(errs...)
}

// maxLaunches bounds how many operations one pass looks at.
const maxLaunches = 200

func purchasesOf(docs []store.Doc[sourcing.Operation]) (out []string) {
	for i := range docs {
		out = append(out, docs[i].Value.Purchase)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// settle carries the launch of a purchase to its end: what of its operations still
// speaks falls silent, the purchase says that its consultation is launched, then the
// operations note that it does. Operations are looked for once more after the purchase is
// written, since one that was made meanwhile opens only on a purchase that is not launched.
// It can be cut between any two writes, and be run by two portals at once.
func (s *Service) settle(ctx context.Context, purchase string) error {
	begun, err := s.fall(ctx, purchase)
	if err != nil || begun == nil {
		return err
	}
	if err := s.passed("fallen"); err != nil {
		return err
	}
	if err := s.Programme.Launch(ctx, purchase, begun.SilencedBy, begun.SilencedAt); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := s.passed("launched"); err != nil {
		return err
	}
	if _, err := s.fall(ctx, purchase); err != nil {
		return err
	}
	docs, err := s.ofPurchase(ctx, purchase)
	if err != nil {
		return err
	}
	for i := range docs {
		if err := s.noteLaunched(ctx, docs[i].ID); err != nil {
			return err
		}
		if err := s.passed("noted"); err != nil {
			return err
		}
	}
	return nil
}

// fall silences what of the operations of a purchase still speaks, with the last message
// of the one by which the launch began; nil when none has begun.
func (s *Service) fall(ctx context.Context, purchase string) (begun *sourcing.Operation, err error) {
	docs, err := s.ofPurchase(ctx, purchase)
	if err != nil {
		return nil, err
	}
	if begun = begunBy(docs); begun == nil {
		return nil, nil //nolint:nilnil // a purchase that nobody launches
	}
	for i := range docs {
		if docs[i].Value.Silent() {
			continue
		}
		if err := s.hush(ctx, docs[i].ID, begun.SilencedBy, begun.Last); err != nil {
			return nil, err
		}
		if err := s.passed("hushed"); err != nil {
			return nil, err
		}
	}
	return begun, nil
}

// begunBy is the operation by which a launch began: the first to fall silent that had
// something to say; nil when none has begun.
func begunBy(docs []store.Doc[sourcing.Operation]) (begun *sourcing.Operation) {
	for i := range docs {
		o := &docs[i].Value
		if o.Silent() && o.LaunchedAt.IsZero() && (begun == nil || begun.Last == "" || o.Last != "" && o.SilencedAt.Before(begun.SilencedAt)) {
			begun = o
		}
	}
	return begun
}

// hush silences one operation because its purchase is launched by somebody.
func (s *Service) hush(ctx context.Context, id, by, text string) error {
	return s.on(ctx, buyer.Member{Person: by}, id, "operation.silence", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		if text == "" {
			text = sourcing.LastMessage(o.Title)
		}
		return o.Fall(by, text, s.Now())
	})
}

func (s *Service) noteLaunched(ctx context.Context, id string) error {
	_, err := store.Update(ctx, s.Operations, id, func(o *sourcing.Operation) (store.Change, error) {
		return store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}, o.Launched(s.Now())
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// moving is asked before a purchase goes to another state by hand: a launch that was
// begun is carried to its end first, and another waits until every sourçage that somebody
// has heard of has its last message. Drafts that nobody has heard of do not open any
// more. It is asked again once the purchase is launched, for what opened meanwhile.
func (s *Service) moving(ctx context.Context, m buyer.Member, p *sourcing.Purchase, to sourcing.State) error {
	if err := s.settle(ctx, p.ID); err != nil || to != sourcing.Launched {
		return err
	}
	docs, err := s.ofPurchase(ctx, p.ID)
	if err != nil {
		return err
	}
	launched := p.State() == sourcing.Launched
	for i := range docs {
		if o := &docs[i].Value; o.Holds() && !launched {
			return &HeldError{o.ID, o.Title}
		}
	}
	hushed := false
	for i := range docs {
		if docs[i].Value.Silent() {
			continue
		}
		if err := s.hush(ctx, docs[i].ID, m.Person, ""); err != nil {
			return err
		}
		hushed = true
	}
	if !hushed {
		return nil
	}
	return s.settle(ctx, p.ID)
}

// launching refuses to open an operation on a purchase whose consultation is launched.
func (s *Service) launching(ctx context.Context, purchase string) error {
	d, err := s.Programme.Purchases.Get(ctx, purchase)
	switch {
	case err != nil:
		return err
	case d.Value.State() == sourcing.Launched:
		return errAfterLaunch
	case d.Value.State().Ended():
		return sourcing.ErrEnded
	}
	return nil
}

const errAfterLaunch = account.Fault("La consultation de cet achat est lancée : un sourçage la précède.")

// onSeen is On of what is done also on an operation that is full.
func (s *Service) onSeen(ctx context.Context, m buyer.Member, id, what string, do func(*sourcing.Operation) ([]sourcing.Dispatch, error)) error {
	if _, err := s.Operation(ctx, m, id); err != nil {
		return err
	}
	return s.on(ctx, m, id, what, do)
}

// Correct corrects the last message, to everybody whom it went to.
func (s *Service) Correct(ctx context.Context, m buyer.Member, id, text string) error {
	return s.onSeen(ctx, m, id, "operation.correct", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return o.Correct(m, text, s.Now()) })
}

// Reject notes when and how a rejected candidate was informed.
func (s *Service) Reject(ctx context.Context, m buyer.Member, id string, r sourcing.Rejection) error {
	return s.On(ctx, m, id, "operation.reject", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Reject(m, r, s.Now()) })
}

// Analyse ends the wait for answers.
func (s *Service) Analyse(ctx context.Context, m buyer.Member, id string) error {
	return s.onSeen(ctx, m, id, "operation.analyse", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Analyse(m, s.Now()) })
}

// Close ends an operation that has its report.
func (s *Service) Close(ctx context.Context, m buyer.Member, id string) error {
	return s.onSeen(ctx, m, id, "operation.close", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Close(m, s.Now()) })
}
