package verdict

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// TestAllSaid: every text is in what the tests of verdicts expect, in every
// language. So a rule that is new, or that nothing leads to, has to be told of.
func TestAllSaid(t *testing.T) {
	var said []byte
	for _, name := range []string{"messages.golden", "sessions.golden"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, b...)
	}
	texts := 0
	for _, name := range []string{"texts.go", "sessiontexts.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && lit.Value != `"cmppdump/dissect/lang"` && lit.Value != `"cmppdump/dissect/track"` {
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				texts++
				if !pattern(text).Match(said) {
					t.Errorf("%s: %q is never said", name, text)
				}
			}
			return true
		})
	}
	if texts < 2*150 {
		t.Errorf("only %d texts", texts)
	}
}

var verb = regexp.MustCompile(`%(\\\[\d\\\])?[a-z]`)

// pattern finds a text whose verbs are filled in.
func pattern(format string) *regexp.Regexp {
	p := verb.ReplaceAllString(regexp.QuoteMeta(format), ".*")
	return regexp.MustCompile(regexp.MustCompile("%%").ReplaceAllString(p, "%"))
}
