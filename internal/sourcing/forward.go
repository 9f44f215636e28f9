package sourcing

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
)

// Ahead is what the public forward programme says of a purchase: a copy that its buyer
// has worded, the only part of a purchase that a public page reads. It never holds an
// amount, a band at most, nor a person. One that was withdrawn stays, to be published
// again: Purchase.Public says which is shown.
type Ahead struct {
	Object   string     `json:"object"`
	Text     string     `json:"text,omitempty"`
	Sectors  []string   `json:"sectors"` // of its lots: by them structures are told
	Places   []string   `json:"places"`  // of execution
	Lots     []AheadLot `json:"lots,omitempty"`
	Quarter  Quarter    `json:"quarter"`
	Band     Band       `json:"band,omitempty"`     // "" = no amount is shown
	Reserved bool       `json:"reserved,omitempty"` // « réservation envisagée »

	Since time.Time `json:"since"` // published first; stays when it is withdrawn or changed
	At    time.Time `json:"at"`    // last change
	Rev   int64     `json:"rev"`   // how often it was changed
}

// AheadLot is a lot as the public forward programme shows it.
type AheadLot struct {
	Number string   `json:"number,omitempty"`
	Object string   `json:"object"`
	Places []string `json:"places,omitempty"` // none = those of the purchase
}

// Band is an interval of amounts, by its code.
type Band string

// bands have edges that never move: those of the law change every two years, and two
// bands laid one over the other would tell more than either.
var bands = []struct {
	code  Band
	under int64 // €; 0 = none
	label string
}{
	{"b1", 40_000, "Moins de 40 000 € HT"},
	{"b2", 90_000, "De 40 000 à 90 000 € HT"},
	{"b3", 200_000, "De 90 000 à 200 000 € HT"},
	{"b4", 500_000, "De 200 000 à 500 000 € HT"},
	{"b5", 1_000_000, "De 500 000 € à 1 million d’euros HT"},
	{"b6", 5_000_000, "De 1 à 5 millions d’euros HT"},
	{"b7", 0, "Plus de 5 millions d’euros HT"},
}

// BandOf is the band of an amount, "" of one that is not known.
func BandOf(euros int64) Band {
	if euros <= 0 {
		return ""
	}
	for _, b := range bands {
		if b.under == 0 || euros < b.under {
			return b.code
		}
	}
	return ""
}

// Label is the band as shown to people, in French.
func (b Band) Label() string {
	for _, one := range bands {
		if one.code == b {
			return one.label
		}
	}
	return ""
}

// Quarter is a quarter of a year: « 2027-T2 ». Its text has the order of time.
type Quarter string

// QuarterOf is the quarter of a day, "" of none.
func QuarterOf(d structure.Date) Quarter {
	if d == "" {
		return ""
	}
	t := d.Time()
	return Quarter(fmt.Sprintf("%04d-T%d", t.Year(), (int(t.Month())+2)/3))
}

// ParseQuarter reads one; false for what is none.
func ParseQuarter(s string) (Quarter, bool) {
	year, n, ok := strings.Cut(s, "-T")
	y, err := strconv.Atoi(year)
	if !ok || err != nil || len(year) != 4 || y < 2000 || len(n) != 1 || n < "1" || n > "4" {
		return "", false
	}
	return Quarter(s), true
}

// parts are its year and its number from 1.
func (q Quarter) parts() (year, n int) {
	if _, ok := ParseQuarter(string(q)); !ok {
		return 0, 0
	}
	year, _ = strconv.Atoi(string(q[:4]))
	return year, int(q[6] - '0')
}

// First is its first day, "" when it is none.
func (q Quarter) First() structure.Date {
	year, n := q.parts()
	if year == 0 {
		return ""
	}
	return structure.Date(fmt.Sprintf("%04d-%02d-01", year, n*3-2))
}

// Next is the quarter after it.
func (q Quarter) Next() Quarter { return QuarterOf(q.First().AddMonths(3)) }

// Label is the quarter as shown to people, in French.
func (q Quarter) Label() string {
	year, n := q.parts()
	if year == 0 {
		return ""
	}
	if n == 1 {
		return fmt.Sprintf("1er trimestre %d", year)
	}
	return fmt.Sprintf("%de trimestre %d", n, year)
}

// MaxQuarters is how far ahead a purchase may be announced.
const MaxQuarters = 16

// Check says what of an announcement cannot be published, by field.
func (a *Ahead) Check(on structure.Date) map[string]account.Fault {
	faults := map[string]account.Fault{}
	if a.Object == "" {
		faults["objet"] = "Dites ce que vous prévoyez d’acheter."
	}
	if len(a.Sectors) == 0 {
		faults["secteurs"] = "Les structures sont prévenues par secteur : choisissez ceux de l’achat ou de ses lots avant de le publier."
	}
	if len(a.Places) == 0 {
		faults["lieux"] = "Les structures sont prévenues par territoire : dites où l’achat s’exécute avant de le publier."
	}
	now := QuarterOf(on)
	switch {
	case a.Quarter.First() == "":
		faults["trimestre"] = "Choisissez le trimestre prévu."
	case a.Quarter < now:
		faults["trimestre"] = "Ce trimestre est passé."
	case a.Quarter.First() > now.First().AddMonths(3*MaxQuarters):
		faults["trimestre"] = "Ce trimestre est trop loin : quatre ans au plus."
	}
	return faults
}

// says is what an announcement says, whenever it was written.
func (a Ahead) says() Ahead {
	a.Since, a.At, a.Rev = time.Time{}, time.Time{}, 0
	return a
}

// Public reports whether anybody may read the announcement of the purchase.
func (p *Purchase) Public() bool {
	return p.Forward != nil && !p.PublishedAt.IsZero() && !p.State().Ended()
}

// ForwardRev is the revision of its announcement, 0 before the first.
func (p *Purchase) ForwardRev() int64 {
	if p.Forward == nil {
		return 0
	}
	return p.Forward.Rev
}

// Publish shows the purchase in the public forward programme as in says it, over the
// revision of its announcement that a page showed. ErrStale when somebody else has
// written it since, ErrUnchanged when it says that already.
func (p *Purchase) Publish(m buyer.Member, in Ahead, rev int64, at time.Time) error {
	if err := p.publishable(m); err != nil {
		return err
	}
	switch {
	case p.Public() && reflect.DeepEqual(p.Forward.says(), in.says()):
		return ErrUnchanged
	case p.ForwardRev() != rev:
		return ErrStale
	}
	for _, fault := range in.Check(structure.DateOf(at)) {
		return fault // pages ask Check before, and say them all at their fields
	}
	in.Since, in.At, in.Rev = at.UTC(), at.UTC(), rev+1
	if p.Forward != nil {
		in.Since = p.Forward.Since
	}
	p.Forward = &in
	if p.State() == Programmed {
		p.stamp(Published, at.UTC())
		p.note(at, m.Person, "purchase."+string(Published), "")
		return nil
	}
	if p.PublishedAt.IsZero() { // a sourcing that was not announced is
		p.PublishedAt = at.UTC()
	}
	p.note(at, m.Person, "forward.publish", "")
	return nil
}

// AheadOf is what the announcement of a purchase would say of what its buyer does not
// word: sectors of its lots, places, lots, the band of its amount.
func AheadOf(p *Purchase, sectorsOf func(*Lot) []string) Ahead {
	a := Ahead{Object: p.Object, Places: slices.Clone(p.Places), Quarter: QuarterOf(p.Publication), Band: BandOf(p.Total())}
	for i := range p.Lots {
		l := &p.Lots[i]
		a.Sectors = append(a.Sectors, sectorsOf(l)...)
		for _, place := range l.Places {
			if !slices.Contains(a.Places, place) {
				a.Places = append(a.Places, place)
			}
		}
		if p.Divided() {
			a.Lots = append(a.Lots, AheadLot{Number: l.Number, Object: p.ObjectOf(l), Places: slices.Clone(l.Places)})
		}
	}
	slices.Sort(a.Sectors)
	a.Sectors = slices.Compact(a.Sectors)
	return a
}

// publishable says why the member may not publish the purchase now.
func (p *Purchase) publishable(m buyer.Member) error {
	switch {
	case !Buys(m) || m.Organisation != p.Organisation:
		return account.ErrNotAllowed
	case p.External != nil:
		return ErrExternal
	case p.State().Ended():
		return ErrEnded
	case p.State() == Launched:
		return account.Fault("La consultation est lancée : l’annonce ne change plus.")
	case p.State() == Idea:
		return account.Fault("Une idée ne se publie pas : programmez d’abord cet achat.")
	}
	return nil
}

// Withdraw takes the purchase out of the public forward programme.
func (p *Purchase) Withdraw(m buyer.Member, at time.Time) error {
	switch {
	case !Buys(m) || m.Organisation != p.Organisation:
		return account.ErrNotAllowed
	case !p.Public():
		return ErrUnchanged
	case p.State() == Published:
		return p.Move(m, Programmed, "", at)
	}
	p.unpublish(at)
	p.note(at, m.Person, "forward.withdraw", "")
	return nil
}

// unpublish hides the announcement; a form that shows it as published is stale then.
func (p *Purchase) unpublish(at time.Time) {
	if p.Forward != nil && !p.PublishedAt.IsZero() {
		hidden := *p.Forward
		hidden.Rev, hidden.At = hidden.Rev+1, at.UTC()
		p.Forward = &hidden
	}
	p.PublishedAt = time.Time{}
}

// Announcement is a planned purchase as anybody may read it.
type Announcement struct {
	ID           string
	Organisation string
	Buyer        string // name of its organisation, or of who buys elsewhere
	Ahead
	Launched time.Time // its consultation; zero before
	External *Afar     // of a project that is announced elsewhere
	Demo     bool
}

// Announced is what the public reads of the purchase; false when that is nothing. A
// project announced elsewhere is public there, with no more than its own portal says.
func (p *Purchase) Announced() (Announcement, bool) {
	if x := p.External; x != nil {
		a := Announcement{ID: p.ID, Organisation: p.Organisation, Buyer: x.Buyer, External: x, Demo: p.Demo, Ahead: Ahead{
			Object: p.Object, Text: p.Description, Sectors: p.sectors(), Places: p.Places, Quarter: QuarterOf(p.Publication), Reserved: len(x.Reserved) > 0, At: p.UpdatedAt, Rev: p.Rev,
		}}
		return a, x.Status != "close" && a.Quarter != "" && !p.State().Ended()
	}
	if !p.Public() {
		return Announcement{}, false
	}
	return Announcement{ID: p.ID, Organisation: p.Organisation, Ahead: *p.Forward, Launched: p.LaunchedAt, Demo: p.Demo}, true
}

// sectors are those that its lots name.
func (p *Purchase) sectors() (list []string) {
	for i := range p.Lots {
		list = append(list, p.Lots[i].Sectors...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// ToCome reports whether the list of what is to come shows it on a day: not once its
// consultation is launched or its quarter is over.
func (a *Announcement) ToCome(on structure.Date) bool {
	return a.Launched.IsZero() && a.Quarter >= QuarterOf(on)
}
