package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/store"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/organisation"
	"sourcier/views/part"
)

// member is a member of an organisation, and who asks about it.
type member struct {
	*visited
	*account.Member
	named
}

// memberOf finds the member of the address. To who does not manage the organisation
// its page is not there.
func (s *site) memberOf(c *fiber.Ctx) (*member, error) {
	v, err := s.insideOrganisation(c)
	if err != nil {
		return nil, err
	}
	m := v.Organisation.Member(c.Params("person"))
	if m == nil || !v.Manages(v.actor) {
		return nil, store.ErrNotFound
	}
	d, err := s.People.People.Get(c.UserContext(), m.Person)
	if err != nil {
		return nil, err
	}
	return &member{v, m, nameOf(&d.Value)}, nil
}

// memberSent is what a form of the page held when it was refused.
type memberSent struct {
	state   form.State
	roles   []account.Role // nil: as they are
	manager bool
	covers  *organisation.Covers // nil: as it is
}

// memberForm answers what a member is, to be changed.
func (s *site) memberForm(c *fiber.Ctx) error {
	m, err := s.memberOf(c)
	if err != nil {
		return err
	}
	return s.renderMember(c, m, memberSent{})
}

func (s *site) renderMember(c *fiber.Ctx, m *member, sent memberSent) error {
	sent.state.Token = s.formToken(c)
	roles, manager := m.Roles, m.Manager
	if sent.roles != nil {
		roles, manager = sent.roles, sent.manager
	}
	p := organisation.MemberPage{
		Page: s.organisationsDesk(c, m.name, nil, m.trail()...), State: sent.state, URL: m.memberURL(m.Person),
		Facts: []desk.Fact{{Term: "Adresse", Text: m.email}, {Term: "Membre depuis", Text: format.Day(m.Since)}, {Term: "Rôles enregistrés", Text: memberWords(m.Member)}},
		Seen:  m.Stamp(), Roles: explainedRoles(m.Kind.Roles(), roles...), Manager: manager, Always: m.Kind == account.KindPortal,
		Remove: "Retirer cette personne de l’organisation", Covers: sent.covers,
	}
	if m.email == "" { // the name is the address
		p.Facts = p.Facts[1:]
	}
	if p.Covers == nil && slices.Contains(m.Roles, account.Facilitateur) {
		var err error
		if p.Covers, err = s.coversForm(c, m.Covers); err != nil {
			return err
		}
	}
	titleFaults(&p.Base.Title, p.State)
	return render(c, organisation.MemberView(p))
}

// coversForm is for whom a facilitateur works, as a form.
func (s *site) coversForm(c *fiber.Ctx, covers *account.Coverage) (*organisation.Covers, error) {
	if covers == nil {
		return &organisation.Covers{}, nil
	}
	var places []string
	for _, value := range covers.Territories {
		places = append(places, s.placeName(value))
	}
	out := &organisation.Covers{Places: strings.Join(places, "\n")}
	buyers, err := s.buyerOptions(c, covers.Buyers)
	out.Buyers = buyers
	return out, err
}

// buyerOptions are organisations to tick, all ticked.
func (s *site) buyerOptions(c *fiber.Ctx, ids []string) (out []part.Option, err error) {
	docs, err := s.People.Organisations.GetSome(c.UserContext(), ids)
	for _, d := range docs {
		out = append(out, part.Option{Value: d.ID, Label: d.Value.Name, Selected: true})
	}
	return out, err
}

// changed leads back to the organisation, or shows the member as it is now with what
// was sent, and why it was refused.
func (s *site) changed(c *fiber.Ctx, m *member, err error, what, field string, sent memberSent) error {
	if err == nil {
		return done(c, m.url(), what)
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	sent.state.Heading = "Rien n’est enregistré"
	if status == fiber.StatusUnprocessableEntity {
		sent.state.Faults = []form.Fault{{Field: field, Text: text, To: m.target(field)}}
	} else {
		sent.state.Refusal = text
	}
	now, err := s.memberOf(c) // as it is now
	if err != nil {
		return err
	}
	return s.renderMember(c.Status(status), now, sent)
}

// setRoles changes what a member is.
func (s *site) setRoles(c *fiber.Ctx) error {
	m, err := s.memberOf(c)
	if err != nil {
		return err
	}
	form := sentForm(c)
	roles, manager := m.sentRoles(form)
	sent := memberSent{roles: append([]account.Role{}, roles...), manager: manager}
	err = s.People.SetRoles(c.UserContext(), m.actor, m.ID, m.Person, clip(form.Get("vu")), roles, manager)
	return s.changed(c, m, err, "roles", "role", sent)
}

// setCoverage says for whom a facilitateur works.
func (s *site) setCoverage(c *fiber.Ctx) error {
	m, err := s.memberOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	kept := &organisation.Covers{Places: typedText(sent.Get("territoires")), Add: typedLine(sent.Get("ajouter"))}
	refuse := func(field string, err error) error {
		return s.changed(c, m, err, "", field, memberSent{covers: kept})
	}
	buyers := sent["acheteur"][:min(len(sent["acheteur"]), account.MaxCovered)]
	if kept.Buyers, err = s.buyerOptions(c, buyers); err != nil {
		return err
	}
	to := account.Coverage{Buyers: slices.Clone(buyers)}
	if to.Territories, err = s.territoriesOf(kept.Places); err != nil {
		return refuse("territoires", err)
	}
	if kept.Add != "" {
		added, err := s.oneBuyer(c, kept.Add)
		if err != nil {
			return refuse("ajouter", err)
		}
		to.Buyers = append(to.Buyers, added)
	}
	err = s.People.SetCoverage(c.UserContext(), m.actor, m.ID, m.Person, clip(sent.Get("vu")), to)
	return s.changed(c, m, err, "couverture", "territoires", memberSent{covers: kept})
}

// territoriesOf reads names of places, one a line.
func (s *site) territoriesOf(text string) (values []string, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if len(values) == account.MaxCovered {
			return nil, account.Fault("Un facilitateur couvre 50 territoires au plus.")
		}
		found := s.resolvePlace(clip(line), "")
		if len(found) != 1 {
			return nil, account.Fault("« " + clip(line) + " » n’est pas un territoire connu, ou c’est le nom de plusieurs.")
		}
		values = append(values, found[0].Value)
	}
	return values, nil
}

// oneBuyer finds the buyer that is meant.
func (s *site) oneBuyer(c *fiber.Ctx, text string) (id string, err error) {
	list, more, err := s.findOrganisations(c.UserContext(), text, maxFoundOrganisations)
	if err != nil {
		return "", err
	}
	list = slices.DeleteFunc(list, func(d store.Doc[account.Organisation]) bool { return !d.Value.Kind.Buys() })
	switch {
	case len(list) == 1 && !more:
		return list[0].ID, nil
	case len(list) == 0:
		return "", account.Fault("Aucun acheteur du portail ne porte ce nom ou ce numéro.")
	}
	var names []string
	for _, d := range list[:min(5, len(list))] {
		names = append(names, d.Value.Name)
	}
	return "", account.Fault("Plusieurs acheteurs portent ce nom, précisez : " + strings.Join(names, ", ") + ".")
}

// removeForm asks before a member is removed.
func (s *site) removeForm(c *fiber.Ctx) error {
	m, err := s.memberOf(c)
	if err != nil {
		return err
	}
	if m.Person == m.who.Person.ID {
		return c.Redirect(m.url()+"/quitter", fiber.StatusSeeOther)
	}
	return s.renderRemove(c, m, form.State{})
}

func (s *site) renderRemove(c *fiber.Ctx, m *member, state form.State) error {
	own := m.memberURL(m.Person)
	return s.renderConfirm(c, m.visited, state, "Retirer "+m.name,
		[]string{m.name + " ne verra plus ce qui est réservé aux membres de « " + m.Name + " », dès la page suivante, et recevra un message. Ses invitations en attente prennent fin.", "Son compte reste ouvert. Son adresse seule ne lui permettra pas de revenir : il faudra l’accord d’un membre."},
		form.Action{To: own + "/retirer", Label: "Retirer de l’organisation", Style: "btn-act"}, own, part.Link{Label: m.name, URL: own})
}

// remove ends the membership of another.
func (s *site) remove(c *fiber.Ctx) error {
	m, err := s.memberOf(c)
	if err != nil {
		return err
	}
	err = s.People.Remove(c.UserContext(), m.actor, m.ID, m.Person)
	if text, status, ok := refusalOf(err); ok {
		return s.renderRemove(c.Status(status), m, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, m.url(), "retire")
}
