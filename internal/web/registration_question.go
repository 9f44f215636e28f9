package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/registration"
)

// The three questions, by the end of their address.
const (
	whatSegment    = "/quoi"
	whereSegment   = "/ou"
	contactSegment = "/contact"
	endSegment     = "/fin"
)

// maxHomonyms is how many communes of one name are told apart.
const maxHomonyms = 20

// question is one of the three: the part of the draft that it writes, how its page is
// filled, how its answer is read.
type question struct {
	segment, heading string
	part             registration.Part
	fill             func(*site, *views.Question, *registration.Sheet)
	typed            func(*site, *views.Question, url.Values) // as it was sent
	read             func(*site, url.Values, *registration.Sheet) []form.Fault
}

var questions = []question{
	{whatSegment, "Que proposez-vous ?", registration.PartActivities, (*site).fillWhat, (*site).typedWhat, (*site).readWhat},
	{whereSegment, "Où travaillez-vous ?", registration.PartActivities, (*site).fillWhere, (*site).typedWhere, (*site).readWhere},
	{contactSegment, "Comment vous joindre ?", registration.PartContact, (*site).fillContact, (*site).typedContact, (*site).readContact},
}

// asks gives the handlers of a question.
func (s *site) asks(step int) (show, save fiber.Handler) {
	return func(c *fiber.Ctx) error { return s.questionForm(c, step) }, func(c *fiber.Ctx) error { return s.questionSend(c, step) }
}

// nextQuestion leads to the first question that a sheet leaves open, else to what
// is done with it.
func (s *site) nextQuestion(c *fiber.Ctx, w directory.Who, id string) error {
	own, err := s.Directory.Own(c.UserContext(), w, id)
	if err != nil {
		return err
	}
	sheet := own.Sheet(w.Organisation)
	needs := sheet.Needs()
	address := registrationURL(id)
	switch {
	case slices.Contains(needs, registration.NeedWhat) || !declares(&sheet):
		return c.Redirect(address+whatSegment, fiber.StatusSeeOther)
	case slices.Contains(needs, registration.NeedWhere):
		return c.Redirect(address+whereSegment, fiber.StatusSeeOther)
	case slices.Contains(needs, registration.NeedContact) || own.Value.DraftOf(w.Organisation) != nil && own.Value.Last() == nil:
		return c.Redirect(address+contactSegment, fiber.StatusSeeOther)
	}
	return c.Redirect(address+endSegment, fiber.StatusSeeOther)
}

// declares reports whether the structure itself, and not its APE code, says what it does.
func declares(sheet *registration.Sheet) bool {
	return slices.ContainsFunc(sheet.Activities, func(a structure.Activity) bool { return len(a.Sectors) > 0 && !a.Derived })
}

func (s *site) questionForm(c *fiber.Ctx, step int) error {
	w, own, err := s.claimed(c)
	if err != nil {
		return err
	}
	p := s.question(w, own, step)
	sheet := own.Sheet(w.Organisation)
	questions[step].fill(s, &p, &sheet)
	return s.renderQuestion(c, p)
}

// question is the page of one of the three, empty.
func (s *site) question(w directory.Who, own *directory.Own, step int) views.Question {
	q := &questions[step]
	p := views.Question{
		Screen: views.Screen{Base: s.base(q.heading, "Une des trois questions de l’inscription d’une structure.", ""), Heading: format.Text(q.heading), Trail: "Question " + strconv.Itoa(step+1)},
		Step:   step + 1, Action: registrationURL(own.ID) + q.segment, Rev: strconv.FormatInt(own.Rev(w.Organisation), 10), Button: "Continuer",
	}
	if step > 0 {
		p.Back = registrationURL(own.ID) + questions[step-1].segment
	}
	if step == len(questions)-1 {
		p.Button, p.After = "Publier ma fiche", "La fiche est aussitôt en ligne. Vous pourrez la compléter et la corriger à tout moment."
		if !own.Value.Holds(w.Organisation) {
			p.Button, p.After = "Envoyer ma fiche", "L’équipe du portail vérifie que vous représentez la structure, puis publie la fiche. Elle vous répond par courriel."
		}
	}
	return p
}

func (s *site) renderQuestion(c *fiber.Ctx, p views.Question) error {
	p.Token, p.State.Heading = s.formToken(c), "La réponse n’est pas enregistrée"
	titleFaults(&p.Title, p.State)
	return render(c, views.QuestionView(p))
}

// questionSend keeps an answer and goes on; the last one publishes. What is refused
// comes back as it was typed, and so does what somebody else has answered meanwhile.
func (s *site) questionSend(c *fiber.Ctx, step int) error {
	w, own, err := s.claimed(c)
	if err != nil {
		return err
	}
	sent, q := sentForm(c), &questions[step]
	if sent.Get(views.SearchButton) != "" { // by who has no script
		return s.questionAgain(c, w, own, step, sent, form.State{})
	}
	var faults []form.Fault
	refused := errors.New("refused")
	rev, _ := strconv.ParseInt(sent.Get("rev"), 10, 64)
	rev, err = s.Directory.Save(c.UserContext(), w, own.ID, q.part, rev, func(sheet *registration.Sheet) error {
		if faults = q.read(s, sent, sheet); len(faults) > 0 {
			return refused
		}
		return nil
	})
	if text, status, ok := refusalOf(err); ok || errors.Is(err, refused) {
		if !ok {
			status = fiber.StatusUnprocessableEntity
		}
		if errors.Is(err, registration.ErrStale) {
			status = fiber.StatusConflict
		}
		return s.questionAgain(c.Status(status), w, own, step, sent, form.State{Refusal: text, Faults: faults})
	}
	if err != nil {
		return err
	}
	if step == len(questions)-1 {
		return s.finish(c, w, own, rev)
	}
	return c.Redirect(registrationURL(own.ID)+questions[step+1].segment, fiber.StatusSeeOther)
}

func (s *site) questionAgain(c *fiber.Ctx, w directory.Who, own *directory.Own, step int, sent url.Values, state form.State) error {
	own, err := s.Directory.Own(c.UserContext(), w, own.ID) // with the revision of now
	if err != nil {
		return err
	}
	p := s.question(w, own, step)
	p.State = state
	sheet := own.Sheet(w.Organisation)
	questions[step].fill(s, &p, &sheet)
	questions[step].typed(s, &p, sent)
	return s.renderQuestion(c, p)
}

// finish publishes the sheet, or sends it to the portal's team, when all three
// questions have an answer.
func (s *site) finish(c *fiber.Ctx, w directory.Who, own *directory.Own, rev int64) error {
	_, err := s.Directory.Publish(c.UserContext(), w, own.ID, rev)
	if errors.Is(err, registration.ErrNothing) {
		err = nil
	}
	text, status, ok := refusalOf(err)
	switch {
	case ok && len(own.Value.Versions) == 0:
		if sheet, err := s.Directory.Own(c.UserContext(), w, own.ID); err == nil {
			if draft := sheet.Sheet(w.Organisation); len(draft.Needs()) > 0 {
				return s.nextQuestion(c, w, own.ID)
			}
		}
		fallthrough
	case ok:
		return s.questionAgain(c.Status(status), w, own, len(questions)-1, sentForm(c), form.State{Refusal: text})
	case err != nil:
		return err
	}
	return c.Redirect(registrationURL(own.ID)+endSegment, fiber.StatusSeeOther)
}

// registered says what came of it.
func (s *site) registered(c *fiber.Ctx) error {
	w, own, err := s.claimed(c)
	if err != nil {
		return err
	}
	name, mine := own.Name(), part.Link{Label: "Compléter ma fiche", URL: mySheetsPath + "/" + own.ID}
	p := views.End{Screen: views.Screen{Trail: "Votre fiche", Heading: "« " + name + " » attend l’équipe du portail"}}
	switch {
	case own.Value.Last() != nil:
		p.Published, p.Heading = true, "« "+name+" » est en ligne"
		p.Lead = "Les acheteurs la trouvent dès maintenant. Chaque information de plus vous fait trouver par davantage d’entre eux."
		p.Links = []part.Link{mine, {Label: "Voir ma fiche comme un acheteur", URL: sheetAddress(own.ID)}}
		if own.Value.Submission != nil {
			for _, field := range own.Value.Submission.Fields {
				p.Held = append(p.Held, format.Text(field.Label()))
			}
		}
	case own.Value.Holds(w.Organisation):
		p.Heading = "« " + name + " » est à vous"
		p.Lead = "Votre organisation tient cette fiche. Complétez-la quand vous voulez : ce que vous dites l’emporte sur tous les fichiers."
		p.Links = []part.Link{mine}
	case own.Value.Submission != nil:
		p.Lead = "Votre fiche est complète, mais elle n’est pas encore en ligne : une personne de l’équipe vérifie d’abord que vous représentez la structure. Vous recevrez sa réponse par courriel."
		p.Links = []part.Link{mine, {Label: "Donner une autre preuve", URL: registrationURL(own.ID)}}
	default:
		return s.nextQuestion(c, w, own.ID)
	}
	p.Heading = format.Text(p.Heading)
	p.Base = s.base(p.Heading, "Ce qu’il advient d’une inscription.", "")
	return render(c, views.EndView(p))
}

func (s *site) fillWhat(p *views.Question, sheet *registration.Sheet) {
	sent := url.Values{}
	for _, a := range sheet.Activities {
		sent[sectorField] = append(sent[sectorField], a.Sectors...)
		if !a.Derived {
			break // the others have their own screen
		}
	}
	s.typedWhat(p, sent)
}

func (s *site) typedWhat(p *views.Question, sent url.Values) {
	p.Sectors = s.sectorPicker(sent)
	p.Sectors.Label = "Vos métiers"
}

// readWhat makes the sectors those of the first activity; what only followed from an
// APE code goes. Words that were typed and not ticked are looked up first.
func (s *site) readWhat(sent url.Values, sheet *registration.Sheet) []form.Fault {
	codes := s.pickedSectors(sent)
	words := typedLine(sent.Get(sectorField + views.WordsSuffix))
	if len(codes) == 0 {
		text := "Dites au moins un métier, puis cochez ce qui convient."
		if words != "" {
			text = "Cochez au moins une des propositions."
		}
		return []form.Fault{{Field: sectorField, To: sectorField + views.WordsSuffix, Text: text}}
	}
	var zone structure.Zone
	if len(sheet.Activities) > 0 {
		zone = sheet.Activities[0].Zone
	}
	sheet.Activities = slices.DeleteFunc(sheet.Activities, func(a structure.Activity) bool { return a.Derived || len(a.Sectors) == 0 })
	if len(sheet.Activities) == 0 {
		sheet.Activities = []structure.Activity{{Zone: zone}}
	}
	sheet.Activities[0].Sectors = codes
	return nil
}

func (s *site) fillWhere(p *views.Question, sheet *registration.Sheet) {
	var zone structure.Zone
	if len(sheet.Activities) > 0 {
		zone = sheet.Activities[0].Zone
	}
	p.Zone = s.zoneFields(zone)
	p.Commune = &views.Commune{Places: s.places()}
	if sheet.Address.Commune != "" {
		p.Commune.Code, p.Commune.Words = sheet.Address.Commune, s.placeName(sheet.Address.Commune)
	}
}

func (s *site) typedWhere(p *views.Question, sent url.Values) {
	p.Zone = s.zoneTyped(sent)
	p.Commune.Words = typedLine(sent.Get("commune"))
	known := p.Commune.Code
	if _, found := s.readCommune(sent, known); len(found) != 1 {
		for _, t := range found {
			commune, _ := s.Atlas.Commune(t.Value)
			label := t.Label
			if len(commune.PostalCodes) > 0 {
				label += " (" + commune.PostalCodes[0] + ")" // tells homonyms apart
			}
			p.Commune.Found = append(p.Commune.Found, part.Option{Value: t.Value, Label: format.Text(label), Selected: t.Value == sent.Get("commune_choisie")})
		}
	}
}

// readCommune reads the commune of the establishment: a name or a postal code that it
// alone has, or that of the commune that is known already; else what the words may
// mean, for their author to choose from.
func (s *site) readCommune(sent url.Values, known string) (words string, found []territory.Territory) {
	words = typedLine(sent.Get("commune"))
	if t, err := s.Atlas.Resolve(sent.Get("commune_choisie")); err == nil && t.Kind == territory.KindCommune {
		return words, []territory.Territory{t}
	}
	folded := territory.Fold(words)
	if t, err := s.Atlas.Resolve(known); known != "" && err == nil && territory.Fold(t.Label) == folded {
		return words, []territory.Territory{t}
	}
	if same := s.homonyms(folded); len(same) > 1 {
		return words, same
	}
	if exact := s.resolvePlace(words, ""); len(exact) == 1 && exact[0].Kind == territory.KindCommune &&
		(territory.Fold(exact[0].Label) == folded || strings.Trim(words, "0123456789") == "") {
		return words, exact
	}
	return words, s.guessCommunes(words)
}

// homonyms are the communes of a name.
func (s *site) homonyms(folded string) (found []territory.Territory) {
	for _, t := range s.Atlas.Search(folded, s.Home, maxHomonyms) {
		if t.Kind == territory.KindCommune && territory.Fold(t.Label) == folded {
			found = append(found, t)
		}
	}
	return found
}

// guessCommunes are those that words may mean.
func (s *site) guessCommunes(words string) (found []territory.Territory) {
	for _, t := range append(s.resolvePlace(words, ""), s.Atlas.Search(words, s.Home, 4*maxGuesses)...) {
		known := slices.ContainsFunc(found, func(o territory.Territory) bool { return o.Value == t.Value })
		if t.Kind == territory.KindCommune && len(found) < maxGuesses && !known {
			found = append(found, t)
		}
	}
	return found
}

func (s *site) readWhere(sent url.Values, sheet *registration.Sheet) (faults []form.Fault) {
	words, found := s.readCommune(sent, sheet.Address.Commune)
	switch {
	case words == "" && len(found) == 0:
		faults = append(faults, form.Fault{Field: "commune", Text: "Donnez la commune de l’établissement."})
	case len(found) == 0:
		faults = append(faults, form.Fault{Field: "commune", Text: "Cette commune n’est pas connue : vérifiez son nom, ou donnez son code postal."})
	case len(found) > 1:
		faults = append(faults, form.Fault{Field: "commune", To: "commune-" + found[0].Value, Text: "Plusieurs communes répondent : cochez la bonne."})
	}
	zone, wrong := s.readZone(sent)
	if faults = append(faults, wrong...); len(faults) > 0 {
		return faults
	}
	s.settle(sheet, found[0])
	if len(sheet.Activities) == 0 {
		sheet.Activities = []structure.Activity{{}}
	}
	for i := range sheet.Activities {
		if a := &sheet.Activities[i]; i == 0 || !a.Zone.Declared() {
			a.Zone = zone
		}
	}
	return nil
}

// settle puts an establishment into a commune; an address that is there already stays.
func (s *site) settle(sheet *registration.Sheet, t territory.Territory) {
	if sheet.Address.Commune == t.Value {
		return
	}
	commune, _ := s.Atlas.Commune(t.Value)
	sheet.Address = structure.Address{Commune: t.Value, City: commune.Name}
	if len(commune.PostalCodes) == 1 {
		sheet.Address.PostalCode = commune.PostalCodes[0]
	}
}

func (s *site) fillContact(p *views.Question, sheet *registration.Sheet) {
	p.Contact = views.Contact{Phone: format.Phone(sheet.Contact.Phone), Email: sheet.Contact.Email, Website: sheet.Contact.Website}
}

func (s *site) typedContact(p *views.Question, sent url.Values) {
	if !sent.Has("telephone") && !sent.Has("courriel") {
		return
	}
	p.Contact = views.Contact{Phone: typedLine(sent.Get("telephone")), Email: typedLine(sent.Get("courriel")), Website: typedLine(sent.Get("site"))}
}

func (s *site) readContact(sent url.Values, sheet *registration.Sheet) (faults []form.Fault) {
	in := structure.Contact{Phone: typedLine(sent.Get("telephone")), Email: typedLine(sent.Get("courriel")), Website: typedLine(sent.Get("site"))}
	if in == (structure.Contact{}) {
		return []form.Fault{{Field: "telephone", Text: "Donnez au moins un moyen de vous joindre : téléphone, adresse e-mail ou site."}}
	}
	if in.Phone != "" {
		dial := format.Dial(in.Phone)
		if len(dial) < 10 || len(dial) > 16 {
			faults = append(faults, form.Fault{Field: "telephone", Text: "Ce numéro de téléphone n’est pas complet : dix chiffres, ou + suivi de l’indicatif du pays."})
		}
	}
	if in.Email != "" {
		if e, err := account.ParseEmail(in.Email); err != nil {
			faults = append(faults, form.Fault{Field: "courriel", Text: err.Error()})
		} else {
			in.Email = string(e)
		}
	}
	if in.Website != "" && (in.Site() == nil || len(in.Website) > registration.MaxLine) {
		faults = append(faults, form.Fault{Field: "site", Text: "L’adresse du site s’écrit comme www.exemple.fr."})
	}
	if len(faults) == 0 {
		sheet.Contact = in
	}
	return faults
}
