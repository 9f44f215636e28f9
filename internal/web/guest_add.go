package web

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Bounds of what is typed of a guest, in letters.
const (
	maxGuestName = 150
	maxGuestJob  = 150
)

// guestFields reads what a form says of a guest.
func guestFields(sent url.Values) (g event.Guest, faults fieldFaults) {
	var err error
	line := func(field, what string, most int) string {
		text, err := sourcing.Line(what, sent.Get(field), most)
		_ = faults.check(field, err)
		return text
	}
	g.Name = line("nom", "Ce nom", maxGuestName)
	g.Body = line("organisme", "Cet organisme", maxGuestName)
	g.Job = line("fonction", "Cette fonction", maxGuestJob)
	g.Phone = line("telephone", "Ce numéro", event.MaxPhone)
	email, err := account.ParseEmail(sent.Get("courriel"))
	_ = faults.check("courriel", err)
	g.Email = string(email)
	if typed := strings.TrimSpace(sent.Get("siren")); typed != "" {
		g.SIREN, err = guestSIREN(typed)
		_ = faults.check("siren", err)
	}
	if g.Role = event.Role(sent.Get("role")); g.Role.Label() == "" {
		faults = append(faults, form.Fault{Field: "role", Text: "Dites comme quoi cette personne vient."})
	}
	return g, faults
}

// guestSIREN reads a SIREN, or the one of a SIRET.
func guestSIREN(typed string) (string, error) {
	if siret, _, err := structure.ParseSIRET(typed); err == nil {
		return siret[:9], nil
	}
	if siren, _, err := structure.ParseSIREN(typed); err == nil {
		return siren, nil
	}
	return "", account.Fault("Ce n’est ni un SIREN (9 chiffres) ni un SIRET (14 chiffres) : vérifiez-le, ou laissez vide.")
}

// guestInputs are the fields of a guest.
func guestInputs(v url.Values) []views.GuestField {
	in := func(f form.Field) views.GuestField {
		f.Value = typedLine(v.Get(f.Name))
		return views.GuestField{Field: f}
	}
	return []views.GuestField{
		in(form.Field{Name: "nom", Label: "Nom et prénom", Optional: true}),
		in(form.Field{Name: "courriel", Label: "Adresse électronique", Type: "email", Help: "L’invitation et le lien personnel y arrivent."}),
		in(form.Field{Name: "organisme", Label: "Organisme ou service", Optional: true}),
		in(form.Field{Name: "fonction", Label: "Fonction", Optional: true}),
		in(form.Field{Name: "telephone", Label: "Téléphone", Type: "tel", Optional: true}),
		in(form.Field{Name: "siren", Label: "SIREN ou SIRET", InputMode: "numeric", Optional: true, Help: "Il sert à limiter le nombre de places par organisme."}),
		{Field: form.Field{Name: "role", Label: "Vient comme"}, Kind: views.GuestSelect, Options: guestRoleOptions(event.Role(v.Get("role")), "Choisir…")},
	}
}

// guestAddForm shows every way to add guests.
func (s *site) guestAddForm(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	return s.renderGuestAdd(c, m, seen, url.Values{}, form.State{})
}

func (s *site) renderGuestAdd(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, sent url.Values, state form.State) error {
	p := s.guestForms(c, seen, "Ajouter des invités", state)
	own := guestsURL(seen.Event.ID)
	p.Lead = []string{"Chaque adresse entre une seule fois sur la liste. Rien ne part tant que vous n’avez pas vu l’aperçu de l’invitation."}
	p.Next = []part.Link{{Label: "Importer un fichier", URL: own + "/import"}}
	if seen.Side == "" {
		p.Next = append(p.Next, part.Link{Label: "Services concernés par vos achats prévus", URL: own + "/services"})
	}
	p.Next = append(p.Next, part.Link{Label: "Lien de relais d’un réseau", URL: own + "/relais"})
	role := views.GuestField{Field: form.Field{Name: "comme", Label: "Viennent comme"}, Kind: views.GuestSelect, Options: guestRoleOptions(cmp.Or(event.Role(sent.Get("comme")), event.AsStructure), "")}
	as := func(id string) views.GuestField {
		f := role
		f.ID = "comme-" + id
		return f
	}
	p.Forms = []views.GuestForm{
		{ID: "a-la-main", Heading: "Une personne, à la main", To: own + "/ajouter", Fields: guestInputs(sent), Button: "Ajouter à la liste"},
		{ID: "d-annuaire", Heading: "Une recherche de l’annuaire", To: own + "/ajouter/annuaire", Button: "Ajouter les structures trouvées", Style: "btn-outline-primary",
			Text:   "Cherchez dans l’annuaire, par exemple les structures de l’ESS à 15 km, puis copiez ici l’adresse de la page de résultats : toutes celles dont une adresse électronique est connue entrent sur la liste, 5 000 au plus.",
			Fields: []views.GuestField{{Field: form.Field{Name: "recherche", Label: "Adresse de la page de résultats", Value: typedLine(sent.Get("recherche"))}}, as("annuaire")}},
	}
	lists, err := s.guestLists(c, m, sent)
	if err != nil {
		return err
	}
	if len(lists) > 1 {
		p.Forms = append(p.Forms, views.GuestForm{ID: "de-liste", Heading: "Une liste de structures partagée", To: own + "/ajouter/liste", Button: "Ajouter les structures de la liste", Style: "btn-outline-primary",
			Fields: []views.GuestField{{Field: form.Field{Name: "liste", Label: "Liste"}, Kind: views.GuestSelect, Options: lists}, as("liste")}})
	}
	earlier, err := s.guestEarlier(c, m, seen, sent)
	if err != nil {
		return err
	}
	if len(earlier) > 1 {
		parts := []part.Option{}
		for _, e := range gathering.Earliers {
			parts = append(parts, part.Option{Value: string(e), Label: e.Label(), Selected: sent.Get("qui") == string(e) || sent.Get("qui") == "" && e == gathering.WerePresent})
		}
		p.Forms = append(p.Forms, views.GuestForm{ID: "d-evenement", Heading: "Un événement précédent", To: own + "/ajouter/evenement", Button: "Ajouter ces invités", Style: "btn-outline-primary",
			Fields: []views.GuestField{{Field: form.Field{Name: "evenement", Label: "Événement"}, Kind: views.GuestSelect, Options: earlier}, {Field: form.Field{Name: "qui", Label: "Qui reprendre"}, Kind: views.GuestRadios, Options: parts}}})
	}
	return render(c, views.GuestFormsView(p))
}

// guestLister is the member as one who reads the lists of the organisation: its organisers
// invite from them.
func guestLister(m buyer.Member) buyer.Member {
	m.Role = account.Buyer
	return m
}

func (s *site) guestLists(c *fiber.Ctx, m buyer.Member, sent url.Values) ([]part.Option, error) {
	if s.Desk == nil || !guestLister(m).Reads() {
		return nil, nil
	}
	b, err := s.Desk.Binder(c.UserContext(), guestLister(m))
	if err != nil {
		return nil, err
	}
	out := []part.Option{{Label: "Choisir…"}}
	for _, r := range b.Live() {
		out = append(out, part.Option{Value: r.ID, Label: r.Name, Selected: sent.Get("liste") == r.ID})
	}
	return out, nil
}

func (s *site) guestEarlier(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, sent url.Values) ([]part.Option, error) {
	list, err := s.Gathering.List(c.UserContext(), m)
	if err != nil {
		return nil, err
	}
	out := []part.Option{{Label: "Choisir…"}}
	for i := range list {
		e := &list[i]
		if e.ID != seen.Event.ID && len(e.Seats) > 0 && !e.Kind.Discreet() {
			out = append(out, part.Option{Value: e.ID, Label: format.Text(e.Title + ", " + eventWhen(e)), Selected: sent.Get("evenement") == e.ID})
		}
	}
	return out, nil
}

// guestAdd adds a person by hand.
func (s *site) guestAdd(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	g, faults := guestFields(sent)
	if len(faults) > 0 {
		return s.renderGuestAdd(c.Status(fiber.StatusUnprocessableEntity), m, seen, sent, form.State{Faults: faults})
	}
	g.Source = "À la main"
	_, known, err := s.Gathering.Add(c.UserContext(), m, seen.Event.ID, []event.Guest{g})
	if err == nil && known > 0 {
		err = fieldFaults{{Field: "courriel", Text: "Cette adresse est déjà sur la liste."}}
	}
	return s.guestsAdd(c, m, seen, sent, "", err, func() error { return done(c, guestsURL(seen.Event.ID), "ajout") })
}

// guestsAdd answers a form that adds guests: why not, at its field, or what came of it.
func (s *site) guestsAdd(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, sent url.Values, field string, err error, then func() error) error {
	if text, status, ok := guestRefused(err); ok {
		state := form.State{Refusal: text}
		if faults := (fieldFaults{}); errors.As(err, &faults) {
			state = form.State{Faults: faults}
		} else if field != "" && status == fiber.StatusUnprocessableEntity {
			state = form.State{Faults: []form.Fault{{Field: field, Text: text}}}
		}
		return s.renderGuestAdd(c.Status(status), m, seen, sent, state)
	}
	if err != nil {
		return err
	}
	return then()
}

// addAll adds guests, and answers the form.
func (s *site) addAll(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, sent url.Values, field string, guests []event.Guest, without int, err error) error {
	out := guestsAdded{without: without}
	if err == nil {
		out.added, out.known, err = s.Gathering.Add(c.UserContext(), m, seen.Event.ID, guests)
	}
	return s.guestsAdd(c, m, seen, sent, field, err, func() error { return out.done(c, seen.Event.ID) })
}

// guestAddSearch adds what a search of the directory finds.
func (s *site) guestAddSearch(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	guests, without, err := s.guestsOfSearch(c.UserContext(), sent.Get("recherche"), event.Role(sent.Get("comme")))
	return s.addAll(c, m, seen, sent, "recherche", guests, without, err)
}

func (s *site) guestsOfSearch(ctx context.Context, address string, role event.Role) (guests []event.Guest, without int, err error) {
	const unread = account.Fault("Cette adresse n’est pas celle d’une recherche de l’annuaire : cherchez, puis copiez l’adresse de la page de résultats.")
	address = strings.TrimSpace(address)
	if _, after, cut := strings.Cut(address, "?"); cut {
		address = after
	}
	address, _, _ = strings.Cut(address, "#")
	values, err := url.ParseQuery(address)
	if err != nil || len(values) == 0 || len(address) > 4000 {
		return nil, 0, unread
	}
	q, err := s.Parser.Parse(values)
	if err != nil || len(savedValues(q)) == 0 {
		return nil, 0, unread
	}
	words, _, _ := s.savedWords(savedValues(q).Encode())
	list, err := s.Lists.List(ctx, q, event.MaxSeats)
	if err != nil {
		return nil, 0, s.engineError(ctx, "list", err)
	}
	switch {
	case list.Total == 0:
		return nil, 0, account.Fault("Cette recherche ne trouve aucune structure.")
	case list.Total > event.MaxSeats:
		return nil, 0, account.Fault("Cette recherche trouve plus de 5 000 structures. Resserrez-la d’un lieu, d’un secteur ou d’un type.")
	}
	return s.guestsOfStructures(ctx, list.IDs, role, "Recherche : "+clipped(strings.Join(words, " · "), 100))
}

// guestsOfStructures are structures as guests: those of which an address is known.
func (s *site) guestsOfStructures(ctx context.Context, ids []string, role event.Role, source string) (guests []event.Guest, without int, err error) {
	if role.Label() == "" {
		return nil, 0, fieldFaults{{Field: "comme", Text: "Dites comme quoi ces structures viennent.", To: "comme-annuaire"}}
	}
	there, err := s.reachables(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	for _, id := range ids {
		r, ok := there[id]
		email, err := account.ParseEmail(r.Email)
		if !ok || err != nil {
			without++
			continue
		}
		v := &r.Structure
		guests = append(guests, event.Guest{Name: v.Name, Body: v.Name, Email: string(email), Phone: v.Contact.Phone, SIREN: v.SIREN(), Structure: v.ID, Role: role, Source: source})
	}
	return guests, without, nil
}

// guestAddList adds the structures of a list.
func (s *site) guestAddList(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	guests, without, err := s.guestsOfList(c, m, clip(sent.Get("liste")), event.Role(sent.Get("comme")))
	return s.addAll(c, m, seen, sent, "liste", guests, without, err)
}

func (s *site) guestsOfList(c *fiber.Ctx, m buyer.Member, id string, role event.Role) ([]event.Guest, int, error) {
	const none = account.Fault("Choisissez une liste de votre organisation.")
	if s.Desk == nil || id == "" {
		return nil, 0, none
	}
	ref, list, err := s.Desk.List(c.UserContext(), guestLister(m), id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, none
	}
	if err != nil {
		return nil, 0, err
	}
	var ids []string
	for _, e := range list.Entries {
		if !slices.Contains(ids, e.Structure) {
			ids = append(ids, e.Structure)
		}
	}
	return s.guestsOfStructures(c.UserContext(), ids, role, "Liste : "+ref.Name)
}

// guestAddEarlier adds guests of an earlier event.
func (s *site) guestAddEarlier(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	guests, err := s.guestsOfEarlier(c, m, clip(sent.Get("evenement")), gathering.Earlier(sent.Get("qui")))
	return s.addAll(c, m, seen, sent, "evenement", guests, 0, err)
}

func (s *site) guestsOfEarlier(c *fiber.Ctx, m buyer.Member, id string, which gathering.Earlier) ([]event.Guest, error) {
	if which.Label() == "" {
		return nil, fieldFaults{{Field: "qui", Text: "Dites qui reprendre.", To: "qui-presents"}}
	}
	e, err := s.Gathering.Event(c.UserContext(), m, id)
	if id == "" || errors.Is(err, store.ErrNotFound) {
		return nil, account.Fault("Choisissez un événement que vous voyez.")
	}
	if err != nil {
		return nil, err
	}
	guests, err := s.Gathering.FromEarlier(c.UserContext(), m, id, which)
	if err != nil {
		return nil, err
	}
	if len(guests) == 0 {
		return nil, account.Fault("Cet événement n’a aucun invité de cette sorte.")
	}
	for i := range guests {
		guests[i].Source = clipped(e.Event.Title+" : "+strings.ToLower(which.Label()), 120)
	}
	return guests, nil
}
