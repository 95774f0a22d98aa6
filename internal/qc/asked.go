package qc

import (
	"regexp"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prose"
)

// Asked is what a script asks for that would be a fault elsewhere. Each is why, in
// words; empty: it was not asked for.
type Asked struct {
	Still  string // a picture that hardly moves
	Dark   string // pictures so dark that they measure as black
	Black  string // a black screen
	Flash  string // brightness that jumps
	Cuts   string // more than one picture in a shot
	Bars   string // black edges
	Silent string // no sound
	Text   string // letters on the picture
	Soft   string // a picture without sharp edges
	Music  string // music that is heard in the scene
}

// AskedBy reads what a shot's script asks for. Where it can be read both ways,
// the director is right: a clip that was paid for is not thrown away for a word.
func AskedBy(b drama.Brief) Asked {
	names := []string{}
	people := []prose.Person{}
	for _, c := range b.Cast {
		names = append(names, c.ID, c.Name)
		people = append(people, prose.Person{Names: []string{c.Name, c.ID}})
	}
	b.Action = markup.ReplaceAllString(b.Action, "")
	action := prose.Read(b.Action).Named(names...)
	scene := prose.Read(b.Action, b.Time, b.Look, b.Mood, placeOf(b)).Named(names...)
	sound := prose.Read(b.Action, b.Sound).Named(names...)
	return Asked{
		Still:  still(b, action, people),
		Dark:   dark(b, scene),
		Black:  named(action, "black screen", "screen is black", "screen goes black", "goes black", "to black", "over black", "blackout", "darkness", "pitch black", "pitch dark", "fade to black", "lights go out", "light goes out", "the lights die", "黑屏", "黑场", "全黑", "一片漆黑", "漆黑", "灯灭", "熄灯", "停电", "黑暗"),
		Flash:  named(scene, "flicker", "flash", "strobe", "lightning", "explosion", "explode", "blink", "sparks", "gunfire", "muzzle", "firework", "fireworks", "camera flash", "disco", "neon", "闪", "闪烁", "闪电", "爆炸", "烟花", "频闪", "火光", "霓虹", "打雷"),
		Cuts:   named(scene, "montage", "cut to", "cuts to", "split screen", "jump cut", "jump cuts", "flashback", "flashbacks", "series of", "quick cuts", "intercut", "蒙太奇", "闪回", "切至", "切到", "分屏", "快切", "画面切"),
		Bars:   named(scene, "letterbox", "letterboxed", "pillarbox", "widescreen bars", "black bars", "cinemascope", "through a keyhole", "through binoculars", "binoculars", "keyhole", "old film", "黑边", "遮幅", "宽银幕", "望远镜", "钥匙孔", "锁孔"),
		Silent: named(sound, "silence", "silent", "silently", "no sound", "mute", "muted", "soundless", "without sound", "无声", "静音", "寂静", "沉默", "没有声音", "鸦雀无声", "消音", "死寂"),
		Text:   named(scene, "text", "caption", "captions", "subtitle", "subtitles", "title", "title card", "credits", "on-screen", "onscreen", "overlay", "lettering", "logo", "watermark", "message", "chat", "headline", "news ticker", "screen", "display", "hologram", "HUD", "sign", "poster", "billboard", "banner", "letter", "newspaper", "reads", "字幕", "标题", "文字", "片名", "字样", "写着", "短信", "消息", "弹幕", "屏幕", "招牌", "海报", "横幅", "牌匾", "信纸", "报纸", "标语", "水印"),
		Soft:   soft(b, scene),
		Music:  named(sound, "music", "song", "sing", "singing", "hum", "humming", "whistle", "melody", "tune", "piano", "guitar", "violin", "orchestra", "choir", "band", "concert", "club", "disco", "dance", "radio", "ringtone", "jukebox", "karaoke", "organ", "flute", "erhu", "guzheng", "音乐", "歌", "唱", "哼", "旋律", "钢琴", "吉他", "小提琴", "乐队", "乐曲", "演奏", "琴", "笛", "箫", "二胡", "唢呐", "铃声", "收音机", "舞曲", "戏曲"),
	}
}

// Reasons of Asked that name no word of the script.
const (
	anInsert  = "an insert"
	isStatic  = "the camera is static"
	hasNobody = "nobody is in it"
	noAction  = "no action is written"
	saysWord  = `it says "`
)

// asAsked is something that was found with why the script asks for it.
func asAsked(p phrase.Phrase, asked string) phrase.Phrase {
	code, known := map[string]string{anInsert: "qc.asked-insert", isStatic: "qc.asked-static", hasNobody: "qc.asked-nobody", noAction: "qc.asked-nothing"}[asked]
	if known {
		return phrase.Listing(code, []phrase.Phrase{p})
	}
	if word, ok := strings.CutPrefix(asked, saysWord); ok {
		return phrase.Listing("qc.asked-says", []phrase.Phrase{p}, strings.TrimSuffix(word, `"`))
	}
	return phrase.Listing("qc.asked", []phrase.Phrase{p}, asked)
}

// markup is text in square brackets: orders to a model, nothing to be seen.
var markup = regexp.MustCompile(`\[[^\]]*\]`)

func placeOf(b drama.Brief) string {
	if b.Location == nil {
		return ""
	}
	return b.Location.Name + ", " + b.Location.Looks
}

// named is the word that a text names, in quotes.
func named(t prose.Text, words ...string) string {
	if i := t.First(words...); i >= 0 {
		return saysWord + words[i] + `"`
	}
	return ""
}

// soft says why a picture may have no sharp edges.
func soft(b drama.Brief, scene prose.Text) string {
	if strings.EqualFold(b.Move, "rack-focus") {
		return "the focus is racked"
	}
	return named(scene, "out of focus", "soft focus", "blur", "blurred", "blurry", "defocused", "bokeh", "fog", "foggy", "mist", "misty", "haze", "hazy", "smoke", "steam", "dust", "snowstorm", "blizzard", "underwater", "sky", "clouds", "whiteout", "dream", "dreamlike", "模糊", "虚焦", "失焦", "柔焦", "雾", "烟", "蒸汽", "尘", "暴雪", "水下", "天空", "云", "梦")
}

// still says why a shot may stand still.
func still(b drama.Brief, action prose.Text, people []prose.Person) string {
	switch {
	case strings.EqualFold(b.Size, "insert"):
		return anInsert
	case strings.EqualFold(b.Move, "static"):
		return isStatic
	case len(b.Cast) == 0:
		return hasNobody
	}
	if s := named(action, "still", "motionless", "frozen", "freeze", "freeze frame", "unmoving", "statue", "stare", "asleep", "sleep", "unconscious", "dead", "lie", "wait", "photograph", "painting", "empty", "静止", "定格", "一动不动", "不动", "凝固", "空镜", "发呆", "愣住", "呆住", "沉睡", "睡着", "昏迷", "躺", "凝视", "凝望", "空无一人"); s != "" {
		return s
	}
	for _, own := range action.Cast(people) {
		if own.Has(actions...) {
			return ""
		}
	}
	return noAction
}

// actions are verbs of people who surely move.
var actions = strings.Fields(`
walk run enter leave sprint rush dash flee chase march pace stroll approach cross climb jump leap dance fight punch slap hit kick throw toss catch grab pull push drag shove
turn spin open close slam lift raise lower drop fall collapse stumble trip kneel rise stand sits bow wave point clap nod shake hug embrace kiss pour drink eat cook wipe clean wash write type draw dig
drive ride row swim fly burn explode crash tear rip smash break hand give take pass put place lay fold unfold unwrap pick reach touch stroke comb brush dress undress
走进 走出 走来 走向 走过 走在 走到 走入 走上 走下 走去 走开 走近 跑 冲进 冲出 冲向 冲过 奔 追赶 追上 逃跑 转身 转过 转头 回头 推开 推门 推着 拉开 拉着 拉住 打开 关上 甩 摔 砸 扔 丢下 抛 举起 抬起 抬手 放下 拿起 拿出 掏出 递给 递来 递过 接过 夺过 抢过 抓住 抓起 松开 拍 打 扇 踢 踹 跪下 跪倒 站起 起身 坐下 倒下 摔倒 跌倒 扑向 扑倒 跳 舞 爬 骑 驾车 开车 挥手 挥剑 拔剑 拔刀 指着 指向 点头 摇头 鞠躬 拥抱 抱住 抱起 亲吻 吻 喝 吃 倒酒 倒水 擦 洗 写 撕 翻开 翻找 拆开 戴上 摘下 穿上 脱下 梳 炒菜 切菜 打架 打斗 撞`)

// dark says why a shot may be so dark that nearly all of it is black.
func dark(b drama.Brief, scene prose.Text) string {
	when := prose.Read(b.Time)
	if s := named(when, "night", "midnight", "late", "moonlight", "dusk", "evening", "夜", "深夜", "黑夜", "晚", "凌晨", "夜晚", "午夜"); s != "" {
		return s
	}
	return named(scene, "night", "dark", "darkness", "blackout", "black screen", "shadow", "silhouette", "blackout", "candle", "candlelight", "unlit", "dim", "torch", "flashlight", "moonlight", "space", "underwater", "tunnel", "cave", "noir", "low-key", "夜", "深夜", "黑夜", "黑暗", "暗", "漆黑", "黑屏", "阴影", "剪影", "烛光", "手电", "月光", "停电", "熄灯", "隧道", "山洞")
}

// Speaks says whether a shot has a line that can be heard: one with a letter or a
// digit that is not to be mouthed.
func Speaks(lines []drama.BriefLine) bool {
	for _, l := range lines {
		if !drama.Audible(l.Say) {
			continue
		}
		if !prose.Read(l.Tone).Has("silent", "silently", "soundless", "mouthed", "mouthing", "inaudible", "无声", "口型", "听不见") {
			return true
		}
	}
	return false
}
