package directory

import (
	"context"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// SettleConflict is the word of the portal on a fact that sources dispute: the value
// that one of them gives, from now on whatever files say; what is shown already is
// kept by naming its source. store.ErrConflict when the sheet is not what the page
// showed.
func (s *Service) SettleConflict(ctx context.Context, a account.Actor, id string, version int64, field structure.Field, source structure.Source) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return err
	}
	err = s.alter(ctx, a.Person, id, version, func(st *structure.Structure) (action, error) {
		before := *st
		d, ok := rules.Settle(st, field, source, s.Now())
		if !ok {
			return action{}, account.Fault("Les sources ne disent plus cela : relisez la fiche.")
		}
		s.note(st, &before, d)
		return action{What: "structure.settle", Fields: []store.Changed{{Field: "fact", After: field.Label()}, {Field: "source", After: source.Label()}}}, nil
	})
	if err != nil {
		return err
	}
	return s.written(ctx)
}

// CloseReport ends a report with what was done about it; its author's address goes.
// store.ErrConflict when it is not what was read, at a version, or closed.
func (s *Service) CloseReport(ctx context.Context, actor, ref string, version int64, note string) error {
	d, err := s.People.Reports.Get(ctx, ref)
	if err != nil {
		return err
	}
	if !d.Value.Open() || d.Version != version {
		return store.ErrConflict
	}
	if note = strings.TrimSpace(note); len([]rune(note)) > structure.MaxReportNote {
		return account.Fault("Cette note est trop longue : 500 lettres au plus.")
	}
	now := s.Now()
	d.Value.Close(now, note)
	patch, err := store.Patch(ctx, s.People.Keys, store.Changed{Field: "structure", After: d.Value.Structure}, store.Changed{Field: "done", After: note})
	if err != nil {
		return err
	}
	_, err = s.People.Reports.Replace(ctx, d, store.Change{Actor: actor, At: now, Audit: true, What: "report.close", Patch: patch})
	return err
}

// KeepApart remembers that two sheets are two structures: they are not shown as
// duplicates any more.
func (s *Service) KeepApart(ctx context.Context, a account.Actor, one, other string) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	if _, err := s.Pair(ctx, one, other); err != nil {
		return err
	}
	now := s.Now().UTC()
	patch, err := store.Patch(ctx, s.People.Keys, store.Changed{Field: "structure", After: min(one, other)}, store.Changed{Field: "other", After: max(one, other)})
	if err != nil {
		return err
	}
	return s.Apart.Note(ctx, structure.Apart{A: min(one, other), B: max(one, other), By: a.Person, At: now},
		store.Change{Actor: a.Person, At: now, Audit: true, What: "duplicate.apart", Patch: patch})
}
