package reassembly

import (
	"strings"
	"testing"
)

// twoNetworks opens two connections on the same ports, of which the second has
// numbers near those of the first.
const twoNetworks = `
	tag 1
	> S 99
	< SA 499 100
	> . 100 500
	tag 2
	> S 5099
	< SA 7499 5100
	> . 5100 7500`

// TestTwins: the same addresses and ports in two networks at a time are two
// connections, whatever their numbers; the same connection under several tags
// is one.
func TestTwins(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"in turn", twoNetworks + `
			tag 1
			> . 100 500 abc
			tag 2
			> . 5100 7500 xyz
			< . 7500 5103 uvw
			tag 1
			< . 500 103 def
			flush`, `
			1 open
			2 open
			1> 0 abc @7
			2> 0 xyz @8
			2< 0 uvw @9
			1< 0 def @10
			1 capture_ended @10
			2 capture_ended @10`},
		{"another tag on the way back", `
			tag 1
			> S 99
			tag 2
			> S 5099
			tag 3
			< SA 499 100
			tag 4
			< SA 7499 5100
			tag 1
			> . 100 500 abc
			tag 4
			< . 7500 5100 uvw
			tag 3
			< . 500 103 def
			flush`, `
			1 open
			2 open
			1> 0 abc @5
			2< 0 uvw @6
			1< 0 def @7
			1 capture_ended @7
			2 capture_ended @7`},
		{"one ends, the other goes on", twoNetworks + `
			tag 1
			> . 100 500 abc
			> FA 103 500
			< FA 500 104
			> . 104 501
			> . 100 500 abc	# again, of the one that has ended
			tag 2
			> . 5100 7500 xyz
			tag 1
			> S 300000099	# again, in its network
			< SA 300000499 300000100
			> . 300000100 300000500 new
			flush`, `
			1 open
			2 open
			1> 0 abc @7
			1 fin > @9
			2> 0 xyz @12
			3 open
			3> 0 new @15
			2 capture_ended @15
			3 capture_ended @15`},
		{"in mid-stream", `
			tag 1
			> . 100 500 abc
			tag 2
			> . 300000100 300000500 xyz
			tag 1
			< . 500 103 def
			tag 2
			< . 300000500 300000103 uvw
			flush`, `
			1 open mid
			1> 0 abc @1
			2 open mid
			2> 0 xyz @2
			1< 0 def @3
			2< 0 uvw @4
			1 capture_ended @4
			2 capture_ended @4`},
		{"one connection, seen with a tag and without", handshake + `
			tag 1
			> S 99
			< SA 499 100
			> . 100 500
			tag 0
			> . 100 500 abc
			tag 1
			> . 100 500 abc
			> . 103 500 def
			tag 0
			> . 103 500 def
			< . 500 106 xyz
			flush`, `
			1 open
			1> 0 abc @7
			1> 3 def @9
			1< 0 xyz @11
			1 capture_ended @11`},
		{"a connection that moves to another tag", handshake + `
			tag 1
			> . 100 500 abc
			< . 500 103 xyz
			tag 2
			> . 106 503 ghi
			> . 103 503 def
			flush`, `
			1 open
			1> 0 abc @4
			1< 0 xyz @5
			1> 3 def @7
			1> 6 ghi @6
			1 capture_ended @7`},
		{"ports again under the same tag", `
			tag 1` + handshake + `
			> S 700099
			< SA 700499 700100
			> . 700100 700500 new
			flush`, `
			1 open
			1 reuse @4
			2 open
			2> 0 new @6
			2 capture_ended @6`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { expectEvents(t, Options{}, test.script, test.want) })
	}
}

// TestManyTwins: they are bounded, and found again.
func TestManyTwins(t *testing.T) {
	s := newScript(t, Options{}, [2]uint32{})
	for i := range uint32(maxTwins + 10) {
		s.tags = i
		p := s.packet(C2S)
		p.TCP.Flags, p.TCP.Seq = 2, i*10000000
		s.add(p)
		check(t, s.Assembler)
	}
	if st := s.Stats(); st.Open != maxTwins || st.Evicted != 10 || st.Connections != maxTwins+10 {
		t.Errorf("%+v", st)
	}
	s.Flush()
	if st := s.Stats(); st.Open != 0 || st.Closed != maxTwins+10 {
		t.Errorf("%+v", st)
	}
	check(t, s.Assembler)
}

// TestPortsAgainWithoutSYN: data that cannot be of the connection that had the
// ports is of a new one, which nothing else announces.
func TestPortsAgainWithoutSYN(t *testing.T) {
	const used = handshake + `
		> . 100 500 abc
		< . 500 103 xyz`
	tests := []struct{ name, script, want string }{
		{"after FIN, from before the first number", used + `
			> FA 103 503
			< FA 503 104
			> . 104 504
			> . -20000000 -30000000 new
			< . -30000000 -19999997 NEW
			flush`, `
			1 fin > @7
			2 open mid
			2> 0 new @9
			2< 0 NEW @10
			2 capture_ended @10`},
		{"after FIN, once more what was sent", used + `
			> FA 103 503
			< FA 503 104
			> . 100 503 abc
			flush`, `
			1 fin > @7`},
		{"after RST, from before the first number", used + `
			> RA 103 503
			< . -30000000 -19999997 NEW
			flush`, `
			1 rst > @6
			2 open mid
			2< 0 NEW @7
			2 capture_ended @7`},
		{"open, both numbers from before the first", used + `
			> . -20000000 -30000000 new
			> . -19999997 -30000000 two
			flush`, `
			1 reuse @6
			2 open mid
			2> 0 new @6
			2> 3 two @7
			2 capture_ended @7`},
		{"open, the rest of the one before", used + `
			> S 70000099
			< SA 70000499 70000100
			> . 70000100 70000500 new
			> . 100 500 abc	# late
			< . 500 103 xyz	# late
			< . 70000500 70000103 NEW
			flush`, `
			1 reuse @6
			2 open
			2> 0 new @8
			2< 0 NEW @11
			2 capture_ended @11`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := strings.Join([]string{"1 open", "1> 0 abc @4", "1< 0 xyz @5"}, "\n")
			expectEvents(t, Options{}, test.script, before+test.want)
		})
	}
}
