package web_test

import (
	"strings"
	"testing"

	"sourcier/internal/taxonomy"
	"sourcier/public"
)

// TestEveryGroupHasItsIcon: a group that is added to the taxonomy is drawn too.
func TestEveryGroupHasItsIcon(t *testing.T) {
	sprite, _, _ := public.Assets().Open("img/icons.svg")
	for _, g := range taxonomy.Default().Groups() {
		if !strings.Contains(string(sprite), `<symbol id="s-`+g.Code+`" `) {
			t.Errorf("%s has no icon", g.Code)
		}
	}
}
