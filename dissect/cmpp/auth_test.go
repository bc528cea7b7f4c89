package cmpp_test

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// logins collects the PDUs' checks and notes.
type logins struct {
	auth  []*dissect.Auth
	notes []string
}

func (l *logins) Open(*dissect.Conn) {}
func (l *logins) PDU(p *dissect.PDU) {
	l.auth = append(l.auth, p.Auth)
	var notes []string
	for i := range p.Notes {
		notes = append(notes, p.Notes[i].Spec.ID+": "+string(p.Notes[i].AppendText(nil)))
	}
	l.notes = append(l.notes, strings.Join(notes, "; "))
}
func (l *logins) Gap(*dissect.Gap)                         {}
func (l *logins) Close(*dissect.Conn, reassembly.End) bool { return true }

// checked dissects a login and its answer with secrets at hand.
func checked(secrets dissect.Secrets, login, answer []byte) *logins {
	l := &logins{}
	d := dissect.New(l, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion, Secrets: secrets})
	s := d.Open(&reassembly.Conn{ID: 1, Client: netip.MustParseAddrPort("10.0.0.1:57800"), Server: netip.MustParseAddrPort("10.0.0.2:7890")})
	s.Data(reassembly.Chunk{Dir: reassembly.C2S, Stamp: capture.Stamp{Num: 1}, Data: login})
	s.Data(reassembly.Chunk{Dir: reassembly.S2C, Stamp: capture.Stamp{Num: 2}, Data: answer})
	return l
}

func digest(t *testing.T, text string) (d [16]byte) {
	t.Helper()
	if n, err := hex.Decode(d[:], []byte(text)); err != nil || n != len(d) {
		t.Fatal(text, err)
	}
	return d
}

// TestLoginDigests: the digests of C§4.2 and C§4.3, and what is said of those
// that are made otherwise.
func TestLoginDigests(t *testing.T) {
	secrets := dissect.Secrets{
		"901234": {{Text: []byte("wrong"), Line: 1}, {Text: []byte("secret99"), Line: 3}},
		"9012":   {{Text: []byte("secret99"), Line: 4}},
	}
	const right, unknown = "d876e74e8b8d186586ad1908e399726a", "00112233445566778899aabbccddeeff"
	const zero = "00000000000000000000000000000000"
	for _, tt := range []struct {
		name, account, source, isms string
		status                      uint32
		version                     wire.Version
		line                        [2]int // of the secret; 0: not verified
		notes                       [2]string
	}{
		{"as specified, 2.0", "901234", "d876e74e8b8d186586ad1908e399726a", "9d38ca0cb5d7f0d7f346c4d0f74577e5", 0, wire.V20, [2]int{3, 3}, [2]string{}},
		{"as specified, 3.0", "901234", "d876e74e8b8d186586ad1908e399726a", "6502fba0650d95a697db324373d52932", 0, wire.V30, [2]int{3, 3}, [2]string{}},
		{"one octet of Status in 3.0", "901234", "d876e74e8b8d186586ad1908e399726a", "9d38ca0cb5d7f0d7f346c4d0f74577e5", 0, wire.V30, [2]int{3, 3},
			[2]string{"", "cmpp.auth_form: with Status of one octet, the secret in line 3 of --secret-file gives this digest"}},
		{"four octets of Status in 2.0", "901234", "d876e74e8b8d186586ad1908e399726a", "6502fba0650d95a697db324373d52932", 0, wire.V20, [2]int{3, 3},
			[2]string{"", "cmpp.auth_form: with Status of four octets, the secret in line 3 of --secret-file gives this digest"}},
		{"Status as a digit", "901234", "d876e74e8b8d186586ad1908e399726a", "8a7109279ed3b2060de741dba897bc3c", 0, wire.V30, [2]int{3, 3},
			[2]string{"", "cmpp.auth_form: with Status as a digit, the secret in line 3 of --secret-file gives this digest"}},
		{"no Status", "901234", "d876e74e8b8d186586ad1908e399726a", "789e79df4432b0860f3551d593974c5f", 0, wire.V30, [2]int{3, 3},
			[2]string{"", "cmpp.auth_form: with no Status, the secret in line 3 of --secret-file gives this digest"}},
		{"Timestamp not padded, refused", "901234", "a690860007fd79e3894f72766b1c307d", zero, 3, wire.V30, [2]int{3, 0},
			[2]string{"cmpp.auth_form: with Timestamp not padded to ten digits, the secret in line 3 of --secret-file gives this digest", ""}},
		{"Timestamp in binary, refused", "901234", "7cc15433f1f9b23b69a6d1a71252bd59", zero, 3, wire.V20, [2]int{3, 0},
			[2]string{"cmpp.auth_form: with Timestamp in binary, the secret in line 3 of --secret-file gives this digest", ""}},
		{"short SP_Id", "9012", "f503ccde8ae4423b1282882c48c99f5d", zero, 0, wire.V30, [2]int{4, 0}, [2]string{}},
		{"short SP_Id padded", "9012", "b871c202ae4d6b2a4c900fcfa3762aff", zero, 3, wire.V30, [2]int{4, 0},
			[2]string{"cmpp.auth_form: with Source_Addr padded to 6 octets, the secret in line 4 of --secret-file gives this digest", ""}},
		{"another secret", "901234", unknown, unknown, 3, wire.V30, [2]int{0, 0},
			[2]string{"cmpp.auth_failed: no secret for 901234 in --secret-file gives this digest", "cmpp.auth_failed: no secret for 901234 in --secret-file gives this digest"}},
		{"the answer with another secret of the account", "901234", "d876e74e8b8d186586ad1908e399726a", "419545d7c60cbad54c461d555823a1fe", 0, wire.V30, [2]int{3, 1},
			[2]string{"", "cmpp.auth_secrets_differ: the secret in line 3 of --secret-file gives the digest of the login, that in line 1 this one"}},
		{"nobody's", "905555", right, unknown, 0, wire.V30, [2]int{0, 0},
			[2]string{"cmpp.auth_unchecked: --secret-file has no secret for 905555", "cmpp.auth_unchecked: --secret-file has no secret for 905555"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			login := &wire.Connect{Seq: 1, SourceAddr: tt.account, AuthenticatorSource: digest(t, tt.source), Version: tt.version, Timestamp: 102030405}
			answer := &wire.ConnectResp{Seq: 1, Status: tt.status, AuthenticatorISMG: digest(t, tt.isms), Version: tt.version}
			got := checked(secrets, login.Append(nil, tt.version), answer.Append(nil, tt.version))
			for i, line := range tt.line {
				switch a := got.auth[i]; {
				case line != 0 && (a == nil || !a.Verified || a.Line != line):
					t.Errorf("PDU %d: %+v, want line %d", i, a, line)
				case line == 0 && a != nil && a.Verified:
					t.Errorf("PDU %d verified: %+v", i, a)
				}
				if got.notes[i] != tt.notes[i] {
					t.Errorf("PDU %d:\n got %s\nwant %s", i, got.notes[i], tt.notes[i])
				}
			}
		})
	}
}

// TestNoSecrets: without secrets nothing is said of logins.
func TestNoSecrets(t *testing.T) {
	login := (&wire.Connect{Seq: 1, SourceAddr: "901234", Version: wire.V30}).Append(nil, wire.V30)
	answer := (&wire.ConnectResp{Seq: 1, Version: wire.V30}).Append(nil, wire.V30)
	if got := checked(nil, login, answer); got.auth[0] != nil || got.auth[1] != nil || got.notes[0] != "" || got.notes[1] != "" {
		t.Errorf("%+v", got)
	}
}
