package lettering

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"github.com/dailies/dailies/internal/media"
)

func TestLines(t *testing.T) {
	for _, c := range []struct {
		name, text, language string
		width                int // ems
		want                 []string
	}{
		{"short", "hello there", "en", 20, []string{"hello there"}},
		{"even", "one two three four five six", "en", 8, []string{"one two three", "four five six"}},
		{"clause", "你怎么会在这里？我以为你已经走了。", "zh", 10, []string{"你怎么会在这里？", "我以为你已经走了。"}},
		{"clause before word", "昨天晚上下着雨，他来了", "zh", 9, []string{"昨天晚上下着雨，", "他来了"}},
		{"one more line keeps a clause", "昨天晚上下雨，他来便利店了，我没看见", "zh", 9, []string{"昨天晚上下雨，", "他来便利店了，", "我没看见"}},
		{"particle", "便利店门口的男人们走了过来", "zh", 7, []string{"便利店门口的", "男人们走了过来"}},
		{"closing quote", "「行くな」と彼は言った", "ja", 6, []string{"「行くな」と", "彼は言った"}},
		{"paragraphs", "a\n\nb", "en", 20, []string{"a", "b"}},
		{"nothing", " \n ", "en", 20, nil},
		{"long word", "unbreakablylongword", "en", 6, []string{"unbreakabl", "ylongword"}},
		{"Korean words", "어젯밤에 비가 왔고 그가 가게에 들어왔다", "ko", 12, []string{"어젯밤에 비가 왔고", "그가 가게에 들어왔다"}},
		{"Hebrew", "סוף סוף חזרת הביתה", "he", 6, []string{"\u200fסוף סוף\u200f", "\u200fחזרת הביתה\u200f"}},
		{"a Hebrew name in English", "He said שלום to all of them", "en", 9, []string{"\u200eHe said שלום\u200e", "\u200eto all of them\u200e"}},
		{"Hebrew that begins with a name", "NASA הודיעה היום", "he", 40, []string{"\u200fNASA הודיעה היום\u200f"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Lines(c.text, c.language, Ems(c.width*1000, 3))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// Texts of many scripts keep every letter and every syllable whole at any width.
func TestNoLetterIsDivided(t *testing.T) {
	for _, c := range []struct{ language, text string }{
		{"th", "ในที่สุดเธอก็กลับมาที่บ้านหลังนี้หลังจากที่ฉันรอคอยเธอมานานหลายปี"},
		{"lo", "ສະບາຍດີເຈົ້າກັບມາເຮືອນແລ້ວຫຼັງຈາກຫຼາຍປີ"},
		{"km", "ទីបំផុតអ្នកបានត្រឡប់មកផ្ទះវិញហើយ"},
		{"my", "နောက်ဆုံးတော့သင်အိမ်ပြန်ရောက်လာပြီ"},
		{"hi", "इतने सालों बाद आख़िरकार तुम घर लौट आईं, क्षत्रिय विश्वविद्यालय में"},
		{"ko", "그렇게 오랜 세월이 지난 뒤에 마침내 집으로 돌아왔구나"},
		{"ar", "لقد عدتَ أخيرًا إلى البيت بعد كل هذه السنين!"},
		{"en", "naïve cafe\u0301 👩‍👩‍👧 family 🇨🇳 flag"},
	} {
		borders := clusterBorders(c.text)
		for width := 1; width < 20; width++ {
			at := 0
			for _, line := range Lines(c.text, c.language, Ems(width*1000, 3)) {
				line = strings.Trim(line, toLeft+toRight)
				i := strings.Index(c.text[at:], line)
				if i < 0 || strings.TrimSpace(c.text[at:at+i]) != "" {
					t.Fatalf("%s at %d ems: text is lost at %q", c.language, width, line)
				}
				at += i
				if r, _ := utf8.DecodeRuneInString(line); !slices.Contains(borders, at) || follows(r) || r == 0x17d2 || r == 0x1039 {
					t.Errorf("%s at %d ems: a line begins inside a letter: %q", c.language, width, line)
				}
				at += len(line)
				if r, _ := utf8.DecodeLastRuneInString(line); leads(r) || r == 0x94d && at < len(c.text) {
					t.Errorf("%s at %d ems: a line ends before what belongs to it: %q", c.language, width, line)
				}
			}
			if strings.TrimSpace(c.text[at:]) != "" {
				t.Errorf("%s at %d ems: lost %q", c.language, width, c.text[at:])
			}
		}
	}
}

func clusterBorders(s string) []int {
	borders, at, state := []int{0}, 0, -1
	for s != "" {
		var c string
		c, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		at += len(c)
		borders = append(borders, at)
	}
	return borders
}

// A Thai line ends where a word does: words of a dictionary, in names that it does not have
// syllables. Marks, quotes and other scripts stay with what they belong to.
func TestThaiWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"ในที่สุดเธอก็กลับมาที่บ้านหลังนี้", "ใน|ที่สุด|เธอ|ก็|กลับ|มา|ที่|บ้าน|หลัง|นี้"},
		{"มานานหลายปี", "มา|นาน|หลาย|ปี"},
		{"ฉันรู้แล้ว", "ฉัน|รู้|แล้ว"},
		{"โทรศัพท์ของคุณหมอหาย", "โทรศัพท์|ของ|คุณ|หมอ|หาย"},
		{"ประเทศไทยสวยงามมากๆ", "ประเทศไทย|สวยงาม|มากๆ"},
		{"เราจะไปโรงพยาบาลด้วยกัน", "เรา|จะ|ไป|โรง|พยาบาล|ด้วย|กัน"},
		{"เขาพูดว่า“ที่รัก”แล้วก็เดินออกไป", "เขา|พูด|ว่า|“ที่รัก”|แล้ว|ก็|เดิน|ออก|ไป"},
		{"ณเดชน์มาแล้วครับ", "ณ|เดชน์|มา|แล้ว|ครับ"},
	} {
		var got []string
		for _, p := range Pieces(c.text, "th", Ems(100_000, 3)) {
			got = append(got, p.Text)
		}
		if d := cmp.Diff(c.want, strings.Join(got, "|")); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

// Lines of real sentences end between words where a telephone's subtitles are that narrow,
// and particles stay with what they follow.
func TestThaiLines(t *testing.T) {
	room := Cue(media.Raster{Width: 1080, Height: 1920})
	for _, c := range []struct{ text, want string }{
		{"คุณจะกลับมาหาฉันที่โรงพยาบาลพรุ่งนี้ไหมคะ", "คุณจะกลับมาหาฉันที่|โรงพยาบาลพรุ่งนี้ไหมคะ"},
		{"ผมไม่เคยลืมคำสัญญาที่ให้ไว้กับคุณเลยครับ", "ผมไม่เคยลืมคำสัญญา|ที่ให้ไว้กับคุณเลยครับ"},
	} {
		if got := strings.Join(Lines(c.text, "th", room), "|"); got != c.want {
			t.Errorf("%s breaks as %s", c.text, got)
		}
	}
	// A word that no line holds is cut at a syllable, and known to be torn.
	if _, worst := Lay("มหาวิทยาลัย", "th", Ems(3000, 3)); worst != Torn {
		t.Errorf("a word in pieces ends well: %v", worst)
	}
}

func TestSet(t *testing.T) {
	r := media.Raster{Width: 1080, Height: 1920}
	if l := Set("三年前", "title", "zh", r, media.Box{}); len(l.Lines) != 1 || l.Small {
		t.Errorf("%+v", l)
	}
	long := Set(strings.Repeat("很久很久以前在一个很远很远的地方", 12), "title", "zh", r, media.Box{})
	if !long.Small || len(long.Lines)*long.Size > r.Height/2 {
		t.Errorf("%d lines of %d pixels, small: %v", len(long.Lines), long.Size, long.Small)
	}
	// A word is rather made smaller than torn.
	if l := Set("Unverschämtheitsweltmeisterschaft", "title", "de", r, media.Box{}); len(l.Lines) != 1 {
		t.Errorf("%q", l.Lines)
	}
	// The lines of a burned subtitle are those of the subtitle file.
	text := "门口有个男人说认识你，他手里拿着"
	if d := cmp.Diff(Lines(text, "zh", Cue(r)), Set(text, "subtitle", "zh", r, media.Box{}).Lines); d != "" {
		t.Errorf("(-file +picture):\n%s", d)
	}
}

func TestFace(t *testing.T) {
	for text, want := range map[string]string{"ที่บ้าน": "Noto Sans Thai", "Hi, שלום": "Noto Sans Hebrew", "घर": "Noto Sans Devanagari", "closed": "Noto Sans CJK SC"} {
		if got := Face(text, "en"); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
	if got := Face("家", "zh-TW"); got != "Noto Sans CJK TC" {
		t.Error(got)
	}
}

func FuzzLines(f *testing.F) {
	f.Add("It's you. 我是你。ที่บ้าน שלום", "en", 5)
	f.Add("a\u200bb-->\n<i>\r", "th", 1)
	f.Fuzz(func(t *testing.T, text, language string, width int) {
		if len(text) > 4000 || !utf8.ValidString(text) {
			return
		}
		keep := func(r rune) rune {
			if strings.ContainsRune(toLeft+toRight, r) || strings.TrimSpace(string(r)) == "" {
				return -1
			}
			return r
		}
		got := strings.Join(Lines(text, language, Ems(width%40*1000, 3)), "")
		if a, b := strings.Map(keep, text), strings.Map(keep, got); a != b {
			t.Errorf("%q became %q", a, b)
		}
	})
}

// A writer who knows where words end can say so.
func TestAZeroWidthSpaceEndsAWord(t *testing.T) {
	room := Room{Limit: 900, Lines: 2, Measure: Cue(media.Raster{Width: 1080, Height: 1920}).Measure}
	for _, c := range [][2]string{
		{"ฉันรักเธอ\u200bประเทศไทย", "ฉันรักเธอ\u200b"},
		{"เราจะไป\u200bด้วยกัน", "เราจะไป\u200b"},
		{"南京市\u200b长江大桥", "南京市\u200b"},
	} {
		if lines := Lines(c[0], "th", room); len(lines) != 2 || lines[0] != c[1] {
			t.Errorf("%q breaks as %q", c[0], lines)
		}
	}
}
