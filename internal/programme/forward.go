package programme

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// MaxAnnounced bounds the public forward programme of a portal.
const MaxAnnounced = 5000

// Draft is what the announcement of a purchase would say of what its buyer does not
// word.
func (s *Service) Draft(p *sourcing.Purchase) sourcing.Ahead {
	return sourcing.AheadOf(p, func(l *sourcing.Lot) []string { return s.sectorsOf(p, l) })
}

// sectorsOf are those that a lot names, else the closest of its CPV code.
func (s *Service) sectorsOf(p *sourcing.Purchase, l *sourcing.Lot) (codes []string) {
	if len(l.Sectors) > 0 {
		return l.Sectors
	}
	for _, sector := range s.Taxonomy.ByCPV(p.CPVOf(l)) {
		if len(codes) < sourcing.MaxSectors {
			codes = append(codes, sector.Code)
		}
	}
	return codes
}

// Publish shows a purchase in the public forward programme, over the revision of its
// announcement that a page showed. sourcing.ErrStale, an account.Fault.
func (s *Service) Publish(ctx context.Context, m buyer.Member, id string, in sourcing.Ahead, rev int64) error {
	return s.onPurchase(ctx, m, id, "forward.publish", func(p *sourcing.Purchase) error { return p.Publish(m, in, rev, s.Now()) })
}

// Retract takes a purchase out of the public forward programme; one that is not there
// is done too.
func (s *Service) Retract(ctx context.Context, m buyer.Member, id string) error {
	return s.onPurchase(ctx, m, id, "forward.withdraw", func(p *sourcing.Purchase) error { return p.Withdraw(m, s.Now()) })
}

// Announced lists the public forward programme: what is to come on the day, the nearest
// quarter first. It reads the store, so that what was just published is there for the
// next request, on whichever portal.
func (s *Service) Announced(ctx context.Context) ([]sourcing.Announcement, error) {
	docs, err := s.Purchases.FindLookup(ctx, store.ForwardPurchases, MaxAnnounced)
	if err != nil {
		return nil, err
	}
	today := structure.DateOf(s.Now())
	seen := map[string]bool{} // a project of elsewhere that several organisations follow
	var list []sourcing.Announcement
	for i := range docs {
		a, public := docs[i].Value.Announced()
		if !public || !a.ToCome(today) || a.External != nil && seen[a.External.URL] {
			continue
		}
		if a.External != nil {
			seen[a.External.URL] = true
		}
		list = append(list, a)
	}
	if list, err = s.ofBuyers(ctx, list); err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b sourcing.Announcement) int {
		if a.Quarter != b.Quarter {
			return strings.Compare(string(a.Quarter), string(b.Quarter))
		}
		return strings.Compare(territory.Fold(a.Object)+a.ID, territory.Fold(b.Object)+b.ID)
	})
	return list, nil
}

// ofBuyers gives each its buyer; those of an organisation that is closed, or not
// confirmed, are left out.
func (s *Service) ofBuyers(ctx context.Context, list []sourcing.Announcement) ([]sourcing.Announcement, error) {
	var ids []string
	for i := range list {
		ids = append(ids, list[i].Organisation)
	}
	slices.Sort(ids)
	docs, err := s.People.Organisations.GetSome(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, d := range docs {
		if d.Value.Active() {
			names[d.ID] = d.Value.Name
		}
	}
	out := list[:0]
	for _, a := range list {
		name, ok := names[a.Organisation]
		if !ok {
			continue
		}
		if a.External == nil {
			a.Buyer = name
		}
		out = append(out, a)
	}
	return out, nil
}

// Announcement reads one, also once its consultation is launched. store.ErrNotFound for
// what is not public.
func (s *Service) Announcement(ctx context.Context, id string) (sourcing.Announcement, error) {
	none := fmt.Errorf("announcement %s: %w", id, store.ErrNotFound)
	d, err := s.Purchases.Get(ctx, id)
	if err != nil {
		return sourcing.Announcement{}, err
	}
	a, public := d.Value.Announced()
	if !public {
		return sourcing.Announcement{}, none
	}
	list, err := s.ofBuyers(ctx, []sourcing.Announcement{a})
	if err == nil && len(list) == 0 {
		err = none
	}
	if err != nil {
		return sourcing.Announcement{}, err
	}
	return list[0], nil
}

// AheadFilter is what is asked of the public forward programme; "" and nil are no
// condition.
type AheadFilter struct {
	Sector   string // a sector, or a group of them
	Places   []territory.Territory
	Quarter  sourcing.Quarter
	Reserved bool
	Buyer    string // as it is named
}

// Filter keeps what meets all of it.
func (s *Service) Filter(list []sourcing.Announcement, f AheadFilter) []sourcing.Announcement {
	var sectors []string
	if f.Sector != "" {
		sectors = []string{f.Sector}
		for _, one := range s.Taxonomy.InGroup(f.Sector) {
			sectors = append(sectors, one.Code)
		}
	}
	var out []sourcing.Announcement
	for i := range list {
		a := &list[i]
		if (f.Quarter == "" || a.Quarter == f.Quarter) && (!f.Reserved || a.Reserved) && (f.Buyer == "" || a.Buyer == f.Buyer) && a.Concerns(s.Atlas, sectors, f.Places) {
			out = append(out, *a)
		}
	}
	return out
}

// Sheets is what the public forward programme needs of those who write sheets.
type Sheets interface {
	// SheetFor is the published sheet of a structure for which a person acts.
	// store.ErrNotFound for any that the organisation does not hold, an account.Fault
	// for one that is not shown.
	SheetFor(ctx context.Context, person, organisation, id string) (structure.Structure, error)
}

// ShowInterest notes that a structure would like to hear of a purchase; once more does
// nothing. store.ErrNotFound, an account.Fault.
func (s *Service) ShowInterest(ctx context.Context, m buyer.Member, purchase, structureID string) error {
	a, err := s.Announcement(ctx, purchase)
	switch {
	case err != nil:
		return err
	case a.External != nil:
		return sourcing.ErrExternal
	case !a.Launched.IsZero():
		return account.Fault("La consultation est lancée : répondez-y auprès de l’acheteur.")
	}
	if _, err := s.Sheets.SheetFor(ctx, m.Person, m.Organisation, structureID); err != nil {
		return err
	}
	id := sourcing.InterestID(purchase, structureID)
	_, err = store.UpdateOrInsert(ctx, s.Interests, id, func(i *sourcing.Interest) (store.Change, error) {
		if i.Stands() {
			return store.Change{}, sourcing.ErrUnchanged
		}
		n, err := s.Interests.CountLookup(ctx, store.InterestsIn(purchase))
		if err != nil {
			return store.Change{}, err
		}
		if n >= sourcing.MaxInterests {
			return store.Change{}, account.Fault("Cet achat n’enregistre plus d’intérêt ici : écrivez à l’acheteur.")
		}
		*i = sourcing.Interest{Purchase: purchase, Structure: structureID, Organisation: m.Organisation, By: m.Person, At: s.Now().UTC()}
		return s.change(m, "forward.interest", purchase)
	})
	return settled(err)
}

// TakeBack takes an interest back, also after the purchase left the programme.
func (s *Service) TakeBack(ctx context.Context, m buyer.Member, purchase, structureID string) error {
	_, err := store.Update(ctx, s.Interests, sourcing.InterestID(purchase, structureID), func(i *sourcing.Interest) (store.Change, error) {
		if i.Organisation != m.Organisation || m.Organisation == "" {
			return store.Change{}, store.ErrNotFound
		}
		if !i.Stands() {
			return store.Change{}, sourcing.ErrUnchanged
		}
		i.WithdrawnAt = s.Now().UTC()
		return s.change(m, "forward.takeback", purchase)
	})
	return settled(err)
}

// InterestOf reports whether a structure has shown an interest in a purchase.
func (s *Service) InterestOf(ctx context.Context, purchase, structureID string) (bool, error) {
	d, err := s.Interests.Get(ctx, sourcing.InterestID(purchase, structureID))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && d.Value.Stands(), err
}

// InterestsIn lists for its buyers who would like to hear of a purchase, in the order
// of ids: no order is a preference. store.ErrNotFound for a purchase that the member
// does not see.
func (s *Service) InterestsIn(ctx context.Context, m buyer.Member, purchase string) (list []sourcing.Interest, err error) {
	if _, _, err := s.Purchase(ctx, m, purchase); err != nil {
		return nil, err
	}
	docs, err := s.Interests.FindLookup(ctx, store.InterestsIn(purchase), sourcing.MaxInterests)
	for _, d := range docs {
		list = append(list, d.Value)
	}
	return list, err
}
