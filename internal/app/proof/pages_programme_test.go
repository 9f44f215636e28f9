package proof

import (
	"context"
	"errors"

	"sourcier/internal/app"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
)

// planForPages gives a buyer a purchase of two lots, and a service.
func planForPages(ctx context.Context, a *app.App, m buyer.Member) error {
	return errors.Join(
		a.Programme.AddService(ctx, m, "proprete", "Propreté"),
		a.Programme.Create(ctx, m, sourcing.Purchase{
			ID: "achat", Object: "Nettoyage des écoles", Service: "proprete", Nature: sourcing.Services, CPV: "90911200", Euros: 240_000, Months: 12, Places: []string{"dep:94"},
			Publication: "2027-03-01", Start: "2027-09-01", Lots: []sourcing.Lot{{ID: "l1", Number: "1", Object: "Nord"}, {ID: "l2", Number: "2", Object: "Sud", Sectors: []string{"nettoyage-vitres"}, Places: []string{"94081"}}},
		}),
	)
}

// planPages are those of the programme.
var planPages = []string{
	"/programme", "/programme?retard=oui&q=rien", "/programme/tableau", "/programme/calendrier", "/programme/achats/nouveau", "/programme/achats/achat?fait=inscrit",
	"/programme/achats/achat/modifier", "/programme/achats/achat/etat?vers=abandonne", "/programme/reglages", "/programme/reglages/services/proprete",
}
