// Package cmppdump_test holds the walls of the house: which package may import
// which.
package cmppdump_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "cmppdump"

// floors are the packages from the ground up. A package may import those of
// the floors below its own, and no others: not its neighbours either. A new
// package has to be put on a floor here.
var floors = [][]string{
	{"capture/spell", "dissect/lang"},
	{"capture/bpf"},
	{"capture"},
	{"reassembly"},
	{"dissect/layout", "dissect/sms"},
	{"dissect"},
	{"dissect/relay", "dissect/track", "dissect/cmpp"},
	{"dissect/track/tracktest"},
	{"dissect/record"},
	{"dissect/filter", "dissect/stats", "dissect/verdict"},
	{"render"},
	{"render/*"},
	{"cmd/*"},
}

// imports are all that these packages may import of the module and of others;
// the standard library is always allowed.
var imports = map[string][]string{
	"dissect/layout": {},
	"dissect/sms":    {"golang.org/x/text"},
	"dissect/cmpp":   {"cmppdump/dissect", "cmppdump/dissect/layout", "cmppdump/dissect/sms"},
}

// importers are all who may import these packages, and those below them.
var importers = map[string][]string{
	"cmppdump/dissect/cmpp":             {"cmd/*"},
	"github.com/google/gopacket":        {"capture"},
	"github.com/gdamore/tcell":          {"render/live"},
	"github.com/olekukonko/tablewriter": {"render/stats"},
	"C":                                 {}, // one static binary
	"cmppdump/dissect/track/tracktest":  {}, // tests are not looked at
}

// TestImports holds every file that is no test against the tables, whatever
// system it is built for.
func TestImports(t *testing.T) {
	packages := readImports(t)
	for _, known := range []string{"capture", "dissect/cmpp", "cmd/cmppdump"} {
		if len(packages[known]) == 0 {
			t.Errorf("no imports found in %s: is it still there?", known)
		}
	}
	for pkg, files := range packages {
		for file, imported := range files {
			for _, breach := range breaches(pkg, imported) {
				t.Errorf("%s: %s", file, breach)
			}
		}
	}
}

func TestBreaches(t *testing.T) {
	for _, tt := range []struct {
		pkg, imported string
		breach        bool
	}{
		{"capture", "fmt", false},
		{"capture", "cmppdump/capture/bpf", false},
		{"capture/bpf", "cmppdump/capture", true},
		{"reassembly", "cmppdump/capture", false},
		{"capture", "cmppdump/reassembly", true},
		{"dissect/layout", "cmppdump/capture", true},
		{"dissect/layout", "golang.org/x/text/encoding", true},
		{"dissect/sms", "golang.org/x/text/encoding", false},
		{"dissect/sms", "golang.org/x/textual", true},
		{"dissect/sms", "cmppdump/dissect/layout", true},
		{"dissect", "cmppdump/dissect/sms", false},
		{"dissect", "cmppdump/dissect/track", true},
		{"dissect/track", "cmppdump/dissect/cmpp", true},
		{"dissect/record", "cmppdump/dissect/cmpp", true},
		{"render/rows", "cmppdump/dissect/cmpp", true},
		{"cmd/cmppdump", "cmppdump/dissect/cmpp", false},
		{"dissect/cmpp", "cmppdump/dissect/layout", false},
		{"dissect/cmpp", "cmppdump/reassembly", true},
		{"dissect/stats", "cmppdump/dissect/filter", true},
		{"dissect/filter", "cmppdump/render", true},
		{"render", "cmppdump/render/json", true},
		{"render/live", "cmppdump/render", false},
		{"render/live", "cmppdump/render/rows", true},
		{"render/live", "cmppdump/cmd/cmppdump", true},
		{"render/live", "github.com/gdamore/tcell/v3", false},
		{"render/rows", "github.com/gdamore/tcell/v3", true},
		{"render/stats", "github.com/olekukonko/tablewriter/tw", false},
		{"cmd/cmppdump", "github.com/olekukonko/tablewriter", true},
		{"capture", "github.com/google/gopacket/layers", false},
		{"reassembly", "github.com/google/gopacket", true},
		{"pcaps/gen", "github.com/google/gopacket", true},
		{"pcaps/gen/cmd/gen", "cmppdump/pcaps/gen", false},
		{"pcaps/peer", "cmppdump/dissect/sms", true},
		{"cmd/cmppdump", "cmppdump/pcaps/peer/wire", true},
		{"capture", "C", true},
		{"cmd/cmppdump", "cmppdump/dissect/track/tracktest", true},
		{"utils", "fmt", true},
		{"dissect/new", "fmt", true},
		{"capture", "cmppdump/capture/new", true},
	} {
		if got := breaches(tt.pkg, []string{tt.imported}); len(got) > 0 != tt.breach {
			t.Errorf("%s imports %s: %q", tt.pkg, tt.imported, got)
		}
	}
}

// breaches says what is wrong with the imports of a package, named from the
// root of the module.
func breaches(pkg string, paths []string) (bad []string) {
	own := floor(pkg)
	if own < 0 && !test(pkg) {
		bad = append(bad, "the package is on none of the floors in imports_test.go")
	}
	for _, imported := range paths {
		for of, who := range importers {
			if within(imported, of) && !matches(who, pkg) {
				bad = append(bad, fmt.Sprintf("%s may be imported by %q only", imported, who))
			}
		}
		if standard(imported) {
			continue
		}
		if allowed, limited := imports[pkg]; limited && !slices.ContainsFunc(allowed, func(of string) bool { return within(imported, of) }) {
			bad = append(bad, fmt.Sprintf("%s: only %q may be imported", imported, allowed))
		}
		local, ok := strings.CutPrefix(imported, module+"/")
		switch {
		case !ok:
		case test(pkg) && test(local):
		case test(pkg):
			bad = append(bad, fmt.Sprintf("%s: pcaps stands apart from what it tests", imported))
		case test(local):
			bad = append(bad, fmt.Sprintf("%s is for tests only", imported))
		case floor(local) < 0 || floor(local) >= own:
			bad = append(bad, fmt.Sprintf("%s is not below %s", imported, pkg))
		}
	}
	return bad
}

// floor is the floor of a package of the module, -1 if it has none.
func floor(pkg string) int {
	return slices.IndexFunc(floors, func(patterns []string) bool { return matches(patterns, pkg) })
}

// matches reports whether a package is one of the patterns, where * stands for
// one element.
func matches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, _ := path.Match(pattern, pkg)
		return ok
	})
}

// within reports whether a package is of, or one below it.
func within(pkg, of string) bool { return pkg == of || strings.HasPrefix(pkg, of+"/") }

// test reports whether a package of the module makes or is test data.
func test(pkg string) bool { return within(pkg, "pcaps") }

func standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return first != module && !strings.Contains(first, ".")
}

// readImports gives the imports by package and file.
func readImports(t *testing.T) map[string]map[string][]string {
	t.Helper()
	packages := map[string]map[string][]string{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != "." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(file))
		if packages[pkg] == nil {
			packages[pkg] = map[string][]string{}
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			packages[pkg][file] = append(packages[pkg][file], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}
