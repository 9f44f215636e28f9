package search_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"sourcier/internal/search/oracle"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// asked is a query that was answered while structures changed.
type asked struct {
	query  query.Query
	result query.Result
}

// TestOracleUnderUpdates asks random queries from several goroutines while
// another changes structures and bleve merges its segments. Each answer is
// compared with the oracle of the generation that it says it comes from.
func TestOracleUnderUpdates(t *testing.T) {
	cases := caseCount(t, 300)
	var sum tally
	for seed := uint64(1000); sum.queries < cases && !t.Failed(); seed++ {
		underUpdates(t, seed, min(150, cases-sum.queries), &sum)
	}
	t.Logf("figure: %s under updates", sum)
	fmt.Printf("oracle: %s under updates\n", sum)
}

func underUpdates(t *testing.T, seed uint64, queries int, sum *tally) {
	b := newBench(t, seed, 150)
	states := map[uint64][]structure.Structure{b.engine.Generation(): b.state()}
	questions := make(chan query.Query)
	answers := make(chan asked, queries)
	var asking sync.WaitGroup
	for range 3 {
		asking.Go(func() {
			for q := range questions {
				r, err := b.engine.Search(context.Background(), q)
				if err != nil {
					t.Error(err)
					continue
				}
				answers <- asked{q, r}
			}
		})
	}
	// One goroutine draws questions and changes: the corpus has one source of chance.
	for range queries {
		q := b.randomQuery(t, b.state())
		for sent := false; !sent; {
			select {
			case questions <- q:
				sent = true
			case <-time.After(time.Millisecond):
				b.change(t)
				states[b.engine.Generation()] = b.state()
			}
		}
		if b.chance(60) {
			b.change(t)
			states[b.engine.Generation()] = b.state()
		}
	}
	close(questions)
	asking.Wait()
	close(answers)
	b.judge(t, seed, states, answers, sum)
}

// judge compares the answers with the states that they come from.
func (b *bench) judge(t *testing.T, seed uint64, states map[uint64][]structure.Structure, answers <-chan asked, sum *tally) {
	oracles := map[uint64]*oracle.Oracle{}
	for a := range answers {
		state, ok := states[a.result.Generation]
		if !ok {
			t.Errorf("seed %d: an answer comes from generation %d, which nobody published", seed, a.result.Generation)
			continue
		}
		if oracles[a.result.Generation] == nil {
			oracles[a.result.Generation] = oracle.New(b.options, state)
		}
		want := oracles[a.result.Generation].Answer(a.query)
		sum.queries++
		if len(want.IDs) > 0 {
			sum.nonEmpty++
		}
		if diff := pageDiffers(a.query, a.result, want); diff != "" {
			sum.differences++
			t.Errorf("seed %d: %s\n%s", seed, a.query.Values().Encode(), diff)
		}
	}
}

// state lists the live structures, by id.
func (b *bench) state() []structure.Structure {
	var out []structure.Structure
	for _, id := range sortedIDs(b.live) {
		out = append(out, b.live[id].Value)
	}
	return out
}
