package spell

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"sms.text", "sms.to", "cmpp.command", "eth0"}
	for word, want := range map[string]string{
		"sms.txt": "sms.text", "sms.tetx": "sms.text", "cmpp.comand": "cmpp.command", "cmpp.comamnd": "cmpp.command",
		"eht0": "eth0", "eth1": "eth0", "x": "", "nothing.like.it": "", "sms.to": "sms.to",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"port", "port", 0}, {"prot", "port", 1}, {"ports", "port", 1},
		{"prt", "port", 1}, {"pert", "port", 1}, {"host", "port", 2}, {"kitten", "sitting", 3},
	} {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%s to %s: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
