package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/internal/web/openapi"
	"sourcier/views/format"
)

// apiDescription introduces the API; the page /api says the same at length.
const apiDescription = `L’annuaire des fournisseurs de l’insertion, du handicap, de l’économie sociale et solidaire et des TPE et PME, en lecture.

Sans clé ni inscription. Toutes les adresses se lisent en GET ou en HEAD, depuis n’importe quel site (Access-Control-Allow-Origin : *), et rien n’est propre à qui demande.

Un champ décrit est toujours là : ce qui n’est pas connu est null, une liste vide est []. Seuls « facets », et d’une erreur « errors », « allowed » et « request_id », peuvent manquer. De nouveaux champs peuvent venir ; aucun ne part ni ne change de sens dans la version 1.

Le portail est plus tolérant que ce document : la casse des codes, les espaces autour d’une valeur, une valeur vide ou répétée, une virgule décimale ne sont pas des erreurs, et un paramètre inconnu est ignoré. Un paramètre qui n’a qu’une valeur garde la première.

Les erreurs sont des documents RFC 9457, en français. Une requête de plus de 16 ko est refusée avant que son adresse soit lue : elle reçoit une page (431).`

// described is one route of the API as its document tells it.
type described struct {
	route   string // as in routes.go
	id      string // operationId
	tag     string
	summary string
	text    string
	try     string // what to add to the path for an example
	params  []openapi.Parameter
	answer  *openapi.Schema
	sample  any
	paged   bool  // answers have Link headers
	moves   bool  // what it names may have another address by now
	fails   []int // beyond what any route may answer
}

// anyFailure is what any route of the API may answer.
var anyFailure = []int{
	fiber.StatusBadRequest, fiber.StatusMethodNotAllowed, fiber.StatusRequestEntityTooLarge, fiber.StatusRequestURITooLong,
	fiber.StatusUnsupportedMediaType, fiber.StatusTooManyRequests, fiber.StatusInternalServerError,
}

// document makes the OpenAPI document of the API, from the routes that it
// describes, the types that they answer and the values that they take.
func (s *site) document() openapi.Document {
	schemas := s.apiSchemas()
	doc := openapi.Document{
		OpenAPI: openapi.Version,
		Info: openapi.Info{
			Title: "Sourcier", Version: "1", Description: format.Text(apiDescription),
		},
		Servers:  []openapi.Server{{URL: s.Config.BaseURL}},
		Security: []openapi.Requirement{},
		Tags: []openapi.Tag{
			{Name: tagSearch, Description: format.Text("Chercher des structures, lire leur fiche.")},
			{Name: tagReference, Description: format.Text("Les valeurs que prennent les paramètres, et ce document.")},
		},
		Paths: map[string]openapi.PathItem{},
	}
	if s.Config.ContactEmail != "" {
		doc.Info.Contact = &openapi.Contact{Email: s.Config.ContactEmail}
	}
	failures := map[string]openapi.Response{"NotModified": {
		Description: format.Text("Le client a déjà cette réponse : son If-None-Match en porte l’ETag."), Headers: headers("ETag", limitHeaders...),
	}}
	for _, d := range s.describedRoutes(schemas) {
		doc.Paths[openapi.Template(d.route)] = openapi.PathItem{Get: d.operation(failures)}
	}
	openapi.Of[problem](schemas)
	doc.Components = openapi.Components{Schemas: schemas.Components(), Responses: failures, Headers: apiHeaders()}
	return doc
}

// operation writes the route, and names the failures that it may answer.
func (d described) operation(failures map[string]openapi.Response) openapi.Operation {
	op := openapi.Operation{
		ID: d.id, Tags: []string{d.tag}, Summary: format.Text(d.summary), Description: format.Text(d.text), Parameters: d.params,
		Responses: map[string]openapi.Response{},
	}
	named := headers("ETag", limitHeaders...)
	if d.paged {
		named["Link"] = openapi.Header{Ref: openapi.To("headers", "Link")}
	}
	op.Responses["200"] = openapi.Response{
		Description: format.Text("La réponse."), Headers: named,
		Content: map[string]openapi.Media{fiber.MIMEApplicationJSON: {Schema: d.answer, Example: d.sample}},
	}
	op.Responses["304"] = openapi.Response{Ref: openapi.To("responses", "NotModified")}
	if d.moves {
		op.Responses["301"] = openapi.Response{
			Description: format.Text("Cette fiche était le doublon d’une autre, qui la remplace : son adresse est dans Location."), Headers: headers("Location", limitHeaders...),
		}
	}
	for _, status := range slices.Concat(anyFailure, d.fails) {
		name := failureName(status)
		failures[name] = failure(status)
		op.Responses[strconv.Itoa(status)] = openapi.Response{Ref: openapi.To("responses", name)}
	}
	return op
}

// failureName is the English name of a status without its spaces.
func failureName(status int) string {
	var name []byte
	for _, b := range []byte(http.StatusText(status)) {
		if b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' {
			name = append(name, b)
		}
	}
	return string(name)
}

// failure describes a problem in the words that it is answered with.
func failure(status int) openapi.Response {
	p := newProblem(status)
	out := openapi.Response{
		Description: p.Title + format.NNBSP + ": " + p.Detail,
		Content: map[string]openapi.Media{problemType: {
			Schema: &openapi.Schema{Ref: openapi.To("schemas", "Problem")}, Example: sampleProblem(p),
		}},
	}
	switch status {
	case fiber.StatusTooManyRequests:
		out.Headers = headers("Retry-After", limitHeaders...)
	case fiber.StatusServiceUnavailable:
		out.Headers = headers("Retry-After")
	}
	return out
}

// limitHeaders tell a client where it stands.
var limitHeaders = []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}

func headers(first string, others ...string) map[string]openapi.Header {
	out := map[string]openapi.Header{}
	for _, name := range append([]string{first}, others...) {
		out[name] = openapi.Header{Ref: openapi.To("headers", name)}
	}
	return out
}

// apiHeaders describes the headers of the answers. A portal may be set to have no
// limit: its answers then have no RateLimit header.
func apiHeaders() map[string]openapi.Header {
	whole := func(text string) openapi.Header {
		least := 0.0
		return openapi.Header{Description: format.Text(text), Schema: &openapi.Schema{Type: "integer", Minimum: &least}}
	}
	out := map[string]openapi.Header{
		"ETag":                {Required: true, Description: format.Text("Empreinte de la réponse, à renvoyer dans If-None-Match."), Schema: openapi.Text().Matching(`^W/"[0-9a-f]{32}"$`)},
		"Location":            {Required: true, Description: format.Text("Adresse de la fiche qui remplace celle-ci."), Schema: openapi.Text()},
		"Link":                {Description: format.Text("Première page, page d’avant, page d’après (RFC 8288) ; après 10 000 structures, la page d’après est donnée par un curseur."), Schema: openapi.Text()},
		"RateLimit-Limit":     whole("Requêtes permises par minute."),
		"RateLimit-Remaining": whole("Requêtes restantes."),
		"RateLimit-Reset":     whole("Secondes avant que toutes le soient à nouveau."),
	}
	retry := whole("Secondes à attendre avant de réessayer.")
	retry.Required = true
	out["Retry-After"] = retry
	return out
}

// apiSchemas knows the closed lists of the domain.
func (s *site) apiSchemas() *openapi.Schemas {
	schemas := openapi.NewSchemas()
	schemas.Wording = format.Text
	openapi.Know[structure.Date](schemas, &openapi.Schema{Type: "string", Format: "date"})
	openapi.KnowList(schemas, structure.Kinds)
	openapi.KnowList(schemas, structure.ESSFamilies)
	openapi.KnowList(schemas, structure.Sizes)
	openapi.KnowList(schemas, structure.Workforces)
	openapi.KnowList(schemas, structure.Families)
	openapi.KnowList(schemas, structure.Bases)
	openapi.KnowList(schemas, structure.Fields)
	openapi.KnowList(schemas, structure.Sources)
	openapi.KnowList(schemas, structure.Precisions)
	openapi.KnowList(schemas, query.AvailabilityStates)
	openapi.KnowList(schemas, query.SuggestionKinds)
	openapi.KnowList(schemas, query.Sorts)
	openapi.KnowList(schemas, []query.ZoneState{query.ZoneServes, query.ZoneUndeclared})
	openapi.KnowList(schemas, territory.Kinds)
	openapi.Name[apiPage](schemas, "SearchPage")
	openapi.Name[apiID](schemas, "StructureID")
	openapi.Name[apiItem](schemas, "Result")
	openapi.Name[apiSheet](schemas, "Structure")
	openapi.Name[listOf[apiSheet]](schemas, "StructureList")
	openapi.Name[listOf[apiSectorGroup]](schemas, "SectorList")
	openapi.Name[listOf[apiTerritory]](schemas, "TerritoryList")
	openapi.Name[apiMended](schemas, "CorrectedWord")
	return schemas
}

// apiDocument answers the document. It says nothing that changes while the
// process lives, so it is written once.
func (s *site) apiDocument(c *fiber.Ctx) error {
	if notModified(c, s.tag("openapi"), "public, max-age=3600") {
		return nil
	}
	body, err := s.documentJSON()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(body)
}

func (s *site) writeDocument() ([]byte, error) { return json.MarshalIndent(s.document(), "", " ") }
