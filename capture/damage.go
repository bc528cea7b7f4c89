package capture

import (
	"errors"
	"io"
	"io/fs"

	"cmppdump/dissect/lang"
)

// damageError is why an input ends before its end. The reader of a file format
// fills it in; fileSource knows the file and the frame, and makes the sentence.
type damageError struct {
	what    lang.Text // "cut short", "damaged", "read error", "gzip data damaged"
	offset  int64     // of the record, in the unpacked data
	left    int64     // bytes from offset to the end, if what is "cut short"
	between bool      // not in a packet: in another block, or behind a packet
	header  bool      // in the header of the file
	cause   lang.Text // what more is known
}

// damaged is the damageError for a record whose content is wrong.
func damaged(offset int64, format string, args ...any) *damageError {
	return &damageError{what: said.Text("damaged"), offset: offset, cause: said.With(format, args...)}
}

// unreadable is the damageError for an error of the operating system or of a
// decompressor.
func unreadable(err error) *damageError {
	var packed *unpackError
	switch {
	case !errors.As(err, &packed):
		return &damageError{what: said.Text("read error"), cause: plainError(err)}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &damageError{what: said.With("%s data cut short", packed.kind)}
	}
	return &damageError{what: said.With("%s data damaged", packed.kind), cause: lang.Of(packed.err)}
}

// Error is the message without file and frame; fileSource says more.
func (e *damageError) Error() string {
	if e.cause == unsaid {
		return e.what[lang.English]
	}
	return said.With("%s: %s", e.what, e.cause)[lang.English]
}

// inFile makes the error for people: file, frame and offset. frames counts the
// packets delivered before it.
func (e *damageError) inFile(label string, frames uint64, packed bool) error {
	text := said.With("%s: %s %s", label, e.what, e.place(frames))
	if !e.header {
		text = text.And(said.With(" at offset %d", e.offset))
	}
	if !e.header && packed {
		text = text.And(said.Text(" of the unpacked data"))
	}
	switch {
	case e.cause != unsaid:
		text = said.With("%s: %s", text, e.cause)
	case e.left > 0 && e.header:
		text = text.And(said.With(" (after %d bytes)", e.left))
	case e.left > 0 && e.between:
		text = text.And(said.With(" (%s no whole block)", lastBytesHold(e.left)))
	case e.left > 0:
		text = text.And(said.With(" (%s no whole packet)", lastBytesHold(e.left)))
	}
	return &lang.Error{Text: text}
}

func (e *damageError) place(frames uint64) lang.Text {
	switch {
	case e.header:
		return said.Text("in the file header")
	case !e.between:
		return said.With("in frame %d", frames+1)
	case frames == 0:
		return said.Text("before frame 1")
	}
	return said.With("after frame %d", frames)
}

// unsaid is no more to say.
var unsaid lang.Text

func lastBytesHold(n int64) lang.Text {
	if n == 1 {
		return said.Text("the last byte holds")
	}
	return said.With("the last %d bytes hold", n)
}

// plainError is the reason alone, without the operation and the path that the
// os package puts before it.
func plainError(err error) lang.Text {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return lang.Of(err)
}
