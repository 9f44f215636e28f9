package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/directory"
	"sourcier/internal/message"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/territory"
	"sourcier/views/buying"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/organisation"
	"sourcier/views/part"
	"sourcier/views/results"
)

var searchesDone = map[string]string{
	"enregistree": "Recherche enregistrée.", "alerte": "Alerte activée : vous serez prévenu des nouvelles structures à partir de maintenant.",
	"arretee": "Alerte arrêtée.", "supprimee": "Recherche supprimée.", "modifiee": "Modification enregistrée.",
}

// deskOf gives a results page what leads to the desk of who reads it.
func (s *site) deskOf(c *fiber.Ctx, p *searchPage, page *results.Page) {
	if s.Desk == nil {
		return
	}
	back := searchURL(p.values)
	if b := p.back(); b != "" {
		back = searchPath + "?" + b
	}
	for i := range page.Cards {
		page.Cards[i].AddTo = s.addURL(c, back, page.Cards[i].ID)
		page.Lists = page.Cards[i].AddTo != ""
	}
	if len(savedValues(p.q)) > 0 { // who is not signed in is led to where one signs in
		page.Save = searchAt(savePath, savedValues(p.q))
	}
}

// savedValues are what is kept of a search: neither its page nor its order.
func savedValues(q query.Query) url.Values {
	values := unacquainted(pageValues(q))
	for _, param := range []string{"sort", "per_page"} {
		values.Del(param)
	}
	return values
}

// savedWords says a saved search in words; ok is false when it can be read no more.
func (s *site) savedWords(raw string) (words []string, p searchPage, ok bool) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, p, false
	}
	q, err := s.Parser.Parse(values)
	if err != nil {
		return nil, p, false
	}
	p = s.newSearchPage(q, query.Result{})
	if q.Text != "" {
		words = append(words, format.Quote(format.Text(q.Text)))
	}
	if q.Identifier != "" {
		words = append(words, q.Identifier)
	}
	for _, chip := range p.chips() {
		words = append(words, chip.Label)
	}
	return words, p, true
}

// searches lists what is saved.
func (s *site) searches(c *fiber.Ctx) error {
	m := deskMember(c)
	own, shared, err := s.Desk.SearchesFor(c.UserContext(), m)
	if err != nil {
		return err
	}
	p := buying.SearchesPage{
		Page: s.buyingDesk(c, "Recherches et alertes", searchesPath, searchesDone), State: form.State{Token: s.formToken(c)}, Seen: m.Reads(),
	}
	if !signedIn(c).Person.Wants(string(message.Alert)) {
		p.Notice = format.Text("Vous avez arrêté les messages « " + message.Alert.Label() + " » : aucune alerte ne vous est envoyée.")
	}
	var persons []string
	for _, d := range shared {
		persons = append(persons, d.Value.Person)
	}
	names, err := s.namesOf(c.UserContext(), persons)
	if err != nil {
		return err
	}
	for _, list := range []struct {
		docs []store.Doc[buyer.Search]
		into *[]buying.SearchLine
	}{{own, &p.Own}, {shared, &p.Shared}} {
		slices.SortFunc(list.docs, func(a, b store.Doc[buyer.Search]) int {
			return strings.Compare(territory.Fold(a.Value.Name), territory.Fold(b.Value.Name))
		})
		for i := range list.docs {
			*list.into = append(*list.into, s.searchLine(&list.docs[i].Value, m, names))
		}
	}
	return render(c, buying.SearchesView(p))
}

func (s *site) searchLine(v *buyer.Search, m buyer.Member, names map[string]string) buying.SearchLine {
	words, _, ok := s.savedWords(v.Query)
	l := buying.SearchLine{
		ID: v.ID, Name: v.Name, Open: resultsOf(v.Query), Words: strings.Join(words, " · "), Edit: searchPageURL(v.ID), Broken: !ok,
		State: "Sans alerte", Alert: alertAction(v, m),
	}
	if v.Follows(m.Person) {
		l.State = "Activée"
	}
	if !ok {
		l.Words, l.State = "Ne peut plus être lue", "Ne peut plus prévenir"
	}
	if v.Shared() {
		l.By = format.Upper(strings.TrimSpace(byWhom(names, v.Person)))
	}
	return l
}

// resultsOf is the address of the results of a saved search.
func resultsOf(saved string) string {
	if saved == "" {
		return searchPath
	}
	return searchPath + "?" + saved
}

func alertAction(v *buyer.Search, m buyer.Member) form.Action {
	a := form.Action{To: searchPageURL(v.ID) + "/alerte", Label: "Activer l’alerte", Hidden: "de la recherche " + v.Name, Values: []part.Option{{Value: "alerte", Label: "oui"}}}
	if v.Follows(m.Person) {
		a.Label, a.Values[0].Label = "Arrêter l’alerte", "non"
	}
	return a
}

// saveInput is the form that saves a search, as it was sent.
type saveInput struct {
	query, name, once string
	alert, shared     bool
}

// saveForm proposes a name.
func (s *site) saveForm(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	q, err := s.Parser.Parse(values)
	if err != nil {
		return err
	}
	in := saveInput{query: savedValues(q).Encode(), once: account.NewID(), alert: true}
	words, p, _ := s.savedWords(in.query)
	if q.Text != "" { // in a name without its quotation marks
		words[0] = format.Text(p.q.Text)
	}
	in.name = format.Upper(format.Cut(strings.Join(words, ", "), buyer.MaxName))
	return s.renderSave(c, in, form.State{})
}

func (s *site) renderSave(c *fiber.Ctx, in saveInput, state form.State) error {
	words, _, ok := s.savedWords(in.query)
	if !ok || len(words) == 0 {
		return c.Redirect(searchPath, fiber.StatusSeeOther) // there is nothing to save
	}
	m := deskMember(c)
	state.Token, state.Heading = s.formToken(c), "La recherche n’est pas enregistrée"
	p := buying.SavePage{
		Page:  s.buyingDesk(c, "Enregistrer cette recherche", searchesPath, nil, part.Link{Label: "Recherches et alertes", URL: searchesPath}),
		State: state, Words: words, Query: in.query, Name: in.name, Once: in.once, Alert: in.alert, Shared: in.shared,
		Shares: m.Writes(), Back: resultsOf(in.query), Mentions: signedIn(c).Acting.Name,
	}
	titleFaults(&p.Title, state)
	return render(c, buying.SaveView(p))
}

// saveSearch saves a search in its canonical form, whatever the form says.
func (s *site) saveSearch(c *fiber.Ctx) error {
	sent := sentForm(c)
	in := saveInput{name: typedLine(sent.Get("nom")), once: sentOnce(sent.Get("envoi")), alert: sent.Get("alerte") == "oui", shared: sent.Get("partage") == "oui"}
	values, err := url.ParseQuery(sent.Get("recherche"))
	if err != nil {
		return fiber.ErrBadRequest
	}
	q, err := s.Parser.Parse(values)
	if err != nil {
		return err
	}
	in.query = savedValues(q).Encode()
	if in.query == "" {
		return c.Redirect(searchPath, fiber.StatusSeeOther)
	}
	err = s.Desk.SaveSearch(c.UserContext(), deskMember(c), directory.Saving{ID: in.once, Name: sent.Get("nom"), Query: in.query, Shared: in.shared, Alert: in.alert})
	if text, status, ok := deskRefused(err); ok {
		return s.renderSave(c.Status(status), in, form.State{Faults: []form.Fault{{Field: "nom", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, searchesPath, "enregistree")
}

// seenSearch is the search of the address, when the person sees it.
func (s *site) seenSearch(c *fiber.Ctx) (buyer.Search, buyer.Member, error) {
	m := deskMember(c)
	v, err := s.Desk.SavedSearch(c.UserContext(), m, c.Params("id"))
	return v, m, err
}

// savedSearch shows one search.
func (s *site) savedSearch(c *fiber.Ctx) error {
	v, m, err := s.seenSearch(c)
	if err != nil {
		return err
	}
	return s.renderSearch(c, &v, m, v.Name, v.Shared(), form.State{})
}

func (s *site) renderSearch(c *fiber.Ctx, v *buyer.Search, m buyer.Member, name string, shared bool, state form.State) error {
	words, _, ok := s.savedWords(v.Query)
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	alert := alertAction(v, m)
	p := buying.SearchPage{
		Page:  s.buyingDesk(c, v.Name, searchesPath, searchesDone, part.Link{Label: "Recherches et alertes", URL: searchesPath}),
		State: state, Broken: !ok, Alert: &alert, Changes: v.Changes(m), Action: searchPageURL(v.ID), Name: name, Shared: shared,
		Shares: m.Writes() || v.Shared(), Mentions: signedIn(c).Acting.Name, Delete: searchPageURL(v.ID) + "/supprimer",
	}
	if ok {
		p.Open = resultsOf(v.Query)
		p.Facts = append(p.Facts, desk.Fact{Term: "Cherche", Text: strings.Join(words, " · ")})
	}
	who := "Vous seul"
	if v.Shared() {
		who = "Les membres de " + signedIn(c).Acting.Name
	}
	told := "Sans alerte pour vous"
	if v.Follows(m.Person) {
		told = "Activée pour vous : un courriel par jour au plus, quand il y a du nouveau"
	}
	p.Facts = append(p.Facts, desk.Fact{Term: "Enregistrée le", Text: format.Day(v.At)}, desk.Fact{Term: "La voient", Text: who}, desk.Fact{Term: "Alerte", Text: format.Text(told)})
	titleFaults(&p.Title, state)
	return render(c, buying.SearchView(p))
}

// savedSearchEdit names and shares a search.
func (s *site) savedSearchEdit(c *fiber.Ctx) error {
	v, m, err := s.seenSearch(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	shared := sent.Get("partage") == "oui"
	err = s.Desk.DescribeSearch(c.UserContext(), m, v.ID, sent.Get("nom"), shared)
	if text, status, ok := deskRefused(err); ok {
		return s.renderSearch(c.Status(status), &v, m, typedLine(sent.Get("nom")), shared, form.State{Faults: []form.Fault{{Field: "nom", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, searchPageURL(v.ID), "modifiee")
}

// savedSearchAlert turns the alert of who asks on or off.
func (s *site) savedSearchAlert(c *fiber.Ctx) error {
	v, m, err := s.seenSearch(c)
	if err != nil {
		return err
	}
	on := sentForm(c).Get("alerte") == "oui"
	err = s.Desk.FollowSearch(c.UserContext(), m, v.ID, on)
	text, status, ok := deskRefused(err)
	if errors.Is(err, directory.ErrUnreadable) {
		text, status, ok = "Cette recherche ne peut plus être lue : son alerte ne préviendrait de rien.", fiber.StatusUnprocessableEntity, true
	}
	switch {
	case ok:
		return s.renderSearch(c.Status(status), &v, m, v.Name, v.Shared(), form.State{Refusal: text})
	case err != nil:
		return err
	case on:
		return done(c, searchesPath, "alerte")
	}
	return done(c, searchesPath, "arretee")
}

// savedSearchDeleteForm asks whether to.
func (s *site) savedSearchDeleteForm(c *fiber.Ctx) error {
	v, m, err := s.seenSearch(c)
	if err != nil {
		return err
	}
	if !v.Changes(m) {
		return &forbiddenError{[]account.Role{account.Buyer}}
	}
	text := []string{"Elle disparaît avec son alerte. Les structures qu’elle trouve restent dans l’annuaire."}
	if v.Shared() {
		text = append(text, "Elle disparaît pour toute l’organisation.")
	}
	return render(c, buying.ConfirmView(buying.ConfirmPage{
		Page: s.buyingDesk(c, format.Text("Supprimer « "+v.Name+" » ?"), searchesPath, nil, part.Link{Label: "Recherches et alertes", URL: searchesPath}, part.Link{Label: v.Name, URL: searchPageURL(v.ID)}),
		Text: text, State: form.State{Token: s.formToken(c)},
		Action: form.Action{To: searchPageURL(v.ID) + "/supprimer", Label: "Supprimer la recherche", Style: "btn-act"},
		Cancel: part.Link{Label: "Annuler", URL: searchPageURL(v.ID)},
	}))
}

// savedSearchDelete deletes it.
func (s *site) savedSearchDelete(c *fiber.Ctx) error {
	err := s.Desk.DeleteSearch(c.UserContext(), deskMember(c), c.Params("id"))
	if errors.Is(err, account.ErrNotAllowed) {
		return &forbiddenError{[]account.Role{account.Buyer}}
	}
	if err != nil {
		return err
	}
	return done(c, searchesPath, "supprimee")
}

// stopAlertForm is what the link below a search of a letter opens: a button, for
// whoever holds the letter. Nothing is said of the search.
func (s *site) stopAlertForm(c *fiber.Ctx) error {
	if _, _, ok := s.People.ReadStopAlert(c.Params("word")); !ok {
		return fiber.ErrNotFound
	}
	return render(c, organisation.UnsubscribeView(organisation.UnsubscribePage{
		Base: s.base("Arrêter cette alerte", "Arrêter l’alerte d’une recherche enregistrée.", ""), Heading: "Arrêter cette alerte",
		Text:   []string{"Confirmez pour ne plus être prévenu des nouvelles structures de cette recherche. Elle reste enregistrée, et vos autres alertes continuent."},
		Action: stopPath + "/" + url.PathEscape(c.Params("word")), Ways: []part.Link{{Label: "Voir mes recherches et alertes", URL: searchesPath}},
	}))
}

// stopAlert ends it: its token is in the address.
func (s *site) stopAlert(c *fiber.Ctx) error {
	person, search, ok := s.People.ReadStopAlert(c.Params("word"))
	if !ok {
		return fiber.ErrNotFound
	}
	if err := s.Desk.StopAlert(c.UserContext(), person, search); err != nil {
		return err
	}
	return render(c, organisation.UnsubscribeView(organisation.UnsubscribePage{
		Base: s.base("C’est fait", "L’alerte d’une recherche enregistrée est arrêtée.", ""), Heading: "C’est fait",
		Text: []string{"L’alerte de cette recherche est arrêtée."},
		Ways: []part.Link{{Label: "Voir mes recherches et alertes", URL: searchesPath}, {Label: "Revenir à l’accueil", URL: "/"}},
	}))
}
