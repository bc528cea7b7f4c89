package filter

import (
	"cmppdump/dissect/lang"
)

// Error says why an expression is no filter.
type Error struct {
	// Offset and Length are the place that is meant, in bytes. Offset is the
	// expression's length where something is missing at its end.
	Offset, Length int
	// Message is what is wrong and what to type instead, in one line.
	Message lang.Text
}

// Error implements error.
func (e *Error) Error() string { return e.Said()[lang.English] }

// Said implements lang.Said.
func (e *Error) Said() lang.Text { return said.With("display filter: %s", e.Message) }

// fail makes the error for a token.
func (t token) fail(format string, a ...any) *Error {
	return &Error{Offset: t.off, Length: t.len, Message: said.With(format, a...)}
}
