// Package retention shows what is left of a show once what may go is gone.
package retention

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

var (
	ep     = drama.EpisodeID{Show: "rehearsal", Number: 1}
	keys   = store.Keys{Show: "rehearsal"}
	policy = retention.Policy{TakesNG: 30, Cuts: 2, Mezzanines: 30, LookBook: 30, Scratch: 7, Answers: 2}
)

func take(slate string, n int) drama.TakeID {
	return drama.TakeID{Episode: ep, Slate: slate, Number: n}
}

// later is two months from now, when everything here is old.
func later() time.Time { return time.Now().Add(60 * 24 * time.Hour).UTC().Truncate(time.Second) }

func of(s store.Store, at time.Time) *studio.Studio {
	return &studio.Studio{
		Store: s, Ledger: ledger.Objects{Store: s}, Retention: policy, Now: func() time.Time { return at }, By: "nora",
		OpenRuns: func(context.Context, string) ([]string, error) { return nil, nil },
	}
}

func render(t *testing.T, s *rehearsal.Stage, p drama.Production, retake ...string) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	e := suite.NewTestWorkflowEnvironment()
	e.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}})
	workflows.RegisterWorkflows(e)
	workflows.RegisterRecords(e, s.Planner, s.Library, s.Bank)
	workflows.RegisterMedia(e, s.Media)
	workflows.RegisterProvider(e, s.Generator)
	in := s.Submit(t, p)
	if len(retake) > 0 {
		in.Retake = &drama.Retake{Slates: retake, By: "nora"}
	}
	e.ExecuteWorkflow(workflows.EpisodeName, in)
	var d drama.Delivery
	if err := e.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if err := e.GetWorkflowResult(&d); err != nil || d.State != drama.StateDelivered {
		t.Fatal(d.State, d.Problems, err)
	}
}

// rendered is a show with four cuts: 1A was taken again thrice, and the first take of 1B is
// black. People have said NG of takes 1 to 3 of 1A, and something else of take 2.
func rendered(t *testing.T) (*rehearsal.Stage, drama.Production) {
	t.Helper()
	s := rehearsal.New(t, rehearsal.Options{Price: drama.Money{Micros: drama.Micro, Currency: "CNY"}})
	lib := library.Library{Store: s.Store}
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Rain."), rehearsal.Shot("1B", "Snow. [fake: black*1]"), rehearsal.Shot("1C", "Hail."))
	if _, err := lib.SubmitScript(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	render(t, s, p)
	for range 3 {
		render(t, s, p, "1A")
	}
	for n := 1; n <= 3; n++ {
		if _, err := lib.WriteMark(t.Context(), drama.Mark{Take: take("1A", n), State: drama.TakeNG, By: "nora"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := lib.WriteNote(t.Context(), drama.Note{ID: "n1", Episode: ep, Slate: "1A", Take: 2, Text: "The rain!", By: "nora"}); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ { // of whose face there are two pictures, the first approved
		id := drama.TakeID{Episode: drama.LookBookID(ep.Show), Slate: drama.StillSlate("0-mara-face"), Number: n}
		write(t, s.Store, keys.TakeMedia(id), "a face")
		if err := lib.WriteCandidate(t.Context(), drama.Still{Take: id, Image: drama.Object{Key: keys.TakeMedia(id)}}); err != nil {
			t.Fatal(err)
		}
		face := drama.Approved{Sheet: drama.Sheet{Kind: "cast", ID: "mara", As: drama.RoleFace}, Take: id}
		if n == 1 {
			if err := lib.Approve(t.Context(), ep.Show, face); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(t, s.Store, keys.Cut(ep, 9)+"master.mp4", "of a run that was killed")
	write(t, s.Store, keys.Mezzanine("half")+"video.mp4", "of another")
	write(t, s.Store, "_studio/acts/x/y.json", "an answer")
	return s, p
}

func write(t *testing.T, s store.Store, key, body string) {
	t.Helper()
	if _, err := s.Put(t.Context(), key, strings.NewReader(body), "application/octet-stream"); err != nil {
		t.Fatal(err)
	}
}

// all are a store's objects, by key, with their bytes.
func all(t *testing.T, s store.Store) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := s.List(t.Context(), "", func(i store.Info) error {
		body, _, err := s.Read(t.Context(), i.Key)
		found[i.Key] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func copyOf(t *testing.T, objects map[string]string) *mem.Store {
	t.Helper()
	s := mem.New()
	for key, body := range objects {
		write(t, s, key, body)
	}
	return s
}

// run lets what may go of the show and the house.
func run(t *testing.T, s *studio.Studio, remove bool) (shown, house studio.Retained) {
	t.Helper()
	shown, err := s.Retain(t.Context(), ep.Show, remove)
	if err != nil {
		t.Fatal(err)
	}
	if house, err = s.Retain(t.Context(), "", remove); err != nil {
		t.Fatal(err)
	}
	return shown, house
}

func names(r studio.Retained) (all []string) {
	for _, i := range r.Items {
		if i.Kind != retention.Mezzanines { // they are named by digests
			all = append(all, string(i.Kind)+" "+i.Name)
		}
	}
	return all
}

func TestWhatIsNeededNoMoreGoes(t *testing.T) {
	s, p := rendered(t)
	lib := library.Library{Store: s.Store}
	before := all(t, s.Store)
	st := of(s.Store, later())

	would, house := run(t, st, false)
	if d := cmp.Diff(before, all(t, s.Store)); d != "" {
		t.Fatalf("it was only to look (-before +after):\n%s", d)
	}
	did, _ := run(t, st, true)
	if d := cmp.Diff(would.Items, did.Items); d != "" || !did.Deleted || would.Deleted {
		t.Errorf("what was to go (-) is not what went (+):\n%s", d)
	}
	want := []string{
		"cuts rehearsal/ep01 cut 1", "cuts rehearsal/ep01 cut 2", "look_book rehearsal/sheets/0-mara-face-still/2", "scratch half", "scratch rehearsal/ep01 cut 9, never delivered", "scratch rehearsal/ep01 mark of a writer to its ledger",
		"takes_ng rehearsal/ep01/1A/1", "takes_ng rehearsal/ep01/1B/1",
	}
	if d := cmp.Diff(want, names(did)); d != "" {
		t.Errorf("what went (-want +got):\n%s", d)
	}
	if len(house.Items) != 1 || house.Items[0].Kind != retention.Answers {
		t.Errorf("of the house goes %+v", house.Items)
	}

	after := all(t, s.Store)
	var gone int64
	for key, body := range before {
		if _, ok := after[key]; !ok {
			gone += int64(len(body))
		}
	}
	var told int64
	for _, k := range append(did.Kinds, house.Kinds...) {
		told += k.Bytes
	}
	if gone != told || gone == 0 {
		t.Errorf("%d bytes are gone, %d were told", gone, told)
	}
	for _, r := range []drama.TakeID{take("1A", 1), take("1B", 1)} {
		got, err := lib.Take(t.Context(), r)
		if err != nil || got.Media.Key != "" || got.Removed == nil || got.Removed.By != "nora" || got.Removed.Media.SHA256 == "" || got.Price.Micros == 0 {
			t.Errorf("the record of %s: %v %+v", r, err, got)
		}
		if _, err := st.Circle(t.Context(), ep, r.Slate, r.Number); err == nil || !strings.Contains(err.Error(), "removed") {
			t.Errorf("circle %s: %v", r, err)
		}
	}
	for n := 1; n <= 4; n++ {
		m, _, err := lib.Manifest(t.Context(), ep, n)
		if err != nil {
			t.Fatalf("manifest of cut %d: %v", n, err)
		}
		for _, f := range m.Files {
			info, err := s.Store.Head(t.Context(), keys.Cut(ep, n)+f.Name)
			if there := err == nil && info.SHA256 == f.SHA256; there != (n > 2) {
				t.Errorf("cut %d, %s: there %v: %v", n, f.Name, there, err)
			}
		}
	}

	// What is left is whole: nothing is bought, conformed or cut again.
	bought := s.Bought(t)
	render(t, s, p)
	if d := cmp.Diff(cuts(after), cuts(all(t, s.Store))); d != "" || s.Bought(t) != bought {
		t.Errorf("it was rendered again: %d jobs more, (-before +after):\n%s", s.Bought(t)-bought, d)
	}
	if again, _ := run(t, st, true); len(again.Items) > 0 {
		t.Errorf("the second time goes %+v", again.Items)
	}
	// The last two cuts can be had; of those before only manifests, and that is said.
	for n := 1; n <= 4; n++ {
		_, err := st.Export(t.Context(), ep, n, t.TempDir())
		if n > 2 && err != nil || n <= 2 && !errors.Is(err, studio.ErrUnknown) {
			t.Errorf("export cut %d: %v", n, err)
		}
	}
	if _, err := st.Retain(t.Context(), "nobody", true); !errors.Is(err, studio.ErrUnknown) {
		t.Errorf("a show that is not there: %v", err)
	}
}

// TestScratch: what killed processes left on this machine goes, what is written to and what
// workers keep does not.
func TestScratch(t *testing.T) {
	st := of(mem.New(), time.Now())
	st.ScratchDir = t.TempDir()
	old := time.Now().Add(-8 * 24 * time.Hour)
	for name, at := range map[string]time.Time{"assemble-1/0001.mp4": old, "assemble-2/0001.mp4": old, "assemble-2/0002.mp4": time.Now(), "clip-3": old, "mezzanines/a": old, "sound/b": old} {
		path := filepath.Join(st.ScratchDir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("bytes"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Chtimes(path, at, at), os.Chtimes(filepath.Dir(path), old, old)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc", filepath.Join(st.ScratchDir, "out")); err != nil {
		t.Fatal(err)
	}
	r, err := st.Retain(t.Context(), "", true)
	if err != nil || len(r.Kinds) != 1 || r.Kinds[0] != (studio.RetainedKind{Kind: retention.Scratch, Items: 2, Objects: 2, Bytes: 10}) {
		t.Errorf("%v %+v", err, r)
	}
	var left []string
	entries, err := os.ReadDir(st.ScratchDir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if d := cmp.Diff([]string{"assemble-2", "mezzanines", "out", "sound"}, left); d != "" || err != nil {
		t.Errorf("what is left: %v (-want +got):\n%s", err, d)
	}
}

// cuts are the objects that a run leaves when there is something to do.
func cuts(objects map[string]string) (found []string) {
	for key := range objects {
		if strings.Contains(key, "/cuts/") || strings.Contains(key, "/mezzanines/") || strings.Contains(key, "/takes/") {
			found = append(found, key)
		}
	}
	slices.Sort(found)
	return found
}

// TestMezzaninesAreMadeAgain: all of them may go at any time.
func TestMezzaninesAreMadeAgain(t *testing.T) {
	s, p := rendered(t)
	before := all(t, s.Store)
	for key := range before {
		if strings.HasPrefix(key, keys.Show+"/mezzanines/") && strings.HasSuffix(key, ".json") {
			if err := s.Store.Remove(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		}
	}
	bought := s.Bought(t)
	render(t, s, p)
	for key := range before {
		if _, err := s.Store.Head(t.Context(), key); err != nil && strings.HasPrefix(key, keys.Cuts(ep)) {
			t.Error(err)
		}
	}
	if s.Bought(t) != bought {
		t.Error("something was bought for it")
	}
}

// TestKilledAnywhere: whichever removal or record was the last one, the next run ends where
// one that was not killed does.
func TestKilledAnywhere(t *testing.T) {
	s, _ := rendered(t)
	before, at := all(t, s.Store), later()
	whole := copyOf(t, before)
	run(t, of(whole, at), true)
	want := all(t, whole)
	for n := int64(1); ; n++ {
		killed := copyOf(t, before)
		var done atomic.Int64
		died := errors.New("killed")
		killed.Fail = func(op, _ string) error {
			if op != "remove" && op != "put" {
				return nil
			}
			if done.Add(1) >= n {
				return died
			}
			return nil
		}
		_, err := of(killed, at).Retain(t.Context(), ep.Show, true)
		killed.Fail = nil
		if err != nil && !errors.Is(err, died) {
			t.Fatal(err)
		}
		// What the records say is there is there, or is made again.
		for key, body := range all(t, killed) {
			if strings.HasSuffix(key, ".media") || !strings.Contains(key, "/takes/") || !strings.HasSuffix(key, ".json") {
				continue
			}
			id, _ := strings.CutSuffix(key, ".json")
			if strings.Contains(body, `"media":{"bucket"`) && !strings.Contains(body, `"removed"`) {
				if _, err := killed.Head(t.Context(), id+".media"); err != nil {
					t.Errorf("killed at %d: %s names a clip that is gone", n, key)
				}
			}
		}
		run(t, of(killed, at), true)
		if d := cmp.Diff(want, all(t, killed)); d != "" {
			t.Fatalf("killed at %d (-want +got):\n%s", n, d)
		}
		if err == nil {
			if n < 10 {
				t.Errorf("there were only %d places to be killed at", n)
			}
			return
		}
	}
}
