package search

// scratch is the working memory of a query. It is kept from one to the next:
// arrays by standing, dealing, offer or ordinal are not made anew, nor emptied whole.
type scratch struct {
	standings memo
	dealings  memo
	meanings  memo

	matches  []uint32 // by ordinal, of the unit at hand (bitOf); all 0 between units
	text     textMatch
	batch    batch
	summing  batch // of one block, for its summary
	count    counter
	block    counter // of one block, for its summary
	whole    values  // of the whole directory
	groups   []group
	meetings []*meeting // of the block at hand
	left     bitset     // of the block at hand
	passages []passage
	hits     []hit
}

// meeting gives room for the structures that meet the ith driver.
func (s *scratch) meeting(i int) *meeting {
	for len(s.meetings) <= i {
		s.meetings = append(s.meetings, &meeting{})
	}
	return s.meetings[i]
}

// release lets go of the view, whose columns are then free to go.
func (s *scratch) release() {
	for _, c := range []*counter{&s.count, &s.block} {
		c.filter, c.view, c.servePlaces, c.serveAsked, c.chosen = nil, nil, nil, nil, nil
		clear(c.placesCounted[:cap(c.placesCounted)])
		c.placesCounted = c.placesCounted[:0]
	}
	s.text.end()
	s.batch.n = 0 // after a query that was cut short
}

// memo keeps an answer by number for the time of one query.
type memo struct {
	stamp uint32
	at    []uint64 // stamp and answer
}

// reset forgets every answer.
func (m *memo) reset(n int) *memo {
	if m.stamp++; m.stamp == 0 {
		clear(m.at)
		m.stamp = 1
	}
	if len(m.at) < n {
		m.at = append(m.at, make([]uint64, n-len(m.at))...)
	}
	return m
}

func (m *memo) get(n uint32) (group, bool) {
	v := m.at[n]
	return group(v), uint32(v>>32) == m.stamp // #nosec G115 -- the two halves
}

func (m *memo) put(n uint32, answer group) { m.at[n] = uint64(m.stamp)<<32 | uint64(answer) }

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

func (t *tally) add(number uint32) { t.addTimes(number, 1) }

func (t *tally) addTimes(number, times uint32) {
	if int(number) >= len(t.counts) { // of most tallies nothing is ever asked
		t.counts = append(t.counts, make([]uint32, t.n+t.n/8-len(t.counts))...)
	}
	if t.counts[number] == 0 {
		t.touched = append(t.touched, number)
	}
	t.counts[number] += times
}
