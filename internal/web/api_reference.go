package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/territory"
)

// apiSectorGroup is a group of sectors, in the order in which they are shown.
type apiSectorGroup struct {
	Code    string      `json:"code"` // the sector parameter takes groups too
	Label   string      `json:"label"`
	Sectors []apiSector `json:"sectors"`
}

// apiSector is something structures sell.
type apiSector struct {
	Code     string   `json:"code"`
	Label    string   `json:"label"`
	Synonyms []string `json:"synonyms"` // as buyers say it
	NAF      []string `json:"naf"`      // sub-classes
	CPV      []string `json:"cpv"`      // prefixes
}

// apiSectors answers the whole nomenclature; it changes with the release only.
func (s *site) apiSectors(c *fiber.Ctx) error {
	if notModified(c, s.tag("sectors")) {
		return nil
	}
	groups := s.Taxonomy.Groups()
	out := make([]apiSectorGroup, 0, len(groups))
	for _, g := range groups {
		group := apiSectorGroup{Code: g.Code, Label: g.Label, Sectors: []apiSector{}}
		for _, v := range s.Taxonomy.InGroup(g.Code) {
			group.Sectors = append(group.Sectors, apiSector{
				Code: v.Code, Label: v.Label, Synonyms: listed(v.Synonyms), NAF: listed(v.NAF), CPV: listed(v.CPV),
			})
		}
		out = append(out, group)
	}
	return c.JSON(listOf[apiSectorGroup]{Items: out})
}

// territoriesInput is what GET /api/v1/territories takes.
type territoriesInput struct {
	Q     string `query:"q" validate:"required,max=80"`
	Limit int    `query:"limit" validate:"min=1,max=50"`
}

// defaultSuggestions is how many territories are suggested when limit is absent.
const defaultSuggestions = 10

// apiTerritory is a value for the territory, serves, covers parameters.
type apiTerritory struct {
	Value    string         `json:"value"`
	Kind     territory.Kind `json:"kind"` // commune, epci, department, region, france
	Label    string         `json:"label"`
	Communes int            `json:"communes"` // how many it has
}

// apiTerritories suggests territories by name, the home territory's first.
func (s *site) apiTerritories(c *fiber.Ctx) error {
	in := territoriesInput{Limit: defaultSuggestions}
	if err := bindQuery(c, &in); err != nil {
		return err
	}
	found := s.Atlas.Search(in.Q, s.Home, in.Limit)
	out := make([]apiTerritory, 0, len(found))
	for _, t := range found {
		out = append(out, apiTerritory{Value: t.Value, Kind: t.Kind, Label: t.Label, Communes: t.Communes.Len()})
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.JSON(listOf[apiTerritory]{Items: out})
}
