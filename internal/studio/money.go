package studio

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// Change is what became of a wish for one run of a show. Err is why it was refused;
// an episode that is not in work is no refusal and no Change.
type Change struct {
	// Name is the episode's, or the show's for its season's run.
	Name string
	Err  error
	// Ended is false for a cancelled run that still collects what is paid for.
	Ended bool
}

// Of does something with every run of a show that is open: the season's first, then
// its episodes in order. All are tried; what each said is told.
func (s *Studio) Of(ctx context.Context, show string, season func(ctx context.Context) error, episode func(ctx context.Context, id drama.EpisodeID) error) ([]Change, error) {
	ids, err := s.Episodes(ctx, show)
	if err != nil {
		return nil, err
	}
	var all []Change
	note := func(name string, err error) {
		if !errors.Is(err, ErrIdle) {
			all = append(all, Change{Name: name, Err: err})
		}
	}
	if season != nil {
		note(show, season(ctx))
	}
	for _, id := range ids {
		note(id.String(), episode(ctx, id))
		if ctx.Err() != nil {
			return all, ctx.Err()
		}
	}
	return all, nil
}

// PauseSeason stops the season's run from beginning more episodes. ErrIdle.
func (s *Studio) PauseSeason(ctx context.Context, show, reason string) error {
	return s.ask(ctx, show, workflows.SeasonWorkflowID(show), workflows.UpdatePause, workflows.Pause{Reason: reason})
}

// ResumeSeason lets it go on. ErrIdle.
func (s *Studio) ResumeSeason(ctx context.Context, show string) error {
	st, err := s.Season(ctx, show)
	if err == nil && st.Paused == nil {
		err = fmt.Errorf("the season's run of %s is not paused, it %w", show, ErrIdle)
	}
	if err != nil {
		return err
	}
	return s.ask(ctx, show, workflows.SeasonWorkflowID(show), workflows.UpdateResume, workflows.Resume{})
}

// Season asks the season's run how it is doing. ErrIdle when none is open.
func (s *Studio) Season(ctx context.Context, show string) (drama.SeasonStatus, error) {
	id := workflows.SeasonWorkflowID(show)
	_, open, err := s.running(ctx, id)
	if err == nil && !open {
		err = fmt.Errorf("the season's run of %s %w", show, ErrIdle)
	}
	if err != nil {
		return drama.SeasonStatus{}, err
	}
	return s.seasonOf(ctx, id)
}

// Budget sets an episode's cap over the script's, for its open run and for later
// ones, and gives it. A run that is open may refuse: then nothing changes.
func (s *Studio) Budget(ctx context.Context, id drama.EpisodeID, limit drama.Money) (drama.Money, error) {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return limit, err
	}
	if limit, err = s.amount(ctx, p.Season, limit); err != nil {
		return limit, err
	}
	err = s.update(ctx, id, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: limit, Name: drama.CapEpisode})
	if err != nil && !errors.Is(err, ErrIdle) {
		return limit, err
	}
	var script *drama.Money
	if b := p.Season.Budget; b != nil {
		script = b.Episode
	}
	return limit, s.Account.SetEpisode(ctx, id, limit, script)
}

// BudgetSeason sets the season's cap over the script's, for runs that are open and
// for later ones, and gives how the cap stands now. Runs that began without one
// are told. ErrUnknown.
func (s *Studio) BudgetSeason(ctx context.Context, show string, limit drama.Money) (drama.CapState, []Change, error) {
	season, err := s.latestSeason(ctx, show)
	if err != nil {
		return drama.CapState{}, nil, err
	}
	if limit, err = s.amount(ctx, season, limit); err != nil {
		return drama.CapState{}, nil, err
	}
	var script *drama.Money
	if b := season.Budget; b != nil {
		script = b.Season
	}
	if err := s.Account.SetSeason(ctx, show, limit, script); err != nil {
		return drama.CapState{}, nil, err
	}
	told, err := s.Of(ctx, show, nil, func(ctx context.Context, id drama.EpisodeID) error {
		return s.update(ctx, id, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: limit, Name: drama.CapSeason})
	})
	if err != nil {
		return drama.CapState{}, told, err
	}
	caps, err := s.Caps(ctx, show)
	if err != nil || len(caps) == 0 {
		return drama.CapState{Name: drama.CapSeason, Limit: limit}, told, err
	}
	return caps[0], told, nil
}

// currency is what a season counts in.
func (s *Studio) currency(ctx context.Context, season drama.Season) (string, error) {
	facts, err := s.Providers(ctx)
	return plan.Currency(season, facts), err
}

// amount gives a typed amount the season's currency, or refuses another.
func (s *Studio) amount(ctx context.Context, season drama.Season, m drama.Money) (drama.Money, error) {
	currency, err := s.currency(ctx, season)
	if err != nil {
		return m, err
	}
	if m.Currency == "" {
		m.Currency = currency
	}
	if m.Currency != currency {
		return m, fmt.Errorf("%s %w, which counts in %s", m, ErrCurrency, currency)
	}
	return m, nil
}

// latestSeason is the season as the newest script of any episode has it. ErrUnknown.
func (s *Studio) latestSeason(ctx context.Context, show string) (drama.Season, error) {
	p, err := s.library().NewestScript(ctx, show)
	if errors.Is(err, store.ErrNotFound) {
		return drama.Season{}, fmt.Errorf("show %s is %w: no episode of it was ever rendered", show, ErrUnknown)
	}
	return p.Season, err
}

// Caps are how a show's season cap stands, and the cap of its season's run if one
// is open; empty: there is neither. ErrUnknown.
func (s *Studio) Caps(ctx context.Context, show string) ([]drama.CapState, error) {
	season, err := s.latestSeason(ctx, show)
	if err != nil {
		return nil, err
	}
	return s.caps(ctx, season, 0)
}

// EpisodeCaps are how the caps stand that an episode is held to. ErrUnknown.
func (s *Studio) EpisodeCaps(ctx context.Context, id drama.EpisodeID) ([]drama.CapState, error) {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.caps(ctx, p.Season, id.Number)
}

// caps are how the caps of an episode (0: of the season alone) stand. It asks the
// ledger for what the account does not know.
func (s *Studio) caps(ctx context.Context, season drama.Season, episode int) ([]drama.CapState, error) {
	r, err := s.purse(ctx, season)
	if err != nil {
		return nil, err
	}
	return s.capsIn(ctx, r, season, episode)
}

// purse is a show's account: with the lines of all episodes as the ledger has them if the
// season's cap counts them, else with the caps alone.
func (s *Studio) purse(ctx context.Context, season drama.Season) (*account.Record, error) {
	currency, err := s.currency(ctx, season)
	if err != nil {
		return nil, err
	}
	r, err := s.Account.Caps(ctx, season.Show, currency)
	if err != nil || !shared(r, season) {
		return r, err
	}
	return s.Account.Read(ctx, season.Show, currency)
}

// capsIn are the caps of an episode by a purse. Without a season's cap only the episode's
// own ledger is asked.
func (s *Studio) capsIn(ctx context.Context, r *account.Record, season drama.Season, episode int) ([]drama.CapState, error) {
	var ofEpisode, ofSeason *drama.Money
	if b := season.Budget; b != nil {
		ofEpisode, ofSeason = b.Episode, b.Season
	}
	all := r.CapsOf(episode, ofEpisode, ofSeason)
	if len(all) == 0 {
		return []drama.CapState{}, nil
	}
	if shared(r, season) {
		return all, nil
	}
	r, err := s.Account.Episode(ctx, season.Show, r.Currency, episode)
	if err != nil {
		return nil, err
	}
	return r.CapsOf(episode, ofEpisode, ofSeason), nil
}

// shared says that the show's account has a say in its runs.
func shared(r *account.Record, season drama.Season) bool {
	var script *drama.Money
	if b := season.Budget; b != nil {
		script = b.Season
	}
	return r.SeasonCap(script) != nil
}

// tooDear turns what stands in the way of a plan into an error.
func tooDear(id drama.EpisodeID, p plan.Plan) error {
	if len(p.Problems) == 0 {
		return nil
	}
	var all []string
	for _, q := range p.Problems {
		all = append(all, q.Message)
	}
	return fmt.Errorf("%s cannot be rendered so: %s", id, strings.Join(all, "; "))
}
