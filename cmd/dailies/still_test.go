package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

// drawnFirst is tiny with a still before each shot, for a yuan, but for 1C.
var drawnFirst = strings.NewReplacer(
	"  budget:", "  stills: {use: [painter], approve: true}\n  budget:",
	"action: the street", "action: the street, still: false",
).Replace(tiny)

// TestStills: stills wait for a person, takes start from those that were approved,
// and what there is of them is not bought again.
func TestStills(t *testing.T) {
	h := newHouse(t, drawnFirst)
	h.here = true
	config, err := os.ReadFile(filepath.Join(h.dir, "dailies.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.write("dailies.yaml", string(config)+"  painter: {type: fake, model: fake-still, slots: 4, poll_every: 100ms}\n")

	if r := h.must(exitDone, "plan", h.script); !strings.Contains(r.stdout, "a still by painter first") || !strings.Contains(r.stdout, "5.00") {
		t.Errorf("the plan tells of no stills: %s", r.stdout)
	}
	if r := h.must(exitDone, "prompts", h.script, "1A"); !strings.Contains(r.stdout, "first frame: a still by painter") {
		t.Errorf("the prompts tell of no still: %s", r.stdout)
	}
	r := h.must(exitWaiting, "render", h.script, "--json")
	d := decode[drama.Delivery](t, r)
	if d.State != drama.StateHeld || d.Spent.Micros != 3*drama.Micro {
		t.Fatalf("two stills and the shot without one: %s, spent %s", d.State, d.Spent)
	}
	for _, want := range []string{"s3://dailies/tiny/ep01/takes/1A-still/0001.media", "dailies approve tiny/ep01 1B"} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("the message does not say %q: %s", want, r.stderr)
		}
	}
	h.must(exitUsage, "approve", "tiny/ep01", "9z")
	h.must(exitNoCut, "approve", "tiny/ep01", "1c")
	h.must(exitDone, "approve", "tiny/ep01", "1a")
	h.must(exitDone, "approve", "tiny/ep01", "1b", "--redo")
	r = h.must(exitWaiting, "render", h.script, "--json")
	if d := decode[drama.Delivery](t, r); d.Spent.Micros != 5*drama.Micro || !strings.Contains(r.stderr, "1B-still/0002.media") || strings.Contains(r.stderr, "1A-still") {
		t.Fatalf("after one approval and one wish for another: spent %s: %s", d.Spent, r.stderr)
	}
	h.must(exitDone, "approve", "tiny/ep01", "1B")
	d = decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered || d.Spent.Micros != 6*drama.Micro || h.bought() != 6 {
		t.Fatalf("approved: %s, spent %s, %d bought, want three stills and three takes", d.State, d.Spent, h.bought())
	}

	d = decode[drama.Delivery](t, h.must(exitDone, "retake", "tiny/ep01", "1a", "--json"))
	if d.Cut != 2 || d.Spent.Micros != 7*drama.Micro || h.bought() != 7 {
		t.Errorf("a retake: cut %d, spent %s, %d bought; its still should be used again", d.Cut, d.Spent, h.bought())
	}
	if takes := h.must(exitDone, "takes", "tiny/ep01").stdout; strings.Contains(takes, "still") {
		t.Errorf("a still is told as a take: %s", takes)
	}
	if cost := h.must(exitDone, "cost", "tiny", "--csv").stdout; !strings.Contains(cost, "tiny,ep01,painter,fake-still,3,3.00,0.00,CNY,") {
		t.Errorf("cost: %s", cost)
	}
}

// TestStillsOfAnOwnMachine: stills by a server of the studio's own, which answers
// with the picture itself; the built-in provider goes on from them.
func TestStillsOfAnOwnMachine(t *testing.T) {
	h := newHouse(t, strings.NewReplacer("routing: {default: [fake]}", "routing: {default: [animatic]}\n  stills: {use: [painter]}").Replace(tiny))
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 928, 1664))); err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, `{"data": [{"b64_json": %q}]}`, base64.StdEncoding.EncodeToString(b.Bytes()))
	}))
	t.Cleanup(server.Close)
	h.write("dailies.yaml", "providers:\n  painter: {type: images, base_url: \""+server.URL+"\", model: Qwen/Qwen-Image, poll_every: 100ms}\n")
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered || asked.Load() != 3 || d.Spent.Micros != 0 {
		t.Errorf("%s, %d pictures, spent %s", d.State, asked.Load(), d.Spent)
	}
	kept, err := filepath.Glob(filepath.Join(h.dir, "data", "s3", "objects", "dailies", "tiny", "stills", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	stills := map[drama.TakeID]bool{} // each lies by its digest and by what its maker was told
	for _, name := range kept {
		record, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		stills[decode[drama.Still](t, result{stdout: string(record)}).Take] = true
	}
	if len(stills) != 3 {
		t.Errorf("kept are %v of %v", stills, kept)
	}
	if r := h.must(exitDone, "providers"); !strings.Contains(r.stdout, "Qwen/Qwen-Image") {
		t.Errorf("providers: %s", r.stdout)
	}
}
