package dialect

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
)

// voiceCites are how the models that are given voices name them, as their facts say; a
// dialect that is not here belongs to models that take none, or beside a picture.
var voiceCites = map[string][2]string{ // en, zh
	"seedance2": {"[Audio 1]", "音频1"}, "seedance25": {"[Audio 1]", "音频1"}, "wan30": {"Audio 1", "音频1"}, "kling": {"<<<voice_1>>>", "<<<voice_1>>>"}, "h3": {"<Audio 1>", "<Audio 1>"},
}

// TestGoldenVoices: a file a language, with what every dialect says of two who speak, one
// in a voice that is sent and one in a voice that is described, in a take that ends on a
// given frame. A writer should read it.
func TestGoldenVoices(t *testing.T) {
	set, err := Load("v3")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "zh"} {
		var out strings.Builder
		for _, name := range slices.Sorted(maps.Keys(set)) {
			d := set[name]
			if _, images := d.data.Order[Image]; images || slices.Contains(quiet, name) {
				continue
			}
			s := voicedShot(lang)
			if cite, ok := voiceCites[name]; ok {
				s.Voices = map[string]string{"mara": cite[0]}
				if lang == "zh" {
					s.Voices["mara"] = cite[1]
				}
			}
			fmt.Fprintf(&out, "══ %s\n%s\n\n", name, d.Tell(s).Prompt)
		}
		file := filepath.Join("testdata", "voices", lang+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("told differently in %s (-want +got):\n%s", lang, diff)
		}
	}
}

func voicedShot(lang string) Shot {
	b, says, low := englishBrief(), []string{"There are twelve.", "Then count again."}, []string{"low, dry, slow", "thin and high {like} a boy's"}
	if lang == "zh" {
		b, says, low = chineseBrief(), []string{"是十二件。", "那就再数一遍。"}, []string{"低沉、干涩、语速慢", "又细又高{像}少年"}
	}
	b.Props, b.Size, b.Move, b.Action = nil, "two-shot", "static", map[string]string{"en": "He lays his hand on the coat.", "zh": "他把手放在雨衣上。"}[lang]
	for i, c := range b.Cast {
		b.Lines = append(b.Lines, drama.BriefLine{Who: c.ID, Name: c.Name, Kind: drama.LineDialogue, Say: says[i], Voice: &drama.Voice{Says: low[i]}})
	}
	return Shot{Brief: b, Mode: FirstFrame, Negative: b.Avoid, Sound: true, Ends: true}
}

// A described voice is said once before the first line of its speaker, the same in every
// shot; one that is sent is not described, and a voice beside a picture needs no words.
func TestAVoiceIsSaidOnce(t *testing.T) {
	set, err := Load("v3")
	if err != nil {
		t.Fatal(err)
	}
	s := voicedShot("en")
	s.Brief.Lines = append(s.Brief.Lines, s.Brief.Lines[0])
	told := set["veo"].Tell(s).Prompt
	if strings.Count(told, "The voice of Mara Quill: low, dry, slow.") != 1 {
		t.Errorf("told %s", told)
	}
	s.Voices = map[string]string{"mara": ""}
	if told := set["wan27"].Tell(s).Prompt; strings.Contains(told, "low, dry") || !strings.Contains(told, "The voice of Mr Sable") {
		t.Errorf("told %s", told)
	}
}
