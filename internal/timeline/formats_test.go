package timeline

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/asticode/go-astisub"
	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// TestEveryFormatReadsBack: a reader from another project finds the same words at the same
// frames in each.
func TestEveryFormatReadsBack(t *testing.T) {
	readers := map[drama.SubtitleFormat]func([]byte) (*astisub.Subtitles, error){
		drama.FormatSRT:  func(b []byte) (*astisub.Subtitles, error) { return astisub.ReadFromSRT(bytes.NewReader(b)) },
		drama.FormatVTT:  func(b []byte) (*astisub.Subtitles, error) { return astisub.ReadFromWebVTT(bytes.NewReader(b)) },
		drama.FormatTTML: func(b []byte) (*astisub.Subtitles, error) { return astisub.ReadFromTTML(bytes.NewReader(b)) },
		drama.FormatASS:  func(b []byte) (*astisub.Subtitles, error) { return astisub.ReadFromSSA(bytes.NewReader(b)) },
	}
	cues := []media.Cue{
		{From: 0, To: 25, Text: "We're closed."},
		{From: 25, To: 26, Text: "Fish & chips,\n\"both\" of them"},
		{From: 100_000, To: 100_047, Text: "打烊了。"},
		{From: 360_001, To: 360_100, Text: "שלום לכולם"},
	}
	for _, fps := range []media.Rational{{Num: 24, Den: 1}, {Num: 24000, Den: 1001}, {Num: 60, Den: 1}} {
		for _, f := range drama.SubtitleFormats {
			made := Subtitles(f, cues, Sheet{FPS: fps, Raster: media.Raster{Width: 1080, Height: 1920}, Language: "he"})
			read, err := readers[f](made)
			if err != nil {
				t.Fatalf("%s: %v\n%s", f, err, made)
			}
			var got []media.Cue
			for _, item := range read.Items {
				var lines []string
				for _, l := range item.Lines {
					lines = append(lines, l.String())
				}
				got = append(got, media.Cue{From: frameAt(item.StartAt, fps), To: frameAt(item.EndAt, fps), Text: strings.TrimRight(strings.Join(lines, "\n"), "\n")})
			}
			if d := cmp.Diff(cues, got); d != "" {
				t.Errorf("%s at %s (-want +got):\n%s\n%s", f, fps, d, made)
			}
			if SubtitleType(f) == "" {
				t.Errorf("%s has no media type", f)
			}
		}
	}
}

// frameAt is the frame nearest to a time.
func frameAt(at time.Duration, fps media.Rational) media.Frames {
	return media.Frames((int64(at)*fps.Num + int64(time.Second)*fps.Den/2) / (int64(time.Second) * fps.Den))
}

// TestTextIsNoMarkup: what writers type is shown as typed and formats nothing.
func TestTextIsNoMarkup(t *testing.T) {
	nasty := `<b>5 < 6</b> {\an8}a\Nb & "c" --> d`
	for _, f := range drama.SubtitleFormats {
		made := string(Subtitles(f, []media.Cue{{From: 1, To: 9, Text: nasty}}, Sheet{FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 1920, Height: 1080}, Language: "en"}))
		for _, markup := range []string{"<b>", "{\\an8}", "a\\Nb", "d -->"} {
			if f != drama.FormatASS && strings.HasPrefix(markup, "a\\") || f != drama.FormatASS && f != drama.FormatSRT && strings.HasPrefix(markup, "{") {
				continue // it is none there
			}
			if f == drama.FormatASS && markup == "<b>" {
				continue
			}
			if strings.Contains(strings.ReplaceAll(made, "\\{\\\u2060an8\\}", ""), markup) {
				t.Errorf("%s holds %s:\n%s", f, markup, made)
			}
		}
	}
	if got := string(Subtitles(drama.FormatTTML, nil, Sheet{FPS: media.Rational{Num: 24, Den: 1}, Language: `en"><x`})); strings.Contains(got, "<x") {
		t.Error("a language tag is markup")
	}
}

func TestTitlesAsCues(t *testing.T) {
	a, b, c := shot(48, media.Dissolve, 12), shot(48, media.Cut, 0), shot(48, media.Cut, 0)
	a.Title, c.Title = &drama.Title{Text: "Three years\n earlier"}, &drama.Title{Text: "Later"}
	p, clips := production(a, b, c)
	cut, err := Build(p, clips)
	if err != nil {
		t.Fatal(err)
	}
	want := []media.Cue{{From: 0, To: 48, Text: "Three years earlier"}, {From: 84, To: 132, Text: "Later"}}
	if d := cmp.Diff(want, Titles(cut, p)); d != "" {
		t.Errorf("titles (-want +got):\n%s", d)
	}
}

// TestHurry: a translation that is longer than people read in the time of the line is
// found; the line itself is not.
func TestHurry(t *testing.T) {
	long := "No, I told you yesterday that the shop is closed for good and that you may not come back"
	s := drama.Shot{Frames: 48, Lines: []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "不行。", Translation: drama.Text{"en": long}}}}
	p, _ := production(s)
	p.Season.Language = "zh"
	got := Hurry(p, "en")
	if len(got) == 0 || got[0].Slate != "1A" || got[0].Line != 0 || got[0].Pace <= 20 || got[0].Least <= 48/2 {
		t.Errorf("%+v", got)
	}
	if got := Hurry(p, "zh"); len(got) != 0 {
		t.Errorf("three letters in two seconds: %+v", got)
	}
	p.Episode.Scenes[0].Shots[0].Frames = 480
	if got := Hurry(p, "en"); len(got) != 0 {
		t.Errorf("with time: %+v", got)
	}
	for tag, want := range map[string]int{"zh-Hant": 9, "ja": 4, "pt-BR": 17, "en-GB": 20, "": 17} {
		if Pace(tag) != want {
			t.Errorf("%q: %d", tag, Pace(tag))
		}
	}
}
