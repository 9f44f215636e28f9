package web

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/registration"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
)

// formerAccount names who has no account any more.
const formerAccount = "une personne dont le compte est fermé"

// ownHistory answers what was published, the newest first.
func (s *site) ownHistory(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	return o.renderHistory(o.state())
}

func (o *ownSheet) renderHistory(state form.State) error {
	p := ownsheet.HistoryPage{Page: o.desk("Historique", "/historique", map[string]string{"retabli": "La version est de nouveau en ligne, comme une nouvelle version."}), State: state, URL: o.url() + "/historique"}
	var ids []string
	for _, v := range o.Value.Versions {
		ids = append(ids, v.By)
	}
	names, err := o.personNames(o.c, ids)
	if err != nil {
		return err
	}
	for i, v := range slices.Backward(o.Value.Versions) {
		line := ownsheet.Version{Number: strconv.FormatInt(v.N, 10), When: format.Moment(v.At), By: cmp.Or(names[v.By], formerAccount), Note: versionNote(&v)}
		if i == len(o.Value.Versions)-1 {
			line.Now = "En ligne"
		} else if o.Value.Holds(o.who.Organisation) {
			line.Restore = p.URL + "/" + line.Number
		}
		if i > 0 {
			line.Changes = o.changes(&o.Value.Versions[i-1].Sheet, &v.Sheet)
			for j := range line.Changes {
				line.Changes[j].URL = ""
			}
		} else if line.Note == "" {
			line.Note = "La plus ancienne version gardée."
		}
		p.Versions = append(p.Versions, line)
	}
	titleFaults(&p.Title, state)
	return render(o.c, ownsheet.HistoryView(p))
}

func versionNote(v *registration.Version) string {
	switch {
	case v.Restores > 0:
		return "Retour à la version " + strconv.FormatInt(v.Restores, 10) + "."
	case v.Renews:
		return "Disponibilité prolongée de trois mois."
	}
	return ""
}

// ownRestore brings an earlier version back, as a new one.
func (s *site) ownRestore(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(c.Params("version"), 10, 64)
	if err != nil || n < 1 {
		return fiber.ErrNotFound
	}
	err = s.Directory.Restore(c.UserContext(), o.who, o.ID, n)
	if err == nil {
		return done(c, o.url()+"/historique", "retabli")
	}
	text, status, ok := ownRefusal(err)
	if !ok {
		return err
	}
	state := o.state()
	state.Heading, state.Refusal = "Rien n’est rétabli", text
	c.Status(status)
	return o.renderHistory(state)
}
