// Package query is the search as people and the API ask it: the query model,
// its parser from URL values and from free text, its canonical URL form, and
// the shape of the answer. It knows nothing of bleve.
package query

import (
	"slices"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Limits, named for the error messages that cite them.
const (
	MaxTextBytes   = 500    // longer text is refused, not cut
	MaxWords       = 12     // words after stop words; more are refused
	MaxPhrases     = 1      // quoted phrases of several words: positions are read for them, which costs most
	MaxValues      = 50     // values of one repeated parameter
	MaxZones       = 10     // places of serves, and of covers: each is asked of every zone
	MaxPerPage     = 100    // per_page
	DefaultPage    = 20     // per_page when absent
	MaxDepth       = 10_000 // page x per_page
	MaxRadiusKM    = 200    // radius_km of near
	MaxFacetValues = 200    // values listed for one facet, highest counts first
)

// Sort is an order of the results; every order ends with the id.
type Sort string

// Orders.
const (
	SortRelevance Sort = "relevance" // text queries only, their default
	SortDistance  Sort = "distance"  // needs near, or one served territory with a reference point
	SortName      Sort = "name"
	SortUpdated   Sort = "updated" // most recent first
	SortNeutral   Sort = "neutral" // shuffle seeded by the day in Europe/Paris, the default without text
)

// Query is a search. Inside a group the values are alternatives; the groups
// must all hold. Sector, mode, zone, characteristic and availability must hold
// on the same activity.
type Query struct {
	Text string // as typed, minus what was recognised as a filter; "quoted words" are a phrase

	// Group kind: agreement kinds in force and ESS families, and families.
	Kinds    []string
	Families []structure.Family
	ESS      bool // has an ESS family
	ESUS     bool // has the ESUS flag
	Sizes    []structure.Size

	Sectors         []string // sector or sector group codes
	Modes           []structure.Mode
	Serves          []territory.Territory // activity zone shares a commune with one of them
	Covers          []territory.Territory // activity zone contains one of them whole; a group of its own
	Characteristics []string
	Availability    []structure.AvailabilityState

	Territories []territory.Territory // where the establishment is
	Labels      []string
	Bases       []structure.Basis
	Workforce   []structure.Workforce

	// Near keeps structures whose usable point is within RadiusKM of it, and is
	// where distances are measured from. RadiusKM 0 measures and keeps all.
	Near     *Place
	RadiusKM float64

	// Among are ids of the structures that who asks has to do with (they have answered a
	// sourçage, came to an event), when those alone are wanted; nil = all. No parameter
	// gives them: pages for buyers do, and say by which of theirs.
	Among   []string
	AmongBy []string

	// Identifier is set when the whole text is a SIRET, SIREN or FINESS number.
	Identifier string

	Sort    Sort // never "" after parsing
	Page    int  // from 1
	PerPage int
	Cursor  string // opaque; excludes Page > 1
	// Facets asks for counts: those of OnlyFacets, names of FacetNames, or all.
	Facets     bool
	OnlyFacets []string
	// IDsOnly leaves everything but the ids out of the items.
	IDsOnly bool

	// On is the day agreements, labels and availability are judged on and the
	// neutral order is seeded with. The parser sets it to today in Europe/Paris.
	On structure.Date
	// Recognised says what the parser took out of the text, for the chips.
	Recognised []Recognised
	// Ignored is the text as typed when it held no word to search for (only
	// articles, signs, emojis): Text is then "" and the filters alone answer.
	Ignored string
}

// FacetNames lists the facets in the order in which they are shown.
var FacetNames = []string{"kind", "family", "ess", "esus", "sector", "mode", "territory", "serves", "size", "workforce", "basis", "label", "characteristic", "availability"}

// Counts reports whether a facet is asked for.
func (q *Query) Counts(facet string) bool {
	return q.Facets && (len(q.OnlyFacets) == 0 || slices.Contains(q.OnlyFacets, facet))
}

// Place is a point that distances are measured from.
type Place struct {
	Value    string // as in the URL: "48.79,2.39" or an INSEE code
	Label    string
	Lat, Lon float64
	// Approximate is set when the point is the mean of several communes: every
	// distance from it says « environ ».
	Approximate bool
}

// Recognised is a piece of text that became a filter.
type Recognised struct {
	Words string // as typed: "Vitry"
	Param string // "serves", "kind", "family", "sector", "near", "radius_km"
	Value string // "94081"
	Label string // "Vitry-sur-Seine"
}

// Result is the answer to a Query.
type Result struct {
	Total  int
	Items  []Item
	Facets []Facet // in the order in which they are shown; nil unless asked for
	Next   string  // cursor of the next page, "" at the end or when the order has none
	// Correction is set when the text found nothing as typed, filters apart, and
	// the answer is that of the mended text.
	Correction *Correction
	// Relaxations are the ways out of an empty result, the largest total first.
	Relaxations []Relaxation
	Generation  uint64 // of the view that answered: same generation and query, same answer
	Took        time.Duration
}

// List is what a Query finds, as ids: those of one view, which is let go at once.
type List struct {
	Total      int      // of all that is found, listed or not
	IDs        []string // the first of them, in the order of the query
	Correction *Correction
	Generation uint64 // of the view
}

// Item is one structure found.
type Item struct {
	ID            string
	SIRET         string
	FINESS        string
	Name          string
	TradeName     string
	Kind          string // main kind
	Kinds         []structure.Kind
	Groupement    *structure.Groupement // nil of a single structure
	ESS           structure.ESS
	ESSOrigin     structure.Origin // who gave the ESS family, and when
	ESUS          bool
	Family        structure.Family
	Size          structure.Size
	Workforce     structure.Workforce
	Sectors       []string // declared first
	Derived       bool     // all sectors are deduced from the APE code
	Commune       string   // INSEE code
	City          string
	Department    string
	Point         structure.Point
	DistanceKM    *float64 // from Query.Origin; nil without, or when the point is not usable
	Approximate   bool     // the distance says « environ »
	Excerpt       string   // of the description or of the offer that matched, at most 240 characters
	Why           []Reason
	Zone          ZoneAnswer
	Bases         []structure.BasisClaim
	Lapses        []structure.Lapse // agreements that nobody confirms any more
	Availability  structure.AvailabilityState
	AvailableFrom structure.Date // for "complet": the day after Until
	Demo          bool
	UpdatedAt     time.Time
	Score         int // relevance, 0 without text
}

// Reason says why a structure matched a word or a filter.
type Reason struct {
	Field string   // "name", "sector", "sector_derived", "offer", "description", "reference", "city", "identifier"
	Label string   // « secteur », « déduit du code APE »…
	Text  string   // the value that matched: the sector's label, the name…
	Words []string // query words that it answers, as typed
}

// ZoneState says how the zone of an activity relates to the territory asked for.
type ZoneState string

// Zone states.
const (
	ZoneNone       ZoneState = "" // no territory was asked for
	ZoneServes     ZoneState = "serves"
	ZoneUndeclared ZoneState = "undeclared" // « zone non déclarée » : the establishment is there, nothing more is known
)

// ZoneAnswer explains the zone for the territory asked for.
type ZoneAnswer struct {
	State ZoneState
	Place string         // label of the territory
	Zone  structure.Zone // of the activity that matched
}

// Facet is a group of counts. A value's count is the total that choosing it
// alone in its group would give, the other groups unchanged.
type Facet struct {
	Name   string // URL parameter, one of FacetNames
	Values []FacetValue
}

// FacetValue is one line of a facet. Values are sorted by the taxonomy's order
// where there is one (kinds, sizes, modes, bases…), else by count then label.
type FacetValue struct {
	Value    string
	Label    string
	Count    int
	Selected bool
	Parent   string // sector: its group
}
