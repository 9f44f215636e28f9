package search

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// worthHelp is how many structures must be judged for a second core to be asked:
// its counts must be joined with ours, which costs as much as some thousands.
const worthHelp = 16_384

// crew lends idle cores to queries that judge much, as many as the process has
// besides the query's own. A busy portal has none to lend, and each query then
// works alone.
type crew chan struct{}

func newCrew() crew { return make(crew, runtime.GOMAXPROCS(0)-1) }

// lend reports whether a core is free; end must follow.
func (c crew) lend() bool {
	select {
	case c <- struct{}{}:
		return true
	default:
		return false
	}
}

func (c crew) end() { <-c }

// helpers gives those who judge beside the query, who must be dismissed.
func (s *lookup) helpers(judged int) (out []*lookup) {
	least := worthHelp
	if s.engine.options.eager {
		least = 0
	}
	for judged >= least && len(out) < len(s.view.blocks)-1 && s.engine.crew.lend() {
		out = append(out, s.helper())
	}
	return out
}

// helper works on the same question with a memory of its own.
func (s *lookup) helper() *lookup {
	h := *s
	h.work = s.engine.scratch.Get().(*scratch) //nolint:errcheck,forcetypeassert // nothing else is put there
	h.total, h.top, h.counter, h.without = 0, s.top.empty(h.work), nil, [maxGroups]int{}
	h.filter, h.chart = s.filter.clone(h.work), s.chart.sister(h.work)
	if s.counter != nil {
		h.counter = newCounter(&h)
	}
	return &h
}

// dismiss joins what a helper found with ours.
func (s *lookup) dismiss(h *lookup) {
	s.total += h.total
	for g, n := range h.without {
		s.without[g] += n
	}
	s.top.join(h.top)
	s.chart.join(h.chart, h.work)
	h.work.hits = h.top.hits
	if s.counter != nil {
		s.counter.join(h.counter)
	}
	h.work.release()
	s.engine.scratch.Put(h.work)
}

// eachBlock visits every block once, some of them by helpers when about so many
// structures are to be judged. The order does not matter: counts add up, and of
// two hits the same one is always first.
func (s *lookup) eachBlock(judged int, visit func(s *lookup, i int) error) error {
	helpers := s.helpers(judged)
	if len(helpers) == 0 {
		for i := range s.view.blocks {
			if err := visit(s, i); err != nil {
				return err
			}
		}
		return nil
	}
	return s.share(helpers, visit)
}

// share is eachBlock with helpers.
func (s *lookup) share(helpers []*lookup, visit func(s *lookup, i int) error) error {
	var next atomic.Int64 // block
	stop := func() { next.Store(int64(len(s.view.blocks))) }
	var done sync.WaitGroup
	defer func() { // also after a panic: nobody may read a view that is let go
		stop()
		done.Wait()
		for range helpers {
			s.engine.crew.end()
		}
	}()
	work := func(w *lookup) error {
		for {
			i := int(next.Add(1)) - 1
			if i >= len(s.view.blocks) {
				return nil
			}
			if err := visit(w, i); err != nil {
				stop()
				return err
			}
		}
	}
	errs := make([]error, len(helpers))
	var broken atomic.Value // of a helper that panicked
	for n, h := range helpers {
		done.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					broken.Store(panicked{r})
					stop()
				}
			}()
			errs[n] = work(h)
		})
	}
	err := work(s)
	done.Wait()
	if r := broken.Load(); r != nil {
		panic(r) // where the portal answers for it
	}
	for n, h := range helpers {
		s.dismiss(h)
		err = anError(err, errs[n])
	}
	return err
}

// panicked is what a helper panicked with.
type panicked struct{ reason any }

func anError(one, other error) error {
	if one != nil {
		return one
	}
	return other
}
