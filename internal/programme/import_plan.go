package programme

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme/table"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/territory"
)

// Action is what an import does with what some lines say.
type Action string

// Actions.
const (
	Creates  Action = "create"
	Updates  Action = "update"
	Keeps    Action = "same"     // it is there as the file says it
	Leaves   Action = "conflict" // people have written it since a file did
	Refuses  Action = "refused"
	Vanishes Action = "gone" // an external project that is listed no more
)

// Item is a purchase or a contract of a plan.
type Item struct {
	Action   Action
	Lines    []int // of the file; none of what is listed no more
	Purchase *sourcing.Purchase
	Contract *sourcing.Contract
	Service  string // its name
	Title    string // of what could not be read
	Why      string // it is left as it is

	purchase store.Doc[sourcing.Purchase] // that is there
	contract store.Doc[sourcing.Contract]
}

// ImportPlan is what an import would do.
type ImportPlan struct {
	Items    []Item
	Remarks  []Remark // in the order of the lines
	Tally    sourcing.Tally
	Services []string // names of services that the programme would gain
	Over     string   // why nothing of it can be written, "" for nothing
	Stamp    string   // of all that it does
	Refused  []table.Line
}

// PlanImport says what the import would do now.
func (s *Service) PlanImport(ctx context.Context, m buyer.Member, id string) (*Imported, *ImportPlan, error) {
	i, err := s.ImportOf(ctx, m, id)
	if err != nil {
		return nil, nil, err
	}
	plan, err := s.planOf(ctx, m, i)
	return i, plan, err
}

// there is what the organisation has already.
type there struct {
	set         sourcing.Programme
	purchases   []store.Doc[sourcing.Purchase]
	contracts   []store.Doc[sourcing.Contract]
	byReference map[string][]int
	byID        map[string]int
}

func (s *Service) there(ctx context.Context, m buyer.Member, kind string) (*there, error) {
	set, err := s.Of(ctx, m)
	if err != nil {
		return nil, err
	}
	h := &there{set: set, byReference: map[string][]int{}, byID: map[string]int{}}
	index := func(n int, id, reference string) {
		h.byID[id] = n
		if folded := territory.Fold(reference); folded != "" {
			h.byReference[folded] = append(h.byReference[folded], n)
		}
	}
	if kind == string(table.Contracts) {
		h.contracts, err = s.Contracts.FindLookup(ctx, store.PurchasesOf(m.Organisation), sourcing.MaxContracts)
		for n, d := range h.contracts {
			index(n, d.ID, d.Value.Reference)
		}
		return h, err
	}
	h.purchases, err = s.Purchases.FindLookup(ctx, store.PurchasesOf(m.Organisation), sourcing.MaxPurchases)
	for n, d := range h.purchases {
		if d.Value.External != nil {
			h.byID[d.ID] = n
			continue
		}
		index(n, d.ID, d.Value.Reference)
	}
	return h, err
}

// find gives the place of what a draft means: the one of its reference, else the one that
// an earlier file made of the same key; -1 for none.
func (h *there) find(id, reference string) int {
	if n, ok := h.byID[id]; ok {
		return n
	}
	if list := h.byReference[territory.Fold(reference)]; len(list) == 1 {
		return list[0]
	}
	return -1
}

func (s *Service) planOf(ctx context.Context, m buyer.Member, i *Imported) (*ImportPlan, error) {
	p := &ImportPlan{}
	if !i.DoneAt.IsZero() {
		return p, nil // the file is forgotten
	}
	h, err := s.there(ctx, m, i.Kind)
	if err != nil {
		return nil, err
	}
	switch i.Kind {
	case ImportProjects:
		s.planProjects(p, m, h, i)
	default:
		r := s.newReader(table.Kind(i.Kind), i.Heads(), i.Fields)
		if r.home, err = s.homeOf(ctx, m.Organisation); err != nil {
			return nil, err
		}
		for _, d := range r.drafts(&i.Table) {
			p.Remarks = append(p.Remarks, d.remarks...)
			p.add(s.itemOf(m, h, r, d), d)
		}
		p.services(&h.set)
	}
	slices.SortStableFunc(p.Remarks, func(a, b Remark) int { return a.Line - b.Line })
	p.tally(h, i.Kind)
	return p, nil
}

func (p *ImportPlan) add(item Item, d *draft) {
	for _, l := range d.lines {
		item.Lines = append(item.Lines, l.N)
	}
	if item.Action == Refuses {
		p.Refused = append(p.Refused, d.lines...)
	}
	p.Items = append(p.Items, item)
}

// itemOf compares a draft with what is there.
func (s *Service) itemOf(m buyer.Member, h *there, r *reader, d *draft) Item {
	if d.refused() {
		return Item{Action: Refuses, Title: r.text(d.lines[0], table.Object)}
	}
	service := serviceID(&h.set, m.Organisation, d.service)
	id := derived("import", m.Organisation, string(r.kind), r.key(d.lines[0]))
	if r.kind == table.Contracts {
		d.contract.ID, d.contract.Service = id, service
		return s.contractItem(m, h, d)
	}
	d.purchase.ID, d.purchase.Service = id, service
	return s.purchaseItem(m, h, &d.purchase, d.service)
}

func (s *Service) purchaseItem(m buyer.Member, h *there, in *sourcing.Purchase, service string) Item {
	item := Item{Action: Creates, Purchase: in, Service: service}
	n := h.find(in.ID, in.Reference)
	if n < 0 {
		return item
	}
	item.purchase = h.purchases[n]
	after := item.purchase.Value
	err := after.Import(m, in, s.Now())
	item.Action, item.Why = judged(err)
	if item.Action == Updates {
		item.Purchase = &after
	}
	return item
}

func (s *Service) contractItem(m buyer.Member, h *there, d *draft) Item {
	item := Item{Action: Creates, Contract: &d.contract, Service: d.service}
	n := -1
	if at, ok := h.byID[d.contract.ID]; ok {
		n = at
	} else if list := h.byReference[territory.Fold(d.contract.Reference)]; len(list) == 1 && !strings.Contains(d.contract.Object, "(lot") {
		n = list[0]
	}
	if n < 0 {
		return item
	}
	item.contract = h.contracts[n]
	after := item.contract.Value
	err := after.Import(m, &d.contract, s.Now())
	item.Action, item.Why = judged(err)
	if item.Action == Updates {
		item.Contract = &after
	}
	return item
}

// judged is what becomes of what is there.
func judged(err error) (Action, string) {
	var fault account.Fault
	switch {
	case err == nil:
		return Updates, ""
	case errors.Is(err, sourcing.ErrUnchanged):
		return Keeps, ""
	case errors.Is(err, sourcing.ErrStale):
		return Leaves, "Saisi ou modifié à la main depuis : il reste tel qu’il est."
	case errors.As(err, &fault):
		return Leaves, string(fault)
	}
	return Leaves, "Il reste tel qu’il est."
}

// serviceID is the id of the service of that name: a new one follows from it.
func serviceID(set *sourcing.Programme, organisation, name string) string {
	folded := territory.Fold(name)
	if folded == "" {
		return ""
	}
	for _, s := range set.Services {
		if territory.Fold(s.Name) == folded {
			return s.ID
		}
	}
	return derived("service", organisation, folded)
}

// services lists those that the programme would gain.
func (p *ImportPlan) services(set *sourcing.Programme) {
	for _, item := range p.Items {
		if item.Service == "" || item.Action != Creates && item.Action != Updates {
			continue
		}
		same := func(name string) bool { return territory.Fold(name) == territory.Fold(item.Service) }
		if !slices.ContainsFunc(set.Services, func(s sourcing.Service) bool { return same(s.Name) }) && !slices.ContainsFunc(p.Services, same) {
			p.Services = append(p.Services, item.Service)
		}
	}
	if len(set.Services)+len(p.Services) > sourcing.MaxServices {
		p.Over = fmt.Sprintf("La colonne des services ferait passer le programme à plus de %d services : est-ce la bonne colonne ?", sourcing.MaxServices)
	}
}

// stamped is what a stamp tells of an item.
type stamped struct {
	Action  Action
	Version int64
	Content any
}

func (i *Item) stamped() stamped {
	switch {
	case i.Purchase != nil:
		return stamped{i.Action, i.purchase.Version, said(*i.Purchase)}
	case i.Contract != nil:
		c := *i.Contract
		c.UpdatedAt = c.CreatedAt
		return stamped{i.Action, i.contract.Version, c}
	}
	return stamped{Action: i.Action}
}

// count adds an item to a tally.
func (i *Item) count(t *sourcing.Tally) {
	one := map[Action]*int{Creates: &t.Created, Updates: &t.Updated, Keeps: &t.Same, Leaves: &t.Conflicts, Vanishes: &t.Gone}
	if i.Action == Refuses {
		t.Refused += len(i.Lines)
		return
	}
	*one[i.Action]++
	if i.Purchase != nil && (i.Action == Creates || i.Action == Updates) {
		t.Lots += len(i.Purchase.Lots)
	}
}

// tally counts, and says when the programme cannot hold all.
func (p *ImportPlan) tally(h *there, kind string) {
	all := make([]stamped, len(p.Items))
	for n := range p.Items {
		all[n] = p.Items[n].stamped()
		p.Items[n].count(&p.Tally)
	}
	p.Stamp = stamp(all)
	what, most, have := "achats", sourcing.MaxPurchases, len(h.purchases)
	if kind == string(table.Contracts) {
		what, most, have = "marchés", sourcing.MaxContracts, len(h.contracts)
	}
	if have+p.Tally.Created > most {
		p.Over = fmt.Sprintf("Le programme tient %d %s : il en a %d, et ce fichier en ajouterait %d.", most, what, have, p.Tally.Created)
	}
}

// said is a purchase without what differs at each reading.
func said(p sourcing.Purchase) sourcing.Purchase {
	p.UpdatedAt, p.History = p.CreatedAt, nil
	return p
}
