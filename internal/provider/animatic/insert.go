package animatic

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/drama"
)

// insertKinds are the things an insert can show, by the words that name them; the
// narrower before the wider.
func insertKinds() []struct {
	kind  string
	words []string
} {
	return []struct {
		kind  string
		words []string
	}{
		{"phone", []string{"phone", "smartphone", "mobile", "cellphone", "手机", "电话"}},
		{"red-packet", []string{"red envelope", "red packet", "hongbao", "红包", "压岁钱"}},
		{"thermos", []string{"thermos", "vacuum flask", "flask", "保温杯", "保温壶"}},
		{"photo", []string{"photo", "photograph", "picture", "polaroid", "照片", "合影", "合照", "相片", "相框", "全家福"}},
		{"letter", []string{"letter", "envelope", "note", "信", "信封", "信纸", "纸条", "请柬", "情书", "家书", "遗书"}},
		{"document", []string{"paper", "document", "contract", "receipt", "file", "report", "agreement", "will", "文件", "合同", "协议", "协议书", "离婚协议", "病历", "报告", "报告单", "化验单", "支票", "资料", "简历", "欠条", "圣旨", "通知书", "同意书", "知情同意书", "保证书", "承诺书", "委托书", "授权书", "判决书", "起诉书", "申请书", "证书", "聘书", "借条", "纸", "遗嘱"}},
		{"card", []string{"card", "credit card", "银行卡", "名片", "黑卡", "卡片", "房卡", "身份证", "工牌"}},
		{"cash", []string{"cash", "money", "banknotes", "钞票", "现金", "钱"}},
		{"gun", []string{"gun", "pistol", "revolver", "枪", "手枪"}},
		{"sword", []string{"sword", "剑", "长剑", "宝剑", "佩剑"}},
		{"knife", []string{"knife", "blade", "dagger", "刀", "匕首", "菜刀", "水果刀"}},
		{"key", []string{"key", "keys", "钥匙", "车钥匙"}},
		{"jade", []string{"jade", "pendant", "玉佩", "玉坠", "吊坠", "平安扣"}},
		{"ring", []string{"ring", "necklace", "locket", "戒指", "钻戒", "婚戒", "项链", "手镯"}},
		{"clock", []string{"clock", "钟", "挂钟", "时钟", "闹钟", "座钟"}},
		{"watch", []string{"watch", "wristwatch", "表", "手表", "怀表"}},
		{"glass", []string{"glass of", "wine glass", "wineglass", "wine", "whisky", "whiskey", "bottle", "champagne", "酒", "酒杯", "红酒", "酒瓶", "香槟", "高脚杯"}},
		{"cup", []string{"cup", "coffee", "mug", "tea", "杯", "杯子", "茶杯", "咖啡", "奶茶", "茶", "水杯", "咖啡杯"}},
		{"bowl", []string{"bowl", "noodles", "soup", "porridge", "碗", "面条", "汤", "粥", "泡面", "药碗", "饭碗"}},
		{"umbrella", []string{"umbrella", "伞", "雨伞", "油纸伞"}},
		{"lantern", []string{"lantern", "灯笼", "宫灯"}},
		{"candle", []string{"candle", "蜡烛", "红烛", "烛台", "烛火"}},
		{"fan", []string{"folding fan", "折扇", "扇子", "团扇"}},
		{"jacket", []string{"jacket", "coat", "raincoat", "overcoat", "collar", "shirt", "dress", "夹克", "外套", "大衣", "风衣", "衬衫", "西装", "旗袍"}},
		{"suitcase", []string{"suitcase", "luggage", "行李箱", "拉杆箱", "旅行箱", "皮箱"}},
		{"bag", []string{"bag", "briefcase", "backpack", "handbag", "包", "背包", "书包", "公文包", "手提包", "外卖", "购物袋", "袋子"}},
		{"parcel", []string{"box", "parcel", "package", "gift", "present", "盒子", "礼盒", "快递", "包裹", "箱子", "首饰盒", "纸箱", "礼物"}},
		{"laptop", []string{"laptop", "computer", "电脑", "笔记本电脑"}},
		{"tablet", []string{"tablet", "平板"}},
		{"microphone", []string{"microphone", "mic", "话筒", "麦克风"}},
		{"flower", []string{"flower", "rose", "bouquet", "花", "玫瑰", "花束", "鲜花"}},
		{"book", []string{"book", "diary", "notebook", "passport", "ledger", "书", "日记", "日记本", "账本", "结婚证", "离婚证", "护照", "户口本", "奏折", "剧本"}},
		{"pen", []string{"pen", "pencil", "笔", "钢笔", "毛笔"}},
		{"cigarette", []string{"cigarette", "cigar", "ashtray", "香烟", "烟头", "烟蒂", "雪茄"}},
		{"shoes", []string{"shoe", "shoes", "footprint", "footprints", "boots", "heels", "脚印", "鞋", "高跟鞋", "皮鞋", "绣花鞋"}},
		{"door", []string{"door", "handle", "knob", "lock", "门", "门把手", "门锁", "房门", "大门"}},
	}
}

// shown is one thing of an insert.
type shown struct {
	kind  string // empty: it cannot be drawn
	label string // then this is written
	col   rgb
	own   words
}

const maxShown = 3

// shownIn is what an insert shows: the shot's props, else what the action names,
// in its order.
func (b *builder) shownIn() []shown {
	br := b.sh.brief
	var out []shown
	for _, p := range br.Props {
		if len(out) == maxShown {
			break
		}
		own := wordsOf(p.Looks, strings.ReplaceAll(p.ID, "-", " "))
		s := shown{kind: kindOf(own), label: propLabel(p), own: own}
		out = append(out, s)
	}
	if len(out) == 0 {
		type named struct {
			shown
			at int
		}
		var all []named
		for _, k := range insertKinds() {
			if at := b.sh.act.At(k.words...); at >= 0 && !slices.ContainsFunc(all, func(n named) bool { return n.at == at }) {
				// its own clause decides about its colour and cracks
				all = append(all, named{shown{kind: k.kind, own: b.sh.act}, at})
			}
		}
		slices.SortFunc(all, func(x, y named) int { return x.at - y.at })
		for _, n := range all[:min(len(all), maxShown)] {
			out = append(out, n.shown)
		}
	}
	if len(out) == 0 {
		out = []shown{{label: firstWords(br.Action), own: b.sh.act}}
	}
	for i := range out {
		out[i].col = b.colourOf(out[i])
	}
	return out
}

func kindOf(w words) string {
	best, at := "", -1
	for _, k := range insertKinds() {
		if p := w.At(k.words...); p >= 0 && (at < 0 || p < at) {
			best, at = k.kind, p
		}
	}
	return best
}

// propLabel is a prop in few words.
func propLabel(p drama.BriefProp) string {
	if name := strings.TrimSpace(strings.ReplaceAll(p.ID, "-", " ")); name != "" && strings.IndexFunc(p.Looks, func(r rune) bool { return r > 0x2e80 }) < 0 {
		return name
	}
	return firstWords(p.Looks)
}

// firstWords is the beginning of a text, up to where it goes on about something
// else.
func firstWords(s string) string {
	s = plain(s, 200)
	for _, cut := range []string{",", ".", ";", "，", "。", "；", "、", " on ", " in ", " with ", " lies ", " sits ", " lying ", " under ", " beside ", " at "} {
		if i := strings.Index(s, cut); i > 0 {
			s = s[:i]
		}
	}
	if utf8.RuneCountInString(s) > 28 {
		s = string([]rune(s)[:28])
	}
	return s
}

// colourOf is a thing's own colour, or one that such things have.
func (b *builder) colourOf(s shown) rgb {
	for _, k := range insertKinds() {
		if k.kind == s.kind {
			if c, ok := s.own.colourBefore(k.words...); ok {
				return c
			}
		}
	}
	if cs := s.own.colours(); len(cs) > 0 && len(b.sh.brief.Props) > 0 {
		return cs[0]
	}
	switch s.kind {
	case "phone", "gun", "watch", "laptop", "tablet", "microphone", "card":
		return hex(0x24262e)
	case "letter", "photo", "document", "fan", "cigarette":
		return hex(0xf1e8d4)
	case "knife", "sword", "thermos":
		return hex(0xc6ccd6)
	case "key", "ring":
		return hex(0xd6b35c)
	case "red-packet", "lantern", "candle":
		return hues["大红"]
	case "jade":
		return hex(0x8cc9a4)
	case "cash":
		return hex(0xc8574d)
	case "cup", "bowl", "clock":
		return hex(0xe9e2d6)
	case "glass":
		return hex(0xa83240)
	}
	return hsl(at(hash("prop", b.sh.brief.Show, s.kind, s.label), 0, 0), 0.42, 0.46)
}

// insert shows one to three things large.
func (b *builder) insert() {
	things := b.shownIn()
	wall := len(things) == 1 && b.sh.act.has("wall", "墙上", "墙")
	if things[0].kind == "door" {
		wall = true
	}
	// a table top fills the lower half; the things stand on it
	if wall {
		b.card(0.12, 0, func(c *canvas, x0, y0, x1, y1 float64) {
			c.fill(rect(x0, y0, x1, y1), down(y0, b.p.wall.darker(0.12), y1, b.p.wall.lighter(0.05)))
		})
	} else {
		b.card(0.30, 0, func(c *canvas, x0, y0, x1, _ float64) {
			c.fill(rect(x0, y0-1, x1, 0.90), down(0.6, b.p.wood.darker(0.30), 0.90, b.p.wood.lighter(0.10)))
			c.fill(rect(x0, 0.893, x1, 0.90), flat(b.p.wood.lighter(0.35)))
			for k := range 7 {
				y := 0.88 - 0.03*float64(k)*(1+0.2*float64(k))
				c.fill(stroke(curve(x0, y, (x0+x1)/2, y+0.006*(b.r(k, 500)-0.5), x1, y+0.004), 0.002, 0.002), tint(b.p.wood.darker(0.5), 0.5))
			}
		})
	}
	width := float64(b.view.w) / math.Max(b.view.scale, 1e-6)
	n := float64(len(things))
	size := math.Min(1, 1.12/n)
	gap := math.Min(0.30, width*0.86/n)
	ring := b.sh.act.has("rings", "ringing", "buzz", "buzzes", "vibrate", "vibrates", "振动", "震动", "响", "响起", "来电", "铃声")
	seed := b.sh.seed
	for i, t := range things {
		x := (float64(i) - (n-1)/2) * gap
		if !wall {
			b.card(0.04, 1, func(c *canvas, _, _, _, _ float64) {
				c.fill(ellipse(x+0.01, 0.868, 0.16*size, 0.022), radial(x+0.01, 0.868, 0.16*size, 0.022, hex(0x08060c), 0.7, hex(0x08060c), 0).lit())
			})
		}
		cracked := t.own.has("cracked", "broken", "shattered", "碎", "裂", "碎裂", "裂痕", "摔碎")
		// the last in front, a little
		it := b.card(0, 2+i, func(c *canvas, _, _, _, _ float64) {
			sub := *c
			sub.to = c.to.after(xf{a: size, d: size, e: x, f: 0.87 - 0.87*size})
			if t.kind == "" {
				b.placeholder(&sub, t.label, 0, 1.0, 0.30, 0.22)
				return
			}
			if text, written := messageOn(b.sh.brief.Action, b.sh.act); t.kind == "phone" && written {
				paintMessage(&sub, b, 0.87, t.col, text)
				return
			}
			paintInsert(&sub, b, t.kind, t.col, cracked)
		})
		wobble := seed + uint64(i)*17
		it.local = func(in instant) xf {
			a := 0.006 * wander(wobble+70, in.sec*0.5)
			if ring && t.kind == "phone" && int(in.sec*1.2)%2 == 0 {
				a += 0.012 * noise(wobble+71, in.sec*24)
			}
			return about(turn(a), x, 0.87)
		}
		switch t.kind {
		case "phone", "laptop", "tablet":
			b.glow(x, 1.02, -0.01, 0.26*size, hex(0x9fd4ff), 0.30, 0)
		case "candle", "lantern":
			b.glow(x, 1.10, -0.01, 0.34*size, hex(0xffb060), 0.5, wobble)
		}
	}
	// a key light across the table
	k := b.l.keySide
	b.glow(k*0.22, 1.18, 0.2, 0.42, b.l.key, 0.22, 0)
}
