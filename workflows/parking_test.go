package workflows

import (
	"testing"
	"time"
)

func TestParkedProvidersAreTriedAgain(t *testing.T) {
	p, now := newParking(), time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	p.park("ark", "no balance", now)
	p.park("ark", "no balance, says another shot", now.Add(time.Second))
	if why := p.now(now.Add(14 * time.Minute)); why["ark"] != "no balance" {
		t.Errorf("after 14 minutes: %v", why)
	}
	now = now.Add(15 * time.Minute)
	if why := p.now(now); len(why) != 0 {
		t.Errorf("after 15 minutes: %v", why)
	}
	p.park("ark", "still none", now)
	if why := p.now(now.Add(29 * time.Minute)); why["ark"] != "still none" {
		t.Errorf("the second time it is left alone for twice as long: %v", why)
	}
	q := newParking()
	q.restore(p.why, p.until)
	if len(q.now(now.Add(29*time.Minute))) != 1 || len(q.now(now.Add(31*time.Minute))) != 0 {
		t.Error("a run that continues knows another time")
	}
	for range 20 {
		now = now.Add(5 * time.Hour)
		p.park("ark", "none", now)
	}
	if len(p.now(now.Add(4*time.Hour))) != 0 {
		t.Error("parked for longer than the longest")
	}
	p.park("kling", "key", now)
	p.clear()
	if len(p.now(now)) != 0 {
		t.Error("a person's leave does not count")
	}
}
