// Package flat turns a structure into what the other engines index, and a query
// into what they are asked: the same words, the same values, the same day. They
// get our own tokens (package french), so that totals can be compared to the unit.
package flat

import (
	"slices"
	"strings"

	"sourcier/internal/bench/corpus"
	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Gap stands between two texts of a structure, so that no phrase spans them.
const Gap = "zzgap"

// Doc is a structure as the other engines see it on the day of the corpus.
type Doc struct {
	Number   int // of the structure in the corpus
	ID       string
	Stems    string // of all its words, blanks between, Gap between texts
	Surfaces string // its distinct words as written, folded

	Family     string
	Kinds      []string
	Size       string
	Workforce  string
	Department string
	Places     []string // territories it lies in
	Labels     []string // in force
	Sectors    []string
	Groups     []string

	Located  bool // has a point that distances may be measured from
	Lat, Lon float64
	Shuffle  int64 // the neutral order of the day, ascending

	Commune    string
	Activities []Activity
}

// Activity is one activity; a structure without any has an empty one.
type Activity struct {
	Sectors, Groups []string
	Modes           []string
	Zone            structure.Zone
}

// Projector makes Docs. It is immutable and safe for concurrent use.
type Projector struct {
	atlas *territory.Atlas
	tax   *taxonomy.Taxonomy
	words map[string]words // by sector: label, synonyms, group
}

type words struct{ stems, surfaces []string }

// NewProjector cuts the words of the taxonomy once.
func NewProjector() *Projector {
	p := &Projector{atlas: territory.Default(), tax: taxonomy.Default(), words: map[string]words{}}
	for _, s := range p.tax.Sectors() {
		var w words
		w.add(s.Label)
		for _, text := range s.Synonyms {
			w.add(text)
		}
		if g, ok := p.tax.Group(s.Group); ok {
			w.add(g.Label)
		}
		p.words[s.Code] = w
	}
	return p
}

func (w *words) add(text string) {
	if text == "" {
		return
	}
	for _, word := range french.Words(text) {
		w.stems = append(w.stems, word.Stem)
		w.surfaces = append(w.surfaces, word.Surface)
	}
	w.stems = append(w.stems, Gap)
}

// Doc projects the structure of a number.
func (p *Projector) Doc(number int, s *structure.Structure) Doc {
	const on = corpus.Today
	d := Doc{Number: number, ID: s.ID, Family: string(s.Family(on)), Kinds: s.KindValues(on), Size: string(s.Size),
		Workforce: string(s.Workforce), Commune: s.Address.Commune, Places: p.atlas.Of(s.Address.Commune),
		Shuffle: int64(query.NeutralKey(on, s.ID) >> 1)} // #nosec G115 -- a bit less
	if c, ok := p.atlas.Commune(s.Address.Commune); ok {
		d.Department = c.Department
	}
	if pt := s.Address.Point; pt.Usable() {
		d.Located, d.Lat, d.Lon = true, pt.Lat, pt.Lon
	}
	for _, l := range s.Labels {
		if l.InForce(on) && !slices.Contains(d.Labels, l.Code) {
			d.Labels = append(d.Labels, l.Code)
		}
	}
	for i := range s.Activities {
		d.Activities = append(d.Activities, p.activity(&s.Activities[i]))
	}
	if len(d.Activities) == 0 {
		d.Activities = []Activity{{}}
	}
	for i := range d.Activities {
		d.Sectors = appendNew(d.Sectors, d.Activities[i].Sectors)
		d.Groups = appendNew(d.Groups, d.Activities[i].Groups)
	}
	p.text(&d, s)
	return d
}

func (p *Projector) activity(a *structure.Activity) Activity {
	out := Activity{Sectors: a.Sectors, Zone: a.Zone}
	for _, code := range a.Sectors {
		if s, ok := p.tax.Sector(code); ok {
			out.Groups = appendNew(out.Groups, []string{s.Group})
		}
	}
	for _, m := range a.Modes {
		out.Modes = append(out.Modes, string(m))
	}
	return out
}

// text gathers the words of everything that a search looks in.
func (p *Projector) text(d *Doc, s *structure.Structure) {
	var w words
	for _, text := range append([]string{s.Name, s.TradeName, s.Description, s.Address.City}, s.References...) {
		w.add(text)
	}
	if c, ok := p.atlas.Commune(s.Address.Commune); ok && c.Name != s.Address.City {
		w.add(c.Name)
	}
	for i := range s.Activities {
		w.add(s.Activities[i].Offer)
	}
	for _, code := range d.Sectors {
		w.stems = append(w.stems, p.words[code].stems...)
		w.surfaces = append(w.surfaces, p.words[code].surfaces...)
	}
	d.Stems = strings.Join(w.stems, " ")
	slices.Sort(w.surfaces)
	d.Surfaces = strings.Join(slices.Compact(w.surfaces), " ")
}

func appendNew(list, values []string) []string {
	for _, v := range values {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}
