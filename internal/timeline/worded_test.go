package timeline

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// told is a take that was asked for other words than the script has now.
func told(slate string, says ...string) drama.Take {
	t := drama.Take{ID: drama.TakeID{Slate: slate, Number: 2}, Asked: &drama.Asked{Audio: true, Brief: drama.Brief{Language: "en"}}}
	for _, s := range says {
		t.Asked.Brief.Lines = append(t.Asked.Brief.Lines, drama.BriefLine{Who: "lin", Kind: drama.LineDialogue, Say: s})
	}
	return t
}

func TestAnOlderTakeKeepsItsWords(t *testing.T) {
	p, clips := production(speaking(shot(96, media.Cut, 0), "We're open.|营业中。", "Go.|走。"), speaking(shot(48, media.Cut, 0), "Stay."))
	p.Season.Language, p.Season.Dialogue = "en", drama.DialogueNative
	cut, _ := Build(p, clips)
	for name, c := range map[string]struct {
		take   drama.Take
		notes  int
		en, zh []string
	}{
		"other words":    {told("1A", "We're closed.", "Go."), 1, []string{"We're closed.", "Go."}, []string{"走。"}},
		"the same words": {told("1A", "We're open.", "Go."), 0, []string{"We're open.", "Go."}, []string{"营业中。", "走。"}},
		"fewer lines":    {told("1A", "Go."), 1, []string{"Go."}, []string{"走。"}},
		"more lines":     {told("1A", "We're open.", "Go.", "Now."), 1, []string{"We're open.", "Go.", "Now."}, []string{"营业中。", "走。"}},
		"nobody noted":   {drama.Take{ID: drama.TakeID{Slate: "1A", Number: 2}}, 0, []string{"We're open.", "Go."}, []string{"营业中。", "走。"}},
	} {
		t.Run(name, func(t *testing.T) {
			was := p.Episode.Scenes[0].Shots[0].Lines[0].Say
			worded, notes := Worded(p, map[string]drama.Take{"1A": c.take})
			if len(notes) != c.notes {
				t.Errorf("notes %q", notes)
			}
			for language, want := range map[string][]string{"en": append(c.en, "Stay."), "zh": c.zh} {
				var got []string
				for _, cue := range Cues(cut, worded, nil, language) {
					got = append(got, cue.Text)
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("%s (-want +got):\n%s", language, d)
				}
			}
			if p.Episode.Scenes[0].Shots[0].Lines[0].Say != was {
				t.Error("the script itself was changed")
			}
		})
	}
	p.Season.Dialogue = drama.DialogueVoice
	if _, notes := Worded(p, map[string]drama.Take{"1A": told("1A", "Other.")}); notes != nil {
		t.Errorf("lines that a voice speaks anew: %q", notes)
	}
}
