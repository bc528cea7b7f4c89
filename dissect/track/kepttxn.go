package track

// KeptTxn is a transaction that is put away, with what its connection had told
// by then. It has all the room that it takes, and can be used again.
type KeptTxn struct {
	txn  Txn
	copy Copy
	conn keptConn
}

// Keep puts a transaction away.
func (k *KeptTxn) Keep(t *Txn) {
	x := &k.txn
	notes, raw := x.Notes[:0], x.Raw[:0]
	*x = *t
	x.Notes, x.Raw = append(notes, t.Notes...), append(raw, t.Raw...)
	x.parts, x.early, x.newer, x.older, x.links = nil, nil, nil, nil, [lanes]link{}
	x.Conn = k.conn.of(t.Conn)
	if t.Copy != nil {
		k.copy.Loaded, x.Copy = t.Copy.Loaded, &k.copy
	}
}

// Load gives the transaction that was put away. It is lent until the next Keep,
// and not to be changed. Its messages are not known any more; its connection is
// as of KeptMsg.Load.
func (k *KeptTxn) Load() *Txn { return &k.txn }
