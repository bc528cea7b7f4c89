package capture

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// retryInterval is after how long a Writer that failed tries again.
const retryInterval = time.Minute

// ErrDone is what [Writer.Write] returns when as many files were written as
// -W asks for with -G. The packet is in none of them.
var ErrDone = errors.New("the last file that was asked for is written")

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
	// compressed waits all the same until a frame is full, or for Flush.
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
	Notify func(line string)
	// Clock is the wall clock. It is looked at only after an error, to try
	// again. nil: time.Now.
	Clock func() time.Time
}

// KeepOptions bound the files of a Writer and those of earlier runs: of the
// files with names of the pattern, the oldest are removed. The zero value
// removes nothing.
type KeepOptions struct {
	// Bytes is the most that all files may have together, on the disk. 0:
	// no limit.
	Bytes int64
	// Age removes files whose last packet is older, in capture time. 0: no
	// limit.
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

// Writer writes packets into capture files. It belongs to one goroutine.
//
// Only whole packets get into a file. After an error the file is cut back to
// them and closed; packets are dropped and counted; and once a minute of wall
// time a new file is tried. Its name has the next number, even without -C. A
// pipe or a device is gone on with instead, where it left off.
type Writer struct {
	o      WriteOptions
	open   openFunc
	names  *fileNames
	format packetFormat
	file   blockFile
	path   string     // of the file at hand, or the one that was tried
	kept   *keptFiles // nil without Keep

	begun   bool
	start   int64 // of the time of -G
	counter int   // in the name
	windows int   // of -G, over

	broken  bool
	retryAt time.Time
	missed  uint64 // packets dropped since it broke
	end     error  // what Write returns for ever

	stats WriteStats
}

// openFunc opens a file for writing; see os.OpenFile. Tests put in their own.
type openFunc func(path string, flag int) (outputFile, error)

func openOutput(path string, flag int) (outputFile, error) {
	return os.OpenFile(path, flag, 0o666)
}

// NewWriter makes a Writer. It opens the first file, unless the name depends on
// the time of the first packet: then it checks that a file can be made. A file
// of that name is overwritten, as with tcpdump; never with Keep, where the next
// free number is taken.
//
// Errors name the path and what to do.
func NewWriter(o WriteOptions) (*Writer, error) { return newWriter(o, openOutput) }

func newWriter(o WriteOptions, open openFunc) (*Writer, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	names, err := newFileNames(&o)
	if err != nil {
		return nil, err
	}
	w := &Writer{o: o, open: open, names: names, path: o.Path, format: newPacketFormat(names.pattern, &o)}
	w.file.pack = newPacker(strings.ToLower(names.suffix))
	w.file.buf = make([]byte, 0, w.file.room())
	if err := w.openFirst(); err != nil {
		return nil, err
	}
	return w, nil
}

// complete checks the options and fills in what was left open.
func (o *WriteOptions) complete() error {
	rotates := o.MaxBytes > 0 || o.Every > 0 || o.Keep != KeepOptions{}
	switch {
	case o.Path == "":
		return errors.New("no file to write to: -w FILE")
	case o.Path == "-" && o.Stdout == nil:
		return errors.New("-: there is no stdout to write to")
	case rotates && isStream(o.Path):
		return fmt.Errorf("%s: not a regular file: -C, -G and --ring need a name to make others of", o.Path)
	case o.Keep != KeepOptions{} && o.Files > 0:
		return errors.New("--ring and -W both say how many files there are: leave out one")
	case o.Keep.Bytes > 0 && o.MaxBytes > o.Keep.Bytes:
		return fmt.Errorf("a file of -C (%d bytes) would be larger than all of --ring (%d bytes)", o.MaxBytes, o.Keep.Bytes)
	}
	if rotates && o.MaxBytes == 0 && o.Every == 0 {
		o.divide()
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Notify == nil {
		o.Notify = func(string) {}
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

// openFirst opens the first file, or sees whether one can be.
func (w *Writer) openFirst() error {
	switch {
	case w.o.Path == "-":
		w.file.attach(nopCloser{w.o.Stdout}, true)
		w.path = "stdout"
		w.beginFile()
	case isStream(w.o.Path):
		f, err := w.open(w.o.Path, os.O_WRONLY)
		if err != nil {
			return createError(w.o.Path, err)
		}
		w.file.attach(f, true)
		w.beginFile()
	default:
		return w.openFirstFile()
	}
	return w.syncStart()
}

func (w *Writer) openFirstFile() error {
	if w.o.Keep != (KeepOptions{}) {
		var err error
		if w.kept, err = scanKept(w.names, &w.o); err != nil {
			return err
		}
	}
	if w.names.timed() {
		return w.names.probe()
	}
	if err := w.openFile(0); err != nil {
		return err
	}
	return w.syncStart()
}

// syncStart writes the start of the first file, so that who waits for it at the
// other end of a pipe need not wait for a packet.
func (w *Writer) syncStart() error {
	if !w.o.Sync {
		return nil
	}
	return w.Flush()
}

// Write writes the captured part of a packet: Time, Frame, WireLen and Iface
// of p. A pcapng file keeps the comment, if there is any, UTF-8 of at most
// 65535 bytes. Neither is kept.
//
// An error is a line for people, returned when it happens and not again:
// Writing goes on by itself as far as it can. The exceptions are [ErrDone], and
// the error of a pipe whose reader has gone (EPIPE): these are returned for
// ever.
func (w *Writer) Write(p *Packet, comment []byte) error {
	if w.end != nil {
		return w.end
	}
	if w.broken {
		return w.retry(p, comment)
	}
	if err := w.turn(p.Time); err == ErrDone {
		return err
	} else if err != nil {
		w.drop(1)
		return w.fail(err)
	}
	return w.put(p, comment)
}

// turn starts the next file if it is due.
func (w *Writer) turn(t int64) error {
	switch {
	case !w.begun:
		w.begun, w.start = true, t
		w.trim(t)
	case w.o.Every > 0 && t-w.start >= int64(w.o.Every):
		if err := w.closeFile(); err != nil {
			return err
		}
		w.windows++
		if w.o.Files > 0 && w.o.MaxBytes == 0 && w.windows >= w.o.Files {
			w.end = ErrDone
			return ErrDone
		}
		w.start, w.counter = t, 0
	case w.file.isOpen() && w.o.MaxBytes > 0 && w.file.size > w.o.MaxBytes:
		if err := w.closeFile(); err != nil {
			return err
		}
		w.count()
	}
	if w.file.isOpen() {
		return nil
	}
	return w.openFile(t)
}

// count moves on to the next number of a name.
func (w *Writer) count() {
	w.counter++
	if w.o.MaxBytes > 0 && w.o.Files > 0 && w.counter >= w.o.Files {
		w.counter = 0
	}
}

// openFile opens the next file; t is the time of its first packet.
func (w *Writer) openFile(t int64) error {
	if w.kept != nil && w.o.Every == 0 {
		w.start = t
	}
	f, err := w.create(w.names.base(w.start))
	if err != nil {
		return createError(w.path, err)
	}
	w.file.attach(f, false)
	w.beginFile()
	w.trim(t)
	return nil
}

// create makes the file of the next name.
func (w *Writer) create(base string) (outputFile, error) {
	if w.kept == nil {
		w.path = w.names.path(base, w.counter)
		return w.open(w.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	}
	for n := w.kept.next(base); ; n++ {
		w.counter, w.path = n, w.names.path(base, n)
		f, err := w.open(w.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// beginFile puts what is known before the first packet at the start of a file.
func (w *Writer) beginFile() {
	w.stats.Files++
	w.file.begin(w.format.start(w.file.buf))
}

// put adds a packet to the file.
func (w *Writer) put(p *Packet, comment []byte) error {
	if !w.file.fits(len(p.Frame) + len(comment)) {
		if err := w.file.flush(); err != nil {
			w.drop(1)
			return w.fail(err)
		}
	}
	b, ok := w.format.packet(w.file.buf, p, comment)
	if !ok {
		return w.otherLink(p)
	}
	w.file.add(b, p.Time)
	w.stats.Packets++
	if len(p.Frame) > maxFrame {
		w.stats.Cut++
	}
	if w.kept != nil && w.kept.due(w.file.size) {
		w.trim(p.Time)
	}
	if w.o.Sync && w.file.pack == nil {
		return w.Flush()
	}
	return nil
}

// otherLink says once that a pcap file cannot hold a packet.
func (w *Writer) otherLink(p *Packet) error {
	if w.stats.OtherLink++; w.stats.OtherLink > 1 {
		return nil
	}
	return fmt.Errorf("%s: packets of another link type (%d, from frame %d on) are left out, since a pcap file has only one: give the file a name in .pcapng to have all", w.path, p.Iface.Link, p.Num)
}

// Flush hands all packets to the operating system. Errors are those of Write.
func (w *Writer) Flush() error {
	if w.end != nil || w.broken || !w.file.isOpen() {
		return nil
	}
	if err := w.file.flush(); err != nil {
		return w.fail(err)
	}
	return nil
}

// Close writes what is left and closes the file. A file without packets is
// still a capture file. Write gives os.ErrClosed from then on.
func (w *Writer) Close() error {
	if w.end == nil {
		w.end = os.ErrClosed
	}
	if w.broken && w.file.isOpen() {
		w.lose(w.file.restPackets) // of a pipe; what is wrong with it was said
		return w.file.giveUp()
	}
	if !w.file.isOpen() {
		return nil
	}
	if w.file.size == 0 {
		w.file.begin(w.format.empty(w.file.buf))
	}
	if err := w.closeFile(); err != nil {
		return w.fail(err)
	}
	return nil
}

// closeFile ends the file at hand.
func (w *Writer) closeFile() error {
	if !w.file.isOpen() {
		return nil
	}
	if err := w.file.flush(); err != nil {
		return err
	}
	err := w.file.giveUp()
	w.finished()
	if err != nil {
		w.count() // the next try must not overwrite it
	}
	return err
}

// finished accounts for a file that stays.
func (w *Writer) finished() {
	w.stats.Bytes += uint64(w.file.stored)
	if w.kept != nil {
		w.kept.add(keptFile{path: w.path, base: w.names.base(w.start), n: w.counter, size: w.file.stored, last: w.file.last})
	}
}

// trim removes old files; t is the capture time.
func (w *Writer) trim(t int64) {
	if w.kept != nil {
		w.stats.Removed += w.kept.trim(t, w.file.size, w.file.stored)
	}
}

// Stats gives the counters.
func (w *Writer) Stats() WriteStats {
	s := w.stats
	if w.file.isOpen() {
		s.Bytes += uint64(w.file.stored)
	}
	return s
}

// fail gives the file up for now and makes the error for people.
func (w *Writer) fail(err error) error {
	w.lose(w.file.lost)
	w.file.lost = 0
	w.abandon()
	if _, made := err.(*inputError); !made {
		err = fmt.Errorf("%s: cannot be written: %w", w.path, withoutPath(err))
	}
	if isGone(err) {
		w.end = err
		w.lose(w.file.restPackets)
		w.file.giveUp()
		return err
	}
	w.broken, w.retryAt = true, w.o.Clock().Add(retryInterval)
	return err
}

// abandon closes a file after an error. One without packets is removed, and its
// name used again.
func (w *Writer) abandon() {
	if w.file.stream || !w.file.isOpen() {
		return
	}
	w.file.giveUp()
	if w.file.packets == 0 {
		os.Remove(w.path)
		return
	}
	w.finished()
	w.count()
}

// retry tries once a minute whether writing is possible again. Until it is,
// nothing is said a second time.
func (w *Writer) retry(p *Packet, comment []byte) error {
	if w.o.Clock().Before(w.retryAt) {
		w.drop(1)
		return nil
	}
	err := w.turn(p.Time)
	if err == ErrDone {
		return err
	}
	if err == nil {
		err = w.file.flush() // what a pipe did not take
	}
	if err != nil {
		w.drop(1)
		w.fail(err)
		return w.end
	}
	w.broken = false
	missed := w.missed
	err = w.put(p, comment)
	if !w.broken {
		w.Flush()
	}
	if w.broken {
		return w.end
	}
	w.missed = 0
	w.o.Notify(fmt.Sprintf("%s: written again; %d packets before it are in no file", w.path, missed))
	return err
}

// lose is drop for packets that were counted as written.
func (w *Writer) lose(packets uint64) {
	w.stats.Packets -= packets
	w.drop(packets)
}

func (w *Writer) drop(packets uint64) {
	w.stats.Dropped += packets
	w.missed += packets
}

// isGone reports whether nothing can ever be written there again.
func isGone(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed) || errors.Is(err, io.ErrClosedPipe)
}

// withoutPath is the reason alone; see plainError.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// createError makes the error for people of a file that cannot be made.
func createError(path string, err error) error {
	dir := filepath.Dir(path)
	reason := "cannot be written: " + plainError(err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = fmt.Sprintf("there is no directory %s: make it first (mkdir -p %s)", dir, dir)
	case errors.Is(err, fs.ErrPermission):
		reason = fmt.Sprintf("permission denied: this user may not write it (ls -ld %s %s shows who may)", dir, path)
	case errors.Is(err, syscall.EISDIR) || strings.HasSuffix(path, string(filepath.Separator)):
		reason = "a directory: name a file in it"
	}
	return &inputError{path + ": " + reason, err}
}
