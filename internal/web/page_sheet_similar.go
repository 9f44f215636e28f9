package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/sheet"
)

const (
	// maxSimilar is how many structures a sheet names beside its own.
	maxSimilar = 4
	// similarTime bounds a help that no sheet waits long for.
	similarTime = time.Second
)

// similarWithin are the distances tried, in km: the first at which somebody is found.
var similarWithin = []int{10, 30}

// similar finds structures of the same trades near by. Those that are as near are
// equal: the neutral order of the day chooses, the same for everyone. A search that
// cannot answer takes nothing from the sheet.
func (s *site) similar(c *fiber.Ctx, v *structure.Structure) sheet.Similar {
	sectors := comparedBy(v)
	commune, ok := s.Atlas.Commune(v.Address.Commune)
	if v.Closed || len(sectors) == 0 || !ok || commune.Precision == territory.PrecisionDepartment {
		return sheet.Similar{}
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), similarTime)
	defer cancel()
	for _, km := range similarWithin {
		values := url.Values{"sector": sectors, "near": {commune.Code}, "radius_km": {strconv.Itoa(km)}, "sort": {string(query.SortNeutral)}}
		q, err := s.Parser.Parse(with(values, "per_page", strconv.Itoa(maxSimilar+1)))
		if err != nil {
			s.Log.Error("similar structures", "structure", v.ID, "err", err)
			return sheet.Similar{}
		}
		res, err := s.aside(ctx, q)
		if err != nil {
			s.Log.Warn("similar structures not found", "err", err)
			return sheet.Similar{}
		}
		out := s.similarCards(v, res)
		if p := v.Address.Point; p.Usable() && territory.DistanceKM(p.Lat, p.Lon, commune.Lat, commune.Lon) <= float64(km) {
			out.Total-- // its own sheet is one of those found
		}
		if len(out.Cards) > 0 {
			out.All = searchURL(values)
			out.Why = similarWhy(v, out, km, format.OfCommune(commune.Name))
			return out
		}
	}
	return sheet.Similar{}
}

// comparedBy are the trades of a structure: the declared ones, else those that its
// APE code gives.
func comparedBy(v *structure.Structure) []string {
	var declared, derived []string
	for _, a := range v.Activities {
		for _, code := range a.Sectors {
			switch {
			case a.Derived && !slices.Contains(derived, code):
				derived = append(derived, code)
			case !a.Derived && !slices.Contains(declared, code):
				declared = append(declared, code)
			}
		}
	}
	if len(declared) > 0 {
		return declared[:min(len(declared), query.MaxValues)]
	}
	return derived[:min(len(derived), query.MaxValues)]
}

func (s *site) similarCards(v *structure.Structure, res query.Result) sheet.Similar {
	out := sheet.Similar{Total: res.Total}
	for i := range res.Items {
		item := &res.Items[i]
		if item.ID == v.ID || v.Groupement.Member(item.ID) != nil {
			continue
		}
		if len(out.Cards) == maxSimilar {
			break
		}
		card := sheet.Neighbour{
			URL: sheetURL(item.ID, ""), Name: item.Name, Badges: s.itemBadges(item),
			Place: format.Text(s.place(item)), Sectors: s.shared(v, item), Fictional: item.Demo && s.isMixed(),
		}
		if a, b := v.Address.Point, item.Point; a.Usable() && b.Usable() {
			approximate := a.Precision != structure.PrecisionExact || b.Precision != structure.PrecisionExact
			card.Distance = format.Distance(territory.DistanceKM(a.Lat, a.Lon, b.Lat, b.Lon), approximate)
		}
		out.Cards = append(out.Cards, card)
	}
	return out
}

// place is the commune, else the city as the source spells it.
func (s *site) place(item *query.Item) string {
	if c, ok := s.Atlas.Commune(item.Commune); ok && item.Commune != "" {
		return c.Name
	}
	return item.City
}

// shared names the trades that both have.
func (s *site) shared(v *structure.Structure, item *query.Item) string {
	var names []string
	own := comparedBy(v)
	for _, code := range item.Sectors {
		if slices.Contains(own, code) {
			names = append(names, s.sectorLabel(code))
		}
	}
	text := strings.Join(names[:min(maxSectors, len(names))], " · ")
	if rest := len(names) - maxSectors; rest > 0 {
		text += " · " + format.Count(rest, "autre", "autres")
	}
	return text
}

// similarWhy says by what they are shown.
func similarWhy(v *structure.Structure, found sheet.Similar, km int, of string) string {
	trade := "un métier de cette fiche"
	if len(comparedBy(v)) == 1 {
		trade = "le même métier"
	}
	lead := "Elles ont " + trade + " et sont"
	if len(found.Cards) == 1 {
		lead = "Elle a " + trade + " et se trouve"
	}
	text := lead + " à moins de " + format.Radius(float64(km)) + " du centre " + of + "."
	if found.Total > len(found.Cards) {
		text += " Un tirage au sort, refait chaque jour et le même pour tous, en montre " + strconv.Itoa(len(found.Cards)) + " sur " + format.Number(found.Total) + "."
	}
	return text
}
