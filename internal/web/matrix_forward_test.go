package web_test

import (
	"net/url"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// Rows of the public forward programme. An announcement is everybody's to read: what is
// of another buyer is public too, but its choice is not.
func init() {
	for name, r := range map[string]row{
		"GET /achats-a-venir":                        {path: "/achats-a-venir", own: 200},
		"GET /achats-a-venir.rss":                    {path: "/achats-a-venir.rss", own: 200},
		"GET /achats-a-venir.ics":                    {path: "/achats-a-venir.ics", own: 200},
		"GET /achats-a-venir/:id":                    {path: "/achats-a-venir/{announced}", own: 200, foreign: 200},
		"GET /achats-a-venir/suivre":                 {path: "/achats-a-venir/suivre", own: 200},
		"POST /achats-a-venir/suivre":                {path: "/achats-a-venir/suivre", form: url.Values{"structure": {matrixSheet}, "suivi": {"fiche"}}, own: 303},
		"POST /achats-a-venir/suivre/arreter":        {path: "/achats-a-venir/suivre/arreter", own: 303},
		"POST /achats-a-venir/:id/interet":           {path: "/achats-a-venir/{announced}/interet", form: url.Values{"structure": {matrixSheet}}, own: 303, foreign: 303},
		"POST /achats-a-venir/:id/interet/retirer":   {path: "/achats-a-venir/{announced}/interet/retirer", form: url.Values{"structure": {matrixSheet}}, own: 303},
		"GET /programme/achats/:id/annonce":          {path: "/programme/achats/{announced}/annonce", own: 200},
		"POST /programme/achats/:id/annonce":         {path: "/programme/achats/{announced}/annonce", form: url.Values{"objet": {"Nettoyage"}, "trimestre": {"2028-T1"}, "rev": {"1"}}, own: 303},
		"POST /programme/achats/:id/annonce/retirer": {path: "/programme/achats/{announced}/annonce/retirer", own: 303},
	} {
		rows[name] = r
	}
}

// announced is a purchase that everybody may read about; its choice is of « mairie »
// or, foreign, of « ailleurs ».
func (q *question) announced() string {
	switch q.about {
	case absent:
		return missing
	case foreign:
		return "annonce-ailleurs"
	}
	return "annonce-mairie"
}

// forward announces a purchase of two buyers; a structure is interested in one.
func (m *matrix) forward(t *testing.T) {
	t.Helper()
	for _, organisation := range []string{"mairie", "ailleurs"} {
		who := buyer.Member{Person: m.members[organisation], Organisation: organisation, Kind: account.KindPublic, Role: account.Buyer}
		m.crowd.announce(t, who, "annonce-"+organisation, nil)
	}
	acts := buyer.Member{Person: m.things[asking(account.Structure)].person, Organisation: "esat", Kind: account.KindOwner, Role: account.Structure}
	if err := m.crowd.Programme.ShowInterest(t.Context(), acts, "annonce-mairie", matrixSheet); err != nil {
		t.Fatal(err)
	}
}

// announce makes a purchase and publishes it; change is done to what the public reads.
func (w *crowd) announce(t *testing.T, who buyer.Member, id string, change func(*sourcing.Ahead)) {
	t.Helper()
	p := sourcing.Purchase{
		ID: id, Object: "Objet interne " + id, Description: "Description interne", Reference: "REF-INTERNE", Service: "service-interne", Nature: sourcing.Services, CPV: "90911200",
		Euros: 123_457, Months: 48, Places: []string{"94081"}, Publication: "2027-05-17", Start: "2027-09-13",
		Holder: sourcing.Firm{Name: "Titulaire Secret", SIREN: "552100554"}, SocialReason: "Raison interne", Facilitateur: who.Person,
		Lots: []sourcing.Lot{{ID: "l1", Number: "1", Object: "Lot Nord", Euros: 61_111, Sectors: []string{"nettoyage-locaux"}}, {ID: "l2", Number: "2", Object: "Lot Sud", Euros: 62_346, Sectors: []string{"nettoyage-vitres"}, Places: []string{"94022"}}},
	}
	ctx := t.Context()
	p.Begin(who, clock()) // as stored when its service was there and who followed it was a facilitateur
	if _, err := w.Programme.Purchases.Insert(ctx, p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Programme.Move(ctx, who, id, sourcing.Programmed, ""); err != nil {
		t.Fatal(err)
	}
	a := w.Programme.Draft(&p)
	a.Object = "Nettoyage de bâtiments " + id
	if change != nil {
		change(&a)
	}
	if err := w.Programme.Publish(ctx, who, id, a, 0); err != nil {
		t.Fatal(err)
	}
}
