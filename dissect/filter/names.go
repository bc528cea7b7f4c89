package filter

import (
	"slices"
	"strings"

	"cmppdump/capture/spell"
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
)

// operand is what a name stands for.
type operand struct {
	name    string
	doc     string
	kind    record.Type
	sources []source // none: only the command is tested
	// own: only of records that have it themselves, not of what they belong to.
	own bool
	// command, if not nil, must be the PDU's; or the transaction's request has
	// to be of it, or answered by it.
	command *dissect.Command
	// timed: a duration that is written with its unit.
	timed bool
	// grouped: the sources are the fields whose names begin with the name.
	grouped bool
}

// source is a field that is read, or with last the first of two that are the
// ends of a range.
type source struct {
	field, last *record.Field
	member      bool // of a list of objects
}

// vocabulary is all names of a table, and those that filters have beside them.
type vocabulary struct {
	table *record.Table
	names []string // in the order of records, the others behind
	by    map[string]*operand
}

func newVocabulary(t *record.Table) *vocabulary {
	v := &vocabulary{table: t, by: map[string]*operand{}}
	for i := range t.Fields {
		f := &t.Fields[i]
		v.field(f, false)
		for j := range f.Elem {
			v.field(&f.Elem[j], true)
		}
	}
	if o := v.by["sms.text"]; o != nil { // people see the guess
		o.sources = append(o.sources, v.sources("sms.guess.text")...)
	}
	v.alias("ip.addr", "Address of either end.", "source.ip", "destination.ip")
	v.alias("ip.src", "Address of the sender.", "source.ip")
	v.alias("ip.dst", "Address of the receiver.", "destination.ip")
	v.alias("tcp.port", "TCP port of either end.", "source.port", "destination.port")
	v.alias("tcp.srcport", "TCP port of the sender.", "source.port")
	v.alias("tcp.dstport", "TCP port of the receiver.", "destination.port")
	v.alias("frame.time", "Capture time.", "@timestamp")
	v.frames()
	for _, c := range t.Protocol.Commands {
		v.command(c)
	}
	return v
}

func (v *vocabulary) add(o *operand) {
	v.by[o.name] = o
	v.names = append(v.names, o.name)
}

// field adds a name of the table; of X_ms also X, a duration.
func (v *vocabulary) field(f *record.Field, member bool) {
	o := &operand{name: f.Name, doc: f.Doc, kind: f.Type, sources: []source{{field: f, member: member}}}
	v.add(o)
	if f.Type == record.Millis {
		timed := *o
		timed.name, timed.timed = strings.Replace(f.Name, "_ms", "", 1), true
		timed.doc = strings.Replace(f.Doc, ", in milliseconds", "", 1)
		v.add(&timed)
	}
}

func (v *vocabulary) sources(names ...string) (list []source) {
	for _, n := range names {
		list = append(list, v.by[n].sources...)
	}
	return list
}

// alias adds a name for fields of one type.
func (v *vocabulary) alias(name, doc string, fields ...string) {
	v.add(&operand{name: name, doc: doc, kind: v.by[fields[0]].kind, sources: v.sources(fields...)})
}

// frames adds frame.number: any packet of a PDU, or one that completed a PDU
// of a transaction or message.
func (v *vocabulary) frames() {
	o := &operand{name: "frame.number", doc: "Number of a packet that holds it.", kind: record.Uint, own: true}
	o.sources = []source{{field: v.table.Lookup("frame.first"), last: v.table.Lookup("frame.last")}}
	o.sources = append(o.sources, v.sources("txn.request.frame", "txn.response.frame", "msg.submit.frame", "msg.resp.frame",
		"msg.report.frame", "msg.report.ack.frame", "msg.reports.frame", "msg.segments.submit_frame", "msg.segments.resp_frame",
		"msg.segments.report_frame", "msg.segments.ack_frame")...)
	v.add(o)
}

// command adds the name that asks for a command: cmpp.submit.
func (v *vocabulary) command(c *dissect.Command) {
	p := v.table.Protocol
	for _, name := range append([]string{c.Name}, c.Names[:]...) {
		if name == "" {
			continue
		}
		key := p.Name + "." + strings.ToLower(name[len(p.Title)+1:])
		if v.by[key] == nil {
			v.add(&operand{name: key, doc: c.Doc, command: c})
		}
	}
}

// find gives what a name stands for, or nil.
func (v *vocabulary) find(name string) *operand {
	name = strings.ToLower(name)
	if o := v.by[name]; o != nil {
		return o
	}
	if o := v.ofCommand(name); o != nil {
		return o
	}
	return v.group(name)
}

// group is the name of several fields: sms.report of sms.report.stat and so on.
func (v *vocabulary) group(name string) *operand {
	o := &operand{name: name, kind: record.Objects, grouped: true}
	for _, n := range v.names {
		if x := v.by[n]; strings.HasPrefix(n, name+".") && v.table.Lookup(n) != nil {
			o.sources = append(o.sources, x.sources...)
		}
	}
	if o.sources == nil {
		return nil
	}
	return o
}

// ofCommand is cmpp.submit.X: cmpp.X of that command.
func (v *vocabulary) ofCommand(name string) *operand {
	c, key := v.cutCommand(name)
	if c == nil || !slices.Contains(v.keys(c), key) {
		return nil
	}
	o := *v.by[v.table.Protocol.Name+"."+key]
	o.name, o.command = name, c
	return &o
}

// cutCommand takes cmpp.submit.X apart.
func (v *vocabulary) cutCommand(name string) (c *dissect.Command, key string) {
	rest, ok := strings.CutPrefix(name, v.table.Protocol.Name+".")
	command, key, dotted := strings.Cut(rest, ".")
	if !ok || !dotted {
		return nil, ""
	}
	if o := v.by[v.table.Protocol.Name+"."+command]; o != nil && o.command != nil && o.sources == nil {
		return o.command, key
	}
	return nil, ""
}

// headerKeys are what every PDU has.
var headerKeys = []string{"version", "version_source", "total_length", "command_id", "sequence_id"}

// keys are the names that PDUs of a command have, without the protocol's.
func (v *vocabulary) keys(c *dissect.Command) []string {
	keys := slices.Clone(headerKeys)
	for _, s := range c.Body.Specs {
		for _, key := range []string{s.Key, s.Key + "_text"} {
			if v.by[v.table.Protocol.Name+"."+key] != nil && (s.Role == layout.Status || key == s.Key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// captureWords are what people who think of capture filters mean.
var captureWords = map[string]string{
	"host": "ip.addr ==", "net": "ip.addr ==", "port": "tcp.port ==", "src": "ip.src ==", "dst": "ip.dst ==",
}

// forCapture is the error for a word of capture filters, or nil.
func forCapture(t token) *Error {
	if hint := captureWords[t.text]; hint != "" {
		return t.fail("%s is for the capture filter; here it is %s", t.text, hint)
	}
	return nil
}

// unknown is the error for a name that is none.
func (v *vocabulary) unknown(t token) *Error {
	name := strings.ToLower(t.text)
	if c, key := v.cutCommand(name); c != nil {
		return v.notInCommand(t, c, key)
	}
	near := spell.Nearest(name, v.names)
	if near == "" {
		for _, n := range v.names {
			if strings.HasSuffix(n, "."+name) {
				near = n
				break
			}
		}
	}
	if near != "" {
		return t.fail("%s: no such field; did you mean %s?", t.text, near)
	}
	return t.fail("%s: no such field (cmppdump fields lists all)", t.text)
}

// notInCommand is the error for a field that a command does not have.
func (v *vocabulary) notInCommand(t token, c *dissect.Command, key string) *Error {
	text := said.With("%s has no %s", c.Name, key)
	prefix := strings.TrimSuffix(strings.ToLower(t.text), key)
	if o := v.table.Protocol.Command(c.ID ^ 1<<31); o != nil && slices.Contains(v.keys(o), key) {
		other := strings.ToLower(o.Name[len(v.table.Protocol.Title)+1:])
		return t.fail("%s; %s has it: %s.%s.%s", text, o.Name, v.table.Protocol.Name, other, key)
	}
	if near := spell.Nearest(key, v.keys(c)); near != "" {
		return t.fail("%s; did you mean %s%s?", text, prefix, near)
	}
	return t.fail("%s", text)
}
