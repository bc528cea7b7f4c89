package record

import "cmppdump/dissect"

// eventID is event.id of the record.
func (r *Record) eventID() uint64 {
	conn := r.Conn.Conn.Conn
	switch r.View {
	case PDU:
		return dissect.EventID(conn, r.PDU.Dir, r.PDU.Offset, r.PDU.Raw[:12], nil)
	case Gap:
		return dissect.EventID(conn, r.Gap.Dir, r.Gap.Offset, nil, nil)
	case Txn:
		h, dir := r.Txn.Lead()
		command := r.Txn.CommandID
		if !r.Txn.Request.Seen {
			command |= 1 << 31
		}
		r.buf = dissect.AppendHeader(r.buf[:0], int(h.Total), command, r.Txn.Sequence)
		return dissect.EventID(conn, dir, h.Offset, r.buf, nil)
	case Msg:
		return r.Msg.EventID
	}
	return dissect.EventID(conn, 0, 0, nil, nil)
}
