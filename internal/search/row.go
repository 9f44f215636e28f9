package search

import (
	"slices"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// row is the projection of one version of a structure: what filters, facets,
// sorts and results read, coded as small numbers. It is immutable.
type row struct {
	ord     uint32
	id      string
	version int64
	s       *structure.Structure

	idKey   uint64 // query.IDKey
	nameKey string // query.NameKey
	updated int64  // microseconds since 1970

	agreements []agreement
	ess        int8 // index in structure.ESSFamilies, -1 none
	size       int8 // index in structure.Sizes, -1 unknown
	workforce  int8 // index in structure.Workforces, -1 unknown
	labels     []label
	commune    int64    // ordinal in the atlas, -1 unknown
	places     []uint32 // codes in names.places of the territories it lies in
	acts       []activity
}

type agreement struct {
	kind       int8 // index in structure.Kinds
	start, end structure.Date
}

type label struct {
	code     uint32 // in names.labels
	from, to structure.Date
}

// activity is one activity coded. A structure that declares none has one empty
// activity: it is found where it is, in no sector and no mode.
type activity struct {
	number          uint32 // of the activity among all that were ever read, for the zone caches
	sectors         []uint16
	groups          []uint16
	modes           uint8  // bit i: structure.Modes[i]
	characteristics uint64 // bit i: taxonomy order
	availability    int8   // index in query.AvailabilityStates, -1 undeclared
	lastDay         structure.Date
	zone            zone
}

// zone is a structure.Zone with its communes looked up.
type zone struct {
	declared structure.Zone
	set      *territory.Set // of declared.Territories
}

// names numbers the strings that rows share. Only the writer adds to it; views
// keep the slices as they were.
type names struct {
	atlas           *territory.Atlas
	taxonomy        *taxonomy.Taxonomy
	sectors         map[string]uint16
	groups          map[string]uint16
	characteristics map[string]uint8
	sectorList      []taxonomy.Sector
	groupList       []taxonomy.Group
	qualityList     []string // codes of characteristics
	vocabulary      map[string][]passage

	placeCodes map[string]uint32
	places     []territory.Territory
	labelCodes map[string]uint32
	labels     []string
	labelTexts []map[string]int // by label code: how many structures give it each name
	zones      map[string]*territory.Set
	activities uint32 // numbers given
}

func newNames(a *territory.Atlas, t *taxonomy.Taxonomy) *names {
	n := &names{atlas: a, taxonomy: t, sectorList: t.Sectors(), groupList: t.Groups(), vocabulary: map[string][]passage{},
		sectors: map[string]uint16{}, groups: map[string]uint16{}, characteristics: map[string]uint8{},
		placeCodes: map[string]uint32{}, labelCodes: map[string]uint32{}, zones: map[string]*territory.Set{}}
	for i, s := range n.sectorList {
		n.sectors[s.Code] = uint16(i)
		n.vocabulary[s.Code] = sectorPassages(t, s)
	}
	for i, g := range n.groupList {
		n.groups[g.Code] = uint16(i)
	}
	for i, c := range t.Characteristics() {
		n.characteristics[c.Code] = uint8(i)
		n.qualityList = append(n.qualityList, c.Code)
	}
	return n
}

// row codes a structure.
func (n *names) row(ord uint32, id string, version int64, s *structure.Structure) *row {
	r := &row{ord: ord, id: id, version: version, s: s,
		idKey: query.IDKey(id), nameKey: query.NameKey(s.Name), updated: s.UpdatedAt.UnixMicro(),
		ess:       place8(structure.ESSFamilies, s.ESS),
		size:      place8(structure.Sizes, s.Size),
		workforce: place8(structure.Workforces, s.Workforce),
		commune:   -1,
	}
	for _, a := range s.Agreements {
		if k := place8(structure.Kinds, a.Kind); k >= 0 {
			r.agreements = append(r.agreements, agreement{k, a.Start, a.End})
		}
	}
	for _, l := range s.Labels {
		r.labels = append(r.labels, label{n.label(l.Code), l.From, l.To})
	}
	if ord, ok := n.atlas.Ordinal(s.Address.Commune); ok {
		r.commune = int64(ord)
		for _, value := range n.atlas.Of(s.Address.Commune) {
			r.places = appendNew(r.places, n.place(value))
		}
	}
	for i := range s.Activities {
		r.acts = append(r.acts, n.activity(&s.Activities[i]))
	}
	if len(r.acts) == 0 {
		r.acts = []activity{n.activity(&structure.Activity{})}
	}
	return r
}

func (n *names) activity(a *structure.Activity) activity {
	out := activity{number: n.activities, availability: place8(query.AvailabilityStates, a.Availability.State),
		lastDay: lastDay(a.Availability), zone: n.zone(a.Zone)}
	n.activities++
	for _, code := range a.Sectors {
		sector, ok := n.sectors[code]
		if !ok {
			continue // of an older taxonomy: nobody can ask for it
		}
		out.sectors = appendNew(out.sectors, sector)
		s, _ := n.taxonomy.Sector(code)
		out.groups = appendNew(out.groups, n.groups[s.Group])
	}
	for _, m := range a.Modes {
		if i := slices.Index(structure.Modes, m); i >= 0 {
			out.modes |= 1 << i
		}
	}
	for _, code := range a.Characteristics {
		if i, ok := n.characteristics[code]; ok {
			out.characteristics |= 1 << i
		}
	}
	return out
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

func (n *names) zone(z structure.Zone) zone {
	out := zone{declared: z}
	if z.France || len(z.Territories) == 0 {
		return out
	}
	key := ""
	for _, value := range z.Territories {
		key += value + "\n"
	}
	set, ok := n.zones[key]
	if !ok {
		set = &territory.Set{}
		for _, value := range z.Territories {
			if t, err := n.atlas.Resolve(value); err == nil {
				set.Add(t.Communes)
			}
		}
		n.zones[key] = set
	}
	out.set = set
	return out
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

func (n *names) label(value string) uint32 {
	code, ok := n.labelCodes[value]
	if !ok {
		code = number(len(n.labels))
		n.labels = append(n.labels, value)
		n.labelTexts = append(n.labelTexts, map[string]int{})
		n.labelCodes[value] = code
	}
	return code
}

// countLabels follows which names live structures give to labels.
func (n *names) countLabels(r *row, by int) {
	for i, l := range r.labels {
		texts, name := n.labelTexts[l.code], r.s.Labels[i].Name
		if texts[name] += by; texts[name] <= 0 {
			delete(texts, name)
		}
	}
}

// labelNames gives each label the first name, in the order of bytes, that a
// structure gives it: structures may spell it differently.
func (n *names) labelNames() []string {
	out := make([]string, len(n.labels))
	for code, texts := range n.labelTexts {
		out[code] = n.labels[code]
		first := ""
		for name := range texts {
			if name != "" && (first == "" || name < first) {
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
func number(n int) uint32 { return uint32(n) } // #nosec G115 -- places and labels are some ten thousands

func appendNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// Rows are kept in chunks that are copied before a change, so that a view keeps
// its own without copying them all.
const chunkSize = 1024

type chunk [chunkSize]*row

// rows is an immutable set of rows by ordinal.
type rows struct {
	chunks []*chunk
	live   int
}

func (r rows) at(ord uint32) *row {
	if c := int(ord / chunkSize); c < len(r.chunks) && r.chunks[c] != nil {
		return r.chunks[c][ord%chunkSize]
	}
	return nil
}

// editor prepares the next set of rows; chunks are copied once each.
type editor struct {
	rows
	owned map[int]bool
}

func (r rows) edit() *editor {
	return &editor{rows{slices.Clone(r.chunks), r.live}, map[int]bool{}}
}

func (e *editor) own(ord uint32) *chunk {
	at := int(ord / chunkSize)
	for at >= len(e.chunks) {
		e.chunks = append(e.chunks, nil)
	}
	if !e.owned[at] {
		fresh := &chunk{}
		if e.chunks[at] != nil {
			*fresh = *e.chunks[at]
		}
		e.chunks[at], e.owned[at] = fresh, true
	}
	return e.chunks[at]
}

func (e *editor) put(r *row) {
	e.own(r.ord)[r.ord%chunkSize] = r
	e.live++
}

// drop removes a row; a chunk left empty is forgotten.
func (e *editor) drop(ord uint32) *row {
	old := e.at(ord)
	if old == nil {
		return nil
	}
	c := e.own(ord)
	c[ord%chunkSize] = nil
	e.live--
	if *c == (chunk{}) && int(ord/chunkSize) < len(e.chunks)-1 {
		e.chunks[ord/chunkSize] = nil
		delete(e.owned, int(ord/chunkSize))
	}
	return old
}
