package web

import (
	"context"
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/views/desk"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Paths of the desk of buyers.
const (
	listsPath    = "/listes"
	addPath      = listsPath + "/ajouter"
	searchesPath = "/recherches"
	savePath     = searchesPath + "/enregistrer"
	stopPath     = unsubscribePath + "/recherche"
)

// listRoles may read the lists of their organisation (buyer.Member says what each does).
var listRoles = []account.Role{account.Buyer, account.Prescripteur, account.Facilitateur}

// deskRoutes are those of lists and saved searches.
func (s *site) deskRoutes(app *fiber.App, limited, exported fiber.Handler) {
	readers := door{site: s, app: app, access: only(listRoles...)}
	writers := door{site: s, app: app, access: only(account.Buyer)}
	noters := door{site: s, app: app, access: only(account.Buyer, account.Prescripteur)}
	readers.Get(listsPath, limited, s.lists)
	writers.Post(listsPath, limited, s.listCreate)
	writers.Get(addPath, limited, s.listAddForm)
	writers.Post(addPath, limited, s.listAdd)
	readers.Get(listsPath+"/:id", limited, s.list)
	readers.Get(listsPath+"/:id/export.csv", exported, s.listCSV)
	readers.Get(listsPath+"/:id/export.xlsx", exported, s.listXLSX)
	writers.Get(listsPath+"/:id/modifier", limited, s.listEditForm)
	writers.Post(listsPath+"/:id/modifier", limited, s.listEdit)
	writers.Get(listsPath+"/:id/supprimer", limited, s.listDeleteForm)
	writers.Post(listsPath+"/:id/supprimer", limited, s.listDelete)
	writers.Post(listsPath+"/:id/recuperer", limited, s.listRestore)
	noters.Get(listsPath+"/:id/structures/:structure", limited, s.entryForm)
	noters.Post(listsPath+"/:id/structures/:structure", limited, s.entryNote)
	writers.Post(listsPath+"/:id/structures/:structure/retirer", limited, s.entryRemove)

	own, public := door{site: s, app: app, access: person}, door{site: s, app: app, access: anyone}
	own.Get(searchesPath, limited, s.searches)
	own.Get(savePath, limited, s.saveForm)
	own.Post(savePath, limited, s.saveSearch)
	own.Get(searchesPath+"/:id", limited, s.savedSearch)
	own.Post(searchesPath+"/:id", limited, s.savedSearchEdit)
	own.Post(searchesPath+"/:id/alerte", limited, s.savedSearchAlert)
	own.Get(searchesPath+"/:id/supprimer", limited, s.savedSearchDeleteForm)
	own.Post(searchesPath+"/:id/supprimer", limited, s.savedSearchDelete)
	public.Get(stopPath+"/:word", limited, s.withPeople, s.stopAlertForm)
	public.PostUnchecked(stopPath+"/:word", limited, s.withPeople, s.stopAlert)
}

// deskMember is who asks, as which the person acts.
func deskMember(c *fiber.Ctx) buyer.Member {
	who, err := whoIs(c)
	if err != nil || who == nil {
		return buyer.Member{}
	}
	return memberOfDesk(who)
}

func memberOfDesk(who *people.Who) buyer.Member {
	return buyer.Member{Person: who.Person.ID, Organisation: who.Acting.Organisation, Kind: who.Acting.Kind, Role: who.Acting.Role}
}

// listReader is who asks, when the person reads the lists of an organisation: a
// facilitateur of a network does not.
func listReader(c *fiber.Ctx) (buyer.Member, error) {
	m := deskMember(c)
	if !m.Reads() {
		return m, &forbiddenError{[]account.Role{account.Buyer, account.Prescripteur}}
	}
	return m, nil
}

// buyingDesk is the frame of a page of the desk: each sees the entries that the role opens.
func (s *site) buyingDesk(c *fiber.Ctx, heading, current string, texts map[string]string, above ...part.Link) desk.Page {
	p := desk.Page{Base: s.base(heading, heading, ""), Area: desk.Buying, Current: current, Heading: heading, Above: above, Done: doneText(c, texts)}
	p.Section = listsPath
	m := deskMember(c)
	if !m.Reads() {
		p.Area = p.Area.Without(listsPath)
	}
	if !sourcing.Plans(m) {
		p.Area = p.Area.Only(listsPath, searchesPath)
	}
	if !sourcing.Buys(m) {
		p.Area = p.Area.Without(programmePath + "/import").Without(programmePath + "/reglages")
	}
	return s.awaitedShown(c, p, m)
}

// awaitedShown puts at its entry how much waits for the member.
func (s *site) awaitedShown(c *fiber.Ctx, p desk.Page, m buyer.Member) desk.Page {
	if s.Programme == nil || !sourcing.Plans(m) {
		return p
	}
	n, err := s.Programme.CountAwaited(c.UserContext(), m)
	if err != nil { // a figure is missing, nothing else
		s.Log.Warn("what waits for a member", "err", err)
	}
	p.Area = p.Area.Waiting(map[string]int{awaitedPath: n})
	return p
}

func listURL(id string) string { return listsPath + "/" + url.PathEscape(id) }

func searchPageURL(id string) string { return searchesPath + "/" + url.PathEscape(id) }

// addURL is where structures are put on a list; back is what is read now. "" for who
// has no lists to write.
func (s *site) addURL(c *fiber.Ctx, back string, ids ...string) string {
	if s.Desk == nil || !deskMember(c).Writes() || len(ids) == 0 {
		return ""
	}
	return addPath + "?" + url.Values{paramID: ids, paramBack: {back}}.Encode()
}

// namesOf are how colleagues are shown, by id.
func (s *site) namesOf(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for len(ids) > 0 {
		n := min(len(ids), 200)
		docs, err := s.People.People.GetSome(ctx, ids[:n])
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			out[d.ID] = d.Value.Shown()
		}
		ids = ids[n:]
	}
	return out, nil
}

// byWhom ends a sentence with who did it, as long as the account is there.
func byWhom(names map[string]string, person string) string {
	if name := names[person]; name != "" {
		return " par " + name
	}
	return " par une personne dont le compte est effacé"
}

// deskRefused says why an action was refused, as refusalOf does; a list or a search that
// is not there is the affair of the caller.
func deskRefused(err error) (text string, status int, ok bool) {
	if errors.Is(err, buyer.ErrStale) {
		return "Quelqu’un d’autre a changé cette note pendant que vous l’écriviez. Comparez, puis enregistrez celle que vous gardez.", fiber.StatusConflict, true
	}
	if errors.Is(err, store.ErrNotFound) {
		return "", 0, false
	}
	return refusalOf(err)
}

// counted writes « 12 structures », « vide ».
func counted(n int) string {
	if n == 0 {
		return "Vide"
	}
	return format.Count(n, "structure", "structures")
}
