package capture

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"
)

// parts gives one part at a time, and an error behind them.
type parts struct {
	list   [][]byte
	err    error
	block  chan struct{} // nil: Read always has an answer
	closed chan struct{}
}

func (p *parts) Read(b []byte) (int, error) {
	if len(p.list) == 0 {
		if p.block != nil {
			<-p.block
		}
		return 0, p.err
	}
	n := copy(b, p.list[0])
	if p.list[0] = p.list[0][n:]; len(p.list[0]) == 0 {
		p.list = p.list[1:]
	}
	return n, nil
}

func (p *parts) Close() error { close(p.closed); return nil }

// TestReadAhead: what comes through is what the stream gave, with its error
// behind it, however small its parts or the reader's are.
func TestReadAhead(t *testing.T) {
	wrong := errors.New("bad block")
	for _, size := range []int{1, 100, 5000, 3 * windowSize} {
		p := &parts{err: wrong, closed: make(chan struct{})}
		var want []byte
		for i := range 50 {
			part := bytes.Repeat([]byte{byte(i)}, size)
			p.list, want = append(p.list, part), append(want, part...)
		}
		a := newReadAhead(p)
		var got []byte
		var err error
		for b := make([]byte, 777); err == nil; {
			var n int
			n, err = a.Read(b)
			got = append(got, b[:n]...)
		}
		if _, again := a.Read(make([]byte, 1)); err != wrong || again != wrong || !bytes.Equal(got, want) {
			t.Errorf("parts of %d: %d of %d bytes, %v, %v", size, len(got), len(want), err, again)
		}
		a.close(true)
		<-p.closed
	}
}

// TestReadAheadClose: a stream is closed when nobody reads it any more, and who
// closes it early waits for no pipe.
func TestReadAheadClose(t *testing.T) {
	p := &parts{list: [][]byte{{1}, {2}}, err: io.EOF, block: make(chan struct{}), closed: make(chan struct{})}
	a := newReadAhead(p)
	for range 2 {
		if n, err := a.Read(make([]byte, 10)); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	a.close(false)
	select {
	case <-p.closed:
		t.Error("closed while it was read")
	case <-time.After(20 * time.Millisecond):
	}
	close(p.block)
	<-p.closed
}
