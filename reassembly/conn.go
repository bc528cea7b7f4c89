package reassembly

import (
	"net/netip"

	"cmppdump/capture"
)

// Dir is a direction of a connection. Client and server are TCP's: the client
// sent the SYN. Who is SP and who is ISMG is another question.
type Dir uint8

// The two directions.
const (
	C2S Dir = iota // client to server
	S2C            // server to client
)

// Reverse is the other direction.
func (d Dir) Reverse() Dir { return d ^ 1 }

// String is "c2s" or "s2c".
func (d Dir) String() string {
	if d == C2S {
		return "c2s"
	}
	return "s2c"
}

// Conn is one TCP connection: one 4-tuple from its first packet to its close.
// A port used again is a new Conn.
type Conn struct {
	// ID counts from 1 in the order of first packets.
	ID             int
	Client, Server netip.AddrPort
	// Midstream: the capture does not hold the SYN.
	Midstream bool
	First     capture.Stamp // the first packet of the connection
	Last      capture.Stamp // the newest packet of the connection
	Iface     *capture.Interface
	// Net is what TCP did, by direction of the data, brought up to date
	// before each call of the Stream.
	Net [2]Net
}

// Source is the sender of direction d.
func (c *Conn) Source(d Dir) netip.AddrPort {
	if d == C2S {
		return c.Client
	}
	return c.Server
}

// Destination is the receiver of direction d.
func (c *Conn) Destination(d Dir) netip.AddrPort { return c.Source(d.Reverse()) }

// Net counts one direction of a connection.
type Net struct {
	// FirstSeq is the absolute TCP sequence number of the byte at offset 0.
	FirstSeq uint32
	// Midstream: that may not be the first byte that the sender sent: neither
	// its SYN nor the answer to it was captured.
	Midstream bool
	Counts
}

// Counts are what changes of a direction with every segment.
type Counts struct {
	Packets       uint64 // segments seen, empty ones too
	Newest        int64  // capture time of the newest of them, ns
	Bytes         uint64 // stream bytes delivered
	Missing       uint64 // stream bytes declared missing
	Retransmitted uint64 // segments that held only bytes already seen
	ZeroWindow    uint64 // segments that announced a window of 0 (not RST)
	// Closed is for how long the sender of this direction has announced a
	// window of 0, so that nothing could be sent to it, in ns; ClosedSince is
	// when it began to, if it still does, else 0.
	Closed, ClosedSince int64
	// Trip is the newest time from data of this direction to its
	// acknowledgement, or from a SYN to the answer, as the capture saw them:
	// from where it was taken to the receiver and back, in ns. Trips counts
	// them, Shortest is the least. Acknowledgements that come with data are
	// left out, since the application may have waited with that.
	Trip, Shortest int64
	Trips          uint64
	Waiting        bool   // a hole is not declared yet
	Cut            uint64 // segments that the snaplen cut short
	Differing      uint64 // overlaps with waiting bytes that held other bytes
}

// Chunk is a run of stream bytes that came in one packet.
type Chunk struct {
	Dir
	capture.Stamp       // the packet that held the bytes
	Offset        int64 // of Data[0] in the direction's stream, from 0
	Data          []byte
}

// Gap is a run of stream bytes that were never captured.
type Gap struct {
	Dir
	// Stamp is the packet before which the hole became certain: the packet
	// that made the assembler give up waiting. Behind is the one that holds
	// the bytes behind the hole, or Stamp if there is none.
	capture.Stamp
	Behind capture.Stamp
	Offset int64 // of the first missing byte in the direction's stream
	Len    int64
	// Since is the capture time, in ns, of the newest packet of the direction
	// that shows nothing missing: the bytes were sent after it.
	Since int64
	// Cut: the packet before the hole had the first of the missing bytes, and
	// the snaplen cut them off.
	Cut bool
}

// Reason says why a connection ended.
type Reason uint8

// The reasons. Their names are the values of conn.close in the records.
const (
	CaptureEnded Reason = iota // the input ended first
	Fin                        // both sides sent a FIN
	Reset                      // one side sent a RST
	Reuse                      // a new connection took the same ports
	Evicted                    // dropped to stay within bounds
)

// String is the value of conn.close: "fin", "rst", ….
func (r Reason) String() string {
	return [...]string{"capture_ended", "fin", "rst", "reuse", "evicted"}[r]
}

// End says how and when a connection ended.
type End struct {
	Reason
	// By is the direction whose sender closed first; it means nothing for
	// CaptureEnded, Reuse and Evicted.
	By Dir
	capture.Stamp
}

// Stream receives the bytes of one connection, both directions, in the order
// in which they become certain. Data and Gap together cover each direction
// without a hole and without an overlap.
type Stream interface {
	// Data lends the next bytes of a direction, valid during the call.
	Data(Chunk)
	Gap(Gap)
	// Close is the last call. It reports whether somebody holds on to the Conn,
	// which then stays as it is; else it is used for another connection.
	Close(End) (kept bool)
}

// Opener makes the Stream of a new connection.
type Opener func(*Conn) Stream
