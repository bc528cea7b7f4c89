package render

import (
	"testing"

	"cmppdump/dissect/layout"
)

func TestAppendField(t *testing.T) {
	w := func(n int) layout.Widths { return layout.Widths{n, n, n} }
	for _, tt := range []struct {
		name string
		spec *layout.Spec
		pdu  string
		want string
	}{
		{"number", layout.NewUint("a", w(4), ""), "\x80\x00\x00\x01", "2147483649"},
		{"signed", layout.NewInt("a", w(4), ""), "\xff\xff\xff\xff", "-1"},
		{"in hexadecimal", layout.NewUint("a", w(1), "").InHex(), "\x21", "0x21"},
		{"a command", layout.NewUint("a", w(4), "").InHex(), "\x80\x00\x00\x04", "0x80000004"},
		{"an id", layout.NewUint("a", w(8), "").InHex(), "\xbb\x08\xa0\x00\x07\xd1\xa0\x29", "bb08a00007d1a029"},
		{"text", layout.NewText("a", w(8), ""), "HELP\x00\x00\x00\x00", "HELP"},
		{"hostile text", layout.NewText("a", w(8), ""), "a\x1b[2J\x00xx", `a\x1b[2J`},
		{"text in UTF-8", layout.NewText("a", w(6), ""), "退订", "退订"},
		{"text in GBK", layout.NewText("a", w(4), ""), "\xcd\xcb\xb6\xa9", "退订"},
		{"text in no coding", layout.NewText("a", w(3), ""), "a\xff\x07", `a\xff\x07`},
		{"octets", layout.NewOctets("a", w(3), ""), "\x00\xab\x01", "00 ab 01"},
	} {
		var d layout.Decoded
		layout.New(tt.spec).Decode(&d, []byte(tt.pdu), 0, len(tt.pdu), 0)
		if got := string(AppendField(nil, d.Fields[0], []byte(tt.pdu))); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestMeaning(t *testing.T) {
	spec := layout.Meaning{En: "flow control", Zh: "流量控制错"}
	field := layout.Meaning{En: "no such user", Zh: "空号", Practice: true}
	for _, tt := range []struct {
		lang Lang
		m    layout.Meaning
		want string
	}{
		{English, spec, "flow control"}, {Chinese, spec, "流量控制错"},
		{English, field, "no such user (field practice)"}, {Chinese, field, "空号（经验值）"},
	} {
		if got := tt.lang.Meaning(tt.m); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
}

func TestAppendStyle(t *testing.T) {
	for s, want := range map[Style]string{Plain: "\x1b[0m", Bad: "\x1b[31m", Odd: "\x1b[33m", Dim: "\x1b[2m", Head: "\x1b[1m"} {
		if got := string(AppendStyle(nil, s)); got != want {
			t.Errorf("style %d: %q, want %q", s, got, want)
		}
	}
}

func TestAppendHexDump(t *testing.T) {
	got := string(AppendHexDump(nil, []byte("CMPP\x00\x1b\xff and more octets")))
	want := "  0000  43 4d 50 50 00 1b ff 20  61 6e 64 20 6d 6f 72 65  CMPP... and more\n" +
		"  0010  20 6f 63 74 65 74 73                               octets\n"
	if got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	if len(AppendHexDump(nil, nil)) > 0 {
		t.Error("a line of nothing")
	}
}
