package substation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
)

const head = `[Script Info]
ScriptType: v4.00+
PlayResX: 1080
PlayResY: 1920

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
`

const good = "Style: Default,Noto Serif CJK SC,64,&H00E0FFFF,&H000000FF,&H00101010,&H80000000,-1,0,0,0,100,100,0,0,1,4,2,2,108,54,384,1\n"

func TestStyles(t *testing.T) {
	got, problems := Styles("\ufeff" + strings.ReplaceAll(head+good+"\n[Events]\nFormat: Layer, Start, End, Style, Text\n", "\n", "\r\n"))
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	want := media.TextStyle{
		Font: "Noto Serif CJK SC", Size: 59, Color: "#ffffe0", Edge: "#101010", Back: "#000000", Alpha: 128, Bold: true, Outline: 4, Shadow: 2, Align: 2, Left: 100, Right: 50, Vertical: 200,
	}
	if d := cmp.Diff(want, got["subtitle"].TextStyle); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Whatever is wrong is told with its place.
func TestWhatIsWrongHasItsPlace(t *testing.T) {
	with := func(from, to string) string { return strings.Replace(head+good, from, to, 1) }
	for name, c := range map[string]struct{ script, want string }{
		"size":            {with(",64,", ",12,"), "8:34: Fontsize is 12"},
		"no number":       {with(",64,", ",big,"), `8:34: Fontsize is "big"`},
		"infinite":        {with(",64,", ",Inf,"), `8:34: Fontsize is "Inf"`},
		"colour":          {with("&H00E0FFFF", "white"), `8:37: PrimaryColour is "white"`},
		"see-through":     {with("&H00E0FFFF", "&H80E0FFFF"), "8:37: letters that pictures"},
		"contrast":        {with("&H00101010", "&H00D0D0D0"), "8:59: letters of #ffffe0 cannot be read in #d0d0d0"},
		"bare":            {with(",1,4,2,", ",1,0,2,"), "8:104: letters without an outline"},
		"font":            {with("Noto Serif CJK SC", `C:\fonts\x{\b1}`), "8:16: "},
		"turned":          {with(",0,0,1,4", ",0,45,1,4"), `8:100: Angle is "45"`},
		"align":           {with(",2,2,108", ",2,12,108"), `8:108: Alignment is "12"`},
		"margins":         {with(",108,54,", ",700,54,"), "8:110: MarginL is 700"},
		"fields":          {with(",384,1", ",384"), "8:7: the style has 22 fields, and Format names 23"},
		"name":            {with("Style: Default", "Style: Titel"), `8:8: no text is drawn in a style called "Titel"`},
		"twice":           {head + good + good, "9:8: the style of a subtitle is written twice"},
		"no raster":       {with("PlayResX: 1080\n", ""), "7:1: sizes are of a raster"},
		"wrong raster":    {with("PlayResX: 1080", "PlayResX: -1"), "3:11: PlayResX is"},
		"fonts":           {head + good + "[Fonts]\nfontname: x.ttf\n", `9:1: "[Fonts]": files in a script are not read`},
		"old":             {with("[V4+ Styles]", "[V4 Styles]"), `6:1: "[V4 Styles]" are of an older version`},
		"section":         {with("[V4+ Styles]", "[V5 Styles]"), `6:1: "[V5 Styles]" is no section`},
		"words":           {head + good + "[Events]\nDialogue: 0,0:00:00.00,0:00:05.00,Default,,0,0,0,,hi\n", "10:1: only styles are read"},
		"nothing":         {"", "1:1: there is no style in it"},
		"version":         {with("v4.00+", "v4.00"), "2:13: the script is of version"},
		"missing a field": {strings.NewReplacer("Alignment, ", "", ",2,2,108", ",2,108").Replace(head + good), "8:1: the style has no Alignment"},
	} {
		_, problems := Styles(c.script)
		var all []string
		for _, p := range problems {
			all = append(all, fmt.Sprintf("%d:%d: %s", p.Line, p.Col, p.Message))
		}
		if told := strings.Join(all, "\n"); !strings.Contains(told, c.want) {
			t.Errorf("%s: want %q, got\n%s", name, c.want, told)
		}
	}
}

// Nothing that is read reaches letters but bounded numbers, colours and a plain name.
func FuzzStyles(f *testing.F) {
	f.Add(head + good)
	f.Add("[V4+ Styles]\nFormat: Name\nStyle: Default\n[Fonts]\n")
	f.Fuzz(func(t *testing.T, script string) {
		styles, problems := Styles(script)
		if len(problems) > 3*maxProblems {
			t.Errorf("%d problems", len(problems))
		}
		for _, p := range problems {
			if p.Line < 1 || p.Col < 0 || len(p.Message) > 1000 {
				t.Errorf("%+v", p)
			}
		}
		for of, s := range styles {
			if s.Size < leastSize || s.Size > mostTitle || s.Outline > mostOutline || s.Left+s.Right > mostSides || s.Vertical > mostVertical || s.Align < 1 || s.Align > 9 || strings.ContainsAny(s.Font, ",{}\\/\n") {
				t.Errorf("%s: %+v", of, s)
			}
		}
	})
}
