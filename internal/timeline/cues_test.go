package timeline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

func speaking(s drama.Shot, says ...string) drama.Shot {
	for _, say := range says {
		en, zh, _ := strings.Cut(say, "|")
		l := drama.Line{Who: "lin", Kind: drama.LineDialogue, Say: en}
		if zh != "" {
			l.Translation = drama.Text{"zh": zh}
		}
		s.Lines = append(s.Lines, l)
	}
	return s
}

func TestCuesWhereTold(t *testing.T) {
	p, clips := production(shot(48, media.Cut, 0), speaking(shot(96, media.Cut, 0), "We're closed.|打烊了。", "Go."))
	cut, _ := Build(p, clips)
	told := map[string][]drama.SpokenCue{"1B": {{Line: 0, From: 10, To: 40}, {Line: 1, From: 60, To: 70}}}
	want := []media.Cue{
		{From: 58, To: 98, Text: "We're closed."}, // lingers 10 frames
		{From: 108, To: 132, Text: "Go."},         // stays a second
	}
	if diff := cmp.Diff(want, Cues(cut, p, told, "en")); diff != "" {
		t.Errorf("cues (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]media.Cue{{From: 58, To: 98, Text: "打烊了。"}}, Cues(cut, p, told, "zh")); diff != "" {
		t.Errorf("a line without a translation has no cue (-want +got):\n%s", diff)
	}
	if got := Cues(cut, p, told, "fr"); got != nil {
		t.Errorf("cues in a language nobody wrote: %v", got)
	}
}

func TestToldOutsideOfTheShot(t *testing.T) {
	p, clips := production(speaking(shot(48, media.Cut, 0), "One.", "Two.", "Three."))
	cut, _ := Build(p, clips)
	told := map[string][]drama.SpokenCue{"1A": {{Line: 0, From: -5, To: 10}, {Line: 1, From: 40, To: 90}, {Line: 2, From: 100, To: 200}, {Line: 7, From: 1, To: 2}, {Line: -1, From: 1, To: 2}}}
	cues := Cues(cut, p, told, "en")
	if len(cues) != 3 || cues[0].From != 0 {
		t.Fatalf("cues %v", cues)
	}
	inside(t, cut, cues)
}

// inside checks that cues are in order, none overlaps another, and all lie in the
// cut.
func inside(t *testing.T, cut CutList, cues []media.Cue) {
	t.Helper()
	at := media.Frames(0)
	for _, c := range cues {
		if c.From < at || c.To <= c.From || c.To > cut.Frames {
			t.Errorf("cue %d-%d after %d of %d frames: %q", c.From, c.To, at, cut.Frames, c.Text)
		}
		at = c.To
	}
}

func TestCuesStayInsideTheirShots(t *testing.T) {
	long := "There is a man at the door who says that he knows you, and he is holding your brother's jacket. Shall I let him in?"
	for frames := media.Frames(1); frames < 200; frames += 11 {
		for over := media.Frames(0); over <= frames/2; over += 13 {
			p, clips := production(
				speaking(shot(frames, media.Dissolve, over), long, "No."),
				speaking(shot(frames, media.Wipe, over), "Who?", long+"|"+strings.Repeat("门口有个男人说认识你。", 6)),
				speaking(shot(frames, media.Cut, 0), "Him."))
			cut, err := Build(p, clips)
			if err != nil {
				t.Fatal(err)
			}
			for _, language := range []string{"en", "zh"} {
				inside(t, cut, Cues(cut, p, nil, language))
			}
			shots := p.Episode.Shots()
			for i, e := range cut.Events {
				for _, c := range ShotCues(p, shots[i], e.Frames, nil, "en") {
					if c.From < 0 || c.To > e.Frames || c.To <= c.From {
						t.Errorf("cue %d-%d of a shot of %d frames", c.From, c.To, e.Frames)
					}
				}
			}
		}
	}
}

func TestTalkingOverEachOther(t *testing.T) {
	p, clips := production(speaking(shot(96, media.Cut, 0), "Stop!", "Never!", "Enough."))
	cut, _ := Build(p, clips)
	told := map[string][]drama.SpokenCue{"1A": {{Line: 0, From: 10, To: 40}, {Line: 1, From: 10, To: 30}, {Line: 2, From: 35, To: 60}}}
	want := []media.Cue{{From: 10, To: 35, Text: "Stop!\nNever!"}, {From: 35, To: 70, Text: "Enough."}}
	if diff := cmp.Diff(want, Cues(cut, p, told, "en")); diff != "" {
		t.Errorf("cues (-want +got):\n%s", diff)
	}
}

func TestDissolvedCuesDoNotOverlap(t *testing.T) {
	p, clips := production(speaking(shot(48, media.Dissolve, 20), "Wait."), speaking(shot(48, media.Cut, 0), "What?"))
	cut, _ := Build(p, clips)
	told := map[string][]drama.SpokenCue{"1A": {{From: 20, To: 48}}, "1B": {{From: 5, To: 30}}}
	want := []media.Cue{{From: 20, To: 33, Text: "Wait."}, {From: 33, To: 68, Text: "What?"}}
	if diff := cmp.Diff(want, Cues(cut, p, told, "en")); diff != "" {
		t.Errorf("cues (-want +got):\n%s", diff)
	}
}

func TestSpeechIsMerged(t *testing.T) {
	p, clips := production(speaking(shot(96, media.Dissolve, 20), "A.", "B."), speaking(shot(96, media.Cut, 0), "C."))
	cut, _ := Build(p, clips)
	told := map[string][]drama.SpokenCue{"1A": {{Line: 0, From: 0, To: 10}, {Line: 1, From: 70, To: 90}}, "1B": {{Line: 0, From: 5, To: 50}}}
	want := [][2]media.Frames{{0, 10}, {70, 126}}
	if diff := cmp.Diff(want, Speech(cut, p, told)); diff != "" {
		t.Errorf("speech (-want +got):\n%s", diff)
	}
}

func TestBurns(t *testing.T) {
	p, _ := production(speaking(shot(96, media.Cut, 0), "We're closed in five, and I mean it this time.|五分钟后打烊。"))
	s := p.Episode.Shots()[0]
	s.Title = &drama.Title{Text: "Three years ago"}
	told := []drama.SpokenCue{{From: 10, To: 60}}
	p.Season.Subtitles.Burn = "zh"
	want := []media.Text{
		{Text: "五分钟后打烊。", From: 10, To: 70, Style: "subtitle", Position: "bottom", Language: "zh"},
		{Text: "Three years ago", From: 0, To: 96, Style: "title", Position: "center", Language: "en"},
	}
	if diff := cmp.Diff(want, Burns(p, s, 96, told)); diff != "" {
		t.Errorf("burns (-want +got):\n%s", diff)
	}
	for _, none := range []string{"", "none"} {
		p.Season.Subtitles.Burn = none
		if got := Burns(p, s, 96, told); len(got) != 1 {
			t.Errorf("burn %q: %v, want the title only", none, got)
		}
	}
	p.Season.Subtitles.Burn = "en"
	for _, b := range Burns(p, s, 96, told) {
		if strings.Contains(b.Text, "\n") {
			t.Errorf("%q is broken into lines; whoever draws it knows the width of its letters", b.Text)
		}
	}
}

func TestTextIsReadable(t *testing.T) {
	for _, text := range []string{
		"Short.",
		"It's you. Tomorrow's you. A man will bring a coat. Don't log it.",
		"There is a man at the door who says that he knows you, and he is holding your brother's jacket. Shall I let him in?",
		"A sentence without any punctuation that goes on and on because whoever wrote it never learned where to stop and breathe",
		"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft!",
		"我是你，明天的你。有个男人会送来一件外套。别登记。",
		"一个没有任何标点的句子一直写下去因为写它的人从来没有学会在什么地方停下来喘一口气",
		"门口有个男人说认识你，他手里拿着你哥哥的外套。要让他进来吗？",
		strings.Repeat("啊", 200),
		strings.Repeat("x", 300),
		"Mixed 中文 and English 在一起 in one line 没问题 at all, 是吧?",
	} {
		for _, r := range []media.Raster{upright, wide, {Width: 1080, Height: 1080}} {
			latin, ideographs := lettering.CueLetters(r)
			room := lettering.Cue(r)
			var all strings.Builder
			for _, part := range splitText(text, "en", r) {
				lines := strings.Split(breakLines(part, "en", r), "\n")
				if len(lines) > lettering.CueLines {
					t.Errorf("%s: %d lines: %q", r, len(lines), lines)
				}
				for _, l := range lines {
					if room.Measure(l) > room.Limit {
						t.Errorf("%s: %q is wider than %d letters or %d ideographs", r, l, latin, ideographs)
					}
					if strings.ContainsAny(string([]rune(l)[:1]), ".,!?。，！？") {
						t.Errorf("%s: a line begins with punctuation: %q", r, l)
					}
					all.WriteString(l)
				}
			}
			squeeze := strings.NewReplacer(" ", "")
			if diff := cmp.Diff(squeeze.Replace(text), squeeze.Replace(all.String())); diff != "" {
				t.Errorf("%s: text is lost:\n%s", r, diff)
			}
		}
	}
}

func TestSplitAtSentences(t *testing.T) {
	got := splitText("我是你，明天的你。有个男人会送来一件旧的外套。别登记。", "zh", upright)
	want := []string{"我是你，明天的你。", "有个男人会送来一件旧的外套。", "别登记。"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// The cues of every script hold whole letters, and those of a script that runs to
// the left say so.
func TestCuesOfManyScripts(t *testing.T) {
	p, clips := production(speaking(shot(96, media.Cut, 0), "You came back."))
	p.Episode.Scenes[0].Shots[0].Lines[0].Translation = drama.Text{
		"th": "ในที่สุดเธอก็กลับมาที่บ้านหลังนี้หลังจากที่ฉันรอคอยเธอมานานหลายปี",
		"he": "סוף סוף חזרת הביתה אחרי כל השנים האלה!",
	}
	cut, _ := Build(p, clips)
	for _, c := range Cues(cut, p, nil, "th") {
		for line := range strings.Lines(c.Text) {
			if r := []rune(line)[0]; r >= 0xe30 && r <= 0xe3a || r >= 0xe45 && r <= 0xe4e {
				t.Errorf("a line begins inside a syllable: %q", line)
			}
		}
	}
	for _, c := range Cues(cut, p, nil, "he") {
		for line := range strings.SplitSeq(c.Text, "\n") {
			if !strings.HasPrefix(line, "\u200f") || !strings.HasSuffix(line, "\u200f") {
				t.Errorf("a line without a direction: %q", line)
			}
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("It's you. 我是你。", true)
	f.Add("a\u200bb--> <i>", false)
	f.Fuzz(func(t *testing.T, text string, vertical bool) {
		r := wide
		if vertical {
			r = upright
		}
		if len(text) > 2000 {
			return
		}
		text = clean(text)
		for _, c := range portions(text, "en", 0, 1000, r) {
			if c.To <= c.From || strings.Count(breakLines(c.Text, "en", r), "\n") > 1 {
				t.Errorf("cue %d-%d %q", c.From, c.To, c.Text)
			}
		}
	})
}
