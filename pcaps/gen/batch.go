package gen

import "cmppdump/pcaps/peer/wire"

// request is what the answer to a request needs.
type request struct {
	msgID     wire.MsgID // DELIVER
	seq       wire.Seq
	receiver  uint32 // SUBMIT: the first of
	receivers uint8
	report    bool // wanted
}

// batches are the requests that were sent in one packet and will be answered
// in one. Batches given back are used again.
type batches struct {
	size     int // requests in a batch, at most
	requests [][]request
	free     []uint32
}

// take gives an empty batch.
func (b *batches) take() uint32 {
	if n := len(b.free); n > 0 {
		batch := b.free[n-1]
		b.free = b.free[:n-1]
		return batch
	}
	b.requests = append(b.requests, make([]request, 0, b.size))
	return uint32(len(b.requests) - 1)
}

func (b *batches) add(batch uint32, r request) {
	b.requests[batch] = append(b.requests[batch], r)
}

func (b *batches) give(batch uint32) {
	b.requests[batch] = b.requests[batch][:0]
	b.free = append(b.free, batch)
}
