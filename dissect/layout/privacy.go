package layout

// Privacy says what a field tells of people, and so what is left of it where
// that must not be seen (--mask).
type Privacy uint8

// The kinds.
const (
	Public  Privacy = iota // nothing of anybody
	Number                 // whom: a phone or service number, or the begin of one
	Written                // what somebody wrote
	Secret                 // what proves who somebody is, and octets of which nothing is known
)

// Is sets what the field tells of people. Without it, Bytes are Written, Octets
// are Secret, and all else is Public.
func (s *Spec) Is(p Privacy) *Spec { s.Privacy = p; return s }

// privacy is that of a kind of field about which nothing is declared.
func (k Kind) privacy() Privacy {
	switch k {
	case Bytes:
		return Written
	case Octets:
		return Secret
	}
	return Public
}
