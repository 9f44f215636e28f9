package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"sourcier/internal/store"
)

var updateTests = map[string]func(*testing.T, Opener){
	"fifty at once":          testUpdateCrowd,
	"refused by its func":    testUpdateRefused,
	"never the quicker":      testUpdateConflict,
	"nothing there, stopped": testUpdateNone,
	"inserted by a crowd":    testUpdateOrInsert,
}

// testUpdateCrowd: fifty writers on two portals, and no change of any is lost.
func testUpdateCrowd(t *testing.T, open Opener) {
	const writers = 50
	portals := []*store.Collection[fruit]{fruits(things(t, open), 1), fruits(things(t, open), 1)}
	_, err := portals[0].Insert(t.Context(), fruit{ID: "a"}, store.Change{})
	noErr(t, err)
	failed := make(chan error, writers)
	for w := range writers {
		go func() {
			_, err := store.Update(t.Context(), portals[w%2], "a", func(f *fruit) (store.Change, error) {
				f.Weight++
				f.Tags = append(f.Tags, fmt.Sprint("w", w))
				return store.Change{}, nil
			})
			failed <- err
		}()
	}
	for range writers {
		noErr(t, <-failed)
	}
	d, err := portals[1].Get(t.Context(), "a")
	noErr(t, err)
	equal(t, d.Version, int64(writers+1))
	equal(t, d.Value.Weight, float64(writers))
	equal(t, len(d.Value.Tags), writers)
}

// testUpdateOrInsert: of a document that is not there, nor after it was deleted, no
// change of a crowd is lost either.
func testUpdateOrInsert(t *testing.T, open Opener) {
	const writers = 20
	portals := []*store.Collection[fruit]{fruits(things(t, open), 1), fruits(things(t, open), 1)}
	for range 2 {
		failed := make(chan error, writers)
		for w := range writers {
			go func() {
				_, err := store.UpdateOrInsert(t.Context(), portals[w%2], "a", func(f *fruit) (store.Change, error) {
					f.ID = "a"
					f.Weight++
					return store.Change{}, nil
				})
				failed <- err
			}()
		}
		for range writers {
			noErr(t, <-failed)
		}
		d, err := portals[1].Get(t.Context(), "a")
		noErr(t, err)
		equal(t, d.Value.Weight, float64(writers))
		noErr(t, portals[0].Delete(t.Context(), d))
	}
	refusal := errors.New("refused")
	_, err := store.UpdateOrInsert(t.Context(), portals[0], "a", func(*fruit) (store.Change, error) { return store.Change{}, refusal })
	wantErr(t, err, refusal)
	_, err = portals[0].Get(t.Context(), "a")
	wantErr(t, err, store.ErrNotFound)
}

func testUpdateRefused(t *testing.T, open Opener) {
	c := fruits(things(t, open), 1)
	_, err := c.Insert(t.Context(), fruit{ID: "a", Name: "Poire"}, store.Change{})
	noErr(t, err)
	refusal := errors.New("refused")
	_, err = store.Update(t.Context(), c, "a", func(f *fruit) (store.Change, error) {
		f.Name = "Pomme"
		return store.Change{}, refusal
	})
	wantErr(t, err, refusal)
	d, err := store.Update(t.Context(), c, "a", func(f *fruit) (store.Change, error) {
		equal(t, f.Name, "Poire")
		f.Name = "Figue"
		return store.Change{}, nil
	})
	noErr(t, err)
	equal(t, d.Version, int64(2))
	equal(t, d.Value.Name, "Figue")
}

// testUpdateConflict: somebody writes between every reading and its writing.
func testUpdateConflict(t *testing.T, open Opener) {
	raw := things(t, open)
	c := fruits(raw, 1)
	_, err := c.Insert(t.Context(), fruit{ID: "a", Name: "Poire"}, store.Change{})
	noErr(t, err)
	tries := 0
	_, err = store.Update(t.Context(), c, "a", func(*fruit) (store.Change, error) {
		tries++
		replace(t, raw, get(t, raw, "a"))
		return store.Change{}, nil
	})
	wantErr(t, err, store.ErrConflict)
	equal(t, get(t, raw, "a").Version, int64(tries+1))
	equal(t, tries > 1 && tries < 100, true)
}

func testUpdateNone(t *testing.T, open Opener) {
	raw := things(t, open)
	c := fruits(raw, 1)
	same := func(*fruit) (store.Change, error) { return store.Change{}, nil }
	_, err := store.Update(t.Context(), c, "a", same)
	wantErr(t, err, store.ErrNotFound)
	_, err = c.Insert(t.Context(), fruit{ID: "a", Name: "Poire"}, store.Change{})
	noErr(t, err)
	ctx, stop := context.WithCancel(t.Context())
	_, err = store.Update(ctx, c, "a", func(*fruit) (store.Change, error) {
		replace(t, raw, get(t, raw, "a"))
		stop()
		return store.Change{}, nil
	})
	wantErr(t, err, context.Canceled)
}
