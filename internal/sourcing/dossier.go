package sourcing

import (
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
)

// Bounds of a dossier: its document stays below 1 MB (TestDossierFits).
const (
	MaxDecisions = 12   // with their evidence; none is ever dropped
	MaxOpinions  = 12   // of a lot; none is ever dropped
	MaxWord      = 1000 // letters of a question, of the reason of an opinion or of a refusal
	MaxReasons   = 2000 // letters of the reasons of a proposal
	MaxHours     = 500_000
)

// Refusals of a dossier.
const (
	ErrOwnProposal = account.Fault("Vous êtes l’auteur de cette proposition : une autre personne l’approuve ou la refuse.")
	// ErrAuthorGone: nobody can show any more that the approver is another person.
	ErrAuthorGone      = account.Fault("L’auteur de cette proposition a effacé son compte : refusez-la, puis proposez de nouveau.")
	ErrProposalWaits   = account.Fault("Une proposition attend déjà sa décision pour ce lot : elle est approuvée, refusée ou retirée avant une autre.")
	ErrNoProposal      = account.Fault("Cette proposition n’attend plus : elle a été approuvée, refusée ou retirée entre-temps.")
	ErrManyDecisions   = account.Fault("Ce lot garde déjà douze décisions avec leurs preuves, et aucune ne s’efface : créez un nouvel achat pour décider à nouveau.")
	ErrManyOpinions    = account.Fault("Ce lot garde déjà douze avis, et aucun ne s’efface : créez un nouvel achat pour en demander un autre.")
	ErrOpinionAnswered = account.Fault("Cet avis a déjà été rendu, ou demandé à nouveau entre-temps.")
	ErrNoStudy         = account.Fault("L’étude de ce lot n’est pas disponible : sans elle, rien ne se propose, puisque la décision garde ce sur quoi elle a été prise.")
)

// Dossier is what was asked, proposed and decided about one lot: one document, so that
// two people who decide at once are told apart by its version.
type Dossier struct {
	ID           string     `json:"id"` // DossierID
	Organisation string     `json:"organisation"`
	Purchase     string     `json:"purchase"`
	Lot          string     `json:"lot"`
	Opinions     []Opinion  `json:"opinions,omitempty"`  // the newest last
	Proposal     *Proposal  `json:"proposal,omitempty"`  // waits for its decision
	Decisions    []Decision `json:"decisions,omitempty"` // on every proposal there was, the newest last
	Demo         bool       `json:"demo,omitempty"`
	UpdatedAt    time.Time  `json:"updated_at"`
	Rev          int64      `json:"rev"` // how often it was written
}

// DossierID is the id of the dossier of a lot.
func DossierID(purchase, lot string) string { return purchase + "." + lot }

// NewDossier is the empty dossier of a lot.
func NewDossier(organisation, purchase, lot string) Dossier {
	return Dossier{ID: DossierID(purchase, lot), Organisation: organisation, Purchase: purchase, Lot: lot}
}

// Choice is how a lot is bought.
type Choice string

// Choices.
const (
	ToReserve    Choice = "reserver"
	NotToReserve Choice = "ne-pas-reserver"
	WithClause   Choice = "clause"
	WithCrit     Choice = "critere"
	AsInsertion  Choice = "marche-insertion"
	InLots       Choice = "allotir"
	AsSmallLot   Choice = "petit-lot"
)

// Choices lists them in the order in which they are offered.
var Choices = []Choice{ToReserve, WithClause, WithCrit, AsInsertion, InLots, AsSmallLot, NotToReserve}

var choiceLabels = map[Choice]string{
	ToReserve: "Réserver le lot", NotToReserve: "Ne pas réserver", WithClause: "Clause d’insertion", WithCrit: "Critère de performance en insertion",
	AsInsertion: "Marché d’insertion", InLots: "Allotir, puis étudier chaque lot", AsSmallLot: "Petit lot en procédure adaptée",
}

// Lengthens reports whether publicity lasts longer by such a decision: structures that
// answer few tenders need more time for a reserved lot, or one with a clause.
func (c Choice) Lengthens() bool { return c == ToReserve || c == WithClause }

// Label is the choice as shown to people, in French.
func (c Choice) Label() string { return choiceLabels[c] }

// Proposal is what one person proposes for a lot, with the study that it was made on.
type Proposal struct {
	ID       string          `json:"id"` // chosen by the form: sent twice, it is one proposal
	By       string          `json:"by,omitempty"`
	At       time.Time       `json:"at"`
	Choice   Choice          `json:"choice"`
	Basis    structure.Basis `json:"basis,omitempty"` // of ToReserve
	Hours    int             `json:"hours,omitempty"` // of WithClause
	Reasons  string          `json:"reasons"`
	Again    string          `json:"again,omitempty"` // why the decision that stood is taken up again
	Judged   Judged          `json:"judged"`          // the purchase as it was
	Evidence Evidence        `json:"evidence"`
}

// Says is the choice in words, with its basis or its hours.
func (p *Proposal) Says() string {
	switch {
	case p.Choice == ToReserve && p.Basis != "":
		return "Réserver le lot (" + string(p.Basis) + ")"
	case p.Choice == WithClause && p.Hours > 0:
		return "Clause d’insertion de " + number(p.Hours) + "\u00a0heures"
	}
	return p.Choice.Label()
}

// Decision is what came of a proposal.
type Decision struct {
	Proposal     Proposal  `json:"proposal"`
	By           string    `json:"by,omitempty"` // who approved, refused or withdrew
	ApprovedAt   time.Time `json:"approved_at,omitzero"`
	RefusedAt    time.Time `json:"refused_at,omitzero"`
	WithdrawnAt  time.Time `json:"withdrawn_at,omitzero"`
	SupersededAt time.Time `json:"superseded_at,omitzero"` // another stands in its place
	Reason       string    `json:"reason,omitempty"`       // of a refusal
}

// At is when it was decided.
func (d *Decision) At() time.Time {
	switch {
	case !d.ApprovedAt.IsZero():
		return d.ApprovedAt
	case !d.RefusedAt.IsZero():
		return d.RefusedAt
	}
	return d.WithdrawnAt
}

// Stands reports whether it is the decision in force.
func (d *Decision) Stands() bool { return !d.ApprovedAt.IsZero() && d.SupersededAt.IsZero() }

// Standing is the decision in force, nil when there is none.
func (d *Dossier) Standing() *Decision {
	i := slices.IndexFunc(d.Decisions, func(x Decision) bool { return x.Stands() })
	if i < 0 {
		return nil
	}
	return &d.Decisions[i]
}

// Lengthens reports whether publicity lasts longer by the decision in force.
func (d *Dossier) Lengthens() bool {
	decision := d.Standing()
	return decision != nil && decision.Proposal.Choice.Lengthens()
}

// decided finds what came of a proposal.
func (d *Dossier) decided(id string) *Decision {
	i := slices.IndexFunc(d.Decisions, func(x Decision) bool { return x.Proposal.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Decisions[i]
}

// Check says what of a proposal cannot be kept, by field.
func (p *Proposal) Check(standing bool) map[string]account.Fault {
	faults := map[string]account.Fault{}
	switch {
	case p.Choice.Label() == "":
		faults["choix"] = "Choisissez comment acheter ce lot."
	case p.Choice == ToReserve && !slices.Contains(structure.Bases, p.Basis):
		faults["base"] = "Choisissez l’article qui fonde la réservation."
	case p.Choice == WithClause && (p.Hours < 1 || p.Hours > MaxHours):
		faults["heures"] = "Indiquez le nombre d’heures d’insertion, un nombre entier."
	}
	if p.Reasons == "" {
		faults["motifs"] = "Donnez les motifs : la décision les garde."
	}
	if standing && p.Again == "" {
		faults["reprise"] = "Dites pourquoi la décision en vigueur est reprise."
	}
	return faults
}

// Propose puts a proposal up for decision. ErrUnchanged when the same form came before,
// an account.Fault otherwise.
func (d *Dossier) Propose(m buyer.Member, p Proposal, at time.Time) error {
	switch {
	case !Buys(m) || m.Organisation != d.Organisation:
		return account.ErrNotAllowed
	case d.Proposal != nil && d.Proposal.ID == p.ID, d.decided(p.ID) != nil:
		return ErrUnchanged
	case d.Proposal != nil:
		return ErrProposalWaits
	case len(d.Decisions) >= MaxDecisions:
		return ErrManyDecisions
	case len(p.Evidence.Packed) == 0:
		return ErrNoStudy
	}
	for _, fault := range p.Check(d.Standing() != nil) {
		return fault // pages ask Check before, and say them all at their fields
	}
	if p.Choice != ToReserve {
		p.Basis = ""
	}
	if p.Choice != WithClause {
		p.Hours = 0
	}
	if d.Standing() == nil {
		p.Again = ""
	}
	p.By, p.At = m.Person, at.UTC()
	d.Proposal = &p
	d.touch(at)
	return nil
}

// Withdraw takes a proposal back: its author does.
func (d *Dossier) Withdraw(m buyer.Member, id string, at time.Time) error {
	return d.decide(m, id, true, func(x *Decision) { x.WithdrawnAt = at.UTC() }, at)
}

// Approve makes a proposal the decision in force, by another person than its author. The
// one that stood is superseded and stays in the history.
func (d *Dossier) Approve(m buyer.Member, id string, at time.Time) error {
	if d.Proposal != nil && d.Proposal.ID == id && d.Proposal.By == "" {
		return ErrAuthorGone
	}
	return d.decide(m, id, false, func(x *Decision) { x.ApprovedAt = at.UTC() }, at)
}

// Refuse ends a proposal with a reason, by another person than its author.
func (d *Dossier) Refuse(m buyer.Member, id, reason string, at time.Time) error {
	if reason == "" {
		return account.Fault("Dites pourquoi : le motif reste dans l’historique et l’auteur le reçoit.")
	}
	return d.decide(m, id, false, func(x *Decision) { x.RefusedAt, x.Reason = at.UTC(), reason }, at)
}

// decide ends the proposal that waits. ErrUnchanged when the same person has just done
// the same.
func (d *Dossier) decide(m buyer.Member, id string, author bool, end func(*Decision), at time.Time) error {
	if !Buys(m) || m.Organisation != d.Organisation {
		return account.ErrNotAllowed
	}
	if d.Proposal == nil || d.Proposal.ID != id {
		return sameEnd(d.decided(id), m, end)
	}
	if own := d.Proposal.By == m.Person; own != author {
		if own {
			return ErrOwnProposal
		}
		return account.Fault("Son auteur seul retire une proposition : vous pouvez la refuser, avec un motif.")
	}
	x := Decision{Proposal: *d.Proposal, By: m.Person}
	end(&x)
	if old := d.Standing(); old != nil && !x.ApprovedAt.IsZero() {
		old.SupersededAt = at.UTC()
	}
	d.Proposal = nil
	d.Decisions = append(d.Decisions, x)
	d.touch(at)
	return nil
}

// sameEnd forgives a form sent twice by the same person, and nothing else.
func sameEnd(old *Decision, m buyer.Member, end func(*Decision)) error {
	if old == nil || old.By != m.Person || m.Person == "" {
		return ErrNoProposal
	}
	var again Decision
	end(&again)
	if again.ApprovedAt.IsZero() == old.ApprovedAt.IsZero() && again.RefusedAt.IsZero() == old.RefusedAt.IsZero() && again.WithdrawnAt.IsZero() == old.WithdrawnAt.IsZero() {
		return ErrUnchanged
	}
	return ErrNoProposal
}

func (d *Dossier) touch(at time.Time) { d.Rev, d.UpdatedAt = d.Rev+1, at.UTC() }

// Persons are those whose ids the dossier holds.
func (d *Dossier) Persons() (ids []string) {
	d.eachPerson(func(id *string) {
		if *id != "" {
			ids = append(ids, *id)
		}
	})
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Forget takes a person's id off; false when it was not there. What was asked, answered
// and decided stays with the organisation.
func (d *Dossier) Forget(person string) (found bool) {
	d.eachPerson(func(id *string) {
		if *id == person {
			*id, found = "", true
		}
	})
	return found
}

func (d *Dossier) eachPerson(do func(*string)) {
	for i := range d.Opinions {
		o := &d.Opinions[i]
		do(&o.AskedBy)
		do(&o.Asked)
		do(&o.By)
	}
	if d.Proposal != nil {
		do(&d.Proposal.By)
	}
	for i := range d.Decisions {
		do(&d.Decisions[i].By)
		do(&d.Decisions[i].Proposal.By)
	}
}
