package animatic

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// pictures draws some frames of a brief, tiny.
func pictures(t *testing.T, b drama.Brief, w, h int, at ...int) [][]byte {
	t.Helper()
	r := testRequest(b, w, h)
	r.Frames = 48
	s := newShot(r, nil, loadFonts())
	var out [][]byte
	for _, n := range at {
		f := newFrame(w, h)
		if _, err := s.drawSafely(f, n, nil); err != nil {
			t.Fatal(err)
		}
		out = append(out, bytes.Clone(f.buf))
	}
	return out
}

// apart is the mean absolute difference of two pictures' luma.
func apart(a, b []byte, w, h int) float64 {
	sum := 0
	for i := range w * h {
		sum += max(int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return float64(sum) / float64(w*h)
}

func two() []drama.BriefCast {
	return []drama.BriefCast{{ID: "lin", Name: "Lin", Looks: "woman"}, {ID: "chen", Name: "Chen", Looks: "old man, beard, glasses", Wardrobe: "grey coat"}}
}

func TestEverySizeMoveAngle(t *testing.T) {
	const w, h = 54, 96
	check := func(name string, b drama.Brief, least float64) {
		t.Run(name, func(t *testing.T) {
			b.Location = &drama.BriefLocation{ID: "store"}
			b.Cast = two()
			p := pictures(t, b, w, h, 0, 1, 20, 47)
			if bytes.Equal(p[0], p[1]) {
				t.Error("neighbouring frames are equal")
			}
			if d := apart(p[0], p[3], w, h); d < least {
				t.Errorf("first and last frame differ by %.2f, want %.2f", d, least)
			}
			for i, f := range p {
				for _, y := range f[:w*h] {
					if y < 16 || y > 235 {
						t.Fatalf("picture %d: luma %d is not legal", i, y)
					}
				}
			}
		})
	}
	for _, size := range []string{"", "ECU", "CU", "MCU", "MS", "MLS", "LS", "WS", "EWS", "OTS", "POV", "two-shot", "insert"} {
		check("size "+size, drama.Brief{Size: size}, 0.4)
	}
	for _, move := range []string{"pan-left", "pan-right", "tilt-up", "tilt-down", "push-in", "pull-out", "truck-left", "truck-right", "pedestal-up", "pedestal-down", "orbit", "tracking", "handheld", "zoom-in", "zoom-out", "crane-up", "crane-down", "whip-pan", "rack-focus"} {
		least := 3.0
		if move == "handheld" || move == "rack-focus" {
			least = 1
		}
		check("move "+move, drama.Brief{Size: "MS", Move: move}, least)
	}
	for _, angle := range []string{"eye", "high", "low", "birds-eye", "worms-eye", "dutch"} {
		check("angle "+angle, drama.Brief{Size: "WS", Angle: angle}, 0.4)
	}
}

func TestEveryPlaceIsFoundAndDrawn(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range places() {
		for i, w := range p.words {
			s := sceneOf(drama.Brief{Location: &drama.BriefLocation{ID: "x", Name: "the " + w}})
			if s.kind != p.kind && !seen[s.kind] {
				t.Errorf("%q is a %s, want %s", w, s.kind, p.kind)
			}
			if i > 0 {
				continue
			}
			for _, time := range []string{"day", "night"} {
				if seen[p.kind] {
					continue // some kinds stand twice, the narrower words first
				}
				pic := pictures(t, drama.Brief{Size: "WS", Time: time, Sound: "rain", Location: &drama.BriefLocation{ID: "x", Name: w}}, 36, 64, 3)
				key := time + string(pic[0])
				if seen[key] {
					t.Errorf("%s at %s looks like another place", p.kind, time)
				}
				seen[key] = true
			}
		}
		seen[p.kind] = true
	}
	if s := sceneOf(drama.Brief{Set: "EXT", Location: &drama.BriefLocation{ID: "nowhere"}}); s.inside || s.kind != "outdoors" {
		t.Errorf("an unknown exterior is %q, inside %v", s.kind, s.inside)
	}
	if s := sceneOf(drama.Brief{Set: "INT", Location: &drama.BriefLocation{ID: "nowhere"}}); !s.inside {
		t.Error("an unknown interior is outside")
	}
}

func TestWordsMakeThePerson(t *testing.T) {
	p := personOf("show", drama.BriefCast{ID: "lin", Looks: "woman, 27, short black hair, scar on the left brow, glasses", Wardrobe: "blue convenience-store apron"})
	if !p.female || p.hairstyle != "pixie" || p.hair != hues["black"] || !p.scar || !p.glasses || p.wear.kind != "apron" || p.wear.top != hues["blue"] {
		t.Errorf("%+v", p)
	}
	q := personOf("show", drama.BriefCast{ID: "wei", Looks: "old man, bald, white beard", Wardrobe: "dark green coat"})
	if q.female || !q.old || q.hairstyle != "bald" || q.beard != "full" || q.wear.kind != "coat" || q.wear.top.g < q.wear.top.r {
		t.Errorf("%+v", q)
	}
	if c := personOf("show", drama.BriefCast{ID: "kid", Looks: "boy, 8"}); !c.child || c.tall > 0.8 {
		t.Errorf("%+v", c)
	}
	if a, b := personOf("show", drama.BriefCast{ID: "a"}), personOf("show", drama.BriefCast{ID: "a"}); *a != *b {
		t.Error("a character is not the same twice")
	}
}

func TestOddBriefs(t *testing.T) {
	long := strings.Repeat("雨 phone\x00\u202e runs ", 20000)
	for name, b := range map[string]drama.Brief{
		"nothing":     {},
		"long":        {Action: long, Sound: long, Look: long, Mood: long, Time: long, Size: long[:300], Move: long[:300], Location: &drama.BriefLocation{ID: long, Name: long, Looks: long}, Cast: []drama.BriefCast{{ID: long, Name: long, Looks: long, Wardrobe: long}}},
		"crowd":       {Size: "WS", Cast: make([]drama.BriefCast, 500)},
		"odd lens":    {Size: "CU", Lens: "1e400mm", Angle: "sideways"},
		"many props":  {Size: "insert", Props: make([]drama.BriefProp, 1000)},
		"bad unicode": {Action: "\xff\xfe", Cast: []drama.BriefCast{{Name: "\xff"}}},
	} {
		t.Run(name, func(t *testing.T) {
			pictures(t, b, 180, 320, 0, 47)
			pictures(t, b, 16, 16, 0)
			pictures(t, b, 320, 136, 5)
		})
	}
}

func TestLinesAreLaidOut(t *testing.T) {
	p := &Provider{o: Options{Speaker: hum{}}}
	r := small()
	r.Frames = 96
	r.Brief.Lines = []drama.BriefLine{
		{Who: "lin", Kind: drama.LineDialogue, Say: "We're closed in five."},
		{Who: "narrator", Kind: drama.LineVO, Say: "She lied."},
		{Who: "man", Kind: drama.LineOS, Say: "Wait."},
	}
	lines, err := p.speak(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	total := int(r.Frames.Samples(r.FPS, media.SampleRate))
	end := 0
	for i, l := range lines {
		if l.line != i || l.from < end || l.to <= l.from || l.to > total || len(l.samples) != l.to-l.from {
			t.Errorf("line %d: %d to %d of %d, %d samples, after %d", i, l.from, l.to, total, len(l.samples), end)
		}
		end = l.to
	}
	if lines[0].from < int(0.25*media.SampleRate) {
		t.Errorf("no lead-in: the first line starts at %d", lines[0].from)
	}
	env := lines[0].envelope(int(r.Frames), r.FPS)
	for n, v := range env {
		at := int(media.Frames(n).Samples(r.FPS, media.SampleRate))
		if speaking := at > lines[0].from && at+2000 < lines[0].to; speaking != (v > 0.1) && (at+2000 < lines[0].from || at > lines[0].to || speaking) {
			t.Errorf("frame %d: envelope %.2f, speaking %v", n, v, speaking)
		}
	}
	// Nobody speaks dots; they take their time all the same.
	r.Brief.Lines[1].Say = "……"
	if lines, err = p.speak(t.Context(), r); err != nil || lines[1].to-lines[1].from < media.SampleRate/2 {
		t.Errorf("a line without letters: %v, %+v", err, lines)
	}
	r.Audio = false
	if lines, err := p.speak(t.Context(), r); err != nil || lines != nil {
		t.Errorf("without sound: %v, %v", lines, err)
	}
	// Far too much text ends with the shot.
	r.Audio = true
	r.Brief.Lines[0].Say = strings.Repeat("word ", 400)
	if lines, err = p.speak(t.Context(), r); err != nil || lines[2].to > total {
		t.Errorf("too long: %v, %v", err, lines[2].to)
	}
}

func TestAmbience(t *testing.T) {
	r := small()
	r.Brief.Lines = nil
	r.Frames = 48
	sounds := map[string]string{}
	for _, words := range append([]string{""}, soundWords()...) {
		r.Brief.Sound = words
		a, b := mixSound(r, nil), mixSound(r, nil)
		var sum float64
		for i, v := range a.l {
			if v != b.l[i] || a.r[i] != b.r[i] {
				t.Fatalf("%q: two mixes differ at %d", words, i)
			}
			sum += float64(v) * float64(v)
			if v > 0.95 || v < -0.95 {
				t.Fatalf("%q: sample %d is %.2f", words, i, v)
			}
		}
		key := fmt.Sprintf("%.9f", sum)
		if other, ok := sounds[key]; ok {
			t.Errorf("%q sounds like %q", words, other)
		}
		sounds[key] = words
	}
}

// TestWrittenLines: what is written on the picture breaks where subtitles would: no
// line begins with a mark that belongs to the one before, no word is torn, and what
// has no room says so.
func TestWrittenLines(t *testing.T) {
	f := loadFonts()
	const chinese = "她推开门，雨声涌进来；他没有回头，只是把伞收好，放在墙边。"
	for width := 200.0; width < 520; width += 10 {
		lines, _ := f.wrap(chinese, "zh", 27, width, 9)
		for _, l := range lines {
			if strings.ContainsAny(l[:len("，")], "，；。") {
				t.Errorf("%g px: a line begins with the mark of the one before: %q", width, lines)
			}
		}
		if got := strings.Join(lines, ""); got != chinese {
			t.Fatalf("%g px: the lines hold %q", width, got)
		}
	}
	if lines, worst := f.wrap("The rickshaw driver waits", "en", 27, 180, 4); worst < lettering.Word || strings.Join(lines, " ") != "The rickshaw driver waits" {
		t.Errorf("%q, %v", lines, worst)
	}
	if lines, worst := f.wrap("Incomprehensibilities", "en", 27, 90, 9); worst != lettering.Torn || len(lines) < 2 {
		t.Errorf("a word that no line holds: %q, %v", lines, worst)
	}
	if lines, worst := f.wrap("one two three four five six seven eight nine ten", "en", 27, 120, 2); worst != lettering.Torn || len(lines) != 2 || !strings.HasSuffix(lines[1], "…") {
		t.Errorf("more than two lines: %q, %v", lines, worst)
	}
}

// TestALabelEndsItsLinesWithWords: a little smaller is better than a word in two.
func TestALabelEndsItsLinesWithWords(t *testing.T) {
	b := &builder{sh: &shot{fonts: loadFonts(), brief: drama.Brief{Language: "zh"}}}
	if lines, size := b.setIn("今晚七点，请到场签字。", 200, 240); !slices.Equal(lines, []string{"今晚七点，", "请到场签字。"}) || size < 25 {
		t.Errorf("%q in %.0f pixels", lines, size)
	}
}
