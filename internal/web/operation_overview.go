package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// maxPurpose bounds what a sourçage is to find out, in letters.
const maxPurpose = 1000

// operationOverview shows a sourçage at a glance.
func (s *site) operationOverview(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	o := &seen.Operation
	names, err := s.namesOf(c.UserContext(), o.Persons())
	if err != nil {
		return err
	}
	p := views.DeskOverview{
		Page: s.operationFrame(c, seen, o.Title, "", operationDone), State: form.State{Token: s.formToken(c)},
		Purpose: o.Purpose, Facts: s.operationFacts(seen, names), Message: o.Message, History: operationHistory(o, names),
	}
	if p.Missing, err = s.lacking(c, seen); err != nil {
		return err
	}
	if err := s.suppliersOf(c, &p, m, o); err != nil {
		return err
	}
	p.Next = operationNext(o, m, len(p.Missing), s.Now())
	if opens := o.Opens(m); opens != nil && o.State() != sourcing.Drafted {
		p.Notice = opens.Error()
	}
	p.Acts = append(p.Acts, operationActs(o, m, s.Now())...)
	return render(c, views.DeskOverviewView(p))
}

// writesOperation reports whether the member is of the team, and may write.
func writesOperation(o *sourcing.Operation, m buyer.Member) bool {
	t := o.Teammate(m.Person)
	return sourcing.Buys(m) && t != nil && t.RecusedAt.IsZero() && o.ClosedAt.IsZero()
}

// operationActs are what may be sent while the sourçage runs.
func operationActs(o *sourcing.Operation, m buyer.Member, now time.Time) (out []part.Link) {
	own := operationURL(o.ID)
	open := part.Link{Label: "Page publique et candidatures", URL: own + candidatesSegment}
	switch {
	case !writesOperation(o, m) || o.Silent():
		return nil
	case o.State() == sourcing.Drafted:
		return []part.Link{open}
	case o.State() != sourcing.Opened:
		return nil
	}
	if !now.After(o.Deadline) {
		out = append(out, part.Link{Label: "Ajouter une structure", URL: own + "/ajouter"})
	}
	if o.RemindedAt.IsZero() && !now.After(o.Deadline) {
		out = append(out, part.Link{Label: "Relancer celles qui n’ont pas répondu", URL: own + "/relance"})
	}
	out = append(out, part.Link{Label: "Déplacer la date limite", URL: own + calendarSegment}, open)
	return out
}

// operationNext says what is to be done.
func operationNext(o *sourcing.Operation, m buyer.Member, missing int, now time.Time) views.DeskNext {
	own := operationURL(o.ID)
	way := func(label, path string) *part.Link { return &part.Link{Label: label, URL: own + path} }
	switch t := o.Teammate(m.Person); {
	case o.State() == sourcing.ClosedOp:
		return views.DeskNext{}
	case t == nil && sourcing.Buys(m):
		return views.DeskNext{Title: "Vous n’êtes pas de l’équipe", Text: "Entrez dans l’équipe, puis déclarez vos intérêts : les réponses s’ouvrent ensuite.", Way: way("Entrer dans l’équipe", "/equipe")}
	case t != nil && t.RecusedAt.IsZero() && t.DeclaredAt.IsZero():
		return views.DeskNext{Title: "Déclarez vos intérêts", Text: "C’est une minute : sans cela, vous ne pouvez ni envoyer le courriel, ni lire les réponses.", Way: way("Déclarer", "/equipe")}
	case o.State() == sourcing.Drafted && missing == 0:
		return views.DeskNext{Title: "Relisez, puis envoyez", Text: "Tout est prêt. Voyez le courriel tel que chaque structure le reçoit, puis envoyez-le à toutes à la même minute.", Way: way("Voir l’aperçu", "/apercu")}
	case o.State() == sourcing.Drafted:
		return views.DeskNext{}
	}
	return operationRunsNext(o, now, way)
}

// operationRunsNext says what is to be done once the requests have gone.
func operationRunsNext(o *sourcing.Operation, now time.Time, way func(label, path string) *part.Link) views.DeskNext {
	switch {
	case o.Silent():
		return views.DeskNext{Title: "La consultation est lancée", Text: "Plus rien de nouveau ne part vers une structure. Le rapport garde ce que chacune a su.", Way: way("Voir le rapport", "/rapport")}
	case o.State() == sourcing.Opened && now.Before(o.Deadline):
		return views.DeskNext{Title: "Les réponses arrivent", Text: "Date limite : " + sourcing.Moment(o.Deadline) + ". Répondez aux questions des structures au registre : la réponse va à toutes.", Way: way("Voir les réponses", "/reponses")}
	case o.State() == sourcing.Opened:
		return views.DeskNext{Title: "La date limite est passée", Text: "Comparez les réponses : ce que vous en tirez fera le rapport.", Way: way("Comparer", "/comparaison")}
	case o.State() == sourcing.Analysing:
		return views.DeskNext{Title: "Tirez-en les conséquences", Text: "Notez les constats, puis établissez le rapport.", Way: way("Comparer", "/comparaison")}
	}
	return views.DeskNext{Title: "Le rapport est établi", Text: "Au lancement de la consultation, toutes les structures reçoivent le même dernier message.", Way: way("Préparer le lancement", "/lancement")}
}

func (s *site) operationFacts(seen *operation.Seen, names map[string]string) []desk.Fact {
	o := &seen.Operation
	out := []desk.Fact{{Term: "Achat", Text: "Un achat d’un autre service"}}
	if seen.Visible {
		out[0].Text, out[0].URL = format.Text(seen.Purchase.Object), purchaseURL(o.Purchase)
		for _, id := range o.Lots {
			if l := seen.Purchase.Lot(id); l != nil {
				out = append(out, desk.Fact{Term: "Lot", Text: format.Text(format.Upper(lotName(&seen.Purchase, l))), URL: lotURL(o.Purchase, id)})
			}
		}
	}
	if !o.Deadline.IsZero() {
		out = append(out, desk.Fact{Term: "Date limite", Text: sourcing.Moment(o.Deadline) + ", la même pour tous"})
	}
	if o.Panel != nil {
		out = append(out, desk.Fact{Term: "Panel", Text: format.Count(o.Panel.Rows, "structure", "structures") + ", figé le " + format.Day(o.Panel.At), URL: operationURL(o.ID) + "/panel"})
	}
	if q := o.Approved; q != nil {
		out = append(out, desk.Fact{Term: "Questionnaire", Text: q.Title + ", version " + strconv.Itoa(q.Version), URL: operationURL(o.ID) + "/questionnaire"})
	}
	out = append(out, desk.Fact{Term: "Créé", Text: "Le " + format.Day(o.CreatedAt) + byWhom(names, o.CreatedBy)})
	if !o.RemindedAt.IsZero() {
		out = append(out, desk.Fact{Term: "Relance", Text: "Envoyée le " + sourcing.Moment(o.RemindedAt)})
	}
	return out
}

func operationHistory(o *sourcing.Operation, names map[string]string) (out []views.DeskStep) {
	for _, step := range slices.Backward(o.History) {
		line := views.DeskStep{When: format.Moment(step.At), ISO: step.At.UTC().Format(time.RFC3339), What: people.DoneWords(step.What), Note: step.Note}
		if step.By != "" {
			line.What += byWhom(names, step.By)
		}
		out = append(out, line)
	}
	return out
}

// suppliersOf fills the table of who was contacted, or is to be.
func (s *site) suppliersOf(c *fiber.Ctx, p *views.DeskOverview, m buyer.Member, o *sourcing.Operation) error {
	if o.State() == sourcing.Drafted {
		toContact(p, o)
		return nil
	}
	answers, err := s.Operation.AnswersBySupplier(c.UserContext(), o.ID)
	if err != nil {
		return err
	}
	mails, err := s.Operation.Deliveries(c.UserContext(), o)
	if err != nil {
		return err
	}
	reads, edits := o.Opens(m) == nil, writesOperation(o, m) && o.State() == sourcing.Opened && !o.Silent()
	for i := range o.Suppliers {
		v := &o.Suppliers[i]
		row := views.DeskSupplier{Name: v.Name, Email: v.Email, URL: sheetURLOf(v.Structure), Notes: supplierNotes(v, o)}
		row.Delivery, row.When = deliveryWords(v, mails[v.ID], s.Now())
		row.Answer, row.Said = answerWords(v, answers[v.ID])
		if reads && hasAnswered(answers[v.ID]) {
			row.Open = operationURL(o.ID) + "/reponses/" + url.PathEscape(v.ID)
		}
		if edits && v.RefusedAt.IsZero() {
			row.Edit = supplierAddressURL(o.ID, v.ID)
		}
		p.Suppliers = append(p.Suppliers, row)
	}
	if contacts := o.Contacts(); len(contacts) > 0 {
		p.Counts = format.Count(len(contacts), "structure contactée", "structures contactées") + ", réponses : " + answeredOf(contacts)
		p.Counts = format.Text(p.Counts)
	}
	return nil
}

// toContact says how many structures a sourçage that is not open is to contact.
func toContact(p *views.DeskOverview, o *sourcing.Operation) {
	if n := len(o.Suppliers); n > 0 {
		p.Counts = format.Count(n, "structure à contacter", "structures à contacter")
		p.Acts = []part.Link{{Label: "Voir le panel", URL: panelURL(o.ID)}}
	}
}

// hasAnswered reports whether an answer was sent, or entered.
func hasAnswered(a *sourcing.Answer) bool { return a != nil && a.Newest() != nil }

func sheetURLOf(structure string) string {
	if structure == "" {
		return ""
	}
	return sheetAddress(structure)
}

func supplierNotes(v *sourcing.Supplier, o *sourcing.Operation) (out []string) {
	switch {
	case v.Spontaneous && !v.RefusedAt.IsZero():
		out = append(out, "Candidature spontanée, non retenue.")
	case v.Spontaneous:
		out = append(out, "Candidature spontanée.")
	case v.Contacted() && v.ContactedAt.After(o.OpenedAt):
		out = append(out, "Ajoutée le "+sourcing.Moment(v.ContactedAt)+".")
	}
	return out
}

// deliveryWords say how far the mail to a supplier has come.
func deliveryWords(v *sourcing.Supplier, d operation.Delivery, now time.Time) (part.Answer, string) {
	what := "Demande"
	if d.Sending == sourcing.SendReminder {
		what = "Relance"
	}
	if !v.Contacted() {
		return part.Answer{Text: "Pas encore envoyé", Tone: part.Muted}, ""
	}
	if d.Message == nil {
		return part.Answer{Text: what + " en attente d’envoi", Tone: part.Muted}, ""
	}
	switch msg := d.Message; msg.State(now) {
	case message.Sent:
		if !msg.BouncedAt.IsZero() {
			return part.Answer{Text: what + " rejetée par le serveur", Tone: part.Warn}, "L’adresse ne reçoit pas : corrigez-la."
		}
		return part.Answer{Text: what + " envoyée", Tone: part.Good}, "Le " + sourcing.Moment(msg.SentAt) + "."
	case message.Refused:
		return part.Answer{Text: what + " refusée", Tone: part.Warn}, format.Upper(msg.Why.Label()) + "."
	case message.Uncertain:
		return part.Answer{Text: what + " incertaine", Tone: part.Warn}, "Peut-être partie, peut-être pas."
	case message.Leased:
		return part.Answer{Text: what + " en cours d’envoi", Tone: part.Muted}, ""
	}
	return part.Answer{Text: what + " en attente d’envoi", Tone: part.Muted}, ""
}

// answerWords say what a supplier has answered; of a draft only that there is one.
func answerWords(v *sourcing.Supplier, a *sourcing.Answer) (part.Answer, string) {
	if a != nil && a.Newest() != nil {
		return submittedWords(a, a.Newest())
	}
	switch {
	case !v.DeclinedAt.IsZero():
		return part.Answer{Text: "Ne répondra pas", Tone: part.Muted}, "Dit le " + sourcing.Moment(v.DeclinedAt) + "."
	case !v.AnsweredAt.IsZero():
		return part.Answer{Text: "Répondu", Tone: part.Good}, "Le " + sourcing.Moment(v.AnsweredAt) + "."
	case a != nil && len(a.Draft) > 0:
		return part.Answer{Text: "Brouillon commencé", Tone: part.Muted}, ""
	}
	return part.Answer{Text: "Aucune réponse", Tone: part.Muted}, ""
}

// submittedWords say of an answer when the newest submission came, and how.
func submittedWords(a *sourcing.Answer, n *sourcing.Submission) (part.Answer, string) {
	out, said := part.Answer{Text: "Répondu", Tone: part.Good}, "Le "+sourcing.Moment(n.At)+"."
	if a.LastInTime() == nil {
		out = part.Answer{Text: "Répondu en retard", Tone: part.Warn}
	}
	if n.Entered() {
		said += " Saisie par l’acheteur."
	}
	if len(a.Submissions) > 1 {
		said += " " + format.Count(len(a.Submissions), "envoi", "envois") + "."
	}
	return out, said
}

// ---- what it is about

func (s *site) operationWriteForm(c *fiber.Ctx) error {
	_, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	if seen.Operation.State() != sourcing.Drafted {
		return s.renderOverviewRefusal(c, seen, sourcing.ErrNotDraft)
	}
	return s.renderOperationWrite(c, seen, nil, seen.Operation.Rev, form.State{})
}

// renderOverviewRefusal leads back to the overview of a sourçage on which something can no
// longer be done: a page that somebody kept says why.
func (s *site) renderOverviewRefusal(c *fiber.Ctx, seen *operation.Seen, why error) error {
	p := views.DeskSend{Page: s.operationFrame(c, seen, "Rien à faire ici", "", operationDone), Intro: []string{why.Error()}, None: true, Cancel: operationURL(seen.Operation.ID)}
	_, status, ok := operationRefused(why)
	if !ok {
		return why
	}
	return render(c.Status(status), views.DeskSendView(p))
}

func (s *site) renderOperationWrite(c *fiber.Ctx, seen *operation.Seen, sent url.Values, rev int64, state form.State) error {
	o := &seen.Operation
	state.Token, state.Heading = s.formToken(c), "Rien n’est enregistré"
	p := views.DeskWrite{
		Page:  s.operationFrame(c, seen, "Modifier le sourçage", "", operationDone),
		State: state, Action: operationURL(o.ID) + "/modifier", Rev: strconv.FormatInt(o.Rev, 10), Values: writtenOperation(o),
	}
	lots := o.Lots
	if sent != nil {
		if rev != o.Rev {
			p.Theirs = []desk.Fact{{Term: "Titre", Text: o.Title}, {Term: "Objectif", Text: cmp.Or(o.Purpose, "Aucun")}, {Term: "Message", Text: o.Message}, {Term: "Date limite", Text: sourcing.Moment(o.Deadline)}}
		}
		lots = sent["lots"]
		p.Values = map[string]string{"titre": typedLine(sent.Get("titre")), "objectif": typedText(sent.Get("objectif")), "message": typedText(sent.Get("message")), "jour": typedLine(sent.Get("jour")), "heure": typedLine(sent.Get("heure"))}
	}
	if seen.Purchase.Divided() {
		for i := range seen.Purchase.Lots {
			l := &seen.Purchase.Lots[i]
			p.Lots = append(p.Lots, part.Option{Value: l.ID, Label: format.Text(format.Upper(lotName(&seen.Purchase, l))), Selected: slices.Contains(lots, l.ID)})
		}
	}
	titleFaults(&p.Title, state)
	return render(c, views.DeskWriteView(p))
}

func writtenOperation(o *sourcing.Operation) map[string]string {
	day, hour := deadlineTyped(o.Deadline)
	return map[string]string{"titre": o.Title, "objectif": o.Purpose, "message": o.Message, "jour": day, "heure": hour}
}

func (s *site) operationWrite(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	sent, rev := sentForm(c), sentRevision(c)
	in := sourcing.Operation{Notice: seen.Operation.Notice}
	l := operationWords{formLines{sent: sent}}
	l.read(&in, s.Now())
	in.Purpose, err = sourcing.Text("Cet objectif", sent.Get("objectif"), maxPurpose)
	l.failed("objectif", err)
	for _, id := range sent["lots"] {
		if seen.Purchase.Lot(id) != nil && !slices.Contains(in.Lots, id) {
			in.Lots = append(in.Lots, id)
		}
	}
	if !seen.Purchase.Divided() {
		in.Lots = seen.Operation.Lots
	}
	if len(l.faults) > 0 {
		return s.renderOperationWrite(c.Status(fiber.StatusUnprocessableEntity), seen, sent, rev, form.State{Faults: l.faults})
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.write", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Write(m, in, rev, s.Now())
	})
	if text, status, ok := operationRefused(err); ok {
		if seen, err = s.Operation.Operation(c.UserContext(), m, seen.Operation.ID); err != nil { // as it is now
			return err
		}
		return s.renderOperationWrite(c.Status(status), seen, sent, rev, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, operationURL(seen.Operation.ID), "modifie")
}
