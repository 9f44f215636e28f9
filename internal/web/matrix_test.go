package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/web"
	"sourcier/internal/web/webtest"
)

// The access matrix: every route of the table, asked by everybody, about an object of
// theirs, of somebody else, and about one that is not there. What the doors of
// routes.go say decides for nobody and for the wrong role; what a route answers those
// it lets in is its row below. `scripts/prove access-matrix` prints how many cells.

// asking is a column of the matrix.
type asking string

const (
	nobody   asking = "nobody"
	roleless asking = "no role" // signed in, member of nothing
)

// role is as which a column acts.
func (a asking) role() account.Role {
	if a == plain {
		return account.Buyer
	}
	return account.Role(a)
}

// columns are everybody: nobody, a person without a role, one who is a member of what
// others manage, and for each role one who manages.
func columns() []asking {
	out := []asking{nobody, roleless, plain}
	for _, r := range account.Roles {
		out = append(out, asking(r))
	}
	return out
}

// row says what a route answers those whom its door lets in.
type row struct {
	// path names objects in braces: {org} is the organisation of who asks, {link} the
	// token in a mail to him, … (question.object). Without one in it, the objects of the
	// form are what is asked about; without any, it is about nothing of anybody.
	path  string
	form  url.Values // of a POST, objects in braces too
	asked bool       // by the browser that asked to sign in
	own   int        // about an object of one's own
	// foreign and absent are what it answers about the first object of the path when it
	// is of somebody else, or not there; 0 = 404.
	foreign, absent int
	// inner is what it answers about one's own first object when the second of the path
	// is of somebody else, or not there; 0 = 404.
	inner int
	// but are exceptions by who asks: own, foreign, absent, inner; 0 = as above.
	but map[asking][4]int
}

// which is whose object a cell asks about.
type which int

const (
	own which = iota
	foreign
	absent
	innerForeign // the first object own, the second not
	innerAbsent
)

func (w which) String() string {
	return [...]string{"own", "foreign", "absent", "own, inside foreign", "own, inside absent"}[w]
}

// want is what the cell must answer.
func (r row) want(route web.Route, who asking, about which) int {
	switch {
	case route.SignedIn && who == nobody && route.Method == fiber.MethodGet:
		return fiber.StatusSeeOther // to where one signs in: checked by cell
	case route.SignedIn && who == nobody:
		return fiber.StatusUnauthorized
	case len(route.Roles) > 0 && !slices.Contains(route.Roles, who.role()):
		return fiber.StatusForbidden
	}
	about = min(about, innerForeign) // the two inside are answered the same
	if code := r.but[who][about]; code != 0 {
		return code
	}
	if code := [...]int{r.own, r.foreign, r.absent, r.inner}[about]; code != 0 {
		return code
	}
	return fiber.StatusNotFound
}

var inBraces = regexp.MustCompile(`\{(\w+)\}`)

// TestAccessMatrix asserts every cell.
func TestAccessMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: one request after another, nothing to race; run without -short")
	}
	m, table := newMatrix(t).portal(t)
	cells, posts := 0, 0
	for _, route := range table {
		name := route.Method + " " + route.Path
		r, ok := rows[name]
		if !ok {
			t.Errorf("%s has no row in the access matrix (internal/web/matrix_rows_test.go)", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, who := range columns() {
				for _, about := range r.cells() {
					r.cell(t, m, route, who, about)
					cells++
				}
			}
		})
		if route.Method != fiber.MethodGet {
			posts++
		}
	}
	for name := range rows {
		if !slices.ContainsFunc(table, func(r web.Route) bool { return r.Method+" "+r.Path == name }) {
			t.Errorf("the access matrix has a row for %s, which is no route", name)
		}
	}
	t.Logf("figure: %d cells of %d routes, %d of them change something, %d kinds of visitors", cells, len(table), posts, len(columns()))
}

// cells are whose objects a row asks about.
func (r row) cells() []which {
	switch len(inBraces.FindAllString(r.path, -1)) {
	case 0:
		if !r.asksInForm() {
			return []which{own}
		}
	case 2:
		return []which{own, foreign, absent, innerForeign, innerAbsent}
	}
	return []which{own, foreign, absent}
}

func (r row) asksInForm() bool {
	for _, list := range r.form {
		if inBraces.MatchString(list[0]) {
			return true
		}
	}
	return false
}

// cell asks once. What is to change something is asked of a portal of its own.
func (r row) cell(t *testing.T, m *matrix, route web.Route, who asking, about which) {
	t.Helper()
	want := r.want(route, who, about)
	if route.Method != fiber.MethodGet && want < fiber.StatusBadRequest {
		m, _ = m.portal(t)
	}
	address, fields := r.fill(t, m, who, about)
	cookie := m.things[who].cookie
	if r.asked {
		cookie = strings.TrimPrefix(cookie+"; "+m.things[who].asked, "; ")
	}
	var got webtest.Answer
	if route.Method == fiber.MethodGet {
		got = webtest.Scenario{URL: address, Header: as(cookie)}.Do(t, m.app)
	} else {
		got = post(t, m.app, address, cookie, fields)
	}
	if got.Status != want {
		t.Errorf("%s, %s object, %s %s %v: status %d, want %d", who, about, route.Method, address, fields, got.Status, want)
	}
	if to := got.Header.Get("Location"); route.SignedIn && who == nobody && want == http.StatusSeeOther && !strings.HasPrefix(to, "/connexion") {
		t.Errorf("%s %s leads nobody to %q", route.Method, address, to)
	}
}

// fill puts objects into the path and the form.
func (r row) fill(t *testing.T, m *matrix, who asking, about which) (path string, form url.Values) {
	t.Helper()
	q := &question{T: t, matrix: m, who: who, about: about}
	if about >= innerForeign {
		q.about, q.inner = own, about-innerForeign+foreign
	}
	replace := func(name string) string { return q.object(strings.Trim(name, "{}")) }
	form = url.Values{}
	path = inBraces.ReplaceAllStringFunc(r.path, replace)
	for field, list := range r.form {
		for _, v := range list {
			form.Add(field, inBraces.ReplaceAllStringFunc(v, replace))
		}
	}
	return path, form
}

// Other sites cannot have a form of ours sent, whoever is signed in.
func TestNoFormWithoutItsToken(t *testing.T) {
	m, table := newMatrix(t).portal(t)
	for _, route := range table {
		r := rows[route.Method+" "+route.Path]
		if route.Method == fiber.MethodGet || r.path == "" || ownToken[route.Path] {
			continue
		}
		who := asking(account.Administrator)
		if len(route.Roles) > 0 {
			who = asking(route.Roles[0])
		}
		address, form := r.fill(t, m, who, own)
		got := webtest.Scenario{Method: route.Method, URL: address, Body: form.Encode(), Header: map[string]string{
			"Content-Type": "application/x-www-form-urlencoded", "Cookie": m.things[who].cookie + "; sourcier_form=" + csrf,
		}}.Do(t, m.app)
		if got.Status != fiber.StatusForbidden {
			t.Errorf("%s %s without the token of the form: status %d", route.Method, route.Path, got.Status)
		}
	}
}
