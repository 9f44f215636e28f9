package search

import (
	"cmp"
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

// facets lists the counts asked for, in the order in which they are shown. Values
// nobody has are left out unless chosen.
func (c *counter) facets(q *query.Query) []query.Facet {
	out := make([]query.Facet, 0, len(query.FacetNames))
	for _, name := range query.FacetNames {
		if q.Counts(name) {
			out = append(out, c.facet(name, q))
		}
	}
	return out
}

func (c *counter) facet(name string, q *query.Query) query.Facet {
	switch name {
	case "kind":
		kinds := query.KindValues()
		return listed(name, kinds, c.kinds[:len(kinds)], q.Kinds, func(k string) string { return taxonomy.TypeName(k).Short })
	case "family":
		return listed(name, structure.Families, c.families, q.Families, func(f structure.Family) string { return taxonomy.FamilyName(f).Short })
	case "ess":
		return flag(name, "Économie sociale et solidaire", c.ess, q.ESS)
	case "esus":
		return flag(name, "Agrément ESUS", c.esus, q.ESUS)
	case "territory":
		return c.territoryFacet(c.placesFirst())
	case "size":
		return listed(name, structure.Sizes, c.sizes, q.Sizes, func(s structure.Size) string { return taxonomy.SizeName(s).Short })
	case "workforce":
		return listed(name, structure.Workforces, c.workforce, q.Workforce, taxonomy.WorkforceLabel)
	case "basis":
		return listed(name, structure.Bases, c.bases, q.Bases, func(b structure.Basis) string { return taxonomy.BasisInfo(b).Short })
	case "label":
		return c.labelFacet(q)
	}
	return c.activityFacet(name, q)
}

// activityFacet is facet for what activities say.
func (c *counter) activityFacet(name string, q *query.Query) query.Facet {
	switch name {
	case "sector":
		return c.sectorFacet(q)
	case "mode":
		return listed(name, structure.Modes, c.modes, q.Modes, func(m structure.Mode) string { return taxonomy.ModeName(m).Short })
	case "serves":
		return c.servesFacet(q)
	case "characteristic":
		return listed(name, c.view.quality, c.qualities, q.Characteristics, func(code string) string { return c.view.labelled[code] })
	case "availability":
		return listed(name, query.AvailabilityStates, c.availability, q.Availability, taxonomy.AvailabilityLabel)
	}
	panic("search: facet " + name + " is not counted") // FacetNames and this disagree: every test finds it
}

// listed is a facet of a closed list, in the list's order.
func listed[T ~string](name string, list []T, counts []int, chosen []T, text func(T) string) query.Facet {
	out := query.Facet{Name: name}
	for i, v := range list {
		selected := slices.Contains(chosen, v)
		if counts[i] > 0 || selected {
			if out.Values == nil {
				out.Values = make([]query.FacetValue, 0, len(list)-i)
			}
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

// soldValues is how many sectors and groups are counted.
func (c *counter) soldValues() (n int) {
	for _, count := range c.sold {
		if count > 0 {
			n++
		}
	}
	return n
}

// sectorFacet lists each group before its sectors.
func (c *counter) sectorFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "sector"}
	if n := c.soldValues() + len(q.Sectors); n > 0 {
		out.Values = make([]query.FacetValue, 0, n)
	}
	add := func(code, text, parent string, count int) {
		selected := slices.Contains(q.Sectors, code)
		if count > 0 || selected {
			out.Values = append(out.Values, query.FacetValue{Value: code, Label: text, Count: count, Selected: selected, Parent: parent})
		}
	}
	sectors, next := c.view.sector, 0 // ordered by group
	for i, g := range c.view.group {
		add(g.Code, g.Label, "", c.groups[i])
		for ; next < len(sectors) && sectors[next].Group == g.Code; next++ {
			add(sectors[next].Code, sectors[next].Label, g.Code, c.sectors[next])
		}
	}
	return limited(out)
}

func (c *counter) servesFacet(q *query.Query) query.Facet {
	out := query.Facet{Name: "serves"}
	for i := range c.servePlaces {
		t := &c.servePlaces[i]
		selected := slices.ContainsFunc(q.Serves, func(c territory.Territory) bool { return c.Value == t.Value })
		if c.serves[i] > 0 || selected {
			out.Values = append(out.Values, query.FacetValue{Value: t.Value, Label: t.Label, Count: c.serves[i], Selected: selected})
		}
	}
	return ranked(out)
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
