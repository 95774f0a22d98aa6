package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
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
	// trying is the shot that asks a provider which was parked; the others wait for
	// what it finds.
	trying map[string]string
	// turns counts the changes: whoever waits looks again.
	turns int
}

func newParking() parking {
	return parking{why: make(map[string]string), until: make(map[string]time.Time), times: make(map[string]int), trying: make(map[string]string)}
}

// park leaves a provider alone. It is false when it was parked already.
func (p *parking) park(instance, why string, now time.Time) bool {
	delete(p.trying, instance)
	if _, already := p.why[instance]; already && now.Before(p.until[instance]) {
		return false // several shots found out at once
	}
	p.why[instance] = why
	p.until[instance] = now.Add(min(parkFor<<min(p.times[instance], 8), parkLongest))
	p.times[instance]++
	return true
}

// now are the reasons of those that are still parked.
func (p *parking) now(now time.Time) map[string]string {
	for _, instance := range workflow.DeterministicKeys(p.why) {
		if !now.Before(p.until[instance]) {
			delete(p.why, instance)
			p.turns++
		}
	}
	return p.why
}

// without are the reasons of those that a shot must not ask now: the parked ones,
// and those that another shot is trying.
func (p *parking) without(slate string, now time.Time) map[string]string {
	all := make(map[string]string)
	for _, instance := range workflow.DeterministicKeys(p.now(now)) {
		all[instance] = p.why[instance]
	}
	for _, instance := range workflow.DeterministicKeys(p.trying) {
		if by := p.trying[instance]; by != slate {
			all[instance] = "shot " + by + " is trying it again"
		}
	}
	return all
}

// try notes that a shot asks a provider that was parked before.
func (p *parking) try(instance, slate string) {
	if p.times[instance] > 0 {
		p.trying[instance] = slate
	}
}

// works notes that a provider has answered as it should, or that the shot which
// tried it has found nothing out.
func (p *parking) works(instance string, proven bool) {
	if _, trying := p.trying[instance]; !trying && p.times[instance] == 0 {
		return
	}
	delete(p.trying, instance)
	if proven {
		delete(p.times, instance)
		delete(p.why, instance)
	}
	p.turns++
}

// clear gives every provider another chance: a person has looked at them.
func (p *parking) clear() {
	clear(p.why)
	clear(p.until)
	clear(p.times)
	clear(p.trying)
	p.turns++
}

// restore brings back what a run before this one knew.
func (p *parking) restore(why map[string]string, until map[string]time.Time) {
	for _, instance := range workflow.DeterministicKeys(why) {
		p.why[instance], p.until[instance] = why[instance], until[instance]
		p.times[instance] = 1
	}
}

// unpark wakes the shots that wait for a provider when its time is over.
func (e *episode) unpark(ctx workflow.Context, instance string) {
	until := e.parked.until[instance]
	rest, _ := workflow.NewDisconnectedContext(ctx)
	workflow.GoNamed(rest, "parked "+instance, func(ctx workflow.Context) {
		if workflow.Sleep(ctx, until.Sub(workflow.Now(ctx))) == nil {
			e.parked.turns++
		}
	})
}

// parkedOut waits until one of the providers that may make the shot can be asked.
func (e *episode) parkedOut(ctx workflow.Context, s *shot, step attempts.Step) {
	wait := drama.Wait{Slate: s.Plan.Slate, For: drama.WaitProvider, Since: workflow.Now(ctx)}
	if n := len(step.Reasons); n > 0 {
		wait.Reason = short(step.Reasons[n-1])
	}
	for _, r := range s.routes() {
		if until, ok := e.parked.until[r.Instance]; ok && until.After(wait.Since) && (wait.NextTry == nil || until.Before(*wait.NextTry)) {
			wait.NextTry = &until
		}
	}
	s.State, s.parked = drama.ShotPaused, &wait
	if routes := s.routes(); len(routes) > 0 {
		e.tellWait(drama.Wait{For: wait.For, Since: wait.Since, Reason: wait.Reason, NextTry: wait.NextTry}, routes[0].Instance)
	}
	turn := e.parked.turns
	_ = workflow.Await(ctx, func() bool { return e.parked.turns != turn || e.stopped != "" || e.draining(ctx) })
	s.parked = nil
}

// routes are those of what is to be made next: the still's, or the take's.
func (s *shot) routes() []attempts.Route {
	if s.Plan.Still != nil && s.Still != nil && !s.Still.Done && s.Still.Made == nil {
		return s.Plan.Still.Routes
	}
	return s.Plan.Routes
}
