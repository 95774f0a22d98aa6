package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
)

// What can be made again is made again: a mezzanine out of its take, a cut out of
// its mezzanines. A take cannot; it was paid for.

// lostMezzanine is a shot whose mezzanine's files are gone, or not what their record
// says.
type lostMezzanine struct {
	use string // see cut.Shot.Use
	err error
}

func (l *lostMezzanine) Error() string { return fmt.Sprintf("shot %s: %v", l.use, l.err) }
func (l *lostMezzanine) Unwrap() error { return l.err }

// ofMezzanine says whose file could not be had, where it never will be.
func ofMezzanine(use string, err error) error {
	if f, ok := AsFailure(err); ok && f.Type == ErrRecord || errors.Is(err, store.ErrChecksum) {
		return &lostMezzanine{use, err}
	}
	return err
}

// material brings everything the child needs into a folder that the returned func
// removes. Mezzanines that are lost are made again, each once; trims as layOut has them.
func (m *Media) material(ctx context.Context, in AssembleInput, c *cut.Cut, trims map[string]shotWork) (media.AssembleJob, func(), error) {
	remade := make(map[string]bool)
	for {
		dir, done, err := m.folder("assemble")
		if err != nil {
			return media.AssembleJob{}, nil, err
		}
		job, needed := c.Job(dir)
		if err = m.bring(ctx, needed); err == nil {
			return job, done, nil
		}
		done()
		gone, ok := errors.AsType[*lostMezzanine](err)
		if !ok || remade[gone.use] {
			return media.AssembleJob{}, nil, err
		}
		remade[gone.use] = true
		var mz library.Mezzanine
		if w, there := trims[gone.use]; there && w.lips != nil {
			mz, err = m.lipsAgain(ctx, w)
		} else if there {
			mz, err = m.makeAgain(ctx, w)
		} else {
			mz, err = m.remake(ctx, in, c.Slate(gone.use))
		}
		if err != nil {
			return media.AssembleJob{}, nil, err
		}
		c.Remade(gone.use, mz)
	}
}

// remake conforms the take of a shot again.
func (m *Media) remake(ctx context.Context, in AssembleInput, slate string) (library.Mezzanine, error) {
	var mz library.Mezzanine
	s := in.Shots[slices.IndexFunc(in.Shots, func(s CutShot) bool { return s.Slate == slate })]
	w, err := m.shotWork(ctx, ConformInput{Plan: in.Plan, Script: in.Script, Slate: s.Slate, Take: s.Take, Speech: s.Speech})
	if err != nil {
		return mz, err
	}
	if w.digest != s.Mezzanine {
		return mz, damaged("assemble %s: the mezzanine of %s is not in the store any more, and this worker would make another; render again", in.ID, s.Take)
	}
	return m.makeAgain(ctx, w)
}

// makeAgain makes a mezzanine whose files are not what their record says.
func (m *Media) makeAgain(ctx context.Context, w shotWork) (library.Mezzanine, error) {
	m.log().Warn("a mezzanine is gone or damaged; it is made again", "take", w.take.ID.String())
	prefix := store.Keys{Show: w.take.ID.Episode.Show}.Mezzanine(w.digest)
	mz, err := m.make(ctx, w, true, func(library.Mezzanine, string) (bool, error) {
		// What lies there may be damaged under the right checksum, on whose word
		// nothing would be sent.
		for _, name := range []string{"video.mp4", "audio.wav"} {
			if _, err := m.Store.Put(ctx, prefix+name, strings.NewReader(""), ""); err != nil {
				return false, fmt.Errorf("make room for the mezzanine of %s: %w", w.take.ID, err)
			}
		}
		return true, nil
	})
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		return mz, damaged("assemble %s: %w", w.take.ID.Episode, err)
	}
	return mz, err
}

// whole says whether a cut's files are there as its manifest says.
func (m *Media) whole(ctx context.Context, man drama.Manifest) (bool, error) {
	prefix := library.Prefix(man)
	there := make([]bool, len(man.Files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(filesAtOnce)
	for i, f := range man.Files {
		group.Go(func() error {
			info, err := m.Store.Head(ctx, prefix+f.Name)
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			there[i] = err == nil && info.Bytes == f.Bytes && (info.SHA256 == "" || info.SHA256 == f.SHA256)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return false, err
	}
	for i, f := range man.Files {
		if !there[i] {
			m.log().Warn("a file of the newest cut is gone; the cut is made again", "cut", man.Cut, "file", f.Name)
			return false, nil
		}
	}
	return true, nil
}
