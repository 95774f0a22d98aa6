package workflows_test

import (
	"context"
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// pleased is a judge who likes everything.
type pleased struct{}

func (pleased) Look(context.Context, judge.Request) (judge.Opinion, error) {
	return judge.Opinion{Score: 1}, nil
}

// sold is what the ledger says by who sold it, in yuan.
func sold(t *testing.T, s *rehearsal.Stage) map[string]int64 {
	t.Helper()
	all := make(map[string]int64)
	err := s.Ledger.List(t.Context(), "rehearsal", 0, func(e ledger.Entry) error {
		if e.Outcome == nil {
			t.Errorf("job %s has no end", e.Intent.ID)
			return nil
		}
		all[e.Intent.Provider] += e.Outcome.Price.Micros / drama.Micro
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A judge's looks are in the ledger, reserved before the take is bought, and count
// against the caps: two takes at four yuan with a look for one each are ten.
func TestLooksCount(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	s.Media.Judge = pleased{}
	s.Planner.Look = yuan(1)
	s.Media.Prices = activities.Prices{Ledger: s.Ledger, Look: yuan(1)}
	if d := run(t, env(t, s), capped(s, t, "She sings.", 0, 9, 0, "stop")); d.State != drama.StateNG || s.Bought(t) != 0 {
		t.Errorf("nine, and ten is the least: %s, bought %d: %v", d.State, s.Bought(t), d.Problems)
	}
	d := run(t, env(t, s), capped(s, t, "[fake: black*1]", 0, 14, 0, "stop"))
	if d.State != drama.StateStopped || s.Bought(t) != 3 || d.Spent != yuan(13) {
		t.Errorf("ended as %s, bought %d, spent %s: %v", d.State, s.Bought(t), d.Spent, d.Problems)
	}
	d = run(t, env(t, s), capped(s, t, "She sings.", 0, 30, 0, "stop"))
	if got := sold(t, s); d.State != drama.StateDelivered || got["fake"] != 4*int64(s.Bought(t)) || got["judge"] != 3 || d.Spent != yuan(got["fake"]+got["judge"]) {
		t.Errorf("with thirty: %s, spent %s, the ledger says %v", d.State, d.Spent, got)
	}
}

// What voices cost is in the ledger and counts; a line that was spoken before costs
// nothing.
func TestLinesCount(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	s.Media.Speakers = func(string) (voice.Speaker, bool) { return parrot{}, true }
	s.Media.Prices = activities.Prices{Ledger: s.Ledger, Speech: func(string) drama.Money { return yuan(100) }} // of a thousand characters
	shot := rehearsal.Shot("1A", "She speaks.")
	shot.Lines = []drama.Line{{Kind: drama.LineNarration, Say: "ten chars."}}
	p := rehearsal.Production([]string{"fake"}, shot)
	p.Season.Dialogue = drama.DialogueVoice
	p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "pause"}
	for range 2 {
		if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(5) {
			t.Errorf("ended as %s, spent %s: %v", d.State, d.Spent, d.Problems)
		}
	}
	if got := sold(t, s); got["fake"] != 4 || got["espeak"] != 1 {
		t.Errorf("the ledger says %v", got)
	}
}

// Lines are reserved before they are bought, like takes: what does not fit a cap is not
// spoken, and the cap is named.
func TestLinesAreReserved(t *testing.T) {
	setting := func(t *testing.T, most int64, exceed string) (*rehearsal.Stage, drama.Production) {
		s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
		s.Media.Speakers = func(string) (voice.Speaker, bool) { return parrot{}, true }
		per := func(string) drama.Money { return yuan(200) } // of a thousand characters
		s.Media.Prices = activities.Prices{Ledger: s.Ledger, Speech: per}
		s.Planner.Lines = activities.Lines{Speech: per}
		var shots []drama.Shot
		for i, say := range []string{"ten chars.", "chars: ten"} {
			shot := rehearsal.Shot("1"+string(rune('A'+i)), "She speaks.")
			shot.Lines = []drama.Line{{Kind: drama.LineNarration, Say: say}}
			shots = append(shots, shot)
		}
		p := rehearsal.Production([]string{"fake"}, shots...)
		p.Season.Dialogue = drama.DialogueVoice
		limit := yuan(most)
		p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &limit, OnExceed: exceed}
		return s, p
	}
	// Two lines at two yuan and two takes at four are twelve.
	s, p := setting(t, 11, "stop")
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateNG || d.Spent.Micros != 0 || s.Bought(t) != 0 {
		t.Errorf("twelve are the least, the cap is eleven: %s, %s: %v", d.State, d.Spent, d.Problems)
	}
	s, p = setting(t, 12, "stop")
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(12) {
		t.Errorf("twelve: %s, spent %s: %v", d.State, d.Spent, d.Problems)
	}
	// An NG take costs what the second shot's needed: nothing passes the cap.
	s, p = setting(t, 14, "pause")
	p.Episode.Scenes[0].Shots[0].Action = "[fake: black*1]"
	e := env(t, s)
	at(e, 3, func() {
		st := status(t, e)
		if st.State != drama.StatePaused || len(st.Waits) != 1 || st.Waits[0].Cap == nil || st.Waits[0].Cap.Name != drama.CapEpisode || st.Spent.Micros+st.Reserved.Micros > yuan(14).Micros {
			t.Errorf("over the cap: %+v", st)
		}
		accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(16)})
	})
	if d := run(t, e, s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(16) {
		t.Errorf("sixteen: %s, spent %s: %v", d.State, d.Spent, d.Problems)
	}
	if got := sold(t, s); got["espeak"] != 4 || got["fake"] != 12 {
		t.Errorf("the ledger says %v", got)
	}
}

// A run that has money for less than a line speaks none, and says which cap it waits for.
func TestALineThatDoesNotFit(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	s.Media.Speakers = func(string) (voice.Speaker, bool) { return parrot{}, true }
	per := func(string) drama.Money { return yuan(200) }
	s.Media.Prices, s.Planner.Lines = activities.Prices{Ledger: s.Ledger, Speech: per}, activities.Lines{Speech: per}
	most := yuan(5)
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She waits."))
	p.Season.Dialogue, p.Season.Budget = drama.DialogueVoice, &drama.Budget{Currency: "CNY", Episode: &most, OnExceed: "stop"}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(4) {
		t.Fatalf("without a line: %s, %s", d.State, d.Spent)
	}
	// The take serves; its line, of two yuan, does not fit any more.
	p.Episode.Scenes[0].Shots[0].Lines = []drama.Line{{Kind: drama.LineNarration, Say: "ten chars."}}
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateStopped || d.Spent != yuan(4) || d.Short == nil || d.Short.Cap == nil || d.Short.Cap.Name != drama.CapEpisode {
		t.Errorf("ended as %s, spent %s, short of %+v: %v", d.State, d.Spent, d.Short, d.Problems)
	}
	if got := sold(t, s); got["espeak"] != 0 {
		t.Errorf("the ledger says %v", got)
	}
}
