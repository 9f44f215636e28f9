package web

import (
	"net/url"
	"strings"

	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Parameters of the "where" field: its words, and the territory that the page
// had put there, so that words left alone keep meaning what they meant.
const (
	paramWords = "ou"
	paramPlace = "lieu"
)

// maxGuesses is how many places are offered for words that name none.
const maxGuesses = 5

// readPlace takes the "where" field out of the parameters. What it resolves to
// becomes their serves values; moved says that the address must change for it. A
// cursor goes too: it is of the API, a page counts from the first result.
func (s *site) readPlace(values url.Values) (found []territory.Territory, words string, moved bool) {
	_, hasWords := values[paramWords]
	_, hasPlace := values[paramPlace]
	_, hasCursor := values["cursor"]
	words = strings.Join(strings.Fields(values.Get(paramWords)), " ")
	if words != "" {
		found = s.resolvePlace(words, values.Get(paramPlace))
	}
	delete(values, paramWords)
	delete(values, paramPlace)
	delete(values, "cursor")
	for _, t := range found {
		values.Add("serves", t.Value)
	}
	return found, words, hasCursor || (hasWords || hasPlace) && (words == "" || len(found) > 0)
}

// resolvePlace reads the words of the "where" field: a name, a postal code, a
// department number, a territory value. Several communes share some postal codes.
func (s *site) resolvePlace(words, before string) []territory.Territory {
	if t, err := s.Atlas.Resolve(before); err == nil && before != "" && territory.Fold(t.Label) == territory.Fold(words) {
		return []territory.Territory{t}
	}
	if len(words) == 5 && strings.Trim(words, "0123456789") == "" {
		var out []territory.Territory
		for _, c := range s.Atlas.ByPostalCode(words) {
			if t, err := s.Atlas.Resolve(c.Code); err == nil {
				out = append(out, t)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	if t, err := s.Atlas.Resolve(words); err == nil {
		return []territory.Territory{t}
	}
	folded := territory.Fold(words)
	for _, t := range s.Atlas.Search(words, s.Home, maxGuesses) {
		// The first is the nearest; a name that only contains the words is a guess.
		if strings.HasPrefix(territory.Fold(t.Label), folded) {
			return []territory.Territory{t}
		}
	}
	return nil
}

// answerPlace explains words that name no place and offers close ones; without
// words there is nothing to explain.
func (p *searchPage) answerPlace(search *part.Search, words string) {
	if words == "" {
		return
	}
	search.Where = words
	search.WhereError = "Lieu non reconnu" + format.NNBSP + ": " + format.Quote(clip(words)) + ". La recherche porte sur tout l’annuaire."
	for _, t := range p.Atlas.Search(words, p.Home, maxGuesses) {
		search.Near = append(search.Near, part.Link{Label: format.Text(t.Label), URL: p.address(with(p.values, "serves", t.Value))})
	}
}
