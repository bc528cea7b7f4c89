package bpf

import (
	"slices"

	"golang.org/x/net/bpf"
)

// Operation codes of classic BPF (linux/bpf_common.h). A code is a class, and
// by class a size and a mode, or an operation and a source.
const (
	classLd, classLdx, classSt, classStx    uint16 = 0, 1, 2, 3
	classALU, classJmp, classRet, classMisc uint16 = 4, 5, 6, 7

	sizeW, sizeH, sizeB                                  uint16 = 0x00, 0x08, 0x10
	modeImm, modeAbs, modeInd, modeMem, modeLen, modeMSH uint16 = 0x00, 0x20, 0x40, 0x60, 0x80, 0xa0

	aluAdd, aluSub, aluMul, aluDiv, aluOr, aluAnd uint16 = 0x04, 0x14, 0x24, 0x34, 0x44, 0x54
	aluLsh, aluRsh, aluNeg, aluMod, aluXor        uint16 = 0x64, 0x74, 0x84, 0x94, 0xa4

	ja, jeq, jgt, jge, jset uint16 = 0x00, 0x10, 0x20, 0x30, 0x40

	srcK, srcX uint16 = 0x00, 0x08

	opLdImm  = classLd | modeImm
	opLdAbs  = classLd | modeAbs
	opLdInd  = classLd | modeInd
	opLdMem  = classLd | modeMem
	opLdLen  = classLd | modeLen
	opLdxImm = classLdx | modeImm
	opLdxMem = classLdx | modeMem
	opLdxLen = classLdx | modeLen
	opLdxMSH = classLdx | modeMSH | sizeB
	opSt     = classSt
	opStx    = classStx
	opAddX   = aluAdd | srcX
	opAnd    = aluAnd | srcK
	opNeg    = aluNeg
	opTax    = classMisc
	opTxa    = classMisc | 0x80
	opRetK   = classRet
	opRetA   = classRet | 0x10
)

// sizes are the size codes by bytes.
var sizes = [...]uint16{1: sizeB, 2: sizeH, 4: sizeW}

var loadLength = bpf.RawInstruction{Op: opLdLen}

// headerLength loads X with the length of the IPv4 header at off.
func headerLength(off uint32) bpf.RawInstruction {
	return bpf.RawInstruction{Op: opLdxMSH, K: off}
}

// field is a number in a frame: big-endian, of 1, 2 or 4 bytes.
type field struct {
	off  uint32
	size int
}

// load loads A with the field; behindIP with the one that is the length of the
// IPv4 header at ip further behind.
func (f field) load(behindIP bool, ip uint32) []bpf.RawInstruction {
	if behindIP {
		return []bpf.RawInstruction{headerLength(ip), {Op: opLdInd | sizes[f.size], K: f.off}}
	}
	return []bpf.RawInstruction{{Op: opLdAbs | sizes[f.size], K: f.off}}
}

// cond is a condition on a frame.
type cond interface {
	// emit adds the code that goes on at yes if the condition holds and at no
	// if not. It returns where that code begins.
	emit(a *assembler, yes, no label) label
}

type (
	always bool                       // true or false
	not    struct{ x cond }           // not x
	both   struct{ l, r cond }        // l and then r
	either struct{ l, r cond }        // l or else r
	choose struct{ is, yes, no cond } // if is then yes else no
	test   struct {                   // compares a field with k
		field
		behindIP bool   // add the length of the IPv4 header
		ip       uint32 // that is here
		mask     uint32 // 0 is none
		op       uint16 // jeq (or 0), jgt, jge, jset
		k        uint32
	}
	relational struct { // compares what code leaves in A with k, or with X
		code []bpf.RawInstruction
		op   uint16
		x    bool
		k    uint32
	}
)

// masked takes care of the masks that are none and of the one that is nothing.
func (t test) masked() cond {
	switch t.mask {
	case 0:
		return always(t.k == 0)
	case ^uint32(0):
		t.mask = 0
	}
	return t
}

func (c always) emit(_ *assembler, yes, no label) label {
	if c {
		return yes
	}
	return no
}

func (c not) emit(a *assembler, yes, no label) label { return c.x.emit(a, no, yes) }

func (c both) emit(a *assembler, yes, no label) label {
	r := c.r.emit(a, yes, no)
	return c.l.emit(a, r, no)
}

func (c either) emit(a *assembler, yes, no label) label {
	r := c.r.emit(a, yes, no)
	return c.l.emit(a, yes, r)
}

func (c choose) emit(a *assembler, yes, no label) label {
	otherwise := c.no.emit(a, yes, no)
	then := c.yes.emit(a, yes, no)
	return c.is.emit(a, then, otherwise)
}

func (c test) emit(a *assembler, yes, no label) label {
	code := c.load(c.behindIP, c.ip)
	if c.mask != 0 {
		code = append(code, bpf.RawInstruction{Op: opAnd, K: c.mask})
	}
	op := c.op
	if op == 0 {
		op = jeq
	}
	return a.jump(code, op|srcK, c.k, yes, no)
}

func (c relational) emit(a *assembler, yes, no label) label {
	if c.x {
		return a.jump(c.code, c.op|srcX, 0, yes, no)
	}
	return a.jump(c.code, c.op|srcK, c.k, yes, no)
}

// assembler writes a program from its end to its beginning, so that every
// target of a jump is known when the jump is written.
type assembler struct {
	code []bpf.RawInstruction // the last instruction first
}

// label is a place in the program: how many instructions there are from it to
// the end.
type label int

// assemble makes the program that returns snapLen for frames that c holds for,
// and 0 for others. It reports whether that is every frame.
func assemble(c cond, snapLen uint32) (code []bpf.RawInstruction, rejectsAll bool) {
	a := &assembler{}
	reject := a.add(bpf.RawInstruction{Op: opRetK})
	accept := a.add(bpf.RawInstruction{Op: opRetK, K: snapLen})
	start := c.emit(a, accept, reject)
	code = a.code[:start] // jumps go forward only: what is in front is never reached
	slices.Reverse(code)
	return reachable(code), start == reject
}

func (a *assembler) add(in bpf.RawInstruction) label {
	a.code = append(a.code, in)
	return label(len(a.code))
}

// at is the instruction at a label.
func (a *assembler) at(l label) bpf.RawInstruction { return a.code[l-1] }

// jump adds code, and a jump on what it leaves in A.
func (a *assembler) jump(code []bpf.RawInstruction, op uint16, k uint32, yes, no label) label {
	if yes == no {
		return yes
	}
	op |= classJmp
	yes2, no2 := a.thread(code, op, k, true, yes), a.thread(code, op, k, false, no)
	if yes2 != no2 { // else they may count on what only code loads
		yes, no = yes2, no2
	}
	// Both may need an instruction in between; the first one then is one
	// further away than near made sure of.
	yes, no = a.near(yes), a.near(no)
	here := label(len(a.code))
	start := a.add(bpf.RawInstruction{Op: op, Jt: uint8(here - yes), Jf: uint8(here - no), K: k})
	for _, in := range slices.Backward(code) {
		start = a.add(in)
	}
	return start
}

// near is target, or where an unconditional jump to it is when a conditional
// one does not reach that far.
func (a *assembler) near(target label) label {
	if here := label(len(a.code)); here-target > 250 {
		return a.add(bpf.RawInstruction{Op: classJmp | ja, K: uint32(here - target)})
	}
	return target
}

// thread moves the target of a jump behind instructions that do again what
// code has done, and through jumps whose outcome is known: code has left the
// same in A, and the jump was taken or not.
func (a *assembler) thread(code []bpf.RawInstruction, op uint16, k uint32, taken bool, target label) label {
	for {
		if !a.repeats(code, target) {
			if code[0].Op == opLdxMSH && keepsX(code[1:]) && a.repeats(code[:1], target) {
				return target - 1
			}
			return target
		}
		target -= label(len(code))
		in := a.at(target)
		outcome, known := implied(op, k, taken, in)
		if !known {
			return target
		}
		target--
		if outcome {
			target -= label(in.Jt)
		} else {
			target -= label(in.Jf)
		}
	}
}

// repeats reports whether code stands at the target.
func (a *assembler) repeats(code []bpf.RawInstruction, target label) bool {
	if int(target) <= len(code) {
		return false
	}
	for i, in := range code {
		if a.at(target-label(i)) != in {
			return false
		}
	}
	return true
}

// keepsX: no instruction changes X.
func keepsX(code []bpf.RawInstruction) bool {
	for _, in := range code {
		if in.Op&7 == classLdx || in.Op == opTax {
			return false
		}
	}
	return true
}

// implied gives the outcome of the jump in if that of a jump on the same A is
// known.
func implied(op uint16, k uint32, taken bool, in bpf.RawInstruction) (outcome, known bool) {
	if in.Op == op && in.K == k {
		return taken, true
	}
	if !taken || op != classJmp|jeq|srcK {
		return false, false
	}
	switch in.Op { // A is k
	case classJmp | jeq | srcK:
		return k == in.K, true
	case classJmp | jgt | srcK:
		return k > in.K, true
	case classJmp | jge | srcK:
		return k >= in.K, true
	case classJmp | jset | srcK:
		return k&in.K != 0, true
	}
	return false, false
}

// reachable is the program without the instructions that are never reached.
func reachable(code []bpf.RawInstruction) []bpf.RawInstruction {
	used := make([]bool, len(code)+1)
	used[0] = true
	for i, in := range code {
		if !used[i] {
			continue
		}
		for _, to := range successors(i, in) {
			used[to] = true
		}
	}
	moved := make([]int, len(code)+1) // where an instruction goes
	for i := range code {
		moved[i+1] = moved[i]
		if used[i] {
			moved[i+1]++
		}
	}
	kept := code[:0]
	for i, in := range code {
		if !used[i] {
			continue
		}
		if in.Op&7 == classJmp {
			to := successors(i, in)
			if in.Op == classJmp|ja {
				in.K = uint32(moved[to[0]] - moved[i] - 1)
			} else {
				in.Jt = uint8(moved[to[0]] - moved[i] - 1)
				in.Jf = uint8(moved[to[1]] - moved[i] - 1)
			}
		}
		kept = append(kept, in)
	}
	return kept
}

// successors are the places where a program may go on after instruction i.
func successors(i int, in bpf.RawInstruction) []int {
	switch {
	case in.Op == classJmp|ja:
		return []int{i + 1 + int(in.K)}
	case in.Op&7 == classJmp:
		return []int{i + 1 + int(in.Jt), i + 1 + int(in.Jf)}
	case in.Op&7 == classRet:
		return nil
	}
	return []int{i + 1}
}
