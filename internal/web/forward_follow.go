package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
	"sourcier/views/registration"
)

// interestOf is what a member of a structure may do about a purchase.
func (s *site) interestOf(c *fiber.Ctx, a *sourcing.Announcement, state form.State) (*views.ForwardInterest, error) {
	held, err := s.sheetsHeld(c)
	if err != nil {
		return nil, err
	}
	state.Token = s.formToken(c)
	i := &views.ForwardInterest{State: state, Action: aheadURL(a.ID) + "/interet", None: len(held) == 0, Closed: !a.Launched.IsZero()}
	for _, v := range held {
		shown, err := s.Programme.InterestOf(c.UserContext(), a.ID, v.ID)
		if err != nil {
			return nil, err
		}
		name := format.Text(v.Name)
		if !shown {
			i.Sheets = append(i.Sheets, part.Option{Value: v.ID, Label: name})
			continue
		}
		i.Shown = append(i.Shown, views.ForwardShown{Name: name, Back: form.Action{
			To: aheadURL(a.ID) + "/interet/retirer", Label: "Ne plus le signaler", Hidden: "au nom de " + name, Values: []part.Option{{Value: structureField, Label: v.ID}},
		}})
	}
	return i, nil
}

// sheetsHeld are the published sheets of the organisation that the person acts for.
func (s *site) sheetsHeld(c *fiber.Ctx) ([]structure.Structure, error) {
	held, err := s.Directory.Held(c.UserContext(), actingAs(c))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return held, err
}

// interestSend notes that a structure would like to hear of a purchase.
func (s *site) interestSend(c *fiber.Ctx) error {
	id := c.Params("id")
	err := s.Programme.ShowInterest(c.UserContext(), deskMember(c), id, sentForm(c).Get(structureField))
	if text, status, ok := refusalOf(err); ok {
		a, err := s.Programme.Announcement(c.UserContext(), id)
		if err != nil {
			return err
		}
		return s.renderAhead(c.Status(status), &a, form.State{Heading: "Rien n’est signalé", Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, aheadURL(id), "signale")
}

// interestBack takes it back; one whose purchase is public no more leads to the list.
func (s *site) interestBack(c *fiber.Ctx) error {
	id := c.Params("id")
	if err := s.Programme.TakeBack(c.UserContext(), deskMember(c), id, sentForm(c).Get(structureField)); err != nil {
		return err
	}
	_, err := s.Programme.Announcement(c.UserContext(), id)
	if errors.Is(err, store.ErrNotFound) {
		return c.Redirect(aheadPath, fiber.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	return done(c, aheadURL(id), "repris")
}

const (
	followLike = "fiche"
	followOwn  = "choix"
	wayField   = "suivi"
)

var followDone = map[string]string{
	"active": "Votre alerte est active : vous serez prévenu de ce qui sera annoncé à partir de maintenant.", "arretee": "Votre alerte est arrêtée.",
}

// maxMatching is how many announcements the page of an alert shows.
const maxMatching = 5

// followForm shows the alert of the person, made from a sheet before there is one.
func (s *site) followForm(c *fiber.Ctx) error {
	w, err := s.Programme.Watch(c.UserContext(), signedIn(c).Person.ID)
	if err != nil {
		return err
	}
	held, err := s.sheetsHeld(c)
	if err != nil {
		return err
	}
	shown := w
	if w.Person == "" && len(held) > 0 {
		shown = prefilled(&held[0])
	}
	return s.renderFollow(c, w, shown, held, pickedValues(&shown), form.State{})
}

// prefilled is the alert that a sheet suggests: what it says on each day, and should
// the person rather choose, its sectors and the territories of its zones.
func prefilled(v *structure.Structure) sourcing.Watch {
	w := sourcing.Watch{Structure: v.ID, Like: true}
	for _, a := range v.Activities {
		w.Sectors = append(w.Sectors, a.Sectors...)
		w.Places = append(w.Places, a.Zone.Territories...)
	}
	slices.Sort(w.Sectors)
	slices.Sort(w.Places)
	w.Sectors, w.Places = slices.Compact(w.Sectors), slices.Compact(w.Places)
	w.Sectors, w.Places = w.Sectors[:min(len(w.Sectors), sourcing.MaxWatchSectors)], w.Places[:min(len(w.Places), sourcing.MaxWatchPlaces)]
	return w
}

func pickedValues(w *sourcing.Watch) url.Values {
	return url.Values{sectorField: w.Sectors, registration.TerritoryField: w.Places}
}

// renderFollow shows the alert as shown; w is the one that is stored.
func (s *site) renderFollow(c *fiber.Ctx, w, shown sourcing.Watch, held []structure.Structure, picked url.Values, state form.State) error {
	state.Token, state.Heading = s.formToken(c), "L’alerte n’est pas enregistrée"
	p := views.ForwardFollow{
		Base: s.base("M’alerter des achats à venir", "Être prévenu des achats que des acheteurs publics annoncent.", ""), State: state, Done: doneText(c, followDone),
		Follows: w.Person != "", Stop: form.Action{To: followPath + "/arreter", Label: "Arrêter mon alerte"},
		Ways: []part.Option{
			{Value: followLike, Label: "Comme ma fiche : ses secteurs, et les lieux que ses zones desservent", Selected: shown.Like},
			{Value: followOwn, Label: "Mes propres secteurs et territoires", Selected: !shown.Like},
		},
		Sectors: s.sectorPicker(picked), Places: s.territoryPicker(picked),
	}
	p.Sectors.Label, p.Places.Label = "Secteurs", "Territoires"
	p.Section = aheadPath
	if !signedIn(c).Person.Wants(string(message.AheadNews)) {
		p.Notice = format.Text("Vous avez arrêté les messages « " + message.AheadNews.Label() + " » : aucune annonce ne vous est envoyée.")
	}
	for i := range held {
		v := &held[i]
		chosen := v.ID == shown.Structure
		p.Sheets = append(p.Sheets, part.Option{Value: v.ID, Label: format.Text(v.Name), Selected: chosen})
		if chosen && shown.Like {
			like := prefilled(v)
			p.Profile = []desk.Fact{{Term: "Secteurs de la fiche", Text: orNone(s.sectorList(like.Sectors, 8))}, {Term: "Zones", Text: s.zonesText(v)}}
		}
	}
	if err := s.fillMatching(c, &w, &p); err != nil {
		return err
	}
	titleFaults(&p.Title, state)
	return render(c, views.ForwardFollowView(p))
}

// zonesText says where the activities of a sheet are offered.
func (s *site) zonesText(v *structure.Structure) string {
	var words []string
	for _, a := range v.Activities {
		if text := s.zoneLabel(a.Zone, v); text != "" && !slices.Contains(words, text) {
			words = append(words, text)
		}
	}
	return orNone(strings.Join(words, " ; "))
}

// fillMatching lists what is announced already.
func (s *site) fillMatching(c *fiber.Ctx, w *sourcing.Watch, p *views.ForwardFollow) error {
	if w.Person == "" {
		return nil
	}
	all, err := s.Programme.Announced(c.UserContext())
	if err != nil {
		return err
	}
	list, err := s.Programme.Wanted(c.UserContext(), w, all)
	for i := range list[:min(len(list), maxMatching)] {
		p.Matching = append(p.Matching, s.aheadEntry(&list[i]))
	}
	if len(list) > maxMatching {
		p.More = "Voir tous les achats à venir"
	}
	return err
}

// followSend turns the alert on, or changes it.
func (s *site) followSend(c *fiber.Ctx) error {
	sent := sentForm(c)
	in := sourcing.Watch{Structure: sent.Get(structureField), Like: sent.Get(wayField) == followLike, Sectors: s.pickedSectors(sent), Places: s.pickedTerritories(sent)}
	if sent.Get(registration.SearchButton) != "" { // by who has no script
		return s.followAgain(c, in, sent, form.State{})
	}
	var faults []form.Fault
	if !in.Like && sent.Get(wayField) != followOwn {
		faults = append(faults, form.Fault{Field: wayField, Text: "Dites ce que vous suivez.", To: wayField + "-" + followLike})
	}
	if len(in.Places) > sourcing.MaxWatchPlaces {
		faults = append(faults, form.Fault{Field: registration.TerritoryField, Text: "Vingt territoires au plus : choisissez un département plutôt que ses communes.", To: registration.TerritoryField + registration.WordsSuffix})
	}
	if len(faults) > 0 {
		return s.followAgain(c.Status(fiber.StatusUnprocessableEntity), in, sent, form.State{Faults: faults})
	}
	if in.Like {
		in.Sectors, in.Places = nil, nil
	}
	err := s.Programme.Follow(c.UserContext(), deskMember(c), in)
	if text, status, ok := refusalOf(err); ok {
		return s.followAgain(c.Status(status), in, sent, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, followPath, "active")
}

// followAgain gives back what was chosen.
func (s *site) followAgain(c *fiber.Ctx, in sourcing.Watch, sent url.Values, state form.State) error {
	w, err := s.Programme.Watch(c.UserContext(), signedIn(c).Person.ID)
	if err != nil {
		return err
	}
	held, err := s.sheetsHeld(c)
	if err != nil {
		return err
	}
	return s.renderFollow(c, w, in, held, sent, state)
}

// followStop ends the alert.
func (s *site) followStop(c *fiber.Ctx) error {
	if err := s.Programme.Unfollow(c.UserContext(), deskMember(c)); err != nil {
		return err
	}
	return done(c, followPath, "arretee")
}
