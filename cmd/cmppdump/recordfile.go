package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"cmppdump/dissect/lang"
)

// reopenInterval is after how long a recordFile that failed tries again.
const reopenInterval = time.Minute

// recordFileOptions say where records go. Only path must be set.
type recordFileOptions struct {
	path string // --out
	// Behind size bytes the file becomes path.1, path.1 becomes path.2, and
	// so on; count is how many of these there are at most (--out-rotate).
	// size 0: never.
	size  int64
	count int
	// extend adds to a file that is there. Else it is overwritten.
	extend bool
	// persist goes on after an error: records are dropped and counted, and
	// once a minute the file is tried again. Else the error is returned.
	persist bool
	// notify is told of an error, its end, and what else goes wrong with
	// persist, in a line. It is called by the goroutine that writes. nil:
	// nobody is told.
	notify func(lang.Text)
	clock  func() time.Time // nil: time.Now
}

// recordFile is a file of records: there are only whole ones in it, whatever
// happens. It is a recordWriter for one goroutine; reopen and dropped may be
// called from any.
type recordFile struct {
	o       recordFileOptions
	openOS  func(path string, flag int) (recordOutput, error) // tests put in their own
	hup     atomic.Bool
	lost    atomic.Uint64 // records
	mu      sync.Mutex    // of what follows
	f       recordOutput  // nil after an error
	regular bool
	size    int64 // in bytes
	limit   int64 // of size; 0: none
	broken  bool
	retryAt time.Time
	missed  uint64 // records since it broke
}

// recordOutput is what a recordFile needs of an open file.
type recordOutput interface {
	io.WriteCloser
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
}

func openRecordOutput(path string, flag int) (recordOutput, error) {
	return os.OpenFile(path, flag, 0o666)
}

// newRecordFile opens the file. The error names the path and what to do.
func newRecordFile(o recordFileOptions) (*recordFile, error) {
	return openRecordFile(o, openRecordOutput)
}

func openRecordFile(o recordFileOptions, open func(string, int) (recordOutput, error)) (*recordFile, error) {
	if o.notify == nil {
		o.notify = func(lang.Text) {}
	}
	if o.clock == nil {
		o.clock = time.Now
	}
	r := &recordFile{o: o, openOS: open, limit: o.size}
	flag := os.O_TRUNC
	if o.extend {
		flag = 0
	}
	if err := r.open(flag); err != nil {
		return nil, outError(o.path, err)
	}
	if o.size > 0 && !r.regular {
		r.f.Close()
		return nil, said.Errorf("%s: not a regular file: --out-rotate needs a name to make others of", o.path)
	}
	return r, nil
}

// open opens the file and looks at it.
func (r *recordFile) open(flag int) error {
	f, err := r.openOS(r.o.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND|flag)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	r.f, r.size, r.regular = f, info.Size(), info.Mode().IsRegular()
	return nil
}

// writeRecords implements recordWriter.
func (r *recordFile) writeRecords(b []byte, ends []int) error {
	r.mu.Lock()
	err := r.write(b, ends)
	r.mu.Unlock()
	r.answerHUP() // what came in between found the file busy
	return err
}

// reopen opens the file by its name again, after another program moved it
// (logrotate). A write that is under way goes first, without reopen waiting.
func (r *recordFile) reopen() {
	r.hup.Store(true)
	r.answerHUP()
}

// answerHUP does what reopen asks for, unless the file is busy: then the writer
// does it.
func (r *recordFile) answerHUP() {
	for r.hup.Load() && r.mu.TryLock() {
		if r.hup.Swap(false) {
			r.reopenNow()
		}
		r.mu.Unlock()
	}
}

func (r *recordFile) reopenNow() {
	if r.f == nil {
		r.retryAt = time.Time{} // somebody made room
		return
	}
	if err := r.f.Close(); err != nil {
		r.o.notify(said.With("%s: closing it: %s", r.o.path, lang.Of(reason(err))))
	}
	r.f = nil
	if err := r.open(0); err != nil {
		r.broke(err)
	}
}

// write writes records, into several files if need be.
func (r *recordFile) write(b []byte, ends []int) error {
	if r.hup.Swap(false) {
		r.reopenNow()
	}
	for start := 0; len(ends) > 0; {
		if r.f == nil && !r.retry() {
			r.drop(len(ends))
			return nil
		}
		n := r.fitting(ends, start)
		if n == 0 {
			if err := r.rotate(); err != nil {
				return r.failed(err, len(ends))
			}
			continue
		}
		if written, err := r.put(b[start:ends[n-1]], ends[:n], start); err != nil {
			return r.failed(err, len(ends)-written)
		}
		start, ends = ends[n-1], ends[n:]
	}
	r.resumed()
	return nil
}

// fitting counts the records that the file takes before it is to be rotated. An
// empty file takes one of any size.
func (r *recordFile) fitting(ends []int, start int) int {
	if r.limit == 0 || r.size+int64(ends[len(ends)-1]-start) <= r.limit {
		return len(ends)
	}
	n := 0
	for n < len(ends) && r.size+int64(ends[n]-start) <= r.limit {
		n++
	}
	if n == 0 && r.size == 0 {
		return 1
	}
	return n
}

// put writes records that end at ends, counted from before start. After an error
// the file is cut back to whole records, of which it gives the number.
func (r *recordFile) put(b []byte, ends []int, start int) (records int, err error) {
	n, err := r.f.Write(b)
	if err == nil {
		r.size += int64(n)
		return len(ends), nil
	}
	whole := 0
	for records < len(ends) && ends[records]-start <= n {
		whole = ends[records] - start
		records++
	}
	r.size += int64(whole)
	if r.regular {
		r.f.Truncate(r.size) // it can only become shorter
	}
	return records, err
}

// rotate moves the file and those before it on, and starts a new one. If they
// cannot be moved, the file grows by as much again before the next try.
func (r *recordFile) rotate() error {
	err := r.f.Close()
	r.f = nil
	if err != nil {
		return err
	}
	r.limit = r.o.size
	if err := r.shift(); err != nil {
		r.limit += r.size
		r.o.notify(said.With("%s: cannot be rotated, and grows on: %s", r.o.path, lang.Of(reason(err))))
	}
	return r.open(0)
}

// shift makes room for the file of the name.
func (r *recordFile) shift() error {
	for i := r.o.count; i > 0; i-- {
		if err := os.Rename(r.numbered(i-1), r.numbered(i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if r.o.count == 0 {
		return os.Remove(r.o.path)
	}
	return nil
}

// numbered is the name of the file before so many others.
func (r *recordFile) numbered(i int) string {
	if i == 0 {
		return r.o.path
	}
	return r.o.path + "." + strconv.Itoa(i)
}

// failed is what write does after an error; lost records are not in the file.
func (r *recordFile) failed(err error, lost int) error {
	if !r.o.persist || closed(err) {
		return said.Errorf("%s: %w", r.o.path, err)
	}
	r.broke(err)
	r.drop(lost)
	return nil
}

// broke gives the file up for a minute.
func (r *recordFile) broke(err error) {
	if r.f != nil {
		r.f.Close()
		r.f = nil
	}
	if !r.broken {
		r.o.notify(said.With("%s: %s; records are dropped, and it is tried again every minute", r.o.path, lang.Of(reason(err))))
	}
	r.broken, r.retryAt = true, r.o.clock().Add(reopenInterval)
}

// retry opens the file once a minute.
func (r *recordFile) retry() bool {
	if r.o.clock().Before(r.retryAt) {
		return false
	}
	if err := r.open(0); err != nil {
		r.broke(err)
		return false
	}
	return true
}

// resumed says that there is no error any more.
func (r *recordFile) resumed() {
	if !r.broken {
		return
	}
	r.broken = false
	r.o.notify(said.With("%s: written again; %s before it dropped", r.o.path, lang.Amount(r.missed, aRecord)))
	r.missed = 0
}

func (r *recordFile) drop(records int) {
	r.missed += uint64(records)
	r.lost.Add(uint64(records))
}

// dropped counts the records that are not in the file because of errors.
func (r *recordFile) dropped() uint64 { return r.lost.Load() }

// Close closes the file.
func (r *recordFile) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.f == nil {
		return nil
	}
	err := r.f.Close()
	r.f = nil
	if err != nil {
		return said.Errorf("%s: %w", r.o.path, err)
	}
	return nil
}

// reason is an error without the operation and the path.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// outError makes the error for people of a file that cannot be opened.
func outError(path string, err error) error {
	dir := filepath.Dir(path)
	text := lang.Of(reason(err))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		text = said.With("there is no directory %s: make it first (mkdir -p %s)", dir, dir)
	case errors.Is(err, fs.ErrPermission):
		text = said.With("permission denied: this user may not write it (ls -ld %s %s shows who may)", dir, path)
	}
	return said.Errorf("%s: %w", path, text)
}
