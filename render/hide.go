package render

import (
	"bytes"
	"encoding/binary"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// brush paints over the octets of a field; old are what they were.
type brush interface {
	number(field, old []byte)
	// written is told whether the octets are those of a text in the coding that
	// the PDU declares. A Stat that is not plain is Written too: it may be a text
	// of anybody. Not known as another state, it means undelivered (C§5.6), and so
	// do the letters in its place; equal ones stay equal, so that a report that
	// is repeated still is.
	written(field, old []byte, p *dissect.PDU, text bool)
	secret(field, old []byte)
}

// hide gives the octets of a PDU with those painted over that its layout says
// are private, and the same done to the values of its fields. Fields stand
// before their parts: what is public in a part comes back.
func hide(p *dissect.PDU, with brush) []byte {
	raw := bytes.Clone(p.Raw)
	doubt, garbled := p.Doubtful(), p.SMS.Direction >= dissect.Report && !reports(p)
	for i := len(p.Proto.Header.Specs); i < len(p.Fields); i++ {
		f := &p.Fields[i]
		field, old := raw[f.Off:f.Off+f.Len], f.Raw(p.Raw)
		switch privacy(f, old, doubt) {
		case layout.Public:
			if garbled && f.Depth > 0 {
				break // stays as the content was painted
			}
			copy(field, old)
			if f.Spec.Kind == layout.Text { // what is left behind a NUL may be anything
				n := len(upToNUL(old))
				with.secret(field[n:], old[n:])
				if f.Spec.Role == layout.Stat && !isStat(old[:n]) {
					with.written(field[:n], old[:n], p, false)
				}
			}
		case layout.Number:
			if f.Spec.Kind == layout.Text {
				with.number(field, old)
			} else {
				roundDown(field, f.Num)
			}
		case layout.Written:
			with.written(field, old, p, f.Spec.Role == layout.UserData && p.SMS.HasText())
		default:
			with.secret(field, old)
		}
		if f.Spec.Kind <= layout.Int {
			f.Num = value(field)
		}
	}
	return raw
}

// privacy is that of a field: where it is in doubt what its octets are, text
// and digits may be anybody's.
func privacy(f *layout.Field, old []byte, doubt bool) layout.Privacy {
	switch kind := f.Spec.Privacy; {
	case kind != layout.Public || !doubt:
		return kind
	case f.Spec.Kind == layout.Text:
		if f.Spec.Role == layout.Stat && !digits(upToNUL(old)) {
			return layout.Public
		}
		return layout.Secret
	case f.Len >= 4 && digits(old):
		return layout.Secret
	}
	return layout.Public
}

// reports reports whether a PDU that claims to be a report has what reports
// have, and not a text in its place.
func reports(p *dissect.PDU) bool {
	stat := p.Text(layout.Stat, p.Raw)
	_, known := p.Proto.StatText(stat, p.Version)
	return likeReport(stat, known, p.Text(layout.SubmitTime, p.Raw), p.Text(layout.DoneTime, p.Raw))
}

// likeReport reports whether octets are those of a report: its times are, which
// no text has at these places, whatever its Stat is; or, of platforms that write
// no times, its Stat is.
func likeReport(stat []byte, known bool, times ...[]byte) bool {
	for _, t := range times {
		if !isMinute(t) && !(known && isStat(stat) && digits(t)) {
			return false
		}
	}
	return true
}

// isMinute reports whether b is YYMMDDHHMM (C§3.9), or zeros in its place.
func isMinute(b []byte) bool {
	if len(b) != 10 || !digits(b) {
		return false
	}
	month, day, hour, minute := string(b[2:4]), string(b[4:6]), string(b[6:8]), string(b[8:])
	return month >= "01" && month <= "12" && day >= "01" && day <= "31" && hour < "24" && minute < "60" || string(b) == "0000000000"
}

// roundDown leaves the first digits of a number in an integer.
func roundDown(field []byte, n uint64) {
	count, unit := 0, uint64(1)
	for x := n; x > 0; x /= 10 {
		count++
	}
	head, _ := edges(count)
	for range count - head {
		unit *= 10
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n-n%unit)
	copy(field, b[8-len(field):])
}

func value(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

// shown paints for people.
type shown struct{ *Mask }

func (s shown) written(field, _ []byte, _ *dissect.PDU, _ bool) { blot(field) }

// secret leaves octets that are all zero: there is nothing to hide.
func (s shown) secret(field, old []byte) {
	if len(bytes.Trim(old, "\x00")) > 0 {
		blot(field)
	} else {
		copy(field, old)
	}
}

func blot(field []byte) {
	for i := range field {
		field[i] = '*'
	}
}
