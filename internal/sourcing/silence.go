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
	switch err := o.Acts(m); {
	case err != nil:
		return nil, err
	case o.Silent():
		return nil, ErrUnchanged
	case !o.Speaks():
		return nil, ErrNotOpen
	case strings.TrimSpace(text) == "":
		return nil, account.Fault("Écrivez le dernier message, le même pour tous.")
	case utf8.RuneCountInString(text) > MaxMessage:
		return nil, account.Fault("Ce message est trop long : 1 500 caractères au plus.")
	}
	return o.Fall(m.Person, text, at)
}

// Fall silences an operation because the launch of its purchase has begun elsewhere, in
// another of its operations or on its page. Nobody is asked again: who began it was
// allowed to. One that nobody has heard of has no last message, and does not open any more.
func (o *Operation) Fall(by, text string, at time.Time) ([]Dispatch, error) {
	if o.Silent() {
		return nil, ErrUnchanged
	}
	o.SilencedAt, o.SilencedBy = at.UTC(), by
	var out []Dispatch
	if o.Speaks() {
		o.Last = text
		out = o.send(SendLast, text, o.everybody())
	}
	o.written(buyer.Member{Person: by}, "operation.silence", "", at)
	return out, nil
}

// Speaks reports whether somebody outside has heard of the operation: it is open, or has
// spontaneous candidates.
func (o *Operation) Speaks() bool {
	return !o.OpenedAt.IsZero() || slices.ContainsFunc(o.Suppliers, func(s Supplier) bool { return s.Spontaneous })
}

// Holds reports whether the operation keeps its purchase from being launched by hand: it
// has a last message to send first.
func (o *Operation) Holds() bool { return !o.Silent() && o.Speaks() }

// Launched notes that the purchase says so too.
func (o *Operation) Launched(at time.Time) error {
	if !o.Silent() || !o.LaunchedAt.IsZero() {
		return ErrUnchanged
	}
	o.LaunchedAt = at.UTC()
	return nil
}

// LastMessage proposes the last message.
func LastMessage(object string) string {
	return "Bonjour,\n\nLa consultation « " + object + " », que notre sourçage préparait, est lancée. Elle est publiée sur notre profil d’acheteur, où chacun peut lire les documents et répondre.\n\n" +
		"À partir de maintenant, les questions se posent par le profil d’acheteur : leurs réponses y sont publiées pour tous. Nous ne répondons plus par une autre voie.\n\n" +
		"Merci du temps que vous nous avez donné. Avoir pris part au sourçage, ou ne pas y avoir pris part, ne compte pas dans le choix des offres."
}

// Audience is how many the last message goes to.
func (o *Operation) Audience() int { return len(o.everybody()) }

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

// MaxCorrections of the last message: who needs more publishes an amending notice.
const MaxCorrections = 3

// Correct corrects the last message, to everybody whom it went to.
func (o *Operation) Correct(m buyer.Member, text string, at time.Time) ([]Dispatch, error) {
	switch err := o.Acts(m); {
	case err != nil:
		return nil, err
	case !o.Silent() || o.Last == "":
		return nil, account.Fault("Le dernier message n’est pas parti : il se corrige avant l’envoi.")
	case strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > MaxMessage:
		return nil, account.Fault("Écrivez la correction, en 1 500 caractères au plus.")
	case len(o.Corrections) >= MaxCorrections:
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
// line, written anew over what was shown at its At (ErrStale); the same line twice is one.
func (o *Operation) Reject(m buyer.Member, r Rejection, at time.Time) error {
	if err := o.Acts(m); err != nil { // it comes after the award, often after the operation is closed
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
	if err := o.putRejection(r, m.Person, at); err != nil {
		return err
	}
	o.written(m, "operation.reject", r.Name, at)
	return nil
}

func (o *Operation) putRejection(r Rejection, by string, at time.Time) error {
	i := slices.IndexFunc(o.Rejections, func(x Rejection) bool { return x.ID == r.ID })
	same := func(x Rejection) bool {
		return x.Supplier == r.Supplier && x.Name == r.Name && x.Day == r.Day && x.Form == r.Form && x.Note == r.Note
	}
	switch {
	case slices.ContainsFunc(o.Rejections, same):
		return ErrUnchanged
	case r.ID != "" && (i < 0 || !o.Rejections[i].At.Equal(r.At)):
		return ErrStale
	case r.ID == "" && len(o.Rejections) >= maxRejections:
		return account.Fault("100 candidats au plus.")
	}
	r.By, r.At = by, at.UTC()
	if r.ID != "" {
		o.Rejections[i] = r
		return nil
	}
	r.ID = o.nextID("r")
	o.Rejections = append(o.Rejections, r)
	return nil
}
