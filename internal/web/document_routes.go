package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/web/openapi"
)

// Tags of the document.
const (
	tagSearch    = "recherche"
	tagReference = "référence"
)

// describedRoutes tells every route of the API; TestEveryRouteIsDescribed holds it
// to routes.go.
func (s *site) describedRoutes(schemas *openapi.Schemas) []described {
	return append(s.describedSearch(schemas), s.describedReference(schemas)...)
}

func (s *site) describedSearch(schemas *openapi.Schemas) []described {
	page := openapi.Of[apiPage](schemas)
	schemas.Replace("SearchPage", "items", &openapi.Schema{AnyOf: []*openapi.Schema{
		{Type: "array", Items: openapi.Of[apiItem](schemas)}, {Type: "array", Items: openapi.Of[apiID](schemas)},
	}})
	schemas.Replace("SearchPage", "facets", &openapi.Schema{
		Type: "object", PropertyNames: openapi.OneOf(query.FacetNames), Additional: &openapi.Schema{Type: "array", Items: openapi.Of[facetValue](schemas)},
	})
	schemas.Replace("Zone", "type", openapi.OneOf(zoneTypes))
	engine := []int{fiber.StatusUnprocessableEntity, fiber.StatusServiceUnavailable, fiber.StatusGatewayTimeout}
	return []described{
		{
			route: apiRoot + "/structures", id: "searchStructures", tag: tagSearch, paged: true, fails: engine,
			summary: "Chercher des structures",
			text:    "Les mêmes paramètres et les mêmes résultats que la page de recherche. Les valeurs d’un paramètre répété s’ajoutent (OU) ; les paramètres se combinent (ET). Secteur, mode, zone, atout et disponibilité doivent tenir sur une même activité. Sans texte, l’ordre est un tirage du jour, le même pour tous.",
			try:     "?q=nettoyage+vitry&per_page=5", params: s.searchParameters(), answer: page, sample: samplePage(),
		},
		{
			route: apiRoot + "/structures/:id", id: "getStructure", tag: tagSearch, moves: true, fails: []int{fiber.StatusNotFound, fiber.StatusGone, fiber.StatusGatewayTimeout},
			summary: "Lire une fiche",
			text:    "Tout ce que l’annuaire dit d’une structure, avec qui le dit et de quel jour. Par SIRET, la réponse est une liste quand plusieurs structures le partagent.",
			try:     "/" + sampleID,
			params: []openapi.Parameter{openapi.Path("id", "Identifiant (16 lettres et chiffres) ou SIRET (14 chiffres).",
				openapi.Text().Matching(`^([a-z2-7]{16}|[0-9]{14})$`), sampleID)},
			answer: &openapi.Schema{AnyOf: []*openapi.Schema{openapi.Of[apiSheet](schemas), openapi.Of[listOf[apiSheet]](schemas)}},
		},
		s.describedMap(schemas, engine),
		{
			route: apiRoot + "/suggest", id: "suggest", tag: tagSearch, fails: engine,
			summary: "Compléter un texte en cours de frappe",
			text:    "Secteurs, lieux, codes CPV et structures que le début d’un texte peut vouloir dire, 5 au plus de chaque. Ces requêtes ont leur propre limite, quatre fois celle des autres.",
			try:     "?q=m%C3%A9nag",
			params:  []openapi.Parameter{openapi.Query("q", "Le texte tapé jusqu’ici.", searchText(), "ménag")},
			answer:  openapi.Of[apiSuggestions](schemas), sample: sampleSuggestions(),
		},
	}
}

func (s *site) describedReference(schemas *openapi.Schemas) []described {
	return []described{
		{
			route: apiRoot + "/sectors", id: "listSectors", tag: tagReference,
			summary: "Lister les secteurs",
			text:    "La nomenclature entière, par groupes. Elle ne change qu’avec une version du portail.",
			answer:  openapi.Of[listOf[apiSectorGroup]](schemas),
		},
		{
			route: apiRoot + "/territories", id: "searchTerritories", tag: tagReference, fails: []int{fiber.StatusUnprocessableEntity},
			summary: "Trouver un territoire par son nom",
			text:    "Communes, intercommunalités, départements et régions, ceux du territoire du portail d’abord.",
			try:     "?q=vitry&limit=3",
			params:  schemas.Parameters(territoriesInput{Limit: defaultSuggestions}),
			answer:  openapi.Of[listOf[apiTerritory]](schemas), sample: sampleTerritories(),
		},
		{
			route: apiRoot + "/openapi.json", id: "getOpenAPI", tag: tagReference,
			summary: "Lire ce document",
			text:    "La description de l’API que vous lisez, en OpenAPI 3.1.",
			answer: &openapi.Schema{Type: "object", Additional: &openapi.Schema{}, Required: []string{"openapi", "info", "paths"},
				Properties: map[string]*openapi.Schema{"openapi": openapi.Text(), "info": {Type: "object"}, "paths": {Type: "object"}}},
		},
	}
}
