package programme

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// onSettings carries out an action on the settings of the member's organisation in one
// write.
func (s *Service) onSettings(ctx context.Context, m buyer.Member, what string, do func(*sourcing.Programme) ([]store.Changed, error)) error {
	if !sourcing.Buys(m) {
		return account.ErrNotAllowed
	}
	_, err := store.UpdateOrInsert(ctx, s.Programmes, m.Organisation, func(p *sourcing.Programme) (store.Change, error) {
		fields, err := do(p)
		if err != nil {
			return store.Change{}, err
		}
		return s.change(m, what, m.Organisation, fields...)
	})
	return settled(err)
}

// SetFigures replaces the figures over the revision that a page showed.
// sourcing.ErrStale, an account.Fault.
func (s *Service) SetFigures(ctx context.Context, m buyer.Member, f sourcing.Figures, rev int64) error {
	return s.onSettings(ctx, m, "programme.set", func(p *sourcing.Programme) ([]store.Changed, error) {
		before := p.Figures()
		return []store.Changed{
			{Field: "threshold", Before: before.Threshold, After: f.Threshold}, {Field: "renewal_months", Before: before.RenewalMonths, After: f.RenewalMonths},
			{Field: "hourly_cents", Before: before.HourlyCents, After: f.HourlyCents},
		}, p.Set(m, f, rev)
	})
}

// AddService adds a service under an id that its form has chosen.
func (s *Service) AddService(ctx context.Context, m buyer.Member, id, name string) error {
	return s.onSettings(ctx, m, "programme.service.add", func(p *sourcing.Programme) ([]store.Changed, error) {
		return []store.Changed{{Field: "name", After: name}}, p.AddService(m, id, name)
	})
}

// RenameService gives it another name.
func (s *Service) RenameService(ctx context.Context, m buyer.Member, id, name string) error {
	return s.onSettings(ctx, m, "programme.service.rename", func(p *sourcing.Programme) ([]store.Changed, error) {
		return []store.Changed{{Field: "name", Before: serviceName(p, id), After: name}}, p.RenameService(m, id, name)
	})
}

func serviceName(p *sourcing.Programme, id string) string {
	if s := p.Service(id); s != nil {
		return s.Name
	}
	return ""
}

// RemoveService takes away a service that no purchase or contract names: an
// account.Fault says how many do. One that is written at the same moment keeps an id
// that names no service any more, and pages say so.
func (s *Service) RemoveService(ctx context.Context, m buyer.Member, id string) error {
	named, err := s.Naming(ctx, m, id)
	if err != nil {
		return err
	}
	if named > 0 {
		return account.Fault(fmt.Sprintf("Ce service ne se supprime pas : %d achats ou marchés en cours le citent. Donnez-leur d’abord un autre service.", named))
	}
	return s.onSettings(ctx, m, "programme.service.remove", func(p *sourcing.Programme) ([]store.Changed, error) {
		return []store.Changed{{Field: "name", Before: serviceName(p, id)}}, p.RemoveService(m, id)
	})
}

// Naming counts the purchases and contracts that name a service.
func (s *Service) Naming(ctx context.Context, m buyer.Member, id string) (n int, err error) {
	purchases, err := s.Purchases.FindLookup(ctx, store.PurchasesOf(m.Organisation), sourcing.MaxPurchases)
	if err != nil {
		return 0, err
	}
	for _, d := range purchases {
		if d.Value.Service == id {
			n++
		}
	}
	contracts, err := s.Contracts.FindLookup(ctx, store.PurchasesOf(m.Organisation), sourcing.MaxContracts)
	for _, d := range contracts {
		if d.Value.Service == id {
			n++
		}
	}
	return n, err
}

// Enlist lets a prescripteur of the organisation see what a service plans.
func (s *Service) Enlist(ctx context.Context, m buyer.Member, service, person string) error {
	there, err := s.Having(ctx, m, account.Prescripteur)
	if err != nil {
		return err
	}
	if !slices.Contains(there, person) {
		return account.Fault("Choisissez une personne qui est prescripteur dans l’organisation.")
	}
	return s.onSettings(ctx, m, "programme.service.enlist", func(p *sourcing.Programme) ([]store.Changed, error) {
		return []store.Changed{{Field: "person", After: person}, {Field: "name", After: serviceName(p, service)}}, p.Enlist(m, service, person)
	})
}

// Discharge takes a person off a service.
func (s *Service) Discharge(ctx context.Context, m buyer.Member, service, person string) error {
	return s.onSettings(ctx, m, "programme.service.discharge", func(p *sourcing.Programme) ([]store.Changed, error) {
		return []store.Changed{{Field: "person", Before: person}, {Field: "name", Before: serviceName(p, service)}}, p.Discharge(m, service, person)
	})
}

// Having lists the members of the member's organisation who have a role, by id.
func (s *Service) Having(ctx context.Context, m buyer.Member, role account.Role) (out []string, err error) {
	d, err := s.People.Organisations.Get(ctx, m.Organisation)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	for _, member := range d.Value.Members {
		if slices.Contains(member.Roles, role) {
			out = append(out, member.Person)
		}
	}
	return out, err
}

// named refuses a service or a facilitateur that is not there; what was named before
// may stay.
func (s *Service) named(ctx context.Context, m buyer.Member, set *sourcing.Programme, in, before *sourcing.Purchase) error {
	if err := serviceThere(set, in.Service, before.Service); err != nil {
		return err
	}
	if in.Facilitateur == "" || in.Facilitateur == before.Facilitateur {
		return nil
	}
	there, err := s.Having(ctx, m, account.Facilitateur)
	if err == nil && !slices.Contains(there, in.Facilitateur) {
		err = account.Fault("Choisissez un facilitateur de l’organisation.")
	}
	return err
}

// serviceThere refuses a service that is not there; what was named before may stay.
func serviceThere(set *sourcing.Programme, service, before string) error {
	if service != "" && service != before && set.Service(service) == nil {
		return account.Fault("Ce service n’est plus dans les réglages du programme.")
	}
	return nil
}
