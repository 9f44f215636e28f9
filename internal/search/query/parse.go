package query

import (
	"net/url"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Parser turns URL values into a Query. It is immutable.
type Parser struct {
	Atlas    *territory.Atlas
	Taxonomy *taxonomy.Taxonomy
	Home     territory.Territory
	Rules    structure.BasisRules
	Now      func() time.Time
}

// Parse reads the parameters of the API and of the pages (the same names). It
// returns a *ParamError for the first parameter that cannot be understood;
// unknown parameter names are ignored. Free text is interpreted: an identifier,
// a CPV code, a commune, a department or a kind named in it becomes a filter
// (see Query.Recognised); text between quotes is left alone.
func (p *Parser) Parse(v url.Values) (Query, error) { panic("written by the owner of this package") }

// Values is the canonical URL form: Parse(Values(q)) gives q again, with the
// recognised pieces as plain parameters. Default values are left out.
func (q Query) Values() url.Values { panic("") }
