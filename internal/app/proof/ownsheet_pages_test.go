package proof

import (
	"context"
	"net/http"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/directory"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// ownSheet is the sheet that the person of the saved pages writes.
var (
	ownSheetID = structure.NewID("siret:20005801400019")
	ownSheet   = "/mes-fiches/" + ownSheetID
	askedID    = structure.NewID("siret:73282932000074") // a new sheet that awaits its proof
	asked      = "/inscription/" + askedID
)

// ownSheetPages are those of the desk of a structure.
var ownSheetPages = map[string]int{
	"/mes-fiches": http.StatusOK, ownSheet: http.StatusOK, ownSheet + "?fait=enregistre": http.StatusOK, ownSheet + "/apercu": http.StatusOK,
	ownSheet + "/abandonner": http.StatusOK, ownSheet + "/historique": http.StatusOK, ownSheet + "/presentation": http.StatusOK,
	ownSheet + "/coordonnees": http.StatusOK, ownSheet + "/adresse": http.StatusOK, ownSheet + "/contacts": http.StatusOK,
	ownSheet + "/activites": http.StatusOK, ownSheet + "/activites/1": http.StatusOK, ownSheet + "/activites/nouvelle": http.StatusOK,
	ownSheet + "/offres": http.StatusOK, ownSheet + "/offres/nouvelle": http.StatusOK, ownSheet + "/offres/1": http.StatusOK, ownSheet + "/offres/1/images": http.StatusOK,
	ownSheet + "/references": http.StatusOK, ownSheet + "/labels": http.StatusOK, ownSheet + "/labels/iso-9001": http.StatusOK, ownSheet + "/logo": http.StatusOK,
	"/inscription?fiche=" + ownSheetID: http.StatusOK, "/inscription?numero=73282932000082": http.StatusOK,
	asked: http.StatusOK, asked + "/quoi": http.StatusOK, asked + "/ou": http.StatusOK, asked + "/contact": http.StatusOK, asked + "/fin": http.StatusOK,
	"/mes-fiches/ailleurs": http.StatusNotFound,
}

// sheetsForPages gives the person a sheet: a version on line, a draft with another
// text.
func sheetsForPages(ctx context.Context, a *app.App, person string) error {
	now := a.Now()
	o := account.Organisation{ID: "atelier", Kind: account.KindOwner, Name: "Les Ateliers", CreatedAt: now, ConfirmedAt: now}
	if err := o.Enrol(person, []account.Role{account.Structure}, true, now); err != nil {
		return err
	}
	if _, err := a.People.Organisations.Insert(ctx, o, store.Change{}); err != nil {
		return err
	}
	r := registration.New(ownSheetID, "20005801400019", "", "", now)
	if _, err := r.Ask(o.ID, person, now); err != nil {
		return err
	}
	if err := r.Grant(o.ID, registration.ProofMail, now); err != nil {
		return err
	}
	more := registration.New(askedID, "73282932000074", "", "Les Ateliers du Nord", now)
	if _, err := more.Ask(o.ID, person, now); err != nil {
		return err
	}
	for _, r := range []registration.Registration{r, more} {
		if _, err := a.Directory.Registrations.Insert(ctx, r, store.Change{}); err != nil {
			return err
		}
	}
	who := directory.Who{Person: person, Organisation: o.ID}
	for _, text := range []string{"Nous nettoyons des bureaux.", "Nous nettoyons des bureaux et des écoles.", "Nous nettoyons tout."} {
		own, err := a.Directory.Own(ctx, who, r.ID)
		if err != nil {
			return err
		}
		rev, err := a.Directory.Save(ctx, who, r.ID, registration.PartPresentation, own.Rev(o.ID), func(s *registration.Sheet) error {
			s.Name, s.Description, s.Contact.Phone = "Les Ateliers & Cie", text, "0123456789"
			s.Address = structure.Address{Commune: "94081", City: "Vitry-sur-Seine", PostalCode: "94400", Point: structure.Point{Lat: 48.79, Lon: 2.39, Precision: structure.PrecisionCommune}}
			s.Activities = []structure.Activity{{Sectors: []string{"nettoyage-locaux"}, Zone: structure.Zone{RadiusKM: 12}, Availability: structure.Availability{State: structure.Available, DeclaredOn: structure.DateOf(now)}}}
			s.Offers = []structure.Offer{{Title: "Entretien de bureaux", LeadDays: 5, MinEuros: 300}}
			s.Labels = []structure.Label{{Code: "iso-9001", Name: "ISO 9001", From: "2026-01-01"}}
			return nil
		})
		if err != nil {
			return err
		}
		if text != "Nous nettoyons tout." {
			if _, err := a.Directory.Publish(ctx, who, r.ID, rev); err != nil {
				return err
			}
		}
	}
	return nil
}
