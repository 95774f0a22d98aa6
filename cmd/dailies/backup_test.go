package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

// TestBackupInTheMiddleOfARun: a backup is made while a vendor works; then the machine is lost. On
// another one the runs go on by themselves, or the next render goes on with what is there: either
// way the vendor sells nothing again.
func TestBackupInTheMiddleOfARun(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "the street", "'the street [fake:stuck*40]'", 1))
	p := h.spawn("render", h.script, "--quiet")
	h.received(3)
	dir := filepath.Join(h.dir, "backup")
	type made struct {
		Snapshot      string
		Objects, Runs any
		Copied        int
	}
	first := decode[made](t, h.must(exitDone, "backup", dir, "--json"))
	p.kill()
	if err := os.RemoveAll(h.dataDir()); err != nil {
		t.Fatal(err)
	}

	// Without runs, by their script again; the job that the vendor works on is gone on with.
	other := h.with(t)
	other.must(exitDone, "restore", dir)
	other.must(exitDone, "restore", dir) // as after a kill
	if d := decode[drama.Delivery](t, other.must(exitDone, "render", h.script, "--json")); d.State != drama.StateDelivered || h.bought() != 3 {
		t.Errorf("%s, %d bought", d.State, h.bought())
	}
	// With them: nobody names the script. What was begun is on its way before anybody asks.
	third := h.with(t)
	third.must(exitDone, "restore", dir, "--runs")
	third.must(exitUsage, "restore", dir, "--runs")
	d := decode[drama.Delivery](t, third.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered || d.Cut != 1 || h.bought() != 3 {
		t.Errorf("%s, cut %d, %d bought", d.State, d.Cut, h.bought())
	}

	// The next snapshot of another place shares what is the same, and both can be read.
	other.must(exitDone, "backup", dir, "--json")
	if r := other.must(exitDone, "backup", dir, "--list"); strings.Count(r.stdout, "\n") != 3 {
		t.Errorf("listed: %s", r.stdout)
	}
	other.must(exitDone, "backup", dir, "--check", "--at", first.Snapshot)
	other.must(exitUsage, "backup", h.dir) // which has other things in it
	other.must(exitUsage, "restore", t.TempDir())
}

// TestMoveAShow: a show goes from the data folder into a bucket and is gone on with there; where it
// was nobody can buy for it any more. Then it comes back.
func TestMoveAShow(t *testing.T) {
	h := newHouse(t, tiny)
	addr, keys := elsewhere(t)
	h.env = keys
	const providers = "providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\n"
	h.write("cluster.yaml", fmt.Sprintf("%ss3: {endpoint: %q, bucket: made-by-move}\n", providers, addr.S3Endpoint))
	h.write("laptop.yaml", fmt.Sprintf("%sdata: %q\n", providers, h.dataDir()))
	there := h.with(t, keys...)
	there.conf = "cluster.yaml"
	cluster, laptop := filepath.Join(h.dir, "cluster.yaml"), filepath.Join(h.dir, "laptop.yaml")

	h.must(exitDone, "render", h.script)
	h.must(exitUsage, "move", "tiny")
	h.must(exitUsage, "move", "nobody", "--to", cluster)
	h.must(exitDone, "move", "tiny", "--to", cluster)
	if d := decode[drama.Delivery](t, there.must(exitDone, "retake", "tiny/ep01", "1A", "--json")); d.Cut != 2 || h.bought() != 4 {
		t.Errorf("there: cut %d, %d bought", d.Cut, h.bought())
	}
	there.must(exitDone, "verify", "tiny/ep01")
	for _, args := range [][]string{{"move", "tiny", "--to", cluster}, {"move", "tiny", "--stay"}} {
		if r := h.must(exitUsage, args...); !strings.Contains(r.stderr, "moved") {
			t.Errorf("%v: %s", args, r.stderr)
		}
	}
	for _, args := range [][]string{{"retake", "tiny/ep01", "1A"}, {"circle", "tiny/ep01", "1A", "1"}} {
		if r := h.run(args...); r.code == exitDone || !strings.Contains(r.stderr, "made-by-move") || h.bought() != 4 {
			t.Errorf("%v where it was: %+v, %d bought", args, r, h.bought())
		}
	}
	h.must(exitDone, "status", "tiny/ep01") // can be read

	there.must(exitDone, "move", "tiny", "--to", laptop)
	if d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json")); d.Cut != 2 || h.bought() != 4 {
		t.Errorf("back: cut %d, %d bought", d.Cut, h.bought())
	}
	if r := there.run("retake", "tiny/ep01", "1A"); r.code == exitDone || h.bought() != 4 {
		t.Errorf("where it was: %+v, %d bought", r, h.bought())
	}
}
