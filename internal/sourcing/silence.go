package sourcing

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
)

// Silence ends what suppliers are told, at the launch of the consultation: one last
// message, the same for all and at the same instant, to everybody contacted and every
// spontaneous candidate. ErrUnchanged when it was done.
func (o *Operation) Silence(m buyer.Member, text string, at time.Time) ([]Dispatch, error) {
	switch err := o.writable(m); {
	case err != nil:
		return nil, err
	case o.OpenedAt.IsZero():
		return nil, ErrNotOpen
	case o.Silent():
		return nil, ErrUnchanged
	case strings.TrimSpace(text) == "":
		return nil, account.Fault("Écrivez le dernier message, le même pour tous.")
	case utf8.RuneCountInString(text) > MaxMessage:
		return nil, account.Fault("Ce message est trop long : 1 500 caractères au plus.")
	}
	o.SilencedAt, o.SilencedBy, o.Last = at.UTC(), m.Person, text
	out := o.send(SendLast, text, o.everybody())
	o.written(m, "operation.silence", "", at)
	return out, nil
}

// everybody is who was contacted, and who asked to be.
func (o *Operation) everybody() (out []*Supplier) {
	for i := range o.Suppliers {
		s := &o.Suppliers[i]
		if !stands(GuardLast) && !s.RefusedAt.IsZero() {
			continue
		}
		if s.Contacted() || s.Spontaneous {
			out = append(out, s)
		}
	}
	return out
}

// Correction is a correction of the last message: by the same channel, the same for all.
type Correction struct {
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"`
	Number int64     `json:"number"` // of its sending
}

// maxCorrections of the last message: who needs more publishes an amending notice.
const maxCorrections = 3

// Correct corrects the last message, to everybody whom it went to.
func (o *Operation) Correct(m buyer.Member, text string, at time.Time) ([]Dispatch, error) {
	switch err := o.writable(m); {
	case err != nil:
		return nil, err
	case !o.Silent():
		return nil, account.Fault("Le dernier message n’est pas parti : il se corrige avant l’envoi.")
	case strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > MaxMessage:
		return nil, account.Fault("Écrivez la correction, en 1 500 caractères au plus.")
	case len(o.Corrections) >= maxCorrections:
		return nil, account.Fault("Trois corrections sont parties : publiez un avis rectificatif.")
	case slices.ContainsFunc(o.Corrections, func(c Correction) bool { return c.Text == text }):
		return nil, ErrUnchanged
	}
	out := o.send(SendLast, text, o.everybody())
	o.Corrections = append(o.Corrections, Correction{Text: text, At: at.UTC(), By: m.Person, Number: o.Sent})
	o.written(m, "operation.correct", "", at)
	return out, nil
}

// Rejection is the information given to a rejected candidate of the consultation: its
// day and form (R2181-1 and following, à vérifier).
type Rejection struct {
	ID       string         `json:"id"`
	Supplier string         `json:"supplier,omitempty"` // id, of one that was in the sourçage
	Name     string         `json:"name"`
	Day      structure.Date `json:"day"`
	Form     RejectionForm  `json:"form"`
	Note     string         `json:"note,omitempty"`
	By       string         `json:"by,omitempty"`
	At       time.Time      `json:"at"`
}

// RejectionForm is how it was told.
type RejectionForm string

// Forms.
const (
	ByProfile RejectionForm = "profil-acheteur"
	ByLetter  RejectionForm = "courrier"
	ByMail    RejectionForm = "courriel"
	ByMeeting RejectionForm = "entretien"
)

// RejectionForms lists them in the order in which they are offered.
var RejectionForms = []RejectionForm{ByProfile, ByLetter, ByMail, ByMeeting}

var rejectionLabels = map[RejectionForm]string{ByProfile: "Profil d’acheteur", ByLetter: "Courrier", ByMail: "Courriel", ByMeeting: "Entretien"}

// Label is the form as shown to people, in French.
func (f RejectionForm) Label() string { return rejectionLabels[f] }

const maxRejections = 100

// Reject notes when and how a rejected candidate was informed. The same id is the same
// line, written anew.
func (o *Operation) Reject(m buyer.Member, r Rejection, at time.Time) error {
	switch err := o.writable(m); {
	case err == ErrClosedOp: // it comes after the award, often after the operation is closed
	case err != nil:
		return err
	}
	if !o.Silent() {
		return account.Fault("La consultation n’est pas lancée : personne n’est encore rejeté.")
	}
	if s := o.Supplier(r.Supplier); s != nil {
		r.Name = s.Name
	}
	switch {
	case strings.TrimSpace(r.Name) == "":
		return account.Fault("Indiquez le candidat.")
	case r.Day == "" || r.Day > structure.DateOf(at):
		return account.Fault("Indiquez le jour où il a été informé, passé.")
	case !slices.Contains(RejectionForms, r.Form):
		return account.Fault("Indiquez comment il a été informé.")
	}
	r.By, r.At = m.Person, at.UTC()
	if i := slices.IndexFunc(o.Rejections, func(x Rejection) bool { return x.ID == r.ID }); i >= 0 && r.ID != "" {
		o.Rejections[i] = r
	} else {
		if len(o.Rejections) >= maxRejections {
			return account.Fault("100 candidats au plus.")
		}
		r.ID = o.nextID("r")
		o.Rejections = append(o.Rejections, r)
	}
	o.written(m, "operation.reject", r.Name, at)
	return nil
}
