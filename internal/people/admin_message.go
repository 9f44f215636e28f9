package people

import (
	"context"
	"errors"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// Decide notes what a person chose for an uncertain message: to send it again, or to
// leave it. Its sender decides; an administrator does for the portal, and for a sender
// who cannot any more. Anybody else does not learn that it is there: store.ErrNotFound.
// Decided meanwhile, or changed since it was seen: store.ErrConflict.
func (s *Service) Decide(ctx context.Context, a account.Actor, id string, seen int64, resend bool) error {
	d, err := s.Messages.Get(ctx, id)
	if err != nil {
		return err
	}
	may, err := s.MayDecide(ctx, a, &d.Value)
	if err != nil {
		return err
	}
	now := s.Now().UTC()
	switch {
	case !may && !a.Administrator:
		return store.ErrNotFound
	case !may:
		return account.Fault("C’est à la personne qui a causé ce message de choisir : elle le voit dans ses messages envoyés.")
	case d.Version != seen:
		return store.ErrConflict
	}
	err = d.Value.Decide(now, a.Person, resend)
	if errors.Is(err, message.ErrImpossible) {
		return store.ErrConflict
	}
	if err != nil {
		return err
	}
	what := "message.leave"
	if resend {
		what = "message.resend"
	}
	_, err = s.Messages.Replace(ctx, d, store.Change{Actor: a.Person, At: now, Audit: true, What: what, Subject: d.Value.Person})
	return err
}

// MayDecide reports whether an uncertain message is for the actor to decide on.
func (s *Service) MayDecide(ctx context.Context, a account.Actor, m *message.Message) (bool, error) {
	switch {
	case m.Sender != "" && m.Sender == a.Person:
		return true, nil
	case !a.Administrator:
		return false, nil
	case m.Sender == "":
		return true, nil
	}
	sender, err := s.People.Get(ctx, m.Sender)
	if errors.Is(err, store.ErrNotFound) {
		return true, nil
	}
	return err == nil && !sender.Value.Active(), err
}

// SentBy reads a message that a person caused; another's is not there.
func (s *Service) SentBy(ctx context.Context, person, id string) (store.Doc[message.Message], error) {
	d, err := s.Messages.Get(ctx, id)
	if err == nil && (d.Value.Sender == "" || d.Value.Sender != person) {
		return store.Doc[message.Message]{}, store.ErrNotFound
	}
	return d, err
}

// LiftSuppression lets mail be sent to an address again. Lifted already is no failure.
func (s *Service) LiftSuppression(ctx context.Context, a account.Actor, hash string) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	d, err := s.Suppressions.Get(ctx, hash)
	if err != nil {
		return err
	}
	patch, err := store.Patch(ctx, nil, store.Changed{Field: "answer", Before: d.Value.Reason})
	if err != nil {
		return err
	}
	return s.Suppressions.Lift(ctx, hash, store.Change{Actor: a.Person, At: s.Now().UTC(), Audit: true, What: "suppression.lift", Patch: patch})
}
