package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/views/format"
)

// access says who may use a route. It is checked here alone, before the handler;
// what an object lets somebody do is the rule of the object (internal/account).
type access struct {
	signedIn bool
	roles    []account.Role // one of them, as which the person acts; none = any person
}

var (
	anyone = access{}
	person = access{signedIn: true}
)

// only lets in who acts in one of the roles.
func only(roles ...account.Role) access { return access{signedIn: true, roles: roles} }

// Route is a line of the table of routes, for the proof that asks each of them as
// everybody.
type Route struct {
	Method, Path string
	SignedIn     bool
	Roles        []account.Role
}

// door registers the routes of one access.
type door struct {
	site   *site
	app    fiber.Router
	prefix string
	access access
}

// Get registers a page; HEAD is answered too.
func (d door) Get(path string, handlers ...fiber.Handler) { d.add(fiber.MethodGet, path, handlers) }

// Post registers what a form of ours changes: another site cannot have it sent,
// whoever is signed in.
func (d door) Post(path string, handlers ...fiber.Handler) {
	d.add(fiber.MethodPost, path, append([]fiber.Handler{d.site.fromOwnForm}, handlers...))
}

// PostUnchecked registers what looks at the token of its form itself, to give back
// what was typed, or has a token of its own in its address.
func (d door) PostUnchecked(path string, handlers ...fiber.Handler) {
	d.add(fiber.MethodPost, path, handlers)
}

func (d door) add(method, path string, handlers []fiber.Handler) {
	d.site.table = append(d.site.table, Route{Method: method, Path: d.prefix + path, SignedIn: d.access.signedIn, Roles: d.access.roles})
	if d.access.signedIn {
		handlers = append([]fiber.Handler{d.access.guard}, handlers...)
	}
	if method == fiber.MethodGet {
		d.app.Get(path, handlers...)
		return
	}
	d.app.Add(method, path, handlers...)
}

// Errors of access.
var (
	errSignedOut = errors.New("nobody is signed in")
	errForeign   = errors.New("the form does not come from a page of ours")
)

// forbiddenError says which roles would have been let in.
type forbiddenError struct{ roles []account.Role }

func (e *forbiddenError) Error() string { return "the person acts in no role that may" }

// detail says to whom the page is open, and how to get there.
func (e *forbiddenError) detail() string {
	var labels []string
	for _, r := range e.roles {
		labels = append(labels, format.Quote(r.Label()))
	}
	return "Cette page est réservée à qui agit comme " + strings.Join(labels, " ou ") + ". Si ce rôle est parmi les vôtres, choisissez-le dans votre compte."
}

// fromOwnForm refuses what no page of ours sent.
func (s *site) fromOwnForm(c *fiber.Ctx) error {
	if !s.ownForm(c, sentForm(c)) {
		return errForeign
	}
	return c.Next()
}

// guard refuses who may not use the route.
func (a access) guard(c *fiber.Ctx) error {
	who, err := whoIs(c)
	switch {
	case err != nil:
		return err
	case who == nil:
		return errSignedOut
	case len(a.roles) > 0 && !slices.Contains(a.roles, who.Acting.Role):
		return &forbiddenError{a.roles}
	}
	c.Set(fiber.HeaderCacheControl, "no-store") // what a person sees is not kept for the next one
	return c.Next()
}
