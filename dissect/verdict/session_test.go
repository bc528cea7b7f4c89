package verdict

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// account logs in at clock, MMDDhhmmss.
const (
	account = "900001"
	clock   = 1122140500
)

// login is a CONNECT with the digest that a secret gives, answered its response.
func login(seq wire.Seq, secret string) *wire.Connect {
	return &wire.Connect{Seq: seq, SourceAddr: account, AuthenticatorSource: wire.AuthenticatorSource(account, secret, clock), Version: wire.V30, Timestamp: clock}
}

func answered(seq wire.Seq, status uint32) *wire.ConnectResp {
	return &wire.ConnectResp{Seq: seq, Status: status, Version: wire.V20}
}

// verified is the answer to a login, with the digest by the layout of a version.
func verified(p *wire.Connect, secret string, v wire.Version) *wire.ConnectResp {
	r := answered(p.Seq, 0)
	r.AuthenticatorISMG = wire.AuthenticatorISMG(0, p.AuthenticatorSource, secret, v)
	return r
}

// binary is a login whose digest is made of a binary Timestamp.
func binaryLogin(seq wire.Seq, secret string) *wire.Connect {
	p := login(seq, secret)
	p.AuthenticatorSource = md5.Sum(binary.BigEndian.AppendUint32([]byte(account+"\x00\x00\x00\x00\x00\x00\x00\x00\x00"+secret), clock))
	return p
}

// enter is a login that is accepted.
func (k *talk) enter() {
	k.sp(login(1, ""))
	k.ismg(answered(1, 0))
}

// reject is a login that is refused with a status, and a connection closed for it.
func (k *talk) reject(p *wire.Connect, status uint32) {
	k.sp(p)
	k.ismg(answered(p.Seq, status))
	k.ends(reassembly.Fin, fromISMG)
}

// heartbeats are ACTIVE_TESTs of the SP that are not answered, though the ISMG is
// there.
func (k *talk) heartbeats(seq wire.Seq, n int) {
	for i := range n {
		k.sp(&wire.ActiveTest{Seq: seq + wire.Seq(i)})
	}
	k.idle(fromISMG, time.Second)
	k.idle(fromISMG, 61*time.Second)
	k.ismg(&wire.ActiveTest{Seq: 1})
	k.sp(&wire.ActiveTestResp{Seq: 1})
}

// sessions are the kinds of verdicts on logins and connections.
var sessions = []struct {
	what    string
	say     func(k *talk)
	secrets dissect.Secrets
}{
	{"logged in", func(k *talk) { k.enter() }, nil},
	{"logged in twice", func(k *talk) {
		k.enter()
		k.sp(login(2, ""))
		k.ismg(answered(2, 0))
	}, nil},
	{"the answer cut", func(k *talk) {
		k.sp(login(1, ""))
		k.cut(fromISMG, answered(1, 0), 13)
	}, nil},
	{"no answer in time", func(k *talk) {
		k.sp(login(1, ""))
		k.idle(fromISMG, time.Second)
		k.idle(fromISMG, 61*time.Second)
	}, nil},
	{"no answer before the end of the connection", func(k *talk) {
		k.sp(login(1, ""))
		k.ends(reassembly.Reset, fromISMG)
	}, nil},
	{"no answer, and a hole", func(k *talk) {
		k.sp(login(1, ""))
		k.next(fromISMG)
		k.missing(fromISMG, 30)
	}, nil},
	{"no answer before the connection was forgotten", func(k *talk) {
		k.sp(login(1, ""))
		k.ends(reassembly.Evicted, fromISMG)
	}, nil},
	{"no answer in the capture", func(k *talk) { k.sp(login(1, "")) }, nil},
	{"a structure error", func(k *talk) { k.reject(login(1, ""), 1) }, nil},
	{"a bad account", func(k *talk) { k.reject(login(1, ""), 2) }, nil},
	{"a bad digest", func(k *talk) { k.reject(login(1, ""), 3) }, nil},
	{"a version too high", func(k *talk) { k.reject(login(1, ""), 4) }, nil},
	{"too many logins", func(k *talk) { k.reject(login(1, ""), 5) }, nil},
	{"a bad address", func(k *talk) { k.reject(login(1, ""), 6) }, nil},
	{"refused, and silence to what is sent all the same", func(k *talk) {
		k.sp(login(1, ""))
		k.ismg(answered(1, 2))
		k.sp(submit(2))
		k.idle(fromISMG, 15*time.Second)
	}, nil},
	{"refused, then accepted", func(k *talk) {
		k.sp(login(1, ""))
		k.ismg(answered(1, 3))
		k.sp(login(2, ""))
		k.ismg(answered(2, 0))
	}, nil},

	{"a bad digest, of another account than there are secrets for", func(k *talk) { k.reject(login(1, "x"), 3) }, dissect.Secrets{"other": {{Text: []byte("x"), Line: 1}}}},
	{"a bad digest, made with another secret", func(k *talk) { k.reject(login(1, "y"), 3) }, known},
	{"a bad digest, made in another way", func(k *talk) { k.reject(binaryLogin(1, "x"), 3) }, known},
	{"a bad digest, which is right", func(k *talk) { k.reject(login(1, "x"), 3) }, known},
	{"a bad account, with the right digest", func(k *talk) { k.reject(login(1, "x"), 2) }, known},
	{"right digests", func(k *talk) {
		p := login(1, "x")
		k.sp(p)
		k.ismg(verified(p, "x", wire.V30))
	}, known},
	{"digests made in another way", func(k *talk) {
		p := binaryLogin(1, "x")
		k.sp(p)
		k.ismg(verified(p, "x", wire.V20))
	}, known},
	{"digests made with another secret", func(k *talk) {
		p := login(1, "y")
		k.sp(p)
		k.ismg(verified(p, "y", wire.V30))
	}, known},

	{"the SP logs out", func(k *talk) {
		k.enter()
		k.sp(&wire.Terminate{Seq: 2})
		k.ismg(&wire.TerminateResp{Seq: 2})
		k.ends(reassembly.Fin, fromSP)
	}, nil},
	{"the ISMG logs out, unheard", func(k *talk) {
		k.enter()
		k.ismg(&wire.Terminate{Seq: 2})
		k.ends(reassembly.Fin, fromISMG)
	}, nil},
	{"both log out", func(k *talk) {
		k.enter()
		k.ismg(&wire.Terminate{Seq: 2})
		k.sp(&wire.Terminate{Seq: 2})
	}, nil},
	{"the ISMG closes", func(k *talk) {
		k.enter()
		k.ends(reassembly.Fin, fromISMG)
	}, nil},
	{"the SP resets", func(k *talk) {
		k.enter()
		k.ends(reassembly.Reset, fromSP)
	}, nil},
	{"the ports are used again", func(k *talk) {
		k.enter()
		k.ends(reassembly.Reuse, fromSP)
	}, nil},
	{"forgotten", func(k *talk) {
		k.enter()
		k.ends(reassembly.Evicted, fromSP)
	}, nil},
	{"a side that is not known closes", func(k *talk) {
		k.sp(&wire.ActiveTest{Seq: 1})
		k.ismg(&wire.ActiveTestResp{Seq: 1})
		k.ends(reassembly.Fin, fromSP)
	}, nil},
	{"no answer to a heartbeat, and the SP closes", func(k *talk) {
		k.enter()
		k.heartbeats(2, 1)
		k.ends(reassembly.Fin, fromSP)
	}, nil},
	{"no answer to six heartbeats, and the SP resets", func(k *talk) {
		k.enter()
		k.heartbeats(2, 6)
		k.ends(reassembly.Reset, fromSP)
	}, nil},
	{"a late answer to a heartbeat", func(k *talk) {
		k.enter()
		k.heartbeats(2, 1)
		k.ismg(&wire.ActiveTestResp{Seq: 2})
	}, nil},
	{"nothing but the SP is heard", func(k *talk) {
		k.sp(login(1, ""), submit(2))
		k.idle(fromSP, 61*time.Second)
	}, nil},
	{"the ISMG falls silent", func(k *talk) {
		k.enter()
		k.sp(submit(2), submit(3))
		k.idle(fromISMG, 15*time.Second)
	}, nil},
	{"a late answer", func(k *talk) {
		k.enter()
		k.sp(submit(2))
		k.idle(fromISMG, time.Second)
		k.idle(fromISMG, 61*time.Second)
		k.ismg(resp(2, id, 0))
	}, nil},
	{"refusals, and answers cut", func(k *talk) {
		k.enter()
		k.sp(submit(2), submit(3))
		k.ismg(resp(2, 0, 8))
		k.cut(fromISMG, resp(3, id, 0), 20)
	}, nil},
	{"a receive window of 0", func(k *talk) {
		k.enter()
		k.conn.Net[fromISMG].ZeroWindow, k.conn.Net[fromISMG].Closed = 3, 2e9
	}, nil},
	{"in mid-stream", func(k *talk) {
		k.conn.Midstream = true
		k.accepted(submit(1))
	}, nil},
}

// known is a secret of the account.
var known = dissect.Secrets{account: {{Text: []byte("x"), Line: 3}}}

// TestSessions: what is said of logins and connections, a kind of verdict after
// the other.
func TestSessions(t *testing.T) {
	var b strings.Builder
	for _, c := range sessions {
		k := newTalk(dissect.Options{Secrets: c.secrets}, track.Options{})
		k.Secrets = c.secrets != nil
		c.say(k)
		k.over()
		fmt.Fprintf(&b, "# %s\n", c.what)
		for i := range k.session.Logins {
			both(t, &b, OfLogin(&k.session, i, &k.Context))
		}
		both(t, &b, OfConn(&k.session, &k.Context))
		b.WriteString("\n")
	}
	golden(t, "sessions.golden", []byte(b.String()))
}

// TestManyLogins: of the logins of one connection the first is kept, and the
// newest.
func TestManyLogins(t *testing.T) {
	k := newTalk(dissect.Options{}, track.Options{})
	for n := range wire.Seq(maxLogins + 5) {
		k.sp(login(n, ""))
		k.ismg(answered(n, 3))
	}
	l := k.session.Logins
	if len(l) != maxLogins || l[0].sequence != 0 || l[1].sequence != 6 || l[maxLogins-1].sequence != maxLogins+4 {
		t.Errorf("%d logins: %d, %d to %d", len(l), l[0].sequence, l[1].sequence, l[len(l)-1].sequence)
	}
}
