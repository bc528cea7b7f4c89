// Package wire writes and reads CMPP PDUs of versions 2.0, 2.1 and 3.0, bare
// status report blocks included.
//
// It is a reading of the specification of its own, by hand, and shares nothing
// with the dissector: what the two agree on was understood twice. Every PDU is
// a struct with the specification's fields and one method, layout, that walks
// them in wire order. The same walk writes the PDU, reads it, or lists its
// fields by their specification names for a log.
//
// The package writes what the specification says and nothing else; oddities
// of real traffic are made by whoever changes the bytes afterwards.
package wire
