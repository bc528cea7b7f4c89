package live

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cmppdump/render"
)

// askSave asks for a file.
func (a *App) askSave() {
	if a.view == Statistics {
		return
	}
	label := a.say(words{"save what is shown to ", "保存当前显示到 "})
	if n := len(a.list().marks); n > 0 {
		label = fmt.Sprintf(a.say(words{"save %d marked to ", "保存 %d 个标记行到 "}), n)
	}
	a.ask(label, "save", "", (*App).save)
}

// kept writes entries of a view into a file.
type kept interface {
	entry(a *App, v View, no uint64) error
	close() error
}

// save begins to save, and gives what is wrong with the name.
func (a *App) save(path string) string {
	if a.view == Statistics {
		return a.say(words{"nothing to save in this view", "此视图没有可保存的内容"})
	}
	if _, err := os.Stat(path); err == nil {
		return path + a.say(words{": there is such a file; another name", "：文件已存在，请换个名字"})
	}
	t := &saver{path: path, view: a.view}
	var err error
	switch filepath.Ext(path) {
	case ".pcapng", ".pcap":
		t.to, err = newSavedPackets(path)
	case ".json", ".jsonl", ".ndjson":
		t.to, err = newSavedText(path, (*savedText).json)
	case ".md":
		t.to, err = newSavedText(path, (*savedText).markdown)
	default:
		return a.say(words{"the name must end in .pcapng, .json or .md", "文件名须以 .pcapng、.json 或 .md 结尾"})
	}
	if err != nil {
		return a.told(err)
	}
	a.locked(func() {
		l := a.list()
		for no := range l.marks {
			t.list = append(t.list, no)
		}
		slices.Sort(t.list)
		t.n = len(t.list)
		if t.all = t.n == 0; t.all {
			t.n = l.len(a.s)
		}
	})
	a.work = append(a.work, t)
	return ""
}

// saver saves entries, some at a time.
type saver struct {
	path string
	view View
	list []uint64 // the marked ones
	all  bool     // none is marked
	n    int      // how many are to be saved
	at   int
	to   kept
	err  error
}

func (t *saver) step(a *App, until time.Time) bool {
	for n := 0; t.at < t.n && t.err == nil; n++ {
		if n%16 == 15 && time.Now().After(until) {
			a.note(fmt.Sprintf(a.say(words{"saving %d%%", "保存中 %d%%"}), 100*t.at/t.n))
			return false
		}
		if l := a.lists[t.view]; !t.all {
			t.err = t.to.entry(a, t.view, t.list[t.at])
		} else if t.at < l.len(a.s) {
			t.err = t.to.entry(a, t.view, l.entry(a.s, t.at))
		}
		t.at++
	}
	if err := errors.Join(t.err, t.to.close()); err != nil {
		a.note(firstLine(a.told(err)))
	} else {
		a.note(fmt.Sprintf(a.say(words{"%d saved to %s", "已保存 %d 项到 %s"}), t.at, t.path))
	}
	return true
}

// savedText writes records or a report.
type savedText struct {
	f    *os.File
	w    *bufio.Writer
	b    []byte
	form func(t *savedText, a *App, v View, no uint64)
}

func newSavedText(path string, form func(*savedText, *App, View, uint64)) (*savedText, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &savedText{f: f, w: bufio.NewWriter(f), form: form}, nil
}

func (t *savedText) entry(a *App, v View, no uint64) error {
	t.b = t.b[:0]
	t.form(t, a, v, no)
	_, err := t.w.Write(t.b)
	return err
}

func (t *savedText) close() error { return errors.Join(t.w.Flush(), t.f.Close()) }

// json writes the record of an entry, as -T json does.
func (t *savedText) json(a *App, v View, no uint64) {
	if e := a.l.event(v, no); e != nil && a.record(e) {
		t.b = append(a.o.Table.AppendJSON(t.b, &a.rec), '\n')
	}
}

func (t *savedText) say(format string, args ...any) { t.b = fmt.Appendf(t.b, format, args...) }

// markdown writes all that a ticket wants: what became of it, the ladder, and
// every field of its PDUs.
func (t *savedText) markdown(a *App, v View, no uint64) {
	line := strings.TrimSpace(a.newText(v, 1<<14).line(a.l, v, no))
	t.say("## %s\n\n", strings.NewReplacer("`", "'", "#", `\#`, "<", "&lt;").Replace(line))
	if m := a.l.message(a.s.across(v, no, Messages)); m != nil && a.o.Why != nil {
		t.b = append(t.b, "```text\n"...)
		t.b = a.why(t.b, m, 100, true)
		t.b = append(t.b, "```\n\n"...)
	}
	rows := a.rowsOf(v, no)
	t.b = append(t.b, "```text\n"...)
	clock := render.Times{Form: render.DateTimeOffset, Zone: a.o.Times.Zone}
	for _, i := range rows {
		if e := a.l.row(i); e != nil && e.PDU != nil {
			row := a.s.rows.at(i)
			t.say("%6d %s %4d %s\n", row.num, clock.AppendLong(nil, row.time), row.conn, shaft(&asciiGlyphs, 72, a.label(e.PDU, row, e.Txn != nil, i), a.outwards(row)))
		}
	}
	t.b = append(t.b, "```\n\n"...)
	for _, i := range rows {
		a.tree.buf.Reset()
		if e := a.l.row(i); e != nil && e.PDU != nil && a.tree.out != nil && a.tree.out.Event(e) == nil {
			t.say("```text\n%s\n```\n\n", strings.TrimSpace(a.tree.buf.String()))
		}
	}
}

// rowsOf are the PDUs of an entry, in the order captured.
func (a *App) rowsOf(v View, no uint64) []uint64 {
	was := a.subject
	wasView := a.view
	a.view, a.subject = v, subject{view: v, no: no}
	a.arrows()
	rows := a.subject.arrows
	a.view, a.subject = wasView, was
	if v == PDUs {
		rows = []uint64{no}
	}
	return rows
}
