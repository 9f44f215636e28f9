package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
	"sourcier/views/registration"
)

const (
	openCallsName  = "Sourçages ouverts"
	openCallRoute  = openCallsPath + "/:id"
	confirmSegment = "/confirmer"
	callExcerpt    = 260 // letters of a notice in the list
	maxCallName    = 200 // letters
)

// callRoutes are those of the public pages of sourçages.
func (s *site) callRoutes(d operationDoors) {
	d.public.Get(charterPath, s.charterPage)
	d.public.Get(openCallsPath, d.limited, s.callList)
	d.public.Get(openCallRoute, d.limited, s.callPage)
	d.public.Post(openCallRoute, d.limited, s.callSend)
	d.public.Get(openCallRoute+confirmSegment+"/:token", d.limited, s.callConfirmForm)
	d.public.Post(openCallRoute+confirmSegment+"/:token", d.limited, s.callConfirm)
}

var callDone = map[string]string{
	"message":  "Un message vient de partir à votre adresse : votre candidature compte une fois le lien suivi, dans les 48 heures.",
	"candidat": "Votre candidature est transmise. L’acheteur vous répondra par courriel.",
}

func callURL(id string) string { return openCallsPath + "/" + url.PathEscape(id) }

// callList answers the sourçages that take candidates.
func (s *site) callList(c *fiber.Ctx) error {
	p := views.CallListPage{
		Base:    s.base(openCallsName, "Les acheteurs publics de "+format.Text(s.Home.Label)+" qui cherchent à connaître des structures avant un marché.", openCallsPath),
		Heading: openCallsName, Lead: "Avant un marché, des acheteurs publics cherchent à savoir qui pourrait répondre, et comment. Toute structure peut demander à être consultée.",
	}
	if s.Operation != nil {
		calls, err := s.Operation.CallsOpen(c.UserContext())
		if err != nil {
			return err
		}
		for i := range calls {
			x := &calls[i]
			p.Lines = append(p.Lines, views.CallLine{
				URL: callURL(x.ID), Title: format.Text(x.Title), Buyer: format.Text(x.Organisation), Deadline: format.Text(callDeadline(x)),
				Excerpt: format.Cut(format.Text(strings.Join(strings.Fields(x.Notice), " ")), callExcerpt),
			})
		}
	}
	return render(c, views.CallListView(p))
}

func callDeadline(x *operation.Call) string {
	if x.Deadline.IsZero() {
		return "Date limite des réponses : donnée à l’ouverture du sourçage."
	}
	return "Réponses attendues jusqu’au " + sourcing.Moment(x.Deadline) + "."
}

// callOf is the published sourçage of the address.
func (s *site) callOf(c *fiber.Ctx) (*operation.Call, error) {
	if s.Operation == nil {
		return nil, store.ErrNotFound
	}
	return s.Operation.CallOf(c.UserContext(), c.Params("id"))
}

// callPage answers the public page of one sourçage.
func (s *site) callPage(c *fiber.Ctx) error {
	call, err := s.callOf(c)
	if err != nil {
		return err
	}
	return s.renderCall(c, call, url.Values{}, form.State{})
}

func (s *site) renderCall(c *fiber.Ctx, call *operation.Call, sent url.Values, state form.State) error {
	path := callURL(call.ID)
	if !call.Open || call.Demo || state.Refused() || c.Query(doneField) != "" {
		path = ""
	}
	state.Token = s.formToken(c)
	p := views.CallPage{
		Base:  s.base(call.Title, "Sourçage de "+call.Organisation+" avant un marché public : toute structure peut demander à être consultée.", path),
		State: state, Heading: format.Text(call.Title), Done: doneText(c, callDone),
		Facts: []desk.Fact{{Term: "Acheteur", Text: format.Text(call.Organisation)}, {Term: "Calendrier", Text: format.Text(callDeadline(call))}},
	}
	for text := range strings.SplitSeq(call.Notice, "\n") {
		if text = strings.TrimSpace(text); text != "" {
			p.Notice = append(p.Notice, format.Text(text))
		}
	}
	if !call.Open {
		p.Closed = string(sourcing.ErrNoCall)
	} else if err := s.callFormOf(c, call, sent, &p); err != nil {
		return err
	}
	titleFaults(&p.Title, state)
	return render(c, views.CallView(p))
}

// callFormOf is the form of a candidate: who is signed in for a structure chooses which,
// and who buys sees none.
func (s *site) callFormOf(c *fiber.Ctx, call *operation.Call, sent url.Values, p *views.CallPage) error {
	who := signedIn(c)
	if who != nil && who.Acting.Role != account.Structure && who.Acting.Role != "" {
		return nil
	}
	f := &views.CallForm{Action: callURL(call.ID), Once: sentOnce(sent.Get("envoi")), Values: map[string]string{}}
	for _, name := range []string{"nom", "siret", "courriel", "mot"} {
		f.Values[name] = typedText(sent.Get(name))
	}
	if who != nil && who.Acting.Role == account.Structure {
		c.Set(fiber.HeaderCacheControl, "no-store")
		held, err := s.sheetsHeld(c)
		if err != nil {
			return err
		}
		for i := range held {
			f.Sheets = append(f.Sheets, part.Option{Value: held[i].ID, Label: format.Text(held[i].Name), Selected: held[i].ID == sent.Get(structureField)})
		}
		f.Email = who.Person.Email.String()
	}
	p.Form = f
	return nil
}

// callSend takes a candidate: who is signed in for a structure at once, anybody else once
// the address is confirmed.
func (s *site) callSend(c *fiber.Ctx) error {
	call, err := s.callOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	f := formLines{sent: sent}
	word, err := sourcing.Text("Ce mot", typedText(sent.Get("mot")), sourcing.MaxCandidate)
	f.failed("mot", err)
	held, chooses, err := s.callSheet(c, sent.Get(structureField))
	if err != nil {
		return err
	}
	if chooses && held == nil {
		f.fault(structureField, "Choisissez au nom de quelle structure.")
	}
	state, what := form.State{Heading: "Votre candidature n’est pas partie"}, "message"
	if held != nil {
		what = "candidat"
	}
	k := sourcing.Candidacy{ID: sentOnce(sent.Get("envoi")), Word: word}
	if !chooses {
		f.candidacy(&k)
	}
	if state.Faults = f.faults; len(f.faults) > 0 {
		return s.renderCall(c.Status(fiber.StatusUnprocessableEntity), call, sent, state)
	}
	if held != nil {
		err = s.Operation.ApplyFor(c.UserContext(), deskMember(c), call.ID, sourcing.Supplier{
			Structure: held.ID, Name: held.Name, SIREN: held.SIREN(), Email: signedIn(c).Person.Email.String(), Word: word,
		})
	} else {
		err = s.Operation.Knock(c.UserContext(), call.ID, k, network(c.IP()))
	}
	if err == nil {
		return done(c, callURL(call.ID), what)
	}
	if state.Refusal = s.refuseMail(c, err); state.Refusal != "" {
		return s.renderCall(c, call, sent, state)
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	state.Refusal = text
	return s.renderCall(c.Status(status), call, sent, state)
}

// callSheet is the sheet for which somebody who is signed in asks, nil while none is
// chosen; chooses says that there is one to choose.
func (s *site) callSheet(c *fiber.Ctx, id string) (sheet *structure.Structure, chooses bool, err error) {
	who := signedIn(c)
	if who == nil || who.Acting.Role != account.Structure {
		return nil, false, nil
	}
	held, err := s.sheetsHeld(c)
	for i := range held {
		if held[i].ID == id {
			return &held[i], true, err
		}
	}
	if id != "" && err == nil {
		err = store.ErrNotFound
	}
	return nil, len(held) > 0, err
}

// candidacy reads what a visitor says of itself.
func (l *formLines) candidacy(k *sourcing.Candidacy) {
	name, err := sourcing.Line("Ce nom", typedText(l.sent.Get("nom")), maxCallName)
	l.failed("nom", err)
	if err == nil && name == "" {
		l.fault("nom", "Indiquez le nom de votre structure.")
	}
	k.Name = name
	if text := typedLine(l.sent.Get("siret")); text != "" {
		siret, _, err := structure.ParseSIRET(text)
		if err != nil || !structure.ValidSIRET(siret) {
			l.fault("siret", "Ce SIRET n’est pas valable : vérifiez ses 14 chiffres, ou laissez ce champ vide.")
		} else {
			k.SIREN = siret[:9]
		}
	}
	email, err := account.ParseEmail(l.sent.Get("courriel"))
	l.failed("courriel", err)
	k.Email = email.String()
}

// ---- the link of the mail

// callConfirmForm shows what a link confirms; programs that check mails open it too.
func (s *site) callConfirmForm(c *fiber.Ctx) error {
	if s.Operation == nil {
		return store.ErrNotFound
	}
	call, k, err := s.Operation.Knocked(c.UserContext(), c.Params("id"), c.Params("token"))
	if errors.Is(err, store.ErrNotFound) {
		return s.callGone(c)
	}
	if err != nil {
		return err
	}
	p := views.CallConfirmPage{
		Base:  s.base("Confirmer votre candidature", "Confirmer une candidature à un sourçage.", ""),
		State: form.State{Token: s.formToken(c)}, Trail: part.Link{Label: format.Text(call.Title), URL: callURL(call.ID)},
		Action: callURL(call.ID) + confirmSegment + "/" + url.PathEscape(c.Params("token")),
		Lead:   "Demande à être consulté par « " + call.Organisation + " » dans le cadre du sourçage « " + call.Title + " ».",
		Facts:  []desk.Fact{{Term: "Structure", Text: format.Text(k.Name)}, {Term: "Adresse", Text: k.Email}}, Word: k.Word,
	}
	if k.SIREN != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "SIREN", Text: k.SIREN})
	}
	return render(c, views.CallConfirmView(p))
}

// callConfirm makes a candidate of what the link confirms.
func (s *site) callConfirm(c *fiber.Ctx) error {
	if s.Operation == nil {
		return store.ErrNotFound
	}
	err := s.Operation.ConfirmCandidacy(c.UserContext(), c.Params("id"), c.Params("token"))
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, sourcing.ErrNoCall) {
		return s.callGone(c)
	}
	if err != nil {
		return err
	}
	return done(c, callURL(c.Params("id")), "candidat")
}

// callGone says that a link does not serve: the same for one that was never sent, was
// used, is too old, or whose sourçage takes nobody any more.
func (s *site) callGone(c *fiber.Ctx) error {
	return render(c.Status(fiber.StatusGone), registration.AskedView(registration.ProofDone{
		Base: s.base("Ce lien ne sert plus", "Le lien d’une candidature à un sourçage.", ""), Heading: "Ce lien ne sert plus",
		Text: "Il a déjà servi, il a plus de 48 heures, ou le sourçage ne reçoit plus de candidatures.", Way: part.Link{Label: openCallsName, URL: openCallsPath},
	}))
}

// ---- the buyer's side

const candidatesSegment = "/candidatures"

var candidatesDone = map[string]string{
	"publiee": "L’annonce est publiée.", "retiree": "L’annonce est retirée : plus personne ne la voit.",
	"entendue": "La structure est consultée : elle reçoit la demande et tout ce que les autres ont déjà reçu.", "refusee": "La structure n’est pas retenue : le motif lui est envoyé.",
}

func candidatesURL(id string) string { return operationURL(id) + candidatesSegment }

// candidatesPage answers the public page of a sourçage, as its buyer writes it, and who
// has asked to take part.
func (s *site) candidatesPage(c *fiber.Ctx) error {
	return s.renderCandidates(c, form.State{}, url.Values{}, "")
}

func (s *site) renderCandidates(c *fiber.Ctx, state form.State, sent url.Values, refusing string) error {
	m, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	o := &seen.Operation
	state.Token = s.formToken(c)
	p := views.CallDeskPage{
		Page: s.operationFrame(c, seen, "Page publique et candidatures", "/panel", candidatesDone), State: state,
		Rev: strconv.FormatInt(o.Rev, 10), Notice: o.Notice, Frozen: string(o.Asking(s.Now())),
	}
	writes := writesOperation(o, m)
	if writes {
		p.Action = candidatesURL(o.ID)
	}
	if sent.Has("avis") {
		p.Notice = typedText(sent.Get("avis"))
	}
	if !o.PublishedAt.IsZero() {
		p.Public, p.Since = callURL(o.ID), "Publiée depuis le "+format.Moment(o.PublishedAt)+"."
		if writes {
			p.Withdraw = &form.Action{To: p.Action + "/retirer", Label: "Retirer l’annonce"}
		}
	}
	for i := range o.Suppliers {
		if v := &o.Suppliers[i]; v.Spontaneous {
			x := s.candidateView(o, v, writes)
			if v.ID == refusing {
				x.Open, x.Reason = true, typedText(sent.Get(x.Field))
			}
			p.List = append(p.List, x)
		}
	}
	titleFaults(&p.Title, state)
	return render(c, views.CallDeskView(p))
}

func (s *site) candidateView(o *sourcing.Operation, v *sourcing.Supplier, writes bool) views.CallCandidate {
	x := views.CallCandidate{
		Name: format.Text(v.Name), Word: v.Word, Reason: v.Reason, Field: "motif-" + v.ID,
		Facts: []desk.Fact{{Term: "Reçue le", Text: format.Moment(v.AddedAt)}, {Term: "Adresse", Text: v.Email}},
	}
	if v.SIREN != "" {
		x.Facts = append(x.Facts, desk.Fact{Term: "SIREN", Text: v.SIREN})
	}
	if v.Structure != "" {
		x.Address = sheetAddress(v.Structure)
	}
	switch {
	case !v.RefusedAt.IsZero():
		x.State = part.Answer{Text: "Non retenue le " + format.Moment(v.RefusedAt), Tone: part.Muted}
	case v.Contacted():
		x.State = part.Answer{Text: "Consultée le " + format.Moment(v.ContactedAt), Tone: part.Good}
	default:
		x.State = part.Answer{Text: "Attend votre réponse", Tone: part.Warn}
		if !writes || o.Silent() || !o.ClosedAt.IsZero() {
			return x
		}
		x.Act = candidatesURL(o.ID) + "/" + url.PathEscape(v.ID)
		if why := o.Asking(s.Now()); why != "" {
			x.Later = string(why)
		} else if o.State() == sourcing.Drafted {
			x.Later = "Elle sera consultée à l’ouverture, avec les autres."
		} else {
			x.Hear = true
		}
	}
	return x
}

// candidatesAct carries out an action of the buyer and leads back, or shows the page with
// what was refused.
func (s *site) candidatesAct(c *fiber.Ctx, what, heading, refusing string, field string, act func(id string, sent url.Values) error) error {
	_, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	err = act(seen.Operation.ID, sent)
	if err == nil {
		return done(c, candidatesURL(seen.Operation.ID), what)
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	state := form.State{Heading: heading, Refusal: text}
	if status == fiber.StatusUnprocessableEntity && field != "" {
		state.Refusal, state.Faults = "", []form.Fault{{Field: field, Text: text}}
	}
	return s.renderCandidates(c.Status(status), state, sent, refusing)
}

// candidatesPublish publishes the notice, over the revision that the page showed.
func (s *site) candidatesPublish(c *fiber.Ctx) error {
	m := deskMember(c)
	return s.candidatesAct(c, "publiee", "L’annonce n’est pas publiée", "", "avis", func(id string, sent url.Values) error {
		notice, err := sourcing.Text("Cette annonce", typedText(sent.Get("avis")), sourcing.MaxNoticeText)
		if err != nil {
			return err
		}
		return s.Operation.Publish(c.UserContext(), m, id, notice, operationRev(sent.Get("version")))
	})
}

// candidatesWithdraw takes the notice off the public page.
func (s *site) candidatesWithdraw(c *fiber.Ctx) error {
	m := deskMember(c)
	return s.candidatesAct(c, "retiree", "L’annonce n’est pas retirée", "", "", func(id string, _ url.Values) error {
		return s.Operation.Unpublish(c.UserContext(), m, id)
	})
}

// candidatesAnswer hears a candidate, or refuses it.
func (s *site) candidatesAnswer(c *fiber.Ctx) error {
	_, seen, err := s.operationSeen(c)
	if err != nil {
		return err
	}
	supplier := c.Params("supplier")
	if v := seen.Operation.Supplier(supplier); v == nil || !v.Spontaneous {
		return store.ErrNotFound
	}
	m, field := deskMember(c), "motif-"+supplier
	hears := sentForm(c).Get("choix") == "entendre"
	what, heading, at := "refusee", "Rien n’est envoyé", field
	if hears {
		what, at = "entendue", ""
	}
	return s.candidatesAct(c, what, heading, supplier, at, func(id string, sent url.Values) error {
		reason, err := sourcing.Text("Ce motif", typedText(sent.Get(field)), sourcing.MaxMessage)
		if err != nil {
			return err
		}
		return s.Operation.Hear(c.UserContext(), m, id, supplier, hears, reason)
	})
}
