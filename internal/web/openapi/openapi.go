// Package openapi writes OpenAPI 3.1 documents. Schemas are made from the Go
// types that are encoded, parameters from the structs that are filled, so that a
// document cannot say anything else than the code does. It knows no route.
package openapi

import "strings"

// Document is an OpenAPI document, with the fields that we use.
type Document struct {
	OpenAPI    string              `json:"openapi"`
	Info       Info                `json:"info"`
	Servers    []Server            `json:"servers"`
	Security   []Requirement       `json:"security"` // empty: no operation asks for any
	Tags       []Tag               `json:"tags,omitempty"`
	Paths      map[string]PathItem `json:"paths"`
	Components Components          `json:"components"`
}

// Version is the version of OpenAPI that documents follow.
const Version = "3.1.0"

// Info says what the API is.
type Info struct {
	Title       string   `json:"title"`
	Version     string   `json:"version"`
	Description string   `json:"description"`
	Contact     *Contact `json:"contact,omitempty"`
}

// Contact is who to write to.
type Contact struct {
	Email string `json:"email"`
}

// Server is where the paths begin.
type Server struct {
	URL string `json:"url"`
}

// Requirement names schemes by which a caller says who it is.
type Requirement map[string][]string

// Tag groups operations.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// PathItem holds the operations of one path: this API only reads.
type PathItem struct {
	Get Operation `json:"get"`
}

// Operation is one thing that can be asked.
type Operation struct {
	ID          string              `json:"operationId"`
	Tags        []string            `json:"tags,omitempty"`
	Summary     string              `json:"summary"`
	Description string              `json:"description,omitempty"`
	Parameters  []Parameter         `json:"parameters,omitempty"`
	Responses   map[string]Response `json:"responses"` // by status
}

// Parameter is one value of a request.
type Parameter struct {
	Ref         string  `json:"$ref,omitempty"`
	Name        string  `json:"name,omitempty"`
	In          string  `json:"in,omitempty"` // "query", "path" or "header"
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Explode     *bool   `json:"explode,omitempty"`
	Style       string  `json:"style,omitempty"`
	Schema      *Schema `json:"schema,omitempty"`
	Example     any     `json:"example,omitempty"`
}

// Response is one answer.
type Response struct {
	Ref         string            `json:"$ref,omitempty"`
	Description string            `json:"description,omitempty"`
	Headers     map[string]Header `json:"headers,omitempty"`
	Content     map[string]Media  `json:"content,omitempty"` // by media type
}

// Header is one header of an answer.
type Header struct {
	Ref         string  `json:"$ref,omitempty"`
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Schema      *Schema `json:"schema,omitempty"`
}

// Media is a body.
type Media struct {
	Schema  *Schema `json:"schema"`
	Example any     `json:"example,omitempty"`
}

// Components are the parts that a document names.
type Components struct {
	Schemas    map[string]*Schema   `json:"schemas,omitempty"`
	Parameters map[string]Parameter `json:"parameters,omitempty"`
	Responses  map[string]Response  `json:"responses,omitempty"`
	Headers    map[string]Header    `json:"headers,omitempty"`
}

// Schema is a JSON Schema, with the keywords that we use.
type Schema struct {
	Ref           string             `json:"$ref,omitempty"`
	Type          any                `json:"type,omitempty"` // a name, or a list of names
	Format        string             `json:"format,omitempty"`
	Description   string             `json:"description,omitempty"`
	Enum          []any              `json:"enum,omitempty"`
	Pattern       string             `json:"pattern,omitempty"`
	MinLength     *int               `json:"minLength,omitempty"`
	MaxLength     *int               `json:"maxLength,omitempty"`
	Minimum       *float64           `json:"minimum,omitempty"`
	Maximum       *float64           `json:"maximum,omitempty"`
	Default       any                `json:"default,omitempty"`
	Items         *Schema            `json:"items,omitempty"`
	MinItems      *int               `json:"minItems,omitempty"`
	MaxItems      *int               `json:"maxItems,omitempty"`
	UniqueItems   bool               `json:"uniqueItems,omitempty"`
	Properties    map[string]*Schema `json:"properties,omitempty"`
	PropertyNames *Schema            `json:"propertyNames,omitempty"`
	Additional    *Schema            `json:"additionalProperties,omitempty"`
	Required      []string           `json:"required,omitempty"`
	AnyOf         []*Schema          `json:"anyOf,omitempty"`
}

// Text is a string schema.
func Text() *Schema { return &Schema{Type: "string"} }

// Integer is a whole number between two bounds, with its default.
func Integer(low, high, absent int) *Schema {
	least, most := float64(low), float64(high)
	return &Schema{Type: "integer", Minimum: &least, Maximum: &most, Default: absent}
}

// Number is a number between two bounds.
func Number(low, high float64) *Schema {
	return &Schema{Type: "number", Minimum: &low, Maximum: &high}
}

// OneOf is a string of a closed list.
func OneOf[T ~string](list []T) *Schema {
	s := Text()
	for _, v := range list {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

// List is an array of at most a number of items.
func List(of *Schema, most int) *Schema {
	return &Schema{Type: "array", Items: of, MaxItems: &most}
}

// Limit bounds the letters of a string.
func (s *Schema) Limit(least, most int) *Schema {
	s.MaxLength = &most
	if least > 0 {
		s.MinLength = &least
	}
	return s
}

// Matching asks for a pattern (ECMA 262).
func (s *Schema) Matching(pattern string) *Schema {
	s.Pattern = pattern
	return s
}

// Saying describes a schema.
func (s *Schema) Saying(description string) *Schema {
	s.Description = description
	return s
}

// To refers to a component: To("schemas", "Problem").
func To(kind, name string) string { return "#/components/" + kind + "/" + name }

// Query is a parameter of the query string. A list is sent by repeating it.
func Query(name, description string, schema *Schema, example any) Parameter {
	p := Parameter{Name: name, In: "query", Description: description, Schema: schema, Example: example}
	if schema.Type == "array" {
		explode := true
		p.Style, p.Explode = "form", &explode
	}
	return p
}

// Path is a parameter in braces in the path.
func Path(name, description string, schema *Schema, example any) Parameter {
	return Parameter{Name: name, In: "path", Required: true, Description: description, Schema: schema, Example: example}
}

// Template is the path of a Fiber route as OpenAPI writes it: :id is {id}.
func Template(route string) string {
	parts := strings.Split(route, "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}
