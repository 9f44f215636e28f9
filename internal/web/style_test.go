package web_test

import (
	"strings"
	"testing"

	"sourcier/internal/taxonomy"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
	"sourcier/public"
)

// TestStylePage: the design language is shown before production, and only there.
func TestStylePage(t *testing.T) {
	real := func(d *web.Deps) { d.Assets = public.Assets() }
	Run(t, newPortal(t, real), []Scenario{{
		Name: "every token with its contrast", URL: "/_style", Status: 200, HTML: []Check{
			In("meta[name=robots][content=noindex, follow]"), In("rect[fill=#0b5c63]"), In("rect[fill=#74c8c7]"),
			In(".style-pairs tbody", HasText("16,4")), In(".icons", HasText("s-proprete")), In(".error-summary a[href=#siret]"),
			In(".card-structure"), In(".empty"), In(".loading"), In(".pages"), NotIn("[style]"),
		},
	}})
	Run(t, newPortal(t), []Scenario{{Name: "a style sheet without tokens", URL: "/_style", Status: 500, HTML: errorPage}})
	Run(t, newPortal(t, real, func(d *web.Deps) { d.Config.Production = true }), []Scenario{{Name: "not in production", URL: "/_style", Status: 404, HTML: errorPage}})
}

// TestEveryGroupHasItsIcon: a group that is added to the taxonomy is drawn too.
func TestEveryGroupHasItsIcon(t *testing.T) {
	sprite, _, _ := public.Assets().Open("img/icons.svg")
	for _, g := range taxonomy.Default().Groups() {
		if !strings.Contains(string(sprite), `<symbol id="s-`+g.Code+`" `) {
			t.Errorf("%s has no icon", g.Code)
		}
	}
}
