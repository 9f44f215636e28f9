package store

import (
	"cmp"
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
	// The two things that may.
	ProposedRegistrations = "proposed"
	AskedRegistrations    = "asked"
)

var registrationCodec = Codec[registration.Registration]{
	Schema: 1,
	ID:     func(r *registration.Registration) string { return r.ID },
	Keys: func(r *registration.Registration) (k Keys) {
		for _, id := range r.Organisations() {
			k.Lookup = append(k.Lookup, registrationsOf(id))
		}
		k.Lookup = append(k.Lookup, r.Identity().Numbers()...)
		if r.Demo {
			k.Lookup = append(k.Lookup, DemoKey)
		}
		for _, c := range r.Contacts {
			if key := registrationsNaming(c.Email); c.Email != "" && !slices.Contains(k.Lookup, key) {
				k.Lookup = append(k.Lookup, key)
			}
		}
		for _, q := range r.Requests {
			k.Lookup = append(k.Lookup, "asked:"+q.Person)
			if q.Code != "" {
				k.Lookup = append(k.Lookup, registrationMailed(q.Code))
			}
		}
		if r.Pending() {
			k.Lookup = append(k.Lookup, pendingRegistrations)
		}
		if r.AwaitsModerator() {
			k.Lookup = append(k.Lookup, moderatedRegistrations)
		}
		if r.Submission != nil {
			k.Lookup = append(k.Lookup, ProposedRegistrations)
		}
		if r.AwaitsProof() {
			k.Lookup = append(k.Lookup, AskedRegistrations)
		}
		return k.Normal()
	},
}

// AskedBy lists those that a person has asked for.
func (c *Registrations) AskedBy(ctx context.Context, person string, limit int) ([]Doc[registration.Registration], error) {
	return c.FindLookup(ctx, "asked:"+person, limit)
}

func registrationMailed(link string) string { return "mailed:" + link }

// ByLink finds the one whose request was sent by mail with a link, by the hash of its
// token. ErrNotFound.
func (c *Registrations) ByLink(ctx context.Context, link string) (Doc[registration.Registration], error) {
	list, err := c.FindLookup(ctx, registrationMailed(link), 1)
	if err != nil || len(list) == 0 {
		return Doc[registration.Registration]{}, cmp.Or(err, ErrNotFound)
	}
	return list[0], nil
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
