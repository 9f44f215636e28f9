package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
)

// acting makes a confirmed organisation of a kind, and who acts for it.
func (p place) acting(b *tab, kind account.OrganisationKind, role account.Role, name string) (id string, who account.Person) {
	b.Helper()
	who, at := p.somebody(b, "ada", "Ada Morel"), time.Now()
	o := account.Organisation{ID: account.NewID(), Kind: kind, Name: name, CreatedAt: at, ConfirmedAt: at}
	if err := o.Enrol(who.ID, []account.Role{role}, true, at); err != nil {
		b.Fatal(err)
	}
	if _, err := p.People.Organisations.Insert(b.ctx, o, store.Change{}); err != nil {
		b.Fatal(err)
	}
	return o.ID, who
}

// TestLabelAndNetwork: a town defines a label and gives it, and the facet finds it; a
// network declares a member and vouches for who asks for its sheet.
func TestLabelAndNetwork(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		s := p.sheetOf(t, "ESAT des Tilleuls")
		h := &hand{tab: p.tab(t, narrow, p.Config.Store != "")}
		if err := p.Directory.Written(h.ctx); err != nil {
			t.Fatal(err)
		}
		name := "Label " + account.NewID()[:6]
		_, buyer := p.acting(h.tab, account.KindPublic, account.Buyer, "Ville d’essai")
		p.enterAs(h.tab, buyer.Email)
		h.open("/labels/nouveau")
		h.looks("l1-nouveau", false)
		h.types("#nom", name)
		h.types("#criteres", "Employer des personnes du territoire, ce que la ville vérifie chaque année.")
		h.presses(".form-box .btn")
		h.waitDone("Le label est défini")
		h.types("#q", s.SIRET)
		h.presses(`.form-row .btn[type="submit"]`)
		h.until(`document.querySelector('a[href$="/titulaires/` + s.ID + `"]')`)
		h.looks("l2-trouvee", false)
		h.presses(`a[href$="/titulaires/` + s.ID + `"]`)
		h.waitHeading("ESAT des Tilleuls")
		h.looks("l3-dates", false)
		h.presses(".form-box .btn")
		h.waitDone("Le label est donné")
		h.looks("l4-donne", false)
		h.open("/structures?label=o_" + strings.ToLower(strings.ReplaceAll(name, " ", "-")))
		if got := h.text("main"); !strings.Contains(got, "ESAT des Tilleuls") || !strings.Contains(got, name) {
			h.Errorf("the label does not find it: %q", got)
		}
		h.open("/structures/" + s.ID)
		h.presses(`a[href^="/labels/criteres/"]`)
		h.waitHeading(name)
		h.looks("l5-criteres", false)
		h.open("/labels")
		h.presses(`.desk-table a[href^="/labels/"]`)
		h.presses(`a[href$="/titulaires/` + s.ID + `"]`)
		h.presses(`a[href$="/retirer"]`)
		h.types("#motif", "Les critères ne sont plus remplis")
		h.presses(".form-box .btn-act")
		h.waitDone("Le label est retiré")
		h.open("/structures?label=o_" + strings.ToLower(strings.ReplaceAll(name, " ", "-")))
		if got := ask(h.tab, chromedp.Evaluate[int](`document.querySelectorAll(".cards li").length`)); got != 0 { // elsewhere the page names what was seen lately
			h.Errorf("the label is withdrawn, and still finds %d", got)
		}
		p.vouched(h, s.ID, s.SIRET)
	})
}

// vouched has a network declare the structure and vouch for an organisation that asks.
func (p place) vouched(h *hand, id, siret string) {
	h.Helper()
	_, member := p.acting(h.tab, account.KindNetwork, account.Network, "Réseau d’essai")
	owner, asks := p.acting(h.tab, account.KindOwner, account.Structure, "Association des Tilleuls")
	r := registration.New(id, siret, "", "", time.Now())
	if _, err := r.Ask(owner, asks.ID, time.Now()); err != nil {
		h.Fatal(err)
	}
	if _, err := p.Directory.Registrations.Insert(h.ctx, r, store.Change{}); err != nil {
		h.Fatal(err)
	}
	p.enterAs(h.tab, member.Email)
	h.open("/reseau?q=" + siret)
	h.looks("r1-chercher", false)
	h.do(chromedp.Click(chromedp.CSS(`.desk-table form .btn`)))
	h.waitDone("indiquée comme membre")
	h.looks("r2-membres", false)
	h.presses(`.desk-table a[href^="/reseau/"]`)
	h.waitHeading("ESAT des Tilleuls")
	h.looks("r3-membre", false)
	h.presses(`form[action$="/garant"] .btn`)
	h.waitDone("porté garant")
	d, err := p.Directory.Registrations.Get(h.ctx, id)
	if err != nil || d.Value.Owner != owner {
		h.Errorf("%v, owner %q, want %q", err, d.Value.Owner, owner)
	}
	h.presses(`form[action$="/relancer"] .btn`)
	h.waitDone("La relance part")
	p.enterAs(h.tab, asks.Email)
	h.open("/adhesions")
	h.looks("r4-adhesions", false)
}
