package account

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
)

// A mark says that somebody writes, or has written, to an episode's ledger: whoever does so
// puts it there before, once a run and process. So the account need not count all objects of
// a show's ledger to find out whether it has grown: what is not marked has not. A run that
// closes its book takes its marks away; others stay until all is counted the next time.

// Marking is a ledger whose writers leave marks.
type Marking struct {
	ledger.Ledger
	Account *Account
}

// Intend marks the episode and writes the intent.
func (m Marking) Intend(ctx context.Context, i ledger.Intent) error {
	if err := m.Account.mark(ctx, i.ID.Take.Episode); err != nil {
		return err
	}
	return m.Ledger.Intend(ctx, i)
}

// Settle marks the episode and writes the outcome.
func (m Marking) Settle(ctx context.Context, id ledger.ID, o ledger.Outcome) error {
	if err := m.Account.mark(ctx, id.Take.Episode); err != nil {
		return err
	}
	return m.Ledger.Settle(ctx, id, o)
}

// mostMarked is how many runs a process remembers to have marked. One that is forgotten is
// marked again, which changes nothing.
const mostMarked = 4096

// marked are the marks that this process has put.
type marked struct {
	mu   sync.Mutex
	keys map[string]bool
}

func (m *marked) has(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.keys[key]
}

func (m *marked) put(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.keys == nil || len(m.keys) >= mostMarked {
		m.keys = make(map[string]bool)
	}
	m.keys[key] = true
}

// mark puts the mark of whoever ctx is of.
func (a *Account) mark(ctx context.Context, id drama.EpisodeID) error {
	var workflow, run string
	if a.Who != nil {
		workflow, run = a.Who(ctx)
	}
	once := workflow == "" // a person: each act is one of its own
	if once {
		run = fmt.Sprintf("%x", a.now().UnixNano())
	}
	key := markKey(id, workflow, run)
	if !once && a.marked.has(key) {
		return nil
	}
	_, err := a.Store.PutNew(ctx, key, []byte("{}"), "application/json")
	if err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("mark that the ledger of %s grows: %w", id, err)
	}
	if !once {
		a.marked.put(key)
	}
	return nil
}

// markKey is SHOW/growing/epNN/WORKFLOW.RUN, the workflow's id in letters that every key may
// have.
func markKey(id drama.EpisodeID, workflow, run string) string {
	return store.Keys{Show: id.Show}.Growing(id.Number) + base64.RawURLEncoding.EncodeToString([]byte(workflow)) + "." + run
}

// mark is one that was found.
type mark struct {
	key, workflow string
	episode       int
	at            time.Time
}

// marks lists those of a show, or of one episode (0: all).
func (a *Account) marks(ctx context.Context, show string, episode int) (all []mark, err error) {
	keys := store.Keys{Show: show}
	err = a.Store.List(ctx, keys.Growing(episode), func(i store.Info) error {
		code, name, _ := strings.Cut(strings.TrimPrefix(i.Key, keys.Growing(0)), "/")
		id, err := drama.ParseEpisodeID(show + "/" + code)
		if err != nil {
			return nil //nolint:nilerr // not one of ours
		}
		word, _, _ := strings.Cut(name, ".")
		workflow, _ := base64.RawURLEncoding.DecodeString(word) // without a name it is nobody's, and only its age counts
		all = append(all, mark{key: i.Key, workflow: string(workflow), episode: id.Number, at: i.Modified})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list who writes to the ledger of %s: %w", show, err)
	}
	return all, nil
}

// quiet is how old a mark must be to go: what a run that was ended from outside still has
// in hand ends within its heartbeats.
const quiet = 10 * time.Minute

// idle are those marks whose writers are gone, by now.
func (a *Account) idle(ctx context.Context, all []mark) ([]mark, error) {
	gone := make([]bool, len(all))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, m := range all {
		if a.now().Sub(m.at) < quiet {
			continue
		}
		group.Go(func() error {
			open := false
			if m.workflow != "" && a.Open != nil {
				var err error
				if open, err = a.Open(asking, m.workflow, ""); err != nil {
					return fmt.Errorf("ask whether %s is open: %w", m.workflow, err)
				}
			}
			gone[i] = !open && (m.workflow == "" || a.Open != nil)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var idle []mark
	for i, m := range all {
		if gone[i] {
			idle = append(idle, m)
		}
	}
	return idle, nil
}

// forget takes marks away. One that stays costs a look.
func (a *Account) forget(ctx context.Context, all []mark) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, m := range all {
		group.Go(func() error { return a.Store.Remove(ctx, m.key) })
	}
	_ = group.Wait()
}
