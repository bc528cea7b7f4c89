package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/mutate"
	"cmppdump/reassembly"
)

// headerLen is the length of a PDU's header.
const headerLen = 12

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
	t      *testing.T
	trace  *mutate.Trace
	ends   map[[2]netip.AddrPort][]int // streams by source and destination
	found  map[place]int               // octets
	owed   int                         // PDUs
	tiny   bool                        // mutate.Recipe.Tiny
	digest map[place]uint64            // of fields and text, of whole PDUs
	pairs  map[place]place             // from request to response
	wrong  []string
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
	decoder, dedup, iface := capture.NewDecoder(), capture.NewDedup(), &capture.Interface{Link: capture.LinkType(link)}
	var p capture.Packet
	for i, f := range frames {
		p = capture.Packet{Stamp: capture.Stamp{Num: uint64(i + 1), FileNum: uint64(i + 1), Time: f.Time, Iface: iface, WireLen: f.Wire}, Frame: f.Bytes}
		tracker.Tick(p.Stamp)
		if decoder.Decode(&p) && !dedup.Repeats(&p) {
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
	var b []byte
	for _, f := range p.Fields {
		b = append(b, f.Spec.Name...)
		for _, n := range []uint64{uint64(f.Off), uint64(f.Len), f.Num} {
			b = binary.BigEndian.AppendUint64(b, n)
		}
	}
	if p.SMS.HasText() {
		b = p.SMS.AppendText(b)
	}
	h.Write(b)
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
		pdus := r.trace.Streams[i].PDUs
		k, ok := slices.BinarySearchFunc(pdus, at, func(d mutate.PDU, at int64) int { return cmp.Compare(d.Offset, at) })
		return place{i, k}, ok
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

// elsewhere are those that are mutated on a port, too, that says nothing.
var elsewhere = []string{"codings_30", "gns_21", "short_20", "reports_30", "window_30", "real/live_batched_30", "real/smsgatec_gocmpps_30"}

// otherPort is a server's port at which nobody expects CMPP.
const otherPort = 8666

// onOtherPort moves the servers of a trace to otherPort.
func onOtherPort(t *mutate.Trace) *mutate.Trace {
	t = t.Clone()
	for _, s := range t.Streams {
		for _, a := range []*netip.AddrPort{&s.Src, &s.Dst} {
			if slices.Contains(cmpp.Protocol.Ports, a.Port()) {
				*a = netip.AddrPortFrom(a.Addr(), otherPort)
			}
		}
	}
	return t
}

func cleanCaptures(t *testing.T) (cs []*cleanCapture) {
	files, err := filepath.Glob("../../pcaps/real/*.pcap")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures", err)
	}
	for _, name := range mutated {
		files = append(files, "../../pcaps/"+name+".pcap")
	}
	for _, file := range files {
		cs = append(cs, cleanCaptureOf(t, file, loadTrace(t, file)))
	}
	for _, name := range elsewhere {
		file := "../../pcaps/" + name + ".pcap"
		cs = append(cs, cleanCaptureOf(t, file+" elsewhere", onOtherPort(loadTrace(t, file))))
	}
	return cs
}

func cleanCaptureOf(t *testing.T, file string, trace *mutate.Trace) *cleanCapture {
	c := &cleanCapture{name: filepath.Base(file), trace: trace, exchanges: map[exchange]int{}}
	asIs := mutate.Recipes(trace)[0]
	same, frames := asIs.Apply(0, trace)
	c.rough = dissectFrames(t, asIs.Encoding.Link, same, frames)
	for i, s := range trace.Streams {
		for k, d := range s.PDUs {
			if c.found[place{i, k}] != int(d.Length) {
				t.Fatalf("%s: PDU %d of %v is not found", file, k, s.Src)
			}
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
	file := "../../pcaps/flow_submit_report_30.pcap"
	other := cleanCaptureOf(t, file, loadTrace(t, file))
	clean := cleanCaptures(t)
	for _, recipe := range mutate.Recipes(other.trace) {
		t.Run(recipe.Name, func(t *testing.T) {
			t.Parallel()
			beyond, owed := 0, 0
			for _, c := range clean {
				if recipe.SYN && !c.trace.Streams[0].SYN {
					continue
				}
				for seed := range seeds {
					trace, frames := recipe.Apply(seed, c.trace)
					r := dissectFrames(t, recipe.Encoding.Link, trace, frames)
					octets, n := mutate.Octets(trace, frames)
					beyond += n
					r.tiny = recipe.Tiny
					r.judge(c, other, octets)
					owed += r.owed
					for _, w := range r.wrong {
						t.Errorf("%s, seed %d: %s", c.name, seed, w)
					}
				}
			}
			if owed == 0 && recipe.Name != "cut at 60" { // 54 octets of headers, 12 of options
				t.Error("nothing was judged")
			}
			t.Logf("%d PDUs owed; %d octets before the start or behind the end of a connection", owed, beyond)
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
func (r *rough) judge(c, other *cleanCapture, octets map[*mutate.Stream][]mutate.Octet) {
	wrong := func(at place, format string, args ...any) {
		s := r.trace.Streams[at.stream]
		r.wrong = append(r.wrong, fmt.Sprintf("PDU %d of %d at %d of %v, %d octets of command %x: ", at.pdu, len(s.PDUs), s.PDUs[at.pdu].Offset, s.Src, s.PDUs[at.pdu].Length, s.Bytes[s.PDUs[at.pdu].Offset+4:][:4])+fmt.Sprintf(format, args...))
	}
	for i, s := range r.trace.Streams {
		if r.tooLittle(i, octets) {
			continue
		}
		for k, d := range s.PDUs {
			at := place{i, k}
			n, seen := r.found[at]
			least, most := mutate.Prefix(octets[s], d)
			if least >= headerLen {
				r.owed++
			}
			switch {
			case least >= headerLen && !seen:
				wrong(at, "lost, %d octets are in the file", least)
			case seen && (n < least || n > most):
				wrong(at, "%d octets, %d to %d are in the file", n, least, most)
			}
			from, there := r.origin(at, c, other)
			if sum, whole := r.digest[at]; whole && sum != from.digest[there] {
				wrong(at, "other fields")
			}
			if response, answered := from.pairs[there]; answered && seen && !r.tiny {
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

// tooLittle reports whether what is in the file of a connection, on a port that
// says nothing, lacks all by which it could be recognised (C§6.5): one whole PDU
// with the header of the next behind it, one in each direction, a login, or one
// whose arithmetic proves it.
func (r *rough) tooLittle(i int, octets map[*mutate.Stream][]mutate.Octet) bool {
	s := r.trace.Streams[i]
	if s.Src.Port() != otherPort && s.Dst.Port() != otherPort {
		return false
	}
	for at := range r.found {
		if at.stream == i || at.stream == i^1 {
			return false
		}
	}
	var whole [2]bool
	for k, s := range []*mutate.Stream{s, s.Peer} {
		before := false // the PDU before is whole
		for _, d := range s.PDUs {
			least, _ := mutate.Prefix(octets[s], d)
			if before && least >= headerLen {
				return false
			}
			if before = int64(least) == d.Length; !before {
				continue
			}
			whole[k] = true
			if c := cmpp.Protocol.Command(binary.BigEndian.Uint32(s.Bytes[d.Offset+4:])); c.Variable() || c.Class == dissect.Login && !c.Response {
				return false
			}
		}
	}
	return !whole[0] || !whole[1]
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

// TestOneSegmentLost: of SUBMITs sent back to back in full segments, of which
// one is lost, exactly those that lost octets are not whole. Those of which the
// header is there are cut where the segment begins.
func TestOneSegmentLost(t *testing.T) {
	clean := mutate.Submits(2000)
	n := clean.Segments()
	for lost := 1; lost <= n; lost = min(lost+11, max(n, lost+1)) {
		recipe := mutate.Without(lost)
		trace, frames := recipe.Apply(0, clean)
		r := dissectFrames(t, recipe.Encoding.Link, trace, frames)
		octets, _ := mutate.Octets(trace, frames)
		s := trace.Streams[0]
		for i, d := range s.PDUs {
			want, _ := mutate.Prefix(octets[s], d)
			if got := r.found[place{0, i}]; want >= headerLen && got != want || want < headerLen && got != 0 {
				t.Errorf("segment %d lost, SUBMIT %d: %d octets of %d, %d are in the file", lost, i+1, got, d.Length, want)
			}
		}
		for _, w := range r.wrong {
			t.Errorf("segment %d lost: %s", lost, w)
		}
	}
}
