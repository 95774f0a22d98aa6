package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/drama"
)

// Counters of what runs decide. They go to the metrics handler of the worker's client,
// which counts nothing while a history is replayed. Their tags are states and names of the
// config: nothing that grows with what is rendered.
const (
	// CountShots are shots that a run is done with: CountState and CountProvider.
	CountShots = "dailies_shots"
	// CountCircledTakes are the takes that were made for those whose state is circle.
	CountCircledTakes = "dailies_circled_shot_takes"
	// CountTakes are takes that were judged, or came to nothing: CountVerdict and
	// CountProvider.
	CountTakes = "dailies_takes"
	// CountFinished are the seconds of cuts that runs have made, each cut's rounded.
	CountFinished = "dailies_finished_seconds"
)

// Tags of the counters.
const (
	CountState    = "state"    // circle, reused, NG, cancelled
	CountProvider = "provider" // an instance, footage, or none
	CountVerdict  = "verdict"  // good, NG, or none: no clip came
)

// Verdicts.
const (
	takeGood   = "good"
	takeNG     = "NG"
	takeNoClip = "none"
)

func count(ctx workflow.Context, name string, n int64, tags map[string]string) {
	workflow.GetMetricsHandler(ctx).WithTags(tags).Counter(name).Inc(n)
}

// countTake tells of a take that was judged, or that nothing came of.
func countTake(ctx workflow.Context, instance, verdict string) {
	count(ctx, CountTakes, 1, map[string]string{CountProvider: instance, CountVerdict: verdict})
}

// countShot tells of a shot that the run is done with. Dubs, trials and sheets are other
// things than shots.
func (e *episode) countShot(ctx workflow.Context, s *shot) {
	state := string(s.State)
	switch s.State {
	case drama.ShotNG, drama.ShotCancelled:
	case drama.ShotCircle:
		if s.Reused && s.Retaken == nil {
			state = "reused"
		}
	case drama.ShotWaiting, drama.ShotGenerating, drama.ShotConforming, drama.ShotHeld, drama.ShotPaused:
		return // it goes on, in this run or the next of its chain
	}
	if e.in.Dub != "" || e.in.Try != nil || s.Plan.Draw > 0 {
		return
	}
	tags := map[string]string{CountState: state, CountProvider: s.maker()}
	count(ctx, CountShots, 1, tags)
	if state == string(drama.ShotCircle) {
		count(ctx, CountCircledTakes, int64(s.Made-s.counted), map[string]string{CountProvider: s.maker()})
	}
	s.counted = s.Made
}

// maker is whose take the shot has; without one, who made the last, or was to.
func (s *shot) maker() string {
	switch n := len(s.Tried); {
	case s.Take != nil && s.Ready.Provider != "":
		return s.Ready.Provider
	case n > 0 && s.Tried[n-1].Instance != "":
		return s.Tried[n-1].Instance
	case len(s.Plan.Routes) > 0:
		return s.Plan.Routes[0].Instance
	}
	return "none"
}
