package capture

import (
	"errors"
	"io"

	"cmppdump/capture/bpf"

	netbpf "golang.org/x/net/bpf"
)

// Filter is a capture filter for packets of any link type. A program is
// compiled for each link type when the first packet of it comes.
type Filter struct {
	expr     string
	opt      bpf.Options
	programs map[LinkType]*bpf.Program // nil: no packet of the link type matches
	link     LinkType                  // of the newest packet
	program  *bpf.Program              // of that link type
	begun    bool
	// Fallback tells that tcpdump compiled the expression, since this program
	// does not know all of it. It may be nil.
	Fallback func(why error)
}

// NewFilter makes a Filter. With exact, it means what libpcap means by the
// expression; else ports also match behind VLAN tags and in later IP
// fragments. Whether the expression is right shows when it is compiled: see
// Compile.
func NewFilter(expr string, exact bool) *Filter {
	return &Filter{expr: expr, opt: bpf.Options{Exact: exact}, programs: map[LinkType]*bpf.Program{}}
}

// Compile compiles the filter for a link type, if that was not done before. It
// gives nil for one of which no packet can match. The error is a *bpf.Error
// where the expression is at fault.
func (f *Filter) Compile(link LinkType) (*bpf.Program, error) {
	if p, ok := f.programs[link]; ok {
		return p, nil
	}
	p, err := f.compile(link, bpf.Compile, bpf.Fallback)
	if err == nil {
		f.programs[link] = p
	}
	return p, err
}

func (f *Filter) compile(link LinkType, own func(string, uint32, bpf.Options) (*bpf.Program, error),
	tcpdump func(string, uint32) (*bpf.Program, error)) (*bpf.Program, error) {
	p, err := own(f.expr, uint32(link), f.opt)
	var e *bpf.Error
	if !errors.As(err, &e) {
		return p, err
	}
	switch {
	case e.RejectsAll:
		return nil, nil
	case e.Unsupported:
		q, failed := tcpdump(f.expr, uint32(link))
		if failed != nil {
			break
		}
		if f.Fallback != nil {
			f.Fallback(e)
		}
		return q, nil
	}
	return nil, err
}

// Match reports whether the filter accepts a packet.
func (f *Filter) Match(p *Packet) (bool, error) {
	if link := p.Iface.Link; link != f.link || !f.begun {
		program, err := f.Compile(link)
		if err != nil {
			return false, err
		}
		f.link, f.program, f.begun = link, program, true
	}
	return f.program != nil && f.program.Run(p.Frame, p.WireLen), nil
}

// CompileLive compiles the filter for the kernel, for an interface of the link
// type: see [bpf.CompileLive]. It gives nil if no packet can match. The error
// is a *bpf.Error where the expression is at fault. What passes a program that
// is Widened is the same as with Compile: a fragment that comes without its
// first one is in a -w file, and in no stream.
func (f *Filter) CompileLive(link LinkType) (*bpf.Program, error) {
	return f.compile(link, bpf.CompileLive, bpf.FallbackLive)
}

// Live gives the instructions of CompileLive, for [LiveOptions]; none if no
// packet can match.
func (f *Filter) Live(link LinkType) ([]netbpf.RawInstruction, error) {
	p, err := f.CompileLive(link)
	if p == nil {
		return nil, err
	}
	return p.Raw(), nil
}

// Dump writes the program for a link type as tcpdump -d does.
func (f *Filter) Dump(w io.Writer, link LinkType) error {
	p, err := f.Compile(link)
	if err != nil {
		return err
	}
	if p == nil {
		_, err = io.WriteString(w, "(000) ret      #0\n")
		return err
	}
	return p.Dump(w)
}
