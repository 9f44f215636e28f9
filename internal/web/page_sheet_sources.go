package web

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/views/format"
	"sourcier/views/sheet"
)

// fromNote says where a fact comes from: the first of the fields that has an origin.
func fromNote(v *structure.Structure, fields ...structure.Field) string {
	for _, f := range fields {
		if o, ok := v.Origins[f]; ok {
			return "D’après " + sourceInText(o.Source, o.AsOf)
		}
	}
	return ""
}

func fromParenthesis(v *structure.Structure, field structure.Field) string {
	o, ok := v.Origins[field]
	if !ok {
		return ""
	}
	return " (" + sourceNote(o.Source, o.AsOf) + ")"
}

// sourceRows lists the sources of a sheet, the most recent first, each with the
// facts it gave.
func sourceRows(v *structure.Structure) []sheet.Row {
	facts := map[structure.Origin][]string{}
	for _, f := range structure.Fields {
		if o, ok := v.Origins[f]; ok {
			key := structure.Origin{Source: o.Source, AsOf: o.AsOf}
			facts[key] = append(facts[key], f.Label())
		}
	}
	origins := make([]structure.Origin, 0, len(facts))
	for o := range facts {
		origins = append(origins, o)
	}
	slices.SortFunc(origins, func(a, b structure.Origin) int {
		return cmp.Or(cmp.Compare(b.AsOf, a.AsOf), cmp.Compare(b.Source.Rank(), a.Source.Rank()))
	})
	var out []sheet.Row
	for _, o := range origins {
		out = append(out, sheet.Row{Term: sourceNote(o.Source, o.AsOf), Lines: []string{format.Upper(strings.Join(facts[o], ", "))}})
	}
	return out
}
