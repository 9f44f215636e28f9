package query

import (
	"net/url"
	"strconv"

	"sourcier/internal/territory"
)

// Values is the canonical URL form: Parse(Values(q)) gives q again, with the
// recognised pieces as plain parameters and without the ignored text. Default
// values are left out.
func (q Query) Values() url.Values {
	v := url.Values{}
	switch {
	case q.Identifier != "":
		v.Set("q", q.Identifier)
	case q.Text != "":
		v.Set("q", q.Text)
	}
	add(v, "kind", q.Kinds)
	add(v, "family", q.Families)
	add(v, "size", q.Sizes)
	add(v, "sector", q.Sectors)
	add(v, "mode", q.Modes)
	add(v, "characteristic", q.Characteristics)
	add(v, "availability", q.Availability)
	add(v, "label", q.Labels)
	add(v, "basis", q.Bases)
	add(v, "workforce", q.Workforce)
	add(v, "territory", territoryValues(q.Territories))
	add(v, "serves", territoryValues(q.Serves))
	add(v, "covers", territoryValues(q.Covers))
	flag(v, "ess", q.ESS)
	flag(v, "esus", q.ESUS)
	if add(v, "facets", q.OnlyFacets); len(q.OnlyFacets) == 0 {
		flag(v, "facets", q.Facets)
	}
	if q.IDsOnly {
		v.Set("fields", "id")
	}
	if q.Near != nil {
		v.Set("near", q.Near.Value)
	}
	if q.RadiusKM > 0 {
		v.Set("radius_km", decimal(q.RadiusKM))
	}
	q.pagingValues(v)
	return v
}

func (q Query) pagingValues(v url.Values) {
	if q.Sort != "" && q.Sort != q.defaultSort() {
		v.Set("sort", string(q.Sort))
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	if q.PerPage > 0 && q.PerPage != DefaultPage {
		v.Set("per_page", strconv.Itoa(q.PerPage))
	}
	if q.Cursor != "" {
		v.Set("cursor", q.Cursor)
	}
}

func add[T ~string](v url.Values, param string, values []T) {
	for _, value := range values {
		v.Add(param, string(value))
	}
}

func flag(v url.Values, param string, set bool) {
	if set {
		v.Set(param, "1")
	}
}

func territoryValues(list []territory.Territory) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.Value)
	}
	return out
}
