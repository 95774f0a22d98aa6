package handoff_test

import (
	"encoding/json"
	"math"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/media"
)

// TestEffectsAreHandedOver: in every form, on a track of their own, where they are heard
// and as loud as they are; a file that is laid twice is one file.
func TestEffectsAreHandedOver(t *testing.T) {
	line := whole(fps24)
	has := func(form, body, pattern string, times int) {
		t.Helper()
		if n := len(regexp.MustCompile(pattern).FindAllString(body, -1)); n != times {
			t.Errorf("%s: %q stands there %d times, want %d", form, pattern, n, times)
		}
	}
	var otio struct {
		Tracks struct {
			Children []struct {
				Name, Kind string
				Children   []struct {
					Schema string `json:"OTIO_SCHEMA"`
					Range  struct {
						Duration struct{ Value float64 }
					} `json:"source_range"`
					Metadata struct {
						Own struct{ Level float64 } `json:"dailies"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal(handoff.OTIO(line), &otio); err != nil {
		t.Fatal(err)
	}
	var laid []string
	for _, track := range otio.Tracks.Children {
		laid = append(laid, track.Name)
		if track.Name != handoff.Effects {
			continue
		}
		var lengths, levels []float64
		for _, c := range track.Children {
			lengths, levels = append(lengths, c.Range.Duration.Value), append(levels, c.Metadata.Own.Level)
		}
		second := float64(line.Clips[4].Start + 5)
		if d := cmp.Diff([]float64{20, 24, second - 44, 12}, lengths); d != "" || levels[1] != -6 || track.Kind != "Audio" {
			t.Errorf("OTIO: levels %v (-want +got)\n%s", levels, d)
		}
	}
	if d := cmp.Diff([]string{"pictures", "own sound", "dialogue", "dialogue 2", "effects", "score"}, laid); d != "" {
		t.Errorf("OTIO's tracks (-want +got)\n%s", d)
	}
	fcpxml := string(handoff.FCPXML(line))
	has("FCPXML", fcpxml, `<asset id="\w+" name="door-1a2b3c4d" start="0s" duration="1s"`, 1)
	has("FCPXML", fcpxml, `lane="-3"[^>]* name="door-1a2b3c4d"[^>]* audioRole="effects.laid"`, 2)
	has("FCPXML", fcpxml, `<adjust-volume amount="-6dB"`, 1)
	has("FCPXML", fcpxml, `lane="-9"[^>]* name="score"`, 1)
	xmeml := string(handoff.XMEML(line))
	has("xmeml", xmeml, `<pathurl>media/effects/door-1a2b3c4d.wav</pathurl>`, 1)
	has("xmeml", xmeml, `<effectid>audiolevels</effectid>`, 1)
	has("xmeml", xmeml, `<value>0.501187</value>`, 1)
	has("EDL", string(handoff.EDL(line)), `\* SOUND EFFECT: media/effects/door-1a2b3c4d.wav AT 00:00:00:20 FOR 00:00:01:00 LEVEL -6 DB`, 1)
	for _, d := range handoff.Drafts(line) {
		name := d.Media["media/effects/door-1a2b3c4d.wav"]
		var content struct {
			Materials struct {
				Audios []struct{ ID, Path string }
			}
			Tracks []struct {
				Segments []struct {
					Material string `json:"material_id"`
					Volume   float64
					Target   struct{ Start, Duration int64 } `json:"target_timerange"`
				}
			}
		}
		for _, body := range d.Files {
			if err := json.Unmarshal(body, &content); err != nil {
				t.Fatal(err)
			}
		}
		of := map[string]string{}
		for _, a := range content.Materials.Audios {
			of[a.ID] = path.Base(a.Path)
		}
		var volumes []float64
		for _, track := range content.Tracks {
			for _, s := range track.Segments {
				if of[s.Material] == path.Base(name) {
					volumes = append(volumes, math.Round(1000*s.Volume))
				}
			}
		}
		if d2 := cmp.Diff([]float64{501, 1000}, volumes); d2 != "" || name == "" {
			t.Errorf("%s: %q (-want +got)\n%s", d.Folder, name, d2)
		}
	}
}

// TestEffectsComeBack: an effect that went with its shot is kept, and what an editor did to
// one is told, since effects lie as the script has them.
func TestEffectsComeBack(t *testing.T) {
	fx := func(line *handoff.Timeline) *handoff.Sound { return &line.Sounds[3] }
	for name, c := range map[string]struct {
		forms  []string
		change func(*handoff.Timeline)
		told   string // "": nothing is
	}{
		"with its shot": {[]string{handoff.OTIOName, handoff.FCPXMLName, handoff.EDLName}, func(line *handoff.Timeline) {
			// 1A goes behind 1B, and its effect with it.
			a, b := &line.Clips[0], &line.Clips[1]
			b.Start, a.Start = 0, b.Frames
			line.Clips[0], line.Clips[1] = *b, *a
			fx(line).Start += 80
		}, ""},
		"moved":      {[]string{handoff.OTIOName, handoff.FCPXMLName}, func(line *handoff.Timeline) { fx(line).Start += 7 }, "does not lie where its shot has it"},
		"taken away": {[]string{handoff.OTIOName, handoff.FCPXMLName}, func(line *handoff.Timeline) { fx(line).Frames = 0 }, `effect "door-1a2b3c4d" of shot 1A is not at 00:00:00:20`},
		"louder":     {[]string{handoff.FCPXMLName}, func(line *handoff.Timeline) { fx(line).Level = 3 }, "the level of"},
		"cut away with its beginning": {[]string{handoff.OTIOName, handoff.FCPXMLName}, func(line *handoff.Timeline) {
			line.Clips[0].In, line.Clips[0].Frames = 50, 40
			line.Clips[1].Start = 40
			line.Sounds = line.Sounds[:4]
		}, "does not lie where its shot has it"},
		"in another take of its shot": {[]string{handoff.OTIOName, handoff.FCPXMLName}, func(line *handoff.Timeline) {
			line.Clips[0].Source = 1 // nobody knows how that one lies to the first
		}, ""},
	} {
		for _, form := range c.forms {
			t.Run(name+" "+form, func(t *testing.T) {
				line := laid(fps24, event("1A", 1, media.Cut, 0), event("1B", 1, media.Cut, 0))
				k := known(line)
				k.Sounds = append([]handoff.Sound{}, line.Sounds...)
				line.Sounds = line.Sounds[:4]
				k.Sounds = k.Sounds[:4]
				c.change(&line)
				m := back(t, form, writers[form](line), k)
				var told []string
				for _, l := range m.Lost {
					if strings.Contains(l, "door") {
						told = append(told, l)
					}
				}
				if c.told == "" && len(told) > 0 || c.told != "" && !strings.Contains(strings.Join(told, "\n"), c.told) {
					t.Errorf("told %q, want %q", told, c.told)
				}
			})
		}
	}
}

// TestEffectNames: a file name that nothing can be read from but a name, and another for
// other content.
func TestEffectNames(t *testing.T) {
	seen := map[string]string{}
	for _, f := range []drama.File{
		{Path: "sounds/door.wav", SHA256: strings.Repeat("1a", 32)},
		{Path: "door.wav", SHA256: strings.Repeat("2b", 32)},
		{Path: "../../etc/passwd", SHA256: strings.Repeat("3c", 32)},
		{Path: "雨 声 (2).wav", SHA256: strings.Repeat("4d", 32)},
		{Path: `C:\sounds\bell.wav`, SHA256: strings.Repeat("5e", 32)},
		{Path: strings.Repeat("x", 300) + ".wav", SHA256: strings.Repeat("6f", 32)},
		{SHA256: "7"},
	} {
		name := handoff.EffectName(f)
		if strings.ContainsAny(name, `/\ .()`) || len([]rune(name)) > 60 || !strings.HasSuffix(name, "-"+f.SHA256[:min(8, len(f.SHA256))]) {
			t.Errorf("%q is called %q", f.Path, name)
		}
		if was, twice := seen[name]; twice {
			t.Errorf("%q and %q are both %q", was, f.Path, name)
		}
		seen[name] = f.Path
	}
}
