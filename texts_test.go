package cmppdump_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cmppdump/dissect/lang"
)

// TestTexts finds every text for people, wherever it stands, whole: in both
// languages, with the same verbs. Tables of texts name the type once, so that
// literals without a type inside one are texts too.
func TestTexts(t *testing.T) {
	found := map[string]int{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "pcaps" || file != "." && strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			c, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			for _, text := range textsIn(c) {
				found[filepath.ToSlash(filepath.Dir(file))]++
				if err := text.Check(); err != nil {
					t.Errorf("%s: %v", fset.Position(c.Pos()), err)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range []string{"dissect/verdict", "render/why", "render/ladder", "cmd/cmppdump"} {
		if found[pkg] == 0 {
			t.Errorf("no texts found in %s: are they still there?", pkg)
		}
	}
}

// textsIn gives the texts of a literal: itself, or its elements if it is a list
// or table of texts.
func textsIn(c *ast.CompositeLit) (texts []lang.Text) {
	if isText(c.Type) {
		return []lang.Text{textOf(c)}
	}
	var elem ast.Expr
	switch x := c.Type.(type) {
	case *ast.ArrayType:
		elem = x.Elt
	case *ast.MapType:
		elem = x.Value
	}
	if !isText(elem) {
		return nil
	}
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
			texts = append(texts, textOf(lit))
		}
	}
	return texts
}

func isText(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "lang" && s.Sel.Name == "Text"
}

// textOf reads a literal. What is computed counts as said.
func textOf(c *ast.CompositeLit) lang.Text {
	var both lang.Text
	for i, e := range c.Elts {
		if i < 2 {
			both[i] = literal(e)
		}
	}
	return both
}

func literal(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(x.Value)
		return s
	case *ast.BinaryExpr:
		return literal(x.X) + literal(x.Y)
	}
	return "(computed)"
}
