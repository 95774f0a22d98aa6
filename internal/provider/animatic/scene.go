package animatic

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/prose"
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
	label  string
	// unknown is a place that is named and cannot be drawn.
	unknown bool
	all     words
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
		// passages belong to whatever house they are in
		{"corridor", true, []string{"corridor", "hallway", "stairwell", "lobby", "走廊", "过道", "楼道", "楼梯间", "大堂", "前厅"}},
		{"siheyuan", false, []string{"siheyuan", "courtyard house", "hutong courtyard", "四合院", "大杂院", "庭院", "后院", "王府", "府邸", "将军府", "侯府", "古宅", "老宅", "宅院"}},
		{"train", true, []string{"train carriage", "carriage", "train car", "bullet train", "high-speed train", "train compartment", "高铁", "动车", "车厢", "列车上", "火车上"}},
		{"store", true, []string{"store", "shop", "supermarket", "convenience", "pharmacy", "bodega", "market", "boutique", "bookshop", "bookstore", "便利店", "商店", "超市", "药店", "书店", "花店", "商场", "菜市场", "小卖部", "服装店", "珠宝店", "专柜"}},
		{"hospital", true, []string{"hospital", "clinic", "ward", "icu", "emergency room", "surgery", "morgue", "医院", "病房", "诊所", "急诊", "手术室", "诊室", "急救室", "重症监护室"}},
		{"station", true, []string{"train", "station", "subway", "metro", "platform", "tube", "bus", "airport", "terminal", "车站", "地铁", "火车", "机场", "站台", "候车厅", "候机厅", "火车站", "公交站", "高铁站"}},
		{"rooftop", false, []string{"rooftop", "roof", "terrace", "balcony", "天台", "屋顶", "阳台", "露台"}},
		{"alley", false, []string{"alley", "alleyway", "backstreet", "lane", "巷", "胡同", "小巷", "弄堂", "巷子"}},
		{"bar", true, []string{"bar", "pub", "club", "nightclub", "karaoke", "ktv", "酒吧", "夜店", "夜总会", "会所"}},
		{"restaurant", true, []string{"restaurant", "cafe", "café", "diner", "coffee shop", "coffeehouse", "teahouse", "canteen", "noodle", "bistro", "餐厅", "咖啡", "咖啡厅", "咖啡馆", "茶馆", "饭店", "火锅店", "食堂", "面馆", "大排档", "包厢", "包间", "酒楼", "客栈", "奶茶店"}},
		{"classroom", true, []string{"classroom", "school", "lecture", "campus", "university", "教室", "学校", "课堂", "校园"}},
		{"office", true, []string{"office", "boardroom", "meeting", "headquarters", "company", "studio", "laboratory", "police", "precinct", "newsroom", "办公室", "公司", "会议室", "警察局", "派出所", "总裁办", "董事长办公室", "工位", "写字楼", "律所", "直播间", "实验室"}},
		{"kitchen", true, []string{"kitchen", "厨房", "后厨", "灶台"}},
		{"bathroom", true, []string{"bathroom", "shower", "restroom", "toilet", "laundry", "浴室", "洗手间", "卫生间", "厕所", "洗衣房"}},
		{"bedroom", true, []string{"bedroom", "bed", "bedside", "dormitory", "dorm", "hotel", "motel", "卧室", "酒店", "宿舍", "床边", "床上", "卧房", "闺房", "婚房", "宾馆", "民宿", "睡房", "床头"}},
		{"corridor", true, []string{"hall", "stairs", "staircase", "elevator", "lift", "楼梯", "电梯", "大厅", "电梯间"}},
		{"warehouse", true, []string{"warehouse", "factory", "garage", "basement", "parking", "workshop", "hangar", "bunker", "cellar", "仓库", "工厂", "车库", "地下室", "车间", "停车场", "烂尾楼", "废弃工厂"}},
		{"cell", true, []string{"prison", "cell", "jail", "interrogation", "dungeon", "监狱", "牢房", "审讯", "地牢", "天牢", "审讯室", "看守所"}},
		{"temple", false, []string{"temple", "shrine", "monastery", "pagoda", "寺", "庙", "祠堂", "道观", "寺庙"}},
		{"church", true, []string{"church", "chapel", "cathedral", "教堂"}},
		{"ancient", true, []string{"throne room of the emperor", "imperial hall", "大殿", "宫殿", "皇宫", "金銮殿", "御书房", "寝宫", "正殿", "朝堂", "冷宫", "宫", "殿", "古装", "正厅", "厢房", "书斋", "军帐"}},
		{"palace", true, []string{"palace", "throne", "castle", "court", "ballroom", "mansion", "banquet", "villa", "豪宅", "宴会", "别墅", "宴会厅", "婚礼", "礼堂", "庄园"}},
		{"forest", false, []string{"forest", "wood", "woods", "jungle", "grove", "bamboo", "森林", "树林", "竹林", "密林", "山林"}},
		{"water", false, []string{"river", "sea", "beach", "lake", "harbour", "harbor", "pier", "ocean", "shore", "coast", "dock", "boat", "ship", "riverside", "waterfront", "河", "海", "湖", "码头", "桥", "江边", "海边", "河边", "沙滩", "湖边", "海滩", "河岸", "江"}},
		{"field", false, []string{"field", "desert", "mountain", "meadow", "hill", "cliff", "valley", "farm", "grassland", "plain", "cemetery", "graveyard", "battlefield", "山", "沙漠", "草原", "田", "村", "田野", "悬崖", "村口", "战场", "墓地", "麦田", "山坡", "边关", "荒野"}},
		{"park", false, []string{"park", "garden", "playground", "courtyard", "bench", "yard", "公园", "花园", "院子", "操场", "小区", "御花园", "小院"}},
		{"street", false, []string{"street", "road", "avenue", "crosswalk", "crossing", "sidewalk", "pavement", "city", "town", "intersection", "highway", "square", "downtown", "bridge", "街", "路口", "马路", "城", "路边", "街道", "街头", "城市", "广场", "高速", "公路", "集市", "夜市", "门口", "长街"}},
		{"car", true, []string{"car", "taxi", "cab", "limousine", "van", "truck", "backseat", "dashboard", "车内", "车里", "出租车", "汽车", "轿车", "后座", "驾驶座", "副驾驶", "车上", "商务车", "网约车", "跑车"}},
		{"living", true, []string{"apartment", "living room", "living", "flat", "home", "house", "lounge", "study", "attic", "公寓", "客厅", "家", "家里", "家中", "出租屋", "书房", "餐桌", "沙发", "回家", "房子"}},
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
	var names []string
	for _, c := range b.Cast {
		names = append(names, callings(c)...)
	}
	act := wordsOf(b.Action).named(names...)
	s.text = wordsOf(strings.ReplaceAll(id, "-", " "), name, looks)
	// The look is of the whole season: it is no weather and no hour.
	s.all = wordsOf(strings.ReplaceAll(id, "-", " "), name, looks, b.Action, b.Sound, b.Time).named(names...)
	s.label = strings.TrimSpace(name)
	if s.label == "" {
		s.label = strings.ReplaceAll(id, "-", " ")
	}
	s.read(b, []words{wordsOf(name), wordsOf(strings.ReplaceAll(id, "-", " ")), s.text}, act)

	when := wordsOf(b.Time)
	if b.Time == "" {
		when = words{prose.Read(looks, b.Action).Named(names...)}
	}
	switch {
	case when.has("night", "midnight", "late", "moonlight", "夜", "晚", "凌晨", "深夜", "黑夜", "夜晚", "午夜", "半夜", "晚上"):
		s.time = "night"
	case when.has("dusk", "sunset", "evening", "twilight", "golden hour", "magic hour", "黄昏", "傍晚", "日落", "夕阳"):
		s.time = "dusk"
	case when.has("dawn", "sunrise", "daybreak", "early morning", "清晨", "黎明", "拂晓", "日出", "早晨"):
		s.time = "dawn"
	}
	s.rain = s.all.has("rain", "raining", "rainy", "storm", "downpour", "drizzle", "thunder", "雨", "暴雨", "雨夜", "下雨", "雨水", "雨声", "雷", "雨里", "雨中")
	s.snow = !s.rain && s.all.has("snow", "snowing", "snowy", "blizzard", "雪", "下雪", "大雪", "雪花", "雪地")
	s.fog = s.all.has("fog", "foggy", "mist", "misty", "haze", "smoke", "smoky", "雾", "浓烟", "烟雾", "大雾", "硝烟", "烟")
	s.wet = s.rain || s.all.has("wet", "puddle", "flooded", "潮湿", "湿漉漉", "积水")
	s.mood = moodOf(wordsOf(b.Mood))
	s.light = lightOf(s)
	s.pal = paletteOf(s)
	return s
}

// read finds what kind of place it is: by its own name, by its looks, else by the
// action. One that is named and cannot be drawn is an empty stage with its name.
func (s *scene) read(b drama.Brief, sources []words, act words) {
	known := false
	if b.Location == nil {
		sources = []words{act}
	}
	for _, src := range sources {
		for _, p := range places() {
			if src.has(p.words...) {
				s.kind, s.inside, known = p.kind, p.inside, true
				break
			}
		}
		if known {
			break
		}
	}
	set := strings.ToUpper(b.Set)
	if s.kind == "car" && b.Location == nil && set != "INT" && !act.has("in the car", "inside the car", "in a car", "backseat", "back seat", "dashboard", "at the wheel", "车内", "车里", "后座", "驾驶座", "副驾驶", "车上") {
		set = "EXT" // a car that is seen, not one that is sat in
	}
	switch {
	case set == "EXT" && !known:
		s.inside, s.kind = false, "outdoors"
	case set == "EXT" && s.inside && s.kind != "station":
		// The outside of an inside: a street in front of the store.
		if s.kind == "palace" && (b.Location == nil || sources[len(sources)-1].has("villa", "mansion", "别墅", "豪宅", "庄园")) {
			s.kind = "estate"
		}
		s.inside, s.kind = false, outsideOf[s.kind]
		if s.kind == "" {
			s.kind = "street"
		}
	case set == "EXT":
		s.inside = false
	case set == "INT" && !s.inside && known:
		s.inside, s.kind = true, insideOf[s.kind]
		if s.kind == "" {
			s.kind, known = "room", false
		}
	case set == "INT":
		s.inside = true
	}
	if s.kind == "car" {
		s.inside = true
	}
	s.unknown = !known && b.Location != nil
}

// outsideOf and insideOf are the other side of a door.
var (
	outsideOf = map[string]string{"ancient": "siheyuan", "palace": "park", "estate": "villa", "warehouse": "alley"}
	insideOf  = map[string]string{"temple": "ancient", "siheyuan": "ancient"}
)

func moodOf(w words) string {
	switch {
	case w.has("uneasy", "tense", "tension", "fear", "afraid", "dread", "eerie", "ominous", "horror", "suspense", "suspenseful", "anxious", "nervous", "cold", "dread", "不安", "紧张", "恐惧", "悬疑", "诡异", "阴森", "压迫"):
		return "tense"
	case w.has("sad", "melancholy", "grief", "lonely", "mournful", "bleak", "heartbroken", "sorrow", "somber", "悲", "孤独", "悲伤", "伤感", "凄凉", "心碎", "压抑", "绝望"):
		return "sad"
	case w.has("romantic", "love", "tender", "warm", "cozy", "cosy", "intimate", "nostalgic", "浪漫", "温馨", "甜蜜", "温暖", "暧昧"):
		return "warm"
	case w.has("happy", "joyful", "bright", "cheerful", "hopeful", "playful", "funny", "triumphant", "快乐", "欢乐", "欢", "欢快", "轻松", "喜悦", "搞笑", "热闹"):
		return "happy"
	case w.has("angry", "rage", "violent", "furious", "danger", "dangerous", "betrayal", "愤怒", "危险", "愤慨", "激烈", "对峙", "爆发"):
		return "angry"
	case w.has("mystery", "mysterious", "dream", "dreamy", "strange", "surreal", "secret", "神秘", "梦", "梦幻", "奇幻"):
		return "dream"
	}
	return ""
}
