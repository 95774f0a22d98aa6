package timeline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

var (
	upright = media.Raster{Width: 1080, Height: 1920}
	wide    = media.Raster{Width: 1920, Height: 1080}
	fps24   = media.Rational{Num: 24, Den: 1}
)

// production has shots 1A, 1B … of the given lengths and transitions, all in one
// scene, and clips of exactly those lengths.
func production(shots ...drama.Shot) (drama.Production, map[string]Clip) {
	p := drama.Production{
		Season: drama.Season{
			Show: "s", Language: "en", Format: drama.Format{Raster: upright, FPS: fps24},
			Subtitles: drama.Subtitles{Burn: "en", Sidecar: []string{"en", "zh"}},
		},
		Episode: drama.Episode{Number: 1, Scenes: []drama.Scene{{Number: "1"}}},
	}
	clips := make(map[string]Clip)
	for i := range shots {
		s := &shots[i]
		s.Slate, s.Scene = "1"+string(rune('A'+i)), "1"
		clips[s.Slate] = Clip{Take: drama.TakeID{Episode: p.ID(), Slate: s.Slate, Number: 1}, Frames: s.Frames}
	}
	p.Episode.Scenes[0].Shots = shots
	return p, clips
}

func shot(frames media.Frames, kind media.TransitionKind, over media.Frames) drama.Shot {
	return drama.Shot{Frames: frames, Cut: media.Transition{Kind: kind, Frames: over}}
}

func TestBuild(t *testing.T) {
	type event struct{ Start, Frames, Head, Tail media.Frames }
	for name, c := range map[string]struct {
		shots []drama.Shot
		want  []event
		total media.Frames
		notes int
	}{
		"cuts":             {[]drama.Shot{shot(96, media.Cut, 0), shot(48, "", 0), shot(10, media.Cut, 0)}, []event{{0, 96, 0, 0}, {96, 48, 0, 0}, {144, 10, 0, 0}}, 154, 0},
		"dissolve":         {[]drama.Shot{shot(96, media.Dissolve, 12), shot(48, media.Cut, 0)}, []event{{0, 96, 0, 12}, {84, 48, 12, 0}}, 132, 0},
		"wipes in a row":   {[]drama.Shot{shot(40, media.Wipe, 20), shot(40, media.Wipe, 20), shot(40, media.Cut, 0)}, []event{{0, 40, 0, 20}, {20, 40, 20, 20}, {40, 40, 20, 0}}, 80, 0},
		"odd fade":         {[]drama.Shot{shot(96, media.Fade, 13), shot(48, media.Cut, 0)}, []event{{0, 96, 0, 6}, {96, 48, 7, 0}}, 144, 0},
		"fade to black":    {[]drama.Shot{shot(96, media.Cut, 0), shot(48, media.Fade, 24)}, []event{{0, 96, 0, 0}, {96, 48, 0, 24}}, 144, 0},
		"last dissolve":    {[]drama.Shot{shot(48, media.Dissolve, 12)}, []event{{0, 48, 0, 0}}, 48, 1},
		"too long":         {[]drama.Shot{shot(96, media.Dissolve, 40), shot(20, media.Cut, 0)}, []event{{0, 96, 0, 10}, {86, 20, 10, 0}}, 106, 1},
		"one frame long":   {[]drama.Shot{shot(96, media.Dissolve, 40), shot(1, media.Cut, 0)}, []event{{0, 96, 0, 0}, {96, 1, 0, 0}}, 97, 1},
		"dissolve of none": {[]drama.Shot{shot(96, media.Dissolve, 0), shot(48, media.Cut, 9)}, []event{{0, 96, 0, 0}, {96, 48, 0, 0}}, 144, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p, clips := production(c.shots...)
			cut, err := Build(p, clips)
			if err != nil {
				t.Fatal(err)
			}
			var got []event
			for _, e := range cut.Events {
				got = append(got, event{e.Start, e.Frames, e.Head, e.Tail})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if cut.Frames != c.total || len(cut.Notes) != c.notes {
				t.Errorf("%d frames, notes %q; want %d, %d notes", cut.Frames, cut.Notes, c.total, c.notes)
			}
		})
	}
}

func TestBuildWithoutATake(t *testing.T) {
	p, clips := production(shot(96, media.Cut, 0), shot(48, media.Cut, 0), shot(24, media.Cut, 0))
	delete(clips, "1B")
	cut, err := Build(p, clips)
	if err != nil {
		t.Fatal(err)
	}
	if cut.Frames != 120 || len(cut.Events) != 2 || len(cut.Notes) != 1 {
		t.Errorf("cut %+v", cut)
	}
	if _, err := Build(p, nil); err == nil {
		t.Error("a cut of nothing")
	}
	clips["1A"] = Clip{}
	if _, err := Build(p, clips); err == nil {
		t.Error("a take without frames")
	}
}

// What conform prepares from the script alone is what the cut then needs.
func TestEndsAgreeWithBuild(t *testing.T) {
	p, clips := production(shot(96, media.Dissolve, 12), shot(96, media.Fade, 9), shot(96, media.Wipe, 8), shot(96, media.Fade, 24))
	cut, err := Build(p, clips)
	if err != nil {
		t.Fatal(err)
	}
	ends := Ends(p.Episode)
	for _, e := range cut.Events {
		if got, want := ends[e.Slate], [2]media.Frames{e.Head, e.Tail}; got != want {
			t.Errorf("%s: %v, want %v", e.Slate, got, want)
		}
	}
}

func TestJoins(t *testing.T) {
	p, clips := production(shot(96, media.Dissolve, 12), shot(96, media.Cut, 0), shot(96, media.Fade, 8), shot(96, media.Cut, 0))
	cut, _ := Build(p, clips)
	joins, hard := cut.Joins()
	if diff := cmp.Diff([]media.Frames{84, 180, 276}, joins); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]media.Frames{180}, hard); diff != "" {
		t.Error(diff)
	}
}

func TestDigest(t *testing.T) {
	p, clips := production(shot(96, media.Cut, 0), shot(48, media.Cut, 0))
	cut, _ := Build(p, clips)
	if got, want := Digest(cut), "3a8c682497e799ada7a0c23f4d67f33ddce4cb455380ec51fda9812dabd9f67c"; got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
	other := cut
	other.Events = append([]Event{}, cut.Events...)
	other.Events[1].Take.Number = 2
	if Digest(other) == Digest(cut) {
		t.Error("another take keeps the digest")
	}
	other = cut
	other.Notes = []string{"x"}
	if Digest(other) != Digest(cut) {
		t.Error("a note changes the digest")
	}
}

func TestChaptersAndPoster(t *testing.T) {
	p, clips := production(shot(96, media.Cut, 0), shot(48, media.Dissolve, 8), shot(96, media.Cut, 0))
	shots := p.Episode.Scenes[0].Shots
	shots[0].Size, shots[1].Size, shots[1].Cast, shots[2].Scene = "WS", "CU", []string{"lin"}, "2"
	p.Season.Locations = map[string]drama.Location{"store": {Name: "Store"}}
	p.Episode.Scenes = []drama.Scene{{Number: "1", Shots: shots[:2]}, {Number: "2", Location: "store", Time: "night", Shots: shots[2:]}}
	cut, err := Build(p, clips)
	if err != nil {
		t.Fatal(err)
	}
	want := []media.Chapter{{At: 0, Title: "Scene 1"}, {At: 136, Title: "Scene 2: Store, night"}}
	if diff := cmp.Diff(want, Chapters(cut, p)); diff != "" {
		t.Errorf("chapters (-want +got):\n%s", diff)
	}
	if got := Poster(cut, p); got != 96+20 {
		t.Errorf("poster at %d, want 116: the middle of what the close-up shows alone", got)
	}
}

func TestPosterIsInside(t *testing.T) {
	p, clips := production(shot(1, media.Cut, 0))
	cut, _ := Build(p, clips)
	if got := Poster(cut, p); got != 0 {
		t.Errorf("poster at %d of 1 frame", got)
	}
	if got := Poster(CutList{}, p); got != 0 {
		t.Errorf("poster of nothing at %d", got)
	}
}

func TestSubtitleFiles(t *testing.T) {
	cues := []media.Cue{{From: 0, To: 24, Text: "Hm.\n\nWell & <i>good</i> --> {x}"}, {From: 1, To: 2, Text: "二"}, {From: 24*3600*2 + 36, To: 24*3600*2 + 37, Text: "Late."}}
	srt := "1\n00:00:00,000 --> 00:00:01,000\nHm.\nWell & <\u200bi>good<\u200b/i> --\u200b> {\u200bx}\n\n" +
		"2\n00:00:00,042 --> 00:00:00,083\n二\n\n3\n02:00:01,500 --> 02:00:01,542\nLate.\n\n"
	if diff := cmp.Diff(srt, string(SRT(cues, fps24))); diff != "" {
		t.Errorf("SRT (-want +got):\n%s", diff)
	}
	vtt := "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\nHm.\nWell &amp; &lt;i&gt;good&lt;/i&gt; --&gt; {x}\n\n" +
		"2\n00:00:00.042 --> 00:00:00.083\n二\n\n3\n02:00:01.500 --> 02:00:01.542\nLate.\n"
	if diff := cmp.Diff(vtt, string(VTT(cues, fps24))); diff != "" {
		t.Errorf("WebVTT (-want +got):\n%s", diff)
	}
	if got := string(VTT(nil, fps24)); !strings.HasPrefix(got, "WEBVTT\n") {
		t.Errorf("empty WebVTT %q", got)
	}
}

// A stamp read back is the frame it was written for, at every rate.
func TestStampsReadBack(t *testing.T) {
	for _, fps := range []media.Rational{fps24, {Num: 24000, Den: 1001}, {Num: 25, Den: 1}, {Num: 30000, Den: 1001}, {Num: 60000, Den: 1001}, {Num: 60, Den: 1}} {
		// Every remainder comes by in the first frames; the rest is for carries.
		for f := media.Frames(0); f < 200_000; f += 1 + f/3000*97 {
			s := stamp(f, fps, '.')
			var h, m, sec, ms int64
			for i, v := range []*int64{&h, &m, &sec, &ms} {
				from := []int{0, 3, 6, 9}[i]
				for _, c := range s[from : from+[]int{2, 2, 2, 3}[i]] {
					*v = *v*10 + int64(c-'0')
				}
			}
			total := ((h*60+m)*60+sec)*1000 + ms
			if got := media.Frames((total*fps.Num*2 + 1000*fps.Den) / (2000 * fps.Den)); got != f {
				t.Fatalf("frame %d at %s is written %s, which is frame %d", f, fps, s, got)
			}
		}
	}
}
