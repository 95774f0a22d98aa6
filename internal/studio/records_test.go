package studio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store/mem"
)

var ep = drama.EpisodeID{Show: "night-shift", Number: 1}

// shelf is a studio over an empty store, without an engine.
func shelf(t *testing.T) *Studio {
	t.Helper()
	st := mem.New()
	return &Studio{Store: st, Ledger: ledger.Objects{Store: st}, Now: func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }}
}

// cut delivers a cut of the given files.
func cut(t *testing.T, s *Studio, n int, files map[string]string) {
	t.Helper()
	m := drama.Manifest{ID: ep, Cut: n}
	for name, text := range files {
		sum := sha256.Sum256([]byte(text))
		m.Files = append(m.Files, drama.ManifestFile{Name: name, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(text))})
		if filepath.IsLocal(name) {
			put(t, s, keys(ep).Cut(ep, n)+name, []byte(text))
		}
	}
	putJSON(t, s, keys(ep).Cut(ep, n)+library.ManifestName, m)
}

func put(t *testing.T, s *Studio, key string, body []byte) {
	t.Helper()
	if _, err := s.Store.Put(t.Context(), key, bytes.NewReader(body), "application/octet-stream"); err != nil {
		t.Fatal(err)
	}
}

func putJSON(t *testing.T, s *Studio, key string, v any) {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, key, body)
}

func TestExportReplacesTheCutBefore(t *testing.T) {
	s, dir := shelf(t), t.TempDir()
	cut(t, s, 1, map[string]string{"master.mp4": "one", "subs/a.zh.srt": "zh"})
	cut(t, s, 10, map[string]string{"master.mp4": "ten", "subs/a.en.srt": "en"})
	if _, err := s.Export(t.Context(), ep, 1, dir); err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := s.Export(t.Context(), ep, 0, dir)
	if err != nil || m.Cut != 10 {
		t.Fatalf("export of the newest: cut %d, %v", m.Cut, err)
	}
	var names []string
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if d := cmp.Diff([]string{"manifest.json", "master.mp4", "notes.txt", "subs/a.en.srt"}, names); d != "" || err != nil {
		t.Errorf("the folder (-want +got):\n%s%v", d, err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "master.mp4")); err != nil || string(b) != "ten" {
		t.Errorf("master: %q, %v", b, err)
	}
}

// TestExportRefuses: what is damaged or points outside is never seen in the
// folder, and a folder without a manifest is no cut.
func TestExportRefuses(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, s *Studio){
		"damaged": func(t *testing.T, s *Studio) {
			cut(t, s, 1, map[string]string{"master.mp4": "right"})
			put(t, s, keys(ep).Cut(ep, 1)+"master.mp4", []byte("wrong"))
		},
		"outside": func(t *testing.T, s *Studio) { cut(t, s, 1, map[string]string{"../evil": "x"}) },
		"missing": func(t *testing.T, s *Studio) {
			putJSON(t, s, keys(ep).Cut(ep, 1)+library.ManifestName, drama.Manifest{ID: ep, Cut: 1, Files: []drama.ManifestFile{{Name: "master.mp4", Bytes: 1}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir := shelf(t), t.TempDir()
			spoil(t, s)
			if _, err := s.Export(t.Context(), ep, 1, filepath.Join(dir, "out")); err == nil {
				t.Error("no error")
			}
			for _, path := range []string{"evil", "out/manifest.json", "out/master.mp4", "out/master.mp4.part"} {
				if _, err := os.Stat(filepath.Join(dir, path)); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("%s is there (%v)", path, err)
				}
			}
		})
	}
}

func TestUnknownCut(t *testing.T) {
	s := shelf(t)
	for _, n := range []int{0, 3} {
		if _, err := s.Manifest(t.Context(), ep, n); !errors.Is(err, ErrUnknown) {
			t.Errorf("cut %d: %v, want %v", n, err, ErrUnknown)
		}
	}
}

func TestTakes(t *testing.T) {
	s := shelf(t)
	take := func(n int, digest string, pass bool) drama.TakeID {
		id := drama.TakeID{Episode: ep, Slate: "1A", Number: n}
		putJSON(t, s, keys(ep).Take(id), drama.Take{ID: id, Digest: digest, Verdict: drama.Verdict{Pass: pass}})
		return id
	}
	take(1, "d", false)
	circled := take(2, "d", true)
	take(3, "d", true)
	putJSON(t, s, keys(ep).Circle("d"), drama.Circle{Digest: "d", Take: circled, By: "person"})
	takes, _, err := s.Takes(t.Context(), ep, "1A")
	if err != nil {
		t.Fatal(err)
	}
	var got []drama.TakeState
	for _, info := range takes {
		got = append(got, info.State)
	}
	if d := cmp.Diff([]drama.TakeState{drama.TakeNG, drama.TakeCircle, drama.TakePrint}, got); d != "" {
		t.Errorf("states (-want +got):\n%s", d)
	}
}

// TestCosts: money is summed by provider and currency; the estimate of what may have
// been billed is booked.
func TestCosts(t *testing.T) {
	s := shelf(t)
	cny := func(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }
	for n, outcome := range []*ledger.Outcome{
		nil,
		{State: "succeeded", Price: cny(3)},
		{State: "dropped", Price: cny(2), Estimated: true},
		{State: "succeeded", Price: drama.Money{Micros: 5, Currency: "USD"}},
	} {
		id := ledger.ID{Take: drama.TakeID{Episode: ep, Slate: "1A", Number: n + 1}, Attempt: 1}
		if err := s.Ledger.Intend(t.Context(), ledger.Intent{ID: id, Provider: "kling", Model: "k", Estimate: cny(7)}); err != nil {
			t.Fatal(err)
		}
		if outcome != nil {
			if err := s.Ledger.Settle(t.Context(), id, *outcome); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, _, err := s.Costs(t.Context(), "night-shift")
	want := []Cost{
		{Episode: ep, Provider: "kling", Model: "k", Jobs: 3, Settled: cny(5), Estimated: 1, Open: cny(7)},
		{Episode: ep, Provider: "kling", Model: "k", Jobs: 1, Settled: drama.Money{Micros: 5, Currency: "USD"}, Open: drama.Money{Currency: "USD"}},
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("costs (-want +got):\n%s%v", d, err)
	}
}

func TestJobsThatNeedNoDecision(t *testing.T) {
	s := shelf(t)
	id := ledger.ID{Take: drama.TakeID{Episode: ep, Slate: "1A", Number: 1}, Attempt: 1}
	if err := s.Drop(t.Context(), id); !errors.Is(err, ErrUnknown) {
		t.Errorf("a job that is not there: %v", err)
	}
	if err := s.Ledger.Intend(t.Context(), ledger.Intent{ID: id}); err != nil {
		t.Fatal(err)
	}
	if err := s.Adopt(t.Context(), id, "x"); err == nil {
		t.Error("a job that is being submitted was adopted")
	}
	if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "succeeded"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Resubmit(t.Context(), id); err == nil || !strings.Contains(err.Error(), "succeeded") {
		t.Errorf("a job that has ended: %v", err)
	}
}

func TestSlates(t *testing.T) {
	e := drama.Episode{Scenes: []drama.Scene{{Number: "1", Shots: []drama.Shot{{Slate: "1A"}, {Slate: "1B"}}}, {Number: "2", Shots: []drama.Shot{{Slate: "2"}}}}}
	got, err := Slates(e, []string{"1b", "2", "1"})
	if d := cmp.Diff([]string{"1B", "2", "1"}, got); d != "" || err != nil {
		t.Errorf("(-want +got):\n%s%v", d, err)
	}
	for name, near := range map[string]string{"1C": "1A", "zebra": "1A 1B"} {
		if _, err := Slates(e, []string{name}); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), near) {
			t.Errorf("%s: %v, want a hint at %s", name, err, near)
		}
	}
}

// TestFingerprint: where a thing is written does not make another script of it.
func TestFingerprint(t *testing.T) {
	p := drama.Production{Season: drama.Season{Show: "night-shift"}, Episode: drama.Episode{Number: 1, Scenes: []drama.Scene{{Number: "1", Shots: []drama.Shot{
		{Slate: "1A", Action: "Lin waits.", Title: &drama.Title{Text: "Later", Position: "top"}, Position: drama.Position{File: "ep01.yaml", Line: 7}},
	}}}}}
	print := func(change func(*drama.Shot)) string {
		q := p
		q.Episode.Scenes = []drama.Scene{{Number: "1", Shots: []drama.Shot{p.Episode.Scenes[0].Shots[0]}}}
		change(&q.Episode.Scenes[0].Shots[0])
		f, err := fingerprint(q, nil)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	same := print(func(*drama.Shot) {})
	if print(func(s *drama.Shot) { s.Position.Line = 99 }) != same {
		t.Error("a line further down is another script")
	}
	if print(func(s *drama.Shot) { s.Action = "Lin leaves." }) == same {
		t.Error("another action is the same script")
	}
	if print(func(s *drama.Shot) { s.Title = &drama.Title{Text: "Later", Position: "bottom"} }) == same {
		t.Error("a title elsewhere is the same script")
	}
}
