package gen

import (
	"math"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// The mix, in percent of messages submitted; the rest is UCS-2 of one part.
const (
	longShare  = 10
	massShare  = 2
	gbkShare   = 8
	asciiShare = 7

	silentShare  = 4 // no report wanted
	replyShare   = 3 // the mobile writes back
	mostInMass   = 20
	neverOneIn   = 5000 // requests without an answer
	refusedOneIn = 140  // SUBMITs with a Result other than 0
	lostOneIn    = 100  // reports that never come

	// pdusPerSubmit is the PDUs that come of a SUBMIT in the long run, itself
	// included, in hundredths. It only steers the rate.
	pdusPerSubmit = 435

	anyConn = math.MaxUint16
)

// openConn takes one step of the handshake and the login.
func (g *generator) openConn(c *conn, step uint8) {
	switch step {
	case 0:
		g.stats.Conns++
		g.bare(c, sp, flagSYN)
	case 1:
		g.bare(c, ismg, flagSYN|flagACK)
	case 2:
		g.bare(c, sp, flagACK)
	case 3:
		g.connect(c)
	case 4:
		g.add(&wire.ConnectResp{Seq: 1, Version: g.Version,
			AuthenticatorISMG: wire.AuthenticatorISMG(0, c.digest, secret, g.Version)})
		g.send(c, ismg)
		c.up = true
		g.nextActiveTest(c)
		return
	}
	g.after(g.between(200*microsecond, 900*microsecond), event{kind: open, conn: c.id, n: step + 1})
}

func (g *generator) connect(c *conn) {
	t := time.Unix(0, g.now).In(zone)
	stamp := uint32(t.Month())*1e8 + uint32(t.Day())*1e6 +
		uint32(t.Hour())*1e4 + uint32(t.Minute())*100 + uint32(t.Second())
	c.digest = wire.AuthenticatorSource(c.spID, secret, stamp)
	g.add(&wire.Connect{Seq: g.sequence(c, sp), SourceAddr: c.spID, AuthenticatorSource: c.digest,
		Version: g.Version, Timestamp: stamp})
	g.send(c, sp)
}

// sequence is the next Sequence_Id of one end.
func (g *generator) sequence(c *conn, e end) wire.Seq {
	n := c.ends[e].next
	c.ends[e].next++
	return wire.Seq(n)
}

// submitBatch sends one packet of SUBMITs on the connection, or on any, and
// schedules the next.
func (g *generator) submitBatch(id uint16) {
	if id == anyConn {
		id = uint16(g.random.IntN(len(g.conns)))
	}
	c := g.conns[id]
	batch := g.batches.take()
	for g.pdus < g.PerPacket && g.room() > 0 {
		g.submitPart(c, batch)
	}
	g.dueAt += g.gap * int64(g.pdus)
	g.send(c, sp)
	g.after(g.between(20*millisecond, 60*millisecond), event{kind: submitResp, conn: c.id, ref: batch})
	if !c.sending.done() { // the parts of a long message follow at once
		g.after(g.between(millisecond, 3*millisecond), event{kind: submit, conn: c.id})
		return
	}
	at := max(g.dueAt+g.between(0, g.gap+1), g.now+microsecond)
	g.queue.push(event{at: at, kind: submit, conn: anyConn})
}

// submitPart adds a SUBMIT with the next part of the connection's message, or
// of a new one.
func (g *generator) submitPart(c *conn, batch uint32) {
	o := &c.sending
	if o.done() {
		g.compose(o)
	}
	part := &o.parts[o.sent]
	o.sent++
	g.content = part.appendTo(g.content[:0], o.digits)
	s := &g.submit
	s.Seq = g.sequence(c, sp)
	s.PkTotal, s.PkNumber, s.TPudhi = uint8(len(o.parts)), uint8(o.sent), 0
	if s.PkTotal > 1 {
		s.TPudhi = 1
		g.content[3] = o.ref // UDH 05 00 03 ref total part
	}
	s.MsgFmt, s.MsgContent = o.msgFmt, g.content
	s.MsgSrc, s.SrcID = c.spID, c.srcID
	s.RegisteredDelivery = 0
	if o.report {
		s.RegisteredDelivery = 1
	}
	s.DestTerminalID = s.DestTerminalID[:0]
	for k := range uint32(o.receivers) {
		s.DestTerminalID = append(s.DestTerminalID, g.number(o.receiver+k))
	}
	g.add(s)
	g.stats.Submits++
	g.stats.Receivers += int64(o.receivers)
	g.expect(batch, request{seq: s.Seq, receiver: o.receiver, receivers: o.receivers, report: o.report})
}

// expect puts a request into a batch to be answered, but for the few that
// never are.
func (g *generator) expect(batch uint32, r request) {
	if g.oneIn(neverOneIn) {
		g.stats.Unanswered++
		return
	}
	g.batches.add(batch, r)
}

// compose chooses a new message and its receivers.
func (g *generator) compose(o *outgoing) {
	*o = outgoing{
		digits:    g.random.Uint64(),
		receiver:  g.random.Uint32N(numberCount),
		receivers: 1,
		report:    g.random.Uint32N(100) >= silentShare,
	}
	texts := g.texts.ucs2
	switch roll := g.random.Uint32N(100); {
	case roll < longShare:
		texts = g.texts.long
		g.ref++
		o.ref = g.ref
		g.stats.Longs++
	case roll < longShare+massShare:
		o.receivers = uint8(2 + g.random.Uint32N(mostInMass-1))
		// In 2.0 a mass send gets no reports (C§7.6).
		o.report = g.Version >= wire.V30
		g.stats.Masses++
	case roll < longShare+massShare+gbkShare:
		texts = g.texts.gbk
	case roll < longShare+massShare+gbkShare+asciiShare:
		texts = g.texts.ascii
	}
	o.message = &texts[g.random.IntN(len(texts))]
}

// answerSubmits sends the SUBMIT_RESPs of a batch and schedules what follows
// from them.
func (g *generator) answerSubmits(c *conn, batch uint32) {
	p := &g.submitResp
	for _, r := range g.batches.requests[batch] {
		if g.room() == 0 {
			break
		}
		p.Seq, p.MsgID, p.Result = r.seq, 0, g.result()
		if p.Result == 0 {
			p.MsgID = g.newID(r.receivers)
			g.scheduleReports(c, r, p.MsgID)
		}
		g.add(p)
		g.stats.ByResult[p.Result]++
	}
	g.finish(c, ismg, batch)
}

// finish sends the answers of a batch, if there are any.
func (g *generator) finish(c *conn, from end, batch uint32) {
	g.batches.give(batch)
	if g.pdus > 0 {
		g.send(c, from)
	}
}

// result is a Result of SUBMIT_RESP: mostly 0, else mostly 8, flow control.
func (g *generator) result() uint32 {
	switch {
	case !g.oneIn(refusedOneIn):
		return 0
	case g.oneIn(4):
		return 1 + g.random.Uint32N(13)
	}
	return 8
}

// newID is a Msg_Id, the first of n.
func (g *generator) newID(n uint8) wire.MsgID {
	g.clock.set(g.now)
	id := g.clock.id | wire.MsgID(g.lastID+1)
	g.lastID += uint16(n)
	return id
}

func (g *generator) scheduleReports(c *conn, r request, id wire.MsgID) {
	for k := range uint32(r.receivers) {
		if r.report && !g.oneIn(lostOneIn) {
			g.after(g.delay(), event{kind: report, conn: c.id, msgID: id.Nth(int(k)), ref: r.receiver + k})
		}
		if g.random.Uint32N(100) < replyShare {
			g.after(g.delay(), event{kind: mo, conn: c.id, ref: r.receiver + k})
		}
	}
}

// delay is the time to a report: a tenth of the mean at least, then as if the
// mobile could come on the air at any time.
func (g *generator) delay() int64 {
	mean := int64(g.ReportDelay)
	random := min(g.random.ExpFloat64(), 15)
	return mean/10 + int64(random*float64(mean-mean/10))
}
