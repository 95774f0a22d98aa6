package qc

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

func brief(change func(*drama.Brief)) drama.Brief {
	b := drama.Brief{Set: "INT", Time: "day", Size: "MS", Action: "Lin walks to the counter.", Cast: []drama.BriefCast{{ID: "lin", Name: "Lin"}}}
	if change != nil {
		change(&b)
	}
	return b
}

// What a director may ask for is never NG when it comes as asked; the same
// pictures are NG where the script asks for something else.
func TestWhatWasAskedForIsNoFault(t *testing.T) {
	frozen := func(m *media.Measurements) { m.FrozenRatio, m.LongestFreeze, m.Motion = 1, 95, 0.01 }
	black := func(m *media.Measurements) { m.BlackRatio, m.FrozenRatio = 1, 0.2 }
	blackScreen := func(m *media.Measurements) { m.BlackRatio, m.FrozenRatio = 1, 1 }
	flashes := func(m *media.Measurements) { m.Flicker = 12 }
	cuts := func(m *media.Measurements) { m.HardCuts = []media.Frames{20, 40} }
	bars := func(m *media.Measurements) { m.Bars = media.Bars{Top: 200, Bottom: 200} }
	silent := func(m *media.Measurements) { m.Silent = true }
	unsharp := func(m *media.Measurements) { m.Sharpness = 1 }
	for name, c := range map[string]struct {
		measured func(*media.Measurements)
		asked    func(*drama.Brief)
		pass     bool
		says     string // part of a reason or warning; empty: nothing is said
	}{
		"walks and stands still":  {frozen, nil, false, "motion 0.01"},
		"走进来却不动":                  {frozen, func(b *drama.Brief) { b.Action = "林夏走进房间，拿起手机。" }, false, "limit 95 %"},
		"insert":                  {frozen, func(b *drama.Brief) { b.Size, b.Action = "insert", "A phone lights up." }, true, "an insert"},
		"static camera":           {frozen, func(b *drama.Brief) { b.Move = "static" }, true, "static"},
		"nobody":                  {frozen, func(b *drama.Brief) { b.Cast, b.Action, b.Move = nil, "The sea at dawn.", "pan-left" }, true, "nobody"},
		"no verb":                 {frozen, func(b *drama.Brief) { b.Action = "Lin at the window, in thought." }, true, "no action"},
		"a verb of the train's":   {frozen, func(b *drama.Brief) { b.Action = "The train runs past the window. Lin at the window." }, true, "no action"},
		"does not move":           {frozen, func(b *drama.Brief) { b.Action = "林夏一动不动。" }, true, "一动不动"},
		"denied verb":             {frozen, func(b *drama.Brief) { b.Action = "Lin doesn't turn." }, true, "no action"},
		"black by day":            {black, nil, false, "black: 100 %"},
		"a black car":             {blackScreen, func(b *drama.Brief) { b.Action = "Lin runs to a black car." }, false, "black: 100 %"},
		"an order in brackets":    {blackScreen, func(b *drama.Brief) { b.Action = "Lin walks. [model: black]" }, false, "black: 100 %"},
		"night":                   {black, func(b *drama.Brief) { b.Time = "night" }, true, "night"},
		"夜":                       {black, func(b *drama.Brief) { b.Time = "深夜" }, true, "夜"},
		"nothing at night":        {blackScreen, func(b *drama.Brief) { b.Time = "night" }, false, "black: 100 %"},
		"black screen":            {blackScreen, func(b *drama.Brief) { b.Action = "Black screen. A heartbeat." }, true, "black screen"},
		"黑屏":                      {blackScreen, func(b *drama.Brief) { b.Action = "黑屏，只有呼吸声。" }, true, "黑屏"},
		"lights go out":           {black, func(b *drama.Brief) { b.Action = "The lights go out. Lin walks on." }, true, "lights go out"},
		"flicker":                 {flashes, nil, true, "flicker"},
		"lightning":               {flashes, func(b *drama.Brief) { b.Action = "Lightning. Lin turns." }, true, ""},
		"霓虹闪烁":                    {flashes, func(b *drama.Brief) { b.Action = "霓虹闪烁，林夏走过。" }, true, ""},
		"gibberish":               {captions, nil, true, "text painted"},
		"a caption":               {captions, func(b *drama.Brief) { b.Action = "A caption: three years later. Lin walks." }, true, ""},
		"屏幕上写着":                   {captions, func(b *drama.Brief) { b.Action = "手机屏幕亮起，林夏走近。" }, true, ""},
		"no text is asked for":    {captions, func(b *drama.Brief) { b.Action = "Lin walks, without subtitles." }, true, "text painted"},
		"soft":                    {unsharp, nil, true, "out of focus"},
		"fog":                     {unsharp, func(b *drama.Brief) { b.Action = "Fog. Lin walks out of it." }, true, ""},
		"rack focus":              {unsharp, func(b *drama.Brief) { b.Move = "rack-focus" }, true, ""},
		"cuts":                    {cuts, nil, true, "hard cuts"},
		"montage":                 {cuts, func(b *drama.Brief) { b.Action = "Montage: Lin packs." }, true, ""},
		"bars":                    {bars, nil, true, "black bars"},
		"keyhole":                 {bars, func(b *drama.Brief) { b.Action = "Seen through a keyhole, Lin walks." }, true, ""},
		"no sound":                {silent, func(b *drama.Brief) { b.Lines = nil }, true, "silent"},
		"silence":                 {silent, func(b *drama.Brief) { b.Sound = "dead silence" }, true, ""},
		"静":                       {silent, func(b *drama.Brief) { b.Sound = "一片寂静" }, true, ""},
		"a line that is no words": {silent, func(b *drama.Brief) { b.Lines = []drama.BriefLine{{Say: "……"}} }, true, "silent"},
		"a line that is mouthed":  {silent, func(b *drama.Brief) { b.Lines = []drama.BriefLine{{Say: "走", Tone: "无声，只有口型"}} }, true, "silent"},
		"a line that is not said": {silent, func(b *drama.Brief) { b.Lines = []drama.BriefLine{{Say: "Go."}} }, false, "lines to be spoken"},
	} {
		t.Run(name, func(t *testing.T) {
			m, b := good(), brief(c.asked)
			c.measured(&m)
			w := asked()
			w.Asked, w.Lines = AskedBy(b), Speaks(b.Lines)
			v := Judge(m, w, DefaultPolicy())
			said := strings.Join(append(v.Reasons, v.Warnings...), "; ")
			if v.Pass != c.pass || !strings.Contains(said, c.says) || c.says == "" && said != "" {
				t.Errorf("pass %t, %q; want %t with %q", v.Pass, said, c.pass, c.says)
			}
		})
	}
}

// What is drawn here shows the script as it was read: its looks are never NG, what
// is missing is.
func TestDrawnTakesAreNotJudgedByTheirLooks(t *testing.T) {
	m, w := good(), asked()
	w.Drawn = true
	m.FrozenRatio, m.LongestFreeze = 1, 96
	if v := Judge(m, w, DefaultPolicy()); !v.Pass || len(v.Warnings) != 1 {
		t.Errorf("a drawing that is still: %+v", v)
	}
	m.BlackRatio = 1
	if v := Judge(m, w, DefaultPolicy()); !v.Pass || len(v.Warnings) != 1 {
		t.Errorf("a drawing that is black: %+v", v)
	}
	m.Held = 40
	if v := Judge(m, w, DefaultPolicy()); v.Pass {
		t.Error("a drawing that is too short passes")
	}
}

// Footage is chosen by a person: whatever is measured of it, it is used.
func TestFootageIsNeverBlockedByAFinding(t *testing.T) {
	m := media.Measurements{
		Info: media.Info{Raster: media.Raster{Width: 160, Height: 120}}, Decoded: 10, Conformed: 96, Held: 86, Duration: 20 * time.Minute,
		DecodeErrors: 400, BlackRatio: 1, FrozenRatio: 1, LongestFreeze: 96, Flicker: 90, HardCuts: []media.Frames{3}, Silent: true, HasAudio: true,
		AVLengthDelta: time.Minute, ClippedRatio: 1, VariableRate: true, ContainerLies: []string{"claims an hour"}, Bars: media.Bars{Top: 50},
	}
	w := asked()
	w.Footage = true
	if v := Judge(m, w, DefaultPolicy()); !v.Pass || len(v.Warnings) < 8 {
		t.Errorf("%+v", v)
	}
}
