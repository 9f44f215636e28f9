package structure

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Listing is what the complete files of one source have covered: what the source
// claimed earlier within it, and no longer lists, is no longer confirmed.
type Listing struct {
	Source Source `json:"source"`
	Name   string `json:"name"` // of the scope: one source may publish several lists
	Kinds  []Kind `json:"kinds,omitempty"`
	Labels bool   `json:"labels,omitempty"` // it tells the labels of a structure too
	// Areas holds the editions by department, by commune where a file was read for
	// a part of one, or under Everywhere. The oldest first, at most MaxEditions.
	Areas map[string][]Edition `json:"areas"`
	// Dropped is, by area, the newest edition that is no longer remembered: what was
	// last seen before it lapsed with it or earlier, on a day that stands in the
	// structure alone.
	Dropped map[string]Edition `json:"dropped,omitempty"`
}

// Everywhere is the area of a list of legal units, which have no place.
const Everywhere = "*"

// MaxEditions bounds the editions remembered of an area: two years of a monthly list.
const MaxEditions = 24

// Edition is one complete file.
type Edition struct {
	Ref string `json:"ref"` // NewRef; orders editions
	Day Date   `json:"day"`
}

// NewRef names a file so that names sort by the day it speaks for, then by its
// last change ("time-content", as in Origin.File).
func NewRef(day Date, file string) string { return string(day) + " " + file }

// ID of the listing.
func (l *Listing) ID() string { return string(l.Source) + "/" + l.Name }

// Add notes an edition for an area.
func (l *Listing) Add(area string, e Edition) {
	if l.Areas == nil {
		l.Areas = map[string][]Edition{}
	}
	list := slices.Clone(l.Areas[area])
	at, known := slices.BinarySearchFunc(list, e, func(a, b Edition) int { return cmp.Compare(a.Ref, b.Ref) })
	if known {
		return
	}
	list = slices.Insert(list, at, e)
	over := max(0, len(list)-MaxEditions)
	l.Areas[area] = list[over:]
	if over == 0 || list[over-1].Ref <= l.Dropped[area].Ref {
		return
	}
	if l.Dropped == nil {
		l.Dropped = map[string]Edition{}
	}
	l.Dropped[area] = list[over-1]
}

// Drop takes a file ("content", the end of Edition.Ref) out of the editions,
// whenever it was last changed, and reports whether it was there.
func (l *Listing) Drop(file string) (found bool) {
	of := func(e Edition) bool { return strings.HasSuffix(e.Ref, "-"+file) }
	maps.DeleteFunc(l.Dropped, func(_ string, e Edition) bool {
		found = found || of(e)
		return of(e)
	})
	for area, list := range l.Areas {
		left := slices.DeleteFunc(slices.Clone(list), of)
		if len(left) < len(list) {
			l.Areas[area], found = left, true
		}
	}
	return found
}

// Newer gives the newest edition of the areas that comes after ref.
func (l *Listing) Newer(ref string, areas []string) (newest Edition, found bool) {
	for _, area := range areas {
		if list := l.Areas[area]; len(list) > 0 && list[len(list)-1].Ref > max(ref, newest.Ref) {
			newest, found = list[len(list)-1], true
		}
	}
	return newest, found
}

// Clone gives a listing that can be changed.
func (l *Listing) Clone() Listing {
	out := *l
	out.Areas, out.Dropped = maps.Clone(l.Areas), maps.Clone(l.Dropped)
	return out
}

// Listings are those of every source.
type Listings []Listing

// With gives the listings with one replaced or added.
func (list Listings) With(l Listing) Listings {
	out := slices.DeleteFunc(slices.Clone(list), func(x Listing) bool { return x.ID() == l.ID() })
	return append(out, l)
}

// since gives the day of the first edition newer than seen that covers one of
// the areas, "" when there is none. was is the day found earlier: it stays when the
// edition that it came from is no longer remembered.
func (l *Listing) since(seen string, areas []string, was Date) (day Date) {
	for _, area := range areas {
		if d, ok := l.Dropped[area]; ok && seen < d.Ref {
			day = first(day, d.Day)
			if was > dayOf(seen) {
				day = first(day, was)
			}
		}
		list := l.Areas[area]
		at, _ := slices.BinarySearchFunc(list, seen, func(e Edition, ref string) int {
			if e.Ref <= ref {
				return -1
			}
			return 1
		})
		if at < len(list) && (day == "" || list[at].Day < day) {
			day = list[at].Day
		}
	}
	return day
}

// dayOf reads the day of a NewRef.
func dayOf(ref string) Date { return Date(ref[:min(len(ref), len("2006-01-02"))]) }

// confirm sets, in a claim, the day since which its agreements, its labels and
// the rest are no longer confirmed by its source; it returns that of the rest.
func (list Listings) confirm(c *Claim, areas []string) (rest Date) {
	agreements, labels := slices.Clone(c.Facts.Agreements), slices.Clone(c.Facts.Labels) // with what was found earlier
	for i := range agreements {
		c.Facts.Agreements[i].Stale = ""
	}
	for i := range labels {
		c.Facts.Labels[i].Stale = ""
	}
	for k := range list {
		l := &list[k]
		if l.Source != c.Source {
			continue
		}
		for i := range c.Facts.Agreements {
			if a := &c.Facts.Agreements[i]; slices.Contains(l.Kinds, a.Kind) {
				a.Stale = first(a.Stale, l.since(max(a.Seen, unnumbered(c, a.Kind)), areas, agreements[i].Stale))
			}
		}
		for i := range c.Facts.Labels {
			if x := &c.Facts.Labels[i]; l.Labels {
				x.Stale = first(x.Stale, l.since(x.Seen, areas, labels[i].Stale))
			}
		}
		if len(c.Facts.Agreements) == 0 {
			rest = first(rest, l.since(c.Seen, areas, c.was))
		}
	}
	for _, a := range c.Facts.Agreements { // the rest is as good as the last of them
		if a.Stale == "" {
			return ""
		}
		rest = max(rest, a.Stale)
	}
	return rest
}

// StaleItems counts what is no longer confirmed of a claim on a legal unit, which
// has no place: its agreements, its labels, and the rest.
func (list Listings) StaleItems(c Claim) (n int) {
	c.Facts.Agreements, c.Facts.Labels = slices.Clone(c.Facts.Agreements), slices.Clone(c.Facts.Labels)
	if list.confirm(&c, []string{Everywhere}) != "" {
		n++
	}
	for _, a := range c.Facts.Agreements {
		n += weigh(a.Stale != "")
	}
	for _, l := range c.Facts.Labels {
		n += weigh(l.Stale != "")
	}
	return n
}

// DepartmentOf gives the department of an address, "" when it is not known.
func (r *Rules) DepartmentOf(a Address) string {
	if areas := r.AreasOf(a); len(areas) > 1 {
		return areas[1]
	}
	return ""
}

// unnumbered gives the newest file in which the source gave no number to an
// agreement of the kind: it confirms all that it knows by number.
func unnumbered(c *Claim, kind Kind) string {
	for _, a := range c.Facts.Agreements {
		if a.Kind == kind && a.Number == "" {
			return a.Seen
		}
	}
	return ""
}

// first is the earlier of two days, "" being none.
func first(a, b Date) Date {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}
