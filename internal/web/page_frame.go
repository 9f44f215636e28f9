package web

import (
	"html"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/views/format"
	"sourcier/views/results"
)

// framePath is the light search that other sites may show in a frame: the only
// page that any host but ours may frame, and those of EmbedHosts alone.
const framePath = "/cadre"

// frame answers a search as a page made for a frame.
func (s *site) frame(c *fiber.Ctx) error {
	// Of the facets a chip needs the names of labels only.
	p, words, err := s.askPage(c, framePath, func(q *query.Query) { q.Facets, q.OnlyFacets = true, []string{"label"} })
	if err != nil || p == nil {
		return err
	}
	page := results.Frame{
		Base: p.base(p.heading(), p.description(), ""), Heading: p.heading(), Search: p.band(), Chips: p.chips(), Correction: p.correction(),
		Notes: p.notes(), Hidden: p.hidden(nil), Cards: p.cards(), Pages: p.pagination(), Range: p.span() + p.leaf(), Full: searchURL(p.values),
	}
	page.Framed = true
	if p.q.Sort != "" && p.values.Has("sort") {
		page.Hidden = append(page.Hidden, results.Hidden{Name: "sort", Value: p.values.Get("sort")})
	}
	if len(page.Cards) == 0 {
		page.Empty = p.empty()
	}
	p.answerPlace(&page.Search, words)
	return render(c, results.FrameView(page))
}

// embed tells an organisation how to show a search on its own site: the search of
// the address, else the whole directory.
func (s *site) embed(c *fiber.Ctx) error {
	q, err := s.parseSearch(c)
	if err != nil {
		return err
	}
	p := s.newSearchPage(q, query.Result{})
	p.values.Del("sort")
	page := results.Embed{
		Base: s.base("Intégrer la recherche à votre site", "Le code à copier pour montrer la recherche de fournisseurs dans une page de votre site.", embedPath),
		Code: embedCode(s.Config.BaseURL, p.values), Frame: searchAt(framePath, p.values), Chips: p.chips(), Text: format.Text(q.Text),
		Hosts: s.Config.EmbedHosts, Contact: s.Config.ContactEmail, Full: searchURL(p.values),
	}
	page.NoIndex = len(p.values) > 0
	return render(c, results.EmbedView(page))
}

// embedPath is the page that tells how to embed the search.
const embedPath = "/integrer"

// embedCode is what a site pastes into its page. The link under the frame is for
// those whose browser shows no frame.
func embedCode(base string, values url.Values) string {
	return `<iframe src="` + html.EscapeString(base+searchAt(framePath, values)) + `"` + "\n" +
		`  title="Recherche de fournisseurs, Sourcier"` + "\n" +
		`  width="100%" height="760" loading="lazy"></iframe>` + "\n" +
		`<p><a href="` + html.EscapeString(base+searchURL(values)) + `">Ouvrir cette recherche sur Sourcier</a></p>`
}
