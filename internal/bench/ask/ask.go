// Package ask holds the questions of the comparison, by class. A question is
// written as the portal's address would be, and parsed by the portal's parser:
// every engine gets the same query.
package ask

import (
	"fmt"
	"net/url"

	"sourcier/internal/bench/corpus"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Class groups questions of one nature.
type Class struct {
	Name      string
	Selective bool // every set without one facet group has at most 1,000 structures
	Prefix    bool // the last word counts as a beginning
	Misspelt  bool // answered by the spelling tolerance of each engine
	Questions []string
}

// Question is one query of a class.
type Question struct {
	Number    int // its place in All
	Class     string
	Text      string // as in the address
	Query     query.Query
	Selective bool
	Prefix    bool
	Misspelt  bool
	// Tolerance is by what part the totals of two engines may differ: distances
	// are measured on another Earth by each (sphere, ellipsoid, 32-bit floats).
	Tolerance float64
}

// parse reads the text of a question, with what every engine counts and gives.
func (q *Question) parse() error {
	parser, err := Parser()
	if err != nil {
		return err
	}
	v, err := url.ParseQuery(q.Text)
	if err == nil {
		v["facets"], v["fields"] = []string{"kind", "family", "sector", "territory", "size", "workforce"}, []string{"id"}
		q.Query, err = parser.Parse(v)
	}
	if err != nil {
		return fmt.Errorf("question %q: %w", q.Text, err)
	}
	return nil
}

// Whole is the question as the results page asks it: every facet, and items with
// their reasons and excerpts. The other engines answer ids and six facets.
func (q Question) Whole() Question {
	q.Query.OnlyFacets, q.Query.IDsOnly = nil, false
	return q
}

// Home is the territory that the « serves » facet counts, as on a portal.
const Home = "epci:200058014"

// Parser is that of a portal on the day of the corpus.
func Parser() (*query.Parser, error) {
	atlas := territory.Default()
	home, err := atlas.Resolve(Home)
	if err != nil {
		return nil, err
	}
	return &query.Parser{Atlas: atlas, Taxonomy: taxonomy.Default(), Home: home, Rules: structure.DefaultBasisRules(), Now: corpus.Now}, nil
}

// All parses the questions of every class, in order.
func All() ([]Question, error) {
	var out []Question
	for _, c := range Classes {
		for _, text := range c.Questions {
			one := Question{Number: len(out), Class: c.Name, Text: text, Selective: c.Selective, Prefix: c.Prefix, Misspelt: c.Misspelt}
			if err := one.parse(); err != nil {
				return nil, err
			}
			if one.Query.RadiusKM > 0 {
				one.Tolerance = 0.002
			}
			out = append(out, one)
		}
	}
	return out, nil
}
