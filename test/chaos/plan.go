package chaos

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Kind is what goes wrong.
type Kind string

// Kinds. Those of Kills are counted as kills.
const (
	KillParts   Kind = "kill"    // a part of the house, at once
	KillMedia   Kind = "media"   // a child that decodes or encodes
	KillGateway Kind = "gateway" // the engine's own S3, where it has one
	KillAll     Kind = "all"     // every part in one moment
	Restart     Kind = "restart" // every part is asked to end, and started again
	Freeze      Kind = "freeze"  // a part stands still for a while
	FreezeMedia Kind = "hang"    // a media child does
	DiskFull    Kind = "disk"    // nothing more can be written for a while
	VendorReset Kind = "vendor reset"
	VendorLost  Kind = "vendor lost" // the request arrives, the answer does not
	VendorSlow  Kind = "vendor slow"
	VendorCut   Kind = "vendor cut" // the connection ends within the answer
	VendorBusy  Kind = "vendor busy"
	VendorClock Kind = "vendor clock" // the vendor's clock jumps
	StoreReset  Kind = "s3 reset"
	StoreLost   Kind = "s3 lost"
	StoreSlow   Kind = "s3 slow"
	StoreCut    Kind = "s3 cut"  // the connection ends within the answer, or within what is sent
	StoreBusy   Kind = "s3 busy" // 503 SlowDown
	StoreClock  Kind = "s3 clock"
	EngineReset Kind = "engine reset" // connections to Temporal, where it runs apart
	EngineSlow  Kind = "engine slow"
)

// Killing says whether a fault is a kill.
func (k Kind) Killing() bool {
	return k == KillParts || k == KillMedia || k == KillGateway || k == KillAll
}

// Fault is one of a plan.
type Fault struct {
	N     int
	Kind  Kind
	At    float64       // of the work that is done, from 0 to 1
	Pause time.Duration // from then on
	Lasts time.Duration
	Share float64 // of requests
	Draw  uint64  // whom it meets
}

func (f Fault) String() string {
	s := fmt.Sprintf("%3d at %5.1f%% +%4dms %s", f.N, 100*f.At, f.Pause.Milliseconds(), f.Kind)
	if f.Lasts > 0 {
		s += fmt.Sprintf(" for %dms", f.Lasts.Milliseconds())
	}
	if f.Share > 0 {
		s += fmt.Sprintf(", %.0f%% of requests", 100*f.Share)
	}
	return s
}

// weight is how often a kind is drawn beside others.
type weight struct {
	kind Kind
	of   int
}

// Draw draws a plan: so many kills, and so many other faults of the kinds that a house
// can suffer. The same seed and numbers give the same plan.
func Draw(seed uint64, kills, others int, able func(Kind) bool) []Fault {
	rng := rand.New(rand.NewPCG(seed, uint64(kills)<<32|uint64(others))) //nolint:gosec // the same chances again are what is wanted
	pick := func(from []weight) Kind {
		sum := 0
		for _, w := range from {
			sum += w.of
		}
		n := rng.IntN(sum)
		for _, w := range from {
			if n -= w.of; n < 0 {
				return w.kind
			}
		}
		panic("unreachable")
	}
	possible := func(all []weight) []weight {
		return slices.DeleteFunc(all, func(w weight) bool { return !able(w.kind) })
	}
	deadly := possible([]weight{{KillParts, 50}, {KillMedia, 35}, {KillGateway, 10}, {KillAll, 5}})
	rest := possible([]weight{
		{Restart, 2},
		{Freeze, 4},
		{FreezeMedia, 3},
		{DiskFull, 4},
		{VendorReset, 4},
		{VendorLost, 6},
		{VendorSlow, 3},
		{VendorCut, 4},
		{VendorBusy, 3},
		{VendorClock, 3},
		{StoreReset, 4},
		{StoreLost, 6},
		{StoreSlow, 3},
		{StoreCut, 4},
		{StoreBusy, 6},
		{StoreClock, 2},
		{EngineReset, 4},
		{EngineSlow, 3},
	})
	var all []Fault
	for n := range kills + others {
		from := deadly
		if n >= kills {
			from = rest
		}
		f := Fault{Kind: pick(from), At: 0.95 * rng.Float64(), Pause: time.Duration(rng.IntN(1500)) * time.Millisecond, Draw: rng.Uint64()}
		// Some come while the one before is being got over.
		if n > 0 && rng.IntN(4) == 0 {
			f.At = all[rng.IntN(len(all))].At
		}
		lasts := time.Duration(500+rng.IntN(4500)) * time.Millisecond
		share := 0.2 + 0.8*rng.Float64()
		if !f.Kind.Killing() && f.Kind != Restart && f.Kind != VendorClock {
			f.Lasts = lasts
			if f.Kind != Freeze && f.Kind != FreezeMedia && f.Kind != DiskFull {
				f.Share = share
			}
		}
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(a, b Fault) int { return cmp.Compare(a.At, b.At) })
	for n := range all {
		all[n].N = n + 1
	}
	return all
}
