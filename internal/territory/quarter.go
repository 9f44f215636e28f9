package territory

import (
	"cmp"
	_ "embed" // the data
	"fmt"
	"hash/fnv"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Quarter is a priority neighbourhood of urban policy (quartier prioritaire de
// la politique de la ville, QPV).
type Quarter struct {
	Code     string   `json:"code"` // QN09124M
	Name     string   `json:"name"`
	Communes []string `json:"communes,omitempty"` // INSEE codes as published
	Outline  Outline  `json:"outline,omitempty"`  // nil: known by the list alone
	// Simplified is how far, in metres, the outline may be from the published one;
	// 0 but for one too large for a document.
	Simplified int    `json:"simplified,omitempty"`
	AsOf       string `json:"as_of,omitempty"` // day for which the file of the outline speaks, "2026-01-31"
	File       string `json:"file,omitempty"`  // sorts the files of one day, as that of structure.Origin
}

// quarterCode is the form of the codes of 2024, in force since 2024 on the
// mainland and 2025 overseas; oldQuarterCode that of the perimeters of 2015.
var (
	quarterCode    = regexp.MustCompile(`^QN[0-9]{2}[0-9AB][0-9]{2}[A-Z]$`)
	oldQuarterCode = regexp.MustCompile(`^QP[0-9]{2}[0-9AB][0-9]{3}$`)
)

// IsQuarterCode reports whether a code is one of a quarter in force, and
// whether it is one of the quarters of 2015 that these have replaced.
func IsQuarterCode(code string) (current, old bool) {
	return quarterCode.MatchString(code), oldQuarterCode.MatchString(code)
}

// quarterList is made by scripts/generate/nomenclature: the quarters and their
// communes, without outlines, which an administrator imports.
//
//go:embed data/qpv.tsv
var quarterList string

// listed holds the list, by commune of today.
type listed struct {
	byCommune map[string][]Quarter
	count     int
}

var embeddedQuarters = sync.OnceValue(func() *listed {
	l, err := readQuarters(quarterList, Default())
	if err != nil {
		panic("territory: embedded list of quarters: " + err.Error()) // a broken build, found by every test
	}
	return l
})

// readQuarters reads lines of code, name, communes separated by commas.
func readQuarters(text string, atlas *Atlas) (*listed, error) {
	l := &listed{byCommune: map[string][]Quarter{}}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 || !quarterCode.MatchString(fields[0]) {
			return nil, fmt.Errorf("%q: expected code, name, communes", line)
		}
		q := Quarter{Code: fields[0], Name: fields[1], Communes: strings.Split(fields[2], ",")}
		l.count++
		for _, code := range q.Communes {
			c, ok := atlas.Commune(code)
			if !ok {
				return nil, fmt.Errorf("quarter %s: no commune %s", q.Code, code)
			}
			if list := l.byCommune[c.Code]; len(list) == 0 || list[len(list)-1].Code != q.Code { // two former communes of one
				l.byCommune[c.Code] = append(list, q)
			}
		}
	}
	return l, nil
}

// QuartersOf lists the quarters that lie in a commune, wholly or in part, by
// code; for an arrondissement, those of its city. They have no outline, and
// belong to the atlas.
func (a *Atlas) QuartersOf(commune string) []Quarter {
	c, ok := a.Commune(commune)
	if !ok {
		return nil
	}
	return embeddedQuarters().byCommune[cmp.Or(c.Parent, c.Code)]
}

// Quarters are the quarters whose outline is loaded. It is immutable and safe
// for concurrent use; nil holds none.
type Quarters struct {
	list  []Quarter // by code
	boxes []box
	stamp uint64
}

// box bounds an outline, in millionths of a degree.
type box struct{ west, south, east, north int32 }

// NewQuarters takes the quarters, which must have outlines and differ by code.
func NewQuarters(list []Quarter) *Quarters {
	q := &Quarters{list: slices.Clone(list)}
	slices.SortFunc(q.list, func(a, b Quarter) int { return cmp.Compare(a.Code, b.Code) })
	h := fnv.New64a()
	for _, one := range q.list {
		q.boxes = append(q.boxes, one.Outline.box())
		_, _ = fmt.Fprintln(h, one.Code, one.Name, one.AsOf, one.File, one.Simplified)
	}
	q.stamp = h.Sum64()
	return q
}

func (o Outline) box() box {
	b := box{west: math.MaxInt32, south: math.MaxInt32, east: math.MinInt32, north: math.MinInt32}
	for _, polygon := range o {
		for _, ring := range polygon {
			for i := 0; i < len(ring); i += 2 {
				b.west, b.east = min(b.west, ring[i]), max(b.east, ring[i])
				b.south, b.north = min(b.south, ring[i+1]), max(b.north, ring[i+1])
			}
		}
	}
	return b
}

// Len counts them.
func (q *Quarters) Len() int {
	if q == nil {
		return 0
	}
	return len(q.list)
}

// Newest is the newest day for which a file of the outlines speaks, "" when none
// does.
func (q *Quarters) Newest() (day string) {
	if q == nil {
		return ""
	}
	for _, one := range q.list {
		day = max(day, one.AsOf)
	}
	return day
}

// Stamp tells two loaded sets apart, also of two processes; "0" for none.
func (q *Quarters) Stamp() string {
	if q == nil {
		return "0"
	}
	return fmt.Sprintf("%x", q.stamp)
}

// ByCode gives the quarter of a code when its outline is loaded.
func (q *Quarters) ByCode(code string) (Quarter, bool) {
	if q == nil {
		return Quarter{}, false
	}
	i, ok := slices.BinarySearchFunc(q.list, code, func(one Quarter, code string) int { return cmp.Compare(one.Code, code) })
	if !ok {
		return Quarter{}, false
	}
	return q.list[i], true
}

// At gives the quarter that a point in degrees lies in. Quarters do not overlap;
// where a file says that two do, the first by code.
func (q *Quarters) At(lat, lon float64) (Quarter, bool) {
	if q == nil {
		return Quarter{}, false
	}
	x, y := int32(math.Round(lon*micro)), int32(math.Round(lat*micro))
	for i, b := range q.boxes {
		if b.west <= x && x <= b.east && b.south <= y && y <= b.north && q.list[i].Outline.Contains(lat, lon) {
			return q.list[i], true
		}
	}
	return Quarter{}, false
}
