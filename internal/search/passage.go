package search

import (
	"slices"

	"sourcier/internal/search/french"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// passage is one text of a structure in which words are looked for.
type passage struct {
	field TextField
	text  string // searched
	shown string // given as a reason: for a synonym, the label of its sector
	words []french.Word
}

func newPassage(f TextField, text string) passage { return passage{f, text, text, french.Words(text)} }

// sectorPassages are the label of a sector, then its synonyms and the label of
// its group, as declared ones; they are cut into words once.
func sectorPassages(t *taxonomy.Taxonomy, s taxonomy.Sector) []passage {
	out := []passage{newPassage(FieldSector, s.Label)}
	synonyms := slices.Clone(s.Synonyms)
	if g, ok := t.Group(s.Group); ok {
		synonyms = append(synonyms, g.Label)
	}
	for _, text := range synonyms {
		p := newPassage(FieldSynonym, text)
		p.shown = s.Label
		out = append(out, p)
	}
	return out
}

// derivedField is the field of a sector that was deduced from the APE code.
var derivedField = [NumFields]TextField{FieldSector: FieldSectorDerived, FieldSynonym: FieldSynonymDerived}

// ownTexts visits the texts of a structure but those of its sectors.
func ownTexts(s *structure.Structure, atlas *territory.Atlas, visit func(f TextField, text string)) {
	visit(FieldName, s.Name)
	visit(FieldName, s.TradeName)
	for i := range s.Activities {
		visit(FieldOffer, s.Activities[i].Offer)
	}
	for i := range s.Offers {
		visit(FieldOffer, s.Offers[i].Title)
		visit(FieldOffer, s.Offers[i].Description)
	}
	visit(FieldDescription, s.Description)
	for _, text := range s.References {
		visit(FieldReference, text)
	}
	visit(FieldCity, s.Address.City)
	if c, ok := atlas.Commune(s.Address.Commune); ok {
		visit(FieldCity, c.Name)
	}
}

// ownPassages cuts the texts of a structure but those of its sectors.
func ownPassages(s *structure.Structure, atlas *territory.Atlas) []passage {
	out := make([]passage, 0, 8)
	ownTexts(s, atlas, func(f TextField, text string) {
		if text != "" {
			out = append(out, newPassage(f, text))
		}
	})
	return out
}

// passages lists the texts of a structure in some fields, the best field first:
// cutting a description that no word of the text is in would be for nothing.
func (v *view) passages(out []passage, s *structure.Structure, fields uint16) []passage {
	out = out[:0]
	ownTexts(s, v.atlas, func(f TextField, text string) {
		if fields&(1<<f) != 0 && text != "" {
			out = append(out, newPassage(f, text))
		}
	})
	for i := range s.Activities {
		a := &s.Activities[i]
		for _, code := range a.Sectors {
			at, ok := v.sectorAt[code]
			if !ok {
				continue // of an older taxonomy
			}
			for _, p := range v.lexicon.passages[at] {
				if a.Derived {
					p.field = derivedField[p.field]
				}
				if fields&(1<<p.field) != 0 {
					out = append(out, p)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b passage) int { return int(a.field) - int(b.field) })
	return out
}
