package web

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search"
	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/views/format"
)

// apiSuggestions answers GET /api/v1/suggest.
type apiSuggestions struct {
	Items     []apiSuggestion `json:"items" doc:"Groupées par nature : secteurs, lieux, codes CPV, structures."`
	Corrected *string         `json:"corrected" doc:"Le texte auquel elles répondent, quand ce n’est pas celui qui a été envoyé."`
}

// apiSuggestion is one thing that the text may mean.
type apiSuggestion struct {
	Kind   query.SuggestionKind `json:"kind" doc:"Nature."`
	Value  string               `json:"value" doc:"Code du secteur ou du groupe, valeur de territoire, code CPV, identifiant de la structure."`
	Label  string               `json:"label" doc:"Ce qui est montré."`
	Detail string               `json:"detail" doc:"À côté : le synonyme qui répond, le département, la ville ; vide quand il n’y a rien à ajouter."`
	Rest   string               `json:"rest" doc:"D’un lieu, les mots qui le précèdent et restent à chercher."`
	URL    string               `json:"url" doc:"Chemin de la page à laquelle la choisir conduit."`
}

// A search typed with suggestions is some ten requests.
const (
	typingFactor     = 4 // tokens of suggestions for one of searches, in a bucket of their own
	suggestionsCache = "private, max-age=60"
)

// apiSuggest says what a text that is being typed may mean. An empty text means
// nothing yet; one that no search would take is refused as a search is.
func (s *site) apiSuggest(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	text := strings.Join(strings.Fields(values.Get("q")), " ")
	if _, err := s.Parser.Parse(url.Values{"q": {text}}); err != nil {
		return err
	}
	if notModified(c, s.tag("suggest", fmt.Sprint(s.Search.Generation()), text), suggestionsCache) {
		return nil
	}
	out := apiSuggestions{Items: []apiSuggestion{}}
	if text != "" {
		if out, err = s.suggestions(c.UserContext(), text); err != nil {
			return err
		}
	}
	return c.JSON(out)
}

// suggestions asks the engine, within the deadline of the request.
func (s *site) suggestions(ctx context.Context, text string) (apiSuggestions, error) {
	found, err := s.Suggest.Suggest(ctx, text)
	if err != nil {
		return apiSuggestions{}, s.engineError(ctx, "suggest", err)
	}
	out := apiSuggestions{Items: []apiSuggestion{}, Corrected: known(found.Corrected)}
	for _, item := range found.Items {
		out.Items = append(out.Items, suggestionOf(item))
	}
	if len(out.Items) == 0 {
		out.Items = append(out.Items, s.suggestPlace(text)...)
	}
	return out, nil
}

// suggestionOf adds where choosing a suggestion leads.
func suggestionOf(item query.Suggestion) apiSuggestion {
	out := apiSuggestion{Kind: item.Kind, Value: item.Value, Label: item.Label, Detail: item.Detail}
	switch item.Kind {
	case query.SuggestSector:
		out.URL = searchURL(url.Values{"sector": {item.Value}})
	case query.SuggestTerritory:
		out.Label = format.Text(item.Label) // it fills a field of the page
		out.URL = searchURL(url.Values{"serves": {item.Value}})
	case query.SuggestCPV:
		out.URL = searchURL(url.Values{"q": {item.Value}})
	case query.SuggestStructure:
		out.URL = sheetURL(item.Value, "")
	}
	return out
}

// Bounds of a place named behind other words.
const (
	maxTail    = 5 // words of its name
	minTail    = 3 // letters of the only one
	maxTailing = 3 // places offered
)

// suggestPlace reads the end of a text that nothing answers as a place being
// typed: « nettoyage de bureaux à vit » is nettoyage de bureaux, to be searched
// for in Vitry.
func (s *site) suggestPlace(text string) []apiSuggestion {
	words := strings.Fields(text)
	for n := min(maxTail, len(words)-1); n > 0; n-- {
		tail := words[len(words)-n:]
		if n == 1 && utf8.RuneCountInString(tail[0]) < minTail || french.IsStop(tail[0]) {
			continue
		}
		rest := words[:len(words)-n]
		for len(rest) > 0 && french.IsStop(rest[len(rest)-1]) {
			rest = rest[:len(rest)-1]
		}
		places := s.Atlas.Search(strings.Join(tail, " "), s.Home, maxTailing)
		if len(rest) == 0 || len(places) == 0 {
			continue
		}
		var out []apiSuggestion
		for _, t := range places {
			out = append(out, apiSuggestion{
				Kind: query.SuggestTerritory, Value: t.Value, Label: format.Text(t.Label), Detail: search.PlaceDetail(s.Atlas, t), Rest: strings.Join(rest, " "),
				URL: searchURL(url.Values{"q": {strings.Join(rest, " ")}, "serves": {t.Value}}),
			})
		}
		return out
	}
	return nil
}
