package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// announcing is what a buyer decides of the announcement of a purchase.
type announcing struct {
	*site
	c     *fiber.Ctx
	m     buyer.Member
	p     sourcing.Purchase
	draft sourcing.Ahead // sectors, places, lots and band, as the purchase would give them now
	set   sourcing.Ahead // as the form shows it
	lots  bool           // the lots are shown
	rev   int64
}

var choiceDone = map[string]string{
	"publiee": "L’annonce est publique. Les structures concernées seront prévenues par le prochain envoi, toutes en même temps.",
	"retiree": "L’annonce est retirée : plus personne ne la voit.",
}

func choiceURL(id string) string { return purchaseURL(id) + "/annonce" }

// openChoice reads a purchase that the buyer sees. store.ErrNotFound for any other.
func (s *site) openChoice(c *fiber.Ctx) (*announcing, error) {
	m, err := planner(c)
	if err != nil {
		return nil, err
	}
	d, _, err := s.Programme.Purchase(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return nil, err
	}
	ch := &announcing{site: s, c: c, m: m, p: d.Value, draft: s.Programme.Draft(&d.Value), rev: d.Value.ForwardRev()}
	ch.set, ch.lots = ch.draft, true
	ch.set.Band = "" // shown when its buyer says so
	if f := d.Value.Forward; f != nil {
		ch.set, ch.lots = *f, len(f.Lots) > 0
	}
	return ch, nil
}

// choiceForm shows it.
func (s *site) choiceForm(c *fiber.Ctx) error {
	ch, err := s.openChoice(c)
	if err != nil {
		return err
	}
	return ch.render(form.State{})
}

// choiceSend publishes the purchase, or writes its announcement anew.
func (s *site) choiceSend(c *fiber.Ctx) error {
	ch, err := s.openChoice(c)
	if err != nil {
		return err
	}
	faults := ch.read(sentForm(c))
	if sentForm(c).Get("apercu") != "" {
		return ch.render(form.State{})
	}
	if len(faults) == 0 {
		err = s.Programme.Publish(c.UserContext(), ch.m, ch.p.ID, ch.set, ch.rev)
	} else {
		err = fieldFaultsOf(faults)
	}
	if err == nil {
		return done(c, choiceURL(ch.p.ID), "publiee")
	}
	return ch.refuse(err)
}

// fieldFaultsOf are faults as an error that refuses at the fields.
func fieldFaultsOf(faults []form.Fault) error {
	return errors.Join(account.Fault(faults[0].Text), fieldFaults(faults))
}

// refuse shows the page again with what was refused.
func (ch *announcing) refuse(err error) error {
	if errors.Is(err, sourcing.ErrStale) {
		state := form.State{Heading: "L’annonce n’est pas publiée", Refusal: "Quelqu’un d’autre a changé cette annonce depuis que vous l’avez ouverte. Comparez avec la page publique, puis envoyez de nouveau ce que vous gardez."}
		ch.c.Status(fiber.StatusConflict)
		return ch.render(state)
	}
	state := form.State{Heading: "L’annonce n’est pas publiée"}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	state.Refusal = text
	if faults := (fieldFaults{}); errors.As(err, &faults) {
		state.Refusal, state.Faults = "", faults
	}
	ch.c.Status(status)
	return ch.render(state)
}

// read takes what a form says into the announcement, and tells what cannot be
// published.
func (ch *announcing) read(sent url.Values) (faults []form.Fault) {
	ch.set = ch.draft
	ch.set.Quarter = sourcing.Quarter(typedLine(sent.Get("trimestre")))
	ch.set.Reserved = slices.Contains(sent["reservation"], "oui")
	ch.lots = slices.Contains(sent["lots"], "oui")
	if !ch.lots {
		ch.set.Lots = nil
	}
	if sent.Get("montant") != "tranche" {
		ch.set.Band = ""
	}
	ch.rev, _ = strconv.ParseInt(sent.Get("rev"), 10, 64)
	var err error
	if ch.set.Object, err = sourcing.Line("L’objet", sent.Get("objet"), sourcing.MaxObject); err != nil {
		ch.set.Object = typedLine(sent.Get("objet"))
		faults = append(faults, form.Fault{Field: "objet", Text: err.Error()})
	}
	if ch.set.Text, err = sourcing.Text("La description", sent.Get("texte"), sourcing.MaxText); err != nil {
		ch.set.Text = typedText(sent.Get("texte"))
		faults = append(faults, form.Fault{Field: "texte", Text: err.Error()})
	}
	if len(faults) > 0 {
		return faults
	}
	if ch.set.Quarter != "" {
		if _, ok := sourcing.ParseQuarter(string(ch.set.Quarter)); !ok {
			ch.set.Quarter = ""
		}
	}
	checked := ch.set.Check(ch.today())
	for _, field := range []string{"objet", "trimestre"} {
		if text, ok := checked[field]; ok {
			faults = append(faults, form.Fault{Field: field, Text: text.Error()})
		}
	}
	return faults
}

// refused says why nothing can be published now, whatever the form says.
func (ch *announcing) refused() string {
	checked := ch.draft.Check(ch.today())
	switch {
	case ch.p.External != nil:
		return "Ce projet est annoncé par un autre portail : il figure déjà parmi les achats à venir, avec son lien."
	case ch.p.State().Ended():
		return "Cet achat est terminé : il ne s’annonce plus."
	case ch.p.State() == sourcing.Launched:
		return "La consultation est lancée : l’annonce ne change plus."
	case ch.p.State() == sourcing.Idea:
		return "Une idée ne se publie pas : programmez d’abord cet achat."
	case checked["secteurs"] != "":
		return checked["secteurs"].Error()
	case checked["lieux"] != "":
		return checked["lieux"].Error()
	}
	return ""
}

// render shows the page.
func (ch *announcing) render(state form.State) error {
	s, c, p := ch.site, ch.c, &ch.p
	state.Token = s.formToken(c)
	page := views.ForwardChoice{
		Page:  s.programmeDesk(c, "Annonce publique"+format.NNBSP+": "+format.Text(p.Object), programmePath, choiceDone, part.Link{Label: "Programme d’achats", URL: programmePath}, part.Link{Label: format.Text(p.Object), URL: purchaseURL(p.ID)}),
		State: state, Action: choiceURL(p.ID), Rev: strconv.FormatInt(ch.rev, 10), Refused: ch.refused(), Edit: purchaseURL(p.ID), Status: ch.status(), Warnings: ch.warnings(),
		Object:   form.Field{Name: "objet", Label: "Objet, tel que le public le lit", Value: ch.set.Object, Help: "Sans marque, sans nom de personne ni de service : 300 caractères au plus."},
		Text:     form.Field{Name: "texte", Label: "Description pour le public", Value: ch.set.Text, Optional: true, Help: "Ce qui aide une structure à savoir si elle peut répondre : surfaces, volumes, rythme, contraintes."},
		Quarter:  form.Field{Name: "trimestre", Label: "Trimestre prévu de la consultation", Short: true, Help: "Le trimestre seul est public, jamais le jour."},
		Quarters: ch.quarterOptions(), Reserved: []part.Option{{Value: "oui", Label: "Réservation envisagée", Selected: ch.set.Reserved}},
		Preview: ch.preview(), Known: p.Forward != nil,
	}
	if ch.draft.Band != "" {
		page.Band = []part.Option{{Value: "rien", Label: "Aucun montant", Selected: ch.set.Band == ""}, {Value: "tranche", Label: format.Text(ch.draft.Band.Label()), Selected: ch.set.Band != ""}}
	}
	if p.Divided() {
		page.Lots = []part.Option{{Value: "oui", Label: format.Text("Montrer l’objet et le lieu de chaque lot, sans montant"), Selected: ch.lots}}
	}
	if p.Public() {
		page.Public = aheadURL(p.ID)
		page.Withdraw = &form.Action{To: choiceURL(p.ID) + "/retirer", Label: "Retirer l’annonce"}
	}
	if err := ch.candidates(&page); err != nil {
		return err
	}
	titleFaults(&page.Title, state)
	return render(c, views.ForwardChoiceView(page))
}

func (ch *announcing) status() string {
	p := &ch.p
	switch {
	case p.Public() && !p.LaunchedAt.IsZero():
		return "La consultation est lancée : l’annonce a quitté la liste."
	case p.Public():
		return "Publiée depuis le " + format.Day(p.PublishedAt) + "."
	case p.Forward != nil:
		return "Retirée : personne ne la voit."
	}
	return "Pas encore publiée."
}

// warnings say what of a published announcement no longer matches its purchase.
func (ch *announcing) warnings() (list []string) {
	f := ch.p.Forward
	if f == nil || !ch.p.Public() || !ch.p.LaunchedAt.IsZero() {
		return nil
	}
	if f.Quarter < sourcing.QuarterOf(ch.today()) {
		list = append(list, "Le trimestre annoncé est passé : l’achat ne figure plus dans la liste. Choisissez-en un autre, ou retirez l’annonce.")
	}
	if !slices.Equal(f.Sectors, ch.draft.Sectors) || !slices.Equal(f.Places, ch.draft.Places) || f.Band != "" && f.Band != ch.draft.Band {
		list = append(list, "L’achat a changé depuis : secteurs, lieux ou tranche de montant diffèrent de ce qui est public. Envoyez l’annonce de nouveau pour la mettre à jour.")
	}
	return list
}

func (ch *announcing) quarterOptions() []part.Option {
	out := []part.Option{{Value: "", Label: "Choisir…", Selected: ch.set.Quarter == ""}}
	list := quarterChoices(ch.today())
	if q := ch.set.Quarter; q != "" && !slices.Contains(list, q) {
		list = append([]sourcing.Quarter{q}, list...) // over, or beyond: shown as it is, refused when sent
	}
	for _, q := range list {
		out = append(out, part.Option{Value: string(q), Label: format.Text(q.Label()), Selected: q == ch.set.Quarter})
	}
	return out
}

// preview is the announcement as structures would see it.
func (ch *announcing) preview() views.ForwardEntry {
	a := sourcing.Announcement{ID: ch.p.ID, Buyer: signedIn(ch.c).Acting.Name, Ahead: ch.set}
	e := ch.aheadEntry(&a)
	e.URL = ""
	if e.Object == "" {
		e.Object = "Objet à écrire"
	}
	if e.Quarter == "" {
		e.Quarter = "Trimestre à choisir"
	}
	return e
}

// candidates are the structures that would like to hear of the purchase.
func (ch *announcing) candidates(page *views.ForwardChoice) error {
	list, err := ch.Programme.InterestsIn(ch.c.UserContext(), ch.m, ch.p.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	page.Known = true
	ids := make([]string, 0, len(list))
	for i := range list {
		ids = append(ids, list[i].Structure)
	}
	docs, err := ch.Structures.GetSome(ch.c.UserContext(), ids)
	if err != nil {
		return err
	}
	sheets := map[string]*structure.Structure{}
	for i := range docs {
		sheets[docs[i].ID] = &docs[i].Value
	}
	for i := range list {
		one := views.ForwardCandidate{Name: "Structure qui n’est plus dans l’annuaire", Day: format.Day(list[i].At)}
		if v := sheets[list[i].Structure]; v != nil && v.Shown() && !v.Closed {
			one.Name, one.URL, one.Place = format.Text(v.Name), sheetAddress(v.ID), format.Text(ch.city(v))
		}
		page.Candidate = append(page.Candidate, one)
	}
	return nil
}

// choiceWithdraw takes the announcement back.
func (s *site) choiceWithdraw(c *fiber.Ctx) error {
	ch, err := s.openChoice(c)
	if err != nil {
		return err
	}
	if err := s.Programme.Retract(c.UserContext(), ch.m, ch.p.ID); err != nil {
		return ch.refuse(err)
	}
	return done(c, choiceURL(ch.p.ID), "retiree")
}
