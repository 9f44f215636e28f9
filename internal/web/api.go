package web

import (
	"math"

	"sourcier/internal/structure"
)

// The JSON API, version 1. Its documents keep one rule: every field that is
// listed is always there; what is not known is null, an empty list is []. The
// only fields that can be absent are "facets" (present when asked for), and
// "errors", "allowed" and "request_id" of a problem. New fields may come; none
// leaves or changes its meaning.
//
// Failures are RFC 9457 problem documents; only a request above 16 KiB, refused
// before its address is read (431), gets the error page.
//
// Answers are public and the same for everyone, so that pages of any origin may
// read them (setSecureHeaders); credentials are never asked for.
//
// The tag "doc" of a field describes it, in French, in the OpenAPI document, which
// is made from these types (document.go).

// apiRoot is where the API begins.
const apiRoot = "/api/v1"

// codeLabel is a coded value with its French label.
type codeLabel struct {
	Code  string `json:"code" doc:"Code."`
	Label string `json:"label" doc:"Nom en français."`
}

// communeRef is a commune of today by its INSEE code.
type communeRef struct {
	Code string `json:"code" doc:"Code INSEE ; vide quand seul le nom est connu."`
	Name string `json:"name" doc:"Nom."`
}

// listOf is the envelope of every list that has no pages.
type listOf[T any] struct {
	Items []T `json:"items" doc:"La liste, en entier."`
}

// known gives null for a zero value.
func known[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// listed gives [] for a nil list.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// round keeps n decimals.
func round(v float64, n int) float64 {
	scale := math.Pow10(n)
	return math.Round(v*scale) / scale
}

// position gives the coordinates that may be drawn: null when all that is known
// is the mean of a department.
func position(p structure.Point) (lat, lon *float64) {
	if !p.Usable() {
		return nil, nil
	}
	return &p.Lat, &p.Lon
}

// sectorRefs names sectors; a code that the taxonomy no longer has is its own label.
func (s *site) sectorRefs(codes []string) []codeLabel {
	out := make([]codeLabel, 0, len(codes))
	for _, code := range codes {
		ref := codeLabel{Code: code, Label: code}
		if sector, ok := s.Taxonomy.Sector(code); ok {
			ref.Label = sector.Label
		}
		out = append(out, ref)
	}
	return out
}

// communeRef names a commune, falling back on the city as the source spells it;
// nil when neither is known.
func (s *site) communeRef(code, city string) *communeRef {
	if commune, ok := s.Atlas.Commune(code); ok && code != "" {
		return &communeRef{Code: commune.Code, Name: commune.Name}
	}
	if code == "" && city == "" {
		return nil
	}
	return &communeRef{Code: code, Name: city}
}
