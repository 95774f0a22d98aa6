package studio

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/transfer"
)

// Moving is where a show is moved, and how.
type Moving struct {
	To store.Store
	// Here and There are what people call the two places.
	Here, There string
	Told        transfer.Told
}

// ErrMoved: a show was moved to another place already.
var ErrMoved = errors.New("was moved")

// Move moves a show to another store: from then on it is written to there, and no more here, where
// its state of before stays to be read. It may be broken off at any moment and called again. While
// it is copied it is marked in both stores, so that nobody works on a half of it; moved back, it
// takes the place of what it left.
//
// Nobody may work on it: ErrBusy. ErrUnknown, ErrMoved, *transfer.ConflictError.
func (s *Studio) Move(ctx context.Context, show string, m Moving) (sums transfer.Totals, err error) {
	ids, err := s.Episodes(ctx, show)
	if err != nil {
		return sums, err
	}
	if len(ids) == 0 {
		return sums, fmt.Errorf("%s is %w: no episode of it was ever rendered", show, ErrUnknown)
	}
	mark, marked, err := transfer.ReadMoved(ctx, s.Store, show)
	if err != nil {
		return sums, err
	}
	ours, err := s.ours(ctx, show, m)
	switch {
	case err != nil:
		return sums, err
	case marked && mark.Done && mark.To == m.There && ours: // the last step was not taken
		return sums, m.To.Remove(ctx, transfer.MovedKey(show))
	case marked && mark.Done:
		return sums, fmt.Errorf("%s %w to %s on %s by %s; move it from there", show, ErrMoved, mark.To, mark.At.Format(time.DateOnly), mark.By)
	case marked && mark.To != m.There:
		return sums, fmt.Errorf("%s is being moved to %s: go on with that, or end it by dailies move %s --stay", show, mark.To, show)
	case !ours:
		if err := transfer.Vacant(ctx, m.To, show); err != nil {
			return sums, err
		}
	}
	if err := s.idleShow(ctx, show); err != nil {
		return sums, err
	}
	mark = transfer.Moved{To: m.There, By: s.by(), At: s.now()}
	if err := transfer.WriteMoved(ctx, s.Store, show, mark); err != nil {
		return sums, err
	}
	if err := transfer.Settle(ctx); err != nil {
		return sums, err
	}
	// A run may have begun in the moment before.
	if err := s.idleShow(ctx, show); err != nil {
		return sums, errors.Join(err, s.Store.Remove(context.WithoutCancel(ctx), transfer.MovedKey(show)))
	}
	if err := transfer.WriteMoved(ctx, m.To, show, transfer.Moved{To: m.Here, By: s.by(), At: s.now(), Done: true}); err != nil {
		return sums, err
	}
	sums, err = s.copyShow(ctx, show, m)
	if _, ok := errors.AsType[*transfer.ConflictError](err); ok { // before anything was written
		err = errors.Join(err, s.Store.Remove(ctx, transfer.MovedKey(show)))
		if !ours {
			err = errors.Join(err, m.To.Remove(ctx, transfer.MovedKey(show)))
		}
	}
	if err != nil {
		return sums, err
	}
	mark.Done = true
	if err := transfer.WriteMoved(ctx, s.Store, show, mark); err != nil {
		return sums, err
	}
	return sums, m.To.Remove(ctx, transfer.MovedKey(show)) // last: until then it is nowhere
}

// copyShow copies a show that is marked in both stores.
func (s *Studio) copyShow(ctx context.Context, show string, m Moving) (_ transfer.Totals, err error) {
	beside, err := s.beside(ctx, show)
	if err != nil {
		return transfer.Totals{}, err
	}
	if err := os.MkdirAll(s.ScratchDir, 0o700); err != nil {
		return transfer.Totals{}, fmt.Errorf("make the scratch folder: %w", err)
	}
	dir, err := os.MkdirTemp(s.ScratchDir, "move-*")
	if err != nil {
		return transfer.Totals{}, fmt.Errorf("make a folder for what is on its way: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return transfer.Show{Name: show, From: s.Store, To: m.To, Scratch: dir, Beside: beside, Told: m.Told}.Copy(ctx)
}

// Stay ends a move that was broken off: the show is worked on here. What was copied stays where it
// was copied to.
func (s *Studio) Stay(ctx context.Context, show string) error {
	mark, marked, err := transfer.ReadMoved(ctx, s.Store, show)
	switch {
	case err != nil:
		return err
	case !marked:
		return fmt.Errorf("%s is not being moved", show)
	case mark.Done:
		return fmt.Errorf("%s %w to %s on %s: it may have been worked on there; move it back from there", show, ErrMoved, mark.To, mark.At.Format(time.DateOnly))
	}
	return s.Store.Remove(ctx, transfer.MovedKey(show))
}

// here refuses a run of a show that was moved away: nothing that it did could be kept. ErrMoved.
func (s *Studio) here(ctx context.Context, workflow string) error {
	parts := strings.Split(workflow, "/") // KIND/SHOW…
	if len(parts) < 2 {
		return nil
	}
	mark, moved, err := transfer.ReadMoved(ctx, s.Store, parts[1])
	if err != nil || !moved {
		return err
	}
	return transfer.Refusal(parts[1], mark)
}

// ours says that what the other place has of the show is ours to replace: it was moved from there to
// here, or is half copied.
func (s *Studio) ours(ctx context.Context, show string, m Moving) (bool, error) {
	mark, marked, err := transfer.ReadMoved(ctx, m.To, show)
	if err != nil || !marked {
		return false, err
	}
	if mark.To != m.Here {
		return false, fmt.Errorf("%s %w from %s to %s, which is not %s: nothing is moved there", show, ErrMoved, m.There, mark.To, m.Here)
	}
	if !mark.Done {
		return false, fmt.Errorf("%s is being moved here from %s: end that first", show, m.There)
	}
	return true, nil
}

// idleShow refuses while anybody works on a show. ErrBusy.
func (s *Studio) idleShow(ctx context.Context, show string) error {
	ask := s.OpenRuns
	if ask == nil {
		ask = s.openRuns
	}
	open, err := ask(ctx, show)
	if err != nil {
		return err
	}
	if len(open) > 0 {
		return withNext(fmt.Errorf("%s %w (%s): wait, or cancel it: takes are kept, and jobs that are paid for are gone on with in the other place", show, ErrBusy, strings.Join(open[:min(len(open), 3)], ", ")), Next{"cancel-show", show})
	}
	return nil
}

// beside are the objects of a show that lie beside all shows.
func (s *Studio) beside(ctx context.Context, show string) (all []string, err error) {
	err = s.Ledger.List(ctx, show, 0, func(j ledger.Entry) error {
		if j.Receipt != nil && j.Receipt.Provider != "" {
			all = append(all, ledger.ClaimKey(j.Receipt.Provider, j.Receipt.Job.ID))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	links, err := review.Desk{Store: s.Store}.List(ctx, drama.EpisodeID{Show: show})
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		all = append(all, review.LinkKey(l.ID))
	}
	votes, err := ballots.Ballots{Store: s.Store}.Keys(ctx, show)
	return append(all, votes...), err
}
