// Package sheet is the page of one structure, and the list of those that share
// a SIRET.
package sheet

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"sourcier/views/drawing"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page is the sheet of a structure.
type Page struct {
	layout.Base
	Back      part.Link // the search one comes from, or the directory
	Name      string
	TradeName string
	Badges    []part.Badge
	Closed    bool
	Fictional bool
	Tagged    bool  // as fictional, among real ones
	Summary   []Row // what, where, how much, reservable: readable in 10 seconds
	Contact   Contact
	Identity  []Row
	// IdentityFrom is the source and date of all of Identity, "" when each has its own.
	IdentityFrom   string
	Quarter        []Row // where it stands with the priority neighbourhoods, if there are any
	About          string
	AboutFrom      string // source and date of About
	Activities     []Activity
	ActivitiesFrom string
	Agreements     []Agreement
	Groupement     *Groupement // nil of a single structure
	Bases          []Basis
	Share          bool // the reminder of R2113-7 applies
	Labels         []Label
	References     []string
	RefsFrom       string
	Lapses         []string // recognitions that are no longer confirmed
	Sources        []Row
	// Unconfirmed names the sources that no longer list the structure.
	Unconfirmed []string
	Conflicts   []Conflict
	History     []Change // the newest first
	Updated     string
	ID          string // by which the browser remembers that it was read
	AddTo       string // where it is put on a list; "" for who has none
	Report      string // address of the form that reports an error
	Claim       string // where its structure takes it in hand, "" = nowhere
	API         string // the same sheet as JSON
	Ticket      string // what the browser hands back to have the page counted, "" for nothing
	Similar     Similar
	Printed     string // today, for the end of a print
	Preview     *Preview
	Logo        *Image
	Offers      []Offer
	OffersFrom  string   // source and date of Offers
	People      []Person // named contacts: for signed-in buyers alone
	Met         []Encounter
}

// Image is one that the portal serves.
type Image struct {
	URL           string // of the small size
	Full          string // of the large one, the same where there is no other
	Width, Height int    // of the small size, in pixels
	FullWidth     int
	Alt           string
}

func (i Image) width() string  { return strconv.Itoa(i.Width) }
func (i Image) height() string { return strconv.Itoa(i.Height) }

// sources let a fine screen take the large size.
func (i Image) sources() templ.Attributes {
	if i.Full == i.URL {
		return nil
	}
	return templ.Attributes{"srcset": i.URL + " " + i.width() + "w, " + i.Full + " " + strconv.Itoa(i.FullWidth) + "w", "sizes": "(max-width: 640px) 90vw, 360px"}
}

// Offer is one thing that the structure sells, told in its own words.
type Offer struct {
	Title, Text string
	Facts       []Row
	Images      []Image
}

// FilesAt has the images of a page come from another address than that of the
// published sheet: those of a draft are its owner's alone.
func (p *Page) FilesAt(published, draft string) {
	move := func(i *Image) {
		i.URL, i.Full = strings.Replace(i.URL, published, draft, 1), strings.Replace(i.Full, published, draft, 1)
	}
	if p.Logo != nil {
		move(p.Logo)
	}
	for _, o := range p.Offers {
		for i := range o.Images {
			move(&o.Images[i])
		}
	}
}

// Preview says that the page is made of a draft.
type Preview struct{ Back string }

// Person is whom to write to on a topic.
type Person struct {
	Topic, Name, Function, Email, Phone, Dial string
}

// Groupement is who answers together.
type Groupement struct {
	Form    string
	Meaning string // of the form, for a buyer
	Members []Member
}

// Member is one of them.
type Member struct {
	Name, URL string
	Leads     bool // the mandataire
	Closed    bool
	Brings    string
	Badges    []part.Badge
}

// Row is a term and what it is.
type Row struct {
	Term  string
	Lines []string
	Note  string // source and date, in small print
	Tone  part.Tone
}

// Contact is how to reach the structure.
type Contact struct {
	Phone                                     string // as shown
	Dial                                      string // tel: address
	Email                                     string
	Website                                   string // as shown
	URL                                       string // of the website
	Street                                    []string
	Note                                      string // source and date of all, "" when each has its own
	PhoneNote, EmailNote, URLNote, StreetNote string
}

// Empty reports that nothing is known but, perhaps, the address.
func (c Contact) Empty() bool { return c.Phone == "" && c.Email == "" && c.URL == "" }

// Activity is one row of what the structure sells.
type Activity struct {
	Title            string
	Derived          bool
	Offer            string
	Modes            string
	Zone             string
	ZoneNote         string       // what it means for the communes here, where no drawing says it
	Map              *drawing.Map // nil where there is nothing to see
	MapOpen          bool         // the first of the sheet
	Declared         bool         // the structure has said where it works
	Characteristics  []string
	Availability     part.Answer
	AvailabilityNote string
}

// Similar is who else has a trade of the structure near by.
type Similar struct {
	Cards []Neighbour
	Total int    // found, those shown among them
	Why   string // by what they are shown
	All   string // address of the search that finds them
}

// Neighbour is a structure in few words.
type Neighbour struct {
	URL, Name, Place, Distance, Sectors string
	Badges                              []part.Badge
	Fictional                           bool
}

// place joins the city and the distance.
func (n Neighbour) place() string {
	if n.Place == "" || n.Distance == "" {
		return n.Place + n.Distance
	}
	return n.Place + ", à " + n.Distance
}

// Agreement is a line of the table of agreements.
type Agreement struct {
	Kind   string // "ESAT"
	Name   string // in full
	Number string
	Start  string
	End    string
	State  part.Answer // in force, ends soon, ended, not yet begun
	Source string
}

// Basis is an article and why it may apply.
type Basis struct {
	Article string
	Title   string // « Marchés réservés aux … »
	Text    string
	By      []string // agreements that found it, with their source and date
	Barred  string   // of a groupement: that it is not eligible, and because of whom
	ToCheck string   // what must be checked, "" for nothing more than the share
}

// Label is a line of the table of labels.
type Label struct {
	Name  string
	URL   string // of its criteria, "" when they are not here
	Scope string // what it covers
	From  string
	To    string
	State part.Answer
	Proof string // who vouches for it, and when
}

// List is the structures that share a SIRET.
type List struct {
	layout.Base
	SIRET string
	Back  part.Link
	Cards []part.Card
}

// Conflict is a fact on which two sources disagree.
type Conflict struct {
	What     string
	Kept, By string // what is shown, and who says so
	Other    string
	Against  string
}

// Change is a line of the history.
type Change struct {
	Day, ISO string
	What     string
	Old, New string // "" for none
	By       string // source and file
}

// dash shows that a cell is empty because nothing is known.
func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
