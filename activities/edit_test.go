package activities_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
)

// filmed is an episode of three shots whose takes are conformed, 1B with two of them, and
// how it is assembled.
func filmed(t *testing.T, s *rehearsal.Stage, shots ...drama.Shot) (activities.AssembleInput, drama.Production) {
	t.Helper()
	return filmedFor(t, s, func(*drama.Season) {}, shots...)
}

// filmedFor is filmed for a season that something is changed of.
func filmedFor(t *testing.T, s *rehearsal.Stage, change func(*drama.Season), shots ...drama.Shot) (activities.AssembleInput, drama.Production) {
	t.Helper()
	p := rehearsal.Production([]string{"fake"}, shots...)
	p.Season.Subtitles.Sidecar = []string{"en"}
	change(&p.Season)
	run := s.Submit(t, p)
	planned, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: p.ID(), Script: run.Script})
	if err != nil || len(planned.Problems) > 0 {
		t.Fatal(err, planned.Problems)
	}
	in := activities.AssembleInput{ID: p.ID(), Plan: planned.Plan, Script: run.Script, Cut: 1}
	for _, shot := range shots {
		for n := 1; n <= 2; n++ {
			id := drama.TakeID{Episode: p.ID(), Slate: shot.Slate, Number: n}
			clip, err := s.Generator.Generate(t.Context(), activities.GenerateInput{Plan: planned.Plan, Take: id, Instance: "fake", Seed: int64(n)})
			if err != nil {
				t.Fatal(err)
			}
			ci := activities.ConformInput{Plan: planned.Plan, Script: run.Script, Slate: shot.Slate, Take: id, Clip: &clip.Clip}
			if n == 1 {
				ci.Circle = library.ByQC
			}
			got, err := s.Media.Conform(t.Context(), ci)
			if err != nil {
				t.Fatal(err)
			}
			if n == 1 {
				in.Shots = append(in.Shots, activities.CutShot{Slate: shot.Slate, Take: id, Mezzanine: got.Mezzanine})
			}
			if shot.Slate != "1B" {
				break
			}
		}
	}
	return in, p
}

func manifest(t *testing.T, s *rehearsal.Stage, id drama.EpisodeID, cut int) drama.Manifest {
	t.Helper()
	m, _, err := library.Library{Store: s.Store}.Manifest(t.Context(), id, cut)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func file(t *testing.T, s *rehearsal.Stage, id drama.EpisodeID, cut int, name string) string {
	t.Helper()
	body, _, err := s.Store.Read(t.Context(), store.Keys{Show: id.Show}.Cut(id, cut)+name)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

type shown struct {
	Slate      string
	Take       int
	In, Frames media.Frames
}

func shows(m drama.Manifest) (all []shown) {
	for _, s := range m.Shots {
		all = append(all, shown{s.Slate, s.Take.Number, s.In, s.Frames})
	}
	return all
}

func talking(slate, say string) drama.Shot {
	shot := rehearsal.Shot(slate, "She speaks in "+slate+".")
	shot.Lines = []drama.Line{{Who: drama.Narrator, Kind: drama.LineNarration, Say: say}}
	return shot
}

// TestAnEditorsCutIsCut: out in each form, two clips swapped, one trimmed, one replaced by
// another take, back, and the new cut has exactly that; what was not touched is copied, and
// once more makes no other cut.
func TestAnEditorsCutIsCut(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in, p := filmed(t, s, talking("1A", "The first line is spoken here."), talking("1B", "And this is the second one."), rehearsal.Shot("1C", "Rain."))
	if d := deliver(t, s, in); d.Cut != 1 {
		t.Fatal(d)
	}
	before := manifest(t, s, in.ID, 1)
	takes, _, err := library.Library{Store: s.Store}.Takes(t.Context(), in.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	line, err := handoff.Own([]byte(file(t, s, in.ID, 1, handoff.OTIOName)))
	if err != nil {
		t.Fatal(err)
	}
	// The editor's hand: 1C goes before 1B, whose second take is shown; 1A is trimmed at
	// both ends.
	edit := line
	edit.Clips = []handoff.Clip{line.Clips[0], line.Clips[2], line.Clips[1]}
	edit.Clips[0].In, edit.Clips[0].Frames = 12, 60
	for i, src := range line.Sources {
		if src.Take.Slate == "1B" && src.Take.Number == 2 {
			edit.Clips[2].Source = i
		}
	}
	at := media.Frames(0)
	for i := range edit.Clips {
		edit.Clips[i].Start = at
		at += edit.Clips[i].Frames
	}
	edit.Frames = at
	lib := library.Library{Store: s.Store}
	for n, form := range []struct {
		name string
		body []byte
	}{{"a.otio", handoff.OTIO(edit)}, {"b.fcpxml", handoff.FCPXML(edit)}, {"c.edl", handoff.EDL(edit)}} {
		r, err := handoff.Parse(form.name, form.body, edit.FPS)
		if err != nil {
			t.Fatal(err)
		}
		got, err := handoff.Match(r, handoff.Known{Episode: in.ID, FPS: edit.FPS, Takes: takes})
		if err != nil || len(got.Lost) > 0 {
			t.Fatalf("%s: %v %q", form.name, err, got.Lost)
		}
		e := drama.Edit{Episode: in.ID, FPS: edit.FPS, Events: got.Events, Name: form.name, By: "ed"}
		for _, shot := range p.Episode.Shots() {
			e.Knew = append(e.Knew, drama.EditShot{Slate: shot.Slate, Take: 1, Frames: shot.Frames})
		}
		if _, err := lib.WriteEdit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		in.Cut = 2 + n
		if d := deliver(t, s, in); d.Cut != 2 {
			t.Fatalf("%s: cut %d", form.name, d.Cut) // the three say the same: one cut
		}
	}
	m := manifest(t, s, in.ID, 2)
	want := []shown{{"1A", 1, 12, 60}, {"1C", 1, 0, 96}, {"1B", 2, 0, 96}}
	if d := cmp.Diff(want, shows(m)); d != "" {
		t.Errorf("(-want +cut)\n%s", d)
	}
	if m.Frames != 252 || m.Edit == nil || m.Edit.By != "ed" {
		t.Errorf("%d frames, edit %+v", m.Frames, m.Edit)
	}
	if m.Shots[1].VideoDigest != before.Shots[2].VideoDigest {
		t.Error("1C was not touched, and has other pictures")
	}
	subs := file(t, s, in.ID, 2, "subs/rehearsal-ep01.en.srt")
	first, second := strings.Index(subs, "first"), strings.Index(subs, "second")
	if first < 0 || second < first || !strings.Contains(subs[first:], "00:00:06") && !strings.Contains(subs[first:], "00:00:07") {
		t.Errorf("subtitles do not follow the edit:\n%s", subs)
	}

	t.Run("taken back", func(t *testing.T) {
		if _, err := lib.WriteEdit(t.Context(), drama.Edit{Episode: in.ID, By: "ed"}); err != nil {
			t.Fatal(err)
		}
		in.Cut = 9
		deliver(t, s, in)
		if d := cmp.Diff(shows(before), shows(manifest(t, s, in.ID, 9))); d != "" {
			t.Errorf("(-before +after)\n%s", d)
		}
	})
}

// TestAnEditorsCutAndALaterScript: what the script has got since is put in, what it has
// lost is left out, a take that was circled since is shown, and each is told.
func TestAnEditorsCutAndALaterScript(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in, p := filmed(t, s, rehearsal.Shot("1A", "Rain."), rehearsal.Shot("1B", "Snow."), rehearsal.Shot("1C", "Hail."))
	cut := media.Transition{Kind: media.Cut}
	e := drama.Edit{
		Episode: in.ID, FPS: p.Season.Format.FPS, By: "ed",
		Events: []drama.EditEvent{{Slate: "9Z", Take: 1, Frames: 10, Out: cut}, {Slate: "1C", Take: 1, In: 4, Frames: 20, Out: cut}, {Slate: "1B", Take: 2, Frames: 30, In: 1, Out: cut}, {Slate: "1C", Take: 1, In: 40, Frames: 20, Out: cut}},
		Knew:   []drama.EditShot{{Slate: "9Z", Take: 1, Frames: 10}, {Slate: "1B", Take: 2, Frames: 96}, {Slate: "1C", Take: 1, Frames: 72}},
	}
	if _, err := (library.Library{Store: s.Store}).WriteEdit(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	deliver(t, s, in)
	m := manifest(t, s, in.ID, 1)
	want := []shown{{"1A", 1, 0, 96}, {"1C", 1, 4, 20}, {"1B", 1, 1, 30}, {"1C", 1, 40, 20}}
	if d := cmp.Diff(want, shows(m)); d != "" {
		t.Errorf("(-want +cut)\n%s", d)
	}
	for _, note := range []string{"9Z", "1A", "1B", "1C"} {
		if !strings.Contains(strings.Join(m.Notes, "\n"), "shot "+note) {
			t.Errorf("nothing is said of %s: %q", note, m.Notes)
		}
	}
}

// TestTheEditIsForeseen: a plan foretells the cut of an edit by the same identity.
func TestTheEditIsForeseen(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in, p := filmed(t, s, rehearsal.Shot("1A", "Rain."), rehearsal.Shot("1B", "Snow."))
	deliver(t, s, in)
	same := func(ctx context.Context) bool {
		facts, err := s.Planner.Facts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		full, err := library.Library{Store: s.Store}.Plan(ctx, plan.Input{Production: p, Providers: facts}, nil)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Media.Foresee(ctx, &p, &full)
		if err != nil || !f.Known {
			t.Fatal(f, err)
		}
		return f.Same
	}
	if !same(t.Context()) {
		t.Error("nothing has changed, and another cut is foretold")
	}
	e := drama.Edit{Episode: in.ID, FPS: p.Season.Format.FPS, Events: []drama.EditEvent{{Slate: "1B", Take: 1, In: 3, Frames: 40}, {Slate: "1A", Take: 1, Frames: 96}}, Knew: []drama.EditShot{{Slate: "1A", Take: 1, Frames: 96}, {Slate: "1B", Take: 1, Frames: 96}}}
	if _, err := (library.Library{Store: s.Store}).WriteEdit(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if same(t.Context()) {
		t.Error("the cut is edited, and the same is foretold")
	}
	in.Cut = 2
	deliver(t, s, in)
	if !same(t.Context()) {
		t.Error("the edited cut is made, and another is foretold")
	}
}
