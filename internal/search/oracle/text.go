package oracle

import (
	"slices"
	"strings"

	"sourcier/internal/search"
	"sourcier/internal/search/french"
	"sourcier/internal/structure"
)

// fields holds, for each text field, the words of each of its values.
type fields [search.NumFields][][]french.Word

// said is the words of a structure: by field, and of each of its sectors.
type said struct {
	fields
	sectors [][][]french.Word // label, synonyms and group of each
}

func (o *Oracle) words(s *structure.Structure) (out said) {
	put := func(f search.TextField, text string) []french.Word {
		if _, ok := o.cut[text]; !ok {
			o.cut[text] = french.Words(text)
		}
		out.fields[f] = append(out.fields[f], o.cut[text])
		return o.cut[text]
	}
	put(search.FieldName, s.Name)
	put(search.FieldName, s.TradeName)
	put(search.FieldDescription, s.Description)
	for _, r := range s.References {
		put(search.FieldReference, r)
	}
	put(search.FieldCity, s.Address.City)
	if c, ok := o.Atlas.Commune(s.Address.Commune); ok {
		put(search.FieldCity, c.Name)
	}
	for _, offer := range s.Offers {
		put(search.FieldOffer, offer.Title)
		put(search.FieldOffer, offer.Description)
	}
	for _, a := range s.Activities {
		put(search.FieldOffer, a.Offer)
		for _, code := range a.Sectors {
			sector, ok := o.Taxonomy.Sector(code)
			if !ok {
				continue
			}
			synonyms := sector.Synonyms
			if g, ok := o.Taxonomy.Group(sector.Group); ok {
				synonyms = append(slices.Clone(synonyms), g.Label)
			}
			label, synonym := search.FieldSector, search.FieldSynonym
			if a.Derived {
				label, synonym = search.FieldSectorDerived, search.FieldSynonymDerived
			}
			whole := [][]french.Word{put(label, sector.Label)}
			for _, text := range synonyms {
				whole = append(whole, put(synonym, text))
			}
			out.sectors = append(out.sectors, whole)
		}
	}
	return out
}

// score adds up what each unit earns in its best field; ok is false when a unit
// is nowhere.
func score(all said, units []french.Unit) (total int, ok bool) {
	for _, u := range units {
		best := 0
		for f := range search.NumFields {
			best = max(best, earned(f, all.fields[f], u))
		}
		if best == 0 {
			return 0, false
		}
		total += best * len(u.Words)
	}
	if len(units) < 2 {
		return total, true
	}
	if slices.ContainsFunc(all.sectors, func(words [][]french.Word) bool { return holds(search.FieldSector, words, units) }) {
		total += search.BonusOneSector
	}
	for f := range search.NumFields {
		if holds(f, all.fields[f], units) {
			return total + search.BonusOneField, true
		}
	}
	return total, true
}

// holds says whether every unit matches in some value.
func holds(f search.TextField, values [][]french.Word, units []french.Unit) bool {
	return !slices.ContainsFunc(units, func(u french.Unit) bool { return earned(f, values, u) == 0 })
}

// earned is the weight of a unit in one field, 0 when it is not there.
func earned(f search.TextField, values [][]french.Word, u french.Unit) int {
	best := 0
	for _, words := range values {
		for at := range words {
			if form, ok := formAt(words[at:], u); ok {
				best = max(best, search.Weight(f, form))
			}
		}
	}
	return best
}

// formAt is the best form in which a unit matches the beginning of words.
func formAt(words []french.Word, u french.Unit) (search.Form, bool) {
	if len(words) < len(u.Words) {
		return 0, false
	}
	surface, stem := true, true
	for i, w := range u.Words {
		surface = surface && words[i].Surface == w.Surface
		stem = stem && words[i].Stem == w.Stem
	}
	switch {
	case surface, stem && len(u.Words) > 1: // words in a row are a choice: their forms matter no more
		return search.FormExact, true
	case stem:
		return search.FormStem, true
	case u.Prefix && strings.HasPrefix(words[0].Surface, u.Words[0].Surface):
		return search.FormPrefix, true
	}
	return 0, false
}
