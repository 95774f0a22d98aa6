package vendors

import (
	"slices"
	"time"
)

// Busy is how well an account's slots were used.
type Busy struct {
	// From is the first submit, To the last moment at which the vendor knows that
	// work was waiting: a job came, got the slot it had waited for, or was
	// refused for want of one.
	From, To time.Time
	// SlotTime is the integral of jobs in progress between From and To, AllTime
	// that over everything until now.
	SlotTime, AllTime time.Duration
	// Max is the highest number of jobs in progress at once, ever.
	Max int
	// Utilisation is SlotTime as a share of all slots between From and To; 0 when
	// slots are not limited.
	Utilisation float64
}

// Busy looks at the whole history.
func (h *House) Busy() Busy {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	h.advance(now)
	to := h.busyAt
	var from time.Time
	for i, j := range h.jobs {
		if i == 0 {
			from = j.Accepted
		}
		for _, t := range []time.Time{j.Accepted, j.Slot} {
			if t.After(to) {
				to = t
			}
		}
	}
	if len(h.waiting) > 0 {
		to = now
	}
	return h.busy(from, to, now)
}

// BusyBetween is the same over a window that the caller knows better.
func (h *House) BusyBetween(from, to time.Time) Busy {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	h.advance(now)
	return h.busy(from, to, now)
}

func (h *House) busy(from, to, now time.Time) Busy {
	type change struct {
		at time.Time
		by int
	}
	out := Busy{From: from, To: to}
	models := map[string]bool{}
	var changes []change
	for _, j := range h.jobs {
		models[j.Model] = true
		if j.Slot.IsZero() {
			continue
		}
		end := j.Ended
		if end.IsZero() {
			end = now
		}
		out.AllTime += end.Sub(j.Slot)
		if a, b := latest(j.Slot, from), earliest(end, to); b.After(a) {
			out.SlotTime += b.Sub(a)
		}
		changes = append(changes, change{j.Slot, 1}, change{end, -1})
	}
	// A slot that is given on at one moment was never held twice.
	slices.SortStableFunc(changes, func(a, b change) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return a.by - b.by
	})
	n := 0
	for _, c := range changes {
		n += c.by
		out.Max = max(out.Max, n)
	}
	slots := h.opts.Slots
	if h.opts.PerModel {
		slots *= len(models)
	}
	if all := to.Sub(from) * time.Duration(slots); all > 0 {
		out.Utilisation = float64(out.SlotTime) / float64(all)
	}
	return out
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// bucket lets rate requests a second through, and burst at once.
type bucket struct {
	rate, burst, tokens float64
	at                  time.Time
}

func newBucket(rate, burst float64) *bucket {
	burst = max(burst, rate, 1)
	return &bucket{rate: rate, burst: burst, tokens: burst}
}

func (b *bucket) take(now time.Time) bool {
	if !b.at.IsZero() {
		b.tokens = min(b.burst, b.tokens+b.rate*now.Sub(b.at).Seconds())
	}
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
