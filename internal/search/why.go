package search

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// reasonNames says how the answer names a text field, and people read it. A
// synonym is a way to say its sector.
var reasonNames = [NumFields]struct{ field, label string }{
	FieldName:           {"name", "nom"},
	FieldSector:         {"sector", "secteur"},
	FieldSynonym:        {"sector", "secteur"},
	FieldOffer:          {"offer", "offre"},
	FieldSectorDerived:  {"sector_derived", "déduit du code APE"},
	FieldSynonymDerived: {"sector_derived", "déduit du code APE"},
	FieldDescription:    {"description", "présentation"},
	FieldReference:      {"reference", "référence"},
	FieldCity:           {"city", "ville"},
}

// explain fills the reasons and the excerpt of an item.
func (s *lookup) explain(item *query.Item, r *shown, answering []int) {
	if s.query.Identifier != "" {
		item.Why = append(item.Why, s.identifierReason(r))
	}
	passages := s.view.passages(s.work.passages, &r.Structure, r.fields)
	s.work.passages = passages
	for _, u := range s.units {
		best := -1
		for i := range passages {
			if _, ok := find(passages[i].words, u); ok && (best < 0 || better(&passages[i], &passages[best], u)) {
				best = i
			}
		}
		if best >= 0 {
			item.Why = addReason(item.Why, &passages[best], typed(s.query.Text, u))
		}
	}
	item.Why = append(item.Why, s.sectorReasons(r, answering, item.Why)...)
	item.Excerpt = s.excerpt(&r.Structure, passages)
}

func (s *lookup) identifierReason(r *shown) query.Reason {
	why := query.Reason{Field: "identifier", Label: "SIREN", Text: r.SIREN(), Words: []string{s.query.Identifier}}
	switch s.query.Identifier {
	case r.SIRET:
		why.Label, why.Text = "SIRET", r.SIRET
	case r.FINESS:
		why.Label, why.Text = "FINESS", r.FINESS
	}
	return why
}

// better prefers, among passages of one field, the one that holds the word
// itself; passages come best field first.
func better(a, b *passage, u french.Unit) bool {
	return a.field == b.field && exact(a.words, u) && !exact(b.words, u)
}

func exact(words []french.Word, u french.Unit) bool {
	return slices.ContainsFunc(words, func(w french.Word) bool { return w.Surface == u.Words[0].Surface })
}

// find gives where a unit matches in analysed words.
func find(words []french.Word, u french.Unit) (at int, ok bool) {
	n := len(u.Words)
	if n == 1 {
		w := &u.Words[0]
		for at := range words {
			if words[at].Stem == w.Stem || words[at].Surface == w.Surface || u.Prefix && strings.HasPrefix(words[at].Surface, w.Surface) {
				return at, true
			}
		}
		return 0, false
	}
	for at := 0; at+n <= len(words); at++ {
		same := func(form func(french.Word) string) bool {
			for i, w := range u.Words {
				if form(words[at+i]) != form(w) {
					return false
				}
			}
			return true
		}
		if same(func(w french.Word) string { return w.Surface }) || same(func(w french.Word) string { return w.Stem }) {
			return at, true
		}
	}
	return 0, false
}

func addReason(why []query.Reason, p *passage, words string) []query.Reason {
	name := reasonNames[p.field]
	for i := range why {
		if why[i].Field == name.field && why[i].Text == p.shown {
			why[i].Words = append(why[i].Words, words)
			return why
		}
	}
	return append(why, query.Reason{Field: name.field, Label: name.label, Text: p.shown, Words: []string{words}})
}

// sectorReasons says which sectors of the activities that answer meet the
// sector filter, unless the text has said so already.
func (s *lookup) sectorReasons(r *shown, answering []int, said []query.Reason) []query.Reason {
	if len(s.query.Sectors) == 0 {
		return nil
	}
	var out []query.Reason
	for _, i := range answering {
		a := r.activity(i)
		for _, code := range a.Sectors {
			sector, ok := s.view.taxonomy.Sector(code)
			if !ok || !slices.Contains(s.query.Sectors, code) && !slices.Contains(s.query.Sectors, sector.Group) {
				continue
			}
			name := reasonNames[sectorField(a)]
			known := func(r query.Reason) bool { return r.Text == sector.Label }
			if !slices.ContainsFunc(said, known) && !slices.ContainsFunc(out, known) {
				out = append(out, query.Reason{Field: name.field, Label: name.label, Text: sector.Label})
			}
		}
	}
	return out
}

func sectorField(a structure.Activity) TextField {
	if a.Derived {
		return FieldSectorDerived
	}
	return FieldSector
}

// excerpt shows the offer or description that holds the most units, from where
// the first of them is; without any, the beginning of the description, else of
// the first offer.
func (s *lookup) excerpt(st *structure.Structure, passages []passage) string {
	text, most, at := st.Description, 0, 0
	for i := range passages {
		p := &passages[i]
		if p.field != FieldDescription && p.field != FieldOffer {
			continue
		}
		if held, first := s.held(p); held > most {
			text, most, at = p.text, held, first
		}
	}
	for i := 0; text == "" && i < len(st.Activities); i++ {
		text = st.Activities[i].Offer
	}
	for i := 0; text == "" && i < len(st.Offers); i++ {
		text = cmp.Or(st.Offers[i].Description, st.Offers[i].Title)
	}
	return excerpt(text, at)
}

// held counts the units that a passage holds, and finds the first.
func (s *lookup) held(p *passage) (units, first int) {
	for _, u := range s.units {
		at, ok := find(p.words, u)
		if !ok {
			continue
		}
		if start := p.words[at].Start; units == 0 || start < first {
			first = start
		}
		units++
	}
	return units, first
}
