package search

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/search/spelling"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Suggester is what a search box that is being typed in needs.
type Suggester interface {
	// Suggest says what a text that is being typed may mean. It honours the
	// deadline of ctx.
	Suggest(ctx context.Context, text string) (query.Suggestions, error)
}

var _ Suggester = (*Engine)(nil)

// minNamed is how many letters a word must have for structures to be suggested by
// it alone: one letter begins a word in most names. Behind other words it narrows.
const minNamed = 2

// Suggest gives sectors and groups by label or synonym, territories, CPV codes
// and structures by name: every word of the text must begin a word of what is
// suggested, in any order, whatever the accents and the case. When nothing
// answers, the words that nobody knows are mended and the text so mended is
// answered (Suggestions.Corrected). Texts beyond the limits of a search suggest
// nothing.
func (e *Engine) Suggest(ctx context.Context, text string) (query.Suggestions, error) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || len(text) > query.MaxTextBytes || !utf8.ValidString(text) || len(french.Words(text)) > query.MaxWords {
		return query.Suggestions{}, nil
	}
	items, err := e.suggest(ctx, text)
	if err != nil || len(items) > 0 {
		return query.Suggestions{Items: items}, err
	}
	mended, ok := e.mend(text)
	if !ok {
		return query.Suggestions{}, nil
	}
	items, err = e.suggest(ctx, mended)
	if err != nil || len(items) == 0 {
		return query.Suggestions{}, err
	}
	return query.Suggestions{Items: items, Corrected: mended}, nil
}

// suggest answers a text as it is.
func (e *Engine) suggest(ctx context.Context, text string) ([]query.Suggestion, error) {
	var out []query.Suggestion
	for _, m := range e.options.Taxonomy.Search(text, query.MaxSuggestions) {
		out = append(out, query.Suggestion{Kind: query.SuggestSector, Value: m.Code, Label: m.Label, Detail: sectorDetail(m)})
	}
	for _, t := range e.options.Atlas.Search(text, e.options.Home, query.MaxSuggestions) {
		out = append(out, query.Suggestion{Kind: query.SuggestTerritory, Value: t.Value, Label: t.Label, Detail: PlaceDetail(e.options.Atlas, t)})
	}
	out = append(out, e.suggestCPV(text)...)
	words := french.Words(text)
	if len(words) == 0 || len(words) == 1 && utf8.RuneCountInString(words[0].Surface) < minNamed {
		return out, nil
	}
	surfaces := make([]string, len(words))
	for i, w := range words {
		surfaces[i] = w.Surface
	}
	names, err := e.namesLike(ctx, surfaces, query.MaxSuggestions)
	if err != nil {
		return nil, fmt.Errorf("suggest names: %w", err)
	}
	return append(out, names...), nil
}

// sectorDetail is the synonym that answers, unless the label says it too, or
// how many sectors a group has.
func sectorDetail(m taxonomy.Match) string {
	if m.Sectors > 1 {
		return fmt.Sprintf("%d secteurs", m.Sectors)
	}
	label := " " + territory.Fold(m.Label) + " "
	for w := range strings.FieldsSeq(territory.Fold(m.Synonym)) {
		if !strings.Contains(label, " "+w+" ") {
			return m.Synonym
		}
	}
	return ""
}

// PlaceDetail says where a commune is, and what kind of territory another is.
func PlaceDetail(a *territory.Atlas, t territory.Territory) string {
	switch t.Kind {
	case territory.KindCommune:
		c, _ := a.Commune(t.Value)
		if d, err := a.Resolve("dep:" + c.Department); err == nil {
			return d.Label
		}
		return ""
	case territory.KindDepartment:
		return "département"
	case territory.KindRegion:
		return "région"
	case territory.KindEPCI:
		return "intercommunalité"
	}
	return ""
}

// suggestCPV offers the codes that begin like the digits typed, each with the
// sectors that a search of the code would ask for.
func (e *Engine) suggestCPV(text string) []query.Suggestion {
	o := e.options
	parser := query.Parser{Atlas: o.Atlas, Taxonomy: o.Taxonomy, Home: o.Home, Rules: o.Rules, Now: o.Now}
	var out []query.Suggestion
	for _, code := range o.Taxonomy.SearchCPV(text, query.MaxSuggestions) {
		q, err := parser.Parse(url.Values{"q": {code}})
		if err != nil || len(q.Recognised) == 0 || q.Recognised[0].Param != "sector" {
			continue
		}
		s := query.Suggestion{Kind: query.SuggestCPV, Value: code, Label: q.Recognised[0].Label}
		switch more := len(q.Recognised) - 1; {
		case more == 1:
			s.Detail = "et 1 autre secteur"
		case more > 1:
			s.Detail = fmt.Sprintf("et %d autres secteurs", more)
		}
		if label, ok := o.Taxonomy.Label(taxonomy.CPV2008, code); ok && s.Detail == "" {
			s.Detail = label
		} else if ok {
			s.Detail += " · " + label
		}
		out = append(out, s)
	}
	return out
}

// mend replaces the words that no sector, synonym or place known around here
// has by the nearest that one has. It is false when there is nothing to mend.
func (e *Engine) mend(text string) (string, bool) {
	words := vocabularyOf(e.options.Taxonomy, e.options.Atlas, e.options.Home)
	runs := french.Runs(text)
	var out strings.Builder
	from, mended := 0, false
	for i, run := range runs {
		typed := text[run[0]:run[1]]
		folded, last := territory.Fold(typed), i == len(runs)-1
		if french.IsStop(typed) || words.Has(folded) || last && words.Begins(folded) {
			continue
		}
		meant, ok := words.Nearest(folded, last)
		if !ok {
			continue
		}
		out.WriteString(text[from:run[0]])
		out.WriteString(meant)
		from, mended = run[1], true
	}
	out.WriteString(text[from:])
	return out.String(), mended
}

// vocabularies keeps the table of each set of reference data and home: one, in
// a portal.
var vocabularies sync.Map // vocabularyKey -> func() *spelling.Table

type vocabularyKey struct {
	taxonomy *taxonomy.Taxonomy
	atlas    *territory.Atlas
	home     string
}

func vocabularyOf(t *taxonomy.Taxonomy, a *territory.Atlas, home territory.Territory) *spelling.Table {
	key := vocabularyKey{t, a, home.Value}
	build, ok := vocabularies.Load(key)
	if !ok {
		build, _ = vocabularies.LoadOrStore(key, sync.OnceValue(func() *spelling.Table { return newVocabulary(t, a, home) }))
	}
	return build.(func() *spelling.Table)()
}

// knownCommune is the population from which a commune is known across the country.
const knownCommune = 20_000

// newVocabulary holds the words of the trades, then those of the home
// territory's places, then those of its departments and of large communes: the
// other 30,000 names are near too many ordinary words.
func newVocabulary(t *taxonomy.Taxonomy, a *territory.Atlas, home territory.Territory) *spelling.Table {
	table := &spelling.Table{}
	for folded, shown := range t.Words() {
		table.Add(folded, shown)
	}
	departments := map[string]bool{}
	for ord := range home.Communes.All() {
		c := a.At(ord)
		departments[c.Department] = true
		addName(table, c.Name)
	}
	for ord := range a.Len() {
		if c := a.At(uint32(ord)); departments[c.Department] || c.Population >= knownCommune { // #nosec G115 -- 35,000 communes
			addName(table, c.Name)
		}
	}
	return table
}

func addName(table *spelling.Table, name string) {
	for _, run := range french.Runs(name) {
		word := name[run[0]:run[1]]
		table.Add(territory.Fold(word), word)
	}
}
