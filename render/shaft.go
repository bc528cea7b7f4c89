package render

import "unicode/utf8"

// Shaft is what the arrows of a ladder are drawn with.
type Shaft struct {
	Side rune // the lines of the two ends
	Line rune
	Near int // how long the line is in front of the label
}

// Room is how many cells a label may take in an arrow of so many.
func (s *Shaft) Room(width int) int { return max(width-s.Near-5, 0) }

// Append appends an arrow with its label, so many cells long: from the left end
// to the right, or back. The label stands near the end that sends; what finds no
// room of it is cut.
func (s *Shaft) Append(dst []byte, width int, label []byte, out bool) []byte {
	room := s.Room(width)
	label = Cut(label, room)
	line := func(n int) {
		for ; n > 0; n-- {
			dst = utf8.AppendRune(dst, s.Line)
		}
	}
	say := func(near, far int) {
		line(near)
		dst = append(append(append(dst, ' '), label...), ' ')
		line(far)
	}
	far := room - Width(label)
	dst = utf8.AppendRune(dst, s.Side)
	if out {
		say(s.Near, far)
		dst = append(dst, '>')
	} else {
		dst = append(dst, '<')
		say(far, s.Near)
	}
	return utf8.AppendRune(dst, s.Side)
}
