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

// ownPassages lists the texts of a structure but those of its sectors.
func ownPassages(s *structure.Structure, atlas *territory.Atlas) []passage {
	out := make([]passage, 0, 8)
	add := func(f TextField, texts ...string) {
		for _, text := range texts {
			if text != "" {
				out = append(out, newPassage(f, text))
			}
		}
	}
	add(FieldName, s.Name, s.TradeName)
	for i := range s.Activities {
		add(FieldOffer, s.Activities[i].Offer)
	}
	add(FieldDescription, s.Description)
	add(FieldReference, s.References...)
	add(FieldCity, s.Address.City)
	if c, ok := atlas.Commune(s.Address.Commune); ok {
		add(FieldCity, c.Name)
	}
	return out
}

// passages lists the texts of a structure, those of its sectors included, the
// best field first.
func (v *view) passages(s *structure.Structure) []passage {
	out := ownPassages(s, v.atlas)
	for _, a := range s.Activities {
		for _, code := range a.Sectors {
			at := slices.IndexFunc(v.sector, func(known taxonomy.Sector) bool { return known.Code == code })
			if at < 0 {
				continue // of an older taxonomy
			}
			for _, p := range v.lexicon.passages[at] {
				if a.Derived {
					p.field = derivedField[p.field]
				}
				out = append(out, p)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b passage) int { return int(a.field) - int(b.field) })
	return out
}
