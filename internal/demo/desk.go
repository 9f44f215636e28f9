package demo

import (
	"net/url"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/structure"
)

// Desk is what the buyers of the home organisation keep: shared lists with their
// notes, and saved searches.
type Desk struct {
	Binders  []buyer.Binder
	Lists    []buyer.List
	Searches []buyer.Search
}

// lists of the demonstration: what they are for, and the sector of what is on them.
var lists = []struct {
	name, sector string
	notes        []string // of the first entries
}{
	{"Espaces verts 2027", "entretien-espaces-verts", []string{"Devis reçu, bon contact. À rappeler avant la fin du mois.", "Intervient déjà pour la piscine."}},
	{"Cocktails et réceptions", "traiteur", []string{"Le service a goûté : à reprendre pour les vœux."}},
}

// listed is how many structures each list holds at most.
const listed = 4

// Buyers fills the desk of the first organisation that buys.
func Buyers(opts Options, crowd Crowd, structures []structure.Structure) (out Desk) {
	opts = opts.withDefaults()
	i := slices.IndexFunc(crowd.Organisations, func(o account.Organisation) bool { return o.Kind.Buys() && len(o.Members) > 1 })
	if i < 0 {
		return out
	}
	o := &crowd.Organisations[i]
	past := func(days int) time.Time { return opts.Today.Time().Add(8*time.Hour).AddDate(0, 0, -days).UTC() }
	as := func(n int, role account.Role) buyer.Member {
		return buyer.Member{Person: o.Members[n].Person, Organisation: o.ID, Kind: o.Kind, Role: role}
	}
	buys, asks := as(0, account.Buyer), as(1, account.Prescripteur)
	// Names and sizes are ours: what a rule would refuse is a fault of the test.
	binder := buyer.Binder{Organisation: o.ID}
	for n, l := range lists {
		list := buyer.List{ID: idOf("list", l.sector), Organisation: o.ID}
		_ = binder.Create(buys, list.ID, l.name, past(20-n))
		_, _ = list.Add(buys, selling(structures, l.sector), past(18-n))
		for k, text := range l.notes[:min(len(l.notes), len(list.Entries))] {
			_ = list.Write([]buyer.Member{buys, asks}[(n+k)%2], list.Entries[k].Structure, text, 0, past(9-n-k))
		}
		out.Lists = append(out.Lists, list)
		query := url.Values{"sector": {l.sector}}.Encode()
		search, _ := buyer.NewSearch(buys, idOf("search", l.sector), l.name, query, n == 0, past(15-n))
		if n == 0 {
			_ = search.Follow(buys, true, 0, past(15))
		}
		out.Searches = append(out.Searches, search)
	}
	out.Binders = append(out.Binders, binder)
	return out
}

// selling are the first structures that sell in a sector.
func selling(structures []structure.Structure, sector string) (ids []string) {
	for i := range structures {
		s := &structures[i]
		if len(ids) < listed && s.Groupement == nil && !s.Closed && sells(s, sector) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func sells(s *structure.Structure, sector string) bool {
	return slices.ContainsFunc(s.Activities, func(a structure.Activity) bool { return slices.Contains(a.Sectors, sector) })
}
