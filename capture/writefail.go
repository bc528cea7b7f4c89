package capture

import (
	"errors"
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

// fail gives the file up for now and makes the error for people.
func (w *Writer) fail(err error) error {
	w.lose(w.file.lost)
	w.file.lost = 0
	w.abandon()
	if _, made := err.(*inputError); !made {
		err = said.Errorf("%s: cannot be written: %w", w.path, withoutPath(err))
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
		w.stats.Files--
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
	w.o.Notify(said.With("%s: written again; %d packets before it are in no file", w.path, missed))
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
	reason := said.With("cannot be written: %s", plainError(err))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = said.With("there is no directory %s: make it first (mkdir -p %s)", dir, dir)
	case errors.Is(err, fs.ErrPermission):
		reason = said.With("permission denied: this user may not write it (ls -ld %s %s shows who may)", dir, path)
	case errors.Is(err, syscall.EISDIR) || strings.HasSuffix(path, string(filepath.Separator)):
		reason = said.Text("a directory: name a file in it")
	}
	return &inputError{said.With("%s: %s", path, reason), err}
}
