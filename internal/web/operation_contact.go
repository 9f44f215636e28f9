package web

import (
	"cmp"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
)

// maxReminder bounds the text of the reminder, in letters.
const maxReminder = 1000

func supplierAddressURL(id, supplier string) string {
	return operationURL(id) + "/structures/" + url.PathEscape(supplier) + "/adresse"
}

// sendFrame is the frame of a form of what is sent while a sourçage runs.
func (s *site) sendFrame(c *fiber.Ctx, seen *operation.Seen, heading string, state form.State) views.DeskSend {
	own := operationURL(seen.Operation.ID)
	state.Token, state.Heading = s.formToken(c), "Rien n’est parti"
	p := views.DeskSend{Page: s.operationFrame(c, seen, heading, "", nil), State: state, Cancel: own}
	titleFaults(&p.Title, state)
	return p
}

// operationRunning refuses what sends something, on a page that somebody kept.
func (s *site) operationRunning(o *sourcing.Operation) error {
	switch {
	case o.Silent():
		return sourcing.ErrSilenced
	case o.State() != sourcing.Opened:
		return sourcing.ErrNotOpen
	}
	return nil
}

// ---- a late addition

func (s *site) supplierAddForm(c *fiber.Ctx) error {
	_, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	if err := s.operationRunning(&seen.Operation); err != nil {
		return s.renderOverviewRefusal(c, seen, err)
	}
	return s.renderSupplierAdd(c, seen, url.Values{}, form.State{})
}

func (s *site) renderSupplierAdd(c *fiber.Ctx, seen *operation.Seen, sent url.Values, state form.State) error {
	p := s.sendFrame(c, seen, "Ajouter une structure", state)
	p.Intro = []string{"Elle reçoit aussitôt la demande et tout ce que les autres ont reçu. La date limite ne change pas : c’est la même pour tous."}
	p.Action, p.Button = operationURL(seen.Operation.ID)+"/ajouter", "Ajouter et envoyer la demande"
	p.Fields = []form.Field{
		{Name: "fiche", Label: "Sa fiche dans l’annuaire", Value: typedLine(sent.Get("fiche")), Optional: true, Help: "L’adresse de sa fiche, copiée depuis l’annuaire. Une structure qui n’y est pas s’ajoute par son nom."},
		{Name: "nom", Label: "Son nom", Value: typedLine(sent.Get("nom")), Optional: true, Help: "Si vous n’indiquez pas de fiche."},
		{Name: "courriel", Label: "Son adresse électronique", Value: typedLine(sent.Get("courriel")), Type: "email", Optional: true, Help: "Vide : celle de sa fiche."},
	}
	return render(c, views.DeskSendView(p))
}

func (s *site) supplierAdd(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	v, fault, err := s.supplierSent(c, sent)
	if err != nil {
		return err
	}
	if fault != nil {
		return s.renderSupplierAdd(c.Status(fiber.StatusUnprocessableEntity), seen, sent, form.State{Faults: []form.Fault{*fault}})
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.add", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return o.Add(m, v, s.Now()) })
	if text, status, ok := operationRefused(err); ok {
		return s.renderSupplierAdd(c.Status(status), seen, sent, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, operationURL(seen.Operation.ID), "ajout")
}

// supplierSent reads who is added: a sheet of the directory, or a name with an address.
func (s *site) supplierSent(c *fiber.Ctx, sent url.Values) (v sourcing.Supplier, fault *form.Fault, err error) {
	wrong := func(field, text string) (sourcing.Supplier, *form.Fault, error) {
		return v, &form.Fault{Field: field, Text: text}, nil
	}
	email := typedLine(sent.Get("courriel"))
	if sheet := typedLine(sent.Get("fiche")); sheet != "" {
		id := sheetIDOf(sheet)
		there, err := s.reachables(c.UserContext(), []string{id})
		if err != nil {
			return v, nil, err
		}
		r, ok := there[id]
		if !ok {
			return wrong("fiche", "Aucune fiche de l’annuaire n’est à cette adresse.")
		}
		v.Structure, v.Name, v.SIREN = r.Structure.ID, r.Structure.Name, r.Structure.SIREN()
		email = cmp.Or(email, r.Email)
	} else if v.Name, err = sourcing.Line("Ce nom", sent.Get("nom"), maxHolderName); err != nil {
		return wrong("nom", err.Error())
	}
	if v.Name == "" {
		return wrong("nom", "Indiquez la fiche de la structure, ou son nom.")
	}
	address, err := account.ParseEmail(email)
	if err != nil {
		return wrong("courriel", cmp.Or(expressFault(err), "Indiquez une adresse électronique."))
	}
	v.Email = string(address)
	return v, nil, nil
}

// sheetIDOf is the id of the structure whose sheet is at an address, or the text itself.
func sheetIDOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		address = u.Path
	}
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '/' {
			id, err := url.PathUnescape(address[i+1:])
			if err != nil {
				return ""
			}
			return id
		}
	}
	return address
}

// ---- another address

func (s *site) supplierAt(c *fiber.Ctx) (buyer.Member, *operation.Seen, *sourcing.Supplier, error) {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return m, nil, nil, err
	}
	v := seen.Operation.Supplier(c.Params("supplier"))
	if v == nil {
		return m, nil, nil, fiber.ErrNotFound
	}
	return m, seen, v, nil
}

func (s *site) supplierAddressForm(c *fiber.Ctx) error {
	_, seen, v, err := s.supplierAt(c)
	if err != nil {
		return err
	}
	return s.renderSupplierAddress(c, seen, v, v.Email, form.State{})
}

func (s *site) renderSupplierAddress(c *fiber.Ctx, seen *operation.Seen, v *sourcing.Supplier, typed string, state form.State) error {
	p := s.sendFrame(c, seen, "Corriger l’adresse de "+v.Name, state)
	p.Intro = []string{"Elle reçoit à la nouvelle adresse ce qui lui a été envoyé, avec un autre lien personnel. Le lien envoyé à l’ancienne adresse ne mène plus nulle part."}
	if seen.Operation.State() == sourcing.Drafted {
		p.Intro = []string{"Rien n’est encore parti : le premier message ira à cette adresse."}
	}
	p.Action, p.Button = supplierAddressURL(seen.Operation.ID, v.ID), "Corriger l’adresse"
	p.Fields = []form.Field{{Name: "courriel", Label: "Adresse électronique", Value: typed, Type: "email"}}
	return render(c, views.DeskSendView(p))
}

func (s *site) supplierAddress(c *fiber.Ctx) error {
	m, seen, v, err := s.supplierAt(c)
	if err != nil {
		return err
	}
	typed := typedLine(sentForm(c).Get("courriel"))
	email, err := account.ParseEmail(typed)
	if err == nil {
		err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.readdress", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
			return o.Readdress(m, v.ID, string(email), s.Now())
		})
	}
	if text, status, ok := operationRefused(err); ok {
		return s.renderSupplierAddress(c.Status(status), seen, v, typed, form.State{Faults: []form.Fault{{Field: "courriel", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, operationURL(seen.Operation.ID), "adresse")
}

// ---- the reminder

func (s *site) supplierRemindForm(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	o := &seen.Operation
	if err := s.operationRunning(o); err != nil {
		return s.renderOverviewRefusal(c, seen, err)
	}
	text := "Vous avez reçu il y a quelques jours notre questionnaire. Votre réponse nous serait utile, même partielle : elle se complète jusqu’à la date limite.\n\nSi vous ne souhaitez pas répondre, dites-le en un clic depuis votre page."
	return s.renderRemind(c, m, seen, text, form.State{})
}

func (s *site) renderRemind(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, text string, state form.State) error {
	o := &seen.Operation
	p := s.sendFrame(c, seen, "Relancer", state)
	if !o.RemindedAt.IsZero() {
		p.None, p.Intro = true, []string{"La relance de ce sourçage est partie le " + sourcing.Moment(o.RemindedAt) + " : il n’y en a qu’une, la même pour tous."}
		return render(c, views.DeskSendView(p))
	}
	answers, err := s.Operation.AnswersBySupplier(c.UserContext(), o.ID)
	if err != nil {
		return err
	}
	var first *sourcing.Supplier
	for _, v := range o.Contacts() {
		if a := answers[v.ID]; v.AnsweredAt.IsZero() && v.DeclinedAt.IsZero() && (a == nil || a.Newest() == nil) {
			first = v
			p.To = append(p.To, views.DeskAddress{Name: v.Name, Email: v.Email})
		}
	}
	if first == nil {
		p.None, p.Intro = true, []string{"Toutes les structures ont répondu, ou dit qu’elles ne répondraient pas : il n’y a personne à relancer."}
		return render(c, views.DeskSendView(p))
	}
	p.Intro = []string{"Une seule relance par sourçage, le même texte pour toutes les structures qui n’ont pas répondu : " + format.Count(len(p.To), "structure", "structures") + "."}
	p.Action, p.Button = operationURL(o.ID)+"/relance", "Envoyer la relance à "+format.Count(len(p.To), "structure", "structures")
	p.Area = &form.Field{Name: "message", Label: "Texte de la relance", Value: text, Help: "1 000 caractères au plus. La date limite et le lien personnel s’ajoutent d’eux-mêmes."}
	if p.Letter, err = s.letterShown(c, m, o, first, sourcing.SendReminder, text); err != nil {
		return err
	}
	return render(c, views.DeskSendView(p))
}

func (s *site) supplierRemind(c *fiber.Ctx) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	typed := typedText(sentForm(c).Get("message"))
	text, err := sourcing.Text("Ce texte", typed, maxReminder)
	if err == nil && text == "" {
		err = account.Fault("Écrivez le texte de la relance.")
	}
	if err != nil {
		return s.renderRemind(c.Status(fiber.StatusUnprocessableEntity), m, seen, typed, form.State{Faults: []form.Fault{{Field: "message", Text: err.Error()}}})
	}
	err = s.Operation.Remind(c.UserContext(), m, seen.Operation.ID, text)
	if text, status, ok := operationRefused(err); ok {
		if seen, err = s.Operation.Operation(c.UserContext(), m, seen.Operation.ID); err != nil {
			return err
		}
		return s.renderRemind(c.Status(status), m, seen, typed, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, operationURL(seen.Operation.ID), "relance")
}
