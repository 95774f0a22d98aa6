package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/ark"
	"github.com/dailies/dailies/workflows"
)

// seller is an emulated vendor whose clock stands still, and its jobs with it, until
// the test lets them end.
type seller struct {
	*emulated
	done atomic.Bool
}

// newSeller opens an account at an emulated vendor, and configures the house with it
// under the name "x". between, if any, stands before the vendor's server.
func newSeller(t *testing.T, h *house, slots, grace string, between func(s *seller, next http.Handler) http.Handler) *seller {
	t.Helper()
	s := &seller{emulated: &emulated{name: "x", kind: "ark", model: "doubao-seedance-2-0-260128", env: "KEY_X", key: "sk-marked-x-0a1b2c3d4e"}}
	opened, clip := time.Now(), testClip(t)
	v := ark.New(vendors.Options{
		Key: s.key, SubmitRPS: -1, QueryQPS: -1, ListQPS: -1, Clip: func(vendors.Job) []byte { return clip },
		Now: func() time.Time {
			if s.done.Load() {
				return time.Now().Add(time.Minute)
			}
			return opened
		},
	})
	s.house = v.House()
	var handler http.Handler = v
	if between != nil {
		handler = between(s, v)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s.base = ark.BaseURL(server.URL)
	h.env = append(h.env, s.env+"="+s.key, testGrace+"="+grace)
	h.write("dailies.yaml", "providers:\n  x: {type: ark, model: "+s.model+", base_url: "+s.base+", api_key_env: "+s.env+", slots: "+slots+", submit_rps: 50, poll_every: 100ms}\n")
	return s
}

// fromX is the tiny script, made by the seller.
var fromX = strings.NewReplacer("360x640", "128x224", "[fake]", "[x]").Replace(tiny)

// sold waits until the vendor has sold so many jobs.
func (s *seller) sold(t *testing.T, n int, p *process) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(6 * time.Minute); len(s.house.Ledger()) < n; {
		select {
		case <-p.done:
			t.Fatalf("%v has ended with %d of %d jobs sold: %s", p.cmd.Args[1:], len(s.house.Ledger()), n, p.stderr())
		case <-end:
			t.Fatalf("%d of %d jobs sold: %s", len(s.house.Ledger()), n, p.stderr())
		case <-tick.C:
		}
	}
}

// received waits until the ledger has so many receipts.
func (h house) received(n int) {
	h.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(5 * time.Minute); ; {
		if found, _ := filepath.Glob(filepath.Join(h.dataDir(), "s3/objects/dailies/tiny/ledger/ep01/*/*/*/receipt.json")); len(found) >= n {
			return
		}
		select {
		case <-end:
			h.t.Fatalf("the ledger has fewer than %d receipts", n)
		case <-tick.C:
		}
	}
}

// terminate ends the run of a process from outside, and waits for the process.
func (h house) terminate(p *process) {
	h.t.Helper()
	a, up, err := engine.Connect(h.t.Context(), h.dataDir())
	if err != nil || !up {
		h.t.Fatalf("no engine: %v", err)
	}
	opts, err := a.ClientOptions()
	if err != nil {
		h.t.Fatal(err)
	}
	c, err := client.DialContext(h.t.Context(), opts)
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	id := workflows.EpisodeWorkflowID(drama.EpisodeID{Show: "tiny", Number: 1})
	if err := c.TerminateWorkflow(h.t.Context(), id, "", "an operator's hand"); err != nil {
		h.t.Fatal(err)
	}
	<-p.done
	if p.code() != exitNoCut || !strings.Contains(p.stderr(), "terminated from outside") {
		h.t.Errorf("exit code %d: %s", p.code(), p.stderr())
	}
}

// TestJobsOfARunThatIsNoMore: a run is ended in the middle by whom it did not ask,
// or everything that Temporal knew is lost, while the vendor has its jobs. The next run
// goes on with them: nothing is bought twice, and the books of vendor and ledger agree.
func TestJobsOfARunThatIsNoMore(t *testing.T) {
	for name, end := range map[string]func(*testing.T, house, *process){
		"terminated": func(t *testing.T, h house, p *process) { h.terminate(p) },
		"engine lost": func(t *testing.T, h house, p *process) {
			p.kill()
			if err := os.RemoveAll(filepath.Join(h.dataDir(), "temporal")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, fromX)
			x := newSeller(t, &h, "2", "2s", nil)
			p := h.spawn("render", h.script, "--json")
			x.sold(t, 2, p)
			h.received(2)
			end(t, h, p)

			p = h.spawn("render", h.script, "--json")
			h.asked(p, "goes on with the jobs of the run before", func(st drama.EpisodeStatus) bool {
				return strings.Count(fmt.Sprint(st.Shots), "goes on with take 1 of an earlier run, at x") == 2
			})
			x.done.Store(true)
			<-p.done
			if p.code() != exitDone {
				t.Fatalf("exit code %d: %s", p.code(), p.stderr())
			}
			d := decode[drama.Delivery](t, result{stdout: p.stdout()})
			if d.State != drama.StateDelivered || d.Cut != 1 {
				t.Errorf("%+v", d)
			}
			x.agrees(t, h, d, 3)
		})
	}
}

// agrees holds the vendor's books against the ledger's and the delivery's: so many
// jobs, each of which the ledger has, settled at what was billed.
func (s *seller) agrees(t *testing.T, h house, d drama.Delivery, jobs int) {
	t.Helper()
	settled, dropped := map[string]int64{}, map[string]bool{}
	for _, j := range h.ledgerJobs() {
		if j.Receipt == nil || j.Outcome == nil || settled[j.Receipt.Job.ID] != 0 {
			t.Errorf("job %s: receipt %v, outcome %v", j.ID, j.Receipt, j.Outcome)
			continue
		}
		settled[j.Receipt.Job.ID], dropped[j.Receipt.Job.ID] = j.Outcome.Price.Micros, j.Outcome.State == "dropped"
	}
	var billed int64
	made := s.house.Ledger()
	for _, j := range made {
		got, ok := settled[j.ID]
		if dropped[j.ID] {
			billed += got // at our estimate: nobody asked what it became
			continue
		}
		billed += j.Billed
		if !ok || got != j.Billed {
			t.Errorf("the vendor billed %d for %s, the ledger has %d", j.Billed, j.ID, got)
		}
	}
	if len(made) != jobs || len(settled) != jobs || d.Spent.Micros != billed {
		t.Errorf("the vendor sold %d jobs for %d, the ledger has %d, the episode says %s; want %d jobs", len(made), billed, len(settled), d.Spent, jobs)
	}
}

// TestAShotEditedWhileItsJobRuns: the job that was bought for the shot as it was is named
// with its price, brought in beside the next run and kept: it can be circled, and nothing
// is bought for it again. It holds no slot up.
func TestAShotEditedWhileItsJobRuns(t *testing.T) {
	h := newHouse(t, fromX)
	x := newSeller(t, &h, "2", "2s", nil)
	p := h.spawn("render", h.script, "--json")
	x.sold(t, 2, p)
	h.received(2)
	h.terminate(p)
	slate := ""
	for _, j := range h.ledgerJobs() {
		if slate == "" {
			slate = j.Intent.ID.Take.Slate
		}
	}
	was := map[string]string{"1A": "a door opens", "1B": "a lamp", "1C": "the street"}[slate]
	h.write("ep01.yaml", strings.Replace(fromX, was, "a kite", 1))
	stray := "tiny/ep01/" + slate + "/1/1"
	if r := h.must(exitDone, "plan", h.script); !strings.Contains(r.stdout+r.stderr, "job "+stray+" of x (1.848096 CNY) is of shot "+slate+" as it was before") {
		t.Errorf("plan does not name it: %s%s", r.stdout, r.stderr)
	}
	p = h.spawn("render", h.script, "--json")
	p.says(t, "goes on with take 1 of an earlier run")
	x.done.Store(true)
	<-p.done
	d := decode[drama.Delivery](t, result{stdout: p.stdout()})
	if p.code() != exitDone || !strings.Contains(strings.Join(d.Problems, "\n"), "job "+stray) {
		t.Fatalf("exit code %d, %q: %s", p.code(), d.Problems, p.stderr())
	}
	kept := func() bool {
		for _, j := range h.ledgerJobs() {
			if j.ID == stray {
				return j.State == "succeeded"
			}
		}
		return false
	}
	for try := 0; !kept() && try < 5; try++ {
		h.must(exitDone, "render", h.script) // whoever has an engine brings it in
	}
	if n := len(x.house.Ledger()); n != 4 {
		t.Errorf("%d jobs were bought, want 4", n)
	}
	h.must(exitDone, "circle", "tiny/ep01", slate, "1")
	d = decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	for _, s := range d.Shots {
		if s.Slate == slate && s.Take != "tiny/ep01/"+slate+"/1" {
			t.Errorf("the circled take is not used: %+v", s)
		}
	}
	x.agrees(t, h, d, 4)
}
