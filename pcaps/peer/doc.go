// Package peer is an SP and an ISMG that talk CMPP over real TCP, and a GNS
// for the routes between gateways. They make the captures in pcaps and are
// somebody to talk to in tests.
//
// Both ends write every PDU they send and receive to a [Log]. What was sent
// according to one end is what the other received, so the log is the truth
// that a dissector's reading of the packets is measured by. Like package wire
// it shares nothing with the dissector.
//
// A [Scenario] is a pair of scripts for the two ends. It ends by itself.
package peer
