// Package pages measures the results page over HTTP: as the portal makes it,
// with templ, and the same page from html/template.
package pages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"

	"github.com/a-h/templ"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/corpus"
	"sourcier/internal/bench/sourcier"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/internal/web"
	"sourcier/public"
	"sourcier/views/results"
)

// view makes the component of a page.
type view func(results.Page) templ.Component

// depsOf are the portal's parts over an open engine; the view may be nil.
func depsOf(e *sourcier.Engine, v view) (web.Deps, error) {
	parser, err := ask.Parser()
	if err != nil {
		return web.Deps{}, err
	}
	return web.Deps{
		Config: web.Config{BaseURL: "http://127.0.0.1", Production: true, Version: "bench", RateLimit: -1},
		Search: e.Search, Parser: parser, Structures: e.Structures,
		Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: parser.Home, Rules: structure.DefaultBasisRules(),
		Demo: func() bool { return false }, Assets: public.Assets(), Now: corpus.Now, Log: slog.New(slog.DiscardHandler),
		Results: v,
	}, nil
}

// serve starts a portal on loopback with the view; stop ends it.
func serve(ctx context.Context, e *sourcier.Engine, v view) (address string, stop func() error, err error) {
	deps, err := depsOf(e, v)
	if err != nil {
		return "", nil, err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	app := web.New(deps)
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(ln) }()
	stop = func() error { return errors.Join(app.Shutdown(), <-ended) }
	return ln.Addr().String(), stop, nil
}

// Model asks the portal for a page and takes the model that it makes it from.
func Model(e *sourcier.Engine, path string) (page results.Page, err error) {
	deps, err := depsOf(e, func(p results.Page) templ.Component {
		page = p
		return results.View(p)
	})
	if err != nil {
		return page, err
	}
	resp, err := web.New(deps).Test(httptest.NewRequest(http.MethodGet, path, nil), -1)
	if err != nil {
		return page, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return page, err
	}
	if len(page.Cards) == 0 {
		return page, fmt.Errorf("%s: status %d, no card to show", path, resp.StatusCode)
	}
	return page, nil
}
