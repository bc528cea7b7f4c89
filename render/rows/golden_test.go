package rows_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"cmppdump/render"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden: the rows of every capture, on terminals of several widths and
// into a pipe, and one in colour.
func TestGolden(t *testing.T) {
	for _, file := range captures(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".pcap")
		for _, width := range []int{80, 100, 200, 0} {
			kind := strconv.Itoa(width)
			if width == 0 {
				kind = "pipe"
			}
			golden(t, name+"."+kind, show(t, file, terminal(width, time.UTC)))
		}
		if name == "gocmpp_30" {
			o := terminal(100, time.UTC)
			o.Color = true
			golden(t, name+".color", show(t, file, o))
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name + ".golden"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if got == string(want) {
		return
	}
	g, w := lines(got), lines(string(want))
	for i := range max(len(g), len(w)) {
		a, b := at(g, i), at(w, i)
		if a != b {
			t.Errorf("%s, line %d:\n%s\nwant\n%s\n(go test -update writes it anew)", name, i+1, a, b)
			return
		}
	}
}

func at(l []string, i int) string {
	if i < len(l) {
		return l[i]
	}
	return "(no line)"
}

var (
	control = regexp.MustCompile("[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]")
	rowForm = regexp.MustCompile(`^[ !*] *(\d+)? (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{6}( \+0000)? +\d+[<>] (-- (open|closed|gap)|[A-Z_]+( report)? +\d+)( |$)`)
)

// TestForm: what holds for every row of every capture, at every width.
func TestForm(t *testing.T) {
	for _, file := range captures(t) {
		for _, width := range []int{0, 40, 80, 100, 120, 200} {
			out := show(t, file, terminal(width, time.UTC))
			if !strings.HasSuffix(out, "\n") || control.MatchString(out) {
				t.Errorf("%s at %d: no line end, or control characters", file, width)
			}
			arrow := 0
			for i, l := range lines(out) {
				switch {
				case strings.TrimRight(l, " ") != l:
					t.Errorf("%s at %d, line %d: blanks at the end: %q", file, width, i+1, l)
				case width > 0 && render.Width([]byte(l)) > width:
					t.Errorf("%s at %d, line %d: %d cells: %s", file, width, i+1, render.Width([]byte(l)), l)
				case width > 0 && strings.HasPrefix(l, " ") && strings.Contains(l, " No "): // the heading
				case width >= 80 && !rowForm.MatchString(l), width == 0 && !rowForm.MatchString(l):
					t.Errorf("%s at %d, line %d has another form: %s", file, width, i+1, l)
				case width > 0:
					a := strings.IndexAny(l, "<>")
					if a < arrow {
						t.Errorf("%s at %d, line %d: the arrow moved back: %s", file, width, i+1, l)
					}
					arrow = a
				}
			}
			if width > 0 && !strings.HasPrefix(out, "     ") {
				t.Errorf("%s at %d: no heading: %s", file, width, lines(out)[0])
			}
		}
	}
}

// TestPipeHasAll: into a pipe nothing is left out that the terminal shows: the
// same rows, and every receiver of a mass send.
func TestPipeHasAll(t *testing.T) {
	for _, file := range captures(t) {
		pipe := lines(show(t, file, terminal(0, time.UTC)))
		term := lines(show(t, file, terminal(100000, time.UTC)))
		if len(pipe) != len(term)-1 {
			t.Errorf("%s: %d rows, on a terminal %d and a heading", file, len(pipe), len(term))
		}
	}
	all := show(t, captures(t)[0], terminal(0, time.UTC))
	for i := range 95 {
		number := "135000000" + strconv.Itoa(100 + i)[1:]
		if !strings.Contains(all, number) {
			t.Errorf("no %s among the receivers", number)
		}
	}
}
