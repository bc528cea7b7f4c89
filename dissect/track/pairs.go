package track

import "math/rand/v2"

// key tells open requests of one connection and direction apart.
type key struct{ command, sequence uint32 }

// pairs finds transactions by their keys: open requests, or responses that wait
// for their requests. It is a hash table whose buckets are lists, oldest first,
// threaded through the transactions themselves, so that nothing is allocated
// but the table when it grows. Few transactions, all that most connections of a
// scan ever have, need no table: they are in one list. The zero value is empty.
type pairs struct {
	few   bucket // all, while there is no table
	table *table
	n     int
}

type table struct {
	buckets []bucket // a power of two of them
	seed    uint64   // so that nobody can choose keys that share a bucket
}

type bucket struct{ oldest, newest *Txn }

const (
	fewBuckets = 8
	// fewest is how many transactions are worth a table.
	fewest = 4
	// slackBuckets is how few of its buckets a table has transactions for when
	// it shrinks: bursts come again.
	slackBuckets = 16
	// alikes bounds how many open requests with one key are compared with a
	// new one. There are more only where nobody answers and requests are not
	// numbered; the time that takes must not grow by the square.
	alikes = 256
)

// bucket is where those with a key are.
func (s *pairs) bucket(k key) *bucket {
	if t := s.table; t != nil {
		return &t.buckets[mix(uint64(k.command)<<32|uint64(k.sequence), t.seed)&uint64(len(t.buckets)-1)]
	}
	return &s.few
}

// buckets are those of the table, if there is one.
func (s *pairs) buckets() []bucket {
	if s.table == nil {
		return nil
	}
	return s.table.buckets
}

// oldest gives the oldest with a key, or nil.
func (s *pairs) oldest(k key) *Txn {
	if s.n == 0 {
		return nil
	}
	x := s.bucket(k).oldest
	for x != nil && x.key() != k {
		x = x.newer
	}
	return x
}

// same gives the oldest with a key and the same octets, or nil.
func (s *pairs) same(k key, sum uint64) *Txn {
	x := s.oldest(k)
	for n := 0; x != nil && n < alikes; x = x.newer {
		if x.key() == k {
			if x.sum == sum {
				return x
			}
			n++
		}
	}
	return nil
}

func (s *pairs) add(x *Txn) {
	if s.n++; s.n > max(fewest, len(s.buckets())) {
		s.resize(max(fewBuckets, 2*len(s.buckets())))
	}
	s.bucket(x.key()).push(x)
}

func (s *pairs) remove(x *Txn) {
	s.bucket(x.key()).remove(x)
	if s.n--; s.n < len(s.buckets())/slackBuckets && len(s.buckets()) > fewBuckets {
		s.resize(len(s.buckets()) / 2)
	}
}

// resize moves all to n buckets. Those with one key stay in order.
func (s *pairs) resize(n int) {
	old := s.buckets()
	if old == nil {
		old = []bucket{s.few}
		s.few, s.table = bucket{}, &table{seed: rand.Uint64()}
	}
	s.table.buckets = make([]bucket, n)
	for i := range old {
		for x := old[i].oldest; x != nil; {
			newer := x.newer
			s.bucket(x.key()).push(x)
			x = newer
		}
	}
}

// each calls f for all, in no order.
func (s *pairs) each(f func(*Txn)) {
	s.few.each(f)
	for _, b := range s.buckets() {
		b.each(f)
	}
}

func (b *bucket) each(f func(*Txn)) {
	for x := b.oldest; x != nil; x = x.newer {
		f(x)
	}
}

func (b *bucket) push(x *Txn) {
	x.older, x.newer = b.newest, nil
	if b.newest == nil {
		b.oldest = x
	} else {
		b.newest.newer = x
	}
	b.newest = x
}

func (b *bucket) remove(x *Txn) {
	if x.older == nil {
		b.oldest = x.newer
	} else {
		x.older.newer = x.newer
	}
	if x.newer == nil {
		b.newest = x.older
	} else {
		x.newer.older = x.older
	}
	x.older, x.newer = nil, nil
}

func (t *Txn) key() key { return key{t.CommandID, t.Sequence} }
