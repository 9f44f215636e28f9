package web

import (
	"cmp"
	"context"
	"slices"
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
	switch status {
	case fiber.StatusNotFound:
		page.Search, page.Icon = true, "search"
		page.Ways = []part.Link{{Label: "Parcourir l’annuaire", URL: searchPath}, {Label: "Revenir à l’accueil", URL: "/"}}
		page.Ways = append(waysBeside(c.Path()), page.Ways...)
	case fiber.StatusGone:
		page.Icon = "alert"
		page.Ways = []part.Link{{Label: "Parcourir l’annuaire", URL: searchPath}, {Label: "Revenir à l’accueil", URL: "/"}}
	case fiber.StatusUnprocessableEntity, fiber.StatusRequestURITooLong, fiber.StatusRequestHeaderFieldsTooLarge:
		s.refusedSearch(c, &page, p)
	case fiber.StatusTooManyRequests, fiber.StatusServiceUnavailable, fiber.StatusGatewayTimeout, fiber.StatusRequestTimeout:
		page.Icon = "clock"
		// The same address again is the way; a link to it would hide a reload.
		page.Ways = []part.Link{{Label: "Revenir à l’accueil", URL: "/"}}
	case fiber.StatusUnauthorized:
		page.Icon = "alert"
		page.Ways = []part.Link{{Label: "Se connecter", URL: signInPath}, {Label: "Revenir à l’accueil", URL: "/"}}
	case fiber.StatusForbidden, fiber.StatusConflict:
		page.Icon = "alert"
		page.Ways = []part.Link{{Label: "Voir mon compte et mes rôles", URL: accountPath}, {Label: "Revenir à l’accueil", URL: "/"}}
	default:
		page.Request, page.Icon = p.RequestID, "alert"
		page.Ways = []part.Link{{Label: "Revenir à l’accueil", URL: "/"}}
	}
	if c.Path() == framePath {
		framedError(&page)
	}
	for _, e := range p.Errors {
		page.Details = append(page.Details, errorLine(e))
	}
	return render(c, errors.View(page))
}

// refusedSearch gives back what was searched for, and says what of it was not understood.
func (s *site) refusedSearch(c *fiber.Ctx, page *errors.Page, p problem) {
	page.Search, page.Typed, page.Icon = true, s.typed(c), "pencil"
	page.Ways = []part.Link{{Label: "Reprendre la recherche", URL: searchPath}}
	if len(p.Errors) > 0 { // each line says what was wrong
		page.Text = "Un élément de cette recherche n’a pas été compris."
		if page.Typed.What+page.Typed.Where != "" {
			page.Text += " Le texte et le lieu sont gardés ci-dessus."
		}
	}
	if len(p.Errors) == 1 && p.Errors[0].Parameter == columnsParam {
		page.Search, page.Text = false, "La recherche est gardée, les colonnes sont à choisir à nouveau."
		page.Ways = []part.Link{{Label: "Choisir les colonnes", URL: exportAgain(c)}}
	}
}

// framedError keeps a failure inside its frame: no other page of ours is shown there.
func framedError(page *errors.Page) {
	page.Framed, page.Ways = true, []part.Link{{Label: "Reprendre la recherche", URL: framePath}}
	if page.Search {
		page.Search, page.Text = false, "Un élément de cette recherche n’a pas été compris."
	}
}

// typed is the search that was refused, as far as it can be read: nobody should
// have to type it again.
func (s *site) typed(c *fiber.Ctx) (out part.Search) {
	values, err := queryValues(c)
	if err != nil || !slices.Contains([]string{searchPath, pathExport, pathCSV, pathXLSX}, c.Path()) {
		return out
	}
	out.What = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, values.Get("q"))
	if t, err := s.Atlas.Resolve(values.Get("serves")); err == nil {
		out.Where, out.WhereValue = format.Text(t.Label), t.Value
	}
	return out
}

// controlNames is how a page calls the parameters that its readers can set.
var controlNames = map[string]string{
	"q": "Recherche", "serves": "Lieu", "covers": "Zone couverte", "near": "Point de départ", "radius_km": "Distance",
	"sector": "Secteur", "family": "Type de structure", "kind": "Type de structure", "ess": "Type de structure", "esus": "Type de structure",
	"basis": "Marché réservable", "mode": "Mode d’intervention", "availability": "Disponibilité", "characteristic": "Atouts responsables",
	"label": "Labels", "size": "Taille", "workforce": "Effectif", "territory": "Lieu d’implantation",
	"sort": "Trier par", "page": "Page", "per_page": "Structures par page", columnsParam: "Colonnes",
}

// errorLine says which field is at fault, what it held and what to do, without a
// word of the address.
func errorLine(e paramProblem) string {
	name, ok := controlNames[e.Parameter]
	if !ok {
		name = "Adresse de la page"
	}
	if e.Value != "" {
		name += " " + format.Quote(e.Value)
	}
	return name + format.NNBSP + ": " + cmp.Or(e.plain, e.Message) + "."
}

// waysBeside lead from an address that names nothing to the list of those that do.
func waysBeside(path string) []part.Link {
	switch {
	case strings.HasPrefix(path, territoriesPath+"/"):
		return []part.Link{{Label: "Voir les territoires", URL: territoriesPath}}
	case strings.HasPrefix(path, sectorsPath+"/"):
		return []part.Link{{Label: "Voir tous les secteurs", URL: sectorsPath}}
	case strings.HasPrefix(path, helpPath+"/"):
		return []part.Link{{Label: "Voir l’aide", URL: helpPath}}
	case strings.HasPrefix(path, organisationsPath+"/"):
		return []part.Link{{Label: "Voir mes organisations", URL: organisationsPath}}
	case strings.HasPrefix(path, administrationPath+"/"):
		return []part.Link{{Label: "Voir l’administration", URL: administrationPath}}
	}
	return nil
}
