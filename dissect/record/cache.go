package record

import (
	"net/netip"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// fixed says which records have the value of a field in common.
type fixed uint8

const (
	varies fixed = iota
	byKind       // those with the same kindKey
	byConn       // those with the same connKey
)

// cache holds what many records have in common.
type cache struct {
	kinds shelf[kindKey]
	conns shelf[connKey]
	// sec is a second, and secText how a time in it begins.
	sec     int64
	secText [20]byte
}

// kindKey is what fields depend on that tell what a record is.
type kindKey struct {
	view            View
	verdict, mo     bool
	command         uint32
	version, column dissect.Version
	source          dissect.VersionSource
}

// connKey is what fields depend on that tell where a record comes from.
type connKey struct {
	view   View
	dir    reassembly.Dir
	conn   int
	iface  *capture.Interface
	client netip.AddrPort
}

// shelf is texts by what they depend on. Those that share a slot put each other
// out.
type shelf[K comparable] struct{ slots []slot[K] }

// slot has the texts of the runs of records with one key.
type slot[K comparable] struct {
	key  K
	runs []run
}

// run is the text of fields that stand side by side.
type run struct {
	known     bool
	from, end *nest // that is open in front of it, and behind
	text      []byte
}

// How many slots there are: kinds are few.
const (
	kindSlots = 1 << 7
	connSlots = 1 << 10
)

// runs are the texts that records with a key have in common.
func (s *shelf[K]) runs(k K, at, size uint) []run {
	if s.slots == nil {
		s.slots = make([]slot[K], size)
	}
	p := &s.slots[at%size]
	if p.runs == nil {
		p.runs = make([]run, maxRuns)
	} else if p.key == k {
		return p.runs
	}
	for i := range p.runs {
		p.runs[i].known = false
	}
	p.key = k
	return p.runs
}

// kindRuns are the texts of the record's kind.
func (r *Record) kindRuns() []run {
	k := kindKey{view: r.View, verdict: r.Verdict != nil}
	switch r.View {
	case PDU:
		p := r.PDU
		k.command, k.version, k.column, k.source = p.CommandID, p.Version, p.Column, p.Source
	case Txn:
		x := r.Txn
		k.command, k.version, k.column = x.CommandID, x.Version, x.Column
	case Msg:
		k.mo = r.Msg.MO
	case Conn:
		k.version = r.Conn.Version
	}
	return r.cache.kinds.runs(k, uint(k.command^k.command>>26)*4+uint(k.version)+uint(k.view), kindSlots)
}

// connRuns are the texts of the record's connection.
func (r *Record) connRuns() []run {
	k := connKey{view: r.View}
	if r.Conn != nil {
		k.conn, k.dir, k.iface, k.client = r.Conn.ID, r.dir(), r.last().Iface, r.proxy().Client
	}
	return r.cache.conns.runs(k, uint(k.conn)*2+uint(k.dir), connSlots)
}

// fixed appends a run of fields that many records have in common.
func (w *writer) fixed(s *step, runs []run) {
	c := &runs[s.run]
	if c.known && c.from == w.open {
		w.dst, w.open = append(w.dst, c.text...), c.end
		return
	}
	start := len(w.dst)
	c.from = w.open
	for _, f := range s.fields {
		w.field(f)
	}
	c.known, c.text, c.end = true, append(c.text[:0], w.dst[start:]...), w.open
}

// appendTime is the function appendTime, with what it does once a second kept.
func (c *cache) appendTime(dst []byte, ns int64) []byte {
	sec := ns / 1e9
	if ns < 0 || sec != c.sec {
		n := len(dst)
		dst = appendTime(dst, ns)
		if ns > 0 && len(dst)-n == len("2006-01-02T15:04:05.000000000Z") {
			c.sec = sec
			copy(c.secText[:], dst[n:])
		}
		return dst
	}
	dst = append(dst, c.secText[:]...)
	return append(appendPadded(dst, uint64(ns-sec*1e9), 9), 'Z')
}
