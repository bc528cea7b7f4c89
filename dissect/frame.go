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
	// buf holds octets that are no whole PDU yet; empty while whole PDUs come
	// in one chunk each. Its first octet is at offset.
	buf    []byte
	offset int64
	marks  []mark
	// want is how many octets buf must hold before it is worth looking again.
	want int
	// rest counts octets still to come of a PDU that a gap has cut.
	rest    int64
	skipped run
	nth     nth
}

// mark says which packet holds the octets from offset on.
type mark struct {
	offset int64
	stamp  capture.Stamp
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

// data takes the next octets of the direction.
func (h *half) data(c reassembly.Chunk) {
	if h.rest > 0 {
		n := min(h.rest, int64(len(c.Data)))
		h.rest -= n
		h.skip(c.Offset, n, c.Stamp)
		c.Data, c.Offset = c.Data[n:], c.Offset+n
	}
	for len(c.Data) > 0 {
		n := 0
		if len(h.buf) == 0 && h.inStep {
			n = h.direct(c)
		}
		if n == 0 {
			n = h.carry(c)
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
		n += hd.total
	}
	return n
}

// carry moves octets of the chunk into buf, as many as are of use now, looks
// at buf if there are enough, and gives how many it took.
func (h *half) carry(c reassembly.Chunk) int {
	if len(h.buf) == 0 {
		h.offset, h.want = c.Offset, headerLen
	}
	n := len(c.Data)
	if h.inStep {
		n = min(n, h.want-len(h.buf))
	}
	h.buf = append(h.buf, c.Data[:n]...)
	h.marks = append(h.marks, mark{c.Offset, c.Stamp})
	if len(h.buf) >= h.want {
		h.look(false)
	}
	return n
}

// look emits what buf has of whole PDUs, and drops it. With final, nothing more
// comes to buf without a gap.
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
		b := h.buf[at:]
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

// gap ends what is in buf: n octets at offset were not captured.
func (h *half) gap(n int64) {
	rest := h.rest
	if rest == 0 {
		rest = h.cut()
	}
	h.inStep = n <= rest
	h.lost = h.lost || !h.inStep
	h.rest = max(0, rest-n)
}

// cut ends buf: a PDU whose header is there is emitted as far as it was
// captured. It gives the octets of it that are still to come.
func (h *half) cut() (rest int64) {
	if len(h.buf) == 0 {
		return 0
	}
	h.look(true)
	if h.inStep && len(h.buf) >= headerLen {
		hd := readHeader(h.buf)
		rest = int64(hd.total - len(h.buf))
		h.emitBuffered(0, len(h.buf), hd)
	} else if len(h.buf) > 0 {
		h.skipBuffered(0, len(h.buf))
	}
	h.drop(len(h.buf))
	return rest
}

// emitBuffered emits the PDU in buf[at:at+n].
func (h *half) emitBuffered(at, n int, hd header) {
	first, last := h.stamps(at, n)
	h.emit(h.buf[at:at+n], hd, h.offset+int64(at), first, last)
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
}

// stamps gives the packets with the lowest and the highest number among those
// that hold buf[at:at+n].
func (h *half) stamps(at, n int) (first, last capture.Stamp) {
	from, to := h.offset+int64(at), h.offset+int64(at+n)
	i := sort.Search(len(h.marks), func(i int) bool { return h.marks[i].offset > from }) - 1
	first, last = h.marks[i].stamp, h.marks[i].stamp
	for i++; i < len(h.marks) && h.marks[i].offset < to; i++ {
		s := h.marks[i].stamp
		if s.Num < first.Num {
			first = s
		}
		if s.Num > last.Num {
			last = s
		}
	}
	return first, last
}

// drop takes the first n octets out of buf.
func (h *half) drop(n int) {
	if n == 0 {
		return
	}
	h.want = max(h.want, headerLen)
	h.offset += int64(n)
	h.buf = h.buf[:copy(h.buf, h.buf[n:])]
	if len(h.buf) == 0 {
		h.marks = h.marks[:0]
		return
	}
	i := sort.Search(len(h.marks), func(i int) bool { return h.marks[i].offset > h.offset }) - 1
	h.marks = h.marks[:copy(h.marks, h.marks[i:])]
}

func (h *half) skipBuffered(at, n int) {
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
