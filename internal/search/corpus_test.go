package search_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// now is an hour of today.
func now() time.Time { return today.Time().Add(10 * time.Hour) }

// corpus makes random structures around a few communes, dense enough for most
// random queries to find something.
type corpus struct {
	*rand.Rand
	atlas    *territory.Atlas
	sectors  []string
	quality  []string
	communes []territory.Commune
	made     int
}

// words of names, offers and descriptions, in several forms each.
var words = strings.Fields(`nettoyage nettoyages vitre vitres vitrerie travaux travail cœur coeur espaces verts vert verte
	entretien jardin jardins jardinage mobilier mobile traiteur traiteurs repas café équitable recyclé recyclée recyclage
	déchets peinture bâtiment atelier ateliers chantier chantiers insertion l’atelier d’insertion des de la pour Empl'itude
	numérique saisie mise sous pli routage conditionnement 3D été sûr à`)

func newCorpus(seed uint64) *corpus {
	c := &corpus{Rand: rand.New(rand.NewPCG(seed, 7)), atlas: territory.Default()}
	all := taxonomy.Default().Sectors()
	for range 14 {
		c.sectors = append(c.sectors, all[c.IntN(len(all))].Code)
	}
	for _, q := range taxonomy.Default().Characteristics()[:6] {
		c.quality = append(c.quality, q.Code)
	}
	for _, code := range strings.Fields("94081 94081 94041 94069 91479 94028 94044 91027 75113 75056 69123 69381 77288 2A004 97411 27070") {
		if commune, ok := c.atlas.Commune(code); ok {
			c.communes = append(c.communes, commune)
		}
	}
	return c
}

func pick[T any](c *corpus, list []T) T { return list[c.IntN(len(list))] }

// some gives up to n random values of a list, mostly one.
func some[T any](c *corpus, list []T, n int) []T {
	var out []T
	for range c.IntN(n + 1) {
		out = append(out, pick(c, list))
	}
	return out
}

func (c *corpus) chance(percent int) bool { return c.IntN(100) < percent }

func (c *corpus) phrase(n int) string {
	var out []string
	for range 1 + c.IntN(n) {
		out = append(out, pick(c, words))
	}
	return strings.Join(out, pick(c, []string{" ", " ", " ", ", ", " - "}))
}

// date is near today, on either side, or unknown.
func (c *corpus) date() structure.Date {
	if c.chance(25) {
		return ""
	}
	return today.AddDays(c.IntN(400) - 200)
}

func (c *corpus) structure() structure.Structure {
	c.made++
	s := structure.Structure{
		ID:        structure.NewID(fmt.Sprintf("test:%d:%d", c.made, c.Uint64())),
		SIRET:     siret(c.IntN(40)), // few, so that some are shared
		FINESS:    fmt.Sprintf("94%07d", c.made),
		Name:      c.phrase(3),
		ESUS:      c.chance(20),
		Closed:    c.chance(5),
		CreatedAt: now(),
		UpdatedAt: now().Add(-time.Duration(c.IntN(30)) * time.Hour),
	}
	if s.ESUS && c.chance(50) {
		s.ESUSEnd = c.date()
	}
	if c.chance(30) {
		s.TradeName = c.phrase(2)
	}
	if c.chance(60) {
		s.Description = c.phrase(12)
	}
	s.References = some(c, words, 2)
	for range c.IntN(3) {
		a := structure.Agreement{Kind: pick(c, structure.Kinds), Start: c.date(), End: c.date(), Source: structure.SourceDemo}
		if c.chance(30) {
			a.Stale = c.date()
		}
		s.Agreements = append(s.Agreements, a)
	}
	if c.chance(40) {
		s.ESS = pick(c, structure.ESSFamilies)
	}
	if c.chance(80) {
		s.Size = pick(c, structure.Sizes)
		s.Workforce = pick(c, structure.Workforces[:6])
	}
	for range c.IntN(3) {
		code := pick(c, []string{"rge", "emplitude", "qualibat"})
		l := structure.Label{Code: code, Name: pick(c, []string{"", strings.ToUpper(code), code + " 2"}), From: c.date(), To: c.date()}
		if c.chance(20) {
			l.Stale = c.date()
		}
		s.Labels = append(s.Labels, l)
	}
	if c.chance(15) {
		s.Groupement = c.groupement()
		if c.chance(80) { // one made by the portal has nothing of its own; whatever else it has counts for nothing
			s.Agreements, s.ESS, s.SIRET = nil, "", ""
		}
	}
	c.address(&s)
	for range c.IntN(4) {
		s.Activities = append(s.Activities, c.activity())
	}
	return s
}

// groupement has members that are mostly of one family, some with the same agreement.
func (c *corpus) groupement() *structure.Groupement {
	g := &structure.Groupement{Form: pick(c, structure.Forms)}
	shared := pick(c, structure.Kinds)
	for i := range c.IntN(5) {
		m := structure.GroupementMember{ID: fmt.Sprint(i), Name: c.phrase(2), Closed: c.chance(5)}
		if c.chance(75) {
			m.Agreements = append(m.Agreements, structure.Agreement{Kind: shared, End: c.date(), Source: structure.SourceDemo})
		}
		if c.chance(30) {
			m.Agreements = append(m.Agreements, structure.Agreement{Kind: pick(c, structure.Kinds), Start: c.date(), End: c.date(), Source: structure.SourceDemo})
		}
		if c.chance(60) {
			m.ESS = pick(c, structure.ESSFamilies)
		}
		g.Members = append(g.Members, m)
	}
	return g
}

// siret is a valid number of a fictional establishment.
func siret(n int) string {
	for check := range 10 {
		if s := fmt.Sprintf("99999%04d0001%d", n, check); structure.ValidSIRET(s) {
			return s
		}
	}
	panic("one check digit fits")
}

func (c *corpus) address(s *structure.Structure) {
	if c.chance(4) {
		s.Address.City = "Ailleurs" // no commune known
		return
	}
	commune := pick(c, c.communes)
	s.Address = structure.Address{City: commune.Name, Commune: commune.Code, Point: structure.Point{
		Lat: commune.Lat, Lon: commune.Lon, Precision: structure.Precision(commune.Precision)}}
	switch c.IntN(6) {
	case 0:
		s.Address.Point = structure.Point{}
	case 1:
		s.Address.Point.Precision = structure.PrecisionDepartment
	case 2:
		s.Address.Point.Precision = structure.PrecisionApproximate
	case 3, 4:
		s.Address.Point.Lat += (c.Float64() - 0.5) / 5
		s.Address.Point.Lon += (c.Float64() - 0.5) / 5
		s.Address.Point.Precision = structure.PrecisionExact
	}
}

var zonePlaces = strings.Fields("94081 94081 94041 94028 dep:94 dep:91 dep:75 reg:11 epci:200058014 75056 75113 dep:77 69123 epci:unknown")

func (c *corpus) activity() structure.Activity {
	a := structure.Activity{Derived: c.chance(30), Sectors: append(some(c, c.sectors, 2), pick(c, c.sectors)),
		Modes: some(c, structure.Modes, 2), Characteristics: some(c, c.quality, 2)}
	if c.chance(50) {
		a.Offer = c.phrase(6)
	}
	if c.chance(5) {
		a.Sectors = append(a.Sectors, "secteur-oublie")
	}
	switch c.IntN(5) {
	case 0:
		a.Zone.France = true
	case 1, 2:
		a.Zone.Territories = append(some(c, zonePlaces, 2), pick(c, zonePlaces))
	case 3:
		a.Zone.RadiusKM = float64(pick(c, []int{1, 5, 12, 30, 80, 200, 500}))
	}
	if c.chance(60) {
		a.Availability = structure.Availability{State: pick(c, []structure.AvailabilityState{structure.Available, structure.BookedUp, structure.OnQuote}),
			DeclaredOn: today.AddDays(-c.IntN(120)), Until: c.date()}
	}
	return a
}
