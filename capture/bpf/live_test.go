package bpf

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// socketPacket is a packet as a packet socket shows it to a program.
type socketPacket struct {
	form                 string
	data                 []byte
	inFrame              []byte // what is in the frame at tagAt
	protocol, hardware   uint32
	kind, iface          uint32
	hasTag, tag, tagType uint32
}

// socketProgram is a program that can be run on a socketPacket.
type socketProgram struct {
	Program
	besides []besides
}

// besides is an instruction that loads what is not in data.
type besides struct {
	at   int
	what op
}

func newSocketProgram(p *Program) *socketProgram {
	s := &socketProgram{Program: Program{ops: slices.Clone(p.ops)}}
	for i, in := range p.ops {
		if (in.code == vmLdAbsW || in.code == vmLdAbsH || in.code == vmLdAbsB) && in.k >= 1<<31 {
			s.besides = append(s.besides, besides{i, in})
		}
	}
	return s
}

// runOn runs the program, its loads of what is not in data replaced by what they
// give.
func (p *socketProgram) runOn(t testing.TB, s *socketPacket) bool {
	for _, b := range p.besides {
		var k uint32
		switch b.what.k {
		case socketProtocol.off:
			k = s.protocol
		case socketHardware.off:
			k = s.hardware
		case socketType.off:
			k = s.kind
		case socketInterface.off:
			k = s.iface
		case socketHasTag.off:
			k = s.hasTag
		case socketTag.off:
			k = s.tag
		case socketTagType.off:
			k = s.tagType
		case tagAt:
			switch {
			case b.what.code == vmLdAbsW && len(s.inFrame) >= 4:
				k = binary.BigEndian.Uint32(s.inFrame)
			case b.what.code == vmLdAbsH && len(s.inFrame) >= 2:
				k = uint32(binary.BigEndian.Uint16(s.inFrame))
			default:
				p.ops[b.at] = op{code: vmLdAbsB, k: 1<<32 - 1} // fails
				continue
			}
		default:
			t.Fatalf("instruction %d loads %#x", b.at, b.what.k)
		}
		p.ops[b.at] = op{code: vmLdImm, k: k}
	}
	return p.Run(s.data, len(s.data))
}

// kernelTakes: a tag of this type goes into ancillary data.
func kernelTakes(ether uint32) bool { return ether == 0x8100 || ether == 0x88a8 }

func isTag(ether uint32) bool { return kernelTakes(ether) || ether == 0x9100 }

// onSockets are the forms in which a packet that is so in a file may have come
// from a socket.
func onSockets(link uint32, file []byte) (all []socketPacket) {
	u16 := func(off int) uint32 { return uint32(binary.BigEndian.Uint16(file[off:])) }
	switch link {
	case linkEthernet:
		all = append(all, socketPacket{form: "tag in the frame", data: file, kind: outgoing})
		if len(file) >= 18 && kernelTakes(u16(12)) {
			all = append(all, socketPacket{form: "tag aside", data: cat(file[:12], file[16:]),
				hasTag: 1, tagType: u16(12), tag: u16(14)})
		}
		return all
	case linkLinuxSLL2:
		if len(file) < sll2Len {
			return nil
		}
		s := socketPacket{form: "no tag", data: file[20:], inFrame: file[20:], protocol: u16(0), hardware: u16(8),
			iface: binary.BigEndian.Uint32(file[4:]), kind: uint32(file[10])}
		if isTag(s.protocol) && len(s.data) < tagLen {
			return nil // the kernel drops it
		}
		if !kernelTakes(s.protocol) {
			return append(all, s)
		}
		all = append(all, s) // before Linux 5.19, from a packet socket
		all[0].form = "tag in the packet"
		s.form, s.data, s.inFrame, s.protocol = "tag aside", file[24:], file[24:], u16(22)
		s.hasTag, s.tagType, s.tag = 1, u16(0), u16(20)
		if !isTag(s.protocol) || len(s.data) >= tagLen {
			all = append(all, s)
		}
		if inner := s.protocol; (inner == etherIPv4 || inner == etherIPv6) && len(s.data) >= 4 {
			s.form, s.protocol, s.inFrame = "two tags, sent", 0x8100, cat(be16(200), be16(int(inner)))
			all = append(all, s)
			s.form, s.protocol, s.hasTag, s.tagType, s.tag = "tag in the frame, sent", u16(0), 0, 0, 0xffff
			s.inFrame = file[20:]
			all = append(all, s)
		}
		return all
	}
	return []socketPacket{{form: "as in the file", data: file}}
}

var liveLinks = []uint32{linkEthernet, linkLinuxSLL2, linkRaw12}

// liveExpressions are those that a socket is more of a test for.
func liveExpressions(t *testing.T) []string {
	return append(expressions(t),
		"vlan and not vlan 5", "not vlan 100", "vlan 0", "not vlan and port 7890", "vlan and vlan 100 and port 7890",
		"vlan 100 and len > 100", "vlan and less 120", "port 7890 and greater 130", "vlan and ip[2:2] = len - 18",
		"port 7890 and ip[2:2] != len - 14", "len % 7 = ip[8] % 7",
		"vlan and ether host 02:00:00:00:00:01", "ether proto 0x8100", "ether proto 0x88a8 and vlan", "ether proto 0x9100",
		"port 7890 or ether proto 0x8100", "port 7890 and not ether proto 0x8100", "port 7890 or not tcp", "port 7890 or arp",
		"vlan and pppoes and link[0:2] = 0x21", "host 10.0.0.1 or vlan and host 10.0.0.1",
		"link[0:2] = 0x800", "link[4:4] = 2", "link[8:2] = 1", "link[10] = 4", "link[20] & 0xf0 = 0x40", "ether[6] = 2",
		"outbound and vlan and port 7890", "inbound or port 7890", "ifindex 1 and vlan",
	)
}

// liveDifferences are the expressions that do not mean the same as for a file.
// Nothing else may differ, and these must.
var liveDifferences = []struct {
	exprs  []string
	links  []uint32
	reason string
}{
	{[]string{"inbound", "outbound", "inbound and port 7890", "ifindex 2", "inbound or port 7890"},
		[]uint32{linkEthernet, linkRaw12}, "a file does not say"},
	{[]string{"outbound and vlan and port 7890", "ifindex 1 and vlan"}, []uint32{linkEthernet, linkRaw12}, "a file does not say"},
	{[]string{"ether[12:2] = 0x800", "link[20] & 0xf0 = 0x40"}, []uint32{linkEthernet}, "the kernel's frame has no tag"},
	{[]string{"link[0:2] = 0x800", "link[20] & 0xf0 = 0x40"}, []uint32{linkLinuxSLL2}, "the kernel's packet has no tag"},
	{[]string{"ether[0] & 1 = 0 and ip[16] >= 224", "ether[12:2] = 0x800", "link[0] = 2", "ether[6] = 2", "ip[-8] & 1 = 1"},
		[]uint32{linkLinuxSLL2}, "the kernel has no such header"},
}

func isLiveDifference(expr string, link uint32) bool {
	for _, d := range liveDifferences {
		if slices.Contains(d.exprs, expr) && slices.Contains(d.links, link) {
			return true
		}
	}
	return false
}

// wholePackets are generated packets in files, some of them cut short by their
// sender.
func wholePackets(link uint32, n int) [][]byte {
	gen := newPackets(uint64(link) + 2)
	files := make([][]byte, n)
	for i := range files {
		files[i] = gen.frame(link).data
	}
	return files
}

// TestLiveAgainstFile compares the verdicts on packets of a socket with those
// on the same packets in a file.
func TestLiveAgainstFile(t *testing.T) {
	seen := map[string]int{}
	for _, link := range liveLinks {
		files := wholePackets(link, 1500)
		var packets [][]socketPacket
		for _, file := range files {
			packets = append(packets, onSockets(link, file))
			for _, s := range packets[len(packets)-1] {
				seen[s.form]++
			}
		}
		for _, expr := range liveExpressions(t) {
			differs := false
			for _, exact := range []bool{false, true} {
				msg := compareLive(t, expr, link, exact, files, packets)
				if msg != "" && !isLiveDifference(expr, link) {
					t.Errorf("%q, link type %d, exact %t: %s", expr, link, exact, msg)
				}
				differs = differs || msg != ""
			}
			if !differs && isLiveDifference(expr, link) {
				t.Errorf("%q, link type %d: listed as a difference, but there is none", expr, link)
			}
		}
	}
	if len(seen) != 7 {
		t.Errorf("forms %v", seen)
	}
	for form, n := range seen {
		if n < 100 {
			t.Errorf("%q: only %d packets", form, n)
		}
	}
}

// compareLive gives the first difference, or "".
func compareLive(t *testing.T, expr string, link uint32, exact bool, files [][]byte, packets [][]socketPacket) string {
	t.Helper()
	file, fileErr := Compile(expr, link, Options{Exact: exact})
	live, liveErr := CompileLive(expr, link, Options{Exact: exact})
	switch {
	case fileErr != nil && liveErr != nil:
		if a, b := fileErr.(*Error), liveErr.(*Error); *a != *b {
			return fmt.Sprintf("file: %v; live: %v", a, b)
		}
		return ""
	case fileErr != nil:
		return "only live: " + fileErr.Error()
	case liveErr != nil:
		return "only in a file: " + liveErr.Error()
	}
	if err := validate(live.Raw()); err != nil {
		t.Errorf("%q, link type %d: %v", expr, link, err)
	}
	if file.Widened != live.Widened {
		return fmt.Sprintf("Widened %t, live %t", file.Widened, live.Widened)
	}
	socket := newSocketProgram(live)
	for i, f := range files {
		want := file.Run(f, len(f))
		for _, s := range packets[i] {
			if got := socket.runOn(t, &s); got != want {
				return fmt.Sprintf("%s: %t, in the file %t: %x", s.form, got, want, f)
			}
		}
	}
	return ""
}

// TestFallbackLive compares tcpdump's programs, changed for a socket, with what
// they were.
func TestFallbackLive(t *testing.T) {
	// Of all expressions, these and those with len are not the same.
	different := map[string]string{
		"inbound": "known live", "outbound": "known live", "inbound and port 7890": "known live", "ifindex 2": "known live",
	}
	refs := references(t)
	compared := 0
	for _, link := range liveLinks {
		files := wholePackets(link, 800)
		for _, expr := range expressions(t) {
			ref := refs[key{expr, link}]
			if ref.err != "" || strings.Contains(expr, "len") || strings.Contains(expr, "less") || strings.Contains(expr, "greater") ||
				different[expr] != "" {
				continue
			}
			code, err := onSocket(ref.code, link)
			if err != nil {
				if !isLiveDifference(expr, link) && !isListed(expr, link) {
					t.Errorf("%q, link type %d: %v", expr, link, err)
				}
				continue
			}
			live := newSocketProgram(&Program{ops: predecode(code)})
			theirs := &Program{raw: ref.code, ops: predecode(ref.code)}
			compared++
		packets:
			for _, file := range files {
				want := theirs.Run(file, len(file))
				for _, s := range onSockets(link, file) {
					if strings.HasSuffix(s.form, ", sent") {
						continue
					}
					if got := live.runOn(t, &s); got != want {
						t.Errorf("%q, link type %d, %s: %t, in the file %t: %x", expr, link, s.form, got, want, file)
						break packets
					}
				}
			}
		}
	}
	if compared < 400 {
		t.Errorf("%d programs", compared)
	}
	behindTag := []bpf.RawInstruction{{Op: opLdAbs | sizeH, K: 22}, {Op: classJmp | jeq, K: etherIPv4, Jf: 1}, {Op: opRetK, K: 1}, {Op: opRetK}}
	code, err := onSocket(behindTag, linkLinuxSLL2)
	if err != nil {
		t.Fatal(err)
	}
	tagged := &socketPacket{data: make([]byte, 4), protocol: etherIPv4, hasTag: 1}
	if !newSocketProgram(&Program{ops: predecode(code)}).runOn(t, tagged) {
		t.Error("the type behind the tag of a cooked packet was not found")
	}
	if _, err := onSocket([]bpf.RawInstruction{{Op: opLdAbs, K: 12}, {Op: opRetA}}, linkLinuxSLL2); err == nil {
		t.Error("the address of a cooked header was taken for something else")
	}
}

// TestVLANOnCooked: a capture of all interfaces has tags, whatever libpcap says.
func TestVLANOnCooked(t *testing.T) {
	for _, link := range []uint32{linkLinuxSLL, linkLinuxSLL2} {
		tagged := behindTags(cooked(tcpFrame, link), link, 0x8100)
		for expr, want := range map[string]bool{
			"vlan": true, "vlan 100 and port 7890": true, "vlan 101": false, "not vlan": false, "vlan and vlan": false,
		} {
			if got := compiled(t, expr, link, Options{}).Run(tagged, len(tagged)); got != want {
				t.Errorf("%q, link type %d: %t", expr, link, got)
			}
		}
		for _, compile := range []func(string, uint32, Options) (*Program, error){Compile, CompileLive} {
			if _, err := compile("vlan", link, Options{Exact: true}); err == nil {
				t.Errorf("vlan, link type %d, exact: libpcap does not have it", link)
			}
		}
	}
}

func TestLiveErrors(t *testing.T) {
	many := strings.Repeat("10.0.0.1 or ", 600) + "10.0.0.2"
	for _, test := range []struct {
		expr string
		link uint32
		want string
	}{
		{"host (" + many + ")", linkRaw, "more than the 4096 that the kernel takes; name fewer"},
		{"port 7890 and host (" + many + ")", linkEthernet, "exact-bpf"},
		{"link[12:2] = 1", linkLinuxSLL2, "the kernel does not show link[12:2] live; link[0:2]"},
		{"link[0:4] = 1", linkLinuxSLL2, "does not show link[0:4]"},
		{"link[18:4] = 1", linkLinuxSLL2, "does not show"},
		{"link[len] = 1", linkLinuxSLL2, "must be a number"},
		{"arp", linkRaw, "no RAW frame can match"},
		{"port 7890 and", linkEthernet, "instead of the end"},
		{"port 7890", 147, "link type 147"},
	} {
		_, err := CompileLive(test.expr, test.link, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.40q: %v", test.expr, err)
		}
	}
	if _, err := CompileLive("host ("+many+")", linkRaw, Options{}); strings.Contains(err.Error(), "exact") {
		t.Errorf("not widened, %v", err)
	}
}

// TestLiveLength: fifty hosts are not too many, and few tags make a program
// only little longer.
func TestLiveLength(t *testing.T) {
	hosts := strings.Repeat("10.0.0.1 or ", 49) + "10.0.0.2"
	for _, link := range liveLinks {
		for expr, most := range map[string]int{
			"port 7890": 160, "vlan 100 and port 7890": 140, "host 10.0.0.1": 25, "port 7890 and host (" + hosts + ")": MaxInstructions,
		} {
			p, err := CompileLive(expr, link, Options{})
			if link == linkRaw12 && strings.HasPrefix(expr, "vlan") {
				continue
			}
			if err != nil {
				t.Errorf("%.40q, link type %d: %v", expr, link, err)
			} else if n := len(p.Raw()); n > most {
				t.Errorf("%.40q, link type %d: %d instructions", expr, link, n)
			}
		}
	}
}

// TestLiveDump: ancillary data are shown by tcpdump's names.
func TestLiveDump(t *testing.T) {
	p, err := CompileLive("not vlan", linkEthernet, Options{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := p.Dump(&b); err != nil {
		t.Fatal(err)
	}
	const want = `(000) ldb      [vlanp]
(001) jeq      #0x1             jt 7	jf 2
(002) ldh      [12]
(003) jeq      #0x8100          jt 7	jf 4
(004) jeq      #0x88a8          jt 7	jf 5
(005) jeq      #0x9100          jt 7	jf 6
(006) ret      #262144
(007) ret      #0
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if err := ValidateLive(p.Raw()); err != nil {
		t.Error(err)
	}
	if Validate(p.Raw()) == nil || p.Run(tcpFrame, len(tcpFrame)) {
		t.Error("a program for the kernel ran on a file")
	}
}

// FuzzCompileLive: where there is a program for a file there is one for a
// socket, or an error of its own, and the kernel takes it.
func FuzzCompileLive(f *testing.F) {
	for _, expr := range expressions(f) {
		f.Add(expr, uint16(linkEthernet), tcpFrame)
		f.Add(expr, uint16(linkLinuxSLL2), tcpFrame[14:])
	}
	f.Fuzz(func(t *testing.T, expr string, link uint16, data []byte) {
		for _, exact := range []bool{false, true} {
			p, err := CompileLive(expr, uint32(link), Options{Exact: exact})
			if err != nil {
				if e := err.(*Error); e.Pos < 0 || e.Pos > len(expr) || e.Msg == none || e.Expr != expr {
					t.Fatalf("%q: %#v", expr, e)
				}
				continue
			}
			if err := ValidateLive(p.Raw()); err != nil {
				t.Fatalf("%q: %v", expr, err)
			}
			newSocketProgram(p).runOn(t, &socketPacket{data: data, protocol: etherIPv4, hasTag: 1, tag: 100, tagType: 0x8100})
		}
	})
}
