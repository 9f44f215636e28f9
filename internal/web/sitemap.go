package web

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
)

const (
	// sitemapPartSize is how many sheets a part of the sitemap aims at. The protocol
	// allows 50,000, and parts are made by the hash of ids: half is a safe margin.
	sitemapPartSize = 25_000
	// maxSitemapParts is what the first two letters of an id can tell apart.
	maxSitemapParts = 1024
	sitemapBatch    = 1000 // documents read at a time
	// sitemapCaching lets a crawler keep a sitemap for an hour.
	sitemapCaching = "public, max-age=3600"
	// maxKeptParts bounds the parts that are kept, of 3 MB each at most.
	maxKeptParts = 8
	// sitemapShare of the rate limit is left for parts: while an import goes on, each
	// is made anew.
	sitemapShare = 0.01
	sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"
)

// pagesPart is the part of the pages that are no sheet.
const pagesPart = "pages"

// listedPages are the addresses of pages that are no sheet, in order; those without
// a route are left out, and a parameter stands for the values that have structures.
var listedPages = []string{
	"/", searchPath, aheadPath, agendaPath, planPath, territoriesPath, territoryRoute, sectorsPath, sectorRoute, helpPath, helpPath + "/acheteurs", helpPath + "/programme", helpPath + "/evenements", helpPath + "/structures",
	answerPath, hoursPath, openCallsPath, charterPath, registrationPath, embedPath, "/api", "/sources", "/credits", "/accessibilite", "/donnees-personnelles", "/mentions-legales", "/plan-du-site",
}

// sitemapEntry is a line of a sitemap, or of the index of its parts.
type sitemapEntry struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

type sitemapIndex struct {
	XMLName xml.Name       `xml:"sitemapindex"`
	Space   string         `xml:"xmlns,attr"`
	Parts   []sitemapEntry `xml:"sitemap"`
}

type sitemapURLs struct {
	XMLName xml.Name       `xml:"urlset"`
	Space   string         `xml:"xmlns,attr"`
	Pages   []sitemapEntry `xml:"url"`
}

// robots tells crawlers what to read: the pages, and the sheets by the sitemap.
// What has endless addresses (filters, comparisons, exports, maps, the API) costs
// searches and is no reading; what is for who is signed in, or holds a link, is nobody
// else's. A portal that is not in production is not read at all;
// in production, fictional sheets say themselves that they are not to be listed.
func (s *site) robots(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	if !s.Config.Production {
		return c.SendString("User-agent: *\nDisallow: /\n")
	}
	text := "User-agent: *\n"
	for _, path := range []string{apiRoot + "/", searchPath + "?", pathCSV, pathXLSX, comparePath, pathExport, framePath, planPath + "?", aheadPath + "?", agendaPath + "?", followPath,
		signInPath, signOutPath, accountPath, administrationPath, organisationsPath, listsPath, searchesPath, programmePath, operationsPath + "/", eventsPath, guestLinkPath + "/", surveyLinkPath + "/", relayLinkPath + "/", answerLinkPath + "/", ownRequestsPath, invitationsPath + "/", unsubscribePath + "/", registrationPath + "/", registrationPath + "?"} {
		text += "Disallow: " + path + "\n"
	}
	return c.SendString(text + "\nSitemap: " + s.Config.BaseURL + "/sitemap.xml\n")
}

// sitemap answers the index of the parts.
func (s *site) sitemap(c *fiber.Ctx) error {
	if notModified(c, s.tag("sitemap", fmt.Sprint(s.Search.Generation())), sitemapCaching) {
		return nil
	}
	parts, err := s.sitemapParts(c.UserContext())
	if err != nil {
		return err
	}
	index := sitemapIndex{Space: sitemapSpace}
	for _, part := range parts {
		index.Parts = append(index.Parts, sitemapEntry{Loc: s.Config.BaseURL + "/sitemap-" + part + ".xml"})
	}
	return sendXML(c, index)
}

// sitemapParts names the parts: the pages, and the sheets cut by the beginning of
// their ids, which are hashes and so spread evenly. A directory of fictional
// structures alone has no sheet to list.
func (s *site) sitemapParts(ctx context.Context) ([]string, error) {
	parts := []string{pagesPart}
	n, err := s.sheetParts(ctx)
	for i := range n {
		parts = append(parts, fmt.Sprintf("%d-%d", i+1, n))
	}
	return parts, err
}

// sheetParts is how many parts the sheets are cut into: a power of two.
func (s *site) sheetParts(ctx context.Context) (int, error) {
	if s.isDemo() && !s.isMixed() {
		return 0, nil
	}
	res, err := s.aside(ctx, query.Query{Sort: query.SortName, Page: 1, PerPage: 1, IDsOnly: true, On: s.today()})
	if err != nil {
		return 0, err
	}
	n := 1
	for res.Total > n*sitemapPartSize && n < maxSitemapParts {
		n *= 2
	}
	return n, nil
}

// sitemapPart answers one part, from the store, batch by batch: half a second of work
// for 10,000 sheets. Parts are kept while the directory stays as it is.
func (s *site) sitemapPart(c *fiber.Ctx) error {
	ctx, part := c.UserContext(), c.Params("part")
	parts, err := s.sitemapParts(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(parts, part) {
		return fiber.ErrNotFound
	}
	generation := fmt.Sprint(s.Search.Generation())
	if notModified(c, s.tag("sitemap", generation, part), sitemapCaching) {
		return nil
	}
	body, err := keep(c, s.parts, generation, part, func() ([]byte, error) { return s.writePart(ctx, part) })
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationXMLCharsetUTF8)
	return c.Send(body)
}

func (s *site) writePart(ctx context.Context, part string) (body []byte, err error) {
	urls := sitemapURLs{Space: sitemapSpace}
	if part == pagesPart {
		urls.Pages, err = s.pageEntries(ctx)
	} else {
		urls.Pages, err = s.sheetEntries(ctx, part)
	}
	if err != nil {
		return nil, err
	}
	return xmlOf(urls)
}

// idLetters are those of ids, in their order as text.
const idLetters = "234567abcdefghijklmnopqrstuvwxyz"

// idRange gives the beginning of the ids of part i of n: from from, before to.
func idRange(i, n int) (from, to string) {
	letters := func(k int) string {
		if k >= maxSitemapParts {
			return "~" // after every letter
		}
		return string([]byte{idLetters[k/len(idLetters)], idLetters[k%len(idLetters)]})
	}
	each := maxSitemapParts / n
	return letters((i - 1) * each), letters(i * each)
}

// sheetEntries lists the sheets of a part: real structures that are open.
func (s *site) sheetEntries(ctx context.Context, part string) (out []sitemapEntry, err error) {
	var i, n int
	if _, err := fmt.Sscanf(part, "%d-%d", &i, &n); err != nil {
		return nil, store.ErrNotFound
	}
	after, end := idRange(i, n)
	for {
		docs, err := s.Structures.Scan(ctx, after, sitemapBatch)
		if err != nil {
			return nil, fmt.Errorf("sitemap: %w", err)
		}
		for _, d := range docs {
			if d.ID >= end {
				return out, nil
			}
			if v := &d.Value; !v.Demo && !v.Closed && v.Shown() {
				out = append(out, sitemapEntry{Loc: s.Config.BaseURL + sheetAddress(v.ID), LastMod: v.UpdatedAt.UTC().Format(time.RFC3339)})
			}
			after = d.ID
		}
		if len(docs) < sitemapBatch {
			return out, nil
		}
	}
}

// pageEntries lists the pages that are no sheet.
func (s *site) pageEntries(ctx context.Context) ([]sitemapEntry, error) {
	values, err := s.valuesWithStructures(ctx)
	if err != nil {
		return nil, err
	}
	var out []sitemapEntry
	add := func(path string) { out = append(out, sitemapEntry{Loc: s.Config.BaseURL + path}) }
	for _, page := range listedPages {
		switch {
		case !slices.Contains(s.pages(), page):
		case page == territoryRoute:
			for _, v := range values["serves"] {
				add(territoryURL(url.PathEscape(v)))
			}
		case page == sectorRoute:
			for _, v := range values["sector"] {
				add(sectorURL(url.PathEscape(v)))
			}
		default:
			add(page)
		}
	}
	return out, nil
}

// valuesWithStructures asks the facets of the whole directory.
func (s *site) valuesWithStructures(ctx context.Context) (map[string][]string, error) {
	res, err := s.aside(ctx, query.Query{Sort: query.SortName, Page: 1, PerPage: 1, IDsOnly: true, On: s.today(), Facets: true, OnlyFacets: []string{"sector", "serves"}})
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, f := range res.Facets {
		for _, v := range f.Values {
			if v.Count > 0 {
				out[f.Name] = append(out[f.Name], v.Value)
			}
		}
	}
	return out, nil
}

func sendXML(c *fiber.Ctx, v any) error {
	body, err := xmlOf(v)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationXMLCharsetUTF8)
	return c.Send(body)
}

func xmlOf(v any) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(v); err != nil {
		return nil, fmt.Errorf("sitemap: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
