package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"sourcier/internal/search/query"
)

// oneView is a search that stays as it is.
type oneView struct{}

func (oneView) Search(context.Context, query.Query) (query.Result, error) {
	return query.Result{}, nil
}
func (oneView) Generation() uint64 { return 1 }

// visitors gives the request of a client, as many clients as are named.
func visitors(t *testing.T) (request func(client byte) *fiber.Ctx) {
	app := fiber.New()
	return func(client byte) *fiber.Ctx {
		var raw fasthttp.RequestCtx
		raw.Init(&fasthttp.Request{}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, client)}, nil)
		c := app.AcquireCtx(&raw)
		t.Cleanup(func() { app.ReleaseCtx(c) })
		return c
	}
}

func countingSite() *site {
	s := &site{counts: newKept(maxKeptCounts)}
	s.Search, s.Now = oneView{}, time.Now
	return s
}

// TestKeptAtOnce: however many ask for pages of counts, only some are made at a
// time, and one that many ask for is made once for each turn at most.
func TestKeptAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, request := countingSite(), visitors(t)
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
		for i := range 50 {
			c := request(byte(i))
			all.Go(func() {
				if n, err := keepCounts(c, s, "same", count); n != 7 || err != nil {
					t.Errorf("%d, %v", n, err)
				}
			})
		}
		all.Wait()
		if most.Load() > keptAtOnce || made.Load() > keptAtOnce {
			t.Errorf("%d at once, made %d times", most.Load(), made.Load())
		}
		for range keptAtOnce {
			s.counts.making <- struct{}{}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		late := request(60)
		late.SetUserContext(ctx)
		if _, err := keepCounts(late, s, "other", count); !errors.Is(err, errCrowded) || s.counts.waiting.taken != 0 {
			t.Errorf("no turn: %v, %d wait", err, s.counts.waiting.taken)
		}
		for range keptOfOne {
			if _, ok := s.counts.waiting.enter(clientAddr("192.0.2.61")); !ok {
				t.Fatal("no room")
			}
		}
		if _, err := keepCounts(request(61), s, "other", count); !errors.Is(err, errCrowded) {
			t.Errorf("one client fills the room: %v", err)
		}
	})
}

// TestKeptPlaces: a page more than there is room for takes the place of one, not of all.
func TestKeptPlaces(t *testing.T) {
	s, c := countingSite(), visitors(t)(1)
	made := 0
	for range 2 {
		for i := range maxKeptCounts + 1 {
			if _, err := keepCounts(c, s, fmt.Sprint(i), func() (int, error) { made++; return i, nil }); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(s.counts.values); n != maxKeptCounts {
		t.Errorf("%d are kept", n)
	}
	if again := made - maxKeptCounts - 1; again > maxKeptCounts/2 {
		t.Errorf("%d of %d are made again", again, maxKeptCounts)
	}
}
