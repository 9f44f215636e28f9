package people

import (
	"context"
	"crypto/subtle"
	"errors"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// Rename gives a person another name, cleaned already; actor is who does it.
func (s *Service) Rename(ctx context.Context, person, name, actor string) (store.Doc[account.Person], error) {
	return store.Update(ctx, s.People.Collection, person, func(p *account.Person) (store.Change, error) {
		patch, err := store.Patch(ctx, s.Keys, store.Personal(person, "name", p.Name, name))
		p.Name = name
		ch := s.own(person, "person.name", patch)
		ch.Actor = actor
		return ch, err
	})
}

// own is an audited change by a person of the own account.
func (s *Service) own(person, what string, patch []byte) store.Change {
	return store.Change{Actor: person, At: s.Now().UTC(), Audit: true, What: what, Subject: person, Patch: patch}
}

// AskAddress notes that a person wants another address, and mails a link to it. It
// does the same whether the address has an account or not: only who opens the link
// learns it. *TooManyError, ErrUncounted, an account.Fault.
func (s *Service) AskAddress(ctx context.Context, w *Who, e account.Email, network string) error {
	if e == w.Person.Email {
		return account.Fault("C’est déjà l’adresse de votre compte.")
	}
	if err := s.countRequest(ctx, e, network); err != nil {
		return err
	}
	_, err := store.Update(ctx, s.People.Collection, w.Person.ID, func(p *account.Person) (store.Change, error) {
		now := s.Now().UTC()
		before := ""
		if p.NewEmail != nil {
			before = string(p.NewEmail.Email)
		}
		p.AskNewEmail(e, now)
		mail, err := mailEffect(message.Order{
			Key: message.Key{Kind: message.Address, Object: p.ID, Recipient: e.Key(), Version: p.NewEmail.N}, To: string(e), ToName: p.Name, Person: p.ID,
			QueuedAt: now, ExpiresAt: now.Add(account.NewEmailLife),
		})
		if err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, s.Keys, store.Personal(p.ID, "new_email", before, string(e)))
		ch := s.own(p.ID, "person.address.ask", patch)
		ch.Effects = []store.Effect{mail}
		return ch, err
	})
	return err
}

// NewAddress is the address that a link confirms, of the person who opens it. An
// account.Fault when the link is not of the newest request of that person.
func (s *Service) NewAddress(p *account.Person, token string) (account.Email, error) {
	trial := *p
	err := s.takeAddress(&trial, token)
	return trial.Email, err
}

func (s *Service) takeAddress(p *account.Person, token string) error {
	const unknown = account.Fault("Ce lien ne correspond à aucune adresse en attente sur votre compte : il a déjà servi, une demande plus récente l’a remplacé, ou il est d’un autre compte.")
	if p.NewEmail == nil || subtle.ConstantTimeCompare([]byte(token), []byte(s.Secret.Token(message.PurposeAddress, p.ID, p.NewEmail.N))) != 1 {
		return unknown
	}
	return p.TakeNewEmail(p.NewEmail.N, s.Now())
}

// TakeAddress gives a person the address that a link confirms, and tells the one
// before. An account.Fault when the link does not hold, or somebody else has the
// address.
func (s *Service) TakeAddress(ctx context.Context, w *Who, token string) error {
	_, err := store.Update(ctx, s.People.Collection, w.Person.ID, func(p *account.Person) (store.Change, error) {
		before, asked := p.Email, p.NewEmail
		if err := s.takeAddress(p, token); err != nil {
			return store.Change{}, err
		}
		notice, err := mailEffect(message.Order{
			Key: message.Key{Kind: message.AddressChanged, Object: p.ID, Recipient: before.Key(), Version: asked.N}, To: string(before), ToName: p.Name, Person: p.ID,
			Details: map[string]string{message.DetailAddress: p.Email.String()}, QueuedAt: s.Now().UTC(),
		})
		if err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, s.Keys, store.Personal(p.ID, "email", string(before), string(p.Email)))
		ch := s.own(p.ID, "person.address", patch)
		ch.Effects = []store.Effect{notice}
		return ch, err
	})
	if errors.Is(err, store.ErrDuplicate) {
		return account.Fault("Cette adresse est déjà celle d’un autre compte. Connectez-vous avec elle, ou choisissez-en une autre.")
	}
	return err
}
