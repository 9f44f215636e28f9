package registration_test

import (
	"strings"
	"testing"

	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

func measuring(t *testing.T) registration.Measuring {
	t.Helper()
	atlas := territory.Default()
	home, err := atlas.Resolve("epci:200058014")
	if err != nil {
		t.Fatal(err)
	}
	return registration.Measuring{Atlas: atlas, Home: home, Day: "2026-11-28"}
}

func whole() structure.Structure {
	return structure.Structure{
		Description: strings.Repeat("é", registration.MinDescription), References: []string{"Ville d’Orly"}, Logo: &structure.Picture{},
		Offers:  []structure.Offer{{Title: "Nettoyage de nuit"}},
		Address: structure.Address{Commune: "94081", Point: structure.Point{Lat: 48.79, Lon: 2.39, Precision: structure.PrecisionCommune}},
		Contact: structure.Contact{Phone: "0123456789", Website: "www.esat.example"},
		Activities: []structure.Activity{{
			Sectors: []string{"nettoyage-locaux"}, Modes: []structure.Mode{structure.PREST}, Zone: structure.Zone{RadiusKM: 10}, Characteristics: []string{"bio"},
			Availability: structure.Availability{State: structure.Available, DeclaredOn: "2026-11-01"},
		}},
	}
}

func TestWeightsAddUp(t *testing.T) {
	s := whole()
	by := measuring(t)
	by.Named = 1
	m := registration.Complete(&s, by)
	if m.Score != 100 || len(m.Missing()) != 0 {
		t.Errorf("a whole sheet has %d of 100, lacks %+v", m.Score, m.Missing())
	}
	empty := registration.Complete(&structure.Structure{}, measuring(t))
	total := 0
	for i, step := range empty.Steps {
		total += step.Weight
		if step.Done || step.Brings == "" || step.Label == "" {
			t.Errorf("of an empty sheet %+v", step)
		}
		if i > 0 && step.Weight > empty.Steps[i-1].Weight {
			t.Errorf("%s comes after what brings less", step.Piece)
		}
	}
	if empty.Score != 0 || total != 100 {
		t.Errorf("an empty sheet has %d, all pieces %d of 100", empty.Score, total)
	}
}

// Each piece counts for itself, and what it brings is told from the facts of the sheet.
func TestEachPiece(t *testing.T) {
	far := structure.Address{Commune: "69123", Point: structure.Point{Lat: 45.76, Lon: 4.83, Precision: structure.PrecisionCommune}}
	for name, c := range map[string]struct {
		change func(*structure.Structure)
		piece  registration.Piece
		brings string
	}{
		"no zone, at home":       {func(s *structure.Structure) { s.Activities[0].Zone = structure.Zone{} }, registration.PieceZone, "recherches de 24 communes ; aujourd’hui, de la vôtre seulement"},
		"no zone, elsewhere":     {func(s *structure.Structure) { s.Activities[0].Zone, s.Address = structure.Zone{}, far }, registration.PieceZone, "de 15 km"},
		"no zone, unknown place": {func(s *structure.Structure) { s.Activities[0].Zone, s.Address = structure.Zone{}, structure.Address{} }, registration.PieceZone, "aujourd’hui, d’aucune"},
		"one zone of two": {func(s *structure.Structure) {
			s.Activities = append(s.Activities, structure.Activity{Sectors: []string{"blanchisserie"}, Modes: []structure.Mode{structure.PREST}})
		}, registration.PieceZone, "1 de vos 2 activités n’a pas de zone"},
		"deduced sectors":  {func(s *structure.Structure) { s.Activities[0].Derived = true }, registration.PieceSectors, "déduit de votre code APE"},
		"no mode":          {func(s *structure.Structure) { s.Activities[0].Modes = nil }, registration.PieceModes, "prestation"},
		"old availability": {func(s *structure.Structure) { s.Activities[0].Availability.DeclaredOn = "2026-01-01" }, registration.PieceAvailability, "ne vaut plus"},
		"no availability":  {func(s *structure.Structure) { s.Activities[0].Availability = structure.Availability{} }, registration.PieceAvailability, "moins de trois mois"},
		"short text":       {func(s *structure.Structure) { s.Description = "Bref." }, registration.PieceDescription, "5 caractères"},
		"no text":          {func(s *structure.Structure) { s.Description = "" }, registration.PieceDescription, "Ses mots"},
		"no contact":       {func(s *structure.Structure) { s.Contact.Phone = "" }, registration.PieceContact, "joindre"},
		"a wrong site":     {func(s *structure.Structure) { s.Contact.Website = "javascript:x" }, registration.PieceWebsite, "fiche"},
		"no offer":         {func(s *structure.Structure) { s.Offers = nil }, registration.PieceOffers, "offre"},
		"no logo":          {func(s *structure.Structure) { s.Logo = nil }, registration.PieceLogo, "coup d’œil"},
	} {
		t.Run(name, func(t *testing.T) {
			s := whole()
			c.change(&s)
			for _, step := range registration.Complete(&s, measuring(t)).Steps {
				if step.Piece == c.piece && (step.Done || !strings.Contains(step.Brings, c.brings)) {
					t.Errorf("%+v, want %q", step, c.brings)
				}
			}
		})
	}
}
