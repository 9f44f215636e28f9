package search

// scratch is the working memory of a query. It is kept from one to the next:
// arrays by standing, dealing or commune are not made anew, nor emptied whole.
type scratch struct {
	standings memo
	dealings  memo

	words     arena[uint64] // of lists unpacked
	ends      arena[uint32]
	places    arena[uint16]
	documents []uint32
	ordinals  []uint32

	readings map[rowKey]reading // of phrases, while one question is answered

	sieve    sieve
	few      few
	batch    batch
	alone    batch // of one structure
	sums     sums
	count    counter
	block    counter    // of one block, for its summary
	unions   [2]zoneSet // of a block, of several places
	groups   []group
	passages []passage
	hits     []hit
	spots    []spot // of a map
}

// union gives room for who in a block serves, or covers, one of several places.
func (s *scratch) union(g group, activities int) *zoneSet {
	z := &s.unions[0]
	if g == groupCovers {
		z = &s.unions[1]
	}
	z.any = bitset{}
	zero(&z.each, (activities+63)/64)
	return z
}

// release lets go of the view, whose columns are then free to go.
func (s *scratch) release() {
	clear(s.readings)
	for _, c := range []*counter{&s.count, &s.block} {
		c.filter, c.view, c.servePlaces, c.serveAsked, c.chosen, c.placesKnown = nil, nil, nil, nil, nil, nil
	}
}

// reuse takes back what was lent to the lists of another question.
func (s *scratch) reuse() {
	s.words.lent, s.ends.lent, s.places.lent = 0, 0, 0
}

// memo keeps an answer by number for the time of one query.
type memo struct {
	stamp uint16
	at    []uint32 // stamp and answer
}

// reset forgets every answer.
func (m *memo) reset(n int) *memo {
	if m.stamp++; m.stamp == 0 {
		clear(m.at)
		m.stamp = 1
	}
	if len(m.at) < n {
		m.at = append(m.at, make([]uint32, n-len(m.at))...)
	}
	return m
}

func (m *memo) get(n uint32) (group, bool) {
	v := m.at[n]
	return group(v & 0xffff), uint16(v>>16) == m.stamp // #nosec G115 -- the two halves
}

func (m *memo) put(n uint32, answer group) { m.at[n] = uint32(m.stamp)<<16 | uint32(answer) }

// tally counts by number, and remembers which numbers it counted.
type tally struct {
	n       int // numbers are below
	counts  []uint32
	touched []uint32
}

// reset forgets the counts; numbers are now below n.
func (t *tally) reset(n int) {
	for _, number := range t.touched {
		t.counts[number] = 0
	}
	t.touched, t.n = t.touched[:0], n
}

// inOrder makes who visits many numbers visit them ascending: what belongs to
// them lies in that order in memory.
func (t *tally) inOrder() {
	if len(t.touched)*8 < t.n {
		return
	}
	t.touched = t.touched[:0]
	for number, n := range t.counts[:min(t.n, len(t.counts))] {
		if n > 0 {
			t.touched = append(t.touched, uint32(number)) // #nosec G115 -- below n
		}
	}
}

// each visits the numbers counted.
func (t *tally) each(visit func(number uint32, n int)) {
	for _, number := range t.touched {
		visit(number, int(t.counts[number]))
	}
}

// join adds another tally.
func (t *tally) join(o *tally) {
	for _, number := range o.touched {
		t.addTimes(number, o.counts[number])
	}
}

// room makes sure that every number can be counted: of most tallies nothing is
// ever asked.
func (t *tally) room() []uint32 {
	if len(t.counts) < t.n {
		t.counts = append(t.counts, make([]uint32, t.n+t.n/8-len(t.counts))...)
	}
	return t.counts
}

func (t *tally) addTimes(number, times uint32) {
	t.room()
	if t.counts[number] == 0 {
		t.touched = append(t.touched, number)
	}
	t.counts[number] += times
}

func resized[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n, n+n/4)
	}
	return list[:n]
}
