package dialect

import (
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/drama"
)

// harmless is what stands for a character that would mean something to a model.
var harmless = map[rune]rune{
	'{': '(', '}': ')', '[': '(', ']': ')', '<': '‹', '>': '›', '（': '(', '）': ')', '【': '「', '】': '」', '@': '＠',
}

// quotes is what stands inside of a line for the marks that enclose it.
var quotes = map[rune]rune{'“': '‘', '”': '’', '"': '\'', '「': '『', '」': '』'}

// brackets are the characters of a text that harmless knows.
func brackets(text string) string {
	var b strings.Builder
	for _, r := range text {
		if _, known := harmless[r]; known && !strings.ContainsRune(b.String(), r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain is a script's text as one line, without what cannot be seen and without the
// characters that are reserved.
func plain(s, reserved string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r != '\u200c' && r != '\u200d' && unicode.Is(unicode.C, r): // the two join letters of some scripts
			return -1
		case strings.ContainsRune(reserved, r):
			return harmless[r]
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// spoken is a line between its marks, which nothing in it can close.
func spoken(say, reserved string, marks [2]string) string {
	say = strings.Map(func(r rune) rune {
		if q, ok := quotes[r]; ok && strings.ContainsRune(marks[0]+marks[1], r) {
			return q
		}
		return r
	}, plain(say, reserved))
	return marks[0] + say + marks[1]
}

// cleaned is the brief with every text of it made plain.
func cleaned(b drama.Brief, reserved string) drama.Brief {
	p := func(s string) string { return plain(s, reserved) }
	b.Look, b.Time, b.Mood, b.Size, b.Angle, b.Move, b.Lens = p(b.Look), p(b.Time), p(b.Mood), p(b.Size), p(b.Angle), p(b.Move), p(b.Lens)
	b.Action, b.Sound = p(b.Action), p(b.Sound)
	if b.Location != nil {
		l := *b.Location
		l.Name, l.Looks = p(l.Name), p(l.Looks)
		b.Location = &l
	}
	cast := make([]drama.BriefCast, len(b.Cast))
	for i, c := range b.Cast {
		c.Name, c.Looks, c.Wardrobe = p(c.Name), p(c.Looks), p(c.Wardrobe)
		cast[i] = c
	}
	props := make([]drama.BriefProp, len(b.Props))
	for i, t := range b.Props {
		t.Name, t.Looks = p(t.Name), p(t.Looks)
		if t.Name == "" && t.Looks == "" {
			t.Name = strings.ReplaceAll(t.ID, "-", " ")
		}
		props[i] = t
	}
	lines := make([]drama.BriefLine, len(b.Lines))
	for i, l := range b.Lines {
		l.Name, l.Tone = p(l.Name), p(l.Tone)
		if l.Voice != nil {
			v := *l.Voice
			v.Says = p(v.Says)
			l.Voice = &v
		}
		lines[i] = l // what is said is made plain with its marks
	}
	b.Cast, b.Props, b.Lines = cast, props, lines
	return b
}

// written is the language that a shot's directions are in: zh where they are mostly
// Chinese, else en. Without directions it is the lines' language that counts.
func written(b drama.Brief) string {
	texts := []string{b.Action, b.Look, b.Mood, b.Sound, b.Time}
	if b.Location != nil {
		texts = append(texts, b.Location.Name, b.Location.Looks)
	}
	for _, c := range b.Cast {
		texts = append(texts, c.Looks, c.Wardrobe)
	}
	for _, p := range b.Props {
		texts = append(texts, p.Looks)
	}
	han, other := 0, 0
	for _, r := range strings.Join(texts, "") {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.IsLetter(r):
			other++
		}
	}
	// A Chinese character says as much as three letters.
	if 3*han > other || han+other == 0 && strings.HasPrefix(strings.ToLower(b.Language), "zh") {
		return "zh"
	}
	return "en"
}

func ideographs(s string) (n int) {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}
