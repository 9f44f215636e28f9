package demo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

// Gathered is what the home organisation invites to: a matinale that was, a masterclass that
// is full, and two that show what is not told.
type Gathered struct {
	Events     []event.Event
	Guests     []event.Guest
	Checkins   []event.Checkin
	Feedbacks  []event.Feedback
	Encounters []event.Encounter
	Mails      []GuestMail // in the order in which they went
}

// GuestMail is a mail to a guest that has gone.
type GuestMail struct {
	Seat  event.Seat // as it was
	Due   event.Due
	At    time.Time
	Wrong bool // its address does not exist
}

// LinkGuest gives a guest its links, which derive from the key of the portal, and tells the
// token of the one to the survey.
type LinkGuest func(*event.Guest) (surveyToken string)

// Events has the home organisation invite, by the rules and with a moving clock.
func Events(opts Options, crowd Crowd, plans Plans, structures []structure.Structure, link LinkGuest) (out Gathered, err error) {
	opts = opts.withDefaults()
	if len(plans.Programmes) == 0 {
		return out, nil
	}
	home := plans.Programmes[0].Organisation
	n := slices.IndexFunc(crowd.Organisations, func(o account.Organisation) bool { return o.ID == home })
	h := hosting{planning: planning{opts: opts, org: &crowd.Organisations[n], communes: newPlaces(opts.Atlas, opts.Home).ranked}, link: link, out: &out}
	h.host = buyer.Member{Person: h.having(account.Organiser, 0), Organisation: home, Kind: h.org.Kind, Role: account.Organiser}
	if h.host.Person == "" {
		return out, nil
	}
	h.suppliers, h.buyers = invitedStructures(crowd, structures), invitedBuyers(crowd, plans, home)
	h.structures = structures
	for _, story := range []func(*inviting){matinaleStory, masterclassStory, duoDayStory, fairStory} {
		i := &inviting{hosting: h, asked: map[string]string{}}
		story(i)
		if i.err != nil {
			return out, fmt.Errorf("demo: event %s: %w", i.e.Title, i.err)
		}
		i.keep()
	}
	return out, nil
}

// hosting is what all events of the organisation share.
type hosting struct {
	planning
	host              buyer.Member
	link              LinkGuest
	out               *Gathered
	suppliers, buyers []event.Guest
}

// invitedStructures are those with an address, one a legal entity: the structure of the
// account that one tries its side with first.
func invitedStructures(crowd Crowd, structures []structure.Structure) (out []event.Guest) {
	held := heldByAccount(crowd, structures)
	known := map[string]bool{}
	add := func(s *structure.Structure) {
		email := s.Contact.Email
		if email == "" {
			email = "contact@" + strings.Trim(slug(s.Name), "-") + ".example"
		}
		if s.Groupement != nil || s.Closed || s.SIREN() == "" || known[s.SIREN()] || known[email] {
			return
		}
		known[s.SIREN()], known[email] = true, true
		n := len(out)
		g := event.Guest{Name: guestName(n), Job: structureJobs[n%len(structureJobs)], Email: email, Phone: s.Contact.Phone, Body: s.Name, SIREN: s.SIREN(), Structure: s.ID, Role: event.AsStructure}
		g.Source = "Recherche : structures à moins de 15 km"
		out = append(out, g)
	}
	if held != nil {
		add(held)
	}
	for i := range structures {
		add(&structures[i])
	}
	return out
}

// invitedBuyers are people of the services that plan purchases, of the towns, and of the
// networks.
func invitedBuyers(crowd Crowd, plans Plans, home string) []event.Guest {
	l := guestList{people: map[string]*account.Person{}, known: map[string]bool{}}
	for i := range crowd.People {
		l.people[crowd.People[i].ID] = &crowd.People[i]
	}
	for _, s := range plans.Programmes[0].Services {
		for _, person := range s.Persons {
			l.add(person, s.Name, "Service concerné : "+s.Name, event.AsBuyer)
		}
	}
	for i := range crowd.Organisations {
		o := &crowd.Organisations[i]
		most := map[account.OrganisationKind]int{account.KindPublic: 8, account.KindPrivate: 2}[o.Kind]
		if o.ID == home {
			most = 12
		}
		l.addBuyers(o, most)
	}
	for i := range crowd.Organisations {
		if o := &crowd.Organisations[i]; o.Kind == account.KindNetwork {
			for _, m := range o.Members[:min(2, len(o.Members))] {
				l.add(m.Person, o.Name, "Ajouté à la main", event.AsPartner)
			}
		}
	}
	return l.guests
}

// guestList gathers people as guests, each once.
type guestList struct {
	people map[string]*account.Person
	known  map[string]bool
	guests []event.Guest
}

func (l *guestList) add(person, body, source string, role event.Role) {
	if p := l.people[person]; p != nil && !l.known[person] {
		l.known[person] = true
		l.guests = append(l.guests, event.Guest{Name: p.Name, Email: p.Email.String(), Body: body, Job: buyerJobs[len(l.guests)%len(buyerJobs)], Person: p.ID, Role: role, Source: source})
	}
}

// addBuyers adds the first of those who buy, or have it bought, in an organisation.
func (l *guestList) addBuyers(o *account.Organisation, most int) {
	for _, m := range o.Members {
		if most > 0 && slices.ContainsFunc(m.Roles, func(r account.Role) bool { return r == account.Buyer || r == account.Prescripteur }) {
			l.add(m.Person, o.Name, "Liste « Acheteurs du territoire »", event.AsBuyer)
			most--
		}
	}
}

// trade is what a structure sells first, in words.
func (h *hosting) trade(id string) string {
	n := slices.IndexFunc(h.structures, func(s structure.Structure) bool { return s.ID == id })
	if n < 0 {
		return ""
	}
	for _, a := range h.structures[n].Activities {
		for _, code := range a.Sectors {
			if sector, ok := h.opts.Taxonomy.Sector(code); ok {
				return sector.Label
			}
		}
	}
	return ""
}

func guestName(n int) string {
	return firstNames[(7*n+5)%len(firstNames)] + " " + surnames[(11*n+17)%len(surnames)]
}

// inviting is an event under way: the first fault ends it.
type inviting struct {
	hosting
	e          event.Event
	guests     []event.Guest
	asked      map[string]string // tokens of the survey, by guest
	scans      []event.Checkin
	feedback   *event.Feedback
	encounters []event.Encounter
	wrong      string // address that does not exist
	clock      time.Time
	err        error
}

// on is a time of Paris, some days after the day of the demonstration.
func (i *inviting) on(days, hour, minute int) time.Time {
	y, m, d := i.opts.Today.Time().AddDate(0, 0, days).Date()
	return time.Date(y, m, d, hour, minute, 0, 0, structure.Paris).UTC()
}

// weekday is the first such day some days after the day of the demonstration, in days.
func (i *inviting) weekday(days int, day time.Weekday) int {
	for i.opts.Today.Time().AddDate(0, 0, days).Weekday() != day {
		days++
	}
	return days
}

// step does one thing at a moment; the mails that guests are owed go at once.
func (i *inviting) step(at time.Time, do func(at time.Time) error) {
	if i.err != nil {
		return
	}
	if at.Before(i.clock) {
		i.err = fmt.Errorf("the clock goes back to %s", at)
		return
	}
	i.clock = at
	if err := do(at); err != nil && !errors.Is(err, sourcing.ErrUnchanged) { // nobody is left to remind
		i.err = err
		return
	}
	made := map[string][]event.Due{}
	for k := range i.e.Seats {
		s := &i.e.Seats[k]
		g := i.guest(s.Guest)
		for _, d := range s.Owed {
			made[s.Guest] = append(made[s.Guest], d)
			if g != nil && g.Email != "" && !i.e.Stale(s.Guest, d.Notice) {
				i.out.Mails = append(i.out.Mails, GuestMail{Seat: *s, Due: d, At: at, Wrong: g.Email == i.wrong})
			}
		}
	}
	i.e.Carried(made)
}

func (i *inviting) guest(id string) *event.Guest {
	n := slices.IndexFunc(i.guests, func(g event.Guest) bool { return g.ID == id })
	if n < 0 {
		return nil
	}
	return &i.guests[n]
}

// begin prepares the event.
func (i *inviting) begin(key string, in event.Settings, room event.Room, at time.Time) {
	in.Contact = Accounts(i.opts)[3].Email.String()
	i.step(at, func(at time.Time) error {
		i.e = event.Event{ID: idOf("event", i.org.ID+"/"+key), Demo: true}
		i.e.Put(in)
		return i.e.Begin(i.host, at)
	})
	if room.Capacity > 0 {
		i.step(at.Add(10*time.Minute), func(at time.Time) error { return i.e.Arrange(i.host, room, i.e.Rev, at) })
	}
}

// place is one in the town of the most people.
func (i *inviting) place(name, address string) event.Place {
	p := event.Place{Name: name, Address: address, Accessible: "Entrée de plain-pied, toilettes adaptées, boucle magnétique dans la salle. Une place réservée devant l’entrée.", Way: "À huit minutes à pied de la gare ; arceaux à vélos dans la cour."}
	if len(i.communes) > 0 {
		c := i.communes[0]
		p.Commune, p.City, p.Latitude, p.Longitude = c.Code, cityName(c.Name), c.Lat, c.Lon
	}
	return p
}

// session adds a part of the programme, with who presents in it.
func (i *inviting) session(at time.Time, in event.Session, pitches []event.Pitch) {
	i.step(at, func(at time.Time) error {
		if err := i.e.PutSession(i.host, in, i.e.Rev, at); err != nil {
			return err
		}
		n := slices.IndexFunc(i.e.Programme, func(s event.Session) bool { return s.Title == in.Title })
		for _, p := range pitches {
			if err := i.e.PutPitch(i.host, i.e.Programme[n].ID, p, i.e.Rev, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// named makes a guest of the event of somebody, with the seat.
func (i *inviting) named(g event.Guest, at time.Time) event.Seat {
	g.ID = idOf("guest", i.e.ID+"/"+g.Email+"/"+g.Name)[:event.GuestIDLength]
	g.Event, g.Organisation, g.AddedBy, g.Demo = i.e.ID, i.e.Organisation, i.host.Person, true
	g.CreatedAt, g.UpdatedAt, g.Rev = at, at, 1
	i.asked[g.ID] = i.link(&g)
	i.guests = append(i.guests, g)
	mail := account.Email(g.Email)
	if mail == "" {
		mail = account.Email(g.ID)
	}
	return event.Seat{Guest: g.ID, Mail: event.MailHash(i.e.ID, mail), SIREN: g.SIREN, Role: g.Role}
}

// add puts guests on the list, and tells their ids.
func (i *inviting) add(list []event.Guest, at time.Time) (ids []string) {
	i.step(at, func(at time.Time) error {
		var seats []event.Seat
		for _, g := range list {
			seats = append(seats, i.named(g, at))
			ids = append(ids, seats[len(seats)-1].Guest)
		}
		_, known, err := i.e.Add(i.host, seats, at)
		if err == nil && known > 0 {
			err = fmt.Errorf("%d guests twice", known)
		}
		return err
	})
	return ids
}

func (i *inviting) accept(guest string, party int, at time.Time) {
	i.step(at, func(at time.Time) error {
		i.guest(guest).Note(at, i.guest(guest).Person, "event.accept", "")
		_, err := i.e.Accept(guest, party, at)
		return err
	})
}

func (i *inviting) decline(guest string, at time.Time) {
	i.step(at, func(at time.Time) error {
		i.guest(guest).Note(at, i.guest(guest).Person, "event.decline", "")
		return i.e.Decline(guest, at)
	})
}

// scan lets a guest in.
func (i *inviting) scan(guest string, way event.Way, at time.Time) {
	i.step(at, func(at time.Time) error {
		n := len(i.scans)
		c := event.Checkin{ID: i.e.ID + "." + idOf("scan", fmt.Sprintf("%s/%d", i.e.ID, n)), Event: i.e.ID, Guest: guest, Device: idOf("device", fmt.Sprint(n%2)), By: i.host.Person, At: at, Received: at, Way: way, Result: event.Entered}
		if s := i.e.Seat(guest); s != nil {
			c.Party = s.Party
		}
		if n%7 == 3 { // the network of the room fails now and then
			c.Offline, c.Received = true, at.Add(11*time.Minute)
		}
		i.scans = append(i.scans, c)
		return nil
	})
}

// walkIn lets in who is on no list.
func (i *inviting) walkIn(g event.Guest, at time.Time) string {
	var id string
	i.step(at, func(at time.Time) (err error) {
		g.Source, g.Email, g.Phone = "Arrivée sans inscription", "", ""
		id, err = i.e.Walk(i.host, i.named(g, at), at)
		return err
	})
	if i.err == nil {
		i.scan(id, event.WalkIn, at)
	}
	return id
}

// settle closes the attendance.
func (i *inviting) settle(at time.Time) (present []string) {
	i.step(at, func(at time.Time) error {
		var came []string
		for _, x := range event.Entries(i.scans) {
			present = append(present, x.Guest)
			came = append(came, i.guest(x.Guest).Structure)
		}
		return i.e.Settle(i.host, came, at)
	})
	return present
}

// survey asks those who came; say is what each answers, none of who does not.
func (i *inviting) survey(template string, present []string, at time.Time, say func(n int, q *survey.Questionnaire) []survey.Value) {
	f := &event.Feedback{ID: i.e.ID, Organisation: i.e.Organisation, Demo: true}
	i.step(at, func(at time.Time) error {
		if err := f.Write(survey.FindEventTemplate(template).Questionnaire, 0); err != nil {
			return err
		}
		until := at.AddDate(0, 0, event.SurveyDays)
		var asked []string
		for _, id := range present {
			asked = append(asked, event.Participation(i.asked[id]))
		}
		if err := f.Open(asked, until, at); err != nil {
			return err
		}
		_, err := i.e.AskOpinions(i.host, present, surveyLetter, until, at)
		return err
	})
	var pool event.Pool
	for n, id := range present {
		i.step(at.Add(time.Duration(n)*3*time.Hour), func(at time.Time) (err error) {
			if values := say(n, &f.Questions); len(values) > 0 {
				pool, err = f.Take(i.asked[id], pool, values, at)
			}
			return err
		})
	}
	i.step(f.ShutAt, func(at time.Time) error { return f.End(pool, at) })
	i.feedback = f
}

// met is a guest as a side of a rencontre.
func (i *inviting) met(guest string) event.Met {
	g := i.guest(guest)
	return event.Met{Guest: g.ID, Structure: g.Structure, Body: g.Body, Name: g.Name}
}

// encounter is noted by the organiser; agree are the guests who confirm it.
func (i *inviting) encounter(x event.Encounter, at time.Time, agree ...string) {
	i.step(at, func(at time.Time) error {
		x.ID = idOf("encounter", fmt.Sprintf("%s/%d", i.e.ID, len(i.encounters)))
		if err := x.Begin(i.host, &i.e, at); err != nil {
			return err
		}
		for _, guest := range agree {
			if err := x.Judge(guest, true, at.Add(time.Hour)); err != nil {
				return err
			}
		}
		i.encounters = append(i.encounters, x)
		return nil
	})
}

// keep hands over what was made.
func (i *inviting) keep() {
	i.out.Events = append(i.out.Events, i.e)
	i.out.Guests = append(i.out.Guests, i.guests...)
	i.out.Checkins = append(i.out.Checkins, i.scans...)
	if i.feedback != nil {
		i.out.Feedbacks = append(i.out.Feedbacks, *i.feedback)
	}
	i.out.Encounters = append(i.out.Encounters, i.encounters...)
}
