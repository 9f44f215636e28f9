package proof

import (
	"context"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/groupement"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// groupementsForPages makes somebody who acts for a structure: it leads a groupement that
// buyers see, and is invited to another.
func groupementsForPages(ctx context.Context, a *app.App, m *mailed) error {
	now := a.Now()
	docs, err := a.Structures.Scan(ctx, "", 3)
	if err != nil {
		return err
	}
	own, other, third := docs[0].ID, docs[1].ID, docs[2].ID
	o := account.Organisation{ID: "esat", Kind: account.KindOwner, Name: "ESAT", CreatedAt: now, ConfirmedAt: now}
	d, err := a.People.Ensure(ctx, "esat@structure.example", "")
	if err != nil {
		return err
	}
	if err := o.Enrol(d.ID, []account.Role{account.Structure}, true, now); err != nil {
		return err
	}
	if _, err := a.People.Organisations.Insert(ctx, o, store.Change{}); err != nil {
		return err
	}
	token, err := a.People.Enter(ctx, d.Value.Email, people.Arrival{Method: account.ByLink})
	if err != nil {
		return err
	}
	m.structure = "sourcier_session=" + token
	r := registration.New(own, "", "", "ESAT", now)
	if _, err := r.Ask(o.ID, d.ID, now); err != nil {
		return err
	}
	if err := r.Grant(o.ID, registration.ProofMail, now); err != nil {
		return err
	}
	_, err = store.UpdateOrInsert(ctx, a.Directory.Registrations.Collection, own, func(held *registration.Registration) (store.Change, error) {
		*held = r // in place of that of the demo's people, where they have one
		return store.Change{}, nil
	})
	if err != nil {
		return err
	}
	for id, list := range map[string][]string{"mene": {own, other, third}, "invite": {other, third, own}} {
		part := groupement.Brings{Words: "une équipe"}
		g, err := groupement.New(id, groupement.Founder{Organisation: o.ID, Structure: list[0], Brings: part}, groupement.Draft{Name: "Propreté " + id, About: "Ensemble.", Need: groupement.Need{Text: "nettoyage", Place: "94081", Basis: structure.L2113_12}}, structure.Conjoint, now)
		if err != nil {
			return err
		}
		for _, step := range []error{g.Invite(list[0], list[1], now), g.Accept(list[1], g.Terms(), part, now), g.Publish(list[0], now), g.Invite(list[0], list[2], now)} {
			if step != nil {
				return step
			}
		}
		if _, err := a.Directory.Groupements.Insert(ctx, g, store.Change{}); err != nil {
			return err
		}
	}
	m.groupement = "/structures/" + structure.GroupementStructureID("mene")
	return a.Directory.CarryGroupements(ctx)
}
