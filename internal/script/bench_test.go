package script_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dailies/dailies/internal/script"
)

// fullSeason is 80 episodes of 60 shots, about 40 KB each: a year of a vertical drama.
func fullSeason() memory {
	m := memory{fstest.MapFS{}}
	var s strings.Builder
	s.WriteString("show: long\nlanguage: en\nsubtitles: {burn: en, sidecar: [en, zh]}\nbudget: {currency: CNY, episode: 60}\ncast:\n")
	for i := range 12 {
		fmt.Fprintf(&s, "  c%d: {name: Name %d, looks: tall, wardrobe: {default: coat, gala: dress}}\n", i, i)
	}
	s.WriteString("locations: {store: {name: Store, looks: small}}\nprops: {phone: {looks: white}}\nepisodes:\n")
	for e := 1; e <= 80; e++ {
		name := fmt.Sprintf("ep%02d.yaml", e)
		s.WriteString("- " + name + "\n")
		var b strings.Builder
		fmt.Fprintf(&b, "season: season.yaml\nepisode: %d\ntitle: {en: Night %d, zh: 夜}\nscenes:\n", e, e)
		for sc := range 10 {
			fmt.Fprintf(&b, "- scene: %d\n  set: INT\n  location: store\n  time: night\n  mood: uneasy\n  continuity: {c1: gala}\n  shots:\n", sc+1)
			for sh := range 6 {
				slate := fmt.Sprintf("%d%c", sc+1, 'A'+sh)
				fmt.Fprintf(&b, "  - shot: %s\n    size: MCU\n    angle: low\n    move: push-in\n    lens: 35mm\n    duration: 6s\n    cast: [c1, c2]\n    props: phone\n", slate)
				fmt.Fprintf(&b, "    action: She wipes the counter; the door chime rings and she does not look up, not even when the rain comes in with him. She knows.\n    sound: rain, door chime, the hum of the fridge\n")
				b.WriteString("    lines:\n    - {who: c1, say: \"We're closed in five.\", zh: \"五分钟后打烊。\", tone: flat}\n")
				b.WriteString("    - {who: narrator, kind: vo, say: \"He had never once been on time in his life.\", zh: \"他这辈子从没准时过。\"}\n    cut: dissolve 12f\n")
				if sh > 0 {
					fmt.Fprintf(&b, "    from: %d%c.last\n", sc+1, 'A'+sh-1)
				}
			}
		}
		m.files["home/"+name] = &fstest.MapFile{Data: []byte(strings.TrimSuffix(b.String(), "    cut: dissolve 12f\n    from: 10E.last\n") + "    cut: fade\n")}
	}
	m.files["home/season.yaml"] = &fstest.MapFile{Data: []byte(s.String())}
	return m
}

// BenchmarkSeason must stay under one second on one core.
func BenchmarkSeason(b *testing.B) {
	m := fullSeason()
	total := 0
	for _, f := range m.files {
		total += len(f.Data)
	}
	b.SetBytes(int64(total))
	b.ReportAllocs()
	for b.Loop() {
		s, problems := script.Load(m, "season.yaml")
		if len(problems) > 0 || len(s.Episodes) != 80 {
			b.Fatal(problems[:min(3, len(problems))])
		}
	}
}
