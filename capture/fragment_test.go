package capture

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// part is a fragment to be made: bytes from offset on.
type part struct {
	offset int
	data   []byte
	last   bool
}

// frame4 is a raw IPv4 packet that carries the part of datagram id.
func (f part) frame4(id int) []byte {
	b := concat(ipv4Header(6, "", len(f.data)), f.data)
	binary.BigEndian.PutUint16(b[4:], uint16(id))
	place := uint16(f.offset / 8)
	if !f.last {
		place |= 0x2000
	}
	binary.BigEndian.PutUint16(b[6:], place)
	return b
}

// frame6 is the same in IPv6, behind a hop-by-hop header that stays outside
// and with destination options at the start of the datagram.
func (f part) frame6(id int) []byte {
	place := uint16(f.offset)
	if !f.last {
		place |= 1
	}
	extensions := concat([]byte{44, 0, 1, 4, 0, 0, 0, 0}, []byte{60, 0}, big16(int(place)), []byte{0, 0}, big16(id))
	return concat(ipv6Header(0, len(extensions)+len(f.data)), extensions, f.data)
}

// datagram6 is the IPv6 datagram around a segment.
func datagram6(segment []byte) []byte {
	return concat([]byte{6, 0, 1, 4, 0, 0, 0, 0}, segment)
}

// split cuts a datagram into parts of at most size bytes, in order.
func split(whole []byte, size int) (parts []part) {
	size -= size % 8
	for at := 0; at < len(whole); at += size {
		end := min(at+size, len(whole))
		parts = append(parts, part{at, whole[at:end], end == len(whole)})
	}
	return parts
}

func payloadBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func countOf(d *Decoder, name string) uint64 {
	for _, c := range d.Skipped() {
		if c.Name == name {
			return c.Packets
		}
	}
	return 0
}

// deliveries gives a decoder frames, 1 ms apart.
type deliveries struct {
	*Decoder
	now  int64
	num  uint64
	last Packet
}

func (d *deliveries) give(frame []byte) bool {
	d.now += 1e6
	d.num++
	d.last = *frameOn(LinkRaw, frame)
	d.last.Time, d.last.Num = d.now, d.num
	return d.Decode(&d.last)
}

// Any order, with copies: the last piece delivers the segment, once.
func TestFragmentsAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	d := &deliveries{Decoder: NewDecoder()}
	for id := range 600 {
		payload := payloadBytes(r, 1+r.IntN(3000))
		segment := tcpBytes("\x01\x01\x01\x01", string(payload))
		v6 := id%2 == 1
		whole := segment
		if v6 {
			whole = datagram6(segment)
		}
		parts := split(whole, 8+r.IntN(len(whole)))
		if len(parts) == 1 {
			continue
		}
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		final := parts[len(parts)-1]
		for range r.IntN(4) { // copies of what is there already
			i := r.IntN(len(parts) - 1)
			parts = slices.Insert(parts, i+1, parts[i])
		}
		for i, f := range append(parts, parts[r.IntN(len(parts))]) {
			frame := f.frame4(id)
			if v6 {
				frame = f.frame6(id)
			}
			got, want := d.give(frame), i == len(parts)-1
			if got != want {
				t.Fatalf("datagram %d, part %d of %d at %d: Decode = %v; %v", id, i, len(parts), f.offset, got, d.Skipped())
			}
			if !got {
				continue
			}
			checkSegment(t, &d.last, v6)
			if f.offset != final.offset || !bytes.Equal(d.last.Payload, payload) || d.last.Missing != 0 {
				t.Fatalf("datagram %d: wrong payload", id)
			}
		}
	}
	if n := len(d.fragments.order) + d.fragments.bytes + len(d.fragments.open); n != 0 {
		t.Errorf("something is left of complete datagrams: %d", n)
	}
	if countOf(d.Decoder, "IP fragment captured twice") == 0 || countOf(d.Decoder, "IP fragment put together with later ones") == 0 {
		t.Errorf("Skipped = %v", d.Skipped())
	}
}

// model is the plainest way to put a datagram together.
type model struct {
	data    [maxDatagram]byte
	covered [maxDatagram]bool
	end     int
	total   int
}

func (m *model) add(f part) bool {
	end := f.offset + len(f.data)
	if m.total > 0 && (end > m.total || f.last != (end == m.total)) || f.last && end < m.end {
		return false
	}
	if f.last {
		m.total = end
	}
	m.end = max(m.end, end)
	for i, b := range f.data {
		if !m.covered[f.offset+i] {
			m.data[f.offset+i], m.covered[f.offset+i] = b, true
		}
	}
	return m.total > 0 && !slices.Contains(m.covered[:m.total], false)
}

// Overlaps with other bytes: the first bytes win, as in the model.
func TestFragmentsOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	d := &deliveries{Decoder: NewDecoder()}
	complete := 0
	for id := range 500 {
		var m model
		size := 8 * (4 + r.IntN(30))
		for range 200 {
			f := part{offset: 8 * r.IntN(size/8)}
			n := 8 * (1 + r.IntN(6))
			if f.offset+n >= size {
				n, f.last = size-f.offset-r.IntN(8), true
				if r.IntN(2) == 0 {
					n = size - f.offset - 3
				}
			}
			if f.offset == 0 && f.last {
				continue // no fragment
			}
			f.data = payloadBytes(r, n)
			if header := tcpBytes("", ""); f.offset < len(header) {
				copy(f.data, header[f.offset:]) // all agree about the header
			}
			got, want := d.give(f.frame4(id)), m.add(f)
			if got != want {
				t.Fatalf("datagram %d: Decode = %v, the model says %v", id, got, want)
			}
			if !got {
				continue
			}
			complete++
			checkSegment(t, &d.last, false)
			if !bytes.Equal(d.last.Payload, m.data[20:m.total]) {
				t.Fatalf("datagram %d: wrong payload\n%x\n%x", id, d.last.Payload, m.data[:m.total])
			}
			break
		}
	}
	if complete < 400 {
		t.Errorf("only %d datagrams became complete", complete)
	}
}

func TestFragmentsInterleaved(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	type frame struct{ id, n int }
	const datagrams, size = 300, 500
	payloads := make([][]byte, datagrams)
	var frames []frame
	for id := range payloads {
		payloads[id] = payloadBytes(r, size)
		for n := range 3 {
			frames = append(frames, frame{id, n})
		}
	}
	r.Shuffle(len(frames), func(i, j int) { frames[i], frames[j] = frames[j], frames[i] })
	d := &deliveries{Decoder: NewDecoder()}
	got := 0
	for _, f := range frames {
		parts := split(tcpBytes("", string(payloads[f.id])), 176)
		if d.give(parts[f.n].frame4(f.id)) {
			got++
			if !bytes.Equal(d.last.Payload, payloads[f.id]) {
				t.Fatalf("datagram %d: wrong payload", f.id)
			}
		}
	}
	if got != datagrams {
		t.Errorf("%d of %d datagrams", got, datagrams)
	}
	checkBounds(t, d.Decoder)
}

// VLAN tags, links and source ports are not what tells datagrams apart.
func TestFragmentsAcrossLinks(t *testing.T) {
	parts := split(tcpBytes("", "a payload that takes two fragments"), 32)
	d := NewDecoder()
	tag := []byte{0x81, 0, 0, 5}
	first := frameOn(LinkEthernet, concat(make([]byte, 12), tag, big16(0x0800), parts[0].frame4(1)))
	second := frameOn(LinkEthernet, concat(make([]byte, 12), big16(0x0800), parts[1].frame4(1), make([]byte, 18)))
	if d.Decode(first) || !d.Decode(second) {
		t.Fatalf("Skipped = %v", d.Skipped())
	}
	if got := string(second.Payload); got != "a payload that takes two fragments" {
		t.Errorf("Payload = %q", got)
	}
}

func TestFragmentsKey(t *testing.T) {
	parts := split(tcpBytes("", "a payload that takes two fragments"), 32)
	edit := func(b []byte, at int, v byte) []byte { b[at] ^= v; return b }
	tests := []struct {
		name          string
		first, second []byte
	}{
		{"identification", parts[0].frame4(1), parts[1].frame4(2)},
		{"source", parts[0].frame4(1), edit(parts[1].frame4(1), 15, 1)},
		{"destination", parts[0].frame4(1), edit(parts[1].frame4(1), 19, 1)},
		{"protocol", parts[0].frame4(1), edit(parts[1].frame4(1), 9, protoTCP^protoAH)},
		{"version", parts[0].frame4(1), parts[1].frame6(1)},
		{"IPv6 identification", parts[0].frame6(1), edit(parts[1].frame6(1), 52, 1)},
		{"IPv6 source", parts[0].frame6(1), edit(parts[1].frame6(1), 23, 1)},
	}
	for _, test := range tests {
		d := &deliveries{Decoder: NewDecoder()}
		if d.give(test.first) || d.give(test.second) || countOf(d.Decoder, "IP fragment waiting") != 2 {
			t.Errorf("another %s does not tell datagrams apart: %v", test.name, d.Skipped())
		}
	}
}

// A snapshot length cuts every fragment; position and length must survive.
func TestFragmentsCut(t *testing.T) {
	payload := bytes.Repeat([]byte("0123456789"), 100)
	parts := split(tcpBytes("", string(payload)), 400)
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		for snap, want := range map[int]int{96: 96 - 40, 20 + 20: 0, 20 + 399: 399 - 20, 20 + 400: len(payload)} {
			d := NewDecoder()
			var p *Packet
			ok := false
			for _, i := range order {
				frame := parts[i].frame4(1)
				p = frameOn(LinkRaw, frame)
				p.Frame = frame[:min(snap, len(frame))]
				ok = d.Decode(p)
			}
			if !ok || !bytes.Equal(p.Payload, payload[:want]) || p.Missing != len(payload)-want {
				t.Errorf("snapshot length %d, order %v: %v, %d bytes, %d missing", snap, order, ok, len(p.Payload), p.Missing)
			}
		}
	}
}

// Captures on several interfaces have each fragment twice. The late copies
// must not wait: their bytes would win when the number is used again.
func TestFragmentsCapturedTwice(t *testing.T) {
	d := &deliveries{Decoder: NewDecoder()}
	for i := range 3 {
		payload := bytes.Repeat([]byte{byte('a' + i)}, 100)
		parts := split(tcpBytes("", string(payload)), 64)
		var got []bool
		for _, f := range parts {
			got = append(got, d.give(f.frame4(0)))
			if got[len(got)-1] && !bytes.Equal(d.last.Payload, payload) {
				t.Errorf("datagram %d: Payload = %q", i, d.last.Payload)
			}
			got = append(got, d.give(f.frame4(0)))
		}
		if want := []bool{false, false, true, false}; !slices.Equal(got, want) {
			t.Errorf("datagram %d: Decode = %v, want %v", i, got, want)
		}
	}
	want := []Count{{"IP fragment put together with later ones", 6}, {"IP fragment captured twice", 3}}
	if got := d.Skipped(); !slices.Equal(got, want) {
		t.Errorf("Skipped = %v, want %v", got, want)
	}
}

func TestFragmentsTimeout(t *testing.T) {
	parts := split(tcpBytes("", "a payload that takes two fragments"), 32)
	tests := []struct {
		name string
		wait time.Duration
		want bool
	}{
		{"in time", fragmentTimeout, true},
		{"too late", fragmentTimeout + 1, false},
		{"clock set back", -fragmentTimeout - 1, false},
	}
	for _, test := range tests {
		d := NewDecoder()
		first, second := frameOn(LinkRaw, parts[0].frame4(1)), frameOn(LinkRaw, parts[1].frame4(1))
		first.Time = 1e18
		second.Time = first.Time + int64(test.wait)
		d.Decode(first)
		if got := d.Decode(second); got != test.want {
			t.Errorf("%s: Decode = %v; %v", test.name, got, d.Skipped())
		}
		if never := countOf(d, "IP fragment never completed"); (never == 1) == test.want {
			t.Errorf("%s: %v", test.name, d.Skipped())
		}
	}
}

// A datagram that began behind one with a wrong, later time is stale too.
func TestFragmentsTimeoutOutOfOrder(t *testing.T) {
	parts := split(tcpBytes("", "a payload that takes two fragments"), 32)
	d := NewDecoder()
	give := func(frame []byte, second int64) bool {
		p := frameOn(LinkRaw, frame)
		p.Time = second * 1e9
		return d.Decode(p)
	}
	give(parts[0].frame4(1), 1029)
	give(parts[0].frame4(2), 1000)
	if give(parts[1].frame4(2), 1031) {
		t.Error("a fragment of 31 s ago was used")
	}
	give(parts[0].frame4(3), 1070) // any fragment makes room
	if never := countOf(d, "IP fragment never completed"); never != 3 {
		t.Errorf("%d given up: %v", never, d.Skipped())
	}
}

// What a datagram starts with is what its first bytes say (RFC 8200, section
// 4.5), not what a later fragment claims.
func TestFragmentsProtocol(t *testing.T) {
	parts := split(datagram6(tcpBytes("", "payload")), 16)
	odd := parts[0].frame6(1)
	odd[48] = protoTCP // the next header of the fragment header
	d := &deliveries{Decoder: NewDecoder()}
	d.give(parts[0].frame6(1))
	d.give(odd)
	middle := parts[1].frame6(1)
	middle[48] = protoTCP
	d.give(middle)
	if !d.give(parts[2].frame6(1)) || string(d.last.Payload) != "payload" {
		t.Errorf("Payload %q, Skipped = %v", d.last.Payload, d.Skipped())
	}
}

func TestMalformedFragments(t *testing.T) {
	eight := make([]byte, 8)
	tests := map[string][]byte{
		"length no multiple of 8": part{0, make([]byte, 9), false}.frame4(1),
		"empty":                   part{8, nil, false}.frame4(1),
		"empty and last":          part{8, nil, true}.frame4(1),
		"beyond 65535":            part{65528, eight, true}.frame4(1),
		"IPv6 no multiple of 8":   part{0, make([]byte, 9), false}.frame6(1),
		"IPv6 beyond 65535":       part{65528, eight, true}.frame6(1),
	}
	for name, frame := range tests {
		d := &deliveries{Decoder: NewDecoder()}
		if d.give(frame) || countOf(d.Decoder, "malformed IP fragment") != 1 {
			t.Errorf("%s: %v", name, d.Skipped())
		}
	}
	d := &deliveries{Decoder: NewDecoder()}
	if d.give(part{65528, eight[:7], true}.frame4(1)) || countOf(d.Decoder, "IP fragment waiting") != 1 {
		t.Errorf("the last bytes of the largest datagram: %v", d.Skipped())
	}
}

// Teardrop and its like: a fragment that contradicts those before it must not
// spoil the datagram.
func TestContradictingFragments(t *testing.T) {
	whole := tcpBytes("", string(make([]byte, 100)))
	first, last := part{0, whole[:64], false}, part{64, whole[64:], true}
	junk := bytes.Repeat([]byte("junk"), 50)
	tests := []struct {
		name  string
		parts []part
	}{
		{"the last one inside the first", []part{first, {24, junk[:4], true}, last}},
		{"the end sooner", []part{last, {56, junk[:32], true}, first}},
		{"the end later", []part{last, {64, junk[:200], true}, first}},
		{"more up to the end", []part{last, {56, junk[:64], false}, first}},
		{"more behind the end", []part{last, {512, junk[:64], false}, first}},
		{"the end before what is there", []part{{104, whole[104:112], false}, {64, junk[:8], true}, first, last}},
		{"the first again", []part{first, {0, junk[:64], false}, last}},
		{"over the border", []part{first, {56, append(junk[:8:8], whole[64:72]...), false}, last}},
	}
	for _, test := range tests {
		d := &deliveries{Decoder: NewDecoder()}
		for i, f := range test.parts {
			if got := d.give(f.frame4(1)); got != (i == len(test.parts)-1) {
				t.Errorf("%s: part %d: Decode = %v", test.name, i, got)
			}
		}
		if !bytes.Equal(d.last.Payload, whole[20:]) {
			t.Errorf("%s: Payload = %x", test.name, d.last.Payload)
		}
	}
}

// sent is the segment that carries a payload, with the right checksum.
func sent(payload string) []byte {
	b := tcpBytes("", payload)
	pseudo := add16(add16(protoTCP+uint64(len(b)), host4Src.AsSlice()), host4Dst.AsSlice())
	binary.BigEndian.PutUint16(b[16:], ^uint16(fold16(add16(pseudo, b))))
	return b
}

// Senders use a number again while fragments of the datagram that had it are
// missing. What is made of both was never sent; what was, is found.
func TestFragmentsOfSeveralDatagrams(t *testing.T) {
	text := func(name string) string { return strings.Repeat("the text of "+name+". ", 8) }
	cut := func(name string) []part { return split(sent(text(name)), 64) }
	a, b, c := cut("Anna"), cut("Bela"), cut("Cora")
	join := func(all ...[]part) []part { return slices.Concat(all...) }
	type given struct {
		parts []part
		after time.Duration // since the last ones
	}
	tests := []struct {
		name  string
		given []given
		want  []string
	}{
		{"the first alone", []given{{a[:1], 0}, {b, time.Second}}, []string{"Bela"}},
		{"all but the last", []given{{a[:len(a)-1], 0}, {b, time.Second}}, []string{"Bela"}},
		{"the last alone", []given{{a[len(a)-1:], 0}, {b, time.Second}}, []string{"Bela"}},
		{"the middle alone", []given{{a[1:2], 0}, {b, time.Second}}, []string{"Bela"}},
		{"the first alone, the rest alike", []given{{a[:1], 0}, {split(sent(strings.Replace(text("Anna"), "Anna", "Bela", 1)), 64), time.Second}}, []string{"Anna"}}, // all of it is there
		{"at once", []given{{join(a[:1], b), 0}}, []string{"Bela"}},
		{"two lost", []given{{a[:1], 0}, {b[1:], time.Second}, {c, time.Second}}, []string{"Cora"}},
		{"two that would be one", []given{{a[:2], 0}, {b[2:], time.Second}}, nil},
		{"reversed", []given{{a[:1], 0}, {reversed(b), time.Second}}, []string{"Bela"}},
		{"again and again", []given{{a[1:], 0}, {b, time.Second}, {a[1:], time.Second}, {c, time.Second}}, []string{"Bela", "Cora"}},
	}
	for _, test := range tests {
		d := &deliveries{Decoder: NewDecoder()}
		var got []string
		given := 0
		for _, g := range test.given {
			d.now += int64(g.after)
			for _, f := range g.parts {
				given++
				if !d.give(f.frame4(7)) {
					continue
				}
				name := "nobody"
				for _, n := range []string{"Anna", "Bela", "Cora"} {
					if string(d.last.Payload) == text(n) {
						name = n
					}
				}
				got = append(got, name)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v; %v", test.name, got, test.want, d.Skipped())
		}
		for _, c := range d.Skipped() {
			given -= int(c.Packets)
		}
		if given != len(got) {
			t.Errorf("%s: %d fragments more than are counted: %v", test.name, given-len(got), d.Skipped())
		}
		checkBounds(t, d.Decoder)
	}
}

func reversed(parts []part) []part {
	parts = slices.Clone(parts)
	slices.Reverse(parts)
	return parts
}

// A checksum that the network card was to fill in tells nothing; nor does that
// of a segment cut short.
func TestFragmentsUnchecked(t *testing.T) {
	segment := tcpBytes("", strings.Repeat("payload ", 20))
	pseudo := add16(add16(protoTCP, host4Src.AsSlice()), host4Dst.AsSlice())
	give := func(checksum uint64, cut int) bool {
		binary.BigEndian.PutUint16(segment[16:], uint16(checksum))
		d := NewDecoder()
		found := false
		for _, f := range split(segment, 64) {
			p := frameOn(LinkRaw, f.frame4(1))
			p.Frame = p.Frame[:len(p.Frame)-cut]
			found = d.Decode(p)
		}
		return found
	}
	for name, checksum := range map[string]uint64{"none": 0, "of the pseudo header": fold16(pseudo + uint64(len(segment))), "of the addresses": fold16(pseudo)} {
		if !give(checksum, 0) {
			t.Errorf("checksum %s: no segment", name)
		}
	}
	if give(4711, 0) {
		t.Error("wrong checksum: a segment")
	}
	if !give(4711, 1) {
		t.Error("wrong checksum, cut short: no segment")
	}
}

// A fragment inside a datagram put together of fragments would be a way to
// make one packet cost many datagrams.
func TestFragmentInsideDatagram(t *testing.T) {
	inner := concat([]byte{44, 0, 1, 4, 0, 0, 0, 0}, []byte{6, 0, 0, 1, 0, 0, 0, 9}, make([]byte, 16))
	d := &deliveries{Decoder: NewDecoder()}
	for _, f := range split(inner, 16) {
		if d.give(f.frame6(1)) {
			t.Fatal("Decode = true")
		}
	}
	if countOf(d.Decoder, "malformed IP fragment") != 1 {
		t.Errorf("Skipped = %v", d.Skipped())
	}
}

// checkBounds holds after every packet.
func checkBounds(t *testing.T, d *Decoder) {
	t.Helper()
	s := &d.fragments
	size := 0
	for _, g := range s.order {
		size += g.size()
		if s.open[g.key] != g || len(g.pieces) > maxPieces || len(g.came) > maxPieces {
			t.Fatalf("datagram %v: %d pieces, %d fragments", g.key, len(g.pieces), len(g.came))
		}
	}
	if size != s.bytes || size > d.FragmentBytes || len(s.order) != len(s.open) || len(s.order) > maxDatagrams || len(s.spare) > maxSpare {
		t.Fatalf("%d bytes, counted %d; %d datagrams in order, %d open", size, s.bytes, len(s.order), len(s.open))
	}
}

func TestFragmentBounds(t *testing.T) {
	tests := []struct {
		name  string
		limit int
		size  int
		left  func(n int) bool
	}{
		{"datagrams", 4 << 20, 8, func(n int) bool { return n == maxDatagrams }},
		{"bytes", 1 << 20, 8000, func(n int) bool { return n > 50 && n < 131 }},
		{"nothing fits", 100, 8, func(n int) bool { return n == 0 }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const frames = 3000
			d := &deliveries{Decoder: NewDecoder()}
			d.FragmentBytes = test.limit
			for id := range frames {
				d.give(part{8, make([]byte, test.size), false}.frame4(id))
			}
			checkBounds(t, d.Decoder)
			waiting, never := countOf(d.Decoder, "IP fragment waiting"), countOf(d.Decoder, "IP fragment never completed")
			if !test.left(int(waiting)) || waiting+never != frames {
				t.Errorf("%d wait, %d given up", waiting, never)
			}
			if waiting == 0 {
				return
			}
			// The oldest was dropped, the newest is still there.
			if got := d.fragments.order[len(d.fragments.order)-1].key.id; got != frames-1 {
				t.Errorf("the newest is %d", got)
			}
			if got := d.fragments.order[0].key.id; int(got) != frames-int(waiting) {
				t.Errorf("the oldest is %d", got)
			}
		})
	}
}

// The smallest fragments with holes between them, then one over all of them.
func TestFragmentPieces(t *testing.T) {
	d := &deliveries{Decoder: NewDecoder()}
	for offset := 0; offset < maxDatagram-24; offset += 16 {
		d.give(part{offset, make([]byte, 8), false}.frame4(1))
		checkBounds(t, d.Decoder)
	}
	if countOf(d.Decoder, "IP fragment never completed") == 0 {
		t.Errorf("Skipped = %v", d.Skipped())
	}

	d = &deliveries{Decoder: NewDecoder()}
	whole := tcpBytes("", string(make([]byte, 20000)))
	d.give(part{20000, whole[20000:], true}.frame4(1))
	for offset := 0; offset < 16*600; offset += 16 {
		d.give(part{offset, whole[offset : offset+8], false}.frame4(1))
	}
	if !d.give(part{0, whole[:20000], false}.frame4(1)) || len(d.last.Payload) != 20000 {
		t.Errorf("Skipped = %v", d.Skipped())
	}
}

func TestFragmentsAllocateNothing(t *testing.T) {
	whole := tcpBytes("", string(make([]byte, 3000)))
	d := &deliveries{Decoder: NewDecoder()}
	var frames [][]byte
	for id := range 3 {
		for _, f := range split(whole, 1480) {
			frames = append(frames, f.frame4(id), f.frame6(id))
		}
	}
	packets := make([]*Packet, len(frames))
	for i, frame := range frames {
		packets[i] = frameOn(LinkRaw, frame)
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, p := range packets {
			d.Decode(p)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzFragments reads its input as fragments of few datagrams and compares
// the defragmenter with the model.
func FuzzFragments(f *testing.F) {
	f.Add([]byte{0, 0, 8, 1, 8, 0x88})
	f.Add([]byte{2, 1, 0x83, 0, 0, 1, 1, 0, 2, 0, 9, 1})
	f.Add([]byte{0, 0, 0x20, 0, 2, 0x10, 0, 3, 0x8c, 0, 0, 0x20, 0, 4, 0x84}) // overlaps, the first again
	f.Add([]byte{0, 0, 0x10, 0, 1, 0x84, 0, 0xff, 0x20, 0, 3, 0x90, 0, 2, 8}) // ends that contradict
	f.Add([]byte{0, 2, 0x88, 1, 2, 0x88, 1, 0, 0x10, 0, 0, 0x10})             // two at once, reversed
	f.Add([]byte{0, 0, 0x10, 0x80, 2, 0x88, 0, 2, 0x88, 0x80, 0, 0x10})       // of two datagrams
	f.Fuzz(func(t *testing.T, script []byte) {
		d := NewDecoder()
		models, mixed := make(map[byte]*model), make(map[byte]bool)
		for i := 0; i+3 <= len(script) && i < 300; i += 3 {
			id, offset, n := script[i]&3, int(script[i+1])*8, int(script[i+2]&0x7f)
			f := fragment{
				datagramKey: datagramKey{src: host4Src, dst: host4Dst, id: uint32(id), protocol: protoTCP},
				protocol:    protoTCP,
				offset:      offset,
				more:        script[i+2] < 0x80,
				wire:        n,
				data:        bytes.Repeat([]byte{byte(i)}, n),
			}
			if f.more {
				f.wire &^= 7
				f.data = f.data[:f.wire]
			}
			if !f.valid() {
				continue
			}
			g := d.fragments.add(&f, d.FragmentBytes)
			checkBounds(t, d)
			var got whole
			if g != nil {
				got = *d.fragments.join(g)
			}
			if script[i]&0x80 != 0 { // nobody sent this
				for g != nil {
					if g = d.fragments.refuse(g); g != nil {
						d.fragments.join(g)
					}
					mixed[id] = true
				}
			}
			if g != nil {
				d.fragments.release(g)
			}
			checkBounds(t, d)
			if mixed[id] {
				continue
			}
			ok := g != nil
			if ok && got.key.id != uint32(id) {
				t.Fatalf("datagram %d out of a fragment of %d", got.key.id, id)
			}
			if d.fragments.open[f.datagramKey] == nil && !ok {
				continue // a copy of a part of the last datagram
			}
			m := models[id]
			if m == nil {
				m = new(model)
				models[id] = m
			}
			if want := m.add(part{f.offset, f.data, !f.more}); ok != want {
				t.Fatalf("complete = %v, the model says %v", ok, want)
			}
			if ok {
				if !bytes.Equal(got.data, m.data[:m.total]) || got.wire != m.total {
					t.Fatal("other bytes than the model's")
				}
				delete(models, id)
			}
		}
	})
}

func BenchmarkFragments(b *testing.B) {
	whole := tcpBytes("", string(make([]byte, 2000)))
	parts := split(whole, 1480)
	first, second := frameOn(LinkRaw, parts[0].frame4(1)), frameOn(LinkRaw, parts[1].frame4(1))
	d := NewDecoder()
	b.ReportAllocs()
	for b.Loop() {
		// The first fragment equals the last datagram's, so vary it.
		first.Frame[20+4]++
		if d.Decode(first) || !d.Decode(second) {
			b.Fatal(d.Skipped())
		}
	}
}

// Hostile: the most pieces a datagram may have, and a packet that walks them.
func BenchmarkFragmentsHostile(b *testing.B) {
	d := &deliveries{Decoder: NewDecoder()}
	for offset := 0; offset < 16*(maxPieces-1); offset += 16 {
		d.give(part{offset, make([]byte, 8), false}.frame4(1))
	}
	p := frameOn(LinkRaw, part{0, make([]byte, 8), false}.frame4(1))
	p.Time = d.now
	for b.Loop() {
		d.Decode(p)
	}
	if len(d.fragments.open) != 1 {
		b.Fatal(d.Skipped())
	}
}
