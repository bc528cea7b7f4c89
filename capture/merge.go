package capture

import (
	"cmp"
	"io"
	"slices"
	"sync/atomic"
)

// Merge opens several inputs as one source, in time order; packets of equal
// time come in the order of paths. Within an input the order stays as it is,
// even where its times go back. Num counts in merged order, FileNum in the
// file. With one path it is [Open].
//
// Every file is opened to see the time of its first packet and closed again; it
// is opened for good when that time is reached, and closed at its end. So a
// directory of files that follow each other needs one window, not one a file.
// What can be read once only (stdin, pipes) stays open.
//
// Inputs that cannot be opened are kept for Problems. The error is not nil only
// if none can be.
func Merge(paths []string, stdin io.Reader) (Source, error) {
	return fileOpener{stdin: stdin, open: openOS}.merge(paths)
}

func (o fileOpener) merge(paths []string) (Source, error) {
	if len(paths) == 0 {
		return nil, said.Errorf("no input to read")
	}
	if len(paths) == 1 {
		return o.single(paths[0])
	}
	m := &mergeSource{opener: o}
	for i, path := range paths {
		m.look(&mergeInput{path: path, order: i})
	}
	if len(m.problems) > 0 && m.opened == 0 {
		return nil, said.Errorf("%w (and none of the other %d inputs can be read)", m.problems[0], len(paths)-1)
	}
	slices.SortFunc(m.waiting, func(a, b *mergeInput) int {
		return cmp.Or(cmp.Compare(a.head.Time, b.head.Time), cmp.Compare(a.order, b.order))
	})
	return m, nil
}

// mergeSource gives the packets of several inputs in time order.
type mergeSource struct {
	opener   fileOpener
	waiting  []*mergeInput // closed; by the time of the first packet
	open     []*mergeInput // a heap; the one with the next packet first
	lent     bool          // the head of open[0] was delivered
	num      uint64
	problems []error

	opened  int          // inputs that could be opened
	read    atomic.Int64 // bytes
	total   int64
	unsized bool // total is not known
}

// mergeInput is an input with the packet that it gives next. While it waits,
// only the time of that packet counts.
type mergeInput struct {
	head  Packet
	order int // in the arguments
	path  string
	size  int64       // of the file, in bytes
	src   *fileSource // nil while it waits
}

func (in *mergeInput) before(other *mergeInput) bool {
	if in.head.Time != other.head.Time {
		return in.head.Time < other.head.Time
	}
	return in.order < other.order
}

// look reads the first packet of an input and puts the input in its place.
func (m *mergeSource) look(in *mergeInput) {
	var read atomic.Int64
	if !m.start(in, &read) {
		return
	}
	m.opened++
	in.size = in.src.size
	m.total += in.size
	m.unsized = m.unsized || in.size == 0
	more := m.advance(in)
	switch {
	case !more:
		m.read.Add(in.size)
	case in.src.again:
		in.src.Close()
		in.src = nil
		m.waiting = append(m.waiting, in)
	default:
		in.src.raw.countIn(&m.read)
		m.push(in)
	}
}

// start opens an input.
func (m *mergeSource) start(in *mergeInput, read *atomic.Int64) bool {
	src, err := m.opener.source(in.path, read)
	if err != nil {
		m.problems = append(m.problems, err)
		return false
	}
	in.src = src
	return true
}

// advance reads the next packet of an open input. At the end it closes the
// input and reports false.
func (m *mergeSource) advance(in *mergeInput) bool {
	if in.src.Next(&in.head) == nil {
		return true
	}
	m.problems = append(m.problems, in.src.Problems()...)
	in.src.Close()
	return false
}

// Next gives the next packet of all inputs; see [Source].
func (m *mergeSource) Next(p *Packet) error {
	if m.lent {
		m.lent = false
		m.advanceFirst()
	}
	for m.due() {
		m.startFirst()
	}
	if len(m.open) == 0 {
		return io.EOF
	}
	m.num++
	m.lent = true
	head := &m.open[0].head
	p.Stamp, p.Frame, p.WireLen = head.Stamp, head.Frame, head.WireLen
	p.Num = m.num
	return nil
}

// due reports whether the first input that waits has the next packet.
func (m *mergeSource) due() bool {
	return len(m.waiting) > 0 && (len(m.open) == 0 || m.waiting[0].before(m.open[0]))
}

// startFirst opens the first input that waits.
func (m *mergeSource) startFirst() {
	in := m.waiting[0]
	m.waiting = m.waiting[1:]
	switch {
	case !m.start(in, &m.read): // it was there before
		m.read.Add(in.size)
	case m.advance(in):
		m.push(in)
	}
}

// advanceFirst reads on in the input whose packet was delivered.
func (m *mergeSource) advanceFirst() {
	if !m.advance(m.open[0]) {
		last := len(m.open) - 1
		m.open[0], m.open[last] = m.open[last], nil
		m.open = m.open[:last]
	}
	m.sink()
}

// push adds an open input to the heap.
func (m *mergeSource) push(in *mergeInput) {
	m.open = append(m.open, in)
	for i := len(m.open) - 1; i > 0; {
		parent := (i - 1) / 2
		if !m.open[i].before(m.open[parent]) {
			return
		}
		m.open[i], m.open[parent] = m.open[parent], m.open[i]
		i = parent
	}
}

// sink moves the first of the heap to where it belongs.
func (m *mergeSource) sink() {
	for i := 0; ; {
		least, child := i, 2*i+1
		for c := child; c < min(child+2, len(m.open)); c++ {
			if m.open[c].before(m.open[least]) {
				least = c
			}
		}
		if least == i {
			return
		}
		m.open[i], m.open[least] = m.open[least], m.open[i]
		i = least
	}
}

// Problems are the inputs that could not be read, or not to their end; see
// [Source].
func (m *mergeSource) Problems() []error { return m.problems }

// Progress says how much of all files was read; see [Progress].
func (m *mergeSource) Progress() (read, total int64) {
	if m.unsized {
		return m.read.Load(), 0
	}
	return progressOf(m.read.Load(), m.total)
}

// Close closes the inputs that are open. Next gives io.EOF from then on.
func (m *mergeSource) Close() error {
	var first error
	for _, in := range m.open {
		first = cmp.Or(first, in.src.Close())
	}
	m.open, m.waiting, m.lent = nil, nil, false
	return first
}
