package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
)

func TestProblemOf(t *testing.T) {
	secret := errors.New("mongodb://admin:hunter2@db/ refused")
	cases := []struct {
		name     string
		err      error
		status   int
		internal bool
	}{
		{"a parameter", fmt.Errorf("parse: %w", &query.ParamError{Param: "kind", Value: "X", Message: "type inconnu"}), 422, false},
		{"an input", &inputError{[]paramProblem{{Parameter: "q", Message: "valeur obligatoire"}}}, 422, false},
		{"not found", fmt.Errorf("structure x: %w", store.ErrNotFound), 404, false},
		{"not ready", errNotReady, 503, false},
		{"crowded", errCrowded, 503, false},
		{"too slow", fmt.Errorf("search: %w", context.DeadlineExceeded), 504, true},
		{"no route", fiber.NewError(404, "Cannot GET /<script>"), 404, false},
		{"wrong method", fiber.ErrMethodNotAllowed, 405, false},
		{"a status without wording", fiber.ErrTeapot, 500, true},
		{"anything else", secret, 500, true},
		{"damaged store", fmt.Errorf("%w: page 7", store.ErrDamaged), 500, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, internal := problemOf(c.err)
			if p.Status != c.status || internal != c.internal {
				t.Errorf("status %d internal %v, want %d %v", p.Status, internal, c.status, c.internal)
			}
			shown := p.Title + p.Detail + fmt.Sprint(p.Errors)
			if strings.Contains(shown, "hunter2") || strings.Contains(shown, "<script>") || strings.Contains(shown, "page 7") {
				t.Errorf("internals leak: %s", shown)
			}
			if p.Title == "" || p.Detail == "" || p.Type != "about:blank" {
				t.Errorf("incomplete problem: %+v", p)
			}
		})
	}
}

func TestEveryStatusHasItsLastResort(t *testing.T) {
	for status := range wording {
		if page := lastResortPages[status]; !strings.Contains(page, newProblem(status).Title) || !strings.Contains(page, `lang="fr"`) {
			t.Errorf("%d: %q", status, page)
		}
	}
}

func TestWordingHasFrenchSpaces(t *testing.T) {
	for status := range wording {
		p := newProblem(status)
		for _, wrong := range []string{" :", " ;", " !", " ?", "« ", " »"} {
			if strings.Contains(p.Title+p.Detail, wrong) {
				t.Errorf("%d: plain space in %q", status, wrong)
			}
		}
	}
}

func TestClip(t *testing.T) {
	for in, want := range map[string]string{
		"ménage":                      "ménage",
		"a\x00b\nc":                   "a\uFFFDb\uFFFDc",
		"\xff\xfe":                    "\uFFFD",
		strings.Repeat("a", 81):       strings.Repeat("a", 80) + "…",
		strings.Repeat("é", 100):      strings.Repeat("é", 40) + "…",
		"a" + strings.Repeat("😀", 30): "a" + strings.Repeat("😀", 19) + "…",
	} {
		if got := clip(in); got != want || !utf8.ValidString(got) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzClip(f *testing.F) {
	for _, seed := range []string{"", "ménage", "\xff\x00", strings.Repeat("😀", 40)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, v string) {
		got := clip(v)
		if !utf8.ValidString(got) || len(got) > maxEcho+len("…") || strings.ContainsAny(got, "\x00\n\r\x1b") {
			t.Errorf("%q: %q", v, got)
		}
	})
}
