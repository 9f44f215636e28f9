package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Beginning is who asks to write a sheet, and which.
type Beginning struct {
	Person       *account.Person
	Organisation string              // one of Owners, "" = the one of the same legal unit, else one made for it
	Sheet        string              // id of a sheet that is there, "" = a new one
	Number       registration.Number // of a new one
	Name         string              // of a new one
	Kinds        []registration.Declared
	Text         string // what it says of itself to who checks it
}

// Begin opens a request for a sheet in the name of an organisation of the person, and
// gives for which. Begun before it goes on with what is there. registration.ErrOwned,
// ErrClosed, ErrOpposed, store.ErrNotFound.
func (s *Service) Begin(ctx context.Context, in Beginning) (w Who, id string, err error) {
	c, err := s.beginning(ctx, &in)
	if err != nil {
		return w, "", err
	}
	w.Person = in.Person.ID
	if w.Organisation, err = s.claimant(ctx, &in, c); err != nil {
		return w, "", err
	}
	now := s.Now().UTC()
	_, err = store.UpdateOrInsert(ctx, s.Registrations.Collection, c.ID, func(r *registration.Registration) (store.Change, error) {
		if r.ID == "" {
			*r = registration.New(c.ID, c.SIRET(), in.Number.RNA, in.Name, now)
		}
		if r.Writes(w.Organisation) {
			return store.Change{}, errUnchanged
		}
		q, err := r.Ask(w.Organisation, w.Person, now)
		if err != nil {
			return store.Change{}, err
		}
		q.Text = in.Text
		if c.Shown.ID == "" {
			if err := s.startDraft(r, w, &in); err != nil {
				return store.Change{}, err
			}
		}
		patch, err := store.Patch(ctx, nil, store.Changed{Field: "name", After: in.Name}, store.Changed{Field: "number", After: c.SIRET() + in.Number.RNA})
		return store.Change{Actor: w.Person, At: now, Audit: true, What: "claim.ask", Subject: w.Person, Patch: patch}, err
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return w, "", err
	}
	return w, c.ID, nil
}

// beginning finds the sheet that is asked for, or the place of a new one, and refuses
// what nobody may ask for.
func (s *Service) beginning(ctx context.Context, in *Beginning) (*Candidate, error) {
	if in.Sheet != "" {
		c, err := s.Candidate(ctx, in.Sheet)
		if err != nil {
			return nil, err
		}
		in.Name = c.Name()
		if c.Registration != nil {
			in.Number.RNA = c.Registration.RNA
		}
		return c, c.Claimable()
	}
	name, err := account.CleanName(in.Name)
	if err != nil {
		return nil, err
	}
	in.Name = name
	found, err := s.Find(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	if len(found) > 1 || len(found) == 1 && found[0].Registration == nil {
		return nil, account.Fault("Ce numéro a déjà sa fiche dans l’annuaire : choisissez-la plutôt que d’en créer une autre.")
	}
	c := &Candidate{ID: in.Number.ID(), Registration: &registration.Registration{SIRET: in.Number.SIRET, RNA: in.Number.RNA}}
	if len(found) == 1 { // begun before: it goes on
		c = &found[0]
	}
	return c, c.Claimable()
}

// claimant is the organisation that asks.
func (s *Service) claimant(ctx context.Context, in *Beginning, c *Candidate) (string, error) {
	owners, err := s.Owners(ctx, in.Person.ID)
	if err != nil {
		return "", err
	}
	is := func(match func(*account.Organisation) bool) int {
		return slices.IndexFunc(owners, func(d store.Doc[account.Organisation]) bool { return match(&d.Value) })
	}
	siren, err := account.ParseSIREN((&structure.Structure{SIRET: c.SIRET()}).SIREN())
	if err != nil {
		siren = "" // a file wrote a number that does not exist
	}
	owner := c.Owner()
	at := is(func(o *account.Organisation) bool { return o.ID == in.Organisation })
	switch {
	case in.Organisation != "" && at < 0:
		return "", fmt.Errorf("organisation %s: %w", in.Organisation, store.ErrNotFound)
	case in.Organisation != "":
		return in.Organisation, nil
	case owner != "":
		if is(func(o *account.Organisation) bool { return o.ID == owner }) < 0 {
			return "", registration.ErrOwned
		}
		return owner, nil
	}
	if at := is(func(o *account.Organisation) bool { return siren != "" && o.SIREN == siren }); at >= 0 {
		return owners[at].ID, nil
	}
	return s.People.FoundOwner(ctx, in.Person, account.Founding{Name: in.Name, SIREN: siren, Once: "claim\x00" + c.ID})
}

// startDraft puts what is known of a new sheet into the draft of who asks for it.
func (s *Service) startDraft(r *registration.Registration, w Who, in *Beginning) error {
	for part, change := range map[registration.Part]func(*registration.Sheet) error{
		registration.PartPresentation: func(sheet *registration.Sheet) error { sheet.Name = in.Name; return nil },
		registration.PartKinds:        func(sheet *registration.Sheet) error { sheet.Kinds = in.Kinds; return nil },
	} {
		if err := r.Save(registration.Edit{Organisation: w.Organisation, Person: w.Person, Part: part, At: s.Now(), Change: change}); err != nil {
			return err
		}
	}
	return nil
}

// Withdraw ends the request of an organisation by its own wish.
func (s *Service) Withdraw(ctx context.Context, w Who, id string) error {
	if _, err := s.Own(ctx, w, id); err != nil {
		return err
	}
	_, err := s.change(ctx, w.Person, id, func(r *registration.Registration) (action, error) {
		return action{What: "claim.withdraw", Subject: w.Person}, r.Deny(w.Organisation, "Demande retirée.", s.Now())
	})
	return err
}

// AskTeam leaves the claim to somebody of the portal, with what shows the right.
func (s *Service) AskTeam(ctx context.Context, w Who, id, text string) error {
	text, err := registration.CleanText(text, registration.MaxOfferText)
	if err != nil {
		return err
	}
	return s.choose(ctx, w, id, action{What: "claim.team", Subject: w.Person}, func(q *registration.Request) {
		q.Proof, q.Text = registration.ProofModerator, text
	})
}

// AskNetwork leaves the claim to a network, which answers by Vouch.
func (s *Service) AskNetwork(ctx context.Context, w Who, id, network string) error {
	d, err := s.People.Organisations.Get(ctx, network)
	if err != nil {
		return err
	}
	if d.Value.Kind != account.KindNetwork || !d.Value.Active() {
		return registration.ErrNoNetwork
	}
	a := action{What: "claim.network", Subject: w.Person, Fields: []store.Changed{{Field: "network", After: d.Value.Name}}}
	return s.choose(ctx, w, id, a, func(q *registration.Request) { q.Proof, q.Network = registration.ProofVoucher, network })
}

// choose notes the way by which a request is to be proved.
func (s *Service) choose(ctx context.Context, w Who, id string, a action, set func(*registration.Request)) error {
	if _, err := s.Own(ctx, w, id); err != nil {
		return err
	}
	_, err := s.change(ctx, w.Person, id, func(r *registration.Registration) (action, error) {
		q := r.Request(w.Organisation)
		if q == nil {
			return action{}, registration.ErrDecided
		}
		set(q)
		return a, nil
	})
	return err
}

// letter is a mail about a sheet to persons who have an account.
func (s *Service) letter(ctx context.Context, kind message.Kind, id string, details map[string]string, persons ...string) ([]store.Effect, error) {
	return s.People.MailPersons(ctx, message.Order{Key: message.Key{Kind: kind, Object: id}, Details: details}, persons...)
}
