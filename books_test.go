package cmppdump_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmppdump/dissect/lang"
)

// booked are the packages with a lang.Book, and the functions besides those of
// the book that take a sentence of it.
var booked = map[string][]string{
	"capture/bpf":    {"fail", "unsupported"},
	"capture":        {"damaged"},
	"dissect/filter": {"fail", "unexpected"},
	"dissect/stats":  {},
	"cmd/cmppdump":   {"usage"},
}

// plainErrors may be said by packages with a book in English alone: no user
// meets them, or they are found by errors.Is and never shown.
var plainErrors = []string{
	"bpf: ", "unknown", "division by zero", "shift by more than 31 bits", "no memory word %d", "memory word %d is read before it is written", // of programs that nobody wrote
	"%q is not followed by as many instructions", "%q is no instruction",
	"no packet came", "the last file that was asked for is written", "not a capture file", "nothing in it",
}

// TestBooks finds every sentence that stands in the code where it is said in the
// book of its package, in Chinese and with the same verbs, and nothing in a
// book that nobody says.
func TestBooks(t *testing.T) {
	for pkg, says := range booked {
		files, err := filepath.Glob(filepath.Join(pkg, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		book, strs := lang.Book{}, map[string]int{}
		type sentence struct {
			at   token.Position
			text string
		}
		var said, plain []sentence
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			fset := token.NewFileSet()
			parsed, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					if isBook(n.Type) {
						for _, e := range n.Elts {
							kv := e.(*ast.KeyValueExpr)
							book[literal(kv.Key)] = literal(kv.Value)
						}
						return false
					}
				case *ast.BasicLit:
					if n.Kind == token.STRING {
						strs[literal(n)]++
					}
				case *ast.CallExpr:
					text, ok := firstLiteral(n.Args)
					switch name := called(n.Fun); {
					case !ok:
					case name == "fmt.Errorf", name == "errors.New":
						plain = append(plain, sentence{fset.Position(n.Pos()), text})
					case name == "said.Text", name == "said.With", name == "said.Errorf", slices.Contains(says, name[strings.LastIndex(name, ".")+1:]):
						said = append(said, sentence{fset.Position(n.Pos()), text})
					}
				}
				return true
			})
		}
		if len(book) == 0 || len(said) == 0 {
			t.Errorf("%s: %d sentences, %d in the book", pkg, len(said), len(book))
		}
		for english, chinese := range book {
			if err := (lang.Text{english, chinese}).Check(); err != nil {
				t.Errorf("%s: %v", pkg, err)
			}
			if strs[english] == 0 {
				t.Errorf("%s: nobody says %q", pkg, english)
			}
		}
		for _, s := range said {
			if _, ok := book[s.text]; !ok && strings.Trim(s.text, "%ws \n{}") != "" && s.text != "in" {
				t.Errorf("%s: no Chinese of %q", s.at, s.text)
			}
		}
		for _, s := range plain {
			if !slices.ContainsFunc(plainErrors, func(p string) bool { return strings.HasPrefix(s.text, p) }) {
				t.Errorf("%s: %q is said in English only", s.at, s.text)
			}
		}
	}
}

func isBook(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	return ok && called(s) == "lang.Book"
}

// called is the name of a function, with what stands in front of it.
func called(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return called(e.X) + "." + e.Sel.Name
	}
	return ""
}

// firstLiteral is the first argument that is a string as such.
func firstLiteral(args []ast.Expr) (string, bool) {
	for _, a := range args {
		if b, ok := a.(*ast.BasicLit); ok && b.Kind == token.STRING {
			return literal(a), true
		}
	}
	return "", false
}
