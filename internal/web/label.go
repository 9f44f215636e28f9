package web

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/label"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/label"
	"sourcier/views/part"
)

const (
	ourLabelsPath  = "/labels"
	criteriaPath   = ourLabelsPath + "/criteres"
	structureField = "structure"
)

// labelRoles define labels and give them, for their organisation.
var labelRoles = []account.Role{account.Buyer, account.Organiser, account.SpaserLead, account.Network}

// labelRoutes are those of the labels that organisations define.
func (s *site) labelRoutes(app *fiber.App, limited fiber.Handler) {
	public, givers := door{site: s, app: app, access: anyone}, door{site: s, app: app, access: only(labelRoles...)}
	public.Get(criteriaPath+"/:slug", limited, s.withDirectory, s.labelCriteria)
	givers.Get(ourLabelsPath, limited, s.withDirectory, s.ourLabels)
	givers.Get(ourLabelsPath+"/nouveau", limited, s.withDirectory, s.labelNew)
	givers.Post(ourLabelsPath+"/nouveau", limited, s.withDirectory, s.labelDefine)
	givers.Get(ourLabelsPath+"/:id", limited, s.withDirectory, s.labelShow)
	givers.Get(ourLabelsPath+"/:id/modifier", limited, s.withDirectory, s.labelEdit)
	givers.Post(ourLabelsPath+"/:id/modifier", limited, s.withDirectory, s.labelDescribe)
	givers.Get(ourLabelsPath+"/:id/terminer", limited, s.withDirectory, s.labelEndForm)
	givers.Post(ourLabelsPath+"/:id/terminer", limited, s.withDirectory, s.labelEnd)
	givers.Get(ourLabelsPath+"/:id/titulaires/:structure", limited, s.withDirectory, s.holderForm)
	givers.Post(ourLabelsPath+"/:id/titulaires/:structure", limited, s.withDirectory, s.holderGive)
	givers.Get(ourLabelsPath+"/:id/titulaires/:structure/retirer", limited, s.withDirectory, s.holderWithdrawForm)
	givers.Post(ourLabelsPath+"/:id/titulaires/:structure/retirer", limited, s.withDirectory, s.holderWithdraw)
}

func labelURL(id string) string { return ourLabelsPath + "/" + url.PathEscape(id) }

func holderURL(id, structureID string) string {
	return labelURL(id) + "/titulaires/" + url.PathEscape(structureID)
}

// actingAs is who asks, for the organisation as which the person acts.
func actingAs(c *fiber.Ctx) directory.Who {
	who := signedIn(c)
	return directory.Who{Person: who.Person.ID, Organisation: who.Acting.Organisation}
}

var labelDone = map[string]string{
	"defini": "Le label est défini. Donnez-le à des structures ci-dessous.", "modifie": "Le label est à jour.", "termine": "Le label est terminé : aucune fiche ne le montre plus.",
	"donne": "Le label est donné : la fiche le montre et la recherche le trouve.", "retire": "Le label est retiré de la fiche.",
}

// givingDesk is the frame of a page on labels.
func (s *site) givingDesk(c *fiber.Ctx, heading, current string, said map[string]string, above ...part.Link) desk.Page {
	area := desk.Giving
	if signedIn(c).Acting.Role == account.Network {
		area = desk.Network
	}
	p := desk.Page{Base: s.base(heading, heading, ""), Area: area, Current: current, Heading: heading, Above: above, Done: doneText(c, said)}
	p.Section = current
	return p
}

// ourLabels lists those of the organisation.
func (s *site) ourLabels(c *fiber.Ctx) error {
	docs, err := s.Directory.Labels(c.UserContext(), actingAs(c).Organisation)
	if err != nil {
		return err
	}
	p := admin.List{
		Page: s.givingDesk(c, "Labels de "+signedIn(c).Acting.Name, ourLabelsPath, labelDone), Act: part.Link{Label: "Définir un label", URL: ourLabelsPath + "/nouveau"},
		Intro: []string{"Un label dit qu’une structure répond à vos critères, que tout le monde peut lire. Sa fiche le montre, la recherche et les exports le trouvent."},
		Table: admin.Table{Caption: "Labels", Heads: []string{"Label", "État", "Titulaires"}, Empty: "Votre organisation n’a pas encore défini de label."},
	}
	for _, d := range docs {
		state := admin.Cell{Text: "donné", Tone: "good"}
		if d.Value.EndedOn != "" {
			state = admin.Cell{Text: "terminé", Tone: "bad", Note: "le " + format.ShortDate(d.Value.EndedOn)}
		}
		p.Table.Rows = append(p.Table.Rows, admin.Row{Cells: []admin.Cell{
			{Text: format.Text(d.Value.Name), URL: labelURL(d.ID)}, state, {Text: format.Number(d.Value.Count(s.today()))},
		}})
	}
	return render(c, admin.ListView(p))
}

// labelNew asks for the words of a label.
func (s *site) labelNew(c *fiber.Ctx) error {
	return s.renderLabelForm(c, "Définir un label", ourLabelsPath+"/nouveau", "Définir le label", url.Values{}, nil)
}

func (s *site) renderLabelForm(c *fiber.Ctx, heading, to, button string, typed url.Values, why error, above ...part.Link) error {
	p := admin.Detail{Page: s.givingDesk(c, heading, ourLabelsPath, nil, append([]part.Link{{Label: "Labels", URL: ourLabelsPath}}, above...)...), State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "Le label n’est pas enregistré", why)
	return render(c, admin.FormView(p, admin.Form{To: to, Button: button, Fields: []admin.FilterField{
		{Field: form.Field{Name: label.FieldName, Label: "Nom", Value: typed.Get(label.FieldName), Help: "Tel que la fiche et les filtres le montrent. L’adresse du label ne change plus ensuite."}},
		{Field: form.Field{Name: label.FieldCriteria, Label: "Critères", Value: typed.Get(label.FieldCriteria), Help: "Ce qu’une structure doit remplir, et qui le vérifie. Lisible par tout le monde."}, Rows: "8"},
		{Field: form.Field{Name: label.FieldSince, Label: "Existe depuis", Type: "date", Value: typed.Get(label.FieldSince), Optional: true, Short: true}},
	}}))
}

// readLabel reads the form; its faults stand at their fields.
func readLabel(sent url.Values) (label.Words, url.Values, error) {
	typed := typedLines(sent)
	typed.Set(label.FieldCriteria, typedText(sent.Get(label.FieldCriteria)))
	since, err := optionalDay(typed.Get(label.FieldSince))
	if err != nil {
		return label.Words{}, typed, fieldFaults{{Field: label.FieldSince, Text: "Donnez un jour, comme 2026-11-28, ou rien."}}
	}
	return label.Words{Name: typed.Get(label.FieldName), Criteria: typed.Get(label.FieldCriteria), Since: since}, typed, nil
}

// optionalDay reads a day, "" for none.
func optionalDay(text string) (structure.Date, error) {
	if text == "" {
		return "", nil
	}
	return structure.ParseDate(text)
}

// atField puts the refusal of a rule at the field that it is about.
func atField(err error) error {
	if f := (*label.Fault)(nil); errors.As(err, &f) {
		return fieldFaults{{Field: f.Field, Text: f.Error()}}
	}
	return err
}

// labelDefine makes a label.
func (s *site) labelDefine(c *fiber.Ctx) error {
	words, typed, err := readLabel(sentForm(c))
	id := ""
	if err == nil {
		id, err = s.Directory.DefineLabel(c.UserContext(), actingAs(c), words)
	}
	if err = atField(err); refusable(err) {
		return s.renderLabelForm(c, "Définir un label", ourLabelsPath+"/nouveau", "Définir le label", typed, err)
	}
	if err != nil {
		return err
	}
	return done(c, labelURL(id), "defini")
}

// ownLabel reads the label that the address names.
func (s *site) ownLabel(c *fiber.Ctx) (store.Doc[label.Label], error) {
	return s.Directory.Label(c.UserContext(), actingAs(c).Organisation, c.Params("id"))
}

func aboveLabel(l *label.Label) part.Link {
	return part.Link{Label: format.Text(l.Name), URL: labelURL(l.ID)}
}

// labelEdit shows the words of a label to change them.
func (s *site) labelEdit(c *fiber.Ctx) error {
	d, err := s.ownLabel(c)
	if err != nil {
		return err
	}
	typed := url.Values{label.FieldName: {d.Value.Name}, label.FieldCriteria: {d.Value.Criteria}, label.FieldSince: {string(d.Value.Since)}}
	return s.renderLabelForm(c, "Modifier "+format.Quote(d.Value.Name), labelURL(d.ID)+"/modifier", "Enregistrer", typed, nil, aboveLabel(&d.Value))
}

// labelDescribe changes them.
func (s *site) labelDescribe(c *fiber.Ctx) error {
	d, err := s.ownLabel(c)
	if err != nil {
		return err
	}
	words, typed, err := readLabel(sentForm(c))
	if err == nil {
		err = s.Directory.DescribeLabel(c.UserContext(), actingAs(c), d.ID, words)
	}
	if err = atField(err); refusable(err) {
		return s.renderLabelForm(c, "Modifier "+format.Quote(d.Value.Name), labelURL(d.ID)+"/modifier", "Enregistrer", typed, err, aboveLabel(&d.Value))
	}
	if err != nil {
		return err
	}
	return done(c, labelURL(d.ID), "modifie")
}

// labelEndForm asks whether to end a label.
func (s *site) labelEndForm(c *fiber.Ctx) error { return s.renderLabelEnd(c, "", nil) }

func (s *site) renderLabelEnd(c *fiber.Ctx, reason string, why error) error {
	d, err := s.ownLabel(c)
	if err != nil {
		return err
	}
	p := admin.Confirm{
		Page:  s.givingDesk(c, "Terminer "+format.Quote(d.Value.Name)+format.NNBSP+"?", ourLabelsPath, nil, part.Link{Label: "Labels", URL: ourLabelsPath}, aboveLabel(&d.Value)),
		State: form.State{Token: s.formToken(c)}, To: labelURL(d.ID) + "/terminer", Back: labelURL(d.ID), Button: "Terminer le label",
		Text:  []string{"Aucune fiche ne montre plus ce label, et il ne se donne plus. Ses critères et son historique restent lisibles. On ne revient pas en arrière."},
		Field: &form.Field{Name: label.FieldReason, Label: "Motif", Value: reason, Help: "De 10 à 100 caractères, gardé dans l’historique."},
	}
	refuseOnPage(c, &p.Page, &p.State, "Le label n’est pas terminé", why)
	return render(c, admin.ConfirmView(p))
}

// labelEnd ends it.
func (s *site) labelEnd(c *fiber.Ctx) error {
	reason := typedLine(sentForm(c).Get(label.FieldReason))
	err := atField(s.Directory.EndLabel(c.UserContext(), actingAs(c), c.Params("id"), reason))
	if refusable(err) {
		return s.renderLabelEnd(c, reason, err)
	}
	if err != nil {
		return err
	}
	return done(c, labelURL(c.Params("id")), "termine")
}

// labelShow shows a label: who holds it, whom to give it to, what was done.
func (s *site) labelShow(c *fiber.Ctx) error {
	d, err := s.ownLabel(c)
	if err != nil {
		return err
	}
	l := &d.Value
	names, err := s.namesOfStructures(c, l.Holders)
	if err != nil {
		return err
	}
	p := admin.Detail{Page: s.givingDesk(c, l.Name, ourLabelsPath, labelDone, part.Link{Label: "Labels", URL: ourLabelsPath}), State: form.State{Token: s.formToken(c)}}
	p.Facts = []desk.Fact{{Term: "Critères", Text: "Lisibles par tout le monde", URL: criteriaPath + "/" + l.Slug}, {Term: "Titulaires aujourd’hui", Text: format.Number(l.Count(s.today()))}}
	if l.Since != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "Existe depuis", Text: format.Date(l.Since)})
	}
	if l.EndedOn != "" {
		p.Warning = "Ce label est terminé depuis le " + format.Date(l.EndedOn) + " : " + l.EndReason
	} else {
		p.Ways = []part.Link{{Label: "Modifier", URL: labelURL(l.ID) + "/modifier"}, {Label: "Terminer le label", URL: labelURL(l.ID) + "/terminer"}}
		box, err := s.pickStructure(c, labelURL(l.ID), "Donner le label", func(id string) string { return holderURL(l.ID, id) })
		if err != nil {
			return err
		}
		p.Boxes = append(p.Boxes, box)
	}
	history, err := s.history(c, store.LabelCollection, l.ID, names)
	if err != nil {
		return err
	}
	p.Boxes = append(p.Boxes, s.holdersBox(l, names), history)
	return render(c, admin.DetailView(p))
}

func (s *site) namesOfStructures(c *fiber.Ctx, holders []label.Holder) (map[string]string, error) {
	out := map[string]string{}
	for part := range slices.Chunk(holders, 200) {
		ids := make([]string, len(part))
		for i := range part {
			ids[i] = part[i].Structure
		}
		called, err := s.Directory.Called(c.UserContext(), ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, called)
	}
	return out, nil
}

func (s *site) holdersBox(l *label.Label, names map[string]string) admin.Box {
	t := admin.Table{Caption: "Titulaires", Heads: []string{"Structure", "Du", "Au", "État"}, Empty: "Aucune structure n’a encore ce label."}
	for i := range l.Holders {
		h := &l.Holders[i]
		name := names[h.Structure]
		if name == "" {
			name = "Structure qui n’est plus dans l’annuaire"
		}
		state := admin.Cell{Text: "en cours", Tone: "good"}
		switch day := s.today(); {
		case !h.Held():
			state = admin.Cell{Text: "retiré", Tone: "bad", Note: format.ShortDay(h.WithdrawnAt) + format.NNBSP + ": " + h.Reason}
		case l.EndedOn != "":
			state = admin.Cell{Text: "terminé", Tone: "bad"}
		case h.From > day:
			state = admin.Cell{Text: "à venir", Tone: "wait"}
		case h.To != "" && h.To < day:
			state = admin.Cell{Text: "échu", Tone: "bad"}
		}
		cell := admin.Cell{Text: format.Text(name)}
		if l.EndedOn == "" {
			cell.URL = holderURL(l.ID, h.Structure)
		}
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{cell, {Text: format.ShortDate(h.From)}, {Text: dashed(format.ShortDate(h.To))}, state}})
	}
	slices.SortStableFunc(t.Rows, func(a, b admin.Row) int { return strings.Compare(a.Cells[0].Text, b.Cells[0].Text) })
	return admin.Box{ID: "titulaires", Heading: "Titulaires", Table: &t}
}

func dashed(text string) string {
	if text == "" {
		return "sans fin"
	}
	return text
}

// maxPicked is how many structures a search by words offers.
const maxPicked = 10

// pickStructure finds structures by words or number, by the address of the page, and
// leads to what is done with one.
func (s *site) pickStructure(c *fiber.Ctx, here, heading string, to func(id string) string) (admin.Box, error) {
	values, err := queryValues(c)
	if err != nil {
		return admin.Box{}, err
	}
	text := typedLine(values.Get(textParam))
	box := admin.Box{ID: "ajouter", Heading: heading, Filter: &admin.Filter{Action: here, Button: "Chercher", Fields: []admin.FilterField{
		{Field: form.Field{Name: textParam, Label: "Nom, SIRET ou numéro FINESS de la structure", Value: text, Type: "search"}},
	}}}
	if text == "" {
		return box, nil
	}
	q, err := s.Parser.Parse(url.Values{textParam: {text}})
	if err != nil {
		box.Filter.Refusal = "Cette recherche n’est pas comprise : donnez un nom ou un SIRET."
		return box, nil
	}
	q.PerPage = maxPicked
	res, err := s.search(c, q)
	if err != nil {
		return box, err
	}
	t := admin.Table{Caption: "Structures trouvées", Heads: []string{"Structure", "Commune"}, Empty: "Aucune structure de l’annuaire ne correspond."}
	for _, h := range res.Items {
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: format.Text(h.Name), URL: to(h.ID), Note: format.SIRET(h.SIRET)}, {Text: h.City}}})
	}
	box.Table = &t
	return box, nil
}

// maxHistory is how many lines of its journal a page shows.
const maxHistory = 30

// history is what was done on an object, by whom.
func (s *site) history(c *fiber.Ctx, collection, id string, names map[string]string) (admin.Box, error) {
	page, err := s.People.Journal(c.UserContext(), store.AuditFilter{Collection: collection, Document: id}, "", maxHistory)
	if err != nil {
		return admin.Box{}, err
	}
	t := admin.Table{Caption: "Historique", Heads: []string{"Ce qui a été fait", "Par", "Le"}, Empty: "Rien n’est encore inscrit."}
	for _, l := range page.Lines {
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: l.Words, Note: aboutStructure(l, names)}, {Text: l.Who}, {Text: format.Moment(l.At)}}})
	}
	return admin.Box{ID: "historique", Heading: "Historique", Table: &t}, nil
}

// aboutStructure names the structure of a line, "" when it is about none.
func aboutStructure(l people.JournalLine, names map[string]string) string {
	for _, f := range l.Fields {
		if name := names[f.After]; name != "" {
			return format.Text(name)
		}
	}
	return ""
}

// holderForm asks for the dates of a label that is being given or renewed.
func (s *site) holderForm(c *fiber.Ctx) error { return s.renderHolder(c, nil, nil) }

// holder reads the label and the structure of an address.
func (s *site) holder(c *fiber.Ctx) (store.Doc[label.Label], store.Doc[structure.Structure], error) {
	d, err := s.ownLabel(c)
	if err != nil {
		return d, store.Doc[structure.Structure]{}, err
	}
	st, err := s.Structures.Get(c.UserContext(), c.Params("structure"))
	return d, st, err
}

func (s *site) renderHolder(c *fiber.Ctx, typed url.Values, why error) error {
	d, st, err := s.holder(c)
	if err != nil {
		return err
	}
	l, h, at := &d.Value, d.Value.Holder(st.ID), holderURL(d.ID, st.ID)
	p := admin.Detail{Page: s.givingDesk(c, st.Value.Name, ourLabelsPath, nil, part.Link{Label: "Labels", URL: ourLabelsPath}, aboveLabel(l)), State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "Le label n’est pas donné", why)
	p.Facts = []desk.Fact{{Term: "Label", Text: format.Text(l.Name)}, {Term: "Fiche", Text: "Voir la fiche publique", URL: sheetAddress(st.ID)}}
	button := "Donner le label"
	if typed == nil {
		typed = url.Values{label.FieldFrom: {string(s.today())}}
		if h != nil {
			typed = url.Values{label.FieldFrom: {string(h.From)}, label.FieldTo: {string(h.To)}}
		}
	}
	if h.Held() {
		button, p.Ways = "Enregistrer les dates", []part.Link{{Label: "Retirer le label", URL: at + "/retirer"}}
	}
	p.Boxes = []admin.Box{{ID: "dates", Heading: "Dates", Forms: []admin.Form{{To: at, Button: button, Fields: []admin.FilterField{
		{Field: form.Field{Name: label.FieldFrom, Label: "Premier jour", Type: "date", Value: typed.Get(label.FieldFrom), Short: true}},
		{Field: form.Field{Name: label.FieldTo, Label: "Dernier jour", Type: "date", Value: typed.Get(label.FieldTo), Optional: true, Short: true, Help: "Sans date, le label vaut jusqu’à ce qu’il soit retiré."}},
	}}}}}
	return render(c, admin.DetailView(p))
}

// holderGive gives the label, or sets other dates.
func (s *site) holderGive(c *fiber.Ctx) error {
	typed := typedLines(sentForm(c))
	from, err1 := optionalDay(typed.Get(label.FieldFrom))
	to, err2 := optionalDay(typed.Get(label.FieldTo))
	var faults fieldFaults
	if err1 != nil {
		faults = append(faults, form.Fault{Field: label.FieldFrom, Text: "Donnez un jour, comme 2026-11-28."})
	}
	if err2 != nil {
		faults = append(faults, form.Fault{Field: label.FieldTo, Text: "Donnez un jour, comme 2026-11-28, ou rien."})
	}
	if len(faults) > 0 {
		return s.renderHolder(c, typed, faults)
	}
	err := atField(s.Directory.GiveLabel(c.UserContext(), actingAs(c), c.Params("id"), c.Params("structure"), from, to))
	if refusable(err) {
		return s.renderHolder(c, typed, err)
	}
	if err != nil {
		return err
	}
	return done(c, labelURL(c.Params("id")), "donne")
}

// holderWithdrawForm asks whether to take a label from a structure.
func (s *site) holderWithdrawForm(c *fiber.Ctx) error { return s.renderWithdraw(c, "", nil) }

func (s *site) renderWithdraw(c *fiber.Ctx, reason string, why error) error {
	d, st, err := s.holder(c)
	if err != nil {
		return err
	}
	at := holderURL(d.ID, st.ID)
	p := admin.Confirm{
		Page: s.givingDesk(c, "Retirer le label"+format.NNBSP+"?", ourLabelsPath, nil, part.Link{Label: "Labels", URL: ourLabelsPath}, aboveLabel(&d.Value),
			part.Link{Label: format.Text(st.Value.Name), URL: at}),
		State: form.State{Token: s.formToken(c)}, To: at + "/retirer", Back: at, Button: "Retirer le label",
		Text:  []string{"La fiche de " + format.Quote(st.Value.Name) + " ne montre plus le label " + format.Quote(d.Value.Name) + ", et la recherche ne la trouve plus par lui. Vous pourrez le donner de nouveau."},
		Field: &form.Field{Name: label.FieldReason, Label: "Motif", Value: reason, Help: "De 10 à 100 caractères, gardé dans l’historique."},
	}
	refuseOnPage(c, &p.Page, &p.State, "Le label n’est pas retiré", why)
	return render(c, admin.ConfirmView(p))
}

// holderWithdraw takes it.
func (s *site) holderWithdraw(c *fiber.Ctx) error {
	reason := typedLine(sentForm(c).Get(label.FieldReason))
	err := atField(s.Directory.WithdrawLabel(c.UserContext(), actingAs(c), c.Params("id"), c.Params("structure"), reason))
	if refusable(err) {
		return s.renderWithdraw(c, reason, err)
	}
	if err != nil {
		return err
	}
	return done(c, labelURL(c.Params("id")), "retire")
}

// labelCriteria says what a label means, to anybody.
func (s *site) labelCriteria(c *fiber.Ctx) error {
	d, err := s.Directory.LabelBySlug(c.UserContext(), c.Params("slug"))
	if err != nil {
		return err
	}
	l := &d.Value
	p := views.Page{Base: s.base("Label "+l.Name, "Les critères du label "+l.Name+", donné par "+l.Issuer+".", ""), Name: l.Name, Lead: format.Text("Donné par " + l.Issuer)}
	if l.Since != "" {
		p.Lead += ", depuis le " + format.Date(l.Since)
	}
	p.Lead += "."
	for _, text := range strings.Split(l.Criteria, "\n") {
		if text = strings.TrimSpace(text); text != "" {
			p.Criteria = append(p.Criteria, format.Text(text))
		}
	}
	if l.EndedOn != "" {
		p.Ended = format.Text("Ce label est terminé depuis le " + format.Date(l.EndedOn) + " : plus aucune structure ne l’a.")
	} else {
		p.Holders = part.Link{Label: "Voir les structures qui ont ce label", URL: searchPath + "?label=" + l.Code()}
	}
	return render(c, views.View(p))
}
