package programme

import (
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Filter is what is asked of a programme: what is empty asks nothing, and all that is
// asked must hold.
type Filter struct {
	Text         string // words of the object, the reference, a lot or the holder
	State        sourcing.State
	Service      string // id; NoService for those that name none
	Nature       sourcing.Nature
	Period       string // year or quarter of the planned publication: « 2027 », « 2027-T1 »; NoPeriod for those without one
	Amount       string // code of an AmountRange
	Place        string // value of a territory: a place of execution shares a commune with it
	Facilitateur string // id of a person
	Late         bool   // behind its own days
}

// Values that ask for what is not said.
const (
	NoService = "aucun"
	NoPeriod  = "aucune"
	NoAmount  = "inconnu"
)

// AmountRange is a range of estimated amounts.
type AmountRange struct {
	Code     string
	From, To int64 // € HT, To not included; 0 = without end
	Label    string
}

// AmountRanges lists them: around the amounts at which procedures change.
var AmountRanges = []AmountRange{
	{"0-40", 1, 40_000, "Moins de 40 000 €"},
	{"40-90", 40_000, 90_000, "De 40 000 à 90 000 €"},
	{"90-216", 90_000, 216_000, "De 90 000 à 216 000 €"},
	{"216-1000", 216_000, 1_000_000, "De 216 000 € à 1 M€"},
	{"1000-", 1_000_000, 0, "1 M€ et plus"},
	{NoAmount, 0, 1, "Montant non estimé"},
}

func (r AmountRange) holds(euros int64) bool { return euros >= r.From && (r.To == 0 || euros < r.To) }

// AmountOf is the code of the range of an amount.
func AmountOf(euros int64) string {
	for _, r := range AmountRanges {
		if r.holds(euros) {
			return r.Code
		}
	}
	return ""
}

// Dimension is one thing that a filter asks about, and under which purchases are counted.
type Dimension string

// Dimensions.
const (
	ByState   Dimension = "etat"
	ByService Dimension = "service"
	ByNature  Dimension = "nature"
	ByPeriod  Dimension = "periode"
	ByAmount  Dimension = "montant"
)

// value is the filter's value of a dimension.
func (f *Filter) value(d Dimension) string {
	switch d {
	case ByState:
		return string(f.State)
	case ByService:
		return f.Service
	case ByNature:
		return string(f.Nature)
	case ByPeriod:
		return f.Period
	case ByAmount:
		return f.Amount
	}
	return ""
}

// valuesOf are the values of a purchase under a dimension: of a period its year and its
// quarter.
func valuesOf(p *sourcing.Purchase, d Dimension) []string {
	switch d {
	case ByState:
		return []string{string(p.State())}
	case ByService:
		if p.Service == "" {
			return []string{NoService}
		}
		return []string{p.Service}
	case ByNature:
		return []string{string(p.Nature)}
	case ByPeriod:
		if q := string(sourcing.QuarterOf(p.Publication)); q != "" {
			return []string{q[:4], q}
		}
		return []string{NoPeriod}
	case ByAmount:
		return []string{AmountOf(p.Total())}
	}
	return nil
}

var counted = []Dimension{ByState, ByService, ByNature, ByPeriod, ByAmount}

// Found is what a filter finds of a programme.
type Found struct {
	All  int // purchases that the member sees
	List []sourcing.Purchase
	// External are projects of elsewhere: what is added up leaves them out, the
	// organisation does not buy them.
	External int
	Lots     int
	Euros    int64 // of those whose amount is known
	Unsaid   int   // without an amount
	Late     int
	// Counts are, by dimension and value, how many the filter would find with that value
	// alone under the dimension.
	Counts map[Dimension]map[string]int
}

// Count is one of the counts.
func (f *Found) Count(d Dimension, value string) int { return f.Counts[d][value] }

// Values lists the values that there are under a dimension, in their order.
func (f *Found) Values(d Dimension) []string {
	out := make([]string, 0, len(f.Counts[d]))
	for v := range f.Counts[d] {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// Find keeps what the filter asks for, and counts.
func (s *Service) Find(list []sourcing.Purchase, f Filter, on structure.Date) Found {
	out := Found{All: len(list), Counts: map[Dimension]map[string]int{}}
	for _, d := range counted {
		out.Counts[d] = map[string]int{}
	}
	rest := s.rest(&f, on)
	for i := range list {
		p := &list[i]
		values, failed, only := f.judge(p)
		if failed > 1 || !rest(p) {
			continue
		}
		for _, d := range counted {
			if failed == 0 || d == only {
				for _, v := range values[d] {
					out.Counts[d][v]++
				}
			}
		}
		if failed == 0 {
			out.add(p, on)
		}
	}
	return out
}

// judge gives the values of a purchase, how many dimensions it fails, and the last one.
func (f *Filter) judge(p *sourcing.Purchase) (values map[Dimension][]string, failed int, only Dimension) {
	values = map[Dimension][]string{}
	for _, d := range counted {
		values[d] = valuesOf(p, d)
		if asked := f.value(d); asked != "" && !slices.Contains(values[d], asked) {
			failed, only = failed+1, d
		}
	}
	return values, failed, only
}

func (f *Found) add(p *sourcing.Purchase, on structure.Date) {
	f.List = append(f.List, *p)
	if p.External != nil {
		f.External++
		return
	}
	f.Lots += len(p.Lots)
	f.Euros += p.Total()
	if p.Total() == 0 {
		f.Unsaid++
	}
	if p.Overdue(on) {
		f.Late++
	}
}

// rest is what a filter asks beside its dimensions.
func (s *Service) rest(f *Filter, on structure.Date) func(*sourcing.Purchase) bool {
	words := strings.Fields(territory.Fold(f.Text))
	place, err := s.Atlas.Resolve(f.Place)
	placed := f.Place != "" && err == nil
	within := map[string]bool{} // by value of a territory, whether it shares a commune
	return func(p *sourcing.Purchase) bool {
		switch {
		case f.Late && !p.Overdue(on), f.Facilitateur != "" && p.Facilitateur != f.Facilitateur:
			return false
		case placed && !slices.ContainsFunc(placesOf(p), func(v string) bool { return s.meets(within, place, v) }):
			return false
		}
		text := ""
		for i, w := range words {
			if i == 0 {
				text = territory.Fold(searched(p))
			}
			if !strings.Contains(text, w) {
				return false
			}
		}
		return true
	}
}

// meets remembers which territories share a commune with the one that is asked for.
func (s *Service) meets(known map[string]bool, place territory.Territory, value string) bool {
	if yes, ok := known[value]; ok {
		return yes
	}
	t, err := s.Atlas.Resolve(value)
	known[value] = err == nil && t.Communes.Intersects(place.Communes)
	return known[value]
}

// placesOf are the places of a purchase and of its lots.
func placesOf(p *sourcing.Purchase) []string {
	out := slices.Clone(p.Places)
	for i := range p.Lots {
		out = append(out, p.Lots[i].Places...)
	}
	return out
}

// searched is the text of a purchase in which words are looked for.
func searched(p *sourcing.Purchase) string {
	parts := []string{p.Object, p.Reference, p.Holder.Name}
	for i := range p.Lots {
		parts = append(parts, p.Lots[i].Object)
	}
	return strings.Join(parts, "\n")
}

// ParsePeriod reads the period of a filter, "" when it is none.
func ParsePeriod(text string) string {
	year, quarter, cut := strings.Cut(text, "-T")
	n, err := strconv.Atoi(year)
	switch {
	case text == NoPeriod:
		return text
	case err != nil || len(year) != 4 || n < 1900 || cut && (len(quarter) != 1 || quarter < "1" || quarter > "4"):
		return ""
	}
	return text
}
