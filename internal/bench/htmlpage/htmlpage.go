// Package htmlpage makes the results page with html/template, from the same
// model and to the same elements and text as the portal's templ components: what
// the portal is compared with.
package htmlpage

import (
	"context"
	_ "embed"
	"html/template"
	"io"

	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
	"sourcier/views/results"
)

//go:embed page.html
var source string

// Template is parsed once, as a server would.
type Template struct{ parsed *template.Template }

// New parses the template.
func New() (*Template, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"asset":        asset,
		"fullTitle":    fullTitle,
		"ground":       ground,
		"hasFacts":     hasFacts,
		"hasFoot":      hasFoot,
		"htmx":         func() string { return layout.HTMX },
		"maxCompared":  func() int { return part.MaxCompared },
		"moreTitle":    moreTitle,
		"number":       format.Number,
		"placeAndSize": placeAndSize,
		"plural":       format.Plural,
		"shape":        part.Shape,
		"tagline":      tagline,
	}).Parse(source)
	if err != nil {
		return nil, err
	}
	return &Template{t}, nil
}

// Page is the results page as a component.
func (t *Template) Page(p results.Page) Component { return Component{t.parsed, p} }

// Component satisfies templ.Component.
type Component struct {
	parsed *template.Template
	page   results.Page
}

// Render writes the page.
func (c Component) Render(_ context.Context, w io.Writer) error {
	return c.parsed.ExecuteTemplate(w, "page", c.page)
}

// The portal's views compute these in methods of their own packages.

func asset(p results.Page, name string) string {
	if p.Asset == nil {
		return "/public/" + name
	}
	return p.Asset(name)
}

func fullTitle(p results.Page) string {
	if p.Title == "" {
		return layout.Site
	}
	return p.Title + " · " + layout.Site
}

func tagline(p results.Page) string {
	if p.Territory == "" {
		return ""
	}
	return ", l’annuaire des fournisseurs de " + p.Territory
}

func moreTitle(g results.Group) string {
	if g.MoreTitle != "" {
		return g.MoreTitle
	}
	return format.Number(len(g.More)) + " de plus"
}

func placeAndSize(c part.Card) string {
	if c.Place == "" || c.Size == "" {
		return c.Place + c.Size
	}
	return c.Place + format.NBSP + "· " + c.Size
}

func hasFacts(c part.Card) bool {
	return c.Zone.Text != "" || len(c.Bases) > 0 || len(c.Lapses) > 0
}

func hasFoot(c part.Card) bool { return c.Availability.Text != "" || c.ID != "" }

func ground(b part.BasisLine) string {
	text := ""
	if b.Source != "" {
		text = "d’après " + b.Source
	}
	if b.Until != "" {
		text += ", " + b.Until
	}
	return text
}
