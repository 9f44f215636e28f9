package event

import (
	"strconv"

	"github.com/a-h/templ"

	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// DoorPage is the door of an event, as the organiser's computer shows it.
type DoorPage struct {
	Page
	State   form.State
	Figures DoorFigures
	Screen  string // address of the welcome screen
	Work    *DoorWork
}

// DoorFigures are who is there.
type DoorFigures struct {
	Present, Expected int
	Say               string // « 12 personnes sont là sur 40 attendues »
	Lines             []DoorFigure
	Note              string // « dont 2 sans inscription »
	Buyers            string // share of buyers among buyers and structures, in percent: « 40 »
	Balance           string // in words
}

// DoorFigure is a role with who of it is there.
type DoorFigure struct {
	Name              string
	Present, Expected int
}

// number writes a count.
func number(n int) string { return strconv.Itoa(n) }

// DoorWork is what only the organiser's people do.
type DoorWork struct {
	Phone, WalkIn, Sheet, Badges string // addresses
	Shut                         string // why nobody is let in now, "" where entries are noted
	Query                        string
	Action                       string // where the search and the entries go
	Found                        []DoorLine
	More                         string // « 30 autres : précisez »
	Nothing                      string
	Conflicts                    []string
	Code                         string
	CodeImage                    DoorImage
	Close                        *form.Action
	Closed                       string
}

// DoorLine is a guest found by name.
type DoorLine struct {
	Name, About string
	Fact        part.Answer
	Enter, Undo *form.Action
}

// DoorImage is a QR code.
type DoorImage struct {
	ViewBox, Path, Label string
}

// DoorWalkIn is the form of who comes without being on the list.
type DoorWalkIn struct {
	Page
	State             form.State
	Action, Once      string
	Name, Email, Body string
	Roles             []part.Option
}

// DoorScreen is the large screen of the entrance.
type DoorScreen struct {
	layout.Base
	Heading, When, Where string
	Figures              DoorFigures
	At, Back             string // addresses of the page, and of the door
	Frozen               bool
	Now                  string
}

// DoorPhone is the page that a phone keeps and shows without a network: nothing personal
// is in it.
type DoorPhone struct {
	layout.Base
	Heading, When, Event string
	URL                  string // of the door
	Until                string // when the phone forgets, in words
	Forget               int64  // the same, in milliseconds
	Opens                int64  // when entries are noted, in milliseconds
	Roles                []part.Option
}

// Ticket is what a guest shows at the door.
type Ticket struct {
	layout.Base
	Organisation, Heading, When, Where, Access string
	Name, Party                                string
	Code                                       *DoorImage
	Say                                        string // why there is no ticket
	Back                                       string
	Certificate                                string // its address, once the guest was there
}

// live asks for the figures again, every few seconds, unless they are frozen.
func (p DoorScreen) live() templ.Attributes {
	if p.Frozen {
		return nil
	}
	return templ.Attributes{"hx-get": p.At, "hx-trigger": "every 5s", "hx-select": "#ecran", "hx-swap": "outerHTML"}
}

func int64Text(n int64) string { return strconv.FormatInt(n, 10) }

// Decoder is the address of the library that reads codes.
func (p DoorPhone) Decoder() string { return p.Asset("vendor/qr/decode.js") }
