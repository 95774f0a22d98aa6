//go:build bench

package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/storetest"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// flatName is the environment variable that says how many shots the shows of TestBenchFlat
// have, where not all sizes are wanted.
const flatName = "DAILIES_BENCH_FLAT"

// TestBenchFlat renders shows of 10 to 10,000 shots on the durable engine, one after the
// other in one data folder: what a shot costs in requests to S3, events and bytes of Temporal's
// must not grow with them. Between them stands the season of 80 x 60 that statuses and a
// restart are measured on.
func TestBenchFlat(t *testing.T) {
	data := t.TempDir()
	sizes := []int{10, 100, 1000, 10_000}
	if want := os.Getenv(flatName); want != "" {
		sizes = nil
		for size := range strings.SplitSeq(want, ",") {
			n, err := strconv.Atoi(size)
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, n)
		}
	}
	var counted *storetest.Counted
	count := func(s store.Store) store.Store { counted = storetest.Count(s); return counted }
	h := newHouse(t, data, count)
	stop := flatWorkers(t, h)
	for _, shots := range sizes[:min(len(sizes), 3)] {
		rung(t, h, counted, fmt.Sprintf("flat-%d", shots), rehearsal.Season("", max(1, shots/50), min(shots, 50)))
	}
	season := rehearsal.Season("", seasonEpisodes, seasonShots)
	for i := range season {
		for j := range season[i].Episode.Scenes[0].Shots {
			if (i*seasonShots+j)%badEvery == 0 {
				season[i].Episode.Scenes[0].Shots[j].Action += " [fake: failed]"
			}
		}
	}
	rung(t, h, counted, "season", season)
	benchStatuses(t, h)
	stop()
	h.end(t)
	benchRestart(t, data)
	if len(sizes) > 3 {
		h = newHouse(t, data, count)
		stop = flatWorkers(t, h)
		rung(t, h, counted, fmt.Sprintf("flat-%d", sizes[3]), rehearsal.Season("", sizes[3]/50, 50))
		stop()
		h.end(t)
	}
}

func flatWorkers(t *testing.T, h *house) (stop func()) {
	runs := studio.Runs{Temporal: h.client}
	h.stage.Bank.Account.Open, h.stage.Bank.Account.Wake = runs.Open, runs.Wake
	return startWorkers(t, h.client, h.stage)
}

// rung renders a show, eight episodes at once, and prints what a shot of it cost.
func rung(t *testing.T, h *house, counted *storetest.Counted, show string, all []drama.Production) {
	t.Helper()
	shots := 0
	places, kinds := map[string]int{}, storetest.Requests{}
	var events, bytes float64
	for part := range slices.Chunk(all, inWork) {
		counted.Taken()
		var runs []client.WorkflowRun
		for _, p := range part {
			p.Season.Show = show
			shots += len(p.Episode.Shots())
			runs = append(runs, begin(t, h.client, h.stage, p))
		}
		for _, run := range runs {
			var got drama.Delivery
			if err := run.Get(t.Context(), &got); err != nil {
				t.Fatal(err)
			}
			if got.Cut == 0 && got.State != drama.StateNG {
				t.Fatalf("%s ended as %s: %v", run.GetID(), got.State, got.Problems)
			}
			desc, err := h.client.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
			if err != nil {
				t.Fatal(err)
			}
			events += float64(desc.GetWorkflowExecutionInfo().GetHistoryLength())
			bytes += float64(desc.GetWorkflowExecutionInfo().GetHistorySizeBytes())
		}
		for place, n := range counted.Places() {
			places[place] += n
		}
		for kind, n := range counted.Taken() {
			kinds[kind] += n
		}
	}
	n := float64(shots)
	name := fmt.Sprintf("_per_shot_of_%d", shots)
	line("s3_requests"+name, float64(kinds.All())/n, "requests", ">= 0")
	line("temporal_events"+name, events/n, "events", ">= 0")
	line("temporal_bytes"+name, bytes/n, "bytes", ">= 0")
	t.Logf("%d shots: %v", shots, kinds)
	for _, place := range slices.SortedFunc(maps.Keys(places), func(a, b string) int { return places[b] - places[a] }) {
		if each := float64(places[place]) / n; each >= 0.05 {
			t.Logf("%8.2f a shot: %s", each, place)
		}
	}
}

// benchStatuses asks how the season is doing as dailies status SHOW does, near and far.
func benchStatuses(t *testing.T, h *house) {
	t.Helper()
	for _, c := range []struct {
		name, target string
		trip         time.Duration
	}{{"status_show_near_s", "<= 1", 0}, {"status_show_distant_s", "<= 3", 30 * time.Millisecond}} {
		st := &studio.Studio{
			Temporal: h.client, Namespace: "default", Store: storetest.Distant{Store: h.stage.Store, Trip: c.trip}, Ledger: h.stage.Ledger,
			Account: h.stage.Bank.Account, Facts: h.stage.Planner.Facts,
		}
		own := h.stage.Bank.Account
		st.Account = &account.Account{Store: st.Store, Ledger: own.Ledger, Exchange: own.Exchange, Open: own.Open, Wake: own.Wake, Now: own.Now, Marked: own.Marked, Keep: own.Keep, Who: own.Who}
		var took []time.Duration
		for range 5 {
			began := time.Now()
			ids, err := st.Episodes(t.Context(), "season")
			if err != nil {
				t.Fatal(err)
			}
			all, err := st.Statuses(t.Context(), ids)
			if err != nil {
				t.Fatal(err)
			}
			states := map[drama.EpisodeState]int{}
			for _, s := range all {
				states[s.State]++
			}
			if len(all) != seasonEpisodes || states[drama.StateDelivered] == 0 || states[drama.StateDelivered] == seasonEpisodes {
				t.Fatalf("%d episodes: %v", len(all), states)
			}
			if _, err := st.Caps(t.Context(), "season"); err != nil {
				t.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		line(c.name, median(took).Seconds(), "s", c.target)
	}
}

// benchRestart starts the real program on a data folder with thousands of finished shots:
// from its exec until it serves, after a clean end and after a kill; and asks it for the
// season's status.
func benchRestart(t *testing.T, data string) {
	t.Helper()
	prog := program(t)
	finished := 0
	_ = filepath.WalkDir(filepath.Join(data, "s3"), func(path string, _ os.DirEntry, _ error) error {
		if filepath.Base(filepath.Dir(path)) == "circles" {
			finished++
		}
		return nil
	})
	t.Logf("%d shots are finished", finished)
	for _, name := range []string{"restart_s", "restart_after_kill_s"} {
		began := time.Now()
		_, pid := serve(t, prog, data)
		line(name, time.Since(began).Seconds(), "s", "<= 5")
		line(strings.TrimSuffix(name, "_s")+"_cpu", processorTime(t, pid).Seconds(), "s", "<= 5")
		if name == "restart_s" {
			var took []time.Duration
			for range 5 {
				out, d, _ := command(t, prog, t.TempDir(), "status", "season", "--data", data, "--json")
				var said struct {
					Episodes []drama.EpisodeStatus `json:"episodes"`
				}
				if err := json.Unmarshal(out, &said); err != nil || len(said.Episodes) != seasonEpisodes {
					t.Fatalf("%v: %d episodes", err, len(said.Episodes))
				}
				took = append(took, d)
			}
			line("status_show_s", median(took).Seconds(), "s", "<= 1")
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		// Its lock goes with it, a moment later.
		for gone := false; !gone; time.Sleep(10 * time.Millisecond) {
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			gone = err != nil || bytes.Contains(stat, []byte(") Z "))
		}
	}
}
