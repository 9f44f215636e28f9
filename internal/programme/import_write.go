package programme

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme/table"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// importBatch is how many documents are written in one commit.
const importBatch = 200

// AcceptImport writes what a page showed, which stamp names: ErrMoved when it would be
// something else by now. What is accepted is written to its end by whoever comes next,
// and once: ids follow from the lines.
func (s *Service) AcceptImport(ctx context.Context, m buyer.Member, id, stamp string) error {
	i, plan, err := s.PlanImport(ctx, m, id)
	if err != nil {
		return err
	}
	if i.AcceptAt.IsZero() {
		switch {
		case !i.Mapped:
			return account.Fault("Dites d’abord ce que contient chaque colonne.")
		case plan.Over != "":
			return account.Fault(plan.Over)
		case plan.Stamp != stamp:
			return ErrMoved
		case plan.Tally.Writes() == 0:
			return account.Fault("Il n’y a rien à écrire.")
		}
		if err := s.accept(ctx, m, i, plan); err != nil {
			return err
		}
	}
	return s.carryImport(ctx, id)
}

// accept remembers what the columns hold, then notes the intent.
func (s *Service) accept(ctx context.Context, m buyer.Member, i *Imported, plan *ImportPlan) error {
	if i.Kind != ImportProjects {
		if err := s.remember(ctx, m, i, plan.Services); err != nil {
			return err
		}
	}
	_, err := store.Update(ctx, s.Imports, i.ID, func(to *sourcing.Import) (store.Change, error) {
		if !to.AcceptAt.IsZero() {
			return store.Change{}, sourcing.ErrUnchanged
		}
		if !slices.Equal(to.Fields, i.Fields) || to.First != i.First || to.Last != i.Last {
			return store.Change{}, ErrMoved
		}
		to.AcceptAt, to.AcceptBy, to.Planned = s.Now().UTC(), m.Person, plan.Tally
		return store.Change{Actor: m.Person, At: s.Now()}, nil
	})
	return settled(err)
}

// remember keeps the mapping, and adds the services that the file names.
func (s *Service) remember(ctx context.Context, m buyer.Member, i *Imported, services []string) error {
	h := i.Heads()
	keys := headKeys(h, len(i.Fields))
	mapping := sourcing.Mapping{Heads: headsPrint(i.Kind, h), Fields: map[string]string{}}
	for n, f := range i.Fields {
		mapping.Fields[keys[n]] = f
	}
	_, err := store.UpdateOrInsert(ctx, s.Programmes, m.Organisation, func(p *sourcing.Programme) (store.Change, error) {
		p.Organisation = m.Organisation
		p.Remember(mapping)
		for _, name := range services {
			id := serviceID(p, m.Organisation, name)
			if p.Service(id) == nil && len(p.Services) < sourcing.MaxServices {
				p.Services = append(slices.Clone(p.Services), sourcing.Service{ID: id, Name: name})
			}
		}
		p.Rev++
		return s.change(m, "programme.import", m.Organisation, store.Changed{Field: "services", After: len(p.Services)})
	})
	return err
}

// carryImport writes what was accepted. Done again, it finds written what is, and goes on.
func (s *Service) carryImport(ctx context.Context, id string) error {
	d, err := s.Imports.Get(ctx, id)
	if err != nil || d.Value.AcceptAt.IsZero() || !d.Value.DoneAt.IsZero() {
		return err
	}
	o, err := s.People.Organisations.Get(ctx, d.Value.Organisation)
	if err != nil {
		return err
	}
	m := buyer.Member{Person: d.Value.AcceptBy, Organisation: d.Value.Organisation, Kind: o.Value.Kind, Role: account.Buyer}
	i, plan, err := s.PlanImport(ctx, m, id)
	if err != nil {
		return err
	}
	var untouched []string
	for batch := range slices.Chunk(plan.Items, importBatch) {
		left, err := s.writeItems(ctx, m, batch)
		if err != nil {
			return err
		}
		untouched = append(untouched, left...)
	}
	late := len(untouched) + max(0, plan.Tally.Conflicts-i.Planned.Conflicts)
	return s.finishImport(ctx, id, untouched, late)
}

func (i *Item) title() string {
	switch {
	case i.Purchase != nil:
		return i.Purchase.Object
	case i.Contract != nil:
		return i.Contract.Object
	}
	return i.Title
}

// finishImport notes what was written, but for late, which people were quicker to write,
// and forgets the file.
func (s *Service) finishImport(ctx context.Context, id string, untouched []string, late int) error {
	_, err := store.Update(ctx, s.Imports, id, func(i *sourcing.Import) (store.Change, error) {
		if !i.DoneAt.IsZero() {
			return store.Change{}, sourcing.ErrUnchanged
		}
		i.DoneAt, i.Content, i.Outcome = s.Now().UTC(), nil, i.Planned
		i.Outcome.Conflicts += late
		i.Outcome.Updated = max(0, i.Outcome.Updated-late)
		i.Untouched = untouched[:min(len(untouched), 50)]
		return store.Change{Actor: i.AcceptBy, At: s.Now()}, nil
	})
	return settled(err)
}

// writeItems writes what is to be created or updated, in one commit, each with its line of
// the audit. It gives the objects of what somebody changed meanwhile.
func (s *Service) writeItems(ctx context.Context, m buyer.Member, items []Item) (left []string, err error) {
	var purchases, contracts []store.Envelope
	var ofPurchases, ofContracts []string
	for n := range items {
		item := &items[n]
		if item.Action != Creates && item.Action != Updates && item.Action != Vanishes {
			continue
		}
		if item.Contract != nil {
			e, err := s.contractEnvelope(m, item)
			if err != nil {
				return nil, err
			}
			contracts, ofContracts = append(contracts, e), append(ofContracts, item.title())
			continue
		}
		e, err := s.purchaseEnvelope(m, item)
		if err != nil {
			return nil, err
		}
		purchases, ofPurchases = append(purchases, e), append(ofPurchases, item.title())
	}
	left, err = putAll(ctx, s.Purchases.Raw(), purchases, ofPurchases)
	if err != nil {
		return left, err
	}
	more, err := putAll(ctx, s.Contracts.Raw(), contracts, ofContracts)
	return append(left, more...), err
}

// putAll writes a batch: what is there already under the same id was written before.
func putAll(ctx context.Context, raw store.Raw, batch []store.Envelope, titles []string) (left []string, err error) {
	if len(batch) == 0 {
		return nil, nil
	}
	errs, err := raw.BulkPut(ctx, batch)
	if err != nil {
		return nil, err
	}
	for n, err := range errs {
		switch {
		case err == nil, errors.Is(err, store.ErrDuplicate):
		case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrNotFound):
			left = append(left, titles[n])
		default:
			return left, fmt.Errorf("%s: %w", batch[n].ID, err)
		}
	}
	return left, nil
}

func (s *Service) purchaseEnvelope(m buyer.Member, item *Item) (store.Envelope, error) {
	d := item.purchase
	before := d.Value
	d.Value = *item.Purchase
	if item.Action == Creates {
		d = store.Doc[sourcing.Purchase]{Value: *item.Purchase}
		d.Value.BeginImported(m, s.Now())
		before = sourcing.Purchase{}
	}
	ch, err := s.change(m, "purchase.import", d.Value.ID, changes(&before, &d.Value)...)
	if err != nil {
		return store.Envelope{}, err
	}
	return s.Purchases.Encode(d, ch)
}

func (s *Service) contractEnvelope(m buyer.Member, item *Item) (store.Envelope, error) {
	d := item.contract
	before := d.Value
	d.Value = *item.Contract
	if item.Action == Creates {
		d = store.Doc[sourcing.Contract]{Value: *item.Contract}
		d.Value.BeginImported(m, s.Now())
		before = sourcing.Contract{}
	}
	ch, err := s.change(m, "contract.import", d.Value.ID, contractChanges(&before, &d.Value)...)
	if err != nil {
		return store.Envelope{}, err
	}
	return s.Contracts.Encode(d, ch)
}

// ImportRefused are the lines that were not taken, with the heads of the file and what is
// wrong with each: a file to mend and to send again.
func (s *Service) ImportRefused(ctx context.Context, m buyer.Member, id string) (heads []string, rows [][]string, err error) {
	i, plan, err := s.PlanImport(ctx, m, id)
	if err != nil || i.Kind == ImportProjects {
		return nil, nil, errors.Join(err, orNotFound(i))
	}
	why := map[int]string{}
	for _, r := range plan.Remarks {
		if !r.Fault {
			continue
		}
		text := r.Text
		if r.Column != "" {
			text = "Colonne " + r.Column + " : " + text
		}
		if why[r.Line] != "" {
			text = why[r.Line] + " " + text
		}
		why[r.Line] = text
	}
	width := i.Table.Width(i.Heads())
	heads = append(make([]string, 0, width+2), i.Heads().Names...)
	for len(heads) < width {
		heads = append(heads, "Colonne "+table.Column(len(heads)))
	}
	for _, l := range plan.Refused {
		row := slices.Clone(l.Cells)
		for len(row) < width {
			row = append(row, "")
		}
		text := why[l.N]
		if text == "" {
			text = "Une autre ligne du même achat est en erreur."
		}
		rows = append(rows, append(row, fmt.Sprint(l.N), text))
	}
	return append(heads, "Ligne du fichier", "À corriger"), rows, nil
}

func orNotFound(i *Imported) error {
	if i == nil {
		return nil
	}
	return store.ErrNotFound
}
