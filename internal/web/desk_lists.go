package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/buying"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// listsDone words what was done before the lists are shown.
var listsDone = map[string]string{
	"supprimee": "Liste supprimée. Elle peut être récupérée pendant 30 jours, en bas de cette page.", "recuperee": "Liste récupérée.",
}

// lists shows the lists of the organisation.
func (s *site) lists(c *fiber.Ctx) error {
	return s.renderLists(c, "", account.NewID(), form.State{})
}

func (s *site) renderLists(c *fiber.Ctx, name, once string, state form.State) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	b, err := s.Desk.Binder(c.UserContext(), m)
	if err != nil {
		return err
	}
	names, err := s.namesOf(c.UserContext(), b.Persons())
	if err != nil {
		return err
	}
	live := b.Live()
	counts, err := s.Desk.Counts(c.UserContext(), live)
	if err != nil {
		return err
	}
	slices.SortFunc(live, func(a, b buyer.Ref) int { return strings.Compare(territory.Fold(a.Name), territory.Fold(b.Name)) })
	state.Token, state.Heading = s.formToken(c), "La liste n’est pas créée"
	p := buying.ListsPage{
		Page: s.buyingDesk(c, "Listes de structures", listsPath, listsDone), State: state, Organisation: signedIn(c).Acting.Name,
		Writes: m.Writes(), Name: name, Once: once,
	}
	for _, r := range live {
		p.Lists = append(p.Lists, buying.ListLine{Name: r.Name, URL: listURL(r.ID), Count: counted(counts[r.ID]), By: "Le " + format.Day(r.At) + byWhom(names, r.By)})
	}
	for _, r := range b.Lists {
		if m.Writes() && b.Trashed(r.ID, s.Now()) != nil {
			p.Trash = append(p.Trash, buying.ListLine{
				Name: r.Name, Count: "Supprimée le " + format.Day(r.DeletedAt), By: "Le " + format.Day(r.At) + byWhom(names, r.By),
				Action: &form.Action{To: listURL(r.ID) + "/recuperer", Label: "Récupérer", Hidden: "la liste " + r.Name},
			})
		}
	}
	titleFaults(&p.Title, state)
	return render(c, buying.ListsView(p))
}

// sentOnce is the id that a form has chosen for what it makes, another when it is none.
func sentOnce(value string) string {
	if onceID.MatchString(value) {
		return value
	}
	return account.NewID()
}

// listCreate makes a list.
func (s *site) listCreate(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	id := sentOnce(sent.Get("envoi"))
	err = s.Desk.CreateList(c.UserContext(), m, id, sent.Get("nom"))
	if text, status, ok := deskRefused(err); ok {
		return s.renderLists(c.Status(status), typedLine(sent.Get("nom")), id, form.State{Faults: []form.Fault{{Field: "nom", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, listURL(id), "creee")
}

// listEditForm renames a list.
func (s *site) listEditForm(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	ref, _, err := s.Desk.List(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return err
	}
	return s.renderListEdit(c, ref, ref.Name, form.State{})
}

func (s *site) renderListEdit(c *fiber.Ctx, ref buyer.Ref, name string, state form.State) error {
	state.Token, state.Heading = s.formToken(c), "La liste n’est pas renommée"
	p := buying.EditPage{
		Page: s.buyingDesk(c, "Modifier « "+ref.Name+" »", listsPath, nil, s.aboveList(ref)...), State: state,
		Action: listURL(ref.ID) + "/modifier", Name: name, Delete: listURL(ref.ID) + "/supprimer",
	}
	titleFaults(&p.Title, state)
	return render(c, buying.EditView(p))
}

// aboveList are the pages above one of a list.
func (s *site) aboveList(ref buyer.Ref) []part.Link {
	return []part.Link{{Label: "Listes de structures", URL: listsPath}, {Label: ref.Name, URL: listURL(ref.ID)}}
}

// listEdit gives a list another name.
func (s *site) listEdit(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	id, name := c.Params("id"), sentForm(c).Get("nom")
	ref, _, err := s.Desk.List(c.UserContext(), m, id)
	if err != nil {
		return err
	}
	err = s.Desk.RenameList(c.UserContext(), m, id, name)
	if text, status, ok := deskRefused(err); ok {
		return s.renderListEdit(c.Status(status), ref, typedLine(name), form.State{Faults: []form.Fault{{Field: "nom", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, listURL(id), "renommee")
}

// listDeleteForm asks whether to.
func (s *site) listDeleteForm(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	ref, l, err := s.Desk.List(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return err
	}
	return render(c, buying.ConfirmView(buying.ConfirmPage{
		Page:  s.buyingDesk(c, "Supprimer « "+ref.Name+" » ?", listsPath, nil, s.aboveList(ref)...),
		State: form.State{Token: s.formToken(c)},
		Text: []string{format.Text("La liste (" + strings.ToLower(counted(len(l.Entries))) + ") disparaît pour toute l’organisation, avec ses notes."),
			format.Text("Elle peut être récupérée pendant 30 jours, puis elle est effacée.")},
		Action: form.Action{To: listURL(ref.ID) + "/supprimer", Label: "Supprimer la liste", Style: "btn-act"},
		Cancel: part.Link{Label: "Annuler", URL: listURL(ref.ID)},
	}))
}

// listDelete takes a list away.
func (s *site) listDelete(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	if err := s.Desk.DeleteList(c.UserContext(), m, c.Params("id")); err != nil {
		return err
	}
	return done(c, listsPath, "supprimee")
}

// listRestore brings it back.
func (s *site) listRestore(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	if err := s.Desk.RestoreList(c.UserContext(), m, c.Params("id")); err != nil {
		return err
	}
	return done(c, listsPath, "recuperee")
}

// listAddForm shows the lists that structures can be put on.
func (s *site) listAddForm(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	return s.renderAdd(c, addInput{ids: values[paramID], back: people.LocalPath(values.Get(paramBack)), once: account.NewID()}, form.State{})
}

// addInput is the form that adds structures to a list, as it was sent.
type addInput struct {
	ids              []string
	list, name, once string
	back             string // local address, "" for none
}

// clean keeps the ids that may be of structures, as many as are compared.
func (in *addInput) clean() {
	in.ids = slices.DeleteFunc(slices.Clone(in.ids), func(id string) bool { return !idPattern.MatchString(id) })
	slices.Sort(in.ids)
	in.ids = slices.Compact(in.ids)
	in.ids = in.ids[:min(len(in.ids), part.MaxCompared)]
}

func (s *site) renderAdd(c *fiber.Ctx, in addInput, state form.State) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	in.clean()
	docs := make([]store.Doc[structure.Structure], len(in.ids))
	for i, id := range in.ids {
		if docs[i], err = s.shown(c.UserContext(), id); err != nil {
			return err
		}
	}
	if len(docs) == 0 {
		return fiber.ErrNotFound
	}
	b, err := s.Desk.Binder(c.UserContext(), m)
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "Rien n’est ajouté"
	p := buying.AddPage{Page: s.buyingDesk(c, "Ajouter à une liste", listsPath, nil, part.Link{Label: "Listes de structures", URL: listsPath}),
		State: state, IDs: in.ids, Name: in.name, Once: in.once, Back: in.back}
	for _, d := range docs {
		p.Names = append(p.Names, d.Value.Name)
	}
	live := b.Live()
	slices.SortFunc(live, func(a, b buyer.Ref) int { return strings.Compare(territory.Fold(a.Name), territory.Fold(b.Name)) })
	if len(live) > 0 {
		p.Lists = append(p.Lists, part.Option{Value: "", Label: "Choisir une liste…"})
	}
	for _, r := range live {
		p.Lists = append(p.Lists, part.Option{Value: r.ID, Label: r.Name, Selected: r.ID == in.list})
	}
	titleFaults(&p.Title, state)
	return render(c, buying.AddView(p))
}

// listAdd puts structures on a list that is there, or on a new one.
func (s *site) listAdd(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in := addInput{ids: sent[paramID], list: sent.Get("liste"), name: typedLine(sent.Get("nom")), once: sentOnce(sent.Get("envoi")), back: people.LocalPath(sent.Get(paramBack))}
	in.clean()
	id, field := in.list, "liste"
	switch {
	case in.name != "":
		id, field = in.once, "nom"
		err = s.Desk.CreateList(c.UserContext(), m, id, in.name)
	case in.list == "":
		err = account.Fault("Choisissez une liste, ou donnez un nom à une nouvelle.")
	}
	if err == nil {
		_, err = s.Desk.AddToList(c.UserContext(), m, id, in.ids)
	}
	if text, status, ok := deskRefused(err); ok {
		fault := form.Fault{Field: field, Text: text}
		if field == "nom" {
			fault.To = "nom-liste"
		}
		return s.renderAdd(c.Status(status), in, form.State{Faults: []form.Fault{fault}})
	}
	if err != nil {
		return err
	}
	address := listURL(id) + "?" + doneField + "=ajoutee"
	if in.back != "" {
		address += "&" + searchAt("", map[string][]string{paramBack: {in.back}})[1:]
	}
	return c.Redirect(address, fiber.StatusSeeOther)
}
