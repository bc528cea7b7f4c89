package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestVerdictsHaveEvidence: each verdict on the messages of every shipped
// capture names frames, and at each -V shows the PDU that the evidence tells of,
// at the time it tells.
func TestVerdictsHaveEvidence(t *testing.T) {
	environment(t)
	verdicts, lines := 0, 0
	for _, file := range allCaptures(t) {
		shown := shownPDUs(t, file)
		for _, number := range numbersIn(t, file) {
			for _, v := range verdictsOn(t, number, []string{file}) {
				verdicts++
				evidence, _ := path(v, "verdict.evidence").([]any)
				if len(evidence) == 0 {
					t.Errorf("%s: why %s: %v without evidence", file, number, path(v, "verdict.state"))
				}
				for _, e := range evidence {
					lines++
					checkEvidence(t, file+": why "+number, e.(map[string]any), shown)
				}
			}
		}
	}
	if verdicts < 500 || lines < 1500 {
		t.Errorf("only %d verdicts on %d lines of evidence", verdicts, lines)
	}
}

// endLine is evidence of a packet without a PDU, which ended a connection.
var endLine = regexp.MustCompile(`^(FIN|RST) by the (SP|ISMG) `)

// evidenceLine is what a line of evidence begins with.
var evidenceLine = regexp.MustCompile(`^(\w+) (\d+)(  |$)`)

func checkEvidence(t *testing.T, where string, e map[string]any, shown map[string]string) {
	t.Helper()
	if end := endLine.FindStringSubmatch(e["text"].(string)); end != nil {
		if shown[fmt.Sprint(end[1], " ", e["time"])] == "" {
			t.Errorf("%s: frame %v: no connection ended at %v by %s", where, e["frame"], e["time"], end[1])
		}
		return
	}
	m := evidenceLine.FindStringSubmatch(e["text"].(string))
	if m == nil {
		t.Errorf("%s: frame %v: %q names no PDU", where, e["frame"], e["text"])
		return
	}
	at, err := time.Parse(time.RFC3339Nano, e["time"].(string))
	key := fmt.Sprintf("%v %s %s", e["frame"], m[1], m[2])
	if want := shown[key]; err != nil || want == "" || at.Format("2006-01-02 15:04:05.000000") != want {
		t.Errorf("%s: %s at %v: -V shows it at %q", where, key, e["time"], want)
	}
}

var (
	frameLine = regexp.MustCompile(`^Frames? .*?(\d+)  +(\d{4}-\d\d-\d\d [0-9:.]+) `)
	pduLine   = regexp.MustCompile(`^CMPP .*? CMPP_(\w+)  Sequence_Id (\d+) `)
)

// shownPDUs are the PDUs that -V shows, as "frame command sequence", with their
// times, and how connections ended, as "FIN time" or "RST time".
func shownPDUs(t *testing.T, file string) map[string]string {
	t.Helper()
	out, errs, status := cmppdump("-r", file, "-V", "--utc")
	if status != exitOK {
		t.Fatalf("%s: exit status %d: %s", file, status, errs)
	}
	shown := map[string]string{}
	frame, at := "", ""
	for _, l := range strings.Split(out, "\n") {
		if m := frameLine.FindStringSubmatch(l); m != nil {
			frame, at = m[1], m[2]
		}
		if m := pduLine.FindStringSubmatch(l); m != nil {
			shown[frame+" "+m[1]+" "+m[2]] = at
		}
	}
	for _, r := range records(t, file, "conn") {
		if path(r, "conn.close") == "fin" || path(r, "conn.close") == "rst" {
			end := fmt.Sprint(path(r, "event.end"))
			shown[fmt.Sprint(strings.ToUpper(path(r, "conn.close").(string)), " ", end)] = end
		}
	}
	if len(shown) == 0 {
		t.Fatalf("%s: -V shows no PDU", file)
	}
	return shown
}

// mostNumbers is how many numbers of a capture are asked about.
const mostNumbers = 25

// numbersIn are numbers that the messages of a capture are to.
func numbersIn(t *testing.T, file string) []string {
	t.Helper()
	numbers := map[string]bool{}
	for _, r := range records(t, file, "msg") {
		to, _ := path(r, "sms.to").([]any)
		for _, n := range to {
			if n := n.(string); len(n) >= 5 && strings.Trim(n, "0123456789") == "" {
				numbers[n] = true
			}
		}
	}
	list := slices.Sorted(maps.Keys(numbers))
	return list[:min(len(list), mostNumbers)]
}
