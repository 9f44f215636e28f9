package query

import (
	"regexp"
	"slices"
	"strings"

	"sourcier/internal/search/french"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// interpret turns what it recognises in the text into filters. It goes on until
// nothing more is recognised, so that the query without the words taken out,
// read again, stays what it is.
func (p *Parser) interpret(q *Query) {
	typed := q.Text
	for q.Text != "" {
		if id, ok := identifier(q.Text); ok {
			q.Identifier, q.Text = id, ""
			return
		}
		r := recogniser{parser: p, text: q.Text,
			kinds:   len(q.Kinds) == 0 && len(q.Families) == 0,
			sectors: len(q.Sectors) == 0,
			serves:  len(q.Serves) == 0,
			near:    q.Near == nil}
		r.run()
		if len(r.found) == 0 {
			break
		}
		r.apply(q)
	}
	if len(french.Units(q.Text)) > 0 {
		return
	}
	if q.Text = ""; len(q.Recognised) == 0 {
		q.Ignored = typed
	}
}

var (
	siretPattern = regexp.MustCompile(`^[0-9]{14}$`)
	shortPattern = regexp.MustCompile(`^[0-9][0-9AB][0-9]{7}$`) // SIREN or FINESS
)

// numberName is what people write before a number: « SIRET : », « n° FINESS ».
var numberName = regexp.MustCompile(`(?i)^(?:n[°º] ?|numéro )?(?:siret|siren|finess)(?: ?n[°º])? ?:? ?`)

// identifier reads a whole text as a SIRET, SIREN or FINESS number, its name
// before it, spaces and dots allowed. The check digits are not asked for: a number with a typing
// mistake finds nothing, and the page shows the number.
func identifier(text string) (string, bool) {
	bare := strings.ToUpper(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ".", "").Replace(numberName.ReplaceAllString(text, "")))
	return bare, siretPattern.MatchString(bare) || shortPattern.MatchString(bare)
}

// recogniser looks for filters in one text.
type recogniser struct {
	parser                       *Parser
	text                         string
	kinds, sectors, serves, near bool // groups that are free to be filled

	runs   [][2]int // words of the unquoted parts
	folded []string // the same, folded
	first  []bool   // the word starts an unquoted part
	found  []recognised
}

// recognised is one finding: the words [from, to) say it; what is cut out of
// the text begins at cut, with the preposition before them.
type recognised struct {
	cut, from, to int
	chips         []Recognised
	place         territory.Territory
	around        around
}

func (r *recogniser) run() {
	for _, s := range french.Segments(r.text) {
		if s.Quoted {
			continue
		}
		for i, run := range french.Runs(r.text[s.Start:s.End]) {
			r.runs = append(r.runs, [2]int{run[0] + s.Start, run[1] + s.Start})
			r.folded = append(r.folded, territory.Fold(r.text[run[0]+s.Start:run[1]+s.Start]))
			r.first = append(r.first, i == 0)
		}
	}
	if r.kinds && len(r.runs) == 1 {
		if chip, ok := wholeKind(r.text); ok {
			r.found = append(r.found, r.finding(0, 0, 1, chip))
			return
		}
	}
	for at := 0; at < len(r.runs); {
		f, ok := r.at(at)
		if !ok {
			at++
			continue
		}
		r.found = append(r.found, f)
		at = f.to
	}
}

// at recognises the words that start at a position.
func (r *recogniser) at(i int) (recognised, bool) {
	if r.near {
		if f, ok := r.radiusAt(i); ok {
			r.near = false // the first of them
			return f, true
		}
	}
	if r.kinds {
		if n, chips, ok := r.kindAt(i); ok {
			return r.finding(i, i, i+n, chips...), true
		}
	}
	if r.sectors {
		if n, chips := r.cpvAt(i); len(chips) > 0 {
			return r.finding(i, i, i+n, chips...), true
		}
	}
	if !r.serves {
		return recognised{}, false
	}
	t, n, ok := r.placeAt(i)
	if !ok {
		return recognised{}, false
	}
	f := r.finding(r.beforePlace(i), i, i+n, Recognised{Param: "serves", Value: t.Value, Label: t.Label})
	f.place = t
	return f, true
}

func (r *recogniser) finding(cut, from, to int, chips ...Recognised) recognised {
	for i := range chips {
		chips[i].Words = r.words(from, to)
	}
	return recognised{cut: cut, from: from, to: to, chips: chips}
}

func (r *recogniser) words(from, to int) string { return r.text[r.runs[from][0]:r.runs[to-1][1]] }

// following gives the folded words from a position to the end of its unquoted part.
func (r *recogniser) following(i int) []string {
	end := i + 1
	for end < len(r.runs) && !r.first[end] {
		end++
	}
	return r.folded[i:end]
}

// placeAt recognises a commune, department or region. Words of the trades alone
// (« bois », « mer »…) stay words.
func (r *recogniser) placeAt(i int) (territory.Territory, int, bool) {
	t, n, ok := r.parser.Atlas.Recognise(r.following(i), r.parser.Home)
	if !ok {
		return t, 0, false
	}
	for at := i; at < i+n; at++ {
		if !french.IsStop(r.words(at, at+1)) && !r.parser.Taxonomy.IsTerm(r.folded[at]) {
			return t, n, true
		}
	}
	return t, 0, false
}

// prepositions that lead to the name of a place, with their articles.
var prepositions = strings.Fields("a au aux dans de des du d en l la le les par pour pres sur vers")

// beforePlace is where the preposition before a place begins, as in « dans le Val-de-Marne ».
func (r *recogniser) beforePlace(i int) int {
	for i > 0 && !r.first[i] && slices.Contains(prepositions, r.folded[i-1]) {
		i--
	}
	return i
}

var cpvPattern = regexp.MustCompile(`^[0-9]{8}(-[0-9])?$`)

// cpvAt recognises a CPV code, with or without its check digit.
func (r *recogniser) cpvAt(i int) (int, []Recognised) {
	n := 1
	code := r.words(i, i+1)
	if i+1 < len(r.runs) && r.runs[i+1][0] == r.runs[i][1]+1 && r.runs[i+1][1] == r.runs[i+1][0]+1 {
		if long := r.words(i, i+2); cpvPattern.MatchString(long) {
			code, n = long, 2
		}
	}
	if !cpvPattern.MatchString(code) {
		return 0, nil
	}
	var chips []Recognised
	for _, s := range closest(r.parser.Taxonomy, code) {
		chips = append(chips, Recognised{Param: "sector", Value: s.Code, Label: s.Label})
	}
	return n, chips
}

// closest keeps the sectors that share the most digits with the code: a sector
// that only names the division must not join those that name the class.
func closest(t *taxonomy.Taxonomy, code string) []taxonomy.Sector {
	digits := code[:8]
	digits = digits[:2] + strings.TrimRight(digits[2:], "0")
	shared := func(s taxonomy.Sector) int {
		best := 0
		for _, prefix := range s.CPV {
			if strings.HasPrefix(digits, prefix) || strings.HasPrefix(prefix, digits) {
				best = max(best, min(len(prefix), len(digits)))
			}
		}
		return best
	}
	all := t.ByCPV(code)
	if len(all) == 0 {
		return nil
	}
	most := 0
	for _, s := range all {
		most = max(most, shared(s))
	}
	return slices.DeleteFunc(all, func(s taxonomy.Sector) bool { return shared(s) < most })
}

// apply turns the findings into filters and takes their words out of the text.
func (r *recogniser) apply(q *Query) {
	var rest strings.Builder
	from := 0
	for _, f := range r.found {
		rest.WriteString(r.text[from:r.runs[f.cut][0]])
		rest.WriteByte(' ')
		from = r.runs[f.to-1][1]
		for _, chip := range f.chips {
			q.recognise(chip, f.place)
		}
		if f.around.place != nil {
			q.Near, q.RadiusKM = f.around.place, f.around.km
		}
	}
	rest.WriteString(r.text[from:])
	loose := strings.Join(strings.Fields(rest.String()), " ")
	q.Text = strings.Trim(loose, " ,;:–—/()")
	canonical(q)
}

func (q *Query) recognise(chip Recognised, place territory.Territory) {
	q.Recognised = append(q.Recognised, chip)
	switch chip.Param {
	case "kind":
		q.Kinds = append(q.Kinds, chip.Value)
	case "family":
		q.Families = append(q.Families, structure.Family(chip.Value))
	case "sector":
		q.Sectors = append(q.Sectors, chip.Value)
	case "serves":
		q.Serves = append(q.Serves, place)
	}
}

// canonical orders what recognise appended as the parameters would be.
func canonical(q *Query) {
	order := KindValues()
	slices.SortFunc(q.Kinds, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	q.Kinds = slices.Compact(q.Kinds)
	q.Families = slices.Compact(q.Families) // one value only can be recognised
	q.Sectors = sorted(q.Sectors)
	slices.SortFunc(q.Serves, func(a, b territory.Territory) int { return strings.Compare(a.Value, b.Value) })
	q.Serves = slices.CompactFunc(q.Serves, func(a, b territory.Territory) bool { return a.Value == b.Value })
}
