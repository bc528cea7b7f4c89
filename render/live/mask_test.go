package live

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cmppdump/render"
)

// TestMask: with a mask no number and no text is in any pane, on the clipboard
// or in what is saved, and a filter still takes the true number.
func TestMask(t *testing.T) {
	o := options()
	o.Mask = render.NewMask([]byte("0123456789abcdef"))
	d := show(t, 200, 60, o, "../../pcaps/flow_submit_report_30.pcap", "../../pcaps/flow_receive_30.pcap", "../../pcaps/long_gbk_30.pcap", "../../pcaps/codings_30.pcap", reports)
	hidden := func(what, text string) {
		t.Helper()
		for _, s := range []string{"1380000", "1390000", "10690001", "your", "code is", "测试", "短信", "验证码", "示例", "482913", "取件码", "31 33 38 30 30", "6d 69 d5", "9a 8c 8b c1"} {
			if strings.Contains(text, s) {
				t.Fatalf("%s has %q:\n%s", what, s, text)
			}
		}
	}
	dir := t.TempDir()
	for _, view := range []string{"1", "2", "3", "4", "5"} {
		d.press(view, "g")
		for range 6 {
			for _, key := range []string{"y", "w", "Esc", "Enter", "y", "Enter", "y", "j", "y", "Enter", "y", "q", "q", "q", "j"} {
				if key == "q" && d.focus == paneList && d.cover == nil {
					continue
				}
				d.press(key)
				hidden("view "+view+", key "+key+", the screen", d.text())
				hidden("view "+view+", the clipboard", string(d.sim.GetClipboardData()))
			}
		}
		if view == "5" {
			break
		}
		for _, suffix := range []string{".md", ".json", ".pcapng"} {
			file := filepath.Join(dir, view+suffix)
			d.press("s").typed(file).press("Enter")
			b, err := os.ReadFile(file)
			if err != nil || len(b) == 0 && view != "4" {
				t.Fatalf("%s: %d octets, %v", file, len(b), err)
			}
			hidden(view+suffix, string(b))
		}
	}
	d.press("1", "f").typed("13800000001").press("Enter").has("138****0001#").has(" of ").lacks("138****0002#")
}
