package activities

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
)

const reviewType = "video/mp4"

// keepReview stores what a browser plays of a take. It is of the take as it was
// judged: one that is there already stays when the take is conformed to another cut.
func (m *Media) keepReview(ctx context.Context, id drama.TakeID, path string, known bool) error {
	if known {
		_, err := m.library().Review(ctx, id)
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	_, err := m.upload(ctx, path, store.Keys{Show: id.Episode.Show}.TakeReview(id), reviewType, fileSum{})
	return err
}

// MakeReview makes the review of a take that has none, of its whole clip: one of an
// older release, or whose clip was conformed before it was this take's. Takes with a
// review are left alone.
//
// A clip that cannot be decoded is a *media.ClipError.
func (m *Media) MakeReview(ctx context.Context, id drama.TakeID, f drama.Format) error {
	_, err := m.library().Review(ctx, id)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	take, err := readTake(ctx, m.library(), id)
	if err != nil {
		return err
	}
	if take.Media.Key == "" {
		return media.ClipErrorf("nothing was delivered for it")
	}
	dir, done, err := m.folder("review")
	if err != nil {
		return err
	}
	defer done()
	job := media.ConformJob{
		In: filepath.Join(dir, "clip"), OutVideo: filepath.Join(dir, "video.mp4"), OutAudio: filepath.Join(dir, "audio.wav"),
		OutReview: filepath.Join(dir, "review.mp4"), Spec: m.spec(f),
	}
	if err := m.download(ctx, take.Media, job.In); err != nil {
		return err
	}
	if _, err := m.run(ctx, media.Job{Conform: &job}); err != nil {
		return fmt.Errorf("make the review of take %s: %w", id, err)
	}
	return m.keepReview(ctx, id, job.OutReview, true)
}
