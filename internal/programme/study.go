package programme

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Studied is a lot with its study.
type Studied struct {
	Purchase sourcing.Purchase
	Lot      sourcing.Lot
	Set      sourcing.Programme
	Study    sourcing.Study
}

func (s *Service) studyLot(ctx context.Context, m buyer.Member, id, lot string) (sourcing.Study, error) {
	st, err := s.Study(ctx, m, id, lot)
	return st.Study, err
}

// Study judges a lot of a purchase that the member sees, today: as a decision freezes
// it. store.ErrNotFound for any other, and for a project that is only read here.
func (s *Service) Study(ctx context.Context, m buyer.Member, id, lot string) (Studied, error) {
	return s.study(ctx, m, id, lot, false)
}

// StudyWhole is Study with every candidate: as a page shows it.
func (s *Service) StudyWhole(ctx context.Context, m buyer.Member, id, lot string) (Studied, error) {
	return s.study(ctx, m, id, lot, true)
}

func (s *Service) study(ctx context.Context, m buyer.Member, id, lot string, whole bool) (Studied, error) {
	d, set, err := s.Purchase(ctx, m, id)
	if err != nil {
		return Studied{}, err
	}
	l := d.Value.Lot(lot)
	if l == nil || d.Value.External != nil {
		return Studied{}, fmt.Errorf("lot %s of purchase %s: %w", lot, id, store.ErrNotFound)
	}
	court, err := s.court(ctx, m.Organisation, &set)
	if err != nil {
		return Studied{}, err
	}
	court.by.Whole = whole
	return Studied{Purchase: d.Value, Lot: *l, Set: set, Study: court.judge(&d.Value, l)}, nil
}

// Ruling is what is kept of the study of a lot for the list of all of them.
type Ruling struct {
	Purchase *sourcing.Purchase
	Lot      *sourcing.Lot
	Need     sourcing.Need
	Verdict  sourcing.Verdict // the first
	Bases    []int            // answerers that count, in the order of structure.Bases
	Warnings []string         // codes
}

// Rulings judges every lot that the member sees, by planned publication. What has not
// changed since it was judged is not judged again.
func (s *Service) Rulings(ctx context.Context, m buyer.Member) ([]Ruling, sourcing.Programme, error) {
	purchases, set, err := s.List(ctx, m)
	if err != nil {
		return nil, set, err
	}
	court, err := s.court(ctx, m.Organisation, &set)
	if err != nil {
		return nil, set, err
	}
	var list []Ruling
	for i := range purchases {
		p := &purchases[i]
		if p.External != nil || p.State() == sourcing.Abandoned {
			continue
		}
		for n := range p.Lots {
			list = append(list, s.Roster.ruled.of(court, p, &p.Lots[n]))
		}
		if err := ctx.Err(); err != nil {
			return nil, set, err
		}
	}
	return list, set, nil
}

// court is what the lots of an organisation are judged by today.
type court struct {
	*Service
	by      sourcing.By
	running []running
	stamp   string // two that are equal judge alike
}

// running is a contract that somebody holds.
type running struct {
	id, siren   string
	first, last structure.Date
	annual      int64
}

func (s *Service) court(ctx context.Context, organisation string, set *sourcing.Programme) (*court, error) {
	on := structure.DateOf(s.Now())
	state, err := s.Roster.Follow(ctx, on)
	if err != nil {
		return nil, err
	}
	book, err := s.LawBook.Get(ctx, sourcing.LawBookID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	c := &court{Service: s, by: sourcing.By{On: on, Asked: set.Asked(), Law: book.Value.Law(), Services: book.Value.Services, Party: s.Roster.Party}}
	docs, err := s.Contracts.FindLookup(ctx, store.PurchasesOf(organisation), sourcing.MaxContracts)
	if err != nil {
		return nil, err
	}
	stamp := stamper{}
	stamp.add(state, on, set.Asked(), book.Version)
	for i := range docs {
		k := &docs[i].Value
		stamp.add(docs[i].ID, docs[i].Version)
		if k.Holder.SIREN != "" && k.EndedAt.IsZero() {
			c.running = append(c.running, running{docs[i].ID, k.Holder.SIREN, k.Start, k.LastDay(), k.Annual()})
		}
	}
	c.stamp = stamp.sum()
	return c, nil
}

// held adds up, by SIREN, what is held when a purchase begins: what ends before leaves
// its capacity free, and so does the contract that the purchase renews.
func (c *court) held(p *sourcing.Purchase) map[string]int64 {
	day := max(c.by.On, p.Start)
	sum := map[string]int64{}
	for _, k := range c.running {
		if k.id != p.Contract && k.first <= day && (k.last == "" || day <= k.last) {
			sum[k.siren] += k.annual
		}
	}
	return sum
}

func (c *court) judge(p *sourcing.Purchase, l *sourcing.Lot) sourcing.Study {
	var sectors []string
	for _, one := range c.Taxonomy.ByCPV(p.CPVOf(l)) {
		sectors = append(sectors, one.Code)
	}
	need := sourcing.NeedOf(p, l, sectors, c.by.Law, c.by.On)
	by := c.by
	by.Held = c.held(p)
	return sourcing.Judge(need, c.Roster.Fits(&need), by)
}

// rulings keeps what was judged, by lot: of maxRulings, then it begins anew.
type rulings struct {
	mu   sync.Mutex
	list map[string]ruled
}

type ruled struct {
	stamp  string
	ruling Ruling
}

// maxRulings is some programmes of some thousand lots, a kilobyte each.
const maxRulings = 20_000

func (r *rulings) of(c *court, p *sourcing.Purchase, l *sourcing.Lot) Ruling {
	stamp := stamper{}
	stamp.add(c.stamp, p.Rev, p.UpdatedAt.UnixNano(), p.Contract)
	key, now := p.Organisation+" "+p.ID+" "+l.ID, stamp.sum()
	r.mu.Lock()
	old, known := r.list[key]
	r.mu.Unlock()
	if !known || old.stamp != now {
		old = ruled{now, rule(c.judge(p, l))}
		r.mu.Lock()
		if r.list == nil || len(r.list) >= maxRulings {
			r.list = map[string]ruled{}
		}
		r.list[key] = old
		r.mu.Unlock()
	}
	out := old.ruling
	out.Purchase, out.Lot = p, l
	return out
}

func rule(s sourcing.Study) Ruling {
	out := Ruling{Need: s.Need, Verdict: s.Verdicts[0]}
	for i := range s.Bases {
		out.Bases = append(out.Bases, s.Bases[i].Answerers)
	}
	for _, w := range s.Warnings {
		out.Warnings = append(out.Warnings, w.Code)
	}
	return out
}

// stamper tells whether two judgments rest on the same.
type stamper struct{ strings.Builder }

func (s *stamper) add(parts ...any) {
	for _, p := range parts {
		fmt.Fprintf(&s.Builder, "%v|", p)
	}
}

func (s *stamper) sum() string {
	sum := sha256.Sum256([]byte(s.String()))
	return string(sum[:])
}
