package web

import (
	"cmp"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Lists of messages beside those by state.
const (
	stateParam   = "etat"
	undecidedTab = "a-decider"
	bouncedTab   = "rejetes"
	addressParam = "adresse"
)

func adminMessageURL(id string) string { return adminMessagesPath + "/" + url.PathEscape(id) }

func sentMessageURL(id string) string { return sentMessagesPath + "/" + url.PathEscape(id) }

// stateTabs name the lists by state.
var stateTabs = map[message.State]string{
	message.Queued: "En attente", message.Leased: "En cours d’envoi", message.Sent: "Envoyés", message.Refused: "Refusés", message.Uncertain: "Incertains",
}

// messageTabs are the lists, each with its lookup key.
func messageTabs() (tabs []struct{ code, label, key string }) {
	add := func(code, label, key string) {
		tabs = append(tabs, struct{ code, label, key string }{code, label, key})
	}
	add(undecidedTab, "À décider", store.UndecidedMessages(""))
	for _, state := range message.States() {
		add(string(state), stateTabs[state], store.MessagesIn(state))
	}
	add(bouncedTab, "Rejetés", store.BouncedMessages)
	return tabs
}

// adminMessages lists the mails of the portal by state.
func (s *site) adminMessages(c *fiber.Ctx) error {
	values, err := listValues(c, stateParam, addressParam)
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Courriels", adminMessagesPath, nil)
	if err != nil {
		return err
	}
	p := admin.List{Page: frame, HelpHeading: "Ce que disent les états", Help: s.mailWords()}
	var key string
	if p.Tabs, key, err = s.countTabs(c, values); err != nil {
		return err
	}
	typed := values.Get(addressParam)
	p.Filter = &admin.Filter{Action: adminMessagesPath, Button: "Chercher", Reset: resetOf(adminMessagesPath, with(values, stateParam)), Fields: []admin.FilterField{
		{Field: form.Field{Name: addressParam, Label: "Adresse entière du destinataire", Value: typed, Type: "search"}},
	}}
	if typed != "" {
		e, err := account.ParseEmail(typed)
		if err != nil {
			p.Filter.Refusal = err.Error()
		} else {
			key = store.MessagesTo(message.AddressHash(e.Key()))
		}
	}
	if key == "" && p.Filter.Refusal == "" {
		return store.ErrNotFound // no such list
	}
	var l people.Listing[message.Message]
	if key != "" {
		if l, err = s.People.ListMessages(c.UserContext(), key, values.Get(afterParam), adminRows); err != nil {
			return listPlace(err)
		}
	}
	p.Note = partialNote(l.Partial, "L’adresse entière d’un destinataire trouve les siens.")
	p.Table = s.messageTable("Courriels", "Aucun courriel dans cette liste.", l.Docs, adminMessageURL, recipientText)
	p.Pager = listPager(adminMessagesPath, values, len(l.Docs), l.Found, l.Next, "courriel", "courriels")
	p.More = []part.Link{{Label: "Adresses qui ne reçoivent plus rien", URL: adminAddressesPath}}
	return render(c, admin.ListView(p))
}

// countTabs are the lists with how many each has, and the key of the one that is shown.
func (s *site) countTabs(c *fiber.Ctx, values url.Values) (tabs []admin.Tab, key string, err error) {
	current := cmp.Or(values.Get(stateParam), string(message.Queued))
	for _, tab := range messageTabs() {
		n, err := s.People.Messages.CountLookup(c.UserContext(), tab.key)
		if err != nil {
			return nil, "", err
		}
		is := tab.code == current && values.Get(addressParam) == ""
		tabs = append(tabs, admin.Tab{Label: tab.label, N: format.Number(int(n)), URL: adminMessagesPath + "?" + stateParam + "=" + tab.code, Current: is})
		if is {
			key = tab.key
		}
	}
	return tabs, key, nil
}

// mailWords say what the states mean here.
func (s *site) mailWords() []string {
	out := []string{
		"« Incertain » : le serveur du destinataire a reçu tout le message sans dire s’il le prend. Rien n’est renvoyé sans qu’une personne le décide, pour que nul ne reçoive deux fois la même chose.",
		"« Refusé » : le serveur du destinataire a dit non pendant l’envoi, ou l’envoi a été abandonné.",
	}
	if s.Config.ReadsBounces {
		out = append(out, "« Rejeté » : le message était parti, et un avis de non-remise est revenu ensuite. Les avis sont lus dans la boîte du portail.")
	} else {
		out = append(out, "« Rejeté » : ce portail ne lit pas les avis de non-remise (SOURCIER_INBOX_IMAP n’est pas réglé). Un message rejeté après l’envoi reste donc « envoyé » ; seul un refus pendant l’envoi se voit ici.")
	}
	for i := range out {
		out[i] = format.Text(out[i])
	}
	return out
}

// messageTable lists messages; recipient says to whom, nil does not.
func (s *site) messageTable(caption, empty string, docs []store.Doc[message.Message], at func(string) string, recipient func(*message.Message) string) admin.Table {
	t := admin.Table{Caption: caption, Empty: empty, Heads: []string{"Message", "État", "Demandé", "Essais"}}
	if recipient != nil {
		t.Heads = []string{"Message", "Destinataire", "État", "Demandé", "Essais"}
	}
	for _, d := range docs {
		m := &d.Value
		row := admin.Row{Cells: []admin.Cell{{Text: format.Text(m.Kind.Label()), URL: at(d.ID)}}}
		if recipient != nil {
			row.Cells = append(row.Cells, admin.Cell{Text: recipient(m)})
		}
		row.Cells = append(row.Cells, s.messageState(m), admin.Cell{Text: format.Moment(m.QueuedAt), Note: s.age(m.QueuedAt)}, admin.Cell{Text: format.Number(len(m.Attempts))})
		t.Rows = append(t.Rows, row)
	}
	return t
}

func recipientText(m *message.Message) string {
	if m.To == "" {
		return "effacé"
	}
	return account.Email(m.To).String()
}

// recipientForSender shows whole addresses of invitations alone, which the sender
// typed: who answers for an organisation gives no address away by it.
func recipientForSender(m *message.Message) string {
	switch {
	case m.To == "":
		return "effacé"
	case m.Kind == message.Invitation:
		return recipientText(m)
	case m.ToName != "":
		return m.ToName
	}
	return account.Email(m.To).Masked()
}

// messageState is where a message is, now.
func (s *site) messageState(m *message.Message) admin.Cell {
	state := m.State(s.Now())
	cell := admin.Cell{Text: state.Label()}
	switch {
	case !m.BouncedAt.IsZero():
		return admin.Cell{Text: "rejeté", Tone: "bad"}
	case state == message.Sent:
		cell.Tone = "good"
	case state == message.Refused:
		cell.Tone, cell.Note = "bad", format.Text(m.Why.Label())
	default:
		cell.Tone = "wait"
	}
	if state == message.Uncertain && !m.Undecided(s.Now()) {
		cell.Note = "laissé tel quel"
	}
	return cell
}

// age is how long ago it was, in round figures.
func (s *site) age(t time.Time) string {
	switch d := s.Now().Sub(t); {
	case d < time.Minute:
		return "à l’instant"
	case d < time.Hour:
		return "il y a " + format.Count(int(d.Minutes()), "minute", "minutes")
	case d < 48*time.Hour:
		return "il y a " + format.Count(int(d.Hours()), "heure", "heures")
	default:
		return "il y a " + format.Count(int(d.Hours()/24), "jour", "jours")
	}
}

var messageDone = map[string]string{
	"renvoye": "Le message est de nouveau en attente : il part au prochain passage.",
	"laisse":  "Le message est laissé tel quel : il ne sera pas renvoyé.",
}

// adminMessage shows one message.
func (s *site) adminMessage(c *fiber.Ctx) error { return s.renderAdminMessage(c, nil) }

func (s *site) renderAdminMessage(c *fiber.Ctx, why error) error {
	d, err := s.People.Messages.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, format.Text(d.Value.Kind.Label()), adminMessagesPath, messageDone, part.Link{Label: "Courriels", URL: adminMessagesPath})
	if err != nil {
		return err
	}
	return s.answerMessage(c, frame, d, adminMessageURL(d.ID), why)
}

// answerMessage shows a message to who may see it.
func (s *site) answerMessage(c *fiber.Ctx, frame desk.Page, d store.Doc[message.Message], address string, why error) error {
	m, who := &d.Value, signedIn(c)
	p := admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a changé", why)
	state := s.messageState(m)
	whole := p.Area.Name == desk.Administration.Name
	p.Facts = []desk.Fact{{Term: "État", Text: state.Text}, {Term: "Destinataire", Text: recipientForSender(m)}}
	if state.Note != "" {
		p.Facts[0].Text += ", " + state.Note
	}
	if whole {
		p.Facts[1].Text = recipientText(m)
		if err := s.messageWays(c, &p, m); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		term string
		at   time.Time
	}{{"Demandé", m.QueuedAt}, {"Envoyé", m.SentAt}, {"Refusé", m.RefusedAt}, {"Incertain depuis", m.UncertainAt}, {"Rejeté", m.BouncedAt}, {"Sans objet à partir du", m.ExpiresAt}, {"Contenu effacé", m.ScrubbedAt}} {
		if !f.at.IsZero() {
			p.Facts = append(p.Facts, desk.Fact{Term: f.term, Text: format.Moment(f.at)})
		}
	}
	if m.Diagnostic != "" && whole {
		p.Facts = append(p.Facts, desk.Fact{Term: "Avis de non-remise", Text: m.Diagnostic})
	}
	if m.Undecided(s.Now()) {
		may, err := s.People.MayDecide(c.UserContext(), who.Actor(), m)
		if err != nil {
			return err
		}
		p.Boxes = append(p.Boxes, decisionBox(address, d.Version, may, m.ExpiredAt(s.Now())))
	}
	boxes, err := s.messageHistory(c, m, whole || m.Kind == message.Invitation)
	if err != nil {
		return err
	}
	p.Boxes = append(p.Boxes, boxes...)
	return render(c, admin.DetailView(p))
}

// messageWays lead administrators to whom a message concerns.
func (s *site) messageWays(c *fiber.Ctx, p *admin.Detail, m *message.Message) error {
	if m.Person != "" {
		p.Facts[1].URL = adminPersonURL(m.Person)
	}
	sender := desk.Fact{Term: "Causé par", Text: "le portail"}
	if m.Sender != "" {
		names, err := s.People.Names(c.UserContext(), []string{m.Sender})
		if err != nil {
			return err
		}
		sender.Text, sender.URL = people.Called(names, m.Sender), adminPersonURL(m.Sender)
		if names[m.Sender] == "" {
			sender.URL = ""
		}
	}
	p.Facts = append(p.Facts, sender)
	return nil
}

// decisionBox lets a person choose what becomes of an uncertain message.
func decisionBox(address string, version int64, may, expired bool) admin.Box {
	b := admin.Box{ID: "decision", Heading: "Renvoyer, ou laisser ?", Intro: "Le serveur du destinataire a tout reçu et n’a pas répondu. Renvoyé, le message arrivera peut-être deux fois ; laissé, il n’est peut-être jamais arrivé."}
	b.Heading = format.Text(b.Heading)
	b.Intro = format.Text(b.Intro)
	if !may {
		b.Intro += " " + "C’est à la personne qui a causé ce message de choisir."
		return b
	}
	if expired {
		b.Intro += " Ce qu’il dit n’est plus vrai : renvoyé, il ne partira pas."
	}
	for _, choice := range []part.Option{{Value: "renvoyer", Label: "Renvoyer le message"}, {Value: "laisser", Label: "Le laisser tel quel"}} {
		b.Acts = append(b.Acts, form.Action{To: address + "/decision", Label: choice.Label, Values: []part.Option{versionOption(version), {Value: "choix", Label: choice.Value}}})
	}
	return b
}

var stageLabels = map[string]string{
	message.StageDial: "connexion au serveur", message.StageMail: "expéditeur annoncé", message.StageRcpt: "destinataire annoncé", message.StageData: "envoi du contenu",
	message.StageReply: "réponse attendue après le contenu", message.StageLost: "portail arrêté pendant l’envoi", message.StageLocal: "boîte de ce portail",
}

// messageHistory tells each attempt and each decision; in words of the server there
// may be an address, which not everybody is shown.
func (s *site) messageHistory(c *fiber.Ctx, m *message.Message, words bool) ([]admin.Box, error) {
	t := admin.Table{Caption: "Essais d’envoi", Heads: []string{"Essai", "Étape atteinte", "Réponse du serveur"}, Empty: "Aucun essai d’envoi pour l’instant."}
	for _, a := range m.Attempts {
		answer := ""
		if words {
			answer = a.Text
		}
		for _, code := range []string{a.Enhanced, codeText(a.Code)} {
			if code != "" {
				answer = code + " " + answer
			}
		}
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: format.Moment(a.At)}, {Text: format.Text(stageLabels[a.Stage])}, {Text: cmp.Or(answer, "aucune")}}})
	}
	out := []admin.Box{{ID: "essais", Heading: "Essais d’envoi", Table: &t}}
	if len(m.Decisions) == 0 {
		return out, nil
	}
	var ids []string
	for _, d := range m.Decisions {
		ids = append(ids, d.By)
	}
	names, err := s.People.Names(c.UserContext(), ids)
	if err != nil {
		return nil, err
	}
	dt := admin.Table{Caption: "Décisions", Heads: []string{"Décision", "Par", "Le"}}
	for _, d := range m.Decisions {
		words := "Laisser tel quel"
		if d.Resend {
			words = "Renvoyer"
		}
		dt.Rows = append(dt.Rows, admin.Row{Cells: []admin.Cell{{Text: words}, {Text: people.Called(names, d.By)}, {Text: format.Moment(d.At)}}})
	}
	return append(out, admin.Box{ID: "decisions", Heading: "Décisions", Table: &dt}), nil
}

func codeText(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

// decide carries out what a person chose for an uncertain message.
func (s *site) decide(c *fiber.Ctx, address string, again func(*fiber.Ctx, error) error) error {
	sent := sentForm(c)
	choice := sent.Get("choix")
	if choice != "renvoyer" && choice != "laisser" {
		return fiber.ErrBadRequest
	}
	err := s.People.Decide(c.UserContext(), signedIn(c).Actor(), c.Params("id"), seenVersion(sent), choice == "renvoyer")
	if refusable(err) {
		return again(c, err)
	}
	if err != nil {
		return err
	}
	return done(c, address, map[string]string{"renvoyer": "renvoye", "laisser": "laisse"}[choice])
}

func (s *site) adminDecide(c *fiber.Ctx) error {
	return s.decide(c, adminMessageURL(c.Params("id")), s.renderAdminMessage)
}
