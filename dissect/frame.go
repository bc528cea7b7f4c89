package dissect

import (
	"sort"

	"cmppdump/capture"
	"cmppdump/reassembly"
)

// half keeps one direction of a connection in step with the PDU borders. It
// depends on bytes only: any split of the stream gives the same PDUs.
type half struct {
	s   *stream
	dir reassembly.Dir
	// inStep: the next octet is the first of a PDU.
	inStep bool
	lost   bool // step was lost since the last PDU
	// found: a command of the protocol was. Else unknown counts the others.
	found   bool
	unknown int
	// opening: it is not known yet whether something stands in front of the
	// first PDU.
	opening bool
	// carry holds octets that are no whole PDU yet; nil while whole PDUs come
	// in one chunk each. Its first octet is at offset.
	carry  *carry
	offset int64
	// want is how many octets carry must hold before it is worth looking again.
	want int
	// rest counts octets still to come of a PDU that a gap has cut.
	rest    int64
	skipped run
	nth     nth
}

// run is octets that belong to no PDU, not told yet.
type run struct {
	offset, bytes int64
	first, last   capture.Stamp
}

// nth numbers the PDUs that begin in one packet.
type nth struct {
	packet uint64
	n      int // so far
	of     int // in all, as far as their headers show
}

// begin makes h a direction that begins in step if its first octet is that of
// the first PDU for sure. Else a header must be proved (resync.go): the octets
// before may be missing, or the port says nothing about the content.
func (h *half) begin(s *stream, dir reassembly.Dir) {
	*h = half{s: s, dir: dir, opening: true}
	h.inStep = s.known() && !s.tcp.Net[dir].Midstream
	h.lost = !h.inStep
}

// buf is what the direction carries.
func (h *half) buf() []byte {
	if h.carry == nil {
		return nil
	}
	return h.carry.octets.live()
}

// data takes the next octets of the direction.
func (h *half) data(c reassembly.Chunk) {
	if h.opening && !h.opened(c) {
		return
	}
	if h.rest > 0 {
		n := min(h.rest, int64(len(c.Data)))
		h.rest -= n
		h.skip(c.Offset, n, c.Stamp)
		c.Data, c.Offset = c.Data[n:], c.Offset+n
	}
	for len(c.Data) > 0 {
		n := 0
		if h.carry == nil && h.inStep {
			n = h.direct(c)
		}
		if n == 0 {
			n = h.collect(c)
		}
		c.Data, c.Offset = c.Data[n:], c.Offset+int64(n)
	}
}

// direct emits the whole PDUs at the front of a chunk without a copy and gives
// the octets they take.
func (h *half) direct(c reassembly.Chunk) int {
	if h.nth.packet != c.Num {
		h.nth = nth{packet: c.Num}
	}
	h.nth.of = h.nth.n + h.s.proto.count(c.Data)
	n := 0
	for b := c.Data; len(b) >= headerLen; b = c.Data[n:] {
		hd := readHeader(b)
		if !h.s.proto.framed(hd) || hd.total > len(b) {
			break
		}
		h.emit(b[:hd.total], hd, c.Offset+int64(n), c.Stamp, c.Stamp)
		if n += hd.total; !h.inStep {
			break
		}
	}
	return n
}

// collect carries octets of the chunk, as many as are of use now, looks at all
// that is carried if it is enough, and gives how many it took.
func (h *half) collect(c reassembly.Chunk) int {
	if h.carry == nil {
		h.want = headerLen
	}
	n := len(c.Data)
	if h.inStep {
		n = min(n, h.want-len(h.buf()))
	}
	h.keep(c, n)
	if len(h.buf()) >= h.want {
		h.look(false)
	}
	return n
}

// keep carries the first n octets of the chunk.
func (h *half) keep(c reassembly.Chunk, n int) {
	d := h.s.d
	if h.carry == nil {
		h.carry = d.begin(h)
		h.offset = c.Offset
	}
	h.carry.octets.add(c.Data[:n]...)
	h.carry.mark(c, h.inStep && !h.opening)
	d.count(h.carry)
}

// mark notes the packet of the chunk. Octets in step are of one PDU, which
// needs only its lowest and its highest packet.
func (k *carry) mark(c reassembly.Chunk, one bool) {
	m := k.marks.live()
	if !one || len(m) < 2 {
		k.marks.add(mark{c.Offset, c.Stamp})
		return
	}
	low, high := &m[0].stamp, &m[len(m)-1].stamp
	if low.Num > high.Num {
		*low, *high = *high, *low
	}
	if c.Num < low.Num {
		*low = c.Stamp
	} else if c.Num > high.Num {
		*high = c.Stamp
	}
}

// look emits what is carried of whole PDUs, and drops it. With final, nothing
// more comes without a gap.
func (h *half) look(final bool) {
	at := 0
	for {
		if !h.inStep {
			var found bool
			at, found = h.resync(at, final)
			if !found {
				break
			}
			h.inStep = true
		}
		b := h.buf()[at:]
		if h.want = headerLen; len(b) < headerLen {
			break
		}
		hd := readHeader(b)
		if !h.s.proto.framed(hd) {
			h.inStep, h.lost = false, true
			continue
		}
		if h.want = hd.total; len(b) < hd.total {
			break
		}
		h.emitBuffered(at, hd.total, hd)
		at += hd.total
	}
	h.drop(at)
}

// gap ends what is carried: the next n octets were not captured.
func (h *half) gap(n int64) {
	h.open()
	rest := h.rest
	if rest == 0 {
		rest = h.cut()
	}
	h.inStep = n <= rest && !h.strange()
	h.lost = h.lost || !h.inStep
	h.rest = max(0, rest-n)
}

// cut ends what is carried: a PDU whose header is there is emitted as far as it
// was captured. It gives the octets of it that are still to come.
func (h *half) cut() (rest int64) {
	if h.carry == nil {
		return 0
	}
	h.look(true)
	b := h.buf()
	if h.inStep && len(b) >= headerLen {
		hd := readHeader(b)
		rest = int64(hd.total - len(b))
		h.emitBuffered(0, len(b), hd)
	} else if len(b) > 0 {
		h.skipBuffered(0, len(b))
	}
	h.drop(len(b))
	return rest
}

// forget ends what is carried to make room: as a gap does, but none follows.
func (h *half) forget() {
	h.open()
	h.rest = h.cut()
	h.inStep = h.rest > 0 && !h.strange()
	h.lost = h.lost || !h.inStep
}

// emitBuffered emits the PDU in buf()[at:at+n].
func (h *half) emitBuffered(at, n int, hd header) {
	first, last := h.stamps(at, n)
	h.emit(h.buf()[at:at+n], hd, h.offset+int64(at), first, last)
}

func (h *half) emit(raw []byte, hd header, offset int64, first, last capture.Stamp) {
	resynced := int64(0)
	if h.lost {
		resynced, h.lost = h.skipped.bytes, false
	}
	h.tellSkipped()
	if h.nth.packet != first.Num {
		h.nth = nth{packet: first.Num}
	}
	h.nth.n++
	h.nth.of = max(h.nth.of, h.nth.n)
	h.s.pdu(h, raw, hd, offset, first, last, resynced)
	if !h.found {
		h.doubt(hd)
	}
}

// mostUnknown is with how many unknown commands, and none that is known, a
// direction may begin.
const mostUnknown = 64

// doubt loses step in a direction that only seems to be in it: what begins with
// nothing but unknown commands is not the protocol (C§6.5), whatever the port says,
// until a PDU is proved.
func (h *half) doubt(hd header) {
	if h.found = h.s.proto.Command(hd.id) != nil; h.found {
		return
	}
	if h.unknown++; h.strange() {
		h.inStep, h.lost = false, true
	}
}

func (h *half) strange() bool { return !h.found && h.unknown >= mostUnknown }

// stamps gives the packets with the lowest and the highest number among those
// that hold buf()[at:at+n].
func (h *half) stamps(at, n int) (first, last capture.Stamp) {
	from, to := h.offset+int64(at), h.offset+int64(at+n)
	marks := h.carry.marks.live()
	i := markOf(marks, from)
	first, last = marks[i].stamp, marks[i].stamp
	for i++; i < len(marks) && marks[i].offset < to; i++ {
		s := marks[i].stamp
		if s.Num < first.Num {
			first = s
		}
		if s.Num > last.Num {
			last = s
		}
	}
	return first, last
}

// markOf is the index of the mark of the octet at an offset.
func markOf(m []mark, offset int64) int {
	return sort.Search(len(m), func(i int) bool { return m[i].offset > offset }) - 1
}

// drop takes the first n octets off what is carried.
func (h *half) drop(n int) {
	if h.want = max(h.want, headerLen); n == 0 {
		return
	}
	h.offset += int64(n)
	h.carry.octets.drop(n)
	if len(h.buf()) == 0 {
		h.s.d.end(h.carry)
		h.carry = nil
		return
	}
	h.carry.marks.drop(markOf(h.carry.marks.live(), h.offset))
}

func (h *half) skipBuffered(at, n int) {
	if n == 0 {
		return
	}
	first, last := h.stamps(at, n)
	h.skip(h.offset+int64(at), int64(n), first)
	h.skip(h.offset+int64(at+n), 0, last)
}

// skip notes octets that belong to no PDU.
func (h *half) skip(offset, n int64, at capture.Stamp) {
	if h.skipped.bytes == 0 {
		h.skipped.offset, h.skipped.first = offset, at
	}
	h.skipped.bytes += n
	h.skipped.last = at
}

// tellSkipped tells of the octets skipped so far.
func (h *half) tellSkipped() {
	if h.skipped.bytes == 0 {
		return
	}
	r := h.skipped
	h.skipped = run{}
	h.s.skipped(h, r)
}
