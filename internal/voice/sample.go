package voice

import "strings"

// sampleTexts are what a sample of a voice says, by language: a plain sentence of about
// four seconds that no script has, for a sample fixes a voice's timbre and nothing else.
var sampleTexts = map[string]string{
	"en": "The train came in a little late, and nobody on the platform seemed to mind.",
	"zh": "火车晚到了一会儿，站台上的人看起来都不着急。",
	"ja": "電車は少し遅れて着きましたが、ホームの人は誰も急いでいませんでした。",
	"ko": "기차가 조금 늦게 들어왔지만 승강장에서는 아무도 서두르지 않았다.",
	"es": "El tren llegó un poco tarde y a nadie en el andén pareció importarle.",
	"fr": "Le train est arrivé un peu tard et personne sur le quai ne semblait pressé.",
	"de": "Der Zug kam etwas später an, und niemand auf dem Bahnsteig hatte es eilig.",
	"it": "Il treno è arrivato un po' tardi e nessuno sul binario sembrava avere fretta.",
	"pt": "O trem chegou um pouco tarde e ninguém na plataforma parecia ter pressa.",
	"ru": "Поезд пришёл немного позже, и на платформе никто никуда не спешил.",
}

// SampleText is what a sample of a voice says in a language, and the language that it
// is in: English where there is none in the language asked for.
func SampleText(language string) (text, in string) {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	if text, ok := sampleTexts[primary]; ok {
		return text, language
	}
	return sampleTexts["en"], "en"
}
