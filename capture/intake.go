package capture

import "runtime"

// Fate is how far a packet came on its way to the streams.
type Fate uint8

// The fates of packets, in the order of what is asked of them.
const (
	Outside   Fate = iota // of the time that is looked at
	Refused               // by the capture filter
	NoSegment             // Decode found no TCP segment
	Repeated              // a segment that was captured before
	Segment               // one for the streams
)

// IntakeOptions say what is asked of packets.
type IntakeOptions struct {
	Decoder *Decoder
	Dedup   *Dedup                        // nil: segments are not compared
	Holds   func(time int64) bool         // whether a capture time is looked at; nil: all are
	Match   func(p *Packet) (bool, error) // the capture filter; nil: none, or in the kernel
	// MaxBytes bounds what waits of a live capture, in bytes: so long a burst
	// is no loss.
	MaxBytes int64
}

// Intake takes the packets of a source and asks of each what takes no other
// stage, on a goroutine of its own where it can: packets of a live capture wait
// here, and not where the kernel drops them, while the stages behind are busy,
// and files of which all is there are read and taken apart beside those stages.
type Intake struct {
	IntakeOptions
	source Source
	ahead  *ahead // nil: Next reads
	packet Packet // as the source gave it
}

// NewIntake begins to read. Close ends it, and closes the source.
func NewIntake(source Source, o IntakeOptions) *Intake {
	in := &Intake{IntakeOptions: o, source: source}
	live, _ := source.(liveSource)
	if live != nil || allThere(source) && runtime.GOMAXPROCS(0) > 1 {
		in.ahead = newAhead(in, live)
	}
	return in
}

// allThere reports whether the packets of a source are all there already, so
// that none waits in a batch for another that is still to come.
func allThere(source Source) bool {
	files, ok := source.(Progress)
	if !ok {
		return false
	}
	_, total := files.Progress()
	return total > 0
}

// Next gives the next packet, which is lent until the next call, and its fate.
// An error is that of the source, or of the capture filter, which ends the
// input.
func (in *Intake) Next() (*Packet, Fate, error) {
	if in.ahead != nil {
		return in.ahead.next()
	}
	if err := in.source.Next(&in.packet); err != nil {
		return nil, 0, err
	}
	fate, err := in.ask(&in.packet)
	return &in.packet, fate, err
}

// Ahead reports whether packets are read on a goroutine of their own.
func (in *Intake) Ahead() bool { return in.ahead != nil }

// Dropped counts the packets that the kernel had dropped before the one that
// Next gave.
func (in *Intake) Dropped() uint64 {
	if in.ahead == nil {
		return 0
	}
	return in.ahead.now.dropped
}

// IdleAt is until when, by the wall clock, nothing more had come when Next gave
// [ErrIdle], in ns since 1970: packets that came after that may wait.
func (in *Intake) IdleAt() int64 { return in.ahead.now.at }

// Problems are those of the source up to where Next is; see [Source].
func (in *Intake) Problems() []error {
	if in.ahead == nil {
		return in.source.Problems()
	}
	return in.ahead.now.problems
}

// Close ends the reading.
func (in *Intake) Close() error {
	if in.ahead != nil {
		in.ahead.end()
	}
	return in.source.Close()
}

// ask finds the fate of a packet.
func (in *Intake) ask(p *Packet) (Fate, error) {
	if in.Holds != nil && !in.Holds(p.Time) {
		return Outside, nil
	}
	if in.Match != nil {
		if ok, err := in.Match(p); err != nil || !ok {
			return Refused, err
		}
	}
	switch {
	case !in.Decoder.Decode(p):
		return NoSegment, nil
	case in.Dedup != nil && in.Dedup.Repeats(p):
		return Repeated, nil
	}
	return Segment, nil
}
