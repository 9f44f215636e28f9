package webtest

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/go-yaml"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	faults "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Contract holds requests and answers to an OpenAPI document, both ways: an answer
// must be one that the document allows, to the field; a request that is answered
// must be one that it allows. It is safe for concurrent use.
type Contract struct {
	root  string // of the paths that the document describes, with its last slash
	check validator.Validator
	lists schema_validation.SchemaValidator
	model *v3.Document
	doc   contractDocument

	mu      sync.Mutex
	tally   Tally
	visited map[string]bool
}

// Tally is what a contract has seen.
type Tally struct {
	Requests int // held to the document
	Routes   int // described ones among them
	Both     int // refused by the document and by the portal
	Portal   int // refused by the portal alone: the document cannot say why
}

// contractDocument is the part of the document that requests are read with.
type contractDocument struct {
	Paths map[string]struct {
		Get struct {
			Parameters []contractParameter `json:"parameters"`
		} `json:"get"`
	} `json:"paths"`
}

type contractParameter struct {
	Name   string         `json:"name"`
	In     string         `json:"in"`
	Schema contractSchema `json:"schema"`
}

type contractSchema struct {
	Type    any             `json:"type"`
	Enum    []any           `json:"enum"`
	Pattern string          `json:"pattern"`
	Items   *contractSchema `json:"items"`
}

// NewContract reads the document that describes what is below root. Fields that
// it does not name are refused, whatever it says of its readers.
func NewContract(document []byte, root string) (*Contract, error) {
	strict, err := tighten(document)
	if err != nil {
		return nil, err
	}
	parsed, err := libopenapi.NewDocument(strict)
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	model, err := parsed.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("build the document: %w", err)
	}
	check, errs := validator.NewValidator(parsed, config.WithFormatAssertions())
	if len(errs) > 0 {
		return nil, fmt.Errorf("build the validator: %w", errs[0])
	}
	if ok, errs := check.ValidateDocument(); !ok {
		return nil, fmt.Errorf("the document is no OpenAPI document: %s", told(errs))
	}
	c := &Contract{root: root, check: check, model: &model.Model, lists: schema_validation.NewSchemaValidator(), visited: map[string]bool{}}
	if err := json.Unmarshal(document, &c.doc); err != nil {
		return nil, fmt.Errorf("read the parameters: %w", err)
	}
	return c, nil
}

// tighten closes the objects of the document: a reader must expect new fields, a
// test must not.
func tighten(document []byte) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, fmt.Errorf("the document is no JSON: %w", err)
	}
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	for _, schema := range schemas {
		if object, ok := schema.(map[string]any); ok && object["properties"] != nil {
			object["additionalProperties"] = false
		}
	}
	return json.Marshal(doc)
}

// Paths lists what the document describes.
func (c *Contract) Paths() []string { return slices.Sorted(maps.Keys(c.doc.Paths)) }

// Tally says what was seen so far.
func (c *Contract) Tally() Tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tally
	t.Routes = len(c.visited)
	return t
}

// Hold fails the test when the request or its answer is not what the document
// says. Requests to other paths are none of its business.
func (c *Contract) Hold(tb testing.TB, sc Scenario, got Answer) {
	tb.Helper()
	path, _, _ := strings.Cut(sc.URL, "?")
	if !strings.HasPrefix(path, c.root) || got.Status == http.StatusRequestHeaderFieldsTooLarge {
		return // 431 comes before the path is read
	}
	c.holdAnswer(tb, sc, got)
	asked, readable := c.request(sc)
	switch {
	case !readable:
		c.count(func(t *Tally) { t.Requests++ })
		return
	case !c.described(asked):
		if got.Status < 400 {
			tb.Errorf("%s answers %d and is not described", clipURL(sc.URL), got.Status)
		}
		return
	}
	c.holdRequest(tb, sc, asked, got)
}

func (c *Contract) holdRequest(tb testing.TB, sc Scenario, asked *http.Request, got Answer) {
	tb.Helper()
	allowed, why := c.allows(asked)
	refused := got.Status == http.StatusUnprocessableEntity || got.Status == http.StatusNotFound
	c.count(func(t *Tally) {
		t.Requests++
		switch {
		case refused && allowed:
			t.Portal++
		case refused:
			t.Both++
		}
	})
	if !allowed && got.Status < 400 {
		tb.Errorf("%s answers %d, and the document refuses it: %s", clipURL(sc.URL), got.Status, why)
	}
}

// Refuses reports whether the document alone refuses the request; ok is false when
// it does not describe it.
func (c *Contract) Refuses(sc Scenario) (refuses, ok bool) {
	asked, readable := c.request(sc)
	if !readable || !c.described(asked) {
		return false, false
	}
	allowed, _ := c.allows(asked)
	return !allowed, true
}

// allows asks the validator, and then for itself about lists: the validator knows
// neither the pattern of an item nor how many times a parameter was repeated.
func (c *Contract) allows(asked *http.Request) (ok bool, why string) {
	if ok, errs := c.check.ValidateHttpRequestSync(asked); !ok {
		return false, told(errs)
	}
	template, _ := c.template(asked.URL.Path)
	for _, p := range c.model.Paths.PathItems.GetOrZero(template).Get.Parameters {
		schema := p.Schema.Schema()
		if values := asked.URL.Query()[p.Name]; len(values) > 0 && slices.Contains(schema.Type, "array") {
			list := make([]any, len(values))
			for i, v := range values {
				list[i] = v
			}
			if ok, errs := c.lists.ValidateSchemaObject(schema, list); !ok {
				return false, p.Name + ": " + told(errs)
			}
		}
	}
	return true, ""
}

// HoldExamples fails the test for each example of the document that its own schema
// refuses.
func (c *Contract) HoldExamples(tb testing.TB) (held int) {
	tb.Helper()
	hold := func(what string, schema *base.SchemaProxy, example *yaml.Node) {
		if example == nil {
			return
		}
		held++
		var value any
		if err := example.Decode(&value); err != nil {
			tb.Errorf("%s: %v", what, err)
		} else if ok, errs := c.lists.ValidateSchemaObject(schema.Schema(), value); !ok {
			tb.Errorf("%s: the example is refused: %s", what, told(errs))
		}
	}
	for path, item := range c.model.Paths.PathItems.FromOldest() {
		for _, p := range item.Get.Parameters {
			hold(path+" "+p.Name, p.Schema, p.Example)
		}
		for status, answer := range item.Get.Responses.Codes.FromOldest() {
			for _, media := range answer.Content.FromOldest() {
				hold(path+" "+status, media.Schema, media.Example)
			}
		}
	}
	return held
}

func (c *Contract) count(f func(*Tally)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.tally)
}

func (c *Contract) described(r *http.Request) bool {
	template, _ := c.template(r.URL.Path)
	if template != "" {
		c.mu.Lock()
		c.visited[template] = true
		c.mu.Unlock()
	}
	return template != ""
}

// template finds the described path of a request; a plain one wins over one with a
// parameter, as in the portal.
func (c *Contract) template(path string) (string, bool) {
	path = strings.TrimSuffix(path, "/")
	if _, ok := c.doc.Paths[path]; ok {
		return path, true
	}
	for template := range c.doc.Paths {
		prefix, _, has := strings.Cut(template, "{")
		if rest, ok := strings.CutPrefix(path, prefix); has && ok && rest != "" && !strings.Contains(rest, "/") {
			return template, true
		}
	}
	return "", false
}

// request is the request as the document speaks of it: read by GET, without what
// the portal tolerates beyond the document (its description lists it). readable is
// false for an address that no client library would make.
func (c *Contract) request(sc Scenario) (r *http.Request, readable bool) {
	u, err := url.ParseRequestURI(sc.URL)
	if err != nil {
		return nil, false
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, false
	}
	template, ok := c.template(u.Path)
	if ok {
		values = c.plain(template, values)
		u.Path = strings.TrimSuffix(u.Path, "/")
	}
	for _, p := range c.doc.Paths[template].Get.Parameters {
		if prefix, _, _ := strings.Cut(template, "{"); p.In == "path" {
			u.Path = prefix + bare(u.Path[len(prefix):])
		}
	}
	u.RawPath, u.RawQuery = "", values.Encode()
	r, err = http.NewRequest(http.MethodGet, "http://portal"+u.String(), nil)
	return r, err == nil
}

// bare is a path segment without the spaces of a SIRET.
func bare(segment string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(segment)
}

// plain takes from values what the portal tolerates and the document does not say:
// spaces around, empty and repeated values, further values of what has one, letter
// case, forms of numbers. Parameters that are not described are left out.
func (c *Contract) plain(template string, values url.Values) url.Values {
	out := url.Values{}
	for _, p := range c.doc.Paths[template].Get.Parameters {
		if p.In != "query" {
			continue
		}
		schema, most := p.Schema, 1
		if schema.Items != nil {
			schema, most = *schema.Items, -1
		}
		for _, v := range values[p.Name] {
			if v = strings.TrimSpace(v); v == "" {
				continue
			}
			if v = schema.plain(v); !slices.Contains(out[p.Name], v) && most != 0 {
				out[p.Name] = append(out[p.Name], v)
				most--
			}
		}
	}
	return out
}

func (s contractSchema) plain(v string) string {
	switch {
	case s.Type == "integer":
		if n, err := strconv.Atoi(v); err == nil {
			return strconv.Itoa(n)
		}
	case s.Type == "number":
		return strings.TrimPrefix(strings.Replace(v, ",", ".", 1), "+")
	case s.Enum != nil:
		for _, of := range s.Enum {
			if text, ok := of.(string); ok && strings.EqualFold(text, v) {
				return text
			}
		}
	case s.Pattern != "":
		pattern, err := regexp.Compile(s.Pattern)
		kind, code, _ := strings.Cut(v, ":")
		for _, form := range []string{v, strings.ToLower(v), strings.ToUpper(v), strings.ToLower(kind) + ":" + strings.ToUpper(strings.TrimSpace(code))} {
			if err == nil && pattern.MatchString(form) {
				return form
			}
		}
	}
	return v
}

// holdAnswer holds an answer to what the document says of its path, and one to a
// path that it does not describe to what it says of problems.
func (c *Contract) holdAnswer(tb testing.TB, sc Scenario, got Answer) {
	tb.Helper()
	path, _, _ := strings.Cut(sc.URL, "?")
	template, ok := c.template(path)
	if !ok {
		c.holdProblem(tb, sc, got)
		return
	}
	body, ok := got.plainBody()
	if !ok {
		return // another test reads it plain
	}
	if sc.Method == http.MethodHead {
		if body != "" {
			tb.Errorf("HEAD %s has a body", clipURL(sc.URL))
		}
		return // a GET says the rest
	}
	segment := strings.NewReplacer("{id}", "aaaaaaaaaaaaaaaa").Replace(template)
	asked, err := http.NewRequest(http.MethodGet, "http://portal"+segment, nil) // other methods: 405 is described with GET
	if err != nil {
		tb.Fatal(err)
	}
	answer := &http.Response{StatusCode: got.Status, Header: got.Header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: asked}
	if ok, errs := c.check.ValidateHttpResponse(asked, answer); !ok {
		tb.Errorf("%s %s answers %d, which the document does not allow: %s", sc.Method, clipURL(sc.URL), got.Status, told(errs))
	}
}

func (c *Contract) holdProblem(tb testing.TB, sc Scenario, got Answer) {
	tb.Helper()
	if sc.Method == http.MethodHead {
		return
	}
	sc.URL = c.problemPath()
	if sc.URL == "" {
		tb.Errorf("the document describes no path with problems")
		return
	}
	c.holdAnswer(tb, sc, got)
}

// problemPath is a path whose answers may be 404.
func (c *Contract) problemPath() string {
	for _, path := range c.Paths() {
		if strings.Contains(path, "{") {
			return strings.NewReplacer("{id}", "aaaaaaaaaaaaaaaa").Replace(path)
		}
	}
	return ""
}

// plainBody is the body without its compression; one that the standard library
// does not read is left out.
func (a Answer) plainBody() (body string, ok bool) {
	switch a.Header.Get("Content-Encoding") {
	case "":
		return a.Body, true
	case "gzip":
		r, err := gzip.NewReader(strings.NewReader(a.Body))
		if err != nil {
			return "", false
		}
		plain, err := io.ReadAll(r)
		return string(plain), err == nil
	}
	return "", false
}

func told(errs []*faults.ValidationError) string {
	var out []string
	for _, e := range errs {
		text := e.Message + ": " + e.Reason
		for _, s := range e.SchemaValidationErrors {
			text += fmt.Sprintf(" [%s: %s]", s.FieldPath, s.Reason)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}
