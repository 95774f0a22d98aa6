package studio

import (
	"context"
	"io"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
)

// Leaderboard is how models stand by the studio's votes, under the names that may be
// told.
type Leaderboard struct {
	arena.Table
	// Frozen is set while runs go by one table whatever is voted.
	Frozen *ballots.Frozen `json:"frozen,omitempty"`
}

func (s *Studio) ballots() ballots.Ballots {
	return ballots.Ballots{
		Store: s.Store, Ledger: s.Ledger, Exchange: s.Exchange, Currency: plan.Currency(drama.Season{}, s.Providers), Now: s.Now,
		Keep: s.Temporal != nil, // else this process only looks
	}
}

// Leaderboard ranks the models by the votes on the pairs of the shows that of says, or
// (nil) of all. Records that cannot be read are named in damaged; the rest counts.
func (s *Studio) Leaderboard(ctx context.Context, of func(show string) bool) (l Leaderboard, damaged []error, err error) {
	b := s.ballots()
	names, err := b.Names(ctx, s.Providers)
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
func (s *Studio) Compared(ctx context.Context) ([]string, error) { return s.ballots().Shows(ctx) }

// Votes are all votes on the pairs of the shows that of says, or (nil) of all, in order
// of time, with why one does not count, under the names that may be told.
func (s *Studio) Votes(ctx context.Context, of func(show string) bool) (votes []arena.Counted, damaged []error, err error) {
	b := s.ballots()
	names, err := b.Names(ctx, s.Providers)
	if err != nil {
		return nil, nil, err
	}
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
	fresh, err = s.ballots().Import(ctx, pairs, votes)
	return fresh, len(votes), err
}

// FreezeLeaderboard keeps runs that begin from now on to today's table.
func (s *Studio) FreezeLeaderboard(ctx context.Context) (ballots.Frozen, error) {
	return s.ballots().Freeze(ctx, s.by())
}

// ThawLeaderboard lets them go by new votes again.
func (s *Studio) ThawLeaderboard(ctx context.Context) error {
	_, err := s.ballots().Thaw(ctx, s.by())
	return err
}

// Reveal tells for good which model stands behind a code name. ballots.ErrCode.
func (s *Studio) Reveal(ctx context.Context, code string) (ballots.Revealed, error) {
	return s.ballots().Reveal(ctx, s.Providers, code, s.by())
}
