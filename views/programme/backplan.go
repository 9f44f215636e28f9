package programme

import (
	"strings"

	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/format"
)

// BackPlan is a back-planning as people read it.
type BackPlan struct {
	Steps   []BackStep
	Lead    string   // how things stand, "" when there are no steps
	Late    bool     // a step is late
	Missing string   // why there is no plan
	Warning string   // what cannot hold
	Notes   []string // why it is as it is
}

// BackStep is a step of it.
type BackStep struct {
	Label string
	When  string // « du 19 mars au 3 mai 2027 »
	Why   string
	State string // « En retard de 12 jours », "" = its time comes
	Pace  sourcing.Pace
}

// sign is the shape of where a step stands: no meaning by colour alone.
func (s BackStep) sign() string {
	switch s.Pace {
	case sourcing.PaceDone:
		return "✓"
	case sourcing.PaceLate:
		return "!"
	case sourcing.PaceNow:
		return "▸"
	case sourcing.PaceSkipped:
		return "–"
	}
	return ""
}

func (s BackStep) class() string {
	if s.Pace == sourcing.PaceAhead {
		return "backplan-step"
	}
	return "backplan-step backplan-" + string(s.Pace)
}

// BackPlanOf words a plan on a day.
func BackPlanOf(b sourcing.BackPlan, today structure.Date) BackPlan {
	out := BackPlan{Warning: format.Text(b.Warning)}
	for _, note := range b.Notes {
		out.Notes = append(out.Notes, format.Text(note))
	}
	switch {
	case b.Ended:
		out.Missing = format.Text("Cet achat n’est plus à préparer : il n’a pas de rétroplanning.")
		return out
	case len(b.Missing) > 0:
		out.Missing = format.Text("Il manque " + format.List(b.Missing) + " pour calculer le rétroplanning.")
		return out
	}
	late := len(b.Late())
	for _, s := range b.Steps {
		out.Steps = append(out.Steps, BackStep{Label: s.Code.Label(), When: whenOf(s), Why: format.Text(s.Why), State: stateOf(s, today), Pace: s.Pace})
	}
	switch {
	case late > 0:
		out.Late, out.Lead = true, format.Count(late, "étape en retard", "étapes en retard")+"."
	default:
		out.Lead = "Aucune étape en retard."
	}
	return out
}

func whenOf(s sourcing.PlanStep) string {
	if s.From == s.Day {
		return "le " + format.Date(s.Day)
	}
	from, to := format.Date(s.From), format.Date(s.Day)
	if year := format.NBSP + string(s.Day[:4]); s.From[:4] == s.Day[:4] {
		from = strings.TrimSuffix(from, year)
	}
	return "du " + from + " au " + to
}

func stateOf(s sourcing.PlanStep, today structure.Date) string {
	switch s.Pace {
	case sourcing.PaceDone:
		return "Fait"
	case sourcing.PaceSkipped:
		return "Non fait"
	case sourcing.PaceNow:
		return "En cours"
	case sourcing.PaceLate:
		return "En retard de " + format.Count(int(today.Time().Sub(s.Day.Time()).Hours()+12)/24, "jour", "jours")
	}
	return ""
}
