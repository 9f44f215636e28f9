package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/territory"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// Paths of the public forward programme.
const (
	aheadPath  = "/achats-a-venir"
	aheadRSS   = aheadPath + ".rss"
	aheadICS   = aheadPath + ".ics"
	followPath = aheadPath + "/suivre"
	aheadRoute = aheadPath + "/:id"

	aheadName    = "Achats à venir"
	aheadPerPage = 20
	aheadExcerpt = 220 // letters of a description in a list
)

// forwardRoutes are those of the public forward programme, and of what buyers choose of it.
func (s *site) forwardRoutes(app *fiber.App, limited fiber.Handler) {
	public := door{site: s, app: app, access: anyone}
	members := door{site: s, app: app, access: only(account.Structure)}
	buyers := door{site: s, app: app, access: only(account.Buyer)}
	public.Get(aheadPath, limited, s.aheadList)
	public.Get(aheadRSS, limited, s.aheadFeed)
	public.Get(aheadICS, limited, s.aheadCalendar)
	members.Get(followPath, limited, s.followForm)
	members.Post(followPath, limited, s.followSend)
	members.Post(followPath+"/arreter", limited, s.followStop)
	public.Get(aheadRoute, limited, s.aheadPage)
	members.Post(aheadRoute+"/interet", limited, s.interestSend)
	members.Post(aheadRoute+"/interet/retirer", limited, s.interestBack)
	buyers.Get(programmePath+"/achats/:id/annonce", limited, s.choiceForm)
	buyers.Post(programmePath+"/achats/:id/annonce", limited, s.choiceSend)
	buyers.Post(programmePath+"/achats/:id/annonce/retirer", limited, s.choiceWithdraw)
}

// announced lists what is to come; nothing where nobody plans anything.
func (s *site) announced(c *fiber.Ctx) ([]sourcing.Announcement, error) {
	if s.Programme == nil {
		return nil, nil
	}
	return s.Programme.Announced(c.UserContext())
}

// met are those that meet the filters.
func (s *site) met(all []sourcing.Announcement, in aheadAsked) []sourcing.Announcement {
	if len(all) == 0 {
		return nil
	}
	return s.Programme.Filter(all, in.AheadFilter)
}

func aheadURL(id string) string { return aheadPath + "/" + url.PathEscape(id) }

// aheadAsked is a request for a list of announcements, as a page or as a feed.
type aheadAsked struct {
	programme.AheadFilter
	values url.Values // that say it, canonical
	where  string
	page   int
	faults []form.Fault
}

// readAhead reads the filters. What no form of ours sends is an inputError; words of a
// place that is not known are a fault of their field.
func (s *site) readAhead(c *fiber.Ctx) (in aheadAsked, err error) {
	sent, err := queryValues(c)
	if err != nil {
		return in, err
	}
	in.values, in.page = url.Values{}, 1
	keep := func(name, value string) {
		if value != "" {
			in.values.Set(name, value)
		}
	}
	refuse := func(name, message string) error {
		return &inputError{[]paramProblem{{Parameter: name, Value: clip(sent.Get(name)), Message: format.Text(message)}}}
	}
	if in.Sector = sent.Get("secteur"); in.Sector != "" && s.sectorLabel(in.Sector) == in.Sector {
		return in, refuse("secteur", "Ce secteur n’existe pas.")
	}
	keep("secteur", in.Sector)
	if text := sent.Get("trimestre"); text != "" {
		q, ok := sourcing.ParseQuarter(text)
		if !ok {
			return in, refuse("trimestre", "Un trimestre s’écrit « 2027-T2 ».")
		}
		in.Quarter = q
		keep("trimestre", text)
	}
	in.Buyer = typedLine(sent.Get("acheteur"))
	keep("acheteur", in.Buyer)
	if in.Reserved = sent.Get("reserve") == "oui"; in.Reserved {
		keep("reserve", "oui")
	}
	if in.where = typedLine(sent.Get("ou")); in.where != "" {
		keep("ou", in.where)
		if in.Places = s.resolvePlace(in.where, ""); len(in.Places) == 0 {
			in.faults = append(in.faults, form.Fault{Field: "ou", Text: "Lieu non reconnu : « " + clip(in.where) + " ». Donnez une commune, un département ou un code postal."})
		}
	}
	if n, err := strconv.Atoi(sent.Get("page")); err == nil && n > 1 {
		in.page = n
	}
	return in, nil
}

// aheadList answers the list of what is to come.
func (s *site) aheadList(c *fiber.Ctx) error {
	in, err := s.readAhead(c)
	if err != nil {
		return err
	}
	all, err := s.announced(c)
	if err != nil {
		return err
	}
	if len(in.faults) == 0 && notModified(c, s.aheadTag(all, in)) {
		return nil
	}
	found := s.met(all, in)
	path := aheadPath
	if len(in.values) > 0 || in.page > 1 {
		path = ""
	}
	p := views.ForwardList{
		Base:  s.base(aheadName, "Ce que les acheteurs publics prévoient d’acheter sur "+format.Text(s.Home.Label)+", plusieurs mois avant la consultation.", path),
		State: form.State{Heading: "Les achats ne sont pas filtrés par lieu", Faults: in.faults},
		Lead:  format.Text("Ce que des acheteurs publics prévoient, plusieurs mois avant la consultation. Chaque annonce est prévisionnelle et non engageante."),
		Count: format.Count(len(found), "achat annoncé", "achats annoncés"), Empty: len(all) == 0, Filtered: len(in.values) > 0,
		Where: in.where, Places: s.places(), Reserved: in.Reserved, RSS: searchAt(aheadRSS, in.values), ICS: searchAt(aheadICS, in.values),
	}
	p.Section = aheadPath
	p.Sectors, p.Quarters, p.Buyers = s.aheadSectors(all, in.Sector), aheadQuarters(all, in.Quarter), aheadBuyers(all, in.Buyer)
	if who := signedIn(c); who == nil || who.Acting.Role == account.Structure {
		p.Follow = followPath
	}
	if len(in.faults) > 0 {
		c.Status(fiber.StatusUnprocessableEntity)
		titleFaults(&p.Title, p.State)
	}
	pages := (len(found) + aheadPerPage - 1) / aheadPerPage
	in.page = min(in.page, max(pages, 1))
	for i := range found[(in.page-1)*aheadPerPage : min(len(found), in.page*aheadPerPage)] {
		p.Entries = append(p.Entries, s.aheadEntry(&found[(in.page-1)*aheadPerPage+i]))
	}
	p.Pages = pagination(in.page, pages, func(n int) string {
		if n == 1 {
			return searchAt(aheadPath, in.values)
		}
		return searchAt(aheadPath, with(in.values, "page", strconv.Itoa(n)))
	})
	return render(c, views.ForwardListView(p))
}

// aheadTag names an answer by all that it is made from.
func (s *site) aheadTag(list []sourcing.Announcement, in aheadAsked) string {
	parts := []string{"ahead", in.values.Encode(), strconv.Itoa(in.page), string(s.today()), fmt.Sprint(s.isDemo())}
	for i := range list {
		a := &list[i]
		parts = append(parts, a.ID, a.Buyer, strconv.FormatInt(a.Rev, 10), strconv.FormatInt(a.At.UnixNano(), 10), strconv.FormatInt(a.Launched.UnixNano(), 10))
	}
	return s.tag(parts...)
}

// aheadEntry is an announcement in a list.
func (s *site) aheadEntry(a *sourcing.Announcement) views.ForwardEntry {
	e := views.ForwardEntry{
		URL: aheadURL(a.ID), Object: format.Text(a.Object), Buyer: format.Text(a.Buyer), Quarter: format.Text(a.Quarter.Label()),
		Places: s.placeList(a.Places, 3), Sectors: s.sectorList(a.Sectors, 4), Band: format.Text(a.Band.Label()),
		Excerpt: format.Cut(format.Text(strings.Join(strings.Fields(a.Text), " ")), aheadExcerpt), Reserved: a.Reserved,
	}
	if len(a.Lots) > 0 {
		e.Lots = format.Count(len(a.Lots), "lot", "lots")
	}
	if a.External != nil {
		e.External = externalName(a.External)
	}
	return e
}

// externalName is the portal on which a project is announced.
func externalName(x *sourcing.Afar) string {
	if x.Source == sourcing.SourceAPProch {
		return "APProch"
	}
	return "un autre portail"
}

// placeList names places, the first most of them: not those that another of them holds.
func (s *site) placeList(values []string, most int) string {
	return someNames(s.outermost(values), most, s.placeName, "autre lieu", "autres lieux")
}

// outermost are the places that none of the others holds.
func (s *site) outermost(values []string) (out []string) {
	held := func(v string) bool {
		t, err := s.Atlas.Resolve(v)
		return err == nil && slices.ContainsFunc(values, func(other string) bool {
			u, err := s.Atlas.Resolve(other)
			return err == nil && u.Communes.Len() > t.Communes.Len() && t.Communes.Within(u.Communes)
		})
	}
	for _, v := range values {
		if !held(v) {
			out = append(out, v)
		}
	}
	return out
}

// sectorList names sectors, the first most of them.
func (s *site) sectorList(codes []string, most int) string {
	return someNames(codes, most, s.sectorLabel, "autre secteur", "autres secteurs")
}

func someNames(values []string, most int, name func(string) string, one, many string) string {
	var words []string
	for _, v := range values {
		if text := name(v); text != "" {
			words = append(words, text)
		}
	}
	if rest := len(words) - most; rest > 0 {
		words = append(words[:most], format.Count(rest, one, many))
	}
	return strings.Join(words, ", ")
}

// aheadSectors are the sectors that an announcement has, by group.
func (s *site) aheadSectors(all []sourcing.Announcement, chosen string) []part.Option {
	codes := map[string]bool{chosen: chosen != ""}
	for i := range all {
		for _, code := range all[i].Sectors {
			codes[code] = true
		}
	}
	out := []part.Option{{Value: "", Label: "Tous"}}
	for _, g := range s.Taxonomy.Groups() {
		var inside []part.Option
		for _, one := range s.Taxonomy.InGroup(g.Code) {
			if codes[one.Code] {
				inside = append(inside, part.Option{Value: one.Code, Label: format.NBSP + format.NBSP + format.Text(one.Label), Selected: one.Code == chosen})
			}
		}
		if len(inside) > 0 || g.Code == chosen {
			out = append(append(out, part.Option{Value: g.Code, Label: format.Text(g.Label), Selected: g.Code == chosen}), inside...)
		}
	}
	return out
}

func aheadQuarters(all []sourcing.Announcement, chosen sourcing.Quarter) []part.Option {
	var list []sourcing.Quarter
	if chosen != "" {
		list = append(list, chosen)
	}
	for i := range all {
		list = append(list, all[i].Quarter)
	}
	slices.Sort(list)
	out := []part.Option{{Value: "", Label: "Tous"}}
	for _, q := range slices.Compact(list) {
		out = append(out, part.Option{Value: string(q), Label: format.Text(q.Label()), Selected: q == chosen})
	}
	return out
}

func aheadBuyers(all []sourcing.Announcement, chosen string) []part.Option {
	var list []string
	if chosen != "" {
		list = append(list, chosen)
	}
	for i := range all {
		list = append(list, all[i].Buyer)
	}
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(cmp.Compare(territory.Fold(a), territory.Fold(b)), cmp.Compare(a, b))
	})
	out := []part.Option{{Value: "", Label: "Tous"}}
	for _, name := range slices.Compact(list) {
		if name != "" {
			out = append(out, part.Option{Value: name, Label: format.Text(name), Selected: name == chosen})
		}
	}
	return out
}

var aheadDone = map[string]string{
	"signale": "Votre intérêt est signalé à l’acheteur.", "repris": "Votre intérêt n’est plus signalé à l’acheteur.",
}

// aheadPage answers one announced purchase.
func (s *site) aheadPage(c *fiber.Ctx) error {
	if s.Programme == nil {
		return store.ErrNotFound
	}
	a, err := s.Programme.Announcement(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return s.renderAhead(c, &a, form.State{})
}

func (s *site) renderAhead(c *fiber.Ctx, a *sourcing.Announcement, state form.State) error {
	who := signedIn(c)
	member := who != nil && who.Acting.Role == account.Structure
	if !member && notModified(c, s.aheadTag([]sourcing.Announcement{*a}, aheadAsked{})) {
		return nil
	}
	p := s.aheadDetail(a)
	p.Done = doneText(c, aheadDone)
	switch {
	case a.External != nil:
	case member:
		c.Set(fiber.HeaderCacheControl, "no-store")
		interest, err := s.interestOf(c, a, state)
		if err != nil {
			return err
		}
		p.Interest = interest
		titleFaults(&p.Title, state)
	case who == nil && a.Launched.IsZero():
		p.SignIn = signInPath + "?" + nextField + "=" + url.QueryEscape(aheadURL(a.ID))
	}
	return render(c, views.ForwardView(p))
}

// aheadDetail is an announcement as anybody reads it.
func (s *site) aheadDetail(a *sourcing.Announcement) views.ForwardPage {
	path := aheadURL(a.ID)
	if a.External != nil || a.Demo || !a.Launched.IsZero() {
		path = ""
	}
	p := views.ForwardPage{
		Base:    s.base(a.Object, "Achat prévu au "+a.Quarter.Label()+" par "+a.Buyer+" : annonce prévisionnelle et non engageante.", path),
		Heading: format.Text(a.Object), Buyer: format.Text(a.Buyer), Reserved: a.Reserved,
		Facts: []desk.Fact{{Term: "Acheteur", Text: format.Text(a.Buyer)}, {Term: "Consultation prévue", Text: format.Text(a.Quarter.Label())}, {Term: "Lieu d’exécution", Text: s.placeList(a.Places, sourcing.MaxPlaces)}},
	}
	p.Section = aheadPath
	if len(a.Sectors) > 0 {
		p.Facts = append(p.Facts, desk.Fact{Term: "Secteurs", Text: s.sectorList(a.Sectors, sourcing.MaxSectors)})
	}
	if a.Band != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "Montant estimé", Text: format.Text(a.Band.Label())})
	}
	for text := range strings.SplitSeq(a.Text, "\n") {
		if text = strings.TrimSpace(text); text != "" {
			p.Text = append(p.Text, format.Text(text))
		}
	}
	for _, l := range a.Lots {
		p.Lots = append(p.Lots, views.ForwardLot{Title: lotTitle(l), Places: s.placeList(l.Places, sourcing.MaxPlaces)})
	}
	if x := a.External; x != nil {
		p.Source = &part.Link{Label: "Voir le projet sur " + externalName(x), URL: x.URL}
		if x.AsOf != "" {
			p.AsOf = ", lu le " + format.Date(x.AsOf)
		}
	}
	if !a.Launched.IsZero() {
		p.Launched = "La consultation est lancée depuis le " + format.Day(a.Launched) + " : les documents sont publiés par l’acheteur, et c’est auprès de lui qu’on y répond."
	}
	return p
}

func lotTitle(l sourcing.AheadLot) string {
	if l.Number == "" {
		return format.Text(l.Object)
	}
	return format.Text("Lot " + l.Number + " : " + l.Object)
}
