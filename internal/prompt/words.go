package prompt

import (
	"errors"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// words are the functions of templates. Those of text/template that build text of
// any size from a number are replaced by ones that refuse.
func words() template.FuncMap {
	refuse := func(...any) (string, error) {
		return "", errors.New("this function is not available in prompt templates")
	}
	return template.FuncMap{
		"mild":   Mild,
		"camera": camera, "setting": setting, "speaker": speaker, "props": props, "things": things,
		"sentence": sentence, "stop": stop, "clause": clause, "quote": quote,
		"upper": strings.ToUpper, "lower": strings.ToLower,
		"print": refuse, "printf": refuse, "println": refuse, "call": refuse,
		"html": refuse, "js": refuse, "urlquery": refuse,
	}
}

// sentence begins with a capital and ends with a stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return stop(string(unicode.ToUpper(r)) + s[n:])
}

// stop ends a text with a full stop unless it has an end.
func stop(s string) string {
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	last, n := utf8.DecodeLastRuneInString(s)
	switch {
	case n == 0 || strings.ContainsRune(".!?…。！？”’\"」』", last):
		return s
	case strings.ContainsRune(",;:，、；：", last):
		return stop(s[:len(s)-n])
	case unicode.In(last, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return s + "。"
	default:
		return s + "."
	}
}

// clause has no stop at its end, to stand inside a sentence.
func clause(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, "...") {
		return s
	}
	return strings.TrimRight(s, ".;,。；，")
}

// quote puts a speech in quotation marks; those inside it become single ones.
func quote(s string) string {
	return "“" + strings.NewReplacer("“", "‘", "”", "’").Replace(strings.TrimSpace(s)) + "”"
}

// camera is the camera's part of a shot in words: how much, of whom, from where,
// with what lens, moving how.
func camera(v view) string {
	var b strings.Builder
	subject := names(v.Cast)
	size := strings.ToLower(v.Size)
	switch {
	case size == "":
		if subject != "" {
			b.WriteString("a shot of " + subject)
		}
	case size == "ots" && len(v.Cast) > 1:
		// Whom the shot is on comes first in the cast, the shoulder second.
		b.WriteString("over-the-shoulder shot of " + v.Cast[0].Name + ", seen past the shoulder of " + names(v.Cast[1:]))
	default:
		b.WriteString(word(sizes(), v.Size))
		if subject != "" && size != "insert" {
			b.WriteString(" of " + subject)
		}
	}
	if v.Angle != "" {
		if b.Len() == 0 {
			b.WriteString("shot")
		}
		b.WriteString(" " + word(angles(), v.Angle))
	}
	if size == "insert" {
		b.WriteString(", the detail filling the frame")
	}
	if v.Lens != "" {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(v.Lens)
		if !strings.Contains(strings.ToLower(v.Lens), "lens") {
			b.WriteString(" lens")
		}
	}
	if v.Move != "" {
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(word(moves(), v.Move))
	}
	return b.String()
}

// setting is where and when in words.
func setting(v view) string {
	var parts []string
	switch strings.ToUpper(v.Set) {
	case "INT":
		parts = append(parts, "interior")
	case "EXT":
		parts = append(parts, "exterior")
	case "INT/EXT":
		parts = append(parts, "interior and exterior")
	}
	if v.Time != "" {
		parts = append(parts, v.Time)
	}
	place := v.Location.Name
	if looks := clause(v.Location.Looks); looks != "" {
		if place == "" {
			place = looks
		} else {
			place += " (" + looks + ")"
		}
	}
	if place != "" {
		parts = append(parts, place)
	}
	return strings.Join(parts, ", ")
}

// speaker says who is heard and how: on screen, off screen, over the picture.
func speaker(l line) string {
	in := ""
	if name := languageName(l.Language); name != "" {
		in = " in " + name
	}
	switch l.Kind {
	case "vo":
		return "Voice-over, " + l.Name + " speaking unseen" + in
	case "os":
		return l.Name + " says from off screen" + in
	case "narration":
		if l.Who == "narrator" {
			return "Narration over the picture" + in
		}
		return "Narration over the picture" + in + ", voice of " + l.Name
	case "inner":
		return l.Name + " thinks aloud, lips closed, heard" + in
	default:
		return l.Name + " says" + in
	}
}

// things lists the props in one sentence, by name and by looks.
func things(all []thing) string {
	var says []string
	for _, p := range all {
		name, looks := clause(p.Name), clause(p.Looks)
		switch {
		case name == "" && looks == "":
			says = append(says, strings.ReplaceAll(p.ID, "-", " "))
		case name == "" || name == looks:
			says = append(says, looks)
		case looks == "":
			says = append(says, name)
		default:
			says = append(says, name+" ("+looks+")")
		}
	}
	return stop("In the shot: " + strings.Join(says, "; "))
}

// props is what templates of v1 list: looks alone.
func props(all []thing) string {
	var looks []string
	for _, p := range all {
		if p.Looks != "" {
			looks = append(looks, clause(p.Looks))
		} else {
			looks = append(looks, strings.ReplaceAll(p.ID, "-", " "))
		}
	}
	return stop("In the shot: " + strings.Join(looks, "; "))
}

func names(all []thing) string {
	var n []string
	for _, c := range all {
		n = append(n, c.Name)
	}
	if len(n) < 2 {
		return strings.Join(n, "")
	}
	return strings.Join(n[:len(n)-1], ", ") + " and " + n[len(n)-1]
}

// word looks an enum of the script up; a word that is not in the table stands
// for itself.
func word(table map[string]string, key string) string {
	if w, ok := table[strings.ToLower(key)]; ok {
		return w
	}
	return key
}
