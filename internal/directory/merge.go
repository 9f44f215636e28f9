package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Merging is what a moderator has decided on two sheets of one structure.
type Merging struct {
	Kept, Duplicate           string // ids
	KeptVersion, OtherVersion int64  // as the page showed them
	Picks                     structure.Picks
}

// Pair is two sheets side by side.
type Pair struct {
	Kept, Duplicate store.Doc[structure.Structure]
	Owners          [2]string // organisations, "" for none
	Facts           []structure.Compared
	Refusal         string // why they cannot be merged this way round, in French; "" when they can
}

// Pair puts two sheets side by side. store.ErrNotFound.
func (s *Service) Pair(ctx context.Context, kept, duplicate string) (p Pair, err error) {
	if p.Kept, err = s.Structures.Get(ctx, kept); err != nil {
		return p, err
	}
	if p.Duplicate, err = s.Structures.Get(ctx, duplicate); err != nil {
		return p, err
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return p, err
	}
	p.Facts = rules.Compare(&p.Kept.Value, &p.Duplicate.Value)
	if p.Refusal = structure.MayAbsorb(&p.Kept.Value, &p.Duplicate.Value); p.Refusal != "" {
		return p, nil
	}
	p.Owners, p.Refusal, err = s.owners(ctx, kept, duplicate)
	return p, err
}

// owners tells who holds two sheets, and why that keeps them from being merged: a
// structure must find its sheet where it left it.
func (s *Service) owners(ctx context.Context, kept, duplicate string) (owners [2]string, refusal string, err error) {
	for i, id := range []string{kept, duplicate} {
		r, err := s.Registrations.Get(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return owners, "", err
		}
		owners[i] = r.Value.Owner
		if i == 1 && (r.Value.AwaitsModerator() || r.Value.Owner == "" && len(r.Value.Organisations()) > 0) {
			refusal = "Une organisation demande la fiche en double, ou attend une réponse à son sujet : répondez-lui d’abord."
		}
	}
	if owners[1] != "" && owners[1] != owners[0] {
		refusal = "La fiche en double est tenue par une organisation : gardez celle-là, et faites de l’autre le doublon."
		if owners[0] != "" {
			refusal = "Deux organisations différentes tiennent ces fiches : elles ne se réunissent pas."
		}
	}
	return owners, refusal, nil
}

// Merge makes a sheet stand for its duplicate. store.ErrConflict when one of the two
// is not what the page showed; a Fault that says why they cannot be one.
func (s *Service) Merge(ctx context.Context, a account.Actor, m Merging) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	p, err := s.Pair(ctx, m.Kept, m.Duplicate)
	switch {
	case err != nil:
		return err
	case p.Kept.Version != m.KeptVersion || p.Duplicate.Version != m.OtherVersion:
		return fmt.Errorf("%s and %s: %w", m.Kept, m.Duplicate, store.ErrConflict)
	case p.Refusal != "":
		return account.Fault(p.Refusal)
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return err
	}
	err = s.alter(ctx, a.Person, m.Kept, m.KeptVersion, func(st *structure.Structure) (action, error) {
		before := *st
		s.note(st, &before, rules.Absorb(st, &p.Duplicate.Value, p.Duplicate.Version, m.Picks, a.Person, s.Now()))
		return action{What: "structure.merge", Fields: []store.Changed{
			{Field: "duplicate", After: m.Duplicate}, {Field: "name", Before: p.Duplicate.Value.Name, After: st.Name}, {Field: "picked", After: pickWords(m.Picks)},
		}}, nil
	})
	if err != nil {
		return err
	}
	if err := s.pass("merge.intent"); err != nil {
		return err
	}
	if err := s.carryMerge(ctx, m.Kept); err != nil {
		return err
	}
	d, err := s.Structures.Get(ctx, m.Kept)
	if err == nil && !d.Value.Absorbs(m.Duplicate) {
		return account.Fault("La fiche en double a changé entre-temps : demandée, suspendue ou réunie ailleurs. Rien n’est réuni.")
	}
	return err
}

func pickWords(picks structure.Picks) (out []string) {
	for _, f := range structure.Fields {
		if picks[f] == structure.OfDuplicate {
			out = append(out, f.Label())
		}
	}
	return out
}

// note dates a change of what is shown, by somebody of the portal.
func (s *Service) note(st, before *structure.Structure, d structure.Diff) {
	if d.Changed {
		st.UpdatedAt = s.Now().UTC()
		st.Note(before, d, structure.DateOf(s.Now()), structure.SourceModerator, "")
	}
}

// Unmerge takes back the last merge of a sheet: both are what they would be without
// it, what was said of each since included. store.ErrConflict when the sheet is not
// what the page showed.
func (s *Service) Unmerge(ctx context.Context, a account.Actor, kept, duplicate string, version int64) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	err := s.alter(ctx, a.Person, kept, version, func(st *structure.Structure) (action, error) {
		switch {
		case !st.Absorbs(duplicate):
			return action{}, fmt.Errorf("%s in %s: %w", duplicate, kept, store.ErrNotFound)
		case st.MergedInto != "":
			return action{}, account.Fault("Cette fiche est elle-même réunie à une autre : défaites d’abord cette réunion.")
		}
		before := *st
		if !st.Release(duplicate, s.Now()) {
			return action{}, account.Fault("Une réunion plus récente, ou en cours, repose sur celle-ci : défaites d’abord la plus récente.")
		}
		updated := st.UpdatedAt
		s.note(st, &before, structure.Compare(&before, st))
		st.UpdatedAt = updated // of the facts, which are those of before
		return action{What: "structure.unmerge", Fields: []store.Changed{{Field: "duplicate", Before: duplicate}, {Field: "name", Before: before.Name, After: st.Name}}}, nil
	})
	if err != nil {
		return err
	}
	if err := s.pass("unmerge.intent"); err != nil {
		return err
	}
	return s.carryMerge(ctx, kept)
}

// carryMerge does what is left to do of the merges of a sheet. Anybody may, at any
// time and again.
func (s *Service) carryMerge(ctx context.Context, kept string) error {
	for range structure.MaxAbsorbed + 1 {
		d, err := s.Structures.Get(ctx, kept)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		i := slices.IndexFunc(d.Value.Absorbed, func(a structure.Absorbed) bool { return a.Pending() })
		if i < 0 {
			return s.written(ctx)
		}
		a := d.Value.Absorbed[i]
		if a.UndoneAt.IsZero() {
			err = s.hide(ctx, kept, &a)
		} else {
			err = s.unhide(ctx, kept, &a)
		}
		if err != nil {
			return fmt.Errorf("merge of %s into %s: %w", a.ID, kept, err)
		}
	}
	return s.written(ctx)
}

// hide is the second write of a merge: the duplicate is shown no more, once what it
// says by now is joined to the sheet that stands for it.
func (s *Service) hide(ctx context.Context, kept string, a *structure.Absorbed) error {
	twin, err := s.Structures.Get(ctx, a.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	_, asked, failed := s.owners(ctx, kept, a.ID) // by whom, meanwhile
	if failed != nil {
		return failed
	}
	st := &twin.Value
	switch {
	case err == nil && st.MergedInto == kept:
		return s.settle(ctx, kept, a)
	case err != nil, asked != "", busy(st):
		return s.abandon(ctx, kept, a) // it went, was asked for, suspended or merged elsewhere meanwhile
	case twin.Version != a.Version:
		return s.renew(ctx, kept, twin)
	}
	st.MergedInto = kept
	_, err = s.Structures.Replace(ctx, twin, store.Change{Actor: a.By, At: s.Now().UTC()})
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return nil // it changed: the next turn joins what it says now
	}
	if err != nil {
		return err
	}
	if err := s.pass("merge.hidden"); err != nil {
		return err
	}
	return s.settle(ctx, kept, a)
}

// busy reports whether a sheet can be hidden behind no other at the moment.
func busy(st *structure.Structure) bool {
	return !st.Shown() || slices.ContainsFunc(st.Absorbed, func(o structure.Absorbed) bool { return o.Pending() })
}

// renew joins to a sheet what its duplicate says by now.
func (s *Service) renew(ctx context.Context, kept string, twin store.Doc[structure.Structure]) error {
	rules, err := s.rules(ctx)
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Structures, kept, func(st *structure.Structure) (store.Change, error) {
		before := *st
		d := rules.Renew(st, &twin.Value)
		at := st.NoteVersion(twin.ID, twin.Version)
		if !d.Dirty && !at {
			return store.Change{}, errUnchanged
		}
		s.note(st, &before, d)
		return store.Change{Actor: store.ActorSystem, At: s.Now().UTC()}, nil
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// unhide is the second write of the end of a merge.
func (s *Service) unhide(ctx context.Context, kept string, a *structure.Absorbed) error {
	_, err := store.Update(ctx, s.Structures, a.ID, func(st *structure.Structure) (store.Change, error) {
		if st.MergedInto != kept {
			return store.Change{}, errUnchanged
		}
		st.MergedInto = ""
		return store.Change{Actor: a.By, At: s.Now().UTC()}, nil
	})
	if err != nil && !errors.Is(err, errUnchanged) && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := s.pass("unmerge.shown"); err != nil {
		return err
	}
	return s.settle(ctx, kept, a)
}

// settle is the third write: nothing is left to do.
func (s *Service) settle(ctx context.Context, kept string, a *structure.Absorbed) error {
	return s.ended(ctx, kept, a, func(st *structure.Structure) bool { return st.Settle(a.ID, s.Now()) })
}

// abandon ends a merge whose duplicate cannot be hidden any more.
func (s *Service) abandon(ctx context.Context, kept string, a *structure.Absorbed) error {
	return s.ended(ctx, kept, a, func(st *structure.Structure) bool { return st.Abandon(a.ID) })
}

func (s *Service) ended(ctx context.Context, kept string, a *structure.Absorbed, end func(*structure.Structure) bool) error {
	_, err := store.Update(ctx, s.Structures, kept, func(st *structure.Structure) (store.Change, error) {
		if !end(st) {
			return store.Change{}, errUnchanged
		}
		return store.Change{Actor: a.By, At: s.Now().UTC()}, nil
	})
	if errors.Is(err, errUnchanged) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// CarryMerges does what portals that were stopped on the way have left to do.
func (s *Service) CarryMerges(ctx context.Context) error {
	docs, err := s.Structures.FindLookup(ctx, store.MergingKey, 100)
	errs := []error{err}
	for _, d := range docs {
		errs = append(errs, s.carryMerge(ctx, d.ID))
	}
	return errors.Join(errs...)
}

// Merged lists the sheets that stand for duplicates, by id.
func (s *Service) Merged(ctx context.Context, after string, limit int) ([]store.Doc[structure.Structure], error) {
	return s.Structures.PageLookup(ctx, store.MergedKey, after, limit)
}

// pass lets a proof stop an action between two of its writes.
func (s *Service) pass(step string) error {
	if s.passed == nil {
		return nil
	}
	return s.passed(step)
}

// tellKept joins what a duplicate says by now to the sheets that stand for it.
func (s *Service) tellKept(ctx context.Context, id string) error {
	for range structure.MaxHops {
		d, err := s.Structures.Get(ctx, id)
		if err != nil || d.Value.MergedInto == "" {
			return err
		}
		if err := s.renew(ctx, d.Value.MergedInto, d); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		id = d.Value.MergedInto
	}
	return nil
}
