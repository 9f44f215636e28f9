package demo

import (
	"slices"
	"strings"

	"sourcier/internal/taxonomy"
)

// deckSize is the number of structures planned together: within a deck every
// profile has its share and every sector is sold by somebody.
const deckSize = 400

// card is what is decided of a structure before anything is drawn for it.
type card struct {
	profile *profile
	sector  taxonomy.Sector
	spare   bool // its sector is sold by somebody else too
	rank    int  // commune of the home territory, 0 the most populous; -1 for anywhere
}

// common are the needs that public buyers search for most, with who is to be
// found for them in the larger communes of the home territory.
var common = []struct {
	sectors  []string
	profiles []string
}{
	{[]string{"nettoyage-locaux", "nettoyage-vitres"}, []string{"esat", "ei", "ea", "tpe", "regie", "pme", "coop", "aci"}},
	{[]string{"entretien-espaces-verts"}, []string{"esat", "ea", "aci", "ei", "pme", "regie"}},
	{[]string{"traiteur"}, []string{"esat", "ei", "aci", "coop", "tpe"}},
	{[]string{"demenagement"}, []string{"ei", "aci", "pme", "ei-etti"}},
	{[]string{"reprographie"}, []string{"esat", "ea", "coop"}},
	{[]string{"ressourcerie", "collecte-dechets", "encombrants"}, []string{"aci", "esat", "regie", "asso", "ei", "scess"}},
	{[]string{"blanchisserie"}, []string{"esat", "ea", "ei"}},
	{[]string{"peinture"}, []string{"ei", "aci", "tpe", "coop"}},
	{[]string{"reparation-velos"}, []string{"aci", "ea", "asso"}},
	{[]string{"accueil-standard"}, []string{"ea", "scess", "pme"}},
	{[]string{"materiel-reconditionne"}, []string{"ea", "ei", "aci"}},
}

// usual are the trades that most structures of each sort have, beside the needs
// above; once every sector is sold by somebody, they are drawn more often.
var usual = strings.Fields(`nettoyage-locaux entretien-espaces-verts conditionnement blanchisserie restauration-collective traiteur
	mise-sous-pli peinture multiservices demenagement collecte-dechets encombrants reprographie imprimerie numerisation archivage
	assemblage-facon amenagement-paysager maraichage menuiserie-bois renovation-tous-corps ressourcerie reparation-velos
	livraison-coursier manutention confection-couture electronique-cablage materiel-reconditionne plateaux-repas accueil-standard
	nettoyage-urbain espaces-naturels mobilier-bureau mediation-sociale`)

// employmentGroup is the group whose words describe those who send people out.
const employmentGroup = "emploi"

// planner deals decks.
type planner struct {
	seed   uint64
	tax    *taxonomy.Taxonomy
	all    []taxonomy.Sector
	packs  map[string]*pack // by sector code
	groups map[string][]taxonomy.Sector
	usual  []taxonomy.Sector
	sent   map[string]bool // sectors that people are sent out for
	cards  []card
	deck   int // number of the deck held, -1 for none
}

func newPlanner(seed uint64, tax *taxonomy.Taxonomy) *planner {
	p := &planner{seed: seed, tax: tax, all: tax.Sectors(), packs: map[string]*pack{}, groups: map[string][]taxonomy.Sector{}, sent: map[string]bool{}, deck: -1}
	for _, s := range p.all {
		group, _ := tax.Group(s.Group)
		p.packs[s.Code] = packOf(s.Group, group.Label)
		p.groups[s.Group] = append(p.groups[s.Group], s)
	}
	for _, code := range usual {
		if s, ok := tax.Sector(code); ok {
			p.usual = append(p.usual, s)
		}
	}
	for _, code := range packOf(employmentGroup, "").sends {
		p.sent[code] = true
	}
	return p
}

// card gives the nth card.
func (p *planner) card(n int) card {
	if deck := n / deckSize; deck != p.deck {
		p.deal(deck)
	}
	return p.cards[n%deckSize]
}

func (p *planner) deal(deck int) {
	d := newDice(p.seed, forDeck, deck)
	p.deck, p.cards = deck, p.cards[:0]
	stock := newStock()
	p.dealCommon(d, stock)
	p.dealSectors(d, stock)
	for _, i := range stock.rest() { // whoever is left sells what it may
		p.cards = append(p.cards, card{profile: i, sector: p.sectorFor(d, i), spare: true, rank: -1})
	}
	d.Shuffle(len(p.cards), func(i, j int) { p.cards[i], p.cards[j] = p.cards[j], p.cards[i] })
}

// dealCommon spreads the common needs over the larger communes; the first need
// has four structures in the largest.
func (p *planner) dealCommon(d dice, stock *stock) {
	for k, need := range common {
		for j, code := range need.profiles {
			s, ok := p.tax.Sector(need.sectors[j%len(need.sectors)])
			if !ok {
				continue
			}
			rank := (j*2 + k) % 14
			if k == 0 && j < 4 {
				rank, s = 0, p.first(need.sectors, s)
			}
			if i := stock.take(func(i *profile) bool { return i.code == code }, d); i != nil {
				p.cards = append(p.cards, card{profile: i, sector: s, rank: rank})
			}
		}
	}
}

func (p *planner) first(codes []string, fallback taxonomy.Sector) taxonomy.Sector {
	if s, ok := p.tax.Sector(codes[0]); ok {
		return s
	}
	return fallback
}

// dealSectors gives every sector one structure that may sell it, those that few
// may sell first.
func (p *planner) dealSectors(d dice, stock *stock) {
	sectors := slices.Clone(p.all)
	d.Shuffle(len(sectors), func(i, j int) { sectors[i], sectors[j] = sectors[j], sectors[i] })
	room := map[string]int{}
	for _, s := range sectors {
		room[s.Code] = stock.count(func(i *profile) bool { return p.may(i, s) })
	}
	slices.SortStableFunc(sectors, func(a, b taxonomy.Sector) int { return room[a.Code] - room[b.Code] })
	for _, s := range sectors {
		if i := stock.take(func(i *profile) bool { return p.may(i, s) }, d); i != nil {
			p.cards = append(p.cards, card{profile: i, sector: s, rank: -1})
		}
	}
}

func (p *planner) may(i *profile, s taxonomy.Sector) bool {
	return !i.many && p.packs[s.Code].takes(i.fits, s.Code)
}

// sectorFor draws a sector that the profile sells; those who send people out
// sell in several groups and are not held to their first.
func (p *planner) sectorFor(d dice, i *profile) taxonomy.Sector {
	list := p.all
	if !i.many && d.chance(0.75) {
		list = p.usual
	}
	for range 60 {
		if s := pick(d, list); i.many && p.sent[s.Code] || !i.many && p.packs[s.Code].takes(i.fits, s.Code) {
			return s
		}
	}
	return p.all[0]
}

// stock is what is left of a deck's profiles.
type stock struct{ left []*profile }

func newStock() *stock {
	s := &stock{}
	for i := range profiles {
		for range profiles[i].share * deckSize / 100 {
			s.left = append(s.left, &profiles[i])
		}
	}
	return s
}

func (s *stock) count(fits func(*profile) bool) int {
	n := 0
	for _, i := range s.left {
		if fits(i) {
			n++
		}
	}
	return n
}

// take removes one profile that fits, nil when there is none.
func (s *stock) take(fits func(*profile) bool, d dice) *profile {
	n := s.count(fits)
	if n == 0 {
		return nil
	}
	n = d.IntN(n)
	for at, i := range s.left {
		if !fits(i) {
			continue
		}
		if n == 0 {
			s.left = slices.Delete(s.left, at, at+1)
			return i
		}
		n--
	}
	return nil
}

func (s *stock) rest() []*profile { return s.left }
