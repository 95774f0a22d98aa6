package library

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media/sheet"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
)

func TestSheetIsTheBeginningOfTheReview(t *testing.T) {
	st := mem.New()
	l := Library{Store: st}
	id := drama.TakeID{Episode: drama.EpisodeID{Show: "pier", Number: 1}, Slate: "2B", Number: 3}
	if _, err := l.Sheet(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of a take without a review: %v", err)
	}
	want := sheet.Sheet{Thumb: []byte("thumb"), Strip: []byte("strip")}
	box, err := want.Box()
	if err != nil {
		t.Fatal(err)
	}
	clip := append(append([]byte("\x00\x00\x00\x10ftypisom\x00\x00\x02\x00"), box...), make([]byte, 2*sheet.MaxBytes)...)
	key := store.Keys{Show: "pier"}.TakeReview(id)
	if _, err := st.Put(t.Context(), key, bytes.NewReader(clip), "video/mp4"); err != nil {
		t.Fatal(err)
	}
	got, err := l.Sheet(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if info, err := l.Review(t.Context(), id); err != nil || info.Bytes != int64(len(clip)) {
		t.Errorf("the review is %+v, %v", info, err)
	}
	// A review is no take: it is not counted among their records.
	if takes, bad, err := l.Takes(t.Context(), id.Episode, ""); err != nil || len(takes) != 0 || len(bad) != 0 {
		t.Errorf("takes: %v, %v, %v", takes, bad, err)
	}
	if _, err := st.Put(t.Context(), key, bytes.NewReader([]byte("half a cl")), "video/mp4"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Sheet(t.Context(), id); Damaged(err) == nil {
		t.Errorf("of half a clip: %v", err)
	}
}
