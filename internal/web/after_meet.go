package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

var afterMeetDone = map[string]string{
	"note": "La rencontre est notée.", "rapproche": "L’invité confirmera depuis sa page.", "verse": "La rencontre est un entretien du sourçage choisi.",
}

func afterMeetURL(id string) string { return eventURL(id) + afterMeetTab }

// typedTexts are some fields of a form as they were typed.
func typedTexts(sent url.Values, names ...string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		out[name] = typedText(sent.Get(name))
	}
	return out
}

// afterMeetings lists the rencontres of an event, and its visits.
func (s *site) afterMeetings(c *fiber.Ctx) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	return s.renderMeetings(c, m, seen, form.State{})
}

func (s *site) renderMeetings(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, state form.State) error {
	list, err := s.Gathering.Encounters(c.UserContext(), seen)
	if err != nil {
		return err
	}
	state.Token = s.formToken(c)
	if state.Heading == "" {
		state.Heading = "Rien n’a changé"
	}
	p := views.AfterMeetingsPage{
		Page: s.eventFrame(c, seen, "Rencontres et visites", afterMeetTab, afterMeetDone), State: state,
		Lead: "Qui a rencontré qui, et ce qui a été convenu. Chaque partie confirme la sienne ; une rencontre confirmée par les deux peut devenir un entretien d’un sourçage.",
	}
	var guests []event.Guest
	if afterWrites(m, seen) {
		if seen.Event.Kind.Discreet() {
			p.NoNew = "On ne note pas de rencontres à un événement de ce genre : qui y vient ne se dit nulle part."
		} else {
			p.New = eventURL(seen.Event.ID) + afterNewMeeting
		}
		if guests, err = s.Gathering.Sides(c.UserContext(), seen); err != nil {
			return err
		}
	}
	for i := range list {
		line, err := s.meetingLine(c, m, seen, &list[i], guests)
		if err != nil {
			return err
		}
		p.Meetings = append(p.Meetings, line)
	}
	titleFaults(&p.Title, state)
	return render(c, views.AfterMeetingsView(p))
}

func (s *site) meetingLine(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, x *event.Encounter, guests []event.Guest) (views.AfterMeeting, error) {
	at := afterMeetURL(seen.Event.ID) + "/" + url.PathEscape(x.ID)
	line := views.AfterMeeting{
		ID: "r-" + x.ID, Kind: x.Kind.Label(), Day: format.Day(x.Day), Subject: x.Subject, Next: x.Next, Buyer: x.Buyer.Shown(), Supplier: x.Supplier.Shown(),
		BuyerSays: sideSays(&x.Buyer), SupplierSays: sideSays(&x.Supplier), Status: meetingStatus(x), MatchTo: at + "/rapprocher", EnterTo: at + "/verser", Rev: strconv.FormatInt(x.Rev, 10),
	}
	for _, side := range []struct{ name, label string }{{event.BuyerSide, "Acheteur : quel invité ?"}, {event.StructureSide, "Structure : quel invité ?"}} {
		if x.Side(side.name).Guest == "" && len(guests) > 0 {
			line.Match = append(line.Match, views.AfterMatch{Side: side.name, Label: side.label, Guests: meetingGuests(guests, side.name, "")})
		}
	}
	used := map[string]bool{}
	for _, u := range x.Uses {
		used[u.Operation] = true
		line.Uses = append(line.Uses, part.Link{Label: "Entretien du " + format.Day(x.Day) + ", versé le " + format.Day(u.At), URL: exchangeURL(u.Operation, u.Exchange)})
	}
	if x.State() != event.EncounterAgreed {
		return line, nil
	}
	list, err := s.Gathering.Destinations(c.UserContext(), m, x)
	if err != nil {
		return line, err
	}
	for _, d := range list {
		if !used[d.Operation] {
			line.Enter = append(line.Enter, part.Option{Value: d.Operation, Label: format.Text(d.Title)})
		}
	}
	if len(line.Enter) == 0 && len(line.Uses) == 0 {
		line.EnterWhy = "Elle pourra être versée, par un acheteur, à un sourçage ouvert qui consulte cette structure."
	}
	return line, nil
}

// meetingGuests are the guests who may be on a side.
func meetingGuests(guests []event.Guest, side, chosen string) []part.Option {
	out := []part.Option{{Label: "Choisir un invité"}}
	for i := range guests {
		g := &guests[i]
		if g.Role.MetSide() == side {
			met := gathering.MetAs(g)
			out = append(out, part.Option{Value: g.ID, Label: met.Shown(), Selected: g.ID == chosen})
		}
	}
	return out
}

// afterMeetingForm asks for a new one.
func (s *site) afterMeetingForm(c *fiber.Ctx) error {
	_, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	day := s.Now()
	if seen.Event.State(s.Now()) == event.Past {
		day = seen.Event.Starts
	}
	kind := string(event.MetThere)
	if seen.Event.Kind == event.Visit {
		kind = string(event.VisitedThere)
	}
	return s.renderMeetingForm(c, seen, form.State{}, map[string]string{onceField: account.NewID(), "jour": dayTyped(structure.DateOf(day)), "forme": kind})
}

func (s *site) renderMeetingForm(c *fiber.Ctx, seen *gathering.Seen, state form.State, v map[string]string) error {
	guests, err := s.Gathering.Sides(c.UserContext(), seen)
	if err != nil {
		return err
	}
	own := afterMeetURL(seen.Event.ID)
	state.Token, state.Heading = s.formToken(c), "La rencontre n’est pas notée"
	p := views.AfterMeetingForm{
		Page:  s.eventFrame(c, seen, "Noter une rencontre", afterMeetTab, nil, part.Link{Label: "Rencontres", URL: own}),
		State: state, To: own, Once: v[onceField], Back: own, Values: v, Kinds: meetingKinds(v["forme"]), DayHelp: "06/12/2026",
		Buyers: meetingGuests(guests, event.BuyerSide, v["acheteur"]), Suppliers: meetingGuests(guests, event.StructureSide, v["structure"]),
		BuyersHelp: "Un invité confirme depuis sa page ; un nom écrit ne confirme rien.", SuppliersHelp: "Pour verser la rencontre à un sourçage, choisissez l’invité.",
	}
	titleFaults(&p.Title, state)
	return render(c, views.AfterMeetingFormView(p))
}

// afterMeetingNote notes it.
func (s *site) afterMeetingNote(c *fiber.Ctx) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	v := typedTexts(sent, "forme", "jour", "acheteur", "acheteur_nom", "structure", "structure_nom", "sujet", "suite")
	v[onceField] = sentOnce(sent.Get(onceField))
	x := event.Encounter{ID: v[onceField], Kind: event.EncounterKind(v["forme"]), Subject: v["sujet"], Next: v["suite"]}
	faults := map[string]account.Fault{}
	if day, err := sourcing.ParseDay(v["jour"]); err != nil {
		faults["day"] = account.Fault(err.Error())
	} else if day != "" {
		x.Day = day.Time()
	}
	guests, err := s.Gathering.Sides(c.UserContext(), seen)
	if err != nil {
		return err
	}
	x.Buyer, x.Supplier = metOf(guests, v["acheteur"], v["acheteur_nom"]), metOf(guests, v["structure"], v["structure_nom"])
	for field, fault := range x.Check(&seen.Event, s.Now()) {
		if faults[field] == "" {
			faults[field] = fault
		}
	}
	names := map[string]string{"kind": "forme", "day": "jour", "buyer": "acheteur", "supplier": "structure", "subject": "sujet", "next": "suite"}
	if list := meetingFaults(faults, names); len(list) > 0 {
		return s.renderMeetingForm(c.Status(fiber.StatusUnprocessableEntity), seen, form.State{Faults: list}, v)
	}
	if err := s.Gathering.NoteEncounter(c.UserContext(), m, seen.Event.ID, x); err != nil {
		return s.afterRefused(c, err, "", func(state form.State) error { return s.renderMeetingForm(c, seen, state, v) })
	}
	return done(c, afterMeetURL(seen.Event.ID), "note")
}

// metOf is a side as the form says it: a guest of the event, else a name.
func metOf(guests []event.Guest, id, name string) event.Met {
	for i := range guests {
		if guests[i].ID == id && id != "" {
			return gathering.MetAs(&guests[i])
		}
	}
	return event.Met{Guest: id, Body: strings.Join(strings.Fields(name), " ")}
}

// afterMeetingMatch says which guest a side is.
func (s *site) afterMeetingMatch(c *fiber.Ctx) error {
	sent := sentForm(c)
	rev, _ := strconv.ParseInt(sent.Get("version"), 10, 64) // none is a stale one
	return s.meetingDo(c, "rapproche", func(m buyer.Member, seen *gathering.Seen) error {
		return s.Gathering.MatchEncounter(c.UserContext(), m, seen.Event.ID, c.Params("encounter"), sent.Get("cote"), clip(sent.Get("invite")), rev)
	})
}

// afterMeetingEnter makes of it an exchange of a sourçage.
func (s *site) afterMeetingEnter(c *fiber.Ctx) error {
	return s.meetingDo(c, "verse", func(m buyer.Member, seen *gathering.Seen) error {
		return s.Gathering.EnterEncounter(c.UserContext(), m, seen.Event.ID, c.Params("encounter"), clip(sentForm(c).Get("sourcage")))
	})
}

func (s *site) meetingDo(c *fiber.Ctx, doneAs string, do func(buyer.Member, *gathering.Seen) error) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	if _, err := s.Gathering.Encounter(c.UserContext(), seen, c.Params("encounter")); err != nil {
		return err
	}
	if err := do(m, seen); err != nil {
		return s.afterRefused(c, err, "", func(state form.State) error { return s.renderMeetings(c, m, seen, state) })
	}
	return done(c, afterMeetURL(seen.Event.ID), doneAs)
}
