package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// excerptLength is the longest excerpt, in characters.
const excerptLength = 240

// shown is a hit with what its record says.
type shown struct {
	hit
	block  *block
	at     uint32
	acts   int    // activities in the columns
	fields uint16 // in which some unit of the text matches
	*sheet
}

// item makes of a hit what is shown.
func (s *lookup) item(h hit) (query.Item, error) {
	score, fields := s.scoreOf(h.ord)
	if s.query.IDsOnly {
		id, err := s.view.id(h.ord)
		return query.Item{ID: id, Score: int(score)}, err
	}
	r := &shown{hit: h, fields: fields}
	r.block, r.at = s.view.at(h.ord)
	r.acts = len(s.view.tradesOf(r.block.offers[r.at]))
	err := s.view.record(h.ord, func(record []byte) (err error) {
		r.sheet, err = readSheet(record)
		return err
	})
	if err != nil {
		return query.Item{}, err
	}
	q, st := &s.query, &r.Structure
	item := query.Item{
		ID: st.ID, SIRET: st.SIRET, FINESS: st.FINESS, Name: st.Name, TradeName: st.TradeName,
		Kind: st.MainKind(q.On), Kinds: st.KindsInForce(q.On), Groupement: st.Groupement, ESS: st.ESS, ESSOrigin: r.essOrigin, ESUS: st.HasESUS(q.On),
		Family: st.Family(q.On), Size: st.Size, Workforce: st.Workforce,
		Commune: st.Address.Commune, City: st.Address.City, Point: st.Address.Point,
		Lapses: st.Lapses(q.On),
		Bases:  s.engine.options.Rules.Claims(st, q.On),
		Demo:   st.Demo, UpdatedAt: st.UpdatedAt, Score: int(score),
	}
	item.Sectors, item.Derived = sectorsOf(st)
	if c, ok := s.engine.options.Atlas.Commune(st.Address.Commune); ok {
		item.Department = c.Department
		if item.City == "" {
			item.City = c.Name
		}
	}
	s.measure(&item)
	answering := s.answering(r)
	s.availability(&item, r, answering)
	item.Zone = s.zone(r, answering)
	s.explain(&item, r, answering)
	return item, nil
}

// sectorsOf lists the sectors, declared ones first, and says whether all are derived.
func sectorsOf(st *structure.Structure) (out []string, derived bool) {
	for _, a := range st.Activities {
		if !a.Derived {
			for _, code := range a.Sectors {
				out = appendNew(out, code)
			}
		}
	}
	derived = len(out) == 0
	for _, a := range st.Activities {
		for _, code := range a.Sectors {
			out = appendNew(out, code)
		}
	}
	return out, derived && len(out) > 0
}

// measure fills the distance.
func (s *lookup) measure(item *query.Item) {
	if origin, ok := s.query.Origin(s.engine.options.Atlas); ok {
		item.DistanceKM, item.Approximate = origin.Distance(item.Point)
	}
}

// answering lists the activities that meet every activity filter, declared ones first.
func (s *lookup) answering(r *shown) []int {
	var out []int
	failing := s.filter.failingActivities(r.block, r.at, nil)
	for _, derived := range []bool{false, true} {
		for i := range failing {
			if r.activity(i).Derived == derived && failing[i] == 0 {
				out = append(out, i)
			}
		}
	}
	return out
}

// activity gives the declared activity behind a coded one.
func (r *shown) activity(i int) structure.Activity {
	if i < len(r.Activities) {
		return r.Activities[i]
	}
	return structure.Activity{} // the empty one of a structure that declares none
}

// availability is the best state among the activities that answer.
func (s *lookup) availability(item *query.Item, r *shown, answering []int) {
	for _, state := range query.AvailabilityStates {
		for _, i := range answering {
			a := r.activity(i).Availability
			if a.On(s.query.On) != state {
				continue
			}
			item.Availability = state
			if state == structure.BookedUp && a.Until != "" {
				item.AvailableFrom = a.Until.AddDays(1)
			}
			return
		}
	}
}

// zone explains how the activities that answer reach the first territory asked
// for; a declared zone is shown before an undeclared one.
func (s *lookup) zone(r *shown, answering []int) query.ZoneAnswer {
	var undeclared query.ZoneAnswer
	asked := slices.Concat(s.filter.serves, s.filter.covers)
	for _, question := range asked {
		for _, i := range answering {
			if !question.holdsAt(&s.view.lists, r.block, r.at, i, r.acts) {
				continue
			}
			z := r.activity(i).Zone
			if z.Declared() {
				return query.ZoneAnswer{State: query.ZoneServes, Place: question.territory.Label, Zone: z}
			}
			if undeclared.State == query.ZoneNone {
				undeclared = query.ZoneAnswer{State: query.ZoneUndeclared, Place: question.territory.Label}
			}
		}
	}
	return undeclared
}

// excerpt cuts at most excerptLength characters around a place in a text, at
// the edges of words.
func excerpt(text string, at int) string {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) <= excerptLength {
		return text
	}
	n := utf8.RuneCountInString(text)
	at = utf8.RuneCountInString(text[:min(at, len(text))])
	from := max(0, min(at-excerptLength/3, n-excerptLength+2))
	to := min(n, from+excerptLength-2) // two for the marks of omission
	start := byteOf(text, from)
	runes := []rune(text[start : start+byteOf(text[start:], to-from)])
	at -= from
	before, after := from > 0, to < n
	if before {
		if i := slices.Index(runes[:at], ' '); i >= 0 {
			runes, at = runes[i+1:], at-i-1
		}
	}
	if after {
		for i := len(runes) - 1; i > at; i-- {
			if runes[i] == ' ' {
				runes = runes[:i]
				break
			}
		}
	}
	out := strings.TrimRight(string(runes), " ,;:–—")
	if before {
		out = "…" + out
	}
	if after {
		out += "…"
	}
	return out
}

// byteOf is where the nth character of a text begins.
func byteOf(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}
