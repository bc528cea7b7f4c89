package peer

import (
	"context"
	"net"
	"sync"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// SP is a service provider: it submits, and answers what it is delivered.
type SP struct {
	endpoint
	ServiceID string
	SrcID     string
	// Result is that of its DELIVER_RESPs (C§5.3).
	Result uint32
	// Ignore is how many DELIVERs it leaves without an answer.
	Ignore int
	// Think is how long it takes to answer a DELIVER.
	Think time.Duration

	mu sync.Mutex
}

// Dial opens a connection without a login, as a short one may be (C§1.2).
func (s *SP) Dial(ctx context.Context, addr string) (*Conn, error) {
	return s.dial(ctx, addr, s.handle)
}

// Connect opens a connection and logs in.
func (s *SP) Connect(ctx context.Context, addr string) (*Conn, error) {
	return s.connect(ctx, addr, s.handle)
}

// Serve accepts connections of an ISMG, as CMPP 2.0 allows, until ctx ends
// (C§1.2).
func (s *SP) Serve(ctx context.Context, l net.Listener) error {
	return s.serve(ctx, l, s.handle)
}

func (s *SP) handle(ctx context.Context, c *Conn, p wire.PDU) {
	switch p := p.(type) {
	case *wire.Connect:
		s.answerConnect(ctx, c, p)
	case *wire.Deliver:
		if !s.ignores() && (s.Think == 0 || wait(ctx, s.Think)) {
			c.Send(&wire.DeliverResp{Seq: p.Seq, MsgID: p.MsgID, Result: s.Result})
		}
	}
}

func (s *SP) ignores() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Ignore--
	return s.Ignore >= 0
}

// Message is a SUBMIT of text, with a report wanted, to the receivers.
func (s *SP) Message(text string, msgFmt uint8, to ...string) *wire.Submit {
	return s.Content(encode(text, msgFmt), msgFmt, to...)
}

// Content is a SUBMIT of a content, with a report wanted, to the receivers.
func (s *SP) Content(content []byte, msgFmt uint8, to ...string) *wire.Submit {
	return &wire.Submit{
		PkTotal: 1, PkNumber: 1, RegisteredDelivery: 1, ServiceID: s.ServiceID, FeeUserType: 2,
		MsgFmt: msgFmt, MsgSrc: s.Code, FeeType: "01", FeeCode: "000000", SrcID: s.SrcID,
		DestTerminalID: to, MsgContent: content,
	}
}

// Long is the SUBMITs of a long message, one a part.
func (s *SP) Long(text string, msgFmt uint8, c wire.Concat, cut wire.Cut, to ...string) []*wire.Submit {
	parts := wire.Split(encode(text, msgFmt), msgFmt, c, cut)
	var submits []*wire.Submit
	for i, content := range parts {
		p := s.Content(content, msgFmt, to...)
		p.PkTotal, p.PkNumber, p.TPudhi = uint8(len(parts)), uint8(i+1), 1
		submits = append(submits, p)
	}
	return submits
}

// Submit sends SUBMITs one after the other, each when the one before was
// answered.
func (s *SP) Submit(ctx context.Context, c *Conn, submits ...*wire.Submit) error {
	for _, p := range submits {
		if _, err := c.Request(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
