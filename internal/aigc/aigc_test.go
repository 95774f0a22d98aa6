package aigc_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
)

// TestImplicitLabel: the producer spreads what he made, and no value holds what the
// standard does not allow.
func TestImplicitLabel(t *testing.T) {
	for producer, want := range map[string]string{
		"": "night-shift", "studio-7": "studio-7", "001191440300MA5ABCDE1X10000": "001191440300MA5ABCDE1X10000", "a<b>&c": "a<b>&c",
		"夜班影视": "night-shift", "Night Shift": "night-shift", `a"b`: "night-shift", `a\b`: "night-shift", "a\n": "night-shift", "é": "night-shift", "\x7f": "night-shift",
	} {
		text := aigc.Value(producer, "night-shift", "night-shift/ep01/cut2")
		var v map[string]string
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if len(v) != 7 || v["Label"] != "1" || v["ContentProducer"] != want || v["ContentPropagator"] != want ||
			v["ProduceID"] != "night-shift/ep01/cut2" || v["PropagateID"] != v["ProduceID"] {
			t.Errorf("%q: %s", producer, text)
		}
		for key, value := range v {
			if value != "" && !aigc.Code(value) || value == "" && !strings.HasPrefix(key, "ReservedCode") {
				t.Errorf("%q: %s is %q", producer, key, value)
			}
		}
		if strings.ContainsRune(text, '\\') {
			t.Errorf("%q: an escape in %s", producer, text)
		}
	}
}

func TestWording(t *testing.T) {
	for text, valid := range map[string]bool{
		"AI生成": true, "本集由人工智能合成": true, "内容由ai生成": true, "AI-generated": false, "人工智能": false, "生成": false, "本剧纯属虚构": false,
	} {
		if why := aigc.WrongWords(text); (why == "") != valid {
			t.Errorf("%s: %q", text, why)
		}
	}
	for _, language := range []string{"zh", "zh-CN", "zh-Hant", "cmn"} {
		if why := aigc.WrongWords(aigc.Words(language)); why != "" {
			t.Errorf("%s: %s", language, why)
		}
	}
	if aigc.Words("en") != "AI-generated" {
		t.Error("the wording of others changed")
	}
}

// TestDiffers: a master bears what its manifest asks for, and nothing else.
func TestDiffers(t *testing.T) {
	id := drama.EpisodeID{Show: "night-shift", Number: 1}
	m := drama.Manifest{ID: id, Cut: 2, Label: drama.ManifestLabel{Shown: true, Producer: "studio-7"}}
	right := aigc.Value("studio-7", "night-shift", aigc.ProduceID(id, 2))
	for name, c := range map[string]struct {
		text string
		has  bool
		off  bool
		want string // of the only difference; empty: none
	}{
		"right":             {right, true, false, ""},
		"of another cut":    {strings.Replace(right, `cut2","Res`, `cut1","Res`, 1), true, false, `ProduceID of its implicit label (AIGC) is "night-shift/ep01/cut1"`},
		"of another":        {strings.Replace(right, `ContentProducer":"studio-7`, `ContentProducer":"x`, 1), true, false, "ContentProducer"},
		"no propagator":     {strings.Replace(right, `ContentPropagator":"studio-7`, `ContentPropagator":"`, 1), true, false, "ContentPropagator"},
		"only maybe":        {strings.Replace(right, `"1"`, `"2"`, 1), true, false, "Label"},
		"none":              {"", false, false, "bears no implicit label"},
		"no JSON":           {"AI", true, false, "no JSON"},
		"more keys":         {strings.Replace(right, `{`, `{"x":"y",`, 1), true, false, "none of its keys"},
		"two":               {right + right, true, false, "no JSON"},
		"off, and none":     {"", false, true, ""},
		"off, but it bears": {right, true, true, "not labelled"},
	} {
		m.Label.Shown = !c.off
		got := aigc.Differs(m, c.text, c.has)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
