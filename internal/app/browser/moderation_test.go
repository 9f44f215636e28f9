package browser

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// twin puts a sheet into the directory as a source tells it.
func (o *office) twin(source structure.Source, name, phone string) string {
	o.t.Helper()
	siret := someSIRET()
	s := structure.Structure{ID: structure.NewID("siret:" + siret), SIRET: siret, CreatedAt: time.Now(), UpdatedAt: time.Now()}
	rules := structure.Rules{Atlas: portal.Directory.Atlas, Sold: portal.Directory.Taxonomy.Sold}
	rules.Merge(&s, structure.NewClaim(structure.Origin{Source: source, AsOf: structure.DateOf(time.Now())}, &structure.Structure{
		Name: name, Description: "Une blanchisserie de quartier, son linge et ses gens, décrite par " + source.Label() + ".", Contact: structure.Contact{Phone: phone},
		Address: structure.Address{Street: "3 rue des Fours", PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081"},
	}, nil, ""))
	_, err := portal.Structures.Insert(o.t.Context(), s, store.Change{At: time.Now()})
	o.must(err)
	return s.ID
}

// proposal has an organisation propose a sheet.
func (o *office) proposal() string {
	o.t.Helper()
	author, siret := o.person("autrice"), someSIRET()
	org := account.Organisation{ID: "esat-" + o.tag, Kind: account.KindOwner, Name: "Association " + o.tag, CreatedAt: time.Now(), ConfirmedAt: time.Now()}
	_, err := o.Organisations.Insert(o.t.Context(), org, store.Change{})
	o.must(err)
	o.must(o.enrol(org.ID, author.ID, true, account.Structure))
	r := registration.New(structure.NewID("siret:"+siret), siret, "", "Lavoir neuf "+o.tag, time.Now())
	_, err = r.Ask(org.ID, author.ID, time.Now())
	o.must(err)
	r.Submission = &registration.Submission{ID: "envoi", Organisation: org.ID, By: author.ID, At: time.Now(), Sheet: registration.Sheet{
		Name: "Lavoir neuf " + o.tag, Description: "Linge plat, linge de corps.", Kinds: []registration.Declared{{Kind: structure.ESAT, Number: "940000001"}},
		Address: structure.Address{PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081"}, Contact: structure.Contact{Email: "lavoir@structure.example"},
		Activities: []structure.Activity{{Sectors: []string{"blanchisserie"}, Zone: structure.Zone{RadiusKM: 20}}},
	}}
	_, err = portal.Directory.Registrations.Insert(o.t.Context(), r, store.Change{})
	o.must(err)
	return r.ID
}

// looks judges a page, and keeps a picture of it where one is asked for.
func (o *office) looks(b *tab, name string, javascript bool) {
	b.Helper()
	b.well(javascript)
	if dir := os.Getenv("SOURCIER_SHOTS"); dir != "" {
		o.must(os.WriteFile(dir+"/"+name+"-"+o.tag+".png", ask(b, chromedp.FullScreenshot(100)), 0o600))
	}
}

// TestModeration answers a proposal, merges two sheets and takes that back, and
// suspends one: it is in no search any more.
func TestModeration(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		o := newOffice(b.T)
		name := "Lavoir " + o.tag + " des Lilas"
		proposed, kept, twin := o.proposal(), o.twin(structure.SourceASP, name, "0199000001"), o.twin(structure.SourceLeMarche, name, "0199000002")
		b.session(o.admin)
		b.open("/administration/moderation?genre=proposition")
		o.looks(b, "queue", javascript)
		b.press(`a[href$="/fiches/`+proposed+`"]`, "/fiches/")
		o.looks(b, "proposal", javascript)
		b.press(`form[action$="/fiches/`+proposed+`"] button[type=submit]`, "/fiches/")
		b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
		b.forgive()
		o.looks(b, "proposal-refused", javascript)
		b.do(chromedp.Click(chromedp.CSS(`input[name=choix][value=accepted]`)))
		b.press(`form[action$="/fiches/`+proposed+`"] button[type=submit]`, "fait=accepte")

		b.open("/administration/doublons/" + kept + "/" + twin)
		o.looks(b, "pair", javascript)
		b.do(chromedp.Click(chromedp.CSS(`#fait-phone-duplicate`)))
		b.press(`form.form-box[action$="/`+twin+`"] button[type=submit]`, "fait=reunies")
		o.looks(b, "merges", javascript)
		b.open("/structures/" + twin)
		b.waitLocation("/structures/" + kept)
		if text := b.text("main"); !strings.Contains(text, "01 99 00 00 02") {
			b.Errorf("what was picked is not shown: %.300s", text)
		}
		b.open("/administration/doublons/reunions/" + kept + "/" + twin)
		o.looks(b, "unmerge", javascript)
		b.press(`form.form-box button[type=submit]`, "fait=defaite")

		b.open("/administration/moderation/suspendues/" + kept)
		b.do(chromedp.SendKeys(chromedp.CSS("#raison"), "Cette structure a demandé son retrait."))
		o.looks(b, "suspend", javascript)
		b.press(`form.form-box button[type=submit]`, "fait=suspendue")
		o.looks(b, "suspended", javascript)
		b.open("/structures?q=%22" + strings.ReplaceAll(name, " ", "+") + "%22")
		if text := b.text("main"); strings.Contains(text, "Aucune structure") || strings.Count(text, name) == 0 {
			b.Errorf("the other sheet is not found: %.300s", text)
		}
		if links := ask(b, chromedp.Evaluate[int](`document.querySelectorAll('.cards a[href^="/structures/`+kept+`"]').length`)); links != 0 {
			b.Error("the suspended sheet is found")
		}
	})
}
