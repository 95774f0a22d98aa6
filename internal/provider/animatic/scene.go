package animatic

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// scene is what a brief says about place, time, weather and mood, in the terms
// that painters need.
type scene struct {
	kind   string // one of places, or "room", "outdoors"
	inside bool
	time   string // day night dusk dawn
	mood   string // one of moods, or ""
	rain   bool
	snow   bool
	fog    bool
	wet    bool
	seed   uint64 // of the location: its things look the same in every shot
	light  light
	pal    palette
	text   words // location only
	all    words
}

// place is a kind of location and the words that name it. The first match wins,
// so the narrower stand before the wider.
type place struct {
	kind   string
	inside bool
	words  []string
}

func places() []place {
	return []place{
		{"store", true, []string{"store", "shop", "supermarket", "convenience", "pharmacy", "bodega", "market", "boutique", "bookshop", "bookstore", "便利店", "商店", "超市", "药店", "书店"}},
		{"hospital", true, []string{"hospital", "clinic", "ward", "icu", "emergency", "surgery", "morgue", "医院", "病房", "诊所"}},
		{"station", true, []string{"train", "station", "subway", "metro", "platform", "tube", "bus", "airport", "terminal", "车站", "地铁", "火车", "机场"}},
		{"car", true, []string{"car", "taxi", "cab", "limousine", "van", "truck", "backseat", "dashboard", "车内", "出租车", "汽车"}},
		{"rooftop", false, []string{"rooftop", "roof", "terrace", "balcony", "天台", "屋顶", "阳台"}},
		{"alley", false, []string{"alley", "alleyway", "backstreet", "lane", "巷", "胡同"}},
		{"bar", true, []string{"bar", "pub", "club", "nightclub", "karaoke", "ktv", "酒吧", "夜店"}},
		{"restaurant", true, []string{"restaurant", "cafe", "café", "diner", "coffee", "teahouse", "canteen", "noodle", "bistro", "餐厅", "咖啡", "茶馆", "饭店"}},
		{"classroom", true, []string{"classroom", "school", "lecture", "campus", "university", "教室", "学校"}},
		{"office", true, []string{"office", "boardroom", "meeting", "desk", "headquarters", "company", "studio", "lab", "laboratory", "police", "precinct", "newsroom", "办公室", "公司", "会议室", "警察局"}},
		{"kitchen", true, []string{"kitchen", "厨房"}},
		{"bathroom", true, []string{"bathroom", "shower", "restroom", "toilet", "laundry", "浴室", "洗手间"}},
		{"bedroom", true, []string{"bedroom", "bed", "dormitory", "dorm", "hotel", "motel", "卧室", "酒店", "宿舍"}},
		{"corridor", true, []string{"corridor", "hallway", "hall", "stairwell", "stairs", "staircase", "elevator", "lift", "lobby", "走廊", "楼梯", "电梯", "大堂"}},
		{"warehouse", true, []string{"warehouse", "factory", "garage", "basement", "parking", "workshop", "hangar", "bunker", "cellar", "仓库", "工厂", "车库", "地下室"}},
		{"cell", true, []string{"prison", "cell", "jail", "interrogation", "dungeon", "监狱", "牢房", "审讯"}},
		{"temple", false, []string{"temple", "shrine", "monastery", "pagoda", "寺", "庙"}},
		{"church", true, []string{"church", "chapel", "cathedral", "教堂"}},
		{"palace", true, []string{"palace", "throne", "castle", "court", "ballroom", "mansion", "banquet", "villa", "宫", "殿", "豪宅", "宴会"}},
		{"forest", false, []string{"forest", "wood", "woods", "jungle", "grove", "bamboo", "森林", "树林", "竹林"}},
		{"water", false, []string{"river", "sea", "beach", "lake", "harbour", "harbor", "pier", "ocean", "shore", "coast", "dock", "boat", "ship", "bridge", "riverside", "河", "海", "湖", "码头", "桥"}},
		{"field", false, []string{"field", "desert", "mountain", "meadow", "hill", "cliff", "valley", "farm", "grassland", "plain", "cemetery", "graveyard", "battlefield", "山", "沙漠", "草原", "田"}},
		{"park", false, []string{"park", "garden", "playground", "courtyard", "bench", "yard", "公园", "花园", "院子"}},
		{"street", false, []string{"street", "road", "avenue", "crosswalk", "crossing", "sidewalk", "pavement", "city", "town", "intersection", "highway", "square", "downtown", "街", "路口", "马路", "城"}},
		{"living", true, []string{"apartment", "living", "flat", "home", "house", "lounge", "room", "study", "attic", "公寓", "客厅", "家"}},
	}
}

// sceneOf reads a brief.
func sceneOf(b drama.Brief) *scene {
	s := &scene{kind: "room", inside: true, time: "day"}
	id, name, looks := "", "", ""
	if b.Location != nil {
		id, name, looks = b.Location.ID, b.Location.Name, b.Location.Looks
	}
	s.seed = hash("location", b.Show, id)
	s.text = wordsOf(strings.ReplaceAll(id, "-", " "), name, looks)
	s.all = wordsOf(strings.ReplaceAll(id, "-", " "), name, looks, b.Look, b.Action, b.Sound, b.Mood, b.Time)

	known := false
	for _, src := range []words{wordsOf(strings.ReplaceAll(id, "-", " "), name), s.text, wordsOf(b.Action)} {
		for _, p := range places() {
			if src.has(p.words...) {
				s.kind, s.inside, known = p.kind, p.inside, true
				break
			}
		}
		if known || b.Location != nil && src.raw == s.text.raw {
			break
		}
	}
	switch set := strings.ToUpper(b.Set); {
	case set == "EXT" && (!known || s.inside && s.kind != "car" && s.kind != "station"):
		// The outside of an inside: a street in front of the store.
		s.inside = false
		if known {
			s.kind = "street"
		} else {
			s.kind = "outdoors"
		}
	case set == "EXT":
		s.inside = false
	case set == "INT" && !s.inside && known && s.kind != "temple":
		s.inside, s.kind = true, "room"
	case set == "INT":
		s.inside = true
	}
	if s.kind == "temple" && s.inside {
		s.kind = "palace"
	}
	if s.kind == "car" {
		s.inside = true
	}

	when := wordsOf(b.Time)
	if b.Time == "" {
		when = wordsOf(looks, b.Look, b.Action)
	}
	switch {
	case when.has("night", "midnight", "late", "moonlight", "夜", "晚", "凌晨"):
		s.time = "night"
	case when.has("dusk", "sunset", "evening", "twilight", "golden hour", "magic hour", "黄昏", "傍晚"):
		s.time = "dusk"
	case when.has("dawn", "sunrise", "daybreak", "early morning", "清晨", "黎明", "拂晓"):
		s.time = "dawn"
	}
	s.rain = s.all.has("rain", "raining", "rainy", "storm", "downpour", "drizzle", "thunder", "雨")
	s.snow = !s.rain && s.all.has("snow", "snowing", "snowy", "blizzard", "雪")
	s.fog = s.all.has("fog", "foggy", "mist", "misty", "haze", "smoke", "smoky", "雾", "烟")
	s.wet = s.rain || s.all.has("wet", "puddle", "flooded")
	s.mood = moodOf(wordsOf(b.Mood))
	s.light = lightOf(s)
	s.pal = paletteOf(s)
	return s
}

func moodOf(w words) string {
	switch {
	case w.has("uneasy", "tense", "tension", "fear", "afraid", "dread", "eerie", "ominous", "horror", "suspense", "suspenseful", "anxious", "nervous", "cold", "不安", "紧张", "恐惧"):
		return "tense"
	case w.has("sad", "melancholy", "grief", "lonely", "mournful", "bleak", "heartbroken", "sorrow", "somber", "悲", "孤独"):
		return "sad"
	case w.has("romantic", "love", "tender", "warm", "cozy", "cosy", "intimate", "nostalgic", "浪漫", "温馨"):
		return "warm"
	case w.has("happy", "joyful", "bright", "cheerful", "hopeful", "playful", "funny", "triumphant", "快乐", "欢"):
		return "happy"
	case w.has("angry", "rage", "violent", "furious", "danger", "dangerous", "betrayal", "愤怒", "危险"):
		return "angry"
	case w.has("mystery", "mysterious", "dream", "dreamy", "strange", "surreal", "secret", "神秘", "梦"):
		return "dream"
	}
	return ""
}
