package prose

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Person is somebody a text may be about.
type Person struct {
	Names        []string // as the text may call them: name, given name, id, role
	Female, Male bool     // both false: unknown
}

// nobody and everybody stand beside the numbers of people as what a stretch of
// text is about.
const (
	nobody    = -1
	everybody = -2
)

// Cast says for each of the people what the text says of them: "Mara sits while
// Sable stands" sits Mara only. Pronouns stand for the last fitting one named,
// clauses without a subject go on with the one before, and what a thing or a
// stranger does is nobody's. Where no one is named, all that is not a thing's
// counts for everybody.
func (t Text) Cast(people []Person) []Text {
	a := attribution{text: t, people: people, last: everybody}
	a.mentions = a.find()
	a.named = slices.ContainsFunc(a.mentions, func(m mention) bool { return m.who >= 0 && !m.pronoun })
	var out []Text
	for range people {
		own := t
		own.hidden = slices.Clone(t.hidden)
		out = append(out, own)
	}
	for _, c := range a.clauses() {
		for _, s := range a.stretches(c) {
			for i := range out {
				if slices.Contains(s.who, everybody) || slices.Contains(s.who, i) {
					continue
				}
				for k := s.from; k < s.to; k++ {
					out[i].hidden[k] = true
				}
			}
		}
	}
	return out
}

// Limits on what is looked at, so that no text takes long.
const (
	maxHere = 8  // mentions in a clause
	maxBack = 64 // mentions before a pronoun
)

type mention struct {
	span
	who     int // index, nobody or everybody
	pronoun bool
	gender  byte // 'f', 'm' or 0, of a pronoun
}

// clause is a stretch of a sentence with one subject, as a rule.
type clause struct {
	span
	begins bool // a sentence
	joined bool // to the one before by "and" or a comma
}

type stretch struct {
	span
	who []int
}

type attribution struct {
	text     Text
	people   []Person
	mentions []mention
	named    bool
	last     int   // whom the last clause was about
	waiting  []int // the first of several subjects
}

// find lists who is mentioned, in order, nothing within something longer.
func (a *attribution) find() []mention {
	var all []mention
	add := func(s string, m mention) {
		each(a.text.raw, s, func(at int) {
			end := at + len(s)
			if s[0] < utf8.RuneSelf && (at > 0 && letter(a.text.raw[at-1]) || end < len(a.text.raw) && letter(a.text.raw[end])) {
				return
			}
			m.span = span{at, end}
			all = append(all, m)
		})
	}
	for i, p := range a.people {
		for _, n := range distinct(p.Names) {
			add(n, mention{who: i})
		}
	}
	for s, g := range map[string]byte{"he": 'm', "she": 'f', "他": 'm', "她": 'f', "his": 'm', "her": 'f'} {
		add(s, mention{who: nobody, pronoun: true, gender: g})
	}
	for _, s := range []string{"they", "both", "everyone", "everybody", "all", "the two", "他们", "她们", "两人", "二人", "众人", "大家", "所有人", "一行人", "三人"} {
		add(s, mention{who: everybody, pronoun: true})
	}
	// The longer of two at one place is meant.
	slices.SortFunc(all, func(x, y mention) int {
		if x.from != y.from {
			return x.from - y.from
		}
		return y.to - x.to
	})
	var out []mention
	for _, m := range all {
		if len(out) > 0 && m.from < out[len(out)-1].to {
			continue
		}
		out = append(out, m)
	}
	return out
}

// after is the first mention from a byte on.
func (a *attribution) after(from int) int {
	i, _ := slices.BinarySearchFunc(a.mentions, from, func(m mention, at int) int { return m.from - at })
	return i
}

// joints end a clause; those in enders also its sentence.
var (
	enders = []string{".", "!", "?", ";", "\n", "。", "！", "？", "；"}
	joints = []string{",", ":", "—", "，", "：", " and ", " while ", " then ", " as ", " but ", " before ", " after ", " when ", "然后", "随后", "接着", "同时", "而", "随即"}
)

func (a *attribution) clauses() []clause {
	raw := a.text.raw
	var out []clause
	from, begins, joined := 0, true, false
	for at := 0; at < len(raw); {
		cut, ends := 0, false
		for _, e := range enders {
			if strings.HasPrefix(raw[at:], e) {
				cut, ends = len(e), true
			}
		}
		for _, j := range joints {
			if cut == 0 && strings.HasPrefix(raw[at:], j) {
				cut = len(j)
			}
		}
		if cut == 0 {
			at++
			continue
		}
		out = append(out, clause{span{from, at}, begins, joined})
		joined = !ends && (raw[at] == ',' || strings.HasPrefix(raw[at:], " and "))
		from, begins = at+cut, ends
		at += cut
	}
	return append(out, clause{span{from, len(raw)}, begins, joined})
}

// pivots make whom they name the subject of what follows: "watches Mara sit".
var pivots = []string{"watches", "watch", "watching", "sees", "see", "seeing", "makes", "lets", "helps", "finds", "hears", "notices", "spots", "finding", "past", "see", "看着", "望着", "盯着", "看见", "看到", "让", "叫", "扶着", "拉着", "推着", "命令", "请", "发现", "听见", "目送"}

// stretches says what a clause is about; a pivot divides it.
func (a *attribution) stretches(c clause) []stretch {
	var here []mention
	for _, m := range a.mentions[a.after(c.from):] {
		if m.to > c.to || len(here) == maxHere {
			break
		}
		if s := a.text.raw[m.from:m.to]; (s == "his" || s == "her") && !a.leads(c, m) {
			continue // subjects only where their clause begins
		}
		here = append(here, m)
	}
	if len(here) == 0 || !a.leads(c, here[0]) && a.thing(c, here[0].from) {
		if a.thing(c, c.to) {
			return []stretch{{c.span, []int{nobody}}}
		}
		if len(here) == 0 {
			return []stretch{{c.span, []int{a.carried(c)}}}
		}
	}
	if a.object(c, here[0]) {
		return []stretch{{c.span, []int{a.carried(c)}}}
	}
	who := []int{a.resolve(here[0])}
	// "Mara" of "Mara and Sable walk" waits for the rest.
	if strings.TrimSpace(a.text.raw[c.from:c.to]) == a.text.raw[here[0].from:here[0].to] && strings.HasPrefix(a.text.raw[c.to:], " and ") {
		a.waiting = append(a.waiting, who...)
		a.last = who[0]
		return []stretch{{c.span, who}}
	}
	who, a.waiting = append(who, a.waiting...), nil
	// "Mara and Sable", 林夏和陈默
	rest := here[1:]
	for len(rest) > 0 && a.together(here[0].to, rest[0].from) {
		who = append(who, a.resolve(rest[0]))
		here, rest = rest, rest[1:]
	}
	a.last = who[0]
	if len(who) > 1 {
		a.last = everybody
		if len(a.people) > len(who) {
			a.last = who[0]
		}
	}
	for _, m := range rest {
		for _, p := range pivots {
			between := a.text.raw[here[0].to:m.from]
			if i := strings.LastIndex(between, p); i >= 0 && len(strings.TrimSpace(between[i+len(p):])) <= 6 {
				return []stretch{{span{c.from, m.from}, who}, {span{m.from, c.to}, []int{a.resolve(m)}}}
			}
		}
	}
	return []stretch{{c.span, who}}
}

// object says whether a clause's first mention is what something is done to: "and
// hands Mara the phone", 递给他.
func (a *attribution) object(c clause, m mention) bool {
	before := strings.TrimSpace(a.text.raw[c.from:m.from])
	if before == "" {
		return false
	}
	for _, p := range []string{"给", "向", "对", "把", "被", "朝", "往", "问", "替", "为", "将", "搂着", "抱着", "抱住", "扇了", "推开", "递给"} {
		if strings.HasSuffix(before, p) {
			return true
		}
	}
	return c.joined && letter(before[len(before)-1]) && !strings.HasSuffix(before, "ly")
}

// together says whether two mentions are one subject.
func (a *attribution) together(from, to int) bool {
	switch strings.TrimSpace(a.text.raw[from:to]) {
	case "", "和", "与", "跟", "、", "同", "&", "及":
		return true
	}
	return false
}

// leads says whether a mention begins its clause.
func (a *attribution) leads(c clause, m mention) bool {
	return strings.TrimSpace(a.text.raw[c.from:m.from]) == ""
}

// resolve is whom a mention means.
func (a *attribution) resolve(m mention) int {
	if m.who != nobody {
		return m.who
	}
	fits := func(i int) bool {
		p := a.people[i]
		return m.gender == 'f' && !p.Male || m.gender == 'm' && !p.Female
	}
	end := a.after(m.from)
	for _, b := range slices.Backward(a.mentions[max(0, end-maxBack):end]) {
		if b.who >= 0 && fits(b.who) {
			return b.who
		}
	}
	for i := range a.people {
		if fits(i) {
			return i
		}
	}
	return nobody
}

// carried is the subject of a clause that names none: the next one's of its
// sentence where it begins one ("Smiling, Mara sits"), else the one before.
func (a *attribution) carried(c clause) int {
	if c.begins || a.last == nobody {
		if next := a.mentions[a.after(c.to):]; len(next) > 0 {
			between := a.text.raw[c.to:next[0].from]
			if len(between) <= 12 && !strings.ContainsAny(between, ".!?;。！？；") {
				return a.resolve(next[0])
			}
		}
	}
	if c.begins && !a.named {
		return everybody
	}
	return a.last
}

// strangers begin a clause about somebody who is not of the cast.
var strangers = []string{
	"a man", "a woman", "a boy", "a girl", "a child", "a stranger", "another man", "another woman", "someone", "somebody", "two men", "three men", "passers", "people", "the crowd", "a crowd", "children", "strangers", "guests", "customers", "pedestrians",
	"一个", "一名", "一位", "一群", "几个", "几名", "有人", "别人", "路人", "行人", "人群", "客人", "围观", "众宾客",
}

// objects act in their own right.
var objects = []string{
	"phone", "door", "rain", "water", "wind", "snow", "light", "lights", "lamp", "clock", "car", "cars", "taxi", "train", "bus", "traffic", "truck", "motorcycle", "bike", "boat", "ship", "plane", "dog", "cat", "bird", "birds", "horse", "smoke", "fire", "music", "blood", "tears", "sweat", "shadow", "shadows", "curtain", "curtains", "leaves", "clouds", "elevator", "lift", "hand", "screen", "sun", "moon", "camera", "time", "city", "sea", "waves", "candle", "neon", "gate", "window", "bell", "alarm", "siren", "footsteps",
	"手机", "电话", "门", "大门", "雨", "雨水", "风", "水", "灯", "灯光", "雪", "狗", "猫", "火车", "列车", "高铁", "汽车", "轿车", "出租车", "黑车", "车", "公交", "电梯", "钟", "血", "眼泪", "泪水", "汗", "窗帘", "烟", "云", "树叶", "落叶", "音乐", "铃声", "镜头", "阳光", "月光", "屏幕", "海浪", "烛火", "火光", "影子",
}

// thing says whether what stands between a clause's beginning and limit is a
// subject that is not of the cast.
func (a *attribution) thing(c clause, limit int) bool {
	head := strings.TrimLeft(a.text.raw[c.from:min(limit, c.to)], " ")
	for _, s := range strangers {
		if strings.HasPrefix(head, s) {
			return a.named || s[0] >= utf8.RuneSelf && strings.Contains("路人行人人群围观众宾客", s)
		}
	}
	fields := strings.FieldsFunc(head, func(r rune) bool { return (r < 'a' || r > 'z') && r < utf8.RuneSelf })
	for i, w := range fields[:min(len(fields), 4)] {
		if w == "of" || w == "in" || w == "on" || w == "at" || w == "to" || w == "with" {
			break
		}
		if slices.Contains(objects, w) && (i == 0 || slices.Contains([]string{"a", "an", "the", "his", "her", "its", "another"}, fields[0]) || i == 1) {
			return i > 0 || len(fields) > 1
		}
	}
	if head != "" && head[0] >= utf8.RuneSelf {
		start := a.text.raw[c.from:][:len(a.text.raw[c.from:min(limit, c.to)])]
		for _, o := range objects {
			if o[0] < utf8.RuneSelf {
				continue
			}
			if i := strings.Index(start, o); i >= 0 && utf8.RuneCountInString(start[:i]) <= 4 && !a.text.inside(c.from+i, c.from+i+len(o)) {
				rest := start[i+len(o):]
				// 车里, 门口, 手机上 are places.
				if strings.HasPrefix(rest, "里") || strings.HasPrefix(rest, "上") || strings.HasPrefix(rest, "中") || strings.HasPrefix(rest, "边") || strings.HasPrefix(rest, "前") || strings.HasPrefix(rest, "下") {
					return false
				}
				// 打开门, 拿着手机: a verb before it makes it an object.
				return !verbBefore(start[:i])
			}
		}
	}
	return false
}

// verbBefore says whether what stands before a thing in Chinese makes it an object.
func verbBefore(s string) bool {
	return strings.ContainsAny(s, "拿打推拉开关看着了举握把上下进出走坐站跑追骑递放接挂敲擦吃喝在到向往对")
}
