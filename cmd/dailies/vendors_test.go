package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/ark"
	"github.com/dailies/dailies/test/vendors/dashscope"
	"github.com/dailies/dailies/test/vendors/kling"
)

const (
	vendorShots = 60
	vendorSlots = 4 // of each
	vendorKills = 3
)

// emulated is a vendor's account and how the studio calls it.
type emulated struct {
	name, kind, model, env, key, base string
	house                             *vendors.House
}

// chaoticVendors are three accounts on bad days. Keys are marked, to be looked for.
func chaoticVendors(t *testing.T) []*emulated {
	t.Helper()
	clip := testClip(t)
	all := []*emulated{
		{name: "seedance", kind: "ark", model: "doubao-seedance-2-0-260128", env: "TEST_ARK_KEY", key: "sk-marked-a6b1c9d2e3f4a5b6c7d8"},
		{name: "kling", kind: "kling", model: "kling-3.0", env: "TEST_KLING_KEY", key: "sk-marked-k1l2m3n4o5p6q7r8s9t0"},
		{name: "happyhorse", kind: "dashscope", model: "happyhorse-1.1", env: "TEST_DASHSCOPE_KEY", key: "sk-marked-d0e1f2a3b4c5d6e7f8a9"},
	}
	for i, v := range all {
		o := vendors.Options{
			Key: v.key, Seed: uint64(20261122 + i), JobTime: 11 * time.Second, Jitter: 5 * time.Second, SubmitRPS: -1, QueryQPS: -1,
			Clip:  func(vendors.Job) []byte { return clip },
			Chaos: vendors.Chaos{Lost: 0.05, ServerError: 0.05, Throttle: 0.05, RefuseNow: 0.015, RefuseLater: 0.015},
		}
		var handler http.Handler
		var base func(string) string
		switch v.kind {
		case "ark":
			a := ark.New(o)
			handler, v.house, base = a, a.House(), ark.BaseURL
		case "kling":
			k := kling.New(o)
			handler, v.house, base = k, k.House(), kling.BaseURL
		case "dashscope":
			d := dashscope.New(o)
			handler, v.house, base = d, d.House(), dashscope.BaseURL
		}
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		v.base = base(server.URL)
	}
	return all
}

// testClip is a clip as a vendor delivers it, but small.
func testClip(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clip.mp4")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=144x256:r=24:d=4",
		"-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make a clip: %v: %s", err, out)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// action is what only one shot shows.
func action(n int) string { return fmt.Sprintf("picture number %03d of the series", n) }

// shows says whether a prompt is of the shot; it begins with a capital letter.
func shows(prompt string, n int) bool { return strings.Contains(strings.ToLower(prompt), action(n)) }

// vendorScript spreads an episode over the vendors, each shot with the others to
// fall back on.
func vendorScript(all []*emulated) string {
	var b strings.Builder
	b.WriteString(strings.NewReplacer("360x640", "128x224", "[fake]", "[seedance, kling, happyhorse]", "episode: 100}", "episode: 2000}").
		Replace(strings.TrimSuffix(tiny, tiny[strings.Index(tiny, "  - {shot"):])))
	for n := range vendorShots {
		var use []string
		for i := range all {
			use = append(use, all[(n+i)%len(all)].name)
		}
		fmt.Fprintf(&b, "  - {shot: 1-%03d, duration: 1s, use: [%s], action: %s}\n", n+1, strings.Join(use, ", "), action(n+1))
	}
	return b.String()
}

// TestBadDaysOfThreeVendors renders sixty shots at three vendors that lose
// answers, fail, throttle and refuse, while the program is killed again and again.
// The vendors' own books say what was bought and what it cost.
func TestBadDaysOfThreeVendors(t *testing.T) {
	all := chaoticVendors(t)
	h := newHouse(t, vendorScript(all))
	var conf strings.Builder
	conf.WriteString("providers:\n")
	for _, v := range all {
		fmt.Fprintf(&conf, "  %s: {type: %s, model: %q, base_url: %q, api_key_env: %s, slots: %d, submit_rps: 50, poll_every: 250ms, deadline: 15m}\n",
			v.name, v.kind, v.model, v.base, v.env, vendorSlots)
		h.env = append(h.env, v.env+"="+v.key)
	}
	h.write("dailies.yaml", conf.String())
	h.env = append(h.env, testGrace+"=18s")
	chance := rand.New(rand.NewPCG(20261122, vendorKills)) //nolint:gosec // a test wants the same chances again

	var outputs []string
	d := drama.Delivery{}
	kills, questions := 0, 0
	for d.State == "" {
		p := h.spawn("render", h.script, "--json")
		next := time.NewTimer(time.Duration(15+chance.IntN(15)) * time.Second)
		for alive := true; alive; {
			tick := time.NewTimer(5 * time.Second) // it lists every job
			select {
			case <-p.done:
				alive = false
			case <-next.C:
				if kills < vendorKills {
					p.kill()
					kills++
				}
			case <-tick.C:
				questions += h.answer(all)
			}
			tick.Stop()
		}
		next.Stop()
		outputs = append(outputs, p.stdout(), p.stderr())
		switch p.code() {
		case exitDone, exitNoCut:
			d = decode[drama.Delivery](t, result{stdout: p.stdout()})
		case exitWaiting, -1:
			questions += h.answer(all)
		default:
			t.Fatalf("exit code %d\n%s", p.code(), p.stderr())
		}
	}
	t.Logf("killed %d times, answered %d questions", kills, questions)
	if d.State != drama.StateDelivered {
		for _, s := range d.Shots {
			if s.State != drama.ShotCircle {
				t.Errorf("shot %s: %s: %q", s.Slate, s.State, s.Reasons)
			}
		}
		t.Fatalf("ended as %s: %q", d.State, d.Problems)
	}
	if len(d.Shots) != vendorShots || d.Master.Frames != vendorShots*24 {
		t.Errorf("%d shots, %d frames", len(d.Shots), d.Master.Frames)
	}
	h.booksAgree(all, d)
	h.keepsSecrets(all, outputs)
}

// ledgerJobs are all jobs of the house's ledger.
func (h house) ledgerJobs() []job {
	h.t.Helper()
	return decode[struct{ Jobs []job }](h.t, h.must(exitDone, "jobs", "--json")).Jobs
}

// answer is the person who is asked about jobs that nobody knows of: what is found
// in the vendor's console is adopted, what is not there is said to be absent.
func (h house) answer(all []*emulated) (answered int) {
	h.t.Helper()
	jobs := decode[struct{ Jobs []job }](h.t, h.run("jobs", "--json")).Jobs
	known := map[string]bool{}
	for _, j := range jobs {
		if j.Receipt != nil {
			known[j.Receipt.Job.ID] = true
		}
	}
	for _, j := range jobs {
		if !j.Held() {
			continue
		}
		i := slices.IndexFunc(all, func(v *emulated) bool { return v.name == j.Intent.Provider })
		var n int
		if _, err := fmt.Sscanf(j.Intent.ID.Take.Slate, "1-%d", &n); err != nil {
			h.t.Fatal(err)
		}
		args := []string{"jobs", "absent", j.ID}
		for _, made := range all[i].house.Ledger() {
			if shows(made.Prompt, n) && !known[made.ID] {
				args = []string{"jobs", "adopt", j.ID, made.ID}
			}
		}
		if r := h.run(args...); r.code != exitDone {
			h.t.Logf("%v: %d %s", args, r.code, r.stderr)
			continue
		}
		answered++
	}
	return answered
}

// booksAgree holds the vendors' books against the ledger and the delivery.
func (h house) booksAgree(all []*emulated, d drama.Delivery) {
	h.t.Helper()
	jobs := h.ledgerJobs()
	receipts, settled := map[string]int{}, map[string]int64{}
	for _, j := range jobs {
		if j.Receipt != nil {
			receipts[j.Intent.Provider+" "+j.Receipt.Job.ID]++
		}
		if j.Outcome == nil {
			h.t.Errorf("job %s has no outcome", j.ID)
			continue
		}
		settled[j.Intent.Provider] += j.Outcome.Price.Micros
	}
	bought := map[string]int{}
	var spent int64
	var used, open time.Duration
	for _, v := range all {
		var billed int64
		lost, failed := 0, 0
		for _, made := range v.house.Ledger() {
			billed += made.Billed
			switch n := receipts[v.name+" "+made.ID]; {
			case n != 1:
				h.t.Errorf("%s made job %s (%s), which the ledger has %d times", v.name, made.ID, made.State, n)
			case made.Lost:
				lost++
			}
			if made.State != vendors.Succeeded {
				failed++
				continue
			}
			for n := range vendorShots {
				if shows(made.Prompt, n+1) {
					bought[action(n+1)]++
				}
			}
		}
		busy := v.house.BusyBetween(firstChoices(all, v))
		if busy.Max > vendorSlots {
			h.t.Errorf("%s had %d jobs at once, slots are %d", v.name, busy.Max, vendorSlots)
		}
		if billed != settled[v.name] {
			h.t.Errorf("%s billed %d micros, the ledger says %d", v.name, billed, settled[v.name])
		}
		spent += billed
		window := time.Duration(vendorSlots) * busy.To.Sub(busy.From)
		used, open = used+busy.SlotTime, open+window
		h.t.Logf("%s: %d jobs, %d with lost answers, %d failed, %d micros, at most %d at once, slots used %.1f %% of %v; answers %v",
			v.name, len(v.house.Ledger()), lost, failed, billed, busy.Max, 100*float64(busy.SlotTime)/float64(window), busy.To.Sub(busy.From).Round(time.Second), v.house.Answers())
		for _, w := range v.house.Warnings() {
			h.t.Errorf("%s warns: %v", v.name, w)
		}
	}
	h.t.Logf("slots used while work was waiting: %.1f %%", 100*float64(used)/float64(open))
	if d.Spent.Micros != spent {
		h.t.Errorf("the episode says that it spent %s, the vendors billed %d micros", d.Spent, spent)
	}
	for n := range vendorShots {
		if bought[action(n+1)] != 1 {
			h.t.Errorf("shot %d was bought %d times", n+1, bought[action(n+1)])
		}
	}
}

// firstChoices is while a vendor has work waiting: from its first job until it has
// begun with the last of the shots that want it before the others.
func firstChoices(all []*emulated, v *emulated) (from, to time.Time) {
	jobs := v.house.Ledger()
	for _, made := range jobs {
		for n := range vendorShots {
			if all[n%len(all)] == v && shows(made.Prompt, n+1) && made.Accepted.After(to) {
				to = made.Accepted
			}
		}
	}
	return jobs[0].Accepted, to
}

// keepsSecrets looks for the marked keys in everything that the program wrote:
// logs, histories, records, media and what it printed.
func (h house) keepsSecrets(all []*emulated, outputs []string) {
	h.t.Helper()
	files := 0
	err := filepath.WalkDir(h.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, v := range all {
			if bytes.Contains(body, []byte(v.key)) {
				h.t.Errorf("%s holds the key of %s", path, v.name)
			}
		}
		return nil
	})
	if err != nil || files < vendorShots {
		h.t.Errorf("looked at %d files: %v", files, err)
	}
	for _, out := range outputs {
		for _, v := range all {
			if strings.Contains(out, v.key) {
				h.t.Errorf("the key of %s was printed", v.name)
			}
		}
	}
}
