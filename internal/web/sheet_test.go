package web_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// holding gives a portal a store of its own: sheets that the shared one must
// not hold, since other tests count its structures.
func holding(t *testing.T, list ...structure.Structure) func(*web.Deps) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	structures, err := store.OpenStructures(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		if _, err := structures.Insert(t.Context(), v, store.Change{Actor: "test", At: fixtureNow}); err != nil {
			t.Fatal(err)
		}
	}
	return func(d *web.Deps) { d.Structures = structures }
}

// of is a structure with agreements of the kinds, each from another source.
func of(kinds ...structure.Kind) structure.Structure {
	v := structure.Structure{ID: idTravaux, SIRET: siretTravaux, Name: "Travaux & fils"}
	sources := []structure.Source{structure.SourceEmplois, structure.SourceLeMarche}
	for i, k := range kinds {
		v.Agreements = append(v.Agreements, structure.Agreement{Kind: k, Source: sources[i], AsOf: "2026-11-01"})
	}
	return v
}

func TestClosedSheetReservesNothing(t *testing.T) {
	v := of(structure.ESAT)
	v.ESS, v.Closed = structure.ASSO, true
	app := newPortal(t, holding(t, v))
	Run(t, app, []Scenario{
		{
			Name: "page", URL: "/structures/" + v.ID, Status: 200,
			HTML:  []Check{In(".sheet-summary", HasText("Sans objet : établissement fermé")), In("main", HasText("ne peut plus répondre à un marché")), NotIn(".legal")},
			Lacks: []string{"otentiellement éligible", "tout marché ouvert"},
		},
		{Name: "API", URL: "/api/v1/structures/" + v.ID, Status: 200, Contains: []string{`"legal_bases":[]`}},
	})
}

func TestSheetSummarySaysWhatToCheck(t *testing.T) {
	cases := map[string]struct {
		v    structure.Structure
		says []string
	}{
		"an EATT": {of(structure.EATT), []string{"L2113-12 · handicap, à vérifier", "L2113-14 · handicap et insertion, à vérifier"}},
		"two sources": {
			of(structure.EI, structure.ESAT),
			[]string{"L2113-12 · handicap L2113-13 · insertion L2113-14", "d’après Le Marché de l’inclusion, 1er nov. 2026 ; Les emplois de l’inclusion, 1er nov. 2026"},
		},
		"an EATT that is an ESAT too": {of(structure.EATT, structure.ESAT), []string{"L2113-12 · handicap L2113-14 · handicap et insertion Pot"}},
		"the ESS alone": {
			structure.Structure{
				ID: idTravaux, SIRET: siretTravaux, Name: "Association", ESS: structure.ASSO,
				Origins: map[structure.Field]structure.Origin{structure.FieldESS: {Source: structure.SourceSIRENE, AsOf: "2026-10-31"}},
			},
			[]string{"L2113-15 · ESS, à vérifier", "Potentiellement éligible d’après l’INSEE, base Sirene, 31 oct. 2026"},
		},
		"the ESS without a source": {
			structure.Structure{ID: idTravaux, SIRET: siretTravaux, Name: "Association", ESS: structure.ASSO},
			[]string{"L2113-15 · ESS, à vérifier Potentiellement éligible"},
		},
	}
	for name, c := range cases {
		var checks []Check
		for _, text := range c.says {
			checks = append(checks, HasText(text))
		}
		Run(t, newPortal(t, holding(t, c.v)), []Scenario{{Name: name, URL: "/structures/" + idTravaux, Status: 200, HTML: []Check{In(".sheet-summary", checks...)}}})
	}
}

func TestSheetWritesTheESSAsANameIsWritten(t *testing.T) {
	v := structure.Structure{ID: idTravaux, SIRET: siretTravaux, Name: "Société", ESS: structure.SCESS}
	Run(t, newPortal(t, holding(t, v)), []Scenario{{
		Name: "company of the ESS", URL: "/structures/" + v.ID, Status: 200,
		HTML: []Check{In(".legal", HasText("d’après le statut : société de l’ESS"))},
	}})
}

// A list that gives no last day and is old proves nothing of today.
func TestOldAgreementIsNotSaidInForce(t *testing.T) {
	v := of(structure.EI, structure.ACI)
	v.Agreements[0].AsOf, v.Agreements[1].AsOf = "2025-11-23", "2025-11-22"
	ends := of(structure.ESAT)
	ends.Agreements[0].AsOf, ends.Agreements[0].End = "2020-01-01", "2041-06-30"
	Run(t, newPortal(t, holding(t, v)), []Scenario{{
		Name: "a year, and a year and a day", URL: "/structures/" + v.ID, Status: 200,
		HTML: []Check{In(".fact-good", HasText("En vigueur, fin non connue")), In(".fact-warn", HasText("Fin non connue, source de plus d’un an : à vérifier"))},
	}})
	v.Agreements = v.Agreements[1:]
	Run(t, newPortal(t, holding(t, v)), []Scenario{{
		Name: "the basis rests on an old list alone", URL: "/structures/" + v.ID, Status: 200,
		HTML: []Check{In(".sheet-summary", HasText("L2113-13 · insertion, à vérifier")), In(".legal-check", HasText("La source a plus d’un an"))},
	}})
	Run(t, newPortal(t, holding(t, ends)), []Scenario{{
		Name: "the last day is known", URL: "/structures/" + v.ID, Status: 200, HTML: []Check{In("tbody .fact-good", HasText("En vigueur")), NotIn(".fact-warn")},
	}})
}

// html-validate counts a title as it is written: 70 letters, « &amp; » being five.
func TestTitleIsShortAsWritten(t *testing.T) {
	v := of(structure.EA)
	v.Name, v.Address.City = "SCOP Traouen & associés & "+strings.Repeat("<&> ", 10), "Le Kremlin-Bicêtre"
	page := Scenario{URL: "/structures/" + v.ID}.Do(t, newPortal(t, holding(t, v)))
	_, rest, _ := strings.Cut(page.Body, "<title>")
	title, _, _ := strings.Cut(rest, "</title>")
	if n := utf8.RuneCountInString(title); n > 70 || !strings.Contains(title, "SCOP Traouen") || !strings.Contains(title, siretTravaux) {
		t.Errorf("%d letters: %s", n, title)
	}
}

func TestActivityWithoutSectorHasItsHeading(t *testing.T) {
	v := of(structure.EA)
	v.Activities = []structure.Activity{{Modes: []structure.Mode{structure.PREST}, Zone: structure.Zone{RadiusKM: 10}}}
	Run(t, newPortal(t, holding(t, v)), []Scenario{{
		Name: "zone and mode alone", URL: "/structures/" + v.ID, Status: 200, HTML: []Check{In(".activities h3", HasText("Métier non renseigné"))},
	}})
}

// Sirene says of each establishment that it is open or not: both are the same fact.
func TestOpenSheetDoesNotSpeakOfItsClosing(t *testing.T) {
	v := of(structure.EA)
	v.Origins = map[structure.Field]structure.Origin{structure.FieldClosed: {Source: structure.SourceSIRENE, AsOf: "2026-10-31"}}
	Run(t, newPortal(t, holding(t, v)), []Scenario{{
		Name: "open", URL: "/structures/" + v.ID, Status: 200, HTML: []Check{In(".sheet-sources", HasText("Ouverture ou fermeture"))},
	}})
}

func TestErrorPageKeepsWhatWasTyped(t *testing.T) {
	Run(t, newPortal(t), []Scenario{
		{Name: "a page too far", URL: "/structures?q=%3Cb%3Etonte&page=501", Status: 422, HTML: []Check{In("input[name=q][value=<b>tonte]"), In("input[name=ou][value=]")}},
		{Name: "a place", URL: "/structures?q=tonte&serves=94054&page=501", Status: 422, HTML: []Check{In("input[name=ou][value=Orly]"), In("input[name=lieu][value=94054]")}},
		{Name: "a place that is none", URL: "/structures?q=ton%01te&serves=99999", Status: 422, HTML: []Check{In("input[name=q][value=ton te]"), In("input[name=ou][value=]")}},
		{Name: "too many words", URL: "/structures?q=" + strings.Repeat("mot", 200), Status: 422, HTML: []Check{In("input[name=q][value=" + strings.Repeat("mot", 200) + "]")}},
		{Name: "what cannot be shown", URL: "/structures?q=%FF", Status: 422, HTML: []Check{In("input[name=q][value=]")}},
		{Name: "a sheet that does not exist", URL: "/structures/abc?q=tonte", Status: 404, HTML: []Check{In("input[name=q][value=]")}},
	})
}

// An arrondissement is said once: by the postal code in the address.
func TestDistrictInTheAddress(t *testing.T) {
	v := of(structure.EA)
	v.Address = structure.Address{PostalCode: "75018", City: "PARIS", Commune: "75118"}
	Run(t, newPortal(t, holding(t, v)), []Scenario{{
		Name: "Paris", URL: "/structures/" + v.ID, Status: 200,
		HTML: []Check{In("address", HasText("75018 Paris"), NoText("rrondissement")), In(".sheet-summary", HasText("Paris 18e arrondissement"))},
	}})
}

// TestSheetTellsItsHistory shows what is no longer confirmed, disputed and changed.
func TestSheetTellsItsHistory(t *testing.T) {
	v := of(structure.EI)
	v.Agreements[0].Stale = "2026-11-10"
	v.Size = structure.PME
	v.Origins = map[structure.Field]structure.Origin{structure.FieldSize: {Source: structure.SourceSIRENE, AsOf: "2026-10-01"}, structure.FieldName: {Source: structure.SourceEmplois, AsOf: "2026-10-01"}}
	v.Sightings = map[structure.Source]structure.Sighting{structure.SourceEmplois: {Stale: "2026-11-10"}}
	v.Claims = []structure.Claim{{Source: structure.SourceGeneric, Facts: structure.Structure{Size: structure.TPE},
		Origins: map[structure.Field]structure.Origin{structure.FieldSize: {Source: structure.SourceGeneric, AsOf: "2026-09-01"}}}}
	v.History = []structure.Change{
		{On: "2026-09-02", Field: structure.FieldActivities, New: "nettoyage-locaux", Source: structure.SourceGeneric, File: "a.csv"},
		{On: "2026-10-02", Field: structure.FieldSize, Old: "TPE", New: "PME", Source: structure.SourceSIRENE, File: "<b>.csv"},
	}
	app := newPortal(t, holding(t, v))
	Run(t, app, []Scenario{
		{
			Name: "page", URL: "/structures/" + v.ID, Status: 200,
			HTML: []Check{
				In(".sheet-head .notice-warn", HasText("Agrément EI : n’est plus confirmé depuis le 10 nov. 2026 par Les emplois de l’inclusion")),
				In("main", HasText("N’est plus confirmé depuis le 10 nov. 2026 par Les emplois de l’inclusion")),
				In("main", HasText("Les emplois de l’inclusion ne donne plus cette structure depuis le 10 nov. 2026")),
				In(".sheet-sources", HasText("Les sources ne disent pas la même chose (1)")),
				In(".sheet-sources ol li", HasText("2 oct. 2026 Taille : «")), // the newest first
				In(".sheet-sources ol", HasText("Activités : ajout de « Nettoyage de locaux")),
				NotIn(".legal"),
			},
			Lacks: []string{"otentiellement éligible", "<b>.csv", "mailto:"},
		},
		{Name: "API", URL: "/api/v1/structures/" + v.ID, Status: 200, Contains: []string{`"legal_bases":[]`, `"unconfirmed_since":"2026-11-10"`, `"in_force":false`}},
	})
}
