package sms

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// chinese has 67 characters, the 134 bytes of a part; latin has 134.
const (
	chinese = "【示例】您购买的商品已由快递员送出，预计今天18:00前送达，请保持电话畅通。如需改期请直接回复数字：1改到明天上午，2改到明天下午"
	english = "Dear customer, your parcel is on its way and will be delivered today before 18:00. Reply 1 for tomorrow morning, 2 for the afternoon. "
)

func sample(tb testing.TB, enc Encoding) []byte {
	text := chinese
	if enc == ASCII {
		text = english
	}
	b, ok := encode(enc, text)
	if !ok {
		tb.Fatal("no sample")
	}
	for len(b) < 134 {
		b = append(b, b[:min(len(b), 134-len(b))]...)
	}
	return b[:134]
}

func TestAllocs(t *testing.T) {
	buffer := make([]byte, 0, 1024)
	for _, enc := range []Encoding{ASCII, UCS2, GB18030} {
		for _, declared := range []Encoding{enc, UCS2, GB18030, ASCII} {
			b := sample(t, enc)
			if n := testing.AllocsPerRun(100, func() { Decode(buffer, declared, b) }); n != 0 {
				t.Errorf("%v as %v: %v allocations", enc, declared, n)
			}
		}
	}
	b := sample(t, ASCII)
	header := unhex(t, "0b0003a7020105040b8423f0")
	var pushes []WAPPush
	for _, golden := range []string{goldenSI, goldenSL, goldenMMS} {
		w, _ := ParseWAPPush(unhex(t, golden))
		pushes = append(pushes, w)
	}
	si := unhex(t, goldenSI)
	long, short := []byte("8613800001234"), []byte("13800001234")
	for name, f := range map[string]func(){
		"GSM-7":  func() { AppendGSM7(buffer, b, Shift{Locking: 5, Single: 1}) },
		"packed": func() { AppendPackedGSM7(buffer, b, 1, Shift{}) },
		"looks":  func() { LooksGSM7(b) },
		"name":   func() { Coding(0x18).AppendName(buffer); Coding(0x18).AppendNameZh(buffer) },
		"header": func() { ParseUDH(header); Probable(header) },
		"elements": func() {
			for ie := range Elements(header) {
				for _, f := range ie.Fields() {
					f.Meaning(ie.Value(f))
				}
			}
		},
		"push": func() {
			ParseWAPPush(si)
			for _, w := range pushes {
				w.AppendURL(buffer)
				w.AppendText(buffer)
				w.AppendContentType(buffer)
			}
		},
		"signature": func() { Signature([]byte("正文【示例】")) },
		"number":    func() { SameNumber(long, short) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkAppendText(b *testing.B) {
	oracles := map[Encoding]encoding.Encoding{
		UCS2:    unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
		GB18030: simplifiedchinese.GB18030,
	}
	dst := make([]byte, 0, 1024)
	for _, enc := range []Encoding{ASCII, UCS2, GB18030} {
		src := sample(b, enc)
		b.Run(enc.String(), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				AppendText(dst, enc, src)
			}
		})
		if oracles[enc] == nil {
			continue
		}
		b.Run(enc.String()+" x/text", func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			d := oracles[enc].NewDecoder()
			for b.Loop() {
				d.Reset()
				d.Transform(dst[:cap(dst)], src, true)
			}
		})
	}
}

func BenchmarkGuess(b *testing.B) {
	for _, c := range []struct{ declared, real Encoding }{
		{ASCII, ASCII}, {UCS2, UCS2}, {GB18030, GB18030}, {UCS2, GB18030}, {GB18030, UTF8},
	} {
		src := sample(b, c.real)
		b.Run(c.declared.String()+" is "+c.real.String(), func(b *testing.B) {
			for b.Loop() {
				Guess(c.declared, src)
			}
		})
	}
}

func BenchmarkParseUDH(b *testing.B) {
	for name, header := range map[string]string{"part": "050003420201", "part and ports": "0b0003a7020105040b8423f0"} {
		content := append(unhex(b, header), sample(b, UCS2)...)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ParseUDH(content)
			}
		})
	}
}

func BenchmarkSignature(b *testing.B) {
	for b.Loop() {
		Signature([]byte(chinese))
	}
}

func BenchmarkSameNumber(b *testing.B) {
	long, short := []byte("8613800001234"), []byte("13800001234")
	for b.Loop() {
		SameNumber(long, short)
	}
}
