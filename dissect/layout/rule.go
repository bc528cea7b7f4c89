package layout

// rule is what the specification allows a field to hold, where that is less
// than anything.
type rule struct {
	lo, hi uint64     // of an integer
	set    *[4]uint64 // of those, a bit each; nil: all of them
	seen   *[4]uint64 // others that are field practice
	enum   *Enum      // of a text: its values
	digits bool       // a text of digits
}

// Strict has the field hold values with a meaning only, by the specification
// and not by field practice (Meaning.Practice) alone. A text may also be empty.
// Any version's values are allowed in all of them: what one version takes out
// is seen in it all the same.
func (s *Spec) Strict() *Spec {
	if s.Kind == Text {
		s.rule = &rule{enum: s.Enum}
		return s
	}
	s.rule = &rule{hi: 255, set: new([4]uint64), seen: new([4]uint64)}
	for n := range uint64(256) {
		if m, ok := s.Enum.Lookup(n, nil, Columns-1); ok && !m.Practice {
			s.rule.set[n>>6] |= 1 << (n & 63)
		} else if ok {
			s.rule.seen[n>>6] |= 1 << (n & 63)
		}
	}
	return s
}

// Within has the integer hold lo to hi only.
func (s *Spec) Within(lo, hi uint64) *Spec { s.rule = &rule{lo: lo, hi: hi}; return s }

// Digits has the text hold ASCII digits only, or nothing.
func (s *Spec) Digits() *Spec { s.rule = &rule{digits: true}; return s }

// Allows reports whether the specification allows the field to hold what it
// does. practice says of what it does not allow that it is field practice.
func (s *Spec) Allows(f Field, pdu []byte) (ok, practice bool) {
	switch r := s.rule; {
	case r == nil:
		return true, false
	case s.Kind == Text:
		return r.text(f.Text(pdu)), false
	default:
		return r.number(f.Num), has(r.seen, f.Num)
	}
}

func (r *rule) number(n uint64) bool {
	return n-r.lo <= r.hi-r.lo && (r.set == nil || has(r.set, n))
}

func has(set *[4]uint64, n uint64) bool { return set != nil && n < 256 && set[n>>6]>>(n&63)&1 != 0 }

// text is told of the octets up to the first NUL.
func (r *rule) text(b []byte) bool {
	if r.digits {
		for _, c := range b {
			if c < '0' || c > '9' {
				return false
			}
		}
		return true
	}
	if len(b) == 0 {
		return true
	}
	for i := range r.enum.Values {
		if string(b) == r.enum.Values[i].Text {
			return true
		}
	}
	return false
}
