package gen

import (
	"io"
	"math/rand/v2"
	"strconv"
	"time"

	"cmppdump/pcaps/peer/wire"
)

const (
	microsecond = int64(time.Microsecond)
	millisecond = int64(time.Millisecond)

	loginEvery = 3 * millisecond

	gateway = 2001 // ISMG 002001
	service = "HELP"
	secret  = "secret99"

	numberCount = 100_000 // 13800000000 and up
	numberLen   = 11
)

// generator makes one capture. It is the ISMG and all the SPs.
type generator struct {
	Options
	stats  Stats
	file   *pcapFile
	queue  queue
	random *rand.Rand
	now    int64 // ns since 1970
	conns  []*conn
	texts  *messages
	clock  clock
	lastID uint16 // sequence part of the newest Msg_Id
	ref    byte   // of the newest long message

	gap     int64 // ns of capture time for a SUBMIT
	dueAt   int64 // when the next SUBMIT is due
	batches batches
	network network

	payload []byte // the packet being filled
	pdus    int    // in payload
	content []byte // the message being encoded
	numbers string // all of them, one after the other

	// The PDUs are here, and not where they are filled in, so that handing
	// them to add allocates nothing.
	submit      wire.Submit
	submitResp  wire.SubmitResp
	deliver     wire.Deliver
	deliverResp wire.DeliverResp
	active      wire.ActiveTest
	activeResp  wire.ActiveTestResp
}

// Write writes a capture to w and says what is in it. An error is one of the
// options or one of w.
func Write(w io.Writer, o Options) (Stats, error) {
	o, err := o.withDefaults()
	if err != nil {
		return Stats{}, err
	}
	g := newGenerator(w, o)
	g.run()
	g.network.release(g)
	g.file.flush()
	s := &g.stats
	s.Packets, s.Bytes = g.file.packets, g.file.bytes
	s.Open = s.Requests - s.Answered - s.Unanswered
	return *s, g.file.err
}

func newGenerator(w io.Writer, o Options) *generator {
	g := &generator{
		Options: o,
		file:    newPcapFile(w, o.Nanoseconds),
		random:  rand.New(rand.NewPCG(o.Seed, 0x636d7070)),
		now:     o.Start.UnixNano(),
		texts:   newMessages(),
		numbers: allNumbers(),
		clock:   clock{minutes: map[wire.MsgID]string{}},
		batches: batches{size: o.PerPacket},
		stats:   Stats{ByResult: map[uint32]int64{}, ByStat: map[string]int64{}, First: o.Start},
	}
	g.lastID = uint16(g.random.Uint32())
	g.gap = pdusPerSubmit * int64(time.Second) / 100 / int64(o.Rate)
	g.submit = wire.Submit{ServiceID: service, FeeUserType: 2, FeeType: "01", FeeCode: "000000"}
	g.deliver = wire.Deliver{ServiceID: service}
	for i := range o.Conns {
		c := newConn(i, g.random.Uint32)
		g.conns = append(g.conns, c)
		g.queue.push(event{at: g.now + int64(i)*loginEvery, kind: open, conn: c.id})
	}
	// All are logged in when the first message is submitted.
	g.dueAt = g.now + int64(o.Conns)*loginEvery + 20*millisecond
	g.queue.push(event{at: g.dueAt, kind: submit, conn: anyConn})
	return g
}

// run plays events until the capture holds as many PDUs as asked, then the
// acknowledgements of the newest packets.
func (g *generator) run() {
	for g.room() > 0 {
		e := g.queue.pop()
		g.now = e.at
		g.play(e)
		if g.file.err != nil {
			return
		}
	}
	for end := g.now + millisecond; len(g.queue.events) > 0; {
		e := g.queue.pop()
		if e.at > end {
			break
		}
		if e.kind == ack {
			g.now = e.at
			g.play(e)
		}
	}
	g.stats.Last = time.Unix(0, g.now).In(g.Start.Location())
}

func (g *generator) play(e event) {
	switch e.kind {
	case open:
		g.openConn(g.conns[e.conn], e.n)
	case submit:
		g.submitBatch(e.conn)
	case submitResp:
		g.answerSubmits(g.conns[e.conn], e.ref)
	case report, mo:
		g.deliverLater(e)
	case deliverResp:
		g.answerDelivers(g.conns[e.conn], e.ref)
	case activeTest:
		g.testActive(g.conns[e.conn])
	case activeResp:
		g.answerActive(g.conns[e.conn], end(e.n), e.ref)
	case ack:
		g.acknowledge(g.conns[e.conn], end(e.n))
	}
}

// room is the number of PDUs still to be made, those of the packet being
// filled taken off.
func (g *generator) room() int { return g.Options.PDUs - int(g.stats.PDUs) - g.pdus }

// add puts a PDU into the packet being filled.
func (g *generator) add(p wire.PDU) {
	g.payload = p.Append(g.payload, g.Version)
	g.pdus++
	if p.Command().IsResponse() {
		g.stats.Answered++
	} else {
		g.stats.Requests++
	}
}

// after schedules an event some ns from now.
func (g *generator) after(ns int64, e event) {
	e.at = g.now + ns
	g.queue.push(e)
}

// between is a random duration.
func (g *generator) between(least, most int64) int64 { return least + g.random.Int64N(most-least) }

// oneIn is true once in n times.
func (g *generator) oneIn(n uint32) bool { return g.random.Uint32N(n) == 0 }

// number is the number with an index that may be out of range.
func (g *generator) number(i uint32) string {
	i = i % numberCount * numberLen
	return g.numbers[i : i+numberLen]
}

func allNumbers() string {
	b := make([]byte, 0, numberCount*numberLen)
	for n := range numberCount {
		b = strconv.AppendInt(b, 13800000000+int64(n), 10)
	}
	return string(b)
}
