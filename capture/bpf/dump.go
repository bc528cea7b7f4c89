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
	switch in.Op & 7 {
	case classLd:
		return "ld" + sizeNames[in.Op>>3&3], loadOperand(in)
	case classLdx:
		return "ldx" + sizeNames[in.Op>>3&3], loadOperand(in)
	case classSt:
		return "st", fmt.Sprintf("M[%d]", in.K)
	case classStx:
		return "stx", fmt.Sprintf("M[%d]", in.K)
	case classALU:
		if in.Op == opNeg {
			return "neg", ""
		}
		return aluNames[in.Op>>4&15], aluOperand(in)
	case classJmp:
		if in.Op == classJmp|ja {
			return "ja", fmt.Sprint(i + 1 + int(in.K))
		}
		name = jumpNames[in.Op>>4&7]
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
		if name, ok := socketNames[in.K]; ok {
			return "[" + name + "]"
		}
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

var (
	sizeNames = [4]string{sizeW >> 3: "", sizeH >> 3: "h", sizeB >> 3: "b"}
	jumpNames = [8]string{jeq >> 4: "jeq", jgt >> 4: "jgt", jge >> 4: "jge", jset >> 4: "jset"}
	aluNames  = [16]string{
		aluAdd >> 4: "add", aluSub >> 4: "sub", aluMul >> 4: "mul", aluDiv >> 4: "div", aluMod >> 4: "mod",
		aluOr >> 4: "or", aluAnd >> 4: "and", aluXor >> 4: "xor", aluLsh >> 4: "lsh", aluRsh >> 4: "rsh",
	}
)

func aluOperand(in bpf.RawInstruction) string {
	switch {
	case in.Op&srcX != 0:
		return "x"
	case in.Op == opAnd, in.Op == aluOr, in.Op == aluXor:
		return fmt.Sprintf("#0x%x", in.K)
	}
	return fmt.Sprintf("#%d", in.K)
}
