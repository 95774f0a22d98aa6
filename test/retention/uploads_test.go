package retention

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/transfer"
)

// sending is a store with uploads that came to no end.
type sending struct {
	*mem.Store
	open    []store.Upload
	refused error
}

func (s *sending) Uploads(_ context.Context, prefix string, each func(store.Upload) error) error {
	for _, u := range s.open {
		if !strings.HasPrefix(u.Key, prefix) {
			continue
		}
		if err := each(u); err != nil {
			return err
		}
	}
	return s.refused
}

func (s *sending) Abort(_ context.Context, u store.Upload) error {
	s.open = slices.DeleteFunc(s.open, func(o store.Upload) bool { return o.ID == u.ID })
	return nil
}

// TestUploadsThatCameToNoEnd are no objects: they are asked for, and the old ones go. Where the
// service does not tell of them, that is said.
func TestUploadsThatCameToNoEnd(t *testing.T) {
	now := time.Now()
	s := &sending{Store: mem.New(), open: []store.Upload{
		{Key: "_proof/x", ID: "1", Begun: now.Add(-9 * 24 * time.Hour), Bytes: 5},
		{Key: "_proof/y", ID: "2", Begun: now.Add(-time.Hour), Bytes: 5},
	}}
	st := of(transfer.Guard(s), now)
	r, err := st.Retain(t.Context(), "", false)
	want := studio.RetainedKind{Kind: retention.Scratch, Items: 1, Objects: 1, Bytes: 5}
	if err != nil || len(r.Kinds) != 1 || r.Kinds[0] != want || len(s.open) != 2 {
		t.Fatalf("%v %+v, %d left", err, r, len(s.open))
	}
	r, err = st.Retain(t.Context(), "", true)
	if err != nil || len(r.Kinds) != 1 || r.Kinds[0] != want || len(s.open) != 1 || s.open[0].ID != "2" {
		t.Fatalf("%v %+v, left %+v", err, r, s.open)
	}
	s.refused = &store.RefusedError{Reason: "the keys may not list uploads"}
	if r, err = st.Retain(t.Context(), "", true); err != nil || len(r.Skipped) != 1 {
		t.Errorf("%v %+v", err, r)
	}
}
