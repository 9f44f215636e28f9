// Package oracle answers searches the slow, obvious way: it reads every
// structure and applies the definitions one after the other. It exists to be
// compared with the engine and shares with it only how text is cut into words
// (package french), the table of weights, and the sort keys of package query.
// Keep it simple: its only virtue is that one can see that it is right.
package oracle

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Options are those of the engine that it is compared with.
type Options struct {
	Structures *store.Structures
	Atlas      *territory.Atlas
	Taxonomy   *taxonomy.Taxonomy
	Home       territory.Territory
	Rules      structure.BasisRules
}

// Oracle knows the structures of the store as they were when it was loaded.
type Oracle struct {
	Options
	known []known
	zones map[zoneKey]bool         // answers of structure.Zone, which are slow to give
	cut   map[string][]french.Word // texts that were cut into words: synonyms come often
	held  map[string]int           // holders
}

// known is a structure with its words.
type known struct {
	*structure.Structure
	words said
}

type zoneKey struct {
	id       string
	activity int
	place    string
	covers   bool
}

// New knows the structures given.
func New(o Options, list []structure.Structure) *Oracle {
	out := &Oracle{Options: o, zones: map[zoneKey]bool{}, cut: map[string][]french.Word{}}
	for i := range list {
		out.known = append(out.known, known{&list[i], out.words(&list[i])})
	}
	return out
}

// Load reads every structure that is shown.
func Load(ctx context.Context, o Options) (*Oracle, error) {
	var list []structure.Structure
	for after := ""; ; {
		docs, err := o.Structures.Scan(ctx, after, 500)
		if err != nil {
			return nil, err
		}
		for i := range docs {
			if docs[i].Value.Shown() {
				list = append(list, docs[i].Value)
			}
			after = docs[i].ID
		}
		if len(docs) < 500 {
			return New(o, list), nil
		}
	}
}

// Answer is everything that the query finds, in order.
type Answer struct {
	IDs    []string
	Scores map[string]int
	Facets []query.Facet

	Correction  *query.Correction
	Relaxations []query.Relaxation // when nothing is found
}

// Answer answers q, whatever its page and cursor.
func (o *Oracle) Answer(q query.Query) Answer {
	out := o.plainly(q)
	if len(out.IDs) > 0 {
		return out
	}
	if c := o.correct(q.Text); c != nil {
		q.Text = c.Text
		out = o.plainly(q)
		out.Correction = c
	}
	if len(out.IDs) == 0 {
		out.Relaxations = o.relaxations(q)
	}
	return out
}

// plainly answers q as it is.
func (o *Oracle) plainly(q query.Query) Answer {
	out := Answer{Scores: map[string]int{}}
	units := french.Units(q.Text)
	var texted []known // what the text leaves: it is in no facet's group
	for _, s := range o.known {
		score, ok := score(s.words, units)
		if ok && !s.Closed {
			out.Scores[s.ID] = score
			texted = append(texted, s)
		}
	}
	found := o.filter(q, texted)
	o.sort(q, found, out.Scores)
	for _, s := range found {
		out.IDs = append(out.IDs, s.ID)
	}
	if q.Facets {
		out.Facets = o.facets(q, texted)
	}
	return out
}

func (o *Oracle) filter(q query.Query, list []known) []known {
	var out []known
	for _, s := range list {
		if o.matches(q, s.Structure) {
			out = append(out, s)
		}
	}
	return out
}

func (o *Oracle) count(q query.Query, list []known) int { return len(o.filter(q, list)) }

// matches applies the filters of the query to one structure.
func (o *Oracle) matches(q query.Query, s *structure.Structure) bool {
	return o.identified(q, s) && o.ofKind(q, s) && o.situated(q, s) && o.anyActivity(q, s) &&
		anyOf(q.Sizes, []structure.Size{s.Size}) &&
		anyOf(q.Workforce, []structure.Workforce{s.Workforce}) &&
		anyOf(q.Bases, o.Rules.BasisValues(s, q.On)) &&
		anyOf(q.Labels, labelsInForce(s, q.On))
}

// anyOf reports whether one of the values wanted is there; nothing wanted is no filter.
func anyOf[T comparable](wanted, there []T) bool { return len(wanted) == 0 || share(wanted, there) }

func (o *Oracle) identified(q query.Query, s *structure.Structure) bool {
	return q.Identifier == "" || s.SIRET == q.Identifier || s.FINESS == q.Identifier || s.SIREN() == q.Identifier
}

// ofKind judges kinds and families, which are one group, and the two flags.
func (o *Oracle) ofKind(q query.Query, s *structure.Structure) bool {
	if q.ESS && s.ESS == "" || q.ESUS && !s.HasESUS(q.On) {
		return false
	}
	return len(q.Kinds)+len(q.Families) == 0 || share(q.Kinds, s.KindValues(q.On)) || slices.Contains(q.Families, s.Family(q.On))
}

// situated judges where the establishment is.
func (o *Oracle) situated(q query.Query, s *structure.Structure) bool {
	if q.Among != nil && !slices.Contains(q.Among, s.ID) {
		return false
	}
	if q.RadiusKM > 0 && o.distance(s, *q.Near) > q.RadiusKM {
		return false
	}
	return len(q.Territories) == 0 || slices.ContainsFunc(q.Territories, func(t territory.Territory) bool { return o.isIn(s, t) })
}

// anyActivity reports whether one activity meets all the filters on activities.
func (o *Oracle) anyActivity(q query.Query, s *structure.Structure) bool {
	activities := s.Activities
	if len(activities) == 0 {
		activities = []structure.Activity{{}}
	}
	for i, a := range activities {
		if o.activityMatches(q, s, i, a) {
			return true
		}
	}
	return false
}

func (o *Oracle) activityMatches(q query.Query, s *structure.Structure, i int, a structure.Activity) bool {
	served := func(t territory.Territory) bool { return o.serves(s, i, a, t) }
	covered := func(t territory.Territory) bool { return o.covers(s, i, a, t) }
	return anyOf(q.Sectors, o.withGroups(a.Sectors)) &&
		anyOf(q.Modes, a.Modes) &&
		anyOf(q.Characteristics, a.Characteristics) &&
		anyOf(q.Availability, []structure.AvailabilityState{a.Availability.On(q.On)}) &&
		(len(q.Serves) == 0 || slices.ContainsFunc(q.Serves, served)) &&
		(len(q.Covers) == 0 || slices.ContainsFunc(q.Covers, covered))
}

func (o *Oracle) serves(s *structure.Structure, i int, a structure.Activity, t territory.Territory) bool {
	key := zoneKey{s.ID, i, t.Value, false}
	if _, ok := o.zones[key]; !ok {
		o.zones[key] = a.Zone.Serves(o.Atlas, s.Address, t)
	}
	return o.zones[key]
}

func (o *Oracle) covers(s *structure.Structure, i int, a structure.Activity, t territory.Territory) bool {
	key := zoneKey{s.ID, i, t.Value, true}
	if _, ok := o.zones[key]; !ok {
		o.zones[key] = a.Zone.Covers(o.Atlas, s.Address, t)
	}
	return o.zones[key]
}

// withGroups adds the groups of sectors to the sectors.
func (o *Oracle) withGroups(codes []string) []string {
	var out []string
	for _, code := range codes {
		if s, ok := o.Taxonomy.Sector(code); ok {
			out = append(out, s.Code, s.Group)
		}
	}
	return out
}

func (o *Oracle) isIn(s *structure.Structure, t territory.Territory) bool {
	ord, ok := o.Atlas.Ordinal(s.Address.Commune)
	return ok && t.Communes.Has(ord)
}

func labelsInForce(s *structure.Structure, on structure.Date) []string {
	var out []string
	for _, l := range s.Labels {
		if l.InForce(on) {
			out = append(out, l.Code)
		}
	}
	return out
}

// distance is +Inf from a structure without a usable point.
func (o *Oracle) distance(s *structure.Structure, from query.Place) float64 {
	if p := s.Address.Point; p.Usable() {
		return territory.DistanceKM(from.Lat, from.Lon, p.Lat, p.Lon)
	}
	return math.Inf(1)
}

// sort orders what was found; ties are shuffled by the day, then by id.
func (o *Oracle) sort(q query.Query, found []known, scores map[string]int) {
	origin, _ := q.Origin(o.Atlas)
	slices.SortFunc(found, func(a, b known) int {
		order := 0
		switch q.Sort {
		case query.SortRelevance:
			order = scores[b.ID] - scores[a.ID]
		case query.SortName:
			order = strings.Compare(query.NameKey(a.Name), query.NameKey(b.Name))
		case query.SortUpdated:
			order = b.UpdatedAt.Compare(a.UpdatedAt)
		case query.SortDistance:
			order = cmp.Compare(o.distance(a.Structure, origin), o.distance(b.Structure, origin))
		}
		return cmp.Or(order, cmp.Compare(query.NeutralKey(q.On, a.ID), query.NeutralKey(q.On, b.ID)), strings.Compare(a.ID, b.ID))
	})
}

func share[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(v T) bool { return slices.Contains(b, v) })
}
