package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
)

// Mezzanine is the record beside a conformed take: what it is and where.
type Mezzanine struct {
	Video  store.Ref           `json:"video"`
	Audio  store.Ref           `json:"audio"`
	Result media.ConformResult `json:"result"`
}

const mezzanineRecord = "conform.json"

// Mezzanine reads the record of a mezzanine. store.ErrNotFound, *RecordError.
func (l Library) Mezzanine(ctx context.Context, show, digest string) (Mezzanine, error) {
	mz, _, err := read(ctx, l, store.Keys{Show: show}.Mezzanine(digest)+mezzanineRecord, "render again: it is made anew", func(m *Mezzanine) error {
		if m.Video.Key == "" || m.Audio.Key == "" {
			return errors.New("it names no files")
		}
		return nil
	})
	if err != nil {
		return Mezzanine{}, err
	}
	return *mz, nil
}

// WriteMezzanine writes the record of a mezzanine whose files are stored: it comes
// last, so that one with a record is whole.
func (l Library) WriteMezzanine(ctx context.Context, show, digest string, mz Mezzanine) error {
	_, err := l.put(ctx, store.Keys{Show: show}.Mezzanine(digest)+mezzanineRecord, fmt.Sprintf("the mezzanine %s", digest), mz)
	return err
}

// Rendition reads where a mezzanine's pictures on a rung are. store.ErrNotFound,
// *RecordError.
func (l Library) Rendition(ctx context.Context, show, mezzanine, digest string) (store.Ref, error) {
	ref, _, err := read(ctx, l, store.Keys{Show: show}.Rendition(mezzanine, digest)+".json", "render again: it is made anew", func(r *store.Ref) error {
		if r.Key == "" || r.SHA256 == "" {
			return errors.New("it names no file")
		}
		return nil
	})
	if err != nil {
		return store.Ref{}, err
	}
	return *ref, nil
}

// WriteRendition writes the record of a rendition whose file is stored: it comes last.
func (l Library) WriteRendition(ctx context.Context, show, mezzanine, digest string, ref store.Ref) error {
	_, err := l.put(ctx, store.Keys{Show: show}.Rendition(mezzanine, digest)+".json", fmt.Sprintf("the rendition %s of mezzanine %s", digest, mezzanine), ref)
	return err
}
