package workflows_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// bill is a season whose episodes take an hour each and buy nothing: what is shown is
// which of them are begun, from what, and how many at once.
type bill struct {
	e       *testsuite.TestWorkflowEnvironment
	begun   []string // "3@script"
	running int
	most    int
	told    []string // which were told of another script
}

func newBill(t *testing.T) *bill {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	b := &bill{e: suite.NewTestWorkflowEnvironment()}
	b.e.SetTestTimeout(5 * time.Minute)
	b.e.RegisterWorkflowWithOptions(workflows.Season, workflow.RegisterOptions{Name: workflows.SeasonName})
	b.e.RegisterWorkflowWithOptions(func(ctx workflow.Context, in workflows.EpisodeInput) (drama.Delivery, error) {
		b.begun = append(b.begun, fmt.Sprintf("%d@%s", in.ID.Number, in.Script.Key))
		b.running++
		b.most = max(b.most, b.running)
		defer func() { b.running-- }()
		d := drama.Delivery{Show: in.ID.Show, Episode: in.ID.Number, State: drama.StateDelivered, Cut: 1, NG: 1}
		var script drama.Object
		workflow.GoNamed(ctx, "script", func(ctx workflow.Context) {
			workflow.GetSignalChannel(ctx, workflows.SignalScript).Receive(ctx, &script)
			b.told = append(b.told, fmt.Sprintf("%d@%s", in.ID.Number, script.Key))
		})
		if workflow.Sleep(ctx, time.Hour) != nil {
			d.State, d.Cut = drama.StateCancelled, 0
		}
		return d, nil
	}, workflow.RegisterOptions{Name: workflows.EpisodeName})
	return b
}

// listed is an episode of a script.
func listed(number int, script string) workflows.EpisodeInput {
	return workflows.EpisodeInput{
		ID: drama.EpisodeID{Show: "night-shift", Number: number}, Script: store.Ref{Key: script}, Rules: workflows.RulesNow, Print: script,
		Makes: map[string]int{"fake": 60},
	}
}

func listing(numbers ...int) workflows.SeasonInput {
	in := workflows.SeasonInput{Show: "night-shift", Window: 1, Rules: workflows.RulesNow}
	for _, n := range numbers {
		in.Episodes = append(in.Episodes, listed(n, "old"))
	}
	return in
}

func (b *bill) after(minutes int, f func()) {
	b.e.RegisterDelayedCallback(f, time.Duration(minutes)*time.Minute)
}

// ends runs the season and tells how its episodes ended.
func (b *bill) ends(t *testing.T, in workflows.SeasonInput) (workflows.SeasonResult, string) {
	t.Helper()
	b.e.ExecuteWorkflow(workflows.SeasonName, in)
	var r workflows.SeasonResult
	if err := b.e.GetWorkflowResult(&r); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range r.Episodes {
		all = append(all, fmt.Sprintf("%d %s", d.Episode, d.State))
	}
	return r, strings.Join(all, ", ")
}

func (b *bill) season(t *testing.T) drama.SeasonStatus {
	t.Helper()
	v, err := b.e.QueryWorkflow(workflows.QueryStatus)
	var st drama.SeasonStatus
	if err == nil {
		err = v.Get(&st)
	}
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// While episode 1 is in work the window is widened, an episode joins, one is dropped, and
// two are given another script: the one that has not begun begins with it, the one in
// work is told, and made again.
func TestASeasonIsChanged(t *testing.T) {
	b := newBill(t)
	b.after(30, func() {
		refused(t, b.e, "change", workflows.ChangeSeason{}, "say what")
		refused(t, b.e, "change", workflows.ChangeSeason{Drop: []int{9}}, "does not have it")
		refused(t, b.e, "change", workflows.ChangeSeason{Window: 1000}, "window")
		refused(t, b.e, "change", workflows.ChangeSeason{Drop: []int{4}, Episodes: []workflows.EpisodeInput{listed(4, "new")}}, "both")
		accepted(t, b.e, "change", workflows.ChangeSeason{
			Window: 2, Drop: []int{4}, Episodes: []workflows.EpisodeInput{listed(1, "new"), listed(2, "old"), listed(3, "new"), listed(6, "new")},
		})
	})
	b.after(45, func() {
		st := b.season(t)
		if st.Window != 2 || len(st.Episodes) != 6 || !st.Episodes[0].Changed || !st.Episodes[3].Dropped || st.Episodes[5].Makes["fake"] != 60 {
			t.Errorf("after the change: %+v", st)
		}
	})
	b.after(90, func() { // episode 2 is in work since the window is wider
		accepted(t, b.e, "change", workflows.ChangeSeason{Drop: []int{2}})
	})
	r, ends := b.ends(t, listing(1, 2, 3, 4, 5))
	if ends != "1 delivered, 3 delivered, 5 delivered, 6 delivered" && ends != "1 delivered, 2 delivered, 3 delivered, 5 delivered, 6 delivered" {
		t.Errorf("they ended as %s", ends)
	}
	if !slices.Contains(r.Dropped, 4) {
		t.Errorf("dropped %v", r.Dropped)
	}
	slices.Sort(b.begun)
	if got := strings.Join(b.begun, " "); got != "1@new 1@old 2@old 3@new 5@old 6@new" || b.most != 2 {
		t.Errorf("begun %s, %d at once", got, b.most)
	}
	if got := strings.Join(b.told, " "); got != "1@new" {
		t.Errorf("told %s", got)
	}
}

// What was dropped can join again, and a season that was about to end goes on with what
// joins it then.
func TestADroppedEpisodeJoinsAgain(t *testing.T) {
	b := newBill(t)
	b.after(10, func() { accepted(t, b.e, "change", workflows.ChangeSeason{Drop: []int{2}}) })
	b.after(20, func() {
		accepted(t, b.e, "change", workflows.ChangeSeason{Episodes: []workflows.EpisodeInput{listed(2, "old"), listed(3, "new")}})
	})
	b.after(80, func() { // 2 is in work, is dropped, and joins again while it still collects
		accepted(t, b.e, "change", workflows.ChangeSeason{Drop: []int{2}})
		accepted(t, b.e, "change", workflows.ChangeSeason{Episodes: []workflows.EpisodeInput{listed(2, "old")}})
	})
	r, ends := b.ends(t, listing(1, 2))
	if ends != "1 delivered, 2 delivered, 3 delivered" || len(r.Dropped) != 0 {
		t.Errorf("they ended as %s; dropped %v", ends, r.Dropped)
	}
}

// A season of eighty episodes goes on in a new history in the middle, with all that was
// changed in it, and whatever Temporal holds of it is small.
func TestAChangedSeasonGoesOnInANewHistory(t *testing.T) {
	var numbers []int
	for n := 1; n <= 80; n++ {
		numbers = append(numbers, n)
	}
	b := newBill(t)
	in := listing(numbers...)
	for i := range in.Episodes { // as long as they are in earnest
		of := &in.Episodes[i]
		sum := strings.Repeat(fmt.Sprintf("%02d", of.ID.Number), 32)
		of.Script = store.Ref{Key: store.Keys{Show: "night-shift"}.Script(of.ID, sum), SHA256: sum, Bytes: 54321, Type: "application/json"}
		of.Print = sum
	}
	in.Window = 10
	b.after(30, func() {
		accepted(t, b.e, "change", workflows.ChangeSeason{Window: 20, Drop: []int{40}, Episodes: []workflows.EpisodeInput{listed(1, "new"), listed(81, "new")}})
		accepted(t, b.e, "pause", workflows.Pause{Reason: "lunch"})
	})
	b.after(150, func() {
		b.e.SetContinueAsNewSuggested(true)
		accepted(t, b.e, "resume", workflows.Resume{})
	})
	b.after(151, func() {
		refused(t, b.e, "change", workflows.ChangeSeason{Window: 5}, "moment")
	})
	small(t, "the input", in)
	b.e.ExecuteWorkflow(workflows.SeasonName, in)
	var again *workflow.ContinueAsNewError
	if err := b.e.GetWorkflowError(); !errors.As(err, &again) {
		t.Fatalf("the run did not go on in a new history: %v", err)
	}
	var next workflows.SeasonInput
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &next); err != nil {
		t.Fatal(err)
	}
	small(t, "the next history's input", next)
	before := len(b.begun)
	b = newBill(t)
	b.after(30, func() {
		st := b.season(t)
		small(t, "the status", st)
		if st.Window != 20 || len(st.Episodes) != 81 || !st.Episodes[39].Dropped || st.Paused != nil {
			t.Errorf("after going on: window %d, %d episodes, %+v", st.Window, len(st.Episodes), st.Episodes[39])
		}
	})
	r, ends := b.ends(t, next)
	small(t, "the result", r)
	if n := strings.Count(ends, "delivered"); n != 80 || len(r.Dropped) != 1 || before+len(b.begun) != 81 || before < 10 {
		t.Errorf("%d delivered, dropped %v, begun %d and %d: %s", n, r.Dropped, before, len(b.begun), ends)
	}
	if last := r.Episodes[len(r.Episodes)-1]; last.Episode != 81 || last.NG != 1 {
		t.Errorf("the last is %+v", last)
	}
}

// small holds what Temporal is given to a bound, whatever it is of.
func small(t *testing.T, what string, v any) {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil || len(body) >= 64<<10 {
		t.Errorf("%s has %d bytes: %v", what, len(body), err)
	}
	t.Logf("%s has %d bytes", what, len(body))
}
