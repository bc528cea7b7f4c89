package sms

import (
	"bytes"
	"encoding/binary"
	"flag"
	"os"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

var update = flag.Bool("update", false, "write the tables anew")

// TestTables makes the embedded tables from golang.org/x/text and from the
// blocks below, and compares.
func TestTables(t *testing.T) {
	for _, table := range []struct {
		file string
		want []byte
		have []byte
	}{
		{"tables/gbk.bin", makeGBK(t), gbk},
		{"tables/gb18030.bin", makeRanges(t), []byte(gb18030Ranges)},
		{"tables/kinds.bin", makeKinds(), []byte(kinds)},
	} {
		if *update {
			if err := os.WriteFile(table.file, table.want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if !bytes.Equal(table.have, table.want) {
			t.Errorf("%s is not what its sources say; go test -run TestTables -update writes it", table.file)
		}
	}
}

func decodeOne(d *encoding.Decoder, b ...byte) rune {
	s, err := d.Bytes(b)
	r, size := utf8.DecodeRune(s)
	if err != nil || size != len(s) {
		return utf8.RuneError
	}
	return r
}

func makeGBK(t *testing.T) []byte {
	d := simplifiedchinese.GB18030.NewDecoder()
	var table []byte
	for pair := gbkFirst; pair <= gbkLast; pair++ {
		r := decodeOne(d, byte(pair>>8), byte(pair))
		switch {
		case r == utf8.RuneError: // or two characters, one of them bad
			r = 0
		case r < 0x80 || r > 0xFFFF:
			t.Fatalf("%04x is U+%04X: does not fit the table", pair, r)
		}
		table = binary.BigEndian.AppendUint16(table, uint16(r))
	}
	return table
}

func fourBytes(n int) []byte {
	return []byte{byte(0x81 + n/12600), byte(0x30 + n/1260%10), byte(0x81 + n/10%126), byte(0x30 + n%10)}
}

// makeRanges lists where the four-byte characters of the BMP leave the straight
// line: number of the first, its code point.
func makeRanges(t *testing.T) []byte {
	d := simplifiedchinese.GB18030.NewDecoder()
	var table []byte
	last := rune(-2)
	for n := range gb18030BMP {
		r := decodeOne(d, fourBytes(n)...)
		if r == utf8.RuneError && n != 39417 { // U+FFFD itself has a form
			t.Fatalf("four bytes %d: no character", n)
		}
		if r != last+1 {
			table = binary.BigEndian.AppendUint16(table, uint16(n))
			table = binary.BigEndian.AppendUint16(table, uint16(r))
		}
		last = r
	}
	return table
}

type block struct {
	first, last int
	kind        kind
}

// blocks: a later one overrides an earlier one.
var blocks = []block{
	{0x0000, 0x001F, control}, {0x0020, 0x007E, rareMark}, {0x007F, 0x007F, control},
	{'0', '9', plain}, {'a', 'z', plain}, {'A', 'Z', capital}, {' ', ' ', plain},
	// Latin, Vietnamese, Pinyin.
	{0x00A0, 0x00BF, symbol}, {0x00C0, 0x017F, latin}, {0x00D7, 0x00D7, symbol}, {0x00F7, 0x00F7, symbol},
	{0x0180, 0x036F, rare}, {0x01A0, 0x01A1, latin}, {0x01AF, 0x01B0, latin}, {0x01CD, 0x01DC, latin}, {0x1E00, 0x1EFF, latin},
	// Greek, Cyrillic, Hebrew, Arabic, Indic, Thai, Lao, Tibetan, Burmese, Georgian, Khmer, Mongolian.
	{0x0370, 0x058F, rare}, {0x0386, 0x03CE, letter}, {0x0400, 0x045F, letter}, {0x0490, 0x04FF, letter},
	{0x0591, 0x06FF, letter}, {0x0750, 0x077F, letter}, {0x0900, 0x0DFF, letter}, {0x0E01, 0x0FFF, letter},
	{0x1000, 0x10FF, letter}, {0x1200, 0x137F, rare}, {0x1780, 0x18AF, letter}, {0xFB50, 0xFDFF, letter}, {0xFE70, 0xFEFC, letter},
	// Signs.
	{0x2000, 0x206F, symbol}, {0x20A0, 0x20BF, symbol}, {0x2100, 0x214F, symbol}, {0x2150, 0x218F, symbol},
	{0x2190, 0x23FF, symbol}, {0x2460, 0x27BF, symbol}, {0x2B05, 0x2B55, symbol}, {0xFE00, 0xFE0F, symbol}, {0xFE30, 0xFE6F, symbol},
	// East Asia.
	{0x2E80, 0x2FDF, rare}, {0x3000, 0x303F, rare}, {0x3000, 0x3003, wideMark}, {0x3008, 0x3017, wideMark},
	{0x301C, 0x301C, wideMark}, {0x3040, 0x30FF, kana}, {0x3100, 0x4DBF, rare}, {0x4E00, 0x9FA5, rareHanzi},
	{0x9FA6, 0xA4CF, rare}, {0xAC00, 0xD7A3, rare}, {0xF900, 0xFAFF, rare},
	{0xFF00, 0xFF5E, wideMark}, {0xFF5F, 0xFF9F, rare}, {0xFFE0, 0xFFE6, wideMark},
}

func makeKinds() []byte {
	var of [0x10000]kind
	for _, b := range blocks {
		for r := b.first; r <= b.last; r++ {
			of[r] = b.kind
		}
	}
	for _, r := range "\t\r\n!\"'()*+,-./:;?@_=&#%" {
		of[r] = mark
	}
	for _, r := range "“”‘’…—·￥" {
		of[r] = wideMark
	}
	// Level 1 of Big5 is A440 to C67E, KS X 1001 has its syllables in B0A1 to
	// C8FE, GB 2312 level 1 in B0A1 to D7F9, level 2 in D8A1 to F7FE.
	levels(of[:], traditionalchinese.Big5, 0xA4, 0xC6, 0x40, traditional)
	levels(of[:], korean.EUCKR, 0xB0, 0xC8, 0xA1, letter)
	levels(of[:], simplifiedchinese.GBK, 0xD8, 0xF7, 0xA1, hanzi2)
	levels(of[:], simplifiedchinese.GBK, 0xB0, 0xD7, 0xA1, hanzi1)
	table := make([]byte, len(of)/2)
	for r, k := range of {
		table[r/2] |= byte(k) << (r & 1 * 4)
	}
	return table
}

func levels(of []kind, e encoding.Encoding, first, last, trails int, k kind) {
	d := e.NewDecoder()
	for lead := first; lead <= last; lead++ {
		for trail := trails; trail <= 0xFE; trail++ {
			r := decodeOne(d, byte(lead), byte(trail))
			if r >= 0x4E00 && r <= 0x9FA5 || r >= 0xAC00 && r <= 0xD7A3 {
				of[r] = k
			}
		}
	}
}
