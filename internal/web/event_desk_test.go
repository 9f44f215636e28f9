package web_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/store"
)

// hosting is a town that prepares events, and a network that may co-organise them.
type hosting struct {
	prepared
	host, other buyer.Member
	network     buyer.Member
	writes, too string // cookies of two organisers
	reads       string // of a buyer of the town
	theirs      string // of an organiser of the network
}

func newHosting(t *testing.T) *hosting {
	t.Helper()
	who, use := withPeople(t)
	h := &hosting{prepared: prepared{T: t, crowd: who, app: newPortal(t, use)}}
	who.organisation(t, "ville", account.KindPublic)
	who.organisation(t, "reseau", account.KindNetwork)
	member := func(email, organisation string, role account.Role) (buyer.Member, string) {
		m := buyer.Member{Person: who.person(t, email, organisation, false, role), Organisation: organisation, Kind: account.KindPublic, Role: role}
		return m, who.signIn(t, email)
	}
	h.host, h.writes = member("matinale@ville.example", "ville", account.Organiser)
	h.other, h.too = member("collegue@ville.example", "ville", account.Organiser)
	_, h.reads = member("achats@ville.example", "ville", account.Buyer)
	h.network, h.theirs = member("evenements@reseau.example", "reseau", account.Organiser)
	return h
}

// matinale is what the form of a new event sends.
func matinale() url.Values {
	return url.Values{
		"type": {"matinale"}, "titre": {"Matinale des achats responsables"}, "jour": {"14/01/2027"}, "debut": {"09:00"}, "fin": {"12:00"},
		"lieu": {"Salle du conseil"}, "adresse": {"2 avenue Youri-Gagarine"}, "commune": {"Vitry-sur-Seine"}, "places": {"60"}, "acces": {"ouvert"}, "contact": {"matinale@ville.example"},
	}
}

// creates makes a draft by the form, and gives its address.
func (h *hosting) creates() string {
	h.Helper()
	to := h.sends("/evenements/nouveau", h.writes, matinale(), fiber.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	return path
}

func (h *hosting) stored(path string) event.Event {
	h.Helper()
	d, err := h.Gathering.Events.Events.Get(h.Context(), strings.TrimPrefix(path, "/evenements/"))
	if err != nil {
		h.Fatal(err)
	}
	return d.Value
}

// step sends what confirms a step of an event.
func (h *hosting) step(path, segment string, fields url.Values, status int, texts ...string) string {
	h.Helper()
	form := url.Values{"version": {strconv.FormatInt(h.stored(path).Rev, 10)}}
	maps.Copy(form, fields)
	return h.sends(path+segment, h.writes, form, status, texts...)
}

func TestEventFromFormToAgenda(t *testing.T) {
	h := newHosting(t)
	h.shows("/evenements", h.writes, 200, "Aucun événement pour l’instant")
	h.shows("/evenements/nouveau", h.writes, 200, "Étape 1 sur 2", "Petit-déjeuner")
	h.shows("/evenements/nouveau?type=matinale", h.writes, 200, "Étape 2 sur 2", `value="60"`, `value="09:00"`, `value="matinale@ville.example"`)
	path := h.creates()
	e := h.stored(path)
	if e.Place.Commune != "94081" || !e.Starts.Equal(time.Date(2027, 1, 14, 8, 0, 0, 0, time.UTC)) || e.Room.Capacity != 60 || !e.Needs {
		t.Fatalf("%+v", e)
	}
	h.shows(path, h.writes, 200, "Ouvrez les inscriptions", "Le programme est vide.", "agenda public")
	h.shows("/agenda/"+e.ID, "", 404)
	h.shows(path+"/ouvrir", h.writes, 200, "Aucun courriel ne part")
	h.step(path, "/ouvrir", nil, 303)
	h.step(path, "/ouvrir", nil, 303) // sent twice, it is one
	h.shows(path+"/publier", h.writes, 200, "Jamais le lien de connexion")
	h.step(path, "/publier", nil, 303)
	h.step(path, "/programme", url.Values{"titre": {"Accueil"}, "debut": {"09:00"}, "fin": {"09:30"}}, 303)
	page := h.shows("/agenda/"+e.ID, "", 200, "Il reste 60 places sur 60", "M’inscrire", "Accueil", "Salle du conseil")
	linked := regexp.MustCompile(`<script type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(page)
	var data map[string]any
	if len(linked) != 2 || json.Unmarshal([]byte(linked[1]), &data) != nil || data["startDate"] != "2027-01-14T09:00:00+01:00" || data["remainingAttendeeCapacity"] != 60.0 || data["eventStatus"] != "https://schema.org/EventScheduled" {
		t.Errorf("JSON-LD %v", linked)
	}
	h.shows("/agenda", "", 200, "1 événement à venir", "Matinale des achats responsables")
	feed := h.get("/agenda.ics", "").Body
	for _, want := range []string{"UID:evenement-" + e.ID + "@sourcier\r\n", "DTSTART:20270114T080000Z\r\n", "DTEND:20270114T110000Z\r\n"} {
		if !strings.Contains(feed, want) {
			t.Errorf("feed lacks %q:\n%s", want, feed)
		}
	}
	h.step(path, "/annuler", url.Values{"motif": {" "}}, 422, "Dites pourquoi")
	h.shows(path+"/annuler", h.writes, 200, "Personne n’est prévenu")
	h.step(path, "/annuler", url.Values{"motif": {"Tempête."}}, 303)
	h.shows("/agenda/"+e.ID, "", 200, "Cet événement est annulé", "EventCancelled")
	if feed := h.get("/agenda.ics", "").Body; !strings.Contains(feed, "STATUS:CANCELLED\r\n") {
		t.Error("the feed does not say that it is called off")
	}
	h.shows(path+"/modifier", h.writes, 409, "Cet événement est annulé")
}

func TestEventFormRefuses(t *testing.T) {
	h := newHosting(t)
	for _, c := range []struct{ field, value, says string }{
		{"titre", " ", "Donnez un titre"}, {"fin", "08:00", "La fin doit suivre le début"}, {"fin", "tard", "Écrivez une heure"}, {"jour", "31/02/2027", "jour"},
		{"commune", "Nulle-Part-les-Bains", "n’est pas reconnue"}, {"places", "6000", "1 à 5"}, {"places", "", "Dites combien"}, {"acces", "tous", "Dites qui peut"},
		{"lien", "javascript:alert(1)", "https://"}, {"contact", "pas une adresse", "adresse"}, {"type", "fete", "Choisissez un type"},
	} {
		form := matinale()
		form.Set(c.field, c.value)
		page := h.sends("/evenements/nouveau", h.writes, form, 422, c.says, "Erreur", "Salle du conseil")
		if strings.TrimSpace(c.value) != "" && c.field != "acces" && c.field != "type" && !strings.Contains(page, `value="`+c.value+`"`) {
			t.Errorf("%s: %q is not given back", c.field, c.value)
		}
	}
	h.shows("/evenements", h.writes, 200, "Aucun événement pour l’instant")
}

// Two organisers write the same event: the second is told what differs, and keeps what was
// typed.
func TestTwoOrganisersWriteAnEvent(t *testing.T) {
	h := newHosting(t)
	path := h.creates()
	form := matinale()
	form.Set("version", "1")
	form.Set("titre", "Matinale de janvier")
	h.sends(path+"/modifier", h.writes, form, 303)
	form.Set("titre", "Matinale d’hiver")
	page := h.sends(path+"/modifier", h.too, form, 409, "Quelqu’un d’autre a modifié cet événement", "Matinale de janvier", `value="Matinale d’hiver"`, `name="version" value="2"`)
	if h.stored(path).Title != "Matinale de janvier" || !strings.Contains(page, "Erreur") {
		t.Error("the older form was written")
	}
	form.Set("version", "2")
	h.sends(path+"/modifier", h.too, form, 303)
	h.sends(path+"/places", h.too, url.Values{"places": {"10"}, "version": {"1"}}, 409, `value="10"`)
	h.sends(path+"/ouvrir", h.too, url.Values{"version": {"1"}}, 409)
	if e := h.stored(path); e.Title != "Matinale d’hiver" || e.Room.Capacity != 60 || !e.OpenedAt.IsZero() {
		t.Errorf("%+v", e)
	}
}

// Fewer places than are taken: allowed, and told.
func TestEventDeficitIsShown(t *testing.T) {
	h := newHosting(t)
	path := h.creates()
	h.step(path, "/ouvrir", nil, 303)
	id := strings.TrimPrefix(path, "/evenements/")
	_, err := store.Update(t.Context(), h.Gathering.Events.Events, id, func(e *event.Event) (store.Change, error) {
		for _, guest := range []string{"a", "b"} {
			if _, _, err := e.Add(h.host, []event.Seat{{Guest: guest, Mail: guest, Role: event.AsBuyer}}, clock()); err != nil {
				return store.Change{}, err
			}
			if _, err := e.Accept(guest, 1, clock()); err != nil {
				return store.Change{}, err
			}
			e.Seat(guest).Owed = nil
		}
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.step(path, "/places", url.Values{"places": {"1"}, "quota-s": {"0"}}, 303)
	h.shows(path, h.writes, 200, "1 place de trop est prise", "Personne n’est promu", "2 sur 1")
	h.shows("/evenements", h.writes, 200, "1 de trop")
	h.shows(path+"/annuler", h.writes, 200, "2 personnes sont prévenues")
	h.shows(path+"/modifier", h.writes, 200, "2 invités ont une place")
}

// A co-organiser sees the event and its own guests, and writes nothing of it; who only
// reads the events of the organisation neither.
func TestWhoSeesAnEvent(t *testing.T) {
	h := newHosting(t)
	path := h.creates()
	h.step(path, "/partenaires", url.Values{"nom": {"CCI sans compte"}, "invite": {"oui"}}, 422, "ne peut pas inviter ici")
	h.shows(path, h.theirs, 404)
	h.step(path, "/partenaires", url.Values{"nom": {"organisation RESEAU"}, "invite": {"oui"}}, 303)
	page := h.shows(path, h.theirs, 200, "Vos invités seulement", "Matinale des achats responsables")
	for _, hidden := range []string{"Ce qui s’est passé", "Places et quotas", "Budget"} {
		if strings.Contains(page, hidden) {
			t.Errorf("a co-organiser sees %q", hidden)
		}
	}
	for _, segment := range []string{"/modifier", "/places", "/ouvrir", "/annuler", "/partenaires", "/responsable", "/dates"} {
		h.shows(path+segment, h.theirs, 403)
	}
	h.sends(path+"/annuler", h.theirs, url.Values{"motif": {"Non."}, "version": {"2"}}, 403)
	h.shows(path, h.reads, 200)
	h.shows(path+"/modifier", h.reads, 403)
	h.shows("/evenements/nouveau?de="+strings.TrimPrefix(path, "/evenements/"), h.theirs, 403)
}

// What everybody reads holds neither the link of the meeting nor who comes.
func TestAgendaTellsNothingOfGuests(t *testing.T) {
	h := newHosting(t)
	form := matinale()
	form.Set("lien", "https://visio.example/secret")
	form.Set("acces", "invitation")
	to := h.sends("/evenements/nouveau", h.writes, form, 303)
	path, _, _ := strings.Cut(to, "?")
	h.step(path, "/ouvrir", nil, 303)
	h.step(path, "/publier", nil, 303)
	id := strings.TrimPrefix(path, "/evenements/")
	for _, at := range []string{"/agenda", "/agenda/" + id, "/agenda.ics", "/agenda/" + id + "/evenement.ics"} {
		page := h.get(at, "").Body
		for _, hidden := range []string{"visio.example", "60 places", "matinale@ville.example"} {
			if strings.Contains(page, hidden) {
				t.Errorf("%s tells %q", at, hidden)
			}
		}
	}
	h.step(path, "/retirer", nil, 303)
	h.shows("/agenda/"+id, "", 404)
}

// An earlier event is taken up again: its places and programme, neither its date nor its
// guests. One of others notes who went.
func TestEventAgainAndExternal(t *testing.T) {
	h := newHosting(t)
	path := h.creates()
	h.step(path, "/programme", url.Values{"titre": {"Accueil"}, "debut": {"09:00"}, "fin": {"09:30"}}, 303)
	id := strings.TrimPrefix(path, "/evenements/")
	h.shows("/evenements/nouveau?de="+id, h.writes, 200, "D’après un événement", `value="60"`, `name="jour" type="text" class="form-control field-short" value=""`)
	form := matinale()
	form.Set("de", id)
	form.Set("jour", "15/07/2027")
	to := h.sends("/evenements/nouveau", h.writes, form, 303)
	again := h.stored(strings.Split(to, "?")[0])
	if len(again.Programme) != 1 || !again.Programme[0].Starts.Equal(time.Date(2027, 7, 15, 7, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", again.Programme)
	}
	form = matinale()
	form.Set("type", "externe")
	form.Set("jour", "10/11/2026")
	to = h.sends("/evenements/nouveau", h.writes, form, 303)
	fair := strings.Split(to, "?")[0]
	h.step(fair, "/retour", url.Values{"qui": {"Camille\nNoé\nCamille"}, "retour": {"Trois contacts."}}, 303)
	h.shows(fair, h.writes, 200, "Noé", "Trois contacts.")
	h.step(fair, "/ouvrir", nil, 422, "événement extérieur")
	h.step(path, "/retour", url.Values{"qui": {"Camille"}}, 409)
}
