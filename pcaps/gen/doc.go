// Package gen makes large captures of CMPP traffic: a pcap file of any length,
// the same for the same options, written as it is made.
//
// A small queue of scheduled events plays SPs and one ISMG: they connect, the
// SPs submit, the ISMG answers some milliseconds later, reports follow
// seconds to minutes later on any connection of the same SP. Every packet is
// whole down to its checksums. What was written is counted in [Stats], the
// truth that a reader of the file is measured by.
//
// Numbers and texts are made up. The capture ends in the midst of traffic, as
// captures do: connections stay open and the newest requests unanswered.
package gen
