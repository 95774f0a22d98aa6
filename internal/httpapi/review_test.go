package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/media/sheet"
	"github.com/dailies/dailies/internal/store"
)

// TestTakesAreShown: the review by range, the pictures in front of it by themselves.
func TestTakesAreShown(t *testing.T) {
	s := newScreening(t)
	box, err := sheet.Sheet{Thumb: []byte("a thumb"), Strip: []byte("a strip of ten")}.Box()
	if err != nil {
		t.Fatal(err)
	}
	clip := "\x00\x00\x00\x10ftypisom\x00\x00\x02\x00" + string(box) + "moov and pictures"
	id := drama.TakeID{Episode: drama.EpisodeID{Show: "mine", Number: 1}, Slate: "1A", Number: 1}
	s.put(store.Keys{Show: "mine"}.TakeReview(id), clip)
	const take = "/api/v1/shows/mine/episodes/1/shots/1A/takes/"
	for path, want := range map[string]struct {
		code       int
		kind, body string
	}{
		"1/thumb.jpg": {200, "image/jpeg", "a thumb"}, "1/strip.jpg": {200, "image/jpeg", "a strip of ten"}, "1/review.mp4": {200, "video/mp4", clip},
		"2/thumb.jpg": {404, "", ""}, "2/review.mp4": {404, "", ""},
	} {
		w := ask(s.h, "GET", take+path, "Authorization", "Bearer "+s.by[access.Viewer])
		if w.Code != want.code || want.code == http.StatusOK && (w.Body.String() != want.body || w.Header().Get("Content-Type") != want.kind) {
			t.Errorf("%s: %d %s %.60q", path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
	if w := ask(s.h, "GET", take+"1/review.mp4", "Authorization", "Bearer "+s.by[access.Viewer], "Range", "bytes=0-7"); w.Code != http.StatusPartialContent || w.Body.String() != clip[:8] {
		t.Errorf("a part: %d %q", w.Code, w.Body)
	}
}
