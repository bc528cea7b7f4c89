package bpf

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// TestRunAgainstXNet runs our programs, and random ones, on another machine.
func TestRunAgainstXNet(t *testing.T) {
	gen := newPackets(1)
	frames := make([][]byte, 200)
	for i := range frames {
		frames[i] = gen.frame(linkEthernet).data
	}
	compare := func(what string, code []bpf.RawInstruction) {
		t.Helper()
		p, err := NewProgram(code)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		insns, ok := bpf.Disassemble(code)
		if !ok {
			t.Fatalf("%s: not disassembled: %v", what, insns)
		}
		if slices.ContainsFunc(code, func(in bpf.RawInstruction) bool { return in.Op == opNeg }) {
			return // which x/net does not run
		}
		other, err := bpf.NewVM(insns)
		if err != nil {
			return // stricter than the kernel
		}
		for _, f := range frames {
			n, err := other.Run(f)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if got := p.Run(f, len(f)); got != (n != 0) {
				t.Errorf("%s: %t, x/net %d: %x", what, got, n, f)
				break
			}
		}
	}
	for _, expr := range expressions(t) {
		if p, err := Compile(expr, linkEthernet, Options{}); err == nil {
			compare(expr, p.Raw())
		}
	}
	for range 2000 {
		code := gen.program()
		if Validate(code) == nil {
			compare("random program", code)
		}
	}
}

// program is a random program; about every second one is valid.
func (p packets) program() (code []bpf.RawInstruction) {
	var ops []uint16
	for op, known := range opcodes {
		// x/net knows only the kernel's names for ldx len, and shifts by X
		// beyond 31 are left open.
		if known != vmUnknown && uint16(op) != opLdxLen && uint16(op) != aluLsh|srcX && uint16(op) != aluRsh|srcX {
			ops = append(ops, uint16(op))
		}
	}
	for range 3 {
		code = append(code, bpf.RawInstruction{Op: opLdAbs | sizeB, K: p.Uint32N(30)},
			bpf.RawInstruction{Op: opSt, K: p.Uint32N(3)}, bpf.RawInstruction{Op: opTax})
	}
	n := 1 + p.IntN(12)
	for i := range n {
		in := bpf.RawInstruction{Op: pick(p, ops...), K: p.Uint32N(20)}
		if in.Op&7 == classJmp {
			in.K = p.Uint32N(uint32(n - i + 1))
			if in.Op != classJmp|ja {
				in.Jt, in.Jf = uint8(p.IntN(n-i+1)), uint8(p.IntN(n-i+1))
			}
		}
		if in.Op&7 == classMisc || in.Op == opNeg || in.Op == opLdLen {
			in.K = 0
		}
		code = append(code, in)
	}
	return append(code, bpf.RawInstruction{Op: opRetA}, bpf.RawInstruction{Op: opRetK})
}

func TestValidate(t *testing.T) {
	ret := bpf.RawInstruction{Op: opRetK}
	long := make([]bpf.RawInstruction, MaxInstructions+1)
	for i := range long {
		long[i] = ret
	}
	for _, test := range []struct {
		name string
		code []bpf.RawInstruction
		want string // "" is valid
	}{
		{"return", []bpf.RawInstruction{ret}, ""},
		{"longest", long[1:], ""},
		{"too long", long, "more than 4096"},
		{"empty", nil, "no instructions"},
		{"no return", []bpf.RawInstruction{{Op: opTax}}, "out of the program"},
		{"unknown", []bpf.RawInstruction{{Op: 0xff}, ret}, "unknown"},
		{"beyond a byte", []bpf.RawInstruction{{Op: 0x106}, ret}, "unknown"},
		{"jump to the end", []bpf.RawInstruction{{Op: classJmp | jeq, Jt: 0, Jf: 0}, ret}, ""},
		{"jump out", []bpf.RawInstruction{{Op: classJmp | jeq, Jt: 1}, ret}, "out of the program"},
		{"ja out", []bpf.RawInstruction{{Op: classJmp | ja, K: 1}, ret}, "out of the program"},
		{"backwards", []bpf.RawInstruction{{Op: opTax}, {Op: classJmp | ja, K: ^uint32(1)}, ret}, "backwards"},
		{"div 0", []bpf.RawInstruction{{Op: aluDiv}, ret}, "division by zero"},
		{"mod 0", []bpf.RawInstruction{{Op: aluMod}, ret}, "division by zero"},
		{"shift", []bpf.RawInstruction{{Op: aluLsh, K: 32}, ret}, "31 bits"},
		{"memory", []bpf.RawInstruction{{Op: opSt, K: 16}, ret}, "no memory word"},
		{"unwritten", []bpf.RawInstruction{{Op: opLdMem}, ret}, "before it is written"},
		{"written", []bpf.RawInstruction{{Op: opSt, K: 15}, {Op: opLdxMem, K: 15}, ret}, ""},
		{"written on one way", []bpf.RawInstruction{{Op: classJmp | jeq, Jf: 1}, {Op: opSt}, {Op: opLdMem}, ret}, "before it is written"},
		{"ancillary", []bpf.RawInstruction{{Op: opLdAbs | sizeH, K: 0xfffff004}, ret}, "live capture"},
	} {
		err := Validate(test.code)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

// TestLength: len is the length on the wire, not what was captured.
func TestLength(t *testing.T) {
	for expr, want := range map[string]bool{
		"greater 1000": true, "less 1000": false, "len = 1500": true, "len > 1500": false, "ip[2:2] = 40": true,
	} {
		if got := compiled(t, expr, linkEthernet, Options{}).Run(tcpFrame, 1500); got != want {
			t.Errorf("%q: %t", expr, got)
		}
	}
}

// TestLong: programs with jumps of more than 255 instructions.
func TestLong(t *testing.T) {
	var hosts, nested []string
	for i := range 300 {
		hosts = append(hosts, "10.9."+strings.Repeat("1", 1+i%2)+"."+itoa(i%256))
		nested = append(nested, "(ip[8] = "+itoa(i)+" and not host 10.9.9.9)")
	}
	for _, test := range []struct {
		expr string
		want bool
	}{
		{"host (" + strings.Join(hosts, " or ") + ")", false},
		{"host (" + strings.Join(hosts, " or ") + ") or host 10.0.0.1", true},
		{"port 7890 and not host (" + strings.Join(hosts, " or ") + ")", true},
		{strings.Join(nested, " or "), true},
		{"not (" + strings.Join(nested, " or ") + ")", false},
		{"tcp port 7890 and (" + strings.Join(nested, " or ") + ") and ip[9] = 6", true},
		{"len + " + strings.Repeat("(ip[0] * (ip[1] + ", 20) + "1" + strings.Repeat("))", 20) + " > 0", true},
		{balanced(12) + " = 4096", true},
	} {
		p := compiled(t, test.expr, linkEthernet, Options{Exact: true})
		if err := validate(p.Raw()); err != nil {
			t.Errorf("%.60q: %v", test.expr, err)
		}
		if len(p.Raw()) < 256 && strings.HasPrefix(test.expr, "host") {
			t.Errorf("%.60q: only %d instructions", test.expr, len(p.Raw()))
		}
		if got := p.Run(tcpFrame, len(tcpFrame)); got != test.want {
			t.Errorf("%.60q: %t", test.expr, got)
		}
	}
}

// balanced is 1 + 1 + … as the tree that needs the most memory. The ones are
// computed.
func balanced(depth int) string {
	if depth == 0 {
		return "ip[5]"
	}
	return "(" + balanced(depth-1) + "+" + balanced(depth-1) + ")"
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestSnapLen(t *testing.T) {
	for snapLen, want := range map[int]uint32{0: DefaultSnapLen, 96: 96} {
		code := compiled(t, "", linkEthernet, Options{SnapLen: snapLen}).Raw()
		if len(code) != 1 || code[0] != (bpf.RawInstruction{Op: opRetK, K: want}) {
			t.Errorf("%d: %v", snapLen, code)
		}
	}
	// Nothing to look at: any link type will do.
	if !compiled(t, " ", 147, Options{}).Run(nil, 0) {
		t.Error("an empty expression rejects")
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	for _, expr := range []string{"port 7890", "tcp[13] & 2 != 0 and ip[2:2] % len > 3"} {
		p := compiled(t, expr, linkEthernet, Options{})
		if n := testing.AllocsPerRun(100, func() { p.Run(tcpFrame, len(tcpFrame)) }); n != 0 {
			t.Errorf("%q: %v allocations", expr, n)
		}
	}
}
