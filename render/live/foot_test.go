package live

import (
	"strings"
	"testing"

	"cmppdump/render"
)

// TestFoot: the footer has the keys of the pane, help and the way out always.
func TestFoot(t *testing.T) {
	for _, tt := range []struct {
		keys         string
		narrow, wide string // 40 and 80 columns
	}{
		{"1", "Enter open   / search   ? help   q quit", "Enter open   / search   f filter   w why   s save   < > sort   ? help   q quit"},
		{"2", "Enter open   / search   ? help   q quit", "Enter open   / search   f filter   < > sort   w why   s save   ? help   q quit"},
		{"3", "Enter fields   m pair   ? help   q quit", "Enter fields   m pair   / search   f filter   F connection   ? help   q quit"},
		{"4", "Enter flow   ? help   q quit", "Enter flow   F only this one   < > sort   / search   s save   ? help   q quit"},
		{"5", "j k scroll   Tab view   ? help   q quit", "j k scroll   Tab view   p hold   ? help   q quit"},
		{"?", "j k scroll   PgDn PgUp page   q back", "j k scroll   PgDn PgUp page   q back"},
		{"1 Enter", "Enter fields   m pair   ? help   q back", "Enter fields   m pair   w why   y copy   s save   ? help   q back"},
		{"1 Enter Enter", "Enter octets   ? help   q back", "Enter octets   h l close, open   m pair   y copy   w why   ? help   q back"},
		{"1 Enter Enter j j Enter", "h l octet   j k line   ? help   q back", "h l octet   j k line   m pair   y copy   ? help   q back"},
	} {
		for width, want := range map[int]string{40: tt.narrow, 80: tt.wide} {
			d := show(t, width, 24, options(), reports).press(strings.Fields(tt.keys)...)
			lines := d.lines()
			if got := strings.TrimSpace(lines[len(lines)-1]); got != want && !strings.HasPrefix(got, want+"  ") {
				t.Errorf("%s at %d: %q, want %q", tt.keys, width, got, want)
			}
		}
	}
}

// TestHints: what the footer names are keys, and each has a word in both
// languages.
func TestHints(t *testing.T) {
	d := show(t, 80, 24, options(), reports)
	check := func(all []hint) {
		for _, h := range all {
			for _, d.o.Lang = range []render.Lang{render.English, render.Chinese} {
				if k := d.footKey(h); k[0] == "" || k[1] == "" {
					t.Errorf("%q is %q", h.key, k)
				}
			}
		}
	}
	check(coverHints)
	check(statHints)
	check(wayOut)
	check(wayBack)
	for _, l := range listHints {
		check(l)
	}
	for _, l := range paneHints {
		check(l)
	}
}
