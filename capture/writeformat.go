package capture

import (
	"strings"
)

// packetFormat appends the blocks of a capture file to b and returns it.
type packetFormat interface {
	// start begins a file with what is known before its first packet, which
	// may be nothing.
	start(b []byte) []byte
	// packet adds a packet, and what must come before it. ok is false if the
	// file cannot hold it.
	packet(b []byte, p *Packet, comment []byte) (blocks []byte, ok bool)
	// empty makes a file of one without packets, of which start made nothing.
	empty(b []byte) []byte
}

// newPacketFormat goes by the suffix of the path, without that of a compression.
func newPacketFormat(path string, o *WriteOptions) packetFormat {
	if strings.HasSuffix(strings.ToLower(path), ".pcap") {
		return newPcapFormat(o)
	}
	return &pcapngFormat{known: o.Interfaces}
}

// storedFrame is as much of a frame as a file may hold.
func storedFrame(p *Packet) []byte { return p.Frame[:min(len(p.Frame), maxFrame)] }
