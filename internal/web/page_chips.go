package web

import (
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/part"
)

// filterParams lists the parameters that are filters, in the order of their chips.
var filterParams = []string{
	"serves", "covers", "near", "sector", "family", "kind", "ess", "esus", "basis", "mode", "availability",
	"characteristic", "label", "size", "workforce", "territory", answeredParam, metParam,
}

// chips says each filter in words.
func (p *searchPage) chips() []part.Chip {
	var out []part.Chip
	for _, param := range filterParams {
		for _, v := range p.values[param] {
			rest := without(p.values, param, v)
			if param == "near" {
				rest.Del("radius_km")
			}
			if rest.Get("sort") == string(query.SortDistance) && (param == "near" || param == "serves") {
				rest.Del("sort") // no distance without a place
			}
			out = append(out, part.Chip{Label: format.Upper(p.chipLabel(param, v)), URL: p.address(rest)})
		}
	}
	return out
}

// chipLabel says a filter so that it is understood away from its facet.
func (p *searchPage) chipLabel(param, value string) string {
	switch param {
	case "serves", "covers", "territory":
		return p.placeChip(param, value)
	case "near":
		return p.nearChip()
	case "sector":
		return p.sectorLabel(value)
	case "characteristic":
		if c, ok := p.Taxonomy.Characteristic(value); ok {
			return format.Text(c.Label)
		}
	}
	if name, ok := chipNames[param]; ok {
		return name(value)
	}
	return p.facetLabel(param, value)
}

// chipNames names the values of closed lists.
var chipNames = map[string]func(value string) string{
	"family":       func(v string) string { return taxonomy.FamilyName(structure.Family(v)).Long },
	"kind":         func(v string) string { return taxonomy.TypeName(v).Short },
	answeredParam:  func(string) string { return "a répondu à un sourçage" },
	metParam:       func(string) string { return "rencontrée à un événement" },
	"ess":          func(string) string { return "Économie sociale et solidaire" },
	"esus":         func(string) string { return "ESUS" },
	"basis":        func(v string) string { return "réservable " + taxonomy.BasisInfo(structure.Basis(v)).Short },
	"mode":         func(v string) string { return taxonomy.ModeName(structure.Mode(v)).Long },
	"availability": func(v string) string { return taxonomy.AvailabilityLabel(structure.AvailabilityState(v)) },
	"size":         func(v string) string { return taxonomy.SizeName(structure.Size(v)).Short },
	"workforce":    func(v string) string { return taxonomy.WorkforceLabel(structure.Workforce(v)) },
}

// facetLabel is the label that the facet gives to a value; the value when it has none.
func (p *searchPage) facetLabel(param, value string) string {
	for _, v := range p.facet(param) {
		if v.Value == value && v.Label != "" {
			return format.Text(v.Label)
		}
	}
	return value
}

func (p *searchPage) placeChip(param, value string) string {
	t, err := p.Atlas.Resolve(value)
	if err != nil {
		t = territory.Territory{Label: value}
	}
	switch param {
	case "serves":
		return "intervient " + format.In(t)
	case "covers":
		return "couvre en entier" + format.NNBSP + ": " + format.Text(t.Label)
	}
	return "installée " + format.In(t)
}

func (p *searchPage) nearChip() string {
	if p.q.RadiusKM == 0 {
		return "distance depuis " + format.Text(p.q.Near.Label)
	}
	of := format.OfCommune(p.q.Near.Label)
	if strings.Contains(p.q.Near.Value, ",") { // a point, no commune
		of = "du " + format.Text(p.q.Near.Label)
	}
	return "à moins de " + format.Radius(p.q.RadiusKM) + " " + of
}

// sectorLabel names a sector or a sector group.
func (s *site) sectorLabel(code string) string {
	if v, ok := s.Taxonomy.Sector(code); ok {
		return format.Text(v.Label)
	}
	if g, ok := s.Taxonomy.Group(code); ok {
		return format.Text(g.Label)
	}
	return code
}
