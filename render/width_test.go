package render

import (
	"testing"
)

func TestWidth(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int
	}{
		{"", 0}, {"abc", 3}, {"短信", 4}, {"，。《》【】", 12}, {"ＡＢ", 4}, {"ｱｲ", 2}, {"한국", 4}, {"日本語", 6},
		{"é", 1}, {"e\u0301", 1}, {"😀", 2}, {"①§±→…", 5}, {"Привет", 6}, {`\u202e`, 6}, {"𠮷", 2}, {"\u00a0", 1},
	} {
		if got := Width([]byte(tt.text)); got != tt.want {
			t.Errorf("%q has %d cells, want %d", tt.text, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{"abcdef", 6, "abcdef"}, {"abcdef", 7, "abcdef"}, {"abcdef", 5, "abc.."}, {"abcdef", 2, ".."}, {"abcdef", 1, "."},
		{"abcdef", 0, ""}, {"abcdef", -1, ""}, {"", 0, ""}, {"", -1, ""}, {"a", 1, "a"}, {"ab", 1, "."},
		{"短信短信", 8, "短信短信"}, {"短信短信", 7, "短信.."}, {"短信短信", 6, "短信.."}, {"短信短信", 5, "短.."}, {"短信", 3, ".."}, {"短", 1, "."},
		{"a短信b", 5, "a短.."}, {"a短信b", 6, "a短信b"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"}, {"e\u0301e\u0301e\u0301", 2, ".."}, {"abe\u0301d", 3, "a.."},
		{"😀😀😀", 5, "😀.."}, {"您的验证码是482913，请勿告诉他人", 22, "您的验证码是482913，.."},
	} {
		if got := string(Cut([]byte(tt.text), tt.width)); got != tt.want {
			t.Errorf("%q cut to %d: %q, want %q", tt.text, tt.width, got, tt.want)
		}
		checkCut(t, tt.text, tt.width)
	}
}

func TestPad(t *testing.T) {
	for _, tt := range []struct {
		text        string
		width       int
		left, right string
	}{
		{"abc", 5, "  abc", "abc  "}, {"abc", 3, "abc", "abc"}, {"abc", 2, "abc", "abc"}, {"", 2, "  ", "  "}, {"短信", 5, " 短信", "短信 "},
	} {
		if got := string(PadLeft([]byte("|"), []byte(tt.text), tt.width)); got != "|"+tt.left {
			t.Errorf("%q right in %d: %q", tt.text, tt.width, got)
		}
		if got := string(PadRight([]byte("|"), []byte(tt.text), tt.width)); got != "|"+tt.right {
			t.Errorf("%q left in %d: %q", tt.text, tt.width, got)
		}
	}
}

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		text        string
		width, want int
	}{
		{"abc", 2, 2}, {"abc", 5, 3}, {"短信", 3, 3}, {"短信", 4, 6}, {"短信", 1, 3}, {"abc", 0, 1}, {"", 3, 0}, {"e\u0301x", 1, 3},
	} {
		if got := Fit([]byte(tt.text), tt.width); got != tt.want {
			t.Errorf("%q into %d cells: %d octets, want %d", tt.text, tt.width, got, tt.want)
		}
	}
}

func BenchmarkWidth(b *testing.B) {
	text := []byte("【示例】您的验证码是482913，5分钟内有效，请勿告诉他人。")
	for b.Loop() {
		Width(text)
	}
}

func BenchmarkAppendEscaped(b *testing.B) {
	var dst []byte
	for name, text := range map[string]string{"chinese": "【示例】您的验证码是482913，5分钟内有效，请勿告诉他人。", "ascii": "Your code is 482913, valid for 5 minutes."} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dst = AppendEscaped(dst[:0], []byte(text))
			}
		})
	}
}

// TestFitWords: lines end between words, and numbers stay whole.
func TestFitWords(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{"one two three", 9, "one two"},
		{"one two three", 7, "one two"},
		{"one two three", 40, "one two three"},
		{"the Msg_Id is also 13499123168201736197, in logs", 38, "the Msg_Id is also"},
		{"日志中的 Msg_Id 也写作 13499123168201736197、4", 40, "日志中的 Msg_Id 也写作"},
		{"您的验证码是482913，请勿告诉他人", 15, "您的验证码是"},
		{"您的验证码是482913，请勿告诉他人", 18, "您的验证码是"},
		{"您的验证码是482913", 5, "您的"},
		{`\x1b\x1b\x1b\x1b\x1b\x1b`, 10, `\x1b\x1b\x`},
	} {
		n := FitWords([]byte(tt.text), tt.width)
		if got := tt.text[:n]; got != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
