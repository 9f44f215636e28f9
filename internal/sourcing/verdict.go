package sourcing

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"sourcier/internal/structure"
)

// verdicts are the ways to buy a lot, the most telling first:
//
//  1. réservable: as many answerers as asked for count alone under one basis. Bases of
//     one public (L2113-12, -13, -13-1) come before L2113-14, which joins two, and the
//     one with the most answerers first; L2113-15 last;
//  2. réservable en groupement: as many with declared groupements, or when candidates
//     that are too small alone join (join);
//  3. à allotir (L2113-10): as many if the lot were divided into parts that those who
//     are too small can do, maxParts at most;
//  4. informations insuffisantes: sectors or places are not known, or as many answerers
//     if those who have not declared their zone, whose sector is deduced or whose
//     agreement is to be checked turned out to count;
//  5. petit lot en procédure adaptée (R2123-1, 2°): smallLot;
//  6. clause d'insertion (L2112-2): services or works of an amount that gives hours enough;
//  7. marché d'insertion (R2123-1, 3°): services, with one SIAE at least that could answer;
//  8. critère de performance en insertion (R2152-7): services and works; supplies when
//     somebody employs such workers to make them;
//  9. informations insuffisantes of L2113-15 alone, whose list nobody has entered;
//  10. non réservable en l'état: nothing of all that.
//
// Of a lot that can be reserved (1), only what is said of its procedure (5) follows.
func (by *By) verdicts(s *Study) []Verdict {
	list := by.reservable(s)
	if len(list) > 0 {
		return append(list, by.smallLot(s.Need)...)
	}
	why := by.why(s)
	list = slices.Concat(by.joint(s), by.toDivide(s), by.insufficient(s), by.smallLot(s.Need), by.clause(s, why), by.service(s, why), by.criterion(s, why), by.unlisted(s))
	if len(list) == 0 {
		list = []Verdict{{Code: NotReservable, Reasons: []string{why}}}
	}
	return list
}

// inOrder lists the bases as verdicts name them.
func inOrder(s *Study) []*BasisStudy {
	group := func(b structure.Basis) int {
		switch b {
		case structure.L2113_14:
			return 1
		case structure.L2113_15:
			return 2
		}
		return 0
	}
	list := make([]*BasisStudy, 0, len(s.Bases))
	for i := range s.Bases {
		if s.Bases[i].Lacks == "" {
			list = append(list, &s.Bases[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *BasisStudy) int {
		return cmp.Or(cmp.Compare(group(a.Basis), group(b.Basis)), cmp.Compare(b.Answerers, a.Answerers))
	})
	return list
}

func (by *By) reservable(s *Study) (list []Verdict) {
	for _, b := range inOrder(s) {
		if b.Answerers-b.Joint < s.Asked {
			continue
		}
		reasons := []string{fmt.Sprintf("%s au titre de %s, pour %d demandés.", answerers(b.Answerers), b.Basis, s.Asked)}
		if b.France > 0 {
			reasons = append(reasons, fmt.Sprintf("Dont %s dont la zone déclarée est toute la France.", people(b.France, "structure", "structures")))
		}
		list = append(list, Verdict{Code: Reservable, Basis: b.Basis, Reasons: append(reasons, capacities(b, s.Need)...)})
	}
	return list
}

// capacities says what the count is worth.
func capacities(b *BasisStudy, n Need) []string {
	if n.Annual == 0 {
		return []string{"Le montant du lot n’est pas connu : aucune capacité n’a été comparée."}
	}
	unknown := 0
	for i := range b.Candidates {
		if b.Candidates[i].Counted && b.Candidates[i].Capacity == CapacityUnknown {
			unknown++
		}
	}
	out := fmt.Sprintf("Capacité suffisante pour %s par an : %d sur %d", Money(n.Annual), b.Answerers-unknown, b.Answerers)
	if unknown > 0 {
		out += fmt.Sprintf(" ; inconnue, et comptée : %d", unknown)
	}
	return []string{out + "."}
}

// joint: declared groupements, then candidates too small alone who could join.
func (by *By) joint(s *Study) (list []Verdict) {
	for _, b := range inOrder(s) {
		alone, groups := b.Answerers-b.Joint, join(b.tooSmall(), s.Need.Annual, structure.MaxMembers)
		if b.Answerers+len(groups) < s.Asked {
			continue
		}
		reasons := []string{fmt.Sprintf("%s au titre de %s sans se grouper, pour %d demandés.", answerers(alone), b.Basis, s.Asked)}
		if b.Joint > 0 {
			reasons = append(reasons, people(b.Joint, "groupement de l’annuaire s’y ajoute", "groupements de l’annuaire s’y ajoutent")+" : "+strings.Join(b.groupements(), ", ")+".")
		}
		if len(groups) > 0 && b.Answerers < s.Asked {
			reasons = append(reasons, fmt.Sprintf("%s trop petites seules pour %s par an : en se groupant, elles feraient %s (%s).", people(b.Short, "structure est", "structures sont"),
				Money(s.Need.Annual), people(len(groups), "réponse de plus", "réponses de plus"), groupNames(groups)))
		}
		list = append(list, Verdict{Code: ReservableJoint, Basis: b.Basis, Reasons: reasons})
	}
	return list
}

// tooSmall lists those who are, but who belong to a groupement that counts.
func (s *BasisStudy) tooSmall() (list []Candidate) {
	taken := map[string]bool{}
	for i := range s.Candidates {
		if c := &s.Candidates[i]; c.Counted && c.Groupement {
			for _, m := range c.Members {
				taken[m] = true
			}
		}
	}
	for i := range s.Candidates {
		if c := &s.Candidates[i]; c.short() && !taken[cmp.Or(c.SIREN, c.Structures[0])] {
			list = append(list, *c)
		}
	}
	return list
}

func (s *BasisStudy) groupements() (names []string) {
	for i := range s.Candidates {
		if c := &s.Candidates[i]; c.Counted && c.Groupement {
			names = append(names, c.Name)
		}
	}
	return names
}

func groupNames(groups [][]Candidate) string {
	var list []string
	for _, g := range groups {
		var names []string
		for i := range g {
			names = append(names, g[i].Name)
		}
		list = append(list, strings.Join(names, " + "))
	}
	return strings.Join(list, " ; ")
}

// maxParts bounds the lots into which a division may be proposed: more are no market
// that a buyer could follow.
const maxParts = 10

// toDivide proposes the largest parts that as many answerers as asked for can do, under
// the basis that needs the fewest parts.
func (by *By) toDivide(s *Study) []Verdict {
	var best *Verdict
	fewest := int64(maxParts + 1)
	for _, b := range inOrder(s) {
		var can []int64
		for i := range b.Candidates {
			switch c := &b.Candidates[i]; {
			case c.Counted && c.Capacity == CapacityUnknown:
				can = append(can, math.MaxInt64)
			case c.Counted, c.short():
				can = append(can, c.Euros)
			}
		}
		if len(can) < s.Asked || b.Short == 0 {
			continue
		}
		slices.SortFunc(can, func(a, b int64) int { return cmp.Compare(b, a) })
		part := can[s.Asked-1]
		if part == 0 || (s.Need.Annual+part-1)/part >= fewest {
			continue
		}
		fewest = (s.Need.Annual + part - 1) / part
		best = &Verdict{Code: ToDivide, Basis: b.Basis, Reasons: []string{
			fmt.Sprintf("%s pour le lot entier (%s par an) au titre de %s, pour %d demandés.", answerers(b.Answerers), Money(s.Need.Annual), b.Basis, s.Asked),
			fmt.Sprintf("Divisé en %d lots de %s par an au plus, il en aurait %d (L2113-10).", fewest, Money(part), s.Asked),
		}}
	}
	if best == nil {
		return nil
	}
	return []Verdict{*best}
}

func (by *By) insufficient(s *Study) []Verdict {
	v := Verdict{Code: Insufficient}
	if len(s.Need.Sectors) == 0 {
		v.Reasons = append(v.Reasons, "Aucun secteur ne correspond à ce lot : choisissez-en un, ou donnez son code CPV.")
	}
	if len(s.Need.Places) == 0 {
		v.Reasons = append(v.Reasons, "Le lieu d’exécution manque : sans lui, rien ne dit qui intervient.")
	}
	if len(v.Reasons) > 0 {
		return []Verdict{v}
	}
	for _, b := range inOrder(s) {
		if b.Unsure > 0 && b.Answerers < s.Asked && b.Answerers+b.Unsure >= s.Asked {
			v.Basis = cmp.Or(v.Basis, b.Basis)
			v.Reasons = append(v.Reasons, fmt.Sprintf("%s au titre de %s, et %s (%s) : %d demandés.", answerers(b.Answerers), b.Basis,
				people(b.Unsure, "structure à interroger", "structures à interroger"), b.doubts(), s.Asked))
		}
	}
	if len(v.Reasons) == 0 {
		return nil
	}
	return []Verdict{v}
}

// doubts counts what keeps the unsure from counting.
func (s *BasisStudy) doubts() string {
	var parts []string
	for _, why := range []string{whyUndeclared, whyDerived, whyToCheck, whyUnlisted} {
		n := 0
		for i := range s.Candidates {
			if c := &s.Candidates[i]; c.Why == why && c.unsure() {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, number(n)+" : "+why)
		}
	}
	return strings.Join(parts, " ; ")
}

// smallLot: of a need that is above the threshold of a formal procedure, a lot below
// that of small lots may be bought in an adapted procedure, provided that all lots below
// it are a fifth of the need at most (R2123-1, 2°).
func (by *By) smallLot(n Need) []Verdict {
	day := n.day(by.On)
	formal, small, share := by.Law.At(n.formal(), day), by.Law.At(n.smallLot(), day), by.Law.At(SmallLotShare, day)
	if n.Lots < 2 || n.Euros == 0 || n.Euros >= small.Value || formal.Value == 0 || n.Whole < formal.Value || n.SmallLots*100 > share.Value*n.Whole {
		return nil
	}
	return []Verdict{{Code: SmallLot, Reasons: []string{
		fmt.Sprintf("Le lot fait %s, moins que %s, dans un besoin de %s qui atteint le seuil de procédure formalisée (%s).", Money(n.Euros), Money(small.Value), Money(n.Whole), Money(formal.Value)),
		fmt.Sprintf("Les petits lots font ensemble %s, %s %% de l’ensemble : au plus %d %% (R2123-1, 2°).", Money(n.SmallLots), percent(n.SmallLots, n.Whole), share.Value),
	}}}
}

// percent is a share to a tenth, rounded up: a limit is never met by rounding.
func percent(part, whole int64) string {
	tenths := (part*1000 + whole - 1) / whole
	if tenths%10 == 0 {
		return number(int(tenths / 10))
	}
	return fmt.Sprintf("%s,%d", number(int(tenths/10)), tenths%10)
}

func (by *By) clause(s *Study, why string) []Verdict {
	least := by.Law.At(ClauseEuros, s.Need.day(by.On)).Value
	if s.Need.Nature == Supplies || s.Need.Euros == 0 || s.Need.Euros < least {
		return nil
	}
	return []Verdict{{Code: Clause, Reasons: []string{why,
		fmt.Sprintf("Le lot fait %s : assez, à partir de %s, pour des heures d’insertion parmi les conditions d’exécution (L2112-2).", Money(s.Need.Euros), Money(least)),
		fmt.Sprintf("%s en sous-traitance ou cotraitance (L2113-14).", people(s.basis(structure.L2113_14).Answerers, "structure pourrait y prendre part", "structures pourraient y prendre part")),
	}}}
}

func (by *By) service(s *Study, why string) []Verdict {
	n := s.basis(structure.L2113_13).Answerers
	if s.Need.Nature != Services || n == 0 {
		return nil
	}
	return []Verdict{{Code: InsertionService, Reasons: []string{why,
		fmt.Sprintf("%s : l’insertion elle-même peut être l’objet du marché, la prestation en est le support (R2123-1, 3°).", people(n, "structure d’insertion pourrait répondre", "structures d’insertion pourraient répondre")),
	}}}
}

func (by *By) criterion(s *Study, why string) []Verdict {
	n := s.basis(structure.L2113_14).Answerers + s.basis(structure.L2113_13_1).Answerers
	if s.Need.Nature == Supplies && n == 0 {
		return nil
	}
	return []Verdict{{Code: Criterion, Reasons: []string{why,
		"Les offres peuvent être jugées sur leurs performances en matière d’insertion professionnelle des publics en difficulté (R2152-7).",
	}}}
}

func (by *By) unlisted(s *Study) []Verdict {
	b := s.basis(structure.L2113_15)
	if b.Lacks == "" || b.Unsure < s.Asked {
		return nil
	}
	return []Verdict{{Code: Insufficient, Basis: b.Basis, Reasons: []string{b.Lacks,
		fmt.Sprintf("%s pourraient répondre si le service en est, pour %d demandés.", people(b.Unsure, "structure de l’ESS", "structures de l’ESS"), s.Asked)}}}
}

// why says in one sentence why a lot is not reserved.
func (by *By) why(s *Study) string {
	var parts []string
	for i := range s.Bases {
		if b := &s.Bases[i]; b.Lacks == "" {
			parts = append(parts, fmt.Sprintf("%d (%s)", b.Answerers, b.Basis))
		}
	}
	return fmt.Sprintf("Pas assez de répondants indépendants pour réserver en l’état : %s, pour %d demandés.", strings.Join(parts, ", "), s.Asked)
}

// basis finds one of the study.
func (s *Study) basis(b structure.Basis) *BasisStudy {
	for i := range s.Bases {
		if s.Bases[i].Basis == b {
			return &s.Bases[i]
		}
	}
	return &BasisStudy{Basis: b}
}

func answerers(n int) string {
	return people(n, "répondant indépendant", "répondants indépendants")
}

// people writes a number with its noun; none is singular, as French has it.
func people(n int, one, many string) string {
	if n < 2 {
		many = one
	}
	return number(n) + " " + many
}
