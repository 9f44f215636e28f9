package search

import (
	"slices"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// driver gives, block by block, every ordinal that meets one group of filters,
// and maybe some that do not: the columns judge them.
type driver struct {
	group  group
	keys   []uint32     // each a list of postings
	spans  []span       // and lists chosen among a range of keys
	size   int          // about how many ordinals it gives
	zones  []zoneDriver // by place asked for
	whom   *among       // instead of postings
	exact  bool         // and none that does not meet it
	others bool         // what has none of the keys meets it for sure
}

// span is a range of keys of one class, of which choose takes those that count.
type span struct {
	from, to uint32
	choose   func(code uint32) bool
}

// fill adds the ordinals of a full block to a set.
func (d *driver) fill(p *postings, into *bitset) {
	for _, key := range d.keys {
		into.putAll(p.one(key))
	}
	d.chosen(p, into.putAll)
}

func (b *bitset) putAll(list []uint16) {
	for _, at := range list {
		b[at/64%blockWords] |= 1 << (at % 64)
	}
}

func (d *driver) chosen(p *postings, visit func(list []uint16)) {
	for _, s := range d.spans {
		first, end := p.span(s.from, s.to)
		for i := first; i < end; i++ {
			if s.choose(p.keys[i] & codeMask) {
				visit(p.list(i))
			}
		}
	}
}

// About how many blocks are looked at to guess the size of a driver, and how many
// lists are read there.
const (
	sampled      = 8
	sampledLists = 48
)

// guess fills the size, from some of the blocks.
func (d *driver) guess(blocks []*block) {
	looked := min(sampled, max(2, sampledLists/(len(d.keys)+1)))
	if d.zones != nil { // each list may take a while to be chosen
		looked = 2
	}
	every := len(blocks)/looked + 1
	for i := 0; i < len(blocks); i += every {
		p := blocks[i].postings
		n := 0
		for _, key := range d.keys {
			n += len(p.one(key))
		}
		d.chosen(p, func(list []uint16) { n += len(list) })
		for i := range d.zones {
			d.zones[i].chosen(p, func(list []uint16) { n += len(list) })
		}
		if d.others {
			n = max(0, int(blocks[i].covered)-n)
		}
		d.size += n * every
	}
}

// drivers lists one driver for each group of filters that postings can give,
// the smallest first.
func (f *filter) drivers() []*driver {
	var out []*driver
	add := func(d *driver) {
		if d != nil {
			d.guess(f.view.blocks)
			out = append(out, d)
		}
	}
	if f.near != nil {
		add(f.nearDriver())
	}
	if f.whom != nil {
		add(&driver{group: groupAmong, whom: f.whom, size: f.whom.size})
	}
	add(f.kindDriver())
	if f.ess {
		add(&driver{group: groupESS, keys: essKeys(), exact: true})
	}
	if f.esus {
		add(&driver{group: groupESUS, keys: []uint32{classESUS}})
	}
	add(exactly(codes(groupSize, classSize, uint64(f.sizes))))
	add(exactly(codes(groupWorkforce, classWorkforce, uint64(f.work))))
	add(f.basisDriver())
	if f.byLabel {
		d := &driver{group: groupLabel}
		for _, code := range f.labels {
			d.keys = append(d.keys, classLabel|code)
		}
		add(d)
	}
	if f.places != nil {
		add(f.placesDriver())
	}
	f.activityDrivers(add)
	slices.SortStableFunc(out, func(a, b *driver) int { return a.size - b.size })
	return out
}

func (f *filter) activityDrivers(add func(*driver)) {
	if f.sectors != nil {
		d := &driver{group: groupSector, exact: true}
		for s, chosen := range f.sectors {
			if chosen {
				d.keys = append(d.keys, sectorKey(uint16(s), false), sectorKey(uint16(s), true)) // #nosec G115 -- hundreds
			}
		}
		add(d)
	}
	add(exactly(codes(groupMode, classMode, uint64(f.modes))))
	add(exactly(codes(groupCharacteristic, classQuality, f.qualities)))
	add(codes(groupAvailability, classAvailability, uint64(f.availability)))
	add(f.zoneDriver(groupServes, f.serves))
	add(f.zoneDriver(groupCovers, f.covers))
}

// codes drives a group that is a set of codes, nil when nothing is asked.
func codes(g group, class uint32, chosen uint64) *driver {
	if chosen == 0 {
		return nil
	}
	d := &driver{group: g}
	for i := range uint32(64) {
		if chosen&(1<<i) != 0 {
			d.keys = append(d.keys, class|i)
		}
	}
	return d
}

// exactly says of a driver that its postings tell the whole truth.
func exactly(d *driver) *driver {
	if d != nil {
		d.exact = true
	}
	return d
}

func essKeys() (out []uint32) {
	for i := range structure.ESSFamilies {
		out = append(out, classKind|number(len(structure.Kinds)+i))
	}
	return out
}

// kindDriver drives kinds and families. Structures without a kind are the family
// of enterprises: those that never had one, and maybe others. A groupement may be of
// any family.
func (f *filter) kindDriver() *driver {
	if !f.byKind {
		return nil
	}
	d := &driver{group: groupKind, others: f.family&bit[uint8](structure.Families, structure.Entreprise) != 0}
	kinds := uint64(f.kinds)
	if f.family != 0 {
		kinds |= 1 << kindJoint
	}
	for i := range structure.Kinds {
		if d.others || has(f.family, familyOfKind[i]) {
			kinds |= 1 << i
		}
	}
	for i := range uint32(maxKinds) {
		if kinds&(1<<i) != 0 {
			d.keys = append(d.keys, classKind|i)
		}
	}
	if d.others || f.family&bit[uint8](structure.Families, structure.FamilyESS) != 0 {
		d.keys = append(d.keys, essKeys()...)
	}
	return d
}

// basisDriver drives the kinds that give one of the bases, and groupements, whose
// members do.
func (f *filter) basisDriver() *driver {
	if f.bases == 0 {
		return nil
	}
	d := &driver{group: groupBasis, keys: []uint32{classKind | kindJoint}}
	for i := range uint32(maxKinds) {
		if f.day.basesOf[i]&f.bases != 0 {
			d.keys = append(d.keys, classKind|i)
		}
	}
	return d
}

// fewCommunes is how many communes are sooner looked up than found in a span.
const fewCommunes = 64

// placesDriver takes whole departments, and the other communes one by one.
func (f *filter) placesDriver() *driver {
	d := &driver{group: groupTerritory, exact: true}
	l := f.view.lists
	held := make([]uint32, len(l.departments))
	for commune := range f.places.All() {
		held[l.departmentOf[commune]]++
	}
	for code, n := range held {
		if n > 0 && n == l.departments[code] {
			d.keys = append(d.keys, classDepartment|number(code))
		}
	}
	rest := communeSpan(*f.places)
	all := rest.choose
	rest.choose = func(commune uint32) bool {
		of := l.departmentOf[commune]
		return held[of] < l.departments[of] && all(commune)
	}
	var communes []uint32
	for commune := range f.places.All() {
		if rest.choose(commune) {
			communes = append(communes, classCommune|commune)
		}
	}
	if len(communes) <= fewCommunes {
		d.keys = append(d.keys, communes...)
	} else {
		d.spans = []span{rest}
	}
	return d
}

// communeSpan takes the communes of a set.
func communeSpan(communes territory.Set) span {
	s := span{choose: communes.Has, from: classCommune, to: classCommune}
	first := true
	for ord := range communes.All() {
		if first {
			s.from, first = classCommune|ord, false
		}
		s.to = classCommune | ord
	}
	if first {
		s.choose = func(uint32) bool { return false }
	}
	return s
}

// nearDriver takes the cells that a radius around a point may reach.
func (f *filter) nearDriver() *driver {
	here := box{f.near.lat, f.near.lat, f.near.lon, f.near.lon}
	return &driver{group: groupFixed, spans: []span{cellSpan(classCell, here, f.near.km)}}
}

// cellSpan takes the cells whose points may be within some kilometres of a box.
func cellSpan(class uint32, around box, km float64) span {
	around = around.wider(km)
	west, east := columnOf(around.west), columnOf(around.east)
	return span{
		from: class | rowOf(around.south)*cellsPerRow,
		to:   class | (rowOf(around.north)*cellsPerRow + cellsPerRow - 1),
		choose: func(cell uint32) bool {
			column := cell % cellsPerRow
			return west <= column && column <= east
		},
	}
}

// zoneDriver takes what may serve, or cover, one territory.
type zoneDriver struct {
	driver
	question *zoneQuestion
}

// zoneDriver takes what may serve one of the territories asked for: what lies
// there, France, lists that share a commune with it, and radii whose band may
// reach it from their cell. What covers a territory serves it too.
func (f *filter) zoneDriver(g group, asked []*zoneQuestion) *driver {
	if len(asked) == 0 {
		return nil
	}
	d := &driver{group: g, keys: []uint32{classFrance}}
	for _, q := range asked {
		z := zoneDriver{driver{group: g, keys: d.keys, spans: []span{communeSpan(q.territory.Communes),
			{from: classList, to: classList | codeMask, choose: func(list uint32) bool {
				return q.holds(&f.view.lists, refLists+zoneRef(list), location{})
			}}}}, q}
		for band := range uint32(len(radiusBands)) + 1 { // #nosec G115 -- six
			km := float64(structure.MaxRadiusKM) * 100 // a radius that no rule allows reaches everything
			if band < uint32(len(radiusBands)) {       // #nosec G115 -- six
				km = radiusBands[band]
			}
			z.spans = append(z.spans, cellSpan(classRadius+band<<classShift, q.box, km))
		}
		d.zones = append(d.zones, z)
	}
	return d
}
