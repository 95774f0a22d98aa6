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
	"github.com/dailies/dailies/internal/plan"
)

// version makes a further master of the cut in a folder that the returned func
// removes. Its mezzanines are kept like all others: a shot that it shows as the master
// does is not made again, and after a retake one shot is.
func (m *Media) version(ctx context.Context, in AssembleInput, of *cut.Cut, v drama.Version) (made cut.MadeVersion, done func(), err error) {
	script, err := m.scripts.Load(ctx, m.library(), in.Script)
	if err != nil {
		return made, nil, err
	}
	p, err := m.plans.Load(ctx, m.library(), in.Plan)
	if err != nil {
		return made, nil, err
	}
	work := func(ctx context.Context, script *drama.Production, s cut.Shot) (shotWork, error) {
		return m.shotWorkOf(ctx, ConformInput{Plan: in.Plan, Script: in.Script, Slate: s.Slate, Take: s.Take.ID, Speech: s.Speech}, script)
	}
	c, err := m.versionOf(ctx, of, script, p, v, work, m.found)
	if err != nil {
		return made, nil, fmt.Errorf("make version %s: %w", v.Name, err)
	}
	dir, done, err := m.folder("version")
	if err != nil {
		return made, nil, err
	}
	job, needed := c.Job(dir)
	job.Contact, job.Stems = nil, nil // the cut's own show and hold the same
	if err = m.bring(ctx, needed); err == nil {
		err = m.renditions(ctx, in.ID.Show, c.Renditions(job), c.Spec)
	}
	if err == nil {
		made = cut.MadeVersion{Version: v, Job: job, VideoDigests: c.VideoDigests()}
		made.Result, err = m.joinWith(ctx, in.ID, m.lendParts(in.ID, "", dir).borrowed(), &made.Job)
	}
	if err == nil {
		made.C2PA, err = m.sign(ctx, c, job.Out, &made.Result)
	}
	if err != nil {
		done()
		return made, nil, fmt.Errorf("make version %s: %w", v.Name, err)
	}
	return made, done, nil
}

// versionOf lays out a version of a cut: work is how a shot that is shown whole is
// conformed by the version's script, and find gives the mezzanine of a work.
func (m *Media) versionOf(
	ctx context.Context, of *cut.Cut, script *drama.Production, p *plan.Plan, v drama.Version,
	work func(context.Context, *drama.Production, cut.Shot) (shotWork, error), find func(context.Context, shotWork) (library.Mezzanine, error),
) (*cut.Cut, error) {
	other := *script
	other.Season = cut.SeasonOf(v, other.Season)
	c, shots := of.Version(v), of.Shots()
	var trims map[string]shotWork
	if of.Edit != nil {
		var err error
		if trims, err = m.trims(&other, p, shots); err != nil {
			return nil, err
		}
	}
	group, making := errgroup.WithContext(ctx)
	group.SetLimit(max(1, runtime.GOMAXPROCS(0)))
	for i := range shots {
		s := &shots[i]
		group.Go(func() (err error) {
			w, trimmed := trims[s.Use()]
			if !trimmed {
				if w, err = work(making, &other, *s); err != nil {
					return err
				}
			}
			w.aside = true
			s.MezzanineDigest = w.digest
			s.Mezzanine, err = find(making, w)
			beat.Now(ctx)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := c.Lay(shots); err != nil {
		return nil, &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	return c, nil
}

// found is a mezzanine, made where there is none.
func (m *Media) found(ctx context.Context, w shotWork) (library.Mezzanine, error) {
	mz, err := m.find(ctx, w)
	if lost(err) {
		mz, err = m.make(ctx, w, true, func(library.Mezzanine, string) (bool, error) { return true, nil })
	}
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		return mz, damaged("conform take %s: %w", w.take.ID, err)
	}
	return mz, err
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
		switch p := shot.Piece; {
		case s.Slate != shot.Slate:
		case p != nil && !p.Whole:
			job.Frame = clipFrame(shot.Take, p.In+at, c.Spec.FPS)
		default:
			job.Frame = clipFrame(shot.Take, firstShown(shot.Take, s, c.Spec.FPS)+at, c.Spec.FPS)
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
