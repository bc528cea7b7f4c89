// Package mutate makes rough captures of clean ones, and knows what is in them.
//
// [Load] takes a clean capture apart: into the octets of each direction of each
// connection, the PDUs in them, and the packets that carried them. A [Recipe]
// changes the packets, puts them into frames and changes those. [Octets] tells
// which octets a capture holds after all that. From it follows what a reader
// owes: each PDU whose header is held, as far as its octets are held without a
// gap, and nothing else.
//
// The package shares no code with what it is there to test.
package mutate
