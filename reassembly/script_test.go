package reassembly

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cmppdump/capture"
)

// A script is a list of packets, one a line:
//
//	> SA 100 500 abc cut 4
//
// is a packet from the client (< from the server) with the flags SYN and ACK
// (S A F R, or . for ACK alone), sequence number 100, acknowledgement number
// 500, the payload abc and 4 bytes more on the wire. Numbers are relative to
// the bases that the test chooses. What is left out at the end is zero.
// Further: "win 0" before cut sets the window (else 1000), "idle 200" is 200
// packets of another connection, "wait 1000" lets 1000 ms pass, "flush" ends the
// input, "port 7" makes 7 the client's port from then on, "tag 7" makes 7 the
// VLAN, and # begins a comment.
//
// The events are, for connection 1 and frame 3: "1 open" ("1 open mid"),
// "1> 0 abc @3", "1> gap 3+4 @3", "1 fin > @3".

const (
	scriptClient = 40000
	scriptServer = 7890
	idlePort     = 9 // its connections are not wanted
)

// script runs a script and collects the events.
type script struct {
	*Assembler
	t      *testing.T
	bases  [2]uint32 // of the sequence numbers of client and server
	client uint16
	tags   uint32
	frame  uint64
	waited int64 // ms
	events []string
	conns  []*recorder
}

func newScript(t *testing.T, o Options, bases [2]uint32) *script {
	s := &script{t: t, bases: bases, client: scriptClient}
	s.Assembler = New(func(c *Conn) Stream {
		if c.Server.Port() == idlePort {
			return nil
		}
		r := &recorder{t: t, conn: c, event: func(e string) { s.events = append(s.events, e) }}
		s.conns = append(s.conns, r)
		if c.Midstream {
			r.event(fmt.Sprintf("%d open mid", c.ID))
		} else {
			r.event(fmt.Sprintf("%d open", c.ID))
		}
		return r
	}, o)
	return s
}

func (s *script) run(text string) {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if f := strings.Fields(line); len(f) > 0 {
			s.line(f)
			check(s.t, s.Assembler)
		}
	}
}

func (s *script) line(f []string) {
	num := func(i int) uint32 {
		n, err := strconv.ParseInt(f[i], 10, 64)
		if err != nil {
			s.t.Fatalf("script: %q: %v", strings.Join(f, " "), err)
		}
		return uint32(n)
	}
	switch f[0] {
	case "idle":
		s.idle(int(num(1)))
		return
	case "wait":
		s.waited += int64(num(1))
		return
	case "flush":
		s.Flush()
		return
	case "port":
		s.client = uint16(num(1))
		return
	case "tag":
		s.tags = num(1)
		return
	}
	d := Dir(strings.Index("><", f[0]))
	p := s.packet(d)
	for _, c := range f[1] {
		p.TCP.Flags |= map[rune]capture.TCPFlags{
			'S': capture.SYN, 'A': capture.ACK, '.': capture.ACK, 'F': capture.FIN, 'R': capture.RST,
		}[c]
	}
	p.TCP.Seq = s.bases[d] + num(2)
	f = append(f, "", "", "")
	i := 3
	if p.TCP.Flags.Has(capture.ACK) {
		p.TCP.Ack = s.bases[d^1] + num(i)
		i++
	}
	if f[i] != "" && f[i] != "cut" && f[i] != "win" {
		p.Payload = []byte(f[i])
		i++
	}
	if f[i] == "win" {
		p.TCP.Window = uint16(num(i + 1))
		i += 2
	}
	if f[i] == "cut" {
		p.Missing = int(num(i + 1))
	}
	s.add(p)
}

// packet is an empty packet of the script's connection, not numbered yet.
func (s *script) packet(d Dir) *capture.Packet {
	ends := [2]netip.AddrPort{
		netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 1}), s.client),
		netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 2}), scriptServer),
	}
	return &capture.Packet{Src: ends[d], Dst: ends[d^1], Tags: s.tags, TCP: capture.TCP{Window: 1000}}
}

func (s *script) idle(n int) {
	for range n {
		p := s.packet(C2S)
		p.Dst = netip.AddrPortFrom(p.Dst.Addr(), idlePort)
		p.TCP.Flags = capture.ACK
		s.add(p)
	}
}

func (s *script) add(p *capture.Packet) {
	s.frame++
	p.Num, p.Time = s.frame, (int64(s.frame)+s.waited)*1e6
	s.Add(p)
	// The packet was only lent.
	for i := range p.Payload {
		p.Payload[i] = '!'
	}
}

// recorder is a Stream that notes its events and checks what every Stream may
// rely on.
type recorder struct {
	t      *testing.T
	conn   *Conn
	event  func(string) // nil: not wanted
	data   func(Chunk)  // nil: not wanted
	off    [2]int64
	net    [2]struct{ bytes, missing uint64 }
	gaps   []Gap
	closed bool
	ended  [2]Net // Conn.Net when it was
}

var arrow = [2]string{">", "<"}

func (r *recorder) Data(c Chunk) {
	if len(c.Data) == 0 {
		r.t.Errorf("empty chunk at %d", c.Offset)
	}
	r.net[c.Dir].bytes += uint64(len(c.Data))
	r.next(c.Dir, c.Offset, int64(len(c.Data)))
	if r.event != nil {
		r.event(fmt.Sprintf("%d%s %d %s @%d", r.conn.ID, arrow[c.Dir], c.Offset, c.Data, c.Num))
	}
	if r.data != nil {
		r.data(c)
	}
}

func (r *recorder) Gap(g Gap) {
	if g.Len <= 0 {
		r.t.Errorf("gap of %d bytes at %d", g.Len, g.Offset)
	}
	r.gaps = append(r.gaps, g)
	r.net[g.Dir].missing += uint64(g.Len)
	r.next(g.Dir, g.Offset, g.Len)
	if r.event != nil {
		r.event(fmt.Sprintf("%d%s gap %d+%d @%d", r.conn.ID, arrow[g.Dir], g.Offset, g.Len, g.Num))
	}
}

func (r *recorder) next(d Dir, off, n int64) {
	r.t.Helper()
	if r.closed {
		r.t.Errorf("connection %d: bytes after Close", r.conn.ID)
	}
	if off != r.off[d] {
		r.t.Errorf("connection %d %v: offset %d, want %d", r.conn.ID, d, off, r.off[d])
	}
	r.off[d] = off + n
	if c := &r.conn.Net[d]; c.Bytes != r.net[d].bytes || c.Missing != r.net[d].missing {
		r.t.Errorf("connection %d %v: Net says %d bytes and %d missing; the stream had %+v",
			r.conn.ID, d, c.Bytes, c.Missing, r.net[d])
	}
}

func (r *recorder) Close(e End) (kept bool) {
	if r.closed {
		r.t.Errorf("connection %d closed twice", r.conn.ID)
	}
	r.closed, r.ended = true, r.conn.Net
	if r.event == nil {
		return true
	}
	by := ""
	if e.Reason == Fin || e.Reason == Reset {
		by = " " + arrow[e.By]
	}
	r.event(fmt.Sprintf("%d %v%s @%d", r.conn.ID, e.Reason, by, e.Num))
	return true
}

// check looks at what must hold inside an Assembler between packets.
func check(t *testing.T, a *Assembler) {
	t.Helper()
	var held int64
	blocked := map[*pending]bool{}
	for q := a.oldest; q != nil; q = q.newer {
		if q.newer == nil && a.newest != q {
			t.Fatal("the newest blocked direction is not the last")
		}
		blocked[q] = true
	}
	var used []*conn
	for _, u := range []*uses{&a.table.silent, &a.table.talks} {
		n := len(used)
		for c := u.newest; c != nil; c = c.older {
			if used = append(used, c); a.table.uses(c) != u || c.older != nil && c.older.used > c.used {
				t.Fatalf("connection %d is out of order of use", c.ID)
			}
		}
		if len(used)-n != u.n {
			t.Fatalf("%d connections in order of use, counted %d", len(used)-n, u.n)
		}
	}
	for _, c := range used {
		for d := range c.half {
			h := &c.half[d]
			q := h.pend
			if c.Net[d].Waiting != (q != nil) {
				t.Fatalf("connection %d: Net says %+v", c.ID, c.Net[d])
			}
			if q == nil {
				if h.finSeen && !h.ended {
					t.Fatalf("connection %d: a FIN at %d waits at %d without a hole", c.ID, h.fin, h.off)
				}
				continue
			}
			if q.conn != c || q.dir != Dir(d) || q.done {
				t.Fatalf("connection %d: stale pending", c.ID)
			}
			cost, end := 0, h.off+1
			for _, s := range q.segs {
				if s.pos < end || len(s.data) == 0 {
					t.Fatalf("connection %d: segment at %d, expected from %d on", c.ID, s.pos, end)
				}
				cost += s.cost()
				end = s.end()
			}
			if q.top < end || q.cost != cost {
				t.Fatalf("connection %d: top %d, end %d, cost %d, counted %d", c.ID, q.top, end, q.cost, cost)
			}
			if cost > a.opt.MaxPending {
				t.Fatalf("connection %d: %d bytes wait", c.ID, cost)
			}
			if !q.queued && (q.due > a.count || !h.acks || h.acked >= q.end()) {
				t.Fatalf("connection %d: nothing will declare the hole at %d", c.ID, h.off)
			}
			if blocked[q] != (len(q.segs) > 0) {
				t.Fatalf("connection %d: blocked is %v with %d segments", c.ID, blocked[q], len(q.segs))
			}
			delete(blocked, q)
			held += int64(cost)
		}
	}
	if len(blocked) > 0 || held != a.held || a.opt.MaxTotal > 0 && held > a.opt.MaxTotal {
		t.Fatalf("%d directions too many are blocked; %d bytes held, counted %d", len(blocked), held, a.held)
	}
	open := 0
	for _, c := range a.table.open {
		open += len(c.twins(nil))
	}
	if n := len(used); n != open || n != a.table.n || n > a.opt.MaxConns || a.table.silent.n > a.opt.MaxSilent {
		t.Fatalf("%d connections in order of use, %d without data, %d in the table", n, a.table.silent.n, a.table.n)
	}
}

// bases are the starts of sequence numbers that scripts are run with; those
// near the wrap bring it into every place of a short script.
func bases() [][2]uint32 {
	all := [][2]uint32{{1000, 5000}, {1<<31 - 105, 1 << 31}, {3e9, 7}}
	for i := range uint32(24) {
		all = append(all, [2]uint32{-(100 + i), -(500 + i)})
	}
	return all
}

// expectEvents runs a script from an empty Assembler at all bases.
func expectEvents(t *testing.T, o Options, text, want string) *script {
	t.Helper()
	var first *script
	for _, b := range bases() {
		s := newScript(t, o, b)
		s.run(text)
		var lines []string
		for line := range strings.Lines(want) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		if !slices.Equal(s.events, lines) {
			t.Fatalf("bases %d: got\n\t%s\nwant\n\t%s", b, strings.Join(s.events, "\n\t"), strings.Join(lines, "\n\t"))
		}
		if first == nil {
			first = s
		}
	}
	return first
}
