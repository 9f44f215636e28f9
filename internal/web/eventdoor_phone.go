package web

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/public"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
)

// phoneKeeps is how long after an event a phone at its door forgets it.
const phoneKeeps = 24 * time.Hour

// phone is the page that a phone keeps: it holds nothing personal, not even who is signed
// in. What it shows comes from phoneList, sealed, and the key from phoneKey.
func (s *site) phone(c *fiber.Ctx) error {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return err
	}
	e := &seen.Event
	forget := e.Ends.Add(phoneKeeps)
	p := views.DoorPhone{
		Base: s.base("Accueil – "+e.Title, "", ""), Heading: format.Text(e.Title), When: eventWhen(e), Event: e.ID, URL: entranceURL(e.ID),
		Until: "le " + format.Moment(forget), Forget: forget.UnixMilli(), Opens: e.Starts.Add(-event.DoorEarly).UnixMilli(), Roles: entranceRoles(string(event.AsBuyer)),
	}
	if e.Starts.IsZero() {
		return s.renderEntrance(c, form.State{Refusal: event.ErrDraft.Error()}, fiber.StatusConflict)
	}
	return render(c, views.DoorPhoneView(p))
}

// phoneFiles are what the page of a phone loads, and keeps.
var phoneFiles = []string{"vendor/bootstrap.min.css", "css/sourcier.css", "js/door.js", "vendor/qr/decode.js", "vendor/qr/index.js", "vendor/atkinson-latin.woff2", "img/favicon.svg"}

// phoneWorker is the service worker of the page of a phone, and of no other page: it is
// served below the door, and registered for the page alone. The files it keeps follow from
// the assets of this version.
func (s *site) phoneWorker(c *fiber.Ctx) error {
	if _, err := s.entranceSeen(c); err != nil {
		return err
	}
	script, contentType, ok := public.Assets().Open("js/door-worker.js")
	if !ok {
		return fiber.ErrNotFound
	}
	var files []string
	for _, name := range phoneFiles {
		files = append(files, s.Assets.URL(name))
	}
	list, err := json.Marshal(map[string]any{"page": entranceURL(c.Params("id")) + phoneSegment, "files": files})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, contentType)
	return c.SendString("const kept = " + string(list) + ";\n" + string(script))
}

// phoneManifest says how a phone installs the page.
func (s *site) phoneManifest(c *fiber.Ctx) error {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return err
	}
	at := entranceURL(seen.Event.ID) + phoneSegment
	c.Set(fiber.HeaderContentType, "application/manifest+json")
	return c.JSON(map[string]any{
		"id": at, "start_url": at, "scope": at, "lang": "fr", "dir": "ltr", "display": "standalone", "name": "Accueil – " + seen.Event.Title, "short_name": "Accueil",
		"background_color": "#faf9f6", "theme_color": "#07434a",
		"icons": []map[string]string{
			{"src": s.Assets.URL("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
			{"src": s.Assets.URL("img/touch.png"), "sizes": "180x180", "type": "image/png"},
		},
	}, "application/manifest+json")
}

// phoneGuest is a guest as a phone keeps it: nothing of it names anybody.
type phoneGuest struct {
	ID     string `json:"id"`
	Ticket string `json:"ticket"` // hash of the code
	Role   string `json:"role"`
	Party  int    `json:"party"`
	Holds  bool   `json:"holds"`          // may come in
	Answer string `json:"answer"`         // in words
	Name   string `json:"name,omitempty"` // sealed, see gathering.SealForDoor
}

// phoneEntry is that a guest is there.
type phoneEntry struct {
	Guest string `json:"guest"`
	At    int64  `json:"at"`
	Scan  string `json:"scan"` // as a device names it
}

func phoneEntriesOf(entries []event.Entry) []phoneEntry {
	out := make([]phoneEntry, len(entries))
	for i := range entries {
		_, scan, _ := strings.Cut(entries[i].Checkin, ".")
		out[i] = phoneEntry{entries[i].Guest, entries[i].At.UnixMilli(), scan}
	}
	return out
}

// phoneList gives a phone what it keeps: who may come, by number and hash, names sealed.
func (s *site) phoneList(c *fiber.Ctx) error {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return err
	}
	e := &seen.Event
	list, entries, err := s.Gathering.DoorList(c.UserContext(), e)
	if err != nil {
		return err
	}
	guests := make([]phoneGuest, 0, len(list))
	for i := range list {
		g := &list[i]
		plain, err := json.Marshal(phoneName{g.Name, g.Body})
		if err != nil {
			return err
		}
		name, err := s.Gathering.SealForDoor(e.ID, g.ID, plain)
		if err != nil {
			return err
		}
		guests = append(guests, phoneGuest{g.ID, g.Ticket, g.Seat.Role.Label(), g.Seat.Party, g.Seat.Judge(false) == event.Entered, g.Seat.Answer.Label(), name})
	}
	return c.JSON(map[string]any{"guests": guests, "entries": phoneEntriesOf(entries)})
}

// phoneName is who a guest is, before it is sealed.
type phoneName struct {
	Name string `json:"name"`
	Body string `json:"body"`
}

// phoneKey gives who is signed in the code of the door, which the page keeps in memory
// alone, and the token of its forms.
func (s *site) phoneKey(c *fiber.Ctx) error {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return err
	}
	return c.JSON(map[string]any{"code": s.Gathering.DoorCode(seen.Event.ID), "token": s.formToken(c)})
}

// phoneEntries says who is there, as all devices told it.
func (s *site) phoneEntries(c *fiber.Ctx) error {
	seen, err := s.entranceSeen(c)
	if err != nil {
		return err
	}
	entries, err := s.Gathering.Entrances(c.UserContext(), seen.Event.ID)
	if err != nil {
		return err
	}
	return c.JSON(map[string]any{"entries": phoneEntriesOf(entries)})
}

// phoneSent is what a phone sends: the field « passages » of its form.
type phoneSent struct {
	Device string      `json:"device"`
	Now    int64       `json:"now"` // of its clock, in milliseconds
	Scans  []phoneScan `json:"scans"`
}

type phoneScan struct {
	ID      string `json:"id"`
	At      int64  `json:"at"`
	Guest   string `json:"guest"`
	Ticket  string `json:"ticket"` // hash of what a code said
	Way     string `json:"way"`
	Result  string `json:"result"`
	Offline bool   `json:"offline"`
	Undoes  string `json:"undoes"`
	Walker  string `json:"walker"` // who comes without being on the list, sealed
}

// phoneVerdict is what has become of a scan.
type phoneVerdict struct {
	ID       string `json:"id"`
	Guest    string `json:"guest,omitempty"`
	Name     string `json:"name,omitempty"`
	Body     string `json:"body,omitempty"`
	Role     string `json:"role,omitempty"`
	Party    int    `json:"party,omitempty"`
	Result   string `json:"result"`
	In       int64  `json:"in,omitempty"`
	Conflict bool   `json:"conflict,omitempty"`
	Refused  string `json:"refused,omitempty"`
}

// phoneScans keeps what a phone tells. Sent again, in any order, it is kept once.
func (s *site) phoneScans(c *fiber.Ctx) error {
	var sent phoneSent
	if err := json.Unmarshal([]byte(sentForm(c).Get("passages")), &sent); err != nil || !soundTime(sent.Now) {
		return c.Status(fiber.StatusUnprocessableEntity).JSON(map[string]string{"refused": string(gathering.ErrDoorScan)})
	}
	id := c.Params("id")
	scans := make([]gathering.DoorScan, 0, len(sent.Scans))
	for i := range sent.Scans {
		x, err := s.phoneScan(id, &sent.Scans[i])
		if err != nil {
			return c.Status(fiber.StatusUnprocessableEntity).JSON(map[string]string{"refused": string(gathering.ErrDoorScan)})
		}
		scans = append(scans, x)
	}
	list, err := s.Gathering.Scanned(c.UserContext(), deskMember(c), id, sent.Device, time.UnixMilli(sent.Now), scans)
	if err != nil {
		text, status, ok := refusalOf(err)
		if !ok {
			return err
		}
		return c.Status(status).JSON(map[string]string{"refused": text})
	}
	out := make([]phoneVerdict, 0, len(list))
	for i := range list {
		v := &list[i]
		x := phoneVerdict{ID: v.ID, Guest: v.Guest, Name: v.Name, Body: v.Body, Role: v.Role.Label(), Party: v.Party, Result: string(v.Result), Conflict: v.Conflict, Refused: v.Refused}
		if !v.In.IsZero() {
			x.In = v.In.UnixMilli()
		}
		out = append(out, x)
	}
	return c.JSON(map[string]any{"scans": out, "now": s.Now().UnixMilli()})
}

// soundTime reports whether a clock tells of a day that can be: between 1970 and 2200.
func soundTime(ms int64) bool { return ms > 0 && ms < 7_258_118_400_000 }

// phoneScan reads a scan, and opens what was sealed on the phone.
func (s *site) phoneScan(id string, in *phoneScan) (gathering.DoorScan, error) {
	x := gathering.DoorScan{
		ID: in.ID, At: time.UnixMilli(in.At), Guest: in.Guest, Hash: in.Ticket, Way: event.Way(in.Way), Result: event.Result(in.Result), Offline: in.Offline, Undoes: in.Undoes,
	}
	if !soundTime(in.At) {
		return x, errors.New("no time")
	}
	if in.Walker == "" {
		return x, nil
	}
	plain, err := s.Gathering.OpenFromDoor(id, in.ID, in.Walker)
	if err != nil {
		return x, err
	}
	var w struct{ Name, Email, Body, Role string }
	if err := json.Unmarshal(plain, &w); err != nil {
		return x, err
	}
	x.Walker = &gathering.Walker{Name: w.Name, Email: w.Email, Body: w.Body, Role: event.Role(w.Role)}
	return x, nil
}
