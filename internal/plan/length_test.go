package plan

import (
	"testing"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

func seconds4to15(m *provider.Model) { m.DurationsMS, m.MinMS, m.MaxMS = nil, 4000, 15_000 }

// A rate that is a little slower than its name makes no take a second dearer.
func TestLengthIsTheShots(t *testing.T) {
	ntsc := media.Rational{Num: 24000, Den: 1001}
	for _, c := range []struct {
		name   string
		frames media.Frames
		fps    media.Rational
		model  func(*provider.Model)
		want   int64
	}{
		{"96 at 23.976 is 4 s of a range", 96, ntsc, seconds4to15, 4000},
		{"120 at 23.976 is 5 s of a list", 120, ntsc, func(*provider.Model) {}, 5000},
		{"300 at 29.97 is 10 s, the longest", 300, media.Rational{Num: 30000, Den: 1001}, func(*provider.Model) {}, 10_000},
		{"240 at 15.984 is 15 s, the longest of a range", 240, media.Rational{Num: 16000, Den: 1001}, seconds4to15, 15_000},
		{"one picture more is held", 97, media.Rational{Num: 24, Den: 1}, seconds4to15, 4000},
		{"two are not", 98, media.Rational{Num: 24, Den: 1}, seconds4to15, 5000},
		{"what costs nothing is made as long as it is", 97, media.Rational{Num: 24, Den: 1}, func(m *provider.Model) {
			seconds4to15(m)
			m.PricePerSecond = drama.Money{}
		}, 4042},
	} {
		in := input(shot("1A", func(s *drama.Shot) { s.Frames = c.frames }))
		in.Production.Season.Format.FPS = c.fps
		in.Providers = []provider.Facts{vendor(c.model), free()}
		p := build(t, in)
		if len(p.Problems) > 0 || len(p.Shots[0].Routes) == 0 || p.Shots[0].Provider != "vendor" || p.Shots[0].Routes[0].MakeMS != c.want {
			t.Errorf("%s: %+v, rejected %v, problems %v", c.name, p.Shots[0].Routes, p.Shots[0].Rejected, p.Problems)
		}
	}
}

// What is planned and priced is what the model makes when it is asked so.
func TestLimitsTieLengthToSize(t *testing.T) {
	large := func(m *provider.Model) {
		m.Rasters = append(m.Rasters, media.Raster{Width: 1080, Height: 1920})
		m.DurationsMS = []int64{4000, 6000, 8000}
		m.Limits = []provider.Limit{
			{Above: 720, DurationsMS: []int64{8000}},
			{Modes: []provider.Mode{provider.ModeReferences}, DurationsMS: []int64{8000}},
		}
	}
	in := input(shot("1A"), shot("2A", func(s *drama.Shot) { s.Cast = []string{"lin"} }))
	in.Providers = []provider.Facts{vendor(large), free()}
	p := build(t, in)
	if r := p.Shots[0].Routes[0]; r.Raster.Height != 1920 || r.MakeMS != 8000 || r.Price.String() != "8.00 CNY" {
		t.Errorf("at 1080p: %+v", r)
	}
	in.Production.Season.Format.Raster = media.Raster{Width: 720, Height: 1280}
	p = build(t, in)
	if r := p.Shots[0].Routes[0]; r.Raster.Height != 1280 || r.MakeMS != 4000 || r.Price.String() != "4.00 CNY" {
		t.Errorf("at 720p: %+v", r)
	}
	if r := p.Shots[1].Routes[0]; r.Mode != provider.ModeReferences || r.MakeMS != 8000 {
		t.Errorf("with references: %+v", r)
	}
}

// A size that only comes with sound off is not asked for with sound on.
func TestLimitsTieSizeToSound(t *testing.T) {
	yes := true
	in := input(shot("1A", func(s *drama.Shot) { s.Sound = "rain" }), shot("2A"))
	in.Production.Season.Format.Raster = media.Raster{Width: 720, Height: 1280}
	in.Providers = []provider.Facts{vendor(func(m *provider.Model) {
		m.Rasters = append(m.Rasters, media.Raster{Width: 1080, Height: 1920})
		m.Limits = []provider.Limit{{Audio: &yes, ShortSide: 1080}}
	}), free()}
	p := build(t, in)
	if a, b := p.Shots[0].Routes[0], p.Shots[1].Routes[0]; a.Raster.Height != 1920 || b.Raster.Height != 1280 {
		t.Errorf("with sound %s, without %s", a.Raster, b.Raster)
	}
}

// Every model is told what it reads, and nothing that it does not.
func TestTold(t *testing.T) {
	in := input(shot("1A", func(s *drama.Shot) { s.Cast = []string{"lin"} }))
	in.Production.Season.Avoid = "text"
	in.Providers = []provider.Facts{vendor(func(m *provider.Model) {
		m.Cite = "<REF_{n0}>"
		m.Opening = map[provider.Mode]string{provider.ModeReferences: "<REFS> ", provider.ModeText: "<NONE> "}
	}), free()}
	s := build(t, in).Shots[0]
	told := s.Told(s.Routes[0], nil)
	if want := "<REFS> " + s.Prompt.Text + "\n<REF_0> shows Lin; <REF_1> shows Lin."; told.Prompt != want || told.Negative != "" {
		t.Errorf("told %+v, want %q", told, want)
	}
	soft := s.Told(s.Routes[0], []attempts.Remedy{attempts.RemedySoftened})
	if want := "<REFS> " + s.Softened + s.Routes[0].Citation; soft.Prompt != want {
		t.Errorf("softened %q, want %q", soft.Prompt, want)
	}
	in.Providers[0].Model.Negative = true
	s = build(t, in).Shots[0]
	if told := s.Told(s.Routes[0], nil); told.Negative != "text" {
		t.Errorf("a model that takes a negative prompt is told %q", told.Negative)
	}
}
