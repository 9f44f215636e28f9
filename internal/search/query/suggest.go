package query

// SuggestionKind says what a suggestion leads to.
type SuggestionKind string

// Kinds of suggestion, in the order in which they are shown.
const (
	SuggestSector    SuggestionKind = "sector"    // Value is the code of a sector or of a group
	SuggestTerritory SuggestionKind = "territory" // Value is a territory value: 94081, dep:94…
	SuggestCPV       SuggestionKind = "cpv"       // Value is an 8-digit CPV code
	SuggestStructure SuggestionKind = "structure" // Value is the id of the structure
)

// SuggestionKinds lists them in that order.
var SuggestionKinds = []SuggestionKind{SuggestSector, SuggestTerritory, SuggestCPV, SuggestStructure}

// MaxSuggestions bounds the suggestions of one kind.
const MaxSuggestions = 5

// Suggestion is one line offered while a search is being typed.
type Suggestion struct {
	Kind   SuggestionKind
	Value  string
	Label  string // what is shown: the sector's label, the commune, the structure's name
	Detail string // beside it: the synonym that matched, the department, the city
}

// Suggestions are what a text that is being typed may mean: at most
// MaxSuggestions of each kind, the best first.
type Suggestions struct {
	Items []Suggestion // grouped by kind, in the order of the kinds
	// Corrected is the text with its spelling mended, "" unless the suggestions
	// answer that text because nothing answers the one typed.
	Corrected string
}

// Correction is the second try of a text that finds nothing: the words that no
// structure holds, replaced by the nearest that some structure holds.
type Correction struct {
	Text  string // the whole text mended
	Words []Mended
}

// Mended is one word of a Correction.
type Mended struct{ Typed, Meant string }

// Relaxation is a way out of an empty result: one filter group, or one word,
// left out, and what the query then finds.
type Relaxation struct {
	Params []string // URL parameters of the group left out: "sector"; "kind" and "family"; "near" and "radius_km"; "q" for a word
	Words  string   // the word or quoted phrase left out, as typed; "" for a filter group
	Text   string   // for a word: the text without it
	Total  int      // at least 1
}
