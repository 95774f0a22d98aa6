package account

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

const (
	// atOnce is how many questions to the store or the engine are asked at once.
	atOnce = 32
	// countEvery is how long the account believes the marks: then all objects of the ledger
	// are counted once more, whoever wrote them.
	countEvery = time.Hour
)

// look is what was found out for one change of the account. It is kept over the tries of
// that change: where others write the record all the time, what takes many requests must
// not be asked for again whenever one of them was quicker.
type look struct {
	all    bool // everything was counted, as of at
	at     time.Time
	counts map[int]int // objects by episode; without all only of what may have grown
	idle   []mark      // those that what was counted makes needless
	again  bool        // it was used before: a book may know more by now than counts
	sums   map[int]summed
	open   map[string]bool // by run
	// of the episode whose book is closed
	closed *summed
	mine   []mark
}

// summed is what an episode has cost when its ledger had so many objects, or more.
type summed struct {
	objects int
	spent   int64
}

// refresh sums again what the account cannot know: episodes whose ledger has grown while no
// run held their book, and those whose run is dead. except is the episode that is asking.
func (a *Account) refresh(ctx context.Context, show string, r *Record, except int, k *look) error {
	if err := a.lookAround(ctx, show, r, k); err != nil {
		return err
	}
	for n := range k.counts {
		r.book(n)
	}
	if err := a.askOpen(ctx, r, except, k); err != nil {
		return err
	}
	var due []int
	for n, b := range r.Books {
		if n == except {
			continue
		}
		if b.Holder != nil {
			if k.open[b.Holder.Run] {
				continue
			}
			*b = Book{}
			due = append(due, n)
			continue
		}
		if count, counted := k.counts[n]; (counted || k.all) && count != b.Objects {
			due = append(due, n)
		}
	}
	if err := a.sumAll(ctx, show, r, due, k); err != nil {
		return err
	}
	if k.again = true; k.all && r.Counted.Before(k.at) {
		r.Counted = k.at
	}
	return nil
}

// lookAround counts the objects of the ledger: of all, or of the episodes that are marked.
func (a *Account) lookAround(ctx context.Context, show string, r *Record, k *look) error {
	due := !a.Marked || a.now().Sub(r.Counted).Abs() > countEvery
	if k.counts != nil && (k.all || !due) {
		return nil
	}
	k.at, k.all, k.sums = a.now(), due, make(map[int]summed)
	var marks []mark
	var err error
	if a.Marked {
		// Before anything is counted: what is marked later is looked at the next time.
		if marks, err = a.marks(ctx, show, 0); err != nil {
			return err
		}
	}
	if !due {
		var marked []int
		for _, m := range marks {
			if !slices.Contains(marked, m.episode) {
				marked = append(marked, m.episode)
			}
		}
		k.counts, err = a.count(ctx, show, marked)
		return err
	}
	if k.idle, err = a.idle(ctx, marks); err != nil {
		return err
	}
	k.counts, err = a.countAll(ctx, show)
	return err
}

// askOpen asks of the runs that hold a book whether they are open.
func (a *Account) askOpen(ctx context.Context, r *Record, except int, k *look) error {
	if k.open == nil {
		k.open = make(map[string]bool)
	}
	var mu sync.Mutex
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for n, b := range r.Books {
		if n == except || b.Holder == nil {
			continue
		}
		h := *b.Holder
		mu.Lock()
		_, known := k.open[h.Run]
		mu.Unlock()
		if known {
			continue
		}
		group.Go(func() error {
			open, err := a.open(asking, &h)
			if err != nil {
				return fmt.Errorf("ask whether %s is open: %w", h.Workflow, err)
			}
			mu.Lock()
			defer mu.Unlock()
			k.open[h.Run] = open
			return nil
		})
	}
	return group.Wait()
}

// sumAll sums the ledgers of episodes for their books, which no run holds.
func (a *Account) sumAll(ctx context.Context, show string, r *Record, episodes []int, k *look) error {
	var mu sync.Mutex
	group, summing := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, n := range episodes {
		b := r.Books[n]
		mu.Lock()
		s, known := k.sums[n]
		mu.Unlock()
		if known && s.objects > b.Objects {
			b.Spent, b.Objects = s.spent, s.objects
			continue
		}
		count, counted := k.counts[n]
		counted = counted && !k.again
		group.Go(func() error {
			if !counted {
				counts, err := a.count(summing, show, []int{n})
				if err != nil {
					return err
				}
				if count = counts[n]; count > 0 && count == b.Objects {
					return nil // its run has closed it since
				}
			}
			spent, err := a.sum(summing, show, n, r.Currency)
			if err != nil {
				return err
			}
			// What was written after it was counted is noticed the next time.
			b.Spent, b.Objects = spent, count
			mu.Lock()
			defer mu.Unlock()
			k.sums[n] = summed{count, spent}
			return nil
		})
	}
	return group.Wait()
}

// sumOf brings one episode's book up to date, unless a run holds it.
func (a *Account) sumOf(ctx context.Context, show string, r *Record, n int) error {
	b, k := r.book(n), &look{sums: make(map[int]summed)}
	if b.Holder != nil {
		open, err := a.open(ctx, b.Holder)
		if err != nil || open {
			return err
		}
		*b = Book{}
	}
	return a.sumAll(ctx, show, r, []int{n}, k)
}

func (a *Account) open(ctx context.Context, h *Holder) (bool, error) {
	if a.Open == nil {
		return true, nil
	}
	return a.Open(ctx, h.Workflow, h.Run)
}

// countAll counts the objects of each episode's ledger.
func (a *Account) countAll(ctx context.Context, show string) (map[int]int, error) {
	var episodes []int
	err := a.Store.ListLevel(ctx, store.Keys{Show: show}.Jobs(0), func(i store.Info) error {
		if id, err := drama.ParseEpisodeID(show + "/" + path.Base(i.Key)); err == nil && i.IsFolder() {
			episodes = append(episodes, id.Number)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the jobs of %s: %w", show, err)
	}
	return a.count(ctx, show, episodes)
}

// count counts the objects of the ledgers of some episodes. The ledger's own copies of what
// has ended are none of them.
func (a *Account) count(ctx context.Context, show string, episodes []int) (map[int]int, error) {
	found := make([]int, len(episodes))
	group, counting := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, n := range episodes {
		prefix := store.Keys{Show: show}.Jobs(n)
		group.Go(func() error {
			return a.Store.List(counting, prefix, func(o store.Info) error {
				if strings.Contains(strings.TrimPrefix(o.Key, prefix), "/") {
					found[i]++
				}
				return nil
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("count the jobs of %s: %w", show, err)
	}
	counts := make(map[int]int, len(episodes))
	for i, n := range episodes {
		counts[n] = found[i]
	}
	return counts, nil
}

// sum is what an episode has cost by its ledger; a job that has not ended counts
// with its estimate, because it may be billed.
func (a *Account) sum(ctx context.Context, show string, episode int, currency string) (int64, error) {
	total, err := library.Spent(ctx, a.Ledger, drama.EpisodeID{Show: show, Number: episode}, a.Exchange, currency)
	return total.Micros, err
}
