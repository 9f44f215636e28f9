package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// ledgerBetrays warns of what a text would tell everybody about who is asked.
func ledgerBetrays(found []string) string {
	for i := range found {
		found[i] = format.Quote(found[i])
	}
	return "Ce texte part vers toutes les structures, et contient " + strings.Join(found, ", ") + " : il leur dirait qui est consulté. Retirez-le, ou confirmez que ce mot ne désigne aucune structure."
}

// ledgerChosen reads the suppliers that are ticked.
func ledgerChosen(values url.Values, field string) (out []string) {
	for _, id := range values[field] {
		if id = clip(id); len(out) < sourcing.MaxSuppliers && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// ledgerDo does something to an information of the ledger; what is refused is shown with
// what was typed, at field.
func (s *site) ledgerDo(c *fiber.Ctx, what, doneAs, field string, sent ledgerSent, do func(buyer.Member, *sourcing.Operation, *sourcing.Info) ([]sourcing.Dispatch, error)) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	id, info := seen.Operation.ID, c.Params("info")
	if seen.Operation.Info(info) == nil {
		return fiber.ErrNotFound
	}
	status := fiber.StatusUnprocessableEntity
	if len(sent.state.Faults) == 0 {
		err = s.Operation.On(c.UserContext(), m, id, what, func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return do(m, o, o.Info(info)) })
		text, as, ok := ledgerRefused(err)
		switch {
		case ok && as == fiber.StatusUnprocessableEntity && field != "":
			sent.state.Faults = []form.Fault{{Field: field, Text: text}}
		case ok:
			sent.state.Refusal, status = text, as
		case err != nil:
			return err
		default:
			return done(c, ledgerInfoURL(id, info), doneAs)
		}
	}
	now, err := s.Operation.Operation(c.UserContext(), m, id)
	if err != nil {
		return err
	}
	return s.renderLedgerInfo(c.Status(status), m, now, sent)
}

// ledgerShare gives an information to everybody who has not had it.
func (s *site) ledgerShare(c *fiber.Ctx) error {
	sure := sentForm(c).Get(ledgerSureIn) != ""
	return s.ledgerDo(c, "operation.share", "partage", ledgerSureIn, ledgerSent{}, func(m buyer.Member, o *sourcing.Operation, it *sourcing.Info) ([]sourcing.Dispatch, error) {
		if found := o.Betrays(it.Text); len(found) > 0 && !sure && it.SharedAt.IsZero() && o.SilencedAt.IsZero() {
			return nil, account.Fault("Relisez ce texte : il contient ce qui désigne une structure.")
		}
		return o.Share(m, it.ID, s.Now())
	})
}

// ledgerGive notes that others were told too.
func (s *site) ledgerGive(c *fiber.Ctx) error {
	sent := ledgerSent{open: "donner", suppliers: ledgerChosen(sentForm(c), "donnees")}
	return s.ledgerDo(c, "operation.said", "note", "donnees", sent, func(m buyer.Member, o *sourcing.Operation, it *sourcing.Info) ([]sourcing.Dispatch, error) {
		return nil, o.NoteGiven(m, it.ID, sent.suppliers, s.Now())
	})
}

// ledgerOffer notes that it was offered.
func (s *site) ledgerOffer(c *fiber.Ctx) error {
	sent := ledgerSent{open: "proposer", suppliers: ledgerChosen(sentForm(c), "proposees")}
	return s.ledgerDo(c, "operation.offer", "note", "proposees", sent, func(m buyer.Member, o *sourcing.Operation, it *sourcing.Info) ([]sourcing.Dispatch, error) {
		return nil, o.Offer(m, it.ID, sent.suppliers, s.Now())
	})
}

// ledgerWithhold says why it is withheld.
func (s *site) ledgerWithhold(c *fiber.Ctx) error {
	values := sentForm(c)
	sent := ledgerSent{open: "retenir", suppliers: ledgerChosen(values, "retenues"), reason: typedText(values.Get("motif"))}
	if len(sent.suppliers) == 0 {
		sent.state.Faults = append(sent.state.Faults, form.Fault{Field: "retenues", Text: "Dites de quelles structures il s’agit."})
	}
	return s.ledgerDo(c, "operation.withhold", "note", "motif", sent, func(m buyer.Member, o *sourcing.Operation, it *sourcing.Info) ([]sourcing.Dispatch, error) {
		return nil, o.Withhold(m, it.ID, sent.suppliers, sent.reason, s.Now())
	})
}

// ledgerPutInDCE notes where it stands in the DCE.
func (s *site) ledgerPutInDCE(c *fiber.Ctx) error {
	values := sentForm(c)
	sent := ledgerSent{open: "dce", dce: sourcing.DCE{Document: typedLine(values.Get("document")), Article: typedLine(values.Get("article"))}, day: typedLine(values.Get("jour"))}
	wrong := func(field, text string) {
		sent.state.Faults = append(sent.state.Faults, form.Fault{Field: field, Text: text})
	}
	if sent.dce.Document == "" {
		wrong("document", "Indiquez le document du DCE.")
	}
	if sent.dce.Article == "" {
		wrong("article", "Indiquez l’article.")
	}
	day, err := sourcing.ParseDay(sent.day)
	switch {
	case err != nil:
		wrong("jour", err.Error())
	case day == "":
		wrong("jour", "Indiquez la date du DCE.")
	}
	sent.dce.Day = day
	read := values.Get("vu")
	return s.ledgerDo(c, "operation.dce", "note", "document", sent, func(m buyer.Member, o *sourcing.Operation, it *sourcing.Info) ([]sourcing.Dispatch, error) {
		if d := it.DCE; d != nil && d.Document == sent.dce.Document && d.Article == sent.dce.Article && d.Day == sent.dce.Day {
			return nil, sourcing.ErrUnchanged
		}
		if ledgerDCESeen(it) != read {
			return nil, sourcing.ErrStale // somebody else has written another meanwhile
		}
		return nil, o.PutInDCE(m, it.ID, sent.dce, s.Now())
	})
}

// ledgerTyped is what a form that writes an information held.
type ledgerTyped struct {
	state     form.State
	text      string
	suppliers []string
	exchange  string
	warning   string
}

// ledgerTell asks what to tell everybody.
func (s *site) ledgerTell(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	return s.renderLedgerTell(c, m, seen, ledgerTyped{})
}

func (s *site) renderLedgerTell(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, sent ledgerTyped) error {
	o := &seen.Operation
	sent.state.Token, sent.state.Heading = s.formToken(c), "Rien n’est parti"
	p := views.LedgerTellPage{
		Page: s.operationFrame(c, seen, "Écrire à toutes les structures", ledgerTab, nil, part.Link{Label: "Registre", URL: ledgerURL(o.ID)}), State: sent.state, To: operationURL(o.ID) + ledgerTellPath,
		Lead: "Chaque structure contactée reçoit le même courriel, à la même minute. Celles qui s’ajouteront plus tard le recevront aussi.", Label: "Information", Help: "1 500 caractères au plus. N’y nommez aucune structure.", Text: sent.text,
		Button: "Envoyer " + ledgerTo(len(o.Contacts())), Warning: views.LedgerWarning{Text: sent.warning}, Refused: ledgerSends(m, o),
	}
	if p.Refused != "" && sent.text == "" {
		p.To = ""
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.LedgerTellView(p))
}

// ledgerTold tells everybody.
func (s *site) ledgerTold(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	values := sentForm(c)
	sent := ledgerTyped{text: typedText(values.Get(ledgerTextIn))}
	status := fiber.StatusUnprocessableEntity
	if found := seen.Operation.Betrays(sent.text); len(found) > 0 && values.Get(ledgerSureIn) == "" {
		sent.warning = ledgerBetrays(found)
		sent.state.Faults = []form.Fault{{Field: ledgerSureIn, Text: "Relisez ce texte avant qu’il parte vers tous."}}
		return s.renderLedgerTell(c.Status(status), m, seen, sent)
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.tell", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return o.TellAll(m, sent.text, s.Now()) })
	text, status, ok := ledgerRefused(err)
	switch {
	case ok && status == fiber.StatusUnprocessableEntity:
		sent.state.Faults = []form.Fault{{Field: ledgerTextIn, Text: text}}
	case ok:
		sent.state.Refusal = text
	case err != nil:
		return err
	default:
		return done(c, ledgerURL(seen.Operation.ID), "envoye")
	}
	now, err := s.Operation.Operation(c.UserContext(), m, seen.Operation.ID)
	if err != nil {
		return err
	}
	return s.renderLedgerTell(c.Status(status), m, now, sent)
}

// ledgerNote asks what was said, and to whom; of an exchange, it knows to whom.
func (s *site) ledgerNote(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	sent := ledgerTyped{exchange: c.Query("entretien")}
	return s.renderLedgerNote(c, m, seen, sent)
}

func (s *site) renderLedgerNote(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, sent ledgerTyped) error {
	o := &seen.Operation
	sent.state.Token, sent.state.Heading = s.formToken(c), "Rien n’est noté"
	p := views.LedgerTellPage{
		Page: s.operationFrame(c, seen, "Noter une information donnée", ledgerTab, nil, part.Link{Label: "Registre", URL: ledgerURL(o.ID)}), State: sent.state, To: operationURL(o.ID) + ledgerNotePath,
		Lead: "Ce qui a été dit à une structure manque aux autres : le registre le montre en rouge jusqu’au partage. Rien ne part d’ici.", Label: "Information, telle que tous pourraient la lire", Help: "1 500 caractères au plus. N’y nommez aucune structure.", Text: sent.text,
		Button: "Noter au registre", Refused: ledgerWrites(m, o),
	}
	if sent.exchange != "" {
		_, x, err := s.Operation.Exchange(c.UserContext(), m, o.ID, sent.exchange)
		if err != nil {
			return s.exchangeShut(c, seen, err)
		}
		p.Exchange, p.Where = x.ID, exchangeName(o, x)
	} else {
		for _, v := range o.Contacts() {
			p.Suppliers = append(p.Suppliers, part.Option{Value: v.ID, Label: v.Name, Selected: slices.Contains(sent.suppliers, v.ID)})
		}
	}
	if p.Refused != "" && sent.text == "" {
		p.To = ""
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.LedgerTellView(p))
}

// ledgerNoted notes it.
func (s *site) ledgerNoted(c *fiber.Ctx) error {
	m, seen, err := s.ledgerSeen(c)
	if err != nil {
		return err
	}
	values := sentForm(c)
	sent := ledgerTyped{text: typedText(values.Get(ledgerTextIn)), suppliers: ledgerChosen(values, "donnees"), exchange: clip(values.Get("entretien"))}
	to, back := sent.suppliers, ledgerURL(seen.Operation.ID)
	if sent.exchange != "" {
		_, x, err := s.Operation.Exchange(c.UserContext(), m, seen.Operation.ID, sent.exchange)
		if err != nil {
			return s.exchangeShut(c, seen, err)
		}
		to, back = []string{x.Supplier}, exchangeURL(seen.Operation.ID, x.ID)
	}
	field := ledgerTextIn
	if len(to) == 0 && sent.text != "" {
		field = "donnees"
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.said", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.NoteSaid(m, sent.text, sent.exchange, to, s.Now())
	})
	text, status, ok := ledgerRefused(err)
	switch {
	case ok && status == fiber.StatusUnprocessableEntity:
		sent.state.Faults = []form.Fault{{Field: field, Text: text}}
	case ok:
		sent.state.Refusal = text
	case err != nil:
		return err
	default:
		return done(c, back, "note")
	}
	return s.renderLedgerNote(c.Status(status), m, seen, sent)
}
