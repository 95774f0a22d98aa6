package submission

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/profile"
)

// maxTitle bounds a title in a file's name, in bytes: file systems take 255, and the
// number, the language and the extension want room.
const maxTitle = 120

// slashes are what paths are made of, and what is read as such by somebody: some systems
// turn the wide ones into the plain ones.
const slashes = `/\:*?"<>|` + "\u2044\u2215\u29f8\u29f5\ufe68\uff0f\uff3c"

// reserved are names that Windows keeps to itself, whatever their extension.
var reserved = []string{"con", "prn", "aux", "nul"}

// FileName is a title as a part of a file's name: composed (NFC), without what is not
// seen, without anything that makes a path, and not too long; empty where nothing is left.
func FileName(title string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(title) {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case strings.ContainsRune(slashes, r):
			b.WriteByte('_')
		case r == utf8.RuneError || !unicode.IsGraphic(r):
			// control, format and private characters, halves of pairs: nobody sees them
		default:
			b.WriteRune(r)
		}
	}
	name := edges(strings.Join(strings.Fields(b.String()), " "))
	for len(name) > maxTitle {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	name = edges(name)
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	if slices.Contains(reserved, strings.TrimSpace(stem)) || device(stem) {
		return name + "_"
	}
	return name
}

// edges takes off what hides a file, reads as an option, or is lost on Windows.
func edges(name string) string { return strings.Trim(name, " .-_~") }

// device says whether a name is com1 or lpt9.
func device(stem string) bool {
	return len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) && stem[3] >= '0' && stem[3] <= '9'
}

// EpisodeName is what an episode's film is called, without its extension, as the receiver
// wants it, else by the show's id.
func EpisodeName(p profile.Profile, s drama.Season, episode int) string {
	if name := p.NameFor(ShowTitle(s), episode); name != "" {
		return name
	}
	return fmt.Sprintf("%s-%s", s.Show, drama.EpisodeID{Show: s.Show, Number: episode}.Code())
}
