package said

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// planted is a take: what it should say, what a listener wrote of it, and what is wrong
// with it; nothing: it was said as written, whatever the listener made of it.
type planted struct {
	lines string // by |
	heard string
	want  string // the words of grave differences, by |
	names string // by |
}

var takes = map[string][]planted{
	"en": {
		// As written, in other spellings, and misheard.
		{lines: "We're closed in five.", heard: "we are closed in 5"},
		{lines: "Twenty-three years, and you never called.", heard: "23 years and you never called."},
		{lines: "Meet me at seven thirty, room 1,204.", heard: "Meet me at 7:30, room twelve oh four."},
		{lines: "It was nineteen eighty-four.", heard: "It was 1984."},
		{lines: "That's two hundred and fifty thousand dollars.", heard: "That's $250,000."},
		{lines: "You're the third one today.", heard: "You're the 3rd one today."},
		{lines: "I know their secret.", heard: "I no there secret."},
		{lines: "Everyone knew. Good night.", heard: "Every one knew. Goodnight."},
		{lines: "Moreau sent me. Ask Siobhán.", heard: "Morrow sent me. Ask Shavon.", names: "Luc Moreau|Siobhán Kelly"},
		{lines: "Um, well, I can't do this.", heard: "Well, I cannot do this."},
		{lines: "Okay, Mr. Hale, let's go.", heard: "OK Mister Hale, let us go.", names: "Hale"},
		{lines: "Put the gun down.", heard: "Put the gun down. Thank you for watching!"},
		{lines: "STOP! Don't move…", heard: "stop, do not move"},
		{lines: "You said you'd come back for me.", heard: "You said you would come back for me."},
		{lines: "She took the colour photograph.", heard: "She took the color photograph."},
		{lines: "The blue one, not the grey one.", heard: "The blue one, not the gray one"},
		{lines: "I've been waiting here since nine.", heard: "I've been waiting hear since 9."},
		// Wrong.
		{lines: "We're closed in five.", heard: "Would you like some coffee with that?", want: "says “Would you like some coffee with that?” instead of “We're closed in five.”"},
		{lines: "He took the money and he left the country.", heard: "He took the money.", want: "leaves out “and he left the country”"},
		{lines: "Where is my brother?", heard: "Where is my brother? I have been looking for him all day.", want: "adds “I have been looking for him all day”"},
		{lines: "I never loved you, Mara.", heard: "", want: "says nothing", names: "Mara Quill"},
		{lines: "Wait outside.|I will call the police right now.", heard: "Wait outside.", want: "leaves out “I will call the police right now”"},
		{lines: "The jacket belonged to my brother.", heard: "The jacket is not for sale, madam.", want: "says “is not for sale, madam” instead of “belonged to my brother”"},
		{lines: "Don't open the door to anyone.", heard: "不要给任何人开门", want: "says “不要给任何人开门” instead of “Don't open the door to anyone”"},
		{lines: "I know what you did last summer in Lisbon.", heard: "Blah wobble tremmy sanda lo priska.", want: "says “Blah wobble tremmy sanda lo priska” instead of “I know what you did last summer in Lisbon”"},
		{lines: "Leave.|Not without my daughter.", heard: "Leave. Leave. Leave. Leave. Not without my daughter.", want: "adds “Leave. Leave. Leave”"},
		{lines: "Meet me at the harbour at midnight.", heard: "Meet me at the airport tomorrow morning.", want: "says “airport tomorrow morning” instead of “harbour at midnight”"},
	},
	"zh": {
		{lines: "我们五分钟后打烊。", heard: "我們5分鐘後打烊"},
		{lines: "二十三年了，你从没打过电话。", heard: "23年了你从没打过电话"},
		{lines: "他欠我三万五千块。", heard: "他欠我35000块"},
		{lines: "二〇二六年一月，我在上海。", heard: "2026年1月我在上海。"},
		{lines: "百分之五十的股份，归我。", heard: "50%的股份归我"},
		{lines: "两百块，一分都不能少。", heard: "200块，1分都不能少"},
		{lines: "林夏，你看见我弟弟了吗？", heard: "林霞你看见我弟弟了吗", names: "林夏"},
		{lines: "欧阳雪昨天就走了。", heard: "欧阳学昨天就走了", names: "欧阳雪"},
		{lines: "她在等他。", heard: "他再等她"},
		{lines: "这件公事与你无关。", heard: "这件公式与你无关"},
		{lines: "嗯……我明白了。", heard: "我明白了"},
		{lines: "把门关上！", heard: "把门关上。"},
		{lines: "你以为我不知道吗？", heard: "你以為我不知道嗎？"},
		{lines: "放下枪，举起手来。", heard: "放下枪举起手来。字幕by索兰娅"},
		{lines: "他的夹克怎么在你身上？", heard: "他的家客怎么在你身上"},
		{lines: "ＡＢＣ公司的合同呢？", heard: "abc公司的合同呢"},
		{lines: "外面下雨了，带把伞吧。", heard: "外面下雨了，带把伞"},
		// Wrong.
		{lines: "我们五分钟后打烊。", heard: "欢迎光临请问要点什么", want: "says “欢迎光临请问要点什么” instead of “我们五分钟后打烊”"},
		{lines: "他拿了钱，然后离开了这座城市。", heard: "他拿了钱", want: "leaves out “然后离开了这座城市”"},
		{lines: "我弟弟在哪里？", heard: "我弟弟在哪里？你们到底把他怎么样了", want: "adds “你们到底把他怎么样了”"},
		{lines: "我从来没有爱过你。", heard: "", want: "says nothing"},
		{lines: "你先走。|我马上给警察打电话。", heard: "你先走。", want: "leaves out “我马上给警察打电话”"},
		{lines: "这件夹克是我弟弟的。", heard: "这件夹克今天打八折", want: "says “今天打八折” instead of “是我弟弟的”"},
		{lines: "你去年夏天做的事我都知道。", heard: "I know what you did last summer.", want: "says “I know what you did last summer” instead of “你去年夏天做的事我都知道”"},
		{lines: "把孩子还给我。", heard: "波塔西米洛卡哈", want: "says “波塔西米洛卡哈” instead of “把孩子还给我”"},
		{lines: "把信给我，现在就给我。", heard: "把信给我，现在就给我。谢谢你把它带回来", want: "adds “谢谢你把它带回来”"},
		{lines: "三天之内把钱还清。", heard: "三天之内离开这里吧你", want: "says “离开这里吧你” instead of “把钱还清”"},
		{lines: "謝謝你，林先生，我不會忘記的。", heard: "谢谢你", want: "leaves out “林先生,我不會忘記的”", names: "林先生"},
	},
	"ja": {
		{lines: "私はもう帰ります。", heard: "わたしはもう帰ります"},
		{lines: "コーヒーを二つください。", heard: "コーヒーを2つください。"},
		{lines: "二十三年も待った。", heard: "23年も待った"},
		{lines: "ありがとうございました。", heard: "有難うございました"},
		{lines: "美咲、逃げて！", heard: "みさき、逃げて", names: "美咲"},
		{lines: "弟はどこ？", heard: "おとうとはどこ。ご視聴ありがとうございました"},
		{lines: "ﾄﾞｱを閉めて。", heard: "ドアを閉めて"},
		{lines: "あの、すみません。", heard: "すみません"},
		// Wrong.
		{lines: "五分で閉店です。", heard: "いらっしゃいませ、何になさいますか", want: "says “いらっしゃいませ、何になさいますか” instead of “五分で閉店です”"},
		{lines: "お金を持って、この町を出て行った。", heard: "お金を持って", want: "leaves out “この町を出て行った”"},
		{lines: "弟はどこ？", heard: "弟はどこ。ずっと探しているんです", want: "adds “ずっと探しているんです”"},
		{lines: "君を愛したことはない。", heard: "", want: "says nothing"},
		{lines: "このジャケットは弟のものだ。", heard: "このジャケットは今日とても安い", want: "says “今日とても安い” instead of “弟のものだ”"},
	},
	"es": {
		{lines: "Cerramos en cinco minutos.", heard: "cerramos en cinco minutos"},
		{lines: "¿Dónde está mi hermano?", heard: "Donde esta mi hermano"},
		{lines: "Sí, mañana te lo explico.", heard: "Si, mañana te lo explico"},
		{lines: "Llegó a las 7.", heard: "Llegó a las siete."},
		{lines: "Ximena no vuelve, Andrés.", heard: "Jimena no vuelve, Andres.", names: "Ximena|Andrés"},
		{lines: "Vaya, ¡a ver qué pasa!", heard: "Valla, haber qué pasa"},
		{lines: "Suelta el arma.", heard: "Suelta el arma. ¡Gracias por ver el video!"},
		// Wrong.
		{lines: "Cerramos en cinco minutos.", heard: "¿Quiere usted tomar un café?", want: "says “Quiere usted tomar un café” instead of “Cerramos en cinco minutos”"},
		{lines: "Cogió el dinero y se marchó del país.", heard: "Cogió el dinero.", want: "leaves out “y se marchó del país”"},
		{lines: "¿Dónde está mi hermano?", heard: "¿Dónde está mi hermano? Llevo todo el día buscándolo.", want: "adds “Llevo todo el día buscándolo”"},
		{lines: "Nunca te quise.", heard: "", want: "says nothing"},
		{lines: "La chaqueta era de mi hermano.", heard: "La chaqueta no está en venta, señora.", want: "says “no está en venta, señora” instead of “era de mi hermano”"},
	},
}

// What was planted is found, and no listener's mistake is taken for it.
func TestPlanted(t *testing.T) {
	for _, language := range []string{"en", "zh", "ja", "es"} {
		plantedIn, found, falsely, doubted := 0, 0, 0, 0
		for _, c := range takes[language] {
			r := Compare(strings.Split(c.lines, "|"), Heard{Text: c.heard}, language, strings.Split(c.names, "|"), time.Minute)
			var graves []string
			for _, d := range r.Differences {
				if d.Grave {
					graves = append(graves, d.Words())
				} else {
					doubted++
				}
			}
			got := strings.Join(graves, "|")
			switch {
			case c.want != "":
				plantedIn++
				if got != "" {
					found++
				}
			case got != "":
				falsely++
			}
			if got = strings.NewReplacer(".”", "”", "?”", "”", "!”", "”").Replace(got); got != strings.NewReplacer(".”", "”", "?”", "”", "!”", "”").Replace(c.want) {
				t.Errorf("%s: %q heard as %q:\n got %s\nwant %s", language, c.lines, c.heard, got, c.want)
			}
			if c.want == "" && len(r.Differences) > 0 {
				t.Logf("%s: %q heard as %q is doubted: %s", language, c.lines, c.heard, r.Differences[0].Words())
			}
		}
		t.Logf("%s: %d takes, %d planted, %d found, %d false; %d doubts", language, len(takes[language]), plantedIn, found, falsely, doubted)
		if plantedIn == 0 || found != plantedIn || falsely > 0 {
			t.Errorf("%s: planted %d, found %d, false %d", language, plantedIn, found, falsely)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "twenty-three", "2 3"},
		{"en", "one hundred and five", "1 0 5"},
		{"en", "a hundred", "1 0 0"},
		{"en", "two thousand twenty six", "2 0 2 6"},
		{"en", "twenty twenty six", "2 0 2 6"},
		{"en", "three point five", "3 point 5"},
		{"en", "3.5", "3 point 5"},
		{"en", "one, two, three", "1 2 3"},
		{"en", "thirteen", "1 3"},
		{"en", "a dog and one cat", "a dog and 1 cat"},
		{"en", "$5", "5 dollars"},
		{"en", "50%", "5 0 percent"},
		{"en", "three million", "3 0 0 0 0 0 0"},
		{"zh", "二十三", "2 3"},
		{"zh", "十", "1 0"},
		{"zh", "一百零五", "1 0 5"},
		{"zh", "一百二", "1 2 0"},
		{"zh", "三万五", "3 5 0 0 0"},
		{"zh", "3万", "3 0 0 0 0"},
		{"zh", "二〇二六", "2 0 2 6"},
		{"zh", "一千零一夜", "1 0 0 1 夜"},
		{"zh", "一个两个", "1 个 2 个"},
		{"zh", "50%", "百 分 之 5 0"},
		{"ja", "二十三", "2 3"},
		{"en", strings.Repeat("million ", 40), ""},
		{"zh", strings.Repeat("亿", 60), ""},
	} {
		var keys []string
		for _, u := range read(c.text, c.language).units {
			keys = append(keys, u.key)
		}
		if got := strings.Join(keys, " "); got != c.want && c.want != "" || len(keys) == 0 {
			t.Errorf("%s %q: %s, want %s", c.language, c.text, got, c.want)
		}
	}
}

func words(texts ...string) (all []Word) {
	for i, w := range texts {
		all = append(all, Word{Text: w, From: time.Duration(i) * time.Second, To: time.Duration(i)*time.Second + 800*time.Millisecond})
	}
	return all
}

// When lines are heard is told where their words are.
func TestSpans(t *testing.T) {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for _, c := range []struct {
		name, language string
		lines          []string
		heard          Heard
		want           []Span
	}{
		{"one", "en", []string{"We're closed in five."}, Heard{Words: words("We're", "closed", "in", "5")}, []Span{{0, ms(3800), true}}},
		{"two", "en", []string{"Stop!", "Who is there?"}, Heard{Words: words("Stop", "Who", "is", "there")}, []Span{{0, ms(800), true}, {ms(1000), ms(3800), true}}},
		{"a character a word", "zh", []string{"打烊了。", "走吧，林夏。"}, Heard{Words: words("打烊", "了", "走", "吧", "林霞")}, []Span{{0, ms(1800), true}, {ms(2000), ms(4800), true}}},
		{"a word of two lines", "zh", []string{"走", "吧"}, Heard{Words: words("走吧")}, []Span{{0, ms(400), true}, {ms(400), ms(800), true}}},
		{"a beat between", "en", []string{"Stop!", "……", "Who is there?"}, Heard{Words: words("Stop", "Who", "is", "there")}, []Span{{0, ms(800), true}, {ms(800), ms(1000), false}, {ms(1000), ms(3800), true}}},
		{"other words", "en", []string{"Stop!"}, Heard{Words: words("coffee", "please")}, nil},
		{"no times", "en", []string{"Stop!"}, Heard{Text: "Stop!"}, nil},
		{"the second is not said", "en", []string{"Stop!", "Who is there now?"}, Heard{Words: words("Stop")}, []Span{{0, ms(800), true}, {ms(800), ms(10000), false}}},
	} {
		r := Compare(c.lines, c.heard, c.language, []string{"林夏"}, 10*time.Second)
		if fmt.Sprint(r.Lines) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.name, r.Lines, c.want)
		}
	}
}

// A person is told of what may be misheard, where it would turn a line around.
func TestDoubts(t *testing.T) {
	for _, c := range []struct{ language, line, heard, want string }{
		{"en", "I did not kill her.", "I did kill her.", "leaves out “not”"},
		{"en", "The door is closed today.", "The door is open today.", "says “open” instead of “closed”"},
		{"zh", "我没有杀他，你要相信我。", "我有杀他，你要相信我。", "leaves out “没”"},
		{"en", "Yes.", "No.", "says “No” instead of “Yes”"},
	} {
		r := Compare([]string{c.line}, Heard{Text: c.heard}, c.language, nil, time.Minute)
		if len(r.Differences) != 1 || r.Differences[0].Grave || r.Differences[0].Words() != c.want {
			t.Errorf("%q heard as %q: %+v", c.line, c.heard, r.Differences)
		}
	}
	if r := Compare([]string{"……"}, Heard{Text: "who knows what"}, "zh", nil, time.Minute); len(r.Differences) > 0 || r.Lines != nil {
		t.Errorf("a silent beat: %+v", r)
	}
}

// Whatever is heard, the answer is bounded and its times lie in the take.
func FuzzCompare(f *testing.F) {
	f.Add("We're closed in five.\n……\n二十三年了", "we are closed 三万五 $3.5% ", "en", int64(4000))
	f.Add("百千万亿", "亿万千百十3万", "zh", int64(1))
	f.Add("a hundred and thousand", "a a a 1,2.3.", "en", int64(-5))
	f.Fuzz(func(t *testing.T, script, heard, language string, ms int64) {
		length := time.Duration(ms%100_000) * time.Millisecond
		h := Heard{Text: heard}
		for i, w := range strings.Fields(heard) {
			h.Words = append(h.Words, Word{Text: w, From: time.Duration(i) * time.Millisecond, To: time.Duration(i+1) * time.Millisecond})
		}
		lines := strings.Split(script, "\n")
		r := Compare(lines, h, language, strings.Fields(script), length)
		for _, d := range r.Differences {
			if d.Line < 0 || d.Line >= len(lines) || len([]rune(d.Words())) > 200 {
				t.Errorf("%+v", d)
			}
		}
		if r.Lines != nil && len(r.Lines) != len(lines) {
			t.Errorf("%d spans of %d lines", len(r.Lines), len(lines))
		}
	})
}
