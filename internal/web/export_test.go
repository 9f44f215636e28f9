package web_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sourcier/internal/export"
	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

const (
	typeCSV  = "text/csv; charset=utf-8; header=present"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// lister is a double of the port.
type lister struct {
	list query.List
	err  error
}

func (l lister) List(_ context.Context, _ query.Query, limit int) (query.List, error) {
	l.list.IDs = l.list.IDs[:min(limit, len(l.list.IDs))]
	return l.list, l.err
}

func listedSearch(l search.Lister) func(*web.Deps) { return func(d *web.Deps) { d.Lists = l } }

func TestExport(t *testing.T) {
	webtest.Run(t, newPortal(t), []webtest.Scenario{
		{
			Name: "a search as CSV, in its order", URL: "/structures.csv?q=nettoyage&colonnes=siret&colonnes=nom,distance", Status: 200,
			WantHeader: map[string]string{
				"Content-Type": typeCSV, "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex", "Cache-Control": "no-store",
				"Content-Disposition": `attachment; filename="structures-nettoyage-2026-11-23.csv"; filename*=UTF-8''structures-nettoyage-2026-11-23.csv`,
			},
			Contains: []string{"\uFEFFNom;SIRET;Distance (km)\r\nPropreté Solidaire;'" + siretProprete + ";\r\n"},
		},
		{
			Name: "the name of the file keeps its accents", URL: "/structures.csv?q=propreté&serves=94081&colonnes=nom,distance", Status: 200,
			WantHeader: map[string]string{
				"Content-Disposition": `attachment; filename="structures-proprete-a-vitry-sur-seine-2026-11-23.csv"; filename*=UTF-8''structures-propret%C3%A9-%C3%A0-vitry-sur-seine-2026-11-23.csv`,
			},
			Contains: []string{"Nom;Distance (km)\r\nPropreté Solidaire;0"},
		},
		{
			Name: "not compressed on its way", URL: "/structures.csv?q=nettoyage", Status: 200, Header: map[string]string{"Accept-Encoding": "gzip, br"},
			WantHeader: map[string]string{"Content-Encoding": webtest.Absent}, Contains: []string{"Propreté Solidaire"},
		},
		{Name: "nothing found: the heads alone", URL: "/structures.csv?q=introuvable&colonnes=nom", Status: 200, Contains: []string{"\uFEFFNom\r\n"}, Lacks: []string{"Propreté"}},
		{Name: "mended as the page is", URL: "/structures.csv?q=netoyage&colonnes=nom", Status: 200, Contains: []string{"Propreté Solidaire"}},
		{Name: "no fact that its sheet does not publish", URL: "/structures.csv?colonnes=nom,site", Status: 200, Contains: []string{"https://www.example.org"}},
		{
			Name: "HEAD", Method: "HEAD", URL: "/structures.xlsx?q=nettoyage", Status: 200,
			WantHeader: map[string]string{"Content-Length": webtest.Absent, "Content-Type": typeXLSX, "Content-Disposition": `attachment; filename="structures-nettoyage-2026-11-23.xlsx"; filename*=UTF-8''structures-nettoyage-2026-11-23.xlsx`},
		},
		{
			Name: "unknown column", URL: "/structures.csv?q=nettoyage&colonnes=nom,claims", Status: 422, WantHeader: map[string]string{"Content-Disposition": webtest.Absent},
			HTML: []webtest.Check{
				webtest.In("main h1", webtest.HasText("Export impossible")), webtest.In("main", webtest.HasText("Colonnes « claims » : colonne inconnue")),
				webtest.In(`main a[href="/exporter?q=nettoyage"]`),
			},
		},
		{Name: "no column", URL: "/structures.xlsx?colonnes=", Status: 422, HTML: []webtest.Check{webtest.In("main", webtest.HasText("aucune n’est cochée"))}},
		{Name: "no column on the page", URL: "/exporter?colonnes=,", Status: 422, HTML: errorPage},
		{Name: "a search that is not understood", URL: "/structures.csv?kind=NOPE&q=jardin", Status: 422, HTML: []webtest.Check{webtest.In("#q", webtest.HasAttr("value", "jardin"))}},
		{Name: "a search that is not understood, on the page", URL: "/exporter?kind=NOPE", Status: 422, HTML: errorPage},
		{
			Name: "the page of columns", URL: "/exporter?q=nettoyage&serves=94081", Status: 200,
			HTML: []webtest.Check{
				webtest.In("h1", webtest.HasText("Exporter")), webtest.In("main", webtest.HasText("1 structure pour « nettoyage » à Vitry-sur-Seine"), webtest.HasText("1 ligne")),
				webtest.In(`form input[type=hidden][name=q]`, webtest.HasAttr("value", "nettoyage")), webtest.In(`form input[type=hidden][name=serves]`, webtest.HasAttr("value", "94081")),
				webtest.In(`#colonne-nom[checked]`), webtest.In("#colonne-distance[checked]"), webtest.NotIn("#colonne-siren[checked]"), webtest.In("#colonne-siren"),
				webtest.In(`button[formaction="/structures.csv"]`), webtest.In(`button[formaction="/structures.xlsx"]`),
				webtest.In(`meta[name=robots]`), webtest.NotIn(".notice-warn"),
			},
		},
		{Name: "no distance without a place", URL: "/exporter", Status: 200, HTML: []webtest.Check{webtest.NotIn("#colonne-distance"), webtest.In("#colonne-nom")}},
		{Name: "the columns of the address", URL: "/exporter?colonnes=siren", Status: 200, HTML: []webtest.Check{webtest.In("#colonne-siren[checked]"), webtest.NotIn("#colonne-nom[checked]")}},
		{Name: "nothing to export", URL: "/exporter?q=introuvable", Status: 200, HTML: []webtest.Check{webtest.In("main .notice", webtest.HasText("ne trouve rien")), webtest.NotIn("form.export-form")}},
		{Name: "the results lead there", URL: "/structures?q=nettoyage", Status: 200, HTML: []webtest.Check{webtest.In(".found-export a", webtest.HasAttr("href", "/exporter?q=nettoyage"))}},
	})
}

// TestExportOfManyTellsWhatIsLeftOut: nothing in a CSV can say it but its name.
func TestExportOfManyTellsWhatIsLeftOut(t *testing.T) {
	many := query.List{Total: 2345}
	for i := range export.MaxRows {
		many.IDs = append(many.IDs, []string{idProprete, idESAT1}[i%2])
	}
	webtest.Run(t, newPortal(t, listedSearch(lister{list: many})), []webtest.Scenario{
		{
			Name: "CSV", URL: "/structures.csv?colonnes=nom", Status: 200, Contains: []string{"ESAT Les Tilleuls"},
			WantHeader: map[string]string{"Content-Disposition": `attachment; filename="structures-2026-11-23-les-1000-premieres-sur-2345.csv"; filename*=UTF-8''structures-2026-11-23-les-1000-premieres-sur-2345.csv`},
		},
		{Name: "page", URL: "/exporter", Status: 200, HTML: []webtest.Check{webtest.In(".notice-warn", webtest.HasText("1 000 premières structures sur 2 345")), webtest.In(".export-rows", webtest.HasText("1 000 lignes"))}},
	})
	got := webtest.Scenario{URL: "/structures.csv?colonnes=nom"}.Do(t, newPortal(t, listedSearch(lister{list: many})))
	if n := strings.Count(got.Body, "\r\n"); n != 1+export.MaxVisitorRows {
		t.Errorf("%d lines for a visitor", n)
	}
}

func TestExportXLSX(t *testing.T) {
	got := webtest.Scenario{URL: "/structures.xlsx?q=nettoyage&family=insertion"}.Do(t, newPortal(t))
	if got.Status != 200 || got.Header.Get("Content-Type") != typeXLSX || got.Header.Get("Content-Length") != fmt.Sprint(len(got.Body)) {
		t.Fatalf("%d, %v", got.Status, got.Header)
	}
	f, err := excelize.OpenReader(strings.NewReader(got.Body))
	if err != nil {
		t.Fatal(err)
	}
	about, err := f.GetRows("À propos")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1\u00a0structure pour «\u00a0nettoyage\u00a0»", "Insertion (SIAE, GEIQ, SEP)", "23\u00a0novembre\u00a02026 à 12 h 00", "GeoNames"} {
		if !strings.Contains(fmt.Sprint(about), want) {
			t.Errorf("%q is not in %q", want, about)
		}
	}
}

func TestExportFailuresArePages(t *testing.T) {
	webtest.Run(t, newPortal(t, listedSearch(lister{err: errors.New("boom")})), []webtest.Scenario{
		{Name: "search", URL: "/structures.csv", Status: 500, WantHeader: map[string]string{"Content-Disposition": webtest.Absent, "Content-Type": "text/html; charset=utf-8"}, HTML: errorPage},
	})
	absent := func(d *web.Deps) { d.Config.TempDir = "/absent" }
	webtest.Run(t, newPortal(t, absent), []webtest.Scenario{
		{Name: "no room for the file", URL: "/structures.xlsx", Status: 500, WantHeader: map[string]string{"Content-Disposition": webtest.Absent}, HTML: errorPage},
	})
}

// TestExportLimits: a file costs what hundreds of pages cost.
func TestExportLimits(t *testing.T) {
	app := newPortal(t, func(d *web.Deps) { d.Config.RateLimit = 300 })
	for i := range 4 {
		got := webtest.Scenario{URL: "/structures.csv?colonnes=nom"}.Do(t, app)
		if want := []int{200, 200, 200, 429}[i]; got.Status != want {
			t.Errorf("file %d: %d, want %d", i, got.Status, want)
		}
	}
	if got := (webtest.Scenario{URL: "/structures"}).Do(t, app); got.Status != 200 {
		t.Errorf("files use up the searches: %d", got.Status)
	}
}

// TestExportsAreBounded: whoever leaves files unread keeps no more of them than
// the portal lets lie, and they make room when they go.
func TestExportsAreBounded(t *testing.T) {
	app := newPortal(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }()
	t.Cleanup(func() { _ = app.ShutdownWithTimeout(time.Second) })
	for range 70 { // more than may lie at once: each read file must leave
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+"/structures.csv", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || int64(len(body)) != res.ContentLength {
			t.Fatalf("%d, %d bytes of %d, %v", res.StatusCode, len(body), res.ContentLength, err)
		}
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\uFEFF"))))
		r.Comma = ';'
		if rows, err := r.ReadAll(); err != nil || len(rows) != 5 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
	}
}
