package main

import (
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cmppdump/pcaps/peer/wire"
)

// dumpLine is a line of -x: the offset, up to sixteen octets, what is printable
// of them.
var dumpLine = regexp.MustCompile(`^  ([0-9a-f]{4})  ((?:[0-9a-f]{2} | {3}){8}) ((?:[0-9a-f]{2} | {3}){8}) (.{1,16})$`)

// dumps takes an output with hex dumps apart: the octets of each, and the lines
// in front of it.
func dumps(t *testing.T, out string) (octets, before []string) {
	t.Helper()
	dump, head := "", ""
	for _, line := range strings.Split(out, "\n") {
		m := dumpLine.FindStringSubmatch(line)
		switch {
		case m != nil:
			if m[1] != fmt.Sprintf("%04x", len(dump)/2) {
				t.Fatalf("offset %s after %d octets", m[1], len(dump)/2)
			}
			row := strings.ReplaceAll(m[2]+m[3], " ", "")
			text, _ := hex.DecodeString(row)
			for i, c := range text {
				if c < ' ' || c > '~' {
					text[i] = '.'
				}
			}
			if string(text) != m[4] {
				t.Fatalf("%s: the text is %s", line, text)
			}
			dump += row
		case dump != "":
			if line != "" {
				t.Fatalf("no blank line behind a dump: %q", line)
			}
			octets, before = append(octets, dump), append(before, head)
			dump, head = "", ""
		default:
			head += line + "\n"
		}
	}
	return octets, before
}

// TestHex: -x shows the octets of every PDU under its row, and -V -x under its
// tree.
func TestHex(t *testing.T) {
	environment(t)
	for _, name := range []string{"codings_30", "batched_20", "gns_21", "mass_send_20"} {
		var want []string
		sent, _ := flows(t, readLog(t, name))
		next := map[flow]int{}
		for _, r := range loggedRecords(t, name, "pdu") {
			f := flow{end(r, "source"), end(r, "destination")}
			want = append(want, sent[f][next[f]].Raw)
			next[f]++
		}
		rows, _, _ := cmppdump("-r", "../../pcaps/"+name+".pcap", "--utc")
		for _, flags := range []string{"-x", "-V -x", "-Vx"} {
			out, errs, status := cmppdump(append([]string{"-r", "../../pcaps/" + name + ".pcap", "--utc"}, strings.Fields(flags)...)...)
			if status != exitOK {
				t.Fatalf("%s: exit status %d: %s", flags, status, errs)
			}
			got, before := dumps(t, out)
			if !slices.Equal(got, want) {
				t.Errorf("%s %s: %d dumps, want those of %d PDUs", name, flags, len(got), len(want))
			}
			for i := range before {
				head := strings.TrimSpace(before[i])
				if flags == "-x" && !strings.Contains(rows, head[strings.LastIndexByte(head, '\n')+1:]) {
					t.Errorf("%s -x: no row such as %q", name, head)
				}
				if flags != "-x" && !strings.Contains(head, "Total_Length") {
					t.Errorf("%s %s: no tree in front of the dump: %q", name, flags, head)
				}
			}
		}
	}
}

// hostile is a text with all that separates columns and records.
const hostile = "one\ttwo\nthree\r\nfour \\n \"five\", six"

// hostileCapture has that text, and an empty message.
func hostileCapture(t *testing.T) string {
	t.Helper()
	p := plainSubmit(wire.UCS2(hostile))
	p.MsgFmt, p.DestTerminalID, p.ServiceID = wire.FmtUCS2, []string{"13800001234", "13800001235"}, `a,"b"`
	return madeCapture(t, []string{"tcp 40000 7890", up(wire.V30, 1, p), up(wire.V30, 2, plainSubmit(nil))})
}

// TestTabs: with -T fields a record is a line and a field is a column, whatever
// the texts say.
func TestTabs(t *testing.T) {
	out, errs, status := cmppdump("-r", hostileCapture(t), "-T", "fields", "-e", "cmpp.sequence_id", "-e", "sms.text,sms.to", "-e", "cmpp.service_id")
	if status != exitOK {
		t.Fatal(errs)
	}
	want := "1\tone\\ttwo\\nthree\\r\\nfour \\\\n \"five\", six\t13800001234,13800001235\ta,\"b\"\n" +
		"2\t\t13800001234\tSVC\n"
	if out != want {
		t.Errorf("%q, want %q", out, want)
	}
}

// TestCSV: -T csv is RFC 4180: a header, CRLF behind every record, quotes where
// they are needed and only there.
func TestCSV(t *testing.T) {
	file := hostileCapture(t)
	out, errs, status := cmppdump("-r", file, "-T", "csv", "-e", "cmpp.sequence_id,sms.text,sms.to", "-e", "cmpp.service_id")
	if status != exitOK {
		t.Fatal(errs)
	}
	want := "cmpp.sequence_id,sms.text,sms.to,cmpp.service_id\r\n" +
		"1,\"" + strings.ReplaceAll(hostile, `"`, `""`) + "\",\"13800001234,13800001235\",\"a,\"\"b\"\"\"\r\n" +
		"2,,13800001234,SVC\r\n"
	if out != want {
		t.Errorf("%q, want %q", out, want)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][1] != strings.ReplaceAll(hostile, "\r\n", "\n") {
		t.Errorf("%v %q", err, rows)
	}
	// The header stands even above nothing.
	if out, _, status := cmppdump("-r", file, "-T", "csv", "-e", "conn.id", "port 1"); status != exitOK || out != "conn.id\r\n" {
		t.Errorf("exit status %d, %q", status, out)
	}
}

// TestPDULimit: --pdus ends the input, in the middle of a frame too, and what
// was open then is shown and counted like at the end of a file.
func TestPDULimit(t *testing.T) {
	out, diag, status := cmppdump("-r", "../../pcaps/real/live_batched_30.pcap", "--pdus", "3", "--view", "pdu,txn,conn", "-T", "fields", "-e", "event.dataset", "-e", "txn.state")
	want := "cmpp.pdu open cmpp.pdu answered cmpp.transaction answered cmpp.pdu open cmpp.transaction capture_ended cmpp.connection"
	if got := strings.Join(strings.Fields(out), " "); status != exitOK || got != want {
		t.Errorf("exit status %d, %q, want %q", status, got, want)
	}
	if !strings.Contains(diag, "\n3 PDUs on 1 connection,") {
		t.Error(diag)
	}
}

// TestSeveralViews: the records of several views in one run are those of a run
// for each, in the same order.
func TestSeveralViews(t *testing.T) {
	for _, name := range []string{"real/live_batched_30", "resend_20", "two_conns_30", "flow_receive_20", "real/mess_midstream30"} {
		file := "../../pcaps/" + name + ".pcap"
		lines := func(view string) []string {
			out, errs, status := cmppdump("-r", file, "-T", "json", "--view", view)
			if status != exitOK {
				t.Fatal(errs)
			}
			return strings.SplitAfter(out, "\n")
		}
		var all []string
		for _, v := range views {
			all = append(all, v.name)
		}
		together := map[string][]string{}
		for _, l := range lines(strings.Join(all, ",")) {
			dataset := datasetOf(t, l)
			together[dataset] = append(together[dataset], l)
		}
		for _, v := range all {
			alone := map[string][]string{}
			for _, l := range lines(v) {
				dataset := datasetOf(t, l)
				alone[dataset] = append(alone[dataset], l)
			}
			if len(alone) < 2 { // and "", the end
				t.Errorf("%s: no records of view %s", name, v)
			}
			for dataset, want := range alone {
				if !slices.Equal(together[dataset], want) {
					t.Errorf("%s: %d %s records together, %d alone, or others", name, len(together[dataset]), dataset, len(want))
				}
			}
		}
	}
}

func datasetOf(t *testing.T, line string) string {
	t.Helper()
	var r struct{ Event struct{ Dataset string } }
	if line == "" {
		return ""
	}
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return r.Event.Dataset
}

// TestJSONRaw: --json-raw adds the octets of messages and nothing else.
func TestJSONRaw(t *testing.T) {
	for _, name := range []string{"codings_30", "reports_20", "fwd_30"} {
		plain := loggedRecords(t, name, "pdu,txn,msg,conn")
		raw := loggedRecords(t, name, "pdu,txn,msg,conn", "--json-raw")
		added := 0
		for i, r := range raw {
			c, ok := path(r, "cmpp").(map[string]any)
			if content, has := c["msg_content"].(string); ok && has {
				added++
				if _, err := hex.DecodeString(content); err != nil || path(plain[i], "cmpp.msg_content") != nil {
					t.Errorf("%s: msg_content %q", name, content)
				}
				delete(c, "msg_content")
			}
			for _, d := range mapDifferences("", plain[i], r) {
				t.Errorf("%s: %s", name, d)
			}
		}
		if added == 0 {
			t.Errorf("%s: no msg_content", name)
		}
	}
}
