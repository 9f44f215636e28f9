package web

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/views/format"
	"sourcier/views/sheet"
)

// fieldNames says the facts in the order in which sources list them.
var fieldNames = []struct {
	field structure.Field
	name  string
}{
	{structure.FieldSIRET, "SIRET"}, {structure.FieldName, "nom"}, {structure.FieldTradeName, "enseigne"}, {structure.FieldAddress, "adresse"},
	{structure.FieldPoint, "position"}, {structure.FieldNAF, "code APE"}, {structure.FieldLegal, "forme juridique"},
	{structure.FieldWorkforce, "effectif"}, {structure.FieldSize, "taille"}, {structure.FieldESS, "famille de l’ESS"},
	{structure.FieldESUS, "ESUS"}, {structure.FieldRegie, "régie de quartier"}, {structure.FieldAgreements, "agréments"},
	{structure.FieldLabels, "labels"}, {structure.FieldActivities, "activités"}, {structure.FieldDescription, "présentation"},
	{structure.FieldReferences, "références"}, {structure.FieldPhone, "téléphone"}, {structure.FieldEmail, "courriel"},
	{structure.FieldWebsite, "site"}, {structure.FieldClosed, "ouverture ou fermeture"},
}

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
	for _, f := range fieldNames {
		if o, ok := v.Origins[f.field]; ok {
			key := structure.Origin{Source: o.Source, AsOf: o.AsOf}
			facts[key] = append(facts[key], f.name)
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
