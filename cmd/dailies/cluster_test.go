package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
)

// TestExistingTemporalAndS3 renders against servers that run elsewhere: one
// process has the workers, another submits and watches, and neither starts
// anything embedded.
func TestExistingTemporalAndS3(t *testing.T) {
	h := newHouse(t, tiny)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Start(t.Context(), engine.Options{
		Data: filepath.Join(t.TempDir(), "elsewhere"), Gateway: []string{"env", asDailies + "=1", self, "s3gateway"}, NoUI: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	keys, err := e.Address().Credentials()
	if err != nil {
		t.Fatal(err)
	}
	h.write("dailies.yaml", fmt.Sprintf(`providers:
  fake: {type: fake, slots: 4, poll_every: 100ms}
  animatic: {type: animatic}
temporal: {address: %q}
s3: {endpoint: %q, bucket: dailies}
`, e.Address().Temporal, e.Address().S3Endpoint))
	h.env = []string{"AWS_ACCESS_KEY_ID=" + keys.AccessKey, "AWS_SECRET_ACCESS_KEY=" + keys.SecretKey}

	worker := h.spawn("worker", "--roles", "workflow,media,provider:all", "--quiet")
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered || d.Cut != 1 || h.bought() != 3 {
		t.Errorf("%+v, %d jobs bought", d, h.bought())
	}
	select {
	case <-worker.done:
		t.Errorf("the worker has ended: %s", worker.stderr())
	default:
	}
	for _, embedded := range []string{"temporal", "s3", "engine.json"} {
		if _, err := os.Stat(filepath.Join(h.dir, "data", embedded)); !os.IsNotExist(err) {
			t.Errorf("data/%s is there although nothing is embedded (%v)", embedded, err)
		}
	}
}
