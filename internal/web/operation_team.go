package web

import (
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

func teamURL(id string) string { return operationURL(id) + "/equipe" }

func teamMateURL(id, person string) string { return teamURL(id) + "/" + url.PathEscape(person) }

// operationTeam shows who works on a sourçage.
func (s *site) operationTeam(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	return s.renderTeam(c, m, seen, nil, form.State{})
}

func (s *site) renderTeam(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, sent url.Values, state form.State) error {
	o := &seen.Operation
	names, err := s.namesOf(c.UserContext(), o.Persons())
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "Rien n’est enregistré"
	p := views.DeskTeam{Page: s.operationFrame(c, seen, "Équipe", "/equipe", operationDone), State: state, URL: teamURL(o.ID), Charter: charterPath}
	p.Own, p.OwnTone = ownPlace(o, m)
	for i := range o.Team {
		if t := &o.Team[i]; t.LeftAt.IsZero() {
			p.Rows = append(p.Rows, teamRow(o, t, m, names))
		}
	}
	if t := o.Teammate(m.Person); t != nil && t.RecusedAt.IsZero() && o.ClosedAt.IsZero() {
		p.Declare = &views.DeskDeclare{Interests: t.Interests, Again: !t.DeclaredAt.IsZero()}
		switch {
		case sent != nil:
			p.Declare.Interests, p.Declare.Has = typedText(sent.Get("lesquels")), sent.Get("interets")
		case t.DeclaredAt.IsZero():
		case t.Interests == "":
			p.Declare.Has = "non"
		default:
			p.Declare.Has = "oui"
		}
	}
	if p.Enrol, err = s.enrolForm(c, m, o, sent); err != nil {
		return err
	}
	titleFaults(&p.Title, state)
	return render(c, views.DeskTeamView(p))
}

// ownPlace says what the reader may do, or lacks to.
func ownPlace(o *sourcing.Operation, m buyer.Member) (text, tone string) {
	switch err := o.Opens(m); {
	case err == nil:
		return "Vous êtes de l’équipe et avez déclaré vos intérêts : les réponses vous sont ouvertes.", ""
	case errors.Is(err, sourcing.ErrUndeclared):
		return "Vos intérêts ne sont pas déclarés : vous ne pouvez ouvrir ni les réponses, ni les fichiers joints, ni la comparaison, et vous ne pouvez pas envoyer le premier message.", "warn"
	case errors.Is(err, sourcing.ErrRecused):
		return "Vous êtes récusé : ce sourçage se lit, ses réponses ne vous sont pas ouvertes, et vous n’y écrivez plus.", "warn"
	}
	return "Vous n’êtes pas de l’équipe : vous voyez où en est ce sourçage, pas les réponses.", "warn"
}

func teamRow(o *sourcing.Operation, t *sourcing.Teammate, m buyer.Member, names map[string]string) views.DeskMate {
	name := names[t.Person]
	if name == "" {
		name = "Une personne dont le compte est effacé"
	}
	r := views.DeskMate{Person: t.Person, Name: name, Part: t.Part.Label(), Added: "Depuis le " + format.Day(t.AddedAt), Self: t.Person == m.Person}
	switch {
	case !t.RecusedAt.IsZero():
		r.Status, r.Said = part.Answer{Text: "Récusée le " + format.Day(t.RecusedAt), Tone: part.Warn}, t.Reason
	case t.DeclaredAt.IsZero():
		r.Status, r.Said = part.Answer{Text: "Pas encore déclarés", Tone: part.Warn}, "Les réponses lui sont fermées."
	case t.Interests == "":
		r.Status = part.Answer{Text: "Aucun, déclaré le " + format.Day(t.DeclaredAt), Tone: part.Good}
	default:
		r.Status, r.Said = part.Answer{Text: "Intérêt déclaré le " + format.Day(t.DeclaredAt), Tone: part.Warn}, t.Interests
	}
	if t.RecusedAt.IsZero() && o.ClosedAt.IsZero() && (r.Self || writesOperation(o, m)) {
		r.Recuse = teamMateURL(o.ID, t.Person) + "/recuser"
	}
	if !r.Self && writesOperation(o, m) {
		r.Leave = &form.Action{To: teamMateURL(o.ID, t.Person) + "/retirer", Label: "Retirer", Hidden: name + " de l’équipe"}
	}
	return r
}

// enrolForm offers the people of the organisation who are not of the team: to who writes
// it all of them, to another buyer the own name.
func (s *site) enrolForm(c *fiber.Ctx, m buyer.Member, o *sourcing.Operation, sent url.Values) (*views.DeskEnrol, error) {
	self := o.Teammate(m.Person) == nil
	if !sourcing.Buys(m) || !o.ClosedAt.IsZero() || !self && !writesOperation(o, m) {
		return nil, nil
	}
	list, err := s.Programme.Members(c.UserContext(), m)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(x account.Person) bool { return o.Teammate(x.ID) != nil || self && x.ID != m.Person })
	if len(list) == 0 {
		return nil, nil
	}
	return enrolOptions(list, self, sent), nil
}

func enrolOptions(list []account.Person, self bool, sent url.Values) *views.DeskEnrol {
	e := &views.DeskEnrol{Self: self}
	for i := range list {
		e.Persons = append(e.Persons, part.Option{Value: list[i].ID, Label: list[i].Shown(), Selected: sent.Get("personne") == list[i].ID})
	}
	chosen := sourcing.Helps
	if sent != nil && sent.Get("place") != "" {
		chosen = sourcing.Part(sent.Get("place"))
	}
	for _, one := range sourcing.Parts {
		e.Parts = append(e.Parts, part.Option{Value: string(one), Label: one.Label(), Selected: one == chosen})
	}
	return e
}

// teamDone leads back to the team after an action, or shows it with why not.
func (s *site) teamDone(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, err error, what, field string) error {
	id := seen.Operation.ID
	if err == nil {
		return done(c, teamURL(id), what)
	}
	text, status, ok := operationRefused(err)
	if !ok {
		return err
	}
	if seen, err = s.Operation.Operation(c.UserContext(), m, id); err != nil {
		return err
	}
	state := form.State{Refusal: text}
	if field != "" && status == fiber.StatusUnprocessableEntity {
		state = form.State{Faults: []form.Fault{{Field: field, Text: text}}}
	}
	return s.renderTeam(c.Status(status), m, seen, sentForm(c), state)
}

// teamEnrol takes a person of the organisation into the team.
func (s *site) teamEnrol(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	person := clip(sent.Get("personne"))
	list, err := s.Programme.Members(c.UserContext(), m)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(p account.Person) bool { return p.ID == person }) {
		return s.teamDone(c, m, seen, account.Fault("Choisissez une personne de l’organisation."), "", "personne")
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.enrol", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Enrol(m, person, sourcing.Part(clip(sent.Get("place"))), s.Now())
	})
	return s.teamDone(c, m, seen, err, "equipe", "place")
}

// teamDeclare notes the interests of who asks.
func (s *site) teamDeclare(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	interests, err := sourcing.Text("Cette déclaration", sent.Get("lesquels"), sourcing.MaxWord)
	switch has := sent.Get("interets"); {
	case err != nil:
		return s.teamDone(c, m, seen, err, "", "lesquels")
	case has == "oui" && interests == "":
		return s.teamDone(c, m, seen, account.Fault("Dites lequel, et avec quelle structure."), "", "lesquels")
	case has == "non":
		interests = ""
	case has != "oui":
		return s.renderTeam(c.Status(fiber.StatusUnprocessableEntity), m, seen, sent, form.State{Faults: []form.Fault{{Field: "interets", Text: "Dites si vous avez un intérêt à déclarer.", To: "interets-non"}}})
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.declare", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Declare(m, interests, s.Now())
	})
	return s.teamDone(c, m, seen, err, "interets", "lesquels")
}

// teamRecuseForm asks why somebody of the team is shut out of it.
func (s *site) teamRecuseForm(c *fiber.Ctx) error { return s.renderRecuse(c, form.State{}) }

func (s *site) renderRecuse(c *fiber.Ctx, state form.State) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	o, person := &seen.Operation, c.Params("person")
	if o.Teammate(person) == nil {
		return fiber.ErrNotFound
	}
	names, err := s.namesOf(c.UserContext(), []string{person})
	if err != nil {
		return err
	}
	intro := []string{"Récuser " + names[person] + " : les réponses se ferment à cette personne, pour de bon."}
	if person == m.Person {
		intro = []string{"Vous récuser : les réponses se ferment pour vous, pour de bon, et vous n’écrivez plus ce sourçage."}
	}
	state.Token, state.Heading = s.formToken(c), "La récusation n’est pas enregistrée"
	p := views.DeskSend{
		Page: s.operationFrame(c, seen, "Récusation", "/equipe", nil, part.Link{Label: "Équipe", URL: teamURL(o.ID)}), State: state, Intro: intro,
		Action: teamMateURL(o.ID, person) + "/recuser", Button: "Enregistrer la récusation", Cancel: teamURL(o.ID),
		Area: &form.Field{Name: "motif", Label: "Motif", Value: typedText(sentForm(c).Get("motif")), Help: "Il reste au dossier : 1 000 caractères au plus."},
	}
	titleFaults(&p.Title, state)
	return render(c, views.DeskSendView(p))
}

func (s *site) teamRecuse(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	person := c.Params("person")
	if seen.Operation.Teammate(person) == nil {
		return fiber.ErrNotFound
	}
	reason, err := sourcing.Text("Ce motif", sentForm(c).Get("motif"), sourcing.MaxWord)
	if err == nil {
		err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.recuse", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
			return nil, o.Recuse(m, person, reason, s.Now())
		})
	}
	if text, status, ok := operationRefused(err); ok {
		return s.renderRecuse(c.Status(status), form.State{Faults: []form.Fault{{Field: "motif", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, teamURL(seen.Operation.ID), "recuse")
}

// teamLeave takes a person out of the team.
func (s *site) teamLeave(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.leave", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Leave(m, c.Params("person"), s.Now())
	})
	return s.teamDone(c, m, seen, err, "retire", "")
}
