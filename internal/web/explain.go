package web

import (
	"fmt"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/format"
)

// maxNamed is how many territories of a zone are named before « et n autres ».
const maxNamed = 3

// why lists in French the reasons for which an item was found, the zone last.
func (s *site) why(item query.Item) []string {
	out := make([]string, 0, len(item.Why)+1)
	for _, r := range item.Why {
		out = append(out, reasonText(r))
	}
	if text := zoneReason(s.Atlas, item.Zone); text != "" {
		out = append(out, text)
	}
	return out
}

// reasonText words one reason: « secteur : Nettoyage de locaux ».
func reasonText(r query.Reason) string {
	if r.Text == "" {
		return r.Label
	}
	return format.Text(r.Label + " : " + r.Text)
}

// zoneReason words how the zone answers the territory asked for, "" when none was.
func zoneReason(atlas *territory.Atlas, a query.ZoneAnswer) string {
	switch a.State {
	case query.ZoneServes:
		return format.Text(fmt.Sprintf("dessert %s ; zone : %s", a.Place, zoneText(atlas, a.Zone)))
	case query.ZoneUndeclared:
		return format.Text("zone non déclarée ; établissement sur place : " + a.Place)
	}
	return ""
}

// zoneText words a zone: « France entière », « rayon de 30 km », names of territories.
func zoneText(atlas *territory.Atlas, z structure.Zone) string {
	switch {
	case z.France:
		return "France entière"
	case len(z.Territories) > 0:
		return territoryNames(atlas, z.Territories)
	case z.RadiusKM > 0:
		return "rayon de " + format.Radius(z.RadiusKM)
	}
	return "zone non déclarée"
}

func territoryNames(atlas *territory.Atlas, values []string) string {
	var names []string
	for _, v := range values[:min(maxNamed, len(values))] {
		names = append(names, territoryLabel(atlas, v))
	}
	text := strings.Join(names, ", ")
	if rest := len(values) - maxNamed; rest == 1 {
		text += " et 1 autre territoire"
	} else if rest > 1 {
		text += fmt.Sprintf(" et %d autres territoires", rest)
	}
	return text
}

// territoryLabel names a territory value; one that the atlas does not know is
// its own label.
func territoryLabel(atlas *territory.Atlas, value string) string {
	if t, err := atlas.Resolve(value); err == nil {
		return t.Label
	}
	return value
}
