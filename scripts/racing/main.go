// Racing lists the tests of packages that start goroutines, by themselves or by what they
// call in their package: those that the race detector has something to tell of. It prints
// them as one pattern for go test -run. A package without any is an error.
//
//	go run ./scripts/racing internal/people internal/directory
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	var all []string
	for _, dir := range os.Args[1:] {
		tests, err := racing(dir)
		if err == nil && len(tests) == 0 {
			err = fmt.Errorf("%s: no test starts a goroutine", dir)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		all = append(all, tests...)
	}
	fmt.Printf("^(%s)$\n", strings.Join(all, "|"))
}

// racing reads the test files of a directory.
func racing(dir string) (tests []string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	calls, starts := map[string][]string{}, map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				var started bool
				calls[fn.Name.Name], started = read(fn.Body)
				starts[fn.Name.Name] = starts[fn.Name.Name] || started
			}
		}
	}
	spread(calls, starts)
	for name, started := range starts {
		if started && strings.HasPrefix(name, "Test") && name != "TestMain" {
			tests = append(tests, name)
		}
	}
	slices.Sort(tests)
	return tests, nil
}

// spread makes of each that calls one that starts a goroutine another that does.
func spread(calls map[string][]string, starts map[string]bool) {
	for again := true; again; {
		again = false
		for name, called := range calls {
			if !starts[name] && slices.ContainsFunc(called, func(c string) bool { return starts[c] && !strings.HasPrefix(c, "Test") }) {
				starts[name], again = true, true
			}
		}
	}
}

// read tells what a body calls by name, and whether it starts a goroutine.
func read(body *ast.BlockStmt) (called []string, starts bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			starts = true
		case *ast.CallExpr:
			switch f := n.Fun.(type) {
			case *ast.Ident:
				called = append(called, f.Name)
			case *ast.SelectorExpr:
				called = append(called, f.Sel.Name)
				starts = starts || f.Sel.Name == "Go" || f.Sel.Name == "Parallel"
			}
		}
		return true
	})
	return called, starts
}
