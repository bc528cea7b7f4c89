package track_test

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// windows are how many requests are open in the steady state.
var windows = []int{1, 16, 1000}

// discard is a sink that counts.
type discard struct{ events [track.Closed + 1]int }

func (d *discard) Event(e *track.Event) { d.events[e.Kind]++ }

// exchange is endless traffic of one connection: SUBMITs, and as many
// responses, with a window of open requests between them.
type exchange struct {
	tracker           *track.Tracker
	sink              discard
	stamp             capture.Stamp
	next, oldest      uint32 // Sequence_Ids
	request, response []byte
	send              func(reassembly.Dir, []byte)
}

// newExchange readies traffic with a window. Whole is through a dissector,
// otherwise the tracker gets PDUs that were decoded before.
func newExchange(window int, whole bool, o track.Options) *exchange {
	e := &exchange{}
	o.ResponseTimeout = 3600e9
	e.tracker = track.New(&e.sink, o)
	e.request = (&wire.Submit{PkTotal: 1, PkNumber: 1, MsgSrc: "900002", DestTerminalID: []string{"13800001234"}, MsgContent: []byte("hello")}).Append(nil, wire.V30)
	e.response = (&wire.SubmitResp{MsgID: 77}).Append(nil, wire.V30)
	c := &reassembly.Conn{ID: 1, Client: netip.MustParseAddrPort("10.0.0.1:50001"), Server: netip.MustParseAddrPort("10.0.0.2:7890")}
	if whole {
		e.throughDissector(c)
	} else {
		e.direct(c)
	}
	for range window {
		e.sendRequest()
	}
	return e
}

func (e *exchange) throughDissector(c *reassembly.Conn) {
	s := dissect.New(e.tracker, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion}).Open(c)
	var offset [2]int64
	e.send = func(d reassembly.Dir, b []byte) {
		c.Net[d].Packets++
		c.Net[d].Bytes += uint64(len(b))
		s.Data(reassembly.Chunk{Dir: d, Stamp: e.stamp, Offset: offset[d], Data: b})
		offset[d] += int64(len(b))
	}
}

func (e *exchange) direct(c *reassembly.Conn) {
	conn := &dissect.Conn{Conn: c, Proto: cmpp.Protocol}
	e.tracker.Open(conn)
	var pdus [2]dissect.PDU
	for d, b := range [2][]byte{e.request, e.response} {
		p := &pdus[d]
		p.Conn, p.Dir, p.Proto, p.Version, p.Column = conn, reassembly.Dir(d), cmpp.Protocol, cmpp.V30, cmpp.V30
		p.Load(b, len(b))
	}
	e.send = func(d reassembly.Dir, b []byte) {
		p := &pdus[d]
		c.Net[d].Packets++
		p.Last, p.Sequence = e.stamp, binary.BigEndian.Uint32(b[8:])
		e.tracker.PDU(p)
	}
}

func (e *exchange) sendRequest() {
	e.tick()
	binary.BigEndian.PutUint32(e.request[8:], e.next)
	e.next++
	e.send(reassembly.C2S, e.request)
}

func (e *exchange) sendResponse() {
	e.tick()
	binary.BigEndian.PutUint32(e.response[8:], e.oldest)
	e.oldest++
	e.send(reassembly.S2C, e.response)
}

func (e *exchange) tick() {
	e.stamp.Num++
	e.stamp.Time += 1e5
	e.tracker.Tick(e.stamp)
}

// pair answers the oldest request and sends another.
func (e *exchange) pair() {
	e.sendResponse()
	e.sendRequest()
}

func TestPairAllocatesNothing(t *testing.T) {
	for _, w := range windows {
		for _, keep := range []bool{false, true} {
			e := newExchange(w, true, track.Options{MaxMem: 512 << 20, Keep: keep})
			for range 4 * w {
				e.pair()
			}
			if n := testing.AllocsPerRun(5, func() {
				for range 2000 {
					e.pair()
				}
			}); n != 0 {
				t.Errorf("window %d, keep %v: %v allocations in 2000 pairs", w, keep, n)
			}
			if s := e.tracker.Stats(); int(s.States[track.Answered]) != e.sink.events[track.Transaction] || s.Requests != s.States[track.Answered]+uint64(w) {
				t.Errorf("window %d: %+v", w, s)
			}
		}
	}
}

// BenchmarkPair is a request and its response: by the tracker alone, and with
// the dissection of both.
func BenchmarkPair(b *testing.B) {
	for _, whole := range []bool{false, true} {
		for _, w := range windows {
			b.Run(fmt.Sprintf("%s/window=%d", map[bool]string{false: "tracker", true: "dissected"}[whole], w), func(b *testing.B) {
				e := newExchange(w, whole, track.Options{MaxMem: 512 << 20})
				b.ReportAllocs()
				for b.Loop() {
					e.pair()
				}
			})
		}
	}
}

// BenchmarkOneDirection is a request and a response where only what the SP
// sends was captured: nothing pairs, and all of the last 200 packets waits.
func BenchmarkOneDirection(b *testing.B) {
	e := newExchange(0, true, track.Options{MaxMem: 64 << 20})
	e.response = (&wire.DeliverResp{}).Append(nil, wire.V30)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%5 == 0 { // five of each in a packet
			e.tick()
		}
		binary.BigEndian.PutUint32(e.response[8:], e.next)
		binary.BigEndian.PutUint32(e.request[8:], e.next)
		e.next++
		e.send(reassembly.C2S, e.response)
		e.send(reassembly.C2S, e.request)
	}
}
