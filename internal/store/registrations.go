package store

import (
	"context"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/registration"
)

// Registrations is the collection of what structures write of themselves.
type Registrations struct {
	*Collection[registration.Registration]
}

// RegistrationCollection is where they lie.
const RegistrationCollection = "registration"

const (
	pendingRegistrations   = "pending"   // a version has yet to reach its structure
	moderatedRegistrations = "moderator" // something awaits somebody of the portal
)

var registrationCodec = Codec[registration.Registration]{
	Schema: 1,
	ID:     func(r *registration.Registration) string { return r.ID },
	Keys: func(r *registration.Registration) (k Keys) {
		for _, id := range r.Organisations() {
			k.Lookup = append(k.Lookup, registrationsOf(id))
		}
		for _, c := range r.Contacts {
			if key := registrationsNaming(c.Email); c.Email != "" && !slices.Contains(k.Lookup, key) {
				k.Lookup = append(k.Lookup, key)
			}
		}
		if r.Demo {
			k.Lookup = append(k.Lookup, DemoKey)
		}
		if r.Pending() {
			k.Lookup = append(k.Lookup, pendingRegistrations)
		}
		if r.AwaitsModerator() {
			k.Lookup = append(k.Lookup, moderatedRegistrations)
		}
		return k
	},
}

func registrationsOf(organisation string) string { return "organisation:" + organisation }

// registrationsNaming names an address without showing it: keys are read by who holds
// the store.
func registrationsNaming(address account.Email) string {
	return "contact:" + message.AddressHash(address.Key())
}

// OpenRegistrations opens it.
func OpenRegistrations(ctx context.Context, db DB) (*Registrations, error) {
	raw, err := db.Collection(ctx, RegistrationCollection)
	if err != nil {
		return nil, err
	}
	return &Registrations{NewCollection(raw, registrationCodec)}, nil
}

// MaxRegistrationsOf is how many sheets one organisation may hold or ask for.
const MaxRegistrationsOf = 200

// Of lists those that an organisation owns or asks for.
func (c *Registrations) Of(ctx context.Context, organisation string) ([]Doc[registration.Registration], error) {
	return c.FindLookup(ctx, registrationsOf(organisation), MaxRegistrationsOf)
}

// Naming lists those that have an address among their named contacts.
func (c *Registrations) Naming(ctx context.Context, address account.Email, limit int) ([]Doc[registration.Registration], error) {
	return c.FindLookup(ctx, registrationsNaming(address), limit)
}

// Pending lists those with a version that has yet to reach its structure.
func (c *Registrations) Pending(ctx context.Context, after string, limit int) ([]Doc[registration.Registration], error) {
	return c.PageLookup(ctx, pendingRegistrations, after, limit)
}

// Moderated lists those that await somebody of the portal, by id.
func (c *Registrations) Moderated(ctx context.Context, after string, limit int) ([]Doc[registration.Registration], error) {
	return c.PageLookup(ctx, moderatedRegistrations, after, limit)
}

// CountModerated is their number.
func (c *Registrations) CountModerated(ctx context.Context) (int64, error) {
	return c.CountLookup(ctx, moderatedRegistrations)
}
