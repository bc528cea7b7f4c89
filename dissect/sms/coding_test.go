package sms

import (
	"fmt"
	"strings"
	"testing"
)

// TestCodingTable goes through C§7.1 row by row: every value is in one row.
func TestCodingTable(t *testing.T) {
	seen := map[byte]bool{}
	row := func(enc Encoding, values ...int) {
		for _, v := range values {
			if seen[byte(v)] {
				t.Fatalf("%02x is in two rows", v)
			}
			seen[byte(v)] = true
			if got := Coding(byte(v)); got.Encoding != enc || got.Value != byte(v) {
				t.Errorf("Msg_Fmt %02x: %v, want %v", v, got.Encoding, enc)
			}
		}
	}
	row(Binary, 0x03)
	for v := range 256 {
		switch {
		case v == 0x03:
		case v < 0x80 || v >= 0xC0 && v < 0xD0 || v >= 0xF8:
			row([]Encoding{ASCII, Binary, UCS2, GB18030}[v>>2&3], v)
		case v < 0xC0:
			row(UCS2, v)
		case v < 0xE0:
			row(ASCII, v)
		case v < 0xF0:
			row(UCS2, v)
		case v < 0xF4:
			row(ASCII, v)
		default:
			row(Binary, v)
		}
	}
	if len(seen) != 256 {
		t.Errorf("%d values", len(seen))
	}
	for v := range 256 {
		class := int8(NoClass)
		if v&0xD0 == 0x10 || v >= 0xF0 { // 1x and 3x; Fx
			class = int8(v & 3)
		}
		compressed := v&0xA0 == 0x20
		if d := Coding(byte(v)); d.Class != class || d.Compressed != compressed {
			t.Errorf("Msg_Fmt %02x: class %d, compressed %v", v, d.Class, d.Compressed)
		}
	}
}

func TestCodingNames(t *testing.T) {
	for v, want := range map[byte]string{
		0x00: "ASCII / ASCII",
		0x03: "SIM write / 短信写卡操作",
		0x04: "binary / 二进制",
		0x08: "UCS-2 / UCS-2",
		0x0F: "GB18030 / GB18030",
		0x10: "ASCII, class 0 flash / ASCII，class 0 闪信",
		0x18: "UCS-2, class 0 flash / UCS-2，class 0 闪信",
		0x19: "UCS-2, class 1 phone / UCS-2，class 1 存手机",
		0x21: "ASCII, compressed / ASCII，压缩",
		0xA8: "UCS-2, reserved value / UCS-2，保留值",
		0xE0: "UCS-2, message waiting / UCS-2，留言等待指示",
		0xF5: "binary, class 1 phone / 二进制，class 1 存手机",
		0xF6: "binary, class 2 SIM / 二进制，class 2 存 SIM 卡",
		0xF7: "binary, class 3 TE / 二进制，class 3 终端设备",
	} {
		d := Coding(v)
		if got := fmt.Sprintf("%s / %s", d.AppendName(nil), d.AppendNameZh(nil)); got != want {
			t.Errorf("Msg_Fmt %02x: %s, want %s", v, got, want)
		}
	}
}

func TestEncodingNames(t *testing.T) {
	var names []string
	for e := ASCII; e <= UCS2LE; e++ {
		names = append(names, e.String())
	}
	if got := strings.Join(names, " "); got != "ASCII UCS-2 GB18030 GSM-7 UTF-8 Latin-1 binary UCS-2LE" {
		t.Error(got)
	}
	if Encoding(200).String() != "unknown" {
		t.Error("an encoding that does not exist has a name")
	}
}
