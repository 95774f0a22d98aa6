package animatic

import (
	"hash/fnv"
	"math"
)

// hash folds words into a number that is the same on every machine.
func hash(words ...string) uint64 {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w))
		_, _ = h.Write([]byte{0})
	}
	return scramble(h.Sum64())
}

// scramble is the finaliser of splitmix64.
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// at is a random number 0..1 that belongs to the i-th thing of a seed: things
// keep their look whatever part of the set is in frame.
func at(seed uint64, i, channel int) float64 {
	x := scramble(seed ^ scramble(uint64(int64(i))*31+uint64(int64(channel))*0x632be59bd9b4e019))
	return float64(x>>11) / (1 << 53)
}

// noise is smooth one-dimensional noise, -1..1, about one wave a unit of x.
func noise(seed uint64, x float64) float64 {
	i := math.Floor(x)
	f := x - i
	f = f * f * (3 - 2*f)
	a, b := at(seed, int(i), 0), at(seed, int(i)+1, 0)
	return 2*(a+(b-a)*f) - 1
}

// wander is noise of two octaves: a hand, a breath, a branch.
func wander(seed uint64, x float64) float64 {
	return 0.7*noise(seed, x) + 0.3*noise(seed+1, 2.3*x)
}
