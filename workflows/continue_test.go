package workflows_test

import (
	"context"
	"errors"
	"testing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// continued runs an episode that must continue as new, and gives what it goes on with.
func continued(t *testing.T, e *testsuite.TestWorkflowEnvironment, in workflows.EpisodeInput) workflows.EpisodeInput {
	t.Helper()
	e.ExecuteWorkflow(workflows.EpisodeName, in)
	var again *workflow.ContinueAsNewError
	if err := e.GetWorkflowError(); !errors.As(err, &again) {
		t.Fatalf("the run did not continue as new: %v", err)
	}
	var next workflows.EpisodeInput
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &next); err != nil {
		t.Fatal(err)
	}
	return next
}

// suggest tells the run that its history is long, and wakes it.
func suggest(t *testing.T, e *testsuite.TestWorkflowEnvironment) {
	t.Helper()
	at(e, 2, func() {
		e.SetContinueAsNewSuggested(true)
		e.UpdateWorkflow("raise_budget", "wake", &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(error) {}, OnComplete: func(any, error) {},
		}, workflows.RaiseBudget{Cap: yuan(10)})
	})
}

func TestContinueAsNewKeepsProgress(t *testing.T) {
	s, p := priced(t, 9, "pause")
	e := env(t, s)
	at(e, 1, func() { // 1A is circled, 1B waits for money for its second take
		accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(10)})
	})
	suggest(t, e)
	in := continued(t, e, s.Submit(t, p))
	e = env(t, s)
	at(e, 1, func() {
		st := status(t, e)
		if st.State != drama.StatePaused || st.Spent != yuan(8) || *st.Cap != yuan(10) || st.Shots[1].Attempts != 1 || len(st.Shots[1].Reasons) == 0 {
			t.Errorf("after continuing: %+v", st)
		}
		accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(12)})
	})
	d := run(t, e, in)
	if d.State != drama.StateDelivered || d.Spent != yuan(12) || s.Bought(t) != 3 || d.Shots[1].Take != "rehearsal/ep01/1B/2" || d.Shots[1].Attempts != 2 {
		t.Errorf("ended as %s, spent %s, bought %d: %+v", d.State, d.Spent, s.Bought(t), d.Shots)
	}
}

func TestContinueAsNewKeepsAHeldJob(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{NoFinder: true, Price: yuan(1)})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: dropped*1]"))
	most := yuan(20)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &most, OnExceed: "pause"}
	e := env(t, s)
	at(e, 1, func() { accepted(t, e, "pause", workflows.Pause{Reason: "lunch"}) })
	suggest(t, e)
	in := continued(t, e, s.Submit(t, p))
	e = env(t, s)
	at(e, 1, func() {
		st := status(t, e)
		if st.Reserved != yuan(4) || st.Shots[0].State != drama.ShotHeld {
			t.Errorf("after continuing: %+v", st)
		}
		id := ledger.ID{Take: drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1}, Attempt: 1}
		if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "resubmitted", Price: yuan(4), Estimated: true}); err != nil {
			t.Fatal(err)
		}
		accepted(t, e, "resume", workflows.Resume{})
		accepted(t, e, "resolve_job", workflows.ResolveJob{Slate: "1A"})
	})
	if d := run(t, e, in); d.State != drama.StateDelivered || d.Spent != yuan(8) || s.Bought(t) != 1 {
		t.Errorf("ended as %s, spent %s, bought %d", d.State, d.Spent, s.Bought(t))
	}
}

// A still that waits for approval goes over into the next history, and is not
// bought again.
func TestContinueAsNewKeepsAStill(t *testing.T) {
	s, p := drawn(t, rehearsal.Options{}, "She waits.")
	most := yuan(20)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &most, OnExceed: "pause"}
	p.Season.Stills.Approve = true
	e := env(t, s)
	suggest(t, e)
	in := continued(t, e, s.Submit(t, p))
	e = env(t, s)
	at(e, 1, func() {
		if st := status(t, e); st.State != drama.StateHeld || st.Spent != yuan(1) || len(st.Waits) != 1 || st.Waits[0].For != drama.WaitStill {
			t.Errorf("after continuing: %+v", st)
		}
		accepted(t, e, "approve", workflows.ApproveStill{Slate: "1A"})
	})
	if d := run(t, e, in); d.State != drama.StateDelivered || d.Spent != yuan(5) || s.Bought(t) != 2 {
		t.Errorf("ended as %s, spent %s, bought %d", d.State, d.Spent, s.Bought(t))
	}
}

// A job is held in the ledger a moment before the run hears of it. Who decides within that
// moment is heard: the run does not wait for a decision that was made.
func TestADecisionThatIsFasterThanTheRun(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{NoFinder: true, Price: yuan(1)})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: dropped*1]"))
	e := env(t, s)
	asked := 0
	e.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if info.ActivityType.Name != "Generate" {
			return
		}
		if asked++; asked == 1 {
			accepted(t, e, "resolve_job", workflows.ResolveJob{Slate: "1A"})
		}
	})
	e.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, err error) {
		if info.ActivityType.Name != "Generate" || err == nil {
			return
		}
		id := ledger.ID{Take: drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1}, Attempt: 1}
		if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "not_accepted", Price: yuan(0)}); err != nil {
			t.Error(err)
		}
	})
	if d := run(t, e, s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(4) || s.Bought(t) != 1 || asked != 2 {
		t.Errorf("ended as %s, spent %s, bought %d, asked %d times: %v", d.State, d.Spent, s.Bought(t), asked, d.Problems)
	}
}
