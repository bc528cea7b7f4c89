// Package bpf is the capture filter: the pcap-filter language (the manual page
// pcap-filter(7)), compiled to classic BPF and run on the packets of capture
// files, or by the kernel on those of a live capture.
//
// [Compile] goes through three steps: lex.go and parse.go turn the expression
// into a tree; gen.go, with host.go, port.go and relation.go, resolves the tree
// for one link type (link.go) into conditions; emit.go turns the conditions
// into instructions. vm.go runs a [Program].
//
// [CompileLive] goes the same way with other layers (live.go), for what a packet
// socket of Linux shows.
//
// # Meaning
//
// With [Options.Exact] a program accepts and rejects the same packets as the
// one that libpcap 1.10 makes of the same expression for a capture file. That
// includes its odd corners: `not host a and b` means `not host a and host b`,
// and and or bind equally, tcp[…] never looks into IPv6, a load behind the
// captured bytes rejects the packet. (The tests compare the verdicts.)
// Without Exact, programs accept more:
//
//   - A port or portrange that is not negated also lets later IP fragments
//     through, which have no ports, and looks behind an IPv6 fragment header.
//     [Program.Widened] says what this asks of the caller.
//   - An expression with such a port also accepts a frame that it would accept
//     without one or two of its VLAN tags, unless it names vlan, mpls or
//     pppoes itself.
//   - Cooked frames have VLAN tags too.
//   - On the BSD loopback, any byte order and every system's number for IPv6
//     will do. (This one also holds for what is negated.)
//
// # What is left out
//
// Host, network and Ethernet names, ISO, AppleTalk, IPX, LLC, DECnet addresses,
// protochain and geneve are known but not compiled: the [Error] says Unsupported,
// and [Fallback] or [FallbackLive] asks an installed tcpdump. Keywords of other
// media (802.11, ATM, SS7) are errors, and for files what only a live capture
// knows.
//
// # To add a keyword
//
// Name it in names.go, give it a case in parser.keyword (parse.go), and a case
// in generator.keyword (gen.go).
package bpf
