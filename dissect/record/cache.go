package record

import "cmppdump/reassembly"

// cache holds what many records have in common.
type cache struct {
	runs []run
	// sec is a second, and secText how a time in it begins.
	sec     int64
	secText [20]byte
}

// run is the text of fields that are the same in all records of a connection,
// direction and view.
type run struct {
	key  runKey
	text []byte
	open *nest // behind it
}

type runKey struct {
	root *nest // of the table
	conn int
	dir  reassembly.Dir
	view View
	run  int // of those in a record
}

// maxRuns bounds the runs kept; those that share a place put each other out.
const maxRuns = 1 << 11

// run finds the place of a run.
func (c *cache) run(k runKey) *run {
	if c.runs == nil {
		c.runs = make([]run, maxRuns)
	}
	return &c.runs[(uint(k.conn)*4+uint(k.dir)*2+uint(k.run))%maxRuns]
}

// fixed appends a run of fixed fields.
func (w *writer) fixed(s *step) {
	key := runKey{root: w.open, run: s.run}
	if key.view = w.r.View; w.r.Conn != nil {
		key.conn, key.dir = w.r.Conn.ID, w.r.dir()
	}
	c := w.r.cache.run(key)
	if c.text != nil && c.key == key {
		w.dst, w.open = append(w.dst, c.text...), c.open
		return
	}
	start := len(w.dst)
	for _, f := range s.fields {
		w.field(f)
	}
	c.key, c.text, c.open = key, append(c.text[:0], w.dst[start:]...), w.open
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
