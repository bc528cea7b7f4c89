package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cmppdump/dissect/stats"
	"cmppdump/pcaps/peer/wire"
)

// TestSchemaHolds: every record of every capture, in every view, holds to the
// schema that the program prints, and a key has one type for ever.
func TestSchemaHolds(t *testing.T) {
	schema := printedSchema(t)
	types := map[string]string{}
	for _, args := range allRuns(t) {
		for _, line := range jsonLines(t, args...) {
			record, err := decodeStrictly(line)
			if err != nil {
				t.Fatalf("%v: %v: %s", args, err, line)
			}
			for _, fault := range schema.check("", record) {
				t.Errorf("%v: %s\n%s", args, fault, line)
			}
			eachLeaf("", record, func(path string, v any) {
				if was := types[path]; was != "" && was != typeOf(v) {
					t.Errorf("%v: %s is %s, and %s elsewhere", args, path, typeOf(v), was)
				}
				types[path] = typeOf(v)
			})
		}
	}
}

// allRecords is every view, with all that can be asked for.
func allRecords() []string {
	var names []string
	for _, v := range views {
		names = append(names, v.name)
	}
	return []string{"-T", "json", "--json-raw", "--view", strings.Join(names, ",")}
}

func jsonLines(t *testing.T, args ...string) []string {
	t.Helper()
	out, errs, status := cmppdump(append(args, allRecords()...)...)
	if status != exitOK {
		t.Fatalf("%v: exit status %d: %s", args, status, errs)
	}
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n")
}

// allCaptures are the shipped captures and the odd one.
func allCaptures(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"../../pcaps/*.pcap", "../../pcaps/real/*.pcap", "../../pcaps/rough/*.pcap"} {
		list, err := filepath.Glob(pattern)
		if err != nil || len(list) < 2 {
			t.Fatalf("%s: %d captures, %v", pattern, len(list), err)
		}
		files = append(files, list...)
	}
	return append(files, oddCapture(t, oddities(t)))
}

// eachLeaf calls f for every value in a record; elements of lists have the path
// of their list.
func eachLeaf(path string, v any, f func(path string, v any)) {
	switch v := v.(type) {
	case map[string]any:
		for k, v := range v {
			eachLeaf(strings.TrimPrefix(path+"."+k, "."), v, f)
		}
	case []any:
		for _, v := range v {
			eachLeaf(path, v, f)
		}
		f(path+"[]", v)
	default:
		f(path, v)
	}
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

// A jsonSchema is the part of JSON Schema (draft 2020-12) that the program
// uses. Keywords that are not known here are no schema.
type jsonSchema struct {
	Type                 string
	Properties           map[string]*jsonSchema
	AdditionalProperties *bool
	Required             []string
	Items                *jsonSchema
	MinItems             int
	Pattern              string
	Minimum, Maximum     *json.Number
	Format               string
	Description, Title   string
	Schema               string `json:"$schema"`
}

func printedSchema(t *testing.T) *jsonSchema {
	t.Helper()
	out, errs, status := cmppdump("fields", "--json-schema")
	if status != exitOK {
		t.Fatal(errs)
	}
	if _, err := decodeStrictly(out); err != nil {
		t.Fatalf("the schema: %v", err)
	}
	return parseSchema(t, out)
}

func parseSchema(t *testing.T, text string) *jsonSchema {
	t.Helper()
	s := new(jsonSchema)
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		t.Fatalf("the schema: %v", err)
	}
	return s
}

// check says what is wrong with a value.
func (s *jsonSchema) check(at string, v any) (faults []string) {
	fault := func(format string, a ...any) {
		faults = append(faults, strings.TrimPrefix(at, ".")+": "+fmt.Sprintf(format, a...))
	}
	if got := typeOf(v); s.Type != "" && got != s.Type && !(s.Type == "number" && got == "integer") {
		fault("%s, want %s", got, s.Type)
		return faults
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				fault("no %s", name)
			}
		}
		for name, member := range v {
			if sub := s.Properties[name]; sub != nil {
				faults = append(faults, sub.check(at+"."+name, member)...)
			} else if s.AdditionalProperties != nil && !*s.AdditionalProperties {
				fault("%s is not described", name)
			}
		}
	case []any:
		if len(v) < s.MinItems {
			fault("%d elements, want %d", len(v), s.MinItems)
		}
		for i, element := range v {
			if s.Items != nil {
				faults = append(faults, s.Items.check(fmt.Sprintf("%s[%d]", at, i), element)...)
			}
		}
	case string:
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
			fault("%q does not match %s", v, s.Pattern)
		}
		if err := formats[s.Format](v); err != nil {
			fault("%q: %v", v, err)
		}
	case json.Number:
		if s.Minimum != nil && compareNumbers(v, *s.Minimum) < 0 || s.Maximum != nil && compareNumbers(v, *s.Maximum) > 0 {
			fault("%s is out of bounds", v)
		}
	}
	return faults
}

// formats are the values of format that the program uses.
var formats = map[string]func(string) error{
	"": func(string) error { return nil },
	"date-time": func(s string) error {
		_, err := time.Parse(time.RFC3339Nano, s)
		return err
	},
}

func compareNumbers(a, b json.Number) int {
	if x, err := a.Int64(); err == nil {
		if y, err := b.Int64(); err == nil {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
	}
	x, _ := a.Float64()
	y, _ := b.Float64()
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// decodeStrictly reads one JSON value and nothing else. A key that an object has
// twice is an error.
func decodeStrictly(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := decodeValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

func decodeValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		m := map[string]any{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			name := key.(string)
			if _, ok := m[name]; ok {
				return nil, fmt.Errorf("%q stands twice in an object", name)
			}
			if m[name], err = decodeValue(d); err != nil {
				return nil, err
			}
		}
		_, err := d.Token()
		return m, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decodeValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

// TestSchemaRejects: the check above finds what is wrong, in a record that
// holds and then does not.
func TestSchemaRejects(t *testing.T) {
	schema := printedSchema(t)
	good := jsonLines(t, "-r", "../../pcaps/flow_submit_report_30.pcap")
	i := slices.IndexFunc(good, func(l string) bool { return strings.Contains(l, `"cmpp.pdu","action":"deliver"`) })
	line := good[i]
	if record, err := decodeStrictly(line); err != nil || len(schema.check("", record)) > 0 {
		t.Fatalf("%v: %s", err, line)
	}
	for _, tt := range []struct{ what, old, new string }{
		{"no schema", `"schema":"cmppdump/1",`, ``},
		{"a key that is not described", `"schema":`, `"colour":"red","schema":`},
		{"one deeper", `"conn":{`, `"conn":{"colour":"red",`},
		{"a number as a string", `"msg_length":71`, `"msg_length":"71"`},
		{"a string as a number", `"version":"3.0"`, `"version":3.0`},
		{"a number with a fraction", `"msg_length":71`, `"msg_length":71.5`},
		{"a number below 0", `"msg_length":71`, `"msg_length":-1`},
		{"a number above 2^53", `"msg_length":71`, `"msg_length":9007199254740993`},
		{"null", `"msg_length":71`, `"msg_length":null`},
		{"true for an object", `"conn":{"id":1,`, `"conn":true,"c":{"id":1,`},
		{"a list for a string", `"version":"3.0"`, `"version":["3.0"]`},
		{"a string for a list", `"to":["10690001"]`, `"to":"10690001"`},
		{"a list without elements", `"to":["10690001"]`, `"to":[]`},
		{"a list of other things", `"to":["10690001"]`, `"to":[10690001]`},
		{"a time that is none", `"@timestamp":"2`, `"@timestamp":"x2`},
		{"an id in upper case", `"event":{`, `"event":{"id":"ABCDEFABCDEF0123","x":{`},
		{"an object for a number", `"msg_length":71`, `"msg_length":{}`},
	} {
		bad := strings.Replace(line, tt.old, tt.new, 1)
		if tt.what == "an id in upper case" {
			bad = regexp.MustCompile(`"id":"[0-9a-f]{16}"`).ReplaceAllString(line, `"id":"ABCDEFABCDEF0123"`)
		}
		if tt.what == "true for an object" {
			bad = regexp.MustCompile(`"conn":\{[^}]*\}`).ReplaceAllString(line, `"conn":true`)
		}
		record, err := decodeStrictly(bad)
		if err != nil || bad == line {
			t.Fatalf("%s: %v: %s", tt.what, err, bad)
		}
		if len(schema.check("", record)) == 0 {
			t.Errorf("%s: holds to the schema: %s", tt.what, bad)
		}
	}
	for _, bad := range []string{`{"a":1,"a":2}`, `{"a":{"b":1,"b":1}}`, `[{"a":1,"a":1}]`, `{} {}`, `{`, `{"a":1]`} {
		if v, err := decodeStrictly(bad); err == nil {
			t.Errorf("%s: %v", bad, v)
		}
	}
}

// declaredFields are the names that cmppdump fields prints.
func declaredFields(t *testing.T) (names []string) {
	t.Helper()
	out, errs, status := cmppdump("fields")
	if status != exitOK {
		t.Fatal(errs)
	}
	for i, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
		if i > 0 { // the first line has the headings
			names = append(names, strings.Fields(line)[0])
		}
	}
	return names
}

// TestFieldsAreDescribed: every name of cmppdump fields stands there once and in
// the schema, and the schema has no others.
func TestFieldsAreDescribed(t *testing.T) {
	schema := printedSchema(t)
	described := map[string]bool{}
	schema.names("", described)
	for _, name := range declaredFields(t) {
		if !described[name] {
			t.Errorf("%s: not in the schema, or twice in the list", name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("%s: in the schema, but no field", name)
	}
}

// names adds the paths of all that is no object.
func (s *jsonSchema) names(path string, to map[string]bool) {
	if s.Type == "array" && s.Items.Type == "object" {
		to[path] = true
		s = s.Items
	}
	if s.Type != "object" {
		to[path] = true
		return
	}
	for name, sub := range s.Properties {
		sub.names(strings.TrimPrefix(path+"."+name, "."), to)
	}
}

// TestFieldsAreColumns: every field can be a column, and says what the JSON
// records say.
func TestFieldsAreColumns(t *testing.T) {
	names := declaredFields(t)
	for _, name := range names {
		if _, errs, status := cmppdump("-r", "../../pcaps/active_test_20.pcap", "-T", "fields", "-e", name); status != exitOK {
			t.Errorf("-e %s: exit status %d: %s", name, status, errs)
		}
	}
	for _, file := range allCaptures(t) {
		args := append([]string{"-r", file}, allRecords()...)
		args[slices.Index(args, "json")] = "csv"
		out, errs, status := cmppdump(append(args, "-e", strings.Join(names, ","))...)
		if status != exitOK {
			t.Fatalf("%s: exit status %d: %s", file, status, errs)
		}
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		lines := jsonLines(t, "-r", file)
		if err != nil || len(rows) != len(lines)+1 || !slices.Equal(rows[0], names) {
			t.Fatalf("%s: %v: %d rows of CSV with their header, %d records of JSON", file, err, len(rows), len(lines))
		}
		for i, line := range lines {
			record, err := decodeStrictly(line)
			if err != nil {
				t.Fatal(err)
			}
			for j, name := range names {
				// The reader takes \r\n for \n.
				want := strings.ReplaceAll(columnOf(record, strings.Split(name, ".")), "\r\n", "\n")
				got := rows[i+1][j]
				if strings.HasPrefix(name, "msg.segments.") || strings.HasPrefix(name, "msg.reports.") {
					got = strings.Join(strings.FieldsFunc(got, func(r rune) bool { return r == ',' }), ",") // members that an object lacks keep their place
				}
				if got != want && !(strings.HasPrefix(name, "txn.") && want == "") {
					t.Errorf("%s: %s %s: column %s is %q, in JSON %q", file, columnOf(record, []string{"event", "dataset"}), columnOf(record, []string{"event", "id"}), name, got, want)
				}
			}
		}
	}
}

// columnOf is the value at a path as it stands in a column.
func columnOf(v any, path []string) string {
	switch v := v.(type) {
	case map[string]any:
		if len(path) > 0 {
			return columnOf(v[path[0]], path[1:])
		}
		for _, first := range []string{"id", "time", "part"} { // of the objects in lists
			if w, ok := v[first]; ok {
				return columnOf(w, nil)
			}
		}
	case []any:
		var cells []string
		for _, v := range v {
			if m, ok := v.(map[string]any); ok && len(path) > 0 && m[path[0]] == nil {
				continue // as tshark does
			}
			cells = append(cells, columnOf(v, path))
		}
		return strings.Join(cells, ",")
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

// TestFieldsOccur: every field that is declared occurs somewhere.
func TestFieldsOccur(t *testing.T) {
	seen := map[string]bool{}
	for _, args := range allRuns(t) {
		for _, line := range jsonLines(t, args...) {
			record, err := decodeStrictly(line)
			if err != nil {
				t.Fatal(err)
			}
			eachLeaf("", record, func(path string, _ any) { seen[strings.TrimSuffix(path, "[]")] = true })
		}
	}
	for _, name := range declaredFields(t) {
		if strings.HasPrefix(name, "stats.") && strings.HasSuffix(name, ".other") {
			continue // a thousand rows and more: see dissect/stats
		}
		switch why, excused := cannotOccur[name]; {
		case seen[name] && excused:
			t.Errorf("%s occurs, though %s", name, why)
		case !seen[name] && !excused:
			t.Errorf("%s never occurs", name)
		}
	}
}

// cannotOccur are the fields that no record of a file can have, and why.
var cannotOccur = map[string]string{
	"observer.name":                   "only a live capture has a host",
	"observer.ingress.interface.name": "only a live capture has an interface of this host",
}

// allRuns are the command lines that together bring out every field.
func allRuns(t *testing.T) (runs [][]string) {
	t.Helper()
	for _, file := range allCaptures(t) {
		runs = append(runs, []string{"-r", file})
	}
	const flow, resend, window = "../../pcaps/flow_submit_report_30.pcap", "../../pcaps/resend_30.pcap", "../../pcaps/window_30.pcap"
	runs = append(runs, statsRuns(t)...)
	return append(runs,
		[]string{"-r", flow, "-r", resend},
		[]string{"-r", flow, "--stats-interval", "10ms"},
		[]string{"-r", resend, "--response-timeout", "50ms"},
		[]string{"-r", window, "--max-mem", "2K"},
		[]string{"-r", flow, "--secret-file", "../../pcaps/secrets"},
		[]string{"why", "13800000070", "-r", "../../pcaps/reports_30.pcap"},
		[]string{"why", "901234", "-r", "../../pcaps/login_failed_30.pcap"},
		[]string{"-r", rareCapture(t)})
}

// statsRuns bring out every figure: all statistics of some captures, by every
// key, over time, and of one in which a side falls silent.
func statsRuns(t *testing.T) (runs [][]string) {
	t.Helper()
	every := func(file string, flags ...string) {
		run := append([]string{"-r", file}, flags...)
		for _, name := range stats.Names() {
			run = append(run, "-z", name)
		}
		runs = append(runs, run)
	}
	stalled := madeCapture(t, []string{"tcp 40000 7890",
		down(wire.V30, 1, &wire.ActiveTest{}), up(wire.V30, 1, &wire.ActiveTestResp{}),
		up(wire.V30, 1, plainSubmit([]byte("hi"))), "wait 12s", up(wire.V30, 2, plainSubmit([]byte("ho"))), "wait 61s",
		up(wire.V30, 3, &wire.ActiveTest{}), "wait 12s", up(wire.V30, 4, &wire.ActiveTest{})})
	every(stalled)
	every(rareCapture(t))
	every("../../pcaps/real/gocmpp_30.pcap")
	every("../../pcaps/window_30.pcap", "--window", "8")
	every("../../pcaps/rate_limit_20.pcap")
	for _, key := range stats.Keys() {
		run := []string{"-r", "../../pcaps/real/gocmpp_30.pcap"}
		for _, name := range []string{"srt,1s", "results,1s", "reports,1s", "io,1s"} {
			run = append(run, "-z", name+",by="+key)
		}
		if key != "gateway" { // of a SUBMIT nobody knows it
			run = append(run, "-z", "flow,1s,by="+key)
		}
		runs = append(runs, run)
	}
	return runs
}

// rareCapture has what the shipped captures do not have: gaps, octets in
// reserved fields, reports that come again or may be about two messages.
func rareCapture(t *testing.T) string {
	t.Helper()
	reserved := func(seq uint32, p wire.PDU, from int, octets string) string {
		b := pduHex(wire.V20, seq, p)
		return b[:len(b)-2*from] + octets + b[len(b)-2*from+len(octets):]
	}
	block := func(id wire.MsgID, stat string) *wire.Deliver {
		return report((&wire.Report{MsgID: id, Stat: stat, SubmitTime: "2611220210", DoneTime: "2611220211", DestTerminalID: "13800001234"}).Append(nil, wire.V30))
	}
	return madeCapture(t, []string{"tcp 40000 7890",
		"> " + reserved(1, plainSubmit([]byte("hi")), 8, "0102"),
		"< " + reserved(1, &wire.Deliver{SrcTerminalID: "13800001234", DestID: "1069", MsgContent: []byte("hi")}, 8, "03"),
		"< " + reserved(2, &wire.ActiveTestResp{}, 1, "01"),
		"fin",
		"tcp 40001 7890",
		up(wire.V30, 1, plainSubmit([]byte("hi"))),
		up(wire.V30, 2, plainSubmit([]byte("hi"))),
		down(wire.V30, 1, &wire.SubmitResp{MsgID: 7}),
		down(wire.V30, 2, &wire.SubmitResp{MsgID: 7}),
		down(wire.V30, 1, block(7, "DELIVRD")),
		up(wire.V30, 3, plainSubmit([]byte("hi"))),
		down(wire.V30, 3, &wire.SubmitResp{MsgID: 8}),
		down(wire.V30, 2, block(8, "ACCEPTD")),
		down(wire.V30, 3, block(8, "ACCEPTD")),
		down(wire.V30, 4, block(8, "DELIVRD")),
		"lost " + up(wire.V30, 4, plainSubmit([]byte("lost"))),
		up(wire.V30, 5, plainSubmit([]byte("found"))),
		"> ffffffff*8",
		up(wire.V30, 6, plainSubmit([]byte("after junk"))),
		up(wire.V30, 7, plainSubmit([]byte("in step"))),
	})
}
