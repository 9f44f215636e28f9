package oracle

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// facets counts each value by asking the query again with that value alone in
// its group.
func (o *Oracle) facets(q query.Query, list []known) []query.Facet {
	f := asker{o, q, list}
	var sectors []query.FacetValue
	for _, g := range o.Taxonomy.Groups() {
		sectors = append(sectors, query.FacetValue{Value: g.Code, Label: g.Label})
		for _, s := range o.Taxonomy.InGroup(g.Code) {
			sectors = append(sectors, query.FacetValue{Value: s.Code, Label: s.Label, Parent: g.Code})
		}
	}
	var characteristics []query.FacetValue
	for _, c := range o.Taxonomy.Characteristics() {
		characteristics = append(characteristics, query.FacetValue{Value: c.Code, Label: c.Label})
	}
	byKind := func(q *query.Query) { q.Kinds, q.Families = nil, nil }
	all := []query.Facet{
		f.ask("kind", values(query.KindValues(), func(v string) string { return taxonomy.TypeName(v).Short }), q.Kinds,
			func(q *query.Query, v string) { byKind(q); q.Kinds = []string{v} }),
		f.ask("family", values(structure.Families, func(v structure.Family) string { return taxonomy.FamilyName(v).Short }), plain(q.Families),
			func(q *query.Query, v string) { byKind(q); q.Families = []structure.Family{structure.Family(v)} }),
		f.ask("ess", []query.FacetValue{{Value: "1", Label: "Économie sociale et solidaire"}}, yes(q.ESS),
			func(q *query.Query, _ string) { q.ESS = true }),
		f.ask("esus", []query.FacetValue{{Value: "1", Label: "Agrément ESUS"}}, yes(q.ESUS),
			func(q *query.Query, _ string) { q.ESUS = true }),
		f.ask("sector", o.occurring(sectors, q.Sectors), q.Sectors, func(q *query.Query, v string) { q.Sectors = []string{v} }),
		f.ask("mode", values(structure.Modes, func(v structure.Mode) string { return taxonomy.ModeName(v).Short }), plain(q.Modes),
			func(q *query.Query, v string) { q.Modes = []structure.Mode{structure.Mode(v)} }),
		ranked(f.ask("territory", o.placesPresent(q), chosenPlaces(q.Territories),
			func(q *query.Query, v string) { q.Territories = []territory.Territory{o.resolve(v)} })),
		ranked(f.ask("serves", o.placesServed(q), chosenPlaces(q.Serves),
			func(q *query.Query, v string) { q.Serves = []territory.Territory{o.resolve(v)} })),
		f.ask("size", values(structure.Sizes, func(v structure.Size) string { return taxonomy.SizeName(v).Short }), plain(q.Sizes),
			func(q *query.Query, v string) { q.Sizes = []structure.Size{structure.Size(v)} }),
		f.ask("workforce", values(structure.Workforces, taxonomy.WorkforceLabel), plain(q.Workforce),
			func(q *query.Query, v string) { q.Workforce = []structure.Workforce{structure.Workforce(v)} }),
		f.ask("basis", values(structure.Bases, func(v structure.Basis) string { return taxonomy.BasisInfo(v).Short }), plain(q.Bases),
			func(q *query.Query, v string) { q.Bases = []structure.Basis{structure.Basis(v)} }),
		ranked(f.ask("label", o.labels(q), q.Labels, func(q *query.Query, v string) { q.Labels = []string{v} })),
		f.ask("characteristic", characteristics, q.Characteristics, func(q *query.Query, v string) { q.Characteristics = []string{v} }),
		f.ask("availability", values(query.AvailabilityStates, taxonomy.AvailabilityLabel), plain(q.Availability),
			func(q *query.Query, v string) {
				q.Availability = []structure.AvailabilityState{structure.AvailabilityState(v)}
			}),
	}
	return slices.DeleteFunc(all, func(f query.Facet) bool { return !q.Counts(f.Name) })
}

// asker asks a query again with one group changed.
type asker struct {
	oracle *Oracle
	query  query.Query
	list   []known
}

func (f asker) ask(name string, candidates []query.FacetValue, chosen []string, set func(*query.Query, string)) query.Facet {
	out := query.Facet{Name: name}
	for _, v := range candidates {
		q := f.query
		set(&q, v.Value)
		v.Count = f.oracle.count(q, f.list)
		v.Selected = slices.Contains(chosen, v.Value)
		if v.Count > 0 || v.Selected {
			out.Values = append(out.Values, v)
		}
	}
	return out
}

func ranked(f query.Facet) query.Facet {
	slices.SortFunc(f.Values, func(a, b query.FacetValue) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return f
}

func values[T ~string](list []T, label func(T) string) []query.FacetValue {
	var out []query.FacetValue
	for _, v := range list {
		out = append(out, query.FacetValue{Value: string(v), Label: label(v)})
	}
	return out
}

func plain[T ~string](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

func yes(set bool) []string {
	if set {
		return []string{"1"}
	}
	return nil
}

// occurring leaves out the sectors that no structure has: they would count 0.
func (o *Oracle) occurring(all []query.FacetValue, chosen []string) []query.FacetValue {
	has := map[string]bool{}
	for _, code := range chosen {
		has[code] = true
	}
	for _, s := range o.known {
		for _, a := range s.Activities {
			for _, code := range o.withGroups(a.Sectors) {
				has[code] = true
			}
		}
	}
	return slices.DeleteFunc(all, func(v query.FacetValue) bool { return !has[v.Value] })
}

func (o *Oracle) resolve(value string) territory.Territory {
	t, err := o.Atlas.Resolve(value)
	if err != nil {
		panic(err) // values come from the atlas
	}
	return t
}

func chosenPlaces(list []territory.Territory) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.Value)
	}
	return out
}

// placesPresent lists the territories in which some structure lies.
func (o *Oracle) placesPresent(q query.Query) []query.FacetValue {
	found := chosenPlaces(q.Territories)
	for _, s := range o.known {
		found = append(found, o.Atlas.Of(s.Address.Commune)...)
	}
	return o.named(found)
}

// placesServed lists the home territory, its communes and its departments.
func (o *Oracle) placesServed(q query.Query) []query.FacetValue {
	found := append(chosenPlaces(q.Serves), o.Home.Value)
	for ord := range o.Home.Communes.All() {
		c := o.Atlas.At(ord)
		found = append(found, c.Code, "dep:"+c.Department)
	}
	return o.named(found)
}

func (o *Oracle) named(found []string) []query.FacetValue {
	slices.Sort(found)
	var out []query.FacetValue
	for _, value := range slices.Compact(found) {
		out = append(out, query.FacetValue{Value: value, Label: o.resolve(value).Label})
	}
	return out
}

// labels lists the labels that structures hold, each under the first of the
// names that they give it, and the chosen ones.
func (o *Oracle) labels(q query.Query) []query.FacetValue {
	names := map[string]string{}
	for _, code := range q.Labels {
		names[code] = ""
	}
	for _, s := range o.known {
		for _, l := range s.Labels {
			if old, ok := names[l.Code]; !ok || old == "" || l.Name != "" && l.Name < old {
				names[l.Code] = l.Name
			}
		}
	}
	var out []query.FacetValue
	for code, name := range names {
		out = append(out, query.FacetValue{Value: code, Label: cmp.Or(name, code)})
	}
	slices.SortFunc(out, func(a, b query.FacetValue) int { return strings.Compare(a.Value, b.Value) })
	return out
}
