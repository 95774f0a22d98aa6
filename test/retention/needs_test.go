package retention

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/store/storetest"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/submission"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

func TestWhatSomebodyWorksOnStays(t *testing.T) {
	s, _ := rendered(t)
	before := all(t, s.Store)
	for _, id := range []string{workflows.EpisodeWorkflowID(ep), workflows.SeasonWorkflowID(ep.Show), "collect/rehearsal/ep01/1A/2/1"} {
		st := of(s.Store, later())
		st.OpenRuns = func(_ context.Context, show string) ([]string, error) { return []string{id}, nil }
		r, err := st.Retain(t.Context(), ep.Show, true)
		if err != nil || len(r.Items) > 0 || len(r.Skipped) == 0 {
			t.Errorf("%s: %v, goes %+v, skipped %+v", id, err, r.Items, r.Skipped)
		}
		if d := cmp.Diff(before, all(t, s.Store)); d != "" {
			t.Fatalf("%s (-before +after):\n%s", id, d)
		}
	}
	// Nothing is old today.
	if r, err := of(s.Store, time.Now()).Retain(t.Context(), ep.Show, true); err != nil || len(r.Items) > 0 {
		t.Errorf("today goes %+v: %v", r.Items, err)
	}
	// A record that cannot be read may need anything.
	write(t, s.Store, keys.Circle(strings.Repeat("ab", 32)), "{")
	if r, err := of(s.Store, later()).Retain(t.Context(), ep.Show, true); err != nil || len(r.Items) > 0 || len(r.Skipped) != 1 {
		t.Errorf("beside a damaged circle: %v, goes %+v, skipped %+v", err, r.Items, r.Skipped)
	}
}

// TestWhatPeopleNeedStays: each need by itself keeps what would have gone.
func TestWhatPeopleNeedStays(t *testing.T) {
	s, _ := rendered(t)
	before, at := all(t, s.Store), later()
	desk := func(st store.Store) review.Desk { return review.Desk{Store: st, Now: func() time.Time { return at }} }
	for name, c := range map[string]struct {
		need  func(lib library.Library) error
		stays string
	}{
		"a circle": {func(lib library.Library) error {
			return lib.WriteCircle(t.Context(), drama.Circle{Digest: strings.Repeat("cd", 32), Take: take("1B", 1), By: "nora"}, true)
		}, "takes_ng rehearsal/ep01/1B/1"},
		"a mark": {func(lib library.Library) error {
			_, err := lib.WriteMark(t.Context(), drama.Mark{Take: take("1B", 1), State: drama.TakeHold, By: "nora"})
			return err
		}, "takes_ng rehearsal/ep01/1B/1"},
		"an edit": {func(lib library.Library) error {
			_, err := lib.WriteEdit(t.Context(), drama.Edit{Episode: ep, Events: []drama.EditEvent{{Slate: "1B", Take: 1, Frames: 9, Out: media.Transition{Kind: media.Cut}}}})
			return err
		}, "takes_ng rehearsal/ep01/1B/1"},
		"a blind pair": {func(lib library.Library) error {
			_, err := ballots.Ballots{Store: lib.Store}.File(t.Context(), arena.Pair{
				ID: arena.BakeoffID(ep.Show, "d"), Episode: ep, Slate: "1B", A: arena.Entrant{Take: take("1B", 1)}, B: arena.Entrant{Take: take("1B", 2)},
			})
			return err
		}, "takes_ng rehearsal/ep01/1B/1"},
		"a pack": {func(lib library.Library) error {
			entries := []submission.Entry{{Name: "ep01.mp4", Key: keys.Cut(ep, 1) + library.MasterName, Bytes: 1, SHA256: strings.Repeat("ab", 32)}}
			p := &studio.Packed{Pack: submission.Pack{Show: ep.Show}, Entries: entries}
			return of(lib.Store, at).KeepPack(t.Context(), p)
		}, "cuts rehearsal/ep01 cut 1"},
		"an approved picture": {func(lib library.Library) error {
			id := drama.TakeID{Episode: drama.LookBookID(ep.Show), Slate: drama.StillSlate("0-mara-face"), Number: 2}
			return lib.Approve(t.Context(), ep.Show, drama.Approved{Sheet: drama.Sheet{Kind: "cast", ID: "mara", As: drama.RoleFace}, Take: id})
		}, "look_book rehearsal/sheets/0-mara-face-still/2"},
		"a link to a take": {func(lib library.Library) error {
			_, _, err := desk(lib.Store).Make(t.Context(), review.Link{Episode: ep, Takes: []drama.TakeID{take("1B", 1)}}, "long enough")
			return err
		}, "takes_ng rehearsal/ep01/1B/1"},
		"a link to a cut": {func(lib library.Library) error {
			_, _, err := desk(lib.Store).Make(t.Context(), review.Link{Episode: ep, Cut: 1}, "long enough")
			return err
		}, "cuts rehearsal/ep01 cut 1"},
		"an approval": {func(lib library.Library) error {
			_, err := desk(lib.Store).Approve(t.Context(), review.Approval{Episode: ep, Cut: 1, Approved: true, Name: "Nora"})
			return err
		}, "cuts rehearsal/ep01 cut 1"},
		"a note on a cut": {func(lib library.Library) error {
			return lib.WriteNote(t.Context(), drama.Note{ID: "n2", Episode: ep, Cut: 1, Text: "Keep.", By: "nora"})
		}, "cuts rehearsal/ep01 cut 1"},
		"a dub": {func(lib library.Library) error {
			m, _, err := lib.Manifest(t.Context(), ep, 1)
			if err == nil {
				m.Dub = &drama.ManifestDub{Language: "de", Number: 1}
				_, _, err = lib.DeliverDub(t.Context(), m)
			}
			return err
		}, "cuts rehearsal/ep01 cut 1"},
	} {
		clone := copyOf(t, before)
		if err := c.need(library.Library{Store: clone}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r, _ := run(t, of(clone, at), true)
		if got := names(r); slices.Contains(got, c.stays) || len(got) < 3 {
			t.Errorf("%s does not keep %s; %q go", name, c.stays, got)
		}
	}
}

// circling circles a take in the moment when its record says that it goes.
type circling struct {
	store.Store

	do   func()
	once sync.Once
	done atomic.Bool
}

func (c *circling) PutIf(ctx context.Context, key string, body []byte, kind, version string) error {
	err := c.Store.PutIf(ctx, key, body, kind, version)
	if key == keys.Take(take("1B", 1)) {
		c.once.Do(c.do)
		c.done.Store(true)
	}
	return err
}

func TestATakeThatIsCircledMeanwhileStays(t *testing.T) {
	s, _ := rendered(t)
	lib := library.Library{Store: s.Store}
	was, err := lib.Take(t.Context(), take("1B", 1))
	if err != nil {
		t.Fatal(err)
	}
	c := &circling{Store: s.Store, do: func() {
		if err := lib.WriteCircle(t.Context(), drama.Circle{Digest: was.Digest, Take: was.ID, By: "nora"}, true); err != nil {
			t.Error(err)
		}
	}}
	r, err := of(c, later()).Retain(t.Context(), ep.Show, true)
	if err != nil {
		t.Fatal(err)
	}
	now, err := lib.Take(t.Context(), was.ID)
	if d := cmp.Diff(was, now); d != "" || err != nil || !c.done.Load() {
		t.Errorf("its record: %v (-before +after):\n%s", err, d)
	}
	if _, err := s.Store.Head(t.Context(), was.Media.Key); err != nil || slices.Contains(names(r), "takes_ng rehearsal/ep01/1B/1") {
		t.Errorf("its clip: %v; told: %q", err, names(r))
	}
}

// TestAFarStore: thousands of objects at 30 ms a question take seconds, not minutes.
func TestAFarStore(t *testing.T) {
	const many = 2000
	s := mem.New()
	lib := library.Library{Store: s}
	if _, err := lib.SubmitScript(t.Context(), rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Rain."))); err != nil {
		t.Fatal(err)
	}
	for n := range many {
		id := take(fmt.Sprint(n+1, "A"), 1)
		media, err := s.Put(t.Context(), keys.TakeMedia(id), bytes.NewReader([]byte(id.String())), "video/mp4")
		if err == nil {
			_, err = lib.WriteTake(t.Context(), drama.Take{ID: id, Digest: fmt.Sprintf("%064x", n), Media: media})
		}
		if err == nil {
			err = lib.WriteCircle(t.Context(), drama.Circle{Digest: fmt.Sprintf("%064x", n+many), Take: take("1Z", 1), By: "nora"}, true)
		}
		digest := fmt.Sprintf("%064x", n)
		if err == nil {
			err = lib.WriteMezzanine(t.Context(), ep.Show, digest, library.Mezzanine{Video: media, Audio: media})
		}
		write(t, s, keys.Mezzanine(digest)+"video.mp4", "v")
		if err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(100 * 365 * 24 * time.Hour) // the bubble's clock is old
		began := time.Now()
		r, err := of(storetest.Distant{Store: s, Trip: 30 * time.Millisecond}, at).Retain(t.Context(), ep.Show, true)
		if err != nil || len(r.Kinds) != 2 || r.Kinds[0].Items != many || r.Kinds[1].Items != many || len(r.Items)+r.More != 2*many || r.More == 0 {
			t.Fatalf("%v %+v, %d items told, %d more", err, r.Kinds, len(r.Items), r.More)
		}
		if took := time.Since(began); took > 90*time.Second {
			t.Errorf("it took %v", took)
		} else {
			t.Logf("%d takes and %d mezzanines in %v", many, many, took)
		}
	})
}

// TestWhatVersionsShowStays: a further master is made of mezzanines of its own, and no cut
// has to be conformed anew for having one.
func TestWhatVersionsShowStays(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Rain."), rehearsal.Shot("1B", "Snow."))
	p.Season.Versions = []drama.Version{{Name: "wide", Raster: media.Raster{Width: 320, Height: 180}, Fit: media.FitBlur}}
	if _, err := (library.Library{Store: s.Store}).SubmitScript(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	render(t, s, p)
	shown, _ := run(t, of(s.Store, later()), false)
	for _, i := range shown.Items {
		if i.Kind == retention.Mezzanines {
			t.Errorf("a mezzanine would go, of the only cut: %+v", i)
		}
	}
}
