package main

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/mutate"
	"cmppdump/reassembly"
)

// place is a PDU of a trace: the index of its stream there, and its own in the
// stream.
type place struct{ stream, pdu int }

// exchange is what a request and the responses to it have in common.
type exchange struct {
	stream       int // of the request
	command, seq uint32
}

// rough is what the pipeline finds in the frames of a trace.
type rough struct {
	t       *testing.T
	trace   *mutate.Trace
	ends    map[[2]netip.AddrPort][]int // streams by source and destination
	hostile map[int]bool
	found   map[place]int    // octets
	digest  map[place]uint64 // of fields and text, of whole PDUs
	pairs   map[place]place  // from request to response
	wrong   []string
}

// dissectFrames runs the pipeline on frames.
func dissectFrames(t *testing.T, link uint32, trace *mutate.Trace, frames []mutate.Frame) *rough {
	r := &rough{t: t, trace: trace, ends: map[[2]netip.AddrPort][]int{}, found: map[place]int{}, digest: map[place]uint64{}, pairs: map[place]place{}}
	for i, s := range trace.Streams {
		k := [2]netip.AddrPort{s.Src, s.Dst}
		r.ends[k] = append(r.ends[k], i)
	}
	tracker := track.New(r, track.Options{ResponseTimeout: 60e9, Messages: true, ReportTimeout: 3600e9})
	dis := dissect.New(tracker, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion})
	asm := reassembly.New(dis.Open, reassembly.Options{Ports: cmpp.Protocol.Ports})
	decoder, iface := capture.NewDecoder(), &capture.Interface{Link: capture.LinkType(link)}
	var p capture.Packet
	for i, f := range frames {
		p = capture.Packet{Stamp: capture.Stamp{Num: uint64(i + 1), FileNum: uint64(i + 1), Time: f.Time, Iface: iface, WireLen: f.Wire}, Frame: f.Bytes}
		tracker.Tick(p.Stamp)
		if decoder.Decode(&p) {
			asm.Add(&p)
		}
	}
	asm.Flush()
	tracker.Flush()
	return r
}

// Event implements track.Sink.
func (r *rough) Event(e *track.Event) {
	switch e.Kind {
	case track.PDU:
		r.pdu(e.PDU)
	case track.Transaction:
		x := e.Txn
		if !x.Request.Seen || !x.Response.Seen || x.State != track.Answered {
			return
		}
		request, ok1 := r.place(e.Conn.Conn, x.Dir, x.Request.Offset)
		response, ok2 := r.place(e.Conn.Conn, x.Dir.Reverse(), x.Response.Offset)
		if ok1 && ok2 {
			r.pairs[request] = response
		}
	}
}

func (r *rough) pdu(p *dissect.PDU) {
	i, off, ok := r.stream(p.Conn, p.Dir, p.Offset)
	if ok && r.trace.Streams[i].Hostile {
		return
	}
	at, ok := r.place(p.Conn, p.Dir, p.Offset)
	if !ok {
		r.wrong = append(r.wrong, fmt.Sprintf("invented: a PDU %08x of %d octets at %d of %v", p.CommandID, p.Total, off, p.Conn.Source(p.Dir)))
		return
	}
	s := r.trace.Streams[at.stream]
	d := s.PDUs[at.pdu]
	switch _, twice := r.found[at]; {
	case twice:
		r.wrong = append(r.wrong, fmt.Sprintf("%v: twice", at))
	case int64(p.Total) != d.Length, string(p.Raw) != string(s.Bytes[d.Offset:][:len(p.Raw)]):
		r.wrong = append(r.wrong, fmt.Sprintf("%v: other octets", at))
	}
	if r.found[at] = len(p.Raw); !p.Truncated() {
		r.digest[at] = digest(p)
	}
}

// digest is the sum of what a whole PDU says: the fields, the text.
func digest(p *dissect.PDU) uint64 {
	h := fnv.New64a()
	for _, f := range p.Fields {
		fmt.Fprint(h, f.Spec.Name, f.Off, f.Len, f.Num, ";")
	}
	if p.SMS.HasText() {
		h.Write(p.SMS.AppendText(nil))
	}
	return h.Sum64()
}

// stream finds the stream of an octet at an offset of a direction, and the
// offset there.
func (r *rough) stream(c *dissect.Conn, d reassembly.Dir, offset int64) (i int, at int64, ok bool) {
	seq := c.Net[d].FirstSeq + uint32(offset)
	for _, i := range r.ends[[2]netip.AddrPort{c.Source(d), c.Destination(d)}] {
		s := r.trace.Streams[i]
		if at := int64(int32(seq - s.First)); at >= 0 && at < int64(len(s.Bytes)) {
			return i, at, true
		}
	}
	return 0, 0, false
}

func (r *rough) place(c *dissect.Conn, d reassembly.Dir, offset int64) (place, bool) {
	i, at, ok := r.stream(c, d, offset)
	if ok {
		for k, d := range r.trace.Streams[i].PDUs {
			if d.Offset == at {
				return place{i, k}, true
			}
		}
	}
	return place{}, false
}

// exchange is that of the PDU at a place.
func (r *rough) exchange(at place) exchange {
	s := r.trace.Streams[at.stream]
	b := s.Bytes[s.PDUs[at.pdu].Offset:]
	id, stream := binary.BigEndian.Uint32(b[4:]), at.stream
	if id>>31 != 0 {
		stream ^= 1
	}
	return exchange{stream, id &^ (1 << 31), binary.BigEndian.Uint32(b[8:])}
}

// cleanCapture is a capture taken apart, and what the pipeline finds in it.
type cleanCapture struct {
	name  string
	trace *mutate.Trace
	*rough
	exchanges map[exchange]int // requests
}

// mutated are the captures of pcaps that are mutated besides those of
// pcaps/real: all alphabets, long messages, several connections, many PDUs in
// a packet, every GNS message, forwarded messages, odd reports.
var mutated = []string{"batched_20", "codings_30", "gns_21", "fwd_20", "short_20", "reports_30", "resend_20", "window_30"}

func cleanCaptures(t *testing.T) (cs []*cleanCapture) {
	files, err := filepath.Glob("../../pcaps/real/*.pcap")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures", err)
	}
	for _, name := range mutated {
		files = append(files, "../../pcaps/"+name+".pcap")
	}
	for _, file := range files {
		cs = append(cs, cleanCaptureOf(t, file))
	}
	return cs
}

func cleanCaptureOf(t *testing.T, file string) *cleanCapture {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := mutate.Load(b)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	c := &cleanCapture{name: filepath.Base(file), trace: trace, exchanges: map[exchange]int{}}
	asIs := mutate.Recipes(trace)[0]
	same, frames := asIs.Apply(0, trace)
	c.rough = dissectFrames(t, asIs.Encoding.Link, same, frames)
	for i, s := range trace.Streams {
		for k := range s.PDUs {
			if id := s.Bytes[s.PDUs[k].Offset+4]; id>>7 == 0 {
				c.exchanges[c.exchange(place{i, k})]++
			}
		}
	}
	return c
}

// TestMutations holds what is found in rough captures against the rule of truth: a PDU
// whose header is in the file is found as far as its octets are there, none is
// invented, and what is whole reads and pairs as in the clean capture.
// MUTATE_SEEDS sets how many times each is made.
func TestMutations(t *testing.T) {
	seeds := uint64(3)
	if n, err := strconv.Atoi(os.Getenv("MUTATE_SEEDS")); err == nil {
		seeds = uint64(n)
	}
	other := cleanCaptureOf(t, "../../pcaps/flow_submit_report_30.pcap")
	clean := cleanCaptures(t)
	for _, recipe := range mutate.Recipes(other.trace) {
		t.Run(recipe.Name, func(t *testing.T) {
			t.Parallel()
			for _, c := range clean {
				if recipe.SYN && !c.trace.Streams[0].SYN {
					continue
				}
				for seed := range seeds {
					trace, frames := recipe.Apply(seed, c.trace)
					r := dissectFrames(t, recipe.Encoding.Link, trace, frames)
					r.judge(c, other, mutate.Held(trace, frames))
					for _, w := range r.wrong {
						t.Errorf("%s, seed %d: %s", c.name, seed, w)
					}
				}
			}
		})
	}
}

// origin is the clean capture, and the place there, that a place in a mutated
// one comes from.
func (r *rough) origin(at place, c, other *cleanCapture) (*cleanCapture, place) {
	n := len(c.trace.Streams)
	switch {
	case at.stream < n:
		return c, at
	case len(r.trace.Streams) == 2*n && len(r.trace.Streams[at.stream].PDUs) == len(c.trace.Streams[at.stream-n].PDUs):
		return c, place{at.stream - n, at.pdu}
	}
	return other, place{at.stream - n, at.pdu}
}

// judge notes what is wrong by the rule of truth.
func (r *rough) judge(c, other *cleanCapture, held map[*mutate.Stream][]bool) {
	wrong := func(at place, format string, args ...any) {
		s := r.trace.Streams[at.stream]
		r.wrong = append(r.wrong, fmt.Sprintf("PDU %d of %d at %d of %v, %d octets of command %x: ", at.pdu, len(s.PDUs), s.PDUs[at.pdu].Offset, s.Src, s.PDUs[at.pdu].Length, s.Bytes[s.PDUs[at.pdu].Offset+4:][:4])+fmt.Sprintf(format, args...))
	}
	for i, s := range r.trace.Streams {
		for k, d := range s.PDUs {
			at := place{i, k}
			n, seen := r.found[at]
			want := mutate.Prefix(held[s], d)
			switch {
			case want >= 12 && !seen:
				wrong(at, "lost, %d octets are in the file", want)
			case seen && int64(n) != want:
				wrong(at, "%d octets, %d are in the file", n, want)
			}
			from, there := r.origin(at, c, other)
			if sum, whole := r.digest[at]; whole && sum != from.digest[there] {
				wrong(at, "other fields")
			}
			if response, answered := from.pairs[there]; answered && seen {
				r.judgePair(at, place{i ^ 1, response.pdu}, from, there, wrong)
			}
		}
	}
	for request, response := range r.pairs {
		if r.exchange(request) != r.exchange(response) {
			wrong(request, "paired with a response to something else")
		}
	}
}

// judgePair holds a request that was answered in the clean capture against its
// response. One that shares its Sequence_Id with others may get theirs where
// PDUs are missing.
func (r *rough) judgePair(request, response place, from *cleanCapture, there place, wrong func(place, string, ...any)) {
	if _, seen := r.found[response]; !seen || from.exchanges[from.exchange(there)] > 1 {
		return
	}
	if got, paired := r.pairs[request]; !paired {
		wrong(request, "not paired with its response")
	} else if got != response {
		wrong(request, "paired with response %v, not %v", got, response)
	}
}
