package activities

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
)

// renditions brings the renditions that a cut's ladder is copied from to their places.
// Like a mezzanine, beside which it is kept, a rendition is made once: after a retake
// that of one shot is.
func (m *Media) renditions(ctx context.Context, show string, wanted []cut.Rendition, spec media.Spec) error {
	missing := make([]bool, len(wanted))
	group, finding := errgroup.WithContext(ctx)
	group.SetLimit(filesAtOnce)
	for i, r := range wanted {
		group.Go(func() (err error) {
			missing[i], err = m.findRendition(finding, show, r)
			beat.Now(ctx)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	shots := map[string][]cut.Rendition{} // what is missing, by the mezzanine that it is made of
	var order []string
	for i, r := range wanted {
		if !missing[i] {
			continue
		}
		if shots[r.From] == nil {
			order = append(order, r.From)
		}
		shots[r.From] = append(shots[r.From], r)
	}
	group, making := errgroup.WithContext(ctx)
	group.SetLimit(max(1, runtime.GOMAXPROCS(0)))
	for _, from := range order {
		group.Go(func() error { return m.makeRenditions(making, show, shots[from], spec) })
	}
	return group.Wait()
}

// findRendition brings a rendition that was made before; true: there is none that is
// whole.
func (m *Media) findRendition(ctx context.Context, show string, r cut.Rendition) (missing bool, err error) {
	ref, err := m.library().Rendition(ctx, show, r.Mezzanine, r.Digest)
	if lost(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	err = m.file(ctx, ref, r.Path)
	if f, ok := AsFailure(err); ok && f.Type == ErrRecord || errors.Is(err, store.ErrChecksum) {
		m.log().Warn("a rendition is gone or damaged; it is made again", "shot", r.Slate, "size", r.Rung.Raster.String())
		// What lies there may be damaged under the right checksum, on whose word nothing
		// would be sent.
		if _, err := m.Store.Put(ctx, ref.Key, strings.NewReader(""), ""); err != nil {
			return false, fmt.Errorf("make room for %s: %w", ref.Key, err)
		}
		return true, nil
	}
	return false, err
}

// makeRenditions makes what is missing of one shot, in one decode, and stores it.
func (m *Media) makeRenditions(ctx context.Context, show string, list []cut.Rendition, spec media.Spec) error {
	job := media.RenditionJob{In: list[0].From, Spec: spec}
	for _, r := range list {
		job.Outs = append(job.Outs, media.Rendition{Rung: r.Rung, Path: r.Path})
	}
	if _, err := m.run(ctx, media.Job{Rendition: &job}); err != nil {
		if _, ok := errors.AsType[*media.ClipError](err); ok {
			return damaged("make the renditions of %s: %w", list[0].Slate, err)
		}
		return fmt.Errorf("make the renditions of %s: %w", list[0].Slate, err)
	}
	for _, r := range list {
		key := store.Keys{Show: show}.Rendition(r.Mezzanine, r.Digest) + ".mp4"
		ref, err := m.upload(ctx, r.Path, key, "video/mp4", fileSum{})
		if err != nil {
			return err
		}
		if err := m.library().WriteRendition(ctx, show, r.Mezzanine, r.Digest, ref); err != nil {
			return err
		}
		m.cache().keep(r.Path, ref.SHA256)
	}
	return nil
}
