package capture

import (
	"errors"
	"slices"
	"time"

	"cmppdump/dissect/lang"

	"golang.org/x/net/bpf"
)

const (
	// anyInterface captures on all interfaces (Linux).
	anyInterface = "any"

	// maxSnapLen is tcpdump's: more than the largest frame there is.
	maxSnapLen = 262144

	defaultBufferKiB = 8 << 10
)

// idleInterval is how long Next of a [Live] waits for a packet.
const idleInterval = 100 * time.Millisecond

// ErrIdle is what Next of a [Live] returns when no packet came for 100 ms, or
// less: no error, but the occasion to look at the clock and at signals. The
// next call waits again.
var ErrIdle = errors.New("no packet came")

// LiveOptions say what [OpenLive] captures. The zero value captures nothing:
// there must be an interface.
type LiveOptions struct {
	// Interfaces are names as in "ip link"; "any", alone, is all of them.
	Interfaces []string
	// SnapLen is how many bytes of a frame are kept, link header included.
	// 0 is 262144, more than any frame has.
	SnapLen int
	// NoPromisc leaves the interfaces as they are. Else they take in frames
	// for other stations too (not with "any").
	NoPromisc bool
	// BufferKiB is the size of the buffer of each interface in KiB. 0 is
	// 8192; it is rounded to blocks, of which there are at least two.
	BufferKiB int
	// Immediate hands packets over within about 1 ms of their arrival, not
	// 10 ms. It costs processor time and makes the buffer hold less.
	Immediate bool
	// Filter makes the capture filter for an interface of a link type; nil
	// captures everything, no instructions nothing. The instructions run in the kernel, on what it
	// sees: VLAN tags are not in the frame but in ancillary data, and with
	// LinkLinuxSLL2 the packet starts at the network header. Instructions
	// that accept (a return of a constant that is not 0) are made to return
	// SnapLen. The slice is not changed.
	Filter func(link LinkType) ([]bpf.RawInstruction, error)
	// Notify is told what happens to an interface, in one line without a
	// newline: that it went down, and that it is up again. It is called by
	// Next. nil: nobody is told.
	Notify func(event lang.Text)
}

var _ Source = (*Live)(nil)

// LiveStats are counters since [OpenLive], over all interfaces.
type LiveStats struct {
	// Received counts the packets that passed the filter, dropped or not
	// (what tcpdump calls received by filter).
	Received uint64
	// Dropped counts those of them that found the buffer full.
	Dropped uint64
}

// names gives the interfaces to open, each once.
func (o *LiveOptions) names() ([]string, error) {
	var names []string
	for _, n := range o.Interfaces {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	switch {
	case len(names) == 0:
		return nil, said.Errorf("no interface to capture on: -i NAME, or -i any (cmppdump -D lists them)")
	case len(names) > 1 && slices.Contains(names, anyInterface):
		return nil, said.Errorf("any: already all interfaces; leave out the others, or name them without any")
	}
	return names, nil
}

// snapLen is the most bytes of a frame to keep.
func (o *LiveOptions) snapLen() int {
	if o.SnapLen <= 0 || o.SnapLen > maxSnapLen {
		return maxSnapLen
	}
	return o.SnapLen
}

// bufferKiB is the size of the buffer of an interface.
func (o *LiveOptions) bufferKiB() int {
	if o.BufferKiB <= 0 {
		return defaultBufferKiB
	}
	return o.BufferKiB
}

func (o *LiveOptions) notify(event lang.Text) {
	if o.Notify != nil {
		o.Notify(event)
	}
}
