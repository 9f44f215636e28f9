package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Pages of administrators.
const (
	adminPeoplePath        = administrationPath + "/personnes"
	adminOrganisationsPath = administrationPath + "/organisations"
	adminMessagesPath      = administrationPath + "/messages"
	adminAddressesPath     = adminMessagesPath + "/adresses"
	adminJournalPath       = administrationPath + "/journal"
	adminJournalCSV        = adminJournalPath + ".csv"
	sentMessagesPath       = accountPath + "/messages"
)

// adminRows is how many lines a page of a list has.
const adminRows = 25

// Parameters of lists.
const (
	afterParam   = "apres"
	versionField = "version"
)

// waiting is how much waits for administrators.
type waiting struct {
	proposed, domains, uncertain int64
	tasks                        map[directory.TaskKind]int64 // of moderators
}

// moderated is how much waits for moderators, duplicates apart.
func (w *waiting) moderated() (n int64) {
	for _, kind := range directory.TaskKinds {
		if kind != directory.TaskDuplicate {
			n += w.tasks[kind]
		}
	}
	return n
}

func (s *site) waiting(ctx context.Context) (w waiting, err error) {
	if w.proposed, w.domains, err = s.People.Organisations.CountWaiting(ctx); err != nil {
		return w, err
	}
	if w.uncertain, err = s.People.Messages.CountLookup(ctx, store.UndecidedMessages("")); err != nil {
		return w, err
	}
	w.tasks, err = s.Directory.CountTasks(ctx)
	return w, err
}

// adminDesk is the frame of a page of administrators: a count stands where something
// waits. said words what was just done, by its code.
func (s *site) adminDesk(c *fiber.Ctx, heading, current string, said map[string]string, above ...part.Link) (desk.Page, error) {
	w, err := s.waiting(c.UserContext())
	if err != nil {
		return desk.Page{}, err
	}
	p := desk.Page{
		Base: s.base(heading, "Administration du portail.", ""), Current: current, Heading: heading, Done: doneText(c, said),
		Area: desk.Administration.Waiting(map[string]int{
			adminOrganisationsPath: int(w.proposed + w.domains), adminMessagesPath: int(w.uncertain),
			moderationPath: int(w.moderated()), duplicatesPath: int(w.tasks[directory.TaskDuplicate]),
		}),
	}
	if current != administrationPath {
		p.Above = append([]part.Link{{Label: "Administration", URL: administrationPath}}, above...)
	}
	p.Section = administrationPath
	return p, nil
}

// refuseOnPage gives the page of a form that was sent the reason why nothing was done.
func refuseOnPage(c *fiber.Ctx, p *desk.Page, st *form.State, heading string, why error) {
	text, status, ok := refusalOf(why)
	if !ok {
		return
	}
	st.Heading, st.Refusal = heading, text
	if faults := (fieldFaults{}); errors.As(why, &faults) {
		st.Refusal, st.Faults = "", faults
	}
	titleFaults(&p.Title, *st)
	p.Done = ""
	c.Status(status)
}

// fieldFaults are refusals that stand at their fields.
type fieldFaults []form.Fault

func (f fieldFaults) Error() string { return f[0].Text }

// Unwrap makes them a refusal like any other.
func (f fieldFaults) Unwrap() error { return account.Fault(f[0].Text) }

// check adds what is wrong with a field.
func (f *fieldFaults) check(field string, err error) error {
	var fault account.Fault
	if errors.As(err, &fault) {
		*f = append(*f, form.Fault{Field: field, Text: string(fault)})
		return nil
	}
	return err
}

// err is what is wrong with all of them, nil for nothing.
func (f fieldFaults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// refusable reports whether the page of the form can say why it was refused.
func refusable(err error) bool {
	_, _, ok := refusalOf(err)
	return ok
}

// seenVersion is the version that a form was made from; what cannot be read is of no version.
func seenVersion(form url.Values) int64 {
	n, _ := strconv.ParseInt(form.Get(versionField), 10, 64)
	return n
}

func versionOption(n int64) part.Option {
	return part.Option{Value: versionField, Label: strconv.FormatInt(n, 10)}
}

// listPlace is where in a list to go on; one that no page gave is a bad request.
func listPlace(err error) error {
	if errors.Is(err, store.ErrInvalid) {
		return fiber.ErrBadRequest
	}
	return err
}

// listPager leads through a list.
func listPager(path string, values url.Values, shown int, found int, next, one, many string) admin.Pager {
	p := admin.Pager{}
	if found > 0 {
		p.Shown = format.Number(shown) + " sur " + format.Count(found, one, many)
	}
	return withPlaces(p, path, values, next)
}

func withPlaces(p admin.Pager, path string, values url.Values, next string) admin.Pager {
	if values.Get(afterParam) != "" {
		p.First = searchAt(path, with(values, afterParam))
	}
	if next != "" {
		p.Next = searchAt(path, with(values, afterParam, next))
	}
	return p
}

// listValues are the parameters of a list that mean something.
func listValues(c *fiber.Ctx, names ...string) (url.Values, error) {
	given, err := queryValues(c)
	if err != nil {
		return nil, err
	}
	out := url.Values{}
	for _, name := range append(names, afterParam) {
		if v := typedText(given.Get(name)); v != "" {
			out.Set(name, v)
		}
	}
	return out, nil
}

// partialNote says that a list is longer than what was looked at.
func partialNote(partial bool, instead string) string {
	if !partial {
		return ""
	}
	return "Le portail en a plus de " + format.Number(people.MaxListed) + "\u202f: seuls les premiers sont parcourus ici. " + format.Text(instead)
}

// adminOverview says what waits, and how much there is of everything.
func (s *site) adminOverview(c *fiber.Ctx) error {
	frame, err := s.adminDesk(c, "Administration", administrationPath, nil)
	if err != nil {
		return err
	}
	p := admin.Overview{Page: frame}
	if p.Waiting, err = s.waitingLines(c.UserContext()); err != nil {
		return err
	}
	if p.Figures, err = s.adminFigures(c.UserContext()); err != nil {
		return err
	}
	return render(c, admin.OverviewView(p))
}

func (s *site) waitingLines(ctx context.Context) (out []admin.Waiting, err error) {
	w, err := s.waiting(ctx)
	if err != nil {
		return nil, err
	}
	refusedMails, err := s.People.Messages.CountLookup(ctx, store.MessagesIn(message.Refused))
	if err != nil {
		return nil, err
	}
	bounced, err := s.People.Messages.CountLookup(ctx, store.BouncedMessages)
	if err != nil {
		return nil, err
	}
	for _, l := range []struct {
		n         int64
		one, many string
		url, help string
	}{
		{w.proposed, "organisation proposée, à confirmer ou à refuser", "organisations proposées, à confirmer ou à refuser", adminOrganisationsPath + "?etat=proposed", "Tant qu’elle n’est pas confirmée, les rôles de ses membres ne comptent pas."},
		{w.domains, "organisation dont un domaine de messagerie attend", "organisations dont un domaine de messagerie attend", adminOrganisationsPath + "?etat=domaines", "Confirmé, il laisse entrer quiconque y a une adresse."},
		{w.uncertain, "courriel du portail peut-être parti, peut-être pas", "courriels du portail peut-être partis, peut-être pas", adminMessagesPath + "?etat=a-decider", "Le serveur a tout reçu sans répondre : renvoyer, ou laisser."},
		{refusedMails, "courriel refusé", "courriels refusés", adminMessagesPath + "?etat=refused", ""},
		{bounced, "courriel rejeté après l’envoi", "courriels rejetés après l’envoi", adminMessagesPath + "?etat=rejetes", ""},
		{w.tasks[directory.TaskProposal], "fiche proposée par une structure", "fiches proposées par des structures", moderationPath + "?genre=proposition", "Publié en regard du proposé : accepter, demander une correction, refuser."},
		{w.tasks[directory.TaskClaim], "fiche qu’une organisation demande à tenir", "fiches que des organisations demandent à tenir", moderationPath + "?genre=demande", ""},
		{w.tasks[directory.TaskReport], "signalement ouvert sur une fiche", "signalements ouverts sur une fiche", moderationPath + "?genre=signalement", ""},
		{w.tasks[directory.TaskConflict], "fiche sur laquelle des sources ne disent pas la même chose", "fiches sur lesquelles des sources ne disent pas la même chose", moderationPath + "?genre=conflit", ""},
		{w.tasks[directory.TaskDuplicate], "paire de fiches qui se ressemblent", "paires de fiches qui se ressemblent", duplicatesPath, ""},
	} {
		if l.n > 0 {
			out = append(out, admin.Waiting{N: int(l.n), Label: format.Plural(int(l.n), l.one, l.many), URL: l.url, Help: format.Text(l.help)})
		}
	}
	return out, nil
}

func (s *site) adminFigures(ctx context.Context) (out []admin.Figure, err error) {
	n, err := s.People.People.CountAll(ctx)
	if err != nil {
		return nil, err
	}
	out = append(out, admin.Figure{Label: "Personnes", Value: format.Count(int(n), "compte", "comptes"), URL: adminPeoplePath})
	for _, kind := range account.OrganisationKinds {
		if n, err = s.People.Organisations.CountOfKind(ctx, kind); err != nil {
			return nil, err
		}
		out = append(out, admin.Figure{Label: kind.Label(), Value: format.Count(int(n), "organisation", "organisations"), URL: adminOrganisationsPath + "?genre=" + string(kind)})
	}
	if n, err = s.People.Messages.Raw().Count(ctx); err != nil {
		return nil, err
	}
	return append(out, admin.Figure{Label: "Courriels gardés", Value: format.Count(int(n), "message", "messages"), URL: adminMessagesPath}), nil
}
