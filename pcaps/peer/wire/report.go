package wire

import "fmt"

// Report is a status report block, the content of a DELIVER or FWD (C§3.9).
type Report struct {
	MsgID          MsgID // of the SUBMIT_RESP
	Stat           string
	SubmitTime     string // YYMMDDHHMM
	DoneTime       string
	DestTerminalID string
	SMSCSequence   uint32
}

// Append appends the block to dst: 60 bytes in 2.x, 71 in 3.0. (The 3.0 draft
// and gateways built on it put the block of 2.x into a DELIVER of 3.0.)
func (r *Report) Append(dst []byte, v Version) []byte {
	b := body{v: v, buf: dst}
	r.layout(&b)
	return b.buf
}

func (r *Report) layout(b *body) {
	b.msgID("Msg_Id", &r.MsgID)
	b.text("Stat", 7, &r.Stat)
	b.text("Submit_time", 10, &r.SubmitTime)
	b.text("Done_time", 10, &r.DoneTime)
	b.text("Dest_terminal_Id", b.v.pick(21, 32), &r.DestTerminalID)
	b.u32("SMSC_sequence", &r.SMSCSequence)
}

// ParseReport reads a block of 60 or 71 bytes.
func ParseReport(block []byte) (Report, error) {
	var r Report
	if len(block) != 60 && len(block) != 71 {
		return r, fmt.Errorf("status report of %d bytes: 60 (2.x) and 71 (3.0) exist", len(block))
	}
	readBlock(&r, block)
	return r, nil
}

// MOReport is an MO report block, the content of a FWD of type 3 (C§3.16).
type MOReport struct {
	MsgID           MsgID // of the DELIVER
	Stat            string
	DeliverTime     string // YYMMDDHHMM
	DeliverRespTime string
	DestID          string
}

// Append appends the 60 bytes of the block to dst.
func (r *MOReport) Append(dst []byte, v Version) []byte {
	b := body{v: v, buf: dst}
	r.layout(&b)
	return b.buf
}

func (r *MOReport) layout(b *body) {
	b.msgID("Msg_Id", &r.MsgID)
	b.text("Stat", 7, &r.Stat)
	b.text("CMPP_DELIVER_time", 10, &r.DeliverTime)
	b.text("CMPP_DELIVER_RESP_time", 10, &r.DeliverRespTime)
	b.text("Dest_Id", 21, &r.DestID)
	b.reserved("Reserved", 4)
}

type block interface{ layout(*body) }

// readBlock reads a block whose length, 60 or 71, is its version.
func readBlock(r block, content []byte) {
	b := body{mode: reading, v: blockVersion(content), buf: content}
	r.layout(&b)
}

func blockVersion(content []byte) Version {
	if len(content) == 71 {
		return V30
	}
	return V20
}

// report lists the fields of the block in content under "report"; the block
// itself is Msg_Content.
func (b *body) report(r block, content []byte) {
	if len(content) != 60 && len(content) != 71 {
		return
	}
	readBlock(r, content)
	inner := body{mode: naming, v: blockVersion(content)}
	r.layout(&inner)
	b.name("report", 0, inner.fields)
}
