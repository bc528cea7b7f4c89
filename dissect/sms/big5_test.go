package sms

import (
	"math"
	"math/rand/v2"
	"testing"

	"golang.org/x/text/encoding/traditionalchinese"
)

// TestBig5: Big5 is not among the readings, since what guesses go by does not
// tell GBK from it: usual Hanzi of GBK, in any order, as names have them, can be
// so much cheaper in Big5 that they would be taken for it. Once there are none of
// those it can be guessed at.
func TestBig5(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	d := traditionalchinese.Big5.NewDecoder()
	taken := 0
	for range 20000 {
		var b []byte
		for range 3 {
			b = append(b, byte(0xB0+r.IntN(40)), byte(0xA1+r.IntN(94)))
		}
		text, err := d.Bytes(b)
		if err == nil && utf8Bits(text, math.MaxInt)+doubtBits <= gbBits(b, math.MaxInt) {
			taken++
		}
	}
	t.Logf("%d of 20,000", taken)
	if taken == 0 {
		t.Error("nothing is taken for Big5")
	}
}
