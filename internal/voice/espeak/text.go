package espeak

import (
	"strings"

	"github.com/dailies/dailies/internal/voice/line"
)

// clean takes out what espeak-ng would read as a command: control characters
// and the double brackets of its phoneme notation.
func clean(s string) string {
	return line.Clean(strings.NewReplacer("[[", "(", "]]", ")").Replace(strings.ToValidUTF8(s, "")))
}
