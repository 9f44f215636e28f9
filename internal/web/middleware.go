package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
)

const (
	// requestTimeout is how long a handler may work. It is shorter than the
	// drain of a shutdown.
	requestTimeout = 5 * time.Second
	// maxQuery bounds the query string, in bytes; the error texts cite it.
	maxQuery = 8000

	publicPrefix = "/public/"
)

type localKey string

const requestIDKey localKey = "request_id"

// newRequestID gives 16 random hexadecimal digits.
func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}

// ensureRequestID gives the id of the request, making one when the failure came
// before the middleware. A client's own id is not taken: it would end up in logs.
func ensureRequestID(c *fiber.Ctx) string {
	if id, ok := c.Locals(requestIDKey).(string); ok {
		return id
	}
	id := newRequestID()
	c.Locals(requestIDKey, id)
	c.Set(fiber.HeaderXRequestID, id)
	return id
}

// onePath takes the slashes off the end of a path. The router finds the same route
// without them, and so must all that goes by the path: the headers of the frame, files
// that are not compressed, canonical addresses.
func onePath(c *fiber.Ctx) error {
	if path := strings.TrimRight(c.Path(), "/"); path != "" && path != c.Path() {
		c.Path(strings.Clone(path)) // of a buffer that this writes into
	}
	return c.Next()
}

func requestID(c *fiber.Ctx) error {
	ensureRequestID(c)
	return c.Next()
}

// accessLog writes one line per request, without personal data: the route, not
// the path or the query; the network of the client, not its address.
func (s *site) accessLog(c *fiber.Ctx) error {
	start := time.Now()
	err := c.Next()
	level := slog.LevelInfo
	switch c.Path() {
	case "/healthz", "/readyz":
		level = slog.LevelDebug
	}
	route := c.Route().Path
	if route == "/" && c.Path() != "/" {
		route = "" // nothing matched but the middleware
	}
	s.Observe(c.Method(), route, c.Response().StatusCode(), time.Since(start))
	s.Log.Log(c.UserContext(), level, "request",
		"request_id", ensureRequestID(c), "method", c.Method(), "route", route, "status", c.Response().StatusCode(),
		"ms", time.Since(start).Milliseconds(), "bytes", sent(c), "client", network(c.IP()))
	return err
}

// sent is how long the answer is; that of a file is not in memory.
func sent(c *fiber.Ctx) int {
	if c.Response().IsBodyStream() {
		return max(0, c.Response().Header.ContentLength())
	}
	return len(c.Response().Body())
}

// network cuts an address to what no longer names a household: /24 or /48.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	addr = addr.Unmap()
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// secureHeaders sets the headers that every answer carries.
func (s *site) secureHeaders(c *fiber.Ctx) error {
	s.setSecureHeaders(c)
	return c.Next()
}

func (s *site) setSecureHeaders(c *fiber.Ctx) {
	framed := len(s.Config.EmbedHosts) > 0 && c.Path() == framePath
	policy, resources := s.policy, "same-origin"
	if framed {
		// A page that asks its resources for leave needs it of a frame too.
		policy, resources = s.framePolicy, "cross-origin"
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, referrerPolicy(c.Path()))
	camera := "()"
	if isPhone(c.Path()) {
		camera = "(self)" // reads the codes of guests
	}
	c.Set("Permissions-Policy", "camera="+camera+", geolocation=(), microphone=(), payment=(), usb=()")
	c.Set("Cross-Origin-Resource-Policy", resources)
	if isAPI(c) && (c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead) {
		openToAll(c)
	}
	if !framed {
		c.Set(fiber.HeaderXFrameOptions, "DENY")
	}
	if s.Config.Production && s.secure() {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// referrerPolicy tells nobody an address that has a token in it; browsers that do not
// say where a form comes from (Sec-Fetch-Site) need the referrer of the others.
func referrerPolicy(path string) string {
	for _, start := range []string{answerLinkPath, guestLinkPath, surveyLinkPath, relayLinkPath, linkPath, accountPath + addressSegment, invitationsPath, unsubscribePath} {
		if strings.HasPrefix(path, start+"/") {
			return "no-referrer"
		}
	}
	return "same-origin"
}

// openToAll lets pages of any origin read the API: it is public, the same for
// everyone, and asks for no credentials. There is no preflight: what a simple GET
// cannot ask for (other methods, other headers) is not for other origins.
func openToAll(c *fiber.Ctx) {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderAccessControlExposeHeaders, "ETag, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After")
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// csp is the Content-Security-Policy: nothing from elsewhere but map tiles and
// the sign-in form of the issuer; nobody frames the page but the hosts named.
func (cfg Config) csp(hosts []string) string {
	img, form, frames := "", "", "'none'"
	for tile := range strings.SplitSeq(cfg.TileHost, ",") {
		if tile = strings.TrimSpace(tile); tile != "" {
			img += " " + tile
		}
	}
	if cfg.OIDCIssuer != "" {
		form = " " + cfg.OIDCIssuer
	}
	if len(hosts) > 0 {
		frames = strings.Join(hosts, " ")
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:" + img +
		"; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'" + form +
		"; base-uri 'none'; frame-ancestors " + frames
}

// compressText compresses answers for clients that take it. Assets bring their
// own compressed form. Exports are sent as they are: compressed on their way they
// would have no length, and one that is cut would look whole. So is the page of a
// form: its token must not be compressed together with what its visitor typed, whose
// length would tell it.
func compressText() fiber.Handler {
	squeeze := compress.New(compress.Config{
		Level: compress.LevelBestSpeed,
		Next: func(c *fiber.Ctx) bool {
			return strings.HasPrefix(c.Path(), publicPrefix) || c.Path() == pathCSV || c.Path() == pathXLSX || hasForm(c.Path())
		},
	})
	return func(c *fiber.Ctx) error {
		c.Vary(fiber.HeaderAcceptEncoding)
		return squeeze(c)
	}
}

// formPaths are the beginnings of the paths below which pages have forms.
var formPaths = []string{answerLinkPath, operationsPath, eventsPath, guestLinkPath, surveyLinkPath, relayLinkPath, signInPath, signOutPath, accountPath, organisationsPath, invitationsPath, administrationPath, unsubscribePath}

// hasForm reports whether the page at path may hold the token of a form.
func hasForm(path string) bool {
	return strings.HasSuffix(path, reportSegment) || strings.HasSuffix(path, registerSegment) ||
		slices.ContainsFunc(formPaths, func(start string) bool { return path == start || strings.HasPrefix(path, start+"/") })
}

// failures turns an error or a panic of what follows into the answer.
func (s *site) failures(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = s.fail(c, fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
		}
	}()
	if err := c.Next(); err != nil {
		return s.fail(c, err)
	}
	return nil
}

// guard refuses what no handler should have to see: a compressed body (51 KB can
// hold 50 MiB) and a query string beyond any search.
func guard(c *fiber.Ctx) error {
	if enc := c.Get(fiber.HeaderContentEncoding); enc != "" && enc != "identity" {
		return fiber.ErrUnsupportedMediaType
	}
	if len(c.Request().URI().QueryString()) > maxQuery {
		return fiber.ErrRequestURITooLong
	}
	return c.Next()
}

// deadline ends the context of the request; Fiber itself never does.
func deadline(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}
