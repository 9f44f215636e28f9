package directory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/groupement"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Seen is a groupement as one of the structures of an organisation sees it.
type Seen struct {
	store.Doc[groupement.Groupement]
	As     string                          // the structure that sees it, held by the organisation
	Sheets map[string]*structure.Structure // of all that it names, those that are there
}

// Held lists the sheets that an organisation holds and that are published: those that
// may be in a groupement.
func (s *Service) Held(ctx context.Context, w Who) ([]structure.Structure, error) {
	held, err := s.held(ctx, w)
	if err != nil {
		return nil, err
	}
	var out []structure.Structure
	for id, v := range held {
		if v.ID == id {
			out = append(out, *v)
		}
	}
	slices.SortFunc(out, func(a, b structure.Structure) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return out, nil
}

// held is what is shown of the sheets that an organisation holds and for which it may act
// in groupements; for a duplicate that is the sheet which stands for it.
func (s *Service) held(ctx context.Context, w Who) (map[string]*structure.Structure, error) {
	if err := s.member(ctx, w); err != nil {
		return nil, err
	}
	docs, err := s.Registrations.Of(ctx, w.Organisation)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, d := range docs {
		if d.Value.Holds(w.Organisation) {
			ids = append(ids, d.ID)
		}
	}
	out, err := standing(ctx, s.Structures, ids)
	maps.DeleteFunc(out, func(_ string, v *structure.Structure) bool { return !joinable(v) })
	return out, err
}

// joinable reports whether a sheet may be in a groupement: it is shown, open, and none
// itself.
func joinable(v *structure.Structure) bool {
	return v.ID != "" && v.Shown() && !v.Closed && v.Groupement == nil
}

// actsFor holds that a person acts for a structure whose sheet the organisation holds.
// store.ErrNotFound.
func (s *Service) actsFor(ctx context.Context, w Who, id string) error {
	if err := s.member(ctx, w); err != nil {
		return err
	}
	d, err := s.Registrations.Get(ctx, id)
	if err != nil {
		return err
	}
	v, err := s.standingOne(ctx, id)
	if err == nil && (v.Suspended != nil || !d.Value.Holds(w.Organisation)) {
		err = fmt.Errorf("sheet %s of %s: %w", id, w.Organisation, store.ErrNotFound)
	}
	return err
}

// GroupementsOf lists those that the structures of an organisation are members of, or
// invited to, the last changed first.
func (s *Service) GroupementsOf(ctx context.Context, w Who) ([]*Seen, error) {
	held, err := s.held(ctx, w)
	if err != nil {
		return nil, err
	}
	var out []*Seen
	for _, as := range slices.Sorted(maps.Keys(held)) {
		docs, err := s.Groupements.Of(ctx, as)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			seen := &Seen{Doc: d, As: as}
			if seen.Sheets, err = s.sheetsOf(ctx, &d.Value); err != nil {
				return nil, err
			}
			out = append(out, seen)
		}
	}
	slices.SortStableFunc(out, func(a, b *Seen) int { return b.Value.ChangedAt.Compare(a.Value.ChangedAt) })
	return out, nil
}

// Groupement reads one that a structure of the organisation is a member of, or invited
// to; as says which, "" for the first that is. store.ErrNotFound for any other.
func (s *Service) Groupement(ctx context.Context, w Who, id, as string) (*Seen, error) {
	held, err := s.held(ctx, w)
	if err != nil {
		return nil, err
	}
	d, err := s.Groupements.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	all := slices.Sorted(maps.Keys(held))
	at := slices.IndexFunc(all, func(v string) bool { return d.Value.Sees(v) && (as == "" || as == v) })
	if at < 0 {
		return nil, fmt.Errorf("groupement %s: %w", id, store.ErrNotFound)
	}
	seen := &Seen{Doc: d, As: all[at]}
	seen.Sheets, err = s.sheetsOf(ctx, &d.Value)
	return seen, err
}

// sheetsOf reads what is shown of all that a groupement names (standing).
func (s *Service) sheetsOf(ctx context.Context, g *groupement.Groupement) (map[string]*structure.Structure, error) {
	ids := make([]string, 0, len(g.Members))
	for _, m := range g.Members {
		ids = append(ids, m.Structure)
	}
	return standing(ctx, s.Structures, ids)
}

// act carries out an action of a structure on a groupement in one write, with its audit
// line and its mails, then has the sheet follow. do may be called again, when somebody
// else was quicker.
func (s *Service) act(ctx context.Context, w Who, id, as string, do func(*groupement.Groupement) (action, error)) error {
	if err := s.actsFor(ctx, w, as); err != nil {
		return err
	}
	now := s.Now().UTC()
	_, err := store.Update(ctx, s.Groupements.Collection, id, func(g *groupement.Groupement) (store.Change, error) {
		if !g.Sees(as) {
			return store.Change{}, fmt.Errorf("groupement %s: %w", id, store.ErrNotFound)
		}
		before := g.Rev
		a, err := do(g)
		if err != nil {
			return store.Change{}, err
		}
		if g.Rev == before {
			return store.Change{}, errUnchanged
		}
		a.Fields = append(a.Fields, store.Changed{Field: "structure", After: as})
		patch, err := store.Patch(ctx, s.People.Keys, a.Fields...)
		return store.Change{Actor: w.Person, At: now, Audit: true, What: a.What, Patch: patch, Effects: a.Mails}, err
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.CarryGroupement(ctx, id)
}

// Found makes a groupement of one structure that the organisation holds, and gives its
// id.
func (s *Service) Found(ctx context.Context, w Who, f groupement.Founder, d groupement.Draft, form structure.Form) (string, error) {
	if err := s.actsFor(ctx, w, f.Structure); err != nil {
		return "", err
	}
	if err := s.brings(ctx, f.Structure, f.Brings); err != nil {
		return "", err
	}
	others, err := s.Groupements.Of(ctx, f.Structure)
	if err != nil {
		return "", err
	}
	led := 0
	for _, o := range others {
		if o.Value.Live() && o.Value.Mandataire == f.Structure {
			led++
		}
	}
	if led >= groupement.MaxLive {
		return "", account.Fault(fmt.Sprintf("Votre structure mène déjà %d groupements : dissolvez-en un d’abord.", led))
	}
	f.Organisation = w.Organisation
	g, err := groupement.New(account.NewID(), f, d, form, s.Now())
	if err != nil {
		return "", err
	}
	patch, err := store.Patch(ctx, s.People.Keys, store.Changed{Field: "structure", After: f.Structure})
	if err != nil {
		return "", err
	}
	_, err = s.Groupements.Insert(ctx, g, store.Change{Actor: w.Person, At: s.Now().UTC(), Audit: true, What: "groupement.create", Patch: patch})
	return g.ID, err
}

// brings holds that a structure brings sectors of its own sheet: what is not there is
// said on the sheet first.
func (s *Service) brings(ctx context.Context, id string, b groupement.Brings) error {
	v, err := s.standingOne(ctx, id)
	if err != nil {
		return err
	}
	for _, code := range b.Sectors {
		if !slices.ContainsFunc(v.Activities, func(a structure.Activity) bool { return slices.Contains(a.Sectors, code) }) {
			return account.Fault("Choisissez parmi les activités de la fiche de votre structure.")
		}
	}
	return nil
}

// InviteStructure asks a structure to join. Whether somebody holds its sheet, and so
// was sent a letter, is told: nobody else can answer.
func (s *Service) InviteStructure(ctx context.Context, w Who, id, as, invited string) (held bool, err error) {
	v, err := s.standingOne(ctx, invited)
	if err != nil {
		return false, err
	}
	invited = v.ID
	switch {
	case v.ID == "", v.Suspended != nil:
		return false, account.Fault("Cette structure n’est pas dans l’annuaire.")
	case v.Closed:
		return false, account.Fault("Cet établissement est fermé : il ne peut pas être invité.")
	case v.Groupement != nil:
		return false, account.Fault("Un groupement ne peut pas en rejoindre un autre : invitez ses membres.")
	}
	owner, err := s.owner(ctx, invited)
	if err != nil {
		return false, err
	}
	// Each invitation is a mail to strangers: as many as to colleagues, and no more.
	if err := s.People.CountInviting(ctx, w.Person); err != nil {
		return false, err
	}
	err = s.act(ctx, w, id, as, func(g *groupement.Groupement) (a action, err error) {
		if err := g.Invite(as, invited, s.Now()); err != nil {
			return a, err
		}
		a = action{What: "groupement.invite", Fields: []store.Changed{{Field: "invitation", After: invited}}}
		a.Mails, err = s.invitation(ctx, w, g, as, owner)
		return a, err
	})
	return owner != "", err
}

// owner is the organisation that holds a sheet, "" when none does.
func (s *Service) owner(ctx context.Context, id string) (string, error) {
	d, err := s.Registrations.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return d.Value.Owner, err
}

// TakeBackInvitation ends an invitation that has no answer.
func (s *Service) TakeBackInvitation(ctx context.Context, w Who, id, as, invited string) error {
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (action, error) {
		return action{What: "groupement.takeback", Fields: []store.Changed{{Field: "invitation", Before: invited}}}, g.TakeBack(as, invited, s.Now())
	})
}

// AcceptGroupement makes a structure a member, under the terms that it has read.
func (s *Service) AcceptGroupement(ctx context.Context, w Who, id, as, terms string, b groupement.Brings) error {
	if err := s.brings(ctx, as, b); err != nil {
		return err
	}
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (a action, err error) {
		if err := g.Accept(as, terms, b, s.Now()); err != nil {
			return a, err
		}
		a = action{What: "groupement.accept"}
		a.Mails, err = s.news(ctx, w, g, as, "a accepté l’invitation", "", []string{g.Mandataire})
		return a, err
	})
}

// DeclineGroupement refuses an invitation.
func (s *Service) DeclineGroupement(ctx context.Context, w Who, id, as, word string) error {
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (a action, err error) {
		if err := g.Decline(as, word, s.Now()); err != nil {
			return a, err
		}
		a = action{What: "groupement.decline"}
		a.Mails, err = s.news(ctx, w, g, as, "a décliné l’invitation", word, []string{g.Mandataire})
		return a, err
	})
}

// LeaveGroupement ends a membership; the mandataire names who follows.
func (s *Service) LeaveGroupement(ctx context.Context, w Who, id, as, successor string) error {
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (a action, err error) {
		if err := g.Leave(as, successor, s.Now()); err != nil {
			return a, err
		}
		a = action{What: "groupement.leave", Fields: []store.Changed{{Field: "mandataire", After: g.Mandataire}}}
		a.Mails, err = s.news(ctx, w, g, as, "a quitté le groupement", "", g.Accepted())
		return a, err
	})
}

// SetBrings changes what a structure brings.
func (s *Service) SetBrings(ctx context.Context, w Who, id, as string, b groupement.Brings) error {
	if err := s.brings(ctx, as, b); err != nil {
		return err
	}
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (action, error) {
		return action{What: "groupement.brings"}, g.SetBrings(as, b, s.Now())
	})
}

// DescribeGroupement changes name, presentation and need.
func (s *Service) DescribeGroupement(ctx context.Context, w Who, id, as string, d groupement.Draft, rev int64) error {
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (action, error) {
		return action{What: "groupement.describe"}, g.Describe(as, d, rev, s.Now())
	})
}

// SetForm changes the form and the mandataire. Every other member is told, since it
// changes what each engages in.
func (s *Service) SetForm(ctx context.Context, w Who, id, as string, form structure.Form, mandataire, terms string) error {
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (a action, err error) {
		changed, err := g.SetForm(as, form, mandataire, terms, s.Now())
		if err != nil || !changed {
			return a, err
		}
		a = action{What: "groupement.form", Fields: []store.Changed{{Field: "form", After: g.Form}, {Field: "mandataire", After: g.Mandataire}}}
		a.Mails, err = s.news(ctx, w, g, as, "a changé la forme ou le mandataire : relisez ce que cela engage", "", g.Accepted())
		return a, err
	})
}

// PublishGroupement shows a groupement to buyers, or no longer.
func (s *Service) PublishGroupement(ctx context.Context, w Who, id, as string, shown bool) error {
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (action, error) {
		if !shown {
			return action{What: "groupement.hide"}, g.Hide(as, s.Now())
		}
		return action{What: "groupement.publish"}, g.Publish(as, s.Now())
	})
}

// DissolveGroupement ends one.
func (s *Service) DissolveGroupement(ctx context.Context, w Who, id, as string) error {
	return s.act(ctx, w, id, as, func(g *groupement.Groupement) (a action, err error) {
		to := g.Accepted()
		if err := g.Dissolve(as, s.Now()); err != nil {
			return a, err
		}
		a = action{What: "groupement.dissolve"}
		a.Mails, err = s.news(ctx, w, g, as, "a dissous le groupement", "", to)
		return a, err
	})
}

// PresentedGroupement is the id of the sheet of a groupement that buyers see.
// store.ErrNotFound for one that is not presented.
func (s *Service) PresentedGroupement(ctx context.Context, id string) (string, error) {
	d, err := s.Groupements.Get(ctx, id)
	if err != nil {
		return "", err
	}
	v, err := s.Structures.Get(ctx, structure.GroupementStructureID(id))
	if err != nil {
		return "", err
	}
	if !d.Value.Presented() || v.Value.Withdrawn() || !v.Value.Shown() {
		return "", fmt.Errorf("groupement %s: %w", id, store.ErrNotFound)
	}
	return v.ID, nil
}

// HeldBy tells which of some structures somebody holds: who can answer here.
func (s *Service) HeldBy(ctx context.Context, ids []string) (map[string]bool, error) {
	docs, err := s.Registrations.GetSome(ctx, ids)
	out := map[string]bool{}
	for _, d := range docs {
		out[d.ID] = d.Value.Owner != ""
	}
	return out, err
}
