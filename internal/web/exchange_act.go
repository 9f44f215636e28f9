package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/form"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// exchangeSent is what the form of an entretien held.
type exchangeSent struct {
	state  form.State
	in     sourcing.Exchange
	values url.Values // as typed
	stored *sourcing.Exchange
	stale  bool
	rev    int64
}

// exchangeFields are the fields of the form by those of sourcing.Exchange.Check, in the
// order of the form.
var exchangeFields = []struct{ of, name string }{{"supplier", "structure"}, {"kind", "forme"}, {"day", "jour"}, {"at", "heure"}, {"duration", "duree"}, {"place", "lieu"}, {"ours", "notres"}, {"theirs", "leurs"}, {"minutes", "compte_rendu"}}

// readExchange reads the form: what is wrong stands at its fields.
func readExchange(values url.Values, o *sourcing.Operation) exchangeSent {
	sent := exchangeSent{values: values}
	wrong := map[string]string{}
	in := sourcing.Exchange{ID: sentOnce(values.Get(onceField)), Supplier: clip(values.Get("structure")), Kind: sourcing.ExchangeKind(clip(values.Get("forme"))), Place: typedLine(values.Get("lieu")), Minutes: typedText(values.Get("compte_rendu"))}
	if v := o.Supplier(in.Supplier); v == nil || !v.Contacted() {
		wrong["supplier"] = "Choisissez la structure rencontrée."
	}
	in.At = exchangeAt(values, wrong)
	if text := typedLine(values.Get("duree")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			wrong["duration"] = "Donnez un nombre de minutes, comme 45."
		}
		in.Duration = n
	}
	in.AgendaVersion, _ = strconv.Atoi(values.Get("ordre"))
	var err error
	if in.Ours, err = sourcing.Names(typedText(values.Get("notres"))); err != nil {
		wrong["ours"] = err.Error()
	}
	if in.Theirs, err = sourcing.Names(typedText(values.Get("leurs"))); err != nil {
		wrong["theirs"] = err.Error()
	}
	sent.in, sent.state.Faults = in, exchangeFaults(&in, wrong)
	return sent
}

// exchangeFaults are what is wrong with an entretien, in the order of the form.
func exchangeFaults(in *sourcing.Exchange, wrong map[string]string) (out []form.Fault) {
	for field, fault := range in.Check() {
		if wrong[field] == "" && (field != "at" || wrong["day"] == "") {
			wrong[field] = fault.Error()
		}
	}
	for _, f := range exchangeFields {
		if text := wrong[f.of]; text != "" {
			out = append(out, form.Fault{Field: f.name, Text: text})
		}
	}
	return out
}

// exchangeAt reads a day and an hour in Paris; the hour that a change of clocks skips is
// refused.
func exchangeAt(values url.Values, wrong map[string]string) time.Time {
	day, err := sourcing.ParseDay(typedLine(values.Get("jour")))
	switch {
	case err != nil:
		wrong["day"] = err.Error()
		return time.Time{}
	case day == "":
		wrong["day"] = "Indiquez le jour de l’entretien."
		return time.Time{}
	}
	hour := strings.Replace(strings.ReplaceAll(typedLine(values.Get("heure")), " ", ""), "h", ":", 1)
	at, err := time.ParseInLocation("2006-01-02 15:04", string(day)+" "+hour, structure.Paris)
	switch {
	case err != nil:
		wrong["at"] = "Indiquez l’heure, comme 14:30."
	case at.Format("15:04") != hour && "0"+hour != at.Format("15:04"):
		wrong["at"] = "Cette heure n’existe pas ce jour-là : l’heure change."
	default:
		return at
	}
	return time.Time{}
}

// exchangeNew asks for a new one.
func (s *site) exchangeNew(c *fiber.Ctx) error {
	_, seen, shut, err := s.exchangeSeen(c)
	if err != nil || shut {
		return err
	}
	return s.renderExchangeForm(c, seen, exchangeSent{values: url.Values{onceField: {account.NewID()}, "structure": {c.Query("structure")}, "jour": {string(s.today())}, "ordre": {strconv.Itoa(len(seen.Operation.Agendas))}}})
}

func (s *site) renderExchangeForm(c *fiber.Ctx, seen *operation.Seen, sent exchangeSent) error {
	o, v, x := &seen.Operation, sent.values, sent.stored
	sent.state.Token, sent.state.Heading = s.formToken(c), "L’entretien n’est pas enregistré"
	heading, at := "Noter un entretien", operationURL(o.ID)+exchangeTab
	above := []part.Link{{Label: "Entretiens", URL: at}}
	p := views.ExchangeFormPage{To: at, Once: v.Get(onceField), Button: "Enregistrer l’entretien"}
	if x != nil {
		heading, at = "Modifier un entretien", exchangeURL(o.ID, x.ID)
		above = append(above, part.Link{Label: "Entretien", URL: at})
		p.To, p.Once, p.Rev, p.Supplier = at+"/modifier", "", strconv.FormatInt(sent.rev, 10), exchangeName(o, x)
		if !x.SentAt.IsZero() {
			p.Sent = "Ce compte rendu est parti le " + sourcing.Moment(x.SentAt) + ". Ce que la structure a lu, et ce qu’elle en a dit, reste au dossier à côté de la nouvelle version, qui ne part que si vous l’envoyez."
		}
		if sent.stale {
			p.Mine, p.Stored, p.Rev = true, x.Minutes, strconv.FormatInt(x.Rev, 10)
		}
	}
	p.Page = s.operationFrame(c, seen, heading, exchangeTab, nil, above...)
	p.State = sent.state
	p.Day, p.Hour, p.Duration, p.Place = v.Get("jour"), v.Get("heure"), v.Get("duree"), v.Get("lieu")
	p.Ours, p.Theirs, p.Minutes = v.Get("notres"), v.Get("leurs"), v.Get("compte_rendu")
	p.Suppliers = []part.Option{{Label: "Choisir une structure"}}
	for _, y := range o.Contacts() {
		p.Suppliers = append(p.Suppliers, part.Option{Value: y.ID, Label: y.Name, Selected: y.ID == v.Get("structure")})
	}
	for _, k := range sourcing.ExchangeKinds {
		p.Kinds = append(p.Kinds, part.Option{Value: string(k), Label: k.Label(), Selected: string(k) == v.Get("forme")})
	}
	if n := len(o.Agendas); n > 0 {
		for i := n; i >= 0; i-- {
			label := "Aucun"
			if i > 0 {
				label = exchangeVersion(&o.Agendas[i-1])
			}
			p.Agendas = append(p.Agendas, part.Option{Value: strconv.Itoa(i), Label: label, Selected: strconv.Itoa(i) == v.Get("ordre")})
		}
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.ExchangeFormView(p))
}

// exchangeMeet notes it.
func (s *site) exchangeMeet(c *fiber.Ctx) error {
	m, seen, shut, err := s.exchangeSeen(c)
	if err != nil || shut {
		return err
	}
	sent := readExchange(sentForm(c), &seen.Operation)
	if len(sent.state.Faults) > 0 {
		return s.renderExchangeForm(c.Status(fiber.StatusUnprocessableEntity), seen, sent)
	}
	err = s.Operation.Meet(c.UserContext(), m, seen.Operation.ID, sent.in)
	if text, status, ok := operationRefused(err); ok {
		sent.state.Refusal = text
		return s.renderExchangeForm(c.Status(status), seen, sent)
	}
	if err != nil {
		return err
	}
	return done(c, exchangeURL(seen.Operation.ID, sent.in.ID), "note")
}

// exchangeEdit asks for what is written over one.
func (s *site) exchangeEdit(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	seen, x, err := s.Operation.Exchange(c.UserContext(), m, c.Params("id"), c.Params("exchange"))
	if err != nil {
		return s.exchangeShut(c, seen, err)
	}
	day, hour := exchangeDay(x)
	v := url.Values{
		"structure": {x.Supplier}, "forme": {string(x.Kind)}, "jour": {day}, "heure": {hour}, "lieu": {x.Place}, "ordre": {strconv.Itoa(x.AgendaVersion)},
		"duree": {countTyped(x.Duration, "")}, "notres": {strings.Join(x.Ours, "\n")}, "leurs": {strings.Join(x.Theirs, "\n")}, "compte_rendu": {x.Minutes},
	}
	return s.renderExchangeForm(c, seen, exchangeSent{values: v, stored: x, rev: x.Rev})
}

// exchangeWrite writes over it.
func (s *site) exchangeWrite(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	ctx, id := c.UserContext(), c.Params("id")
	seen, x, err := s.Operation.Exchange(ctx, m, id, c.Params("exchange"))
	if err != nil {
		return s.exchangeShut(c, seen, err)
	}
	values := sentForm(c)
	values.Set("structure", x.Supplier)
	sent := readExchange(values, &seen.Operation)
	sent.stored, sent.in.ID = x, x.ID
	sent.rev, err = strconv.ParseInt(values.Get("version"), 10, 64)
	if err != nil {
		sent.rev = 0
	}
	if len(sent.state.Faults) > 0 {
		return s.renderExchangeForm(c.Status(fiber.StatusUnprocessableEntity), seen, sent)
	}
	err = s.Operation.WriteExchange(ctx, m, id, sent.in, sent.rev)
	text, status, ok := operationRefused(err)
	switch {
	case err == nil:
		return done(c, exchangeURL(id, x.ID), "note")
	case !ok:
		return err
	}
	sent.state.Refusal = text
	if errors.Is(err, sourcing.ErrStale) {
		sent.stale, sent.state.Refusal = true, "Quelqu’un d’autre a changé cet entretien pendant que vous écriviez, ou son compte rendu est parti. Comparez, puis enregistrez ce que vous gardez."
		if seen, sent.stored, err = s.Operation.Exchange(ctx, m, id, x.ID); err != nil {
			return err
		}
	}
	return s.renderExchangeForm(c.Status(status), seen, sent)
}

// exchangeSend sends the minutes.
func (s *site) exchangeSend(c *fiber.Ctx) error {
	rev, _ := strconv.ParseInt(sentForm(c).Get("version"), 10, 64) // none is a stale one
	return s.exchangeDo(c, "envoye", "", "", func(m buyer.Member, id, exchange string) error {
		return s.Operation.SendMinutes(c.UserContext(), m, id, exchange, rev)
	})
}

// exchangeAnswer answers to who contests them.
func (s *site) exchangeAnswer(c *fiber.Ctx) error {
	values := sentForm(c)
	rev, _ := strconv.ParseInt(values.Get("envoye"), 10, 64) // none is a stale one
	answer := typedText(values.Get("reponse"))
	return s.exchangeDo(c, "reponse", "reponse", answer, func(m buyer.Member, id, exchange string) error {
		return s.Operation.AnswerMinutes(c.UserContext(), m, id, exchange, answer, rev)
	})
}

// exchangeDo sends something of an exchange; field is where a refusal stands.
func (s *site) exchangeDo(c *fiber.Ctx, doneAs, field, typed string, do func(m buyer.Member, id, exchange string) error) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	seen, x, err := s.Operation.Exchange(c.UserContext(), m, c.Params("id"), c.Params("exchange"))
	if err != nil {
		return s.exchangeShut(c, seen, err)
	}
	err = do(m, seen.Operation.ID, x.ID)
	text, status, ok := operationRefused(err)
	state := form.State{}
	switch {
	case err == nil:
		return done(c, exchangeURL(seen.Operation.ID, x.ID), doneAs)
	case !ok:
		return err
	case status == fiber.StatusUnprocessableEntity && field != "":
		state.Faults = []form.Fault{{Field: field, Text: text}}
	default:
		state.Refusal = text
	}
	return s.renderExchange(c.Status(status), m, state, typed)
}

// exchangePropose writes a version of the agenda.
func (s *site) exchangePropose(c *fiber.Ctx) error {
	m, seen, shut, err := s.exchangeSeen(c)
	if err != nil || shut {
		return err
	}
	values := sentForm(c)
	text := typedText(values.Get("ordre"))
	version, err := strconv.Atoi(values.Get("version"))
	if err != nil {
		version = -1
	}
	err = s.Operation.On(c.UserContext(), m, seen.Operation.ID, "operation.agenda", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Propose(m, text, version, s.Now())
	})
	why, status, ok := operationRefused(err)
	state := form.State{}
	switch {
	case err == nil:
		return done(c, operationURL(seen.Operation.ID)+exchangeTab, "ordre")
	case !ok:
		return err
	case status == fiber.StatusUnprocessableEntity:
		state.Faults = []form.Fault{{Field: "ordre", Text: why}}
	default:
		state.Refusal = why
	}
	now, err := s.Operation.Operation(c.UserContext(), m, seen.Operation.ID)
	if err != nil {
		return err
	}
	return s.renderAgenda(c.Status(status), m, now, state, text, values.Get("version"), status == fiber.StatusConflict)
}
