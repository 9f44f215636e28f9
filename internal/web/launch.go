package web

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

const (
	launchTab         = "/lancement"
	launchMessage     = "message"
	launchCorrection  = "correction"
	launchLine        = "ligne"
	maxRejectionNote  = 300
	maxRejectionName  = 160
	launchNotForward  = "La date limite des réponses n’est pas passée : elle vaut pour tous. L’analyse commence ensuite."
	launchNeedsReport = "Établissez le rapport, depuis la page « Rapport » : le sourçage se clôt ensuite."
)

// launchRoutes are those of the launch of the consultation, and of what follows.
func (s *site) launchRoutes(d operationDoors) {
	const at = operationsPath + "/:id" + launchTab
	d.readers.Get(at, d.limited, s.launch)
	d.writers.Post(at, d.limited, s.launchDo)
	d.writers.Post(at+"/apercu", d.limited, s.launchPreview)
	d.writers.Post(at+"/correction", d.limited, s.launchCorrect)
	d.writers.Post(at+"/candidats", d.limited, s.launchReject)
	d.writers.Post(at+"/analyse", d.limited, s.launchAnalyse)
	d.writers.Post(at+"/clore", d.limited, s.launchClose)
}

// launchDone words what was done before the page is shown.
var launchDone = map[string]string{
	"lancee": "Consultation lancée. Le dernier message est parti à tous, au même moment.", "corrigee": "Correction envoyée à tous, au même moment.",
	"note": "Information notée.", "analyse": "Les réponses sont en analyse.", "clos": "Sourçage clos.",
}

func launchURL(id string) string { return operationURL(id) + launchTab }

// launchSent is what a form of the page held when it was refused.
type launchSent struct {
	state      form.State
	message    string
	correction string
	rejection  *sourcing.Rejection // being typed, or changed
	seen       string
}

// launch shows what is open before the launch, or what was told at it.
func (s *site) launch(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	o := &seen.Operation
	sent := launchSent{message: sourcing.LastMessage(launchObject(seen))}
	for i := range o.Rejections {
		if r := &o.Rejections[i]; r.ID == c.Query(launchLine) && o.Silent() {
			sent.rejection, sent.seen = r, launchStamp(r.At)
		}
	}
	return s.renderLaunch(c, m, seen, sent)
}

// launchObject is what the consultation is called in the last message: the object of the
// purchase, else the title of the sourçage.
func launchObject(seen *operation.Seen) string {
	if seen.Purchase.Object != "" {
		return seen.Purchase.Object
	}
	return seen.Operation.Title
}

func (s *site) renderLaunch(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, sent launchSent) error {
	o := &seen.Operation
	acts := o.Acts(m) == nil
	sent.state.Token, sent.state.Heading = s.formToken(c), "Rien n’est enregistré"
	p := views.LaunchPage{Page: s.operationFrame(c, seen, "Lancement de la consultation", launchTab, launchDone), State: sent.state, Steps: launchSteps(o, acts, s.Now())}
	var err error
	if o.Silent() {
		p.After, err = s.launchAfter(c.UserContext(), o, acts, sent)
	} else {
		p.Before, err = s.launchBefore(c.UserContext(), m, o, sent)
	}
	if err != nil {
		return err
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.LaunchView(p))
}

// launchSteps is how far the operation is, and the next step of who may do it.
func launchSteps(o *sourcing.Operation, acts bool, now time.Time) (out views.LaunchSteps) {
	add := func(name string, at time.Time) {
		line := views.LaunchStep{Name: name, Done: !at.IsZero()}
		if line.Done {
			line.When = "le " + format.Moment(at)
		}
		out.Lines = append(out.Lines, line)
	}
	add("Sourçage ouvert", o.OpenedAt)
	add("Réponses en analyse", o.AnalysingAt)
	add("Rapport établi", o.ReportedAt)
	add("Consultation lancée", o.SilencedAt)
	add("Sourçage clos", o.ClosedAt)
	if !acts {
		return out
	}
	switch o.State() {
	case sourcing.Opened:
		if now.Before(o.Deadline) && !o.Silent() {
			out.Hint = launchNotForward
			break
		}
		out.Action = &form.Action{To: launchURL(o.ID) + "/analyse", Label: "Passer à l’analyse des réponses"}
	case sourcing.Analysing:
		out.Hint = launchNeedsReport
	case sourcing.Reported:
		out.Action = &form.Action{To: launchURL(o.ID) + "/clore", Label: "Clore le sourçage"}
	}
	return out
}

// launchHeads says how many are told.
func launchHeads(n int) string { return format.Count(n, "structure", "structures") }

// launchAudience is how many the last message goes to, those of the other operations of
// the purchase too.
func launchAudience(o *sourcing.Operation, beside []sourcing.Operation) (n int, links []part.Link) {
	n = o.Audience()
	for i := range beside {
		x := &beside[i]
		n += x.Audience()
		links = append(links, part.Link{Label: format.Text(x.Title), URL: operationURL(x.ID)})
	}
	return n, links
}

func (s *site) launchBefore(ctx context.Context, m buyer.Member, o *sourcing.Operation, sent launchSent) (*views.LaunchBefore, error) {
	b := &views.LaunchBefore{Action: launchURL(o.ID) + "/apercu", Message: sent.message}
	left, err := s.Operation.Standing(ctx, o)
	if err != nil {
		return nil, err
	}
	b.Checks = launchChecks(o, left)
	beside, err := s.Operation.Beside(ctx, o)
	if err != nil {
		return nil, err
	}
	var n int
	n, b.Beside = launchAudience(o, beside)
	b.Heads = launchHeads(n)
	switch err := o.Acts(m); {
	case err != nil && sourcing.Buys(m):
		b.Why = err.Error()
	case err != nil:
		b.Why = "Un acheteur de l’équipe lance la consultation."
	case !o.Speaks():
		b.Why = "Ce sourçage n’est pas ouvert : personne n’a rien reçu, il n’y a personne à prévenir. La consultation se lance depuis la page de l’achat."
	}
	return b, nil
}

// launchLeft words what is open, each with the page on which it is settled.
func launchLeft(left operation.Standing) (out []part.Link) {
	add := func(n int, one, many, tab string) {
		if n > 0 {
			out = append(out, part.Link{Label: format.Count(n, one, many), URL: tab})
		}
	}
	add(left.Gaps, "information que des structures n’ont pas eue, sans motif", "manques au registre : une information que des structures n’ont pas eue, sans motif", "/registre")
	add(left.Unanswered, "question de structure sans réponse", "questions de structures sans réponse", "/registre")
	add(left.Candidates, "candidature spontanée sans suite", "candidatures spontanées sans suite", "/candidatures")
	add(left.Contested, "compte rendu contesté", "comptes rendus contestés", "/entretiens")
	add(left.Unsent, "entretien sans compte rendu envoyé", "entretiens sans compte rendu envoyé", "/entretiens")
	if !left.Report {
		out = append(out, part.Link{Label: "Rapport pas encore établi : il peut l’être après le lancement", URL: "/rapport"})
	}
	return out
}

func launchChecks(o *sourcing.Operation, left operation.Standing) (out []views.LaunchCheck) {
	for _, l := range launchLeft(left) {
		out = append(out, views.LaunchCheck{Fact: part.Answer{Text: format.Text(l.Label), Tone: part.Warn}, Link: &part.Link{Label: "Y aller", URL: operationURL(o.ID) + l.URL}})
	}
	if left.Gaps == 0 {
		out = append(out, views.LaunchCheck{Fact: part.Answer{Text: "Registre sans manque : chacun a eu les mêmes informations, ou un motif est noté", Tone: part.Good}})
	}
	if left.Unanswered == 0 {
		out = append(out, views.LaunchCheck{Fact: part.Answer{Text: "Aucune question de structure n’attend", Tone: part.Good}})
	}
	return out
}

func (s *site) launchAfter(ctx context.Context, o *sourcing.Operation, acts bool, sent launchSent) (*views.LaunchAfter, error) {
	names, err := s.namesOf(ctx, []string{o.SilencedBy})
	if err != nil {
		return nil, err
	}
	n := launchHeads(o.Audience())
	a := &views.LaunchAfter{Message: o.Last, FixText: sent.correction, Says: "Consultation lancée le " + format.Moment(o.SilencedAt) + byWhom(names, o.SilencedBy) + ". Ce message est parti à " + n + ", au même moment. Plus rien de nouveau ne part depuis."}
	if o.Last == "" {
		a.Says = "Consultation lancée le " + format.Moment(o.SilencedAt) + byWhom(names, o.SilencedBy) + ". Ce sourçage n’était pas ouvert : personne n’était à prévenir."
	}
	for _, f := range o.Corrections {
		a.Fixes = append(a.Fixes, views.LaunchFix{When: "envoyée le " + format.Moment(f.At), Text: f.Text})
	}
	if len(o.Corrections) >= sourcing.MaxCorrections {
		a.FixNone = "Trois corrections sont parties : publiez un avis rectificatif pour le reste."
	} else if acts && o.Last != "" {
		a.FixAction, a.FixButton = launchURL(o.ID)+"/correction", "Envoyer la correction à "+n
	}
	for i := range o.Rejections {
		r := &o.Rejections[i]
		line := views.LaunchRejection{Name: format.Text(r.Name), Day: format.Date(r.Day), Form: r.Form.Label(), Note: r.Note}
		if acts {
			line.Edit = launchURL(o.ID) + "?" + launchLine + "=" + r.ID + "#noter"
		}
		a.Rejections = append(a.Rejections, line)
	}
	if acts {
		a.Form = rejectionForm(o, sent)
	}
	return a, nil
}

func rejectionForm(o *sourcing.Operation, sent launchSent) *views.LaunchRejectionForm {
	f := &views.LaunchRejectionForm{Action: launchURL(o.ID) + "/candidats", Seen: sent.seen}
	r := sourcing.Rejection{Form: sourcing.ByProfile}
	if sent.rejection != nil {
		r = *sent.rejection
	}
	f.ID, f.Day, f.Note = r.ID, string(r.Day), r.Note
	if r.Supplier == "" {
		f.Name = r.Name
	}
	if r.ID != "" {
		f.Cancel = launchURL(o.ID)
	}
	f.Suppliers = []part.Option{{Value: "", Label: "Un autre candidat", Selected: r.Supplier == ""}}
	for i := range o.Suppliers {
		x := &o.Suppliers[i]
		f.Suppliers = append(f.Suppliers, part.Option{Value: x.ID, Label: x.Name, Selected: x.ID == r.Supplier})
	}
	for _, x := range sourcing.RejectionForms {
		f.Forms = append(f.Forms, part.Option{Value: string(x), Label: x.Label(), Selected: x == r.Form})
	}
	return f
}

func launchStamp(at time.Time) string { return strconv.FormatInt(at.UnixNano(), 10) }

// launchRefused shows the page as it is now, with why not: a refusal of what was typed
// stands at its field.
func (s *site) launchRefused(c *fiber.Ctx, m buyer.Member, err error, field string, sent launchSent) error {
	text, status, ok := dossierRefused(err)
	if errors.Is(err, sourcing.ErrNotInTeam) || errors.Is(err, sourcing.ErrRecused) {
		status = fiber.StatusForbidden
	}
	if !ok {
		return err
	}
	seen, err := s.Operation.Operation(c.UserContext(), m, c.Params("id")) // as it is now
	if err != nil {
		return err
	}
	if sent.message == "" {
		sent.message = sourcing.LastMessage(launchObject(seen))
	}
	if status == fiber.StatusUnprocessableEntity && field != "" {
		sent.state.Faults = append(sent.state.Faults, form.Fault{Field: field, Text: text})
	} else {
		sent.state.Refusal = text
	}
	return s.renderLaunch(c.Status(status), m, seen, sent)
}

// launchPreview shows the last message and to how many it goes, before it is confirmed.
func (s *site) launchPreview(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	values := sentForm(c)
	sent := launchSent{message: typedText(values.Get(launchMessage))}
	if values.Get("etape") == "reprendre" {
		return s.renderLaunch(c, m, seen, sent)
	}
	trial := seen.Operation
	if !trial.Silent() {
		text, fault := sourcing.Text("Ce message", sent.message, sourcing.MaxMessage)
		if fault == nil {
			_, fault = trial.Silence(m, text, s.Now())
		}
		if fault != nil {
			return s.launchRefused(c, m, fault, launchMessage, sent)
		}
		return s.renderLaunchPreview(c, seen, text)
	}
	return s.renderLaunch(c.Status(fiber.StatusConflict), m, seen, launchSent{state: form.State{Refusal: "La consultation est lancée depuis : son dernier message est parti."}})
}

func (s *site) renderLaunchPreview(c *fiber.Ctx, seen *operation.Seen, text string) error {
	o := &seen.Operation
	beside, err := s.Operation.Beside(c.UserContext(), o)
	if err != nil {
		return err
	}
	left, err := s.Operation.Standing(c.UserContext(), o)
	if err != nil {
		return err
	}
	p := views.LaunchPreview{
		Page:  s.operationFrame(c, seen, "Lancer la consultation ?", launchTab, nil, part.Link{Label: "Lancement", URL: launchURL(o.ID)}),
		State: form.State{Token: s.formToken(c)}, Message: text, Action: launchURL(o.ID), Back: launchURL(o.ID) + "/apercu",
	}
	p.Heading = format.Text(p.Heading)
	n, links := launchAudience(o, beside)
	p.Heads, p.Beside, p.Button = launchHeads(n), links, "Lancer et prévenir "+launchHeads(n)
	for _, l := range launchLeft(left) {
		p.Left = append(p.Left, l.Label)
	}
	return render(c, views.LaunchPreviewView(p))
}

// launchDo launches the consultation.
func (s *site) launchDo(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	sent := launchSent{message: typedText(sentForm(c).Get(launchMessage))}
	text, err := sourcing.Text("Ce message", sent.message, sourcing.MaxMessage)
	if err == nil {
		err = s.Operation.Launch(c.UserContext(), m, seen.Operation.ID, text)
	}
	if err != nil {
		return s.launchRefused(c, m, err, launchMessage, sent)
	}
	return done(c, launchURL(seen.Operation.ID), "lancee")
}

// launchCorrect corrects the last message.
func (s *site) launchCorrect(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	sent := launchSent{correction: typedText(sentForm(c).Get(launchCorrection))}
	text, err := sourcing.Text("Cette correction", sent.correction, sourcing.MaxMessage)
	if err == nil {
		err = s.Operation.Correct(c.UserContext(), m, seen.Operation.ID, text)
	}
	if err != nil {
		return s.launchRefused(c, m, err, launchCorrection, sent)
	}
	return done(c, launchURL(seen.Operation.ID), "corrigee")
}

// launchReject notes when and how a rejected candidate was informed.
func (s *site) launchReject(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	values := sentForm(c)
	r := sourcing.Rejection{ID: clip(values.Get(launchLine)), Supplier: clip(values.Get("structure")), Name: typedLine(values.Get("nom")), Day: structure.Date(typedLine(values.Get("jour"))), Form: sourcing.RejectionForm(clip(values.Get("forme"))), Note: typedText(values.Get("note"))}
	sent := launchSent{rejection: &r, seen: clip(values.Get("vu"))}
	in := r
	if at, err := strconv.ParseInt(sent.seen, 10, 64); err == nil {
		in.At = time.Unix(0, at).UTC()
	}
	in.Day, _ = structure.ParseDate(string(r.Day)) // none: the domain asks for it
	if seen.Operation.Supplier(in.Supplier) == nil {
		in.Supplier = ""
	}
	field := "note"
	if in.Name, err = sourcing.Line("Ce nom", r.Name, maxRejectionName); err != nil {
		field = "nom"
	} else if in.Note, err = sourcing.Text("Cette note", r.Note, maxRejectionNote); err == nil {
		field, err = rejectionField(&in, s.today()), s.Operation.Reject(c.UserContext(), m, seen.Operation.ID, in)
	}
	if err != nil {
		return s.launchRefused(c, m, err, field, sent)
	}
	return done(c, launchURL(seen.Operation.ID), "note")
}

// rejectionField is the field that is wrong when a line is refused.
func rejectionField(r *sourcing.Rejection, today structure.Date) string {
	switch {
	case r.Supplier == "" && r.Name == "":
		return "nom"
	case r.Day == "" || r.Day > today:
		return "jour"
	}
	return "forme"
}

// launchAnalyse ends the wait for answers.
func (s *site) launchAnalyse(c *fiber.Ctx) error {
	return s.launchStep(c, s.Operation.Analyse, "analyse")
}

// launchClose ends the operation.
func (s *site) launchClose(c *fiber.Ctx) error { return s.launchStep(c, s.Operation.Close, "clos") }

func (s *site) launchStep(c *fiber.Ctx, do func(context.Context, buyer.Member, string) error, what string) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	if err := do(c.UserContext(), m, seen.Operation.ID); err != nil {
		return s.launchRefused(c, m, err, "", launchSent{})
	}
	return done(c, launchURL(seen.Operation.ID), what)
}
