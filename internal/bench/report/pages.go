package report

import "time"

// Pages is the results page over HTTP, made by templ and by html/template from
// the same model.
type Pages struct {
	Bytes    [2]int        `json:"bytes"`  // of the page: ours, html/template's
	Render   [2]Rate       `json:"render"` // model ready, bare server
	Portal   [2]Rate       `json:"portal"` // whole portal: parse, search, model, middleware
	Alone    [2]float64    `json:"alone"`  // rendering alone, microseconds
	Elapsed  time.Duration `json:"elapsed"`
	Clients  int           `json:"clients"`
	Question string        `json:"question"`
}

// Rate is pages a second of several turns.
type Rate struct {
	PerSecond float64 `json:"per_second"`
	Failed    int     `json:"failed"`
}

// Ratio is how many times more pages ours serves, the model ready.
func (p *Pages) Ratio() float64 {
	if p.Render[1].PerSecond == 0 {
		return 0
	}
	return p.Render[0].PerSecond / p.Render[1].PerSecond
}
