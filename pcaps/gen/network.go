package gen

// network is the way from the two ends to the capture.
type network struct {
	frame []byte
	held  held
}

// held is a packet that the capture sees late, after a later one.
type held struct {
	frame    []byte // none: empty
	conn     *conn
	from     end
	patience int // packets until it is captured anyhow
}

// The packets between a response and its request that a reader is expected to
// put up with are 200.
const patience = 100

// send sends the packet that was filled as one segment, and schedules its
// acknowledgement.
func (g *generator) send(c *conn, from end) {
	n := &g.network
	n.frame = c.frame(n.frame[:0], from, g.now, flagPSH|flagACK, g.payload)
	g.after(g.between(30*microsecond, 200*microsecond), event{kind: ack, conn: c.id, n: uint8(from.other())})
	pdus := int64(g.pdus)
	g.stats.PDUs += pdus
	g.payload, g.pdus = g.payload[:0], 0
	switch {
	case c.up && g.happens(g.Loss):
		g.stats.LostPackets++
		g.stats.LostPDUs += pdus
	case c.up && len(n.held.frame) == 0 && g.happens(g.Reorder):
		g.stats.Reordered++
		n.held = held{append(n.held.frame, n.frame...), c, from, patience}
	default:
		g.capture(n.frame)
		if n.held.conn == c && n.held.from == from {
			n.release(g)
		}
	}
}

// happens is true in so many percent of the cases.
func (g *generator) happens(percent float64) bool {
	return percent > 0 && g.random.Float64()*100 < percent
}

// bare sends a segment without data.
func (g *generator) bare(c *conn, from end, flags byte) {
	g.network.frame = c.frame(g.network.frame[:0], from, g.now, flags, nil)
	g.capture(g.network.frame)
}

func (g *generator) capture(frame []byte) {
	g.file.packet(g.now, frame)
	n := &g.network
	if len(n.held.frame) == 0 {
		return
	}
	if n.held.patience--; n.held.patience == 0 {
		n.release(g)
	}
}

// release captures the packet that is held, if there is one.
func (n *network) release(g *generator) {
	if len(n.held.frame) > 0 {
		g.file.packet(g.now, n.held.frame)
		n.held = held{frame: n.held.frame[:0]}
	}
}

// acknowledge sends a pure ACK, unless what was sent meanwhile did it.
func (g *generator) acknowledge(c *conn, from end) {
	if c.ends[from].acked != c.ends[from.other()].seq {
		g.bare(c, from, flagACK)
	}
}
