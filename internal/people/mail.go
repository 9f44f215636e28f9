package people

import (
	"context"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// mailEffect makes a mail something that follows from a write.
func mailEffect(o message.Order) (store.Effect, error) {
	m, err := message.New(o)
	if err != nil {
		return store.Effect{}, err
	}
	return store.MessageEffect(m)
}

// notify is a mail to a person about an object, unless the person has switched its
// kind off: then there is none.
func notify(p *account.Person, o message.Order) ([]store.Effect, error) {
	if o.Key.Kind.Optional() && !p.Wants(string(o.Key.Kind)) || !p.Active() {
		return nil, nil
	}
	o.Key.Recipient, o.To, o.ToName, o.Person = p.Email.Key(), string(p.Email), p.Name, p.ID
	e, err := mailEffect(o)
	if err != nil {
		return nil, err
	}
	return []store.Effect{e}, nil
}

// MailTo is a mail to an address that is not that of an account.
func (s *Service) MailTo(o message.Order) ([]store.Effect, error) {
	o.QueuedAt = s.Now().UTC()
	e, err := mailEffect(o)
	if err != nil {
		return nil, err
	}
	return []store.Effect{e}, nil
}

// MailPersons are mails to persons who have an account, about one object: another time
// is another mail.
func (s *Service) MailPersons(ctx context.Context, o message.Order, persons ...string) (out []store.Effect, err error) {
	docs, err := s.People.GetSome(ctx, persons)
	if err != nil {
		return nil, err
	}
	o.QueuedAt = s.Now().UTC()
	for _, d := range docs {
		o.Key.Version = event(d.ID, o.QueuedAt)
		effects, err := notify(&d.Value, o)
		if err != nil {
			return nil, err
		}
		out = append(out, effects...)
	}
	return out, nil
}
