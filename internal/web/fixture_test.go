package web_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// fixtureNow is the day of every route test: 23 November 2026, noon in Paris.
var fixtureNow = time.Date(2026, 11, 23, 12, 0, 0, 0, structure.Paris)

// SIRETs of the fixture; no SIREN starts with so many zeros.
const (
	siretProprete = "00000001800010"
	siretShared   = "00000002600013" // of two ESAT
	siretTravaux  = "00000003400017"
)

var (
	idProprete = structure.NewID("siret:" + siretProprete)
	idESAT1    = structure.NewID("finess:940000001")
	idESAT2    = structure.NewID("finess:940000002")
	idTravaux  = structure.NewID("siret:" + siretTravaux)
)

// fixture is the directory of the route tests.
func fixture() []structure.Structure {
	list := structure.Origin{Source: structure.SourceEmplois, AsOf: "2026-11-01"}
	return []structure.Structure{
		proprete(list),
		esat(idESAT1, "940000001", "ESAT Les Tilleuls", "entretien-espaces-verts", list),
		esat(idESAT2, "940000002", "ESAT Les Tilleuls, atelier traiteur", "traiteur", list),
		{
			ID: idTravaux, SIRET: siretTravaux, Name: "Travaux <script>alert(1)</script> & fils",
			Contact: structure.Contact{Website: "javascript:alert(1)"},
			Size:    structure.TPE, Workforce: "01", NAF: "4334Z",
			Activities: []structure.Activity{{Sectors: []string{"nettoyage-vitres"}, Derived: true}},
			Address:    structure.Address{PostalCode: "91200", City: "Athis-Mons", Commune: "91027", Point: structure.Point{Lat: 48.5, Lon: 2.2, Precision: structure.PrecisionDepartment}},
			CreatedAt:  fixtureNow.AddDate(0, -1, 0), UpdatedAt: fixtureNow.AddDate(0, 0, -3),
		},
	}
}

// proprete has a value in every field of a sheet.
func proprete(list structure.Origin) structure.Structure {
	return structure.Structure{
		ID: idProprete, SIRET: siretProprete, Name: "Propreté Solidaire", TradeName: "ProSol",
		Agreements: []structure.Agreement{
			{Kind: structure.EI, Number: "EI094260001", Source: list.Source, AsOf: list.AsOf, Start: "2025-01-01", End: "2027-12-31"},
			{Kind: structure.ACI, Number: "ACI094200002", Source: list.Source, AsOf: list.AsOf, Start: "2020-01-01", End: "2024-12-31"},
		},
		ESS: structure.ASSO, ESUS: true, Size: structure.PME, Workforce: "11",
		Labels: []structure.Label{{Code: "ecolabel", Name: "Écolabel européen", From: "2025-06-01", To: "2028-05-31", Scope: "Nettoyage"}},
		NAF:    "8121Z", NAF2025: "8121Y", LegalCategory: "9220",
		Description: "Entretien de bureaux et de parties communes avec des produits écolabellisés.",
		References:  []string{"Ville de Vitry-sur-Seine"},
		Activities: []structure.Activity{{
			Sectors: []string{"nettoyage-locaux"}, Modes: []structure.Mode{structure.PREST},
			Zone:            structure.Zone{Territories: []string{"dep:94", "91027"}},
			Characteristics: []string{"produits-ecolabel"},
			Availability:    structure.Availability{State: structure.BookedUp, Until: "2026-12-15", DeclaredOn: "2026-10-01"},
			Offer:           "Ménage de bureaux",
		}},
		Address: structure.Address{Street: "1 rue de la Paix", PostalCode: "94400", City: "Vitry sur Seine", Commune: "94081", Point: structure.Point{Lat: 48.7875, Lon: 2.3923, Precision: structure.PrecisionExact}},
		Contact: structure.Contact{Phone: "01 99 00 00 00", Email: "contact@example.org", Website: "https://www.example.org"},
		Origins: map[structure.Field]structure.Origin{
			structure.FieldName: list, structure.FieldESS: {Source: structure.SourceSIRENE, AsOf: "2026-10-31"}, structure.FieldActivities: {Source: structure.SourceSelf, AsOf: "2026-10-01"},
		},
		CreatedAt: fixtureNow.AddDate(-1, 0, 0), UpdatedAt: fixtureNow.AddDate(0, 0, -10),
	}
}

func esat(id, finess, name, sector string, list structure.Origin) structure.Structure {
	return structure.Structure{
		ID: id, SIRET: siretShared, FINESS: finess, Name: name,
		Agreements: []structure.Agreement{{Kind: structure.ESAT, Number: finess, Source: list.Source, AsOf: list.AsOf}},
		ESS:        structure.ASSO,
		Activities: []structure.Activity{{Sectors: []string{sector}, Modes: []structure.Mode{structure.PREST}, Zone: structure.Zone{RadiusKM: 12.5}}},
		Address:    structure.Address{PostalCode: "94600", City: "Choisy-le-Roi", Commune: "94022", Point: structure.Point{Lat: 48.7633, Lon: 2.4092, Precision: structure.PrecisionCommune}},
		CreatedAt:  fixtureNow.AddDate(0, -2, 0), UpdatedAt: fixtureNow.AddDate(0, 0, -5),
	}
}

// shared is the store and the index of the route tests: they change no structure,
// so one set serves them all.
type shared struct {
	dir        string
	structures *store.Structures
	reports    *store.Reports
	engine     *search.Engine
	err        error
}

var (
	sharedDirectory = sync.OnceValue(openShared)
	closers         []func() // undo openShared, last first
)

// TestMain holds every request of these tests to the document of the API, and says
// how many there were: `scripts/prove api-contract` prints it.
func TestMain(m *testing.M) {
	webtest.Watch = func(tb testing.TB, sc webtest.Scenario, got webtest.Answer) { contract(tb).Hold(tb, sc, got) }
	code := m.Run()
	if code == 0 && read != nil {
		t := read.Tally()
		fmt.Printf("figure: %d requests, %d of %d routes, %d refused by both the document and the portal, %d by the portal alone\n",
			t.Requests, t.Routes, len(read.Paths()), t.Both, t.Portal)
	}
	for _, undo := range slices.Backward(closers) {
		undo()
	}
	os.Exit(code)
}

func openShared() (d shared) {
	ctx := context.Background()
	if d.dir, d.err = os.MkdirTemp("", "sourcier-web"); d.err != nil {
		return d
	}
	closers = append(closers, func() { _ = os.RemoveAll(d.dir) })
	db, err := sqlite.Open(ctx, filepath.Join(d.dir, "test.db"))
	if d.err = err; err != nil {
		return d
	}
	closers = append(closers, func() { _ = db.Close() })
	if d.structures, d.err = store.OpenStructures(ctx, db); d.err != nil {
		return d
	}
	if d.reports, d.err = store.OpenReports(ctx, db); d.err != nil {
		return d
	}
	for _, v := range fixture() {
		if _, d.err = d.structures.Insert(ctx, v, store.Change{Actor: "test", At: fixtureNow}); d.err != nil {
			return d
		}
	}
	home, err := territory.Default().Resolve("epci:200058014")
	if d.err = err; err != nil {
		return d
	}
	d.engine, d.err = search.Open(ctx, search.Options{
		Dir: filepath.Join(d.dir, "index"), Structures: d.structures, Atlas: territory.Default(), Taxonomy: taxonomy.Default(),
		Home: home, Rules: structure.DefaultBasisRules(), Now: clock, Log: quiet(),
	})
	if d.err == nil {
		closers = append(closers, func() { _ = d.engine.Close() })
	}
	return d
}

func clock() time.Time { return fixtureNow }

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// newPortal builds the portal over the fixture; change adapts its parts.
func newPortal(tb testing.TB, change ...func(*web.Deps)) *fiber.App {
	tb.Helper()
	app, _ := newPortalWithRoutes(tb, change...)
	return app
}

func newPortalWithRoutes(tb testing.TB, change ...func(*web.Deps)) (*fiber.App, []web.Route) {
	tb.Helper()
	d := sharedDirectory()
	if d.err != nil {
		tb.Fatal(d.err)
	}
	atlas, tax := territory.Default(), taxonomy.Default()
	home, err := atlas.Resolve("epci:200058014")
	if err != nil {
		tb.Fatal(err)
	}
	deps := web.Deps{
		Config:     web.Config{BaseURL: "http://localhost:8080", Version: "test", RateLimit: -1},
		Search:     d.engine,
		Suggest:    d.engine,
		Lists:      d.engine,
		Map:        d.engine,
		Parser:     &query.Parser{Atlas: atlas, Taxonomy: tax, Home: home, Rules: structure.DefaultBasisRules(), Now: clock},
		Structures: d.structures, Reports: d.reports, Atlas: atlas, Taxonomy: tax, Home: home, Rules: structure.DefaultBasisRules(),
		Assets: assets{}, Now: clock, Log: quiet(),
	}
	for _, f := range change {
		f(&deps)
	}
	return web.NewWithRoutes(deps)
}

// assets is a set of one style sheet, so that route tests do not depend on npm.
type assets struct{ missing error }

const styleSheet = "body { color: #123456; }\n/* long enough to be worth compressing: " +
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa */\n"

func (assets) URL(name string) string { return "/public/abc123/" + name }

func (assets) Open(name string) ([]byte, string, bool) {
	switch name {
	case "abc123/css/sourcier.css", "css/sourcier.css":
		return []byte(styleSheet), "text/css; charset=utf-8", true
	case "img/favicon.svg":
		return []byte("<svg/>"), "image/svg+xml", true
	}
	return nil, "", false
}

func (a assets) Complete() error { return a.missing }

// errorPage is the page of a failure with the frame of the portal: the last
// resort has no style sheet.
var errorPage = []webtest.Check{webtest.In("html[lang=fr] main h1"), webtest.In("link[rel=stylesheet]")}

// searcher is a double of the port, for what the engine cannot be made to do.
type searcher struct {
	answer func(context.Context, query.Query) (query.Result, error)
}

func (s searcher) Search(ctx context.Context, q query.Query) (query.Result, error) {
	return s.answer(ctx, q)
}

func (searcher) Generation() uint64 { return 7 }

// failing is a Searcher that always answers err.
func failing(err error) search.Searcher {
	return searcher{func(context.Context, query.Query) (query.Result, error) { return query.Result{}, err }}
}
