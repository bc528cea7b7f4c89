package track_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"cmppdump/dissect/track"
)

// TestAgainstModel holds the tracker against the model on random traffic, in
// which everything happens often enough.
func TestAgainstModel(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 150
	}
	told := map[string]int{}
	for seed := range uint64(n) {
		script := randomScript(rand.New(rand.NewPCG(seed, 1)))
		got := withoutStalls(run(t, script))
		if got != modelled(t, script) {
			script = shrink(t, script)
			t.Fatalf("seed %d: %s\n got %s\nwant %s", seed, script, run(t, script), modelled(t, script))
		}
		for _, word := range strings.FieldsFunc(got, func(r rune) bool { return strings.ContainsRune(" ;(", r) }) {
			told[word]++
		}
	}
	for _, word := range []string{"answered", "no_response", "unknown", "closed", "capture_ended", "orphan_response", "x2", "rev1", "rev2", "open",
		"late_response", "response_first", "repeated:", "msg_id_mismatch:", "nothing", "gap", "packets", "flight"} {
		if told[word] < n/20 {
			t.Errorf("%q was told %d times in %d scripts", word, told[word], n)
		}
	}
}

// stallNote is what a transcript has of conn.stalled, which the model leaves to
// TestStalled.
var stallNote = regexp.MustCompile(`(^|; )@\d+ conn\.stalled: [^;]*| conn\.stalled\b`)

func withoutStalls(transcript string) string {
	return strings.TrimPrefix(stallNote.ReplaceAllString(transcript, ""), "; ")
}

// TestCountsUnderPressure: whatever is forgotten to stay within --max-mem, the
// counts close, which the transcript checks.
func TestCountsUnderPressure(t *testing.T) {
	evicted := uint64(0)
	for seed := range uint64(200) {
		limit := 2 * track.TxnSize * int64(1+seed%4)
		r := newRunner(t, track.Options{MaxMem: limit, Keep: seed%2 == 0})
		steps := parse(t, randomScript(rand.New(rand.NewPCG(seed, 2))))
		for i := range steps {
			r.step(&steps[i])
			if m := r.tracker.Mem(); m > limit {
				t.Fatalf("seed %d: %s: %d bytes", seed, steps[i].text, m)
			}
		}
		r.end()
		evicted += r.tracker.Stats().Evicted
	}
	if evicted < 500 {
		t.Errorf("only %d were forgotten", evicted)
	}
}

func modelled(t *testing.T, script string) string { return transcriptOf(parse(t, script)) }

// shrink drops steps as long as the tracker and the model differ.
func shrink(t *testing.T, script string) string {
	steps := strings.Split(script, "; ")
	for i := 0; i < len(steps); {
		less := strings.Join(append(append([]string{}, steps[:i]...), steps[i+1:]...), "; ")
		if withoutStalls(run(t, less)) != modelled(t, less) {
			steps, i = strings.Split(less, "; "), 0
		} else {
			i++
		}
	}
	return strings.Join(steps, "; ")
}

// randomScript is traffic of up to three connections: few Sequence_Ids, so that
// they meet again; responses lost, late, early and twice; requests lost and
// sent again; holes, cut packets and closes.
func randomScript(r *rand.Rand) string {
	var steps []string
	conns, rare := 1+r.IntN(3), r.IntN(3) == 0
	chance := func(n int) bool { return r.IntN(n) == 0 }
	for range 20 + r.IntN(60) {
		conn := string("abc"[r.IntN(conns)])
		dir := string("><"[r.IntN(2)])
		s := ""
		switch r.IntN(12) {
		case 0:
			s += "+" + [...]string{"0s", "30s", "59.999s", "60s", "61s", "1h"}[r.IntN(6)] + " "
		case 1:
			s += "+20s "
		}
		switch x := r.IntN(100); {
		case x < 75:
			s += conn + dir
			for range 1 + r.IntN(3) {
				k := randomToken(r)
				s += " " + k
				if strings.ContainsRune(k, '/') {
					break
				}
			}
		case x < 83:
			s += conn + dir
		case x < 87:
			s += conn + dir + fmt.Sprintf(" missing %d", 1+r.IntN(50))
		case x < 90:
			s += conn + dir + [...]string{" waits", " comes"}[r.IntN(2)]
		case x < 91 && rare:
			s += "drops"
		case x < 94:
			s += conn + [...]string{" fin", " rst", " reuse"}[r.IntN(3)]
		default:
			s += "tick"
		}
		steps = append(steps, s)
	}
	script := strings.Join(steps, "; ")
	if chance(4) { // somebody else's packets in between
		n := 1
		steps = steps[:0]
		for _, s := range strings.Split(script, "; ") {
			if n++; chance(8) {
				n += 90 + r.IntN(130)
			}
			steps = append(steps, fmt.Sprintf("#%d %s", n, s))
		}
		script = strings.Join(steps, "; ")
	}
	return script
}

func randomToken(r *rand.Rand) string {
	name := [...]string{"submit", "submit", "deliver", "active_test", "query"}[r.IntN(5)]
	response, value, cut := r.IntN(2) == 0, "", ""
	switch {
	case name == "deliver":
		value = [...]string{"=5", "=5", "=5", "=6"}[r.IntN(4)]
	case name == "submit" && !response:
		value = [...]string{"=x", "=x", "=y"}[r.IntN(3)]
	}
	if r.IntN(15) == 0 && name != "active_test" {
		cut = [...]string{"/12", "/19"}[r.IntN(2)]
	}
	if response {
		name += "_resp"
	}
	return fmt.Sprintf("%s:%d%s%s", name, 1+r.IntN(3), value, cut)
}
