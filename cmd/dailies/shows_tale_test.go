package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/vendors/film"
)

const taleShots = 8 // of a scene

// lengths of a scene's shots: short ones, of which a vendor makes none alone.
var lengths = [taleShots]time.Duration{
	2 * time.Second, 2500 * time.Millisecond, 2 * time.Second, 3 * time.Second, 2 * time.Second, 3500 * time.Millisecond, 2500 * time.Millisecond, 2 * time.Second,
}

// tale is what a script is made of, in one language.
type tale struct {
	language, currency string
	name               func(who int) string
	looks, look        [3]string // of people; the show's own, and two places'
	wears              [2]string
	places             [2]string
	prop               [2]string
	action             func(who int, n int) string
	line               func(n int) string
	wrong, more        string // what is said instead of a line, and after one
}

func chinese() tale {
	times, who := []string{"今晚", "明天", "刚才", "昨夜", "现在", "早上", "下午"}, []string{"我们", "你们", "他们", "大家"}
	do := []string{"去车站", "回老家", "等电话", "找钥匙", "修水管", "买车票", "写报告"}
	return tale{
		language: "zh", currency: "CNY",
		name:  func(n int) string { return []string{"沈念", "周砚", "老魏"}[n] },
		looks: [3]string{"女，三十岁，齐肩黑发", "男，三十二岁，短发，戴眼镜", "男，六十岁，白发"},
		look:  [3]string{"35mm胶片质感，阴天的冷光", "办事大厅，一排玻璃窗口，墙上挂钟", "医院走廊，白墙，红灯"},
		wears: [2]string{"米白色风衣", "红色礼服"}, places: [2]string{"大厅", "走廊"}, prop: [2]string{"手机", "黑色手机，屏幕亮着"},
		action: func(who, n int) string {
			return fmt.Sprintf("第%d个画面里，%s抬头看向门口。", n, []string{"沈念", "周砚", "老魏"}[who])
		},
		line:  func(n int) string { return times[n%7] + who[n%4] + do[(n*3+n/28)%7] + "。" },
		wrong: "窗外的雪已经停了。", more: "反正谁都不会相信这种事",
	}
}

func english() tale {
	times, who := []string{"Tonight", "Tomorrow", "Yesterday", "Later", "Now", "Tuesday", "Sometimes"}, []string{"we", "you", "they", "people"}
	do := []string{"open old doors", "carry his coat", "count every key", "follow the river", "call my mother", "hide the ledger", "sell that boat"}
	return tale{
		language: "en", currency: "USD",
		name:  func(n int) string { return []string{"Mara Quill", "Mr Sable", "Bo"}[n] },
		looks: [3]string{"woman, 29, auburn hair", "man, 60s, thin, silver hair", "boy, 12, freckles"},
		look:  [3]string{"35mm film, tungsten light", "underground office, wooden counter, a wall clock", "long corridor, white walls, a red lamp"},
		wears: [2]string{"grey uniform jacket", "red evening dress"}, places: [2]string{"Lost property office", "Corridor"}, prop: [2]string{"phone", "black phone with a cracked screen"},
		action: func(who, n int) string {
			return fmt.Sprintf("In picture %d %s looks up at the door.", n, []string{"Mara", "Mr Sable", "Bo"}[who])
		},
		line:  func(n int) string { return times[n%7] + " " + who[n%4] + " " + do[(n*3+n/28)%7] + "." },
		wrong: "Snow fell over empty fields.", more: "and nobody will believe such stories anyway",
	}
}

func (s tale) id() string { return "show-" + s.language }

// taleShot is a shot of the script.
type taleShot struct {
	slate  string
	who    int // in it
	length time.Duration
	lines  []string
}

// shots are those of all scenes, in order. Of a scene's one shows a thing alone, and one
// has two lines.
func (s tale) shots() (all []taleShot) {
	line := 0
	say := func() string { line++; return s.line(line) }
	for scene := range taleScenes {
		for i, length := range lengths {
			shot := taleShot{slate: fmt.Sprintf("%d%c", scene+1, "ABCDEFGH"[i]), who: (scene + i/2) % 3, length: length}
			if i != 2 {
				shot.lines = append(shot.lines, say())
			}
			if i == 5 {
				shot.lines = append(shot.lines, say())
			}
			all = append(all, shot)
		}
	}
	return all
}

// frames are the master's.
func (s tale) frames() (n media.Frames) {
	for range taleScenes {
		for _, l := range lengths {
			n += media.Frames(l * 24 / time.Second)
		}
	}
	return n
}

// faults are lines that are spoken wrong the first time, in shots of their own: of nine, four
// are other words, three are missing and two go on.
func (s tale) faults() map[string]film.Fault {
	all := map[string]film.Fault{}
	shots := s.shots()
	for _, i := range chances(s.language).Perm(len(shots)) {
		if len(shots[i].lines) == 0 || len(all) == taleFaults {
			continue
		}
		line := shots[i].lines[0]
		switch n := len(all) * 9 / taleFaults; {
		case n < 4:
			all[line] = film.Fault{Says: s.wrong}
		case n < 7:
			all[line] = film.Fault{}
		default:
			all[line] = film.Fault{Says: line + s.more}
		}
	}
	return all
}

// text is the show's one episode, in YAML.
func (s tale) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, `season:
  show: %s
  language: %s
  format: {raster: 144x256, fps: 24}
  look: %q
  cast:
`, s.id(), s.language, s.look[0])
	for n, id := range []string{"mara", "sable", "bo"} {
		wardrobe := fmt.Sprintf("{default: %q}", s.wears[0])
		if n == 0 {
			wardrobe = fmt.Sprintf("{default: %q, gala: %q}", s.wears[0], s.wears[1])
		}
		fmt.Fprintf(&b, "    %s: {name: %q, looks: %q, wardrobe: %s, voice: {provider: cast, name: %s}}\n", id, s.name(n), s.looks[n], wardrobe, []string{"nova", "onyx", "alloy"}[n])
	}
	fmt.Fprintf(&b, `  locations:
    hall: {name: %q, looks: %q}
    lane: {name: %q, looks: %q}
  props:
    phone: {name: %q, looks: %q}
  routing: {default: [seedance]}
  takes: {draft: true, pack: auto, max: 9}
  budget: {currency: %s, season: 2000}
  listen: retake
  subtitles: {sidecar: [%s]}
  label: {off: true, reason: a test}
episode: 1
scenes:
`, s.places[0], s.look[1], s.places[1], s.look[2], s.prop[0], s.prop[1], s.currency, s.language)
	for i, shot := range s.shots() {
		scene := i / taleShots
		if i%taleShots == 0 {
			fmt.Fprintf(&b, "- scene: %d\n  set: INT\n  location: %s\n  time: %s\n", scene+1, []string{"hall", "lane"}[scene%2], []string{"day", "night"}[scene/2%2])
			if scene == 3 {
				b.WriteString("  continuity: {mara: gala}\n")
			}
			b.WriteString("  shots:\n")
		}
		who := []string{"mara", "sable", "bo"}[shot.who]
		fmt.Fprintf(&b, "  - {shot: %s, size: %s, duration: %dms, action: %q", shot.slate, []string{"MS", "CU", "insert", "MCU"}[i%4], shot.length.Milliseconds(), s.action(shot.who, i+1))
		if len(shot.lines) == 0 {
			b.WriteString(", props: [phone]}\n")
			continue
		}
		fmt.Fprintf(&b, ", cast: [%s], lines: [", who)
		for k, line := range shot.lines {
			if k > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "{who: %s, say: %q}", who, line)
		}
		b.WriteString("]}\n")
	}
	return strings.NewReplacer("2000ms", "2s", "2500ms", "2.5s", "3000ms", "3s", "3500ms", "3.5s").Replace(b.String())
}
