package animatic

import (
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

// garments is what a character wears: the wardrobe, or where there is none the
// parts of the looks that name clothes ("woman, 30, red coat").
func garments(c drama.BriefCast) string {
	if c.Wardrobe != "" {
		return c.Wardrobe
	}
	var worn []string
	for part := range strings.SplitSeq(c.Looks, ",") {
		if wordsOf(part).has("coat", "jacket", "dress", "shirt", "sweater", "hoodie", "suit", "uniform", "apron", "gown", "raincoat", "blouse", "vest", "robe", "skirt", "jeans", "trousers", "scarf", "衣", "裙", "西装", "外套") {
			worn = append(worn, part)
		}
	}
	return strings.Join(worn, ",")
}

func personOf(show string, c drama.BriefCast) *person {
	p := &person{id: c.ID, name: c.Name, seed: hash("cast", show, c.ID)}
	look := wordsOf(c.Looks, c.Name)
	wear := wordsOf(garments(c))
	all := wordsOf(c.Looks, c.Wardrobe)
	r := func(ch int) float64 { return at(p.seed, 0, ch) }

	switch {
	case look.has("woman", "female", "girl", "lady", "she", "mother", "wife", "daughter", "sister", "grandmother", "actress", "queen", "princess", "waitress", "女"):
		p.female = true
	case look.has("man", "male", "boy", "he", "father", "husband", "son", "brother", "grandfather", "king", "prince", "男"):
	case all.has("dress", "skirt", "gown", "lipstick", "heels", "cheongsam", "qipao"):
		p.female = true
	default:
		p.female = r(1) < 0.5
	}
	p.child = look.has("child", "kid", "boy", "girl", "toddler", "孩") && !look.has("woman", "man", "boyfriend", "girlfriend")
	p.old = look.has("old", "elderly", "grandmother", "grandfather", "aged", "senior", "wrinkled", "老") || ageIn(look) >= 60
	if a := ageIn(look); a > 0 && a < 13 {
		p.child = true
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
	if look.has("tall") {
		p.tall += 0.05
	}
	if look.has("small", "short man", "short woman", "petite", "tiny") {
		p.tall -= 0.05
	}
	p.broad = lerp(0.97, 1.05, r(3))
	if look.has("burly", "muscular", "heavy", "fat", "stocky", "big", "broad", "strong", "胖", "壮") {
		p.broad = 1.18
	}
	if look.has("thin", "slim", "skinny", "gaunt", "slender", "瘦") {
		p.broad = 0.92
	}

	skins := []rgb{hex(0xf2cba8), hex(0xeabf96), hex(0xe3b186), hex(0xd8a177), hex(0xb98055), hex(0x8a5a3c)}
	p.skin = skins[int(r(4)*4)]
	switch {
	case look.has("pale", "fair", "white skin"):
		p.skin = hex(0xf6d9c2)
	case look.has("tanned", "tan", "olive skin"):
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
	switch {
	case look.has("bald", "shaved head", "光头"):
		p.hairstyle = "bald"
	case look.has("bun", "updo", "chignon", "topknot", "发髻"):
		p.hairstyle = "bun"
	case look.has("ponytail", "pigtail", "马尾"):
		p.hairstyle = "ponytail"
	case look.has("curly", "curls", "afro", "卷发"):
		p.hairstyle = "curly"
	case look.has("bob", "shoulder-length") || look.has("shoulder length"):
		p.hairstyle = "bob"
	case strings.Contains(look.raw, "long") && look.has("hair", "haired", "braid", "braids") || look.has("长发"):
		p.hairstyle = "long"
	case look.has("buzz", "buzzcut", "cropped", "crew cut", "military", "寸头"):
		p.hairstyle = "crop"
	case strings.Contains(look.raw, "short") && look.has("hair", "haired") || look.has("短发"):
		p.hairstyle = "short"
		if p.female {
			p.hairstyle = "pixie"
		}
	}
	switch {
	case look.has("moustache", "mustache"):
		p.beard = "moustache"
	case look.has("stubble", "unshaven"):
		p.beard = "stubble"
	case look.has("beard", "bearded", "goatee", "胡"):
		p.beard = "full"
	}
	p.glasses = all.has("glasses", "spectacles", "bespectacled", "眼镜")
	p.shades = all.has("sunglasses", "shades", "墨镜")
	switch {
	case all.has("hood", "hooded") || wear.has("hood up"):
		p.hat = "hood"
	case all.has("beanie", "woolly hat"):
		p.hat = "beanie"
	case all.has("helmet", "hard hat"):
		p.hat = "helmet"
	case all.has("crown", "tiara", "皇冠"):
		p.hat = "crown"
	case all.has("cap", "baseball cap"):
		p.hat = "cap"
	case all.has("hat", "fedora", "帽"):
		p.hat = "brim"
	}
	p.scar = look.has("scar", "scarred", "疤")
	p.eyes = []rgb{hex(0x3a2a1e), hex(0x4a3320), hex(0x2e2420), hex(0x4b5a3c), hex(0x41607e)}[int(r(7)*3.3)]
	if c, ok := look.colourBefore("eyes", "eyed"); ok {
		p.eyes = c
	}
	p.lips = p.female && !p.child
	p.earrings = all.has("earrings", "earring", "jewellery", "jewelry") || p.female && wear.has("dress", "gown")
	p.wear = garmentOf(p, wear, r)
	return p
}

func hairColour(look words) (rgb, bool) {
	if c, ok := look.colourBefore("hair", "haired", "ponytail", "bun", "bob", "braid", "curls"); ok {
		if c == hues["red"] {
			c = hex(0xa8492a) // nobody means a fire engine
		}
		return c, true
	}
	switch {
	case look.has("blonde", "blond", "金发"):
		return hues["blonde"], true
	case look.has("redhead", "ginger", "auburn"):
		return hues["ginger"], true
	case look.has("grey-haired", "white-haired", "白发", "银发"):
		return hex(0xcfccc8), true
	case look.has("brunette"):
		return hex(0x4a2f20), true
	}
	return rgb{}, false
}

func ageIn(w words) int {
	for i, s := range w.list {
		if len(s) == 0 || len(s) > 3 || s[0] < '0' || s[0] > '9' {
			continue
		}
		n := 0
		for _, r := range s {
			if r < '0' || r > '9' {
				break
			}
			n = n*10 + int(r-'0')
		}
		if i+1 < len(w.list) && (w.list[i+1] == "cm" || w.list[i+1] == "kg") {
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
	kinds := []struct {
		kind  string
		words []string
	}{
		{"apron", []string{"apron", "围裙"}},
		{"dress", []string{"dress", "gown", "cheongsam", "qipao", "nightgown", "裙", "旗袍"}},
		{"robe", []string{"robe", "hanfu", "kimono", "cassock", "bathrobe", "cloak", "armor", "armour", "袍", "汉服"}},
		{"uniform", []string{"uniform", "scrubs", "guard", "soldier", "policeman", "pilot", "制服"}},
		{"suit", []string{"suit", "tuxedo", "blazer", "西装"}},
		{"coat", []string{"coat", "overcoat", "trench", "trenchcoat", "raincoat", "parka", "labcoat", "lab coat", "大衣", "风衣", "雨衣"}},
		{"hoodie", []string{"hoodie", "sweatshirt", "tracksuit", "hood", "卫衣"}},
		{"jacket", []string{"jacket", "bomber", "leather", "cardigan", "vest", "夹克", "外套"}},
		{"shirt", []string{"shirt", "t-shirt", "tshirt", "tee", "blouse", "sweater", "jumper", "top", "tank", "polo", "衬衫", "毛衣", "T恤"}},
	}
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
			switch k.kind {
			case "suit":
				g.top = hex(0x2b3040)
			case "uniform":
				g.top = hex(0x33507a)
			}
		}
		break
	}
	if g.kind == "shirt" {
		if cs := w.colours(); len(cs) > 0 {
			g.top = cs[0]
		}
	}
	if c, ok := w.colourBefore("trousers", "pants", "jeans", "skirt", "shorts", "leggings"); ok {
		g.bottom = c
	} else if w.has("jeans", "denim") {
		g.bottom = hues["denim"]
	}
	if c, ok := w.colourBefore("tie", "shirt", "blouse", "sweater", "scarf", "trim"); ok && g.kind != "shirt" {
		g.second = c
	}
	switch g.kind {
	case "suit":
		g.bottom = g.top.darker(0.15)
		g.tie = !p.female || w.has("tie")
		g.collar = true
	case "uniform":
		g.bottom = g.top.darker(0.35)
		g.collar = true
	case "apron":
		g.second = hsl(r(9), 0.12, 0.86)
		if c, ok := w.colourBefore("shirt", "blouse", "sweater"); ok {
			g.second = c
		}
	}
	g.skirt = w.has("skirt") || g.kind == "dress"
	g.bare = g.kind == "dress" && !w.has("long-sleeved", "winter") || w.has("sleeveless", "tank", "vest", "short-sleeved", "t-shirt", "tee")
	g.scarf = w.has("scarf", "围巾")
	return g
}
