package web

import (
	"regexp"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/part"
)

// ellipsis keeps one sign where an excerpt stops at the end of a sentence.
var ellipsis = strings.NewReplacer(".…", ".", "!…", "!", " …", "…")

// maxSectors is how many sectors a card names.
const maxSectors = 3

// card turns an item into what a list shows of it.
func (p *searchPage) card(item *query.Item) part.Card {
	c := part.Card{
		URL: p.sheetURL(item.ID), Name: p.marker.Mark(item.Name),
		Badges: p.itemBadges(item),
		Place:  format.Text(p.place(item)), Size: sizeLine(item.Workforce, item.Size),
		Fictional: item.Demo && p.isMixed(), Zone: p.zoneLine(item.Zone), Bases: p.basisLines(item), Lapses: lapseLines(item.Lapses),
		Availability: availabilityLine(item.Availability, item.AvailableFrom),
	}
	if item.TradeName != item.Name {
		c.TradeName = p.marker.Mark(format.Text(item.TradeName))
	}
	c.Excerpt = p.marker.Mark(ellipsis.Replace(format.Text(item.Excerpt)))
	if item.DistanceKM != nil {
		c.Distance = format.Distance(*item.DistanceKM, item.Approximate)
	}
	if g := item.Groupement; g != nil {
		c.Members = membersLine(g)
		c.Bases, c.Outside = p.jointLines(g)
	}
	c.Sectors, c.SectorNote = p.sectorLine(item)
	c.Why = p.reasons(item)
	return c
}

// sheetURL is the address of a sheet that can lead back to this search.
func (p *searchPage) sheetURL(id string) string { return sheetURL(id, p.back()) }

// sectorLine names the sectors, first and marked those that answer the search.
func (p *searchPage) sectorLine(item *query.Item) (line []format.Segment, note string) {
	matched := map[string]query.Reason{}
	for _, r := range item.Why {
		if r.Field == "sector" || r.Field == "sector_derived" {
			matched[format.Text(r.Text)] = r
		}
	}
	labels := make([]string, 0, len(item.Sectors))
	for _, code := range item.Sectors {
		labels = append(labels, p.sectorLabel(code))
	}
	slices.SortStableFunc(labels, func(a, b string) int {
		_, inA := matched[a]
		_, inB := matched[b]
		return rank(inB) - rank(inA)
	})
	var synonyms []string
	for i, label := range labels[:min(maxSectors, len(labels))] {
		if i > 0 {
			line = append(line, format.Segment{Text: format.NBSP + "· "})
		}
		r, answers := matched[label]
		marked := p.marker.Mark(label)
		if answers && !anyMarked(marked) {
			marked = []format.Segment{{Text: label, Mark: true}}
		}
		line = append(line, marked...)
		synonyms = append(synonyms, unsaid(label, r.Words)...)
	}
	if rest := len(labels) - maxSectors; rest > 0 {
		line = append(line, format.Segment{Text: format.NBSP + "· " + format.Count(rest, "autre", "autres")})
	}
	return line, sectorNote(item.Derived, synonyms)
}

// rank is 1 for what goes first.
func rank(first bool) int {
	if first {
		return 1
	}
	return 0
}

// unsaid keeps the words that the label does not hold: a synonym answers them.
func unsaid(label string, words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return anyMarked(format.NewMarker(w).Mark(label)) })
}

func anyMarked(segments []format.Segment) bool {
	return slices.ContainsFunc(segments, func(s format.Segment) bool { return s.Mark })
}

func sectorNote(derived bool, synonyms []string) string {
	var notes []string
	if len(synonyms) > 0 {
		slices.Sort(synonyms)
		notes = append(notes, "répond à "+format.Quote(format.Text(strings.Join(slices.Compact(synonyms), " "))))
	}
	if derived {
		notes = append(notes, "déduit du code APE")
	}
	if len(notes) == 0 {
		return ""
	}
	return "(" + strings.Join(notes, ", ") + ")"
}

// reasons lists what else answers the search: what the card shows elsewhere
// (name, sector, excerpt, city) needs no second mention.
func (p *searchPage) reasons(item *query.Item) []part.Reason {
	var out []part.Reason
	for _, r := range item.Why {
		switch r.Field {
		case "name", "sector", "sector_derived", "offer", "description", "city":
			continue
		}
		if r.Text != "" {
			out = append(out, part.Reason{Label: format.Text(format.Upper(r.Label)), Text: p.marker.Mark(format.Text(r.Text))})
		}
	}
	return out
}

// codes are the numbers of departments after their names.
var codes = regexp.MustCompile(` \([0-9][0-9AB][0-9]?\)`)

// zoneLine says whether the structure comes to the place asked for.
func (p *searchPage) zoneLine(a query.ZoneAnswer) part.Answer {
	where := p.asked(a.Place)
	switch a.State {
	case query.ZoneServes:
		text := "Intervient " + where
		if detail := codes.ReplaceAllString(zoneText(p.Atlas, a.Zone), ""); detail != a.Place {
			text += " (" + format.Text(detail) + ")"
		}
		return part.Answer{Text: text, Tone: part.Good}
	case query.ZoneUndeclared:
		return part.Answer{Text: "Installée " + where + ", zone non déclarée", Tone: part.Muted}
	}
	return part.Answer{}
}

// asked says a territory of the search in a sentence.
func (p *searchPage) asked(label string) string {
	for _, list := range [][]territory.Territory{p.q.Serves, p.q.Covers} {
		for _, t := range list {
			if t.Label == label {
				return format.In(t)
			}
		}
	}
	return format.In(territory.Territory{Kind: territory.KindCommune, Label: label})
}

// basisLines names the legal bases that decide: L2113-14 only joins two others,
// and L2113-15, which most associations may claim, is shown when there is no
// other or when it was asked for.
func (p *searchPage) basisLines(item *query.Item) []part.BasisLine {
	var out []part.BasisLine
	seen := map[structure.Basis]bool{structure.L2113_14: true}
	for _, claim := range item.Bases {
		if claim.Basis == structure.L2113_15 && len(out) > 0 && !slices.Contains(p.q.Bases, claim.Basis) {
			continue
		}
		if seen[claim.Basis] {
			continue
		}
		seen[claim.Basis] = true
		line := part.BasisLine{Articles: string(claim.Basis), ToCheck: claim.Doubtful(p.q.On)}
		if a := claim.Agreement; a.Kind == "" {
			line.Source = sourceInText(item.ESSOrigin.Source, item.ESSOrigin.AsOf)
		} else {
			line.Source = sourceInText(a.Source, a.AsOf)
			if a.End != "" {
				line.Until = "jusqu’au " + format.ShortDate(a.End)
			}
		}
		out = append(out, line)
	}
	return out
}

// lapseLines tells what a source no longer confirms.
func lapseLines(list []structure.Lapse) []part.Answer {
	var out []part.Answer
	for _, l := range list {
		out = append(out, part.Answer{Text: lapseText(l), Tone: part.Warn})
	}
	return out
}

// lapseText words a recognition that is no longer confirmed.
func lapseText(l structure.Lapse) string {
	return taxonomy.LapseLabel(l) + format.NNBSP + ": n’est plus confirmé depuis le " + format.ShortDate(l.Since) + " par " + sourceName(l.Source)
}

// availabilityLine words what the structure says of its capacity.
func availabilityLine(state structure.AvailabilityState, from structure.Date) part.Answer {
	switch state {
	case structure.Available:
		return part.Answer{Text: "Disponible", Tone: part.Good}
	case structure.OnQuote:
		return part.Answer{Text: "Disponibilité sur devis"}
	case structure.BookedUp:
		text := "Complet"
		if from != "" {
			text += " jusqu’au " + format.ShortDate(from.AddDays(-1))
		}
		return part.Answer{Text: text, Tone: part.Warn}
	}
	return part.Answer{}
}
