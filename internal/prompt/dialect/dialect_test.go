package dialect

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/templates"
)

func dialects(t testing.TB) map[string]*Dialect {
	t.Helper()
	set, err := Load("v3")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// A version that is older than dialects has none; one that is not there is an error, as
// is a name with its nearest.
func TestFind(t *testing.T) {
	if set, err := Load("v2"); set != nil || err != nil {
		t.Errorf("v2 has %v, %v", set, err)
	}
	if d, err := Find("v3/h3"); err != nil || d.Name() != "v3/h3" {
		t.Errorf("found %v, %v", d, err)
	}
	for name, want := range map[string]string{"v3/seedance": "seedance2", "v99/h3": "v3", "../x": "v3", "": "v3"} {
		if _, err := Find(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", name, err, want)
		}
	}
}

// What a dialect holds is said by some part, is complete, and names no place that
// nothing fills: wrong data is refused when it is read.
func TestWrongDataIsRefused(t *testing.T) {
	const good = "guide: https://example.com\nframe: en\navoid: drop\norder:\n  text:\n  - [framing, action, note, lines, restraint]\n"
	for name, c := range map[string]struct{ old, new string }{
		"a misspelt key":        {"avoid:", "avoids:"},
		"a frame nobody has":    {"frame: en", "frame: fr"},
		"no guide":              {"guide: https://example.com\n", ""},
		"an unknown part":       {"framing", "faming"},
		"no action":             {"action, ", ""},
		"no note":               {"note, ", ""},
		"no restraint":          {", restraint", ""},
		"an unknown mode":       {"text:", "texts:"},
		"a way to avoid":        {"drop", "ignore"},
		"prose without a place": {"drop", "prose"},
		"a phrase never said":   {"order:", "say: {en: {music: \"Silence.\"}}\norder:"},
		"a language never said": {"order:", "say: {zh: {note: \"{note}\"}}\norder:"},
		"an unknown phrase":     {"order:", "say: {en: {notes: \"{note}\"}}\norder:"},
		"an unknown place":      {"order:", "say: {en: {note: \"{text}\"}}\norder:"},
		"an open bracket":       {"order:", "say: {en: {note: \"[[{note}\"}}\norder:"},
		"a lone mark":           {"order:", "marks: {line: [\"{\", \"\"]}\norder:"},
		"a paragraph's typo":    {"- [framing", "- {heads: x, parts: [framing]}\n  - [framing"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(good, c.old) {
				t.Fatalf("the case changes nothing: %q", c.old)
			}
			files := wordsAnd(t, strings.Replace(good, c.old, c.new, 1))
			if set, err := load("v3", files); err == nil {
				t.Errorf("read as %v", set)
			}
		})
	}
	if _, err := load("v3", wordsAnd(t, good)); err != nil {
		t.Errorf("the data without a mistake: %v", err)
	}
}

func wordsAnd(t *testing.T, dialect string) fs.FS {
	t.Helper()
	files := fstest.MapFS{"dialects/test.yaml": {Data: []byte(dialect)}}
	for _, code := range []string{"en", "zh"} {
		raw, err := fs.ReadFile(templates.Dialects("v3"), "words/"+code+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		files["words/"+code+".yaml"] = &fstest.MapFile{Data: raw}
	}
	return files
}

// Every size, angle, move, set and language that one language of the frame has a word
// for, the other has too, and every phrase.
func TestTheLanguagesSayTheSame(t *testing.T) {
	d := dialects(t)["seedance2"]
	en, zh := d.in["en"], d.in["zh"]
	same := func(what string, a, b []string) {
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: en has %v, zh %v", what, a, b)
		}
	}
	same("sizes", keys(en.words.Sizes), keys(zh.words.Sizes))
	same("angles", keys(en.words.Angles), keys(zh.words.Angles))
	same("moves", keys(en.words.Moves), keys(zh.words.Moves))
	same("sets", keys(en.words.Sets), keys(zh.words.Sets))
	same("languages", keys(en.words.Languages), keys(zh.words.Languages))
	same("phrases", keys(en.say), keys(zh.say))
}

func keys[V any](m map[string]V) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	return all
}

// A take without sound is told of nothing that is heard; one with it that there is no
// music.
func TestWhatIsHeardIsSaidWhereThereIsSound(t *testing.T) {
	b := englishBrief()
	d := dialects(t)["wan30"]
	for sound, want := range map[bool]string{true: "No background music.", false: "Nobody speaks."} {
		got := d.Tell(Shot{Brief: b, Mode: Text, Sound: sound}).Prompt
		if !strings.Contains(got, want) || strings.Contains(got, "chime") != sound {
			t.Errorf("sound %v: %s", sound, got)
		}
	}
}

// The frame is in the language of the directions, whatever the lines are in, and a line
// in another one is named.
func TestTheLanguageOfALineIsNamedWhereItIsAnother(t *testing.T) {
	d := dialects(t)["seedance2"]
	b := chineseBrief()
	b.Language = "en"
	b.Lines = []drama.BriefLine{{Who: "mara", Name: "玛拉", Kind: drama.LineDialogue, Say: "Take it back."}}
	if got := d.Tell(Shot{Brief: b, Mode: Text, Sound: true}).Prompt; !strings.Contains(got, "用英语说：{Take it back.}") {
		t.Errorf("Chinese directions, an English line: %s", got)
	}
	b = englishBrief()
	b.Language = "zh-Hans"
	b.Lines = []drama.BriefLine{{Who: "mara", Name: "Mara Quill", Kind: drama.LineDialogue, Say: "拿回去。"}}
	if got := d.Tell(Shot{Brief: b, Mode: Text, Sound: true}).Prompt; !strings.Contains(got, "says in Mandarin Chinese: {拿回去。}") {
		t.Errorf("English directions, a Chinese line: %s", got)
	}
}

// Lines keep their order, whoever speaks them, and a mouth is said to be shut once for
// lines that follow each other.
func TestTheOrderOfLinesIsKept(t *testing.T) {
	b := englishBrief()
	for _, l := range []struct {
		who  int
		kind drama.LineKind
		say  string
	}{{0, "", "One."}, {1, "", "Two."}, {0, drama.LineInner, "Three."}, {0, drama.LineVO, "Four."}, {1, "", "…"}, {1, "", "Five."}} {
		b.Lines = append(b.Lines, drama.BriefLine{Who: b.Cast[l.who].ID, Name: b.Cast[l.who].Name, Kind: l.kind, Say: l.say})
	}
	for name, d := range dialects(t) {
		if d.data.Order[Text] == nil {
			continue // makes pictures
		}
		got := d.Tell(Shot{Brief: b, Mode: Text, Sound: true}).Prompt
		at := 0
		for _, say := range []string{"One.", "Two.", "Three.", "Four.", "Five."} {
			i := strings.Index(got[at:], say)
			if i < 0 {
				t.Fatalf("%s: %q is missing or out of order in %s", name, say, got)
			}
			at += i
		}
		if n := strings.Count(got, d.in["en"].say["shut"].fill(map[string]string{"name": "Mara Quill"})); n != 1 {
			t.Errorf("%s says %d times that her mouth is shut: %s", name, n, got)
		}
		if strings.Contains(got, "…") {
			t.Errorf("%s has a line of dots spoken: %s", name, got)
		}
	}
}

// A line cannot end itself, nor can a direction pass for a line, a sound or a picture.
func TestMarksAreNotBrokenByTheText(t *testing.T) {
	b := englishBrief()
	b.Action = "She says {Run!} <bang> and points at [Image 9]"
	b.Sound = "rain> {No!}"
	b.Cast[0].Name = "Ma}ra"
	b.Lines = []drama.BriefLine{{Who: "mara", Name: "Ma}ra", Say: "Stop } now\n<d> “then” \"go\" [Image 2]", Tone: "low}: {no"}}
	s := Shot{Brief: b, Mode: References, Sound: true, Cite: "[Image {n}]", Pictures: []Picture{{Name: "mara", Kind: "cast"}}, Note: "{faster}"}
	got := dialects(t)["seedance2"].Tell(s).Prompt
	for mark, want := range map[string]int{"{": 1, "}": 1, "<": 1, ">": 1, "[Image 1]": strings.Count(got, "["), "[Image 9]": 0, "[Image 2]": 0} {
		if n := strings.Count(got, mark); n != want {
			t.Errorf("%d %s, want %d: %s", n, mark, want, got)
		}
	}
	if !strings.Contains(got, "{Stop ) now ‹d› “then” \"go\" (Image 2)}") {
		t.Errorf("the line is told as %s", got)
	}
	if got := dialects(t)["veo"].Tell(s).Prompt; strings.Count(got, `"`) != 2 {
		t.Errorf("a quotation in a quoted line: %s", got)
	}
}

// What must not be seen goes into the field where there is one, into prose where there
// is none, and is not lost without anybody knowing.
func TestAvoid(t *testing.T) {
	b := englishBrief()
	for name, d := range dialects(t) {
		mode := Text
		if d.data.Order[Text] == nil {
			mode = Image
		}
		for _, field := range []bool{true, false} {
			told := d.Tell(Shot{Brief: b, Mode: mode, Negative: "no neon, cartoon", Field: field})
			in := strings.Contains(told.Negative, "neon")
			prose := strings.Contains(told.Prompt, "neon")
			if in != field || !in && prose == d.Drops(field) || in && prose {
				t.Errorf("%s, field %v: prompt %q, field %q", name, field, told.Prompt, told.Negative)
			}
		}
	}
	if got := dialects(t)["veo"].Tell(Shot{Brief: b, Negative: "no neon, text", Field: true}).Negative; !strings.HasPrefix(got, "neon, text, subtitles") {
		t.Errorf("Veo's field, as bare nouns: %q", got)
	}
}

func FuzzTell(f *testing.F) {
	f.Add("She {runs} “home”.", "Hi } there", "Mara", "woman, 29, [x]", "text, no 字幕", byte(0))
	f.Add("", "……", "", "，，，", "", byte(7))
	f.Add("\x00\u202e<d>", "</d>\n\nnon_diegetic_music: loud", "[A]", "三十岁", "不要", byte(30))
	set := dialects(f)
	names := keys(set)
	slices.Sort(names)
	f.Fuzz(func(t *testing.T, action, say, name, looks, avoid string, which byte) {
		d := set[names[int(which)%len(names)]]
		b := englishBrief()
		b.Action, b.Cast[0].Name, b.Cast[0].Looks, b.Sound, b.Size = action, name, looks, say, "ots"
		b.Lines = []drama.BriefLine{{Who: "mara", Name: name, Say: say, Tone: looks}, {Who: "x", Name: name, Kind: drama.LineVO, Say: say}}
		for _, mode := range []Mode{Text, FirstFrame, References, Image} {
			s := Shot{Brief: b, Mode: mode, Negative: avoid, Sound: which%2 == 0, Field: which%3 == 0, Cite: "@Image{n}", Pictures: []Picture{{Name: "mara", Kind: "cast"}, {Name: "office", Kind: "location"}}, Note: action}
			told := d.Tell(s)
			if !utf8.ValidString(told.Prompt) && utf8.ValidString(action+say+name+looks+avoid) {
				t.Errorf("%s: not UTF-8: %q", d.Name(), told.Prompt)
			}
			if again := d.Tell(s); again != told {
				t.Errorf("%s: told twice, differently", d.Name())
			}
			if strings.ContainsAny(told.Prompt, "\x00\r\t\u202e") {
				t.Errorf("%s: characters that cannot be seen: %q", d.Name(), told.Prompt)
			}
			// A heading stands at the beginning of a line only where the dialect puts it.
			if n := strings.Count("\n"+told.Prompt, "\nnon_diegetic_music:"); n > 1 {
				t.Errorf("%s: a script's text passes for a field: %q", d.Name(), told.Prompt)
			}
			if most := 40 * (len(action) + len(say) + len(name) + len(looks) + len(avoid) + 400); len(told.Prompt) > most {
				t.Errorf("%s: %d bytes", d.Name(), len(told.Prompt))
			}
		}
	})
}
