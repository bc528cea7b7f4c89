package cmpp

import "testing"

// TestMsgIDForms: what is written as a Msg_Id is read as the same one, in
// every form that logs have it.
func TestMsgIDForms(t *testing.T) {
	const id = 0xbb08a04007d1a02b
	for _, s := range []string{"bb08a04007d1a02b", "BB08A04007D1A02B", "13477198081775738923", "-4969545991933812693", "1122021001000200141003", "112202100100200141003"} {
		if got, ok := parseMsgID(s); !ok || got != id {
			t.Errorf("%s: %016x, %v", s, got, ok)
		}
	}
	// 7 and 5 digits (C§4.1), also where the gateway ends in 0 and the sequence
	// begins with one.
	for _, id := range []uint64{id, 0xbbb8594134fd1234, 12<<60 | 31<<55 | 23<<50 | 59<<44 | 59<<38 | 2000<<16 | 12, 1<<60 | 1<<55 | (1<<22-1)<<16 | 0xffff} {
		s := string(appendDigits(nil, id))
		if got, ok := parseMsgID(s); !ok || got != id {
			t.Errorf("%016x, written %s: %016x, %v", id, s, got, ok)
		}
	}
	for _, s := range []string{"", "1", "123", "1322021001000200141003", "1122021001000200199999", "99999999999999999999", "-99999999999999999999", "zz08a04007d1a02b"} {
		if got, ok := parseMsgID(s); ok {
			t.Errorf("%q: %016x", s, got)
		}
	}
	if s := appendDigits(nil, 1); len(s) > 0 {
		t.Errorf("month 0: %s", s)
	}
}
