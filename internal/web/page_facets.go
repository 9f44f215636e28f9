package web

import (
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
	"sourcier/views/results"
)

// facetGroup is a facet as people see it.
type facetGroup struct {
	id, title, help string
	open            bool
	zero            bool // values that would find nothing are shown too: their absence is information
}

// facetGroups lists them in the order in which they are shown; the id is the
// name of the facet. "type" joins family, kind, ess and esus: one question.
var facetGroups = []facetGroup{
	{id: "type", title: "Type de structure", open: true, zero: true},
	{id: "basis", title: "Marché réservable", help: "Potentiellement éligible, à vérifier", open: true, zero: true},
	{id: "sector", title: "Secteur", open: true},
	{id: "mode", title: "Mode d’intervention", open: true},
	{id: "availability", title: "Disponibilité", open: true},
	{id: "characteristic", title: "Atouts responsables", help: "Déclarés par la structure"},
	{id: "territory", title: "Lieu d’implantation", help: "Où la structure est installée"},
	{id: "size", title: "Taille"},
	{id: "workforce", title: "Effectif"},
	{id: "label", title: "Labels"},
	{id: answeredParam, title: "Mes sourçages", help: "Montré à votre organisation seule", open: true},
	{id: metParam, title: "Mes événements", help: "Montré à votre organisation seule", open: true},
}

// shownChoices is how many values of a facet are shown before « plus »;
// maxChoices bounds the list behind it, which nobody reads to the end.
const shownChoices, maxChoices = 8, 50

// groups builds the facets; one without any value to choose is left out.
func (p *searchPage) groups() []results.Group {
	var out []results.Group
	for _, g := range facetGroups {
		group := results.Group{ID: g.id, Title: g.title, Help: g.help}
		switch g.id {
		case "type":
			group.Choices = p.choices("family", g.zero)
			p.kinds(&group)
		case "sector":
			p.sectors(&group)
		default:
			split(&group, p.choices(g.id, g.zero))
		}
		if len(group.Choices) == 0 || group.Active() == 0 && !slices.ContainsFunc(group.Choices, func(c results.Choice) bool { return c.Count > 0 }) {
			continue
		}
		group.Open = g.open || group.Active() > 0
		out = append(out, group)
	}
	return out
}

// facet gives the values of a facet, none when the search has not counted it.
func (p *searchPage) facet(name string) []query.FacetValue {
	for _, f := range p.res.Facets {
		if f.Name == name {
			return f.Values
		}
	}
	return nil
}

// choices turns a facet into lines.
func (p *searchPage) choices(name string, zero bool) []results.Choice {
	var out []results.Choice
	for _, v := range p.facet(name) {
		if v.Count > 0 || v.Selected || zero {
			out = append(out, p.choice(name, v))
		}
	}
	return out
}

func (p *searchPage) choice(name string, v query.FacetValue) results.Choice {
	c := results.Choice{
		ID: "f-" + name + "-" + strings.ReplaceAll(v.Value, ":", "-"), Name: name, Value: v.Value,
		Label: format.Text(v.Label), Count: v.Count, Checked: v.Selected,
	}
	switch name {
	case "family":
		c.Family, c.Label = v.Value, taxonomy.FamilyName(structure.Family(v.Value)).Long
	case "kind":
		c.Label, c.Title = taxonomy.TypeName(v.Value).Short, taxonomy.TypeName(v.Value).Long
	case "basis":
		c.Label = taxonomy.BasisInfo(structure.Basis(v.Value)).Short
	}
	return c
}

// split puts the chosen values first, then the others in the facet's order, and
// what is beyond the eighth behind « plus ».
func split(g *results.Group, list []results.Choice) {
	slices.SortStableFunc(list, func(a, b results.Choice) int {
		switch {
		case a.Checked == b.Checked:
			return 0
		case a.Checked:
			return -1
		}
		return 1
	})
	n := 0
	for n < len(list) && (n < shownChoices || list[n].Checked) {
		n++
	}
	if len(list)-n <= 1 { // one line costs no more than the line that would hide it
		n = len(list)
	}
	g.Choices, g.More = append(g.Choices, list[:n]...), list[n:max(n, min(maxChoices, len(list)))]
}

// kinds puts agreement kinds and ESS families under the families: shown when
// chosen, else behind « préciser ».
func (p *searchPage) kinds(g *results.Group) {
	for _, name := range []string{"kind", "ess", "esus"} {
		for _, c := range p.choices(name, false) {
			switch name {
			case "ess":
				c.Label = "Toute l’ESS"
			case "esus":
				c.Label, c.Title = "ESUS", "Entreprise solidaire d’utilité sociale"
			}
			if c.Indented = true; c.Checked {
				g.Choices = append(g.Choices, c)
			} else {
				g.More = append(g.More, c)
			}
		}
	}
	g.MoreTitle = "Préciser" + format.NNBSP + ": ESAT, EA, EI, ACI…"
}

// sectors shows the groups, and the sectors of those that are chosen or have
// one chosen: 200 sectors are no list to read.
func (p *searchPage) sectors(g *results.Group) {
	tree := sectorTree{children: map[string][]query.FacetValue{}, opened: map[string]bool{}}
	for _, v := range p.facet("sector") {
		tree.add(v)
	}
	for _, v := range tree.orphans() { // chosen, in a group that would find nothing
		g.Choices = append(g.Choices, p.choice("sector", v))
	}
	for _, v := range tree.groups {
		if !tree.opened[v.Value] {
			continue
		}
		g.Choices = append(g.Choices, p.choice("sector", v))
		for _, child := range tree.children[v.Value] {
			c := p.choice("sector", child)
			c.Indented = true
			g.Choices = append(g.Choices, c)
		}
	}
	for _, v := range tree.groups {
		switch {
		case tree.opened[v.Value]:
		case len(g.Choices) < shownChoices:
			g.Choices = append(g.Choices, p.choice("sector", v))
		default:
			g.More = append(g.More, p.choice("sector", v))
		}
	}
}

// sectorTree is the facet of sectors by group.
type sectorTree struct {
	groups   []query.FacetValue
	children map[string][]query.FacetValue // by group
	opened   map[string]bool               // groups chosen, or with a sector chosen
}

func (t *sectorTree) add(v query.FacetValue) {
	parent := v.Parent
	switch {
	case v.Count == 0 && !v.Selected:
		return
	case parent == "":
		parent = v.Value
		t.groups = append(t.groups, v)
	default:
		t.children[parent] = append(t.children[parent], v)
	}
	t.opened[parent] = t.opened[parent] || v.Selected
}

// orphans lists the chosen sectors whose group is not in the facet.
func (t *sectorTree) orphans() []query.FacetValue {
	var out []query.FacetValue
	for parent, list := range t.children {
		if slices.ContainsFunc(t.groups, func(g query.FacetValue) bool { return g.Value == parent }) {
			continue
		}
		for _, v := range list {
			if v.Selected {
				out = append(out, v)
			}
		}
	}
	slices.SortFunc(out, func(a, b query.FacetValue) int { return strings.Compare(a.Label, b.Label) })
	return out
}
