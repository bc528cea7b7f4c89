package wire

import (
	"fmt"
	"time"
)

// MsgID is a Msg_Id: local time to the second, gateway code and a sequence
// number of 16 bits (C§4.1).
type MsgID uint64

// NewMsgID puts a Msg_Id together. The clock fields of t are used as they are,
// so t must be in the zone of the gateway (UTC+8); gateway is at most 4194303.
func NewMsgID(t time.Time, gateway uint32, seq uint16) MsgID {
	_, month, day := t.Date()
	hour, minute, second := t.Clock()
	return MsgID(month)<<60 | MsgID(day)<<55 | MsgID(hour)<<50 | MsgID(minute)<<44 |
		MsgID(second)<<38 | MsgID(gateway&0x3fffff)<<16 | MsgID(seq)
}

// Nth is the id of receiver k, from 0, of a mass send whose first id is m: the
// sequence number wraps within its 16 bits (C§7.6).
func (m MsgID) Nth(k int) MsgID { return m&^0xffff | MsgID(uint16(m)+uint16(k)) }

// String is 16 hex digits.
func (m MsgID) String() string { return fmt.Sprintf("%016x", uint64(m)) }
