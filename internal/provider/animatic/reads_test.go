package animatic

import (
	"slices"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

// people of an ordinary Chinese drama and of the English example.
var (
	lin   = drama.BriefCast{ID: "linxia", Name: "林夏", Looks: "女，25岁，黑色长发", Wardrobe: "白色衬衫，灰色西装裙"}
	gu    = drama.BriefCast{ID: "guyan", Name: "顾言", Looks: "男，32岁，短发，金丝眼镜", Wardrobe: "黑色西装，深蓝领带"}
	popo  = drama.BriefCast{ID: "popo", Name: "婆婆", Looks: "六十多岁的老太太，花白盘发", Wardrobe: "深红色棉袄"}
	xiao  = drama.BriefCast{ID: "xiao", Name: "萧将军", Looks: "男，三十岁，束发，剑眉", Wardrobe: "银色铠甲"}
	yu    = drama.BriefCast{ID: "xiaoyu", Name: "小雨", Looks: "女孩，22岁，高马尾", Wardrobe: "黄色外卖服，头盔"}
	mara  = drama.BriefCast{ID: "mara", Name: "Mara Quill", Looks: "woman, 34, dark red hair in a bun", Wardrobe: "green cardigan"}
	sable = drama.BriefCast{ID: "sable", Name: "Mr Sable", Looks: "tall thin man, 50, grey hair", Wardrobe: "black coat"}
)

func laidOut(b drama.Brief) *shot { return newShot(testRequest(b, 54, 96), nil, nil) }

func TestLooksAreReadInChinese(t *testing.T) {
	for _, c := range []struct {
		cast              drama.BriefCast
		female, old       bool
		hair, hat, kind   string
		glasses           bool
		top               rgb
		skirt, child, tie bool
	}{
		{cast: lin, female: true, hair: "long", kind: "shirt", top: hues["白"], skirt: true},
		{cast: gu, hair: "short", kind: "suit", glasses: true, top: hues["黑"], tie: true},
		{cast: popo, female: true, old: true, hair: "bun", kind: "jacket", top: hues["红"].darker(0.4)},
		{cast: xiao, hair: "bun", kind: "robe", top: hues["银"]},
		{cast: yu, female: true, hair: "ponytail", hat: "helmet", kind: "uniform", top: hues["黄"]},
	} {
		p := personOf("s", c.cast)
		if p.female != c.female || p.old != c.old || p.child != c.child || p.hairstyle != c.hair || p.hat != c.hat || p.glasses != c.glasses ||
			p.wear.kind != c.kind || p.wear.top != c.top || p.wear.skirt != c.skirt || p.wear.tie != c.tie || p.beard != "" {
			t.Errorf("%s: %+v", c.cast.Name, p)
		}
	}
	if p := personOf("s", drama.BriefCast{ID: "hu", Name: "胡军", Looks: "男，四十岁"}); p.beard != "" {
		t.Errorf("a man called Hu wears a beard: %s", p.beard)
	}
	if p := personOf("s", drama.BriefCast{ID: "a", Looks: "woman without glasses, no hat", Wardrobe: "no coat, a blue shirt"}); p.glasses || p.hat != "" || p.wear.kind != "shirt" {
		t.Errorf("what is denied is worn: %+v", p)
	}
}

func TestDeedsBelongToTheirDoers(t *testing.T) {
	for _, c := range []struct {
		action string
		cast   []drama.BriefCast
		poses  []string
		props  []string
	}{
		{"顾言坐在办公桌后看文件，林夏站在桌前。", []drama.BriefCast{gu, lin}, []string{"sit", "stand"}, []string{"letter", ""}},
		{"他没有拿刀，只是递给林夏一个红包。", []drama.BriefCast{gu, lin}, []string{"stand", "stand"}, []string{"red-packet", ""}},
		{"林夏没带伞，跑过街道。", []drama.BriefCast{lin}, []string{"run"}, []string{""}},
		{"沐青站着，没有拿剑。萧将军拔剑走来。", []drama.BriefCast{{ID: "mq", Name: "沐青"}, xiao}, []string{"stand", "walk"}, []string{"", "sword"}},
		{"婆婆躺在病床上，林夏坐在床边。", []drama.BriefCast{popo, lin}, []string{"lie", "sit"}, []string{"", ""}},
		{"小雨骑着电动车停在路边。", []drama.BriefCast{yu}, []string{"sit"}, []string{""}},
		{"他的表情很冷。秘书不相信他。", []drama.BriefCast{gu}, []string{"stand"}, []string{""}},
		{"婆婆拎着一个保温杯走进病房。", []drama.BriefCast{popo}, []string{"walk"}, []string{"thermos"}},
		{"Mara sits at the desk while Mr Sable stands by the door without a knife.", []drama.BriefCast{mara, sable}, []string{"sit", "stand"}, []string{"", ""}},
		{"Mara looks at the gun on the table.", []drama.BriefCast{mara}, []string{"stand"}, []string{""}},
		{"Mara takes the gun from the table.", []drama.BriefCast{mara}, []string{"stand"}, []string{"gun"}},
		{"A phone rings on the shelf. Mara waits.", []drama.BriefCast{mara}, []string{"stand"}, []string{""}},
		{"The train runs past. Mara waits.", []drama.BriefCast{mara}, []string{"stand"}, []string{""}},
	} {
		s := laidOut(drama.Brief{Size: "WS", Set: "INT", Action: c.action, Cast: c.cast})
		var poses, props []string
		for _, a := range s.actors {
			poses, props = append(poses, a.pose.kind), append(props, a.pose.prop)
		}
		if !slices.Equal(poses, c.poses) || !slices.Equal(props, c.props) {
			t.Errorf("%s: %q %q, want %q %q", c.action, poses, props, c.poses, c.props)
		}
	}
}

func TestPlaceAndWeatherAreRead(t *testing.T) {
	place := func(name, looks string) *drama.BriefLocation {
		return &drama.BriefLocation{ID: "here", Name: name, Looks: looks}
	}
	for _, c := range []struct {
		brief   drama.Brief
		kind    string
		rain    bool
		unknown bool
	}{
		{drama.Brief{Set: "INT", Location: place("总裁办公室", "落地窗")}, "office", false, false},
		{drama.Brief{Set: "INT", Location: place("高铁车厢", "")}, "train", false, false},
		{drama.Brief{Set: "INT", Location: place("病房", "白墙")}, "hospital", false, false},
		{drama.Brief{Set: "INT", Location: place("医院走廊", "")}, "corridor", false, false},
		{drama.Brief{Set: "EXT", Location: place("四合院", "灰砖青瓦")}, "siheyuan", false, false},
		{drama.Brief{Set: "INT", Location: place("金銮大殿", "")}, "ancient", false, false},
		{drama.Brief{Set: "INT", Location: place("酒店大堂", "")}, "corridor", false, false},
		{drama.Brief{Set: "INT", Location: place("Spacecraft", "consoles")}, "room", false, true},
		{drama.Brief{Set: "EXT", Location: place("Moon base", "craters")}, "outdoors", false, true},
		{drama.Brief{Set: "EXT", Action: "A black car stops before the hotel."}, "street", false, false},
		{drama.Brief{Set: "EXT", Action: "The gate of the villa."}, "villa", false, false},
		{drama.Brief{Set: "INT", Action: "She sits in the back seat of the taxi, inside the car."}, "car", false, false},
		// the season's look is no weather
		{drama.Brief{Set: "EXT", Location: place("街道", ""), Look: "雨夜质感，烟雾，胶片颗粒"}, "street", false, false},
		{drama.Brief{Set: "EXT", Location: place("Street", ""), Look: "cold rain and neon"}, "street", false, false},
		{drama.Brief{Set: "EXT", Location: place("Street", ""), Action: "No rain yet."}, "street", false, false},
		{drama.Brief{Set: "EXT", Location: place("街道", ""), Action: "小雨走过街道。", Cast: []drama.BriefCast{yu}}, "street", false, false},
		{drama.Brief{Set: "EXT", Location: place("街道", ""), Sound: "雨声"}, "street", true, false},
		{drama.Brief{Set: "EXT", Location: place("街道", ""), Action: "林夏站在雨里。"}, "street", true, false},
	} {
		s := sceneOf(c.brief)
		if s.kind != c.kind || s.rain != c.rain || s.unknown != c.unknown || s.fog {
			t.Errorf("%+v %+v: %s, rain %t, fog %t, unknown %t", c.brief.Location, c.brief.Action, s.kind, s.rain, s.fog, s.unknown)
		}
	}
	if s := sceneOf(drama.Brief{Set: "EXT", Look: "moonlit night blues"}); s.time != "day" {
		t.Errorf("the season's look makes it %s", s.time)
	}
}

func TestInsertShowsWhatIsNamed(t *testing.T) {
	for _, c := range []struct {
		action string
		props  []drama.BriefProp
		kinds  []string // "=" before a label
	}{
		{"桌上放着一个红包和一个保温杯。", nil, []string{"red-packet", "thermos"}},
		{"A wedding ring and a letter on the wet counter.", nil, []string{"ring", "letter"}},
		{"离婚协议书和一支钢笔。", nil, []string{"document", "pen"}},
		{"手机屏幕亮起。", nil, []string{"phone"}},
		{"桌上一份手术知情同意书。", nil, []string{"document"}},
		{"秘书的表情。", nil, []string{"=秘书的表情"}},
		{"An hourglass on the shelf.", nil, []string{"=An hourglass"}},
		{"验孕棒上两道红线。", nil, []string{"=验孕棒上两道红线"}},
		{"They lie side by side.", []drama.BriefProp{{ID: "cup", Looks: "银色保温杯"}, {ID: "astrolabe", Looks: "brass, old"}}, []string{"thermos", "=astrolabe"}},
		{"A table with no knife on it, only a key.", nil, []string{"key"}},
	} {
		s := laidOut(drama.Brief{Size: "insert", Set: "INT", Action: c.action, Props: c.props})
		b := &builder{stage: s.stage, sh: s, sc: s.scene, p: s.scene.pal, l: s.scene.light}
		var got []string
		for _, x := range b.shownIn() {
			if x.kind == "" {
				got = append(got, "="+x.label)
			} else {
				got = append(got, x.kind)
			}
		}
		if !slices.Equal(got, c.kinds) {
			t.Errorf("%s: %q, want %q", c.action, got, c.kinds)
		}
	}
}

// A telephone shows what somebody wrote, in the writer's words, and never a call
// where there is none.
func TestATelephoneShowsWhatIsWritten(t *testing.T) {
	for action, want := range map[string]string{
		"手机振动，屏幕上弹出一条短信：“今晚七点。”":                                       "今晚七点。",
		`The phone lights up with a text message: "Do not come home."`: "Do not come home.",
		"手机里是他们的聊天记录。":                                                 "(not said)",
		"手机响了，来电显示：“妈妈”。":                                              "(a call)",
		"The phone rings.": "(a call)",
		"手机没有收到消息，静静躺在桌上。": "(a call)",
	} {
		text, written := messageOn(action, wordsOf(action))
		switch {
		case !written:
			text = "(a call)"
		case text == "":
			text = "(not said)"
		}
		if text != want {
			t.Errorf("%s: %q, want %q", action, text, want)
		}
	}
}

func TestVehiclesAreSeenFromOutside(t *testing.T) {
	for action, want := range map[string]string{
		"一辆出租车停在酒店门口。": "taxi", "小雨骑着电动车穿过街道。": "scooter", "A black car stops.": "car", "一辆公交车驶过。": "bus",
		"A yacht at anchor.": "boat", "没有车，街道空着。": "", "The street is empty.": "",
	} {
		v, _ := laidOut(drama.Brief{Size: "WS", Set: "EXT", Action: action}).vehicleOf()
		if v.kind != want {
			t.Errorf("%s: %q, want %q", action, v.kind, want)
		}
		if (v.name != "") != (want == "boat") {
			t.Errorf("%s: placeholder %q", action, v.name)
		}
	}
}

// A move ends as well framed as it begins: the eyes of whom the shot is on stay in
// the picture, with the head above them.
func TestFramingIsKeptOverAMove(t *testing.T) {
	for _, raster := range [][2]int{{1080, 1920}, {1920, 1080}, {1920, 804}, {1080, 1080}} {
		for _, size := range []string{"CU", "MCU", "MS", "MLS", "LS", "WS"} {
			for _, move := range []string{"static", "push-in", "pull-out", "zoom-in", "zoom-out", "pan-left", "pan-right", "truck-left", "truck-right", "orbit", "tracking", "handheld", "pedestal-up", "pedestal-down"} {
				r := testRequest(drama.Brief{Size: size, Move: move, Action: "林夏站着。", Cast: []drama.BriefCast{lin}}, raster[0], raster[1])
				s := &shot{raster: r.Raster, fps: r.FPS, frames: int(r.Frames), sec: 4, brief: r.Brief, seed: 7}
				s.scene = sceneOf(r.Brief)
				s.block()
				a := s.actors[0]
				for _, u := range []float64{0, 0.5, 1} {
					c := s.view.rig.at(u, u*s.sec, s.sec)
					m := s.view.plane(a.z, c)
					x, y := m.at(a.x+a.walk*(u-0.5), a.eyeLine())
					head := 0.10 * m.a
					if x-head*0.8 < 0 || x+head*0.8 > float64(raster[0]) || y < head || y > 0.85*float64(raster[1]) {
						t.Errorf("%v %s %s at %.1f: the eyes are at %.0f, %.0f", raster, size, move, u, x, y)
					}
				}
			}
		}
	}
}
