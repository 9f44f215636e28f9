package app

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed says, for each package that must stay pure or narrow, which modules
// outside the standard library and which of our packages it may reach.
var allowed = map[string][]string{
	"sourcier/internal/structure": {"sourcier/internal/territory"},
	"sourcier/internal/territory": {},
	"sourcier/internal/taxonomy":  {"sourcier/internal/structure", "sourcier/internal/territory"},
	"sourcier/internal/account": {"sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix", "golang.org/x/text/secure/bidirule", "golang.org/x/text/transform",
		"golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/groupement": {"sourcier/internal/account", "sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix", "golang.org/x/text/secure/bidirule", "golang.org/x/text/transform",
		"golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/message": {},
	"sourcier/internal/reach":   {"sourcier/internal/structure", "sourcier/internal/territory"},
	"sourcier/internal/buyer": {"sourcier/internal/account", "sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix", "golang.org/x/text/secure/bidirule", "golang.org/x/text/transform",
		"golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/registration": {"sourcier/internal/account", "sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix",
		"golang.org/x/text/secure/bidirule", "golang.org/x/text/transform", "golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/upload": {"sourcier/internal/account", "sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix", "golang.org/x/text/secure/bidirule",
		"golang.org/x/text/transform", "golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/label": {"sourcier/internal/account", "sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix",
		"golang.org/x/text/secure/bidirule", "golang.org/x/text/transform", "golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/network": {"sourcier/internal/account", "sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix",
		"golang.org/x/text/secure/bidirule", "golang.org/x/text/transform", "golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/sourcing": {"sourcier/internal/account", "sourcier/internal/buyer", "sourcier/internal/survey", "sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix",
		"golang.org/x/text/secure/bidirule", "golang.org/x/text/transform", "golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/workday": {"sourcier/internal/structure", "sourcier/internal/territory"},
	"sourcier/internal/event": {"sourcier/internal/account", "sourcier/internal/buyer", "sourcier/internal/sourcing", "sourcier/internal/survey", "sourcier/internal/workday", "sourcier/internal/structure", "sourcier/internal/territory",
		"golang.org/x/net/idna", "golang.org/x/net/publicsuffix", "golang.org/x/text/secure/bidirule", "golang.org/x/text/transform", "golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/survey": {"sourcier/internal/account", "sourcier/internal/structure", "sourcier/internal/territory", "golang.org/x/net/idna", "golang.org/x/net/publicsuffix",
		"golang.org/x/text/secure/bidirule", "golang.org/x/text/transform", "golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm"},
	"sourcier/internal/search/query": {"sourcier/internal/structure", "sourcier/internal/territory", "sourcier/internal/taxonomy",
		"sourcier/internal/search/french", "golang.org/x/text/unicode/norm", "golang.org/x/text/transform"},
}

// TestDomainStaysPure holds DESIGN's rule: arrows point inward, and the domain
// knows neither Fiber nor bleve nor a driver.
func TestDomainStaysPure(t *testing.T) {
	for pkg, may := range allowed {
		t.Run(pkg, func(t *testing.T) {
			for _, dep := range goList(t, "-deps", pkg) {
				if isStandard(dep) || dep == pkg {
					continue
				}
				if !slices.Contains(may, dep) {
					t.Errorf("%s reaches %s", pkg, dep)
				}
			}
		})
	}
}

// isStandard reports whether a package belongs to the standard library, with
// what it vendors.
func isStandard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return !strings.Contains(first, ".") && first != "sourcier"
}

// TestEachLibraryHasOneHome keeps the adapters apart: only their own packages
// import Fiber, bleve, the drivers.
func TestEachLibraryHasOneHome(t *testing.T) {
	homes := map[string][]string{
		"github.com/gofiber/fiber":        {"sourcier/internal/web"},
		"github.com/blevesearch/bleve":    {"sourcier/internal/search", "sourcier/internal/bench"},
		"go.mongodb.org/mongo-driver":     {"sourcier/internal/store/mongo"},
		"modernc.org/sqlite":              {"sourcier/internal/store/sqlite"},
		"github.com/xuri/excelize":        {"sourcier/internal/intake", "sourcier/internal/export"},
		"github.com/a-h/templ":            {"sourcier/views", "sourcier/internal/web", "sourcier/internal/bench"},
		"github.com/pb33f":                {"sourcier/internal/web/webtest"},
		"sourcier/internal/web/webtest":   {},
		"github.com/VictoriaMetrics":      {"sourcier/internal/metrics"},
		"github.com/wneessen/go-mail":     {"sourcier/internal/mail"},
		"codeberg.org/go-pdf":             {"sourcier/internal/pdf"},
		"github.com/piglig/go-qr":         {"sourcier/internal/qr"},
		"github.com/emersion":             {"sourcier/internal/mail"},
		"github.com/arran4/golang-ical":   {"sourcier/internal/calendar"},
		"github.com/jackc/pgx":            {"sourcier/internal/bench/postgres"},
		"github.com/go-sql-driver":        {"sourcier/internal/bench/sphinx"},
		"sourcier/internal/bench":         {"sourcier/internal/bench", "sourcier/scripts/benchmark"},
		"github.com/coreos/go-oidc":       {"sourcier/internal/oidc"},
		"golang.org/x/image":              {"sourcier/internal/picture"},
		"golang.org/x/oauth2":             {"sourcier/internal/oidc"},
		"sourcier/internal/oidc/oidctest": {},
		"sourcier/views":                  {"sourcier/views", "sourcier/internal/web", "sourcier/internal/app", "sourcier/internal/bench", "sourcier/internal/export", "sourcier/internal/mail", "sourcier/internal/report"},
	}
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "sourcier/...") {
		pkg, imports, _ := strings.Cut(line, " ")
		for imported := range strings.FieldsSeq(imports) {
			for library, may := range homes {
				inside := slices.ContainsFunc(may, func(home string) bool { return pkg == home || strings.HasPrefix(pkg, home+"/") })
				if strings.HasPrefix(imported, library) && !inside {
					t.Errorf("%s imports %s, which belongs to %v", pkg, imported, may)
				}
			}
			if imported == "sourcier/internal/app" && pkg != "sourcier/cmd/sourcier" {
				t.Errorf("%s imports internal/app, which only commands and tests may", pkg)
			}
		}
	}
}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v\n%s", args, err, &stderr)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
