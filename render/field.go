package render

import (
	"strconv"
	"unicode/utf8"

	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
	"cmppdump/dissect/sms"
)

// AppendField appends the value of a decoded field: text escaped, integers in
// decimal or, where the layout says so, in hexadecimal.
func AppendField(dst []byte, f layout.Field, pdu []byte) []byte {
	switch {
	case f.Spec.Kind == layout.Text:
		return AppendText(dst, f.Text(pdu))
	case f.Spec.Kind == layout.Int:
		return strconv.AppendInt(dst, int64(int32(uint32(f.Num))), 10)
	case f.Spec.Kind == layout.Uint && f.Spec.Hex && f.Len == 8:
		return AppendID(dst, f.Num)
	case f.Spec.Kind == layout.Uint && f.Spec.Hex:
		dst = append(dst, "0x"...)
		return appendHexDigits(dst, f.Num, int(f.Len)*2)
	case f.Spec.Kind == layout.Uint:
		return strconv.AppendUint(dst, f.Num, 10)
	}
	return appendOctets(dst, f.Raw(pdu))
}

// AppendText appends an Octet String that holds text in no declared coding.
func AppendText(dst, text []byte) []byte {
	if sms.IsASCII(text) {
		return AppendEscaped(dst, text)
	}
	if s := record.AppendOctetString(nil, text); !sms.IsASCII(s) {
		return AppendEscaped(dst, s)
	}
	for i, c := range text { // in no coding
		if c < utf8.RuneSelf {
			dst = AppendEscaped(dst, text[i:i+1])
		} else {
			dst = appendByteEscape(dst, c)
		}
	}
	return dst
}

// AppendID appends a 64-bit id as 16 hexadecimal digits.
func AppendID(dst []byte, id uint64) []byte { return appendHexDigits(dst, id, 16) }

func appendHexDigits(dst []byte, n uint64, width int) []byte {
	for i := width - 1; i >= 0; i-- {
		dst = append(dst, hexDigits[n>>(4*i)&15])
	}
	return dst
}

func appendOctets(dst, b []byte) []byte {
	for i, c := range b {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
	}
	return dst
}
