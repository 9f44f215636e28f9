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
	maxDuration    = 24 * 60
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

	Minutes   string    `json:"minutes,omitempty"`
	SentAt    time.Time `json:"sent_at,omitzero"` // the minutes, to the supplier
	SentRev   int64     `json:"sent_rev,omitempty"`
	AgreedAt  time.Time `json:"agreed_at,omitzero"`  // by the supplier
	DeniedAt  time.Time `json:"denied_at,omitzero"`  // contested
	Word      string    `json:"word,omitempty"`      // of the supplier
	Answer    string    `json:"answer,omitempty"`    // of the buyer, to what is contested
	Responder string    `json:"responder,omitempty"` // name of who answered for the supplier

	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitempty"`
	UpdatedAt time.Time `json:"updated_at"`
	Rev       int64     `json:"rev"`
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
	if len(x.Ours) > MaxAttendants || len(x.Theirs) > MaxAttendants {
		faults["theirs"] = "20 personnes au plus de chaque côté."
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

// Write replaces what people write of an exchange, over its revision rev. Minutes that
// change after they were sent must be sent again.
func (x *Exchange) Write(m buyer.Member, in Exchange, rev int64, at time.Time) error {
	switch {
	case !Buys(m) || m.Organisation != x.Organisation:
		return account.ErrNotAllowed
	case x.Rev != rev:
		return ErrStale
	case !x.AgreedAt.IsZero():
		if err := guarded(GuardMinutes, ErrAgreedMinutes); err != nil {
			return err
		}
	}
	for _, fault := range in.Check() {
		return fault
	}
	if in.Minutes != x.Minutes {
		x.SentAt, x.AgreedAt, x.DeniedAt = time.Time{}, time.Time{}, time.Time{}
	}
	x.Kind, x.Place, x.At, x.Duration, x.Agenda, x.AgendaVersion = in.Kind, in.Place, in.At.UTC(), in.Duration, in.Agenda, in.AgendaVersion
	x.Ours, x.Theirs, x.Minutes = in.Ours, in.Theirs, in.Minutes
	x.Rev, x.UpdatedAt = rev+1, at.UTC()
	return nil
}

// Judge notes that the supplier acknowledges the minutes that it was sent, or contests
// them with a word.
func (x *Exchange) Judge(agrees bool, word, name string, sentRev int64, at time.Time) error {
	switch {
	case x.SentAt.IsZero():
		return account.Fault("Ce compte rendu n’est pas parti, ou a été repris par l’acheteur : attendez le prochain envoi.")
	case x.SentRev != sentRev:
		return ErrStale
	case !x.AgreedAt.IsZero() || !x.DeniedAt.IsZero():
		return ErrUnchanged
	case !agrees && strings.TrimSpace(word) == "":
		return account.Fault("Dites ce que vous contestez.")
	case utf8.RuneCountInString(word) > MaxText:
		return account.Fault("Ce texte est trop long : 4 000 caractères au plus.")
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

// SendMinutes sends the minutes of an exchange to its supplier; rev is the revision that
// goes.
func (o *Operation) SendMinutes(m buyer.Member, x *Exchange, at time.Time) ([]Dispatch, error) {
	if err := o.running(m); err != nil {
		return nil, err
	}
	s := o.Supplier(x.Supplier)
	switch {
	case s == nil || !s.Contacted() || x.Operation != o.ID:
		return nil, ErrUnchanged
	case x.Minutes == "":
		return nil, account.Fault("Écrivez d’abord le compte rendu.")
	}
	out := o.send(SendMinutes, "Entretien du "+Moment(x.At), []*Supplier{s})
	o.written(m, "operation.minutes", s.Name, at)
	return out, nil
}
