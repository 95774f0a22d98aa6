package studio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/store"
)

// show is what one show has.
func (g *gc) show(ctx context.Context) error {
	episodes, err := g.Episodes(ctx, g.keys.Show)
	if err != nil {
		return err
	}
	if len(episodes) == 0 {
		return fmt.Errorf("%s is %w: no episode of it was ever rendered", g.keys.Show, ErrUnknown)
	}
	if err := g.mark(ctx, episodes); err != nil {
		if library.Damaged(err) == nil {
			return err
		}
		g.skip(g.keys.Show, err.Error()) // what it says may need anything
		return nil
	}
	group, walking := errgroup.WithContext(ctx)
	group.SetLimit(gcEpisodes)
	for _, id := range episodes {
		group.Go(func() error { return g.episode(walking, id) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := g.mezzanines(ctx); err != nil {
		return err
	}
	if err := g.marks(ctx); err != nil {
		return err
	}
	if err := g.uploads(ctx, g.keys.Show+"/"); err != nil {
		return err
	}
	return g.lookBook(ctx)
}

// episode lets an episode's takes and cuts go.
func (g *gc) episode(ctx context.Context, id drama.EpisodeID) error {
	if free, err := g.free(ctx, id); err != nil || !free {
		return err
	}
	cuts, err := g.cuts(ctx, id, g.needs.OfCut)
	if err != nil {
		return err
	}
	lots, err := g.dubs(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range cuts {
		if c.Kind == retention.Cuts {
			c.begin = func(ctx context.Context) (bool, error) {
				body, err := json.Marshal(drama.Removed{At: g.at, By: g.by()})
				if err == nil {
					_, err = g.Store.PutNew(ctx, g.keys.Cut(id, c.number)+RemovedName, body, "application/json")
				}
				if errors.Is(err, store.ErrExists) {
					err = nil
				}
				return err == nil, err
			}
		}
		lots = append(lots, &c.lot)
	}
	if err := g.let(ctx, lots, nil); err != nil {
		return err
	}
	return g.takes(ctx, id)
}

// dubs are what was left of dubs that never came to their end.
func (g *gc) dubs(ctx context.Context, id drama.EpisodeID) ([]*lot, error) {
	whole, found := map[string]bool{}, map[string]*lot{}
	prefix := g.keys.Dubs(id, "")
	err := g.Store.List(ctx, prefix, func(i store.Info) error {
		// LANGUAGE/N/NAME
		parts := strings.SplitN(strings.TrimPrefix(i.Key, prefix), "/", 3)
		if len(parts) < 3 {
			return nil
		}
		dub := parts[0] + " " + parts[1]
		if parts[2] == library.ManifestName {
			whole[dub] = true
		}
		if found[dub] == nil {
			found[dub] = &lot{Item: retention.Item{Kind: retention.Scratch}, name: id.String() + " dub " + dub + ", never delivered"}
		}
		found[dub].add(i)
		return nil
	})
	var lots []*lot
	for dub, l := range found {
		if !whole[dub] {
			lots = append(lots, l)
		}
	}
	return lots, err
}

// takeLot is what lies of a take.
type takeLot struct {
	lot
	id       drama.TakeID
	recorded bool
}

// takes lets the clips of takes go that are NG.
func (g *gc) takes(ctx context.Context, id drama.EpisodeID) error {
	if g.Retention.TakesNG == 0 {
		return nil
	}
	found, err := g.clips(ctx, id)
	if err != nil {
		return err
	}
	marks, damaged, err := g.lib.Marks(ctx, id, "")
	if err != nil || len(damaged) > 0 {
		return errors.Join(err, errors.Join(damaged...))
	}
	for part := range slices.Chunk(found, gcBatch) {
		going := make([]*lot, len(part))
		err := g.each(ctx, len(part), func(ctx context.Context, i int) error {
			t := part[i]
			take, err := g.lib.Take(ctx, t.id)
			if bad := library.Damaged(err); bad != nil {
				g.skip(t.id.String(), bad.Error())
				return nil
			}
			if err != nil {
				return err
			}
			t.Begun = take.Removed != nil && g.needs.OfTake(t.id) == ""
			if !t.Begun && !mayGo(take, marks[t.id].State == drama.TakeNG) {
				return nil
			}
			t.begin = func(ctx context.Context) (bool, error) {
				return g.lib.ForgetClip(ctx, t.id, drama.Removed{At: g.at, By: g.by()}, func(now drama.Take) bool {
					return mayGo(now, marks[t.id].State == drama.TakeNG)
				})
			}
			going[i] = &t.lot
			return nil
		})
		if err != nil {
			return err
		}
		going = slices.DeleteFunc(going, func(l *lot) bool { return l == nil })
		if free, err := g.free(ctx, id); err != nil || !free {
			return err
		}
		if err := g.letTakes(ctx, part, going); err != nil {
			return err
		}
	}
	return nil
}

// letTakes lets takes go, but those that somebody circles meanwhile.
func (g *gc) letTakes(ctx context.Context, of []*takeLot, going []*lot) error {
	late := make(map[drama.TakeID]bool) // circled meanwhile
	for _, t := range of {
		t.settle = func() bool { return !late[t.id] }
	}
	return g.let(ctx, going, func(ctx context.Context) error {
		// Whoever circles a take looks at its record afterwards, as we look at the circles
		// after we have written the record: one of both sees the other.
		g.marking.Lock()
		defer g.marking.Unlock()
		found, err := g.newCircles(ctx)
		if err != nil {
			return err
		}
		g.late.Add(*found)
		for _, t := range of {
			if late[t.id] = g.late.OfTake(t.id) != ""; !late[t.id] {
				continue
			}
			if err := g.lib.RestoreClip(ctx, t.id); err != nil {
				return err
			}
		}
		return nil
	})
}

// mayGo says that a take's clip is of no use by what its record says: it is NG, by QC or by
// a person, lies where its takes do, and was not cut out of a clip of several shots.
func mayGo(t drama.Take, markedNG bool) bool {
	ng := !t.Verdict.Pass && !t.Filed || markedNG
	return ng && t.Pack == nil && t.Media.Key == store.Keys{Show: t.ID.Episode.Show}.TakeMedia(t.ID)
}

// clips lists the clips of an episode's takes that are recorded, old enough and needed by
// nothing.
func (g *gc) clips(ctx context.Context, id drama.EpisodeID) ([]*takeLot, error) {
	prefix := g.keys.Takes(id, "")
	var all []*takeLot
	var last *takeLot
	keep := func() {
		if last != nil && last.recorded && len(last.objects) > 0 && last.Needed == "" && !g.Retention.Young(retention.TakesNG, last.Newest, g.at) {
			all = append(all, last)
		}
		last = nil
	}
	err := g.Store.List(ctx, prefix, func(i store.Info) error {
		slate, name, _ := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		digits, ext, _ := strings.Cut(name, ".")
		number, err := strconv.Atoi(digits)
		if err != nil || drama.IsLips(slate) || slate != drama.ShotSlate(slate) {
			return nil // stills and lips have records of their own
		}
		t := drama.TakeID{Episode: id, Slate: slate, Number: number}
		if last == nil || last.id != t {
			keep()
			last = &takeLot{id: t, lot: lot{name: t.String(), Item: retention.Item{Kind: retention.TakesNG, Needed: g.needs.OfTake(t)}}}
		}
		switch ext {
		case "json":
			last.recorded = true
		case "media", "review.mp4":
			// Its record is written anew when it is begun: the clip's age counts.
			last.add(i)
		case "packed":
			last.Needed = "a clip of several shots"
		}
		return nil
	})
	keep()
	return all, err
}

// mezzanines lets conformed takes go that no cut shows. All of it is made again when it is
// needed.
func (g *gc) mezzanines(ctx context.Context) error {
	p := g.Retention
	if p.Mezzanines == 0 && p.Scratch == 0 {
		return nil
	}
	if idle, err := g.idle(ctx, "the mezzanines"); err != nil || !idle {
		return err
	}
	const record = "conform.json"
	prefix := g.keys.Show + "/mezzanines/"
	var lots []*lot
	var last *lot
	whole := false
	flush := func() error {
		err := g.letMezzanines(ctx, lots)
		lots = lots[:0]
		return err
	}
	keep := func() error {
		if last == nil {
			return nil
		}
		if !whole && (p.Mezzanines == 0 || p.Scratch > 0 && p.Scratch < p.Mezzanines) {
			last.Kind = retention.Scratch
		}
		if !p.Young(last.Kind, last.Newest, g.at) {
			lots = append(lots, last)
		}
		last, whole = nil, false
		if len(lots) < gcBatch {
			return nil
		}
		return flush()
	}
	err := g.Store.List(ctx, prefix, func(i store.Info) error {
		digest, name, ok := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		if !ok {
			return nil
		}
		if last == nil || last.name != digest {
			if err := keep(); err != nil {
				return err
			}
			last = &lot{name: digest, Item: retention.Item{Kind: retention.Mezzanines}}
		}
		whole = whole || name == record
		last.add(i)
		return nil
	})
	if err == nil {
		err = keep()
	}
	if err == nil {
		err = flush()
	}
	return err
}

// letMezzanines asks which of them are shown, and lets the others go: records first, so that
// what is left is none.
func (g *gc) letMezzanines(ctx context.Context, lots []*lot) error {
	if len(lots) == 0 {
		return nil
	}
	err := g.each(ctx, len(lots), func(ctx context.Context, i int) error {
		l := lots[i]
		mz, err := g.lib.Mezzanine(ctx, g.keys.Show, l.name)
		switch {
		case err == nil:
			l.Needed = g.needs.OfPictures(mz.Result.VideoDigest)
		case !errors.Is(err, store.ErrNotFound) && library.Damaged(err) == nil:
			return err
		}
		slices.SortStableFunc(l.objects, func(a, b store.Info) int { return rank(a.Key) - rank(b.Key) })
		return nil
	})
	if err != nil {
		return err
	}
	if g.remove {
		if idle, err := g.idle(ctx, "the mezzanines"); err != nil || !idle {
			return err
		}
	}
	return g.let(ctx, lots, nil)
}

func rank(key string) int {
	if path.Ext(key) == ".json" {
		return 0
	}
	return 1
}

// lookBook lets pictures of sheets go for which another is approved.
func (g *gc) lookBook(ctx context.Context) error {
	if g.Retention.LookBook == 0 {
		return nil
	}
	show := g.keys.Show
	if idle, err := g.idle(ctx, "the look book"); err != nil || !idle {
		return err
	}
	book, err := g.lib.LookBook(ctx, show)
	if bad := library.Damaged(err); bad != nil {
		g.skip("the look book of "+show, bad.Error())
		return nil
	}
	if err != nil {
		return err
	}
	approved, decided := map[drama.TakeID]bool{}, map[string]bool{}
	for _, a := range book.Sheets {
		approved[a.Take], decided[drama.ShotSlate(a.Take.Slate)] = true, true
	}
	var lots []*lot
	prefix := g.keys.Candidates("")
	err = g.Store.List(ctx, prefix, func(i store.Info) error {
		slate, name, _ := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		n, err := strconv.Atoi(strings.TrimSuffix(name, ".json"))
		id := drama.TakeID{Episode: drama.LookBookID(show), Slate: drama.StillSlate(slate), Number: n}
		if err != nil || !decided[slate] || approved[id] {
			return nil
		}
		lots = append(lots, &lot{name: id.String(), Item: retention.Item{Kind: retention.LookBook}, begin: func(ctx context.Context) (bool, error) {
			return g.lib.ForgetPicture(ctx, show, slate, n, drama.Removed{At: g.at, By: g.by()})
		}})
		return nil
	})
	if err != nil {
		return err
	}
	err = g.each(ctx, len(lots), func(ctx context.Context, i int) error {
		l := lots[i]
		id, err := drama.ParseTakeID(l.name)
		if err != nil {
			return err
		}
		s, err := g.lib.CandidateRecord(ctx, show, drama.ShotSlate(id.Slate), id.Number)
		if library.Damaged(err) != nil || errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		key := s.Image.Key
		if l.Begun = s.Removed != nil; l.Begun {
			key = s.Removed.Media.Key
		}
		if key != g.keys.TakeMedia(id) {
			return nil // it lies elsewhere, and may be another's too
		}
		info, err := g.Store.Head(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			l.add(info)
		}
		return err
	})
	if err != nil {
		return err
	}
	return g.let(ctx, lots, nil)
}
