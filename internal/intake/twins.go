package intake

import (
	"context"
	"errors"
	"slices"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// A sheet that a moderator has found to be a duplicate stays, hidden
// (Structure.MergedInto): records that name it are merged into it as always, so that
// a merge that is taken back has lost nothing, and what it then says is joined to the
// sheet that stands for it.

// merged reports whether the work is part of a merge of sheets, which no import ends.
func (w *work) merged() bool {
	return w.doc.Value.MergedInto != "" || len(w.doc.Value.Absorbed) > 0
}

// withoutMerged leaves a duplicate out beside the sheet that stands for it: what may
// be about both is about that one.
func withoutMerged(found []*work) []*work {
	if len(found) < 2 {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(w *work) bool {
		into := w.doc.Value.MergedInto
		return into != "" && slices.ContainsFunc(found, func(o *work) bool { return o.doc.ID == into })
	})
}

// tellTwins has the sheets that stand for duplicates take what the batch has said of
// these, in the same batch. One that is found again after a run that was killed is
// told again, which changes nothing more.
func (w *writer) tellTwins(ctx context.Context, b *batch) error {
	told := slices.Clone(b.order)
	for i := 0; i < len(told); i++ {
		work := told[i]
		if !work.merged() || len(work.drafts) == 0 {
			continue
		}
		if work.gone {
			if err := w.goneTwins(ctx, b, work); err != nil {
				return err
			}
			continue
		}
		if into := work.doc.Value.MergedInto; into != "" {
			one, err := w.tellTwin(ctx, b, work, into)
			if err != nil {
				return err
			}
			if one != nil { // which may itself be the duplicate of another
				told = append(told, one)
			}
		}
	}
	return nil
}

// known gives a work of the batch, which it joins when it is not there; nil when
// there is no such sheet any more.
func (b *batch) known(ctx context.Context, id string) (*work, error) {
	if one := b.byID[id]; one != nil {
		return one, nil
	}
	doc, err := b.dir.get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, &storeError{err}
	}
	one := &work{doc: doc}
	b.put(one)
	return one, nil
}

func (w *writer) tellTwin(ctx context.Context, b *batch, of *work, into string) (*work, error) {
	one, err := b.known(ctx, into)
	if one == nil || one.gone || err != nil {
		return nil, err
	}
	w.tell(one, of, w.session.rules.Renew)
	return one, nil
}

// tell changes a sheet on behalf of the records of another.
func (w *writer) tell(one, of *work, change func(s, duplicate *structure.Structure) structure.Diff) {
	s := &one.doc.Value
	before, last := *s, of.drafts[len(of.drafts)-1]
	diff := change(s, &of.doc.Value)
	w.touch(s, &before, diff, last.Origin.Source, last.part.Name)
	one.dirty = one.dirty || diff.Dirty
	one.drafts = append(one.drafts, of.drafts...)
}

// goneTwins has the sheets of one structure follow a sheet that goes: all of them go
// when its holder is on the opposition list, else what its register said goes.
func (w *writer) goneTwins(ctx context.Context, b *batch, of *work) error {
	s := &of.doc.Value
	for _, id := range s.Twins() {
		one, err := b.known(ctx, id)
		if err != nil {
			return err
		}
		if one == nil || one.gone {
			continue
		}
		last := of.drafts[len(of.drafts)-1]
		switch {
		case last.outcome == opposed:
			one.gone, one.into = true, nil
			one.drafts = append(one.drafts, last)
			if err := w.follow(ctx, w.session.opposedBy(append(s.Numbers(), s.NameKeys()...)...), one.doc.Value.NameKeys()...); err != nil {
				return err
			}
		case id == s.MergedInto:
			w.tell(one, of, func(s, duplicate *structure.Structure) structure.Diff {
				return w.session.rules.Lose(s, duplicate.ID, last.claim())
			})
		}
	}
	return nil
}
