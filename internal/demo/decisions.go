package demo

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

// Decided is what the home organisation was asked, proposed and decided about its lots,
// and the revue de marchés that it held.
type Decided struct {
	Dossiers []sourcing.Dossier
	Reviews  []sourcing.Review
}

// StudyLot makes the study of a lot that a member sees.
type StudyLot func(m buyer.Member, purchase, lot string) (sourcing.Study, error)

// handled is what was done about a lot; days are counted back from the day of the
// demonstration, 0 = it was not done.
type handled struct {
	key string // of the purchase
	lot int

	asked, due, given int // due: days after it was asked
	question, reason  string
	view              sourcing.View

	before             int // an earlier decision, with a clause, which the other replaces
	proposed, approved int
	second             bool // the second buyer proposes, the first decides
	motive, again      string
}

var homeHandled = []handled{
	{
		key: "nettoyage-nord", lot: 2, asked: 44, due: 14, given: 35, view: sourcing.Favourable, proposed: 27, approved: 21,
		question: "La vitrerie est sortie des deux grands lots : les structures du territoire peuvent-elles la tenir toute l’année ?",
		reason:   "Plusieurs structures ont ce savoir-faire et leurs équipes sont stables. Prévoir une visite des sites avant les offres.",
		motive:   "Assez de répondants indépendants, un avis favorable, et un lot à la mesure d’une structure seule.",
	},
	{
		key: "demenagement", asked: 80, due: 10, given: 74, view: sourcing.WithReserve, before: 66, proposed: 16, approved: 12,
		question: "Des transferts de nuit sont à prévoir : est-ce un obstacle ?",
		reason:   "Possible avec un délai de prévenance de quinze jours, à écrire dans le cahier des charges.",
		motive:   "Le sourçage a montré des équipes prêtes à répondre, délai de prévenance compris.",
		again:    "La clause avait été retenue faute de réponses au sourçage ; trois structures se sont fait connaître depuis.",
	},
	{
		key: "collecte", lot: 2, asked: 30, due: 12, given: 20, view: sourcing.Favourable, proposed: 4, second: true,
		question: "Le tri en ressourcerie peut-il se séparer de la collecte ?",
		reason:   "Oui : les ressourceries du territoire le demandent et ont la place.",
		motive:   "Le lot séparé est à la portée des ressourceries ; l’avis est favorable.",
	},
	{key: "linge", proposed: 2, motive: "Activité bien représentée chez les structures du territoire, volumes réguliers."},
	{key: "reprographie", asked: 3, due: 14, question: "Les ateliers de reprographie assurent-ils aussi la maintenance des copieurs ?"},
	{key: "restauration", asked: 19, due: 14, question: "Quelle place laisser à une structure d’insertion à côté de la reprise du personnel ?"},
}

// Decisions carries the lots of the home organisation on. A lot that is gone has nothing,
// nor has an organisation with one buyer.
func Decisions(opts Options, crowd Crowd, plans Plans, study StudyLot, gone func(error) bool) (out Decided, err error) {
	opts = opts.withDefaults()
	if len(plans.Programmes) == 0 {
		return out, nil
	}
	home := plans.Programmes[0].Organisation
	i := slices.IndexFunc(crowd.Organisations, func(o account.Organisation) bool { return o.ID == home })
	d := &deciding{planning: planning{opts: opts, org: &crowd.Organisations[i]}, study: study}
	d.first, d.second = d.as(account.Buyer, 0), d.as(account.Buyer, 1)
	d.advises = d.as(account.Facilitateur, 0)
	if d.second.Person == "" || d.advises.Person == "" {
		return out, nil
	}
	for n := range homeHandled {
		dossier, err := d.dossier(&homeHandled[n], plans.Purchases)
		if gone(err) {
			continue
		}
		if err != nil {
			return out, err
		}
		out.Dossiers = append(out.Dossiers, dossier)
	}
	review, err := d.review(plans)
	out.Reviews = append(out.Reviews, review)
	return out, err
}

// deciding is the dossiers of an organisation under way.
type deciding struct {
	planning
	first, second, advises buyer.Member
	study                  StudyLot
}

func (d *deciding) as(role account.Role, n int) buyer.Member {
	return buyer.Member{Person: d.having(role, n), Organisation: d.org.ID, Kind: d.org.Kind, Role: role}
}

// at is a moment of a day, some days ago.
func (d *deciding) at(days, hour int) time.Time {
	return d.past(days).Add(time.Duration(hour) * time.Hour)
}

// dossier carries one lot on, by the rules.
func (d *deciding) dossier(h *handled, purchases []sourcing.Purchase) (sourcing.Dossier, error) {
	id := idOf("purchase", d.org.ID+"/"+h.key)
	i := slices.IndexFunc(purchases, func(p sourcing.Purchase) bool { return p.ID == id })
	p := &purchases[i]
	l := &p.Lots[h.lot]
	out := sourcing.NewDossier(d.org.ID, p.ID, l.ID)
	out.Demo = true
	study, err := d.study(d.first, p.ID, l.ID)
	if err != nil {
		return out, err
	}
	if h.asked > 0 {
		o := sourcing.Opinion{ID: idOf("opinion", out.ID), Asked: d.advises.Person, Due: d.opts.Today.AddDays(h.due - h.asked), Question: h.question}
		err = out.Ask(d.first, o, d.at(h.asked, 0))
		if h.given > 0 {
			err = errors.Join(err, out.Give(d.advises, o.ID, h.view, h.reason, d.at(h.given, 2)))
		}
	}
	author, other := d.first, d.second
	if h.second {
		author, other = other, author
	}
	propose := func(days int, x sourcing.Proposal) {
		if days == 0 || err != nil {
			return
		}
		x.ID = idOf("proposal", fmt.Sprintf("%s/%d", out.ID, len(out.Decisions)))
		x.Judged, study.On = sourcing.JudgedOf(p, l), structure.DateOf(d.at(days, 0))
		if x.Evidence, err = sourcing.Freeze(study); err == nil {
			err = out.Propose(author, x, d.at(days, 1))
		}
	}
	approve := func(days int) {
		if days > 0 && err == nil {
			err = out.Approve(other, out.Proposal.ID, d.at(days, 3))
		}
	}
	propose(h.before, sourcing.Proposal{Choice: sourcing.WithClause, Hours: 700, Reasons: "Aucune structure n’avait répondu au questionnaire ; la clause garde une part d’insertion."})
	approve(max(0, h.before-3))
	x := chosen(&study.Verdicts[0])
	x.Reasons, x.Again = h.motive, h.again
	propose(h.proposed, x)
	approve(h.approved)
	return out, err
}

// chosen is what a verdict leads to: the demonstration decides as its study says, on any
// territory.
func chosen(v *sourcing.Verdict) sourcing.Proposal {
	switch v.Code {
	case sourcing.Reservable, sourcing.ReservableJoint:
		return sourcing.Proposal{Choice: sourcing.ToReserve, Basis: v.Basis}
	case sourcing.ToDivide:
		return sourcing.Proposal{Choice: sourcing.InLots}
	case sourcing.SmallLot:
		return sourcing.Proposal{Choice: sourcing.AsSmallLot}
	case sourcing.InsertionService:
		return sourcing.Proposal{Choice: sourcing.AsInsertion}
	case sourcing.Criterion:
		return sourcing.Proposal{Choice: sourcing.WithCrit}
	case sourcing.Clause:
		return sourcing.Proposal{Choice: sourcing.WithClause, Hours: 400}
	}
	return sourcing.Proposal{Choice: sourcing.NotToReserve}
}

// notes are what was said of purchases at the review, by key.
var notes = map[string]struct {
	outcome sourcing.Outcome
	text    string
}{
	"fournitures":    {sourcing.NothingOn, "Consultation en cours."},
	"sous-pli":       {sourcing.ReserveIt, "Le service est d’accord. L’acheteur demande l’avis de la mission insertion."},
	"demenagement":   {sourcing.ReserveIt, "Trois structures se sont fait connaître depuis la décision : elle est à reprendre."},
	"nettoyage-nord": {sourcing.StudyIt, "Reprise du personnel sur les deux grands lots : une clause plutôt qu’une réservation. Le lot Vitrerie est réservé."},
	"reprographie":   {sourcing.StudyIt, "Besoin à préciser avec les utilisateurs. Le service envoie les volumes sous quinze jours."},
	"mobilier":       {sourcing.PutOff, "Le marché en cours sera reconduit : à revoir dans un an."},
}

// review is that of the service of the prescripteur one signs in as, twelve days ago.
func (d *deciding) review(plans Plans) (sourcing.Review, error) {
	service := plans.Programmes[0].Services[0]
	r := sourcing.Review{ID: idOf("review", d.org.ID), Service: service.ID, ServiceName: service.Name, On: d.opts.Today.AddDays(-12), Demo: true, Others: []string{"Sonia Ferrand, régie des bâtiments"}}
	for _, person := range append([]string{d.first.Person, d.advises.Person}, service.Persons...) {
		if person != "" && !slices.Contains(r.Present, person) {
			r.Present = append(r.Present, person)
		}
	}
	slices.Sort(r.Present)
	purchases := slices.DeleteFunc(slices.Clone(plans.Purchases), func(p sourcing.Purchase) bool { return p.Organisation != d.org.ID })
	slices.SortFunc(purchases, func(a, b sourcing.Purchase) int {
		return cmp.Or(cmp.Compare(a.Publication, b.Publication), cmp.Compare(a.ID, b.ID))
	})
	r.Begin(d.first, purchases, d.at(12, 0))
	said := map[string]string{}
	for key := range notes {
		said[idOf("purchase", d.org.ID+"/"+key)] = key
	}
	var errs []error
	for i := range r.Items {
		n, ok := notes[said[r.Items[i].Purchase]]
		if ok {
			errs = append(errs, r.Note(d.first, r.Items[i].Purchase, n.outcome, n.text, 0, d.at(12, 0).Add(time.Duration(10*i+8)*time.Minute)))
		}
	}
	return r, errors.Join(append(errs, r.Close(d.first, d.at(12, 2)))...)
}
