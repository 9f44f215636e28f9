package web

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/picture"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

var responsesDone = map[string]string{"saisie": "Réponse enregistrée, marquée « saisie par l’acheteur ». Un message demande à la structure de la confirmer."}

func responsesURL(id string) string { return operationURL(id) + responsesPath }

func responseURL(id, supplier string) string {
	return responsesURL(id) + "/" + url.PathEscape(supplier)
}

// responding is a page on answers under way.
type responding struct {
	*site
	c       *fiber.Ctx
	m       buyer.Member
	seen    *operation.Seen
	answers map[string]*sourcing.Answer
}

// respondingOf reads the answers of the sourçage of the address. shut says that the page
// has said why they are not open.
func (s *site) respondingOf(c *fiber.Ctx) (r *responding, shut bool, err error) {
	m, err := planner(c)
	if err != nil {
		return nil, false, err
	}
	seen, answers, err := s.Operation.Responses(c.UserContext(), m, c.Params("id"))
	r = &responding{s, c, m, seen, answers}
	if seen == nil || err == nil {
		return r, false, err
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return r, false, err
	}
	if status == fiber.StatusUnprocessableEntity {
		status = fiber.StatusForbidden
	}
	p := views.ResponseShut{Page: s.operationFrame(c, seen, "Réponses", responsesPath, nil), Text: text}
	switch {
	case errors.Is(err, sourcing.ErrUndeclared):
		p.Way = part.Link{Label: "Déclarer mes intérêts", URL: operationURL(seen.Operation.ID) + "/equipe"}
	case errors.Is(err, sourcing.ErrNotInTeam):
		p.Text += " Qui en est, et a déclaré ses intérêts, lit les réponses."
		p.Way = part.Link{Label: "Voir l’équipe", URL: operationURL(seen.Operation.ID) + "/equipe"}
	}
	return r, true, render(c.Status(status), views.ResponseShutView(p))
}

// supplier is the one of the address, who was contacted.
func (r *responding) supplier() (*sourcing.Supplier, error) {
	v := r.seen.Operation.Supplier(r.c.Params("supplier"))
	if v == nil || !v.Contacted() {
		return nil, store.ErrNotFound
	}
	return v, nil
}

// enters reports whether the reader may enter an answer.
func (r *responding) enters() bool { return sourcing.Buys(r.m) && r.seen.Operation.Takes() }

// responses lists them.
func (s *site) responses(c *fiber.Ctx) error {
	r, shut, err := s.respondingOf(c)
	if err != nil || shut {
		return err
	}
	o := &r.seen.Operation
	p := views.ResponsesPage{Page: s.operationFrame(c, r.seen, "Réponses", responsesPath, responsesDone), Enter: r.enters()}
	answered := 0
	for _, v := range o.Contacts() {
		row := r.row(v)
		if a := r.answers[v.ID]; a != nil && a.Newest() != nil { // who declines has a page, and no answer
			answered++
		}
		p.Rows = append(p.Rows, row)
	}
	p.Lead = format.Count(answered, "réponse reçue", "réponses reçues") + " sur " + format.Count(len(p.Rows), "structure consultée", "structures consultées") + "."
	if o.Silent() {
		p.Note = "La consultation est lancée : les réponses se lisent, plus aucune n’est reçue."
	}
	return render(c, views.ResponsesView(p))
}

func (r *responding) row(v *sourcing.Supplier) views.ResponseRow {
	row := views.ResponseRow{Name: format.Text(v.Name), State: "Pas encore de réponse"}
	if r.enters() {
		row.Enter = responseURL(r.seen.Operation.ID, v.ID) + enterSegment
	}
	a := r.answers[v.ID]
	if !hasAnswered(a) {
		r.declined(&row, v, a)
		return row
	}
	n := a.Newest()
	row.URL, row.State, row.Late, row.Signed = responseURL(r.seen.Operation.ID, v.ID), "Reçue le "+format.Moment(n.At), n.Late(), format.Text(n.Name)
	if n.Entered() {
		row.Says = append(row.Says, "Saisie par l’acheteur, "+strings.ToLower(n.Route.Label()), judgedWords(n))
	}
	if len(a.Submissions) > 1 {
		row.Says = append(row.Says, format.Count(len(a.Submissions), "envoi", "envois"))
	}
	if files := filesIn(n); files > 0 {
		row.Files = strconv.Itoa(files)
	}
	return row
}

// declined says when a structure has said that it will not answer, and leads to its word if it left one.
func (r *responding) declined(row *views.ResponseRow, v *sourcing.Supplier, a *sourcing.Answer) {
	if v.DeclinedAt.IsZero() {
		return
	}
	row.State = "Ne répondra pas, dit le " + format.Day(v.DeclinedAt)
	if a != nil && a.Decline != "" {
		row.URL = responseURL(r.seen.Operation.ID, v.ID)
	}
}

// filesIn counts the files of an answer, with the one that proves an entry.
func filesIn(sub *sourcing.Submission) (n int) {
	for i := range sub.Values {
		n += len(sub.Values[i].Files)
	}
	if sub.Evidence != nil {
		n++
	}
	return n
}

// judgedWords say what the supplier says of what was entered for it.
func judgedWords(n *sourcing.Submission) string {
	switch {
	case !n.ConfirmedAt.IsZero():
		return "Confirmée par la structure le " + format.Day(n.ConfirmedAt)
	case !n.ContestedAt.IsZero():
		return "Contestée par la structure le " + format.Day(n.ContestedAt) + " : « " + n.Word + " »"
	}
	return "La structure ne l’a pas encore confirmée"
}

// response shows one.
func (s *site) response(c *fiber.Ctx) error {
	r, shut, err := s.respondingOf(c)
	if err != nil || shut {
		return err
	}
	v, err := r.supplier()
	if err != nil {
		return err
	}
	a := r.answers[v.ID]
	if a == nil || a.Newest() == nil && a.Decline == "" {
		return store.ErrNotFound
	}
	o := &r.seen.Operation
	p := views.ResponsePage{
		Page:     s.operationFrame(c, r.seen, format.Text(v.Name), responsesPath, responsesDone, part.Link{Label: "Réponses", URL: responsesURL(o.ID)}),
		Supplier: format.Text(v.Name), Decline: a.Decline,
	}
	if r.enters() {
		p.Enter = responseURL(o.ID, v.ID) + enterSegment
	}
	if !a.DeclineAt.IsZero() {
		p.Status = append(p.Status, views.AnswerStatus{Text: "Ne répondra pas, dit le " + sourcing.Moment(a.DeclineAt)})
	}
	names, err := s.namesOf(c.UserContext(), a.Persons())
	if err != nil {
		return err
	}
	if n := a.Newest(); n != nil {
		r.newest(&p, a, n, names)
	}
	return render(c, views.ResponseView(p))
}

// newest shows the submission that counts, and those before it.
func (r *responding) newest(p *views.ResponsePage, a *sourcing.Answer, n *sourcing.Submission, names map[string]string) {
	o := &r.seen.Operation
	at := func(hash string) string { return responseURL(o.ID, a.Supplier) + filesSegment + "/" + hash }
	add := func(tone, text string) { p.Status = append(p.Status, views.AnswerStatus{Text: text, Tone: tone}) }
	say := "Reçue le " + sourcing.Moment(n.At)
	if n.Name != "" {
		say += ", signée par " + n.Name
	}
	add("good", say)
	if n.Late() {
		add("warn", "Hors délai : la date limite était le "+sourcing.Moment(n.Deadline)+".")
		if last := a.LastInTime(); last != nil {
			add("", "La dernière arrivée à temps est celle du "+sourcing.Moment(last.At)+".")
		}
	}
	if n.Entered() {
		add("warn", "Saisie par l’acheteur"+byWhom(names, n.By)+" : venue le "+cmp.Or(format.Date(n.Came), "(jour non noté)")+", "+strings.ToLower(n.Route.Label())+".")
		add("", judgedWords(n))
	}
	if o.Approved != nil && n.Version != o.Approved.Version {
		add("", "Elle répond à la version "+strconv.Itoa(n.Version)+" du questionnaire ; la version "+strconv.Itoa(o.Approved.Version)+" est en vigueur.")
	}
	q, _ := o.Version(n.Version)
	before := submissionBefore(a)
	var old []survey.Value
	if before != nil {
		old = before.Values
		p.ChangeBy = "« Avant » dit ce que répondait l’envoi du " + sourcing.Moment(before.At) + "."
	}
	p.Lines, p.Note = answerLines(&q, n.Values, old, at), n.Note
	if e := n.Evidence; e != nil {
		p.Evidence = &answerFiles([]survey.Upload{*e}, at)[0]
	}
	for i := len(a.Submissions) - 1; i >= 0; i-- {
		p.History = append(p.History, r.submission(&a.Submissions[i], at))
	}
}

// submissionBefore is the last one before the newest whose values are kept.
func submissionBefore(a *sourcing.Answer) *sourcing.Submission {
	for i := len(a.Submissions) - 2; i >= 0; i-- {
		if a.Submissions[i].Values != nil {
			return &a.Submissions[i]
		}
	}
	return nil
}

func (r *responding) submission(n *sourcing.Submission, at func(string) string) views.ResponseSent {
	out := views.ResponseSent{Number: strconv.Itoa(n.Number), At: sourcing.Moment(n.At), How: strings.ToLower(n.Route.Label()), Name: n.Name, Hash: n.Hash, Late: n.Late()}
	if n.Entered() {
		out.How += ", saisie par l’acheteur"
	}
	q, ok := r.seen.Operation.Version(n.Version)
	if !ok || n.Values == nil {
		out.Kept = "Le portail garde le premier envoi, le dernier à temps et le dernier ; de celui-ci, l’heure et l’empreinte."
		return out
	}
	out.Lines = answerLines(&q, n.Values, nil, at)
	return out
}

// responseFile answers a file of an answer to who may open it.
func (s *site) responseFile(c *fiber.Ctx) error {
	r, shut, err := s.respondingOf(c)
	if err != nil || shut {
		return err
	}
	v, err := r.supplier()
	if err != nil {
		return err
	}
	a := r.answers[v.ID]
	if a == nil || !sentWith(a, c.Params("hash")) {
		return store.ErrNotFound
	}
	return s.sendAnswerFile(c, a, c.Params("hash"))
}

// sentWith reports whether a submission names a file: a draft is nobody's but its writer's.
func sentWith(a *sourcing.Answer, hash string) bool {
	sent := *a
	sent.Draft = nil
	_, ok := sent.Upload(hash)
	return ok
}

// responseForm answers the form that enters an answer.
func (s *site) responseForm(c *fiber.Ctx) error {
	r, shut, err := s.respondingOf(c)
	if err != nil || shut {
		return err
	}
	v, err := r.supplier()
	if err != nil {
		return err
	}
	return r.renderForm(v, form.State{}, url.Values{}, nil)
}

func (r *responding) renderForm(v *sourcing.Supplier, state form.State, sent url.Values, values []survey.Value) error {
	o := &r.seen.Operation
	if o.Approved == nil {
		return store.ErrNotFound
	}
	state.Token, state.Heading = r.formToken(r.c), "La réponse n’est pas enregistrée"
	p := views.ResponseForm{
		Page:  r.operationFrame(r.c, r.seen, "Saisir une réponse de "+format.Text(v.Name), responsesPath, nil, part.Link{Label: "Réponses", URL: responsesURL(o.ID)}),
		State: state, Action: responseURL(o.ID, v.ID) + enterSegment, Supplier: format.Text(v.Name), Late: r.Now().After(o.Deadline),
		Came:    form.Field{Name: "jour", Label: "Venue le", Type: "date", Short: true, Value: cmp.Or(sent.Get("jour"), string(r.today()))},
		Name:    form.Field{Name: signedField, Label: "Qui a répondu pour la structure", Value: typedLine(sent.Get(signedField))},
		Note:    form.Field{Name: "note", Label: "Note de saisie", Help: "Dans quelles circonstances. Nécessaire quand il n’y a pas de pièce.", Optional: true, Value: typedText(sent.Get("note"))},
		Version: strconv.Itoa(o.Approved.Version), Questions: answerQuestions(o.Approved, values, func(string) string { return "" }),
		FileHelp: "Le courriel ou le document reçu, 10 Mo au plus : " + picture.Attachments + ".",
	}
	for i := range p.Questions {
		p.Questions[i].Field.Optional = false // nothing of it is required of a buyer: no word on each
	}
	for _, route := range sourcing.EnteredRoutes {
		p.Routes = append(p.Routes, part.Option{Value: string(route), Label: route.Label(), Selected: sent.Get("voie") == string(route)})
	}
	if !o.Takes() {
		p.State.Refusal = string(sourcing.ErrNotOpen)
		if o.Silent() {
			p.State.Refusal = string(sourcing.ErrSilenced)
		}
	}
	titleFaults(&p.Title, p.State)
	return render(r.c, views.ResponseFormView(p))
}

// ownsResponse judges who enters an answer before its file is read.
func (s *site) ownsResponse(c *fiber.Ctx) error {
	r, shut, err := s.respondingOf(c)
	if err != nil || shut {
		return err
	}
	v, err := r.supplier()
	if err != nil {
		return err
	}
	if c.Request().Header.ContentLength() > sheetUploadBody {
		c.Status(fiber.StatusRequestEntityTooLarge)
		return r.renderForm(v, form.State{Faults: []form.Fault{{Field: fileField, Text: tooHeavy}}}, url.Values{}, nil)
	}
	return c.Next()
}

// responseEnter stores what came by another way.
func (s *site) responseEnter(c *fiber.Ctx) error {
	r, shut, err := s.respondingOf(c)
	if err != nil || shut {
		return err
	}
	v, err := r.supplier()
	if err != nil {
		return err
	}
	o, sent := &r.seen.Operation, sentForm(c)
	if o.Approved == nil {
		return store.ErrNotFound
	}
	sub := sourcing.Submission{Version: o.Approved.Version, Route: sourcing.Route(clip(sent.Get("voie"))), Name: typedLine(sent.Get(signedField)), Note: typedText(sent.Get("note")), Values: readAnswers(o.Approved, sent, nil)}
	sub.Came, _ = structure.ParseDate(typedLine(sent.Get("jour")))
	state := r.faults(&sub, sent)
	if state.Refused() {
		c.Status(fiber.StatusUnprocessableEntity)
		if sentFile(c).over {
			c.Status(fiber.StatusRequestEntityTooLarge)
		}
		return r.renderForm(v, state, sent, sub.Values)
	}
	evidence, fault, err := r.keepEvidence(v)
	if err != nil {
		return err
	}
	if fault != "" {
		return r.renderForm(v, form.State{Faults: []form.Fault{{Field: fileField, Text: fault}}}, sent, sub.Values)
	}
	sub.Evidence = evidence
	err = s.Operation.EnterResponse(c.UserContext(), r.m, o.ID, v.ID, sub)
	if text, status, ok := refusalOf(err); ok {
		c.Status(status)
		return r.renderForm(v, form.State{Refusal: text}, sent, sub.Values)
	}
	if err != nil {
		return err
	}
	return done(c, responseURL(o.ID, v.ID), "saisie")
}

// keepEvidence keeps the file that proves an entry, if one was sent.
func (r *responding) keepEvidence(v *sourcing.Supplier) (evidence *survey.Upload, fault string, err error) {
	if file := sentFile(r.c); file.file == nil && !file.over {
		return nil, "", nil
	}
	up, fault, err := r.keepAnswerFile(r.c, sourcing.AnswerID(r.seen.Operation.ID, v.ID))
	return &up, fault, err
}

// faults are those of the form, at their fields.
func (r *responding) faults(sub *sourcing.Submission, sent url.Values) (state form.State) {
	add := func(lacks bool, f form.Fault) {
		if lacks {
			state.Faults = append(state.Faults, f)
		}
	}
	o, file := &r.seen.Operation, sentFile(r.c)
	with := file.file != nil || file.over
	if stale := sent.Get("version") != strconv.Itoa(o.Approved.Version); stale {
		state.Refusal = "Le questionnaire a changé depuis que vous avez ouvert cette page : relisez les réponses ci-dessous, puis enregistrez."
		r.c.Status(fiber.StatusConflict)
	}
	add(!sub.Entered() || sub.Route.Label() == "", form.Fault{Field: "voie", Text: "Dites comment la réponse est venue.", To: "voie-" + string(sourcing.EnteredRoutes[0])})
	add(sub.Came == "" || sub.Came > r.today(), form.Fault{Field: "jour", Text: "Indiquez le jour où elle est venue, passé."})
	add(sub.Name == "" || len([]rune(sub.Name)) > maxSigned, form.Fault{Field: signedField, Text: "Dites qui a répondu, en 100 caractères au plus."})
	add(file.over, form.Fault{Field: fileField, Text: tooHeavy})
	add(!with && (sub.Route == sourcing.ByEmail || sub.Route == sourcing.OnPaper), form.Fault{Field: fileField, Text: "Joignez le courriel ou le document : il prouve ce que vous saisissez."})
	add(!with && sub.Note == "" && (sub.Route == sourcing.ByCall || sub.Route == sourcing.InAnMeeting), form.Fault{Field: "note", Text: "Sans pièce, notez dans quelles circonstances elle a répondu."})
	add(len([]rune(sub.Note)) > sourcing.MaxWord, form.Fault{Field: "note", Text: "Cette note est trop longue : 1 000 caractères au plus."})
	add(len(sub.Values) == 0, form.Fault{Field: valueField + o.Approved.Questions[0].ID, Text: "Saisissez au moins une réponse."})
	state.Faults = append(state.Faults, answerFaults(o.Approved, sub.Values, false)...)
	return state
}
