package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

// ErrBusy: so many others change the record that our change never came through.
// Asking again is right.
var ErrBusy = errors.New("the account is changed by others all the time")

// Account keeps the shows' accounts.
type Account struct {
	Store    store.Store
	Ledger   ledger.Ledger
	Exchange drama.Exchange
	// Open says whether a run is open; nil: it is.
	Open func(ctx context.Context, workflow, run string) (bool, error)
	// Wake tells a run that money may have come back; nil: it asks by itself after a
	// while.
	Wake func(ctx context.Context, workflow string) error
	Now  func() time.Time // nil: time.Now
}

// How often a change is tried again when somebody else was quicker, and how long
// after.
const (
	tries   = 60
	between = 4 * time.Millisecond
)

func (a *Account) now() time.Time {
	if a.Now != nil {
		return a.Now().UTC()
	}
	return time.Now().UTC()
}

// Read gives a show's account with every line as the ledger has it. nil when
// nothing of the show was ever bought or capped.
func (a *Account) Read(ctx context.Context, show, currency string) (*Record, error) {
	r, _, err := a.load(ctx, show, currency)
	if err != nil {
		return nil, err
	}
	if err := a.refresh(ctx, show, r, 0); err != nil {
		return nil, err
	}
	return r, nil
}

// Caps gives a show's account for the caps that persons have set: the sums in it
// may be old.
func (a *Account) Caps(ctx context.Context, show, currency string) (*Record, error) {
	r, _, err := a.load(ctx, show, currency)
	return r, err
}

// load reads the record. One that is missing, damaged, or of another currency is
// begun again: the ledger knows the sums.
func (a *Account) load(ctx context.Context, show, currency string) (*Record, string, error) {
	body, info, err := a.Store.Read(ctx, store.Keys{Show: show}.Account())
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fresh(currency), "", nil
	case errors.Is(err, store.ErrChecksum), errors.Is(err, store.ErrTooLarge):
		info, err := a.Store.Head(ctx, store.Keys{Show: show}.Account())
		return fresh(currency), info.Version, err
	case err != nil:
		return nil, "", fmt.Errorf("read the account of %s: %w", show, err)
	}
	r := fresh(currency)
	if json.Unmarshal(body, r) != nil {
		return fresh(currency), info.Version, nil
	}
	if r.V > version {
		return nil, "", fmt.Errorf("read the account of %s: a newer dailies wrote it (version %d); use that one", show, r.V)
	}
	if r.Books == nil {
		r.Books = make(map[int]*Book)
	}
	if currency != "" && r.Currency != currency {
		again := fresh(currency)
		again.Season, again.Episodes = r.Season, r.Episodes
		return again, info.Version, nil
	}
	return r, info.Version, nil
}

// change applies f to the record until nobody else was quicker.
func (a *Account) change(ctx context.Context, show, currency string, f func(*Record) error) (*Record, error) {
	key := store.Keys{Show: show}.Account()
	for range tries {
		r, version, err := a.load(ctx, show, currency)
		if err != nil {
			return nil, err
		}
		if err := f(r); err != nil {
			return nil, err
		}
		body, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("write the account of %s: %w", show, err)
		}
		err = a.Store.PutIf(ctx, key, body, "application/json", version)
		if err == nil {
			return r, nil
		}
		if !errors.Is(err, store.ErrChanged) {
			return nil, fmt.Errorf("write the account of %s: %w", show, err)
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("write the account of %s: %w", show, ErrBusy)
}

func pause(ctx context.Context) error {
	t := time.NewTimer(between + rand.N(4*between))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// refresh sums again what the account cannot know: episodes whose ledger has grown
// while no run held their book, and those whose run is dead. except is the episode
// that is asking.
func (a *Account) refresh(ctx context.Context, show string, r *Record, except int) error {
	objects, err := a.objects(ctx, show)
	if err != nil {
		return err
	}
	for n := range objects {
		r.book(n)
	}
	for n, b := range r.Books {
		if n == except {
			continue
		}
		if b.Holder != nil {
			open, err := a.open(ctx, b.Holder)
			if err != nil {
				return fmt.Errorf("ask whether %s is open: %w", b.Holder.Workflow, err)
			}
			if open {
				continue
			}
			*b = Book{}
		} else if b.Objects == objects[n] {
			continue
		}
		if b.Spent, err = a.sum(ctx, show, n, r.Currency); err != nil {
			return err
		}
		// What is written meanwhile is noticed the next time.
		b.Objects = objects[n]
	}
	return nil
}

func (a *Account) open(ctx context.Context, h *Holder) (bool, error) {
	if a.Open == nil {
		return true, nil
	}
	return a.Open(ctx, h.Workflow, h.Run)
}

// objects counts the objects of each episode's ledger.
func (a *Account) objects(ctx context.Context, show string) (map[int]int, error) {
	prefix := store.Keys{Show: show}.Jobs(0)
	count := make(map[int]int)
	err := a.Store.List(ctx, prefix, func(i store.Info) error {
		code, _, _ := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		if id, err := drama.ParseEpisodeID(show + "/" + code); err == nil {
			count[id.Number]++
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the jobs of %s: %w", show, err)
	}
	return count, nil
}

// sum is what an episode has cost by its ledger; a job that has not ended counts
// with its estimate, because it may be billed.
func (a *Account) sum(ctx context.Context, show string, episode int, currency string) (int64, error) {
	total, err := library.Spent(ctx, a.Ledger, drama.EpisodeID{Show: show, Number: episode}, a.Exchange, currency)
	return total.Micros, err
}
