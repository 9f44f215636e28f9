package programme

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Holder tells what programmes hold on a person, and forgets it: services, purchases and
// contracts lose the person. Who did what stays as an id in the history of a purchase,
// as in the journal.
func (s *Service) Holder() people.Holder {
	return people.Holder{
		Name: "programme", Title: "Votre part dans les programmes d’achats",
		Why:    "Vous montrer les achats de votre service, dire qui suit les clauses d’un achat, et garder l’historique de ce qui a été décidé.",
		Tell:   s.tellHeld,
		Forget: s.forget,
	}
}

// What is told, a line each.
type (
	toldService struct {
		What         string `json:"what"` // "service"
		Organisation string `json:"organisation"`
		Service      string `json:"service"`
		Name         string `json:"name"`
	}
	toldContract struct {
		What         string    `json:"what"` // "contract.create"
		Organisation string    `json:"organisation"`
		Contract     string    `json:"contract"`
		Object       string    `json:"object"`
		At           time.Time `json:"at"`
	}
	toldPurchase struct {
		What         string    `json:"what"` // "facilitateur", or the code of a step
		Organisation string    `json:"organisation"`
		Purchase     string    `json:"purchase"`
		Object       string    `json:"object"`
		Note         string    `json:"note,omitempty"`
		At           time.Time `json:"at,omitzero"`
	}
)

// errEnoughHeld ends a reading at the bound.
var errEnoughHeld = errors.New("enough")

func (s *Service) tellHeld(ctx context.Context, p *account.Person, limit int) (out []any, err error) {
	add := func(line any) error {
		if out = append(out, line); len(out) >= limit {
			return errEnoughHeld
		}
		return nil
	}
	err = eachNaming(ctx, s.Programmes, p.ID, func(d store.Doc[sourcing.Programme]) error {
		for _, service := range d.Value.OfPerson(p.ID) {
			if err := add(toldService{"service", d.Value.Organisation, service.ID, service.Name}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = eachNaming(ctx, s.Purchases, p.ID, func(d store.Doc[sourcing.Purchase]) error { return tellPurchase(&d.Value, p.ID, add) })
	}
	if err == nil {
		err = eachNaming(ctx, s.Contracts, p.ID, func(d store.Doc[sourcing.Contract]) error {
			return add(toldContract{"contract.create", d.Value.Organisation, d.ID, d.Value.Object, d.Value.CreatedAt})
		})
	}
	if errors.Is(err, errEnoughHeld) {
		err = nil
	}
	return out, err
}

func tellPurchase(p *sourcing.Purchase, person string, add func(any) error) error {
	if p.Facilitateur == person {
		if err := add(toldPurchase{What: "facilitateur", Organisation: p.Organisation, Purchase: p.ID, Object: p.Object}); err != nil {
			return err
		}
	}
	for _, h := range p.History {
		if h.By != person {
			continue
		}
		if err := add(toldPurchase{What: h.What, Organisation: p.Organisation, Purchase: p.ID, Object: p.Object, Note: h.Note, At: h.At}); err != nil {
			return err
		}
	}
	return nil
}

// eachNaming reads the documents that name a person.
func eachNaming[T any](ctx context.Context, c *store.Collection[T], person string, do func(store.Doc[T]) error) error {
	return store.EachFound(ctx, c, store.PlansNaming(person), do)
}

// forget is done again when it was stopped: what was dealt with has nothing more to take.
func (s *Service) forget(ctx context.Context, p *account.Person, _ []account.Email) error {
	return errors.Join(
		eachNaming(ctx, s.Programmes, p.ID, func(d store.Doc[sourcing.Programme]) error {
			return forgetIn(ctx, s, s.Programmes, d.ID, "programme.forget", p.ID, (*sourcing.Programme).Forget)
		}),
		eachNaming(ctx, s.Purchases, p.ID, func(d store.Doc[sourcing.Purchase]) error {
			return forgetIn(ctx, s, s.Purchases, d.ID, "programme.forget", p.ID, (*sourcing.Purchase).Forget)
		}),
		eachNaming(ctx, s.Contracts, p.ID, func(d store.Doc[sourcing.Contract]) error {
			return forgetIn(ctx, s, s.Contracts, d.ID, "programme.forget", p.ID, (*sourcing.Contract).Forget)
		}),
	)
}

// DropOrganisation takes out all that an organisation plans and has decided, and what
// structures have shown for it. Cut short, it is run again: purchases go after what hangs
// on them.
func (s *Service) DropOrganisation(ctx context.Context, organisation string) error {
	of := store.PurchasesOf(organisation)
	err := store.EachFound(ctx, s.Purchases, of, func(d store.Doc[sourcing.Purchase]) error {
		return dropAll(ctx, s.Interests, store.InterestsAbout(d.ID))
	})
	if err != nil {
		return err
	}
	return errors.Join(dropAll(ctx, s.Imports, of), dropAll(ctx, s.Dossiers, of), dropAll(ctx, s.Planning.Reviews, store.ReviewsOf(organisation)),
		dropAll(ctx, s.Contracts, of), dropAll(ctx, s.Purchases, of), store.Drop(ctx, s.Programmes, organisation))
}

// dropAll deletes the documents of a lookup key.
func dropAll[T any](ctx context.Context, c *store.Collection[T], key string) error {
	return store.EachFound(ctx, c, key, func(d store.Doc[T]) error { return store.Drop(ctx, c, d.ID) })
}
