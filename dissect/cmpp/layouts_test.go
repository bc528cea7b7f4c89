package cmpp

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// TestLayouts holds every layout against the tables of the specification,
// field by field, in 2.0 and later versions.
func TestLayouts(t *testing.T) {
	want := map[string][2][]string{}
	for _, l := range lines(t, "testdata/layouts.txt") {
		c := strings.Fields(l)
		w := want[c[0]]
		for i := range w {
			if c[2+2*i] != "-" {
				w[i] = append(w[i], fmt.Sprintf("%s %s %s", c[1], c[2+2*i], c[3+2*i]))
			}
		}
		want[c[0]] = w
	}
	seen := 0
	for name, l := range layouts() {
		w, ok := want[name]
		if !ok && len(l.Specs) > 0 {
			t.Errorf("%s is not in the specification", name)
		}
		for i, v := range []dissect.Version{V20, V30} {
			if got := strings.Join(decodeBlank(l, v), "\n"); got != strings.Join(w[i], "\n") {
				t.Errorf("%s in %s:\n%s\nwant\n%s", name, Protocol.Versions[v], got, strings.Join(w[i], "\n"))
			}
		}
		seen++
	}
	for name := range want {
		if layouts()[name] == nil {
			t.Errorf("no layout for %s", name)
		}
	}
	if seen != 34 {
		t.Errorf("%d layouts, want 34", seen)
	}
}

// layouts are all layouts by the name in the specification.
func layouts() map[string]*layout.Layout {
	m := map[string]*layout.Layout{"report": reportBlock, "moreport": moReportBlock}
	for _, c := range commands {
		m[c.Name] = c.Body
	}
	return m
}

// decodeBlank decodes a body of NULs with two receivers and a content of five
// octets, and gives "name offset octets" for each field.
func decodeBlank(l *layout.Layout, v dissect.Version) []string {
	body := make([]byte, 1024)
	for _, s := range l.Specs { // counts stand where the fixed head ends
		switch s.Name {
		case "DestUsr_tl":
			body[offset(l, "DestUsr_tl", v)] = 2
			body[offset(l, "Msg_Length", v)] = 5
		case "Msg_Length":
			body[offset(l, "Msg_Length", v)] = 5
		}
	}
	var d layout.Decoded
	l.Decode(&d, body, 0, len(body), int(v))
	var out []string
	for i := 0; i < len(d.Fields); i++ {
		f := d.Fields[i]
		if f.Depth > 0 {
			continue
		}
		n := f.Len
		for f.Spec.List && i+1 < len(d.Fields) && d.Fields[i+1].Spec == f.Spec {
			i++
			n += d.Fields[i].Len
		}
		out = append(out, fmt.Sprintf("%s %d %d", f.Spec.Name, f.Off, n))
	}
	return out
}

// offset is where a field stands with two receivers.
func offset(l *layout.Layout, name string, v dissect.Version) int {
	n := 0
	for _, s := range l.Specs {
		if s.Name == name {
			break
		}
		w := s.Widths()[v]
		if s.List {
			w *= 2
		}
		n += w
	}
	return n
}

func lines(t testing.TB, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if l := s.Text(); l != "" && l[0] != '#' {
			out = append(out, l)
		}
	}
	return out
}
