package openapi

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Schemas makes schemas of Go types and keeps those of structs as components. A
// field is described by its tag "doc", named by its tag "json", required unless
// it is left out when empty, and may be null when it is a pointer.
type Schemas struct {
	// Wording is done to every description, nil = nothing.
	Wording func(string) string

	known map[reflect.Type]*Schema // types that are no struct of ours, and closed lists
	names map[reflect.Type]string
	made  map[string]*Schema // components
}

// NewSchemas knows the types of the standard library that we encode.
func NewSchemas() *Schemas {
	return &Schemas{
		known: map[reflect.Type]*Schema{reflect.TypeFor[time.Time](): {Type: "string", Format: "date-time"}},
		names: map[reflect.Type]string{},
		made:  map[string]*Schema{},
	}
}

// Components gives the schemas made so far, by name.
func (s *Schemas) Components() map[string]*Schema { return s.made }

// Know gives the schema of a type that reflection would not get right.
func Know[T any](s *Schemas, schema *Schema) { s.known[reflect.TypeFor[T]()] = schema }

// KnowList closes the list of the values of a type.
func KnowList[T ~string](s *Schemas, list []T) { Know[T](s, OneOf(list)) }

// Name names the component of a struct.
func Name[T any](s *Schemas, name string) { s.names[reflect.TypeFor[T]()] = name }

// Of gives the schema of a type: a reference when it is a struct.
func Of[T any](s *Schemas) *Schema { return s.of(reflect.TypeFor[T]()) }

// Replace gives a field of a named struct another schema than that of its type.
func (s *Schemas) Replace(component, field string, schema *Schema) {
	old, ok := s.made[component].Properties[field]
	if !ok {
		panic(fmt.Sprintf("openapi: %s has no field %s", component, field))
	}
	schema.Description = old.Description
	s.made[component].Properties[field] = schema
}

func (s *Schemas) of(t reflect.Type) *Schema {
	if known, ok := s.known[t]; ok {
		copied := *known
		return &copied
	}
	switch t.Kind() {
	case reflect.Pointer:
		return nullable(s.of(t.Elem()))
	case reflect.Struct:
		return s.component(t)
	case reflect.Slice:
		return &Schema{Type: "array", Items: s.of(t.Elem())}
	case reflect.Array:
		n := t.Len()
		return &Schema{Type: "array", Items: s.of(t.Elem()), MinItems: &n, MaxItems: &n}
	case reflect.Map:
		m := &Schema{Type: "object", Additional: s.of(t.Elem())}
		if names := s.of(t.Key()); names.Enum != nil {
			m.PropertyNames = &Schema{Enum: names.Enum}
		}
		return m
	case reflect.Interface:
		return &Schema{}
	}
	if name, ok := scalars[t.Kind()]; ok {
		return &Schema{Type: name}
	}
	panic("openapi: no schema for " + t.String())
}

// scalars are the JSON types of plain values.
var scalars = map[reflect.Kind]string{
	reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer", reflect.Float64: "number",
}

// nullable allows null beside what a schema allows.
func nullable(of *Schema) *Schema {
	if of.Ref != "" {
		return &Schema{AnyOf: []*Schema{of, {Type: "null"}}}
	}
	of.Type = []any{of.Type, "null"}
	if of.Enum != nil {
		of.Enum = append(of.Enum[:len(of.Enum):len(of.Enum)], nil)
	}
	return of
}

// component makes the schema of a struct once, and refers to it.
func (s *Schemas) component(t reflect.Type) *Schema {
	name, ok := s.names[t]
	if !ok {
		name = strings.TrimPrefix(t.Name(), "api")
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	if _, done := s.made[name]; !done {
		made := &Schema{Type: "object", Properties: map[string]*Schema{}}
		s.made[name] = made // before its fields: one of them may be of the same type
		s.fields(made, t)
	}
	return &Schema{Ref: To("schemas", name)}
}

func (s *Schemas) fields(made *Schema, t reflect.Type) {
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			s.fields(made, field.Type)
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		of := s.of(field.Type)
		if text := field.Tag.Get("doc"); text != "" {
			of.Description = s.worded(text)
		}
		made.Properties[name] = of
		if !strings.Contains(options, "omit") {
			made.Required = append(made.Required, name)
		}
	}
}

func (s *Schemas) worded(text string) string {
	if s.Wording == nil {
		return text
	}
	return s.Wording(text)
}

// Parameters describes the query parameters that fill a struct, from its tags:
// "query" names them, "validate" bounds them, "doc" describes them, "example"
// shows one; defaults are those of the value given.
func (s *Schemas) Parameters(in any) []Parameter {
	v := reflect.ValueOf(in)
	var out []Parameter
	for i := range v.NumField() {
		field := v.Type().Field(i)
		schema, required := bounded(s.of(field.Type), field.Tag.Get("validate"))
		if !v.Field(i).IsZero() {
			schema.Default = v.Field(i).Interface()
		}
		p := Query(field.Tag.Get("query"), s.worded(field.Tag.Get("doc")), schema, exampleOf(field))
		p.Required = required
		out = append(out, p)
	}
	return out
}

func exampleOf(field reflect.StructField) any {
	text, ok := field.Tag.Lookup("example")
	if !ok {
		return nil
	}
	if n, err := strconv.Atoi(text); err == nil && field.Type.Kind() == reflect.Int {
		return n
	}
	return text
}

// bounded reads the rules of a validate tag into a schema.
func bounded(schema *Schema, rules string) (of *Schema, required bool) {
	for rule := range strings.SplitSeq(rules, ",") {
		name, value, _ := strings.Cut(rule, "=")
		n, _ := strconv.Atoi(value) // the rules that have a number are checked by the validator itself
		bound := float64(n)
		switch text := schema.Type == "string"; {
		case name == "required":
			required = true
			if text {
				schema.MinLength = new(1)
			}
		case name == "min" && text:
			schema.MinLength = &n
		case name == "max" && text:
			schema.MaxLength = &n
		case name == "min":
			schema.Minimum = &bound
		case name == "max":
			schema.Maximum = &bound
		}
	}
	return schema, required
}
