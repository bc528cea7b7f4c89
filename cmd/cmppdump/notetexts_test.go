package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/lang"
)

// TestNotesInChinese: every expert note has a Chinese sentence with the same
// numbers in the same order, and so has every part of one.
func TestNotesInChinese(t *testing.T) {
	verb := regexp.MustCompile(`%[dsx]`)
	numbers := func(s string) []string {
		return slices.DeleteFunc(verb.FindAllString(s, -1), func(v string) bool { return v == "%s" })
	}
	for _, n := range notes() {
		text := n.TextIn()
		if err := text.Check(); err != nil && strings.Contains(err.Error(), "missing") {
			t.Errorf("%s: %v", n.ID, err)
		}
		en, zh := text[lang.English], text[lang.Chinese]
		if !slices.Equal(numbers(en), numbers(zh)) || strings.Count(en, "%s") != strings.Count(zh, "%s") {
			t.Errorf("%s: %q and %q have other verbs", n.ID, en, zh)
		}
	}
	phrases := []string{"what does not tell its own is read as 3.0", "2.0, which its length has, and not in the session's, 3.0", "nothing is assumed from it",
		"big-endian, as without it", "the text is little-endian", "packets were dropped since", "the other direction has a gap since",
		"nothing was captured of the other direction since", "octets of the other direction could not be read", "ASCII, but the octets look like GBK",
		"Source_Addr padded to 6 octets and Timestamp in binary", "Timestamp not padded to ten digits", "Status of one octet", "Status of four octets", "Status as a digit", "no Status",
		"a new connection took its ports", "TERMINATE by both sides, FIN by the client", "TERMINATE by the client, FIN by the server", "TERMINATE by the server, RST by the client",
		"the login was refused, RST by the server"}
	for _, c := range cmpp.Protocol.Commands {
		for _, d := range c.Dialects {
			if d.Says != "" {
				phrases = append(phrases, d.Says)
			}
		}
	}
	for _, p := range phrases {
		if text := dissect.Phrase(p); !hasHan(text[lang.Chinese]) || strings.Contains(text[lang.Chinese], "#") {
			t.Errorf("no Chinese of %q: %q", p, text[lang.Chinese])
		}
	}
	if got := dissect.Phrase("Source_Addr padded to 6 octets and Timestamp in binary")[lang.Chinese]; got != " Source_Addr 补足 6 字节，二进制的 Timestamp" {
		t.Error(got)
	}
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
}
