package registration

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Piece is a part of a sheet that a structure can complete.
type Piece string

// The pieces.
const (
	PieceSectors         Piece = "sectors"
	PieceZone            Piece = "zone"
	PieceContact         Piece = "contact"
	PieceModes           Piece = "modes"
	PieceAvailability    Piece = "availability"
	PieceOffers          Piece = "offers"
	PieceDescription     Piece = "description"
	PieceCharacteristics Piece = "characteristics"
	PieceNamed           Piece = "named"
	PieceReferences      Piece = "references"
	PieceWebsite         Piece = "website"
	PieceLogo            Piece = "logo"
)

// MinDescription is how many letters tell a reader something of a structure.
const MinDescription = 80

// exampleKM is the radius that an undeclared zone is compared with, in km, where the
// establishment is outside the home territory.
const exampleKM = 15

// Step is a piece of one sheet: whether it is there, and what it brings.
type Step struct {
	Piece  Piece
	Label  string // French
	Weight int    // of 100
	Done   bool
	Brings string // French, one sentence from the facts of the sheet; "" when it is there
}

// Measure is how complete a sheet is.
type Measure struct {
	Score int // of 100
	Steps []Step
}

// Missing are the steps to take, the one that brings most first.
func (m Measure) Missing() []Step {
	return slices.DeleteFunc(slices.Clone(m.Steps), func(s Step) bool { return s.Done })
}

// Measuring is what a sheet is measured by.
type Measuring struct {
	Atlas *territory.Atlas
	Home  territory.Territory
	Day   structure.Date
	Named int // contacts by topic, which the structure's document does not hold
}

// measured is one sheet under measure.
type measured struct {
	Measuring
	*structure.Structure
	declared []structure.Activity // what the APE code gives is not the structure's word
}

// pieces are in the order of their weight, which add up to 100: what makes a sheet
// found comes before what makes it read.
var pieces = []struct {
	piece  Piece
	label  string
	weight int
	done   func(*measured) bool
	brings func(*measured) string
}{
	{PieceSectors, "Des activités déclarées", 20, (*measured).hasSectors, (*measured).sectorsBring},
	{PieceZone, "Une zone pour chaque activité", 15, func(m *measured) bool { return m.lacking(noZone) == 0 && len(m.declared) > 0 }, (*measured).zoneBrings},
	{PieceContact, "Un téléphone ou une adresse e-mail", 12, func(m *measured) bool { return m.Contact.Phone != "" || m.Contact.Email != "" }, fixed("Sans l’un des deux, un acheteur qui vous trouve ne peut pas vous joindre.")},
	{PieceModes, "Un mode pour chaque activité", 10, func(m *measured) bool { return m.lacking(noMode) == 0 && len(m.declared) > 0 }, (*measured).modesBring},
	{PieceAvailability, "Une disponibilité à jour", 8, func(m *measured) bool { return m.lacking(m.noAvailability) < len(m.declared) }, (*measured).availabilityBrings},
	{PieceOffers, "Une offre", 8, func(m *measured) bool { return len(m.Offers) > 0 }, fixed("Une offre dit ce que l’on peut vous commander, en combien de temps et à quel prix : un acheteur qui la cherche par ses mots trouve votre fiche.")},
	{PieceDescription, "Une présentation", 7, func(m *measured) bool { return utf8.RuneCountInString(m.Description) >= MinDescription }, (*measured).descriptionBrings},
	{PieceCharacteristics, "Des atouts responsables", 5, func(m *measured) bool { return m.lacking(noCharacteristic) < len(m.declared) }, fixed("Les acheteurs filtrent par réemploi, bio, circuit court… : sans atout déclaré, ces filtres écartent votre fiche.")},
	{PieceNamed, "Un contact par sujet", 5, func(m *measured) bool { return m.Named > 0 }, fixed("Les acheteurs connectés sauront à qui écrire pour un sourçage ; le public ne verra aucun nom.")},
	{PieceReferences, "Des références", 4, func(m *measured) bool { return len(m.References) > 0 }, fixed("Un acheteur qui cherche le nom d’un de vos clients trouvera votre fiche.")},
	{PieceLogo, "Un logo", 3, func(m *measured) bool { return m.Logo != nil }, fixed("Il fait reconnaître votre fiche d’un coup d’œil.")},
	{PieceWebsite, "Un site internet", 3, func(m *measured) bool { return m.Contact.Site() != nil }, fixed("Un acheteur y verra ce que la fiche ne montre pas.")},
}

func fixed(text string) func(*measured) string { return func(*measured) string { return text } }

// Complete measures a structure as it is, or as a draft would make it.
func Complete(s *structure.Structure, by Measuring) Measure {
	m := &measured{Measuring: by, Structure: s}
	for _, a := range s.Activities {
		if !a.Derived && len(a.Sectors) > 0 {
			m.declared = append(m.declared, a)
		}
	}
	var out Measure
	for _, p := range pieces {
		step := Step{Piece: p.piece, Label: p.label, Weight: p.weight, Done: p.done(m)}
		if step.Done {
			out.Score += p.weight
		} else {
			step.Brings = p.brings(m)
		}
		out.Steps = append(out.Steps, step)
	}
	slices.SortStableFunc(out.Steps, func(a, b Step) int { return cmp.Compare(b.Weight, a.Weight) })
	return out
}

func (m *measured) lacking(what func(structure.Activity) bool) (n int) {
	for _, a := range m.declared {
		if what(a) {
			n++
		}
	}
	return n
}

func noZone(a structure.Activity) bool           { return !a.Zone.Declared() }
func noMode(a structure.Activity) bool           { return len(a.Modes) == 0 }
func noCharacteristic(a structure.Activity) bool { return len(a.Characteristics) == 0 }
func (m *measured) noAvailability(a structure.Activity) bool {
	return a.Availability.On(m.Day) == ""
}

func (m *measured) hasSectors() bool { return len(m.declared) > 0 }

func (m *measured) sectorsBring() string {
	seen := map[string]bool{}
	for _, a := range m.Activities {
		for _, code := range a.Sectors {
			seen[code] = true
		}
	}
	switch n := len(seen); n {
	case 0:
		return "Sans secteur, votre fiche n’est trouvée que par son nom."
	case 1:
		return "Un secteur est déduit de votre code APE : déclaré par vous, il passe devant ceux qui ne sont que déduits."
	default:
		return fmt.Sprintf("%d secteurs sont déduits de votre code APE : déclarés par vous, ils passent devant ceux qui ne sont que déduits.", n)
	}
}

// zoneBrings compares the communes whose searches find the structure now with those
// that would: of the home territory, else of a radius.
func (m *measured) zoneBrings() string {
	would, around := m.example()
	if would == 0 {
		return "Sans zone déclarée, vous n’apparaissez dans les recherches d’aucune commune : la vôtre n’est pas connue."
	}
	now := "aujourd’hui, d’aucune"
	if m.ownCommune() {
		now = "aujourd’hui, de la vôtre seulement"
	}
	text := fmt.Sprintf("Avec une zone déclarée%s, vous apparaissez dans les recherches de %d communes ; %s.", around, would, now)
	if n := len(m.declared); n > 1 {
		text = share(m.lacking(noZone), n, "n’a pas de zone. ", "n’ont pas de zone. ") + text
	}
	return text
}

// share says of how many activities something is said: some of them, or all.
func share(n, all int, one, many string) string {
	switch n {
	case all:
		return fmt.Sprintf("Vos %d activités %s", all, many)
	case 1:
		return fmt.Sprintf("1 de vos %d activités %s", all, one)
	}
	return fmt.Sprintf("%d de vos %d activités %s", n, all, many)
}

func (m *measured) ownCommune() bool {
	_, known := m.Atlas.Ordinal(m.Address.Commune)
	return known
}

// example counts the communes of a zone that the structure could declare.
func (m *measured) example() (n int, around string) {
	if own, known := m.Atlas.Ordinal(m.Address.Commune); known && m.Home.Communes.Has(own) {
		return m.Home.Communes.Len(), " sur le territoire"
	}
	if n = CommunesWithin(m.Atlas, m.Address.Point, exampleKM); n > 0 {
		return n, fmt.Sprintf(" de %d km", exampleKM)
	}
	return m.Home.Communes.Len(), " sur le territoire"
}

// CommunesWithin counts the communes that a radius around a point reaches, in km.
func CommunesWithin(atlas *territory.Atlas, p structure.Point, km float64) (n int) {
	if !p.Usable() {
		return 0
	}
	for ord := range uint32(atlas.Len()) { //nolint:gosec // some 35,000
		c := atlas.At(ord)
		if c.Precision != territory.PrecisionDepartment && territory.DistanceKM(p.Lat, p.Lon, c.Lat, c.Lon) <= km {
			n++
		}
	}
	return n
}

func (m *measured) modesBring() string {
	if n := len(m.declared); n > 1 {
		const what = " pas si c’est une prestation, une mise à disposition ou une fabrication : un acheteur qui choisit l’un des trois ne "
		return share(m.lacking(noMode), n, "ne dit"+what+"la voit pas.", "ne disent"+what+"les voit pas.")
	}
	return "Un acheteur qui choisit prestation, mise à disposition ou fabrication ne voit pas une activité qui n’en dit rien."
}

func (m *measured) availabilityBrings() string {
	for _, a := range m.declared {
		if a.Availability.State != "" {
			return "Votre dernière déclaration ne vaut plus : un acheteur qui cherche une structure disponible ne voit pas votre fiche."
		}
	}
	return "Un acheteur qui cherche une structure disponible ne voit que celles qui l’ont dit depuis moins de trois mois."
}

func (m *measured) descriptionBrings() string {
	if n := utf8.RuneCountInString(m.Description); n > 0 {
		return fmt.Sprintf("Votre présentation a %d caractères : à partir de %d, un acheteur comprend ce qui vous distingue. Ses mots servent aussi à vous trouver.", n, MinDescription)
	}
	return "Ses mots servent à vous trouver, et disent à un acheteur ce qui vous distingue."
}
