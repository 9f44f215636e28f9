package sourcing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// Nature is what is bought.
type Nature string

// Natures, as in the Code de la commande publique (L1111-2 to L1111-4).
const (
	Services Nature = "services"
	Supplies Nature = "fournitures"
	Works    Nature = "travaux"
)

// Natures lists them in the order in which they are shown.
var Natures = []Nature{Services, Supplies, Works}

var natureLabels = map[Nature]string{Services: "Services", Supplies: "Fournitures", Works: "Travaux"}

// Label is the nature as shown to people, in French.
func (n Nature) Label() string { return natureLabels[n] }

// Said is an answer to a yes-or-no question.
type Said string

// Answers; "" is not known.
const (
	Yes Said = "oui"
	No  Said = "non"
)

// Firm is a holder of a contract: what is known of it.
type Firm struct {
	Name  string `json:"name,omitempty"`
	SIREN string `json:"siren,omitempty"` // 9 digits
}

// Purchase is one planned purchase of an organisation, with its lots: at least one, and
// the only one of a purchase that is not divided.
type Purchase struct {
	ID           string `json:"id"` // chosen by the form: sent twice, it is one purchase
	Organisation string `json:"organisation"`
	Reference    string `json:"reference,omitempty"` // the organisation's own number
	Service      string `json:"service,omitempty"`   // id of a Service of its Programme
	Object       string `json:"object"`
	Description  string `json:"description,omitempty"`
	Nature       Nature `json:"nature,omitempty"`
	CPV          string `json:"cpv,omitempty"` // 8 digits, no check digit

	Euros         int64 `json:"euros,omitempty"`  // estimated, the whole need: all lots, all renewals; 0 = not said, then the sum of its lots
	Months        int   `json:"months,omitempty"` // firm duration; 0 = not said
	Renewals      int   `json:"renewals,omitempty"`
	RenewalMonths int   `json:"renewal_months,omitempty"` // of each

	Places      []string       `json:"places,omitempty"` // of execution: values of territories (94081, dep:94, epci:…)
	Publication structure.Date `json:"publication,omitempty"`
	Start       structure.Date `json:"start,omitempty"` // of performance

	Holder       Firm   `json:"holder,omitzero"`         // of the contract that it follows
	TakeOver     Said   `json:"take_over,omitempty"`     // of the holder's staff
	Facilitateur string `json:"facilitateur,omitempty"`  // id of a person
	SocialReason string `json:"social_reason,omitempty"` // why social considerations are set aside (L2112-2-1)
	Contract     string `json:"contract,omitempty"`      // id of the Contract that it renews
	Lots         []Lot  `json:"lots"`                    // never empty, in their order
	LastLot      int    `json:"last_lot,omitempty"`      // number of the last id that a lot was given, also of one that is gone
	External     *Afar  `json:"external,omitempty"`      // of a project that is read, not written, here
	Forward      *Ahead `json:"forward,omitempty"`       // its place in the public forward programme
	Demo         bool   `json:"demo,omitempty"`

	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitempty"`
	UpdatedAt time.Time `json:"updated_at"`
	Rev       int64     `json:"rev"` // how often it was written
	// ImportedRev is the Rev that a file has written; people have written since when Rev
	// is another.
	ImportedRev int64 `json:"imported_rev,omitempty"`

	// What has happened; State derives from it.
	ProgrammedAt   time.Time `json:"programmed_at,omitzero"`
	PublishedAt    time.Time `json:"published_at,omitzero"` // in the public forward programme
	SourcingAt     time.Time `json:"sourcing_at,omitzero"`
	LaunchedAt     time.Time `json:"launched_at,omitzero"`
	AwardedAt      time.Time `json:"awarded_at,omitzero"`
	UnsuccessfulAt time.Time `json:"unsuccessful_at,omitzero"`
	AbandonedAt    time.Time `json:"abandoned_at,omitzero"`
	EndReason      string    `json:"end_reason,omitempty"` // of one that was unsuccessful or abandoned

	History []Step `json:"history,omitempty"` // the last MaxHistory, the newest last
}

// Lot is a part of a purchase that is awarded by itself.
type Lot struct {
	ID      string         `json:"id"` // within the purchase; stable
	Number  string         `json:"number,omitempty"`
	Object  string         `json:"object,omitempty"`  // "" = that of the purchase
	CPV     string         `json:"cpv,omitempty"`     // "" = that of the purchase
	Sectors []string       `json:"sectors,omitempty"` // chosen among the sectors of the directory; none = those of its CPV code
	Mode    structure.Mode `json:"mode,omitempty"`    // "" = any
	Places  []string       `json:"places,omitempty"`  // none = those of the purchase
	Euros   int64          `json:"euros,omitempty"`   // estimated, with all renewals; 0 = not said
}

// Afar says where a project that is only read comes from.
type Afar struct {
	Source   string         `json:"source"` // SourceAPProch
	URL      string         `json:"url"`
	Buyer    string         `json:"buyer,omitempty"`
	AsOf     structure.Date `json:"as_of,omitempty"`
	Social   Said           `json:"social,omitempty"`   // social considerations are announced
	Green    Said           `json:"green,omitempty"`    // environmental ones are
	Reserved []string       `json:"reserved,omitempty"` // codes of reservations that it announces
	Status   string         `json:"status,omitempty"`   // active, current, close; AfarGone
}

// AfarGone is the status of a project that the last file of its source did not list.
const AfarGone = "absent"

// SourceAPProch is the portal of the State's planned purchases.
const SourceAPProch = "approch"

// Step is one line of the history of a purchase.
type Step struct {
	At   time.Time `json:"at"`
	By   string    `json:"by,omitempty"` // id of a person; "" = the portal
	What string    `json:"what"`         // code
	Note string    `json:"note,omitempty"`
}

// State is how far a purchase is.
type State string

// States.
const (
	Idea         State = "idee"
	Programmed   State = "programme"
	Published    State = "publie"
	InSourcing   State = "sourcage"
	Launched     State = "consultation"
	Awarded      State = "attribue"
	Unsuccessful State = "infructueux"
	Abandoned    State = "abandonne"
)

// States lists them in the order in which a purchase passes them.
var States = []State{Idea, Programmed, Published, InSourcing, Launched, Awarded, Unsuccessful, Abandoned}

var stateLabels = map[State]string{
	Idea: "Idée", Programmed: "Programmé", Published: "Publié", InSourcing: "En sourçage", Launched: "Consultation lancée",
	Awarded: "Attribué", Unsuccessful: "Infructueux", Abandoned: "Abandonné",
}

// Label is the state as shown to people, in French.
func (s State) Label() string { return stateLabels[s] }

// Ended reports whether nothing follows.
func (s State) Ended() bool { return s == Awarded || s == Unsuccessful || s == Abandoned }

// State is how far the purchase is.
func (p *Purchase) State() State {
	switch {
	case !p.AbandonedAt.IsZero():
		return Abandoned
	case !p.UnsuccessfulAt.IsZero():
		return Unsuccessful
	case !p.AwardedAt.IsZero():
		return Awarded
	case !p.LaunchedAt.IsZero():
		return Launched
	case !p.SourcingAt.IsZero():
		return InSourcing
	case !p.PublishedAt.IsZero():
		return Published
	case !p.ProgrammedAt.IsZero():
		return Programmed
	}
	return Idea
}

// TotalMonths is the duration with all renewals, 0 when it is not said.
func (p *Purchase) TotalMonths() int { return totalMonths(p.Months, p.Renewals, p.RenewalMonths) }

func totalMonths(firm, renewals, each int) int {
	if each == 0 {
		each = firm
	}
	return firm + renewals*each
}

// Total is the estimated amount of the whole need: what is said of the purchase, else
// of its lots; 0 when one of them is not known.
func (p *Purchase) Total() int64 {
	if p.Euros > 0 {
		return p.Euros
	}
	var sum int64
	for i := range p.Lots {
		if p.Lots[i].Euros == 0 {
			return 0
		}
		sum += p.Lots[i].Euros
	}
	return sum
}

// Lot finds a lot, nil when there is none.
func (p *Purchase) Lot(id string) *Lot {
	i := slices.IndexFunc(p.Lots, func(l Lot) bool { return l.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Lots[i]
}

// Divided reports whether the purchase has several lots.
func (p *Purchase) Divided() bool { return len(p.Lots) > 1 }

// EurosOf is the estimated amount of a lot, with all renewals: that of the purchase when
// it is the only one. 0 when it is not known.
func (p *Purchase) EurosOf(l *Lot) int64 {
	if l.Euros == 0 && !p.Divided() {
		return p.Euros
	}
	return l.Euros
}

// AnnualOf is the amount of a lot for twelve months, the amount itself when it lasts no
// longer or its duration is not known. 0 when it is not known.
func (p *Purchase) AnnualOf(l *Lot) int64 {
	euros, months := p.EurosOf(l), int64(p.TotalMonths())
	if months <= 12 {
		return euros
	}
	return (euros*12 + months - 1) / months
}

// ObjectOf is what a lot says, else what its purchase does; so are CPVOf and PlacesOf.
func (p *Purchase) ObjectOf(l *Lot) string {
	if l.Object != "" {
		return l.Object
	}
	return p.Object
}

// NameOf is what a lot is called among the others: « lot 2, Vitrerie ».
func (p *Purchase) NameOf(l *Lot) string {
	switch {
	case !p.Divided():
		return p.ObjectOf(l)
	case l.Number == "":
		return l.Object
	}
	return "lot " + l.Number + ", " + l.Object
}

// CPVOf is described with ObjectOf.
func (p *Purchase) CPVOf(l *Lot) string {
	if l.CPV != "" {
		return l.CPV
	}
	return p.CPV
}

// PlacesOf is described with ObjectOf.
func (p *Purchase) PlacesOf(l *Lot) []string {
	if len(l.Places) > 0 {
		return l.Places
	}
	return p.Places
}

// NewLotID is the next id of a lot, never one of before.
func (p *Purchase) NewLotID() string {
	p.LastLot = p.lastLot() + 1
	return "l" + strconv.Itoa(p.LastLot)
}

// lastLot is the highest number among the ids of lots that are there or were.
func (p *Purchase) lastLot() int {
	most := p.LastLot
	for i := range p.Lots {
		if n, err := strconv.Atoi(strings.TrimPrefix(p.Lots[i].ID, "l")); err == nil {
			most = max(most, n)
		}
	}
	return most
}

// Check says what of a purchase cannot be stored, by field: "" of what concerns none,
// « lots.2.euros » of the third lot. Texts are cleaned and amounts bounded beforehand.
func (p *Purchase) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	if p.Object == "" {
		faults["object"] = "Indiquez l’objet de l’achat."
	}
	if len(p.Lots) == 0 || len(p.Lots) > MaxLots {
		faults["lots"] = account.Fault(fmt.Sprintf("Un achat a de 1 à %d lots.", MaxLots))
	}
	if p.Publication != "" && p.Start != "" && p.Start < p.Publication {
		faults["start"] = "Le début d’exécution précède la publication."
	}
	if !within(p.Euros, MaxEuros) {
		faults["euros"] = errEuros
	}
	if len(p.Places) > MaxPlaces {
		faults["places"] = account.Fault(fmt.Sprintf("%d lieux au plus.", MaxPlaces))
	}
	if !within(p.Months, MaxMonths) || !within(p.Renewals, MaxRenewals) || !within(p.RenewalMonths, MaxMonths) {
		faults["months"] = "Cette durée n’est pas vraisemblable."
	}
	p.checkLots(faults)
	return faults
}

const errEuros = account.Fault("Ce montant n’est pas vraisemblable.")

// within reports whether a number is from 0 to a bound.
func within[N int | int64](n, most N) bool { return n >= 0 && n <= most }

// checkLots: no lot is larger than its purchase, nor are all of them together.
func (p *Purchase) checkLots(faults map[string]account.Fault) {
	var sum int64
	for i := range p.Lots {
		l, at := &p.Lots[i], fmt.Sprintf("lots.%d.", i)
		switch {
		case !within(l.Euros, MaxEuros):
			faults[at+"euros"] = errEuros
		case p.Euros > 0 && l.Euros > p.Euros:
			faults[at+"euros"] = account.Fault("Ce lot (" + Money(l.Euros) + ") dépasse le montant de l’achat (" + Money(p.Euros) + ").")
		}
		if len(l.Sectors) > MaxSectors {
			faults[at+"sectors"] = account.Fault(fmt.Sprintf("%d secteurs au plus.", MaxSectors))
		}
		if p.Divided() && l.Object == "" {
			faults[at+"object"] = "Indiquez l’objet de ce lot."
		}
		sum += l.Euros
	}
	if p.Euros > 0 && sum > p.Euros && len(faults) == 0 {
		faults["lots"] = account.Fault("Les lots font ensemble " + Money(sum) + ", plus que le montant de l’achat (" + Money(p.Euros) + ").")
	}
}

// Money writes an amount as people read it: « 1 234 € HT ».
func Money(euros int64) string { return number(int(euros)) + "\u00a0€\u00a0HT" }

// number writes a number with the narrow spaces of French typography.
func number(n int) string {
	text := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, text = "−", text[1:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return sign + text
}
