// Package reach holds what the portal brings a structure: how often it was found and
// looked at in a month, and by which words. It counts visits, never visitors: nothing
// that tells who came is stored, and small counts are not shown. Rules only, no I/O.
package reach

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"sourcier/internal/structure"
)

const (
	// Least is the count from which a figure is shown: below it says « moins de 5 »,
	// and a word is not shown at all.
	Least = 5
	// KeptMonths is for how long a month is kept after its end.
	KeptMonths = 24
	// MaxWords bounds those of one structure in one month: some 6 kB at most.
	MaxWords = 200
	// MaxWord bounds a word, in letters.
	MaxWord = 30
	// maxSearched is how many words of one search count.
	maxSearched = 6
)

// Month is what the portal brought one structure in one month. Each count is of
// visitors a day: the same one counts once a day for a structure and a kind, and once
// a day for a word. Who comes on several days counts on each, since telling the days
// of one visitor together would need what is not stored.
type Month struct {
	Structure string           `json:"structure"`
	Month     string           `json:"month"` // 2026-11, in Europe/Paris
	Found     int64            `json:"found,omitempty"`
	Viewed    int64            `json:"viewed,omitempty"`
	Invited   int64            `json:"invited,omitempty"`
	Words     map[string]int64 `json:"words,omitempty"` // as Words gives them
}

// ID names it in the store: the oldest months come first.
func (m *Month) ID() string { return IDOf(m.Month, m.Structure) }

// IDOf is the id of a month of a structure.
func IDOf(month, structure string) string { return month + "/" + structure }

// MonthOf is the month of a day.
func MonthOf(day structure.Date) string { return string(day[:min(len(day), len("2006-01"))]) }

// Add takes the counts of another part of the same month.
func (m *Month) Add(o *Month) {
	m.Found += o.Found
	m.Viewed += o.Viewed
	m.Invited += o.Invited
	for _, word := range slices.Sorted(maps.Keys(o.Words)) {
		m.addWord(word, o.Words[word])
	}
}

func (m *Month) addWord(word string, n int64) {
	if _, known := m.Words[word]; !known && len(m.Words) >= MaxWords && !m.dropRare() {
		return
	}
	if m.Words == nil {
		m.Words = map[string]int64{}
	}
	m.Words[word] += n
}

// dropRare makes room for a word by one that a single visit has brought, so that
// words without sense do not keep out those to come.
func (m *Month) dropRare() bool {
	rare := ""
	for word, n := range m.Words {
		if n == 1 && (rare == "" || word < rare) {
			rare = word
		}
	}
	delete(m.Words, rare)
	return rare != ""
}

// Lapsed reports whether a month has been kept for long enough on a day.
func Lapsed(month string, on structure.Date) bool {
	return month < MonthOf(on.AddMonths(-KeptMonths))
}

// Months lists the n months that end with the one of a day, the oldest first.
func Months(on structure.Date, n int) []string {
	first := structure.Date(MonthOf(on) + "-01")
	out := make([]string, n)
	for i := range out {
		out[i] = MonthOf(first.AddMonths(i - n + 1))
	}
	return out
}

// Words are those of a search that may be kept: what says who somebody is, or which
// number was looked for, is left out before split makes words of the rest, folded and
// without those that say nothing.
func Words(text string, split func(string) []string) (words []string) {
	plain := slices.DeleteFunc(strings.Fields(text), func(s string) bool { return strings.ContainsAny(s, "@0123456789/\\") })
	for _, word := range split(strings.Join(plain, " ")) {
		if n := len([]rune(word)); n < 3 || n > MaxWord || slices.Contains(words, word) || !letters(word) {
			continue
		}
		if words = append(words, word); len(words) == maxSearched {
			break
		}
	}
	return words
}

// letters reports whether a word is of plain small letters, as folding leaves them.
func letters(word string) bool {
	return strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == ""
}

// Figure is a count as it may be shown.
type Figure struct {
	N   int64
	Few bool // some, but fewer than Least: N is 0
	// AtLeast: N leaves out what must not be told, so that the rest cannot be
	// computed from it.
	AtLeast bool
}

func figure(n int64) Figure {
	if n > 0 && n < Least {
		return Figure{Few: true}
	}
	return Figure{N: n}
}

// Row is a month as it may be shown.
type Row struct {
	Month         string
	Found, Viewed Figure
}

// Word is one by which a structure was found.
type Word struct {
	Word string
	N    int64
}

// MaxShownWords bounds the words shown.
const MaxShownWords = 20

// Summary is what a structure is told of some months.
type Summary struct {
	Rows                   []Row // one for each month asked, in their order
	Found, Viewed, Invited Figure
	Words                  []Word // most first
}

// Nothing reports whether nobody came.
func (s *Summary) Nothing() bool {
	return s.Found == Figure{} && s.Viewed == Figure{} && s.Invited == Figure{}
}

// Summarise tells the months asked for from what is stored of them.
func Summarise(stored []Month, months []string) Summary {
	var s Summary
	var found, viewed, invited []int64
	words := map[string]int64{}
	for _, month := range months {
		var m Month
		for i := range stored {
			if stored[i].Month == month {
				m.Add(&stored[i])
			}
		}
		s.Rows = append(s.Rows, Row{Month: month, Found: figure(m.Found), Viewed: figure(m.Viewed)})
		found, viewed, invited = append(found, m.Found), append(viewed, m.Viewed), append(invited, m.Invited)
		for word, n := range m.Words {
			words[word] += n
		}
	}
	s.Found, s.Viewed, s.Invited = total(found), total(viewed), total(invited)
	for word, n := range words {
		if n >= Least {
			s.Words = append(s.Words, Word{word, n})
		}
	}
	slices.SortFunc(s.Words, func(a, b Word) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Word, b.Word)) })
	s.Words = s.Words[:min(len(s.Words), MaxShownWords)]
	return s
}

// total adds up months. What is shown beside it must not give away a month of few: it
// is of the months that are shown, and says so.
func total(months []int64) (f Figure) {
	var all int64
	few := false
	for _, n := range months {
		all += n
		if one := figure(n); one.Few {
			few = true
		} else {
			f.N += one.N
		}
	}
	switch {
	case f.N == 0 && all >= Least: // only months of few, which together are not
		return Figure{N: Least, AtLeast: true}
	case f.N == 0:
		return figure(all)
	}
	f.AtLeast = few
	return f
}
