package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// packetWriter is -w: the packets that passed the capture filter, each with a
// comment that names the PDUs it completes.
type packetWriter struct {
	*capture.Writer
	comment comment
	masked  *maskedPackets // with --mask
	stderr  io.Writer
	lang    render.Lang
	done    bool // -W files are written
}

// newPacketWriter opens what -w names, or gives nil.
func newPacketWriter(c *config, in *input, stdout, stderr io.Writer) (*packetWriter, error) {
	if c.write == "" {
		return nil, nil
	}
	o := capture.WriteOptions{
		Path: c.write, Stdout: stdout, MaxBytes: c.rotateBytes, Every: time.Duration(c.rotateSeconds) * time.Second,
		Files: c.rotateFiles, Keep: c.ring, Zone: c.zone(), Nanoseconds: in.live != nil, Sync: in.live != nil && c.write == "-",
		Notify: func(line lang.Text) { fmt.Fprintf(stderr, "cmppdump: %s\n", line[c.lang]) },
	}
	if in.live != nil {
		o.Interfaces = in.live.Interfaces()
	}
	w, err := capture.NewWriter(o)
	if err != nil {
		return nil, err
	}
	x := &packetWriter{Writer: w, stderr: stderr, lang: c.lang}
	if c.mask != nil {
		x.masked = newMaskedPackets(c.mask, in.live != nil, c.maxMem)
		x.comment.masked = x.masked
	}
	return x, nil
}

// packet writes a packet that was dissected, decoded if it holds TCP. It
// reports false when nothing more is to be written.
func (w *packetWriter) packet(p *capture.Packet, decoded bool) bool {
	if w.masked != nil {
		w.masked.hold(p, decoded, w.comment.text)
		w.comment.text = w.comment.text[:0]
		return w.release(p.Time)
	}
	going := w.put(p, w.comment.text)
	w.comment.text = w.comment.text[:0]
	return going
}

// release writes the masked packets that need not wait any more. now is the
// capture time in ns.
func (w *packetWriter) release(now int64) bool {
	for h := w.masked.next(now); h != nil && !w.done; h = w.masked.next(now) {
		w.put(&h.Packet, h.comment)
	}
	return !w.done
}

// put writes a packet.
func (w *packetWriter) put(p *capture.Packet, comment []byte) bool {
	err := w.Write(p, comment)
	switch {
	case errors.Is(err, capture.ErrDone), closed(err):
		w.done = true
	case err != nil:
		fmt.Fprintf(w.stderr, "cmppdump: %s\n", lang.Of(err)[w.lang])
	}
	return !w.done
}

// skip leaves a packet out.
func (w *packetWriter) skip() { w.comment.text = w.comment.text[:0] }

// flush lets what waits out to the file.
func (w *packetWriter) flush() {
	if err := w.Flush(); err != nil && !w.done {
		fmt.Fprintf(w.stderr, "cmppdump: %s\n", lang.Of(err)[w.lang])
	}
}

// end closes the files. The error says how much is not in them.
func (w *packetWriter) end() error {
	if w.masked != nil {
		w.masked.end()
		w.release(math.MaxInt64)
		if n := w.masked.lost; n > 0 {
			fmt.Fprintf(w.stderr, "cmppdump: %s\n", said.With("--mask: %s written with zeros where PDUs may have been: their end did not come in time, or they came in fragments of fragments", lang.Amount(n, aPacket))[w.lang])
		}
	}
	if err := w.Close(); err != nil && !closed(err) {
		return err
	}
	if n := w.Stats().Dropped; n > 0 && !w.done {
		return said.Errorf("-w: %s could not be written", lang.Amount(n, aPacket))
	}
	return nil
}

// comment collects what the PDUs of a packet are. It is a track.Sink in front
// of another.
type comment struct {
	next   track.Sink
	masked *maskedPackets // with --mask
	text   []byte
}

// commentLimit is how long a comment may get: a packet may complete hundreds
// of PDUs.
const commentLimit = 2000

// Event implements track.Sink.
func (c *comment) Event(e *track.Event) {
	p := e.PDU
	if c.masked != nil {
		p = c.masked.event(e)
	}
	if e.Kind == track.PDU && len(c.text) < commentLimit {
		if len(c.text) > 0 {
			c.text = append(c.text, "; "...)
		}
		c.text = appendSummary(c.text, p)
	}
	c.next.Event(e)
}

// appendSummary names a PDU: the command, the Sequence_Id, and the receiver or
// the status.
func appendSummary(b []byte, p *dissect.PDU) []byte {
	b = strconv.AppendUint(append(p.AppendShort(b), ' '), uint64(p.Sequence), 10)
	if to := p.List(layout.To); len(to) > 0 {
		b = render.AppendEscaped(append(b, " to "...), to[0].Text(p.Raw))
		if len(to) > 1 {
			b = strconv.AppendInt(append(b, '+'), int64(len(to)-1), 10)
		}
	}
	if stat := p.Text(layout.Stat, p.Raw); stat != nil {
		b = render.AppendEscaped(append(b, " Stat "...), stat)
	}
	if f, ok := p.Field(layout.Status); ok {
		b = append(append(append(b, ' '), f.Spec.Name...), ' ')
		b = strconv.AppendUint(b, f.Num, 10)
	}
	return b
}

// checkOut checks --out and --out-rotate.
func (c *config) checkOut() error {
	if c.outRotate == "" {
		return nil
	}
	size, count, ok := strings.Cut(c.outRotate, ",")
	n, isSize := parseSize(size)
	k, err := strconv.Atoi(strings.TrimSpace(count))
	if c.out == "" || !ok || !isSize || err != nil || k < 1 {
		return usage("--out-rotate %s: must be a size and a number of files, such as 500M,20, with --out FILE", c.outRotate)
	}
	c.outSize, c.outCount = n, k
	return nil
}

// checkWrite checks -w and what belongs to it.
func (c *config) checkWrite() error {
	if c.write == "" {
		if c.rotateText != "" || c.rotateSeconds > 0 || c.rotateFiles > 0 || c.ringText != "" {
			return usage("-C, -G, -W and --ring rotate the files of -w; say -w FILE")
		}
		return nil
	}
	if c.write == "-" && !c.quiet && c.query == nil {
		c.quiet = true // stdout is one or the other
	}
	if c.rotateText != "" {
		n, err := parseMillions(c.rotateText)
		if err != nil {
			return err
		}
		c.rotateBytes = n
	}
	return c.checkRing()
}

// parseMillions reads -C: millions of bytes, or with k, m or g behind it KiB,
// MiB or GiB, as tcpdump does.
func parseMillions(s string) (int64, error) {
	unit := int64(1e6)
	text := strings.ToLower(s)
	for i, suffix := range []string{"k", "m", "g"} {
		if t, ok := strings.CutSuffix(text, suffix); ok {
			text, unit = t, 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		return 0, usage("-C %s: must be millions of bytes, such as 100, or a size such as 512m", s)
	}
	return n * unit, nil
}

// checkRing reads --ring: a size or a time.
func (c *config) checkRing() error {
	if c.ringText == "" {
		return nil
	}
	if n, ok := parseSize(c.ringText); ok {
		c.ring.Bytes = n
		return nil
	}
	if d, err := time.ParseDuration(c.ringText); err == nil && d > 0 {
		c.ring.Age = d
		return nil
	}
	return usage("--ring %s: must be a size such as 20G or a time such as 48h", c.ringText)
}

// parseSize reads a size with K, M or G behind it.
func parseSize(s string) (int64, bool) {
	text, unit := strings.ToUpper(strings.TrimSpace(s)), int64(1)
	for i, suffix := range []string{"K", "M", "G"} {
		if t, ok := strings.CutSuffix(strings.TrimSuffix(text, "B"), suffix); ok {
			text, unit = t, 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(text, 10, 32)
	return n * unit, err == nil && n > 0 && unit > 1
}
