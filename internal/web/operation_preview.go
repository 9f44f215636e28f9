package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/mail"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/layout"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// operationDone words what was done before a page of a sourçage is shown.
var operationDone = map[string]string{
	"cree": "Sourçage créé. Voici ce qui lui manque avant l’envoi.", "pret": "Sourçage prêt : relisez le courriel, rien n’est encore parti.", "modifie": "Modification enregistrée.",
	"ouvert": "C’est parti : chaque structure reçoit le courriel à la même minute.", "ajout": "Structure ajoutée : elle reçoit la demande et tout ce que les autres ont reçu.",
	"adresse": "Adresse corrigée : la structure reçoit de nouveau ce qui lui a été envoyé, avec un autre lien.", "relance": "Relance envoyée à toutes les structures qui n’ont pas répondu.",
	"equipe": "Personne ajoutée à l’équipe.", "interets": "Intérêts déclarés.", "recuse": "Récusation enregistrée.", "retire": "Personne retirée de l’équipe.",
	"fige": "Panel figé. Dites maintenant qui est contacté, et pourquoi les autres ne le sont pas.", "choix": "Choix enregistrés.",
}

// shownTokens stand for the personal link in a letter that is only shown: it leads nowhere.
type shownTokens struct{}

func (shownTokens) Token(string, string, int64) string { return "lien-personnel" }
func (shownTokens) Code(string) string                 { return "" }

// letterShown is a mail to a supplier as it is to go.
func (s *site) letterShown(c *fiber.Ctx, m buyer.Member, o *sourcing.Operation, v *sourcing.Supplier, kind sourcing.Sending, text string) (*views.DeskLetter, error) {
	msg, err := s.Operation.Letter(c.UserContext(), m, o, v, sourcing.Dispatch{Sending: kind, Text: text})
	if err != nil {
		return nil, err
	}
	l, err := mail.Composer{BaseURL: s.Config.BaseURL, Portal: layout.Site, Contact: s.Config.ContactEmail, Tokens: shownTokens{}}.Letter(&msg)
	if err != nil {
		return nil, err
	}
	out := &views.DeskLetter{Subject: l.Subject, Greeting: l.Greeting, Paragraphs: l.Paragraphs, After: l.After, Closing: l.Closing, Why: l.Why}
	if l.Action != nil {
		out.Action = l.Action.Label
	}
	return out, nil
}

// lacking is what lacks before the opening, each with the page where it is put right.
func (s *site) lacking(c *fiber.Ctx, seen *operation.Seen) ([]views.DeskMissing, error) {
	o := &seen.Operation
	if o.State() != sourcing.Drafted {
		return nil, nil
	}
	l, err := s.Operation.Panel(c.UserContext(), o)
	if err != nil {
		return nil, err
	}
	faults, own := o.Missing(l, s.Now()), operationURL(o.ID)
	var out []views.DeskMissing
	for _, at := range []struct{ field, label, path string }{
		{"title", "Écrire le titre", "/modifier"}, {"message", "Écrire le message", "/modifier"}, {"deadline", "Fixer la date limite", "/modifier"},
		{"panel", "Figer un panel", "/panel"}, {"suppliers", "Choisir dans le panel", "/panel"}, {"reasons", "Dire les motifs", "/panel?vue=a-decider"}, {"questionnaire", "Approuver un questionnaire", "/questionnaire"},
	} {
		if fault := faults[at.field]; fault != "" {
			out = append(out, views.DeskMissing{Text: fault.Error(), Way: part.Link{Label: at.label, URL: own + at.path}})
		}
	}
	return out, nil
}

// operationPreview shows the first message before it goes.
func (s *site) operationPreview(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	return s.renderPreview(c, m, seen, form.State{})
}

func (s *site) renderPreview(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, state form.State) error {
	o := &seen.Operation
	state.Token, state.Heading = s.formToken(c), "Rien n’est parti"
	p := views.DeskPreview{Page: s.operationFrame(c, seen, "Aperçu du premier message", "", operationDone), State: state,
		Rev: strconv.FormatInt(o.Rev, 10), Open: operationURL(o.ID) + "/ouvrir"}
	var err error
	if p.Missing, err = s.lacking(c, seen); err != nil {
		return err
	}
	for i := range o.Suppliers {
		if v := &o.Suppliers[i]; v.RefusedAt.IsZero() {
			p.To = append(p.To, views.DeskAddress{Name: v.Name, Email: v.Email})
		}
	}
	if i := firstReached(o); i >= 0 && strings.TrimSpace(o.Message) != "" && !o.Deadline.IsZero() {
		if p.Letter, err = s.letterShown(c, m, o, &o.Suppliers[i], sourcing.SendRequest, o.Message); err != nil {
			return err
		}
	}
	p.Facts = []desk.Fact{{Term: "Destinataires", Text: format.Count(len(p.To), "structure", "structures")}, {Term: "Date limite", Text: "À fixer"}, {Term: "Questionnaire", Text: "À approuver"}, {Term: "Charte", Text: "Charte de déontologie, son adresse est dans le courriel", URL: charterPath}}
	if !o.Deadline.IsZero() {
		p.Facts[1].Text = sourcing.Moment(o.Deadline) + ", heure de Paris"
	}
	if q := o.Approved; q != nil {
		p.Facts[2].Text = q.Title + ", " + format.Count(len(q.Questions), "question", "questions")
		p.Facts[2].URL = operationURL(o.ID) + "/questionnaire"
	}
	s.previewActs(&p, m, o)
	titleFaults(&p.Title, state)
	return render(c, views.DeskPreviewView(p))
}

// previewActs says who may send, and what else may be done.
func (s *site) previewActs(p *views.DeskPreview, m buyer.Member, o *sourcing.Operation) {
	opens := o.Opens(m)
	switch {
	case o.State() != sourcing.Drafted:
		p.Refusal = "Ce courriel est parti le " + sourcing.Moment(o.OpenedAt) + "."
	case opens != nil:
		p.Refusal = opens.Error()
	case !sourcing.Buys(m):
		p.Refusal = "Un acheteur de l’équipe envoie ce courriel."
	case len(p.Missing) == 0:
		p.Button = fmt.Sprintf("Envoyer à %s", format.Count(len(p.To), "structure", "structures"))
	}
	if o.State() == sourcing.Drafted && sourcing.Buys(m) {
		own := operationURL(o.ID)
		p.Edit = []part.Link{{Label: "Modifier le message", URL: own + "/modifier"}, {Label: "Revoir le panel", URL: own + "/panel"}}
	}
}

// firstReached is the first supplier that has an address, -1 when none has.
func firstReached(o *sourcing.Operation) int {
	for i := range o.Suppliers {
		if v := &o.Suppliers[i]; v.Email != "" && v.RefusedAt.IsZero() {
			return i
		}
	}
	return -1
}

// operationOpen sends the first message.
func (s *site) operationOpen(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	err = s.Operation.Open(c.UserContext(), m, seen.Operation.ID, sentRevision(c))
	if text, status, ok := operationRefused(err); ok {
		if seen, err = s.Operation.Operation(c.UserContext(), m, seen.Operation.ID); err != nil { // as it is now
			return err
		}
		return s.renderPreview(c.Status(status), m, seen, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, operationURL(seen.Operation.ID), "ouvert")
}

// sentRevision is the revision that the page showed, none that an operation has when it
// cannot be read.
func sentRevision(c *fiber.Ctx) int64 {
	rev, err := strconv.ParseInt(sentForm(c).Get("version"), 10, 64)
	if err != nil {
		return -1
	}
	return rev
}
