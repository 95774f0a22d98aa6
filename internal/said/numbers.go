package said

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNumber is the largest number that is read as one: above, digits are compared.
const maxNumber = 1_000_000_000_000

// numbers writes what is said as words as the digits that others write: twenty-three,
// 二十三, 23. Each digit is a unit of its own.
func numbers(in []unit, language string) []unit {
	var out []unit
	for i := 0; i < len(in); {
		switch u := in[i]; {
		case share(in[i:]):
			out = append(out, in[i:i+3]...)
			i += 3
		case language == "en" && u.word && (numeral(u) || (u.key == "a" && i+1 < len(in) && scale[in[i+1].key] > 0)):
			i = englishNumber(&out, in, i)
		case hanNumeral(u) || digits(u) && i+1 < len(in) && hanScale[first(in[i+1].key)] > 0 && touch(u, in[i+1]):
			i = hanNumber(&out, in, i)
		case digits(u):
			i = written(&out, in, i, language)
		case !u.word && strings.ContainsFunc(u.key, isSign):
			i++ // without its number, or after it
		default:
			out = append(out, u)
			i++
		}
	}
	return out
}

// share says that a text goes on with 百分之, per cent, which is no number.
func share(in []unit) bool {
	return len(in) >= 3 && in[1].key == "分" && in[2].key == "之" && hanScale[first(in[0].key)] > 0
}

func isSign(r rune) bool { return kindOf(r) == kindSign }

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func digits(u unit) bool { return !u.word && u.key != "" && unicode.IsDigit(first(u.key)) }

func touch(a, b unit) bool { return a.to == b.from }

// emit adds a number's digits; each stands for all that the number is written with.
func emit(out *[]unit, number string, from, to int) {
	for _, d := range number {
		*out = append(*out, unit{key: string(d), from: from, to: to, weight: 1})
	}
}

// point is how a decimal point is said.
var point = map[string]unit{
	"en": {key: "point", weight: 2, word: true}, "zh": {key: "点", weight: 1}, "ja": {key: "点", weight: 1}, "es": {key: "punto", weight: 2, word: true},
}

// currencies are how signs are said, where they are written before the number.
var currencies = map[rune]string{'$': "dollars", '£': "pounds", '€': "euros"}

// written reads a number in digits, with the sign around it and the ending of an
// ordinal: $5, 50%, 3rd.
func written(out *[]unit, in []unit, i int, language string) int {
	u := in[i]
	if language == "zh" && i+1 < len(in) && in[i+1].key == "%" {
		for _, c := range "百分之" {
			*out = append(*out, unit{key: string(c), from: u.from, to: u.to, weight: 1})
		}
	}
	whole, rest, _ := strings.Cut(strings.ReplaceAll(u.key, ",", ""), ".")
	emit(out, whole, u.from, u.to)
	if rest != "" {
		if p, ok := point[language]; ok {
			p.from, p.to = u.from, u.to
			*out = append(*out, p)
		}
		emit(out, strings.ReplaceAll(rest, ".", ""), u.from, u.to)
	}
	next := i + 1
	if language != "en" {
		return next
	}
	say := func(word string) {
		*out = append(*out, unit{key: word, from: u.from, to: u.to, weight: (len(word) + 2) / 3, word: true})
	}
	if next < len(in) && touch(u, in[next]) {
		switch in[next].key {
		case "st", "nd", "rd", "th":
			return next + 1
		case "%":
			say("percent")
			return next + 1
		}
	}
	if i > 0 && touch(in[i-1], u) {
		if word, ok := currencies[first(in[i-1].key)]; ok {
			say(word)
		}
	}
	return next
}

var small = map[string]int64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
	"eleventh": 11, "twelfth": 12, "thirteenth": 13, "fifteenth": 15, "twentieth": 20, "thirtieth": 30,
}

var scale = map[string]int64{"hundred": 100, "hundredth": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}

func numeral(u unit) bool {
	_, ok := small[u.key]
	return ok || scale[u.key] > 0
}

// englishNumber reads a number in words. Words that make no number together ("nineteen
// eighty-four") are several, and their digits the same as written at once.
func englishNumber(out *[]unit, in []unit, i int) int {
	var total, group int64
	open := false
	from, to := in[i].from, in[i].to
	flush := func() {
		if open {
			emit(out, strconv.FormatInt(total+group, 10), from, to)
		}
		total, group, open = 0, 0, false
	}
	for ; i < len(in); i++ {
		u := in[i]
		n, isSmall := small[u.key]
		s := scale[u.key]
		follows := i+1 < len(in) && numeral(in[i+1])
		switch {
		case u.key == "a" && !open && follows:
			from, to, group, open = u.from, u.to, 1, true
			continue
		case u.key == "and" && open && (group >= 100 && group%100 == 0 || group == 0 && total > 0) && follows && scale[in[i+1].key] == 0:
			continue
		case isSmall:
			room := !open || n > 0 && (n < 10 && group%10 == 0 && group%100 != 10 || n >= 10 && group%100 == 0)
			if !room {
				flush()
			}
			if !open {
				from = u.from
			}
			group += n
		case s == 100 && open && group > 0 && group < 100:
			group *= s
		case s > 100 && open && group > 0 && total+group*s < maxNumber:
			total, group = total+group*s, 0
		case s > 0 && !open:
			from, total = u.from, s
		default:
			flush()
			return i
		}
		open, to = true, u.to
	}
	flush()
	return i
}

var hanDigits = map[rune]int64{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

var hanScale = map[rune]int64{'十': 10, '百': 100, '千': 1000, '万': 10_000, '亿': 100_000_000}

func hanNumeral(u unit) bool {
	r := first(u.key)
	_, ok := hanDigits[r]
	return ok || hanScale[r] > 0
}

// hanNumber reads a number in Chinese or Japanese characters, or in digits before one
// (3万).
func hanNumber(out *[]unit, in []unit, i int) int {
	from, to := in[i].from, in[i].to
	var total, section, last, unitOf int64 // unitOf: of the last character, where that was one
	open, zero, plain := false, false, ""
	flush := func() {
		switch {
		case !open:
		case unitOf == 0 && total == 0 && section == 0:
			emit(out, plain, from, to) // digits, one by one
		default:
			if last > 0 && unitOf >= 100 && !zero {
				last *= unitOf / 10 // 一百二 is 120
			}
			emit(out, strconv.FormatInt(total+section+last, 10), from, to)
		}
		total, section, last, unitOf, open, zero, plain = 0, 0, 0, 0, false, false, ""
	}
	pending := false // a digit that waits for its unit
	for ; i < len(in) && (i == 0 || to == in[i].from || !open); i++ {
		u := in[i]
		r := first(u.key)
		s := hanScale[r]
		d, isDigit := hanDigits[r]
		switch {
		case digits(u) && !open:
			n, err := strconv.ParseInt(strings.ReplaceAll(u.key, ",", ""), 10, 64)
			if err != nil || n > maxNumber {
				flush()
				emit(out, strings.Map(onlyDigits, u.key), u.from, u.to)
				return i + 1
			}
			last, pending, plain = n, true, strconv.FormatInt(n, 10)
		case isDigit:
			bare := total == 0 && section == 0 && unitOf == 0
			if d == 0 && !bare {
				zero, pending = true, false
			} else if pending && !bare {
				flush()
				from = u.from
				last, pending, plain = d, true, strconv.FormatInt(d, 10)
			} else {
				last, pending, plain = d, true, plain+strconv.FormatInt(d, 10)
			}
		case s > 0:
			if len(plain) > 1 && total == 0 && section == 0 && unitOf == 0 && !digits(in[i-1]) {
				// 二三十: several numbers, the last of which has the unit.
				emit(out, plain[:len(plain)-1], from, to)
			}
			if !pending && last == 0 && section == 0 && total == 0 {
				last = 1 // 十 alone
			}
			if s >= 10_000 {
				if total += (section + last) * s; total > maxNumber {
					total = maxNumber
				}
				section = 0
			} else {
				if !pending && last == 0 {
					last = 1
				}
				section += last * s
			}
			last, pending, unitOf, zero = 0, false, s, false
		default:
			flush()
			return i
		}
		open, to = true, u.to
	}
	flush()
	return i
}

func onlyDigits(r rune) rune {
	if unicode.IsDigit(r) {
		return r
	}
	return -1
}
