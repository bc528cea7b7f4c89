package relay_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/relay"
	"cmppdump/pcaps/mutate"
	"cmppdump/reassembly"
)

// minutes notes all calls, and what could be read at each: the PDU with its
// fields and notes, and the counters of every open connection.
type minutes struct {
	calls []string
	open  []*dissect.Conn
	after func() // each call
}

func (m *minutes) note(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	for _, c := range m.open {
		line += "\n  " + connection(c)
	}
	m.calls = append(m.calls, line)
	if m.after != nil {
		m.after()
	}
}

// connection is what a sink can read of one.
func connection(c *dissect.Conn) string {
	return fmt.Sprint(c.ID, c.Client, c.Server, c.Midstream, c.First.Num, c.Last.Num, c.Net, c.Login, c.LoginByte, c.PDUs, c.Proxy, notes(c.Notes))
}

func notes(list []dissect.Note) (s string) {
	for _, n := range list {
		s += string(n.AppendText([]byte("; ")))
	}
	return s
}

func (m *minutes) Tick(now capture.Stamp) { m.note("tick %d", now.Num) }

func (m *minutes) Open(c *dissect.Conn) {
	c.Own = m
	m.open = append(m.open, c)
	m.note("open")
}

func (m *minutes) PDU(p *dissect.PDU) {
	var fields strings.Builder
	for _, f := range p.Fields {
		fmt.Fprint(&fields, f.Spec.Name, f.Off, f.Len, f.Num, f.Depth, " ")
	}
	text := ""
	if p.SMS.HasText() {
		text = string(p.SMS.AppendText(nil))
	}
	proxy := ""
	if p.Proxy != nil {
		proxy = p.Proxy.String()
	}
	p.Note(&dissect.NoteSpec{Text: "of the sink's own"}, "")
	m.note("PDU %d of %d %v: %d %d %d %d/%d %v %v %v %d %x %s %s%s %s own %v", p.No, p.Conn.ID, p.Dir, p.First.Num, p.Last.Num, p.Offset, p.Nth, p.Of, p.Version, p.Source, p.Column, p.Total, p.Raw, fields.String(), text, notes(p.Notes), proxy, p.Conn.Own == m)
}

func (m *minutes) Gap(g *dissect.Gap) {
	m.note("gap of %d %v: %v %d %d %d %d %v %s", g.Conn.ID, g.Dir, g.Kind, g.First.Num, g.Last.Num, g.Offset, g.Bytes, g.Cut, notes(g.Notes))
}

func (m *minutes) Close(c *dissect.Conn, e reassembly.End) bool {
	m.note("close %d %v %v %s", c.ID, e.Reason, e.By, notes(c.Notes))
	m.open = slices.DeleteFunc(m.open, func(x *dissect.Conn) bool { return x == c })
	return true
}

// dissected tells a sink of frames; put and counted are those of a Relay, or nil.
func dissected(next relay.Next, link uint32, frames []mutate.Frame, put func([]byte) (*dissect.PDU, []byte), counted func(*dissect.Conn)) {
	d := dissect.New(next, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion, Put: put, Counted: counted, MaxCarry: 4 << 10})
	asm := reassembly.New(d.Open, reassembly.Options{Ports: cmpp.Protocol.Ports, MaxTotal: 8 << 10, Counted: d.Counted})
	decoder, iface := capture.NewDecoder(), &capture.Interface{Link: capture.LinkType(link)}
	for i, f := range frames {
		p := capture.Packet{Stamp: capture.Stamp{Num: uint64(i + 1), Time: f.Time, Iface: iface, WireLen: f.Wire}, Frame: slices.Clone(f.Bytes)}
		found := decoder.Decode(&p)
		next.Tick(p.Stamp)
		if found {
			asm.Add(&p)
		}
		clear(p.Frame) // it was lent
	}
	asm.Flush()
}

// captures are all small shipped ones, each made rough in several ways.
func captures(t *testing.T, each func(name string, link uint32, frames []mutate.Frame)) {
	files, _ := filepath.Glob("../../pcaps/*.pcap")
	if len(files) < 50 {
		t.Fatal("no captures")
	}
	for i, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		trace, err := mutate.Load(b)
		if err != nil || len(b) > 200<<10 {
			continue
		}
		recipes := mutate.Recipes(trace)
		for k := i % 17; k < len(recipes); k += 17 {
			if r := &recipes[k]; !r.SYN || trace.Streams[0].SYN {
				_, frames := r.Apply(1, trace)
				each(filepath.Base(file)+", "+r.Name, r.Encoding.Link, frames)
			}
		}
	}
}

// TestRelay: the sink behind a Relay is told the same as one that is not, and
// reads the same at every call.
func TestRelay(t *testing.T) {
	gaps, several := 0, 0
	captures(t, func(name string, link uint32, frames []mutate.Frame) {
		var here, there minutes
		dissected(&here, link, frames, nil, nil)
		r := relay.New(&there, func() bool { return false })
		dissected(r, link, frames, r.Put, r.Counted)
		r.End()
		for i := range max(len(here.calls), len(there.calls)) {
			if i >= len(here.calls) || i >= len(there.calls) || here.calls[i] != there.calls[i] {
				t.Fatalf("%s: call %d of %d, %d\nhere  %s\nthere %s", name, i, len(here.calls), len(there.calls), at(here.calls, i), at(there.calls, i))
			}
			gaps += strings.Count(here.calls[i], "gap of")
			several += min(1, strings.Count(here.calls[i], "\n  ")/2)
		}
	})
	if gaps == 0 || several == 0 {
		t.Errorf("%d gaps, %d calls with several connections", gaps, several)
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "-"
}

// some are the frames of one capture, again and again.
func some(t *testing.T) []mutate.Frame {
	b, err := os.ReadFile("../../pcaps/window_30.pcap")
	if err != nil {
		t.Fatal(err)
	}
	trace, err := mutate.Load(b)
	if err != nil {
		t.Fatal(err)
	}
	asIs := mutate.Recipes(trace)[0]
	_, frames := asIs.Apply(0, trace)
	return slices.Repeat(frames, 200)
}

// TestRelayWait: when Wait is over, the sink knows what was told, and nothing runs.
func TestRelayWait(t *testing.T) {
	m := &minutes{after: func() { time.Sleep(time.Millisecond) }}
	r := relay.New(m, func() bool { return false })
	defer r.End()
	for i := range 10 {
		r.Tick(capture.Stamp{Num: uint64(i + 1)})
		if i%4 == 3 {
			if r.Wait(); len(m.calls) != i+1 {
				t.Errorf("%d calls of %d", len(m.calls), i+1)
			}
		}
	}
}

// TestRelayFull: a sink that has enough is told of nothing more, and the Relay
// knows before the end.
func TestRelayFull(t *testing.T) {
	var m minutes
	var full atomic.Bool
	m.after = func() { full.Store(true) }
	r := relay.New(&m, full.Load)
	n := 0
	for ; !r.Full() && n < 1_000_000; n++ {
		r.Tick(capture.Stamp{Num: uint64(n + 1)})
	}
	told := len(m.calls)
	for i := range 10_000 {
		r.Tick(capture.Stamp{Num: uint64(n + i)})
	}
	r.End()
	if n == 1_000_000 || told == 0 || len(m.calls) != told {
		t.Errorf("full after %d calls, told of %d, then of %d", n, told, len(m.calls)-told)
	}
}

// TestRelayPanic: what a sink panics with is thrown where a terminal can be
// restored, with the place, whatever is called next.
func TestRelayPanic(t *testing.T) {
	frames := some(t)
	for name, call := range map[string]func(r *relay.Relay){
		"more": func(r *relay.Relay) { dissected(r, mutate.LinkEthernet, frames, r.Put, r.Counted) },
		"wait": (*relay.Relay).Wait,
		"end":  (*relay.Relay).End,
	} {
		func() {
			defer func() {
				p, _ := recover().(string)
				if !strings.Contains(p, "out of cheese") || !strings.Contains(p, "relay_test.go") {
					t.Errorf("%s: %q", name, p)
				}
			}()
			r := relay.New(&minutes{after: func() { panic("out of cheese") }}, func() bool { return false })
			r.Tick(capture.Stamp{Num: 1})
			call(r)
		}()
	}
}

// TestNoAllocs: once there is room, a packet with a PDU takes no memory.
func TestNoAllocs(t *testing.T) {
	r := relay.New(nobody{}, func() bool { return false })
	defer r.End()
	d := dissect.New(r, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion, Put: r.Put, Counted: r.Counted})
	conn := &reassembly.Conn{ID: 1, Client: netip.MustParseAddrPort("10.0.0.1:57800"), Server: netip.MustParseAddrPort("10.0.0.2:7890")}
	stream, submits := d.Open(conn), mutate.Submits(1).Streams[0].Bytes
	n := uint64(0)
	packet := func() {
		n++
		at := capture.Stamp{Num: n, Time: int64(n)}
		r.Tick(at)
		conn.Net[0].Packets, conn.Last = n, at
		d.Counted(stream)
		stream.Data(reassembly.Chunk{Stamp: at, Offset: int64(n-1) * int64(len(submits)), Data: submits})
	}
	for range 10_000 {
		packet()
	}
	if n := testing.AllocsPerRun(10_000, packet); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

// BenchmarkRelay is what it costs to hand over a packet with a SUBMIT, or a
// response, and its acknowledgement.
func BenchmarkRelay(b *testing.B) {
	for _, name := range []string{"here", "there"} {
		b.Run(name, func(b *testing.B) {
			clean := mutate.Submits(2000)
			asIs := mutate.Recipes(clean)[0]
			_, frames := asIs.Apply(0, clean)
			var next relay.Next = nobody{}
			var put func([]byte) (*dissect.PDU, []byte)
			var counted func(*dissect.Conn)
			if name == "there" {
				r := relay.New(nobody{}, func() bool { return false })
				defer r.End()
				next, put, counted = r, r.Put, r.Counted
			}
			b.ReportAllocs()
			for b.Loop() {
				dissected(next, mutate.LinkEthernet, frames, put, counted)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(frames)), "ns/packet")
		})
	}
}

// nobody is a sink that does nothing.
type nobody struct{}

func (nobody) Tick(capture.Stamp)                       {}
func (nobody) Open(*dissect.Conn)                       {}
func (nobody) PDU(*dissect.PDU)                         {}
func (nobody) Gap(*dissect.Gap)                         {}
func (nobody) Close(*dissect.Conn, reassembly.End) bool { return false }
