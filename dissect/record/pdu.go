package record

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/reassembly"
)

// Schema is the version of the record's form: within it, fields are only added.
const Schema = "cmppdump/1"

const all = PDU | Gap

// common are the fields that every record begins with.
var common = []Field{
	{Name: "schema", Views: all, Doc: "Version of this form of records.",
		get: func(r *Record, v *Value, _ int) { v.str(Schema) }},
	{Name: "@timestamp", Type: Time, Views: all, Doc: "Capture time of the packet that completed the PDU.",
		get: func(r *Record, v *Value, _ int) { _, last := r.stamps(); v.time(last.Time) }},
	{Name: "event.dataset", Views: all, Doc: "Which view the record is of: cmpp.pdu, cmpp.gap.",
		get: func(r *Record, v *Value, _ int) { v.str(map[View]string{PDU: "cmpp.pdu", Gap: "cmpp.gap"}[r.View]) }},
	{Name: "event.action", Views: PDU, Doc: "The command without CMPP_, in lower case.",
		get: func(r *Record, v *Value, _ int) { r.buf = appendAction(r.buf[:0], r.PDU); v.text(r.buf) }},
	{Name: "event.id", Type: ID, Views: PDU, Doc: "The same for the same PDU in every run and on every probe.",
		get: func(r *Record, v *Value, _ int) {
			p := r.PDU
			v.id(eventID(p.Conn, p.Dir, p.Offset, p.Raw[:12]))
		}},
	{Name: "log.file.path", Views: all, Doc: "The file that holds the packet; not in live records.",
		get: func(r *Record, v *Value, _ int) {
			if r.Observer == "" {
				v.str(r.conn().Iface.File)
				v.Set = len(v.Str) > 0
			}
		}},
	{Name: "observer.name", Views: all, Doc: "The host that captured; only in live records.",
		get: func(r *Record, v *Value, _ int) { v.str(r.Observer); v.Set = r.Observer != "" }},
	{Name: "observer.ingress.interface.name", Views: all, Doc: "The interface; only in live records.",
		get: func(r *Record, v *Value, _ int) {
			if r.Observer != "" {
				v.str(r.conn().Iface.Name)
			}
		}},
	{Name: "source.ip", Type: IP, Views: all, Doc: "Who sent the PDU.",
		get: func(r *Record, v *Value, _ int) { v.ip(r.conn().Source(r.dir()).Addr()) }},
	{Name: "source.port", Type: Uint, Views: all, Doc: "TCP port of the sender.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.conn().Source(r.dir()).Port())) }},
	{Name: "destination.ip", Type: IP, Views: all, Doc: "Who received the PDU.",
		get: func(r *Record, v *Value, _ int) { v.ip(r.conn().Destination(r.dir()).Addr()) }},
	{Name: "destination.port", Type: Uint, Views: all, Doc: "TCP port of the receiver.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.conn().Destination(r.dir()).Port())) }},
	{Name: "network.transport", Views: all, Doc: "Always tcp.",
		get: func(r *Record, v *Value, _ int) { v.str("tcp") }},
	{Name: "network.protocol", Views: all, Doc: "The protocol: cmpp.",
		get: func(r *Record, v *Value, _ int) { v.str(r.conn().Proto.Name) }},
	{Name: "conn.id", Type: Uint, Views: all, Doc: "Number of the TCP connection, from 1 in the order of first packets.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.conn().ID)) }},
	{Name: "conn.dir", Views: all, Doc: "c2s from the TCP client to the server, s2c back.",
		get: func(r *Record, v *Value, _ int) { v.str(r.dir().String()) }},
	{Name: "conn.offset", Type: Uint, Views: PDU, Doc: "Place of the PDU's first octet in the stream of its direction, from 0.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.PDU.Offset)) }},
	{Name: "frame.first", Type: Uint, Views: all, Doc: "Lowest number of the packets that hold the PDU.",
		get: func(r *Record, v *Value, _ int) { first, _ := r.stamps(); v.uint(first.Num) }},
	{Name: "frame.last", Type: Uint, Views: all, Doc: "Highest number of the packets that hold the PDU.",
		get: func(r *Record, v *Value, _ int) { _, last := r.stamps(); v.uint(last.Num) }},
}

// pduFields are those of the header, before the body's.
var pduFields = []Field{
	{Name: "cmpp.version", Views: PDU, Doc: "Version of the layout that the PDU has: 2.0, 2.1, 3.0; absent while nothing tells.",
		get: func(r *Record, v *Value, _ int) {
			if p := r.PDU; p.Version != dissect.NoVersion {
				v.str(p.Proto.Versions[p.Version])
			}
		}},
	{Name: "cmpp.version_source", Views: PDU, Doc: "What told the version: length, votes, connect or flag.",
		get: func(r *Record, v *Value, _ int) {
			if p := r.PDU; p.Version != dissect.NoVersion {
				v.str(p.Source.String())
			}
		}},
	{Name: "cmpp.total_length", Type: Uint, Views: PDU, Doc: "Total_Length: octets of the whole PDU, by its header.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.PDU.Total)) }},
	{Name: "cmpp.command_id", Type: Uint, Views: PDU, Doc: "Command_Id.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.PDU.CommandID)) }},
	{Name: "cmpp.command", Views: PDU, Doc: "The specification's name of the command.",
		get: func(r *Record, v *Value, _ int) { r.buf = r.PDU.AppendName(r.buf[:0]); v.text(r.buf) }},
	{Name: "cmpp.sequence_id", Type: Uint, Views: PDU, Doc: "Sequence_Id: pairs a response with its request.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.PDU.Sequence)) }},
}

// appendAction appends the command's name without the protocol's, lower case.
func appendAction(dst []byte, p *dissect.PDU) []byte {
	n := len(dst)
	dst = p.AppendName(dst)
	dst = append(dst[:n], dst[n+len(p.Proto.Title)+1:]...)
	for i := n; i < len(dst); i++ {
		if c := dst[i]; c >= 'A' && c <= 'Z' {
			dst[i] = c + 'a' - 'A'
		}
	}
	return dst
}

// dir is the direction of the record.
func (r *Record) dir() reassembly.Dir {
	if r.View == Gap {
		return r.Gap.Dir
	}
	return r.PDU.Dir
}

// smsFields describe the message that a PDU carries.
var smsFields = []Field{
	{Name: "cmpp.msg_content", Type: Hex, Views: PDU, Doc: "Msg_Content: the octets of the message (with --json-raw).",
		get: func(r *Record, v *Value, _ int) {
			if r.Raw {
				v.hex(r.PDU.Octets(layout.Content, r.PDU.Raw))
			}
		}},
	{Name: "sms.direction", Views: PDU, Doc: "mt to a phone, mo from a phone, report.",
		get: func(r *Record, v *Value, _ int) { v.str(r.PDU.SMS.Direction.String()); v.Set = len(v.Str) > 0 }},
	{Name: "sms.from", Views: PDU, Doc: "The sender's number.",
		get: func(r *Record, v *Value, _ int) { r.role(v, layout.From) }},
	{Name: "sms.to", List: true, Views: PDU, Doc: "The receivers' numbers.",
		get: func(r *Record, v *Value, _ int) {
			if r.PDU.SMS.Direction != dissect.NoMessage {
				list := r.PDU.List(layout.To)
				for i := range list {
					r.field(v.item(), &list[i])
				}
			}
		}},
	{Name: "sms.text", Views: PDU, Doc: "The text, read as Msg_Fmt says.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.HasText() {
				v.Set, v.Type, v.Str = true, String, c.AppendText(v.Str[:0])
			}
		}},
	{Name: "sms.data", Type: Hex, Views: PDU, Doc: "The content where it is no text.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; !c.HasText() {
				v.hex(c.Data)
			}
		}},
	{Name: "sms.encoding", Views: PDU, Doc: "What Msg_Fmt says: ASCII, UCS-2, GB18030, GSM-7, UTF-8, Latin-1 or binary.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; len(c.Data) > 0 {
				v.str(c.Coding.Encoding.String())
			}
		}},
	{Name: "sms.guess.encoding", Views: PDU, Doc: "What the octets look like, where they contradict Msg_Fmt.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.HasGuess {
				v.str(c.Guess.String())
			}
		}},
	{Name: "sms.guess.text", Views: PDU, Doc: "The text in that coding.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.HasGuess {
				v.Set, v.Type, v.Str = true, String, c.AppendGuess(v.Str[:0])
			}
		}},
	{Name: "sms.signature", Views: PDU, Doc: "The sender's name in the text, without its brackets.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.HasText() {
				r.buf = c.AppendText(r.buf[:0])
				v.text(sms.Signature(r.buf))
			}
		}},
	{Name: "sms.udh", Type: Hex, Views: PDU, Doc: "The user data header.",
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.HasUDH {
				v.hex(r.PDU.Octets(layout.Content, r.PDU.Raw)[:c.UDH.Len])
			}
		}},
	concat("ref", "Reference that the parts share.", func(c sms.Concat) uint64 { return uint64(c.Ref) }),
	concat("ref_bits", "Width of the reference: 8 or 16.", func(c sms.Concat) uint64 { return uint64(c.Bits) }),
	concat("total", "Parts of the message.", func(c sms.Concat) uint64 { return uint64(c.Total) }),
	concat("part", "Which part this is, from 1.", func(c sms.Concat) uint64 { return uint64(c.Part) }),
	{Name: "sms.report.msg_id", Type: ID, Views: PDU, Doc: "The Msg_Id of the message that the report is about.",
		get: func(r *Record, v *Value, _ int) {
			if id, ok := r.PDU.Uint(layout.ReportOf); ok {
				v.id(id)
			} else if id, ok := r.PDU.Uint(layout.MOReport); ok {
				v.id(id)
			}
		}},
	{Name: "sms.report.stat", Views: PDU, Doc: "Stat: what became of the message.",
		get: func(r *Record, v *Value, _ int) { r.role(v, layout.Stat) }},
	{Name: "sms.report.stat_text", Views: PDU, Doc: "What it means.",
		get: func(r *Record, v *Value, _ int) {
			if f, ok := r.PDU.Field(layout.Stat); ok {
				v.str(r.meaning(f))
			}
		}},
	report("submit_time", false, layout.SubmitTime, "Submit_time, as on the wire."),
	report("done_time", false, layout.DoneTime, "Done_time, as on the wire."),
	report("cmpp_deliver_time", true, layout.SubmitTime, "CMPP_DELIVER_time of an MO report, as on the wire."),
	report("cmpp_deliver_resp_time", true, layout.DoneTime, "CMPP_DELIVER_RESP_time of an MO report, as on the wire."),
	report("dest_terminal_id", false, layout.ReportTo, "The receiver of the message."),
	report("dest_id", true, layout.ReportTo, "The SP's number, of an MO report."),
	{Name: "sms.report.smsc_sequence", Type: Uint, Views: PDU, Doc: "The SMSC's own number of the report.",
		get: func(r *Record, v *Value, _ int) {
			if n, ok := r.PDU.Uint(layout.SMSCSequence); ok {
				v.uint(n)
			}
		}},
}

// role sets the text of the field with a role, in PDUs that carry a message.
func (r *Record) role(v *Value, role layout.Role) {
	if f, ok := r.PDU.Field(role); ok && r.PDU.SMS.Direction != dissect.NoMessage {
		r.field(v, &f)
		v.Set = len(v.Str) > 0
	}
}

func concat(name, doc string, get func(sms.Concat) uint64) Field {
	return Field{Name: "sms.concat." + name, Type: Uint, Views: PDU, Doc: doc,
		get: func(r *Record, v *Value, _ int) {
			if c := &r.PDU.SMS; c.HasUDH && c.UDH.HasConcat {
				v.uint(get(c.UDH.Concat))
			}
		}}
}

func report(name string, mo bool, role layout.Role, doc string) Field {
	return Field{Name: "sms.report." + name, Views: PDU, Doc: doc,
		get: func(r *Record, v *Value, _ int) {
			if _, isMO := r.PDU.Uint(layout.MOReport); isMO == mo {
				r.role(v, role)
			}
		}}
}

// gapFields are those of gap records.
var gapFields = []Field{
	{Name: "gap.kind", Views: Gap, Doc: "missing: not captured; skipped: captured, but no PDU found.",
		get: func(r *Record, v *Value, _ int) { v.str(r.Gap.Kind.String()) }},
	{Name: "gap.bytes", Type: Uint, Views: Gap, Doc: "How many octets.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.Gap.Bytes)) }},
	{Name: "gap.offset", Type: Uint, Views: Gap, Doc: "Place of the first of them in the stream of its direction.",
		get: func(r *Record, v *Value, _ int) { v.uint(uint64(r.Gap.Offset)) }},
}

// noteFields come last.
var noteFields = []Field{
	{Name: "expert", Type: Objects, List: true, Views: PDU, Doc: "What is odd about the PDU.",
		count: func(r *Record) int { return len(r.PDU.Notes) },
		Elem: []Field{
			{Name: "expert.id", Views: PDU, Doc: "Name of the note.",
				get: func(r *Record, v *Value, i int) { v.str(r.PDU.Notes[i].Spec.ID) }},
			{Name: "expert.severity", Views: PDU, Doc: "chat, note, warn or error.",
				get: func(r *Record, v *Value, i int) { v.str(r.PDU.Notes[i].Spec.Severity.String()) }},
			{Name: "expert.text", Views: PDU, Doc: "The note in a sentence.",
				get: func(r *Record, v *Value, i int) {
					v.Set, v.Type, v.Str = true, String, r.PDU.Notes[i].AppendText(v.Str[:0])
				}},
		}},
	{Name: "truncated", Type: Bool, Views: PDU, Doc: "true if the capture does not hold the whole PDU.",
		get: func(r *Record, v *Value, _ int) { v.bool(r.PDU.Truncated()) }},
	{Name: "captured", Type: Uint, Views: PDU, Doc: "How many octets of it the capture holds, if not all.",
		get: func(r *Record, v *Value, _ int) {
			if r.PDU.Truncated() {
				v.uint(uint64(len(r.PDU.Raw)))
			}
		}},
}
