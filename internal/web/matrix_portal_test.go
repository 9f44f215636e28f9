package web_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/directory"
	"sourcier/internal/label"
	"sourcier/internal/mail"
	"sourcier/internal/message"
	"sourcier/internal/network"
	"sourcier/internal/people"
	"sourcier/internal/picture"
	"sourcier/internal/reach"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	"sourcier/public"
)

// matrix is a portal with somebody for each column, and objects of each.
type matrix struct {
	dir     string // of the store that is copied
	app     *fiber.App
	crowd   *crowd
	things  map[asking]*things
	members map[string]string // of an organisation: a manager beside those of the columns
	// candidate has asked to join every organisation but that of the portal.
	candidate string
	reference string // of a report
	sent      string // id of files that were sent to be imported, and tried
}

// things are what there is of one column.
type things struct {
	cookie   string // of the session
	asked    string // of the browser that asked to sign in
	email    account.Email
	person   string // id, "" of nobody
	mail     string // uncertain, that the person caused
	link     string // tokens of mails
	code     string
	invited  string
	changing string // to another address
	word     string // of unsubscribing
	sheet    string // that the person's organisation asks for
	proof    string // token of the mail to the official address about it
	search   string // saved
	stop     string // word that ends its alert
}

const (
	strangers asking = "stranger" // a buyer elsewhere, whom nobody asks as
	plain     asking = "member"   // of an organisation that others manage

	suppressed = "adresseecartee"
	missing    = "aaaaaaaaaaaaaaaaaaaaaaaaaa" // an id of nothing
)

var missingToken = strings.Repeat("A", 26)

// organisationOf is where each role is at home; the foreign organisation is another.
var organisationOf = map[account.Role]string{
	account.Administrator: "portal", account.Network: "reseau", account.Structure: "esat",
}

func home(who asking) string {
	if id, ok := organisationOf[account.Role(who)]; ok {
		return id
	}
	return "mairie"
}

// Organisations of the matrix: « ailleurs » is the foreign one; « demandee » has been
// asked by everybody, « ouverte » is open to every address.
var matrixKinds = map[string]account.OrganisationKind{
	"atelier": account.KindOwner, "portal": account.KindPortal, "mairie": account.KindPublic, "reseau": account.KindNetwork, "esat": account.KindOwner,
	"ailleurs": account.KindPublic, "demandee": account.KindPublic, "ouverte": account.KindPublic,
}

// newMatrix fills a store; portals of their own work on copies of it (portal).
func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{dir: t.TempDir(), things: map[asking]*things{}, members: map[string]string{}}
	m.crowd = peopleIn(t, m.dir)
	m.organisations(t)
	for _, column := range append(columns(), strangers) {
		m.settle(t, column)
	}
	m.inside(t)
	m.report(t)
	m.upload(t)
	m.sheets(t)
	m.groupements(t)
	m.desks(t)
	m.grants(t)
	m.imports(t)
	m.decisions(t)
	m.launches(t)
	m.doors(t)
	m.gatherings(t)
	m.replies(t)
	m.afters(t)
	m.guestLists(t)
	m.contracts(t)
	m.plans(t)
	m.studies(t)
	m.forward(t)
	m.ledgers(t)
	m.comparisons(t)
	m.operations(t)
	m.askings(t)
	m.answers(t)
	if err := m.crowd.Suppressions.Suppress(t.Context(), suppressed, "5.1.1", clock()); err != nil {
		t.Fatal(err)
	}
	if err := m.crowd.db.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

// portal makes a portal on a copy of the store.
func (m *matrix) portal(t *testing.T) (*matrix, []web.Route) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(m.dir)); err != nil {
		t.Fatal(err)
	}
	fresh := *m
	fresh.crowd = peopleIn(t, dir)
	var table []web.Route
	fresh.app, table = newPortalWithRoutes(t, usePeople(fresh.crowd), useProvider("http://127.0.0.1:1"), func(d *web.Deps) {
		d.Reports, d.Assets, d.Reception = fresh.crowd.Reports, public.Assets(), fresh.crowd.reception(t, dir)
		d.Reach = reach.NewCounter(func() structure.Date { return structure.DateOf(clock()) })
	})
	return &fresh, table
}

// organisations makes them, each with a manager; the portal has one administrator, who
// is a column.
func (m *matrix) organisations(t *testing.T) {
	t.Helper()
	for id, kind := range matrixKinds {
		m.crowd.organisation(t, id, kind)
		if kind == account.KindPortal {
			continue
		}
		roles := []account.Role{kind.Roles()[0]}
		if kind != account.KindOwner {
			roles = append(roles, account.Facilitateur)
		}
		m.members[id] = m.crowd.person(t, "gestion-"+id+"@tiers.example", id, true, roles...)
	}
	m.candidate = m.crowd.person(t, "candidate@tiers.example", "", false)
}

// settle makes a column: the account with its role, its session, its mails.
func (m *matrix) settle(t *testing.T, column asking) {
	t.Helper()
	w, own := m.crowd, &things{email: account.Email(strings.ReplaceAll(string(column), " ", "-") + "@ville.example")}
	m.things[column] = own
	switch column {
	case nobody:
	case roleless:
		own.person = w.person(t, string(own.email), "", false)
	case plain:
		own.person = w.person(t, string(own.email), "mairie", false, account.Buyer)
	case strangers:
		own.person = w.person(t, string(own.email), "ailleurs", true, account.Buyer)
	default:
		own.person = w.person(t, string(own.email), home(column), true, account.Role(column))
	}
	browser := account.NewID()
	if err := w.Ask(t.Context(), people.Asking{Email: own.email, Browser: browser, Network: "192.0.2." + string(column)}); err != nil {
		t.Fatal(err)
	}
	list, err := w.SignIns.Of(t.Context(), own.email)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	own.link, own.code = w.Secret.Token("signin", list[0].ID, 0), w.Secret.Code(list[0].ID)
	sealed, err := w.SealJSON("asking", map[string]any{"e": own.email, "b": browser, "t": clock()})
	if err != nil {
		t.Fatal(err)
	}
	own.asked = "sourcier_asking=" + sealed
	if column != nobody {
		m.enter(t, column, own)
	}
}

// enter signs a column in, and has it cause what it may.
func (m *matrix) enter(t *testing.T, column asking, own *things) {
	t.Helper()
	w := m.crowd
	own.cookie = w.signIn(t, string(own.email))
	own.mail = w.uncertain(t, string(column), own.person)
	_, err := store.Update(t.Context(), w.People.Collection, own.person, func(p *account.Person) (store.Change, error) {
		p.AskNewEmail("neuve."+own.email, clock())
		own.changing = w.Secret.Token("address", p.ID, p.NewEmail.N)
		return store.Change{}, p.Link(account.Identity{Issuer: "http://127.0.0.1:1", Subject: string(column), At: clock()})
	})
	if err != nil {
		t.Fatal(err)
	}
	m.register(t, own)
	letters := mail.Composer{Tokens: w.Secret}
	own.word = strings.TrimPrefix(letters.UnsubscribeURL(&message.Message{Person: own.person, Kind: message.JoinRequest}), "/desinscription/")
}

// register has a column ask for a sheet of its own, with a mail to an official address.
func (m *matrix) register(t *testing.T, own *things) {
	t.Helper()
	p, err := m.crowd.People.Get(t.Context(), own.person)
	if err != nil {
		t.Fatal(err)
	}
	siret := structure.WithLuhnKey(structure.WithLuhnKey(fmt.Sprintf("98%06d", len(m.things))) + "0001")
	who, id, err := m.crowd.Directory.Begin(t.Context(), directory.Beginning{Person: &p.Value, Number: registration.Number{SIRET: siret}, Name: "Atelier neuf"})
	if err != nil {
		t.Fatal(err)
	}
	own.sheet, own.proof = id, m.crowd.Secret.Token(message.PurposeClaim, id, 0)
	_, err = store.Update(t.Context(), m.crowd.Directory.Registrations.Collection, id, func(r *registration.Registration) (store.Change, error) {
		return store.Change{}, r.Send(who.Organisation, id, account.HashToken(own.proof), "contact@atelier.example", clock())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// inside fills the organisations: requests, invitations, domains.
func (m *matrix) inside(t *testing.T) {
	t.Helper()
	w := m.crowd
	for id, kind := range matrixKinds {
		_, err := store.Update(t.Context(), w.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
			invite := func(invitation string, to account.Email) string {
				token := w.InvitationToken(invitation)
				o.Invitations = append(o.Invitations, account.Invitation{
					ID: invitation, Email: to, Roles: []account.Role{kind.Least()}, By: m.members[id], At: clock(), Link: account.HashToken(token),
				})
				return token
			}
			o.Domains = []account.Domain{{Name: "declare-" + id + ".example", At: clock()}}
			invite("invitation-"+id, "attendue@tiers.example")
			if kind != account.KindPortal {
				o.Requests = []account.Request{{Person: m.candidate, At: clock()}}
			}
			for column, own := range m.things {
				switch {
				case id == "demandee" && own.person != "":
					o.Requests = append(o.Requests, account.Request{Person: own.person, At: clock()})
				case id == "ouverte":
					own.invited = invite("invitation-"+strings.ReplaceAll(string(column), " ", "-"), own.email)
				}
			}
			if id == "ouverte" {
				o.Domains = append(o.Domains, account.Domain{Name: "ville.example", At: clock(), ConfirmedAt: clock()})
			}
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// report makes a report on a structure.
func (m *matrix) report(t *testing.T) {
	t.Helper()
	r := structure.Report{Structure: idProprete, Reason: structure.ReportWrong, Text: "Le nom a changé.", At: clock()}
	r.Ref = structure.NewReportRef(missingToken, &r)
	m.reference = r.Ref
	if _, err := m.crowd.Reports.Insert(t.Context(), r, store.Change{}); err != nil {
		t.Fatal(err)
	}
}

// upload sends a file and tries it; every administrator may import it.
func (m *matrix) upload(t *testing.T) {
	t.Helper()
	m.sent = strings.Repeat("u", len(missing))
	desk := m.crowd.reception(t, m.dir)
	tried(t, m.crowd, desk, m.sent, m.things[asking(account.Administrator)].person, wrongRows)
}

// desks gives each buyer a list, with a structure that no other list has, and each
// account a saved search.
func (m *matrix) desks(t *testing.T) {
	t.Helper()
	d := m.crowd.desk
	for id, structure := range map[string]string{"mairie": idProprete, "ailleurs": idESAT1} {
		manager := buyer.Member{Person: m.members[id], Organisation: id, Kind: account.KindPublic, Role: account.Buyer}
		if err := d.CreateList(t.Context(), manager, "liste-"+id, "Nettoyage"); err != nil {
			t.Fatal(err)
		}
		l := buyer.List{ID: "liste-" + id, Organisation: id, Entries: []buyer.Entry{{Structure: structure, By: manager.Person, At: clock()}}}
		if _, err := d.Lists.Insert(t.Context(), l, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	for column, own := range m.things {
		if own.person == "" {
			continue
		}
		own.search = "recherche-" + strings.ReplaceAll(string(column), " ", "-")
		if err := d.SaveSearch(t.Context(), buyer.Member{Person: own.person}, directory.Saving{ID: own.search, Name: "Nettoyage", Query: "q=nettoyage", Alert: true}); err != nil {
			t.Fatal(err)
		}
		own.stop = own.person + "." + own.search + "." + m.crowd.Secret.Token(message.PurposeStopAlert, message.StopAlertObject(own.person, own.search), 0)
	}
}

// heldSheet is one that the organisation of structures holds.
const heldSheet = "aaaaaaaaaaaaaaab"

// grants gives organisations a label and networks a member.
func (m *matrix) grants(t *testing.T) {
	t.Helper()
	d, ctx := m.crowd.Directory, t.Context()
	st, rules := structure.Structure{ID: idProprete}, structure.Rules{Atlas: d.Atlas, Sold: d.Taxonomy.Sold}
	rules.Merge(&st, structure.NewClaim(structure.Origin{Source: structure.SourceGeneric, AsOf: "2026-01-01"}, &structure.Structure{Name: "Propreté", Contact: structure.Contact{Email: "contact@proprete.example"}}, nil, ""))
	put := func(v *structure.Structure) (store.Change, error) { *v = st; return store.Change{}, nil } // groupements name it
	if _, err := store.UpdateOrInsert(ctx, d.Structures, st.ID, put); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Registrations.Insert(ctx, registration.Registration{ID: heldSheet, Owner: "esat", Vested: "esat"}, store.Change{}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"mairie", "reseau", "ailleurs"} {
		w := directory.Who{Person: m.members[id], Organisation: id}
		made, err := d.DefineLabel(ctx, w, label.Words{Name: "Label " + id, Criteria: "Employer des personnes du territoire."})
		if err != nil || made != label.ID(id, 1) {
			t.Fatal(made, err)
		}
		if err := d.GiveLabel(ctx, w, made, idProprete, "2026-01-01", ""); err != nil {
			t.Fatal(err)
		}
		for _, member := range []string{idProprete, heldSheet} {
			if _, err := d.Memberships.Insert(ctx, network.Declare(id, member, "Propreté", clock()), store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// of is what a column has, or what the stranger has. Nobody has no account, but may hold
// a mail.
func (m *matrix) of(who asking, about which) *things {
	if about != own {
		return m.things[strangers]
	}
	if who == nobody {
		its := *m.things[strangers]
		its.email, its.link, its.code = m.things[nobody].email, m.things[nobody].link, m.things[nobody].code
		return &its
	}
	return m.things[who]
}

// question is a cell that is being asked. The first object of the address is whose
// object it is; a second one is inside the organisation that the first names.
type question struct {
	*testing.T
	*matrix
	who                  asking
	about, inner         which
	organisation, member string // of the address
	version              int64  // of what the address names
}

// object is the value of a name in braces.
func (q *question) object(name string) string {
	its := q.of(q.who, q.about)
	values := map[string]string{
		"email": string(its.email), "session": account.HashToken(strings.TrimPrefix(its.cookie, "sourcier_session=")),
		"link": its.link, "code": its.code, "invited": its.invited, "newaddress": its.changing, "word": its.word,
		"sheet": q.sheetOf(), "renewal": q.renewal(), "claimed": its.sheet, "proof": its.proof, "account": its.person, "mail": its.mail, "address": suppressed, "reference": q.reference,
		"upload": q.sent,
		"search": its.search, "stop": its.stop,
	}
	value, ok := values[name]
	switch {
	case name == "version":
		return strconv.FormatInt(q.version, 10)
	case !ok:
		return q.ofOrganisation(name)
	case q.about == absent:
		return cmp.Or(map[string]string{
			"code": "000000", "email": "personne@nulle.example", "link": missingToken, "proof": missingToken, "claimed": "aaaaaaaaaaaaaaaa", "invited": missingToken, "newaddress": missingToken,
			"renewal": missing, "word": missing + ".join-request." + missingToken, "reference": "aaaaaaaaaa",
			"stop": missing + ".recherche." + missingToken,
		}[name], missing)
	case value == "":
		q.Fatalf("%s has no %s", q.who, name)
	case name == "reference" && q.about == foreign:
		return "bbbbbbbbbb" // reports have no owner: known by their reference alone
	case name == "account":
		q.version = versionOf(q, q.crowd.People.Collection, value)
	case name == "upload":
		q.version = versionOf(q, q.crowd.uploads(q.T).Collection, value)
	case name == "mail":
		q.version = versionOf(q, q.crowd.Messages.Collection, value)
	}
	return value
}

// ofOrganisation is an organisation, or something in the one of the address.
func (q *question) ofOrganisation(name string) string {
	switch name {
	case "groupement":
		return q.groupementOf()
	case "import":
		return q.importOf()
	case "dossier", "review", "adviser":
		return q.planned(name)
	case "contract":
		return q.contractOf()
	case "planned":
		return q.plannedOf("achat")
	case "unit":
		return q.plannedOf("service")
	case "studied":
		return q.studiedOf()
	case "door", "ticket":
		return q.doorOf(name)
	case "asking", "call", "launching", "launched", "compared", "reported", "ledgered", "exchanged", "prepared", "running", "mate", "reached", "answered", "personal":
		return q.sourced(name)
	case "hosted", "guest":
		return q.hosted(name)
	case "announced":
		return q.announced()
	case "matinale", "polled", "fair":
		return q.gatheringOf(name)
	case "answers", "guestpage", "registers", "relayed", "waiting":
		return q.hostedOf(name)
	case "over", "fresh", "came", "opinion", "encounter", "buyerguest":
		return q.afterOf(name)
	case "org", "asked", "open":
		q.organisation = q.organisationOf(name)
		if q.about != absent {
			q.version = versionOf(q, q.crowd.Organisations.Collection, q.organisation)
		}
		return q.organisation
	case "list":
		q.organisation = q.organisationOf("org")
		if q.about == absent {
			return missing
		}
		return "liste-" + q.organisation
	case "label", "membership", "affiliation":
		return q.granted(name)
	case "acting": // role and organisation, as the page of the account sends them
		if q.who == plain {
			return string(account.Buyer) + "/" + q.organisationOf("org")
		}
		return string(q.who) + "/" + q.organisationOf("org")
	case "domain":
		return "declare-" + q.organisation + ".example"
	case "given":
		return string(cmp.Or(matrixKinds[q.organisation], account.KindPublic).Least())
	case "stamp":
		d, err := q.crowd.Organisations.Get(q.Context(), q.organisation)
		if err != nil || d.Value.Member(q.member) == nil {
			return ""
		}
		return d.Value.Member(q.member).Stamp()
	}
	// Inside the organisation, inside another, nowhere.
	list := map[string][3]string{
		"member":     {cmp.Or(q.members[q.organisation], q.things[q.who].person, missing), q.things[strangers].person, missing},
		"entry":      {map[string]string{"mairie": idProprete, "ailleurs": idESAT1}[q.organisation], idESAT1, "aaaaaaaaaaaaaaaa"},
		"studylot":   {"l1", "l9", missing},
		"applicant":  {q.candidate, q.things[strangers].person, missing},
		"invitation": {"invitation-" + q.organisation, "invitation-ailleurs", missing},
	}[name]
	q.member = list[q.inner]
	if q.member == "" && name == "entry" { // nobody asks: the door is closed
		q.member = idProprete
	}
	if q.member == "" {
		q.Fatalf("no object %q", name)
	}
	return q.member
}

// sourced is a sourçage, or something of one.
func (q *question) sourced(name string) string {
	switch name {
	case "asking", "call":
		return q.askingOf()
	case "launching", "launched":
		return q.launchedOf(name)
	case "compared", "reported":
		return q.comparedOf(name)
	case "ledgered", "exchanged":
		return q.ledgeredOf(name)
	case "answered":
		return q.answered()
	case "personal":
		return q.personal()
	}
	return q.operationOf(name)
}

// granted is a label, a member, or what a network says of a sheet.
func (q *question) granted(name string) string {
	org := q.organisationOf("org")
	switch {
	case q.about == absent:
		return missing
	case name == "label":
		return label.ID(org, 1)
	case name == "membership":
		return network.ID(org, idProprete)
	case q.about == own:
		return network.ID("reseau", heldSheet)
	}
	return network.ID("reseau", idProprete)
}

func (q *question) organisationOf(name string) string {
	switch {
	case q.about == absent:
		return missing
	case name == "asked" && q.about == own:
		return "demandee"
	case name == "open" && q.about == own:
		return "ouverte"
	case q.about == foreign || q.things[q.who].person == "" || q.who == roleless:
		return "ailleurs"
	}
	return home(q.who)
}

func versionOf[T any](q *question, c *store.Collection[T], id string) int64 {
	q.Helper()
	d, err := c.Get(q.Context(), id)
	if err != nil {
		q.Fatal(err)
	}
	return d.Version
}

// Sheets of the matrix: that of who writes one, and one of others.
var (
	ownedSheet   = structure.NewID("siret:20005801400019")
	foreignSheet = structure.NewID("siret:20005801400027")
	sheetFile    = hashOf("a picture") // that both have
)

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// sheets publishes both, with a draft under way and a version before.
func (m *matrix) sheets(t *testing.T) {
	t.Helper()
	d := m.crowd.Directory
	for id, organisation := range map[string]string{ownedSheet: "esat", foreignSheet: "atelier"} {
		who := directory.Who{Person: m.members[organisation], Organisation: organisation}
		r := registration.New(id, "", "", "", clock())
		_, err := r.Ask(who.Organisation, who.Person, clock())
		if err == nil {
			err = r.Grant(who.Organisation, registration.ProofMail, clock())
		}
		if err == nil {
			_, err = d.Registrations.Insert(t.Context(), r, store.Change{})
		}
		var photo structure.Picture
		if err == nil {
			photo, err = d.KeepPicture(t.Context(), id, []picture.Picture{{Data: []byte("a picture"), Media: "image/jpeg", Width: 64, Height: 48}})
		}
		for n, name := range []string{"Les Ateliers", "Les Ateliers du Lac", "Les Ateliers du Parc"} {
			if err == nil {
				_, err = d.Save(t.Context(), who, id, registration.PartPresentation, int64(n), func(s *registration.Sheet) error {
					s.Name, s.Contact.Email, s.Address.Commune = name, "contact@ateliers.example", "94081"
					s.Offers, s.Logo = []structure.Offer{{Title: "Entretien", Pictures: []structure.Picture{photo}}}, &photo
					s.Labels = []structure.Label{{Code: "qualiopi", Name: "Qualiopi", Proof: photo.Large}}
					s.Activities = []structure.Activity{{
						Sectors: []string{"nettoyage-locaux"}, Zone: structure.Zone{France: true}, Availability: structure.Availability{State: structure.Available, DeclaredOn: structure.DateOf(clock())},
					}}
					return nil
				})
			}
			if err == nil && n < 2 {
				_, err = d.Publish(t.Context(), who, id, int64(n+1))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// directory is what structures do on the store of the crowd.
func (q *question) sheetOf() string {
	if q.about == foreign {
		return foreignSheet
	}
	return ownedSheet
}

// renewal is the word of a letter on the availability of a sheet.
func (q *question) renewal() string {
	sheet, person := ownedSheet, q.members["esat"]
	if q.about == foreign {
		sheet, person = foreignSheet, q.members["atelier"]
	}
	number := strings.ReplaceAll(string(structure.DateOf(clock()).AddMonths(3)), "-", "")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		q.Fatal(err)
	}
	return strings.Join([]string{sheet, person, number, q.crowd.Secret.Token(message.PurposeRenew, message.RenewObject(sheet, person), n)}, ".")
}
