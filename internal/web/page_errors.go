package web

import (
	"context"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"sourcier/views/errors"
	"sourcier/views/format"
	"sourcier/views/part"
)

// renderError answers a failure as a page that says what to do next.
func (s *site) renderError(c *fiber.Ctx, status int, p problem) error {
	// The deadline of the request is over, or was the failure itself.
	c.SetUserContext(context.WithoutCancel(c.UserContext()))
	page := errors.Page{Base: s.base(p.Title, p.Detail, ""), Heading: p.Title, Text: p.Detail}
	again := part.Link{Label: "Reprendre la recherche", URL: directory}
	switch status {
	case fiber.StatusNotFound:
		page.Search = true
		page.Ways = []part.Link{{Label: "Parcourir l’annuaire", URL: directory}, {Label: "Revenir à l’accueil", URL: "/"}}
	case fiber.StatusUnprocessableEntity, fiber.StatusRequestURITooLong, fiber.StatusRequestHeaderFieldsTooLarge:
		page.Search, page.Typed = true, s.typed(c)
		page.Ways = []part.Link{again}
	case fiber.StatusTooManyRequests, fiber.StatusServiceUnavailable, fiber.StatusGatewayTimeout, fiber.StatusRequestTimeout:
		// The same address again is the way; a link to it would hide a reload.
		page.Ways = []part.Link{{Label: "Revenir à l’accueil", URL: "/"}}
	default:
		page.Request = p.RequestID
		page.Ways = []part.Link{{Label: "Revenir à l’accueil", URL: "/"}}
	}
	for _, e := range p.Errors {
		page.Details = append(page.Details, errorLine(e))
	}
	return render(c, errors.View(page))
}

// typed is the search that was refused, as far as it can be read: nobody should
// have to type it again.
func (s *site) typed(c *fiber.Ctx) (out part.Search) {
	values, err := queryValues(c)
	if err != nil || c.Path() != directory {
		return out
	}
	out.What = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, values.Get("q"))
	if t, err := s.Atlas.Resolve(values.Get("serves")); err == nil {
		out.Where, out.WhereValue = t.Label, t.Value
	}
	return out
}

// errorLine names a parameter at fault, what it held and what it may hold.
func errorLine(e paramProblem) string {
	line := e.Parameter
	if e.Value != "" {
		line += " = " + format.Quote(e.Value)
	}
	line += format.NNBSP + ": " + format.Text(e.Message)
	if len(e.Allowed) > 0 {
		line += " (valeurs possibles" + format.NNBSP + ": " + format.List(e.Allowed) + ")"
	}
	return line
}
