package stats

import (
	"cmp"
	"slices"
	"strings"

	"cmppdump/dissect/record"
)

// group is what a row is about.
type group struct {
	of    *label // nil: of all
	timed bool   // of the interval that begins at
	at    int64
}

// of is the row's group of an event at a capture time.
func (s *Spec) group(of *label, at int64) group {
	g := group{of: of}
	if s.Interval > 0 {
		g.timed, g.at = true, at-mod(at, s.Interval)
	}
	return g
}

// mod is at modulo n, not negative.
func mod(at, n int64) int64 {
	if m := at % n; m < 0 {
		return m + n
	} else {
		return m
	}
}

// compare orders groups by label and time.
func (g *group) compare(h *group) int {
	if n := g.of.compare(h.of); n != 0 {
		return n
	}
	return cmp.Compare(g.at, h.at)
}

// older orders groups by time alone.
func (g *group) older(h *group) int { return cmp.Compare(g.at, h.at) }

// label is a value of a key.
type label struct {
	key  Key
	no   uint32 // of all labels
	text string
	num  int // of a connection
	// of a connection:
	sp, client, server string
}

func (l *label) compare(m *label) int {
	switch {
	case l == m:
		return 0
	case l == nil:
		return 1
	case m == nil:
		return -1
	}
	return cmp.Or(cmp.Compare(l.num, m.num), strings.Compare(l.text, m.text))
}

// groupColumns are the columns for what a row is about: the key and the time.
func groupColumns[R any](of func(*R) *group, without ...string) []column[R] {
	text := func(key, heading, doc string, keys ...Key) column[R] {
		return column[R]{record.Column{Key: key, Heading: heading, Doc: doc, Group: true, Optional: true},
			func(r *R, _ *Moment) record.Value {
				if l := of(r).of; l != nil {
					for _, k := range keys {
						if l.key == k {
							return record.Text(l.text)
						}
					}
				}
				return empty
			}}
	}
	all := []column[R]{
		{record.Column{Key: "conn", Heading: "Conn", Type: record.Uint, Doc: "Number of the connection.", Group: true, Optional: true},
			func(r *R, _ *Moment) record.Value {
				if l := of(r).of; l != nil {
					return record.Positive(uint64(l.num))
				}
				return empty
			}},
		{record.Column{Key: "sp_id", Heading: "SP_Id", Doc: "The SP: Source_Addr of the login, else Msg_src.", Optional: true},
			func(r *R, _ *Moment) record.Value {
				switch l := of(r).of; {
				case l == nil:
					return empty
				case l.key == SP:
					return record.Text(l.text)
				default:
					return record.Text(l.sp)
				}
			}},
		text("service_id", "Service_Id", "Service_Id of the messages.", Service),
		text("src_id", "Src_Id", "The number that messages come from, or replies go to.", SrcID),
		text("gateway", "Gateway", "Code of the ISMG, out of the Msg_Id.", Gateway),
		text("prefix", "Prefix", "The first digits of the phone number.", Prefix3, Prefix7),
		{record.Column{Key: "time", Heading: "Time", Type: record.Time, Look: record.Clock, Doc: "Begin of the interval.", Optional: true},
			func(r *R, _ *Moment) record.Value {
				if g := of(r); g.timed {
					return record.At(g.at)
				}
				return empty
			}},
	}
	return slices.DeleteFunc(all, func(c column[R]) bool { return slices.Contains(without, c.Key) })
}

// textColumns are those that hold traffic text, so that it stands last.
func textColumns[R any](of func(*R) *group) []column[R] {
	return []column[R]{{record.Column{Key: "signature", Heading: "Signature", Doc: "The sender's name in the texts.", Group: true, Optional: true},
		func(r *R, _ *Moment) record.Value {
			if l := of(r).of; l != nil && l.key == Signature {
				return record.Text(l.text)
			}
			return empty
		}}}
}
