package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/results"
)

// searchPage is what the parts of a results page are made from.
type searchPage struct {
	*site
	q          query.Query
	res        query.Result
	values     url.Values // canonical, without page, cursor and facets
	path       string     // of the page that shows the search
	acquainted []acquaintance
	marker     format.Marker
}

// newSearchPage reads what every part of the page is made from.
func (s *site) newSearchPage(q query.Query, res query.Result) searchPage {
	p := searchPage{site: s, q: q, res: res, values: pageValues(q), path: searchPath}
	p.marker = format.NewMarker(cmp.Or(q.Identifier, p.text()))
	return p
}

// address is that of another search on the same page.
func (p *searchPage) address(values url.Values) string { return searchAt(p.path, values) }

// text is the text that the results answer: the one asked for, or mended.
func (p *searchPage) text() string {
	if p.res.Correction != nil {
		return p.res.Correction.Text
	}
	return p.q.Text
}

// results answers a search as a page.
func (s *site) results(c *fiber.Ctx) error {
	p, words, err := s.askPage(c, searchPath, func(q *query.Query) { q.Facets, q.OnlyFacets = true, nil })
	if err != nil || p == nil {
		return err
	}
	if err := p.countAcquaintances(c); err != nil {
		return err
	}
	page := p.page()
	s.deskOf(c, p, &page)
	p.answerPlace(&page.Search, words)
	return render(c, s.Results(page))
}

// askPage answers the search of a request for the page at path; need says what
// the page wants counted. The words of a place lead to the address that names it,
// so that every address says what it shows: the page is nil when that, or an
// answer which the client has already, ends the request. words are those of a
// place that was not understood.
func (s *site) askPage(c *fiber.Ctx, path string, need func(*query.Query)) (p *searchPage, words string, err error) {
	values, err := queryValues(c)
	if err != nil {
		return nil, "", err
	}
	_, words, moved := s.readPlace(values)
	if moved {
		for name := range values {
			if strings.Join(values[name], "") == "" {
				delete(values, name)
			}
		}
		return nil, "", c.Redirect(searchAt(path, values), fiber.StatusSeeOther)
	}
	q, err := s.Parser.Parse(values)
	if err != nil {
		return nil, "", err
	}
	q.IDsOnly = false
	need(&q)
	var acquainted []acquaintance
	if path == searchPath { // a frame of another site is nobody's
		if acquainted, err = s.acquaintances(c, values, &q); err != nil {
			return nil, "", err
		}
	}
	res, err := s.search(c, q)
	form := []string{"page", path, words, q.Ignored, acquaintanceText(acquainted)}
	if err != nil || notModified(c, s.searchTag(q, res.Generation, strings.Join(form, " "))) {
		return nil, "", err
	}
	page := s.newSearchPage(q, res)
	page.path, page.acquainted = path, acquainted
	return &page, words, nil
}

// pageValues is the canonical form of a search, whatever its page.
func pageValues(q query.Query) url.Values {
	values := q.Values()
	for _, param := range []string{"page", "cursor", "facets", "fields"} {
		values.Del(param)
	}
	for _, param := range q.AmongBy {
		values.Set(param, "1")
	}
	return values
}

func (p *searchPage) page() results.Page {
	heading := p.heading()
	title := heading
	if p.q.Page > 1 {
		title = fitted(heading, ", page "+strconv.Itoa(p.q.Page))
	}
	page := results.Page{
		Base: p.base(title, p.description(), resultsAddress(p.values, p.q.Page)), Heading: heading,
		Search: p.band(), Chips: p.chips(), Correction: p.correction(), Notes: p.notes(), Sorts: p.sorts(), Groups: p.groups(),
		Pages: p.pagination(), Range: p.span(), Leaf: p.leaf(), Cut: p.cut(), Export: p.exportURL(), API: "/api/v1" + searchURL(unacquainted(p.values)),
		Back: p.back(), Embed: searchAt(embedPath, unacquainted(with(p.values, "sort"))), Printed: p.printed(),
	}
	if len(page.Back) > maxBack {
		page.Back = ""
	}
	if p.q.Among == nil { // the map is drawn for anybody, from what anybody may ask
		page.Map = p.resultsMap()
	}
	page.Ticket = p.foundTicket()
	page.Hidden = p.hidden(page.Groups)
	if len(page.Chips) > 1 {
		page.Clear = p.path
	}
	page.Section = searchPath
	page.Cards = p.cards()
	for i := range page.Cards {
		page.Cards[i].ID = p.res.Items[i].ID
	}
	if len(page.Cards) == 0 {
		page.Empty = p.empty()
	}
	return page
}

func (p *searchPage) cards() []part.Card {
	var out []part.Card
	for i := range p.res.Items {
		out = append(out, p.card(&p.res.Items[i]))
	}
	return out
}

func (p *searchPage) description() string {
	return "Structures de l’insertion, du handicap, de l’économie sociale et solidaire, TPE et PME : " + p.heading() + "."
}

// what is the subject of the search in words: its text, or its only sector.
func (p *searchPage) what() string {
	switch {
	case p.q.Identifier != "":
		return p.q.Identifier
	case p.q.Text != "":
		return format.Text(p.text())
	case len(p.q.Sectors) == 1:
		return p.sectorLabel(p.q.Sectors[0])
	}
	return ""
}

// subject says text and place: « nettoyage » à Orly.
func (p *searchPage) subject() string {
	var words []string
	if what := p.what(); what != "" {
		words = append(words, format.Quote(what))
	}
	if where := inPlaces(p.q.Serves); where != "" {
		words = append(words, where)
	}
	return strings.Join(words, " ")
}

// heading is the total in a sentence.
func (p *searchPage) heading() string {
	n, what, where := p.res.Total, p.what(), inPlaces(p.q.Serves)
	if n == 0 {
		return p.headingOfNone(what, where)
	}
	text := format.Count(n, "structure", "structures")
	switch {
	case what != "" && where != "":
		return text + " pour " + format.Quote(what) + " " + where
	case what != "":
		return text + " pour " + format.Quote(what)
	case where != "":
		return text + " " + format.Plural(n, "intervient ", "interviennent ") + where
	case len(p.values) > 0:
		return text + " " + format.Plural(n, "correspond à vos filtres", "correspondent à vos filtres")
	}
	return text + " dans l’annuaire"
}

func (p *searchPage) headingOfNone(what, where string) string {
	switch {
	case what != "" && where != "":
		return "Aucune structure pour " + format.Quote(what) + " " + where
	case what != "":
		return "Aucune structure pour " + format.Quote(what)
	case where != "":
		return "Aucune structure n’intervient " + where
	case len(p.values) > 0:
		return "Aucune structure ne correspond à vos filtres"
	}
	return "L’annuaire est encore vide"
}

// band is the search as the form shows it. The field "where" stands for the
// first territory served; the others are hidden parameters.
func (p *searchPage) band() part.Search {
	search := part.Search{What: p.q.Text, Places: p.places(), Folded: len(p.values) > 0}
	if p.q.Identifier != "" {
		search.What = p.q.Identifier
	}
	if len(p.q.Serves) > 0 {
		search.Where, search.WhereValue = format.Text(p.q.Serves[0].Label), p.q.Serves[0].Value
	}
	return search
}

// hidden keeps what no control of the page shows: the form must send the whole
// search, whatever the facets list.
func (p *searchPage) hidden(groups []results.Group) []results.Hidden {
	shown := map[results.Hidden]bool{}
	for _, g := range groups {
		for _, c := range slices.Concat(g.Choices, g.More) {
			shown[results.Hidden{Name: c.Name, Value: c.Value}] = true
		}
	}
	if len(p.q.Serves) > 0 { // the field "where"
		shown[results.Hidden{Name: "serves", Value: p.q.Serves[0].Value}] = true
	}
	var out []results.Hidden
	for _, param := range append([]string{"radius_km", "per_page"}, filterParams...) {
		for _, v := range p.values[param] {
			if h := (results.Hidden{Name: param, Value: v}); !shown[h] {
				out = append(out, h)
			}
		}
	}
	return out
}

// notes says what the search did not use; what it turned into filters is a chip.
func (p *searchPage) notes() []string {
	var out []string
	if p.q.Ignored != "" {
		out = append(out, format.Quote(format.Text(clip(p.q.Ignored)))+" ne contient aucun mot à chercher"+format.NNBSP+": essayez le nom d’un métier, d’une structure ou un SIRET.")
	}
	return out
}

func (p *searchPage) sorts() []part.Option {
	var out []part.Option
	add := func(sort query.Sort, label string) {
		value := string(sort)
		if len(out) == 0 {
			value = "" // the default needs no parameter
		}
		out = append(out, part.Option{Value: value, Label: label, Selected: p.q.Sort == sort})
	}
	if p.q.Text != "" {
		add(query.SortRelevance, "pertinence")
	}
	add(query.SortNeutral, "ordre neutre du jour")
	if _, placed := p.q.Origin(p.Atlas); placed {
		add(query.SortDistance, "distance")
	}
	add(query.SortName, "nom")
	add(query.SortUpdated, "mise à jour")
	return out
}

func (p *searchPage) pagination() part.Pagination {
	_, pages := p.pages()
	return pagination(p.q.Page, pages, func(n int) string {
		if n == 1 {
			return p.address(p.values)
		}
		return p.address(with(p.values, "page", strconv.Itoa(n)))
	})
}

// pagination lists the pages around the current one, the first and the last.
func pagination(page, pages int, address func(int) string) part.Pagination {
	out := part.Pagination{Page: page, Pages: pages}
	if page > 1 {
		out.Previous = address(min(page-1, max(pages, 1)))
	}
	if page < pages {
		out.Next = address(page + 1)
	}
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < page-1 || n > page+1) {
			continue
		}
		if n > last+1 {
			out.Numbers = append(out.Numbers, part.PageLink{})
		}
		out.Numbers = append(out.Numbers, part.PageLink{Page: n, URL: address(n)})
		last = n
	}
	return out
}

// pages is how many pages the list has, and how many can be turned to.
func (p *searchPage) pages() (all, shown int) {
	all = (p.res.Total + p.q.PerPage - 1) / p.q.PerPage
	return all, min(all, query.MaxDepth/p.q.PerPage)
}

// span says which part of the list is shown, so that a long list does not look
// like a short one: « 21 à 40 sur 213 », and leaf says « , page 2 sur 11 ».
func (p *searchPage) span() string {
	if len(p.res.Items) == 0 {
		return ""
	}
	if p.res.Total <= len(p.res.Items) {
		return format.Plural(len(p.res.Items), "Toute la liste", "Toutes sur cette page")
	}
	first := (p.q.Page-1)*p.q.PerPage + 1
	return format.Number(first) + " à " + format.Number(first+len(p.res.Items)-1) + " sur " + format.Number(p.res.Total)
}

func (p *searchPage) leaf() string {
	if p.res.Total <= len(p.res.Items) || len(p.res.Items) == 0 {
		return ""
	}
	_, pages := p.pages()
	return ", page" + format.NBSP + format.Number(p.q.Page) + " sur" + format.NBSP + format.Number(pages)
}

// cut says that the list goes further than its pages.
func (p *searchPage) cut() string {
	all, shown := p.pages()
	if all <= shown {
		return ""
	}
	return format.Text("Les pages s’arrêtent à la " + format.Number(shown*p.q.PerPage) + "e structure sur " + format.Number(p.res.Total) + " : précisez la recherche pour voir les autres.")
}

// back is the search with its page, encoded, for the pages that lead back to it.
func (p *searchPage) back() string {
	back := p.values
	if p.q.Page > 1 {
		back = with(back, "page", strconv.Itoa(p.q.Page))
	}
	return back.Encode()
}

// printed says on paper what the band and the facets say on a screen.
func (p *searchPage) printed() []string {
	var out, filters []string
	for _, c := range p.chips() {
		filters = append(filters, c.Label)
	}
	if len(filters) > 0 {
		out = append(out, format.Text("Filtres : ")+strings.Join(filters, " · "))
	}
	address := p.Config.BaseURL + searchPath
	if back := p.back(); back != "" {
		address += "?" + back
	}
	return append(out, format.Text("Annuaire consulté le "+format.Date(p.q.On)+" : ")+address)
}
