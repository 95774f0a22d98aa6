package prose

import (
	"strings"
	"testing"
)

func TestHasReadsWordsInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		text, word string
		want       bool
	}{
		{"She carries two umbrellas.", "umbrella", true},
		{"He is running late", "run", true},
		{"He carried the bag", "carry", true},
		{"arms crossed", "cross", true},
		{"A candle", "can", false},
		{"她拿着手机", "手机", true},
		{"他的表情很冷", "表", false},
		{"他看了看表", "表", true},
		{"秘书走进来", "书", false},
		{"她相信他", "信", false},
		{"她拆开那封信", "信", true},
		{"在酒店大堂", "酒", false},
		{"他举起酒杯", "酒", true},
		{"上海的早晨", "海", false},
		{"三分钟后", "钟", false},
		{"吃面包", "包", false},
		{"他递来一个红包", "红包", true},
		{"老师站着", "老", false},
		// denied
		{"没有拿刀", "刀", false},
		{"他手里没有拿着刀", "刀", false},
		{"他没有说话，拿起刀", "刀", true},
		{"没带伞的她在雨里走", "伞", false},
		{"他不小心打碎了杯子", "杯", true},
		{"他忍不住拿起手机", "手机", true},
		{"别墅门前停着车", "车", true},
		{"without a coat", "coat", false},
		{"without a coat, an umbrella over her head", "umbrella", true},
		{"She doesn't look at the phone", "phone", false},
		{"She does not touch it. The phone rings.", "phone", true},
		{"no umbrella and runs through the rain", "rain", true},
		{"without coat and hat", "hat", false},
		{"not only a knife", "knife", true},
		{"She cannot stop running", "run", true},
		{"an envelope instead of a gun", "gun", false},
		{"It is not a knife but a pen", "pen", true},
	} {
		if got := Read(c.text).Has(c.word); got != c.want {
			t.Errorf("%q has %q: %t", c.text, c.word, got)
		}
	}
	if Read("小雨走进房间").Named("小雨").Has("雨") {
		t.Error("a name is rain")
	}
	if !Read("小雨走进雨里").Named("小雨").Has("雨") {
		t.Error("rain beside a name is none")
	}
}

func TestCastGivesVerbsToTheirSubjects(t *testing.T) {
	mara, sable := Person{Names: []string{"Mara"}, Female: true}, Person{Names: []string{"Mr Sable", "Sable"}, Male: true}
	lin, chen := Person{Names: []string{"林夏"}, Female: true}, Person{Names: []string{"陈默"}, Male: true}
	for _, c := range []struct {
		text  string
		cast  []Person
		verb  string
		first bool
		other bool
	}{
		{"Mara sits at the desk while Sable stands by the door.", []Person{mara, sable}, "sit", true, false},
		{"Mara sits at the desk while Sable stands by the door.", []Person{mara, sable}, "stand", false, true},
		{"Mara looks at Sable and sits.", []Person{mara, sable}, "sit", true, false},
		{"Sable watches Mara sit down.", []Person{mara, sable}, "sit", true, false},
		{"Mara and Sable walk along the pier.", []Person{mara, sable}, "walk", true, true},
		{"They run.", []Person{mara, sable}, "run", true, true},
		{"Mara waits. He walks in.", []Person{mara, sable}, "walk", false, true},
		{"Mr Sable enters out of the rain. She lowers the phone.", []Person{mara, sable}, "phone", true, false},
		{"Sitting at the table, Mara reads.", []Person{mara, sable}, "sit", true, false},
		{"Mara waits. A man runs past.", []Person{mara, sable}, "run", false, false},
		{"The train runs along the shore. Mara sits.", []Person{mara, sable}, "run", false, false},
		{"Runs down the stairs.", []Person{mara}, "run", true, true},
		{"Rain runs down the window.", []Person{mara}, "run", false, true},
		{"林夏坐在桌前，陈默站在门口。", []Person{lin, chen}, "坐", true, false},
		{"林夏坐在桌前，陈默站在门口。", []Person{lin, chen}, "站", false, true},
		{"林夏看着陈默走进房间。", []Person{lin, chen}, "走", false, true},
		{"林夏走向陈默，递给他一个红包。", []Person{lin, chen}, "红包", true, false},
		{"林夏和陈默走在街上。", []Person{lin, chen}, "走", true, true},
		{"林夏等着。他跑过来，喘着气。", []Person{lin, chen}, "跑", false, true},
		{"两人坐下。", []Person{lin, chen}, "坐", true, true},
		{"手机响了，林夏坐着不动。", []Person{lin, chen}, "坐", true, false},
		{"一名护士走进病房，林夏躺着。", []Person{lin, chen}, "走", false, false},
		{"林夏打开门，走了进去。", []Person{lin, chen}, "走", true, false},
		{"坐在窗边看书。", []Person{lin}, "坐", true, true},
	} {
		all := Read(c.text).Cast(c.cast)
		if got := all[0].Has(c.verb); got != c.first {
			t.Errorf("%q: the first does %q: %t", c.text, c.verb, got)
		}
		if len(all) > 1 {
			if got := all[1].Has(c.verb); got != c.other {
				t.Errorf("%q: the second does %q: %t", c.text, c.verb, got)
			}
		}
	}
}

func TestAnyTextIsRead(t *testing.T) {
	for _, s := range []string{"", " ", "\xff\xfe", "没", "no", "n't", "don't", "t", "，", strings.Repeat("没有 no ", 20000), "不\u200b", "他", "his"} {
		x := Read(s, s).Named(s)
		x.Has("a", "刀", "a b")
		x.Cast([]Person{{Names: []string{s}}, {}})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("林夏没有拿刀，陈默 isn't here", "林夏")
	f.Fuzz(func(_ *testing.T, s, name string) {
		for _, t := range Read(s).Named(name).Cast([]Person{{Names: []string{name}}, {Female: true}}) {
			t.Has("刀", "knife", name)
		}
	})
}

// A name that is a book, said again and again, costs no more than a name.
func TestNamesAreBounded(t *testing.T) {
	var names []string
	for range 50_000 {
		names = append(names, "phone", "runs")
	}
	text := Read(strings.Repeat("phone runs ", 2000)).Named(names...)
	if n := len(text.longer); n > 2*2000 {
		t.Errorf("%d places of two names", n)
	}
	a := attribution{text: text, people: []Person{{Names: names}}}
	if n := len(a.find()); n > 2*2000 {
		t.Errorf("%d mentions of one with two names", n)
	}
}
