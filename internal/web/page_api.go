package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/web/openapi"
	"sourcier/views/api"
	"sourcier/views/format"
	"sourcier/views/part"
)

// apiGuide answers the page that presents the API, made from what describes it to
// programs.
func (s *site) apiGuide(c *fiber.Ctx) error {
	example, err := s.exampleID(c)
	if err != nil {
		return err
	}
	if notModified(c, s.tag("api guide", example, fmt.Sprint(s.isDemo()))) {
		return nil
	}
	p := api.Page{
		Base:     s.base("API de l’annuaire", "Lire l’annuaire par programme : recherches, fiches, secteurs et territoires en JSON, décrits en OpenAPI 3.1, sans clé.", "/api"),
		Document: apiRoot + "/openapi.json", Contact: s.Config.ContactEmail, Limits: s.apiLimits(),
		Sources: part.Link{URL: "/sources", Label: "sources et licences"},
	}
	for _, d := range s.describedRoutes(s.apiSchemas()) {
		route, err := s.guideRoute(d, example)
		if err != nil {
			return err
		}
		p.Routes = append(p.Routes, route)
	}
	return render(c, api.View(p))
}

func (s *site) guideRoute(d described, example string) (api.Route, error) {
	address := strings.Replace(d.route, "/:id", "", 1) + strings.Replace(d.try, sampleID, example, 1)
	route := api.Route{
		Path: openapi.Template(d.route), Summary: format.Text(d.summary), Text: format.Text(d.text),
		Example: part.Link{URL: address, Label: "Voir la réponse"}, Command: s.command(address),
	}
	for _, p := range d.params {
		route.Params = append(route.Params, api.Limit{Term: p.Name, Text: format.Text(p.Description)})
	}
	if d.sample != nil {
		sample, err := json.MarshalIndent(d.sample, "", "  ")
		if err != nil {
			return route, fmt.Errorf("sample of %s: %w", d.id, err)
		}
		route.Sample = string(sample)
	}
	return route, nil
}

// command asks for an address from a terminal.
func (s *site) command(address string) string { return "curl '" + s.Config.BaseURL + address + "'" }

// exampleID is the id of a structure that is there, so that the example of a sheet
// can be opened; that of the samples in an empty directory.
func (s *site) exampleID(c *fiber.Ctx) (string, error) {
	res, err := s.aside(c.UserContext(), query.Query{Sort: query.SortName, Page: 1, PerPage: 1, IDsOnly: true, On: s.today()})
	if err != nil {
		return "", err
	}
	if len(res.Items) == 0 {
		return sampleID, nil
	}
	return res.Items[0].ID, nil
}

// apiLimits says what a program must know, with the figures that the portal holds to.
func (s *site) apiLimits() []api.Limit {
	rate := "Ce portail n’en fixe pas."
	if n := s.requestsPerMinute(); n > 0 {
		rate = format.Number(n) + " requêtes par minute et par adresse réseau, quatre fois plus pour les suggestions. RateLimit-Remaining dit ce qu’il en reste ; au-delà, la réponse est 429 et Retry-After dit combien attendre."
	}
	list := []api.Limit{
		{Term: "Rythme", Text: rate},
		{Term: "Pages", Text: fmt.Sprintf("%d structures par page, %d au plus, et %s par numéro de page ; le curseur « next », ou l’en-tête Link, va jusqu’au bout.", query.DefaultPage, query.MaxPerPage, format.Number(query.MaxDepth))},
		{Term: "Recherche", Text: fmt.Sprintf("%d mots et %d octets de texte, %d valeurs par critère, %d lieux desservis.", query.MaxWords, query.MaxTextBytes, query.MaxValues, query.MaxZones)},
		{Term: "Cache", Text: "Chaque réponse porte un ETag : renvoyé dans If-None-Match, il donne 304 tant que rien n’a changé."},
		{Term: "Champs", Text: "Un champ décrit est toujours là : null quand on ne sait pas, [] quand il n’y a rien. De nouveaux champs peuvent venir ; aucun ne part dans la version 1."},
		{Term: "Erreurs", Text: "Un document RFC 9457 en français : " + strconv.Itoa(http.StatusUnprocessableEntity) + " nomme chaque paramètre en cause et, s’il y en a peu, les valeurs possibles."},
		{Term: "Autres sites", Text: "Une page web de n’importe quelle origine peut lire l’API (CORS), sans cookie ni identifiant."},
	}
	for i := range list {
		list[i].Text = format.Text(list[i].Text)
	}
	return list
}
