package web

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/views/layout"
)

const (
	sessionCookie = "sourcier_session"
	askingCookie  = "sourcier_asking"  // of the browser that asked to sign in
	attemptCookie = "sourcier_attempt" // of one on its way to a provider
	arrivedCookie = "sourcier_arrived" // of one that came back from it as somebody new
)

const whoKey localKey = "who"

// identified is what is known of who asks.
type identified struct {
	who *people.Who // nil: nobody is signed in
	err error       // the store did not answer: only public pages go on
}

// identify finds who asks, where the cookie of a session came along; the store is not
// asked otherwise. A page that anyone may read is shown without a name when it cannot
// be found; guard refuses the others.
func (s *site) identify(c *fiber.Ctx) error {
	token := c.Cookies(s.cookieName(sessionCookie))
	if s.People == nil || token == "" || isAPI(c) || strings.HasPrefix(c.Path(), publicPrefix) {
		return c.Next()
	}
	who, err := s.People.Identify(c.UserContext(), token)
	switch {
	case errors.Is(err, people.ErrSignedOut):
		s.dropCookie(c, sessionCookie)
		return c.Next()
	case err != nil:
		err = fmt.Errorf("identify: %w", err)
		s.Log.Error("session not read", "request_id", ensureRequestID(c), "err", err)
	}
	c.Locals(whoKey, identified{who, err})
	if who != nil {
		c.Set(fiber.HeaderCacheControl, "private, no-cache") // the header of any page names its reader
		c.SetUserContext(layout.WithVisitor(c.UserContext(), visitorOf(who)))
	}
	return c.Next()
}

// visitorOf is what the frame of a page shows of who is signed in.
func visitorOf(who *people.Who) layout.Visitor {
	v := layout.Visitor{Name: who.Person.Shown(), Administrator: who.Is(account.Administrator), Structure: who.Is(account.Structure)}
	v.Buying, v.Planning = memberOfDesk(who).Reads(), sourcing.Plans(memberOfDesk(who))
	v.Attending = event.Attends(memberOfDesk(who))
	v.Network, v.Giving = who.Acting.Role == account.Network, slices.Contains(labelRoles, who.Acting.Role)
	if who.Acting.Role != "" {
		v.Role, v.Organisation = who.Acting.Role.Label(), who.Acting.Name
	}
	return v
}

// whoIs is who asks, nil when nobody is signed in.
func whoIs(c *fiber.Ctx) (*people.Who, error) {
	id, _ := c.Locals(whoKey).(identified)
	return id.who, id.err
}

// signedIn is who asks, on a route whose guard has let nobody else in.
func signedIn(c *fiber.Ctx) *people.Who {
	who, _ := whoIs(c)
	return who
}

// visitorStamp tells apart the pages that differ by who reads them; "" for nobody.
func visitorStamp(c *fiber.Ctx) string {
	who, _ := whoIs(c)
	if who == nil {
		return ""
	}
	return strings.Join([]string{who.Session.ID, who.Person.Shown(), who.Acting.Organisation, string(who.Acting.Role)}, "\x00")
}

// cookieName binds a cookie to this host alone where it is served by HTTPS.
func (s *site) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

func (s *site) setCookie(c *fiber.Ctx, name, value string) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", HTTPOnly: true, Secure: s.secure(),
		SameSite: fiber.CookieSameSiteLaxMode, SessionOnly: true,
	})
}

func (s *site) dropCookie(c *fiber.Ctx, name string) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(name), Path: "/", HTTPOnly: true, Secure: s.secure(),
		SameSite: fiber.CookieSameSiteLaxMode, Expires: fasthttp.CookieExpireDelete,
	})
}

// Where pages about people are.
const (
	signInPath         = "/connexion"
	signOutPath        = "/deconnexion"
	accountPath        = "/compte"
	organisationsPath  = "/organisations"
	invitationsPath    = "/invitations"
	administrationPath = "/administration"
	unsubscribePath    = "/desinscription"
	mailboxPath        = "/boite" // of the mails, where no server is set
)

// toSignIn is the way to sign in and come back.
func toSignIn(c *fiber.Ctx) string {
	next := people.LocalPath(c.OriginalURL())
	if next == "" {
		return signInPath
	}
	return signInPath + "?suite=" + url.QueryEscape(next)
}
