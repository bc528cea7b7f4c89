package peer

import (
	"context"
	"fmt"
	"sync"

	"cmppdump/pcaps/peer/wire"
)

// inbox counts the PDUs received, for those who wait for them.
type inbox struct {
	mu      sync.Mutex
	counts  map[wire.Command]int
	changed chan struct{} // closed when a count changes
}

func (b *inbox) add(c wire.Command) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.counts == nil {
		b.counts = map[wire.Command]int{}
	}
	b.counts[c]++
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

// wait waits until n of the command were counted.
func (b *inbox) wait(ctx context.Context, c wire.Command, n int) error {
	for {
		b.mu.Lock()
		got := b.counts[c]
		if b.changed == nil {
			b.changed = make(chan struct{})
		}
		changed := b.changed
		b.mu.Unlock()
		if got >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d %s: %w", got, n, c, ctx.Err())
		}
	}
}
