package reach

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"net/netip"
	"sync"

	"sourcier/internal/structure"
)

// Bounds of what is held in memory, some 40 MB in all. Beyond one of them nothing more
// is counted until there is room: too few rather than some twice.
const (
	maxPending = 5_000   // structures whose counts wait to be stored
	maxSeen    = 500_000 // what was counted today
	maxSpent   = 50_000  // visitors of today
	maxOfOne   = 20_000  // of which one address, which may be a town hall's
)

// Counter gathers counts in memory until somebody stores them. That a visitor was
// counted is known by a hash of the network address under a key of the day, which is
// made at random, lies in memory alone and is forgotten with the day, as are the
// hashes. Another portal of the same store has its own: who is sent from one to the
// other may count on both. Safe for concurrent use.
type Counter struct {
	today func() structure.Date

	mu      sync.Mutex
	day     structure.Date
	key     []byte
	seen    map[uint64]struct{}
	spent   map[uint64]int
	pending map[string]*Month // by Month.ID
}

// NewCounter makes an empty one; today is the civil day.
func NewCounter(today func() structure.Date) *Counter {
	return &Counter{today: today, pending: map[string]*Month{}}
}

// Count takes what a ticket says that a visitor saw, but for the structures that own
// names: those that the visitor writes.
func (c *Counter) Count(visitor netip.Addr, t Ticket, own func(structure string) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn()
	who := c.hash(visitor.String())
	if _, known := c.spent[who]; !known && len(c.spent) >= maxSpent {
		return
	}
	for _, id := range t.Structures {
		if own(id) || !c.first(who, string(t.Kind), id, "") {
			continue
		}
		m := c.month(id)
		if m == nil {
			continue
		}
		if t.Kind == Viewed {
			m.Viewed++
			continue
		}
		m.Found++
	}
	c.words(who, t, own)
}

// words counts those of a search for each structure that it found, whether or not
// another search has found it today.
func (c *Counter) words(who uint64, t Ticket, own func(structure string) bool) {
	for _, id := range t.Structures {
		for _, word := range t.Words {
			if own(id) || !c.first(who, "word", id, word) {
				continue
			}
			if m := c.month(id); m != nil {
				m.addWord(word, 1)
			}
		}
	}
}

// turn forgets the day before.
func (c *Counter) turn() {
	day := c.today()
	if day == c.day {
		return
	}
	c.day, c.seen, c.spent = day, map[uint64]struct{}{}, map[uint64]int{}
	c.key = make([]byte, sha256.Size)
	_, _ = rand.Read(c.key) // never fails: crypto/rand ends the program instead
}

// first reports that a visitor is counted for something for the first time today.
func (c *Counter) first(who uint64, what ...string) bool {
	mark := c.hash(append(what, string(binary.BigEndian.AppendUint64(nil, who)))...)
	if _, counted := c.seen[mark]; counted || len(c.seen) >= maxSeen || c.spent[who] >= maxOfOne {
		return false
	}
	c.seen[mark] = struct{}{}
	c.spent[who]++
	return true
}

func (c *Counter) hash(parts ...string) uint64 {
	m := hmac.New(sha256.New, c.key)
	for _, p := range parts {
		_, _ = io.WriteString(m, p+"\x00") // a hash does not fail
	}
	return binary.BigEndian.Uint64(m.Sum(nil))
}

// month is where the counts of a structure gather, nil when there is no room.
func (c *Counter) month(id string) *Month {
	empty := &Month{Structure: id, Month: MonthOf(c.day)}
	if m := c.pending[empty.ID()]; m != nil || len(c.pending) >= maxPending {
		return m
	}
	c.pending[empty.ID()] = empty
	return empty
}

// Take gives what is to be stored, and forgets it.
func (c *Counter) Take() []Month {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Month, 0, len(c.pending))
	for _, m := range c.pending {
		out = append(out, *m)
	}
	clear(c.pending)
	return out
}

// Return takes back what could not be stored.
func (c *Counter) Return(list []Month) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range list {
		if m := c.pending[list[i].ID()]; m != nil {
			m.Add(&list[i])
		} else if len(c.pending) < maxPending {
			c.pending[list[i].ID()] = &list[i]
		}
	}
}
