package web

import (
	"context"
	"net/url"
	"slices"

	"sourcier/internal/directory"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/groupement"
	"sourcier/views/part"
)

// Bounds of what is proposed: how many are shown, of how many that are looked at.
const (
	maxProposed = 8
	lookedAt    = 40
)

// proposed fills who would complete a groupement: of another activity, where the need
// is, under the basis that is wished, in the neutral order of the day. The words of the
// need are tried first.
func (s *site) proposed(ctx context.Context, g *directory.Seen, l *views.Lead) error {
	values := s.complementing(g)
	q, err := s.Parser.Parse(values)
	if err != nil {
		values.Del("q") // words that are no search: « "" »
		if q, err = s.Parser.Parse(values); err != nil {
			return err
		}
	}
	for _, words := range []bool{true, false} {
		if !words && q.Text == "" && len(q.Sectors) == 0 {
			break // that was without words already
		}
		if !words {
			values.Del("q")
			if q, err = s.Parser.Parse(values); err != nil {
				return err
			}
		}
		q.Sort, q.Page, q.PerPage = query.SortNeutral, 1, lookedAt
		res, err := s.aside(ctx, q)
		if err != nil {
			return err
		}
		if l.Proposed = s.completing(g, q, res); len(l.Proposed) > 0 {
			break
		}
	}
	l.All = searchURL(values)
	l.ProposedBy = format.Text("Aucune structure de l’annuaire n’apporte une autre activité pour ce besoin et ce lieu. Élargissez-les, ou invitez qui vous connaissez.")
	if len(l.Proposed) > 0 {
		l.ProposedBy = format.Text("Elles ont une activité que personne n’apporte encore. L’ordre est neutre : il change chaque jour, et il est le même pour tous.")
	}
	return nil
}

// complementing is the search for them; the place is the mandataire's where the need
// has none.
func (s *site) complementing(g *directory.Seen) url.Values {
	need := &g.Value.Need
	out := url.Values{"sort": {string(query.SortNeutral)}}
	if need.Text != "" {
		out.Set("q", need.Text)
	}
	place := need.Place
	if lead := g.Sheets[g.Value.Mandataire]; place == "" && lead != nil {
		place = lead.Address.Commune
	}
	if place != "" {
		out.Set("serves", place)
	}
	if need.Basis != "" {
		out.Set("basis", string(need.Basis))
	}
	return out
}

// completing keeps those that bring a sector nobody brings yet, and are neither in the
// groupement nor asked.
func (s *site) completing(g *directory.Seen, q query.Query, res query.Result) (out []views.Proposal) {
	var brought []string
	for i := range g.Value.Members {
		if m := &g.Value.Members[i]; g.Value.Sees(m.Structure) {
			brought = append(brought, m.Brings.Sectors...)
		}
	}
	p := s.newSearchPage(q, res)
	for i := range res.Items {
		item := &res.Items[i]
		fresh := slices.DeleteFunc(slices.Clone(item.Sectors), func(code string) bool { return slices.Contains(brought, code) })
		if len(fresh) == 0 || item.Groupement != nil || g.Value.Member(item.ID) != nil {
			continue
		}
		out = append(out, views.Proposal{
			Name: format.Text(item.Name), URL: sheetURL(item.ID, ""), Place: format.Text(p.place(item)), Badges: s.itemBadges(item), Why: s.whyProposed(&p, item, fresh, g.Value.Need.Basis),
			Invite: form.Action{To: groupementURL(g.ID) + "/invitations", Label: "Inviter", Hidden: format.Text(item.Name), Values: []part.Option{{Value: asField, Label: g.As}, {Value: invitedField, Label: item.ID}}},
		})
		if len(out) == maxProposed {
			break
		}
	}
	return out
}

func (s *site) whyProposed(p *searchPage, item *query.Item, fresh []string, wished structure.Basis) (why []string) {
	var names []string
	for _, code := range fresh[:min(maxSectors, len(fresh))] {
		names = append(names, s.sectorLabel(code))
	}
	line := "Autre activité" + format.NNBSP + ": " + format.List(names)
	if item.Derived {
		line += " (déduite du code APE)"
	}
	why = append(why, line)
	if zone := p.zoneLine(item.Zone); zone.Text != "" {
		why = append(why, "Même lieu"+format.NNBSP+": "+lowerFirst(zone.Text))
	}
	if slices.ContainsFunc(item.Bases, func(c structure.BasisClaim) bool { return c.Basis == wished }) {
		line := "Même base" + format.NNBSP + ": potentiellement éligible " + string(wished)
		if structure.Doubtful(item.Bases, wished, p.q.On) {
			line += ", à vérifier"
		}
		why = append(why, line)
	}
	return why
}
