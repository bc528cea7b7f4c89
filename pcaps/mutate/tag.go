package mutate

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// tagTypes are the ethertypes of VLAN tags: 802.1Q, 802.1ad, and those that
// vendors took for the outer tag before that.
var tagTypes = []uint16{etherVLAN, 0x88a8, 0x9100, 0x9200, 0x9300}

// tagRecipes put VLAN tags on frames that may differ from one to the next: of
// one trunk many VLANs are mirrored, and some switches tag one direction only.
func tagRecipes() []Recipe {
	eth, cut := Encoding{Link: LinkEthernet}, Encoding{Link: LinkEthernet, Fragments: Fragments{Cut: true}}
	return []Recipe{
		{Name: "any tag", Encoding: eth, Frames: []FrameChange{Tag(1, 1)}},
		{Name: "any two tags", Encoding: eth, Frames: []FrameChange{Tag(2, 2)}},
		{Name: "up to four tags", Encoding: eth, Frames: []FrameChange{Tag(0, 4)}},
		{Name: "up to four tags, drop 5%", Encoding: eth, Frames: []FrameChange{Tag(0, 4), Drop(0.05)}},
		{Name: "up to four tags, cut at 96", Encoding: eth, Frames: []FrameChange{Tag(0, 4), Cut(96)}},
		{Name: "up to four tags, reorder within 5", Encoding: eth, Frames: []FrameChange{Tag(0, 4), Reorder(5, false)}},
		{Name: "up to four tags, IPv6", Encoding: eth, Packets: []Change{IPv6}, Frames: []FrameChange{Tag(0, 4)}},
		{Name: "tags on the frames of clients", Encoding: eth, Frames: []FrameChange{TagClients}},
		{Name: "fragments, up to four tags", Encoding: cut, Frames: []FrameChange{Tag(0, 4)}},
		{Name: "duplicate all, with other tags", Encoding: eth, Frames: []FrameChange{Duplicate(1, 3), Tag(0, 2)}},
	}
}

// Tag puts least to most VLAN tags on each Ethernet frame: of any type, VLAN and
// priority. VLAN 0, a priority alone, is among them (IEEE 802.1Q, clause 9.6).
func Tag(least, most int) FrameChange {
	return func(r *rand.Rand, f []Frame) []Frame {
		for i := range f {
			var tags []byte
			for range least + r.IntN(most-least+1) {
				vlan := uint16(r.Uint32())
				if r.IntN(8) == 0 {
					vlan &^= 0x0fff
				}
				tags = append(tags, tag(tagTypes[r.IntN(len(tagTypes))], vlan)...)
			}
			f[i] = f[i].tagged(tags)
		}
		return f
	}
}

// TagClients puts the frames of clients into a VLAN, and no others.
func TagClients(_ *rand.Rand, f []Frame) []Frame {
	for i := range f {
		if f[i].Packet.Stream.Client {
			f[i] = f[i].tagged(tag(etherVLAN, 7))
		}
	}
	return f
}

// tag is a VLAN tag as it stands in a frame.
func tag(kind, control uint16) []byte {
	return binary.BigEndian.AppendUint16(be16(kind), control)
}

// tagged is the Ethernet frame with tags behind its addresses.
func (f Frame) tagged(tags []byte) Frame {
	f.Bytes = slices.Concat(f.Bytes[:macAddresses], tags, f.Bytes[macAddresses:])
	f.head, f.Wire = f.head+len(tags), f.Wire+len(tags)
	return f
}

// macAddresses is the length of the two in front of an Ethernet frame.
const macAddresses = 12
