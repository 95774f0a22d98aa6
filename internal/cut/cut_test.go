package cut_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/rehearsal"
)

// laid is a cut of two shots, the second spoken.
func laid(t *testing.T, change func(*drama.Production, *cut.Cut, []cut.Shot)) *cut.Cut {
	t.Helper()
	a, b := rehearsal.Shot("1A", "a door"), rehearsal.Shot("1B", "a lamp")
	b.Lines = []drama.Line{{Who: "lin", Say: "Yes."}}
	p := rehearsal.Production([]string{"fake"}, a, b)
	p.Season.Language, p.Season.Subtitles.Sidecar = "en", []string{"en"}
	c := &cut.Cut{ID: p.ID(), Number: 3, Script: &p, Spec: media.Spec{Raster: p.Season.Format.Raster, FPS: p.Season.Format.FPS}}
	var shots []cut.Shot
	for i, slate := range []string{"1A", "1B"} {
		id := drama.TakeID{Episode: p.ID(), Slate: slate, Number: i + 1}
		shots = append(shots, cut.Shot{
			Slate: slate, Take: drama.Take{ID: id, Origin: drama.OriginGenerated, Digest: "of " + slate}, Digest: "now " + slate, MezzanineDigest: "m" + slate,
			Mezzanine: library.Mezzanine{
				Video: drama.Object{Key: slate + "/v"}, Audio: drama.Object{Key: slate + "/a"}, Result: media.ConformResult{Frames: 48},
			},
		})
	}
	shots[1].Speech = drama.Speech{Lines: []drama.SpokenLine{{Line: 0, Sound: drama.Object{Key: "yes"}, Frames: 12}}}
	if change != nil {
		change(&p, c, shots)
	}
	if err := c.Lay(shots); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestIdentity: what a viewer would see, hear or read makes another cut; what it cost
// and how often it was made does not.
func TestIdentity(t *testing.T) {
	same := laid(t, nil).Identity()
	for name, change := range map[string]struct {
		do    func(*drama.Production, *cut.Cut, []cut.Shot)
		other bool
	}{
		"number and cost": {func(_ *drama.Production, c *cut.Cut, _ []cut.Shot) { c.Number, c.Spent.Micros = 9, 1 }, false},
		"attempts": {func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) {
			s[0].Attempts, s[0].Reasons = 4, []string{"black"}
		}, false},
		"a line that was found, not spoken": {func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) {
			s[1].Speech.Cost, s[1].Speech.Lines[0].Sound.Bucket = drama.Money{Micros: 7}, "studio"
		}, false},
		"a picture":          {func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) { s[0].MezzanineDigest = "other" }, true},
		"a voice":            {func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) { s[1].Speech.Lines[0].Sound.Key = "no" }, true},
		"the title":          {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Episode.Title = drama.Text{"en": "Other"} }, true},
		"the season's title": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Season.Title = drama.Text{"en": "Other"} }, true},
		"the hook":           {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Episode.Hook = "Who is it?" }, true},
		"a consent": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
			p.Season.Cast = map[string]drama.Character{"lin": {Consent: &drama.File{Path: "lin.pdf", SHA256: "l"}}}
		}, true},
		"the consent of somebody who is not in it": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
			p.Season.Cast = map[string]drama.Character{"bo": {Consent: &drama.File{Path: "bo.pdf", SHA256: "b"}}}
		}, false},
		"who gets it":        {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Season.Deliver = []string{"tiktok"} }, true},
		"a number":           {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Season.Filing = &drama.Filing{License: "1"} }, true},
		"a code":             {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Season.Label.Code = "1" }, true},
		"a label that stays": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Season.Label.Whole = true }, true},
		"a ladder": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
			p.Season.HLS = &drama.HLS{Rungs: []media.Rung{{Raster: p.Season.Format.Raster, Codec: media.CodecH264}}}
		}, true},
		"a version": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
			p.Season.Versions = []drama.Version{{Name: "wide", Raster: media.Raster{Width: 1920, Height: 1080}, Fit: media.FitBlur}}
		}, true},
		"a cover": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
			p.Season.Covers = []media.Raster{{Width: 1080, Height: 1080}}
		}, true},
		"a focus that only the shot's own mezzanine knows": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
			p.Episode.Scenes[0].Shots[0].Focus = &media.Focus{X: 250, Y: 500}
		}, false},
		"a signature": {func(_ *drama.Production, c *cut.Cut, _ []cut.Shot) { c.Signed = "1:abc" }, true},
		"a synopsis": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
			p.Season.Synopsis, p.Season.Tagline, p.Episode.Synopsis = drama.Text{"en": "a"}, drama.Text{"en": "b"}, drama.Text{"en": "c"}
		}, false},
		"loudness": {func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Season.Loudness.Integrated++ }, true},
	} {
		if got := laid(t, change.do).Identity(); (got != same) != change.other {
			t.Errorf("%s: another cut is %v, want %v", name, got != same, change.other)
		}
	}
}

// TestSaidOfTheScore: what cue sheets say of the music makes no other cut.
func TestSaidOfTheScore(t *testing.T) {
	with := func(s drama.Score) string {
		return laid(t, func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) { p.Season.Score = &s }).Identity()
	}
	bare := with(drama.Score{Level: -24})
	if with(drama.Score{Level: -24, Title: "Rain", Composer: "somebody", Licence: &drama.File{SHA256: "l"}}) != bare {
		t.Error("its title makes another cut")
	}
	if with(drama.Score{Level: -20}) == bare {
		t.Error("its level makes none")
	}
}

// What a cut's pictures come from is told by its takes, whoever calls them what.
func TestMakings(t *testing.T) {
	for _, c := range []struct {
		a, b drama.Take
		want cut.Makings
	}{
		{drama.Take{Origin: drama.OriginGenerated, Provider: "seedance"}, drama.Take{Origin: drama.OriginGenerated, Provider: "animatic"}, cut.Makings{Trained: true, Drawn: true}},
		{drama.Take{Origin: drama.OriginFootage}, drama.Take{Origin: drama.OriginGenerated, Provider: "kling"}, cut.Makings{Trained: true, Footage: true}},
		{drama.Take{Origin: drama.OriginFootage, Provider: "animatic"}, drama.Take{Origin: drama.OriginFootage}, cut.Makings{Footage: true}},
	} {
		got := laid(t, func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) {
			s[0].Take.Origin, s[0].Take.Provider, s[1].Take.Origin, s[1].Take.Provider = c.a.Origin, c.a.Provider, c.b.Origin, c.b.Provider
		}).Makings()
		if got != c.want {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}

// What was heard moves subtitles: another cut. What was heard without times does not, and
// where a voice speaks the line nobody asks what the take says.
func TestHeardIsAnotherCut(t *testing.T) {
	heard := func(silent bool, h *drama.Heard) string {
		return laid(t, func(_ *drama.Production, _ *cut.Cut, s []cut.Shot) {
			if s[1].Take.Heard = h; silent {
				s[1].Speech = drama.Speech{}
			}
		}).Identity()
	}
	at := &drama.Heard{Text: "Yes.", Lines: []drama.HeardLine{{FromMS: 1000, ToMS: 1500, Matched: true}}}
	if heard(true, nil) == heard(true, at) {
		t.Error("the line is heard elsewhere, and the cut is the same")
	}
	if heard(true, nil) != heard(true, &drama.Heard{Text: "Yes."}) {
		t.Error("nobody told when, and the cut is another one")
	}
	if heard(false, nil) != heard(false, at) {
		t.Error("a voice speaks it, and the cut is another one")
	}
}

// TestDeliverables: each is named once, with what makes it, and the manifest has the shots in
// order with the digest that was planned.
func TestDeliverables(t *testing.T) {
	c := laid(t, nil)
	job, needed := c.Job("/scratch")
	var got []string
	made := cut.Made{Job: job, Result: media.AssembleResult{Frames: 96}}
	for _, d := range c.Deliverables(made) {
		if (d.Path == "") == (len(d.Body) == 0) {
			t.Errorf("%s: made by the child (%q) or here (%d bytes)?", d.Name, d.Path, len(d.Body))
		}
		got = append(got, d.Name)
	}
	want := []string{"master.mp4", "poster.jpg", "contact.jpg", "subs/rehearsal-ep01.en.srt", "subs/rehearsal-ep01.en.vtt", "timeline.otio", "timeline.edl", "timeline.fcpxml", "timeline.xml"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var keys []string
	for _, n := range needed {
		if !strings.HasPrefix(n.Path, "/scratch/") {
			t.Errorf("%s goes to %s", n.Ref.Key, n.Path)
		}
		keys = append(keys, n.Ref.Key+" "+n.Use)
	}
	if d := cmp.Diff([]string{"1A/v 1A", "1A/a 1A", "1B/v 1B", "1B/a 1B", "yes "}, keys); d != "" {
		t.Errorf("needed (-want +got):\n%s", d)
	}
	m := c.Manifest(made, nil, "dailies", time.Time{})
	if len(m.Shots) != 2 || m.Shots[0].Digest != "now 1A" || m.Shots[1].Start != 48 || m.Digest != c.Identity() || m.Cut != 3 {
		t.Errorf("%+v", m)
	}
}

// The label, the card and the implicit labels are what the season asks for: numbers that it
// does not have are shown nowhere.
func TestOpening(t *testing.T) {
	c := laid(t, func(p *drama.Production, _ *cut.Cut, _ []cut.Shot) {
		p.Season.Language, p.Season.Title = "zh", drama.Text{"zh": "第三十天"}
		p.Season.Safe = media.Box{X0: 2, Y0: 4, X1: 60, Y1: 80}
		p.Season.Label = drama.Label{Text: "AI生成", Position: "top-left", Whole: true, Producer: "house", Code: "001191110000MA0000000H10001"}
		p.Season.Filing = &drama.Filing{Class: "key", License: "(沪)网剧审字(2023)第001号", Frames: 30}
		p.Season.Deliver = []string{"reels"}
	})
	job, _ := c.Job("/scratch")
	if job.Label.Frames != 96 || job.Label.Safe != (media.Box{X0: 2, Y0: 4, X1: 60, Y1: 80}) {
		t.Errorf("label %+v", job.Label)
	}
	if d := cmp.Diff([]string{"《第三十天》", "许可证号：(沪)网剧审字(2023)第001号"}, job.Card.Lines); d != "" || job.Card.Frames != 30 {
		t.Errorf("card %+v %s", job.Card, d)
	}
	if label := job.Metadata["AIGC"]; !strings.Contains(label, `"ContentProducer":"001191110000MA0000000H10001"`) {
		t.Error(label)
	}
	for _, d := range c.Deliverables(cut.Made{Job: job}) {
		if labelled := strings.Contains(d.XMP, "001191110000MA0000000H10001"); labelled != (d.Type == "image/jpeg") {
			t.Errorf("%s: %s", d.Name, d.XMP)
		}
	}
	if !job.NoEdits {
		t.Error("reels take no edit lists")
	}
	m := c.Manifest(cut.Made{Result: media.AssembleResult{Frames: 96}}, nil, "dailies", time.Time{})
	if !m.Label.Whole || m.Label.Language != "zh" || m.Language != "zh" || len(m.Card) != 2 || m.Filing == nil || m.Deliver[0] != "reels" {
		t.Errorf("%+v", m)
	}
	if job, _ := laid(t, nil).Job("/scratch"); job.Card != nil || job.NoEdits || job.Label == nil {
		t.Errorf("nobody asks: %+v", job)
	}
}
