package web

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/programme"
)

// decided leads back to a lot about which something was done, or shows it with why not.
// A refusal of what was typed stands at its field.
func (s *site) decided(c *fiber.Ctx, m buyer.Member, err error, what, field string, sent decisionSent) error {
	id, lot := c.Params("id"), c.Params("lot")
	if err == nil {
		return done(c, decisionURL(id, lot), what)
	}
	text, status, ok := dossierRefused(err)
	if !ok {
		return err
	}
	l, err := s.Programme.Dossier(c.UserContext(), m, id, lot) // as it is now
	if err != nil {
		return err
	}
	if field != "" && status == fiber.StatusUnprocessableEntity {
		sent.state.Faults = append(sent.state.Faults, form.Fault{Field: field, Text: text})
	} else {
		sent.state.Refusal = text
	}
	return s.refuseDecision(c.Status(status), m, l, sent)
}

func (s *site) refuseDecision(c *fiber.Ctx, m buyer.Member, l *programme.LotSeen, sent decisionSent) error {
	sent.state.Heading = "Rien n’est enregistré"
	return s.renderDecision(c, m, l, sent)
}

// lotActed finds who acts on the lot of the address, and the lot.
func (s *site) lotActed(c *fiber.Ctx) (buyer.Member, *programme.LotSeen, error) {
	m, err := planner(c)
	if err != nil {
		return m, nil, err
	}
	l, err := s.Programme.Dossier(c.UserContext(), m, c.Params("id"), c.Params("lot"))
	return m, l, err
}

// opinionAsk asks a facilitateur for an opinion.
func (s *site) opinionAsk(c *fiber.Ctx) error {
	m, l, err := s.lotActed(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in := decisionSent{due: typedLine(sent.Get("pour")), ask: &sourcing.Opinion{ID: sentOnce(sent.Get(onceField)), Asked: clip(sent.Get("facilitateur")), Question: typedText(sent.Get("question"))}}
	question, err := sourcing.Text("Cette question", in.ask.Question, sourcing.MaxWord)
	if err != nil {
		in.state.Faults = append(in.state.Faults, form.Fault{Field: "question", Text: err.Error()})
	}
	due, err := structure.ParseDate(in.due)
	if err != nil {
		in.state.Faults = append(in.state.Faults, form.Fault{Field: "pour", Text: "Indiquez le jour pour lequel vous attendez l’avis."})
	}
	if len(in.state.Faults) > 0 {
		return s.refuseDecision(c.Status(fiber.StatusUnprocessableEntity), m, l, in)
	}
	o := *in.ask
	o.Question, o.Due = question, due
	err = s.Programme.AskOpinion(c.UserContext(), m, l.Purchase.ID, l.Lot.ID, o)
	field := "facilitateur"
	if due < s.today() {
		field = "pour"
	}
	return s.decided(c, m, err, "demande", field, in)
}

// opinionGive answers one.
func (s *site) opinionGive(c *fiber.Ctx) error {
	m, l, err := s.lotActed(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in := decisionSent{view: sourcing.View(clip(sent.Get("sens"))), reason: typedText(sent.Get("raisons"))}
	reason, err := sourcing.Text("Cet avis", in.reason, sourcing.MaxWord)
	if err != nil {
		in.state.Faults = append(in.state.Faults, form.Fault{Field: "raisons", Text: err.Error()})
	} else if reason == "" {
		in.state.Faults = append(in.state.Faults, form.Fault{Field: "raisons", Text: "Motivez l’avis : l’acheteur et le dossier le gardent."})
	}
	if in.view.Label() == "" {
		in.state.Faults = append([]form.Fault{{Field: "sens", Text: "Choisissez le sens de l’avis.", To: "sens-" + string(sourcing.Favourable)}}, in.state.Faults...)
	}
	if len(in.state.Faults) > 0 {
		return s.refuseDecision(c.Status(fiber.StatusUnprocessableEntity), m, l, in)
	}
	err = s.Programme.GiveOpinion(c.UserContext(), m, l.Purchase.ID, l.Lot.ID, c.Params("opinion"), in.view, reason)
	return s.decided(c, m, err, "rendu", "raisons", in)
}

// proposalMake puts a proposal up for decision.
func (s *site) proposalMake(c *fiber.Ctx) error {
	m, l, err := s.lotActed(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in := decisionSent{hours: typedLine(sent.Get("heures")), propose: &sourcing.Proposal{
		ID: sentOnce(sent.Get(onceField)), Choice: sourcing.Choice(clip(sent.Get("choix"))), Basis: structure.Basis(clip(sent.Get("base"))),
		Reasons: typedText(sent.Get("motifs")), Again: typedText(sent.Get("reprise")),
	}}
	p := *in.propose
	p.Hours = wholeNumber(in.hours)
	var faults [2]error
	p.Reasons, faults[0] = sourcing.Text("Ce motif", p.Reasons, sourcing.MaxReasons)
	p.Again, faults[1] = sourcing.Text("Ce texte", p.Again, sourcing.MaxWord)
	wrong := p.Check(l.Dossier.Standing() != nil && l.Dossier.Proposal == nil)
	for i, field := range []string{"motifs", "reprise"} {
		if faults[i] != nil {
			wrong[field] = account.Fault(faults[i].Error())
		}
	}
	for _, field := range []string{"choix", "base", "heures", "motifs", "reprise"} {
		if text := wrong[field]; text != "" {
			f := form.Fault{Field: field, Text: text.Error()}
			if field == "choix" {
				f.To = "choix-" + string(sourcing.Choices[0])
			}
			in.state.Faults = append(in.state.Faults, f)
		}
	}
	if len(in.state.Faults) > 0 {
		return s.refuseDecision(c.Status(fiber.StatusUnprocessableEntity), m, l, in)
	}
	err = s.Programme.Propose(c.UserContext(), m, l.Purchase.ID, l.Lot.ID, clip(sent.Get("vu")), p)
	return s.decided(c, m, err, "propose", "", in)
}

func (s *site) proposalWithdraw(c *fiber.Ctx) error {
	m, l, err := s.lotActed(c)
	if err != nil {
		return err
	}
	err = s.Programme.Withdraw(c.UserContext(), m, l.Purchase.ID, l.Lot.ID, c.Params("proposal"))
	return s.decided(c, m, err, "retire", "", decisionSent{})
}

func (s *site) proposalApprove(c *fiber.Ctx) error {
	m, l, err := s.lotActed(c)
	if err != nil {
		return err
	}
	err = s.Programme.Approve(c.UserContext(), m, l.Purchase.ID, l.Lot.ID, c.Params("proposal"))
	return s.decided(c, m, err, "approuve", "", decisionSent{})
}

func (s *site) proposalRefuse(c *fiber.Ctx) error {
	m, l, err := s.lotActed(c)
	if err != nil {
		return err
	}
	in := decisionSent{refusal: typedText(sentForm(c).Get("motif"))}
	reason, err := sourcing.Text("Ce motif", in.refusal, sourcing.MaxWord)
	if err == nil {
		err = s.Programme.Refuse(c.UserContext(), m, l.Purchase.ID, l.Lot.ID, c.Params("proposal"), reason)
	}
	return s.decided(c, m, err, "refuse", "motif", in)
}

// wholeNumber reads a number as people write it, « 1 200 »; 0 when it is none.
func wholeNumber(text string) int {
	n, err := strconv.Atoi(strings.NewReplacer(" ", "", format.NBSP, "", format.NNBSP, "").Replace(text))
	if err != nil {
		return 0
	}
	return n
}

// awaitedOpinions lists what is awaited before lots are decided on.
func (s *site) awaitedOpinions(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	opinions, proposals, err := s.Programme.Awaited(c.UserContext(), m)
	if err != nil {
		return err
	}
	var ids []string
	for _, a := range opinions {
		ids = append(ids, a.Opinion.AskedBy, a.Opinion.Asked)
	}
	for _, a := range proposals {
		ids = append(ids, a.Proposal.By)
	}
	names, err := s.namesOf(c.UserContext(), ids)
	if err != nil {
		return err
	}
	p := views.AwaitedPage{Page: s.programmeDesk(c, "Avis et décisions", awaitedPath, nil), Lead: "Ce qui attend quelqu’un avant qu’un lot soit décidé, le plus pressé d’abord.",
		NoOpinion: "Aucun avis n’est attendu. Il se demande sur la page de décision d’un lot, depuis son étude.", NoneWaits: "Aucune proposition n’attend de décision."}
	if sourcing.Advises(m) {
		p.Lead = "Les avis que les acheteurs de votre organisation vous demandent sur la réservation d’un lot, le plus pressé d’abord."
	}
	d := deciding{site: s, names: names, m: m}
	for _, a := range opinions {
		p.Opinions = append(p.Opinions, d.opinionLine(&a))
	}
	for _, a := range proposals {
		line := views.AwaitedLine{Object: format.Text(a.Object), Of: format.Text(a.Of), URL: decisionURL(a.Purchase, a.Lot), Says: a.Proposal.Says(), When: "Depuis le " + format.Day(a.Proposal.At), Who: "Proposée " + d.who(a.Proposal.By)}
		if a.Proposal.By == m.Person {
			line.Who = "Proposée par vous : une autre personne décide"
		}
		p.Proposals = append(p.Proposals, line)
	}
	return render(c, views.AwaitedView(p))
}

func (d *deciding) opinionLine(a *programme.Awaited) views.AwaitedLine {
	o := a.Opinion
	line := views.AwaitedLine{Object: format.Text(a.Object), Of: format.Text(a.Of), URL: decisionURL(a.Purchase, a.Lot), Says: o.Question, Late: o.Late(d.today()),
		When: "Attendu pour le " + format.Date(o.Due), Who: "Demandé " + d.who(o.AskedBy) + " à " + d.named(o.Asked)}
	if line.Late {
		line.When = "En retard : attendu pour le " + format.Date(o.Due)
	}
	if o.Asked == d.m.Person {
		line.Who = "Demandé " + d.who(o.AskedBy) + " à vous"
	}
	return line
}
