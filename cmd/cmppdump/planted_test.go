package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/gopacket/pcapgo"
)

// The captures of troubles that pcaps/peer plants, and what is to be found in
// each. Verdicts are held to what they say, not to how.

// planted is a verdict on a message in captures of pcaps.
type planted struct {
	what, files, about, flags string
	state                     string
	side                      string // empty: nobody is to blame, and it may name whom it likes
	evidence                  string // the PDUs, in order of the first of each kind
}

var plantedVerdicts = []planted{
	{"two of four silently dropped", "silent_drop_30", "13800000302", "", "no_response", "gateway", "1 SUBMIT"},
	{"the other two", "silent_drop_30", "13800000304", "", "delivered", "", answered + reported},
	{"nobody is accused before the time is up", "silent_drop_30", "13800000302", "--response-timeout 70s", "sent", "unknown", "1 SUBMIT, 1 FIN"},
	{"a late report", "late_report_30", "13800000312", "", "delivered", "gateway", answered + reported},
	{"one in time", "late_report_30", "13800000311", "", "delivered", "", answered + reported},
	{"a report before its response", "early_report_30", "13800000081", "", "delivered", "", "1 SUBMIT, 1 DELIVER, 1 DELIVER_RESP, 1 SUBMIT_RESP"},
	{"in 2.0 too", "early_report_20", "13800000081", "", "delivered", "", "1 SUBMIT, 1 DELIVER, 1 DELIVER_RESP, 1 SUBMIT_RESP"},
	{"a report on another link", "two_conns_30", "13800000001", "", "delivered", "", answered + reported},
	{"a report in another file", "second_file_1_30 second_file_2_30", "13800000321", "", "delivered", "", answered + reported},
	{"without that file", "second_file_1_30", "13800000321", "", "waiting", "unknown", answered},
	{"that file alone", "second_file_2_30", "13800000321", "", "report_only", "unknown", "1 DELIVER, 1 DELIVER_RESP"},
	{"a long message, whole", "lost_part_30", "13800000331", "", "delivered", "", "3 SUBMIT, 3 SUBMIT_RESP, 3 DELIVER, 3 DELIVER_RESP"},
	{"a part never submitted", "lost_part_30", "13800000332", "", "partial", "", "2 SUBMIT, 2 SUBMIT_RESP, 2 DELIVER, 2 DELIVER_RESP"},
	{"a part never answered", "lost_part_30", "13800000333", "", "partial", "gateway", "3 SUBMIT, 2 SUBMIT_RESP, 2 DELIVER, 2 DELIVER_RESP"},
	{"a part refused", "lost_part_30", "13800000334", "", "partial", "sp", "3 SUBMIT, 3 SUBMIT_RESP, 2 DELIVER, 2 DELIVER_RESP"},
	{"on a link that stalls", "stall_30", "13800000421", "", "no_response", "gateway", "1 SUBMIT"},
	{"the last in its window", "stall_30", "13800000436", "", "no_response", "gateway", "1 SUBMIT"},
	{"before it stalls", "stall_30", "13800000420", "", "accepted", "", answered},
	{"in a slow second", "slow_second_30", "13800000425", "", "accepted", "", answered},
	{"answered to who does not read", "stopped_reader_30", "13800000342", "", "accepted", "", answered},
	{"of a slow SP", "slow_sp_30", "13800000351", "", "delivered", "", answered + reported},
	{"one direction of it: nobody is accused", "one_way_sp_30", "13800000441", "", "sent", "unknown", "1 SUBMIT"},
	{"and the other", "one_way_ismg_30", "13800000441", "", "report_only", "unknown", "1 DELIVER"},
	{"by clocks that are off", "clock_skew_30", "13800000361", "", "delivered", "", answered + reported},
	{"seen from the SP", "far_client_30", "13800000451", "", "delivered", "", answered + reported},
	{"seen from the ISMG", "far_server_30", "13800000451", "", "delivered", "", answered + reported},
}

const (
	answered = "1 SUBMIT, 1 SUBMIT_RESP"
	reported = ", 1 DELIVER, 1 DELIVER_RESP"
)

// refusedVerdicts are those on SUBMITs refused with each Result (C§5.2).
func refusedVerdicts() (list []planted) {
	for _, version := range []string{"20", "30"} {
		for result := 1; result <= 13; result++ {
			state, side := "rejected", "sp"
			if result == 8 {
				state, side = "throttled", "unknown" // of an SP that hardly sends
			}
			list = append(list, planted{fmt.Sprint("Result ", result), "refused_" + version, fmt.Sprint(13800000100 + result), "", state, side, answered})
		}
	}
	return list
}

// capturesNamed are the files of captures of pcaps.
func capturesNamed(names string) []string {
	files := strings.Fields(names)
	for i, name := range files {
		files[i] = "../../pcaps/" + name + ".pcap"
	}
	return files
}

// verdictsOn asks why, and gives the verdicts.
func verdictsOn(t *testing.T, about string, files []string, flags ...string) []map[string]any {
	t.Helper()
	args := append([]string{"why", about, "-T", "json", "--utc"}, flags...)
	for _, f := range files {
		args = append(args, "-r", f)
	}
	out, errs, status := cmppdump(args...)
	if status != exitOK {
		t.Fatalf("exit status %d: %s", status, errs)
	}
	var list []map[string]any
	for _, l := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
		var r map[string]any
		if err := json.Unmarshal([]byte(l), &r); err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

// evidenceOf counts the PDUs that a verdict names, by their commands.
func evidenceOf(v map[string]any) string {
	var names []string
	counts := map[string]int{}
	list, _ := path(v, "verdict.evidence").([]any)
	for _, e := range list {
		name, _, _ := strings.Cut(e.(map[string]any)["text"].(string), " ")
		if counts[name]++; counts[name] == 1 {
			names = append(names, name)
		}
	}
	for i, name := range names {
		names[i] = fmt.Sprint(counts[name], " ", name)
	}
	return strings.Join(names, ", ")
}

func TestPlantedVerdicts(t *testing.T) {
	environment(t)
	for _, tt := range append(plantedVerdicts, refusedVerdicts()...) {
		t.Run(tt.files+" "+tt.what, func(t *testing.T) {
			list := verdictsOn(t, tt.about, capturesNamed(tt.files), strings.Fields(tt.flags)...)
			if len(list) != 1 {
				t.Fatalf("%d verdicts", len(list))
			}
			v := list[0]
			if got := path(v, "verdict.state"); got != tt.state || path(v, "msg.state") != tt.state {
				t.Errorf("state %v of a message that is %v, want %s", got, path(v, "msg.state"), tt.state)
			}
			if got := path(v, "verdict.side"); tt.side != "" && got != tt.side {
				t.Errorf("side %v, want %s", got, tt.side)
			}
			if got := evidenceOf(v); got != tt.evidence {
				t.Errorf("evidence: %s\nwant:     %s", got, tt.evidence)
			}
			if text, _ := path(v, "verdict.text").(string); strings.HasPrefix(tt.what, "Result ") && !strings.Contains(text, tt.what+" ") {
				t.Errorf("no %s in %q", tt.what, text)
			}
		})
	}
}

// TestPlantedStates: how many requests and messages came to which end.
func TestPlantedStates(t *testing.T) {
	environment(t)
	for _, tt := range []struct{ file, txns, msgs string }{
		{"silent_drop_30", "12 answered, 2 no_response", "2 delivered, 2 no_response"},
		{"late_report_30", "8 answered", "3 delivered"},
		{"two_conns_30", "8 answered", "2 delivered"},
		{"lost_part_30", "27 answered, 1 no_response", "1 delivered, 3 partial"},
		{"stopped_reader_30", "65 answered", "3 accepted, 60 received"},
		{"slow_second_30", "62 answered", "60 accepted"},
		{"slow_sp_30", "22 answered", "10 delivered"},
		{"wrong_secret_30", "6 answered", ""},
		{"status_width_30", "1 answered", ""},
		{"clock_skew_30", "66 answered", "32 delivered"},
		{"stall_30", "29 answered, 16 no_response", "20 accepted, 16 no_response"},
		{"one_way_sp_30", "7 capture_ended, 3 orphan_response, 4 unknown", "3 sent"},
		{"one_way_ismg_30", "11 orphan_response, 3 unknown", "3 report_only"},
		{"far_middle_30", "42 answered", "20 delivered"},
		{"refused_30", "17 answered", "1 delivered, 12 rejected, 1 throttled"},
	} {
		file := "../../pcaps/" + tt.file + ".pcap"
		if got := ends(t, file, "txn"); got != tt.txns {
			t.Errorf("%s: requests: %s, want %s", tt.file, got, tt.txns)
		}
		if got := ends(t, file, "msg"); got != tt.msgs {
			t.Errorf("%s: messages: %s, want %s", tt.file, got, tt.msgs)
		}
	}
}

// ends counts the records of a view by their newest state.
func ends(t *testing.T, file, view string) string {
	counts := states(records(t, file, view), view, func(map[string]any) bool { return true })
	var list []string
	for _, s := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, fmt.Sprint(counts[s], " ", s))
	}
	return strings.Join(list, ", ")
}

// TestLateReportPublished: the report of a message given up is news of it.
func TestLateReportPublished(t *testing.T) {
	var got []string
	for _, r := range records(t, "../../pcaps/late_report_30.pcap", "msg", "--report-timeout", "10s") {
		if to, _ := path(r, "sms.to").([]any); len(to) == 1 && to[0] == "13800000313" {
			got = append(got, fmt.Sprint(path(r, "msg.state"), " ", path(r, "revision")))
		}
	}
	if want := "no_report <nil>, delivered 1"; strings.Join(got, ", ") != want {
		t.Errorf("published as %v, want %s", got, want)
	}
}

// figure is what a row of statistics must say: between two values, in ms where
// it is a duration.
type figure struct {
	file, table, row, column string
	low, high                float64
}

// missing is the value of a figure that must not be there.
const missing = -1

// TestPlantedFigures: what the tables find, and that -z blame blames only who
// it was.
func TestPlantedFigures(t *testing.T) {
	environment(t)
	for _, f := range []figure{
		{"rate_limit_20", "flow", "", "limit_per_s", 98, 102},
		{"rate_limit_20", "flow", "", "throttled", 40, 100},

		{"slow_second_30", "blame", "", "ismg_p50_ms", 0, 50},
		{"slow_second_30", "blame", "", "ismg_p99_ms", 400, 600},
		{"slow_second_30", "blame", "", "ismg_trip_ms", 0, 1},
		{"slow_second_30", "blame", "", "sp_p50_ms", missing, missing},
		{"slow_second_30", "blame", "", "sp_closed_ms", 0, 0},
		{"slow_second_30", "srt", "request=SUBMIT", "max_ms", 400, 600},

		{"slow_sp_30", "blame", "", "sp_p50_ms", 80, 110},
		{"slow_sp_30", "blame", "", "ismg_p50_ms", 0, 20},
		{"slow_sp_30", "blame", "", "sp_closed_ms", 0, 0},

		{"stopped_reader_30", "blame", "", "sp_closed_ms", 1500, 2100},
		{"stopped_reader_30", "blame", "", "ismg_closed_ms", 0, 0},
		{"stopped_reader_30", "blame", "", "ismg_p99_ms", 0, 50}, // and not the 1500 that it was kept from sending
		{"stopped_reader_30", "blame", "", "sp_p99_ms", 1800, 2200},
		{"stopped_reader_30", "srt", "request=SUBMIT", "max_ms", 1400, 1700},

		{"far_client_30", "blame", "", "sp_trip_ms", 0, 1},
		{"far_client_30", "blame", "", "ismg_trip_ms", 40, 50},
		{"far_client_30", "blame", "", "ismg_p50_ms", 28, 38},
		{"far_client_30", "blame", "", "sp_p50_ms", 0, 5},
		{"far_middle_30", "blame", "", "sp_trip_ms", 20, 27},
		{"far_middle_30", "blame", "", "ismg_trip_ms", 20, 27},
		{"far_middle_30", "blame", "", "ismg_p50_ms", 28, 38},
		{"far_middle_30", "blame", "", "sp_p50_ms", 0, 5},
		{"far_server_30", "blame", "", "sp_trip_ms", 40, 50},
		{"far_server_30", "blame", "", "ismg_trip_ms", 0, 1},
		{"far_server_30", "blame", "", "ismg_p50_ms", 28, 38},
		{"far_server_30", "blame", "", "sp_p50_ms", 0, 5},

		// One direction alone: no acknowledgement, no time to answer.
		{"one_way_sp_30", "blame", "", "ismg_trip_ms", missing, missing},
		{"one_way_sp_30", "blame", "", "ismg_p50_ms", missing, missing},
		{"one_way_ismg_30", "blame", "", "sp_trip_ms", missing, missing},
		{"one_way_ismg_30", "blame", "", "sp_p50_ms", missing, missing},

		{"stall_30", "conv", "conn=2", "unanswered", 16, 16},
		{"stall_30", "conv", "conn=2", "max_in_flight", 16, 16},
		{"stall_30", "conv", "conn=1", "unanswered", 0, 0},
		{"stall_30", "blame", "conn=2", "ismg_p99_ms", 0, 50},
		{"silent_drop_30", "srt", "request=SUBMIT", "unanswered", 2, 2},
		{"one_way_sp_30", "srt", "request=SUBMIT", "unanswered", 0, 0},
		{"one_way_sp_30", "srt", "request=ACTIVE_TEST", "unanswered", 0, 0},
		{"late_report_30", "reports", "", "max_ms", 60000, 66000},
		{"late_report_30", "reports", "", "delivered", 3, 3},
		{"second_file_1_30", "reports", "", "none_yet", 3, 3},
		{"second_file_1_30", "reports", "", "failed", 0, 0},

		{"clock_skew_30", "blame_clocks", "clock=connect", "ahead_ms", 89000, 91000},
		{"clock_skew_30", "blame_clocks", "clock=msg_id", "ahead_ms", -126000, -124000},
		{"clock_skew_30", "blame_clocks", "clock=done_time", "ahead_ms", -126000, -124000},
		{"clock_skew_30", "blame_clocks", "clock=done_time", "error_ms", 0, 1000},
		{"slow_sp_30", "blame_clocks", "clock=msg_id", "ahead_ms", -1000, 1000},
	} {
		checkFigure(t, &f)
	}
	for file, near := range map[string]any{"far_client_30": "client", "far_middle_30": "middle", "far_server_30": "server", "slow_sp_30": nil, "one_way_sp_30": nil} {
		if got := tableRow(t, file, "blame", "")["near"]; got != near {
			t.Errorf("%s: taken near %v, want %v", file, got, near)
		}
	}
}

func checkFigure(t *testing.T, f *figure) {
	t.Helper()
	row := tableRow(t, f.file, f.table, f.row)
	v, ok := row[f.column].(float64)
	switch {
	case f.low == missing && f.high == missing && !ok:
	case !ok || v < f.low || v > f.high:
		t.Errorf("%s: %s of %s %s is %v, want %v to %v", f.file, f.column, f.table, f.row, row[f.column], f.low, f.high)
	}
}

// tableRow is the row of a table in which a column has a value ("conn=2"), or
// the first.
func tableRow(t *testing.T, file, table, where string) figures {
	t.Helper()
	statistic, _, _ := strings.Cut(table, "_") // blame_clocks is a table of -z blame
	column, value, _ := strings.Cut(where, "=")
	for _, row := range statsOf(t, "../../pcaps/"+file+".pcap", "-z", statistic)[table] {
		if where == "" || fmt.Sprint(row[column]) == value {
			return row
		}
	}
	t.Fatalf("%s: %s has no row %s", file, table, where)
	return nil
}

// TestPlantedSkew: connection records tell of clocks that are off, and why says
// so of Done_time.
func TestPlantedSkew(t *testing.T) {
	environment(t)
	r := records(t, "../../pcaps/clock_skew_30.pcap", "conn")[0]
	for clock, want := range map[string]float64{"connect": 90000, "msg_id": -125000, "done_time": -125000} {
		got, err := path(r, "skew_ms."+clock).(json.Number).Float64()
		margin, err2 := path(r, "skew_error_ms."+clock).(json.Number).Float64()
		if err != nil || err2 != nil || max(got-want, want-got) > min(margin, 1000) || path(r, "skew_zone."+clock) != "+0800" {
			t.Errorf("%s: %v give or take %v, %v; want %v", clock, got, margin, path(r, "skew_zone."+clock), want)
		}
	}
	said := func(file, about string) bool {
		out, _, _ := cmppdump("why", about, "-r", "../../pcaps/"+file+".pcap", "--utc")
		return strings.Contains(out, "Done_time is by a clock")
	}
	if !said("clock_skew_30", "13800000361") || said("slow_sp_30", "13800000351") {
		t.Error("why must say of Done_time that its clock is off where it is, and only there")
	}
	if out, _, _ := cmppdump("-r", "../../pcaps/clock_skew_30.pcap", "--view", "conn", "-T", "fields", "-e", "conn.id", "-Y", "skew_ms.msg_id < -100s"); strings.TrimSpace(out) != "1" {
		t.Errorf("the filter finds %q", out)
	}
}

// digestsOf gives what is found of the digest of a PDU: of whom, whether a secret
// gives it, and the notes.
func digestsOf(t *testing.T, capture, action string) (found []string) {
	for _, r := range records(t, "../../pcaps/"+capture+".pcap", "pdu", "--secret-file", "../../pcaps/secrets") {
		if path(r, "event.action") != action {
			continue
		}
		what := fmt.Sprint(path(r, "cmpp.source_addr"), " ", path(r, "cmpp.auth.verified"))
		notes, _ := r["expert"].([]any)
		for _, n := range notes {
			n := n.(map[string]any)
			what += fmt.Sprint(" ", n["id"], ": ", n["text"])
		}
		found = append(found, what)
	}
	return found
}

// TestPlantedSecrets: what is wrong with each of four logins, and nothing with
// the fifth (C§4.2).
func TestPlantedSecrets(t *testing.T) {
	got := digestsOf(t, "wrong_secret_30", "connect")
	want := []string{
		"901234 false cmpp.auth_failed: no secret for 901234 in --secret-file gives this digest",
		"901234 true cmpp.auth_form: with Timestamp not padded to ten digits, the secret in line 2 of --secret-file gives this digest",
		"901234 true cmpp.auth_form: with Timestamp in binary, the secret in line 2 of --secret-file gives this digest",
		"9012 true cmpp.auth_form: with Source_Addr padded to 6 octets, the secret in line 3 of --secret-file gives this digest",
		"901234 true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var refused []any
	for _, r := range records(t, "../../pcaps/wrong_secret_30.pcap", "conn") {
		refused = append(refused, path(r, "cmpp.status_text"))
	}
	if fmt.Sprint(refused) != "[authentication failed authentication failed authentication failed authentication failed ok]" {
		t.Errorf("logins: %v", refused)
	}
}

// TestPlantedRefusedLogins: a connection whose login was refused ended for that,
// whoever closed it.
func TestPlantedRefusedLogins(t *testing.T) {
	environment(t)
	for _, tt := range []struct {
		about, file  string
		flags        []string
		side, lookAt string
	}{
		{"conn:1", "wrong_secret_30", nil, "sp", "--secret-file FILE"},
		{"conn:4", "wrong_secret_30", []string{"--secret-file", "../../pcaps/secrets"}, "sp", "make AuthenticatorSource as the specification says"},
		{"conn:3", "login_failed_30", nil, "sp", "log in with version 3.0"},
		{"conn:1", "login_failed_20", nil, "sp", "what the operator has on file"},
	} {
		v := verdictsOn(t, tt.about, capturesNamed(tt.file), tt.flags...)[0]
		text, _ := path(v, "verdict.text").(string)
		next, _ := path(v, "verdict.next").(string)
		if path(v, "verdict.state") != "login_refused" || path(v, "verdict.side") != tt.side || !strings.Contains(text, "Status ") ||
			!strings.Contains(text, "closed the connection") || !strings.Contains(next, tt.lookAt) {
			t.Errorf("%s in %s: %v, side %v: %s; %s", tt.about, tt.file, path(v, "verdict.state"), path(v, "verdict.side"), text, next)
		}
	}
	if v := verdictsOn(t, "conn:5", capturesNamed("wrong_secret_30"))[0]; path(v, "verdict.state") != "terminated" {
		t.Errorf("a session: %v", path(v, "verdict.state"))
	}
}

// TestPlantedStatusWidth: a login that is right, and an answer whose digest has
// the Status of 2.0 (C§4.3).
func TestPlantedStatusWidth(t *testing.T) {
	for action, want := range map[string]string{
		"connect":      "901234 true",
		"connect_resp": "<nil> true cmpp.auth_form: with Status of one octet, the secret in line 2 of --secret-file gives this digest",
	} {
		if got := digestsOf(t, "status_width_30", action); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %q", action, got, want)
		}
	}
}

// TestPlantedThrottled: why blames the SP for each refusal by the token bucket,
// and for nothing else.
func TestPlantedThrottled(t *testing.T) {
	refused := map[string]bool{}
	for _, r := range records(t, "../../pcaps/rate_limit_20.pcap", "msg") {
		to := path(r, "sms.to").([]any)[0].(string)
		refused[to] = path(r, "msg.state") == "throttled"
	}
	left := map[bool]int{true: 5, false: 5}
	for to, is := range refused {
		if left[is]--; left[is] < 0 {
			continue
		}
		v := verdictsOn(t, to, capturesNamed("rate_limit_20"))[0]
		if got := path(v, "verdict.state") == "throttled"; got != is || got && path(v, "verdict.side") != "sp" || evidenceOf(v) != answered {
			t.Errorf("%s: %v, side %v, evidence %s", to, path(v, "verdict.state"), path(v, "verdict.side"), evidenceOf(v))
		}
	}
}

// TestPlantedStall: the note on the silence is on the connection that is silent.
func TestPlantedStall(t *testing.T) {
	var got []string
	for _, r := range records(t, "../../pcaps/stall_30.pcap", "txn") {
		notes, _ := r["expert"].([]any)
		for _, n := range notes {
			if n := n.(map[string]any); n["id"] == "conn.stalled" {
				got = append(got, fmt.Sprint(path(r, "conn.id"), " ", n["text"]))
			}
		}
	}
	if len(got) != 1 || !strings.HasPrefix(got[0], "2 ") || !strings.Contains(got[0], "16") {
		t.Errorf("notes on silence: %q", got)
	}
}

// TestPartNotCaptured: a part that the capture has lost is missing, and nobody
// is blamed for it.
func TestPartNotCaptured(t *testing.T) {
	const to = "13800000331"
	frame := ""
	for _, r := range records(t, "../../pcaps/lost_part_30.pcap", "pdu", "-Y", to) {
		if path(r, "event.action") == "submit" && fmt.Sprint(path(r, "sms.concat.part")) == "2" {
			frame = fmt.Sprint(path(r, "frame.last"))
		}
	}
	file := withoutFrame(t, "../../pcaps/lost_part_30.pcap", frame)
	var got []string
	for _, v := range verdictsOn(t, to, []string{file}) {
		got = append(got, fmt.Sprint(path(v, "verdict.state"), " without ", path(v, "msg.parts.missing"), ", side ", path(v, "verdict.side")))
	}
	got = slices.DeleteFunc(got, func(v string) bool { return v == "report_only without <nil>, side unknown" })
	if want := []string{"partial without [2], side unknown"}; !slices.Equal(got, want) {
		t.Errorf("without frame %s: %q, want %q", frame, got, want)
	}
}

// withoutFrame copies a capture but for one packet.
func withoutFrame(t *testing.T, file, frame string) string {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r, err := pcapgo.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "without.pcap")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := pcapgo.NewWriter(out)
	err = w.WriteFileHeader(r.Snaplen(), r.LinkType())
	for n := 1; err == nil; n++ {
		data, info, readErr := r.ReadPacketData()
		if readErr == io.EOF {
			return name
		}
		if err = readErr; err == nil && fmt.Sprint(n) != frame {
			err = w.WritePacket(info, data)
		}
	}
	t.Fatal(err)
	return ""
}
