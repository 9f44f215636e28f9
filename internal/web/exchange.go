package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// Paths of entretiens, below a sourçage.
const (
	exchangeTab    = "/entretiens"
	exchangeNew    = exchangeTab + "/nouveau"
	exchangeAgenda = exchangeTab + "/ordre-du-jour"
)

// exchangeRoutes are those of entretiens.
func (s *site) exchangeRoutes(d operationDoors) {
	const at = operationsPath + "/:id"
	d.readers.Get(at+exchangeTab, d.limited, s.exchanges)
	d.writers.Get(at+exchangeNew, d.limited, s.exchangeNew)
	d.writers.Post(at+exchangeTab, d.limited, s.exchangeMeet)
	d.readers.Get(at+exchangeAgenda, d.limited, s.exchangeAgenda)
	d.writers.Post(at+exchangeAgenda, d.limited, s.exchangePropose)
	d.readers.Get(at+exchangeTab+"/:exchange", d.limited, s.exchange)
	d.writers.Get(at+exchangeTab+"/:exchange/modifier", d.limited, s.exchangeEdit)
	d.writers.Post(at+exchangeTab+"/:exchange/modifier", d.limited, s.exchangeWrite)
	d.writers.Post(at+exchangeTab+"/:exchange/envoyer", d.limited, s.exchangeSend)
	d.writers.Post(at+exchangeTab+"/:exchange/reponse", d.limited, s.exchangeAnswer)
}

var exchangeDone = map[string]string{
	"note": "Enregistré.", "envoye": "Compte rendu envoyé : la structure l’accepte ou le conteste depuis sa page.", "reponse": "Réponse envoyée à la structure. Son texte et le vôtre restent au dossier.", "ordre": "Ordre du jour enregistré.",
}

func exchangeURL(operation, id string) string {
	return operationURL(operation) + exchangeTab + "/" + url.PathEscape(id)
}

// exchangeName is an entretien in a sentence.
func exchangeName(o *sourcing.Operation, x *sourcing.Exchange) string {
	return x.Kind.Label() + " avec " + exchangeWith(o, x) + ", le " + sourcing.Moment(x.At)
}

func exchangeWith(o *sourcing.Operation, x *sourcing.Exchange) string {
	if v := o.Supplier(x.Supplier); v != nil {
		return v.Name
	}
	return "une structure"
}

// exchangeShut answers the page that says why who asks opens no entretien; another error
// is answered as what it is.
func (s *site) exchangeShut(c *fiber.Ctx, seen *operation.Seen, err error) error {
	if operationCloses(err) && seen != nil {
		return s.operationShut(c, seen, "Entretiens", exchangeTab, err)
	}
	return err
}

// exchangeSeen is the sourçage of a request, when who asks opens its entretiens.
func (s *site) exchangeSeen(c *fiber.Ctx) (m buyer.Member, seen *operation.Seen, shut bool, err error) {
	m, seen, err = s.ledgerSeen(c)
	if err != nil {
		return m, seen, false, err
	}
	if err := seen.Operation.Opens(m); err != nil {
		return m, seen, true, s.exchangeShut(c, seen, err)
	}
	return m, seen, false, nil
}

// exchanges lists them by supplier.
func (s *site) exchanges(c *fiber.Ctx) error {
	m, seen, shut, err := s.exchangeSeen(c)
	if err != nil || shut {
		return err
	}
	o := &seen.Operation
	list, err := s.Operation.ExchangesIn(c.UserContext(), m, o)
	if err != nil {
		return err
	}
	p := views.ExchangesPage{Page: s.operationFrame(c, seen, "Entretiens", exchangeTab, exchangeDone)}
	if why := ledgerWrites(m, o); why == "" {
		p.New, p.Agenda.Write = operationURL(o.ID)+exchangeNew, operationURL(o.ID)+exchangeAgenda
	} else if o.OpenedAt.IsZero() {
		p.NoNew = "Les entretiens se notent une fois le sourçage ouvert."
	}
	if o.OpenedAt.IsZero() && o.Meets(m) == nil {
		p.Agenda.Write = operationURL(o.ID) + exchangeAgenda
	}
	if n := len(o.Agendas); n > 0 {
		a := &o.Agendas[n-1]
		p.Agenda.Version, p.Agenda.Text = exchangeVersion(a), a.Text
	}
	p.Equal = exchangeEqual(list)
	for _, v := range o.Contacts() {
		p.Suppliers = append(p.Suppliers, exchangeSupplier(o, v, list))
	}
	return render(c, views.ExchangesView(p))
}

func exchangeVersion(a *sourcing.Agenda) string {
	return "Version " + strconv.Itoa(a.Version) + ", du " + sourcing.Moment(a.At)
}

// exchangeHad is the newest version of the agenda that a supplier had, and whether it was met.
func exchangeHad(list []sourcing.Exchange, supplier string) (version int, met bool) {
	for i := range list {
		if x := &list[i]; x.Supplier == supplier {
			version, met = max(version, x.AgendaVersion), true
		}
	}
	return version, met
}

// exchangeEqual says whether everybody who was met had the same agenda.
func exchangeEqual(list []sourcing.Exchange) part.Answer {
	had := map[int]int{} // suppliers by version
	seen := map[string]bool{}
	for i := range list {
		if id := list[i].Supplier; !seen[id] {
			seen[id] = true
			version, _ := exchangeHad(list, id)
			had[version]++
		}
	}
	switch {
	case len(had) == 0:
		return part.Answer{}
	case len(had) == 1 && had[0] == 0: // all of them of one version
		return part.Answer{Text: "Traitement égal : chaque structure rencontrée a eu le même ordre du jour.", Tone: part.Good}
	case len(had) == 1:
		return part.Answer{Text: "Aucun ordre du jour n’a été proposé aux structures rencontrées.", Tone: part.Warn}
	}
	var parts []string
	for version := range sourcing.MaxAgendas + 1 {
		if n := had[version]; n > 0 {
			parts = append(parts, format.Count(n, "structure", "structures")+" "+exchangeWhich(version))
		}
	}
	return part.Answer{Text: format.Text("Traitement inégal : " + strings.Join(parts, ", ") + "."), Tone: part.Warn}
}

func exchangeWhich(version int) string {
	if version == 0 {
		return "sans ordre du jour"
	}
	return "avec la version " + strconv.Itoa(version)
}

// exchangeSupplier is a supplier with its exchanges.
func exchangeSupplier(o *sourcing.Operation, v *sourcing.Supplier, list []sourcing.Exchange) views.ExchangeSupplier {
	out := views.ExchangeSupplier{Name: v.Name, Agenda: part.Answer{Text: "Pas encore rencontrée", Tone: part.Muted}}
	switch version, met := exchangeHad(list, v.ID); {
	case met && version == 0:
		out.Agenda = part.Answer{Text: "Aucun", Tone: part.Warn}
	case met && version < len(o.Agendas):
		out.Agenda = part.Answer{Text: fmt.Sprintf("Version %d, la dernière est la %d", version, len(o.Agendas)), Tone: part.Warn}
	case met:
		out.Agenda = part.Answer{Text: fmt.Sprintf("Version %d", version), Tone: part.Good}
	}
	for i := range list {
		if x := &list[i]; x.Supplier == v.ID {
			out.Exchanges = append(out.Exchanges, views.ExchangeLine{URL: exchangeURL(o.ID, x.ID), Label: x.Kind.Label() + ", " + sourcing.Moment(x.At), Minutes: exchangeStatus(x)})
		}
	}
	return out
}

// exchangeStatus is how far minutes are, with their sign.
func exchangeStatus(x *sourcing.Exchange) part.Answer {
	out := part.Answer{Text: x.State().Label(), Tone: part.Muted}
	switch x.State() {
	case sourcing.MinutesAgreed:
		out.Tone = part.Good
	case sourcing.MinutesDenied:
		out.Tone = part.Warn
	}
	return out
}

// exchange shows one.
func (s *site) exchange(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	return s.renderExchange(c, m, form.State{}, "")
}

func (s *site) renderExchange(c *fiber.Ctx, m buyer.Member, state form.State, typed string) error {
	seen, x, err := s.Operation.Exchange(c.UserContext(), m, c.Params("id"), c.Params("exchange"))
	if err != nil {
		return s.exchangeShut(c, seen, err)
	}
	o := &seen.Operation
	state.Token, state.Heading = s.formToken(c), "Rien n’est parti"
	p := views.ExchangePage{
		Page: s.operationFrame(c, seen, "Entretien avec "+exchangeWith(o, x), exchangeTab, exchangeDone, part.Link{Label: "Entretiens", URL: operationURL(o.ID) + exchangeTab}), State: state, Facts: exchangeFacts(x), Agenda: x.Agenda,
		Status: exchangeStatus(x), Minutes: x.Minutes, Word: x.Word, Reply: x.Answer, Rev: strconv.FormatInt(x.Rev, 10), SentRev: strconv.FormatInt(x.SentRev, 10), Typed: typed,
	}
	p.Verdict = exchangeVerdict(x.AgreedAt.IsZero(), x)
	if x.Answer != "" {
		p.ReplyBy = "Réponse de votre organisation, le " + sourcing.Moment(x.AnsweredAt)
	}
	at := exchangeURL(o.ID, x.ID)
	if o.Meets(m) == nil && !o.OpenedAt.IsZero() {
		p.NoteTo = operationURL(o.ID) + ledgerNotePath + "?" + url.Values{"entretien": {x.ID}}.Encode()
		if x.AgreedAt.IsZero() {
			p.Edit = at + "/modifier"
		} else {
			p.NotSent = sourcing.ErrAgreedMinutes.Error()
		}
	}
	exchangeActs(&p, m, o, x, at)
	exchangeBefore(&p, x)
	for i := range o.Ledger {
		if it := &o.Ledger[i]; it.Exchange == x.ID {
			p.Infos = append(p.Infos, part.Link{Label: clipped(it.Text, maxLedgerLine), URL: ledgerInfoURL(o.ID, it.ID)})
		}
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.ExchangeView(p))
}

// exchangeVerdict says who agreed or contested; "" while nobody has said so.
func exchangeVerdict(open bool, x *sourcing.Exchange) string {
	by := ""
	if x.Responder != "" {
		by = " par " + x.Responder
	}
	switch {
	case !open:
		return "Accepté le " + sourcing.Moment(x.AgreedAt) + by
	case !x.DeniedAt.IsZero():
		return "Contesté le " + sourcing.Moment(x.DeniedAt) + by
	case !x.SentAt.IsZero():
		return "Envoyé le " + sourcing.Moment(x.SentAt) + " : la structure ne s’est pas encore prononcée."
	}
	return ""
}

// exchangeActs says what can be sent.
func exchangeActs(p *views.ExchangePage, m buyer.Member, o *sourcing.Operation, x *sourcing.Exchange, at string) {
	if x.Minutes == "" || o.Meets(m) != nil || !x.AgreedAt.IsZero() {
		return
	}
	if why := ledgerSends(m, o); why != "" {
		p.NotSent = why
		return
	}
	if x.SentAt.IsZero() {
		p.SendTo, p.SendSays = at+"/envoyer", "Le compte rendu part tel quel à "+o.Supplier(x.Supplier).Name+", et à personne d’autre. La structure l’accepte ou le conteste depuis sa page."
	}
	if !x.DeniedAt.IsZero() && x.Answer == "" {
		p.ReplyTo = at + "/reponse"
	}
}

// exchangeBefore lists what was sent before, the newest first.
func exchangeBefore(p *views.ExchangePage, x *sourcing.Exchange) {
	for i := len(x.Past) - 1; i >= 0; i-- {
		v := &x.Past[i]
		before := views.ExchangePast{Heading: "Version envoyée le " + sourcing.Moment(v.SentAt), Minutes: v.Minutes, Word: v.Word, Reply: v.Answer}
		if !v.DeniedAt.IsZero() {
			before.Verdict = exchangeVerdict(true, &sourcing.Exchange{DeniedAt: v.DeniedAt, Responder: v.Responder})
		}
		p.Past = append(p.Past, before)
	}
}

func exchangeFacts(x *sourcing.Exchange) []desk.Fact {
	out := []desk.Fact{{Term: "Forme", Text: x.Kind.Label()}, {Term: "Date", Text: sourcing.Moment(x.At)}}
	if x.Duration > 0 {
		out = append(out, desk.Fact{Term: "Durée", Text: format.Count(x.Duration, "minute", "minutes")})
	}
	if x.Place != "" {
		out = append(out, desk.Fact{Term: "Lieu", Text: x.Place})
	}
	which := "aucun"
	if x.AgendaVersion > 0 {
		which = "version " + strconv.Itoa(x.AgendaVersion)
	}
	out = append(out, desk.Fact{Term: "Ordre du jour", Text: which})
	if len(x.Ours) > 0 {
		out = append(out, desk.Fact{Term: "Pour votre organisation", Text: strings.Join(x.Ours, ", ")})
	}
	if len(x.Theirs) > 0 {
		out = append(out, desk.Fact{Term: "Pour la structure", Text: strings.Join(x.Theirs, ", ")})
	}
	return out
}

// exchangeAgenda shows the versions of the agenda, and who had each.
func (s *site) exchangeAgenda(c *fiber.Ctx) error {
	m, seen, shut, err := s.exchangeSeen(c)
	if err != nil || shut {
		return err
	}
	text, version := "", len(seen.Operation.Agendas)
	if version > 0 {
		text = seen.Operation.Agendas[version-1].Text
	}
	return s.renderAgenda(c, m, seen, form.State{}, text, strconv.Itoa(version), false)
}

func (s *site) renderAgenda(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, state form.State, text, version string, stale bool) error {
	o := &seen.Operation
	list, err := s.Operation.ExchangesIn(c.UserContext(), m, o)
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "L’ordre du jour n’est pas enregistré"
	p := views.AgendaPage{Page: s.operationFrame(c, seen, "Ordre du jour des entretiens", exchangeTab, exchangeDone, part.Link{Label: "Entretiens", URL: operationURL(o.ID) + exchangeTab}), State: state, Version: version, Text: text}
	if o.Meets(m) == nil && sourcing.Buys(m) {
		p.To = operationURL(o.ID) + exchangeAgenda
	}
	for i := len(o.Agendas) - 1; i >= 0; i-- {
		a := &o.Agendas[i]
		var names []string
		for _, v := range o.Contacts() {
			for k := range list {
				if list[k].Supplier == v.ID && list[k].AgendaVersion == a.Version {
					names = append(names, v.Name)
					break
				}
			}
		}
		had := "Proposée à aucune structure pour l’instant."
		if len(names) > 0 {
			had = "Proposée à " + format.Count(len(names), "structure", "structures") + " : " + strings.Join(names, ", ") + "."
		}
		p.Versions = append(p.Versions, views.AgendaVersion{Heading: exchangeVersion(a), Text: a.Text, Had: had})
	}
	if n := len(o.Agendas); stale && n > 0 {
		p.Stored, p.Version = o.Agendas[n-1].Text, strconv.Itoa(n)
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.AgendaView(p))
}

// exchangeDay is the day and the hour of an exchange, as its form has them.
func exchangeDay(x *sourcing.Exchange) (day, hour string) {
	at := x.At.In(structure.Paris)
	return at.Format("2006-01-02"), at.Format("15:04")
}
