package library

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
)

// Unfinished is a take whose last job has not ended, or delivered a clip that became
// no take: its run was ended before it could.
type Unfinished struct {
	Take drama.TakeID
	// Jobs are the attempts to buy it, in order.
	Jobs []ledger.Entry
	// Filed: its clip is kept as a take that nobody has judged.
	Filed bool
	// Left are the takes of a clip of several shots that are not recorded yet.
	Left []ledger.Piece
}

// Unfinished finds such takes of an episode, by take. Only these are read.
func (l Library) Unfinished(ctx context.Context, jobs ledger.Ledger, id drama.EpisodeID) ([]Unfinished, error) {
	k := store.Keys{Show: id.Show}
	takes, ledgers := k.Takes(id, ""), k.Jobs(id.Number)
	var made, parts, drawn []string
	group, listing := errgroup.WithContext(ctx)
	group.Go(func() (err error) { made, err = l.keys(listing, takes); return err })
	group.Go(func() (err error) { parts, err = l.keys(listing, ledgers); return err })
	if id.Number == drama.LookBookNumber {
		group.Go(func() (err error) { drawn, err = l.keys(listing, k.Candidates("")); return err })
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("look for unfinished jobs of %s: %w", id, err)
	}
	recorded, marked, promised := make(map[string]bool), make(map[string]bool), make(map[string]string) // SLATE/TAKE
	for _, key := range made {
		slate, number := numbered(takes, key)
		switch {
		case number == 0:
		case strings.HasSuffix(key, ".json"):
			recorded[fmt.Sprintf("%s/%d", slate, number)] = true
		case strings.HasSuffix(key, ".filed"):
			marked[fmt.Sprintf("%s/%d", slate, number)] = true
		case strings.HasSuffix(key, ".packed"):
			promised[fmt.Sprintf("%s/%d", slate, number)] = key
		}
	}
	awaited, err := l.awaited(ctx, promised, recorded)
	if err != nil {
		return nil, fmt.Errorf("look for unfinished jobs of %s: %w", id, err)
	}
	for _, key := range drawn { // a sheet's pictures are recorded beside its takes
		if slate, number := numbered(k.Candidates(""), key); number > 0 {
			recorded[fmt.Sprintf("%s/%d", drama.StillSlate(slate), number)] = true
		}
	}
	filed := make(map[drama.TakeID]bool)
	for name := range marked {
		if !recorded[name] {
			continue
		}
		slate, digits, _ := strings.Cut(name, "/")
		number, _ := strconv.Atoi(digits) // it was one before
		take := drama.TakeID{Episode: id, Slate: slate, Number: number}
		t, err := l.Take(ctx, take)
		if err != nil && !errors.Is(err, store.ErrNotFound) && Damaged(err) == nil {
			return nil, err
		}
		if err == nil && t.Filed {
			filed[take], recorded[name] = true, false
		}
	}
	attempts := make(map[drama.TakeID]int)
	for _, key := range parts {
		slate, number := numbered(ledgers, key)
		rest := strings.Split(key, "/")
		name := fmt.Sprintf("%s/%d", slate, number)
		if number == 0 || recorded[name] && !awaited[name] || len(rest) < 2 {
			continue
		}
		attempt, err := strconv.Atoi(rest[len(rest)-2])
		if err != nil {
			continue
		}
		take := drama.TakeID{Episode: id, Slate: slate, Number: number}
		attempts[take] = max(attempts[take], attempt)
	}
	var all []Unfinished
	for take, last := range attempts {
		all = append(all, Unfinished{Take: take, Jobs: make([]ledger.Entry, last), Filed: filed[take]})
	}
	slices.SortFunc(all, func(a, b Unfinished) int {
		if a.Take.Slate != b.Take.Slate {
			return strings.Compare(a.Take.Slate, b.Take.Slate)
		}
		return a.Take.Number - b.Take.Number
	})
	const atOnce = 16
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, u := range all {
		for i := range u.Jobs {
			group.Go(func() (err error) {
				u.Jobs[i], err = jobs.Get(reading, ledger.ID{Take: u.Take, Attempt: i + 1})
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("look for unfinished jobs of %s: %w", id, err)
	}
	for i := range all {
		for _, p := range all[i].Jobs[len(all[i].Jobs)-1].Intent.Pack {
			if !recorded[fmt.Sprintf("%s/%d", p.Take.Slate, p.Take.Number)] {
				all[i].Left = append(all[i].Left, p)
			}
		}
	}
	return slices.DeleteFunc(all, func(u Unfinished) bool {
		o := u.Jobs[len(u.Jobs)-1].Outcome
		return o != nil && o.State != succeeded
	}), nil
}

// awaited are the takes as which clips of several shots were bought, of which a promised
// take is not recorded yet.
func (l Library) awaited(ctx context.Context, promised map[string]string, recorded map[string]bool) (map[string]bool, error) {
	all := make(map[string]bool)
	for name, key := range promised {
		if recorded[name] {
			continue
		}
		p, _, err := read(ctx, l, key, loosePromise, func(*ledger.Promise) error { return nil })
		if err != nil && !errors.Is(err, store.ErrNotFound) && Damaged(err) == nil {
			return nil, err
		}
		if err == nil {
			all[fmt.Sprintf("%s/%d", p.Job.Slate, p.Job.Number)] = true
		}
	}
	return all, nil
}

const loosePromise = "remove the object: the take that it names knows what was bought"

// succeeded is the state of a job that delivered: purchase.StateSucceeded.
const succeeded = "succeeded"
