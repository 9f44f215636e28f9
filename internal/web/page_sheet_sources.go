package web

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/views/format"
	"sourcier/views/sheet"
)

// fromNote says where a fact comes from: the first of the fields that has an
// origin. What a person has set is told apart from what a register says, and a
// source that no longer lists the structure is told with what it gave.
func fromNote(v *structure.Structure, fields ...structure.Field) string {
	for _, f := range fields {
		if o, ok := v.Origins[f]; ok {
			return originNote(v, o)
		}
	}
	return ""
}

func originNote(v *structure.Structure, o structure.Origin) string {
	note := "D’après " + sourceInText(o.Source, o.AsOf)
	switch o.Source {
	case structure.SourceSelf:
		note = "Déclaré par " + sourceInText(o.Source, o.AsOf)
	case structure.SourceModerator:
		note = "Saisi par " + sourceInText(o.Source, o.AsOf)
	}
	if stale := v.Sightings[o.Source].Stale; stale != "" {
		note += format.NNBSP + "; plus confirmé depuis le " + format.ShortDate(stale)
	}
	return note
}

// onceForAll moves a note that all rows share below them, and leaves several
// beside what each of them is about.
func onceForAll(rows []sheet.Row) ([]sheet.Row, string) {
	shared := ""
	for _, r := range rows {
		if r.Note == "" {
			continue
		}
		if shared != "" && r.Note != shared {
			return rows, ""
		}
		shared = r.Note
	}
	for i := range rows {
		rows[i].Note = ""
	}
	return rows, shared
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
