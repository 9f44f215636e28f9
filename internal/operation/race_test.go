package operation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// TestSilenceRace has two portals write to suppliers, by everything that does, while a
// third hand launches the consultation, and while both launch at once. What the document
// holds afterwards tells which version each mail came with: none of after the silence, and
// one last message to each supplier. SOURCIER_SILENCE_ROUNDS says how often.
func TestSilenceRace(t *testing.T) {
	rounds := 4
	if text := os.Getenv("SOURCIER_SILENCE_ROUNDS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	figures := map[string]int{}
	onBoth(t, func(t *testing.T, w *world) {
		portals := []*operation.Service{w.Service, w.portal(t, w.same)}
		for round := range rounds {
			r := &silenceRace{world: w, o: w.opened(t), portals: portals}
			r.run(t, round)
			r.judge(t)
			figures["before"] += r.before
			figures["refused"] += r.refused
			figures["rounds"]++
		}
	})
	if figures["before"] == 0 || figures["refused"] == 0 {
		t.Errorf("no race: %v", figures)
	}
	t.Logf("figure: %d launches against two portals on each store; %d mails before the silence, none after it, %d refused by it", figures["rounds"], figures["before"], figures["refused"])
}

type silenceRace struct {
	*world
	o       *sourcing.Operation
	portals []*operation.Service
	mu      sync.Mutex
	refused int
	before  int // mails that left before the silence
}

// send is one attempt to write to suppliers.
func (r *silenceRace) send(s *operation.Service, k, n int) error {
	id, first := r.o.ID, r.o.Suppliers[0].ID
	text := fmt.Sprintf("Information %d de %d", n, k)
	return s.On(context.Background(), r.lead, id, "operation.tell", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		now := r.now()
		switch k {
		case 0:
			return o.TellAll(r.lead, text, now)
		case 1:
			return o.Add(r.lead, sourcing.Supplier{Name: text, Email: fmt.Sprintf("e%d@structure.example", n)}, now)
		case 2:
			if err := o.NoteSaid(r.lead, text, "x", []string{first}, now); err != nil {
				return nil, err
			}
			return o.Share(r.lead, o.Ledger[len(o.Ledger)-1].ID, now)
		case 3:
			if o.RemindedAt.IsZero() {
				return o.Remind(r.lead, nil, "Rappel", now)
			}
			return o.Readdress(r.lead, first, fmt.Sprintf("autre%d@structure.example", n), now)
		case 4:
			x := &sourcing.Exchange{ID: text, Operation: id, Supplier: first, Minutes: text, At: now, Rev: 1}
			out, err := o.SendMinutes(r.lead, x, now)
			o.Sending = nil // of no exchange of this test
			return out, err
		}
		return o.Receive(first, n+1, text, now)
	})
}

// senders is how many ways of send there are.
const senders = 6

func (r *silenceRace) run(t *testing.T, round int) {
	t.Helper()
	stop := make(chan struct{})
	var group sync.WaitGroup
	for p, s := range r.portals {
		for k := range senders {
			if (k+round)%2 != p { // three on each portal: who writes all the time keeps the others out
				continue
			}
			group.Go(func() {
				for n := 0; n < 200; n++ {
					select {
					case <-stop:
						return
					case <-time.After(time.Duration(rand.IntN(8)) * time.Millisecond):
					}
					err := r.send(s, k, n)
					switch {
					case errors.Is(err, sourcing.ErrSilenced):
						r.mu.Lock()
						r.refused++
						r.mu.Unlock()
					case err != nil && !errors.Is(err, store.ErrConflict):
						t.Errorf("sender %d: %v", k, err)
						return
					}
				}
			})
		}
	}
	time.Sleep(time.Duration(20+rand.IntN(40)) * time.Millisecond)
	var launches sync.WaitGroup
	for p, s := range r.portals {
		launches.Go(func() {
			for {
				err := s.Launch(context.Background(), r.lead, r.o.ID, fmt.Sprintf("La consultation est publiée, dit le portail %d.", p))
				if !errors.Is(err, store.ErrConflict) {
					if err != nil {
						t.Errorf("launch: %v", err)
					}
					return
				}
			}
		})
	}
	launches.Wait()
	time.Sleep(20 * time.Millisecond) // the senders go on for a while
	close(stop)
	group.Wait()
}

// judge reads in the document which version each mail came with.
func (r *silenceRace) judge(t *testing.T) {
	t.Helper()
	e, err := r.Operations.Raw().Get(context.Background(), r.o.ID)
	if err != nil {
		t.Fatal(err)
	}
	type mail struct {
		Body struct {
			Kind    message.Kind      `json:"kind"`
			To      string            `json:"to"`
			Object  string            `json:"object"`
			Details map[string]string `json:"details"`
		} `json:"body"`
	}
	var silence, newest int64
	last, texts := map[string]int{}, map[string]bool{}
	for _, p := range e.Pending {
		if p.Effect.To != store.MessageCollection {
			continue
		}
		var m mail
		if err := json.Unmarshal(p.Effect.Doc, &m); err != nil || m.Body.Kind == "" {
			t.Fatalf("%v: %s", err, p.Effect.Doc)
		}
		if m.Body.Kind != message.SourcingLast {
			newest = max(newest, p.Version)
			r.before++
			continue
		}
		if silence != 0 && silence != p.Version {
			t.Errorf("last messages of versions %d and %d", silence, p.Version)
		}
		silence = p.Version
		last[m.Body.To]++
		texts[m.Body.Details[message.DetailText]] = true
	}
	o := r.read(t, r.o.ID)
	if silence == 0 || newest >= silence {
		t.Errorf("silent as of version %d, and a mail came with version %d", silence, newest)
	}
	for i := range o.Suppliers {
		if n := last[o.Suppliers[i].Email]; n != 1 {
			t.Errorf("%s has %d last messages", o.Suppliers[i].Email, n)
		}
	}
	if len(last) != len(o.Suppliers) || len(texts) != 1 || !texts[o.Last] {
		t.Errorf("%d last messages for %d suppliers, %d texts", len(last), len(o.Suppliers), len(texts))
	}
	p, err := r.Programme.Purchases.Get(context.Background(), o.Purchase)
	if err != nil || p.Value.State() != sourcing.Launched || o.LaunchedAt.IsZero() {
		t.Errorf("the purchase is %s, the launch noted at %v, %v", p.Value.State(), o.LaunchedAt, err)
	}
}
