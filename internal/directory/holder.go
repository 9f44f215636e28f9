package directory

import (
	"context"
	"errors"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
)

// toldContact is a named contact as it is exported to the person.
type toldContact struct {
	Sheet     string                 `json:"sheet"`
	Topic     registration.Topic     `json:"topic"`
	Name      string                 `json:"name,omitempty"`
	Function  string                 `json:"function,omitempty"`
	Email     account.Email          `json:"email"`
	Phone     string                 `json:"phone,omitempty"`
	Frequency registration.Frequency `json:"frequency"`
	Since     time.Time              `json:"since"` // of the sheet's registration
}

// contactHolder tells and forgets the named contacts of sheets that have an address of
// the person.
func (s *Service) contactHolder() people.Holder {
	return people.Holder{
		Name: "sheet_contacts", Title: "Contacts de fiches",
		Why: "Une structure vous a nommé comme contact : les acheteurs connectés peuvent vous écrire à ce sujet.",
		Tell: func(ctx context.Context, p *account.Person, limit int) (out []any, err error) {
			docs, err := s.Registrations.Naming(ctx, p.Email, limit)
			for _, d := range docs {
				for _, c := range d.Value.Contacts {
					if c.Email.Key() == p.Email.Key() {
						out = append(out, toldContact{d.ID, c.Topic, c.Name, c.Function, c.Email, c.Phone, c.Frequency, d.Value.CreatedAt})
					}
				}
			}
			return out[:min(len(out), limit)], err
		},
		Forget: func(ctx context.Context, p *account.Person, addresses []account.Email) error {
			for _, address := range addresses {
				if err := s.forgetContact(ctx, p.ID, address); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// forgetContact takes an address out of every sheet that names it, a page at a time.
func (s *Service) forgetContact(ctx context.Context, actor string, address account.Email) error {
	const page = 100
	for {
		docs, err := s.Registrations.Naming(ctx, address, page)
		if err != nil || len(docs) == 0 {
			return err
		}
		for _, d := range docs {
			_, err := s.change(ctx, actor, d.ID, func(r *registration.Registration) (action, error) {
				left := slices.DeleteFunc(slices.Clone(r.Contacts), func(c registration.Contact) bool { return c.Email.Key() == address.Key() })
				if len(left) == len(r.Contacts) {
					return action{}, errUnchanged
				}
				r.Contacts = left
				r.ContactsRev++
				return action{What: "sheet.contacts"}, nil
			})
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
	}
}

// ContactsOf are whom to write to in a structure, by topic: for who buys alone. A
// structure that nobody has registered has none.
func (s *Service) ContactsOf(ctx context.Context, id string) ([]registration.Contact, error) {
	d, err := s.Registrations.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && d.Value.Owner == "" {
		return nil, nil
	}
	return d.Value.Contacts, err
}
