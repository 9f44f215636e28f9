package web

import (
	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/territory"
	"sourcier/views/format"
)

// correction says that the text as typed finds nothing, and which words were
// read instead.
func (p *searchPage) correction() []format.Segment {
	c := p.res.Correction
	if c == nil {
		return nil
	}
	text := "Aucun résultat pour " + format.Quote(format.Text(p.q.Text)) + ". "
	if p.res.Total > 0 {
		text += "Résultats affichés pour «" + format.NBSP
	} else { // the filters leave nothing
		text += "La recherche porte sur «" + format.NBSP
	}
	out := append([]format.Segment{{Text: text}}, mendedWords(c)...)
	return append(out, format.Segment{Text: format.NBSP + "»."})
}

// mendedWords marks in the mended text the words that were not typed so.
func mendedWords(c *query.Correction) []format.Segment {
	meant := map[string]bool{}
	for _, w := range c.Words {
		meant[territory.Fold(w.Meant)] = true
	}
	text := format.Text(c.Text)
	var out []format.Segment
	from := 0
	for _, run := range french.Runs(text) {
		if !meant[territory.Fold(text[run[0]:run[1]])] {
			continue
		}
		if run[0] > from {
			out = append(out, format.Segment{Text: text[from:run[0]]})
		}
		out = append(out, format.Segment{Text: text[run[0]:run[1]], Mark: true})
		from = run[1]
	}
	if from < len(text) {
		out = append(out, format.Segment{Text: text[from:]})
	}
	return out
}
