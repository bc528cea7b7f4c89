package filter

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cmppdump/dissect/record"
)

// literals are a value of each type.
var literals = map[record.Type]string{
	record.String: "text", record.Uint: "5", record.Int: "-1", record.Millis: "500ms", record.Seconds: "2s", record.Bool: "true",
	record.IP: "10.0.0.1", record.Time: "2026-11-22T01:15:00Z", record.Hex: "0a0b", record.ID: "bb56850003e90001",
}

// allowed are the operators by type, as the documentation has them.
var allowed = map[record.Type]string{
	record.String: "== != < <= > >= contains matches in", record.Uint: "== != < <= > >= in", record.Int: "== != < <= > >= in",
	record.Millis: "== != < <= > >= in", record.Seconds: "== != < <= > >= in", record.Bool: "== !=", record.IP: "== != < <= > >= in",
	record.Time: "== != < <= > >= in", record.Hex: "== != contains matches in", record.ID: "== != in",
}

// TestEveryName: every name of the list of fields can be used, with just the
// operators of its type.
func TestEveryName(t *testing.T) {
	names := newVocabulary(table).names
	for _, n := range table.Names() {
		if !slices.Contains(names, n) {
			t.Errorf("%s cannot be used", n)
		}
	}
	for _, name := range names {
		o := newVocabulary(table).by[name]
		if _, err := Compile(name, table); err != nil {
			t.Errorf("%s alone: %v", name, err)
		}
		literal, ops := literals[o.kind], allowed[o.kind]
		switch {
		case o.sources == nil || o.kind == record.Objects:
			literal, ops = "x", ""
		case o.values() != nil:
			literal, ops = o.values()[0], "== != contains matches in"
		}
		for i := equal; i <= in; i++ {
			src := fmt.Sprintf("%s %s %s", name, opNames[i], literal)
			if i == in {
				src = fmt.Sprintf("%s in {%s, %s}", name, literal, literal)
			}
			_, err := Compile(src, table)
			if may := slices.Contains(strings.Fields(ops), opNames[i]); may != (err == nil) {
				t.Errorf("%s: %v", src, err)
			}
		}
	}
}

// TestFound: whatever a record shows of a field, a filter for it finds the
// record.
func TestFound(t *testing.T) {
	filters, of := map[string]*Filter{}, map[string]int{} // filters by field
	get := func(src string) *Filter {
		if filters[src] == nil {
			filters[src] = mustCompile(t, src)
		}
		return filters[src]
	}
	var v record.Value
	seen := map[string]bool{}
	read(t, func(r *record.Record) {
		for _, name := range table.Names() {
			f := table.Lookup(name)
			if f.Type == record.Objects || name == "txn.state" && r.View == record.PDU {
				continue
			}
			if f.Get(r, &v); !v.Set {
				if f.Type != record.Bool && f.Views&r.View != 0 && name != "cmpp.sp_id" && get(name).Match(r) {
					t.Errorf("%s matches a record without it", name)
				}
				continue
			}
			list := v.List
			if len(list) == 0 {
				list = []record.Value{v}
			}
			for i := range list {
				if !list[i].Set || list[i].Type == record.Bool {
					continue
				}
				seen[name] = true
				text := string(list[i].AppendText(nil))
				if f.Type != record.Hex {
					text = string(appendQuoted(nil, text))
				}
				if of[name]++; filters[name+" == "+text] == nil && of[name] > 30 {
					continue // seen enough of it
				}
				if !get(name).Match(r) {
					t.Fatalf("%s does not match a record that has it", name)
				}
				if src := name + " == " + text; !get(src).Match(r) {
					t.Fatalf("%s does not match", src)
				}
				if src := name + " != " + text; get(src).Match(r) {
					t.Fatalf("%s matches", src)
				}
			}
		}
	}, "*.pcap", "real/gocmpp_30.pcap")
	if len(seen) < 130 {
		t.Errorf("only %d names occur", len(seen))
	}
}

// TestEnumerated: whatever a record has of an enumerated name is among its
// values.
func TestEnumerated(t *testing.T) {
	var v record.Value
	read(t, func(r *record.Record) {
		for _, name := range table.Names() {
			f := table.Lookup(name)
			if f.Values == nil || name == "txn.state" && r.View == record.PDU {
				continue
			}
			f.Get(r, &v)
			for _, x := range append(slices.Clone(v.List), v) {
				text := string(x.AppendText(nil))
				unknown := strings.Contains(text, "0x") // a command
				if x.Set && len(x.List) == 0 && !unknown && !slices.Contains(f.Values, text) {
					t.Errorf("%s: %q is not among its values", name, text)
				}
			}
		}
	}, "*.pcap", "real/*.pcap")
}

// TestOmitted: what records leave out can be asked for all the same.
func TestOmitted(t *testing.T) {
	n := map[string]int{}
	sources := []string{"final == true", "final == false", "final", "truncated == false", "truncated", "revision == 0", "revision > 0",
		"conn.midstream == false", "conn.midstream", "msg.reports.repeated == false", "msg.reports"}
	var filters []*Filter
	for _, s := range sources {
		filters = append(filters, mustCompile(t, s))
	}
	read(t, func(r *record.Record) {
		n[fmt.Sprint(r.View)]++
		for i, f := range filters {
			if f.Match(r) {
				n[sources[i]]++
			}
		}
	}, "*.pcap")
	for _, sum := range [][3]string{
		{"truncated == false", "truncated", "pdu"}, {"conn.midstream == false", "conn.midstream", "conn"},
	} {
		if n[sum[0]]+n[sum[1]] != n[sum[2]] {
			t.Errorf("%s: %d, %s: %d, of %d records", sum[0], n[sum[0]], sum[1], n[sum[1]], n[sum[2]])
		}
	}
	if n["final"] != n["final == true"] || n["final"] < n["txn"]/2 || n["final == false"] == 0 || n["revision == 0"] < n["txn"]/2 || n["revision > 0"] == 0 {
		t.Errorf("%v", n)
	}
	if n["msg.reports.repeated == false"] > n["msg.reports"] {
		t.Errorf("%v", n)
	}
}
