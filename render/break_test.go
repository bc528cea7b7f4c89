package render

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestFitWordsMarks: no line of Chinese begins with what closes, nor ends with
// what opens, at whatever width.
func TestFitWordsMarks(t *testing.T) {
	const text = "网关已接受（Result 0），但在超时之内没有状态报告；请查询“网关”的日志：《说明》、【签名】……！SUBMIT_RESP（12.5ms）。"
	for width := 8; width < 120; width++ {
		for rest := []byte(text); len(rest) > 0; {
			n := len(rest)
			if Width(rest) > width {
				n = FitWords(rest, width)
			}
			line := strings.TrimRight(string(rest[:n]), " ")
			rest = rest[n:]
			last, _ := utf8.DecodeLastRuneInString(line)
			next, _ := utf8.DecodeRune(rest)
			if n == 0 || Width([]byte(line)) > width || len(rest) > 0 && (Closes(next) || Opens(last)) {
				t.Fatalf("width %d: %q | %q", width, line, rest)
			}
		}
	}
}
