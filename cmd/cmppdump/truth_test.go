package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cmppdump/pcaps/mutate"
)

// truePDU is an element of NAME.truth.json.
type truePDU struct {
	TS        json.Number
	TSFirst   json.Number `json:"ts_first"`
	TSReady   json.Number `json:"ts_ready"`
	Src, Dst  string
	Command   string
	Seq       uint32
	Version   *string
	Fields    map[string]any
	Text      *string
	Lossy     bool `json:"text_lossy"`
	UDH       *trueUDH
	BadUDH    bool `json:"udh_invalid"`
	Report    map[string]any
	Complete  *bool
	Malformed any
	Frame     int
}

type trueUDH struct {
	Ref, Total, Seq json.Number
	RefBits         json.Number `json:"ref_bits"`
}

// TestTruthPDU holds the JSON records of every capture in pcaps/real against
// what is known to be in it: nothing missing, nothing wrong, nothing extra.
func TestTruthPDU(t *testing.T) {
	for _, name := range realCaptures(t) {
		t.Run(name, func(t *testing.T) {
			judgePDUs(t, name, "../../pcaps/real/"+name+".pcap")
		})
	}
}

// TestTruthPDUMutated holds the records of captures that lost nothing, but took
// another way into frames, against the same truth.
func TestTruthPDUMutated(t *testing.T) {
	lossless := []string{"as it is", "VLAN", "QinQ", "up to four tags", "SLL2", "RAW", "NULL", "wrap", "duplicate all", "fragments", "fragments reversed",
		"fragments that overlap", "fragments, bad ones between", "GRE", "ERSPAN II", "VXLAN", "GENEVE", "MPLS", "VXLAN, fragments inside and outside",
		"PPPoE in VXLAN in MPLS, a plain copy", "blind RSTs"}
	eachMutated(t, lossless, judgePDUs)
}

// eachMutated judges every capture in pcaps/real, made anew by recipes.
func eachMutated(t *testing.T, recipes []string, judge func(t *testing.T, name, file string)) {
	t.Helper()
	dir, judged := t.TempDir(), 0
	for _, name := range realCaptures(t) {
		trace := loadTrace(t, "../../pcaps/real/"+name+".pcap")
		for _, recipe := range mutate.Recipes(nil) {
			if !slices.Contains(recipes, recipe.Name) {
				continue
			}
			judged++
			t.Run(name+", "+recipe.Name, func(t *testing.T) {
				_, frames := recipe.Apply(1, trace)
				file := filepath.Join(dir, fmt.Sprintf("%d.pcap", judged))
				if err := os.WriteFile(file, mutate.AppendPcap(nil, recipe.Encoding.Link, frames), 0o600); err != nil {
					t.Fatal(err)
				}
				judge(t, name, file)
			})
		}
	}
	if judged < 6*len(recipes) {
		t.Errorf("only %d captures were judged", judged)
	}
}

// judgePDUs holds the records of a file against the truth of a capture.
func judgePDUs(t *testing.T, name, file string) {
	t.Helper()
	var truth []truePDU
	readTruth(t, name, "truth", &truth)
	pool := map[string][]map[string]any{}
	for _, r := range records(t, file, "pdu") {
		if path(r, "event.dataset") == "cmpp.pdu" {
			k := fmt.Sprint(end(r, "source"), end(r, "destination"), path(r, "cmpp.command"), path(r, "cmpp.sequence_id"))
			pool[k] = append(pool[k], r)
		}
	}
	for _, p := range truth {
		k := fmt.Sprint(p.Src, p.Dst, p.Command, p.Seq)
		hit := -1
		for i, r := range pool[k] {
			if near(r, p) {
				hit = i
				break
			}
		}
		if hit < 0 {
			t.Errorf("frame %d: no %s %d at its time", p.Frame, p.Command, p.Seq)
			continue
		}
		for _, d := range differences(p, pool[k][hit]) {
			t.Errorf("frame %d %s %d: %s", p.Frame, p.Command, p.Seq, d)
		}
		pool[k] = append(pool[k][:hit], pool[k][hit+1:]...)
	}
	for _, rs := range pool {
		for _, r := range rs {
			t.Errorf("a PDU that is not there: %v", r)
		}
	}
}

func realCaptures(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../pcaps/real/*.pcap")
	if err != nil || len(files) < 6 {
		t.Fatalf("captures: %v %v", files, err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".pcap"))
	}
	return names
}

func readTruth(t *testing.T, name, kind string, v any) {
	t.Helper()
	b, err := os.ReadFile("../../pcaps/real/" + name + "." + kind + ".json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		t.Fatal(err)
	}
}

// records runs the program on a capture and gives the JSON records of a view.
func records(t *testing.T, file, view string, flags ...string) []map[string]any {
	t.Helper()
	out, errs, status := cmppdump(append([]string{"-r", file, "-T", "json", "--view", view}, flags...)...)
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, errs)
	}
	var rs []map[string]any
	for _, l := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
		if l == "" {
			continue
		}
		d := json.NewDecoder(strings.NewReader(l))
		d.UseNumber()
		var r map[string]any
		if err := d.Decode(&r); err != nil {
			t.Fatalf("%v: %s", err, l)
		}
		rs = append(rs, r)
	}
	return rs
}

// cmppdump runs the program in this process.
func cmppdump(args ...string) (stdout, stderr string, status int) {
	var o, e bytes.Buffer
	status = Main(args, strings.NewReader(""), &o, &e)
	return o.String(), e.String(), status
}

// path finds a.b.c in a record.
func path(r map[string]any, p string) any {
	var v any = r
	for _, k := range strings.Split(p, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

func end(r map[string]any, side string) string {
	return fmt.Sprintf("%v:%v", path(r, side+".ip"), path(r, side+".port"))
}

// near reports whether the record's time lies between the PDU's first packet
// and the one with which it was ready.
func near(r map[string]any, p truePDU) bool {
	at, err := time.Parse(time.RFC3339Nano, path(r, "@timestamp").(string))
	if err != nil {
		return false
	}
	s := float64(at.UnixNano()) / 1e9
	lo, hi := number(p.TS, 0), number(p.TS, 0)
	lo, hi = min(lo, number(p.TSFirst, lo)), max(hi, number(p.TSReady, hi))
	return s >= lo-2e-6 && s <= hi+2e-6
}

func number(n json.Number, otherwise float64) float64 {
	if f, err := n.Float64(); err == nil {
		return f
	}
	return otherwise
}

// irregular are the record names that are not the specification's in lower
// case.
var irregular = map[string]string{"ValId_Time": "valid_time", "FeeType": "fee_type", "FeeCode": "fee_code", "LinkID": "link_id", "Version": "version_byte", "DestUsr_tl": "dest_usr_tl"}

// anyVersion are commands with one layout for all versions.
var anyVersion = map[string]bool{"CMPP_CONNECT": true, "CMPP_TERMINATE": true, "CMPP_TERMINATE_RESP": true, "CMPP_ACTIVE_TEST": true,
	"CMPP_ACTIVE_TEST_RESP": true, "CMPP_QUERY": true, "CMPP_QUERY_RESP": true, "CMPP_CANCEL": true}

// differences says what a record has otherwise than the truth.
func differences(p truePDU, r map[string]any) (bad []string) {
	complete := p.Complete == nil || *p.Complete
	if v := path(r, "cmpp.version"); p.Version != nil && complete && v != *p.Version && !(v == nil && anyVersion[p.Command]) {
		bad = append(bad, fmt.Sprintf("version %v, want %s", v, *p.Version))
	}
	for name, want := range p.Fields {
		key, ok := irregular[name]
		if !ok {
			key = strings.ToLower(name)
		}
		if name == "Msg_Content" || strings.HasPrefix(name, "Reserve") {
			continue
		}
		if got := path(r, "cmpp."+key); !same(got, expected(name, want)) {
			bad = append(bad, fmt.Sprintf("%s = %v, want %v", key, got, want))
		}
	}
	if complete == (r["truncated"] == true) {
		bad = append(bad, fmt.Sprintf("truncated = %v", r["truncated"]))
	}
	if !complete || p.BadUDH {
		return bad
	}
	if got := path(r, "sms.text"); p.Text != nil && !p.Lossy && !same(got, *p.Text) {
		bad = append(bad, fmt.Sprintf("text %v, want %s", got, *p.Text))
	}
	if u := p.UDH; u != nil && u.Total != "" {
		for key, want := range map[string]json.Number{"ref": u.Ref, "total": u.Total, "part": u.Seq, "ref_bits": u.RefBits} {
			if got := path(r, "sms.concat."+key); !same(got, want) {
				bad = append(bad, fmt.Sprintf("concat.%s = %v, want %s", key, got, want))
			}
		}
	}
	for name, want := range p.Report {
		if got := path(r, "sms.report."+strings.ToLower(name)); !same(got, expected(name, want)) {
			bad = append(bad, fmt.Sprintf("report %s = %v, want %v", name, got, want))
		}
	}
	return bad
}

// expected gives a value of the truth as records have it.
func expected(name string, v any) any {
	if n, ok := v.(json.Number); ok && name == "Msg_Id" {
		var id uint64
		fmt.Sscan(n.String(), &id)
		return fmt.Sprintf("%016x", id)
	}
	if s, ok := v.(string); ok && strings.HasPrefix(name, "Authenticator") && strings.Trim(s, "0") == "" {
		return ""
	}
	return v
}

// same compares a value of a record with one of the truth; what is empty is
// absent in records.
func same(got, want any) bool {
	if got == nil {
		return want == nil || fmt.Sprint(want) == "" || fmt.Sprint(want) == "[]"
	}
	return fmt.Sprint(got) == fmt.Sprint(want)
}
