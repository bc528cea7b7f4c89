package reassembly

import "testing"

// In the scripts the client's SYN has number 99 and the server's 499, so that
// data begins at 100 and 500.
const handshake = `
	> S  99
	< SA 499 100
	> .  100 500
`

func TestScripts(t *testing.T) {
	tests := []struct {
		name, script, want string
	}{
		// In order.
		{"in order", handshake + `
			> . 100 500 abc
			< . 500 103 xy
			> . 103 502 defg
			flush`, `
			1 open
			1> 0 abc @4
			1< 0 xy @5
			1> 3 defg @6
			1 capture_ended @6`},
		{"data on SYN", `
			> S  99 hello
			< SA 499 105 world
			> .  105 505 again
			flush`, `
			1 open
			1> 0 hello @1
			1< 0 world @2
			1> 5 again @3
			1 capture_ended @3`},
		{"SYN retransmitted", `
			> S  99
			> S  99
			< SA 499 100
			< SA 499 100
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @5
			1 capture_ended @5`},
		{"simultaneous open", `
			> S 99
			< S 499
			> SA 99 500
			< SA 499 100
			> . 100 500 a1
			< . 500 102 b1
			flush`, `
			1 open
			1> 0 a1 @5
			1< 0 b1 @6
			1 capture_ended @6`},
		{"SYN captured late", `
			< SA 499 100
			> S  99
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @3
			1 capture_ended @3`},
		{"flags other than ACK absent", handshake + `
			> - 100 abc   # no ACK: not sent by any real stack, but harmless
			flush`, `
			1 open
			1> 0 abc @4
			1 capture_ended @4`},

		{"SYN captured after an ACK", `
			> .  100 500
			> S  99
			> . 100 500 abc
			flush`, `
			1 open mid
			1> 0 abc @3
			1 capture_ended @3`},
		{"SYN captured after data that is not the first", `
			> . 103 500 def
			> S  99
			< SA 499 100
			> . 106 500 ghi
			flush`, `
			1 open mid
			1> 0 def @1
			1> 3 ghi @4
			1 capture_ended @4`},
		{"the first byte captured after the second, the SYN after both", `
			< SA 499 100
			> . 101 500 b
			> S  99
			> . 100 500 a
			> . 102 500 c
			flush`, `
			1 open
			1> 0 a @4
			1> 1 b @2
			1> 2 c @5
			1 capture_ended @5`},
		{"SYN and ACK captured after data", `
			> S  99
			< . 503 100 xyz
			< SA 499 100
			< SA 499 100
			< . 506 100 uvw
			flush`, `
			1 open
			1< 0 xyz @2
			1< 3 uvw @5
			1 capture_ended @5`},
		{"data before the SYN's number", handshake + `
			> . 97 500 old
			> . 98 500 oldabc
			flush`, `
			1 open
			1> 0 dabc @5
			1 capture_ended @5`}, // (no sender does this)
		{"SYN and RST at once", handshake + `
			> SR 7000099
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @5
			1 capture_ended @5`},

		// Out of order.
		{"swapped", handshake + `
			> . 103 500 def
			> . 100 500 abc
			> . 106 500 ghi
			flush`, `
			1 open
			1> 0 abc @5
			1> 3 def @4
			1> 6 ghi @6
			1 capture_ended @6`},
		{"reversed", handshake + `
			> . 106 500 gh
			> . 104 500 ef
			> . 102 500 cd
			> . 100 500 ab
			flush`, `
			1 open
			1> 0 ab @7
			1> 2 cd @6
			1> 4 ef @5
			1> 6 gh @4
			1 capture_ended @7`},
		{"reordered across both directions", handshake + `
			> . 102 500 cd
			< . 502 100 34
			< . 500 100 12
			> . 100 500 ab
			flush`, `
			1 open
			1< 0 12 @6
			1< 2 34 @5
			1> 0 ab @7
			1> 2 cd @4
			1 capture_ended @7`},

		// Overlap and retransmission: the first copy of a byte wins.
		{"retransmission", handshake + `
			> . 100 500 abc
			> . 100 500 XXX
			> . 101 500 YY
			> . 103 500 def
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @7
			1 capture_ended @7`},
		{"overlap with delivered bytes", handshake + `
			> . 100 500 abcd
			> . 102 500 XXef
			flush`, `
			1 open
			1> 0 abcd @4
			1> 4 ef @5
			1 capture_ended @5`},
		{"overlap with waiting bytes from the front", handshake + `
			> . 103 500 def
			> . 100 500 abcXXX
			flush`, `
			1 open
			1> 0 abc @5
			1> 3 def @4
			1 capture_ended @5`},
		{"overlap with waiting bytes inside", handshake + `
			> . 103 500 d
			> . 100 500 abcXef
			flush`, `
			1 open
			1> 0 abc @5
			1> 3 d @4
			1> 4 ef @5
			1 capture_ended @5`},
		{"overlap among waiting bytes", handshake + `
			> . 104 500 ef
			> . 108 500 ij
			> . 102 500 cdXXghXXkl
			> . 100 500 ab
			flush`, `
			1 open
			1> 0 ab @7
			1> 2 cd @6
			1> 4 ef @4
			1> 6 gh @6
			1> 8 ij @5
			1> 10 kl @6
			1 capture_ended @7`},
		{"retransmission of waiting bytes", handshake + `
			> . 103 500 def
			> . 103 500 XXX
			> . 104 500 YY
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @7
			1> 3 def @4
			1 capture_ended @7`},

		// Keep-alive probes are no data.
		{"keep-alive", handshake + `
			> . 100 500 abc
			> . 102 500
			> . 102 500 !
			< . 500 103
			> . 103 500 def
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @8
			1 capture_ended @8`},
		{"one byte behind its ACK is late, no keep-alive", handshake + `
			> . 100 500 abc
			< . 500 104
			> . 103 500 d
			> . 103 500 X    # this one is
			> . 106 500 ghi
			< . 500 110
			> . 109 500 j    # late, behind bytes that wait
			> . 104 500 ef
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 d @6
			1> 4 ef @11
			1> 6 ghi @8
			1> 9 j @10
			1 capture_ended @11`},
		{"one byte of garbage where more is missing", handshake + `
			> . 100 500 abc
			< . 500 107
			wait 1000
			> . 106 500 X
			flush`, `
			1 open
			1> 0 abc @4
			1> gap 3+4 @6
			1 capture_ended @6`},
		{"one byte where more is missing, too soon for a probe", handshake + `
			> . 100 500 abc
			< . 500 107
			wait 100
			> . 106 500 X
			> . 103 500 def
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @7
			1> 6 X @6
			1 capture_ended @7`},
		{"keep-alive before any data", handshake + `
			> . 99 500
			> . 99 500 !
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @6
			1 capture_ended @6`},
		{"keep-alive behind a hole", handshake + `
			< . 500 106   # acknowledges what was not captured
			wait 1000
			> . 105 500 ! # the probe's byte is garbage
			> . 100 500 abcdef
			flush`, `
			1 open
			1> 0 abcdef @6
			1 capture_ended @6`},
		{"keep-alive among waiting bytes", handshake + `
			> . 103 500 def
			< . 500 106
			> . 105 500 !
			> . 105 500
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @8
			1> 3 def @4
			1 capture_ended @8`},

		// Holes.
		{"hole", handshake + `
			> . 103 500 def
			< . 500 106
			idle 198
			> . 106 500 ghi # 200 packets after the first behind the hole
			flush`, `
			1 open
			1> gap 0+3 @204
			1> 3 def @4
			1> 6 ghi @204
			1 capture_ended @204`},
		{"a hole waits 200 packets", handshake + `
			> . 103 500 def
			< . 500 106
			idle 198
			> . 100 500 abc # the last that can fill it
			flush`, `
			1 open
			1> 0 abc @204
			1> 3 def @4
			1 capture_ended @204`},
		{"a hole waits for the ACK", handshake + `
			> . 103 500 def
			idle 300
			< . 500 102     # not the whole hole
			idle 300
			< . 500 103
			flush`, `
			1 open
			1> gap 0+3 @606
			1> 3 def @4
			1 capture_ended @606`},
		{"an unacknowledged hole can be filled", handshake + `
			> . 103 500 def
			idle 1000
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @1005
			1> 3 def @4
			1 capture_ended @1005`},
		{"each hole has its time", handshake + `
			> . 102 500 c
			idle 9
			> . 104 500 ee
			< . 500 106
			idle 300
			flush`, `
			1 open
			1> gap 0+2 @204
			1> 2 c @4
			1> gap 3+1 @214
			1> 4 ee @14
			1 capture_ended @315`},
		{"a second hole is ripe when the first is filled", handshake + `
			> . 102 500 c
			> . 104 500 ee
			idle 300
			< . 500 100
			> . 100 500 aa
			< . 500 106
			flush`, `
			1 open
			1> 0 aa @307
			1> 2 c @4
			1> gap 3+1 @308
			1> 4 ee @5
			1 capture_ended @308`},
		{"a segment inside a hole that is acknowledged in part", handshake + `
			> . 110 500 klm
			< . 500 105
			idle 300
			> . 104 500 ef
			flush`, `
			1 open
			1> gap 0+4 @306
			1> 4 ef @306
			1> gap 6+4 @306
			1> 10 klm @4
			1 capture_ended @306`},
		{"a hole at the end of the input", handshake + `
			> . 103 500 def
			> . 110 500 klm
			flush`, `
			1 open
			1> gap 0+3 @5
			1> 3 def @4
			1> gap 6+4 @5
			1> 10 klm @5
			1 capture_ended @5`},
		{"the directions end in order of capture", handshake + `
			> . 103 500 def
			< . 503 100 456
			> . 110 500 klm
			flush`, `
			1 open
			1> gap 0+3 @6
			1> 3 def @4
			1< gap 0+3 @6
			1< 3 456 @5
			1> gap 6+4 @6
			1> 10 klm @6
			1 capture_ended @6`},
		{"a hole that only the ACK shows", handshake + `
			> . 100 500 abc
			< . 500 115       # 103 to 114 were not captured
			idle 200
			flush`, `
			1 open
			1> 0 abc @4
			1> gap 3+12 @205
			1 capture_ended @205`},
		{"an ACK before its data", handshake + `
			< . 500 106
			> . 100 500 abc
			idle 199
			> . 103 500 def
			idle 200
			flush`, `
			1 open
			1> 0 abc @5
			1> 3 def @205
			1 capture_ended @405`},
		{"a hole that only an empty segment shows", handshake + `
			> . 112 500
			idle 200
			< . 500 112
			flush`, `
			1 open
			1> gap 0+12 @205
			1 capture_ended @205`},
		{"an ACK of a FIN not captured is no hole", handshake + `
			> . 100 500 abc
			< . 500 104
			> . 104 500
			idle 300
			flush`, `
			1 open
			1> 0 abc @4
			1 capture_ended @306`},
		{"an ACK with a sequence number far off is not believed", handshake + `
			> . 103 500 def
			< . 999999999 106
			idle 300
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @306
			1> 3 def @4
			1 capture_ended @306`},

		{"an ACK far ahead is not believed", handshake + `
			> . 103 500 def
			< . 500 50000000
			idle 300
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @306
			1> 3 def @4
			1 capture_ended @306`},

		// One direction.
		{"one direction, in order", `
			> . 100 500 abc
			> . 103 510 def
			flush`, `
			1 open mid
			1> 0 abc @1
			1> 3 def @2
			1 capture_ended @2`},
		{"one direction, a hole", `
			> . 100 500 abc
			> . 106 510 ghi
			idle 200
			flush`, `
			1 open mid
			1> 0 abc @1
			1> gap 3+3 @202
			1> 6 ghi @2
			1 capture_ended @202`},
		{"one direction, the server's", `
			< . 500 100 abc
			< FA 503 100
			flush`, `
			1 open mid
			1< 0 abc @1
			1 capture_ended @2`},

		// Mid-stream.
		{"mid-stream", `
			> . 100 500 abc
			< . 500 103 xyz
			flush`, `
			1 open mid
			1> 0 abc @1
			1< 0 xyz @2
			1 capture_ended @2`},
		{"mid-stream, lent bytes stay the first", `
			> . 103 500 def
			> . 100 500 abc
			> . 106 500 ghi
			flush`, `
			1 open mid
			1> 0 def @1
			1> 3 ghi @3
			1 capture_ended @3`},
		{"mid-stream, the ACK shows earlier bytes", `
			< . 500 100
			> . 103 500 def
			< . 500 106
			idle 20
			flush`, `
			1 open mid
			1> gap 0+3 @10
			1> 3 def @2
			1 capture_ended @23`},
		{"mid-stream, the earlier bytes come", `
			< . 500 100
			> . 103 500 def
			> . 100 500 abc
			flush`, `
			1 open mid
			1> 0 abc @3
			1> 3 def @2
			1 capture_ended @3`},
		{"mid-stream, even earlier bytes come", `
			< . 500 100
			> . 103 500 def
			>  . 97 500 XYZ
			> . 100 500 abc
			flush`, `
			1 open mid
			1> 0 XYZ @3
			1> 3 abc @4
			1> 6 def @2
			1 capture_ended @4`},
		{"mid-stream, the ACK is too far away to mean anything", `
			< . 500 100
			> . 2000100 500 abc
			flush`, `
			1 open mid
			1> 0 abc @2
			1 capture_ended @2`},
		{"mid-stream, the sender's own number counts more", `
			< . 500 100      # an ACK that lags
			> . 103 500
			> . 103 500 def
			flush`, `
			1 open mid
			1> 0 def @3
			1 capture_ended @3`},
		{"mid-stream, the first of several hints counts", `
			> . 100 500
			> . 104 500
			> . 108 500 ijk
			flush`, `
			1 open mid
			1> gap 0+8 @3
			1> 8 ijk @3
			1 capture_ended @3`},
		{"mid-stream, the ACK keeps its meaning when earlier bytes come", `
			< . 500 100
			> . 103 500 def
			> .  97 500 XY
			> . 100 500 abc
			idle 20
			flush`, `
			1 open mid
			1> 0 XY @3
			1> gap 2+1 @10
			1> 3 abc @4
			1> 6 def @2
			1 capture_ended @24`},
		{"mid-stream, keep-alive first", `
			> . 102 500 !
			< . 500 103
			> . 103 500 def
			flush`, `
			1 open mid
			1> 0 def @3
			1 capture_ended @3`},
		{"mid-stream, empty keep-alive first", `
			> . 102 500
			< . 500 103
			> . 103 500 def
			flush`, `
			1 open mid
			1> 0 def @3
			1 capture_ended @3`},
		{"the SYN+ACK was not captured", `
			> S 99
			> . 100 500
			< . 503 100 xyz  # 500 to 502 are certainly missing
			> . 100 506
			idle 199
			flush`, `
			1 open
			1< gap 0+3 @203
			1< 3 xyz @3
			1 capture_ended @203`},
		{"the SYN was not captured", `
			< SA 499 100
			> . 103 500 def
			< . 500 106
			idle 199
			flush`, `
			1 open
			1> gap 0+3 @202
			1> 3 def @2
			1 capture_ended @202`},

		// The snaplen.
		{"cut segments", handshake + `
			> . 100 500 abc cut 7
			> . 110 500 klm cut 7
			> . 120 500 uvw
			< . 500 123
			idle 200
			flush`, `
			1 open
			1> 0 abc @4
			1> gap 3+7 @204
			1> 10 klm @5
			1> gap 13+7 @206
			1> 20 uvw @6
			1 capture_ended @207`},
		{"a cut segment is completed by a retransmission", handshake + `
			> . 100 500 abc cut 3
			> . 106 500 ghi
			> . 100 500 XXXdefXXX
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @6
			1> 6 ghi @5
			1 capture_ended @6`},
		{"the last segment is cut", handshake + `
			> . 100 500 abc cut 7
			< . 500 110
			idle 200
			flush`, `
			1 open
			1> 0 abc @4
			1> gap 3+7 @204
			1 capture_ended @205`},
		{"only the header of a segment was captured", handshake + `
			> . 100 500 cut 10
			> . 110 500 abc
			flush`, `
			1 open
			1> gap 0+10 @5
			1> 10 abc @5
			1 capture_ended @5`},

		{"a cut segment, cut again", handshake + `
			> . 100 500 abc cut 3
			> . 100 500 abc cut 3
			> . 103 500 def
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @6
			1 capture_ended @6`},

		// FIN.
		{"FIN of both sides", handshake + `
			> . 100 500 abc
			< FA 500 103
			> FA 103 501
			< . 501 104
			flush`, `
			1 open
			1> 0 abc @4
			1 fin < @6`},
		{"FIN with data", handshake + `
			> FA 100 500 abc
			< FA 500 104 xyz
			flush`, `
			1 open
			1> 0 abc @4
			1< 0 xyz @5
			1 fin > @5`},
		{"half close", handshake + `
			> FA 100 500
			< . 500 101 abc
			> . 101 503
			< . 503 101 def
			< FA 506 101
			flush`, `
			1 open
			1< 0 abc @5
			1< 3 def @7
			1 fin > @8`},
		{"FIN before missing data", handshake + `
			> FA 103 500
			< FA 500 100
			> . 100 501 abc
			flush`, `
			1 open
			1> 0 abc @6
			1 fin > @6`},
		{"FIN with data before missing data", handshake + `
			> FA 103 500 def
			< FA 500 100
			> . 100 501 abc
			flush`, `
			1 open
			1> 0 abc @6
			1> 3 def @4
			1 fin > @6`},
		{"FIN behind data that never comes", handshake + `
			> FA 103 500
			< FA 500 104
			idle 300
			flush`, `
			1 open
			1> gap 0+3 @204
			1 fin > @204`},
		{"FIN behind data that the end of the input misses", handshake + `
			> FA 103 500
			< FA 500 104
			flush`, `
			1 open
			1> gap 0+3 @5
			1 fin > @5`},
		{"ACK of the FIN before the FIN", handshake + `
			> . 100 500 abc
			< FA 500 107      # 103 to 105 and the FIN at 106
			> FA 106 501
			> . 103 501 def
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @7
			1 fin < @7`},
		{"FIN retransmitted", handshake + `
			> FA 100 500 abc
			> FA 100 500 abc
			> FA 103 500
			< FA 500 104
			flush`, `
			1 open
			1> 0 abc @4
			1 fin > @7`},
		{"data behind a FIN", handshake + `
			> FA 100 500 abc
			> . 103 500 def
			> . 101 500 XXXX
			< . 500 104 xyz
			flush`, `
			1 open
			1> 0 abc @4
			1< 0 xyz @7
			1 capture_ended @7`},
		{"FIN before bytes already seen", handshake + `
			> . 110 500 klm
			> FA 105 500
			> . 100 500 abcdefghij
			> . 113 500 nop
			flush`, `
			1 open
			1> 0 abcdefghij @6
			1> 10 klm @4
			1> 13 nop @7
			1 capture_ended @7`},
		{"FIN before bytes already delivered", handshake + `
			> . 100 500 abcdef
			> FA 103 500
			> . 106 500 ghi
			flush`, `
			1 open
			1> 0 abcdef @4
			1> 6 ghi @6
			1 capture_ended @6`},
		{"FIN far ahead", handshake + `
			> FA 50000000 500
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @5
			1 capture_ended @5`},
		{"the first FIN counts", handshake + `
			> FA 106 500
			> FA 110 500
			> . 100 500 abcdefghij
			flush`, `
			1 open
			1> 0 abcdef @6
			1 capture_ended @6`},
		{"an ACK beyond the FIN", handshake + `
			> FA 106 500
			< . 500 150
			idle 200
			flush`, `
			1 open
			1> gap 0+6 @204
			1 capture_ended @205`},
		{"FIN first of all, then its data", `
			> FA 106 500
			> . 103 500 def
			< FA 500 107
			> . 100 500 abc # too late
			flush`, `
			1 open mid
			1> 0 def @2
			1 fin > @3`},
		{"FIN first of all, then some of its data", `
			> FA 106 500
			> . 100 500 abc
			< FA 500 107
			> . 103 500 def
			flush`, `
			1 open mid
			1> 0 abc @2
			1> 3 def @4
			1 fin > @4`},
		{"FIN first in mid-stream", `
			> FA 100 500
			< FA 500 101
			> . 101 501
			flush`, `
			1 open mid
			1 fin > @2`},

		// RST.
		{"RST", handshake + `
			> . 100 500 abc
			< R 500
			flush`, `
			1 open
			1> 0 abc @4
			1 rst < @5`},
		{"RST delivers what waits", handshake + `
			> . 103 500 def
			< RA 500 100
			flush`, `
			1 open
			1> gap 0+3 @5
			1> 3 def @4
			1 rst < @5`},
		{"RST with an old sequence number", handshake + `
			> . 100 500 abcdef
			< . 500 106
			> R 103
			> R 100
			> . 106 500 ghi
			flush`, `
			1 open
			1> 0 abcdef @4
			1> 6 ghi @8
			1 capture_ended @8`},
		{"RST far outside the window", handshake + `
			> . 100 500 abc
			> R 2000000000
			> R 20000000
			> . 103 500 def
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @7
			1 capture_ended @7`},
		{"RST at the acknowledged number with data in flight", handshake + `
			> . 100 500 abc
			< . 500 103
			> . 103 500 def
			> R 103
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @6
			1 rst > @7`},
		{"RST behind a hole", handshake + `
			> . 100 500 abc
			> R 150
			flush`, `
			1 open
			1> 0 abc @4
			1 rst > @5`},
		{"RST refuses a SYN", `
			> S 99
			< RA -500 100     # sequence number 0, more or less
			flush`, `
			1 open
			1 rst < @2`},
		{"RST for another SYN", `
			> S 99
			< RA -500 2000100
			< SA 499 100
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @4
			1 capture_ended @4`},
		{"RST from a side not captured", `
			> . 100 500 abc
			< R 90000000
			> . 103 500 def
			< R 500
			flush`, `
			1 open mid
			1> 0 abc @1
			1> 3 def @3
			1 rst < @4`},
		{"RST of nothing", `
			> R 100
			< R 500
			> . 100 500 abc
			flush`, `
			1 open mid
			1> 0 abc @3
			1 capture_ended @3`},
		{"RST with text", handshake + `
			> RA 100 500 abc
			flush`, `
			1 open
			1 rst > @4`},
		{"RST after FIN", handshake + `
			> FA 100 500 abc
			< . 500 104 xy
			> R 104
			flush`, `
			1 open
			1> 0 abc @4
			1< 0 xy @5
			1 rst > @6`},

		// After the close.
		{"late segments after FIN", handshake + `
			> FA 100 500 abc
			< FA 500 104
			> . 104 501
			< FA 500 104
			> . 100 500 abc
			> . 103 501 !
			> S 99
			< SA 499 100
			> R 104
			flush`, `
			1 open
			1> 0 abc @4
			1 fin > @5`},
		{"late segments after RST", handshake + `
			> . 100 500 abc
			< R 500
			> . 103 500 def # was under way
			> FA 106 500
			< . 500 103
			< R 500
			flush`, `
			1 open
			1> 0 abc @4
			1 rst < @5`},
		{"data older than the RST, captured after it", handshake + `
			> . 100 500 abc
			> R 109
			> . 103 500 defghi
			flush`, `
			1 open
			1> 0 abc @4
			1 rst > @5`},
		{"the answer to a SYN given up", `
			> S 99
			> R 100
			< SA 499 100
			flush`, `
			1 open
			1 rst > @2`},
		{"data after a refused SYN", `
			> S 99
			< RA -500 100
			< . 500 100 XXX         # answers that SYN
			< . 500 90000000 new
			flush`, `
			1 open
			1 rst < @2
			2 open mid
			2< 0 new @4
			2 capture_ended @4`},
		{"new data after FIN, far back", handshake + `
			> FA 100 500 abc
			< FA 500 104
			> . -80000000 90000000 new
			flush`, `
			1 open
			1> 0 abc @4
			1 fin > @5
			2 open mid
			2> 0 new @6
			2 capture_ended @6`},
		{"new data after the other side's RST, far ahead", handshake + `
			> . 100 500 abc
			< R 500
			> . 80000000 90000000 new
			flush`, `
			1 open
			1> 0 abc @4
			1 rst < @5
			2 open mid
			2> 0 new @6
			2 capture_ended @6`},
		{"a new SYN after the close", handshake + `
			> FA 100 500 abc
			< FA 500 104
			> S 70099
			< SA 70499 70100
			> . 70100 70500 new
			flush`, `
			1 open
			1> 0 abc @4
			1 fin > @5
			2 open
			2> 0 new @8
			2 capture_ended @8`},
		{"a new SYN+ACK after the close, its SYN not captured", handshake + `
			> R 100
			< SA 70499 70100
			> . 70100 70500 new
			flush`, `
			1 open
			1 rst > @4
			2 open
			2> 0 new @6
			2 capture_ended @6`},
		{"new data after the close, far away", handshake + `
			> FA 100 500 abc
			< FA 500 104
			> . 70000000 90000000
			> . 70000000 90000000 new
			flush`, `
			1 open
			1> 0 abc @4
			1 fin > @5
			2 open mid
			2> 0 new @7
			2 capture_ended @7`},
		{"new data after the close, far back", handshake + `
			> . 100 500 abc
			< R 500
			> . -80000000 90000000 new
			flush`, `
			1 open
			1> 0 abc @4
			1 rst < @5
			2 open mid
			2> 0 new @6
			2 capture_ended @6`},
		{"new data behind the FIN", handshake + `
			> FA 100 500 abc
			< FA 500 104
			< . 66037 70000000 new # TIME-WAIT reused: only 65536 further
			flush`, `
			1 open
			1> 0 abc @4
			1 fin > @5
			2 open mid
			2< 0 new @6
			2 capture_ended @6`},
		{"the sender of a RST goes on", handshake + `
			> . 100 500 abc
			> R 103          # the receiver did not believe it
			< . 500 103 xyz  # may have been under way
			> . 103 503 def
			flush`, `
			1 open
			1> 0 abc @4
			1 rst > @5
			2 open mid
			2> 0 def @7
			2 capture_ended @7`},

		// The ports are used again.
		{"reuse with SYN", handshake + `
			> . 100 500 abc
			> . 106 500 ghi
			> S 70099
			< SA 70499 70100
			> . 70100 70500 new
			flush`, `
			1 open
			1> 0 abc @4
			1> gap 3+3 @6
			1> 6 ghi @5
			1 reuse @6
			2 open
			2> 0 new @8
			2 capture_ended @8`},
		{"reuse, the other side opens", handshake + `
			> . 100 500 abc
			< S 70499
			flush`, `
			1 open
			1> 0 abc @4
			1 reuse @5
			2 open
			2 capture_ended @5`},
		{"reuse of a connection in mid-stream", `
			> . 100 500 abc
			> S 70099
			> . 70100 70500 new
			flush`, `
			1 open mid
			1> 0 abc @1
			1 reuse @2
			2 open
			2> 0 new @3
			2 capture_ended @3`},
		{"reuse, only the SYN+ACK captured", handshake + `
			> . 100 500 abc
			< SA 70499 70100
			> . 70100 70500 new
			flush`, `
			1 open
			1> 0 abc @4
			1 reuse @5
			2 open
			2> 0 new @6
			2 capture_ended @6`},
		{"reuse of an empty connection", `
			> . 100 500
			> S 70099
			> . 70100 70500 new
			flush`, `
			1 open mid
			1 reuse @2
			2 open
			2> 0 new @3
			2 capture_ended @3`},
		{"a half-open connection is found out", `
			> S 99
			< . 800000500 900000100 # the server still has the old one
			> R 900000100
			< . 800000500 900000100 old
			> S 99
			< SA 499 100
			> . 100 500 abc
			flush`, `
			1 open
			1> 0 abc @7
			1 capture_ended @7`},
		{"taken over without SYN", handshake + `
			> . 100 500 abc
			> . 1500000000 1600000000 new
			< . 1600000000 1500000003 xyz
			flush`, `
			1 open
			1> 0 abc @4
			1 reuse @5
			2 open mid
			2> 0 new @5
			2< 0 xyz @6
			2 capture_ended @6`},
		{"taken over, only the sequence number shows it", handshake + `
			> . 100 500 abc
			> . -100000000 500 aaa
			> . -99999997 500 bbb
			flush`, `
			1 open
			1> 0 abc @4
			1 reuse @6
			2 open mid
			2> 0 aaa @5
			2> 3 bbb @6
			2 capture_ended @6`},
		{"a stray segment", handshake + `
			> . 100 500 abc
			> . -100000000 500 XXX
			> . 103 500 def
			flush`, `
			1 open
			1> 0 abc @4
			1> 3 def @6
			1 capture_ended @6`},
		{"another port is another connection", handshake + `
			> . 100 500 abc
			port 40001
			> . 100 500 other
			port 40000
			> . 103 500 def
			flush`, `
			1 open
			1> 0 abc @4
			2 open mid
			2> 0 other @5
			1> 3 def @6
			1 capture_ended @6
			2 capture_ended @6`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			expectEvents(t, Options{}, test.script, test.want)
		})
	}
}
