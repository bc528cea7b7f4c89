package mutate

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

func clean(t *testing.T) *Trace {
	t.Helper()
	b, err := os.ReadFile("../batched_20.pcap")
	if err != nil {
		t.Fatal(err)
	}
	trace, err := Load(b)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// TestLoad: what is written by any link type reads back as it was.
func TestLoad(t *testing.T) {
	want := clean(t)
	for _, r := range Recipes(nil) {
		if strings.Contains(r.Name, ", ") || !slices.Contains([]string{"as it is", "SLL", "SLL2", "RAW", "NULL", "IPv6", "wrap", "segments of 7", "segments of 64 KiB"}, r.Name) {
			continue
		}
		_, frames := r.Apply(1, want)
		got, err := Load(AppendPcap(nil, r.Encoding.Link, frames))
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		if len(got.Streams) != len(want.Streams) {
			t.Errorf("%s: %d streams, want %d", r.Name, len(got.Streams), len(want.Streams))
			continue
		}
		for i, s := range got.Streams {
			if w := want.Streams[i]; !bytes.Equal(s.Bytes, w.Bytes) || !slices.Equal(s.PDUs, w.PDUs) || s.Client != w.Client || s.SYN != w.SYN {
				t.Errorf("%s: stream %d from %v is another", r.Name, i, s.Src)
			}
		}
	}
}

// TestLoadRefuses: a capture that is not clean is no truth.
func TestLoadRefuses(t *testing.T) {
	r := Without(3)
	_, frames := r.Apply(0, Submits(100))
	if _, err := Load(AppendPcap(nil, LinkEthernet, frames)); err == nil || !strings.Contains(err.Error(), "a hole at offset 2896") {
		t.Errorf("a capture with a hole: %v", err)
	}
	s := Submits(10)
	s.Streams[0].Bytes[0] = 1
	same := Recipes(nil)[0]
	_, frames = same.Apply(0, s)
	if _, err := Load(AppendPcap(nil, LinkEthernet, frames)); err == nil || !strings.Contains(err.Error(), "no PDU at offset 0") {
		t.Errorf("a capture with other octets: %v", err)
	}
}

// TestRecipes: the same seed makes the same capture, each recipe another one,
// and only what is meant to lose octets loses any.
func TestRecipes(t *testing.T) {
	trace := clean(t)
	seen := map[string]string{}
	for _, r := range Recipes(trace) {
		var all []byte
		absent := 0
		for seed := range uint64(5) {
			_, first := r.Apply(seed, trace)
			mutated, frames := r.Apply(seed, trace)
			b := AppendPcap(nil, r.Encoding.Link, frames)
			if !bytes.Equal(b, AppendPcap(nil, r.Encoding.Link, first)) {
				t.Errorf("%s: seed %d makes two captures", r.Name, seed)
			}
			all = append(all, b...)
			octets, _ := Octets(mutated, frames)
			absent += count(octets, Absent)
		}
		if other, again := seen[string(all)]; again {
			t.Errorf("%s and %s make the same captures", r.Name, other)
		}
		seen[string(all)] = r.Name
		lossy := false
		for _, word := range []string{"drop", "only", "cut", "start", "end", "RST in", "RST, then"} {
			lossy = lossy || strings.Contains(r.Name, word)
		}
		if lossy != (absent > 0) {
			t.Errorf("%s: %d octets are absent", r.Name, absent)
		}
	}
}

func count(octets map[*Stream][]Octet, what Octet) (n int) {
	for _, o := range octets {
		for _, x := range o {
			if x == what {
				n++
			}
		}
	}
	return n
}

// TestOctets: cut frames, fragments, retransmissions, and what nobody can know.
func TestOctets(t *testing.T) {
	s := Submits(20).Streams[0]
	s.SYN = false
	s.Peer.Bytes = nil
	whole := func(at, n int) Packet {
		return Packet{Stream: s, Offset: int64(at), Flags: ack, Data: s.Bytes[at : at+n]}
	}
	frame := func(p Packet, cut int) Frame {
		f := Encoding{Link: LinkRaw}.frames(nil, []Packet{p})[0]
		f.Bytes = f.Bytes[:len(f.Bytes)-cut]
		return f
	}
	junk := whole(6, 3)
	junk.Junk = true
	reset := Packet{Stream: s, Offset: 30, Flags: rst}
	told := Packet{Stream: s.Peer, Ack: 5, Flags: ack}
	late := whole(4, 1)
	late.Time = 1e9
	for _, c := range []struct {
		name   string
		frames []Frame
		want   string
	}{
		{"in order", []Frame{frame(whole(0, 4), 0), frame(whole(4, 4), 0)}, "########    "},
		{"cut", []Frame{frame(whole(0, 6), 2), frame(whole(6, 3), 0)}, "####  ###   "},
		{"cut in the header", []Frame{frame(whole(0, 6), 20), frame(whole(6, 3), 0)}, "      ###   "},
		{"again", []Frame{frame(whole(0, 6), 0), frame(whole(4, 4), 0)}, "########    "},
		{"junk", []Frame{frame(whole(0, 6), 0), frame(junk, 0)}, "######      "},
		{"before the first", []Frame{frame(whole(4, 4), 0), frame(whole(0, 6), 0)}, "????####    "},
		{"behind a RST", []Frame{frame(whole(0, 4), 0), frame(reset, 0), frame(whole(4, 4), 0)}, "####????    "},
		{"one alone, perhaps a probe", []Frame{frame(whole(0, 2), 0), frame(told, 0), frame(late, 0), frame(whole(2, 2), 0)}, "####?       "},
		{"one alone, too soon for a probe", []Frame{frame(whole(0, 2), 0), frame(told, 0), frame(whole(4, 1), 0), frame(whole(2, 2), 0)}, "#####       "},
		{"one alone, next to another", []Frame{frame(whole(0, 4), 0), frame(told, 0), frame(whole(4, 1), 0)}, "#####       "},
	} {
		octets, _ := Octets(&Trace{Streams: []*Stream{s, s.Peer}}, c.frames)
		got := ""
		for _, o := range octets[s][:12] {
			got += [...]string{" ", "#", "?"}[o]
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	e := Encoding{Link: LinkEthernet, Fragments: Fragments{Cut: true}}
	trace := Submits(20)
	mutated, frames := (&Recipe{Encoding: e}).Apply(1, trace)
	frames = slices.DeleteFunc(frames, func(f Frame) bool { return f.pieces > 1 && f.piece == 1 })
	octets, _ := Octets(mutated, frames)
	if n, _ := Prefix(octets[mutated.Streams[0]], mutated.Streams[0].PDUs[0]); n != 0 {
		t.Errorf("a datagram without its second fragment: %d octets", n)
	}
}
