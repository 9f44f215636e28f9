package gathering

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/store"
	"sourcier/internal/territory"
)

// Bounds of the door.
const (
	MaxScans     = 200    // of one sending of a device
	maxEntrances = 20_000 // scans of an event that are read
)

// DoorScan is something that a device at the door tells. A scan without a result asks for
// it; one with a result was told offline, and stays so.
type DoorScan struct {
	ID      string // made on the device
	At      time.Time
	Guest   string // id, of a name found on the list
	Hash    string // account.HashToken of what a code said: the device keeps and sends no token
	Way     event.Way
	Result  event.Result
	Offline bool
	Undoes  string  // id of the entry that was a mistake
	Walker  *Walker // who comes without being on the list
}

// Walker is who comes without being on the list.
type Walker struct {
	Name, Email, Body string
	Role              event.Role
}

// DoorVerdict is what has become of a scan.
type DoorVerdict struct {
	ID       string
	Guest    string
	Name     string
	Body     string
	Role     event.Role
	Party    int
	Result   event.Result
	In       time.Time // when the guest was let in, zero for not
	Conflict bool      // the guest had been let in already, by another scan
	Refused  string    // why nothing is kept of it, in French
}

var doorID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// ErrDoorScan refuses what no device of ours sends.
const ErrDoorScan = account.Fault("Cet envoi d’un téléphone de l’accueil est illisible : rechargez la page.")

// ScanID is the id under which a scan of a device is kept: those of an event never meet
// those of another.
func ScanID(event, scan string) string { return event + "." + scan }

// doorGuest is the id of the guest that a scan of a walk-in makes: sent again, it is the
// same guest.
func doorGuest(id string) string {
	sum := sha256.Sum256([]byte("walk-in\x00" + id))
	return base32.StdEncoding.EncodeToString(sum[:])[:event.GuestIDLength]
}

// Scanned keeps what a device at the door tells, each scan once however often it is sent
// and in whatever order. clock is what the device's clock says now: how wrong it is, by a
// minute or by a day, is measured and kept with each scan.
func (s *Service) Scanned(ctx context.Context, m buyer.Member, id, device string, clock time.Time, scans []DoorScan) ([]DoorVerdict, error) {
	if len(scans) > MaxScans || !doorID.MatchString(device) {
		return nil, ErrDoorScan
	}
	e, err := s.doors.read(ctx, s.Events.Events, id)
	if err != nil {
		return nil, err
	}
	if _, ok := e.Side(m); !ok {
		return nil, fmt.Errorf("event %s of %s: %w", id, m.Organisation, store.ErrNotFound)
	}
	d := &doorway{Service: s, m: m, event: e, device: device, skew: s.Now().Sub(clock), received: s.Now().UTC(), refused: map[string]string{}}
	if err := d.event.Welcomes(m, s.Now()); err != nil {
		return nil, err
	}
	if err := d.read(ctx, scans); err != nil {
		return nil, err
	}
	for i := range scans {
		var fault account.Fault
		switch err := d.take(ctx, &scans[i]); {
		case errors.As(err, &fault): // of this one: the others are kept
			d.refused[scans[i].ID] = fault.Error()
		case err != nil:
			return nil, err
		}
	}
	if err := d.keep(ctx); err != nil {
		return nil, err
	}
	return d.verdicts(ctx, scans)
}

// doorway is what a device tells, being kept.
type doorway struct {
	*Service
	m        buyer.Member
	event    *event.Event
	device   string
	skew     time.Duration
	received time.Time
	kept     map[string]*event.Checkin  // by id
	scans    map[string][]event.Checkin // of each guest that is told of, with those kept now
	fresh    []event.Checkin
	named    map[string]*event.Guest
	refused  map[string]string // why a scan is not kept, by its id on the device
}

// read finds which scans are kept already, and what is known of the guests they tell of.
func (d *doorway) read(ctx context.Context, scans []DoorScan) error {
	var ids []string
	for i := range scans {
		if !scans[i].sound() {
			return ErrDoorScan
		}
		ids = append(ids, ScanID(d.event.ID, scans[i].ID))
	}
	slices.Sort(ids)
	docs, err := d.Checkins.GetSome(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	d.kept, d.scans, d.named = map[string]*event.Checkin{}, map[string][]event.Checkin{}, map[string]*event.Guest{}
	for i := range docs {
		d.kept[docs[i].ID] = &docs[i].Value
	}
	return nil
}

// sound reports whether a device of ours may have sent a scan.
func (x *DoorScan) sound() bool {
	told := x.Result == "" || slices.Contains([]event.Result{event.Entered, event.Already, event.Unknown, event.Foreign, event.NotDue}, x.Result)
	ways := slices.Contains([]event.Way{event.ByCode, event.ByName, event.WalkIn}, x.Way)
	return told && ways && doorID.MatchString(x.ID) && (x.Undoes == "" || doorID.MatchString(x.Undoes)) && len(x.Guest) <= event.GuestIDLength && len(x.Hash) <= 64
}

// take makes of a scan what is kept of it.
func (d *doorway) take(ctx context.Context, x *DoorScan) error {
	id := ScanID(d.event.ID, x.ID)
	if d.kept[id] != nil {
		return nil
	}
	c := event.Checkin{
		ID: id, Event: d.event.ID, Device: d.device, By: d.m.Person, At: x.At.UTC(), Received: d.received, Way: x.Way, Offline: x.Offline, Result: x.Result,
		Skew: d.skew.Milliseconds(),
	}
	if w := c.When(); w.After(d.received) || w.Before(d.event.Starts.Add(-event.DoorEarly)) {
		c.Skew = d.received.Sub(c.At).Milliseconds() // a clock that was put right since: nobody came then
	}
	var err error
	switch {
	case x.Undoes != "":
		c.Result, c.Code = event.Undone, ScanID(d.event.ID, x.Undoes)
		if c.Guest, err = d.undone(ctx, c.Code); c.Guest == "" {
			c.Guest = x.Guest // the entry itself comes later
		}
	case x.Walker != nil:
		c.Way = event.WalkIn
		c.Guest, err = d.walk(ctx, id, x.Walker)
	case x.Guest != "":
		c.Guest = x.Guest
	default:
		c.Way = event.ByCode
		err = d.decode(ctx, &c, x.Hash)
	}
	if err != nil {
		return err
	}
	if err := d.judge(ctx, &c); err != nil {
		return err
	}
	d.kept[id] = &c
	d.fresh = append(d.fresh, c)
	if c.Guest != "" {
		d.scans[c.Guest] = append(d.scans[c.Guest], c)
	}
	return nil
}

// undone is the guest of the entry that was a mistake, where it is known by now.
func (d *doorway) undone(ctx context.Context, id string) (string, error) {
	if c := d.kept[id]; c != nil {
		return c.Guest, nil
	}
	doc, err := d.Checkins.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return doc.Value.Guest, err
}

// decode finds whose a code is: of this event, of another, or nobody's.
func (d *doorway) decode(ctx context.Context, c *event.Checkin, hash string) error {
	c.Code = hash[:min(len(hash), 12)]
	docs, err := d.Guests.FindLookup(ctx, store.GuestByTicket(hash), 1)
	switch {
	case err != nil:
		return err
	case len(docs) == 0:
		c.Result = event.Unknown
	case docs[0].Value.Event != d.event.ID:
		c.Result = event.Foreign
	default:
		c.Guest, c.Code = docs[0].ID, ""
		d.named[c.Guest] = &docs[0].Value
	}
	return nil
}

// judge says what is told of a scan that asks, and holds one that was told offline to
// guests who are on the list.
func (d *doorway) judge(ctx context.Context, c *event.Checkin) error {
	if c.Guest == "" {
		if c.Result == "" || c.Result == event.Entered {
			c.Result = event.Unknown
		}
		return nil
	}
	seat := d.event.Seat(c.Guest)
	if seat == nil {
		if c.Guest = ""; c.Result != event.Undone {
			c.Result = event.Unknown
		}
		return nil
	}
	if err := d.known(ctx, c.Guest); err != nil {
		return err
	}
	if c.Result == "" {
		c.Result = seat.Judge(len(event.Entries(d.scans[c.Guest])) > 0)
		if c.Way == event.WalkIn && c.Result == event.NotDue {
			c.Result = event.Entered // let in without a place, by who is at the door
		}
	}
	c.Party = seat.Party
	return nil
}

// known reads the scans of a guest, once.
func (d *doorway) known(ctx context.Context, guest string) error {
	if _, ok := d.scans[guest]; ok {
		return nil
	}
	docs, err := d.Checkins.FindLookup(ctx, store.ScansOf(guest), MaxScans)
	if err != nil {
		return err
	}
	d.scans[guest] = []event.Checkin{}
	for i := range docs {
		d.scans[guest] = append(d.scans[guest], docs[i].Value)
	}
	return nil
}

// walk puts who comes without being on the list there: who it is first, so that a seat
// always has its guest.
func (d *doorway) walk(ctx context.Context, scan string, w *Walker) (string, error) {
	g, err := w.guest()
	if err != nil {
		return "", err
	}
	g.ID, g.AddedBy = doorGuest(scan), d.m.Person
	seat := d.seat(d.event, g)
	if g.Email == "" {
		seat.Mail = event.MailHash(d.event.ID, account.Email(g.ID)) // of nobody else
	}
	if err := store.PutNew(ctx, d.Guests, []event.Guest{*g}, d.m.Person); err != nil {
		return "", err
	}
	if err := d.passed("walked"); err != nil {
		return "", err
	}
	var guest string
	err = d.act(ctx, d.event.ID, d.m.Person, "event.walkin", func(e *event.Event) (err error) {
		guest, err = e.Walk(d.m, seat, d.Now())
		return err
	})
	if err != nil {
		return "", err
	}
	if guest != g.ID {
		return guest, d.dropAbsent(ctx, []event.Seat{seat}, nil)
	}
	d.named[g.ID] = g
	d.event, err = d.doors.read(ctx, d.Events.Events, d.event.ID) // with the new seat
	return guest, err
}

// guest is who a walk-in is. An account.Fault.
func (w *Walker) guest() (*event.Guest, error) {
	g := &event.Guest{Name: cut(w.Name), Body: cut(w.Body), Role: w.Role, Source: "Arrivée sans inscription"}
	if g.Name == "" {
		return nil, event.ErrWalkInName
	}
	if g.Role.Label() == "" {
		g.Role = event.AsOther
	}
	if text := strings.TrimSpace(w.Email); text != "" {
		address, err := account.ParseEmail(text)
		if err != nil {
			return nil, err
		}
		g.Email = string(address)
	}
	return g, nil
}

// maxWalker is how long a name is that is written at the door, in letters.
const maxWalker = 120

func cut(text string) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	return string(letters[:min(len(letters), maxWalker)])
}

// keep stores the new scans; an event of which the attendance is closed is corrected. The
// event is read after that: whoever closes it meanwhile sees them, or is seen here.
func (d *doorway) keep(ctx context.Context) error {
	if len(d.fresh) == 0 && d.event.SettledAt.IsZero() {
		return nil
	}
	if err := store.PutNew(ctx, d.Checkins, d.fresh, d.m.Person); err != nil {
		return err
	}
	if err := d.passed("scanned"); err != nil {
		return err
	}
	after, err := d.doors.read(ctx, d.Events.Events, d.event.ID)
	if err != nil || after.SettledAt.IsZero() {
		return err
	}
	return d.resettle(ctx, d.event.ID)
}

// verdicts tells what has become of scans, as they are stored.
func (d *doorway) verdicts(ctx context.Context, scans []DoorScan) ([]DoorVerdict, error) {
	if err := d.read(ctx, scans); err != nil {
		return nil, err
	}
	out := make([]DoorVerdict, 0, len(scans))
	for i := range scans {
		c := d.kept[ScanID(d.event.ID, scans[i].ID)]
		if c == nil {
			out = append(out, DoorVerdict{ID: scans[i].ID, Refused: d.refused[scans[i].ID]})
			continue
		}
		v := DoorVerdict{ID: scans[i].ID, Guest: c.Guest, Result: c.Result, Party: c.Party}
		if seat := d.event.Seat(c.Guest); seat != nil {
			v.Role = seat.Role
			if err := d.describe(ctx, c, &v); err != nil {
				return nil, err
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// describe says who the guest of a scan is, and when the guest was let in.
func (d *doorway) describe(ctx context.Context, c *event.Checkin, v *DoorVerdict) error {
	if err := d.known(ctx, c.Guest); err != nil {
		return err
	}
	for _, x := range event.Entries(d.scans[c.Guest]) {
		v.In, v.Conflict = x.At, slices.Contains(x.Conflicts, c.ID)
	}
	g := d.named[c.Guest]
	if g == nil {
		doc, err := d.Guests.Get(ctx, c.Guest)
		if errors.Is(err, store.ErrNotFound) {
			return nil // erased since
		}
		if err != nil {
			return err
		}
		g = &doc.Value
		d.named[c.Guest] = g
	}
	v.Name, v.Body = g.Name, g.Body
	return nil
}

// Entrances are who came to an event, the earliest first.
func (s *Service) Entrances(ctx context.Context, id string) ([]event.Entry, error) {
	docs, err := s.Checkins.FindLookup(ctx, store.GuestsOf(id), maxEntrances)
	if err != nil {
		return nil, err
	}
	scans := make([]event.Checkin, len(docs))
	for i := range docs {
		scans[i] = docs[i].Value
	}
	return event.Entries(scans), nil
}

// Settle closes the attendance of an event: which structures came is known from then on.
func (s *Service) Settle(ctx context.Context, m buyer.Member, id string) error {
	structures, err := s.present(ctx, id)
	if err != nil {
		return err
	}
	err = s.On(ctx, m, id, "event.settle", func(e *event.Event) error { return e.Settle(m, structures, s.Now()) })
	if err != nil {
		return err
	}
	if err := s.passed("settled"); err != nil {
		return err
	}
	return s.resettle(ctx, id) // an entry may have been noted meanwhile
}

// SweepUnsettled closes the attendance of events that nobody has closed, and says of how
// many. One at whose door nobody was noted stays open: who came is not known.
func (s *Service) SweepUnsettled(ctx context.Context) (n int, err error) {
	err = store.EachFound(ctx, s.Events.Events, store.UnsettledEvents, func(d store.Doc[event.Event]) error {
		if !d.Value.Unsettled(s.Now()) {
			return nil
		}
		entries, err := s.Entrances(ctx, d.ID)
		if err != nil || len(entries) == 0 {
			return err
		}
		structures, err := s.present(ctx, d.ID)
		if err == nil {
			err = s.act(ctx, d.ID, store.ActorSystem, "event.settle", func(e *event.Event) error { return e.SettleItself(structures, s.Now()) })
		}
		if err == nil {
			err = s.resettle(ctx, d.ID) // an entry may have been noted meanwhile
		}
		if err == nil {
			n++
		}
		return unchanged(err)
	})
	return n, err
}

// resettle corrects who came, from the scans that are stored.
func (s *Service) resettle(ctx context.Context, id string) error {
	structures, err := s.present(ctx, id)
	if err != nil {
		return err
	}
	return s.act(ctx, id, "", "", func(e *event.Event) error { return e.Resettle(structures) })
}

// present are the structures of who came, by id.
func (s *Service) present(ctx context.Context, id string) (structures []string, err error) {
	entries, err := s.Entrances(ctx, id)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = entries[i].Guest
	}
	guests, err := s.GuestsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, g := range guests {
		if g.Event == id {
			structures = append(structures, g.Structure)
		}
	}
	return structures, nil
}

// DoorGuest is a line of the list of the door.
type DoorGuest struct {
	event.Guest
	Seat event.Seat
	In   event.Entry // zero for who is not there
}

// DoorList is who may come to an event, by name, with who is there.
func (s *Service) DoorList(ctx context.Context, e *event.Event) ([]DoorGuest, []event.Entry, error) {
	entries, err := s.Entrances(ctx, e.ID)
	if err != nil {
		return nil, nil, err
	}
	in := map[string]event.Entry{}
	for _, x := range entries {
		in[x.Guest] = x
	}
	var ids []string
	for i := range e.Seats {
		ids = append(ids, e.Seats[i].Guest)
	}
	guests, err := s.GuestsByID(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	var out []DoorGuest
	for i := range e.Seats {
		seat := &e.Seats[i]
		entry, there := in[seat.Guest]
		if g := guests[seat.Guest]; g != nil && (seat.Active() || there) {
			out = append(out, DoorGuest{*g, *seat, entry})
		}
	}
	slices.SortFunc(out, func(a, b DoorGuest) int {
		return cmp.Or(strings.Compare(territory.Fold(a.Name), territory.Fold(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return out, entries, nil
}

// EntrancesOf is whether a guest came: one entry, or none.
func (s *Service) EntrancesOf(ctx context.Context, guest string) ([]event.Entry, error) {
	docs, err := s.Checkins.FindLookup(ctx, store.ScansOf(guest), MaxScans)
	if err != nil {
		return nil, err
	}
	scans := make([]event.Checkin, len(docs))
	for i := range docs {
		scans[i] = docs[i].Value
	}
	return event.Entries(scans), nil
}
