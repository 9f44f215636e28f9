package sourcing

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// Bounds of an exchange.
const (
	MaxExchanges   = 300    // of an operation
	MaxAttendants  = 20     // on each side
	MaxAgenda      = 2000   // letters
	MaxMinutesText = 10_000 // letters
	MaxAgendas     = 12     // versions
	maxDuration    = 24 * 60
	maxPlace       = 200 // letters
	maxPast        = 10  // versions of minutes that were sent
	maxSending     = 3   // minutes whose sending is not marked yet
)

// ExchangeKind is how people met.
type ExchangeKind string

// Kinds of exchanges.
const (
	ByVideo      ExchangeKind = "visio"
	ByPhone      ExchangeKind = "telephone"
	SiteVisit    ExchangeKind = "visite" // of the place where the contract is performed
	AtEvent      ExchangeKind = "evenement"
	CompanyVisit ExchangeKind = "entreprise" // of the structure
)

// ExchangeKinds lists them in the order in which they are offered.
var ExchangeKinds = []ExchangeKind{ByVideo, ByPhone, SiteVisit, AtEvent, CompanyVisit}

var exchangeLabels = map[ExchangeKind]string{
	ByVideo: "Visioconférence", ByPhone: "Téléphone", SiteVisit: "Visite du site", AtEvent: "Rencontre lors d’un événement", CompanyVisit: "Visite de l’entreprise",
}

// Label is the kind as shown to people, in French.
func (k ExchangeKind) Label() string { return exchangeLabels[k] }

// Exchange is an entretien with a supplier: one document.
type Exchange struct {
	ID            string       `json:"id"` // chosen by the form
	Organisation  string       `json:"organisation"`
	Operation     string       `json:"operation"`
	Supplier      string       `json:"supplier"` // id within the operation
	Kind          ExchangeKind `json:"kind"`
	Place         string       `json:"place,omitempty"`
	At            time.Time    `json:"at"`
	Duration      int          `json:"duration,omitempty"` // minutes
	Agenda        string       `json:"agenda,omitempty"`
	AgendaVersion int          `json:"agenda_version,omitempty"` // the same agenda for all: its number
	Ours          []string     `json:"ours,omitempty"`           // names of people, of the organisation
	Theirs        []string     `json:"theirs,omitempty"`         // of the supplier
	Demo          bool         `json:"demo,omitempty"`

	Minutes    string        `json:"minutes,omitempty"`
	SentAt     time.Time     `json:"sent_at,omitzero"`     // the minutes, to the supplier
	SentRev    int64         `json:"sent_rev,omitempty"`   // the revision that it was sent: what it judges
	AgreedAt   time.Time     `json:"agreed_at,omitzero"`   // by the supplier
	DeniedAt   time.Time     `json:"denied_at,omitzero"`   // contested
	Word       string        `json:"word,omitempty"`       // of the supplier
	Answer     string        `json:"answer,omitempty"`     // of the buyer, to what is contested
	AnsweredAt time.Time     `json:"answered_at,omitzero"` // by the buyer
	Responder  string        `json:"responder,omitempty"`  // name of who answered for the supplier
	Past       []SentMinutes `json:"past,omitempty"`       // sent before, and written anew since; the newest last

	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitempty"`
	UpdatedAt time.Time `json:"updated_at"`
	Rev       int64     `json:"rev"`
}

// SentMinutes is what the supplier was sent of an exchange, and what was said of it: minutes
// that are written anew do not take it away.
type SentMinutes struct {
	Kind       ExchangeKind `json:"kind"`
	Place      string       `json:"place,omitempty"`
	At         time.Time    `json:"at"`
	Duration   int          `json:"duration,omitempty"`
	Ours       []string     `json:"ours,omitempty"`
	Theirs     []string     `json:"theirs,omitempty"`
	Minutes    string       `json:"minutes"`
	Rev        int64        `json:"rev"`
	SentAt     time.Time    `json:"sent_at"`
	DeniedAt   time.Time    `json:"denied_at,omitzero"`
	Word       string       `json:"word,omitempty"`
	Responder  string       `json:"responder,omitempty"`
	Answer     string       `json:"answer,omitempty"`
	AnsweredAt time.Time    `json:"answered_at,omitzero"`
}

// sent is what goes, or went, to the supplier.
func (x *Exchange) sent(rev int64, at time.Time) SentMinutes {
	return SentMinutes{
		Kind: x.Kind, Place: x.Place, At: x.At, Duration: x.Duration, Ours: x.Ours, Theirs: x.Theirs, Minutes: x.Minutes, Rev: rev, SentAt: at,
		DeniedAt: x.DeniedAt, Word: x.Word, Responder: x.Responder, Answer: x.Answer, AnsweredAt: x.AnsweredAt,
	}
}

// past finds what was sent as a revision, nil when nothing was.
func (x *Exchange) past(rev int64) *SentMinutes {
	i := slices.IndexFunc(x.Past, func(p SentMinutes) bool { return p.Rev == rev })
	if i < 0 {
		return nil
	}
	return &x.Past[i]
}

// Shown is the exchange as its supplier sees it: as it was sent last. False when nothing
// was. What the buyer has written since, and the versions before, stay away.
func (x *Exchange) Shown() (Exchange, bool) {
	out := *x
	out.Past, out.CreatedBy = nil, ""
	switch n := len(x.Past); {
	case !x.SentAt.IsZero():
		return out, true
	case n > 0:
		p := &x.Past[n-1]
		out.Kind, out.Place, out.At, out.Duration, out.Ours, out.Theirs, out.Minutes = p.Kind, p.Place, p.At, p.Duration, p.Ours, p.Theirs, p.Minutes
		out.SentAt, out.SentRev, out.DeniedAt, out.Word, out.Responder, out.Answer, out.AnsweredAt = p.SentAt, p.Rev, p.DeniedAt, p.Word, p.Responder, p.Answer, p.AnsweredAt
		return out, true
	}
	return Exchange{}, false
}

// MinutesState is how the supplier stands to the minutes.
type MinutesState string

// States of minutes.
const (
	NoMinutes     MinutesState = "a-ecrire"
	MinutesKept   MinutesState = "non-envoye"
	MinutesSent   MinutesState = "envoye"
	MinutesAgreed MinutesState = "accepte"
	MinutesDenied MinutesState = "conteste"
)

var minutesLabels = map[MinutesState]string{
	NoMinutes: "Compte rendu à écrire", MinutesKept: "Compte rendu non envoyé", MinutesSent: "Compte rendu envoyé", MinutesAgreed: "Compte rendu accepté", MinutesDenied: "Compte rendu contesté",
}

// Label is the state as shown to people, in French.
func (s MinutesState) Label() string { return minutesLabels[s] }

// State is how the supplier stands to the minutes.
func (x *Exchange) State() MinutesState {
	switch {
	case x.Minutes == "":
		return NoMinutes
	case !x.DeniedAt.IsZero():
		return MinutesDenied
	case !x.AgreedAt.IsZero():
		return MinutesAgreed
	case !x.SentAt.IsZero():
		return MinutesSent
	}
	return MinutesKept
}

// Check says what of an exchange cannot be stored, by field.
func (x *Exchange) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	if !slices.Contains(ExchangeKinds, x.Kind) {
		faults["kind"] = "Choisissez la forme de l’entretien."
	}
	if x.At.IsZero() {
		faults["at"] = "Indiquez la date et l’heure."
	}
	if !within(x.Duration, maxDuration) {
		faults["duration"] = "Cette durée n’est pas vraisemblable."
	}
	if len(x.Ours) > MaxAttendants {
		faults["ours"] = "20 personnes au plus de chaque côté."
	}
	if len(x.Theirs) > MaxAttendants {
		faults["theirs"] = "20 personnes au plus de chaque côté."
	}
	if utf8.RuneCountInString(x.Place) > maxPlace {
		faults["place"] = "Ce lieu est trop long : 200 caractères au plus."
	}
	if utf8.RuneCountInString(x.Minutes) > MaxMinutesText {
		faults["minutes"] = "Ce compte rendu est trop long : 10 000 caractères au plus."
	}
	if utf8.RuneCountInString(x.Agenda) > MaxAgenda {
		faults["agenda"] = "Cet ordre du jour est trop long : 2 000 caractères au plus."
	}
	return faults
}

// ErrAgreedMinutes is answered to who would rewrite what a supplier has acknowledged.
const ErrAgreedMinutes = account.Fault("Ce compte rendu a été accepté par la structure : il ne se modifie plus. Ajoutez un autre entretien.")

// Meets refuses exchanges to who does not open the answers, or may not write.
func (o *Operation) Meets(m buyer.Member) error {
	if err := o.writable(m); err != nil {
		return err
	}
	return o.Opens(m)
}

// fits refuses an exchange with who was not contacted, or under an agenda that there is not.
func (o *Operation) fits(x *Exchange) error {
	s := o.Supplier(x.Supplier)
	switch {
	case s == nil || !s.Contacted():
		return account.Fault("Choisissez parmi les structures contactées.")
	case x.AgendaVersion != 0 && o.Agenda(x.AgendaVersion) == nil:
		return account.Fault("Choisissez une version de l’ordre du jour.")
	}
	for _, fault := range x.Check() {
		return fault // pages ask Check before, and say them all at their fields
	}
	return nil
}

// Begin makes of what a form says a new exchange of an operation.
func (x *Exchange) Begin(m buyer.Member, o *Operation, at time.Time) error {
	if err := o.Meets(m); err != nil {
		return err
	}
	if o.OpenedAt.IsZero() {
		return ErrNotOpen
	}
	if err := o.fits(x); err != nil {
		return err
	}
	x.Organisation, x.Operation, x.Demo = o.Organisation, o.ID, o.Demo
	x.At, x.CreatedAt, x.CreatedBy, x.UpdatedAt, x.Rev = x.At.UTC(), at.UTC(), m.Person, at.UTC(), 1
	x.Agenda = o.agendaText(x.AgendaVersion)
	return nil
}

// Write replaces what people write of an exchange, over its revision rev. What its
// supplier was sent stays beside what is written over it, and goes again only when
// somebody sends it.
func (x *Exchange) Write(m buyer.Member, o *Operation, in Exchange, rev int64, at time.Time) error {
	if err := o.Meets(m); err != nil {
		return err
	}
	in.Supplier = x.Supplier
	switch {
	case x.Operation != o.ID:
		return account.ErrNotAllowed
	case !x.AgreedAt.IsZero():
		if err := guarded(GuardMinutes, ErrAgreedMinutes); err != nil {
			return err
		}
	case x.same(&in):
		return ErrUnchanged
	}
	if x.Rev != rev {
		return ErrStale
	}
	if err := o.fits(&in); err != nil {
		return err
	}
	if err := x.shelve(); err != nil {
		return err
	}
	x.Kind, x.Place, x.At, x.Duration, x.AgendaVersion, x.Agenda = in.Kind, in.Place, in.At.UTC(), in.Duration, in.AgendaVersion, o.agendaText(in.AgendaVersion)
	x.Ours, x.Theirs, x.Minutes = in.Ours, in.Theirs, in.Minutes
	x.Rev, x.UpdatedAt = rev+1, at.UTC()
	return nil
}

func (x *Exchange) same(in *Exchange) bool {
	return x.Kind == in.Kind && x.Place == in.Place && x.At.Equal(in.At) && x.Duration == in.Duration && x.AgendaVersion == in.AgendaVersion &&
		slices.Equal(x.Ours, in.Ours) && slices.Equal(x.Theirs, in.Theirs) && x.Minutes == in.Minutes
}

// shelve keeps beside the exchange what its supplier was sent, before it is written anew.
func (x *Exchange) shelve() error {
	if x.SentAt.IsZero() {
		return nil
	}
	if len(x.Past) >= maxPast {
		return account.Fault("Dix versions de ce compte rendu sont déjà parties : notez un autre entretien.")
	}
	x.Past = append(x.Past, x.sent(x.SentRev, x.SentAt))
	x.SentAt, x.SentRev, x.AgreedAt, x.DeniedAt, x.AnsweredAt = time.Time{}, 0, time.Time{}, time.Time{}, time.Time{}
	x.Word, x.Responder, x.Answer = "", "", ""
	return nil
}

// Judge notes that the supplier acknowledges the minutes that it was sent, or contests
// them with a word.
func (x *Exchange) Judge(agrees bool, word, name string, sentRev int64, at time.Time) error {
	if utf8.RuneCountInString(word) > MaxText || utf8.RuneCountInString(name) > maxPlace {
		return account.Fault("4 000 caractères au plus pour ce texte, 200 pour le nom.")
	}
	switch {
	case x.SentAt.IsZero():
		return account.Fault("Ce compte rendu n’est pas parti, ou a été repris par l’acheteur : attendez le prochain envoi.")
	case x.SentRev != sentRev:
		return ErrStale
	case x.judgedSo(agrees, word):
		return ErrUnchanged
	case x.judged():
		return account.Fault("Vous avez déjà dit ce que vous pensez de ce compte rendu : l’acheteur l’a reçu.")
	case !agrees && strings.TrimSpace(word) == "":
		return account.Fault("Dites ce que vous contestez.")
	}
	if agrees {
		x.AgreedAt = at.UTC()
	} else {
		x.DeniedAt = at.UTC()
	}
	x.Word, x.Responder = word, name
	x.Rev, x.UpdatedAt = x.Rev+1, at.UTC()
	return nil
}

// judged reports whether the supplier has acknowledged the minutes or contested them.
func (x *Exchange) judged() bool { return !x.AgreedAt.IsZero() || !x.DeniedAt.IsZero() }

// judgedSo reports whether it has already said just that of them.
func (x *Exchange) judgedSo(agrees bool, word string) bool {
	return x.judged() && agrees == x.DeniedAt.IsZero() && (agrees || x.Word == word)
}

// MinutesSending is minutes, or the answer to who contests them, whose mail went with
// the operation that holds it, and that their exchange does not say yet: whoever comes
// next carries it there.
type MinutesSending struct {
	Exchange string      `json:"exchange"`
	Minutes  SentMinutes `json:"minutes"`          // as they go
	Answer   string      `json:"answer,omitempty"` // to what is contested: "" when minutes go
	At       time.Time   `json:"at"`
}

// SendMinutes sends the minutes of an exchange to its supplier, as they are.
// ErrUnchanged when they went, or are going.
func (o *Operation) SendMinutes(m buyer.Member, x *Exchange, at time.Time) ([]Dispatch, error) {
	s, err := o.speaks(m, x)
	switch {
	case err != nil:
		return nil, err
	case !x.SentAt.IsZero() || o.going(x.ID, x.Rev, ""):
		return nil, ErrUnchanged
	case strings.TrimSpace(x.Minutes) == "":
		return nil, account.Fault("Écrivez d’abord le compte rendu.")
	}
	o.Sending = append(o.Sending, MinutesSending{Exchange: x.ID, Minutes: x.sent(x.Rev, at.UTC()), At: at.UTC()})
	out := o.send(SendMinutes, "Entretien du "+Moment(x.At)+".\nL’acheteur a écrit le compte rendu de cet échange : acceptez-le depuis votre page, ou dites ce que vous contestez.", []*Supplier{s})
	o.written(m, "operation.minutes", s.Name, at)
	return out, nil
}

// AnswerMinutes answers, once, to a supplier that contests the minutes it was sent. Its
// text stays, and so does the answer.
func (o *Operation) AnswerMinutes(m buyer.Member, x *Exchange, answer string, at time.Time) ([]Dispatch, error) {
	s, err := o.speaks(m, x)
	switch {
	case err != nil:
		return nil, err
	case x.DeniedAt.IsZero():
		return nil, ErrStale
	case x.Answer == answer || o.going(x.ID, x.SentRev, answer):
		return nil, ErrUnchanged
	case x.Answer != "" || o.answering(x):
		return nil, account.Fault("Votre organisation a déjà répondu. Reprenez le compte rendu, puis renvoyez-le.")
	case strings.TrimSpace(answer) == "":
		return nil, account.Fault("Écrivez votre réponse.")
	case utf8.RuneCountInString(answer) > MaxText:
		return nil, account.Fault("Ce texte est trop long : 4 000 caractères au plus.")
	}
	o.Sending = append(o.Sending, MinutesSending{Exchange: x.ID, Minutes: x.sent(x.SentRev, x.SentAt), Answer: answer, At: at.UTC()})
	out := o.send(SendMinutes, "Entretien du "+Moment(x.At)+" : l’acheteur répond à ce que vous contestez. Sa réponse est sur votre page.", []*Supplier{s})
	o.written(m, "operation.answerback", s.Name, at)
	return out, nil
}

// speaks finds the supplier of an exchange, for who may still write to it.
func (o *Operation) speaks(m buyer.Member, x *Exchange) (*Supplier, error) {
	if err := o.running(m); err != nil {
		return nil, err
	}
	if err := o.Opens(m); err != nil {
		return nil, err
	}
	s := o.Supplier(x.Supplier)
	switch {
	case s == nil || !s.Contacted() || x.Operation != o.ID:
		return nil, account.ErrNotAllowed
	case len(o.Sending) >= maxSending:
		return nil, ErrStale // carried by whoever comes next: it has room then
	}
	return s, nil
}

func (o *Operation) going(exchange string, rev int64, answer string) bool {
	return slices.ContainsFunc(o.Sending, func(g MinutesSending) bool {
		return g.Exchange == exchange && g.Minutes.Rev == rev && g.Answer == answer
	})
}

func (o *Operation) answering(x *Exchange) bool {
	return slices.ContainsFunc(o.Sending, func(g MinutesSending) bool { return g.Exchange == x.ID && g.Answer != "" && g.Minutes.Rev == x.SentRev })
}

// Carried forgets a sending that its exchange says.
func (o *Operation) Carried(g *MinutesSending) error {
	n := len(o.Sending)
	o.Sending = slices.DeleteFunc(o.Sending, func(x MinutesSending) bool {
		return x.Exchange == g.Exchange && x.Minutes.Rev == g.Minutes.Rev && x.Answer == g.Answer
	})
	if len(o.Sending) == n {
		return ErrUnchanged
	}
	return nil
}

// Carry marks a sending of the operation: once, whoever does it and however often. Minutes
// that were written anew meanwhile stay unsent, and what went stands beside them.
func (x *Exchange) Carry(g *MinutesSending) error {
	p := x.past(g.Minutes.Rev)
	switch {
	case g.Answer != "" && p != nil:
		if p.Answer != "" {
			return ErrUnchanged
		}
		p.Answer, p.AnsweredAt = g.Answer, g.At
	case g.Answer != "":
		if x.SentRev != g.Minutes.Rev || x.Answer != "" {
			return ErrUnchanged
		}
		x.Answer, x.AnsweredAt = g.Answer, g.At
	case p != nil || x.SentRev == g.Minutes.Rev:
		return ErrUnchanged
	case x.Rev == g.Minutes.Rev:
		x.SentAt, x.SentRev = g.At, g.Minutes.Rev
	default:
		x.Past = append(x.Past, g.Minutes)
	}
	x.Rev++ // who has it open reads what went before writing over it
	return nil
}

// Agenda is a version of the ordre du jour of exchanges: every supplier is proposed the same.
type Agenda struct {
	Version int       `json:"version"` // from 1
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"`
}

// Agenda finds a version, nil when there is none of the number.
func (o *Operation) Agenda(version int) *Agenda {
	if version < 1 || version > len(o.Agendas) {
		return nil
	}
	return &o.Agendas[version-1]
}

func (o *Operation) agendaText(version int) string {
	if a := o.Agenda(version); a != nil {
		return a.Text
	}
	return ""
}

// Propose writes a new version of the agenda over the newest that was read.
func (o *Operation) Propose(m buyer.Member, text string, version int, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case text == o.agendaText(len(o.Agendas)):
		return ErrUnchanged
	case version != len(o.Agendas):
		return ErrStale
	case strings.TrimSpace(text) == "":
		return account.Fault("Écrivez l’ordre du jour.")
	case utf8.RuneCountInString(text) > MaxAgenda:
		return account.Fault("Cet ordre du jour est trop long : 2 000 caractères au plus.")
	case len(o.Agendas) >= MaxAgendas:
		return account.Fault("Un ordre du jour a 12 versions au plus.")
	}
	o.Agendas = append(o.Agendas, Agenda{Version: version + 1, Text: text, At: at.UTC(), By: m.Person})
	o.written(m, "operation.agenda", "", at)
	return nil
}
