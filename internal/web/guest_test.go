package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web/webtest"
)

// guestWorld is an event whose registrations are open, its organiser, and others.
type guestWorld struct {
	t                        *testing.T
	who                      *crowd
	app                      *fiber.App
	cookie, reader, outsider string
	id                       string
}

func newGuestWorld(t *testing.T) *guestWorld {
	t.Helper()
	who, use := withPeople(t)
	w := &guestWorld{t: t, who: who, app: newPortal(t, use), id: account.NewID()}
	who.organisation(t, "mairie", account.KindPublic)
	who.organisation(t, "ailleurs", account.KindPublic)
	host := who.person(t, "hote@mairie.example", "mairie", true, account.Organiser)
	who.person(t, "achat@mairie.example", "mairie", false, account.Buyer)
	who.person(t, "autre@ailleurs.example", "ailleurs", true, account.Organiser)
	w.cookie, w.reader, w.outsider = who.signIn(t, "hote@mairie.example"), who.signIn(t, "achat@mairie.example"), who.signIn(t, "autre@ailleurs.example")
	at := clock()
	e := event.Event{
		ID: w.id, Organisation: "mairie", CreatedBy: host, CreatedAt: at, UpdatedAt: at, Rev: 1, Kind: event.Matinale, Title: "Matinale des achats", Access: event.ByInvitation, OpenedAt: at,
		Room: event.Room{Capacity: 50}, Starts: at.AddDate(0, 0, 14), Ends: at.AddDate(0, 0, 14).Add(3 * 3600e9), Place: event.Place{Name: "Mairie"}, Contact: "evenements@mairie.example",
	}
	if _, err := who.Gathering.Events.Events.Insert(t.Context(), e, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *guestWorld) at(path string) string { return "/evenements/" + w.id + "/invites" + path }

// page opens one, and tells whether it says some texts.
func (w *guestWorld) page(path, cookie string, status int, texts ...string) string {
	w.t.Helper()
	return w.says(webtest.Scenario{URL: w.at(path), Header: as(cookie)}.Do(w.t, w.app), path, status, texts...)
}

func (w *guestWorld) sends(path, cookie string, form url.Values, status int, texts ...string) string {
	w.t.Helper()
	return w.says(post(w.t, w.app, w.at(path), cookie, form), path, status, texts...)
}

func (w *guestWorld) says(got webtest.Answer, path string, status int, texts ...string) string {
	w.t.Helper()
	if got.Status != status {
		w.t.Errorf("%s: status %d, want %d: %.600s", path, got.Status, status, got.Body)
	}
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(got.Body)
	for _, text := range texts {
		if !strings.Contains(plain, text) {
			w.t.Errorf("%s does not say %q", path, text)
		}
	}
	return got.Body
}

func (w *guestWorld) event() event.Event {
	w.t.Helper()
	d, err := w.who.Gathering.Events.Events.Get(w.t.Context(), w.id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d.Value
}

func byHand(email string) url.Values {
	return url.Values{"nom": {"Awa Sarr"}, "courriel": {email}, "organisme": {"Atelier de la Bièvre"}, "role": {"s"}}
}

var guestSeal = regexp.MustCompile(`name="vu" value="([^"]+)"`)

func TestGuestsAreInvitedAsShown(t *testing.T) {
	w := newGuestWorld(t)
	w.page("", w.cookie, 200, "Personne n’est encore sur la liste")
	w.sends("/ajouter", w.cookie, byHand("awa@structure.example"), 303)
	w.sends("/ajouter", w.cookie, byHand("AWA@Structure.example"), 422, "déjà sur la liste", "Atelier de la Bièvre", "Erreur")
	w.sends("/ajouter", w.cookie, byHand("awa"), 422, "nom@exemple.fr")
	w.page("", w.cookie, 200, "Pas encore invité", "Sans réponse", "Inviter 1 personne")
	w.page("/envoi?type=invitation", w.cookie, 200, "Voir l’aperçu")
	form := url.Values{"type": {"invitation"}, "texte": {"Venez nombreux."}}
	shown := w.sends("/envoi/apercu", w.cookie, form, 200, "Venez nombreux.", "Awa Sarr", "awa@structure.example", "Inviter 1 personne", "Répondre à l’invitation")
	seal := guestSeal.FindStringSubmatch(shown)
	if seal == nil {
		t.Fatal("nothing seals what is shown")
	}
	form.Set("vu", seal[1])
	w.sends("/ajouter", w.cookie, byHand("b@structure.example"), 303)
	again := w.sends("/envoi", w.cookie, form, 409, "a changé depuis l’aperçu", "Venez nombreux.", "Inviter 2 personnes")
	if e := w.event(); len(e.Sendings) != 0 || !e.Seats[0].Invited.IsZero() {
		t.Error("something was sent that nobody has seen")
	}
	form.Set("vu", guestSeal.FindStringSubmatch(again)[1])
	for range 2 { // a double click
		w.sends("/envoi", w.cookie, form, 303)
	}
	if e := w.event(); len(e.Sendings) != 1 || e.Sendings[0].Count != 2 {
		t.Errorf("%+v", e.Sendings)
	}
	w.page("?fait=envoi", w.cookie, 200, "C’est parti", "Invitation en attente d’envoi")
	w.page("?reponse=a", w.cookie, 200, "Aucun invité ne répond à ces filtres")
	w.page("?q=bievre&role=s&remise=en-route&reponse=sans", w.cookie, 200, "2 invités")
	w.sends("/envoi/apercu", w.cookie, url.Values{"type": {"relance"}}, 422, "Personne n’est à relancer")
}

func TestGuestsAreNobodyElses(t *testing.T) {
	w := newGuestWorld(t)
	w.sends("/ajouter", w.cookie, byHand("awa@structure.example"), 303)
	guest := w.event().Seats[0].Guest
	read := w.page("", w.reader, 200, "Awa Sarr")
	if strings.Contains(read, "awa@structure.example") {
		t.Error("who only reads sees an address")
	}
	w.page("/"+guest, w.reader, 403)
	w.page("/export.csv", w.reader, 403)
	for _, path := range []string{"", "/ajouter", "/envoi", "/appels", "/services", "/relais", "/" + guest, "/export.csv"} {
		w.page(path, w.outsider, 404)
	}
	for _, path := range []string{"/ajouter", "/envoi", "/envoi/apercu", "/services", "/relais", "/" + guest, "/" + guest + "/appel", "/" + guest + "/retirer"} {
		w.sends(path, w.outsider, byHand("c@structure.example"), 404)
		w.sends(path, w.reader, byHand("c@structure.example"), 403)
	}
	if n := len(w.event().Seats); n != 1 {
		t.Errorf("%d guests", n)
	}
}

var guestVersion = regexp.MustCompile(`name="version" value="(\d+)"`)

func TestGuestIsCorrected(t *testing.T) {
	w := newGuestWorld(t)
	w.sends("/ajouter", w.cookie, byHand("awa@structure.exemple"), 303)
	w.sends("/ajouter", w.cookie, byHand("b@structure.example"), 303)
	guest := w.event().Seats[0].Guest
	shown := w.page("/"+guest, w.cookie, 200, "Noter un appel", "Retirer cet invité")
	form := byHand("b@structure.example")
	form.Set("version", guestVersion.FindStringSubmatch(shown)[1])
	w.sends("/"+guest, w.cookie, form, 422, "déjà celle d’un autre invité")
	form.Set("courriel", "awa@structure.example")
	w.sends("/"+guest, w.cookie, form, 303)
	w.sends("/"+guest, w.cookie, form, 409, "Quelqu’un d’autre a changé")
	w.sends("/"+guest+"/appel", w.cookie, url.Values{"note": {"Rappeler mardi."}}, 303)
	w.page("/"+guest, w.cookie, 200, "awa@structure.example", "Rappeler mardi.")
	w.sends("/"+guest+"/retirer", w.cookie, nil, 303)
	w.page("/"+guest, w.cookie, 200, "n’est plus sur la liste")
	w.page("/nulle", w.cookie, 404)
}

func TestGuestRelayLink(t *testing.T) {
	w := newGuestWorld(t)
	w.sends("/relais", w.cookie, url.Values{"nom": {" "}}, 422, "Donnez le nom")
	w.sends("/relais", w.cookie, url.Values{"nom": {"Réseau des ESAT"}}, 303)
	w.page("/relais", w.cookie, 200, "Réseau des ESAT", "/relais/", "Fermer le lien")
	partner := w.event().Partners[0].ID
	w.sends("/relais/"+partner, w.cookie, url.Values{"lien": {"ferme"}}, 303)
	w.sends("/relais/nul", w.cookie, url.Values{"lien": {"ferme"}}, 404)
	if p := w.event().Partners[0]; p.Relay != "" {
		t.Error("the link still leads somewhere")
	}
}

func TestGuestsFile(t *testing.T) {
	w := newGuestWorld(t)
	form := byHand("awa@structure.example")
	form.Set("organisme", "=HYPERLINK(1)")
	w.sends("/ajouter", w.cookie, form, 303)
	guest := w.event().Seats[0].Guest
	_, err := store.Update(t.Context(), w.who.Gathering.Guests, guest, func(g *event.Guest) (store.Change, error) {
		g.Diet = "sans gluten"
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	file := w.page("/export.csv", w.cookie, 200, "awa@structure.example", "'=HYPERLINK")
	if strings.Contains(file, "gluten") {
		t.Error("a need leaves in a file")
	}
	w.page("/appels", w.cookie, 200, "Personne n’est à appeler")
	w.page("/services", w.cookie, 200, "Aucun achat prévu")
}

func TestGuestFile(t *testing.T) {
	w := newGuestWorld(t)
	sender := &writing{T: t, app: w.app}
	send := func(cookie string, content []byte, role string) webtest.Answer {
		return sender.upload(w.at("/import"), cookie, url.Values{"role": {role}}, sentFile{"invités.csv", "text/csv", content})
	}
	const lines, bad = 5000, 300
	var file strings.Builder
	file.WriteString("Remarque;Organisme;M\xe9l;Pr\xe9nom;Nom\r\n") // Windows-1252
	for i := range lines {
		address := fmt.Sprintf("i%d@structure.example", i)
		switch {
		case i < bad-2:
			address = fmt.Sprintf("i%d@@structure", i)
		case i == bad-2:
			address = ""
		}
		name := "L\xe9a"
		if i == bad-1 {
			name = "=cmd|calc"
		}
		fmt.Fprintf(&file, "x;Entreprise %d;%s;%s;N\xe9e\r\n", i, address, name)
	}
	w.says(send(w.outsider, []byte(file.String()), "s"), "import", 404)
	w.says(send(w.reader, []byte(file.String()), "s"), "import", 403)
	w.says(send(w.cookie, []byte(file.String()), ""), "import", 422, "Dites comme quoi")
	w.says(send(w.cookie, []byte("Truc;Machin\r\na;b\r\n"), "s"), "import", 422, "Aucune colonne", "Truc, Machin")
	w.says(send(w.cookie, []byte("a@b.example;Awa\r\nc@d.example;Ali\r\n"), "s"), "import", 422, "pas de titres")
	got := send(w.cookie, []byte(file.String()), "s")
	w.says(got, "import", 303)
	at := strings.TrimPrefix(got.Header.Get("Location"), w.at(""))
	w.page(at, w.cookie, 200, "4 700 invités", "300 lignes en erreur", "Windows-1252", "Remarque", "Ligne 2", "i0@@structure")
	if e := w.event(); len(e.Seats) != lines-bad || len(e.Sendings) != 0 {
		t.Errorf("%d guests", len(e.Seats))
	}
	errs := w.page(at+"/erreurs.csv", w.cookie, 200, "n’a pas d’adresse", "commence comme une formule", "'=cmd")
	if n := strings.Count(errs, "\n"); n != bad+1 {
		t.Errorf("%d lines in the file of errors", n)
	}
	w.page(at, w.outsider, 404)
	w.page("", w.cookie, 200, "4 700 personnes sur la liste", "Léa Née")
	twice := send(w.cookie, []byte("Courriel\nI4000@STRUCTURE.example\nnouveau@structure.example\nNouveau@Structure.example\n"), "s")
	w.page(strings.TrimPrefix(twice.Header.Get("Location"), w.at("")), w.cookie, 200, "1 invité", "Déjà sur la liste", "Même adresse qu’à la ligne 3")
	w.page("/export.csv?q=i4000", w.cookie, 200, "i4000@structure.example")
}

// Needs are the organiser's to read, not a co-organiser's, whose guest it is; and who is
// invited to a discreet event leaves the portal in no file.
func TestGuestsAreNotToldSideways(t *testing.T) {
	w := newGuestWorld(t)
	change := func(do func(*event.Event)) {
		t.Helper()
		_, err := store.Update(t.Context(), w.who.Gathering.Events.Events, w.id, func(e *event.Event) (store.Change, error) {
			do(e)
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	g := event.Guest{ID: "awaawaawaawaaw", Event: w.id, Organisation: "mairie", Name: "Awa", Email: "awa@structure.example", Diet: "Sans arachide", Access: "Boucle magnétique", Role: event.AsStructure, By: "p1", Rev: 1}
	if _, err := w.who.Gathering.Guests.Insert(t.Context(), g, store.Change{}); err != nil {
		t.Fatal(err)
	}
	change(func(e *event.Event) {
		e.Partners = []event.Partner{{ID: "p1", Name: "Ailleurs", Organisation: "ailleurs", Invites: true}}
		e.Seats = []event.Seat{{Guest: g.ID, Mail: event.MailHash(w.id, account.Email(g.Email)), Role: g.Role, By: "p1", Party: 1}}
	})
	w.page("/"+g.ID, w.cookie, 200, "Sans arachide", "Boucle magnétique")
	if text := w.page("/"+g.ID, w.outsider, 200, "Awa"); strings.Contains(text, "arachide") || strings.Contains(text, "magnétique") {
		t.Error("a co-organiser reads the needs of a guest")
	}
	w.page("/export.csv", w.cookie, 200)
	change(func(e *event.Event) { e.Kind = event.DuoDay })
	for _, path := range []string{"/export.csv", "/export.xlsx"} {
		w.page(path, w.cookie, 404)
	}
	if strings.Contains(w.page("", w.cookie, 200, "Awa"), "export.") {
		t.Error("the page of a discreet event offers a file")
	}
}

// A whole search of the directory, a list that is shared and an earlier event each give
// guests, once each; who came to a DuoDay is taken up nowhere.
func TestGuestsAreTakenFrom(t *testing.T) {
	who, use := withPeople(t)
	h := &hosting{prepared: prepared{T: t, crowd: who, app: newPortal(t, use)}}
	who.organisation(t, "ville", account.KindPublic)
	who.organisation(t, "ailleurs", account.KindPublic)
	who.person(t, "hote@ville.example", "ville", true, account.Organiser)
	buys := buyer.Member{Person: who.person(t, "achat@ville.example", "ville", false, account.Buyer), Organisation: "ville", Kind: account.KindPublic, Role: account.Buyer}
	h.writes = who.signIn(t, "hote@ville.example")
	v := structure.Structure{ID: idProprete, Name: "Propreté du Val", SIRET: siretProprete, Contact: structure.Contact{Email: "contact@proprete.example"}}
	if _, err := who.Directory.Structures.Insert(t.Context(), v, store.Change{}); err != nil {
		t.Fatal(err)
	}
	if err := who.desk.CreateList(t.Context(), buys, "entretien", "Entretien"); err != nil {
		t.Fatal(err)
	}
	if _, err := who.desk.AddToList(t.Context(), buys, "entretien", []string{idProprete}); err != nil {
		t.Fatal(err)
	}
	past, foreign := pastEvent(t, who, "ville", "passee"), pastEvent(t, who, "ailleurs", "autre")
	discreet := pastEvent(t, who, "ville", "duoday").event
	if _, err := store.Update(t.Context(), who.Gathering.Events.Events, discreet.ID, func(e *event.Event) (store.Change, error) {
		e.Kind = event.DuoDay
		return store.Change{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	path := h.creates() + "/invites"
	add := path + "/ajouter"
	page := h.shows(add, h.writes, 200, "Entretien", "Qui est venu")
	if strings.Count(page, `id="liste"`) != 1 || strings.Count(page, `id="evenement"`) != 1 || strings.Contains(page, discreet.ID) {
		t.Error("two elements of one id, or a discreet event to take guests from")
	}
	sends := func(way string, form url.Values, status int, texts ...string) {
		t.Helper()
		if status == fiber.StatusSeeOther {
			h.shows(h.sends(add+way, h.writes, form, status), h.writes, 200, texts...)
			return
		}
		h.sends(add+way, h.writes, form, status, texts...)
	}
	const search = "http://localhost:8080/structures?q=proprete"
	sends("/annuaire", url.Values{"recherche": {"bonjour"}, "comme": {"s"}}, 422, "pas celle d’une recherche", `value="bonjour"`)
	sends("/annuaire", url.Values{"recherche": {search}, "comme": {""}}, 422, "Dites comme quoi ces structures viennent")
	sends("/liste", url.Values{"liste": {"nulle"}, "comme": {"s"}}, 422, "Choisissez une liste")
	sends("/evenement", url.Values{"evenement": {foreign.event.ID}, "qui": {"presents"}}, 422, "Choisissez un événement")
	sends("/evenement", url.Values{"evenement": {discreet.ID}, "qui": {"tous"}}, 422, "touche à la santé")
	sends("/evenement", url.Values{"evenement": {past.event.ID}, "qui": {"declines"}}, 422, "aucun invité de cette sorte")
	sends("/annuaire", url.Values{"recherche": {search}, "comme": {"s"}}, 303, "1\u00a0invité ajouté")
	sends("/liste", url.Values{"liste": {"entretien"}, "comme": {"s"}}, 303, "déjà sur la liste")
	sends("/evenement", url.Values{"evenement": {past.event.ID}, "qui": {"presents"}}, 303, "1\u00a0invité ajouté")
	sends("/evenement", url.Values{"evenement": {past.event.ID}, "qui": {"absents"}}, 303, "1\u00a0invité ajouté")
	sends("/evenement", url.Values{"evenement": {past.event.ID}, "qui": {"tous"}}, 303, "0\u00a0invité ajouté", "2 déjà sur la liste")
	list := h.shows(path, h.writes, 200, "Propreté du Val", "contact@proprete.example", "Jeanne Morel", "Paul Tavernier")
	if n := strings.Count(list, "Propreté du Val"); n != 1 {
		t.Errorf("the structure is named %d times", n)
	}
}
