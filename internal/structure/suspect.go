package structure

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sourcier/internal/territory"
)

// Likeness is why two sheets may be of one structure.
type Likeness string

// Likenesses.
const (
	SameSIRET Likeness = "siret"
	SameUnit  Likeness = "unit" // the SIREN, in one commune
	SameName  Likeness = "name" // in one postal code
	SamePhone Likeness = "phone"
	SameEmail Likeness = "email"
	SameSite  Likeness = "site"
)

// likenesses have their points and their words, the most telling first.
var likenesses = []struct {
	of     Likeness
	points int
	label  string
}{
	{SameSIRET, 60, "même SIRET"}, {SameName, 40, "même nom et même code postal"}, {SameUnit, 30, "même SIREN, même commune"},
	{SameEmail, 25, "même courriel"}, {SamePhone, 20, "même téléphone"}, {SameSite, 20, "même site"},
}

// Label is the likeness in French.
func (l Likeness) Label() string {
	for _, k := range likenesses {
		if k.of == l {
			return k.label
		}
	}
	return string(l)
}

const (
	// leastAlike is from how many points on two sheets are shown to a person: one
	// strong sign, or two weak ones.
	leastAlike = 30
	// Two numbers that differ say that there are two establishments.
	otherFINESS = -40
	otherSIREN  = -10
	// maxSharing is how many sheets may share a sign: what more share (the switchboard
	// of an association) tells nothing.
	maxSharing = 6
	// MaxSuspects bounds the pairs that are kept, the most alike.
	MaxSuspects = 1000
)

// Suspect is two sheets that may be of one structure.
type Suspect struct {
	A, B   string // ids, in order
	Names  [2]string
	Score  int
	Why    []Likeness
	Newest time.Time // when the younger of the two came
}

// Key names the pair, whichever of the two comes first.
func (s *Suspect) Key() string { return PairKey(s.A, s.B) }

// PairKey names two sheets, whichever comes first.
func PairKey(a, b string) string { return min(a, b) + "-" + max(a, b) }

// Apart is a decision that two sheets are two structures.
type Apart struct {
	A  string    `json:"a"`
	B  string    `json:"b"`
	By string    `json:"by"` // person
	At time.Time `json:"at"`
}

// Suspects is what a look at the whole directory has found.
type Suspects struct {
	At    time.Time
	Total int       // pairs
	Pairs []Suspect // the most alike first, MaxSuspects at most
}

// seen is what is kept of a sheet while all are read.
type seen struct {
	id, name, finess, siren string
	kinds                   []Kind
	demo                    bool
	at                      time.Time
}

// Lookout finds sheets that are alike, in one reading of the directory.
type Lookout struct {
	sheets []seen
	by     map[string][]int32
}

// NewLookout is one that has seen nothing.
func NewLookout() *Lookout { return &Lookout{by: map[string][]int32{}} }

// Add looks at a sheet; one that is not shown, or has ceased, is nobody's duplicate.
func (l *Lookout) Add(s *Structure) {
	if !s.Shown() || s.Closed || s.Groupement != nil { // a groupement is reached as its mandataire is
		return
	}
	at := int32(len(l.sheets)) // #nosec G115 -- structures of one country
	l.sheets = append(l.sheets, seen{s.ID, s.Name, s.FINESS, s.SIREN(), s.AllKinds(), s.Demo, s.CreatedAt})
	for _, key := range s.signs() {
		if len(l.by[key]) <= maxSharing {
			l.by[key] = append(l.by[key], at)
		}
	}
}

// signs are what two sheets of one structure would share: a likeness, then the value.
func (s *Structure) signs() (out []string) {
	add := func(of Likeness, value string) {
		if value != "" {
			out = append(out, string(of)+"\x00"+value)
		}
	}
	add(SameSIRET, s.SIRET)
	if s.SIRET != "" && s.Address.Commune != "" {
		add(SameUnit, s.SIREN()+s.Address.Commune)
	}
	for _, key := range s.NameKeys() {
		add(SameName, key)
	}
	if digits := lastDigits(s.Contact.Phone); len(digits) == 9 {
		add(SamePhone, digits)
	}
	add(SameEmail, territory.Fold(s.Contact.Email))
	if s.Contact.Website != "" {
		add(SameSite, site(s.Contact.Website))
	}
	return out
}

// Found gives what is alike, but what somebody has found to be two structures.
func (l *Lookout) Found(apart func(key string) bool) *Suspects {
	alike := map[[2]int32][]Likeness{}
	for key, list := range l.by {
		if len(list) > maxSharing {
			continue
		}
		of, _, _ := strings.Cut(key, "\x00")
		for i, a := range list {
			for _, b := range list[i+1:] {
				if pair := [2]int32{a, b}; a != b && !slices.Contains(alike[pair], Likeness(of)) {
					alike[pair] = append(alike[pair], Likeness(of))
				}
			}
		}
	}
	out := &Suspects{}
	for pair, why := range alike {
		if s, ok := l.judge(&l.sheets[pair[0]], &l.sheets[pair[1]], why); ok && !apart(s.Key()) {
			out.Pairs = append(out.Pairs, s)
		}
	}
	out.Total = len(out.Pairs)
	slices.SortFunc(out.Pairs, func(a, b Suspect) int {
		return cmp.Or(b.Score-a.Score, cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	out.Pairs = slices.Clip(out.Pairs[:min(len(out.Pairs), MaxSuspects)])
	return out
}

func (l *Lookout) judge(a, b *seen, why []Likeness) (Suspect, bool) {
	if a.demo != b.demo || !MayBe(a.kinds, b.kinds) {
		return Suspect{}, false
	}
	if a.id > b.id {
		a, b = b, a
	}
	s := Suspect{A: a.id, B: b.id, Names: [2]string{a.name, b.name}, Newest: a.at}
	if b.at.After(a.at) {
		s.Newest = b.at
	}
	for _, k := range likenesses {
		if slices.Contains(why, k.of) {
			s.Score, s.Why = s.Score+k.points, append(s.Why, k.of)
		}
	}
	if a.finess != "" && b.finess != "" {
		s.Score += otherFINESS
	}
	if a.siren != "" && b.siren != "" && a.siren != b.siren {
		s.Score += otherSIREN
	}
	return s, s.Score >= leastAlike
}
