package web

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

const submissionField = "proposition"

// proposal shows what a structure proposes beside what is published, and who asks to
// hold the sheet.
func (s *site) proposal(c *fiber.Ctx) error { return s.renderProposal(c, "", nil, url.Values{}) }

// renderProposal shows it again when a form was refused: that of an organisation, or
// ("") that of the proposal.
func (s *site) renderProposal(c *fiber.Ctx, of string, why error, typed url.Values) error {
	v, err := s.Directory.Review(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	r := &v.Value
	name := cmp.Or(v.Shown.Value.Name, r.Name, "Fiche sans nom")
	if r.Submission != nil {
		name = cmp.Or(r.Submission.Sheet.Name, name)
	}
	p, err := s.moderating(c, name)
	if err != nil {
		return err
	}
	refuseOnPage(c, &p.Page, &p.State, "Aucune réponse n’est partie", why)
	if p.Facts, err = s.reviewFacts(c, &v); err != nil {
		return err
	}
	if v.Shown.Version > 0 {
		p.Ways = []part.Link{suspendWay(&v.Shown.Value)}
	}
	if !r.AwaitsModerator() {
		p.Warning = "Rien n’attend plus de réponse sur cette fiche."
	}
	if r.Submission != nil {
		kept := url.Values{}
		if of == "" {
			kept = typed
		}
		by, err := s.organisationName(c.UserContext(), r.Submission.Organisation)
		if err != nil {
			return err
		}
		p.Boxes = append(p.Boxes, s.proposalBox(&v, by, kept))
	}
	boxes, err := s.claimBoxes(c, r, of, typed)
	if err != nil {
		return err
	}
	p.Boxes = append(append(p.Boxes, boxes...), pastDecisions(r)...)
	return render(c, admin.DetailView(p))
}

func (s *site) reviewFacts(c *fiber.Ctx, v *directory.Review) (facts []desk.Fact, err error) {
	r := &v.Value
	if v.Shown.Version > 0 {
		facts = s.sheetFacts(&v.Shown.Value)
	} else {
		facts = []desk.Fact{{Term: "Fiche", Text: "nouvelle, pas encore publiée"}, {Term: "Numéro", Text: cmp.Or(format.SIRET(r.SIRET), r.RNA, "aucun")}}
	}
	if r.Owner != "" {
		owner, err := s.organisationName(c.UserContext(), r.Owner)
		return append(facts, desk.Fact{Term: "Tenue par", Text: owner, URL: adminOrganisationURL(r.Owner)}), err
	}
	return append(facts, desk.Fact{Term: "Tenue par", Text: "personne encore"}), nil
}

// proposalBox is what is proposed beside what is published, with the answer.
func (s *site) proposalBox(v *directory.Review, by string, typed url.Values) admin.Box {
	sent := v.Value.Submission
	sides := s.sidesOf(v.Facts, [2]string{"Publié", "Proposé"})
	sides.Alone = v.Shown.Version == 0
	sides.Empty = "Rien ne diffère de ce qui est publié."
	s.tellActivities(sides.Rows, registration.SheetOf(&v.Shown.Value), sent.Sheet)
	if row, ok := declaredRow(sent, &v.Shown.Value); ok {
		sides.Rows = append(sides.Rows, row)
	}
	slices.SortStableFunc(sides.Rows, func(a, b admin.SideRow) int { return toCheck(sent, b.Label) - toCheck(sent, a.Label) })
	for i := range sides.Rows {
		if toCheck(sent, sides.Rows[i].Label) > 0 {
			sides.Rows[i].Note = "À vérifier : c’est pour cela que la fiche vous est soumise."
		}
	}
	choice := admin.FilterField{Field: form.Field{Name: choiceField, Label: "Votre réponse"}, Radios: true}
	for _, o := range []part.Option{
		{Value: string(registration.Accepted), Label: "Accepter et publier"}, {Value: string(registration.ToChange), Label: "Demander une correction"}, {Value: string(registration.Refused), Label: "Refuser"},
	} {
		o.Selected = o.Value == typed.Get(choiceField)
		choice.Options = append(choice.Options, o)
	}
	return admin.Box{
		ID: "proposition", Heading: "Ce que la structure propose", Sides: sides,
		Intro: "Envoyé par « " + by + " », " + format.Moment(sent.At) + ". Ce qui suit est figé : la structure peut continuer d’écrire pendant que vous lisez.",
		Forms: []admin.Form{{
			To: proposalPath + "/" + url.PathEscape(v.ID), Button: "Envoyer la réponse", Hidden: []part.Option{{Value: submissionField, Label: sent.ID}},
			Fields: []admin.FilterField{choice, reasonInput(typed.Get(reasonField), "Ce que vous dites à la structure", "Nécessaire pour une correction ou un refus : elle le reçoit par courriel, tel quel.")},
		}},
	}
}

// tellActivities says all of the activities where their sectors alone are: their zones
// and modes are judged too.
func (s *site) tellActivities(rows []admin.SideRow, shown, sent registration.Sheet) {
	for i := range rows {
		if row := &rows[i]; row.Label == structure.FieldActivities.Label() {
			row.Values[0].Text, row.Values[1].Text = s.activityLines(shown), s.activityLines(sent)
		}
	}
}

func (s *site) activityLines(sheet registration.Sheet) (text string) {
	o := ownSheet{site: s, sheet: sheet, day: s.today()}
	for i := range sheet.Activities {
		a := &sheet.Activities[i]
		text = joined(text, o.activityTitle(a)+format.NNBSP+": "+lowerFirst(o.activityWords(a)))
	}
	return text
}

// toCheck is 1 for what a proposal was sent to have checked.
func toCheck(sent *registration.Submission, label string) int {
	if slices.ContainsFunc(sent.Fields, func(f structure.Field) bool { return f.Label() == label }) {
		return 1
	}
	return 0
}

// declaredRow is the agreements that the structure says it has.
func declaredRow(sent *registration.Submission, shown *structure.Structure) (admin.SideRow, bool) {
	if len(sent.Sheet.Kinds) == 0 {
		return admin.SideRow{}, false
	}
	row := admin.SideRow{Label: structure.FieldAgreements.Label()}
	for _, a := range shown.Agreements {
		row.Values[0].Text = joined(row.Values[0].Text, agreementText(a.Kind, a.Number, a.End))
	}
	row.Values[0].From = fromText(shown.Origins[structure.FieldAgreements])
	for _, d := range sent.Sheet.Kinds {
		row.Values[1].Text = joined(row.Values[1].Text, agreementText(d.Kind, d.Number, d.End))
	}
	row.Values[1].From = "Déclaré, sans source officielle"
	return row, true
}

func joined(list, more string) string {
	if list == "" {
		return more
	}
	return list + "\n" + more
}

func agreementText(kind structure.Kind, number string, end structure.Date) string {
	text := taxonomy.KindName(kind).Long
	if number != "" {
		text += ", n° " + number
	}
	if end != "" {
		text += ", jusqu’au " + format.Date(end)
	}
	return text
}

// claimBoxes are the organisations that ask to hold the sheet.
func (s *site) claimBoxes(c *fiber.Ctx, r *registration.Registration, of string, typed url.Values) (out []admin.Box, err error) {
	for i := range r.Requests {
		q := &r.Requests[i]
		if !q.Open() || q.Proof != registration.ProofModerator {
			continue
		}
		name, err := s.organisationName(c.UserContext(), q.Organisation)
		if err != nil {
			return nil, err
		}
		d, err := s.People.People.Get(c.UserContext(), q.Person)
		if err != nil {
			return nil, err
		}
		id := "demande-" + q.ID
		choice := admin.FilterField{Field: form.Field{Name: choiceField, ID: id + "-choix", Label: "Votre réponse"}, Radios: true}
		reason := reasonInput("", "La raison d’un refus", "Elle part telle quelle par courriel.")
		reason.ID = id + "-raison"
		for _, o := range []part.Option{{Value: string(registration.Accepted), Label: "Confier la fiche à « " + name + " »"}, {Value: string(registration.Refused), Label: "Refuser"}} {
			o.Selected = of == q.Organisation && o.Value == typed.Get(choiceField)
			choice.Options = append(choice.Options, o)
		}
		if of == q.Organisation {
			reason.Value = typed.Get(reasonField)
		}
		intro := d.Value.Shown() + " la demande depuis le " + format.Day(q.At) + "."
		if q.Text != "" {
			intro += " Ce qui le montre, dans ses mots : « " + q.Text + " »"
		}
		out = append(out, admin.Box{ID: id, Heading: "« " + name + " » demande à tenir la fiche", Intro: intro,
			Ways:  []part.Link{{Label: "Voir l’organisation", URL: adminOrganisationURL(q.Organisation)}, {Label: "Voir la personne", URL: adminPersonURL(q.Person)}},
			Forms: []admin.Form{{To: proposalPath + "/" + url.PathEscape(r.ID) + "/demandes/" + url.PathEscape(q.Organisation), Button: "Envoyer la réponse", Fields: []admin.FilterField{choice, reason}}}})
	}
	return out, nil
}

// pastDecisions are the last answers.
func pastDecisions(r *registration.Registration) []admin.Box {
	if len(r.Decisions) == 0 {
		return nil
	}
	t := &admin.Table{Caption: "Réponses données", Heads: []string{"Jour", "Réponse", "Ce qui a été dit"}}
	for _, d := range slices.Backward(r.Decisions) {
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: format.Day(d.At)}, {Text: format.Upper(d.Outcome.Label())}, {Text: cmp.Or(d.Reason, "—")}}})
	}
	return []admin.Box{{ID: "reponses", Heading: "Réponses déjà données", Table: t}}
}

// proposalDecide answers a proposal. Another moderator may have been quicker.
func (s *site) proposalDecide(c *fiber.Ctx) error {
	sent, id := sentForm(c), c.Params("id")
	outcome, reason := registration.Outcome(sent.Get(choiceField)), typedText(sent.Get(reasonField))
	code := map[registration.Outcome]string{registration.Accepted: "accepte", registration.ToChange: "correction", registration.Refused: "refuse"}[outcome]
	var faults fieldFaults
	switch {
	case code == "":
		faults = fieldFaults{{Field: choiceField, Text: "Choisissez votre réponse.", To: choiceField + "-" + string(registration.Accepted)}}
	case outcome != registration.Accepted && letters(reason) < registration.MinReason:
		faults = fieldFaults{{Field: reasonField, Text: "Dites pourquoi, en dix lettres au moins : la structure le recevra."}}
	case letters(reason) > maxReasonLength:
		faults = fieldFaults{{Field: reasonField, Text: "Ce texte a plus de mille lettres : raccourcissez-le."}}
	}
	err := faults.err()
	if err == nil {
		err = s.Directory.Decide(c.UserContext(), signedIn(c).Actor(), id, sent.Get(submissionField), outcome, reason)
	}
	if refusable(err) {
		return s.renderProposal(c, "", err, sent)
	}
	if err != nil {
		return err
	}
	return done(c, moderationPath, code)
}

// claimDecide answers an organisation that asks to hold a sheet.
func (s *site) claimDecide(c *fiber.Ctx) error {
	sent, id, organisation := sentForm(c), c.Params("id"), c.Params("organisation")
	code, reason := "confie", typedText(sent.Get(reasonField))
	var err error
	switch registration.Outcome(sent.Get(choiceField)) {
	case registration.Accepted:
		err = s.Directory.Grant(c.UserContext(), signedIn(c).Actor(), id, organisation)
	case registration.Refused:
		code = "refuse"
		if err = reasonFault(reason); err == nil {
			err = s.Directory.Deny(c.UserContext(), signedIn(c).Actor(), id, organisation, reason)
		}
	default:
		err = account.Fault("Choisissez votre réponse.")
	}
	if refusable(err) {
		return s.renderProposal(c, organisation, err, sent)
	}
	if err != nil {
		return err
	}
	return done(c, moderationPath, code)
}
