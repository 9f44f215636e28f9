package browser

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Bounds of the registration of a new structure, from the home page to the sheet.
const (
	registrationInputs = 25
	registrationTime   = 5 * time.Minute
	// Who types reads, finds the keys and waits for a mail: what an input takes of a
	// person with a telephone.
	handTime = 10 * time.Second
)

// hand does what a person does, and counts it: a field typed, a choice ticked, a
// button or a link pressed is one input each.
type hand struct {
	*tab
	n    int
	from time.Time
}

func (h *hand) types(selector, text string) {
	h.Helper()
	h.n++
	h.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// selects chooses a line of a list: its field sends the letters that begin it.
func (h *hand) selects(selector, value string) {
	h.Helper()
	h.n++
	h.do(chromedp.SetValue(chromedp.CSS(selector), value))
}

func (h *hand) presses(selector string) {
	h.Helper()
	h.n++
	h.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// looks keeps a picture where SOURCIER_SHOTS names a directory, and holds the page to
// what every page must be.
func (h *hand) looks(name string, javascript bool) {
	h.Helper()
	h.waitSettled()
	h.looksRight(javascript)
	if dir := os.Getenv("SOURCIER_SHOTS"); dir != "" {
		if err := os.WriteFile(dir+"/"+name+".png", ask(h.tab, chromedp.FullScreenshot(100)), 0o600); err != nil {
			h.Error(err)
		}
	}
}

func someSIRET() string {
	return structure.WithLuhnKey(structure.WithLuhnKey(fmt.Sprintf("98%06d", rand.N(1_000_000))) + fmt.Sprintf("%04d", 1+rand.N(9000)))
}

// sheetOf puts a structure into the directory as FINESS tells it.
func (p place) sheetOf(t *testing.T, name string) structure.Structure {
	t.Helper()
	siret := someSIRET()
	s := structure.Structure{ID: structure.NewID("siret:" + siret), SIRET: siret}
	rules := structure.Rules{Atlas: p.Directory.Atlas, Sold: p.Directory.Taxonomy.Sold}
	on := structure.DateOf(time.Now())
	rules.Merge(&s, structure.NewClaim(structure.Origin{Source: structure.SourceFINESS, AsOf: on}, &structure.Structure{
		Name: name, Address: structure.Address{Street: "3 rue des Fours", PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081"},
		Contact:    structure.Contact{Email: "contact@esat-du-lac.example"},
		Agreements: []structure.Agreement{{Kind: structure.ESAT, Number: "940000001", Start: "2020-01-01"}},
	}, nil, ""))
	if _, err := p.Structures.Insert(t.Context(), s, store.Change{At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRegisterANewESAT goes from the home page to a sheet that the portal's team has
// to answer for, on a telephone.
func TestRegisterANewESAT(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		p.sheetOf(t, "Atelier de Vitry")
		for _, javascript := range []bool{p.Config.Store == ""} { // each way on one store
			t.Run(fmt.Sprintf("JavaScript %v", javascript), func(t *testing.T) {
				h := &hand{tab: p.tab(t, narrow, javascript), from: time.Now()}
				h.open("/")
				h.until(`document.querySelector('.doors a[href="/inscription"], .empty a[href="/inscription"]')`)
				h.presses(`main a[href="/inscription"]`)
				h.waitHeading("Inscrire ma structure")
				h.looks("1-entree", javascript)
				siret := someSIRET()
				h.types("#numero", siret)
				h.presses(".form-box .btn")
				h.waitHeading("Créer votre fiche")
				h.looks("2-connexion", javascript)
				email := account.Email("camille." + strings.ToLower(account.NewID()[:6]) + "@ateliers-du-lac.example")
				h.types("#courriel", string(email))
				h.presses(".form-box .btn")
				h.waitHeading("Consultez votre messagerie")
				_, code := p.mailed(t, email)
				h.types("#code", code)
				h.presses(".form-box .btn")
				h.waitLocation("/inscription?numero=" + siret)
				h.waitHeading("Créer votre fiche")
				h.looks("3-nouvelle", javascript)
				h.types("#nom", "ESAT Les Ateliers du Lac")
				h.selects("#genre", "ESAT")
				h.presses(".form-box .btn")
				h.waitHeading("Que proposez-vous")
				h.looks("4-quoi", javascript)
				h.says("blanchisserie", javascript)
				h.presses(`.picker-choices label[for^="secteur-blanchisserie"]`)
				h.looks("5-quoi-choisi", javascript)
				h.presses(".form-box > .btn")
				h.waitHeading("Où travaillez-vous")
				h.looks("6-ou", javascript)
				h.types("#commune", "Vitry-sur-Seine")
				h.presses(".form-box > .btn")
				h.waitHeading("Comment vous joindre")
				h.looks("7-contact", javascript)
				h.types("#telephone", "01 99 00 00 01")
				h.presses(".form-box > .btn")
				h.waitHeading("attend l’équipe du portail")
				h.looks("8-fin", javascript)
				took := time.Since(h.from) + time.Duration(h.n)*handTime
				t.Logf("figure: a new ESAT is registered in %d inputs and %.1f s of the portal, %.0f s with %.0f s an input", h.n, time.Since(h.from).Seconds(), took.Seconds(), handTime.Seconds())
				if h.n > registrationInputs || took > registrationTime {
					t.Errorf("%d inputs, at most %d; %v, at most %v", h.n, registrationInputs, took, registrationTime)
				}
				p.mustAwaitTheTeam(t, siret)
			})
		}
	})
}

// says types words into the picker of sectors and waits for what they bring: without a
// script, by its button.
func (h *hand) says(words string, javascript bool) {
	h.Helper()
	h.types("#secteur_mots", words)
	if !javascript {
		h.presses(`button[value="secteur"]`)
	}
	h.until(`document.querySelector('.picker-choices input[value^="blanchisserie"]')`)
}

func (p place) mustAwaitTheTeam(t *testing.T, siret string) {
	t.Helper()
	d, err := p.Directory.Registrations.Get(t.Context(), structure.NewID("siret:"+siret))
	if err != nil {
		t.Fatal(err)
	}
	r := d.Value
	if r.Submission == nil || r.Owner != "" || len(r.Versions) != 0 || r.Submission.Sheet.Kinds[0].Kind != structure.ESAT || r.Submission.Sheet.Activities[0].Zone.RadiusKM != 30 {
		t.Errorf("%+v", r)
	}
	if found, err := p.Structures.FindLookup(t.Context(), "siret:"+siret, 1); err != nil || len(found) != 0 {
		t.Errorf("%d published before anybody checked, %v", len(found), err)
	}
}

// TestClaimByMail takes a sheet in hand by the code of a mail to the official address,
// and answers what it lacks.
func TestClaimByMail(t *testing.T) {
	eachStore(t, nil, func(t *testing.T, p place) {
		for _, javascript := range []bool{p.Config.Store != ""} {
			t.Run(fmt.Sprintf("JavaScript %v", javascript), func(t *testing.T) {
				s := p.sheetOf(t, "ESAT du Lac")
				h := &hand{tab: p.tab(t, narrow, javascript), from: time.Now()}
				p.enterAs(h.tab, account.Email("camille."+strings.ToLower(account.NewID()[:6])+"@gmail.com"))
				h.open("/inscription?numero=" + s.SIRET)
				h.waitHeading("C’est votre structure")
				h.looks("c1-connue", javascript)
				h.presses(".found-sheet .btn")
				h.waitHeading("Montrer que vous êtes de")
				if got := h.text("main"); !strings.Contains(got, "c•••@esat-…example") || !strings.Contains(got, "messagerie grand public") && !strings.Contains(got, "Aucun fichier officiel ne donne de site") {
					h.Errorf("says %q", got)
				}
				h.looks("c2-preuves", javascript)
				h.presses(".way-best .btn")
				h.waitHeading("Montrer que vous êtes de")
				h.do(chromedp.WaitVisible(chromedp.CSS("#code")))
				h.looks("c3-code", javascript)
				link, code := p.proofOf(t, s.ID)
				wrong := "000000"
				if code == wrong {
					wrong = "000001"
				}
				h.types("#code", wrong)
				h.presses(`form[action$="/code"] .btn`)
				h.do(chromedp.WaitVisible(chromedp.CSS(".field-error")))
				h.forgive() // the browser logs the 422
				h.types("#code", code)
				h.presses(`form[action$="/code"] .btn`)
				h.waitHeading("Que proposez-vous")
				h.says("blanchisserie", javascript)
				h.presses(`.picker-choices label[for^="secteur-blanchisserie"]`)
				h.presses(".form-box > .btn")
				h.waitHeading("Où travaillez-vous")
				h.presses(`label[for="zone-france"]`)
				h.presses(".form-box > .btn")
				h.waitHeading("Comment vous joindre")
				h.presses(".form-box > .btn")
				h.waitHeading("est en ligne")
				h.looks("c6-en-ligne", javascript)
				h.open("/structures?q=blanchisserie")
				if got := h.text("main"); !strings.Contains(got, "ESAT du Lac") {
					h.Errorf("not found: %q", got)
				}
				h.open(link)
				h.waitHeading("Ce lien ne sert plus")
				h.forgive() // the browser logs the 410
				h.looks("c7-lien-use", javascript)
			})
		}
	})
}

// proofOf are the link and the code of the mail that went to the official address.
func (p place) proofOf(t *testing.T, id string) (link, code string) {
	t.Helper()
	d, err := p.Directory.Registrations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range d.Value.Requests {
		if q.Open() && q.Mail != "" {
			return "/inscription/preuve/" + p.People.Secret.Token(message.PurposeClaim, q.Mail, 0), p.People.Secret.Code(q.Mail)
		}
	}
	t.Fatal("no mail was sent")
	return "", ""
}
