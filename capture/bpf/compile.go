package bpf

import "golang.org/x/net/bpf"

// DefaultSnapLen is how many bytes of a packet an accepting program asks for
// when [Options] do not say, as in tcpdump.
const DefaultSnapLen = 262144

// Options of [Compile].
type Options struct {
	// Exact keeps the meaning that libpcap gives the expression.
	Exact bool
	// SnapLen is the number of bytes an accepting program returns: what the
	// kernel cuts packets to. 0 is DefaultSnapLen.
	SnapLen int
}

// Compile compiles an expression of the pcap-filter language for frames of one
// link type (a LINKTYPE_ value). An empty expression accepts every frame, of
// any link type. The error is always an *[Error].
//
// The program passes [Validate], except that a very long expression may need more
// than [MaxInstructions], which the kernel does not take and Run does.
func Compile(expr string, link uint32, opt Options) (*Program, error) {
	p, err := compile(expr, link, opt, false)
	if err != nil {
		return nil, err
	}
	return p, nil
}

func compile(expr string, link uint32, opt Options, live bool) (*Program, *Error) {
	root, err := parse(expr)
	if err != nil {
		return nil, err
	}
	if opt.SnapLen <= 0 {
		opt.SnapLen = DefaultSnapLen
	}
	var is cond = always(true)
	g := &generator{expr: expr, exact: opt.Exact, live: live, length: []bpf.RawInstruction{loadLength}}
	if root != nil {
		at, ok := layerOf(link, opt.Exact)
		if !ok {
			return nil, g.fail(0, none, "link type %d is not supported", link)
		}
		if live {
			is, err = g.packet(root, at)
		} else {
			is, err = g.frame(root, at)
		}
		if err != nil {
			return nil, err
		}
	}
	code, rejects := assemble(is, uint32(opt.SnapLen))
	if rejects {
		e := g.fail(0, none, "no %s frame can match", dltName(link))
		e.RejectsAll = true
		return nil, e
	}
	return &Program{Widened: g.widened, raw: code, ops: predecode(code)}, nil
}
