package web

import (
	"html"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// directory is the path of the search, and what sheets are below.
const searchPath = "/structures"

// maxTitle is how much of a title search engines show before the name of the
// site, in letters.
const maxTitle = 59

// fitted cuts a title so that its end, which tells it from others, is kept. It
// is measured as it is written in the page, where « & » takes five letters.
func fitted(title, end string) string {
	most := maxTitle - written(end)
	for n := most; ; n-- {
		if cut := format.Cut(format.Text(title), n); written(cut) <= most || n <= 0 {
			return cut + end
		}
	}
}

// written is how many letters a text takes in the page: « &amp; » takes five.
func written(s string) int { return utf8.RuneCountInString(html.EscapeString(s)) }

// base is the frame of a page. What search engines may list is decided here: a
// page with an address of its own (path) is listed under it, however it was
// reached; one without ("" : filtered results, a further page, a failure) is not,
// and its links are followed. A caller may only add that a page is not to be listed.
func (s *site) base(title, description, path string) layout.Base {
	b := layout.Base{
		Title: fitted(title, ""), Description: format.Text(description), NoIndex: path == "",
		Demo: s.isDemo(), Territory: format.Text(s.Home.Label), Asset: s.Assets.URL,
	}
	if path != "" {
		b.Canonical = s.Config.BaseURL + path
	}
	return b
}

// resultsAddress is the address under which results are listed: the first page of
// the whole directory has one. Filters make endless pages that say little more than
// the sheets they list.
func resultsAddress(values url.Values, page int) string {
	if len(values) > 0 || page > 1 {
		return ""
	}
	return searchPath
}

// sheetAddress is the address of a sheet, whether its id, its SIRET or its FINESS
// number led to it.
func sheetAddress(id string) string { return searchPath + "/" + url.PathEscape(id) }

// searchURL is the address of a search.
func searchURL(values url.Values) string { return searchAt(searchPath, values) }

// searchAt is the address of a search on the page at path.
func searchAt(path string, values url.Values) string {
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// with copies the parameters with one replaced; no value removes it.
func with(values url.Values, param string, list ...string) url.Values {
	out := maps.Clone(values)
	if len(list) == 0 {
		delete(out, param)
	} else {
		out[param] = list
	}
	return out
}

// without copies the parameters without one value of one of them.
func without(values url.Values, param, value string) url.Values {
	rest := slices.DeleteFunc(slices.Clone(values[param]), func(v string) bool { return v == value })
	return with(values, param, rest...)
}

// places suggests, without a script, the communes of the home territory.
func (s *site) places() []string {
	var out []string
	for ord := range s.Home.Communes.All() {
		if len(out) == maxPlaces {
			return nil // a region has too many to be a list
		}
		out = append(out, format.Text(s.Atlas.At(ord).Name))
	}
	slices.Sort(out)
	return out
}

// maxPlaces bounds the list of places in a page: beyond it, the list weighs more
// than it helps.
const maxPlaces = 60

// inPlaces says where: « à Orly », « à Orly ou à Choisy-le-Roi », « dans 5 territoires ».
func inPlaces(list []territory.Territory) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return format.In(list[0])
	case 2:
		return format.In(list[0]) + " ou " + format.In(list[1])
	}
	return "dans " + format.Count(len(list), "territoire", "territoires")
}

// sourceNote says who gave a fact and when: « Le Marché de l’inclusion, 20 juil. 2026 ».
func sourceNote(source structure.Source, asOf structure.Date) string {
	note := format.Text(source.Label())
	if asOf != "" {
		note += ", " + format.ShortDate(asOf)
	}
	return note
}

// inText is how a source is named after « d’après ».
var inText = map[structure.Source]string{
	structure.SourceDemo:         "les données de démonstration",
	structure.SourceGeneric:      "le fichier du territoire",
	structure.SourceRGE:          "l’ADEME, liste RGE",
	structure.SourceRFAR:         "le médiateur des entreprises, liste RFAR",
	structure.SourceSIRENE:       "l’INSEE, base Sirene",
	structure.SourceOrganisation: "une organisation du portail",
	structure.SourceModerator:    "l’équipe du portail",
	structure.SourceSelf:         "la structure",
}

// sourceInText is sourceNote inside a sentence: « d’après la structure, 20 juil. 2026 ».
func sourceInText(source structure.Source, asOf structure.Date) string {
	note := sourceNote(source, asOf)
	if words, ok := inText[source]; ok {
		note = words + strings.TrimPrefix(note, format.Text(source.Label()))
	}
	return note
}

// sourceName is a source within a sentence, without its date.
func sourceName(source structure.Source) string { return sourceInText(source, "") }

// badgesOf names what a structure of the store is.
func (s *site) badgesOf(v *structure.Structure, day structure.Date) []part.Badge {
	if v.Groupement != nil {
		return groupementBadge(v.Family(day))
	}
	return s.badges(v.KindsInForce(day), v.ESS, v.HasESUS(day), v.Size)
}

// itemBadges names what a result is.
func (s *site) itemBadges(item *query.Item) []part.Badge {
	if item.Groupement != nil {
		return groupementBadge(item.Family)
	}
	return s.badges(item.Kinds, item.ESS, item.ESUS, item.Size)
}

func groupementBadge(f structure.Family) []part.Badge {
	name := taxonomy.TypeName(structure.KindGroupement)
	return []part.Badge{{Label: name.Short, Title: name.Long, Family: string(f)}}
}

// badges names the kinds of a structure, its size when it has no other.
func (s *site) badges(kinds []structure.Kind, ess structure.ESS, esus bool, size structure.Size) []part.Badge {
	var out []part.Badge
	for _, k := range kinds {
		out = append(out, part.Badge{Label: string(k), Title: taxonomy.KindName(k).Long, Family: string(k.Family())})
	}
	if ess != "" {
		out = append(out, part.Badge{Label: taxonomy.ESSName(ess).Short, Title: taxonomy.ESSName(ess).Long, Family: string(structure.FamilyESS)})
	}
	if esus {
		out = append(out, part.Badge{Label: "ESUS", Title: "Entreprise solidaire d’utilité sociale", Family: string(structure.FamilyESS)})
	}
	if len(out) == 0 && size != "" {
		out = append(out, part.Badge{Label: taxonomy.SizeName(size).Short, Title: taxonomy.SizeName(size).Long, Family: string(structure.Entreprise)})
	}
	return out
}

// sizeLine says how big: the workforce band, else the size.
func sizeLine(w structure.Workforce, size structure.Size) string {
	if w != "" {
		return taxonomy.WorkforceLabel(w)
	}
	if size != "" {
		return taxonomy.SizeName(size).Long
	}
	return ""
}
