package render

// Style is how a row is set off. Colour only repeats what the mark in the
// first column says.
type Style uint8

// The styles.
const (
	Plain Style = iota
	Bad         // failed, mark !
	Odd         // an expert note, mark *
	Dim         // events that are no PDUs
	Head        // column headings
)

// AppendStyle appends the escape sequence that switches the style on; Plain
// switches everything off.
func AppendStyle(dst []byte, s Style) []byte {
	return append(dst, [...]string{"\x1b[0m", "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[1m"}[s]...)
}
