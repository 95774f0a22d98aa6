package online

import "testing"

func TestSpeed(t *testing.T) {
	for _, c := range []struct {
		words int
		want  float64
	}{{0, 0}, {170, 1}, {85, 0.5}, {40, 0.5}, {340, 2}, {600, 2}, {200, 1.18}} {
		if got := Speed(c.words, 0.5, 2); got != c.want {
			t.Errorf("%d words a minute: %v, want %v", c.words, got, c.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"": "", "en-GB": "en", "zh": "zh", "zh-Hans-CN": "zh", "zh-HK": "yue", "zh_Hant_HK": "yue", "yue": "yue", "cmn-Hans": "zh", "no": "nb", "pt-BR": "pt",
	} {
		if got := Language(tag); got != want {
			t.Errorf("%q: %q, want %q", tag, got, want)
		}
	}
}
