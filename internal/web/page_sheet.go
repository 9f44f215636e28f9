package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/reach"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

// paramBack carries the search that a sheet was opened from.
const paramBack = "retour"

// maxBack bounds it, in bytes: beyond, the sheet leads back to the directory.
const maxBack = 2000

// sheetURL is the address of a sheet; back is the encoded search it leads back to.
func sheetURL(id, back string) string {
	address := sheetAddress(id)
	if back == "" || len(back) > maxBack {
		return address
	}
	return address + "?" + url.Values{paramBack: {back}}.Encode()
}

// sheet answers one structure, by its id or its SIRET; when several share the
// SIRET, their list.
func (s *site) sheet(c *fiber.Ctx) error {
	docs, err := s.findStructures(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if to := movedTo(c, docs); to != "" {
		return redirectMoved(c, sheetAddress(to))
	}
	back := s.backLink(c)
	people, err := s.namedContacts(c, docs)
	if err != nil {
		return err
	}
	met, err := s.encounters(c, docs)
	if err != nil {
		return err
	}
	parts := []string{"page", fmt.Sprint(people), fmt.Sprint(met), string(s.today()), back.URL, fmt.Sprint(s.isDemo(), s.isMixed()), s.outlines().Stamp(), fmt.Sprint(s.Search.Generation())}
	for _, d := range docs {
		parts = append(parts, d.ID, fmt.Sprint(d.Version))
	}
	if notModified(c, s.tag(parts...)) {
		return nil
	}
	if len(docs) > 1 {
		return s.siretList(c, docs, back)
	}
	page := s.sheetPage(&docs[0].Value, back)
	page.Similar, page.People, page.Met = s.similar(c, &docs[0].Value), people, met
	page.Ticket = s.ticket(reach.Ticket{Kind: reach.Viewed, Structures: []string{docs[0].ID}})
	page.ID, page.AddTo = docs[0].ID, s.addURL(c, c.OriginalURL(), docs[0].ID)
	return render(c, sheet.View(page))
}

// namedContacts are whom to write to, for who buys: nobody else is shown them, and no
// export and no API has them.
func (s *site) namedContacts(c *fiber.Ctx, docs []store.Doc[structure.Structure]) ([]sheet.Person, error) {
	who, err := whoIs(c)
	if err != nil || !buys(who) || s.Directory == nil || len(docs) != 1 {
		return nil, nil //nolint:nilerr // who asks is not known: the page is that of anybody
	}
	list, err := s.Directory.ContactsOf(c.UserContext(), docs[0].ID)
	return topicLines(list), err
}

// maxEncounters is how many events a sheet names, the latest.
const maxEncounters = 5

// encounters are the events of the organisation of who buys that the structure came to.
func (s *site) encounters(c *fiber.Ctx, docs []store.Doc[structure.Structure]) (out []sheet.Encounter, err error) {
	if s.Gathering == nil || len(docs) != 1 {
		return nil, nil
	}
	list, err := s.Gathering.AttendedBy(c.UserContext(), deskMember(c), docs[0].ID)
	for _, e := range list[:min(maxEncounters, len(list))] {
		out = append(out, sheet.Encounter{Title: e.Title, URL: eventURL(e.ID), Kind: e.Kind.Label(), Day: format.Day(e.Starts), ISO: string(structure.DateOf(e.Starts))})
	}
	return out, err
}

// backLink leads back to the search that the page was opened from, else to the directory.
func (s *site) backLink(c *fiber.Ctx) part.Link {
	link := part.Link{Label: "Annuaire", URL: searchPath}
	q, ok := s.backQuery(c.Query(paramBack))
	if !ok {
		return link
	}
	p := s.newSearchPage(q, query.Result{})
	link.URL, link.Label = searchURL(q.Values()), "Résultats"
	if subject := p.subject(); subject != "" {
		link.Label += format.NNBSP + ": " + subject
	}
	return link
}

// backQuery is the search that a page was opened from. Only what reads as a search
// of ours is taken.
func (s *site) backQuery(raw string) (q query.Query, ok bool) {
	if raw == "" || len(raw) > maxBack {
		return query.Query{}, false
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return query.Query{}, false
	}
	if q, err = s.Parser.Parse(values); err != nil || len(q.Values()) == 0 {
		return query.Query{}, false
	}
	return q, true
}

func (s *site) sheetPage(v *structure.Structure, back part.Link) sheet.Page {
	day := s.today()
	p := sheet.Page{
		Base: s.base(s.sheetTitle(v), s.sheetDescription(v, day), sheetAddress(v.ID)),
		Back: back, Name: v.Name, Badges: s.badgesOf(v, day),
		Closed: v.Closed, Fictional: v.Demo, Tagged: v.Demo && s.isMixed(),
		Contact: s.contact(v), ActivitiesFrom: fromNote(v, structure.FieldActivities),
		About: format.Text(v.Description), AboutFrom: fromNote(v, structure.FieldDescription),
		RefsFrom: fromNote(v, structure.FieldReferences), Activities: s.activities(v, day),
		Agreements: agreementLines(v.Agreements, day), Bases: s.bases(v, day), Labels: labelLines(v, day),
		Lapses: lapsesOf(v, day), Unconfirmed: unconfirmed(v), Conflicts: s.conflictLines(v), History: s.historyLines(v),
		Sources: sourceRows(v), Updated: format.Day(v.UpdatedAt), Report: reportURL(v),
		API: apiRoot + searchPath + "/" + v.ID,
	}
	p.Summary = s.summary(v, day)
	p.Logo, p.Offers, p.OffersFrom = logoOf(v), offersOf(v), fromNote(v, structure.FieldOffers)
	p.Identity, p.IdentityFrom = onceForAll(s.identity(v, day))
	if v.Groupement != nil {
		p.Groupement, p.Bases = s.groupementOf(v, day), s.jointBases(v, day)
		p.Contact.Note = joinedNotes("Coordonnées du mandataire, "+nameOfMember(v.Groupement, v.Groupement.Mandataire), p.Contact.Note)
	} else if row, ok := s.quarterRow(v); ok {
		p.Quarter = []sheet.Row{row}
	}
	p.Printed, p.Linked = format.Date(day), s.linkedData(v)
	if s.Directory != nil && !v.Closed {
		p.Claim = registrationPath + "?" + sheetField + "=" + v.ID
	}
	p.NoIndex, p.Section = v.Demo || v.Closed, searchPath
	for _, b := range p.Bases {
		p.Share = p.Share || b.Article != string(structure.L2113_15) && b.Barred == ""
	}
	if v.TradeName != v.Name {
		p.TradeName = format.Text(v.TradeName)
	}
	for _, r := range v.References {
		p.References = append(p.References, format.Text(r))
	}
	return p
}

// sheetTitle tells apart structures of the same name: by their city and at last
// by their number.
func (s *site) sheetTitle(v *structure.Structure) string {
	number := cmp.Or(v.FINESS, v.SIRET, v.RNA, v.ID)
	if v.Groupement != nil {
		number = "groupement"
	}
	end := " (" + number + ")"
	if city := s.city(v); city != "" && len([]rune(city)) <= maxTitle/2 {
		end = ", " + format.Text(city) + end
	}
	return fitted(v.Name, end)
}

func (s *site) sheetDescription(v *structure.Structure, day structure.Date) string {
	text := v.Name
	if city := s.city(v); city != "" {
		text += ", " + city
	}
	if list := s.sectorsOf(v); len(list) > 0 {
		text += " : " + strings.Join(list[:min(4, len(list))], ", ")
	}
	if list := s.Rules.BasisValues(v, day); len(list) > 0 {
		text += ". Potentiellement éligible " + string(list[0])
	}
	return text + ". Activités, zone, agréments datés et contact."
}

// city is the name of the commune, else the city as the source spells it.
func (s *site) city(v *structure.Structure) string {
	if c, ok := s.Atlas.Commune(v.Address.Commune); ok && v.Address.Commune != "" {
		return c.Name
	}
	return v.Address.City
}

// sectorsOf names every sector once, the declared ones first.
func (s *site) sectorsOf(v *structure.Structure) []string {
	var out []string
	for _, derived := range []bool{false, true} {
		for _, a := range v.Activities {
			for _, code := range a.Sectors {
				if label := s.sectorLabel(code); a.Derived == derived && !slices.Contains(out, label) {
					out = append(out, label)
				}
			}
		}
	}
	return out
}

// siretList answers the structures that share a SIRET.
func (s *site) siretList(c *fiber.Ctx, docs []store.Doc[structure.Structure], back part.Link) error {
	siret := docs[0].Value.SIRET
	l := sheet.List{
		Base:  s.base("Structures du SIRET "+format.SIRET(siret), "Les établissements de l’annuaire qui partagent ce SIRET.", ""),
		SIRET: format.SIRET(siret), Back: back,
	}
	l.Section = searchPath
	day := s.today()
	for i := range docs {
		v := &docs[i].Value
		card := part.Card{
			URL: sheetURL(v.ID, ""), Name: []format.Segment{{Text: v.Name}}, TradeName: format.Marker{}.Mark(format.Text(v.TradeName)),
			Badges: s.badgesOf(v, day), Place: format.Text(s.city(v)), Size: sizeLine(v.Workforce, v.Size),
			Fictional: v.Demo && s.isMixed(),
		}
		if list := s.sectorsOf(v); len(list) > 0 {
			card.Sectors = []format.Segment{{Text: strings.Join(list[:min(maxSectors, len(list))], " · ")}}
		}
		if v.FINESS != "" {
			card.Why = []part.Reason{{Label: "FINESS", Text: []format.Segment{{Text: v.FINESS}}}}
		}
		l.Cards = append(l.Cards, card)
	}
	return render(c, sheet.ListView(l))
}
