package reassembly

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"cmppdump/capture"
)

func TestMaxPending(t *testing.T) {
	// Two segments fit, at 256 bytes each; the third makes the first hole
	// certain. What waits behind other holes goes on waiting.
	expectEvents(t, Options{MaxPending: 512}, handshake+`
		> . 102 500 c
		> . 104 500 e
		> . 106 500 g
		> . 103 500 d
		> . 105 500 f
		flush`, `
		1 open
		1> gap 0+2 @6
		1> 2 c @4
		1> 3 d @7
		1> 4 e @5
		1> 5 f @8
		1> 6 g @6
		1 capture_ended @8`)
	// A segment larger than all that may wait waits for nothing.
	expectEvents(t, Options{MaxPending: 1}, handshake+`
		> . 102 500 c
		flush`, `
		1 open
		1> gap 0+2 @4
		1> 2 c @4
		1 capture_ended @4`)
}

func TestMaxTotal(t *testing.T) {
	// The direction that has been blocked longest gives way, whichever
	// connection brings the segment too much.
	expectEvents(t, Options{MaxTotal: 512}, `
		> . 100 500 ab
		port 40001
		> . 100 500 ab
		> . 103 500 d     # 2 is blocked first
		port 40000
		> . 103 500 d     # then 1
		> . 105 500 f     # too much: 2 gives way
		port 40002
		> . 100 500 ab
		> . 103 500 d     # too much: 1 gives way, and is blocked anew, after 3
		> . 105 500 f     # too much: 3 gives way
		flush`, `
		1 open mid
		1> 0 ab @1
		2 open mid
		2> 0 ab @2
		2> gap 2+1 @5
		2> 3 d @3
		3 open mid
		3> 0 ab @6
		1> gap 2+1 @7
		1> 3 d @4
		3> gap 2+1 @8
		3> 3 d @7
		1> gap 4+1 @8
		1> 5 f @5
		1 capture_ended @8
		2 capture_ended @8
		3> gap 4+1 @8
		3> 5 f @8
		3 capture_ended @8`)
}

func TestMaxTotalEndsAnother(t *testing.T) {
	// A direction that gives way may reach its FIN.
	expectEvents(t, Options{MaxTotal: 256}, `
		> . 100 500 ab
		> FA 103 500 d
		< FA 500 105
		port 40001
		> . 100 500 ab
		> . 103 500 d
		idle 1
		flush`, `
		1 open mid
		1> 0 ab @1
		2 open mid
		2> 0 ab @4
		1> gap 2+1 @5
		1> 3 d @2
		1 fin > @5
		2> gap 2+1 @6
		2> 3 d @5
		2 capture_ended @6`)
}

func TestMaxSilent(t *testing.T) {
	// SYNs alone push each other out, and no connection that has data.
	expectEvents(t, Options{MaxConns: 4, MaxSilent: 2}, `
		> . 100 500 ab
		port 40001
		> S 99
		port 40002
		> S 99
		port 40003
		> S 99            # 40001 goes
		port 40002
		> . 100 500 cd    # 40002 has data now
		port 40004
		> S 99
		port 40005
		> S 99            # 40003 goes
		flush`, `
		1 open mid
		1> 0 ab @1
		2 open
		3 open
		2 evicted @4
		4 open
		3> 0 cd @5
		5 open
		4 evicted @7
		6 open
		1 capture_ended @7
		3 capture_ended @7
		5 capture_ended @7
		6 capture_ended @7`)
}

func TestMaxConns(t *testing.T) {
	// The least recently used connection is closed. It is alive, so its next
	// packet opens it again.
	s := expectEvents(t, Options{MaxConns: 2}, `
		> . 100 500 ab
		> . 103 500 d     # waits
		port 40001
		> . 100 500 ef
		port 40000
		< . 500 104
		port 40002
		> . 100 500 gh    # 40001 goes
		port 40001
		> . 102 500 ij    # 40000 goes, and what waited in it is not lost
		flush`, `
		1 open mid
		1> 0 ab @1
		2 open mid
		2> 0 ef @3
		2 evicted @5
		3 open mid
		3> 0 gh @5
		1> gap 2+1 @6
		1> 3 d @2
		1 evicted @6
		4 open mid
		4> 0 ij @6
		3 capture_ended @6
		4 capture_ended @6`)
	want := Stats{Connections: 4, Midstream: 4, Closed: 4, Evicted: 2, Gaps: 1, Missing: 1, OutOfOrder: 1}
	if got := s.Stats(); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestStats(t *testing.T) {
	s := newScript(t, Options{}, [2]uint32{1000, 5000})
	s.run(handshake + `
		> . 100 500 abc win 0
		> . 100 500 abc
		> . 102 500 !
		> . 106 500 ghi cut 1
		> . 106 500 gXi
		> . 2000000000 500 zzz
		> R 2000000000
		< FA 500 103
		< . 501 103 abc`)
	want := Stats{
		Connections: 1, Open: 1, Pending: 256, Cut: 1,
		OutOfOrder: 1, Retransmitted: 2, KeepAlives: 1, Differing: 1,
		Foreign: 1, BeyondFin: 1, ResetsIgnored: 1,
	}
	if got := s.Stats(); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	net := s.conns[0].conn.Net
	wantNet := [2]Net{
		{FirstSeq: 1100, Counts: Counts{Packets: 9, Newest: 10e6, Bytes: 3, Retransmitted: 2, ZeroWindow: 1, Closed: 1e6, Trip: 1e6, Shortest: 1e6, Trips: 1, Waiting: true, Cut: 1, Differing: 1}},
		{FirstSeq: 5500, Counts: Counts{Packets: 3, Newest: 12e6, Trip: 1e6, Shortest: 1e6, Trips: 1}},
	}
	if net != wantNet {
		t.Errorf("Net: got  %+v\nwant %+v", net, wantNet)
	}
	s.run("flush\n> . 100 500 abc")
	want.Open, want.Pending, want.Closed, want.Gaps, want.Missing = 1, 0, 1, 2, 4
	want.Connections, want.Midstream = 2, 1 // the end of the input leaves nothing to be late for
	if got := s.Stats(); got != want {
		t.Errorf("after Flush: got  %+v\nwant %+v", got, want)
	}
}

func TestStamps(t *testing.T) {
	s := newScript(t, Options{}, [2]uint32{})
	s.run("idle 1\n" + handshake + "> . 100 500 abc\nidle 1\n< . 500 103")
	c := s.conns[0].conn
	if want := (capture.Stamp{Num: 2, Time: 2e6}); c.First != want {
		t.Errorf("First: got %v, want %v", c.First, want)
	}
	if want := (capture.Stamp{Num: 7, Time: 7e6}); c.Last != want {
		t.Errorf("Last: got %v, want %v", c.Last, want)
	}
}

// TestDirection is about who is the client.
func TestDirection(t *testing.T) {
	ports := []uint16{7890, 7900}
	tests := []struct {
		src, dst uint16
		flags    capture.TCPFlags
		client   uint16
	}{
		{7890, 40000, capture.SYN, 7890},
		{7890, 40000, capture.SYN | capture.ACK, 40000},
		{40000, 7890, capture.SYN | capture.ACK, 7890},
		{7890, 40000, capture.ACK, 40000},
		{40000, 7890, capture.ACK, 40000},
		{7900, 7890, capture.ACK, 7900},
		{7890, 7900, capture.ACK, 7900},
		{80, 7900, capture.ACK, 80},
		{7900, 80, capture.ACK, 80},
		{80, 443, capture.ACK, 443},
		{443, 80, capture.ACK, 443},
	}
	for _, test := range tests {
		var got *Conn
		a := New(func(c *Conn) Stream { got = c; return nil }, Options{Ports: ports})
		src := netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), test.src)
		dst := netip.AddrPortFrom(netip.MustParseAddr("10.0.0.2"), test.dst)
		a.Add(&capture.Packet{Src: src, Dst: dst, TCP: capture.TCP{Flags: test.flags}})
		if got.Client.Port() != test.client {
			t.Errorf("%d > %d flags %#x: client %v", test.src, test.dst, test.flags, got.Client)
		}
		d := C2S
		if test.src != test.client {
			d = S2C
		}
		if got.Source(d) != src || got.Destination(d) != dst {
			t.Errorf("%d > %d flags %#x: source %v, destination %v", test.src, test.dst, test.flags, got.Source(d), got.Destination(d))
		}
	}
	// Equal ports: the first sender is the client, and the addresses keep the
	// directions apart.
	for _, ends := range [][2]string{{"10.0.0.1", "10.0.0.2"}, {"10.0.0.2", "10.0.0.1"}, {"2001:db8::2", "2001:db8::1"}} {
		var log []string
		a := New(func(c *Conn) Stream {
			return &recorder{t: t, conn: c, event: func(e string) { log = append(log, e) }}
		}, Options{})
		src := netip.AddrPortFrom(netip.MustParseAddr(ends[0]), 7890)
		dst := netip.AddrPortFrom(netip.MustParseAddr(ends[1]), 7890)
		other := netip.AddrPortFrom(dst.Addr(), 7891)
		for i, p := range []capture.Packet{
			{Src: src, Dst: dst, Payload: []byte("ab")},
			{Src: other, Dst: src, Payload: []byte("zz")}, // so that the look-up is not always of the last
			{Src: dst, Dst: src, Payload: []byte("cd")},
		} {
			p.TCP.Flags = capture.ACK
			p.Num = uint64(i + 1)
			a.Add(&p)
		}
		if want := []string{"1> 0 ab @1", "2> 0 zz @2", "1< 0 cd @3"}; !slices.Equal(log, want) {
			t.Errorf("%s: got %q, want %q", ends, log, want)
		}
	}
}

// TestPortsAlike is about connections whose ports fall on the same place of
// the cache, so that the table itself must find them, in both directions.
func TestPortsAlike(t *testing.T) {
	var log []string
	a := New(func(c *Conn) Stream {
		return &recorder{t: t, conn: c, event: func(e string) { log = append(log, e) }}
	}, Options{Ports: []uint16{7890}})
	x, y := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	ends := [][2]netip.AddrPort{
		{netip.AddrPortFrom(x, 7890), netip.AddrPortFrom(y, 7890)},
		{netip.AddrPortFrom(y, 7890), netip.AddrPortFrom(x, 7890+1024)},
		{netip.AddrPortFrom(x, 7890-1024), netip.AddrPortFrom(y, 7890)},
		{netip.AddrPortFrom(x, 7890-1024), netip.AddrPortFrom(x, 7890)},
		{netip.AddrPortFrom(y, 7890-1024), netip.AddrPortFrom(x, 7890)},
	}
	var want []string
	num := uint64(0)
	for i := range 6 {
		seq := uint32(i / 2 * 2)
		for k, e := range ends {
			// The second of two packets goes back; the server is 7890, or of
			// two such the one that did not speak first.
			src, dst := e[i%2], e[1-i%2]
			arrow := ">"
			if src.Port() == 7890 && (dst.Port() != 7890 || i%2 == 1) {
				arrow = "<"
			}
			num++
			a.Add(&capture.Packet{Stamp: capture.Stamp{Num: num}, Src: src, Dst: dst,
				TCP: capture.TCP{Seq: seq, Ack: seq, Flags: capture.ACK}, Payload: []byte("ab")})
			want = append(want, fmt.Sprintf("%d%s %d ab @%d", k+1, arrow, seq, num))
		}
	}
	if !slices.Equal(log, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(log, "\n"), strings.Join(want, "\n"))
	}
	check(t, a)
}

// TestSameEnds is about a segment from an endpoint to itself, which no network
// carries.
func TestSameEnds(t *testing.T) {
	var n int
	a := New(func(c *Conn) Stream { n++; return &recorder{t: t, conn: c} }, Options{})
	end := netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), 7890)
	for seq := range uint32(10) {
		a.Add(&capture.Packet{Src: end, Dst: end, TCP: capture.TCP{Seq: 2 * seq, Flags: capture.ACK}, Payload: []byte("ab")})
		check(t, a)
	}
	a.Flush()
	if n != 1 {
		t.Errorf("%d connections", n)
	}
}

// TestNotWanted is about connections for which there is no Stream.
func TestNotWanted(t *testing.T) {
	var ids []int
	a := New(func(c *Conn) Stream { ids = append(ids, c.ID); return nil }, Options{})
	s := &script{Assembler: a, t: t, client: scriptClient}
	s.run(handshake + `
		> . 103 500 def
		> . 100 500 abc
		< . 504 103 xyz cut 10
		> R 7
		> FA 106 517
		< FA 517 107
		> . 107 518
		> S 70099
		< SA 70499 70100
		> . 70100 70500 abc
		< . 70500 70103 xyz
		> R 70103`)
	s.client++
	s.run(`
		> FA 106 500
		> . 100 500 abc
		< FA 500 107`)
	if !slices.Equal(ids, []int{1, 2, 3}) {
		t.Fatalf("connections: %v", ids)
	}
	want := Stats{Connections: 3, Midstream: 1, Closed: 3, Late: 1, ResetsIgnored: 1, Cut: 1}
	got := s.Stats()
	got.Retransmitted = 0 // of no interest here
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestClosedForgotten is about the bound on closed connections.
func TestClosedForgotten(t *testing.T) {
	s := newScript(t, Options{}, [2]uint32{})
	for i := range maxClosed + 10 {
		s.client = uint16(10000 + i)
		s.line(strings.Fields("> S 99"))
		s.line(strings.Fields("< RA 0 100"))
	}
	if n := len(s.table.closed.conns); n != maxClosed {
		t.Errorf("%d remembered, want %d", n, maxClosed)
	}
	if n := len(s.table.open); n != 0 {
		t.Errorf("%d open", n)
	}
	// One that is used and closed again is as young as its last close.
	s.client = 10010
	s.line(strings.Fields("> S 70099"))
	s.line(strings.Fields("< RA 0 70100"))
	s.client = 9999
	s.line(strings.Fields("> S 99"))
	s.line(strings.Fields("< RA 0 100"))
	k, _ := keyOf(s.conns[len(s.conns)-2].conn.Client, s.conns[0].conn.Server)
	if _, ok := s.table.closed.conns[k]; !ok {
		t.Error("a connection closed lately is forgotten")
	}
}

// TestEvictedNotLate: what is remembered of a closed connection does not stand
// in the way of a later one that was evicted.
func TestEvictedNotLate(t *testing.T) {
	expectEvents(t, Options{MaxConns: 1}, handshake+`
		> R 100
		> S 69999
		port 40001
		> . 100 500
		port 40000
		> . 70000 70500
		flush`, `
		1 open
		1 rst > @4
		2 open
		2 evicted @6
		3 open mid
		3 evicted @7
		4 open mid
		4 capture_ended @7`)
}

// TestLargeSegment is about a segment put together by the network card or by
// the capture, larger than any packet.
func TestLargeSegment(t *testing.T) {
	s := newScript(t, Options{}, [2]uint32{})
	s.run(handshake + "> . 200100 500 x" + strings.Repeat("y", 200000) + "\n> . 100 500 " + strings.Repeat("z", 200000))
	if n := s.conns[0].conn.Net[C2S].Bytes; n != 400001 {
		t.Errorf("%d bytes", n)
	}
}

// TestHostileOrder sends one-byte segments in the worst orders: the memory
// stays bounded and nothing is lost.
func TestHostileOrder(t *testing.T) {
	const n = 3000
	orders := map[string]func(i int) int{
		"reversed": func(i int) int { return n - 1 - i },
		"odd first": func(i int) int {
			if i < n/2 {
				return 2*i + 1
			}
			return 2 * (i - n/2)
		},
		"scattered": func(i int) int { return i * 1009 % n },
	}
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, Options{}, [2]uint32{1<<32 - 600, 0})
			s.run(handshake)
			got := make([]byte, 0, n)
			s.conns[0].event = nil
			s.conns[0].data = func(c Chunk) { got = append(got, c.Data...) }
			for i := range n {
				at := order(i)
				p := s.packet(C2S)
				p.TCP.Flags, p.TCP.Seq, p.TCP.Ack = capture.ACK, s.bases[C2S]+100+uint32(at), 500
				p.Payload = []byte{byte(at)}
				s.add(p)
			}
			check(t, s.Assembler)
			if len(got) != n {
				t.Fatalf("%d bytes of %d", len(got), n)
			}
			for i, b := range got {
				if b != byte(i) {
					t.Fatalf("byte %d is %d", i, b)
				}
			}
		})
	}
}

// TestMemoryReturned is about what is kept after many connections had bytes
// waiting.
func TestMemoryReturned(t *testing.T) {
	s := newScript(t, Options{}, [2]uint32{})
	data := strings.Repeat("x", 1000)
	for i := range 8000 {
		s.client = uint16(10000 + i)
		s.line(strings.Fields("> S 99"))
		s.line(strings.Fields("< A 0 100"))
		s.line(strings.Fields("> . 200 0 " + data))
	}
	if got, want := s.Stats().Pending, int64(8000*1000); got != want {
		t.Fatalf("%d bytes wait, want %d", got, want)
	}
	s.Flush()
	check(t, s.Assembler)
	if s.held != 0 || s.segments.bytes > maxSpare {
		t.Errorf("%d bytes held, %d in reserve", s.held, s.segments.bytes)
	}
	for i := range s.wheel {
		for q := s.wheel[i]; q != nil; q = q.next {
			if !q.done {
				t.Fatal("a closed connection is on the wheel")
			}
		}
	}
	if n := s.Stats().Closed; n != 8000 {
		t.Errorf("%d connections closed", n)
	}
}
