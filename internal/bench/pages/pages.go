package pages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"sourcier/internal/bench/htmlpage"
	"sourcier/internal/bench/report"
	"sourcier/internal/bench/sourcier"
	"sourcier/views/results"
)

// Path is the page that is measured: a word, a place, 20 cards, every facet.
const Path = "/structures?q=nettoyage&serves=94081"

const (
	clients = 8
	turns   = 4
)

// Measure compares both views, turn by turn: rendering alone, over HTTP with
// the model ready, and the whole portal with its search.
func Measure(ctx context.Context, e *sourcier.Engine, turn time.Duration) (*report.Pages, error) {
	template, err := htmlpage.New()
	if err != nil {
		return nil, err
	}
	model, err := Model(e, Path)
	if err != nil {
		return nil, err
	}
	views := [2]view{results.View, func(p results.Page) templ.Component { return template.Page(p) }}
	start := time.Now()
	out := &report.Pages{Clients: clients, Question: Path}
	if err := render(ctx, views, model, turn/4, out); err != nil {
		return nil, err
	}
	servers, stop, err := both(views, func(v view) (string, func() error, error) { return bare(ctx, v(model)) })
	if err != nil {
		return nil, err
	}
	err = takeTurns(ctx, servers, turn, &out.Render)
	if err := errors.Join(err, stop()); err != nil {
		return nil, err
	}
	servers, stop, err = both(views, func(v view) (string, func() error, error) { return serve(ctx, e, v) })
	if err != nil {
		return nil, err
	}
	err = takeTurns(ctx, servers, turn, &out.Portal)
	out.Elapsed = time.Since(start)
	return out, errors.Join(err, stop())
}

// render fills in what one page weighs and takes without HTTP.
func render(ctx context.Context, views [2]view, model results.Page, turn time.Duration, out *report.Pages) (err error) {
	for i, v := range views {
		if out.Bytes[i], err = length(ctx, v(model)); err != nil {
			return err
		}
	}
	for range turns {
		for i, v := range views {
			us, err := alone(ctx, v(model), turn)
			if err != nil {
				return err
			}
			out.Alone[i] += us / turns
		}
	}
	return nil
}

// both starts a server for each view; stop ends them.
func both(views [2]view, start func(view) (string, func() error, error)) (addresses [2]string, stop func() error, err error) {
	var stops []func() error
	stop = func() error {
		var errs []error
		for _, one := range stops {
			errs = append(errs, one())
		}
		return errors.Join(errs...)
	}
	for i, v := range views {
		address, one, err := start(v)
		if err != nil {
			return addresses, stop, errors.Join(err, stop())
		}
		addresses[i], stops = address, append(stops, one)
	}
	return addresses, stop, nil
}

// takeTurns asks both servers in turn; a page that failed is an error.
func takeTurns(ctx context.Context, addresses [2]string, turn time.Duration, rates *[2]report.Rate) error {
	for range turns {
		for i, address := range addresses {
			r, err := hammer(ctx, address, Path, clients, turn)
			if err != nil {
				return err
			}
			rates[i].PerSecond += r.PerSecond / turns
			rates[i].Failed += r.Failed
		}
	}
	if n := rates[0].Failed + rates[1].Failed; n > 0 {
		return fmt.Errorf("%d pages failed", n)
	}
	return nil
}

// bare serves one component at every address, as little else as can be.
func bare(ctx context.Context, c templ.Component) (address string, stop func() error, err error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &fasthttp.Server{Handler: func(req *fasthttp.RequestCtx) {
		if err := c.Render(ctx, req.Response.BodyWriter()); err != nil {
			req.Error(err.Error(), fasthttp.StatusInternalServerError)
			return
		}
		req.SetContentType("text/html; charset=utf-8")
	}}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ln) }()
	return ln.Addr().String(), func() error { return errors.Join(server.Shutdown(), <-ended) }, nil
}

type counting int

func (c *counting) Write(p []byte) (int, error) {
	*c += counting(len(p))
	return len(p), nil
}

func length(ctx context.Context, c templ.Component) (int, error) {
	var n counting
	err := c.Render(ctx, &n)
	return int(n), err
}

// alone renders for a while and tells the microseconds of one page.
func alone(ctx context.Context, c templ.Component, d time.Duration) (float64, error) {
	start, n := time.Now(), 0
	for ; time.Since(start) < d; n++ {
		if err := c.Render(ctx, io.Discard); err != nil {
			return 0, err
		}
	}
	return float64(time.Since(start).Microseconds()) / float64(max(1, n)), nil
}
