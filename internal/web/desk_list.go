package web

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/people"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/buying"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// entriesPage is how many structures of a list a page shows.
const entriesPage = 50

// onceID is an id that a form has chosen (account.NewID).
var onceID = regexp.MustCompile(`^[a-z2-7]{26}$`)

var listDone = map[string]string{
	"creee": "Liste créée.", "renommee": "Liste renommée.", "ajoutee": "Ajoutée à la liste.", "retiree": "Structure retirée de la liste.",
	"note": "Note enregistrée.",
}

// Orders of a list.
const (
	orderAdded    = "" // the newest first
	orderName     = "nom"
	orderDistance = "distance"
)

// shelf is what the page of a list is made from.
type shelf struct {
	searchPage
	m      buyer.Member
	ref    buyer.Ref
	list   buyer.List
	there  map[string]*structure.Structure
	names  map[string]string
	origin query.Place
	placed bool
	order  string
}

// openShelf reads a list with its structures and its people.
func (s *site) openShelf(c *fiber.Ctx) (*shelf, error) {
	m, err := listReader(c)
	if err != nil {
		return nil, err
	}
	h := &shelf{m: m}
	if h.ref, h.list, err = s.Desk.List(c.UserContext(), m, c.Params("id")); err != nil {
		return nil, err
	}
	if h.there, err = s.Desk.Listed(c.UserContext(), &h.list); err != nil {
		return nil, err
	}
	if h.names, err = s.namesOf(c.UserContext(), h.list.Persons()); err != nil {
		return nil, err
	}
	o, err := s.People.Organisations.Get(c.UserContext(), m.Organisation)
	if err != nil {
		return nil, err
	}
	h.order = c.Query("ordre")
	return h, h.measure(s, &o.Value)
}

// measure finds where distances are measured from: the commune of the organisation.
func (h *shelf) measure(s *site, o *account.Organisation) error {
	values := url.Values{}
	if commune, ok := s.Atlas.Commune(o.Territory); ok && o.Territory != "" && commune.Precision != territory.PrecisionDepartment {
		values.Set("near", commune.Code)
	}
	q, err := s.Parser.Parse(values)
	if err != nil {
		return err
	}
	h.searchPage = s.newSearchPage(q, query.Result{})
	h.origin, h.placed = q.Origin(s.Atlas)
	return nil
}

// sorted are the entries in the order asked for.
func (h *shelf) sorted() []buyer.Entry {
	out := slices.Clone(h.list.Entries)
	slices.Reverse(out) // the newest first
	switch {
	case h.order == orderName:
		slices.SortStableFunc(out, func(a, b buyer.Entry) int { return strings.Compare(h.sortName(a), h.sortName(b)) })
	case h.order == orderDistance && h.placed:
		slices.SortStableFunc(out, func(a, b buyer.Entry) int { return cmp.Compare(h.distance(a), h.distance(b)) })
	}
	return out
}

// sortName puts what is gone last.
func (h *shelf) sortName(e buyer.Entry) string {
	if v := h.there[e.Structure]; v != nil {
		return "a" + territory.Fold(v.Name)
	}
	return "b"
}

func (h *shelf) distance(e buyer.Entry) float64 {
	const nowhere = 1e6
	v := h.there[e.Structure]
	if v == nil {
		return 2 * nowhere
	}
	if km, _ := h.origin.Distance(v.Address.Point); km != nil {
		return *km
	}
	return nowhere
}

func (h *shelf) orders() []part.Option {
	list := []part.Option{{Value: orderAdded, Label: "date d’ajout"}, {Value: orderName, Label: "nom"}}
	if h.placed {
		list = append(list, part.Option{Value: orderDistance, Label: "distance depuis " + format.Text(h.origin.Label)})
	}
	for i := range list {
		list[i].Selected = list[i].Value == h.order
	}
	return list
}

// list shows one list.
func (s *site) list(c *fiber.Ctx) error {
	h, err := s.openShelf(c)
	if err != nil {
		return err
	}
	p := buying.ListPage{
		Page:  s.buyingDesk(c, h.ref.Name, listsPath, listDone, part.Link{Label: "Listes de structures", URL: listsPath}),
		State: form.State{Token: s.formToken(c)}, URL: listURL(h.ref.ID), Writes: h.m.Writes(),
		Lead:  counted(len(h.list.Entries)) + ". Partagée avec les membres de " + signedIn(c).Acting.Name + ".",
		Sorts: h.orders(), CSV: h.fileURL("csv"), XLSX: h.fileURL("xlsx"),
	}
	if back := people.LocalPath(c.Query(paramBack)); back != "" {
		p.Back = &part.Link{Label: "Revenir à la page d’avant", URL: back}
	}
	entries := h.sorted()
	page, pages := 1, (len(entries)+entriesPage-1)/entriesPage
	if n, err := strconv.Atoi(c.Query("page")); err == nil && n >= 1 && n <= pages {
		page = n
	}
	for _, e := range entries[min(len(entries), (page-1)*entriesPage):min(len(entries), page*entriesPage)] {
		p.Entries = append(p.Entries, h.entry(&e))
	}
	p.Pages = pagination(page, pages, func(n int) string {
		values := url.Values{"page": {strconv.Itoa(n)}}
		if h.order != "" {
			values.Set("ordre", h.order)
		}
		return searchAt(listURL(h.ref.ID), values)
	})
	return render(c, buying.ListView(p))
}

func (h *shelf) fileURL(extension string) string {
	address := listURL(h.ref.ID) + "/export." + extension
	if h.order != "" {
		return address + "?" + url.Values{"ordre": {h.order}}.Encode()
	}
	return address
}

// stateOf says what has become of a structure since it was put on the list, "" for
// nothing. One that is not there was withdrawn, its name with it.
func stateOf(v *structure.Structure, listed string) string {
	switch {
	case v == nil:
		return "Retirée de l’annuaire depuis son ajout" + format.NNBSP + ": son nom n’est plus gardé ici."
	case v.Suspended != nil:
		return "L’équipe du portail a suspendu cette fiche" + format.NNBSP + ": elle reviendra ici si elle est de nouveau montrée."
	case v.Withdrawn():
		return "Ce groupement n’est plus présenté aux acheteurs."
	case v.ID != listed:
		return "La fiche ajoutée était en double" + format.NNBSP + ": elle est réunie à celle-ci."
	case v.Closed:
		return "Établissement fermé, selon le répertoire Sirene."
	}
	return ""
}

// goneName is what is said in the place of a structure that is not shown.
func goneName(v *structure.Structure) string {
	if v == nil {
		return "Fiche retirée de l’annuaire"
	}
	return v.Name // concealed
}

func (h *shelf) entry(e *buyer.Entry) buying.Entry {
	v, page := h.there[e.Structure], listURL(h.ref.ID)+"/structures/"+e.Structure
	note := e.Noted()
	out := buying.Entry{
		State: stateOf(v, e.Structure), Added: "Ajoutée le " + format.Day(e.At) + byWhom(h.names, e.By), Note: note.Text, Gone: goneName(v), Hidden: "sur une fiche qui n’est plus montrée",
	}
	if v != nil && v.Shown() {
		item := h.itemOf(v)
		out.Card, out.Hidden = h.card(&item), "sur "+v.Name
		if !v.Closed {
			out.Card.ID = v.ID
		}
	}
	if note.Text != "" {
		out.Noted = notedBy(note, h.names)
	}
	if h.m.Notes() {
		out.Page, out.Way = page, "Écrire une note"
		if note.Text != "" {
			out.Way = "Modifier la note"
		}
	}
	if h.m.Writes() && note.Text == "" { // with a note, its page says that it is lost
		out.Remove = &form.Action{To: page + "/retirer", Label: "Retirer", Hidden: strings.TrimPrefix(out.Hidden, "sur ")}
	}
	return out
}

func notedBy(n buyer.Note, names map[string]string) string {
	return "Note du " + format.Moment(n.At) + byWhom(names, n.By)
}

// itemOf is a structure as a search would show it, read from the store: a list also
// has those that no search finds any more.
func (h *shelf) itemOf(v *structure.Structure) query.Item {
	item := query.Item{
		ID: v.ID, Name: v.Name, TradeName: v.TradeName, Kinds: v.KindsInForce(h.q.On), ESS: v.ESS, ESSOrigin: v.Origins[structure.FieldESS],
		ESUS: v.HasESUS(h.q.On), Size: v.Size, Workforce: v.Workforce, Commune: v.Address.Commune, City: v.Address.City, Point: v.Address.Point,
		Lapses: v.Lapses(h.q.On), Bases: h.Rules.Claims(v, h.q.On), Demo: v.Demo,
	}
	item.Sectors = comparedBy(v)
	item.Derived = len(item.Sectors) > 0 && !slices.ContainsFunc(v.Activities, func(a structure.Activity) bool { return !a.Derived && len(a.Sectors) > 0 })
	for _, state := range query.AvailabilityStates {
		i := slices.IndexFunc(v.Activities, func(a structure.Activity) bool { return a.Availability.On(h.q.On) == state })
		if i < 0 {
			continue
		}
		item.Availability = state
		if until := v.Activities[i].Availability.Until; state == structure.BookedUp && until != "" {
			item.AvailableFrom = until.AddDays(1)
		}
		break
	}
	if h.placed {
		item.DistanceKM, item.Approximate = h.origin.Distance(v.Address.Point)
	}
	if v.Closed { // nothing of it can be reserved
		item.Bases = nil
	}
	return item
}

// entryForm is where the note of a structure is written.
func (s *site) entryForm(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	ref, l, err := s.Desk.List(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return err
	}
	e := l.Entry(c.Params("structure"))
	if e == nil {
		return store.ErrNotFound
	}
	return s.renderEntry(c, m, ref, e, e.Noted().Text, nil, form.State{})
}

func (s *site) renderEntry(c *fiber.Ctx, m buyer.Member, ref buyer.Ref, e *buyer.Entry, text string, theirs *buyer.Note, state form.State) error {
	listed, err := s.Desk.Listed(c.UserContext(), &buyer.List{Entries: []buyer.Entry{*e}})
	if err != nil {
		return err
	}
	v := listed[e.Structure]
	name, there := goneName(v), v != nil && v.Shown()
	if there {
		name = v.Name
	}
	note := e.Noted()
	names, err := s.namesOf(c.UserContext(), []string{note.By})
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "La note n’est pas enregistrée"
	address := listURL(ref.ID) + "/structures/" + e.Structure
	p := buying.EntryPage{
		Page: s.buyingDesk(c, name, listsPath, nil, s.aboveList(ref)...), State: state,
		Action: address, Keep: listURL(ref.ID), Text: text, Rev: strconv.Itoa(note.Rev), Lost: note.Text != "",
	}
	if there {
		p.Sheet = part.Link{Label: "Voir la fiche", URL: sheetAddress(e.Structure)}
	}
	switch {
	case theirs != nil:
		p.Theirs = &buying.Theirs{Text: theirs.Text, By: notedBy(*theirs, names)}
	case note.Text != "":
		p.Noted = notedBy(note, names)
	}
	if m.Writes() {
		p.Remove = &form.Action{To: address + "/retirer", Label: "Retirer de la liste"}
	}
	titleFaults(&p.Title, state)
	return render(c, buying.EntryView(p))
}

// entryNote keeps a note, unless somebody else has written it meanwhile: then both
// versions are shown.
func (s *site) entryNote(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	sent, id, structure := sentForm(c), c.Params("id"), c.Params("structure")
	text := typedText(sent.Get("note"))
	rev, err := strconv.Atoi(sent.Get("version"))
	if err != nil {
		rev = -1
	}
	err = s.Desk.WriteNote(c.UserContext(), m, id, structure, text, rev)
	said, status, ok := deskRefused(err)
	if !ok {
		if err != nil {
			return err
		}
		return done(c, listURL(id), "note")
	}
	ref, l, err := s.Desk.List(c.UserContext(), m, id)
	if err != nil {
		return err
	}
	e := l.Entry(structure)
	if e == nil {
		return store.ErrNotFound
	}
	if status == fiber.StatusConflict {
		now := e.Noted()
		return s.renderEntry(c.Status(status), m, ref, e, text, &now, form.State{Refusal: said})
	}
	return s.renderEntry(c.Status(status), m, ref, e, text, nil, form.State{Faults: []form.Fault{{Field: "note", Text: said}}})
}

// entryRemove takes a structure off the list.
func (s *site) entryRemove(c *fiber.Ctx) error {
	m, err := listReader(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	if err := s.Desk.RemoveFromList(c.UserContext(), m, id, c.Params("structure")); err != nil {
		return err
	}
	return done(c, listURL(id), "retiree")
}
