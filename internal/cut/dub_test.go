package cut_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

// spoke is a dub of laid's cut whose one line lasts n frames.
func spoke(t *testing.T, n media.Frames, change func(*drama.Production, *cut.Cut, []cut.Shot)) (original, dub *cut.Cut) {
	t.Helper()
	original = laid(t, func(p *drama.Production, c *cut.Cut, s []cut.Shot) {
		p.Season.Stems, p.Season.Score = true, &drama.Score{Level: -24}
		p.Season.Subtitles.Sidecar = []string{"en", "zh"}
		shot := &p.Episode.Scenes[0].Shots[1]
		shot.Cast, shot.Lines[0].Translation = []string{"lin"}, drama.Text{"zh": "是的。"}
		for i := range s {
			s[i].Mezzanine.Result.Measurements.HasAudio = true
		}
		if change != nil {
			change(p, c, s)
		}
	})
	return original, original.Dub("zh", 2, map[string][]drama.SpokenLine{"1B": {{Sound: drama.Object{Key: "是"}, Frames: n}}})
}

// TestADubIsTheCutInAnotherLanguage: its pictures, music and effects are the cut's, its line
// is another, within the line's own time, and it says what it is.
func TestADubIsTheCutInAnotherLanguage(t *testing.T) {
	original, dub := spoke(t, 15, nil)
	before := original.Identity()
	a, _ := original.Job("/scratch")
	b, _ := dub.Job("/scratch")
	if d := cmp.Diff(a.Segments, b.Segments); d != "" {
		t.Errorf("the shots differ:\n%s", d)
	}
	if d := cmp.Diff(a.Score, b.Score); d != "" {
		t.Errorf("the music differs:\n%s", d)
	}
	if d := cmp.Diff(a.Label, b.Label); d != "" {
		t.Errorf("the label differs:\n%s", d)
	}
	if a.Language != "en" || b.Language != "zh" || len(b.Dialogue) != 1 || b.Dialogue[0].At != a.Dialogue[0].At || b.Dialogue[0].Rate != 1.25 {
		t.Errorf("%s, %s; %+v in the place of %+v", a.Language, b.Language, b.Dialogue, a.Dialogue)
	}
	if a.Metadata["AIGC"] == b.Metadata["AIGC"] || !strings.Contains(b.Metadata["AIGC"], "cut3/zh2") {
		t.Errorf("its implicit label is %s", b.Metadata["AIGC"])
	}
	m := dub.Manifest(cut.Made{Result: media.AssembleResult{Frames: 96}}, nil, "dailies", time.Time{})
	if m.Dub == nil || m.Cut != 3 || m.Dub.Number != 2 || m.Dub.Language != "zh" || len(m.Dub.Lines) != 1 || m.Dub.Lines[0].Text != "是的。" || !m.Dub.Lines[0].Fits {
		t.Errorf("%+v", m.Dub)
	}
	if l := m.Dub.Lines[0]; l.From+l.Length > l.End || l.Rate > drama.FastestDub {
		t.Errorf("the line lies at %+v", l)
	}
	if dub.Identity() == before || original.Identity() != before {
		t.Error("the dub is the cut, or has changed it")
	}
	if !strings.HasSuffix(dub.Named(), ", dubbed zh") || strings.Contains(original.Named(), "dubbed") {
		t.Errorf("they are called %s and %s", original.Named(), dub.Named())
	}
	if dub.Prefix() == original.Prefix() || !strings.Contains(dub.Prefix(), "/dubs/zh/2/") {
		t.Errorf("it lies at %s", dub.Prefix())
	}
}

// TestADubOfATakeThatSpeaks: its own voice is silent where it is known to speak, else all of
// its sound, which is said; then there is M&E.
func TestADubOfATakeThatSpeaks(t *testing.T) {
	for _, c := range []struct {
		name  string
		take  func(*drama.Take)
		mute  [][2]media.Frames
		notes int
	}{
		{"nobody knows when", func(*drama.Take) {}, [][2]media.Frames{{0, 48}}, 1},
		{"its maker told", func(k *drama.Take) { k.Cues = []drama.SpokenCue{{From: 10, To: 30}} }, [][2]media.Frames{{8, 32}}, 0},
	} {
		original, dub := spoke(t, 10, func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) {
			s[1].Speech = drama.Speech{}
			c.take(&s[1].Take)
		})
		a, _ := original.Job("/scratch")
		b, _ := dub.Job("/scratch")
		if !a.Segments[1].Speaks || b.Segments[1].Speaks || !cmp.Equal(b.Segments[1].Mute, c.mute) || b.Segments[0].Mute != nil {
			t.Errorf("%s: %+v of %+v", c.name, b.Segments, a.Segments)
		}
		if len(named(b)) != 5 || len(named(a)) != 4 {
			t.Errorf("%s: stems %v of %v", c.name, named(b), named(a))
		}
		m := dub.Manifest(cut.Made{Result: media.AssembleResult{Frames: 96}}, nil, "dailies", time.Time{})
		if len(m.Notes) != c.notes {
			t.Errorf("%s: notes %q", c.name, m.Notes)
		}
	}
}

// TestALineThatDoesNotFitIsNamed.
func TestALineThatDoesNotFitIsNamed(t *testing.T) {
	_, dub := spoke(t, 200, nil)
	unfit := dub.Unfit()
	if len(unfit) != 1 || !strings.Contains(unfit[0], "line 1 of shot 1B") || !strings.Contains(unfit[0], "是的") {
		t.Errorf("%q", unfit)
	}
	if original, fit := spoke(t, 12, nil); fit.Unfit() != nil || original.Unfit() != nil {
		t.Error("what fits is named")
	}
	_, a := spoke(t, 12, nil)
	_, b := spoke(t, 13, nil)
	if a.Identity() == b.Identity() {
		t.Error("a line that is heard at another rate is the same dub")
	}
}

// TestADubOfAnEditedCut: a line lies in the piece that an editor has left of its shot, the
// take is silent there where it speaks, and an effect lies where it was heard.
func TestADubOfAnEditedCut(t *testing.T) {
	piece := func(p *drama.Production, c *cut.Cut, s []cut.Shot) {
		c.Edit = &drama.Edit{}
		p.Episode.Scenes[0].Shots[1].Effects = []drama.Effect{{File: drama.File{SHA256: "d"}, At: 15}, {File: drama.File{SHA256: "e"}, At: 3}, {File: drama.File{SHA256: "f"}, At: 40}}
		s[1].Speech, s[1].Take.Cues = drama.Speech{}, []drama.SpokenCue{{From: 12, To: 22}}
		for i := range s {
			s[i].Piece = &timeline.Piece{Slate: s[i].Slate, Take: s[i].Take.ID, Whole: i == 0, In: 10, Frames: 20}
		}
		s[1].Mezzanine.Result.Frames, s[1].Cues = 20, []drama.SpokenCue{{From: 2, To: 12}}
	}
	_, dub := spoke(t, 10, piece)
	job, _ := dub.Job("/scratch")
	m := dub.Manifest(cut.Made{Result: media.AssembleResult{Frames: 68}}, nil, "dailies", time.Time{})
	if len(m.Dub.Lines) != 1 || m.Dub.Lines[0].DubWindow != (drama.DubWindow{From: 2, To: 12, End: 20}) || job.Dialogue[0].At != 48+2 {
		t.Errorf("%+v, %+v", m.Dub.Lines, job.Dialogue)
	}
	if !cmp.Equal(job.Segments[1].Mute, [][2]media.Frames{{0, 14}}) {
		t.Errorf("it is silent in %v", job.Segments[1].Mute)
	}
	if len(job.Effects) != 1 || job.Effects[0].At != 48+5 {
		t.Errorf("%+v", job.Effects)
	}
	_, dub = spoke(t, 10, func(p *drama.Production, c *cut.Cut, s []cut.Shot) {
		piece(p, c, s)
		s[1].Cues = []drama.SpokenCue{drama.CutAway(0)}
	})
	if job, _ := dub.Job("/scratch"); len(job.Dialogue) != 0 {
		t.Errorf("a line that was cut away is spoken: %+v", job.Dialogue)
	}
}
