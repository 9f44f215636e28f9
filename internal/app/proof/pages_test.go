package proof

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// firstPageWithin is how soon after the build a new user must see a page.
const firstPageWithin = 15 * time.Second

// TestFirstPage does what scripts/run does after its build: fill an empty
// directory, serve, and answer the first page.
func TestFirstPage(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	start := time.Now()
	mustRun(t, data, "demo", "--if-empty")
	addr := serveBinary(t, data)
	body := waitPage(t, "http://"+addr+"/structures?q=nettoyage+vitry", start)
	if took := time.Since(start); took > firstPageWithin {
		t.Errorf("first page after %v, must be within %v", took, firstPageWithin)
	}
	if !regexp.MustCompile(`Données de démonstration`).Match(body) {
		t.Error("the page does not say that its data is fictional")
	}
	figure(t, "first page of results %.1f s after the build", time.Since(start).Seconds())
}

// serveBinary starts `sourcier serve` on a free port until the test ends.
func serveBinary(t *testing.T, data string, settings ...string) (addr string) {
	t.Helper()
	addr = freeAddr(t)
	cmd := sourcier(context.Background(), data, "serve")
	cmd.Env = append(cmd.Env, "SOURCIER_ADDR="+addr, "SOURCIER_BASE_URL=http://"+addr)
	cmd.Env = append(cmd.Env, settings...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("serve did not stop cleanly: %v", err)
		}
	})
	return addr
}

// waitPage asks until the page is there with its status 200.
func waitPage(t *testing.T, url string, start time.Time) []byte {
	t.Helper()
	for time.Since(start) < 4*firstPageWithin {
		status, body, err := get(t, url)
		if err == nil && status == http.StatusOK {
			return body
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s did not answer", url)
	return nil
}

func get(t *testing.T, url string) (status int, body []byte, err error) {
	t.Helper()
	return getAs(t, url, "")
}

// getAs asks with cookies.
func getAs(t *testing.T, url, cookies string) (status int, body []byte, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", cookies)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode, body, err
}

// savedPages are one address of each kind of page, with the status it answers.
var savedPages = map[string]int{
	"/participation/AAAAAAAAAAAAAAAAAAAAAAAAAA/billet":               http.StatusNotFound,
	"/charte-du-sourcage":                                            http.StatusOK,
	"/participation/AAAAAAAAAAAAAAAAAAAAAAAAAA":                      http.StatusNotFound,
	"/relais/AAAAAAAAAAAAAAAAAAAAAAAAAA":                             http.StatusNotFound,
	"/agenda/nulle/inscription":                                      http.StatusNotFound,
	"/sourcages-ouverts":                                             http.StatusOK,
	"/sourcages-ouverts/nulle":                                       http.StatusNotFound,
	"/sourcages-ouverts/nulle/confirmer/AAAAAAAAAAAAAAAAAAAAAAAAAA":  http.StatusGone,
	"/heures-d-insertion":                                            http.StatusOK,
	"/heures-d-insertion?montant=x":                                  http.StatusUnprocessableEntity,
	"/enquete/nulle.AAAAAAAAAAAAAAAAAAAAAAAAAA":                      http.StatusNotFound,
	"/participation/AAAAAAAAAAAAAAAAAAAAAAAAAA/effacer?fait=efface":  http.StatusOK,
	"/participation/AAAAAAAAAAAAAAAAAAAAAAAAAA/suites":               http.StatusNotFound,
	"/heures-d-insertion?montant=740000&metier=nettoyage&lieu=94081": http.StatusOK,
	"/achats-a-venir":                                                http.StatusOK,
	"/achats-a-venir?trimestre=2029-T1":                              http.StatusOK,
	"/achats-a-venir?ou=zzzz":                                        http.StatusUnprocessableEntity,
	"/achats-a-venir/achat":                                          http.StatusOK,
	"/achats-a-venir/nulle":                                          http.StatusNotFound,
	"/inscription":                                                   http.StatusOK,
	"/inscription?numero=12":                                         http.StatusUnprocessableEntity,
	"/inscription?numero=73282932000074":                             http.StatusOK,
	"/inscription/preuve/AAAAAAAAAAAAAAAAAAAAAAAAAA":                 http.StatusGone,
	"/connexion?suite=/compte":                                       http.StatusOK,
	"/connexion/lien/AAAAAAAAAAAAAAAAAAAAAAAAAA":                     http.StatusNotFound,
	"/deconnexion":                                                   http.StatusOK,
	"/":                                                              http.StatusOK,
	"/structures":                                                    http.StatusOK,
	"/labels/criteres/inconnu":                                       http.StatusNotFound,
	"/structures?q=nettoyage+vitry":                                  http.StatusOK,
	"/structures?q=nettoyage&kind=ESAT&mode=PREST&serves=94081&page=1&sort=name": http.StatusOK,
	"/structures?q=introuvable+partout":                                          http.StatusOK,
	"/structures?kind=NOPE":                                                      http.StatusUnprocessableEntity,
	"/structures?page=2":                                                         http.StatusOK,
	"/carte":                                                                     http.StatusOK,
	"/carte?q=nettoyage&serves=94081":                                            http.StatusOK,
	"/credits":                                                                   http.StatusOK,
	"/_style":                                                                    http.StatusOK,
	"/exporter?q=nettoyage&serves=94081":                                         http.StatusOK,
	"/exporter?q=introuvable+partout":                                            http.StatusOK,
	"/structures.csv?colonnes=":                                                  http.StatusUnprocessableEntity,
	"/territoires":                                                               http.StatusOK,
	"/territoires?ou=zzzz":                                                       http.StatusOK,
	"/territoires/94054":                                                         http.StatusOK,
	"/territoires/48095":                                                         http.StatusOK, // far from the home territory
	"/territoires/dep:94":                                                        http.StatusOK,
	"/territoires/ailleurs":                                                      http.StatusNotFound,
	"/secteurs":                                                                  http.StatusOK,
	"/secteurs/proprete":                                                         http.StatusOK,
	"/secteurs/traiteur":                                                         http.StatusOK,
	"/sources":                                                                   http.StatusOK,
	"/aide":                                                                      http.StatusOK,
	"/aide/acheteurs":                                                            http.StatusOK,
	"/aide/evenements":                                                           http.StatusOK,
	"/aide/programme":                                                            http.StatusOK,
	"/aide/structures":                                                           http.StatusOK,
	"/repondre-a-un-marche":                                                      http.StatusOK,
	"/accessibilite":                                                             http.StatusOK,
	"/donnees-personnelles":                                                      http.StatusOK,
	"/compte-efface":                                                             http.StatusOK,
	"/mentions-legales":                                                          http.StatusOK,
	"/plan-du-site":                                                              http.StatusOK,
	"/api":                                                                       http.StatusOK,
	"/nulle-part":                                                                http.StatusNotFound,
	"/boite":                                                                     http.StatusOK,
	"/boite?destinataire=personne%40exemple.fr":                                  http.StatusOK,
	"/comparer":                                                                  http.StatusOK,
	"/cadre?q=nettoyage&serves=94081&kind=ESAT":                                  http.StatusOK,
	"/cadre?q=introuvable+partout&ou=nulle":                                      http.StatusOK,
	"/cadre?kind=NOPE":                                                           http.StatusUnprocessableEntity,
	"/integrer":                                                                  http.StatusOK,
	"/integrer?q=nettoyage+%C3%A0+sec&serves=94081": http.StatusOK,
}

// signedInPages are those of who is signed in: an administrator of the portal who is a
// facilitateur elsewhere, too.
var signedInPages = map[string]int{
	"/connexion":           http.StatusOK,
	"/labels":              http.StatusForbidden,
	"/reseau":              http.StatusForbidden,
	"/deconnexion":         http.StatusOK,
	"/compte?fait=nom":     http.StatusOK,
	"/compte/adresse":      http.StatusOK,
	"/compte/adresse/AAAA": http.StatusGone,
	"/compte/sessions":     http.StatusOK,

	"/compte/notifications?fait=choix":            http.StatusOK,
	"/organisations?q=ville":                      http.StatusOK,
	"/organisations/proposer":                     http.StatusOK,
	"/organisations/ville?fait=invite":            http.StatusOK,
	"/organisations/ville/quitter":                http.StatusOK,
	"/organisations/portal":                       http.StatusOK,
	"/organisations/voisine":                      http.StatusOK,
	"/organisations/attendue":                     http.StatusOK,
	"/organisations/ville/membres/membre":         http.StatusOK,
	"/organisations/ville/membres/membre/retirer": http.StatusOK,
	"/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAA":     http.StatusGone,
	"/compte/messages":                            http.StatusOK,
	"/compte/donnees":                             http.StatusOK,
	"/mes-invitations":                            http.StatusOK,
	"/compte/effacer":                             http.StatusOK,

	"/administration/conservation":             http.StatusOK,
	"/administration/seuils":                   http.StatusOK,
	"/administration/seuils/formal_works":      http.StatusOK,
	"/administration/seuils/services-L2113-15": http.StatusOK,
	"/administration/imports?fait=abandonne":   http.StatusOK,
	"/administration/imports/nouveau":          http.StatusOK,
	"/administration/moderation":               http.StatusOK,
	"/administration/moderation/suspendues":    http.StatusOK,
	"/administration/doublons":                 http.StatusOK,
	"/administration/doublons/reunions":        http.StatusOK,

	"/administration":                                       http.StatusOK,
	"/administration/personnes":                             http.StatusOK,
	"/administration/personnes?q=introuvable":               http.StatusOK,
	"/administration/organisations?fait=confirmee":          http.StatusOK,
	"/administration/organisations/nouvelle":                http.StatusOK,
	"/administration/organisations/portal":                  http.StatusOK,
	"/administration/organisations/ville":                   http.StatusOK,
	"/administration/organisations/ville/fermer":            http.StatusOK,
	"/administration/messages?etat=a-decider":               http.StatusOK,
	"/administration/messages?adresse=dest%40ville.example": http.StatusOK,
	"/administration/messages/" + uncertainMail().ID:        http.StatusOK,
	"/administration/messages/adresses":                     http.StatusOK,
	"/administration/journal":                               http.StatusOK,
	"/administration/journal?du=demain":                     http.StatusUnprocessableEntity,
	"/administration/journal?objet=person&part=concernee":   http.StatusOK,
}

// uncertainMail is one on which administrators have to decide.
func uncertainMail() message.Message {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	m, _ := message.New(message.Order{
		Key: message.Key{Kind: message.Invitation, Object: "ville", Recipient: "dest@ville.example"}, To: "dest@ville.example", QueuedAt: at,
	})
	_ = m.Lease(at, "w", at.Add(time.Minute))
	_ = m.Hand(at, "w", at.Add(time.Minute))
	_ = m.Lose("w", message.Attempt{At: at, Stage: message.StageReply})
	return m
}

// mailed is what two mails lead to, and the cookies of who asked for them.
type mailed struct {
	session, asking, link, address    string
	person                            string
	structure, groupement             string // session of who acts for a structure, sheet of a groupement
	invitation, stranger, unsubscribe string // to accept, of another, to confirm
	buyer                             string // cookie of a session that acts as a buyer
	listed                            string // id of a structure of the list of pages
	moderation                        []string
	lead                              string   // cookie of the lead of the sourçages of the demonstration
	sourcings                         []string // what it sees, and what a supplier does
	host                              string   // cookie of an organiser of events
}

// signInForPages fills a directory with somebody who is signed in, asks for a mail to
// sign in and for another address.
func signInForPages(t *testing.T, data string) (m mailed) {
	t.Helper()
	a := open(t, data, "")
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, service := t.Context(), a.People
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d, err := service.Ensure(ctx, "camille.roux@ville.example", "")
	must(err)
	_, err = service.EnsurePortal(ctx, "Équipe du portail", "proof") // that of the demonstration, where it is
	must(err)
	ville := account.Organisation{ID: "ville", Kind: account.KindPublic, Name: "Ville", CreatedAt: a.Now(), ConfirmedAt: a.Now()}
	_, err = service.Organisations.Insert(ctx, ville, store.Change{})
	must(err)
	for id, roles := range map[string][]account.Role{store.Portal: {account.Administrator}, ville.ID: {account.Facilitateur, account.Buyer}} {
		_, err = service.Enrol(ctx, people.Enrolment{Email: d.Value.Email, Organisation: id, Roles: roles, Manager: true, Actor: "proof"})
		must(err)
	}
	must(deskForPages(ctx, a, d.Value, &m))
	importsForPages(t, a, d.ID)
	var token string
	for range 2 {
		token, err = service.Enter(ctx, d.Value.Email, people.Arrival{Method: account.ByLink, Browser: "Firefox, Windows", Network: "192.0.2.0/24"})
		must(err)
	}
	m.session, m.person = "sourcier_session="+token, d.ID
	who, err := service.Identify(ctx, token)
	must(err)
	must(service.Switch(ctx, who, account.Acting{Organisation: store.Portal, Role: account.Administrator}))
	must(service.Messages.Queue(ctx, uncertainMail()))
	must(service.Suppressions.Suppress(ctx, message.AddressHash("dest@ville.example"), "5.1.1", a.Now()))
	must(service.AskAddress(ctx, who, "camille@ville.example", "192.0.2.1"))
	d, err = service.People.Get(ctx, d.ID)
	must(err)
	m.address = "/compte/adresse/" + service.Secret.Token("address", d.ID, d.Value.NewEmail.N)
	must(service.Ask(ctx, people.Asking{Email: "nouvelle@ville.example", Browser: "b", Network: "192.0.2.1"}))
	list, err := service.SignIns.Of(ctx, "nouvelle@ville.example")
	must(err)
	m.link = "/connexion/lien/" + service.Secret.Token("signin", list[0].ID, 0)
	sealed, err := service.SealJSON("asking", map[string]any{"e": "nouvelle@ville.example", "b": "b", "t": a.Now()})
	must(err)
	m.asking = "sourcier_asking=" + sealed
	must(organisationsForPages(ctx, service, d.Value, &m))
	must(sheetsForPages(ctx, a, d.ID))
	must(groupementsForPages(ctx, a, &m))
	must(forwardForPages(ctx, a, &m))
	m.moderation, err = moderationForPages(ctx, a, m.person)
	must(err)
	m.lead, m.sourcings = demoSourcings(ctx, t, a)
	m.host = hostForPages(ctx, t, a)
	return m
}

// deskForPages gives the person a session as a buyer, a list with a note, a saved search.
func deskForPages(ctx context.Context, a *app.App, p account.Person, m *mailed) error {
	token, err := a.People.Enter(ctx, p.Email, people.Arrival{Method: account.ByLink})
	if err != nil {
		return err
	}
	m.buyer = "sourcier_session=" + token
	who, err := a.People.Identify(ctx, token)
	if err != nil {
		return err
	}
	docs, err := a.Structures.Scan(ctx, "", 2)
	if err != nil {
		return err
	}
	m.listed = docs[0].ID
	buys := buyer.Member{Person: p.ID, Organisation: "ville", Kind: account.KindPublic, Role: account.Buyer}
	_, err1 := a.Desk.Searches.Insert(ctx, buyer.Search{ID: "recherche", Name: "Nettoyage", Query: "q=nettoyage", Organisation: "ville", Person: p.ID, At: a.Now()}, store.Change{})
	return errors.Join(err1, studyForPages(ctx, a, buys), a.People.Switch(ctx, who, account.Acting{Organisation: "ville", Role: account.Buyer}),
		a.Desk.CreateList(ctx, buys, "liste", "Nettoyage"), a.Desk.CreateList(ctx, buys, "vide", "Vide"),
		addAll(ctx, a, buys, docs[0].ID, docs[1].ID), a.Desk.WriteNote(ctx, buys, "liste", docs[0].ID, "Devis reçu.", 0),
		a.Programme.CreateContract(ctx, buys, sourcing.Contract{ID: "marche", Object: "Gardiennage", Euros: 480_000, Start: "2024-07-01", End: "2026-06-30", Renewals: 2, RenewalMonths: 6}),
		a.Programme.CreateContract(ctx, buys, sourcing.Contract{ID: "echu", Object: "Reprographie", End: "2020-06-30"}),
		a.Desk.CreateList(ctx, buys, "ancienne", "Ancienne"), a.Desk.DeleteList(ctx, buys, "ancienne"),
		planForPages(ctx, a, buys), decisionForPages(ctx, a, buys), ledgerForPages(ctx, a, buys), operationsForPages(ctx, a, buys))
}

// studyForPages plans a purchase of two lots that the demo's structures could answer.
func studyForPages(ctx context.Context, a *app.App, m buyer.Member) error {
	return a.Programme.Create(ctx, m, sourcing.Purchase{ID: "achat-etude", Object: "Nettoyage des locaux", Nature: sourcing.Services, CPV: "90911200", Euros: 300_000, Months: 12, TakeOver: sourcing.Yes, Places: []string{"94081"},
		Lots: []sourcing.Lot{{ID: "l1", Number: "1", Object: "Nettoyage", Euros: 200_000}, {ID: "l2", Number: "2", Object: "Miel", CPV: "03142100", Euros: 20_000}}})
}

// decisionForPages gives the organisation a purchase with a lot that is decided on and one
// on which an opinion and a decision are awaited, and a review of it.
func decisionForPages(ctx context.Context, a *app.App, m buyer.Member) error {
	p := sourcing.Purchase{ID: "achatdecide", Object: "Nettoyage des locaux", Euros: 200_000, Lots: []sourcing.Lot{{ID: "l1", Object: "Lot Nord", Euros: 120_000}, {ID: "l2", Object: "Lot Sud", Euros: 80_000}}}
	e, err := sourcing.Freeze(sourcing.Study{On: "2026-11-28", Asked: 3, Rules: sourcing.DefaultLaw(), Verdicts: []sourcing.Verdict{{Code: sourcing.Reservable, Basis: structure.L2113_12, Reasons: []string{"Trois structures."}}},
		Warnings: []sourcing.Warning{{Code: "x", Text: "Le personnel est à reprendre."}},
		Bases:    []sourcing.BasisStudy{{Basis: structure.L2113_12, Answerers: 3, More: 2, Circles: []sourcing.Circle{{Code: sourcing.InHome, Declared: 2}}, Candidates: []sourcing.Candidate{{Name: "ESAT", Structures: []string{"aaaaaaaaaaaaaaaa"}, Counted: true}, {Name: "EA", Why: "zone non déclarée"}}}}})
	if err != nil {
		return err
	}
	made := sourcing.Proposal{ID: "p1", By: "autre", At: a.Now(), Choice: sourcing.ToReserve, Basis: structure.L2113_12, Reasons: "Trois structures.", Evidence: e}
	before := made
	before.ID, before.Choice = "p0", sourcing.WithCrit
	d1, d2 := sourcing.NewDossier(m.Organisation, p.ID, "l1"), sourcing.NewDossier(m.Organisation, p.ID, "l2")
	d1.Decisions = []sourcing.Decision{{Proposal: before, By: m.Person, RefusedAt: a.Now(), Reason: "Trop tôt."}, {Proposal: made, By: m.Person, ApprovedAt: a.Now()}}
	d2.Proposal = &made
	d2.Opinions = []sourcing.Opinion{{ID: "o0", AskedBy: m.Person, AskedAt: a.Now(), Due: "2026-11-20", At: a.Now(), View: sourcing.Favourable, Reason: "Oui."}, {ID: "o1", AskedBy: m.Person, AskedAt: a.Now(), Due: "2026-11-20", Question: "Qui ?"}}
	_, err1 := a.Programme.Dossiers.Insert(ctx, d1, store.Change{})
	_, err2 := a.Programme.Dossiers.Insert(ctx, d2, store.Change{})
	return errors.Join(err1, err2, a.Programme.Create(ctx, m, p), a.Programme.BeginReview(ctx, m, sourcing.Review{ID: "revue", On: "2026-11-28", Others: []string{"Jo"}}))
}

func addAll(ctx context.Context, a *app.App, m buyer.Member, ids ...string) error {
	_, err := a.Desk.AddToList(ctx, m, "liste", ids)
	return err
}

// buyerPages are those of who acts as a buyer.
func buyerPages(m *mailed) []string {
	return []string{
		"/listes?fait=supprimee", "/listes/liste", "/listes/liste?ordre=nom", "/listes/vide", "/listes/liste/modifier", "/listes/liste/supprimer",
		"/listes/liste/structures/" + m.listed, "/listes/ajouter?id=" + m.listed, "/recherches?fait=enregistree", "/recherches/recherche",
		"/programme/contrats?fait=ajoute", "/programme/contrats?q=introuvable", "/programme/contrats/nouveau", "/programme/contrats/marche", "/programme/contrats/marche/modifier", "/programme/contrats/marche/terminer", "/programme/contrats/echu",
		"/programme/etudes", "/programme/etudes?verdict=none", "/programme/achats/achat-etude/lots/l1", "/programme/achats/achat-etude/lots/l2", "/programme/achats/achat-etude/lots/l1?base=L2113-13&cercle=region&zone=declared",
		"/programme/achats/achatdecide/lots/l1/decision", "/programme/achats/achatdecide/lots/l2/decision", "/programme/avis", "/programme/revues", "/programme/revues/nouvelle",
		"/programme/revues/revue", "/programme/revues/revue/compte-rendu",
		"/recherches/recherche/supprimer", "/recherches/enregistrer?q=nettoyage&serves=94081", "/structures?q=nettoyage", "/structures/" + m.listed, "/comparer?id=" + m.listed,
	}
}

// organisationsForPages gives the person colleagues, and organisations that are not the
// person's: one that invites and that awaits an answer, one that the address opens.
func organisationsForPages(ctx context.Context, service *people.Service, p account.Person, m *mailed) error {
	now := service.Now()
	_, err := service.People.Insert(ctx, account.Person{ID: "membre", Email: "membre@ville.example", Name: "Béatrice Nguyen", CreatedAt: now}, store.Change{})
	if err != nil {
		return err
	}
	token := func(id string) (string, string) {
		token := service.InvitationToken(id)
		return "/invitations/" + token, account.HashToken(token)
	}
	invite := account.Invitation{ID: "moi", Email: p.Email, Roles: []account.Role{account.Buyer}, Manager: true, By: "membre", At: now}
	other := account.Invitation{ID: "autre", Email: "autre@ville.example", Roles: []account.Role{account.Prescripteur}, By: p.ID, At: now}
	m.invitation, invite.Link = token(invite.ID)
	m.stranger, other.Link = token(other.ID)
	kind := string(message.RoleChanged)
	m.unsubscribe = "/desinscription/" + p.ID + "." + kind + "." + service.Secret.Token("unsubscribe", p.ID+"/"+kind, 0)
	for _, o := range []account.Organisation{
		{ID: "voisine", Name: "Ville voisine", Invitations: []account.Invitation{invite}, Domains: []account.Domain{{Name: "ville.example", ConfirmedAt: now}}},
		{ID: "attendue", Name: "Ville attendue", Requests: []account.Request{{Person: p.ID, At: now}}},
	} {
		o.Kind, o.ConfirmedAt = account.KindPublic, now
		if _, err := service.Organisations.Insert(ctx, o, store.Change{}); err != nil {
			return err
		}
	}
	_, err = store.Update(ctx, service.Organisations.Collection, "ville", func(o *account.Organisation) (store.Change, error) {
		o.Requests = []account.Request{{Person: "demande", Text: "Bonjour", At: now}}
		o.Invitations = []account.Invitation{other}
		o.Domains = []account.Domain{{Name: "ville.example", At: now}}
		if err := o.Enrol("membre", []account.Role{account.Facilitateur}, false, now); err != nil {
			return store.Change{}, err
		}
		return store.Change{}, o.SetCoverage(account.Actor{Administrator: true}, "membre", account.Coverage{Territories: []string{"94054"}, Buyers: []string{"voisine"}})
	})
	return err
}

var sheetLink = regexp.MustCompile(`href="(/structures/[a-z0-9]{16})["?]`)

// TestSavePages saves one page of each kind for html-validate.
func TestSavePages(t *testing.T) {
	dir := os.Getenv("SOURCIER_PAGES_DIR")
	if dir == "" {
		t.Skip("needs SOURCIER_PAGES_DIR; scripts/prove html gives it")
	}
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "demo")
	mails := signInForPages(t, data)
	root := "http://" + serveBinary(t, data)
	waitPage(t, root+"/structures", time.Now())
	n, cookies := 0, ""
	save := func(address string, want int) []byte {
		status, body, err := getAs(t, root+address, cookies)
		if err != nil || status != want {
			t.Fatalf("%s: %d, %v", address, status, err)
		}
		n++
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("page%02d.html", n)), body, 0o600); err != nil {
			t.Fatal(err)
		}
		return body
	}
	for address, want := range savedPages {
		save(address, want)
	}
	sheets := sheetLink.FindAllSubmatch(save("/structures?serves=94081&per_page=100", http.StatusOK), -1)
	if len(sheets) < 10 {
		t.Fatalf("only %d links to sheets", len(sheets))
	}
	compared := "/comparer?"
	for _, link := range sheets[:5] {
		compared += "id=" + path.Base(string(link[1])) + "&"
	}
	save(compared+"retour=serves%3D94081", http.StatusOK)
	seen := map[string]bool{}
	for _, link := range sheets {
		if address := string(link[1]); !seen[address] && len(seen) < 40 {
			seen[address] = true
			save(address, http.StatusOK)
			if len(seen) == 1 {
				save(address+"/signaler", http.StatusOK)
				n++
				saveRefusal(t, root+address+"/signaler", filepath.Join(dir, fmt.Sprintf("page%02d.html", n)))
			}
		}
	}
	save(mails.link, http.StatusOK)
	save(mails.invitation, http.StatusOK)
	save(mails.unsubscribe, http.StatusOK)
	cookies = mails.asking
	save("/connexion/code", http.StatusOK)
	cookies = mails.session
	save(mails.invitation, http.StatusOK)
	save(mails.stranger, http.StatusForbidden)
	save(mails.link, http.StatusOK)
	save(mails.address, http.StatusOK)
	for address, want := range signedInPages {
		save(address, want)
	}
	for address, want := range ownSheetPages {
		save(address, want)
	}
	for _, address := range mails.moderation {
		save(address, http.StatusOK)
	}
	cookies = mails.structure
	for _, address := range append([]string{"/mes-sourcages", "/groupements", "/groupements/nouveau", "/groupements/mene", "/groupements/mene/quitter", "/groupements/mene/dissoudre", "/groupements/invite", mails.groupement}, forwardPages...) {
		save(address, http.StatusOK)
	}
	cookies = mails.session
	save("/administration/personnes/"+mails.person, http.StatusOK)
	save("/administration/personnes/"+mails.person+"/suspendre", http.StatusOK)
	cookies = mails.buyer
	for _, address := range slices.Concat(buyerPages(&mails), importPages, planPages, ledgerPages, operationPages) {
		save(address, http.StatusOK)
	}
	cookies = mails.lead
	for _, address := range mails.sourcings {
		save(address, http.StatusOK)
	}
	cookies = mails.host
	for _, address := range eventPages {
		save(address, http.StatusOK)
	}
	figure(t, "%d pages saved", n)
}

// saveRefusal saves the form as it comes back when it is sent without its token.
func saveRefusal(t *testing.T, form, file string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, form, strings.NewReader("motif=wrong&texte=Faux.&courriel=nom@"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusForbidden {
		t.Fatalf("%s: %d, %v", form, resp.StatusCode, err)
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
}
