package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// scalar is one value of a JSON record, or an empty list or object.
type scalar struct {
	path string // "conn.id"; the elements of a list share theirs
	kind string // string, number, bool, null, [] or {}
	text string
	list bool // it stands in a list
}

// parse reads one JSON object with encoding/json and gives its members in the
// order written. A key that comes twice in an object is an error.
func parse(line []byte) ([]scalar, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var out []scalar
	if err := parseValue(d, "", false, &out); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("something follows the object")
	}
	return out, nil
}

func parseValue(d *json.Decoder, path string, list bool, out *[]scalar) error {
	tok, err := d.Token()
	if err != nil {
		return err
	}
	add := func(kind, text string) { *out = append(*out, scalar{path, kind, text, list}) }
	switch v := tok.(type) {
	case json.Delim:
		n := len(*out)
		if v == '{' {
			err = parseObject(d, path, out)
		} else {
			for d.More() && err == nil {
				err = parseValue(d, path, true, out)
			}
		}
		if err == nil && len(*out) == n {
			add(string(v)+map[json.Delim]string{'{': "}", '[': "]"}[v], "")
		}
		if err == nil {
			_, err = d.Token()
		}
		return err
	case string:
		add("string", v)
	case json.Number:
		add("number", v.String())
	case bool:
		add("bool", strconv.FormatBool(v))
	case nil:
		add("null", "")
	}
	return nil
}

func parseObject(d *json.Decoder, path string, out *[]scalar) error {
	seen := map[string]bool{}
	for d.More() {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		key := tok.(string)
		if seen[key] {
			return fmt.Errorf("%s twice in %q", key, path)
		}
		seen[key] = true
		if err := parseValue(d, strings.TrimPrefix(path+"."+key, "."), false, out); err != nil {
			return err
		}
	}
	return nil
}

var (
	hexForm    = regexp.MustCompile(`^([0-9a-f]{2})+$`)
	idForm     = regexp.MustCompile(`^[0-9a-f]{16}$`)
	millisForm = regexp.MustCompile(`^-?\d+\.\d{6}$`)
	timeForm   = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$`)
)

// fault says what is wrong with the value of a member, by the type that the
// table declares.
func (m scalar) fault(f *Field) string {
	want := "string"
	switch f.Type {
	case Uint, Int, Millis:
		want = "number"
	case Bool:
		want = "bool"
	}
	switch {
	case m.kind != want:
		return "is a " + m.kind + ", declared " + f.TypeName()
	case f.Type == String:
		if m.text == "" && !m.list {
			return "is empty"
		}
	case f.Type == Uint:
		if n, err := strconv.ParseUint(m.text, 10, 64); err != nil || n > 1<<53 {
			return "is no integer up to 2^53"
		}
	case f.Type == Int:
		if n, err := strconv.ParseInt(m.text, 10, 64); err != nil || n > 1<<53 || n < -1<<53 {
			return "is no integer"
		}
	case f.Type == Millis && !millisForm.MatchString(m.text), f.Type == Hex && !hexForm.MatchString(m.text), f.Type == ID && !idForm.MatchString(m.text):
		return "has not the form of " + f.TypeName()
	case f.Type == Bool:
		if (m.text == "true") == (m.path == "final") {
			return "is what its absence means"
		}
	case f.Type == IP:
		if _, err := netip.ParseAddr(m.text); err != nil {
			return "is no address"
		}
	case f.Type == Time:
		if _, err := time.Parse(time.RFC3339Nano, m.text); err != nil || !timeForm.MatchString(m.text) {
			return "is no time with nine decimals in UTC"
		}
	}
	return ""
}

// checker holds records against the table.
type checker struct {
	names map[View]map[string]place
	lines int
	seen  map[string]bool
	line  []byte
	val   Value
}

// place is a name of the table and where it stands.
type place struct {
	*Field
	at int
}

func newChecker() *checker {
	c := &checker{names: map[View]map[string]place{}, seen: map[string]bool{}}
	for _, v := range []View{PDU, Gap, Txn, Msg, Conn} {
		c.names[v] = map[string]place{}
		for i := range testTable.Fields {
			f := &testTable.Fields[i]
			for j := range f.Elem {
				c.names[v][f.Elem[j].Name] = place{&f.Elem[j], i}
			}
			if f.Views&v != 0 {
				c.names[v][f.Name] = place{f, i}
			}
		}
	}
	return c
}

// record fails unless the record is what the schema promises: valid JSON and
// UTF-8, no key twice, no key that the table lacks, keys in its order, values
// of the declared types, nothing empty, and the same values that Get gives.
func (c *checker) record(t testing.TB, r *Record) []scalar {
	t.Helper()
	c.lines++
	c.line = testTable.AppendJSON(c.line[:0], r)
	members, err := parse(c.line)
	if err != nil || !utf8.Valid(c.line) || bytes.ContainsAny(c.line, "\n\r\x00\x1b") {
		t.Fatalf("%v, or no UTF-8: %s", err, c.line)
	}
	names := c.names[r.View]
	for _, m := range members {
		c.seen[m.path] = true
		f, ok := names[m.path]
		if !ok || f.Type == Objects {
			t.Fatalf("%s (%s) is not in the table: %s", m.path, m.kind, c.line)
		}
		if m.list != f.List {
			t.Errorf("%s is in a list: %v", m.path, m.list)
		}
		if fault := m.fault(f.Field); fault != "" {
			t.Errorf("%s %s %s", m.path, m.text, fault)
		}
	}
	order(t, names, members, r)
	c.gets(t, r, members)
	if t.Failed() {
		t.Fatalf("in %s", c.line)
	}
	return members
}

// order checks the order of the keys: the table's, but for the body of a PDU,
// which stands as one piece in the order of its layout.
func order(t testing.TB, names map[string]place, members []scalar, r *Record) {
	t.Helper()
	before := 0
	var body []string
	for _, m := range members {
		f := names[m.path]
		if f.body && r.View == PDU {
			if len(body) == 0 || body[len(body)-1] != m.path {
				body = append(body, m.path)
			}
			continue
		}
		if f.at < before {
			t.Errorf("%s stands too late", m.path)
		}
		before = f.at
	}
	if r.View == PDU {
		if want := bodyNames(r, body); strings.Join(body, " ") != strings.Join(want, " ") {
			t.Errorf("body %v, want the order of the layout %v", body, want)
		}
	}
	whole := strings.Join(paths(members), " ")
	if len(body) > 0 && !strings.Contains(whole, strings.Join(body, " ")) {
		t.Errorf("something stands between the fields of the body: %s", whole)
	}
}

// paths are the names of the members, a list once.
func paths(members []scalar) []string {
	var out []string
	for _, m := range members {
		if len(out) == 0 || out[len(out)-1] != m.path {
			out = append(out, m.path)
		}
	}
	return out
}

// bodyNames are those of present that the PDU's body has, in its order.
func bodyNames(r *Record, present []string) []string {
	var out []string
	for _, f := range r.PDU.Body() {
		for _, name := range []string{"cmpp." + f.Spec.Key, "cmpp." + f.Spec.Key + "_text"} {
			if f.Depth == 0 && slices.Contains(present, name) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// gets compares the members with what Get gives for each field: JSON is
// written on a path of its own.
func (c *checker) gets(t testing.TB, r *Record, members []scalar) {
	t.Helper()
	written := map[string][]string{}
	for _, m := range members {
		written[m.path] = append(written[m.path], m.text)
	}
	for name, f := range c.names[r.View] {
		if f.Type == Objects || f.Views&r.View == 0 {
			continue
		}
		if f.of != nil && len(written[name]) < f.of.count(r) {
			continue // some of the objects lack the member
		}
		if f.body && written[name] == nil && c.lines%16 > 0 {
			continue // most fields of bodies are another command's
		}
		f.Get(r, &c.val)
		if c.val.Set != (written[name] != nil) {
			t.Errorf("%s: set %v, written %q", name, c.val.Set, written[name])
		}
		if c.val.Set {
			if got, want := string(c.val.AppendText(nil)), strings.Join(written[name], ","); got != want {
				t.Errorf("%s is %q as a column, %q in JSON", name, got, want)
			}
		}
	}
}
