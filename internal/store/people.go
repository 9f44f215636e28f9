package store

import (
	"cmp"
	"context"

	"sourcier/internal/account"
)

// Collections of who uses the portal.
const (
	PersonCollection       = "person"
	OrganisationCollection = "organisation"
)

// People is the collection of persons. Unique keys: the address and the identities
// elsewhere, so that two first sign-ins at once make one account.
type People struct {
	*Collection[account.Person]
}

const (
	allPeople     = "all"     // those that are not erased, to be listed
	erasingPeople = "erasing" // whose erasure has begun and not ended
)

var personCodec = Codec[account.Person]{
	Schema: 1,
	ID:     func(p *account.Person) string { return p.ID },
	Keys:   personKeys,
}

func personKeys(p *account.Person) (k Keys) {
	if p.Erased() {
		return k
	}
	k.Unique = append(k.Unique, "email:"+p.Email.Key())
	for _, id := range p.Identities {
		k.Unique = append(k.Unique, "identity:"+id.Key())
	}
	k.Lookup = append(k.Lookup, allPeople)
	if !p.ErasingAt.IsZero() {
		k.Lookup = append(k.Lookup, erasingPeople)
	}
	return k
}

// OpenPeople opens it.
func OpenPeople(ctx context.Context, db DB) (*People, error) {
	raw, err := db.Collection(ctx, PersonCollection)
	if err != nil {
		return nil, err
	}
	return &People{NewCollection(raw, personCodec)}, nil
}

// All lists those that are not erased, by id.
func (c *People) All(ctx context.Context, after string, limit int) ([]Doc[account.Person], error) {
	return c.PageLookup(ctx, allPeople, after, limit)
}

// CountAll is their number.
func (c *People) CountAll(ctx context.Context) (int64, error) { return c.CountLookup(ctx, allPeople) }

// ByEmail finds who has the address. ErrNotFound.
func (c *People) ByEmail(ctx context.Context, e account.Email) (Doc[account.Person], error) {
	return c.FindUnique(ctx, "email:"+e.Key())
}

// ByIdentity finds whose account at a provider it is. ErrNotFound.
func (c *People) ByIdentity(ctx context.Context, id account.Identity) (Doc[account.Person], error) {
	return c.FindUnique(ctx, "identity:"+id.Key())
}

// Erasing lists those whose erasure has begun and not ended.
func (c *People) Erasing(ctx context.Context, limit int) ([]Doc[account.Person], error) {
	return c.FindLookup(ctx, erasingPeople, limit)
}

// Organisations is the collection of organisations, each with its members.
type Organisations struct {
	*Collection[account.Organisation]
}

// Portal is the id of the organisation that runs the portal: there is one.
const Portal = "portal"

const (
	proposedOrganisations = "proposed"        // await an administrator
	pendingDomains        = "pending-domains" // have a domain that awaits one
)

var organisationCodec = Codec[account.Organisation]{
	Schema: 1,
	ID:     func(o *account.Organisation) string { return o.ID },
	Keys:   organisationKeys,
}

func organisationKeys(o *account.Organisation) (k Keys) {
	if o.SIREN != "" && o.ClosedAt.IsZero() {
		k.Unique = append(k.Unique, "siren:"+string(o.Kind)+":"+o.SIREN)
	}
	k.Lookup = append(k.Lookup, "kind:"+string(o.Kind))
	if o.ConfirmedAt.IsZero() && o.ClosedAt.IsZero() {
		k.Lookup = append(k.Lookup, proposedOrganisations)
	}
	for _, m := range o.Members {
		k.Lookup = append(k.Lookup, "member:"+m.Person)
	}
	for _, r := range o.Requests {
		k.Lookup = append(k.Lookup, "request:"+r.Person)
	}
	for _, i := range o.Invitations {
		k.Lookup = append(k.Lookup, "invitation:"+i.Link, "invited:"+i.Email.Hash())
	}
	for _, d := range o.Domains {
		if d.ConfirmedAt.IsZero() {
			k.Lookup = append(k.Lookup, pendingDomains)
		} else {
			k.Lookup = append(k.Lookup, "domain:"+d.Name)
		}
	}
	k.Lookup = append(k.Lookup, nameKeys(o)...)
	return k.Normal()
}

// OpenOrganisations opens it.
func OpenOrganisations(ctx context.Context, db DB) (*Organisations, error) {
	raw, err := db.Collection(ctx, OrganisationCollection)
	if err != nil {
		return nil, err
	}
	return &Organisations{NewCollection(raw, organisationCodec)}, nil
}

// MaxOrganisationsOf bounds the organisations that one person belongs to, asks to
// join or is invited to.
const MaxOrganisationsOf = 50

// Of lists those that a person is a member of.
func (c *Organisations) Of(ctx context.Context, person string) ([]Doc[account.Organisation], error) {
	return c.FindLookup(ctx, "member:"+person, MaxOrganisationsOf)
}

// AskedBy lists those that a person wishes to join.
func (c *Organisations) AskedBy(ctx context.Context, person string) ([]Doc[account.Organisation], error) {
	return c.FindLookup(ctx, "request:"+person, MaxOrganisationsOf)
}

// Inviting lists those that have invited an address.
func (c *Organisations) Inviting(ctx context.Context, e account.Email) ([]Doc[account.Organisation], error) {
	return c.FindLookup(ctx, "invited:"+e.Hash(), MaxOrganisationsOf)
}

// ByDomain lists those that have a confirmed domain.
func (c *Organisations) ByDomain(ctx context.Context, domain string) ([]Doc[account.Organisation], error) {
	return c.FindLookup(ctx, "domain:"+domain, MaxOrganisationsOf)
}

// ByInvitation finds the organisation that an invitation is of, by the hash of its
// token. ErrNotFound.
func (c *Organisations) ByInvitation(ctx context.Context, link string) (Doc[account.Organisation], error) {
	list, err := c.FindLookup(ctx, "invitation:"+link, 1)
	if err != nil || len(list) == 0 {
		return Doc[account.Organisation]{}, cmp.Or(err, ErrNotFound)
	}
	return list[0], nil
}

// BySIREN finds an organisation of a kind. ErrNotFound.
func (c *Organisations) BySIREN(ctx context.Context, kind account.OrganisationKind, siren string) (Doc[account.Organisation], error) {
	return c.FindUnique(ctx, "siren:"+string(kind)+":"+siren)
}

// OfKind lists those of a kind, by id.
func (c *Organisations) OfKind(ctx context.Context, kind account.OrganisationKind, after string, limit int) ([]Doc[account.Organisation], error) {
	return c.PageLookup(ctx, "kind:"+string(kind), after, limit)
}

// CountOfKind is their number, closed ones included.
func (c *Organisations) CountOfKind(ctx context.Context, kind account.OrganisationKind) (int64, error) {
	return c.CountLookup(ctx, "kind:"+string(kind))
}

// CountWaiting is how many organisations, and how many with a domain, await an
// administrator.
func (c *Organisations) CountWaiting(ctx context.Context) (organisations, domains int64, err error) {
	if organisations, err = c.CountLookup(ctx, proposedOrganisations); err != nil {
		return 0, 0, err
	}
	domains, err = c.CountLookup(ctx, pendingDomains)
	return organisations, domains, err
}
