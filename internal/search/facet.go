package search

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// homePlaces lists the territories that the « serves » facet counts: the home
// territory, its communes when they can all be listed, and its departments.
func homePlaces(o Options) []territory.Territory {
	out := []territory.Territory{o.Home}
	add := func(value string) {
		known := slices.ContainsFunc(out, func(t territory.Territory) bool { return t.Value == value })
		if t, err := o.Atlas.Resolve(value); err == nil && !known {
			out = append(out, t)
		}
	}
	if o.Home.Communes.Len() <= query.MaxFacetValues {
		for ord := range o.Home.Communes.All() {
			add(o.Atlas.At(ord).Code)
		}
	}
	for ord := range o.Home.Communes.All() {
		if len(out) > 2*query.MaxFacetValues {
			break
		}
		add("dep:" + o.Atlas.At(ord).Department)
	}
	return out
}

// counter counts every facet in one pass over the rows. A row that fails no
// group counts for the values of every facet; one that fails a single group
// would be found if that group were chosen otherwise, so it counts for the
// values of that group alone. The same holds for the activities of a row.
type counter struct {
	filter *filter
	view   *view

	kinds     [maxKinds]int
	families  []int
	ess, esus int
	sizes     []int
	bases     []int
	workforce []int
	places    []int
	labels    []int

	sectors      []int
	groups       []int
	modes        []int
	qualities    []int
	availability []int
	serves       []int

	otherPlaces []territory.Territory // chosen, but not among view.places: France
	others      []int
	servePlaces []territory.Territory
	serveAsked  []*zoneQuestion
	stamp       int
	sectorSeen  []int // stamp of the last row that counted the sector
	groupSeen   []int
	labelSeen   []int
}

func newCounter(f *filter, v *view, q *query.Query, home []territory.Territory) *counter {
	n := v.core.names
	c := &counter{filter: f, view: v,
		families: make([]int, len(structure.Families)), sizes: make([]int, len(structure.Sizes)),
		bases: make([]int, len(structure.Bases)), workforce: make([]int, len(structure.Workforces)),
		places: make([]int, len(v.places)), labels: make([]int, len(v.labels)), labelSeen: make([]int, len(v.labels)),
		sectors: make([]int, len(n.sectorList)), sectorSeen: make([]int, len(n.sectorList)),
		groups: make([]int, len(n.groupList)), groupSeen: make([]int, len(n.groupList)),
		modes: make([]int, len(structure.Modes)), qualities: make([]int, len(n.qualityList)),
		availability: make([]int, len(query.AvailabilityStates)), servePlaces: slices.Clone(home)}
	for _, chosen := range q.Serves {
		if !slices.ContainsFunc(c.servePlaces, func(t territory.Territory) bool { return t.Value == chosen.Value }) {
			c.servePlaces = append(c.servePlaces, chosen)
		}
	}
	for _, chosen := range q.Territories {
		if !slices.ContainsFunc(v.places, func(t territory.Territory) bool { return t.Value == chosen.Value }) {
			c.otherPlaces = append(c.otherPlaces, chosen)
		}
	}
	c.others = make([]int, len(c.otherPlaces))
	c.serves = make([]int, len(c.servePlaces))
	for _, place := range c.servePlaces {
		c.serveAsked = append(c.serveAsked, v.core.zones.serves(place))
	}
	return c
}

// row counts one row that fails the given groups of the structure and whose
// activities fail the given groups each; one of them must fail none, or a
// single one.
func (c *counter) row(r *row, is facts, failing group, activities []group) {
	if slices.Contains(activities, 0) {
		c.structure(r, is, failing)
	}
	if failing == 0 {
		c.activities(r, activities)
	}
}

func (c *counter) structure(r *row, is facts, failing group) {
	open := func(g group) bool { return failing&^g == 0 }
	if open(groupKind) {
		countBits(c.kinds[:], uint64(is.kinds))
		c.families[is.family]++
	}
	if open(groupESS) && r.ess >= 0 {
		c.ess++
	}
	if open(groupESUS) && r.s.ESUS {
		c.esus++
	}
	if open(groupSize) {
		countCode(c.sizes, r.size)
	}
	if open(groupWorkforce) {
		countCode(c.workforce, r.workforce)
	}
	if open(groupBasis) {
		countBits(c.bases, uint64(is.bases))
	}
	if open(groupTerritory) {
		c.territories(r)
	}
	if open(groupLabel) {
		c.labelled(r)
	}
}

// countCode counts a code; -1 is none.
func countCode(counts []int, code int8) {
	if code >= 0 {
		counts[code]++
	}
}

func (c *counter) labelled(r *row) {
	c.stamp++
	for _, l := range r.labels {
		if l.inForce(c.filter.on) && c.labelSeen[l.code] != c.stamp {
			c.labelSeen[l.code] = c.stamp
			c.labels[l.code]++
		}
	}
}

func (c *counter) territories(r *row) {
	for _, p := range r.places {
		c.places[p]++
	}
	for i, t := range c.otherPlaces {
		if r.isIn(t.Communes) {
			c.others[i]++
		}
	}
}

func countBits(counts []int, set uint64) {
	for ; set != 0; set &= set - 1 {
		counts[bits.TrailingZeros64(set)]++
	}
}

// activities counts values of activities, each once for the row.
func (c *counter) activities(r *row, failing []group) {
	c.stamp++
	var modes, qualities, states uint64
	for i := range r.acts {
		a, open := &r.acts[i], func(g group) bool { return failing[i]&^g == 0 }
		if open(groupSector) {
			once(c.sectors, c.sectorSeen, c.stamp, a.sectors)
			once(c.groups, c.groupSeen, c.stamp, a.groups)
		}
		if open(groupMode) {
			modes |= uint64(a.modes)
		}
		if open(groupCharacteristic) {
			qualities |= a.characteristics
		}
		if open(groupAvailability) {
			states |= uint64(a.available(c.filter.on))
		}
	}
	countBits(c.modes, modes)
	countBits(c.qualities, qualities)
	countBits(c.availability, states)
	for i, asked := range c.serveAsked {
		for j := range r.acts {
			if failing[j]&^groupServes == 0 && asked.holds(r, &r.acts[j]) {
				c.serves[i]++
				break
			}
		}
	}
}

func once(counts, seen []int, stamp int, values []uint16) {
	for _, v := range values {
		if seen[v] != stamp {
			seen[v] = stamp
			counts[v]++
		}
	}
}

// facets lists the counts in the order in which they are shown. Values nobody
// has are left out unless chosen.
func (c *counter) facets(q *query.Query) []query.Facet {
	kinds := query.KindValues()
	return []query.Facet{
		coded("kind", kinds, c.kinds[:len(kinds)], q.Kinds, func(k string) string { return taxonomy.TypeName(k).Short }),
		coded("family", structure.Families, c.families, q.Families, func(f structure.Family) string { return taxonomy.FamilyName(f).Short }),
		flag("ess", "Économie sociale et solidaire", c.ess, q.ESS),
		flag("esus", "Agrément ESUS", c.esus, q.ESUS),
		c.sectorFacet(q),
		coded("mode", structure.Modes, c.modes, q.Modes, func(m structure.Mode) string { return taxonomy.ModeName(m).Short }),
		c.territoryFacet(q),
		c.servesFacet(q),
		coded("size", structure.Sizes, c.sizes, q.Sizes, func(s structure.Size) string { return taxonomy.SizeName(s).Short }),
		coded("workforce", structure.Workforces, c.workforce, q.Workforce, taxonomy.WorkforceLabel),
		coded("basis", structure.Bases, c.bases, q.Bases, func(b structure.Basis) string { return taxonomy.BasisInfo(b).Short }),
		c.labelFacet(q),
		c.characteristicFacet(q),
		coded("availability", query.AvailabilityStates, c.availability, q.Availability, taxonomy.AvailabilityLabel),
	}
}

// coded is a facet of a closed list, in the list's order.
func coded[T ~string](name string, list []T, counts []int, chosen []T, text func(T) string) query.Facet {
	out := query.Facet{Name: name}
	for i, v := range list {
		selected := slices.Contains(chosen, v)
		if counts[i] > 0 || selected {
			out.Values = append(out.Values, query.FacetValue{Value: string(v), Label: text(v), Count: counts[i], Selected: selected})
		}
	}
	return limited(out)
}

func flag(name, text string, count int, selected bool) query.Facet {
	out := query.Facet{Name: name}
	if count > 0 || selected {
		out.Values = []query.FacetValue{{Value: "1", Label: text, Count: count, Selected: selected}}
	}
	return out
}

// sectorFacet lists each group before its sectors.
func (c *counter) sectorFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "sector"}
	add := func(code, text, parent string, count int) {
		selected := slices.Contains(q.Sectors, code)
		if count > 0 || selected {
			out.Values = append(out.Values, query.FacetValue{Value: code, Label: text, Count: count, Selected: selected, Parent: parent})
		}
	}
	n, next := c.view.core.names, 0 // sectors are ordered by group
	for i, g := range n.groupList {
		add(g.Code, g.Label, "", c.groups[i])
		for ; next < len(n.sectorList) && n.sectorList[next].Group == g.Code; next++ {
			add(n.sectorList[next].Code, n.sectorList[next].Label, g.Code, c.sectors[next])
		}
	}
	return limited(out)
}

func (c *counter) characteristicFacet(q *query.Query) query.Facet {
	n := c.view.core.names
	return coded("characteristic", n.qualityList, c.qualities, q.Characteristics, func(code string) string {
		v, _ := n.taxonomy.Characteristic(code)
		return v.Label
	})
}

func (c *counter) territoryFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "territory"}
	for i, t := range c.view.places {
		if v := placeValue(t, c.places[i], q.Territories); v.Count > 0 || v.Selected {
			out.Values = append(out.Values, v)
		}
	}
	for i, t := range c.otherPlaces {
		out.Values = append(out.Values, placeValue(t, c.others[i], q.Territories))
	}
	return ranked(out)
}

func (c *counter) servesFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "serves"}
	for i, t := range c.servePlaces {
		if v := placeValue(t, c.serves[i], q.Serves); v.Count > 0 || v.Selected {
			out.Values = append(out.Values, v)
		}
	}
	return ranked(out)
}

func placeValue(t territory.Territory, count int, chosen []territory.Territory) query.FacetValue {
	selected := slices.ContainsFunc(chosen, func(c territory.Territory) bool { return c.Value == t.Value })
	return query.FacetValue{Value: t.Value, Label: t.Label, Count: count, Selected: selected}
}

func (c *counter) labelFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "label"}
	for i, code := range c.view.labels {
		selected := slices.Contains(q.Labels, code)
		if c.labels[i] > 0 || selected {
			out.Values = append(out.Values, query.FacetValue{Value: code, Label: c.view.labelNames[i], Count: c.labels[i], Selected: selected})
		}
	}
	for _, code := range q.Labels {
		if !slices.Contains(c.view.labels, code) {
			out.Values = append(out.Values, query.FacetValue{Value: code, Label: code, Selected: true})
		}
	}
	return ranked(out)
}

// ranked orders values by count, then label, then value.
func ranked(f query.Facet) query.Facet {
	slices.SortFunc(f.Values, func(a, b query.FacetValue) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return limited(f)
}

// limited keeps the MaxFacetValues highest counts and every chosen value, in
// the order in which they are.
func limited(f query.Facet) query.Facet {
	if len(f.Values) <= query.MaxFacetValues {
		return f
	}
	counts := make([]int, len(f.Values))
	for i, v := range f.Values {
		counts[i] = v.Count
	}
	slices.SortFunc(counts, func(a, b int) int { return b - a })
	least := counts[query.MaxFacetValues-1]
	above, _ := slices.BinarySearchFunc(counts, least, func(n, least int) int { return least - n })
	ties := query.MaxFacetValues - above // values with exactly least that still fit
	f.Values = slices.DeleteFunc(f.Values, func(v query.FacetValue) bool {
		if v.Count == least {
			ties--
		}
		return !v.Selected && (v.Count < least || v.Count == least && ties < 0)
	})
	return f
}
