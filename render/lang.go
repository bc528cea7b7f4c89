package render

import (
	"cmppdump/dissect/lang"
	"cmppdump/dissect/layout"
)

// Lang is the language of meanings and sentences. Names of fields and states
// stay English.
type Lang uint8

// The languages.
const (
	English Lang = iota
	Chinese
)

// Meaning is the meaning of a value in the language, marked where it is not
// the specification's.
func (l Lang) Meaning(m layout.Meaning) string {
	switch {
	case l == Chinese && m.Practice:
		return m.Zh + "（经验值）"
	case l == Chinese:
		return m.Zh
	case m.Practice:
		return m.En + " (field practice)"
	}
	return m.En
}

// Unknown is the meaning of a status that has none.
func (l Lang) Unknown() string {
	return lang.Unknown[l]
}
