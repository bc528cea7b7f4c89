package dissect

import (
	"encoding/binary"

	"cmppdump/dissect/layout"
)

// Version is a version of the protocol: a column of its layouts.
type Version int8

// NoVersion says that nothing has told the version yet.
const NoVersion Version = -1

// Class is what a command is for, in terms that all SMS protocols share.
type Class uint8

// The classes.
const (
	Other     Class = iota
	Login           // opens a session; carries the account
	Logout          // ends it
	Submit          // MT: a message to a phone
	Deliver         // MO: a message from a phone, or a report
	Forward         // a message or report between gateways
	KeepAlive       // asks whether the other end is there
	Query           // asks for figures
	Cancel          // takes a message back
	Route           // routing between gateways
)

// BothWays reports whether both ends of a connection send requests of the
// class.
func (c Class) BothWays() bool { return c == Other || c == Logout || c == KeepAlive || c == Forward }

// Command is one kind of PDU.
type Command struct {
	ID   uint32
	Name string // the specification's, such as CMPP_SUBMIT
	// Names holds the name in versions that call the command otherwise.
	Names [layout.Columns]string
	Class Class
	// Response: the command answers the request Request.
	Response bool
	Request  uint32
	Body     *layout.Layout
	// Dialects are bodies seen in the field besides those of the layout. The
	// first that fits a body whose length fits no version tells how to read it.
	Dialects []Dialect
	// Check looks at what the length alone does not tell: whether a body that
	// has the length of a version can be of that version. It may be nil.
	Check func(body []byte, v Version) bool
	// Since is the first version that has the command.
	Since Version
	Doc   string

	versions uint8                // the versions that have it, as a bit set
	same     [layout.Columns]bool // the layout is that of the version before
	least    [layout.Columns]int  // octets of the shortest body
}

// Dialect is a form of a command's body that breaks with the specification, and
// is sent all the same.
type Dialect struct {
	// Says is what is odd about such a body, and as what it is read. Empty: it
	// is read by the layout as far as that goes, and the notes on lengths say
	// what is odd.
	Says string
	// Empty: the dialect is to send no body.
	Empty bool
	// Fits reports whether a body is of this dialect, and tells the version
	// whose layout it is closest to, or NoVersion. Nil of one that is Empty.
	Fits func(body []byte) (v Version, ok bool)
	// Body reads it, in the column of that version; nil: the command's layout.
	// It is a function, since most runs meet none of these bodies.
	Body func() *layout.Layout
}

func (c *Command) index() {
	for v := c.Since; v < layout.Columns; v++ {
		c.versions |= 1 << v
		c.same[v] = v > c.Since && c.Body.Same(int(v), int(v-1))
		c.least[v] = c.Body.Least(int(v))
	}
}

// In is the command's name in a version.
func (c *Command) In(v Version) string {
	if v >= 0 && c.Names[v] != "" {
		return c.Names[v]
	}
	return c.Name
}

// Receipt is what the final state in a report means for the message.
type Receipt uint8

// The receipts.
const (
	Undelivered  Receipt = iota // any final state but those below
	Delivered                   //
	Expired                     // not delivered in time
	Intermediate                // not final: a report is still to come
)

// LoginFault is why a login was refused.
type LoginFault uint8

// The faults.
const (
	OtherFault    LoginFault = iota
	BadAccount               // the account, or the address that it comes from
	BadDigest                // the authenticator
	BadVersion               // the version is too high
	TooManyLogins            // connections of the account
	BadAddress               // the address is not allowed
)

// headerLen is the length of the header that all the protocols served so far
// share: Total_Length, Command_Id, Sequence_Id, four octets each (C§1.5).
const headerLen = 12

// Protocol is all that the program knows of one protocol.
type Protocol struct {
	Name     string // as in filters and records: "cmpp"
	Title    string // for people: "CMPP"
	Versions [layout.Columns]string
	// Ports are the server ports of the protocol, the likeliest first. They
	// are only a prior: connections are recognised by content on any port.
	Ports     []uint16
	Header    *layout.Layout
	MaxLength int // above it, a Total_Length is loss of step
	Commands  []*Command

	// FromByte is the version that a login's version byte is taken for, and
	// whether the byte names a version that there is. NoVersion: it says
	// nothing.
	FromByte func(b byte) (v Version, named bool)
	// Score says how well a body looks like one of the version, for bodies
	// whose length fits no version or several.
	Score func(c *Command, body []byte, v Version) int
	// Abstains: a command whose length must not vote on the version.
	Abstains func(c *Command) bool
	// Surplus is the leaf for octets behind the last field, Rest for those
	// from the first field that does not fit, Body for an unknown command's.
	Surplus, Rest, Body *layout.Spec
	// Outcome tells success from failure by the status of a response to a
	// request, or of the response itself, in a version. c may be nil.
	Outcome func(c *Command, status uint64, v Version) bool
	// Throttled tells the status of flow control among failures.
	Throttled func(status uint64) bool
	// NthID is the id of receiver k, from 0, of a mass send whose response has
	// the id first.
	NthID func(first, k uint64) uint64
	// ParseID reads an id in any of the forms that logs have it in.
	ParseID func(s string) (id uint64, ok bool)
	// AppendDigits appends an id in the digits of the parts that it has, as logs
	// have it, or nothing where it has none.
	AppendDigits func(dst []byte, id uint64) []byte
	// LoginFault says what a refused login is about, by the status of its
	// answer.
	LoginFault func(status uint64) LoginFault
	// AppendGateway appends the code of the gateway that made an id, or nothing.
	AppendGateway func(dst []byte, id uint64) []byte
	// LoginTime, IDTime and DoneTime read the times that a login, an id and a
	// report name, at a capture time: when the clock of who wrote them showed
	// them, from and before, in ns, as if that clock were in UTC.
	LoginTime func(timestamp uint64, at int64) (from, before int64, ok bool)
	IDTime    func(id uint64, at int64) (from, before int64, ok bool)
	DoneTime  func(text []byte) (from, before int64, ok bool)
	// Zone is the time zone of such times, in ns east of UTC.
	Zone int64
	// SubmitStatus and DeliverStatus have the meanings of the statuses with which
	// a SUBMIT and a DELIVER are answered, FinalState those of a report's final
	// state.
	SubmitStatus, DeliverStatus, FinalState *layout.Enum
	// Receipt classes the final state in a report.
	Receipt func(stat []byte) Receipt
	// OwnStart recognises a stream by its first PDU alone, where a client can
	// be expected to wait after it: a login.
	OwnStart func(pdu []byte) bool
	// Alien names what a stream is that only resembles the protocol, by its first
	// PDU; empty if that is the protocol's own.
	Alien func(pdu []byte) string

	// CheckLogin reports whether secret gives the digest of a login p, or of
	// the answer p to a login with the digest source; form says in what it
	// does so otherwise than the specification has it.
	CheckLogin func(p *PDU, source, secret []byte) (form string, ok bool)

	request, response [256]*Command
	// For notes: a version, and another that was expected; as what a login is
	// taken whose version byte names none.
	instead [layout.Columns][layout.Columns]string
	taken   [layout.Columns]string
}

// Index readies the look-up by Command_Id; it must be called before use.
func (p *Protocol) Index() *Protocol {
	for _, c := range p.Commands {
		c.index()
		c.Body.Behind(p.Header)
		if n := c.ID & 0x7fffffff; n < 256 {
			if c.ID>>31 == 0 {
				p.request[n] = c
			} else {
				p.response[n] = c
			}
		}
	}
	for v, name := range p.Versions {
		p.taken[v] = "what does not tell its own is read as " + name
		for w, session := range p.Versions {
			p.instead[v][w] = name + ", which its length has, and not in the session's, " + session
		}
	}
	return p
}

// Command finds a command by its id, or gives nil.
func (p *Protocol) Command(id uint32) *Command {
	n := id & 0x7fffffff
	switch {
	case n >= 256:
		return nil
	case id>>31 == 0:
		return p.request[n]
	}
	return p.response[n]
}

// ResultText is the meaning of a SUBMIT's status. Without a version it is that
// of the newest.
func (p *Protocol) ResultText(status uint64, v Version) layout.Meaning {
	return meaning(p.SubmitStatus, status, v)
}

// AckText is the meaning of a DELIVER's status, by which the SP takes or refuses
// a report or an MO. Without a version it is that of the newest.
func (p *Protocol) AckText(status uint64, v Version) layout.Meaning {
	return meaning(p.DeliverStatus, status, v)
}

func meaning(e *layout.Enum, status uint64, v Version) layout.Meaning {
	if m, ok := e.Lookup(status, nil, v.column()); ok {
		return m
	}
	return layout.Meaning{En: "unknown", Zh: "未知"}
}

// StatText is the meaning of a report's final state.
func (p *Protocol) StatText(stat []byte, v Version) (layout.Meaning, bool) {
	return p.FinalState.Lookup(0, stat, v.column())
}

// column is the version's, or the newest for NoVersion.
func (v Version) column() int {
	if v == NoVersion {
		return layout.Columns - 1
	}
	return int(v)
}

// header is the twelve octets in front of each PDU.
type header struct {
	total int
	id    uint32
}

func readHeader(b []byte) header {
	_ = b[headerLen-1]
	return header{total: int(binary.BigEndian.Uint32(b)), id: binary.BigEndian.Uint32(b[4:])}
}

// framed reports whether the length can be a PDU's at all.
func (p *Protocol) framed(h header) bool { return h.total >= headerLen && h.total <= p.MaxLength }

// count counts the PDUs that begin in b, which starts with one.
func (p *Protocol) count(b []byte) int {
	n := 0
	for len(b) >= headerLen {
		h := readHeader(b)
		if !p.framed(h) {
			break
		}
		n++
		b = b[min(h.total, len(b)):]
	}
	return n
}

// fitting gives the versions whose layout a body of n octets has exactly, as a
// bit set. body may hold fewer octets than n; whole is false if the counts
// inside, by which a version could fit, are not among them.
func (c *Command) fitting(body []byte, n int) (set uint8, whole bool) {
	whole = true
	for v := c.Since; v < layout.Columns; v++ {
		if c.same[v] {
			set |= set & (1 << (v - 1)) << 1
			continue
		}
		size, known := c.Body.Size(body, int(v))
		switch {
		case !known && size <= n:
			whole = false
		case known && size == n && (c.Check == nil || c.Check(body, v)):
			set |= 1 << v
		}
	}
	return set, whole
}

// plausible reports whether n octets of body are a length that the command can
// have, without a look at the body: one of its lengths, or for a command with
// counts inside any length not below the least.
func (c *Command) plausible(n int) bool {
	if n == 0 && c.empty() != nil {
		return true
	}
	for v := c.Since; v < layout.Columns; v++ {
		if c.Body.Fixed(int(v)) == n || c.Variable() && n >= c.least[v] {
			return true
		}
	}
	return false
}

// empty gives the dialect that sends no body, or nil.
func (c *Command) empty() *Dialect {
	for i := range c.Dialects {
		if c.Dialects[i].Empty {
			return &c.Dialects[i]
		}
	}
	return nil
}

// Variable reports whether counts inside the body decide its length.
func (c *Command) Variable() bool { return c.Body.Fixed(int(c.Since)) < 0 }
