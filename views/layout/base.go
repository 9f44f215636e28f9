// Package layout is the frame of every page: head, header, banner, footer.
package layout

// Base is what the frame needs to know of a page; page structs embed it.
type Base struct {
	Title       string // without the name of the site
	Description string // for search engines, one or two sentences
	Canonical   string // absolute address, "" when the page has none; said of a page that may be listed
	NoIndex     bool
	Framed      bool   // shown inside the page of someone else: no header, footer or script
	Demo        bool   // the directory holds fictional structures
	Section     string // path of the header entry that is current
	Territory   string // label of the home territory
	Linked      any    // what the page is about, as JSON-LD for search engines; nil for nothing
	Asset       func(name string) string
}

// Site is the name of the portal.
const Site = "Sourcier"

// HTMX turns off what the Content-Security-Policy forbids, and lets the browser
// reload a page it goes back to rather than show a copy kept in the page.
const HTMX = `{"includeIndicatorStyles":false,"allowEval":false,"historyCacheSize":0,"refreshOnHistoryMiss":true}`

func (b Base) asset(name string) string {
	if b.Asset == nil {
		return "/public/" + name
	}
	return b.Asset(name)
}

// Icons is the address of the sprite that part.Icon draws from.
func (b Base) Icons() string { return b.asset("img/icons.svg") }

// Script is the address of a script that a page loads beside those of every page.
func (b Base) Script(name string) string { return b.asset("js/" + name) }

func (b Base) fullTitle() string {
	if b.Title == "" {
		return Site
	}
	return b.Title + " · " + Site
}

// tagline says after the name what the site is.
func (b Base) tagline() string {
	if b.Territory == "" {
		return ""
	}
	return ", l’annuaire des fournisseurs de " + b.Territory
}

// current is the value of aria-current, which says "false" when it is not there.
func current(is bool) string {
	if is {
		return "page"
	}
	return "false"
}

// entries are the parts of the site that the header leads to.
var entries = []struct{ path, label string }{
	{"/structures", "Annuaire"},
	{"/territoires", "Territoires"},
	{"/secteurs", "Secteurs"},
	{"/aide", "Aide"},
}
