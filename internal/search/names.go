package search

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"math"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// profile is what filters and facets know of a structure itself, its place
// apart. Structures that say the same share one: filters judge it once a query,
// and facets count its structures in one number.
type profile struct {
	from       uint32 // of its agreements, in lists.agreements
	labelsFrom uint32 // in lists.profileLabels
	agreements uint16
	labels     uint16
	ess        int8 // index in structure.ESSFamilies, -1 none
	size       int8 // index in structure.Sizes, -1 unknown
	workforce  int8 // index in structure.Workforces, -1 unknown
	joint      bool // of a groupement: from and agreements are of its members, in lists.members
	esus       ymd  // last day of the ESUS agreement, noESUS none
}

// noESUS is before every day.
const noESUS ymd = -1

type agreement struct {
	kind       int8 // index in structure.Kinds
	start, end ymd
}

// member is what bases and family of a groupement follow from, of one of its members.
type member struct {
	from       uint32 // of its agreements, in lists.agreements
	agreements uint16
	ess        int8 // as in profile
}

type label struct {
	code     uint32 // in names.labels
	name     uint32 // that this structure gives it, in names.labelTexts
	from, to ymd
}

// agreementsOf lists those of a structure; a groupement has none of its own.
func (l *lists) agreementsOf(p *profile) []agreement {
	if p.joint {
		return nil
	}
	return l.agreements[p.from:][:p.agreements]
}

// membersOf lists the members of a groupement, none of a structure.
func (l *lists) membersOf(p *profile) []member {
	if !p.joint {
		return nil
	}
	return l.members[p.from:][:p.agreements]
}
func (l *lists) labelsOf(p *profile) []label { return l.profileLabels[p.labelsFrom:][:p.labels] }

// trade is what an activity says, its zone apart.
type trade struct {
	characteristics uint64 // bit i: taxonomy order
	from            uint32 // of its sectors, then its groups, in lists.codes
	lastDay         ymd    // on which the availability holds
	sectorCount     uint8
	groupCount      uint8
	modes           uint8 // bit i: structure.Modes[i]
	availability    int8  // index in query.AvailabilityStates, -1 undeclared
	derived         bool
}

// sectors are the numbers of a trade's sectors.
func (l *lists) sectors(t *trade) []uint16 { return l.codes[t.from:][:t.sectorCount] }

// groups are the numbers of the groups of its sectors.
func (l *lists) groups(t *trade) []uint16 {
	return l.codes[t.from+uint32(t.sectorCount):][:t.groupCount]
}

// offer is the trades of the activities of a structure, in their order.
type offer struct{ from, n uint32 }

// trades of an offer, by number.
func (l *lists) tradesOf(number uint32) []uint32 {
	o := l.offers[number]
	return l.offered[o.from:][:o.n]
}

// zoneRef is the zone of an activity: undeclared, France, a list of
// territories, or a radius.
type zoneRef uint32

const (
	refUndeclared zoneRef = 0
	refFrance     zoneRef = 1
	refLists      zoneRef = 2       // and above: place in lists.zones
	refRadii      zoneRef = 1 << 31 // and above: place in lists.radii
)

// names numbers what columns share. Only the writer adds to it, at the end of
// its lists: a view keeps them as they were (lists).
type names struct {
	lists
	groupCodes      map[string]uint16
	characteristics map[string]uint8

	profileCodes numbering
	tradeCodes   numbering
	offerCodes   numbering
	soldCodes    map[digest]uint32
	tradesNow    []uint32 // of the structure at hand
	homesNow     []uint32 // that its activities serve
	zoneCodes    map[digest]zoneRef
	placeCodes   map[string]uint32
	widerCodes   map[string]uint16
	upperCodes   map[upper]uint16
	parents      map[string]bool // codes of cities of arrondissements
	labelCodes   map[string]uint32
	sold         []uint32         // by offer: where its sectors are in soldSets
	labelCounts  []map[uint32]int // by label: how many structures give it each name
	labelTexts   []string         // names given to labels
	textCodes    map[string]uint32
	homeCodes    map[string]uint32
	home         []*zoneQuestion // of the territories that the « serves » facet always counts
	homeOf       map[homeKey]uint32
	homeCommunes territory.Set // of all of home
	homeBox      box           // around what a radius can reach of them
}

// lists are the numbered things that queries read.
type lists struct {
	atlas    *territory.Atlas
	taxonomy *taxonomy.Taxonomy
	sector   []taxonomy.Sector
	sectorAt map[string]uint16 // by code
	group    []taxonomy.Group
	groupOf  []uint8           // by sector, in group
	quality  []string          // codes of characteristics
	labelled map[string]string // their labels
	lexicon  *lexicon
	profiles []profile

	agreements    []agreement // of profiles and members
	members       []member    // of the profiles of groupements
	profileLabels []label     // of profiles

	trades   []trade
	codes    []uint16 // of sectors and groups of trades
	offers   []offer
	soldSets []uint16   // how many codes follow: sectors, then their groups, counted on from the sectors
	offered  []uint32   // trades of offers
	zones    [][]uint32 // of the zones that are lists: their territories, among places
	radii    []float64  // kilometres
	places   []territory.Territory
	rankOf   []uint32  // by place: its rank by label, then value
	within   []holders // by commune; filled in before a structure is there
	wider    []uint32  // places that hold several communes
	uppers   []upper   // sets of those, as communes lie in them
	upperOf  []uint16  // by commune, in uppers; filled in as within is
	labels   []string
	homes    [][]uint64 // sets of home places served

	departmentOf []uint8  // by commune, in departments
	departments  []uint32 // how many communes each has

	days *days

	placeTexts []placeText // by rank

	homePlaces int // that the sets of homes are of
}

// homeKey is what the home places served follow from, but for a radius.
type homeKey struct {
	zone    zoneRef
	commune uint16
}

func newNames(o Options, home []territory.Territory) *names {
	a, t := o.Atlas, o.Taxonomy
	if a.Len() >= noCommune {
		panic("search: columns hold 65,534 communes at most") // a broken atlas, found by every test
	}
	n := &names{groupCodes: map[string]uint16{}, characteristics: map[string]uint8{},
		soldCodes: map[digest]uint32{}, zoneCodes: map[digest]zoneRef{},
		placeCodes: map[string]uint32{}, widerCodes: map[string]uint16{}, upperCodes: map[upper]uint16{}, parents: map[string]bool{}, labelCodes: map[string]uint32{}, textCodes: map[string]uint32{}, homeCodes: map[string]uint32{}, homeOf: map[homeKey]uint32{}}
	n.lists = lists{atlas: a, taxonomy: t, sector: t.Sectors(), sectorAt: map[string]uint16{}, group: t.Groups(), labelled: map[string]string{}, within: make([]holders, a.Len()), upperOf: make([]uint16, a.Len()), days: &days{rules: o.Rules}}
	for i, s := range n.sector {
		n.sectorAt[s.Code] = uint16(i) // #nosec G115 -- hundreds
	}
	for i, g := range n.group {
		n.groupCodes[g.Code] = uint16(i) // #nosec G115 -- dozens
	}
	if len(n.group) > maxSectorGroups {
		panic("search: facets hold 64 groups of sectors at most") // a broken taxonomy, found by every test
	}
	for _, s := range n.sector {
		of, ok := n.groupCodes[s.Group]
		if !ok {
			panic("search: sector " + s.Code + " has no group") // as above
		}
		n.groupOf = append(n.groupOf, uint8(of)) // #nosec G115 -- dozens
	}
	for i, c := range t.Characteristics() {
		n.characteristics[c.Code] = uint8(i) // #nosec G115 -- dozens
		n.quality = append(n.quality, c.Code)
		n.labelled[c.Code] = c.Label
	}
	departments := map[string]uint8{}
	for ord := range number(a.Len()) {
		c := a.At(ord)
		if c.Parent != "" {
			n.parents[c.Parent] = true
		}
		at, known := departments[c.Department]
		if !known {
			at = uint8(len(departments)) // #nosec G115 -- a hundred; a broken atlas of more is found by every test
			departments[c.Department] = at
			n.departments = append(n.departments, 0)
		}
		n.departmentOf = append(n.departmentOf, at)
		n.departments[at]++
	}
	n.lexicon, n.homeBox = newLexicon(t), emptyBox()
	for _, place := range home {
		q := newZoneQuestion(a, place, false)
		n.home = append(n.home, q)
		n.homeCommunes.Add(place.Communes)
		n.homeBox.join(q.box)
	}
	n.homePlaces = len(home)
	n.profile(n.packProfile(&structure.Structure{})) // number 0: of ordinals that nothing has
	return n
}

// digest stands for packed bytes, at a third of their memory in a map: 128 bits
// under keys of this process, so that two of a million are the same by a chance
// of one in 10^26, whatever anybody writes into a structure.
type digest [2]uint64

var digestKeys = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func digestOf(packed []byte) digest {
	return digest{maphash.Bytes(digestKeys[0], packed), maphash.Bytes(digestKeys[1], packed)}
}

func (n *names) packProfile(s *structure.Structure) []byte {
	p := &packer{b: make([]byte, 0, 64)}
	p.int(int64(place8(structure.ESSFamilies, s.ESS)))
	p.int(int64(place8(structure.Sizes, s.Size)))
	p.int(int64(place8(structure.Workforces, s.Workforce)))
	p.bool(s.ESUS)
	packText(p, s.ESUSEnd)
	p.bool(s.Groupement != nil)
	if s.Groupement == nil {
		packAgreements(p, s.Agreements)
	} else {
		packMembers(p, s.Groupement.Members)
	}
	p.count(len(s.Labels))
	for _, l := range s.Labels {
		packText(p, l.Code)
		packText(p, l.Name)
		packText(p, l.From)
		packText(p, l.LastDay())
	}
	return p.b
}

func packAgreements(p *packer, list []structure.Agreement) {
	var kinds []structure.Agreement
	for _, a := range list {
		if slices.Contains(structure.Kinds, a.Kind) {
			kinds = append(kinds, a)
		}
	}
	p.count(len(kinds))
	for _, a := range kinds {
		p.int(int64(place8(structure.Kinds, a.Kind)))
		packText(p, a.Start)
		packText(p, a.LastDay())
	}
}

// packMembers writes what bases and family follow from.
func packMembers(p *packer, list []structure.GroupementMember) {
	p.count(len(list))
	for i := range list {
		of := list[i].AsStructure()
		p.int(int64(place8(structure.ESSFamilies, of.ESS)))
		packAgreements(p, of.Agreements)
	}
}

// profile gives the number of a packed profile.
func (n *names) profile(packed []byte) uint32 {
	code, fresh := n.profileCodes.number(packed)
	if !fresh {
		return code
	}
	u := &unpacker{b: packed}
	p := profile{labelsFrom: number(len(n.profileLabels)), ess: int8(u.int()), size: int8(u.int()), workforce: int8(u.int()), esus: noESUS} // #nosec G115 -- written from int8
	if given, end := u.bool(), unpackText[structure.Date](u); given {
		p.esus = ymdOf(end, never)
	}
	if p.joint = u.bool(); p.joint {
		p.from, p.agreements = n.unpackMembers(u)
	} else {
		p.from, p.agreements = n.unpackAgreements(u)
	}
	for range u.count() {
		code, name := unpackText[string](u), unpackText[string](u)
		p.labels++
		n.profileLabels = append(n.profileLabels, label{n.label(code), n.labelText(name),
			ymdOf(unpackText[structure.Date](u), longAgo), ymdOf(unpackText[structure.Date](u), never)})
	}
	n.profiles = append(n.profiles, p)
	return code
}

func (n *names) unpackAgreements(u *unpacker) (from uint32, count uint16) {
	from = number(len(n.agreements))
	for range u.count() {
		count++
		n.agreements = append(n.agreements, agreement{int8(u.int()), // #nosec G115 -- written from int8
			ymdOf(unpackText[structure.Date](u), longAgo), ymdOf(unpackText[structure.Date](u), never)})
	}
	return from, count
}

func (n *names) unpackMembers(u *unpacker) (from uint32, count uint16) {
	from = number(len(n.members))
	for range u.count() {
		count++
		m := member{ess: int8(u.int())} // #nosec G115 -- written from int8
		m.from, m.agreements = n.unpackAgreements(u)
		n.members = append(n.members, m)
	}
	return from, count
}

func (n *names) packTrade(a *structure.Activity) []byte {
	p := &packer{b: make([]byte, 0, 24)}
	var sectors []uint16
	for _, code := range a.Sectors {
		if s, ok := n.sectorAt[code]; ok {
			sectors = appendNew(sectors, s)
		}
	}
	p.count(len(sectors))
	for _, s := range sectors {
		p.uint(uint64(s))
	}
	var modes, characteristics uint64
	for _, m := range a.Modes {
		if i := slices.Index(structure.Modes, m); i >= 0 {
			modes |= 1 << i
		}
	}
	for _, code := range a.Characteristics {
		if i, ok := n.characteristics[code]; ok {
			characteristics |= 1 << i
		}
	}
	p.uint(modes)
	p.uint(characteristics)
	p.int(int64(place8(query.AvailabilityStates, a.Availability.State)))
	packText(p, lastDay(a.Availability))
	p.bool(a.Derived)
	return p.b
}

// trade gives the number of a packed trade.
func (n *names) trade(packed []byte) uint32 {
	code, fresh := n.tradeCodes.number(packed)
	if !fresh {
		return code
	}
	u := &unpacker{b: packed}
	t := trade{from: number(len(n.codes))}
	var groups []uint16
	for range u.count() {
		s := min(u.uint(), uint64(len(n.sector)-1)) // #nosec G115 -- hundreds
		n.codes = append(n.codes, uint16(s))        // #nosec G115 -- bounded above
		t.sectorCount++
		if g, ok := n.groupCodes[n.sector[s].Group]; ok {
			groups = appendNew(groups, g)
		}
	}
	n.codes = append(n.codes, groups...)
	t.groupCount = uint8(len(groups)) // #nosec G115 -- dozens
	t.modes = uint8(u.uint())         // #nosec G115 -- three bits
	t.characteristics = u.uint()
	t.availability = int8(u.int()) // #nosec G115 -- written from int8
	t.lastDay, t.derived = ymdOf(unpackText[structure.Date](u), longAgo), u.bool()
	n.trades = append(n.trades, t)
	return code
}

// offer gives the number of a list of trades.
func (n *names) offer(trades []uint32) uint32 {
	packed := make([]byte, 0, 64)
	for _, t := range trades {
		packed = binary.BigEndian.AppendUint32(packed, t)
	}
	code, fresh := n.offerCodes.number(packed)
	if fresh {
		n.offers = append(n.offers, offer{number(len(n.offered)), number(len(trades))})
		n.offered = append(n.offered, trades...)
		n.sold = append(n.sold, n.soldSet(trades))
	}
	return code
}

// soldSet gives the place in soldSets of the sectors of some trades.
func (n *names) soldSet(trades []uint32) uint32 {
	var sectors []uint16
	for _, t := range trades {
		for _, s := range n.sectors(&n.trades[t]) {
			sectors = appendNew(sectors, s)
		}
	}
	slices.Sort(sectors)
	packed := make([]byte, 0, 32)
	codes := sectors
	for _, s := range sectors {
		packed = binary.BigEndian.AppendUint16(packed, s)
		codes = appendNew(codes, uint16(len(n.sector))+uint16(n.groupOf[s])) // #nosec G115 -- hundreds
	}
	key := digestOf(packed)
	at, ok := n.soldCodes[key]
	if !ok {
		at = number(len(n.soldSets))
		n.soldSets = append(append(n.soldSets, uint16(len(codes))), codes...) // #nosec G115 -- hundreds
		n.soldCodes[key] = at
	}
	return at
}

// lastDay is the last day on which Availability.On gives the declared state;
// "" is before every day.
func lastDay(a structure.Availability) structure.Date {
	if a.State == "" || a.DeclaredOn == "" {
		return ""
	}
	last := a.DeclaredOn.AddMonths(3)
	if a.State == structure.BookedUp && a.Until != "" {
		last = min(last, a.Until)
	}
	return last
}

// zone gives the reference of a packed zone.
func (n *names) zone(packed []byte) zoneRef {
	key := digestOf(packed)
	if ref, ok := n.zoneCodes[key]; ok {
		return ref
	}
	z := unpackZone(packed)
	switch {
	case z.RadiusKM > 0:
		n.radii = append(n.radii, z.RadiusKM)
		ref := refRadii + zoneRef(number(len(n.radii)-1))
		n.zoneCodes[key] = ref
		return ref
	case z.France:
		return refFrance
	case len(z.Territories) == 0:
		return refUndeclared
	}
	ref := refLists + zoneRef(number(len(n.zones)))
	var places []uint32
	for _, value := range z.Territories {
		if _, err := n.atlas.Resolve(value); err == nil {
			places = append(places, n.place(value))
		}
	}
	n.zones = append(n.zones, places)
	n.zoneCodes[key] = ref
	return ref
}

// homesServed gives the number of the set of home places that an activity serves.
func (n *names) homesServed(ref zoneRef, at location) uint32 {
	key := homeKey{ref, at.commune}
	if ref >= refLists && ref < refRadii {
		key.commune = 0 // a list serves the same from anywhere
	}
	if ref < refRadii {
		if code, ok := n.homeOf[key]; ok {
			return code
		}
	}
	set := make([]uint64, (len(n.home)+63)/64)
	if ref >= refRadii && !at.isIn(n.homeCommunes) && !n.homeBox.reachedFrom(at, n.radii[ref-refRadii]) {
		return n.homeSet(set) // most radii are far from here
	}
	for i, q := range n.home {
		if q.answer(&n.lists, ref, at) {
			set[i/64] |= 1 << (i % 64)
		}
	}
	code := n.homeSet(set)
	if ref < refRadii {
		n.homeOf[key] = code
	}
	return code
}

// homeSet gives the number of a set of home places.
func (n *names) homeSet(set []uint64) uint32 {
	packed := make([]byte, 0, 64)
	for _, word := range set {
		packed = binary.BigEndian.AppendUint64(packed, word)
	}
	code, ok := n.homeCodes[string(packed)]
	if !ok {
		code = number(len(n.homes))
		n.homes = append(n.homes, set)
		n.homeCodes[string(packed)] = code
	}
	return code
}

// anyHomes gives the number of what one of some sets holds.
func (n *names) anyHomes(sets []uint32) uint32 {
	if len(sets) > 0 && !slices.ContainsFunc(sets, func(s uint32) bool { return s != sets[0] }) {
		return sets[0]
	}
	all := make([]uint64, (len(n.home)+63)/64)
	for _, s := range sets {
		for w, word := range n.homes[s] {
			all[w] |= word
		}
	}
	return n.homeSet(all)
}

// settle makes sure that the places which hold a commune are numbered.
func (n *names) settle(commune uint16) {
	if commune == noCommune || n.within[commune].settled {
		return
	}
	h := &n.within[commune]
	code := n.atlas.At(uint32(commune)).Code
	h.settled, h.alone = true, !n.parents[code]
	if h.alone {
		h.self = n.place(code)
	}
	var u upper
	for _, value := range n.atlas.Of(code) {
		if (value != code || !h.alone) && int(u.n) < len(u.wider) {
			u.wider[u.n] = n.widerPlace(value)
			u.n++
		}
	}
	at, ok := n.upperCodes[u]
	if !ok {
		at = uint16(len(n.uppers)) // #nosec G115 -- fewer than communes
		n.uppers = append(n.uppers, u)
		n.upperCodes[u] = at
	}
	n.upperOf[commune] = at
}

// holders are the places that hold a commune: the commune itself, and wider ones.
// A city of arrondissements is one of the wider.
type holders struct {
	settled bool
	alone   bool   // self is set
	self    uint32 // in lists.places
}

// upper is the wider places that hold a commune (city, EPT, EPCI, department,
// region). Some 25 communes share one: they are counted together.
type upper struct {
	n     uint16
	wider [6]uint16 // in lists.wider
}

// widerPlace numbers a place that holds several communes.
func (n *names) widerPlace(value string) uint16 {
	at, ok := n.widerCodes[value]
	if !ok {
		at = uint16(len(n.wider)) // #nosec G115 -- some 1,400
		n.wider = append(n.wider, n.place(value))
		n.widerCodes[value] = at
	}
	return at
}

func (n *names) place(value string) uint32 {
	code, ok := n.placeCodes[value]
	if !ok {
		t, err := n.atlas.Resolve(value)
		if err != nil {
			t = territory.Territory{Value: value, Label: value}
		}
		code = number(len(n.places))
		n.places = append(n.places, t)
		n.placeCodes[value] = code
	}
	return code
}

// rank orders the places as facets of equal counts do. Views keep the ranks that
// they have; nearly always none is new.
func (n *names) rank() {
	if len(n.rankOf) == len(n.places) {
		return
	}
	order := make([]uint32, len(n.places))
	for i := range order {
		order[i] = number(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return byLabel(&n.places[a], &n.places[b]) })
	n.placeTexts, n.rankOf = make([]placeText, len(order)), make([]uint32, len(order))
	for rank, place := range order {
		n.rankOf[place] = number(rank)
		n.placeTexts[rank] = placeText{n.places[place].Value, n.places[place].Label}
	}
}

// placeText is what a facet shows of a place, apart from what else is known of it:
// each of the 200 waits for memory once.
type placeText struct{ value, label string }

// byLabel orders places by label, then value.
func byLabel(a, b *territory.Territory) int {
	return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
}

func (n *names) label(value string) uint32 {
	code, ok := n.labelCodes[value]
	if !ok {
		code = number(len(n.labels))
		n.labels = append(n.labels, value)
		n.labelCounts = append(n.labelCounts, map[uint32]int{})
		n.labelCodes[value] = code
	}
	return code
}

// labelText numbers a name given to a label.
func (n *names) labelText(name string) uint32 {
	code, ok := n.textCodes[name]
	if !ok {
		code = number(len(n.labelTexts))
		n.labelTexts = append(n.labelTexts, name)
		n.textCodes[name] = code
	}
	return code
}

// countLabels follows which names indexed structures give to labels.
func (n *names) countLabels(profile uint32, by int) {
	for _, l := range n.labelsOf(&n.profiles[profile]) {
		texts := n.labelCounts[l.code]
		if texts[l.name] += by; texts[l.name] <= 0 {
			delete(texts, l.name)
		}
	}
}

// labelNames gives each label the first name, in the order of bytes, that a
// structure gives it: structures may spell it differently.
func (n *names) labelNames() []string {
	out := make([]string, len(n.labels))
	for code, texts := range n.labelCounts {
		out[code] = n.labels[code]
		first := ""
		for text := range texts {
			if name := n.labelTexts[text]; name != "" && (first == "" || strings.Compare(name, first) < 0) {
				first = name
			}
		}
		if first != "" {
			out[code] = first
		}
	}
	return out
}

// place8 is the place of a value in a short list, -1 when it is not there.
func place8[T comparable](list []T, v T) int8 {
	return int8(slices.Index(list, v)) // #nosec G115 -- the lists of package structure have a dozen values
}

// number turns a length into the next code.
func number(n int) uint32 {
	if n >= math.MaxInt32 {
		panic("search: more than two thousand million of one thing") // memory ends long before
	}
	return uint32(n) // #nosec G115 -- bounded above
}

func appendNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}
