// Package web is the portal as HTTP: pages, the JSON API, assets, probes. It
// parses what is asked, calls the domain and answers; every failure goes
// through one function (fail). A GET changes nothing; who may use a route is said
// where it is registered (routes.go, access.go).
package web

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"sourcier/internal/directory"
	"sourcier/internal/gathering"
	"sourcier/internal/oidc"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/picture"
	"sourcier/internal/programme"
	"sourcier/internal/reach"
	"sourcier/internal/reception"
	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/views/results"
)

// Config holds the settings that the web layer needs, already validated.
type Config struct {
	BaseURL        string   // scheme://host[:port], no path: absolute links come from here, never from the Host header
	Production     bool     // hides what only developers need; sends HSTS when BaseURL is https
	TrustedProxies []string // addresses or CIDRs whose X-Real-IP is believed
	EmbedHosts     []string // origins allowed to frame the search (/cadre alone); none = nobody
	TileHost       string   // origins of the map tiles, separated by commas; "" = none
	OIDCIssuer     string   // origin that sign-in forms may lead to; "" = none
	ContactEmail   string   // of the team of the portal; "" = not shown
	ReadsBounces   bool     // delivery reports are read from a mailbox (SOURCIER_INBOX_IMAP)
	TempDir        string   // where exports lie until they are sent, "" = that of the system
	// What the legal pages say of who answers for the portal; "" = they say that the
	// operator has to fill it in.
	Publisher        string
	PublisherAddress string
	Director         string // of the publication
	HostedBy         string // name, address, telephone
	DPOEmail         string // data protection officer

	Version   string
	RateLimit int // requests a minute and client; 0 = DefaultRateLimit, below 0 = no limit (benchmarks)
}

// AssetSet serves the files of public/. It is safe for concurrent use.
type AssetSet interface {
	// URL gives the path of an asset with the hash of the set in it
	// ("css/sourcier.css" -> "/public/3f2a9c/css/sourcier.css").
	URL(name string) string
	// Open gives the content behind a name, or behind a path that URL gave without
	// its "/public/". ok is false for anything else.
	Open(name string) (data []byte, contentType string, ok bool)
	// Complete names the files that the build should have brought and did not.
	Complete() error
}

// Deps are the parts that the web layer calls.
type Deps struct {
	Config     Config
	Search     search.Searcher
	Aside      search.Searcher // what pages ask by themselves, for a count or a neighbour; nil = Search
	Suggest    search.Suggester
	Lists      search.Lister
	Map        search.Mapper
	Parser     *query.Parser
	Structures *store.Structures
	Reach      *reach.Counter // of what visitors see; nil = nothing is counted
	Reports    *store.Reports
	People     *people.Service    // nil = nobody can sign in
	Directory  *directory.Service // nil = nobody writes sheets
	Reception  *reception.Service // of files to import, with People; nil = none is taken
	Desk       *directory.Desk    // lists and saved searches, with People
	Programme  *programme.Service // of purchases, with People
	Operation  *operation.Service // of sourçages, with Programme
	Gathering  *gathering.Service // of events, with Operation
	Letters    Letters            // of the mailbox page, with People; nil = there is no such page
	OIDC       *oidc.Provider     // by which people may sign in too; nil = none
	Atlas      *territory.Atlas
	Taxonomy   *taxonomy.Taxonomy
	Home       territory.Territory
	Quarters   func() *territory.Quarters // outlines loaded now; nil func = none
	// Tally is what the directory holds by source and by sector, as last counted;
	// nil func or nil = not counted yet.
	Tally func() *structure.Tally
	Rules structure.BasisRules
	// Ready gives why the portal cannot answer yet; nil func or nil = ready. Only
	// errors of type Reason are shown to people, the others are logged.
	Ready func(context.Context) error
	Demo  func() bool // the store holds demonstration data: a banner on every page
	Mixed func() bool // and real structures beside it: a tag on every fictional one
	// Observe counts an answer, by the pattern of its route; nil = nobody counts.
	Observe func(method, route string, status int, took time.Duration)
	Assets  AssetSet
	Now     func() time.Time
	Log     *slog.Logger
	// Results makes the component of a results page; nil = results.View. The
	// benchmark puts another template engine in its place, or takes the model.
	Results func(results.Page) templ.Component
}

// Reason is an error whose text may be shown to anyone: why the portal is not
// ready, in French.
type Reason string

func (r Reason) Error() string { return string(r) }

// site is the portal; its methods are the handlers.
type site struct {
	Deps
	table    []Route
	boot     string // of this process: index generations mean nothing beyond it
	squeezed *squeezed
	exports  exporting
	counts   *kept
	reports  reportLimits
	dryRun   dryRun
	// documentJSON is the OpenAPI document, written at the first need.
	documentJSON func() ([]byte, error)
	pages        func() []string // routes that GET, as in routes.go
	parts        *kept           // of the sitemap
	uploads      *rooms          // of files on their way
	press        *picture.Press  // draws images anew

	policy      string // Content-Security-Policy
	framePolicy string // that of the page made for frames
}

const (
	readTimeout  = 10 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 60 * time.Second // also what lets a shutdown drain
	// readBuffer bounds the request line and headers, in bytes: long facet URLs
	// fit, 100 kB of text does not (431).
	readBuffer = 16 << 10
	// bodyLimit bounds request bodies but those of files (body.go), in bytes: a report
	// of 2,000 letters, each written as %C3%A9, fits several times.
	bodyLimit = 64 << 10
	// longForm bounds those of the answers to a questionnaire: 40,000 letters, each of
	// which may take nine bytes on the way.
	longForm = 448 << 10
)

// New builds the server; the caller listens and shuts it down.
func New(d Deps) *fiber.App {
	app, _ := NewWithRoutes(d)
	return app
}

// NewWithRoutes also gives the table of its routes, with who may use each.
func NewWithRoutes(d Deps) (*fiber.App, []Route) {
	if d.Observe == nil {
		d.Observe = func(string, string, int, time.Duration) {}
	}
	if d.Results == nil {
		d.Results = results.View
	}
	if d.Aside == nil {
		d.Aside = d.Search
	}
	s := &site{
		Deps: d, boot: newRequestID(), policy: d.Config.csp(nil), framePolicy: d.Config.csp(d.Config.EmbedHosts), squeezed: &squeezed{},
		exports: newExporting(), counts: newKept(maxKeptCounts), parts: newKept(maxKeptParts),
		uploads: newRooms(maxSheetUploads, maxSheetUploadsOfOne), press: picture.NewPress(),
	}
	s.reports = s.newReportLimits()
	s.documentJSON = sync.OnceValues(s.writeDocument)
	app := fiber.New(fiber.Config{
		AppName:               "Sourcier",
		Immutable:             true, // values outlive the request in queries and logs
		CaseSensitive:         true,
		DisableStartupMessage: true,
		ReadTimeout:           readTimeout,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		ReadBufferSize:        readBuffer,
		BodyLimit:             bodyLimit,
		// Who asks is known before a body is read (body.go).
		StreamRequestBody: true,
		// Parsed before any route, files would be written without a limit.
		DisablePreParseMultipartForm: true,
		ErrorHandler:                 s.fail,
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               d.Config.TrustedProxies,
		EnableIPValidation:           true,
		// The proxy must overwrite this header. X-Forwarded-For is a list whose
		// first address the client chooses.
		ProxyHeader: "X-Real-IP",
	})
	s.pages = sync.OnceValue(func() []string { return getRoutes(app) })
	s.routes(app)
	unknownMethods(app)
	return app, s.table
}

// unknownMethods sends a method that Fiber does not know (FOO, get) through the
// routes as one that no route takes. Fiber would answer it by itself, in English
// and without the headers that every answer carries.
func unknownMethods(app *fiber.App) {
	server := app.Server()
	routed := server.Handler
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		if !slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
			ctx.Request.Header.SetMethod(fiber.MethodTrace)
		}
		routed(ctx)
	}
}

// getRoutes lists the paths that GET reads.
func getRoutes(app *fiber.App) []string {
	var out []string
	for _, route := range app.GetRoutes(true) {
		if route.Method == fiber.MethodGet {
			out = append(out, route.Path)
		}
	}
	return out
}

// today is the civil day that sheets are judged on.
func (s *site) today() structure.Date { return structure.DateOf(s.Now()) }
