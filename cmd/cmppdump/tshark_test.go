package main

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// tshark runs tshark on a capture and gives the lines it prints.
func tshark(t *testing.T, file string, args ...string) []string {
	t.Helper()
	out, err := exec.Command("tshark", append([]string{"-n", "-r", "../../pcaps/" + file}, args...)...).Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	if len(out) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// headers are the Command_Ids and Sequence_Ids of the PDUs by packet, as
// "0x00000004:2", by tshark.
func tsharkHeaders(t *testing.T, file string, args ...string) map[string][]string {
	t.Helper()
	m := map[string][]string{}
	for _, line := range tshark(t, file, append(args, "-Y", "cmpp", "-T", "fields", "-e", "frame.number", "-e", "cmpp.Command_Id", "-e", "cmpp.Sequence_Id")...) {
		columns := strings.Split(line, "\t")
		commands, sequences := strings.Split(columns[1], ","), strings.Split(columns[2], ",")
		for i := range commands {
			m[columns[0]] = append(m[columns[0]], commands[i]+":"+sequences[i])
		}
	}
	return m
}

// ourHeaders are the same by cmppdump.
func ourHeaders(t *testing.T, file string) (m map[string][]string, tooLong map[string]bool) {
	t.Helper()
	m, tooLong = map[string][]string{}, map[string]bool{}
	for _, r := range records(t, "../../pcaps/"+file, "pdu") {
		if path(r, "event.dataset") != "cmpp.pdu" {
			continue // a gap
		}
		frame := fmt.Sprint(path(r, "frame.last"))
		command, _ := path(r, "cmpp.command_id").(interface{ Int64() (int64, error) }).Int64()
		m[frame] = append(m[frame], fmt.Sprintf("0x%08x:%v", command, path(r, "cmpp.sequence_id")))
		if n, _ := path(r, "cmpp.total_length").(interface{ Int64() (int64, error) }).Int64(); n > 1000 {
			tooLong[frame] = true
		}
	}
	return m, tooLong
}

func countHeaders(m map[string][]string) (n int) {
	for _, l := range m {
		n += len(l)
	}
	return n
}

// TestRootTsharkHeaders: tshark finds the same PDUs in the same packets, but for
// those above 1000 octets, which it takes for something else. It must be told
// not to hand the rest of the connection to its dissector of SMPP then.
func TestRootTsharkHeaders(t *testing.T) {
	needTool(t, "tshark")
	const file = "real/gocmpp_30.pcap"
	ours, tooLong := ourHeaders(t, file)
	theirs := tsharkHeaders(t, file, "--disable-protocol", "smpp")
	for frame, want := range ours {
		if tooLong[frame] != (theirs[frame] == nil) || theirs[frame] != nil && !slices.Equal(theirs[frame], want) {
			t.Errorf("packet %s: tshark %v, cmppdump %v", frame, theirs[frame], want)
		}
	}
	for frame, list := range theirs {
		if ours[frame] == nil {
			t.Errorf("packet %s: tshark %v, cmppdump nothing", frame, list)
		}
	}
	alone := countHeaders(tsharkHeaders(t, file))
	t.Logf("%s: tshark %d PDUs, without SMPP %d, cmppdump %d", file, alone, countHeaders(theirs), countHeaders(ours))
	if alone >= countHeaders(ours) {
		t.Errorf("tshark finds %d PDUs without help: the README must be changed", alone)
	}
}

// TestRootTsharkBatched: where a header is cut between two packets, tshark
// loses the rest of that direction.
func TestRootTsharkBatched(t *testing.T) {
	needTool(t, "tshark")
	const file = "batched_30.pcap"
	ours, _ := ourHeaders(t, file)
	theirs := tsharkHeaders(t, file)
	t.Logf("%s: tshark %d PDUs, cmppdump %d", file, countHeaders(theirs), countHeaders(ours))
	if countHeaders(theirs) >= countHeaders(ours) {
		t.Errorf("tshark finds %d PDUs of %d: the README must be changed", countHeaders(theirs), countHeaders(ours))
	}
	for frame, list := range theirs {
		if !slices.Equal(list, ours[frame]) {
			t.Errorf("packet %s: tshark %v, cmppdump %v", frame, list, ours[frame])
		}
	}
}

// TestRootTshark20: tshark reads every PDU by the layouts of 3.0 and calls those
// of 2.0 malformed; nothing is wrong with them.
func TestRootTshark20(t *testing.T) {
	needTool(t, "tshark")
	const file = "flow_submit_report_20.pcap"
	malformed := tshark(t, file, "-Y", "_ws.malformed", "-T", "fields", "-e", "frame.number")
	ours, _ := ourHeaders(t, file)
	t.Logf("%s: %d of %d packets malformed by tshark", file, len(malformed), len(ours))
	if len(malformed) == 0 {
		t.Error("tshark finds nothing malformed: the README must be changed")
	}
	for _, r := range records(t, "../../pcaps/"+file, "pdu") {
		if r["expert"] != nil {
			t.Errorf("packet %v: %v", path(r, "frame.last"), r["expert"])
		}
	}
	// Neither has the text of a message.
	for _, line := range tshark(t, file, "-Y", "cmpp.Msg_Content", "-T", "fields", "-e", "cmpp.Msg_Content") {
		if line != "" {
			t.Logf("Msg_Content by tshark: %s", line)
		}
	}
}

// TestRootTsharkLost: behind a segment that the capture lacks, tshark finds
// nothing more of a direction.
func TestRootTsharkLost(t *testing.T) {
	needTool(t, "tshark")
	const file = "rough/one_segment_lost.pcap.gz"
	ours, _ := ourHeaders(t, file)
	theirs := tsharkHeaders(t, file)
	t.Logf("%s: tshark %d PDUs, cmppdump %d", file, countHeaders(theirs), countHeaders(ours))
	if countHeaders(theirs) >= countHeaders(ours) {
		t.Errorf("tshark finds %d PDUs of %d: the README must be changed", countHeaders(theirs), countHeaders(ours))
	}
}
