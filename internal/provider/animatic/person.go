package animatic

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// person is a member of the cast as drawn: what the words of looks and wardrobe
// say, and for what they leave open, a choice that belongs to the id.
type person struct {
	id, name  string
	seed      uint64
	female    bool
	child     bool
	old       bool
	tall      float64 // 1 is 1.70 m
	broad     float64
	skin      rgb
	hair      rgb
	hairstyle string // short crop long bun ponytail bob bald curly
	beard     string // "", stubble, full, moustache
	glasses   bool
	shades    bool
	hat       string // "", cap, brim, hood, beanie, helmet, crown, veil
	scar      bool
	eyes      rgb
	lips      bool
	earrings  bool
	wear      garment
}

// garment is what is worn.
type garment struct {
	kind   string // shirt dress coat suit apron hoodie uniform robe jacket
	top    rgb
	bottom rgb
	second rgb // shirt under a coat, tie, trim
	skirt  bool
	bare   bool // bare arms
	scarf  bool
	collar bool
	tie    bool
}

// clothes are words of things that are worn.
var clothes = []string{
	"coat", "jacket", "dress", "shirt", "sweater", "hoodie", "suit", "uniform", "apron", "gown", "raincoat", "blouse", "vest", "robe", "skirt", "jeans", "trousers", "scarf", "cardigan", "scrubs", "armor", "armour", "hanfu",
	"衣", "裙", "裤", "西装", "西服", "正装", "外套", "夹克", "T恤", "衫", "大衣", "风衣", "毛衣", "衬衣", "上衣", "睡衣", "雨衣", "内衣", "衣服", "袍", "制服", "校服", "礼服", "旗袍", "汉服", "古装", "婚纱", "卫衣", "羽绒服", "白大褂", "警服", "军装", "铠甲", "盔甲", "棉袄", "马甲", "外卖服", "工装", "围裙", "围巾", "病号服", "嫁衣", "官服",
}

// garments is what a character wears: the wardrobe, or where there is none the
// parts of the looks that name clothes ("woman, 30, red coat").
func garments(c drama.BriefCast) string {
	if c.Wardrobe != "" {
		return c.Wardrobe
	}
	var worn []string
	for _, part := range strings.FieldsFunc(c.Looks, func(r rune) bool { return strings.ContainsRune(",;，；、。", r) }) {
		if wordsOf(part).has(clothes...) {
			worn = append(worn, part)
		}
	}
	return strings.Join(worn, ",")
}

// female and male are words that say which; the narrower of a text stands in it
// first as a rule.
var (
	female = []string{
		"woman", "female", "girl", "lady", "she", "mother", "wife", "daughter", "sister", "grandmother", "aunt", "actress", "queen", "princess", "waitress", "empress", "maid", "mrs", "miss", "ms", "madam", "bride", "heroine", "mum", "mom",
		"女", "女人", "女子", "女性", "女孩", "女生", "美女", "少女", "女儿", "孙女", "女友", "女朋友", "妇女", "妇人", "宫女", "女总裁", "妈", "母亲", "奶奶", "外婆", "姥姥", "婆婆", "姐", "妹", "阿姨", "姑", "嫂", "婶", "夫人", "太太", "小姐", "公主", "皇后", "娘娘", "妃", "丫鬟", "新娘", "老太", "老婆", "妻子", "岳母", "大妈", "空姐",
	}
	male = []string{
		"man", "male", "boy", "he", "father", "husband", "son", "brother", "grandfather", "uncle", "king", "prince", "emperor", "waiter", "mr", "sir", "groom", "gentleman", "dad", "lad",
		"男", "男人", "男子", "男性", "男孩", "男生", "男友", "男朋友", "爸", "父亲", "爷爷", "外公", "姥爷", "哥", "弟", "叔", "伯", "舅", "先生", "少爷", "皇帝", "皇上", "陛下", "王爷", "将军", "太子", "公子", "新郎", "老公", "丈夫", "儿子", "岳父", "大爷", "老头", "小伙", "道长", "和尚", "太监",
	}
)

func personOf(show string, c drama.BriefCast) *person {
	p := &person{id: c.ID, name: c.Name, seed: hash("cast", show, c.ID)}
	if n := faceOf(c); n > 0 {
		p.seed = scramble(p.seed ^ uint64(n)) //nolint:gosec // a small number
	}
	look := wordsOf(c.Looks, c.Name)
	wear := wordsOf(garments(c))
	all := wordsOf(c.Looks, c.Wardrobe)
	r := func(ch int) float64 { return at(p.seed, 0, ch) }

	f, m := look.At(female...), look.At(male...)
	switch {
	case f >= 0 && (m < 0 || f < m):
		p.female = true
	case m >= 0:
	case all.has("dress", "skirt", "gown", "lipstick", "heels", "cheongsam", "qipao", "裙", "裙子", "连衣裙", "长裙", "旗袍", "高跟鞋", "口红", "婚纱", "嫁衣"):
		p.female = true
	default:
		p.female = r(1) < 0.5
	}
	age := ageIn(look)
	p.child = look.has("child", "kid", "boy", "girl", "toddler", "孩子", "小孩", "男童", "女童", "孩童", "幼童", "小男孩", "小女孩", "儿童") && !look.has("woman", "man", "boyfriend", "girlfriend")
	p.old = look.has("old man", "old woman", "old lady", "elderly", "grandmother", "grandfather", "aged", "senior", "wrinkled", "old", "老人", "老头", "老太", "老年", "年迈", "老者", "老妇", "老奶奶", "老爷爷", "奶奶", "爷爷", "外婆", "外公", "姥姥", "姥爷", "老伯", "老大爷", "太后", "花白", "皱纹") || age >= 60
	if age > 0 {
		p.child = age < 13
		p.old = p.old && age >= 45
	}
	p.tall = lerp(0.985, 1.03, r(2)) + 0.035
	if p.female {
		p.tall -= 0.06
	}
	if p.old {
		p.tall -= 0.03
	}
	if p.child {
		p.tall = 0.72
	}
	if look.has("tall", "高大", "高个", "身材高", "高挑", "魁梧") {
		p.tall += 0.05
	}
	if look.has("small", "short man", "short woman", "petite", "tiny", "矮", "娇小", "瘦小") {
		p.tall -= 0.05
	}
	p.broad = lerp(0.97, 1.05, r(3))
	if look.has("burly", "muscular", "heavy", "fat", "stocky", "big", "broad", "strong", "胖", "壮", "魁梧", "肥", "健硕", "彪悍") {
		p.broad = 1.18
	}
	if look.has("thin", "slim", "skinny", "gaunt", "slender", "瘦", "苗条", "纤细", "消瘦") {
		p.broad = 0.92
	}

	skins := []rgb{hex(0xf2cba8), hex(0xeabf96), hex(0xe3b186), hex(0xd8a177), hex(0xb98055), hex(0x8a5a3c)}
	p.skin = skins[int(r(4)*4)]
	switch {
	case look.has("pale", "fair", "white skin", "白皙", "苍白", "肤白"):
		p.skin = hex(0xf6d9c2)
	case look.has("tanned", "tan", "olive skin", "黝黑", "古铜", "晒黑", "小麦色"):
		p.skin = skins[3]
	case look.has("brown skin", "indian", "latino", "latina", "dark skin", "arab"):
		p.skin = skins[4]
	case look.has("african", "black woman", "black man", "ebony"):
		p.skin = skins[5]
	}
	hairs := []rgb{hex(0x1f1b22), hex(0x2b211f), hex(0x3d2a20), hex(0x5a3b26)}
	p.hair = hairs[int(r(5)*3.2)]
	if p.old {
		p.hair = hex(0xb9b6b4)
	}
	if c, ok := hairColour(look); ok {
		p.hair = c
	}
	if p.female {
		p.hairstyle = []string{"long", "bob", "ponytail", "bun"}[int(r(6)*4)]
	} else {
		p.hairstyle = []string{"short", "crop", "short", "curly"}[int(r(6)*4)]
	}
	old := all.has(ancient...)
	if old {
		p.hairstyle = "bun" // nobody of old wore it cut
		if p.female && r(6) < 0.5 {
			p.hairstyle = "long"
		}
	}
	hair := []string{"hair", "haired", "braid", "braids"}
	switch {
	case look.has("bald", "shaved head", "光头", "秃", "秃顶", "和尚"):
		p.hairstyle = "bald"
	case look.has("bun", "updo", "chignon", "topknot", "发髻", "盘发", "盘起", "挽起", "丸子头", "高髻", "束发", "髻", "发冠", "束冠"):
		p.hairstyle = "bun"
	case look.has("ponytail", "pigtail", "马尾", "辫子", "麻花辫", "高马尾", "双马尾"):
		p.hairstyle = "ponytail"
	case look.has("curly", "curls", "afro", "卷发", "波浪", "大波浪", "羊毛卷", "微卷"):
		p.hairstyle = "curly"
	case look.has("bob", "shoulder-length", "shoulder length", "齐耳", "齐肩", "波波头", "学生头"):
		p.hairstyle = "bob"
	case look.has("long") && look.has(hair...) || look.has("长发", "披肩", "长直发", "黑长直", "披散"):
		p.hairstyle = "long"
	case look.has("buzz", "buzzcut", "cropped", "crew cut", "military", "寸头", "平头", "板寸"):
		p.hairstyle = "crop"
	case look.has("short") && look.has(hair...) || look.has("短发", "短碎发", "利落"):
		p.hairstyle = "short"
		if p.female {
			p.hairstyle = "pixie"
		}
	}
	switch {
	case look.has("moustache", "mustache", "八字胡", "小胡子"):
		p.beard = "moustache"
	case look.has("stubble", "unshaven", "胡茬", "胡渣"):
		p.beard = "stubble"
	case look.has("beard", "bearded", "goatee", "胡子", "胡须", "络腮胡", "长须", "美髯", "山羊胡"):
		p.beard = "full"
	}
	p.glasses = all.has("glasses", "spectacles", "bespectacled", "眼镜", "金丝眼镜", "镜框", "眼镜框")
	p.shades = all.has("sunglasses", "shades", "墨镜", "太阳镜")
	switch {
	case all.has("hood", "hooded", "兜帽", "斗篷帽") || wear.has("hood up"):
		p.hat = "hood"
	case all.has("beanie", "woolly hat", "毛线帽", "针织帽"):
		p.hat = "beanie"
	case all.has("helmet", "hard hat", "头盔", "安全帽"):
		p.hat = "helmet"
	case all.has("crown", "tiara", "皇冠", "凤冠", "王冠"):
		p.hat = "crown"
	case all.has("cap", "baseball cap", "鸭舌帽", "棒球帽"):
		p.hat = "cap"
	case all.has("hat", "fedora", "礼帽", "草帽", "斗笠", "帽子", "渔夫帽", "帽"):
		p.hat = "brim"
	}
	p.scar = look.has("scar", "scarred", "疤", "刀疤", "伤疤", "疤痕")
	p.eyes = []rgb{hex(0x3a2a1e), hex(0x4a3320), hex(0x2e2420), hex(0x4b5a3c), hex(0x41607e)}[int(r(7)*3.3)]
	if c, ok := look.colourBefore("eyes", "eyed", "眼睛", "眼眸", "瞳"); ok {
		p.eyes = c
	}
	p.lips = p.female && !p.child
	p.earrings = all.has("earrings", "earring", "jewellery", "jewelry", "耳环", "耳坠", "珠宝") || p.female && wear.has("dress", "gown", "礼服", "晚礼服", "旗袍")
	p.wear = garmentOf(p, wear, r)
	return p
}

// ancient are words of costume drama.
var ancient = []string{"hanfu", "古装", "汉服", "长袍", "锦袍", "龙袍", "凤袍", "官服", "官袍", "铠甲", "盔甲", "襦裙", "长衫", "道袍", "锦衣", "嫁衣", "喜服", "朝服", "宫装", "宫女", "皇帝", "皇后", "王爷", "将军", "太子", "公主", "娘娘", "侍卫", "丫鬟", "剑客", "侠客", "太监", "太后"}

// hairNouns are what a colour of hair stands before.
var hairNouns = []string{"hair", "haired", "ponytail", "bun", "bob", "braid", "curls", "头发", "长发", "短发", "卷发", "马尾", "波浪", "盘发", "发髻", "秀发", "辫子", "寸头", "直发", "大波浪", "高马尾", "丸子头", "长直", "发"}

func hairColour(look words) (rgb, bool) {
	switch {
	case look.has("白发", "银发", "花白", "鹤发", "白发苍苍", "grey-haired", "white-haired", "gray-haired"):
		return hex(0xcfccc8), true
	case look.has("金发"):
		return hues["blonde"], true
	case look.has("红发"):
		return hex(0xa8492a), true
	}
	if c, ok := look.colourBefore(hairNouns...); ok {
		if c == hues["red"] {
			c = hex(0xa8492a) // nobody means a fire engine
		}
		return c, true
	}
	switch {
	case look.has("blonde", "blond"):
		return hues["blonde"], true
	case look.has("redhead", "ginger", "auburn"):
		return hues["ginger"], true
	case look.has("brunette"):
		return hex(0x4a2f20), true
	}
	return rgb{}, false
}

var (
	yearsZh = regexp.MustCompile(`(\d{1,3})\s*[多来几]?\s*岁`)
	tensZh  = regexp.MustCompile(`([一二三四五六七八九])?十[一二三四五六七八九多来几出头]*岁`)
)

// ageIn is the age that a text names, in years; 0: none.
func ageIn(w words) int {
	if m := yearsZh.FindStringSubmatch(w.String()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	if m := tensZh.FindStringSubmatch(w.String()); m != nil {
		if m[1] == "" {
			return 15
		}
		return 10*(strings.Index("一二三四五六七八九", m[1])/len("一")+1) + 5
	}
	list := w.Words()
	for i, s := range list {
		if len(s) > 3 || s[0] < '0' || s[0] > '9' {
			continue
		}
		n := 0
		for _, r := range s {
			if r < '0' || r > '9' {
				break
			}
			n = n*10 + int(r-'0')
		}
		if i+1 < len(list) && (list[i+1] == "cm" || list[i+1] == "kg") {
			continue
		}
		if n > 0 && n < 110 {
			return n
		}
	}
	return 0
}

func garmentOf(p *person, w words, r func(int) float64) garment {
	h := r(8)
	g := garment{kind: "shirt", top: hsl(h, 0.36, 0.48), bottom: hsl(h+0.55, 0.18, 0.26), second: hex(0xe9e4da)}
	if p.child {
		g.top = hsl(h, 0.55, 0.56)
	}
	kinds := garmentKinds()
	for _, k := range kinds {
		if !w.has(k.words...) {
			continue
		}
		g.kind = k.kind
		if c, ok := w.colourBefore(k.words...); ok {
			g.top = c
		} else if cs := w.colours(); len(cs) > 0 {
			g.top = cs[0]
		} else {
			switch {
			case k.kind == "suit":
				g.top = hex(0x2b3040)
			case k.kind == "uniform":
				g.top = hex(0x33507a)
			case w.has("白大褂", "labcoat", "lab coat", "婚纱", "wedding dress"):
				g.top = hues["white"]
			case w.has("病号服", "hospital gown"):
				g.top = hex(0xb9cfe0)
			case w.has("龙袍"):
				g.top = hues["gold"]
			case w.has("嫁衣", "喜服", "凤袍"):
				g.top = hues["大红"]
			case w.has("铠甲", "盔甲", "armor", "armour"):
				g.top = hues["silver"]
			}
		}
		break
	}
	if g.kind == "shirt" {
		if cs := w.colours(); len(cs) > 0 {
			g.top = cs[0]
		}
	}
	if c, ok := w.colourBefore("trousers", "pants", "jeans", "skirt", "shorts", "leggings", "长裤", "裤子", "西裤", "牛仔裤", "短裤", "短裙", "半身裙", "西装裙", "包臀裙", "百褶裙", "半裙"); ok {
		g.bottom = c
	} else if w.has("jeans", "denim", "牛仔裤") {
		g.bottom = hues["denim"]
	}
	if c, ok := w.colourBefore("tie", "shirt", "blouse", "sweater", "scarf", "trim", "领带", "衬衫", "衬衣", "毛衣", "围巾", "镶边"); ok && g.kind != "shirt" {
		g.second = c
	}
	switch g.kind {
	case "suit":
		g.bottom = g.top.darker(0.15)
		g.tie = !p.female || w.has("tie", "领带", "领结")
		g.collar = true
	case "uniform":
		g.bottom = g.top.darker(0.35)
		g.collar = true
	case "apron":
		g.second = hsl(r(9), 0.12, 0.86)
		if c, ok := w.colourBefore("shirt", "blouse", "sweater", "衬衫", "毛衣"); ok {
			g.second = c
		}
	}
	g.skirt = w.has("skirt", "短裙", "半身裙", "西装裙", "包臀裙", "百褶裙", "半裙", "裙") && g.kind != "robe" || g.kind == "dress"
	g.bare = g.kind == "dress" && !w.has("long-sleeved", "winter", "长袖", "婚纱") || w.has("sleeveless", "tank", "vest", "short-sleeved", "t-shirt", "tee", "t恤", "短袖", "背心", "无袖", "吊带")
	g.scarf = w.has("scarf", "围巾", "丝巾")
	return g
}

// garmentKinds are what can be worn, by the words that name it. The first that is
// named wins: what is over the rest stands before it.
func garmentKinds() []struct {
	kind  string
	words []string
} {
	return []struct {
		kind  string
		words []string
	}{
		{"apron", []string{"apron", "围裙"}},
		{"robe", []string{"robe", "hanfu", "kimono", "cassock", "bathrobe", "cloak", "armor", "armour", "袍", "汉服", "古装", "襦裙", "长衫", "锦衣", "铠甲", "盔甲", "嫁衣", "喜服", "官服", "朝服", "宫装", "浴袍", "睡袍", "道袍", "袈裟", "斗篷", "披风"}},
		{"coat", []string{"coat", "overcoat", "trench", "trenchcoat", "raincoat", "parka", "labcoat", "lab coat", "大衣", "风衣", "雨衣", "羽绒服", "棉衣", "军大衣", "白大褂", "皮草", "棉服"}},
		{"dress", []string{"dress", "gown", "cheongsam", "qipao", "nightgown", "连衣裙", "长裙", "礼服", "晚礼服", "婚纱", "旗袍", "吊带裙", "裙子", "红裙", "白裙"}},
		{"suit", []string{"suit", "tuxedo", "blazer", "西装", "西服", "正装", "燕尾服", "中山装", "西装外套"}},
		{"uniform", []string{"uniform", "scrubs", "guard", "soldier", "policeman", "pilot", "制服", "警服", "军装", "护士服", "保安服", "外卖服", "工作服", "工装", "快递服", "校服", "号服", "空姐服", "保安"}},
		{"hoodie", []string{"hoodie", "sweatshirt", "tracksuit", "hood", "卫衣", "帽衫", "连帽衫", "运动服"}},
		{"jacket", []string{"jacket", "bomber", "leather", "cardigan", "vest", "夹克", "外套", "皮衣", "开衫", "马甲", "棉袄", "冲锋衣", "袄"}},
		{"shirt", []string{"shirt", "t-shirt", "tshirt", "tee", "blouse", "sweater", "jumper", "top", "tank", "polo", "衬衫", "毛衣", "t恤", "衬衣", "针织衫", "上衣", "病号服", "睡衣", "短袖", "背心"}},
	}
}
