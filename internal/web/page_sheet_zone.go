package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

const (
	// maxScope bounds the communes that a zone is told against; a larger home
	// territory is no picture, and the surroundings are told instead.
	maxScope = 40
	// surroundingKM is how far the surroundings of an establishment reach at least, in km.
	surroundingKM = 12
)

// scope is what a zone is told against: the communes of the home territory, or
// those around an establishment that has nothing to do with it.
type scope struct {
	of       string // « de Grand-Orly Seine Bièvre », « autour de Melun »
	communes []territory.Commune
}

// zoneTeller tells the zones of one structure, each once.
type zoneTeller struct {
	*site
	v          *structure.Structure
	day        structure.Date
	told       map[string]string // first trade of the activity that a zone was first told for
	drawn      bool              // one map is open already
	home, near *scope            // made at the first need
}

func (s *site) zoneTeller(v *structure.Structure, day structure.Date) *zoneTeller {
	return &zoneTeller{site: s, v: v, day: day, told: map[string]string{}}
}

// tell completes an activity with what its zone means here: words, and a drawing
// where there is something to see. France and an undeclared zone say it all.
func (t *zoneTeller) tell(line *sheet.Activity, z structure.Zone) {
	if z.France || !z.Declared() {
		return
	}
	key := fmt.Sprint(z)
	if before, ok := t.told[key]; ok {
		line.ZoneNote = "Même zone que pour " + format.Quote(before)
		return
	}
	t.told[key], _, _ = strings.Cut(line.Title, titleDot)
	in := t.scopeOf(z)
	served := t.served(in, z)
	if len(served) == 0 {
		if t.home != nil && len(t.home.communes) > 0 {
			line.ZoneNote = "Aucune des communes " + t.home.of + " n’en fait partie"
		}
		return
	}
	line.ZoneNote = t.words(in, served, z)
	if len(served) == len(in.communes) && t.reachesBeyond(in, z) {
		return // every point would be lit: nothing to see
	}
	line.Map = t.draw(in, served, z)
	line.Map.ID, line.Map.Title = fmt.Sprintf("zone-%d", len(t.told)), "Carte de la zone d’intervention"+format.NNBSP+": "+line.Title
	line.MapOpen = !t.drawn
	t.drawn = true
}

// draw shows the communes of the scope, those served lit, and the establishment.
func (t *zoneTeller) draw(in *scope, served []string, z structure.Zone) *drawing.Map {
	m := &drawing.Map{Text: "Points pleins et noms en gras" + format.NNBSP + ": communes desservies."}
	for _, c := range in.communes {
		m.Communes = append(m.Communes, drawing.Commune{Code: c.Code, Name: c.Name, Lat: c.Lat, Lon: c.Lon, In: slices.Contains(served, c.Code)})
	}
	if p := t.v.Address.Point; p.Usable() {
		m.Marks = []drawing.Mark{{Lat: p.Lat, Lon: p.Lon, Family: t.v.Family(t.day), Label: t.v.Name}}
		if z.RadiusKM > 0 {
			m.Circle = &drawing.Circle{Lat: p.Lat, Lon: p.Lon, KM: z.RadiusKM}
		}
		m.Text += " " + part.Shape(string(m.Marks[0].Family)) + format.NNBSP + ": l’établissement"
		if p.Precision != structure.PrecisionExact {
			m.Text += ", à sa place environ"
		}
		m.Text += "."
	}
	return m
}

// scopeOf chooses the home territory when the zone or the establishment touches
// it, else the surroundings.
func (t *zoneTeller) scopeOf(z structure.Zone) *scope {
	if t.home == nil {
		t.home = &scope{of: "de " + format.Text(t.Home.Label)}
		if t.Home.Communes.Len() <= maxScope {
			for ord := range t.Home.Communes.All() {
				t.home.communes = append(t.home.communes, t.Atlas.At(ord))
			}
		}
		byPopulation(t.home.communes)
	}
	own, known := t.Atlas.Ordinal(t.v.Address.Commune)
	if len(t.home.communes) > 0 && (known && t.Home.Communes.Has(own) || len(t.served(t.home, z)) > 0) {
		return t.home
	}
	if t.near == nil {
		t.near = t.surroundings()
	}
	return t.near
}

// surroundings are the largest communes around the establishment.
func (t *zoneTeller) surroundings() *scope {
	s := &scope{of: "autour " + format.OfCommune(t.city(t.v))}
	p := t.v.Address.Point
	if !p.Usable() {
		return s
	}
	for ord := range uint32(t.Atlas.Len()) { //nolint:gosec // some 35,000
		c := t.Atlas.At(ord)
		if c.Precision != territory.PrecisionDepartment && territory.DistanceKM(p.Lat, p.Lon, c.Lat, c.Lon) <= surroundingKM {
			s.communes = append(s.communes, c)
		}
	}
	byPopulation(s.communes)
	s.communes = s.communes[:min(maxScope/2, len(s.communes))]
	return s
}

func byPopulation(list []territory.Commune) {
	slices.SortFunc(list, func(a, b territory.Commune) int {
		return cmp.Or(cmp.Compare(b.Population, a.Population), cmp.Compare(a.Code, b.Code))
	})
}

// served lists the codes of the communes of a scope that the zone reaches.
func (t *zoneTeller) served(in *scope, z structure.Zone) []string {
	var out []string
	for _, c := range in.communes {
		if one, err := t.Atlas.Resolve(c.Code); err == nil && z.Serves(t.Atlas, t.v.Address, one) {
			out = append(out, c.Code)
		}
	}
	return out
}

// reachesBeyond reports whether the zone has more than the scope.
func (t *zoneTeller) reachesBeyond(in *scope, z structure.Zone) bool {
	if z.RadiusKM > 0 {
		return true
	}
	all := map[string]bool{}
	for _, c := range in.communes {
		all[c.Code] = true
	}
	for _, value := range z.Territories {
		one, err := t.Atlas.Resolve(value)
		if err != nil {
			continue
		}
		for ord := range one.Communes.All() {
			if !all[t.Atlas.At(ord).Code] {
				return true
			}
		}
	}
	return false
}

// words says what the drawing shows: how many communes, which or all but which,
// whichever is shorter, and how exact it is.
func (t *zoneTeller) words(in *scope, served []string, z structure.Zone) string {
	var names, others []string
	for _, c := range in.communes {
		if slices.Contains(served, c.Code) {
			names = append(names, c.Name)
		} else {
			others = append(others, c.Name)
		}
	}
	slices.Sort(names)
	slices.Sort(others)
	total := format.Count(len(in.communes), "commune", "communes")
	text := fmt.Sprintf("Intervient dans %s des %s %s", format.Number(len(names)), total, in.of)
	switch {
	case len(others) == 0:
		text = fmt.Sprintf("Intervient dans les %s %s", total, in.of)
	case len(others) < len(names):
		text += ", toutes sauf " + format.List(others)
	default:
		text += format.NNBSP + ": " + format.List(names)
	}
	if t.reachesBeyond(in, z) {
		text += ", et au-delà"
	}
	return format.Text(text) + "." + t.exactness(z)
}

// exactness says how far the drawing of a radius may be trusted.
func (t *zoneTeller) exactness(z structure.Zone) string {
	if z.RadiusKM == 0 {
		return ""
	}
	switch t.v.Address.Point.Precision {
	case structure.PrecisionExact:
		return ""
	case structure.PrecisionCommune:
		return " Distances comptées depuis le centre de la commune, environ."
	case structure.PrecisionApproximate:
		return " Position de l’établissement connue à quelques kilomètres près, environ."
	}
	return " La position de l’établissement n’est pas connue" + format.NNBSP + ": seule sa commune est sûre."
}
