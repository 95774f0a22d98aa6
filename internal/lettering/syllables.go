package lettering

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Thai, Lao, Khmer and Burmese write no space between words. Their words need a
// dictionary (words.go has one, for Thai); where a syllable may begin can be told from
// the spelling.

// syllables cuts a text at the borders of syllables of such scripts and leaves
// others whole.
func syllables(text string, part func(text string, last bool)) {
	if strings.IndexFunc(text, unspaced) < 0 {
		part(text, true)
		return
	}
	from, at, state := 0, 0, -1
	rest, before := text, ""
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if before != "" && begins(text[from:at], cluster, rest) {
			part(text[from:at], false)
			from = at
		}
		at += len(cluster)
		before = cluster
	}
	part(text[from:], true)
}

func unspaced(c rune) bool {
	return unicode.In(c, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// leads are the vowels that are written before the consonant they follow.
func leads(c rune) bool { return c >= 0xe40 && c <= 0xe44 || c >= 0xec0 && c <= 0xec4 }

// follows are the vowels and signs that belong to the letter before them, where
// Unicode makes no cluster of them.
func follows(c rune) bool {
	switch c {
	case 'ะ', 'า', 'ำ', 'ๅ', 'ๆ', 'ฯ', 'ະ', 'າ', 'ຳ', 'ໆ', 'ຯ', 'ຽ':
		return true
	}
	return false
}

// begins says whether a syllable may begin with cluster after what stands before
// it: surely with a leading vowel; with consonants only where the syllable before
// has a vowel and this one has one too, so that no final consonant is cut off.
func begins(before, cluster, rest string) bool {
	first, _ := utf8.DecodeRuneInString(cluster)
	last, _ := utf8.DecodeLastRuneInString(before)
	start, _ := utf8.DecodeRuneInString(before)
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case !unspaced(first) || !unicode.IsLetter(first) || follows(first) || leads(last):
		return false
	case !unspaced(start):
		return true
	case unicode.In(first, unicode.Khmer, unicode.Myanmar):
		// A consonant that the next one is stacked under, or that ends a syllable
		// (asat), begins none.
		inner, _ := utf8.DecodeRuneInString(strings.TrimPrefix(cluster, string(first)))
		return last != 0x17d2 && last != 0x1039 && inner != 0x103a
	case leads(first):
		return true
	case !vowelled(before) || opens(last, first):
		return false
	case cluster == string(first) && opens(first, next):
		// Two consonants that begin a syllable together, unless the first may be
		// the last of the one before.
		second, _, _, _ := uniseg.FirstGraphemeClusterInString(rest, -1)
		return ownVowel(second, rest[len(second):]) && (neverFinal(first) || consonant(last))
	}
	return ownVowel(cluster, rest)
}

func consonant(c rune) bool { return c >= 0xe01 && c <= 0xe2e || c >= 0xe81 && c <= 0xeae }

// neverFinal are consonants that end no syllable.
func neverFinal(c rune) bool { return strings.ContainsRune("หฉผฝฌฮຫຜຝຮ", c) }

// opens says whether two consonants begin a syllable together.
func opens(a, b rune) bool {
	switch a {
	case 'ห', 'ຫ':
		return strings.ContainsRune("งญนมยรลวງຍນມຣລວ", b)
	case 'ก', 'ข', 'ค', 'ກ', 'ຂ', 'ຄ':
		return strings.ContainsRune("รลวຣລວ", b)
	case 'ป', 'พ', 'ผ', 'บ', 'ฟ':
		return strings.ContainsRune("รล", b)
	case 'ต', 'ท', 'ศ', 'ส', 'ด', 'ซ':
		return b == 'ร'
	}
	return false
}

// vowelled says whether a Thai or Lao part holds a written vowel.
func vowelled(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool {
		return leads(c) || follows(c) && c != 'ๆ' && c != 'ฯ' || c == 0xe31 || c >= 0xe34 && c <= 0xe39 || c == 0xeb1 || c >= 0xeb4 && c <= 0xebb
	})
}

// ownVowel says whether a consonant has a vowel of its own after it.
func ownVowel(cluster, rest string) bool {
	if vowelled(cluster) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(rest)
	return follows(next) && next != 'ๆ' && next != 'ฯ'
}
