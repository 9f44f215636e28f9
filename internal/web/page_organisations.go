package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/organisation"
	"sourcier/views/part"
)

// maxFoundOrganisations is how many a search shows.
const maxFoundOrganisations = 20

// organisationsDone words what was done before the list is shown.
var organisationsDone = map[string]string{
	"quitte": "Vous avez quitté l’organisation.", "decline": "Invitation déclinée.", "reprise": "Demande retirée.",
}

// organisationsDesk is the frame of a page about organisations.
func (s *site) organisationsDesk(c *fiber.Ctx, heading string, texts map[string]string, above ...part.Link) desk.Page {
	p := s.accountDesk(heading, heading, organisationsPath)
	p.Above, p.Done = append(p.Above, above...), doneText(c, texts)
	return p
}

func organisationURL(id string) string { return organisationsPath + "/" + url.PathEscape(id) }

// organisations lists what a person belongs to, and what there is to join.
func (s *site) organisations(c *fiber.Ctx) error {
	return s.renderOrganisations(c, form.State{Heading: "Rien n’a changé"})
}

func (s *site) renderOrganisations(c *fiber.Ctx, state form.State) error {
	who, ctx := signedIn(c), c.UserContext()
	state.Token = s.formToken(c)
	p := organisation.ListPage{
		Page: s.organisationsDesk(c, "Organisations", organisationsDone), State: state, Query: strings.TrimSpace(typedText(c.Query("q"))),
	}
	for _, fill := range []func(context.Context, *people.Who, *organisation.ListPage) error{s.listMine, s.listWaiting, s.listOpen, s.listAsked, s.listFound} {
		if err := fill(ctx, who, &p); err != nil {
			return err
		}
	}
	titleFaults(&p.Title, state)
	return render(c, organisation.ListView(p))
}

func (s *site) listMine(ctx context.Context, who *people.Who, p *organisation.ListPage) error {
	docs, err := s.People.Organisations.Of(ctx, who.Person.ID)
	for _, d := range docs {
		m := d.Value.Member(who.Person.ID)
		note := memberWords(m)
		if word := stateWords(&d.Value); word != "" {
			note = word
		}
		p.Mine = append(p.Mine, organisation.Line{Name: d.Value.Name, URL: organisationURL(d.ID), Kind: d.Value.Kind.Label(), Note: note})
	}
	slices.SortFunc(p.Mine, func(a, b organisation.Line) int { return strings.Compare(a.Name, b.Name) })
	return err
}

// memberWords says what a member is: « Acheteur, Organisateur d’événements · gestionnaire ».
func memberWords(m *account.Member) string {
	words := roleLabels(m.Roles)
	if m.Manager {
		words += " · gestionnaire"
	}
	return words
}

func roleLabels(roles []account.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, format.Text(r.Label()))
	}
	return strings.Join(out, ", ")
}

// stateWords says why the roles of an organisation do not count, "" when they do.
func stateWords(o *account.Organisation) string {
	switch o.State() {
	case account.StateProposed:
		return "À vérifier par l’équipe du portail"
	case account.StateClosed:
		return "Fermée le " + format.Day(o.ClosedAt)
	}
	return ""
}

func (s *site) listWaiting(ctx context.Context, who *people.Who, p *organisation.ListPage) error {
	list, err := s.People.InvitationsFor(ctx, &who.Person)
	for _, w := range list {
		p.Waiting = append(p.Waiting, organisation.Line{
			Name: w.Organisation.Name, URL: invitationsPath + "/" + w.Token, Kind: w.Organisation.Kind.Label(),
			Note: "Jusqu’au " + format.Day(w.Invitation.At.Add(account.InvitationLife)), Way: "Répondre",
		})
	}
	return err
}

func (s *site) listOpen(ctx context.Context, who *people.Who, p *organisation.ListPage) error {
	list, err := s.People.OpenTo(ctx, &who.Person)
	for _, d := range list {
		p.Open = append(p.Open, organisation.Line{Name: d.Value.Name, URL: organisationURL(d.ID), Kind: d.Value.Kind.Label(), Note: "Domaine " + who.Person.Email.Domain(), Way: "Rejoindre"})
	}
	return err
}

func (s *site) listAsked(ctx context.Context, who *people.Who, p *organisation.ListPage) error {
	docs, err := s.People.Organisations.AskedBy(ctx, who.Person.ID)
	for _, d := range docs {
		p.Asked = append(p.Asked, organisation.Line{
			Name: d.Value.Name, URL: organisationURL(d.ID), Kind: d.Value.Kind.Label(), Note: "Envoyée le " + format.Day(d.Value.Asked(who.Person.ID).At),
			Action: &form.Action{To: organisationURL(d.ID) + "/demande/reprendre", Label: "Retirer", Hidden: "la demande pour " + d.Value.Name},
		})
	}
	return err
}

// listFound searches by name or SIREN.
func (s *site) listFound(ctx context.Context, who *people.Who, p *organisation.ListPage) error {
	if p.Query == "" {
		return nil
	}
	if letters(p.Query) > account.MaxName {
		p.Query = string([]rune(p.Query)[:account.MaxName])
	}
	list, more, err := s.findOrganisations(ctx, p.Query, maxFoundOrganisations)
	if err != nil {
		return err
	}
	f := organisation.Found{Heading: "Aucune organisation ne porte ce nom ou ce numéro", More: more}
	if n := len(list); n > 0 {
		f.Heading = format.Count(n, "organisation trouvée", "organisations trouvées")
	}
	for _, d := range list {
		l := organisation.Line{Name: d.Value.Name, URL: organisationURL(d.ID), Kind: d.Value.Kind.Label(), Note: s.placeName(d.Value.Territory)}
		switch {
		case d.Value.Member(who.Person.ID) != nil:
			l.Note = "Vous en êtes membre"
		case d.Value.Asked(who.Person.ID) != nil:
			l.Note = "Votre demande est en attente"
		default:
			l.Way = "Rejoindre"
		}
		f.Lines = append(f.Lines, l)
	}
	p.Found = &f
	return nil
}

// findOrganisations finds confirmed organisations by SIREN or by the words of their name.
func (s *site) findOrganisations(ctx context.Context, text string, limit int) (list []store.Doc[account.Organisation], more bool, err error) {
	siren, err := account.ParseSIREN(text)
	if err != nil || siren == "" {
		return s.People.Organisations.Named(ctx, text, limit)
	}
	for _, kind := range account.OrganisationKinds {
		d, err := s.People.Organisations.BySIREN(ctx, kind, siren)
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return nil, false, err
		case d.Value.Active():
			list = append(list, d)
		}
	}
	return list, false, nil
}

// placeName is the name of a territory, "" for none.
func (s *site) placeName(value string) string {
	t, err := s.Atlas.Resolve(value)
	if value == "" || err != nil {
		return ""
	}
	return format.Text(t.Label)
}

// proposal is the form that proposes an organisation, as it was typed.
type proposal struct {
	account.Founding
	where string
}

// proposeForm answers the empty form.
func (s *site) proposeForm(c *fiber.Ctx) error { return s.renderPropose(c, proposal{}, nil) }

// propose stores an organisation that awaits an administrator.
func (s *site) propose(c *fiber.Ctx) error {
	sent := sentForm(c)
	in := proposal{account.Founding{Kind: account.OrganisationKind(sent.Get("genre")), Name: typedText(sent.Get("nom")), SIREN: typedText(sent.Get("siren"))}, typedText(sent.Get("territoire"))}
	faults := in.faults()
	if in.where != "" {
		found := s.resolvePlace(clip(in.where), "")
		if len(found) == 1 {
			in.Territory = found[0].Value
		} else {
			faults = append(faults, form.Fault{Field: "territoire", Text: "Ce territoire n’est pas connu, ou son nom est celui de plusieurs : donnez le nom exact de la commune ou du département."})
		}
	}
	if len(faults) > 0 {
		return s.renderPropose(c.Status(fiber.StatusUnprocessableEntity), in, faults)
	}
	id, err := s.People.Propose(c.UserContext(), &signedIn(c).Person, in.Founding)
	if text, status, ok := refusalOf(err); ok {
		return s.renderPropose(c.Status(status), in, []form.Fault{{Field: "siren", Text: text}})
	}
	if err != nil {
		return err
	}
	return done(c, organisationURL(id), "proposee")
}

// faults says what is wrong, in the order of the fields.
func (in *proposal) faults() (faults []form.Fault) {
	if !in.Kind.Known() {
		faults = append(faults, form.Fault{Field: "genre", Text: "Choisissez le type d’organisation.", To: "genre-" + string(account.OrganisationKinds[0])})
	}
	if _, err := account.CleanName(in.Name); err != nil {
		faults = append(faults, form.Fault{Field: "nom", Text: err.Error()})
	}
	if _, err := account.ParseSIREN(in.SIREN); err != nil {
		faults = append(faults, form.Fault{Field: "siren", Text: err.Error()})
	}
	return faults
}

func (s *site) renderPropose(c *fiber.Ctx, in proposal, faults []form.Fault) error {
	p := organisation.ProposePage{
		Page:  s.organisationsDesk(c, "Proposer une organisation", nil, part.Link{Label: "Organisations", URL: organisationsPath}),
		State: form.State{Token: s.formToken(c), Heading: "L’organisation n’est pas proposée", Faults: faults},
		Name:  typedLine(in.Name), SIREN: typedLine(in.SIREN), Where: typedLine(in.where),
	}
	for _, k := range account.OrganisationKinds {
		p.Kinds = append(p.Kinds, part.Option{Value: string(k), Label: k.Label(), Selected: k == in.Kind})
	}
	titleFaults(&p.Title, p.State)
	return render(c, organisation.ProposeView(p))
}
