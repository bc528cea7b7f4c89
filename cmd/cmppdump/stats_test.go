package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cmppdump/dissect/stats"
)

// figures is a row of a table of statistics in a record.
type figures map[string]any

func (r figures) num(key string) int {
	f, _ := r[key].(float64)
	return int(f)
}

func (r figures) text(key string) string {
	s, _ := r[key].(string)
	return s
}

// statsOf runs the program with -z and gives the rows of the last record.
func statsOf(t *testing.T, file string, flags ...string) map[string][]figures {
	t.Helper()
	out, errs, status := cmppdump(append([]string{"-r", file, "-q", "-T", "json"}, flags...)...)
	if status != exitOK {
		t.Fatalf("%s %v: exit status %d: %s", file, flags, status, errs)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	var record struct {
		Stats map[string]json.RawMessage
		Final *bool
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &record); err != nil || record.Final != nil {
		t.Fatalf("%s: the last record is not the final one: %v: %.200s", file, err, lines[len(lines)-1])
	}
	tables := map[string][]figures{}
	for name, raw := range record.Stats {
		var rows []figures
		if json.Unmarshal(raw, &rows) == nil {
			tables[name] = rows
		}
	}
	return tables
}

// TestStatsClose holds the tables of every shipped capture against its records
// of transactions, messages, PDUs and connections.
func TestStatsClose(t *testing.T) {
	var flags []string
	for _, name := range stats.Names() {
		flags = append(flags, "-z", name)
	}
	rows := 0
	for _, file := range allCaptures(t) {
		tables := statsOf(t, file, flags...)
		pdus, txns, msgs, conns := records(t, file, "pdu"), records(t, file, "txn"), records(t, file, "msg"), records(t, file, "conn")
		for name, check := range map[string]func() []string{
			"srt":     func() []string { return srtFaults(tables["srt"], txns) },
			"results": func() []string { return resultFaults(tables["results"], txns, pdus) },
			"io":      func() []string { return ioFaults(tables["io"], pdus) },
			"conv":    func() []string { return convFaults(tables["conv"], pdus, conns) },
			"window":  func() []string { return windowFaults(tables["window"], conns) },
			"reports": func() []string { return reportFaults(tables["reports"], msgs) },
			"sp":      func() []string { return spFaults(tables["sp"], msgs) },
			"texts":   func() []string { return textFaults(tables["signature"], msgs) },
			"flow":    func() []string { return flowFaults(tables["flow"], tables["flow_bands"], pdus, txns) },
			"expert":  func() []string { return expertFaults(t, file, tables["expert"]) },
		} {
			for _, fault := range check() {
				t.Errorf("%s: %s: %s", filepath.Base(file), name, fault)
			}
		}
		for _, table := range tables {
			rows += len(table)
		}
	}
	if rows < 500 {
		t.Errorf("only %d rows", rows)
	}
}

// TestStatsAlone: a table says the same whether it is the only one or not. One
// of an open connection needs no other to know the SP.
func TestStatsAlone(t *testing.T) {
	open := filepath.Join(t.TempDir(), "open.pcap")
	f, err := os.Create(open)
	if err != nil {
		t.Fatal(err)
	}
	err = writeCapture(f, `
tcp 40000 7890
> connect:1:901234
< connect_resp:1:0
> submit:2:13800001234:"one"
< submit_resp:2:0
`)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, name := range stats.Names() {
		flags = append(flags, "-z", name)
	}
	for _, file := range []string{open, "../../pcaps/timeout_30.pcap", "../../pcaps/lost_part_30.pcap"} {
		alone := map[string][]figures{}
		for _, name := range stats.Names() {
			maps.Copy(alone, statsOf(t, file, "-z", name))
		}
		for table, rows := range statsOf(t, file, flags...) {
			if !reflect.DeepEqual(alone[table], rows) {
				t.Errorf("%s: %s alone has\n%v, with others\n%v", filepath.Base(file), table, alone[table], rows)
			}
		}
	}
	for _, table := range []string{"conv", "window"} {
		if sp := statsOf(t, open, "-z", table)[table][0].text("sp_id"); sp != "901234" {
			t.Errorf("%s: SP_Id %q of an open connection", table, sp)
		}
	}
}

// TestFailOnNotes: a note of a message is a note, without a view of messages.
func TestFailOnNotes(t *testing.T) {
	const file = "../../pcaps/lost_part_30.pcap"
	for cond, want := range map[string]int{"any expert.count > 0": exitFailOn, "any expert.count > 1": exitOK} {
		if _, errs, status := cmppdump("-r", file, "-q", "--fail-on", cond); status != want {
			t.Errorf("--fail-on %s: exit status %d: %s", cond, status, errs)
		}
	}
}

// TestForgottenMessages: the summary counts the messages that were forgotten
// after their end.
func TestForgottenMessages(t *testing.T) {
	file := filepath.Join(t.TempDir(), "many.pcap")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	text := "tcp 40000 7890\n"
	for i := range 400 {
		text += fmt.Sprintf("> submit:%d:1380000%04d:\"text\"\n< submit_resp:%d\n< report:%d:1380000%04d:\"DELIVRD %016x 2611220210\"\n> deliver_resp:%d\n",
			i+1, i, i+1, i+1, i, 1001+i, i+1)
	}
	if err := errors.Join(writeCapture(f, text), f.Close()); err != nil {
		t.Fatal(err)
	}
	_, errs, _ := cmppdump("-r", file, "-q", "-z", "sp", "--max-mem", "16K")
	_, line, _ := strings.Cut(errs, "400 messages: 400 delivered\n")
	var n int
	if _, err := fmt.Sscanf(line, "%d decided messages forgotten to stay under --max-mem;", &n); err != nil || n < 100 || n >= 400 {
		t.Errorf("%d forgotten, %v: %s", n, err, errs)
	}
}

// TestStatsSignedReports: a report is counted for the signature of the text that
// it is about.
func TestStatsSignedReports(t *testing.T) {
	file := filepath.Join(t.TempDir(), "signed.pcap")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	err = writeCapture(f, `
tcp 40000 7890
> submit:1:13800001234:"【示例】一" submit:2:13800001235:"【另一家】二"
< submit_resp:1 submit_resp:2
< report:8:13800001234:"DELIVRD 00000000000003e9 2611220210" report:9:13800001235:"UNDELIV 00000000000003ea 2611220210"
> deliver_resp:8 deliver_resp:9
< deliver:10:13800001236:"TD"
> deliver_resp:10
< report:11:13800001237:"EXPIRED 000000000000ffff 2611220210"
`)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range statsOf(t, file, "-z", "results,by=signature")["results"] {
		got[r.text("signature")+" "+r.text("pdu")+" "+r.text("code")] = r.num("count")
	}
	for _, fault := range differ(got, map[string]int{"示例 SUBMIT_RESP 0": 1, "示例 DELIVER DELIVRD": 1, "示例 DELIVER_RESP 0": 1,
		"另一家 SUBMIT_RESP 0": 1, "另一家 DELIVER UNDELIV": 1, "另一家 DELIVER_RESP 0": 1, " DELIVER_RESP 0": 1, " DELIVER EXPIRED": 1}) {
		t.Error(fault)
	}
	got = map[string]int{}
	for _, r := range statsOf(t, file, "-z", "srt,by=signature")["srt"] {
		if r["total"] == nil {
			got[r.text("signature")+" "+r.text("request")] = r.num("count")
		}
	}
	for _, fault := range differ(got, map[string]int{"示例 SUBMIT": 1, "另一家 SUBMIT": 1, "示例 DELIVER": 1, "另一家 DELIVER": 1, " DELIVER": 2}) {
		t.Error(fault)
	}
}

// counted counts records by what key makes of them; "" is not counted.
func counted(records []map[string]any, key func(map[string]any) string) map[string]int {
	n := map[string]int{}
	for _, r := range records {
		if k := key(r); k != "" {
			n[k]++
		}
	}
	return n
}

// differ compares counts by name.
func differ(got, want map[string]int) (faults []string) {
	for k, n := range want {
		if got[k] != n {
			faults = append(faults, fmt.Sprintf("%s: %d, in the records %d", k, got[k], n))
		}
	}
	for k, n := range got {
		if _, ok := want[k]; !ok && n != 0 {
			faults = append(faults, fmt.Sprintf("%s: %d, in the records none", k, n))
		}
	}
	return faults
}

var srtColumns = map[string]string{"answered": "answered", "no_response": "unanswered", "closed": "unanswered", "capture_ended": "open", "unknown": "blind"}

func srtFaults(table []figures, txns []map[string]any) []string {
	want := counted(txns, func(r map[string]any) string {
		state := path(r, "txn.state").(string)
		if state == "orphan_response" {
			return ""
		}
		return strings.TrimPrefix(path(r, "cmpp.command").(string), "CMPP_") + " " + srtColumns[state]
	})
	got, all := map[string]int{}, map[string]int{}
	seen := map[string]bool{}
	for _, r := range table {
		for _, c := range []string{"answered", "unanswered", "open", "blind"} {
			switch {
			case r["request"] == nil:
				all[c] += r.num(c)
			case r["total"] == nil || !seen[r.text("request")]: // a command without rows of its own
				got[r.text("request")+" "+c] += r.num(c)
			}
		}
		seen[r.text("request")] = true
		if sum := r.num("answered") + r.num("unanswered") + r.num("open") + r.num("blind"); sum != r.num("count") {
			return []string{fmt.Sprintf("%v does not close", r)}
		}
	}
	faults, sums := differ(got, want), map[string]int{}
	for k, n := range want {
		sums[strings.Fields(k)[1]] += n
	}
	return append(faults, differ(all, sums)...)
}

func resultFaults(table []figures, txns, pdus []map[string]any) []string {
	want := counted(txns, func(r map[string]any) string {
		if path(r, "txn.state") != "answered" {
			return ""
		}
		for _, field := range []string{"result", "status", "success_id"} {
			if n, ok := path(r, "cmpp."+field).(json.Number); ok {
				return strings.TrimPrefix(path(r, "cmpp.command").(string), "CMPP_") + "_RESP " + field + " " + n.String()
			}
		}
		return ""
	})
	sent := map[string]bool{}
	for k, n := range counted(pdus, func(r map[string]any) string {
		stat, _ := path(r, "sms.report.stat").(string)
		key := fmt.Sprint(path(r, "conn.id"), path(r, "cmpp.sequence_id"), stat, path(r, "sms.report.msg_id"))
		if path(r, "sms.direction") != "report" || path(r, "cmpp.command") != "CMPP_DELIVER" || sent[key] { // sent again
			return ""
		}
		sent[key] = true
		if stat == "" && path(r, "sms.report.submit_time") == nil {
			return "" // the block could not be read
		}
		return "DELIVER stat " + stat
	}) {
		want[k] += n
	}
	got := map[string]int{}
	for _, r := range table {
		if r.text("pdu") == "FWD" {
			continue // reports between gateways have no Stat of this kind in the records
		}
		got[r.text("pdu")+" "+strings.ToLower(r.text("field"))+" "+r.text("code")] += r.num("count")
	}
	return differ(got, want)
}

func ioFaults(table []figures, pdus []map[string]any) (faults []string) {
	want := map[string]int{}
	for _, r := range pdus {
		if path(r, "event.dataset") == "cmpp.pdu" {
			want["pdus"]++
			if id, err := path(r, "cmpp.command_id").(json.Number).Int64(); err == nil && id>>31 == 0 {
				want["requests"]++
			}
		}
	}
	sum, all := map[string]int{}, map[string]int{}
	for _, r := range table {
		for _, c := range []string{"pdus", "requests"} {
			if r["total"] == true {
				all[c] += r.num(c)
			} else {
				sum[c] += r.num(c)
			}
		}
	}
	return append(differ(sum, want), differ(all, want)...)
}

func convFaults(table []figures, pdus, conns []map[string]any) (faults []string) {
	want := counted(pdus, func(r map[string]any) string {
		if path(r, "event.dataset") != "cmpp.pdu" {
			return ""
		}
		return fmt.Sprint(path(r, "conn.id"), " ", path(r, "conn.dir"))
	})
	for _, r := range conns {
		for _, dir := range []string{"c2s", "s2c"} {
			for _, name := range []string{".unanswered", ".closed"} {
				n, _ := path(r, dir+name).(json.Number).Int64()
				want[fmt.Sprint(path(r, "conn.id"), " unanswered")] += int(n)
			}
		}
	}
	got := map[string]int{}
	for _, r := range table {
		got[fmt.Sprint(r.num("conn"), " unanswered")] = r.num("unanswered")
		got[fmt.Sprint(r.num("conn"), " c2s")] += r.num("c2s_pdus")
		got[fmt.Sprint(r.num("conn"), " s2c")] += r.num("s2c_pdus")
	}
	if len(table) != len(conns) {
		faults = append(faults, fmt.Sprintf("%d connections, in the records %d", len(table), len(conns)))
	}
	return append(faults, differ(got, want)...)
}

func windowFaults(table []figures, conns []map[string]any) []string {
	want, got := map[string]int{}, map[string]int{}
	for _, r := range conns {
		for _, dir := range []string{"c2s", "s2c"} {
			for key, column := range map[string]string{"requests": "requests", "max_in_flight": "max"} {
				if n, ok := path(r, dir+"."+key).(json.Number); ok && n.String() != "0" {
					i, _ := n.Int64()
					want[fmt.Sprint(path(r, "conn.id"), " ", dir, " ", column)] = int(i)
				}
			}
		}
	}
	for _, r := range table {
		for _, column := range []string{"requests", "max"} {
			got[fmt.Sprint(r.num("conn"), " ", r.text("dir"), " ", column)] = r.num(column)
		}
	}
	return differ(got, want)
}

// states counts records of a view that are wanted by their newest state.
func states(rs []map[string]any, view string, wanted func(map[string]any) bool) map[string]int {
	newest := map[any]map[string]any{}
	for _, r := range rs {
		newest[path(r, "event.id")] = r
	}
	n := map[string]int{}
	for _, r := range newest {
		if wanted(r) {
			n[path(r, view+".state").(string)]++
		}
	}
	return n
}

func sumOf(table []figures, key string) (n int) {
	for _, r := range table {
		if r["total"] == nil {
			n += r.num(key)
		}
	}
	return n
}

func reportFaults(table []figures, msgs []map[string]any) []string {
	n := states(msgs, "msg", func(map[string]any) bool { return true })
	return differ(
		map[string]int{"delivered": sumOf(table, "delivered"), "failed": sumOf(table, "failed")},
		map[string]int{"delivered": n["delivered"], "failed": n["undelivered"] + n["expired"]})
}

func spFaults(table []figures, msgs []map[string]any) []string {
	n := states(msgs, "msg", func(map[string]any) bool { return true })
	want := map[string]int{"delivered": n["delivered"], "failed": n["undelivered"] + n["expired"], "none_yet": n["waiting"] + n["no_report"],
		"refused": n["rejected"] + n["throttled"], "unanswered": n["no_response"], "accepted": n["accepted"], "open": n["sent"],
		"partial": n["partial"], "received": n["received"], "report_only": n["report_only"]}
	got, sum := map[string]int{}, 0
	for k := range want {
		got[k] = sumOf(table, k)
		if k != "received" && k != "report_only" {
			sum += got[k]
		}
	}
	if all := sumOf(table, "messages"); all != sum {
		return []string{fmt.Sprintf("%d messages, %d in all states", all, sum)}
	}
	return differ(got, want)
}

func textFaults(table []figures, msgs []map[string]any) []string {
	n := states(msgs, "msg", func(r map[string]any) bool {
		return path(r, "event.action") == "mt" && path(r, "msg.state") != "report_only"
	})
	want := map[string]int{}
	for _, k := range n {
		want["messages"] += k
	}
	want["refused"] = n["rejected"] + n["throttled"]
	return differ(map[string]int{"messages": sumOf(table, "messages"), "refused": sumOf(table, "refused")}, want)
}

func flowFaults(table, bands []figures, pdus, txns []map[string]any) []string {
	want := map[string]int{}
	for _, r := range txns {
		if path(r, "cmpp.command") != "CMPP_SUBMIT" || path(r, "txn.state") == "orphan_response" || path(r, "revision") != nil {
			continue
		}
		to, _ := path(r, "sms.to").([]any)
		want["submits"]++
		want["messages"] += max(1, len(to))
		if n, ok := path(r, "cmpp.result").(json.Number); ok && n.String() == "8" {
			want["throttled"]++
			want["refused_messages"] += max(1, len(to))
		}
	}
	got := map[string]int{}
	for _, key := range []string{"submits", "messages", "throttled", "refused_messages"} {
		got[key] = sumOf(table, key)
	}
	faults := differ(got, want)
	if n := sumOf(bands, "throttled"); n != want["throttled"] {
		faults = append(faults, fmt.Sprintf("%d refused in the bands, in the records %d", n, want["throttled"]))
	}
	return faults
}

func expertFaults(t *testing.T, file string, table []figures) []string {
	_, errs, _ := cmppdump("-r", file, "--view", "msg") // which follows messages, and so has their notes
	want := map[string]int{}
	if _, notes, ok := strings.Cut(errs, "\nnotes: "); ok {
		for _, word := range strings.Split(strings.ReplaceAll(strings.TrimSuffix(notes, "\n"), "\n  ", " "), ", ") {
			var n int
			var id string
			if _, err := fmt.Sscan(word, &n, &id); err != nil {
				return []string{"notes of the summary: " + word}
			}
			want[id] = n
		}
	}
	got := map[string]int{}
	for _, r := range table {
		got[r.text("id")] += r.num("count")
	}
	delete(got, "conn.closed") // the summary says nothing of orderly ends
	return differ(got, want)
}

// TestStatsFlow finds the limit of the gateway that pcaps/peer had behind it.
func TestStatsFlow(t *testing.T) {
	tables := statsOf(t, "../../pcaps/rate_limit_20.pcap", "-z", "flow")
	if len(tables["flow"]) != 1 {
		t.Fatalf("%v", tables)
	}
	r := tables["flow"][0]
	if n := r.num("limit_per_s"); n < 98 || n > 102 {
		t.Errorf("limit %d/s, want 100 and 2 more or less", n)
	}
	if conns := fmt.Sprint(r["conns"]); conns != "[1 2]" {
		t.Errorf("connections %s", conns)
	}
}

// TestStatsIntervals: the figures of the intervals add up to those of all.
func TestStatsIntervals(t *testing.T) {
	out, errs, status := cmppdump("-r", "../../pcaps/real/gocmpp_30.pcap", "-q", "-T", "json", "--stats-interval", "20ms", "-z", "srt", "-z", "results", "-z", "sp", "-z", "flow", "-z", "expert")
	if status != exitOK {
		t.Fatal(errs)
	}
	sum, final, intervals := map[string]int{}, map[string]int{}, 0
	for _, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
		var record struct {
			Stats map[string]json.RawMessage
			Final *bool
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		into := final
		if record.Final != nil {
			into = sum
			intervals++
		}
		for name, key := range map[string]string{"srt": "answered", "results": "count", "sp": "delivered", "flow": "submits", "expert": "count"} {
			var rows []figures
			json.Unmarshal(record.Stats[name], &rows)
			into[name] += sumOf(slices.DeleteFunc(rows, func(r figures) bool { return r["total"] == true }), key)
		}
	}
	if intervals < 10 || final["srt"] == 0 || final["sp"] == 0 {
		t.Fatalf("%d intervals, at the end %v", intervals, final)
	}
	for name, n := range final {
		if left := n - sum[name]; left < 0 || left > n/2 { // what came after the last interval is in none
			t.Errorf("%s: %d in the intervals, %d in all", name, sum[name], n)
		}
	}
}
