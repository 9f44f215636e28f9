package query

import "fmt"

// ParamError says what is wrong with one parameter of a search, in French: to the
// author of a program, who sees parameters and codes, and to the reader of a page,
// who sees fields and filters.
type ParamError struct {
	Param   string   // "kind"
	Value   string   // as received, cut to 80 characters
	Message string   // of the API: « secteur inconnu : les codes sont ceux de /api/v1/sectors »
	Plain   string   // of a page: « secteur inconnu : le choisir dans les filtres »
	Allowed []string // valid values, when there are few
}

func (e *ParamError) Error() string {
	return fmt.Sprintf("%s=%q\u202f: %s", e.Param, e.Value, e.Message)
}
