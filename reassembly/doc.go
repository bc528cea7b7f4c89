// Package reassembly turns TCP segments into ordered bytes and explicit gaps.
//
// An [Assembler] keeps a table of connections. Each segment given to Add goes
// to its connection, and what is in order is lent at once, without a copy, to
// the [Stream] of the connection. What arrives early waits, within bounds. A
// hole is declared when it can no longer be filled (gap.go says when), always by
// capture time and packet counts, never by the wall clock.
//
// # Bytes
//
// Of bytes captured more than once the first copy wins, delivered or waiting.
// Each byte keeps the stamp of the packet that held it first. Keep-alive probes
// hold no bytes, even where they carry one. Sequence and acknowledgement
// numbers show holes too: what a receiver acknowledges was sent.
//
// # Beginning
//
// A SYN, or a SYN and ACK, tells exactly where a direction begins. Otherwise it
// begins at the first number that its sender or, failing that, its receiver
// mentions, if the first data is at most 1 MiB behind; the bytes between are a
// hole. With nothing mentioned it begins at the first data.
//
// # End
//
// A connection ends when the FIN of both sides are in order, at a RST within the
// window, when another connection takes its ports, when it is the least
// recently used of too many, and with the input. It never ends by age: a CMPP
// connection may be idle. What waits is delivered first.
//
// Another connection takes the ports with a SYN of another number. Where the
// SYN was not captured, data far from all that was seen (before the first byte,
// more than 64 MiB back or 1 GiB ahead) shows it, if its acknowledgement number
// is as far off or a second segment continues it; one such segment alone is
// dropped. Under another VLAN tag, or in another network of a tunnel, it is a
// connection besides the first one (twins.go).
//
// The ports of a connection that was closed are remembered, for the last 16384,
// and what still comes from it is dropped (closed.go says how that is told from
// a new one). What is dropped is counted.
//
// The package knows TCP. It does not know CMPP.
package reassembly
