package mutate

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// streamRecipes are about how connections begin and end, what stands in front
// of them, and what is captured of them twice.
func streamRecipes() []Recipe {
	eth := Encoding{Link: LinkEthernet}
	shaken := func(name string, p []Change, f ...FrameChange) Recipe {
		return Recipe{Name: name, Packets: p, Frames: f, Encoding: eth, SYN: true}
	}
	v1, v2 := Preface(false, ProxyV1), Preface(true, ProxyV2)
	return []Recipe{
		shaken("without the SYN of clients", nil, LoseSYN(true)), shaken("without the SYN of servers", nil, LoseSYN(false)),
		shaken("without the SYN of servers, segments of 1", []Change{Split(1, 1)}, LoseSYN(false)),
		shaken("start late on the side of clients", nil, StartLateOn(true)), shaken("start late on the side of servers", nil, StartLateOn(false)),
		shaken("segments of random size, start late on the side of servers", []Change{Split(2, 200)}, StartLateOn(false)),
		shaken("half close", []Change{HalfClose}), shaken("half close, drop 5%", []Change{HalfClose}, Drop(0.05)),
		shaken("half close, reorder within 5", []Change{HalfClose}, Reorder(5, false)),
		{Name: "both sides of a bridge", Encoding: eth, Frames: []FrameChange{Bridge}},
		{Name: "both sides of a bridge, drop 30%", Encoding: eth, Frames: []FrameChange{Bridge, Drop(0.3)}},
		shaken("PROXY v1, segments of 1", []Change{v1, Split(1, 1)}), shaken("PROXY v1, drop 5%", []Change{v1}, Drop(0.05)),
		shaken("PROXY v2, drop 5%", []Change{v2}, Drop(0.05)), shaken("PROXY v2, reorder within 5", []Change{v2}, Reorder(5, true)),
		shaken("PROXY v2, wrap", []Change{v2, Wrap}), shaken("PROXY v2, cut at 200", []Change{v2}, Cut(200)),
		{Name: "TLS in between", Encoding: eth, Packets: []Change{Strangers(3, 7890, tlsLike)}},
		{Name: "TLS in between, drop 5%", Encoding: eth, Packets: []Change{Strangers(3, 7890, tls)}, Frames: []FrameChange{Drop(0.05)}},
	}
}

// LoseSYN loses the SYNs of clients, or of servers.
func LoseSYN(client bool) FrameChange {
	return func(_ *rand.Rand, f []Frame) []Frame {
		return slices.DeleteFunc(f, func(f Frame) bool { return f.Packet.Flags&syn != 0 && f.Packet.Stream.Client == client })
	}
}

// StartLateOn loses up to half of the frames that clients, or servers, sent,
// from the first on.
func StartLateOn(client bool) FrameChange {
	return func(r *rand.Rand, f []Frame) []Frame {
		n := 0
		for i := range f {
			if f[i].Packet.Stream.Client == client {
				n++
			}
		}
		n = r.IntN(n/2 + 1)
		return slices.DeleteFunc(f, func(f Frame) bool {
			n--
			if f.Packet.Stream.Client != client {
				n++
			}
			return f.Packet.Stream.Client == client && n >= 0
		})
	}
}

// HalfClose lets each client send its FIN with the last of its data, and hear
// the server out.
func HalfClose(_ *rand.Rand, t *Trace) {
	last := map[*Stream]int{}
	for i, p := range t.Packets {
		if p.Stream.Client && len(p.Data) > 0 && p.end() == int64(len(p.Stream.Bytes)) {
			if _, again := last[p.Stream]; !again {
				last[p.Stream] = i
			}
		}
	}
	for i := range t.Packets {
		p := &t.Packets[i]
		at, ok := last[p.Stream]
		switch {
		case !ok || i < at:
		case i == at:
			p.Flags |= fin
		case len(p.Data) == 0 && p.Flags&rst == 0:
			p.Flags &^= fin
			p.Offset = int64(len(p.Stream.Bytes)) + 1
		}
	}
}

// Bridge captures each frame again behind a router: other MAC addresses, a
// VLAN, a smaller TTL.
func Bridge(_ *rand.Rand, f []Frame) []Frame {
	var out []Frame
	for _, x := range f {
		again := x.tagged(tag(etherVLAN, 9))
		copy(again.Bytes, []byte{2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 2})
		ip := again.Bytes[18:]
		if ip[0]>>4 == 4 {
			ip[8]--
			ip[10], ip[11] = 0, 0
			binary.BigEndian.PutUint16(ip[10:], ^sum(0, ip[:20]))
		} else {
			ip[7]--
		}
		out = append(out, x, again)
	}
	return out
}

// Strangers connect n times to a port in between, with other content than the
// protocol's: no PDU must be found in there.
func Strangers(n int, port uint16, content func(r *rand.Rand) []byte) Change {
	return func(r *rand.Rand, t *Trace) {
		before := len(t.Streams)
		Hostile(n, port, content)(r, t)
		for _, s := range t.Streams[before:] {
			s.Hostile = false
		}
	}
}

// tls is what a client sends: a hello, and encrypted data.
func tls(r *rand.Rand) []byte {
	b := noise(r, 512)
	copy(b, []byte{22, 3, 1, 1, 251, 1, 0, 1, 247, 3, 3})
	for range 4 {
		b = append(append(b, 23, 3, 3, 16, 0), noise(r, 4096)...)
	}
	return b
}

// tlsLike is the same with data that looks like a run of ACTIVE_TESTs.
func tlsLike(r *rand.Rand) []byte {
	b := tls(r)
	for at := 517; at+12 <= len(b); at += 12 {
		copy(b[at:], []byte{0, 0, 0, 12, 0, 0, 0, 8})
	}
	return b
}
