package studio

import (
	"context"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/store"
)

// mark gathers what of the show is needed. A record that cannot be read may need anything:
// *library.RecordError, and nothing goes.
func (g *gc) mark(ctx context.Context, episodes []drama.EpisodeID) error {
	add := func(n *retention.Needs) {
		g.marking.Lock()
		defer g.marking.Unlock()
		g.needs.Add(*n)
	}
	if g.Retention.TakesNG > 0 {
		if err := g.circled(ctx, add); err != nil {
			return err
		}
		if err := g.paired(ctx, add); err != nil {
			return err
		}
	}
	if g.Retention.Cuts > 0 {
		if err := g.packed(ctx, add); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(gcEpisodes)
	for _, id := range episodes {
		group.Go(func() error {
			var n retention.Needs
			err := g.said(ctx, id, &n)
			if err == nil {
				err = g.shown(ctx, id, &n)
			}
			add(&n)
			return err
		})
	}
	return group.Wait()
}

// circled reads the takes that are circled, and in which versions of the circles.
func (g *gc) circled(ctx context.Context, add func(*retention.Needs)) error {
	found, err := g.newCircles(ctx)
	if err == nil {
		add(found)
	}
	return err
}

// newCircles reads the circles that were written since they were read last.
func (g *gc) newCircles(ctx context.Context) (*retention.Needs, error) {
	var digests []string
	seen := make(map[string]string)
	err := g.Store.List(ctx, g.keys.Circles(), func(i store.Info) error {
		// A store that tells no versions tells when.
		v := i.Version + i.Modified.String()
		if g.circles[i.Key] != v {
			digests = append(digests, strings.TrimSuffix(path.Base(i.Key), ".json"))
		}
		seen[i.Key] = v
		return nil
	})
	if err != nil {
		return nil, err
	}
	n := &retention.Needs{}
	for part := range slices.Chunk(digests, gcBatch) {
		circles, damaged, err := g.lib.Circles(ctx, g.keys.Show, part)
		if err != nil {
			return nil, err
		}
		for _, bad := range damaged {
			return nil, bad
		}
		for _, c := range circles {
			n.Take(c.Take, "a circle")
		}
	}
	g.circles = seen
	return n, nil
}

// paired reads the takes of blind pairs.
func (g *gc) paired(ctx context.Context, add func(*retention.Needs)) error {
	b := ballots.Ballots{Store: g.Store}
	filed, err := b.Filed(ctx, g.keys.Show)
	if err != nil {
		return err
	}
	var ids []string
	for id := range filed {
		ids = append(ids, id)
	}
	var mu sync.Mutex
	n := &retention.Needs{}
	err = g.each(ctx, len(ids), func(ctx context.Context, i int) error {
		p, err := b.Pair(ctx, g.keys.Show, ids[i])
		mu.Lock()
		defer mu.Unlock()
		n.Take(p.A.Take, "a blind pair")
		n.Take(p.B.Take, "a blind pair")
		return err
	})
	add(n)
	return err
}

// packed reads the cuts of which submission packs are put together when they are read.
func (g *gc) packed(ctx context.Context, add func(*retention.Needs)) error {
	const ext = ".json.gz"
	n := &retention.Needs{}
	var digests []string
	err := g.Store.List(ctx, g.keys.Packs(), func(i store.Info) error {
		if digest, ok := strings.CutSuffix(path.Base(i.Key), ext); ok {
			digests = append(digests, digest)
		}
		return nil
	})
	for _, digest := range digests {
		if err != nil {
			return err
		}
		var p *Packed
		if p, err = g.KeptPack(ctx, g.keys.Show, digest); err != nil {
			return err
		}
		for _, e := range p.Entries {
			// SHOW/epNN/cuts/N/…
			parts := strings.Split(e.Key, "/")
			if len(parts) < 5 || parts[2] != "cuts" {
				continue
			}
			id, bad := drama.ParseEpisodeID(parts[0] + "/" + parts[1])
			if number, err := strconv.Atoi(parts[3]); err == nil && bad == nil {
				n.Cut(id, number, "a pack")
			}
		}
	}
	add(n)
	return err
}

// said reads what people say of an episode, and what is still to be settled.
func (g *gc) said(ctx context.Context, id drama.EpisodeID, n *retention.Needs) error {
	if g.Retention.TakesNG == 0 && g.Retention.Cuts == 0 {
		return nil
	}
	notes, damaged, err := g.lib.Notes(ctx, id)
	if err != nil || len(damaged) > 0 {
		return errors.Join(err, errors.Join(damaged...))
	}
	for _, v := range notes {
		n.Note(v)
	}
	links, err := (review.Desk{Store: g.Store}).List(ctx, id)
	if err != nil {
		return err
	}
	for _, l := range links {
		if !l.Good(g.at) || l.Episode != id {
			continue
		}
		if l.Cut > 0 {
			n.Cut(id, l.Cut, "a review link")
		}
		for _, t := range l.Takes {
			n.Take(t, "a review link")
		}
	}
	if g.Retention.TakesNG == 0 {
		return nil
	}
	marks, damaged, err := g.lib.Marks(ctx, id, "")
	if err != nil || len(damaged) > 0 {
		return errors.Join(err, errors.Join(damaged...))
	}
	for _, m := range marks {
		n.Mark(m)
	}
	var edits []int
	err = g.Store.List(ctx, g.keys.Edits(id), func(i store.Info) error {
		if v, err := strconv.Atoi(strings.TrimSuffix(path.Base(i.Key), ".json")); err == nil {
			edits = append(edits, v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range edits {
		e, err := g.lib.EditVersion(ctx, id, v)
		if err != nil {
			return err
		}
		n.Edit(e)
	}
	open, err := g.lib.Unfinished(ctx, g.Ledger, id)
	if err != nil {
		return err
	}
	for _, u := range open {
		n.Take(u.Take, "an unsettled job")
		for _, p := range u.Left {
			n.Take(p.Take, "an unsettled job")
		}
	}
	return nil
}

// shown reads the manifests of an episode's cuts that stay, and of its dubs.
func (g *gc) shown(ctx context.Context, id drama.EpisodeID, n *retention.Needs) error {
	languages, err := g.lib.DubLanguages(ctx, id)
	if err != nil {
		return err
	}
	for _, language := range languages {
		numbers, err := g.lib.Dubs(ctx, id, language)
		if err != nil {
			return err
		}
		for _, number := range numbers {
			m, _, err := g.lib.DubManifest(ctx, id, language, number)
			if err != nil {
				return err
			}
			n.Manifest(m, "dub into "+language)
		}
	}
	cuts, err := g.cuts(ctx, id, func(id drama.EpisodeID, number int) string {
		if by := n.OfCut(id, number); by != "" {
			return by
		}
		g.marking.Lock()
		defer g.marking.Unlock()
		return g.needs.OfCut(id, number) // by the show's packs
	})
	if err != nil {
		return err
	}
	for _, c := range cuts {
		if goes, _ := g.Retention.Goes(c.Item, g.at); goes || c.Kind != retention.Cuts || c.gone {
			continue
		}
		m, _, err := g.lib.Manifest(ctx, id, c.number)
		if err != nil {
			return err
		}
		n.Manifest(m, "cut "+strconv.Itoa(c.number))
	}
	return nil
}

// cutLot is a cut's folder.
type cutLot struct {
	lot
	number int
	gone   bool // its record says that its files were removed
}

// RemovedName is beside a manifest whose other files were removed.
const RemovedName = "removed.json"

// cuts are an episode's cuts: those that are whole, and what was left of others.
func (g *gc) cuts(ctx context.Context, id drama.EpisodeID, needed func(drama.EpisodeID, int) string) ([]*cutLot, error) {
	at, err := g.lib.Latest(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	prefix := g.keys.Cuts(id)
	byNumber := map[int]*cutLot{}
	var all []*cutLot
	err = g.Store.List(ctx, prefix, func(i store.Info) error {
		number, name, _ := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil
		}
		c := byNumber[n]
		if c == nil {
			c = &cutLot{number: n, lot: lot{Item: retention.Item{Kind: retention.Scratch}, name: id.String() + " cut " + number}}
			byNumber[n], all = c, append(all, c)
		}
		switch name {
		case library.ManifestName:
			c.Kind = retention.Cuts
		case RemovedName:
			c.gone = true
		case "draft.json":
		default:
			c.add(i)
			return nil
		}
		if i.Modified.After(c.Newest) {
			c.Newest = i.Modified
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b *cutLot) int { return b.number - a.number })
	newer := 0
	for _, c := range all {
		if c.Kind != retention.Cuts {
			c.name += ", never delivered"
			continue
		}
		c.Begun, c.Newer, c.Needed = c.gone, newer, needed(id, c.number)
		if c.number > at.Cut {
			c.Needed = "whoever approves it"
			continue
		}
		newer++
		if goes, _ := g.Retention.Goes(c.Item, g.at); goes && !c.gone {
			said, err := (review.Desk{Store: g.Store}).Approvals(ctx, id, c.number)
			if err != nil {
				return nil, err
			}
			if len(said) > 0 {
				c.Needed = "an approval"
			}
		}
	}
	return all, nil
}
