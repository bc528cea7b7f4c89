package track_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// facts spells what is known of a connection, without what is not.
func facts(c *track.Conn) string {
	var b strings.Builder
	add := func(ok bool, format string, a ...any) {
		if ok {
			fmt.Fprintf(&b, " "+format, a...)
		}
	}
	add(c.Known, "sp %s", c.SP)
	add(len(c.SPID()) > 0, "id %s", c.SPID())
	add(c.Spec != nil, "status %d", c.Status)
	add(c.Version != dissect.NoVersion, "version %s", version(c))
	add(c.Terminated[reassembly.C2S], "terminated c2s")
	add(c.Terminated[reassembly.S2C], "terminated s2c")
	add(c.Heartbeat.Count() > 0, "heartbeats %d", c.Heartbeat.Count())
	return strings.TrimSpace(b.String())
}

func version(c *track.Conn) string {
	if c.Version == dissect.NoVersion {
		return ""
	}
	return c.Proto.Versions[c.Version]
}

// connAfter runs a script and gives what was then known of connection a.
func connAfter(t *testing.T, v wire.Version, script string) *track.Conn {
	t.Helper()
	r := newRunner(t, track.Options{})
	r.v = v
	r.steps(parse(t, script))
	r.end()
	for c := range r.tr.conns {
		if letter(c) == 'a' {
			return c
		}
	}
	t.Fatalf("%s: connection a was not recognised", script)
	return nil
}

func TestConnFacts(t *testing.T) {
	for _, c := range []struct {
		name   string
		v      wire.Version
		script string
		want   string
	}{
		{"a login tells the SP, its account and the version", wire.V30,
			"a> connect:1=900001; a< connect_resp:1",
			"sp c2s id 900001 status 0 version 3.0"},
		{"and the status", wire.V20,
			"a> connect:1=900001; a< connect_resp:1=3",
			"sp c2s id 900001 status 3 version 2.0"},
		{"without its answer there is no status", wire.V20,
			"a> connect:1=900001",
			"sp c2s id 900001 version 2.0"},
		{"the newest login counts", wire.V20,
			"a> connect:1=900001; a< connect_resp:1=3; a> connect:2=900003; a< connect_resp:2",
			"sp c2s id 900003 status 0 version 2.0"},
		{"the SP is the server where it says so", wire.V20,
			"a< connect:1=900001; a> connect_resp:1",
			"sp s2c id 900001 status 0 version 2.0"},
		{"an ISMG logs in to an SP: what it delivers tells", wire.V20,
			"a> connect:1=000001; a< connect_resp:1; a> deliver:2; a< deliver_resp:2",
			"sp s2c id 000001 status 0 version 2.0"},
		{"and a further login does not change that", wire.V20,
			"a> connect:1=000001; a< connect_resp:1; a> deliver:2; a< deliver_resp:2; a> connect:3=000001; a< connect_resp:3",
			"sp s2c id 000001 status 0 version 2.0"},
		{"in mid-stream by SUBMIT, and the account by Msg_src", wire.V30,
			"a> submit:1",
			"sp c2s id 900002 version 3.0"},
		{"the login's account goes before", wire.V30,
			"a> submit:1; a> connect:2=900001",
			"sp c2s id 900001 version 3.0"},
		{"by SUBMIT_RESP", wire.V30,
			"a> submit_resp:1",
			"sp s2c version 3.0"},
		{"by DELIVER", wire.V20,
			"a< deliver:1",
			"sp c2s version 2.0"},
		{"by DELIVER_RESP", wire.V20,
			"a< deliver_resp:1",
			"sp s2c version 2.0"},
		{"nothing tells", wire.V30,
			"a> active_test:1; a< query_resp:1",
			""},
		{"who ends the session", wire.V30,
			"a> terminate:1; a< terminate_resp:1",
			"terminated c2s"},
		{"the other one", wire.V30,
			"a< terminate:1; a> terminate_resp:1",
			"terminated s2c"},
		{"both", wire.V30,
			"a> terminate:1; a< terminate:1",
			"terminated c2s terminated s2c"},
		{"heartbeats of both ends, late ones too", wire.V30,
			"a> active_test:1; a< active_test_resp:1; a< active_test:1; +60s a> active_test_resp:1; a> active_test:2",
			"heartbeats 2"},
		{"connections are apart", wire.V30,
			"a> active_test:1; b> connect:1=900001; b< connect_resp:1; b> terminate:2",
			""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := facts(connAfter(t, c.v, c.script)); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.script, got, c.want)
			}
		})
	}
}

func TestTraffic(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         [2]track.Traffic
	}{
		{"requests are counted once",
			"a> submit:1 submit:2; a> submit:2; a< submit_resp:2 submit_resp:1; a< deliver:1; a> deliver_resp:1",
			[2]track.Traffic{{PDUs: 4, Requests: 2, MaxInFlight: 2}, {PDUs: 3, Requests: 1, MaxInFlight: 1}}},
		{"the most in flight, not the last",
			"a> submit:1 submit:2 submit:3; a< submit_resp:3 submit_resp:1 submit_resp:2; a> submit:4; a< submit_resp:4",
			[2]track.Traffic{{PDUs: 4, Requests: 4, MaxInFlight: 3}, {PDUs: 4}}},
		{"what had no response",
			"a> submit:1 submit:2; a<; +60s tick; a< submit_resp:2",
			[2]track.Traffic{{PDUs: 2, Requests: 2, Unanswered: 1, Silent: 1, MaxInFlight: 2}, {PDUs: 1}}},
		{"what had none before the end of the connection",
			"a> submit:1 submit:2; a< submit_resp:2; a fin",
			[2]track.Traffic{{PDUs: 2, Requests: 2, Unanswered: 1, MaxInFlight: 2}, {PDUs: 1}}},
		{"what had none before the end of the capture",
			"a> submit:1 submit:2; a< submit_resp:2",
			[2]track.Traffic{{PDUs: 2, Requests: 2, MaxInFlight: 2}, {PDUs: 1}}},
		{"what may have had one",
			"a> submit:1; +60s tick",
			[2]track.Traffic{{PDUs: 1, Requests: 1, MaxInFlight: 1}, {}}},
		{"octets that are no PDU",
			"a> submit:1; a< noise 30; a< submit_resp:1; a< noise 5; a fin",
			[2]track.Traffic{{PDUs: 1, Requests: 1, MaxInFlight: 1}, {PDUs: 1, Skipped: 35}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := connAfter(t, wire.V30, c.script).Dirs; got != c.want {
				t.Errorf("%s\n got %+v\nwant %+v", c.script, got, c.want)
			}
		})
	}
}

// TestHeartbeat: the delays are right to two digits.
func TestHeartbeat(t *testing.T) {
	h := &connAfter(t, wire.V30, "a> active_test:1; +10ms a< active_test_resp:1; a> active_test:2; +10ms a< active_test_resp:2; a< active_test:3; +3s a> active_test_resp:3").Heartbeat
	near := func(what string, got int64, want time.Duration) {
		if d := time.Duration(got) - want; d < -want/100 || d > want/100 {
			t.Errorf("%s %v, want %v", what, time.Duration(got), want)
		}
	}
	near("p50", h.Quantile(50), 10*time.Millisecond)
	near("max", h.Max(), 3*time.Second)
	var none track.Delays
	if none.Count() != 0 || none.Max() != 0 || none.Quantile(50) != 0 {
		t.Error("no delays, but a figure")
	}
	none.Add(0)
	none.Add((48 * time.Hour).Nanoseconds())
	if none.Count() != 2 {
		t.Errorf("%d delays counted of two, one of them none and one very long", none.Count())
	}
}
