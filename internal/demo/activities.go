package demo

import (
	"slices"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// activities makes the rows of what the structure sells: the sector of its card
// first, with neighbours of the same group, then others.
func (f *draft) activities() []structure.Activity {
	sectors := []taxonomy.Sector{f.card.sector}
	for range f.more() {
		if s, ok := f.another(sectors); ok {
			sectors = append(sectors, s)
		}
	}
	f.rows = len(sectors)
	var out []structure.Activity
	for i, s := range sectors {
		a := f.activity(s, f.d.between(0, 2-min(i, 1)))
		if i > 0 && f.d.chance(0.7) {
			a.Zone = out[0].Zone // the same people do it, and go as far
		}
		out = append(out, a)
	}
	return out
}

// more draws how many other trades the structure has.
func (f *draft) more() int {
	p := f.card.profile
	switch {
	case p.many:
		return f.d.between(2, 3)
	case p.size != "" || f.head < 6:
		return draw(f.d, []weighted[int]{{80, 0}, {20, 1}})
	}
	return draw(f.d, []weighted[int]{{45, 0}, {35, 1}, {20, 2}})
}

// another draws a sector of a group that goes with the first and has none yet.
func (f *draft) another(have []taxonomy.Sector) (taxonomy.Sector, bool) {
	for range 8 {
		s := f.g.plan.sectorFor(f.d, f.card.profile)
		if !f.card.profile.many {
			group, _ := f.g.opts.Taxonomy.Group(pick(f.d, f.pack.kin))
			s = pick(f.d, f.g.plan.groups[group.Code])
			if !f.g.plan.packs[s.Code].takes(f.card.profile.fits, s.Code) {
				continue
			}
		}
		if !slices.ContainsFunc(have, func(h taxonomy.Sector) bool { return h.Group == s.Group }) {
			return s, true
		}
	}
	return taxonomy.Sector{}, false
}

// activity makes one row around a sector, with extra sectors of its group.
func (f *draft) activity(s taxonomy.Sector, extra int) structure.Activity {
	plan, p := f.g.plan, f.card.profile
	pack := plan.packs[s.Code]
	a := structure.Activity{Sectors: []string{s.Code}, Zone: f.zone(), Availability: f.availability()}
	var others []string
	for _, o := range plan.groups[s.Group] {
		if o.Code != s.Code && (p.many && plan.sent[o.Code] || !p.many && pack.takes(p.fits, o.Code)) {
			others = append(others, o.Code)
		}
	}
	a.Sectors = append(a.Sectors, pickSome(f.d, others, extra)...)
	if code := employment[p.fits]; code != "" && s.Code == f.card.sector.Code {
		a.Sectors = append(a.Sectors, code)
	}
	a.Modes = f.modes(pack)
	if f.d.chance(0.62) {
		a.Characteristics = pickSome(f.d, pack.traits, f.d.between(1, 3))
	}
	a.Offer = f.offer(pack, s)
	return a
}

// employment is the sector that those who send people out declare beside the trades.
var employment = map[string]string{
	"ETTI": "interim", "EATT": "interim", "AI": "mise-a-disposition", "GEIQ": "mise-a-disposition",
}

// modes follow the kind first, then the trade.
func (f *draft) modes(p *pack) []structure.Mode {
	if f.d.chance(0.05) {
		return nil // undeclared
	}
	if f.card.profile.many {
		return []structure.Mode{structure.DISP}
	}
	modes := []structure.Mode{structure.PREST}
	if len(p.modes) > 0 {
		modes = []structure.Mode{structure.Mode(p.modes[0])}
		if len(p.modes) > 1 && f.d.chance(0.5) {
			modes = append(modes, structure.Mode(p.modes[1]))
		}
	}
	sends := hasWord("ESAT EA AI ACI", f.card.profile.fits) && slices.ContainsFunc(f.Agreements, func(a structure.Agreement) bool {
		return a.Kind == structure.AI || a.Kind == structure.ESAT || a.Kind == structure.EA
	})
	if sends && f.d.chance(0.3) {
		modes = append(modes, structure.DISP)
	}
	return modes
}

// zone is one of each sort; those who come from far work far.
func (f *draft) zone() structure.Zone {
	home, p := f.g.places.home, f.g.places
	inside := p.home.Communes.Len() > 0 && f.isHome()
	region := f.commune.Region == p.ranked[0].Region
	if f.card.profile.local {
		return f.localZone(inside, region)
	}
	if !region {
		return draw(f.d, []weighted[structure.Zone]{
			{55, structure.Zone{France: true}},
			{30, structure.Zone{Territories: []string{"reg:" + f.commune.Region, "reg:" + p.ranked[0].Region}}},
			{15, structure.Zone{}},
		})
	}
	own := "dep:" + f.commune.Department
	list := []weighted[structure.Zone]{
		{10, structure.Zone{}},
		{8, structure.Zone{France: true}},
		{8, structure.Zone{Territories: []string{"reg:" + f.commune.Region}}},
		{9, structure.Zone{Territories: []string{own}}},
		{13, structure.Zone{Territories: f.departments(own)}},
		{14, structure.Zone{Territories: f.communes()}},
		{30, structure.Zone{RadiusKM: float64(pick(f.d, radii))}},
	}
	if inside {
		list = append(list, weighted[structure.Zone]{18, structure.Zone{Territories: []string{home.Value}}})
	}
	return draw(f.d, list)
}

// localZone is that of a neighbourhood structure.
func (f *draft) localZone(inside, region bool) structure.Zone {
	own := structure.Zone{Territories: []string{f.commune.Code}}
	list := []weighted[structure.Zone]{
		{8, structure.Zone{}}, {12, own},
		{45, structure.Zone{RadiusKM: float64(pick(f.d, []int{5, 5, 8, 10, 10, 12, 15}))}},
		{10, structure.Zone{Territories: []string{"dep:" + f.commune.Department}}},
	}
	if region {
		list = append(list, weighted[structure.Zone]{30, structure.Zone{Territories: f.communes()}})
	}
	if inside {
		list = append(list, weighted[structure.Zone]{18, structure.Zone{Territories: []string{f.g.places.home.Value}}})
	}
	return draw(f.d, list)
}

// radii that people declare, in kilometres.
var radii = []int{5, 8, 10, 10, 12, 15, 15, 20, 20, 25, 30, 30, 40, 50, 60}

func (f *draft) isHome() bool {
	ord, ok := f.g.opts.Atlas.Ordinal(f.commune.Code)
	return ok && f.g.places.home.Communes.Has(ord)
}

// departments lists the own one and some around.
func (f *draft) departments(own string) []string {
	out := []string{own}
	for range f.d.between(1, 3) {
		if other := "dep:" + f.g.places.near.draw(f.d).Department; !slices.Contains(out, other) {
			out = append(out, other)
		}
	}
	slices.Sort(out)
	return out
}

// communes lists the own one and some near, as a neighbourhood structure says it.
func (f *draft) communes() []string {
	out := []string{f.commune.Code}
	around := f.g.places.inside
	if !f.isHome() {
		around = f.g.places.near
	}
	for range f.d.between(1, 7) {
		if c := around.draw(f.d).Code; !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.Sort(out[1:])
	return out
}

// availability is declared by two in three, and some declarations are too old
// to say anything.
func (f *draft) availability() structure.Availability {
	today := f.g.opts.Today
	fresh, old := today.AddDays(-f.d.between(1, 75)), today.AddDays(-f.d.between(110, 320))
	return draw(f.d, []weighted[structure.Availability]{
		{30, structure.Availability{}},
		{32, structure.Availability{State: structure.Available, DeclaredOn: fresh}},
		{14, structure.Availability{State: structure.OnQuote, DeclaredOn: fresh}},
		{11, structure.Availability{State: structure.BookedUp, DeclaredOn: fresh, Until: today.AddDays(f.d.between(15, 200))}},
		{3, structure.Availability{State: structure.BookedUp, DeclaredOn: fresh, Until: today.AddDays(-1)}},
		{7, structure.Availability{State: structure.Available, DeclaredOn: old}},
		{3, structure.Availability{State: structure.BookedUp, DeclaredOn: old, Until: old.AddDays(90)}},
	})
}
