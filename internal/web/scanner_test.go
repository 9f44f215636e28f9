package web_test

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/directory"
	"sourcier/internal/gathering"
	"sourcier/internal/mail"
	"sourcier/internal/message"
	"sourcier/internal/network"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// Mail servers open every link of a mail before its reader does, some of them with
// the reader's own browser: nothing may change by it (DESIGN rule 10), and the link
// must serve afterwards. `scripts/prove scanner` prints how many there were.

// correspondence is a portal with a letter of every kind about real objects.
type correspondence struct {
	*testing.T
	*crowd
	app      *fiber.App
	composer mail.Composer
	cookies  map[string]string // of sessions, by address
	tokens   map[string]string // of links of their own, by name
}

func (c *correspondence) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// who is a person as pages see it, with a session that is due to be noted.
func (c *correspondence) who(email string) *people.Who {
	c.Helper()
	if c.cookies[email] == "" {
		c.cookies[email] = c.signIn(c.T, email)
	}
	w, err := c.Identify(c.Context(), strings.TrimPrefix(c.cookies[email], "sourcier_session="))
	c.must(err)
	return w
}

func newCorrespondence(t *testing.T) *correspondence {
	t.Helper()
	who, change := withMailbox(t)
	app := newPortal(t, change, func(d *web.Deps) { d.Structures = who.Directory.Structures })
	c := &correspondence{T: t, crowd: who, app: app, cookies: map[string]string{}, tokens: map[string]string{},
		composer: mail.Composer{BaseURL: "http://localhost:8080", Portal: "Sourcier", From: "sourcier@localhost", Tokens: who.Secret}}
	who.organisation(t, "portal", account.KindPortal)
	who.organisation(t, "mairie", account.KindPublic)
	admin := account.Actor{Person: who.person(t, "admin@ville.example", "portal", true, account.Administrator), Administrator: true}
	ada := account.Actor{Person: who.person(t, "ada@ville.example", "mairie", true, account.Buyer)}
	c.signInLetters()
	c.organisationLetters(ada, admin)
	c.accountLetters()
	c.claimLetters(admin)
	c.sheetLetters(c.Directory)
	c.moderationLetters(admin)
	c.groupementLetters(c.Directory)
	c.networkLetters()
	c.programmeLetters()
	c.sourcingLetters()
	c.eventLetters()
	_, err := store.NewRelay(who.db, quiet(), slices.Concat([]string{"structure"}, people.Sources, directory.Sources, programme.Sources, operation.Sources, gathering.Sources)...).Once(t.Context())
	c.must(err)
	return c
}

func (c *correspondence) signInLetters() {
	c.Helper()
	c.must(c.Ask(c.Context(), people.Asking{Email: "ada@ville.example", Browser: strings.Repeat("A", 26), Network: "192.0.2.0/24"}))
	c.must(c.Ask(c.Context(), people.Asking{Email: "nouvelle@ville.example", Browser: strings.Repeat("B", 26), Network: "192.0.2.0/24"}))
	admin := c.who("admin@ville.example")
	token, _, err := c.FirstLink(c.Context(), &admin.Person, store.ActorCommand+"test") // no mail, but chats scan too
	c.must(err)
	c.tokens["first"] = token
}

// organisationLetters has each of the events of an organisation happen.
func (c *correspondence) organisationLetters(ada, admin account.Actor) {
	c.Helper()
	ctx := c.Context()
	person := func(email string, roles ...account.Role) string {
		if len(roles) == 0 {
			return c.person(c.T, email, "", false)
		}
		return c.person(c.T, email, "mairie", false, roles...)
	}
	c.must(c.Invite(ctx, ada, "mairie", people.Inviting{Email: "invitee@ville.example", Roles: []account.Role{account.Buyer}}))
	person("invitee@ville.example")
	for _, email := range []string{"demande@ville.example", "acceptee@ville.example", "refusee@ville.example"} {
		person(email)
		c.must(c.AskToJoin(ctx, &c.who(email).Person, "mairie", "Bonjour"))
	}
	c.must(c.Approve(ctx, ada, "mairie", c.who("acceptee@ville.example").Person.ID, []account.Role{account.Prescripteur}))
	c.must(c.Refuse(ctx, ada, "mairie", c.who("refusee@ville.example").Person.ID))
	c.must(c.SetRoles(ctx, ada, "mairie", person("role@ville.example", account.Prescripteur), "", []account.Role{account.Buyer}, false))
	c.must(c.Remove(ctx, ada, "mairie", person("retiree@ville.example", account.Prescripteur)))
	c.must(c.DeclareDomain(ctx, ada, "mairie", "ville-exemple.fr"))
	c.must(c.ConfirmDomain(ctx, admin, "mairie", "ville-exemple.fr"))
	person("fondatrice@ville.example")
	id, err := c.Propose(ctx, &c.who("fondatrice@ville.example").Person, account.Founding{Kind: account.KindNetwork, Name: "Réseau neuf"})
	c.must(err)
	c.must(c.ConfirmOrganisation(ctx, admin, id))
}

// accountLetters are those about one's own account.
func (c *correspondence) accountLetters() {
	c.Helper()
	ctx := c.Context()
	for _, email := range []string{"adresse@ville.example", "avant@ville.example", "inactive@ville.example"} {
		c.person(c.T, email, "", false)
	}
	c.must(c.AskAddress(ctx, c.who("adresse@ville.example"), "neuve@ville.example", "192.0.2.0/24"))
	moved := c.who("avant@ville.example")
	c.must(c.AskAddress(ctx, moved, confirmed, "192.0.2.0/24"))
	moved = c.who("avant@ville.example")
	c.must(c.TakeAddress(ctx, moved, c.Secret.Token("address", moved.Person.ID, moved.Person.NewEmail.N)))
	inactive, ada := c.who("inactive@ville.example").Person, c.who("ada@ville.example").Person
	c.must(c.desk.SaveSearch(ctx, buyer.Member{Person: ada.ID}, directory.Saving{ID: "recherche", Name: "Nettoyage", Query: "q=nettoyage", Alert: true}))
	c.alerted(ada)
	for kind, to := range map[message.Kind]account.Person{message.Inactive: inactive, message.Erased: {ID: "gone", Email: "effacee@ville.example"}} {
		m, err := message.New(message.Order{
			Key: message.Key{Kind: kind, Object: to.ID, Recipient: to.Email.Key(), Version: 1}, To: string(to.Email), Person: to.ID,
			Details: map[string]string{message.DetailDay: "2026-12-24"}, QueuedAt: clock(),
		})
		c.must(err)
		c.must(c.Messages.Queue(ctx, m))
	}
}

// claimLetters has a sheet asked for by two, given to one by the portal's team, and
// another asked for by mail.
func (c *correspondence) claimLetters(admin account.Actor) {
	c.Helper()
	ctx := c.Context()
	origin := structure.Origin{Source: structure.SourceFINESS, AsOf: "2026-11-01"}
	for _, s := range []structure.Structure{{ID: idProprete, SIRET: siretProprete}, {ID: idESAT1, FINESS: "940000001"}} {
		s.Name, s.Contact.Email = "Atelier", "contact@atelier.example"
		s.Origins = map[structure.Field]structure.Origin{structure.FieldName: origin, structure.FieldEmail: origin}
		_, err := c.Directory.Structures.Insert(ctx, s, store.Change{})
		c.must(err)
	}
	ask := func(email, sheet string) (*people.Who, directory.Who) {
		c.person(c.T, email, "", false)
		who := c.who(email)
		w, _, err := c.Directory.Begin(ctx, directory.Beginning{Person: &who.Person, Sheet: sheet})
		c.must(err)
		return who, w
	}
	_, first := ask("premiere@ville.example", idProprete)
	ask("seconde@ville.example", idProprete)
	c.must(c.Directory.Grant(ctx, admin, idProprete, first.Organisation))
	who, asking := ask("parcourriel@ville.example", idESAT1)
	c.must(c.Directory.SendProof(ctx, asking, &who.Person, idESAT1, "192.0.2.0/24"))
}

// sheetLetters: the availability that a sheet tells is about to lapse.
func (c *correspondence) sheetLetters(sheets *directory.Service) {
	c.Helper()
	ctx := c.Context()
	c.organisation(c.T, "esat", account.KindOwner)
	who := directory.Who{Person: c.person(c.T, "esat@ville.example", "esat", true, account.Structure), Organisation: "esat"}
	c.who("esat@ville.example")
	r := registration.New(structure.NewID("siret:20005801400019"), "20005801400019", "", "", clock())
	_, err := r.Ask(who.Organisation, who.Person, clock())
	c.must(err)
	c.must(r.Grant(who.Organisation, registration.ProofMail, clock()))
	_, err = sheets.Registrations.Insert(ctx, r, store.Change{})
	c.must(err)
	rev, err := sheets.Save(ctx, who, r.ID, registration.PartActivities, 0, func(s *registration.Sheet) error {
		s.Name, s.Contact.Email, s.Address.Commune = "Les Ateliers", "contact@ateliers.example", "94081"
		s.Activities = []structure.Activity{{
			Sectors: []string{"nettoyage-locaux"}, Zone: structure.Zone{France: true},
			Availability: structure.Availability{State: structure.Available, DeclaredOn: structure.DateOf(clock()).AddDays(-85)},
		}}
		return nil
	})
	c.must(err)
	_, err = sheets.Publish(ctx, who, r.ID, rev)
	c.must(err)
	n, err := sheets.RemindAvailabilities(ctx)
	if c.must(err); n != 1 {
		c.Errorf("%d owners told", n)
	}
}

// moderationLetters has an administrator answer what the structure of sheetLetters
// declares, each way, then suspend its sheet and show it again.
func (c *correspondence) moderationLetters(admin account.Actor) {
	c.Helper()
	ctx, id := c.Context(), structure.NewID("siret:20005801400019")
	who := directory.Who{Person: c.who("esat@ville.example").Person.ID, Organisation: "esat"}
	for _, outcome := range []registration.Outcome{registration.ToChange, registration.Refused, registration.Accepted} {
		own, err := c.Directory.Own(ctx, who, id)
		c.must(err)
		rev, err := c.Directory.Save(ctx, who, id, registration.PartKinds, own.Rev(who.Organisation), func(s *registration.Sheet) error {
			s.Kinds = []registration.Declared{{Kind: structure.ESAT, Number: string(outcome)}}
			return nil
		})
		c.must(err)
		own, err = c.Directory.Publish(ctx, who, id, rev)
		c.must(err)
		c.must(c.Directory.Decide(ctx, admin, id, own.Value.Submission.ID, outcome, "Donnez le numéro de l’arrêté."))
	}
	version := func() int64 {
		d, err := c.Directory.Structures.Get(ctx, id)
		c.must(err)
		return d.Version
	}
	c.must(c.Directory.Suspend(ctx, admin, id, version(), "Plusieurs acheteurs disent qu’elle a fermé."))
	c.must(c.Directory.Unsuspend(ctx, admin, id, version()))
}

// alerted has the letter of an alert queued, as a run of the alerts does.
func (c *correspondence) alerted(p account.Person) {
	c.Helper()
	m, err := message.New(message.Order{
		Key: message.Key{Kind: message.Alert, Object: p.ID, Recipient: p.Email.Key(), Version: 20261128}, To: string(p.Email), Person: p.ID, QueuedAt: clock(),
		Details: map[string]string{message.DetailAlert(1): message.AlertLine(message.AlertSearch, "recherche", "Nettoyage", "1") +
			message.AlertLine(message.AlertStructure, idProprete, "Propreté", "Vitry-sur-Seine")},
	})
	c.must(err)
	c.must(c.Messages.Queue(c.Context(), m))
}

// networkLetters has a network call a structure whose sheet is held its member, and
// remind it.
func (c *correspondence) networkLetters() {
	c.Helper()
	c.organisation(c.T, "reseau", account.KindNetwork)
	w := directory.Who{Person: c.person(c.T, "reseau@tiers.example", "reseau", true, account.Network), Organisation: "reseau"}
	c.must(c.Directory.Declare(c.Context(), w, idProprete))
	c.must(c.Directory.Nudge(c.Context(), w, network.ID("reseau", idProprete), "Complétez votre fiche."))
}

// link is an address of a letter, and who reads it.
type link struct {
	kind   message.Kind
	path   string
	reader string // cookie
}

var addresses = regexp.MustCompile(`https?://[^\s"'<>]+`)

// links are the addresses in every form of every letter.
func (c *correspondence) links() (list []link, kinds map[message.Kind]int) {
	c.Helper()
	kinds = map[message.Kind]int{}
	docs, err := c.Messages.Scan(c.Context(), "", 1000)
	c.must(err)
	for _, d := range docs {
		composed, err := c.composer.Compose(&d.Value)
		c.must(err)
		found := map[string]bool{}
		for _, address := range append(addresses.FindAllString(composed.Text, -1), hrefs(c.T, composed.HTML)...) {
			found[address] = true
		}
		if stop := c.composer.UnsubscribeURL(&d.Value); stop != "" { // of the header
			found[stop] = true
		}
		for _, address := range slices.Sorted(maps.Keys(found)) {
			path, ours := strings.CutPrefix(address, c.composer.BaseURL)
			if !ours {
				c.Errorf("%s: %s is not ours", d.Value.Kind, address)
			}
			list = append(list, link{d.Value.Kind, path, c.cookieOf(&d.Value)})
		}
		kinds[d.Value.Kind]++
	}
	return append(list, link{"command", "/connexion/lien/" + c.tokens["first"], ""}), kinds
}

// cookieOf is the session of who reads a letter, "" of who has none.
func (c *correspondence) cookieOf(m *message.Message) string {
	switch {
	case m.Kind == message.Address && m.To == confirmed:
		return "" // its link has served: it says so to whom it concerns, with 410
	case m.Kind == message.Address:
		return c.cookies["adresse@ville.example"] // opened where the account is
	}
	return c.cookies[m.To]
}

// confirmed is the new address of somebody who has opened its link.
const confirmed = "apres@ville.example"

// hrefs are the addresses of everything in a page that leads or loads.
func hrefs(t *testing.T, page string) (out []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if slices.Contains([]string{"href", "src", "action", "background"}, a.Key) {
				out = append(out, a.Val)
			}
		}
	}
	return out
}

// everything is the store, document by document; sessions are told apart.
func (c *correspondence) everything() (documents, sessions map[string]string) {
	c.Helper()
	documents, sessions = map[string]string{}, map[string]string{}
	s, err := c.db.Snapshot(c.Context())
	c.must(err)
	names, err := s.Collections(c.Context())
	c.must(err)
	c.must(s.Close())
	for _, name := range append(names, store.Ephemeral()...) {
		raw, err := c.db.Collection(c.Context(), name)
		c.must(err)
		list, err := raw.Scan(c.Context(), "", 10_000)
		c.must(err)
		for _, e := range list {
			into := documents
			if name == store.SessionCollection {
				into = sessions
			}
			into[name+"/"+e.ID] = fmt.Sprintf("%d %s %v %d", e.Version, e.Doc, e.Keys, len(e.Pending))
		}
	}
	return documents, sessions
}

var seenAt = regexp.MustCompile(`^\d+ |"seen_at":"[^"]*"`)

func TestScanner(t *testing.T) {
	c := newCorrespondence(t)
	for _, email := range []string{"ada@ville.example", "invitee@ville.example", "role@ville.example", "retiree@ville.example"} {
		c.who(email)
	}
	stranger := c.signIn(t, "etrangere@ailleurs.example")
	old := c.cookies["ada@ville.example"]
	c.age(old)
	list, kinds := c.links()
	for _, trait := range message.Traits() {
		if kinds[trait.Kind] == 0 {
			t.Errorf("no letter of kind %s", trait.Kind)
		}
	}
	documents, sessions := c.everything()
	requests := 0
	for _, l := range list {
		for range 2 {
			for _, cookie := range []string{"", l.reader, stranger, old} {
				for _, path := range []string{l.path, strings.TrimSuffix(l.path, "/") + "/"} {
					for _, method := range []string{"GET", "HEAD"} {
						c.open(l, method, path, cookie)
						requests++
					}
				}
			}
		}
	}
	after, touched := c.everything()
	same(t, documents, after)
	for id, doc := range sessions {
		if seenAt.ReplaceAllString(doc, "") != seenAt.ReplaceAllString(touched[id], "") {
			t.Errorf("%s was %s, is %s", id, doc, touched[id])
		}
	}
	if len(touched) != len(sessions) {
		t.Errorf("%d sessions, %d before", len(touched), len(sessions))
	}
	c.linksStillServe()
	letters := 0
	for _, n := range kinds {
		letters += n
	}
	t.Logf("figure: %d letters of %d kinds, %d links, %d requests: nothing changed, and every link serves afterwards", letters, len(kinds), len(list), requests)
}

// age makes a session one that is due to be noted: the one write that a GET may do.
func (c *correspondence) age(cookie string) {
	c.Helper()
	d, err := c.Sessions.Get(c.Context(), account.HashToken(strings.TrimPrefix(cookie, "sourcier_session=")))
	c.must(err)
	d.Value.SeenAt = clock().Add(-20 * time.Minute)
	_, err = c.Sessions.Replace(c.Context(), d, store.Change{})
	c.must(err)
}

// open opens a link as a scanner does.
func (c *correspondence) open(l link, method, path, cookie string) {
	c.Helper()
	got := webtest.Scenario{Method: method, URL: path, Header: map[string]string{
		"Cookie": cookie, "Host": "localhost:8080", "User-Agent": "Mozilla/5.0 (compatible; SafeLinks; MailScanner/5.4)", "Sec-Purpose": "prefetch;prerender",
	}}.Do(c.T, c.app)
	switch {
	case got.Status >= 500:
		c.Errorf("%s: %s %s: %d", l.kind, method, path, got.Status)
	case cookie == l.reader && cookie != "" && got.Status != 200:
		c.Errorf("%s: %s %s: %d to its reader", l.kind, method, path, got.Status)
	case cookie == "" && got.Status != 200 && got.Status != 303:
		c.Errorf("%s: %s %s: %d to nobody", l.kind, method, path, got.Status)
	}
}

// same holds two states of the store to each other.
func same(t *testing.T, before, after map[string]string) {
	t.Helper()
	for id, doc := range before {
		if after[id] != doc {
			t.Errorf("%s was %s, is %s", id, doc, after[id])
		}
	}
	for id := range after {
		if before[id] == "" {
			t.Errorf("%s is new: %s", id, after[id])
		}
	}
}

// linksStillServe does by its button what each link is for.
func (c *correspondence) linksStillServe() {
	c.Helper()
	docs, err := c.Messages.Scan(c.Context(), "", 1000)
	c.must(err)
	for _, d := range docs {
		m := &d.Value
		if stop := c.composer.UnsubscribeURL(m); stop != "" {
			path := strings.TrimPrefix(stop, c.composer.BaseURL)
			got := webtest.Scenario{Method: "POST", URL: path, Body: "List-Unsubscribe=One-Click", Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}.Do(c.T, c.app)
			p, err := c.People.Get(c.Context(), m.Person)
			if got.Status != 200 || err != nil || p.Value.Wants(string(m.Kind)) {
				c.Errorf("%s: unsubscribing: %d, %v", m.Kind, got.Status, err)
			}
		}
		composed, err := c.composer.Compose(m)
		c.must(err)
		if composed.Letter.Action == nil {
			continue
		}
		path := strings.TrimPrefix(composed.Letter.Action.URL, c.composer.BaseURL)
		switch m.Kind {
		case message.SignIn, message.Address:
			c.press(m.Kind, path, c.cookieOf(m), nil, m.To)
		case message.Invitation:
			c.press(m.Kind, path, c.cookieOf(m), url.Values{"reponse": {"accepter"}}, m.To)
		case message.ClaimProof:
			if got := post(c.T, c.app, path, "", url.Values{"reponse": {"oui"}}); got.Status != 200 {
				c.Errorf("%s: the button of %s answers %d", m.Kind, path, got.Status)
			}
		}
	}
	c.press("command", "/connexion/lien/"+c.tokens["first"], "", nil, "")
}

// press sends the form of a link's page; the address of a mail may have been taken by
// another of them: each is one of its own.
func (c *correspondence) press(kind message.Kind, path, cookie string, fields url.Values, to string) {
	c.Helper()
	if kind == message.Address && to == confirmed {
		return // confirmed before the scanner came
	}
	if got := post(c.T, c.app, path, cookie, fields); got.Status != 303 {
		c.Errorf("%s: the button of %s answers %d", kind, path, got.Status)
	}
}
