package studio

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// plansAtOnce is how many episodes are planned at once: planning waits for the
// store as long as it computes.
const plansAtOnce = 4

// Plan says what a run of the submission would make, use again and cost, with
// the takes there are now. It spends and writes nothing.
func (s *Studio) Plan(ctx context.Context, sub Submission) (plan.Plan, error) {
	return s.plan(ctx, sub, func(string) bool { return true })
}

// Plans is Plan for each of several submissions of one show, in order. A season
// has thousands of shots, so what is circled, and what stills there are, is listed once and only that is read.
func (s *Studio) Plans(ctx context.Context, subs []Submission) ([]plan.Plan, error) {
	if len(subs) == 0 {
		return nil, nil
	}
	if len(subs) == 1 {
		p, err := s.Plan(ctx, subs[0])
		return []plan.Plan{p}, err
	}
	there := map[string]bool{}
	k := keys(subs[0].Production.ID())
	prefixes := []string{k.Circles()}
	if subs[0].Production.Season.Stills != nil {
		prefixes = append(prefixes, k.Stills())
	}
	for _, prefix := range prefixes {
		err := s.Store.List(ctx, prefix, func(i store.Info) error {
			there[i.Key] = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	plans, errs := make([]plan.Plan, len(subs)), make([]error, len(subs))
	slots := make(chan struct{}, plansAtOnce)
	var planning sync.WaitGroup
	for i, sub := range subs {
		slots <- struct{}{}
		planning.Go(func() {
			defer func() { <-slots }()
			plans[i], errs[i] = s.plan(ctx, sub, func(key string) bool { return there[key] })
		})
	}
	planning.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return plans, nil
}

// plan reads only those circles and stills that may be there.
func (s *Studio) plan(ctx context.Context, sub Submission, mayBe func(key string) bool) (plan.Plan, error) {
	in := plan.Input{
		Production: sub.Production, Providers: s.Providers, Exchange: s.Exchange, Only: sub.Only, MaxCost: sub.MaxCost,
		Circles: map[string]drama.Circle{}, TakeCounts: map[string]int{}, Tried: map[string]int{},
		Stills: map[string]drama.Still{},
	}
	if r := sub.Retake; r != nil {
		in.Retake = r
	}
	if err := s.countTakes(ctx, &in); err != nil {
		return plan.Plan{}, err
	}
	// Which takes are circled is asked by digest, and the digests are the plan's.
	bare, err := plan.Build(in)
	if err != nil {
		return plan.Plan{}, err
	}
	for _, shot := range bare.Shots {
		if err := find(ctx, s, keys(bare.Episode).Circle(shot.Digest), shot.Digest, in.Circles, mayBe); err != nil {
			return plan.Plan{}, err
		}
		if shot.Still == nil {
			continue
		}
		if err := find(ctx, s, keys(bare.Episode).StillRecord(shot.Still.Digest), shot.Still.Digest, in.Stills, mayBe); err != nil {
			return plan.Plan{}, err
		}
	}
	if len(in.Circles) == 0 && len(in.Stills) == 0 {
		return bare, nil
	}
	return plan.Build(in)
}

// find reads the record of a digest, if there is one.
func find[T any](ctx context.Context, s *Studio, key, digest string, into map[string]T, mayBe func(key string) bool) error {
	if !mayBe(key) {
		return nil
	}
	v, _, err := readJSON[T](ctx, s.Store, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil {
		into[digest] = v
	}
	return err
}

// countTakes finds the highest take number by slate, and how many takes were
// made of a digest where the script gives a seed for its first.
func (s *Studio) countTakes(ctx context.Context, in *plan.Input) error {
	id := in.Production.ID()
	prefix := keys(id).Takes(id, "")
	seeded := map[string]bool{}
	for _, shot := range in.Production.Episode.Shots() {
		seeded[shot.Slate] = shot.Seed != nil
	}
	return s.Store.List(ctx, prefix, func(i store.Info) error {
		slate, file, ok := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		number := 0
		if !ok || !strings.HasSuffix(file, ".json") {
			return nil
		}
		if _, err := fmt.Sscanf(file, "%d.json", &number); err != nil {
			return nil // not a take of ours
		}
		in.TakeCounts[slate] = max(in.TakeCounts[slate], number)
		if !seeded[slate] {
			return nil
		}
		t, _, err := readJSON[drama.Take](ctx, s.Store, i.Key)
		if err != nil {
			return err
		}
		in.Tried[t.Digest]++
		return nil
	})
}

// digest is what a run would look for under the slate.
func (s *Studio) digest(ctx context.Context, p drama.Production, slate string) (string, error) {
	made, err := s.Plan(ctx, Submission{Production: p})
	if err != nil {
		return "", err
	}
	for _, shot := range made.Shots {
		if shot.Slate == slate {
			return shot.Digest, nil
		}
	}
	return "", fmt.Errorf("slate %q is %w", slate, ErrUnknown)
}
