package web_test

import (
	"maps"
	"net/url"
	"regexp"
	"testing"
	"time"

	"sourcier/internal/event"
	"sourcier/internal/store"
)

// Rows of the organiser's desk of events, and of the public agenda: of a matinale that is
// open, of one whose date a poll looks for, of an event of others.
func init() {
	const one, poll, fair = "/evenements/{matinale}", "/evenements/{polled}", "/evenements/{fair}"
	form := func(fields url.Values) url.Values {
		fields.Set("version", "1")
		return fields
	}
	settings := url.Values{"titre": {"Matinale"}, "jour": {"15/03/2027"}, "debut": {"09:00"}, "fin": {"12:00"}, "lieu": {"Mairie"}, "acces": {"invitation"}, "places": {"20"}, "type": {"matinale"}}
	session := form(url.Values{"titre": {"Accueil"}, "debut": {"09:00"}, "fin": {"09:30"}})
	maps.Copy(rows, map[string]row{
		"GET /evenements":                                       {path: "/evenements", own: 200},
		"GET /evenements/calendrier":                            {path: "/evenements/calendrier", own: 200},
		"GET /evenements/calendrier.ics":                        {path: "/evenements/calendrier.ics", own: 200},
		"GET /evenements/nouveau":                               {path: "/evenements/nouveau?de={matinale}", own: 200},
		"POST /evenements/nouveau":                              {path: "/evenements/nouveau", form: settings, own: 303},
		"GET /evenements/:id":                                   {path: one, own: 200},
		"GET /evenements/:id/modifier":                          {path: one + "/modifier", own: 200},
		"POST /evenements/:id/modifier":                         {path: one + "/modifier", form: form(maps.Clone(settings)), own: 303},
		"GET /evenements/:id/places":                            {path: one + "/places", own: 200},
		"POST /evenements/:id/places":                           {path: one + "/places", form: form(url.Values{"places": {"10"}}), own: 303},
		"GET /evenements/:id/ouvrir":                            {path: one + "/ouvrir", own: 200},
		"POST /evenements/:id/ouvrir":                           {path: one + "/ouvrir", form: form(url.Values{}), own: 303},
		"GET /evenements/:id/clore":                             {path: one + "/clore", own: 200},
		"POST /evenements/:id/clore":                            {path: one + "/clore", form: form(url.Values{}), own: 303},
		"GET /evenements/:id/publier":                           {path: one + "/publier", own: 409},
		"POST /evenements/:id/publier":                          {path: one + "/publier", form: form(url.Values{}), own: 303},
		"GET /evenements/:id/retirer":                           {path: one + "/retirer", own: 200},
		"POST /evenements/:id/retirer":                          {path: one + "/retirer", form: form(url.Values{}), own: 303},
		"GET /evenements/:id/annuler":                           {path: one + "/annuler", own: 200},
		"POST /evenements/:id/annuler":                          {path: one + "/annuler", form: form(url.Values{"motif": {"Tempête."}}), own: 303},
		"GET /evenements/:id/programme":                         {path: one + "/programme", own: 200},
		"POST /evenements/:id/programme":                        {path: one + "/programme", form: session, own: 303},
		"GET /evenements/:id/programme/:session":                {path: one + "/programme/s1", own: 200},
		"POST /evenements/:id/programme/:session":               {path: one + "/programme/s1", form: session, own: 303},
		"POST /evenements/:id/programme/:session/retirer":       {path: one + "/programme/s1/retirer", form: form(url.Values{}), own: 303},
		"POST /evenements/:id/programme/:session/presentations": {path: one + "/programme/s1/presentations", form: form(url.Values{"qui": {"Oméga"}}), own: 303},
		"POST /evenements/:id/programme/:session/ordre":         {path: one + "/programme/s1/ordre", form: form(url.Values{"presentation": {"t1"}, "faire": {"retirer"}}), own: 303},
		"GET /evenements/:id/partenaires":                       {path: one + "/partenaires", own: 200},
		"POST /evenements/:id/partenaires":                      {path: one + "/partenaires", form: form(url.Values{"nom": {"CCI"}}), own: 303},
		"POST /evenements/:id/partenaires/:partner":             {path: one + "/partenaires/p1", form: form(url.Values{"faire": {"retirer"}}), own: 303},
		"GET /evenements/:id/dates":                             {path: poll + "/dates", own: 200},
		"POST /evenements/:id/dates":                            {path: poll + "/dates", form: form(url.Values{"jour": {"15/03/2027"}, "debut": {"09:00"}, "fin": {"12:00"}}), own: 303},
		"POST /evenements/:id/dates/sonder":                     {path: poll + "/dates/sonder", form: form(url.Values{"limite": {"01/03/2027"}, "limite_heure": {"12:00"}}), own: 303},
		"GET /evenements/:id/dates/:date/choisir":               {path: poll + "/dates/d1/choisir", own: 200},
		"POST /evenements/:id/dates/:date/choisir":              {path: poll + "/dates/d1/choisir", form: form(url.Values{}), own: 303},
		"POST /evenements/:id/dates/:date/retirer":              {path: poll + "/dates/d1/retirer", form: form(url.Values{}), own: 303},
		"GET /evenements/:id/responsable":                       {path: one + "/responsable", own: 200},
		"POST /evenements/:id/responsable":                      {path: one + "/responsable", form: form(url.Values{"fait": {"velo"}}), own: 303},
		"GET /evenements/:id/retour":                            {path: fair + "/retour", own: 200},
		"POST /evenements/:id/retour":                           {path: fair + "/retour", form: form(url.Values{"qui": {"Camille"}, "retour": {"Trois contacts."}}), own: 303},
		"GET /agenda":                                           {path: "/agenda", own: 200},
		"GET /agenda.ics":                                       {path: "/agenda.ics", own: 200},
		"GET /agenda/:id":                                       {path: "/agenda/matinale-mairie", own: 200},
		"GET /agenda/:id/evenement.ics":                         {path: "/agenda/matinale-mairie/evenement.ics", own: 200},
	})
	for _, path := range eventPages {
		samples[path] = inPath.ReplaceAllString(path, "aaaa")
	}
}

var inPath = regexp.MustCompile(`:\w+`)

// eventPages are the addresses about events that have a parameter; those of answers and of
// what comes after are with their rows.
var eventPages = []string{
	"/agenda/:id", "/agenda/:id/evenement.ics", "/evenements/:id", "/evenements/:id/modifier", "/evenements/:id/places", "/evenements/:id/ouvrir",
	"/evenements/:id/clore", "/evenements/:id/publier", "/evenements/:id/retirer", "/evenements/:id/annuler", "/evenements/:id/programme",
	"/evenements/:id/programme/:session", "/evenements/:id/partenaires", "/evenements/:id/dates", "/evenements/:id/dates/:date/choisir",
	"/evenements/:id/responsable", "/evenements/:id/retour", "/evenements/:id/invites", "/evenements/:id/invites/export.csv",
	"/evenements/:id/invites/export.xlsx", "/evenements/:id/invites/ajouter", "/evenements/:id/invites/import", "/evenements/:id/invites/import/:import",
	"/evenements/:id/invites/import/:import/erreurs.csv", "/evenements/:id/invites/envoi", "/evenements/:id/invites/appels", "/evenements/:id/invites/services",
	"/evenements/:id/invites/relais", "/evenements/:id/invites/:invite", "/evenements/:id/accueil", "/evenements/:id/accueil/ecran",
	"/evenements/:id/accueil/sur-place", "/evenements/:id/accueil/badges.pdf", "/evenements/:id/accueil/emargement.pdf", "/evenements/:id/accueil/telephone",
	"/evenements/:id/accueil/telephone.js", "/evenements/:id/accueil/telephone.webmanifest", "/evenements/:id/accueil/liste", "/evenements/:id/accueil/cle",
	"/evenements/:id/accueil/passages", "/participation/:token/billet", "/participation/:token/attestation",
}

// gatherings gives two organisations a matinale that is open and published, one whose date
// a poll looks for, and an event of others.
func (m *matrix) gatherings(t *testing.T) {
	t.Helper()
	for _, id := range []string{"mairie", "ailleurs"} {
		starts := time.Date(2027, 3, 15, 8, 0, 0, 0, time.UTC) // 9 h in Paris
		e := event.Event{
			ID: "matinale-" + id, Organisation: id, Kind: event.Matinale, Title: "Matinale", Access: event.ByInvitation, Room: event.Room{Capacity: 20}, Place: event.Place{Name: "Mairie"},
			Starts: starts, Ends: starts.Add(3 * time.Hour), OpenedAt: clock(), PublishedAt: clock(), CreatedAt: clock(), Rev: 1, LastID: 3,
			Programme: []event.Session{{ID: "s1", Title: "Présentations", Starts: starts, Ends: starts.Add(time.Hour), Pitches: []event.Pitch{{ID: "t1", Name: "Alpha"}}}},
			Partners:  []event.Partner{{ID: "p1", Name: "Réseau"}},
		}
		poll := event.Event{
			ID: "sondage-" + id, Organisation: id, Kind: event.Workshop, Title: "Atelier", Access: event.ByInvitation, Room: event.Room{Capacity: 20}, CreatedAt: clock(), Rev: 1, LastID: 2,
			Dates: []event.DateOption{{ID: "d1", Starts: starts, Ends: starts.Add(time.Hour)}, {ID: "d2", Starts: starts.AddDate(0, 0, 1), Ends: starts.AddDate(0, 0, 1).Add(time.Hour)}},
			Seats: []event.Seat{{Guest: "invite-" + id, Mail: "m", Role: event.AsBuyer, Party: 1, Added: clock()}},
		}
		fair := event.Event{ID: "salon-" + id, Organisation: id, Kind: event.External, Title: "Salon", Access: event.ByInvitation, CreatedAt: clock(), Rev: 1}
		for _, x := range []event.Event{e, poll, fair} {
			if _, err := m.crowd.Gathering.Events.Events.Insert(t.Context(), x, store.Change{}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// gatheringOf is an event of one's organisation, of another, or none.
func (q *question) gatheringOf(name string) string {
	kind := map[string]string{"matinale": "matinale-", "polled": "sondage-", "fair": "salon-"}[name]
	switch q.about {
	case absent:
		return missing
	case foreign:
		return kind + "ailleurs"
	}
	return kind + "mairie"
}
