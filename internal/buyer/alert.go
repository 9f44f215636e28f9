package buyer

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"sort"
	"time"

	"sourcier/internal/structure"
)

// Known is what an alert knows of its search: which structures were there, and what
// is to be told of those that came. One document holds both, so that whatever stops
// the run between them loses nothing and tells nothing twice.
type Known struct {
	Search string         `json:"search"` // id
	Day    structure.Date `json:"day"`    // last judged
	Here   []byte         `json:"here"`   // marks of the structures found that day, in order
	Gone   []Gone         `json:"gone,omitempty"`
	News   []News         `json:"news,omitempty"` // the newest last
	Seq    int            `json:"seq,omitempty"`  // of the newest news ever; clocks of portals differ, it does not
	Fault  Trouble        `json:"fault,omitempty"`
}

// Gone are structures that have left the search, for the days during which they are
// not new when they come back.
type Gone struct {
	Day   structure.Date `json:"day"` // on which they were missed first
	Marks []byte         `json:"marks"`
}

// News is what one day brought.
type News struct {
	At      time.Time `json:"at"`
	Seq     int       `json:"seq"`
	Total   int       `json:"total,omitempty"`
	IDs     []string  `json:"ids,omitempty"` // the first MaxFound, in the order of the search
	Trouble Trouble   `json:"trouble,omitempty"`
}

// Trouble is why a search cannot be followed.
type Trouble string

// Troubles.
const (
	Unreadable Trouble = "unreadable" // it names what the directory no longer knows
	TooWide    Trouble = "wide"       // it finds more than MaxMatches
)

// markSize is how much of a hash tells structures apart: of 20,000 known ones a new
// one is taken for another once in ten billion.
const markSize = 6

func mark(id string) [markSize]byte {
	sum := sha256.Sum256([]byte(id))
	return [markSize]byte(sum[:markSize])
}

// pack writes marks one after the other, in order.
func pack(marks [][markSize]byte) []byte {
	slices.SortFunc(marks, func(a, b [markSize]byte) int { return bytes.Compare(a[:], b[:]) })
	out := make([]byte, 0, len(marks)*markSize)
	for _, m := range slices.Compact(marks) {
		out = append(out, m[:]...)
	}
	return out
}

// holds looks a mark up.
func holds(packed []byte, m [markSize]byte) bool {
	n := len(packed) / markSize
	i := sort.Search(n, func(i int) bool { return bytes.Compare(packed[i*markSize:(i+1)*markSize], m[:]) >= 0 })
	return i < n && bytes.Equal(packed[i*markSize:(i+1)*markSize], m[:])
}

// Begin notes what the search finds when its alert is turned on.
func Begin(search string, ids []string, on structure.Date) Known {
	marks := make([][markSize]byte, 0, len(ids))
	for _, id := range ids {
		marks = append(marks, mark(id))
	}
	return Known{Search: search, Day: on, Here: pack(marks)}
}

// Judge compares what the search finds now with what it found: who was not there, and
// has not left within 30 days, is news. Once a day: a second judgment changes nothing,
// and says so by false.
func (k *Known) Judge(ids []string, on structure.Date, at time.Time) bool {
	if k.Day >= on {
		return false
	}
	k.forget(on)
	now := make([][markSize]byte, 0, len(ids))
	news := News{At: at.UTC()}
	for _, id := range ids {
		m := mark(id)
		now = append(now, m)
		if holds(k.Here, m) || slices.ContainsFunc(k.Gone, func(g Gone) bool { return holds(g.Marks, m) }) {
			continue
		}
		news.Total++
		if len(news.IDs) < MaxFound {
			news.IDs = append(news.IDs, id)
		}
	}
	here := pack(now)
	k.miss(here, on)
	k.Here, k.Day, k.Fault = here, on, ""
	if news.Total > 0 {
		k.tell(news)
	}
	return true
}

// miss notes who was there and is not: those who left before stay as they are, unless
// they are back.
func (k *Known) miss(here []byte, on structure.Date) {
	var left [][markSize]byte
	for i := 0; i < len(k.Here); i += markSize {
		if m := [markSize]byte(k.Here[i : i+markSize]); !holds(here, m) {
			left = append(left, m)
		}
	}
	if len(left) > 0 {
		k.Gone = append(k.Gone, Gone{on, pack(left)})
	}
	total := 0
	for i := len(k.Gone) - 1; i >= 0; i-- { // the newest are kept when they are many
		if total += len(k.Gone[i].Marks) / markSize; total > MaxMatches {
			k.Gone = slices.Delete(k.Gone, 0, i+1)
			return
		}
	}
}

// forget drops who left long ago, and news that nobody was told for a month.
func (k *Known) forget(on structure.Date) {
	limit := on.AddDays(-forgottenAfter)
	k.Gone = slices.DeleteFunc(k.Gone, func(g Gone) bool { return g.Day <= limit })
	k.News = slices.DeleteFunc(k.News, func(n News) bool { return structure.DateOf(n.At) <= limit })
}

// tell adds news, the oldest of too many dropped.
func (k *Known) tell(n News) {
	k.Seq++
	n.Seq = k.Seq
	k.News = append(k.News, n)
	if over := len(k.News) - MaxNews; over > 0 {
		k.News = slices.Delete(k.News, 0, over)
	}
}

// Fail notes that the search could not be followed on a day. It is told once, until it
// can be followed again; what was known stays.
func (k *Known) Fail(why Trouble, on structure.Date, at time.Time) bool {
	if k.Day >= on {
		return false
	}
	k.forget(on)
	if k.Fault != why {
		k.tell(News{At: at.UTC(), Trouble: why})
	}
	k.Day, k.Fault = on, why
	return true
}

// Since are the news after one of them, joined; of a trouble only one that lasts.
func (k *Known) Since(seq int) (total int, ids []string, trouble Trouble) {
	for _, n := range k.News {
		if n.Seq <= seq {
			continue
		}
		total += n.Total
		ids = append(ids, n.IDs[:min(len(n.IDs), MaxFound-len(ids))]...)
		if n.Trouble != "" && n.Trouble == k.Fault {
			trouble = n.Trouble
		}
	}
	return total, ids, trouble
}

// Digest is how far a person was told.
type Digest struct {
	Person string         `json:"person"`
	Day    structure.Date `json:"day"`            // of the last digest
	Told   map[string]int `json:"told,omitempty"` // by search, the last news that was told
}
