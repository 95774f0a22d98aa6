package library

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

const renderScript = "render the episode's script again: it is written anew"

// KeepScript stores a production by content. Nothing points at it yet.
func (l Library) KeepScript(ctx context.Context, p drama.Production) (store.Ref, error) {
	return l.byContent(ctx, fmt.Sprintf("the script of %s", p.ID()), p, func(sum string) string {
		return store.Keys{Show: p.Season.Show}.Script(p.ID(), sum)
	})
}

// SubmitScript stores a production and points the episode's latest script at it,
// so that a retake needs no YAML at hand.
func (l Library) SubmitScript(ctx context.Context, p drama.Production) (store.Ref, error) {
	ref, err := l.KeepScript(ctx, p)
	if err != nil {
		return ref, err
	}
	_, err = l.put(ctx, store.Keys{Show: p.Season.Show}.LatestScript(p.ID()), fmt.Sprintf("the script of %s", p.ID()), ref)
	return ref, err
}

// LatestScript reads the script of the episode's last submission.
// store.ErrNotFound when none was ever submitted; *RecordError.
func (l Library) LatestScript(ctx context.Context, id drama.EpisodeID) (drama.Production, store.Ref, error) {
	ref, _, err := read(ctx, l, store.Keys{Show: id.Show}.LatestScript(id), renderScript, func(r *store.Ref) error {
		return store.CheckKey(r.Key)
	})
	if err != nil {
		return drama.Production{}, store.Ref{}, err
	}
	p, _, err := read(ctx, l, ref.Key, renderScript, is((*drama.Production).ID, id))
	if errors.Is(err, store.ErrNotFound) {
		err = &RecordError{l.Store.URI(ref.Key), renderScript, errors.New("it is not in the store any more")}
	}
	if err != nil {
		return drama.Production{}, store.Ref{}, err
	}
	return *p, *ref, nil
}

// KeepPlan stores a plan by content.
func (l Library) KeepPlan(ctx context.Context, p plan.Plan) (store.Ref, error) {
	return l.byContent(ctx, fmt.Sprintf("the plan of %s", p.Episode), p, func(sum string) string {
		return store.Keys{Show: p.Episode.Show}.Plan(p.Episode, sum)
	})
}

// byContent puts a record where its checksum says. Not PutNew: Put tells by
// checksum that nothing needs sending, and returns the claim check in either case.
func (l Library) byContent(ctx context.Context, what string, v any, key func(sum string) string) (store.Ref, error) {
	body, err := encode(what, v)
	if err != nil {
		return store.Ref{}, err
	}
	sum := sha256.Sum256(body)
	ref, err := l.Store.Put(ctx, key(hex.EncodeToString(sum[:])), bytes.NewReader(body), jsonType)
	if err != nil {
		return store.Ref{}, fmt.Errorf("store %s: %w", what, err)
	}
	return ref, nil
}

// PlannedShot is the planned shot of a slate, or the still of a still's. false:
// the plan has none.
func PlannedShot(p *plan.Plan, slate string) (plan.Shot, bool) {
	for _, s := range p.Shots {
		if s.Slate == slate {
			return s, true
		}
		if s.Still != nil && s.Still.Slate == slate {
			return s.Still.Shot, true
		}
		if s.Lips != nil && s.Lips.Slate == slate {
			return s.Lips.Shot, true
		}
	}
	return plan.Shot{}, false
}

// ScriptShot is the written shot of a slate. false: the script has none.
func ScriptShot(p *drama.Production, slate string) (drama.Shot, bool) {
	for _, s := range p.Episode.Shots() {
		if s.Slate == slate {
			return s, true
		}
	}
	return drama.Shot{}, false
}
