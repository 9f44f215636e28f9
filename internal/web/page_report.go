package web

import (
	"crypto/rand"
	"errors"
	"slices"

	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

// faults checks the form; what is wrong with each field, by its name.
func (in *reportInput) faults() map[string]string {
	var invalid validator.ValidationErrors
	if !errors.As(validate.Struct(in), &invalid) {
		return nil
	}
	out := map[string]string{}
	for _, f := range invalid {
		out[f.Field()] = format.Text(in.faultText(f))
	}
	return out
}

// faultText says what to do, not which rule failed.
func (in *reportInput) faultText(f validator.FieldError) string {
	switch f.Field() {
	case "motif":
		return "Choisissez ce qui ne va pas."
	case "information":
		return "Choisissez une information de la liste."
	case "courriel":
		return "Cette adresse n’est pas complète : elle s’écrit comme nom@exemple.fr."
	case "site_web":
		return "Un champ caché a été rempli, sans doute par un programme. Il est vide à nouveau : envoyez encore une fois."
	}
	if f.Tag() == "max" {
		return "Le texte a " + format.Count(letters(in.Text), "caractère", "caractères") + ", 2 000 au plus sont gardés. Raccourcissez-le."
	}
	return "Écrivez ce qui est faux ou manque, en une phrase."
}

// reportTargets are where the summary leads for what has no id of its own name.
var reportTargets = map[string]string{"motif": "motif-wrong", "site_web": "envoyer"}

// renderReport answers the form with what was typed. It is never kept by a cache,
// since it holds a token.
func (s *site) renderReport(c *fiber.Ctx, v *structure.Structure, in reportInput, refusal string, faults map[string]string) error {
	p := sheet.ReportPage{
		Base: s.base(fitted("Signaler une erreur"+format.NNBSP+": "+v.Name, ""), "Signaler une erreur sur la fiche d’une structure, ou demander son retrait.", ""),
		Name: v.Name, Sheet: sheetURL(v.ID, ""), Action: reportURL(v), Once: in.Once,
		Text: in.Text, Email: in.Email, Contact: s.Config.ContactEmail,
		State: form.State{Token: s.formToken(c), Heading: "Le signalement n’est pas parti", Refusal: refusal},
	}
	p.Section = searchPath
	if in.Once == "" {
		p.Once = rand.Text()
	}
	for _, cause := range structure.ReportCauses {
		p.Causes = append(p.Causes, part.Option{Value: string(cause), Label: cause.Label(), Selected: string(cause) == in.Cause})
	}
	for _, f := range reportFields {
		p.Fields = append(p.Fields, part.Option{Value: string(f), Label: format.Upper(f.Label()), Selected: string(f) == in.Field})
	}
	for _, name := range []string{"motif", "information", "texte", "courriel", "site_web"} {
		if text, ok := faults[name]; ok {
			p.Faults = append(p.Faults, form.Fault{Field: name, Text: text, To: reportTargets[name]})
		}
	}
	titleFaults(&p.Title, p.State)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return render(c, sheet.ReportView(p))
}

func (s *site) reportedPage(v *structure.Structure, r *structure.Report) sheet.ReportedPage {
	p := sheet.ReportedPage{
		Base: s.base("Signalement reçu", "Confirmation d’un signalement sur une fiche.", ""),
		Name: v.Name, Sheet: sheetURL(v.ID, ""), Reference: structure.Reference(r.Ref), Day: format.Day(r.At),
		Withdrawal: r.Reason == structure.ReportWithdrawal, Answer: r.Email != "", Closed: format.Day(r.ClosedAt), Contact: s.Config.ContactEmail,
	}
	p.Section = searchPath
	return p
}

// isReportField reports whether a fact can be named in a report.
func isReportField(f validator.FieldLevel) bool {
	return slices.Contains(reportFields, structure.Field(f.Field().String()))
}
