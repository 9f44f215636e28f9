package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
)

// apiPage answers GET /api/v1/structures.
type apiPage struct {
	Total   int        `json:"total" doc:"Nombre de structures trouvées."`
	Page    int        `json:"page" doc:"Numéro de la page rendue."`
	PerPage int        `json:"per_page" doc:"Structures par page."`
	Sort    query.Sort `json:"sort" doc:"Ordre des résultats, tel qu’il a été appliqué."`
	Next    *string    `json:"next" doc:"Curseur de la page suivante ; null à la fin, et pour l’ordre « relevance », qui n’a que des pages."`
	TookMS  float64    `json:"took_ms" doc:"Durée de la recherche seule, en millisecondes."`
	Items   any        `json:"items" doc:"Les structures de la page ; leurs seuls identifiants avec fields=id."`

	Facets map[string][]facetValue `json:"facets,omitempty" doc:"Par nom de critère, le nombre de structures que chaque valeur donnerait seule dans son groupe. Absent si facets n’est pas demandé."`

	Recognised  []apiRecognised `json:"recognised" doc:"Ce que le texte nommait (un lieu, un type de structure, un code) et qui est devenu un filtre."`
	Ignored     *string         `json:"ignored" doc:"Le texte envoyé, quand il ne contenait aucun mot à chercher."`
	Correction  *apiCorrection  `json:"correction" doc:"Le texte auquel les résultats répondent, quand celui qui a été envoyé ne trouvait rien."`
	Relaxations []apiRelaxation `json:"relaxations" doc:"Ce qui ferait sortir d’un résultat vide, le plus grand total d’abord."`
}

// apiRecognised is a piece of the text that became a filter.
type apiRecognised struct {
	Words     string `json:"words" doc:"Les mots, tels que tapés."`
	Parameter string `json:"parameter" doc:"Le paramètre qui dit la même chose."`
	Value     string `json:"value" doc:"Sa valeur."`
	Label     string `json:"label" doc:"La valeur en français."`
}

// apiCorrection is the text that the results answer, mended.
type apiCorrection struct {
	Text  string      `json:"text" doc:"Le texte corrigé, en entier."`
	Words []apiMended `json:"words" doc:"Les mots corrigés."`
}

type apiMended struct {
	Typed string `json:"typed" doc:"Le mot tapé."`
	Meant string `json:"meant" doc:"Le mot cherché à sa place."`
}

// apiRelaxation is what the search finds without one group of filters or one word.
type apiRelaxation struct {
	Parameters []string `json:"parameters" doc:"Paramètres à retirer ; q garde le texte de text, s’il y en a un."`
	Words      *string  `json:"words" doc:"Le mot ou l’expression à retirer ; null quand il s’agit de filtres."`
	Text       *string  `json:"text" doc:"Ce que devient q ; null s’il n’en reste rien."`
	Total      int      `json:"total" doc:"Nombre de structures alors trouvées."`
}

// facetValue counts what choosing the value alone in its group would give.
type facetValue struct {
	Value    string  `json:"value" doc:"Valeur du paramètre."`
	Label    string  `json:"label" doc:"Son nom en français."`
	Count    int     `json:"count" doc:"Structures qu’elle donnerait, seule dans son groupe."`
	Selected bool    `json:"selected" doc:"Elle est demandée par cette recherche."`
	Parent   *string `json:"parent" doc:"D’un secteur, le groupe auquel il appartient."`
}

// apiStructures answers a search.
func (s *site) apiStructures(c *fiber.Ctx) error {
	q, err := s.parseSearch(c)
	if err != nil {
		return err
	}
	if notModified(c, s.searchTag(q, s.Search.Generation(), "api")) {
		return nil
	}
	res, err := s.search(c, q)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderETag, s.searchTag(q, res.Generation, "api"))
	c.Set(fiber.HeaderLink, s.pageLinks(q, res))
	return c.JSON(s.apiPageOf(q, res))
}

func (s *site) apiPageOf(q query.Query, res query.Result) apiPage {
	page := apiPage{
		Total: res.Total, Page: q.Page, PerPage: q.PerPage, Sort: q.Sort, Next: known(res.Next),
		TookMS: round(float64(res.Took)/float64(time.Millisecond), 1),
		Items:  s.apiItems(q, res.Items),
	}
	if q.Facets {
		page.Facets = facetsOf(res.Facets)
	}
	page.Recognised, page.Ignored = recognisedOf(q.Recognised), known(q.Ignored)
	page.Correction, page.Relaxations = correctionOf(res.Correction), relaxationsOf(res.Relaxations)
	return page
}

// apiID is an item of which only the id is wanted.
type apiID struct {
	ID string `json:"id" doc:"Identifiant de la structure."`
}

func (s *site) apiItems(q query.Query, found []query.Item) any {
	if q.IDsOnly {
		out := make([]apiID, 0, len(found))
		for _, item := range found {
			out = append(out, apiID{item.ID})
		}
		return out
	}
	out := make([]apiItem, 0, len(found))
	for _, item := range found {
		out = append(out, s.apiItemOf(item, q.On))
	}
	return out
}

func recognisedOf(list []query.Recognised) []apiRecognised {
	out := make([]apiRecognised, 0, len(list))
	for _, r := range list {
		out = append(out, apiRecognised{Words: r.Words, Parameter: r.Param, Value: r.Value, Label: r.Label})
	}
	return out
}

func correctionOf(c *query.Correction) *apiCorrection {
	if c == nil {
		return nil
	}
	out := &apiCorrection{Text: c.Text, Words: []apiMended{}}
	for _, w := range c.Words {
		out.Words = append(out.Words, apiMended(w))
	}
	return out
}

func relaxationsOf(list []query.Relaxation) []apiRelaxation {
	out := make([]apiRelaxation, 0, len(list))
	for _, r := range list {
		out = append(out, apiRelaxation{Parameters: listed(r.Params), Words: known(r.Words), Text: known(r.Text), Total: r.Total})
	}
	return out
}

func facetsOf(facets []query.Facet) map[string][]facetValue {
	out := make(map[string][]facetValue, len(facets))
	for _, f := range facets {
		values := make([]facetValue, 0, len(f.Values))
		for _, v := range f.Values {
			values = append(values, facetValue{Value: v.Value, Label: v.Label, Count: v.Count, Selected: v.Selected, Parent: known(v.Parent)})
		}
		out[f.Name] = values
	}
	return out
}

// pageLinks gives the neighbours of a page (RFC 8288). Where pages end, at
// query.MaxDepth, a cursor goes on.
func (s *site) pageLinks(q query.Query, res query.Result) string {
	var links []string
	add := func(rel string, page int, cursor string) {
		q := q
		q.Page, q.Cursor = page, cursor
		links = append(links, "<"+s.Config.BaseURL+apiRoot+searchURL(q.Values())+`>; rel="`+rel+`"`)
	}
	add("first", 1, "")
	if q.Page > 1 {
		add("prev", q.Page-1, "")
	}
	paged := q.Cursor == "" && (q.Page+1)*q.PerPage <= query.MaxDepth
	switch {
	case paged && q.Page*q.PerPage < res.Total:
		add("next", q.Page+1, "")
	case !paged && res.Next != "":
		add("next", 1, res.Next)
	}
	return strings.Join(links, ", ")
}
