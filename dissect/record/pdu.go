package record

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
)

// Schema is the version of the record's form: within it, fields are only added.
const Schema = "cmppdump/1"

const all = PDU | Gap | Txn | Conn | Msg

// noted are the views whose records have expert notes.
const noted = PDU | Gap | Txn | Msg | Conn

// common are the fields that every record begins with.
var common = []Field{
	{Name: "schema", fixed: byKind, Views: all | Stats, Doc: "Version of this form of records.",
		get: func(r *Record, v *Value, _ int) { v.str(Schema) }},
	{Name: "@timestamp", Type: Time, Views: all | Stats, Doc: "Capture time: of the packet that completed the PDU; of a transaction, of the request; of a connection, of its first packet.",
		get: func(r *Record, v *Value, _ int) { v.time(r.last().Time) }},
	{Name: "event.dataset", fixed: byKind, Views: all | Stats, Doc: "Which view the record is of: cmpp.pdu, cmpp.gap, cmpp.transaction, cmpp.message, cmpp.connection, cmpp.verdict, cmpp.stats.",
		get: func(r *Record, v *Value, _ int) {
			r.buf = append(append(r.buf[:0], r.protocol()...), '.')
			if r.Verdict != nil {
				r.buf = append(r.buf, "verdict"...)
			} else {
				r.buf = append(r.buf, r.View.dataset()...)
			}
			v.text(r.buf)
		}},
	{Name: "event.action", fixed: byKind, Views: PDU | Txn | Msg, Doc: "The command without CMPP_, in lower case; of a transaction, the request's; of a message, mt or mo.",
		get: func(r *Record, v *Value, _ int) { r.buf = r.appendAction(r.buf[:0]); v.text(r.buf) }},
	{Name: "event.id", Type: ID, Views: all, Doc: "The same for the same PDU in every run and on every probe.",
		get: func(r *Record, v *Value, _ int) { v.id(r.eventID()) }},
	{Name: "event.start", Type: Time, Views: Txn | Conn | Msg, Doc: "When it began: the first request, the first packet.",
		get: func(r *Record, v *Value, _ int) { start, _ := r.span(); v.time(start) }},
	{Name: "event.end", Type: Time, Views: Txn | Conn | Msg, Doc: "When it ended: the response, the last packet; absent without a response.",
		get: func(r *Record, v *Value, _ int) {
			if _, end := r.span(); r.ended() {
				v.time(end)
			}
		}},
	{Name: "event.duration", Type: Uint, Views: Txn | Conn | Msg, Doc: "event.end minus event.start in nanoseconds.",
		get: func(r *Record, v *Value, _ int) {
			if start, end := r.span(); r.ended() {
				v.uint(uint64(max(0, end-start)))
			}
		}},
	{Name: "event.outcome", decided: true, Views: Txn | Msg, Doc: "success: answered with status 0 or none; failure: with another status; unknown: no answer.",
		get: func(r *Record, v *Value, _ int) { v.str(r.outcome()) }},
	{Name: "log.file.path", fixed: byConn, Views: all, Doc: "The file that holds the packet; not in live records.",
		get: func(r *Record, v *Value, _ int) {
			if r.Observer == "" {
				v.str(r.last().File())
				v.Set = len(v.Str) > 0
			}
		}},
	{Name: "observer.name", fixed: byConn, Views: all | Stats, Doc: "The host that captured; only in live records.",
		get: func(r *Record, v *Value, _ int) { v.str(r.Observer); v.Set = r.Observer != "" }},
	{Name: "observer.ingress.interface.name", fixed: byConn, Views: all, Doc: "The interface; only in live records.",
		get: func(r *Record, v *Value, _ int) {
			if r.Observer != "" {
				v.str(r.last().Interface())
				v.Set = len(v.Str) > 0
			}
		}},
	{Name: "source.ip", fixed: byConn, Type: IP, Views: all, Doc: "Who sent the PDU.",
		get: func(r *Record, v *Value, _ int) { v.ip(r.Conn.Source(r.dir()).Addr()) }},
	{Name: "source.port", fixed: byConn, Type: Uint, Views: all, Doc: "TCP port of the sender.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.Conn.Source(r.dir()).Port())) }},
	{Name: "destination.ip", fixed: byConn, Type: IP, Views: all, Doc: "Who received the PDU.",
		get: func(r *Record, v *Value, _ int) { v.ip(r.Conn.Destination(r.dir()).Addr()) }},
	{Name: "destination.port", fixed: byConn, Type: Uint, Views: all, Doc: "TCP port of the receiver.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.Conn.Destination(r.dir()).Port())) }},
	{Name: "client.ip", fixed: byConn, Type: IP, Views: all, Doc: "Who opened the connection, where a proxy in between says so (its PROXY preface).",
		get: func(r *Record, v *Value, _ int) {
			if c := r.proxy().Client; c.IsValid() {
				v.ip(c.Addr())
			}
		}},
	{Name: "client.port", fixed: byConn, Type: Uint, Views: all, Doc: "TCP port of that client.",
		get: func(r *Record, v *Value, _ int) {
			if c := r.proxy().Client; c.IsValid() {
				v.uint(uint64(c.Port()))
			}
		}},
	{Name: "network.transport", fixed: byConn, Views: all, Doc: "Always tcp.",
		get: func(r *Record, v *Value, _ int) { v.str("tcp") }},
	{Name: "network.protocol", fixed: byConn, Views: all, Doc: "The protocol: cmpp.",
		get: func(r *Record, v *Value, _ int) { v.str(r.Conn.Proto.Name) }},
	{Name: "conn.id", fixed: byConn, Type: Uint, Views: all, Doc: "Number of the TCP connection, from 1 in the order of first packets.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.Conn.ID)) }},
	{Name: "conn.dir", fixed: byConn, Views: PDU | Gap | Txn, Doc: "c2s from the TCP client to the server, s2c back.",
		get: func(r *Record, v *Value, _ int) { v.str(r.dir().String()) }},
	{Name: "conn.offset", Type: Uint, Views: PDU, Doc: "Place of the PDU's first octet in the stream of its direction, from 0.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.PDU.Offset)) }},
}

// frameFields say which packets hold the PDU.
var frameFields = []Field{
	{Name: "frame.first", Type: Uint, Views: PDU | Gap, Doc: "Lowest number of the packets that hold the PDU.",
		get: func(r *Record, v *Value, _ int) {
			if r.View == Gap {
				v.uint(r.Gap.First.Num)
				return
			}
			v.uint(r.PDU.First.Num)
		}},
	{Name: "frame.last", Type: Uint, Views: PDU | Gap, Doc: "Highest number of the packets that hold the PDU.",
		get: func(r *Record, v *Value, _ int) { v.uint(r.last().Num) }},
	{Name: "frame.file", seldom: files, Views: PDU | Gap, Doc: "The file that holds packet frame.last, where several files are read.",
		get: func(r *Record, v *Value, _ int) {
			if r.Files {
				v.str(r.last().File())
			}
		}},
	{Name: "frame.number_in_file", seldom: files, Type: Uint, Views: PDU | Gap, Doc: "Number of packet frame.last in its own file, where several files are read.",
		get: func(r *Record, v *Value, _ int) {
			if r.Files {
				v.uint(r.last().FileNum)
			}
		}},
}

// headerFields are those of the header, before the body's.
var headerFields = []Field{
	{Name: "cmpp.version", fixed: byKind, Views: PDU | Txn | Conn, Doc: "Version of the layout that the PDU has: 2.0, 2.1, 3.0; absent while nothing tells.",
		get: func(r *Record, v *Value, _ int) {
			if n := r.version(); n != dissect.NoVersion {
				v.str(r.Conn.Proto.Versions[n])
			}
		}},
	{Name: "cmpp.version_source", fixed: byKind, Views: PDU, Doc: "What told the version: length, votes, connect or flag.",
		get: func(r *Record, v *Value, _ int) {
			if p := r.PDU; p.Version != dissect.NoVersion {
				v.str(p.Source.String())
			}
		}},
	{Name: "cmpp.total_length", Type: Uint, Views: PDU, Doc: "Total_Length: octets of the whole PDU, by its header.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.PDU.Total)) }},
	{Name: "cmpp.command_id", fixed: byKind, Type: Uint, Views: PDU, Doc: "Command_Id.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.PDU.CommandID)) }},
	{Name: "cmpp.command", fixed: byKind, Views: PDU | Txn, Doc: "The specification's name of the command; of a transaction, the request's.",
		get: func(r *Record, v *Value, _ int) { r.buf = r.appendCommand(r.buf[:0]); v.text(r.buf) }},
	{Name: "cmpp.sequence_id", Type: Uint, Views: PDU | Txn, Doc: "Sequence_Id: pairs a response with its request.",
		get: func(r *Record, v *Value, _ int) {
			if r.View == Txn {
				v.uint(uint64(r.Txn.Sequence))
				return
			}
			v.uint(uint64(r.PDU.Sequence))
		}},
}

// proxy is what a proxy said of the connection: of a PDU, before it.
func (r *Record) proxy() *dissect.Proxy {
	switch {
	case r.View != PDU:
		return &r.Conn.Proxy
	case r.PDU.Proxy != nil:
		return r.PDU.Proxy
	}
	return &dissect.Proxy{}
}

// protocol is the protocol's name.
func (r *Record) protocol() string {
	if r.View == Stats {
		return r.Interval.Protocol
	}
	return r.Conn.Proto.Name
}

func (r *Record) version() dissect.Version {
	switch r.View {
	case PDU:
		return r.PDU.Version
	case Txn:
		return r.Txn.Version
	}
	return r.Conn.Version
}

// appendCommand appends the name of the PDU, or of the transaction's request.
func (r *Record) appendCommand(dst []byte) []byte {
	if r.View == Txn {
		return dissect.AppendName(dst, r.Conn.Proto, r.Txn.Command, r.Txn.CommandID, r.Txn.Column)
	}
	return r.PDU.AppendName(dst)
}

// appendAction appends the command's name without the protocol's, in lower
// case.
func (r *Record) appendAction(dst []byte) []byte {
	if r.View == Msg {
		return append(dst, r.direction()...)
	}
	n := len(dst)
	dst = r.appendCommand(dst)
	dst = append(dst[:n], dst[n+len(r.Conn.Proto.Title)+1:]...)
	for i := n; i < len(dst); i++ {
		if c := dst[i]; c >= 'A' && c <= 'Z' {
			dst[i] = c + 'a' - 'A'
		}
	}
	return dst
}

// authFields tell how the check of a login went.
var authFields = []Field{
	{Name: "cmpp.auth.verified", seldom: login, Type: Bool, Views: PDU, Doc: "Whether a secret of --secret-file gives the authenticator; absent if it was not checked.",
		get: func(r *Record, v *Value, _ int) {
			if a := r.PDU.Auth; a != nil {
				v.bool(true)
				if !a.Verified {
					v.Num = 0
				}
			}
		}},
	{Name: "cmpp.auth.line", seldom: login, Type: Uint, Views: PDU, Doc: "The line of that secret in the file.",
		get: func(r *Record, v *Value, _ int) {
			if a := r.PDU.Auth; a != nil {
				v.count(a.Line)
			}
		}},
}

// smsFields describe the message that a PDU carries.
var smsFields = []Field{
	{Name: "cmpp.msg_content", seldom: raw, Type: Hex, Views: PDU, Doc: "Msg_Content: the octets of the message (with --json-raw).",
		get: func(r *Record, v *Value, _ int) {
			if r.Raw {
				v.hex(r.PDU.Octets(layout.Content, r.PDU.Raw))
			}
		}},
	{Name: "sms.msg_id", Type: ID, Views: Txn, Doc: "The message's id: what the gateway gave to a SUBMIT, the DELIVER's own otherwise.",
		get: func(r *Record, v *Value, _ int) {
			if id := r.messageID(); id != 0 {
				v.id(id)
			}
		}},
	{Name: "sms.direction", Views: PDU | Txn | Msg, needs: hasMessage, Doc: "mt to a phone, mo from a phone, report.",
		get: func(r *Record, v *Value, _ int) { v.str(r.direction()); v.Set = len(v.Str) > 0 }},
	{Name: "sms.from", Views: PDU | Txn | Msg, needs: hasMessage, Doc: "The sender's number.",
		get: func(r *Record, v *Value, _ int) {
			if r.View == Msg {
				r.number(v, r.Msg.From)
				return
			}
			r.role(v, layout.From)
		}},
	{Name: "sms.to", List: true, Views: PDU | Txn | Msg, needs: hasMessage, Doc: "The receivers' numbers.",
		get: func(r *Record, v *Value, _ int) {
			if r.View == Msg {
				r.number(v.item(), r.Msg.To)
				return
			}
			list := r.PDU.List(layout.To)
			for i := range list {
				r.field(v.item(), &list[i])
			}
		}},
	{Name: "sms.text", Views: PDU | Txn | Msg, needs: hasMessage, Doc: "The text, read as Msg_Fmt says.",
		get: func(r *Record, v *Value, _ int) {
			v.text(r.messageText())
		}},
	{Name: "sms.data", seldom: data, Type: Hex, Views: PDU | Txn, needs: hasMessage, Doc: "The content where it is no text.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; !c.HasText() {
				v.hex(c.Data)
			}
		}},
	{Name: "sms.encoding", Views: PDU | Txn | Msg, needs: hasMessage, Doc: "What Msg_Fmt says: ASCII, UCS-2, GB18030, GSM-7, UTF-8, Latin-1 or binary.",
		get: func(r *Record, v *Value, _ int) {
			if r.View == Msg {
				if p := r.Msg.First(); len(p.Content) > 0 {
					v.str(p.Coding.Encoding.String())
				}
			} else if c := &r.PDU.SMS; len(c.Data) > 0 {
				v.str(c.Coding.Encoding.String())
			}
		}},
	{Name: "sms.guess.encoding", seldom: guess, Views: PDU | Txn, needs: hasMessage, Doc: "What the octets look like, where they contradict Msg_Fmt.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.HasGuess {
				v.str(c.Guess.String())
			}
		}},
	{Name: "sms.guess.text", seldom: guess, Views: PDU | Txn, needs: hasMessage, Doc: "The text in that coding.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.HasGuess {
				v.Type, v.Str = String, c.AppendGuess(v.Str[:0])
				v.Set = len(v.Str) > 0
			}
		}},
	{Name: "sms.signature", Views: PDU | Msg, needs: hasMessage, Doc: "The sender's name in the text, without its brackets.",
		get: func(r *Record, v *Value, _ int) {
			v.text(r.signature())
		}},
	{Name: "sms.udh", Type: Hex, Views: PDU, needs: hasUDH, Doc: "The user data header.",
		get: func(r *Record, v *Value, _ int) {
			v.hex(r.PDU.Written()[:r.PDU.SMS.UDH.Len])
		}},
	concat("ref", "Reference that the parts share.", func(c sms.Concat) uint64 { return uint64(c.Ref) }),
	concat("ref_bits", "Width of the reference: 8 or 16.", func(c sms.Concat) uint64 { return uint64(c.Bits) }),
	concat("total", "Parts of the message.", func(c sms.Concat) uint64 { return uint64(c.Total) }),
	concat("part", "Which part this is, from 1.", func(c sms.Concat) uint64 { return uint64(c.Part) }),
	{Name: "sms.report.msg_id", Type: ID, Views: PDU, needs: hasReport, Doc: "The Msg_Id of the message that the report is about.",
		get: func(r *Record, v *Value, _ int) {
			if id, ok := r.PDU.Uint(layout.ReportOf); ok {
				v.id(id)
			} else if id, ok := r.PDU.Uint(layout.MOReport); ok {
				v.id(id)
			}
		}},
	{Name: "sms.report.stat", Views: PDU, needs: hasReport, Doc: "Stat: what became of the message.",
		get: func(r *Record, v *Value, _ int) { r.role(v, layout.Stat) }},
	{Name: "sms.report.stat_text", Views: PDU, needs: hasReport, Doc: "What it means.",
		get: func(r *Record, v *Value, _ int) {
			if f, ok := r.PDU.Field(layout.Stat); ok && len(f.Text(r.PDU.Raw)) > 0 {
				v.str(r.meaning(f))
			}
		}},
	report("submit_time", false, layout.SubmitTime, "Submit_time, as on the wire."),
	report("done_time", false, layout.DoneTime, "Done_time, as on the wire."),
	report("cmpp_deliver_time", true, layout.SubmitTime, "CMPP_DELIVER_time of an MO report, as on the wire."),
	report("cmpp_deliver_resp_time", true, layout.DoneTime, "CMPP_DELIVER_RESP_time of an MO report, as on the wire."),
	report("dest_terminal_id", false, layout.ReportTo, "The receiver of the message."),
	report("dest_id", true, layout.ReportTo, "The SP's number, of an MO report."),
	{Name: "sms.report.smsc_sequence", Type: Uint, Views: PDU, needs: hasReport, Doc: "The SMSC's own number of the report.",
		get: func(r *Record, v *Value, _ int) {
			if n, ok := r.PDU.Uint(layout.SMSCSequence); ok {
				v.uint(n)
			}
		}},
}

// direction is sms.direction.
func (r *Record) direction() string {
	switch {
	case r.View != Msg:
		return r.PDU.SMS.Direction.String()
	case r.Msg.MO:
		return dissect.MO.String()
	}
	return dissect.MT.String()
}

// messageText is the text of the message, read as it declares itself, decoded
// once a record; empty if there is none.
func (r *Record) messageText() []byte {
	if r.hasText {
		return r.text
	}
	r.hasText, r.text = true, r.text[:0]
	if r.View == Msg {
		r.text = r.Msg.AppendText(r.text)
	} else if c := &r.PDU.SMS; c.HasText() {
		r.text = c.AppendText(r.text)
	}
	return r.text
}

// signature is the sender's name in that text.
func (r *Record) signature() []byte {
	if r.View == Msg {
		return r.Msg.Signature(r.messageText())
	}
	return r.PDU.SMS.Signature(r.messageText())
}

// number sets a phone number of a message.
func (r *Record) number(v *Value, b []byte) {
	r.buf = AppendOctetString(r.buf[:0], b)
	v.text(r.buf)
}

// role sets the text of the field with a role, in PDUs that carry a message.
func (r *Record) role(v *Value, role layout.Role) {
	if f, ok := r.PDU.Field(role); ok {
		r.field(v, &f)
		v.Set = len(v.Str) > 0
	}
}

func concat(name, doc string, get func(sms.Concat) uint64) Field {
	return Field{Name: "sms.concat." + name, Type: Uint, Views: PDU, needs: hasUDH, Doc: doc,
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.UDH.HasConcat {
				v.uint(get(c.UDH.Concat))
			}
		}}
}

func report(name string, mo bool, role layout.Role, doc string) Field {
	only := seldom(0)
	if mo {
		only = moReport
	}
	return Field{Name: "sms.report." + name, Views: PDU, needs: hasReport, seldom: only, Doc: doc,
		get: func(r *Record, v *Value, _ int) {
			if _, isMO := r.PDU.Uint(layout.MOReport); isMO == mo {
				r.role(v, role)
			}
		}}
}

// gapFields are those of gap records.
var gapFields = []Field{
	{Name: "gap.kind", Views: Gap, Doc: "missing: not captured; skipped: captured, but no PDU found; preface: captured, put in front of the first PDU by a proxy.",
		get: func(r *Record, v *Value, _ int) { v.str(r.Gap.Kind.String()) }},
	{Name: "gap.bytes", Type: Uint, Views: Gap, Doc: "How many octets.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.Gap.Bytes)) }},
	{Name: "gap.offset", Type: Uint, Views: Gap, Doc: "Place of the first of them in the stream of its direction.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.Gap.Offset)) }},
}

// lastFields come last.
var lastFields = []Field{
	{Name: "expert", seldom: notes, Type: Objects, List: true, Views: noted, Doc: "What is odd about it.",
		count: func(r *Record) int { return len(r.notes()) },
		Elem: []Field{
			{Name: "expert.id", Views: noted, Doc: "Name of the note.",
				get: func(r *Record, v *Value, i int) { v.str(r.notes()[i].Spec.ID) }},
			{Name: "expert.severity", Views: noted, Doc: "chat, note, warn or error.",
				get: func(r *Record, v *Value, i int) { v.str(r.notes()[i].Spec.Severity.String()) }},
			{Name: "expert.text", Views: noted, Doc: "The note in a sentence.",
				get: func(r *Record, v *Value, i int) {
					v.Set, v.Type, v.Str = true, String, r.notes()[i].AppendText(v.Str[:0])
				}},
		}},
	{Name: "truncated", seldom: cut, Type: Bool, Views: PDU, Doc: "true if the capture does not hold the whole PDU.",
		get: func(r *Record, v *Value, _ int) { v.bool(r.PDU.Truncated()) }},
	{Name: "captured", seldom: cut, Type: Uint, Views: PDU, Doc: "How many octets of it the capture holds, if not all.",
		get: func(r *Record, v *Value, _ int) {
			if r.PDU.Truncated() {
				v.uint(uint64(len(r.PDU.Raw)))
			}
		}},
	{Name: "final", Type: Bool, Omitted: 1, Views: Txn | Msg | Stats, Doc: "false if later news may change the record; else absent.",
		get: func(r *Record, v *Value, _ int) {
			final := r.View == Txn && r.Txn.Final || r.View == Msg && r.Msg.Final || r.View == Stats && r.Interval.Final
			v.Set, v.Type, v.Num = !final, Bool, 0
		}},
	{Name: "evicted", Type: Bool, Views: Msg, Doc: "true if the message was forgotten to stay under --max-mem before it was final.",
		get: func(r *Record, v *Value, _ int) { v.bool(r.Msg.Evicted) }},
	{Name: "revision", Type: Uint, Omits: true, Views: Txn | Msg, Doc: "How often the record was published before; absent the first time.",
		get: func(r *Record, v *Value, _ int) {
			if r.View == Msg {
				v.count(r.Msg.Revision)
				return
			}
			v.count(r.Txn.Revision)
		}},
}

func (r *Record) notes() []dissect.Note {
	switch r.View {
	case Gap:
		return r.Gap.Notes
	case Txn:
		return r.Txn.Notes
	case Msg:
		return r.Msg.Notes
	case Conn:
		return r.Conn.Notes
	}
	return r.PDU.Notes
}
