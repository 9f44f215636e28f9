package web

import (
	"cmp"
	"context"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/mail"
	"sourcier/internal/message"
	"sourcier/views/desk"
	"sourcier/views/format"
	"sourcier/views/mailbox"
	"sourcier/views/part"
)

// Letters writes what a message says, for the mailbox page.
type Letters interface {
	// Compose answers mail.ErrUnwritable where no letter can be written.
	Compose(m *message.Message) (mail.Composed, error)
}

var _ Letters = mail.Composer{}

const (
	// mailboxPageSize is how many mails a page lists.
	mailboxPageSize = 25
	// maxMailbox bounds the mails that are looked at, the newest ones last to be left
	// out by no order: a portal for trials has fewer.
	maxMailbox = 5000
	paramTo    = "destinataire"
)

// mailboxRoutes registers the page where it exists at all. An address that is not
// for who asks answers as any unknown one, whatever the method and before anything
// else: the limit of requests would show in a header.
func (s *site) mailboxRoutes(public door, limited fiber.Handler) {
	if s.Letters == nil {
		return
	}
	public.Get(mailboxPath, s.onThisMachine, limited, s.mailbox)
	public.Get(mailboxPath+"/:id", s.onThisMachine, limited, s.letter)
	for _, method := range fiber.DefaultMethods {
		if method != fiber.MethodGet && method != fiber.MethodHead {
			public.app.Add(method, mailboxPath, unknownAddress)
			public.app.Add(method, mailboxPath+"/:id", unknownAddress)
		}
	}
}

func unknownAddress(*fiber.Ctx) error { return fiber.ErrNotFound }

// forwarding are the headers by which a proxy says that it passes on what somebody
// else asked; those that begin with X-Forwarded too.
var forwarding = []string{"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip"}

// onThisMachine lets in a browser of this machine alone: it names the portal as the
// settings do, which a page of another site that leads a name to this address does
// not, and no proxy stands between. The listener is on loopback (app).
func (s *site) onThisMachine(c *fiber.Ctx) error {
	if !s.hasMailbox(c) {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-store") // links that let somebody in
	return c.Next()
}

// hasMailbox reports whether who asks may read the mails of the portal.
func (s *site) hasMailbox(c *fiber.Ctx) bool {
	base, err := url.Parse(s.Config.BaseURL)
	if s.Letters == nil || err != nil || hostPort(base.Scheme, string(c.Request().Host())) != hostPort(base.Scheme, base.Host) {
		return false
	}
	for _, key := range c.Request().Header.PeekKeys() {
		name := strings.ToLower(string(key))
		if strings.HasPrefix(name, "x-forwarded") || slices.ContainsFunc(forwarding, func(f string) bool { return strings.EqualFold(f, name) }) {
			return false
		}
	}
	return true
}

// hostPort is a host with its port, that of the scheme where none is written.
func hostPort(scheme, host string) string {
	host = strings.ToLower(host)
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	if scheme == "https" {
		return host + ":443"
	}
	return host + ":80"
}

// mailbox lists the newest mails.
func (s *site) mailbox(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	typed := format.Cut(strings.TrimSpace(values.Get(paramTo)), account.MaxEmail)
	list, cut, err := s.newestMails(c.UserContext(), typed)
	if err != nil {
		return err
	}
	pages := max(1, (len(list)+mailboxPageSize-1)/mailboxPageSize)
	page, err := strconv.Atoi(cmp.Or(values.Get("page"), "1"))
	if err != nil || page < 1 || page > pages {
		return fiber.ErrNotFound
	}
	shown := list[(page-1)*mailboxPageSize : min(page*mailboxPageSize, len(list))]
	p := mailbox.ListPage{
		Base: s.base("Boîte locale", "", ""), Action: mailboxPath, Filter: typed,
		Count: format.Count(len(list), "message", "messages"), Rows: s.mailRows(shown),
		Pages: pagination(page, pages, func(n int) string {
			kept := url.Values{}
			if typed != "" {
				kept.Set(paramTo, typed)
			}
			if n > 1 {
				kept.Set("page", strconv.Itoa(n))
			}
			return searchAt(mailboxPath, kept)
		}),
	}
	if cut {
		p.Cut = format.Text("Les " + format.Number(maxMailbox) + " premiers messages lus seulement : il y en a davantage.")
	}
	return render(c, mailbox.ListView(p))
}

// newestMails reads the mails whose recipient has typed in the address, the newest
// first; cut says that some were not looked at.
func (s *site) newestMails(ctx context.Context, typed string) (list []message.Message, cut bool, err error) {
	typed = strings.ToLower(typed)
	read := 0
	for after := ""; read < maxMailbox; {
		docs, err := s.People.Messages.Scan(ctx, after, 500)
		if err != nil {
			return nil, false, err
		}
		for _, d := range docs {
			shown := strings.ToLower(account.Email(d.Value.To).String() + "\n" + d.Value.To)
			if strings.Contains(shown, typed) {
				list = append(list, d.Value)
			}
			after = d.ID
		}
		if read += len(docs); len(docs) < 500 {
			break
		}
		cut = read >= maxMailbox
	}
	slices.SortStableFunc(list, func(a, b message.Message) int { return b.QueuedAt.Compare(a.QueuedAt) })
	return list, cut, nil
}

func (s *site) mailRows(list []message.Message) []mailbox.Row {
	rows := make([]mailbox.Row, 0, len(list))
	for i := range list {
		m := &list[i]
		rows = append(rows, mailbox.Row{
			URL: mailboxPath + "/" + m.ID, Subject: s.mailSubject(m), To: recipient(m), Kind: m.Kind.Label(), State: s.mailState(m),
			At: format.Moment(m.QueuedAt), ISO: m.QueuedAt.UTC().Format(time.RFC3339),
		})
	}
	return rows
}

func (s *site) mailSubject(m *message.Message) string {
	composed, err := s.Letters.Compose(m)
	if err != nil {
		return m.Kind.Label()
	}
	return composed.Letter.Subject
}

func recipient(m *message.Message) string {
	if m.To == "" {
		return "adresse effacée"
	}
	return account.Email(m.To).String()
}

// mailState says where a mail is: one that counts as sent here can be read here.
func (s *site) mailState(m *message.Message) string {
	now := s.Now()
	switch is := m.State(now); {
	case is == message.Sent && m.ExpiredAt(now):
		return "arrivé, lien expiré"
	case is == message.Sent:
		return "arrivé"
	case is == message.Refused:
		return m.Why.Label()
	default:
		return is.Label()
	}
}

// letter shows one mail as its recipient reads it.
func (s *site) letter(c *fiber.Ctx) error {
	d, err := s.People.Messages.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	m := &d.Value
	p := mailbox.LetterPage{
		Subject: s.mailSubject(m), Back: part.Link{Label: "Boîte locale", URL: mailboxPath},
		Facts: []desk.Fact{
			{Term: "Destinataire", Text: recipient(m)}, {Term: "Écrit le", Text: format.Moment(m.QueuedAt)},
			{Term: "Nature", Text: m.Kind.Label()}, {Term: "État", Text: s.mailState(m)},
		},
	}
	p.Base = s.base(p.Subject, "", "")
	composed, err := s.Letters.Compose(m)
	if err != nil { // its content is gone, or was never whole
		p.Fault = format.Text("Ce message ne peut plus être lu : ce qu’il disait a été effacé.")
		return render(c, mailbox.LetterView(p))
	}
	p.Letter, p.Text = letterOf(composed.Letter), strings.ReplaceAll(composed.Text, "\r\n", "\n")
	return render(c, mailbox.LetterView(p))
}

func letterOf(l mail.Letter) mailbox.Letter {
	out := mailbox.Letter{
		Greeting: l.Greeting, Paragraphs: l.Paragraphs, Before: l.Before, Code: l.Code, After: l.After, Closing: l.Closing, Why: l.Why,
	}
	if l.Action != nil {
		out.Action = part.Link{Label: l.Action.Label, URL: l.Action.URL}
	}
	if l.Stop != nil {
		out.Stop = part.Link{Label: l.Stop.Label, URL: l.Stop.URL}
	}
	return out
}
