package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

// ComparePlan is what a run needs of a shot's bake-off, whose other take is bought like
// a shot's.
type ComparePlan struct {
	ShotPlan              // Routes: the first of another model than the circled take's
	Pair     string       `json:"pair"`
	Kind     arena.Kind   `json:"kind"`
	Origin   arena.Origin `json:"origin,omitempty"` // empty: a bake-off
	// First is the picture that the take starts from, where that is a still; nil: none, or
	// the shot's own.
	First *store.Ref `json:"first,omitempty"`
}

// Against says that a take was made to be compared, and with which: it is filed as a
// pair when it is recorded, whatever came of it.
type Against struct {
	Pair string       `json:"pair"`
	Kind arena.Kind   `json:"kind"`
	Take drama.TakeID `json:"take"` // the circled one

	Origin arena.Origin `json:"origin,omitempty"` // empty: a bake-off
}

// fileBakeoff files the pair of a take that was made to be compared. Only two that both
// passed QC are shown to people.
func fileBakeoff(ctx context.Context, s store.Store, a Against, made drama.Take) error {
	circled, err := readTake(ctx, library.Library{Store: s}, a.Take)
	if err != nil {
		return err
	}
	p := arena.Pair{
		ID: a.Pair, Episode: made.ID.Episode, Slate: made.ID.Slate, Digest: made.Digest, Kind: a.Kind, Origin: cmp.Or(a.Origin, arena.Bakeoff), A: entrant(circled), B: entrant(made),
	}
	switch {
	case circled.Digest != made.Digest:
		p.Void = "the circled take was made for another shot than the one it is used for"
	case circled.Model == made.Model:
		p.Void = "both takes are by one model"
	case !circled.Verdict.Pass:
		p.Void = "the circled take is NG"
	case !made.Verdict.Pass:
		p.Void = fmt.Sprintf("the take of %s is NG", made.Model)
		if len(made.Verdict.Reasons) > 0 {
			p.Void += ": " + made.Verdict.Reasons[0]
		}
	}
	_, err = ballots.Ballots{Store: s}.File(ctx, p)
	return err
}

// fileRetake files a retake that passed beside the newest earlier take of the same
// shot by another model that did. They are told apart from bake-offs: the first was
// not good enough for somebody.
func fileRetake(ctx context.Context, s store.Store, made drama.Take, shot drama.Shot) error {
	if made.FinalOf != nil {
		return nil // nobody asked for another take
	}
	takes, _, err := library.Library{Store: s}.Takes(ctx, made.ID.Episode, made.ID.Slate)
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(takes) {
		if t.ID.Number >= made.ID.Number || t.Digest != made.Digest || t.Model == made.Model || t.Model == "" || !t.Verdict.Pass || (t.Draft == nil) != (made.Draft == nil) {
			continue
		}
		_, err := ballots.Ballots{Store: s}.File(ctx, arena.Pair{
			ID: arena.RetakeID(t.ID, made.ID), Episode: made.ID.Episode, Slate: made.ID.Slate, Digest: made.Digest, Kind: arena.KindOf(shot), Origin: arena.Retake,
			A: entrant(t), B: entrant(made),
		})
		return err
	}
	return nil
}

func entrant(t drama.Take) arena.Entrant {
	return arena.Entrant{Take: t.ID, Provider: t.Provider, Model: t.Model}
}
