package activities_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/rehearsal"
)

// recorder is a runner that remembers its jobs.
type recorder struct {
	media.Runner
	mu   sync.Mutex
	jobs []media.Job
}

func (r *recorder) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	r.mu.Lock()
	r.jobs = append(r.jobs, job)
	r.mu.Unlock()
	return r.Runner.Run(ctx, job, in, report)
}

// since are the jobs behind the first n, by what they do.
func (r *recorder) since(n int) (conformed []media.ConformJob, assembled []media.AssembleJob) {
	for _, j := range r.jobs[n:] {
		switch {
		case j.Conform != nil:
			conformed = append(conformed, *j.Conform)
		case j.Assemble != nil:
			assembled = append(assembled, *j.Assemble)
		}
	}
	return conformed, assembled
}

var across = media.Raster{Width: 1920, Height: 1080}

// wideFilmed is an episode of three shots, 1B with two takes, whose season has a version
// across, with its HLS.
func wideFilmed(t *testing.T) (*rehearsal.Stage, activities.AssembleInput, drama.Production, *recorder) {
	t.Helper()
	s := rehearsal.New(t, rehearsal.Options{})
	rec := &recorder{Runner: s.Media.Runner}
	s.Media.Runner = rec
	in, p := filmedFor(t, s, func(season *drama.Season) {
		season.Subtitles.Burn = "en"
		rungs := []media.Rung{{Raster: across, Codec: media.CodecH264}, {Raster: media.Raster{Width: 640, Height: 360}, Codec: media.CodecH264}}
		season.Versions = []drama.Version{{Name: "wide", Raster: across, Fit: media.FitBlur, HLS: &drama.HLS{Rungs: rungs}}}
	}, talking("1A", "The first line is spoken here."), talking("1B", "And this is the second one."), rehearsal.Shot("1C", "Rain."))
	return s, in, p, rec
}

// recut makes an editor's cut the episode's newest.
func recut(t *testing.T, s *rehearsal.Stage, p drama.Production, events ...drama.EditEvent) {
	t.Helper()
	e := drama.Edit{Episode: p.ID(), FPS: p.Season.Format.FPS, Events: events, By: "ed"}
	for _, shot := range p.Episode.Shots() {
		e.Knew = append(e.Knew, drama.EditShot{Slate: shot.Slate, Take: 1, Frames: shot.Frames})
	}
	if _, err := (library.Library{Store: s.Store}).WriteEdit(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

func piece(slate string, take int, in, frames media.Frames) drama.EditEvent {
	return drama.EditEvent{Slate: slate, Take: take, In: in, Frames: frames, Out: media.Transition{Kind: media.Cut}}
}

// lengths are the frames of a job's shots.
func lengths(j media.AssembleJob) (all []media.Frames) {
	for _, s := range j.Segments {
		all = append(all, s.Frames)
	}
	return all
}

// TestAnEditorsCutInAVersion: the version has the editor's order, trims and takes, each
// conformed for its raster with texts where the piece has them, and HLS of its own; what
// was made once is not made again.
func TestAnEditorsCutInAVersion(t *testing.T) {
	s, in, p, rec := wideFilmed(t)
	recut(t, s, p, piece("1C", 1, 0, 96), piece("1B", 2, 0, 96), piece("1A", 1, 12, 60))
	n := len(rec.jobs)
	deliver(t, s, in)
	conformed, assembled := rec.since(n)
	if len(assembled) != 2 {
		t.Fatalf("%d masters", len(assembled))
	}
	for i, spec := range []media.Spec{assembled[0].Spec, assembled[1].Spec} {
		want := []media.Raster{p.Season.Format.Raster, across}[i]
		if d := cmp.Diff([]media.Frames{96, 96, 60}, lengths(assembled[i])); d != "" || spec.Raster != want {
			t.Errorf("a master of %s (-want +got)\n%s", spec.Raster, d)
		}
	}
	var own, wide []string
	for _, j := range conformed {
		made := fmt.Sprintf("%d+%d, %d texts", j.Start, j.Frames, len(j.Burn))
		for _, b := range j.Burn {
			if b.To > j.Frames {
				t.Errorf("a text ends at frame %d of %d", b.To, j.Frames)
			}
		}
		if j.Spec.Raster == across {
			wide = append(wide, made)
		} else {
			own = append(own, made)
		}
	}
	slices.Sort(own)
	slices.Sort(wide)
	// 1B's other take was conformed when it came.
	if d := cmp.Diff([]string{"12+60, 1 texts"}, own); d != "" {
		t.Errorf("conformed for the master (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]string{"0+96, 0 texts", "0+96, 1 texts", "12+60, 1 texts"}, wide); d != "" {
		t.Errorf("conformed for the version (-want +got)\n%s", d)
	}
	m := manifest(t, s, in.ID, 1)
	for _, want := range []string{"versions/wide/master.mp4", "versions/wide/hls/index.m3u8", "versions/wide/hls/640x360.mp4", "versions/wide/hls/sound.mp4"} {
		if !slices.ContainsFunc(m.Files, func(f drama.ManifestFile) bool { return f.Name == want }) {
			t.Errorf("there is no %s", want)
		}
	}
	s.Store.(*mem.Store).Lose("rehearsal/ep01/cuts/1/master.mp4")
	n, in.Cut = len(rec.jobs), 2
	deliver(t, s, in)
	if conformed, assembled := rec.since(n); len(conformed) != 0 || len(assembled) != 2 || len(rec.jobs) != n+2 {
		t.Errorf("made again: %d jobs, %d conformed", len(rec.jobs)-n, len(conformed))
	}
}

// TestCopiesWithoutTheLabel: of a cut in the script's order, of an editor's, of one that is
// not the newest, and of a version of each, a copy is what the cut is but for its label;
// nothing is conformed for it, and of what is gone there is none.
func TestCopiesWithoutTheLabel(t *testing.T) {
	s, in, p, rec := wideFilmed(t)
	deliver(t, s, in)
	recut(t, s, p, piece("1C", 1, 0, 96), piece("1B", 2, 0, 96), piece("1A", 1, 12, 60), piece("1A", 1, 0, 20))
	in.Cut = 2
	deliver(t, s, in)
	recut(t, s, p, piece("1B", 2, 10, 50))
	in.Cut = 3
	deliver(t, s, in)
	for n, want := range map[int][]media.Frames{1: {96, 96, 96}, 2: {96, 96, 60, 20}, 3: {50}} {
		for version, raster := range map[string]media.Raster{"": p.Season.Format.Raster, "wide": across} {
			m, before := manifest(t, s, in.ID, n), len(rec.jobs)
			made := media.AssembleResult{}
			err := s.Media.Bare(t.Context(), m, version, func(_ string, r media.AssembleResult) error { made = r; return nil })
			if err != nil {
				t.Errorf("cut %d %q: %v", n, version, err)
				continue
			}
			conformed, assembled := rec.since(before)
			if len(conformed) != 0 || len(assembled) != 1 || made.Frames != m.Frames {
				t.Fatalf("cut %d %q: %d conformed, %d assembled, %d frames of %d", n, version, len(conformed), len(assembled), made.Frames, m.Frames)
			}
			j := assembled[0]
			if d := cmp.Diff(want, lengths(j)); d != "" || j.Label != nil || j.Metadata["AIGC"] == "" || j.Ladder != nil || j.Spec.Raster != raster {
				t.Errorf("cut %d %q: %s, label %v, %v (-want +got)\n%s", n, version, j.Spec.Raster, j.Label, j.Metadata, d)
			}
		}
	}
	keep := func(string, media.AssembleResult) error { t.Error("a copy was handed over"); return nil }
	m := manifest(t, s, in.ID, 2)
	if err := s.Media.Bare(t.Context(), m, "tall", keep); err == nil {
		t.Error("a version that is none was copied")
	}
	changed := m
	changed.Digest = strings.Repeat("0", 64)
	if err := s.Media.Bare(t.Context(), changed, "", keep); err == nil {
		t.Error("a copy of another cut was made")
	}
	var pieces []string
	err := s.Store.List(t.Context(), "rehearsal/mezzanines/", func(o store.Info) error {
		body, _, err := s.Store.Read(t.Context(), o.Key)
		if err == nil && strings.HasSuffix(o.Key, "/conform.json") && strings.Contains(string(body), `"frames":60`) {
			pieces = append(pieces, o.Key)
		}
		return err
	})
	if err != nil || len(pieces) != 2 {
		t.Fatalf("%d pieces of 60 frames: %v", len(pieces), err)
	}
	for _, key := range pieces {
		s.Store.(*mem.Store).Lose(key)
	}
	s.Media.Scratch = t.TempDir()
	for _, version := range []string{"", "wide"} {
		if err := s.Media.Bare(t.Context(), m, version, keep); err == nil || !strings.Contains(err.Error(), "1A") {
			t.Errorf("%q: without its piece of 1A: %v", version, err)
		}
	}
}
