package vendors

import (
	"bytes"
	"errors"
	"image/png"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newClock() *clock { return &clock{at: time.Date(2026, 10, 9, 8, 0, 0, 0, time.UTC)} }

func offer(id string) Offer {
	return Offer{Job: Job{ID: id, Key: "key-" + id, Model: "m", Price: 7, Currency: "CNY"}}
}

func accept(t *testing.T, h *House, o Offer, f Fate) Job {
	t.Helper()
	j, err := h.Accept(o, f)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestSlotsAndMoney(t *testing.T) {
	c := newClock()
	h := NewHouse(Options{Now: c.now, JobTime: 9 * time.Second, QueueTime: time.Second, Slots: 2}, Rules{})
	for _, id := range []string{"a", "b", "c", "d"} {
		accept(t, h, offer(id), Good)
	}
	state := func(id string, want State) {
		t.Helper()
		if j, _ := h.Get(id); j.State != want {
			t.Errorf("%s is %s, want %s", id, j.State, want)
		}
	}
	state("a", Queued)
	c.add(time.Second)
	state("a", Running)
	state("c", Queued)
	if _, ok := h.Cancel("a"); ok {
		t.Error("a running job was cancelled")
	}
	if j, ok := h.Cancel("d"); !ok || j.State != Cancelled {
		t.Error("a queued job was not cancelled")
	}
	c.add(time.Minute) // nobody asks for long; c began when a ended
	state("a", Succeeded)
	state("c", Succeeded)
	ledger := h.Ledger()
	if got := ledger[2].Ended.Sub(ledger[0].Accepted); got != 20*time.Second {
		t.Errorf("c ended after %s, want 20s", got)
	}
	if got := h.Billed()["CNY"]; got != 21 {
		t.Errorf("billed %d, want 21", got)
	}
	b := h.Busy()
	if b.Max != 2 || b.AllTime != 30*time.Second || b.SlotTime != 20*time.Second || b.Utilisation != 1 {
		t.Errorf("%+v", b)
	}
	if b := h.BusyBetween(b.From, b.From.Add(20*time.Second)); b.SlotTime != 30*time.Second || b.Utilisation != 0.75 {
		t.Errorf("%+v", b)
	}
}

func TestRefusedForSlotsKeysAndCredit(t *testing.T) {
	c := newClock()
	h := NewHouse(Options{Now: c.now, JobTime: time.Second, Slots: 1, Credit: 15}, Rules{})
	a := offer("a")
	a.Unique, a.RejectBusy = true, true
	accept(t, h, a, Good)
	b := a
	b.ID = "b"
	if _, err := h.Accept(b, Good); !errors.Is(err, ErrDuplicate) {
		t.Error(err)
	}
	b.Key = "other"
	if _, err := h.Accept(b, Good); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	c.add(time.Minute)
	accept(t, h, b, Good)
	c.add(time.Minute)
	b.ID, b.Key = "c", "third"
	if _, err := h.Accept(b, Good); !errors.Is(err, ErrCredit) {
		t.Error(err)
	}
}

func TestFates(t *testing.T) {
	c := newClock()
	h := NewHouse(Options{Now: c.now, ListLag: time.Second, Seed: 3, Chaos: Chaos{Lost: 0.25, Throttle: 0.25, Script: []Fate{Stuck}}}, Rules{RecordLife: time.Hour})
	n := map[Fate]int{}
	for range 1000 {
		f, _ := h.Fate()
		n[f]++
	}
	if n[Stuck] != 1 || n[Lost] < 200 || n[Lost] > 300 || n[Throttle] < 200 || n[Throttle] > 300 || n[Lost]+n[Throttle]+n[Good] != 999 {
		t.Error(n)
	}
	o := offer("a")
	o.Refusal = Reason{Code: "no"}
	o.Expire = 30 * time.Minute
	accept(t, h, o, RefuseLater)
	o.ID, o.Key = "b", "b"
	accept(t, h, o, Stuck)
	if _, ok := h.Find("b"); ok || len(h.List()) != 0 {
		t.Error("a job shows before its time")
	}
	c.add(31 * time.Minute)
	if j, _ := h.Find("b"); j.State != Expired || j.Ended.Sub(j.Accepted) != 30*time.Minute {
		t.Errorf("%+v", j)
	}
	if j, _ := h.Get("a"); j.State != Failed || j.Reason.Code != "no" || j.Billed != 0 {
		t.Errorf("%+v", j)
	}
	c.add(time.Hour)
	if _, ok := h.Get("a"); ok || len(h.Ledger()) != 2 {
		t.Error("a job is not forgotten, or its money is")
	}
}

func TestTogether(t *testing.T) {
	h := NewHouse(Options{JobTime: time.Millisecond, Jitter: time.Millisecond, Slots: 3}, Rules{SubmitRPS: 5})
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			h.Allow("submit")
			f, _ := h.Fate()
			id := string(rune('A' + i))
			accept(t, h, offer(id), f)
			for {
				if j, _ := h.Get(id); j.State.Final() {
					break
				}
				runtime.Gosched()
			}
			h.Warn(id, "done")
			h.Busy()
		})
	}
	all.Wait()
	if b := h.Busy(); b.Max != 3 || h.Billed()["CNY"] != 350 {
		t.Errorf("%+v %v", b, h.Billed())
	}
}

func TestCheckPicture(t *testing.T) {
	if c, err := png.DecodeConfig(bytes.NewReader([]byte(onePixel))); err != nil || c.Width != 1 {
		t.Fatal(err)
	}
	if _, err := png.Decode(strings.NewReader(onePixel)); err != nil {
		t.Fatal(err)
	}
	const good = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
	for _, c := range []struct {
		s    string
		f    PictureForms
		good bool
	}{
		{"https://a.example/x.png", PictureForms{}, true},
		{"ftp://a.example/x.png", PictureForms{Data: true, Raw: true}, false},
		{"data:image/png;base64," + good, PictureForms{Data: true}, true},
		{"data:image/jpeg;base64," + good, PictureForms{Data: true}, false},
		{"data:image/png;base64," + good, PictureForms{Raw: true}, false},
		{"data:image/png," + good, PictureForms{Data: true}, false},
		{"data:text/plain;base64,aGVsbG8=", PictureForms{Data: true}, false},
		{good, PictureForms{Data: true}, false},
		{good, PictureForms{Raw: true}, true},
		{good[:20] + "\n" + good[20:], PictureForms{Raw: true}, false},
		{"aGVsbG8=", PictureForms{Raw: true}, false},
		{"asset://1", PictureForms{Schemes: []string{"asset://"}}, true},
		{"asset://", PictureForms{Schemes: []string{"asset://"}}, false},
		{"", PictureForms{Data: true, Raw: true}, false},
	} {
		if _, err := CheckPicture(c.s, c.f); (err == nil) != c.good {
			t.Errorf("%.30s %+v: %v", c.s, c.f, err)
		}
	}
	if r := (Picture{Width: 720, Height: 1280}).Ratio("16:9", "9:16", "1:1"); r != "9:16" {
		t.Error(r)
	}
}

// TestAClockSetBack: a job that was accepted stays in the lists of a vendor whose clock is set
// back past that; only what has just been accepted lags.
func TestAClockSetBack(t *testing.T) {
	c := newClock()
	h := NewHouse(Options{Now: c.now, ListLag: time.Second}, Rules{RecordLife: time.Hour})
	j := accept(t, h, offer("a"), Good)
	if _, ok := h.Find(j.Key); ok || len(h.List()) != 0 {
		t.Error("it is listed without the lag")
	}
	c.add(-4 * time.Minute)
	if _, ok := h.Find(j.Key); !ok || len(h.List()) != 1 {
		t.Error("a clock that was set back hides a job")
	}
}
