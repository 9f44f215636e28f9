package directory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"sourcier/internal/label"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Labels lists the labels of an organisation, in the order in which they were made.
func (s *Service) Labels(ctx context.Context, organisation string) ([]store.Doc[label.Label], error) {
	return s.LabelDocs.FindLookup(ctx, store.LabelsOf(organisation), label.MaxLabels)
}

// Label reads one of an organisation. store.ErrNotFound for any other.
func (s *Service) Label(ctx context.Context, organisation, id string) (store.Doc[label.Label], error) {
	d, err := s.LabelDocs.Get(ctx, id)
	if err == nil && (organisation == "" || d.Value.Organisation != organisation) {
		return store.Doc[label.Label]{}, fmt.Errorf("label %s of %q: %w", id, organisation, store.ErrNotFound)
	}
	return d, err
}

// LabelBySlug finds the label that an address names, for anybody. store.ErrNotFound.
func (s *Service) LabelBySlug(ctx context.Context, slug string) (store.Doc[label.Label], error) {
	return s.LabelDocs.FindUnique(ctx, store.LabelSlug(slug))
}

// DefineLabel makes a label of an organisation. label.ErrNameUsed, label.ErrTooMany.
func (s *Service) DefineLabel(ctx context.Context, w Who, words label.Words) (id string, err error) {
	o, err := s.People.Organisations.Get(ctx, w.Organisation)
	if err != nil {
		return "", err
	}
	for n := 1; n <= label.MaxLabels; n++ {
		l, err := label.Define(w.Organisation, o.Value.Name, n, words, s.Now())
		if err != nil {
			return "", err
		}
		patch, err := store.Patch(ctx, s.People.Keys, store.Changed{Field: "name", After: l.Name})
		if err != nil {
			return "", err
		}
		_, err = s.LabelDocs.Insert(ctx, l, store.Change{Actor: w.Person, At: s.Now().UTC(), Audit: true, What: "label.define", Patch: patch})
		if err == nil {
			return l.ID, nil
		}
		if !errors.Is(err, store.ErrDuplicate) {
			return "", err
		}
		if _, err := s.LabelBySlug(ctx, l.Slug); !errors.Is(err, store.ErrNotFound) {
			if err == nil {
				err = &label.Fault{Field: label.FieldName, Fault: label.ErrNameUsed}
			}
			return "", err
		}
	}
	return "", label.ErrTooMany
}

// changeLabel carries out an action on a label of the organisation in one write, with
// its audit line, then has the structures show it.
func (s *Service) changeLabel(ctx context.Context, w Who, id, what string, do func(*label.Label) ([]store.Changed, error)) error {
	_, err := store.Update(ctx, s.LabelDocs, id, func(l *label.Label) (store.Change, error) {
		if w.Organisation == "" || l.Organisation != w.Organisation {
			return store.Change{}, fmt.Errorf("label %s of %q: %w", id, w.Organisation, store.ErrNotFound)
		}
		fields, err := do(l)
		if err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, s.People.Keys, fields...)
		return store.Change{Actor: w.Person, At: s.Now().UTC(), Audit: true, What: what, Patch: patch}, err
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.carryLabel(ctx, id)
}

// DescribeLabel changes the words of a label.
func (s *Service) DescribeLabel(ctx context.Context, w Who, id string, words label.Words) error {
	return s.changeLabel(ctx, w, id, "label.describe", func(l *label.Label) ([]store.Changed, error) {
		before := *l
		_, err := l.Describe(words)
		if err == nil && before.Name == l.Name && before.Criteria == l.Criteria && before.Since == l.Since {
			err = errUnchanged
		}
		return []store.Changed{{Field: "name", Before: before.Name, After: l.Name}, {Field: "criteria", Before: before.Criteria, After: l.Criteria}}, err
	})
}

// EndLabel ends a label: nobody holds it any more.
func (s *Service) EndLabel(ctx context.Context, w Who, id, reason string) error {
	return s.changeLabel(ctx, w, id, "label.end", func(l *label.Label) ([]store.Changed, error) {
		err := l.End(reason, s.Now())
		return []store.Changed{{Field: "reason", After: l.EndReason}}, err
	})
}

// GiveLabel gives a label to a structure of the directory, or sets other dates.
func (s *Service) GiveLabel(ctx context.Context, w Who, id, structureID string, from, to structure.Date) error {
	if _, err := s.Label(ctx, w.Organisation, id); err != nil {
		return err
	}
	v, err := s.standingOne(ctx, structureID)
	if err != nil {
		return err
	}
	if v.ID == "" || !v.Shown() {
		return fmt.Errorf("structure %s: %w", structureID, store.ErrNotFound)
	}
	structureID = v.ID
	return s.changeLabel(ctx, w, id, "label.give", func(l *label.Label) ([]store.Changed, error) {
		changed, err := l.Give(structureID, from, to)
		if err == nil && !changed {
			err = errUnchanged
		}
		return []store.Changed{{Field: "structure", After: structureID}, {Field: "from", After: string(from)}, {Field: "to", After: string(to)}}, err
	})
}

// WithdrawLabel takes a label from a structure, with a reason.
func (s *Service) WithdrawLabel(ctx context.Context, w Who, id, structureID, reason string) error {
	return s.changeLabel(ctx, w, id, "label.withdraw", func(l *label.Label) ([]store.Changed, error) {
		err := l.Withdraw(structureID, reason, s.Now())
		return []store.Changed{{Field: "structure", After: structureID}, {Field: "reason", After: reason}}, err
	})
}

// carryLabel has every structure show what a label says of it now, then notes which
// change each has. Anybody may, at any time and again (Structure.Grants).
func (s *Service) carryLabel(ctx context.Context, id string) error {
	d, err := s.LabelDocs.Get(ctx, id)
	if err != nil || !d.Value.Pending() {
		return err
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return err
	}
	done := map[string]int64{}
	var errs []error
	for i := range d.Value.Holders {
		h := &d.Value.Holders[i]
		if h.Rev <= h.Applied {
			continue
		}
		if err := s.showLabel(ctx, rules, &d.Value, h); err != nil {
			errs = append(errs, fmt.Errorf("label %s of %s: %w", id, h.Structure, err))
			continue
		}
		done[h.Structure] = h.Rev
	}
	return errors.Join(append(errs, s.noteShown(ctx, id, done), s.written(ctx))...)
}

// noteShown notes in a label which change each structure shows.
func (s *Service) noteShown(ctx context.Context, id string, done map[string]int64) error {
	_, err := store.Update(ctx, s.LabelDocs, id, func(l *label.Label) (store.Change, error) {
		noted := false
		for structureID, rev := range done {
			if h := l.Holder(structureID); h != nil && h.Applied < rev {
				h.Applied, noted = rev, true
			}
		}
		if !noted {
			return store.Change{}, errUnchanged
		}
		return store.Change{At: s.Now().UTC()}, nil
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// showLabel has one structure show what a label says of it; one that is gone shows nothing.
func (s *Service) showLabel(ctx context.Context, rules *structure.Rules, l *label.Label, h *label.Holder) error {
	_, err := store.Update(ctx, s.Structures, h.Structure, func(st *structure.Structure) (store.Change, error) {
		if st.Grants[l.Code()] >= h.Rev {
			return store.Change{}, errUnchanged
		}
		before, on := *st, structure.DateOf(s.Now())
		said := st.ClaimOf(structure.SourceOrganisation)
		said.Facts.Labels = slices.DeleteFunc(slices.Clone(said.Facts.Labels), func(x structure.Label) bool { return x.Code == l.Code() })
		if shown, ok := l.Shown(h, on); ok {
			said.Facts.Labels = append(said.Facts.Labels, shown)
		}
		rules.Set(st, said)
		st.Grants = maps.Clone(st.Grants)
		if st.Grants == nil {
			st.Grants = map[string]int64{}
		}
		st.Grants[l.Code()], st.UpdatedAt = h.Rev, s.Now().UTC()
		st.Note(&before, structure.Compare(&before, st), on, structure.SourceOrganisation, "")
		return store.Change{At: s.Now().UTC()}, nil
	})
	if errors.Is(err, errUnchanged) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// carryLabels does for labels what Carry does for versions.
func (s *Service) carryLabels(ctx context.Context) error {
	const page = 20
	var errs []error
	for after := ""; ; {
		docs, err := s.LabelDocs.PageLookup(ctx, store.PendingLabels, after, page)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, d := range docs {
			after = d.ID
			if err := s.carryLabel(ctx, d.ID); err != nil {
				errs = append(errs, err)
			}
		}
		if len(docs) < page || ctx.Err() != nil {
			return errors.Join(errs...)
		}
	}
}
