package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cmppdump/dissect/record"
)

// The files in dist that follow from the table of output names are made here:
//
//	go test ./cmd/cmppdump -run TestDist -update

// generated compares what a file in dist holds with what it should, or writes
// it with -update.
func generated(t *testing.T, name string, want []byte) {
	t.Helper()
	name = filepath.Join("dist", name)
	if *update {
		if err := os.WriteFile(name, want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the table of output names makes it: go test ./cmd/cmppdump -run TestDist -update writes it anew", name)
	}
}

// leaves calls f for every name of the table that holds values: a list of
// objects stands as its members, which know the list's name.
func leaves(f func(field *record.Field, list string)) {
	table := newTable()
	for i := range table.Fields {
		field := &table.Fields[i]
		if field.Type != record.Objects {
			f(field, "")
		}
		for j := range field.Elem {
			f(&field.Elem[j], field.Name)
		}
	}
}

// TestDistElasticsearch makes the index template. A list has the type of its
// elements, and expert is an object and no nested one, as all lists of
// objects: a note's severity follows from its id, so nobody asks for the two of
// one note, and Kibana shows no nested fields.
func TestDistElasticsearch(t *testing.T) {
	properties := map[string]any{}
	leaves(func(f *record.Field, _ string) {
		at, path := properties, strings.Split(f.Name, ".")
		for _, p := range path[:len(path)-1] {
			at = child(child(at, p), "properties")
		}
		at[path[len(path)-1]] = mapping(f)
	})
	b, err := json.MarshalIndent(map[string]any{
		"_meta":          map[string]any{"description": "Records of cmppdump -T json", "schema": record.Schema},
		"version":        1,
		"priority":       200,
		"index_patterns": []string{"cmpp.*"},
		"template": map[string]any{
			"settings": map[string]any{"index": map[string]any{"codec": "best_compression"}},
			"mappings": map[string]any{
				"date_detection":    false, // what looks like a date may be a text
				"dynamic_templates": dynamicTemplates,
				"properties":        properties,
			},
		},
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	generated(t, "elasticsearch/index-template.json", append(b, '\n'))
}

// dynamicTemplates are for fields that a newer cmppdump adds.
var dynamicTemplates = []any{
	map[string]any{"fractions": map[string]any{"match_mapping_type": "double", "mapping": map[string]any{"type": "double"}}},
	map[string]any{"strings": map[string]any{"match_mapping_type": "string", "mapping": keyword}},
}

// keyword leaves out of the index what no one would look up as a whole.
var keyword = map[string]any{"type": "keyword", "ignore_above": 1024}

// mapping is the Elasticsearch mapping of a field.
func mapping(f *record.Field) map[string]any {
	switch f.Type {
	case record.Uint, record.Int:
		return map[string]any{"type": "long"}
	case record.Millis, record.Float:
		return map[string]any{"type": "double"} // float has 7 digits: a day to the µs has 14
	case record.Bool:
		return map[string]any{"type": "boolean"}
	case record.IP:
		return map[string]any{"type": "ip"}
	case record.Time:
		return map[string]any{"type": "date_nanos"}
	}
	if f.Name == "text" || strings.HasSuffix(f.Name, ".text") { // prose; X_text is one of few meanings
		return map[string]any{"type": "text", "fields": map[string]any{"keyword": keyword}}
	}
	return keyword
}

// child finds or makes the object m[name].
func child(m map[string]any, name string) map[string]any {
	c, ok := m[name].(map[string]any)
	if !ok {
		c = map[string]any{}
		m[name] = c
	}
	return c
}

// TestDistElasticsearchTakesRecords holds the records of real traffic against
// the template: Elasticsearch refuses a record of which it cannot index a
// field.
func TestDistElasticsearchTakesRecords(t *testing.T) {
	var template struct {
		Template struct {
			Mappings struct{ Properties map[string]any }
		}
	}
	b, err := os.ReadFile("dist/elasticsearch/index-template.json")
	if err == nil {
		err = json.Unmarshal(b, &template)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range realCaptures(t) {
		for _, r := range records(t, "../../pcaps/real/"+name+".pcap", "pdu,txn,msg,conn", "--json-raw") {
			if bad := misfit(template.Template.Mappings.Properties, "", r); bad != "" {
				t.Fatalf("%s: %s", name, bad)
			}
		}
	}
}

// misfit says what of an object the mapping has no place for.
func misfit(properties map[string]any, prefix string, object map[string]any) string {
	for key, value := range object {
		values, ok := value.([]any)
		if !ok {
			values = []any{value}
		}
		m, ok := properties[key].(map[string]any)
		if !ok {
			return prefix + key + " is not in the template"
		}
		for _, v := range values {
			sub, isObject := v.(map[string]any)
			if !isObject && !takes(fmt.Sprint(m["type"]), v) {
				return fmt.Sprintf("%s%s: %v cannot be a %v", prefix, key, v, m["type"])
			}
			if isObject {
				inner, _ := m["properties"].(map[string]any)
				if bad := misfit(inner, prefix+key+".", sub); bad != "" {
					return bad
				}
			}
		}
	}
	return ""
}

// takes reports whether a field of a type can hold a value.
func takes(kind string, v any) bool {
	switch v := v.(type) {
	case json.Number:
		whole := !strings.Contains(v.String(), ".")
		return kind == "double" || kind == "long" && whole
	case bool:
		return kind == "boolean"
	}
	return kind == "keyword" || kind == "text" || kind == "ip" || kind == "date_nanos"
}

// TestDistLnav makes the columns of the lnav format. The rest of the file is
// written by hand; columns that its lines do not show are hidden.
func TestDistLnav(t *testing.T) {
	b, err := os.ReadFile("dist/lnav/cmppdump.json")
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	seen := map[string]bool{}
	leaves(func(f *record.Field, list string) {
		name := lnavName(f, list)
		if f.Name == "@timestamp" || seen[name] { // lnav's own log_time
			return
		}
		seen[name] = true
		shown := bytes.Contains(b, fmt.Appendf(nil, `{ "field": %q`, name))
		columns = append(columns, fmt.Sprintf("\n      %q: {%s%s }", name, lnavKind(f), map[bool]string{false: `, "hidden": true`}[shown]))
	})
	for _, m := range regexp.MustCompile(`"field": "([^_][^"]*)"`).FindAllSubmatch(b, -1) {
		if !seen[string(m[1])] {
			t.Errorf("line-format shows %s, which is no output name", m[1])
		}
	}
	const from, to = "\"value\": {", "\n    }\n"
	head, rest, ok := strings.Cut(string(b), from)
	_, tail, closed := strings.Cut(rest, to)
	if !ok || !closed {
		t.Fatal("no place for the columns")
	}
	generated(t, "lnav/cmppdump.json", []byte(head+from+strings.Join(columns, ",")+to+tail))
}

// lnavName is how lnav calls a value: by its path, with # for the elements of
// a list.
func lnavName(f *record.Field, list string) string {
	name := f.Name
	if list != "" {
		name = list + "#" + strings.TrimPrefix(name, list)
	}
	if f.List {
		name += "#"
	}
	return strings.ReplaceAll(name, ".", "/")
}

func lnavKind(f *record.Field) string {
	switch f.Type {
	case record.Uint, record.Int:
		return ` "kind": "integer"`
	case record.Millis, record.Float:
		return ` "kind": "float"`
	case record.Bool:
		return ` "kind": "boolean"`
	case record.IP:
		return ` "kind": "string", "collate": "ipaddress"`
	}
	return ` "kind": "string"`
}

// TestDistFlags: the recipes say only what the program understands.
func TestDistFlags(t *testing.T) {
	command := regexp.MustCompile(`(?m)^(?:[# ]*|ExecStart=/usr/bin/)cmppdump (-[^|>#$"\n]*)`)
	found := 0
	err := filepath.WalkDir("dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		for _, m := range command.FindAllSubmatch(b, -1) {
			found++
			cmd := rootCommand(new(int), nil, nil, nil, nil)
			if err := cmd.ParseFlags(strings.Fields(string(m[1]))); err != nil {
				t.Errorf("%s: %s: %v", name, m[0], err)
			}
		}
		return err
	})
	if err != nil || found < 4 {
		t.Errorf("%d commands found: %v", found, err)
	}
}

// TestRootDistUnit has systemd read the unit.
func TestRootDistUnit(t *testing.T) {
	needTool(t, "systemd-analyze")
	unit, err := os.ReadFile("dist/systemd/cmppdump@.service")
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "cmppdump@eth0.service")
	unit = bytes.ReplaceAll(unit, []byte("/usr/bin/cmppdump"), []byte(self)) // it must be there
	if err := os.WriteFile(file, unit, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("systemd-analyze", "verify", "--man=no", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

// TestRootDistLogrotate has logrotate read its configuration.
func TestRootDistLogrotate(t *testing.T) {
	needTool(t, "logrotate")
	conf, err := os.ReadFile("dist/logrotate/cmppdump")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	log, name := filepath.Join(dir, "eth0.json"), filepath.Join(dir, "conf")
	conf = bytes.ReplaceAll(conf, []byte("/var/log/cmppdump"), []byte(dir))
	if err := errors.Join(os.WriteFile(name, conf, 0o644), os.WriteFile(log, []byte("{}\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("logrotate", "--debug", "--force", "--state", filepath.Join(dir, "state"), name).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("error:")) || !bytes.Contains(out, []byte("renaming "+log+" to "+log+".1")) {
		t.Errorf("logrotate: %v\n%s", err, out)
	}
}
