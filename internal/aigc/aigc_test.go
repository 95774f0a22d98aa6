package aigc_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/aigc"
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
