package proof

import (
	"context"
	"errors"

	"sourcier/internal/account"
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
	"/programme/achats/achat/annonce?fait=publiee", "/programme/achats/achat-etude/annonce",
}

// forwardForPages announces the purchase; a structure follows what is to come, and shows
// its interest.
func forwardForPages(ctx context.Context, a *app.App, m *mailed) error {
	buys := buyer.Member{Person: m.person, Organisation: "ville", Kind: account.KindPublic, Role: account.Buyer}
	if err := a.Programme.Move(ctx, buys, "achat", sourcing.Programmed, ""); err != nil {
		return err
	}
	d, _, err := a.Programme.Purchase(ctx, buys, "achat")
	if err != nil {
		return err
	}
	ahead := a.Programme.Draft(&d.Value)
	ahead.Text, ahead.Reserved = "Trois écoles.\nLe soir.", true
	esat, err := a.People.Ensure(ctx, "esat@structure.example", "")
	if err != nil {
		return err
	}
	acts := buyer.Member{Person: esat.ID, Organisation: "esat", Kind: account.KindOwner, Role: account.Structure}
	return errors.Join(
		a.Programme.Publish(ctx, buys, "achat", ahead, 0),
		a.Programme.Follow(ctx, acts, sourcing.Watch{Structure: m.listed, Like: true}),
		a.Programme.ShowInterest(ctx, acts, "achat", m.listed),
	)
}

// forwardPages are those of who acts for a structure.
var forwardPages = []string{"/achats-a-venir", "/achats-a-venir/achat?fait=signale", "/achats-a-venir/suivre?fait=active"}
