package script

import (
	"strings"
	"unicode"

	iso4217 "golang.org/x/text/currency"
	bcp47 "golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/dailies/dailies/internal/drama"
)

// Codes that other bodies register (languages, currencies), and names made into
// our own.

// language checks a BCP 47 tag against the registry and gives its usual spelling:
// a primary language of 2 or 3 letters, then script, region and variants.
func language(s string) (string, bool) {
	tag, ok := languageForm(s)
	if !ok {
		return "", false
	}
	if _, err := bcp47.Parse(tag); err != nil {
		return "", false
	}
	// The registry prefers two letters where a language has them: eng is en.
	primary, rest, _ := strings.Cut(tag, "-")
	base, err := bcp47.ParseBase(primary)
	if err != nil || primary == "und" || primary == "mul" || primary == "zxx" {
		return "", false
	}
	if rest != "" {
		return base.String() + "-" + rest, true
	}
	return base.String(), true
}

// languageForm checks the form of a tag and gives its usual spelling.
func languageForm(s string) (string, bool) {
	parts := strings.Split(s, "-")
	if len(s) > 35 {
		return "", false
	}
	for i, p := range parts {
		letters := strings.IndexFunc(p, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
		plain := strings.IndexFunc(p, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
		}) < 0
		switch {
		case i == 0 && (!letters || len(p) < 2 || len(p) > 3), !plain, len(p) < 1, len(p) > 8:
			return "", false
		case i > 0 && letters && len(p) == 4:
			parts[i] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		case i > 0 && letters && len(p) == 2:
			parts[i] = strings.ToUpper(p)
		default:
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "-"), true
}

// meantLanguages are countries' codes and languages' names, as people type them in
// small letters, and the tags that they probably mean.
var meantLanguages = byWord(map[string]string{
	"zh":      "cn chs chinese mandarin 中文 汉语 普通话 简体中文",
	"zh-Hant": "cht tw 繁體中文 繁体中文",
	"ja":      "jp jpn japanese 日本語 日语 日文",
	"ko":      "kr korean 한국어 韩语 韩文",
	"uk":      "ua ukrainian",
	"el":      "gr greek",
	"cs":      "cz czech",
	"da":      "dk danish",
	"vi":      "vn vietnamese",
	"en":      "english us gb 英语 英文",
	"es":      "spanish español mx",
	"fr":      "french français",
	"de":      "german deutsch",
	"pt":      "portuguese português",
	"th":      "thai 泰语",
	"ar":      "arabic 阿拉伯语",
	"he":      "hebrew iw",
	"hi":      "hindi",
	"id":      "indonesian",
	"ru":      "russian",
	"it":      "italian",
	"tr":      "turkish",
})

// meantCurrencies are signs and names of money, likewise.
var meantCurrencies = byWord(map[string]string{
	"CNY": "rmb ¥ ￥ 元 yuan 人民币 cny¥ cnh",
	"USD": "$ us$ dollar dollars usdollar 美元",
	"EUR": "€ euro euros",
	"GBP": "£ pound pounds stg",
	"JPY": "yen 円 日元",
	"KRW": "won ₩ 韩元",
	"INR": "₹ rs rupee rupees",
	"TWD": "nt$ ntd 新台币",
})

// byWord turns codes with the words for them around.
func byWord(codes map[string]string) map[string]string {
	out := make(map[string]string)
	for code, words := range codes {
		for w := range strings.FieldsSeq(words) {
			out[w] = code
		}
	}
	return out
}

// languageMeant is the tag that was probably meant by a word that is none: a
// country's code, a language's name, an underscore.
func languageMeant(s string) string {
	if tag, ok := language(strings.ReplaceAll(s, "_", "-")); ok {
		return tag
	}
	word, rest, more := strings.Cut(strings.ToLower(strings.ReplaceAll(s, "_", "-")), "-")
	tag := meantLanguages[word]
	if tag != "" && more {
		if with, ok := language(tag + "-" + rest); ok {
			return with
		}
	}
	return tag
}

// currencyCode checks an ISO 4217 code and gives it in capitals, or the code that
// was probably meant.
func currencyCode(s string) (code, meant string, ok bool) {
	code = strings.ToUpper(s)
	if len(code) == 3 {
		if _, err := iso4217.ParseISO(code); err == nil {
			return code, "", true
		}
	}
	return code, meantCurrencies[strings.ToLower(s)], false
}

// ID is a name made into an ID: "Night Shift" is night-shift. It is empty where a
// name has letters without a plain form.
func ID(name string) string {
	if id := tameID(name); drama.ValidID(id) {
		return id
	}
	return ""
}

// tameID turns "Lin Xia" into "lin-xia" and "Zoë" into "zoe"; "" where no letter of
// a name has a plain form.
func tameID(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'ß':
			b.WriteString("ss")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		case r == 'đ' || r == 'ð':
			b.WriteByte('d')
		case unicode.IsSpace(r) || strings.ContainsRune("-_./–—", r):
			b.WriteByte('-')
		case unicode.IsLetter(r) || r == ',' || r == ':':
			return "" // half a name is none, and two names are not one
		}
	}
	tame := strings.Trim(b.String(), "-")
	for strings.Contains(tame, "--") {
		tame = strings.ReplaceAll(tame, "--", "-")
	}
	return tame
}

// idHint says how to write a name that is none.
func idHint(s, key string) string {
	if tame := tameID(s); drama.ValidID(tame) {
		return "did you mean " + quote(tame) + "?"
	}
	if strings.ContainsFunc(s, unicode.IsLetter) {
		if key == "cast" || key == "locations" || key == "props" {
			return "choose a short id such as lin, and keep this as its name: lin: {name: " + printable(cutAt(s, 20)) + "}"
		}
		return "choose a short id in the letters a-z"
	}
	return ""
}

func cutAt(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
