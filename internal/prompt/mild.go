package prompt

import (
	"regexp"
	"strings"
)

// milder are words that vendors' moderation refuses in drama that means no harm,
// and what may stand for them. Longer ones come before what they contain.
var milder = [][2]string{
	{"bloodstained", "stained"},
	{"bloody", "stained"},
	{"blood", "dark stain"},
	{"corpse", "still figure"},
	{"dead body", "still figure"},
	{"murderer", "culprit"},
	{"murders", "confronts"},
	{"murdered", "gone"},
	{"murder", "crime"},
	{"kills", "defeats"},
	{"killed", "defeated"},
	{"killer", "culprit"},
	{"kill", "defeat"},
	{"stabs", "lunges at"},
	{"stabbed", "hurt"},
	{"stab", "lunge at"},
	{"strangles", "grabs"},
	{"shoots", "aims at"},
	{"gunshot", "bang"},
	{"gun", "dark object"},
	{"pistol", "dark object"},
	{"rifle", "long case"},
	{"knife", "metal object"},
	{"dies", "falls still"},
	{"dying", "fading"},
	{"dead", "motionless"},
	{"suicide", "despair"},
	{"tortures", "questions"},
	{"torture", "ordeal"},
	{"naked", "wrapped in a sheet"},
	{"nude", "wrapped in a sheet"},
	{"sexy", "elegant"},
	{"rape", "assault"},
	{"drugs", "contraband"},
	{"cocaine", "powder"},
	{"鲜血", "污迹"},
	{"血", "污迹"},
	{"尸体", "倒地的人"},
	{"杀死", "击败"},
	{"杀", "制服"},
	{"枪", "黑色物件"},
	{"刀", "金属物件"},
	{"死", "倒下"},
	{"自杀", "绝望"},
	{"裸", "裹着被单"},
	{"毒品", "违禁品"},
}

var mildWords = compileMild()

func compileMild() *strings.Replacer {
	var pairs []string
	for _, p := range milder {
		if p[0][0] >= 0x80 { // Chinese has no spaces between words
			pairs = append(pairs, p[0], p[1])
		}
	}
	return strings.NewReplacer(pairs...)
}

var mildEnglish = func() *regexp.Regexp {
	var words []string
	for _, p := range milder {
		if p[0][0] < 0x80 {
			words = append(words, regexp.QuoteMeta(p[0]))
		}
	}
	return regexp.MustCompile(`(?i)\b(` + strings.Join(words, "|") + `)\b`)
}()

// Mild says the same with words that moderation lets pass.
func Mild(s string) string {
	s = mildEnglish.ReplaceAllStringFunc(s, func(word string) string {
		for _, p := range milder {
			if strings.EqualFold(p[0], word) {
				return p[1]
			}
		}
		return word
	})
	return mildWords.Replace(s)
}
