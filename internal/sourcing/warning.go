package sourcing

import (
	"fmt"

	"sourcier/internal/structure"
)

// Codes of warnings.
const (
	WarnTakeOver    = "take_over"
	WarnSingle      = "single"
	WarnFrance      = "france"
	WarnPart        = "part"
	WarnUntil       = "until"
	WarnShare       = "share"
	WarnESSMonths   = "ess_months"
	WarnSocial      = "social"
	WarnSocialAside = "social_aside"
	WarnEnvironment = "environment"
	WarnAmount      = "amount"
)

// Warned lists their codes, in the order in which a study gives them.
var Warned = []string{WarnTakeOver, WarnSingle, WarnFrance, WarnPart, WarnUntil, WarnShare, WarnESSMonths, WarnSocial, WarnSocialAside, WarnEnvironment, WarnAmount}

// warnings are what a buyer must look at before deciding. Duties and thresholds are
// those of the day of the planned publication.
func (by *By) warnings(s *Study) []Warning {
	var list []Warning
	add := func(code, format string, args ...any) {
		list = append(list, Warning{Code: code, Text: fmt.Sprintf(format, args...)})
	}
	if s.Need.TakeOver == Yes {
		add(WarnTakeOver, "Reprise du personnel : le personnel du titulaire sortant peut devoir être repris (C. trav. L1224-1 ou convention collective) ; une structure réservée doit garder la part de ses publics.")
	}
	by.warnOfAnswerers(s, add)
	by.warnOfReservation(s, add)
	by.warnOfDuties(s.Need, add)
	if s.Need.Whole == 0 {
		add(WarnAmount, "Le montant de tout le besoin n’est pas connu : aucun seuil ne peut lui être comparé.")
	}
	return list
}

// told is the basis whose answerers warnings speak of: of the first verdict, else the
// one with the most.
func (s *Study) told() *BasisStudy {
	if b := s.Verdicts[0].Basis; b != "" {
		return s.basis(b)
	}
	best := &s.Bases[0]
	for i := range s.Bases {
		if s.Bases[i].Answerers > best.Answerers {
			best = &s.Bases[i]
		}
	}
	return best
}

func (by *By) warnOfAnswerers(s *Study, add func(code, format string, args ...any)) {
	b := s.told()
	if b.Answerers == 1 {
		add(WarnSingle, "Un seul répondant indépendant au titre de %s : réserver écarterait toute concurrence.", b.Basis)
	}
	if b.Answerers >= s.Asked && b.Answerers-b.France < s.Asked {
		add(WarnFrance, "Sans les %d qui interviennent dans toute la France, il reste %s pour %d demandés : assurez-vous de leur intérêt.", b.France, answerers(b.Answerers-b.France), s.Asked)
	}
	part, ends := 0, 0
	for i := range b.Candidates {
		c := &b.Candidates[i]
		if c.Counted && !c.Covers {
			part++
		}
		if c.Counted && c.Until != "" && s.Need.Publication > c.Until {
			ends++
		}
	}
	if part > 0 {
		add(WarnPart, "Sur une partie seulement du lieu d’exécution : %d répondants sur %d au titre de %s.", part, b.Answerers, b.Basis)
	}
	if ends > 0 {
		add(WarnUntil, "Agrément dont le dernier jour connu précède la publication prévue : %d sur %d au titre de %s. À vérifier avant de décider.", ends, b.Answerers, b.Basis)
	}
}

// warnOfReservation tells what a reservation asks for.
func (by *By) warnOfReservation(s *Study, add func(code, format string, args ...any)) {
	first := s.Verdicts[0]
	if first.Code != Reservable && first.Code != ReservableJoint {
		return
	}
	day := s.Need.day(by.On)
	if first.Basis == structure.L2113_15 {
		if most := by.Law.At(ESSMonths, day); most.Value > 0 && int64(s.Need.Months) > most.Value {
			add(WarnESSMonths, "Un marché réservé à l’ESS dure %d mois au plus (%s) : celui-ci en dure %d.", most.Value, most.Source, s.Need.Months)
		}
		return
	}
	if share := by.Law.At(MinimumShare, day); share.Value > 0 {
		add(WarnShare, "La part d’au moins %d %% de travailleurs concernés (%s) reste à vérifier par l’acheteur auprès de chaque candidat.", share.Value, share.Source)
	}
}

// warnOfDuties: social considerations above the thresholds (L2112-2-1), environmental
// conditions and criterion for all.
func (by *By) warnOfDuties(n Need, add func(code, format string, args ...any)) {
	day := n.day(by.On)
	formal, social := by.Law.At(n.formal(), day), by.Law.At(SocialDuty, day)
	switch {
	case social.Value == 0 || formal.Value == 0 || n.Whole < formal.Value:
	case n.SetAside != "":
		add(WarnSocialAside, "Le besoin (%s) atteint le seuil européen (%s) : considérations sociales écartées (%s). Motif : %s", Money(n.Whole), Money(formal.Value), social.Source, n.SetAside)
	default:
		add(WarnSocial, "Le besoin (%s) atteint le seuil européen (%s) : des considérations relatives au social ou à l’emploi sont obligatoires (%s), sauf motif à dire.", Money(n.Whole), Money(formal.Value), social.Source)
	}
	if duty := by.Law.At(EnvironmentDuty, day); duty.Value > 0 {
		add(WarnEnvironment, "Condition d’exécution (L2112-2) et critère (L2152-7) relatifs à l’environnement obligatoires depuis le %s (%s).", duty.From.Time().Format("02/01/2006"), duty.Source)
	}
}
