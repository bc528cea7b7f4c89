package capture

import "io"

// readAhead reads a stream on a goroutine of its own from its second buffer on,
// so that unpacking takes place beside what is done with the content.
type readAhead struct {
	src   io.ReadCloser
	full  chan chunk
	free  chan []byte
	stop  chan struct{}
	done  chan struct{} // closed when the goroutine is; nil: it did not start
	began bool
	now   chunk // what Read gives next
	rest  []byte
}

// chunk is what one read gave.
type chunk struct {
	buf []byte
	n   int
	err error // what follows; nil: another chunk
}

// readBuffers are in turn filled, waiting, and read.
const readBuffers = 3

func newReadAhead(src io.ReadCloser) *readAhead { return &readAhead{src: src} }

// Read implements io.Reader.
func (a *readAhead) Read(b []byte) (int, error) {
	if !a.began { // small files need no goroutine
		a.began = true
		return a.src.Read(b)
	}
	if a.done == nil {
		a.start()
	}
	for len(a.rest) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.now.buf != nil {
			a.free <- a.now.buf
		}
		a.now = <-a.full
		a.rest = a.now.buf[:a.now.n]
	}
	n := copy(b, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

func (a *readAhead) start() {
	a.full, a.free = make(chan chunk, readBuffers), make(chan []byte, readBuffers)
	a.stop, a.done = make(chan struct{}), make(chan struct{})
	for range readBuffers {
		a.free <- make([]byte, windowSize)
	}
	go a.run()
}

// run is the goroutine.
func (a *readAhead) run() {
	defer close(a.done)
	for {
		select {
		case <-a.stop:
			return
		case buf := <-a.free:
			n, err := a.src.Read(buf)
			a.full <- chunk{buf, n, err}
			if err != nil {
				return
			}
		}
	}
}

// close closes the stream when nothing is read any more, which gives memory back.
// It waits for that if the stream always has an answer: a pipe may have none.
func (a *readAhead) close(wait bool) {
	if a.done == nil {
		a.src.Close()
		return
	}
	close(a.stop)
	end := func() {
		<-a.done
		a.src.Close() // it says again what Read said
	}
	if wait {
		end()
	} else {
		go end()
	}
}
