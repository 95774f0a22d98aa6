package season

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// Four episodes of four yuan: each cap, both ways to exceed it, one by one and as a
// season. No cap is ever passed, what the money allows is delivered, earlier
// episodes first, and the others say which cap they wait for.
func TestFourEpisodesThreeCaps(t *testing.T) {
	h := open(t, start(t), rehearsal.Options{})
	for name, test := range map[string]struct {
		run, episode, season int64
		alone                string // one by one: what becomes of each
		together             string
		by                   drama.CapName
		paid                 [2]int64 // alone, together
	}{
		"season": {season: 8, alone: "delivered delivered OVER OVER", together: "delivered delivered OVER OVER", by: drama.CapSeason, paid: [2]int64{8, 8}},
		// Whoever renders one by one has a run each.
		"run": {run: 8, alone: "delivered delivered delivered delivered", together: "delivered delivered OVER OVER", by: drama.CapRun, paid: [2]int64{16, 8}},
		// The second needs more than one take.
		"episode":                 {episode: 7, alone: "delivered OVER delivered delivered", together: "delivered OVER delivered delivered", by: drama.CapEpisode, paid: [2]int64{16, 16}},
		"run under the season's":  {run: 8, season: 12, alone: "delivered delivered delivered OVER", together: "delivered delivered OVER OVER", paid: [2]int64{12, 8}},
		"season under the run's":  {run: 12, season: 8, alone: "delivered delivered OVER OVER", together: "delivered delivered OVER OVER", by: drama.CapSeason, paid: [2]int64{8, 8}},
		"no share, what is there": {season: 15, alone: "delivered delivered delivered OVER", together: "delivered delivered delivered OVER", by: drama.CapSeason, paid: [2]int64{12, 12}},
	} {
		for _, exceed := range []string{"pause", "stop"} {
			over := map[string]string{"pause": "paused", "stop": "stopped"}[exceed]
			show := strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "'", ""), ",", "") + "-" + exceed
			subs := func(show string) []studio.Submission {
				var all []studio.Submission
				for n := 1; n <= 4; n++ {
					action := "She waits."
					if n == 2 && test.episode > 0 {
						action = "[fake: black]"
					}
					all = append(all, script(show, n, drama.Budget{Episode: limit(test.episode), Season: limit(test.season), OnExceed: exceed}, rehearsal.Shot("1A", action)))
				}
				return all
			}
			check := func(t *testing.T, h *house, show string, all map[int]drama.Delivery, want string, paid int64) {
				t.Helper()
				if got := strings.TrimSpace(states(all)); got != strings.ReplaceAll(want, "OVER", over) {
					t.Errorf("%s, want %s", got, strings.ReplaceAll(want, "OVER", over))
				}
				if got := h.paid(show); got != paid {
					t.Errorf("%d yuan were paid, want %d", got, paid)
				}
				for n, d := range all {
					if string(d.State) != over {
						continue
					}
					if d.Short == nil || d.Short.Cap == nil || test.by != "" && d.Short.Cap.Name != test.by || d.Short.Price == nil {
						t.Errorf("episode %d does not say which cap: %+v", n, d.Short)
					}
				}
			}
			t.Run(show+"/alone", func(t *testing.T) {
				t.Parallel()
				h, show := h.in(t), show+"-alone"
				all := map[int]drama.Delivery{}
				for n, sub := range subs(show) {
					sub.MaxCost = limit(test.run)
					run, err := h.Submit(t.Context(), sub)
					if err != nil {
						t.Fatal(err)
					}
					all[n+1] = h.wait(run)
				}
				check(t, h, show, all, test.alone, test.paid[0])
			})
			t.Run(show+"/together", func(t *testing.T) {
				t.Parallel()
				h, show := h.in(t), show+"-together"
				run, err := h.SubmitSeason(t.Context(), show, subs(show), limit(test.run), 0)
				if err != nil {
					t.Fatal(err)
				}
				check(t, h, show, h.season(run), test.together, test.paid[1])
			})
		}
	}
}
