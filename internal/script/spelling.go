package script

import (
	"fmt"
	"io/fs"
	slashpath "path"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// maxListed bounds the folder that is searched for a file of a near name.
const maxListed = 500

// sameLetters says whether two names look the same: one system writes é as one
// character, another as an e and an accent.
func sameLetters(a, b string) bool { return norm.NFC.String(a) == norm.NFC.String(b) }

// sameButCase says whether two names differ in capitals alone, which is no
// difference on some systems.
func sameButCase(a, b string) bool {
	return strings.EqualFold(norm.NFC.String(a), norm.NFC.String(b))
}

// respelled is the path of what lies at a path whose folders and name are spelled
// in another way; "" when nothing does.
func respelled(fsys fs.FS, at string, same func(a, b string) bool) string {
	there := "."
	for part := range strings.SplitSeq(at, "/") {
		entries, err := fs.ReadDir(fsys, there)
		if err != nil || len(entries) > maxListed {
			return ""
		}
		found := ""
		for _, e := range entries {
			if e.Name() == part || found == "" && same(e.Name(), part) {
				found = e.Name()
			}
		}
		if found == "" {
			return ""
		}
		there = slashpath.Join(there, found)
	}
	return there
}

// nearFile is the hint for a file that is not there: another spelling of its path,
// or a name beside it that is near.
func (b *builder) nearFile(at string) string {
	if there := respelled(b.folder.fsys, at, sameButCase); there != "" && there != at {
		return fmt.Sprintf("it is there as %s: capitals count", quote(there))
	}
	entries, err := fs.ReadDir(b.folder.fsys, slashpath.Dir(at))
	if err != nil || len(entries) > maxListed {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if meant := b.nearest(slashpath.Base(at), names); meant != "" {
		return fmt.Sprintf("did you mean %s?", quote(meant))
	}
	return ""
}
