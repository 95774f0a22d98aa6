package season

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// until waits for a condition.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.After(patience); !is(); {
		select {
		case <-end:
			t.Fatalf("never %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (h *house) submit(sub studio.Submission) studio.Run {
	h.t.Helper()
	run, err := h.Submit(h.t.Context(), sub)
	if err != nil {
		h.t.Fatal(err)
	}
	return run
}

// A season, a retake of a delivered episode beside it, and workers that are killed:
// the cap is never passed, and all that it allows is bought, each take once.
func TestRetakesBesideAndKilledWorkers(t *testing.T) {
	var hold atomic.Bool
	h := open(t, start(t), rehearsal.Options{Until: func(string) bool { return hold.Load() }})
	const show = "beside"
	var subs []studio.Submission
	for n := 1; n <= 4; n++ {
		subs = append(subs, script(show, n, drama.Budget{Season: limit(30), OnExceed: "pause"}, rehearsal.Shots(2)...))
	}
	h.wait(h.submit(subs[0]))
	hold.Store(true)
	run, err := h.SubmitSeason(t.Context(), show, subs, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "was all bought that the cap allows", func() bool {
		st, err := h.Season(t.Context(), show)
		return err == nil && st.Episodes[0].Ended && h.stage.Bought(t) == 7
	})
	again, err := h.Retake(t.Context(), drama.EpisodeID{Show: show, Number: 1}, drama.Retake{Slates: []string{"1A"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h.kill()
	h.work()
	hold.Store(false)
	all := h.season(run)
	retaken := h.wait(again)
	bought, paid := int64(h.stage.Bought(t)), h.paid(show)
	if paid > 30 || paid != 4*bought {
		t.Errorf("%d takes were bought, %d yuan paid, under a cap of 30", bought, paid)
	}
	if bought != 7 {
		t.Errorf("%d takes were bought; the cap allows 7: %s, retake %s", bought, states(all), retaken.State)
	}
	if _, _, err := h.BudgetSeason(t.Context(), show, yuan(60)); err != nil {
		t.Fatal(err)
	}
	h.wait(again)
	for n, d := range h.season(run) {
		if d.State != drama.StateDelivered {
			t.Errorf("episode %d after the cap was raised: %s", n, d.State)
		}
	}
	if bought := h.stage.Bought(t); bought != 9 {
		t.Errorf("%d takes were bought in all, want 9", bought)
	}
}

// A person circles a take while another is in flight that nobody can stop: the shot
// is where the person has brought it, what starts from it sees that take, and the
// paid clip is only recorded.
func TestCirclingWhileATakeIsInFlight(t *testing.T) {
	var hold atomic.Bool
	h := open(t, start(t), rehearsal.Options{Until: func(slate string) bool { return slate == "1A" && hold.Load() }})
	b := rehearsal.Shot("1B", "She stops.")
	b.From = &drama.From{Slate: "1A", Frame: "last"}
	id := drama.EpisodeID{Show: "circled", Number: 1}
	h.wait(h.submit(script(id.Show, 1, drama.Budget{}, rehearsal.Shot("1A", "She runs."), b)))
	hold.Store(true)
	run, err := h.Retake(t.Context(), id, drama.Retake{Slates: []string{"1A", "1B"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "was the second take asked for", func() bool { return h.stage.Bought(t) == 3 })
	if _, err := h.Circle(t.Context(), id, "1A", 1); err != nil {
		t.Fatal(err)
	}
	until(t, "did the dependent shot go on", func() bool { return h.stage.Bought(t) == 4 })
	hold.Store(false)
	d := h.wait(run)
	if d.State != drama.StateDelivered {
		t.Fatalf("ended as %s: %v", d.State, d.Problems)
	}
	for _, s := range d.Shots {
		if s.State != drama.ShotCircle || s.Slate == "1A" && s.Take != "circled/ep01/1A/1" {
			t.Errorf("shot %+v", s)
		}
	}
	takes, _, err := h.Takes(t.Context(), id, "1A")
	if err != nil || len(takes) != 2 || takes[1].Media.Key == "" {
		t.Errorf("the paid take is not kept: %+v, %v", takes, err)
	}
	if n := h.stage.Bought(t); n != 4 {
		t.Errorf("%d takes were bought, want 4", n)
	}
}

// A season that is rendered again is told by its own runs: an episode that pauses
// after an earlier run of it had ended is noticed.
func TestASeasonAgain(t *testing.T) {
	h := open(t, start(t), rehearsal.Options{})
	subs := func(word string) []studio.Submission {
		return []studio.Submission{
			script("again", 1, drama.Budget{Season: limit(8), OnExceed: "pause"}, rehearsal.Shot("1A", "She waits.")),
			script("again", 2, drama.Budget{Season: limit(8), OnExceed: "pause"}, rehearsal.Shot("1A", word)),
		}
	}
	run, err := h.SubmitSeason(t.Context(), "again", subs("She runs."), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := states(h.season(run)); got != " delivered delivered" {
		t.Fatal(got)
	}
	if run, err = h.SubmitSeason(t.Context(), "again", subs("She sings."), nil, 1); err != nil {
		t.Fatal(err)
	}
	if got := states(h.season(run)); got != " delivered paused" {
		t.Errorf("%s, want the second to wait for money", got)
	}
	// Whoever renders that episode alone goes on with the season's run of it.
	alone, err := h.Submit(t.Context(), subs("She sings.")[1])
	if err != nil || !alone.Joined {
		t.Errorf("joined %v: %v", alone.Joined, err)
	}
	if _, told, err := h.BudgetSeason(t.Context(), "again", yuan(12)); err != nil || len(told) != 1 {
		t.Errorf("told %v: %v", told, err)
	}
	if d := h.wait(alone); d.State != drama.StateDelivered {
		t.Errorf("after the cap was raised: %s", d.State)
	}
}

// A wish for a whole show is done by every run that can, and the others say why not.
func TestAShowIsPaused(t *testing.T) {
	var hold atomic.Bool
	hold.Store(true)
	h := open(t, start(t), rehearsal.Options{Until: func(string) bool { return hold.Load() }})
	var subs []studio.Submission
	for n := 1; n <= 3; n++ {
		subs = append(subs, script("paused", n, drama.Budget{}, rehearsal.Shot("1A", "She runs.")))
	}
	run, err := h.SubmitSeason(t.Context(), "paused", subs, nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "were two in work", func() bool { return h.stage.Bought(t) == 2 })
	pause := func(ctx context.Context, id drama.EpisodeID) error { return h.Pause(ctx, id, "lunch") }
	if err := pause(t.Context(), drama.EpisodeID{Show: "paused", Number: 1}); err != nil {
		t.Fatal(err)
	}
	all, err := h.Of(t.Context(), "paused", func(ctx context.Context) error { return h.PauseSeason(ctx, "paused", "lunch") }, pause)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, c := range all {
		got += fmt.Sprintf(" %s:%v", c.Name, c.Err == nil)
	}
	if got != " paused:true paused/ep01:false paused/ep02:true" || !strings.Contains(all[1].Err.Error(), "paused already") {
		t.Errorf("%s; %v", got, all)
	}
	hold.Store(false)
	until(t, "were the two delivered", func() bool {
		st, err := h.Season(t.Context(), "paused")
		return err == nil && st.Paused != nil && st.Episodes[0].Ended && st.Episodes[1].Ended
	})
	if n := h.stage.Bought(t); n != 2 {
		t.Errorf("%d were bought while the season was paused", n)
	}
	if err := h.ResumeSeason(t.Context(), "paused"); err != nil {
		t.Fatal(err)
	}
	if got := states(h.season(run)); got != " delivered delivered delivered" {
		t.Error(got)
	}
	if _, err := h.Season(t.Context(), "paused"); err == nil {
		t.Error("an ended season's run answers")
	}
}
