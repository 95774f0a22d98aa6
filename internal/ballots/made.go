package ballots

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

// madeTake is what is read of a take's record.
type madeTake struct {
	ID     drama.TakeID `json:"id"`
	Origin string       `json:"origin"`
	Model  string       `json:"model"`
	Asked  *struct {
		MakeMS int64 `json:"make_ms"`
	} `json:"asked,omitempty"`
	Measured *struct {
		Duration time.Duration `json:"duration"`
	} `json:"measured,omitempty"`
	Verdict struct {
		Pass bool `json:"pass"`
	} `json:"verdict"`
}

// length is how long the take was asked to be, else is.
func (t madeTake) length() int64 {
	switch {
	case t.Asked != nil && t.Asked.MakeMS > 0:
		return t.Asked.MakeMS
	case t.Measured != nil:
		return t.Measured.Duration.Milliseconds()
	}
	return 0
}

// asides are what the models have cost in the episodes of shows that have a cut: only
// there is it known what of it is used. Records that cannot be read say nothing here.
func (b Ballots) asides(ctx context.Context, shows []string) (map[string]arena.Aside, error) {
	var all []arena.Made
	if b.Ledger == nil {
		return nil, nil
	}
	for _, show := range shows {
		jobs := make(map[int][]ledger.Entry)
		var episodes []int
		err := b.Ledger.List(ctx, show, 0, func(e ledger.Entry) error {
			n := e.Intent.ID.Take.Episode.Number
			if jobs[n] == nil {
				episodes = append(episodes, n)
			}
			jobs[n] = append(jobs[n], e)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("sum what models cost: %w", err)
		}
		for _, n := range episodes {
			made, err := b.made(ctx, drama.EpisodeID{Show: show, Number: n}, jobs[n])
			if err != nil {
				return nil, fmt.Errorf("sum what models cost in %s: %w", show, err)
			}
			all = append(all, made...)
		}
	}
	return arena.Asides(all, b.Currency), nil
}

// made are the jobs of an episode; none where it has no cut.
func (b Ballots) made(ctx context.Context, id drama.EpisodeID, jobs []ledger.Entry) ([]arena.Made, error) {
	used, err := b.used(ctx, id)
	if err != nil || used == nil {
		return nil, err
	}
	prefix := store.Keys{Show: id.Show}.Takes(id, "")
	keep := madeRoot + id.Show + "/" + id.Code() + ".json"
	takes, _, err := kept(ctx, b, prefix, func(t madeTake) string { return store.Keys{Show: t.ID.Episode.Show}.Take(t.ID) }, func(key string) string {
		if strings.HasSuffix(key, ".json") {
			return keep
		}
		return ""
	})
	if err != nil {
		return nil, err
	}
	byID := make(map[drama.TakeID]madeTake, len(takes))
	for _, t := range takes {
		byID[t.ID] = t
	}
	var all []arena.Made
	for _, e := range jobs {
		// Stills, voices and the judge have no takes.
		t, ok := byID[e.Intent.ID.Take]
		if !ok || t.Origin != drama.OriginGenerated || t.Model == "" || e.Outcome == nil {
			continue
		}
		price, err := b.Exchange.Convert(e.Outcome.Price, b.Currency)
		if err != nil {
			continue // no rate: what it cost cannot be told in this currency
		}
		m := arena.Made{Model: e.Intent.Model, Micros: price.Micros, MS: t.length(), State: arena.MadeFailed}
		switch e.Outcome.State {
		case "succeeded":
			m.State, m.CircledMS = arena.MadeNG, used[t.ID]
			if t.Verdict.Pass {
				m.State = arena.MadePass
			}
			if !e.Intent.At.IsZero() && !e.Outcome.At.IsZero() {
				m.Took = e.Outcome.At.Sub(e.Intent.At)
			}
		case "refused":
			m.State = arena.MadeRefused
		}
		all = append(all, m)
	}
	return all, nil
}

// used are the takes of the newest cut and how much of each it shows, milliseconds.
// nil: there is no cut.
func (b Ballots) used(ctx context.Context, id drama.EpisodeID) (map[drama.TakeID]int64, error) {
	l := library.Library{Store: b.Store}
	latest, err := l.Latest(ctx, id)
	var man drama.Manifest
	if err == nil {
		man, _, err = l.Manifest(ctx, id, latest.Cut)
	}
	switch {
	case errors.Is(err, store.ErrNotFound), library.Damaged(err) != nil:
		return nil, nil
	case err != nil:
		return nil, err
	}
	num, den, ok := strings.Cut(man.FPS, "/")
	n, err1 := strconv.ParseInt(num, 10, 32)
	d, err2 := strconv.ParseInt(den, 10, 32)
	if !ok || err1 != nil || err2 != nil || n <= 0 || d <= 0 {
		return nil, nil
	}
	used := make(map[drama.TakeID]int64, len(man.Shots))
	for _, s := range man.Shots {
		used[s.Take] += int64(s.Frames) * 1000 * d / n
	}
	return used, nil
}
