package animatic

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/prose"
)

// restPose is somebody standing at ease; the arms belong to the figure.
func restPose(seed uint64) pose {
	p := pose{kind: "stand"}
	p.near = arm{0.045, -0.265, 0.040, -0.500}
	p.far = arm{0.040, -0.270, 0.022, -0.505}
	if at(seed, 1, 60) > 0.7 {
		p.near = arm{0.085, -0.25, -0.02, -0.44}
	}
	return p
}

// deedsOf is what the action says of each of the cast.
func deedsOf(action string, cast []drama.BriefCast) []words {
	var people []prose.Person
	var names []string
	for _, c := range cast {
		look := wordsOf(c.Looks, c.Name)
		f, m := look.At(female...), look.At(male...)
		p := prose.Person{Names: callings(c), Female: f >= 0 && (m < 0 || f < m)}
		p.Male = m >= 0 && !p.Female
		people = append(people, p)
		names = append(names, p.Names...)
	}
	var out []words
	for _, t := range prose.Read(action).Named(names...).Cast(people) {
		out = append(out, words{t})
	}
	return out
}

// callings are what a text may call a character.
func callings(c drama.BriefCast) []string {
	out := []string{strings.ReplaceAll(c.ID, "-", " "), c.Name}
	for n := range strings.FieldsSeq(strings.ToLower(c.Name)) {
		if len(n) > 2 {
			out = append(out, n)
		}
	}
	if r := []rune(c.Name); len(r) == 3 && r[0] > 0x2e80 {
		out = append(out, string(r[1:])) // the given name
	}
	return out
}

// poseFor reads what somebody does.
func poseFor(w words, seed uint64) pose {
	p := restPose(seed)
	switch {
	case w.has("lie", "lies", "lying", "asleep", "sleeping", "unconscious", "躺", "睡着", "沉睡", "昏迷", "平躺", "睡在"):
		p.kind = "lie"
		return p
	case w.has("run", "runs", "sprint", "flee", "chase", "rush", "dash", "跑", "追", "狂奔", "奔跑", "奔向", "冲进", "冲出", "冲向", "冲过", "逃跑"):
		p.kind = "run"
		p.near = arm{0.05, -0.23, -0.12, -0.20}
		p.far = arm{0.05, -0.23, -0.12, -0.20}
	case rides(w):
		p.kind, p.ride = "sit", true
		p.near = arm{0.10, -0.22, 0.30, -0.26}
		p.far = arm{0.10, -0.22, 0.30, -0.26}
		return p
	case w.has("sit", "sat", "seated", "drive", "kneel", "crouch", "squat", "eat", "坐", "蹲", "跪", "开车", "驾车", "吃饭", "跪倒", "跪下", "坐下"):
		p.kind = "sit"
		p.near = arm{0.06, -0.25, -0.09, -0.38}
		p.far = arm{0.06, -0.25, -0.07, -0.38}
	case w.has("walk", "enter", "leave", "stroll", "approach", "cross the", "crosses the", "arrive", "pace", "march", "follow", "走", "走进", "踱步", "离开", "迈步", "漫步", "进门", "赶来"):
		p.kind = "walk"
	}
	p.hold(w)
	switch {
	case p.prop != "":
	case w.has("wipe", "clean", "擦", "打扫"):
		p.near = arm{0.09, -0.23, -0.06, -0.36}
		p.far = arm{0.06, -0.25, -0.05, -0.36}
		p.look, p.head = -0.7, 0.07
		p.prop, p.propC = "cloth", hex(0xd8dde0)
	case w.has("cook", "type", "write", "chop", "sign", "写", "打字", "做饭", "炒菜", "切菜", "敲键盘", "签字", "签名", "算账"):
		p.near = arm{0.09, -0.23, -0.06, -0.36}
		p.far = arm{0.06, -0.25, -0.05, -0.36}
		p.look, p.head = -0.7, 0.07
	case w.has("point", "指着", "指向", "指"):
		p.near = arm{0.14, -0.08, 0.42, 0.01}
	case w.has("wave", "挥手", "招手"):
		p.near = arm{0.16, -0.16, 0.17, 0.14}
	case w.has("slap", "slaps", "耳光", "扇", "巴掌"):
		p.near = arm{0.16, -0.10, 0.36, 0.12}
	case w.has("cross her arms", "crosses her arms", "crosses his arms", "cross his arms", "arms crossed", "folds her arms", "folds his arms", "crossed arms", "抱臂", "双手抱胸", "抱着胳膊", "交叉双臂"):
		p.near = arm{0.06, -0.24, -0.20, -0.19}
		p.far = arm{0.06, -0.24, -0.18, -0.22}
	case w.has("cries", "cry", "sob", "weep", "tears", "哭", "抽泣", "流泪", "落泪", "抹泪", "擦泪"):
		p.near = arm{0.10, -0.23, -0.12, 0.055}
		p.look, p.head = -0.7, 0.10
	}
	switch {
	case w.has("turns away", "turn away", "back to us", "from behind", "walks away", "walk away", "back to camera", "back to the camera", "背影", "背对", "背过身", "转身离开", "转身离去"):
		p.away = true
	case w.has("look down", "looks down", "lower", "bow", "ashamed", "低头", "低着头", "垂眸", "垂头", "垂下"):
		p.look, p.head = -0.9, 0.08
	case w.has("look up", "looks up", "gaze up", "stares up", "抬头", "仰头", "仰望"):
		p.look, p.head = 0.8, -0.06
	}
	if w.has("bow", "lean", "鞠躬", "弯腰", "行礼", "俯身", "作揖") {
		p.bow = 0.12
	}
	return p
}

// rides says whether somebody sits on what moves.
func rides(w words) bool {
	return w.has("ride", "rides", "riding", "cycle", "骑")
}

// hold puts into the hand what the text says is there.
func (p *pose) hold(w words) {
	elsewhere := w.has("on the table", "on the counter", "on the floor", "on the wall", "on the desk", "on the ground", "on the bed", "on the shelf", "桌上", "地上", "墙上", "桌面上", "床上", "柜上", "台上", "架上")
	if elsewhere && !w.has("hold", "holds", "take", "takes", "pick", "picks", "grab", "lift", "raise", "carry", "clutch", "put", "puts", "lay", "lays", "place", "拿", "握", "举", "捧", "端", "攥", "拎", "提", "递", "放", "抓") {
		return
	}
	for _, t := range holdables() {
		if !w.has(t.words...) || t.not != nil && w.has(t.not...) {
			continue
		}
		if len(t.only) > 0 && !w.has(t.only...) {
			continue
		}
		p.prop, p.propC, p.near = t.kind, t.col, t.arm
		if c, ok := w.colourBefore(t.words...); ok && t.kind != "phone" && t.kind != "gun" {
			p.propC = c
		}
		if t.down {
			p.look, p.head = -0.8, 0.06
		}
		return
	}
}

// holdable is a thing that a hand can hold and how.
type holdable struct {
	kind  string
	words []string
	only  []string // needed beside the words
	not   []string // and not these
	arm   arm
	col   rgb
	down  bool // the eyes go down to it
}

var (
	toEar   = arm{0.14, -0.20, -0.005, 0.075}
	reading = arm{0.08, -0.25, -0.085, -0.10}
	before  = arm{0.08, -0.25, -0.08, -0.13}
	hanging = arm{0.045, -0.265, 0.040, -0.500}
	calls   = []string{"call", "speak", "ear", "answer", "talk", "ring", "voice", "dial", "接", "打电话", "接听", "通话", "拨", "接起", "接通", "电话"}
)

// holdables stand with the narrower before the wider.
func holdables() []holdable {
	return []holdable{
		{kind: "phone", words: []string{"phone", "smartphone", "cellphone", "mobile", "手机", "电话"}, only: calls, not: []string{"text", "scroll", "短信", "微信", "消息", "刷手机"}, arm: toEar, col: hex(0x1b1d25)},
		{kind: "phone", words: []string{"phone", "smartphone", "cellphone", "mobile", "scroll", "手机", "自拍"}, arm: reading, col: hex(0x1b1d25), down: true},
		{kind: "gun", words: []string{"gun", "pistol", "revolver", "rifle", "枪", "手枪"}, arm: arm{0.12, -0.10, 0.36, -0.02}, col: hex(0x22242b)},
		{kind: "sword", words: []string{"sword", "剑", "长剑", "宝剑", "佩剑", "长刀", "大刀"}, arm: arm{0.09, -0.24, 0.06, -0.20}, col: hex(0xc6ccd6)},
		{kind: "knife", words: []string{"knife", "dagger", "blade", "刀", "匕首", "菜刀", "水果刀"}, arm: arm{0.09, -0.24, 0.03, -0.09}, col: hex(0xc6ccd6)},
		{kind: "umbrella", words: []string{"umbrella", "伞", "雨伞", "油纸伞"}, arm: arm{0.07, -0.25, -0.035, -0.03}, col: hex(0x7a2f3a)},
		{kind: "red-packet", words: []string{"red envelope", "red packet", "hongbao", "红包", "压岁钱"}, arm: before, col: hues["大红"]},
		{kind: "thermos", words: []string{"thermos", "vacuum flask", "flask", "保温杯", "保温壶"}, arm: before, col: hex(0x55707f)},
		{kind: "letter", words: []string{"letter", "envelope", "note", "paper", "document", "file", "contract", "photo", "photograph", "picture", "receipt", "report", "信", "信封", "照片", "文件", "合同", "协议", "协议书", "离婚协议", "病历", "报告", "报告单", "化验单", "纸", "纸条", "支票", "请柬", "圣旨", "资料", "简历", "证书", "报纸", "欠条"}, not: []string{"paper bag", "picture frame"}, arm: arm{0.08, -0.25, -0.095, -0.13}, col: hex(0xf0e7d3), down: true},
		{kind: "card", words: []string{"card", "credit card", "business card", "银行卡", "名片", "黑卡", "卡片", "房卡", "身份证"}, arm: before, col: hex(0x2b2d36)},
		{kind: "cash", words: []string{"cash", "money", "banknotes", "钞票", "现金", "钱"}, arm: before, col: hex(0xc8574d)},
		{kind: "glass", words: []string{"glass of", "wine", "whisky", "whiskey", "champagne", "wineglass", "酒杯", "红酒", "酒", "香槟", "敬酒", "喝酒", "举杯", "干杯"}, arm: arm{0.08, -0.25, -0.05, -0.08}, col: hex(0xb8404a)},
		{kind: "cup", words: []string{"cup", "coffee", "tea", "drink", "mug", "sip", "杯", "杯子", "咖啡", "茶", "茶杯", "奶茶", "水杯", "茶盏", "喝水"}, arm: before, col: hex(0xe9e2d6)},
		{kind: "bowl", words: []string{"bowl", "noodles", "soup", "碗", "面条", "汤", "粥", "药碗", "盒饭", "泡面"}, arm: before, col: hex(0xe6e0d2)},
		{kind: "flower", words: []string{"flower", "bouquet", "rose", "花", "花束", "玫瑰", "鲜花"}, arm: arm{0.08, -0.25, -0.08, -0.12}, col: hex(0xd84a5e)},
		{kind: "cigarette", words: []string{"cigarette", "smokes a", "smoking a", "抽烟", "香烟", "吸烟", "点烟", "雪茄", "cigar"}, arm: arm{0.10, -0.23, -0.10, 0.02}, col: hex(0xf2efe8)},
		{kind: "microphone", words: []string{"microphone", "mic", "话筒", "麦克风", "唱歌", "sings"}, arm: arm{0.09, -0.24, -0.09, 0.00}, col: hex(0x2a2c33)},
		{kind: "fan", words: []string{"folding fan", "折扇", "团扇", "扇子"}, arm: arm{0.08, -0.25, -0.06, -0.10}, col: hex(0xf0e8d8)},
		{kind: "lantern", words: []string{"lantern", "灯笼", "宫灯"}, arm: arm{0.08, -0.23, 0.12, -0.24}, col: hex(0xd8402f)},
		{kind: "suitcase", words: []string{"suitcase", "luggage", "trolley", "行李箱", "拉杆箱", "旅行箱", "皮箱"}, arm: hanging, col: hex(0x44586e)},
		{kind: "bag", words: []string{"bag", "briefcase", "backpack", "handbag", "basket", "包", "背包", "书包", "公文包", "手提包", "袋子", "塑料袋", "购物袋", "菜篮", "篮子", "外卖", "包裹", "快递"}, not: []string{"body bag"}, arm: hanging, col: hex(0x6a4a34)},
		{kind: "jacket", words: []string{"jacket", "coat", "raincoat", "外套", "大衣", "风衣"}, only: []string{"hold", "carry", "hand", "bring", "drape", "lay", "over his arm", "over her arm", "拿", "递", "搭", "披", "抱"}, arm: arm{0.07, -0.25, -0.10, -0.22}, col: hex(0x48617a)},
		{kind: "key", words: []string{"key", "keys", "钥匙", "车钥匙"}, arm: arm{0.08, -0.25, -0.07, -0.10}, col: hex(0xd6b35c)},
		{kind: "ring", words: []string{"ring box", "wedding ring", "diamond ring", "necklace", "locket", "戒指", "钻戒", "项链", "玉佩", "手镯"}, arm: arm{0.08, -0.25, -0.07, -0.10}, col: hex(0xd6b35c)},
		{kind: "book", words: []string{"book", "read", "notebook", "diary", "ledger", "书", "日记", "本子", "看书", "读书", "账本", "奏折", "剧本"}, arm: arm{0.08, -0.25, -0.10, -0.14}, col: hex(0x7b3b34), down: true},
		{kind: "tablet", words: []string{"tablet", "laptop", "folder", "clipboard", "平板", "文件夹", "笔记本电脑"}, arm: arm{0.08, -0.25, -0.12, -0.17}, col: hex(0x3a4048)},
		{kind: "chopsticks", words: []string{"chopsticks", "筷子"}, arm: before, col: hex(0x8a5a34)},
	}
}

// browsFor reads a feeling from a tone, else from the mood or action.
func browsFor(first, then words) brows {
	for _, w := range []words{first, then} {
		switch {
		case w.has("angry", "furious", "shout", "rage", "snap", "threatening", "harsh", "bitter", "怒", "愤怒", "生气", "吼", "怒吼", "咬牙", "凶狠", "怒视"):
			return brows{raise: -0.4, anger: 1, mouth: -0.5}
		case w.has("sad", "cry", "tearful", "broken", "grief", "sorrow", "melancholy", "lonely", "quiet", "悲", "哭", "伤心", "难过", "流泪", "委屈", "哀", "含泪", "落泪", "心碎", "失落", "绝望"):
			return brows{raise: 0.3, mouth: -0.8, lid: 0.10}
		case w.has("happy", "smile", "laugh", "cheerful", "warm", "tender", "joke", "playful", "love", "romantic", "grin", "amused", "笑", "微笑", "温柔", "开心", "高兴", "甜蜜", "宠溺", "得意", "浪漫", "温馨"):
			return brows{raise: 0.3, mouth: 0.9, lid: 0.08}
		case w.has("surprise", "shock", "stunned", "gasp", "realise", "realize", "startled", "disbelief", "惊", "震惊", "惊讶", "愣", "吃惊", "不敢相信", "错愕"):
			return brows{raise: 1, mouth: -0.2}
		case w.has("afraid", "fear", "scared", "terrified", "nervous", "uneasy", "anxious", "tense", "whisper", "worried", "dread", "恐", "害怕", "紧张", "不安", "担心", "慌", "焦急", "恐惧"):
			return brows{raise: 0.7, mouth: -0.45}
		case w.has("tired", "flat", "bored", "sleepy", "weary", "cold", "calm", "疲", "冷", "疲惫", "冷漠", "冷冷", "平静", "冷笑", "淡淡", "面无表情", "冷静"):
			return brows{raise: -0.1, mouth: -0.12, lid: 0.20}
		case w.has("suspicious", "stern", "serious", "determined", "firm", "sly", "坚定", "严肃", "怀疑", "警惕", "狐疑", "审视"):
			return brows{raise: -0.2, anger: 0.55, mouth: -0.2, lid: 0.12}
		}
	}
	return brows{mouth: 0.08}
}
