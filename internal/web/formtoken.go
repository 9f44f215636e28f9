package web

import (
	"crypto/rand"
	"crypto/subtle"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// A form is protected by a token that its page and a cookie both hold: another
// site can neither read nor set the cookie. Nothing is kept on the server, so that
// a GET stores nothing, and a form opened before a restart, or on another portal of
// the same store, can still be sent. Fiber's own middleware keeps each token in the
// memory of one process.
const (
	tokenCookie = "sourcier_form" //nolint:gosec // its name
	tokenField  = "jeton"
)

var tokenPattern = regexp.MustCompile(`^[A-Z2-7]{26}$`)

func (s *site) secure() bool { return strings.HasPrefix(s.Config.BaseURL, "https://") }

// formToken is the token of the visitor, given with the page of a form. One that
// he has is kept: several forms may be open at once.
func (s *site) formToken(c *fiber.Ctx) string {
	token := c.Cookies(s.cookieName(tokenCookie))
	if !tokenPattern.MatchString(token) {
		return s.renewFormToken(c)
	}
	s.setFormToken(c, token)
	return token
}

// renewFormToken gives the visitor another token: who signs in or out is somebody else
// than before.
func (s *site) renewFormToken(c *fiber.Ctx) string {
	token := rand.Text()
	s.setFormToken(c, token)
	return token
}

func (s *site) setFormToken(c *fiber.Ctx, token string) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(tokenCookie), Value: token, Path: "/", HTTPOnly: true, Secure: s.secure(),
		SameSite: fiber.CookieSameSiteStrictMode, SessionOnly: true,
	})
}

// sentForm reads the fields of a form; what cannot be read, or is no form, is not there.
func sentForm(c *fiber.Ctx) url.Values {
	if up, ok := c.Locals(uploadKey).(*sheetUpload); ok {
		return up.form
	}
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationForm {
		return url.Values{}
	}
	form, _ := url.ParseQuery(string(c.Body()))
	return form
}

// ownForm reports whether what was sent comes from a page of ours.
func (s *site) ownForm(c *fiber.Ctx, form url.Values) bool {
	cookie, token := c.Cookies(s.cookieName(tokenCookie)), form.Get(tokenField)
	return tokenPattern.MatchString(cookie) && subtle.ConstantTimeCompare([]byte(cookie), []byte(token)) == 1 && s.sameOrigin(c)
}

// sameOrigin believes what the browser says of the page that sends the form.
func (s *site) sameOrigin(c *fiber.Ctx) bool {
	r := &http.Request{Method: c.Method(), Host: string(c.Request().Host()), URL: &url.URL{}, Header: http.Header{}}
	for _, name := range []string{"Sec-Fetch-Site", fiber.HeaderOrigin} {
		if v := c.Get(name); v != "" {
			r.Header.Set(name, v)
		}
	}
	var guard http.CrossOriginProtection
	_ = guard.AddTrustedOrigin(s.Config.BaseURL) // a proxy may have changed the host; checked with the settings
	return guard.Check(r) == nil
}
