package live

import "testing"

// TestLatencyBars: a transaction shows its latency as a bar, behind the whole
// number, and its state where no response came.
func TestLatencyBars(t *testing.T) {
	for _, tt := range []struct {
		w    int
		file string
		has  []string
	}{
		{80, "window_30.pcap", []string{"0.1ms 0.1s", "18.3ms..  █████", "0.151ms..  ▍"}},
		{100, "window_30.pcap", []string{"0.1ms 10ms  1s", "18.3ms 0..  ██████▊"}},
		{200, "window_30.pcap", []string{"0.1ms 1ms   10ms  0.1s  1s", "█████████████▋"}},
		{80, "silent_drop_30.pcap", []string{"  no_response"}},
	} {
		d := show(t, tt.w, 50, options(), "../../pcaps/"+tt.file).press("2", "g")
		for _, want := range tt.has {
			d.has(want)
		}
	}
	show(t, 80, 50, options(), "../../pcaps/window_30.pcap").lacks("█").press("3").lacks("█")
}

// TestBar: a bar is as long as its share, by parts of a cell.
func TestBar(t *testing.T) {
	for _, tt := range []struct {
		ns             int64
		unicode, ascii string
	}{
		{0, "▏", "#"}, {100e3, "▏", "#"}, {1e6, "██", "##"}, {3162278, "███", "###"}, {1800e3, "██▌", "###"}, {10e9, "██████████", "##########"}, {3600e9, "██████████", "##########"},
	} {
		if u, s := unicodeGlyphs.bar(share(tt.ns), 10), asciiGlyphs.bar(share(tt.ns), 10); u != tt.unicode || s != tt.ascii {
			t.Errorf("%d ns: %s and %s, want %s and %s", tt.ns, u, s, tt.unicode, tt.ascii)
		}
	}
}
