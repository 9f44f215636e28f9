package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// Paths and fields of the decision on a lot.
const (
	decisionRoute = programmePath + "/achats/:id/lots/:lot/decision"
	awaitedPath   = programmePath + "/avis"
	askDays       = 14 // for which an opinion is asked when nothing is said
)

// decisionRoutes are those of the decision on a lot: opinions, proposals, texts.
func (s *site) decisionRoutes(app *fiber.App, limited fiber.Handler) {
	readers := door{site: s, app: app, access: only(planRoles...)}
	writers := door{site: s, app: app, access: only(account.Buyer)}
	advisers := door{site: s, app: app, access: only(account.Facilitateur)}
	readers.Get(decisionRoute, limited, s.decision)
	writers.Post(decisionRoute+"/avis", limited, s.opinionAsk)
	advisers.Post(decisionRoute+"/avis/:opinion", limited, s.opinionGive)
	writers.Post(decisionRoute+"/proposition", limited, s.proposalMake)
	writers.Post(decisionRoute+"/propositions/:proposal/retirer", limited, s.proposalWithdraw)
	writers.Post(decisionRoute+"/propositions/:proposal/approuver", limited, s.proposalApprove)
	writers.Post(decisionRoute+"/propositions/:proposal/refuser", limited, s.proposalRefuse)
	readers.Get(awaitedPath, limited, s.awaitedOpinions)
}

// decisionDone words what was done before a page is shown.
var decisionDone = map[string]string{
	"demande": "Avis demandé. Le facilitateur est prévenu par courriel.", "rendu": "Avis rendu. Qui l’a demandé est prévenu par courriel.",
	"propose": "Proposition enregistrée avec l’étude. Les autres acheteurs sont prévenus : l’un d’eux l’approuve ou la refuse.", "retire": "Proposition retirée. Elle reste dans l’historique.",
	"approuve": "Proposition approuvée. La décision et ses textes sont ci-dessous.", "refuse": "Proposition refusée. Son auteur est prévenu.",
}

func decisionURL(id, lot string) string { return lotURL(id, lot) + "/decision" }

// dossierRefused says why an action on the programme was refused, as refusalOf does; what is
// not there is the affair of the caller.
func dossierRefused(err error) (text string, status int, ok bool) {
	switch {
	case errors.Is(err, sourcing.ErrStale):
		return "Quelque chose a changé depuis que vous avez ouvert cette page. Relisez ce qui est montré maintenant, puis recommencez.", fiber.StatusConflict, true
	case errors.Is(err, sourcing.ErrNoProposal), errors.Is(err, sourcing.ErrOpinionAnswered), errors.Is(err, sourcing.ErrProposalWaits),
		errors.Is(err, sourcing.ErrManyDecisions), errors.Is(err, sourcing.ErrManyOpinions), errors.Is(err, sourcing.ErrReviewClosed), errors.Is(err, sourcing.ErrManyReviews):
		return err.Error(), fiber.StatusConflict, true
	case errors.Is(err, sourcing.ErrOwnProposal):
		return err.Error(), fiber.StatusForbidden, true
	}
	return refusalOf(err)
}

// decisionSent is what a form of the page held when it was refused.
type decisionSent struct {
	state   form.State
	ask     *sourcing.Opinion
	due     string // as it was typed
	view    sourcing.View
	reason  string
	propose *sourcing.Proposal
	hours   string
	refusal string
}

// decision answers the page of a lot.
func (s *site) decision(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	l, err := s.Programme.Dossier(c.UserContext(), m, c.Params("id"), c.Params("lot"))
	if err != nil {
		return err
	}
	return s.renderDecision(c, m, l, decisionSent{})
}

// deciding is a page under way.
type deciding struct {
	*site
	c     *fiber.Ctx
	m     buyer.Member
	l     *programme.LotSeen
	names map[string]string
	sent  decisionSent
}

func (s *site) renderDecision(c *fiber.Ctx, m buyer.Member, l *programme.LotSeen, sent decisionSent) error {
	names, err := s.namesOf(c.UserContext(), l.Dossier.Persons())
	if err != nil {
		return err
	}
	sent.state.Token = s.formToken(c)
	d := &deciding{s, c, m, l, names, sent}
	p := views.DecisionPage{
		Page: s.programmeDesk(c, "Décision"+format.NNBSP+": "+format.Text(l.Object()), programmePath+"/etudes", decisionDone,
			part.Link{Label: "Programme d’achats", URL: programmePath}, part.Link{Label: format.Text(l.Purchase.Object), URL: purchaseURL(l.Purchase.ID)}),
		State: sent.state, URL: decisionURL(l.Purchase.ID, l.Dossier.Lot), Object: format.Text(l.Object()), Facts: d.facts(), StudyURL: lotURL(l.Purchase.ID, l.Dossier.Lot),
	}
	switch {
	case l.Gone:
		p.Notice = "Ce lot n’est plus dans l’achat : son dossier se lit, il ne se modifie plus."
	case l.Purchase.External != nil:
		p.Notice = string(sourcing.ErrExternal)
	case l.Purchase.State().Ended():
		p.Notice = "Cet achat est terminé : son dossier se lit, il ne se modifie plus."
	}
	stamp, err := d.study(&p)
	if err != nil {
		return err
	}
	d.opinions(&p)
	if err := d.proposal(&p); err != nil {
		return err
	}
	d.decisions(&p)
	if err := d.forms(&p, stamp); err != nil {
		return err
	}
	p.Steps = d.steps(&p)
	titleFaults(&p.Title, p.State)
	return render(c, views.DecisionView(p))
}

func (d *deciding) facts() []desk.Fact {
	p, lot := &d.l.Purchase, &d.l.Lot
	out := []desk.Fact{{Term: "Achat", Text: format.Text(p.Object), URL: purchaseURL(p.ID)}}
	if lot.Number != "" {
		out = append(out, desk.Fact{Term: "Lot", Text: lot.Number})
	}
	euros := "non renseigné"
	if n := p.EurosOf(lot); n > 0 {
		euros = sourcing.Money(n)
	}
	out = append(out, desk.Fact{Term: "Montant estimé du lot", Text: euros})
	if places := d.placesText(p.PlacesOf(lot)); places != "" {
		out = append(out, desk.Fact{Term: "Lieux d’exécution", Text: places})
	}
	if p.Publication != "" {
		out = append(out, desk.Fact{Term: "Publication prévue", Text: format.Date(p.Publication)})
	}
	if p.TakeOver != "" {
		out = append(out, desk.Fact{Term: "Reprise du personnel", Text: string(p.TakeOver)})
	}
	return out
}

// study shows the study as it is now, and gives the stamp of what is shown; "" when there
// is none.
func (d *deciding) study(p *views.DecisionPage) (string, error) {
	if d.l.Gone || d.l.Purchase.External != nil {
		p.NoStudy = "Rien ne s’étudie plus pour ce lot."
		return "", nil
	}
	study, e, err := d.Programme.Evidence(d.c.UserContext(), d.m, d.l.Purchase.ID, d.l.Lot.ID)
	if errors.Is(err, sourcing.ErrNoStudy) {
		p.NoStudy = string(sourcing.ErrNoStudy)
		return "", nil
	}
	if err != nil {
		return "", err
	}
	p.Study = d.evidence(study, e, "d’après l’annuaire tel qu’il est")
	return sourcing.Stamp(e, sourcing.JudgedOf(&d.l.Purchase, &d.l.Lot)), nil
}

// who writes « par Jeanne Morel », the words around it as given.
func (d *deciding) who(person string) string { return strings.TrimPrefix(byWhom(d.names, person), " ") }

func (d *deciding) opinions(p *views.DecisionPage) {
	today := d.today()
	list := d.l.Dossier.Opinions
	for i := range list {
		o := &list[len(list)-1-i]
		v := views.DecisionOpinion{Question: format.Text(o.Question), Reason: format.Text(o.Reason), Late: o.Late(today), Given: !o.At.IsZero(),
			By: "Demandé le " + format.Day(o.AskedAt) + byWhom(d.names, o.AskedBy)}
		switch {
		case v.Given:
			v.Heading = o.View.Label()
			v.By = "Rendu le " + format.Day(o.At) + byWhom(d.names, o.By) + ". " + v.By + "."
		case !o.ClosedAt.IsZero():
			v.Heading, v.By = "Sans réponse", v.By+", demandé à nouveau le "+format.Day(o.ClosedAt)+"."
		case v.Late:
			v.Heading, v.By = "En retard : attendu pour le "+format.Date(o.Due), v.By+", à "+d.named(o.Asked)+"."
		default:
			v.Heading, v.By = "Attendu pour le "+format.Date(o.Due), v.By+", à "+d.named(o.Asked)+"."
		}
		p.Opinions = append(p.Opinions, v)
	}
}

func (d *deciding) named(person string) string {
	if name := d.names[person]; name != "" {
		return name
	}
	return "une personne dont le compte est effacé"
}

// proposal shows the one that waits, and what the reader may do with it.
func (d *deciding) proposal(p *views.DecisionPage) error {
	w := d.l.Dossier.Proposal
	if w == nil {
		return nil
	}
	made := d.made("attend", w)
	p.Waiting = &made
	at := decisionURL(d.l.Purchase.ID, d.l.Dossier.Lot) + "/propositions/" + url.PathEscape(w.ID)
	own := w.By == d.m.Person
	switch {
	case !sourcing.Buys(d.m):
		p.Acts.Why = "Un acheteur de l’organisation, autre que l’auteur, l’approuve ou la refuse."
	case own:
		p.Acts.Why = "Vous en êtes l’auteur : une autre personne l’approuve ou la refuse."
		p.Acts.Withdraw = &form.Action{To: at + "/retirer", Label: "Retirer ma proposition"}
		others, err := d.Programme.Approvers(d.c.UserContext(), d.m)
		if err != nil {
			return err
		}
		if others == 0 {
			p.Acts.Why = "Vous en êtes l’auteur et le seul acheteur de votre organisation : qui la gère donne ce rôle à une autre personne, qui l’approuvera ou la refusera."
		}
	default:
		p.Acts.Refuse, p.Acts.Reason = at+"/refuser", d.sent.refusal
		if p.Notice == "" {
			p.Acts.Approve = &form.Action{To: at + "/approuver", Label: "Approuver la proposition", Style: "btn-act"}
		}
	}
	return nil
}

// decisions shows the one in force with its texts, and those before.
func (d *deciding) decisions(p *views.DecisionPage) {
	list := d.l.Dossier.Decisions
	for i := range list {
		x := &list[len(list)-1-i]
		made := d.made("d"+strconv.Itoa(len(list)-i), &x.Proposal)
		day := format.Day(x.At()) + byWhom(d.names, x.By)
		switch {
		case !x.RefusedAt.IsZero():
			made.State, made.Refusal, made.Changes = "Refusée le "+day+".", format.Text(x.Reason), nil
		case !x.WithdrawnAt.IsZero():
			made.State, made.Changes = "Retirée par son auteur le "+format.Day(x.At())+".", nil
		default:
			made.State = "Approuvée le " + day + "."
		}
		if x.Stands() {
			made.Words = d.words(made.ID, x)
			p.Standing = &made
			continue
		}
		if !x.SupersededAt.IsZero() {
			made.State += " Remplacée le " + format.Day(x.SupersededAt) + "."
			made.Changes = nil
		}
		p.Past = append(p.Past, made)
	}
}

// made words a proposal with what it was made on.
func (d *deciding) made(id string, x *sourcing.Proposal) views.DecisionMade {
	out := views.DecisionMade{ID: id, Says: format.Text(x.Says()), By: "Proposée le " + format.Day(x.At) + byWhom(d.names, x.By) + ".", Reasons: x.Reasons, Again: x.Again}
	study, err := x.Evidence.Study()
	if err != nil {
		d.Log.Error("evidence of a decision", "dossier", d.l.Dossier.ID, "proposal", x.ID, "err", err)
		out.Damaged = true
	} else {
		out.Evidence = d.evidence(study, x.Evidence, "d’après l’annuaire de ce jour-là")
	}
	if !d.l.Gone {
		out.Changes = d.changes(x.Judged.ChangesTo(sourcing.JudgedOf(&d.l.Purchase, &d.l.Lot)))
	}
	return out
}

func (s *site) changes(list []sourcing.Change) (out []views.DecisionChange) {
	say := func(c *sourcing.Change, text string) string {
		switch {
		case text == "":
			return "non renseigné"
		case c.What == "Lieux d’exécution":
			return s.placesText(strings.Split(text, ", "))
		case c.What == "Publication prévue":
			return format.Date(structure.Date(text))
		case c.What == "Secteurs":
			var names []string
			for code := range strings.SplitSeq(text, ", ") {
				names = append(names, s.sectorLabel(code))
			}
			return format.List(names)
		}
		return text
	}
	for i := range list {
		c := &list[i]
		out = append(out, views.DecisionChange{What: c.What, Before: say(c, c.Before), After: say(c, c.After)})
	}
	return out
}

// forms are what the reader may do next.
func (d *deciding) forms(p *views.DecisionPage, stamp string) error {
	if p.Notice != "" {
		return nil
	}
	waiting := d.l.Dossier.Waiting()
	if sourcing.Advises(d.m) && waiting != nil {
		p.Give = &views.DecisionGive{To: p.URL + "/avis/" + url.PathEscape(waiting.ID), Reason: d.sent.reason}
		for _, v := range sourcing.Views {
			p.Give.Views = append(p.Give.Views, part.Option{Value: string(v), Label: v.Label(), Selected: v == d.sent.view})
		}
	}
	if !sourcing.Buys(d.m) {
		return nil
	}
	if err := d.askForm(d.c.UserContext(), p, waiting != nil); err != nil {
		return err
	}
	if d.l.Dossier.Proposal == nil && stamp != "" {
		d.proposeForm(p, stamp)
	}
	return nil
}

func (d *deciding) askForm(ctx context.Context, p *views.DecisionPage, again bool) error {
	list, err := d.Programme.Facilitateurs(ctx, d.m)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		p.NoAsk = "Personne n’est facilitateur dans votre organisation : qui la gère peut donner ce rôle, puis l’avis se demande ici."
		return nil
	}
	if len(d.l.Dossier.Opinions) >= sourcing.MaxOpinions {
		p.NoAsk = string(sourcing.ErrManyOpinions)
		return nil
	}
	a := &views.DecisionAsk{Once: account.NewID(), Due: string(d.today().AddDays(askDays)), Again: again || len(p.Opinions) > 0}
	chosen := d.l.Purchase.Facilitateur
	if d.sent.ask != nil {
		a.Once, a.Due, a.Question, a.Again, chosen = d.sent.ask.ID, d.sent.due, d.sent.ask.Question, false, d.sent.ask.Asked
	}
	for _, x := range list {
		a.Persons = append(a.Persons, part.Option{Value: x.ID, Label: x.Shown(), Selected: x.ID == chosen})
	}
	p.Ask = a
	return nil
}

func (d *deciding) proposeForm(p *views.DecisionPage, stamp string) {
	f := &views.DecisionPropose{Once: account.NewID(), Seen: stamp, HoursURL: d.hoursURL(), Standing: d.l.Dossier.Standing() != nil}
	var in sourcing.Proposal
	if d.sent.propose != nil {
		in = *d.sent.propose
		f.Once, f.Hours, f.Reasons, f.Again, f.Open = in.ID, d.sent.hours, in.Reasons, in.Again, true
	}
	for _, x := range sourcing.Choices {
		f.Choices = append(f.Choices, part.Option{Value: string(x), Label: x.Label(), Selected: x == in.Choice})
	}
	f.Bases = []part.Option{{Value: "", Label: "Choisir…"}}
	for _, b := range structure.Bases {
		f.Bases = append(f.Bases, part.Option{Value: string(b), Label: taxonomy.BasisInfo(b).Short, Selected: b == in.Basis})
	}
	p.Propose = f
}

// hoursURL is the calculator with what the lot says.
func (d *deciding) hoursURL() string {
	values := url.Values{}
	if n := d.l.Purchase.EurosOf(&d.l.Lot); n > 0 {
		values.Set("montant", strconv.FormatInt(n, 10))
	}
	if places := d.l.Purchase.PlacesOf(&d.l.Lot); len(places) > 0 {
		values.Set(paramPlace, places[0])
	}
	for _, t := range sourcing.Trades {
		if slices.Contains(d.l.Lot.Sectors, t.Sector) {
			values.Set("metier", t.Code)
			break
		}
	}
	if len(values) == 0 {
		return hoursPath
	}
	return hoursPath + "?" + values.Encode()
}

// steps are the way of the lot.
func (d *deciding) steps(p *views.DecisionPage) []views.DecisionStep {
	f := &d.l.Dossier
	asked, waits, stands := f.Waiting() != nil, f.Proposal != nil, f.Standing() != nil
	study, opinion := knownWords(p)
	proposal, approval := proposalWords(f)
	out := []views.DecisionStep{
		{Name: "Étude", Says: study, To: "etude", Done: p.Study != nil},
		{Name: "Avis", Says: opinion, To: "avis", Done: !asked && f.LastView() != nil, Now: asked},
		{Name: "Proposition", Says: proposal, To: "proposition", Done: waits || stands, Now: !waits && !stands && p.Study != nil},
		{Name: "Approbation", Says: approval, To: "proposition", Done: stands && !waits, Now: waits},
		{Name: "Texte", Says: textWords(p, stands), To: "proposition", Done: stands},
	}
	if stands {
		out[4].To = "decision"
	}
	if stands && !waits {
		out[3].To = "decision"
	}
	for i := range out {
		out[i].Says = format.Text(out[i].Says)
	}
	return out
}

// knownWords are the verdict and the last opinion.
func knownWords(p *views.DecisionPage) (study, opinion string) {
	study, opinion = "Non disponible", "Non demandé"
	if p.Study != nil && len(p.Study.Verdicts) > 0 {
		study = p.Study.Verdicts[0].Label
	}
	if len(p.Opinions) > 0 {
		opinion = p.Opinions[0].Heading
	}
	return study, opinion
}

// proposalWords say what is proposed, or was, and where its approval is.
func proposalWords(d *sourcing.Dossier) (proposal, approval string) {
	stands := d.Standing()
	switch {
	case d.Proposal != nil:
		return d.Proposal.Says(), "Attend un autre acheteur"
	case stands != nil:
		return stands.Proposal.Says(), "Le " + format.Day(stands.ApprovedAt)
	}
	return "Aucune", "À venir"
}

// textWords say whether the text of a decision can be read.
func textWords(p *views.DecisionPage, stands bool) string {
	switch {
	case !stands:
		return "À venir"
	case p.Standing != nil && p.Standing.Words == nil:
		return "Aucun pour ce choix"
	}
	return "Prêt à copier"
}
