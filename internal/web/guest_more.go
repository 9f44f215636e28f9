package web

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/event"
	"sourcier/internal/export"
	"sourcier/internal/gathering"
	"sourcier/internal/structure"
	"sourcier/views/admin"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// ---- who to call today

func (s *site) guestCalls(c *fiber.Ctx) error {
	_, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	calls, by, err := s.Gathering.Uncalled(c.UserContext(), seen)
	if err != nil {
		return err
	}
	p := s.guestForms(c, seen, "Qui appeler aujourd’hui", form.State{})
	p.Lead = []string{"D’abord ceux que le courriel n’atteint pas, puis ceux dont une place attend la réponse, puis les silencieux, du plus ancien au plus récent. Qui vient d’être appelé n’y est plus pendant trois jours."}
	t := admin.Table{Caption: "Personnes à appeler", Heads: []string{"Personne", "Pourquoi", "Téléphone"}, Empty: "Personne n’est à appeler aujourd’hui."}
	for _, call := range calls {
		v := by[call.Guest]
		phone := admin.Cell{Text: v.Guest.Phone}
		if phone.Text == "" {
			phone = admin.Cell{Text: "Inconnu"}
		}
		who := admin.Cell{Text: guestName(&v.Guest), URL: guestURL(seen.Event.ID, call.Guest)}
		if v.Guest.Body != who.Text {
			who.Note = v.Guest.Body
		}
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{who, {Text: format.Text(call.Reason.Label()), Note: format.Text(v.Guest.Remark)}, phone}})
	}
	p.Tables = []views.GuestTable{{ID: "appels", Heading: format.Count(len(calls), "appel", "appels"), Rows: t}}
	return render(c, views.GuestFormsView(p))
}

// ---- services concerned by what the structures of the event sell

func (s *site) guestServices(c *fiber.Ctx) error {
	_, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	return s.renderGuestServices(c, seen, form.State{})
}

func (s *site) renderGuestServices(c *fiber.Ctx, seen *gathering.Seen, state form.State) error {
	list, err := s.Gathering.ConcernedServices(c.UserContext(), seen)
	if err != nil {
		return err
	}
	p := s.guestForms(c, seen, "Services concernés", state)
	p.Lead = []string{"Les services dont les achats prévus sont d’un secteur des structures qui présentent ou sont invitées : ceux dont personne n’est encore sur la liste d’abord."}
	t := admin.Table{Caption: "Services concernés", Heads: []string{"Service", "Secteurs en commun", "Achats prévus", "Sur la liste"}, Empty: "Aucun achat prévu n’est du secteur d’une structure de l’événement. Ajoutez des structures à la liste, ou des présentations au programme."}
	var choices []part.Option
	for i := range list {
		v := &list[i]
		var sectors []string
		for _, code := range v.Sectors[:min(len(v.Sectors), 4)] {
			sectors = append(sectors, s.sectorLabel(code))
		}
		state := admin.Cell{Text: "Personne", Tone: "wait"}
		if v.Invited > 0 {
			state = admin.Cell{Text: format.Number(v.Invited) + " sur " + format.Number(len(v.People)), Tone: "good"}
		}
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: v.Name}, {Text: strings.Join(sectors, ", ")}, {Text: format.Count(len(v.Objects), "achat", "achats"), Note: format.Text(clipped(strings.Join(v.Objects, " · "), 120))}, state}})
		if more := len(v.People) - v.Invited; more > 0 {
			choices = append(choices, part.Option{Value: v.Service, Label: format.Text(v.Name + " : " + format.Count(more, "personne à ajouter", "personnes à ajouter")), Selected: v.Invited == 0})
		}
	}
	p.Tables = []views.GuestTable{{ID: "services", Heading: format.Count(len(list), "service concerné", "services concernés"), Rows: t}}
	if len(choices) > 0 {
		p.Forms = []views.GuestForm{{ID: "ajouter", Heading: "Ajouter leurs personnes à la liste", To: guestsURL(seen.Event.ID) + "/services", Button: "Ajouter à la liste",
			Fields: []views.GuestField{{Field: form.Field{Name: "service", Label: "Services"}, Kind: views.GuestChecks, Options: choices}}}}
	}
	return render(c, views.GuestFormsView(p))
}

func (s *site) guestServicesAdd(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	guests, err := s.Gathering.FromServices(c.UserContext(), seen, sentForm(c)["service"])
	if err != nil {
		return err
	}
	if len(guests) == 0 {
		return s.renderGuestServices(c.Status(fiber.StatusUnprocessableEntity), seen, form.State{Faults: []form.Fault{{Field: "service", Text: "Choisissez un service au moins.", To: "ajouter"}}})
	}
	var out guestsAdded
	out.added, out.known, err = s.Gathering.Add(c.UserContext(), m, seen.Event.ID, guests)
	if text, status, ok := guestRefused(err); ok {
		return s.renderGuestServices(c.Status(status), seen, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return out.done(c, seen.Event.ID)
}

// ---- links by which partners relay the invitation

func (s *site) guestRelays(c *fiber.Ctx) error {
	_, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	return s.renderGuestRelays(c, seen, "", form.State{})
}

func (s *site) renderGuestRelays(c *fiber.Ctx, seen *gathering.Seen, typed string, state form.State) error {
	p := s.guestForms(c, seen, "Liens de relais", state)
	p.Lead = []string{"Un réseau transmet ce lien à ses membres : chacun s’inscrit lui-même, et vous voyez par quel réseau il est venu. Le réseau ne voit pas la liste des invités."}
	own := guestsURL(seen.Event.ID) + "/relais"
	t := admin.Table{Caption: "Liens de relais", Heads: []string{"Réseau ou partenaire", "Lien à transmettre", "Venus par lui", "Action"}, Empty: "Aucun réseau ne relaie encore cette invitation."}
	for i := range seen.Event.Partners {
		v := &seen.Event.Partners[i]
		if seen.Side != "" && seen.Side != v.ID {
			continue
		}
		n := 0
		for j := range seen.Event.Seats {
			if seen.Event.Seats[j].By == v.ID {
				n++
			}
		}
		link, act := admin.Cell{Text: "Fermé"}, form.Action{To: own + "/" + url.PathEscape(v.ID), Label: "Ouvrir le lien", Hidden: "de " + v.Name, Values: []part.Option{{Value: "lien", Label: "ouvert"}}}
		if v.Relay != "" {
			link = admin.Cell{Text: s.Config.BaseURL + relayLinkPath + "/" + s.Gathering.RelayToken(&seen.Event, v.ID)}
			act.Label, act.Values[0].Label = "Fermer le lien", "ferme"
		}
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: v.Name}, link, {Text: format.Number(n)}}, Action: &act})
	}
	p.Tables = []views.GuestTable{{ID: "liens", Heading: "Réseaux et partenaires", Rows: t}}
	if seen.Side == "" {
		p.Forms = []views.GuestForm{{ID: "nouveau", Heading: "Un autre réseau", To: own, Button: "Créer le lien", Fields: []views.GuestField{{Field: form.Field{Name: "nom", Label: "Nom du réseau ou du partenaire", Value: typedLine(typed)}}}}}
	}
	return render(c, views.GuestFormsView(p))
}

func (s *site) guestRelayAdd(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	name := sentForm(c).Get("nom")
	err = s.Gathering.AddRelay(c.UserContext(), m, seen.Event.ID, name)
	if text, status, ok := guestRefused(err); ok {
		return s.renderGuestRelays(c.Status(status), seen, name, form.State{Faults: []form.Fault{{Field: "nom", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, guestsURL(seen.Event.ID)+"/relais", "lien")
}

func (s *site) guestRelay(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	partner, open := c.Params("partenaire"), sentForm(c).Get("lien") != "ferme"
	if seen.Event.Partner(partner) == nil || seen.Side != "" && seen.Side != partner {
		return fiber.ErrNotFound
	}
	err = s.Gathering.OpenRelay(c.UserContext(), m, seen.Event.ID, partner, open)
	if text, status, ok := guestRefused(err); ok {
		return s.renderGuestRelays(c.Status(status), seen, "", form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	what := "lien"
	if !open {
		what = "ferme"
	}
	return done(c, guestsURL(seen.Event.ID)+"/relais", what)
}

// ---- files

func (s *site) guestsCSV(c *fiber.Ctx) error { return s.guestsFile(c, "csv", csvType, export.PlainCSV) }

func (s *site) guestsXLSX(c *fiber.Ctx) error {
	return s.guestsFile(c, "xlsx", xlsxType, export.PlainXLSX)
}

func (s *site) guestsFile(c *fiber.Ctx, extension, contentType string, write func(context.Context, *export.Plain) (*export.Done, error)) error {
	_, seen, err := s.guestHost(c)
	if err == nil && seen.Event.Kind.Discreet() {
		err = fiber.ErrNotFound // who was there leaves the portal in no file
	}
	if err != nil {
		return err
	}
	f, err := s.findGuests(c, seen, guestsAsked(c), true)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), exportTime)
	defer cancel()
	if err := s.sendMade(ctx, c, func() (*export.Done, error) { return write(ctx, s.guestsTable(seen, f)) }); err != nil {
		return err
	}
	name := "invites-" + slug(seen.Event.Title, true) + "-" + string(structure.DateOf(s.Now())) + "." + extension
	attach(c, contentType, name, url.PathEscape(name))
	return nil
}

// guestsTable is the list as a file. Dietary and access needs are counted, and nobody's.
func (s *site) guestsTable(seen *gathering.Seen, f *guestsFound) *export.Plain {
	out := &export.Plain{Title: "Invités", TempDir: s.Config.TempDir, Heads: []export.Head{
		{Label: "Nom", Width: 30}, {Label: "Organisme", Width: 30}, {Label: "Fonction", Width: 24}, {Label: "Vient comme", Width: 14}, {Label: "Adresse électronique", Width: 32}, {Label: "Téléphone", Width: 18}, {Label: "SIREN", Width: 12},
		{Label: "Remise du courriel", Width: 26}, {Label: "Réponse", Width: 18}, {Label: "Personnes", Width: 10}, {Label: "Photos", Width: 10}, {Label: "Provenance", Width: 30}, {Label: "Invité par", Width: 20},
	}}
	diet, access := 0, 0
	for i := range f.list {
		if g := &f.list[i].Guest; f.list[i].Seat.Holds() {
			diet += min(len(g.Diet), 1)
			access += min(len(g.Access), 1)
		}
	}
	out.About = [][2]string{{"Événement", seen.Event.Title}, {"Quand", eventWhen(&seen.Event)}, {"Invités", format.Number(len(f.list))}, {"Besoins alimentaires", format.Count(diet, "personne", "personnes")}, {"Besoins d’accessibilité", format.Count(access, "personne", "personnes")}, {"À savoir", format.Text("Les besoins de chacun se lisent sur sa page, et ne sortent pas dans un fichier.")}}
	out.Rows = func(yield func([]export.Value) bool) {
		for i := range f.list {
			if !yield(s.guestCells(seen, &f.list[i], f.mails[f.list[i].Seat.Guest])) {
				return
			}
		}
	}
	return out
}

func (s *site) guestCells(seen *gathering.Seen, v *gathering.Invited, d gathering.Delivery) []export.Value {
	g, w := &v.Guest, export.Words
	mail, _ := guestDelivery(v, d, s.Now())
	answer, _ := guestAnswer(&v.Seat)
	party, by := export.Value{}, ""
	if v.Seat.Holds() {
		party = export.Amount(int64(v.Seat.Party))
	}
	if p := seen.Event.Partner(v.Seat.By); p != nil {
		by = p.Name
	}
	return []export.Value{w(g.Name), w(g.Body), w(g.Job), w(v.Seat.Role.Label()), w(g.Email), w(g.Phone), w(v.Seat.SIREN), w(mail.Text), w(answer.Text), party, w(map[string]string{event.PhotosYes: "oui", event.PhotosNo: "non"}[g.Photos]), w(g.Source), w(by)}
}
