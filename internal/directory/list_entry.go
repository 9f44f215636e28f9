package directory

import (
	"context"
	"errors"
	"maps"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// List is a list of the organisation of a member, with what it holds. ErrNotFound for
// one of another organisation, or that is deleted.
func (d *Desk) List(ctx context.Context, m buyer.Member, id string) (buyer.Ref, buyer.List, error) {
	b, err := d.Binder(ctx, m)
	if err != nil {
		return buyer.Ref{}, buyer.List{}, err
	}
	ref := b.List(id)
	if ref == nil {
		return buyer.Ref{}, buyer.List{}, store.ErrNotFound
	}
	doc, err := d.Lists.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) { // nothing was put into it
		return *ref, buyer.List{ID: id, Organisation: m.Organisation}, nil
	}
	return *ref, doc.Value, err
}

// within carries out an action on what a list holds in one write.
func (d *Desk) within(ctx context.Context, m buyer.Member, id, what, structure string, do func(*buyer.List) error) error {
	if _, _, err := d.List(ctx, m, id); err != nil {
		return err
	}
	_, err := store.UpdateOrInsert(ctx, d.Lists, id, func(l *buyer.List) (store.Change, error) {
		l.ID, l.Organisation = id, m.Organisation
		if err := do(l); err != nil {
			return store.Change{}, err
		}
		return d.change(m, what, store.Changed{Field: "structure", After: structure})
	})
	return settled(err)
}

// AddToList puts structures of the directory on a list, for a duplicate the sheet that
// stands for it, and tells how many were not there yet. An account.Fault when they are too many; ErrNotFound when one is no
// structure.
func (d *Desk) AddToList(ctx context.Context, m buyer.Member, id string, structures []string) (added int, err error) {
	there, err := standing(ctx, d.Structures, structures)
	if err != nil {
		return 0, err
	}
	structures = slices.Clone(structures)
	for i, id := range structures {
		v := there[id]
		if v == nil || !v.Shown() {
			return 0, store.ErrNotFound
		}
		structures[i] = v.ID
	}
	if len(structures) == 0 {
		return 0, account.Fault("Choisissez au moins une structure.")
	}
	err = d.within(ctx, m, id, "list.add", structures[0], func(l *buyer.List) (err error) {
		added, err = l.Add(m, structures, d.Now())
		return err
	})
	return added, err
}

// RemoveFromList takes a structure off a list.
func (d *Desk) RemoveFromList(ctx context.Context, m buyer.Member, id, structure string) error {
	return d.within(ctx, m, id, "list.remove", structure, func(l *buyer.List) error { return l.Remove(m, structure) })
}

// WriteNote replaces the note of a structure of a list, written over its version rev.
// buyer.ErrStale.
func (d *Desk) WriteNote(ctx context.Context, m buyer.Member, id, structure, text string, rev int) error {
	return d.within(ctx, m, id, "list.note", structure, func(l *buyer.List) error {
		return l.Write(m, structure, text, rev, d.Now())
	})
}

// Listed reads what is shown of the structures of a list (standing), by the id on the
// list; one that was withdrawn since is not among them.
func (d *Desk) Listed(ctx context.Context, l *buyer.List) (map[string]*structure.Structure, error) {
	const chunk = 100
	out := map[string]*structure.Structure{}
	for entries := l.Entries; len(entries) > 0; entries = entries[min(chunk, len(entries)):] {
		ids := make([]string, 0, chunk)
		for _, e := range entries[:min(chunk, len(entries))] {
			ids = append(ids, e.Structure)
		}
		there, err := standing(ctx, d.Structures, ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, there)
	}
	return out, nil
}
