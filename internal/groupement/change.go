package groupement

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// Draft is what the mandataire writes of the groupement.
type Draft struct {
	Name  string
	About string
	Need  Need
}

// clean trims a draft and holds its bounds.
func (d Draft) clean() (Draft, error) {
	var err error
	if d.Name = strings.Join(strings.Fields(d.Name), " "); d.Name == "" {
		return d, account.Fault("Donnez un nom au groupement.")
	}
	if d.Name, err = bounded(d.Name, MaxName, "Le nom du groupement"); err != nil {
		return d, err
	}
	if d.About, err = bounded(d.About, MaxAbout, "La présentation"); err != nil {
		return d, err
	}
	if d.Need.Text, err = bounded(d.Need.Text, MaxWords, "Le besoin"); err != nil {
		return d, err
	}
	if len(d.Need.Sectors) > MaxSectors {
		return d, account.Fault(fmt.Sprintf("Choisissez %d secteurs au plus.", MaxSectors))
	}
	if d.Need.Basis != "" && !slices.Contains(structure.Bases, d.Need.Basis) {
		return d, account.Fault("Ce fondement de réservation n’est pas connu.")
	}
	return d, nil
}

func bounded(text string, most int, what string) (string, error) {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > most {
		return text, account.Fault(fmt.Sprintf("%s dépasse %d caractères.", what, most))
	}
	return text, nil
}

// clean trims what a member brings and holds its bounds; a member brings something.
func (b Brings) clean() (Brings, error) {
	var err error
	if b.Words, err = bounded(b.Words, MaxWords, "Ce que vous apportez"); err != nil {
		return b, err
	}
	b.Sectors = slices.Compact(slices.Sorted(slices.Values(b.Sectors)))
	switch {
	case b.Empty():
		return b, account.Fault("Dites ce que votre structure apporte au groupement : une activité, ou quelques mots.")
	case len(b.Sectors) > MaxSectors:
		return b, account.Fault(fmt.Sprintf("Choisissez %d activités au plus.", MaxSectors))
	}
	return b, nil
}

// Founder is who makes a groupement.
type Founder struct {
	Organisation string
	Structure    string
	Brings       Brings
}

// New makes a groupement of one structure, its mandataire.
func New(id string, f Founder, d Draft, form structure.Form, at time.Time) (Groupement, error) {
	d, err := d.clean()
	if err != nil {
		return Groupement{}, err
	}
	if f.Brings, err = f.Brings.clean(); err != nil {
		return Groupement{}, err
	}
	if err := known(form); err != nil {
		return Groupement{}, err
	}
	at = at.UTC()
	g := Groupement{
		ID: id, Name: d.Name, About: d.About, Need: d.Need, Form: form, Mandataire: f.Structure,
		CreatedBy: f.Organisation, CreatedAt: at,
		Members: []Member{{Structure: f.Structure, Brings: f.Brings, InvitedBy: f.Structure, Times: 1, InvitedAt: at, AcceptedAt: at}},
	}
	g.note(Event{At: at, What: EventCreated, By: f.Structure})
	return g, nil
}

func known(form structure.Form) error {
	if !slices.Contains(structure.Forms, form) {
		return account.Fault("Choisissez la forme du groupement.")
	}
	return nil
}

// lead holds that the mandataire acts on a living groupement.
func (g *Groupement) lead(as string) error {
	switch {
	case !g.Live():
		return ErrDissolved
	case as != g.Mandataire || g.StateOf(as) != Accepted:
		return ErrNotMandataire
	}
	return nil
}

// within holds that a member acts on a living groupement.
func (g *Groupement) within(as string) (*Member, error) {
	m := g.Member(as)
	switch {
	case !g.Live():
		return nil, ErrDissolved
	case m == nil || m.State() != Accepted:
		return nil, ErrNotAccepted
	}
	return m, nil
}

// Invite asks a structure to join. One that has declined, or left, may be asked again,
// MaxInvitations times in all: the history keeps each.
func (g *Groupement) Invite(as, id string, at time.Time) error {
	if err := g.lead(as); err != nil {
		return err
	}
	at = at.UTC()
	m := g.Member(id)
	switch {
	case m == nil && len(g.Members) >= structure.MaxMembers:
		return account.Fault(fmt.Sprintf("Un groupement invite %d structures au plus.", structure.MaxMembers))
	case m == nil:
		g.Members = append(g.Members, Member{Structure: id, InvitedBy: as, Times: 1, InvitedAt: at})
	case m.State() == Accepted:
		return account.Fault("Cette structure est déjà membre du groupement.")
	case m.State() == Invited:
		return account.Fault("Cette structure est déjà invitée : elle n’a pas encore répondu.")
	case m.Times >= MaxInvitations:
		return account.Fault(fmt.Sprintf("Cette structure a déjà été invitée %d fois : ne l’invitez plus.", MaxInvitations))
	default:
		*m = Member{Structure: id, InvitedBy: as, Times: m.Times + 1, InvitedAt: at, Brings: m.Brings}
	}
	g.note(Event{At: at, What: EventInvited, By: as, About: id})
	return nil
}

// TakeBack ends an invitation that has no answer.
func (g *Groupement) TakeBack(as, id string, at time.Time) error {
	if err := g.lead(as); err != nil {
		return err
	}
	m := g.Member(id)
	if m == nil || m.State() != Invited {
		return ErrNoInvitation
	}
	m.WithdrawnAt = at.UTC()
	g.note(Event{At: at, What: EventWithdrawn, By: as, About: id})
	return nil
}

// asked finds the invitation that a structure answers.
func (g *Groupement) asked(id string) (*Member, error) {
	m := g.Member(id)
	switch {
	case !g.Live():
		return nil, ErrDissolved
	case m == nil || m.State() != Invited:
		return nil, ErrNoInvitation
	}
	return m, nil
}

// Accept makes a structure a member, under the terms that it has read.
func (g *Groupement) Accept(id, terms string, brings Brings, at time.Time) error {
	m, err := g.asked(id)
	if err != nil {
		return err
	}
	if terms != g.Terms() {
		return ErrStale
	}
	if m.Brings, err = brings.clean(); err != nil {
		return err
	}
	m.AcceptedAt = at.UTC()
	g.note(Event{At: at, What: EventAccepted, By: id})
	return nil
}

// Decline refuses an invitation, with a word or without.
func (g *Groupement) Decline(id, word string, at time.Time) error {
	m, err := g.asked(id)
	if err != nil {
		return err
	}
	if word, err = bounded(word, MaxWords, "Votre réponse"); err != nil {
		return err
	}
	m.DeclinedAt = at.UTC()
	g.note(Event{At: at, What: EventDeclined, By: id, Text: word})
	return nil
}

// Leave ends a membership. The mandataire first names who follows, in the same write,
// so that the groupement is never without one; the last member dissolves it.
func (g *Groupement) Leave(id, successor string, at time.Time) error {
	m, err := g.within(id)
	if err != nil {
		return err
	}
	others := len(g.Accepted()) - 1
	if id == g.Mandataire && others > 0 {
		if successor == id || g.StateOf(successor) != Accepted {
			return account.Fault("Choisissez parmi les membres qui devient mandataire à votre place.")
		}
		g.Mandataire = successor
		g.note(Event{At: at, What: EventLead, By: id, About: successor})
	}
	m.LeftAt = at.UTC()
	g.note(Event{At: at, What: EventLeft, By: id})
	if others == 0 {
		g.dissolve(id, at)
	}
	return nil
}

// SetBrings changes what a member brings.
func (g *Groupement) SetBrings(id string, brings Brings, at time.Time) error {
	m, err := g.within(id)
	if err != nil {
		return err
	}
	if brings, err = brings.clean(); err != nil {
		return err
	}
	m.Brings = brings
	g.note(Event{At: at, What: EventBrings, By: id})
	return nil
}

// Describe changes name, presentation and need, as they were read at a revision.
func (g *Groupement) Describe(as string, d Draft, rev int64, at time.Time) error {
	if err := g.lead(as); err != nil {
		return err
	}
	d, err := d.clean()
	if err != nil {
		return err
	}
	if rev != g.Rev {
		return ErrStale
	}
	g.Name, g.About, g.Need = d.Name, d.About, d.Need
	g.note(Event{At: at, What: EventDescribed, By: as})
	return nil
}

// SetForm changes the form and the mandataire, as they were read. It reports whether
// anything did change: the members are told.
func (g *Groupement) SetForm(as string, form structure.Form, mandataire, terms string, at time.Time) (changed bool, err error) {
	if err := g.lead(as); err != nil {
		return false, err
	}
	if err := known(form); err != nil {
		return false, err
	}
	if g.StateOf(mandataire) != Accepted {
		return false, account.Fault("Le mandataire est l’un des membres qui ont accepté.")
	}
	if terms != g.Terms() {
		return false, ErrStale
	}
	if form != g.Form {
		g.Form, changed = form, true
		g.note(Event{At: at, What: EventForm, By: as, About: string(form)})
	}
	if mandataire != g.Mandataire {
		g.Mandataire, changed = mandataire, true
		g.note(Event{At: at, What: EventLead, By: as, About: mandataire})
	}
	return changed, nil
}

// Publish shows the groupement to buyers.
func (g *Groupement) Publish(as string, at time.Time) error {
	if err := g.lead(as); err != nil {
		return err
	}
	if len(g.Accepted()) < structure.MinMembers {
		return ErrTooFew
	}
	if g.PublishedAt.IsZero() {
		g.PublishedAt = at.UTC()
		g.note(Event{At: at, What: EventPublished, By: as})
	}
	return nil
}

// Hide takes it out of the directory.
func (g *Groupement) Hide(as string, at time.Time) error {
	if err := g.lead(as); err != nil {
		return err
	}
	if !g.PublishedAt.IsZero() {
		g.PublishedAt = time.Time{}
		g.note(Event{At: at, What: EventHidden, By: as})
	}
	return nil
}

// Dissolve ends it.
func (g *Groupement) Dissolve(as string, at time.Time) error {
	if err := g.lead(as); err != nil {
		return err
	}
	g.dissolve(as, at)
	return nil
}

func (g *Groupement) dissolve(as string, at time.Time) {
	g.DissolvedAt = at.UTC()
	g.note(Event{At: at, What: EventDissolved, By: as})
}
