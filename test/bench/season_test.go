//go:build bench

package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// A season as a studio submits it in the evening.
const (
	nightEpisodes = 80
	nightShots    = 60
	// jobLeast and jobMost are how long vendors have a job, pollEvery how often they are
	// asked, which is the default; all of it compressed.
	jobLeast  = time.Minute
	jobMost   = 3 * time.Minute
	pollEvery = 5 * time.Second
	// compression is how many times faster all of that goes here.
	compression = 100
)

// smaller is a number of the night's, or another that the environment wants instead: on a
// machine that others load, fewer episodes at less compression say more.
func smaller(name string, number int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return number
}

func compressed(d time.Duration) time.Duration {
	return d / time.Duration(smaller("DAILIES_BENCH_COMPRESSION", compression))
}

// accounts are the vendors, with the slots that their accounts have.
var accounts = map[string]int{"seedance": 10, "kling": 5, "wan": 5}

// span is a job's time at the vendor.
type span struct{ from, to time.Time }

// emulated is a vendor with a limit: it refuses what is over it, and keeps its own books.
type emulated struct {
	provider.Provider // its models
	slots             int

	mu    sync.Mutex
	jobs  map[string]span
	over  int // jobs that were asked for beyond the limit
	most  int
	asked int // polls
}

func (v *emulated) Submit(_ context.Context, r provider.Request) (provider.Job, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now, running := time.Now(), 1
	for _, s := range v.jobs {
		if s.to.After(now) {
			running++
		}
	}
	if running > v.slots {
		v.over++
		return provider.Job{}, &provider.Error{Kind: provider.KindThrottled, Op: "submit", Message: "too many jobs in flight", RetryAfter: compressed(jobLeast)}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.Key))
	v.most = max(v.most, running)
	v.jobs[r.Key] = span{now, now.Add(compressed(jobLeast + time.Duration(h.Sum32())*time.Microsecond%(jobMost-jobLeast)))}
	return provider.Job{ID: r.Key, Model: r.Model}, nil
}

func (v *emulated) Poll(_ context.Context, j provider.Job) (provider.Status, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked++
	s, ok := v.jobs[j.ID]
	switch {
	case !ok:
		return provider.Status{}, &provider.Error{Kind: provider.KindNotFound, Op: "poll", Message: "no such job"}
	case s.to.After(time.Now()):
		return provider.Status{Job: j, State: provider.Running, Word: "running"}, nil
	}
	return provider.Status{Job: j, State: provider.Succeeded, Word: "succeeded"}, nil
}

func (v *emulated) Fetch(_ context.Context, s provider.Status) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader([]byte("null clip of " + s.Job.ID))), nil
}

// books are a vendor's jobs in the order in which they came.
func (v *emulated) books() []span {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := make([]span, 0, len(v.jobs))
	for _, s := range v.jobs {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b span) int { return a.from.Compare(b.from) })
	return all
}

// TestBenchSeason renders a whole season with its default window, on vendors that are
// emulated with their slots, with null media: what is measured is how well dailies keeps
// vendors busy, and that it does not grow.
func TestBenchSeason(t *testing.T) {
	episodes := smaller("DAILIES_BENCH_EPISODES", nightEpisodes)
	h := newHouse(t, t.TempDir())
	vendors := emulate(t, h)
	startWorkers(t, h.client, h.stage)
	st := &studio.Studio{
		Temporal: h.client, Namespace: "default", Store: h.stage.Store, Ledger: h.stage.Ledger, Account: h.stage.Bank.Account, Facts: h.stage.Planner.Facts,
	}
	runs := studio.Runs{Temporal: h.client}
	h.stage.Bank.Account.Open, h.stage.Bank.Account.Wake = runs.Open, runs.Wake
	var subs []studio.Submission
	for n := range episodes {
		subs = append(subs, nightly(n+1))
	}
	memory := parentMemory(t)
	began, used := time.Now(), withChildren(t)
	run, err := st.SubmitSeason(t.Context(), "nightly", subs, &drama.Money{Micros: 1_000_000 * drama.Micro, Currency: "CNY"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	r, err := st.WaitSeason(t.Context(), run, nil)
	for away := (*studio.UnreachableError)(nil); errors.As(err, &away); { // a machine that others load: the program asks again too
		t.Logf("after %s: %v", time.Since(began).Round(time.Second), err)
		r, err = st.WaitSeason(t.Context(), run, nil)
	}
	took := time.Since(began)
	if err != nil {
		t.Fatal(err)
	}
	second, last := memory()
	for _, d := range r.Episodes {
		if d.State != drama.StateDelivered || len(d.Shots) != nightShots {
			t.Errorf("episode %d ended as %s with %d shots: %v", d.Episode, d.State, len(d.Shots), d.Problems)
		}
	}
	var bound time.Duration
	var busy, could float64
	sold, over := 0, 0
	for name, v := range vendors {
		var work time.Duration
		books := v.books()
		for _, s := range books {
			work += s.to.Sub(s.from)
		}
		bound = max(bound, work/time.Duration(v.slots))
		b, c := held(books, v.slots)
		busy, could = busy+b, could+c
		sold, over = sold+len(books), over+v.over
		t.Logf("%s: %d jobs, %s of work a slot, at most %d of %d at once, busy %.3f while work waited, %.1f polls a job",
			name, len(books), (work / time.Duration(v.slots)).Round(time.Millisecond), v.most, v.slots, b/c, float64(v.asked)/float64(len(books)))
	}
	if sold != episodes*nightShots || len(r.Episodes) != episodes {
		t.Errorf("%d takes were sold for %d episodes of %d shots", sold, len(r.Episodes), nightShots)
	}
	t.Logf("%d shots in %s, %.1f ms of CPU each", sold, took.Round(time.Second), (withChildren(t)-used).Seconds()*1000/float64(sold))
	line("season_makespan_vs_bound", took.Seconds()/bound.Seconds(), "ratio", "<= 1.05")
	line("season_slots_busy", busy/could, "ratio", ">= 0.95")
	line("season_over_quota", float64(over), "jobs", "<= 0")
	line("season_memory_last_vs_second_quarter", last/second, "ratio", "<= 1.1")
}

// held is for how long slots had jobs, and for how long they could have had, from the
// first job until the last one was asked for: that long work waited.
func held(books []span, slots int) (busy, could float64) {
	first, last := books[0].from, books[len(books)-1].from
	for _, s := range books {
		to := s.to
		if to.After(last) {
			to = last
		}
		busy += to.Sub(s.from).Seconds()
	}
	return busy, last.Sub(first).Seconds() * float64(slots)
}

// emulate puts the emulated vendors on a house's stage.
func emulate(t *testing.T, h *house) map[string]*emulated {
	t.Helper()
	var names []string
	for name := range accounts {
		names = append(names, name)
	}
	slices.Sort(names)
	h.stage = rehearsal.New(t, rehearsal.Options{Store: h.stage.Store, Instances: names, Own: true, NoFinder: true, Price: drama.Money{Micros: drama.Micro, Currency: "CNY"}})
	vendors := make(map[string]*emulated)
	for name, slots := range accounts {
		v := &emulated{Provider: h.stage.Providers[name], slots: slots, jobs: make(map[string]span)}
		vendors[name], h.stage.Providers[name] = v, v
		instance := h.stage.Instances[name]
		instance.Slots, instance.PollEveryMS, instance.DeadlineMS = slots, compressed(pollEvery).Milliseconds(), 10*60*1000
		h.stage.Instances[name] = instance
	}
	h.stage.Generator.Buyer.Grace = time.Minute
	h.stage.Generator.Buyer.Slots = &ledger.Slots{Store: h.stage.Store, Ledger: h.stage.Ledger}
	return vendors
}

// nightly is an episode whose shots go to the vendors as their accounts have slots.
func nightly(number int) studio.Submission {
	p := rehearsal.Production([]string{"seedance"}, rehearsal.Shots(nightShots)...)
	p.Season.Show, p.Episode.Number = "nightly", number
	p.Season.Budget = &drama.Budget{Currency: "CNY"}
	p.Season.Routing = []drama.Route{
		{Name: "close", When: &drama.When{Size: []string{"CU"}}, Use: []string{"kling"}},
		{Name: "wide", When: &drama.When{Size: []string{"WS"}}, Use: []string{"wan"}},
		p.Season.Routing[0],
	}
	for i := range p.Episode.Scenes[0].Shots {
		s := &p.Episode.Scenes[0].Shots[i]
		s.Size = []string{"MS", "CU", "MS", "WS"}[i%4]
		s.Action = fmt.Sprintf("Episode %d: %s", number, s.Action)
	}
	return studio.Submission{Production: p, Open: func(string) (io.ReadSeekCloser, error) { return nil, errors.New("there are no files") }}
}

// parentMemory watches what this process has in memory; asked at the end it gives the
// middle of the second quarter of that time, and of the last one, bytes.
func parentMemory(t *testing.T) func() (second, last float64) {
	t.Helper()
	stop, done := make(chan struct{}), make(chan []float64)
	go func() {
		var all []float64
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				done <- all
				return
			case <-tick.C:
				body, err := os.ReadFile("/proc/self/statm")
				fields := strings.Fields(string(body))
				if err != nil || len(fields) < 2 {
					continue
				}
				if pages, err := strconv.ParseFloat(fields[1], 64); err == nil {
					all = append(all, pages*float64(os.Getpagesize()))
				}
			}
		}
	}()
	return func() (second, last float64) {
		close(stop)
		all := <-done
		if len(all) < 8 {
			t.Fatalf("memory was seen only %d times", len(all))
		}
		n := len(all) / 4
		return median(slices.Clone(all[n : 2*n])), median(slices.Clone(all[3*n:]))
	}
}
