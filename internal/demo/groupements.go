package demo

import (
	"slices"
	"time"

	"sourcier/internal/groupement"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
)

// Groupements makes two of the sheets that are held: the first holder leads one that
// buyers see, and is invited to another. Too few holders make none.
func Groupements(opts Options, held []registration.Registration, structures []structure.Structure) []groupement.Groupement {
	opts = opts.withDefaults()
	members := partners(held, structures)
	if len(members) < 5 {
		return nil
	}
	j := &joining{now: opts.Today.Time().Add(8 * time.Hour)}
	shown := j.found("1", members[0], groupement.Draft{
		Name:  "Les Ateliers réunis",
		About: "Trois structures du territoire répondent ensemble : un seul interlocuteur, des équipes qui se complètent.",
	}, structure.ConjointSolidaire)
	for _, m := range members[1:3] {
		j.invite(&shown, m)
		j.accept(&shown, m)
	}
	_ = shown.Publish(shown.Mandataire, j.next())
	asking := j.found("2", members[3], groupement.Draft{
		Name: "Entretien des sites intercommunaux", Need: groupement.Need{Text: "Marché d’entretien annoncé pour le printemps", Place: opts.Home.Value},
	}, structure.Conjoint)
	j.invite(&asking, members[4])
	j.accept(&asking, members[4])
	j.invite(&asking, members[0])
	return []groupement.Groupement{shown, asking}
}

// partner is a structure that may be in a groupement, and who holds its sheet.
type partner struct {
	organisation string
	structure    *structure.Structure
}

// partners are the first holders with one sheet each, and a sector each that no other
// before brings: those who answer together complete each other.
func partners(held []registration.Registration, structures []structure.Structure) (out []partner) {
	brought := map[string]bool{}
	for i := range held {
		r := &held[i]
		at := slices.IndexFunc(structures, func(s structure.Structure) bool { return s.ID == r.ID })
		if r.Owner == "" || at < 0 || structures[at].Closed || slices.ContainsFunc(out, func(p partner) bool { return p.organisation == r.Owner }) {
			continue
		}
		p := partner{r.Owner, &structures[at]}
		sectors := p.brings().Sectors
		if len(sectors) == 0 || len(out) > 0 && brought[sectors[0]] {
			continue
		}
		brought[sectors[0]] = true
		out = append(out, p)
	}
	return out
}

// brings is the first sector that it sells.
func (p partner) brings() groupement.Brings {
	for _, a := range p.structure.Activities {
		if len(a.Sectors) > 0 {
			return groupement.Brings{Sectors: a.Sectors[:1:1]}
		}
	}
	return groupement.Brings{}
}

// joining dates what groupements say. Who does what is ours: what a rule would refuse
// is a fault of the test.
type joining struct {
	now  time.Time
	days int // since the first step
}

func (j *joining) past(days int) time.Time { return j.now.AddDate(0, 0, -days).UTC() }

// next is one more day.
func (j *joining) next() time.Time {
	j.days++
	return j.past(30 - j.days)
}

func (j *joining) found(name string, p partner, d groupement.Draft, form structure.Form) groupement.Groupement {
	g, _ := groupement.New(idOf("groupement", name), groupement.Founder{Organisation: p.organisation, Structure: p.structure.ID, Brings: p.brings()}, d, form, j.next())
	return g
}

func (j *joining) invite(g *groupement.Groupement, p partner) {
	_ = g.Invite(g.Mandataire, p.structure.ID, j.next())
}

func (j *joining) accept(g *groupement.Groupement, p partner) {
	_ = g.Accept(p.structure.ID, g.Terms(), p.brings(), j.next())
}
