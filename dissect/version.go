package dissect

import (
	"net/netip"

	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// VersionSource says what told the version of a PDU.
type VersionSource uint8

// The sources; their names are the values of cmpp.version_source.
const (
	NoSource    VersionSource = iota
	FromLength                // the PDU's own length
	FromVotes                 // PDUs before it whose length told
	FromConnect               // the version byte of the login
	FromFlag                  // the user
)

// String is the value of cmpp.version_source.
func (s VersionSource) String() string {
	return [...]string{"", "length", "votes", "connect", "flag"}[s]
}

// votes counts PDUs whose length told the version.
type votes [layout.Columns]uint32

// majority is the version with the most votes.
func (v *votes) majority() Version {
	best := NoVersion
	for i, n := range v {
		if n > 0 && (best == NoVersion || n >= v[best]) {
			best = Version(i)
		}
	}
	return best
}

// pair is two addresses between which connections run.
type pair struct{ client, server netip.Addr }

// pairs has the votes between addresses. Of too many the oldest are forgotten.
type pairs struct {
	votes map[pair]*votes
	order []pair // a ring once it is full
	first int    // the oldest in order
}

const maxPairs = 1 << 14

// at gives the votes of a pair.
func (p *pairs) at(k pair) *votes {
	if v := p.votes[k]; v != nil {
		return v
	}
	if p.votes == nil {
		p.votes = map[pair]*votes{}
	}
	if len(p.order) < maxPairs {
		p.order = append(p.order, k)
	} else {
		delete(p.votes, p.order[p.first])
		p.order[p.first] = k
		p.first = (p.first + 1) % maxPairs
	}
	v := new(votes)
	p.votes[k] = v
	return v
}

// settle decides by which version's layout p is read (design, section 5): its
// own length, else the votes so far of its connection and direction, else the
// version byte of the login, else the votes of other connections between the
// same addresses. What is decided is never revised.
func (d *Dissector) settle(p *PDU, body []byte) {
	p.Version, p.Source, p.dialect = NoVersion, NoSource, nil
	fits, told := p.Command == nil || p.fits(body), NoVersion
	if !fits {
		told = p.findDialect(body)
	}
	if p.Class() == Login && !p.Response() && (fits || p.dialect != nil) {
		p.Conn.login(p, body)
	}
	if d.opt.Version != NoVersion {
		p.Version, p.Source, p.Column = d.opt.Version, FromFlag, d.opt.Version
		return
	}
	if p.Command != nil && fits {
		if told = p.byLength(body); told != NoVersion {
			p.Version, p.Source, p.Column = told, FromLength, told
			d.vote(p)
			return
		}
	}
	if told != NoVersion {
		p.Version, p.Source, p.Column = told, FromLength, told
		return
	}
	d.assume(p)
	p.Column = p.Version
	if cmd := p.Command; cmd != nil && p.Column < cmd.Since {
		p.Column = cmd.guess(p.Proto, body)
	} else if p.Column == NoVersion {
		p.Column = layout.Columns - 1
	}
}

// assume takes the version that a PDU must have which does not tell it.
func (d *Dissector) assume(p *PDU) {
	c := p.Conn
	if v := c.majority(p.Dir); v != NoVersion {
		p.Version, p.Source = v, FromVotes
	} else if c.Login != NoVersion {
		p.Version, p.Source = c.Login, FromConnect
	} else if v := d.votesBetween(c); v != NoVersion {
		p.Version, p.Source = v, FromVotes
	}
}

// fits reports whether the length is one that the specification gives the
// body, or can be, by what was captured of it.
func (p *PDU) fits(body []byte) bool {
	set, whole := p.Command.fitting(body, p.Total-headerLen)
	p.set = set
	return set != 0 || !whole
}

// findDialect finds the dialect of a body that fits no version, and gives the
// version that it tells.
func (p *PDU) findDialect(body []byte) Version {
	c := p.Command
	if p.Total == headerLen {
		p.dialect = c.empty()
		return NoVersion
	}
	if len(body) < p.Total-headerLen {
		return NoVersion
	}
	for i := range c.Dialects {
		if d := &c.Dialects[i]; d.Fits != nil {
			if v, ok := d.Fits(body); ok {
				p.dialect = d
				return v
			}
		}
	}
	return NoVersion
}

// layout is what the body is read by.
func (p *PDU) layout() *layout.Layout {
	if p.dialect != nil && p.dialect.Body != nil {
		return p.dialect.Body()
	}
	return p.Command.Body
}

// byLength is the version that the PDU's own length tells, or NoVersion if the
// length fits all versions or none.
func (p *PDU) byLength(body []byte) Version {
	cmd := p.Command
	if p.set == 0 || p.set == cmd.versions && cmd.Since == 0 && cmd.alike() {
		return NoVersion
	}
	return p.narrow(p.set, body)
}

// alike reports whether all versions have the same layout.
func (c *Command) alike() bool {
	for v := c.Since + 1; v < layout.Columns; v++ {
		if !c.same[v] {
			return false
		}
	}
	return true
}

// narrow picks one version out of those whose layout fits. Versions that share
// a layout are told apart by the login and the votes; different layouts that
// both fit, by what the fields look like.
func (p *PDU) narrow(set uint8, body []byte) Version {
	best := NoVersion
	for v := p.Command.Since; v < layout.Columns; v++ {
		if set&(1<<v) == 0 {
			continue
		}
		switch {
		case best == NoVersion:
			best = v
		case p.Command.same[v]:
			// 2.1 is said of a 2.x layout only after a login with that version.
			if p.Conn.Login == v || best > 0 && p.Conn.Login == NoVersion && p.Conn.majority(p.Dir) == v {
				best = v
			}
		case p.Proto.Score(p.Command, body, v) > p.Proto.Score(p.Command, body, best):
			best = v
		}
	}
	return best
}

// guess is the version whose layout the body looks most like.
func (c *Command) guess(p *Protocol, body []byte) Version {
	best := c.Since
	for v := c.Since + 1; v < layout.Columns; v++ {
		if !c.same[v] && p.Score(c, body, v) > p.Score(c, body, best) {
			best = v
		}
	}
	return best
}

func (d *Dissector) vote(p *PDU) {
	if p.Proto.Abstains(p.Command) {
		return
	}
	c := p.Conn
	c.votes[p.Dir][p.kind()][p.Version]++
	if c.between == nil {
		c.between = d.pairs.at(pair{c.Client.Addr(), c.Server.Addr()})
	}
	c.between[p.Version]++
}

func (d *Dissector) votesBetween(c *Conn) Version {
	if v := d.pairs.votes[pair{c.Client.Addr(), c.Server.Addr()}]; v != nil {
		return v.majority()
	}
	return NoVersion
}

// Conn is a connection that carries the protocol.
type Conn struct {
	*reassembly.Conn
	Proto *Protocol
	// Login is the version that the version byte of the newest login stands
	// for; NoVersion before the first.
	Login Version
	// LoginByte is that byte.
	LoginByte byte
	// PDUs counts those found so far, in both directions.
	PDUs uint64
	// Proxy is what a proxy in front of the server says of its client; its
	// Version is 0 without one.
	Proxy Proxy
	// Notes are those on the connection as a whole, when it is closed.
	Notes []Note
	// Own is the sink's own: what it knows of the connection. A Conn that is
	// used again still has that of the connection before.
	Own any

	votes   [2][2]votes // of each direction: of requests, of responses
	between *votes
	offered login // the newest, for its answer to be checked
}

// begin makes c the connection of a stream.
func (c *Conn) begin(s *stream) {
	l := &c.offered
	*c = Conn{Conn: s.tcp, Proto: s.proto, Login: NoVersion, Proxy: s.proxy, Notes: c.Notes[:0], Own: c.Own,
		offered: login{account: l.account[:0], digest: l.digest[:0]}}
}

// kind tells requests, 0, from responses, 1: there are gateways whose responses
// have another version's layout than their requests (C§6.4).
func (p *PDU) kind() int { return int(p.CommandID >> 31) }

// majority is the version with the most votes of a direction: of its requests,
// or if there are none of its responses.
func (c *Conn) majority(dir reassembly.Dir) Version {
	if v := c.votes[dir][0].majority(); v != NoVersion {
		return v
	}
	return c.votes[dir][1].majority()
}

// login takes the version that a login names.
func (c *Conn) login(p *PDU, body []byte) {
	at := p.layout().Find(layout.VersionByte, 0)
	if at < 0 || at >= len(body) {
		return
	}
	c.LoginByte = body[at]
	c.Login, _ = p.Proto.FromByte(c.LoginByte)
}

func (c *Conn) note(s *NoteSpec, name string, num ...int64) {
	n := Note{Spec: s, Name: name}
	copy(n.Num[:], num)
	c.Notes = append(c.Notes, n)
}
