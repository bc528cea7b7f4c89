package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/dissect/stats"
	"cmppdump/dissect/track"
	"cmppdump/render"
	"cmppdump/render/detail"
	"cmppdump/render/fields"
	"cmppdump/render/json"
	"cmppdump/render/ladder"
	"cmppdump/render/live"
	"cmppdump/render/pool"
	"cmppdump/render/rows"
	tables "cmppdump/render/stats"
	"cmppdump/render/why"

	"golang.org/x/term"
)

// output shows events in the form asked for. It is a track.Sink. The first
// error is kept and ends the output.
type output struct {
	spool        *spool
	file         *recordFile     // --out, or nil for stdout
	r            render.Renderer // nil with -q
	why          *why.Renderer   // r, for the command why
	stats        *stats.Set      // nil: nothing is counted
	tableOptions tables.Options
	live         *live.Store // of the live view, which has no r
	mask         *render.Mask
	room         render.MaskRoom
	err          error
	stop         bool // -w has all that was asked for
}

func newOutput(c *config, stdout, stderr io.Writer, in *input) (*output, error) {
	o := &output{mask: c.mask}
	fromNet := in.live != nil
	var w recordWriter = plainRecords{stdout}
	if c.out != "" {
		f, err := newRecordFile(recordFileOptions{
			path: c.out, size: c.outSize, count: c.outCount, extend: fromNet, persist: fromNet,
			notify: func(line lang.Text) { fmt.Fprintf(stderr, "cmppdump: %s\n", line[c.lang]) },
		})
		if err != nil {
			return nil, err
		}
		o.file, w, stdout = f, f, nil
	}
	o.spool = newSpool(w, fromNet)
	o.stats, o.tableOptions = newStats(c), tableOptions(c, stdout)
	o.renderer(c, stdout, in)
	return o, nil
}

// renderer makes the renderer. stdout is nil if the records go to a file.
func (o *output) renderer(c *config, stdout io.Writer, in *input) {
	opt := c.recordOptions(in)
	live := in.live != nil
	switch {
	case c.query != nil:
		o.why = newWhy(c, o.spool, stdout, opt, in)
		o.r = o.why
	case c.quiet && c.form == "json" && c.shown > 0 && c.write != "-":
		o.r = json.New(o.spool, c.table, 0, opt) // records of figures only
	case c.quiet:
	case c.form == liveForm:
		o.live = newLiveStore(c)
	case c.form == "json":
		o.r = newJSON(c, o.spool, opt, live)
	case c.form == "fields", c.form == "csv":
		o.r = fields.New(o.spool, fields.Options{Options: opt, Views: c.views, Fields: c.columns, CSV: c.form == "csv"})
	default:
		o.r = newText(c, o.spool, stdout, live)
	}
}

// recordOptions are what records depend on besides the events.
func (c *config) recordOptions(in *input) record.Options {
	opt := record.Options{Raw: c.raw, Files: in.several && in.live == nil}
	if in.live != nil {
		opt.Observer = hostname()
	}
	return opt
}

// newJSON makes the renderer of records.
func newJSON(c *config, w *spool, opt record.Options, live bool) render.Renderer {
	return spread(c, w, live, false, func() eventWriter { return json.New(w, c.table, c.views, opt) })
}

// eventWriter is a renderer that several goroutines may have one each of.
type eventWriter interface {
	render.Renderer
	pool.Writer
}

// spread has events of a file written on all cores but one, where the tracker runs,
// which writes too while enough waits; live ones are written as soon as there is
// something to tell. requests: what is said of a response takes its request.
func spread(c *config, w *spool, live, requests bool, writer func() eventWriter) render.Renderer {
	const later = record.PDU | record.Txn | record.Msg
	o := pool.Options{Later: c.views & later, Requests: requests, Workers: runtime.GOMAXPROCS(0) - 1}
	if o.Workers > 0 && c.followsMessages() && c.relays(live) { // the tracker waits for the dissector now and then
		o.Workers++
	}
	if o.Workers == 0 || live || o.Later == 0 {
		return writer()
	}
	return pool.New(w, func() pool.Writer { return writer() }, o)
}

// hostname is observer.name of live records.
func hostname() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "unknown"
	}
	return name
}

// pageWidth is that of outputs that are no rows, into a pipe or file.
const pageWidth = 100

// newWhy makes the renderer of the command why.
func newWhy(c *config, w, stdout io.Writer, opt record.Options, in *input) *why.Renderer {
	width, terminal := terminalWidth(stdout)
	if !terminal {
		width = pageWidth
	}
	return why.New(w, why.Options{
		Query: *c.query, JSON: c.form == "json", Table: c.table, Record: opt, Where: c.sources(), Files: in.files, Width: width,
		Secrets: c.secrets != nil, ReportTimeout: c.reportTimeout.Nanoseconds(),
		Color: useColor(c.color, terminal), Times: render.Times{Form: c.times, Zone: c.zone()}, Lang: c.lang, Mask: c.mask,
	})
}

// followsMessages reports whether messages are shown, or asked for by -Y.
func (c *config) followsMessages() bool {
	return (c.views|c.expand)&record.Msg != 0 || c.display != nil && c.display.Messages()
}

// countsOnly reports whether nobody but the summary is told of what happens.
func (c *config) countsOnly() bool {
	return c.quiet && c.form != liveForm && c.query == nil && c.write == "" && c.display == nil && len(c.stats) == 0
}

// keepsRequests reports whether requests are looked at again when their response
// comes: by the output, or by -Y.
func (c *config) keepsRequests() bool {
	return c.display != nil || !c.quiet && (c.form == "text" || c.views&record.Txn != 0)
}

// newText makes the renderer of the outputs for people.
func newText(c *config, w *spool, stdout io.Writer, live bool) render.Renderer {
	width, terminal := terminalWidth(stdout)
	color := useColor(c.color, terminal)
	times := render.Times{Form: c.times, Zone: c.zone()}
	o := rows.Options{Views: c.views, Terminal: terminal, Width: width, Color: color, Times: times,
		Lang: c.lang, Timeout: c.responseTimeout.Nanoseconds()}
	if !terminal && !c.tree && !c.hex && c.times.Alone() {
		return spread(c, w, live, true, func() eventWriter { return rows.New(w, o) })
	}
	var r render.Renderer = rows.New(w, o)
	if (c.tree || c.hex) && c.views&record.PDU != 0 {
		r = detail.New(w, r, detail.Options{Tree: c.tree, Hex: c.hex, Terminal: terminal, Width: width, Color: color, Times: times, Lang: c.lang})
	}
	if c.tree && c.views&record.Msg != 0 {
		if !terminal {
			width = pageWidth
		}
		r = ladder.New(w, r, ladder.Options{Width: width, Color: color, Times: times, Lang: c.lang})
	}
	return r
}

// Event implements track.Sink.
func (o *output) Event(e *track.Event) {
	if o.full() {
		return
	}
	switch {
	case o.live != nil:
		o.live.Event(e)
	case o.why != nil: // it hides what it shows, and looks for what it must not
		o.err = o.r.Event(e)
	case o.r != nil:
		o.err = o.r.Event(o.mask.Event(e, &o.room))
	}
}

// intervalWriter is a renderer that has records of intervals.
type intervalWriter interface{ Interval(*record.Interval) error }

// interval writes the record of an interval, if the output has records. It is
// false if the record found no room.
func (o *output) interval(s *record.Interval) bool {
	w, ok := o.r.(intervalWriter)
	if !ok || o.err != nil {
		return true
	}
	before, _ := o.spool.dropped()
	o.err = w.Interval(s)
	after, _ := o.spool.dropped()
	return before == after
}

// full reports whether nothing more is to be shown.
func (o *output) full() bool { return o.err != nil || o.stop }

// dropped counts the records that found no room, or no disk.
func (o *output) dropped() uint64 {
	if o.spool == nil { // the input is read for something else
		return 0
	}
	n, _ := o.spool.dropped()
	if o.file != nil {
		n += o.file.dropped()
	}
	return n
}

// incomplete is the error that records are missing in --out, because the disk
// was full for a time or the like; see packetWriter.end.
func (o *output) incomplete() error {
	if o.file == nil || o.file.dropped() == 0 {
		return nil
	}
	return said.Errorf("--out: %s could not be written", lang.Amount(o.file.dropped(), aRecord))
}

// reopen opens --out anew, for log rotation.
func (o *output) reopen() {
	if o.file != nil {
		o.file.reopen()
	}
}

// close ends the output and waits until all of it is written.
func (o *output) close() error {
	if o.r != nil {
		if err := o.r.Close(); o.err == nil {
			o.err = err
		}
	}
	err := o.spool.close()
	if o.file != nil {
		err = errors.Join(err, o.file.Close())
	}
	if o.err != nil {
		return o.err
	}
	return err
}

// terminalWidth tells whether w is a terminal, and how many cells a line has.
func terminalWidth(w io.Writer) (int, bool) {
	if l, ok := w.(*lockedWriter); ok {
		w = l.w
	}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		return width, true
	}
	return 80, true
}

// useColor follows --color, NO_COLOR (no-color.org), CLICOLOR_FORCE and TERM.
func useColor(when string, terminal bool) bool {
	force := os.Getenv("CLICOLOR_FORCE")
	switch {
	case when != "auto":
		return when == "always"
	case os.Getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return terminal && os.Getenv("TERM") != "dumb"
}

// tap has the statistics see every event, whatever -Y shows of them. It is
// a track.Sink in front of another.
type tap struct {
	stats *stats.Set
	next  track.Sink
}

// Event implements track.Sink.
func (t *tap) Event(e *track.Event) {
	t.stats.Event(e)
	t.next.Event(e)
}
