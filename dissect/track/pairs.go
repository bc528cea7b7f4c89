package track

import "math/bits"

// key tells open requests of one connection and direction apart.
type key struct{ command, sequence uint32 }

// pairs finds open requests by their keys. It is a hash table whose buckets are
// lists, oldest first, threaded through the transactions themselves: nothing is
// allocated but the table when it grows, and a window of consecutive
// Sequence_Ids fills it about evenly.
type pairs struct {
	buckets []bucket // a power of two of them; none at first
	shift   int      // 64 less the power
	n       int
}

type bucket struct{ oldest, newest *Txn }

const (
	fewBuckets = 8
	// alikes bounds how many open requests with one key are compared with a
	// new one. There are more only in traffic that is never answered and does
	// not number its requests, and that must not take time by the square.
	alikes = 256
)

// bucket is where requests with a key are. The multiplier is any odd number
// without a pattern (multiplicative hashing).
func (s *pairs) bucket(k key) *bucket {
	h := (uint64(k.command)<<32 | uint64(k.sequence)) * 0x9e3779b97f4a7c15
	return &s.buckets[h>>s.shift]
}

// oldest gives the oldest open request with a key, or nil.
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

// same gives the open request with a key and the same octets, or nil.
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
	if s.n++; s.n > len(s.buckets) {
		s.resize(max(fewBuckets, 2*len(s.buckets)))
	}
	s.bucket(x.key()).push(x)
}

func (s *pairs) remove(x *Txn) {
	s.bucket(x.key()).remove(x)
	if s.n--; s.n < len(s.buckets)/4 && len(s.buckets) > fewBuckets {
		s.resize(len(s.buckets) / 2)
	}
}

// resize moves the requests to n buckets. Those with one key stay in order.
func (s *pairs) resize(n int) {
	old := s.buckets
	s.buckets, s.shift = make([]bucket, n), 64-bits.TrailingZeros(uint(n))
	for i := range old {
		for x := old[i].oldest; x != nil; {
			newer := x.newer
			s.bucket(x.key()).push(x)
			x = newer
		}
	}
}

// each calls f for the open requests, in no order.
func (s *pairs) each(f func(*Txn)) {
	for i := range s.buckets {
		for x := s.buckets[i].oldest; x != nil; x = x.newer {
			f(x)
		}
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
