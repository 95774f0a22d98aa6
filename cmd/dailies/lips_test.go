package main

import (
	"fmt"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/vendors"
	emulatedsync "github.com/dailies/dailies/test/vendors/sync"
)

const lipsKey = "sk-marked-s1y2n3c4d5e6f7a8b9c0"

// painted is what the vendor makes of a clip: the same, with a green mouth.
func painted(t *testing.T, clip []byte) []byte {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.mp4"), filepath.Join(dir, "out.mp4")
	if err := os.WriteFile(in, clip, 0o600); err != nil {
		t.Error(err)
		return nil
	}
	cmd := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-i", in, "-vf", "drawbox=x=48:y=96:w=32:h=32:color=green:t=fill", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-an", out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("paint a mouth: %v: %s", err, said)
		return nil
	}
	made, err := os.ReadFile(out)
	if err != nil {
		t.Error(err)
	}
	return made
}

// pixel is a picture's colour in the middle of where the mouth is.
func pixel(t *testing.T, master, at string) color.RGBA {
	t.Helper()
	out := filepath.Join(t.TempDir(), "frame.png")
	if said, err := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-ss", at, "-i", master, "-frames:v", "1", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := img.At(64, 112).RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}
}

func green(c color.RGBA) bool { return c.G > 90 && c.R < 60 && c.B < 60 }

// TestLips: the lips of two shots are bought from a vendor for what the plan says, the
// program is killed while they are made, and the same command has them in the dub, paid
// once; a line that changes buys its own shot's alone, and other pictures than those that were sent are not used.
func TestLips(t *testing.T) {
	h := newHouse(t, abroad)
	another := testClip(t)
	vendor := emulatedsync.New(vendors.Options{Key: lipsKey, SubmitRPS: -1, QueryQPS: -1, JobTime: 2 * time.Second, Clip: func(j vendors.Job) []byte {
		if strings.HasSuffix(j.ID, "1") || strings.HasSuffix(j.ID, "2") {
			return painted(t, j.Detail.(emulatedsync.Sent).Clip)
		}
		return another
	}, Chaos: vendors.Chaos{Script: []vendors.Fate{vendors.Good, vendors.Lost}}})
	var first sync.Once
	asked := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/generate/") {
			first.Do(func() { close(asked) }) // the vendor has a job, and we know it
		}
		vendor.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	h.env = append(h.env, "TEST_SYNC_KEY="+lipsKey, testGrace+"=6s")
	h.write("dailies.yaml", fmt.Sprintf("providers:\n  animatic: {type: animatic}\n  lips: {type: sync, model: sync-3, base_url: %q, api_key_env: TEST_SYNC_KEY, slots: 2, poll_every: 100ms}\n", server.URL))
	h.write("ep01.yaml", strings.Replace(abroad, "budget: {currency: CNY, episode: 10}", "budget: {currency: USD, episode: 10}", 1))
	out, dubbed := filepath.Join(h.dir, "out"), filepath.Join(h.dir, "dubbed")
	h.must(exitDone, "render", h.script, "--out", out)

	dub := []string{"dub", "abroad/ep01", "--language", "zh", "--lip-sync", "lips"}
	planned := decode[dubbedShow](t, h.must(exitDone, append(dub, "--plan", "--json")...)).Episodes[0]
	each := drama.Money{Micros: 383_040, Currency: "USD"} // 72 pictures at 25 a second
	if planned.State != "planned" || len(planned.Lips) != 2 || planned.Lips[0].Price != each || planned.Lips[0].Who != "ana" || len(vendor.House().Ledger()) != 0 {
		t.Fatalf("planned: %+v", planned)
	}
	if r := h.run("dub", "abroad/ep01", "--language", "zh", "--lip-sync", "lisp"); r.code != exitNoCut || !strings.Contains(r.stderr, `did you mean "lips"`) {
		t.Errorf("a provider that is not there: %+v", r)
	}

	p := h.spawn(dub...)
	select {
	case <-asked:
	case <-p.done:
		t.Fatalf("ended before anything was asked for: %s", p.stderr())
	}
	p.kill()
	r := h.spawn(append(dub, "--json", "--out", dubbed)...).result()
	if r.code != exitDone {
		t.Fatalf("after the kill: %+v", r)
	}
	made := decode[dubbedShow](t, r).Episodes[0]
	jobs := vendor.House().Ledger()
	if made.Dub == nil || made.Dub.Lips != 2 || len(jobs) != 2 || len(made.Problems) != 0 {
		t.Fatalf("%+v, %+v, with %d jobs at the vendor", made, made.Dub, len(jobs))
	}
	if made.Spent.Micros != 2*each.Micros {
		t.Errorf("spent %s, and each is %s", made.Spent, each)
	}
	if refused := vendor.House().Refusals(); len(refused) > 0 {
		t.Errorf("the vendor refused %v", refused)
	}
	for at, want := range map[string]bool{"1": true, "4": true} {
		if got := green(pixel(t, filepath.Join(dubbed, "master.mp4"), at)); got != want {
			t.Errorf("at %s s the mouth is the vendor's: %v", at, got)
		}
		if green(pixel(t, filepath.Join(out, "master.mp4"), at)) {
			t.Errorf("at %s s the cut has the vendor's mouth", at)
		}
	}
	if r := h.must(exitDone, "verify", dubbed, "--json"); !decode[studio.Verified](t, r).OK {
		t.Errorf("verify: %s", r.stdout)
	}
	again := decode[dubbedShow](t, h.must(exitDone, append(dub, "--json")...)).Episodes[0]
	if again.Dub == nil || !again.Dub.Same || len(vendor.House().Ledger()) != 2 || again.Lips[0].Price.Micros != 0 {
		t.Errorf("again: %+v, %+v", again, again.Dub)
	}

	h.write("ep01.yaml", strings.Replace(strings.Replace(abroad, "火车晚点了。", "车晚点了。", 1), "CNY", "USD", 1))
	h.must(exitDone, "render", h.script)
	changed := decode[dubbedShow](t, h.must(exitDone, append(dub, "--json")...)).Episodes[0]
	if jobs := vendor.House().Ledger(); changed.Dub == nil || changed.Dub.Lips != 1 || len(jobs) != 4 || !strings.Contains(strings.Join(changed.Problems, " "), "shot 1B keeps its lips: ") {
		t.Errorf("a line changed, and the vendor delivers other pictures: %+v, %q, with %d jobs at the vendor", changed.Dub, changed.Problems, len(jobs))
	}
	raw, err := os.ReadFile(filepath.Join(dubbed, "manifest.json"))
	if err != nil || strings.Contains(string(raw), lipsKey) || !strings.Contains(string(raw), `"lips"`) {
		t.Errorf("the manifest (%v) says %s", err, raw)
	}
}

// TestLipsRehearsed: the built-in provider marks where somebody speaks, for nothing, and
// says what it is; without the flag nobody's pictures change.
func TestLipsRehearsed(t *testing.T) {
	h := newHouse(t, abroad)
	h.must(exitDone, "render", h.script)
	dubbed := filepath.Join(h.dir, "dubbed")
	made := decode[dubbedShow](t, h.must(exitDone, "dub", "abroad/ep01", "--language", "zh", "--lip-sync", "animatic", "--json", "--out", dubbed)).Episodes[0]
	if made.Dub == nil || made.Dub.Lips != 2 || made.Spent.Micros != 0 {
		t.Fatalf("%+v, %+v", made, made.Dub)
	}
	raw, err := os.ReadFile(filepath.Join(dubbed, "manifest.json"))
	if err != nil || !strings.Contains(string(raw), `"rehearsal": true`) && !strings.Contains(string(raw), `"rehearsal":true`) {
		t.Errorf("the manifest (%v) does not say that it is a rehearsal", err)
	}
}
