package reassembly

import "testing"

// TestTrips: how long data takes to be acknowledged. Packets of a script are a
// millisecond apart.
func TestTrips(t *testing.T) {
	const opened = "> S 99\n< SA 499 100\n> . 100 500\n"
	for _, tt := range []struct {
		name, script           string
		there, back            uint64 // trips
		newest, least, newBack int64  // ms
	}{
		{"SYN and SYN ACK", opened, 1, 1, 1, 1, 1},
		{"data, and an acknowledgement that comes later", opened + "> . 100 500 abc\nidle 4\n< . 500 103", 2, 1, 5, 1, 1},
		{"an acknowledgement with data is the application's time", opened + "> . 100 500 abc\nidle 4\n< . 500 103 xyz\n> . 103 503", 1, 2, 1, 1, 1},
		{"the first of several segments is timed", opened + "> . 100 500 abc\n> . 103 500 def\n< . 500 106", 2, 1, 2, 1, 1},
		{"an acknowledgement of less ends nothing", opened + "> . 100 500 abc\n< . 500 101\n< . 500 103", 2, 1, 2, 1, 1},
		{"nobody knows what a retransmission's is of", opened + "> . 100 500 abc\n> . 100 500 abc\n< . 500 103", 1, 1, 1, 1, 1},
		{"in mid-stream too", "> . 100 500 abc\n< . 500 103 xyz\n> . 103 503 def\nidle 1\n< . 503 106", 1, 0, 2, 2, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t, Options{}, [2]uint32{1000, 5000})
			s.run(tt.script)
			n := s.conns[0].conn.Net
			if n[C2S].Trips != tt.there || n[S2C].Trips != tt.back {
				t.Fatalf("%d trips to the server and %d to the client, want %d and %d", n[C2S].Trips, n[S2C].Trips, tt.there, tt.back)
			}
			if n[C2S].Trip != tt.newest*1e6 || n[C2S].Shortest != tt.least*1e6 || n[S2C].Trip != tt.newBack*1e6 {
				t.Errorf("got %+v, want the newest after %d ms, the shortest %d ms; back %d ms", n, tt.newest, tt.least, tt.newBack)
			}
		})
	}
}

// TestClosedWindow: for how long a side could not be sent anything.
func TestClosedWindow(t *testing.T) {
	s := newScript(t, Options{}, [2]uint32{1000, 5000})
	s.run(`> S 99
		< SA 499 100
		> . 100 500 win 0
		< . 500 100 abc
		> . 100 503 win 0
		> . 100 503
		> . 100 503 win 0`)
	n := s.conns[0].conn.Net[C2S]
	if n.ZeroWindow != 3 || n.Closed != 3e6 || n.ClosedSince != 7e6 {
		t.Errorf("got %+v, want 3 segments, 3 ms and closed since 7 ms", n)
	}
}
