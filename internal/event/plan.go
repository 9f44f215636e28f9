package event

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

// MaxDays is how long an event may last.
const MaxDays = 31

// Lacking is what an event lacks, or what is wrong with what is written of it, by the field
// at which it is put right: « title », « starts », « ends », « replies », « place », « kind »,
// « capacity », « link », « offer »…
type Lacking struct {
	Field string
	Fault account.Fault
}

// lackingOrder is that in which the forms ask.
var lackingOrder = []string{"kind", "title", "starts", "ends", "place", "replies", "capacity"}

// Lackings are what Missing says, in the order of the forms.
func (e *Event) Lackings(at time.Time) (out []Lacking) {
	missing := e.Missing(at)
	for _, field := range lackingOrder {
		if fault, ok := missing[field]; ok {
			out = append(out, Lacking{field, fault})
		}
	}
	return out
}

// Faults says what is wrong with what a form writes of an event, in the order of the form.
// What a draft merely lacks is no fault; what an open event may not lose is one.
func (e *Event) Faults(in Settings, at time.Time) []Lacking {
	var l lackings
	opened := !e.OpenedAt.IsZero()
	l.add(strings.TrimSpace(in.Title) == "", "title", "Donnez un titre à l’événement.")
	l.long(in.Title, MaxTitle, "title", "Ce titre est trop long : 150 caractères au plus.")
	l.add(opened && in.Kind == External, "kind", "On n’invite pas à un événement extérieur : celui-ci a déjà ouvert ses inscriptions.")
	l.long(in.Series, MaxTitle, "series", "Ce nom est trop long : 150 caractères au plus.")
	l.long(in.Summary, MaxSummary, "summary", "Ce résumé est trop long : 300 caractères au plus.")
	l.long(in.Text, MaxText, "text", "Ce texte est trop long : 4 000 caractères au plus.")
	e.timeFaults(&l, &in, at)
	l.add(opened && in.Place.Name == "" && in.Place.Address == "" && in.Place.Link == "", "place", "Un événement ouvert garde un lieu, ou un lien.")
	l.add(in.Place.Link != "" && !secure(in.Place.Link), "link", "Donnez une adresse qui commence par https://.")
	l.add(in.OfferHours < 0 || in.OfferHours > MaxOfferHours, "offer", "Donnez un nombre d’heures de 1 à 45.")
	return l
}

// timeFaults says what is wrong with when an event is.
func (e *Event) timeFaults(l *lackings, in *Settings, at time.Time) {
	opened, over := !e.OpenedAt.IsZero(), e.State(at) == Past
	moved := !in.Starts.Equal(e.Starts) || !in.Ends.Equal(e.Ends)
	l.add(opened && in.Starts.IsZero(), "starts", "Un événement ouvert garde une date.")
	l.add(over && opened && moved, "starts", "Cet événement est passé : sa date ne change plus.")
	l.add(opened && !over && !in.Starts.Equal(e.Starts) && !in.Starts.After(at), "starts", "Cette date est passée.")
	l.add(!in.Starts.IsZero() && !in.Ends.After(in.Starts), "ends", "La fin doit suivre le début.")
	l.add(in.Ends.Sub(in.Starts) > MaxDays*24*time.Hour, "ends", "Un événement dure 31 jours au plus.")
	l.add(!in.Starts.IsZero() && in.RepliesUntil.After(in.Starts), "replies", "La date limite des réponses doit précéder le début.")
}

// lackings gathers faults, one a field.
type lackings []Lacking

func (l *lackings) add(wrong bool, field string, fault account.Fault) {
	if wrong && !slices.ContainsFunc(*l, func(x Lacking) bool { return x.Field == field }) {
		*l = append(*l, Lacking{field, fault})
	}
}

func (l *lackings) long(text string, most int, field string, fault account.Fault) {
	l.add(utf8.RuneCountInString(text) > most, field, fault)
}

// material reports whether a change of settings is one of time or place, which the calendars
// of guests are told.
func (e *Event) material(in *Settings) bool {
	was, is := &e.Place, &in.Place
	return !in.Starts.Equal(e.Starts) || !in.Ends.Equal(e.Ends) || is.Name != was.Name || is.Address != was.Address || is.City != was.City || is.Link != was.Link
}

// tellChanged tells who has a place that time or place changed.
func (e *Event) tellChanged() {
	e.Sequence++
	e.Sent++
	for i := range e.Seats {
		if s := &e.Seats[i]; s.Confirmed {
			e.owe(s, Changed, e.Sent)
		}
	}
}

// secure reports whether a link is one that a guest may be given.
func secure(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Scheme == "https" && u.Host != "" && len(link) <= 500
}

// Settings are what a form shows of an event.
func (e *Event) Settings() Settings {
	return Settings{
		Kind: e.Kind, Title: e.Title, Series: e.Series, Summary: e.Summary, Text: e.Text, Starts: e.Starts, Ends: e.Ends, RepliesUntil: e.RepliesUntil,
		Place: e.Place, Access: e.Access, OfferHours: e.OfferHours, Photos: e.Photos, Needs: e.Needs, Contact: e.Contact,
	}
}

// Put sets what a form says, of an event that is not stored yet.
func (e *Event) Put(in Settings) {
	e.moveProgramme(in.Starts)
	e.Kind, e.Title, e.Series, e.Summary, e.Text = in.Kind, in.Title, in.Series, in.Summary, in.Text
	e.Starts, e.Ends, e.RepliesUntil, e.Place, e.Access = utc(in.Starts), utc(in.Ends), utc(in.RepliesUntil), in.Place, in.Access
	e.OfferHours, e.Photos, e.Needs, e.Contact = in.OfferHours, in.Photos, in.Needs, in.Contact
}

// utc keeps « none » none.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// moveProgramme has the sessions follow the event to another day, each at the hour of Paris
// at which it was: also over a change of the hour.
func (e *Event) moveProgramme(starts time.Time) {
	from := e.Starts
	if from.IsZero() && len(e.Programme) > 0 {
		from = e.Programme[0].Starts
	}
	if starts.IsZero() || from.IsZero() {
		return
	}
	days := daysBetween(from, starts)
	if days == 0 {
		return
	}
	for i := range e.Programme {
		s := &e.Programme[i]
		s.Starts, s.Ends = s.Starts.In(structure.Paris).AddDate(0, 0, days).UTC(), s.Ends.In(structure.Paris).AddDate(0, 0, days).UTC()
	}
}

// daysBetween counts the midnights of Paris from one instant to another.
func daysBetween(from, to time.Time) int {
	noon := func(t time.Time) time.Time {
		y, m, d := t.In(structure.Paris).Date()
		return time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	}
	return int(noon(to).Sub(noon(from)).Hours() / 24)
}

// Again is a new event after this one: what was written of it, without its dates, its guests
// and what happened. Sessions keep their hours, and follow the date once it is set.
func (e *Event) Again() Event {
	out := Event{
		Kind: e.Kind, Title: e.Title, Series: e.Series, Summary: e.Summary, Text: e.Text, Place: e.Place, Access: e.Access, Room: e.Room,
		OfferHours: e.OfferHours, Photos: e.Photos, Needs: e.Needs, Contact: e.Contact, Responsible: slices.Clone(e.Responsible), LastID: e.LastID, Demo: e.Demo,
	}
	out.Place.Link = "" // that of the meeting which was
	out.Room.Quotas = map[Role]int{}
	for role, n := range e.Room.Quotas {
		out.Room.Quotas[role] = n
	}
	for _, s := range e.Programme {
		s.Pitches = slices.Clone(s.Pitches)
		out.Programme = append(out.Programme, s)
	}
	for _, p := range e.Partners {
		p.Relay = "" // a link of its own is made for each event
		out.Partners = append(out.Partners, p)
	}
	for _, b := range e.Budget {
		out.Budget = append(out.Budget, BudgetLine{ID: b.ID, Label: b.Label, Line: b.Line, Planned: b.Planned})
	}
	return out
}

// fits refuses a room that cannot be.
func (r Room) fits() error {
	switch {
	case r.Capacity < 1 || r.Capacity > MaxCapacity:
		return account.Fault("Le nombre de places va de 1 à 5 000.")
	case r.PerSIREN < 0 || r.PerSIREN > MaxCapacity:
		return account.Fault("Le nombre de places par organisme va de 1 à 5 000.")
	case r.Party < 0 || r.Party > MaxParty:
		return account.Fault("Une invitation vaut pour 10 personnes au plus.")
	}
	for role, n := range r.Quotas {
		if role.Label() == "" || n < 0 || n > MaxCapacity {
			return account.Fault("Un quota va de 0 à 5 000.")
		}
	}
	return nil
}

// Publish puts the event on the public agenda, or takes it off.
func (e *Event) Publish(m buyer.Member, yes bool, at time.Time) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case yes == !e.PublishedAt.IsZero():
		return sourcing.ErrUnchanged
	case !yes:
		e.PublishedAt = time.Time{}
		e.written(m, "event.withdraw", "", at)
		return nil
	}
	if lacks := e.Unpublishable(at); lacks != "" {
		return lacks
	}
	e.PublishedAt = at.UTC()
	e.written(m, "event.publish", "", at)
	return nil
}

// Unpublishable says why an event cannot go on the public agenda, "" when it can.
func (e *Event) Unpublishable(at time.Time) account.Fault {
	switch state := e.State(at); {
	case state == Called:
		return ErrCalledOff
	case state == Past:
		return ErrOver
	case e.Kind == External:
		return "Un événement extérieur ne se publie pas : il est annoncé par qui l’organise."
	case strings.TrimSpace(e.Title) == "":
		return "Donnez un titre à l’événement."
	case e.Starts.IsZero():
		return "Choisissez la date avant de publier l’événement."
	}
	return ""
}

// Left is how many people may still come: 0 when it is full.
func (e *Event) Left() int {
	taken, _ := e.Taken()
	return max(e.Room.Capacity-taken, 0)
}

// ToldOff is how many guests CallOff would write to.
func (e *Event) ToldOff(m buyer.Member, at time.Time) int {
	trial := *e
	trial.Seats = slices.Clone(e.Seats)
	for i := range trial.Seats {
		trial.Seats[i].Owed = slices.Clone(trial.Seats[i].Owed)
	}
	trial.History = slices.Clone(e.History)
	if trial.CallOff(m, "-", at) != nil {
		return 0
	}
	n := 0
	for i := range trial.Seats {
		if slices.ContainsFunc(trial.Seats[i].Owed, func(d Due) bool { return d.Notice == CalledOff }) {
			n++
		}
	}
	return n
}
