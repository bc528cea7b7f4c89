package sms

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAppendText(t *testing.T) {
	for _, c := range []struct {
		enc   Encoding
		b     string
		want  string
		issue Issue
	}{
		{ASCII, "48656c6c6f20434d5050", "Hello CMPP", NoIssue},                             // C§10, G4
		{UCS2, "30106d4b8bd53011957f77ed4fe17b2c4e006bb5d83dde00", "【测试】长短信第一段😀", NoIssue}, // G5
		{GB18030, "cdcbb6a9a3acd0bbd0bb", "退订，谢谢", NoIssue},                                // G9
		{GB18030, "41 81308130 9439fc36", "A\u0080😀", NoIssue},
		{UTF8, "e98080e8aea2", "退订", NoIssue},
		{Latin1, "636166e9", "café", NoIssue},
		{GSM7, "1b651b3c1b3e", "€[]", NoIssue},
		{Binary, "00 41 7f 42 e9 0a", ".A.B..", NoIssue},
		{UCS2LE, "6000 4f60", "`\u604f", NoIssue},

		{ASCII, "00 1b 07 41", "\x00\x1b\aA", NoIssue},
		{ASCII, "cdcb41", "\uFFFD\uFFFDA", HighBytes},
		{ASCII, "48656c6c6f20434d505080", "Hello CMPP\uFFFD", HighBytes},

		{UCS2, "", "", NoIssue},
		{UCS2, "4e", "", OddLength},
		{UCS2, "4e2d 61", "中", OddLength},
		{UCS2, "feff 4e2d", "中", BOM},
		{UCS2, "fffe 2d4e", "中", LittleEndian},
		{UCS2, "fffe 3dd8 00de 41", "😀", OddLength},
		{UCS2, "0041 d83d", "A\uFFFD", SplitSurrogate}, // sms-user-data §10, 7
		{UCS2, "de00 0041", "\uFFFDA", SplitSurrogate},
		{UCS2, "0041 de00 0041", "A\uFFFDA", LoneSurrogate},
		{UCS2, "d83d 0041 0042", "\uFFFDAB", LoneSurrogate},
		{UCS2, "d83d d83d de00", "\uFFFD😀", LoneSurrogate},

		{GB18030, "61 d6", "a\uFFFD", SplitGB}, // sms-user-data §10, 8
		{GB18030, "61 81 30 81", "a\uFFFD0\uFFFD", SplitGB},
		{GB18030, "80", "\uFFFD", BadBytes},
		{GB18030, "ff 41", "\uFFFDA", BadBytes},
		{GB18030, "80 d6d0 ff", "\uFFFD中\uFFFD", BadBytes},
		{GB18030, "d6 20", "\uFFFD ", BadBytes},

		{UTF8, "ad e4b8", "\uFFFD\uFFFD", SplitUTF8},
		{UTF8, "41 e4b8", "A\uFFFD", SplitUTF8},
		{UTF8, "41 c0af 42", "A\uFFFD\uFFFDB", BadBytes},
	} {
		got, issue := AppendText([]byte("> "), c.enc, unhex(t, c.b))
		if string(got) != "> "+c.want || issue != c.issue {
			t.Errorf("%v %s: %q, %v; want %q, %v", c.enc, c.b, got[2:], issue, c.want, c.issue)
		}
	}
}

// TestSplitJoined: what is cut between two parts is whole when the bytes are
// joined first (sms-user-data §10, 7 and 8).
func TestSplitJoined(t *testing.T) {
	for _, c := range []struct {
		enc           Encoding
		first, second string
		want          string
	}{
		{UCS2, "0041d83d", "de00", "A😀"},
		{GB18030, "61d6", "d0", "a中"},
		{UCS2, "4e", "2d", "中"},
		{UTF8, "e4b8", "ad", "中"},
	} {
		first, second := unhex(t, c.first), unhex(t, c.second)
		if _, issue := AppendText(nil, c.enc, first); !issue.Split() {
			t.Errorf("%v %s: %v is not called split", c.enc, c.first, issue)
		}
		got, issue := AppendText(nil, c.enc, append(first, second...))
		if string(got) != c.want || issue != NoIssue {
			t.Errorf("%v %s+%s: %q, %v", c.enc, c.first, c.second, got, issue)
		}
	}
}

func TestDecode(t *testing.T) {
	gbk := unhex(t, "a1becabe c0fda1bf c4fab5c4 d1e9d6a4 c2eb")
	got, text := Decode(nil, UCS2, gbk)
	if text.Encoding != UCS2 || !text.HasGuess || text.Guess != GB18030 || len(got) == 0 {
		t.Errorf("%q %+v", got, text)
	}
	if got, issue := AppendText(nil, text.Guess, gbk); string(got) != "【示例】您的验证码" || issue != NoIssue {
		t.Errorf("%q, %v", got, issue)
	}
}

// TestGB18030Oracle compares with x/text, whose only difference is that it has
// Microsoft's € at 80.
func TestGB18030Oracle(t *testing.T) {
	oracle := simplifiedchinese.GB18030.NewDecoder()
	var dst []byte
	check := func(b []byte) {
		want, _ := oracle.Bytes(b)
		got, issue := AppendText(dst[:0], GB18030, b)
		if string(got) != string(want) {
			t.Errorf("%x: %q, want %q", b, got, want)
		}
		if bad := strings.ContainsRune(string(want), utf8.RuneError); bad != (issue != NoIssue) {
			t.Errorf("%x: %v", b, issue)
		}
		dst = got
	}
	for pair := range 0x10000 {
		if pair>>8 != 0x80 && pair&0xFF != 0x80 || pair>>8 > 0x80 && pair>>8 < 0xFF {
			check([]byte{byte(pair >> 8), byte(pair)})
		}
	}
	for n := range gb18030BMP {
		if n != 39417 { // U+FFFD itself
			check(fourBytes(n))
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 50000 {
		check(fourBytes(r.IntN(126 * 1260 * 10)))
		b := make([]byte, r.IntN(12))
		for i := range b {
			b[i] = byte(r.Uint32())
			// Not 80, and not 3A to 3F, which x/text takes for digits.
			if b[i] == 0x80 || b[i]-0x3A < 6 {
				b[i] = '0'
			}
		}
		check(b)
	}
}

func TestUCS2Oracle(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 50000 {
		b := make([]byte, 2*r.IntN(20))
		for i := range b {
			if b[i] = byte(r.Uint32()); i%2 == 0 && r.IntN(3) == 0 {
				b[i] = 0xD8 + b[i]%8
			}
		}
		if len(b) >= 2 && (b[0] == 0xFE || b[0] == 0xFF) {
			b[0] = 0
		}
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(b[2*i:])
		}
		want := utf16.Decode(units)
		got, issue := AppendText(nil, UCS2, b)
		if string(got) != string(want) {
			t.Fatalf("%x: %q, want %q", b, got, want)
		}
		for i := 0; i < len(b); i += 2 {
			b[i], b[i+1] = b[i+1], b[i]
		}
		little, littleIssue := AppendText(nil, UCS2LE, b)
		if string(little) != string(want) || littleIssue != issue {
			t.Fatalf("little-endian %x: %q, want %q", b, little, want)
		}
	}
}

func TestIssueStrings(t *testing.T) {
	seen := map[string]bool{}
	for _, first := range []Issue{NoIssue, NoUDH} {
		for i := first; i <= BadBytes || i >= NoUDH && i <= BadConcat; i++ {
			s := i.String()
			if seen[s] || s == "unknown issue" {
				t.Errorf("issue %d: %q", i, s)
			}
			seen[s] = true
		}
	}
	if Issue(20).String() != "unknown issue" || Issue(255).String() != "unknown issue" {
		t.Error("an issue that does not exist has a text")
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"Hello", "\xcd\xcb\xb6\xa9", "\xd8\x3d\xde\x00\x4e", "\xff\xfe\x00\xd8", "\x81\x30\x81\x30", "\x1b\x65\x1b", "\xe4\xb8"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for enc := ASCII; enc <= UCS2LE; enc++ {
			got, text := Decode(nil, enc, b)
			if !utf8.Valid(got) {
				t.Errorf("%v: %q is not UTF-8", enc, got)
			}
			if len(got) > 3*len(b) {
				t.Errorf("%v: %d bytes of %d", enc, len(got), len(b))
			}
			if enc != Latin1 && enc != Binary && text.Issue == NoIssue && strings.Contains(string(got), "\uFFFD") && !fffd(enc, b) {
				t.Errorf("%v %x: %q without an issue", enc, b, got)
			}
			if text.HasGuess && text.Guess == enc {
				t.Errorf("%v guessed to be itself", enc)
			}
		}
		LooksGSM7(b)
		AppendPackedGSM7(nil, b, FillBits(len(b)), Shift{uint8(len(b)), uint8(len(b) / 2)})
		AppendGSM7(nil, b, Shift{uint8(len(b)), uint8(len(b) / 2)})
	})
}

// fffd reports whether b has the replacement character as a character of its own.
func fffd(enc Encoding, b []byte) bool {
	one, _ := encode(enc, "\uFFFD")
	return one != nil && strings.Contains(string(b), string(one))
}

// TestIsASCII: one byte from 0x80 tells, wherever it stands.
func TestIsASCII(t *testing.T) {
	for n := range 20 {
		b := bytes.Repeat([]byte{0x7f}, n)
		if !IsASCII(b) {
			t.Errorf("%d bytes of 7f", n)
		}
		for i := range b {
			b[i] = 0x80
			if IsASCII(b) {
				t.Errorf("80 at %d of %d", i, n)
			}
			b[i] = 0
		}
	}
}
