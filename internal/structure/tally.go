package structure

import "time"

// Tally is what the whole directory holds, by source and by sector: what no
// index counts. It is added up structure by structure.
type Tally struct {
	At         time.Time // when it was counted
	Structures int
	Sources    map[Source]SourceTally
	Sectors    map[string]SectorTally // sectors and their groups
}

// SourceTally says how much of what is shown one source gave.
type SourceTally struct {
	Structures int           // that show at least one fact of it
	Fields     map[Field]int // structures, by what it gave them
	Newest     Date          // of its facts and of its complete lists
}

// SectorTally says on what a sector rests. A structure that declares it counts
// as such, whatever its APE code says too.
type SectorTally struct{ Declared, Derived int }

// NewTally is an empty one.
func NewTally() *Tally {
	return &Tally{Sources: map[Source]SourceTally{}, Sectors: map[string]SectorTally{}}
}

// Add counts a structure; group gives the group of a sector.
func (t *Tally) Add(s *Structure, group func(sector string) string) {
	t.Structures++
	given := map[Source]map[Field]bool{}
	note := func(source Source, field Field, asOf Date) {
		if source == "" {
			return
		}
		if given[source] == nil {
			given[source] = map[Field]bool{}
		}
		given[source][field] = true
		t.seen(source, asOf)
	}
	for field, o := range s.Origins {
		note(o.Source, field, o.AsOf)
	}
	for _, a := range s.Agreements {
		note(a.Source, FieldAgreements, a.AsOf)
	}
	for _, l := range s.Labels {
		note(l.Source, FieldLabels, l.AsOf)
	}
	for source, fields := range given {
		one := t.Sources[source]
		one.Structures++
		if one.Fields == nil {
			one.Fields = map[Field]int{}
		}
		for f := range fields {
			one.Fields[f]++
		}
		t.Sources[source] = one
	}
	t.addSectors(s, group)
}

// addSectors leaves out establishments that have ceased, as searches do.
func (t *Tally) addSectors(s *Structure, group func(sector string) string) {
	if s.Closed {
		return
	}
	declared := map[string]bool{}
	for _, a := range s.Activities {
		for _, sector := range a.Sectors {
			for _, code := range []string{sector, group(sector)} {
				declared[code] = declared[code] || !a.Derived
			}
		}
	}
	for code, yes := range declared {
		one := t.Sectors[code]
		if yes {
			one.Declared++
		} else {
			one.Derived++
		}
		t.Sectors[code] = one
	}
}

// List notes the editions of a complete list: the newest one may have confirmed
// what older facts say.
func (t *Tally) List(l *Listing) {
	for _, editions := range l.Areas {
		for _, e := range editions {
			t.seen(l.Source, e.Day)
		}
	}
}

func (t *Tally) seen(source Source, day Date) {
	one := t.Sources[source]
	one.Newest = max(one.Newest, day)
	t.Sources[source] = one
}
