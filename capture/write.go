package capture

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"
)

// ErrDone is what [Writer.Write] returns when as many files were written as
// -W asks for with -G. The packet is in none of them.
var ErrDone = errors.New("the last file that was asked for is written")

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
	w.file.buf = make([]byte, 0, blockRoom)
	if err := w.openFirst(); err != nil {
		return nil, err
	}
	return w, nil
}

// openFirst opens the first file, or sees whether one can be.
func (w *Writer) openFirst() error {
	switch {
	case w.o.Path == "-":
		w.file.attach(streamFile{w.o.Stdout}, true)
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
// of p, and in a pcapng file the comment, if there is any: UTF-8, of which 65535
// bytes are stored at most. Both slices are the caller's again afterwards.
//
// An error is a line for people, returned when it happens and not again:
// writing goes on by itself as far as it can. The exceptions are [ErrDone], and
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
	return said.Errorf("%s: packets of another link type (%d, from frame %d on) are left out, since a pcap file has only one: give the file a name in .pcapng to have all", w.path, p.Iface.Link, p.Num)
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
	if err := w.file.finish(); err != nil {
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
