package sourcing

import (
	"slices"

	"sourcier/internal/structure"
)

// Rule is a figure of the law, or of a use, from a day on.
type Rule struct {
	Code    RuleCode       `json:"code"`
	From    structure.Date `json:"from"`
	Value   int64          `json:"value"`              // in the unit of its code
	Source  string         `json:"source"`             // article, decree
	ToCheck bool           `json:"to_check,omitempty"` // shown « à vérifier »: not read in its source
}

// RuleCode names a figure.
type RuleCode string

// Figures, with their units.
const (
	FormalSupplies      RuleCode = "formal_supplies"      // € HT: formal procedure, services and supplies of a local authority
	FormalWorks         RuleCode = "formal_works"         // € HT
	FreeSupplies        RuleCode = "free_supplies"        // € HT: without publicity (R2122-8)
	FreeWorks           RuleCode = "free_works"           // € HT
	SmallLotSupplies    RuleCode = "small_lot_supplies"   // € HT (R2123-1 2°)
	SmallLotWorks       RuleCode = "small_lot_works"      // € HT
	SmallLotShare       RuleCode = "small_lot_share"      // % of the value of all lots
	EnvironmentDuty     RuleCode = "environment_duty"     // 1 from the day on: L2112-2 and L2152-7
	SocialDuty          RuleCode = "social_duty"          // 1 from the day on: L2112-2-1
	PublicationFormal   RuleCode = "publication_formal"   // days of publicity
	PublicationAdapted  RuleCode = "publication_adapted"  // days
	PublicationMore     RuleCode = "publication_more"     // days more for all
	PublicationReserved RuleCode = "publication_reserved" // days more when reserved or with a clause
	ESSMonths           RuleCode = "ess_months"           // longest contract reserved under L2113-15 (L2113-16)
	MinimumShare        RuleCode = "minimum_share"        // % of workers (R2113-7)

	// Back-planning: days that a step takes.
	PlanReview     RuleCode = "plan_review"     // from the review to the beginning of the sourçage
	PlanSourcing   RuleCode = "plan_sourcing"   // sourçage
	PlanFile       RuleCode = "plan_file"       // writing the consultation documents
	PlanQuotes     RuleCode = "plan_quotes"     // asking for quotes, without publicity
	PlanAnalysis   RuleCode = "plan_analysis"   // from the closing to the choice
	PlanStandstill RuleCode = "plan_standstill" // from the choice to the signature, formal procedure (R2182-1)
	PlanMobilise   RuleCode = "plan_mobilise"   // from the notification to the start of performance
	WorkerEuros    RuleCode = "worker_euros"    // € HT that one worker does in a year
	ClauseEuros    RuleCode = "clause_euros"    // € HT of a lot from which an insertion clause gives hours enough for a person
)

// Law is a list of rules; of one code the newest that is in force counts.
type Law []Rule

// At gives the rule in force on the day, the zero Rule when there is none.
func (l Law) At(code RuleCode, on structure.Date) Rule {
	var found Rule
	for _, r := range l {
		if r.Code == code && r.From <= on && (found.Code == "" || r.From >= found.From) {
			found = r
		}
	}
	return found
}

// With gives the list in which r stands for the rule of its code and day.
func (l Law) With(r Rule) Law {
	out := slices.DeleteFunc(slices.Clone(l), func(old Rule) bool { return old.Code == r.Code && old.From == r.From })
	return append(out, r)
}

// planUse is the source of durations that no text sets.
const planUse = "Usage par défaut du portail : à régler selon vos procédures"

// DefaultLaw is the law as known when the portal was released. Settings of the portal
// come after it (LawBook).
func DefaultLaw() Law {
	return append(Law{
		{FormalSupplies, "2024-01-01", 221_000, "Seuils européens 2024-2025", true},
		{FormalSupplies, "2026-01-01", 216_000, "Seuils européens 2026-2027", false},
		{FormalWorks, "2024-01-01", 5_538_000, "Seuils européens 2024-2025", true},
		{FormalWorks, "2026-01-01", 5_404_000, "Seuils européens 2026-2027", false},
		{FreeSupplies, "2020-01-01", 40_000, "R2122-8", false},
		{FreeSupplies, "2026-04-01", 60_000, "R2122-8, décret 2025-1386", false},
		{FreeWorks, "2026-01-01", 100_000, "R2122-8, décret 2025-1386", false},
		{SmallLotSupplies, "2019-04-01", 80_000, "R2123-1, 2°", true},
		{SmallLotWorks, "2019-04-01", 1_000_000, "R2123-1, 2°", true},
		{SmallLotShare, "2019-04-01", 20, "R2123-1, 2°", true},
		{EnvironmentDuty, "2026-08-21", 1, "L2112-2 et L2152-7, décret 2022-767", false},
		{SocialDuty, "2026-08-21", 1, "L2112-2-1, loi 2021-1104, art. 35", true},
		{PublicationFormal, "2019-04-01", 30, "R2161-3, par voie électronique", true},
		{PublicationAdapted, "2019-04-01", 15, "Usage : le code demande un délai suffisant (R2143-1)", true},
		{PublicationMore, "2019-04-01", 5, "Usage du territoire : cinq jours de plus", false},
		{PublicationReserved, "2019-04-01", 5, "Usage du territoire : cinq jours encore quand le marché est réservé ou porte une clause", false},
		{ESSMonths, "2019-04-01", 36, "L2113-16", true},
		{MinimumShare, "2022-12-30", 50, "R2113-7, décret 2022-1683", false},
		{PlanReview, "2019-04-01", 30, planUse, true},
		{PlanSourcing, "2019-04-01", 60, planUse, true},
		{PlanFile, "2019-04-01", 45, planUse, true},
		{PlanQuotes, "2019-04-01", 21, planUse, true},
		{PlanAnalysis, "2019-04-01", 45, planUse, true},
		{PlanStandstill, "2019-04-01", 11, "R2182-1", true},
		{PlanMobilise, "2019-04-01", 30, planUse, true},
		{WorkerEuros, "2019-04-01", 40_000, "Ordre de grandeur : chiffre d’affaires par salarié", true},
		{ClauseEuros, "2019-04-01", 90_000, "Usage : assez d’heures pour un parcours", true},
	}, tradeLaw()...)
}

// LawBook is what administrators have set over DefaultLaw: the one document of its
// collection.
type LawBook struct {
	Rules    Law            `json:"rules,omitempty"`
	Services []ServiceRange `json:"services,omitempty"` // that may be reserved under L2113-15; none = the list has not been entered
	Rev      int64          `json:"rev"`
}

// ServiceRange is a range of CPV codes of the notice annexed to the code, which lists
// social services and other specific ones.
type ServiceRange struct {
	From    structure.Date `json:"from"`
	To      structure.Date `json:"to,omitempty"` // last day, "" = still in force
	First   string         `json:"first"`        // 8 digits, both ends are of the range
	Last    string         `json:"last"`
	Source  string         `json:"source"`
	ToCheck bool           `json:"to_check,omitempty"`
}

// Lists reports whether the range holds the CPV code on the day.
func (r ServiceRange) Lists(cpv string, on structure.Date) bool {
	return r.InForce(on) && r.First <= cpv && cpv <= r.Last
}

// LawBookID is the id of that document.
const LawBookID = "law"

// Law is the law in use.
func (b *LawBook) Law() Law {
	law := DefaultLaw()
	for _, r := range b.Rules {
		law = law.With(r)
	}
	return law
}
