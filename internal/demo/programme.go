package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Plans is what the buyers of the demonstration plan: the home organisation, and the
// commune of the most people.
type Plans struct {
	Programmes []sourcing.Programme
	Purchases  []sourcing.Purchase
	Contracts  []sourcing.Contract
}

// Programme makes what the first two organisations that buy plan. Days are counted from
// the day of the demonstration.
func Programme(opts Options, crowd Crowd, structures []structure.Structure) (out Plans) {
	opts = opts.withDefaults()
	buying := slices.DeleteFunc(slices.Clone(crowd.Organisations), func(o account.Organisation) bool { return o.Kind != account.KindPublic })
	all := newPlaces(opts.Atlas, opts.Home).ranked
	for n, list := range [][]intended{homePurchases, communePurchases} {
		if n >= len(buying) {
			break
		}
		p := &planning{opts: opts, org: &buying[n], n: n, communes: all, structures: structures, out: &out, contracts: map[string]string{}}
		if n > 0 {
			p.communes = all[:min(1, len(all))]
		}
		p.settings(n)
		for _, c := range [][]running{homeContracts, communeContracts}[n] {
			p.contract(c)
		}
		for i := range list {
			p.purchase(&list[i], i)
		}
	}
	return out
}

// planning is the programme of one organisation under way. Texts and days are ours: what
// a rule would refuse is a fault of the test.
type planning struct {
	opts       Options
	org        *account.Organisation
	n          int
	communes   []territory.Commune // the most people first
	structures []structure.Structure
	out        *Plans
	contracts  map[string]string // ids, by key
}

func (p *planning) day(months int) structure.Date {
	d := p.opts.Today.AddMonths(months)
	return structure.Date(string(d)[:8] + fmt.Sprintf("%02d", 5+(months*7%17+17)%17)) // not all on one day of the month
}

func (p *planning) past(days int) time.Time {
	return p.opts.Today.Time().Add(9*time.Hour).AddDate(0, 0, -days).UTC()
}

// having is the nth member with a role, "" when there is none.
func (p *planning) having(role account.Role, n int) string {
	for _, m := range p.org.Members {
		if slices.Contains(m.Roles, role) {
			if n == 0 {
				return m.Person
			}
			n--
		}
	}
	return ""
}

func (p *planning) buys() buyer.Member {
	person := p.having(account.Buyer, 0)
	if person == "" {
		person = p.org.Members[0].Person
	}
	return buyer.Member{Person: person, Organisation: p.org.ID, Kind: p.org.Kind, Role: account.Buyer}
}

func (p *planning) service(key string) string {
	if key == "" {
		return ""
	}
	return idOf("service", p.org.ID+"/"+key)
}

// settings name the services: the first is that of the prescripteur one signs in as.
func (p *planning) settings(n int) {
	set := sourcing.Programme{Organisation: p.org.ID}
	for i, s := range planServices[n] {
		service := sourcing.Service{ID: p.service(s.key), Name: s.name}
		for k := range 2 {
			if person := p.having(account.Prescripteur, 2*i+k); person != "" && i < len(planServices[n])-1 {
				service.Persons = append(service.Persons, person)
			}
		}
		set.Services = append(set.Services, service)
	}
	p.out.Programmes = append(p.out.Programmes, set)
}

// where gives the communes that a word stands for: all of the territory, its north or
// south, or the nth by population.
func (p *planning) where(word string) (out []string) {
	if len(p.communes) == 0 {
		return nil
	}
	most := p.communes[:min(len(p.communes), 24)]
	switch word {
	case "":
		if p.n > 0 {
			return []string{p.communes[0].Code}
		}
		return []string{p.opts.Home.Value}
	case "nord", "sud":
		byLat := slices.SortedFunc(slices.Values(most), func(a, b territory.Commune) int { return int((b.Lat - a.Lat) * 1e6) })
		half := (len(byLat) + 1) / 2
		if word == "sud" && half < len(byLat) {
			byLat = byLat[half:]
		} else {
			byLat = byLat[:half]
		}
		for _, c := range byLat {
			out = append(out, c.Code)
		}
		return out
	}
	for field := range strings.SplitSeq(word, ",") {
		var n int
		if _, err := fmt.Sscan(field, &n); err == nil {
			if code := most[n%len(most)].Code; !slices.Contains(out, code) {
				out = append(out, code)
			}
		}
	}
	return out
}

// firm is a holder: « =secteur » is a structure of the demonstration that sells it.
func (p *planning) firm(name string) sourcing.Firm {
	sector, ok := strings.CutPrefix(name, "=")
	if !ok {
		return sourcing.Firm{Name: name}
	}
	for i := range p.structures {
		if s := &p.structures[i]; s.Groupement == nil && !s.Closed && s.SIREN() != "" && sells(s, sector) {
			return sourcing.Firm{Name: s.Name, SIREN: s.SIREN()}
		}
	}
	return sourcing.Firm{Name: "Entreprise titulaire"}
}

func (p *planning) contract(r running) {
	c := sourcing.Contract{
		ID: idOf("contract", p.org.ID+"/"+r.key), Organisation: p.org.ID, Reference: fmt.Sprintf("M-%s-%02d", string(p.day(r.start))[:4], len(p.out.Contracts)+1), Service: p.service(r.service),
		Object: r.object, Nature: r.nature, CPV: r.cpv, Places: p.where(r.where), Holder: p.firm(r.holder), Euros: r.euros,
		Start: p.opts.Today.AddMonths(r.start), Renewals: r.renewals, RenewalMonths: r.each, Renewed: r.renewed, TakeOver: r.takeOver, Demo: true,
		CreatedAt: p.past(300), CreatedBy: p.buys().Person, UpdatedAt: p.past(300), Rev: 1,
	}
	c.End = c.Start.AddMonths(r.months).AddDays(-1)
	if r.by != "" {
		c.Purchase, c.ProposedAt, c.FollowedAt = idOf("purchase", p.org.ID+"/"+r.by), p.past(200), p.past(200)
	}
	p.contracts[r.key] = c.ID
	p.out.Contracts = append(p.out.Contracts, c)
}

func (p *planning) purchase(in *intended, n int) {
	v := sourcing.Purchase{
		ID: idOf("purchase", p.org.ID+"/"+in.key), Service: p.service(in.service), Object: in.object, Description: in.describe, Nature: in.nature, CPV: in.cpv,
		Euros: in.euros, Months: in.months, Renewals: in.renewals, RenewalMonths: in.each, Places: p.where(in.where), TakeOver: in.takeOver, Contract: p.contracts[in.key], Demo: true,
	}
	if in.publication != 0 {
		v.Publication = p.day(in.publication)
		v.Reference = fmt.Sprintf("%s-%03d", string(v.Publication)[:4], n+1)
		v.Start = p.day(in.publication + in.start)
	}
	if in.holder != "" {
		v.Holder = p.firm(in.holder)
	}
	if in.followed { // by one of the clauses
		v.Facilitateur = p.having(account.Facilitateur, 0)
	}
	for i, l := range in.lots {
		v.Lots = append(v.Lots, sourcing.Lot{ID: v.NewLotID(), Number: fmt.Sprint(i + 1), Object: l.object, CPV: l.cpv, Euros: l.euros, Sectors: l.sectors, Places: p.placed(l.where)})
	}
	if len(v.Lots) == 0 {
		v.Lots = []sourcing.Lot{{ID: v.NewLotID(), Sectors: in.sectors}}
	}
	if in.external != nil {
		afar := *in.external
		afar.AsOf, v.External = p.opts.Today.AddDays(-6), &afar
	}
	v.Begin(p.buys(), p.past(200-n))
	p.lead(&v, in, n)
	p.out.Purchases = append(p.out.Purchases, v)
}

func (p *planning) placed(word string) []string {
	if word == "" {
		return nil
	}
	return p.where(word)
}

// lead takes a purchase through its states to the one where it is.
func (p *planning) lead(v *sourcing.Purchase, in *intended, n int) {
	if in.external != nil {
		v.ProgrammedAt = p.past(60)
		return
	}
	way := map[sourcing.State][]sourcing.State{
		sourcing.Programmed: {sourcing.Programmed}, sourcing.Published: {sourcing.Programmed, sourcing.Published},
		sourcing.InSourcing:   {sourcing.Programmed, sourcing.Published, sourcing.InSourcing},
		sourcing.Launched:     {sourcing.Programmed, sourcing.InSourcing, sourcing.Launched},
		sourcing.Awarded:      {sourcing.Programmed, sourcing.Launched, sourcing.Awarded},
		sourcing.Unsuccessful: {sourcing.Programmed, sourcing.Launched, sourcing.Unsuccessful},
		sourcing.Abandoned:    {sourcing.Programmed, sourcing.Abandoned},
	}[in.state]
	for i, to := range way {
		at := p.past(150 - n - 30*i)
		if to == sourcing.Published {
			_ = v.Publish(p.buys(), p.announced(v, in, n), 0, at)
			continue
		}
		_ = v.Move(p.buys(), to, in.reason, at)
	}
	if in.launched > 0 {
		_ = v.Move(p.buys(), sourcing.Launched, "", p.past(in.launched))
	}
}

// announced is what the public forward programme says of a purchase: every other one
// with the band of its amount.
func (p *planning) announced(v *sourcing.Purchase, in *intended, n int) sourcing.Ahead {
	a := sourcing.AheadOf(v, func(l *sourcing.Lot) []string {
		if len(l.Sectors) > 0 {
			return l.Sectors
		}
		var codes []string
		for _, sector := range taxonomy.Default().ByCPV(v.CPVOf(l)) {
			codes = append(codes, sector.Code)
		}
		return codes[:min(len(codes), 2)]
	})
	if a.Reserved = in.reserved; n%2 == 1 {
		a.Band = ""
	}
	if now := sourcing.QuarterOf(p.opts.Today); a.Quarter < now { // late, and announced anew
		a.Quarter = now
	}
	return a
}
