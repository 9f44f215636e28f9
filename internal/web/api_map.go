package web

import (
	"fmt"
	"math"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// apiMap answers GET /api/v1/map: everything that a search finds, grouped for the part
// of the map that is looked at. It is a GeoJSON FeatureCollection; total = the counts
// of the features + outside + unplaced.
type apiMap struct {
	Type       string         `json:"type" doc:"FeatureCollection."`
	BBox       [4]float64     `json:"bbox" doc:"Ouest, sud, est, nord : comme demandé, ou ce qui montre tous les résultats."`
	Zoom       int            `json:"zoom" doc:"De même."`
	Extent     *[4]float64    `json:"extent" doc:"Cadre de tout ce qui a une position, dans bbox ou non ; null quand rien n’en a."`
	Cell       int            `json:"cell" doc:"Côté, en pixels, des carrés qui groupent."`
	Total      int            `json:"total" doc:"Nombre de structures trouvées."`
	Placed     int            `json:"placed" doc:"Celles qui ont une position."`
	Unplaced   int            `json:"unplaced" doc:"Celles qui n’en ont pas : total moins placed."`
	Outside    int            `json:"outside" doc:"Celles qui sont hors de bbox."`
	Features   []apiCluster   `json:"features" doc:"Les groupes ; la somme de leurs count, outside et unplaced est total."`
	Communes   []apiPlaceName `json:"communes" doc:"Noms qui disent où l’on est, sans fond de carte."`
	Correction *apiCorrection `json:"correction" doc:"Le texte auquel la carte répond, quand celui qui a été envoyé ne trouvait rien."`
}

// apiCluster is a group of structures, or one, as a GeoJSON Feature.
type apiCluster struct {
	Type       string            `json:"type" doc:"Feature."`
	Geometry   apiPoint          `json:"geometry" doc:"Moyenne des positions du groupe."`
	Properties clusterProperties `json:"properties" doc:"Ce qu’est le groupe."`
}

type apiPoint struct {
	Type        string     `json:"type" doc:"Point."`
	Coordinates [2]float64 `json:"coordinates" doc:"Longitude, latitude."`
}

type clusterProperties struct {
	Count    int            `json:"count" doc:"Nombre de structures."`
	BBox     [4]float64     `json:"bbox" doc:"Cadre de leurs positions."`
	Families map[string]int `json:"families" doc:"Combien de chaque famille."`
	Commune  *communeRef    `json:"commune" doc:"Leur commune ; null s’il y en a plusieurs."`
	Divides  bool           `json:"divides" doc:"Un zoom plus fort peut les séparer."`
	Members  []apiMember    `json:"members" doc:"Les premières d’un groupe qu’aucun zoom ne sépare ; d’une structure seule, elle-même."`
	URL      *string        `json:"url" doc:"Chemin de la page qui liste un groupe qu’aucun zoom ne sépare ; d’une structure seule, sa fiche."`
}

type apiMember struct {
	ID        string           `json:"id" doc:"Identifiant."`
	Name      string           `json:"name" doc:"Dénomination."`
	Family    structure.Family `json:"family" doc:"Famille."`
	Fictional bool             `json:"fictional" doc:"Fictive, à côté de vraies."`
	URL       string           `json:"url" doc:"Chemin de la fiche."`
}

func (s *site) apiMap(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	q, err := s.Parser.Parse(values)
	if err != nil {
		return err
	}
	frame, err := readFrame(values)
	if err != nil {
		return err
	}
	form := fmt.Sprint("map ", frame)
	if notModified(c, s.searchTag(q, s.Map.Generation(), form)) {
		return nil
	}
	found, err := s.Map.Map(c.UserContext(), q, frame)
	if err != nil {
		return s.engineError(c.UserContext(), "map", err)
	}
	c.Set(fiber.HeaderETag, s.searchTag(q, found.Generation, form))
	return c.JSON(s.apiMapOf(q, &found))
}

func (s *site) apiMapOf(q query.Query, m *query.Map) apiMap {
	if m.Fit && m.Placed() == 0 {
		m.Frame = s.frameOf(s.asked(q))
		m.Fit = true
	}
	out := apiMap{
		Type: "FeatureCollection", BBox: corners(m.Bounds), Zoom: m.Zoom, Cell: m.Cell,
		Total: m.Total, Placed: m.Placed(), Unplaced: m.Unplaced, Outside: m.Outside,
		Features: make([]apiCluster, 0, len(m.Clusters)), Communes: s.labels(q, seen(m.Frame), m.Clusters), Correction: correctionOf(m.Correction),
	}
	if m.Placed() > 0 {
		all := corners(m.Extent)
		out.Extent = &all
	}
	values := pageValues(q)
	for i := range m.Clusters {
		out.Features = append(out.Features, s.apiClusterOf(&m.Clusters[i], values))
	}
	return out
}

// seen is what a window shows of a frame: one that was fitted is in the middle of more.
func seen(f query.Frame) query.Frame {
	if f.Fit {
		wide, high := max(f.East-f.West, 360/math.Exp2(float64(f.Zoom))), max(f.North-f.South, 180/math.Exp2(float64(f.Zoom)))
		f.Bounds = query.Bounds{West: f.West - wide, South: f.South - high, East: f.East + wide, North: f.North + high}
	}
	return f
}

func corners(b query.Bounds) [4]float64 { return [4]float64{b.West, b.South, b.East, b.North} }

func (s *site) apiClusterOf(c *query.Cluster, values url.Values) apiCluster {
	p := clusterProperties{
		Count: c.Count, BBox: corners(c.Bounds), Families: map[string]int{}, Divides: c.Divides,
		Members: make([]apiMember, 0, len(c.Members)),
	}
	for i, n := range c.Families {
		if n > 0 {
			p.Families[string(structure.Families[i])] = n
		}
	}
	if c.Commune != "" {
		p.Commune = s.communeRef(c.Commune, "")
	}
	for _, m := range c.Members {
		p.Members = append(p.Members, apiMember{ID: m.ID, Name: m.Name, Family: m.Family, Fictional: m.Demo && s.isMixed(), URL: sheetURL(m.ID, "")})
	}
	switch {
	case c.Divides:
	case c.Count == 1:
		p.URL = known(p.Members[0].URL)
	default:
		p.URL = known(around(c, values))
	}
	return apiCluster{Type: "Feature", Geometry: apiPoint{"Point", [2]float64{c.Lon, c.Lat}}, Properties: p}
}

// around is the address of the search narrowed to a cluster that no zoom divides. Its
// points are in any radius that the search asked for, which the new one replaces.
func around(c *query.Cluster, values url.Values) string {
	decimal := func(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }
	out := with(values, "near", decimal(c.Lat)+","+decimal(c.Lon))
	out.Set("radius_km", pointRadius)
	if values.Get("near") == "" && values.Get("sort") == string(query.SortDistance) {
		out.Del("sort") // all are at no distance
	}
	return searchURL(out)
}

// pointRadius, in kilometres, finds what is at a point of a map, whose address is
// rounded to a metre.
const pointRadius = "0.02"
