package sourcing

import (
	"fmt"

	"sourcier/internal/structure"
)

// StepCode names a step of the preparation of a purchase.
type StepCode string

// Steps, in their order.
const (
	StepReview       StepCode = "revue"
	StepSourcing     StepCode = "sourcage"
	StepFile         StepCode = "dce"
	StepPublication  StepCode = "publication"
	StepClosing      StepCode = "remise"
	StepQuotes       StepCode = "devis" // in the place of the two before, without publicity
	StepAnalysis     StepCode = "analyse"
	StepNotification StepCode = "notification"
	StepStart        StepCode = "debut"
)

var stepLabels = map[StepCode]string{
	StepReview: "Revue de marchés", StepSourcing: "Sourçage", StepFile: "Dossier de consultation (DCE)", StepPublication: "Publication",
	StepClosing: "Remise des offres", StepQuotes: "Demande de devis", StepAnalysis: "Analyse et choix", StepNotification: "Notification",
	StepStart: "Début d’exécution",
}

// Label is the step as shown to people, in French.
func (s StepCode) Label() string { return stepLabels[s] }

// Pace is where a step stands on a day.
type Pace string

// Paces.
const (
	PaceAhead   Pace = ""        // its time comes
	PaceNow     Pace = "now"     // its time is there, and it is not late
	PaceDone    Pace = "done"    // the state of the purchase says so
	PaceSkipped Pace = "skipped" // the purchase went on without it
	PaceLate    Pace = "late"
)

// PlanStep is one step, with the day by which it is done.
type PlanStep struct {
	Code StepCode
	From structure.Date // on which it has to begin; that of Day for what takes a day
	Day  structure.Date
	Days int    // that it takes, 0 for what takes a day
	Why  string // what its time is made of, "" when a setting says it alone
	Pace Pace
}

// BackPlan is when each step of a purchase is due so that performance begins in time.
type BackPlan struct {
	Steps   []PlanStep // none when something is missing, or nothing is left to plan
	Missing []string   // of what there is no plan without: « le début d’exécution »
	Notes   []string   // whole sentences: why it is shorter, what was assumed
	Warning string     // a whole sentence: what of the purchase cannot hold, "" = nothing
	Ended   bool       // the purchase is: nothing is left to plan
	Free    bool       // below the threshold of R2122-8

	on structure.Date // whose law it was made with
}

// Publication is the day on which the notice has to be published, or quotes be asked
// for; "" when there is no plan.
func (b *BackPlan) Publication() structure.Date {
	for _, s := range b.Steps {
		switch s.Code {
		case StepPublication:
			return s.Day
		case StepQuotes:
			return s.From
		}
	}
	return ""
}

// Late lists the steps that are late.
func (b *BackPlan) Late() []PlanStep { return b.paced(PaceLate) }

func (b *BackPlan) paced(p Pace) (out []PlanStep) {
	for _, s := range b.Steps {
		if s.Pace == p {
			out = append(out, s)
		}
	}
	return out
}

// DueWithin lists the steps that are to be done from the day on, within some days: of
// what begins on a day, and of what is under way.
func (b *BackPlan) DueWithin(on structure.Date, days int) (out []PlanStep) {
	last := on.AddDays(days)
	for _, s := range b.Steps {
		if (s.Pace == PaceAhead || s.Pace == PaceNow) && s.Day >= on && s.Day <= last {
			out = append(out, s)
		}
	}
	return out
}

// BackPlanOf plans backwards from the start of performance, in civil days. reserved says
// that the purchase is to be reserved or to carry a clause, which its place in the public
// forward programme may say as well. The law is that of the day of publication.
func BackPlanOf(p *Purchase, law Law, reserved bool, today structure.Date) BackPlan {
	switch {
	case p.External != nil || p.State() == Abandoned || p.State() == Unsuccessful:
		return BackPlan{Ended: true}
	case p.Start == "":
		return BackPlan{Missing: []string{"le début d’exécution"}}
	}
	b := settledPlan(p, law, reserved || p.Forward != nil && p.Forward.Reserved)
	on := b.Publication()
	if p.Publication != "" && p.Publication > on && p.LaunchedAt.IsZero() && p.AwardedAt.IsZero() {
		b.Warning = "La publication est prévue trop tard pour commencer à la date dite : avancez-la, ou repoussez le début d’exécution."
	}
	b.pace(p, today)
	return b
}

// settledPlan lays the steps by the law of the day of publication, which the law gives:
// where it changes between, the earlier day.
func settledPlan(p *Purchase, law Law, reserved bool) BackPlan {
	b := planBack(p, law, reserved, p.Start)
	for range 2 {
		if next := planBack(p, law, reserved, b.Publication()); b.on == p.Start || next.Publication() < b.Publication() {
			b = next
		}
	}
	return b
}

// planBack lays the steps, the last one first.
func planBack(p *Purchase, law Law, reserved bool, on structure.Date) BackPlan {
	b := BackPlan{on: on}
	days := func(code RuleCode) int { return int(law.At(code, on).Value) }
	day := p.Start
	lay := func(code StepCode, take int, why string) {
		b.Steps = append(b.Steps, PlanStep{Code: code, From: day.AddDays(-take), Day: day, Days: take, Why: why})
		day = day.AddDays(-take)
	}
	lay(StepStart, 0, "")
	day = day.AddDays(-days(PlanMobilise))
	formal := b.procedure(p, law, on)
	lay(StepNotification, 0, counted(days(PlanMobilise))+" pour se mettre en place")
	if formal {
		day = day.AddDays(-days(PlanStandstill))
		b.Steps[1].Why += ", après " + counted(days(PlanStandstill)) + " d’attente (procédure formalisée)"
	}
	lay(StepAnalysis, days(PlanAnalysis), "")
	if b.Free {
		lay(StepQuotes, days(PlanQuotes), "")
	} else {
		open, why := publicity(law, on, formal, reserved)
		lay(StepClosing, 0, "")
		day = day.AddDays(-open)
		lay(StepPublication, 0, why)
		lay(StepFile, days(PlanFile), "")
	}
	lay(StepSourcing, days(PlanSourcing), "")
	day = day.AddDays(-days(PlanReview))
	b.Steps = append(b.Steps, PlanStep{Code: StepReview, From: day, Day: day, Why: counted(days(PlanReview)) + " pour préparer le sourçage"})
	for i, j := 0, len(b.Steps)-1; i < j; i, j = i+1, j-1 {
		b.Steps[i], b.Steps[j] = b.Steps[j], b.Steps[i]
	}
	return b
}

// procedure says whether the amount of the whole need calls for a formal procedure, and
// for any at all. What is not known is taken for what takes longer.
func (b *BackPlan) procedure(p *Purchase, law Law, on structure.Date) (formal bool) {
	freeCode, formalCode := FreeSupplies, FormalSupplies
	if p.Nature == Works {
		freeCode, formalCode = FreeWorks, FormalWorks
	}
	total, free, threshold := p.Total(), law.At(freeCode, on), law.At(formalCode, on)
	if p.Nature == "" && total > 0 {
		b.Notes = append(b.Notes, "La nature n’est pas renseignée : les seuils des fournitures et services sont appliqués.")
	}
	switch {
	case total == 0:
		b.Notes = append(b.Notes, "Le montant n’est pas renseigné : les délais de la procédure formalisée, les plus longs, sont appliqués.")
		return true
	case total < free.Value:
		b.Free = true
		b.Notes = append(b.Notes, "Estimé sous "+Money(free.Value)+" ("+free.Source+") : ni publicité ni mise en concurrence ne sont obligatoires, le rétroplanning est plus court.")
		return false
	case total >= threshold.Value:
		b.Notes = append(b.Notes, "Estimé à "+Money(threshold.Value)+" ou plus ("+threshold.Source+") : procédure formalisée.")
		return true
	}
	b.Notes = append(b.Notes, "Estimé sous "+Money(threshold.Value)+" ("+threshold.Source+") : procédure adaptée.")
	return false
}

// publicity is how many days a notice stays open, and what they are made of.
func publicity(law Law, on structure.Date, formal, reserved bool) (int, string) {
	code, why := PublicationAdapted, "procédure adaptée"
	if formal {
		code, why = PublicationFormal, "minimum de la procédure formalisée"
	}
	base, more := law.At(code, on).Value, law.At(PublicationMore, on).Value
	total := base + more
	why = fmt.Sprintf("%s ouverts aux offres : %d (%s) + %d", "%s", base, why, more)
	if reserved {
		extra := law.At(PublicationReserved, on).Value
		total += extra
		why += fmt.Sprintf(" + %d (réservé ou avec une clause)", extra)
	}
	return int(total), fmt.Sprintf(why, counted(int(total)))
}

func counted(days int) string {
	if days < 2 {
		return number(days) + "\u00a0jour"
	}
	return number(days) + "\u00a0jours"
}

// doneFrom is the state from which a step is behind a purchase.
var doneFrom = map[StepCode]State{
	StepReview: Programmed, StepSourcing: Launched, StepFile: Launched, StepPublication: Launched, StepQuotes: Launched,
	StepClosing: Awarded, StepAnalysis: Awarded, StepNotification: Awarded, StepStart: Awarded,
}

// stateRank is how far a state is, in the order of States.
func stateRank(s State) int {
	for i, other := range States {
		if other == s {
			return i
		}
	}
	return -1
}

// pace says of each step where it stands.
func (b *BackPlan) pace(p *Purchase, today structure.Date) {
	for i := range b.Steps {
		if s := &b.Steps[i]; s.behind(p, today) {
			s.Pace = PaceDone
			if s.Code == StepSourcing && p.SourcingAt.IsZero() {
				s.Pace = PaceSkipped
			}
		} else {
			s.Pace = s.paceAhead(p, today)
		}
	}
}

// behind reports whether nothing is left to do of a step. The start comes by itself, and
// so does the last day for offers once the consultation is launched.
func (s *PlanStep) behind(p *Purchase, today structure.Date) bool {
	state := stateRank(p.State())
	switch s.Code {
	case StepStart:
		if s.Day > today {
			return false
		}
	case StepClosing:
		if state >= stateRank(Launched) && s.Day <= today {
			return true
		}
	}
	return state >= stateRank(doneFrom[s.Code])
}

// paceAhead says where a step stands that is still to be done.
func (s *PlanStep) paceAhead(p *Purchase, today structure.Date) Pace {
	begun := s.Code == StepSourcing && !p.SourcingAt.IsZero()
	switch {
	case s.Day < today:
		return PaceLate
	case begun, s.From <= today:
		return PaceNow
	}
	return PaceAhead
}
