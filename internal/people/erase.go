package people

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

// ErrErasing says that an erasure has begun and is not at its end: what follows is
// done by FinishErasures, and nobody can sign in meanwhile.
var ErrErasing = errors.New("the erasure goes on")

// Block is an organisation that would lose what it needs with a person.
type Block struct {
	Organisation string // id
	Name         string
	Why          account.Fault // account.ErrLastAdmin or account.ErrLastOne
}

// EraseBlocks lists what keeps an account from being erased by its owner.
func (s *Service) EraseBlocks(ctx context.Context, person string) ([]Block, error) {
	docs, err := s.Organisations.Of(ctx, person)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(docs, byName)
	var out []Block
	for _, d := range docs {
		o := d.Value
		o.Members = slices.Clone(o.Members) // the rule is asked, nobody leaves
		var why account.Fault
		if err := o.Remove(account.Actor{Person: person}, person); errors.As(err, &why) {
			out = append(out, Block{Organisation: d.ID, Name: o.Name, Why: why})
		}
	}
	return out, nil
}

// Erase erases a person at the person's wish: an account.Fault when something blocks
// it, and nothing is changed then. ErrErasing when it has begun and goes on by itself.
func (s *Service) Erase(ctx context.Context, person, actor string) error {
	blocks, err := s.EraseBlocks(ctx, person)
	if err != nil {
		return err
	}
	if len(blocks) > 0 {
		return blocks[0].Why
	}
	if _, err := s.beginErasure(ctx, person, actor, func(*account.Person) bool { return true }); err != nil {
		return err
	}
	return s.finishErasure(ctx, person)
}

// errSpared says that a person is not to be erased after all.
var errSpared = errors.New("spared")

// beginErasure writes down the intent, from which on nobody signs in to the account.
// still says whether it is wanted, of the person as it is in that moment. errSpared.
func (s *Service) beginErasure(ctx context.Context, person, actor string, still func(*account.Person) bool) (store.Doc[account.Person], error) {
	now := s.Now().UTC()
	return store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		switch {
		case p.Erased():
			return store.Change{}, store.ErrNotFound
		case !still(p):
			return store.Change{}, errSpared
		case !p.ErasingAt.IsZero():
			return store.Change{}, nil // begun already: one write more does no harm
		}
		p.BeginErasure(now)
		return store.Change{Actor: actor, At: now, Audit: true, What: "person.erase", Subject: person}, nil
	})
}

// finishErasure carries out the steps of an erasure, those also that were done before:
// each does what is left to do. It can be killed between any two, and be run by two
// portals at once.
func (s *Service) finishErasure(ctx context.Context, person string) error {
	d, err := s.People.Get(ctx, person)
	if err != nil || d.Value.Erased() || d.Value.ErasingAt.IsZero() {
		return err
	}
	l, err := s.leaving(ctx, &d.Value)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrErasing, err)
	}
	for _, step := range s.erasure() {
		err := step.do(ctx, l)
		switch {
		case errors.Is(err, account.ErrLastAdmin):
			return errors.Join(err, s.cancelErasure(ctx, person))
		case err != nil:
			return fmt.Errorf("%w, %s: %w", ErrErasing, step.name, err)
		}
		s.passed(step.name)
	}
	return nil
}

// cancelErasure takes the intent back. It is the portal's team that refused, the first
// step: nothing was erased.
func (s *Service) cancelErasure(ctx context.Context, person string) error {
	now := s.Now().UTC()
	_, err := store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		p.CancelErasure()
		return store.Change{Actor: store.ActorSystem, At: now, Audit: true, What: "person.erase.cancel", Subject: person}, nil
	})
	return err
}

// maxErasures bounds how many erasures one pass carries on.
const maxErasures = 200

// FinishErasures carries on every erasure that has begun, then forgets the addresses
// of the last messages. What fails keeps nothing else back; the errors are joined.
func (s *Service) FinishErasures(ctx context.Context) (finished int, err error) {
	docs, err := s.People.Erasing(ctx, maxErasures)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, d := range docs {
		if err := s.finishErasure(ctx, d.ID); err != nil {
			errs = append(errs, fmt.Errorf("person %s: %w", d.ID, err))
			continue
		}
		finished++
	}
	return finished, errors.Join(append(errs, s.scrubFarewells(ctx))...)
}
