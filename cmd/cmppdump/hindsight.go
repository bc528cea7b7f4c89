package main

import (
	"cmp"
	"slices"

	"cmppdump/capture"
	"cmppdump/dissect/track"
)

// heldBytes is how much of the newest packets hindsight keeps.
const heldBytes = 4 << 20

// hindsight is -w with -Y where the input is read only once, live or from a
// pipe: it keeps the newest packets with data, since a PDU is known to be a hit
// only when its last packet is there. It is a track.Sink in front of another.
type hindsight struct {
	next  track.Sink
	hits  []begin // of the PDUs that the newest packet completed
	held  []heldPacket
	bytes int
	spare [][]byte
}

// heldPacket is a copy of a packet.
type heldPacket struct {
	capture.Packet
	way
}

// Event implements track.Sink.
func (h *hindsight) Event(e *track.Event) {
	switch e.Kind {
	case track.PDU:
		h.hits = append(h.hits, begin{wayOf(e.Conn, e.PDU.Dir), e.PDU.First.Num})
	case track.Gap:
		h.hits = append(h.hits, begin{wayOf(e.Conn, e.Gap.Dir), e.Gap.First.Num})
	}
	h.next.Event(e)
}

// write gives w the packets of the PDUs that p completed, or keeps p.
func (h *hindsight) write(w *packetWriter, p *capture.Packet, decoded bool) bool {
	if len(h.hits) == 0 {
		w.skip()
		if decoded && len(p.Payload) > 0 {
			h.hold(p)
		}
		return true
	}
	first := p.Num
	for _, b := range h.hits {
		first = min(first, b.frame)
	}
	going := first == p.Num || h.writeHeld(w, first)
	h.hits = h.hits[:0]
	return going && w.packet(p, decoded)
}

// writeHeld writes what is held of the hits, from packet first on.
func (h *hindsight) writeHeld(w *packetWriter, first uint64) bool {
	comment := slices.Clone(w.comment.text) // of the packet to come
	w.skip()
	going := true
	from, _ := slices.BinarySearchFunc(h.held, first, func(x heldPacket, num uint64) int { return cmp.Compare(x.Num, num) })
	rest := slices.DeleteFunc(h.held[from:], func(x heldPacket) bool {
		wanted := slices.ContainsFunc(h.hits, func(b begin) bool { return x.way == b.way && x.Num >= b.frame })
		if wanted {
			going = going && w.packet(&x.Packet, true)
			h.release(x.Frame)
		}
		return wanted
	})
	h.held = h.held[:from+len(rest)]
	w.comment.text = append(w.comment.text, comment...)
	return going
}

// hold keeps a copy of a packet, and forgets the oldest that are too much.
func (h *hindsight) hold(p *capture.Packet) {
	var frame []byte
	if n := len(h.spare); n > 0 {
		frame, h.spare = h.spare[n-1], h.spare[:n-1]
	}
	x := heldPacket{*p, way{p.Src, p.Dst}}
	x.Frame, x.Payload = append(frame[:0], p.Frame...), nil
	h.held = append(h.held, x)
	gone := 0
	for h.bytes += len(p.Frame); h.bytes > heldBytes; gone++ {
		h.release(h.held[gone].Frame)
	}
	h.held = slices.Delete(h.held, 0, gone)
}

// release takes the copy of a frame back.
func (h *hindsight) release(frame []byte) {
	h.bytes -= len(frame)
	h.spare = append(h.spare, frame)
}
