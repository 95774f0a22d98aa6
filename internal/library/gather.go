package library

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lookbook"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// Catalogue is which circles and stills a show has, by key: a season has thousands
// of shots, so that what is there is listed once and only that is read. nil: nobody
// has looked, and every one may be there.
type Catalogue map[string]bool

func (c Catalogue) mayHave(key string) bool {
	return c == nil || c[key] || !strings.ContainsRune(digits, rune(path.Base(key)[0]))
}

// digits are what digests begin with.
const digits = "0123456789abcdef"

// Catalogue lists a show's circles and, if asked for, its stills: side by side by what
// digests begin with, so that it takes no longer when there are thousands.
func (l Library) Catalogue(ctx context.Context, show string, stills bool) (Catalogue, error) {
	k := store.Keys{Show: show}
	prefixes := []string{k.Circles()}
	if stills {
		prefixes = append(prefixes, k.Stills())
	}
	var mu sync.Mutex
	there := make(Catalogue)
	group, listing := errgroup.WithContext(ctx)
	group.SetLimit(2 * atOnce)
	for _, prefix := range prefixes {
		for _, digit := range digits {
			group.Go(func() error {
				keys, err := l.keys(listing, prefix+string(digit))
				mu.Lock()
				defer mu.Unlock()
				for _, key := range keys {
					there[key] = true
				}
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("list what %s has: %w", show, err)
	}
	return there, nil
}

// Plan makes a plan with the takes, circles and stills that there are now: it fills
// in what in leaves open of them. A damaged circle or still, which may stand for
// something paid, is a problem of the plan; a damaged take is a warning. ErrNoPlan.
func (l Library) Plan(ctx context.Context, in plan.Input, there Catalogue) (plan.Plan, error) {
	in.Circles, in.Stills = make(map[string]drama.Circle), make(map[string]drama.Still)
	if in.Templates == "" {
		var err error
		if in.Templates, err = l.Templates(ctx, in.Production.Season.Show); err != nil {
			return plan.Plan{}, err
		}
	}
	if in.Production.Episode.Number != drama.LookBookNumber { // its own production has them
		book, err := l.LookBook(ctx, in.Production.Season.Show)
		if err != nil {
			return plan.Plan{}, err
		}
		in.Production.Season = lookbook.Dress(in.Production.Season, book)
	}
	if err := l.judged(ctx, &in); err != nil {
		return plan.Plan{}, err
	}
	takes, lost, err := l.count(ctx, &in)
	if err != nil {
		return plan.Plan{}, err
	}
	// Which takes are circled is asked by digest, and the digests are the plan's.
	made, err := build(in)
	if err != nil {
		return plan.Plan{}, err
	}
	problems, told, err := l.gather(ctx, made, &in, there)
	if err != nil {
		return plan.Plan{}, err
	}
	if err := l.chosen(ctx, &in); err != nil {
		return plan.Plan{}, err
	}
	more, err := l.earlier(ctx, made, &in, takes)
	if err != nil {
		return plan.Plan{}, err
	}
	lost = append(lost, more...)
	if len(in.Circles) > 0 || len(in.Stills) > 0 || len(in.Earlier) > 0 {
		if made, err = build(in); err != nil {
			return plan.Plan{}, err
		}
	}
	made.Problems = append(made.Problems, problems...)
	for _, bad := range lost {
		if told[bad.URI] {
			continue
		}
		told[bad.URI] = true
		w := plan.Problem{Message: bad.Error()}
		if len(made.Shots) > 0 {
			w.Position.File = made.Shots[0].Position.File
		}
		made.Warnings = append(made.Warnings, w)
	}
	return made, nil
}

// ErrNoPlan: there can be no plan of this script, whatever else there is.
var ErrNoPlan = errors.New("there can be no plan")

func build(in plan.Input) (plan.Plan, error) {
	made, err := plan.Build(in)
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrNoPlan, err)
	}
	return made, err
}

// gather reads the circles and stills of a plan's digests. told are the damaged ones,
// by URI.
func (l Library) gather(ctx context.Context, made plan.Plan, in *plan.Input, there Catalogue) (problems []plan.Problem, told map[string]bool, err error) {
	k := store.Keys{Show: made.Episode.Show}
	var circles, stills []string
	shots := make(map[string]plan.Shot) // by digest
	for _, s := range made.Shots {
		shots[s.Digest] = s
		if there.mayHave(k.Circle(s.Digest)) {
			circles = append(circles, s.Digest)
		}
		if s.Still == nil {
			continue
		}
		for _, digest := range []string{s.Still.Digest, s.Still.Told} {
			if _, asked := shots[digest]; !asked && there.mayHave(k.StillRecord(digest)) {
				stills = append(stills, digest)
			}
			shots[digest] = s.Still.Shot
		}
	}
	var lostCircles, lostStills map[string]*RecordError
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		in.Circles, lostCircles, err = l.Circles(ctx, made.Episode.Show, circles)
		return err
	})
	group.Go(func() (err error) {
		in.Stills, lostStills, err = l.Stills(ctx, made.Episode.Show, stills)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	told = make(map[string]bool)
	for _, lost := range []struct {
		order   []string
		damaged map[string]*RecordError
	}{{circles, lostCircles}, {stills, lostStills}} {
		for _, digest := range lost.order {
			if bad := lost.damaged[digest]; bad != nil {
				s := shots[digest]
				told[bad.URI] = true
				problems = append(problems, plan.Problem{Position: s.Position, Slate: s.Slate, Message: fmt.Sprintf("shot %s: %v", s.Slate, bad)})
			}
		}
	}
	return problems, told, nil
}

// count finds the highest take number by slate: of recorded takes and of jobs, so
// that a number is never used again; and how many takes were made of a digest where
// the script gives a seed for its first. It returns the keys of takes' records by
// slate, and the takes that it read and could not.
func (l Library) count(ctx context.Context, in *plan.Input) (map[string][]string, []*RecordError, error) {
	id := in.Production.ID()
	k := store.Keys{Show: id.Show}
	in.TakeCounts, in.Tried = make(map[string]int), make(map[string]int)
	prefixes := []string{k.Takes(id, ""), k.Jobs(id.Number)}
	listed := make([][]string, len(prefixes))
	group, listing := errgroup.WithContext(ctx)
	for i, prefix := range prefixes {
		group.Go(func() (err error) {
			listed[i], err = l.keys(listing, prefix)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, fmt.Errorf("count the takes of %s: %w", id, err)
	}
	bySlate := make(map[string][]string)
	seeded := make(map[string]bool)
	for _, s := range in.Production.Episode.Shots() {
		seeded[s.Slate] = s.Seed != nil
	}
	var records []string
	for i, keys := range listed {
		for _, key := range keys {
			slate, number := numbered(prefixes[i], key)
			if number == 0 {
				continue
			}
			in.TakeCounts[slate] = max(in.TakeCounts[slate], number)
			if i != 0 || !strings.HasSuffix(key, ".json") {
				continue
			}
			bySlate[slate] = append(bySlate[slate], key)
			if seeded[slate] {
				records = append(records, key)
			}
		}
	}
	takes, damaged, err := l.readTakes(ctx, prefixes[0], id, records)
	if err != nil {
		return nil, nil, fmt.Errorf("count the takes of %s: %w", id, err)
	}
	for _, t := range takes {
		in.Tried[t.Digest]++
	}
	return bySlate, damaged, nil
}
