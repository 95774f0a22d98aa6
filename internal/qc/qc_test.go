package qc

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/media"
)

var fps24 = media.Rational{Num: 24, Den: 1}

// good is a take of 96 frames that nobody could complain about.
func good() media.Measurements {
	return media.Measurements{
		Info:    media.Info{Raster: media.Raster{Width: 1080, Height: 1920}},
		Decoded: 96, Conformed: 96, Duration: 4 * time.Second, Motion: 3, Sharpness: 200,
		HasAudio: true, AudioDuration: 4 * time.Second, Integrated: -20, TruePeak: -3,
	}
}

func asked() Want {
	return Want{Frames: 96, FPS: fps24, Raster: media.Raster{Width: 1080, Height: 1920}, Audio: true, Lines: true}
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		measured func(*media.Measurements)
		want     func(*Want)
		reason   string // part of the only reason; empty: it passes
		warning  string // part of the only warning; empty: none
	}{
		"good":              {},
		"nothing decoded":   {measured: func(m *media.Measurements) { *m = media.Measurements{HasAudio: true} }, reason: "no picture"},
		"held two":          {measured: func(m *media.Measurements) { m.Held = 2 }, warning: "2 frames short"},
		"too short":         {measured: func(m *media.Measurements) { m.Conformed, m.Held, m.Duration = 96, 24, 3*time.Second }, reason: "3.00 s of the 4.00 s asked for, 24 frames missing"},
		"three short":       {measured: func(m *media.Measurements) { m.Held = 3 }, reason: "3 frames missing"},
		"not conformed":     {measured: func(m *media.Measurements) { m.Conformed, m.Duration = 0, 2*time.Second }, reason: "48 frames missing"},
		"vendor's 5 s":      {measured: func(m *media.Measurements) { m.Duration = 5 * time.Second }},
		"much too long":     {measured: func(m *media.Measurements) { m.Duration = 10 * time.Second }, warning: "10.00 s long where 4.00 s"},
		"own length":        {measured: func(m *media.Measurements) { m.Duration = 9 * time.Second }, want: func(w *Want) { w.Frames = 0 }},
		"black":             {measured: func(m *media.Measurements) { m.BlackRatio, m.FrozenRatio, m.LongestFreeze = 1, 1, 96 }, reason: "black: 100 %"},
		"half black":        {measured: func(m *media.Measurements) { m.BlackRatio = 0.5 }, warning: "50 % of the pictures are black"},
		"almost all black":  {measured: func(m *media.Measurements) { m.BlackRatio = 0.999 }, reason: "black: 99 %"},
		"frozen":            {measured: func(m *media.Measurements) { m.FrozenRatio, m.LongestFreeze = 0.99, 95 }, reason: "frozen: 99 %"},
		"a freeze":          {measured: func(m *media.Measurements) { m.FrozenRatio, m.LongestFreeze = 0.4, 36 }, warning: "1.50 s in a row"},
		"held still a bit":  {measured: func(m *media.Measurements) { m.FrozenRatio, m.LongestFreeze = 0.5, 12 }},
		"no sound, lines":   {measured: func(m *media.Measurements) { m.HasAudio = false }, reason: "no sound, but the shot has lines"},
		"silent, lines":     {measured: func(m *media.Measurements) { m.Silent = true }, reason: "silent throughout"},
		"silent, no lines":  {measured: func(m *media.Measurements) { m.Silent = true }, want: func(w *Want) { w.Lines = false }, warning: "silent throughout"},
		"silent, not asked": {measured: func(m *media.Measurements) { m.HasAudio = false }, want: func(w *Want) { w.Lines, w.Audio = false, false }},
		"one packet":        {measured: func(m *media.Measurements) { m.DecodeErrors = 1 }, warning: "1 packets are damaged"},
		"truncated":         {measured: func(m *media.Measurements) { m.DecodeErrors = 20 }, reason: "truncated or corrupt"},
		"tiny":              {measured: func(m *media.Measurements) { m.Info.Raster = media.Raster{Width: 320, Height: 180} }, reason: "only 320x180"},
		"480p":              {measured: func(m *media.Measurements) { m.Info.Raster = media.Raster{Width: 480, Height: 854} }},
		"enlarged":          {measured: func(m *media.Measurements) { m.Info.Raster = media.Raster{Width: 400, Height: 720} }, warning: "enlarged to 1080x1920"},
		"flicker":           {measured: func(m *media.Measurements) { m.Flicker = 9 }, warning: "flicker"},
		"one cut":           {measured: func(m *media.Measurements) { m.HardCuts = []media.Frames{40} }, warning: "a hard cut inside the shot at frame 40"},
		"two cuts":          {measured: func(m *media.Measurements) { m.HardCuts = []media.Frames{40, 60} }, warning: "2 hard cuts"},
		"letterbox":         {measured: func(m *media.Measurements) { m.Bars = media.Bars{Top: 100, Bottom: 100} }, warning: "black bars"},
		"pillarbox":         {measured: func(m *media.Measurements) { m.Bars = media.Bars{Left: 30, Right: 30} }, warning: "black bars"},
		"a line of black":   {measured: func(m *media.Measurements) { m.Bars = media.Bars{Top: 2, Bottom: 2} }},
		"landscape, upright": {measured: func(m *media.Measurements) {
			m.Info.Raster, m.Cropped = media.Raster{Width: 1280, Height: 720}, 0.684
		}, reason: "1280x720, the episode 1080x1920: 68 % of it is cut off"},
		"square":             {measured: func(m *media.Measurements) { m.Cropped = 0.4375 }, warning: "43 % of it is cut off"},
		"a vendor's raster":  {measured: func(m *media.Measurements) { m.Cropped = 0.016 }},
		"fitted":             {measured: func(m *media.Measurements) { m.Unfilled = 0.684 }, warning: "leaves 68 % of the screen empty"},
		"footage, landscape": {measured: func(m *media.Measurements) { m.Cropped = 0.684 }, want: footage, warning: "68 % of it is cut off"},
		"bit rot":            {measured: func(m *media.Measurements) { m.Damaged = 40 }, reason: "40 of 96 pictures are damaged"},
		"a spot":             {measured: func(m *media.Measurements) { m.Damaged = 1 }, warning: "1 of 96 pictures are damaged"},
		"sound rot":          {measured: func(m *media.Measurements) { m.SoundErrors = 3 }, warning: "3 packets of the sound"},
		"notes are told":     {measured: func(m *media.Measurements) { m.Notes = []string{"HDR (PQ) was tone-mapped"} }, warning: "HDR (PQ)"},
		"unsharp":            {measured: func(m *media.Measurements) { m.Sharpness = 2 }, warning: "out of focus"},
		"unsharp, at night":  {measured: func(m *media.Measurements) { m.Sharpness = 2 }, want: func(w *Want) { w.Asked.Dark = "night" }},
		"unsharp, as asked":  {measured: func(m *media.Measurements) { m.Sharpness = 2 }, want: func(w *Want) { w.Asked.Soft = "fog" }},
		"captions":           {measured: captions, warning: "at the bottom center (10 to 90 % across, 80 to 85 % down) from frame 12 to 47"},
		"captions, asked":    {measured: captions, want: func(w *Want) { w.Asked.Text = "it says" }},
		"captions, drawn":    {measured: captions, want: func(w *Want) { w.Drawn = true }},
		"captions, footage":  {measured: captions, want: footage, warning: "text painted over the picture"},
		"a speck":            {measured: func(m *media.Measurements) { m.Texts = []media.PaintedText{{Right: 0.02, Bottom: 0.02}} }},
		"its own music":      {measured: music, want: scored, warning: "held tones of several pitches in 90 % of it (limit 25 %)"},
		"music, no score":    {measured: music},
		"music, asked":       {measured: music, want: func(w *Want) { w.Score, w.Asked.Music = true, "a radio" }},
		"music, drawn":       {measured: music, want: func(w *Want) { w.Score, w.Drawn = true, true }},
		"a chime":            {measured: func(m *media.Measurements) { m.Music = 0.15 }, want: scored},
		"clipped":            {measured: func(m *media.Measurements) { m.ClippedRatio = 0.01 }, warning: "1.00 % of the samples"},
		"sound short":        {measured: func(m *media.Measurements) { m.AVLengthDelta = -time.Second }, warning: "1.00 s shorter"},
		"sound long":         {measured: func(m *media.Measurements) { m.AVLengthDelta = 250 * time.Millisecond }, warning: "0.25 s longer"},
		"variable rate":      {measured: func(m *media.Measurements) { m.VariableRate = true }, warning: "rate varies"},
		"30 for 24":          {measured: func(m *media.Measurements) { m.Info.FPS = media.Rational{Num: 30, Den: 1} }, warning: "has 30 pictures a second, the episode 24"},
		"29.97 for 24":       {measured: func(m *media.Measurements) { m.Info.FPS = media.Rational{Num: 30000, Den: 1001} }, warning: "has 29.97"},
		"25 for 24":          {measured: func(m *media.Measurements) { m.Info.FPS = media.Rational{Num: 25, Den: 1} }, warning: "has 25"},
		"48 for 24":          {measured: func(m *media.Measurements) { m.Info.FPS = media.Rational{Num: 48, Den: 1} }},
		"12 for 24":          {measured: func(m *media.Measurements) { m.Info.FPS = media.Rational{Num: 12, Den: 1} }},
		"23.976 for 24":      {measured: func(m *media.Measurements) { m.Info.FPS = media.Rational{Num: 24000, Den: 1001} }},
		"header lies":        {measured: func(m *media.Measurements) { m.ContainerLies = []string{"claims 10 s, has 4 s"} }, warning: "claims 10 s"},
		"footage black":      {measured: func(m *media.Measurements) { m.BlackRatio = 1 }, want: footage, warning: "black: 100 %"},
		"footage silent":     {measured: func(m *media.Measurements) { m.Silent = true }, want: footage, warning: "silent"},
		"footage tiny":       {measured: func(m *media.Measurements) { m.Info.Raster = media.Raster{Width: 320, Height: 180} }, want: footage, warning: "only 320x180"},
		"footage longer":     {measured: func(m *media.Measurements) { m.Duration = time.Minute }, want: footage},
		"footage too short":  {measured: func(m *media.Measurements) { m.Held = 48 }, want: footage, warning: "48 frames missing"},
		"footage lies":       {measured: func(m *media.Measurements) { m.ContainerLies = []string{"claims 60 fps"} }, want: footage, warning: "claims 60 fps"},
		"footage endless":    {measured: func(m *media.Measurements) { m.Duration = 11 * time.Minute }, want: footage, warning: "11m0s long"},
		"footage not at all": {measured: func(m *media.Measurements) { m.Decoded = 0; m.Conformed = 0; m.Duration = 4 * time.Second }, want: footage, reason: "no picture"},
	} {
		t.Run(name, func(t *testing.T) {
			m, w := good(), asked()
			if c.measured != nil {
				c.measured(&m)
			}
			if c.want != nil {
				c.want(&w)
			}
			v := Judge(m, w, DefaultPolicy())
			if v.Pass != (c.reason == "") {
				t.Errorf("pass %t because %q", v.Pass, v.Reasons)
			}
			only(t, "reasons", v.Reasons, c.reason)
			only(t, "warnings", v.Warnings, c.warning)
		})
	}
}

func footage(w *Want)             { w.Footage = true }
func scored(w *Want)              { w.Score = true }
func music(m *media.Measurements) { m.Music = 0.9 }
func captions(m *media.Measurements) {
	m.Texts = []media.PaintedText{{Left: 0.1, Top: 0.8, Right: 0.9, Bottom: 0.85, From: 12, To: 48}}
}

// only checks that all has exactly one text with part in it, or none for "".
func only(t *testing.T, what string, all []string, part string) {
	t.Helper()
	if part == "" && len(all) > 0 || part != "" && (len(all) != 1 || !strings.Contains(all[0], part)) {
		t.Errorf("%s %q, want %q only", what, all, part)
	}
}

func TestEverythingWrongIsAllSaid(t *testing.T) {
	m := good()
	m.Held, m.Silent, m.FrozenRatio, m.DecodeErrors = 20, true, 1, 50
	v := Judge(m, asked(), DefaultPolicy())
	if v.Pass || len(v.Reasons) != 4 {
		t.Errorf("reasons %q, want four", v.Reasons)
	}
}

func TestZeroWantHoldsNothingAgainstATake(t *testing.T) {
	if v := Judge(good(), Want{}, DefaultPolicy()); !v.Pass || len(v.Warnings) > 0 {
		t.Errorf("verdict %+v", v)
	}
}
