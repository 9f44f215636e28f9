package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/people"
)

// TestLongNamesKeepTheirPlace: what people write about themselves, as long as it may
// be, makes no page wider than the screen, adds no row to the header, and breaks no
// button of a table in two.
func TestLongNamesKeepTheirPlace(t *testing.T) {
	p := newPlace(t, nil, "")
	const header = `document.querySelector(".site-header-row").offsetHeight`
	for name, width := range map[string]int64{"wide": wide, "zoomed": wide / 2, "tablet": 820, "narrow": narrow} {
		t.Run(name, func(t *testing.T) {
			b := p.tab(t, width, true)
			id, manager := p.townHall(b, "Ville de "+strings.Repeat("Saint", 18))
			p.enterAs(b, manager.Email)
			b.open("/compte")
			usual := ask(b, chromedp.Evaluate[int](header))

			if _, err := p.People.Rename(b.ctx, manager.ID, strings.Repeat("Marie-Anne ", 9), manager.ID); err != nil {
				b.Fatal(err)
			}
			long := account.Email(strings.Repeat("a", 60) + "@" + strings.Repeat("b", 60) + account.NewID()[:3] + ".example")
			if err := p.People.Invite(b.ctx, account.Actor{Person: manager.ID}, id, people.Inviting{Email: long, Roles: []account.Role{account.Buyer}}); err != nil {
				b.Fatal(err)
			}
			for _, path := range []string{"/compte", "/organisations", "/organisations/" + id, "/compte/messages", "/compte/donnees", "/boite"} {
				b.open(path)
				b.mustNotScrollSideways()
				if got := ask(b, chromedp.Evaluate[int](header)); got != usual {
					b.Errorf("%s: the header is %d px high, it was %d", path, got, usual)
				}
				if got := ask(b, chromedp.Evaluate[int](`Math.max(0, ...[...document.querySelectorAll(".desk-table .btn")].map(e => e.offsetHeight))`)); got > 48 {
					b.Errorf("%s: a button of a table is %d px high", path, got)
				}
			}
		})
	}
}
