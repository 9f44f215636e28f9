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
	for i, v := range views {
		if out.Bytes[i], err = length(ctx, v(model)); err != nil {
			return nil, err
		}
	}
	for range turns {
		for i, v := range views {
			us, err := alone(ctx, v(model), turn/4)
			if err != nil {
				return nil, err
			}
			out.Alone[i] += us / turns
		}
	}
	var ready, whole [2]string
	var stops []func() error
	defer func() {
		for _, stop := range stops {
			_ = stop() // what it served is already counted
		}
	}()
	for i, v := range views {
		address, stop, err := bare(ctx, v(model))
		if err != nil {
			return nil, err
		}
		ready[i], stops = address, append(stops, stop)
		if address, stop, err = serve(ctx, e, v); err != nil {
			return nil, err
		}
		whole[i], stops = address, append(stops, stop)
	}
	if err := takeTurns(ctx, ready, turn, &out.Render); err != nil {
		return nil, err
	}
	if err := takeTurns(ctx, whole, turn, &out.Portal); err != nil {
		return nil, err
	}
	out.Elapsed = time.Since(start)
	return out, nil
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
