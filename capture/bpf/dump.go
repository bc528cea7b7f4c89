package bpf

import (
	"bufio"
	"fmt"
	"io"

	"golang.org/x/net/bpf"
)

// Dump writes the program in the form of `tcpdump -d`.
func (p *Program) Dump(w io.Writer) error {
	b := bufio.NewWriter(w)
	for i, in := range p.raw {
		name, arg := mnemonic(i, in)
		if in.Op&7 == classJmp && in.Op != classJmp|ja {
			fmt.Fprintf(b, "(%03d) %-8s %-16s jt %d\tjf %d\n", i, name, arg, i+1+int(in.Jt), i+1+int(in.Jf))
		} else if arg == "" {
			fmt.Fprintf(b, "(%03d) %s\n", i, name)
		} else {
			fmt.Fprintf(b, "(%03d) %-8s %s\n", i, name, arg)
		}
	}
	return b.Flush()
}

// Dumpddd writes the program in the form of `tcpdump -ddd`: the number of
// instructions, then code, jt, jf and k of each, all in decimal.
func (p *Program) Dumpddd(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, len(p.raw))
	for _, in := range p.raw {
		fmt.Fprintln(b, in.Op, in.Jt, in.Jf, in.K)
	}
	return b.Flush()
}

// mnemonic is the name and the operand of instruction i.
func mnemonic(i int, in bpf.RawInstruction) (name, arg string) {
	size := map[uint16]string{sizeW: "", sizeH: "h", sizeB: "b"}[in.Op&0x18]
	switch in.Op & 7 {
	case classLd, classLdx:
		name = "ld" + size
		if in.Op&7 == classLdx {
			name = "ldx" + size
		}
		return name, loadOperand(in)
	case classSt:
		return "st", fmt.Sprintf("M[%d]", in.K)
	case classStx:
		return "stx", fmt.Sprintf("M[%d]", in.K)
	case classALU:
		if in.Op == opNeg {
			return "neg", ""
		}
		return aluNames[in.Op&0xf7], aluOperand(in)
	case classJmp:
		if in.Op == classJmp|ja {
			return "ja", fmt.Sprint(i + 1 + int(in.K))
		}
		name = map[uint16]string{jeq: "jeq", jgt: "jgt", jge: "jge", jset: "jset"}[in.Op&0x70]
		if in.Op&srcX != 0 {
			return name, "x"
		}
		return name, fmt.Sprintf("#0x%x", in.K)
	case classRet:
		if in.Op == opRetA {
			return "ret", ""
		}
		return "ret", fmt.Sprintf("#%d", in.K)
	}
	if in.Op == opTxa {
		return "txa", ""
	}
	return "tax", ""
}

func loadOperand(in bpf.RawInstruction) string {
	switch in.Op & 0xe0 {
	case modeAbs:
		return fmt.Sprintf("[%d]", in.K)
	case modeInd:
		return fmt.Sprintf("[x + %d]", in.K)
	case modeMem:
		return fmt.Sprintf("M[%d]", in.K)
	case modeLen:
		return "#pktlen"
	case modeMSH:
		return fmt.Sprintf("4*([%d]&0xf)", in.K)
	}
	return fmt.Sprintf("#0x%x", in.K)
}

var aluNames = map[uint16]string{
	aluAdd: "add", aluSub: "sub", aluMul: "mul", aluDiv: "div", aluMod: "mod",
	aluOr: "or", aluAnd: "and", aluXor: "xor", aluLsh: "lsh", aluRsh: "rsh",
}

func aluOperand(in bpf.RawInstruction) string {
	switch {
	case in.Op&srcX != 0:
		return "x"
	case in.Op == opAnd, in.Op == aluOr, in.Op == aluXor:
		return fmt.Sprintf("#0x%x", in.K)
	}
	return fmt.Sprintf("#%d", in.K)
}
