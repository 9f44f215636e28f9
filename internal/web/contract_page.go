package web

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// contract shows one.
func (s *site) contract(c *fiber.Ctx) error { return s.renderContract(c, nil) }

func (s *site) renderContract(c *fiber.Ctx, why error) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	d, set, err := s.Programme.Contract(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return err
	}
	k, on := &d.Value, s.today()
	p := views.ContractPage{
		Page: s.programmeDesk(c, format.Text(k.Object), contractsPath, contractDone, part.Link{Label: "Marchés en cours", URL: contractsPath}), State: form.State{Token: s.formToken(c)},
		Facts: s.contractFacts(k, &set),
	}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a changé", why)
	switch {
	case !k.EndedAt.IsZero():
		p.Warning = format.Text("Ce marché a été terminé avant son terme, le " + format.Date(k.Over()) + " : " + k.EndReason)
	case k.LastDay() < on:
		p.Warning = format.Text("Le terme de ce marché est dépassé depuis le " + format.Date(k.LastDay()) + ".")
	case k.ReconductionMissed(on):
		p.Warning = format.Text("La période en cours s’est terminée le " + format.Date(k.CurrentEnd()) + " et aucune reconduction n’est notée depuis : notez-la si elle a été décidée, sinon terminez le marché.")
	}
	if sourcing.Buys(m) && k.EndedAt.IsZero() {
		p.Edit = contractURL(d.ID) + "/modifier"
		if k.LastDay() >= on {
			p.End = contractURL(d.ID) + "/terminer"
		}
	}
	if err := s.contractRenewal(c, &p, m, k, &set); err != nil {
		return err
	}
	if p.History, err = s.contractHistory(c, d.ID); err != nil {
		return err
	}
	return render(c, views.ContractView(p))
}

// contractRenewal says what follows a contract, and when.
func (s *site) contractRenewal(c *fiber.Ctx, p *views.ContractPage, m buyer.Member, k *sourcing.Contract, set *sourcing.Programme) error {
	law, err := s.Programme.Law(c.UserContext())
	if err != nil {
		return err
	}
	on := s.today()
	if by := k.ReconductionBy(on); by != "" {
		p.Renewal = append(p.Renewal, format.Text("La reconduction n° "+strconv.Itoa(k.Renewed+1)+" sur "+strconv.Itoa(k.Renewals)+" est à décider avant le "+format.Date(by)+"."))
	}
	if k.Purchase != "" {
		return s.contractFollower(c, p, m, k)
	}
	if !isOver(k, on) {
		p.Renewal = append(p.Renewal, format.Text("Toutes reconductions utilisées, le marché finit le "+format.Date(k.LastDay())+" : le suivant commence le lendemain. L’achat qui le suit est proposé le "+
			format.Date(k.ProposedOn(set.Ahead()))+", "+format.Count(set.Ahead(), "mois", "mois")+" avant."))
		next := k.Follower(law, s.Now())
		plan := views.BackPlanOf(sourcing.BackPlanOf(&next, law, false, on), on)
		p.Plan = &plan
	} else {
		p.Renewal = append(p.Renewal, format.Text("Aucun achat ne suit ce marché."))
	}
	if sourcing.Buys(m) {
		p.Propose = &form.Action{To: contractURL(k.ID) + "/proposer", Label: "Proposer la suite maintenant"}
	}
	return nil
}

// contractFollower shows the purchase that follows.
func (s *site) contractFollower(c *fiber.Ctx, p *views.ContractPage, m buyer.Member, k *sourcing.Contract) error {
	d, _, err := s.Programme.Purchase(c.UserContext(), m, k.Purchase)
	if errors.Is(err, store.ErrNotFound) { // another service's by now, or on its way
		p.Renewal = append(p.Renewal, format.Text("L’achat qui suit ce marché est proposé depuis le "+format.Day(k.ProposedAt)+"."))
		return nil
	}
	if err != nil {
		return err
	}
	p.Renewal = append(p.Renewal, format.Text("Proposé le "+format.Day(k.ProposedAt)+"."))
	p.Follower, p.Status = &part.Link{Label: format.Text(d.Value.Object), URL: purchaseURL(d.ID)}, strings.ToLower(d.Value.State().Label())
	planning, err := s.backPlan(c.UserContext(), &d.Value)
	plan := views.BackPlanOf(planning, s.today())
	p.Plan = &plan
	return err
}

func (s *site) contractHistory(c *fiber.Ctx, id string) (out []views.ContractStep, err error) {
	box, err := s.history(c, store.ContractCollection, id, nil)
	if err != nil {
		return nil, err
	}
	for _, row := range box.Table.Rows {
		out = append(out, views.ContractStep{What: row.Cells[0].Text, Who: row.Cells[1].Text, When: row.Cells[2].Text})
	}
	return out, nil
}

// contractPropose proposes the purchase that follows, before its time or after.
func (s *site) contractPropose(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	err = s.Programme.ProposeNow(c.UserContext(), m, c.Params("id"))
	if refusable(err) {
		return s.renderContract(c, err)
	}
	if err != nil {
		return err
	}
	return done(c, contractURL(c.Params("id")), "propose")
}

// contractEndForm asks before a contract is ended.
func (s *site) contractEndForm(c *fiber.Ctx) error { return s.renderContractEnd(c, "", nil) }

// contractEnd ends it.
func (s *site) contractEnd(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	reason, err := sourcing.Line("Ce motif", typedLine(sent.Get("motif")), sourcing.MaxObject)
	if err == nil {
		err = s.Programme.EndContract(c.UserContext(), m, c.Params("id"), reason, seenVersion(sent))
	}
	if err = staleContract(err); refusable(err) {
		return s.renderContractEnd(c, reason, err)
	}
	if err != nil {
		return err
	}
	return done(c, contractURL(c.Params("id")), "termine")
}

func (s *site) renderContractEnd(c *fiber.Ctx, reason string, why error) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	d, _, err := s.Programme.Contract(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return err
	}
	name := format.Text(d.Value.Object)
	p := admin.Confirm{
		Page:  s.programmeDesk(c, "Terminer "+format.Quote(name)+format.NNBSP+"?", contractsPath, nil, part.Link{Label: "Marchés en cours", URL: contractsPath}, part.Link{Label: name, URL: contractURL(d.ID)}),
		State: form.State{Token: s.formToken(c)}, To: contractURL(d.ID) + "/terminer", Back: contractURL(d.ID), Button: "Terminer le marché", Version: strconv.FormatInt(d.Value.Rev, 10),
		Text: []string{
			"Le marché prend fin aujourd’hui, avant son dernier jour possible, le " + format.Date(d.Value.LastDay()) + ". Il ne compte plus parmi les marchés en cours, et on ne revient pas en arrière.",
			"Sa suite, si elle est déjà proposée, reste dans le programme. Sinon, vous pourrez encore la proposer depuis sa page.",
		},
		Field: &form.Field{Name: "motif", Label: "Motif", Value: reason, Help: "Résiliation, reconduction refusée… 300 caractères au plus, gardé dans l’historique."},
	}
	refuseOnPage(c, &p.Page, &p.State, "Le marché n’est pas terminé", why)
	return render(c, admin.ConfirmView(p))
}

// contractFacts are what a contract says.
func (s *site) contractFacts(k *sourcing.Contract, set *sourcing.Programme) []desk.Fact {
	var out []desk.Fact
	add := func(term, text string) {
		if text != "" {
			out = append(out, desk.Fact{Term: term, Text: text})
		}
	}
	service := ""
	if s := set.Service(k.Service); s != nil {
		service = s.Name
	}
	holder := format.Text(k.Holder.Name)
	if k.Holder.SIREN != "" {
		holder = strings.Trim(holder+", SIREN "+format.SIRET(k.Holder.SIREN), ", ")
	}
	amount := euros(k.Euros)
	if annual := k.Annual(); annual > 0 && annual != k.Euros {
		amount += ", soit " + sourcing.Money(annual) + " par an"
	}
	add("Titulaire", holder)
	add("Montant", amount)
	add("Premier jour", format.Date(k.Start))
	add("Durée ferme", "jusqu’au "+format.Date(k.End))
	if k.Renewals > 0 {
		add("Reconductions", format.Text(strconv.Itoa(k.Renewed)+format.Plural(k.Renewed, " utilisée", " utilisées")+" sur "+strconv.Itoa(k.Renewals)+", de "+strconv.Itoa(k.RenewalMonths)+" mois chacune ; en cours jusqu’au "+format.Date(k.CurrentEnd())))
	}
	add("Dernier jour possible", format.Date(k.LastDay()))
	add("Service", service)
	add("Référence", k.Reference)
	add("Nature", k.Nature.Label())
	add("Code CPV", s.cpvWords(k.CPV))
	add("Secteurs", s.sectorList(k.Sectors, sourcing.MaxSectors))
	add("Lieux d’exécution", s.placesText(k.Places))
	add("Reprise du personnel", takeOverWords[k.TakeOver])
	return out
}
