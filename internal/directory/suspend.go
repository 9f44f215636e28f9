package directory

import (
	"context"
	"fmt"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// alter changes a structure as a page showed it, at a version, in one write with its
// audit line and its mails. store.ErrConflict when it is another by now.
func (s *Service) alter(ctx context.Context, actor, id string, version int64, do func(*structure.Structure) (action, error)) error {
	d, err := s.Structures.Get(ctx, id)
	if err != nil {
		return err
	}
	if d.Version != version {
		return fmt.Errorf("structure %s: %w", id, store.ErrConflict)
	}
	a, err := do(&d.Value)
	if err != nil {
		return err
	}
	patch, err := store.Patch(ctx, s.People.Keys, a.Fields...)
	if err != nil {
		return err
	}
	_, err = s.Structures.Replace(ctx, d, store.Change{Actor: actor, At: s.Now().UTC(), Audit: true, What: a.What, Subject: a.Subject, Patch: patch, Effects: a.Mails})
	return err
}

// Suspend keeps a sheet from being shown and writes why to who holds it.
func (s *Service) Suspend(ctx context.Context, a account.Actor, id string, version int64, reason string) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	reason = strings.TrimSpace(reason)
	if why := structure.CheckReason(reason); why != "" {
		return account.Fault(why)
	}
	err := s.alter(ctx, a.Person, id, version, func(st *structure.Structure) (action, error) {
		mails, err := s.toOwner(ctx, message.SheetSuspended, st, a.Person, reason)
		if err != nil {
			return action{}, err
		}
		if st.MergedInto != "" {
			return action{}, account.Fault("Cette fiche est réunie à une autre : c’est l’autre qui est montrée.")
		}
		if !st.Suspend(a.Person, reason, s.Now(), len(mails) > 0) {
			return action{}, account.Fault("Cette fiche est déjà suspendue.")
		}
		return action{What: "structure.suspend", Fields: []store.Changed{{Field: "reason", After: reason}}, Mails: mails}, nil
	})
	if err != nil {
		return err
	}
	return s.written(ctx)
}

// Unsuspend lets a sheet be shown again and tells who holds it.
func (s *Service) Unsuspend(ctx context.Context, a account.Actor, id string, version int64) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	err := s.alter(ctx, a.Person, id, version, func(st *structure.Structure) (action, error) {
		mails, err := s.toOwner(ctx, message.SheetRestored, st, a.Person, "")
		if err != nil {
			return action{}, err
		}
		if !st.Restore() {
			return action{}, account.Fault("Cette fiche n’est pas suspendue.")
		}
		return action{What: "structure.restore", Mails: mails}, nil
	})
	if err != nil {
		return err
	}
	return s.written(ctx)
}

// toOwner is a mail to the organisation that holds a sheet, of a groupement that of its
// mandataire; none where nobody does.
func (s *Service) toOwner(ctx context.Context, kind message.Kind, st *structure.Structure, by, reason string) ([]store.Effect, error) {
	held := st.ID
	if st.Groupement != nil {
		held = st.Groupement.Mandataire
	}
	owner, err := s.owner(ctx, held)
	if err != nil || owner == "" {
		return nil, err
	}
	return s.lettersTo(ctx, kind, owner, st.ID, st.Name, by, reason)
}

// lettersTo are mails to an organisation about a sheet.
func (s *Service) lettersTo(ctx context.Context, kind message.Kind, organisation, id, name, by, reason string) ([]store.Effect, error) {
	now := s.Now().UTC()
	return s.People.LettersTo(ctx, organisation, message.Order{
		Key: message.Key{Kind: kind, Object: id, Version: now.UnixMilli()}, Sender: by, QueuedAt: now,
		Details: map[string]string{message.DetailStructure: name, message.DetailText: reason},
	})
}
