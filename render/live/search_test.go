package live

import (
	"bytes"
	"testing"
)

// TestSearchIgnoresCase: in every script that has case.
func TestSearchIgnoresCase(t *testing.T) {
	for _, tt := range [][2]string{
		{"Здравствуйте", "ЗДРАВСТВУЙТЕ, мир"}, {"ЗДРАВ", "здравствуйте"}, {"ÄÖÜ", "xäöüy"}, {"äöü", "ÄÖÜ"}, {"ΣΟΦΟΣ", "σοφος σοφοσ"},
		{"DELIVRD", "delivrd"}, {"验证码A", "您的验证码a是"}, {"ÿ", "Ÿ"}, {"k", "273 \u212a"},
	} {
		if !bytes.Contains(appendFolded(nil, []byte(tt[1])), appendFolded(nil, []byte(tt[0]))) {
			t.Errorf("%q is not found in %q", tt[0], tt[1])
		}
	}
	if got := appendFolded(nil, []byte("\xffA\xc3")); string(got) != "\xffa\xc3" {
		t.Errorf("%q", got)
	}
}

// TestSearchShowsCapitals: what was typed is found, and shown as typed where it
// is not.
func TestSearchShowsCapitals(t *testing.T) {
	d := show(t, 120, 40, options(), reports)
	d.press("/").typed("ÄÖÜ").press("Enter").has("not found: ÄÖÜ")
}

// TestSearchConnections: in what stands on the screen.
func TestSearchConnections(t *testing.T) {
	d := show(t, 120, 40, options(), "../../pcaps/two_conns_30.pcap", "../../pcaps/window_30.pcap").press("4")
	d.press("/").typed("0/16").press("Enter").has(">    3").press("/").typed("FIN BY CLIENT").press("Enter").has(">    2")
}
