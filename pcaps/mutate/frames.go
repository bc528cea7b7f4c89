package mutate

import (
	"math/rand/v2"
	"slices"
	"sort"
)

// A FrameChange alters what was captured.
type FrameChange func(r *rand.Rand, f []Frame) []Frame

// Drop loses each frame with probability p.
func Drop(p float64) FrameChange {
	return func(r *rand.Rand, f []Frame) []Frame {
		return slices.DeleteFunc(f, func(Frame) bool { return r.Float64() < p })
	}
}

// DropBursts loses runs of frames of up to most, which begin with
// probability p.
func DropBursts(p float64, most int) FrameChange {
	return func(r *rand.Rand, f []Frame) []Frame {
		left := 0
		return slices.DeleteFunc(f, func(Frame) bool {
			if left == 0 && r.Float64() < p {
				left = 1 + r.IntN(most)
			}
			left--
			left = max(left, 0)
			return left > 0
		})
	}
}

// DropClient loses each frame of the clients with probability p: asymmetric
// loss.
func DropClient(p float64) FrameChange {
	return func(r *rand.Rand, f []Frame) []Frame {
		return slices.DeleteFunc(f, func(f Frame) bool { return f.Packet.Stream.Client && r.Float64() < p })
	}
}

// Cut keeps no more than n octets of a frame.
func Cut(n int) FrameChange {
	return func(_ *rand.Rand, f []Frame) []Frame {
		for i := range f {
			f[i].Bytes = f[i].Bytes[:min(n, len(f[i].Bytes))]
		}
		return f
	}
}

// Duplicate captures a frame again, at once or up to within frames later, with
// probability p.
func Duplicate(p float64, within int) FrameChange {
	return func(r *rand.Rand, f []Frame) []Frame {
		var order []placed
		for i, x := range f {
			order = append(order, placed{float64(i), x})
			if r.Float64() < p {
				again := x
				again.Bytes = slices.Clone(x.Bytes)
				order = append(order, placed{float64(i) + 0.5 + float64(r.IntN(within+1)), again})
			}
		}
		return sorted(order)
	}
}

// Reorder captures each frame up to within frames late; with inside, SYN and
// RST keep in front of and behind all others.
func Reorder(within int, inside bool) FrameChange {
	return func(r *rand.Rand, f []Frame) []Frame {
		var order []placed
		for i, x := range f {
			at := float64(i) + float64(r.IntN(within+1)) + 0.5*float64(r.IntN(2))
			switch flags := x.Packet.Flags; {
			case inside && flags&syn != 0:
				at = float64(i)
			case inside && flags&rst != 0:
				at = float64(i + within + 1)
			}
			order = append(order, placed{at, x})
		}
		return sorted(order)
	}
}

type placed struct {
	at float64
	f  Frame
}

// sorted gives the frames in order of their places. Times never go back.
func sorted(order []placed) []Frame {
	sort.SliceStable(order, func(i, j int) bool { return order[i].at < order[j].at })
	out := make([]Frame, len(order))
	for i, o := range order {
		out[i] = o.f
		if i > 0 {
			out[i].Time = max(out[i].Time, out[i-1].Time)
		}
	}
	return out
}

// StartLate loses up to half of the frames, from the first on.
func StartLate(r *rand.Rand, f []Frame) []Frame { return f[r.IntN(len(f)/2+1):] }

// EndEarly loses up to half of the frames, up to the last.
func EndEarly(r *rand.Rand, f []Frame) []Frame { return f[:len(f)-r.IntN(len(f)/2+1)] }
