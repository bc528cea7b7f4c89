package gen

import "cmppdump/pcaps/peer/wire"

// stats are the Stat values of reports, with how many of 1000 have them.
var stats = []struct {
	stat string
	n    uint32
}{
	{"DELIVRD", 950}, {"UNDELIV", 15}, {"EXPIRED", 10}, {"MK:0001", 9}, {"REJECTD", 5},
	{"DB:0142", 4}, {"MA:0051", 3}, {"UNKNOWN", 2}, {"IB:0008", 1}, {"DELETED", 1},
}

func (g *generator) stat() string {
	roll := g.random.Uint32N(1000)
	for _, s := range stats {
		if roll < s.n {
			return s.stat
		}
		roll -= s.n
	}
	panic("the shares of the Stat values are not 1000 in all")
}

// deliverLater puts a report or MO on a connection of its SP. It is sent as
// soon as there are enough for a packet.
func (g *generator) deliverLater(e event) {
	c := g.anyOfSameSP(int(e.conn))
	c.waiting = append(c.waiting, e)
	if len(c.waiting) >= g.PerPacket {
		g.deliverBatch(c)
	}
}

// anyOfSameSP is a connection of the SP that has connection i.
func (g *generator) anyOfSameSP(i int) *conn {
	first := i - i%connsPerSP
	n := min(connsPerSP, len(g.conns)-first)
	return g.conns[first+g.random.IntN(n)]
}

func (g *generator) deliverBatch(c *conn) {
	batch := g.batches.take()
	for _, e := range c.waiting {
		if g.room() == 0 {
			break
		}
		g.addDeliver(c, e, batch)
	}
	c.waiting = c.waiting[:0]
	g.send(c, ismg)
	g.after(g.between(200*microsecond, 5*millisecond), event{kind: deliverResp, conn: c.id, ref: batch})
}

func (g *generator) addDeliver(c *conn, e event, batch uint32) {
	d := &g.deliver
	d.Seq, d.MsgID = g.sequence(c, ismg), g.newID(1)
	d.DestID, d.SrcTerminalID = c.srcID, g.number(e.ref)
	d.MsgFmt, d.RegisteredDelivery = wire.FmtASCII, 0
	if e.kind == report {
		d.RegisteredDelivery = 1
		g.fillReport(e)
	} else {
		m := &g.texts.fromMobile[g.random.IntN(len(g.texts.fromMobile))]
		d.MsgFmt = m.msgFmt
		g.content = m.parts[0].appendTo(g.content[:0], 0)
		g.stats.MOs++
	}
	d.MsgContent = g.content
	g.add(d)
	g.expect(batch, request{seq: d.Seq, msgID: d.MsgID})
}

// fillReport makes the content a status report.
func (g *generator) fillReport(e event) {
	r := wire.Report{
		MsgID:          e.msgID,
		Stat:           g.stat(),
		SubmitTime:     g.clock.submitTime(e.msgID),
		DoneTime:       g.clock.minute,
		DestTerminalID: g.number(e.ref),
		SMSCSequence:   g.random.Uint32(),
	}
	g.content = r.Append(g.content[:0], g.Version)
	g.stats.Reports++
	g.stats.ByStat[r.Stat]++
}

// answerDelivers sends the DELIVER_RESPs of a batch.
func (g *generator) answerDelivers(c *conn, batch uint32) {
	p := &g.deliverResp
	for _, r := range g.batches.requests[batch] {
		if g.room() == 0 {
			break
		}
		p.Seq, p.MsgID, p.Result = r.seq, r.msgID, 0
		if g.oneIn(3000) {
			p.Result = 9 // other error (C§5.3)
		}
		g.add(p)
	}
	g.finish(c, sp, batch)
}

func (g *generator) nextActiveTest(c *conn) {
	g.after(g.between(20_000*millisecond, 40_000*millisecond), event{kind: activeTest, conn: c.id})
}

// testActive sends an ACTIVE_TEST from one of the ends.
func (g *generator) testActive(c *conn) {
	from := end(g.random.Uint32N(2))
	g.active.Seq = g.sequence(c, from)
	g.add(&g.active)
	g.stats.ActiveTests++
	g.send(c, from)
	g.after(g.between(300*microsecond, 2*millisecond),
		event{kind: activeResp, conn: c.id, n: uint8(from.other()), ref: uint32(g.active.Seq)})
	g.nextActiveTest(c)
}

func (g *generator) answerActive(c *conn, from end, seq uint32) {
	g.activeResp.Seq = wire.Seq(seq)
	g.add(&g.activeResp)
	g.send(c, from)
}
