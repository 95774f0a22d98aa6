package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// A provider whose key or balance does not work is parked: nothing is sent there
// for a while. Then one shot tries again, since somebody may have mended it, and
// each time that fails it is left alone for twice as long.
const (
	parkFor     = 15 * time.Minute
	parkLongest = 4 * time.Hour
)

// parking are the parked providers, by instance.
type parking struct {
	why   map[string]string
	until map[string]time.Time
	times map[string]int // in a row
}

func newParking() parking {
	return parking{why: make(map[string]string), until: make(map[string]time.Time), times: make(map[string]int)}
}

func (p *parking) park(instance, why string, now time.Time) {
	if _, already := p.why[instance]; already && now.Before(p.until[instance]) {
		return // several shots found out at once
	}
	p.why[instance] = why
	p.until[instance] = now.Add(min(parkFor<<min(p.times[instance], 8), parkLongest))
	p.times[instance]++
}

// now are the reasons of those that are still parked.
func (p *parking) now(now time.Time) map[string]string {
	for _, instance := range workflow.DeterministicKeys(p.why) {
		if !now.Before(p.until[instance]) {
			delete(p.why, instance)
		}
	}
	return p.why
}

// clear gives every provider another chance: a person has looked at them.
func (p *parking) clear() {
	clear(p.why)
	clear(p.until)
	clear(p.times)
}

// restore brings back what a run before this one knew.
func (p *parking) restore(why map[string]string, until map[string]time.Time) {
	for _, instance := range workflow.DeterministicKeys(why) {
		p.why[instance], p.until[instance] = why[instance], until[instance]
		p.times[instance] = 1
	}
}
