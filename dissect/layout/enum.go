package layout

import "bytes"

// Meaning is what a value stands for, in English and Chinese.
type Meaning struct {
	En, Zh string
	// Practice: the meaning is field practice, not in the specification.
	Practice bool
}

// Value is one value of an enumerated field with its meaning.
type Value struct {
	Num  uint64 // of an integer field
	Text string // of a text field
	Meaning
	// From is the first version (column) with this meaning.
	From int
}

// Enum gives the meaning of the values of a field.
type Enum struct {
	Values []Value
	// Other gives the meaning of values that are not listed, in a version. It
	// may be nil. text is what a text field holds.
	Other func(num uint64, text []byte, col int) (Meaning, bool)
}

// Lookup finds the meaning of a value in a version. Where a value is listed
// several times, the last that the version knows counts.
func (e *Enum) Lookup(num uint64, text []byte, col int) (m Meaning, ok bool) {
	for i := range e.Values {
		v := &e.Values[i]
		if v.From <= col && v.Num == num && (v.Text == "" && len(text) == 0 || v.Text != "" && string(bytes.TrimRight(text, " ")) == v.Text) {
			m, ok = v.Meaning, true
		}
	}
	if !ok && e.Other != nil {
		return e.Other(num, text, col)
	}
	return m, ok
}

// Of finds the meaning of a field's value in a version.
func (e *Enum) Of(f Field, pdu []byte, col int) (Meaning, bool) {
	if f.Spec.Kind == Text {
		return e.Lookup(0, f.Text(pdu), col)
	}
	return e.Lookup(f.Num, nil, col)
}
