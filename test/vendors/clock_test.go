package vendors

import (
	"testing"
	"time"
)

// TestAClockThatIsSetBack: a vendor whose clock is set works on as if it had not been.
func TestAClockThatIsSetBack(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	h := NewHouse(Options{JobTime: time.Second, Now: func() time.Time { return now }}, Rules{})
	j, err := h.Accept(Offer{Job: Job{ID: "a"}}, Good)
	if err != nil {
		t.Fatal(err)
	}
	h.SetClock(-time.Hour, func() { now = now.Add(-time.Hour) })
	now = now.Add(time.Minute)
	if got, ok := h.Get(j.ID); !ok || got.State != Succeeded {
		t.Errorf("a minute later: %v, %+v", ok, got)
	}
}
