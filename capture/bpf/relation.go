package bpf

import (
	"slices"

	"golang.org/x/net/bpf"
)

// relation is the condition that a comparison holds, and that the packet has
// the protocols whose fields it reads.
func (g *generator) relation(r *relation) (cond, *Error) {
	op, left, right := r.op, r.l, r.r
	if _, ok := left.(literal); ok {
		op, left, right = mirrored(op), right, left
	}
	var guard cond = always(true)
	for _, x := range [...]arith{left, right} {
		var err *Error
		if guard, err = g.guard(x, guard); err != nil {
			return nil, err
		}
	}
	is := relational{}
	k, constant := right.(literal)
	switch {
	case constant:
		if l, ok := left.(literal); ok {
			return always(compare(op, uint32(l), uint32(k))), nil
		}
		is.code, is.k = g.compute(left, 0), uint32(k)
	default:
		is.code, is.x = g.computeBoth(left, right, 0), true
	}
	switch op {
	case "=", "!=":
		is.op = jeq
	case ">", "<=":
		is.op = jgt
	default:
		is.op = jge
	}
	if op == "!=" || op == "<=" || op == "<" {
		return both{guard, not{is}}, nil
	}
	return both{guard, is}, nil
}

// mirrored is the operator for when the sides are swapped.
func mirrored(op string) string {
	switch op[0] {
	case '<':
		return ">" + op[1:]
	case '>':
		return "<" + op[1:]
	}
	return op
}

func compare(op string, a, b uint32) bool {
	switch op {
	case "=":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}

// guard adds to the condition what x asks of the packet. Like libpcap it does
// not look at the right side of an operator: 2 - ip[0] is computed of whatever
// packet comes.
func (g *generator) guard(x arith, guard cond) (cond, *Error) {
	switch x := x.(type) {
	case *negative:
		return g.guard(x.x, guard)
	case *operation:
		if _, err := g.guard(x.r, guard); err != nil {
			return nil, err
		}
		return g.guard(x.l, guard)
	case *packet:
		guard, err := g.guard(x.off, guard)
		if err != nil {
			return nil, err
		}
		is, err := g.present(x)
		return both{guard, is}, err
	}
	return guard, nil
}

// base is where the offsets of the field count from; for what runs on IPv4, the
// length of the IP header is to be added.
func (g *generator) base(p *packet) uint32 {
	switch p.proto.over {
	case isLink:
		return g.at.header
	case overIPv6:
		return g.at.net + 40
	}
	return g.at.net
}

// present is the condition that a field can be read. Fields of what runs on IP
// are read from first fragments only, and but for icmp6 from IPv4 only.
func (g *generator) present(p *packet) (cond, *Error) {
	proto := p.proto
	off, constant := p.off.(literal)
	switch {
	case constant && g.base(p)+uint32(off) >= 1<<31:
		return nil, g.fail(p.pos, none, "%s[%d] lies in front of the frame", proto.name, int32(off))
	case proto.over&isLLC != 0:
		return nil, g.unsupported(p.pos, "fields of %s are not supported", proto.name)
	case !proto.index:
		return nil, g.fail(p.pos, none, "there are no fields to read in %s", proto.name)
	case proto.over == isLink && g.live && g.at.isCooked():
		if !constant {
			return nil, g.fail(p.pos, none, "the offset in a cooked header must be a number, live")
		}
		if _, ok := cookedField(uint32(off), p.size); !ok {
			return nil, g.fail(p.pos, said.Text("link[0:2], link[4:4], link[8:2], link[10] and what lies behind byte 20 can be read"),
				"the kernel does not show %s[%d:%d] live", proto.name, off, p.size)
		}
		return always(true), nil
	case proto.over == isLink:
		return always(true), nil
	case proto.over == overLink:
		return g.carries(p.pos, proto.ether)
	case proto.over == overIPv6:
		return both{g.at.carries(etherIPv6), test{field: field{g.at.net + 6, 1}, k: proto.number}}, nil
	}
	first := not{test{field: field{g.at.net + 6, 2}, op: jset, k: 0x1fff}}
	return both{g.onIP(proto.number, overIPv4), first}, nil
}

// scratch is the number of memory words. The word n is needed only by a tree of
// 2^(n+1) operands, so that an expression of maxLen bytes has enough.
const scratch = 16

// compute is the code that leaves x in A; X and the memory from word m on are
// free.
func (g *generator) compute(x arith, m uint32) []bpf.RawInstruction {
	switch x := x.(type) {
	case literal:
		return []bpf.RawInstruction{{Op: opLdImm, K: uint32(x)}}
	case length:
		return slices.Clone(g.length)
	case *negative:
		return append(g.compute(x.x, m), bpf.RawInstruction{Op: opNeg})
	case *packet:
		return g.load(x, m)
	}
	b := x.(*operation)
	if k, ok := b.r.(literal); ok {
		return append(g.compute(b.l, m), bpf.RawInstruction{Op: aluCode(b.op) | srcK, K: uint32(k)})
	}
	return append(g.computeBoth(b.l, b.r, m), bpf.RawInstruction{Op: aluCode(b.op) | srcX})
}

// aluCode is the operation code of an operator.
func aluCode(op string) uint16 {
	switch op {
	case "+":
		return aluAdd
	case "-":
		return aluSub
	case "*":
		return aluMul
	case "/":
		return aluDiv
	case "%":
		return aluMod
	case "|":
		return aluOr
	case "&":
		return aluAnd
	case "^":
		return aluXor
	case "<<":
		return aluLsh
	}
	return aluRsh
}

// computeBoth leaves l in A and r in X. What needs more memory comes first.
func (g *generator) computeBoth(l, r arith, m uint32) []bpf.RawInstruction {
	if registers(r) >= registers(l) {
		code := append(g.compute(r, m), bpf.RawInstruction{Op: opSt, K: m})
		code = append(code, g.compute(l, m+1)...)
		return append(code, bpf.RawInstruction{Op: opLdxMem, K: m})
	}
	code := append(g.compute(l, m), bpf.RawInstruction{Op: opSt, K: m})
	code = append(code, g.compute(r, m+1)...)
	return append(code, bpf.RawInstruction{Op: opTax}, bpf.RawInstruction{Op: opLdMem, K: m})
}

// registers is how many memory words x needs.
func registers(x arith) int {
	switch x := x.(type) {
	case *negative:
		return registers(x.x)
	case *packet:
		return registers(x.off)
	case *operation:
		l, r := registers(x.l), registers(x.r)
		if _, ok := x.r.(literal); ok {
			return l
		}
		if l == r {
			return l + 1
		}
		return max(l, r, 1)
	}
	return 0
}

// load is the code that leaves a field of the packet in A.
func (g *generator) load(p *packet, m uint32) []bpf.RawInstruction {
	base := g.base(p)
	off, constant := p.off.(literal)
	behindIP := p.proto.over&overIPv4 != 0
	f := field{base + uint32(off), p.size}
	if p.proto.over == isLink && g.live && g.at.isCooked() {
		f, _ = cookedField(uint32(off), p.size) // present has looked
	}
	switch {
	case constant && behindIP:
		return f.load(true, base)
	case constant:
		return f.load(false, 0)
	}
	code := g.compute(p.off, m)
	if behindIP {
		code = append(code, headerLength(base), bpf.RawInstruction{Op: opAddX})
	}
	return append(code, bpf.RawInstruction{Op: opTax}, bpf.RawInstruction{Op: opLdInd | sizes[p.size], K: base})
}
