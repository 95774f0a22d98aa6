package library

import (
	"context"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Ended reads the copy of how a run of an episode ended. store.ErrNotFound; *RecordError also
// where it is another run's.
func (l Library) Ended(ctx context.Context, id drama.EpisodeID, run string) (drama.EpisodeStatus, error) {
	st, _, err := read(ctx, l, store.Keys{Show: id.Show}.Ended(id), "it is made anew", func(st *drama.EpisodeStatus) error {
		if st.ID != id || st.RunID != run || run == "" || st.EndedAt == nil {
			return fmt.Errorf("it is of run %q of %q", st.RunID, st.ID)
		}
		return nil
	})
	if err != nil {
		return drama.EpisodeStatus{}, err
	}
	return *st, nil
}

// KeepEnded writes it. It is never the truth: the run is.
func (l Library) KeepEnded(ctx context.Context, st drama.EpisodeStatus) error {
	st.Waiting = "" // each front has its own words
	_, err := l.put(ctx, store.Keys{Show: st.ID.Show}.Ended(st.ID), fmt.Sprintf("how %s ended", st.ID), st)
	return err
}
