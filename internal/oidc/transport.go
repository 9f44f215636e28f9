package oidc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// What the portal grants a provider for one answer. People wait meanwhile.
const (
	answerTime = 4 * time.Second
	maxAnswer  = 512 << 10 // bytes; key sets and tokens are some kilobytes
)

// Secure reports whether what goes to an address is read by nobody else: https, or
// this very machine.
func Secure(address string) bool {
	u, err := url.Parse(address)
	return err == nil && secure(u)
}

func secure(u *url.URL) bool {
	return u.Hostname() != "" && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// newClient makes the client for all that is asked of a provider. It follows no
// redirection: none is due, and one could carry the portal's secret elsewhere.
func newClient() *http.Client {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.DialContext = (&net.Dialer{Timeout: answerTime}).DialContext
	base.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{
		Transport:     &transport{base: base, wait: answerTime},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// transport reads an answer whole before it gives it out, so that one that is
// late, too large or broken off is one kind of failure for every caller.
type transport struct {
	base http.RoundTripper
	wait time.Duration
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !secure(req.URL) {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, failure(ErrInvalid, "plain http to "+req.URL.Host)
	}
	ctx, cancel := context.WithTimeout(req.Context(), t.wait)
	defer cancel()
	resp, err := t.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, failure(ErrUnreachable, err.Error())
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end, or given up
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, failure(ErrUnreachable, err.Error())
	case len(body) > maxAnswer:
		return nil, failure(ErrUnreachable, fmt.Sprintf("%s answered more than %d bytes", req.URL.Host, maxAnswer))
	case resp.StatusCode >= http.StatusInternalServerError:
		return nil, failure(ErrUnreachable, fmt.Sprintf("%s answered %d", req.URL.Host, resp.StatusCode))
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// kindOf gives a failure of the transport, wherever a library has wrapped it, and
// else one of the kind given.
func kindOf(err, otherwise error, during string) error {
	if own := (*Error)(nil); errors.As(err, &own) {
		return failure(own.Kind, during+": "+own.Detail)
	}
	return failure(otherwise, during+": "+err.Error())
}
