package bpf

import "testing"

// tcpFrame is a TCP packet of 10.0.0.1:50000 to 10.0.0.2:7890, without payload.
var tcpFrame = cat([]byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0},
	[]byte{0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2},
	be16(50000), be16(7890), []byte{0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x10, 0xff, 0xff, 0, 0, 0, 0})

func BenchmarkRun(b *testing.B) {
	other := cat(tcpFrame[:34], be16(50000), be16(22), tcpFrame[38:])
	for _, bench := range []struct {
		name, expr string
		exact      bool
		frame      []byte
	}{
		{"exact", "port 7890", true, tcpFrame},
		{"hit", "port 7890", false, tcpFrame},
		{"miss", "port 7890", false, other},
		{"tcp", "tcp port 7890", false, tcpFrame},
		{"host", "host 10.0.0.1 and tcp port (7890 or 7900 or 7930)", false, tcpFrame},
	} {
		b.Run(bench.name, func(b *testing.B) {
			p := compiled(b, bench.expr, linkEthernet, Options{Exact: bench.exact})
			b.ReportAllocs()
			for b.Loop() {
				p.Run(bench.frame, len(bench.frame))
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		compiled(b, "tcp port 7890 and host 10.0.0.1", linkEthernet, Options{})
	}
}

func compiled(t testing.TB, expr string, link uint32, opt Options) *Program {
	t.Helper()
	p, err := Compile(expr, link, opt)
	if err != nil {
		t.Fatalf("%q: %v", expr, err)
	}
	return p
}
