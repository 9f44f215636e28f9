package browser

import (
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/survey"
)

// programmed are events of an organiser in each state that pages show.
type programmed struct {
	*tab
	p      place
	m      buyer.Member
	guests map[string]*event.Guest // by first name
}

// TestEventIsAccessible runs axe-core on each page of events: those of the organiser at one
// width, in turn, those of guests and of everybody at both.
func TestEventIsAccessible(t *testing.T) {
	p := place{portal, base}
	b := newTab(t, wide, true)
	olga, m := p.organiser(b)
	j := &programmed{b, p, m, map[string]*event.Guest{}}
	open, over, polled, fair := j.isOpen(), j.isOver(), j.isPolled(), j.isElsewhere()
	for _, c := range []struct {
		as    account.Email
		paths []string
	}{
		{olga.Email, []string{"/evenements", "/evenements/calendrier", "/evenements/nouveau?type=matinale", "/evenements/nouveau?de=" + open}},
		{olga.Email, j.under(open, "", "/modifier", "/places", "/clore", "/retirer", "/annuler", "/programme", "/programme/s1", "/partenaires", "/responsable",
			"/invites", "/invites/ajouter", "/invites/import", "/invites/envoi?type=relance", "/invites/appels", "/invites/services", "/invites/relais", "/invites/"+j.guests["Nora"].ID,
			"/attente", "/accueil?q=a", "/accueil/sur-place", "/accueil/ecran", "/accueil/telephone", "/enquete", "/budget")},
		{olga.Email, j.under(polled, "", "/dates", "/dates/d1/choisir", "/programme")},
		{olga.Email, j.under(fair, "", "/retour")},
		{olga.Email, j.under(over, "", "/accueil", "/invites", "/enquete", "/enquete/modifier", "/budget", "/rencontres", "/rencontres/nouvelle", "/bilan")},
		{"", []string{"/agenda", "/agenda/" + open, "/agenda/" + open + "/inscription", j.relay(open)}},
		{"", []string{j.link("Nora"), j.link("Nora") + "/billet", j.link("Karim"), j.link("Sophie"), j.link("Léa"), j.link("Zoé"), j.link("Yann"), j.link("Inès"), j.link("Inès") + "/suites", j.survey("Inès")}},
		{account.Email(j.guests["Zoé"].Email), []string{"/mes-invitations"}},
	} {
		p.enterAs(b, c.as)
		for i, path := range c.paths {
			b.looksBoth(path, i%2 == 0 || c.as != olga.Email, i%2 == 1 || c.as != olga.Email)
		}
	}
	j.counts(over)
	p.enterAs(b, olga.Email)
	b.looksBoth("/evenements/"+over+"/enquete", true, true)
}

func (j *programmed) must(err error) {
	j.Helper()
	if err != nil {
		j.Fatal(err)
	}
}

func (j *programmed) under(id string, pages ...string) (out []string) {
	for _, page := range pages {
		out = append(out, "/evenements/"+id+page)
	}
	return out
}

func (j *programmed) link(name string) string {
	return "/participation/" + j.p.Gathering.GuestToken(j.guests[name])
}

func (j *programmed) survey(name string) string {
	return "/enquete/" + j.p.Gathering.SurveyLink(j.guests[name])
}

func (j *programmed) relay(id string) string {
	j.Helper()
	j.must(j.p.Gathering.AddRelay(j.ctx, j.m, id, "Réseau des ateliers"))
	seen, err := j.p.Gathering.Event(j.ctx, j.m, id)
	j.must(err)
	return "/relais/" + j.p.Gathering.RelayToken(&seen.Event, seen.Event.Partners[len(seen.Event.Partners)-1].ID)
}

func (j *programmed) on(id, what string, do func(*event.Event) error) {
	j.Helper()
	j.must(j.p.Gathering.On(j.ctx, j.m, id, what, do))
}

// made makes an event that is within a day, with guests.
func (j *programmed) made(e event.Event, role event.Role, names ...string) string {
	j.Helper()
	e.ID, e.Starts = account.NewID(), j.p.Now().Add(20*time.Hour).Truncate(time.Minute)
	e.Ends = e.Starts.Add(3 * time.Hour)
	e.Place = event.Place{Name: "Salle du conseil", Address: "2 avenue Youri-Gagarine", City: "Vitry-sur-Seine", Commune: "94081", Accessible: "De plain-pied.", Way: "Tram T9."}
	j.must(j.p.Gathering.Create(j.ctx, j.m, e))
	var guests []event.Guest
	for _, name := range names {
		guests = append(guests, event.Guest{ID: event.NewGuestID(), Name: name + " Martin", Email: account.NewID()[:8] + "@ville.example", Body: "Voirie", Role: role})
	}
	_, _, err := j.p.Gathering.Add(j.ctx, j.m, e.ID, guests)
	j.must(err)
	for i, name := range names {
		j.guests[name] = &guests[i]
	}
	return e.ID
}

// says has guests answer yes, or else no, in that order.
func (j *programmed) says(yes bool, names ...string) {
	j.Helper()
	for _, name := range names {
		r, err := j.p.Gathering.ByLink(j.ctx, j.p.Gathering.GuestToken(j.guests[name]))
		j.must(err)
		if yes {
			_, err = j.p.Gathering.Accept(j.ctx, r, 1)
		} else {
			err = j.p.Gathering.Decline(j.ctx, r)
		}
		j.must(err)
	}
}

// seated are all guests of an event.
func seated(e *event.Event) (out []string) {
	for i := range e.Seats {
		out = append(out, e.Seats[i].Guest)
	}
	return out
}

// isOpen is an event that is full: Nora and Karim have the places, one of which is offered
// to Sophie, Léa waits, Zoé has not answered.
func (j *programmed) isOpen() string {
	j.Helper()
	session := event.Session{ID: "s1", Title: "Présentations", Pitches: []event.Pitch{{ID: "t1", Name: "Alpha", Topic: "Le réemploi", Minutes: 5}, {ID: "t2", Name: "Bêta", Minutes: 5}}}
	session.Starts = j.p.Now().Add(20 * time.Hour).Truncate(time.Minute)
	session.Ends = session.Starts.Add(time.Hour)
	id := j.made(event.Event{
		Kind: event.Matinale, Title: "Matinale ouverte", Series: "Matinales", Summary: "Acheteurs et structures se rencontrent.", Access: event.OpenToAll, Needs: true, Photos: true, LastID: 2,
		Room: event.Room{Capacity: 2, Quotas: map[event.Role]int{event.AsBuyer: 2}, Party: 2}, Programme: []event.Session{session}, Partners: []event.Partner{{ID: "p1", Name: "Réseau"}}, Contact: "evenements@ville.example",
	}, event.AsBuyer, "Nora", "Karim", "Sophie", "Léa", "Zoé")
	at := j.p.Now()
	j.on(id, "event.open", func(e *event.Event) error { return e.OpenUp(j.m, at) })
	j.on(id, "event.publish", func(e *event.Event) error { return e.Publish(j.m, true, at) })
	j.on(id, "event.send", func(e *event.Event) error { _, err := e.Invite(j.m, seated(e), "Venez.", at); return err })
	j.says(true, "Nora", "Karim", "Sophie", "Léa")
	j.says(false, "Karim")
	return id
}

// isOver is one to which six people came, whose survey runs.
func (j *programmed) isOver() string {
	j.Helper()
	names := []string{"Inès", "Jean", "Lou", "Max", "Rose", "Tom"}
	id := j.made(event.Event{Kind: event.Matinale, Title: "Matinale passée", Access: event.ByInvitation, Room: event.Room{Capacity: 20}}, event.AsStructure, names...)
	now := j.p.Now()
	j.on(id, "event.open", func(e *event.Event) error { return e.OpenUp(j.m, now) })
	j.says(true, names...)
	var scans []gathering.DoorScan
	for _, name := range names {
		scans = append(scans, gathering.DoorScan{ID: account.NewID(), At: now, Guest: j.guests[name].ID, Way: event.ByName})
	}
	_, err := j.p.Gathering.Scanned(j.ctx, j.m, id, "ordinateur", now, scans)
	j.must(err)
	j.p.moves(j.tab, id, now.Add(-5*time.Hour), now.Add(-2*time.Hour))
	j.must(j.p.Gathering.Settle(j.ctx, j.m, id))
	j.must(j.p.Gathering.WriteSurvey(j.ctx, j.m, id, survey.EventTemplates()[0].Questionnaire, 0))
	_, err = j.p.Gathering.SendSurvey(j.ctx, j.m, id, "Merci d’être venus.", 30)
	j.must(err)
	j.on(id, "event.budget", func(e *event.Event) error {
		return e.WriteBudget(j.m, []event.BudgetLine{{Label: "Traiteur", Line: "Développement économique", Planned: 180000, Committed: 165000, Actual: 162450}, {Label: "Salle", Planned: 60000}}, e.Rev, now)
	})
	for _, kind := range []event.EncounterKind{event.MetThere, event.VisitedThere} {
		j.must(j.p.Gathering.NoteEncounter(j.ctx, j.m, id, event.Encounter{
			ID: account.NewID(), Kind: kind, Day: now.Add(-4 * time.Hour), Buyer: event.Met{Body: "Ville de Vitry"}, Supplier: gathering.MetAs(j.guests["Inès"]), Subject: "Entretien de deux squares.", Next: "Visite en janvier.",
		}))
	}
	return id
}

// counts has five people answer the survey, and ends it.
func (j *programmed) counts(id string) {
	j.Helper()
	q := survey.EventTemplates()[0].Questionnaire
	for i, name := range []string{"Jean", "Lou", "Max", "Rose", "Tom"} {
		x, err := j.p.Gathering.BySurvey(j.ctx, j.p.Gathering.SurveyLink(j.guests[name]))
		j.must(err)
		satisfied := q.Question(survey.Satisfied).Options
		j.must(j.p.Gathering.Opine(j.ctx, x, []survey.Value{{Question: survey.Satisfied, Chosen: satisfied[i%2 : i%2+1]}, {Question: "utile", Text: "Les présentations courtes."}}))
	}
	j.must(j.p.Gathering.EndSurvey(j.ctx, j.m, id))
}

// isPolled is one whose date is sought.
func (j *programmed) isPolled() string {
	j.Helper()
	id := j.made(event.Event{Kind: event.Workshop, Title: "Atelier à dater", Access: event.ByInvitation, Room: event.Room{Capacity: 20}}, event.AsBuyer, "Yann")
	j.p.moves(j.tab, id, time.Time{}, time.Time{})
	at := j.p.Now()
	for day := range 3 {
		starts := at.AddDate(0, 0, 20+day)
		j.on(id, "event.dates", func(e *event.Event) error { return e.ProposeDate(j.m, starts, starts.Add(time.Hour), e.Rev, at) })
	}
	j.on(id, "event.poll", func(e *event.Event) error {
		_, err := e.AskDates(j.m, seated(e), at.AddDate(0, 0, 10), "Quelle date vous va ?", e.Rev, at)
		return err
	})
	return id
}

// isElsewhere is one of others.
func (j *programmed) isElsewhere() string {
	j.Helper()
	return j.made(event.Event{Kind: event.External, Title: "Salon", Access: event.ByInvitation, Went: []string{"Camille"}, Balance: "Trois contacts."}, event.AsBuyer)
}
