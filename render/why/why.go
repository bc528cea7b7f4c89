// Package why answers the question what became of a message, a login or a
// connection.
package why

import (
	"cmp"
	"io"
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
	"cmppdump/render"
)

// Options are the question and how the answer looks.
type Options struct {
	Query  Query
	JSON   bool
	Table  *record.Table
	Record record.Options
	Where  []string // what was searched, as given
	Files  int      // how many files that is; 0: interfaces
	Width  int      // cells of a line
	Color  bool
	Times  render.Times
	Lang   render.Lang
	Mask   *render.Mask // what is private in the answer is hidden
	// Secrets: authenticators are checked.
	Secrets bool
	// ReportTimeout is how long a report may take, in ns.
	ReportTimeout int64
}

// most is how many messages, and how many connections, are answered about: the
// newest.
const most = 1000

// Renderer is a render.Renderer. It shows nothing until Close: a verdict rests
// on the whole capture.
type Renderer struct {
	Options
	w           io.Writer
	traffic     *traffic // of the SPs, nil if no message is asked for
	found       map[uint64]*track.Msg
	nos         []uint64 // of found, in order
	older       uint64   // messages up to this one are found, and shown no more
	first, last int64    // of the PDUs, ns
	messages    uint64
	logins      uint64
	conns       uint64
	missing     int64 // octets that were not captured
	left        int   // messages found, and shown no more
	leftConns   int
	open        map[*track.Conn]*verdict.Session
	sessions    []*verdict.Session
	reports     track.Delays
	b           []byte
	tmp         []byte
}

// New makes a Renderer that writes to w.
func New(w io.Writer, o Options) *Renderer {
	r := &Renderer{Options: o, w: w, found: map[uint64]*track.Msg{}, open: map[*track.Conn]*verdict.Session{}}
	if o.Query.messages() {
		r.traffic = newTraffic(&r.Options.Query)
	}
	return r
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error {
	if r.traffic != nil {
		r.traffic.event(e)
	}
	if r.Query.sessions() {
		r.session(e)
	}
	switch e.Kind {
	case track.Opened:
		r.conns++
	case track.PDU:
		r.pdu(e.PDU)
	case track.Gap:
		if e.Gap.Kind == dissect.Missing {
			r.missing += e.Gap.Bytes
		}
	case track.Message:
		r.message(e.Msg)
	}
	return nil
}

func (r *Renderer) pdu(p *dissect.PDU) {
	if r.first == 0 {
		r.first = p.First.Time
	}
	r.last = p.Last.Time
	if p.Class() == dissect.Login && !p.Response() {
		r.logins++
	}
}

func (r *Renderer) message(m *track.Msg) {
	if m.Revision == 0 {
		r.messages++
	}
	if p := m.LastReport(); m.State == track.Delivered && p != nil && m.Revision == 0 {
		r.reports.Add(p.Report.Time - m.Start())
	}
	if !r.Query.Match(m) {
		return
	}
	r.keep(m)
}

// keep keeps a message, if it is among the newest.
func (r *Renderer) keep(m *track.Msg) {
	_, known := r.found[m.No]
	if !known {
		if m.No <= r.older {
			if m.Revision == 0 {
				r.left++
			}
			return
		}
		at, _ := slices.BinarySearch(r.nos, m.No)
		r.nos = slices.Insert(r.nos, at, m.No)
	}
	r.found[m.No] = m.Clone()
	if len(r.nos) > most {
		r.older = r.nos[0]
		delete(r.found, r.older)
		r.nos = r.nos[1:]
		r.left++
	}
}

// session follows connections, and keeps those that the question is about.
func (r *Renderer) session(e *track.Event) {
	if e.Conn == nil || r.Query.conn != 0 && e.Conn.ID != r.Query.conn {
		return
	}
	s := r.open[e.Conn]
	if s == nil {
		s = &verdict.Session{Conn: e.Conn}
		r.open[e.Conn] = s
	}
	s.Event(e)
	if e.Kind != track.Closed {
		return
	}
	delete(r.open, e.Conn)
	if !r.Query.matchSession(s) {
		return
	}
	if r.sessions = append(r.sessions, s); len(r.sessions) > most {
		r.sessions = r.sessions[1:]
		r.leftConns++
	}
}

// Found is the number of messages, logins and connections that the question is
// about.
func (r *Renderer) Found() int { return len(r.found) + len(r.sessions) }

// answer is something that the question is about.
type answer struct {
	msg     *track.Msg
	session *verdict.Session
	login   int // of the session; -1: the connection as a whole
}

// answers lists all of them: the logins and connections in the order in which
// they began, then the messages.
func (r *Renderer) answers() (all []answer) {
	slices.SortFunc(r.sessions, func(a, b *verdict.Session) int { return cmp.Compare(a.Conn.ID, b.Conn.ID) })
	for _, s := range r.sessions {
		logins := 0
		for i := range s.Logins {
			if r.Query.conn == 0 && s.Logins[i].Account == r.Query.account {
				all = append(all, answer{session: s, login: i})
				logins++
			}
		}
		if logins == 0 {
			all = append(all, answer{session: s, login: -1})
		}
	}
	for _, no := range r.nos {
		all = append(all, answer{msg: r.found[no]})
	}
	return all
}

// Close implements render.Renderer: it writes the verdicts.
func (r *Renderer) Close() error {
	r.b = r.b[:0]
	all := r.answers()
	if !r.JSON {
		r.head(all)
	}
	c := r.context()
	for i := range all {
		all[i].msg = r.hidden(all[i].msg)
		v := all[i].judge(c)
		if r.JSON {
			r.record(&all[i], v)
			continue
		}
		r.say("\n")
		r.statement(&all[i], v)
	}
	_, err := r.w.Write(r.b)
	return err
}

// hidden is a message with what is private in it hidden.
func (r *Renderer) hidden(m *track.Msg) *track.Msg {
	if m == nil {
		return nil
	}
	return r.Mask.Message(m)
}

// asked is the question. Masked, it stays where it is found as something that
// is no secret: a Msg_Id, an SP_Id, a connection. What else it is, such as a
// pseudo-code, nobody knows.
func (r *Renderer) asked() string {
	public := len(r.sessions) > 0 || r.Query.conn != 0 || r.Query.number == nil && len(r.found) > 0
	if r.Mask == nil || public {
		return r.Query.Text
	}
	return r.Mask.Number(r.Query.Text)
}

func (a *answer) judge(c *verdict.Context) *verdict.Verdict {
	switch {
	case a.msg != nil:
		return verdict.Of(a.msg, c)
	case a.login >= 0:
		return verdict.OfLogin(a.session, a.login, c)
	}
	return verdict.OfConn(a.session, c)
}

func (r *Renderer) context() *verdict.Context {
	c := &verdict.Context{
		Reports: &r.reports, ReportTimeout: r.ReportTimeout, Secrets: r.Secrets,
		Duration: render.Duration,
		Clock:    r.clock,
	}
	if r.traffic == nil {
		return c
	}
	figures := r.traffic.figures(c.Duration)
	c.Around = func(shown *track.Msg) *verdict.Around {
		m := r.found[shown.No]
		a := figures.around(m)
		a.Searched = r.Query.number != nil
		a.Again = r.again(m)
		return a
	}
	return c
}

func (r *Renderer) say(s ...string) {
	for _, x := range s {
		r.b = append(r.b, x...)
	}
}
