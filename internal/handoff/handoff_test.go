package handoff_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

var (
	ep    = drama.EpisodeID{Show: "night-shift", Number: 1}
	fps24 = media.Rational{Num: 24, Den: 1}
	ntsc  = media.Rational{Num: 24000, Den: 1001}
	tall  = media.Raster{Width: 1080, Height: 1920}
)

func id(slate string, n int) drama.TakeID {
	return drama.TakeID{Episode: ep, Slate: slate, Number: n}
}

// takes are two of every slate, 120 frames long, with sound.
func takes(fps media.Rational, slates ...string) (all []drama.Take) {
	for _, slate := range slates {
		for n := 1; n <= 2; n++ {
			all = append(all, drama.Take{
				ID: id(slate, n), Origin: drama.OriginGenerated, Media: drama.Object{Key: slate, Type: "video/mp4"}, Verdict: drama.Verdict{Pass: n == 1},
				Measured: &media.Measurements{Duration: media.Frames(120).Duration(fps), HasAudio: true, Info: media.Info{FPS: fps, Raster: tall}},
			})
		}
	}
	return all
}

// event is 80 frames of a take, from frame 10 on.
func event(slate string, take int, out media.TransitionKind, frames media.Frames) timeline.Event {
	return timeline.Event{Slate: slate, Scene: slate[:1], Take: id(slate, take), In: 10, Frames: 80, Out: media.Transition{Kind: out, Frames: frames}}
}

// laid is a cut with every kind of transition, dialogue that runs into the next line, and
// a score.
func laid(fps media.Rational, events ...timeline.Event) handoff.Timeline {
	list := timeline.CutList{Episode: ep, FPS: fps, Raster: tall}
	var slates []string
	at := media.Frames(0)
	for i := range events {
		e := &events[i]
		e.Start = at
		at = e.End() - e.Out.Overlap()
		list.Frames = e.End()
		if !slices.Contains(slates, e.Slate) {
			slates = append(slates, e.Slate)
		}
	}
	list.Events = events
	t := handoff.Lay(list, 3, takes(fps, slates...))
	t.Language = "zh"
	t.Markers = []media.Chapter{{At: 0, Title: "Scene 1: 天台, night"}, {At: events[len(events)-1].Start, Title: "Scene 2 <&>"}}
	t.Cues = []media.Cue{{From: 5, To: 40, Text: "你好 👋"}}
	t.Sounds = []handoff.Sound{
		{Track: handoff.Dialogue, Name: "1A-line1", File: "media/dialogue/1A-line1.wav", Start: 4, Frames: 30},
		{Track: handoff.Dialogue, Name: "1A-line2", File: "media/dialogue/1A-line2.wav", Start: 30, Frames: 30},
		{Track: handoff.Score, Name: "score", File: "media/score.mp3", Frames: list.Frames},
	}
	last := events[len(events)-1]
	t.Sounds = append(t.Sounds, door(events[0], 20, 24, -6), door(last, 5, 12, 0))
	return t
}

// door is an effect that begins so many frames after an event does.
func door(e timeline.Event, at, frames media.Frames, level float64) handoff.Sound {
	return handoff.Sound{
		Track: handoff.Effects, Name: "door-1a2b3c4d", File: "media/effects/door-1a2b3c4d.wav", Start: e.Start + at, Frames: frames,
		Level: level, Slate: e.Slate, Take: e.Take.Number, At: e.In + at,
	}
}

func whole(fps media.Rational) handoff.Timeline {
	return laid(fps, event("1A", 1, media.Dissolve, 13), event("1B", 1, media.Cut, 0), event("2A", 2, media.Fade, 12), event("2B", 1, media.Wipe, 8), event("2C", 1, media.Cut, 0))
}

var writers = map[string]func(handoff.Timeline) []byte{handoff.OTIOName: handoff.OTIO, handoff.EDLName: handoff.EDL, handoff.FCPXMLName: handoff.FCPXML}

// events are what a timeline shows.
func events(t handoff.Timeline) (all []drama.EditEvent) {
	for _, c := range t.Clips {
		k := t.Sources[c.Source].Take
		all = append(all, drama.EditEvent{Slate: k.Slate, Take: k.Number, In: c.In, Frames: c.Frames, Out: c.Out})
	}
	return all
}

func known(t handoff.Timeline) handoff.Known {
	k := handoff.Known{Episode: ep, FPS: t.FPS, Shown: map[string]int{}}
	for _, c := range t.Clips {
		if !slices.Contains(slatesOf(k.Takes), c.Slate) {
			k.Takes = append(k.Takes, takes(t.FPS, c.Slate)...)
		}
		k.Shown[c.Slate] = t.Sources[c.Source].Take.Number
	}
	k.Sounds = t.Sounds
	return k
}

func slatesOf(all []drama.Take) (slates []string) {
	for _, t := range all {
		slates = append(slates, t.ID.Slate)
	}
	return slates
}

func back(t *testing.T, name string, body []byte, k handoff.Known) handoff.Matched {
	t.Helper()
	r, err := handoff.Parse(name, body, k.FPS)
	if err != nil {
		t.Fatal(err)
	}
	m, err := handoff.Match(r, k)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestWhatGoesOutComesBack: a cut that nobody touched comes back as it is, in every form,
// at whole rates and others, and nothing of it is lost.
func TestWhatGoesOutComesBack(t *testing.T) {
	for _, fps := range []media.Rational{fps24, ntsc, {Num: 30, Den: 1}, {Num: 30000, Den: 1001}} {
		for name, write := range writers {
			t.Run(fps.String()+" "+name, func(t *testing.T) {
				line := whole(fps)
				m := back(t, name, write(line), known(line))
				if d := cmp.Diff(events(line), m.Events); d != "" {
					t.Errorf("(-out +back)\n%s", d)
				}
				if len(m.Lost) > 0 {
					t.Errorf("lost: %q", m.Lost)
				}
			})
		}
	}
}

// TestAnEditorsCutComesBack: two clips swapped, one trimmed, one replaced by another take.
func TestAnEditorsCutComesBack(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			trimmed := event("1A", 1, media.Cut, 0)
			trimmed.In, trimmed.Frames = 22, 50
			line := laid(fps24, trimmed, event("2A", 1, media.Cut, 0), event("1B", 1, media.Cut, 0), event("2B", 2, media.Cut, 0))
			m := back(t, name, write(line), known(line))
			want := []drama.EditEvent{
				{Slate: "1A", Take: 1, In: 22, Frames: 50, Out: media.Transition{Kind: media.Cut}},
				{Slate: "2A", Take: 1, In: 10, Frames: 80, Out: media.Transition{Kind: media.Cut}},
				{Slate: "1B", Take: 1, In: 10, Frames: 80, Out: media.Transition{Kind: media.Cut}},
				{Slate: "2B", Take: 2, In: 10, Frames: 80, Out: media.Transition{Kind: media.Cut}},
			}
			if d := cmp.Diff(want, m.Events); d != "" {
				t.Errorf("(-want +back)\n%s", d)
			}
		})
	}
}

// TestOwn: what is kept in a timeline of ours is the whole of it.
func TestOwn(t *testing.T) {
	line := whole(fps24)
	got, err := handoff.Own(handoff.OTIO(line))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(line, got); d != "" {
		t.Errorf("(-out +back)\n%s", d)
	}
	if _, err := handoff.Own([]byte(`{"OTIO_SCHEMA":"Timeline.1"}`)); err == nil {
		t.Error("somebody else's timeline is taken for ours")
	}
}

// TestEveryTakeIsHandedOver: each form brings all takes of each slate, with its handles.
func TestEveryTakeIsHandedOver(t *testing.T) {
	line := whole(fps24)
	if len(line.Sources) != 10 || line.Sources[0].Frames != 120 || !line.Sources[0].Used || line.Sources[1].Used || !line.Sources[1].NG {
		t.Errorf("sources %+v", line.Sources)
	}
	bodies := map[string][]byte{handoff.XMEMLName: handoff.XMEML(line)}
	for name, write := range writers {
		bodies[name] = write(line)
	}
	for _, d := range handoff.Drafts(line) {
		bodies[d.Folder] = d.Files["draft_meta_info.json"]
	}
	for name, body := range bodies {
		for _, s := range line.Sources {
			if !bytes.Contains(body, []byte(path.Base(s.File))) {
				t.Errorf("%s: %s is not in it", name, s.File)
			}
		}
	}
	otio := string(bodies[handoff.OTIOName])
	for _, want := range []string{`"media/dialogue/1A-line2.wav"`, `"Scene 1: 天台, night"`, `"take 2"`, `"DEFAULT_MEDIA"`} {
		if !strings.Contains(otio, want) {
			t.Errorf("%s is not in the OTIO", want)
		}
	}
}

// TestReels: 8 letters and digits, each take's own.
func TestReels(t *testing.T) {
	seen := map[string]drama.TakeID{}
	for _, slate := range []string{"1A", "2B", "12-A", "12A", "100ABCDEF", "100ABCDEG", "1a"} {
		for n := 1; n < 12; n++ {
			r := handoff.Reel(id(slate, n))
			if len(r) > 8 || strings.Trim(r, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				t.Errorf("reel %q of %s", r, id(slate, n))
			}
			if was, twice := seen[r]; twice {
				t.Errorf("reel %s is of %s and %s", r, was, id(slate, n))
			}
			seen[r] = id(slate, n)
		}
	}
	if r := handoff.Reel(id("2B", 3)); r != "2BT3" {
		t.Errorf("reel %s", r)
	}
}

// TestXMLIsWhole: what is written is XML, and ids are given once and only known ones
// referred to.
func TestXMLIsWhole(t *testing.T) {
	for name, body := range map[string][]byte{"fcpxml": handoff.FCPXML(whole(ntsc)), "xmeml": handoff.XMEML(whole(ntsc))} {
		ids, refs := map[string]int{}, map[string]bool{}
		dec := xml.NewDecoder(bytes.NewReader(body))
		for {
			tok, err := dec.Token()
			if tok == nil {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			e, ok := tok.(xml.StartElement)
			if !ok {
				continue
			}
			for _, a := range e.Attr {
				switch a.Name.Local {
				case "id":
					if e.Name.Local != "file" { // xmeml names a file again by its id
						ids[a.Value]++
					}
				case "ref", "format":
					refs[a.Value] = true
				}
			}
		}
		for i, n := range ids {
			if n > 1 {
				t.Errorf("%s: id %s is given %d times", name, i, n)
			}
		}
		for r := range refs {
			if ids[r] == 0 {
				t.Errorf("%s: %s is referred to and not there", name, r)
			}
		}
	}
}

// TestDrafts: two layouts, never both in one folder, no Timelines; every material has its
// entry among the media; ranges of texts are of UTF-16 units; the clips tile.
func TestDrafts(t *testing.T) {
	line := whole(fps24)
	drafts := handoff.Drafts(line)
	if len(drafts) != 2 || drafts[0].Folder == drafts[1].Folder {
		t.Fatalf("drafts %+v", drafts)
	}
	for i, d := range drafts {
		name := []string{"draft_content.json", "draft_info.json"}[i]
		if len(d.Files) != 2 || d.Files[name] == nil || d.Files["draft_meta_info.json"] == nil {
			t.Errorf("%s has other files", d.Folder)
		}
		var content struct {
			Version   int `json:"version"`
			Materials struct {
				Videos []struct {
					ID, Path string
					Local    string `json:"local_material_id"`
				}
				Texts []struct{ Content string }
			}
			Tracks []struct {
				Type     string
				Segments []struct {
					Clip     any
					Material string                          `json:"material_id"`
					Target   struct{ Start, Duration int64 } `json:"target_timerange"`
				}
			}
		}
		var meta struct {
			Materials []struct {
				Type  int
				Value []struct {
					ID   string
					File string `json:"file_Path"`
				}
			} `json:"draft_materials"`
		}
		if err := json.Unmarshal(d.Files[name], &content); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(d.Files["draft_meta_info.json"], &meta); err != nil {
			t.Fatal(err)
		}
		if content.Version != 360000 {
			t.Errorf("version %d", content.Version)
		}
		entries := map[string]string{}
		for _, v := range meta.Materials[0].Value {
			entries[v.ID] = v.File
		}
		for _, v := range content.Materials.Videos {
			if v.Local == "" || entries[v.Local] != v.Path {
				t.Errorf("material %s names the entry %q of %q, its path is %q", v.ID, v.Local, entries[v.Local], v.Path)
			}
		}
		at := int64(0)
		for _, s := range content.Tracks[0].Segments {
			if s.Target.Start != at {
				t.Errorf("a clip begins at %d, the one before ends at %d", s.Target.Start, at)
			}
			at = s.Target.Start + s.Target.Duration
		}
		for _, track := range content.Tracks {
			for _, s := range track.Segments {
				if track.Type == "audio" && s.Clip != nil {
					t.Error("a sound has a place on the screen")
				}
			}
		}
		var text struct {
			Styles []struct{ Range [2]int }
			Text   string
		}
		if err := json.Unmarshal([]byte(content.Materials.Texts[0].Content), &text); err != nil {
			t.Fatal(err)
		}
		if n := len(utf16.Encode([]rune(line.Cues[0].Text))); text.Styles[0].Range != [2]int{0, n} || n != 5 {
			t.Errorf("the range of %q is %v, want [0 %d]", text.Text, text.Styles[0].Range, n)
		}
	}
}

// TestDeterministic: the same cut is the same bytes.
func TestDeterministic(t *testing.T) {
	for name, write := range writers {
		if !bytes.Equal(write(whole(fps24)), write(whole(fps24))) {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
	if a, b := handoff.Drafts(whole(fps24)), handoff.Drafts(whole(fps24)); cmp.Diff(a, b) != "" {
		t.Error("drafts differ from one time to the next")
	}
}
