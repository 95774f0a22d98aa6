package said

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed hans.txt
var hans string

// variants are characters, each with the one that it is compared as, that Unihan does
// not call simplifications: forms that the list of 1955 merged (第一批异体字整理表).
const variants = "裏里爲为衆众喫吃啓启峯峰羣群牀床綫线嚐尝鬪斗説说汙污唸念佈布佔占僱雇兇凶巖岩昇升暱昵盃杯洩泄淒凄獃呆甦苏癡痴皁皂砲炮祕秘絃弦綉绣羨羡脣唇臥卧菸烟豔艳讚赞蹟迹週周遊游鑑鉴陞升麪面彫雕"

// homophones sound exactly the same and differ in grammar only: a listener writes
// whichever it likes.
const homophones = "她他它他牠他祂他妳你得的地的做作再在像象坐座"

// folded maps a character to the one that it is compared as.
var folded = sync.OnceValue(func() map[rune]rune {
	all := make(map[rune]rune)
	add := func(pairs string) {
		chars := []rune(pairs)
		for i := 0; i+1 < len(chars); i += 2 {
			all[chars[i]] = chars[i+1]
		}
	}
	for line := range strings.Lines(hans) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			add(line)
		}
	}
	add(variants)
	add(homophones)
	return all
})

// foldHan is a Chinese character in simplified form.
func foldHan(r rune) rune {
	if s, ok := folded()[r]; ok {
		return s
	}
	return r
}

// foldKana is katakana as hiragana.
func foldKana(r rune) rune {
	if r >= 'ァ' && r <= 'ヶ' {
		return r - 'ァ' + 'ぁ'
	}
	return r
}

// foldWord is a word in small letters; Latin and Greek ones without accents, which
// listeners set as they like.
func foldWord(word string) string {
	var b strings.Builder
	base := rune(0)
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		switch {
		case r == '\'' || r == '’' || r == 'ʼ':
			continue
		case unicode.Is(unicode.Mn, r) && unicode.In(base, unicode.Latin, unicode.Greek):
			continue
		case r == 'ß':
			b.WriteString("ss")
			continue
		case !unicode.Is(unicode.M, r):
			base = r
		}
		b.WriteRune(r)
	}
	return b.String()
}
