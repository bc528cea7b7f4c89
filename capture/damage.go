package capture

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// damageError is why an input ends before its end. The reader of a file format
// fills it in; fileSource knows the file and the frame, and makes the sentence.
type damageError struct {
	what    string // "cut short", "damaged", "read error", "gzip data damaged"
	offset  int64  // of the record, in the unpacked data
	left    int64  // bytes from offset to the end, if what is "cut short"
	between bool   // not in a packet: in another block, or behind a packet
	header  bool   // in the header of the file
	cause   string // what more is known
}

// damaged is the damageError for a record whose content is wrong.
func damaged(offset int64, format string, args ...any) *damageError {
	return &damageError{what: "damaged", offset: offset, cause: fmt.Sprintf(format, args...)}
}

// unreadable is the damageError for an error of the operating system or of a
// decompressor.
func unreadable(err error) *damageError {
	var packed *unpackError
	switch {
	case !errors.As(err, &packed):
		return &damageError{what: "read error", cause: plainError(err)}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &damageError{what: packed.kind + " data cut short"}
	}
	return &damageError{what: packed.kind + " data damaged", cause: packed.err.Error()}
}

// Error is the message without file and frame; fileSource says more.
func (e *damageError) Error() string {
	if e.cause == "" {
		return e.what
	}
	return e.what + ": " + e.cause
}

// inFile makes the error for people: file, frame and offset. frames counts the
// packets delivered before it.
func (e *damageError) inFile(label string, frames uint64, packed bool) error {
	text := label + ": " + e.what + " " + e.place(frames)
	if !e.header {
		text += fmt.Sprintf(" at offset %d", e.offset)
	}
	if !e.header && packed {
		text += " of the unpacked data"
	}
	switch {
	case e.cause != "":
		text += ": " + e.cause
	case e.left > 0 && e.header:
		text += fmt.Sprintf(" (after %d bytes)", e.left)
	case e.left > 0 && e.between:
		text += fmt.Sprintf(" (%s no whole block)", lastBytesHold(e.left))
	case e.left > 0:
		text += fmt.Sprintf(" (%s no whole packet)", lastBytesHold(e.left))
	}
	return errors.New(text)
}

func (e *damageError) place(frames uint64) string {
	switch {
	case e.header:
		return "in the file header"
	case !e.between:
		return fmt.Sprintf("in frame %d", frames+1)
	case frames == 0:
		return "before frame 1"
	}
	return fmt.Sprintf("after frame %d", frames)
}

func lastBytesHold(n int64) string {
	if n == 1 {
		return "the last byte holds"
	}
	return fmt.Sprintf("the last %d bytes hold", n)
}

// plainError is the reason alone, without the operation and the path that the
// os package puts before it.
func plainError(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}
