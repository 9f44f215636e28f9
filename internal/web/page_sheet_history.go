package web

import (
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
	"sourcier/views/sheet"
)

// historyLines words what imports have changed, the newest first.
func (s *site) historyLines(v *structure.Structure) []sheet.Change {
	var out []sheet.Change
	for _, c := range slices.Backward(v.History) {
		line := sheet.Change{
			Day: format.ShortDate(c.On), ISO: string(c.On), What: format.Upper(c.Field.Label()),
			Old: s.valueText(c.Field, c.Old), New: s.valueText(c.Field, c.New), By: format.Text(c.Source.Label()),
		}
		if c.File != "" {
			line.By += ", fichier «" + format.NBSP + c.File + format.NBSP + "»"
		}
		out = append(out, line)
	}
	return out
}

// conflictLines words what sources disagree on.
func (s *site) conflictLines(v *structure.Structure) []sheet.Conflict {
	var out []sheet.Conflict
	for _, c := range v.Conflicts() {
		out = append(out, sheet.Conflict{
			What: format.Upper(c.Field.Label()),
			Kept: said(s.valueText(c.Field, c.Kept)), By: sourceNote(c.By.Source, c.By.AsOf),
			Other: said(s.valueText(c.Field, c.Other)), Against: sourceNote(c.Against.Source, c.Against.AsOf),
		})
	}
	return out
}

// said shows that a source says there is none.
func said(value string) string {
	if value == "" {
		return "non"
	}
	return value
}

// valueText names the codes of a value.
func (s *site) valueText(f structure.Field, value string) string {
	switch {
	case value == "":
		return ""
	case f == structure.FieldActivities:
		codes := strings.Split(value, ", ")
		for i, code := range codes {
			codes[i] = s.sectorLabel(code)
		}
		return strings.Join(codes, ", ")
	case f == structure.FieldESS:
		return taxonomy.ESSName(structure.ESS(value)).Long
	case f == structure.FieldSize:
		return taxonomy.SizeName(structure.Size(value)).Long
	case f == structure.FieldWorkforce:
		return taxonomy.WorkforceLabel(structure.Workforce(value))
	case f == structure.FieldPhone:
		return format.Phone(value)
	case f == structure.FieldSIRET:
		return format.SIRET(value)
	}
	return s.registerText(f, value)
}

// registerText names the codes of the register of companies.
func (s *site) registerText(f structure.Field, value string) string {
	switch f {
	case structure.FieldNAF:
		return s.nafLine(taxonomy.NAFRev2, value)
	case structure.FieldNAF2025:
		return s.nafLine(taxonomy.NAF2025, value)
	case structure.FieldLegal:
		if label, ok := s.Taxonomy.LegalCategoryLabel(value); ok {
			return label
		}
	}
	return format.Text(value)
}

// lapsesOf words the recognitions that are no longer confirmed.
func lapsesOf(v *structure.Structure, day structure.Date) []string {
	var out []string
	for _, l := range v.Lapses(day) {
		out = append(out, lapseText(l))
	}
	return out
}

// unconfirmed names the sources that no longer list the structure, the facts that
// are still shown being theirs.
func unconfirmed(v *structure.Structure) []string {
	var out []string
	for _, source := range staleSources(v) {
		text := sourceName(source) + " ne donne plus cette structure depuis le " + format.ShortDate(v.Sightings[source].Stale) + format.NNBSP + ": ce qui vient de cette source n’est plus confirmé"
		out = append(out, format.Upper(text))
	}
	return out
}

// staleSources are the sources of facts that no longer list the structure.
// Agreements and labels tell it themselves.
func staleSources(v *structure.Structure) []structure.Source {
	var out []structure.Source
	for _, field := range structure.Fields {
		o, ok := v.Origins[field]
		if !ok || field == structure.FieldAgreements || field == structure.FieldLabels {
			continue
		}
		if v.Sightings[o.Source].Stale != "" && !slices.Contains(out, o.Source) {
			out = append(out, o.Source)
		}
	}
	return out
}
