package sms

// Issue is what was wrong with a text or with a user data header. Of several
// in one text the gravest is reported: the one with the highest value.
type Issue uint8

// The issues of texts, the mild ones first.
const (
	NoIssue Issue = iota
	// BOM: a big-endian byte order mark, which UCS-2 in an SMS does not have.
	BOM
	// LittleEndian: the byte order mark FF FE; the text was read accordingly.
	LittleEndian
	// SplitEscape: a GSM-7 escape is the last septet.
	SplitEscape
	// SplitSurrogate: half a surrogate pair at the start or at the end.
	SplitSurrogate
	// SplitGB: the first bytes of a GB18030 character at the end.
	SplitGB
	// SplitUTF8: a part of a UTF-8 character at the start or at the end.
	SplitUTF8
	// OddLength: UCS-2 with half a code unit at the end.
	OddLength
	// LoneSurrogate: half a surrogate pair inside the text.
	LoneSurrogate
	// HighBytes: bytes from 0x80 in an alphabet of seven bits.
	HighBytes
	// BadBytes: bytes that are no character of the encoding.
	BadBytes
)

// The issues of user data headers.
const (
	// NoUDH: there is no content, so no header either.
	NoUDH Issue = iota + 32
	// UDHTooLong: UDHL points behind the end of the content.
	UDHTooLong
	// UDHIsText: what should be a header reads like text.
	UDHIsText
	// ElementTooLong: an information element runs past the header.
	ElementTooLong
	// ElementLength: a concatenation or port element of a wrong length.
	ElementLength
	// BadConcat: total 0, part 0, or a part above the total.
	BadConcat
)

var issueTexts = [...]string{
	NoIssue:        "no issue",
	BOM:            "byte order mark FE FF at the start, left out",
	LittleEndian:   "byte order mark FF FE at the start: the text is little-endian",
	SplitEscape:    "ends with a GSM-7 escape: the next part has the character",
	SplitSurrogate: "a surrogate pair is cut at the start or end: the other half is in another part",
	SplitGB:        "a GB18030 character is cut at the end: the rest is in the next part",
	SplitUTF8:      "a UTF-8 character is cut at the start or end: the rest is in another part",
	OddLength:      "odd number of bytes in UCS-2: the last byte is left out",
	LoneSurrogate:  "half a surrogate pair inside the text",
	HighBytes:      "bytes from 0x80 in a 7-bit alphabet",
	BadBytes:       "bytes that are no character of this encoding",
	NoUDH:          "no content, so no user data header",
	UDHTooLong:     "no user data header: UDHL is longer than the content",
	UDHIsText:      "no user data header: its elements do not add up and it reads like text",
	ElementTooLong: "an information element runs past the user data header",
	ElementLength:  "a concatenation or port element of wrong length is ignored",
	BadConcat:      "concatenation ignored: the part must be from 1 to the total",
}

// String says what was wrong in one short English sentence.
func (i Issue) String() string {
	if int(i) < len(issueTexts) && issueTexts[i] != "" {
		return issueTexts[i]
	}
	return "unknown issue"
}

// Split reports whether the text is cut inside a character, as happens at the
// border between two parts of a long message. Joining the bytes of the parts
// mends it.
func (i Issue) Split() bool { return i >= SplitEscape && i <= OddLength }
