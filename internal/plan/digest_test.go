package plan

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/prompt"
)

// The digests below are the identity of takes that people have paid for. When
// this test fails, the digest of every such take has changed: do not update it,
// add the new field with omitempty instead.
func TestDigestGolden(t *testing.T) {
	full := Subject{
		Brief: drama.Brief{
			Show: "night-shift", Language: "en", Look: "35mm", Avoid: "text", Set: "INT", Time: "night", Mood: "uneasy",
			Size: "CU", Angle: "high", Move: "push-in", Lens: "50mm", Action: "She <waits> & looks.", Sound: "rain",
			Location: &drama.BriefLocation{ID: "store", Name: "Store", Looks: "small", Refs: drama.Refs(drama.File{Path: "x", SHA256: "s1"})},
			Cast:     []drama.BriefCast{{ID: "lin", Name: "Lin", Looks: "woman", Wardrobe: "apron", Refs: drama.Refs(drama.File{SHA256: "s2"}), Voice: &drama.Voice{Provider: "espeak", Name: "f3", Rate: 160, Pitch: 50}}},
			Props:    []drama.BriefProp{{ID: "phone", Looks: "cracked"}},
			Lines:    []drama.BriefLine{{Who: "lin", Name: "Lin", Kind: drama.LineDialogue, Say: "关门了。", Tone: "flat"}},
			Raster:   media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1}, Frames: 96,
		},
		Prompt: prompt.Prompt{Text: "Close-up.", Negative: "text"},
		From:   &Source{Digest: "d0", Frame: "last"},
	}
	small := Subject{Brief: drama.Brief{Show: "s", Language: "en", Raster: media.Raster{Width: 2, Height: 2}, FPS: media.Rational{Num: 24, Den: 1}}}
	clip := small
	clip.Clip = &Clipped{SHA256: "s3", In: 12, Mute: true}
	for name, c := range map[string]struct {
		subject Subject
		want    string
	}{
		"full":    {full, "897e9a9ef7a5cc4dcf70fac3bfe9c5f54c8a9f6fe1f1b47fcba76da9c8e07fde"},
		"small":   {small, "94b18f043199f1596ef2e952f93af01538cf565ed9b2683ee0c169d47407993c"},
		"footage": {clip, "def1b8b693441b3f135855bb94b41f46caf4b262938e0dbd978674563b198181"},
	} {
		if got := Digest(c.subject); got != c.want {
			t.Errorf("%s: digest %s, want %s", name, got, c.want)
		}
	}
}

// A voice counts only where the model speaks.
func TestVoiceOfTheSilent(t *testing.T) {
	with := func(v *drama.Voice, lines ...drama.BriefLine) string {
		return Digest(Subject{Brief: drama.Brief{Cast: []drama.BriefCast{{ID: "lin", Voice: v}}, Lines: lines}})
	}
	f3, m3 := &drama.Voice{Provider: "espeak", Name: "f3"}, &drama.Voice{Provider: "espeak", Name: "m3"}
	if with(f3) != with(m3) {
		t.Error("the voice of a shot without lines is in its digest")
	}
	line := drama.BriefLine{Who: "lin", Say: "No."}
	if with(f3, line) != with(m3, line) {
		t.Error("the voice of somebody who says nothing is in the digest")
	}
	high, low := line, line
	high.Voice, low.Voice = f3, m3
	if with(nil, high) == with(nil, low) {
		t.Error("the voice of a shot with lines is not in its digest")
	}
}
