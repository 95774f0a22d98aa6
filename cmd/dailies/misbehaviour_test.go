package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/internal/provider/fake"
)

// market is a house with several instances of the fake vendor, each with a
// memory of its own: backup does what it is asked, whatever the script says;
// forgetful cannot look jobs up by our key, and bold neither, but buys again;
// hasty gives a job up soon. The others are fake under names of their own,
// because a parked provider is parked for all shots.
type market struct {
	house
	instances []string
}

const marketConfig = `providers:
  fake: {type: fake, slots: 16, submit_rps: 0, poll_every: 100ms}
  backup: {type: fake, slots: 16, submit_rps: 0, poll_every: 100ms}
  keyless: {type: fake, slots: 16, submit_rps: 0, poll_every: 100ms}
  broke: {type: fake, slots: 16, submit_rps: 0, poll_every: 100ms}
  hasty: {type: fake, slots: 16, submit_rps: 0, poll_every: 100ms, deadline: 1s}
  forgetful: {type: fake, slots: 16, submit_rps: 0, poll_every: 100ms}
  bold: {type: fake, slots: 16, submit_rps: 0, poll_every: 100ms, on_ambiguous: resubmit}
`

func newMarket(t *testing.T, script string) market {
	t.Helper()
	m := market{house: newHouse(t, script), instances: []string{"fake", "backup", "keyless", "broke", "hasty", "forgetful", "bold"}}
	m.write("dailies.yaml", marketConfig)
	return m
}

// sober is a vendor to which the script's words mean nothing.
type sober struct{ provider.Provider }

func (s sober) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	r.Brief.Action = ""
	return s.Provider.Submit(ctx, r)
}

func (m market) adapter() all.Adapter {
	return all.Adapter{Type: "fake", Free: true, New: func(o all.Options) (provider.Provider, error) {
		name := o.Instance.Name
		scratch := filepath.Join(m.dir, "clips")
		if err := os.MkdirAll(scratch, 0o700); err != nil {
			return nil, err
		}
		p, err := fake.New(fake.Options{
			Dir: m.memory(name), Clips: fake.Encoded{Runner: o.Runner, Dir: scratch}, Price: drama.Money{Micros: drama.Micro, Currency: "CNY"},
			NoFinder: name == "forgetful" || name == "bold",
		})
		if err == nil && name == "backup" {
			p = sober{p}
		}
		return p, err
	}}
}

func (m market) memory(instance string) string { return filepath.Join(m.dir, "vendors", instance) }

// must runs a command that has to end with code.
func (m market) must(code int, args ...string) result {
	m.t.Helper()
	var r result
	if watched {
		m.env = append(m.env, testMarket+"=1")
		r = m.spawn(args...).result()
	} else {
		r = run(m.t, program{args: m.args(args), adapters: []all.Adapter{m.adapter()}})
	}
	m.t.Logf("%v: %d", args, r.code)
	if r.code != code {
		m.t.Fatalf("%v: exit code %d, want %d\nstdout: %s\nstderr: %s", args, r.code, code, r.stdout, r.stderr)
	}
	return r
}

// sold is what the vendors remember: jobs by slate and instance, and their ids.
func (m market) sold() (jobs map[string]map[string]int, total int) {
	m.t.Helper()
	jobs = map[string]map[string]int{}
	for _, name := range m.instances {
		all, err := fake.Jobs(m.memory(name))
		if err != nil {
			m.t.Fatal(err)
		}
		for _, j := range all {
			slate := j.Request.Take.Slate
			if jobs[slate] == nil {
				jobs[slate] = map[string]int{}
			}
			jobs[slate][name]++
			total++
		}
	}
	return jobs, total
}

// ending is a shot's misbehaviour and what has to come of it.
type ending struct {
	words string   // of the action, in brackets
	use   []string // instances, in order
	line  bool     // the shot has a line to be spoken
	moves bool     // somebody in the shot moves: standing still is a fault

	jobs     []int // that each instance of use has sold in the end
	by       string
	attempts int
	// reasons are part of the shot's reasons, in order; none where what happened
	// is only in the ledger.
	reasons []string
	// ledger is the outcome of each attempt to buy, in order.
	ledger []string
}

func (e ending) shot(slate string) string {
	line := ""
	if e.line {
		line = ", lines: [{who: narrator, kind: vo, say: Yes.}]"
	}
	action := "a lamp"
	if e.moves {
		action, line = "Mei runs", line+", cast: [mei]"
	}
	return fmt.Sprintf("  - {shot: %s, duration: 1s, action: \"%s [fake: %s]\", use: [%s]%s}\n", slate, action, e.words, strings.Join(e.use, ", "), line)
}

// marketScript is an episode of the shots, 1 s each, slates 1-00, 1-01 ….
func marketScript(shots []ending) string {
	var b strings.Builder
	head := strings.NewReplacer("360x640", "128x224", "  language: en\n", "  language: en\n  cast: {mei: {name: Mei, looks: tall}}\n")
	b.WriteString(head.Replace(tiny[:strings.Index(tiny, "  - {shot")]))
	for i, e := range shots {
		b.WriteString(e.shot(slateOf(i)))
	}
	return b.String()
}

func slateOf(i int) string { return fmt.Sprintf("1-%02d", i) }

// TestEveryMisbehaviourIsDecidedByItsKind: each way of a vendor to misbehave ends
// as the table of Kinds in ARCHITECTURE.md says, is told in words in the status
// and the manifest, and costs exactly what the vendors have sold.
func TestEveryMisbehaviourIsDecidedByItsKind(t *testing.T) {
	withBackup := []string{"fake", "backup"}
	shots := []ending{
		// Throttled, Transient: nothing was accepted, so the same take is asked for again.
		{words: "throttled*1", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, ledger: []string{"not_accepted", "succeeded"}},
		{words: "transient*1", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, ledger: []string{"not_accepted", "succeeded"}},
		// Ambiguous: the vendor is asked for the job by our key.
		{words: "lost", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, ledger: []string{"succeeded"}},
		{words: "dropped*1", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, ledger: []string{"not_accepted", "succeeded"}},
		// Refused: never the same prompt at the same vendor again.
		{words: "refused", use: withBackup, jobs: []int{0, 1}, by: "backup", attempts: 3, reasons: []string{"refused by moderation", "(softened)"}, ledger: []string{"refused", "refused", "succeeded"}},
		// Auth, Quota: the provider is parked, the shot goes elsewhere.
		{words: "auth", use: []string{"keyless", "backup"}, jobs: []int{0, 1}, by: "backup", attempts: 2, reasons: []string{"the key is not valid"}, ledger: []string{"not_accepted", "succeeded"}},
		{words: "quota", use: []string{"broke", "backup"}, jobs: []int{0, 1}, by: "backup", attempts: 2, reasons: []string{"the balance is used up"}, ledger: []string{"not_accepted", "succeeded"}},
		// NotReady, Unknown: polled on.
		{words: "slow", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, ledger: []string{"succeeded"}},
		{words: "unknown", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, reasons: []string{`"marinating"`}, ledger: []string{"succeeded"}},
		{words: "expired", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, ledger: []string{"succeeded"}},
		// Failed: a new take, and after two of a route the next one.
		{words: "failed*1", use: withBackup, jobs: []int{2, 0}, by: "fake", attempts: 2, reasons: []string{"the model gave up"}, ledger: []string{"failed", "succeeded"}},
		{words: "failed", use: withBackup, jobs: []int{2, 1}, by: "backup", attempts: 3, reasons: []string{"the model gave up", "the model gave up"}, ledger: []string{"failed", "failed", "succeeded"}},
		{words: "stuck", use: []string{"hasty", "backup"}, jobs: []int{2, 1}, by: "backup", attempts: 3, reasons: []string{"no clip after 1s", "no clip after 1s"}, ledger: []string{"expired", "expired", "succeeded"}},
		// A clip that is no good is a take that is NG: a new take.
		{words: "short*1", use: withBackup, jobs: []int{2, 0}, by: "fake", attempts: 2, reasons: []string{"12 frames"}, ledger: []string{"succeeded", "succeeded"}},
		{words: "black*1", use: withBackup, jobs: []int{2, 0}, by: "fake", attempts: 2, reasons: []string{"black: 100 %"}, ledger: []string{"succeeded", "succeeded"}},
		{words: "black", use: withBackup, jobs: []int{2, 1}, by: "backup", attempts: 3, reasons: []string{"black", "black"}, ledger: []string{"succeeded", "succeeded", "succeeded"}},
		{words: "frozen*1", moves: true, use: withBackup, jobs: []int{2, 0}, by: "fake", attempts: 2, reasons: []string{"frozen"}, ledger: []string{"succeeded", "succeeded"}},
		{words: "silent*1", use: withBackup, line: true, jobs: []int{2, 0}, by: "fake", attempts: 2, reasons: []string{"silent throughout, but the shot has lines"}, ledger: []string{"succeeded", "succeeded"}},
		{words: "silent", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, ledger: []string{"succeeded"}}, // worth a warning only
		{words: "garbage*1", use: withBackup, jobs: []int{2, 0}, by: "fake", attempts: 2, reasons: []string{"is no clip"}, ledger: []string{"succeeded", "succeeded"}},
		{words: "truncated*1", use: withBackup, jobs: []int{2, 0}, by: "fake", attempts: 2, reasons: []string{"the same broken file 3 times", "damaged or cut short"}, ledger: []string{"succeeded", "succeeded"}},
		{words: "html*2", use: withBackup, jobs: []int{1, 0}, by: "fake", attempts: 1, ledger: []string{"succeeded"}},
		// Ambiguous at a vendor that cannot say: bought again, because the studio
		// configured that it accepts to pay twice.
		{words: "lost*1", use: []string{"bold"}, jobs: []int{2}, by: "bold", attempts: 1, reasons: []string{"asked for once more", "was submitted again"}, ledger: []string{"resubmitted", "succeeded"}},
	}
	m := newMarket(t, marketScript(shots))
	out := filepath.Join(m.dir, "out")
	d := decode[drama.Delivery](t, m.must(exitDone, "render", m.script, "--json", "--out", out))
	if d.State != drama.StateDelivered || d.Cut != 1 || d.Master == nil || int(d.Master.Frames) != 24*len(shots) {
		t.Fatalf("delivered: %+v", d)
	}
	for _, parked := range []string{"provider keyless is parked: ", "provider broke is parked: "} {
		if !strings.Contains(strings.Join(d.Problems, "\n"), parked) {
			t.Errorf("the delivery does not say %q: %q", parked, d.Problems)
		}
	}
	status := decode[statuses](t, m.must(exitDone, "status", "tiny/ep01", "--json")).Episodes[0]
	man := manifestIn(t, out)
	m.held(shots, d.Shots, "render --json")
	m.held(shots, status.Shots, "status --json")
	m.held(shots, ofManifest(man), "the manifest")
	if got := man.Shots[18].Verdict; !got.Pass || !strings.Contains(strings.Join(got.Warnings, "\n"), "silent throughout") {
		t.Errorf("verdict on the silent take: %+v", got)
	}
	for what, spent := range map[string]drama.Money{"render": d.Spent, "status": status.Spent, "the manifest": man.Spent} {
		m.paid(what, spent)
	}
	m.ledger(shots)
}

// held holds what is told of the shots to how they had to end.
func (m market) held(want []ending, got []drama.ShotStatus, where string) {
	m.t.Helper()
	sold, _ := m.sold()
	if len(got) != len(want) {
		m.t.Fatalf("%s has %d shots, want %d", where, len(got), len(want))
	}
	for i, e := range want {
		s := got[i]
		at := fmt.Sprintf("%s: %s", where, e.words)
		if s.State != drama.ShotCircle || s.Provider != e.by || s.Attempts != e.attempts {
			m.t.Errorf("%s: %s by %s after %d attempts, want a circled take by %s after %d; %q", at, s.State, s.Provider, s.Attempts, e.by, e.attempts, s.Reasons)
		}
		if len(s.Reasons) != len(e.reasons) {
			m.t.Errorf("%s: reasons %q, want %q", at, s.Reasons, e.reasons)
			continue
		}
		for n, part := range e.reasons {
			if !strings.Contains(s.Reasons[n], part) {
				m.t.Errorf("%s: reason %q, want %q in it", at, s.Reasons[n], part)
			}
		}
		for n, name := range e.use {
			if have := sold[s.Slate][name]; have != e.jobs[n] {
				m.t.Errorf("%s: %s sold %d jobs, want %d", at, name, have, e.jobs[n])
			}
		}
	}
}

// paid holds an amount to what the vendors charge: a unit for each job.
func (m market) paid(where string, spent drama.Money) {
	m.t.Helper()
	if _, jobs := m.sold(); spent.Micros != int64(jobs)*drama.Micro || spent.Currency != "CNY" {
		m.t.Errorf("%s says %s was spent; the vendors sold %d jobs at 1 CNY", where, spent, jobs)
	}
}

// ledger holds the record of every attempt to buy to how it had to end.
func (m market) ledger(want []ending) {
	m.t.Helper()
	listed := decode[struct{ Jobs []job }](m.t, m.must(exitDone, "jobs", "--json"))
	outcomes := map[string][]string{}
	for _, j := range listed.Jobs {
		slate := j.Intent.ID.Take.Slate
		outcomes[slate] = append(outcomes[slate], j.State)
		if j.Outcome != nil && j.Outcome.State != "succeeded" && j.Outcome.Reason == "" {
			m.t.Errorf("job %s ended as %s without a reason", j.ID, j.State)
		}
	}
	for i, e := range want {
		if got := outcomes[slateOf(i)]; strings.Join(got, " ") != strings.Join(e.ledger, " ") {
			m.t.Errorf("%s: the ledger has %q, want %q", e.words, got, e.ledger)
		}
	}
}

func manifestIn(t *testing.T, dir string) drama.Manifest {
	t.Helper()
	var man drama.Manifest
	body, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(body, &man)
	}
	if err != nil {
		t.Fatal(err)
	}
	return man
}

// ofManifest tells a manifest's shots as a status does; a shot that is in it has
// its take.
func ofManifest(man drama.Manifest) []drama.ShotStatus {
	var all []drama.ShotStatus
	for _, s := range man.Shots {
		all = append(all, drama.ShotStatus{Slate: s.Slate, State: drama.ShotCircle, Provider: s.Provider, Attempts: s.Attempts, Reasons: s.Reasons})
	}
	return all
}

// TestShotsThatStayNG: what no provider can mend ends as NG with exit code 3,
// says why, and has bought no more than was allowed.
func TestShotsThatStayNG(t *testing.T) {
	shots := []ending{
		// Invalid: our own request is wrong; nobody else is asked the same.
		{words: "invalid", use: []string{"fake", "backup"}, jobs: []int{0, 0}, reasons: []string{"wrong field"}, attempts: 1},
		{words: "refused", use: []string{"fake"}, jobs: []int{0}, reasons: []string{"refused by moderation", "no provider is left"}, attempts: 2},
		{words: "failed", use: []string{"fake"}, jobs: []int{3}, reasons: []string{"the model gave up", "3 of 3 takes used"}, attempts: 3},
		{words: "frozen", moves: true, use: []string{"fake"}, jobs: []int{3}, reasons: []string{"frozen", "3 of 3 takes used"}, attempts: 3},
		{words: "truncated", use: []string{"fake"}, jobs: []int{3}, reasons: []string{"3 of 3 takes used"}, attempts: 3},
	}
	m := newMarket(t, marketScript(shots))
	d := decode[drama.Delivery](t, m.must(exitNoCut, "render", m.script, "--json"))
	if d.State != drama.StateNG || d.Cut != 0 || d.Master != nil {
		t.Errorf("ended as %s, cut %d, master %v", d.State, d.Cut, d.Master)
	}
	status := decode[statuses](t, m.must(exitDone, "status", "tiny/ep01", "--json")).Episodes[0]
	if status.State != drama.StateNG {
		t.Errorf("status is %s with the problems %q", status.State, status.Problems)
	}
	sold, _ := m.sold()
	for i, e := range shots {
		s := status.Shots[i]
		if s.State != drama.ShotNG || s.Attempts != e.attempts {
			t.Errorf("%s: %s after %d attempts, want NG after %d", e.words, s.State, s.Attempts, e.attempts)
		}
		for _, part := range e.reasons {
			if !strings.Contains(strings.Join(s.Reasons, "\n"), part) {
				t.Errorf("%s: reasons %q, want %q in them", e.words, s.Reasons, part)
			}
		}
		for n, name := range e.use {
			if have := sold[s.Slate][name]; have != e.jobs[n] {
				t.Errorf("%s: %s sold %d jobs, want %d", e.words, name, have, e.jobs[n])
			}
		}
	}
	m.paid("status", status.Spent)
}

// TestShotsOfParkedProvidersWait: a key or a balance is a person's to mend, not the
// shot's fault: it waits, and says for what and when it is tried again.
func TestShotsOfParkedProvidersWait(t *testing.T) {
	shots := []ending{
		{words: "auth", use: []string{"keyless"}, reasons: []string{"the key is not valid"}},
		{words: "quota", use: []string{"broke"}, reasons: []string{"the balance is used up"}},
	}
	m := newMarket(t, marketScript(shots))
	r := m.must(exitWaiting, "render", m.script)
	status := decode[statuses](t, m.must(exitDone, "status", "tiny/ep01", "--json")).Episodes[0]
	if status.State != drama.StatePaused || len(status.Waits) != len(shots) {
		t.Fatalf("status is %s with the waits %+v", status.State, status.Waits)
	}
	for i, e := range shots {
		w, instance := status.Waits[i], e.use[0]
		if w.For != drama.WaitProvider || w.NextTry == nil || w.Since.IsZero() || !strings.Contains(w.Reason, instance) {
			t.Errorf("%s: waits as %+v", e.words, w)
		}
		if s := status.Shots[i]; s.State != drama.ShotPaused || !strings.Contains(strings.Join(s.Reasons, "\n"), e.reasons[0]) {
			t.Errorf("%s: %s, because %q", e.words, s.State, s.Reasons)
		}
		if !strings.Contains(r.stderr, instance) {
			t.Errorf("the terminal does not name %s: %s", instance, r.stderr)
		}
	}
	if _, n := m.sold(); n != 0 {
		t.Errorf("%d jobs sold", n)
	}
	m.must(exitDone, "cancel", "tiny/ep01")
}

// TestHeldJobsAdoptedResubmittedDropped: where nobody can know whether the vendor
// has the job, nothing is bought until a person has decided; whatever is decided,
// the run then goes on to its cut.
func TestHeldJobsAdoptedResubmittedDropped(t *testing.T) {
	only := []string{"forgetful"}
	m := newMarket(t, marketScript([]ending{
		{words: "lost*1", use: only},
		{words: "dropped*1", use: only},
		{words: "dropped*1", use: only},
		{words: "slow", use: only},
		{words: "dropped*1", use: only},
	}))
	d := decode[drama.Delivery](t, m.must(exitWaiting, "render", m.script, "--json"))
	if d.State != drama.StateHeld || d.Cut != 0 {
		t.Errorf("ended as %s, cut %d", d.State, d.Cut)
	}
	status := decode[statuses](t, m.must(exitDone, "status", "tiny/ep01", "--json")).Episodes[0]
	for _, s := range append(status.Shots[:3:3], status.Shots[4]) {
		if s.State != drama.ShotHeld || !strings.Contains(strings.Join(s.Reasons, "\n"), "may or may not have job") {
			t.Errorf("shot %s is %s: %q", s.Slate, s.State, s.Reasons)
		}
	}
	if s := status.Shots[3]; s.State != drama.ShotCircle {
		t.Errorf("shot %s, of which nothing is in doubt, is %s", s.Slate, s.State)
	}
	if _, n := m.sold(); n != 2 {
		t.Errorf("%d jobs sold before anybody decided, want 2", n)
	}
	held := map[string]string{}
	for _, j := range decode[struct{ Jobs []job }](t, m.must(exitDone, "jobs", "--held", "--json")).Jobs {
		if j.State != "held" || j.Hold == nil || j.Hold.Question == "" {
			t.Errorf("held job: %+v", j)
		}
		held[j.Intent.ID.Take.Slate] = j.ID
	}
	if len(held) != 4 {
		t.Fatalf("held are %v, want four", held)
	}
	m.must(exitDone, "jobs", "adopt", held["1-00"], "fake-"+strings.NewReplacer("/", "-").Replace("tiny/ep01/1-00")+"-t1-a1")
	m.must(exitDone, "jobs", "resubmit", held["1-01"])
	m.must(exitDone, "jobs", "drop", held["1-02"])
	m.must(exitDone, "jobs", "absent", held["1-04"])

	out := filepath.Join(m.dir, "out")
	d = decode[drama.Delivery](t, m.must(exitDone, "render", m.script, "--json", "--out", out))
	if d.State != drama.StateDelivered || d.Cut != 1 {
		t.Errorf("after the decisions: %s, cut %d, %q", d.State, d.Cut, d.Problems)
	}
	sold, n := m.sold()
	if n != 5 {
		t.Errorf("sold: %v, want one job a shot", sold)
	}
	// The two that were given up may be billed all the same: they stay booked. The
	// one that is absent cost nothing.
	if want := int64(n+2) * drama.Micro; d.Spent.Micros != want {
		t.Errorf("spent %s, want %d micros", d.Spent, want)
	}
	for i, s := range manifestIn(t, out).Shots[:3] {
		if !strings.Contains(strings.Join(s.Reasons, "\n"), "is held: ") {
			t.Errorf("shot %d: the manifest does not say that it was held: %q", i, s.Reasons)
		}
	}
	outcomes := map[string]string{}
	for _, j := range decode[struct{ Jobs []job }](t, m.must(exitDone, "jobs", "--json")).Jobs {
		outcomes[j.ID] = j.State
	}
	for slate, want := range map[string]string{"1-00": "succeeded", "1-01": "resubmitted", "1-02": "dropped", "1-04": "not_accepted"} {
		if got := outcomes[held[slate]]; got != want {
			t.Errorf("the held job of %s ended as %q, want %s", slate, got, want)
		}
	}
}

// TestStatusTellsTheNewestRun: a run without a cut is not hidden by the cut before
// it, which stays the newest one.
func TestStatusTellsTheNewestRun(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "360x640", "128x224", 1))
	h.must(exitDone, "render", h.script)
	h.write("ep01.yaml", strings.Replace(strings.Replace(tiny, "360x640", "128x224", 1), "action: a lamp", `action: "a lamp [fake: refused]"`, 1))
	h.must(exitNoCut, "render", h.script)
	asked := func() drama.EpisodeStatus {
		return decode[statuses](t, h.must(exitDone, "status", "tiny/ep01", "--json")).Episodes[0]
	}
	st := asked()
	if st.State != drama.StateNG || len(st.Shots) != 3 || !strings.Contains(strings.Join(st.Shots[1].Reasons, "\n"), "refused by moderation") {
		t.Errorf("after a run that ended as NG: %s, %+v", st.State, st.Shots)
	}
	h.write("ep01.yaml", strings.Replace(tiny, "360x640", "128x224", 1))
	if d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json")); d.Cut != 1 {
		t.Errorf("back to the first script: cut %d, want the first again", d.Cut)
	}
	if st := asked(); st.State != drama.StateDelivered || st.Cut != 1 {
		t.Errorf("after a run that found the cut: %s, cut %d", st.State, st.Cut)
	}
}
