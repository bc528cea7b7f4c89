package track

import (
	"unsafe"

	"cmppdump/dissect"
)

// mostNamed is how many further attempts, further reports and notes of a kind a
// message names: the first ones, and the newest. A gateway that sends a report
// again for ever must not make one message grow with it, nor each record of it.
const mostNamed = 16

const (
	resendSize  = int64(unsafe.Sizeof(Resend{}))
	receiptSize = int64(unsafe.Sizeof(Receipt{}))
	noteSize    = int64(unsafe.Sizeof(dissect.Note{}))
)

// named appends to a list, or has the newest take the place of the newest before.
func named[T any](list []T, x T) []T {
	if len(list) == mostNamed {
		list[mostNamed-1] = x
		return list
	}
	return append(list, x)
}

// further enters a report besides the newest of a part. Those that are not named
// are counted in a note.
func (l *lifecycle) further(m *Msg, r Receipt) {
	l.mem -= m.size()
	m.More = named(m.More, r)
	l.mem += m.size()
	if m.further++; m.further <= mostNamed {
		return
	}
	for i := range m.Notes {
		if n := &m.Notes[i]; n.Spec == noteOmitted {
			n.Num[0]++
			return
		}
	}
	l.note(m, noteOmitted, 1, mostNamed-1)
}

// note adds a note to a message.
func (l *lifecycle) note(m *Msg, s *dissect.NoteSpec, num ...int64) {
	n := dissect.Note{Spec: s}
	copy(n.Num[:], num)
	l.mem -= m.size()
	m.addNote(n)
	l.mem += m.size()
	l.t.stats.note(s)
}

func (m *Msg) addNote(n dissect.Note) {
	newest, kind := 0, 0
	for i := range m.Notes {
		if m.Notes[i].Spec == n.Spec {
			newest, kind = i, kind+1
		}
	}
	if kind < mostNamed {
		m.Notes = append(m.Notes, n)
		return
	}
	m.Notes[newest] = n
	if m.Unnamed == nil {
		m.Unnamed = map[*dissect.NoteSpec]int{}
	}
	m.Unnamed[n.Spec]++
}
