package programme

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Contract reads one that the member sees, with the settings of the programme.
// store.ErrNotFound for any other.
func (s *Service) Contract(ctx context.Context, m buyer.Member, id string) (store.Doc[sourcing.Contract], sourcing.Programme, error) {
	set, err := s.Of(ctx, m)
	if err != nil {
		return store.Doc[sourcing.Contract]{}, set, err
	}
	d, err := s.Contracts.Get(ctx, id)
	if err == nil && (d.Value.Organisation != m.Organisation || !set.Sees(m, d.Value.Service)) {
		err = fmt.Errorf("contract %s of %s: %w", id, m.Organisation, store.ErrNotFound)
	}
	return d, set, err
}

// ContractList gives the contracts that the member sees, by their last day.
func (s *Service) ContractList(ctx context.Context, m buyer.Member) ([]sourcing.Contract, sourcing.Programme, error) {
	set, err := s.Of(ctx, m)
	if err != nil {
		return nil, set, err
	}
	list, err := s.contractsOf(ctx, m.Organisation)
	list = slices.DeleteFunc(list, func(c sourcing.Contract) bool { return !set.Sees(m, c.Service) })
	return list, set, err
}

// contractsOf gives all contracts of an organisation, by their last day.
func (s *Service) contractsOf(ctx context.Context, organisation string) ([]sourcing.Contract, error) {
	docs, err := s.Contracts.FindLookup(ctx, store.PurchasesOf(organisation), sourcing.MaxContracts)
	list := make([]sourcing.Contract, 0, len(docs))
	for i := range docs {
		list = append(list, docs[i].Value)
	}
	slices.SortFunc(list, func(a, b sourcing.Contract) int {
		return cmp.Or(strings.Compare(string(a.Over()), string(b.Over())), strings.Compare(a.ID, b.ID))
	})
	return list, err
}

// CreateContract stores a new contract; the same form sent twice is one. Its renewal is
// proposed at once when its time is there. An account.Fault.
func (s *Service) CreateContract(ctx context.Context, m buyer.Member, in sourcing.Contract) error {
	if !sourcing.Buys(m) {
		return account.ErrNotAllowed
	}
	if err := s.takes(ctx, m, &in); err != nil {
		return err
	}
	in.Begin(m, s.Now())
	ch, err := s.change(m, "contract.create", in.ID, contractChanges(&sourcing.Contract{}, &in)...)
	if err != nil {
		return err
	}
	_, err = s.Contracts.Insert(ctx, in, ch)
	if errors.Is(err, store.ErrDuplicate) {
		d, got := s.Contracts.Get(ctx, in.ID)
		if got == nil && (d.Value.Organisation != m.Organisation || d.Value.CreatedBy != m.Person) {
			got = store.ErrNotFound
		}
		err = got
	}
	if err != nil {
		return err
	}
	return s.proposeDue(ctx, in.ID)
}

// takes says why a new contract cannot be stored.
func (s *Service) takes(ctx context.Context, m buyer.Member, in *sourcing.Contract) error {
	for _, fault := range in.Check() {
		return fault
	}
	set, err := s.Of(ctx, m)
	if err != nil {
		return err
	}
	if err := serviceThere(&set, in.Service, ""); err != nil {
		return err
	}
	n, err := s.Contracts.CountLookup(ctx, store.PurchasesOf(m.Organisation))
	if err == nil && n >= sourcing.MaxContracts {
		err = account.Fault("Le programme tient 5 000 marchés : il n’en reçoit plus.")
	}
	return err
}

// WriteContract replaces what people write of a contract, over the revision that a page
// showed. sourcing.ErrStale, an account.Fault.
func (s *Service) WriteContract(ctx context.Context, m buyer.Member, id string, in sourcing.Contract, rev int64) error {
	d, set, err := s.Contract(ctx, m, id)
	if err != nil {
		return err
	}
	if err := serviceThere(&set, in.Service, d.Value.Service); err != nil {
		return err
	}
	err = s.onContract(ctx, m, id, "contract.write", func(c *sourcing.Contract) error { return c.Write(m, in, rev, s.Now()) })
	if err != nil {
		return err
	}
	return s.proposeDue(ctx, id)
}

// EndContract ends a contract before its last day, over the revision that a page showed.
func (s *Service) EndContract(ctx context.Context, m buyer.Member, id, reason string, rev int64) error {
	return s.onContract(ctx, m, id, "contract.end", func(c *sourcing.Contract) error { return c.Finish(m, reason, rev, s.Now()) })
}

// onContract carries out an action on a contract that the member sees.
func (s *Service) onContract(ctx context.Context, m buyer.Member, id, what string, do func(*sourcing.Contract) error) error {
	set, err := s.Of(ctx, m)
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Contracts, id, func(c *sourcing.Contract) (store.Change, error) {
		if c.Organisation != m.Organisation || !set.Sees(m, c.Service) {
			return store.Change{}, store.ErrNotFound
		}
		before := *c
		if err := do(c); err != nil {
			return store.Change{}, err
		}
		return s.change(m, what, id, contractChanges(&before, c)...)
	})
	return settled(err)
}

// contractChanges are what the journal tells of a change of a contract.
func contractChanges(before, after *sourcing.Contract) (list []store.Changed) {
	add := func(field string, a, b any) {
		if a != b {
			list = append(list, store.Changed{Field: field, Before: a, After: b})
		}
	}
	add("object", before.Object, after.Object)
	add("holder", before.Holder.Name, after.Holder.Name)
	add("euros", before.Euros, after.Euros)
	add("start", before.Start, after.Start)
	add("end", before.End, after.End)
	add("renewed", before.Renewed, after.Renewed)
	add("last_day", before.LastDay(), after.LastDay())
	add("reason", before.EndReason, after.EndReason)
	return list
}
