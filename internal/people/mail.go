package people

import (
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

// Notify is notify for the other parts of the portal.
func Notify(p *account.Person, o message.Order) ([]store.Effect, error) { return notify(p, o) }

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
