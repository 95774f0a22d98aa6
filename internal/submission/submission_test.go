package submission_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/submission"
)

// TestFileName: a title cannot leave its folder, hide, or be something else than it looks.
func TestFileName(t *testing.T) {
	for title, want := range map[string]string{
		"第三十天":                   "第三十天",
		"回家：重生":                  "回家：重生",
		"../../etc/passwd":       "etc_passwd",
		`C:\Windows\x`:           "C__Windows_x",
		"a／b＼c∕d⁄e":              "a_b_c_d_e",
		".hidden":                "hidden",
		"-rf":                    "rf",
		"a\u202egnp.exe":         "agnp.exe",
		"a\x00b\nc\td\u200be":    "ab c de",
		"  many   blanks  ":      "many blanks",
		"trailing. . .":          "trailing",
		"CON":                    "CON_",
		"com1.mp4":               "com1.mp4_",
		"Who? \"Me\" <or> *you*": "Who_ _Me_ _or_ _you",
		"e\u0301":                "é",
		"...":                    "",
		"":                       "",
	} {
		if got := submission.FileName(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	if got := submission.FileName(strings.Repeat("长", 500)); len(got) > 120 || !utf8.ValidString(got) || got == "" {
		t.Errorf("a long title: %d bytes", len(got))
	}
}

func FuzzFileName(f *testing.F) {
	for _, s := range []string{"第三十天", "../a", "\u202e", "nul.", "a\xffb", strings.Repeat("é.", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, title string) {
		got := submission.FileName(title)
		if len(got) > 121 || !utf8.ValidString(got) || got != "" && path.Base(got) != got || strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") || strings.HasSuffix(got, ".") {
			t.Errorf("%q: %q", title, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsGraphic(r) || strings.ContainsRune(`/\:*?"<>|`, r) }) {
			t.Errorf("%q: %q", title, got)
		}
		if again := submission.FileName(got); again != got && again+"_" != got && len(got) < 100 && !strings.HasSuffix(got, "_") {
			t.Errorf("%q: %q, and of that %q", title, got, again)
		}
	})
}

var id = drama.EpisodeID{Show: "thirtieth-day", Number: 1}

func profiles(t *testing.T, names ...string) []profile.Profile {
	t.Helper()
	found, unknown := profile.Find(names)
	if unknown != "" {
		t.Fatal(unknown)
	}
	return found
}

// aCut has a master with texts, a wide version and one without texts.
func aCut() drama.Manifest {
	m := drama.Manifest{
		ID: id, Cut: 3, Digest: "d3", Title: drama.Text{"zh": "民政局"}, Frames: 250, FPS: "25/1", Raster: media.Raster{Width: 1080, Height: 1920}, Language: "zh", MadeAt: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC),
		Label: drama.ManifestLabel{Shown: true, Text: "AI生成"}, Stems: &drama.ManifestStems{NoME: "no M&E: dialogue is in the takes"},
		Versions: []drama.ManifestVersion{{Name: "textless", Raster: media.Raster{Width: 1080, Height: 1920}}, {Name: "wide", Raster: media.Raster{Width: 1920, Height: 1080}, Texts: true}},
	}
	for i, take := range []int{2, 1} {
		slate := []string{"1A", "1B"}[i]
		m.Shots = append(m.Shots, drama.ManifestShot{
			Slate: slate, Scene: "1", Start: media.Frames(125 * i), Frames: 125, Take: drama.TakeID{Episode: id, Slate: slate, Number: take}, Origin: drama.OriginGenerated,
			Provider: "seedance", Model: "seedance-2", Attempts: take, Digest: "of " + slate, Runs: &media.Runs{}, Inked: map[string]media.Box{"subtitle": {X1: 1, Y1: 1}},
		})
	}
	for _, name := range []string{
		"master.mp4", "poster.jpg", "contact.jpg", "subs/thirtieth-day-ep01.zh.srt", "subs/thirtieth-day-ep01.zh.vtt", "timeline.otio", "timeline.edl", "timeline.fcpxml", "timeline.xml",
		"versions/textless/master.mp4", "versions/textless/poster.jpg", "versions/wide/master.mp4", "versions/wide/poster.jpg", "covers/1080x1440.jpg", "covers/1080x1440-title.jpg",
		"stems/dialogue.flac", "stems/effects.flac", "stems/music.flac",
	} {
		m.Files = append(m.Files, drama.ManifestFile{Name: name, SHA256: strings.Repeat("a", 64), Bytes: int64(len(name)), Type: "x/y"})
	}
	return m
}

func aSeason() drama.Season {
	return drama.Season{
		Show: "thirtieth-day", Title: drama.Text{"zh": "第三十天", "en": "The Thirtieth Day"}, Language: "zh", Format: drama.Format{FPS: media.Rational{Num: 25, Den: 1}},
		Synopsis: drama.Text{"zh": "离婚冷静期的最后一天。"}, Tagline: drama.Text{"zh": "还剩一天"},
		Cast: map[string]drama.Character{"shen": {Name: "=沈念", Consent: &drama.File{Path: "papers/../shen.pdf", SHA256: strings.Repeat("c", 64), Bytes: 9}, Refs: []drama.Ref{{File: drama.File{Path: "refs/shen.PNG", SHA256: strings.Repeat("b", 64), Bytes: 5}}}}},
		Score: &drama.Score{
			File: drama.File{Path: "theme.flac", SHA256: strings.Repeat("e", 64)}, Title: "Rain", Composer: "A. Composer",
			Licence: &drama.File{Path: "theme.pdf", SHA256: strings.Repeat("f", 64), Bytes: 3},
		},
		Filing: &drama.Filing{Class: "other", License: "V0001"},
	}
}

func to(p submission.Picked) (all []string) {
	for _, i := range p.Items {
		all = append(all, i.File.Name+" → "+i.To)
	}
	return all
}

func what(gaps []submission.Gap) (all []string) {
	for _, g := range gaps {
		if g.Do == "" {
			all = append(all, "nothing to do about "+g.What)
		}
		all = append(all, g.What)
	}
	return all
}

// TestPick: each receiver gets the film that it asks for under the name that it asks for,
// and what it wants beside it; what there is not is named.
func TestPick(t *testing.T) {
	for name, want := range map[string]struct {
		items []string
		gaps  []string
	}{
		"wechat": {[]string{"master.mp4 → 第三十天 - 第1集.mp4", "poster.jpg → covers/第三十天 - 第1集 1080x1920.jpg"}, nil},
		"hongguo": {[]string{
			"master.mp4 → thirtieth-day-ep01.mp4", "covers/1080x1440.jpg → covers/thirtieth-day-ep01 1080x1440.jpg", "covers/1080x1440-title.jpg → covers/thirtieth-day-ep01 1080x1440-title.jpg",
		}, []string{"a cover of 1440x1080"}},
		"broadcast-cn": {[]string{
			"versions/wide/master.mp4 → thirtieth-day-ep01.mp4", "versions/textless/master.mp4 → thirtieth-day-ep01 (textless).mp4", "versions/wide/poster.jpg → covers/thirtieth-day-ep01 1920x1080.jpg",
		}, []string{"the stem me"}},
		"broadcast-eu": {[]string{"versions/wide/master.mp4 → thirtieth-day-ep01.mp4", "versions/wide/poster.jpg → covers/thirtieth-day-ep01 1920x1080.jpg"}, []string{"subtitles as ttml"}},
		"archive": {[]string{
			"master.mp4 → thirtieth-day-ep01.mp4", "poster.jpg → covers/thirtieth-day-ep01 1080x1920.jpg", "subs/thirtieth-day-ep01.zh.srt → subtitles/thirtieth-day-ep01.zh.srt", "subs/thirtieth-day-ep01.zh.vtt → subtitles/thirtieth-day-ep01.zh.vtt",
			"stems/dialogue.flac → stems/thirtieth-day-ep01.dialogue.flac", "stems/effects.flac → stems/thirtieth-day-ep01.effects.flac", "stems/music.flac → stems/thirtieth-day-ep01.music.flac", "timeline.otio → timelines/thirtieth-day-ep01.otio",
		}, nil},
	} {
		picked, gaps, ok := submission.Pick(profiles(t, name)[0], aCut(), aSeason())
		if !ok {
			t.Errorf("%s: no film: %v", name, gaps)
		}
		if d := cmp.Diff(want.items, to(picked)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if d := cmp.Diff(want.gaps, what(gaps)); d != "" {
			t.Errorf("%s is not there (-want +got):\n%s", name, d)
		}
	}
}

// TestNoFilm: who wants a raster that there is not gets nothing, and is told how to get it;
// a copy without the label is nobody's.
func TestNoFilm(t *testing.T) {
	m := aCut()
	m.Versions = nil
	if _, gaps, ok := submission.Pick(profiles(t, "broadcast-eu")[0], m, aSeason()); ok || len(gaps) != 1 || !strings.Contains(gaps[0].Do, "raster: 1920x1080") {
		t.Errorf("%v %+v", ok, gaps)
	}
	for _, p := range profile.Built().Profiles {
		m := aCut()
		m.Label.Unlabelled = &drama.Unlabelled{To: "somebody"}
		if picked, gaps, ok := submission.Pick(p, m, aSeason()); ok || len(picked.Items) > 0 || len(gaps) != 1 {
			t.Errorf("%s gets a copy without the label: %v", p.Name, to(picked))
		}
	}
}

// TestOfSeason: texts of the wrong length, and those that are not there.
func TestOfSeason(t *testing.T) {
	s := aSeason()
	wechat := profiles(t, "wechat")[0]
	if gaps := submission.OfSeason(wechat, s); len(gaps) > 0 {
		t.Errorf("%v", gaps)
	}
	s.Synopsis["zh"], s.Tagline = strings.Repeat("长", 201), nil
	if d := cmp.Diff([]string{"a synopsis of at most 200 characters", "the tagline"}, what(submission.OfSeason(wechat, s))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"an icon of 600x600"}, what(submission.OfSeason(profiles(t, "tiktok-drama")[0], s))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestMerge: what a whole season has not is told once.
func TestMerge(t *testing.T) {
	gap := func(what string, episodes ...int) submission.Gap {
		return submission.Gap{Profile: "archive", Episodes: episodes, What: what, Do: "draw it"}
	}
	got := submission.Merge([]submission.Gap{gap("an icon"), gap("a cover", 1), gap("a stem", 1), gap("a cover", 2), gap("a cover", 3), gap("a cover", 7)})
	if d := cmp.Diff([]submission.Gap{gap("an icon"), gap("a cover", 1, 2, 3, 7), gap("a stem", 1)}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if s := got[1].String(); s != "archive, episodes 1-3, 7: a cover; draw it" {
		t.Error(s)
	}
}

// anInput is one episode for two receivers; the other was not delivered.
func anInput(t *testing.T) submission.Input {
	t.Helper()
	m, s := aCut(), aSeason()
	p := drama.Production{Season: s, Episode: drama.Episode{Number: 1, Title: drama.Text{"zh": "民政局"}, Hook: "她没有签字", Synopsis: drama.Text{"zh": "最后一天，他没有来。"}, Scenes: []drama.Scene{{Number: "1", Shots: []drama.Shot{
		{Slate: "1A", Scene: "1", Cast: []string{"shen"}, Lines: []drama.Line{{Who: "shen", Say: "号码。"}}, Effects: []drama.Effect{{File: drama.File{Path: "bell.wav", SHA256: "bell"}, At: 50}}},
		{Slate: "1B", Scene: "1", Cast: []string{"shen"}, Dialogue: drama.DialogueScratch, Lines: []drama.Line{{Who: "shen", Say: "签字。"}}},
	}}}}}
	e := submission.Episode{
		Manifest: m, SHA256: strings.Repeat("9", 64), Script: p, Newest: p, Picked: map[string]submission.Picked{}, CRC32: map[string]uint32{"master.mp4": 7},
		Takes:   map[drama.TakeID]drama.Take{m.Shots[0].Take: {ID: m.Shots[0].Take, Digest: "of 1A", Asked: &drama.Asked{Prompt: "a hall", Still: "s1"}}},
		Circles: map[string]drama.Circle{"of 1A": {Digest: "of 1A", Take: m.Shots[0].Take, By: "mei", At: time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)}, "of 1B": {Digest: "of 1B", Take: drama.TakeID{Slate: "1B", Number: 9}}},
		Stills:  map[string]drama.Still{"s1": {Provider: "seedream", Model: "seedream-5"}},
	}
	in := submission.Input{
		Season: s, Profiles: profiles(t, "wechat", "archive"), Partial: true, Tool: "test", Costs: []submission.Cost{{Episode: id, Provider: "seedance", Model: "seedance-2", Jobs: 3, Settled: drama.Money{Micros: 1_500_000, Currency: "CNY"}}},
		Missing: []submission.Missing{{Episode: 2, Why: []string{"no cut of it was delivered"}, Do: "render its script"}},
	}
	for _, q := range in.Profiles {
		picked, gaps, _ := submission.Pick(q, m, s)
		picked.Report = json.RawMessage(`{"ok":true}`)
		e.Picked[q.Name] = picked
		in.Gaps = append(in.Gaps, gaps...)
	}
	in.Episodes, in.Papers = []submission.Episode{e}, submission.Papers(s)
	return in
}

func build(t *testing.T, in submission.Input) (submission.Pack, map[string]string, []submission.Entry) {
	t.Helper()
	p, entries, err := submission.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, e := range entries {
		texts[e.Name] = string(e.Body)
	}
	return p, texts, entries
}

// TestBuild: the checksums name every file, pack.json is what it says, and the pack is the
// same each time.
func TestBuild(t *testing.T) {
	p, texts, entries := build(t, anInput(t))
	var said submission.Pack
	if err := json.Unmarshal([]byte(texts[submission.ManifestName]), &said); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(p, said, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("pack.json (-built +said):\n%s", d)
	}
	var sums []string
	for _, e := range entries[:len(entries)-1] {
		sums = append(sums, e.SHA256+"  "+e.Name)
	}
	if d := cmp.Diff(strings.Join(sums, "\n")+"\n", texts[submission.SumsName]); d != "" {
		t.Errorf("SHA256SUMS (-want +got):\n%s", d)
	}
	if len(said.Files) != len(entries)-2 || said.Episodes[0].Films[0].File != "wechat/第三十天 - 第1集.mp4" || said.Episodes[0].Films[0].Texts != submission.TextsBurned {
		t.Errorf("%+v", said.Episodes)
	}
	if _, _, again := build(t, anInput(t)); !slices.EqualFunc(entries, again, func(a, b submission.Entry) bool { return a.Name == b.Name && a.SHA256 == b.SHA256 }) {
		t.Error("the same input gives another pack")
	}
	l, err := submission.Zip(p, entries)
	if err != nil || l.Bytes() == 0 {
		t.Errorf("%v", err)
	}
	readme := texts[submission.ReadmeName]
	for _, want := range []string{"PARTIAL", "episode 2: no cut of it was delivered; render its script", "第三十天 - 第1集.mp4: the master of cut 3", "未收入：第 2 集"} {
		if !strings.Contains(readme, want) {
			t.Errorf("the readme does not say %q:\n%s", want, readme)
		}
	}
	in := anInput(t)
	in.Costs = nil
	if _, texts, _ := build(t, in); texts["documents/costs.csv"] != "" || strings.Contains(texts[submission.ReadmeName], "costs:") {
		t.Error("the costs are in the pack")
	}
}

func rows(t *testing.T, text string) (all []map[string]string) {
	t.Helper()
	text, marked := strings.CutPrefix(text, "\ufeff")
	if !marked {
		t.Error("spreadsheets do not know its letters")
	}
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines[1:] {
		row := map[string]string{}
		for i, cell := range l {
			row[lines[0][i]] = cell
		}
		all = append(all, row)
	}
	return all
}

// TestDocuments: who made what, who picked it, what plays, and what shows the rights.
func TestDocuments(t *testing.T) {
	_, texts, entries := build(t, anInput(t))
	use := rows(t, texts["documents/ai-use.csv"])
	for _, c := range []struct{ got, want string }{
		{use[0]["vendor"] + " " + use[0]["model"], "seedance seedance-2"},
		{use[0]["picked_by"], "mei"},
		{use[0]["picked_at"], "2026-11-29T08:00:00Z"},
		{use[0]["still_model"], "seedream-5"},
		{use[0]["prompt_sha256"], "fc6e1f8b"},
		{use[0]["voices"], ""},
		{use[1]["voices"], "shen: scratch"},
		{use[1]["start"], "00:00:05:00"},
		{use[1]["picked_by"], ""}, // another take is circled now
	} {
		if c.want == "fc6e1f8b" {
			if len(c.got) != 64 {
				t.Errorf("the prompt's digest is %q", c.got)
			}
			continue
		}
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	cues := rows(t, texts["documents/music-cues.csv"])
	if len(cues) != 2 || cues[0]["title"] != "Rain" || cues[0]["composer"] != "A. Composer" || cues[0]["end"] != "00:00:10:00" || !strings.HasPrefix(cues[0]["licence"], "documents/rights/") || cues[1]["start"] != "00:00:02:00" {
		t.Errorf("%v", cues)
	}
	cast := rows(t, texts["documents/cast.csv"])
	if len(cast) != 1 || cast[0]["name"] != "'=沈念" || cast[0]["lines"] != "2" || cast[0]["picture"] != "documents/cast/shen.png" {
		t.Errorf("%v", cast)
	}
	for _, r := range rows(t, texts["documents/rights.csv"]) {
		if r["file"] != "" && !slices.ContainsFunc(entries, func(e submission.Entry) bool { return e.Name == r["file"] && e.SHA256 == r["sha256"] }) {
			t.Errorf("%v is not in the pack", r)
		}
	}
	want := "[zh]\ntitle: 第三十天\ntagline: 还剩一天\nsynopsis: 离婚冷静期的最后一天。\n1. 民政局\n   hook: 她没有签字\n   最后一天，他没有来。\n\n[en]\ntitle: The Thirtieth Day\n"
	if d := cmp.Diff(want, texts["documents/synopsis.txt"]); d != "" {
		t.Errorf("the synopsis (-want +got):\n%s", d)
	}
}

// TestNothingLeavesThePack: whatever the script's files are called.
func TestNothingLeavesThePack(t *testing.T) {
	for i, name := range []string{"../../x.pdf", `..\x.pdf`, "a/b/.ssh", "x.p/df", "-", "CON.pdf", "\u202efdp.exe"} {
		in := anInput(t)
		in.Papers[0].File.Path = name
		p, entries, err := submission.Build(in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := submission.Zip(p, entries); err != nil {
			t.Errorf("%d %q: %v", i, name, err)
		}
		if !slices.ContainsFunc(entries, func(e submission.Entry) bool {
			return strings.HasPrefix(e.Name, "documents/rights/consent-cccccccccccc-") && path.Clean(e.Name) == e.Name
		}) {
			t.Errorf("%q: %v", name, fmt.Sprint(entries))
		}
	}
}
