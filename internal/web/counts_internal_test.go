package web

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sourcier/internal/search/query"
)

// oneView is a search that stays as it is.
type oneView struct{}

func (oneView) Search(context.Context, query.Query) (query.Result, error) {
	return query.Result{}, nil
}
func (oneView) Generation() uint64 { return 1 }

func countingSite() *site {
	s := &site{counts: newCounts()}
	s.Search, s.Now = oneView{}, time.Now
	return s
}

// TestCountsAtOnce: however many ask for pages of counts, only some are made at a
// time, and one that many ask for is made once for each turn at most.
func TestCountsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := countingSite()
		var running, most, made atomic.Int32
		count := func() (int, error) {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			made.Add(1)
			time.Sleep(time.Second)
			running.Add(-1)
			return 7, nil
		}
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if n, err := keepCounts(t.Context(), s, "same", count); n != 7 || err != nil {
					t.Errorf("%d, %v", n, err)
				}
			})
		}
		all.Wait()
		if most.Load() > countsAtOnce || made.Load() > countsAtOnce {
			t.Errorf("%d at once, made %d times", most.Load(), made.Load())
		}
		for range countsAtOnce {
			s.counts.making <- struct{}{}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := keepCounts(ctx, s, "other", count); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no turn: %v", err)
		}
	})
}

// TestCountsKept: a page more than there is room for takes the place of one, not of all.
func TestCountsKept(t *testing.T) {
	s := countingSite()
	made := 0
	for range 2 {
		for i := range maxKeptCounts + 1 {
			if _, err := keepCounts(t.Context(), s, fmt.Sprint(i), func() (int, error) { made++; return i, nil }); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(s.counts.kept); n != maxKeptCounts {
		t.Errorf("%d are kept", n)
	}
	if again := made - maxKeptCounts - 1; again > maxKeptCounts/2 {
		t.Errorf("%d of %d are made again", again, maxKeptCounts)
	}
}
