package studio

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// Retained is what a policy of retention finds in a show, or beside all shows, and what
// became of it.
type Retained struct {
	Show    string           `json:"show,omitempty"` // empty: what is beside all shows
	Policy  retention.Policy `json:"policy"`
	Deleted bool             `json:"deleted"` // false: it was only looked
	Kinds   []RetainedKind   `json:"kinds"`   // those of which something goes
	// Items are those that go, the first few of them by name; More is how many more.
	Items []RetainedItem `json:"items"`
	More  int            `json:"more,omitempty"`
	// Skipped is what was not looked at, and why.
	Skipped []RetainedSkip `json:"skipped"`
}

// RetainedKind is what goes of a kind.
type RetainedKind struct {
	Kind    retention.Kind `json:"kind"`
	Items   int            `json:"items"`
	Objects int            `json:"objects"`
	Bytes   int64          `json:"bytes"`
}

// RetainedItem is one thing that goes.
type RetainedItem struct {
	Kind    retention.Kind `json:"kind"`
	Name    string         `json:"name"`
	Objects int            `json:"objects"`
	Bytes   int64          `json:"bytes"`
	Why     string         `json:"why"`
}

// RetainedSkip is what was left alone whatever the policy says.
type RetainedSkip struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

const (
	// gcItems is how many items are told by name.
	gcItems = 1000
	// gcEpisodes and gcRemoves are how many are worked on at once: a store that
	// answers in 30 ms is asked by all of them.
	gcEpisodes = 6
	gcRemoves  = 16
	// gcBatch is how many items are decided on before they are removed: memory is
	// bounded by it, and runs are asked for before each.
	gcBatch = 500
)

// Retain finds what of a show goes by the policy, or with an empty show what of that which is
// beside all shows, and removes it if remove says so. What a cut that stays, an unsettled job,
// a circle, a mark, a note, an approval, a good review link, an edit, a dub, a pack or a blind
// pair needs stays, and so does what belongs to an open run: that is named in Skipped. It may be
// killed at any moment and begun again. ErrUnknown for a show that has nothing.
func (s *Studio) Retain(ctx context.Context, show string, remove bool) (Retained, error) {
	g := &gc{Studio: s, at: s.now(), lib: s.library(), keys: store.Keys{Show: show}, remove: remove, sums: map[retention.Kind]*RetainedKind{}}
	g.out = Retained{Show: show, Policy: s.Retention, Deleted: remove, Kinds: []RetainedKind{}, Items: []RetainedItem{}, Skipped: []RetainedSkip{}}
	var err error
	if show == "" {
		err = g.house(ctx)
	} else {
		err = g.show(ctx)
	}
	for _, k := range retention.Kinds() {
		if sum := g.sums[k]; sum != nil {
			g.out.Kinds = append(g.out.Kinds, *sum)
		}
	}
	slices.SortFunc(g.out.Items, func(a, b RetainedItem) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(g.out.Skipped, func(a, b RetainedSkip) int { return cmp.Compare(a.What, b.What) })
	if err != nil {
		return g.out, fmt.Errorf("look for what of %s may go: %w", cmp.Or(show, "the house"), err)
	}
	return g.out, nil
}

// Lifecycle is what of the policy the bucket's own rules can do.
func (s *Studio) Lifecycle() retention.Lifecycle {
	base := s.Store.URI("") // s3://BUCKET/PREFIX/
	_, prefix, _ := strings.Cut(strings.TrimPrefix(base, "s3://"), "/")
	return s.Retention.Rules(prefix)
}

// gc is one walk.
type gc struct {
	*Studio
	lib    library.Library
	keys   store.Keys
	remove bool
	at     time.Time // one clock for the whole walk

	marking sync.Mutex        // of what follows, while it is written
	needs   retention.Needs   // of the whole show; not written once episodes are walked
	late    retention.Needs   // what was circled since
	circles map[string]string // version of each circle by key, when it was read

	mu   sync.Mutex // of what follows
	out  Retained
	sums map[retention.Kind]*RetainedKind
}

// lot is an item with its objects, in the order in which they go.
type lot struct {
	retention.Item
	name    string
	objects []store.Info
	// begin says in its record that it goes; false: it stays after all. nil: it has none.
	begin func(context.Context) (bool, error)
	// settle is asked once it was begun, before anything is removed; false: it stays after all.
	settle func() bool
	// drop removes it where it is nothing in the store; nil: it is.
	drop func() error
}

func (l *lot) add(i store.Info) {
	l.objects = append(l.objects, i)
	if i.Modified.After(l.Newest) {
		l.Newest = i.Modified
	}
}

func (g *gc) skip(what, why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := RetainedSkip{what, why}
	if !slices.Contains(g.out.Skipped, s) {
		g.out.Skipped = append(g.out.Skipped, s)
	}
}

// tell counts what goes.
func (g *gc) tell(l *lot, why string) {
	var bytes int64
	for _, o := range l.objects {
		bytes += o.Bytes
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	sum := g.sums[l.Kind]
	if sum == nil {
		sum = &RetainedKind{Kind: l.Kind}
		g.sums[l.Kind] = sum
	}
	sum.Items++
	sum.Objects += len(l.objects)
	sum.Bytes += bytes
	if len(g.out.Items) == gcItems {
		g.out.More++
		return
	}
	g.out.Items = append(g.out.Items, RetainedItem{l.Kind, l.name, len(l.objects), bytes, why})
}

// let decides about lots, tells of those that go, and removes them. between is called once
// those that have records are begun.
func (g *gc) let(ctx context.Context, lots []*lot, between func(context.Context) error) error {
	var going []*lot
	for _, l := range lots {
		if len(l.objects) == 0 {
			continue
		}
		goes, why := g.Retention.Goes(l.Item, g.at)
		if !goes {
			continue
		}
		going = append(going, l)
		if !g.remove {
			g.tell(l, why)
		}
	}
	if !g.remove || len(going) == 0 {
		return nil
	}
	stays := make([]bool, len(going))
	err := g.each(ctx, len(going), func(ctx context.Context, i int) error {
		if going[i].begin == nil || going[i].Begun {
			return nil
		}
		ok, err := going[i].begin(ctx)
		stays[i] = !ok
		return err
	})
	if err == nil && between != nil {
		err = between(ctx)
	}
	if err != nil {
		return err
	}
	return g.each(ctx, len(going), func(ctx context.Context, i int) error {
		l := going[i]
		if stays[i] || l.settle != nil && !l.settle() {
			return nil
		}
		if err := g.drop(ctx, l); err != nil {
			return err
		}
		_, why := g.Retention.Goes(l.Item, g.at)
		g.tell(l, why)
		return nil
	})
}

// drop removes all of a lot.
func (g *gc) drop(ctx context.Context, l *lot) error {
	if l.drop != nil {
		return l.drop()
	}
	for _, o := range l.objects {
		if err := g.Store.Remove(ctx, o.Key); err != nil {
			return err
		}
	}
	return nil
}

// each does something for 0 … n-1, some at once.
func (g *gc) each(ctx context.Context, n int, do func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(gcRemoves)
	for i := range n {
		group.Go(func() error { return do(ctx, i) })
	}
	return group.Wait()
}

// house is what is beside all shows.
func (g *gc) house(ctx context.Context) error {
	for _, p := range []struct {
		prefix string
		kind   retention.Kind
	}{{retention.AnswersPrefix, retention.Answers}, {retention.ProofsPrefix, retention.Scratch}} {
		var lots []*lot
		flush := func() error {
			err := g.let(ctx, lots, nil)
			lots = lots[:0]
			return err
		}
		err := g.Store.List(ctx, p.prefix, func(i store.Info) error {
			if g.Retention.Young(p.kind, i.Modified, g.at) {
				return nil
			}
			l := &lot{Item: retention.Item{Kind: p.kind}, name: i.Key}
			l.add(i)
			if lots = append(lots, l); len(lots) < gcBatch {
				return nil
			}
			return flush()
		})
		if err == nil {
			err = flush()
		}
		if err != nil {
			return err
		}
	}
	if err := g.uploads(ctx, besideShows); err != nil {
		return err
	}
	return g.scratch(ctx)
}

// besideShows begins every key that is no show's.
const besideShows = "_"

// runs are the open runs of the show: which episodes they are of, and whether one is of the
// whole show.
func (g *gc) runs(ctx context.Context) (open map[string]bool, whole bool, err error) {
	ask := g.OpenRuns
	if ask == nil {
		ask = g.openRuns
	}
	ids, err := ask(ctx, g.keys.Show)
	if err != nil {
		return nil, false, err
	}
	open = make(map[string]bool)
	for _, id := range ids {
		// KIND/SHOW, KIND/SHOW/epNN, KIND/SHOW/epNN/…
		if parts := strings.Split(id, "/"); len(parts) > 2 {
			open[parts[2]] = true
		} else {
			whole = true
		}
	}
	return open, whole, nil
}

// openRuns lists the workflows of a show that are open, by id.
func (s *Studio) openRuns(ctx context.Context, show string) (ids []string, err error) {
	if s.Temporal == nil {
		return nil, nil // no engine is at work here
	}
	for token := []byte(nil); ; {
		r, err := s.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: s.Namespace, PageSize: openPage, NextPageToken: token, Query: "ExecutionStatus = 'Running'",
		})
		if err != nil {
			return nil, fmt.Errorf("list open runs: %w", err)
		}
		for _, e := range r.GetExecutions() {
			id := e.GetExecution().GetWorkflowId()
			if parts := strings.Split(id, "/"); len(parts) > 1 && parts[1] == show {
				ids = append(ids, id)
			}
		}
		if token = r.GetNextPageToken(); len(token) == 0 {
			break
		}
	}
	// Lists may lag behind by seconds on a cluster; the show's own run is asked for itself.
	if _, open, err := s.running(ctx, workflows.SeasonWorkflowID(show)); err != nil {
		return nil, err
	} else if open {
		ids = append(ids, workflows.SeasonWorkflowID(show))
	}
	return ids, nil
}

// free says whether nobody works on an episode now; if somebody does, that is told.
func (g *gc) free(ctx context.Context, id drama.EpisodeID) (bool, error) {
	open, whole, err := g.runs(ctx)
	if err != nil {
		return false, err
	}
	if !whole && !open[id.Code()] && g.OpenRuns == nil && g.Temporal != nil {
		_, is, err := g.running(ctx, workflows.EpisodeWorkflowID(id))
		if err != nil {
			return false, err
		}
		open[id.Code()] = is
	}
	if whole || open[id.Code()] {
		g.skip(id.String(), "a run of it is open")
		return false, nil
	}
	return true, nil
}

// idle says whether nobody works on anything of the show now.
func (g *gc) idle(ctx context.Context, what string) (bool, error) {
	open, whole, err := g.runs(ctx)
	if err != nil {
		return false, err
	}
	if whole || len(open) > 0 {
		g.skip(what+" of "+g.keys.Show, "a run of the show is open")
		return false, nil
	}
	return true, nil
}
