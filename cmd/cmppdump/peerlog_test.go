package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// logEntry is a line of NAME.log.jsonl: a PDU as one end of the connection saw
// it (pcaps/README.md).
type logEntry struct {
	Time        time.Time
	Local       string
	Remote      string
	Direction   string
	Command     string
	Version     string
	SequenceID  json.Number `json:"sequence_id"`
	TotalLength json.Number `json:"total_length"`
	Fields      map[string]any
	Text        *string
	Raw, Error  string
	Notes       []string
}

// flow is a direction between two ends.
type flow struct{ from, to string }

// TestPeerLogPDU holds the records of every capture of our own SP and ISMG
// against what they say that they sent and received: each PDU, each field, no
// more and no less.
func TestPeerLogPDU(t *testing.T) {
	for _, name := range loggedCaptures(t) {
		t.Run(name, func(t *testing.T) {
			log := readLog(t, name)
			sent, _ := flows(t, log)
			captured := map[flow][]map[string]any{}
			for _, r := range loggedRecords(t, name, "pdu", "--json-raw") {
				f := flow{end(r, "source"), end(r, "destination")}
				captured[f] = append(captured[f], r)
			}
			for f, rs := range captured {
				if len(sent[f]) == 0 {
					t.Errorf("%d PDUs from %s to %s, and the log knows of none", len(rs), f.from, f.to)
				}
			}
			login := logins(log)
			for f, entries := range sent {
				rs := captured[f]
				if len(rs) != len(entries) {
					t.Errorf("%d PDUs from %s to %s, by the log %d", len(rs), f.from, f.to, len(entries))
				}
				offset, before := 0, map[string]bool{}
				for i := range min(len(rs), len(entries)) {
					comparePDU(t, entries[i], rs[i], offset, before[entries[i].Raw], login[f])
					before[entries[i].Raw] = !strings.HasSuffix(entries[i].Command, "_RESP")
					offset += len(entries[i].Raw) / 2
				}
			}
		})
	}
}

// comparePDU holds a record against the entry of its PDU, before which offset
// octets were sent. again tells that it was sent before, login is the version
// of the CONNECT, if there was one.
func comparePDU(t *testing.T, e *logEntry, r map[string]any, offset int, again bool, login string) {
	t.Helper()
	what := fmt.Sprintf("%s %s of %s", e.Command, e.SequenceID, e.Local)
	want := map[string]any{"cmpp": e.cmpp(), "sms": e.sms(t)}
	got := map[string]any{"cmpp": copyOf(r["cmpp"]), "sms": copyOf(r["sms"])}
	ours := got["cmpp"].(map[string]any)
	// A GNS message of 3.0 has the layout of 2.1, which is all that can be
	// known of a connection without a login.
	if ours["version"] == "2.1" && e.Version == "3.0" && strings.Contains(e.Command, "_ROUTE") && login == "" {
		ours["version"] = "3.0"
	}
	for _, derived := range []string{"version_source", "status_text", "result_text", "success_id_text"} {
		delete(ours, derived)
	}
	delete(got["sms"].(map[string]any), "signature")
	if slices.Contains(e.Notes, "sms.coding_mismatch") {
		delete(got["sms"].(map[string]any), "guess")
	}
	if report, ok := got["sms"].(map[string]any)["report"].(map[string]any); ok {
		delete(report, "stat_text")
	}
	for _, d := range mapDifferences("", want, got) {
		t.Errorf("%s: %s", what, d)
	}
	if got := path(r, "conn.offset"); fmt.Sprint(got) != fmt.Sprint(offset) {
		t.Errorf("%s: at offset %v of the stream, %d octets were sent before", what, got, offset)
	}
	if r["truncated"] != nil {
		t.Errorf("%s: truncated", what)
	}
	// The log has when a PDU was written: it waits where the other end does not read.
	if d := timeOf(r).Sub(e.Time); d < -time.Second || d > 3*time.Second {
		t.Errorf("%s: captured at %v, sent at %v", what, path(r, "@timestamp"), e.Time)
	}
	compareNotes(t, what, e, r, again, login)
}

// compareNotes: all that is odd about these PDUs is what the log says, what was
// sent again, another version's layout than the login's, values that are field
// practice, and characters cut at the border of a part. Where the second half of
// one of GBK begins a part, nothing tells it from a whole one.
func compareNotes(t *testing.T, what string, e *logEntry, r map[string]any, again bool, login string) {
	t.Helper()
	want := map[string]bool{
		"txn.repeated":          again,
		"cmpp.version_mismatch": e.Command == "CMPP_CONNECT_RESP" && login != "" && e.Version != login,
		"cmpp.version_byte":     e.Command == "CMPP_CONNECT" && !slices.Contains([]string{"18", "32", "33", "48"}, fmt.Sprint(e.Fields["Version"])),
		"cmpp.practice":         e.practice(),
		"sms.split_character":   e.Text != nil && strings.HasSuffix(*e.Text, "\ufffd") && !slices.Contains(e.Notes, "sms.coding_mismatch"),
	}
	for _, id := range e.Notes {
		want[id] = true
	}
	for _, n := range listOf(r["expert"]) {
		id := path(n.(map[string]any), "id").(string)
		if !want[id] && !(id == "sms.split_character" && e.Text != nil && strings.HasPrefix(*e.Text, "\ufffd")) {
			t.Errorf("%s: note %s", what, id)
		}
		delete(want, id)
	}
	for id, wanted := range want {
		if wanted {
			t.Errorf("%s: no note %s", what, id)
		}
	}
}

// practice reports whether a field has a value that the specification does not
// know and people use (C§7.1, C§7.3).
func (e *logEntry) practice() bool {
	format, ok := e.Fields["Msg_Fmt"]
	flag := e.Fields["TP_udhi"]
	return ok && !slices.Contains([]string{"0", "3", "4", "8", "15"}, fmt.Sprint(format)) || flag == json.Number("64")
}

// recordNames are the record names that are not the specification's in lower
// case, by command where that matters.
var recordNames = map[string]string{"FeeType": "fee_type", "FeeCode": "fee_code", "LinkID": "link_id", "DestUsr_tl": "dest_usr_tl",
	"NodesCount": "nodes_count", "ValId_Time": "valid_time", "SP_AcessType": "sp_access_type",
	"CMPP_CONNECT Version": "version_byte", "CMPP_CONNECT_RESP Version": "version_byte", "CMPP_FWD Dest_Id": "dest_ids"}

// cmpp is the record's object of that name as the log has it.
func (e *logEntry) cmpp() map[string]any {
	m := map[string]any{"command": e.Command, "sequence_id": e.SequenceID, "total_length": e.TotalLength}
	if e.Version != "" { // nothing tells it
		m["version"] = e.Version
	}
	if raw, err := hex.DecodeString(e.Raw); err == nil && len(raw) >= 12 {
		m["command_id"] = json.Number(fmt.Sprint(uint32(raw[4])<<24 | uint32(raw[5])<<16 | uint32(raw[6])<<8 | uint32(raw[7])))
	}
	for name, v := range e.Fields {
		key := strings.ToLower(name)
		for _, n := range []string{name, e.Command + " " + name} {
			if k, ok := recordNames[n]; ok {
				key = k
			}
		}
		digest := strings.HasPrefix(name, "Authenticator")
		if name == "report" || v == "" || digest && strings.Trim(v.(string), "0") == "" {
			continue
		}
		m[key] = v
	}
	return m
}

// direction is that of the message that the PDU carries, if any.
func (e *logEntry) direction() string {
	zero := func(name string) bool { return fmt.Sprint(e.Fields[name]) == "0" }
	switch e.Command {
	case "CMPP_SUBMIT":
		return "mt"
	case "CMPP_DELIVER":
		if zero("Registered_Delivery") {
			return "mo"
		}
		return "report"
	case "CMPP_FWD":
		return map[string]string{"0": "mt", "1": "mo", "2": "report", "3": "report"}[fmt.Sprint(e.Fields["Msg_Fwd_Type"])]
	}
	return ""
}

// sms is the record's object of that name as the log has it, with --json-raw.
func (e *logEntry) sms(t *testing.T) map[string]any {
	t.Helper()
	m := map[string]any{}
	set := func(key string, v any) {
		if v != nil && v != "" {
			m[key] = v
		}
	}
	set("direction", e.direction())
	switch e.Command {
	case "CMPP_SUBMIT":
		set("from", e.Fields["Src_Id"])
		set("to", e.Fields["Dest_terminal_Id"])
	case "CMPP_DELIVER":
		set("from", e.Fields["Src_terminal_Id"])
		set("to", []any{e.Fields["Dest_Id"]})
	case "CMPP_FWD":
		set("from", e.Fields["Src_Id"])
		set("to", e.Fields["Dest_Id"])
	}
	switch e.direction() {
	case "report":
		report := map[string]any{}
		for name, v := range e.Fields["report"].(map[string]any) {
			report[strings.ToLower(name)] = v
		}
		m["report"] = report
	case "mt", "mo":
		e.content(t, m)
	}
	return m
}

// content adds what stands in Msg_Content: the header and its concatenation,
// the text, or the octets.
func (e *logEntry) content(t *testing.T, m map[string]any) {
	t.Helper()
	content, err := hex.DecodeString(e.Fields["Msg_Content"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if (e.Fields["TP_udhi"] == json.Number("1") || e.Fields["TP_udhi"] == json.Number("64")) && len(content) > 0 {
		n := int(content[0]) + 1
		m["udh"] = hex.EncodeToString(content[:n])
		for ie := content[1:n]; len(ie) >= 2; ie = ie[2+int(ie[1]):] {
			data := ie[2 : 2+int(ie[1])]
			switch ie[0] {
			case 0x00:
				m["concat"] = concatOf(int(data[0]), 8, data[1:])
			case 0x08:
				m["concat"] = concatOf(int(data[0])<<8|int(data[1]), 16, data[2:])
			}
		}
		content = content[n:]
	}
	if len(content) == 0 {
		return
	}
	m["encoding"] = map[string]string{"0": "ASCII", "3": "binary", "4": "binary", "8": "UCS-2", "15": "GB18030", "24": "UCS-2"}[fmt.Sprint(e.Fields["Msg_Fmt"])]
	if e.Text != nil {
		m["text"] = *e.Text
	} else {
		m["data"] = hex.EncodeToString(content)
	}
}

// concatOf is sms.concat; total and part stand in counts.
func concatOf(ref, bits int, counts []byte) map[string]any {
	return map[string]any{"ref": jsonInt(ref), "ref_bits": jsonInt(bits), "total": jsonInt(int(counts[0])), "part": jsonInt(int(counts[1]))}
}

func jsonInt(n int) json.Number { return json.Number(fmt.Sprint(n)) }

// mapDifferences says where two JSON values are not the same.
func mapDifferences(at string, want, got any) (bad []string) {
	w, isMap := want.(map[string]any)
	g, ok := got.(map[string]any)
	if !isMap || !ok {
		if !reflect.DeepEqual(want, got) {
			bad = append(bad, fmt.Sprintf("%s = %v, the log says %v", at, got, want))
		}
		return bad
	}
	keys := map[string]bool{}
	for k := range w {
		keys[k] = true
	}
	for k := range g {
		keys[k] = true
	}
	for k := range keys {
		bad = append(bad, mapDifferences(strings.TrimPrefix(at+"."+k, "."), w[k], g[k])...)
	}
	sort.Strings(bad)
	return bad
}

// copyOf is a shallow copy of an object, empty where there is none.
func copyOf(v any) map[string]any {
	m := map[string]any{}
	if o, ok := v.(map[string]any); ok {
		for k, v := range o {
			m[k] = v
		}
	}
	return m
}

func listOf(v any) []any {
	l, _ := v.([]any)
	return l
}

// logins are the versions of the CONNECTs, for both directions of their
// connections.
func logins(log []*logEntry) map[flow]string {
	m := map[flow]string{}
	for _, e := range log {
		if e.Command == "CMPP_CONNECT" {
			m[flow{e.Local, e.Remote}], m[flow{e.Remote, e.Local}] = e.Version, e.Version
		}
	}
	return m
}

// flows sorts the log by what was sent in which direction, and checks that the
// other end received the same.
func flows(t *testing.T, log []*logEntry) (sent, received map[flow][]*logEntry) {
	t.Helper()
	sent, received = map[flow][]*logEntry{}, map[flow][]*logEntry{}
	for _, e := range log {
		switch e.Direction {
		case "sent":
			f := flow{e.Local, e.Remote}
			sent[f] = append(sent[f], e)
		case "received":
			f := flow{e.Remote, e.Local}
			received[f] = append(received[f], e)
		default:
			t.Fatalf("neither sent nor received: %+v", e)
		}
	}
	for f := range sent {
		if len(sent[f]) != len(received[f]) {
			t.Fatalf("%s sent %d PDUs, %s received %d", f.from, len(sent[f]), f.to, len(received[f]))
		}
		for i, e := range received[f] {
			if e.Raw != sent[f][i].Raw || !reflect.DeepEqual(e.Fields, sent[f][i].Fields) || !reflect.DeepEqual(e.Text, sent[f][i].Text) {
				t.Fatalf("%s sent %+v, %s received %+v", f.from, sent[f][i], f.to, e)
			}
		}
	}
	return sent, received
}

// pair is a request and what became of it.
type pair struct {
	request, response  *logEntry
	first, answer      map[string]any // records of the PDUs
	attempts, inFlight int
	waited             time.Duration // from the request to the last PDU
}

// pairKey tells requests apart that are open at the same time.
type pairKey struct {
	flow
	command, sequence string
}

// TestPeerLogTransactions holds the transactions of the same captures against
// the log: which response belongs to which request, how often each was sent,
// what nobody answered.
func TestPeerLogTransactions(t *testing.T) {
	for _, name := range loggedCaptures(t) {
		t.Run(name, func(t *testing.T) {
			sent, _ := flows(t, readLog(t, name))
			want := pairs(t, sent, loggedRecords(t, name, "pdu"))
			got := map[string]map[string]any{}
			for _, r := range loggedRecords(t, name, "txn") {
				k := pairName(end(r, "source"), end(r, "destination"), path(r, "cmpp.command"), path(r, "cmpp.sequence_id"), path(r, "txn.request.frame"), path(r, "txn.response.frame"))
				if got[k] != nil {
					t.Errorf("twice: %s", k)
				}
				got[k] = r
			}
			for _, p := range want {
				k := p.name()
				if got[k] == nil {
					t.Errorf("no transaction %s", k)
					continue
				}
				for _, d := range mapDifferences("", p.record(t), transactionOf(got[k])) {
					t.Errorf("%s: %s", k, d)
				}
				delete(got, k)
			}
			for k := range got {
				t.Errorf("a transaction that the log does not know: %s", k)
			}
		})
	}
}

func pairName(from, to string, command, sequence, request, response any) string {
	return fmt.Sprintf("%s > %s %v %v, frames %v, %v", from, to, command, sequence, request, response)
}

// pairs pairs the PDUs of the log, in the order in which the capture has them:
// a response goes to the oldest open request of its command and Sequence_Id.
func pairs(t *testing.T, sent map[flow][]*logEntry, records []map[string]any) (all []*pair) {
	t.Helper()
	next := map[flow]int{}
	open := map[pairKey][]*pair{}
	inFlight := map[flow]int{}
	for _, r := range records {
		f := flow{end(r, "source"), end(r, "destination")}
		if next[f] == len(sent[f]) {
			t.Fatalf("more PDUs than the log has: %v", r)
		}
		e := sent[f][next[f]]
		next[f]++
		if command, isResponse := strings.CutSuffix(e.Command, "_RESP"); isResponse {
			k := pairKey{flow{f.to, f.from}, command, e.SequenceID.String()}
			if len(open[k]) == 0 {
				all = append(all, &pair{response: e, answer: r})
				continue
			}
			p := open[k][0]
			p.response, p.answer = e, r
			open[k] = open[k][1:]
			inFlight[k.flow]--
			continue
		}
		k := pairKey{f, e.Command, e.SequenceID.String()}
		if n := len(open[k]); n > 0 && open[k][n-1].request.Raw == e.Raw {
			open[k][n-1].attempts++
			continue
		}
		inFlight[f]++
		p := &pair{request: e, first: r, attempts: 1, inFlight: inFlight[f]}
		open[k] = append(open[k], p)
		all = append(all, p)
	}
	for _, p := range all {
		if p.request != nil {
			p.waited = timeOf(records[len(records)-1]).Sub(timeOf(p.first))
		}
	}
	return all
}

func (p *pair) name() string {
	if p.request == nil {
		return pairName(p.response.Remote, p.response.Local, strings.TrimSuffix(p.response.Command, "_RESP"), p.response.SequenceID, nil, path(p.answer, "frame.last"))
	}
	return pairName(p.request.Local, p.request.Remote, p.request.Command, p.request.SequenceID, path(p.first, "frame.last"), path(p.answer, "frame.last"))
}

// record is what the transaction must say.
func (p *pair) record(t *testing.T) map[string]any {
	m := map[string]any{"outcome": "unknown"}
	if p.request != nil {
		m["attempts"], m["in_flight"] = jsonInt(p.attempts), jsonInt(p.inFlight)
		for key, v := range p.request.about(t) {
			m[key] = v
		}
	}
	switch {
	case p.request == nil:
		m["state"] = "orphan_response"
	case p.response == nil:
		m["state"] = "closed" // all these connections end
		if p.waited >= time.Minute {
			m["state"] = "no_response"
		}
		return m
	default:
		m["state"], m["outcome"] = "answered", "success"
		m["latency_ms"] = json.Number(fmt.Sprintf("%.6f", float64(timeOf(p.answer).Sub(timeOf(p.first)).Nanoseconds())/1e6))
	}
	for _, name := range []string{"Status", "Result", "Success_Id"} {
		if v, ok := p.response.Fields[name]; ok {
			m[strings.ToLower(name)] = v
			last := p.request != nil && p.request.Command == "CMPP_GET_ROUTE" && fmt.Sprint(v) == "2" // of a list: C§5.5
			if fmt.Sprint(v) != "0" && p.request != nil && !last {
				m["outcome"] = "failure"
			}
		}
	}
	if id, ok := p.response.Fields["Msg_Id"].(string); ok && p.response.Command == "CMPP_SUBMIT_RESP" && strings.Trim(id, "0") != "" {
		m["msg_id"] = id
	}
	return m
}

// about is what a transaction has of its request.
func (e *logEntry) about(t *testing.T) map[string]any {
	m := map[string]any{}
	for key, name := range map[string]string{"service_id": "Service_Id", "msg_id": "Msg_Id"} {
		if v, ok := e.Fields[name]; ok && v != "" {
			m[key] = v
		}
	}
	sms := e.sms(t)
	for _, key := range []string{"direction", "from", "to", "text", "data", "encoding"} {
		if v, ok := sms[key]; ok {
			m[key] = v
		}
	}
	switch report, ok := e.Fields["report"].(map[string]any); {
	case e.Command == "CMPP_SUBMIT":
		delete(m, "msg_id") // the gateway's stands in the response
	case ok && fmt.Sprint(e.Fields["Msg_Fwd_Type"]) != "3":
		m["msg_id"] = report["Msg_Id"]
	}
	return m
}

// transactionOf is the same of a record.
func transactionOf(r map[string]any) map[string]any {
	m := map[string]any{}
	for _, p := range []string{"event.outcome", "txn.state", "txn.attempts", "txn.in_flight", "txn.latency_ms", "cmpp.status", "cmpp.result", "cmpp.success_id",
		"cmpp.service_id", "sms.msg_id", "sms.direction", "sms.from", "sms.to", "sms.text", "sms.data", "sms.encoding"} {
		if v := path(r, p); v != nil {
			m[p[strings.IndexByte(p, '.')+1:]] = v
		}
	}
	return m
}

func timeOf(r map[string]any) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, path(r, "@timestamp").(string))
	return at
}

// TestPeerLogConnections: the figures of each connection are those of the log.
func TestPeerLogConnections(t *testing.T) {
	for _, name := range loggedCaptures(t) {
		t.Run(name, func(t *testing.T) {
			sent, _ := flows(t, readLog(t, name))
			for _, r := range loggedRecords(t, name, "conn") {
				for side, f := range map[string]flow{"c2s": {end(r, "source"), end(r, "destination")}, "s2c": {end(r, "destination"), end(r, "source")}} {
					octets := 0
					for _, e := range sent[f] {
						octets += len(e.Raw) / 2
					}
					want := map[string]any{"pdus": len(sent[f]), "bytes": octets, "missing_bytes": 0, "skipped_bytes": 0}
					for key, n := range want {
						if got := path(r, side+"."+key); fmt.Sprint(got) != fmt.Sprint(n) {
							t.Errorf("%s to %s: %s %v, by the log %v", f.from, f.to, key, got, n)
						}
					}
					delete(sent, f)
				}
			}
			for f := range sent {
				t.Errorf("no connection between %s and %s", f.from, f.to)
			}
		})
	}
}

// loggedCaptures names the captures that have a log.
func loggedCaptures(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../pcaps/*.log.jsonl")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d logs in pcaps, %v", len(files), err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".log.jsonl"))
	}
	return names
}

// loggedRecords are the records of a capture with a log. It has no gaps.
func loggedRecords(t *testing.T, name, view string, flags ...string) []map[string]any {
	t.Helper()
	rs := records(t, "../../pcaps/"+name+".pcap", view, flags...)
	for _, r := range rs {
		if path(r, "event.dataset") == "cmpp.gap" {
			t.Fatalf("a gap: %v", r)
		}
	}
	return rs
}

func readLog(t *testing.T, name string) (log []*logEntry) {
	t.Helper()
	b, err := os.ReadFile("../../pcaps/" + name + ".log.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.UseNumber()
		e := new(logEntry)
		if err := d.Decode(e); err != nil || e.Error != "" {
			t.Fatalf("%s: %v %s", lines.Text(), err, e.Error)
		}
		log = append(log, e)
	}
	if len(log) == 0 {
		t.Fatal("an empty log")
	}
	return log
}
