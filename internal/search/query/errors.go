package query

import "fmt"

// ParamError says what is wrong with one parameter of a search, in French, for
// the person who typed it.
type ParamError struct {
	Param   string   // "kind"
	Value   string   // as received, cut to 80 characters
	Message string   // « type de structure inconnu »
	Allowed []string // valid values, when there are few
}

func (e *ParamError) Error() string {
	return fmt.Sprintf("%s=%q\u202f: %s", e.Param, e.Value, e.Message)
}
