// Package taxonomy holds the nomenclatures of the directory: sectors with
// their synonyms, NAF codes and CPV prefixes, responsible characteristics,
// legal categories, and the French labels of every coded value. It does no I/O.
package taxonomy

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"sourcier/internal/territory"
)

// Group is a sector group ("Propreté et hygiène").
type Group struct {
	Code  string // slug: "proprete"
	Label string
}

// Sector is something structures sell.
type Sector struct {
	Code     string   // slug, stable for ever: "nettoyage-locaux"
	Label    string   // "Nettoyage de locaux et de bureaux"
	Group    string   // Group.Code
	Synonyms []string // as buyers say it: "ménage", "propreté", "entretien des bureaux"
	NAF      []string // sub-classes (8121Z) that map here
	CPV      []string // CPV prefixes, 2 to 8 digits: "90911"
	Aliases  []string // labels and slugs of other directories that map here
}

// Characteristic is a responsible characteristic of an activity.
type Characteristic struct {
	Code  string // "reemploi"
	Label string // "Issu du réemploi"
}

// Taxonomy is immutable and safe for concurrent use.
type Taxonomy struct {
	groups    []Group
	sectors   []Sector       // by group, then label
	byCode    map[string]int // sector code -> index in sectors
	byGroup   map[string][]Sector
	groupAt   map[string]int
	byNAF     map[string][]Sector
	nafLabels map[string]string
	unmapped  []exclusion
	cpv       []cpvPrefix
	// words answers MatchSector and IsTerm; it is built when first asked for,
	// since a command that only reads codes never needs it.
	words func() *vocabulary
	// search is what suggestions are looked up in, built when first asked for.
	search func() *searchTable
}

// Default is the taxonomy of the embedded data, decoded once.
func Default() *Taxonomy { return embedded() }

var embedded = sync.OnceValue(func() *Taxonomy {
	t, err := load()
	if err != nil {
		panic("taxonomy: embedded data: " + err.Error()) // the tests read the same data
	}
	return t
})

// load reads the embedded files and builds the indexes.
func load() (*Taxonomy, error) {
	var p parser
	names, err := files.ReadDir("data")
	if err != nil {
		return nil, err
	}
	for _, entry := range names { // sorted by name
		if !strings.HasSuffix(entry.Name(), ".txt") {
			continue
		}
		text, err := files.ReadFile("data/" + entry.Name())
		if err != nil {
			return nil, err
		}
		if err := p.read(string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
	}
	t := &Taxonomy{groups: p.groups, sectors: p.sectors}
	if t.nafLabels, err = loadList("naf.tsv"); err != nil {
		return nil, err
	}
	return t, t.index()
}

// index builds the lookups; it refuses a code used twice.
func (t *Taxonomy) index() error {
	t.groupAt = make(map[string]int, len(t.groups))
	for i, g := range t.groups {
		if _, twice := t.groupAt[g.Code]; twice {
			return fmt.Errorf("group %q is there twice", g.Code)
		}
		t.groupAt[g.Code] = i
	}
	slices.SortStableFunc(t.sectors, func(a, b Sector) int {
		if d := t.groupAt[a.Group] - t.groupAt[b.Group]; d != 0 {
			return d
		}
		return strings.Compare(territory.Fold(a.Label), territory.Fold(b.Label))
	})
	t.byCode = make(map[string]int, len(t.sectors))
	t.byGroup = make(map[string][]Sector, len(t.groups))
	t.byNAF = make(map[string][]Sector)
	for i, s := range t.sectors {
		_, twice := t.byCode[s.Code]
		if _, isGroup := t.groupAt[s.Code]; twice || isGroup {
			return fmt.Errorf("code %q is there twice", s.Code)
		}
		t.byCode[s.Code] = i
		t.byGroup[s.Group] = append(t.byGroup[s.Group], s)
		for _, naf := range s.NAF {
			t.byNAF[naf] = append(t.byNAF[naf], s)
		}
	}
	t.unmapped = exclusions
	t.cpv = cpvPrefixes(t.sectors)
	t.words = sync.OnceValue(func() *vocabulary { return newVocabulary(t.sectors) })
	t.search = sync.OnceValue(func() *searchTable { return newSearchTable(t) })
	return nil
}

// Groups lists the groups in the order in which they are shown.
func (t *Taxonomy) Groups() []Group { return slices.Clone(t.groups) }

// Sectors lists the sectors, by group then label. The lists inside a Sector
// are shared and must not be changed, here and everywhere a Sector is given.
func (t *Taxonomy) Sectors() []Sector { return slices.Clone(t.sectors) }

// Sector finds a sector by code.
func (t *Taxonomy) Sector(code string) (Sector, bool) {
	i, ok := t.byCode[code]
	if !ok {
		return Sector{}, false
	}
	return t.sectors[i], true
}

// Group finds a group by code. Group and sector codes never collide.
func (t *Taxonomy) Group(code string) (Group, bool) {
	i, ok := t.groupAt[code]
	if !ok {
		return Group{}, false
	}
	return t.groups[i], true
}

// InGroup lists the sectors of a group.
func (t *Taxonomy) InGroup(group string) []Sector { return slices.Clone(t.byGroup[group]) }
