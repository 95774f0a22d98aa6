package plan

import "github.com/dailies/dailies/internal/near"

// didYouMean is `; did you mean "x"?` for the nearest known name, or nothing when
// none is near.
func didYouMean(name string, known []string) string {
	meant := near.Word(name, known)
	if meant == "" {
		return ""
	}
	return `; did you mean "` + meant + `"?`
}
