// Package live is the terminal view of the traffic, as it comes or out of
// files: lists of messages, transactions, PDUs and connections, each of them
// opened down to the octet.
//
//	pipeline ── track.Event ──> Store <── rows, trees, filters ── App ──> tcell.Screen
//	  (a goroutine)            (one lock)                     (a goroutine)  ^
//	                                                                keys ────┘
//
// The [Store] keeps compact entries in fixed chunks and the octets of PDUs in
// slabs; both are rings, and the oldest goes first. Nothing decoded is kept: a
// loader reads a PDU, transaction or message anew when it is shown, filtered or
// saved. The pipeline never waits for the screen but for the short time in which
// the store is read, and the keyboard never waits for the pipeline: what takes
// long, a filter or a search, is done in slices between the keys.
//
// Each pane has a file, and what all draw with is in canvas.go.
package live
