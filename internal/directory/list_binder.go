package directory

import (
	"context"
	"errors"

	"sourcier/internal/buyer"
	"sourcier/internal/store"
)

// Binder is which lists the organisation of a member has. account.ErrNotAllowed.
func (d *Desk) Binder(ctx context.Context, m buyer.Member) (buyer.Binder, error) {
	if err := reader(m); err != nil {
		return buyer.Binder{}, err
	}
	doc, err := d.Binders.Get(ctx, m.Organisation)
	if errors.Is(err, store.ErrNotFound) {
		return buyer.Binder{Organisation: m.Organisation}, nil
	}
	return doc.Value, err
}

// bind carries out an action on the binder of an organisation in one write.
func (d *Desk) bind(ctx context.Context, m buyer.Member, what string, do func(*buyer.Binder) ([]store.Changed, error)) error {
	_, err := store.UpdateOrInsert(ctx, d.Binders, m.Organisation, func(b *buyer.Binder) (store.Change, error) {
		fields, err := do(b)
		if err != nil {
			return store.Change{}, err
		}
		return d.change(m, what, fields...)
	})
	return settled(err)
}

// CreateList makes a list under an id that its form has chosen: sent twice, it is one.
func (d *Desk) CreateList(ctx context.Context, m buyer.Member, id, name string) error {
	return d.bind(ctx, m, "list.create", func(b *buyer.Binder) ([]store.Changed, error) {
		err := b.Create(m, id, name, d.Now())
		if err != nil {
			return nil, err
		}
		return []store.Changed{{Field: "name", After: b.List(id).Name}}, nil
	})
}

// RenameList gives a list another name.
func (d *Desk) RenameList(ctx context.Context, m buyer.Member, id, name string) error {
	return d.bind(ctx, m, "list.rename", func(b *buyer.Binder) ([]store.Changed, error) {
		before := ""
		if r := b.List(id); r != nil {
			before = r.Name
		}
		if err := b.Rename(m, id, name); err != nil {
			return nil, err
		}
		return []store.Changed{{Field: "name", Before: before, After: b.List(id).Name}}, nil
	})
}

// DeleteList takes a list away for as long as it can come back, then for ever.
func (d *Desk) DeleteList(ctx context.Context, m buyer.Member, id string) error {
	return d.bind(ctx, m, "list.delete", func(b *buyer.Binder) ([]store.Changed, error) {
		name := ""
		if r := b.List(id); r != nil {
			name = r.Name
		}
		return []store.Changed{{Field: "name", Before: name}}, b.Delete(m, id, d.Now())
	})
}

// RestoreList brings a deleted list back.
func (d *Desk) RestoreList(ctx context.Context, m buyer.Member, id string) error {
	return d.bind(ctx, m, "list.restore", func(b *buyer.Binder) ([]store.Changed, error) {
		if err := b.Restore(m, id, d.Now()); err != nil {
			return nil, err
		}
		return []store.Changed{{Field: "name", After: b.List(id).Name}}, nil
	})
}

// countChunk is how many lists are read at once to be counted: each may be as large as
// a document may.
const countChunk = 20

// Counts tells how many structures each of the lists holds.
func (d *Desk) Counts(ctx context.Context, lists []buyer.Ref) (map[string]int, error) {
	out := map[string]int{}
	for len(lists) > 0 {
		n := min(countChunk, len(lists))
		ids := make([]string, 0, n)
		for _, r := range lists[:n] {
			ids = append(ids, r.ID)
		}
		docs, err := d.Lists.GetSome(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			out[doc.ID] = len(doc.Value.Entries)
		}
		lists = lists[n:]
	}
	return out, nil
}

// SweepLists deletes the lists that come back no more: what they hold first, so that a
// sweep that was stopped is carried on by the next.
func (d *Desk) SweepLists(ctx context.Context) (swept int, err error) {
	for after := ""; ; {
		docs, err := d.Binders.PageLookup(ctx, store.TrashedLists, after, sweepPage)
		if err != nil {
			return swept, err
		}
		for _, doc := range docs {
			after = doc.ID
			n, err := d.sweepBinder(ctx, &doc.Value)
			swept += n
			if err != nil {
				return swept, err
			}
		}
		if len(docs) < sweepPage {
			return swept, nil
		}
	}
}

const sweepPage = 50

func (d *Desk) sweepBinder(ctx context.Context, b *buyer.Binder) (swept int, err error) {
	for _, r := range b.Lists {
		if !r.Lapsed(d.Now()) {
			continue
		}
		if err := remove(ctx, d.Lists, r.ID); err != nil {
			return swept, err
		}
		_, err := store.Update(ctx, d.Binders, b.Organisation, func(b *buyer.Binder) (store.Change, error) {
			if !b.Drop(r.ID, d.Now()) {
				return store.Change{}, buyer.ErrUnchanged
			}
			return d.change(buyer.Member{Person: store.ActorSystem}, "list.purge", store.Changed{Field: "name", Before: r.Name})
		})
		if err := settled(err); err != nil {
			return swept, err
		}
		swept++
	}
	return swept, nil
}

// remove deletes a document that may be gone, or change meanwhile.
func remove[T any](ctx context.Context, c *store.Collection[T], id string) error {
	for {
		doc, err := c.Get(ctx, id)
		if err == nil {
			err = c.Delete(ctx, doc)
		}
		switch {
		case err == nil, errors.Is(err, store.ErrNotFound):
			return nil
		case !errors.Is(err, store.ErrConflict):
			return err
		}
	}
}
