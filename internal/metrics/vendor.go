package metrics

import (
	"context"
	"errors"
	"time"

	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/purchase"
)

var _ purchase.Watcher = (*Set)(nil)

// Serves makes an instance known before it is first asked, so that a number which does
// not move is seen to be nothing. slots 0: it is not limited. parked: its key is missing.
func (s *Set) Serves(instance string, slots int, parked bool) {
	if slots > 0 {
		s.slots.WithLabelValues(instance).Set(float64(slots))
	}
	s.park(instance, parked)
	s.inFlight.WithLabelValues(instance).Add(0)
	s.waiting.WithLabelValues(instance).Add(0)
	s.unknown.WithLabelValues(instance).Add(0)
	s.holds.WithLabelValues(instance).Add(0)
}

// Asked is purchase.Watcher's.
func (s *Set) Asked(instance, op string, took time.Duration, err error) {
	s.calls.WithLabelValues(instance, op).Observe(took.Seconds())
	kind := kindOf(err)
	if kind != "" {
		s.errors.WithLabelValues(instance, op, kind).Inc()
	}
	if op != "submit" {
		return
	}
	switch provider.Kind(kind) {
	case "":
		if err == nil {
			s.park(instance, false)
		}
	case provider.KindAuth, provider.KindQuota:
		s.park(instance, true)
	default: // says nothing of the key
	}
}

func (s *Set) park(instance string, parked bool) {
	v := 0.0
	if parked {
		v = 1
	}
	s.parked.WithLabelValues(instance).Set(v)
}

// Waits is purchase.Watcher's.
func (s *Set) Waits(instance string, more int) {
	s.waiting.WithLabelValues(instance).Add(float64(more))
}

// InFlight is purchase.Watcher's.
func (s *Set) InFlight(instance string, more int) {
	s.inFlight.WithLabelValues(instance).Add(float64(more))
}

// Strange is purchase.Watcher's.
func (s *Set) Strange(instance string) { s.unknown.WithLabelValues(instance).Inc() }

// kindOf is the word for an error: its Kind, machine, or other. "": it is none, or the
// question was taken back.
func kindOf(err error) string {
	if err == nil || errors.Is(err, context.Canceled) {
		return ""
	}
	switch kind := provider.KindOf(err, ""); kind {
	case provider.KindTransient, provider.KindThrottled, provider.KindAmbiguous, provider.KindRefused, provider.KindInvalid,
		provider.KindAuth, provider.KindQuota, provider.KindFailed, provider.KindUnknown, provider.KindNotFound:
		return string(kind)
	}
	if machine.Trouble(err) {
		return "machine"
	}
	return "other"
}
