package sms

import (
	"testing"
	"unicode/utf8"
)

const (
	goldenSI  = "25060403ae81ea02056a0045c60d036578616d706c650085036d2f3100110369643100080ac3072024010215300010c3042024010301034e6577206d61696c000101"
	goldenSL  = "010601b002066a0085060a036578616d706c65008503676f0001"
	goldenMMS = "010601be8c82985431008d908a808e0210008805810302a30083687474703a2f2f6d6d732e6578616d706c652f3100"
)

// TestParseWAPPush: the golden bytes of sms-user-data §10, 9, 10 and 12, behind
// their user data headers, and variants.
func TestParseWAPPush(t *testing.T) {
	for _, c := range []struct {
		what, b                      string
		media                        Media
		contentType, name, url, text string
	}{
		{"SI", goldenSI, MediaSI, "application/vnd.wap.sic", "WAP push, Service Indication", "http://www.example.com/m/1", "New mail"},
		{"SL", goldenSL, MediaSL, "application/vnd.wap.slc", "WAP push, Service Loading", "http://www.example.com/go", ""},
		{"MMS", goldenMMS, MediaMMS, "application/vnd.wap.mms-message", "WAP push, MMS notification", "http://mms.example/1", ""},
		{"content type in words", "0106 18 6170706c69636174696f6e2f766e642e7761702e73696300" + "02056a00", MediaSI,
			"application/vnd.wap.sic", "WAP push, Service Indication", "", ""},
		{"unknown in words", "0106 04 612f6200 ff", MediaOther, "a/b", "WAP push", "", ""},
		{"unknown number", "0106 01 ff", 0x7F, "0x7f", "WAP push", "", ""},
		{"unknown long number", "0106 05 04 02 0316 80 41", 0x316, "0x0316", "WAP push", "", ""},
		{"confirmed push", "0107 01 ae", MediaSI, "application/vnd.wap.sic", "WAP push, Service Indication", "", ""},
		{"string table, two addresses, text in GBK", "0106 01 ae 02 05 71 05 612e622f00 05 c6 0c 83 00 05 0b 03 7800 01 03 cdcbb6a900 01 01", MediaSI,
			"application/vnd.wap.sic", "WAP push, Service Indication", "http://a.b/", "退订"},
		{"provisioning", "0106 03 02 b6 81 030b6a00 45c6 0103 6e6e00 03 7000 01", 0x36,
			"application/vnd.wap.connectivity-wbxml", "WAP push, OMA client provisioning", "", "nn p"},
		{"subject", "0106 01 be 8c82 96 06 ea 7f e98080 00 8d90", MediaMMS, "application/vnd.wap.mms-message", "WAP push, MMS notification", "", "退"},
	} {
		b := unhex(t, c.b)
		w, ok := ParseWAPPush(b)
		if !ok || w.Media != c.media || w.Truncated {
			t.Errorf("%s: %+v, %v", c.what, w, ok)
			continue
		}
		if got := string(w.AppendContentType(nil)); got != c.contentType {
			t.Errorf("%s: content type %q", c.what, got)
		}
		if w.Name() != c.name || w.NameZh() == "" {
			t.Errorf("%s: name %q", c.what, w.Name())
		}
		if got := string(w.AppendURL(nil)); got != c.url {
			t.Errorf("%s: URL %q", c.what, got)
		}
		if got := string(w.AppendText(nil)); got != c.text {
			t.Errorf("%s: text %q", c.what, got)
		}
	}
}

// TestWAPPushGolden takes the whole message, header first.
func TestWAPPushGolden(t *testing.T) {
	content := unhex(t, "0605040b8423f0"+goldenSI)
	u, ok := ParseUDH(content)
	if !ok || u.DestPort != PortWAPPush || PortName(u.DestPort) != "WAP push" {
		t.Fatalf("%+v, %v", u, ok)
	}
	w, ok := ParseWAPPush(content[u.Len:])
	if !ok || w.TID != 0x25 || w.Type != 6 || w.HeadersLen != 4 || len(w.Headers) != 0 {
		t.Errorf("%+v, %v", w, ok)
	}
}

func TestNoWAPPush(t *testing.T) {
	for _, b := range []string{"", "01", "0106", "010600", "0105 01 ae", "0106 ffffffffffff", "48656c6c6f", "0106 03 612f62"} {
		if w, ok := ParseWAPPush(unhex(t, b)); ok {
			t.Errorf("%s: %+v", b, w)
		}
	}
	if w, ok := ParseWAPPush(unhex(t, "0106 09 ae 84")); !ok || !w.Truncated || w.HeadersLen != 9 {
		t.Errorf("cut headers: %+v, %v", w, ok)
	}
}

// TestWAPPushCut: what can be read of a push cut anywhere is a beginning of the
// whole.
func TestWAPPushCut(t *testing.T) {
	b := unhex(t, goldenSI)
	for n := range b {
		w, ok := ParseWAPPush(b[:n])
		if !ok {
			continue
		}
		const url = "http://www.example.com/m/1"
		if got := string(w.AppendURL(nil)); len(got) > len(url) || got != url[:len(got)] {
			t.Errorf("cut at %d: %q", n, got)
		}
	}
}

func FuzzWAP(f *testing.F) {
	for _, s := range []string{goldenSI, goldenSL, goldenMMS, "01060102b68102056a00c603", "0106051f048181818181ff"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w, ok := ParseWAPPush(b)
		if !ok {
			return
		}
		if len(w.Headers)+len(w.Body) > len(b) {
			t.Errorf("%x: more than there is: %+v", b, w)
		}
		for what, got := range map[string][]byte{"type": w.AppendContentType(nil), "URL": w.AppendURL(nil), "text": w.AppendText(nil)} {
			// A value token is five characters, a separator one, a bad byte three.
			if !utf8.Valid(got) || len(got) > 16+12*len(b) {
				t.Errorf("%x: %s %q", b, what, got)
			}
		}
		if w.Name() == "" || w.NameZh() == "" {
			t.Errorf("%x: no name", b)
		}
	})
}

// TestWBXML: tokens that a Service Indication seldom has are walked over.
func TestWBXML(t *testing.T) {
	const si, sl = "02056a00", "02066a00"
	for _, c := range []struct {
		what, document string
		want           want
		result         string
	}{
		{"https, .net", si + "45 c6 0e 03612e6200 87 01 01 01", wantURL, "https://a.b.net/"},
		{"https www, .edu", si + "45 c6 0f 03612e6200 86 01 01 01", wantURL, "https://www.a.b.edu/"},
		{"SL http, .org", sl + "85 09 03612e6200 88 01", wantURL, "http://a.b.org/"},
		{"SL https", sl + "85 05 0b 03612e6200 01", wantURL, "https://a.b"},
		{"SL https www", sl + "85 0c 03612e6200 01", wantURL, "https://www.a.b"},
		{"SL bare", sl + "85 08 03612e6200 01", wantURL, "a.b"},
		{"only the first address", si + "c6 0b 03613a00 12 03626200 0b 03633a00 01 01", wantURL, "a:"},
		{"page, entity, opaque, processing instruction", si + "43 05 03787800 01 00 01 c6 0a c3 02 2024 0b 02 21 03613a00 01 01", wantURL, "a:"},
		{"literal tag and attribute", si + "84 05 04 07 03787800 0b 03613a00 01", wantURL, "a:"},
		{"extensions", si + "c6 81 05 c1 41 787800 0b 03613a00 01", wantURL, "a:"},
		{"another document has no href", "020a6a00 c6 0b 03613a00 01", wantURL, ""},
		{"table reference behind the table", "02056a02 6100 c6 0b 83 05 83 00 01", wantURL, "a"},
		{"named by the string table", "020000 6a02 6100 46 03 626300 01", wantContent, "bc"},
		{"two texts", si + "46 03 616200 03 636400 01", wantContent, "ab cd"},
		{"strings of attributes and content", "030b6a00 c6 06 03 6100 01 03 6200 01", wantStrings, "a b"},
		{"Latin-1", "02050400 46 03 e900 01", wantContent, "é"},
		{"no NUL at the end", si + "46 03 6162", wantContent, "ab"},
		{"an endless number", si + "46 83 ffffffffffff 03 6100", wantContent, ""},
	} {
		if got := string(appendWBXML(nil, unhex(t, c.document), c.want)); got != c.result {
			t.Errorf("%s: %q, want %q", c.what, got, c.result)
		}
	}
}

func TestMMS(t *testing.T) {
	for _, c := range []struct {
		what, message string
		name          byte
		result        string
	}{
		{"behind a header in words", "582d4100 6200 83 612f6200", mmsContentLocation, "a/b"},
		{"behind a long value", "88 1f 81 00" + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f" + "83 612f6200", mmsContentLocation, "a/b"},
		{"subject in GBK", "96 07 02 07e9 cdcbb6a9 00", mmsSubject, "退订"},
		{"subject in UCS-2", "96 07 02 03e8 9000 8ba2", mmsSubject, "退订"},
		{"subject without a length", "96 6869 00", mmsSubject, "hi"},
		{"no text", "83 81", mmsContentLocation, ""},
		{"cut", "83", mmsContentLocation, ""},
		{"cut in a length", "88 1f", mmsContentLocation, ""},
		{"none", "8d90", mmsContentLocation, ""},
	} {
		if got := string(appendMMS(nil, unhex(t, c.message), c.name)); got != c.result {
			t.Errorf("%s: %q, want %q", c.what, got, c.result)
		}
	}
}

func TestPortName(t *testing.T) {
	for port, want := range map[int]string{
		2948: "WAP push", 2949: "WAP push secure", 9200: "WSP", 9203: "WSP session secure", 9204: "vCard", 9207: "vCalendar secure",
		5503: "ring tone", 5505: "ring tone", 5506: "operator logo", 5507: "CLI icon", 5514: "multipart picture",
		49996: "OTA settings, SyncML", 49999: "OTA settings, browser", 7890: "", 0: "", -1: "",
	} {
		if got := PortName(port); got != want {
			t.Errorf("%d: %q", port, got)
		}
	}
}
