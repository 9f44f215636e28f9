package web

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/groupement"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/groupement"
	"sourcier/views/part"
)

// groupementDraft is name, presentation and need, as they were typed.
type groupementDraft struct {
	groupement.Draft
	where string
}

// readDraft reads them; a place that is unknown is a fault of its field.
func (s *site) readDraft(sent url.Values) (in groupementDraft, faults []form.Fault) {
	in.Name, in.About, in.where = typedLine(sent.Get("nom")), typedText(sent.Get("presentation")), typedLine(sent.Get("lieu"))
	in.Need.Text, in.Need.Basis = typedText(sent.Get("besoin")), structure.Basis(clip(sent.Get("base")))
	if in.Name == "" {
		faults = append(faults, form.Fault{Field: "nom", Text: "Donnez un nom au groupement."})
	}
	if in.where != "" {
		found := s.resolvePlace(clip(in.where), "")
		if len(found) == 1 {
			in.Need.Place = found[0].Value
		} else {
			faults = append(faults, form.Fault{Field: "lieu", Text: "Ce lieu n’est pas connu, ou son nom est celui de plusieurs : donnez le nom exact de la commune ou du département."})
		}
	}
	return in, faults
}

func (in groupementDraft) view() views.Draft {
	out := views.Draft{Name: in.Name, About: in.About, Need: in.Need.Text, Place: in.where, Bases: []part.Option{{Label: "Non, ou je ne sais pas"}}}
	for _, b := range structure.Bases {
		info := taxonomy.BasisInfo(b)
		out.Bases = append(out.Bases, part.Option{Value: string(b), Label: format.Text(info.Short), Selected: b == in.Need.Basis})
	}
	return out
}

// readBrings reads what a member brings.
func readBrings(sent url.Values) groupement.Brings {
	b := groupement.Brings{Words: typedLine(sent.Get("apport"))}
	for _, code := range sent["activite"] {
		b.Sectors = append(b.Sectors, clip(code))
	}
	return b
}

// groupementNew answers the empty form, in the name of the only structure, or of the one
// that is chosen.
func (s *site) groupementNew(c *fiber.Ctx) error {
	return s.renderNewGroupement(c, c.Query(asField), groupementDraft{}, groupement.Brings{}, structure.Conjoint, nil)
}

func (s *site) renderNewGroupement(c *fiber.Ctx, as string, in groupementDraft, b groupement.Brings, chosen structure.Form, faults []form.Fault) error {
	held, err := s.Directory.Held(c.UserContext(), groupementActor(c))
	if err != nil {
		return err
	}
	p := views.NewPage{
		Page:  s.groupementsDesk(c, "Créer un groupement", newGroupementPath, part.Link{Label: "Mes groupements", URL: groupementsPath}),
		State: form.State{Token: s.formToken(c), Heading: "Le groupement n’est pas créé", Faults: faults},
		Draft: in.view(), Forms: formOptions(chosen),
	}
	for i := range held {
		v := &held[i]
		if v.ID == as || len(held) == 1 && as == "" {
			p.As.ID, p.As.Name, p.Part = v.ID, format.Text(v.Name), s.partOf(v, b)
			continue
		}
		p.As.Others = append(p.As.Others, part.Link{Label: format.Text(v.Name), URL: asAddress(newGroupementPath, v.ID)})
	}
	if as != "" && p.As.ID == "" {
		return fiber.ErrNotFound
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.NewView(p))
}

// groupementCreate makes a groupement.
func (s *site) groupementCreate(c *fiber.Ctx) error {
	sent := sentForm(c)
	as, b, chosen := sent.Get(asField), readBrings(sent), structure.Form(clip(sent.Get(formField)))
	in, faults := s.readDraft(sent)
	if b.Empty() {
		faults = append(faults, form.Fault{Field: "apport", Text: "Dites ce que votre structure apporte : une activité, ou quelques mots."})
	}
	if !slices.Contains(structure.Forms, chosen) {
		faults = append(faults, form.Fault{Field: formField, Text: "Choisissez la forme du groupement.", To: formField + "-" + string(structure.Conjoint)})
	}
	if len(faults) > 0 {
		return s.renderNewGroupement(c.Status(fiber.StatusUnprocessableEntity), as, in, b, chosen, faults)
	}
	id, err := s.Directory.Found(c.UserContext(), groupementActor(c), groupement.Founder{Structure: as, Brings: b}, in.Draft, chosen)
	if text, status, ok := refusalOf(err); ok {
		return s.renderNewGroupement(c.Status(status), as, in, b, chosen, []form.Fault{{Field: "nom", Text: text}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(asAddress(groupementURL(id), as)+"&"+doneField+"=cree", fiber.StatusSeeOther)
}
