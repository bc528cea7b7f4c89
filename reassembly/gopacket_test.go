package reassembly

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/reassembly"

	"cmppdump/capture"
)

// gopacketStream collects what gopacket's assembler makes of a connection.
type gopacketStream struct{ got [2][]byte }

func (s *gopacketStream) New(_, _ gopacket.Flow, _ *layers.TCP, _ reassembly.AssemblerContext) reassembly.Stream {
	return s
}

func (s *gopacketStream) Accept(*layers.TCP, gopacket.CaptureInfo, reassembly.TCPFlowDirection, reassembly.Sequence, *bool, reassembly.AssemblerContext) bool {
	return true
}

func (s *gopacketStream) ReassembledSG(sg reassembly.ScatterGather, _ reassembly.AssemblerContext) {
	dir, _, _, _ := sg.Info()
	n, _ := sg.Lengths()
	d := C2S
	if dir == reassembly.TCPDirServerToClient {
		d = S2C
	}
	s.got[d] = append(s.got[d], sg.Fetch(n)...)
}

func (s *gopacketStream) ReassemblyComplete(reassembly.AssemblerContext) bool { return true }

// gopacketSegments turns packets into what gopacket's assembler takes.
type gopacketSegments struct {
	flows [2]gopacket.Flow
	tcp   layers.TCP
}

func newGopacketSegments() *gopacketSegments {
	f, _ := gopacket.FlowFromEndpoints(layers.NewIPEndpoint([]byte{10, 0, 0, 1}), layers.NewIPEndpoint([]byte{10, 0, 0, 2}))
	return &gopacketSegments{flows: [2]gopacket.Flow{f, f.Reverse()}}
}

func (g *gopacketSegments) segment(p *capture.Packet) (gopacket.Flow, *layers.TCP) {
	d := C2S
	if p.Src.Port() == scriptServer {
		d = S2C
	}
	f := p.TCP.Flags
	g.tcp = layers.TCP{
		SrcPort: layers.TCPPort(p.Src.Port()), DstPort: layers.TCPPort(p.Dst.Port()),
		Seq: p.TCP.Seq, Ack: p.TCP.Ack,
		SYN: f.Has(capture.SYN), ACK: f.Has(capture.ACK), FIN: f.Has(capture.FIN), RST: f.Has(capture.RST),
	}
	g.tcp.Payload = p.Payload
	g.tcp.SetInternalPortsForTesting()
	return g.flows[d], &g.tcp
}

// TestAgainstGopacket compares with gopacket's assembler where that is right:
// with a handshake, nothing lost, away from the wrap of sequence numbers, and
// up to the FIN, which it forgets when it comes early.
func TestAgainstGopacket(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		o := trafficOptions{
			handshake: true,
			overlap:   r.IntN(2) == 0,
			duplicate: r.IntN(2) == 0,
			shuffle:   []int{0, 0, 5, 60}[r.IntN(4)],
		}
		t.Run(fmt.Sprintf("%d %+v", seed, o), func(t *testing.T) {
			s := newScript(t, Options{}, [2]uint32{1000 + r.Uint32N(1<<30), 1000 + r.Uint32N(1<<30)})
			tr := newTraffic(r, s, o)

			theirs := &gopacketStream{}
			assembler := reassembly.NewAssembler(reassembly.NewStreamPool(theirs))
			segments := newGopacketSegments()
			for i := range tr.packets {
				assembler.Assemble(segments.segment(&tr.packets[i]))
			}
			assembler.FlushAll()

			var ours [2][]byte
			for i := range tr.packets {
				s.add(&tr.packets[i])
				s.conns[0].event = nil
				s.conns[0].data = func(c Chunk) { ours[c.Dir] = append(ours[c.Dir], c.Data...) }
			}
			s.Flush()
			for d := range Dir(2) {
				if !bytes.Equal(ours[d], theirs.got[d]) || !bytes.Equal(ours[d], tr.sent[d]) {
					t.Errorf("%v: %d bytes, gopacket has %d, %d were sent", d, len(ours[d]), len(theirs.got[d]), len(tr.sent[d]))
				}
			}
			if n := s.Stats().Gaps; n != 0 {
				t.Errorf("%d gaps", n)
			}
		})
	}
}
