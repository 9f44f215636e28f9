package browser

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// consulted are the sourçages of the demonstration: one that runs, one that is reported.
func (p place) consulted(b *tab, m buyer.Member) (running, reported *sourcing.Operation) {
	b.Helper()
	list, err := p.Operation.List(b.ctx, m)
	if err != nil {
		b.Fatal(err)
	}
	for i := range list {
		if o := &list[i]; o.State() == sourcing.Opened && !o.Silent() {
			running = o
		} else if len(o.Reports) > 0 {
			reported = o
		}
	}
	if running == nil || reported == nil {
		b.Fatalf("%d sourçages, none runs or none is reported", len(list))
	}
	return running, reported
}

// asking are the pages of the buyer of a sourçage that runs.
func (p place) asking(b *tab, m buyer.Member, o *sourcing.Operation) []string {
	b.Helper()
	at := "/sourcages/" + o.ID
	met, err := p.Operation.ExchangesIn(b.ctx, m, o)
	if err != nil || len(met) == 0 || len(o.Ledger) == 0 || len(o.Asked) == 0 {
		b.Fatalf("%d entretiens, %d informations, %d questions, %v", len(met), len(o.Ledger), len(o.Asked), err)
	}
	answers, err := p.Operation.AnswersBySupplier(b.ctx, o.ID)
	if err != nil {
		b.Fatal(err)
	}
	sent := func(v sourcing.Supplier) bool { a := answers[v.ID]; return a != nil && a.Newest() != nil }
	answered := o.Suppliers[slices.IndexFunc(o.Suppliers, sent)].ID
	silent := o.Suppliers[slices.IndexFunc(o.Suppliers, func(v sourcing.Supplier) bool { return !sent(v) })].ID
	lot := "?achat=" + o.Purchase
	if len(o.Lots) > 0 {
		lot += "&lot=" + o.Lots[0]
	}
	out := []string{"/sourcages", "/sourcages?qui=moi", "/sourcages/nouveau", "/sourcages/nouveau" + lot}
	for _, page := range []string{
		"", "/equipe", "/equipe/" + m.Person + "/recuser", "/panel", "/apercu", "/ajouter", "/structures/" + silent + "/adresse", "/relance", "/questionnaire", "/calendrier", "/candidatures",
		"/reponses", "/reponses/" + answered, "/reponses/" + silent + "/saisir", "/comparaison", "/comparaison/notes/" + answered,
		"/entretiens", "/entretiens/ordre-du-jour", "/entretiens/nouveau", "/entretiens/" + met[0].ID, "/entretiens/" + met[0].ID + "/modifier",
		"/registre", "/registre/informer", "/registre/noter", "/registre/questions", "/registre/questions/" + o.Asked[0].ID, "/registre/annexe", "/registre/" + o.Ledger[0].ID,
		"/constats", "/rapport", "/lancement",
	} {
		out = append(out, at+page)
	}
	return out
}

// first is where the first link that matches on a page leads to.
func (p place) first(b *tab, as account.Email, page, link string) string {
	b.Helper()
	p.enterAs(b, as)
	b.open(page)
	return strings.TrimPrefix(b.js(`document.querySelector("`+link+`").href`), p.base)
}

// TestOperationIsAccessible runs axe-core on each page of sourçages: those of the buyer at
// one width, in turn, the others at both.
func TestOperationIsAccessible(t *testing.T) {
	p, who := place{portal, base}, demoAccounts()
	b := newTab(t, wide, true)
	buys := p.member(b, who.buyer)
	running, reported := p.consulted(b, buys)
	link := "/sourcage/" + p.Operation.LinkToken(running.ID, &running.Suppliers[0])
	told := "/sourcages/" + reported.ID
	for _, c := range []struct {
		as    account.Email
		paths []string
	}{
		{who.buyer, p.asking(b, buys, running)},
		{who.buyer, []string{told, told + "/questionnaire", told + "/registre", told + "/constats", told + "/rapport", told + "/rapport/1/interne", told + "/rapport/1/communicable", told + "/lancement"}},
		{who.structure, []string{"/mes-sourcages", p.first(b, who.structure, "/mes-sourcages", ".own-list h2 a")}},
		{"", []string{"/charte-du-sourcage", "/sourcages-ouverts", "/sourcages-ouverts/" + running.ID, link, link + "/code", "/sourcage/" + p.Operation.LinkToken(reported.ID, &reported.Suppliers[0])}},
	} {
		p.enterAs(b, c.as)
		for i, path := range c.paths {
			b.looksBoth(path, i%2 == 0 || c.as != who.buyer, i%2 == 1 || c.as != who.buyer)
		}
	}
}

// looksBoth holds a page to what it must be at both widths; axe-core, which takes time,
// looks at those that are asked.
func (b *tab) looksBoth(path string, axeWide, axeNarrow bool) {
	b.Helper()
	b.do(chromedp.EmulateViewport(wide, 900, chromedp.EmulateScale(1)))
	b.open(path)
	b.js(`document.querySelectorAll("main details").forEach(e => e.open = true)`) // axe-core looks into no closed one
	b.looksRight(axeWide)
	b.do(chromedp.EmulateViewport(narrow, 900, chromedp.EmulateScale(1))) // the same page: to load it is what takes time
	b.looksRight(axeNarrow)
}
