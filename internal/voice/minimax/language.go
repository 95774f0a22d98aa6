package minimax

import (
	"maps"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/voice/online"
)

// languages are the words of language_boost:
// https://platform.minimax.io/docs/api-reference/speech-t2a-http
var languages = map[string]string{
	"zh": "Chinese", "yue": "Chinese,Yue", "en": "English", "ar": "Arabic", "ru": "Russian", "es": "Spanish", "fr": "French", "pt": "Portuguese",
	"de": "German", "tr": "Turkish", "nl": "Dutch", "uk": "Ukrainian", "vi": "Vietnamese", "id": "Indonesian", "ja": "Japanese", "it": "Italian",
	"ko": "Korean", "th": "Thai", "pl": "Polish", "ro": "Romanian", "el": "Greek", "cs": "Czech", "fi": "Finnish", "hi": "Hindi", "bg": "Bulgarian",
	"da": "Danish", "he": "Hebrew", "ms": "Malay", "fa": "Persian", "sk": "Slovak", "sv": "Swedish", "hr": "Croatian", "fil": "Filipino",
	"tl": "Filipino", "hu": "Hungarian", "nb": "Norwegian", "sl": "Slovenian", "ca": "Catalan", "nn": "Nynorsk", "ta": "Tamil", "af": "Afrikaans",
}

// Languages are those that the model can be told to speak.
func (s *Speaker) Languages() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(languages)), func(l string) bool { return s.language(l) == "auto" })
}

// language is the word for a BCP 47 tag; the three newest are of newer models.
func (s *Speaker) language(tag string) string {
	word := languages[online.Language(tag)]
	switch {
	case word == "":
		return "auto"
	case word != "Filipino" && word != "Persian" && word != "Tamil":
		return word
	case strings.HasPrefix(s.model, "speech-01"), strings.HasPrefix(s.model, "speech-02"):
		return "auto"
	}
	return word
}
