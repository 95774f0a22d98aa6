package submission

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// readme says what the pack is, in English, and in short in Chinese where the show speaks
// it; pack.json says the same to programs.
func (b *builder) readme() []byte {
	var w strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&w, format+"\n", args...) }
	title := line(titled(b.in.Season.Title, b.in.Season.Language))
	if title == "" {
		title = b.in.Season.Show
	}
	say("%s", title)
	say("Episodes: %s", ranges(numbers(b.in.Episodes)))
	if b.in.Partial && len(b.in.Missing) > 0 {
		say("THIS PACK IS PARTIAL: it was packed without what is named under \"Not in this pack\".")
	}
	for _, p := range b.in.Profiles {
		say("\n%s/ is for: %s", p.Name, p.Title)
		if !p.Published {
			say("  The receiver has no public page on what it wants; what is asked here is our choice.")
		}
		for _, e := range b.in.Episodes {
			picked, ok := e.Picked[p.Name]
			if !ok {
				continue
			}
			of := "the master"
			if picked.Film.Version != "" {
				of = "version " + picked.Film.Version
			}
			say("  %s: %s of cut %d, %s, texts on the pictures: %s, verified", picked.Items[0].To, of, e.Manifest.Cut, picked.Film.Raster, picked.Film.Texts)
		}
		for _, key := range slices.Sorted(maps.Keys(p.Sheet)) {
			say("  To declare at the upload: %s: %s", key, p.Sheet[key])
		}
	}
	var unlabelled []string
	for _, e := range b.in.Episodes {
		if l := e.Manifest.Label; l.Off {
			unlabelled = append(unlabelled, fmt.Sprintf("  %s: %s", e.Manifest.ID.Code(), line(l.Reason)))
		}
	}
	if len(unlabelled) > 0 {
		say("\nThe script has turned the AI label off, and says why:\n%s", strings.Join(unlabelled, "\n"))
	}
	if len(b.in.Missing) > 0 {
		say("\nNot in this pack:")
		for _, m := range b.in.Missing {
			say("  %s", m)
		}
	}
	if len(b.pack.Gaps) > 0 {
		say("\nAsked for, and not there:")
		for _, g := range b.pack.Gaps {
			say("  %s", g)
		}
	}
	say(`
documents/  synopsis; cast; ai-use: who made each shot, from what prompt, and who picked the take;
            music-cues: the music and sounds of files, but not what a model has put into a take's own sound;
            rights: consents, licences and numbers, with the files that there are`)
	if b.in.Costs != nil {
		say("            costs: what the takes have cost, by episode, maker and model")
	}
	say(`verify/     what was measured of each film, and what its receiver wants
pack.json   all this for programs
SHA256SUMS  checksums: sha256sum -c SHA256SUMS

Made by dailies %s.`, b.in.Tool)
	if strings.HasPrefix(b.in.Season.Language, "zh") {
		b.chinese(say, title)
	}
	return []byte(w.String())
}

// chinese is the readme in short.
func (b *builder) chinese(say func(string, ...any), title string) {
	say("\n《%s》：本包共 %d 集。", title, len(b.in.Episodes))
	if b.in.Partial && len(b.in.Missing) > 0 {
		var without []string
		for _, m := range b.in.Missing {
			of := m.File
			if of == "" {
				of = fmt.Sprintf("第 %d 集", m.Episode)
			}
			if m.Profile != "" {
				of += "（" + m.Profile + "）"
			}
			without = append(without, of)
		}
		say("本包不完整，未收入：%s。", strings.Join(without, "、"))
	}
	for _, p := range b.in.Profiles {
		say("%s/：按 %s 的要求命名的成片、封面等，均已通过校验。", p.Name, p.Title)
	}
	say("documents/：剧情简介、演员表、逐镜头的 AI 使用说明、音乐单、权利文件%s。", map[bool]string{true: "、成本表"}[b.in.Costs != nil])
	say("verify/：校验报告。pack.json：供程序读取的清单。SHA256SUMS：校验和。")
}

// String is the episode and why it is not in the pack, with what to do.
func (m Missing) String() string {
	of := m.File
	if of == "" {
		of = fmt.Sprintf("episode %d", m.Episode)
	}
	if m.Profile != "" {
		of += " for " + m.Profile
	}
	return fmt.Sprintf("%s: %s; %s", of, strings.Join(m.Why, "; "), m.Do)
}

// String is what there is not, with what to do.
func (g Gap) String() string {
	of := g.Profile
	if of == "" {
		of = "the season"
	}
	switch len(g.Episodes) {
	case 0:
	case 1:
		of += fmt.Sprintf(", episode %d", g.Episodes[0])
	default:
		of += ", episodes " + ranges(g.Episodes)
	}
	return fmt.Sprintf("%s: %s; %s", of, g.What, g.Do)
}

// Merge tells of what several episodes have not once, in the order in which it is first
// told; never nil.
func Merge(gaps []Gap) []Gap {
	all := []Gap{}
	for _, g := range gaps {
		i := slices.IndexFunc(all, func(o Gap) bool {
			return o.Profile == g.Profile && o.What == g.What && o.Do == g.Do && (len(o.Episodes) == 0) == (len(g.Episodes) == 0)
		})
		if i < 0 {
			g.Episodes = slices.Clone(g.Episodes)
			all = append(all, g)
			continue
		}
		all[i].Episodes = append(all[i].Episodes, g.Episodes...)
	}
	return all
}

func numbers(episodes []Episode) (all []int) {
	for _, e := range episodes {
		all = append(all, e.Manifest.ID.Number)
	}
	return all
}

// ranges are ascending numbers as people write them: 1-3, 5.
func ranges(numbers []int) string {
	var all []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		text := fmt.Sprint(numbers[i])
		if j > i {
			text += fmt.Sprintf("-%d", numbers[j])
		}
		all = append(all, text)
		i = j + 1
	}
	return strings.Join(all, ", ")
}
