package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/views/format"
)

// queryValues reads every value of every parameter (Fiber keeps one of each).
// A value that is not text is refused with the name of its parameter.
func queryValues(c *fiber.Ctx) (url.Values, error) {
	values, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return nil, fiber.ErrBadRequest
	}
	for name, list := range values {
		for _, v := range list {
			if message := unreadable(v); message != "" {
				return nil, &inputError{[]paramProblem{{Parameter: clip(name), Value: clip(v), Message: format.Text(message), plain: "texte illisible" + format.NNBSP + ": le taper à nouveau"}}}
			}
		}
	}
	return values, nil
}

// unreadable says why a value cannot be text, "" when it can.
func unreadable(v string) string {
	switch {
	case !utf8.ValidString(v):
		return "texte mal encodé ; le portail attend de l’UTF-8"
	case strings.ContainsRune(v, 0):
		return "le texte contient un caractère nul ; retirez-le"
	}
	return ""
}

// parseSearch reads the search that the request asks for.
func (s *site) parseSearch(c *fiber.Ctx) (query.Query, error) {
	values, err := queryValues(c)
	if err != nil {
		return query.Query{}, err
	}
	return s.Parser.Parse(values)
}

// search answers what a visitor asks within the deadline of the request.
func (s *site) search(c *fiber.Ctx, q query.Query) (query.Result, error) {
	res, err := s.Search.Search(c.UserContext(), q)
	return res, s.engineError(c.UserContext(), "search", err)
}

// aside answers what a page asks by itself: figures on what people search must not
// hold it.
func (s *site) aside(ctx context.Context, q query.Query) (query.Result, error) {
	res, err := s.Aside.Search(ctx, q)
	return res, s.engineError(ctx, "search", err)
}

// engineError says what a failure of the engine means: while the portal is not
// ready, errNotReady whatever the engine said.
func (s *site) engineError(ctx context.Context, doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, context.DeadlineExceeded) && s.Ready != nil && s.Ready(ctx) != nil:
		return errNotReady
	case ctx.Err() != nil:
		err = ctx.Err() // however the engine words it
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// searchTag is the ETag of an answer to q: the same process, view, day and
// query give the same answer. form tells apart the shapes of one URL ("api",
// "page", "fragment"). What depends on the visitor is the affair of notModified.
func (s *site) searchTag(q query.Query, generation uint64, form string) string {
	return s.tag(form, fmt.Sprint(generation), string(q.On), q.Values().Encode(), fmt.Sprint(s.isDemo(), s.isMixed()))
}

// tag makes a weak ETag of the parts, valid for this process only.
func (s *site) tag(parts ...string) string {
	sum := fnv.New128a()
	_, _ = sum.Write([]byte(s.boot)) // a hash does not fail
	for _, p := range parts {
		_, _ = sum.Write([]byte{0})
		_, _ = sum.Write([]byte(p))
	}
	return fmt.Sprintf(`W/"%x"`, sum.Sum(nil))
}

// notModified sets the ETag and reports whether the client has that answer
// already; the response is then a complete 304. The client asks again each time
// unless caching says otherwise.
func notModified(c *fiber.Ctx, tag string, caching ...string) bool {
	c.Set(fiber.HeaderCacheControl, cmp.Or(strings.Join(caching, ", "), "no-cache"))
	if stamp := visitorStamp(c); stamp != "" { // the header of the page names its reader
		sum := fnv.New128a()
		_, _ = sum.Write([]byte(tag + stamp)) // a hash does not fail
		tag = fmt.Sprintf(`W/"%x"`, sum.Sum(nil))
		c.Set(fiber.HeaderCacheControl, "private, no-cache")
	}
	return alreadyHas(c, tag)
}

// alreadyHas answers 304 to a client that has what the tag names.
func alreadyHas(c *fiber.Ctx, tag string) bool {
	c.Set(fiber.HeaderETag, tag)
	for have := range strings.SplitSeq(c.Get(fiber.HeaderIfNoneMatch), ",") {
		if have = strings.TrimSpace(have); have == "*" || strings.TrimPrefix(have, "W/") == strings.TrimPrefix(tag, "W/") {
			c.Status(fiber.StatusNotModified)
			return true
		}
	}
	return false
}

// isDemo reports whether the store holds demonstration data.
func (s *site) isDemo() bool { return s.Demo != nil && s.Demo() }

// isMixed reports whether real structures are beside the fictional ones: each of
// these must then say what it is.
func (s *site) isMixed() bool { return s.isDemo() && s.Mixed != nil && s.Mixed() }
