package web

import (
	"cmp"
	"fmt"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

// maxQuartersNamed is how many quarters of a commune the sheet names: Marseille
// has 41.
const maxQuartersNamed = 3

// outlines are the quarters whose outline is loaded, perhaps none.
func (s *site) outlines() *territory.Quarters {
	if s.Quarters == nil {
		return nil
	}
	return s.Quarters()
}

// quarterRow says whether the establishment is in a priority neighbourhood, and
// by what one knows it; false where there is none around.
func (s *site) quarterRow(v *structure.Structure) (sheet.Row, bool) {
	st := structure.StandingOf(s.Atlas, s.outlines(), v.Address)
	row := sheet.Row{Term: "Quartier prioritaire (QPV)"}
	switch {
	case st.Within != nil:
		row.Lines = []string{"Dans le quartier " + format.Text(st.Within.Name) + " (" + st.Within.Code + ")"}
		row.Note = s.byPosition(v, *st.Within)
	case st.Outside:
		row.Lines, row.Tone = []string{"Hors QPV (la commune en a " + quarterCount(st.Commune) + ")"}, part.Muted
		known, _ := s.outlines().ByCode(st.Commune[0].Code)
		row.Note = s.byPosition(v, known)
	case len(st.Commune) > 0:
		row.Lines, row.Tone = []string{"La commune a " + quarterCount(st.Commune) + " QPV" + format.NNBSP + ": " + quarterNames(st.Commune)}, part.Muted
		row.Note = "Rien ne dit si l’établissement y est" + format.NNBSP + ": " + unplaced(st)
	default:
		return row, false
	}
	return row, true
}

// unplaced says what keeps one from knowing.
func unplaced(st structure.QuarterStanding) string {
	if !st.Exact {
		return "sa position exacte n’est pas connue."
	}
	return "les contours de ces quartiers ne sont pas chargés."
}

// byPosition says what the answer rests on: the source of the position, the day
// of the outlines, and how far these may be from the published ones.
func (s *site) byPosition(v *structure.Structure, q territory.Quarter) string {
	text := "D’après la position de l’établissement"
	if o, ok := v.Origins[structure.FieldPoint]; ok {
		text += " (" + sourceNote(o.Source, o.AsOf) + ")"
	}
	text += " et les contours officiels des QPV"
	if q.AsOf != "" {
		text += ", fichier du " + format.Date(structure.Date(q.AsOf))
	}
	if q.Simplified > 0 {
		text += fmt.Sprintf(", simplifié à %d m près", q.Simplified)
	}
	return text
}

// quarterCount writes « un », « 2 ».
func quarterCount(list []territory.Quarter) string {
	if len(list) == 1 {
		return "un"
	}
	return format.Number(len(list))
}

// quarterNames names the first of them.
func quarterNames(list []territory.Quarter) string {
	var names []string
	for _, q := range list[:min(len(list), maxQuartersNamed)] {
		names = append(names, format.Text(q.Name))
	}
	if rest := len(list) - len(names); rest > 0 {
		names = append(names, format.Count(rest, "autre", "autres"))
	}
	return strings.Join(names, " · ")
}

// apiQuarter is where the establishment stands with the quartiers prioritaires.
type apiQuarter struct {
	Within  *codeLabel  `json:"within" doc:"Le quartier où sa position exacte la place."`
	Outside bool        `json:"outside" doc:"Sa position exacte n’est dans aucun ; ni l’un ni l’autre : personne ne le sait."`
	AsOf    *string     `json:"as_of" doc:"Jour des contours."`
	Commune []codeLabel `json:"commune" doc:"Tous ceux de la commune."`
}

func (s *site) apiQuarterOf(a structure.Address) *apiQuarter {
	st := structure.StandingOf(s.Atlas, s.outlines(), a)
	if st.Within == nil && len(st.Commune) == 0 {
		return nil
	}
	out := &apiQuarter{Outside: st.Outside, Commune: []codeLabel{}}
	for _, q := range st.Commune {
		out.Commune = append(out.Commune, codeLabel{Code: q.Code, Label: cmp.Or(q.Name, q.Code)})
	}
	switch {
	case st.Within != nil:
		out.Within, out.AsOf = &codeLabel{Code: st.Within.Code, Label: st.Within.Name}, known(st.Within.AsOf)
	case st.Outside:
		q, _ := s.outlines().ByCode(st.Commune[0].Code)
		out.AsOf = known(q.AsOf)
	}
	return out
}
