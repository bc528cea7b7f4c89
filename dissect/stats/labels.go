package stats

import (
	"encoding/binary"
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
)

// maxLabels bounds the values of keys that are told apart.
const maxLabels = 1 << 16

// labels finds the values of keys by their octets, and remembers those of
// requests until the response, as tags of transactions.
type labels struct {
	byText map[string]*label
	keys   []Key      // those that only a request tells
	tags   [][]*label // by tag; 0 is of requests that tell nothing
	byTag  map[string]uint32
	mask   Mask
	msgs   []*track.Msg // reused
	buf    []byte
	num    []byte
}

func newLabels(m Mask) *labels {
	return &labels{mask: m, byText: map[string]*label{}, byTag: map[string]uint32{}, tags: make([][]*label, 1)}
}

// need makes requests be tagged by a key, where nothing else tells it.
func (l *labels) need(k Key) {
	if k < Service || k == Gateway {
		return
	}
	for _, have := range l.keys {
		if have == k {
			return
		}
	}
	l.keys = append(l.keys, k)
}

// of gives the label of a value. text is converted if it is new.
func (l *labels) of(k Key, text []byte) *label {
	l.buf = append(append(l.buf[:0], byte(k)), text...)
	if have := l.byText[string(l.buf)]; have != nil {
		return have
	}
	n := &label{key: k, no: uint32(len(l.byText)), text: l.shown(k, string(record.AppendOctetString(nil, text)))}
	if len(l.byText) >= maxLabels {
		n.text = "other"
		l.buf = append(l.buf[:1], "\x00other"...)
		if have := l.byText[string(l.buf)]; have != nil {
			return have
		}
	}
	l.byText[string(l.buf)] = n
	return n
}

// shown is what tables show of a value.
func (l *labels) shown(k Key, text string) string {
	switch k {
	case SrcID, Prefix7:
		return l.mask.Number(text)
	case Signature:
		return l.mask.Name(text)
	}
	return text
}

// conn gives the label of a connection.
func (l *labels) conn(c *track.Conn) *label {
	l.num = binary.BigEndian.AppendUint64(l.num[:0], uint64(c.ID))
	n := l.of(Conn, l.num)
	if n.num == 0 {
		n.num, n.text = c.ID, ""
		n.client, n.server = c.Client.String(), c.Server.String()
	}
	if sp := c.SPID(); string(sp) != n.sp {
		n.sp = string(record.AppendOctetString(nil, sp))
	}
	return n
}

// tag tags the transaction of a request with what only the request tells.
func (l *labels) tag(e *track.Event) {
	p := e.PDU
	if len(l.keys) == 0 || p.SMS.Direction == dissect.NoMessage || e.Txn.Attempts > 1 {
		return
	}
	tuple := make([]*label, 0, 8)
	for _, k := range l.keys {
		tuple = append(tuple, l.of(k, l.request(k, p)))
	}
	e.Txn.Tag = l.tagOf(tuple)
}

// tagOf gives the tag of the values of keys.
func (l *labels) tagOf(tuple []*label) uint32 {
	l.buf = l.buf[:0]
	for _, n := range tuple {
		l.buf = binary.BigEndian.AppendUint32(l.buf, n.no)
	}
	tag, ok := l.byTag[string(l.buf)]
	if !ok && len(l.tags) < maxLabels {
		tag = uint32(len(l.tags))
		l.byTag[string(l.buf)] = tag
		l.tags = append(l.tags, append([]*label(nil), tuple...))
	}
	return tag
}

// sign tags the transaction of a report with the signature of the message that
// it is about, which is not known before: a report has no text of its own.
func (l *labels) sign(x *track.Txn) {
	i := slices.Index(l.keys, Signature)
	if i < 0 || x.Tag == 0 || x.Command == nil || x.Command.Class != dissect.Deliver {
		return
	}
	l.msgs = x.AppendMessages(l.msgs[:0])
	if len(l.msgs) == 0 || l.msgs[0].MO {
		return
	}
	tuple := append(make([]*label, 0, 8), l.tags[x.Tag]...)
	tuple[i] = l.msg(Signature, l.msgs[0])
	x.Tag = l.tagOf(tuple)
}

// request is the value of a key by a request that carries a message: the SP's
// number and the phone's are the other way round in an MO.
func (l *labels) request(k Key, p *dissect.PDU) []byte {
	phone, sp := layout.To, layout.From
	if p.SMS.Direction != dissect.MT {
		phone, sp = layout.From, layout.To
	}
	switch k {
	case Service:
		return p.Text(layout.Service, p.Raw)
	case SrcID:
		return p.Text(sp, p.Raw)
	case Signature:
		if p.SMS.Direction == dissect.Report || !p.SMS.HasText() {
			return nil
		}
		if p.SMS.HasGuess {
			l.num = p.SMS.AppendGuess(l.num[:0])
		} else {
			l.num = p.SMS.AppendText(l.num[:0])
		}
		return p.SMS.Signature(l.num)
	}
	return prefix(k, p.Text(phone, p.Raw))
}

// prefix is the begin of a phone number.
func prefix(k Key, phone []byte) []byte {
	n := 3
	if k == Prefix7 {
		n = 7
	}
	phone = sms.NormalizeNumber(phone)
	return phone[:min(n, len(phone))]
}

// pdu, txn and msg give the label of an event by a key; nil for none.
func (l *labels) pdu(k Key, e *track.Event) *label {
	switch p := e.PDU; {
	case k == Gateway && (p.Class() == dissect.Submit && p.Response() || p.Class() == dissect.Deliver):
		return l.gateway(e.Conn, p.MessageID())
	case e.Txn != nil || k < Service:
		return l.txn(k, e.Conn, e.Txn)
	}
	return nil
}

// txn is described with pdu; x may be nil for the keys that a connection tells.
func (l *labels) txn(k Key, c *track.Conn, x *track.Txn) *label {
	switch k {
	case None:
		return nil
	case Conn:
		return l.conn(c)
	case SP:
		return l.of(SP, c.SPID())
	case Gateway:
		switch {
		case x.Command == nil:
		case x.Command.Class == dissect.Submit:
			return l.gateway(c, x.MessageID)
		case x.Command.Class == dissect.Deliver:
			return l.gateway(c, x.RequestID)
		}
		return nil
	}
	for i, have := range l.keys {
		if have == k && x.Tag > 0 {
			return l.tags[x.Tag][i]
		}
	}
	return nil
}

func (l *labels) gateway(c *track.Conn, id uint64) *label {
	if id == 0 {
		return nil
	}
	l.num = c.Proto.AppendGateway(l.num[:0], id)
	return l.of(Gateway, l.num)
}

// msg is described with pdu.
func (l *labels) msg(k Key, m *track.Msg) *label {
	phone, sp := m.To, m.From
	if m.MO {
		phone, sp = sp, phone
	}
	switch k {
	case None:
		return nil
	case Conn:
		return l.conn(m.Conn)
	case SP:
		return l.of(SP, m.Conn.SPID())
	case Service:
		return l.of(Service, m.Service)
	case SrcID:
		return l.of(SrcID, sp)
	case Gateway:
		return l.gateway(m.Conn, m.First().ID)
	case Signature:
		l.num = m.AppendText(l.num[:0])
		return l.of(Signature, m.Signature(l.num))
	}
	return l.of(k, prefix(k, phone))
}
