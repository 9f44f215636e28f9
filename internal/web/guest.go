package web

import (
	"errors"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/programme/table"
	"sourcier/internal/store"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// guestsSegment ends the address of the guests of an event, and begins those of what is done with them.
const guestsSegment = "/invites"

// guestRoutes are those of the guests of an event.
func (s *site) guestRoutes(d eventDoors) {
	const all = eventsPath + "/:id" + guestsSegment
	d.readers.Get(all, d.limited, s.guests)
	d.writers.Get(all+"/export.csv", d.exported, s.guestsCSV)
	d.writers.Get(all+"/export.xlsx", d.exported, s.guestsXLSX)
	d.writers.Get(all+"/ajouter", d.limited, s.guestAddForm)
	d.writers.Post(all+"/ajouter", d.limited, s.guestAdd)
	d.writers.Post(all+"/ajouter/annuaire", d.limited, s.guestAddSearch)
	d.writers.Post(all+"/ajouter/liste", d.limited, s.guestAddList)
	d.writers.Post(all+"/ajouter/evenement", d.limited, s.guestAddEarlier)
	d.writers.Get(all+"/import", d.limited, s.guestImportForm)
	d.writers.PostFile(all+"/import", table.MaxBytes, s.rateLimit(uploadShare), s.ofHost, s.guestImport)
	d.writers.Get(all+"/import/:import", d.limited, s.guestImported)
	d.writers.Get(all+"/import/:import/erreurs.csv", d.limited, s.guestImportErrors)
	d.writers.Get(all+"/envoi", d.limited, s.guestSendForm)
	d.writers.Post(all+"/envoi/apercu", d.limited, s.guestSendPreview)
	d.writers.Post(all+"/envoi", d.limited, s.guestSend)
	d.writers.Get(all+"/appels", d.limited, s.guestCalls)
	d.writers.Get(all+"/services", d.limited, s.guestServices)
	d.writers.Post(all+"/services", d.limited, s.guestServicesAdd)
	d.writers.Get(all+"/relais", d.limited, s.guestRelays)
	d.writers.Post(all+"/relais", d.limited, s.guestRelayAdd)
	d.writers.Post(all+"/relais/:partenaire", d.limited, s.guestRelay)
	d.writers.Get(all+"/:invite", d.limited, s.guestShow)
	d.writers.Post(all+"/:invite", d.limited, s.guestCorrect)
	d.writers.Post(all+"/:invite/appel", d.limited, s.guestCalled)
	d.writers.Post(all+"/:invite/retirer", d.limited, s.guestRemove)
}

func guestsURL(event string) string { return eventURL(event) + guestsSegment }

func guestURL(event, guest string) string { return guestsURL(event) + "/" + url.PathEscape(guest) }

// guestDone words what was done before a page of guests is shown.
var guestDone = map[string]string{
	"ajout": "Invité ajouté à la liste. Rien n’est encore parti : envoyez l’invitation quand vous voulez.", "envoi": "C’est parti : les courriels sont en route, chacun avec son lien personnel.",
	"corrige": "Modification enregistrée.", "adresse": "Adresse corrigée : le courriel repart à la nouvelle adresse, avec un autre lien. L’ancien lien ne mène plus nulle part.",
	"retire": "Invité retiré de la liste.", "appel": "Appel noté.", "lien": "Lien de relais prêt.", "ferme": "Lien de relais fermé : il ne mène plus nulle part.",
}

// guestFrame is the frame of a page of guests; above are pages between the list and it.
func (s *site) guestFrame(c *fiber.Ctx, seen *gathering.Seen, heading string) views.Page {
	if heading == guestsHeading {
		return s.eventFrame(c, seen, heading, guestsSegment, guestDone)
	}
	return s.eventFrame(c, seen, heading, guestsSegment, guestDone, part.Link{Label: guestsHeading, URL: guestsURL(seen.Event.ID)})
}

const guestsHeading = "Invités"

// guestHost is who asks, when the person invites to the event of the address.
func (s *site) guestHost(c *fiber.Ctx) (buyer.Member, *gathering.Seen, error) {
	m, seen, err := s.eventSeen(c)
	if err == nil && !event.Hosts(m) {
		err = &forbiddenError{[]account.Role{account.Organiser}}
	}
	return m, seen, err
}

// ofHost lets in who invites to the event of the address, before a file is read.
func (s *site) ofHost(c *fiber.Ctx) error {
	if _, _, err := s.guestHost(c); err != nil {
		return err
	}
	return c.Next()
}

// guestRefused says why an action on guests was refused, as refusalOf does; what is not
// there is the affair of the caller.
func guestRefused(err error) (text string, status int, ok bool) {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", 0, false
	case errors.Is(err, event.ErrOver), errors.Is(err, event.ErrCalledOff), errors.Is(err, event.ErrDraft), errors.Is(err, event.ErrNoSeat), errors.Is(err, event.ErrFullList):
		return err.Error(), fiber.StatusConflict, true
	}
	return refusalOf(err)
}

// guestForms is the frame of a page of forms, with why the last one was refused.
func (s *site) guestForms(c *fiber.Ctx, seen *gathering.Seen, heading string, state form.State) views.GuestForms {
	state.Token = s.formToken(c)
	if state.Heading == "" {
		state.Heading = "Rien n’est enregistré"
	}
	p := views.GuestForms{Page: s.guestFrame(c, seen, heading), State: state}
	if state.Refused() {
		p.Done = ""
	}
	titleFaults(&p.Title, state)
	return p
}

// guestRoleOptions are the roles to choose from.
func guestRoleOptions(chosen event.Role, none string) (out []part.Option) {
	if none != "" {
		out = append(out, part.Option{Label: none})
	}
	for _, r := range event.Roles {
		out = append(out, part.Option{Value: string(r), Label: r.Label(), Selected: r == chosen})
	}
	return out
}

// guestsAdded tells what came of guests that were added.
type guestsAdded struct{ added, known, without int }

// done leads to the list, which says how many.
func (a guestsAdded) done(c *fiber.Ctx, id string) error {
	values := url.Values{doneField: {"ajouts"}, "ajoutes": {strconv.Itoa(a.added)}, "deja": {strconv.Itoa(a.known)}, "sans": {strconv.Itoa(a.without)}}
	return c.Redirect(guestsURL(id)+"?"+values.Encode(), fiber.StatusSeeOther)
}

// guestsAddedText says it, of an address that done made.
func guestsAddedText(c *fiber.Ctx) string {
	if c.Query(doneField) != "ajouts" {
		return ""
	}
	count := func(name string) int { return min(max(c.QueryInt(name), 0), event.MaxSeats) }
	text := format.Count(count("ajoutes"), "invité ajouté", "invités ajoutés")
	if n := count("deja"); n > 0 {
		text += ", " + format.Number(n) + " déjà sur la liste"
	}
	if n := count("sans"); n > 0 {
		text += ", " + format.Number(n) + " sans adresse électronique connue"
	}
	return text + ". Rien n’est encore parti."
}
