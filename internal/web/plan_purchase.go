package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// maxMoveReason bounds why a purchase ends, in letters.
const maxMoveReason = 1000

// purchaseDone words what was done before a purchase is shown.
var purchaseDone = map[string]string{
	"inscrit": "Achat inscrit au programme.", "modifie": "Achat modifié.", "deplace": "État de l’achat changé.",
}

// oneOf is what a page on one purchase is made from.
type onePurchase struct {
	planned
	v    sourcing.Purchase
	held *part.Link // to the sourçage that keeps it from being launched by hand
}

// openPurchase reads the purchase of the address, with the settings of its programme.
func (s *site) openPurchase(c *fiber.Ctx) (*onePurchase, error) {
	m, err := planner(c)
	if err != nil {
		return nil, err
	}
	p := &onePurchase{planned: planned{site: s, m: m, day: structure.DateOf(s.Now())}}
	d, set, err := s.Programme.Purchase(c.UserContext(), m, c.Params("id"))
	p.v, p.set = d.Value, set
	return p, err
}

// purchase shows one.
func (s *site) purchase(c *fiber.Ctx) error {
	p, err := s.openPurchase(c)
	if err != nil {
		return err
	}
	return p.render(c, form.State{})
}

func (p *onePurchase) render(c *fiber.Ctx, state form.State) error {
	names, err := p.namesOf(c.UserContext(), p.v.Persons())
	if err != nil {
		return err
	}
	v := &p.v
	standing, err := p.Programme.Standing(c.UserContext(), v)
	if err != nil {
		return err
	}
	planning, err := p.backPlan(c.UserContext(), v)
	if err != nil {
		return err
	}
	state.Token, state.Heading = p.formToken(c), "Rien n’a changé"
	out := views.PurchasePage{
		Page: p.planDesk(c, format.Text(v.Object), purchaseDone), State: state, Lead: p.lead(), Status: v.State().Label(), Reason: v.EndReason,
		Moves: p.moves(v, purchaseURL(v.ID)), Facts: p.facts(names), Describe: v.Description, Lots: p.lots(standing), History: history(v.History, names),
	}
	if len(out.Moves) > 0 && !v.State().Ended() {
		out.Moves[0].Action.Style = "btn-primary" // the usual way on
	}
	p.when(&out)
	out.Held = p.held
	if !planning.Ended {
		out.Planning = views.BackPlanning(views.BackPlanOf(planning, p.day))
	}
	if v.Divided() && v.Euros == 0 && v.Total() > 0 {
		out.LotsNote = "Ensemble, les lots font " + sourcing.Money(v.Total()) + "."
	}
	p.writable(&out)
	if out.Operations, err = p.operationsBox(c, p.m, v, ""); err != nil {
		return err
	}
	titleFaults(&out.Title, state)
	return render(c, views.PurchaseView(out))
}

// when says since when the purchase is where it is, whether it is late, and where it is
// written when that is elsewhere.
func (p *onePurchase) when(out *views.PurchasePage) {
	v := &p.v
	if at := stateSince(v); !at.IsZero() {
		out.Since = "depuis le " + format.Day(at)
	}
	if v.Overdue(p.day) {
		out.Late = overdueWords(v, p.day)
	}
	if v.External != nil {
		out.External = &views.External{Text: externalWords(v) + ", lu dans les projets d’achats publics. Il se lit, il ne se modifie pas ici.", Link: part.Link{Label: "Voir l’original", URL: v.External.URL}}
	}
}

// writable adds what a buyer of the organisation may do.
func (p *onePurchase) writable(out *views.PurchasePage) {
	v := &p.v
	if !sourcing.Buys(p.m) || v.External != nil {
		return
	}
	if !v.State().Ended() {
		out.Edit = purchaseURL(v.ID) + "/modifier"
	}
	out.ForwardSay, out.Forward = p.forward()
}

// forward says where the announcement of the purchase is, and leads to its choice when
// there is something to choose, or to read of who is interested.
func (p *onePurchase) forward() (say string, choice *part.Link) {
	v := &p.v
	link := func(label string) *part.Link { return &part.Link{Label: label, URL: choiceURL(v.ID)} }
	switch f := v.Forward; {
	case v.State() == sourcing.Idea:
		return "Une idée ne s’annonce pas : programmez d’abord cet achat.", nil
	case f == nil && (v.State() == sourcing.Launched || v.State().Ended()):
		return "", nil
	case v.State() == sourcing.Launched:
		return "La consultation est lancée : l’annonce a quitté la liste des achats à venir.", link("Voir l’annonce et qui s’y intéresse")
	case v.State().Ended():
		return "Cet achat est terminé : plus personne ne voit son annonce.", link("Voir qui s’y est intéressé")
	case !v.Public():
		return "Cet achat n’est pas dans le programme prévisionnel public. Les structures du territoire ne le voient pas.", link("Annoncer cet achat")
	case f.Band != "":
		say = "Annoncé dans le programme prévisionnel public, avec une tranche de montant."
	default:
		say = "Annoncé dans le programme prévisionnel public, sans montant."
	}
	if v.Forward.Reserved {
		say += " Réservation envisagée."
	}
	return say, link("Modifier l’annonce publique")
}

// lead is the purchase in one line.
func (p *onePurchase) lead() string {
	v := &p.v
	var parts []string
	for _, text := range []string{v.Nature.Label(), p.serviceName(v.Service), moneyWords(v.Total())} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · ")
}

// stateSince is when the purchase came to its state, the zero time of an idea.
func stateSince(v *sourcing.Purchase) time.Time {
	switch v.State() {
	case sourcing.Programmed:
		return v.ProgrammedAt
	case sourcing.Published:
		return v.PublishedAt
	case sourcing.InSourcing:
		return v.SourcingAt
	case sourcing.Launched:
		return v.LaunchedAt
	case sourcing.Awarded:
		return v.AwardedAt
	case sourcing.Unsuccessful:
		return v.UnsuccessfulAt
	case sourcing.Abandoned:
		return v.AbandonedAt
	}
	return time.Time{}
}

var takeOverWords = map[sourcing.Said]string{sourcing.Yes: "Oui, du personnel est à reprendre", sourcing.No: "Non", "": "Pas encore vérifiée"}

// facts are what is known of the purchase, what is not known left out.
func (p *onePurchase) facts(names map[string]string) (out []desk.Fact) {
	v := &p.v
	add := func(term, text string) {
		if text != "" {
			out = append(out, desk.Fact{Term: term, Text: text})
		}
	}
	add("Référence", v.Reference)
	add("Service", p.serviceName(v.Service))
	add("Nature", v.Nature.Label())
	add("Code CPV", p.cpvWords(v.CPV))
	if v.Euros > 0 || v.Total() > 0 {
		add("Montant estimé de tout le besoin", sourcing.Money(v.Total()))
	}
	add("Lieux d’exécution", format.List(p.placeNames(v.Places)))
	add("Publication prévue", publicationWords(v.Publication))
	add("Début d’exécution", format.Date(v.Start))
	add("Durée", monthsWords(v.Months, v.Renewals, v.RenewalMonths))
	holder := v.Holder.Name
	if v.Holder.SIREN != "" {
		holder = strings.TrimSpace(holder + " (SIREN " + v.Holder.SIREN + ")")
	}
	add("Titulaire actuel", holder)
	add("Reprise du personnel", takeOverWords[v.TakeOver])
	if v.Facilitateur != "" {
		name := names[v.Facilitateur]
		if name == "" {
			name = "Une personne dont le compte est effacé"
		}
		add("Facilitateur", name)
	}
	add("Considérations sociales écartées", v.SocialReason)
	if v.Contract != "" {
		out = append(out, desk.Fact{Term: "Renouvelle", Text: "Un marché en cours", URL: contractURL(v.Contract)})
	}
	return out
}

// cpvWords is a code with its label.
func (s *site) cpvWords(code string) string {
	if code == "" {
		return ""
	}
	if label, ok := s.Taxonomy.Label(taxonomy.CPV2008, code); ok {
		return code + ", " + format.Text(label)
	}
	return code
}

// backPlan lays out the steps of a purchase, as all pages and the mail of the week do.
func (s *site) backPlan(ctx context.Context, v *sourcing.Purchase) (sourcing.BackPlan, error) {
	law, err := s.Programme.Law(ctx)
	if err != nil {
		return sourcing.BackPlan{}, err
	}
	longer, err := s.Programme.Lengthened(ctx, []sourcing.Purchase{*v})
	return sourcing.BackPlanOf(v, law, longer[v.ID], s.today()), err
}

// lots are those of the page.
func (p *onePurchase) lots(standing map[string]sourcing.Decision) (out []views.PurchaseLot) {
	v := &p.v
	for i := range v.Lots {
		l := &v.Lots[i]
		sectors := strings.Join(p.lotSectors(v, l), ", ")
		if sectors == "" {
			sectors = "À préciser"
		} else if len(l.Sectors) == 0 {
			sectors += " (d’après le CPV)"
		}
		places := p.placeList(v.PlacesOf(l), shownPlaces)
		if places == "" {
			places = "Non précisés"
		}
		note := ""
		if l.CPV != "" && l.CPV != v.CPV {
			note = "CPV " + p.cpvWords(l.CPV)
		}
		decided := ""
		if d, ok := standing[l.ID]; ok {
			decided = d.Proposal.Says()
		}
		out = append(out, views.PurchaseLot{
			Number: l.Number, Object: format.Text(v.ObjectOf(l)), Amount: moneyWords(v.EurosOf(l)), Sectors: sectors, Places: places, Note: note, Study: lotURL(v.ID, l.ID), Decided: decided,
		})
	}
	return out
}

// shownPlaces is how many places of a lot are named on the page of its purchase.
const shownPlaces = 4

// history is what was done, the newest first.
func history(list []sourcing.Step, names map[string]string) (out []views.HistoryLine) {
	for _, step := range slices.Backward(list) {
		line := views.HistoryLine{When: format.Moment(step.At), ISO: step.At.UTC().Format(time.RFC3339), What: stepWords(step.What), Note: step.Note}
		if step.By == "" {
			line.What += " par le portail"
		} else {
			line.What += byWhom(names, step.By)
		}
		out = append(out, line)
	}
	return out
}

// stepWords say a step of a purchase: a state, or what the journal says of its code.
func stepWords(what string) string {
	if state, ok := strings.CutPrefix(what, "purchase."); ok && slices.Contains(sourcing.States, sourcing.State(state)) {
		return "État : " + sourcing.State(state).Label() + ","
	}
	return people.DoneWords(what)
}

// ---- from one state to the next

// asked is the move of an address or a form: from which state, to which.
func (p *onePurchase) moveAsked(to string) (sourcing.State, error) {
	state := sourcing.State(to)
	if !slices.Contains(p.v.Next(), state) {
		return "", fiber.ErrNotFound
	}
	return state, nil
}

// purchaseMoveForm asks before a purchase ends, or comes back.
func (s *site) purchaseMoveForm(c *fiber.Ctx) error {
	p, err := s.openPurchase(c)
	if err != nil {
		return err
	}
	to, err := p.moveAsked(c.Query("vers"))
	if err != nil {
		return err
	}
	return p.renderMove(c, to, moveInput{back: people.LocalPath(c.Query("retour"))}, form.State{})
}

// moveInput is the form of a move, as it was sent.
type moveInput struct {
	reason, back string
}

// moveTexts say what follows from a move that is asked for.
var moveTexts = map[sourcing.State]string{
	sourcing.Awarded:      "L’achat est terminé : il ne se modifie plus. Le marché qui en sort se suit ensuite parmi les marchés en cours.",
	sourcing.Unsuccessful: "La consultation est terminée sans titulaire. L’achat peut ensuite être reprogrammé pour le même besoin.",
	sourcing.Abandoned:    "L’achat sort du programme. Il peut ensuite être reprogrammé.",
	sourcing.Programmed:   "L’achat revient au programme pour le même besoin. Son historique reste.",
}

func (p *onePurchase) renderMove(c *fiber.Ctx, to sourcing.State, in moveInput, state form.State) error {
	v := &p.v
	state.Token, state.Heading = p.formToken(c), "L’état de l’achat n’a pas changé"
	label := moveLabels[to]
	if to == sourcing.Programmed {
		label = "Reprogrammer"
	}
	out := views.MovePage{
		Page: p.planDesk(c, label+" « "+format.Text(v.Object)+" » ?", nil, part.Link{Label: format.Text(v.Object), URL: purchaseURL(v.ID)}), State: state,
		Action: purchaseURL(v.ID) + "/etat", From: string(v.State()), To: string(to), Back: in.back, Asks: to == sourcing.Abandoned || to == sourcing.Unsuccessful,
		Reason: in.reason, Button: label, Cancel: purchaseURL(v.ID),
	}
	out.Page.Heading = format.Text(out.Page.Heading)
	if text := moveTexts[to]; text != "" {
		out.Text = []string{text}
	}
	if in.back != "" {
		out.Cancel = in.back
	}
	titleFaults(&out.Title, state)
	return render(c, views.MoveView(out))
}

// purchaseMove takes a purchase to another state.
func (s *site) purchaseMove(c *fiber.Ctx) error {
	p, err := s.openPurchase(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	to, from := sourcing.State(sent.Get("etat")), sourcing.State(sent.Get("de"))
	if !slices.Contains(sourcing.States, to) {
		return fiber.ErrNotFound
	}
	in := moveInput{reason: typedText(sent.Get("motif")), back: people.LocalPath(sent.Get("retour"))}
	reason, err := sourcing.Text("Ce motif", in.reason, maxMoveReason)
	if err == nil {
		err = s.Programme.MoveFrom(c.UserContext(), p.m, p.v.ID, from, to, reason)
	}
	if text, status, ok := refusalOf(err); ok {
		var held *operation.HeldError
		if errors.As(err, &held) {
			p.held = &part.Link{Label: "Lancer la consultation depuis le sourçage", URL: launchURL(held.Operation)}
		}
		return p.refuseMove(c.Status(status), to, in, text)
	}
	if err != nil {
		return err
	}
	address := purchaseURL(p.v.ID)
	if in.back != "" {
		address = in.back
	}
	return c.Redirect(withDone(address, "deplace"), fiber.StatusSeeOther)
}

// refuseMove gives back what was typed where a reason is asked for, else the purchase as
// it is now.
func (p *onePurchase) refuseMove(c *fiber.Ctx, to sourcing.State, in moveInput, text string) error {
	d, _, err := p.Programme.Purchase(c.UserContext(), p.m, p.v.ID) // as it is now
	if err != nil {
		return err
	}
	p.v = d.Value
	if slices.Contains(p.v.Next(), to) && (to.Ended() || p.v.State().Ended()) {
		return p.renderMove(c, to, in, form.State{Faults: []form.Fault{{Field: "motif", Text: text}}})
	}
	return p.render(c, form.State{Refusal: text})
}

// withDone adds to an address what was just done.
func withDone(address, what string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	values := u.Query()
	values.Set(doneField, what)
	u.RawQuery = values.Encode()
	return u.String()
}
