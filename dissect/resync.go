package dissect

import "math"

// verdict is what a look at a possible header out of step gives.
type verdict uint8

const (
	no     verdict = iota
	yes            // a PDU begins here
	wait           // more octets will tell
	maybe          // octets that would tell were not captured; nothing speaks against it
	unread         // not enough octets for a header
)

// resync looks for the next PDU from buf()[at] on. It gives where that is, or
// where to look again once h.want octets are there behind it. What lies before
// is skipped. With final, no more octets will come.
//
// A PDU that was cut reaches to the end of what is carried, so a candidate that cannot be
// proved gives way to any later one that can.
func (h *half) resync(at int, final bool) (int, bool) {
	start, cut, buf := at, -1, h.buf()
	for ; ; at++ {
		switch v, need := h.judge(buf[at:], final); v {
		case yes:
			if h.s.early != nil { // begin again, knowing that
				h.s.proved, h.want = true, math.MaxInt
				return at, false
			}
			h.skipBuffered(start, at-start)
			return at, true
		case maybe:
			if cut < 0 {
				cut = at
			}
		case wait:
			h.skipBuffered(start, at-start)
			h.want = need
			return at, false
		case unread:
			if cut >= 0 {
				at = cut
			}
			h.skipBuffered(start, at-start)
			h.want = headerLen
			return at, cut >= 0
		}
	}
}

// judge says whether a PDU begins at b while out of step: the command must be
// known, and either the whole body fits the length or the arithmetic of the
// command (C§6.3), or another such header follows it. need is how many octets
// tell more.
func (h *half) judge(b []byte, final bool) (v verdict, need int) {
	if len(b) < headerLen {
		return unread, 0
	}
	if b[0]|b[1]|b[5]|b[6] != 0 { // the quick way out: no length below 64 KiB, no command below 256
		return no, 0
	}
	hd := readHeader(b)
	cmd := h.s.proto.Command(hd.id)
	if cmd == nil || !h.s.proto.framed(hd) {
		return no, 0
	}
	whole := len(b) >= hd.total
	switch {
	case h.s.proves(cmd, b, hd):
		return yes, 0
	case !whole && final && h.s.known() && cmd.plausible(hd.total-headerLen):
		return maybe, 0
	case !whole && !final:
		return wait, hd.total
	case len(b) < hd.total+headerLen && !final:
		return wait, hd.total + headerLen
	case len(b) >= hd.total+headerLen && h.s.follows(b[hd.total:]):
		return yes, 0
	}
	return no, 0
}

// proves reports whether the header at b is proved by the body's own length.
// On a connection not recognised yet a fixed length is no proof: other
// protocols have such headers too (C§6.5).
func (s *stream) proves(cmd *Command, b []byte, hd header) bool {
	n := hd.total - headerLen
	if !cmd.Variable() {
		return cmd.plausible(n) && (s.known() || len(b) >= hd.total && s.proto.OwnStart(b[:hd.total]))
	}
	if len(b) < hd.total {
		return false
	}
	set, whole := cmd.fitting(b[headerLen:hd.total], n)
	return whole && set != 0
}

// follows reports whether b starts with a header whose command and length fit
// each other.
func (s *stream) follows(b []byte) bool {
	hd := readHeader(b)
	cmd := s.proto.Command(hd.id)
	return cmd != nil && s.proto.framed(hd) && cmd.plausible(hd.total-headerLen)
}
