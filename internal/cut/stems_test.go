package cut_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// named are a job's stems by name, those with the implicit label in capitals.
func named(job media.AssembleJob) []string {
	var all []string
	for _, s := range job.Stems {
		name := strings.TrimSuffix(s.Path[strings.LastIndex(s.Path, "/")+1:], ".flac")
		if s.Comments[aigc.Key] != "" {
			name = strings.ToUpper(name)
		}
		all = append(all, name)
	}
	return all
}

// TestStemsOfACut: there is M&E where no take speaks itself, music where there is a score,
// the implicit label where something is made by a model or a voice; and none at all unless
// the season asks.
func TestStemsOfACut(t *testing.T) {
	heard := func(s []cut.Shot) {
		for i := range s {
			s[i].Mezzanine.Result.Measurements.HasAudio = true
		}
	}
	for _, c := range []struct {
		name string
		do   func(*drama.Production, *cut.Cut, []cut.Shot)
		want []string
		no   string // M&E, and in whose take
	}{
		{"nobody asks", func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Season.Stems = false }, nil, ""},
		{"a voice speaks", func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) { heard(s) }, []string{"DIALOGUE", "EFFECTS", "ME", "MIX"}, ""},
		{"silent takes", func(*drama.Production, *cut.Cut, []cut.Shot) {}, []string{"DIALOGUE", "effects", "me", "MIX"}, ""},
		{"the model speaks", func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) { heard(s); s[1].Speech = drama.Speech{} }, []string{"DIALOGUE", "EFFECTS", "MIX"}, "1B"},
		{"the model speaks, and is silent", func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) {
			s[1].Speech = drama.Speech{}
		}, []string{"dialogue", "effects", "me", "mix"}, ""},
		{"a score", func(p *drama.Production, _ *cut.Cut, s []cut.Shot) {
			heard(s)
			p.Season.Score = &drama.Score{Level: -24}
		}, []string{"DIALOGUE", "EFFECTS", "music", "ME", "MIX"}, ""},
		{"footage", func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) {
			heard(s)
			s[1].Speech = drama.Speech{}
			for i := range s {
				s[i].Take.Origin = drama.OriginFootage
			}
		}, []string{"dialogue", "effects", "mix"}, "1B"},
		{"no label", func(p *drama.Production, _ *cut.Cut, s []cut.Shot) {
			heard(s)
			p.Season.Label.Off = true
		}, []string{"dialogue", "effects", "me", "mix"}, ""},
	} {
		made := laid(t, func(p *drama.Production, k *cut.Cut, s []cut.Shot) {
			p.Season.Stems = true
			c.do(p, k, s)
		})
		job, _ := made.Job("/scratch")
		if d := cmp.Diff(c.want, named(job)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
		m := made.Manifest(cut.Made{Result: media.AssembleResult{Frames: 96, Gain: 3, StemGain: -1}}, nil, "dailies", time.Time{})
		if c.want == nil {
			if m.Stems != nil {
				t.Errorf("%s: the manifest has %+v", c.name, m.Stems)
			}
			continue
		}
		if m.Stems.Gain != -1 || m.Stems.Master != 3 || (m.Stems.NoME != "") != (c.no != "") || !strings.Contains(m.Stems.NoME, c.no) || c.no != "" && !slices.Contains(m.Notes, m.Stems.NoME) {
			t.Errorf("%s: the manifest says %+v, notes %q", c.name, m.Stems, m.Notes)
		}
		for _, d := range made.Deliverables(cut.Made{Job: job}) {
			if strings.HasSuffix(d.Path, ".flac") && (!strings.HasPrefix(d.Name, "stems/") || d.Type != "audio/flac") {
				t.Errorf("%s: %+v", c.name, d)
			}
		}
	}
}

// TestEffectsOfAShot: they lie where the script says, in the job and in the identity, by
// content and not by name.
func TestEffectsOfAShot(t *testing.T) {
	effect := drama.Effect{File: drama.File{Path: "door.wav", SHA256: "d", Bytes: 9}, At: 12, Level: -6}
	with := func(change func(*drama.Effect)) *cut.Cut {
		return laid(t, func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
			e := effect
			if change != nil {
				change(&e)
			}
			p.Episode.Scenes[0].Shots[1].Effects = []drama.Effect{e}
		})
	}
	job, needed := with(nil).Job("/scratch")
	if len(job.Effects) != 1 || job.Effects[0].At != 48+12 || job.Effects[0].Gain != -6 || needed[len(needed)-1].Path != job.Effects[0].Path || needed[len(needed)-1].Ref.SHA256 != "d" {
		t.Errorf("%+v of %+v", job.Effects, needed)
	}
	same := with(nil).Identity()
	if same == laid(t, nil).Identity() || with(func(e *drama.Effect) { e.File.Path = "other.wav" }).Identity() != same {
		t.Error("what is heard decides, and nothing else")
	}
	for name, change := range map[string]func(*drama.Effect){
		"another sound": func(e *drama.Effect) { e.File.SHA256 = "e" }, "later": func(e *drama.Effect) { e.At++ }, "louder": func(e *drama.Effect) { e.Level++ },
	} {
		if with(change).Identity() == same {
			t.Errorf("%s is the same cut", name)
		}
	}
	if job, _ := with(func(e *drama.Effect) { e.At = 48 }).Job("/scratch"); len(job.Effects) != 0 {
		t.Error("an effect behind the end of its take is laid into the next shot")
	}
}
