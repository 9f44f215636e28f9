package demo

import (
	"math"
	"slices"
	"sort"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// nearKM is how far from the middle of the home territory a commune still is a neighbour.
const nearKM = 18

// farPopulation is the population from which a commune of another region may
// have a structure: the few that come from far are in towns.
const farPopulation = 15_000

// ring is a set of communes drawn in proportion to a weight.
type ring struct {
	communes []territory.Commune
	sums     []float64 // running sum of the weights
}

func (r *ring) add(c territory.Commune, weight float64) {
	if len(r.sums) > 0 {
		weight += r.sums[len(r.sums)-1]
	}
	r.communes, r.sums = append(r.communes, c), append(r.sums, weight)
}

func (r ring) empty() bool { return len(r.communes) == 0 }

func (r ring) draw(d dice) territory.Commune {
	x := d.Float64() * r.sums[len(r.sums)-1]
	return r.communes[min(sort.SearchFloat64s(r.sums, x), len(r.communes)-1)]
}

// places knows the communes around the home territory.
type places struct {
	atlas  *territory.Atlas
	home   territory.Territory
	ranked []territory.Commune // of the home territory, most populous first

	inside, near, region, far ring
	country                   ring // every commune, by population
}

func newPlaces(atlas *territory.Atlas, home territory.Territory) *places {
	p := &places{atlas: atlas, home: home}
	var lat, lon float64
	regions := map[string]bool{}
	for ord := range home.Communes.All() {
		c := atlas.At(ord)
		if len(c.PostalCodes) == 0 {
			continue // Paris as a whole: its arrondissements stand for it
		}
		p.ranked = append(p.ranked, c)
		p.inside.add(c, smoothed(c))
		lat, lon = lat+c.Lat, lon+c.Lon
		regions[c.Region] = true
	}
	slices.SortStableFunc(p.ranked, func(a, b territory.Commune) int { return b.Population - a.Population })
	n := float64(max(1, len(p.ranked)))
	p.addOthers(lat/n, lon/n, regions)
	for _, r := range []*ring{&p.near, &p.region, &p.far} {
		if r.empty() {
			*r = p.inside
		}
	}
	return p
}

// addOthers sorts the communes of the country by how far they are.
func (p *places) addOthers(lat, lon float64, regions map[string]bool) {
	france, err := p.atlas.Resolve(territory.France)
	if err != nil {
		return // an atlas without France has only its home
	}
	divided := map[string]bool{} // Paris, Lyon, Marseille: their arrondissements stand for them
	for ord := range france.Communes.All() {
		divided[p.atlas.At(ord).Parent] = true
	}
	for ord := range france.Communes.All() {
		c := p.atlas.At(ord)
		if divided[c.Code] || len(c.PostalCodes) == 0 || c.Population == 0 {
			continue
		}
		p.country.add(c, float64(c.Population))
		if !p.home.Communes.Has(ord) {
			p.addOther(c, territory.DistanceKM(lat, lon, c.Lat, c.Lon), regions)
		}
	}
}

func (p *places) addOther(c territory.Commune, distance float64, regions map[string]bool) {
	switch {
	case distance < nearKM:
		p.near.add(c, smoothed(c))
	case regions[c.Region]:
		p.region.add(c, float64(c.Population))
	case c.Population >= farPopulation && c.Precision == territory.PrecisionCommune:
		p.far.add(c, float64(c.Population))
	}
}

// smoothed is a weight that leaves something to small communes.
func smoothed(c territory.Commune) float64 { return math.Sqrt(float64(c.Population) + 1) }

// address makes a street address in a commune.
func (p *places) address(d dice, c territory.Commune) structure.Address {
	a := structure.Address{
		Street:     street(d),
		PostalCode: c.PostalCodes[0],
		City:       c.Name,
		Commune:    c.Code,
		Point:      point(d, c),
	}
	if len(c.PostalCodes) > 1 && d.chance(0.2) {
		a.PostalCode = pick(d, c.PostalCodes)
	}
	if c.Precision == territory.PrecisionCommune && d.chance(0.05) {
		a.Point = p.approximate(a.PostalCode)
	}
	if d.chance(0.12) {
		a.Complement = pick(d, complements)
	}
	return a
}

// spreadDegrees is the standard deviation of an establishment's distance to the
// reference point of its commune, in degrees of latitude: about 600 m.
const spreadDegrees = 0.0055

// point scatters establishments in their commune; some are known by the
// reference point only, as when a source gives no position.
func point(d dice, c territory.Commune) structure.Point {
	p := structure.Point{Lat: round5(c.Lat), Lon: round5(c.Lon), Precision: structure.Precision(c.Precision)}
	if c.Precision != territory.PrecisionCommune || d.chance(0.15) {
		return p
	}
	p.Lat = round5(c.Lat + spreadDegrees*clamp(d.NormFloat64()))
	p.Lon = round5(c.Lon + spreadDegrees*clamp(d.NormFloat64())/math.Cos(c.Lat*math.Pi/180))
	p.Precision = structure.PrecisionExact
	return p
}

// approximate is what a source knows that gives a postal code only.
func (p *places) approximate(postal string) structure.Point {
	var lat, lon, n float64
	for _, c := range p.atlas.ByPostalCode(postal) {
		lat, lon, n = lat+c.Lat, lon+c.Lon, n+1
	}
	return structure.Point{Lat: round5(lat / n), Lon: round5(lon / n), Precision: structure.PrecisionApproximate}
}

// clamp keeps a draw within two standard deviations, so that nobody lands in
// the next commune but one.
func clamp(x float64) float64 { return max(-2, min(2, x)) }

// round5 keeps about a metre.
func round5(x float64) float64 { return math.Round(x*1e5) / 1e5 }

func street(d dice) string {
	number := d.between(1, 30)
	if d.chance(0.35) {
		number = d.between(31, 190)
	}
	suffix := ""
	if d.chance(0.07) {
		suffix = " bis"
	}
	return itoa(number) + suffix + " " + pick(d, streets)
}

var complements = []string{
	"Bâtiment A", "Bâtiment B", "Bâtiment C", "Zone d’activités", "Hall 2", "Rez-de-chaussée", "Entrée par la cour",
	"1er étage", "Résidence Les Ormes", "Parc d’activités", "Pavillon 3", "Fond de cour", "Lot 12", "Quai de livraison n° 4",
}

// streets are names that nearly every town has, or could have.
var streets = []string{
	"rue des Lilas", "rue du Moulin", "avenue de la République", "rue Jean-Jaurès", "rue des Tilleuls", "rue Pasteur",
	"rue de la Gare", "rue des Écoles", "avenue du Général-Leclerc", "rue Victor-Hugo", "rue des Peupliers", "rue du Port",
	"quai de la Fabrique", "rue de la Fontaine", "rue des Ateliers", "chemin des Vignes", "rue du Lavoir", "rue Louise-Michel",
	"impasse des Cordiers", "rue Olympe-de-Gouges", "rue Ambroise-Croizat", "avenue de la Liberté", "boulevard de l’Industrie",
	"rue de l’Égalité", "rue de la Fraternité", "rue Émile-Zola", "rue des Entrepreneurs", "rue des Artisans", "allée des Platanes",
	"rue Marie-Curie", "rue Ada-Lovelace", "rue Germaine-Tillion", "rue Joséphine-Baker", "rue de la Commune", "rue du Chemin-Vert",
	"rue des Maraîchers", "rue des Jardiniers", "passage du Four", "rue des Blanchisseurs", "rue des Tanneurs", "rue de la Tuilerie",
	"rue de la Briqueterie", "route de la Plaine", "rue du Parc", "avenue des Cerisiers", "rue des Acacias", "rue des Glycines",
	"rue de la Passerelle", "quai des Mariniers", "rue de l’Écluse", "rue du Belvédère", "chemin de halage", "rue Rosa-Parks",
	"rue Pierre-Mendès-France", "place du Marché", "place de l’Église", "rue de Verdun", "rue du 8-Mai-1945", "rue du 11-Novembre",
	"avenue du 19-Mars-1962", "rue Gabriel-Péri", "rue Léon-Blum", "rue Danielle-Casanova", "rue Lucie-Aubrac", "rue Simone-Veil",
	"rue Jules-Ferry", "rue Voltaire", "rue Diderot", "rue Denis-Papin", "rue Gustave-Eiffel", "rue Ampère", "rue Lavoisier",
	"rue de la Ferme", "rue des Champs", "sente des Carrières", "rue des Sablons", "rue du Clos", "rue de la Croix-Blanche",
}
