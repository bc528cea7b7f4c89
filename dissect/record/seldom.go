package record

import "cmppdump/dissect/layout"

// seldom is what few records have, and what a field may need.
type seldom uint8

const (
	login    seldom = 1 << iota // one whose authenticator was checked
	cut                         // octets that were not captured
	notes                       // expert notes
	data                        // a message that is no text
	guess                       // a text that is not what it declares itself
	raw                         // Options.Raw
	files                       // Options.Files
	moReport                    // a report about an MO message
)

// findSeldom tells what the record has of it.
func (r *Record) findSeldom() (s seldom) {
	if r.Raw {
		s |= raw
	}
	if r.Files {
		s |= files
	}
	if r.View != Stats && len(r.notes()) > 0 {
		s |= notes
	}
	p := r.PDU
	if p == nil {
		return s
	}
	if p.Auth != nil {
		s |= login
	}
	if p.Truncated() {
		s |= cut
	}
	if len(p.SMS.Data) > 0 && !p.SMS.HasText() {
		s |= data
	}
	if p.SMS.HasGuess {
		s |= guess
	}
	if _, ok := p.Uint(layout.MOReport); ok {
		s |= moReport
	}
	return s
}
