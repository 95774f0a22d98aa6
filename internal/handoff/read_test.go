package handoff_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/media"
)

// TestTimelinesOfOthers: files in the manner of editors' programs, which keep our names and
// little else. A case is one file: what is read, a line of dashes, what comes of it.
func TestTimelinesOfOthers(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no case", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			body, want, ok := strings.Cut(string(raw), "\n----\n")
			if !ok {
				t.Fatal("no line of dashes")
			}
			name := strings.TrimSuffix(filepath.Base(file), ".txt")
			k := handoff.Known{Episode: ep, FPS: fps24, Takes: takes(fps24, "1A", "1B", "2A", "2B"), Shown: map[string]int{"1A": 1, "1B": 1, "2A": 2, "2B": 1}, Sounds: []handoff.Sound{{Track: handoff.Dialogue, File: "media/dialogue/1A-line1.wav"}, {Track: handoff.Score, File: "media/score.mp3"}}}
			var got strings.Builder
			r, err := handoff.Parse(name, []byte(body), fps24)
			var m handoff.Matched
			if err == nil {
				m, err = handoff.Match(r, k)
			}
			for _, e := range m.Events {
				fmt.Fprintf(&got, "%s take %d from %d for %d %s", e.Slate, e.Take, e.In, e.Frames, e.Out.Kind)
				if e.Out.Frames > 0 {
					fmt.Fprintf(&got, " %d", e.Out.Frames)
				}
				got.WriteString("\n")
			}
			for _, l := range m.Lost {
				fmt.Fprintf(&got, "lost: %s\n", l)
			}
			if err != nil {
				fmt.Fprintf(&got, "error: %v\n", err)
			}
			if d := cmp.Diff(want, got.String()); d != "" {
				t.Errorf("(-want +got)\n%s\n%s", d, got.String())
			}
		})
	}
}

// TestUnknownClips: a name that is nearly one of ours is refused with the right one; what
// is from elsewhere is left out and told.
func TestUnknownClips(t *testing.T) {
	k := handoff.Known{Episode: ep, FPS: fps24, Takes: takes(fps24, "1A", "1B"), Shown: map[string]int{"1A": 1, "1B": 1}}
	piece := func(p handoff.Piece) handoff.Read {
		p.Frames, p.Out = 24, media.Transition{Kind: media.Cut}
		ours := handoff.Piece{File: "1A-1.mp4", Frames: 24, Out: media.Transition{Kind: media.Cut}}
		return handoff.Read{Pieces: []handoff.Piece{ours, p}}
	}
	for want, p := range map[string]handoff.Piece{
		"did you mean 1A-2?":     {File: "1C-2.mp4"},
		"slate 1A has no take 7": {File: "1A-7.mp4"},
		"of another episode":     {Take: "night-shift/ep02/1A/1", File: "x.mp4"},
	} {
		_, err := handoff.Match(piece(p), k)
		if u := new(handoff.UnknownError); !errors.As(err, &u) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", p, err, want)
		}
	}
	m, err := handoff.Match(piece(handoff.Piece{Name: "stock city at night", File: "city.mov"}), k)
	if err != nil || len(m.Events) != 1 || len(m.Lost) != 1 {
		t.Errorf("foreign media: %+v, %v", m, err)
	}
	if _, err := handoff.Match(handoff.Read{Pieces: []handoff.Piece{{File: "city.mov", Frames: 24}}}, k); err == nil {
		t.Error("a timeline of nothing but foreign media is taken")
	}
}

// TestMoreThanThereIs: a clip that is drawn out beyond its take ends with it.
func TestMoreThanThereIs(t *testing.T) {
	k := handoff.Known{Episode: ep, FPS: fps24, Takes: takes(fps24, "1A"), Shown: map[string]int{"1A": 1}}
	m, err := handoff.Match(handoff.Read{Pieces: []handoff.Piece{{File: "1A-1.mp4", In: -5, Frames: 200, Out: media.Transition{Kind: media.Cut}}}}, k)
	want := []drama.EditEvent{{Slate: "1A", Take: 1, In: 0, Frames: 120, Out: media.Transition{Kind: media.Cut}}}
	if d := cmp.Diff(want, m.Events); err != nil || d != "" || len(m.Lost) != 1 {
		t.Errorf("%v %q %s", err, m.Lost, d)
	}
}

// TestHostileTimelines: what is meant to hurt is refused, at once.
func TestHostileTimelines(t *testing.T) {
	deep := strings.Repeat(`{"children":[`, 3000) + strings.Repeat(`]}`, 3000)
	for name, body := range map[string]string{
		"deep.otio":      `{"OTIO_SCHEMA":"Timeline.1","tracks":` + deep + `}`,
		"wide.otio":      `{"OTIO_SCHEMA":"Timeline.1","tracks":{"OTIO_SCHEMA":"Stack.1","children":[{"OTIO_SCHEMA":"Track.1","kind":"Video","children":[{}` + strings.Repeat(",{}", 20_000) + `]}]}}`,
		"vast.otio":      `{"OTIO_SCHEMA":"Timeline.1","x":[{}` + strings.Repeat(",{}", 500_000) + `]}`,
		"wide.fcpxml":    "<fcpxml><project><sequence><spine>" + strings.Repeat(`<gap duration="1s"/>`, 20_000) + "</spine></sequence></project></fcpxml>",
		"cut.otio":       `{"OTIO_SCHEMA":"Timeline.1","tracks":{`,
		"empty.otio":     `{"OTIO_SCHEMA":"Timeline.1"}`,
		"deep.fcpxml":    "<fcpxml>" + strings.Repeat("<a>", 3000) + strings.Repeat("</a>", 3000) + "</fcpxml>",
		"laughs.fcpxml":  `<!DOCTYPE fcpxml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><fcpxml>&b;</fcpxml>`,
		"outside.fcpxml": `<!DOCTYPE fcpxml SYSTEM "http://127.0.0.1/x"><fcpxml version="1.9"/>`,
		"half.fcpxml":    `<fcpxml><library>`,
		"wide.edl":       "TITLE: x\n* " + strings.Repeat("a", 10_000),
		"none.edl":       "TITLE: x\n",
		"back.edl":       "TITLE: x\n001 1AT1 V C 00:00:02:00 00:00:01:00 00:00:00:00 00:00:01:00\n",
		"what.edl":       "TITLE: x\n001 1AT1 V C 00:00:02:99 00:00:03:00 00:00:00:00 00:00:01:00\n",
		"bundle.otioz":   "PK\x03\x04",
		"premiere.xml":   `<xmeml version="5"/>`,
		"draft.json":     `{"tracks":[]}`,
		"nothing":        "",
		"film.mp4":       "\x00\x00\x00\x18ftyp",
	} {
		if r, err := handoff.Parse(name, []byte(body), fps24); err == nil {
			t.Errorf("%s is read: %+v", name, r)
		}
	}
}

// TestDropFrames: in a list that counts with drop frames two numbers of each minute but
// the tenth are left out.
func TestDropFrames(t *testing.T) {
	fps := media.Rational{Num: 30000, Den: 1001}
	body := "TITLE: x\nFCM: DROP FRAME\n001 1AT1 V C 00:00:00;00 00:00:01;00 00:01:00;02 00:01:01;02\n002 1AT1 V C 00:00:00;00 00:00:02;00 00:01:01;02 00:01:03;02\n"
	r, err := handoff.Parse("x.edl", []byte(body), fps)
	if err != nil || len(r.Pieces) != 2 || r.Pieces[0].Start != 1800 || r.Pieces[1].Frames != 60 || len(r.Lost) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	// Over a minute's end: 59;29 is followed by 00;02.
	body = "TITLE: x\nFCM: DROP FRAME\n001 1AT1 V C 00:00:00;00 00:00:00;02 00:00:59;29 00:01:00;03\n"
	if r, err = handoff.Parse("x.edl", []byte(body), fps); err != nil || r.Pieces[0].Frames != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestSoundThatLiesElsewhere: an editor's sound edits are told, and only those.
func TestSoundThatLiesElsewhere(t *testing.T) {
	k := handoff.Known{Episode: ep, FPS: fps24, Takes: takes(fps24, "1A", "1B"), Shown: map[string]int{"1A": 1, "1B": 1}}
	const list = "TITLE: x\n001 1AT1 V C 00:00:01:00 00:00:02:00 00:00:00:00 00:00:01:00\n002 1BT1 V C 00:00:00:00 00:00:02:00 00:00:01:00 00:00:03:00\n"
	for sound, told := range map[string]int{
		"003 1AT1 A C 00:00:01:00 00:00:02:00 00:00:00:00 00:00:01:00\n": 0,
		"003 1AT1 A C 00:00:01:00 00:00:02:12 00:00:00:00 00:00:01:12\n": 1, // it runs on under the next picture
		"003 1AT1 A C 00:00:01:06 00:00:02:00 00:00:00:00 00:00:00:18\n": 1,
		"003 1BT2 A C 00:00:00:00 00:00:02:00 00:00:01:00 00:00:03:00\n": 1,
	} {
		if m := back(t, "x.edl", []byte(list+sound), k); len(m.Lost) != told {
			t.Errorf("%s: lost %q", sound, m.Lost)
		}
	}
}

func FuzzParse(f *testing.F) {
	line := whole(fps24)
	for name, write := range writers {
		f.Add(name, write(line))
	}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		body, _, _ := strings.Cut(string(raw), "\n----\n")
		f.Add(strings.TrimSuffix(filepath.Base(file), ".txt"), []byte(body))
	}
	k := known(line)
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		r, err := handoff.Parse(name, body, fps24)
		if err != nil {
			return
		}
		m, err := handoff.Match(r, k)
		if err != nil {
			return
		}
		for _, e := range m.Events {
			if e.Frames <= 0 || e.In < 0 || e.In+e.Frames > 120 {
				t.Errorf("%+v is not in the take", e)
			}
		}
	})
}
