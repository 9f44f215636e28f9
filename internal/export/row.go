package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/views/format"
)

// Context is what facts are judged and named with.
type Context struct {
	Atlas    *territory.Atlas
	Taxonomy *taxonomy.Taxonomy
	Rules    structure.BasisRules
	On       structure.Date // agreements, labels and availability are those of this day
	BaseURL  string         // of the portal, for the address of a sheet
	Origin   *query.Place   // where distances are measured from, nil without
}

// row is a structure as its cells are made from it.
type row struct {
	*structure.Structure
	*Context
}

func (r *row) family() cell { return words(taxonomy.FamilyName(r.Structure.Family(r.On)).Short) }

func (r *row) types() cell {
	var out []string
	for _, v := range r.KindValues(r.On) {
		out = append(out, taxonomy.TypeName(v).Short)
	}
	if r.RegieDeQuartier {
		out = append(out, "Régie de quartier")
	}
	if r.Demo { // as beside the name in a list: in a file too, nobody takes it for real
		out = append(out, "fictive")
	}
	return joined(out)
}

func (r *row) ess() cell {
	if r.ESS == "" {
		return cell{}
	}
	return words(taxonomy.ESSName(r.ESS).Long)
}

func (r *row) size() cell {
	if r.Size == "" {
		return cell{}
	}
	return words(taxonomy.SizeName(r.Size).Short)
}

func (r *row) workforce() cell {
	if r.Workforce == "" {
		return cell{}
	}
	return words(taxonomy.WorkforceLabel(r.Workforce))
}

func (r *row) nafLabel() cell {
	label, _ := r.Taxonomy.Label(taxonomy.NAFRev2, r.NAF)
	return words(format.Text(label))
}

// inForce lists the agreements that hold on the day.
func (r *row) inForce() []structure.Agreement {
	return slices.DeleteFunc(slices.Clone(r.Agreements), func(a structure.Agreement) bool { return !a.InForce(r.On) })
}

func (r *row) agreements() cell {
	var out []string
	for _, a := range r.inForce() {
		line := string(a.Kind)
		if a.Number != "" {
			line += " n° " + a.Number
		}
		if a.End != "" {
			line += ", jusqu’au " + format.ShortDate(a.End)
		} else {
			line += ", fin non connue"
		}
		line += " (" + source(a.Source, a.AsOf) + ")"
		if a.Aged(r.On) {
			line += ", à vérifier"
		}
		out = append(out, line)
	}
	return joined(out)
}

// firstEnd is the first known end among the agreements in force.
func (r *row) firstEnd() cell {
	var first structure.Date
	for _, a := range r.inForce() {
		if structure.CompareEnds(a.End, first) < 0 {
			first = a.End
		}
	}
	return dated(first)
}

func (r *row) esus() cell {
	if !r.HasESUS(r.On) {
		return cell{}
	}
	return words("oui")
}

func (r *row) esusEnd() cell {
	if !r.HasESUS(r.On) {
		return cell{}
	}
	return dated(r.ESUSEnd)
}

// bases says under which article, according to which source and on which date,
// and what remains to be checked.
func (r *row) bases() cell {
	var out []string
	for _, claim := range r.Rules.Claims(r.Structure, r.On) {
		line := "article " + string(claim.Basis) + ", "
		if a := claim.Agreement; a.Kind != "" {
			line += "agrément " + string(a.Kind) + " (" + source(a.Source, a.AsOf) + ")"
		} else {
			o, ess := r.FoundedOn(claim)
			line += "statut " + taxonomy.ESSName(ess).Short
			if o.Source != "" {
				line += " (" + source(o.Source, o.AsOf) + ")"
			}
		}
		if m := r.Groupement.Member(claim.Member); m != nil {
			line += ", " + m.Name
		}
		if claim.Doubtful(r.On) {
			line += ", à vérifier"
		}
		out = append(out, line)
	}
	return joined(out)
}

// lapses says what a source no longer confirms, and since when. What it rested on
// is in no other column.
func (r *row) lapses() cell {
	var out []string
	for _, l := range r.Lapses(r.On) {
		out = append(out, taxonomy.LapseLabel(l)+", depuis le "+format.ShortDate(l.Since)+" ("+l.Source.Label()+")")
	}
	return joined(out)
}

func source(s structure.Source, asOf structure.Date) string {
	if asOf == "" {
		return s.Label()
	}
	return s.Label() + ", " + format.ShortDate(asOf)
}

func (r *row) labels() cell {
	var out []string
	for _, l := range r.Labels {
		if !l.InForce(r.On) {
			continue
		}
		line := l.Name
		if l.Scope != "" {
			line += " (" + l.Scope + ")"
		}
		if l.To != "" {
			line += ", jusqu’au " + format.ShortDate(l.To)
		}
		out = append(out, line)
	}
	return joined(out)
}

// each joins what the activities say, each thing once.
func (r *row) each(say func(structure.Activity) []string) cell {
	var out []string
	for _, a := range r.Activities {
		for _, s := range say(a) {
			if s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return joined(out)
}

func (r *row) sectors(derived bool) cell {
	return r.each(func(a structure.Activity) (out []string) {
		if a.Derived != derived {
			return nil
		}
		for _, code := range a.Sectors {
			label := code
			if s, ok := r.Taxonomy.Sector(code); ok {
				label = s.Label
			}
			out = append(out, format.Text(label))
		}
		return out
	})
}

func (r *row) modes() cell {
	return r.each(func(a structure.Activity) (out []string) {
		for _, m := range a.Modes {
			out = append(out, taxonomy.ModeName(m).Short)
		}
		return out
	})
}

func (r *row) characteristics() cell {
	return r.each(func(a structure.Activity) (out []string) {
		for _, code := range a.Characteristics {
			if c, ok := r.Taxonomy.Characteristic(code); ok {
				out = append(out, format.Text(c.Label))
			}
		}
		return out
	})
}

func (r *row) offers() cell {
	return r.each(func(a structure.Activity) []string { return []string{a.Offer} })
}

// maxPlaces is how many territories of a zone a cell names.
const maxPlaces = 100

func (r *row) zones() cell {
	out := r.each(func(a structure.Activity) []string { return []string{r.zone(a.Zone)} })
	if out.text == "" {
		out.text = "non déclarée"
	}
	return out
}

func (r *row) zone(z structure.Zone) string {
	switch {
	case z.France:
		return "France entière"
	case z.RadiusKM > 0:
		return "rayon de " + format.Radius(z.RadiusKM)
	}
	var names []string
	for _, value := range z.Territories[:min(maxPlaces, len(z.Territories))] {
		name := value
		if t, err := r.Atlas.Resolve(value); err == nil {
			name = t.Label
		}
		names = append(names, name)
	}
	list := strings.Join(names, ", ")
	if rest := len(z.Territories) - maxPlaces; rest > 0 {
		list += fmt.Sprintf(" et %d autres", rest)
	}
	return list
}

// availability is the best state that an activity declares.
func (r *row) availability() cell {
	for _, state := range query.AvailabilityStates {
		for _, a := range r.Activities {
			if a.Availability.On(r.On) != state {
				continue
			}
			line := taxonomy.AvailabilityLabel(state)
			if state == structure.BookedUp && a.Availability.Until != "" {
				line += " jusqu’au " + format.ShortDate(a.Availability.Until)
			}
			return words(line + " (déclaré le " + format.ShortDate(a.Availability.DeclaredOn) + ")")
		}
	}
	return cell{}
}

func (r *row) address() cell {
	parts := slices.DeleteFunc([]string{r.Address.Street, r.Address.Complement}, func(s string) bool { return s == "" })
	return words(strings.Join(parts, ", "))
}

func (r *row) city() cell {
	if c, ok := r.Atlas.Commune(r.Address.Commune); ok {
		return words(c.Name)
	}
	return words(r.Address.City)
}

func (r *row) department() cell {
	c, _ := r.Atlas.Commune(r.Address.Commune)
	return words(c.Department)
}

func (r *row) distance() cell {
	if r.Origin == nil {
		return cell{}
	}
	km, _ := r.Origin.Distance(r.Address.Point)
	if km == nil {
		return cell{}
	}
	return cell{kind: number, number: *km}
}

// phone is written with plain spaces: those that do not break group thousands.
func (r *row) phone() cell {
	return words(strings.ReplaceAll(format.Phone(r.Contact.Phone), format.NBSP, " "))
}

// site is what the sheet links to.
func (r *row) site() cell {
	if u := r.Contact.Site(); u != nil {
		return words(u.String())
	}
	return cell{}
}

// sourceList names each source of the sheet with its newest day, the newest first,
// and says which no longer lists the structure.
func (r *row) sourceList() cell {
	newest := map[structure.Source]structure.Date{}
	for _, o := range r.Origins {
		newest[o.Source] = max(newest[o.Source], o.AsOf)
	}
	list := make([]structure.Origin, 0, len(newest))
	for s, d := range newest {
		list = append(list, structure.Origin{Source: s, AsOf: d})
	}
	slices.SortFunc(list, func(a, b structure.Origin) int {
		return cmp.Or(cmp.Compare(b.AsOf, a.AsOf), cmp.Compare(b.Source.Rank(), a.Source.Rank()))
	})
	var out []string
	for _, o := range list {
		line := source(o.Source, o.AsOf)
		if stale := r.Sightings[o.Source].Stale; stale != "" {
			line += ", ne la donne plus depuis le " + format.ShortDate(stale)
		}
		out = append(out, line)
	}
	return joined(out)
}

func (r *row) updated() cell {
	if r.UpdatedAt.IsZero() {
		return cell{}
	}
	return dated(structure.DateOf(r.UpdatedAt))
}

func (r *row) url() cell { return words(r.BaseURL + "/structures/" + r.ID) }
