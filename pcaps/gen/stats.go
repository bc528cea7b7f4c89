package gen

import "time"

// Stats counts what was sent, the truth about a capture. Lost packets were
// sent and are not in the file: it holds PDUs-LostPDUs PDUs.
type Stats struct {
	Packets int64 `json:"packets"` // in the file
	Bytes   int64 `json:"bytes"`   // of the file
	Conns   int   `json:"conns"`   // opened

	PDUs int64 `json:"pdus"`
	// Requests = Answered + Unanswered + Open: never answered by design, or
	// not yet when the capture ended.
	Requests   int64 `json:"requests"`
	Answered   int64 `json:"answered"`
	Unanswered int64 `json:"unanswered"`
	Open       int64 `json:"open"`

	Submits     int64 `json:"submits"`
	Reports     int64 `json:"reports"` // DELIVER with a status report
	MOs         int64 `json:"mos"`     // DELIVER with a message
	ActiveTests int64 `json:"active_tests"`

	Receivers int64 `json:"receivers"` // of all SUBMITs, each counted
	Masses    int64 `json:"masses"`    // SUBMITs to more than one receiver
	Longs     int64 `json:"longs"`     // long messages begun, of 2 or 3 SUBMITs

	ByResult map[uint32]int64 `json:"by_result"` // SUBMIT_RESPs
	ByStat   map[string]int64 `json:"by_stat"`   // reports

	LostPackets int64 `json:"lost_packets"`
	LostPDUs    int64 `json:"lost_pdus"`
	Reordered   int64 `json:"reordered"` // packets captured after a later one

	First time.Time `json:"first"` // packet
	Last  time.Time `json:"last"`
}
