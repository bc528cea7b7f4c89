package dissect_test

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// proxied collects what is told of a connection, and keeps the connection.
type proxied struct {
	collector
	conn  *dissect.Conn
	notes []string
}

func (p *proxied) Open(c *dissect.Conn) { p.conn = c }
func (p *proxied) Gap(g *dissect.Gap) {
	p.collector.Gap(g)
	for i := range g.Notes {
		p.notes = append(p.notes, string(g.Notes[i].AppendText(nil)))
	}
}

func v2(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll("0d0a0d0a000d0a515549540a"+s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// prefaces are in the forms of the PROXY protocol's sections 2.1 and 2.2.
func prefaces(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"v1 IPv4":     []byte("PROXY TCP4 192.0.2.7 192.0.2.1 40001 7890\r\n"),
		"v1 IPv6":     []byte("PROXY TCP6 2001:db8::7 2001:db8::1 40001 7890\r\n"),
		"v1 unknown":  []byte("PROXY UNKNOWN\r\n"),
		"v1 unknown+": []byte("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"),
		"v2 IPv4":     v2(t, "21 11 000c c0000207 c0000201 9c41 1ed2"),
		"v2 IPv6":     v2(t, "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 9c41 1ed2"),
		"v2 TLV":      v2(t, "21 11 0013 c0000207 c0000201 9c41 1ed2 04 0004 00000000"),
		"v2 long":     v2(t, "21 11 1391 c0000207 c0000201 9c41 1ed2 20 1382"+strings.Repeat("00", 4994)),
		"v2 longest":  v2(t, "21 11 ffff c0000207 c0000201 9c41 1ed2 04 fff0"+strings.Repeat("00", 65520)),
		"v2 local":    v2(t, "20 00 0000"),
		"v2 Unix":     v2(t, "21 31 00d8"+strings.Repeat("00", 216)),
	}
}

// TestPreface: behind the preface the PDUs are found in step at their places,
// and who the client is is told, in segments of any size.
func TestPreface(t *testing.T) {
	g := goldens(t)
	for name, b := range prefaces(t) {
		for _, size := range []int{1, 7, 1000} {
			var p proxied
			s := open(&p, 7890, false)
			whole := bytes.Join([][]byte{b, g[0], g[3]}, nil)
			for rest := whole; len(rest) > 0; rest = rest[min(size, len(rest)):] {
				s.data(rest[:min(size, len(rest))])
			}
			s.Close(reassembly.End{})
			if len(p.lines) != 3 || p.pdus != 2 || !strings.HasSuffix(p.lines[0], " at 0") || !strings.HasPrefix(p.lines[0], "c2s preface ") {
				t.Errorf("%s, segments of %d:\n%s", name, size, &p)
				continue
			}
			if at := len(b) + len(g[0]); !strings.Contains(p.lines[2], "CMPP_SUBMIT") || !strings.Contains(p.lines[2], " at "+strconv.Itoa(at)+" ") {
				t.Errorf("%s, segments of %d: want the SUBMIT at %d\n%s", name, size, at, &p)
			}
			version := int(name[1] - '0')
			if p.conn.Proxy.Version != version || len(p.notes) != 1 || !strings.HasPrefix(p.notes[0], "PROXY "+name[:2]) {
				t.Errorf("%s: %+v, notes %q", name, p.conn.Proxy, p.notes)
			}
			want := map[string]string{"IPv4": "192.0.2.7:40001", "TLV": "192.0.2.7:40001", "long": "192.0.2.7:40001", "longest": "192.0.2.7:40001", "IPv6": "[2001:db8::7]:40001"}[name[3:]]
			if want == "" && p.conn.Proxy.Client.IsValid() || want != "" && p.conn.Proxy.Client != netip.MustParseAddrPort(want) {
				t.Errorf("%s: the client is %v, want %s", name, p.conn.Proxy.Client, want)
			}
			if want != "" && !strings.Contains(p.notes[0], want) {
				t.Errorf("%s: note %q", name, p.notes[0])
			}
		}
	}
}

// TestNoPreface: what only begins like one is octets without a PDU, and costs
// nothing behind it.
func TestNoPreface(t *testing.T) {
	g := goldens(t)
	for _, s := range []string{
		"PROXY TCP4 192.0.2.7 192.0.2.1 40001\r\n", "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n", "PROXY TCP4 192.0.2.7 192.0.2.1 40001 70000\r\n",
		"PROXY " + strings.Repeat("x", 200), "\r\n\r\n\x00\r\nQUIT\n\x31\x11\x00\x00", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x04\x01\x02\x03\x04", "P", "\r\n",
	} {
		var p proxied
		c := open(&p, 7890, false)
		c.data([]byte(s))
		c.data(bytes.Join([][]byte{g[0], g[3]}, nil))
		c.Close(reassembly.End{})
		if p.pdus != 2 || p.conn.Proxy.Version != 0 || p.lines[0] != "c2s skipped "+strconv.Itoa(len(s))+" at 0" {
			t.Errorf("%q:\n%s", s, &p)
		}
	}
}

// TestTLS: nothing is framed in an encrypted connection, not even what looks
// like PDUs, and the summary can name it; behind a preface too.
func TestTLS(t *testing.T) {
	hello := append([]byte{22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3}, make([]byte, 250)...)
	pdus := bytes.Repeat([]byte{0, 0, 0, 12, 0, 0, 0, 8, 0, 0, 0, 1}, 100)
	for name, b := range map[string][]byte{
		"TLS": hello, "TLS behind a PROXY preface": append(prefaces(t)["v2 IPv4"], hello...),
	} {
		for _, size := range []int{1, 1000} {
			var p proxied
			d, s := opened(&p, 7890, false)
			for rest := append(bytes.Clone(b), pdus...); len(rest) > 0; rest = rest[min(size, len(rest)):] {
				s.data(rest[:min(size, len(rest))])
			}
			s.dir, s.offset = reassembly.S2C, 0
			s.data(pdus)
			s.Close(reassembly.End{})
			st := d.Stats()
			if p.pdus != 0 || len(p.lines) != 0 || st.Foreign[7890] == nil || st.Foreign[7890].Looks != name {
				t.Errorf("%s, segments of %d: %+v\n%s", name, size, st.Foreign[7890], &p)
			}
			if n := noted(st)["tls"]; n != 1 {
				t.Errorf("%s: %d notes", name, n)
			}
		}
	}
}

func noted(s *dissect.Stats) map[string]uint64 {
	m := map[string]uint64{}
	for _, c := range s.Notes {
		m[c.Spec.ID] = c.N
	}
	return m
}

// FuzzProxy: no octets in front of PDUs, however split, make the dissector
// panic or lose an octet, and the split does not matter.
func FuzzProxy(f *testing.F) {
	for _, s := range capturedStreams(f) {
		f.Add(append([]byte("PROXY UNKNOWN\r\n"), s.Bytes[:min(len(s.Bytes), 512)]...), uint16(40))
	}
	for _, b := range prefaces(f) {
		f.Add(b, uint16(3))
		f.Add(b[:len(b)-1], uint16(1))
	}
	f.Add([]byte("PROXY TCP4 1.2.3.4\r\n\r\n"), uint16(5))
	f.Add([]byte{22, 3, 1, 0, 200, 1, 0, 0, 196}, uint16(2))
	g := goldens(f)
	f.Fuzz(func(t *testing.T, b []byte, n uint16) {
		b = bytes.Join([][]byte{b, g[0], g[3], g[5]}, nil)
		want := whole(b, false)
		var c collector
		k := &counter{}
		s, o := open(&c, 7890, false), open(k, 7890, false)
		for rest := b; len(rest) > 0; {
			m := min(len(rest), int(n%512)+1)
			s.data(rest[:m])
			o.data(rest[:m])
			rest = rest[m:]
		}
		s.Close(reassembly.End{})
		o.Close(reassembly.End{})
		if c.String() != want {
			t.Fatalf("segments of %d:\n%s\nwhole:\n%s", n%512+1, &c, want)
		}
		if k.pdus > 0 && k.octets != int64(len(b)) {
			t.Fatalf("%d octets accounted for, of %d", k.octets, len(b))
		}
	})
}
