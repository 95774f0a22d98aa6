package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
)

// edited lays an editor's cut over the shots, if the episode has one. Shots that are not
// shown as the run conformed them have no mezzanine record yet; trims are the work that
// makes theirs, by use. Nothing is made here.
func (m *Media) edited(ctx context.Context, c *cut.Cut, p *plan.Plan, shots []cut.Shot) ([]cut.Shot, map[string]shotWork, error) {
	e, err := m.library().Edit(ctx, c.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && len(e.Events) == 0 {
		return shots, nil, nil
	}
	if err != nil {
		return nil, nil, ends(err)
	}
	return m.editedBy(ctx, c, p, shots, e)
}

// editedBy is edited by an editor's cut that is given.
func (m *Media) editedBy(ctx context.Context, c *cut.Cut, p *plan.Plan, shots []cut.Shot, e drama.Edit) ([]cut.Shot, map[string]shotWork, error) {
	now := map[string]timeline.Shown{}
	for _, s := range shots {
		now[s.Slate] = timeline.Shown{Take: s.Take, Frames: s.Mezzanine.Result.Frames}
	}
	others, err := m.editTakes(ctx, e, now)
	if err != nil {
		return nil, nil, err
	}
	pieces, notes := timeline.Edited(*c.Script, e, now, others)
	c.EditNotes = notes
	if pieces == nil {
		return shots, nil, nil
	}
	c.Edit = &e
	for _, s := range shots {
		others[s.Take.ID] = s.Take
		if !slices.ContainsFunc(pieces, func(p timeline.Piece) bool { return p.Slate == s.Slate }) {
			c.LeftOut = append(c.LeftOut, s.Take.ID)
		}
	}
	shots, said := cut.Pieces(*c.Script, shots, pieces, others)
	c.EditNotes = append(c.EditNotes, said...)
	trims, err := m.trims(c.Script, p, shots)
	return shots, trims, err
}

// editTakes reads the takes that an editor's cut names beside those of the shots. What is
// gone is left out: the cut says so.
func (m *Media) editTakes(ctx context.Context, e drama.Edit, now map[string]timeline.Shown) (map[drama.TakeID]drama.Take, error) {
	others := map[drama.TakeID]drama.Take{}
	for _, ev := range e.Events {
		id := drama.TakeID{Episode: e.Episode, Slate: ev.Slate, Number: ev.Take}
		if _, read := others[id]; read || now[ev.Slate].Take.ID == id {
			continue
		}
		t, err := m.library().Take(ctx, id)
		if lost(err) || err == nil && t.Media.Key == "" {
			continue
		}
		if err != nil {
			return nil, err
		}
		others[id] = t
	}
	return others, nil
}

// trims are how the pieces that are not shown whole are conformed; their digests are set.
func (m *Media) trims(script *drama.Production, p *plan.Plan, shots []cut.Shot) (map[string]shotWork, error) {
	reach, err := cut.Ends(*script, shots)
	if err != nil {
		return nil, &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	trims := map[string]shotWork{}
	for i := range shots {
		s := &shots[i]
		if s.Piece.Whole {
			continue
		}
		w := shotWork{script: script, take: s.Take, length: s.Piece.Frames, speech: s.Speech, piece: s}
		if w.plan, err = findShot(p, s.Slate); err != nil {
			return nil, err
		}
		if w.shot, err = scriptShot(script, s.Slate); err != nil {
			return nil, err
		}
		w.job = m.conformJob(w)
		ends := reach[s.Use()]
		w.job.Frames, w.job.Head, w.job.Tail = s.Piece.Frames, ends[0], ends[1]
		if err := m.burn(&w); err != nil {
			return nil, err
		}
		s.MezzanineDigest = w.digest
		trims[s.Use()] = w
	}
	return trims, nil
}

// trim finds the mezzanine of a piece, or makes it.
func (m *Media) trim(ctx context.Context, w shotWork) (library.Mezzanine, error) {
	mz, err := m.find(ctx, w)
	if !lost(err) {
		return mz, err
	}
	mz, err = m.make(ctx, w, true, func(library.Mezzanine, string) (bool, error) { return true, nil })
	if clip, ok := errors.AsType[*media.ClipError](err); ok {
		return mz, damaged("cut take %s as the editor has it: %s; take the editor's cut back with dailies conform-back %s --none", w.take.ID, clip.Reason, w.take.ID.Episode)
	}
	if err != nil {
		return mz, fmt.Errorf("cut take %s as the editor has it: %w", w.take.ID, err)
	}
	return mz, nil
}
