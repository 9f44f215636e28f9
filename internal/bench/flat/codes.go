package flat

import (
	"sourcier/internal/bench/corpus"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Coding numbers the values of one field, for engines that filter small
// integers faster than words.
type Coding struct {
	numbers map[string]int
	names   []string
}

// None is the number of a value that is absent or unknown.
const None = 0

func newCoding[T ~string](values []T) *Coding {
	c := &Coding{numbers: map[string]int{"": None}, names: []string{""}}
	for _, v := range values {
		c.add(string(v))
	}
	return c
}

func (c *Coding) add(value string) {
	if _, known := c.numbers[value]; !known {
		c.numbers[value] = len(c.names)
		c.names = append(c.names, value)
	}
}

// Number of a value, None when it has none.
func (c *Coding) Number(value string) int { return c.numbers[value] }

// Numbers of several values.
func (c *Coding) Numbers(values []string) []int {
	out := make([]int, 0, len(values))
	for _, v := range values {
		out = append(out, c.numbers[v])
	}
	return out
}

// Name gives the value back.
func (c *Coding) Name(number int) string {
	if number < 0 || number >= len(c.names) {
		return ""
	}
	return c.names[number]
}

// Codes are the codings of every field. They depend on the embedded data alone.
type Codes struct {
	Family, Kind, Size, Workforce, Group, Sector, Label, Mode, Place, Department *Coding
}

// NewCodes numbers all values.
func NewCodes() *Codes {
	t, atlas := taxonomy.Default(), territory.Default()
	c := &Codes{
		Family: newCoding(structure.Families), Kind: newCoding(query.KindValues()), Size: newCoding(structure.Sizes),
		Workforce: newCoding(structure.Workforces), Mode: newCoding(structure.Modes),
		Group: newCoding[string](nil), Sector: newCoding[string](nil), Label: newCoding([]string{corpus.RareLabel}),
		Place: newCoding[string](nil), Department: newCoding[string](nil),
	}
	for _, s := range t.Sectors() {
		c.Group.add(s.Group)
		c.Sector.add(s.Code)
	}
	for _, l := range taxonomy.NationalLabels() {
		c.Label.add(l.Code)
	}
	for ord := range atlas.Len() {
		commune := atlas.At(uint32(ord)) // #nosec G115 -- an ordinal
		c.Department.add(commune.Department)
		for _, value := range atlas.Of(commune.Code) {
			c.Place.add(value)
		}
	}
	return c
}

// Facet is the coding of one of the compared facets.
func (c *Codes) Facet(name string) *Coding {
	return map[string]*Coding{"family": c.Family, "kind": c.Kind, "group": c.Group, "department": c.Department,
		"size": c.Size, "workforce": c.Workforce}[name]
}
