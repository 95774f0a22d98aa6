package drama

import (
	"strings"
	"time"
	"unicode"

	"github.com/dailies/dailies/internal/media"
)

// speechRate is a language's pace of fluent reading in tenths of a syllable
// (Japanese: mora) a second: a line that does not fit at this pace cannot be
// spoken. English, French, German, Italian, Japanese, Mandarin, Spanish and
// Vietnamese after Pellegrino, Coupé and Marsico 2011, "A cross-language
// perspective on speech information rate" (Language 87), table 2; the others are
// set beside the nearest of these.
func speechRate(language string) int64 {
	primary, _, _ := strings.Cut(language, "-")
	switch primary {
	case "zh", "cmn":
		return 52
	case "yue":
		return 56
	case "ja", "es":
		return 78
	case "ko", "fr", "tr", "ca", "fi", "it", "sr":
		return 70
	case "de", "hu":
		return 60
	case "vi":
		return 53
	case "th":
		return 47
	}
	return 62 // English, and the mean of the study
}

// Pauses in tenths of a second, inside a text; none at its end.
const (
	pauseClause   = 2
	pauseSentence = 4
)

// SilentBeat is how long a line without a letter or digit ("……", an emoji) lasts:
// nobody speaks it, and its subtitle shows for that time.
const SilentBeat = time.Second

// Audible says whether a text has anything to speak: a letter or a digit.
func Audible(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// SpeechFrames estimates how long a text takes to speak, in frames, rounded up. It
// counts syllables by script (Han, kana and Hangul characters, vowel groups of
// alphabets, digits one by one) and pauses at punctuation; it knows no words. A text
// that is not Audible takes a SilentBeat, an empty one 0 frames.
func SpeechFrames(text, language string, fps media.Rational) media.Frames {
	if !fps.Valid() {
		return 0
	}
	syllables, tenths := measureSpeech(text, language)
	switch {
	case strings.TrimSpace(text) == "":
		return 0
	case !Audible(text):
		return media.FramesIn(SilentBeat, fps)
	case syllables == 0:
		return 1 // letters of no script that is counted
	}
	rate := speechRate(language)
	// seconds = syllables*10/rate + tenths/10, over a common divisor of 10*rate
	num := (syllables*100 + tenths*rate) * fps.Num
	den := 10 * rate * fps.Den
	return media.Frames((num + den - 1) / den)
}

// maxSpeech bounds what is measured, in characters, so that no sum overflows.
const maxSpeech = 100_000

// measureSpeech counts syllables and, in tenths of a second, pauses.
func measureSpeech(text, language string) (syllables, tenths int64) {
	japanese := strings.HasPrefix(language, "ja")
	var word []rune
	pause, seen := int64(0), 0
	spoke := func(n int64) {
		if syllables > 0 {
			tenths += pause
		}
		pause = 0
		syllables += n
	}
	flush := func() {
		if len(word) > 0 {
			spoke(wordSyllables(word, language))
			word = word[:0]
		}
	}
	for _, r := range text {
		if seen++; seen > maxSpeech {
			break
		}
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			if japanese {
				spoke(2)
			} else {
				spoke(1)
			}
		case unicode.In(r, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r == 'ー':
			flush()
			spoke(1)
		case unicode.IsDigit(r):
			flush()
			spoke(1)
		case unicode.IsLetter(r), unicode.Is(unicode.Mn, r), unicode.Is(unicode.Mc, r):
			word = append(word, unicode.ToLower(r))
		case r == '\'' || r == '’':
			// inside a word: don't, l'eau
		case strings.ContainsRune(".!?…。！？", r):
			flush()
			pause = pauseSentence
		case strings.ContainsRune(",;:—–，、；：", r):
			flush()
			pause = max(pause, pauseClause)
		default:
			flush()
		}
	}
	flush()
	return syllables, tenths
}

// wordSyllables counts the vowel groups of a word of an alphabet, at least one. In
// scripts whose vowels are not letters of their own it takes two letters a syllable.
func wordSyllables(word []rune, language string) int64 {
	groups, letters, inGroup, knows := int64(0), int64(0), false, false
	for _, r := range word {
		if unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek) {
			knows = true
		}
		if unicode.IsLetter(r) {
			letters++
		}
		v := strings.ContainsRune("aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýÿıăąęěőűůāēīōūαεηιουωάέήίόύώаеёиоуыэюяіїє", r)
		if v && !inGroup {
			groups++
		}
		inGroup = v
	}
	if !knows {
		return max(1, (letters+1)/2)
	}
	if n := len(word); strings.HasPrefix(language, "en") && groups > 1 && word[n-1] == 'e' &&
		(n <= 2 || word[n-2] != 'l' || strings.ContainsRune("aeiouy", word[n-3])) {
		groups-- // a silent e: late, not table
	}
	return max(1, groups)
}

// PlaceLines lays the lines of a shot one after another over its frames: a short
// lead-in, then each line for as long as it takes to speak, and what is left shared
// out evenly after the lines. Lines that need more than the shot are hurried in
// proportion. It returns one cue a line, in order, none overlapping, all inside the
// shot; nil when there is nothing to place or less than a frame a line.
func PlaceLines(lines []Line, language string, frames media.Frames, fps media.Rational) []SpokenCue {
	n := media.Frames(len(lines))
	if n == 0 || frames < n || !fps.Valid() {
		return nil
	}
	needs := make([]media.Frames, n)
	total := media.Frames(0)
	for i, l := range lines {
		needs[i] = max(1, SpeechFrames(l.Say, language, fps))
		total += needs[i]
	}
	cues := make([]SpokenCue, n)
	if total > frames {
		// Each line has one frame for sure; the rest is shared by need.
		spare, before := frames-n, media.Frames(0)
		for i := range lines {
			from := media.Frames(i) + before*spare/total
			before += needs[i]
			cues[i] = SpokenCue{Line: i, From: from, To: media.Frames(i+1) + before*spare/total}
		}
		return cues
	}
	free := frames - total
	lead := min(media.Frames(fps.Num/(4*fps.Den)), free/(n+1))
	free -= lead
	at := lead
	for i := range lines {
		cues[i] = SpokenCue{Line: i, From: at, To: at + needs[i]}
		k := media.Frames(i + 1)
		at += needs[i] + free*k/n - free*(k-1)/n
	}
	return cues
}
