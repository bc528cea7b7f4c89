package track

import "cmppdump/dissect"

// resent takes a request that was sent again before it was answered.
func (l *lifecycle) resent(x *Txn, p *dissect.PDU) {
	for part := x.parts; part != nil; part = part.sibling {
		if part.msg.where == nowhere {
			continue // forgotten
		}
		l.attempt(part.msg, Resend{MarkOf(x.Conn, p.No, p.Last), x.Sequence, part.Index, x.Attempts, x.report})
		if x.report {
			return // the siblings are other receivers'
		}
	}
}

// attempt enters a further attempt into its message.
func (l *lifecycle) attempt(m *Msg, at Resend) {
	l.mem -= m.size()
	m.Resent = named(m.Resent, at)
	l.mem += m.size()
	m.unsaid = true
	l.progress(m)
}
