package bpf

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/net/bpf"
)

// MaxInstructions is the length of the longest program that the kernel takes.
const MaxInstructions = 4096

// Program is a compiled capture filter. It does not change; several goroutines
// may run it.
type Program struct {
	// Widened: the program lets IP fragments other than the first through
	// without having seen their ports. Their first fragment passes only if
	// its ports match. So a caller that puts together what has passed gets
	// whole packets that match; a fragment whose first one never comes must
	// not count as matched.
	Widened bool

	raw []bpf.RawInstruction
	ops []op
}

// NewProgram makes a Program of instructions from elsewhere, by the rules of
// [Validate] but of any length. The slice is kept.
func NewProgram(code []bpf.RawInstruction) (*Program, error) {
	if err := validateFile(code); err != nil {
		return nil, err
	}
	return &Program{raw: code, ops: predecode(code)}, nil
}

// Raw gives the instructions, for the kernel for instance. They must not be
// changed.
func (p *Program) Raw() []bpf.RawInstruction { return p.raw }

// op is an instruction with its code made dense, so that the switch in Run is
// a table of jumps.
type op struct {
	code   opcode
	jt, jf uint8
	k      uint32
}

type opcode uint8

const (
	vmUnknown opcode = iota
	vmLdAbsW
	vmLdAbsH
	vmLdAbsB
	vmLdIndW
	vmLdIndH
	vmLdIndB
	vmLdxMSH
	vmJEqK
	vmJGtK
	vmJGeK
	vmJSetK
	vmJEqX
	vmJGtX
	vmJGeX
	vmJSetX
	vmJA
	vmRetK
	vmRetA
	vmLdImm
	vmLdMem
	vmLdLen
	vmLdxImm
	vmLdxMem
	vmLdxLen
	vmSt
	vmStx
	vmAddK
	vmSubK
	vmMulK
	vmDivK
	vmOrK
	vmAndK
	vmLshK
	vmRshK
	vmModK
	vmXorK
	vmAddX
	vmSubX
	vmMulX
	vmDivX
	vmOrX
	vmAndX
	vmLshX
	vmRshX
	vmModX
	vmXorX
	vmNeg
	vmTax
	vmTxa
)

// opcodes are all the instructions there are.
var opcodes = [256]opcode{
	opLdAbs | sizeW: vmLdAbsW, opLdAbs | sizeH: vmLdAbsH, opLdAbs | sizeB: vmLdAbsB,
	opLdInd | sizeW: vmLdIndW, opLdInd | sizeH: vmLdIndH, opLdInd | sizeB: vmLdIndB,
	opLdImm: vmLdImm, opLdMem: vmLdMem, opLdLen: vmLdLen,
	opLdxImm: vmLdxImm, opLdxMem: vmLdxMem, opLdxLen: vmLdxLen, opLdxMSH: vmLdxMSH,
	opSt: vmSt, opStx: vmStx,

	classJmp | ja:          vmJA,
	classJmp | jeq | srcK:  vmJEqK,
	classJmp | jgt | srcK:  vmJGtK,
	classJmp | jge | srcK:  vmJGeK,
	classJmp | jset | srcK: vmJSetK,
	classJmp | jeq | srcX:  vmJEqX,
	classJmp | jgt | srcX:  vmJGtX,
	classJmp | jge | srcX:  vmJGeX,
	classJmp | jset | srcX: vmJSetX,

	aluAdd | srcK: vmAddK, aluSub | srcK: vmSubK, aluMul | srcK: vmMulK, aluDiv | srcK: vmDivK,
	aluOr | srcK: vmOrK, aluAnd | srcK: vmAndK, aluLsh | srcK: vmLshK, aluRsh | srcK: vmRshK,
	aluMod | srcK: vmModK, aluXor | srcK: vmXorK,
	aluAdd | srcX: vmAddX, aluSub | srcX: vmSubX, aluMul | srcX: vmMulX, aluDiv | srcX: vmDivX,
	aluOr | srcX: vmOrX, aluAnd | srcX: vmAndX, aluLsh | srcX: vmLshX, aluRsh | srcX: vmRshX,
	aluMod | srcX: vmModX, aluXor | srcX: vmXorX,
	aluNeg: vmNeg, opTax: vmTax, opTxa: vmTxa,

	opRetK: vmRetK, opRetA: vmRetA,
}

func predecode(code []bpf.RawInstruction) []op {
	ops := make([]op, len(code))
	for i, in := range code {
		ops[i] = op{opcodes[in.Op], in.Jt, in.Jf, in.K}
	}
	return ops
}

// Run reports whether the frame passes. wireLen is its length on the wire in
// bytes, of which frame may be a part. As in the kernel, a load from behind the
// end of frame and a division by zero reject the frame.
func (p *Program) Run(frame []byte, wireLen int) bool {
	var a, x uint32
	var m [scratch]uint32
	n := uint64(len(frame))
	ops := p.ops
	for pc := 0; ; pc++ {
		in := &ops[pc]
		switch in.code {
		case vmLdAbsW:
			if uint64(in.k)+4 > n {
				return false
			}
			a = binary.BigEndian.Uint32(frame[in.k:])
		case vmLdAbsH:
			if uint64(in.k)+2 > n {
				return false
			}
			a = uint32(binary.BigEndian.Uint16(frame[in.k:]))
		case vmLdAbsB:
			if uint64(in.k) >= n {
				return false
			}
			a = uint32(frame[in.k])
		case vmLdIndW:
			i := uint64(x) + uint64(in.k)
			if i+4 > n {
				return false
			}
			a = binary.BigEndian.Uint32(frame[i:])
		case vmLdIndH:
			i := uint64(x) + uint64(in.k)
			if i+2 > n {
				return false
			}
			a = uint32(binary.BigEndian.Uint16(frame[i:]))
		case vmLdIndB:
			i := uint64(x) + uint64(in.k)
			if i >= n {
				return false
			}
			a = uint32(frame[i])
		case vmLdxMSH:
			if uint64(in.k) >= n {
				return false
			}
			x = uint32(frame[in.k]&0x0f) << 2
		case vmJEqK:
			pc += in.branch(a == in.k)
		case vmJGtK:
			pc += in.branch(a > in.k)
		case vmJGeK:
			pc += in.branch(a >= in.k)
		case vmJSetK:
			pc += in.branch(a&in.k != 0)
		case vmJEqX:
			pc += in.branch(a == x)
		case vmJGtX:
			pc += in.branch(a > x)
		case vmJGeX:
			pc += in.branch(a >= x)
		case vmJSetX:
			pc += in.branch(a&x != 0)
		case vmJA:
			pc += int(in.k)
		case vmRetK:
			return in.k != 0
		case vmRetA:
			return a != 0
		case vmLdImm:
			a = in.k
		case vmLdMem:
			a = m[in.k%scratch]
		case vmLdLen:
			a = uint32(wireLen)
		case vmLdxImm:
			x = in.k
		case vmLdxMem:
			x = m[in.k%scratch]
		case vmLdxLen:
			x = uint32(wireLen)
		case vmSt:
			m[in.k%scratch] = a
		case vmStx:
			m[in.k%scratch] = x
		case vmNeg:
			a = -a
		case vmTax:
			x = a
		case vmTxa:
			a = x
		default:
			y := in.k
			if in.code >= vmAddX {
				y = x
			}
			var ok bool
			if a, ok = in.code.compute(a, y); !ok {
				return false
			}
		}
	}
}

func (in *op) branch(taken bool) int {
	if taken {
		return int(in.jt)
	}
	return int(in.jf)
}

// compute is the arithmetic; not ok is a division by zero. Shifts by more than
// 31 bits leave nothing.
func (c opcode) compute(a, y uint32) (r uint32, ok bool) {
	switch c {
	case vmAddK, vmAddX:
		return a + y, true
	case vmSubK, vmSubX:
		return a - y, true
	case vmMulK, vmMulX:
		return a * y, true
	case vmOrK, vmOrX:
		return a | y, true
	case vmAndK, vmAndX:
		return a & y, true
	case vmXorK, vmXorX:
		return a ^ y, true
	case vmLshK, vmLshX:
		return a << y, true
	case vmRshK, vmRshX:
		return a >> y, true
	}
	if y == 0 {
		return 0, false
	}
	if c == vmDivK || c == vmDivX {
		return a / y, true
	}
	return a % y, true
}

// Validate checks a program by the rules of the kernel (bpf_check_classic in
// net/core/filter.c): known instructions, jumps that stay inside, a return at
// the end, memory written before it is read. Loads from the kernel's ancillary
// data (at 0xfffff000 and up) are refused as well: a file has none.
func Validate(code []bpf.RawInstruction) error {
	if err := validateFile(code); err != nil {
		return err
	}
	return ValidateLive(code)
}

// ValidateLive is Validate for a program that the kernel runs: it may load
// ancillary data.
func ValidateLive(code []bpf.RawInstruction) error {
	if len(code) > MaxInstructions {
		return fmt.Errorf("bpf: %d instructions, more than %d", len(code), MaxInstructions)
	}
	return validate(code)
}

// validateFile takes what validate takes, but for loads from ancillary data.
func validateFile(code []bpf.RawInstruction) error {
	for i, in := range code {
		if in.Op&^0x18 == opLdAbs && in.K >= ancillary {
			return fmt.Errorf("bpf: instruction %d (code %#x): loads what only a live capture has", i, in.Op)
		}
	}
	return validate(code)
}

func validate(code []bpf.RawInstruction) error {
	if len(code) == 0 {
		return errors.New("bpf: no instructions")
	}
	// written[i] are the memory words that every way to instruction i writes.
	written := make([]uint16, len(code))
	for i := range written {
		written[i] = 0xffff
	}
	written[0] = 0
	for i, in := range code {
		if err := check(in, written[i]); err != nil {
			return fmt.Errorf("bpf: instruction %d (code %#x): %w", i, in.Op, err)
		}
		w := written[i]
		if in.Op == opSt || in.Op == opStx {
			w |= 1 << in.K
		}
		for _, to := range successors(i, in) {
			// A jump of 4294967295 is one backwards.
			if to <= i || to >= len(code) {
				return fmt.Errorf("bpf: instruction %d (code %#x): leads out of the program or backwards", i, in.Op)
			}
			written[to] &= w
		}
	}
	if last := code[len(code)-1].Op; last&7 != classRet {
		return errors.New("bpf: no return at the end")
	}
	return nil
}

func check(in bpf.RawInstruction, written uint16) error {
	if in.Op >= uint16(len(opcodes)) || opcodes[in.Op] == vmUnknown {
		return errors.New("unknown")
	}
	switch in.Op {
	case aluDiv | srcK, aluMod | srcK:
		if in.K == 0 {
			return errors.New("division by zero")
		}
	case aluLsh | srcK, aluRsh | srcK:
		if in.K > 31 {
			return errors.New("shift by more than 31 bits")
		}
	case opSt, opStx, opLdMem, opLdxMem:
		if in.K >= scratch {
			return fmt.Errorf("no memory word %d", in.K)
		}
		if in.Op != opSt && in.Op != opStx && written&(1<<in.K) == 0 {
			return fmt.Errorf("memory word %d is read before it is written", in.K)
		}
	}
	return nil
}
