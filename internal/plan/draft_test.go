package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

var (
	draftNow = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	upright  = media.Raster{Width: 1080, Height: 1920}
)

// sellsDrafts makes five seconds for 5 CNY at 720p, drafts of 480p for a fifth of that and
// finals of 1080p for 10.
func sellsDrafts(m *provider.Model) {
	one, two := drama.Money{Micros: drama.Micro, Currency: "CNY"}, drama.Money{Micros: 2 * drama.Micro, Currency: "CNY"}
	m.Rates = []provider.Rate{{ShortSide: 720, PerSecond: &one}, {PerSecond: &two}}
	small := media.Raster{Width: 480, Height: 854}
	m.Rasters = []media.Raster{small, {Width: 720, Height: 1280}}
	m.Draft = &provider.Draft{Rasters: []media.Raster{small}, Finals: []media.Raster{upright}, PricePPM: 200_000, Days: 7}
}

// drafting is an episode whose season asks for drafts of a vendor that sells them.
func drafting(shots ...drama.Shot) Input {
	in := input(shots...)
	in.Production.Season.Takes.Draft = true
	in.Providers = []provider.Facts{free(), vendor(sellsDrafts)}
	in.Now = draftNow
	return in
}

// drafted is the input once every shot of it has a circled draft, bought two days ago.
func drafted(t *testing.T, in Input, change ...func(*drama.Take)) Input {
	t.Helper()
	in.Circles, in.Chosen, in.TakeCounts = map[string]drama.Circle{}, map[string]drama.Take{}, map[string]int{}
	for _, s := range build(t, in).Shots {
		id := drama.TakeID{Episode: drama.EpisodeID{Show: "s", Number: 1}, Slate: s.Slate, Number: 2}
		take := drama.Take{
			ID: id, Digest: s.Digest, Provider: s.Provider, Model: s.Model, Media: drama.Object{Key: "k"}, Asked: s.Asked(s.Provider, nil),
			Verdict: drama.Verdict{Pass: true}, Draft: &drama.Draft{ID: "cgt-" + s.Slate, Until: draftNow.AddDate(0, 0, 5)},
		}
		for _, c := range change {
			c(&take)
		}
		in.TakeCounts[s.Slate], in.Chosen[s.Digest] = 2, take
		in.Circles[s.Digest] = drama.Circle{Digest: s.Digest, Take: id, By: "qc", Draft: take.Draft != nil}
	}
	return in
}

func finals(in Input, slates ...string) Input {
	in.Retake = &drama.Retake{Slates: slates, Final: true}
	return in
}

func TestTakesAreMadeAsDrafts(t *testing.T) {
	p := build(t, drafting(shot("1A")))
	r := p.Shots[0].Routes[0]
	if r.Draft == nil || r.Draft.Days != 7 || r.Raster.String() != "480x854" || r.Price.String() != "1.00 CNY" || r.Draft.Final.String() != "10.00 CNY" {
		t.Errorf("route %+v, draft %+v", r, r.Draft)
	}
	if p.TotalLow.String() != "1.00 CNY" || p.TotalHigh.String() != "3.00 CNY" {
		t.Errorf("total %s to %s", p.TotalLow, p.TotalHigh)
	}
	want := Drafts{On: true, Shots: 1, Low: p.TotalLow, High: p.TotalHigh, Finals: r.Draft.Final, WholeLow: cny(5), WholeHigh: cny(15)}
	if p.Drafts == nil || *p.Drafts != want {
		t.Errorf("sums %+v, want %+v", p.Drafts, want)
	}
	if d := p.Shots[0].Routes[1].Draft; d != nil {
		t.Error("the animatic of this test sells no drafts")
	}
}

func cny(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }

// A draft is no other shot: neither its digest nor the plan of who has asked for none
// changes by what a model sells.
func TestDraftsAreNoPartOfAShot(t *testing.T) {
	on, off := drafting(shot("1A")), drafting(shot("1A"))
	off.Production.Season.Takes.Draft = false
	a, b := build(t, on), build(t, off)
	if a.Shots[0].Digest != b.Shots[0].Digest {
		t.Error("a draft has another digest")
	}
	if r := b.Shots[0].Routes[0]; r.Draft != nil || r.Price != cny(5) {
		t.Errorf("route %+v", r)
	}
	want := Drafts{Shots: 1, Low: cny(1), High: cny(3), Finals: cny(10), WholeLow: cny(5), WholeHigh: cny(15)}
	if b.Drafts == nil || *b.Drafts != want {
		t.Errorf("sums %+v, want %+v", b.Drafts, want)
	}
}

func TestAShapeWithoutDraftsIsSaid(t *testing.T) {
	in := drafting(shot("1A"))
	in.Production.Season.Format.Raster = media.Raster{Width: 1080, Height: 1080}
	in.Production.Season.Routing[0].Use = []string{"vendor"}
	in.Providers[1].Model.Rasters = append(in.Providers[1].Model.Rasters, media.Raster{Width: 960, Height: 960})
	p := build(t, in)
	if len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "makes no draft of this shape") {
		t.Errorf("problems %v", p.Problems)
	}
}

func TestFinalOfACircledDraft(t *testing.T) {
	in := drafting(shot("1A"), shot("1B", func(s *drama.Shot) { s.Frames = 60 }))
	in = drafted(t, in, func(t *drama.Take) { t.Note = "slower" })
	p := build(t, finals(in, "1A"))
	if len(p.Problems) > 0 {
		t.Fatal(p.Problems)
	}
	a, b := p.Shots[0], p.Shots[1]
	if a.Action != Make || a.Final == nil || a.Final.Draft.ID != "cgt-1A" || a.Final.Of.Number != 2 || a.NextTake != 3 || a.MaxTakes != 1 || a.Note != "slower" {
		t.Errorf("shot %+v, final %+v", a, a.Final)
	}
	if r := a.Routes[0]; len(a.Routes) != 1 || r.Raster != upright || r.Price != cny(10) || r.MakeMS != 5000 || r.Draft != nil {
		t.Errorf("routes %+v", a.Routes)
	}
	if p.TotalLow != cny(10) || p.TotalHigh != cny(10) || p.Drafts != nil {
		t.Errorf("total %s to %s, sums %+v", p.TotalLow, p.TotalHigh, p.Drafts)
	}
	if b.Action != Reuse || b.Draft == nil {
		t.Errorf("the other shot %+v", b)
	}
	asked := a.Asked("vendor", nil)
	if asked == nil || asked.Raster != upright || asked.Prompt != in.Chosen[a.Digest].Asked.Prompt {
		t.Errorf("asked %+v", asked)
	}
}

// A final needs nothing that the draft was made from: neither the frame of another shot
// nor a still is waited for, and a shot that starts from it keeps its take.
func TestAFinalWaitsForNothing(t *testing.T) {
	in := drafting(shot("1A"), shot("1B", func(s *drama.Shot) { s.From = &drama.From{Slate: "1A"} }))
	in = drafted(t, in)
	p := build(t, finals(in, "1A", "1B"))
	if b := p.Shots[1]; b.Final == nil || b.From != nil || b.Still != nil || b.Routes[0].Mode != provider.ModeFirstFrame {
		t.Errorf("%+v", b)
	}
	for _, w := range build(t, finals(in, "1A")).Warnings {
		if strings.Contains(w.Message, "starts from the old") {
			t.Errorf("warning %q", w.Message)
		}
	}
}

func TestWhatIsNoDraftStays(t *testing.T) {
	in := drafted(t, drafting(shot("1A")), func(t *drama.Take) { t.Draft = nil })
	p := build(t, finals(in, "1A"))
	if s := p.Shots[0]; len(p.Problems) > 0 || s.Action != Reuse || s.Reuse.Number != 2 {
		t.Errorf("%+v, problems %v", s, p.Problems)
	}
}

// Whatever stands in the way of a final is said with what there is to choose, and nothing
// is bought in its place.
func TestNoFinal(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*drama.Take)
		facts  func(*provider.Facts)
		says   []string
	}{
		"expired":          {change: func(t *drama.Take) { t.Draft.Until = draftNow }, says: []string{"expired at 2026-11-29 12:00", "keep the draft", "dailies final s/ep01 1A --anew"}},
		"another model":    {change: func(t *drama.Take) { t.Model = "v-1" }, says: []string{"made the draft with v-1", "--anew"}},
		"gone from config": {facts: func(f *provider.Facts) { f.Instance = "somebody" }, says: []string{"not in the config any more", "--anew"}},
		"sells none":       {facts: func(f *provider.Facts) { f.Model.Draft = nil }, says: []string{"sells no finals", "--anew"}},
		"ended":            {facts: func(f *provider.Facts) { f.Model.Until = "2026-11-01" }, says: []string{"--anew"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := drafting(shot("1A"))
			if c.change == nil {
				c.change = func(*drama.Take) {}
			}
			in = drafted(t, in, c.change)
			if c.facts != nil {
				c.facts(&in.Providers[1])
			}
			p := build(t, finals(in, "1A"))
			var said []string
			for _, q := range p.Problems {
				said = append(said, q.Message)
			}
			for _, want := range c.says {
				if !strings.Contains(strings.Join(said, "\n"), want) {
					t.Errorf("%q is not in %q", want, said)
				}
			}
			if p.TotalHigh.Micros != 0 || len(p.Shots[0].Routes) > 0 {
				t.Errorf("something would be bought: %s, %+v", p.TotalHigh, p.Shots[0].Routes)
			}
		})
	}
}

// Anew is a take that is no draft, from the prompt, also where the season asks for drafts.
func TestWholeTakesInstead(t *testing.T) {
	in := drafted(t, drafting(shot("1A")))
	in.Retake = &drama.Retake{Slates: []string{"1A"}, Whole: true}
	p := build(t, in)
	if r := p.Shots[0].Routes[0]; len(p.Problems) > 0 || r.Draft != nil || r.Price != cny(5) || p.Shots[0].Final != nil {
		t.Errorf("%+v, problems %v", r, p.Problems)
	}
}

// A draft whose sound a vendor refused is silent, and so is its final.
func TestAFinalIsAsSilentAsItsDraft(t *testing.T) {
	in := drafted(t, drafting(shot("1A", func(s *drama.Shot) { s.Sound = "rain" })), func(t *drama.Take) { t.Remedies = []string{string(attempts.RemedySilent)} })
	if r := build(t, finals(in, "1A")).Shots[0].Routes[0]; r.Audio {
		t.Errorf("%+v", r)
	}
}

func TestPlansTellOfTheDraftsThatAreUsed(t *testing.T) {
	p := build(t, drafted(t, drafting(shot("1A"))))
	if s := p.Shots[0]; s.Action != Reuse || s.Draft == nil || !strings.Contains(s.Reason, "it is a draft, good for a final until 2026-12-04 12:00 UTC") {
		t.Errorf("%+v", s)
	}
	if p.Drafts == nil || p.Drafts.Finals != cny(10) || p.Drafts.Shots != 1 {
		t.Errorf("sums %+v", p.Drafts)
	}
	warned := func(p Plan, want string) {
		t.Helper()
		for _, w := range p.Warnings {
			if strings.Contains(w.Message, want) {
				return
			}
		}
		t.Errorf("no warning says %q: %v", want, p.Warnings)
	}
	warned(p, "dailies final s/ep01 buys their finals for 10.00 CNY until 2026-12-04 12:00 UTC (5 days left)")
	warned(build(t, drafted(t, drafting(shot("1A")), func(t *drama.Take) { t.Draft.Until = draftNow })), "dailies final s/ep01 1A --anew")
	in := drafting(shot("1A"))
	nine := cny(9)
	in.Production.Season.Budget.Episode = &nine
	warned(build(t, in), "with the finals of all drafts this is 11.00 CNY at least")
	in = drafting(shot("1A"))
	in.Providers[1].Model.Draft = nil
	warned(build(t, in), "vendor (v-2) sells none")
}
