package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Refusals of a claim that callers tell apart.
const (
	// ErrClosed is said of an establishment that the register says has ceased.
	ErrClosed = account.Fault("D’après la base Sirene, cet établissement est fermé : une structure qui continue a un autre SIRET.")
	// ErrHidden is said of a sheet that is suspended.
	ErrHidden = account.Fault("L’équipe du portail a suspendu cette fiche : écrivez-lui pour qu’elle soit de nouveau montrée.")
	// ErrOpposed is said of a number whose holder objects to being in the directory.
	ErrOpposed = account.Fault("Ce numéro est sur la liste d’opposition : son titulaire a demandé à ne pas figurer dans l’annuaire.")
	// ErrMerged is said of a duplicate that another sheet stands for.
	ErrMerged = account.Fault("Cette fiche est réunie à une autre, qui est celle de la structure : demandez l’autre.")
	// ErrGroupement is said of the sheet of a groupement, which its members write.
	ErrGroupement = account.Fault("Cette fiche est celle d’un groupement : ses membres la tiennent ensemble.")
)

// maxShared bounds how many sheets of one number are shown.
const maxShared = 50

// Candidate is a sheet that a number names.
type Candidate struct {
	ID           string
	Shown        structure.Structure        // the zero value when nothing is published
	Registration *registration.Registration // nil when nobody has begun one
}

// Find lists the sheets of a number, those that are only being written last; none is no
// error. ErrOpposed.
func (s *Service) Find(ctx context.Context, n registration.Number) (out []Candidate, err error) {
	if err := s.objects(ctx, n.Numbers()); err != nil {
		return nil, err
	}
	var docs []store.Doc[structure.Structure]
	if n.SIRET != "" {
		docs, err = s.Structures.FindLookup(ctx, n.Identity(), maxShared)
	} else if d, one := s.Structures.FindUnique(ctx, n.Identity()); one == nil {
		docs = append(docs, d)
	} else if !errors.Is(one, store.ErrNotFound) {
		err = one
	}
	if err != nil {
		return nil, err
	}
	ids := []string{n.ID()}
	for i := range docs {
		v, err := s.standingOne(ctx, docs[i].ID)
		if err != nil {
			return nil, err
		}
		if v.ID != "" && !slices.Contains(ids[1:], v.ID) {
			out = append(out, Candidate{ID: v.ID, Shown: v})
			ids = append(ids, v.ID)
		}
	}
	begun, err := s.Registrations.GetSome(ctx, ids)
	for _, d := range begun {
		at := slices.IndexFunc(out, func(c Candidate) bool { return c.ID == d.ID })
		switch {
		case at >= 0:
			out[at].Registration = &d.Value
		case len(docs) == 0:
			out = append(out, Candidate{ID: d.ID, Registration: &d.Value})
		}
	}
	return out, err
}

// Candidate finds one sheet, published or being written; for a duplicate the one that
// stands for it. store.ErrNotFound.
func (s *Service) Candidate(ctx context.Context, id string) (*Candidate, error) {
	shown, err := s.standingOne(ctx, id)
	if err != nil {
		return nil, err
	}
	c := &Candidate{ID: cmp.Or(shown.ID, id), Shown: shown}
	d, err := s.Registrations.Get(ctx, c.ID)
	switch {
	case err == nil:
		c.Registration = &d.Value
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	if c.Registration == nil && c.Shown.ID == "" || c.Shown.Withdrawn() {
		return nil, fmt.Errorf("sheet %s: %w", id, store.ErrNotFound)
	}
	return c, nil
}

// Name is that of the sheet.
func (c *Candidate) Name() string {
	if c.Shown.Name != "" {
		return c.Shown.Name
	}
	if c.Registration != nil {
		return c.Registration.Name
	}
	return ""
}

// SIRET is that of the sheet, "" for none.
func (c *Candidate) SIRET() string {
	if c.Shown.SIRET != "" || c.Registration == nil {
		return c.Shown.SIRET
	}
	return c.Registration.SIRET
}

// Owner is the organisation that holds the sheet, "" while nobody does.
func (c *Candidate) Owner() string {
	if c.Registration == nil {
		return ""
	}
	return c.Registration.Owner
}

// Claimable says why nobody may claim the sheet now, or nil.
func (c *Candidate) Claimable() error {
	switch st := &c.Shown; {
	case st.Groupement != nil:
		return ErrGroupement
	case st.MergedInto != "":
		return ErrMerged
	case st.Suspended != nil:
		return ErrHidden
	case st.Closed:
		return ErrClosed
	}
	return nil
}

// Unclaimable reports whether a refusal is of the sheet itself, which has changed since
// it was asked for.
func (o *Own) Unclaimable(err error) bool {
	why := (&Candidate{Shown: o.Shown}).Claimable()
	return why != nil && errors.Is(err, why)
}

// objects refuses numbers of which one is on the opposition list. ErrOpposed.
func (s *Service) objects(ctx context.Context, numbers []string) error {
	if s.Objects == nil {
		return nil
	}
	for _, number := range numbers {
		on, err := s.Objects(ctx, number)
		if err != nil {
			return err
		}
		if on {
			return ErrOpposed
		}
	}
	return nil
}

// numbers are those of the sheet that an objection may name.
func (o *Own) numbers() []string {
	if o.Shown.ID != "" {
		return o.Shown.Numbers()
	}
	return o.Value.Identity().Numbers()
}

// Owners are the organisations of structures that a person is a member of and may
// claim for: those that count, and those that a claim has made.
func (s *Service) Owners(ctx context.Context, person string) (out []store.Doc[account.Organisation], err error) {
	docs, err := s.People.Organisations.Of(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		if d.Value.Kind != account.KindOwner || !d.Value.ClosedAt.IsZero() {
			continue
		}
		if !d.Value.Active() {
			held, err := s.Registrations.Of(ctx, d.ID)
			if err != nil {
				return nil, err
			}
			if len(held) == 0 {
				continue // proposed by hand: an administrator answers
			}
		}
		out = append(out, d)
	}
	return out, nil
}
