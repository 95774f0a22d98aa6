package activities

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// Foreseen is what a run by a plan would find of its cut.
type Foreseen struct {
	// Known is false where the cut is decided by what is still to be made: a take, a
	// spoken line, the length of a clip that nobody has decoded.
	Known bool
	// Same says that the newest cut is the one, and whole: nothing would be made. Gone
	// says that it is the one, but that some of its files are not there.
	Same, Gone bool
	// Frames is how long the cut is, where it is known.
	Frames media.Frames
}

// Foresee says whether a run by the plan would make another cut, by the functions
// that it would be made by. It only reads.
func (m *Media) Foresee(ctx context.Context, script *drama.Production, p *plan.Plan) (Foreseen, error) {
	shots := make([]cut.Shot, len(p.Shots))
	known := make([]bool, len(p.Shots))
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(filesAtOnce)
	for i, s := range p.Shots {
		if s.Action != plan.Reuse || s.Reuse == nil {
			return Foreseen{}, nil
		}
		group.Go(func() (err error) {
			shots[i], known[i], err = m.foreseen(reading, script, s)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return Foreseen{}, err
	}
	if slices.Contains(known, false) {
		return Foreseen{}, nil
	}
	c := &cut.Cut{ID: p.Episode, Script: script, Spec: m.spec(script.Season.Format), Signed: m.Signing.form()}
	shots, trims, err := m.edited(ctx, c, p, shots)
	if err != nil {
		return Foreseen{}, err
	}
	for i := range shots {
		if w, ok := trims[shots[i].Use()]; ok {
			shots[i].Mezzanine.Result.Frames = w.job.Frames // whoever makes it finds it, or makes it so
		}
	}
	if err := c.Lay(shots); err != nil {
		return Foreseen{}, nil //nolint:nilerr // whoever makes it says so
	}
	at, err := m.library().Latest(ctx, c.ID)
	if lost(err) || err == nil && at.Digest != c.Identity() {
		waits, err := m.waiting(ctx, c)
		return Foreseen{Known: true, Same: waits != nil, Frames: c.Frames()}, err
	}
	if err != nil {
		return Foreseen{}, err
	}
	same, err := m.latest(ctx, c)
	return Foreseen{Known: true, Same: same != nil, Gone: same == nil, Frames: c.Frames()}, err
}

// foreseen is a shot as the cut would use it; false where that is not known yet.
func (m *Media) foreseen(ctx context.Context, script *drama.Production, s plan.Shot) (cut.Shot, bool, error) {
	out, _, known, err := m.foreseenWork(ctx, script, s)
	return out, known, err
}

// foreseenWork is foreseen, and how its mezzanine is made.
func (m *Media) foreseenWork(ctx context.Context, script *drama.Production, s plan.Shot) (out cut.Shot, w shotWork, known bool, err error) {
	out = cut.Shot{Slate: s.Slate, Digest: s.Digest}
	shot, err := scriptShot(script, s.Slate)
	if err != nil {
		return out, w, false, err
	}
	if out.Take, err = m.library().Take(ctx, *s.Reuse); lost(err) {
		return out, w, false, nil
	} else if err != nil {
		return out, w, false, err
	}
	if shot.Frames == 0 && (len(shot.Lines) > 0 || shot.Title != nil) {
		return out, w, false, nil // its texts are placed by a length that only decoding tells
	}
	if script.Season.Spoken(shot) && len(shot.Lines) > 0 {
		if out.Speech, err = m.saidBefore(ctx, script, shot, script.Season.DialogueOf(shot), false); errors.Is(err, store.ErrNotFound) {
			return out, w, false, nil
		} else if err != nil {
			return out, w, false, err
		}
	}
	if out.Take.Over() && !script.Season.Spoken(shot) {
		if out.Speech, err = m.overBefore(ctx, script, shot, out.Take); errors.Is(err, store.ErrNotFound) {
			return out, w, false, nil
		} else if err != nil {
			return out, w, false, err
		}
	}
	if w, err = m.workOf(script, s, shot, out); err != nil {
		return out, w, false, err
	}
	out.MezzanineDigest = w.digest
	out.Mezzanine, err = m.find(ctx, w)
	if lost(err) {
		// It would be made again, of the length that the script says.
		out.Mezzanine, err = library.Mezzanine{}, nil
		out.Mezzanine.Result.Frames = shot.Frames
	}
	return out, w, err == nil && out.Mezzanine.Result.Frames > 0, err
}

// workOf is how a shot's take is conformed by a script that says how long the shot is, or
// that puts no texts on it.
func (m *Media) workOf(script *drama.Production, p plan.Shot, shot drama.Shot, s cut.Shot) (shotWork, error) {
	w := shotWork{script: script, plan: p, shot: shot, take: s.Take, length: shot.Frames, speech: s.Speech}
	w.job = m.conformJob(w)
	return w, m.burn(&w)
}

// saidBefore is what Speak would find of a shot's lines. store.ErrNotFound where one
// of them has still to be spoken. over: they are spoken over a take.
func (m *Media) saidBefore(ctx context.Context, script *drama.Production, shot drama.Shot, by drama.Dialogue, over bool) (drama.Speech, error) {
	var out drama.Speech
	for i, l := range shot.Lines {
		if l.Say == "" || over && mouthed(l) {
			continue
		}
		key := silenceKey(script)
		if drama.Audible(l.Say) {
			key = m.lines().want(script, l, by).key
		}
		ref, frames, err := m.spoken(ctx, key, script.Season.Format.FPS)
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, drama.SpokenLine{Line: i, Sound: ref, Frames: frames})
	}
	return out, nil
}
