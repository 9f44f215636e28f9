package web

import (
	"slices"
	"strings"

	"sourcier/internal/groupement"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

// groupementOf tells who answers together, and what that means for a buyer.
func (s *site) groupementOf(v *structure.Structure, day structure.Date) *sheet.Groupement {
	g := v.Groupement
	out := &sheet.Groupement{Form: taxonomy.FormName(g.Form).Long, Meaning: taxonomy.FormMeaning(g.Form)}
	for i := range g.Members {
		m := &g.Members[i]
		one := m.AsStructure()
		out.Members = append(out.Members, sheet.Member{
			Name: format.Text(m.Name), URL: sheetURL(m.ID, ""), Leads: m.ID == g.Mandataire, Brings: s.bringsWords(groupement.Brings{Sectors: m.Sectors, Words: m.Brings}),
			Badges: s.badges(one.KindsInForce(day), one.ESS, false, ""), Closed: m.Closed,
		})
	}
	return out
}

// jointBases tells of each basis that a member falls under whether all do. Where one
// does not, no lot reserved under it is for the groupement.
func (s *site) jointBases(v *structure.Structure, day structure.Date) []sheet.Basis {
	claims := s.Rules.Claims(v, day)
	var out []sheet.Basis
	for _, st := range s.Rules.Standings(v.Groupement, day) {
		info := taxonomy.BasisInfo(st.Basis)
		b := sheet.Basis{Article: string(st.Basis), Title: strings.TrimSuffix(info.Long, " ("+string(st.Basis)+")"), Text: info.Explain}
		if !st.Eligible() {
			b.Barred = "Non éligible au lot réservé" + format.NNBSP + ": " + outsideText(st)
			b.ToCheck = "Un groupement dont un membre n’est pas de ceux à qui le lot est réservé ne peut pas y répondre : à confirmer avec votre service juridique."
			out = append(out, b)
			continue
		}
		b.By = []string{"Potentiellement éligible" + format.NNBSP + ": tous ses membres en relèvent."}
		for _, c := range claims {
			if c.Basis != st.Basis {
				continue
			}
			if structure.Doubtful(claims, c.Basis, day) {
				b.ToCheck = info.ToCheck
			}
			b.By = append(b.By, memberGround(v, c))
		}
		out = append(out, b)
	}
	return out
}

// memberGround says by what a member is potentially eligible.
func memberGround(v *structure.Structure, c structure.BasisClaim) string {
	by := "Potentiellement éligible d’après "
	o, ess := v.FoundedOn(c)
	if a := c.Agreement; a.Kind != "" {
		by += "l’agrément " + string(a.Kind)
	} else {
		by += "le statut" + format.NNBSP + ": " + lowerFirst(taxonomy.ESSName(ess).Short)
	}
	if o.Source != "" {
		by += " (" + sourceNote(o.Source, o.AsOf) + ")"
	}
	return format.Text(v.Groupement.Member(c.Member).Name) + format.NNBSP + ": " + lowerFirst(by)
}

// outsideText names the members that a basis leaves out: « A et B n’en relèvent pas ».
func outsideText(st structure.Standing) string {
	var names []string
	for _, m := range st.Outside {
		names = append(names, format.Text(m.Name))
	}
	return format.List(names) + " " + format.Plural(len(names), "n’en relève pas", "n’en relèvent pas")
}

// maxNamedMembers is how many members a card names.
const maxNamedMembers = 4

// nameOfMember is the name of a member, as its sheet gives it.
func nameOfMember(g *structure.Groupement, id string) string {
	if m := g.Member(id); m != nil {
		return format.Text(m.Name)
	}
	return ""
}

// memberNames names the members, the mandataire first, and how many others there are.
func memberNames(g *structure.Groupement) (names []string) {
	for _, m := range g.Members[:min(maxNamedMembers, len(g.Members))] {
		name := format.Text(m.Name)
		if m.ID == g.Mandataire {
			name += " (mandataire)"
		}
		names = append(names, name)
	}
	if rest := len(g.Members) - maxNamedMembers; rest > 0 {
		names = append(names, format.Count(rest, "autre", "autres"))
	}
	return names
}

// membersLine says on a card who answers together.
func membersLine(g *structure.Groupement) string {
	return format.Count(len(g.Members), "membre", "membres") + format.NNBSP + ": " + format.List(memberNames(g))
}

// joinedNotes puts two notes into one.
func joinedNotes(first, second string) string {
	if second == "" {
		return first
	}
	return first + ". " + second
}

// jointLines are the bases of a groupement on a card: those under which it is
// potentially eligible, and those that one of its members is outside. As of a single
// structure, L2113-14 and L2113-15 are told where they are all there is, or asked for.
func (p *searchPage) jointLines(g *structure.Groupement) (bases []part.BasisLine, outside []part.Answer) {
	v := &structure.Structure{Groupement: g}
	claims := p.Rules.Claims(v, p.q.On)
	told := func(b structure.Basis) bool {
		minor := b == structure.L2113_14 || b == structure.L2113_15
		return !minor || len(bases)+len(outside) == 0 || slices.Contains(p.q.Bases, b)
	}
	standings := p.Rules.Standings(g, p.q.On)
	for _, st := range standings {
		// A groupement of both sides is eligible under the basis that joins them.
		if st.Eligible() && (told(st.Basis) || st.Basis == structure.L2113_14 && len(bases) == 0) {
			bases = append(bases, part.BasisLine{Articles: string(st.Basis), Source: strings.Join(claimSources(v, of(claims, st.Basis)), " ; "), ToCheck: structure.Doubtful(claims, st.Basis, p.q.On)})
		}
	}
	for _, st := range standings {
		if !st.Eligible() && told(st.Basis) {
			outside = append(outside, part.Answer{Text: "Non éligible au lot réservé " + string(st.Basis) + format.NNBSP + ": " + outsideText(st) + " (à vérifier)", Tone: part.Warn})
		}
	}
	return bases, outside
}

// of keeps the claims on a basis.
func of(claims []structure.BasisClaim, b structure.Basis) (out []structure.BasisClaim) {
	for _, c := range claims {
		if c.Basis == b {
			out = append(out, c)
		}
	}
	return out
}
