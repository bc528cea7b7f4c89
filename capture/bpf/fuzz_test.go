package bpf

import "testing"

// FuzzCompile: whatever is typed, there is a valid program or an error with a
// place in the expression; and without Exact there is one where with it there is.
func FuzzCompile(f *testing.F) {
	for _, expr := range expressions(f) {
		f.Add(expr, uint16(linkEthernet), tcpFrame)
	}
	f.Add("port 7890", uint16(linkLinuxSLL2), cooked(tcpFrame, linkLinuxSLL2))
	f.Add("vlan", uint16(linkLinuxSLL), tcpFrame)
	f.Fuzz(func(t *testing.T, expr string, link uint16, frame []byte) {
		var ok [2]bool
		for i, exact := range []bool{false, true} {
			p, err := Compile(expr, uint32(link), Options{Exact: exact})
			if err != nil {
				e := err.(*Error)
				if e.Pos < 0 || e.Pos > len(expr) || e.Msg == none || e.Expr != expr {
					t.Fatalf("%q: %#v", expr, e)
				}
				e.Caret()
				continue
			}
			ok[i] = true
			if err := validate(p.Raw()); err != nil {
				t.Fatalf("%q: %v", expr, err)
			}
			p.Run(frame, len(frame)+i)
		}
		// Not the other way round: libpcap has no vlan in cooked frames.
		if ok[1] && !ok[0] {
			t.Fatalf("%q: only with Exact", expr)
		}
	})
}
