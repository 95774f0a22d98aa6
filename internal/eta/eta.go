// Package eta foresees when what is left to be made will be there, of how long a
// vendor's last jobs took and how many it makes at once. It is pure, and the same for
// the same question. What it foresees is vendors' work: cutting, and waiting for people
// or money, come on top.
package eta

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Vendor is an account and what is left for it.
type Vendor struct {
	Slots int // it makes so many at once; fewer than one: one
	Left  int // takes that have not begun
	// Running is for how long each job that is under way has been so.
	Running []time.Duration
	Took    []time.Duration // how long its last jobs took; none: nothing can be foreseen
}

// Span is when all is there, from now: in one of ten cases before Low, in one of two
// before Mid, in nine of ten before High.
type Span struct{ Low, Mid, High time.Duration }

const (
	// runs is of how many imagined courses the span is made.
	runs = 101
	// most is how many jobs of a vendor are followed one by one; of more, as many stand for
	// all of them.
	most = 2000
)

// Of foresees the end of the last vendor's last job. It is false where nothing is known
// of a vendor that has something left.
//
// Each course first supposes how long jobs take as a sample of what was seen, so that few
// sightings make a wide span, then gives every job a time of that sample.
func Of(vendors []Vendor) (Span, bool) {
	rng := rand.New(rand.NewPCG(1, 2))
	ends := make([]time.Duration, runs)
	for _, v := range vendors {
		if v.Left+len(v.Running) == 0 {
			continue
		}
		if len(v.Took) == 0 {
			return Span{}, false
		}
		for i := range ends {
			ends[i] = max(ends[i], v.course(rng))
		}
	}
	slices.Sort(ends)
	return Span{Low: ends[runs/10], Mid: ends[runs/2], High: ends[runs*9/10]}, true
}

// course is one imagined end of the vendor's work.
func (v Vendor) course(rng *rand.Rand) time.Duration {
	seen := make([]time.Duration, len(v.Took))
	for i := range seen {
		seen[i] = v.Took[rng.IntN(len(v.Took))]
	}
	take := func() time.Duration { return seen[rng.IntN(len(seen))] }
	slots := make(heap, max(1, v.Slots))
	var last time.Duration
	for i, ago := range v.Running {
		// It takes no less than it has already; how much more is not known of one that is
		// later than any seen.
		rest := max(take()-ago, take()/10)
		if i < len(slots) {
			slots[i] = rest
		}
		last = max(last, rest)
	}
	slots.order()
	left, each := v.Left, time.Duration(1)
	if left > most {
		each = time.Duration((left + most - 1) / most)
		left = (left + int(each) - 1) / int(each)
	}
	for range left {
		end := slots[0] + each*take()
		last = max(last, end)
		slots.replace(end)
	}
	return last
}

// heap is when each slot is free, the next first.
type heap []time.Duration

func (h heap) order() { slices.Sort(h) } // a sorted slice is a heap

// replace puts another time in the place of the first.
func (h heap) replace(t time.Duration) {
	i := 0
	for {
		child := 2*i + 1
		if child >= len(h) {
			break
		}
		if child+1 < len(h) && h[child+1] < h[child] {
			child++
		}
		if t <= h[child] {
			break
		}
		h[i] = h[child]
		i = child
	}
	h[i] = t
}
