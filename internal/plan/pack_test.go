package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// packs makes 4 to 30 seconds, is told as Seedance 2.5 is, and costs 1 CNY a second.
func packs(m *provider.Model) {
	m.DurationsMS, m.MinMS, m.MaxMS, m.Dialect, m.Cite, m.MaxPrompt = nil, 4000, 30_000, "seedance25", "[Image {n}]", 20_000
}

func frames(n media.Frames) func(*drama.Shot) { return func(s *drama.Shot) { s.Frames = n } }

// packing is an episode whose season asks for packs.
func packing(shots ...drama.Shot) Input {
	in := input(shots...)
	in.Production.Season.Takes.Pack = true
	in.Providers = []provider.Facts{free(), vendor(packs)}
	return in
}

// grouped is "1A+1B 9000 9.00 CNY; …": slates, made length and price of each pack.
func grouped(p Plan) string {
	var all []string
	for _, k := range p.Packs {
		all = append(all, fmt.Sprintf("%s %d %s", strings.Join(k.Slates(), "+"), k.Routes[0].MakeMS, k.PriceLow))
	}
	return strings.Join(all, "; ")
}

func TestPacks(t *testing.T) {
	two := frames(48) // 2 s: 4 s by itself, 3 s in a pack
	cast := func(who ...string) func(*drama.Shot) { return func(s *drama.Shot) { s.Cast = who } }
	for name, c := range map[string]struct {
		in   Input
		want string
		warn string
	}{
		"three neighbours":                      {packing(shot("1A", two), shot("1B", two), shot("1C", two)), "1A+1B+1C 9000 9.00 CNY", ""},
		"five at most, and no larger than pays": {packing(shot("1A", two), shot("1B", two), shot("1C", two), shot("1D", two), shot("1E", two), shot("1F", two), shot("1G", two)), "1A+1B+1C 9000 9.00 CNY; 1D+1E 6000 6.00 CNY; 1F+1G 6000 6.00 CNY", ""},
		"the scene ends it":                     {packing(shot("1A", two), shot("2A", two), shot("2B", two)), "2A+2B 6000 6.00 CNY", ""},
		"not cheaper":                           {packing(shot("1A", frames(96)), shot("1B", frames(96))), "", "cost no less"},
		"a long one stays alone":                {packing(shot("1A", two), shot("1B", two), shot("1C", frames(96))), "1A+1B 6000 6.00 CNY", ""},
		"one starts from the other":             {packing(shot("1A", two), shot("1B", two, func(s *drama.Shot) { s.From = &drama.From{Slate: "1A"} })), "", "starts from a picture"},
		"a seed of its own":                     {packing(shot("1A", two, func(s *drama.Shot) { n := int64(7); s.Seed = &n }), shot("1B", two)), "", "seed of its own"},
		"other pictures":                        {packing(shot("1A", two, cast("lin")), shot("1B", two, cast("bo"))), "", "in different ways"},
		"pictures of both": {func() Input {
			in := packing(shot("1A", two, cast("lin")), shot("1B", two, cast("lin", "bo")))
			return in
		}(), "1A+1B 6000 6.00 CNY", ""},
		"best of three": {func() Input {
			in := packing(shot("1A", two), shot("1B", two))
			in.Production.Season.Takes.BestOf = 3
			return in
		}(), "", "best_of"},
		"one take a shot": {func() Input {
			in := packing(shot("1A", two), shot("1B", two))
			in.Production.Season.Takes.Max = 1
			return in
		}(), "", "takes.max is 1"},
		"a model of no form": {func() Input {
			in := packing(shot("1A", two), shot("1B", two))
			in.Providers[1].Model.Dialect = "seedance2"
			return in
		}(), "", "lengths are kept"},
		"a retake": {func() Input {
			in := packing(shot("1A", two), shot("1B", two))
			in.Retake = &drama.Retake{Slates: []string{"1A"}}
			return in
		}(), "", "retake is made by itself"},
	} {
		t.Run(name, func(t *testing.T) {
			p := build(t, c.in)
			if len(p.Problems) != 0 {
				t.Fatalf("problems %v", p.Problems)
			}
			if got := grouped(p); got != c.want {
				t.Errorf("packs %q, want %q (%v)", got, c.want, p.Warnings)
			}
			said := 0
			for _, w := range p.Warnings {
				if strings.Contains(w.Message, "takes.pack") {
					said++
					if !strings.Contains(w.Message, c.warn) {
						t.Errorf("warns %q, want %q", w.Message, c.warn)
					}
				}
			}
			if said > 1 || (said == 1) != (c.warn != "") {
				t.Errorf("warned %d times: %v", said, p.Warnings)
			}
			sum := int64(0)
			for _, s := range p.Shots {
				sum += s.PriceLow.Micros
			}
			if sum != p.TotalLow.Micros {
				t.Errorf("shots cost %d together, the plan %d", sum, p.TotalLow.Micros)
			}
		})
	}
}

// A shot that has a take of what it is now goes by itself, also one that came out of a pack.
func TestWhatWasTriedIsNotPackedAgain(t *testing.T) {
	in := packing(shot("1A", frames(48)), shot("1B", frames(48)), shot("1C", frames(48)))
	p := build(t, in)
	in.Earlier = map[string][]Earlier{"1B": {{Take: drama.Take{ID: drama.TakeID{Episode: p.Episode, Slate: "1B", Number: 1}, Digest: p.Shots[1].Digest}}}}
	if got := grouped(build(t, in)); got != "" {
		t.Errorf("packs %q", got)
	}
	in.Earlier["1B"][0].Take.Digest = "of an older script"
	if got := grouped(build(t, in)); got == "" {
		t.Error("a take of what the shot was before keeps it out")
	}
}

// The shares are the price to the micro-unit, the single routes stay, and the windows fill
// the clip.
func TestPackShares(t *testing.T) {
	in := packing(shot("1A", frames(48)), shot("1B", frames(49)), shot("1C", frames(50)))
	in.Providers[1].Model.PricePerSecond.Micros = 333_333
	p := build(t, in)
	if len(p.Packs) != 1 {
		t.Fatalf("packs %+v (%v)", p.Packs, p.Warnings)
	}
	k, sum := p.Packs[0], int64(0)
	for i, m := range k.Members {
		sum += m.Share.Micros
		s := p.Shots[i]
		if s.Packed != "1A" || len(s.Routes) == 0 || s.Routes[0].MakeMS != 4000 || s.PriceLow != m.Share || s.PriceHigh.Micros < 3*s.Routes[0].Price.Micros {
			t.Errorf("shot %+v", s)
		}
	}
	if sum != k.PriceLow.Micros || k.Routes[0].MakeMS != 9000 || k.Frames != 216 {
		t.Errorf("shares of %d, pack %+v", sum, k)
	}
	if told := k.Told(k.Routes[0], nil).Prompt; !strings.Contains(told, "Shot 2 [0:03–0:06]: ") || strings.Contains(strings.ToLower(told), "one continuous shot") {
		t.Errorf("told %q", told)
	}
	if p.Packing == nil || !p.Packing.On || p.Packing.Whole == nil || p.Packing.Whole.Calls != 1 || p.Packing.Whole.Shots != 3 ||
		p.Packing.Whole.Low != p.TotalLow || p.Packing.Whole.Singly.Micros != 3*4*333_333 {
		t.Errorf("packing %+v", p.Packing.Whole)
	}
	in.Production.Season.Takes.Pack = false
	off := build(t, in)
	if len(off.Packs) != 0 || off.Shots[0].Packed != "" || off.Packing == nil || off.Packing.On || off.Packing.Whole.Low != p.TotalLow || off.Packing.Whole.Singly != off.TotalLow {
		t.Errorf("off: %+v", off.Packing)
	}
}

// All four sums: as drafts and whole, together and each by itself.
func TestPackedDrafts(t *testing.T) {
	sells := func(m *provider.Model) { sellsDrafts(m); packs(m) }
	got := map[string]string{}
	for _, on := range []bool{true, false} {
		for _, draft := range []bool{true, false} {
			in := packing(shot("1A", frames(48)), shot("1B", frames(48)))
			in.Production.Season.Takes.Pack, in.Production.Season.Takes.Draft = on, draft
			in.Providers = []provider.Facts{free(), vendor(sells)}
			in.Now = draftNow
			p := build(t, in)
			if p.Packing == nil || p.Packing.Whole == nil || p.Packing.Drafts == nil {
				t.Fatalf("packing %+v: %v", p.Packing, p.Warnings)
			}
			w, d := p.Packing.Whole, p.Packing.Drafts
			four := fmt.Sprintf("%s %s, as drafts %s %s", w.Low, w.Singly, d.Low, d.Singly)
			got[four] += fmt.Sprintf("%v/%v ", on, draft)
			want := w.Low
			switch {
			case draft && on:
				want = d.Low
			case draft:
				want = d.Singly
			case !on:
				want = w.Singly
			}
			if p.TotalLow != want {
				t.Errorf("pack %v, draft %v: total %s, want %s", on, draft, p.TotalLow, want)
			}
		}
	}
	if len(got) != 1 {
		t.Errorf("the sums depend on what the season asks for: %v", got)
	}
}
