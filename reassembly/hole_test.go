package reassembly

import (
	"fmt"
	"testing"
)

// TestMidstreamDirections: offset 0 is the first byte of a direction for sure only where its
// SYN or the answer to that was captured.
func TestMidstreamDirections(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         [2]bool
	}{
		{"both", handshake + "> . 100 500 abc\n< . 500 103 abc", [2]bool{true, true}},
		{"the client's SYN alone", "> S 99\n> . 100 500 abc\n< . 500 103 abc", [2]bool{true, false}},
		{"the server's alone tells both", "< SA 499 100\n> . 100 500 abc\n< . 500 103 abc", [2]bool{true, true}},
		{"and that the first byte is missing", "< SA 499 100\n> . 101 500 abc\n< . 500 103 abc", [2]bool{true, true}},
		{"none", "> . 100 500 abc\n< . 500 103 abc", [2]bool{false, false}},
		{"numbers without data are no proof", "> . 100 500\n< . 500 100\n> . 100 500 abc\n< . 500 103 abc", [2]bool{false, false}},
	} {
		s := newScript(t, Options{}, [2]uint32{1000, 5000})
		s.run(c.script)
		s.Flush()
		if n := s.conns[0].conn.Net; n[0].Midstream == c.want[0] || n[1].Midstream == c.want[1] {
			t.Errorf("%s: in mid-stream %v, %v, certain should be %v", c.name, n[0].Midstream, n[1].Midstream, c.want)
		}
	}
}

// TestHoles: a gap tells since when it can have been, and whether the snaplen
// made it.
func TestHoles(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"lost", handshake + "< . 500 100 abc\n> . 100 503\n< . 506 100 ghi\nflush", "since 4 cut false"},
		{"an empty segment shows that nothing is missing", handshake + "< . 500 100 abc\n> . 100 503\n< . 503 100\n> . 100 503\n< . 506 100 ghi\nflush", "since 6 cut false"},
		{"the acknowledgement shows it first", handshake + "< . 500 100 abc\n> . 100 506\n< . 506 100 ghi\nflush", "since 4 cut false"},
		{"two holes", handshake + "< . 500 100 abc\n< . 506 100 ghi\n> . 100 509\n< . 515 100 pqr\nflush", "since 4 cut false, since 5 cut false"},
		{"cut", handshake + "< . 500 100 abc cut 3\n< . 506 100 ghi\nflush", "since 4 cut true"},
		{"cut to nothing", handshake + "< . 500 100 cut 3\n< . 503 100 ghi\nflush", "since 1 cut true"},
		{"cut and lost", handshake + "< . 500 100 abc cut 3\n< . 506 100 ghi\n< . 512 100 mno\nflush", "since 4 cut true, since 5 cut false"},
		{"lost and cut", handshake + "< . 500 100 abc\n< . 506 100 ghi cut 3\n< . 512 100 mno\nflush", "since 4 cut false, since 5 cut true"},
		{"cut behind a hole, which is filled", handshake + "< . 503 100 def cut 3\n< . 500 100 abc\n< . 509 100 mno\nflush", "since 4 cut true"},
	} {
		s := newScript(t, Options{}, [2]uint32{1000, 5000})
		s.run(c.script)
		got := ""
		for i, g := range s.conns[0].gaps {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprintf("since %d cut %v", g.Since/1e6, g.Cut)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
