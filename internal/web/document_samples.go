package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// The samples are of the types that are answered, so that they follow them. The
// structure is fictional.

// sampleID is the id of a structure in examples.
const sampleID = "k7q2mzxw4n5r3tda"

func samplePage() apiPage {
	source := originOf(structure.SourceEmplois, "2026-11-01")
	vitry := territoryRef{Value: "94081", Label: "Vitry-sur-Seine"}
	return apiPage{
		Total: 1, Page: 1, PerPage: query.DefaultPage, Sort: query.SortRelevance, TookMS: 1.2,
		Recognised:  []apiRecognised{{Words: "vitry", Parameter: "serves", Value: vitry.Value, Label: vitry.Label}},
		Relaxations: []apiRelaxation{},
		Items: []apiItem{{
			ID: sampleID, SIRET: new("00000001800010"), Name: "Propreté Solidaire",
			Kind: new("EI"), Kinds: []string{"EI", "ASSO"}, Family: structure.Insertion, Size: new(structure.PME), Workforce: new(structure.Workforce("11")),
			Sectors: []codeLabel{{Code: "nettoyage-locaux", Label: "Nettoyage de locaux et de bureaux"}},
			Commune: &communeRef{Code: vitry.Value, Name: vitry.Label}, Department: new("94"), Lat: new(48.7875), Lon: new(2.3923), DistanceKM: new(0.4),
			Excerpt: "Entretien de bureaux et de parties communes.",
			Why:     []string{"secteur : Nettoyage de locaux et de bureaux", "dessert Vitry-sur-Seine ; zone : Val-de-Marne (94)"},
			Reasons: []apiReason{{Field: "sector", Label: "secteur", Text: "Nettoyage de locaux et de bureaux", Words: []string{"nettoyage"}}},
			Zone: &apiZoneAnswer{State: query.ZoneServes, Place: vitry.Label, Zone: apiZone{
				Type: "territories", Territories: []territoryRef{{Value: "dep:94", Label: "Val-de-Marne (94)"}}, Label: "Val-de-Marne (94)"}},
			LegalBases: []apiClaim{{Basis: structure.L2113_13, Kind: new(structure.EI), Origin: &source}},
			Lapses:     []apiLapse{},
			Demo:       true, UpdatedAt: time.Date(2026, 11, 13, 11, 0, 0, 0, time.UTC),
		}},
	}
}

func sampleSuggestions() apiSuggestions {
	return apiSuggestions{Items: []apiSuggestion{{
		Kind: query.SuggestSector, Value: "nettoyage-locaux", Label: "Nettoyage de locaux et de bureaux", Detail: "ménage", URL: "/structures?sector=nettoyage-locaux",
	}}}
}

func sampleTerritories() listOf[apiTerritory] {
	return listOf[apiTerritory]{Items: []apiTerritory{{Value: "94081", Kind: territory.KindCommune, Label: "Vitry-sur-Seine", Communes: 1}}}
}

// sampleProblem shows what each problem says beside its words.
func sampleProblem(p problem) problem {
	p.RequestID = "6f1d0c2b9a4e7788"
	if p.Status == fiber.StatusUnprocessableEntity {
		p = inputProblem([]paramProblem{{Parameter: "size", Value: "XXL", Message: "taille inconnue", Allowed: []string{"TPE", "PME", "ETI", "GE"}}})
		p.RequestID = "6f1d0c2b9a4e7788"
	}
	return p
}
