package event

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// Bounds of a session and a pitch, in letters and minutes.
const (
	MaxSessionText = 1000
	MaxTopic       = 200
	MaxMinutes     = 480
)

// ErrNoSession refuses what is done to a session, or a pitch, that is gone.
const ErrNoSession = account.Fault("Cette partie du programme n’est plus là.")

// revised refuses who does not prepare the event, one that is called off, and a form made
// from an older revision.
func (e *Event) revised(m buyer.Member, rev int64) error {
	switch err := e.writable(m); {
	case err != nil:
		return err
	case !e.CancelledAt.IsZero():
		return ErrCalledOff
	case e.Rev != rev:
		return sourcing.ErrStale
	}
	return nil
}

// Session finds one, nil when there is none.
func (e *Event) Session(id string) *Session {
	i := slices.IndexFunc(e.Programme, func(s Session) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &e.Programme[i]
}

// SessionFaults says what is wrong with a session that a form writes.
func (e *Event) SessionFaults(in Session) (out []Lacking) {
	add := func(wrong bool, field string, fault account.Fault) {
		if wrong {
			out = append(out, Lacking{field, fault})
		}
	}
	add(strings.TrimSpace(in.Title) == "", "title", "Donnez un titre à cette partie du programme.")
	add(utf8.RuneCountInString(in.Title) > MaxTitle, "title", "Ce titre est trop long : 150 caractères au plus.")
	add(utf8.RuneCountInString(in.Text) > MaxSessionText, "text", "Ce texte est trop long : 1 000 caractères au plus.")
	switch {
	case e.Starts.IsZero():
		add(true, "starts", "Choisissez d’abord la date de l’événement.")
	case !in.Ends.After(in.Starts):
		add(true, "ends", "La fin doit suivre le début.")
	case in.Starts.Before(e.Starts):
		add(true, "starts", "L’événement n’a pas encore commencé à cette heure-là.")
	case in.Ends.After(e.Ends):
		add(true, "ends", "L’événement est fini à cette heure-là.")
	}
	return out
}

// PutSession adds a session, or writes the one of that id. Sessions are kept in the order
// of their hours.
func (e *Event) PutSession(m buyer.Member, in Session, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	if faults := e.SessionFaults(in); len(faults) > 0 {
		return faults[0].Fault
	}
	in.Starts, in.Ends = in.Starts.UTC(), in.Ends.UTC()
	switch there := e.Session(in.ID); {
	case there != nil:
		in.Pitches = there.Pitches
		*there = in
	case in.ID != "":
		return ErrNoSession
	case len(e.Programme) >= MaxSessions:
		return account.Fault("Le programme compte déjà 30 parties.")
	default:
		in.ID = e.NextID("s")
		e.Programme = append(e.Programme, in)
	}
	slices.SortStableFunc(e.Programme, func(a, b Session) int { return a.Starts.Compare(b.Starts) })
	e.written(m, "event.programme", "", at)
	return nil
}

// DropSession takes a session off the programme, with its pitches.
func (e *Event) DropSession(m buyer.Member, id string, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	n := len(e.Programme)
	e.Programme = slices.DeleteFunc(e.Programme, func(s Session) bool { return s.ID == id })
	if len(e.Programme) == n {
		return sourcing.ErrUnchanged
	}
	e.written(m, "event.programme", "", at)
	return nil
}

// PutPitch adds somebody who presents, at the end of a session, or writes the one of that
// id.
func (e *Event) PutPitch(m buyer.Member, session string, in Pitch, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	s := e.Session(session)
	switch {
	case s == nil:
		return ErrNoSession
	case strings.TrimSpace(in.Name) == "":
		return account.Fault("Dites qui présente.")
	case utf8.RuneCountInString(in.Name) > MaxTitle || utf8.RuneCountInString(in.Topic) > MaxTopic:
		return account.Fault("Ce texte est trop long.")
	case in.Minutes < 0 || in.Minutes > MaxMinutes:
		return account.Fault("Donnez un nombre de minutes de 1 à 480.")
	}
	if in.ID != "" {
		i := slices.IndexFunc(s.Pitches, func(p Pitch) bool { return p.ID == in.ID })
		if i < 0 {
			return ErrNoSession
		}
		s.Pitches[i] = in
		e.written(m, "event.programme", "", at)
		return nil
	}
	if e.pitches() >= MaxPitches {
		return account.Fault("Le programme compte déjà 40 présentations.")
	}
	in.ID = e.NextID("t")
	s.Pitches = append(s.Pitches, in)
	e.written(m, "event.programme", "", at)
	return nil
}

func (e *Event) pitches() (n int) {
	for i := range e.Programme {
		n += len(e.Programme[i].Pitches)
	}
	return n
}

// MovePitch has somebody present earlier (by −1) or later (by 1); DropPitch takes it off.
func (e *Event) MovePitch(m buyer.Member, session, pitch string, by int, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	s := e.Session(session)
	if s == nil {
		return ErrNoSession
	}
	from := slices.IndexFunc(s.Pitches, func(p Pitch) bool { return p.ID == pitch })
	to := from + by
	if from < 0 || to < 0 || to >= len(s.Pitches) {
		return sourcing.ErrUnchanged
	}
	s.Pitches[from], s.Pitches[to] = s.Pitches[to], s.Pitches[from]
	e.written(m, "event.programme", "", at)
	return nil
}

// DropPitch takes somebody who presents off the programme.
func (e *Event) DropPitch(m buyer.Member, session, pitch string, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	s := e.Session(session)
	if s == nil {
		return ErrNoSession
	}
	n := len(s.Pitches)
	s.Pitches = slices.DeleteFunc(s.Pitches, func(p Pitch) bool { return p.ID == pitch })
	if len(s.Pitches) == n {
		return sourcing.ErrUnchanged
	}
	e.written(m, "event.programme", "", at)
	return nil
}

// Slot is when somebody presents, from the durations of those before; zero once a duration
// before it is not said.
func (s *Session) Slot(pitch int) time.Time {
	at := s.Starts
	for i := range pitch {
		if s.Pitches[i].Minutes == 0 {
			return time.Time{}
		}
		at = at.Add(time.Duration(s.Pitches[i].Minutes) * time.Minute)
	}
	return at
}

// Spoken is how long those who present take together.
func (s *Session) Spoken() (d time.Duration) {
	for i := range s.Pitches {
		d += time.Duration(s.Pitches[i].Minutes) * time.Minute
	}
	return d
}

// AddPartner adds who prepares the event with the organiser. An organisation that has
// accounts may invite: its people see the guests that they add, and those alone.
func (e *Event) AddPartner(m buyer.Member, in Partner, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	same := func(p Partner) bool {
		return strings.EqualFold(p.Name, in.Name) || in.Organisation != "" && p.Organisation == in.Organisation
	}
	switch {
	case strings.TrimSpace(in.Name) == "":
		return account.Fault("Donnez le nom du partenaire.")
	case utf8.RuneCountInString(in.Name) > MaxTitle:
		return account.Fault("Ce nom est trop long : 150 caractères au plus.")
	case in.Organisation == e.Organisation:
		return account.Fault("C’est votre organisation : elle organise déjà l’événement.")
	case slices.ContainsFunc(e.Partners, same):
		return account.Fault("Ce partenaire est déjà là.")
	case len(e.Partners) >= MaxPartners:
		return account.Fault("Un événement compte 20 partenaires au plus.")
	}
	in.ID, in.Relay, in.Invites = e.NextID("p"), "", in.Invites && in.Organisation != ""
	e.Partners = append(e.Partners, in)
	e.written(m, "event.partners", "", at)
	return nil
}

// LetInvite has a partner add guests, or not any more: those whom it added stay.
func (e *Event) LetInvite(m buyer.Member, id string, yes bool, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	p := e.Partner(id)
	switch {
	case p == nil:
		return account.Fault("Ce partenaire n’est plus là.")
	case yes && p.Organisation == "":
		return account.Fault("Ce partenaire n’a pas de compte sur le portail : donnez-lui un lien à relayer.")
	case p.Invites == yes:
		return sourcing.ErrUnchanged
	}
	p.Invites = yes
	e.written(m, "event.partners", "", at)
	return nil
}

// Invited is how many guests a partner has added, who may still come.
func (e *Event) Invited(partner string) (n int) {
	for i := range e.Seats {
		if e.Seats[i].By == partner && e.Seats[i].Active() {
			n++
		}
	}
	return n
}

// DropPartner takes a partner off. One that has added guests stays: whose guests they are
// would not be known any more.
func (e *Event) DropPartner(m buyer.Member, id string, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	if slices.ContainsFunc(e.Seats, func(s Seat) bool { return s.By == id }) {
		return account.Fault("Ce partenaire a invité des personnes : il reste au dossier. Vous pouvez l’empêcher d’en inviter d’autres.")
	}
	n := len(e.Partners)
	e.Partners = slices.DeleteFunc(e.Partners, func(p Partner) bool { return p.ID == id })
	if len(e.Partners) == n {
		return sourcing.ErrUnchanged
	}
	e.written(m, "event.partners", "", at)
	return nil
}

// Check sets what of the checklist of a responsible event is done.
func (e *Event) Check(m buyer.Member, done []string, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	var list []string
	for _, item := range Responsibles {
		if slices.Contains(done, item.Code) {
			list = append(list, item.Code)
		}
	}
	if slices.Equal(list, e.Responsible) {
		return sourcing.ErrUnchanged
	}
	e.Responsible = list
	e.written(m, "event.checklist", "", at)
	return nil
}

// Responsible is a line of the checklist.
type Responsible struct{ Code, Theme, Label string }

// Responsibles is the checklist of a responsible event.
var Responsibles = []Responsible{
	{"transports", "Venir", "Le lieu est à moins de dix minutes à pied d’un transport en commun, et l’invitation le dit"},
	{"velo", "Venir", "On peut attacher un vélo"},
	{"distance", "Venir", "On peut suivre à distance, au moins en partie"},
	{"acces", "Accueillir tout le monde", "Le lieu, les toilettes et l’estrade sont accessibles en fauteuil"},
	{"entendre", "Accueillir tout le monde", "Boucle magnétique, sous-titrage ou interprète en langue des signes sont prévus si on les demande"},
	{"supports", "Accueillir tout le monde", "Les supports projetés sont lisibles et envoyés avant ou après"},
	{"parite", "Accueillir tout le monde", "Autant de femmes que d’hommes prennent la parole"},
	{"horaires", "Accueillir tout le monde", "Les horaires laissent venir qui a des enfants, et du temps pour échanger"},
	{"traiteur", "Manger et boire", "Le traiteur est une structure de l’insertion, du handicap ou de l’économie sociale et solidaire"},
	{"saison", "Manger et boire", "Les produits sont de saison, locaux ou biologiques, avec un choix végétarien"},
	{"vaisselle", "Manger et boire", "La vaisselle est lavable, l’eau en carafe"},
	{"restes", "Manger et boire", "Le nombre de couverts suit les réponses, et les restes sont donnés"},
	{"papier", "Moins de déchets", "Rien n’est imprimé qui puisse être lu à l’écran"},
	{"badges", "Moins de déchets", "Les badges sont repris à la sortie, la signalétique resservira"},
	{"cadeaux", "Moins de déchets", "Pas d’objets publicitaires"},
	{"tri", "Moins de déchets", "Les déchets sont triés, et chacun sait où"},
	{"lieu", "Acheter responsable", "Salle, matériel ou captation sont achetés à des structures de l’annuaire quand elles le proposent"},
}

// ProposeDate adds a date to the poll.
func (e *Event) ProposeDate(m buyer.Member, starts, ends time.Time, rev int64, at time.Time) error {
	if err := e.polls(m, rev); err != nil {
		return err
	}
	switch {
	case !starts.After(at):
		return account.Fault("Cette date est passée.")
	case !ends.After(starts):
		return account.Fault("La fin doit suivre le début.")
	case len(e.Dates) >= MaxDates:
		return account.Fault("Un sondage compte 8 dates au plus.")
	case slices.ContainsFunc(e.Dates, func(d DateOption) bool { return d.Starts.Equal(starts) && d.Ends.Equal(ends) }):
		return account.Fault("Cette date est déjà proposée.")
	}
	e.Dates = append(e.Dates, DateOption{ID: e.NextID("d"), Starts: starts.UTC(), Ends: ends.UTC()})
	slices.SortFunc(e.Dates, func(a, b DateOption) int { return a.Starts.Compare(b.Starts) })
	e.written(m, "event.dates", "", at)
	return nil
}

// polls refuses a poll of an event whose date is set.
func (e *Event) polls(m buyer.Member, rev int64) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	if !e.Starts.IsZero() {
		return account.Fault("La date est choisie : le sondage est fini.")
	}
	return nil
}

// WithdrawDate takes a date off the poll, with what was answered of it.
func (e *Event) WithdrawDate(m buyer.Member, id string, rev int64, at time.Time) error {
	if err := e.polls(m, rev); err != nil {
		return err
	}
	n := len(e.Dates)
	e.Dates = slices.DeleteFunc(e.Dates, func(d DateOption) bool { return d.ID == id })
	if len(e.Dates) == n {
		return sourcing.ErrUnchanged
	}
	e.written(m, "event.dates", "", at)
	return nil
}

// AskDates writes to guests which date suits them, and tells to how many.
func (e *Event) AskDates(m buyer.Member, guests []string, until time.Time, text string, rev int64, at time.Time) (int, error) {
	if err := e.polls(m, rev); err != nil {
		return 0, err
	}
	if err := e.askable(until, text, at); err != nil {
		return 0, err
	}
	wanted := map[string]bool{}
	for _, id := range guests {
		wanted[id] = true
	}
	number, count := e.Sent+1, 0
	for i := range e.Seats {
		if s := &e.Seats[i]; wanted[s.Guest] && s.Active() && s.Answer == Pending {
			e.owe(s, Poll, number)
			count++
		}
	}
	if count == 0 {
		return 0, account.Fault("Personne n’est à interroger : ajoutez d’abord des invités.")
	}
	e.Sent, e.PollUntil = number, until.UTC()
	e.Sendings = append(e.Sendings, Sending{Number: number, Notice: Poll, Text: strings.TrimSpace(text), At: at.UTC(), By: m.Person, Count: count})
	e.written(m, "event.poll", "", at)
	return count, nil
}

// askable refuses a poll that cannot go out.
func (e *Event) askable(until time.Time, text string, at time.Time) error {
	switch {
	case len(e.Dates) < 2:
		return account.Fault("Proposez au moins deux dates.")
	case !until.After(at):
		return account.Fault("La date limite du sondage est passée.")
	case slices.ContainsFunc(e.Dates, func(d DateOption) bool { return !until.Before(d.Starts) }):
		return account.Fault("Le sondage doit finir avant la première date proposée.")
	case utf8.RuneCountInString(text) > MaxLetter:
		return account.Fault("Ce message est trop long : 1 500 caractères au plus.")
	case len(e.Sendings) >= MaxSendings:
		return account.Fault("Cet événement a déjà donné lieu à 60 envois.")
	case slices.ContainsFunc(e.Sendings, func(s Sending) bool { return s.Notice == Poll && at.Sub(s.At) < ReminderPause }):
		return account.Fault("Ce sondage est parti il y a moins d’un jour : laissez aux invités le temps d’y répondre.")
	}
	return nil
}

// ChooseDate sets the date that the poll has found; the programme follows.
func (e *Event) ChooseDate(m buyer.Member, id string, rev int64, at time.Time) error {
	if err := e.polls(m, rev); err != nil {
		return err
	}
	i := slices.IndexFunc(e.Dates, func(d DateOption) bool { return d.ID == id })
	switch {
	case i < 0:
		return account.Fault("Cette date n’est plus proposée.")
	case !e.Dates[i].Starts.After(at):
		return account.Fault("Cette date est passée.")
	}
	in := e.Settings()
	in.Starts, in.Ends = e.Dates[i].Starts, e.Dates[i].Ends
	if faults := e.Faults(in, at); len(faults) > 0 {
		return faults[0].Fault
	}
	e.Put(in)
	e.written(m, "event.date", "", at)
	return nil
}

// TellBack notes who went to an event of others, and what it gave.
func (e *Event) TellBack(m buyer.Member, went []string, gave string, rev int64, at time.Time) error {
	if err := e.revised(m, rev); err != nil {
		return err
	}
	switch {
	case e.Kind != External:
		return account.Fault("Le retour d’un événement que vous organisez est son bilan.")
	case len(went) > MaxVisits:
		return account.Fault("Soixante personnes au plus.")
	case utf8.RuneCountInString(gave) > MaxText:
		return account.Fault("Ce texte est trop long : 4 000 caractères au plus.")
	}
	e.Went, e.Balance = went, gave
	e.written(m, "event.back", "", at)
	return nil
}
