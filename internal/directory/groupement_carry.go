package directory

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"sourcier/internal/groupement"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// CarryGroupement has the sheet of a groupement follow it and the sheets of its members,
// then notes that it does. Anybody may, at any time and again; cut short between the
// two writes it is done by whoever comes next.
//
// The groupement and the sheets are read after the sheet that is replaced: whoever read
// something older loses to the other by compare-and-swap, and reads again.
func (s *Service) CarryGroupement(ctx context.Context, id string) error {
	rev, changed, err := s.project(ctx, id)
	if err != nil {
		return fmt.Errorf("groupement %s: %w", id, err)
	}
	_, err = store.Update(ctx, s.Groupements.Collection, id, func(g *groupement.Groupement) (store.Change, error) {
		if g.Shown >= rev {
			return store.Change{}, errUnchanged
		}
		g.Shown = rev
		return store.Change{Actor: "portal", At: s.Now().UTC()}, nil
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return fmt.Errorf("groupement %s: %w", id, err)
	}
	if !changed {
		return nil
	}
	return s.written(ctx)
}

// project writes the sheet, and gives the revision of the groupement that it is of.
func (s *Service) project(ctx context.Context, id string) (rev int64, changed bool, err error) {
	_, err = store.UpdateOrInsert(ctx, s.Structures, structure.GroupementStructureID(id), func(st *structure.Structure) (store.Change, error) {
		d, err := s.Groupements.Get(ctx, id)
		if err != nil {
			return store.Change{}, err
		}
		g := &d.Value
		sheets, err := s.sheetsOf(ctx, g)
		if err != nil {
			return store.Change{}, err
		}
		rev = g.Rev
		now := *st
		fillGroupement(s.Atlas, &now, g, sheets)
		if st.Groupement != nil && st.Groupement.Rev > g.Rev || // of a store that was put back
			st.ID == "" && now.Closed || // never shown: nothing to take away
			alike(st, &now) {
			return store.Change{}, errUnchanged
		}
		now.UpdatedAt = s.Now().UTC()
		*st = now
		return store.Change{Actor: "portal", At: now.UpdatedAt}, nil
	})
	if errors.Is(err, errUnchanged) {
		return rev, false, nil
	}
	return rev, err == nil, err
}

// alike reports whether a sheet says what it would say now: a revision that changes
// nothing to see is no change of the sheet.
func alike(a, b *structure.Structure) bool {
	if a.Groupement == nil {
		return false
	}
	x, y := *a, *b
	gx, gy := *a.Groupement, *b.Groupement
	gx.Rev, gy.Rev = 0, 0
	x.Groupement, y.Groupement, x.UpdatedAt, y.UpdatedAt = &gx, &gy, time.Time{}, time.Time{}
	return reflect.DeepEqual(x, y)
}

// fillGroupement is how the directory shows a groupement: its activities are what its
// members bring, its place and contact its mandataire's. One that is not presented, or
// whose members are no longer there, is closed and says nothing but its name.
func fillGroupement(atlas *territory.Atlas, out *structure.Structure, g *groupement.Groupement, sheets map[string]*structure.Structure) {
	out.ID, out.CreatedAt, out.Name = structure.GroupementStructureID(g.ID), g.CreatedAt.UTC(), g.Name
	out.Groupement = &structure.Groupement{Document: g.ID, Rev: g.Rev}
	out.Description, out.Address, out.Contact, out.Activities, out.Origins = "", structure.Address{}, structure.Contact{}, nil, nil
	ids, lead := membersShown(g, sheets), sheets[g.Mandataire]
	out.Closed = !g.Presented() || lead == nil || !lead.Shown() || lead.Closed || len(ids) < structure.MinMembers
	if out.Closed {
		return
	}
	out.Demo = false
	own := structure.Origin{Source: structure.SourceSelf, AsOf: structure.DateOf(g.ChangedAt)}
	out.Description, out.Address, out.Contact = g.About, lead.Address, lead.Contact
	out.Origins = map[structure.Field]structure.Origin{structure.FieldName: own, structure.FieldActivities: own}
	if g.About != "" {
		out.Origins[structure.FieldDescription] = own
	}
	for _, f := range []structure.Field{structure.FieldAddress, structure.FieldPoint, structure.FieldPhone, structure.FieldEmail, structure.FieldWebsite} {
		if o, ok := lead.Origins[f]; ok {
			out.Origins[f] = o
		}
	}
	out.Groupement.Form, out.Groupement.Mandataire = g.Form, lead.ID
	for _, id := range ids {
		v, brings := sheets[id], g.Member(id).Brings
		out.Demo = out.Demo || v.Demo
		out.Groupement.Members = append(out.Groupement.Members, structure.GroupementMember{
			ID: v.ID, Name: v.Name, Brings: brings.Words, Sectors: brings.Sectors, Closed: v.Closed,
			Agreements: v.Agreements, ESS: v.ESS, ESSOrigin: v.Origins[structure.FieldESS],
		})
		out.Activities = append(out.Activities, broughtBy(atlas, v, brings, id == g.Mandataire)...)
	}
}

// membersShown are the members whose sheets are shown, each sheet once.
func membersShown(g *groupement.Groupement, sheets map[string]*structure.Structure) (ids []string) {
	there := map[string]bool{}
	for _, id := range g.Accepted() {
		v := sheets[id]
		if v == nil || !v.Shown() || v.Groupement != nil || there[v.ID] {
			continue
		}
		there[v.ID] = true
		ids = append(ids, id)
	}
	return ids
}

// broughtBy are the activities of a member, as far as it brings their sectors; one of no
// sector where it says in words alone what it brings. A radius, or no zone at all, is
// about the establishment of the member: beside the mandataire's it becomes the communes
// that it reaches from there.
func broughtBy(atlas *territory.Atlas, v *structure.Structure, b groupement.Brings, leads bool) (out []structure.Activity) {
	sold := v.Activities
	if len(b.Sectors) == 0 {
		sold = []structure.Activity{{Offer: b.Words}}
	}
	for _, a := range sold {
		a.Sectors = slices.DeleteFunc(slices.Clone(a.Sectors), func(code string) bool { return !slices.Contains(b.Sectors, code) })
		if len(a.Sectors) == 0 && len(b.Sectors) > 0 {
			continue
		}
		switch {
		case leads:
		case a.Zone.RadiusKM > 0:
			a.Zone = structure.Zone{Territories: a.Zone.Reached(atlas, v.Address, registration.MaxTerritories)}
		case !a.Zone.Declared() && v.Address.Commune != "":
			a.Zone.Territories = []string{v.Address.Commune}
		}
		out = append(out, a)
	}
	return out
}

// groupementPage is how many groupements are looked at in one reading.
const groupementPage = 100

// CarryGroupements has the sheets of all groupements follow what changed: a portal that
// was stopped on the way, the sheet of a member.
func (s *Service) CarryGroupements(ctx context.Context) error {
	var errs []error
	for after := ""; ; {
		docs, err := s.Groupements.Followed(ctx, after, groupementPage)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, d := range docs {
			after = d.ID
			if err := s.CarryGroupement(ctx, d.ID); err != nil {
				errs = append(errs, err)
			}
		}
		if len(docs) < groupementPage || ctx.Err() != nil {
			return errors.Join(errs...)
		}
	}
}

// Preview is the sheet as it would be if the groupement were presented now: closed when
// it cannot be.
func (g *Seen) Preview(atlas *territory.Atlas) structure.Structure {
	var out structure.Structure
	as := g.Value
	if as.PublishedAt.IsZero() {
		as.PublishedAt = as.ChangedAt
	}
	fillGroupement(atlas, &out, &as, g.Sheets)
	return out
}
