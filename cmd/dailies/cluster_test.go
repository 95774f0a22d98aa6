package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/ark"
	"github.com/dailies/dailies/test/vendors/dashscope"
)

// elsewhere is a Temporal and an S3 that run apart from the house, and their keys.
func elsewhere(t *testing.T) (engine.Address, []string) {
	t.Helper()
	e, err := engine.Start(t.Context(), engine.Options{
		Data: filepath.Join(t.TempDir(), "elsewhere"), Gateway: append(child(), "s3gateway"), NoUI: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	keys, err := e.Address().Credentials()
	if err != nil {
		t.Fatal(err)
	}
	return e.Address(), []string{"AWS_ACCESS_KEY_ID=" + keys.AccessKey, "AWS_SECRET_ACCESS_KEY=" + keys.SecretKey}
}

// tlsOf is the config by which a cluster's Temporal lets in.
func tlsOf(a engine.Address) string {
	return fmt.Sprintf("{ca_file: %[1]q, cert_file: %[1]q, key_file: %[1]q, server_name: dailies}", a.KeyFile)
}

// TestExistingTemporalAndS3 renders against servers that run elsewhere: one
// process has the workers, another submits and watches, and neither starts
// anything embedded.
func TestExistingTemporalAndS3(t *testing.T) {
	h, at := newHouse(t, tiny), freeAddress(t)
	addr, keys := elsewhere(t)
	h.write("dailies.yaml", fmt.Sprintf(`providers:
  fake: {type: fake, slots: 4, poll_every: 100ms}
  animatic: {type: animatic}
temporal: {address: %q, tls: %s}
s3: {endpoint: %q, bucket: dailies}
telemetry: {metrics: %q}
`, addr.Temporal, tlsOf(addr), addr.S3Endpoint, at))
	h.env = keys

	if r := h.must(exitNotReady, "doctor", "--ready"); r.stdout != "" {
		t.Errorf("ready without a worker: %+v", r)
	}
	worker := h.spawn("worker", "--roles", "workflow,media,provider:all", "--quiet")
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered || d.Cut != 1 || h.bought() != 3 {
		t.Errorf("%+v, %d jobs bought", d, h.bought())
	}
	worker.works(t)
	if r := h.must(exitDone, "doctor", "--ready"); r.stdout != "ready\n" {
		t.Errorf("a worker that works: %+v", r)
	}
	tellsNumbers(t, at, `dailies_spend_total{currency="CNY",provider="fake"} 3`, `dailies_open_runs{workflow_type="Episode"} 0`)
	for _, embedded := range []string{"temporal", "s3", "engine.json"} {
		if _, err := os.Stat(filepath.Join(h.dir, "data", embedded)); !os.IsNotExist(err) {
			t.Errorf("data/%s is there although nothing is embedded (%v)", embedded, err)
		}
	}
}

// works says that the process has not ended.
func (p *process) works(t *testing.T) {
	t.Helper()
	select {
	case <-p.done:
		t.Errorf("%v has ended: %s", p.cmd.Args[1:], p.stderr())
	default:
	}
}

// says waits until the process has said it.
func (p *process) says(t *testing.T, what string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !strings.Contains(p.stderr(), what) {
		select {
		case <-p.done:
			t.Fatalf("%v has ended without %q: %s", p.cmd.Args[1:], what, p.stderr())
		case <-ctx.Done():
			t.Fatalf("%v does not say %q: %s", p.cmd.Args[1:], what, p.stderr())
		case <-tick.C:
		}
	}
}

// with is the house as a process sees it that has a data folder and secrets of its
// own, and no other.
func (h house) with(t *testing.T, secrets ...string) house {
	t.Helper()
	apart := h
	apart.data, apart.env = filepath.Join(t.TempDir(), "data"), secrets
	return apart
}

// TestRolesApart runs every role in a process of its own, each with its own secrets
// only, against two vendors. Bucket, namespace and search attributes are not there
// before; a command without any vendor's key submits.
func TestRolesApart(t *testing.T) {
	const arkKey, dashKey = "sk-marked-ark-a6b1c9d2e3f4", "sk-marked-dash-d0e1f2a3b4c5"
	clip := testClip(t)
	o := vendors.Options{JobTime: 300 * time.Millisecond, SubmitRPS: -1, QueryQPS: -1, Clip: func(vendors.Job) []byte { return clip }}
	o.Key = arkKey
	x := ark.New(o)
	o.Key = dashKey
	y := dashscope.New(o)
	xs, ys := httptest.NewServer(x), httptest.NewServer(y)
	defer xs.Close()
	defer ys.Close()

	h := newHouse(t, `season:
  show: apart
  language: en
  format: {raster: 128x224, fps: 24}
  routing: {default: [y, x]}
  budget: {currency: CNY, episode: 1000}
  label: {off: true, reason: a test}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, use: [x], action: a door opens}
  - {shot: 1B, duration: 1s, use: [y], action: a lamp}
  - {shot: 1C, duration: 1s, use: [nokey, y], action: the street}
`)
	addr, s3 := elsewhere(t)
	h.write("dailies.yaml", fmt.Sprintf(`providers:
  x: {type: ark, model: doubao-seedance-2-0-260128, base_url: %q, api_key_env: KEY_X, submit_rps: 50, poll_every: 100ms}
  y: {type: dashscope, model: happyhorse-1.1, base_url: %q, api_key_env: KEY_Y, submit_rps: 50, poll_every: 100ms}
  nokey: {type: ark, model: doubao-seedance-2-0-260128, base_url: %q, api_key_env: KEY_OF_NOBODY}
voices: {mara: {type: openai, model: tts-1, base_url: "http://127.0.0.1:9", api_key_env: KEY_OF_MARA}}
temporal: {address: %q, namespace: studio, tls: %s}
s3: {endpoint: %q, bucket: made-by-a-worker}
`, ark.BaseURL(xs.URL), dashscope.BaseURL(ys.URL), ark.BaseURL(xs.URL), addr.Temporal, tlsOf(addr), addr.S3Endpoint))

	submitter := h.with(t, s3...)
	if r := submitter.must(exitUsage, "render", h.script); !strings.Contains(r.stderr, "made-by-a-worker") {
		t.Errorf("without a bucket: %s", r.stderr)
	}
	roles := []*process{h.with(t, s3...).spawn("worker", "--roles", "workflow")}
	roles[0].says(t, "working as workflow")
	for role, secrets := range map[string][]string{"media": nil, "provider:x": {"KEY_X=" + arkKey}, "provider:y": {"KEY_Y=" + dashKey}, "provider:nokey": nil} {
		p := h.with(t, append(secrets, s3...)...).spawn("worker", "--roles", role)
		roles = append(roles, p)
		p.says(t, "working as "+role)
	}

	d := decode[drama.Delivery](t, submitter.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	for _, s := range d.Shots {
		if want := map[string]string{"1A": "x", "1B": "y", "1C": "y"}[s.Slate]; s.Provider != want {
			t.Errorf("%s was made by %s, want %s", s.Slate, s.Provider, want)
		}
	}
	if a, b := len(x.House().Ledger()), len(y.House().Ledger()); a != 1 || b != 2 {
		t.Errorf("x sold %d, y %d", a, b)
	}
	for _, p := range roles {
		p.works(t)
	}
	listed := map[string]string{}
	for _, p := range decode[struct{ Providers []listedProvider }](t, submitter.must(exitDone, "providers", "--json")).Providers {
		listed[p.Instance] = p.Key
	}
	if listed["x"] != "with its worker" || listed["nokey"] != "missing" {
		t.Errorf("the submitting command knows of keys: %v", listed)
	}
	for _, shot := range decode[struct{ Shots []prompted }](t, submitter.must(exitDone, "prompts", h.script, "--json")).Shots {
		if want := map[string]string{"1A": "x", "1B": "y", "1C": "y"}[shot.Slate]; len(shot.Routes) == 0 || shot.Routes[0].Instance != want {
			t.Errorf("prompts of %s are for %+v, want %s", shot.Slate, shot.Routes, want)
		}
	}
	// What is wrong is what no worker can do, not what this machine has no key for.
	var wrong []string
	for _, c := range decode[struct{ Checks []check }](t, submitter.must(exitUsage, "doctor", "--json")).Checks {
		if !c.OK {
			wrong = append(wrong, c.Name+": "+c.Found)
		}
	}
	if len(wrong) != 2 || !strings.Contains(wrong[0], "media: 1: ") || !strings.Contains(wrong[0], "KEY_OF_MARA") || !strings.Contains(wrong[1], "provider:nokey: 1: ") || !strings.Contains(wrong[1], "KEY_OF_NOBODY") {
		t.Errorf("doctor on a machine that only submits: %q", wrong)
	}
	hasAttributes(t, addr, "studio")
}

func hasAttributes(t *testing.T, a engine.Address, namespace string) {
	t.Helper()
	opts, err := a.ClientOptions()
	if err != nil {
		t.Fatal(err)
	}
	opts.Namespace = namespace
	c, err := client.NewLazyClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	listed, err1 := c.OperatorService().ListSearchAttributes(t.Context(), &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	counted, err2 := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: namespace, Query: "`Show` = 'apart'"})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if len(listed.GetCustomAttributes()) < 3 || counted.GetCount() != 1 {
		t.Errorf("attributes %v, %d runs of the show", listed.GetCustomAttributes(), counted.GetCount())
	}
}

// TestWorkersThatComeLater: a step that no worker is there for says which role it waits
// for; a plan that is made while the only worker's key is missing waits for the key, and
// the run goes on when a worker has it. Nothing ends as NG for want of either.
func TestWorkersThatComeLater(t *testing.T) {
	const key = "sk-marked-late-a1b2c3d4e5f6"
	clip := testClip(t)
	x := ark.New(vendors.Options{Key: key, JobTime: 300 * time.Millisecond, SubmitRPS: -1, QueryQPS: -1, Clip: func(vendors.Job) []byte { return clip }})
	server := httptest.NewServer(x)
	defer server.Close()
	h := newHouse(t, fromX)
	addr, s3 := elsewhere(t)
	h.write("dailies.yaml", fmt.Sprintf(`providers:
  x: {type: ark, model: doubao-seedance-2-0-260128, base_url: %q, api_key_env: KEY_X, submit_rps: 50, poll_every: 100ms}
temporal: {address: %q, namespace: late, tls: %s}
s3: {endpoint: %q, bucket: late}
`, ark.BaseURL(server.URL), addr.Temporal, tlsOf(addr), addr.S3Endpoint))
	worker := func(role string, secrets ...string) *process {
		p := h.with(t, append(secrets, s3...)...).spawn("worker", "--roles", role)
		p.says(t, "working as "+role)
		return p
	}
	worker("workflow")
	worker("media")
	submitter := h.with(t, s3...)

	p := submitter.spawn("render", h.script, "--json")
	wait := submitter.waitsFor(p, func(w drama.Wait) bool { return w.For == drama.WaitWorker })
	if wait.On != "provider:x" || wait.Slate == "" {
		t.Errorf("%+v", wait)
	}
	p.says(t, "dailies worker --roles provider:x")
	keyless := worker("provider:x")
	<-p.done
	if p.code() != exitWaiting || !strings.Contains(p.stderr(), "no provider can be asked") {
		t.Errorf("without a key: exit code %d: %s", p.code(), p.stderr())
	}
	submitter.must(exitDone, "cancel", "tiny/ep01")
	// A plan of now knows that the key is missing.
	if r := submitter.must(exitWaiting, "render", h.script); !strings.Contains(r.stderr, "no provider can be asked") {
		t.Errorf("planned without a key: %s", r.stderr)
	}
	keyless.kill()
	worker("provider:x", "KEY_X="+key)
	submitter.must(exitDone, "resume", "tiny/ep01")
	d := decode[drama.Delivery](t, submitter.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered || len(x.House().Ledger()) != 3 {
		t.Errorf("%+v, %d jobs sold", d, len(x.House().Ledger()))
	}
}
