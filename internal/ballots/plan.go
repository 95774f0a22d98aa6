package ballots

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
)

// Ground is what plans of a show stand on besides its takes.
type Ground struct {
	// Compared are the bake-offs on file; nil where the season asks for none.
	Compared map[string]bool
	// Table is what routes with order: leaderboard go by; nil: there are none, or the
	// table is gone, which Warning says.
	Table   *arena.Table
	Warning string
}

// Ground reads it. digest is the table that a run began by; empty: it begins now.
func (b Ballots) Ground(ctx context.Context, season drama.Season, digest string) (g Ground, err error) {
	if season.Compare != nil {
		if g.Compared, err = b.Filed(ctx, season.Show); err != nil {
			return g, err
		}
	}
	if !slices.ContainsFunc(season.Routing, func(r drama.Route) bool { return r.Order == "leaderboard" }) {
		return g, nil
	}
	var t arena.Table
	if digest == "" {
		t, err = b.Routing(ctx)
	} else {
		t, err = b.Kept(ctx, digest)
	}
	switch {
	case errors.Is(err, ErrTable):
		g.Warning = fmt.Sprintf("the leaderboard: %v; its routes stand as listed (dailies leaderboard --freeze makes a new one)", err)
	case err != nil:
		return g, err
	default:
		g.Table = &t
	}
	return g, nil
}
