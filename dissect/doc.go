// Package dissect finds the PDUs in the streams of connections and decodes
// them.
//
// A [Dissector] gives reassembly a Stream a connection. Per direction it keeps
// in step with the PDU borders (frame.go), finds its way back after a gap or at
// a mid-stream start (resync.go), and decides by which version's layout a PDU
// is read (version.go). Each [PDU] goes to the [Sink], decoded into a flat list
// of fields, with notes on whatever is odd about it (note.go).
//
// The protocol itself is data: a [Protocol] value made of layouts, commands and
// meanings. Package cmpp has the one of CMPP.
package dissect
