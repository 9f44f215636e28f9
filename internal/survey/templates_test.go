package survey_test

import (
	"strings"
	"testing"

	"sourcier/internal/survey"
	"sourcier/internal/taxonomy"
)

func TestTemplatesCanBeApproved(t *testing.T) {
	codes := map[string]bool{}
	for _, x := range survey.Templates() {
		q := &x.Questionnaire
		if faults := q.Check(); len(faults) > 0 {
			t.Errorf("%s: %v", x.Code, faults)
		}
		if n := len(q.Questions); n < 10 || n > 18 {
			t.Errorf("%s: %d questions", x.Code, n)
		}
		if codes[x.Code] || x.Label == "" || q.Template != x.Code {
			t.Errorf("%q, %q, %q", x.Code, x.Label, q.Template)
		}
		codes[x.Code] = true
		kinds, secret := map[survey.Kind]bool{}, 0
		for i := range q.Questions {
			kinds[q.Questions[i].Kind] = true
			if q.Questions[i].Confidential {
				secret++
			}
		}
		if len(kinds) < 4 || secret == 0 {
			t.Errorf("%s: %d kinds, %d confidential", x.Code, len(kinds), secret)
		}
		for _, s := range x.Sectors {
			if _, ok := taxonomy.Default().Sector(s); !ok {
				t.Errorf("%s: no sector %q", x.Code, s)
			}
		}
	}
	if len(codes) != 8 || !codes[survey.General] {
		t.Errorf("templates %v", codes)
	}
}

// Double punctuation has a space before it, quotes are French, apostrophes curved.
func TestTemplatesAreTypographic(t *testing.T) {
	for _, x := range survey.Templates() {
		q := &x.Questionnaire
		texts := []string{x.Label, q.Title, q.Intro}
		for i := range q.Questions {
			v := &q.Questions[i]
			texts = append(append(texts, v.Text, v.Help, v.Unit, v.Rationale), v.Options...)
		}
		for _, text := range texts {
			if strings.ContainsAny(text, "'\"\t\n") || strings.Contains(text, "...") || strings.Contains(text, "  ") || text != strings.TrimSpace(text) {
				t.Errorf("%s: %q", x.Code, text)
			}
			for i, r := range text {
				if strings.ContainsRune(":;!?»", r) && i > 0 && !strings.HasSuffix(text[:i], " ") {
					t.Errorf("%s: no space before %q in %q", x.Code, r, text)
				}
			}
		}
	}
}

func TestTemplateOfSectors(t *testing.T) {
	for _, c := range []struct {
		want    string
		sectors []string
	}{
		{"nettoyage", []string{"nettoyage-locaux"}},
		{"espaces-verts", []string{"nettoyage-locaux", "entretien-espaces-verts", "elagage-abattage"}},
		{"demenagement", []string{"demenagement"}},
		{"location-vehicules", []string{"vente-vehicules"}},
		{"collecte-reemploi", []string{"deee"}},
		{survey.General, []string{"assurance-finance"}},
		{survey.General, nil},
	} {
		if got := survey.TemplateFor(c.sectors); got.Code != c.want {
			t.Errorf("%v: %s", c.sectors, got.Code)
		}
	}
	survey.Templates()[0].Questionnaire.Questions[0].Text = "autre"
	if survey.Templates()[0].Questionnaire.Questions[0].Text == "autre" {
		t.Error("a template is changed by who uses it")
	}
	if survey.FindTemplate("rien") != nil || survey.FindTemplate(survey.General) == nil {
		t.Error("by code")
	}
}
