package peer

import (
	"fmt"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"cmppdump/pcaps/peer/wire"
)

// encode is the content for a text of ASCII, UCS-2 or GBK. It panics when the
// alphabet lacks a character: the texts are the scenarios' own.
func encode(text string, msgFmt uint8) []byte {
	switch msgFmt {
	case wire.FmtUCS2:
		return wire.UCS2(text)
	case wire.FmtGBK:
		content, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(text))
		if err != nil {
			panic(fmt.Sprintf("%q has no GBK form", text))
		}
		return content
	}
	return []byte(text)
}

// textOf is the text of a content, "" for what is no text. What is cut inside
// a character ends in U+FFFD.
func textOf(content []byte, msgFmt, udhi uint8) string {
	if udhi&0x41 != 0 && len(content) > 0 && len(content) > int(content[0]) {
		content = content[1+content[0]:]
	}
	switch msgFmt {
	case wire.FmtASCII:
		runes := make([]rune, len(content))
		for i, c := range content {
			if runes[i] = rune(c); c >= 0x80 { // no ASCII
				runes[i] = '\ufffd'
			}
		}
		return string(runes)
	case wire.FmtUCS2, flash:
		units := make([]uint16, len(content)/2)
		for i := range units {
			units[i] = uint16(content[2*i])<<8 | uint16(content[2*i+1])
		}
		return string(utf16.Decode(units))
	case wire.FmtGBK:
		text, _ := simplifiedchinese.GBK.NewDecoder().Bytes(content)
		return string(text)
	}
	return ""
}

// flash is Msg_Fmt of UCS-2 that the phone shows at once (C§7.1).
const flash = 0x18
