package layout

import (
	"fmt"
	"strings"
)

// Columns is how many versions a layout may distinguish.
const Columns = 3

// Widths gives the octets of a field by version; 0: that version has no such
// field.
type Widths [Columns]int

// Kind says how the octets of a field are read.
type Kind uint8

// The kinds.
const (
	Uint   Kind = iota // unsigned integer, big-endian, 1, 2, 4 or 8 octets
	Int                // signed integer, big-endian, 4 octets
	Text               // Octet String that holds text: up to the first NUL
	Octets             // Octet String that holds no text: digests, padding
	Bytes              // what a hook may split further: message content
)

// Spec declares one field. The methods that return a *Spec complete the
// declaration and are meant for the place where a Layout is made; later a Spec
// is only read.
type Spec struct {
	// Name is the specification's, letter by letter.
	Name string
	// Key is the name in records, filters and columns: Name in lower case
	// unless Named gives another.
	Key string
	// Doc says in one sentence what the field is for.
	Doc  string
	Kind Kind
	Role Role
	// Enum has the meaning of the values, or nil.
	Enum *Enum
	// Show appends a reading of the value for people, behind the value
	// itself, or nothing: a date for a packed time. It may be nil.
	Show func(dst []byte, f Field, raw []byte) []byte
	// Hex: an integer that people read in hexadecimal (Msg_Id).
	Hex bool
	// Quiet: a field that records leave out while all its octets are zero
	// (reserved octets, authenticators), and write in hexadecimal otherwise.
	Quiet bool
	// List: the field repeats, and records hold a list.
	List bool
	// Privacy is what the field tells of people.
	Privacy Privacy

	widths Widths
	count  string // name of the field that says how often this one repeats
	length string // name of the field that gives the width
	sub    func(*Cursor)
	rule   *rule // nil: anything is allowed
}

func newSpec(kind Kind, name string, w Widths, doc string) *Spec {
	return &Spec{Name: name, Key: strings.ToLower(name), Doc: doc, Kind: kind, Privacy: kind.privacy(), widths: w}
}

// NewUint declares an unsigned integer.
func NewUint(name string, w Widths, doc string) *Spec { return newSpec(Uint, name, w, doc) }

// NewInt declares a signed integer of four octets.
func NewInt(name string, w Widths, doc string) *Spec { return newSpec(Int, name, w, doc) }

// NewText declares an Octet String that holds text.
func NewText(name string, w Widths, doc string) *Spec { return newSpec(Text, name, w, doc) }

// NewOctets declares an Octet String that holds no text.
func NewOctets(name string, w Widths, doc string) *Spec {
	s := newSpec(Octets, name, w, doc)
	s.Quiet = true
	return s
}

// NewBytes declares octets whose number the field named length gives.
func NewBytes(name, length, doc string) *Spec {
	s := newSpec(Bytes, name, Widths{}, doc)
	s.length = length
	return s
}

// Leaf declares a field that only hooks yield, through a Cursor.
func Leaf(kind Kind, name, doc string) *Spec { return newSpec(kind, name, Widths{}, doc) }

// Named sets the name in records where it is not the lower-case name.
func (s *Spec) Named(key string) *Spec { s.Key = key; return s }

// As sets the role.
func (s *Spec) As(r Role) *Spec { s.Role = r; return s }

// Meaning sets the meaning of the values.
func (s *Spec) Meaning(e *Enum) *Spec { s.Enum = e; return s }

// Shown sets the reading for people.
func (s *Spec) Shown(f func(dst []byte, f Field, raw []byte) []byte) *Spec { s.Show = f; return s }

// InHex has people read the integer in hexadecimal.
func (s *Spec) InHex() *Spec { s.Hex = true; return s }

// Times makes the field a list with as many elements as the field named count
// says.
func (s *Spec) Times(count string) *Spec { s.count, s.List = count, true; return s }

// Sub sets the hook that splits the octets of the field further. The hook is
// called after the field itself was appended and yields its parts through the
// cursor, which covers just these octets.
func (s *Spec) Sub(f func(*Cursor)) *Spec { s.sub = f; return s }

// HasMeaning reports whether people are told more than the bare value.
func (s *Spec) HasMeaning() bool { return s.Enum != nil || s.Show != nil }

// Widths gives the declared octets by version; all 0 where another field or a
// hook decides.
func (s *Spec) Widths() Widths { return s.widths }

// LengthFrom names the field that gives the width, or is empty.
func (s *Spec) LengthFrom() string { return s.length }

func (s *Spec) check() {
	for _, w := range s.widths {
		switch {
		case s.Kind == Uint && w != 0 && w != 1 && w != 2 && w != 4 && w != 8,
			s.Kind == Int && w != 0 && w != 4:
			panic(fmt.Sprintf("layout: %s: integer of %d octets", s.Name, w))
		}
	}
}
