package workflows_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// TestChangesAreWhatIsNotKnown: asked again and again, the answers put together are the
// status, and what has not moved is not told twice.
func TestChangesAreWhatIsNotKnown(t *testing.T) {
	use := []string{"fake"}
	s := rehearsal.New(t, rehearsal.Options{Instances: use})
	e := env(t, s)
	var known workflows.Known
	shots := map[int]drama.ShotStatus{}
	told := 0
	look := func() {
		v, err := e.QueryWorkflow(workflows.QueryChanges, known)
		if err != nil {
			t.Error(err)
			return
		}
		var c workflows.Changes
		if err := v.Get(&c); err != nil {
			t.Error(err)
			return
		}
		maps.Copy(shots, c.Shots)
		told += len(c.Shots)
		known.Shots = c.Marks
	}
	for after := range 200 {
		e.RegisterDelayedCallback(look, time.Duration(after+1)*time.Millisecond)
	}
	run(t, e, s.Submit(t, rehearsal.Production(use, rehearsal.Shot("1A", "She runs."), rehearsal.Shot("1B", "He waits."))))
	look()
	var st drama.EpisodeStatus
	v, err := e.QueryWorkflow(workflows.QueryStatus)
	if err == nil {
		err = v.Get(&st)
	}
	if err != nil {
		t.Fatal(err)
	}
	got := make([]drama.ShotStatus, len(known.Shots))
	for i, shot := range shots {
		got[i] = shot
	}
	if d := cmp.Diff(st.Shots, got); d != "" || len(got) != 2 {
		t.Errorf("what was told comes to (-status +told):\n%s", d)
	}
	before := told
	look()
	if told != before {
		t.Errorf("%d shots were told again though nothing moved", told-before)
	}
}
