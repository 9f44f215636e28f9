package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/territory"
)

// apiSectorGroup is a group of sectors, in the order in which they are shown.
type apiSectorGroup struct {
	Code    string      `json:"code" doc:"Code du groupe ; le paramètre sector le prend aussi."`
	Label   string      `json:"label" doc:"Nom en français."`
	Sectors []apiSector `json:"sectors" doc:"Ses secteurs."`
}

// apiSector is something structures sell.
type apiSector struct {
	Code     string   `json:"code" doc:"Valeur du paramètre sector."`
	Label    string   `json:"label" doc:"Nom en français."`
	Synonyms []string `json:"synonyms" doc:"Comment les acheteurs le disent."`
	NAF      []string `json:"naf" doc:"Sous-classes de la NAF rév. 2 dont il est déduit."`
	CPV      []string `json:"cpv" doc:"Préfixes de codes CPV qui lui correspondent."`
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
	Q     string `query:"q" validate:"required,max=80" doc:"Nom, ou début du nom, d’un territoire." example:"vitry"`
	Limit int    `query:"limit" validate:"min=1,max=50" doc:"Nombre de réponses." example:"5"`
}

// defaultSuggestions is how many territories are suggested when limit is absent.
const defaultSuggestions = 10

// apiTerritory is a value for the territory, serves, covers parameters.
type apiTerritory struct {
	Value    string         `json:"value" doc:"Valeur des paramètres serves, covers et territory."`
	Kind     territory.Kind `json:"kind" doc:"Commune, intercommunalité, département, région ou France."`
	Label    string         `json:"label" doc:"Nom."`
	Communes int            `json:"communes" doc:"Nombre de communes."`
}

// apiTerritories suggests territories by name, the home territory's first.
func (s *site) apiTerritories(c *fiber.Ctx) error {
	in := territoriesInput{Limit: defaultSuggestions}
	if err := bindQuery(c, &in); err != nil {
		return err
	}
	if notModified(c, s.tag("territories", in.Q, strconv.Itoa(in.Limit)), "public, max-age=3600") {
		return nil
	}
	found := s.Atlas.Search(in.Q, s.Home, in.Limit)
	out := make([]apiTerritory, 0, len(found))
	for _, t := range found {
		out = append(out, apiTerritory{Value: t.Value, Kind: t.Kind, Label: t.Label, Communes: t.Communes.Len()})
	}
	return c.JSON(listOf[apiTerritory]{Items: out})
}
