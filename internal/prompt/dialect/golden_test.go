package dialect

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

var update = flag.Bool("update", false, "write what is said into testdata")

// cites is how the vendors' models name pictures, as their facts say; a dialect that
// is not here belongs to models that cannot.
var cites = map[string][2]string{ // en, zh
	"seedance2": {"[Image {n}]", "图片{n}"}, "seedance25": {"[Image {n}]", "图片{n}"}, "happyhorse": {"[Image {n}]", "[Image {n}]"},
	"wan27": {"Image {n}", "图{n}"}, "wan30": {"Image {n}", "图{n}"}, "kling": {"@image_{n}", "@image_{n}"},
	"omni": {"<IMAGE_REF_{n0}>", "<IMAGE_REF_{n0}>"}, "vidu": {"@ref{n}", "@ref{n}"}, "seedream": {"Image {n}", "图{n}"},
	"qwenimage": {"Image {n}", "图{n}"}, "gptimage": {"Image {n}", "图{n}"},
}

// fields are the dialects of models with a field for what must not be seen.
var fields = []string{"wan27", "veo", "ltx", "qwenimage"}

// quiet are those of models that make no sound.
var quiet = []string{"hailuo", "runway"}

// TestGolden: a file a dialect and language, with the shots that a writer should
// read before saying that the dialect is right.
func TestGolden(t *testing.T) {
	set, err := Load("v3")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		for _, lang := range []string{"en", "zh"} {
			t.Run(name+"-"+lang, func(t *testing.T) {
				got := golden(set[name], name, lang)
				compareGolden(t, filepath.Join("testdata", name+"-"+lang+".txt"), got)
			})
		}
	}
}

// compareGolden holds a text against a file; -update writes it.
func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("told differently (-want +got):\n%s", diff)
	}
}

// TestGoldenShots: a file a dialect and language, with two shots and with three in one
// prompt.
func TestGoldenShots(t *testing.T) {
	set, err := Load("v3")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		for _, lang := range []string{"en", "zh"} {
			if set[name].data.Shots == nil {
				continue
			}
			t.Run(name+"-"+lang, func(t *testing.T) {
				got := goldenShots(set[name], name, lang)
				compareGolden(t, filepath.Join("testdata", "shots", name+"-"+lang+".txt"), got)
			})
		}
	}
}

func goldenShots(d *Dialect, name, lang string) string {
	b, pick := englishBrief(), func(en, _ string) string { return en }
	if lang == "zh" {
		b, pick = chineseBrief(), func(_, zh string) string { return zh }
	}
	member := func(change func(m *Member)) Member {
		m := Member{Brief: b, MS: 4000}
		m.Brief.Cast, m.Brief.Props, m.Brief.Sound = slices.Clone(b.Cast), nil, ""
		change(&m)
		return m
	}
	line := func(who int, say string) drama.BriefLine {
		return drama.BriefLine{Who: b.Cast[who].ID, Name: b.Cast[who].Name, Kind: drama.LineDialogue, Say: say, Voice: &drama.Voice{Says: pick("low, dry, slow", "低沉，干涩，缓慢")}}
	}
	members := []Member{
		member(func(m *Member) {
			m.Brief.Size, m.Brief.Move, m.Brief.Cast = "MS", "static", m.Brief.Cast[:1]
			m.Brief.Action = pick("Mara folds the coat [Shot 2] and does not look up.", "玛拉叠好雨衣[镜头2]，没有抬头。")
			m.Brief.Lines = []drama.BriefLine{line(0, pick("We close at nine.", "我们九点关门。"))}
			m.Brief.Sound = pick("rain", "雨声")
		}),
		member(func(m *Member) {
			m.Brief.Size, m.Brief.Move = "OTS", "push-in"
			m.Brief.Action = pick("He lays a hand on the counter.", "他把一只手放在柜台上。")
			m.Brief.Lines = []drama.BriefLine{line(1, pick("It is five to.", "还差五分。")), line(0, pick("So it is.", "是的。"))}
		}),
		member(func(m *Member) {
			m.Brief.Size, m.Brief.Move, m.Brief.Cast, m.Brief.Props, m.MS = "insert", "", nil, b.Props, 3000
			m.Brief.Action = pick("A name is sewn into the collar.", "衣领内绣着一个名字。")
			m.Brief.Sound = pick("a door chime", "门铃声")
		}),
	}
	var out strings.Builder
	for _, mode := range []Mode{Text, References} {
		for _, n := range []int{2, 3} {
			if _, ok := d.Packs(mode); !ok {
				continue
			}
			s := Shot{Brief: b, Mode: mode, Negative: b.Avoid, Field: slices.Contains(fields, name), Sound: true, Cite: cites[name][0]}
			if lang == "zh" {
				s.Cite = cites[name][1]
			}
			s.Brief.Sound, s.Brief.Action, s.Brief.Lines = "", "", nil
			var heard []string
			for _, m := range members[:n] {
				s.Brief.Lines = append(s.Brief.Lines, m.Brief.Lines...)
				if m.Brief.Sound != "" {
					heard = append(heard, m.Brief.Sound)
				}
			}
			s.Brief.Sound = strings.Join(heard, pick(", ", "，"))
			if mode == References {
				s.Pictures = []Picture{{"mara", "cast", drama.RoleFace}, {"sable", "cast", drama.RoleFace}, {"office", "location", drama.RolePlate}}
			}
			told := d.TellShots(s, members[:n])
			fmt.Fprintf(&out, "══ %d shots, %s\n%s\n", n, mode, told.Prompt)
			if told.Negative != "" {
				fmt.Fprintf(&out, "── not: %s\n", told.Negative)
			}
			out.WriteByte('\n')
		}
	}
	return out.String()
}

func golden(d *Dialect, name, lang string) string {
	var out strings.Builder
	_, images := d.data.Order[Image]
	for _, c := range cases(lang) {
		s := c.shot
		s.Field, s.Sound, s.Cite = slices.Contains(fields, name), !slices.Contains(quiet, name), cites[name][0]
		if lang == "zh" {
			s.Cite = cites[name][1]
		}
		switch {
		case images && s.Mode == FrameReferences:
			continue
		case images:
			s.Mode, s.Brief.Lines, s.Brief.Move, s.Brief.Sound, s.Sound = Image, nil, "", "", false
		case s.Mode == FirstFrame && d.data.Order[FirstFrame] == nil, s.Mode == References && d.data.Order[References] == nil, s.Mode == FrameReferences && !d.Beside():
			continue // no model of the dialect takes them
		case !s.Sound:
			s.Brief.Lines = nil // they speak no lines
		}
		told := d.Tell(s)
		fmt.Fprintf(&out, "══ %s\n%s\n", c.name, told.Prompt)
		if told.Negative != "" {
			fmt.Fprintf(&out, "── not: %s\n", told.Negative)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

type goldenCase struct {
	name string
	shot Shot
}

func cases(lang string) []goldenCase {
	b := englishBrief()
	if lang == "zh" {
		b = chineseBrief()
	}
	pick := func(en, zh string) string {
		if lang == "zh" {
			return zh
		}
		return en
	}
	line := func(who int, kind drama.LineKind, en, zh, toneEn, toneZh string) drama.BriefLine {
		return drama.BriefLine{Who: b.Cast[who].ID, Name: b.Cast[who].Name, Kind: kind, Say: pick(en, zh), Tone: pick(toneEn, toneZh)}
	}
	shot := func(change func(s *Shot)) Shot {
		s := Shot{Brief: b, Mode: Text, Negative: b.Avoid}
		s.Brief.Cast = slices.Clone(b.Cast)
		change(&s)
		return s
	}
	refs := []Picture{{Name: "mara", Kind: "cast"}, {Name: "mara", Kind: "cast"}, {Name: "sable", Kind: "cast"}, {Name: "coat", Kind: "prop"}, {Name: "office", Kind: "location"}}
	roles := []Picture{
		{"mara", "cast", drama.RoleFace},
		{"mara", "cast", drama.RoleBody},
		{"sable", "cast", drama.RoleFace},
		{"coat", "prop", drama.RoleDetail},
		{"office", "location", drama.RolePlate},
		{"office", "location", drama.RoleReverse},
	}
	return []goldenCase{
		{"two-hander with dialogue", shot(func(s *Shot) {
			s.Brief.Size, s.Brief.Angle, s.Brief.Move = "two-shot", "eye", "truck-right"
			s.Brief.Props, s.Brief.Sound = nil, ""
			s.Brief.Action = pick("He turns the ledger towards her and holds out the pen. Behind him the lamp flickers.", "他把登记簿转向她，递出钢笔。他身后的灯闪了一下。")
			s.Brief.Lines = []drama.BriefLine{
				line(1, drama.LineDialogue, "Do sign for it.", "请签收。", "courteous", "客气"), line(0, drama.LineDialogue, "Whose is it?", "是谁的？", "", ""),
			}
		})},
		{"voice-over", shot(func(s *Shot) {
			s.Brief.Size, s.Brief.Angle, s.Brief.Move = "WS", "high", "static"
			s.Brief.Cast, s.Brief.Props = s.Brief.Cast[1:], nil
			s.Brief.Action = pick("The door opens. Mr Sable enters out of the rain, perfectly dry.", "门开了。赛先生从雨里走进来，身上一点没湿。")
			s.Brief.Lines = []drama.BriefLine{line(0, drama.LineVO, "He came at nine. He always came at nine.", "他九点来的。他总是九点来。", "quiet", "低沉")}
		})},
		{"inner voice, a second person silent", shot(func(s *Shot) {
			s.Brief.Size, s.Brief.Lens, s.Brief.Props = "OTS", "50mm", nil
			s.Brief.Action, s.Brief.Sound = pick("Mara looks past him at the clock, then back.", "玛拉越过他看了看钟，又看向他。"), ""
			s.Brief.Lines = []drama.BriefLine{line(0, drama.LineInner, "Mine is still on its hook.", "我那件还挂在钩子上。", "", "")}
			s.Note = pick("her eyes move before her head does", "先动眼睛，再动头")
		})},
		{"insert of a prop", shot(func(s *Shot) {
			s.Brief.Size, s.Brief.Angle, s.Brief.Move, s.Brief.Lens, s.Brief.Cast = "insert", "high", "push-in", pick("85mm macro", "85mm 微距"), nil
			s.Brief.Action = pick("Fingers fold back the collar. Sewn in red thread is the name MARA.", "手指翻开衣领，里面用红线绣着“玛拉”。")
			s.Brief.Sound = pick("rustling cloth, rain against glass", "布料摩擦声，雨打玻璃声")
		})},
		{"upright and wide, nobody there", shot(func(s *Shot) {
			s.Brief.Size, s.Brief.Move, s.Brief.Cast, s.Brief.Props = "WS", "crane-up", nil, nil
			s.Brief.Action, s.Brief.Mood = pick("The office lies empty; the desk lamp goes out", "办公室空无一人，台灯熄灭"), ""
		})},
		{"from a first frame", shot(func(s *Shot) {
			s.Mode, s.Brief.Size, s.Brief.Move = FirstFrame, "MCU", "push-in"
			s.Brief.Action = pick("Mara lifts the coat from the counter and looks at him.", "玛拉从柜台上拿起雨衣，看着他。")
			s.Brief.Lines = []drama.BriefLine{line(0, drama.LineDialogue, "There are twelve.", "是十二件。", "flat", "平静")}
		})},
		{"with references", shot(func(s *Shot) {
			s.Mode, s.Pictures, s.Brief.Size, s.Brief.Move = References, refs, "MS", "static"
			s.Dressed = []string{"mara"}
			s.Brief.Cast[0].Wardrobe = pick("a yellow raincoat", "黄色雨衣")
			s.Brief.Action = pick("Mara pushes the coat back across the counter without a look at it.", "玛拉看也不看，把雨衣推回柜台对面。")
			s.Brief.Lines = []drama.BriefLine{line(0, drama.LineDialogue, "Take it back.", "拿回去。", "low", "压低声音")}
		})},
		{"from a first frame, with references", shot(func(s *Shot) {
			s.Mode, s.Pictures, s.Brief.Size, s.Brief.Move = FrameReferences, roles[:2], "MS", "push-in"
			s.Brief.Action = pick("Mara turns away from him to the window, and back.", "玛拉转身背对他望向窗外，又转回来。")
			s.Brief.Lines = []drama.BriefLine{line(0, drama.LineDialogue, "It rains in here.", "里面在下雨。", "low", "压低声音")}
		})},
		{"dubbed, refused once", shot(func(s *Shot) {
			s.Brief.Size, s.Restrained, s.Talking = "MCU", true, []string{"mara"}
			s.Brief.Action = pick("Mara talks fast and does not let him answer.", "玛拉说得很快，不让他回答。")
			s.Brief.Props = nil
		})},
		{"with references that say what they show", shot(func(s *Shot) {
			s.Mode, s.Pictures, s.Brief.Size, s.Brief.Move = References, roles, "MS", "static"
			s.Dressed = []string{"mara"}
			s.Brief.Cast[0].Wardrobe = pick("a yellow raincoat", "黄色雨衣")
			s.Brief.Action = pick("Sable opens the ledger. Mara keeps her hand on the coat.", "赛先生翻开登记簿。玛拉的手一直按在雨衣上。")
			s.Brief.Lines = []drama.BriefLine{line(1, drama.LineDialogue, "You are on the list.", "名单上有您。", "courteous", "客气")}
		})},
	}
}

func format() (media.Raster, media.Rational) {
	return media.Raster{Width: 1080, Height: 1920}, media.Rational{Num: 24, Den: 1}
}

func englishBrief() drama.Brief {
	raster, fps := format()
	return drama.Brief{
		Show: "lost-property", Language: "en", Set: "INT", Time: "night", Mood: "uneasy",
		Look:     "35mm film, underground tungsten and green fluorescent light, shallow focus, muted colours but for one yellow",
		Avoid:    "text, captions, watermark, extra fingers, cartoon",
		Location: &drama.BriefLocation{ID: "office", Name: "Lost property office", Looks: "narrow underground office, wooden counter, shelves of tagged umbrellas, one green desk lamp"},
		Cast: []drama.BriefCast{
			{ID: "mara", Name: "Mara Quill", Looks: "woman, 29, auburn hair in a loose bun, tired grey eyes", Wardrobe: "grey transit uniform jacket with a brass name tag"},
			{ID: "sable", Name: "Mr Sable", Looks: "man, 60s, thin, silver hair, pale, never blinks", Wardrobe: "long black coat and a black hat"},
		},
		Props: []drama.BriefProp{{ID: "coat", Name: "raincoat", Looks: "yellow raincoat, a name sewn into the collar in red thread"}},
		Sound: "rain, a door chime", Raster: raster, FPS: fps, Frames: 96,
	}
}

func chineseBrief() drama.Brief {
	raster, fps := format()
	return drama.Brief{
		Show: "lost-property", Language: "zh", Set: "INT", Time: "夜", Mood: "不安",
		Look:     "35mm 胶片质感，地下室的钨丝灯与绿色荧光，浅景深，色彩克制，只有一抹黄色",
		Avoid:    "文字，字幕，水印，多余的手指，卡通",
		Location: &drama.BriefLocation{ID: "office", Name: "失物招领处", Looks: "狭长的地下办公室，木柜台，架上挂满贴标签的雨伞，一盏绿色台灯"},
		Cast: []drama.BriefCast{
			{ID: "mara", Name: "玛拉", Looks: "女，二十九岁，红褐色头发松松挽起，灰眼睛带着倦意", Wardrobe: "灰色地铁制服外套，别着黄铜名牌"},
			{ID: "sable", Name: "赛先生", Looks: "男，六十多岁，瘦，银发，脸色苍白，从不眨眼", Wardrobe: "黑色长大衣，黑色礼帽"},
		},
		Props: []drama.BriefProp{{ID: "coat", Name: "雨衣", Looks: "黄色雨衣，领内用红线绣着名字"}},
		Sound: "雨声，门铃声", Raster: raster, FPS: fps, Frames: 96,
	}
}
