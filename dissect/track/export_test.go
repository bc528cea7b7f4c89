package track

// Mem is what the open requests take by the tracker's own accounting, in bytes.
func (t *Tracker) Mem() int64 { return t.mem }

// TxnSize is what it counts for a request whose octets are not kept.
const TxnSize = txnSize
