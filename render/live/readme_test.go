package live

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestReadme: the README lists the keys as the help does, in both languages,
// and no others.
func TestReadme(t *testing.T) {
	for lang, file := range []string{"../../README.md", "../../README.zh-CN.md"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		for _, k := range Keys(lang) {
			fmt.Fprintf(&want, "| `%s` | %s |\n", k[0], k[1])
		}
		_, table, _ := strings.Cut(string(b), "| --- | :--- |\n") // its own mark
		table, _, _ = strings.Cut(table, "\n\n")
		if table+"\n" != want.String() {
			t.Errorf("%s: the keys are\n%s", file, want.String())
		}
		for _, picture := range []string{"messages", "connections"} {
			if !strings.Contains(string(b), "(render/live/screens/"+picture+".svg)") {
				t.Errorf("%s does not show %s.svg", file, picture)
			}
		}
	}
}
