package kling

import (
	"encoding/json"
	"testing"

	"github.com/dailies/dailies/internal/provider"
)

// FuzzFaces: whatever Kling says of faces, one is chosen that it named and that is seen for
// long enough, or nobody's lips are changed.
func FuzzFaces(f *testing.F) {
	for _, seed := range []string{
		`{"session_id":"1","face_data":[{"face_id":"7","start_time":0,"end_time":3100}]}`,
		`{"session_id":1,"face_data":[{"face_id":7,"start_time":"0","end_time":1e9}]}`,
		`{"face_data":null}`, `[]`, `{"face_data":[{"start_time":9223372036854775807,"end_time":-9223372036854775808}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var seen faces
		if json.Unmarshal(raw, &seen) != nil {
			return
		}
		chosen, err := chosenFace(seen)
		switch {
		case err != nil && provider.KindOf(err, "") != provider.KindInvalid:
			t.Errorf("%v", err)
		case err == nil && (len(seen.Faces) != 1 || chosen.seen() < leastFace || chosen.ID == ""):
			t.Errorf("%+v of %+v", chosen, seen)
		}
	})
}
