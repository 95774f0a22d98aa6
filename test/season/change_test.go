package season

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// sold are the jobs that the vendor has accepted, in order: "show/ep01/1A".
func (h *house) sold() []string {
	h.t.Helper()
	jobs, err := fake.Jobs(h.stage.Dirs["fake"])
	if err != nil {
		h.t.Fatal(err)
	}
	slices.SortStableFunc(jobs, func(a, b fake.Bought) int { return a.At.Compare(b.At) })
	var all []string
	for _, j := range jobs {
		all = append(all, fmt.Sprintf("%s/%s", j.Request.Take.Episode, j.Request.Take.Slate))
	}
	return all
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// A season that is submitted again while it runs is joined: an episode that is new joins,
// one whose script has changed is made again from it, and no shot that is as it was is
// paid for twice.
func TestAChangedSeasonJoinsItsRun(t *testing.T) {
	var hold atomic.Bool
	hold.Store(true)
	h := openWith(t, start(t), rehearsal.Options{Until: func(string) bool { return hold.Load() }}, 10)
	subs := func(word string, episodes int) (all []studio.Submission) {
		for n := 1; n <= episodes; n++ {
			shots := rehearsal.Shots(2)
			if n == 1 {
				shots[1].Action = word
			}
			all = append(all, script("changed", n, drama.Budget{}, shots...))
		}
		return all
	}
	run, err := h.SubmitSeason(t.Context(), "changed", subs("She runs.", 2), limit(400), 1)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "were the first episode's takes asked for", func() bool { return h.stage.Bought(t) == 2 })
	again, err := h.SubmitSeason(t.Context(), "changed", subs("She sings.", 3), nil, 0)
	if err != nil || !again.Joined || again.Changed == nil {
		t.Fatalf("joined %+v: %v", again, err)
	}
	if c := again.Changed; !slices.Equal(c.Joined, []int{3}) || !slices.Equal(c.Again, []int{1}) || c.Window != 1 {
		t.Errorf("it was changed so: %+v", c)
	}
	// The same once more changes nothing.
	if again, err = h.SubmitSeason(t.Context(), "changed", subs("She sings.", 3), nil, 2); err != nil || len(again.Changed.Changed)+len(again.Changed.Joined) > 0 || again.Changed.Window != 2 {
		t.Errorf("the same again: %+v, %v", again.Changed, err)
	}
	hold.Store(false)
	all := h.season(run)
	if got := states(all); got != " delivered delivered delivered" {
		t.Fatal(got)
	}
	sold := h.sold()
	want := map[string]int{"changed/ep01/1A": 1, "changed/ep01/1B": 2, "changed/ep02/1A": 1, "changed/ep02/1B": 1, "changed/ep03/1A": 1, "changed/ep03/1B": 1}
	got := map[string]int{}
	for _, s := range sold {
		got[s] = count(sold, s)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("sold %v, want %v", got, want)
	}
	// What the season's history keeps short is told all the same.
	if d := all[1]; len(d.Shots) != 2 || d.Manifest == nil || d.Shots[1].Take == "" {
		t.Errorf("episode 1 is told so: %+v", d)
	}
}

// A dropped episode never begins, or ends; its takes are kept. Rendering the season again
// does not bring it back.
func TestADroppedEpisode(t *testing.T) {
	var hold atomic.Bool
	hold.Store(true)
	h := open(t, rehearsal.OnEngine(t, 40, nil), rehearsal.Options{Until: func(string) bool { return hold.Load() }})
	var subs []studio.Submission
	for n := 1; n <= 10; n++ {
		subs = append(subs, script("dropped", n, drama.Budget{}, rehearsal.Shots(2)...))
	}
	run, err := h.SubmitSeason(t.Context(), "dropped", subs[:8], limit(400), 2)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "were two episodes in work", func() bool { return h.stage.Bought(t) == 4 })
	told, err := h.ChangeSeason(t.Context(), "dropped", studio.SeasonChange{Window: 3, Drop: []int{1, 8}, Add: subs[8:]})
	if err != nil || !slices.Equal(told.Dropped, []int{1, 8}) || !slices.Equal(told.Joined, []int{9, 10}) {
		t.Fatalf("changed so: %+v, %v", told, err)
	}
	if _, err := h.ChangeSeason(t.Context(), "dropped", studio.SeasonChange{Drop: []int{77}}); err == nil || !strings.Contains(err.Error(), "77") {
		t.Errorf("dropping an episode that is not there: %v", err)
	}
	if again, err := h.SubmitSeason(t.Context(), "dropped", subs[:8], nil, 0); err != nil || len(again.Changed.Joined) > 0 {
		t.Errorf("submitted again: %+v, %v", again.Changed, err)
	}
	hold.Store(false)
	all := h.season(run)
	for n := 1; n <= 10; n++ {
		if d, ok := all[n]; ok == (n == 1 || n == 8) || ok && d.State != drama.StateDelivered {
			t.Errorf("episode %d: %v %s", n, ok, d.State)
		}
	}
	until(t, "did the run go on in another history", func() bool { return h.histories(continuedAsNew+"'season/dropped'") > 0 })
	sold := h.sold()
	if count(sold, "dropped/ep01/1A") != 1 || count(sold, "dropped/ep08/1A") != 0 || len(sold) != 18 {
		t.Errorf("sold %v", sold)
	}
	// What was paid for of the dropped one is there for its next render.
	d := h.wait(h.submit(subs[0]))
	if d.State != drama.StateDelivered || h.stage.Bought(t) != 18 {
		t.Errorf("the dropped one again: %s, %d bought", d.State, h.stage.Bought(t))
	}
}

// Two shows share an account of two slots. The small one does not wait for all of the big
// one, and what a person waits for goes before both.
func TestShowsTakeTurns(t *testing.T) {
	var hold atomic.Bool
	hold.Store(true)
	h := openWith(t, start(t), rehearsal.Options{Until: func(string) bool { return hold.Load() }}, 2)
	submit := func(show string, shots int) studio.Run {
		run, err := h.SubmitSeason(t.Context(), show, []studio.Submission{script(show, 1, drama.Budget{}, rehearsal.Shots(shots)...)}, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	big := submit("big", 40)
	until(t, "were two jobs at the vendor", func() bool { return h.stage.Bought(t) == 2 })
	small := submit("small", 4)
	person := h.submit(script("big", 2, drama.Budget{}, rehearsal.Shots(2)...))
	for id, n := range map[drama.EpisodeID]int{{Show: "small", Number: 1}: 4, {Show: "big", Number: 2}: 2} {
		until(t, "were the others' takes asked for", func() bool {
			st, err := h.Status(t.Context(), id)
			asked := 0
			for _, s := range st.Shots {
				if s.State == drama.ShotGenerating {
					asked++
				}
			}
			return err == nil && asked == n
		})
	}
	if e := h.ahead("big", big); e == nil || e.Left != 42 || !slices.Equal(e.Unknown, []string{"fake"}) {
		t.Errorf("foreseen before anything was seen: %+v", e)
	}
	hold.Store(false)
	h.wait(person)
	if e := h.ahead("big", big); e != nil && (e.Likely.Before(e.Early) || e.Late.Before(e.Likely) || e.Likely.IsZero()) {
		t.Errorf("foreseen: %+v", e)
	}
	h.season(small)
	h.season(big)
	sold := h.sold()
	last := func(begins string) int {
		at := -1
		for i, s := range sold {
			if strings.HasPrefix(s, begins) {
				at = i
			}
		}
		return at
	}
	t.Logf("of %d jobs the person's last was the %dth, the small show's the %dth", len(sold), last("big/ep02")+1, last("small")+1)
	if last("big/ep02") >= 12 || last("small") >= 24 || len(sold) != 46 {
		t.Errorf("they were sold as %v", sold)
	}
}

// ahead is what is foreseen of a show.
func (h *house) ahead(show string, _ studio.Run) *drama.ETA {
	h.t.Helper()
	ids, err := h.Episodes(h.t.Context(), show)
	var all []drama.EpisodeStatus
	for _, id := range ids {
		st, e := h.Status(h.t.Context(), id)
		if e != nil {
			err = e
		}
		all = append(all, st)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	eta, err := h.ETA(h.t.Context(), all, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return eta
}
