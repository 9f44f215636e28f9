package sourcing

import (
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
)

// View is what the mission insertion and handicap thinks.
type View string

// Views.
const (
	Favourable  View = "favorable"
	WithReserve View = "reserve"
	Against     View = "defavorable"
)

// Views lists them in the order in which they are offered.
var Views = []View{Favourable, WithReserve, Against}

var viewLabels = map[View]string{Favourable: "Favorable", WithReserve: "Favorable avec réserve", Against: "Défavorable"}

// Label is the view as shown to people, in French.
func (v View) Label() string { return viewLabels[v] }

// Opinion is the avis of the mission insertion and handicap about a lot: asked of a
// facilitateur, given by any facilitateur of the organisation. Asked again, it is
// another, and the one without an answer is closed.
type Opinion struct {
	ID       string         `json:"id"` // chosen by the form: sent twice, it is one
	AskedBy  string         `json:"asked_by,omitempty"`
	AskedAt  time.Time      `json:"asked_at"`
	Asked    string         `json:"asked,omitempty"` // id of the facilitateur
	Due      structure.Date `json:"due"`
	Question string         `json:"question,omitempty"`
	View     View           `json:"view,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	By       string         `json:"by,omitempty"`
	At       time.Time      `json:"at,omitzero"`
	ClosedAt time.Time      `json:"closed_at,omitzero"` // asked again before it was given
}

// Waits reports whether it is still to be given.
func (o *Opinion) Waits() bool { return o.At.IsZero() && o.ClosedAt.IsZero() }

// Late reports whether it waits beyond its day.
func (o *Opinion) Late(on structure.Date) bool { return o.Waits() && o.Due < on }

// Waiting is the opinion that is still to be given, nil when there is none.
func (d *Dossier) Waiting() *Opinion {
	for i := range d.Opinions {
		if d.Opinions[i].Waits() {
			return &d.Opinions[i]
		}
	}
	return nil
}

// Opinion finds one, nil when there is none.
func (d *Dossier) Opinion(id string) *Opinion {
	for i := range d.Opinions {
		if d.Opinions[i].ID == id {
			return &d.Opinions[i]
		}
	}
	return nil
}

// LastView is the opinion that was given last, nil when there is none.
func (d *Dossier) LastView() *Opinion {
	var last *Opinion
	for i := range d.Opinions {
		if o := &d.Opinions[i]; !o.At.IsZero() {
			last = o
		}
	}
	return last
}

// Ask asks a facilitateur for an opinion. Whether the person is one of the organisation
// is for the caller to say. ErrUnchanged when the same form came before.
func (d *Dossier) Ask(m buyer.Member, o Opinion, at time.Time) error {
	switch {
	case !Buys(m) || m.Organisation != d.Organisation:
		return account.ErrNotAllowed
	case d.Opinion(o.ID) != nil:
		return ErrUnchanged
	case len(d.Opinions) >= MaxOpinions:
		return ErrManyOpinions
	case o.Due == "" || o.Due < structure.DateOf(at):
		return account.Fault("Indiquez le jour pour lequel vous attendez l’avis, aujourd’hui ou plus tard.")
	}
	if old := d.Waiting(); old != nil {
		old.ClosedAt = at.UTC()
	}
	d.Opinions = append(d.Opinions, Opinion{ID: o.ID, AskedBy: m.Person, AskedAt: at.UTC(), Asked: o.Asked, Due: o.Due, Question: o.Question})
	d.touch(at)
	return nil
}

// Give answers an opinion that was asked. ErrUnchanged when the same person has just
// said the same.
func (d *Dossier) Give(m buyer.Member, id string, view View, reason string, at time.Time) error {
	o := d.Opinion(id)
	switch {
	case !Advises(m) || m.Organisation != d.Organisation:
		return account.ErrNotAllowed
	case o == nil:
		return ErrOpinionAnswered
	case !o.Waits() && o.By == m.Person && o.View == view && o.Reason == reason:
		return ErrUnchanged
	case !o.Waits():
		return ErrOpinionAnswered
	case view.Label() == "":
		return account.Fault("Choisissez le sens de l’avis.")
	case reason == "":
		return account.Fault("Motivez l’avis : l’acheteur et le dossier le gardent.")
	}
	o.View, o.Reason, o.By, o.At = view, reason, m.Person, at.UTC()
	d.touch(at)
	return nil
}
