package timeline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Speakers have their colours in every form that can say them, also when they speak at
// once; words stay what they are.
func TestSpeakersHaveTheirColours(t *testing.T) {
	cues := []media.Cue{
		{From: 0, To: 24, Text: "It's you.", Spans: []media.Spoken{{Text: "It's you.", Speaker: "Mara <b>", Color: "#ffff00"}}},
		{From: 24, To: 48, Text: "Who?\nFish & chips", Spans: []media.Spoken{{Text: "Who?", Speaker: "Leo, the cook", Color: "#00ffff"}, {Text: "Fish & chips", Speaker: "Mara <b>", Color: "#ffff00"}}},
		{From: 48, To: 72, Text: "Nobody {in} it"},
	}
	sheet := Sheet{FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 1080, Height: 1920}, Language: "en"}
	tagged := sheet
	tagged.FontTags = true
	for name, c := range map[string]struct {
		made []byte
		want []string
	}{
		"VTT": {Subtitles(drama.FormatVTT, cues, sheet), []string{
			"STYLE\n::cue(.v1) { color: #ffff00; }\n::cue(.v2) { color: #00ffff; }\n\n1\n",
			"\n<v.v1 Mara &lt;b&gt;>It's you.</v>\n",
			"\n<v.v2 Leo, the cook>Who?</v>\n<v.v1 Mara &lt;b&gt;>Fish &amp; chips</v>\n",
			"\nNobody {in} it\n",
		}},
		"TTML": {Subtitles(drama.FormatTTML, cues, sheet), []string{
			`<style xml:id="v1" tts:color="#ffff00"/><style xml:id="v2" tts:color="#00ffff"/></styling>`,
			`><span style="v2">Who?</span><br/><span style="v1">Fish &amp; chips</span></p>`,
		}},
		"ASS": {Subtitles(drama.FormatASS, cues, sheet), []string{
			`,Default,Mara <b>,0,0,0,,{\1c&H00FFFF&}It's you.`,
			`,Default,,0,0,0,,{\1c&HFFFF00&}Who?\N{\1c&H00FFFF&}Fish & chips`,
			`,Default,,0,0,0,,Nobody \{in\} it`,
		}},
		"SRT":             {Subtitles(drama.FormatSRT, cues, sheet), []string{"\nIt's you.\n", "\nWho?\nFish & chips\n"}},
		"SRT with colour": {Subtitles(drama.FormatSRT, cues, tagged), []string{"\n<font color=\"#00ffff\">Who?</font>\n<font color=\"#ffff00\">Fish & chips</font>\n"}},
	} {
		for _, want := range c.want {
			if !strings.Contains(string(c.made), want) {
				t.Errorf("%s: no %q in\n%s", name, want, c.made)
			}
		}
	}
	if plain := Subtitles(drama.FormatVTT, cues[2:], sheet); strings.Contains(string(plain), "STYLE") {
		t.Errorf("nobody is told apart:\n%s", plain)
	}
}

// A show's own look is that of its ASS files, within the part of the picture that is kept to.
func TestALookIsTheFilesOfASS(t *testing.T) {
	look := &media.TextStyle{Font: "Noto Serif CJK SC", Size: 60, Color: "#ffffe0", Edge: "#101010", Back: "#000000", Alpha: 128, Bold: true, Outline: 4, Shadow: 2, Align: 8, Left: 10, Right: 10, Vertical: 20}
	sheet := Sheet{FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 1080, Height: 1920}, Language: "en", Look: look}
	cues := []media.Cue{{From: 0, To: 24, Text: "It's you."}}
	style := func() string {
		_, rest, _ := strings.Cut(string(Subtitles(drama.FormatASS, cues, sheet)), "\nStyle: ")
		line, _, _ := strings.Cut(rest, "\n")
		return line
	}
	if d := cmp.Diff("Default,Noto Serif CJK SC,64,&H00E0FFFF,&H00E0FFFF,&H00101010,&H80000000,-1,0,0,0,100,100,0,0,1,4,2,8,10,10,38,1", style()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	sheet.Safe = media.Box{X0: 60, Y0: 200, X1: 900, Y1: 1500}
	if d := cmp.Diff("Default,Noto Serif CJK SC,63,&H00E0FFFF,&H00E0FFFF,&H00101010,&H80000000,-1,0,0,0,100,100,0,0,1,4,2,8,67,187,207,1", style()); d != "" {
		t.Errorf("in a box (-want +got):\n%s", d)
	}
}
