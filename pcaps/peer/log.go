package peer

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"sync"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// Direction says whether the end that logs sent or received a PDU.
type Direction string

// The directions.
const (
	Sent     Direction = "sent"
	Received Direction = "received"
)

// Entry is one PDU, as the end that logs it saw it.
type Entry struct {
	Time        time.Time   `json:"time"`
	Role        string      `json:"role"` // who logs: SP, ISMG, GNS
	Local       string      `json:"local"`
	Remote      string      `json:"remote"`
	Direction   Direction   `json:"direction"`
	Command     string      `json:"command"`
	SequenceID  uint32      `json:"sequence_id"`
	Version     string      `json:"version"` // of the layout used
	TotalLength int         `json:"total_length"`
	Fields      wire.Fields `json:"fields"`         // by the specification's names
	Text        string      `json:"text,omitempty"` // of Msg_Content, without its UDH
	Raw         string      `json:"raw"`            // hex
	// Notes are the expert notes that a dissector owes, where that is told.
	Notes []string `json:"notes,omitempty"`
	Error string   `json:"error,omitempty"`
}

// Log collects what the ends of connections saw. Several may write to it at
// once. The zero value keeps entries for Entries, a nil Log drops them.
type Log struct {
	mu      sync.Mutex
	w       io.Writer
	entries []Entry
	err     error
}

// NewLog writes each entry to w, one JSON object a line, and keeps none.
func NewLog(w io.Writer) *Log { return &Log{w: w} }

// Entries are the entries so far, if they are kept.
func (l *Log) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Entry(nil), l.entries...)
}

// Err is the first error in writing.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *Log) add(e Entry) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.w == nil {
		l.entries = append(l.entries, e)
		return
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = l.w.Write(append(line, '\n'))
	}
	if l.err == nil {
		l.err = err
	}
}

// entry describes a PDU; p is nil when raw could not be read.
func entry(p wire.PDU, raw []byte, v wire.Version) Entry {
	e := Entry{Time: time.Now().UTC(), Version: v.String(), TotalLength: len(raw), Raw: hex.EncodeToString(raw)}
	if p == nil {
		return e
	}
	e.Command, e.SequenceID = p.Command().Name(v), p.Sequence()
	e.Fields = wire.FieldsOf(p, v)
	switch p := p.(type) {
	case *wire.Submit:
		e.Text = textOf(p.MsgContent, p.MsgFmt, p.TPudhi)
	case *wire.Deliver:
		if p.RegisteredDelivery == 0 {
			e.Text = textOf(p.MsgContent, p.MsgFmt, p.TPudhi)
		}
	case *wire.Fwd:
		if p.MsgFwdType == wire.FwdMT || p.MsgFwdType == wire.FwdMO {
			e.Text = textOf(p.MsgContent, p.MsgFmt, p.TPudhi)
		}
	}
	return e
}
