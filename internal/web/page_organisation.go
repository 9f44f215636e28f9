package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/territory"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/organisation"
	"sourcier/views/part"
)

// organisationDone words what was done before an organisation is shown.
var organisationDone = map[string]string{
	"invite": "Invitation envoyée.", "retiree": "Invitation retirée : son lien ne sert plus.", "accepte": "La personne est membre de l’organisation.",
	"refuse": "Demande refusée.", "roles": "Rôles enregistrés.", "couverture": "Couverture enregistrée.", "retire": "La personne n’est plus membre.",
	"domaine": "Domaine déclaré : l’équipe du portail le vérifie.", "domaine-retire": "Domaine retiré.", "rejoint": "Vous êtes membre de l’organisation.",
	"proposee": "Organisation proposée. L’équipe du portail la vérifie ; vous recevrez un message.", "demande": "Demande envoyée. Un membre vous répondra.",
	"reprise": "Demande retirée.",
}

// membersPerPage is how many members are shown at once.
const membersPerPage = 50

// visited is an organisation and how who asks stands to it.
type visited struct {
	*account.Organisation
	who    *people.Who
	actor  account.Actor
	inside bool // a member, or an administrator
}

// organisationOf finds the organisation of the address. One that is unconfirmed,
// closed or the portal's own is there for its members and administrators alone.
func (s *site) organisationOf(c *fiber.Ctx) (*visited, error) {
	d, err := s.People.Organisations.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return nil, err
	}
	who := signedIn(c)
	v := &visited{Organisation: &d.Value, who: who, actor: who.Actor()}
	v.inside = v.actor.Administrator || v.Member(who.Person.ID) != nil
	if !v.inside && (!v.Active() || v.Kind == account.KindPortal) {
		return nil, store.ErrNotFound
	}
	return v, nil
}

// insideOrganisation is organisationOf for what only those inside see: to others it
// is not there.
func (s *site) insideOrganisation(c *fiber.Ctx) (*visited, error) {
	v, err := s.organisationOf(c)
	if err == nil && !v.inside {
		return nil, store.ErrNotFound
	}
	return v, err
}

func (v *visited) url() string { return organisationURL(v.ID) }

// trail leads back to the organisation.
func (v *visited) trail() []part.Link {
	return []part.Link{{Label: "Organisations", URL: organisationsPath}, {Label: v.Name, URL: v.url()}}
}

// facts are those that anybody signed in may read.
func (s *site) organisationFacts(v *visited) []desk.Fact {
	out := []desk.Fact{{Term: "Type", Text: v.Kind.Label()}}
	if v.SIREN != "" {
		out = append(out, desk.Fact{Term: "SIREN", Text: sirenText(v.SIREN)})
	}
	if place := s.placeName(v.Territory); place != "" {
		out = append(out, desk.Fact{Term: "Territoire", Text: place})
	}
	return out
}

// organisationSent is what a form of the page held when it was refused.
type organisationSent struct {
	state  form.State
	invite organisation.Invite
	domain string
	text   string
}

// organisation answers the page of an organisation.
func (s *site) organisation(c *fiber.Ctx) error {
	v, err := s.organisationOf(c)
	if err != nil {
		return err
	}
	return s.renderOrganisation(c, v, organisationSent{})
}

func (s *site) renderOrganisation(c *fiber.Ctx, v *visited, sent organisationSent) error {
	sent.state.Token = s.formToken(c)
	if !v.inside {
		return s.renderOutline(c, v, sent)
	}
	p := organisation.Page{
		Page:  s.organisationsDesk(c, v.Name, organisationDone, part.Link{Label: "Organisations", URL: organisationsPath}),
		State: sent.state, URL: v.url(), Facts: s.organisationFacts(v), Manages: v.Manages(v.actor), Open: v.Active(),
		Counted: format.Upper(format.Count(len(v.Members), "membre", "membres")), Invite: sent.invite, Declare: sent.domain,
		MayLeave: v.Member(v.who.Person.ID) != nil, Notice: s.organisationNotice(v),
	}
	names, err := s.namesIn(c.UserContext(), v)
	if err != nil {
		return err
	}
	p.Members, p.Pages = v.members(names, c.QueryInt("page", 1))
	for i, m := range p.Members {
		p.Members[i].Covers = s.coverWords(v.Member(m.URL).Covers)
		p.Members[i].URL = ""
		if p.Manages && v.ClosedAt.IsZero() {
			p.Members[i].URL = v.memberURL(m.URL)
		}
	}
	if p.Open {
		p.Requests, p.Invitations = v.requests(names), v.invitations(names, s.Now())
		v.inviteForm(&p.Invite)
	}
	p.Invite.Least, p.Domains = v.Kind.Least().Label(), v.domains()
	titleFaults(&p.Title, p.State)
	return render(c, organisation.View(p))
}

func (v *visited) memberURL(person string) string { return v.url() + "/membres/" + person }

// organisationNotice says what is unusual.
func (s *site) organisationNotice(v *visited) string {
	switch {
	case v.State() == account.StateProposed:
		return "L’équipe du portail vérifie cette organisation. Ses rôles compteront, et vous pourrez inviter, dès qu’elle l’aura confirmée."
	case v.State() == account.StateClosed:
		return "Cette organisation est fermée depuis le " + format.Day(v.ClosedAt) + " : ses rôles ne comptent plus."
	case v.Member(v.who.Person.ID) == nil:
		return "Vous n’êtes pas membre : vous voyez cette page parce que vous administrez le portail."
	}
	return ""
}

// named is a person as an organisation shows it.
type named struct{ name, email string }

// namesIn are the persons that an organisation speaks of, by id.
func (s *site) namesIn(ctx context.Context, v *visited) (map[string]named, error) {
	var ids []string
	for _, m := range v.Members {
		ids = append(ids, m.Person)
	}
	for _, r := range v.Requests {
		ids = append(ids, r.Person)
	}
	for _, i := range v.Invitations {
		ids = append(ids, i.By)
	}
	slices.Sort(ids)
	docs, err := s.People.People.GetSome(ctx, slices.Compact(ids))
	out := map[string]named{}
	for _, d := range docs {
		out[d.ID] = nameOf(&d.Value)
	}
	return out, err
}

// nameOf gives the address beside the name, when there is a name.
func nameOf(p *account.Person) named {
	n := named{name: p.Shown()}
	if p.Name != "" {
		n.email = p.Email.String()
	}
	return n
}

// members are those of a page: who manages first, then by name. Their URL is still
// the id of the person.
func (v *visited) members(names map[string]named, page int) ([]organisation.Member, part.Pagination) {
	all := slices.Clone(v.Members)
	slices.SortFunc(all, func(a, b account.Member) int {
		if a.Manager != b.Manager {
			if a.Manager {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(territory.Fold(names[a.Person].name), territory.Fold(names[b.Person].name)), cmp.Compare(a.Person, b.Person))
	})
	pages := (len(all) + membersPerPage - 1) / membersPerPage
	page = max(1, min(page, pages))
	var out []organisation.Member
	for _, m := range all[min(len(all), (page-1)*membersPerPage):min(len(all), page*membersPerPage)] {
		n := names[m.Person]
		out = append(out, organisation.Member{
			Name: n.name, Email: n.email, Self: m.Person == v.who.Person.ID, Roles: roleLabels(m.Roles), Manager: m.Manager, Since: format.Day(m.Since), URL: m.Person,
		})
	}
	return out, v.pagination(page, pages)
}

func (v *visited) pagination(page, pages int) part.Pagination {
	out := part.Pagination{Page: page, Pages: pages}
	address := func(n int) string { return v.url() + "?page=" + strconv.Itoa(n) }
	for n := 1; n <= pages; n++ {
		out.Numbers = append(out.Numbers, part.PageLink{Page: n, URL: address(n)})
	}
	if page > 1 {
		out.Previous = address(page - 1)
	}
	if page < pages {
		out.Next = address(page + 1)
	}
	return out
}

// coverWords says for whom a facilitateur works, in short.
func (s *site) coverWords(c *account.Coverage) string {
	if c == nil {
		return ""
	}
	var out []string
	for _, value := range c.Territories[:min(3, len(c.Territories))] {
		out = append(out, s.placeName(value))
	}
	if n := len(c.Territories) - 3; n > 0 {
		out = append(out, format.Count(n, "autre territoire", "autres territoires"))
	}
	if n := len(c.Buyers); n > 0 {
		out = append(out, format.Count(n, "acheteur", "acheteurs"))
	}
	return "Couvre " + format.List(out)
}

// requests are the wishes that await an answer, the oldest first.
func (v *visited) requests(names map[string]named) (out []organisation.Request) {
	for _, r := range v.Requests {
		n := names[r.Person]
		line := organisation.Request{Name: n.name, Email: n.email, Text: r.Text, Since: "Demande du " + format.Day(r.At), Person: r.Person, URL: v.url() + "/demandes/" + r.Person}
		if v.Manages(v.actor) {
			line.Roles = roleOptions(v.Kind.Roles(), v.Kind.Least())
		}
		out = append(out, line)
	}
	return out
}

func roleOptions(roles []account.Role, chosen ...account.Role) (out []part.Option) {
	for _, r := range roles {
		out = append(out, part.Option{Value: string(r), Label: format.Text(r.Label()), Selected: slices.Contains(chosen, r)})
	}
	return out
}

// explainedRoles also say what each role does.
func explainedRoles(roles []account.Role, chosen ...account.Role) []part.Option {
	out := roleOptions(roles, chosen...)
	for i, r := range roles {
		help := format.Text(r.Help())
		first, n := utf8.DecodeRuneInString(help)
		out[i].Label += format.NNBSP + ": " + string(unicode.ToLower(first)) + help[n:]
	}
	return out
}

// invitations are those that can still be accepted.
func (v *visited) invitations(names map[string]named, now time.Time) (out []organisation.Invitation) {
	for _, i := range v.Invitations {
		if _, err := v.Invited(i.Link, now); err != nil {
			continue
		}
		line := organisation.Invitation{
			Email: i.Email.String(), Roles: memberWords(&account.Member{Roles: i.Roles, Manager: i.Manager}), By: cmp.Or(names[i.By].name, "l’équipe du portail"), Until: format.Day(i.At.Add(account.InvitationLife)),
		}
		if i.By == v.who.Person.ID || v.Manages(v.actor) {
			line.Withdraw = &form.Action{To: v.url() + "/invitations/" + i.ID + "/retirer", Label: "Retirer", Hidden: "l’invitation de " + line.Email}
		}
		out = append(out, line)
	}
	return out
}

// inviteForm gives the roles that who asks may give.
func (v *visited) inviteForm(in *organisation.Invite) {
	if v.Manages(v.actor) && in.Roles == nil {
		in.Roles = explainedRoles(v.Kind.Roles())
		if len(in.Roles) == 1 {
			in.Roles[0].Selected = true
		}
	}
}

func (v *visited) domains() (out []organisation.Domain) {
	for _, d := range v.Domains {
		line := organisation.Domain{Name: d.Name, State: "À vérifier par l’équipe du portail, déclaré le " + format.Day(d.At)}
		if !d.ConfirmedAt.IsZero() {
			line.State = "Vérifié le " + format.Day(d.ConfirmedAt)
		}
		if v.Manages(v.actor) && v.ClosedAt.IsZero() {
			line.Drop = &form.Action{To: v.url() + "/domaines/retirer", Label: "Retirer", Hidden: "le domaine " + d.Name, Values: []part.Option{{Value: "domaine", Label: d.Name}}}
		}
		out = append(out, line)
	}
	return out
}

// renderOutline answers what anybody signed in may know of an organisation.
func (s *site) renderOutline(c *fiber.Ctx, v *visited, sent organisationSent) error {
	p := organisation.OutlinePage{
		Page:  s.organisationsDesk(c, v.Name, organisationDone, part.Link{Label: "Organisations", URL: organisationsPath}),
		State: sent.state, URL: v.url(), Facts: s.organisationFacts(v), Opens: v.MayJoin(&v.who.Person), Least: v.Kind.Least().Label(), Text: sent.text, MayAsk: true,
	}
	if r := v.Asked(v.who.Person.ID); r != nil {
		p.Asked = format.Day(r.At)
	}
	titleFaults(&p.Title, p.State)
	return render(c, organisation.OutlineView(p))
}
