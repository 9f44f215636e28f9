package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/groupement"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/groupement"
	"sourcier/views/part"
)

// Where groupements are made, and the fields of their forms.
const (
	groupementsPath   = "/groupements"
	newGroupementPath = groupementsPath + "/nouveau"
	asField           = "au-nom" // the structure that acts
	formField         = "forme"
	leadField         = "mandataire"
	seenField         = "vu" // stamp of the terms that were read
	invitedField      = "structure"
)

// groupementRoutes are those of the structures that make groupements.
func (s *site) groupementRoutes(app *fiber.App, limited fiber.Handler) {
	own := door{site: s, app: app, access: only(account.Structure)}
	own.Get(groupementsPath, limited, s.groupements)
	own.Post(groupementsPath, limited, s.groupementCreate)
	own.Get(newGroupementPath, limited, s.groupementNew)
	own.Get(groupementsPath+"/:id", limited, s.groupementPage)
	own.Post(groupementsPath+"/:id/invitations", limited, s.groupementInvite)
	own.Post(groupementsPath+"/:id/invitations/retirer", limited, s.groupementTakeBack)
	own.Post(groupementsPath+"/:id/reponse", limited, s.groupementAnswer)
	own.Post(groupementsPath+"/:id/apport", limited, s.groupementBrings)
	own.Post(groupementsPath+"/:id/presentation", limited, s.groupementDescribe)
	own.Post(groupementsPath+"/:id/forme", limited, s.groupementForm)
	own.Post(groupementsPath+"/:id/publication", limited, s.groupementPublish)
	own.Get(groupementsPath+"/:id/quitter", limited, s.groupementLeaveForm)
	own.Post(groupementsPath+"/:id/quitter", limited, s.groupementLeave)
	own.Get(groupementsPath+"/:id/dissoudre", limited, s.groupementDissolveForm)
	own.Post(groupementsPath+"/:id/dissoudre", limited, s.groupementDissolve)
}

// groupementActor is for whom a person acts: the organisation of the role that let the
// person in.
func groupementActor(c *fiber.Ctx) directory.Who {
	who := signedIn(c)
	return directory.Who{Person: who.Person.ID, Organisation: who.Acting.Organisation}
}

// groupementDone words what was done before a page is shown.
var groupementDone = map[string]string{
	"cree": "Groupement créé. Invitez maintenant des structures qui vous complètent.", "invite": "Invitation envoyée.", "attend": "Invitation enregistrée. Personne ne tient encore cette fiche sur le portail : prévenez la structure par ses coordonnées publiques, l’invitation l’attendra.",
	"retire": "Invitation retirée.", "accepte": "Votre structure est membre du groupement.", "decline": "Invitation déclinée.", "apport": "Enregistré.", "presentation": "Enregistré.",
	"forme": "Enregistré.", "publie": "Le groupement est présenté aux acheteurs.", "cache": "Le groupement n’est plus dans l’annuaire.", "quitte": "Votre structure a quitté le groupement.", "dissous": "Groupement dissous.",
}

// groupementsDesk is the frame of a page about groupements.
func (s *site) groupementsDesk(c *fiber.Ctx, heading, current string, above ...part.Link) desk.Page {
	p := desk.Page{Base: s.base(heading, heading, ""), Area: desk.Groupements, Current: current, Heading: heading, Done: doneText(c, groupementDone), Above: above}
	p.Section = groupementsPath
	return p
}

func groupementURL(id string) string { return groupementsPath + "/" + url.PathEscape(id) }

// asAddress is the address of a page in the name of a structure.
func asAddress(path, as string) string { return path + "?" + url.Values{asField: {as}}.Encode() }

// groupements lists those of one's structures, and the invitations to answer.
func (s *site) groupements(c *fiber.Ctx) error {
	ctx, who := c.UserContext(), groupementActor(c)
	held, err := s.Directory.Held(ctx, who)
	if err != nil {
		return err
	}
	list, err := s.Directory.GroupementsOf(ctx, who)
	if err != nil {
		return err
	}
	p := views.ListPage{Page: s.groupementsDesk(c, "Mes groupements", groupementsPath), Held: len(held) > 0}
	for _, g := range list {
		line := views.Line{Name: format.Text(g.Value.Name), URL: asAddress(groupementURL(g.ID), g.As), As: nameIn(g, g.As), Note: groupementState(g)}
		if g.Value.Live() && g.Value.StateOf(g.As) == groupement.Invited {
			p.Waiting = append(p.Waiting, line)
		} else if g.Value.StateOf(g.As) == groupement.Accepted {
			p.Mine = append(p.Mine, line)
		}
	}
	return render(c, views.ListView(p))
}

// nameIn is the name of a structure that a groupement names.
func nameIn(g *directory.Seen, id string) string {
	if v := g.Sheets[id]; v != nil {
		return format.Text(v.Name)
	}
	return "structure qui n’est plus dans l’annuaire"
}

// groupementState says in few words where a groupement is.
func groupementState(g *directory.Seen) string {
	v := &g.Value
	switch n := len(v.Accepted()); {
	case !v.Live():
		return "Dissous le " + format.Day(v.DissolvedAt)
	case v.StateOf(g.As) == groupement.Invited:
		return "Invitation du " + format.Day(v.Member(g.As).InvitedAt)
	case v.Presented():
		return format.Count(n, "membre", "membres") + ", présenté aux acheteurs"
	default:
		return format.Count(n, "membre", "membres") + ", en préparation"
	}
}

// groupementSeen finds the groupement of the address, as a structure of one's own sees
// it. To who has none in it, a groupement that buyers see is its sheet, any other is not
// there.
func (s *site) groupementSeen(c *fiber.Ctx) (*directory.Seen, error) {
	as := c.Query(asField)
	if c.Method() == fiber.MethodPost {
		as = sentForm(c).Get(asField)
	}
	return s.Directory.Groupement(c.UserContext(), groupementActor(c), c.Params("id"), as)
}

// groupementPage answers a groupement.
func (s *site) groupementPage(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if errors.Is(err, store.ErrNotFound) {
		sheet, err := s.Directory.PresentedGroupement(c.UserContext(), c.Params("id"))
		if err != nil {
			return err
		}
		return c.Redirect(sheetURL(sheet, ""), fiber.StatusFound)
	}
	if err != nil {
		return err
	}
	return s.renderGroupement(c, g, groupementSent{})
}

// groupementSent is what a form of the page held when it was refused.
type groupementSent struct {
	state   form.State
	draft   *groupementDraft
	part    *groupement.Brings
	form    structure.Form
	lead    string
	invite  string
	decline string
}

// groupementActed leads back to a groupement that was changed, or shows it with why not.
// A refusal of what was typed stands at its field.
func (s *site) groupementActed(c *fiber.Ctx, g *directory.Seen, err error, what, field string, sent groupementSent) error {
	if err == nil {
		return c.Redirect(asAddress(groupementURL(g.ID), g.As)+"&"+doneField+"="+what, fiber.StatusSeeOther)
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	sent.state.Heading = "Rien n’a changé"
	if field != "" && status == fiber.StatusUnprocessableEntity {
		sent.state.Faults = []form.Fault{{Field: field, Text: text}}
	} else {
		sent.state.Refusal = text
	}
	now, err := s.Directory.Groupement(c.UserContext(), groupementActor(c), g.ID, g.As) // as it is now
	if errors.Is(err, store.ErrNotFound) {
		return done(c, groupementsPath, "retire") // answered, or taken back, elsewhere
	}
	if err != nil {
		return err
	}
	return s.renderGroupement(c.Status(status), now, sent)
}

func (s *site) renderGroupement(c *fiber.Ctx, g *directory.Seen, sent groupementSent) error {
	sent.state.Token = s.formToken(c)
	v := &g.Value
	p := views.Page{
		Page: s.groupementsDesk(c, format.Text(v.Name), "", part.Link{Label: "Mes groupements", URL: groupementsPath}), State: sent.state,
		URL: groupementURL(g.ID), As: g.As, AsName: nameIn(g, g.As), About: format.Text(v.About), Facts: s.groupementFacts(g), History: historyOfGroupement(g),
	}
	preview := g.Preview(s.Atlas)
	p.Members = s.groupementMembers(c.UserContext(), g)
	if !preview.Closed {
		p.Bases = s.jointBases(&preview, s.today())
	}
	if v.Presented() && !preview.Closed {
		p.Shown = sheetAddress(structure.GroupementStructureID(g.ID))
	}
	state := v.StateOf(g.As)
	switch {
	case !v.Live():
		p.Notice = "Ce groupement est dissous : rien n’y change plus."
	case state == groupement.Invited:
		p.Answer = s.groupementAnswerForm(g, sent)
	default:
		own := s.partOf(g.Sheets[g.As], orBrings(sent.part, v.Member(g.As).Brings))
		p.Part, p.MayLeave = &own, true
	}
	if v.Live() && state == groupement.Accepted && v.Mandataire == g.As {
		lead, err := s.groupementLead(c, g, preview.Closed, sent)
		if err != nil {
			return err
		}
		p.Lead = lead
	}
	p.Notice = format.Text(p.Notice)
	titleFaults(&p.Title, p.State)
	return render(c, views.View(p))
}

func orBrings(sent *groupement.Brings, stored groupement.Brings) groupement.Brings {
	if sent != nil {
		return *sent
	}
	return stored
}

func (s *site) groupementFacts(g *directory.Seen) []desk.Fact {
	v := &g.Value
	out := []desk.Fact{
		{Term: "Vous agissez pour", Text: nameIn(g, g.As)},
		{Term: "Forme", Text: taxonomy.FormName(v.Form).Long},
		{Term: "Mandataire", Text: nameIn(g, v.Mandataire)},
		{Term: "État", Text: groupementState(g)},
	}
	if v.Need.Text != "" {
		out = append(out, desk.Fact{Term: "Besoin", Text: format.Text(v.Need.Text)})
	}
	if place := s.placeName(v.Need.Place); place != "" {
		out = append(out, desk.Fact{Term: "Lieu", Text: place})
	}
	if v.Need.Basis != "" {
		out = append(out, desk.Fact{Term: "Marché réservé", Text: taxonomy.BasisInfo(v.Need.Basis).Short})
	}
	return out
}

// groupementMembers lists who is in, who was asked, and who is no longer, in that order.
func (s *site) groupementMembers(ctx context.Context, g *directory.Seen) []views.Member {
	v := &g.Value
	held := s.heldAmong(ctx, v)
	leads := v.Live() && v.Mandataire == g.As
	var out []views.Member
	for _, id := range v.Accepted() {
		out = append(out, s.groupementMember(g, id))
	}
	for _, state := range []groupement.State{groupement.Invited, groupement.Declined, groupement.Withdrawn, groupement.Left} {
		if state == groupement.Withdrawn && !leads {
			continue
		}
		for i := range v.Members {
			m := &v.Members[i]
			if m.State() != state {
				continue
			}
			line := s.groupementMember(g, m.Structure)
			if state == groupement.Invited && !held[m.Structure] {
				line.Note = format.Text("Personne ne tient encore cette fiche : l’invitation l’attend, prévenez la structure par ses coordonnées publiques.")
			}
			if leads {
				line.Action = memberAction(g, m, line.Name)
			}
			out = append(out, line)
		}
	}
	return out
}

// heldAmong tells whose sheets somebody holds, of those that were asked.
func (s *site) heldAmong(ctx context.Context, v *groupement.Groupement) map[string]bool {
	var invited []string
	for i := range v.Members {
		if m := &v.Members[i]; m.State() == groupement.Invited {
			invited = append(invited, m.Structure)
		}
	}
	held, err := s.Directory.HeldBy(ctx, invited)
	if err != nil { // a note is missing, nothing else
		s.Log.Warn("sheets of who is invited", "err", err)
		held = map[string]bool{}
		for _, id := range invited {
			held[id] = true
		}
	}
	return held
}

func (s *site) groupementMember(g *directory.Seen, id string) views.Member {
	m := g.Value.Member(id)
	line := views.Member{Name: nameIn(g, id), State: memberState(&g.Value, m), Accepted: m.State() == groupement.Accepted}
	if v := g.Sheets[id]; v != nil && v.Shown() {
		line.URL, line.Badges = sheetURL(v.ID, ""), s.badgesOf(v, s.today())
	}
	if line.Accepted {
		line.Brings = s.bringsWords(m.Brings)
	}
	return line
}

// bringsWords names what a member brings.
func (s *site) bringsWords(b groupement.Brings) string {
	var out []string
	for _, code := range b.Sectors {
		out = append(out, s.sectorLabel(code))
	}
	if b.Words != "" {
		out = append(out, format.Text(b.Words))
	}
	return format.List(out)
}

// memberState says how a structure stands to the groupement.
func memberState(g *groupement.Groupement, m *groupement.Member) string {
	switch m.State() {
	case groupement.Accepted:
		if m.Structure == g.Mandataire {
			return "Mandataire, depuis le " + format.Day(m.AcceptedAt)
		}
		return "Membre depuis le " + format.Day(m.AcceptedAt)
	case groupement.Invited:
		return "Invitée le " + format.Day(m.InvitedAt) + ", sans réponse"
	case groupement.Declined:
		return "A décliné le " + format.Day(m.DeclinedAt)
	case groupement.Withdrawn:
		return "Invitation retirée le " + format.Day(m.WithdrawnAt)
	default:
		return "Partie le " + format.Day(m.LeftAt)
	}
}

// memberAction is what the mandataire may do about who is no member.
func memberAction(g *directory.Seen, m *groupement.Member, name string) *form.Action {
	a := &form.Action{To: groupementURL(g.ID) + "/invitations", Label: "Inviter à nouveau", Hidden: name, Values: []part.Option{{Value: asField, Label: g.As}, {Value: invitedField, Label: m.Structure}}}
	if m.State() == groupement.Invited {
		a.To, a.Label, a.Hidden = a.To+"/retirer", "Retirer l’invitation", "de "+name
		return a
	}
	if m.Times >= groupement.MaxInvitations {
		return nil
	}
	return a
}

// groupementAnswerForm is the form of who is invited.
func (s *site) groupementAnswerForm(g *directory.Seen, sent groupementSent) *views.Answer {
	v := &g.Value
	return &views.Answer{
		Form: taxonomy.FormName(v.Form).Long, Meaning: taxonomy.FormMeaning(v.Form), Terms: v.Terms(), Word: sent.decline,
		Part: s.partOf(g.Sheets[g.As], orBrings(sent.part, v.Member(g.As).Brings)),
	}
}

// partOf offers the sectors of a sheet.
func (s *site) partOf(v *structure.Structure, b groupement.Brings) views.Part {
	out := views.Part{Words: b.Words}
	if v == nil {
		return out
	}
	var seen []string
	for _, a := range v.Activities {
		for _, code := range a.Sectors {
			if !slices.Contains(seen, code) {
				seen = append(seen, code)
				out.Sectors = append(out.Sectors, part.Option{Value: code, Label: s.sectorLabel(code), Selected: slices.Contains(b.Sectors, code)})
			}
		}
	}
	return out
}

// groupementLead is what the mandataire may do.
func (s *site) groupementLead(c *fiber.Ctx, g *directory.Seen, tooFew bool, sent groupementSent) (*views.Lead, error) {
	v := &g.Value
	draft := groupementDraft{Draft: groupement.Draft{Name: v.Name, About: v.About, Need: v.Need}, where: s.placeName(v.Need.Place)}
	if sent.draft != nil {
		draft = *sent.draft
	}
	l := &views.Lead{
		Rev: strconv.FormatInt(v.Rev, 10), Terms: v.Terms(), Draft: draft.view(), Invite: sent.invite,
		Forms: formOptions(orForm(sent.form, v.Form)),
	}
	for _, id := range v.Accepted() {
		chosen := sent.lead == id || sent.lead == "" && id == v.Mandataire
		l.Mandataires = append(l.Mandataires, part.Option{Value: id, Label: nameIn(g, id), Selected: chosen})
	}
	publish := form.Action{To: groupementURL(g.ID) + "/publication", Values: []part.Option{{Value: asField, Label: g.As}, {Value: "public", Label: "oui"}}, Label: "Présenter aux acheteurs", Style: "btn-act"}
	switch {
	case !v.PublishedAt.IsZero():
		publish.Label, publish.Style, publish.Values[1].Label = "Retirer de l’annuaire", "", "non"
		l.Publish, l.PublishNote = &publish, "Le groupement a sa fiche dans l’annuaire, et se trouve dans la recherche, aussi longtemps qu’il a deux membres."
	case tooFew:
		l.PublishNote = string(groupement.ErrTooFew)
	default:
		l.Publish, l.PublishNote = &publish, "Les acheteurs ne voient pas encore le groupement. Présenté, il a une fiche dans l’annuaire avec ses membres, ce que chacun apporte et les coordonnées du mandataire."
	}
	l.PublishNote = format.Text(l.PublishNote)
	return l, s.proposed(c.UserContext(), g, l)
}

func orForm(sent, stored structure.Form) structure.Form {
	if sent != "" {
		return sent
	}
	return stored
}

// formOptions also say what each form engages.
func formOptions(chosen structure.Form) (out []part.Option) {
	for _, f := range structure.Forms {
		out = append(out, part.Option{Value: string(f), Label: taxonomy.FormName(f).Short + format.NNBSP + ": " + lowerFirst(taxonomy.FormMeaning(f)), Selected: f == chosen})
	}
	return out
}
