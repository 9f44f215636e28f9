package sourcing

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// Unit is what the value of a figure counts.
type Unit string

// Units.
const (
	UnitEuros   Unit = "€ HT"
	UnitPercent Unit = "%"
	UnitDays    Unit = "jours"
	UnitMonths  Unit = "mois"
	UnitDuty    Unit = "obligation" // 1 from the day on, 0 when it ends
)

// LawChapter is a set of figures that are shown together.
type LawChapter string

// Chapters.
const (
	ChapterThresholds LawChapter = "Seuils de procédure"
	ChapterReserved   LawChapter = "Réservation et considérations"
	ChapterPublicity  LawChapter = "Délais de publicité"
	ChapterPlan       LawChapter = "Rétroplanning"
	ChapterHours      LawChapter = "Heures d’insertion, par métier"
)

// LawChapters lists them in the order in which they are shown.
var LawChapters = []LawChapter{ChapterThresholds, ChapterReserved, ChapterPublicity, ChapterPlan, ChapterHours}

type ruleWords struct {
	code    RuleCode
	label   string
	unit    Unit
	chapter LawChapter
}

// lawWords are all figures, in the order in which they are shown.
var lawWords = append([]ruleWords{
	{FormalSupplies, "Procédure formalisée, fournitures et services des collectivités", UnitEuros, ChapterThresholds},
	{FormalWorks, "Procédure formalisée, travaux", UnitEuros, ChapterThresholds},
	{FreeSupplies, "Sans publicité ni mise en concurrence, fournitures et services", UnitEuros, ChapterThresholds},
	{FreeWorks, "Sans publicité ni mise en concurrence, travaux", UnitEuros, ChapterThresholds},
	{SmallLotSupplies, "Petit lot en procédure adaptée, fournitures et services", UnitEuros, ChapterThresholds},
	{SmallLotWorks, "Petit lot en procédure adaptée, travaux", UnitEuros, ChapterThresholds},
	{SmallLotShare, "Part des petits lots dans la valeur de tous les lots, au plus", UnitPercent, ChapterThresholds},
	{MinimumShare, "Part de travailleurs concernés dans une structure qui répond à un marché réservé, au moins", UnitPercent, ChapterReserved},
	{ESSMonths, "Durée d’un marché réservé à l’économie sociale et solidaire, au plus", UnitMonths, ChapterReserved},
	{WorkerEuros, "Chiffre d’affaires par salarié et par an, pour juger d’une capacité", UnitEuros, ChapterReserved},
	{ClauseEuros, "Montant d’un lot à partir duquel une clause d’insertion a un sens", UnitEuros, ChapterReserved},
	{EnvironmentDuty, "Conditions et critère environnementaux obligatoires", UnitDuty, ChapterReserved},
	{SocialDuty, "Considérations sociales obligatoires au-dessus des seuils européens", UnitDuty, ChapterReserved},
	{PublicationFormal, "Publicité d’une procédure formalisée, au moins", UnitDays, ChapterPublicity},
	{PublicationAdapted, "Publicité d’une procédure adaptée", UnitDays, ChapterPublicity},
	{PublicationMore, "Jours ajoutés à toute publicité", UnitDays, ChapterPublicity},
	{PublicationReserved, "Jours ajoutés encore à un marché réservé ou avec une clause", UnitDays, ChapterPublicity},
	{PlanReview, "De la revue de marchés au début du sourçage", UnitDays, ChapterPlan},
	{PlanSourcing, "Sourçage", UnitDays, ChapterPlan},
	{PlanFile, "Rédaction du dossier de consultation", UnitDays, ChapterPlan},
	{PlanQuotes, "Demande de devis, sous le seuil de publicité", UnitDays, ChapterPlan},
	{PlanAnalysis, "Analyse des offres et choix", UnitDays, ChapterPlan},
	{PlanStandstill, "Attente avant la signature, procédure formalisée", UnitDays, ChapterPlan},
	{PlanMobilise, "De la notification au début d’exécution", UnitDays, ChapterPlan},
}, tradeWords()...)

func (c RuleCode) words() ruleWords {
	i := slices.IndexFunc(lawWords, func(w ruleWords) bool { return w.code == c })
	if i < 0 {
		return ruleWords{code: c, label: string(c)}
	}
	return lawWords[i]
}

// RuleCodes lists the figures, in the order in which they are shown.
func RuleCodes() []RuleCode {
	out := make([]RuleCode, 0, len(lawWords))
	for _, w := range lawWords {
		out = append(out, w.code)
	}
	return out
}

// Valid reports whether there is such a figure.
func (c RuleCode) Valid() bool {
	return slices.ContainsFunc(lawWords, func(w ruleWords) bool { return w.code == c })
}

// Label is the figure as shown to people, in French.
func (c RuleCode) Label() string { return c.words().label }

// Unit is what its value counts.
func (c RuleCode) Unit() Unit { return c.words().unit }

// Chapter is the set of figures that it is shown with.
func (c RuleCode) Chapter() LawChapter { return c.words().chapter }

// Text is the value with its unit, in French.
func (r Rule) Text() string {
	switch r.Code.Unit() {
	case UnitEuros:
		return Money(r.Value)
	case UnitPercent:
		return number(int(r.Value)) + "\u00a0%"
	case UnitDays:
		return counted(int(r.Value))
	case UnitMonths:
		return number(int(r.Value)) + "\u00a0mois"
	case UnitDuty:
		if r.Value > 0 {
			return "en vigueur"
		}
		return "sans objet"
	}
	return number(int(r.Value))
}

// mostOf bounds the value of a figure by its unit.
var mostOf = map[Unit]int64{UnitEuros: MaxEuros, UnitPercent: 100, UnitDays: 366, UnitMonths: MaxMonths, UnitDuty: 1}

// Bounds of a rule that administrators set.
const (
	MaxLawRules  = 500
	MaxLawSource = 200 // letters
	firstLawDay  = structure.Date("2000-01-01")
	lastLawDay   = structure.Date("2099-12-31")
)

// Check says what of a rule cannot be set, by field.
func (r Rule) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	switch most := mostOf[r.Code.Unit()]; {
	case !r.Code.Valid():
		faults["code"] = "Ce chiffre n’existe pas."
	case r.Value < 0 || r.Value > most:
		faults["value"] = account.Fault(fmt.Sprintf("La valeur va de 0 à %s.", number(int(most))))
	}
	if r.From < firstLawDay || r.From > lastLawDay {
		faults["from"] = "La date d’effet va de 2000 à 2099."
	}
	switch n := utf8.RuneCountInString(r.Source); {
	case n < 3:
		faults["source"] = "Indiquez la source : l’article, le décret, la délibération."
	case n > MaxLawSource:
		faults["source"] = account.Fault(fmt.Sprintf("La source est trop longue : %d caractères au plus.", MaxLawSource))
	}
	return faults
}

// ErrRuleSet is answered to who sets another value for a day that has one set by hand.
const ErrRuleSet = account.Fault("Une autre valeur, fixée à la main, prend déjà effet ce jour-là : retirez-la d’abord.")

// Set adds a rule over the defaults of the release. ErrUnchanged when it is there.
func (b *LawBook) Set(r Rule) error {
	for _, fault := range r.Check() {
		return fault
	}
	if old := b.rule(r.Code, r.From); old != nil {
		if *old == r {
			return ErrUnchanged
		}
		return ErrRuleSet
	}
	if len(b.Rules) >= MaxLawRules {
		return account.Fault("Le recueil tient 500 valeurs : retirez-en qui ne servent plus.")
	}
	b.Rules = append(b.Rules, r)
	b.Rev++
	return nil
}

// Drop takes a rule out that was set by hand; the default that it stood for comes back.
// ErrUnchanged when there is none.
func (b *LawBook) Drop(code RuleCode, from structure.Date) (Rule, error) {
	old := b.rule(code, from)
	if old == nil {
		return Rule{}, ErrUnchanged
	}
	dropped := *old
	b.Rules = slices.DeleteFunc(b.Rules, func(r Rule) bool { return r.Code == code && r.From == from })
	b.Rev++
	return dropped, nil
}

// ByHand reports whether the rule of a code and a day was set by administrators.
func (b *LawBook) ByHand(code RuleCode, from structure.Date) bool { return b.rule(code, from) != nil }

func (b *LawBook) rule(code RuleCode, from structure.Date) *Rule {
	i := slices.IndexFunc(b.Rules, func(r Rule) bool { return r.Code == code && r.From == from })
	if i < 0 {
		return nil
	}
	return &b.Rules[i]
}

// Of lists the values of a figure, the newest first.
func (l Law) Of(code RuleCode) Law {
	out := slices.DeleteFunc(slices.Clone(l), func(r Rule) bool { return r.Code != code })
	slices.SortFunc(out, func(a, b Rule) int { return -cmp.Compare(a.From, b.From) })
	return out
}
