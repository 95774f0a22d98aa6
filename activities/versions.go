package activities

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
)

// version makes a further master of the cut in a folder that the returned func
// removes. Its mezzanines are kept like all others: a shot that it shows as the master
// does is not made again, and after a retake one shot is.
func (m *Media) version(ctx context.Context, in AssembleInput, of *cut.Cut, v drama.Version) (made cut.MadeVersion, done func(), err error) {
	script, err := m.scripts.Load(ctx, m.library(), in.Script)
	if err != nil {
		return made, nil, err
	}
	other := *script
	other.Season = v.Of(other.Season)
	c := of.Version(v)
	shots := of.Shots()
	group, making := errgroup.WithContext(ctx)
	group.SetLimit(max(1, runtime.GOMAXPROCS(0)))
	for i, s := range in.Shots {
		at := indexOfShot(shots, s.Slate)
		if at < 0 {
			continue // it is not in the cut
		}
		group.Go(func() (err error) {
			shots[at].MezzanineDigest, shots[at].Mezzanine, err = m.versionShot(making, in, in.Shots[i], &other)
			beat.Now(ctx)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return made, nil, fmt.Errorf("make version %s: %w", v.Name, err)
	}
	if err := c.Lay(shots); err != nil {
		return made, nil, &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	dir, done, err := m.folder("version")
	if err != nil {
		return made, nil, err
	}
	job, needed := c.Job(dir)
	job.Contact = nil // the cut's own shows the same
	if err = m.bring(ctx, needed); err == nil {
		made = cut.MadeVersion{Version: v, Job: job}
		made.Result, err = m.join(ctx, in.ID, &made.Job)
	}
	if err != nil {
		done()
		return made, nil, fmt.Errorf("make version %s: %w", v.Name, err)
	}
	return made, done, nil
}

func indexOfShot(shots []cut.Shot, slate string) int {
	for i, s := range shots {
		if s.Slate == slate {
			return i
		}
	}
	return -1
}

// versionShot is a shot's mezzanine as a version's script has it, made where there is
// none.
func (m *Media) versionShot(ctx context.Context, in AssembleInput, s CutShot, script *drama.Production) (string, library.Mezzanine, error) {
	w, err := m.shotWorkOf(ctx, ConformInput{Plan: in.Plan, Script: in.Script, Slate: s.Slate, Take: s.Take, Speech: s.Speech}, script)
	if err != nil {
		return "", library.Mezzanine{}, err
	}
	w.aside = true
	mz, err := m.find(ctx, w)
	if lost(err) {
		mz, err = m.make(ctx, w, true, func(library.Mezzanine, string) (bool, error) { return true, nil })
	}
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		return w.digest, mz, damaged("conform take %s: %w", s.Take, err)
	}
	return w.digest, mz, err
}

// covers makes the season's pictures for shop windows in dir, of the take that stands
// for the cut: as it was delivered, without texts.
func (m *Media) covers(ctx context.Context, c *cut.Cut, dir string) (media.CoverJob, error) {
	shot, at, ok := c.CoverOf()
	if !ok {
		return media.CoverJob{}, nil
	}
	job := c.Covers(shot.Slate, dir)
	for _, s := range c.Script.Episode.Shots() {
		if s.Slate == shot.Slate {
			job.Frame = clipFrame(shot.Take, s, at, c.Spec.FPS)
		}
	}
	if t := shot.Take.Toned; t != nil {
		job.Grade = t.Grade
	}
	job.In = filepath.Join(dir, "cover-clip")
	if err := m.download(ctx, shot.Take.Media, job.In); err != nil {
		return job, err
	}
	if _, err := m.run(ctx, media.Job{Cover: &job}); err != nil {
		if _, ok := errors.AsType[*media.ClipError](err); ok {
			return job, damaged("make covers of take %s: %w", shot.Take.ID, err)
		}
		return job, fmt.Errorf("make covers of take %s: %w", shot.Take.ID, err)
	}
	return job, nil
}
