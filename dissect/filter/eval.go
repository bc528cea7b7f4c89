package filter

import (
	"net/netip"

	"cmppdump/dissect/record"
)

// eval is a compiled part of an expression.
type eval func(*record.Record) bool

// predicate looks at one value; last is the value itself, or the other end of
// a range of packets.
type predicate func(v, last *record.Value) bool

// reading reads an operand of a record.
type reading struct {
	*operand
	v, last record.Value
}

// exists reports whether a record has the operand; of true/false, whether it
// is true.
func (x *reading) exists() eval {
	is := func(v, _ *record.Value) bool {
		if v.Type == record.Bool {
			return v.Num != 0
		}
		return v.Set // not left out
	}
	return func(r *record.Record) bool { _, found := x.any(r, is); return found }
}

// any tells whether the record has the operand at all, and whether p holds for
// one of its values.
func (x *reading) any(r *record.Record, p predicate) (present, found bool) {
	if x.command != nil && !x.commanded(r) {
		return false, false
	}
	if x.sources == nil {
		return true, true
	}
	for i := range x.sources {
		s := &x.sources[i]
		if x.own && s.field.Views&r.View == 0 {
			continue
		}
		s.field.Find(r, &x.v)
		omits := s.field.Omits && s.field.Views&r.View != 0 && (len(x.v.List) > 0 || !s.member)
		if !x.v.Set {
			if !omits {
				continue
			}
			x.v.Type, x.v.Num = s.field.Type, s.field.Omitted
		}
		last := &x.v
		if s.last != nil {
			last = &x.last
			s.last.Find(r, last)
		}
		present = true
		if each(s.field, &x.v, last, p) {
			return true, true
		}
	}
	return present, false
}

// each reports whether p holds for the value, or an element of a list.
func each(f *record.Field, v, last *record.Value, p predicate) bool {
	if len(v.List) == 0 {
		return p(v, last)
	}
	for i := range v.List {
		e := &v.List[i]
		if !e.Set {
			if !f.Omits {
				continue
			}
			e.Type, e.Num = f.Type, f.Omitted
		}
		if each(f, e, e, p) {
			return true
		}
	}
	return false
}

// commanded reports whether the record is of the operand's command: a
// transaction is of its request's and of its response's.
func (x *reading) commanded(r *record.Record) bool {
	switch r.View {
	case record.PDU:
		return r.PDU.CommandID == x.command.ID
	case record.Txn:
		return r.Txn.CommandID == x.command.ID&^(1<<31)
	}
	return false
}

// spans are the ranges that a value has to lie in one of, ends included.
type spans[T any] struct {
	list    []span[T]
	compare func(a, b T) int
}

// span is a range. One without an end has no bound there.
type span[T any] struct {
	lo, hi       T
	noLo, noHi   bool // unbounded
	exLo, exHigh bool // the end itself is outside
}

// intervals compiles the right side of an ordered comparison. read gives the
// ends of what a value means: of an address with a mask they differ.
func intervals[T any](n *test, read func(token) (lo, hi T, err *Error), compare func(a, b T) int) (*spans[T], *Error) {
	s := &spans[T]{compare: compare}
	for _, x := range n.items {
		lo, hi, err := read(x.lo)
		if err != nil {
			return s, err
		}
		if x.hi.kind != end {
			if _, hi, err = read(x.hi); err != nil {
				return s, err
			}
			if compare(lo, hi) > 0 {
				return s, token{off: x.lo.off, len: x.hi.off + x.hi.len - x.lo.off}.fail("this range is empty: it ends before it begins")
			}
		}
		s.list = append(s.list, bounds(n.op, lo, hi))
	}
	return s, nil
}

// bounds is the range that an operator makes of a value.
func bounds[T any](is op, lo, hi T) span[T] {
	s := span[T]{lo: lo, hi: hi}
	switch is {
	case less:
		s.noLo, s.exHigh, s.hi = true, true, lo
	case lessEqual:
		s.noLo = true
	case greater:
		s.noHi, s.exLo, s.lo = true, true, hi
	case greaterEqual:
		s.noHi = true
	}
	return s
}

// hit reports whether a value, or a range of values, meets one of the ranges.
func (s *spans[T]) hit(lo, hi T) bool {
	for i := range s.list {
		x := &s.list[i]
		if !x.noLo {
			if d := s.compare(hi, x.lo); d < 0 || d == 0 && x.exLo {
				continue
			}
		}
		if !x.noHi {
			if d := s.compare(lo, x.hi); d > 0 || d == 0 && x.exHigh {
				continue
			}
		}
		return true
	}
	return false
}

// numeric and located make predicates of ranges.
func numeric(s *spans[int64]) predicate {
	return func(v, last *record.Value) bool { return s.hit(int64(v.Num), int64(last.Num)) }
}

func located(s *spans[netip.Addr]) predicate {
	return func(v, _ *record.Value) bool { a := v.Addr.Unmap(); return s.hit(a, a) }
}
