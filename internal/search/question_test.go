package search_test

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// question makes the parameters of a random query. Most filters are taken from
// one structure, so that something is found.
func (c *corpus) question(all []structure.Structure) url.Values {
	v := url.Values{}
	about := pick(c, all)
	if c.chance(65) {
		v.Set("q", c.text(about))
	}
	for range pick(c, []int{0, 1, 1, 2, 2, 3, 4}) {
		c.filter(v, about)
	}
	c.listing(v)
	return v
}

// text is words of the structure, of others, prefixes, phrases, or nonsense.
func (c *corpus) text(about structure.Structure) string {
	source := strings.Fields(strings.Join(append([]string{about.Name, about.TradeName, about.Description, about.Address.City}, about.References...), " "))
	for _, a := range about.Activities {
		source = append(source, strings.Fields(a.Offer)...)
	}
	switch {
	case len(source) == 0 || c.chance(8):
		return c.phrase(3)
	case c.chance(4):
		return pick(c, []string{about.SIRET, about.FINESS, about.SIREN(), "999990001 00010", "le de la 🙂", `*:* OR (((`, "zzzz"})
	case c.chance(6):
		return pick(c, []string{"ESAT", "EA", "chantier d’insertion", "nettoyage Vitry", "traiteur 90911200", "espaces verts dans le Val-de-Marne"})
	}
	at := c.IntN(len(source))
	n := min(1+c.IntN(3), len(source)-at)
	chosen := slices.Clone(source[at : at+n])
	if c.chance(35) {
		return `"` + strings.Join(chosen, " ") + `"` + pick(c, []string{"", "", " " + pick(c, words)})
	}
	last := []rune(chosen[n-1])
	if c.chance(40) && len(last) > 3 {
		chosen[n-1] = string(last[:3+c.IntN(len(last)-3)])
	}
	if c.chance(15) {
		c.Shuffle(n, func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	}
	if c.chance(10) {
		chosen = append(chosen, pick(c, words))
	}
	if c.chance(15) {
		at := c.IntN(len(chosen))
		chosen[at] = c.misspelt(chosen[at])
	}
	return strings.Join(chosen, " ")
}

// misspelt drops, doubles, replaces or swaps a letter or two of a word.
func (c *corpus) misspelt(word string) string {
	letters := []rune(word)
	for range 1 + c.IntN(2) {
		at := c.IntN(len(letters))
		switch c.IntN(4) {
		case 0:
			letters = slices.Insert(letters, at, letters[at])
		case 1:
			letters[at] = rune('a' + c.IntN(26))
		case 2:
			if at > 0 {
				letters[at-1], letters[at] = letters[at], letters[at-1]
			}
		default:
			if len(letters) > 1 {
				letters = slices.Delete(letters, at, at+1)
			}
		}
	}
	return string(letters)
}

var searchPlaces = strings.Fields("94081 94041 94028 94044 dep:94 dep:91 dep:75 reg:11 epci:200058014 75056 75113 FR 69123 dep:974 2A004")

// filter adds one or two values of one group.
func (c *corpus) filter(v url.Values, about structure.Structure) {
	add := func(param string, own []string, all []string) {
		if len(own) > 0 && c.chance(80) {
			v.Add(param, pick(c, own))
		} else {
			v.Add(param, pick(c, all))
		}
		if c.chance(30) {
			v.Add(param, pick(c, all))
		}
	}
	var sectors, modes, qualities []string
	for _, a := range about.Activities {
		sectors = append(sectors, slices.DeleteFunc(slices.Clone(a.Sectors), func(s string) bool { return s == "secteur-oublie" })...)
		modes = append(modes, plain(a.Modes)...)
		qualities = append(qualities, a.Characteristics...)
	}
	switch c.IntN(17) {
	case 0, 1:
		add("kind", about.KindValues(today), query.KindValues())
	case 2:
		add("family", []string{string(about.Family(today))}, plain(structure.Families))
	case 3:
		v.Set(pick(c, []string{"ess", "esus"}), "1")
	case 4:
		add("size", plain([]structure.Size{about.Size}), plain(structure.Sizes))
	case 5, 6:
		add("sector", sectors, c.sectors)
	case 7:
		add("mode", modes, plain(structure.Modes))
	case 8, 9:
		add("serves", nil, searchPlaces)
	case 10:
		add("covers", nil, searchPlaces)
	case 11:
		add("territory", c.atlas.Of(about.Address.Commune), searchPlaces)
	case 12:
		add("label", nil, []string{"rge", "emplitude", "qualibat", "inconnu"})
	case 13:
		add("basis", nil, plain(structure.Bases))
	case 14:
		add("characteristic", qualities, c.quality)
	case 15:
		add("availability", nil, plain(query.AvailabilityStates))
		add("workforce", plain([]structure.Workforce{about.Workforce}), plain(structure.Workforces))
	case 16:
		v.Set("near", pick(c, []string{"94081", "48.79,2.39", "75056", fmt.Sprintf("%.4f,%.4f", about.Address.Point.Lat, about.Address.Point.Lon)}))
		if c.chance(70) {
			v.Set("radius_km", pick(c, []string{"0.5", "3", "10", "40", "200"}))
		}
	}
}

// listing adds sort, page, facets and fields.
func (c *corpus) listing(v url.Values) {
	if c.chance(60) {
		v.Set("facets", "1")
	}
	if c.chance(25) {
		v.Del("facets")
		for range 1 + c.IntN(4) {
			v.Add("facets", pick(c, query.FacetNames))
		}
	}
	if c.chance(10) {
		v.Set("fields", "id")
	}
	if c.chance(50) {
		v.Set("sort", pick(c, []string{"relevance", "name", "updated", "neutral"}))
	}
	if len(v["near"]) > 0 && c.chance(60) || len(v["serves"]) == 1 && v.Get("serves") == "94081" {
		v.Set("sort", "distance")
	}
	v.Set("per_page", strconv.Itoa(pick(c, []int{1, 3, 7, 20, 100})))
	if c.chance(30) {
		v.Set("page", strconv.Itoa(1+c.IntN(4)))
	}
}

// plain gives the non-empty values as strings.
func plain[T ~string](list []T) []string {
	var out []string
	for _, v := range list {
		if v != "" {
			out = append(out, string(v))
		}
	}
	return out
}
