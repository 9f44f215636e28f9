package intake

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// work is a structure being changed by a batch.
type work struct {
	doc    store.Doc[structure.Structure]
	dirty  bool
	gone   bool  // to be withdrawn
	into   *work // the sheet that takes over one that is gone, nil when it is withdrawn
	failed bool  // it could not be written
	drafts []*Draft
}

// batch is the structures that one commit will write, seen before the store:
// a draft finds what an earlier draft of the batch has made.
type batch struct {
	dir   directory
	read  map[string][]store.Doc[structure.Structure] // found beforehand, by key
	byID  map[string]*work
	byKey map[string][]*work
	order []*work
	units []*unitGroup

	bySIREN map[string]*unitGroup
}

func newBatch(dir directory) *batch {
	return &batch{dir: dir, byID: map[string]*work{}, byKey: map[string][]*work{}, bySIREN: map[string]*unitGroup{}}
}

// enough documents to know that a key is shared, and by which: an association may
// run a dozen ESAT under one SIRET.
const enough = 20

// prefetch reads what the numbers of the drafts lead to, several at a time: a
// store answers one question after the other slower than it could.
func (b *batch) prefetch(ctx context.Context, drafts []*Draft) error {
	var keys []string
	b.read = make(map[string][]store.Doc[structure.Structure], len(drafts))
	for _, d := range drafts {
		for _, key := range numbersOf(d) {
			if _, twice := b.read[key]; !twice {
				b.read[key] = nil
				keys = append(keys, key)
			}
		}
	}
	found := make([][]store.Doc[structure.Structure], len(keys))
	err := spread(ctx, len(keys), func(ctx context.Context, i int) (err error) {
		found[i], err = b.dir.find(ctx, keys[i], enough)
		return err
	})
	if err != nil {
		return &storeError{err}
	}
	for i, key := range keys {
		b.read[key] = found[i]
	}
	return nil
}

// numbersOf lists the keys by which a draft is matched first.
func numbersOf(d *Draft) (keys []string) {
	if d.SIRET != "" {
		keys = append(keys, "siret:"+d.SIRET)
	}
	if d.FINESS != "" {
		keys = append(keys, "finess:"+d.FINESS)
	}
	return keys
}

// spread calls do with 0 to n-1 from a few goroutines.
func spread(ctx context.Context, n int, do func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	workers := min(n, max(2, runtime.GOMAXPROCS(0)))
	for w := range workers {
		group.Go(func() error {
			for i := w; i < n; i += workers {
				if err := do(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// find lists the structures that hold a key, in the batch and in the store.
func (b *batch) find(ctx context.Context, key string) ([]*work, error) {
	return b.findAll(ctx, key, enough)
}

// findAll is find with a limit of its own on what the store gives.
func (b *batch) findAll(ctx context.Context, key string, limit int) ([]*work, error) {
	docs, known := b.read[key]
	if !known {
		var err error
		if docs, err = b.dir.find(ctx, key, limit); err != nil {
			return nil, &storeError{err}
		}
	}
	for _, d := range docs {
		if b.byID[d.ID] == nil {
			b.put(&work{doc: d})
		}
	}
	var out []*work
	for _, w := range b.byKey[key] {
		if !w.gone && slices.Contains(keysOf(&w.doc.Value), key) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return withoutMerged(out), nil
}

func (b *batch) put(w *work) {
	b.byID[w.doc.ID] = w
	b.order = append(b.order, w)
	b.index(w)
}

// index makes a structure found by its keys of now.
func (b *batch) index(w *work) {
	for _, key := range keysOf(&w.doc.Value) {
		if !slices.Contains(b.byKey[key], w) {
			b.byKey[key] = append(b.byKey[key], w)
		}
	}
}

// create starts a structure.
func (b *batch) create(identity string) *work {
	id := structure.NewID(identity)
	w := &work{doc: store.Doc[structure.Structure]{ID: id, Value: structure.Structure{ID: id}}}
	b.byID[id] = w
	b.order = append(b.order, w)
	return w
}

// match is the answer to "which structure is this draft about?".
type match struct {
	work *work  // nil when it is not known
	why  string // why it cannot be told, in French
	key  string // column that decided
	// several is set when it may be about one of several.
	several bool
	twin    *work // another sheet of the same structure, to be joined to it
}

// match finds the structure of a draft: by FINESS number, else by SIRET, else
// by name and postal code.
func (b *batch) match(ctx context.Context, d *Draft) (match, error) {
	switch {
	case d.FINESS != "":
		return b.byFINESS(ctx, d)
	case d.SIRET != "":
		return b.bySIRET(ctx, d)
	}
	return b.byName(ctx, d)
}

// byFINESS also finds the structure known by its SIRET alone, which thereby
// gets its FINESS number, unless its agreements are those of another establishment.
func (b *batch) byFINESS(ctx context.Context, d *Draft) (match, error) {
	found, err := b.find(ctx, "finess:"+d.FINESS)
	if err != nil || d.SIRET == "" {
		return match{work: first(found), key: "finess"}, err
	}
	same, err := b.find(ctx, "siret:"+d.SIRET)
	if err != nil {
		return match{}, err
	}
	kin := slices.Concat(d.Facts.AllKinds(), kindsOf(found))
	same = slices.DeleteFunc(same, func(w *work) bool {
		return w.doc.Value.FINESS != "" || w.merged() || !structure.MayBe(w.doc.Value.AllKinds(), kin)
	})
	switch {
	case len(found) == 0:
		return match{work: first(same), key: "finess"}, nil
	case len(same) == 1:
		return match{work: found[0], key: "finess", twin: same[0]}, nil
	}
	return match{work: found[0], key: "finess"}, nil
}

// kindsOf lists the kinds of agreements of sheets.
func kindsOf(list []*work) (out []structure.Kind) {
	for _, w := range list {
		out = append(out, w.doc.Value.AllKinds()...)
	}
	return out
}

// pair tells two sheets that are one structure, known by its FINESS number and by
// its SIRET: a run that was joining them (fuse) was killed before its end.
func pair(found []*work) (one, twin *work) {
	if len(found) != 2 {
		return nil, nil
	}
	one, twin = found[0], found[1]
	if one.doc.Value.FINESS == "" {
		one, twin = twin, one
	}
	if one.merged() || twin.merged() || one.doc.Value.FINESS == "" || twin.doc.Value.FINESS != "" || !structure.MayBe(twin.doc.Value.AllKinds(), one.doc.Value.AllKinds()) {
		return nil, nil
	}
	return one, twin
}

func first(list []*work) *work {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// byName attaches a record without number when its name and postal code are
// those of exactly one structure.
func (b *batch) byName(ctx context.Context, d *Draft) (match, error) {
	const key = "nom, code_postal"
	names := d.Facts.NameKeys()
	if len(names) == 0 {
		return match{key: key, why: "sans SIRET ni FINESS, il faut un nom et un code postal"}, nil
	}
	var all []*work
	for _, name := range names {
		found, err := b.find(ctx, name)
		if err != nil {
			return match{}, err
		}
		for _, w := range found {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
		}
	}
	switch len(all) {
	case 0:
		return match{key: key, why: "sans SIRET ni FINESS, et aucune structure connue n’a ce nom et ce code postal"}, nil
	case 1:
		if why := contradiction(d, &all[0].doc.Value); why != "" {
			return match{key: key, why: why}, nil
		}
		d.byName = true
		return match{work: all[0], key: key}, nil
	}
	return match{key: key, several: true, why: several(len(all)) + " ont ce nom et ce code postal : donner le SIRET"}, nil
}

func several(n int) string {
	if n >= enough {
		return fmt.Sprintf("au moins %d structures", enough)
	}
	return fmt.Sprintf("%d structures", n)
}
