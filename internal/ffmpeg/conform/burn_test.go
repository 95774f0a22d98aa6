package conform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// Each writing system has the face that draws it, and each line its direction.
func TestTextsOfManyScripts(t *testing.T) {
	r := media.Raster{Width: 1080, Height: 1920}
	for _, c := range []struct{ language, text, face, mark string }{
		{"th", "ในที่สุดเธอก็กลับมา", "Noto Sans Thai", ""},
		{"ar", "لقد عدتَ أخيرًا إلى البيت بعد كل هذه السنين!", "Noto Sans Arabic", "\u200f"},
		{"he", "סוף סוף חזרת הביתה!", "Noto Sans Hebrew", "\u200f"},
		{"hi", "तुम घर लौट आईं।", "Noto Sans Devanagari", ""},
		{"ko", "마침내 돌아왔구나", "Noto Sans CJK KR", ""},
		{"zh", "你终于回家了", "Noto Sans CJK SC", ""},
	} {
		script := assScript(r, media.Box{}, []media.Text{{Text: c.text, To: 5, Style: "subtitle", Language: c.language}})
		if !strings.Contains(script, ","+c.face+",") || !strings.Contains(script, ",-1\n") {
			t.Errorf("%s: no face %s, or no direction of its own:\n%s", c.language, c.face, script)
		}
		event := strings.TrimSpace(script[strings.LastIndex(script, ",,0,0,0,,")+len(",,0,0,0,,"):])
		for line := range strings.SplitSeq(event, `\N`) {
			if c.mark != "" && (!strings.HasPrefix(line, c.mark) || !strings.HasSuffix(line, c.mark)) {
				t.Errorf("%s: a line without a direction: %q", c.language, line)
			}
		}
	}
}

func TestTextCannotBeMarkup(t *testing.T) {
	r := media.Raster{Width: 1080, Height: 1920}
	script := assScript(r, media.Box{}, []media.Text{{Text: "{\\b1}x\\Ny\r\n[Events]\nDialogue: 0", To: 5, Style: "subtitle", Language: "en"}})
	if n := strings.Count(script, "\nDialogue:"); n != 1 {
		t.Errorf("%d events of one text:\n%s", n, script)
	}
	event := script[strings.LastIndex(script, "\nDialogue:"):]
	for _, bad := range []string{"{\\b", "x\\N"} {
		if strings.Contains(strings.ReplaceAll(event, `\{`, ""), bad) {
			t.Errorf("markup %q got through: %s", bad, event)
		}
	}
}

func FuzzAssScript(f *testing.F) {
	f.Add("你好，世界", "zh", "title")
	f.Add("{\\an8}\\N\n[Events]", "en", "subtitle")
	f.Fuzz(func(t *testing.T, text, language, style string) {
		script := assScript(media.Raster{Width: 180, Height: 320}, media.Box{}, []media.Text{{Text: text, To: 5, Style: style, Language: language}})
		if n := strings.Count(script, "\nDialogue:"); n != 1 {
			t.Errorf("%d events of one text:\n%q", n, script)
		}
	})
}

// brightRows are the first and last row of frame n with something bright in it,
// in shares of the height; 0, 0 if none.
func brightRows(t *testing.T, path string, n media.Frames) (first, last float64) {
	t.Helper()
	in, err := footage.Open(t.Context(), path, footage.Clips)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, _, err := footage.FindPicture(in, n, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Free()
	luma, stride := footage.FramePlane(f, 0, f.Height())
	for y := range f.Height() {
		for _, v := range luma[y*stride:][:f.Width()] {
			if v > 180 {
				if first == 0 {
					first = float64(y) / float64(f.Height())
				}
				last = float64(y) / float64(f.Height())
				break
			}
		}
	}
	return first, last
}

func TestTextsAreBurnedExactlyWhereTheyBelong(t *testing.T) {
	in := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "color=c=black:s=180x320:r=60:d=1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	for _, fps := range []media.Rational{{Num: 24, Den: 1}, {Num: 60000, Den: 1001}} {
		spec := clips.SmallSpec()
		spec.FPS = fps
		job := conformJob(t, in, spec)
		// The folder's name must not be read as filter syntax.
		dir := filepath.Join(t.TempDir(), "it's [a], b;c:d")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		job.OutVideo = filepath.Join(dir, "m.mp4")
		job.Burn = []media.Text{
			{Text: "下雨了", From: 5, To: 8, Style: "subtitle", Language: "zh-CN"},
			{Text: "Title", From: 12, To: 14, Style: "title", Position: "top", Language: "en"},
		}
		mustConform(t, job)
		for n, want := range map[media.Frames]string{4: "", 5: "low", 7: "low", 8: "", 11: "", 12: "high", 13: "high", 14: ""} {
			first, last := brightRows(t, job.OutVideo, n)
			got := ""
			switch {
			case last == 0:
			case first > 0.6 && last < 0.9:
				got = "low"
			case first > 0.1 && last < 0.4:
				got = "high"
			default:
				got = "elsewhere"
			}
			if got != want {
				t.Errorf("%s fps, frame %d: text %q (rows %.2f to %.2f), want %q", fps, n, got, first, last, want)
			}
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*.ass")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestUnburnableTextsAreRefused(t *testing.T) {
	for name, text := range map[string]media.Text{
		"style":    {Text: "x", To: 2, Style: "shout"},
		"position": {Text: "x", To: 2, Style: "title", Position: "elsewhere"},
		"span":     {Text: "x", From: 3, To: 2, Style: "title"},
		"length":   {Text: strings.Repeat("x", 3000), To: 2, Style: "title"},
	} {
		if err := checkTexts([]media.Text{text}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
