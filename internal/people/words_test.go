package people_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sourcier/internal/people"
)

// auditCode is what every code of store.Change.What looks like; nothing else in the
// code does.
var auditCode = regexp.MustCompile(`^(person|organisation|message|suppression|session|signin|audit|retention|sheet|claim|groupement|list|search|label|network|import|duplicate|structure|report|reach|upload|purchase|contract|programme|law|dossier|forward|review|operation|event|guest|checkin)(\.[a-z]+)+$`)

// codesIn finds audit codes, whole ones and those that a function ends: what follows
// the dot is then a text that the function is called with.
type codesIn struct {
	codes, fields map[string]string // each with where it is
	ending        map[string]string // beginning of a code, by the name of the function
	called        map[string][]string
}

func (c *codesIn) file(set *token.FileSet, f *ast.File) {
	for _, d := range f.Decls {
		name := ""
		if fn, ok := d.(*ast.FuncDecl); ok {
			name = fn.Name.Name
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if n != nil {
				c.node(name, set.Position(n.Pos()).String(), n)
			}
			return true
		})
	}
}

func (c *codesIn) node(in, at string, n ast.Node) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if text := literal(n); auditCode.MatchString(text) {
			c.codes[text] = at
		}
	case *ast.BinaryExpr:
		if begin := literal(n.X); n.Op == token.ADD && strings.HasSuffix(begin, ".") && auditCode.MatchString(begin+"x") {
			c.ending[in] = begin
		}
	case *ast.KeyValueExpr:
		key, ok := n.Key.(*ast.Ident)
		if ok && key.Name == "Field" && literal(n.Value) != "" && (strings.Contains(at, "/people/") || strings.Contains(at, "/directory/") || strings.Contains(at, "/reception/") || strings.Contains(at, "/app/")) { // elsewhere it is a field of a form

			c.fields[literal(n.Value)] = at
		}
	case *ast.CallExpr:
		c.call(at, n)
	}
}

func (c *codesIn) call(at string, n *ast.CallExpr) {
	name := ""
	switch f := n.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	if name == "Personal" && len(n.Args) == 4 && literal(n.Args[1]) != "" {
		c.fields[literal(n.Args[1])] = at
	}
	for _, arg := range n.Args {
		if text := literal(arg); text != "" {
			c.called[name] = append(c.called[name], text)
		}
	}
}

func literal(n ast.Node) string {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return text
}

// Whoever writes an audit line of a new kind says in French what it means.
func TestEveryAuditCodeHasWords(t *testing.T) {
	found := codesIn{codes: map[string]string{}, fields: map[string]string{}, ending: map[string]string{}, called: map[string][]string{}}
	set := token.NewFileSet()
	for _, root := range []string{"..", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "people/words.go") {
				return err
			}
			f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err == nil {
				found.file(set, f)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, begin := range found.ending {
		for _, end := range found.called[name] {
			if auditCode.MatchString(begin + end) {
				found.codes[begin+end] = "a call of " + name
			}
		}
	}
	if len(found.codes) < 25 || found.codes["organisation.domain.confirm"] == "" || found.codes["organisation.close"] == "" {
		t.Errorf("only %d codes found: %v", len(found.codes), found.codes)
	}
	for code, at := range found.codes {
		if people.DoneWords(code) == code {
			t.Errorf("%s: the audit code %q has no words (internal/people/words.go)", at, code)
		}
	}
	for _, code := range people.DoneCodes() {
		if found.codes[code] == "" {
			t.Errorf("the words of %q are of no audit code (internal/people/words.go)", code)
		}
	}
	for field, at := range found.fields {
		if words := people.FieldWords(field); words == field && !sameInFrench[field] {
			t.Errorf("%s: the field %q has no words (internal/people/words.go)", at, field)
		}
	}
}

// sameInFrench are names that are French words too.
var sameInFrench = map[string]bool{"invitation": true, "format": true}
