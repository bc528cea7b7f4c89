// Package capture takes packets from files and interfaces and finds the TCP
// segments in them.
//
// A [Source] lends one packet after the other: the frame as captured, its
// number and its time. A [Decoder] then walks from the link header to TCP and
// fills in the addresses, the TCP header and the payload. Nothing is copied:
// every slice is lent until the next call of Next. An [Intake] does both, and
// tells which packets are for the streams. It copies packets where it reads ahead:
// those of a live capture, to free the kernel's buffer while the stages behind are
// busy, and those of files where there are two cores.
//
// Files are pcap and pcapng in all their variants, plain or compressed
// ([Open], [Merge]). The decoder has a fast path; what is not on it takes a
// slow path: tunnels, whose inside comes back to the fast path, and IP
// fragments. Headers are walked by hand, a few lines each: gopacket's layers
// allocate, panic on hostile packets, and do not know where a packet that was
// cut would have ended.
//
// The package knows packets. It does not know connections or CMPP.
package capture
