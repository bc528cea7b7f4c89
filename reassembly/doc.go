// Package reassembly turns TCP segments into ordered bytes and explicit gaps.
//
// An [Assembler] keeps a table of connections. Each segment given to Add goes
// to its connection, and what is in order is lent at once, without a copy, to
// the [Stream] of the connection. What arrives early waits, within bounds. A
// hole is declared when it can no longer be filled (gap.go says when), always by
// capture time and packet counts, never by the wall clock.
//
// The package knows TCP. It does not know CMPP.
package reassembly
