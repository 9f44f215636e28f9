package demo

import (
	"strings"

	"sourcier/internal/reach"
	"sourcier/internal/registration"
	"sourcier/internal/territory"
)

// demoMonths is how long visits of the demonstration go back.
const demoMonths = 12

// Visits are what the portal brought the sheets that are held, over a year; some have
// months of few, and one has had no visit yet.
func Visits(opts Options, list []registration.Registration) (out []reach.Month) {
	opts = opts.withDefaults()
	folded := func(text string) []string { return strings.Fields(territory.Fold(text)) }
	for n := range list {
		r := &list[n]
		if len(r.Versions) == 0 || n == 1 {
			continue
		}
		var words []string
		for _, a := range r.Versions[0].Sheet.Activities {
			for _, code := range a.Sectors {
				sector, _ := opts.Taxonomy.Sector(code)
				words = append(words, reach.Words(sector.Label, folded)...)
			}
		}
		for i, month := range reach.Months(opts.Today, demoMonths) {
			out = append(out, visits(r.ID, month, n, i, words))
		}
	}
	return out
}

// visits of a month grow over the year, with a hollow in summer.
func visits(id, month string, n, i int, words []string) reach.Month {
	found := int64(2 + 3*i + (n*7+i*5)%9)
	if strings.HasSuffix(month, "-08") {
		found = 3
	}
	m := reach.Month{Structure: id, Month: month, Found: found, Viewed: found / 3, Words: map[string]int64{}}
	for k, word := range words[:min(len(words), 6)] {
		m.Words[word] = max(1, found/int64(k+2))
	}
	return m
}
