package directory

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
)

// toldRequest is a request for a sheet as it is exported to who made it.
type toldRequest struct {
	Sheet   string                 `json:"sheet"`
	Name    string                 `json:"name,omitempty"`
	At      time.Time              `json:"at"`
	Proof   registration.ProofKind `json:"proof,omitempty"`
	Text    string                 `json:"text,omitempty"`
	Proved  time.Time              `json:"proved_at,omitzero"`
	Refused time.Time              `json:"refused_at,omitzero"`
	Reason  string                 `json:"reason,omitempty"`
}

// requestHolder tells and forgets the requests that a person made for sheets. What the
// person wrote goes, and what still waits is refused; that somebody asked stays.
func (s *Service) requestHolder() people.Holder {
	return people.Holder{
		Name: "sheet_requests", Title: "Demandes de tenir une fiche",
		Why: "Vous avez demandé à tenir la fiche d’une structure : ce que vous avez écrit sert à vérifier que vous la représentez.",
		Tell: func(ctx context.Context, p *account.Person, limit int) (out []any, err error) {
			docs, err := s.Registrations.AskedBy(ctx, p.ID, limit)
			for _, d := range docs {
				for _, q := range d.Value.Requests {
					if q.Person == p.ID {
						out = append(out, toldRequest{d.ID, d.Value.Name, q.At, q.Proof, q.Text, q.ProvedAt, q.RefusedAt, q.Reason})
					}
				}
			}
			return out[:min(len(out), limit)], err
		},
		Forget: func(ctx context.Context, p *account.Person, _ []account.Email) error {
			return s.forgetRequests(ctx, p.ID)
		},
	}
}

func (s *Service) forgetRequests(ctx context.Context, person string) error {
	docs, err := s.Registrations.AskedBy(ctx, person, store.MaxRegistrationsOf)
	for _, d := range docs {
		_, one := store.Update(ctx, s.Registrations.Collection, d.ID, func(r *registration.Registration) (store.Change, error) {
			if !r.Forget(person, s.Now()) {
				return store.Change{}, errUnchanged
			}
			return store.Change{Actor: person, At: s.Now().UTC()}, nil
		})
		if one != nil && !errors.Is(one, errUnchanged) && !errors.Is(one, store.ErrNotFound) {
			err = errors.Join(err, one)
		}
	}
	return err
}
