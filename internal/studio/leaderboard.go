package studio

import (
	"context"
	"io"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

// Leaderboard is how models stand by the studio's votes, under the names that may be
// told.
type Leaderboard struct {
	arena.Table
	// Frozen is set while runs go by one table whatever is voted.
	Frozen *ballots.Frozen `json:"frozen,omitempty"`
}

// ballots are the arena's records; who can make takes has a say in what they are counted in.
func (s *Studio) ballots(facts []provider.Facts) ballots.Ballots {
	return ballots.Ballots{
		Store: s.Store, Ledger: s.Ledger, Exchange: s.Exchange, Currency: plan.Currency(drama.Season{}, facts), Now: s.Now,
		Keep: s.Temporal != nil, // else this process only looks
	}
}

// Leaderboard ranks the models by the votes on the pairs of the shows that of says, or
// (nil) of all. Records that cannot be read are named in damaged; the rest counts.
func (s *Studio) Leaderboard(ctx context.Context, of func(show string) bool) (l Leaderboard, damaged []error, err error) {
	facts, err := s.Providers(ctx)
	if err != nil {
		return l, nil, err
	}
	b := s.ballots(facts)
	names, err := b.Names(ctx, facts)
	if err != nil {
		return l, nil, err
	}
	t, damaged, err := b.Table(ctx, of)
	if err != nil {
		return l, nil, err
	}
	f, err := b.Frozen(ctx)
	if err != nil {
		return l, nil, err
	}
	l = Leaderboard{Table: names.Table(t)}
	if f.Table != "" {
		l.Frozen = &f
	}
	return l, damaged, nil
}

// Compared are the shows that have pairs to vote on, or had.
func (s *Studio) Compared(ctx context.Context) ([]string, error) { return s.ballots(nil).Shows(ctx) }

// Names are the code names that models go by until somebody reveals them.
func (s *Studio) Names(ctx context.Context) (arena.Names, error) {
	facts, err := s.Providers(ctx)
	if err != nil {
		return nil, err
	}
	return s.ballots(facts).Names(ctx, facts)
}

// Votes are all votes on the pairs of the shows that of says, or (nil) of all, in order
// of time, with why one does not count, under the names that may be told.
func (s *Studio) Votes(ctx context.Context, of func(show string) bool) (votes []arena.Counted, damaged []error, err error) {
	names, err := s.Names(ctx)
	if err != nil {
		return nil, nil, err
	}
	b := s.ballots(nil)
	pairs, cast, damaged, err := b.All(ctx, of)
	if err != nil {
		return nil, nil, err
	}
	votes = arena.Count(pairs, cast)
	for i := range votes {
		votes[i].Of = names.Pair(votes[i].Of)
	}
	return votes, damaged, nil
}

// ImportVotes takes over votes that arena.WriteCSV wrote, here or elsewhere. Those that
// are here already stay as they are; fresh are the new ones of all that it holds.
// arena.ErrFile.
func (s *Studio) ImportVotes(ctx context.Context, file io.Reader, name string) (fresh, all int, err error) {
	pairs, votes, err := arena.ReadCSV(file, name)
	if err != nil {
		return 0, 0, err
	}
	fresh, err = s.ballots(nil).Import(ctx, pairs, votes)
	return fresh, len(votes), err
}

// FreezeLeaderboard keeps runs that begin from now on to today's table.
func (s *Studio) FreezeLeaderboard(ctx context.Context) (ballots.Frozen, error) {
	return s.ballots(nil).Freeze(ctx, s.by())
}

// ThawLeaderboard lets them go by new votes again.
func (s *Studio) ThawLeaderboard(ctx context.Context) error {
	_, err := s.ballots(nil).Thaw(ctx, s.by())
	return err
}

// Reveal tells for good which model stands behind a code name. ballots.ErrCode.
func (s *Studio) Reveal(ctx context.Context, code string) (ballots.Revealed, error) {
	facts, err := s.Providers(ctx)
	if err != nil {
		return ballots.Revealed{}, err
	}
	return s.ballots(facts).Reveal(ctx, facts, code, s.by())
}
