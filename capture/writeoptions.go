package capture

import (
	"io"
	"os"
	"time"

	"cmppdump/dissect/lang"
)

// WriteOptions say what [NewWriter] writes, and where. Only Path must be set.
type WriteOptions struct {
	// Path is the file, or "-" for Stdout. The suffix .pcap makes a pcap
	// file, all others make pcapng. Behind it, .zst or .gz compresses. With
	// Every or Keep the path is a pattern for strftime(3).
	Path string
	// Stdout is where "-" goes. It is not closed.
	Stdout io.Writer

	// MaxBytes starts the next file behind a packet that made the file
	// larger than this, before compression (-C). 0: no limit.
	MaxBytes int64
	// Every starts the next file at the first packet that was captured so
	// long after the first one of the file (-G). 0: never.
	Every time.Duration
	// Files is -W: with MaxBytes, how many files there are before the first
	// is overwritten; with Every alone, how many until ErrDone; with both,
	// how many in the time of Every before the first of them is overwritten.
	// 0: no limit.
	Files int
	// Keep removes old files (--ring).
	Keep KeepOptions

	// Sync hands every packet to the operating system at once. What is
	// compressed waits all the same, for 256 KiB or for Flush.
	Sync bool
	// Interfaces are described at the start of a pcapng file, before there
	// is a packet of theirs. They need not be all.
	Interfaces []*Interface
	// Nanoseconds says that the times have them, as those of a live capture
	// do. Otherwise a pcap file has microseconds, which all tools read,
	// unless the first packet of a file has more digits.
	Nanoseconds bool
	// Zone is the time zone of the names. nil: that of the machine.
	Zone *time.Location

	// Notify is told, in one line without a newline, that a file is written
	// again after an error, and what could not be removed. nil: nobody is.
	Notify func(line lang.Text)
	// Clock is the wall clock. It is looked at only after an error, to try
	// again. nil: time.Now.
	Clock func() time.Time
}

// KeepOptions bound the files of a Writer and those of earlier runs: of the
// files with names of the pattern, the oldest are removed. The zero value
// removes nothing.
type KeepOptions struct {
	// Bytes is the most that all files may have together, on the disk; a
	// packet more is possible. 0: no limit. If nothing else says so, a file
	// is ended behind a sixteenth of it, or 1 MiB.
	Bytes int64
	// Age removes files whose last packet is older, in capture time. 0: no
	// limit. If nothing else says so, a file is ended after a sixteenth of
	// it.
	Age time.Duration
}

// WriteStats are counters since [NewWriter].
type WriteStats struct {
	Packets uint64 // handed over and not lost; some may still wait for Flush
	Files   uint64 // begun
	Bytes   uint64 // in the files, as stored
	// Dropped counts the packets that are in no file because of an error.
	Dropped uint64
	// OtherLink counts the packets left out because a pcap file has but one
	// link type.
	OtherLink uint64
	// Cut counts the packets longer than the 262144 bytes that tools read.
	Cut uint64
	// Removed counts the files removed because of Keep.
	Removed uint64
}

// complete checks the options and fills in what was left open.
func (o *WriteOptions) complete() error {
	rotates := o.MaxBytes > 0 || o.Every > 0 || o.Keep != KeepOptions{}
	switch {
	case o.Path == "":
		return said.Errorf("no file to write to: -w FILE")
	case o.Path == "-" && o.Stdout == nil:
		return said.Errorf("-: there is no stdout to write to")
	case rotates && isStream(o.Path):
		return said.Errorf("%s: not a regular file: -C, -G and --ring need a name to make others of", o.Path)
	case o.Keep != KeepOptions{} && o.Files > 0:
		return said.Errorf("--ring and -W both say how many files there are: leave out one")
	case o.Keep.Bytes > 0 && o.MaxBytes > o.Keep.Bytes:
		return said.Errorf("a file of -C (%d bytes) would be larger than all of --ring (%d bytes)", o.MaxBytes, o.Keep.Bytes)
	}
	if rotates && o.MaxBytes == 0 && o.Every == 0 {
		o.divide()
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Notify == nil {
		o.Notify = func(lang.Text) {}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return nil
}

// divide makes about 16 files of what Keep says, when nothing else says when
// the next file is due.
func (o *WriteOptions) divide() {
	if o.Keep.Bytes > 0 {
		o.MaxBytes = keepStep(o.Keep.Bytes)
	}
	if o.Keep.Age > 0 {
		o.Every = max(o.Keep.Age/16, time.Second)
	}
}

// isStream reports whether the path is stdout, a pipe or a device: what has no
// place to go back to, and no other name beside it.
func isStream(path string) bool {
	if path == "-" {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}
