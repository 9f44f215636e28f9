// Package part holds the pieces that pages share: badges, chips, the search
// band, cards, pagination.
package part

import (
	"strings"

	"sourcier/views/format"
)

// Badge names a kind; Family gives its colour and its shape.
type Badge struct {
	Label  string // "ESAT"
	Title  string // "Établissement ou service d’accompagnement par le travail", "" when Label says it all
	Family string // insertion, handicap, ess or entreprise
}

// Shape is the sign of the family, so that colour is never alone to say it.
func Shape(family string) string {
	switch family {
	case "insertion":
		return "▲"
	case "handicap":
		return "◆"
	case "ess":
		return "●"
	}
	return "■"
}

// Chip is an active filter in words; its link leads to the search without it.
type Chip struct {
	Label string
	URL   string
}

// Option is a line of a select or of a datalist.
type Option struct {
	Value    string
	Label    string
	Selected bool
}

// Search is what the search band shows.
type Search struct {
	What       string   // text asked for
	Where      string   // words of the place asked for
	WhereValue string   // territory value that Where stands for
	WhereError string   // why Where was not understood
	Near       []Link   // places that Where may have meant
	Places     []string // suggestions without a script: communes of the home territory
	Folded     bool     // on a narrow screen, show the search on one line
}

// Summary is the search on one line.
func (s Search) Summary() string {
	switch {
	case s.What != "" && s.Where != "":
		return s.What + " · " + s.Where
	case s.What+s.Where != "":
		return s.What + s.Where
	}
	return "Quoi" + format.NNBSP + "? Où" + format.NNBSP + "?"
}

// Link is a labelled address.
type Link struct {
	Label string
	URL   string
}

// Count is a line of a list or a tile: a name, how many structures, the search that
// finds them.
type Count struct {
	Label  string
	Note   string // what the label does not say, "" when it says all
	URL    string
	N      int
	Family string // shape, "" for none
}

// Structures writes « 9 structures ».
func (c Count) Structures() string { return format.Count(c.N, "structure", "structures") }

// Pagination is where a page stands among the others. An empty address is a
// page that does not exist.
type Pagination struct {
	Page, Pages int
	Previous    string
	Next        string
	Numbers     []PageLink
}

// PageLink is one page number; Page 0 is a gap between two numbers.
type PageLink struct {
	Page int
	URL  string
}

// MaxCompared is how many structures are put side by side: more columns than
// that are read on no screen.
const MaxCompared = 5

// Card is a structure in a list.
type Card struct {
	URL          string
	Name         []format.Segment
	TradeName    []format.Segment // none when it is the name
	Badges       []Badge
	Fictional    bool             // and others of the directory are real
	Place        string           // city
	Size         string           // "50 à 99 salariés"
	Sectors      []format.Segment // those that answer the search first, and marked
	SectorNote   string           // « répond à "ménage" », « déduit du code APE »
	Excerpt      []format.Segment // of what it says, with the words asked for marked
	Why          []Reason         // what else answers the search
	Distance     string
	Zone         Answer
	Bases        []BasisLine
	Members      string   // of a groupement: who answers together
	Outside      []Answer // of a groupement: lots reserved to others than one of its members
	Lapses       []Answer // agreements that are no longer confirmed
	Availability Answer
	ID           string // to compare it; "" where nothing is compared
	AddTo        string // where it is put on a list; "" for who has none
}

// hasFacts reports that the card has something to say beside what it is.
func (c Card) hasFacts() bool {
	return c.Zone.Text != "" || len(c.Bases) > 0 || len(c.Outside) > 0 || len(c.Lapses) > 0
}

// hasFoot reports that the card has a last line.
func (c Card) hasFoot() bool { return c.Availability.Text != "" || c.ID != "" || c.AddTo != "" }

// plain is the text of segments, marks left out.
func plain(segments []format.Segment) string {
	var text strings.Builder
	for _, s := range segments {
		text.WriteString(s.Text)
	}
	return text.String()
}

// placeAndSize joins both so that the point stays at the end of a line.
func (c Card) placeAndSize() string {
	if c.Place == "" || c.Size == "" {
		return c.Place + c.Size
	}
	return c.Place + format.NBSP + "· " + c.Size
}

// Reason says what of a structure answers the search.
type Reason struct {
	Label string
	Text  []format.Segment
}

// Tone colours a line whose words already say it.
type Tone string

// Tones.
const (
	Plain Tone = ""
	Good  Tone = "good"
	Warn  Tone = "warn"
	Muted Tone = "muted"
)

// Answer is a short fact with a tone; no Text, nothing to show.
type Answer struct {
	Text string
	Tone Tone
}

// Sign goes before an answer for those who do not see its colour.
func (a Answer) Sign() string {
	switch a.Tone {
	case Good:
		return "✓"
	case Warn:
		return "!"
	}
	return "–"
}

// BasisLine is a legal basis and who says that the structure may be eligible.
type BasisLine struct {
	Articles string // "L2113-12"
	Source   string // "Le Marché de l’inclusion, 20 juil. 2026"
	Until    string // "jusqu’au 31 déc. 2027"
	ToCheck  bool
}

// ground says by what the structure may be eligible.
func (b BasisLine) ground() string {
	text := ""
	if b.Source != "" {
		text = "d’après " + b.Source
	}
	if b.Until != "" {
		text += ", " + b.Until
	}
	return text
}
