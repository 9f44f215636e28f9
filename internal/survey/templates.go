package survey

import "slices"

// Template is a questionnaire to start from, for purchases of some sectors.
type Template struct {
	Code, Label   string
	Sectors       []string // codes of the taxonomy that it suits; none = any
	Questionnaire Questionnaire
}

// General is the template that suits any purchase.
const General = "general"

// intro says to whoever answers what its answers are for.
const intro = "Nous préparons un marché public et voulons le bâtir sur ce que vous savez faire. Vos réponses nous aident à décrire le besoin, à découper les lots et à fixer un calendrier tenable. " +
	"Elles ne valent ni candidature, ni offre, ni engagement, et n’avantagent personne lors de la consultation : tous ceux que nous interrogeons reçoivent les mêmes questions et ont la même date limite. Une réponse courte suffit ; passez ce qui ne vous concerne pas."

// Templates lists what a questionnaire may start from; the general one comes last. Each
// call gives lists of its own.
func Templates() []Template {
	all := []Template{
		cleaning(), gardens(), catering(), printing(), moving(), vehicles(), reuse(), general(),
	}
	for i := range all {
		t := &all[i]
		t.Questionnaire.Template, t.Questionnaire.Intro = t.Code, intro
		if t.Questionnaire.Title == "" {
			t.Questionnaire.Title = "Questionnaire de sourçage : " + t.Label
		}
	}
	return all
}

// TemplateFor is the template that suits most of the sectors, the general one when none
// does.
func TemplateFor(sectors []string) *Template {
	all := Templates()
	best, most := len(all)-1, 0
	for i := range all {
		n := 0
		for _, s := range sectors {
			if slices.Contains(all[i].Sectors, s) {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	return &all[best]
}

// FindTemplate is the template of a code, nil when there is none.
func FindTemplate(code string) *Template {
	all := Templates()
	i := slices.IndexFunc(all, func(t Template) bool { return t.Code == code })
	if i < 0 {
		return nil
	}
	return &all[i]
}
